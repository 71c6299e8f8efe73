"""What a range test of the learning rate says to try, and the sentences about it (`livegrad.treatment.rate_range`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from livegrad.text import Text
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.proof import Prescription
from livegrad.treatment.rate_range import LOWER, RAISE, Found, is_rate, number, sweep_of

BESIDE = math.sqrt(10)
"""The neighbours of the rate that was found; they are tried where it does not cure well."""
CLEAR = 0.1
"""A share of the loss that a test at the right rate takes away; many take half."""
SAME = 1.5
"""Rates by less than this factor apart are one rate."""

NOT_TESTED = Text(
    "The learning rates here are guesses: the training is too short for a range test, or its optimizer tells no rate.",
    "여기서 시험한 학습률은 어림값입니다. 학습이 너무 짧거나 옵티마이저의 학습률을 알 수 없어 범위 시험(range test)을 하지 못했습니다.",
)
_NOTHING = Text(
    "In a range test the learning rate rose from {lowest} to {highest} over {steps} steps, and the loss neither fell nor rose. So the "
    "learning rates that were tried are guesses.",
    "학습률을 {lowest}에서 {highest}까지 {steps}스텝에 걸쳐 올려 보았지만(범위 시험, range test) 손실이 내려가지도 올라가지도 않았습니다. 그래서 "
    "어림한 학습률을 시험했습니다.",
)
_FOUND = Text(
    "In a range test the learning rate rose from {lowest} to {highest} over {steps} steps. The loss was lowest near {turn}; a tenth "
    "of that, {rate}, is among the rates that were tried.",
    "학습률을 {lowest}에서 {highest}까지 {steps}스텝에 걸쳐 올려 보았습니다(범위 시험, range test). 손실은 {turn} 부근에서 가장 낮았습니다. 그 "
    "10분의 1인 {rate:을/를} 시험에 넣었습니다.",
)
_OTHER_WAY = Text(
    "In a range test the learning rate rose from {lowest} to {highest} over {steps} steps. What it did near "
    "{turn} speaks for {rate}, which is no other rate in the sense of the finding; so the rates that were tried are guesses.",
    "학습률을 {lowest}에서 {highest}까지 {steps}스텝에 걸쳐 올려 보았습니다(범위 시험, range test). {turn} 부근의 손실을 보면 {rate:이/가} "
    "알맞은데, 진단이 가리킨 방향이 아닙니다. 그래서 어림한 학습률을 시험했습니다.",
)
_FOUND_EDGE = Text(
    "In a range test the learning rate rose from {lowest} to {highest} over {steps} steps. That was too short for the loss to fall, "
    "but near {turn} it rose above its start; a thirtieth of that, {rate}, is among the rates that were tried.",
    "학습률을 {lowest}에서 {highest}까지 {steps}스텝에 걸쳐 올려 보았습니다(범위 시험, range test). 손실이 내려가기에는 짧았지만 {turn} 부근에서 "
    "처음보다 높아졌습니다. 그 30분의 1인 {rate:을/를} 시험에 넣었습니다.",
)
_REASON = Text(
    "From {rate} to {new}. In a range test, in which the rate rose step by step, the loss was lowest near {turn}; it needs some room "
    "below that.",
    "학습률을 {rate}에서 {new:으로/로} 바꿉니다. 학습률을 조금씩 올려 본 범위 시험(range test)에서 손실은 {turn} 부근에서 가장 낮았고, 그보다 "
    "여유 있게 낮춰야 합니다.",
)
_REASON_EDGE = Text(
    "From {rate} to {new}. In a range test, in which the rate rose step by step, the loss rose above its start near {turn}; it needs "
    "much room below that.",
    "학습률을 {rate}에서 {new:으로/로} 바꿉니다. 학습률을 조금씩 올려 본 범위 시험(range test)에서 손실은 {turn} 부근부터 처음보다 "
    "높아졌으므로, 그보다 훨씬 낮춰야 합니다.",
)


def said(test: Prescription, found: Found | None, *, used: bool) -> Text:
    """What is to be said of a test beside the race; ``used``: its rate is among those that are tried."""
    bounds = {name: f"{value:g}" for name, value in sweep_of(test).items()}
    if found is None:
        return _NOTHING.fill(**bounds)
    numbers = {**bounds, "turn": f"{found.turn:g}", "rate": f"{found.rate:g}"}
    if not used:
        return _OTHER_WAY.fill(**numbers)
    return (_FOUND if found.fell else _FOUND_EDGE).fill(**numbers)


def decided(
    field: Sequence[Prescription], test: Prescription, found: Found | None
) -> tuple[Prescription, ...]:
    """Return the field with the rates that a test found in the place of those that were guessed.

    The rate itself comes where the first guess stood, then its neighbours, then that guess, if it is another. Where the loss
    heeded no rate, one guess of each remedy is enough; where a remedy would go the wrong way, it comes last. Where no rule
    says that the rate is the cause, and the loss fell clearly at no rate, it is hardly the cause: all rates come last.
    """
    guesses = {way: [p for p in field if p.remedy == way][:1] for way in (LOWER, RAISE)}
    last: list[Prescription] = []
    tried = dict(guesses)
    if found is not None:
        peak = number(test, "peak")
        tried = {way: list(_measured(own, found, peak)) for way, own in guesses.items()}
        last = [p for way, own in guesses.items() if not tried[way] for p in own]
    if _is_hardly_the_cause(field, found):
        last = [*(p for own in tried.values() for p in own), *last]
        tried.clear()
    placed: list[Prescription] = []
    for prescription in field:
        placed += tried.pop(prescription.remedy, []) if is_rate(prescription) else [prescription]
    return (*placed, *last)


def _is_hardly_the_cause(field: Sequence[Prescription], found: Found | None) -> bool:
    named = any(p.code for p in field if is_rate(p))
    return not named and (found is None or found.fall < CLEAR)


def _measured(guesses: Sequence[Prescription], found: Found, peak: float) -> Iterator[Prescription]:
    """The first of the guesses at the rate that was found, at its neighbours, and as it was; nothing on the wrong side."""
    if not guesses:
        return
    first = guesses[0]
    is_below = first.remedy == LOWER
    tried: list[float] = []
    for rate in (found.rate, found.rate / BESIDE, found.rate * BESIDE):
        if rate < peak / SAME if is_below else rate > peak * SAME:
            tried.append(rate)
            yield _at(first, peak, rate, found)
        elif not tried:
            return
    guess = peak * number(first, "factor")
    if all(max(guess / rate, rate / guess) > SAME for rate in tried):
        yield first


def _at(prescription: Prescription, peak: float, new: float, found: Found) -> Prescription:
    rate, new = float(f"{peak:.3g}"), float(f"{new:.1g}")
    said = {"rate": f"{rate:g}", "new": f"{new:g}", "turn": f"{found.turn:g}"}
    return replace(
        prescription,
        title=REMEDIES.find(prescription.remedy).title.fill(new=new),
        reason=(_REASON if found.fell else _REASON_EDGE).fill(**said),
        settings={"factor": new / peak, "rate": rate, "new": new},
    )
