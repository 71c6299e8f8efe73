"""What one measured step gathers, and how its tensors become numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

from livegrad.observation.layer_input import Entered
from livegrad.observation.rung import entries, local, wide
from livegrad.observation.sites import Site
from livegrad.observation.stacked import Block, reduced

__all__ = ["Change", "Window", "gradient_norms", "norms", "snapshot", "total"]


@dataclass
class Window:
    """What one measured step gathers, until its numbers are read together.

    Attributes:
        sites: Activation calls by autograd's node.
        through_time: (weight, norms by time step) of recurrent calls.
        gradients: Norms of ∂loss/∂z by layer, one for each call of the layer.
        met: The activation call that follows each layer.
        entered: What entered each layer.
        blocks: Quantities of several layers, by the name of their series.
        backwards: Backward passes since the step before.
        weight_gradients_read: Whether the weights' gradients are in `blocks` already.
        norm_before, norm_after: Of all gradients, as the last backward pass left them and as the optimizer got them.
        weights: (layer, weight) of everything that is followed…
        before: …and a fixed choice of its entries before the step.
        scale: What a ``GradScaler`` multiplied the loss by.
        scale_of_step: What the gradients are still multiplied by when the optimizer gets them (fused ones divide inside).
    """

    sites: dict[Any, Site] = field(default_factory=dict)
    through_time: list[tuple[torch.Tensor, torch.Tensor]] = field(default_factory=list)
    gradients: dict[int, list[torch.Tensor]] = field(default_factory=dict)
    met: dict[int, Site] = field(default_factory=dict)
    entered: dict[int, Entered] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    backwards: int = 0
    weight_gradients_read: bool = False
    norm_before: torch.Tensor | None = None
    norm_after: torch.Tensor | None = None
    weights: list[tuple[int, torch.Tensor]] = field(default_factory=list)
    before: list[torch.Tensor] = field(default_factory=list)
    scale: torch.Tensor | float = 1.0
    scale_of_step: torch.Tensor | float = 1.0

    def anew(self) -> None:
        """Forget what an earlier backward pass of the same step told: the last one counts."""
        self.gradients.clear()
        self.through_time.clear()
        self.met.clear()
        self.entered.clear()
        self.blocks.clear()
        self.weight_gradients_read, self.norm_after = False, None  # a closure that is called again


@dataclass(frozen=True)
class Change:
    """How far one step moved some weights: norms, each a list of 0-d tensors in the order of `keys`."""

    keys: list[int]
    step: list[torch.Tensor]
    way: list[torch.Tensor]
    before: list[torch.Tensor]
    first: list[torch.Tensor]

    @classmethod
    @torch.no_grad()
    def seen(
        cls,
        weights: list[tuple[int, torch.Tensor]],
        befores: list[torch.Tensor],
        starts: list[torch.Tensor | None],
    ) -> Change | None:
        """Compare ``weights`` with their entries before the step and at the start of the training."""
        same = [
            (key, b, n, s)
            for (key, _), b, n, s in zip(weights, befores, snapshot(weights), starts, strict=True)
            if s is not None and s.shape == n.shape == b.shape and n.numel()
        ]
        if not same:
            return None
        keys, before, now, first = (list(column) for column in zip(*same, strict=True))
        steps, ways = torch._foreach_sub(now, before), torch._foreach_sub(now, first)  # noqa: SLF001
        return cls(keys, *(norms(list(group)) for group in (steps, ways, before, first)))

    def blocks(self) -> list[Block]:
        """Return the four norms of all layers."""
        named = {"step": self.step, "way": self.way, "before": self.before, "first": self.first}
        return [b for name, found in named.items() for b in reduced(self.keys, name, found)]


@torch.no_grad()
def snapshot(weights: Iterable[tuple[int, torch.Tensor]]) -> list[torch.Tensor]:
    """Copies of a fixed choice of entries of each weight, in float32."""
    return [wide(entries(weight)).clone() for _, weight in weights]


def norms(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    """Euclidean norms, all at once where the tensors are alike; of a sharded tensor, that of the part held here."""
    dense = [wide(t.coalesce().values() if t.is_sparse else local(t)) for t in tensors]
    return list(torch._foreach_norm(dense)) if dense else []  # noqa: SLF001 (public optimizers are built on it)


def gradient_norms(parameters: Iterable[torch.Tensor]) -> dict[int, torch.Tensor]:
    """Euclidean norms of their gradients, by ``id`` of the parameter."""
    graded = [(id(p), p.grad.detach()) for p in parameters if p.grad is not None]
    found = norms([gradient for _, gradient in graded])
    return {key: norm for (key, _), norm in zip(graded, found, strict=True)}


def total(found: Iterable[torch.Tensor]) -> torch.Tensor | None:
    """The norm of all together."""
    every = list(found)
    if not every:
        return None
    if any((n.device, n.dtype) != (every[0].device, every[0].dtype) for n in every):
        every = [n.to(every[0].device).float() for n in every]
    return torch.linalg.vector_norm(torch.stack(every))
