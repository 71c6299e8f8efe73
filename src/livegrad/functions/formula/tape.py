"""A formula as a tape: a list of simple steps over a few numbered registers.

A tree is pleasant to differentiate and to print; a tape is what a machine runs. Equal steps are done
once, a register is used again as soon as its number is no longer needed, and constants sit in
registers of their own. The eager PyTorch kernels run it today, blockwise, so that what lies between
two steps never leaves the cache.
"""

from __future__ import annotations

import collections
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from livegrad.functions.formula import Expression, evaluate
from livegrad.functions.numbers.backends import SCALARS, Backend, in_float64

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Operation: TypeAlias = Literal[
    "add", "subtract", "multiply", "multiply_add", "divide", "negative", "power", "negative_size", "clip", "select",
    "greater", "at_least", "less", "at_most", "equal", "both", "exp", "expm1", "log", "log1p", "sqrt",
    "sin", "cos", "arctan", "tanh", "absolute", "sign", "floor", "erf", "erfc", "erfcx",
    "sigmoid", "softplus", "normal_cdf",
]  # fmt: skip
"""What a step may do; conditions are registers of truth values. ``multiply_add`` of a, b and c is
a·b + c, rounded twice like the two operations that it stands for. The last three are written only
where the machine has them whole, as `tape_of_several` is told."""
Format: TypeAlias = Literal["float32", "float64"]
_CONDITIONS = ("greater", "at_least", "less", "at_most", "equal", "both")


@dataclass(frozen=True)
class Step:
    """One operation on whole registers.

    Attributes:
        operation: What is done.
        result: Register that takes the result; it may be one of the arguments.
        arguments: Registers that are read.
    """

    operation: Operation
    result: int
    arguments: tuple[int, ...]


@dataclass(frozen=True)
class Tape:
    """A formula, ready to run.

    Registers are numbered: first the inputs in the order of ``inputs``, then one for each constant,
    then ``numbers`` registers for numbers, then ``conditions`` registers for truth values.

    Attributes:
        inputs: Names of the symbols: ``x``, then parameters that were left open.
        constants: Their values, in order.
        numbers: How many registers hold numbers between steps.
        conditions: How many hold truth values.
        steps: In order.
        results: Registers that hold the results at the end; each may be an input or a constant.

    Example:
        >>> from livegrad.functions.formula import exp, x
        >>> tape = tape_of(1 / (1 + exp(-x)))
        >>> [step.operation for step in tape.steps]
        ['negative', 'exp', 'add', 'divide']
        >>> tape.numbers
        1
    """

    inputs: tuple[str, ...]
    constants: tuple[float, ...]
    numbers: int
    conditions: int
    steps: tuple[Step, ...]
    results: tuple[int, ...]

    @property
    def result(self) -> int:
        """The only result's register, or the first's."""
        return self.results[0]

    @property
    def first_number(self) -> int:
        """Index of the first register for numbers between steps."""
        return len(self.inputs) + len(self.constants)

    @property
    def first_condition(self) -> int:
        """Index of the first register for truth values."""
        return self.first_number + self.numbers


def tape_of(
    tree: Expression,
    settings: Mapping[str, float] | None = None,
    *,
    dtype: Format = "float64",
    open_parameters: tuple[str, ...] = (),
    nan_stays: bool = False,
) -> Tape:
    """Write a tree as a tape.

    Args:
        tree: The formula.
        settings: Values of parameters, taken in as constants.
        dtype: What it will be computed in: fitted polynomials have fewer terms in float32.
        open_parameters: Names of parameters that stay inputs, after ``x``.
        nan_stays: Add a step that gives NaN where x is NaN, for trees that do not by themselves.

    Returns:
        The tape; its result is a register even where the formula is a constant.
    """
    return tape_of_several(
        ((tree, nan_stays),), settings, dtype=dtype, open_parameters=open_parameters
    )


