"""Formulas run eagerly on CPU tensors, block by block, so that they cost little more than one pass.

Written out as PyTorch operations on whole tensors, a formula of twenty steps reads and writes main
memory twenty times and asks for twenty fresh tensors. Here a `Tape` runs over blocks of a few tens of
thousands of numbers, its registers stay in the cache, and only the input and the result travel.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from livegrad.functions.formula.tape import Step, Tape

BLOCK_BYTES = 1 << 18
"""Size of one register for each thread; six of them fit into an ordinary second-level cache."""


def _negative_size(x: Tensor, *, out: Tensor) -> Tensor:
    return torch.neg(torch.abs(x, out=out), out=out)


def _clip(x: Tensor, low: Any, high: Any, *, out: Tensor) -> Tensor:
    if not (isinstance(low, Tensor) or isinstance(high, Tensor)):
        return torch.clamp(x, low, high, out=out)
    # Learned bounds come as tensors, and clamp takes either two tensors or two numbers.
    held = torch.maximum(x, torch.as_tensor(low, dtype=x.dtype), out=out)
    return torch.minimum(held, torch.as_tensor(high, dtype=x.dtype), out=out)


def _multiply_add(a: Tensor, b: Tensor, c: Tensor, *, out: Tensor) -> Tensor:
    return torch.addcmul(c, a, b, out=out)


_OPERATIONS: Mapping[str, Callable[..., Tensor]] = {
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
    "multiply_add": _multiply_add,
    "divide": torch.div,
    "negative": torch.neg,
    "power": torch.pow,
    "negative_size": _negative_size,
    "clip": _clip,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "log": torch.log,
    "log1p": torch.log1p,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "arctan": torch.arctan,
    "tanh": torch.tanh,
    "absolute": torch.abs,
    "sign": torch.sign,
    "floor": torch.floor,
    "erf": torch.special.erf,
    "erfc": torch.special.erfc,
    "erfcx": torch.special.erfcx,
}
_PLAIN_NUMBERS = ("clip", "power")  # everything else is faster with tensors without axes
_WHOLE = {torch.float32: torch.int32, torch.float64: torch.int64}


@dataclass(frozen=True)
class Program:
    """A tape bound to PyTorch's operations and a dtype.

    PyTorch's ``where`` and its comparisons are not vectorised: a tenth of a nanosecond becomes four.
    So a condition is a whole number with all bits set or none, made from the sign of a difference,
    and a choice is three operations on bits. Every register can be read as numbers or as bits.

    Attributes:
        tape: What is run.
        dtype: In which it is computed.
        steps: Operation, place of the result, places of the arguments. Places: the tape's registers
            for numbers, then the same read as bits, then conditions, then what ``extra`` holds.
        extra: Constants as tensors without axes, and bit patterns as Python integers.
        conditions: How many registers for conditions there are, one of them spare.
    """

    tape: Tape
    dtype: torch.dtype
    steps: tuple[tuple[Callable[..., Tensor], int, tuple[int, ...]], ...]
    extra: tuple[Any, ...]
    conditions: int


@functools.lru_cache(maxsize=512)
def program(tape: Tape, dtype: torch.dtype) -> Program:
    """Bind a tape to a dtype, once."""
    binder = _Binder(tape, dtype)
    for step in tape.steps:
        binder.bind(step)
    return Program(tape, dtype, tuple(binder.steps), tuple(binder.extra), tape.conditions + 1)


class _Binder:
    """Turns the steps of a tape into calls of PyTorch."""

    def __init__(self, tape: Tape, dtype: torch.dtype) -> None:
        self.tape, self.dtype = tape, dtype
        self.steps: list[tuple[Callable[..., Tensor], int, tuple[int, ...]]] = []
        self.extra: list[Any] = []
        self._registers = tape.first_condition  # inputs, constants, numbers
        self._spare = 2 * self._registers + tape.conditions
        self._sign = torch.iinfo(_WHOLE[dtype]).bits - 1
        self._constants = range(len(tape.inputs), tape.first_number)

    def bind(self, step: Step) -> None:
        match step.operation:
            case "select":
                self._select(step)
            case "both":
                self._call(
                    torch.bitwise_and, self._mask(step.result), *map(self._mask, step.arguments)
                )
            case "greater" | "less" | "at_least" | "at_most" | "equal":
                self._compare(step)
            case plain:
                arguments = list(step.arguments)
                if plain not in _PLAIN_NUMBERS:
                    arguments = [self._scalar(a) if a in self._constants else a for a in arguments]
                self._call(_OPERATIONS[plain], step.result, *arguments)

    def _compare(self, step: Step) -> None:
        """Make a mask of the sign of a difference; −0 is made +0 by adding."""
        left, right = step.arguments
        mask = self._mask(step.result)
        if step.operation in ("greater", "at_most"):  # right − left is below 0: greater
            left, right = right, left
        spare, equal = self._as_numbers(mask), step.operation == "equal"
        if equal and right in self._constants and math.isinf(self._constant(right)):
            self._beyond(left, self._constant(right), spare)
            equal = False
        else:
            self._difference(left, right, spare)
        if equal:
            self._call(torch.abs, spare, spare)
            self._call(torch.sub, mask, mask, self._put(1))
        self._call(torch.bitwise_right_shift, mask, mask, self._put(self._sign))
        if step.operation in ("at_least", "at_most"):
            self._call(torch.bitwise_not, mask, mask)

    def _beyond(self, left: int, end: float, to: int) -> None:
        """Subtract so that only an infinity gives a negative number."""
        largest = torch.tensor(torch.finfo(self.dtype).max, dtype=self.dtype)
        if end > 0:
            self._call(torch.sub, to, self._put(largest), left)
        else:
            self._call(torch.add, to, left, self._put(largest))

    def _difference(self, left: int, right: int, to: int) -> None:
        if right in self._constants:
            opposite = torch.tensor(-self._constant(right), dtype=self.dtype)
            self._call(torch.add, to, left, self._put(opposite))
        else:
            if left not in self._constants:
                first = left
            elif self._constant(left) == 0:  # −0 less 0 would be −0, which reads as below 0
                first = self._put(torch.zeros((), dtype=self.dtype))
            else:
                first = self._scalar(left)
            self._call(torch.sub, to, first, right)

    def _select(self, step: Step) -> None:
        """Choose bit by bit: other ^ ((chosen ^ other) & mask)."""
        condition, chosen, other = step.arguments
        mask, result = self._mask(condition), step.result + self._registers
        pattern = [self._pattern(r) if r in self._constants else None for r in (chosen, other)]
        places = [r + self._registers for r in (chosen, other)]
        if pattern[1] == 0 and pattern[0] is None:
            self._call(torch.bitwise_and, result, places[0], mask)
            return
        if None not in pattern:
            both = self._put(int(pattern[0] or 0) ^ int(pattern[1] or 0))
            self._call(torch.bitwise_and, self._spare, mask, both)
        elif pattern[0] == 0:
            self._call(torch.bitwise_and, self._spare, places[1], mask)
        else:
            first, second = self._ordered(pattern, places)
            self._call(torch.bitwise_xor, self._spare, first, second)
            self._call(torch.bitwise_and, self._spare, self._spare, mask)
        last = places[1] if pattern[1] is None else self._put(int(pattern[1]))
        self._call(torch.bitwise_xor, result, self._spare, last)

    def _ordered(self, pattern: list[int | None], places: list[int]) -> tuple[int, int]:
        """Return the two sides of an exclusive or, a plain number last."""
        if pattern[0] is not None:
            return places[1], self._put(pattern[0])
        return places[0], places[1] if pattern[1] is None else self._put(pattern[1])

    def _call(self, operation: Callable[..., Tensor], result: int, *arguments: int) -> None:
        self.steps.append((operation, result, arguments))

    def _mask(self, register: int) -> int:
        """Return the place of a condition, read as bits."""
        return 2 * self._registers + register - self.tape.first_condition

    def _as_numbers(self, mask: int) -> int:
        """Return the place at which the same condition is read as numbers."""
        return mask + self.tape.conditions + 1

    def _put(self, value: Any) -> int:
        self.extra.append(value)
        return 2 * self._registers + 2 * (self.tape.conditions + 1) + len(self.extra) - 1

    def _constant(self, register: int) -> float:
        return self.tape.constants[register - len(self.tape.inputs)]

    def _scalar(self, register: int) -> int:
        return self._put(torch.tensor(self._constant(register), dtype=self.dtype))

    def _pattern(self, register: int) -> int:
        whole = torch.tensor(self._constant(register), dtype=self.dtype)
        return int(whole.view(_WHOLE[self.dtype]).item())


def flat(x: Tensor) -> Tensor | None:
    """Return a dense tensor's numbers in the order of memory, (n,), without a copy; else None."""
    if x.is_contiguous():
        return x.view(-1)
    order = sorted(range(x.dim()), key=x.stride, reverse=True)
    turned = x.permute(order)
    return turned.view(-1) if turned.is_contiguous() else None


