"""Layers with residual connections: the skip carries the gradient, so ReLU or GELU will do."""

from livegrad.advice.asking import carried
from livegrad.advice.rule import Rule
from livegrad.advice.situation import Situation
from livegrad.text import Text

__all__ = ["RULE"]


def _numbers(situation: Situation) -> tuple[Text, ...]:
    if situation.depth is None:
        return ()
    return carried([(name, "he") for name in ("relu", "gelu")], situation)


RULE = Rule(
    id="hidden-residual",
    where=("hidden",),
    fits=lambda situation: situation.skip,
    answers="norm",
    when=Text(
        "residual connections bridge the layers",
        "잔차 연결(residual connection)이 층을 건너뛸 때",
    ),
    activations=(
        "relu",
        "gelu",
        "swish",
    ),
    against=(
        "tanh",
        "sigmoid",
    ),
    says=Text(
        "Take ReLU or GELU, and normalise before the branch.",
        "ReLU나 GELU를 쓰고 갈래 앞에서 정규화하세요.",
    ),
    why=Text(
        "The gradient goes past the branch unchanged, so no function can shut it off; what matters is that the sum does not grow layer by layer, and a norm before the branch, or a branch that starts at 0, sees to that.",
        "기울기가 갈래를 거치지 않고 그대로 지나가므로 어떤 함수도 막지 못합니다. 남는 문제는 층마다 더해져 신호가 커지는 것인데, 갈래 앞의 정규화나 0에서 시작하는 갈래가 막아 줍니다.",
    ),
    evidence=(
        "gradient-flow-decides",
        "frozen-early-layers",
    ),
    sources=(
        "He et al. 2016, Identity Mappings in Deep Residual Networks (arXiv:1603.05027)",
        "Bachlechner et al. 2020, ReZero (arXiv:2003.04887)",
        "docs/measured/flow.md",
    ),
    wrong_when=Text(
        "Without a norm the sum grows, and 50 such layers explode; ReLU only ever adds, so its sum grows fastest. After the sum ReLU cuts the skip itself: put it inside the branch.",
        "정규화가 없으면 합이 커져 50층쯤에서 폭주합니다. 더하기만 하는 ReLU가 가장 빨리 커집니다. 더한 뒤에 ReLU를 두면 건너뛰는 길까지 잘리니 갈래 안에 두세요.",
    ),
    pytorch=(
        "x = x + linear2(F.relu(linear1(norm(x))))",
        "self.scale = nn.Parameter(torch.zeros(1))  # ReZero: x = x + self.scale * branch(x)",
    ),
    in_pytorch=Text(
        "torchvision's ResNets put ReLU after the sum as in 2015; pre-activation blocks carry the gradient better in great depth.",
        "torchvision의 ResNet은 2015년 방식대로 더한 뒤에 ReLU를 둡니다. 아주 깊으면 활성화를 먼저 하는(pre-activation) 블록이 기울기를 더 잘 나릅니다.",
    ),
    instead_of=("hidden-default",),
    numbers=_numbers,
)