def tape_of_several(
    trees: Iterable[tuple[Expression, bool]],
    settings: Mapping[str, float] | None = None,
    *,
    dtype: Format = "float64",
    open_parameters: tuple[str, ...] = (),
    whole: Iterable[Literal["sigmoid", "softplus", "normal_cdf"]] = (),
) -> Tape:
    """Write several trees of the same inputs as one tape, which does what they share once.

    Args:
        trees: Each with whether NaN has to be put back, as `tape_of` is told.
        settings: Values of parameters, taken in as constants.
        dtype: What it will be computed in.
        open_parameters: Names of parameters that stay inputs, after ``x``.
        whole: Functions that the machine computes in one step.

    Returns:
        The tape, with one result for each tree.

    Example:
        >>> from livegrad.functions.formula import exp, x
        >>> tape = tape_of_several(((exp(x), False), (2 * exp(x), False)))
        >>> [step.operation for step in tape.steps], len(tape.results)
        (['exp', 'multiply'], 2)
    """
    recorder = _Recorder(np.dtype(dtype))
    inputs = ("x", *open_parameters)
    slots = {name: recorder.input(name) for name in inputs}
    values = {**(settings or {}), **slots}
    backend = _backend(recorder, frozenset(whole))
    results = []
    for tree, nan_stays in trees:
        result = recorder.slot(evaluate(tree, backend, values))
        if nan_stays:  # 0 for every number, ±∞ included
            nothing = _clip(recorder, slots["x"], -1.0, 1.0) * 0.0
            result = recorder.write("add", result, nothing)
        results.append(result.place)
    return _allocated(recorder, inputs, tuple(results))


# ------------------------------------------------------------ recording


@dataclass(frozen=True)
class _Written:
    """A step before registers are given out; arguments are numbers of earlier ones."""

    operation: str
    arguments: tuple[int, ...] = ()
    detail: float | str | None = None


class _Recorder:
    """Writes steps down, each different one once."""

    def __init__(self, dtype: np.dtype) -> None:
        self.dtype = dtype
        self.written: list[_Written] = []
        self._known: dict[_Written, int] = {}

    def write(self, operation: str, *arguments: Any, detail: float | str | None = None) -> _Slot:
        places = tuple(self.slot(argument).place for argument in arguments)
        step = _Written(operation, places, detail)
        if step not in self._known:
            self._known[step] = len(self.written)
            self.written.append(step)
        return _Slot(self, self._known[step])

    def has(self, operation: str, *arguments: _Slot) -> bool:
        """Tell whether a step is written down already."""
        return _Written(operation, tuple(argument.place for argument in arguments)) in self._known

    def input(self, name: str) -> _Slot:
        return self.write("input", detail=name)

    def slot(self, value: Any) -> _Slot:
        # repr, because 0.0 == −0.0 and NaN != NaN
        return (
            value if isinstance(value, _Slot) else self.write("constant", detail=repr(float(value)))
        )

    def operation_at(self, slot: _Slot) -> _Written:
        return self.written[slot.place]

    def bounds_of(self, slot: _Slot) -> tuple[float, float]:
        """Return two numbers that the slot's number surely lies between."""
        step = self.operation_at(slot)
        if step.operation != "clip":
            return -math.inf, math.inf
        inner = self.bounds_of(_Slot(self, step.arguments[0]))
        ends = [self.written[place] for place in step.arguments[1:]]
        if any(end.operation != "constant" for end in ends):
            return inner
        low, high = (float(str(end.detail)) for end in ends)
        return max(inner[0], low), min(inner[1], high)


