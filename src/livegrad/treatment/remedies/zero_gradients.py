"""Zero the gradients at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "{carried} of {steps} steps added their gradients to old ones; now each step begins at 0.",
    "{steps}스텝 가운데 {carried}스텝이 옛 기울기에 새 기울기를 더했습니다. 이제 스텝마다 0에서 시작합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """There is one way to do it."""
    del finding
    carried = evidence.optimizer.carried if evidence.optimizer else 0
    return ({"carried": carried, "steps": evidence.steps},) if carried else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Zero them when a step is done, which is before the next backward pass, however many of these make a step."""
    import torch

    from livegrad.treatment import surgery_training

    del settings
    zero = torch.optim.Optimizer.zero_grad
    surgery_training.around_step(patient, after=lambda: zero(patient.optimizer))
    if (
        type(patient.optimizer).zero_grad is not zero
    ):  # one of the user's own, which did not zero them
        return ("+ torch.optim.Optimizer.zero_grad(optimizer)  # at every step, before backward()",)
    return ("+ optimizer.zero_grad()  # at every step, before backward()",)


def reason(settings: Settings) -> Text:
    """How often they were carried on."""
    return _REASON.fill(carried=settings["carried"], steps=settings["steps"])


REMEDY = Remedy(
    id="zero-gradients",
    title=Text("gradients zeroed at every step", "스텝마다 기울기 지우기"),
    codes=("stale-gradients",),
    effect=Text(
        "Each step follows the gradient of where the network is, not the sum of all before it.",
        "스텝마다 지난 기울기의 합이 아니라 지금 자리의 기울기를 따릅니다.",
    ),
    price=Text(
        "None; a rate that was chosen for the piled-up gradients may now be on the low side.",
        "없음. 쌓인 기울기에 맞춰 둔 학습률이라면 이제 조금 낮을 수 있습니다.",
    ),
    when_not=Text(
        "Where several batches are added up on purpose: then they are zeroed after the step, as here.",
        "일부러 여러 배치를 모으는 중에는 지우지 않습니다. 그때도 스텝 뒤에는 여기서처럼 지웁니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
