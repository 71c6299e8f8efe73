"""What the other tools' own labels mean in the words of `livegrad.codes`: one table for each tool.

The tables are generous. A label that may stand for several codes counts as the one that is true; a *soft* label (a
symptom that names no cause: a plateau, a NaN) counts where it fits and is never a wrong label where it does not; advice
on style or hardware is no alarm at all. Where a label says nothing of a place, its code's usual place is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["PLACES", "TORCHMORTEM", "TORCH_AUDIT", "Meaning", "Said", "read"]


@dataclass(frozen=True)
class Meaning:
    """What one label of another tool may stand for.

    Attributes:
        codes: Finding codes, the likeliest first; empty for a symptom that we have no code for.
        soft: Whether it names no cause, so that it is no wrong label where none of the codes is true.
        alarm: Whether it says that something is wrong with the training at all.
    """

    codes: tuple[str, ...] = ()
    soft: bool = False
    alarm: bool = True


@dataclass(frozen=True)
class Said:
    """One finding of another tool with at least its severity "warning".

    Attributes:
        label: The tool's own label, a key of its table.
        places: Modules that it names.
    """

    label: str
    places: tuple[str, ...] = ()


PLACES: dict[str, tuple[str, ...]] = {
    "unscaled-input": ("data",),
    "learning-rate-too-high": ("optimizer",),
    "learning-rate-too-low": ("optimizer",),
    "untrained-parameters": ("optimizer",),
    "stale-gradients": ("optimizer",),
    "wrong-output-activation": ("loss",),
    "broadcast-target": ("loss",),
}
"""Where a code usually lies: counts as named by a tool that names no place of this kind at all."""

_STYLE = Meaning(alarm=False)

TORCHMORTEM: dict[str, Meaning] = {
    "Vanishing gradients": Meaning(("vanishing-gradient",)),
    "Exploding gradients": Meaning(("exploding-gradient",)),
    "Gradient stalling": Meaning(("vanishing-gradient", "dead-units", "saturation")),
    "Dead units": Meaning(("dead-units",)),
    "Activation saturation": Meaning(("saturation", "arithmetic-death")),
    "Rank collapse": Meaning(("signal-collapse",)),
    "Update ratio too low": Meaning(("learning-rate-too-low",)),
    "Update ratio too high": Meaning(("learning-rate-too-high",)),
    "Weight norm explosion": Meaning(("exploding-gradient", "learning-rate-too-high")),
    "Stagnant weight norms": Meaning(("learning-rate-too-low", "untrained-parameters"), soft=True),
    "Inter-layer weight norm imbalance": Meaning(("bad-initialization",), soft=True),
    "Training divergence": Meaning(("learning-rate-too-high", "exploding-gradient"), soft=True),
    "Loss plateau": Meaning(("learning-rate-too-low", "vanishing-gradient"), soft=True),
    "High gradient noise": Meaning(("sign-locked-gradients",), soft=True),
}
"""By the beginning of a finding's title."""

TORCH_AUDIT: dict[str, Meaning] = {
    "TA000": _STYLE,
    "TA100": Meaning(("exploding-gradient", "learning-rate-too-high", "unscaled-input"), soft=True),
    "TA102": Meaning(("exploding-gradient", "stale-gradients", "learning-rate-too-high")),
    "TA103": Meaning(("dead-units", "vanishing-gradient", "saturation", "arithmetic-death")),
    "TA104": Meaning(("untrained-parameters",), soft=True),
    "TA105": Meaning(("dead-units",)),
    "TA200": _STYLE,
    "TA201": _STYLE,
    "TA202": _STYLE,
    "TA203": _STYLE,
    "TA300": _STYLE,
    "TA301": Meaning(("unscaled-input",)),
    "TA302": Meaning(("unscaled-input",), soft=True),
    "TA303": Meaning(),
    "TA304": Meaning(),
    "TA305": Meaning(("unscaled-input",), soft=True),
    "TA400": _STYLE,
    "TA401": _STYLE,
    "TA402": _STYLE,
    "TA403": _STYLE,
    "TA404": _STYLE,
    "TA405": Meaning(("bad-initialization",)),
    "TA500": Meaning(("untrained-parameters",)),
    "TA501": Meaning(),
}
"""By rule id."""


def read(
    said: Iterable[Said], table: Mapping[str, Meaning], truth: frozenset[str]
) -> tuple[dict[str, tuple[str, ...]], bool]:
    """Return (places told for each code, whether it alarmed) in our words.

    Args:
        said: The tool's findings.
        table: Its labels' meanings; the longest key that a label begins with counts.
        truth: The true codes: of several meanings the true one is taken.

    Raises:
        KeyError: A label that the table does not know.
    """
    told: dict[str, tuple[str, ...]] = {}
    alarmed = False
    for finding in said:
        meaning = table[max((k for k in table if finding.label.startswith(k)), key=len, default="")]
        alarmed |= meaning.alarm
        fitting = [code for code in meaning.codes if code in truth]
        code = (fitting or ([] if meaning.soft else [*meaning.codes, ""]) or [""])[0]
        if code:
            more = (*finding.places, *PLACES.get(code, ()))
            told[code] = tuple(dict.fromkeys((*told.get(code, ()), *more)))
    return told, alarmed
