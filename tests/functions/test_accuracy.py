"""Measured accuracy: right about what is right, and about what is wrong."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.functions import Activation, Kernels, accuracy, elementwise
from livegrad.functions.accuracy import badge, measure, places, special_places, units
from livegrad.functions.formula import erf, exp, expm1, piecewise, sqrt, x
from livegrad.text import LANGUAGES, Text

NOTHING = Text("for a test", "시험용")
UNKNOWN = (math.nan, math.nan)


def made(tree: object, **others: object) -> Activation:
    others = {"tails": UNKNOWN, **others}
    return Activation(id="mine", formula=tree, about=NOTHING, source="", **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("got", "exact", "dtype", "expected"),
    [
        (1.0, Decimal(1), "float32", 0.0),
        (1.0 + 2**-23, Decimal(1), "float32", 1.0),
        (0.0, Decimal("1e-30"), "float32", 1e-30 / float(np.spacing(np.float32(1e-30)))),
        (0.0, Decimal(2) ** -149, "float32", 1.0),  # subnormal spacing
        (0.0, Decimal(2) ** -151, "float32", 0.25),
        (2.0**-149, Decimal(0), "float32", 1.0),
        (math.inf, Decimal("1e39"), "float32", 0.0),  # overflow is right
        (-math.inf, Decimal("1e39"), "float32", math.inf),  # on its own side
        (math.inf, Decimal("1e38"), "float32", math.inf),
        (float(np.finfo(np.float32).max), Decimal("1e39"), "float32", 1.0),
        (math.nan, Decimal("1e39"), "float32", math.inf),
        (math.inf, Decimal("1e309"), "float64", 0.0),
        (1.0, Decimal("1.00000000000000005"), "float64", 5e-17 * 2**52),
        (65504.0, Decimal(65520), "float16", 1.0),  # rounds to inf
    ],
)
def test_units_in_the_last_place(got: float, exact: Decimal, dtype: str, expected: float) -> None:
    assert units(got, exact, dtype) == pytest.approx(expected, rel=1e-12)


def test_a_textbook_gelu_is_found_badly_wrong() -> None:
    found = measure(made(x / 2 * (1 + erf(x / sqrt(2)))), dtype="float64", samples=400)
    assert 1e15 < found.worst_ulp < 1e17
    assert found.share_above_4 > 0.05
    assert found.at < -5
    assert found.expected != found.got


def test_a_textbook_silu_is_found_good_where_its_exponential_is_finite() -> None:
    found = measure(made(x / (1 + exp(-x))), dtype="float64", samples=2000)
    # Left of −709.8 e^−x overflows float64 and the tail is lost; nothing else is.
    assert found.worst_ulp > 1e15
    assert found.at < -709
    assert found.median_ulp < 1
    assert found.share_above_4 < 0.05


def test_a_function_without_rounding_has_no_error() -> None:
    for dtype in ("float16", "float32", "float64"):
        found = measure(elementwise("identity"), dtype=dtype, samples=200)
        assert found.worst_ulp < 1e-20  # what remains is the reference's own last digit
        assert found.samples > 200


@pytest.mark.parametrize("name", ["sigmoid", "softsign", "elu", "hardswish", "softplus"])
def test_what_the_catalogue_computes_is_found_right(name: str) -> None:
    for dtype in ("float32", "float64"):
        for order in (0, 1):
            found = measure(elementwise(name), dtype=dtype, order=order, samples=200)  # type: ignore[arg-type]
            assert found.worst_ulp < 4.5, found


def test_a_wrong_constant_is_found_at_its_own_size() -> None:
    wrong = made(x, stable=Kernels(value=x * (1 - 2.0**-20)))
    assert measure(wrong, samples=400).worst_ulp == pytest.approx(16, rel=0.1)


def test_a_single_wrong_place_beside_a_joint_is_found() -> None:
    # The kernel's joint is one unit too far right.
    late = float(np.nextafter(1.0, 2.0))
    wrong = made(
        piecewise((1,), (0, 1)), stable=Kernels(value=piecewise((late,), (0, 1))), joints=()
    )
    right = elementwise("hardtanh")
    assert 1.0 in special_places(right)
    assert np.nextafter(1.0, 2.0) in places(right, "float64", samples=0)
    assert measure(wrong, dtype="float64", samples=8).worst_ulp > 1e15


@pytest.mark.parametrize("tails", [(0, 5), (1, 1)])
def test_wrong_limits_are_found_at_infinity(tails: tuple[int, int]) -> None:
    wrong = made(1 / (1 + exp(-x)), tails=tails)
    assert measure(wrong, dtype="float64", samples=8).worst_ulp > 1e6


def test_where_a_formula_says_infinity_over_infinity_its_limit_counts() -> None:
    f = made(x / (1 + exp(x)), tails=(-math.inf, 0))
    assert f(np.array([-np.inf, np.inf])).tolist() == [-math.inf, 0.0]
    assert measure(f, samples=8).worst_ulp < math.inf


def test_places_are_of_the_dtype_and_cover_its_range() -> None:
    f = elementwise("gelu")
    for dtype in ("float16", "float32", "float64"):
        found, limits = places(f, dtype, samples=800), np.finfo(dtype)
        assert found.dtype == dtype
        assert np.isfinite(found).all()
        assert {0.0, float(limits.max), float(limits.smallest_subnormal)} <= set(found.tolist())
        assert np.mean(np.absolute(found) < 1e-2) > 0.1
        assert np.array_equal(found, places(f, dtype, samples=800))
        assert not np.array_equal(found, places(f, dtype, samples=800, seed=1))


def test_zeros_of_value_and_derivative_are_found() -> None:
    assert special_places(elementwise("gelu")) == pytest.approx((-0.7517915246935645, 0.0))
    assert special_places(made(expm1(x) - 1)) == pytest.approx((math.log(2),))


def test_a_badge_tells_of_value_and_derivative_in_two_formats() -> None:
    four = badge(elementwise("relu"))
    assert [(one.dtype, one.order) for one in four] == [
        ("float32", 0),
        ("float32", 1),
        ("float64", 0),
        ("float64", 1),
    ]
    for language in LANGUAGES:
        assert "float32" in four[0].summary.say(language)


def test_the_tier_is_handed_on_where_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(_: Activation, x: np.ndarray, *, tier: str = "exact") -> np.ndarray:
        return x if tier == "exact" else x + 1

    monkeypatch.setattr(Activation, "__call__", call)
    f = elementwise("identity")
    assert accuracy.computed(f, np.zeros(1), tier="exact") == 0
    assert accuracy.computed(f, np.zeros(1), tier="fast") == 1


def test_an_unknown_dtype_is_refused() -> None:
    with pytest.raises(BadInput, match="float32"):
        measure(elementwise("relu"), dtype="bfloat16")
