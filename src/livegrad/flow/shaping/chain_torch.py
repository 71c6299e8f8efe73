"""Reading a PyTorch model as one chain of modules and calls, and telling what each of them does to a shift."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor, fx, nn

from livegrad.errors import BadInput
from livegrad.functions import Activation
from livegrad.text import Text

__all__ = ["LAYERS", "Weighted", "chain_of", "computes", "no_chain", "passes", "reaches_alike"]

Weighted: TypeAlias = nn.Linear | nn.Conv1d | nn.Conv2d | nn.Conv3d
LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
# What commutes with γ(· + δ), γ > 0: it only moves, chooses or averages entries.
_PASSING = (nn.Identity, nn.Flatten, nn.Unflatten, nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d)
_POOLS = (nn.MaxPool1d, nn.MaxPool2d, nn.AvgPool1d, nn.AvgPool2d)
_MOVING = ("flatten", "reshape", "view", "contiguous", "unsqueeze", "squeeze")

_NOT_A_CHAIN = Text(
    "The model cannot be read as one chain of layers: {reason}. Absorbing needs one; or put shaped.module() in "
    "place of the activations.",
    "모델을 층이 하나로 이어진 사슬로 읽을 수 없습니다: {reason}. 흡수하려면 사슬이어야 합니다. 아니면 활성화 "
    "함수(activation) 자리에 shaped.module()을 넣으세요.",
)
_BRANCHES = Text("'{name}' joins or splits paths", "'{name}'에서 길이 갈라지거나 합쳐집니다")
_UNTRACED = Text("torch.fx cannot trace it ({error})", "torch.fx로 따라갈 수 없습니다({error})")


def chain_of(model: nn.Module) -> list[tuple[str, Callable[..., Any]]]:
    """Return what a model does to its input, in order, as (name, module or function).

    Args:
        model: Any module that torch.fx can trace.

    Raises:
        BadInput: It cannot be traced, or paths split or join.

    Example:
        >>> [name for name, _ in chain_of(nn.Sequential(nn.Linear(2, 3), nn.Tanh()))]
        ['0', '1']
    """
    try:
        graph = fx.symbolic_trace(model).graph
    except Exception as error:
        raise no_chain(_UNTRACED.fill(error=type(error).__name__)) from error
    chain: list[tuple[str, Callable[..., Any]]] = []
    before: fx.Node | None = None
    for node in graph.nodes:
        if node.op == "output":
            break
        if node.op == "placeholder" and before is None:
            before = node
            continue
        if node.op == "get_attr" or list(node.all_input_nodes) != [before]:
            raise no_chain(_BRANCHES.fill(name=node.name))
        chain.append(_called(model, node))
        before = node
    return chain


def no_chain(reason: Text) -> BadInput:
    """Return the error that says why a model is no chain."""
    return BadInput(_NOT_A_CHAIN.fill(reason=reason))


def _called(model: nn.Module, node: fx.Node) -> tuple[str, Callable[..., Any]]:
    if node.op == "call_module":
        return str(node.target), model.get_submodule(str(node.target))
    return node.name, _Call(node)


@dataclass(frozen=True)
class _Call:
    """A function or a method that the model calls, as a function of the one tensor that goes in."""

    node: fx.Node

    @property
    def name(self) -> str:
        target = self.node.target
        return target if isinstance(target, str) else target.__name__

    def __call__(self, x: Tensor) -> Any:
        args = tuple(x if isinstance(one, fx.Node) else one for one in self.node.args)
        target = self.node.target
        if isinstance(target, str):
            return operator.methodcaller(target, *args[1:], **self.node.kwargs)(x)
        return target(*args, **self.node.kwargs)


def computes(function: Callable[..., Any], activation: Activation) -> bool:
    """Tell by its values whether something computes an activation.

    Example:
        >>> from livegrad.functions import elementwise
        >>> (
        ...     computes(nn.SiLU(), elementwise("swish")),
        ...     computes(nn.Softmax(-1), elementwise("sigmoid")),
        ... )
        (True, False)
    """
    if isinstance(function, _PASSING + _POOLS):
        return False
    # A whole row at once: a function of the vector, such as softmax, differs.
    x = torch.linspace(-6, 6, 49, dtype=torch.float64)
    try:
        with torch.no_grad():
            y = function(x)
    except Exception:  # noqa: BLE001 (whatever cannot take a row is no activation)
        return False
    if not isinstance(y, Tensor) or y.shape != x.shape:
        return False
    return torch.allclose(y.double(), activation(x), rtol=1e-7, atol=1e-9)


def passes(function: Callable[..., Any]) -> bool:
    """Tell whether a scale and a shift may as well come after something as before it.

    Example:
        >>> passes(nn.MaxPool2d(2)), passes(nn.MaxPool2d(2, padding=1)), passes(nn.LayerNorm(3))
        (True, False, False)
    """
    if isinstance(function, _POOLS):
        return function.padding in (0, (0,), (0, 0))
    if isinstance(function, _Call):
        return function.name in _MOVING
    return isinstance(function, _PASSING)


def reaches_alike(layer: Weighted) -> bool:
    """Tell whether a shift of a layer's input reaches all of its outputs alike: no zeros are padded.

    Example:
        >>> reaches_alike(nn.Conv2d(1, 1, 3)), reaches_alike(nn.Conv2d(1, 1, 3, padding=1))
        (True, False)
    """
    if isinstance(layer, nn.Linear) or layer.padding_mode != "zeros":
        return True
    return layer.padding == "valid" or (
        not isinstance(layer.padding, str) and not any(layer.padding)
    )
