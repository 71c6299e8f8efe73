"""What clipping hides: gradients that grow on their way, and are cut down before the optimizer sees them."""

from __future__ import annotations

import math
import statistics

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text

__all__ = ["hidden_explosion"]

CLIPPED_DECADES = 1.5
"""Clipping hides an explosion if it makes the gradients 30 times smaller at half of the measured steps, in a network in which
they grow as much on their way: a sound one, clipped at its usual norm, is cut by a factor of a few, and grows by less than 10."""
EVEN = 0.005
"""Gradients made smaller by the same factor at every step were scaled (by hand, or averaged), not clipped."""
FEWEST = 4
"""Of fewer measured steps nothing is said."""
WELL = 0.5
"""A training that got half of what can be learned lives with its clipping: a note, no warning."""

_SEEN_CLIPPED = Text(
    "Before they are clipped, all gradients together are about {factor} times as large as what the optimizer gets (median of "
    "{measured} measured steps), and ∂loss/∂z grows 10^{decades}-fold {way}.",
    "자르기(clipping) 전의 기울기 전체가 옵티마이저가 받는 것의 약 {factor}배이고(측정한 {measured}스텝의 중앙값), ∂loss/∂z가 "
    "{way} 10^{decades}배로 커집니다.",
)
_WAY_DEEP = Text(
    "on its way from the last layer ({last}) to the first ({first})",
    "마지막 층({last})에서 첫 층({first})까지 오는 동안",
)
_WAY_LONG = Text(
    "through {place}, from the last of {steps} time steps to the first",
    "{place}에서 {steps}시점을 거슬러 가는 동안",
)
_HARM_CLIPPED = Text(
    "Clipping keeps the numbers finite but leaves the cause: every step is equally long whatever the data says, and the layers "
    "with the largest gradients alone decide where it goes.",
    "자르기는 수가 넘치지 않게 할 뿐 원인은 그대로 둡니다. 데이터가 무엇이든 걸음의 길이가 같아지고, 기울기가 가장 큰 층이 방향을 혼자 "
    "정합니다.",
)
_DOUBT_CLIPPED = Text(
    "A limit that is set very low on purpose cuts a sound network as much; here the gradient grows on its way, too.",
    "한도를 일부러 아주 낮게 두면 멀쩡한 신경망도 이만큼 잘립니다. 여기서는 기울기가 오는 동안 커지기도 합니다.",
)
_ADVICE_CLIPPED = Text(
    "Mend the growth first (the weights' gain, a normalisation, shorter sequences); then raise max_norm until only rare spikes "
    "are clipped.",
    "먼저 커지는 까닭(가중치의 이득, 정규화, 시퀀스 길이)을 고치고, 그다음 드문 튐만 잘리도록 max_norm을 올리세요.",
)


def hidden_explosion(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Return the finding "your clipping hides an explosion", or nothing.

    Args:
        evidence: With `Evidence.clipping`, the norm of all gradients before and after clipping.
        learned: A training that learns well in spite of it gets a note, another one a warning.
    """
    cut = _cuts(evidence)
    if len(cut) < FEWEST or statistics.median(cut) < CLIPPED_DECADES or max(cut) - min(cut) < EVEN:
        return ()
    grown, place, way, remedies = _growth(evidence)
    if grown < CLIPPED_DECADES:
        return ()
    fine = bool(learned.learning) and (learned.skill is None or learned.skill >= WELL)
    factor = statistics.median(cut)
    return (
        Finding(
            code="exploding-gradient",
            severity="note" if fine else "warning",
            place=place,
            places=(place,),
            seen=_SEEN_CLIPPED.fill(
                factor=ladder.times(10**factor),
                measured=len(cut),
                decades=f"{grown:.1f}",
                way=way,
            ),
            harm=_HARM_CLIPPED,
            doubt=_DOUBT_CLIPPED,
            advice=_ADVICE_CLIPPED,
            evidence={"decades_clipped": round(factor, 2), "decades": round(grown, 2)},
            remedies=remedies,
        ),
    )


def _cuts(evidence: Evidence) -> list[float]:
    """By how many decades clipping made the gradients smaller, at each measured step."""
    clipping = evidence.clipping
    if clipping is None:
        return []
    pairs = zip(clipping.before, clipping.after, strict=False)
    cut = [b - a for b, a in pairs if b is not None and a is not None]
    return [c for c in cut if math.isfinite(c)]


def _growth(evidence: Evidence) -> tuple[float, str, Text, tuple[str, ...]]:
    """(decades, place, in words, remedies): through time or through depth, whichever is more."""
    layers = evidence.layers
    deep = ladder.first_span(evidence) or 0.0
    spans = [(span, x) for x in layers if (span := ladder.time_span(x)) is not None]
    long, layer = max(spans, key=_first, default=(0.0, None))
    if layer is not None and long >= deep:
        way = _WAY_LONG.fill(place=ladder.called(layer.name), steps=len(layer.time_gradient))
        return long, layer.name, way, ("orthogonal-recurrence", "lower-rate")
    if not layers:
        return 0.0, evidence.model, Text("", ""), ()
    first, last = ladder.called(layers[0].name), ladder.called(layers[-1].name)
    way = _WAY_DEEP.fill(first=first, last=last)
    return deep, layers[0].name, way, ("reinitialise", "rezero", "lower-rate")


def _first(pair: tuple[float, Layer]) -> float:
    return pair[0]
