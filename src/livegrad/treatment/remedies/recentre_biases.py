"""Move the biases of dead units so that half of the samples fire again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "Only units that no sample of the first batch wakes are moved: b ← b − mean of their pre-activation.",
    "첫 배치의 어떤 표본에도 켜지지 않는 유닛만 옮깁니다: b ← b − 활성화 전 값의 평균.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The layers with dead units that were dead from the start; later deaths have another cause."""
    layers = {x.name: x for x in evidence.layers}
    born = [n for n in finding.places if n in layers and layers[n].dead_since == 0]
    return ({"layers": born},) if born else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """At the first forward pass, layer after layer, shift the dead ones to a mean of 0."""
    from livegrad.treatment.surgery_listing import listed

    names = cast("list[str]", settings["layers"])
    for name in names:
        patient.undo_with(patient.part(name).register_forward_hook(Recentring()).remove)
    return (
        "+ def recentre(layer, args, z):  # acts once, on the first batch",
        "+     handles.pop(layer).remove()",
        "+     axes = [d for d in range(z.dim()) if d != (z.dim() - 1 if z.dim() == 3 else 1)]",
        "+     dead = z.detach().amax(axes) <= 0",
        "+     layer.bias.data[dead] -= z.detach().mean(axes)[dead]",
        "+     return layer.forward(*args)",
        "+ handles = {",
        "+     layer: layer.register_forward_hook(recentre)",
        f"+     for layer in {listed(patient, names)}",
        "+ }",
    )


class Recentring:
    """A forward hook that acts once (picklable)."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, module: Any, args: Any, output: Any) -> Any:
        """Shift the biases of dead units, and return the layer's output anew."""
        import torch

        from livegrad.observation import sites

        bias = getattr(module, "bias", None)
        if self.done or bias is None:
            return None
        self.done = True
        with torch.no_grad():
            others = [d for d in range(output.dim()) if d != sites.unit_axis(output)]
            dead = output.amax(others) <= 0
            bias[dead] -= output.mean(others)[dead]
        return module.forward(*args)


def reason(settings: Settings) -> Text:
    """The rule that is applied."""
    del settings
    return _REASON


REMEDY = Remedy(
    id="recentre-biases",
    title=Text("biases of dead units re-centred", "죽은 유닛의 편향 다시 맞추기"),
    codes=("dead-units",),
    effect=Text(
        "A unit whose pre-activation has mean 0 fires for about half of the samples, and gets gradient from them.",
        "활성화 전 값의 평균이 0이 되면 표본 절반쯤에서 켜지고, 거기서 기울기를 받습니다.",
    ),
    price=Text("None: living units stay as they are.", "없음: 살아 있는 유닛은 그대로 둡니다."),
    when_not=Text(
        "When a rate that is too high kills them again: lower the rate first.",
        "너무 높은 학습률이 다시 죽일 때는 학습률부터 낮춥니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
