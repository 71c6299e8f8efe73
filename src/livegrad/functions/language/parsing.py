"""Reads a formula: text into a tree, by recursive descent; nothing is ever handed to Python.

    sum       = product (("+" | "-") product)*
    product   = signed (("*" | "/") signed)*
    signed    = ("-" | "+") signed | power
    power     = atom ("**" signed)?
    atom      = number | name | call | "(" sum ")" | "|" sum "|"
    call      = name "(" sum ("," sum)* ")" | "where" "(" condition "," sum "," sum ")"
    condition = sum (">" | "<" | ">=" | "<=") sum

The way back is `writing.text_of`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn, TypeVar

from livegrad.errors import BadInput
from livegrad.functions.formula import absolute, walk, x
from livegrad.functions.formula.nodes import (
    Expression,
    Negative,
    Number,
    Quotient,
    Symbol,
    decimal_number,
)
from livegrad.functions.language import complaints
from livegrad.functions.language.borrowed import borrowed
from livegrad.functions.language.constants import constant_value
from livegrad.functions.language.size import Sizes
from livegrad.functions.language.tokens import Token, excerpt, tokens
from livegrad.functions.language.vocabulary import (
    CONSTANTS,
    FUNCTION_NAMES,
    HIGHEST_EXPONENT,
    WORDS,
    choice,
    depends_on,
    power,
)
from livegrad.text import Text, same

T = TypeVar("T")
LARGEST = 1e300
DEEPEST = 50


def parse(formula: str, parameters: Collection[str] = ()) -> Expression:
    r"""Read a formula of x.

    Args:
        formula: Such as ``"x * sigmoid(beta * x)"``. Decimal numbers mean exactly what they say.
        parameters: The names that it may use besides x, pi, e and the functions.

    Returns:
        A tree, in which equal parts are one object.

    Raises:
        BadInput: It is no formula, or too long, too deep or too large; the message shows the place.

    Example:
        >>> parse("x * sigmoid(beta*x)", ["beta"]).latex()
        'x \\, \\sigma\\left(\\beta \\, x\\right)'
    """
    return _Parser(formula, parameters).whole()


def normalised(formula: str) -> str:
    """Return a formula's text with one spelling of signs and spaces, names as they were.

    Example:
        >>> normalised("x*sigmoid( beta*x )^2")
        'x * sigmoid(beta * x)**2'
    """
    text, operand_wanted = "", True
    for token in tokens(formula)[1]:
        gap = " " if token.text in _SPACED and not operand_wanted else ""
        text += gap + token.text + (" " if gap or token.text == "," else "")
        if token.text != "|":
            operand_wanted = token.text in _BEFORE_OPERANDS
        # A bar where an operand is wanted opens, and one is still wanted; any other bar closes.
    return text.strip()


_SPACED = frozenset(("+", "-", "*", "/", "<", ">", "<=", ">="))
_BEFORE_OPERANDS = _SPACED | {"(", ",", "**"}


class _Parser:
    """One reading: the words, where it stands, and how large the tree has become."""

    def __init__(self, formula: str, parameters: Collection[str]) -> None:
        self.text, self.tokens = tokens(formula)
        self.parameters, self.position, self.depth = parameters, 0, 0
        self.sizes, self.known = Sizes(), dict[Expression, Expression]()

    @property
    def here(self) -> Token:
        return self.tokens[self.position]

    def whole(self) -> Expression:
        tree = self.sum()
        if self.here.kind != "end":
            self.fail(complaints.LEFT_OVER, self.here, token=self.here.text)
        return tree

    # -------------------------------------------------------- the grammar, a method a line

    def sum(self) -> Expression:
        tree = self.product()
        while sign := self.taken("+", "-"):
            right = self.product()
            tree = self.kept(tree + right if sign.text == "+" else tree - right)
        return tree

    def product(self) -> Expression:
        tree = self.signed()
        while sign := self.taken("*", "/"):
            right = self.signed()
            tree = self.kept(tree * right if sign.text == "*" else tree / right)
        return tree

    def signed(self) -> Expression:
        self.deeper()
        sign = self.taken("-", "+")
        tree = self.signed() if sign else self.power()
        self.depth -= 1
        return self.kept(-tree) if sign and sign.text == "-" else tree

    def power(self) -> Expression:
        base = self.atom()
        sign = self.taken("**")
        if not sign:
            return base
        exponent = self.checked_exponent(self.signed(), sign)
        return self.kept(power(base, exponent))

    def atom(self) -> Expression:
        token = self.here
        if token.kind in ("number", "name"):
            self.position += 1
            return self.number(token) if token.kind == "number" else self.name(token)
        if self.taken("("):
            return self.then(self.sum(), ")")
        if self.taken("|"):
            return self.kept(absolute(self.then(self.sum(), "|")))
        return self.missing(complaints.OPERAND)

    def number(self, token: Token) -> Expression:
        size = float(token.text)
        zero = not token.text.lower().partition("e")[0].strip("0.")
        if not (zero or 1 / LARGEST <= size <= LARGEST):
            self.fail(complaints.NO_NUMBER, token, number=_short(token.text), largest=LARGEST)
        return self.kept(Number(0.0) if zero else decimal_number(Decimal(token.text)))

    def name(self, token: Token) -> Expression:
        name = token.text
        named = name in ("x", *CONSTANTS, *self.parameters)
        if name in WORDS or name == "where" or not (named or borrowed(name) is None):
            return self.call(token)
        if not named:
            self.unknown(token)
        if self.here.text == "(":
            self.fail(complaints.NO_FUNCTION, token, name=name)
        return self.kept(x if name == "x" else CONSTANTS.get(name) or Symbol(name))

    def call(self, token: Token) -> Expression:
        if not self.taken("("):
            self.fail(complaints.UNCALLED, token, name=token.text)
        if token.text == "where":
            return self.where(token)
        word = WORDS.get(token.text) or borrowed(token.text) or self.unknown(token)
        arguments = self.arguments()
        self.check_count(token, len(arguments), word.arguments)
        return self.kept(word.build(*arguments))

    def where(self, token: Token) -> Expression:
        left = self.sum()
        comparison = self.taken(">", "<", ">=", "<=") or self.missing(complaints.COMPARISON)
        right = self.sum()
        branches = self.arguments() if self.taken(",") else self.then([], ")")
        self.check_count(token, 1 + len(branches), 3)
        chosen, other = branches
        # Where the two sides are equal the first branch holds for >= and <=, the second for > and <.
        condition = {
            ">": (left, right, chosen, other),
            "<": (right, left, chosen, other),
            ">=": (right, left, other, chosen),
            "<=": (left, right, other, chosen),
        }
        return self.kept(choice(*condition[comparison.text]))

    def arguments(self) -> list[Expression]:
        found = list[Expression]() if self.here.text == ")" else [self.sum()]
        while found and self.taken(","):
            found.append(self.sum())
        return self.then(found, ")")

    # -------------------------------------------------------- steps

    def taken(self, *signs: str) -> Token | None:
        token = self.here
        if token.kind != "sign" or token.text not in signs:
            return None
        self.position += 1
        return token

    def then(self, result: T, closing: str) -> T:
        if not self.taken(closing):
            self.missing(same(f"'{closing}'"))
        return result

    def kept(self, tree: Expression) -> Expression:
        """Return the tree, or the equal one that was there before, if it is not too large."""
        self.sizes.check(tree)
        return self.known.setdefault(tree, tree)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(complaints.NESTED, self.here, most=DEEPEST)

    def checked_exponent(self, exponent: Expression, sign: Token) -> Expression:
        """Return an exponent with its value, if it has one, known to be moderate."""
        if depends_on(exponent) or any(isinstance(node, Symbol) for node in walk(exponent)):
            return exponent
        size = constant_value(exponent, {})
        if not abs(size) <= HIGHEST_EXPONENT:
            self.fail(complaints.EXPONENT, sign, exponent=f"{size:g}", most=HIGHEST_EXPONENT)
        ratio = _ratio(exponent)
        return (
            Number(float(ratio)) if ratio is not None and ratio.denominator in (1, 2) else exponent
        )

    def check_count(self, token: Token, given: int, wanted: int) -> None:
        if given != wanted:
            self.fail(complaints.COUNT, token, name=token.text, given=given, wanted=wanted)

    # -------------------------------------------------------- complaints

    def fail(self, words: Text, at: Token, **values: object) -> NoReturn:
        raise BadInput(words.fill(excerpt=excerpt(self.text, at.place), **values))

    def missing(self, wanted: Text) -> NoReturn:
        found = (
            same("")
            if self.here.kind == "end"
            else complaints.FOUND.fill(token=_short(self.here.text))
        )
        self.fail(complaints.MISSING, self.here, wanted=wanted, found=found)

    def unknown(self, token: Token) -> NoReturn:
        known = ["x", *CONSTANTS, *self.parameters, *WORDS, "where"]
        name = _short(token.text)
        self.fail(
            complaints.UNKNOWN,
            token,
            name=name,
            nearest=difflib.get_close_matches(name, known, n=1, cutoff=0)[0],
            functions=", ".join(FUNCTION_NAMES),
            example="beta" if token.text in known else name,
        )


def _ratio(tree: Expression) -> Fraction | None:
    """Return what a number or a fraction of numbers is exactly; None for any other tree."""
    match tree:
        case Number(sign=""):
            return Fraction(tree.exact)
        case Quotient(top=Number(sign="") as top, bottom=Number(sign="") as bottom):
            return Fraction(top.exact) / Fraction(bottom.exact)
        case Negative(operand=operand):
            ratio = _ratio(operand)
            return ratio if ratio is None else -ratio
    return None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
