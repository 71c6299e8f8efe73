"""How right a computed activation is: its error in units in the last place, measured and not claimed.

Each of a few thousand places is computed in the given dtype and compared with `reference`: random
bit patterns of the dtype's whole range, the middle, the tails, joints and zeros with their
neighbours, ±0, ±inf and NaN. What is reported is the worst place found, which proves nothing about
places not tried; 16-bit formats are small enough to try them all.
"""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.functions.numbers.backends import Array
from livegrad.functions.record import Activation
from livegrad.functions.reference import Truth
from livegrad.text import Text

Tier: TypeAlias = Literal["exact", "fast"]
Order: TypeAlias = Literal[0, 1, 2]

_FAR = {"float16": 20.0, "float32": 110.0, "float64": 760.0}  # where exponentials have died out
_SEARCHED = np.linspace(-20.0, 20.0, 4001)  # for zeros
# A dozen digits more than float64 can show, twice; then for tails that cancel: below 10^−308 is nothing
# left, but a factor of 10^308 may still come.
_LADDER = {"float16": (28, 32, 90, 100), "float32": (28, 32, 130, 140, 260, 270)}
_LONG_LADDER = (28, 32, 130, 140, 420, 430, 900, 910)
_DIGITS = 22
_EXACT = Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])

_NO_DTYPE = Text(
    "dtype = {dtype} is not measured here: it can be {dtypes}. Try dtype='float32'.",
    "dtype = {dtype:은/는} 여기서 잴 수 없습니다. {dtypes} 가운데 하나여야 합니다. "
    "dtype='float32'부터 시도해 보세요.",
)
_SUMMARY = Text(
    "{dtype}, {what}: at most {worst} units in the last place (ULP) off among {samples} places; "
    "the worst is x = {at}.",
    "{dtype}, {what}: {samples}곳에서 재어 보니 오차가 커야 마지막 자리 단위(ULP)로 {worst}입니다. "
    "가장 나쁜 곳은 x = {at}입니다.",
)
_ORDERS = (
    Text("value", "함숫값"),
    Text("derivative", "도함수(derivative)"),
    Text("second derivative", "이계도함수(second derivative)"),
)


@dataclass(frozen=True)
class Accuracy:
    """What was measured of one activation in one dtype.

    Attributes:
        dtype: The format of inputs and results.
        tier: How it was computed, ``"exact"`` or ``"fast"``.
        order: 0 for the value, 1 for the derivative, 2 for the second.
        worst_ulp: The largest error found, in units in the last place of the exact value; half a
            unit is as right as the format allows. inf where inf or NaN came instead of a number.
        at: x of the worst.
        got: What was computed there.
        expected: The exact value there, as float64 has it.
        median_ulp: The median error.
        share_above_4: The share of places whose error is above 4 units, from 0 to 1.
        samples: How many places were compared.
    """

    dtype: str
    tier: Tier
    order: Order
    worst_ulp: float
    at: float
    got: float
    expected: float
    median_ulp: float
    share_above_4: float
    samples: int

    @property
    def summary(self) -> Text:
        """The figure in one sentence."""
        return _SUMMARY.fill(
            dtype=self.dtype,
            what=_ORDERS[self.order],
            worst=f"{self.worst_ulp:.2g}",
            samples=self.samples,
            at=f"{self.at:.9g}",
        )


def measure(
    activation: Activation,
    *,
    dtype: str = "float32",
    tier: Tier = "fast",
    order: Order = 0,
    samples: int = 2000,
    seed: int = 0,
) -> Accuracy:
    """Measure how right an activation or a derivative of it is, as NumPy computes it.

    Args:
        activation: Any record, one made from a user's formula too.
        dtype: ``"float16"``, ``"float32"`` or ``"float64"``.
        tier: ``"exact"`` or ``"fast"``.
        order: 0 for the value, 1 for the derivative, 2 for the second.
        samples: About how many places to try; special places come on top.
        seed: Of the random places.

    Returns:
        The figures. Places where the formula is undefined are left out.

    Raises:
        BadInput: The dtype is another one.

    Example:
        >>> from livegrad.functions import elementwise
        >>> round(measure(elementwise("relu"), samples=200).worst_ulp, 3)
        0.0
    """
    if dtype not in _FAR:
        raise BadInput(_NO_DTYPE.fill(dtype=repr(dtype), dtypes=", ".join(_FAR)))
    x = places(activation, dtype, samples=samples, seed=seed)
    truth = Truth(activation, order, digits=_DIGITS, ladder=_LADDER.get(dtype, _LONG_LADDER))
    got = np.asarray(computed(activation, x, order=order, tier=tier), np.float64)
    rows = [
        (units(value, exact, dtype), place, value, float(exact))
        for place, value in zip(x.tolist(), got.tolist(), strict=True)
        if not (exact := truth(place)).is_nan()
    ]
    rows += _at_the_ends(activation, dtype, order, tier)
    return _summed(rows, dtype, tier, order)


