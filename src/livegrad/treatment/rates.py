"""A remedy with a learning rate of its own: a shaped deep network needs about a tenth of the rate that failed before."""

from __future__ import annotations

from dataclasses import replace

from livegrad.text import Text
from livegrad.treatment.proof import Prescription, Runner

FACTOR = "rate_factor"
"""The setting of a prescription by which the surgeon scales the learning rate after the remedy."""
FACTORS = (1 / 3, 3.0, 0.1, 10.0)
"""What is tried beside the rate as it is, the nearest first."""

_TITLE = Text("{title}, learning rate {rate}", "{title}, 학습률 {rate}")
_REASON = Text(
    "{reason} In short runs a learning rate of {rate} came further than {old}.",
    "{reason} 짧게 돌려 보니 학습률 {rate:이/가} {old}보다 나았습니다.",
)


def variants(prescription: Prescription, rate: float | None) -> tuple[Prescription, ...]:
    """Return the prescription at other learning rates, as far as the rate is known.

    Example:
        >>> from livegrad.text import same
        >>> plain = Prescription(
        ...     remedy="rezero", title=same("ReZero"), reason=same(""), code="", place=""
        ... )
        >>> [p.title.en for p in variants(plain, 0.1)][0]
        'ReZero, learning rate 0.0333'
    """
    if rate is None or rate <= 0:
        return ()
    return tuple(_at(prescription, rate, float(f"{rate * factor:.3g}")) for factor in FACTORS)


def is_searched(runner: Runner) -> bool:
    """Whether a runner's learning rate is still to be searched: not where the remedy is itself a change of the rate."""
    if runner.prescription is None or runner.outcome == "not-applicable":
        return False
    sets_rate = any(line.startswith("+ lr=") for line in runner.changes)
    return FACTOR not in runner.prescription.settings and not sets_rate


def _at(prescription: Prescription, old: float, new: float) -> Prescription:
    return replace(
        prescription,
        title=_TITLE.fill(title=prescription.title, rate=f"{new:g}"),
        reason=_REASON.fill(reason=prescription.reason, rate=f"{new:g}", old=f"{old:g}"),
        settings={**prescription.settings, FACTOR: new / old},
    )
