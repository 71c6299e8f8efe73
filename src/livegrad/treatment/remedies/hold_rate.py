"""Keep the learning rate that a schedule takes away too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

FADED = 0.1
"""A schedule that ends above this share of its greatest rate has taken little away."""
_REASON = Text(
    "The schedule lowered the rate to {last}; here it stays at {held}.",
    "스케줄이 학습률을 {last}까지 낮췄습니다. 여기서는 {held:으로/로} 유지합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The greatest rate that was seen, where the last one is far below it."""
    del finding
    rates = [r for r in (evidence.optimizer.rates if evidence.optimizer else ()) if r is not None]
    if not rates or min(rates) == max(rates) or rates[-1] > FADED * max(rates):
        return ()
    return (
        {"held": max(rates), "last": float(f"{rates[-1]:.1g}"), "rises": rates[0] < max(rates)},
    )


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Before each step, put every group's rate back to the greatest that it has had: it may rise, and never falls."""
    from livegrad.treatment import surgery_rates, surgery_training

    highest: dict[int, float] = {}

    def hold() -> None:
        for number, group in enumerate(patient.optimizer.param_groups):
            rate = float(group["lr"])
            highest[number] = max(highest.get(number, 0.0), rate)
            if rate < highest[number]:
                surgery_rates.set_rate(group, highest[number])

    surgery_training.around_step(patient, before=hold)
    if not settings["rises"]:
        return ("- scheduler.step()  # or whatever else lowers the rate",)
    return (
        "+ highest = {}",
        "+ def hold(optimizer, args, kwargs):  # the rate may rise, and never falls",
        "+     for number, group in enumerate(optimizer.param_groups):",
        "+         group['lr'] = highest[number] = max(highest.get(number, 0.0), group['lr'])",
        "+ optimizer.register_step_pre_hook(hold)",
    )


def reason(settings: Settings) -> Text:
    """From where the schedule took it, and where it stays."""
    return _REASON.fill(last=f"{settings['last']:g}", held=f"{settings['held']:g}")


REMEDY = Remedy(
    id="hold-rate",
    title=Text("learning rate held at {held}", "학습률 {held} 유지"),
    codes=("learning-rate-too-low",),
    effect=Text(
        "The steps stay as long as at their longest, so the training is not over before it has begun.",
        "걸음이 가장 컸을 때의 크기를 지키므로, 시작하기도 전에 학습이 멎는 일이 없습니다.",
    ),
    price=Text(
        "The last steps are not smaller, so the end is noisier than with a schedule that fits the training's length.",
        "마지막 걸음이 작아지지 않아, 길이에 맞는 스케줄을 쓸 때보다 끝이 조금 흔들립니다.",
    ),
    when_not=Text(
        "Where the schedule has had its time, and the loss is down: then it does its work.",
        "스케줄이 제 시간을 다 쓰고 손실도 내려갔다면 제 몫을 한 것이므로 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
