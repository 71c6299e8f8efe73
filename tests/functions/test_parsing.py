"""Reading formulas: what they mean, what is refused and in which words, and the way back to text."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrad.errors import BadInput
from livegrad.functions.formula import (
    AtPoints,
    Expression,
    evaluate,
    expression,
    floor,
    parameter,
    pi,
    sin,
    x,
)
from livegrad.functions.formula.nodes import Number, decimal_number
from livegrad.functions.language.parsing import normalised, parse
from livegrad.functions.language.size import MOST_NODES, Sizes
from livegrad.functions.language.vocabulary import CONSTANTS, WORDS, E, choice, power
from livegrad.functions.language.writing import text_of
from livegrad.functions.numbers.backends import NUMPY

PLACES = np.array([-2.5, -1.0, -0.3, 0.2, 0.5, 1.0, 3.0])


def at(text: str, place: object = PLACES, **values: float) -> np.ndarray:
    tree = parse(text, values)
    with np.errstate(all="ignore"):
        value = evaluate(tree, NUMPY, {"x": np.asarray(place, np.float64), **values})
    return np.broadcast_to(np.asarray(value), np.shape(place))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("x", lambda x: x),
        ("2*x + 1", lambda x: 2 * x + 1),
        ("1 - 2 - x", lambda x: 1 - 2 - x),
        ("8 / 4 / 2 * x", lambda x: x),
        ("-x**2", lambda x: -(x**2)),
        ("(-x)**2", lambda x: x**2),
        ("2**3**2 + 0*x", lambda _: 512.0),
        ("x^3", lambda x: x**3),
        ("x**-2", lambda x: x**-2.0),
        ("|x|**0.5", lambda x: np.sqrt(np.abs(x))),
        ("|x|**1.5", lambda x: np.abs(x) ** 1.5),
        ("|x|**(2/3)", lambda x: np.abs(x) ** (2 / 3)),
        ("|x|**-0.5", lambda x: np.abs(x) ** -0.5),
        ("2**x", lambda x: 2.0**x),
        ("e**x", np.exp),
        ("+x - -x", lambda x: 2 * x),
        ("||x| - 1|", lambda x: np.abs(np.abs(x) - 1)),
        ("|x|*|x|", lambda x: x * x),
        ("1e-3 * x + .5 + 2.", lambda x: 1e-3 * x + 2.5),
        ("π*x − 2×x ÷ 4·2", lambda x: np.pi * x - x),
        ("ln(1 + abs(x)) - log(1 + absolute(x))", lambda x: 0 * x),
        ("sinh(x)", np.sinh),
        ("cosh(x)", np.cosh),
        ("tan(x)", np.tan),
        ("atan(x) - arctan(x)", lambda x: 0 * x),
        ("σ(x)", lambda x: 1 / (1 + np.exp(-x))),
        ("Φ(x) + Phi(-x)", lambda x: 1 + 0 * x),
        ("relu(x)", lambda x: np.maximum(x, 0)),
        ("silu(x) - swish(x)", lambda x: 0 * x),
        ("step(x)", lambda x: np.where(x > 0, 1.0, 0.0)),
        ("max(x, 1)", lambda x: np.maximum(x, 1)),
        ("minimum(1, x)", lambda x: np.minimum(x, 1)),
        ("max(x, x**2)", lambda x: np.maximum(x, x**2)),
        ("clip(3*x, -1, 2)", lambda x: np.clip(3 * x, -1, 2)),
        ("sign(x)", np.sign),
        ("where(x > 1, 2, 3)", lambda x: np.where(x > 1, 2.0, 3.0)),
        ("where(x >= 1, 2, 3)", lambda x: np.where(x >= 1, 2.0, 3.0)),
        ("where(x < 1, 2, 3)", lambda x: np.where(x < 1, 2.0, 3.0)),
        ("where(x ≤ 1, 2, 3)", lambda x: np.where(x <= 1, 2.0, 3.0)),
        ("where(x*x >= 1, x, -x)", lambda x: np.where(x * x >= 1, x, -x)),
        ("where(2 > 1, x, 1/x)", lambda x: x),
        (" x\t+\n1 ", lambda x: x + 1),
    ],
)
def test_a_formula_means_what_it_says(text: str, meant: object) -> None:
    np.testing.assert_allclose(at(text), meant(PLACES), rtol=1e-12, atol=1e-15)  # type: ignore[operator]


def test_parameters_are_named_as_one_likes() -> None:
    assert at("λ * x + beta_2", 3.0, λ=2.0, beta_2=1.0) == 7.0


def test_decimal_numbers_mean_exactly_what_they_say() -> None:
    assert parse("0.1 + 0.2") == Number(0.3)
    assert parse("3 * 0.1") == Number(0.3)
    third = parse("0.3333333333333333333333333")
    assert isinstance(third, Number)
    exact = Fraction(third.number) + Fraction(third.rest)
    assert abs(exact - Fraction("0.3333333333333333333333333")) < Fraction(1, 10**31)


def test_pi_and_e_carry_digits_beyond_float64() -> None:
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(40):
        for number, exact in ((pi, mpmath.pi), (E, mpmath.e)):
            assert abs(mpmath.mpf(number.number) + mpmath.mpf(number.low) - exact) < 1e-31


def test_equal_parts_are_one_object() -> None:
    tree = parse("tanh(x + 1) * tanh(x + 1)")
    assert tree.left is tree.right  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "“▸” breaks off at the mark, where a number, a name or a bracket must follow"),
        ("x +", "“x +▸” breaks off"),
        ("(x", "where ')' must follow"),
        ("|x", "where '|' must follow"),
        ("max(x, 1", "where ')' must follow"),
        ("x * * 2", "and '*' stands"),
        ("2x", "“2▸x” was complete before the mark, where 'x' stands"),
        ("x > 0", "comparisons stand only in where"),
        ("x)", "where ')' stands"),
        ("where(x, 1, 2)", "a comparison such as x > 0 must follow"),
        ("where(x > 0, 1)", "'where' is given 2 arguments, and it takes 3"),
        ("max(x)", "'max' is given 1 arguments, and it takes 2"),
        ("tanh()", "'tanh' is given 0 arguments, and it takes 1"),
        ("tanh", "'tanh' stands without an argument. Write tanh(x)"),
        ("x(2)", "'x' is called like a function"),
        ("sigmoyd(x)", "the name 'sigmoyd', which nobody has defined; the nearest is 'sigmoid'"),
        ("x * beta", 'livegrad.activation("…", beta=1.0)'),
        ("x.real", "the sign '.' means nothing"),
        ("x[0]", "the sign '[' means nothing"),
        ("'x'", "the sign ''' means nothing"),
        ("x\x00", "the sign 'U+0000' means nothing"),
        ("x²", "the sign '²' means nothing"),
        ("1e301 * x", "the number 1e301"),
        ("1e-301 * x", "the number 1e-301"),
        ("1e999999999999 * x", "the number 1e999999999999"),
        ("x**65", "to the power 65, and exponents go from −64 to 64"),
        ("x**-64.5", "to the power -64.5"),
        ("9**9**9**9", "to the power 3.8742e+08"),
        ("x**(1/0)", "to the power nan"),
        ("x" + "+x" * 500, "has 1001 characters, and at most 1000 are read"),
        ("(" * 51 + "x" + ")" * 51, "nested more than 50 deep at the mark"),
        ("-" * 51 + "x", "nested more than 50 deep"),
        ("2**" * 51 + "x", "nested more than 50 deep"),
        ("x" + "+x" * 99, "more than 300 steps, or more than 60 that wait"),
        ("gelu(" * 9 + "x" + ")" * 9, "more than 300 steps"),
        ("mish(" * 49 + "x" + ")" * 49, "more than 300 steps"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert words in caught.value.text.en
    assert any("가" <= letter <= "힣" for letter in caught.value.text.ko)
    assert len(caught.value.text.en) < 500


@pytest.mark.parametrize("text", ["|" * 25 + "x" + "|" * 25, "tanh(" * 49 + "x" + ")" * 49])
def test_just_inside_the_bounds_is_taken(text: str) -> None:
    assert Sizes().of(parse(text))[0] <= MOST_NODES


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("x*sigmoid( beta*x )^2", "x * sigmoid(beta * x)**2"),
        ("-x+ -2*( -x )", "-x + -2 * (-x)"),
        ("where(x>=-1,|x|-1,max(x,-2))", "where(x >= -1, |x| - 1, max(x, -2))"),
        ("x × 2", "x * 2"),
        ("|-x|-||x|-1|*|x|", "|-x| - ||x| - 1| * |x|"),
    ],
)
def test_one_spelling(text: str, one: str) -> None:
    assert normalised(text) == normalised(one) == one
    assert parse(text, ["beta"]) == parse(one, ["beta"])


# ------------------------------------------------------------ there and back


def numbers() -> st.SearchStrategy[Expression]:
    """Numbers as formulas may hold them: whole, decimal, with more digits than float64 has."""
    decimals = st.decimals(
        min_value=-1000, max_value=1000, allow_nan=False, allow_infinity=False, places=25
    )
    return st.one_of(
        st.integers(-5, 5).map(expression),
        st.sampled_from([0.5, 0.1, 1e-7, 1e20, 1.702]).map(expression),
        decimals.map(decimal_number),
        st.sampled_from(list(CONSTANTS.values())),
    )


def called(count: int, inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Calls of functions of so many arguments."""
    names = st.sampled_from([name for name, word in WORDS.items() if word.arguments == count])
    return st.tuples(names, *[inner] * count).map(lambda pair: WORDS[pair[0]].build(*pair[1:]))


