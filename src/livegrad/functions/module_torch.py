"""Activations in PyTorch: operations, gradients, modules. The only file here that imports torch.

The gradient of a value is the stated derivative, computed from the input x. PyTorch's own backward
passes rebuild it from the rounded output, y·(1 − y) for the sigmoid, which is exactly 0 from x =
16.6 in float32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from livegrad.errors import BadInput
from livegrad.functions.backends import Backend, in_float64
from livegrad.functions.formula import evaluate
from livegrad.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrad.functions.record import Activation
    from livegrad.functions.vector import VectorActivation

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
    # torch.clamp takes two numbers or two tensors, and one bound may be a learned joint.
    if isinstance(low, Tensor) or isinstance(high, Tensor):
        return torch.minimum(torch.maximum(x, _tensor(low, x)), _tensor(high, x))
    return torch.clamp(x, low, high)


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
)
"""PyTorch's spelling of the operations that formulas are made of."""


class _Elementwise(torch.autograd.Function):
    """A derivative of an activation (order 0: f itself), whose gradient is the next one."""

    # PyTorch declares forward and backward as taking anything, and means them to be narrowed.
    generate_vmap_rule = True

    @staticmethod
    def forward(  # pyrefly: ignore[bad-override]
        x: Tensor, activation: Activation, symbols: tuple[str, ...], *learned: Tensor
    ) -> Tensor:
        return _evaluated(x, activation, symbols, *learned)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        x, ctx.activation, ctx.symbols, *learned = inputs
        ctx.save_for_backward(x, *learned)

    @staticmethod
    def backward(  # pyrefly: ignore[bad-override]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor | None, ...]:
        x, *learned = ctx.saved_tensors

        def along(symbol: str) -> Tensor:
            # A gradient of this gradient is wanted only where autograd is recording
            # (create_graph=True).
            recording = torch.is_grad_enabled() and not torch.compiler.is_compiling()
            compute = _Elementwise.apply if recording else _evaluated
            return gradient * compute(x, ctx.activation, (*ctx.symbols, symbol), *learned)

        to_x = along("x") if ctx.needs_input_grad[0] else None
        to_learned = [
            along(name).sum_to_size(value.shape).to(value.dtype) if needed else None
            for name, value, needed in zip(
                ctx.activation.learned, learned, ctx.needs_input_grad[3:], strict=False
            )
        ]
        return to_x, None, None, *to_learned


class _AlongAxis(torch.autograd.Function):
    """A vector activation along the last axis, whose gradient is the declared pullback."""

    # PyTorch declares forward and backward as taking anything, and means them to be narrowed.
    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, activation: VectorActivation) -> Tensor:  # pyrefly: ignore[bad-override]
        return activation.value(TORCH, x.to(_working_dtype(x)), activation.settings).to(x.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        x, ctx.activation = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(  # pyrefly: ignore[bad-override]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        working = _working_dtype(x)
        pulled = ctx.activation.pullback(
            TORCH, x.to(working), gradient.to(working), ctx.activation.settings
        )
        return pulled.to(x.dtype), None


class ActivationModule(nn.Module):
    """An elementwise activation as a module.

    Attributes:
        activation: The record that it computes.
        channels: Copies of each learned parameter, one for each entry of axis 1 (1: one for all).

    Example:
        >>> from livegrad.functions import activation
        >>> activation("prelu").module().alpha.shape
        torch.Size([1])
    """

    def __init__(self, activation: Activation, *, channels: int = 1) -> None:
        super().__init__()
        self.activation, self.channels = activation, channels
        for symbols in ((), ("x",), *((name,) for name in activation.learned)):
            activation.kernel(
                *symbols
            )  # made here, because torch.compile cannot trace the making of trees
        for name in activation.learned:
            self.register_parameter(
                name, nn.Parameter(torch.full((channels,), activation.settings[name]))
            )

    def forward(self, x: Tensor) -> Tensor:
        """Compute the activation of ``x``: any shape, or (batch, channels, ...)."""
        trailing = (1,) * max(x.dim() - 2, 0) if self.channels > 1 else ()
        learned = [self.get_parameter(name) for name in self.activation.learned]
        shaped = [value.reshape(self.channels, *trailing) for value in learned]
        return computed(self.activation, (), x, shaped)

    def extra_repr(self) -> str:
        """Return the activation's name and its settings, for ``print(model)``."""
        settings = (f"{name}={value:g}" for name, value in self.activation.settings.items())
        return ", ".join([self.activation.id, *settings])


class VectorActivationModule(nn.Module):
    """A vector activation as a module.

    Attributes:
        activation: The record that it computes.
        axis: The axis that holds the vectors.
    """

    def __init__(self, activation: VectorActivation, *, axis: int = -1) -> None:
        super().__init__()
        self.activation, self.axis = activation, axis

    def forward(self, x: Tensor) -> Tensor:
        """Compute the activation of ``x`` along the module's axis."""
        return vector_computed(self.activation, x, self.axis)

    def extra_repr(self) -> str:
        """Return the activation's name and axis, for ``print(model)``."""
        return f"{self.activation.id}, axis={self.axis}"


def computed(
    activation: Activation, symbols: tuple[str, ...], x: Tensor, learned: Sequence[Tensor] = ()
) -> Tensor:
    """Compute a derivative of an activation on a tensor.

    Args:
        activation: The record.
        symbols: What to differentiate by; none for the value.
        x: Any shape; float dtypes are kept, whole numbers become float64.
        learned: A tensor for each of ``activation.learned``, broadcast against x; else the record's
            settings.

    Returns:
        A tensor of the shape of x, with gradients to x and to ``learned``.
    """
    return _Elementwise.apply(_real(activation.id, x), activation, symbols, *learned)


def vector_computed(activation: VectorActivation, x: Tensor, axis: int) -> Tensor:
    """Compute a vector activation along an axis; `VectorActivation.__call__` says more."""
    rows = _real(activation.id, x).movedim(axis, -1)
    return _AlongAxis.apply(rows, activation).movedim(-1, axis)


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
    x: Tensor, activation: Activation, symbols: tuple[str, ...], *learned: Tensor
) -> Tensor:
    working = _working_dtype(x)
    wide = x.to(working)
    values = dict(zip(activation.learned, (value.to(working) for value in learned), strict=False))
    tree = activation.kernel(*symbols)
    result = TORCH.full(evaluate(tree, TORCH, {**activation.settings, **values, "x": wide}), wide)
    return torch.where(torch.isnan(wide), wide, result).to(x.dtype)


def _real(activation: str, x: Tensor) -> Tensor:
    if x.is_complex():
        raise BadInput(_COMPLEX.fill(activation=activation, dtype=x.dtype))
    return x if x.is_floating_point() else x.to(torch.float64)


def _working_dtype(x: Tensor) -> torch.dtype:
    # 16-bit numbers are computed in 32 bits and rounded once: right to half a unit in the last
    # place.
    return x.dtype if x.dtype in (torch.float32, torch.float64) else torch.float32
