"""One operation on its way through the theory, and the sums that several rules share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from livegrad.flow.model.signal import Floats, Gradient, Signal, Weights
from livegrad.flow.model.tape import Operation

__all__ = [
    "Rule", "Step", "gathered", "regrouped", "scaled", "shared", "split", "spread_out",
    "sum_of", "ungrouped",
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One operation of the tape, while it is worked through.

    Attributes:
        operation: The call.
        inputs: Its inputs' moments.
        positions: How many positions each of its outputs has.
        samples: Size of the minibatch; the matrices may follow fewer.
        maker: The operation that made its first input, views left out; None for an input.
        entries: Positions times features of one sample, of each input.
        entries_made: The same of the first output.
        weights: What tells a layer's weights from others.
        tied: Whether other layers have the same ones.
        kept: What the forward half keeps for the backward one.
    """

    operation: Operation
    inputs: tuple[Signal, ...]
    positions: tuple[int, ...]
    samples: int
    maker: Step | None = None
    entries: tuple[int, ...] = (1,)
    entries_made: int = 1
    weights: Weights = ()
    tied: bool = False
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Features of the first output."""
        return max(1, self.entries_made // max(1, self.positions[0]))

    def setting(self, name: str, default: Any = None) -> Any:
        """Return one of the operation's settings."""
        return self.operation.settings.get(name, default)


Forward: TypeAlias = Callable[[Step], tuple[Signal, ...]]
"""From a step to the moments of what it makes."""


Backward: TypeAlias = Callable[[Step, Sequence[Gradient | None]], list[Gradient | None]]
"""From a step and the gradients of its outputs to those of its inputs."""


@dataclass(frozen=True)
class Rule:
    """Both halves."""

    forward: Forward
    backward: Backward


def regrouped(signal: Signal, positions: dict[str, int]) -> Signal:
    """Return a signal as a layer sees it that takes positions for features, or features for positions.

    What is now a feature is summed over by the weights; what is now a position has nothing in common
    with another but the mean.
    """
    kept, after = positions["kept"], positions["after"]
    if after == kept:
        return replace(signal, positions=after)
    fresh = np.outer(signal.mean, signal.mean)
    other = ((kept - 1) * signal.other + (after - kept) * fresh) / max(1, after - 1)
    return Signal(signal.same, other, signal.mean, after)


def ungrouped(gradient: Gradient, positions: dict[str, int]) -> Gradient:
    """Return the gradient of a signal before a layer regrouped it."""
    before, kept = positions["before"], positions["kept"]
    if before == kept:
        return gradient
    return gradient.times(1.0, (kept - 1) / max(1, before - 1))


def shared(gradient: Gradient, share: Floats) -> Gradient:
    """Return the gradient with that share of its inner product, sample by sample."""
    return replace(
        gradient,
        along=gradient.along * share,
        stray=gradient.stray * np.outer(share, share),
    )


def split(gradient: Gradient, part: Signal, whole: Signal, entries: int) -> Gradient:
    """Return a sum's gradient with the inner product of one of its parts.

    What lies along the sum is shared out by how much of it each part is; the rest strays.
    """
    # The parts have nothing in common but their means.
    mixed = np.diagonal(part.same) + part.mean * (whole.mean - part.mean)
    share = mixed * whole.inverse
    across = gradient.same - gradient.parallel(whole, entries)
    left = part.same - np.outer(share, share) * whole.same
    found = shared(gradient, share)
    return replace(found, stray=found.stray + across * left)


def scaled(x: Signal, factor: float) -> Signal:
    """Return a signal multiplied by a number."""
    return replace(x, same=x.same * factor**2, other=x.other * factor**2, mean=x.mean * factor)


def sum_of(one: Signal, two: Signal, width: int) -> Signal:
    """The sum of two signals that have nothing in common but their means."""
    crossed = np.outer(one.mean, two.mean)
    crossed = crossed + crossed.T
    return Signal(
        one.same + two.same + crossed,
        one.other + two.other + crossed,
        one.mean + two.mean,
        max(one.positions, two.positions),
        _looseness(one, two, width),
    )


def _looseness(one: Signal, two: Signal, width: int) -> float:
    """Two directions drawn apart are not quite at right angles: their cosine strays by 1/N."""
    whole = max(one.square + two.square, 1e-300)
    first, second = one.square / whole, two.square / whole
    return first**2 * one.loose + second**2 * two.loose + 4 * first * second / width


def spread_out(x: Signal, times: int) -> Signal:
    """The same signal at every position."""
    return x if times == 1 else Signal(x.same, x.same, x.mean, x.positions * times)


def gathered(gradient: Gradient, times: int, positions: int) -> Gradient:
    """What comes back to a signal that stood at every position."""
    if times == 1:
        return gradient
    total = gradient.same + (positions - 1) * gradient.other
    return replace(gradient, same=total, other=np.zeros_like(total)).settled()
