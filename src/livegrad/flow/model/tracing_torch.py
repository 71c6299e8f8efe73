"""Running a model once under a function mode that writes down every call: `traced` gives the tape.

Modules, functional calls, tensor methods and operators all come by here alike. What the mode cannot see
(TorchScript, autograd functions of one's own) shows as a tensor that comes from nowhere; it is joined to the
inputs of the module that made it, and what it does to a gradient is measured there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from livegrad.flow.model import (
    activations_torch,
    arithmetic_torch,
    attention_torch,
    layers_torch,
    norms_torch,
    reading_torch,
    recurrence_torch,
    shapes_torch,
)
from livegrad.flow.model.axes import Axes, axes_of
from livegrad.flow.model.moments_torch import local_shares, moments, shares_through_graph
from livegrad.flow.model.opening_torch import open_attention
from livegrad.flow.model.reading_torch import Call, Read, tensors_in
from livegrad.flow.model.signal import Signal
from livegrad.flow.model.tape import Operation, Rung, Tape, Value
from livegrad.functions import Activation

__all__ = ["Observer", "Shown", "Tracing"]

# Importing them is what makes the calls that they read known.
READERS = (
    activations_torch, arithmetic_torch, attention_torch, layers_torch, norms_torch, shapes_torch
)  # fmt: skip


class Observer(Protocol):
    """Who looks at tensors while the model runs."""

    def layer(
        self, rung: Rung, tensors: Sequence[Tensor], signal: Signal, weight: Tensor | None
    ) -> None:
        """See a layer's pre-activation when it has just been made, and the parameter it came from."""

    def activation(self, shown: Shown) -> None:
        """See the input of an activation just before the call."""


@dataclass(frozen=True)
class Shown:
    """An activation that is about to be called.

    Attributes:
        number: Of its input value.
        activation: What it computes.
        x: Its input, detached.
        axes: What the dimensions of x stand for.
        again: The same function, leaving its input as it is.
    """

    number: int
    activation: Activation
    x: Tensor
    axes: Axes
    again: Callable[[Tensor], Tensor]


@dataclass
class _Running:
    """A module whose forward is under way."""

    name: str
    module: nn.Module
    inputs: tuple[Tensor, ...]


