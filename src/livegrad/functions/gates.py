"""Gated linear units: one half of a vector, times a gate that the other half opens.

A gate's tail is a small number, and what it multiplies may be large: a·σ(b) is an ordinary number
at a = 1e300, b = −700. So each gate is kept as scale·scale·rest, and the product is taken in an
order in which nothing turns subnormal before the result does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from livegrad.errors import BadInput
from livegrad.functions.formula import (
    Operand,
    clip,
    erfc,
    erfcx,
    evaluate,
    exp,
    expression,
    floor,
    piecewise,
    x,
)
from livegrad.functions.numbers.backends import Array, Backend
from livegrad.text import Text

_ODD = Text(
    "'{activation}' splits its vector into two halves, and the axis has {length} entries. Give the "
    "layer before it twice as many outputs as units are wanted.",
    "'{activation:은/는}' 벡터를 반으로 나누는데 축의 길이가 {length}입니다. 앞 층의 출력 수를 "
    "원하는 유닛 수의 두 배로 해 주세요.",
)


@dataclass(frozen=True)
class Gate:
    """A function of one number, g, and its slope, each as scale² times the rest.

    Attributes:
        scale: Tree of `formula.x`, between 0 and 1.
        rest: g / scale²; scale·rest stays of moderate size in the tail.
        slope_scale: The same for g′.
        slope_rest: g′ / slope_scale².
    """

    scale: Operand
    rest: Operand
    slope_scale: Operand
    slope_rest: Operand


# ------------------------------------------------------------ the gates

# Beyond ±1600 even the root of e^x is 0 in every dtype, and 1e308 times e^x as well.
_left, _right = clip(x, -1600.0, 0.0), clip(x, 0.0, 1600.0)
_half, _decay = exp(_left / 2), exp(-_right)
_below, _above = 1 + _half * _half, 1 + _decay
_faded = exp(_right / -2)

# As in gelu: erfcx has no tail to lose, and x² is split so that exp(−x²/2) keeps its digits.
_ROOT_HALF, _PEAK = math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)
_held = clip(x, -60.0, 60.0)
_coarse = floor(16 * _held) / 16
_bell = exp(_coarse * _coarse * -0.25)
_fine = exp((_coarse - _held) * (_coarse + _held) * 0.5)
_mills = 0.5 * erfcx(_held * -_ROOT_HALF)
_share = 0.5 * erfc(_held * -_ROOT_HALF)

OPEN = Gate(1, x, 1, 1)
"""The identity: no gate at all."""
RELU = Gate(1, piecewise((0,), (0, x)), 1, piecewise((0,), (0, 1)))
SIGMOID = Gate(
    scale=piecewise((0,), (_half, 1)),
    rest=piecewise((0,), (1 / _below, 1 / _above)),
    slope_scale=piecewise((0,), (_half, _faded)),
    slope_rest=piecewise((0,), (1 / (_below * _below), 1 / (_above * _above))),
)
SWISH = Gate(
    scale=piecewise((0,), (_half, 1)),
    rest=piecewise((0,), (_left / _below, x / _above)),
    slope_scale=piecewise((0,), (_half, 1)),
    slope_rest=piecewise(
        (0,),
        (
            (_below + _left) / (_below * _below),
            (_above + _decay * _right) / (_above * _above),
        ),
    ),
)
GELU = Gate(
    scale=piecewise((-1,), (_bell, 1)),
    rest=piecewise((-1,), (_held * _mills * _fine, x * _share)),
    slope_scale=piecewise((-1,), (_bell, 1)),
    slope_rest=piecewise(
        (-1,),
        (
            (_mills + _PEAK * _held) * _fine,
            _share + (_PEAK * _held * _fine) * (_bell * _bell),
        ),
    ),
)


# ------------------------------------------------------------ along the last axis


def gated(backend: Backend, x: Array, gate: Gate, activation: str) -> Array:
    """Compute a·g(b), where a is the first half of the last axis and b the second.

    Args:
        backend: Where to compute.
        x: (..., 2m), any float dtype.
        gate: The function g.
        activation: Id, for the message.

    Returns:
        (..., m).

    Raises:
        BadInput: The last axis has an odd number of entries.
    """
    passed, opening = _halved(x, activation)
    scale, rest = _at(backend, opening, gate.scale, gate.rest)
    return (passed * scale) * (scale * rest)


def gated_pullback(
    backend: Backend, x: Array, cotangent: Array, gate: Gate, activation: str
) -> Array:
    """Multiply a cotangent h (..., m) with the Jacobian of `gated`: h·g(b) beside h·a·g′(b).

    Args:
        backend: Where to compute.
        x: (..., 2m), leading axes broadcast with the cotangent's.
        cotangent: (..., m).
        gate: The function g.
        activation: Id, for the message.

    Returns:
        (..., 2m).
    """
    passed, opening = _halved(x, activation)
    scale, rest = _at(backend, opening, gate.scale, gate.rest)
    slope_scale, slope = _at(backend, opening, gate.slope_scale, gate.slope_rest)
    to_passed = (cotangent * scale) * (scale * rest)
    to_opening = cotangent * ((passed * slope_scale) * (slope_scale * slope))
    return backend.joined(to_passed, to_opening)


def _halved(x: Array, activation: str) -> tuple[Array, Array]:
    length = x.shape[-1]
    if length % 2:
        raise BadInput(_ODD.fill(activation=activation, length=length))
    return x[..., : length // 2], x[..., length // 2 :]


def _at(backend: Backend, place: Array, *trees: Operand) -> list[Array]:
    return [evaluate(expression(tree), backend, {"x": place}) for tree in trees]
