"""The record of an elementwise activation: one declaration from which everything else follows.

Each file of ``catalogue/`` holds one. The formula is the mathematics, for LaTeX and for reading;
the stable kernels are the same mathematics in an order of operations that loses no digits. Value,
derivatives, torch module, limits, kinks and averages are computed from these trees and from nothing
else.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.functions.formula import (
    AtPoints,
    Call,
    Expression,
    Operand,
    derivative,
    evaluate,
    expression,
    walk,
)
from livegrad.functions.formula.nodes import Number, Symbol
from livegrad.functions.formula.pieces import Choice, Inside, Piecewise
from livegrad.functions.formula.tape import Format, Tape, tape_of
from livegrad.functions.numbers.backends import NUMPY, Array, is_tensor
from livegrad.functions.numbers.doubled import Doubled
from livegrad.functions.numbers.doubled_functions import DOUBLED
from livegrad.functions.parameters import Parameter, checked, settings_of
from livegrad.functions.properties import Properties
from livegrad.functions.rewriting import stabilised
from livegrad.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from torch import nn

    from livegrad.functions.accuracy import Accuracy
    from livegrad.functions.proof import Proof
    from livegrad.report.plot import Plot

Tier: TypeAlias = Literal["exact", "fast"]
"""How a number is computed: ``"exact"`` rounds once (at most 0.51 units in the last place in float32
and shorter, 1 in float64), ``"fast"`` is for training (at most 4, exceptions are listed)."""

_BLOCK = 4096  # numbers that double-double arithmetic takes at a time: they stay in the cache
_FAR_OUT = 2.0**500  # a slope here is the slope at infinity, and squares still fit into float64
_NO_TIER = Text(
    "There is no tier '{tier}': it is 'exact' (rounded once) or 'fast' (for training). Write "
    'tier="exact".',
    "'{tier}' 등급(tier)은 없습니다. 한 번만 반올림하는 'exact'와 학습용 'fast'가 있습니다. "
    'tier="exact"라고 적어 주세요.',
)
_NOT_NUMBERS = Text(
    "'{activation}' was given values of type {dtype}; it takes real numbers (integers become "
    "float64). Convert them first, for example with numpy.asarray(x, float).",
    "'{activation}'에 {dtype} 형의 값을 주었습니다. 실수만 받습니다(정수는 float64가 됩니다). "
    "먼저 numpy.asarray(x, float) 등으로 바꾸어 주세요.",
)


@dataclass(frozen=True)
class Aliases:
    """What the libraries call an activation; any of these names finds it.

    Attributes:
        torch: Names in ``torch.nn`` and ``torch.nn.functional``.
        keras: Names in ``keras.activations`` and ``keras.layers``.
        jax: Names in ``jax.nn``.
        timm: Names in ``timm.layers``.
        other: Names in papers and textbooks.
        presets: Names that mean this activation with parameters other than our defaults.
        differs: Where a library's own defaults or slope at a kink differ from ours.
    """

    torch: tuple[str, ...] = ()
    keras: tuple[str, ...] = ()
    jax: tuple[str, ...] = ()
    timm: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    presets: tuple[Preset, ...] = ()
    differs: Text | None = None

    def __iter__(self) -> Any:
        return iter(dict.fromkeys((*self.torch, *self.keras, *self.jax, *self.timm, *self.other)))


@dataclass(frozen=True)
class Preset:
    """A name under which the world knows an activation with particular parameters.

    Attributes:
        name: The name, as its users write it.
        values: Parameters by name, as pairs.
        where: Who uses it so, a library or a paper.

    Example:
        >>> Preset("quick_gelu", (("beta", 1.702),), "timm")
        Preset(name='quick_gelu', values=(('beta', 1.702),), where='timm')
    """

    name: str
    values: tuple[tuple[str, float], ...]
    where: str


@dataclass(frozen=True)
class Native:
    """A library's own function for the same mathematics.

    Attributes:
        path: Its dotted name, such as ``torch.nn.functional.leaky_relu``; the first part names the
            library.
        keywords: Pairs of its keyword and either the name of one of our parameters or a constant.
        right: Dtypes, such as ``"float32"``, in which its value and its gradient are both right to 4
            units in the last place, over the whole range, ±∞ and NaN included. The fast tier uses
            it there as it is; the tests measure the claim.
        within: Dtypes with the lowest and highest x between which the same holds, though not beyond.
        value_within: Dtypes and bounds between which the value alone is right.
        defaults_only: Whether ``right`` holds for the default parameters only.
        lean: Whether its backward pass keeps the input and nothing else; if not, the fast tier does
            without it.
    """

    path: str
    keywords: tuple[tuple[str, str | float | bool], ...] = ()
    right: tuple[str, ...] = ()
    within: tuple[tuple[str, float, float], ...] = ()
    value_within: tuple[tuple[str, float, float], ...] = ()
    defaults_only: bool = False
    lean: bool = True

    @property
    def library(self) -> str:
        """The library's name, the first part of the path."""
        return self.path.partition(".")[0]

    def resolved(self) -> Callable[..., Any]:
        """Return the function itself; imports its library."""
        module, _, name = self.path.rpartition(".")
        return getattr(importlib.import_module(module), name)

    def arguments(self, settings: Mapping[str, float]) -> dict[str, float | str | bool]:
        """Return what to hand over beside x, by the library's keywords.

        Example:
            >>> Native("torch.nn.functional.elu", (("alpha", "alpha"),)).arguments({"alpha": 0.5})
            {'alpha': 0.5}
        """
        return {
            keyword: settings.get(value, value) if isinstance(value, str) else value
            for keyword, value in self.keywords
        }


