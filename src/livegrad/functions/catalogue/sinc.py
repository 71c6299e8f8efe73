"""Sinc: a wave that dies away on both sides."""

import math

from livegrad.functions.formula import (
    AtPoints,
    Expression,
    cos,
    derivative,
    expression,
    piecewise,
    sin,
    written,
    x,
)
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text


def _polynomial(signed: list[tuple[int, int]]) -> Expression:
    """Return the polynomial of x² with these coefficients, top over bottom, the constant first."""
    tree: Expression = expression(0)
    for top, bottom in reversed(signed):
        tree = tree * (x * x) + expression(top) / bottom
    return tree


def _series(terms: int) -> Expression:
    return _polynomial([((-1) ** k, math.factorial(2 * k + 1)) for k in range(terms)])


def _slope_series(terms: int) -> Expression:
    odd = [((-1) ** k * 2 * k, math.factorial(2 * k + 1)) for k in range(1, terms)]
    return x * _polynomial(odd)


def _ending_at_zero(tree: Expression) -> Expression:
    # The sine of infinity is no number, but the wave has died away there.
    ends = tuple((expression(end), expression(0)) for end in (-math.inf, math.inf))
    return AtPoints(ends, tree)


def _with_series(reach: float, series: Expression, elsewhere: Expression) -> Expression:
    return piecewise((-reach, reach), (elsewhere, series, elsewhere))


_wave = sin(x) / x
_slope = (cos(x) - _wave) / x
_curvature = -_wave - 2 * _slope / x

ACTIVATION = Activation(
    id="sinc",
    # As printed, it is 0/0 at 0, and its slope cancels around it.
    formula=written(_wave, _with_series(0.5, _series(16), _wave)),
    stable=Kernels(
        value=_ending_at_zero(_with_series(0.5, _series(8), _wave)),
        derivative=_ending_at_zero(_with_series(2.0, _slope_series(13), _slope)),
        second_derivative=_ending_at_zero(
            _with_series(2.0, derivative(_slope_series(13)), _curvature)
        ),
    ),
    tails=(0, 0),
    aliases=Aliases(
        other=("cardinal_sine",),
        differs=Text(
            "torch.sinc and jax.numpy.sinc are sin(πx)/(πx): give them x/π for ours.",
            "torch.sinc와 jax.numpy.sinc는 sin(πx)/(πx)입니다. x/π를 넣으면 이 값이 나옵니다.",
        ),
    ),
    about=Text(
        "sin(x)/x: a bump of height 1 with ripples that shrink like 1/|x|. It is the ideal "
        "low-pass filter of signal processing; its slope changes sign again and again, so "
        "gradient descent meets many valleys.",
        "sin(x)/x, 곧 높이 1인 봉우리와 1/|x|로 잦아드는 잔물결입니다. 신호 처리에서 이상적인 "
        "저역 통과 필터(low-pass filter)입니다. 기울기의 부호가 거듭 바뀌어 경사 하강법(gradient "
        "descent)이 여러 골짜기를 만납니다.",
    ),
    source="",
)
