"""Activations in PyTorch: operations, gradients, modules.

The gradient of a value is the stated derivative, computed from the input x. PyTorch's own backward
passes rebuild it from the rounded output, y·(1 − y) for the sigmoid, which is exactly 0 from x =
16.6 in float32.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from livegrad.errors import BadInput
from livegrad.functions import eager_torch
from livegrad.functions.formula import evaluate
from livegrad.functions.numbers.backends import Backend, in_float64
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.functions.record import Activation, Native, Tier
    from livegrad.functions.vector import VectorActivation

_ROWS_TOGETHER = 1 << 15  # numbers for each thread
ModuleTier: TypeAlias = Literal["exact", "fast", "native"]

_NO_NATIVE = Text(
    "PyTorch has no function of its own for '{activation}', so tier=\"native\" cannot be had. Take "
    'tier="fast".',
    "PyTorch에는 '{activation}'에 해당하는 함수가 없어 tier=\"native\"를 쓸 수 없습니다. "
    'tier="fast"를 쓰세요.',
)
_COMPLEX = Text(
    "'{activation}' was given values of type {dtype}; it takes real numbers. Call .abs() or .real "
    "first.",
    "'{activation}'에 {dtype} 형의 값을 주었습니다. 실수만 받습니다. 먼저 .abs()나 .real을 "
    "부르세요.",
)


def _sigmoid(x: Tensor) -> Tensor:
    # torch.sigmoid flushes its left tail to 0 too early.
    decay = torch.exp(-x.abs())
    return torch.where(x >= 0, 1.0, decay) / (1 + decay)


def _softplus(x: Tensor) -> Tensor:
    # Without the jump that torch's own has at its threshold of 20.
    return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))


def _normal_cdf(x: Tensor) -> Tensor:
    return 0.5 * torch.special.erfc(x * -(0.5**0.5))


def _clip(x: Tensor, low: Tensor | float, high: Tensor | float) -> Tensor:
    if torch.compiler.is_exporting():
        # The exporter to ONNX merges clamps of one tensor wrongly; NaN is put back at the end.
        low, high = _tensor(low, x), _tensor(high, x)
        held = torch.where(x > low, x, low)
        return torch.where(held < high, held, high)
    # torch.clamp takes two numbers or two tensors, and one bound may be a learned joint.
    if isinstance(low, Tensor) or isinstance(high, Tensor):
        return torch.minimum(torch.maximum(x, _tensor(low, x)), _tensor(high, x))
    return torch.clamp(x, None if low == -math.inf else low, None if high == math.inf else high)


def _select(
    condition: Tensor, chosen: Tensor | float, other: Tensor | float, like: Tensor
) -> Tensor:
    return torch.where(condition, _tensor(chosen, like), _tensor(other, like))


def _full(value: Tensor | float, like: Tensor) -> Tensor:
    return _tensor(value, like).expand_as(like)


def _largest(like: Tensor) -> float:
    return torch.finfo(like.dtype).max


def _total(x: Tensor) -> Tensor:
    return x.sum(dim=-1, keepdim=True)


def _highest(x: Tensor) -> Tensor:
    return x.amax(dim=-1, keepdim=True)


def _winner(x: Tensor) -> Tensor:
    places = torch.arange(x.shape[-1], device=x.device)
    return (places == x.argmax(dim=-1, keepdim=True)).to(x.dtype)


def _falling(x: Tensor) -> Tensor:
    return x.sort(dim=-1, descending=True).values


def _running(x: Tensor) -> Tensor:
    return x.cumsum(dim=-1)


def _joined(left: Tensor, right: Tensor) -> Tensor:
    return torch.cat([left, right], dim=-1)


def _tensor(value: Tensor | float, like: Tensor) -> Tensor:
    if isinstance(value, Tensor):
        return value.to(like.dtype)
    return torch.full((), value, dtype=like.dtype, device=like.device)


TORCH = Backend(
    exp=torch.exp,
    expm1=torch.expm1,
    log=torch.log,
    log1p=torch.log1p,
    sqrt=torch.sqrt,
    sin=torch.sin,
    cos=torch.cos,
    arctan=torch.arctan,
    tanh=torch.tanh,
    absolute=torch.abs,
    sign=torch.sign,
    floor=torch.floor,
    sigmoid=_sigmoid,
    softplus=_softplus,
    erf=torch.special.erf,
    erfc=torch.special.erfc,
    erfcx=torch.special.erfcx,
    normal_cdf=_normal_cdf,
    clip=_clip,
    select=_select,
    constant=in_float64,
    full=_full,
    largest=_largest,
    total=_total,
    highest=_highest,
    winner=_winner,
    reshape=torch.reshape,
    falling=_falling,
    running=_running,
    joined=_joined,
)
"""PyTorch's spelling of the operations that formulas are made of."""
_AS_WRITTEN = dataclasses.replace(TORCH, sigmoid=torch.sigmoid)
"""The same for formulas computed as they are written: a compiler makes less work of its own sigmoid."""


