"""A grid of straight lines, bent layer by layer, with the data and the straight cut between the classes.

The grid lies oblique on purpose: a function that works on each number by itself leaves lines along the axes straight.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.boundaries import extent_of
from livegrad.lab.cuts import fitted_cuts, shares
from livegrad.lab.figure import Panel
from livegrad.lab.nets import Nets
from livegrad.text import Text
from livegrad.trials.splitting import Split

__all__ = ["grid_over", "mesh_of", "through", "turning"]

Reals: TypeAlias = NDArray[Any]
Extent: TypeAlias = tuple[float, float, float, float]
_OBLIQUE = 30.0  # degrees
_POINTS_NAME = Text("before any layer", "층을 지나기 전")
_LAYER_NAME = Text("after layer {layer}", "{layer}층을 지난 뒤")
_CAPTION = Text("best cut {share} %", "가장 좋은 직선 {share} %")


def grid_over(
    extent: Extent, *, lines: int = 12, points: int = 21, angle: float = _OBLIQUE
) -> Reals:
    """Return a grid of straight lines inside the circle that touches a square.

    Args:
        extent: Left, right, bottom, top.
        lines: How many, half of them across the others.
        points: On each line.
        angle: By how many degrees the grid is turned against the axes.

    Returns:
        Shape (lines, points, 2).

    Example:
        >>> grid = grid_over((-1, 1, -1, 1), lines=4, points=3)
        >>> grid.shape, bool(turning(grid).max() < 1e-4)
        ((4, 3, 2), True)
    """
    left, right, bottom, top = extent
    half = (right - left) / 2
    offsets = np.linspace(-0.9, 0.9, lines // 2) * half
    along = np.linspace(-1, 1, points)
    straight = np.stack(
        [np.broadcast_to(along, (len(offsets), points)) * half,
         np.broadcast_to(offsets[:, None], (len(offsets), points))], axis=2
    )  # fmt: skip
    both = np.concatenate([straight, straight[:, :, ::-1]])
    turned = np.radians(angle)
    rotation = np.array([[np.cos(turned), np.sin(turned)], [-np.sin(turned), np.cos(turned)]])
    return both @ rotation + [(left + right) / 2, (bottom + top) / 2]


def through(nets: Nets, x: Reals) -> list[Reals]:
    """Return the samples as they come in and as each hidden layer gives them on.

    Args:
        nets: Networks.
        x: Shape (samples, features).

    Returns:
        For the input and each hidden layer shape (networks, samples, units).

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> nets = draw(Recipe(activation="tanh", hidden=(4, 3)), toy("moons", count=60), [0])
        >>> [passed.shape for passed in through(nets, np.zeros((5, 2)))]
        [(1, 5, 2), (1, 5, 4), (1, 5, 3)]
    """
    targets = np.zeros((len(x), 1))
    if nets.architecture.loss == "mse":
        targets = np.zeros((len(x), nets.architecture.sizes[-1]))
    return list(nets.look(x, targets, training=False).inputs)


def turning(lines: Reals) -> Reals:
    """Return by how many degrees each line turns on its way, all bends counted as positive.

    Pieces shorter than a millionth of the longest line say nothing of a direction and are left out.

    Args:
        lines: Shape (..., lines, points, dimensions).

    Returns:
        Shape (..., lines), in degrees; 0 for a straight line.

    Example:
        >>> turning(np.array([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]])).round(6).tolist()
        [90.0]
    """
    pieces = np.diff(np.asarray(lines, float), axis=-2)
    lengths = np.linalg.norm(pieces, axis=-1, keepdims=True)
    longest = lengths.sum(axis=-2, keepdims=True).max(axis=(-3, -2, -1), keepdims=True)
    usable = lengths > 1e-6 * np.maximum(longest, 1e-300)
    ways = np.where(usable, pieces / np.where(usable, lengths, 1.0), 0.0)
    one, other = ways[..., :-1, :], ways[..., 1:, :]
    # the half-angle form is exact near 0, where arccos is not
    bend = 2 * np.arctan2(
        np.linalg.norm(one - other, axis=-1), np.linalg.norm(one + other, axis=-1)
    )
    counted = (usable[..., :-1, 0] & usable[..., 1:, 0]) * bend
    return np.degrees(counted.sum(axis=-1))


def mesh_of(
    nets: Nets,
    split: Split,
    *,
    which: int = 0,
    lines: int = 12,
    points: int = 21,
    angle: float = _OBLIQUE,
    shown: int = 80,
) -> tuple[Panel, ...]:
    """Return grid and data as they come in and as each hidden layer of one network gives them on.

    Layers wider than two are seen along the cut: across it to the right, and upwards the direction in which
    the data spread most. A projection keeps straight lines straight.

    Args:
        nets: Networks over two inputs and two classes.
        split: What they learn; its first ``shown`` training points are drawn.
        which: Which of the networks.
        lines: How many grid lines.
        points: On each grid line.
        angle: By how many degrees the grid is turned against the axes.
        shown: Points drawn at most.

    Returns:
        A panel for the input and one for each hidden layer; the cut is fitted to the training data, its share
        counted on what was held back.

    Raises:
        BadInput: The data have other than two columns.

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=60)
        >>> panels = mesh_of(draw(Recipe(activation="tanh", hidden=(2, 2)), split, [0]), split)
        >>> [panel.name.en for panel in panels]
        ['before any layer', 'after layer 1', 'after layer 2']
    """
    one = nets.part(slice(which, which + 1))
    grid = grid_over(extent_of(split), lines=lines, points=points, angle=angle)
    ways = [
        through(one, x) for x in (grid.reshape(-1, 2), split.train_inputs, split.validation_inputs)
    ]
    return tuple(
        _panel(layer, (lines_at[0], data[0], held[0]), split, grid.shape[:2], shown)
        for layer, (lines_at, data, held) in enumerate(zip(*ways, strict=True))
    )


def _panel(
    layer: int,
    seen: tuple[Reals, Reals, Reals],
    split: Split,
    shape: tuple[int, ...],
    shown: int,
) -> Panel:
    grid, data, held = seen
    weights, threshold = fitted_cuts(data[None], split.train_targets)
    share = shares(held[None], split.validation_targets, weights, threshold)[0]
    flat, cut = _flat(data, weights[0], float(threshold[0]))
    return Panel(
        name=_LAYER_NAME.fill(layer=layer) if layer else _POINTS_NAME,
        lines=(grid @ flat).reshape(*shape, 2).astype(np.float32),
        points=(data[:shown] @ flat).astype(np.float32),
        labels=split.train_targets[:shown].astype(np.float32),
        cut=cut,
        caption=_CAPTION.fill(share=f"{100 * share:.0f}"),
    )


def _flat(
    data: Reals, weights: Reals, threshold: float
) -> tuple[Reals, tuple[float, float, float] | None]:
    """Return the two directions that are drawn, and the cut in them."""
    units, length = data.shape[1], float(np.linalg.norm(weights))
    if units == 2:
        cut = (float(weights[0]), float(weights[1]), threshold)
        return np.eye(2), cut if length > 1e-9 else None
    across = weights / length if length > 1e-9 else np.eye(units)[0]
    if units == 1:
        return np.array([[1.0, 0.0]]), (1.0, 0.0, threshold / float(weights[0]))
    rest = data - data.mean(axis=0)
    rest -= np.outer(rest @ across, across)
    upwards = np.linalg.svd(rest, full_matrices=False)[2][0]
    cut = (1.0, 0.0, threshold / length) if length > 1e-9 else None
    return np.stack([across, upwards], axis=1), cut
