"""Many plain layers in a row: tanh at the edge of chaos, or a shaped rectifier."""

from livegrad.advice.asking import carried, shaped
from livegrad.advice.rule import Rule
from livegrad.advice.situation import Situation
from livegrad.text import Text

__all__ = ["RULE"]

_DEEP = 12
"""From 13 layers on, He's ReLU makes two unlike inputs agree by more than 0.9 (the bound that TAT, Zhang et al. 2022, keeps)."""


def _numbers(situation: Situation) -> tuple[Text, ...]:
    tried = (("tanh", "critical"), ("selu", "lecun"), ("relu", "he"), ("relu", "pytorch"))
    return (*carried(tried, situation), shaped(situation.depth or _DEEP))


RULE = Rule(
    id="hidden-deep-plain",
    where=("hidden",),
    fits=lambda situation: situation.plain and (situation.depth or 0) > _DEEP,
    answers="depth",
    when=Text(
        "more than twelve plain layers in a row, no norm, no skip",
        "정규화도 잔차 연결도 없는 층이 12개 넘게 이어질 때",
    ),
    activations=(
        "tanh",
        "selu",
        "leaky_relu",
    ),
    against=(
        "relu",
        "sigmoid",
    ),
    avoids=(
        "sigmoid",
        "softplus",
    ),
    says=Text(
        "Take tanh with critical, orthogonal weights, or shape a rectifier for this depth; better still, add residual connections.",
        "임계 초기화와 직교 가중치를 쓴 tanh나, 깊이에 맞게 조형한 ReLU를 쓰세요. 잔차 연결을 더할 수 있으면 그쪽이 더 낫습니다.",
    ),
    why=Text(
        "With He's initialisation ReLU keeps the gradient's size, but each layer makes any two inputs more alike, until nothing can be told apart. A function without that drift, or a net drawn at the edge of chaos, keeps both.",
        "He 초기화를 쓰면 ReLU에서도 기울기의 크기는 유지되지만, 층마다 두 입력이 더 닮아 결국 구별할 수 없게 됩니다. 이런 쏠림이 없는 함수나 혼돈의 가장자리에서 뽑은 신경망은 둘 다 지킵니다.",
    ),
    evidence=(
        "gradient-flow-decides",
        "sigmoid-vanishing",
        "relu-gradient-survival",
        "deep-sigmoid-fails",
    ),
    sources=(
        "Schoenholz et al. 2017, Deep Information Propagation (arXiv:1611.01232)",
        "Pennington et al. 2017, Resurrecting the Sigmoid (arXiv:1711.04735)",
        "Zhang et al. 2022, Deep Learning without Shortcuts (TAT, arXiv:2203.08120)",
        "docs/measured/flow.md",
    ),
    wrong_when=Text(
        "Which deep net trains also depends on data and optimizer: with Adam, 50 plain ReLU layers learn two spirals and fail on digits. Learning rates must be ten times lower than usual.",
        "깊은 신경망이 학습되는지는 데이터와 옵티마이저에도 달려 있습니다. Adam을 쓰면 ReLU 50층이 나선 두 개는 배우고 숫자 그림은 못 배웁니다. 학습률은 평소의 10분의 1로 낮추세요.",
    ),
    pytorch=(
        "nn.init.orthogonal_(linear.weight, gain=1.33)",
        "nn.init.normal_(linear.bias, std=0.22)",
    ),
    in_pytorch=Text(
        "PyTorch's default weights are too small for any function at this depth. livegrad.flow.shape gives the numbers for yours.",
        "이 깊이에서는 어떤 함수를 쓰든 PyTorch의 기본 가중치가 너무 작습니다. livegrad.flow.shape가 알맞은 수를 알려 줍니다.",
    ),
    instead_of=(
        "hidden-default",
        "hidden-few-inputs",
        "hidden-few-samples",
    ),
    numbers=_numbers,
)
