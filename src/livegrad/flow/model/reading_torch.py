"""What a call of PyTorch means to the theory: which rule it follows, and the numbers that the rule needs.

A reader gets the call and its result and returns a `Read`, or None where the call is of a form that no rule
covers; it is measured then.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from torch import Tensor, nn

from livegrad.flow.model.axes import Axes

if TYPE_CHECKING:
    from livegrad.flow.model.tracing_torch import Tracing

__all__ = [
    "RULES",
    "Call",
    "Read",
    "name_of",
    "number_in",
    "own_activation",
    "reads",
    "tensors_in",
]

_PLAIN = {
    "__add__": "add", "__radd__": "add", "__iadd__": "add", "__sub__": "sub", "__isub__": "sub",
    "__rsub__": "rsub", "__mul__": "mul", "__rmul__": "mul", "__imul__": "mul", "multiply": "mul",
    "__truediv__": "div", "__itruediv__": "div", "true_divide": "div", "divide": "div", "subtract": "sub",
    "__matmul__": "matmul", "__neg__": "neg", "negative": "neg", "__pow__": "pow", "__ipow__": "pow",
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        name: Its plain name, the same for function, method, operator and in-place form.
        args: Its arguments.
        kwargs: Its keyword arguments.
        tracing: The run that it belongs to.
        changes_input: Whether it overwrites its first argument.
        func: What was called.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    tracing: Tracing
    changes_input: bool = False
    func: Any = None

    def given(self, place: int, name: str, default: Any = None) -> Any:
        """Return an argument, by its place or its name."""
        if place < len(self.args):
            return self.args[place]
        return self.kwargs.get(name, default)

    def number(self, thing: Any) -> int | None:
        """Return the number of a value; None for constants and for what is no tensor."""
        return self.tracing.number_of(thing) if isinstance(thing, Tensor) else None

    def axes(self, tensor: Tensor) -> Axes:
        """Return the roles of a value's dimensions."""
        return self.tracing.axes(self.tracing.known(tensor))


@dataclass(frozen=True)
class Read:
    """What a call means.

    Attributes:
        rule: Name of the rule.
        inputs: Numbers of the values that it reads.
        axes: Roles of the dimensions of each of its outputs.
        settings: What the rule needs beside.
        layer: What to call it if it is a layer with weights.
        alias: The value that its result is, where it makes no new one.
    """

    rule: str
    inputs: tuple[int, ...]
    axes: tuple[Axes, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    layer: str | None = None
    alias: int | None = None


Reader: TypeAlias = Callable[[Call, Any], Read | None]
"""From a call and its result to what it means; None where no rule fits."""

RULES: dict[str, Reader] = {}
"""By plain name of the call, who reads it; filled by the modules that define the readers."""


def reads(*names: str) -> Callable[[Reader], Reader]:
    """Say which calls a reader understands."""

    def registered(reader: Reader) -> Reader:
        RULES.update(dict.fromkeys(names, reader))
        return reader

    return registered


@functools.cache
def name_of(func: Any) -> tuple[str, bool]:
    """Return the plain name of a torch callable, and whether it overwrites its first argument."""
    name = str(getattr(func, "__name__", func))
    if name in ("__get__", "__set__"):
        return ("get " if name == "__get__" else "set ") + str(
            getattr(getattr(func, "__self__", None), "__name__", "")
        ), False
    if name.startswith("__"):
        changes = name.startswith("__i") and name not in ("__invert__", "__index__")
        return _PLAIN.get(name, name), changes or name == "__setitem__"
    changes = name.endswith("_") and not name.startswith("_")
    plain = name[:-1] if changes else name
    return _PLAIN.get(plain, plain), changes


def number_in(value: Any) -> float:
    """Return a number, or the one in a tensor."""
    return float(value.detach()) if isinstance(value, Tensor) else float(value)


def own_activation(module: nn.Module) -> Any:
    """Return the record that a module of livegrad computes, or None."""
    from livegrad.functions.module_torch import ActivationModule

    return module.activation if isinstance(module, ActivationModule) else None


def tensors_in(thing: Any) -> Iterator[Tensor]:
    """Go through the tensors in nested tuples, lists, dictionaries and output records."""
    if isinstance(thing, Tensor):
        yield thing
    elif isinstance(thing, dict):
        for one in thing.values():
            yield from tensors_in(one)
    elif isinstance(thing, (list, tuple)):
        for one in thing:
            yield from tensors_in(one)
    elif hasattr(thing, "__dataclass_fields__") and not isinstance(thing, type):
        yield from tensors_in(dict(vars(thing)))
