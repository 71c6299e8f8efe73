"""Small steps first, full ones later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

SHARE = 0.1
FEWEST = 10
"""A tenth of the steps, and ten at least, lead up to the full rate."""
_REASON = Text(
    "The rate rises to {rate} over the first {count} steps, so that the leaps of the start stay small.",
    "처음 {count}스텝에 걸쳐 학습률을 {rate}까지 올려, 출발할 때 튀지 않게 합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Over a tenth of the steps; nothing where the script has a schedule of its own."""
    del finding
    optimizer = evidence.optimizer
    if optimizer is None or optimizer.rate is None:
        return ()
    if any(rate not in (None, optimizer.rate) for rate in optimizer.rates):
        return ()
    return ({"count": max(FEWEST, round(SHARE * evidence.steps)), "rate": optimizer.rate},)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Scale the rate for the time of each early step, and give it back after it."""
    from livegrad.treatment import surgery_training

    count = cast("int", settings["count"])
    steps, full = 0, list[Any]()

    def lower() -> None:
        nonlocal steps
        steps += 1
        groups = patient.optimizer.param_groups
        full[:] = [group["lr"] for group in groups]
        for group in groups if steps < count else ():
            group["lr"] = group["lr"] * (steps / count)

    def give_back() -> None:
        for group, rate in zip(patient.optimizer.param_groups, full, strict=False):
            group["lr"] = rate

    surgery_training.around_step(patient, before=lower, after=give_back)
    return (
        "+ warm_up = torch.optim.lr_scheduler.LambdaLR(",
        f"+     optimizer, lambda step: min(1.0, (step + 1) / {count})",
        "+ )",
        "  optimizer.step()",
        "+ warm_up.step()",
    )


def reason(settings: Settings) -> Text:
    """Over how many steps, up to where."""
    return _REASON.fill(rate=f"{settings['rate']:g}", count=settings["count"])


REMEDY = Remedy(
    id="warm-up",
    title=Text("warm-up over {count} steps", "{count}스텝에 걸친 웜업(warm-up)"),
    codes=("learning-rate-too-high",),
    effect=Text(
        "Weights as they are drawn bear only small steps; after a while the same network bears larger ones.",
        "갓 뽑은 가중치는 작은 걸음만 견딥니다. 조금 배운 뒤에는 같은 신경망이 더 큰 걸음도 견딥니다.",
    ),
    price=Text("A slower start.", "출발이 느려집니다."),
    when_not=Text(
        "Where the rate is too high all the way: then the training leaps as soon as the warm-up is over; lower the rate.",
        "학습률이 처음부터 끝까지 너무 높다면 웜업이 끝나자마자 다시 튑니다. 그때는 학습률을 낮춥니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