@dataclass(frozen=True, eq=False)
class _Slot:
    """Stands for the number that a step will give, and writes down what is done with it."""

    recorder: _Recorder
    place: int

    @property
    def dtype(self) -> np.dtype:
        return self.recorder.dtype

    def __add__(self, other: Any) -> _Slot:
        if isinstance(other, _Slot):
            step = self.recorder.operation_at(other)
            if step.operation == "negative":
                return self - _Slot(self.recorder, step.arguments[0])
        return self.recorder.write("add", self, other)

    def __radd__(self, other: Any) -> _Slot:
        step = self.recorder.operation_at(self)
        if step.operation == "negative":
            return self.recorder.write("subtract", other, _Slot(self.recorder, step.arguments[0]))
        return self.recorder.write("add", self, other)

    def __sub__(self, other: Any) -> _Slot:
        return self.recorder.write("subtract", self, other)

    def __rsub__(self, other: Any) -> _Slot:
        return self.recorder.write("subtract", other, self)

    def __mul__(self, other: Any) -> _Slot:
        one = not isinstance(other, _Slot) and other == 1.0
        return self if one else self.recorder.write("multiply", self, other)

    def __rmul__(self, other: Any) -> _Slot:
        return self * other

    def __truediv__(self, other: Any) -> _Slot:
        if not isinstance(other, _Slot) and _power_of_two(other):
            return self * (1 / other)  # exact, and a multiplication is several times faster
        return self.recorder.write("divide", self, other)

    def __rtruediv__(self, other: Any) -> _Slot:
        return self.recorder.write("divide", other, self)

    def __pow__(self, exponent: int) -> _Slot:
        return self * self if exponent == 2 else self.recorder.write("power", self, float(exponent))

    def __neg__(self) -> _Slot:
        step = self.recorder.operation_at(self)
        if step.operation == "absolute":
            return self.recorder.write("negative_size", _Slot(self.recorder, step.arguments[0]))
        return self.recorder.write("negative", self)

    def __gt__(self, other: Any) -> _Slot:
        return self.recorder.write("greater", self, other)

    def __ge__(self, other: Any) -> _Slot:
        return self.recorder.write("at_least", self, other)

    def __lt__(self, other: Any) -> _Slot:
        return self.recorder.write("less", self, other)

    def __le__(self, other: Any) -> _Slot:
        return self.recorder.write("at_most", self, other)

    def __eq__(self, other: object) -> _Slot:  # type: ignore[override]
        return self.recorder.write("equal", self, other)

    def __and__(self, other: Any) -> _Slot:
        return self.recorder.write("both", self, other)

    __hash__ = None  # type: ignore[assignment]


