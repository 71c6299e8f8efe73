"""Compute an activation in float32 where 16 bits round its slope away."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_NARROW = ("bfloat16", "float16")
_REASON = Text(
    "{activation} is computed from the same {dtype} numbers, but in float32, which still has a slope there.",
    "같은 {dtype} 값에서 {activation:을/를} float32로 계산합니다. float32에는 거기서도 기울기가 남아 있습니다.",
)
_METHODS = ("sigmoid", "tanh")


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The activations behind the layers that the finding is about, where 16 bits are what they are computed in."""
    places = [x for x in evidence.layers if x.name in finding.places and x.dtype in _NARROW]
    lost = [x for x in places if x.activation and any(s for s in x.lost if s)]
    if not lost:
        return ()
    activations = sorted({x.activation for x in lost if x.activation})
    return (
        {
            "activations": activations,
            "activation": ", ".join(activations),
            "dtype": lost[0].dtype,
        },
    )


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Let each call of these activations widen its input and narrow its result; weights and all else stay."""
    from livegrad.treatment import surgery, surgery_numbers

    activations = cast("list[str]", settings["activations"])
    surgery_numbers.wide_activations(patient, activations)
    modules, lines = list[str](), list[str]()
    for name in activations:
        if patient.activations((name,)):
            modules.append(surgery.MODULES[name].__name__)
        else:
            call = f"torch.{name}" if name in _METHODS else f"F.{_CALLED.get(name, name)}"
            lines += [f"- {call}(z)", f"+ {call}(z.float()).to(z.dtype)"]
    if modules:
        lines += [
            "+ class Wide(nn.Module):",
            "+     def __init__(self, function):",
            "+         super().__init__()",
            "+         self.function = function",
            "+     def forward(self, z):",
            "+         return self.function(z.float()).to(z.dtype)",
        ]
    for module in modules:
        lines += [f"- nn.{module}(),", f"+ Wide(nn.{module}()),"]
    return tuple(lines)


_CALLED = {"swish": "silu"}
"""Catalogue ids that PyTorch's functions do not share."""


def reason(settings: Settings) -> Text:
    """Which function, from which numbers."""
    return _REASON.fill(activation=settings["activation"], dtype=settings["dtype"])


REMEDY = Remedy(
    id="wider-numbers",
    title=Text("{activation} in float32", "{activation}만 float32로"),
    codes=("arithmetic-death",),
    effect=Text(
        "The result that the slope is computed from is not rounded to its end value, so the unit gets a gradient again.",
        "기울기를 계산할 결과가 끝값으로 반올림되지 않으므로 유닛이 다시 기울기를 받습니다.",
    ),
    price=Text(
        "Twice the memory for these activations; matrix products stay in 16 bits.",
        "이 활성화 값에만 메모리가 두 배로 듭니다. 행렬 곱은 16비트 그대로입니다.",
    ),
    when_not=Text(
        "Where the network learns no better in float32: then the pre-activations are too large.",
        "float32에서도 나을 것이 없다면 활성화 전 값이 너무 큰 것이므로 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
