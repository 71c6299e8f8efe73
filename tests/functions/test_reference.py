"""The truth from decimal alone: against mpmath, against balls of arb, and against closed forms."""

from __future__ import annotations

import importlib
import math
from decimal import ROUND_05UP, ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp, mpf

from livegrad.errors import BadInput
from livegrad.functions import Activation, Joint, activation, elementwise, names
from livegrad.functions.formula import (
    cos,
    erf,
    exp,
    log,
    log1p,
    pi,
    piecewise,
    sin,
    sqrt,
    tanh,
    x,
)
from livegrad.functions.formula.pieces import written
from livegrad.functions.numbers.many_digits import many_digits
from livegrad.functions.reference import Truth, reference
from livegrad.text import Text

BENCH = Path(__file__).parents[2] / "bench"
NOTHING = Text("for a test", "시험용")
FUNCTIONS = {
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "sqrt": mp.sqrt,
    "sin": mp.sin,
    "cos": mp.cos,
    "arctan": mp.atan,
    "tanh": mp.tanh,
    "sigmoid": lambda u: 1 / (1 + mp.exp(-u)),
    "softplus": lambda u: mp.log1p(mp.exp(u)),
    "erf": mp.erf,
    "erfc": mp.erfc,
    "erfcx": lambda u: mp.exp(u * u) * mp.erfc(u),
    "normal_cdf": mp.ncdf,
}
CLOSED_FORMS = {
    "sigmoid": lambda u: 1 / (1 + mp.exp(-u)),
    "tanh": lambda u: mp.sinh(u) / mp.cosh(u),
    "softplus": lambda u: mp.log(1 + mp.exp(u)),
    "gelu": lambda u: u / 2 * mp.erfc(-u / mp.sqrt(2)),
    "mish": lambda u: u * mp.tanh(mp.log(1 + mp.exp(u))),
    "swish": lambda u: u / (1 + mp.exp(-u)),
    "softsign": lambda u: u / (1 + abs(u)),
}


def made(tree: object, **others: object) -> Activation:
    limits = (math.nan, math.nan)
    return Activation(id="mine", formula=tree, about=NOTHING, source="", tails=limits, **others)  # type: ignore[arg-type]


def some_places(count: int = 40) -> list[float]:
    generator = np.random.default_rng(0)
    sizes = [1e-300, 1e-20, 1e-6, 0.09, 0.11, 0.6, 3.0, 4.0, 7.0, 26.0, 90.0]
    near = [sign * size for size in sizes for sign in (-1, 1)]
    return [*near, *generator.uniform(-12, 12, count).tolist()]


def off(got: Decimal, exact: mpf) -> float:
    """Return the relative error as a power of ten."""
    gap = mp.fabs(mpf(str(got)) - exact)
    if not gap:
        return -math.inf
    return float(mp.log10(gap / mp.fabs(exact))) if exact else 0.0


@pytest.mark.parametrize("rounding", [ROUND_HALF_EVEN, ROUND_05UP])
@pytest.mark.parametrize("digits", [30, 75])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_right_to_its_last_digits(name: str, digits: int, rounding: str) -> None:
    backend, context = many_digits(digits, rounding)
    with mp.workdps(700 + 2 * digits), localcontext(context):
        for place in some_places(20):
            if (name in ("log", "sqrt") and place < 0) or (name == "log1p" and place <= -1):
                continue
            got = getattr(backend, name)(Decimal(place))
            assert off(got, FUNCTIONS[name](mpf(place))) < 1.3 - digits, place


def test_sines_of_the_largest_floats_are_right() -> None:
    backend, context = many_digits(40)
    with mp.workdps(800), localcontext(context):
        for place in (1e22, -1.7e308, float(2**1000)):
            assert off(backend.sin(Decimal(place)), mp.sin(mpf(place))) < -38
            assert off(backend.cos(Decimal(place)), mp.cos(mpf(place))) < -38


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_values_and_derivatives_agree_with_closed_forms_of_mpmath(name: str) -> None:
    value, slope = Truth(elementwise(name)), Truth(elementwise(name), 1)
    with mp.workdps(800):
        for place in [*some_places(5)[6:], -300.0, 300.0]:
            assert off(value(place), CLOSED_FORMS[name](mpf(place))) < -39, place
            # A difference quotient with 800 digits: its own error is h², beside a slope down to 10^−260.
            h = mpf(10) ** -200
            rise = CLOSED_FORMS[name](mpf(place) + h) - CLOSED_FORMS[name](mpf(place) - h)
            assert off(slope(place), rise / (2 * h)) < -39, place


