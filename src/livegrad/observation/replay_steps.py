"""What the operations of a loss compute, read off autograd's nodes: enough to make the same steps on another output.

Only operations whose every setting autograd keeps stand here. A condition that was made from the output (``torch.where``)
does not, nor does anything random.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from livegrad.observation.graph import RawNode, saved

__all__ = ["CONSTANTS", "RESHAPING", "compute", "shape_of"]

Compute = Callable[..., torch.Tensor]
_aten = torch.ops.aten

CONSTANTS: dict[str, tuple[str, ...]] = {
    "MulBackward0": ("self", "other"),
    "DivBackward0": ("self", "other"),
    "MaximumBackward0": ("self", "other"),
    "MinimumBackward0": ("self", "other"),
    "MseLossBackward0": ("self", "target"),
    "HuberLossBackward0": ("self", "target"),
    "SmoothL1LossBackward0": ("self", "target"),
    "BinaryCrossEntropyBackward0": ("self", "target"),
    "BinaryCrossEntropyWithLogitsBackward0": ("self", "target"),
}
"""Operations of which autograd keeps the operand that needs no gradient, and under which name."""

RESHAPING = frozenset((
    "ViewBackward0", "UnsafeViewBackward0", "ReshapeAliasBackward0", "SqueezeBackward0", "SqueezeBackward1",
    "SqueezeBackward2", "UnsqueezeBackward0", "AliasBackward0", "CloneBackward0", "ToCopyBackward0",
))  # fmt: skip
"""The same numbers in the same order, in another shape or number format."""

_PLAIN: dict[str, Compute] = {
    "NegBackward0": torch.neg,
    "AbsBackward0": torch.abs,
    "ExpBackward0": torch.exp,
    "Expm1Backward0": torch.expm1,
    "LogBackward0": torch.log,
    "Log1PBackward0": torch.log1p,
    "Log2Backward0": torch.log2,
    "SqrtBackward0": torch.sqrt,
    "RsqrtBackward0": torch.rsqrt,
    "ReciprocalBackward0": torch.reciprocal,
    "SigmoidBackward0": torch.sigmoid,
    "TanhBackward0": torch.tanh,
    "CoshBackward0": torch.cosh,
    "SinBackward0": torch.sin,
    "CosBackward0": torch.cos,
    "ReluBackward0": torch.relu,
    "LogSigmoidBackward0": _aten.log_sigmoid,
    "MulBackward0": torch.mul,
    "DivBackward0": torch.div,
    "MaximumBackward0": torch.maximum,
    "MinimumBackward0": torch.minimum,
    "TBackward0": torch.t,
    "MeanBackward0": torch.mean,
    "SumBackward0": torch.sum,
}


def compute(raw: RawNode) -> Compute | None:
    """Return what the node computes of its operands (constants among them), or ``None`` where that is not known."""
    name = raw.name()
    if name in _PLAIN:
        return _PLAIN[name]
    if name in RESHAPING:
        kind = raw._input_metadata[0]  # noqa: SLF001 (autograd's only word on the result's shape)
        return functools.partial(_reshaped, shape=shape_of(raw), dtype=kind.dtype)
    made = _WITH_SETTINGS.get(name)
    if made is None:
        return None
    try:
        return made(raw)
    except (AttributeError, RuntimeError, TypeError):  # freed, or another version's node
        return None


def shape_of(raw: RawNode) -> tuple[int, ...]:
    """Return the shape of what the node computed."""
    return tuple(int(size) for size in raw._input_metadata[0].shape)  # noqa: SLF001


def _reshaped(x: torch.Tensor, *, shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    return x.reshape(shape).to(dtype)


def _signed(number: int) -> int:
    """Autograd tells negative dimensions as what they are modulo 2⁶⁴."""
    return number - (1 << 64) if number >= 1 << 63 else number


def _over(raw: RawNode) -> dict[str, Any]:
    """Dimension(s) and keepdim of a reduction."""
    dim = raw._saved_dim  # noqa: SLF001
    if isinstance(dim, tuple):
        dim = tuple(map(_signed, dim)) or None
    elif dim is not None:
        dim = _signed(dim)
    return {"dim": dim, "keepdim": raw._saved_keepdim}  # noqa: SLF001


def _partial(function: Compute, *names: str) -> Callable[[RawNode], Compute]:
    """``function`` with settings that autograd keeps under their own names; numbers may be dimensions."""

    def made(raw: RawNode) -> Compute:
        found = {name: getattr(raw, f"_saved_{name}") for name in names}
        return functools.partial(
            function, **{k: _signed(v) if isinstance(v, int) else v for k, v in found.items()}
        )

    return made


def _kept(raw: RawNode, name: str) -> torch.Tensor:
    found = saved(raw, name)
    if found is None:
        raise TypeError
    return found


def _nll(raw: RawNode) -> Compute:
    target, weight = _kept(raw, "target"), saved(raw, "weight")
    reduction, ignored = raw._saved_reduction, _signed(raw._saved_ignore_index)  # noqa: SLF001
    name = "nll_loss2d" if "2D" in raw.name() else "nll_loss"
    return functools.partial(
        getattr(_aten, name),
        target=target,
        weight=weight,
        reduction=reduction,
        ignore_index=ignored,
    )


def _binary(raw: RawNode) -> Compute:
    weight, reduction = saved(raw, "weight"), raw._saved_reduction  # noqa: SLF001
    if "Logits" not in raw.name():
        return functools.partial(_aten.binary_cross_entropy, weight=weight, reduction=reduction)
    return functools.partial(
        _aten.binary_cross_entropy_with_logits,
        weight=weight,
        pos_weight=saved(raw, "pos_weight"),
        reduction=reduction,
    )


def _permuted(raw: RawNode) -> Compute:
    return functools.partial(torch.permute, dims=tuple(map(_signed, raw._saved_dims)))  # noqa: SLF001


def _expanded(raw: RawNode) -> Compute:
    return functools.partial(_aten.expand, size=shape_of(raw))


def _sliced(raw: RawNode) -> Compute:
    start, end = _signed(raw._saved_start or 0), _signed(raw._saved_end)  # noqa: SLF001
    dim, step = _signed(raw._saved_dim), raw._saved_step  # noqa: SLF001
    return functools.partial(_aten.slice, dim=dim, start=start, end=end, step=step)


def _indexed(raw: RawNode) -> Compute:
    return functools.partial(_aten.index, indices=list(raw._saved_indices))  # noqa: SLF001


def _reduced(function: Compute) -> Callable[[RawNode], Compute]:
    return lambda raw: functools.partial(function, **_over(raw))


def _extreme(function: Callable[..., Any]) -> Callable[[RawNode], Compute]:
    return lambda raw: functools.partial(_values, function=function, over=_over(raw))


def _values(x: torch.Tensor, *, function: Callable[..., Any], over: dict[str, Any]) -> torch.Tensor:
    return function(x, **over).values


_WITH_SETTINGS: dict[str, Callable[[RawNode], Compute]] = {
    "AddBackward0": _partial(torch.add, "alpha"),
    "SubBackward0": _partial(torch.sub, "alpha"),
    "RsubBackward0": _partial(torch.rsub, "alpha"),
    "RsubBackward1": _partial(torch.rsub, "alpha"),
    "PowBackward0": _partial(torch.pow, "exponent"),
    "ClampBackward1": _partial(torch.clamp, "min", "max"),
    "ClampMinBackward0": _partial(torch.clamp, "min"),
    "ClampMaxBackward0": _partial(torch.clamp, "max"),
    "SoftplusBackward0": _partial(torch.nn.functional.softplus, "beta", "threshold"),
    "SoftmaxBackward0": _partial(torch.softmax, "dim"),
    "LogSoftmaxBackward0": _partial(torch.log_softmax, "dim"),
    "LogsumexpBackward0": _reduced(torch.logsumexp),
    "MeanBackward1": _reduced(torch.mean),
    "SumBackward1": _reduced(torch.sum),
    "AmaxBackward0": _reduced(torch.amax),
    "AminBackward0": _reduced(torch.amin),
    "MaxBackward0": _extreme(torch.max),
    "MinBackward0": _extreme(torch.min),
    "LinalgVectorNormBackward0": lambda raw: functools.partial(
        torch.linalg.vector_norm,
        ord=raw._saved_ord,  # noqa: SLF001
        **_over(raw),
    ),
    "TransposeBackward0": _partial(torch.transpose, "dim0", "dim1"),
    "PermuteBackward0": _permuted,
    "ExpandBackward0": _expanded,
    "SelectBackward0": _partial(torch.select, "dim", "index"),
    "SliceBackward0": _sliced,
    "IndexBackward0": _indexed,
    "GatherBackward0": _partial(torch.gather, "dim", "index"),
    "MaskedSelectBackward0": _partial(torch.masked_select, "mask"),
    "MseLossBackward0": _partial(_aten.mse_loss, "reduction"),
    "HuberLossBackward0": _partial(_aten.huber_loss, "reduction", "delta"),
    "SmoothL1LossBackward0": _partial(_aten.smooth_l1_loss, "reduction", "beta"),
    "BinaryCrossEntropyBackward0": _binary,
    "BinaryCrossEntropyWithLogitsBackward0": _binary,
    "NllLossBackward0": _nll,
    "NllLoss2DBackward0": _nll,
}