class _Elementwise(torch.autograd.Function):
    """A derivative of an activation (order 0: f itself), whose gradient is the next one."""

    # PyTorch declares forward and backward as taking anything, and means them to be narrowed.
    generate_vmap_rule = True

    @staticmethod
    def forward(  # pyrefly: ignore[bad-override]
        x: Tensor, order: Order, *open_values: Tensor
    ) -> Tensor:
        return _evaluated(x, order, *open_values)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        x, ctx.order, *open_values = inputs
        ctx.save_for_backward(x, *open_values)

    @staticmethod
    def backward(  # pyrefly: ignore[bad-override]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor | None, ...]:
        x, *open_values = ctx.saved_tensors
        # A gradient of this gradient is wanted only where autograd is recording
        # (create_graph=True).
        recording = torch.is_grad_enabled() and not torch.compiler.is_compiling()

        def along(symbol: str) -> Tensor:
            order = ctx.order.along(symbol)
            if recording:
                return gradient * _Elementwise.apply(x, order, *open_values)
            return _evaluated(x, order, *open_values, times=gradient)

        to_x = along("x") if ctx.needs_input_grad[0] else None
        to_open = [
            along(name).sum_to_size(value.shape).to(value.dtype) if needed else None
            for name, value, needed in zip(
                ctx.order.names, open_values, ctx.needs_input_grad[2:], strict=False
            )
        ]
        return to_x, None, *to_open


class Order:
    """What is computed: a derivative of an activation in a tier, with some parameters left open.

    Attributes:
        activation: The record.
        symbols: What to differentiate by; none for the value.
        tier: ``"exact"`` or ``"fast"``.
        names: Parameters given as tensors rather than taken from the record.
        tree: What is evaluated.
        widened: What is evaluated in float64 for shorter numbers.
        native: PyTorch's own function, for values; None if it has none.
        forgets_nan: Whether either tree may turn NaN into a number.
        backend: Where they are evaluated.
        number: By which the exact tier's operation finds it again.
    """

    def __init__(
        self,
        activation: Activation,
        symbols: tuple[str, ...] = (),
        tier: Tier = "fast",
        names: tuple[str, ...] = (),
    ) -> None:
        self.activation, self.symbols, self.tier, self.names = activation, symbols, tier, names
        # Made here, because torch.compile cannot trace the making of trees.
        self.tree = activation.kernel(*symbols)
        self.widened = activation.kernel(*symbols, widened=tier == "fast")
        self.native = None if symbols else native_of(activation)
        self.forgets_nan = any(map(activation.forgets_nan, (self.tree, self.widened)))
        self.backend = _AS_WRITTEN if activation.as_written else TORCH
        # Simpler kernels in float64 are better and quicker than careful ones in float32.
        self._single = activation.holds_in_float32 and self.widened is self.tree
        self._further: dict[str, Order] = {}
        self.number = next(_NUMBERS)
        _ORDERS[self.number] = self

    def along(self, symbol: str) -> Order:
        """Return the derivative of this with respect to one more symbol."""
        if symbol not in self._further:
            symbols = (*self.symbols, symbol)
            self._further[symbol] = Order(self.activation, symbols, self.tier, self.names)
        return self._further[symbol]

    def working(self, x: Tensor) -> torch.dtype:
        """Return the dtype to compute in: float64 unless the kernels hold in float32."""
        # Runtimes of exported graphs often know no float64.
        single = self.tier == "fast" and (self._single or torch.compiler.is_exporting())
        if x.device.type == "mps":  # has no float64
            return torch.float32
        return torch.float32 if single and x.dtype != torch.float64 else torch.float64


def order_of(
    activation: Activation,
    symbols: tuple[str, ...] = (),
    tier: Tier = "fast",
    names: tuple[str, ...] = (),
) -> Order:
    """Return an order, made once for each record."""
    key, known = (symbols, tier, names), activation.made_by_torch
    if key not in known:
        known[key] = Order(activation, symbols, tier, names)
    return known[key]


class _AlongAxis(torch.autograd.Function):
    """A vector activation along the last axis, whose gradient is the declared pullback."""

    # PyTorch declares forward and backward as taking anything, and means them to be narrowed.
    generate_vmap_rule = True

    @staticmethod
    def forward(  # pyrefly: ignore[bad-override]
        x: Tensor, activation: VectorActivation, tier: Tier
    ) -> Tensor:
        def compute(rows: Tensor) -> Tensor:
            return activation.value(TORCH, rows, activation.settings)

        return _by_rows(compute, _working_dtype(x, tier), x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        x, ctx.activation, ctx.tier = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(  # pyrefly: ignore[bad-override]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor, None, None]:
        (x,) = ctx.saved_tensors

        def compute(rows: Tensor, cotangents: Tensor) -> Tensor:
            return ctx.activation.pullback(TORCH, rows, cotangents, ctx.activation.settings)

        return _by_rows(compute, _working_dtype(x, ctx.tier), x, gradient), None, None


def _by_rows(compute: Callable[..., Tensor], working: torch.dtype, *arrays: Tensor) -> Tensor:
    """Compute along the last axis, in main memory some rows at a time so that they stay in cache."""
    kept, rows = arrays[0].dtype, math.prod(arrays[0].shape[:-1])
    if not _ordinary(*arrays) or torch.is_grad_enabled():
        return compute(*(array.to(working) for array in arrays)).to(kept)
    block = max(1, _ROWS_TOGETHER * torch.get_num_threads() // max(1, arrays[0].shape[-1]))
    if rows <= block:
        return compute(*(array.to(working) for array in arrays)).to(kept)
    flat = [array.reshape(rows, array.shape[-1]) for array in arrays]
    result: Tensor | None = None
    for start in range(0, rows, block):
        part = compute(*(array[start : start + block].to(working) for array in flat))
        if result is None:
            result = torch.empty((rows, part.shape[-1]), dtype=kept)
        result[start : start + block] = part
    if result is None:
        raise AssertionError(rows)
    return result.reshape(*arrays[0].shape[:-1], result.shape[-1])


class ActivationModule(nn.Module):
    """An elementwise activation as a module.

    Attributes:
        activation: The record that it computes.
        channels: Copies of each learned parameter, one for each entry of axis 1 (1: one for all).
        tier: ``"exact"``, ``"fast"`` or ``"native"``.

    Example:
        >>> from livegrad.functions import activation
        >>> activation("prelu").module().alpha.shape
        torch.Size([1])
    """

    def __init__(
        self, activation: Activation, *, channels: int = 1, tier: ModuleTier = "fast"
    ) -> None:
        super().__init__()
        self.activation, self.channels, self.tier = activation, channels, tier
        for name in activation.learned:
            self.register_parameter(
                name, nn.Parameter(torch.full((channels,), activation.settings[name]))
            )
        self._prepare()

    def _prepare(self) -> None:
        """Make now what torch.compile could not trace: the orders, their trees and tapes."""
        record = self.activation
        tier = "exact" if self.tier == "exact" else "fast"
        self._settled = order_of(record, (), tier, record.learned)
        self._drawing = order_of(record, (), tier, (*record.learned, *record.drawn))
        if self.tier == "native" and self._settled.native is None:
            raise BadInput(_NO_NATIVE.fill(activation=record.id))
        for order in (self._settled, self._drawing):
            for symbol in ("x", *order.names):
                order.along(symbol)

    def __getstate__(self) -> dict[str, Any]:
        made = ("_settled", "_drawing")
        return {key: value for key, value in self.__dict__.items() if key not in made}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._prepare()

    def forward(self, x: Tensor) -> Tensor:
        """Compute the activation of ``x``: any shape, or (batch, channels, ...)."""
        trailing = (1,) * max(x.dim() - 2, 0) if self.channels > 1 else ()
        learned = [self.get_parameter(name) for name in self.activation.learned]
        drawing = self.training and bool(self.activation.drawn)
        native = self._settled.native
        if native is not None and not drawing and self._takes(native, x):
            return native(x, learned)
        shaped = [value.reshape(self.channels, *trailing) for value in learned]
        if drawing:
            shaped += [self._draw(name, x) for name in self.activation.drawn]
        real = _real(self.activation.id, x)
        return _Elementwise.apply(real, self._drawing if drawing else self._settled, *shaped)

    def _takes(self, native: NativeCall, x: Tensor) -> bool:
        if self.tier != "fast":
            return self.tier == "native"
        # In exported graphs PyTorch's own operation stays one node that every runtime knows.
        return native.lean if torch.compiler.is_exporting() else native.is_right(x)

    def _draw(self, name: str, x: Tensor) -> Tensor:
        low, high = self.activation.drawn[name]
        settings = self.activation.settings
        return torch.empty_like(x).uniform_(settings[low], settings[high])

    def extra_repr(self) -> str:
        """Return the activation's name and its settings, for ``print(model)``."""
        settings = (f"{name}={value:g}" for name, value in self.activation.settings.items())
        tier = () if self.tier == "fast" else (f"tier={self.tier!r}",)
        return ", ".join([self.activation.id, *settings, *tier])


class VectorActivationModule(nn.Module):
    """A vector activation as a module.

    Attributes:
        activation: The record that it computes.
        axis: The axis that holds the vectors.
        tier: ``"exact"`` or ``"fast"``.
    """

    def __init__(
        self, activation: VectorActivation, *, axis: int = -1, tier: Tier = "fast"
    ) -> None:
        super().__init__()
        self.activation, self.axis, self.tier = activation, axis, tier

    def forward(self, x: Tensor) -> Tensor:
        """Compute the activation of ``x`` along the module's axis."""
        return vector_computed(self.activation, x, self.axis, tier=self.tier)

    def extra_repr(self) -> str:
        """Return the activation's name and axis, for ``print(model)``."""
        tier = "" if self.tier == "fast" else f", tier={self.tier!r}"
        return f"{self.activation.id}, axis={self.axis}{tier}"


def computed(
    activation: Activation, symbols: tuple[str, ...], x: Tensor, *, tier: Tier = "fast"
) -> Tensor:
    """Compute a derivative of an activation on a tensor.

    Args:
        activation: The record.
        symbols: What to differentiate by; none for the value.
        x: Any shape; float dtypes are kept, whole numbers become float64.
        tier: ``"exact"`` or ``"fast"``.

    Returns:
        A tensor of the shape of x, with gradients to x.
    """
    real, order = _real(activation.id, x), order_of(activation, symbols, tier)
    if tier == "fast" and order.native is not None and order.native.is_right(real):
        return order.native(real)
    return _Elementwise.apply(real, order)


def native_of(activation: Activation) -> NativeCall | None:
    """Return PyTorch's own function for an activation; None if it has none.

    Args:
        activation: The record; its settings are handed over.

    Returns:
        A function of x and of a tensor for each learned parameter (none: the record's settings).
    """
    native = activation.native("torch")
    return None if native is None else NativeCall(activation, native)


class NativeCall:
    """PyTorch's own function with an activation's settings.

    Attributes:
        lean: Whether its backward pass keeps the input and nothing else.
    """

    def __init__(self, activation: Activation, native: Native) -> None:
        self.lean, self._native = native.lean, native
        self._function, self._arguments = native.resolved(), native.arguments(activation.settings)
        self._learned = {
            keyword: activation.learned.index(str(value))
            for keyword, value in native.keywords
            if value in activation.learned
        }
        defaults = {parameter.name: parameter.default for parameter in activation.parameters}
        self._promised = not native.defaults_only or activation.settings == defaults

    def __call__(self, x: Tensor, learned: Sequence[Tensor] = ()) -> Tensor:
        """Compute it, with a tensor for each learned parameter or with the settings."""
        open_values = {
            keyword: learned[place].to(x.dtype)
            if learned
            else x.new_full((1,), float(self._arguments[keyword]))
            for keyword, place in self._learned.items()
        }
        return self._function(x, **{**self._arguments, **open_values})

    def is_right(self, x: Tensor) -> bool:
        """Tell whether value and gradient are right at all these places: nothing to correct."""
        if torch.compiler.is_compiling():
            return False  # compiled, its arithmetic is another: expm1 loses its digits
        if not (self.lean and self._promised):
            return False
        if str(x.dtype).removeprefix("torch.") in self._native.right:
            return True
        bounds = self._native.within
        return bool(bounds) and _ordinary(x) and _lies_within(x, bounds)

    def has_right_value(self, x: Tensor) -> bool:
        """Tell whether the value is right at all these places; the gradient may not be."""
        return _ordinary(x) and _lies_within(x, self._native.value_within)


def vector_computed(
    activation: VectorActivation, x: Tensor, axis: int, *, tier: Tier = "fast"
) -> Tensor:
    """Compute a vector activation along an axis; `VectorActivation.__call__` says more."""
    rows = _real(activation.id, x).movedim(axis, -1)
    return _AlongAxis.apply(rows, activation, tier).movedim(-1, axis)


def vector_jacobian(activation: VectorActivation, x: Tensor, axis: int) -> Tensor:
    """Compute the Jacobian, shape (other axes..., m, n); `VectorActivation.jacobian` says more."""
    rows = _real(activation.id, x).movedim(axis, -1)
    wide = rows.to(_working_dtype(rows))
    outputs = activation.value(TORCH, wide, activation.settings).shape[-1]
    cotangents = torch.eye(outputs, dtype=wide.dtype, device=wide.device)
    return activation.pullback(TORCH, wide[..., None, :], cotangents, activation.settings).to(
        rows.dtype
    )


def _evaluated(
    x: Tensor, order: Order, *open_values: Tensor, times: Tensor | None = None
) -> Tensor:
    """Compute an order, times a gradient if one is given."""
    if order.tier == "exact" and x.dtype == torch.float64 and not order.names:
        result = _exact_float64(x, order.number)
    elif (
        times is None
        and order.tier == "fast"
        and order.native is not None
        and order.native.has_right_value(x)
    ):
        return order.native(x)
    elif _ordinary(x, *open_values, *(() if times is None else (times,))) and all(
        value.numel() == 1 for value in open_values
    ):
        return _in_blocks(x, order, open_values, times)
    else:
        result = _whole(x, order, open_values)
    return result if times is None else result * times


def _whole(x: Tensor, order: Order, open_values: Sequence[Tensor]) -> Tensor:
    """Compute an order operation by operation: for GPUs, torch.compile and torch.func."""
    working = order.working(x)
    wide = x.to(working)
    named = zip(order.names, (value.to(working) for value in open_values), strict=True)
    values = {**order.activation.settings, **dict(named), "x": wide}
    tree = order.widened if working != x.dtype and working == torch.float64 else order.tree
    result = order.backend.full(evaluate(tree, order.backend, values), wide)
    if order.forgets_nan:
        result = torch.where(torch.isnan(wide), wide, result)
    return result.to(x.dtype)


def _lies_within(x: Tensor, bounds: tuple[tuple[str, float, float], ...]) -> bool:
    """Tell whether all numbers lie between the bounds for their dtype; False for NaN."""
    name = str(x.dtype).removeprefix("torch.")
    for dtype, low, high in bounds:
        if dtype == name and x.numel():
            if high == math.inf:
                return bool(x.detach().amin() >= low)
            least, most = x.detach().aminmax()
            return bool(least >= low) and bool(most <= high)
    return False


def _in_blocks(
    x: Tensor, order: Order, open_values: Sequence[Tensor], times: Tensor | None
) -> Tensor:
    """Compute an order on the CPU, block by block (`eager_torch`)."""
    working = order.working(x)
    tape = order.activation.tape(
        *order.symbols,
        dtype="float32" if working is torch.float32 else "float64",
        open_parameters=order.names,
        widened=order.widened is not order.tree
        and working is torch.float64
        and x.dtype != torch.float64,
    )
    program = eager_torch.program(tape, working)
    parameters = [value.detach().reshape(()).to(working) for value in open_values]
    x = x if eager_torch.flat(x) is not None else x.contiguous()
    if times is not None and (times.stride() != x.stride() or times.dtype != x.dtype):
        times = torch.empty_like(x).copy_(times)
    with torch.no_grad():
        return eager_torch.run(program, x, parameters=parameters, times=times)


# An operation takes no objects, but a number by which it finds one that lives with its record.
_NUMBERS = itertools.count()
_ORDERS: weakref.WeakValueDictionary[int, Order] = weakref.WeakValueDictionary()


@torch.library.custom_op("livegrad::exact_float64", mutates_args=())
def _exact_float64(x: Tensor, number: int) -> Tensor:
    """Compute an order in double-double arithmetic, which NumPy does, on the CPU."""
    order = _ORDERS[number]
    found = order.activation.exact_float64(order.symbols, x.detach().cpu().numpy())
    return torch.from_numpy(np.ascontiguousarray(found)).to(x.device)


@_exact_float64.register_fake
def _(x: Tensor, number: int) -> Tensor:  # noqa: ARG001
    return torch.empty_like(x, memory_format=torch.contiguous_format)


@_exact_float64.register_vmap
def _(info: Any, axes: tuple[Any, ...], x: Tensor, number: int) -> tuple[Tensor, Any]:  # noqa: ARG001
    return _exact_float64(x, number), axes[0]


def _ordinary(*tensors: Tensor) -> bool:
    """Tell whether all are plain tensors in main memory, so that a loop over blocks can read them."""
    return not torch.compiler.is_compiling() and all(map(_in_memory, tensors))


def _in_memory(x: Tensor) -> bool:
    if type(x) not in (Tensor, nn.Parameter) or x.device.type != "cpu" or x.is_sparse:
        return False
    try:
        x.data_ptr()  # tensors inside torch.func's transformations have none
    except RuntimeError:
        return False
    return True


def _real(activation: str, x: Tensor) -> Tensor:
    if x.is_complex():
        raise BadInput(_COMPLEX.fill(activation=activation, dtype=x.dtype))
    return x if x.is_floating_point() else x.to(torch.float64)


def _working_dtype(x: Tensor, tier: Tier = "fast") -> torch.dtype:
    # 16-bit numbers are computed in 32 bits and rounded once: right to half a unit in the last
    # place.
    if x.dtype == torch.float64 or (tier == "exact" and x.device.type != "mps"):
        return torch.float64
    return torch.float32
