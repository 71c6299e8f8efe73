"""Solving DKS's and TAT's equations: where to start, and damped Newton steps on all starts at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from livegrad.flow.shaping.conditions import Conditions, Points
from livegrad.flow.theory.quadrature import Floats
from livegrad.functions.properties.sampling import in_float64

__all__ = ["nearest", "solutions"]

_STARTS = 6  # that are followed
_ITERATIONS = 12
_PLACES = np.concatenate([-np.geomspace(40, 1e-3, 240), np.geomspace(1e-3, 40, 240)])
_TOO_SMALL = math.log(1e-6)  # α: beyond, φ′ and φ″ are only rounding
_MET = 1e-9  # a residual this small, in units of the target, is a solution
_PATIENCE, _HOPELESS = (
    5,
    0.03,
)  # after this many steps a start is given up whose residual is still above
_PROBE = 1e-5  # by how much ln α, and β in units of α, are moved to find slopes
_BOLDEST = 0.7  # most that ln α may change in one step
_SHORTEST = 1 / 16  # of a step that is tried before a start is given up


def solutions(conditions: Conditions) -> Points:
    """Return the α and β that meet the equations, of all that the starts lead to.

    Args:
        conditions: What is to be met.

    Returns:
        Different points, perhaps none, the largest α first.

    Example:
        >>> from livegrad.functions import elementwise
        >>> conditions = Conditions(elementwise("tanh"), "dks", 1.5 ** (1 / 50) - 1)
        >>> bool(np.absolute(conditions.residuals(solutions(conditions))).max() < 1e-9)
        True
    """
    # A smooth function is solved from its bends; its other roots are nearly straight, with one far bend.
    found = _newton(conditions, _where_it_bends(conditions))
    return _distinct(found if len(found) else _newton(conditions, _around_joints(conditions)))


def _where_it_bends(conditions: Conditions) -> Points:
    """Starts for smooth pieces, where only the first terms of the series in α matter.

    With a = αφ″/φ′ the equations become φ‴φ′/φ″² = −1/2 and a² = 2·target for DKS, and ∓1/√2 and
    a² = target for TAT, β being where it is taken.
    """
    slope, bend, turn = (in_float64(conditions.activation, *("x",) * n)(_PLACES) for n in (1, 2, 3))
    doubled = 2 if conditions.method == "dks" else 1
    found = []
    with np.errstate(all="ignore"):
        scales = np.log(np.absolute(slope / bend)) + 0.5 * math.log(doubled * conditions.target)
        for branch in conditions.branches:
            ratio = -0.5 if conditions.method == "dks" else -branch * math.sqrt(0.5)
            cells, shifts = _crossings(turn * slope - ratio * bend**2)
            logs = (scales[cells] + scales[cells + 1]) / 2
            usable = np.isfinite(logs) & (logs > _TOO_SMALL)
            chosen = np.flatnonzero(usable)[_promising(slope[cells][usable], shifts[usable])]
            found.append(Points(logs[chosen], shifts[chosen], np.full(chosen.size, branch)))
    return Points.together(*found)


def _crossings(excess: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the cells of the places in which something changes its sign, and where about."""
    cells = np.flatnonzero(excess[:-1] * excess[1:] < 0)
    share = excess[cells] / (excess[cells] - excess[cells + 1])
    return cells, _PLACES[cells] + share * (_PLACES[cells + 1] - _PLACES[cells])


