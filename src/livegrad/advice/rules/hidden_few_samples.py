"""A table with few rows: the smoothest function that is open above, softplus."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-few-samples",
    where=("hidden",),
    fits=lambda situation: (
        situation.samples is not None
        and situation.samples < 1000
        and (situation.features is None or situation.features > 3)
    ),
    answers="data",
    when=Text(
        "a table of fewer than 1,000 samples",
        "표본이 1,000개가 안 되는 표일 때",
    ),
    activations=(
        "softplus",
        "elu",
    ),
    against=(
        "relu",
        "tanh",
    ),
    says=Text(
        "Take softplus, or ELU.",
        "소프트플러스나 ELU를 쓰세요.",
    ),
    why=Text(
        "With fewer samples than weights the net can hit every one, noise included, and what it does between them decides. Softplus bends least of all (its curvature is never above 1/4) and is open above, so between samples the answer stays smooth; a ReLU net has a corner wherever a unit turns on.",
        "가중치보다 표본이 적으면 신경망은 잡음까지 모두 맞힐 수 있고, 표본 사이에서 어떻게 움직이는지가 승부를 가릅니다. 소프트플러스는 가장 덜 굽고(곡률이 1/4을 넘지 않음) 위가 열려 있어 표본 사이의 답이 매끄럽습니다. ReLU 신경망에는 유닛이 켜지는 곳마다 모서리가 있습니다.",
    ),
    evidence=(
        "elu-smooth",
        "derivative-comparison",
        "relu-best",
    ),
    sources=(
        "docs/measured/guide.md",
        "Dugas et al. 2001, Incorporating Second-Order Functional Knowledge for Better Option Pricing",
    ),
    wrong_when=Text(
        "Overfitting is better met by weight decay, stopping early, or fewer units than by any function. Beyond two or three layers softplus fades and its mean grows: take ELU there. Where the target has jumps or kinks, ReLU fits them better. On seven tables not seen before, softplus could not be told from the best, but neither could most others: so few samples decide little. Measure.",
        "과적합에는 함수보다 가중치 감쇠, 조기 종료, 유닛 줄이기가 잘 듣습니다. 층이 두세 개를 넘으면 소프트플러스는 기울기가 사라지고 평균이 커지니 ELU를 쓰세요. 목표값이 뛰거나 꺾이는 곳에서는 ReLU가 더 잘 맞춥니다. 처음 보는 표 일곱에서 소프트플러스는 1등과 구별되지 않았지만, 다른 함수도 대부분 그랬습니다. 표본이 적으면 가려지는 것도 적습니다. 직접 재 보세요.",
    ),
    pytorch=(
        "nn.Sequential(nn.Linear(10, 64), nn.Softplus(), nn.Linear(64, 64), nn.Softplus(), nn.Linear(64, 1))",
        "torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)",
    ),
    in_pytorch=Text(
        "Standardise the inputs, and the targets if they are numbers.",
        "입력을 표준화하고, 목표값이 수라면 그것도 표준화하세요.",
    ),
    instead_of=("hidden-default",),
)