class Tracing(TorchFunctionMode):
    """The mode.

    Args:
        model: The network that runs.
        samples: Size of the minibatch.
        sample_axis: Which dimension of the inputs runs over the samples.
        observer: Who looks on; None for nobody.
    """

    def __init__(
        self, model: nn.Module, samples: int, sample_axis: int, observer: Observer | None = None
    ) -> None:
        super().__init__()
        self.samples, self._sample_axis, self._observer = samples, sample_axis, observer
        self.numbers: dict[int, int] = {}
        self._kept: list[Tensor] = []  # so that no id is used twice
        self._constants: dict[int, str] = {
            id(tensor): name for name, tensor in (*model.named_parameters(), *model.named_buffers())
        }
        self._named: dict[str, int] = {}
        self._running: list[_Running] = [_Running("", model, ())]
        self._modules = {id(module): name for name, module in model.named_modules()}
        self._owners = dict(model.named_modules())
        self.values: list[Value] = []
        self.operations: list[Operation] = []
        self.rungs: list[Rung] = []
        self.measured: dict[int, Signal] = {}
        self.inputs: list[int] = []
        self.leaves: list[Tensor] = []
        self._makers: dict[int, Operation] = {}
        self.rung_tensors: dict[int, Tensor] = {}
        self.versions: dict[int, int] = {}
        self._weighed: list[bool] = []  # of each value: whether a layer with weights came before it
        self.stacks: dict[int, tuple[int, tuple[int, ...]]] = {}
        self.inside_recurrence = False

    # ------------------------------------------------------------ values

    def number_of(self, tensor: Tensor) -> int | None:
        """Return the number of a tensor that depends on the input, or None."""
        return self.numbers.get(id(tensor))

    def known(self, tensor: Tensor) -> int:
        """Return the number of a tensor that is known to depend on the input."""
        return self.numbers[id(tensor)]

    @property
    def module_name(self) -> str:
        """Qualified name of the module whose forward is running; empty for the model itself."""
        return self._running[-1].name

    def made_by(self, number: int) -> Operation | None:
        """Return the operation that made a value; None for an input."""
        return self._makers.get(number)

    def axes(self, number: int) -> Axes:
        """Return what the dimensions of a value stand for."""
        return self.values[number].axes

    def add_input(self, tensor: Tensor) -> None:
        """Say that a tensor is one of the model's inputs."""
        image = tensor.dim() > 3
        feature = None
        if tensor.is_floating_point() and tensor.dim() > 1:
            feature = 1 if image else tensor.dim() - 1
        axes = axes_of(tensor.shape, min(self._sample_axis, tensor.dim() - 1), feature)
        number = self._new(tensor, axes, weighed=False)
        self.inputs.append(number)
        self.measured[number] = moments(tensor, axes, self.samples)

    def _new(self, tensor: Tensor, axes: Axes, *, weighed: bool) -> int:
        number = len(self.values)
        self.values.append(Value(tuple(tensor.shape), axes))
        self._weighed.append(weighed)
        self.numbers[id(tensor)] = number
        self._kept.append(tensor)
        return number

    def _add(self, operation: Operation) -> None:
        self.operations.append(operation)
        self._makers.update(dict.fromkeys(operation.outputs, operation))

    def constant_name(self, tensor: Tensor) -> str | None:
        """Return the name of the parameter that a tensor is, or was computed from."""
        return self._constants.get(id(tensor))

    def constant(self, tensor: Tensor, axes: Axes, shape: Sequence[int]) -> Signal:
        """Return the moments of a tensor that does not depend on the input, as a value would have it."""
        return moments(tensor.detach().expand(tuple(shape)), axes, self.samples)

    # ------------------------------------------------------------ calls

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run one call, and write down what it did."""
        del types
        kwargs = kwargs or {}
        if func is functional.multi_head_attention_forward:
            with self:
                return open_attention(*args, **kwargs)
        if not torch.is_grad_enabled():
            # No gradient follows what happens here; of an autograd function of one's own this is the inside.
            return func(*args, **kwargs)
        name, changes = reading_torch.name_of(func)
        tensors = list(tensors_in((args, kwargs)))
        self._adopt_strangers(tensors)
        if not any(id(tensor) in self.numbers for tensor in tensors):
            return self._of_constants(func, args, kwargs, tensors)
        if name in recurrence_torch.CALLS and recurrence_torch.readable(args):
            with self:
                return recurrence_torch.unrolled(self, name, args)
        call = Call(name, args, kwargs, self, changes, func)
        self._show_activation(call)
        if name in reading_torch.RULES:
            result = func(*args, **kwargs)
            read = reading_torch.RULES[name](call, result)
            if read is not None:
                return self._recorded(read, call, result)
            return self._opaque(func, call, result)
        return self._maybe_opaque(func, call)

    def _of_constants(
        self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], tensors: list[Tensor]
    ) -> Any:
        result = func(*args, **kwargs)
        names = [name for tensor in tensors if (name := self.constant_name(tensor))]
        for tensor in tensors_in(result):
            if id(tensor) not in self._constants:
                self._constants[id(tensor)] = names[0] if names else ""
                self._kept.append(tensor)
        return result

    def _show_activation(self, call: Call) -> None:
        if self._observer is None or not call.args:
            return
        number, activation = call.number(call.args[0]), activations_torch.activation_of(call)
        if number is not None and activation is not None:
            again = activations_torch.called_again(call)
            shown = Shown(number, activation, call.args[0].detach(), self.axes(number), again)
            self._observer.activation(shown)

    def _recorded(self, read: Read, call: Call, result: Any) -> Any:
        if isinstance(read.alias, int):
            self.numbers[id(result)] = read.alias
            self._kept.append(result)
            return result
        outputs = [one for one in tensors_in(result) if one.is_floating_point()]
        weighed = read.layer is not None or any(self._weighed[number] for number in read.inputs)
        numbers = tuple(
            self._new(tensor, axes, weighed=weighed)
            for tensor, axes in zip(outputs, read.axes, strict=False)
        )
        first = read.layer is not None and not any(self._weighed[number] for number in read.inputs)
        if first or read.rule == "embedding":
            self.measured[numbers[0]] = moments(outputs[0], read.axes[0], self.samples)
        if "stacked" in read.settings:
            self.stacks[numbers[0]] = (read.settings["stacked"], read.inputs)
        self._add(Operation(read.rule, read.inputs, numbers, self.module_name, read.settings))
        if read.layer is not None and not self.inside_recurrence:
            return self._layer(read, call, result)
        return result

    def _layer(self, read: Read, call: Call, result: Tensor) -> Tensor:
        parameter = read.settings["parameter"]
        kind = self._kind(parameter.name, read.layer or "Linear")
        return self.rung(
            parameter.name,
            kind,
            [result],
            parameter.fan_in,
            operation=len(self.operations) - 1,
            weight=self.parameter_behind(call),
        )[0]

    def parameter_behind(self, call: Call) -> Tensor | None:
        """Return the weight tensor of a layer's call, or the parameter that it was computed from."""
        weights = [t for t in tensors_in((call.args, call.kwargs)) if self.number_of(t) is None]
        return weights[0] if weights else None

    def rung(
        self,
        name: str,
        kind: str,
        tensors: list[Tensor],
        fan_in: int | None,
        *,
        operation: int | None = None,
        weight: Tensor | None = None,
    ) -> list[Tensor]:
        """Say that some tensors are a layer's pre-activation; return what to go on with."""
        numbers = tuple(self.numbers[id(tensor)] for tensor in tensors)
        uses = self._named[name] = self._named.get(name, 0) + 1
        # A tensor that asks for no gradient (all before it is frozen) would tell none.
        asking = [t if t.requires_grad else self._asking(t) for t in tensors]
        for number, tensor in zip(numbers, asking, strict=True):
            self.numbers[id(tensor)] = number
            self._kept.append(tensor)
            self.rung_tensors[number] = tensor
            self.versions[number] = tensor._version  # noqa: SLF001 (PyTorch's own count of changes)
        width = sum(self.values[number].features for number in numbers)
        full = name if uses == 1 else f"{name}#{uses}"
        rung = Rung(full, kind, numbers, width, fan_in, operation)
        self.rungs.append(rung)
        if self._observer is not None:
            signal = moments(asking[0], self.axes(numbers[0]), self.samples)
            self._observer.layer(rung, asking, signal, weight)
        return asking

    def _asking(self, tensor: Tensor) -> Tensor:
        leaf = tensor.detach().requires_grad_()
        self.leaves.append(leaf)
        return leaf.clone()  # what comes next may work in place, which a leaf does not allow

    def _kind(self, name: str, called: str) -> str:
        parent = name.rpartition(".")[0]
        near = [type(self._owners[one]) for one in (name, parent) if one in self._owners]
        if any(issubclass(owner, nn.MultiheadAttention) for owner in near):
            return "MultiheadAttention"
        owner = near[0].__name__ if near else called
        return owner if owner.startswith(("Conv", "Bilinear")) else called

    # ------------------------------------------------------------ what no rule covers

    def _maybe_opaque(self, func: Any, call: Call) -> Any:
        if call.name == "__setitem__" and isinstance(call.args[0], Tensor):
            result = func(*call.args, **call.kwargs)
            self._measured_only(call, [call.args[0]], {})
            return result
        before = [t for t in tensors_in((call.args, call.kwargs)) if id(t) in self.numbers]
        copies = {id(t): t.detach().clone() for t in before} if call.changes_input else {}
        result = func(*call.args, **call.kwargs)
        return self._opaque(func, call, result, copies)

    def _opaque(
        self, func: Any, call: Call, result: Any, copies: dict[int, Tensor] | None = None
    ) -> Any:
        outputs = [one for one in tensors_in(result) if one.is_floating_point() and one.dim() > 0]
        if outputs:
            shares = local_shares(
                func, call.args, call.kwargs, set(self.numbers.keys()), copies or {}
            )
            self._measured_only(call, outputs, shares)
        else:  # comparisons, sizes, numbers: a choice that the data made is not followed
            self._of_constants(lambda: result, (), {}, [])
        return result

    def _measured_only(self, call: Call, outputs: list[Tensor], shares: dict[int, float]) -> None:
        """Write down an operation by what was measured of it."""
        tensors = [t for t in tensors_in((call.args, call.kwargs)) if id(t) in self.numbers]
        inputs = tuple(dict.fromkeys(self.numbers[id(t)] for t in tensors))
        passed = {self.numbers[id(t)]: shares.get(id(t), 0.0) for t in tensors}
        self._join(inputs, [passed.get(number, 0.0) for number in inputs], outputs, call.name)

    def _join(
        self, inputs: tuple[int, ...], shares: list[float], outputs: list[Tensor], called: str
    ) -> None:
        weighed = any(self._weighed[number] for number in inputs)
        numbers = []
        for tensor in outputs:
            axes = self._guessed(tensor, inputs)
            number = self._new(tensor, axes, weighed=weighed)
            self.measured[number] = moments(tensor, axes, self.samples)
            numbers.append(number)
        settings = {"shares": tuple(shares), "called": called}
        module = self._running[-1].name
        self._add(Operation("opaque", inputs, tuple(numbers), module, settings))

    def _guessed(self, tensor: Tensor, inputs: Sequence[int]) -> Axes:
        for number in inputs:
            if self.values[number].shape == tuple(tensor.shape):
                return self.axes(number)
        fitting = [place for place, size in enumerate(tensor.shape) if size == self.samples]
        feature = 1 if tensor.dim() > 3 else tensor.dim() - 1
        return axes_of(tensor.shape, fitting[0] if fitting else -1, feature)

    # ------------------------------------------------------------ modules, and tensors from nowhere

    def entered(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        """Hear that a module's forward begins."""
        known = tuple(t for t in tensors_in(args) if id(t) in self.numbers)
        name = self._modules.get(id(module), self._running[-1].name)
        self._running.append(_Running(name, module, known))

    def left(self, output: Any) -> None:
        """Hear that the innermost module's forward ended."""
        self._adopt_strangers(list(tensors_in(output)))
        self._running.pop()

    def _adopt_strangers(self, tensors: list[Tensor]) -> None:
        """Join tensors whose making was not seen to the inputs of the module that runs."""
        for tensor in tensors:
            if id(tensor) in self.numbers or id(tensor) in self._constants:
                continue
            if tensor.grad_fn is None or not tensor.is_floating_point():
                continue
            running = next((r for r in reversed(self._running) if r.inputs), self._running[-1])
            inputs = tuple(dict.fromkeys(self.numbers[id(t)] for t in running.inputs))
            identifier = reading_torch.own_activation(running.module)
            if identifier is not None and len(inputs) == 1:
                self._own(tensor, inputs, identifier, running)
                continue
            shares = shares_through_graph(tensor, running.inputs)
            self._join(inputs, shares, [tensor], type(running.module).__name__)

    def _own(
        self, tensor: Tensor, inputs: tuple[int, ...], activation: Activation, running: _Running
    ) -> None:
        if self._observer is not None:
            x = running.inputs[0].detach()
            shown = Shown(inputs[0], activation, x, self.axes(inputs[0]), running.module.forward)
            self._observer.activation(shown)
        weighed = self._weighed[inputs[0]]
        number = self._new(tensor, self.axes(inputs[0]), weighed=weighed)
        settings = {"activation": activation}
        name = self._running[-1].name
        self._add(Operation("activation", inputs, (number,), name, settings))

    def tape(self, output: Any) -> Tape:
        """Return what was written down, once the model has returned."""
        found = (self.number_of(tensor) for tensor in tensors_in(output))
        return Tape(
            tuple(self.values),
            tuple(self.operations),
            tuple(self.rungs),
            tuple(self.inputs),
            tuple(number for number in found if number is not None),
            self.measured,
            self.samples,
        )
