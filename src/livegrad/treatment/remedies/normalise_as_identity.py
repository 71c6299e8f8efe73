"""BatchNorm before the activations that begins as the identity: the same function, with steps that cannot blow it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment import chain
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "{count} layers get a BatchNorm whose scale and shift begin at spread and mean of the first batch, so that nothing "
    "changes at first. However large a step makes the weights, the next batch is brought back to the same size.",
    "{count}개 층에 BatchNorm을 넣되, 첫 배치의 표준편차와 평균을 배율과 이동의 시작값으로 삼아 처음에는 아무것도 달라지지 않게 "
    "합니다. 한 걸음이 가중치를 아무리 키워도 다음 배치는 같은 크기로 돌아옵니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Hidden layers of a plain chain that is not too deep for batch normalisation."""
    del finding
    inner = ladder.hidden(evidence)
    fit = all(x.kind in ("Linear", "Conv2d") for x in inner) and not ladder.is_deep(evidence)
    if not inner or not fit or chain.activation_of(evidence) is None:
        return ()
    return ({"layers": [x.name for x in inner]},)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Put the norm behind each layer; its start is measured at the first forward pass in training."""
    from torch import nn

    from livegrad.treatment import surgery_exact

    original = surgery_exact.copied(patient)
    names = cast("list[str]", settings["layers"])
    added: list[nn.Parameter] = []
    lines: list[str] = []
    for name in names:
        layer = patient.part(name)
        weight = layer.get_parameter("weight")
        kind = nn.BatchNorm2d if weight.dim() == 4 else nn.BatchNorm1d
        norm = kind(weight.shape[0]).to(weight)
        hook = norm.register_forward_pre_hook(surgery_exact.StartingAsIdentity())
        patient.undo_with(hook.remove)
        patient.exchange(name, nn.Sequential(layer, norm))
        added += list(norm.parameters())
        lines = lines or [f"- nn.{layer},", f"+ nn.{layer}, nn.{kind.__name__}({weight.shape[0]}),"]
    patient.add_parameters(added)
    return (
        *lines,
        f"# and so behind each of the {len(names)} hidden layers, before its activation",
        "+ def start_as_identity(norm, args):  # acts once, on the first batch",
        "+     handles.pop(norm).remove()",
        "+     axes = [d for d in range(args[0].dim()) if d != 1]",
        "+     norm.weight.data = (args[0].detach().var(axes, correction=0) + norm.eps).sqrt()",
        "+     norm.bias.data = args[0].detach().mean(axes)",
        "+ norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]",
        "+ handles = {norm: norm.register_forward_pre_hook(start_as_identity) for norm in norms}",
        *surgery_exact.moved(patient, original, training=True),
    )


def reason(settings: Settings) -> Text:
    """How many layers."""
    return _REASON.fill(count=len(cast("list[str]", settings["layers"])))


REMEDY = Remedy(
    id="normalise-as-identity",
    title=Text("BatchNorm that begins as the identity", "항등 함수로 시작하는 BatchNorm"),
    codes=("learning-rate-too-high",),
    effect=Text(
        "The network computes exactly what it did on its first batch, and large steps no longer drive units away.",
        "첫 배치에서 신경망이 계산하는 것은 그대로이고, 큰 걸음이 유닛을 멀리 밀어내지 못합니다.",
    ),
    price=Text(
        "Two numbers a unit; samples of a batch depend on each other, and evaluation uses running averages.",
        "유닛마다 수 두 개가 늡니다. 한 배치의 표본들이 서로 얽히고, 평가할 때는 이동 평균을 씁니다.",
    ),
    when_not=Text(
        "To wake dead or saturated units: it begins where they are. With batches of a few samples.",
        "죽거나 포화한 유닛을 깨우는 데는 쓰지 않습니다. 유닛이 있던 자리에서 시작하기 때문입니다. 표본이 몇 개뿐인 배치에도 쓰지 "
        "않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
