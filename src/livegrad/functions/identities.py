"""Identities by which a formula keeps digits that it would lose as written.

Every one is exact for all real numbers: both sides are the same function. What they gain is told in
their words, to be read by whoever wrote the left side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from livegrad.functions.formula import (
    Call,
    absolute,
    erf,
    erfc,
    exp,
    expm1,
    log1p,
    normal_cdf,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tanh,
)
from livegrad.functions.nodes import Expression, Number, Power, Product, Quotient, Sum, expression
from livegrad.functions.terms import Term, opposite, scaled, term, terms, total
from livegrad.functions.vocabulary import choice
from livegrad.text import Text


@dataclass(frozen=True)
class Identity:
    """An equation whose right side keeps more digits.

    Attributes:
        name: The equation, left side first.
        why: What the left side loses, in one sentence.
    """

    name: str
    why: Text


Found = tuple[Expression, Identity]

_TAIL = Text(
    "{lost} loses every digit where the two cancel; {kept} keeps them.",
    "{lost:은/는} 두 항이 서로 지워지는 곳에서 유효 숫자를 모두 잃습니다. {kept:은/는} 잃지 않습니다.",
)
_SMALL = Text(
    "{lost} loses the digits of small numbers, because 1 swallows them; {kept} keeps them.",
    "{lost:은/는} 작은 수의 유효 숫자를 1에 묻혀 잃습니다. {kept:은/는} 잃지 않습니다.",
)
_OVERFLOW = Text(
    "{lost} overflows where its exponential does; {kept} never does.",
    "{lost:은/는} 지수 함수가 넘치는(overflow) 곳에서 함께 넘칩니다. {kept:은/는} 넘치지 않습니다.",
)
_SHORTER = Text(
    "{lost} rounds twice, and {kept} says the same at once.",
    "{lost:은/는} 두 번 반올림합니다. {kept:은/는} 같은 값을 한 번에 냅니다.",
)


def _identity(lost: str, kept: str, why: Text = _TAIL) -> Identity:
    return Identity(f"{lost} = {kept}", why.fill(lost=lost, kept=kept))


# ------------------------------------------------------------ sums: k·g(u) + r·k


@dataclass(frozen=True)
class _WithConstant:
    """``g(u) + ratio`` is ``build(u)``; the same holds for every multiple of it."""

    function: str
    ratio: Fraction
    build: Callable[[Expression], Expression]
    identity: Identity


_PLUS, _MINUS, _TWICE, _HALF = Fraction(1), Fraction(-1), Fraction(2), Fraction(1, 2)


def _tanh_squared(u: Expression) -> Expression:
    return -4 * sigmoid(scaled(u, _TWICE)) * sigmoid(scaled(u, -_TWICE))


def _half_tanh(u: Expression) -> Expression:
    return 0.5 * tanh(scaled(u, _HALF))


def _versine(u: Expression) -> Expression:
    return -2 * sin(scaled(u, _HALF)) ** 2


def _upper_tanh(u: Expression) -> Expression:
    return 2 * sigmoid(scaled(u, _TWICE))


def _lower_tanh(u: Expression) -> Expression:
    return -2 * sigmoid(scaled(u, -_TWICE))


def _right_tail(function: Callable[[Expression], Expression]) -> Callable[[Expression], Expression]:
    return lambda u: -function(scaled(u, _MINUS))


def _left_erfc(u: Expression) -> Expression:
    return erfc(scaled(u, _MINUS))


def _minus_erfc(u: Expression) -> Expression:
    return -erfc(u)


def _minus_erf(u: Expression) -> Expression:
    return -erf(u)


_WITH_CONSTANT = (
    _WithConstant("erf", _PLUS, _left_erfc, _identity("1 + erf(u)", "erfc(-u)")),
    _WithConstant("erf", _MINUS, _minus_erfc, _identity("1 - erf(u)", "erfc(u)")),
    _WithConstant("erfc", _MINUS, _minus_erf, _identity("1 - erfc(u)", "erf(u)", _SMALL)),
    _WithConstant("tanh", _PLUS, _upper_tanh, _identity("1 + tanh(u)", "2 * sigmoid(2 * u)")),
    _WithConstant("tanh", _MINUS, _lower_tanh, _identity("1 - tanh(u)", "2 * sigmoid(-2 * u)")),
    _WithConstant(
        "tanh squared",
        _MINUS,
        _tanh_squared,
        _identity("1 - tanh(u)**2", "4 * sigmoid(2 * u) * sigmoid(-2 * u)"),
    ),
    _WithConstant(
        "sigmoid", _MINUS, _right_tail(sigmoid), _identity("1 - sigmoid(u)", "sigmoid(-u)")
    ),
    _WithConstant(
        "sigmoid",
        -_HALF,
        _half_tanh,
        _identity("2 * sigmoid(u) - 1", "tanh(u / 2)", _SMALL),
    ),
    _WithConstant(
        "normal_cdf",
        _MINUS,
        _right_tail(normal_cdf),
        _identity("1 - normal_cdf(u)", "normal_cdf(-u)"),
    ),
    _WithConstant("exp", _MINUS, expm1, _identity("exp(u) - 1", "expm1(u)", _SMALL)),
    _WithConstant("expm1", _PLUS, exp, _identity("expm1(u) + 1", "exp(u)")),
    _WithConstant("cos", _MINUS, _versine, _identity("1 - cos(u)", "2 * sin(u / 2)**2", _SMALL)),
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

_SOFTPLUS = _identity("softplus(u) - u", "softplus(-u)")
_SINH = _identity("exp(u) - exp(-u)", "expm1(u) - expm1(-u)", _SMALL)
_ROOT = _identity("u + sqrt(u**2 + c)", "c / (sqrt(u**2 + c) - u) where u < 0")


def _softplus_less_argument(first: Term, second: Term) -> Iterator[tuple[Term, Identity]]:
    for place, factor in enumerate(first.factors):
        if isinstance(factor, Call) and factor.function == "softplus":
            rest, argument = first.without(place), term(factor.argument)
            wanted = Term(-rest.number * argument.number, rest.factors + argument.factors)
            if second.number == wanted.number and second.alike(wanted):
                kept = softplus(scaled(factor.argument, _MINUS))
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
    ratio = second.number / first.number
    twice = [f for f in second.factors for _ in range(2)]
    spread = [
        f
        for factor in square.factors
        for f in (
            [factor.root] * 2 if isinstance(factor, Power) and factor.exponent == 2 else [factor]
        )
    ]
    return (
        bool(twice)
        and square.number == ratio**2
        and Term(_PLUS, tuple(spread)).alike(Term(_PLUS, tuple(twice)))
    )


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
    pairs = ((i, j) for i in range(len(parts)) for j in range(len(parts)) if i != j)
    for i, j in pairs:
        for rule in _PAIRS:
            for new, identity in rule(parts[i], parts[j]):
                low, high = sorted((i, j))
                kept = [*parts[:low], new, *parts[low + 1 : high], *parts[high + 1 :]]
                return total(kept), identity
    return None


# ------------------------------------------------------------ functions of a tree

_LOG1P = _identity("log(1 + u)", "log1p(u)", _SMALL)
_LOG1P_EXP = _identity("log1p(exp(u))", "softplus(u)", _OVERFLOW)
_LOG_SIGMOID = _identity("log(sigmoid(u))", "-softplus(-u)")
_LOG_EXP = _identity("log(exp(u))", "u", _OVERFLOW)
_ROOT_OF_SQUARE = _identity("sqrt(u**2)", "abs(u)", _SHORTER)


def in_call(node: Expression) -> Found | None:
    """Return what a function of something becomes by the first identity that fits.

    Example:
        >>> from livegrad.functions.formula import log, x
        >>> in_call(log(1 + x))[0] == log1p(x)
        True
    """
    match node:
        case Call(function="log", argument=Sum() as inside):
            parts = terms(inside)
            rest = [part for part in parts if part != Term(_PLUS)]
            return (log1p(total(rest)), _LOG1P) if len(rest) == len(parts) - 1 else None
        case Call(function="log1p", argument=Call(function="exp", argument=u)):
            return softplus(u), _LOG1P_EXP
        case Call(function="log", argument=Call(function="sigmoid", argument=u)):
            return -softplus(scaled(u, _MINUS)), _LOG_SIGMOID
        case Call(function="log", argument=Call(function="exp", argument=u)):
            return u, _LOG_EXP
        case Call(function="sqrt", argument=Power(root=u, exponent=2)):
            return absolute(u), _ROOT_OF_SQUARE
        case Call(function="sqrt", argument=Product(left=u, right=v)) if u == v:
            return absolute(u), _ROOT_OF_SQUARE
    return None


# ------------------------------------------------------------ quotients and products

_GATE = _identity("t / (1 + exp(-u))", "t * sigmoid(u)", _OVERFLOW)
_SIGMOID = _identity("exp(u) / (1 + exp(u))", "sigmoid(u)", _OVERFLOW)
_TANH = _identity("(exp(u) - exp(-u)) / (exp(u) + exp(-u))", "tanh(u)", _OVERFLOW)
_HALF_ERFC = _identity("erfc(-u / sqrt(2)) / 2", "normal_cdf(u)", _SHORTER)


def in_quotient(node: Expression) -> Found | None:
    """Return what a quotient of exponentials becomes by the first identity that fits.

    Example:
        >>> from livegrad.functions.formula import x
        >>> in_quotient(x / (1 + exp(-x)))[0] == x * sigmoid(x)
        True
    """
    if not isinstance(node, Quotient):
        return None
    match terms(node.bottom):
        case [
            Term(factors=(Call(function="exp", argument=u),)) as first,
            Term(factors=(Call(function="exp", argument=v),)) as second,
        ] if first.number == second.number and opposite(u, v):
            return _over_cosh(node.top, u, first.number)
        case [Term(factors=()) as one, Term(factors=(Call(function="exp", argument=u),)) as other]:
            pass
        case [Term(factors=(Call(function="exp", argument=u),)) as other, Term(factors=()) as one]:
            pass
        case _:
            return None
    return _over_one_plus_exp(node.top, u, one.number) if one.number == other.number else None


def _over_one_plus_exp(top: Expression, u: Expression, number: Fraction) -> Found:
    whole = term(top).times(1 / number)
    for place, factor in enumerate(whole.factors):
        rest = whole.without(place)
        if factor == exp(u):
            return Term(rest.number, (*rest.factors, sigmoid(u))).tree(), _SIGMOID
        if factor == expm1(u):
            return Term(rest.number, (*rest.factors, tanh(scaled(u, _HALF)))).tree(), _TANH
    return Term(whole.number, (*whole.factors, sigmoid(scaled(u, _MINUS)))).tree(), _GATE


def _over_cosh(top: Expression, u: Expression, number: Fraction) -> Found | None:
    match terms(top):
        case [
            Term(factors=(Call(function="expm1", argument=v),)) as first,
            Term(factors=(Call(function="expm1", argument=w),)) as second,
        ] if first.number == -second.number and opposite(v, w) and (v == u or opposite(v, u)):
            signed = first.number / number * (1 if v == u else -1)
            return Term(signed, (tanh(u),)).tree(), _TANH
    return None


def in_product(node: Expression) -> Found | None:
    """Return what half of an erfc becomes where it is the Gaussian distribution function.

    Example:
        >>> from livegrad.functions.formula import x
        >>> in_product(0.5 * erfc(-(x / sqrt(expression(2)))))[0] == normal_cdf(x)
        True
    """
    if not isinstance(node, Product | Quotient):
        return None
    whole = term(node)
    for place, factor in enumerate(whole.factors):
        if isinstance(factor, Call) and factor.function == "erfc":
            argument = _times_root_two(factor.argument)
            if argument is not None and abs(whole.number.denominator) % 2 == 0:
                rest = whole.without(place).times(_TWICE)
                kept = normal_cdf(scaled(argument, _MINUS))
                return Term(rest.number, (*rest.factors, kept)).tree(), _HALF_ERFC
    return None


def _times_root_two(node: Expression) -> Expression | None:
    """Return √2 times a tree that is something over √2, None for any other tree."""
    whole, root = term(node), sqrt(expression(2))
    for place, factor in enumerate(whole.factors):
        if factor == sqrt(Number(0.5)):
            return whole.without(place).tree()
        if isinstance(factor, Quotient) and factor.bottom == root:
            top = term(factor.top)
            rest = whole.without(place)
            return Term(rest.number * top.number, rest.factors + top.factors).tree()
    return None


IDENTITIES = (in_sum, in_call, in_quotient, in_product)
"""The kinds of places in which an identity may fit; each gives the new tree and its reason."""