def _promising(slopes: Floats, shifts: Floats) -> NDArray[np.intp]:
    """Return which starts to follow: where it is steepest, αγ is least; of a period's many, the nearest to 0."""
    steepest = np.argsort(-np.absolute(slopes), kind="stable")[: _STARTS // 2]
    nearest_to_zero = np.argsort(np.absolute(shifts), kind="stable")[: _STARTS // 2]
    return np.union1d(steepest, nearest_to_zero)


def _around_joints(conditions: Conditions) -> Points:
    """Starts from a coarse look at the residuals, with each joint (or 0) at some place of the Gaussian."""
    joints = sorted(conditions.activation.properties.seams, key=lambda seam: abs(seam.at))[:4]
    centres = np.array([seam.at for seam in joints] or [0.0])
    axes = (
        np.array(conditions.branches),
        centres,
        np.geomspace(0.02, 8, 14),
        np.linspace(-3.5, 3.5, 15),
    )
    grid = np.meshgrid(*axes, indexing="ij")
    branch, centre, scale, place = (axis.ravel() for axis in grid)
    points = Points(np.log(scale), centre - place * scale, branch)
    sizes = np.nan_to_num(_size(conditions.residuals(points)), nan=np.inf).reshape(grid[0].shape)
    padded = np.pad(sizes, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=np.inf)
    across, along = sizes.shape[2:]
    lowest = np.isfinite(sizes)
    for i, j in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        lowest &= sizes <= padded[:, :, 1 + i : 1 + i + across, 1 + j : 1 + j + along]
    dips = np.flatnonzero(lowest.ravel())
    return points.rows(
        dips[np.argsort(sizes.ravel()[dips], kind="stable")][: _STARTS * len(axes[0])]
    )


def nearest(conditions: Conditions) -> Points:
    """Return the one point of a coarse look that comes nearest to meeting the equations.

    Example:
        >>> from livegrad.functions import elementwise
        >>> len(nearest(Conditions(elementwise("hardtanh"), "dks", 0.01)))
        1
    """
    return _around_joints(conditions).rows(np.arange(1))


def _newton(conditions: Conditions, points: Points) -> Points:
    """Follow every start to a solution or until it moves no more; return the solutions."""
    residuals = conditions.residuals(points)
    met: list[Points] = []
    for iteration in range(_ITERATIONS):
        sizes = _size(residuals)
        met.append(points.rows(sizes <= _MET))
        open_rows = (sizes > _MET) & (sizes < (_HOPELESS if iteration > _PATIENCE else np.inf))
        points, residuals = points.rows(open_rows), residuals[open_rows]
        if not len(points):
            break
        points, residuals = _stepped(conditions, points, residuals)
    return Points.together(*met)


def _stepped(conditions: Conditions, points: Points, residuals: Floats) -> tuple[Points, Floats]:
    """Take one damped Newton step on each row; rows that no length of step improves are dropped."""
    steps = _newton_steps(conditions, points, residuals)
    length, open_rows = 1.0, np.arange(len(points))
    stepped: list[tuple[Points, Floats]] = []
    while open_rows.size and length >= _SHORTEST:
        tried = points.rows(open_rows).moved(length * steps[open_rows])
        found = conditions.residuals(tried)
        better = _size(found) < _size(residuals[open_rows])
        stepped.append((tried.rows(better), found[better]))
        open_rows, length = open_rows[~better], length / 2
    return Points.together(*(one for one, _ in stepped)), np.concatenate(
        [one for _, one in stepped]
    )


def _newton_steps(conditions: Conditions, points: Points, residuals: Floats) -> Floats:
    probe = np.zeros((2, len(points), 2))
    probe[0, :, 0], probe[1, :, 1] = _PROBE, _PROBE * points.scale
    moved = [points.moved(sign * one) for one in probe for sign in (1, -1)]
    up_scale, down_scale, up_shift, down_shift = np.split(
        conditions.residuals(Points.together(*moved)), 4
    )
    by_scale = (up_scale - down_scale) / (2 * _PROBE)
    by_shift = (up_shift - down_shift) / (2 * _PROBE * points.scale[:, None])
    with np.errstate(all="ignore"):
        determinant = by_scale[:, 0] * by_shift[:, 1] - by_scale[:, 1] * by_shift[:, 0]
        steps = np.stack(
            [
                by_shift[:, 0] * residuals[:, 1] - by_shift[:, 1] * residuals[:, 0],
                by_scale[:, 1] * residuals[:, 0] - by_scale[:, 0] * residuals[:, 1],
            ],
            axis=1,
        )
        steps = steps / determinant[:, None]
        steps /= np.maximum(np.absolute(steps[:, :1]) / _BOLDEST, 1)
    return np.nan_to_num(steps, nan=0.0, posinf=0.0, neginf=0.0)


def _distinct(points: Points) -> Points:
    kept: list[int] = []
    for row in np.argsort(-points.log_scale, kind="stable"):
        alike = (
            points.branch[row] == points.branch[other]
            and abs(points.log_scale[row] - points.log_scale[other]) < 1e-6
            and abs(points.shift[row] - points.shift[other]) < 1e-5 * points.scale[other]
            for other in kept
        )
        if not any(alike):
            kept.append(int(row))
    return points.rows(np.array(kept, int))


def _size(residuals: Floats) -> Floats:
    return np.hypot(residuals[:, 0], residuals[:, 1])
