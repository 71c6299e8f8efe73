"""Let every layer start as the identity: x + α·f(Wx + b) with a learned α that begins at 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment import chain
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

FEWEST = 2
_REASON = Text(
    "{count} layers have as many outputs as inputs; past them the gradient has a way of its own.",
    "입력과 출력의 수가 같은 층이 {count}개입니다. 기울기가 그 옆으로 곧장 지나갈 길이 생깁니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Square layers, followed by an activation module in the same Sequential."""
    del finding
    inside = chain.square_layers(evidence)
    return ({"layers": inside},) if len(inside) >= FEWEST else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Wrap each layer and the activation behind it into one residual block."""
    from livegrad.treatment import surgery_blocks

    names = cast("list[str]", settings["layers"])
    blocks = surgery_blocks.wrap(patient, names, surgery_blocks.ReZero)
    patient.add_parameters(block.strength for block in blocks)
    return (
        "+ class ReZero(nn.Module):",
        "+     def __init__(self, layer, activation):",
        "+         super().__init__()",
        "+         self.layer, self.activation = layer, activation",
        "+         self.strength = nn.Parameter(torch.zeros(()))",
        "+     def forward(self, x):",
        "+         return x + self.strength * self.activation(self.layer(x))",
        f"# each of {', '.join(patient.variable(n) for n in names)} and the activation behind it:",
        "- nn.Linear(n, n), nn.Sigmoid(),",
        "+ ReZero(nn.Linear(n, n), nn.Sigmoid()),",
    )


def reason(settings: Settings) -> Text:
    """How many layers take part."""
    return _REASON.fill(count=len(cast("list[str]", settings["layers"])))


REMEDY = Remedy(
    id="rezero",
    title=Text("residual paths (ReZero)", "잔차 연결(ReZero)"),
    codes=("vanishing-gradient", "exploding-gradient", "signal-collapse", "dead-units"),
    effect=Text(
        "Every block starts as the identity, so the gradient reaches the first layer whole, at any depth.",
        "블록마다 항등 함수에서 출발하므로 아무리 깊어도 기울기가 첫 층까지 온전히 닿습니다.",
    ),
    price=Text(
        "One number a layer, and another architecture than before.",
        "층마다 수 하나가 늘고, 구조가 전과 달라집니다.",
    ),
    when_not=Text(
        "Where the architecture must stay, and where layers change their width.",
        "구조를 바꿀 수 없을 때, 층마다 너비가 달라질 때는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
