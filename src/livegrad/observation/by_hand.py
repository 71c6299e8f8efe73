"""A loss that was written by hand, recognised by what it computes: which output and which target go into it.

Three kinds are: a residual (``((output - y) ** 2).mean()``, log-cosh, a quantile loss), the log-probability of a class, and a
yes or no for each unit. The way to the loss is followed step by step (`livegrad.observation.replay`) and must give the
loss that was really sent back; the target must be what makes it small. Where any of this is not sure, nothing is said. A
policy gradient looks like a weighted log-probability, so weights for each sample must be a matter of its class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from livegrad.observation import replay
from livegrad.observation.by_hand_classes import classes
from livegrad.observation.by_hand_pair import IGNORED, Pair, way
from livegrad.observation.by_hand_residual import residual
from livegrad.observation.by_hand_units import units
from livegrad.observation.graph import Graph, RawNode, operations_before
from livegrad.observation.reading import is_near
from livegrad.observation.signals import LossCall

__all__ = ["ByHand", "recognise"]

MOST_ENTRIES = 1 << 22
"""A larger output is left alone: to replay its loss would take memory that the training may need."""
EXACT = 1e-3
"""Replayed and real loss differ by less than this, relative; at half precision…"""
EXACT_IN_HALF = 0.02


@dataclass(frozen=True)
class ByHand:
    """A loss written by hand, recognised.

    Attributes:
        call: As if a function of PyTorch had been called.
        operations: Catalogue ids of what its output went through after the last layer.
        in_model: Whether all of them ran inside the model.
    """

    call: LossCall
    operations: tuple[str, ...]
    in_model: bool


@torch.no_grad()
def recognise(
    graph: Graph, outputs: Mapping[RawNode, torch.Tensor], loss: torch.Tensor
) -> ByHand | None:
    """Return the (output, target) pair of the loss that ``graph`` leads to, or ``None`` where it is not surely known.

    Args:
        graph: The graph behind the loss, whole.
        outputs: What the models returned, by the node that made it.
        loss: The scalar that is sent back, as the graph gives it.

    Example:
        >>> from livegrad.observation.graph import read
        >>> output = torch.nn.Linear(2, 1)(torch.rand(8, 2))
        >>> loss = ((output - torch.rand(8, 1)) ** 2).mean()
        >>> recognise(read(loss), {output.grad_fn: output}, loss).call.name
        'mse_loss'
    """
    starts = [n for n in graph.nodes if n.node in outputs and not n.feeds_layer]
    if len(starts) != 1 or starts[0] is graph.nodes[-1]:
        return None
    start, output = starts[0], outputs[starts[0].node].detach()
    if not 1 < output.numel() <= MOST_ENTRIES or not output.is_floating_point():
        return None
    found = replay.follow(graph, start, output)
    if found is None:
        return None
    whole = way(found, output)
    pair = residual(whole) or classes(whole) or units(whole)
    return _certain(found, pair, loss.detach()) if pair is not None else None


def _certain(found: replay.Replay, pair: Pair, loss: torch.Tensor) -> ByHand | None:
    """The pair as a call, if the way to the loss gives the loss, and the target makes it small."""
    half = pair.output.dtype in (torch.float16, torch.bfloat16)
    now, least = pair.again(pair.output).reshape(()), pair.again(pair.perfect).reshape(())
    rest = loss.reshape(()).to(now.dtype) - now
    exact = rest.abs() <= (EXACT_IN_HALF if half else EXACT) * torch.maximum(loss.abs(), now.abs())
    sure = pair.sure & (least <= now + EXACT * now.abs()) & torch.isfinite(least)
    if not found.added:
        sure = sure & exact.reshape(())
    if is_near(sure) and not bool(sure):
        return None
    target = pair.target
    unknown = torch.nan if target.is_floating_point() else IGNORED
    call = LossCall(
        name=pair.name,
        output=pair.output,
        target=torch.where(sure, target, unknown),
        settings={},
        value=loss,
        again=pair.again,
        perfect=pair.perfect,
        rest=torch.where(sure, rest if found.added else torch.zeros_like(rest), torch.nan),
    )
    return ByHand(call, operations_before(pair.root), in_model=pair.root is found.start)