def run(
    bound: Program,
    x: Tensor,
    *,
    parameters: Sequence[Tensor] = (),
    times: Tensor | None = None,
) -> Tensor:
    """Run a tape over a tensor.

    Args:
        bound: The tape with its dtype.
        x: CPU tensor, dense, any float dtype and shape.
        parameters: A tensor without axes for each input after ``x``, in the computing dtype.
        times: Multiplied onto the result, shape and layout of x: the gradient that comes in.

    Returns:
        A tensor of the shape, layout and dtype of x.
    """
    result = torch.empty_like(x)
    x_flat, to = _flat(x), _flat(result)
    factor = None if times is None else _flat(times)
    count = x_flat.numel()
    block = max(1, BLOCK_BYTES * torch.get_num_threads() // bound.dtype.itemsize)
    work = _Registers(bound, min(block, count), parameters, same_dtype=x.dtype == bound.dtype)
    for start in range(0, count, block):
        end = min(start + block, count)
        work.run(x_flat[start:end], to[start:end], None if factor is None else factor[start:end])
    return result


def _flat(x: Tensor) -> Tensor:
    found = flat(x)
    if found is None:
        raise AssertionError(x.stride())
    return found


class _Registers:
    """The registers of one run, and the steps over one block."""

    def __init__(
        self, bound: Program, size: int, parameters: Sequence[Tensor], *, same_dtype: bool
    ) -> None:
        self.bound, self.same_dtype = bound, same_dtype
        numbers = bound.tape.numbers + (0 if same_dtype else 1)
        self._numbers = torch.empty((numbers, size), dtype=bound.dtype)
        self._conditions = torch.empty((bound.conditions, size), dtype=_WHOLE[bound.dtype])
        self._parameters = parameters
        self._values: list[Any] = []
        self._bits = bound.tape.first_condition  # where registers begin to be read as bits
        self._size = 0

    def run(self, x: Tensor, to: Tensor, times: Tensor | None) -> None:
        if len(x) != self._size:
            self._cut(len(x))
        values, tape = self._values, self.bound.tape
        self._put(0, x if self.same_dtype else self._wide.copy_(x))
        direct = times is None and self.same_dtype and tape.result >= tape.first_number
        if direct:
            self._put(tape.result, to)  # the last step writes into place
        for operation, result, arguments in self.bound.steps:
            operation(*[values[a] for a in arguments], out=values[result])
        if not direct:
            self._deliver(values[tape.result], to, times)

    def _deliver(self, found: Tensor | float, to: Tensor, times: Tensor | None) -> None:
        if not isinstance(found, Tensor):
            to.fill_(found)
            to.copy_(to if times is None else times * found)
        elif times is None:
            to.copy_(found)
        elif self.same_dtype:
            torch.mul(found, times, out=to)
        else:  # rounded before it is multiplied, which costs half as much
            to.copy_(found).mul_(times)

    def _put(self, register: int, tensor: Tensor) -> None:
        self._values[register] = tensor
        self._values[self._bits + register] = tensor.view(_WHOLE[self.bound.dtype])

    def _cut(self, size: int) -> None:
        """Cut the registers to the length of the block."""
        bound, tape, whole = self.bound, self.bound.tape, _WHOLE[self.bound.dtype]
        self._size = size
        numbers = [self._numbers[n, :size] for n in range(self._numbers.shape[0])]
        if not self.same_dtype:
            self._wide = numbers[-1]
        spread = [parameter.expand(size) for parameter in self._parameters]
        registers = [None, *spread, *tape.constants, *numbers[: tape.numbers]]
        bits = [v.view(whole) if isinstance(v, Tensor) else None for v in registers]
        conditions = [self._conditions[n, :size] for n in range(bound.conditions)]
        as_numbers = [condition.view(bound.dtype) for condition in conditions]
        self._values = [*registers, *bits, *conditions, *as_numbers, *bound.extra]
