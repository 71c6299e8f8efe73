"""One network, half a layer at a time: first the weights move the grid, then the function bends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.boundaries import extent_of
from livegrad.lab.cuts import fitted_cuts, shares
from livegrad.lab.meshes import grid_over, turning
from livegrad.lab.nets import Nets
from livegrad.trials.splitting import Split

__all__ = ["SHOWN", "Passage", "halves", "passage"]

Reals: TypeAlias = NDArray[Any]
SHOWN = 120
"""So many of the training data are drawn."""
_LINES, _POINTS = 16, 49


@dataclass(frozen=True, kw_only=True)
class Passage:
    """What one network makes of a grid and of the data.

    A stage is half a layer: stage 0 is what comes in, 2k − 1 what layer k's weights make of it, 2k what its
    function gives on.

    Attributes:
        grid: Shape (stages, lines, points, units); the input has its third number 0 where there are three units.
        points: Training data that are drawn; shape (stages, n, units).
        cuts: The best straight cut, w·x = c, as (w…, c); NaN where there is none; shape (stages, units + 1).
        shares: Which share of the held-back data the cut tells right; NaN where numbers are not finite.
        turned: By how many degrees the grid's lines turn in all; shape (stages,).
    """

    grid: Reals
    points: Reals
    cuts: Reals
    shares: Reals
    turned: Reals


def halves(nets: Nets, x: Reals) -> list[Reals]:
    """Return samples half a layer at a time; shape (networks, samples, units) each.

    Args:
        nets: Networks without normalisation.
        x: Shape (samples, features).

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> nets = draw(Recipe(activation="tanh", hidden=(2, 2)), toy("moons", count=60), [0])
        >>> len(halves(nets, np.zeros((5, 2))))
        5
    """
    seen = nets.look(x, np.zeros((len(x), 1)), training=False)
    found = [seen.inputs[0]]
    for before, after in zip(seen.z, seen.inputs[1:], strict=True):
        found += [before, after]
    return found


def passage(nets: Nets, split: Split, *, which: int = 0, angle: float = 30.0) -> Passage:
    """Return what one of the networks makes of an oblique grid and of the data.

    Computed in float64, so that a linear network turns nothing but rounding errors.

    Args:
        nets: Networks over two inputs and two classes, all layers of one width.
        split: The data; the cut is fitted to the training part and counted on what was held back.
        which: Which of the networks.
        angle: By how many degrees the grid is turned against the axes.

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=60)
        >>> found = passage(draw(Recipe(activation="identity", hidden=(2,)), split, [0]), split)
        >>> found.grid.shape, bool(found.turned.max() < 0.01)
        ((3, 16, 49, 2), True)
    """
    one = replace(
        nets,
        weights=nets.weights[which : which + 1].astype(np.float64),
        running=nets.running[which : which + 1],
    )
    units = nets.architecture.sizes[1]
    lines = grid_over(extent_of(split), lines=_LINES, points=_POINTS, angle=angle)
    grid = [stage[0] for stage in halves(one, lines.reshape(-1, 2))]
    data = [stage[0] for stage in halves(one, split.train_inputs)]
    held = [stage[0] for stage in halves(one, split.validation_inputs)]
    told = [_cut(a, b, split, units) for a, b in zip(data, held, strict=True)]
    shaped = [_wide(stage, units).reshape(*lines.shape[:2], units) for stage in grid]
    return Passage(
        grid=np.stack(shaped),
        points=np.stack([_wide(stage[:SHOWN], units) for stage in data]),
        cuts=np.stack([cut for cut, _ in told]),
        shares=np.array([share for _, share in told]),
        turned=np.array([_turned(stage) for stage in shaped]),
    )


def _wide(stage: Reals, units: int) -> Reals:
    missing = units - stage.shape[1]
    return np.pad(stage, ((0, 0), (0, missing))) if missing else stage


def _turned(lines: Reals) -> float:
    return float(turning(lines).sum()) if np.isfinite(lines).all() else float("nan")


def _cut(data: Reals, held: Reals, split: Split, units: int) -> tuple[Reals, float]:
    if not (np.isfinite(data).all() and np.isfinite(held).all() and np.abs(data).max() < 1e100):
        return np.full(units + 1, np.nan), float("nan")
    fits = [_fitted(data, way, split) for way in (np.eye(data.shape[1]), _rounding(data))]
    flat, threshold = max(fits, key=lambda fit: _share(data, fit, split.train_targets))
    cut = np.pad(flat, (0, units - len(flat)))
    there = np.linalg.norm(cut) > 1e-12
    told = np.append(cut, threshold) if there else np.full(units + 1, np.nan)
    return told, _share(held, (flat, threshold), split.validation_targets)


def _fitted(data: Reals, way: Reals, split: Split) -> tuple[Reals, float]:
    """Return the cut fitted to the data after a linear map, in the data's own numbers."""
    weights, threshold = fitted_cuts((data @ way)[None], split.train_targets)
    return way @ weights[0], float(threshold[0])


def _share(data: Reals, fit: tuple[Reals, float], targets: Reals) -> float:
    return float(shares(data[None], targets, fit[0][None], np.array([fit[1]]))[0])


def _rounding(data: Reals) -> Reals:
    """Return the linear map that makes the data round.

    The fit is regularised, so a direction that a linear network has made narrow counts for little in it. In round
    data it finds the same cut whatever a linear map did to them before.
    """
    _, sizes, ways = np.linalg.svd(data - data.mean(axis=0), full_matrices=False)
    kept = sizes > 1e-9 * max(float(sizes[0]), 1e-300)
    if not kept.any():
        return np.eye(data.shape[1])
    return ways[kept].T * (np.sqrt(len(data)) / sizes[kept])
