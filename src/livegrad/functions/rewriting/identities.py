"""Identities by which a formula keeps digits that it would lose as written.

Every one is exact for all real numbers: both sides are the same function. What they gain is told in
their words, to be read by whoever wrote the left side.
"""

from __future__ import annotations

from fractions import Fraction

from livegrad.functions.formula import (
    Call,
    absolute,
    exp,
    expm1,
    log1p,
    normal_cdf,
    sigmoid,
    softplus,
    sqrt,
    tanh,
)
from livegrad.functions.formula.nodes import (
    Expression,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    expression,
)
from livegrad.functions.rewriting.identity import (
    HALF,
    MINUS,
    OVERFLOW,
    PLUS,
    SHORTER,
    SMALL,
    TWICE,
    Found,
    identity,
)
from livegrad.functions.rewriting.sum_identities import in_sum
from livegrad.functions.rewriting.terms import Term, opposite, scaled, term, terms, total

# ------------------------------------------------------------ functions of a tree

_LOG1P = identity("log(1 + u)", "log1p(u)", SMALL)
_LOG1P_EXP = identity("log1p(exp(u))", "softplus(u)", OVERFLOW)
_LOG_SIGMOID = identity("log(sigmoid(u))", "-softplus(-u)")
_LOG_EXP = identity("log(exp(u))", "u", OVERFLOW)
_ROOT_OF_SQUARE = identity("sqrt(u**2)", "abs(u)", SHORTER)


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
            rest = [part for part in parts if part != Term(PLUS)]
            return (log1p(total(rest)), _LOG1P) if len(rest) == len(parts) - 1 else None
        case Call(function="log1p", argument=Call(function="exp", argument=u)):
            return softplus(u), _LOG1P_EXP
        case Call(function="log", argument=Call(function="sigmoid", argument=u)):
            return -softplus(scaled(u, MINUS)), _LOG_SIGMOID
        case Call(function="log", argument=Call(function="exp", argument=u)):
            return u, _LOG_EXP
        case Call(function="sqrt", argument=Power(root=u, exponent=2)):
            return absolute(u), _ROOT_OF_SQUARE
        case Call(function="sqrt", argument=Product(left=u, right=v)) if u == v:
            return absolute(u), _ROOT_OF_SQUARE
    return None


# ------------------------------------------------------------ quotients and products

_GATE = identity("t / (1 + exp(-u))", "t * sigmoid(u)", OVERFLOW)
_SIGMOID = identity("exp(u) / (1 + exp(u))", "sigmoid(u)", OVERFLOW)
_TANH = identity("(exp(u) - exp(-u)) / (exp(u) + exp(-u))", "tanh(u)", OVERFLOW)
_HALF_ERFC = identity("erfc(-u / sqrt(2)) / 2", "normal_cdf(u)", SHORTER)


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
            return Term(rest.number, (*rest.factors, tanh(scaled(u, HALF)))).tree(), _TANH
    return Term(whole.number, (*whole.factors, sigmoid(scaled(u, MINUS)))).tree(), _GATE


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
        >>> from livegrad.functions.formula import erfc, x
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
                rest = whole.without(place).times(TWICE)
                kept = normal_cdf(scaled(argument, MINUS))
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