def trees() -> st.SearchStrategy[Expression]:
    """Trees of everything that a formula can be made of."""
    leaves = st.one_of(st.just(x), st.just(parameter("a")), numbers())

    def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        pairs = st.tuples(inner, inner)
        exponents = st.one_of(st.integers(-4, 4).map(expression), st.just(expression(1.5)), inner)
        return st.one_of(
            pairs.map(lambda pair: pair[0] + pair[1]),
            pairs.map(lambda pair: pair[0] - pair[1]),
            pairs.map(lambda pair: pair[0] * pair[1]),
            pairs.map(lambda pair: pair[0] / pair[1]),
            inner.map(lambda tree: -tree),
            st.tuples(inner, exponents).map(lambda pair: power(*pair)),
            st.tuples(inner, inner, inner, inner).map(lambda four: choice(*four)),
            *(called(count, inner) for count in (1, 1, 1, 2, 3)),
        )

    return st.recursive(leaves, larger, max_leaves=20)


def within_bounds(tree: Expression) -> bool:
    try:
        Sizes().check(tree)
        parse(text_of(tree), ["a"])
    except BadInput:
        return False
    return True


@given(tree=trees().filter(within_bounds))
def test_a_tree_written_as_text_is_read_back_the_same(tree: Expression) -> None:
    assert parse(text_of(tree), ["a"]) == tree


@given(tree=trees().filter(within_bounds))
def test_spelling_anew_changes_nothing(tree: Expression) -> None:
    text = text_of(tree)
    assert normalised(text) == normalised(normalised(text))
    assert parse(normalised(text), ["a"]) == tree


def test_what_has_no_form_as_text_is_said() -> None:
    for tree in (floor(x), AtPoints(((x, x),), sin(x))):
        with pytest.raises(BadInput, match="no form as text"):
            text_of(tree)


def test_constants_that_fold_keep_the_digits_of_both() -> None:
    tiny = parse("1 + 1e-25")
    assert isinstance(tiny, Number)
    assert (tiny.number, tiny.rest) == (1.0, 1e-25)
    assert -tiny == Number(-1.0, low=-1e-25)
    assert math.isinf((expression(math.inf) + expression(1)).number)  # type: ignore[attr-defined]
