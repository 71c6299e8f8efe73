"""The card of one function: curve, formulas, parameters, properties, and how its slope was checked."""

from __future__ import annotations

import math
import re
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.functions import Activation, OwnActivation, VectorActivation
from livegrad.functions.formula import derivative
from livegrad.lab.functions.chosen import sliders, written
from livegrad.lab.functions.histogram import critical_weight
from livegrad.lab.functions.said import said_of
from livegrad.report.function_facts import Group, facts, names_elsewhere
from livegrad.report.function_facts import title as titled
from livegrad.report.function_failures import failures
from livegrad.report.function_words import ACCURACY, NAMES
from livegrad.report.mathml import formula_markup, mathml
from livegrad.report.own_words import remarks
from livegrad.text import Text, same

__all__ = ["accuracy", "card", "checked", "curve", "properties"]

Reals: TypeAlias = NDArray[np.float64]
CHECKED = 4001
"""At how many points a slope is compared with a finite difference."""
_REACH = 10.0
_STEP = 2.0**-16
_AGREES = 1e-6
_LONGEST = 260  # characters of LaTeX; a longer formula of the slope explains nothing
_OF_NOTHING = Text(
    "The slope of '{name}' cannot be drawn.", "'{name}'의 기울기를 그릴 수 없습니다."
)
_OFF = Text("{dtype}, {what}", "{dtype}, {what}")
_VALUE = Text("value", "함숫값")
_SLOPE = Text("slope", "기울기")
_ULP = Text("{worst} ULP at x = {at}", "{worst} ULP (x = {at})")


def card(function: Activation | VectorActivation, reach: float) -> dict[str, Any]:
    """Return what the page draws at once: quick enough to follow a slider.

    Args:
        function: The function, with its parameters.
        reach: The curve runs from −reach to reach.

    Example:
        >>> from livegrad.functions import activation
        >>> card(activation("relu"), 5.0)["check"]["agrees"]
        True
    """
    told = {
        "id": function.id,
        "name": titled(function),
        "vector": isinstance(function, VectorActivation),
        "own": isinstance(function, OwnActivation),
        "written": written(function),
        "about": function.about,
        "source": function.source,
        "parameters": sliders(function),
        "formula": formula_markup(function),
        "said": said_of(function.id),
        "remarks": remarks(function) if isinstance(function, OwnActivation) else (),
    }
    if isinstance(function, VectorActivation):
        return told
    return {
        **told,
        **curve(function, reach),
        "slope": slope_markup(function),
        "check": checked(function),
    }


def curve(function: Activation, reach: float) -> dict[str, Any]:
    """Return x, f, f′ and f″ from −reach to reach, with a gap where f or f′ jumps.

    Args:
        function: Any elementwise one.
        reach: Above 0, in units of the input.

    Example:
        >>> from livegrad.functions import elementwise
        >>> bool(np.isnan(curve(elementwise("step"), 5.0)["f"]).any())
        True
    """
    jumps = [kink for kink in function.kinks if abs(kink.at) < reach]
    beside = [[np.nextafter(k.at, -np.inf), k.at, np.nextafter(k.at, np.inf)] for k in jumps]
    x = np.unique(np.concatenate([np.linspace(-reach, reach, 601), *map(np.array, beside)]))
    with np.errstate(all="ignore"):
        f, slope, bend = (
            np.array(compute(x, tier="fast"), float)
            for compute in (function, function.derivative, function.second_derivative)
        )
    for kink in jumps:
        slope[x == kink.at] = np.nan
        bend[x == kink.at] = np.nan
        if kink.jump:
            f[x == kink.at] = np.nan
    return {"x": x, "f": f, "df": slope, "ddf": bend, "kinks": [kink.at for kink in jumps]}


def slope_markup(function: Activation) -> str | None:
    """Return the slope's formula as MathML; None where it is too long to explain anything.

    Example:
        >>> from livegrad.functions import elementwise
        >>> slope_markup(elementwise("identity"))
        '<math displaystyle="true"><mn>1</mn></math>'
    """
    forms = [derivative(function.formula).latex(), function.kernel("x").latex()]
    latex = min((form for form in forms if "clip" not in form), key=len, default=forms[0])
    # a dot before a number is drawn as a space: 2 · −1 would read as 2 − 1
    bracketed = re.sub(r"\\cdot (-[\d.]+)", r"\\cdot \\left(\1\\right)", latex)
    return mathml(bracketed) if len(bracketed) <= _LONGEST else None


def checked(function: Activation) -> dict[str, Any]:
    """Compare f′ with a central difference at 4,001 points from −10 to 10.

    Args:
        function: Any elementwise one.

    Returns:
        ``worst``: the largest difference, over max(1, |f′|); ``at``: where; ``points``: how many were compared,
        ``left_out``: how many lie so near to a corner that a difference spans it; ``agrees``.

    Example:
        >>> from livegrad.functions import elementwise
        >>> found = checked(elementwise("tanh"))
        >>> found["points"], found["worst"] < 1e-9
        (4001, True)
    """
    x = np.linspace(-_REACH, _REACH, CHECKED)
    near = np.zeros(CHECKED, bool)
    for place in function.joint_places:
        near |= np.abs(x - place) <= 2 * _STEP
    with np.errstate(all="ignore"):
        above, below = (np.asarray(function(x + step, tier="fast")) for step in (_STEP, -_STEP))
        slope = np.asarray(function.derivative(x, tier="fast"))
        off = np.abs((above - below) / (2 * _STEP) - slope) / np.maximum(1.0, np.abs(slope))
    off[near | ~np.isfinite(off)] = -1.0
    worst = int(off.argmax())
    return {
        "points": int((off >= 0).sum()),
        "left_out": int((off < 0).sum()),
        "worst": float(max(off[worst], 0.0)),
        "at": float(x[worst]),
        "agrees": bool(off[worst] < _AGREES),
    }


def properties(function: Activation | VectorActivation) -> dict[str, Any]:
    """Return what is said on the card beside the curve: facts in groups, weak places, names elsewhere.

    Example:
        >>> from livegrad.functions import activation
        >>> properties(activation("sigmoid"))["groups"][0].title.en
        'Shape'
    """
    groups = list[Group]()
    weak: tuple[Text, ...] = ()
    if isinstance(function, Activation):
        groups += facts(function, deaths=False)
        weak = failures(function, deaths=False)
    elsewhere = names_elsewhere(function)
    if elsewhere:
        groups.append(Group(NAMES, elsewhere))
    critical = critical_weight(function) if isinstance(function, Activation) else None
    return {"groups": groups, "failures": weak, "critical": critical, "of": written(function)}


def accuracy(function: Activation) -> dict[str, Any]:
    """Measure how far value and slope are off, in units in the last place; takes a second or two.

    Raises:
        BadInput: Nothing could be measured.
    """
    found = function.accuracy()
    if not found:
        raise BadInput(_OF_NOTHING.fill(name=function.id))
    rows = [
        {
            "name": _OFF.fill(dtype=one.dtype, what=_SLOPE if one.order else _VALUE),
            "worst": one.worst_ulp,
            "words": _ULP.fill(worst=_few(one.worst_ulp), at=_few(one.at)),
            "samples": one.samples,
        }
        for one in found
    ]
    return {"title": ACCURACY, "rows": rows}


def _few(value: float) -> Text:
    return same("∞" if math.isinf(value) else f"{value:.3g}".replace("-", "−"))
