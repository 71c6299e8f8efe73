"""A path around every block: x + f(Wx + b)/√blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment import chain
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from torch import nn

    from livegrad.treatment.surgery import Patient

FEWEST = 2
_REASON = Text(
    "{count} layers have as many outputs as inputs; each adds to what came in, divided by √{count} so that the signal keeps its size.",
    "입력과 출력의 수가 같은 층이 {count}개입니다. 층마다 들어온 값에 제 몫을 √{count}로 나눠 더하므로 신호의 크기가 그대로입니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Square layers, followed by an activation module in the same Sequential."""
    del finding
    inside = chain.square_layers(evidence)
    strength = float(f"{len(inside) ** -0.5:.3g}") if inside else 0.0
    return ({"layers": inside, "strength": strength},) if len(inside) >= FEWEST else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Wrap each layer and the activation behind it into one residual block."""
    from livegrad.treatment import surgery_blocks

    names = cast("list[str]", settings["layers"])
    strength = cast("float", settings["strength"])

    def made(layer: nn.Module, activation: nn.Module) -> surgery_blocks.Residual:
        return surgery_blocks.Residual(layer, activation, strength)

    surgery_blocks.wrap(patient, names, made)
    return (
        "+ class Residual(nn.Module):",
        "+     def __init__(self, layer, activation):",
        "+         super().__init__()",
        "+         self.layer, self.activation = layer, activation",
        "+     def forward(self, x):",
        f"+         return x + {strength:g} * self.activation(self.layer(x))",
        f"# each of {', '.join(patient.variable(n) for n in names)} and the activation behind it:",
        "- nn.Linear(n, n), nn.Sigmoid(),",
        "+ Residual(nn.Linear(n, n), nn.Sigmoid()),",
    )


def reason(settings: Settings) -> Text:
    """How many layers take part."""
    return _REASON.fill(count=len(cast("list[str]", settings["layers"])))


REMEDY = Remedy(
    id="residual",
    title=Text("residual paths (1/√depth)", "잔차 연결(1/√깊이)"),
    codes=("vanishing-gradient", "exploding-gradient", "signal-collapse"),
    effect=Text(
        "The gradient has a path of its own past every block, and the signal does not grow with the number of blocks.",
        "기울기가 블록마다 옆길로 지나가고, 블록이 많아도 신호가 커지지 않습니다.",
    ),
    price=Text("Another architecture than before.", "구조가 전과 달라집니다."),
    when_not=Text(
        "Where the architecture must stay, and where layers change their width.",
        "구조를 바꿀 수 없을 때, 층마다 너비가 달라질 때는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
