"""Boundaries of networks over the plane of two inputs, as tiles that can be drawn."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.lab.figure import Tile
from livegrad.lab.nets import Nets
from livegrad.text import Text
from livegrad.trials.splitting import Split

__all__ = ["extent_of", "field_over", "places_over", "plane_of"]

Reals: TypeAlias = NDArray[Any]
Extent: TypeAlias = tuple[float, float, float, float]
_NOT_FLAT = Text(
    "The data have {count} columns; a boundary can be drawn over 2. Take moons, XOR, circles or spiral.",
    "데이터의 열이 {count}개인데, 경계는 열이 2개일 때만 그릴 수 있습니다. 초승달, XOR, 원, 나선을 고르세요.",
)


def extent_of(*splits: Split, margin: float = 0.3) -> Extent:
    """Return left, right, bottom and top of a square that holds all the data.

    Example:
        >>> from livegrad.lab.nets import toy
        >>> left, right, bottom, top = extent_of(toy("moons", count=60))
        >>> right - left == top - bottom
        True
    """
    points = np.concatenate([p for s in splits for p in (s.train_inputs, s.validation_inputs)])
    if points.shape[1] != 2:
        raise BadInput(_NOT_FLAT.fill(count=points.shape[1]))
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    middle, half = (low + high) / 2, float((high - low).max()) / 2
    x, y = float(middle[0]), float(middle[1])
    return x - half, x + half, y - half, y + half


def places_over(extent: Extent, resolution: int) -> Reals:
    """Return the middles of the cells of a square grid, the top row first; shape (resolution², 2).

    Example:
        >>> places_over((0, 2, 0, 2), 2).tolist()
        [[0.5, 1.5], [1.5, 1.5], [0.5, 0.5], [1.5, 0.5]]
    """
    left, right, bottom, top = extent
    across = left + (right - left) * (np.arange(resolution) + 0.5) / resolution
    down = top - (top - bottom) * (np.arange(resolution) + 0.5) / resolution
    x, y = np.meshgrid(across, down)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def field_over(nets: Nets, extent: Extent, *, which: int = 0, resolution: int = 40) -> Reals:
    """Return one network's answer over the plane: −1 … 1, or class numbers; shape (resolution, resolution).

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> nets = draw(Recipe(activation="tanh", hidden=(4,)), toy("moons", count=60), [0])
        >>> field_over(nets, (-1, 1, -1, 1), resolution=8).shape
        (8, 8)
    """
    one = nets.part(slice(which, which + 1))
    z = one.outputs(places_over(extent, resolution))[0]
    loss = nets.architecture.loss
    if loss == "cross-entropy":
        answer = z.argmax(axis=-1).astype(float)
    else:  # 2σ(z) − 1 = tanh(z/2)
        answer = np.tanh(z[:, 0] / 2) if loss == "bce" else np.clip(z[:, 0], -1, 1)
    return answer.reshape(resolution, resolution).astype(np.float32)


def plane_of(  # noqa: PLR0913 - all but three by keyword
    nets: Nets,
    split: Split,
    name: Text,
    *,
    caption: Text,
    extent: Extent | None = None,
    which: int = 0,
    resolution: int = 40,
    shown: int = 160,
) -> Tile:
    """Return one network's boundary with the training data over it.

    Args:
        nets: Networks over two inputs.
        split: What they learn; its first ``shown`` training points are drawn.
        name: Whose boundary it is.
        caption: One line under it.
        extent: What is drawn; by default a square that holds the data.
        which: Which of the networks.
        resolution: Cells along one side.
        shown: Points drawn at most.

    Raises:
        BadInput: The data have other than two columns.

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.text import same
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=60)
        >>> nets = draw(Recipe(activation="tanh", hidden=(4,)), split, [0])
        >>> plane_of(nets, split, same("tanh"), caption=same("0.5"), resolution=8).field.shape
        (8, 8)
    """
    extent = extent or extent_of(split)
    return Tile(
        name=name,
        field=field_over(nets, extent, which=which, resolution=resolution),
        points=split.train_inputs[:shown],
        labels=split.train_targets[:shown].astype(np.float32),
        caption=caption,
    )
