"""Bring every input feature to mean 0 and standard deviation 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "{features} features get mean 0 and standard deviation 1, from {samples} training samples.",
    "학습 표본 {samples}개에서 잰 값으로 특징 {features}개를 평균 0, 표준편차 1로 맞춥니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Mean and spread as they were seen in the first run."""
    del finding
    data = evidence.data
    if data is None or not data.mean:
        return ()
    return (
        {
            "mean": list(data.mean),
            "spread": list(data.spread),
            "axis": data.axis,
            "features": len(data.mean),
            "samples": data.samples,
        },
    )


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Standardise what enters the model, in training and evaluation alike."""
    from livegrad.treatment import surgery

    hook = surgery.Standardising(
        cast("list[float]", settings["mean"]),
        cast("list[float]", settings["spread"]),
        cast("int", settings["axis"]),
    )
    patient.undo_with(patient.models[0][1].register_forward_pre_hook(hook).remove)
    return (
        "+ mean, std = X_train.mean(0), X_train.std(0)  # of the training data alone",
        "+ X_train = (X_train - mean) / std",
        "+ X_test = (X_test - mean) / std",
    )


def reason(settings: Settings) -> Text:
    """How many features, from how many samples."""
    return _REASON.fill(features=settings["features"], samples=settings["samples"])


REMEDY = Remedy(
    id="standardise-inputs",
    title=Text("standardised inputs", "입력 표준화"),
    codes=("unscaled-input", "saturation", "sign-locked-gradients"),
    effect=Text(
        "All features share one scale, so one learning rate suits them all.",
        "모든 특징이 같은 눈금을 쓰므로 학습률 하나가 모두에게 맞습니다.",
    ),
    price=Text(
        "Mean and standard deviation have to be kept with the model.",
        "평균과 표준편차를 모델과 함께 보관해야 합니다.",
    ),
    when_not=Text(
        "For token ids and one-hot columns, which are not measurements.",
        "측정값이 아닌 토큰 번호나 원핫 열에는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