@dataclass(frozen=True)
class Joint:
    """A place where two pieces of the formula meet, and the slope that we state there.

    Attributes:
        at: The place, a number or a tree of parameters.
        slope: f′ there. Libraries disagree, so it must be said: ours is PyTorch's.
    """

    at: Operand
    slope: Operand


@dataclass(frozen=True)
class Kink:
    """A joint at which f or f′ really jumps, as numbers.

    Attributes:
        at: The place, in units of the input.
        slope: f′ there, as stated.
        left: f′ just left of it.
        right: f′ just right of it.
        jump: How far f itself jumps there, upwards positive.
    """

    at: float
    slope: float
    left: float
    right: float
    jump: float


@dataclass(frozen=True)
class Kernels:
    """Hand-made trees that lose no digits; what is left out follows from the formula by calculus.

    Attributes:
        value: f.
        derivative: f′, valid away from the joints (there the stated slope is used).
        second_derivative: f″, valid away from the joints.
        exact: Whether these trees are exact mathematics, without fitted series and without constants
            cut to float64. Then the exact tier computes them rather than the formula, which may
            cancel more digits than even double-double arithmetic has.
    """

    value: Expression | None = None
    derivative: Expression | None = None
    second_derivative: Expression | None = None
    exact: bool = False


@dataclass(frozen=True)
class Activation:
    """An elementwise activation function, declared once.

    Attributes:
        id: Its name here, equal to its file's.
        formula: The definition, as a tree of `formula.x` and parameters.
        about: What it is good for and where it fails, in one to three sentences.
        source: The paper or book that introduced it; empty for the classics.
        tails: Limits at −∞ and +∞, numbers or trees of parameters; NaN where f swings for ever between
            two bounds and so has none.
        parameters: What shapes it.
        joints: Where pieces meet, with the slope stated there.
        oscillates: Whether it swings for ever towards ±∞, so that f or a slope of it has no limit
            there. What has no limit is NaN at ±∞.
        stable: Kernels that lose no digits.
        single: Whether the kernels are right to 4 units in the last place when they are computed in
            float32 itself; if not, the fast tier computes float32 in float64.
        widened: Simpler kernels for the fast tier of float32 and shorter, computed in float64: no tail
            overflows there, and 29 bits may cancel before one is missed.
        aliases: Its names elsewhere.
        natives: The libraries' own functions for it.
        chosen: The parameters chosen with `with_parameters`, as pairs; empty in the catalogue.

    Example:
        >>> from livegrad.functions import activation
        >>> f = activation("leaky_relu", alpha=0.1)
        >>> f(np.array([-2.0, 3.0])), f.derivative(np.array([-2.0, 3.0]))
        (array([-0.2,  3. ]), array([0.1, 1. ]))
    """

    id: str
    formula: Expression
    about: Text
    source: str
    tails: tuple[Operand, Operand]
    parameters: tuple[Parameter, ...] = ()
    joints: tuple[Joint, ...] = ()
    oscillates: bool = False
    stable: Kernels = Kernels()
    single: bool = False
    widened: Kernels = Kernels()
    aliases: Aliases = Aliases()
    natives: tuple[Native, ...] = ()
    chosen: tuple[tuple[str, float], ...] = ()

    kind: ClassVar[Literal["elementwise", "vector"]] = "elementwise"
    as_written: ClassVar[bool] = False

    # ------------------------------------------------------------ computing

    def __call__(self, x: Array, *, tier: Tier | None = None) -> Array:
        """Compute f(x).

        Args:
            x: NumPy array, PyTorch tensor, number or list, of any shape. float16, float32 and
                float64 (in PyTorch bfloat16 too) keep their dtype; whole numbers become float64.
            tier: ``"exact"`` or ``"fast"``; unless said, exact for NumPy and fast for PyTorch. For
                NumPy they differ in float64 only: exactly, it is computed with 106 bits, which
                takes about 100 times as long.

        Returns:
            The same kind, shape and dtype. ±inf gives the limit, NaN gives NaN. A tensor carries
            gradients, and they are exactly `derivative`, at kinks too.

        Raises:
            BadInput: ``x`` does not hold real numbers, or there is no such tier.
        """
        return self._computed((), x, tier)

    def derivative(self, x: Array, *, tier: Tier | None = None) -> Array:
        """Compute f′(x); at a kink the stated slope. Shapes, dtypes, tiers as for f itself."""
        return self._computed(("x",), x, tier)

    def second_derivative(self, x: Array, *, tier: Tier | None = None) -> Array:
        """Compute f″(x); at a joint that of the piece on its left. Otherwise like `derivative`."""
        return self._computed(("x", "x"), x, tier)

    def accuracy(self) -> tuple[Accuracy, ...]:
        """Measure how far the fast tier is off, for value and derivative in float32 and float64.

        Returns:
            One `livegrad.functions.accuracy.Accuracy` for each, against 40 digits; the worst place
            of some thousand. Takes a second or two.
        """
        return tuple(importlib.import_module("livegrad.functions.accuracy").badge(self))

    def kernel(self, *symbols: str, widened: bool = False) -> Expression:
        """Return the tree that is computed for a derivative of any order.

        Args:
            symbols: What to differentiate by, in order: none for the value, ``"x"`` for f′, ``"x",
                "x"`` for f″, ``"alpha"`` for the derivative with respect to a parameter.
            widened: Whether float64 is computed with on behalf of shorter numbers.

        Returns:
            The hand-made kernel where there is one, else the symbolic derivative of the next lower
            one.
        """
        if widened and (simpler := self._widened(symbols)) is not None:
            return simpler
        ordered = tuple(sorted(symbols, key=lambda symbol: (symbol != "x", symbol)))
        if ordered not in self._kernels:
            self._kernels[ordered] = self._made(ordered)
        return self._kernels[ordered]

    def _widened(self, symbols: tuple[str, ...]) -> Expression | None:
        if symbols == ():
            return self.widened.value
        return self.widened.derivative if symbols == ("x",) and not self.joints else None

    # ------------------------------------------------------------ parameters

    @property
    def settings(self) -> dict[str, float]:
        """Every parameter's value by name, chosen or default."""
        return settings_of(self.parameters, dict(self.chosen))

    @property
    def learned(self) -> tuple[str, ...]:
        """Names of the parameters that training changes."""
        return tuple(parameter.name for parameter in self.parameters if parameter.learned)

    @property
    def holds_in_float32(self) -> bool:
        """Whether the fast tier may compute float32 in float32, with the parameters chosen.

        A product such as βx is exact only for some β, and an exponential turns its rounding into
        many units in the last place; so `single` is a promise for the default parameters.
        """
        return self.single and all(
            self.settings[parameter.name] == parameter.default for parameter in self.parameters
        )

    @property
    def drawn(self) -> dict[str, tuple[str, str]]:
        """Parameters that a module in training draws at random, and the names of their bounds."""
        return {p.name: p.drawn for p in self.parameters if p.drawn is not None}

    def with_parameters(self, **values: float) -> Activation:
        """Return the same activation with other parameters.

        Args:
            values: Numbers by parameter name; those left out stay as they are.

        Returns:
            A new record; this one does not change.

        Raises:
            BadInput: No parameter is called so, or a value is outside its domain.
        """
        chosen = checked(self.id, self.parameters, {**dict(self.chosen), **values})
        return replace(self, chosen=tuple(sorted(chosen.items())))

    # ------------------------------------------------------------ properties

    @property
    def latex(self) -> str:
        """The formula in LaTeX, without dollar signs and without ``f(x) =``."""
        return self.formula.latex()

    @property
    def limits(self) -> tuple[float, float]:
        """Limits at −∞ and at +∞, as declared, NaN for none; the contract measures them."""
        left, right = (self._number(tail) for tail in self.tails)
        return left, right

    @functools.cached_property
    def properties(self) -> Properties:
        """Range, symmetry, slopes, fixed points, moments, gains, critical point: all computed."""
        return Properties(self)

    @property
    def bounded(self) -> bool:
        """Whether outputs stay between two numbers: no poles, so whether no limit is infinite."""
        return not any(math.isinf(limit) for limit in self.limits)

    @functools.cached_property
    def joint_places(self) -> tuple[float, ...]:
        """Where pieces of the formula meet, in rising order, in units of the input."""
        return tuple(sorted(self._number(joint.at) for joint in self.joints))

    @functools.cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """The joints at which f or f′ jumps, for these parameters (ELU has none at alpha = 1)."""
        kinks = [self._kink_at(joint) for joint in self.joints]
        return tuple(kink for kink in kinks if _differs(kink.left, kink.right) or kink.jump)

    @functools.cached_property
    def sup_slope(self) -> float:
        """Least upper bound of |f′| off the kinks: searched, not proved (`properties`)."""
        return self.properties.steepest_slope.value

    def mean(self, variance: float) -> float:
        """E[f(z)] for z ~ N(0, variance), by quadrature split at the joints; so the next two."""
        return self.properties.mean(variance)

    def mean_square(self, variance: float) -> float:
        """E[f(z)²] for z ~ N(0, variance): how much signal passes forwards.

        Args:
            variance: Variance of the pre-activations, in squared input units; at least 0.

        Returns:
            The mean, in squared output units. For ReLU it is variance / 2.

        Raises:
            BadInput: The variance is negative or not finite.
        """
        return self.properties.mean_square(variance)

    def mean_square_slope(self, variance: float) -> float:
        """E[f′(z)²] for z ~ N(0, variance): how much gradient passes backwards.

        Args:
            variance: Variance of the pre-activations, in squared input units; at least 0.

        Returns:
            The mean, dimensionless. For ReLU it is 1/2 at every variance above 0.

        Raises:
            BadInput: The variance is negative or not finite.
        """
        return self.properties.mean_square_slope(variance)

    def prove(self) -> Proof:
        """Enclose range, slopes and bend by interval arithmetic; needs python-flint.

        Raises:
            NotProved: python-flint is not installed; the message says how to get it.
        """
        from livegrad.functions.proof import prove

        return prove(self)

    # ------------------------------------------------------------ drawing

    def plot(
        self,
        *others: Activation,
        derivative: bool = True,
        second: bool = False,
        low: float = -6.0,
        high: float = 6.0,
    ) -> Plot:
        """Draw f and its slope; a notebook shows the drawing by itself.

        Args:
            others: Further activations, drawn into the same picture.
            derivative: Whether f′ is drawn too.
            second: Whether f″ is.
            low: Left end of the x axis.
            high: Right end.

        Returns:
            A drawing with ``svg()`` and ``save("gelu.svg")``.

        Raises:
            BadInput: The ends are not finite, or in the wrong order.
        """
        # Drawing lies above this package: its one seam in that direction, looked up when asked for.
        drawing = importlib.import_module("livegrad.report.plot")
        return drawing.plot(self, *others, derivative=derivative, second=second, low=low, high=high)

    def _repr_html_(self) -> str:
        return importlib.import_module("livegrad.report.notebook").card(self)

    # ------------------------------------------------------------ libraries

    def native(self, library: str = "torch") -> Native | None:
        """Return a library's own function for this, with the parameters chosen.

        Args:
            library: ``"torch"`` or ``"jax"``.

        Returns:
            The first that is declared; None if there is none, or if it cannot be told of a
            parameter that was chosen.
        """
        found = next((each for each in self.natives if each.library == library), None)
        if found is None:
            return None
        told, settings = {value for _, value in found.keywords}, self.settings
        untold = (p for p in self.parameters if p.name not in told and p.drawn is None)
        return found if all(settings[p.name] == p.default for p in untold) else None

    def module(
        self, *, channels: int = 1, tier: Literal["exact", "fast", "native"] = "fast"
    ) -> nn.Module:
        """Return a PyTorch module that computes this activation; imports torch.

        Args:
            tier: ``"fast"``: PyTorch's own operation where it is right, else corrected; ``"native"``:
                PyTorch's own in any case; ``"exact"``: in float64, rounded once.
            channels: How many copies each learned parameter has, one for each entry of axis 1. 1:
                one for all.

        Returns:
            A module without state, unless a parameter is learned: then it is an ``nn.Parameter`` of
            shape (channels,).
        """
        return _module_torch().ActivationModule(self, channels=channels, tier=tier)

    def forgets_nan(self, tree: Expression) -> bool:
        """Tell whether a kernel may give a number where x is NaN, so that NaN must be put back."""
        nowhere = np.array([np.nan])
        at_nan = NUMPY.full(evaluate(tree, NUMPY, {**self.settings, "x": nowhere}), nowhere)
        return not np.isnan(at_nan).all() or any(map(_forgets_nan, walk(tree)))

    def tape(
        self,
        *symbols: str,
        dtype: Format = "float64",
        open_parameters: tuple[str, ...] = (),
        widened: bool = False,
    ) -> Tape:
        """Return the kernel of a derivative as a tape of simple steps.

        Args:
            symbols: As for `kernel`.
            dtype: What it will be computed in.
            open_parameters: Parameters that stay inputs of the tape; the others become constants.
            widened: As for `kernel`.

        Returns:
            The tape, the same object at every call.
        """
        key = (symbols, dtype, open_parameters, widened)
        if key not in self._tapes:
            tree = self.kernel(*symbols, widened=widened)
            self._tapes[key] = tape_of(
                tree,
                self.settings,
                dtype=dtype,
                open_parameters=open_parameters,
                nan_stays=self.forgets_nan(tree),
            )
        return self._tapes[key]

    @functools.cached_property
    def made_by_torch(self) -> dict[Any, Any]:
        """What PyTorch's side has made of this record, kept with it so that it is made once."""
        return {}

    # ------------------------------------------------------------ inside

    def __getstate__(self) -> dict[str, Any]:
        # Not what was made so far: derivatives nest too deep for pickle, and all is made again.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @functools.cached_property
    def _kernels(self) -> dict[tuple[str, ...], Expression]:
        return {}

    @functools.cached_property
    def _formulas(self) -> dict[tuple[str, ...], Expression]:
        return {}

    @functools.cached_property
    def _tapes(self) -> dict[tuple[tuple[str, ...], Format, tuple[str, ...], bool], Tape]:
        return {}

    def _made(self, symbols: tuple[str, ...]) -> Expression:
        match symbols:
            case ():
                return self.stable.value or self.formula
            case ("x",):
                slope = self.stable.derivative or derivative(self.kernel())
                return self._stated(slope, [j for j in self.joints if not self._meets(slope, j)])
            case ("x", "x") if self.stable.second_derivative:
                return self.stable.second_derivative
            case (*before, last):
                return derivative(self.kernel(*before), last)
        raise AssertionError(symbols)

    def _exact_tree(self, symbols: tuple[str, ...]) -> Expression:
        """Return the formula or its derivative: what double-double arithmetic computes."""
        if self.stable.exact:
            return self.kernel(*symbols)
        if symbols not in self._formulas:
            tree = self._exact_tree(symbols[:-1]) if symbols else stabilised(self.formula)
            tree = derivative(tree, symbols[-1]) if symbols else tree
            stated = self._stated(tree, self.joints) if symbols == ("x",) else tree
            self._formulas[symbols] = stated
        return self._formulas[symbols]

    def _stated(self, slope: Expression, joints: Iterable[Joint]) -> Expression:
        points = tuple((expression(joint.at), expression(joint.slope)) for joint in joints)
        return AtPoints(points, slope) if points else slope

    def _meets(self, slope: Expression, joint: Joint) -> bool:
        """Tell whether a kernel gives the stated slope at a joint by itself, in both formats."""
        open_names = {*self.learned, *self.drawn}
        trees = (expression(joint.at), expression(joint.slope))
        if any(isinstance(n, Symbol) and n.name in open_names for t in trees for n in walk(t)):
            return False
        stated = self._number(joint.slope)
        return all(
            self._of_kernel(slope, np.array([self._number(joint.at)], dtype))[0] == dtype(stated)
            for dtype in (np.float32, np.float64)
        )

    def _computed(self, symbols: tuple[str, ...], x: Array, tier: Tier | None) -> Array:
        check_tier(tier)
        if is_tensor(x):
            return _module_torch().computed(self, symbols, x, tier=tier or "fast")
        return on_numpy(self.id, x, functools.partial(self._on_array, symbols, tier or "exact"))

    def _fast(self, x: Array, *symbols: str) -> Array:
        return self._computed(symbols, x, "fast")

    def _on_array(
        self, symbols: tuple[str, ...], tier: Tier, x: NDArray[np.float64], kept: np.dtype
    ) -> Array:
        infinite = np.isinf(x)
        with np.errstate(invalid="ignore") if infinite.any() else contextlib.nullcontext():
            if tier == "exact" and kept.itemsize >= 8:
                result = self.exact_float64(symbols, x)
            else:
                widened = tier == "fast" and kept.itemsize < 8
                result = self._of_kernel(self.kernel(*symbols, widened=widened), x)
        lost = infinite & np.isnan(result)
        return self._ended(symbols, x, result, lost) if lost.any() else result

    def _ended(
        self, symbols: tuple[str, ...], x: Array, result: Array, lost: NDArray[np.bool_]
    ) -> Array:
        """Put limits where a formula says ∞·0 at ±∞: those of f, and the slope of far out."""
        if len(symbols) > 1 or self.oscillates:
            return result
        with np.errstate(all="ignore"):
            far = self._of_kernel(self.kernel(*symbols), np.array([-_FAR_OUT, _FAR_OUT]))
        left, right = far if symbols else self.limits
        return np.where(lost, np.where(x < 0, left, right), result)

    def exact_float64(self, symbols: tuple[str, ...], x: Array) -> Array:
        """Compute the formula, or a derivative of it, in double-double arithmetic.

        Args:
            symbols: What to differentiate by, as for `kernel`.
            x: float64 array of any shape.

        Returns:
            float64 of the same shape, rounded once.
        """
        tree, flat = self._exact_tree(symbols), x.reshape(-1)
        values: dict[str, Any] = {name: Doubled(value) for name, value in self.settings.items()}
        parts = []
        with np.errstate(all="ignore"):
            for start in range(0, max(flat.size, 1), _BLOCK):
                block = Doubled(flat[start : start + _BLOCK])
                found = DOUBLED.full(evaluate(tree, DOUBLED, {**values, "x": block}), block)
                parts.append(found.rounded())
        result = np.concatenate(parts).reshape(x.shape)
        # A joint such as 1/10 lies between two floats: its slope is stated at the nearer one.
        numbered = [joint for joint in self.joints if isinstance(expression(joint.at), Number)]
        for joint in numbered if symbols == ("x",) else ():
            result = np.where(x == self._number(joint.at), self._number(joint.slope), result)
        if np.isfinite(x).all():
            return result
        return np.where(np.isfinite(x), result, self._of_kernel(self.kernel(*symbols), x))

    def _of_kernel(self, tree: Expression, x: Array) -> Array:
        result = NUMPY.full(evaluate(tree, NUMPY, {**self.settings, "x": x}), x)
        return np.where(np.isnan(x), x, result)

    def _number(self, operand: Operand) -> float:
        return float(evaluate(expression(operand), NUMPY, self.settings))

    def _kink_at(self, joint: Joint) -> Kink:
        at = self._number(joint.at)
        sides = np.array([math.nextafter(at, -math.inf), math.nextafter(at, math.inf)])
        (left, right), (below, above) = self._fast(sides, "x"), self._fast(sides)
        jump = float(above - below) if _differs(float(above), float(below)) else 0.0
        return Kink(at, self._number(joint.slope), float(left), float(right), jump)


