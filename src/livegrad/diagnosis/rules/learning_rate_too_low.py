"""The steps are so small that the training hardly leaves its start."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

import numpy as np

from livegrad.diagnosis import fading, ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer, Optimizer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

MOVED = 0.1
"""Weights that end within a tenth of their size from where they started have hardly been trained…"""
LONG = 300
"""…in so many steps; a shorter training may be as far along with less (healthy steps move about 1 part in 1,000)."""
LEFT = 0.5
"""A training one of whose layers has moved by half of its size has left its start."""
FEWEST_STEPS = 50
STRAIGHT = 0.3
WANDERS = 2.0
"""A path counts as straight if it leads this many times further than steps in random directions would."""
POOR_SKILL = 0.3
LEVEL = 2.0
"""Decades between the first and the last layer's gradient beyond which the gradient is to blame, not the rate."""
OFF_CENTRE = 2.0
BARELY = 0.01
WARMING = 2.0
CLIPPED = 1.0
TINY = 1e-30
"""In place of a step of 0."""

_SEEN = Text(
    "In {steps} steps with a rate of {rate}, {name} moved the weights by {moved} of their size (median of the layers), nearly "
    "straight on: they are {straight} of their path's length away from the start. {sentence}",
    "{name:이/가} 학습률 {rate:으로/로} {steps}스텝을 밟는 동안 가중치는 제 크기의 {moved}만큼만 움직였습니다(층의 중앙값). 걸음이 거의 한 "
    "방향이어서 걸어온 길이의 {straight}만큼 출발점에서 멀어졌습니다. {sentence}",
)
_CLIP = Text(
    "Clipping cut the gradients to {part} of their size on most steps, which makes the steps smaller still.",
    "자르기(clipping)가 대부분의 스텝에서 기울기를 {part:으로/로} 줄여 걸음을 더 작게 만듭니다.",
)
_FADE = Text(
    "The schedule took the rate from {first} to {last} early on.",
    "스케줄이 학습률을 일찍부터 {first}에서 {last}까지 낮췄습니다.",
)
_HARM = Text(
    "Step after step points the same way, so longer ones would have come further; at this pace the training ends near its "
    "start.",
    "걸음마다 같은 쪽을 가리키니 더 크게 디뎠다면 더 멀리 갔을 것입니다. 이 속도로는 출발점 근처에서 학습이 끝납니다.",
)
_DOUBT = Text(
    "A training that was only just begun looks alike; then more steps do as well as larger ones.",
    "이제 막 시작한 학습도 이렇게 보입니다. 그렇다면 걸음을 키우는 대신 더 오래 학습해도 됩니다.",
)
_ADVICE = Text(
    "Raise the learning rate {factor}-fold, and compare: lr={suggested}",
    "학습률을 {factor}배로 올려 견주어 보세요: lr={suggested}",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Layers that stayed at their start though their updates agree, or a schedule that was over at once."""
    return _slow(evidence, learned) or fading.over(evidence, learned)


def _slow(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """All layers stayed at their start, and most is still to be learned."""
    optimizer = evidence.optimizer
    if optimizer is None or optimizer.rate is None or not _unfinished(evidence, learned):
        return ()
    layers = [x for x in evidence.layers if not x.kind.startswith("Embedding")] or evidence.layers
    moved = [m for m in (ladder.last(x.moved) for x in layers) if m]  # 0: not trained
    straight = [s for s in (_straightness(x, evidence) for x in layers) if s is not None]
    if not moved or not straight or not _honest(evidence, statistics.median(moved)):
        return ()
    far, path = statistics.median(moved), statistics.median(straight)
    faded = fading.has_faded(evidence)
    limit = MOVED * (1.0 if faded else min(1.0, evidence.steps / LONG))
    if (
        far >= limit
        or max(moved) >= LEFT
        or path < _straight_enough(evidence.steps, optimizer.momentum or 0.0)
    ):
        return ()
    factor = 10 ** max(1, min(3, round(math.log10(0.5 / far)))) if far > 0 else 1000
    rate = max([optimizer.rate, *(r for r in optimizer.rates if r is not None)])
    return (
        Finding(
            code="learning-rate-too-low",
            severity="warning" if learned.learning else "error",
            place="optimizer",
            places=("optimizer",),
            seen=_SEEN.fill(
                steps=evidence.steps,
                rate=f"{rate:g}",
                name=optimizer.name,
                moved=ladder.times(far),
                straight=ladder.share(min(path, 1.0)),
                sentence=learned.sentence,
            ),
            causes=_causes(evidence, optimizer),
            harm=_HARM,
            doubt=_DOUBT,
            advice=fading.ADVICE
            if faded
            else _ADVICE.fill(factor=factor, suggested=f"{rate * factor:g}"),
            evidence={"moved": far, "straightness": path, "rate": rate, "steps": evidence.steps},
            remedies=("hold-rate", "raise-rate") if faded else ("raise-rate",),
        ),
    )


def _unfinished(evidence: Evidence, learned: Learning) -> bool:
    """Whether enough steps were taken to judge, the loss did not rise, and most of what can be learned is still there."""
    begun = learned.start is not None and learned.end is not None
    if evidence.steps < FEWEST_STEPS or learned.diverged or evidence.adversarial or not begun:
        return False
    start, end = learned.start or 0.0, learned.end or 0.0
    if end > start + 0.02 * abs(start):
        return False
    if learned.skill is not None:
        return learned.skill < POOR_SKILL
    return start - end < POOR_SKILL * abs(start)


def _honest(evidence: Evidence, moved: float) -> bool:
    """Whether the rate is what holds the training back: level gradients, centred inputs, a warm-up that is over."""
    span = ladder.span(evidence, at_start=True)
    if span is not None and abs(span) > LEVEL:
        return False
    off = any((ladder.late(x.input_offset) or 0.0) > OFF_CENTRE for x in evidence.layers[1:])
    if off and moved >= BARELY:
        return False
    rates = [r for r in (evidence.optimizer.rates if evidence.optimizer else ()) if r is not None]
    return not (rates and rates[-1] == max(rates) and rates[-1] > WARMING * rates[0])


def _straightness(layer: Layer, evidence: Evidence) -> float | None:
    """How far the weights came, over the length of the path.

    Its steps are known where they were measured; in between they change by equal factors, as schedules multiply.
    """
    known = [
        (step, u)
        for step, u in zip(evidence.sampled, layer.update, strict=False)
        if u is not None and math.isfinite(u)
    ]
    moved = ladder.last(layer.moved)
    if moved is None or len(known) < 3:
        return None
    steps, updates = zip(*known, strict=True)
    logs = np.log(np.maximum(updates, TINY))
    length = float(np.exp(np.interp(np.arange(evidence.steps), steps, logs)).sum())
    return moved / length if length > 0 else None


def _straight_enough(steps: int, momentum: float) -> float:
    """Steps in random directions come √steps far; momentum, which repeats each step, √((1+β)/(1-β)) times as far."""
    repeated = (1 + min(momentum, 0.99)) / (1 - min(momentum, 0.99))
    return min(0.8, max(STRAIGHT, WANDERS * math.sqrt(repeated / steps)))


def _causes(evidence: Evidence, optimizer: Optimizer) -> tuple[Text, ...]:
    clipping = evidence.clipping
    found: list[Text] = []
    if fading.has_faded(evidence):
        found.append(_FADE.fill(first=f"{optimizer.rate:g}", last=f"{optimizer.last_rate:.1g}"))
    before, after = (
        (ladder.late(clipping.before), ladder.late(clipping.after)) if clipping else (None, None)
    )
    if before is not None and after is not None and before - after >= CLIPPED:
        found.append(_CLIP.fill(part=ladder.one_in(after - before)))
    return tuple(found)


def _at_rate(seed: int, rate: float) -> Training:
    from torch import nn

    model = patients.mlp((2, 32, 32, 1), nn.Tanh)
    return patients.train(model, patients.waves(seed), nn.MSELoss(), rate=rate)


def _patient(seed: int) -> Training:
    return _at_rate(seed, 3e-6)


def _healthy_twin(seed: int) -> Training:
    return _at_rate(seed, 0.02)


RULE = Rule(
    code="learning-rate-too-low",
    look=look,
    explains=("sign-locked-gradients", "vanishing-gradient"),
    about=Text(
        "Compares how far each layer came from its start with the length of the path it took, while most of what can be learned "
        "is still to be learned; and looks for a schedule that was over within the first tenth of the training.",
        "배울 것이 아직 많이 남았을 때, 층마다 출발점에서 얼마나 멀어졌는지를 걸어온 길의 길이와 견줍니다. 스케줄이 학습의 처음 10분의 1 안에 "
        "끝나 버렸는지도 봅니다.",
    ),
    false_alarms=Text(
        "A converged network, a warm-up that still rises, a few steps only, steps that wander around a plateau, gradients that "
        "vanish: silent, because the path must be straight, short and far from its goal.",
        "수렴한 신경망, 아직 오르는 웜업, 몇 스텝뿐인 학습, 고원에서 헤매는 걸음, 사라진 기울기: 길이 곧고 짧으며 목표가 멀 때만 말하므로 "
        "조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Smith 2017 (arXiv:1506.01186); Goodfellow et al. 2015 (arXiv:1412.6544), straight paths.",
)
