"""Shapes of an output and a target that do not match: read from evidence, and the line that gives both one shape."""

from __future__ import annotations

import re
from typing import TypeAlias

__all__ = ["matching_line", "shape_of"]

Shape: TypeAlias = tuple[int, ...]


def shape_of(text: str) -> Shape:
    """Return a shape that evidence holds as text.

    Example:
        >>> shape_of("(64, 1)")
        (64, 1)
    """
    return tuple(int(number) for number in re.findall(r"\d+", text))


def matching_line(loss: str, *, grows: bool) -> str:
    """Return the call that gives output and target one shape.

    A loss of PyTorch's gets its target in the output's shape. One written by hand cannot be reached from outside, so before it
    the output gets the target's.

    Args:
        loss: Name of the loss function; ``custom`` for one written by hand.
        grows: Whether the target has the dimension less.

    Example:
        >>> matching_line("mse_loss", grows=True), matching_line("custom", grows=True)
        ('target.unsqueeze(1)', 'output.squeeze(1)')
    """
    if loss == "custom":
        return "output.squeeze(1)" if grows else "output.unsqueeze(1)"
    return "target.unsqueeze(1)" if grows else "target.squeeze(1)"