def check_tier(tier: str | None) -> None:
    """Raise `BadInput` about a tier that there is not.

    Example:
        >>> check_tier("fast")
    """
    if tier not in (None, "exact", "fast"):
        raise BadInput(_NO_TIER.fill(tier=tier))


def on_numpy(activation: str, x: Array, compute: Any) -> Array:
    """Compute on NumPy in a dtype fit for it, and give the result back in the caller's.

    Everything is computed in float64 and rounded once. Overflow and underflow are silent, because
    they are right answers (SELU of the largest float is inf); invalid operations are not.

    Args:
        activation: Id, for the message.
        x: Whatever `numpy.asarray` takes.
        compute: From a float64 array with at least one axis, and the caller's dtype, to float64.

    Returns:
        The result, in the float dtype of ``x``, of its shape if ``compute`` keeps shapes; a NumPy
        number for a number.

    Raises:
        BadInput: ``x`` does not hold real numbers.
    """
    given = np.asarray(x)
    if given.dtype.kind not in "fiub":
        raise BadInput(_NOT_NUMBERS.fill(activation=activation, dtype=given.dtype))
    kept = given.dtype if given.dtype.kind == "f" else np.dtype(np.float64)
    with np.errstate(over="ignore", under="ignore"):
        result = compute(np.atleast_1d(given).astype(np.float64), kept).astype(kept)
    return result.reshape(())[()] if given.ndim == 0 and result.size == 1 else result


def _forgets_nan(node: Expression) -> bool:
    """Tell whether a node may turn NaN into a number when it is computed by a tape."""
    choosing = isinstance(node, Piecewise | AtPoints | Choice | Inside)
    return choosing or (isinstance(node, Call) and node.function == "sign")


def _differs(one: float, other: float) -> bool:
    return abs(one - other) > 1e-6 * max(1.0, abs(one), abs(other))


def _module_torch() -> ModuleType:
    # Looked up late: torch costs seconds to import, and only a caller who has it can ask for this.
    return importlib.import_module("livegrad.functions.module_torch")
