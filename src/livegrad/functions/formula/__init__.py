r"""Expression trees: how a formula is written once and then computed, differentiated and typeset.

Operators build trees out of `x`, `parameter` and the functions below; nothing is computed until a
tree is evaluated against a backend (NumPy or PyTorch). A tree knows its symbolic derivative and its
LaTeX.

    x * sigmoid(parameter("beta") * x)          a tree
    derivative(tree)                            another tree
    evaluate(tree, NUMPY, {"x": x, "beta": 1})  an array
    tree.latex()                                x \, \sigma\left(\beta \, x\right)
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

from livegrad.functions.formula.nodes import (
    ZERO,
    Derive,
    Evaluation,
    Expression,
    Number,
    Operand,
    Symbol,
    Value,
    expression,
)
from livegrad.functions.formula.pieces import AtPoints, clip, piecewise, written
from livegrad.functions.numbers.backends import SCALARS, Backend

__all__ = [
    "FUNCTIONS",
    "AtPoints",
    "Call",
    "Expression",
    "Function",
    "Operand",
    "absolute",
    "arctan",
    "clip",
    "constant",
    "cos",
    "derivative",
    "erf",
    "erfc",
    "erfcx",
    "evaluate",
    "exp",
    "expm1",
    "expression",
    "floor",
    "log",
    "log1p",
    "normal_cdf",
    "parameter",
    "pi",
    "piecewise",
    "sigmoid",
    "sign",
    "sin",
    "softplus",
    "sqrt",
    "tanh",
    "walk",
    "written",
    "x",
]


@dataclass(frozen=True)
class Call(Expression):
    """A named function of one argument; what it means stands in `FUNCTIONS`."""

    function: str
    argument: Expression

    def value(self, at: Evaluation) -> Value:
        """Let the backend compute the function of the argument's value."""
        argument = at.of(self.argument)
        if isinstance(argument, float | int):
            # NumPy would answer with a float64 scalar, which widens every float32 array it meets.
            return SCALARS[self.function](argument)
        return getattr(at.backend, self.function)(argument)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return f′(u)·u′, by the chain rule."""
        inner = of(self.argument)
        return ZERO if inner == ZERO else FUNCTIONS[self.function].slope(self.argument) * inner

    def latex(self) -> str:
        """Return the function's own LaTeX around the argument's."""
        return FUNCTIONS[self.function].latex.replace("@", self.argument.latex())


# ------------------------------------------------------------ what can be done with a tree


def derivative(tree: Expression, name: str = "x") -> Expression:
    r"""Return the symbolic derivative of a tree with respect to ``x`` or a parameter.

    Args:
        tree: Any formula.
        name: The symbol to differentiate by.

    Returns:
        A tree, in which parts that were shared stay shared.

    Example:
        >>> derivative(x**2).latex()
        '2 \\, x'
    """
    known: dict[int, Expression] = {}

    def of(node: Expression) -> Expression:
        if id(node) not in known:
            known[id(node)] = node.slope(name, of)
        return known[id(node)]

    return of(tree)


def evaluate(tree: Expression, backend: Backend, values: Mapping[str, Value]) -> Value:
    """Compute a tree.

    Args:
        tree: The formula.
        backend: `backends.NUMPY`, or PyTorch's.
        values: What each symbol stands for; ``x`` an array of any shape, parameters floats or
            arrays.

    Returns:
        An array of the shape of x, or a Python float where x does not occur.

    Example:
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> evaluate(3 * parameter("a"), NUMPY, {"a": 2.0})
        6.0
    """
    return Evaluation(backend, values).of(tree)


def walk(tree: Expression) -> Iterator[Expression]:
    """Yield the tree's nodes, the root first; a shared node comes once for each place it stands in.

    Example:
        >>> [type(node).__name__ for node in walk(x + parameter("a"))]
        ['Sum', 'Symbol', 'Symbol']
    """
    yield tree
    for part in _parts([getattr(tree, field.name) for field in fields(tree)]):  # type: ignore[arg-type]
        yield from walk(part)


def parameter(name: str) -> Expression:
    r"""Return the symbol of a parameter.

    Example:
        >>> parameter("alpha").latex()
        '\\alpha'
    """
    return Symbol(name)


def constant(number: float, sign: str = "", *, low: float | None = None) -> Expression:
    r"""Return a number that is printed as a sign, with the digits beyond float64 where known.

    Example:
        >>> constant(3.14, r"\pi").latex()
        '\\pi'
    """
    return Number(number, sign, low)


# ------------------------------------------------------------ the functions a formula may use


@dataclass(frozen=True)
class Function:
    """What a `Call` may call; the backend of the same name computes it.

    Attributes:
        slope: From the argument to the derivative with respect to it.
        latex: With ``@`` where the argument goes.
    """

    slope: Callable[[Expression], Expression]
    latex: str


def _named(name: str) -> Callable[[Operand], Expression]:
    def call(argument: Operand) -> Expression:
        return Call(name, expression(argument))

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Return ``{name}(argument)`` as a tree."
    return call


exp, expm1, log, log1p, sqrt, sin, cos, arctan, tanh = map(
    _named, ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "arctan", "tanh")
)
sigmoid, softplus, absolute, sign, floor = map(
    _named, ("sigmoid", "softplus", "absolute", "sign", "floor")
)
erf, erfc, erfcx, normal_cdf = map(_named, ("erf", "erfc", "erfcx", "normal_cdf"))

x = Symbol("x")
pi = Number(math.pi, r"\pi", 1.2246467991473532e-16)
_TWO_OVER_ROOT_PI = Number(1.1283791670955126, r"\tfrac{2}{\sqrt{\pi}}", 1.533545961316588e-17)
_ONE_OVER_ROOT_TWO_PI = Number(0.3989422804014327, r"\tfrac{1}{\sqrt{2\pi}}", -2.49232720227773e-17)

FUNCTIONS: Mapping[str, Function] = {
    "exp": Function(exp, r"e^{@}"),
    "expm1": Function(exp, r"\left(e^{@} - 1\right)"),
    "log": Function(lambda u: 1 / u, r"\ln\left(@\right)"),
    "sqrt": Function(lambda u: 1 / (2 * sqrt(u)), r"\sqrt{@}"),
    "sin": Function(cos, r"\sin\left(@\right)"),
    "cos": Function(lambda u: -sin(u), r"\cos\left(@\right)"),
    "arctan": Function(lambda u: 1 / (1 + u**2), r"\arctan\left(@\right)"),
    "erf": Function(
        lambda u: _TWO_OVER_ROOT_PI * exp(-(u**2)), r"\operatorname{erf}\left(@\right)"
    ),
    "log1p": Function(lambda u: 1 / (1 + u), r"\ln\left(1 + @\right)"),
    "tanh": Function(lambda u: 4 * sigmoid(2 * u) * sigmoid(-2 * u), r"\tanh\left(@\right)"),
    "sigmoid": Function(lambda u: sigmoid(u) * sigmoid(-u), r"\sigma\left(@\right)"),
    "softplus": Function(sigmoid, r"\ln\left(1 + e^{@}\right)"),
    "absolute": Function(sign, r"\left|@\right|"),
    "sign": Function(lambda _: ZERO, r"\operatorname{sign}\left(@\right)"),
    "floor": Function(lambda _: ZERO, r"\left\lfloor @ \right\rfloor"),
    "erfc": Function(
        lambda u: -_TWO_OVER_ROOT_PI * exp(-(u**2)), r"\operatorname{erfc}\left(@\right)"
    ),
    "erfcx": Function(
        lambda u: 2 * u * erfcx(u) - _TWO_OVER_ROOT_PI, r"\operatorname{erfcx}\left(@\right)"
    ),
    "normal_cdf": Function(
        lambda u: _ONE_OVER_ROOT_TWO_PI * exp(-(u**2) / 2), r"\Phi\left(@\right)"
    ),
}


@functools.singledispatch
def _parts(field: object) -> Iterator[Expression]:  # noqa: ARG001 - a name or a number has no parts
    yield from ()


@_parts.register
def _(field: Expression) -> Iterator[Expression]:
    yield field


@_parts.register(tuple)
@_parts.register(list)
def _(field: tuple[object, ...] | list[object]) -> Iterator[Expression]:
    for part in field:
        yield from _parts(part)
