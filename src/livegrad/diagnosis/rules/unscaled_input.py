"""Features that are not numbers, or off by orders of magnitude, or far off centre."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Data, Evidence
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

LARGE = 20.0
"""Inputs whose root mean square exceeds this meet first-layer weights that were drawn for about 1."""
APART = 100.0
"""Features whose sizes differ by more than this cannot share one learning rate."""
FAR_OFF = 5.0
"""Features that lie this many times their spread from 0 are far off centre: a curvature 26 times as large in one direction."""
POOR_SKILL = 0.6

_NOT_NUMBERS = Text(
    "NaN or infinity among the {what}: {count}, first at step {step}.",
    "{what} 가운데 {count}개가 NaN이거나 무한대입니다. {step}스텝에서 처음 나왔습니다.",
)
_INPUTS = Text("input values", "입력값")
_TARGETS = Text("target values", "목표값")
_SEEN = Text(
    "The {features} input features are of size {small} to {large} (root mean square); feature {index} lies at {mean} ± "
    "{spread}.",
    "입력 특징 {features}개의 크기(제곱평균제곱근)가 {small}에서 {large}까지 다릅니다. {index}번 특징은 {mean} ± {spread}에 있습니다.",
)
_HARM = Text(
    "The largest feature decides the step size that all the others have to share, so the network hardly learns from them, or "
    "the first steps overflow.",
    "가장 큰 특징이 모두가 함께 쓰는 걸음 크기를 정해 버려 나머지에서는 거의 배우지 못하거나, 첫 걸음부터 값이 넘칩니다.",
)
_HARM_NAN = Text(
    "One such value makes the loss, and from then on every weight, not a number.",
    "그런 값 하나로 손실이, 그다음부터는 모든 가중치가 수가 아니게 됩니다.",
)
_DOUBT = Text(
    "Features that are large on purpose (identifiers, dates) should be encoded instead of scaled.",
    "일부러 큰 특징(식별 번호, 날짜)이라면 크기를 맞추는 대신 알맞게 부호화해야 합니다.",
)
_ADVICE = Text(
    "Standardise with the training data's numbers: X = (X - X_train.mean(0)) / X_train.std(0).",
    "학습 데이터의 값으로 표준화하세요: X = (X - X_train.mean(0)) / X_train.std(0).",
)
_ADVICE_NAN = Text(
    "Look for them before training: torch.isfinite(X).all(1) tells which rows are sound.",
    "학습 전에 찾아내세요. torch.isfinite(X).all(1)이 온전한 행을 알려 줍니다.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Bad numbers in the data, or features of very different sizes in a training that learns badly."""
    data = evidence.data
    if data is None:
        return ()
    if data.non_finite or data.target_non_finite:
        return (_not_numbers(data),)
    poor = learned.poor or (learned.skill is not None and learned.skill < POOR_SKILL)
    poor = poor or learned.before_training or (ladder.is_cut(evidence) and not learned.well)
    sizes = [math.hypot(m, s) for m, s in zip(data.mean, data.spread, strict=True)]
    known = [size for size in sizes if size > 0]
    if not poor or not known or data.normalised or max(known) < LARGE:
        return ()
    apart = max(known) / min(known) >= APART or max(known) >= LARGE * 5
    if not apart and not _off_centre(data):
        return ()
    return (_off_scale(data, sizes, known, diverged=learned.diverged),)


def _off_centre(data: Data) -> bool:
    """Whether most features lie many times their spread away from 0.

    The curvature along the common direction is 1 + (mean / spread)² times that along the others (LeCun et al. 1991).
    """
    moving = [(abs(m), s) for m, s in zip(data.mean, data.spread, strict=True) if s > 0]
    return 2 * sum(m >= FAR_OFF * s for m, s in moving) > len(moving)


def _not_numbers(data: Data) -> Finding:
    count, what = (
        (data.non_finite, _INPUTS) if data.non_finite else (data.target_non_finite, _TARGETS)
    )
    return Finding(
        code="unscaled-input",
        severity="error",
        place="data",
        places=("data",),
        seen=_NOT_NUMBERS.fill(count=count, what=what, step=data.first_non_finite),
        harm=_HARM_NAN,
        advice=_ADVICE_NAN,
        confidence="certain",
        evidence={"non_finite": data.non_finite, "target_non_finite": data.target_non_finite},
        remedies=("fill-gaps",) if data.non_finite else (),
    )


def _off_scale(data: Data, sizes: list[float], known: list[float], *, diverged: bool) -> Finding:
    index = sizes.index(max(sizes))
    return Finding(
        code="unscaled-input",
        severity="error",
        place="data",
        places=("data",),
        seen=_SEEN.fill(
            features=len(sizes),
            small=ladder.times(min(known)),
            large=ladder.times(max(known)),
            index=index,
            mean=f"{data.mean[index]:.3g}",
            spread=f"{data.spread[index]:.3g}",
        ),
        harm=_HARM,
        doubt=_DOUBT,
        advice=_ADVICE,
        evidence={"largest": max(known), "smallest": min(known), "feature": index},
        remedies=("standardise-inputs", *(("lower-rate",) if diverged else ())),
    )


def _scaled(seed: int, *, raw: bool) -> Training:
    import torch
    from torch import nn

    x, y = patients.waves(seed)
    if raw:
        x = x * torch.tensor([0.5, 400.0]) + torch.tensor([10.0, 900.0])
    model = patients.mlp((2, 32, 32, 1), nn.ReLU)
    return patients.train(model, (x, y), nn.MSELoss(), rate=0.02, steps=400)


def _patient(seed: int) -> Training:
    return _scaled(seed, raw=True)


def _healthy_twin(seed: int) -> Training:
    return _scaled(seed, raw=False)


RULE = Rule(
    code="unscaled-input",
    look=look,
    explains=(
        "exploding-gradient",
        "vanishing-gradient",
        "dead-units",
        "saturation",
        "learning-rate-too-high",
        "learning-rate-too-low",
        "sign-locked-gradients",
        "signal-collapse",
    ),
    about=Text(
        "Looks at the network's first floating-point input, feature by feature (channel by channel for images).",
        "신경망에 처음 들어가는 실수 입력을 특징마다(그림은 채널마다) 봅니다.",
    ),
    false_alarms=Text(
        "Raw pixels from 0 to 255 that a network learns well anyway, inputs that a normalisation layer meets first, token "
        "ids: silent, because bad numbers apart, only a training that learns badly is accused.",
        "그래도 잘 배우는 0–255 화솟값, 정규화 층이 먼저 받는 입력, 토큰 번호: 수가 아닌 값을 빼면 학습이 나쁠 때만 말하므로 "
        "조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="LeCun et al. 1998, Efficient BackProp, section 4.3.",
)
