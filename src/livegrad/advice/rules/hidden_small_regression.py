"""Numbers from few samples: a smooth, bounded function, which cannot fit a corner to each point."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-small-regression",
    where=("hidden",),
    fits=lambda situation: (
        situation.task in ("regression", "positive", "fraction")
        and situation.samples is not None
        and situation.samples < 2000
    ),
    answers="data",
    when=Text(
        "a number is to be told from fewer than 2,000 samples",
        "표본 2,000개가 안 되는 자료로 수를 맞힐 때",
    ),
    activations=(
        "tanh",
        "softplus",
    ),
    against=(
        "relu",
        "gelu",
    ),
    says=Text(
        "Take tanh, or softplus.",
        "tanh나 소프트플러스를 쓰세요.",
    ),
    why=Text(
        "With fewer samples than weights the net can hit every one, noise included, and what it does between them decides. Between samples a ReLU net has corners and runs on in straight lines; a smooth, bounded function gives a smooth, bounded answer.",
        "가중치보다 표본이 적으면 신경망은 잡음까지 모두 맞힐 수 있고, 표본 사이에서 어떻게 움직이는지가 승부를 가릅니다. ReLU 신경망은 표본 사이에 모서리가 있고 밖으로는 직선으로 뻗습니다. 매끄럽고 범위가 있는 함수는 답도 매끄럽고 범위가 있습니다.",
    ),
    evidence=(
        "tanh-still-saturates",
        "elu-smooth",
        "derivative-comparison",
    ),
    sources=("LeCun, Bottou, Orr and Müller 1998, Efficient BackProp",),
    wrong_when=Text(
        "Overfitting is better met by weight decay, stopping early, or fewer units than by any function. Where the target has jumps or kinks, ReLU fits them better.",
        "과적합에는 함수보다 가중치 감쇠, 조기 종료, 유닛 줄이기가 잘 듣습니다. 목표값이 뛰거나 꺾이는 곳에서는 ReLU가 더 잘 맞춥니다.",
    ),
    pytorch=(
        "nn.Sequential(nn.Linear(10, 64), nn.Tanh(), nn.Linear(64, 1))",
        "torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)",
    ),
    in_pytorch=Text(
        "Standardise inputs and targets.",
        "입력과 목표값을 모두 표준화하세요.",
    ),
    instead_of=(
        "hidden-default",
        "hidden-few-inputs",
    ),
)
