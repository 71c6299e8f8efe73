"""Identities for two terms of a sum that cancel each other, whatever stands between and around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from livegrad.functions.formula import (
    Call,
    erf,
    erfc,
    exp,
    expm1,
    normal_cdf,
    sigmoid,
    sin,
    softplus,
    tanh,
)
from livegrad.functions.formula.nodes import Expression, Power, Sum
from livegrad.functions.language.vocabulary import choice
from livegrad.functions.rewriting.identity import (
    HALF,
    MINUS,
    PLUS,
    SMALL,
    TWICE,
    Found,
    Identity,
    identity,
)
from livegrad.functions.rewriting.terms import Term, opposite, scaled, term, terms, total


@dataclass(frozen=True)
class _WithConstant:
    """``g(u) + ratio`` is ``build(u)``; the same holds for every multiple of it."""

    function: str
    ratio: Fraction
    build: Callable[[Expression], Expression]
    identity: Identity


def _tanh_squared(u: Expression) -> Expression:
    return -4 * sigmoid(scaled(u, TWICE)) * sigmoid(scaled(u, -TWICE))


def _half_tanh(u: Expression) -> Expression:
    return 0.5 * tanh(scaled(u, HALF))


def _versine(u: Expression) -> Expression:
    return -2 * sin(scaled(u, HALF)) ** 2


def _upper_tanh(u: Expression) -> Expression:
    return 2 * sigmoid(scaled(u, TWICE))


def _lower_tanh(u: Expression) -> Expression:
    return -2 * sigmoid(scaled(u, -TWICE))


def _right_tail(function: Callable[[Expression], Expression]) -> Callable[[Expression], Expression]:
    return lambda u: -function(scaled(u, MINUS))


def _left_erfc(u: Expression) -> Expression:
    return erfc(scaled(u, MINUS))


def _minus_erfc(u: Expression) -> Expression:
    return -erfc(u)


def _minus_erf(u: Expression) -> Expression:
    return -erf(u)


_WITH_CONSTANT = (
    _WithConstant("erf", PLUS, _left_erfc, identity("1 + erf(u)", "erfc(-u)")),
    _WithConstant("erf", MINUS, _minus_erfc, identity("1 - erf(u)", "erfc(u)")),
    _WithConstant("erfc", MINUS, _minus_erf, identity("1 - erfc(u)", "erf(u)", SMALL)),
    _WithConstant("tanh", PLUS, _upper_tanh, identity("1 + tanh(u)", "2 * sigmoid(2 * u)")),
    _WithConstant("tanh", MINUS, _lower_tanh, identity("1 - tanh(u)", "2 * sigmoid(-2 * u)")),
    _WithConstant(
        "tanh squared",
        MINUS,
        _tanh_squared,
        identity("1 - tanh(u)**2", "4 * sigmoid(2 * u) * sigmoid(-2 * u)"),
    ),
    _WithConstant(
        "sigmoid", MINUS, _right_tail(sigmoid), identity("1 - sigmoid(u)", "sigmoid(-u)")
    ),
    _WithConstant(
        "sigmoid",
        -HALF,
        _half_tanh,
        identity("2 * sigmoid(u) - 1", "tanh(u / 2)", SMALL),
    ),
    _WithConstant(
        "normal_cdf",
        MINUS,
        _right_tail(normal_cdf),
        identity("1 - normal_cdf(u)", "normal_cdf(-u)"),
    ),
    _WithConstant("exp", MINUS, expm1, identity("exp(u) - 1", "expm1(u)", SMALL)),
    _WithConstant("expm1", PLUS, exp, identity("expm1(u) + 1", "exp(u)")),
    _WithConstant("cos", MINUS, _versine, identity("1 - cos(u)", "2 * sin(u / 2)**2", SMALL)),
)
_BY_FUNCTION: Mapping[str, tuple[_WithConstant, ...]] = {
    name: tuple(each for each in _WITH_CONSTANT if each.function == name)
    for name in {each.function for each in _WITH_CONSTANT}
}


def _named(factor: Expression) -> tuple[str, Expression] | None:
    match factor:
        case Call(function=function, argument=argument):
            return function, argument
        case Power(root=Call(function="tanh", argument=argument), exponent=2):
            return "tanh squared", argument
    return None


def _with_constant(first: Term, second: Term) -> Iterator[tuple[Term, Identity]]:
    for place, factor in enumerate(first.factors):
        function, argument = _named(factor) or ("", factor)
        rest = first.without(place)
        for each in _BY_FUNCTION.get(function, ()):
            if second.number == each.ratio * first.number and rest.alike(second):
                new = term(each.build(argument))
                yield Term(rest.number * new.number, rest.factors + new.factors), each.identity


# ------------------------------------------------------------ sums of two functions

_SOFTPLUS = identity("softplus(u) - u", "softplus(-u)")
_SINH = identity("exp(u) - exp(-u)", "expm1(u) - expm1(-u)", SMALL)
_ROOT = identity("u + sqrt(u**2 + c)", "c / (sqrt(u**2 + c) - u) where u < 0")


def _softplus_less_argument(first: Term, second: Term) -> Iterator[tuple[Term, Identity]]:
    for place, factor in enumerate(first.factors):
        if isinstance(factor, Call) and factor.function == "softplus":
            rest, argument = first.without(place), term(factor.argument)
            wanted = Term(-rest.number * argument.number, rest.factors + argument.factors)
            if second.number == wanted.number and second.alike(wanted):
                kept = softplus(scaled(factor.argument, MINUS))
                yield Term(rest.number, (*rest.factors, kept)), _SOFTPLUS


def _two_exponentials(first: Term, second: Term) -> Iterator[tuple[Term, Identity]]:
    match first.factors, second.factors:
        case (
            (Call(function="exp", argument=u),),
            (Call(function="exp", argument=v),),
        ) if first.number == -second.number and opposite(u, v):
            yield Term(first.number, (expm1(u) - expm1(v),)), _SINH


def _root_and_argument(first: Term, second: Term) -> Iterator[tuple[Term, Identity]]:
    match first.factors:
        case (Call(function="sqrt", argument=Sum() as inside) as root,):
            parts = terms(inside)
            squares = [part for part in parts if _is_square_of(part, first, second)]
            if not squares:
                return
            rest = total(part for part in parts if part is not squares[0])
            u = second.times(1 / first.number).tree()
            kept = choice(u, 0, u + root, rest / (root - u))
            yield Term(first.number, (kept,)), _ROOT


def _is_square_of(square: Term, first: Term, second: Term) -> bool:
    """Tell whether a term under the root is the square of the other term beside the root."""
    beside = Term(second.number / first.number, second.factors)
    wanted = Term(beside.number**2, beside.factors * 2)
    spread = Term(square.number)
    for factor in square.factors:
        part = Term(PLUS, (factor,))
        if isinstance(factor, Power) and factor.exponent == 2:
            root = term(factor.root)
            part = Term(root.number**2, root.factors * 2)
        spread = Term(spread.number * part.number, spread.factors + part.factors)
    return bool(second.factors) and spread.number == wanted.number and spread.alike(wanted)


def _is_function(factor: Expression) -> bool:
    return isinstance(factor, Call) or (isinstance(factor, Power) and isinstance(factor.root, Call))


_PAIRS = (_with_constant, _softplus_less_argument, _two_exponentials, _root_and_argument)


def in_sum(node: Expression) -> Found | None:
    """Return what a sum becomes by the first identity that fits two of its terms.

    Example:
        >>> from livegrad.functions.formula import x
        >>> in_sum(exp(x) - 1)[0] == expm1(x)
        True
    """
    if not isinstance(node, Sum):
        return None
    parts = terms(node)
    # Every identity begins at a function, so a long sum of plain terms has no pairs to try.
    first = [i for i, part in enumerate(parts) if any(map(_is_function, part.factors))]
    pairs = ((i, j) for i in first for j in range(len(parts)) if i != j)
    for i, j in pairs:
        for rule in _PAIRS:
            for new, fitting in rule(parts[i], parts[j]):
                low, high = sorted((i, j))
                kept = [*parts[:low], new, *parts[low + 1 : high], *parts[high + 1 :]]
                return total(kept), fitting
    return None
