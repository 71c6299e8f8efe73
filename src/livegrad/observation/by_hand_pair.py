"""What a loss written by hand compares, and what the kinds of such losses have in common."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from livegrad.observation.graph import Node
from livegrad.observation.replay import Replay, Step
from livegrad.observation.replay_steps import RESHAPING, Compute

__all__ = ["IGNORED", "TINY", "Pair", "Way", "way", "weigh_by_class"]

IGNORED = -100
"""The class that PyTorch's losses leave out."""
TINY = 1e-7
_VIEWS = (*RESHAPING, "SelectBackward0", "SliceBackward0", "TransposeBackward0", "PermuteBackward0")
_LINKS = (
    "SigmoidBackward0", "TanhBackward0", "SoftmaxBackward0", "ReluBackward0", "SoftplusBackward0",
)  # fmt: skip
"""Functions between the output and the target that belong to the prediction."""
_FACTORS = ("MulBackward0", "DivBackward0")


@dataclass(frozen=True)
class Pair:
    """What a loss written by hand compares.

    Attributes:
        name: The loss of ``torch.nn.functional`` that is like it.
        root: The node that made what is compared: the model's output, or what the loop made of it.
        output, target: Laid out as that loss takes them.
        perfect: The output that costs least, of the output's shape.
        again: The loss of another output.
        sure: 0-d, whether the target is surely this.
    """

    name: str
    root: Node
    output: torch.Tensor
    target: torch.Tensor
    perfect: torch.Tensor
    again: Compute
    sure: torch.Tensor


@dataclass(frozen=True)
class Way:
    """The output, and what it becomes before the loss does two things with it, or compares it.

    Attributes:
        found: All operations.
        nodes, values: One for each stage, the output first.
        readers: The operations that read the last one.
    """

    found: Replay
    nodes: tuple[Node, ...]
    values: tuple[torch.Tensor, ...]
    readers: tuple[Step, ...]

    def before_last(self, name: str) -> tuple[Node, torch.Tensor]:
        """Return what the last function of this name gets; without one, the last stage."""
        places = (i for i, n in enumerate(self.nodes) if i and n.name == name)
        at = max(places, default=len(self.nodes))
        return self.nodes[at - 1], self.values[at - 1]

    def shape_into(self, step: Step) -> torch.Size:
        """Return the shape of the first thing that an operation reads of the output's way."""
        source = next((x for x in step.operands if isinstance(x, Node)), None)
        if source is self.found.start:
            return self.values[0].shape
        return next((s.value.shape for s in self.found.steps if s.node is source), torch.Size())


def way(found: Replay, output: torch.Tensor) -> Way:
    """Return the stages of an output: views of it, and functions that belong to the prediction."""
    nodes, values = [found.start], [output]
    while True:
        after = {id(n) for n in nodes[-1].outputs}
        readers = tuple(s for s in found.steps if id(s.node) in after)
        if len(readers) != 1 or readers[0].name not in (*_VIEWS, *_LINKS):
            return Way(found, tuple(nodes), tuple(values), readers)
        nodes.append(readers[0].node)
        values.append(readers[0].value)


def weigh_by_class(
    found: Replay, known: list[Step], classes: torch.Tensor | None
) -> torch.Tensor | None:
    """Return whether all other factors are a matter of the class, 0-d; ``None`` where something else is no plain number.

    A policy gradient weighs the log-probability of each action by what came of it: no constant tells what it could reach.

    Args:
        found: All operations.
        known: Those of them that hold the target.
        classes: The class of each sample, of any shape; ``None`` where samples have none.
    """
    sure = torch.ones((), dtype=torch.bool)
    for step in found.steps:
        constant = step.constant()
        if step in known or constant is None or constant.numel() == 1:
            continue
        if step.name not in _FACTORS:
            now = _is_one_number(constant)
        elif classes is None or constant.numel() != classes.numel():
            return None
        else:
            now = _by_class(constant.reshape(-1), classes.reshape(-1))
        sure = sure.to(now.device) & now
    return sure


def _is_one_number(constant: torch.Tensor) -> torch.Tensor:
    """Whether it is a number that was added (a small one against log 0): known only from the values on both sides."""
    low, high = torch.aminmax(constant.float())
    return high - low <= 1e-3 * high.abs().clamp_min(1.0)


def _by_class(weights: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Whether all samples of a class weigh the same."""
    places = classes.clamp_min(0)
    count = weights.numel()
    real = weights.float()
    low = torch.full((count,), torch.inf, device=real.device)
    low = low.scatter_reduce(0, places.clamp_max(count - 1), real, "amin")
    high = torch.full((count,), -torch.inf, device=real.device)
    high = high.scatter_reduce(0, places.clamp_max(count - 1), real, "amax")
    seen = torch.isfinite(low)
    return torch.where(seen, (high - low).abs() <= 1e-4 * high.abs(), True).all()
