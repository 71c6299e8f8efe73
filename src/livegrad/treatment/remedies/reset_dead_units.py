"""Give dead units new incoming weights and take their outgoing ones to 0, so that nothing changes but their chance (ReDo)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "Units that no sample of the first batch wakes, in {count} layers, get incoming weights drawn anew and bias 0; what they "
    "send on starts at 0, so the living units' work is not disturbed.",
    "{count}개 층에서 첫 배치의 어떤 표본에도 켜지지 않는 유닛의 입력 가중치를 새로 뽑고 편향을 0으로 둡니다. 내보내는 가중치는 "
    "0에서 시작하므로 살아 있는 유닛을 흔들지 않습니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Layers that were born with dead units, where the next layer is of the same kind and reads them one by one."""
    pairs = [
        {"name": here.name, "next": above.name}
        for here, above in itertools.pairwise(evidence.layers)
        if here.name in finding.places and here.dead_since == 0 and _reads(above, here)
    ]
    return ({"layers": pairs},) if pairs else ()


def _reads(above: Layer, here: Layer) -> bool:
    """Whether each input of a layer is one unit of the layer before: no flattening, no second path, no shared layer."""
    same = above.kind == here.kind == "Linear" and above.fan_in == here.units
    return same and not above.skip and not here.skip and "#" not in above.name + here.name


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """At the first forward pass, layer after layer, before the next one sees the output."""
    pairs = cast("list[dict[str, str]]", settings["layers"])
    for pair in pairs:
        hook = Resetting(patient.part(pair["next"]))
        patient.undo_with(patient.part(pair["name"]).register_forward_hook(hook).remove)
    of = ", ".join(
        f"{patient.variable(pair['name'])}: {patient.variable(pair['next'])}" for pair in pairs
    )
    return (
        "+ def reset(layer, args, z):  # acts once, on the first batch",
        "+     handles.pop(layer).remove()",
        "+     dead = z.detach().flatten(0, -2).amax(0) <= 0",
        "+     fresh = nn.init.kaiming_uniform_(torch.empty_like(layer.weight), nonlinearity='relu')",
        "+     layer.weight.data[dead], layer.bias.data[dead] = fresh[dead], 0.0",
        "+     above[layer].weight.data[:, dead] = 0.0",
        "+     return layer.forward(*args)",
        f"+ above = {{{of}}}  # each layer, and the one that reads it",
        "+ handles = {layer: layer.register_forward_hook(reset) for layer in above}",
    )


class Resetting:
    """A forward hook that acts once (picklable).

    Args:
        above: The layer that reads this one's units.
    """

    def __init__(self, above: Any) -> None:
        self.above, self.done = above, False

    def __call__(self, module: Any, args: Any, output: Any) -> Any:
        """Reset the dead units, and return the layer's output anew; the sequence of chance stays as it was."""
        import torch
        from torch import nn

        from livegrad.observation.seeding import undisturbed

        if self.done:
            return None
        self.done = True
        dead = output.detach().flatten(0, -2).amax(0) <= 0
        with undisturbed(), torch.no_grad():
            fresh = nn.init.kaiming_uniform_(torch.empty_like(module.weight), nonlinearity="relu")
            module.weight[dead] = fresh[dead]
            self.above.weight[:, dead] = 0.0
            if module.bias is not None:
                module.bias[dead] = 0.0
        return module.forward(*args)


def reason(settings: Settings) -> Text:
    """The rule that is applied."""
    return _REASON.fill(count=len(cast("list[object]", settings["layers"])))


REMEDY = Remedy(
    id="reset-dead-units",
    title=Text("dead units drawn anew (ReDo)", "죽은 유닛 다시 뽑기(ReDo)"),
    codes=("dead-units",),
    effect=Text(
        "Dead units get another start and a gradient; the network's output stays what the living ones make it.",
        "죽은 유닛이 새로 출발해 기울기를 받습니다. 신경망의 출력은 살아 있는 유닛들이 내던 그대로입니다.",
    ),
    price=Text("None: nothing is added.", "없음: 아무것도 더하지 않습니다."),
    when_not=Text(
        "Where units die later, in training: then steps are too large, and the new ones die too.",
        "유닛이 학습 중에 죽을 때는 쓰지 않습니다. 걸음이 너무 커서 새 유닛도 다시 죽습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
