"""A residual written by hand: the output less its target, squared, in absolute value, or however it is weighed."""

from __future__ import annotations

import torch

from livegrad.observation.by_hand_pair import Pair, Way
from livegrad.observation.graph import operations_before

__all__ = ["residual"]

_PRECISE = 0.01
"""A target is known if the rounding of the output is under this share of the target's spread."""
_DIFFERENCES = (
    "SubBackward0",
    "RsubBackward0",
    "MseLossBackward0",
    "HuberLossBackward0",
    "SmoothL1LossBackward0",
)
_LOGS = (("log_softmax",), ("logsigmoid",))


def residual(way: Way) -> Pair | None:
    """Return the output less something without gradient, of the same shape, and nothing else made of the output."""
    node, value = way.nodes[-1], way.values[-1]
    targets = [s.constant() for s in way.readers if s.name in _DIFFERENCES]
    target = targets[0] if targets else None
    if target is None or target.shape != value.shape or not target.is_floating_point():
        return None
    if len(targets) < len(way.readers) or operations_before(node)[-1:] in _LOGS:
        return None
    again, real = way.found.function(node), target.to(value.dtype)
    spread = real.float().std()
    rounding = torch.finfo(value.dtype).eps * value.float().abs().amax()
    sure = rounding < _PRECISE * spread
    for other in targets[1:]:
        if other is None or other.shape != real.shape:
            return None
        sure = sure & ((other - real).abs() <= 4 * rounding).all()
    least, off = again(real), spread.to(value.dtype)
    sure = sure & (again(real + off) > least).all() & (again(real - off) > least).all()
    return Pair("mse_loss", node, value, real, real, again, sure)
