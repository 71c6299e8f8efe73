"""Inputs that look alike deep down: a slope below 0 that fits the depth, or tanh at the edge of chaos."""

from livegrad.advice.asking import shaped
from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-collapse",
    where=("hidden",),
    fits=lambda situation: situation.has("signal-collapse"),
    answers="symptom",
    when=Text(
        "deep down all inputs look alike",
        "깊은 층에서 모든 입력이 닮아 보일 때",
    ),
    activations=(
        "leaky_relu",
        "tanh",
    ),
    against=(
        "relu",
        "sigmoid",
    ),
    avoids=(
        "relu",
        "sigmoid",
        "softplus",
    ),
    says=Text(
        "Take Leaky ReLU with a large slope made for the depth, or tanh at the edge of chaos.",
        "깊이에 맞춘 큰 기울기의 Leaky ReLU나, 혼돈의 가장자리에 둔 tanh를 쓰세요.",
    ),
    why=Text(
        "ReLU drops the half by which two inputs differ, layer after layer. The more of the negative side passes, the slower they grow alike; how much is needed follows from the depth.",
        "ReLU는 두 입력이 서로 다른 절반을 층마다 버립니다. 음수 쪽을 더 통과시킬수록 닮는 속도가 느려집니다. 얼마나 통과시킬지는 깊이가 정합니다.",
    ),
    evidence=(
        "gradient-flow-decides",
        "relu-ignores-negatives",
    ),
    sources=(
        "Zhang et al. 2022, Deep Learning without Shortcuts (TAT, arXiv:2203.08120)",
        "docs/measured/flow.md",
    ),
    wrong_when=Text(
        "The usual slope of 0.01 changes nothing here. Residual connections cure it with any function, and where the architecture may change they come first.",
        "흔히 쓰는 기울기 0.01로는 아무것도 달라지지 않습니다. 구조를 바꿀 수 있으면 잔차 연결이 먼저입니다. 어떤 함수에든 듣습니다.",
    ),
    pytorch=(
        "nn.LeakyReLU(0.43)  # for 50 layers",
        "nn.init.orthogonal_(linear.weight, gain=1.3)",
    ),
    in_pytorch=Text(
        "livegrad.check(build, treat=True) makes the change and proves it.",
        "livegrad.check(build, treat=True)가 바꾸고 증명해 줍니다.",
    ),
    instead_of=("hidden-default",),
    numbers=lambda situation: (shaped(situation.depth or 50),),
)
