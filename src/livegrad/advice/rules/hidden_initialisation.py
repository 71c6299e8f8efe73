"""A few plain layers: whatever the function, PyTorch's default weights are too small for it."""

from livegrad.advice.asking import carried, gains
from livegrad.advice.rule import Rule
from livegrad.advice.situation import Situation
from livegrad.text import Text

__all__ = ["RULE"]


def _numbers(situation: Situation) -> tuple[Text, ...]:
    tried = (("relu", "he"), ("relu", "pytorch"), ("elu", "he"), ("tanh", "glorot"))
    return (*gains(["relu", "elu", "tanh"]), *carried(tried, situation))


RULE = Rule(
    id="hidden-initialisation",
    where=("hidden",),
    fits=lambda situation: (
        (situation.plain and 4 <= (situation.depth or 0) <= 12)
        or situation.has("bad-initialization")
    ),
    answers="depth",
    when=Text(
        "four to twelve plain layers, or weights that are drawn badly",
        "정규화 없는 층이 4–12개이거나 초기화가 잘못되었을 때",
    ),
    activations=(
        "relu",
        "elu",
        "tanh",
    ),
    against=("sigmoid",),
    avoids=("sigmoid",),
    says=Text(
        "Take ReLU, and draw the weights by the function's gain.",
        "ReLU를 쓰고, 가중치는 함수의 이득(gain)에 맞춰 뽑으세요.",
    ),
    why=Text(
        "Function and weights decide together: the gradient changes by σ_w·√E[f′²] a layer. With the right gain it arrives through ten layers for any of these; with PyTorch's default, ReLU keeps 0.41 a layer, that is a ten-thousandth over ten.",
        "함수와 가중치가 함께 결정합니다. 기울기는 한 층에 σ_w·√E[f′²]배로 변합니다. 이득이 맞으면 어느 함수든 열 층을 지나 기울기가 닿습니다. PyTorch의 기본값에서는 ReLU가 한 층에 0.41배, 열 층이면 만분의 1입니다.",
    ),
    evidence=(
        "relu-gradient-survival",
        "sigmoid-vanishing",
        "gradient-flow-decides",
    ),
    sources=(
        "He et al. 2015, Delving Deep into Rectifiers (arXiv:1502.01852)",
        "docs/measured/flow.md",
    ),
    wrong_when=Text(
        "Adam rescales small gradients, so in shallow nets the start matters less than it seems. Behind a norm the weights' size has no effect on the signal.",
        "Adam은 작은 기울기를 키워 주므로 얕은 신경망에서는 초기화가 생각보다 덜 중요합니다. 정규화 뒤에서는 가중치의 크기가 신호를 바꾸지 않습니다.",
    ),
    pytorch=(
        'nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")',
        "nn.init.zeros_(linear.bias)",
        "torch.nn.init.normal_(linear.weight, std=1.25 / linear.in_features**0.5)  # ELU",
    ),
    in_pytorch=Text(
        "torch.nn.init.calculate_gain knows six functions, and its 5/3 for tanh fits neither the signal nor the gradient; livegrad.flow.gain knows all.",
        "torch.nn.init.calculate_gain은 함수 여섯 개만 알고, tanh에 주는 5/3은 신호에도 기울기에도 맞지 않습니다. livegrad.flow.gain은 모두 압니다.",
    ),
    instead_of=("hidden-default", "hidden-few-samples"),
    numbers=_numbers,
)
