"""Layers in a row with nothing between them: put ReLU there."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-linear",
    where=(
        "hidden",
        "block",
    ),
    fits=lambda situation: situation.has("linear-collapse"),
    answers="symptom",
    when=Text(
        "linear layers follow each other with nothing between",
        "선형층 사이에 아무것도 없을 때",
    ),
    activations=(
        "relu",
        "gelu",
    ),
    against=("identity",),
    avoids=("identity",),
    says=Text(
        "Take ReLU, between every two linear layers.",
        "선형층 사이마다 ReLU를 넣으세요.",
    ),
    why=Text(
        "A product of matrices is one matrix: however many layers, they represent what one could. Any bend between them ends that.",
        "행렬을 곱하면 행렬 하나입니다. 층이 아무리 많아도 한 층이 나타내는 것밖에 나타내지 못합니다. 사이에 굽은 함수가 하나라도 있으면 달라집니다.",
    ),
    evidence=(
        "linear-collapse",
        "straight-stays-straight",
        "linear-boundary-fails",
    ),
    wrong_when=Text(
        "Two matrices in a row may be meant: a bottleneck of low rank, or LoRA, saves parameters. And where a straight line is enough, none is needed.",
        "행렬 둘을 이어 쓰는 것이 의도일 수 있습니다. 낮은 계수(rank)의 병목이나 LoRA는 매개변수를 아낍니다. 직선으로 충분한 문제라면 필요 없습니다.",
    ),
    pytorch=("nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))",),
    in_pytorch=Text(
        "A module built in __init__ but never called in forward() bends nothing.",
        "__init__에서 만들었어도 forward()에서 부르지 않으면 아무것도 굽히지 않습니다.",
    ),
    instead_of=("hidden-default",),
)