def _backend(recorder: _Recorder, whole: frozenset[str]) -> Backend:
    """Return the backend that writes down instead of computing."""

    def of_one(name: str) -> Callable[[Any], Any]:
        def write(x: Any) -> Any:
            return recorder.write(name, x) if isinstance(x, _Slot) else SCALARS[name](x)

        return write

    plain = (
        *("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "arctan", "tanh"),
        *("absolute", "sign", "floor", "erf", "erfc", "erfcx"),
    )
    alone = ("total", "highest", "winner", "reshape")
    return Backend(
        **{name: of_one(name) for name in plain},  # pyrefly: ignore[bad-argument-type]
        **{  # pyrefly: ignore[bad-argument-type]
            name: _or_scalar(name, _WHOLE[name] if name in whole else write)
            for name, write in _IN_STEPS.items()
        },
        **dict.fromkeys(alone, _along_an_axis),
        clip=functools.partial(_clip, recorder),
        select=functools.partial(_select, recorder),
        constant=in_float64,
        full=lambda value, _like: value,
        largest=lambda _like: float(np.finfo(np.float64).max),
    )


def _or_scalar(name: str, write: Callable[[_Slot], _Slot]) -> Callable[[Any], Any]:
    return lambda x: write(x) if isinstance(x, _Slot) else SCALARS[name](x)


def _sigmoid(x: _Slot) -> _Slot:
    # Both exponentials meet only numbers ≤ 0; no choice between two branches, which costs more.
    record = x.recorder.write
    rising = record("exp", _clip(x.recorder, x, -math.inf, 0.0))
    return rising / (1.0 + record("exp", -record("absolute", x)))


def _softplus(x: _Slot) -> _Slot:
    record = x.recorder.write
    bend = record("log1p", record("exp", -record("absolute", x)))
    return _clip(x.recorder, x, 0.0, math.inf) + bend


def _normal_cdf(x: _Slot) -> _Slot:
    return 0.5 * x.recorder.write("erfc", x * -(0.5**0.5))


def _whole_sigmoid(x: _Slot) -> _Slot:
    # σ(−x) beside σ(x), as in every slope of it: an exponential saved for a tail beyond x = 17
    recorder, step = x.recorder, x.recorder.operation_at(x)
    if step.operation == "negative":
        other = _Slot(recorder, step.arguments[0])
        if recorder.has("sigmoid", other):
            return 1.0 - recorder.write("sigmoid", other)
    return recorder.write("sigmoid", x)


_IN_STEPS = {"sigmoid": _sigmoid, "softplus": _softplus, "normal_cdf": _normal_cdf}
_WHOLE: dict[str, Callable[[_Slot], _Slot]] = {
    "sigmoid": _whole_sigmoid,
    "softplus": lambda x: x.recorder.write("softplus", x),
    "normal_cdf": lambda x: x.recorder.write("normal_cdf", x),
}


def _select(recorder: _Recorder, condition: Any, chosen: Any, other: Any, _like: Any) -> Any:
    if not isinstance(condition, _Slot):
        return chosen if condition else other
    return recorder.write("select", condition, chosen, other)


def _clip(recorder: _Recorder, x: Any, low: Any, high: Any) -> Any:
    plain = isinstance(low, float | int) and isinstance(high, float | int)
    if not (isinstance(x, _Slot) and plain):
        return recorder.write("clip", x, low, high)
    held = recorder.bounds_of(x)
    inside = low <= held[0] and held[1] <= high
    return x if inside else recorder.write("clip", x, low, high)


def _along_an_axis(*_: Any) -> Any:
    raise NotImplementedError


def _power_of_two(number: float) -> bool:
    return 2.0**-100 < abs(number) < 2.0**100 and abs(math.frexp(number)[0]) == 0.5


# ------------------------------------------------------------ registers


def _allocated(recorder: _Recorder, inputs: tuple[str, ...], results: tuple[int, ...]) -> Tape:
    """Give out registers; one is free again after the last step that reads it."""
    needed = _fused(recorder.written, _needed(recorder.written, results), results)
    constants = sorted(p for p in needed if recorder.written[p].operation == "constant")
    held = {recorder.input(name).place: n for n, name in enumerate(inputs)}
    held |= {place: len(inputs) + n for n, place in enumerate(constants)}
    last_use = {a: p for p in sorted(needed) for a in recorder.written[p].arguments}
    last_use |= dict.fromkeys(results, len(recorder.written))
    numbers, conditions = _Pool(), _Pool()
    steps: list[tuple[str, tuple[_Pool, int], list[Any]]] = []
    given: dict[int, tuple[_Pool, int]] = {}
    for place in sorted(needed):
        written = recorder.written[place]
        if written.operation in ("input", "constant"):
            continue
        arguments = [given.get(a, a) for a in written.arguments]
        for a in set(written.arguments):
            if last_use[a] == place and a in given:
                given[a][0].free(given[a][1])
        pool = conditions if written.operation in _CONDITIONS else numbers
        given[place] = (pool, pool.take())
        steps.append((written.operation, given[place], arguments))
    first = len(inputs) + len(constants)
    start = {id(numbers): first, id(conditions): first + numbers.size}

    def register(where: tuple[_Pool, int] | int) -> int:
        return held[where] if isinstance(where, int) else start[id(where[0])] + where[1]

    return Tape(
        inputs=inputs,
        constants=tuple(float(str(recorder.written[p].detail)) for p in constants),
        numbers=numbers.size,
        conditions=conditions.size,
        steps=tuple(
            Step(operation, register(to), tuple(register(a) for a in arguments))  # type: ignore[arg-type]
            for operation, to, arguments in steps
        ),
        results=tuple(register(given.get(place, place)) for place in results),
    )


class _Pool:
    """Registers of one kind, the lowest free one first."""

    def __init__(self) -> None:
        self.size = 0
        self._free: list[int] = []

    def take(self) -> int:
        if self._free:
            self._free.sort()
            return self._free.pop(0)
        self.size += 1
        return self.size - 1

    def free(self, register: int) -> None:
        self._free.append(register)


def _fused(written: list[_Written], needed: set[int], results: tuple[int, ...]) -> set[int]:
    """Turn a product that is only needed for one sum with a constant into one step with it."""
    uses = collections.Counter(a for place in needed for a in written[place].arguments)
    uses.update(results)
    left = set(needed)
    for place in needed:
        step = written[place]
        if step.operation != "add" or written[step.arguments[1]].operation != "constant":
            continue
        product = written[step.arguments[0]]
        if product.operation == "multiply" and uses[step.arguments[0]] == 1:
            written[place] = _Written("multiply_add", (*product.arguments, step.arguments[1]))
            left.discard(step.arguments[0])
    return left


def _needed(written: list[_Written], results: tuple[int, ...]) -> set[int]:
    needed, waiting = set(), list(results)
    while waiting:
        place = waiting.pop()
        if place not in needed:
            needed.add(place)
            waiting.extend(written[place].arguments)
    return needed
