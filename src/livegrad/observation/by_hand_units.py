"""A yes or no for each unit, written by hand: binary cross-entropy and hinge losses."""

from __future__ import annotations

import torch

from livegrad.observation.by_hand_pair import TINY, Pair, Way, weigh_by_class
from livegrad.observation.graph import Node, operations_before
from livegrad.observation.replay import Replay, Step

__all__ = ["units"]

_OF_SCORES = frozenset((
    "SigmoidBackward0", "SoftplusBackward0", "LogSigmoidBackward0", "ExpBackward0", "BinaryCrossEntropyWithLogitsBackward0",
))  # fmt: skip
"""A loss with one of these makes probabilities of raw scores itself."""
_OF_PROBABILITIES = frozenset((
    "LogBackward0", "Log1PBackward0", "Log2Backward0", "BinaryCrossEntropyBackward0",
))  # fmt: skip
_FUSED = ("BinaryCrossEntropyBackward0", "BinaryCrossEntropyWithLogitsBackward0")


def units(way: Way) -> Pair | None:
    """Return the output, and labels found as factors of 0 and 1, or of -1 and 1, on the way of the output."""
    base, value = way.before_last("SigmoidBackward0")
    before = operations_before(base)
    factors = _first_factors(way, value.numel())
    if not 1 <= len(factors) <= 2:
        return None
    first = factors[0][1].reshape(value.shape).to(value.dtype)
    low, both = first.amin(), ((first == -1) | (first == 1)).all()
    labels = torch.where(both, (first + 1) / 2, first)
    sure = both | ((low >= 0) & (first.amax() <= 1))
    if len(factors) == 2:
        second = factors[1][1].reshape(value.shape).to(value.dtype)
        sure = sure & ((first + second - 1).abs() < 1e-3).all()
    weights = weigh_by_class(way.found, [s for s, _ in factors], (labels > 0.5).long())
    if weights is None:
        return None
    again, logits = way.found.function(base), _takes_logits(way.found, before)
    scores, turned = (_scores(t, logits=logits) for t in (labels, 1 - labels))
    straight = again(scores).reshape(()) <= again(turned).reshape(())
    return Pair(
        "binary_cross_entropy_with_logits" if logits else "binary_cross_entropy",
        base,
        value,
        torch.where(straight, labels, 1 - labels),
        torch.where(straight, scores, turned),
        again,
        sure & weights.to(sure.device),
    )


def _takes_logits(found: Replay, before: tuple[str, ...]) -> bool:
    """Whether the loss takes raw scores: it makes probabilities of them itself, or (a hinge) never asks for any."""
    names = {s.name for s in found.steps}
    return bool(names & _OF_SCORES) or not (
        names & _OF_PROBABILITIES or before[-1:] == ("sigmoid",)
    )


def _scores(labels: torch.Tensor, *, logits: bool) -> torch.Tensor:
    inside = labels.clamp(TINY, 1 - TINY)
    return inside.logit() if logits else inside


def _first_factors(way: Way, entries: int) -> list[tuple[Step, torch.Tensor]]:
    """Operations that weigh each entry of the output by a number of its own, before any other does, with the numbers."""
    chosen: list[tuple[Step, torch.Tensor]] = []
    behind: set[int] = set()
    for step in way.found.steps:
        sources = [x for x in step.operands if isinstance(x, Node)]
        constant = step.constant()
        if any(id(x) in behind for x in sources):
            behind.add(id(step.node))
        elif (
            step.name in ("MulBackward0", *_FUSED)
            and constant is not None
            and constant.numel() == way.shape_into(step).numel() == entries
        ):
            chosen.append((step, constant))
            behind.add(id(step.node))
    return chosen
