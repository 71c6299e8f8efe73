"""The truth in balls: formulas computed by python-flint's arb, each number with a proved radius.

A third way to the same truth beside `livegrad.functions.reference` (decimal) and mpmath, and the
fastest. A result is taken as soon as its radius is small enough, else the precision is raised.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from catalogue_exact import Exact, exact_of

from livegrad.functions.formula import evaluate
from livegrad.functions.numbers.backends import SCALARS, Backend
from livegrad.functions.reference import definition

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrad.functions import Activation, VectorActivation
    from livegrad.functions.formula.nodes import Expression, Number

flint: Any = importlib.import_module("flint")
arb, context = flint.arb, flint.ctx

PRECISIONS = (256, 640, 1600, 4200)  # bits
ENOUGH = 200  # bits of relative accuracy: 60 digits
NOTHING = arb(2) ** -1200
HIGHEST, LOWEST = arb(2) ** 100, -3 * arb(2) ** 100  # arguments of the exponential; exact numbers
KNOWN: dict[tuple[float, float], Callable[[], Any]] = {
    (math.pi, 1.2246467991473532e-16): arb.pi,
    (1.1283791670955126, 1.533545961316588e-17): lambda: 2 / arb.pi().sqrt(),
    (0.3989422804014327, -2.49232720227773e-17): lambda: 1 / (2 * arb.pi()).sqrt(),
}


class Ball:
    """The definition of an activation or a derivative of it, computed in balls."""

    def __init__(self, activation: Activation, order: int = 0) -> None:
        printed, computed = definition(activation, order), definition(activation, order, again=True)
        self._trees = (printed,) if printed == computed else (printed, computed)
        self._settings = {name: arb(value) for name, value in activation.settings.items()}

    def __call__(self, x: float) -> Any:
        """Return a ball of 60 digits; 0 where only a radius far below every float is left."""
        balls = (self._ball(tree, x) for tree in self._trees)
        return next((ball for ball in balls if ball.is_finite()), arb("nan"))

    def _ball(self, tree: Expression, x: float) -> Any:
        ball = arb("nan")
        for context.prec in PRECISIONS:
            ball = arb(evaluate(tree, BALLS, {**self._settings, "x": arb(x)}))
            if _is_known(ball):
                return ball
        return arb(0) if ball.abs_upper() < NOTHING else arb("nan")


def truths(activation: Activation, order: int, x: NDArray[np.float64]) -> Exact:
    ball = Ball(activation, order)
    return split([ball(place) for place in x.tolist()])


def split(balls: list[Any]) -> Exact:
    return exact_of([_parts(ball) for ball in balls])


def vector_truth(
    activation: VectorActivation, rows: NDArray[np.float64], *, slopes: bool = False
) -> Exact:
    """Return outputs, or Jacobians, of many rows at once: its own algorithm, in 256 bits."""
    context.prec = PRECISIONS[1]
    x, settings = _balls_of(rows), activation.settings
    value = activation.value(ROWS, x, settings)
    if slopes:
        cotangents = _balls_of(np.eye(value.shape[-1]))
        value = activation.pullback(ROWS, x[..., None, :], cotangents, settings)
    return split(value.ravel().tolist())


def _is_known(ball: Any) -> bool:
    return bool(ball.is_finite()) and (ball.is_exact() or ball.rel_accuracy_bits() >= ENOUGH)


def _parts(ball: Any) -> tuple[int, int] | None:
    if not ball.is_finite():
        return None
    mantissa, exponent = map(int, ball.mid().man_exp())
    return mantissa, exponent


def _constant(number: Number) -> Any:
    if number.low is None:
        return arb(repr(number.number))
    known = KNOWN.get((number.number, number.low))
    return known() if known else arb(number.number) + arb(number.low)


def _exp(x: Any) -> Any:
    return (HIGHEST if x > HIGHEST else max(x, LOWEST)).exp()


def _expm1(x: Any) -> Any:
    return x.expm1() if -1 < x < 1 else _exp(x) - 1


def _sigmoid(x: Any) -> Any:
    # By what decays, whose argument is held three times as far out: e^u·σ(−e^u) is then small.
    decay = _exp(-abs(x))
    return (1 if x >= 0 else decay) / (1 + decay)


def _softplus(x: Any) -> Any:
    return x + _exp(-x).log1p() if x > 0 else _exp(x).log1p()


def _tanh(x: Any) -> Any:
    return x.tanh() if -100 < x < 100 else (1 - 2 / (_exp(2 * abs(x)) + 1)) * x.sgn()


def _clip(x: Any, low: Any, high: Any) -> Any:
    return arb(low) if x < low else arb(high) if x > high else x


BALLS = Backend(
    exp=_exp,
    expm1=_expm1,
    log=lambda x: x.log(),
    log1p=lambda x: x.log1p(),
    sqrt=lambda x: x.sqrt(),
    sin=lambda x: x.sin(),
    cos=lambda x: x.cos(),
    arctan=lambda x: x.atan(),
    tanh=_tanh,
    absolute=abs,
    sign=lambda x: x.sgn(),
    floor=lambda x: x.floor(),
    sigmoid=_sigmoid,
    softplus=_softplus,
    erf=lambda x: x.erf(),
    erfc=lambda x: x.erfc(),
    erfcx=lambda x: (x * x).exp() * x.erfc(),
    normal_cdf=lambda x: (-x / arb(2).sqrt()).erfc() / 2,
    clip=_clip,
    select=lambda condition, chosen, other, _: arb(chosen if condition else other),
    constant=_constant,
    full=lambda value, _: value,
    largest=lambda _: math.inf,
    total=lambda x: x,
    highest=lambda x: x,
    winner=lambda _: arb(1),
    reshape=lambda x, _: x,
)
"""One ball at a time."""


def _balls_of(x: Any) -> Any:
    return np.frompyfunc(arb, 1, 1)(x)


def _on_each(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return np.frompyfunc(function, 1, 1)


def _winner(x: Any) -> Any:
    return _balls_of((np.arange(x.shape[-1]) == np.argmax(x, axis=-1)[..., None]).astype(float))


def _select(condition: Any, chosen: Any, other: Any, _: Any) -> Any:
    return _balls_of(np.where(np.asarray(condition, bool), chosen, other))


ROWS = dataclasses.replace(
    BALLS,
    **{name: _on_each(getattr(BALLS, name)) for name in SCALARS},
    clip=np.frompyfunc(_clip, 3, 1),
    select=_select,
    full=lambda value, like: np.broadcast_to(np.asarray(value, object), like.shape),
    largest=lambda _: float(np.finfo(np.float64).max),
    total=lambda x: x.sum(axis=-1, keepdims=True),
    highest=lambda x: x.max(axis=-1, keepdims=True),
    winner=_winner,
    reshape=lambda x, shape: x.reshape(shape),
    falling=lambda x: np.sort(x, axis=-1)[..., ::-1],
    running=lambda x: np.cumsum(x, axis=-1),
    joined=lambda left, right: np.concatenate([left, right], axis=-1),
)
"""NumPy arrays of balls, for functions of vectors."""
