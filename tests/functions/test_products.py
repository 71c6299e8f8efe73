"""Products and quotients with what rounding took from them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from livegrad.functions.formula import evaluate, parameter
from livegrad.functions.formula.products import product_with_rest, quotient_with_rest
from livegrad.functions.numbers.backends import NUMPY

MODERATE = st.floats(-1e100, 1e100).filter(lambda number: abs(number) > 1e-100)
A, B = parameter("a"), parameter("b")


@given(a=MODERATE, b=MODERATE)
def test_a_product_and_its_rest_are_the_exact_product(a: float, b: float) -> None:
    product, rest = (evaluate(tree, NUMPY, {"a": a, "b": b}) for tree in product_with_rest(A, B))
    assert product == a * b
    assert Fraction(product) + Fraction(rest) == Fraction(a) * Fraction(b)


@given(a=MODERATE, b=MODERATE)
def test_a_quotient_and_its_rest_are_right_to_thirty_digits(a: float, b: float) -> None:
    quotient, rest = (evaluate(tree, NUMPY, {"a": a, "b": b}) for tree in quotient_with_rest(A, B))
    exact = Fraction(a) / Fraction(b)
    assert quotient == a / b
    assert abs(Fraction(quotient) + Fraction(rest) - exact) <= abs(exact) * Fraction(1, 10**30)
