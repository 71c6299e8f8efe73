"""ReLU becomes PReLU with a slope that begins at 0: the same function, and one that can learn to leak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "The slope below 0 becomes a parameter that begins at 0. Its gradient does not vanish for units that are asleep, so "
    "it can grow and let their gradient through.",
    "0 아래의 기울기를 0에서 시작하는 매개변수로 바꿉니다. 잠든 유닛에서도 이 매개변수의 기울기는 사라지지 않으므로, 값이 자라면 "
    "유닛까지 기울기가 통합니다.",
)
_NO_MODULE = Text(
    "The model calls ReLU as a function, which has nowhere to keep a slope. Make nn.PReLU(init=0.0) a part of the model, "
    "and call that instead.",
    "모델이 ReLU를 함수로 불러 기울기를 둘 곳이 없습니다. nn.PReLU(init=0.0)을 모델의 부분으로 만들어 대신 부르세요.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Networks whose hidden layers mostly use ReLU."""
    del finding
    return ({},) if ladder.main_activation(ladder.hidden(evidence)) == "relu" else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Exchange each module; the optimizer trains the slopes."""
    from torch import nn

    from livegrad.errors import BadInput
    from livegrad.treatment import surgery_exact

    del settings
    before = surgery_exact.copied(patient)
    modules = patient.activations(("relu",))
    if not modules:
        raise BadInput(_NO_MODULE)
    like = next(patient.models[0][1].parameters())
    shared: dict[int, nn.Module] = {}
    for name, module in modules:
        fresh = shared.setdefault(id(module), nn.PReLU(init=0.0).to(like))
        patient.exchange(name, fresh)
    patient.add_parameters(p for module in shared.values() for p in module.parameters())
    return ("- nn.ReLU()", "+ nn.PReLU(init=0.0)", *surgery_exact.moved(patient, before))


def reason(settings: Settings) -> Text:
    """Why it may help though nothing changes at first."""
    del settings
    return _REASON


REMEDY = Remedy(
    id="relu-to-prelu",
    title=Text("ReLU becomes PReLU, the same at first", "ReLU를 PReLU로, 처음에는 같은 함수"),
    codes=("dead-units",),
    effect=Text(
        "The network computes exactly what it did; from there it learns how much to let through below 0.",
        "신경망이 계산하는 것은 그대로이고, 거기서부터 0 아래를 얼마나 통과시킬지 배웁니다.",
    ),
    price=Text("One parameter for each activation.", "활성화 함수마다 매개변수가 하나 늘어납니다."),
    when_not=Text(
        "As the only cure of layers that are dead altogether, and with strong weight decay, which pulls the slope back to 0.",
        "층이 통째로 죽었을 때 이것만 쓰거나, 기울기를 0으로 되돌리는 강한 가중치 감쇠와 함께 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
