"""Batch norm without skips: any function in a shallow net, ELU in a deep one."""

from livegrad.advice.asking import carried
from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-batch-norm",
    where=("hidden",),
    fits=lambda situation: (
        situation.norm == "batch" and not situation.skip and (situation.depth or 0) > 10
    ),
    answers="norm",
    when=Text(
        "more than ten layers with batch norm and no skip",
        "배치 정규화(batch norm)만 있고 잔차 연결이 없는 층이 10개를 넘을 때",
    ),
    activations=(
        "elu",
        "selu",
    ),
    against=(
        "relu",
        "gelu",
    ),
    avoids=(
        "relu",
        "gelu",
        "swish",
    ),
    says=Text(
        "Take ELU or SELU, or add residual connections.",
        "ELU나 SELU를 쓰거나 잔차 연결을 더하세요.",
    ),
    why=Text(
        "Batch norm divides by the spread that the function leaves, and multiplies the gradient by it: for each layer by E[f′²]/Var[f], squared. ReLU leaves so little spread that the gradient grows 1.47-fold every two layers; ELU and SELU stay near 1.",
        "배치 정규화는 함수를 거치고 남은 흩어짐으로 나누고, 기울기에는 그만큼 곱합니다. 한 층에 제곱으로 E[f′²]/Var[f]배입니다. ReLU는 남는 흩어짐이 작아 두 층마다 기울기가 1.47배로 커지고, ELU와 SELU는 1에 가깝습니다.",
    ),
    evidence=(
        "gradient-flow-decides",
        "dying-cures",
    ),
    sources=(
        "Yang et al. 2019, A Mean Field Theory of Batch Normalization (arXiv:1902.08129)",
        "docs/measured/flow.md",
    ),
    wrong_when=Text(
        "With residual connections batch norm and ReLU train hundreds of layers. Up to ten layers ReLU explodes by less than a factor of seven, which the optimizer takes in its stride.",
        "잔차 연결이 있으면 배치 정규화와 ReLU로 수백 층도 학습됩니다. 열 층까지는 ReLU의 기울기가 일곱 배도 커지지 않아 옵티마이저가 감당합니다.",
    ),
    pytorch=("nn.Sequential(nn.Linear(64, 64, bias=False), nn.BatchNorm1d(64), nn.ELU())",),
    in_pytorch=Text(
        "The norm stands before the function. Its own shift takes over the bias.",
        "정규화는 함수 앞에 둡니다. 편향의 몫은 정규화의 이동(shift)이 맡습니다.",
    ),
    instead_of=("hidden-default",),
    numbers=lambda situation: carried(
        [(name, "he") for name in ("relu", "elu", "selu")], situation
    ),
)
