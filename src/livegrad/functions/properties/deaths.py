"""Arithmetic death: where a computed gradient is exactly 0 although the true slope is not.

A sigmoid that rebuilds its slope as y·(1 − y) from the rounded output gives exactly 0 from x = 16.6
in float32, where the true slope is 6e-8. No mathematics kills that gradient, only rounding does.
Past some place a slope is also too small for its dtype; then nobody can keep it, and `underflow`
says so.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.functions.properties.sampling import flat_pieces, in_float64
from livegrad.functions.properties.smoothness import seams

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = ["FORMATS", "Death", "Format", "deaths", "deaths_of"]

Floats: TypeAlias = NDArray[np.float64]
Gradient: TypeAlias = Callable[[Floats, str], Floats]
"""From places, which the dtype holds exactly, and its name, to the gradients computed in it."""


@dataclass(frozen=True)
class Format:
    """A floating-point format.

    Attributes:
        name: Its name in NumPy and PyTorch.
        digits: Bits of the significand, the leading one included.
        smallest: Its smallest positive number, a subnormal.
        normal: Its smallest number of full precision.
        largest: Its largest finite number.
    """

    name: str
    digits: int
    smallest: float
    normal: float
    largest: float

    def rounded(self, x: Floats) -> Floats:
        """Return the nearest numbers that the format holds, as float64."""
        with np.errstate(over="ignore", under="ignore"):
            exponent = np.frexp(x)[1] - self.digits
            step = np.maximum(exponent, math.frexp(self.smallest)[1] - 1)
            return np.ldexp(np.rint(np.ldexp(x, -step)), step)


FORMATS = (
    Format("float16", 11, 2.0**-24, 2.0**-14, 65504.0),
    Format("bfloat16", 8, 2.0**-133, 2.0**-126, (2 - 2.0**-7) * 2.0**127),
    Format("float32", 24, 2.0**-149, 2.0**-126, float(np.finfo(np.float32).max)),
    Format("float64", 53, 2.0**-1074, 2.0**-1022, float(np.finfo(np.float64).max)),
)
"""The formats that networks compute in."""


@dataclass(frozen=True)
class Death:
    """One place beyond which a computed gradient is exactly 0 although the slope is not.

    Attributes:
        dtype: In which it is computed.
        side: "left" if it dies towards −∞, "right" if towards +∞.
        at: The first such input of the dtype, seen from 0, in units of the input.
        slope: The true f′ there.
        underflow: Whether the true slope itself is below the numbers that the dtype holds in full
            precision: then the dtype is to blame, and not the arithmetic.
        whose: "livegrad", or the dotted name of a library's function.
    """

    dtype: str
    side: Literal["left", "right"]
    at: float
    slope: float
    underflow: bool
    whose: str = "livegrad"


def deaths(f: Activation) -> tuple[Death, ...]:
    """Return where our own gradients die, for each dtype and side.

    Args:
        f: The activation.

    Returns:
        One record for each dtype and side on which it happens at all.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [
        ...     death.underflow
        ...     for death in deaths(elementwise("sigmoid"))
        ...     if death.dtype == "float32"
        ... ]
        [True, True]
    """
    return deaths_of(f, functools.partial(_ours, f), "livegrad")


def deaths_of(f: Activation, gradient: Gradient, whose: str) -> tuple[Death, ...]:
    """Return where any gradient of an activation dies, by running it.

    Args:
        f: The activation, whose slope is the truth.
        gradient: What to look at.
        whose: Whose it is, for the record.

    Returns:
        As `deaths`.

    Example:
        >>> from livegrad.functions import elementwise
        >>> rebuilt = lambda x, dtype: 1 - np.tanh(x) ** 2
        >>> round(deaths_of(elementwise("tanh"), rebuilt, "1 − y²")[-1].at)
        19
    """
    return tuple(_all_deaths(f, gradient, whose))


def _all_deaths(f: Activation, gradient: Gradient, whose: str) -> Iterator[Death]:
    slope = in_float64(f, "x")
    flat = [span for span, value in flat_pieces(slope, seams(f)) if value == 0]
    for form in FORMATS:
        for side in (-1, 1):
            at = _first_dead(lambda x, form=form: gradient(x, form.name), form, side)
            if at is None or any(at in span for span in flat):
                continue
            true = float(slope(np.array([at]))[0])
            side_name: Literal["left", "right"] = "left" if side < 0 else "right"
            yield Death(form.name, side_name, at, true, abs(true) < form.normal, whose)


def _first_dead(gradient: Callable[[Floats], Floats], form: Format, side: int) -> float | None:
    """Return the first input from which on all gradients on one side are 0 or not numbers."""
    sizes = form.rounded(np.concatenate([[0.0], _sizes(form)]))
    alive = np.flatnonzero(_is_alive(gradient(side * sizes)))
    if not alive.size or alive[-1] == len(sizes) - 1:
        return None
    if gradient(side * sizes[alive[-1] + 1 : alive[-1] + 2])[0] != 0:
        return None  # it does not vanish but overflows
    living, dead = float(sizes[alive[-1]]), float(sizes[alive[-1] + 1])
    while True:
        middle = float(form.rounded(np.array([living + (dead - living) / 2]))[0])
        if middle in (living, dead):
            return side * dead
        still = _is_alive(gradient(np.array([side * middle])))[0]
        living, dead = (middle, dead) if still else (living, middle)


def _sizes(form: Format) -> Floats:
    near = np.linspace(2.0**-8, 128.0, 4096)
    far = 2.0 ** np.linspace(7.0, math.log2(form.largest), 2048)[:-1]
    return np.unique(np.concatenate([near, far, [form.largest]]))


def _is_alive(gradient: Floats) -> NDArray[np.bool_]:
    return np.isfinite(gradient) & (gradient != 0)


def _ours(f: Activation, x: Floats, dtype: str) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):  # a formula of one's own may overflow
        if dtype == "bfloat16":  # NumPy has none: what is computed in float32 is rounded once
            return FORMATS[1].rounded(f.derivative(x.astype(np.float32)).astype(np.float64))
        return f.derivative(x.astype(dtype)).astype(np.float64)