def badge(activation: Activation) -> tuple[Accuracy, ...]:
    """Measure value and derivative in float32 and float64, in the tier used for training.

    Args:
        activation: Any record.

    Returns:
        Four measurements: float32 value and derivative, float64 value and derivative.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [accuracy.dtype for accuracy in badge(elementwise("identity"))]
        ['float32', 'float32', 'float64', 'float64']
    """
    orders: tuple[Order, ...] = (0, 1)
    return tuple(
        measure(activation, dtype=dtype, order=order)
        for dtype in ("float32", "float64")
        for order in orders
    )


def computed(activation: Activation, x: Array, *, order: Order = 0, tier: Tier = "fast") -> Array:
    """Compute an activation or a derivative of it, without floating-point warnings.

    Args:
        activation: The record.
        x: Whatever it takes, any shape.
        order: 0 for the value, 1 for the derivative, 2 for the second.
        tier: Handed on where the record knows tiers.

    Returns:
        The same kind, shape and dtype as x.

    Example:
        >>> from livegrad.functions import elementwise
        >>> float(computed(elementwise("relu"), 2.0))
        2.0
    """
    call: Any = (activation, activation.derivative, activation.second_derivative)[order]
    function = call.__call__ if order == 0 else call
    choice = {"tier": tier} if "tier" in inspect.signature(function).parameters else {}
    with np.errstate(all="ignore"):
        return call(x, **choice)