@pytest.mark.parametrize("name", [n for n in names() if activation(n).kind == "elementwise"])
def test_the_whole_catalogue_agrees_with_ball_arithmetic(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flint = pytest.importorskip("flint")
    monkeypatch.syspath_prepend(str(BENCH))  # scripts, no package
    balls = importlib.import_module("catalogue_balls")
    f = elementwise(name)
    for order in (0, 1):
        truth, ball = Truth(f, order), balls.Ball(f, order)
        for place in some_places(10):
            exact, got = ball(place), truth(place)
            assert not got.is_nan(), (order, place)
            gap, size = (exact - flint.arb(str(got))).abs_upper(), exact.abs_upper()
            assert gap <= 1e-38 * size or max(float(size), abs(float(got))) < 1e-300, (order, place)


def test_textbook_formulas_may_cancel_as_they_like() -> None:
    gelu, slopes = made(x / 2 * (1 + erf(x / sqrt(2)))), made(x * (1 + tanh(x)))
    with mp.workdps(1000):
        for place in (-5.0, -20.0, -38.0):
            z = mpf(place)
            assert off(reference(gelu, place), z * mp.ncdf(z)) < -39
            assert off(reference(slopes, 10 * place), 2 * z * 10 / (1 + mp.exp(-20 * z))) < -39


def test_a_one_beside_a_huge_number_is_not_lost() -> None:
    assert reference(made((1 + x**2) - x**2), 1e150) == 1
    assert reference(elementwise("softsign"), -1e200, order=1) == pytest.approx(
        Decimal("1e-400"), rel=Decimal("1e-30")
    )
    assert reference(made((1 + x) - 1), 2.0**-900) == pytest.approx(
        Decimal(2) ** -900, rel=Decimal("1e-25")
    )


def test_exponentials_of_huge_numbers_have_an_answer() -> None:
    softplus, same = made(log(1 + exp(x))), made(log1p(exp(3 * x)))
    assert reference(softplus, 1e300) == pytest.approx(Decimal("1e300"), rel=Decimal("1e-16"))
    assert float(reference(same, 1e20)) == 3e20
    assert reference(made(1 / (1 + exp(-x))), -1e300) < Decimal("1e-100000")
    assert reference(made(exp(x)), 1e300) > Decimal("1e100000")
    slope = reference(made(tanh(exp(x))), 1e30, order=1)
    assert slope < Decimal("1e-100000")


def test_what_cancels_for_good_is_zero_and_what_is_undefined_is_nan() -> None:
    assert reference(made(sin(x) ** 2 + cos(x) ** 2 - 1), 1.0) == 0
    assert reference(made(x - x), 3.0) == 0
    assert reference(made(log(x)), -1.0).is_nan()
    assert reference(made(sin(1 / x)), 0.0).is_nan()
    assert reference(made(1 / x), 0.0).is_nan()


def test_joints_have_the_stated_slope_and_the_next_order_that_of_the_left_piece() -> None:
    f = made(piecewise((0,), (x**2, 3 * x)), joints=(Joint(at=0, slope=0.5),))
    assert [reference(f, 0.0, order=order) for order in (0, 1, 2)] == [0, Decimal("0.5"), 2]


def test_numbers_mean_what_they_print_and_parameters_what_they_are() -> None:
    assert reference(made(0.1 * x), 1.0) == Decimal("0.1")
    assert reference(elementwise("leaky_relu", alpha=0.1), -1.0) == -Fraction(0.1)
    with mp.workdps(60):
        assert off(reference(made(pi * x), 1.0), mp.pi) < -40


def test_what_is_written_twice_is_taken_as_printed_and_where_that_is_undefined_as_computed() -> (
    None
):
    wrong = made(written(x - tanh(x), x**3 / 3))
    with mp.workdps(300):
        z = mpf(1e-30)
        assert off(reference(wrong, 1e-30), z - mp.tanh(z)) < -39
    whole = made(written(sin(x) / x, piecewise((-1e-9, 1e-9), (sin(x) / x, 1, sin(x) / x))))
    assert reference(whole, 0.0) == 1
    assert reference(whole, 1e-12) < 1


def test_places_and_orders_that_do_not_exist_are_refused() -> None:
    with pytest.raises(BadInput, match="finite"):
        reference(elementwise("relu"), math.inf)
    with pytest.raises(BadInput, match="order"):
        reference(elementwise("relu"), 1.0, order=-1)