def places(
    activation: Activation, dtype: str, *, samples: int = 2000, seed: int = 0
) -> NDArray[np.floating]:
    """Return the places to try: half of them random bit patterns, the rest where things happen.

    Args:
        activation: Its joints, its zeros and its derivative's come with their neighbours.
        dtype: A NumPy float format.
        samples: About how many.
        seed: Of the random ones.

    Returns:
        Shape (n,), rising, without repetitions, all finite.

    Example:
        >>> from livegrad.functions import elementwise
        >>> places(elementwise("relu"), "float32", samples=0).size > 10
        True
    """
    generator, format_ = np.random.default_rng(seed), np.finfo(dtype)
    far, eighth = _FAR[dtype], samples // 8
    bits = generator.integers(0, 2**format_.bits, samples // 2, dtype=np.uint64, endpoint=False)
    patterns = bits.astype(f"u{format_.bits // 8}").view(dtype)
    signs = generator.choice([-1.0, 1.0], eighth)
    sizes = np.exp(generator.uniform(math.log(1e-6), math.log(far), eighth))
    middle = generator.uniform(-12, 12, 2 * eighth)
    spread = np.concatenate([middle, generator.uniform(-far, far, eighth), signs * sizes])
    special = [float(format_.smallest_subnormal), float(format_.tiny), float(format_.eps), 1.0]
    special += [0.0, float(format_.max), *special_places(activation)]
    fixed = np.array([sign * place for place in special for sign in (-1.0, 1.0)], dtype)
    x = np.concatenate([patterns, spread.astype(dtype), *_with_neighbours(fixed)])
    return np.unique(x[np.isfinite(x)])


def special_places(activation: Activation) -> tuple[float, ...]:
    """Return the joints, and where the value or the derivative changes its sign within ±20.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [round(place, 3) for place in special_places(elementwise("gelu"))]
        [-0.752, 0.0]
    """
    found = {*zeros(activation, 0), *zeros(activation, 1)}
    return tuple(sorted({*activation.joint_places, *found}))


def zeros(activation: Activation, order: Order = 0) -> list[float]:
    """Return where the value or a derivative changes its sign within ±20, found by search.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [round(place, 3) for place in zeros(elementwise("swish"), 1)]
        [-1.278]
    """
    values = np.asarray(computed(activation, _SEARCHED, order=order))
    change = np.flatnonzero(values[:-1] * values[1:] < 0)
    low, high, left = _SEARCHED[change], _SEARCHED[change + 1], values[change]
    for _ in range(60):
        middle = low + (high - low) / 2
        same = np.asarray(computed(activation, middle, order=order)) * left > 0
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    on_the_grid = _SEARCHED[1:][(values[1:] == 0) & (values[:-1] != 0)]
    return [float(zero) for zero in np.concatenate([high, on_the_grid])]


def ends_of(activation: Activation, order: Order = 0) -> tuple[float, float]:
    """Return the limits at −∞ and +∞: of the value as declared, of derivatives as the truth shows.

    Args:
        activation: The record.
        order: 0 for the value, 1 for the derivative, 2 for the second.

    Returns:
        Two numbers, ±inf among them; NaN where there is no limit or none is known.

    Example:
        >>> from livegrad.functions import elementwise
        >>> ends_of(elementwise("swish"), 1)
        (0.0, 1.0)
    """
    if order == 0:
        return activation.limits
    truth = Truth(activation, order, digits=_DIGITS)
    return _settled(truth, -1), _settled(truth, 1)


def units(got: float, exact: Decimal, dtype: str) -> float:
    """Return an error in units in the last place of the exact value, subnormal spacing included.

    Args:
        got: What was computed.
        exact: What is right.
        dtype: The format in which ``got`` was computed.

    Returns:
        The error, at least 0. Where the exact value overflows the format, inf is right; anywhere
        else, inf and NaN count as an infinite error.

    Example:
        >>> units(1.0, Decimal("1.000000059604644775390625"), "float32")
        0.5
    """
    format_ = np.finfo(dtype)
    size, largest = abs(float(exact)), float(format_.max)
    exponent = math.frexp(min(size, largest))[1] if size else int(format_.minexp)
    unit = math.ldexp(1.0, max(exponent - 1, int(format_.minexp)) - int(format_.nmant))
    if math.isnan(got):
        return math.inf
    with localcontext(_EXACT):
        beyond = Decimal(largest) + Decimal(unit) if size >= largest else Decimal(0)
        return _error(got, exact, unit, beyond)


def _error(got: float, exact: Decimal, unit: float, beyond: Decimal) -> float:
    """Return the error; ``beyond`` is the number after the largest where that matters, else 0."""
    overflows = beyond and exact.copy_abs() >= beyond - Decimal(unit) / 2
    if overflows:
        exact = beyond.copy_sign(exact)
    if math.isinf(got):
        right = overflows and (got > 0) == (exact > 0)
        return 0.0 if right else math.inf
    return float(abs(Decimal(got) - exact) / Decimal(unit))


def _at_the_ends(
    activation: Activation, dtype: str, order: Order, tier: Tier
) -> list[tuple[float, float, float, float]]:
    """Return rows for ±inf, where a limit is known, and for NaN."""
    ends = np.array([-math.inf, math.inf, math.nan], dtype)
    got = np.asarray(computed(activation, ends, order=order, tier=tier), np.float64).tolist()
    limits = ends_of(activation, order)
    rows = [
        (_limit_error(value, limit, dtype), end, value, limit)
        for end, value, limit in zip((-math.inf, math.inf), got[:2], limits, strict=True)
        if not math.isnan(limit)
    ]
    return [*rows, (0.0 if math.isnan(got[2]) else math.inf, math.nan, got[2], math.nan)]


def _limit_error(got: float, limit: float, dtype: str) -> float:
    if math.isinf(limit) or math.isinf(got):
        return 0.0 if got == limit else math.inf
    return units(got, Decimal(limit), dtype)


def _settled(truth: Truth, sign: int) -> float:
    """Return the limit at ±∞ as three far places show it, else NaN."""
    near, far, farther = (float(truth(sign * place)) for place in (1e30, 3e100, 7e300))
    if abs(farther) <= abs(far) <= abs(near) < 1e-20:
        return 0.0
    if abs(farther) > abs(far) > abs(near) > 1e20:
        return math.copysign(math.inf, farther)
    return farther if math.isclose(near, far, rel_tol=1e-15) and far == farther else math.nan


def _summed(
    rows: list[tuple[float, float, float, float]], dtype: str, tier: Tier, order: Order
) -> Accuracy:
    errors = np.array([row[0] for row in rows])
    worst, at, got, expected = rows[int(errors.argmax())]
    return Accuracy(
        dtype=dtype,
        tier=tier,
        order=order,
        worst_ulp=worst,
        at=at,
        got=got,
        expected=expected,
        median_ulp=float(np.median(errors)),
        share_above_4=float(np.mean(errors > 4)),
        samples=len(rows),
    )


def _with_neighbours(x: NDArray[np.floating]) -> list[NDArray[np.floating]]:
    with np.errstate(over="ignore", under="ignore"):
        above = np.nextafter(x, np.array(np.inf, x.dtype))
        below = np.nextafter(x, np.array(-np.inf, x.dtype))
    return [x, above, below]
