"""Recurrent networks from scratch: a state carried through time, and its gradient carried back.

The state is h₀ = 0 and then, from inputs xₜ::

    linear   hₜ = W·hₜ₋₁ + xₜ
    relu     hₜ = max(0, W·hₜ₋₁ + xₜ)
    tanh     hₜ = tanh(W·hₜ₋₁ + xₜ)
    gated    u = σ(U·hₜ₋₁ + vₜ),  hₜ = u·hₜ₋₁ + (1 − u)·tanh(W·hₜ₋₁ + xₜ)

The gated cell is the least one that deserves the name: one gate that decides how much is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Carried", "Recurrent", "recurrent"]

Reals: TypeAlias = NDArray[Any]
Cell: TypeAlias = Literal["linear", "relu", "tanh", "gated"]


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What came of a run through time.

    Attributes:
        states: h₀ … h_T; shape (times + 1, networks, samples, units).
        deltas: ∂L/∂hₜ for t = 0 … T, where ∂L/∂h_T was given; the same shape.
    """

    states: Reals
    deltas: Reals


@dataclass(frozen=True, kw_only=True)
class Recurrent:
    """Recurrent networks of one kind of cell.

    Attributes:
        cell: The kind.
        weight: W; shape (networks, units, units).
        gate: U of the gated cell, drawn for all so that starts are paired; the same shape.
    """

    cell: Cell
    weight: Reals
    gate: Reals

    def carry(self, x: Reals, v: Reals, last: Reals, start: Reals | None = None) -> Carried:
        """Run through time and back.

        Args:
            x: What comes in, already weighted; shape (times, networks, samples, units).
            v: What comes into the gate; the same shape.
            last: ∂L/∂h_T; shape (networks, samples, units).
            start: h₀; 0 if None.

        Example:
            >>> nets = recurrent("tanh", radius=0.9, units=4, seeds=[0])
            >>> x = np.ones((3, 1, 2, 4))
            >>> nets.carry(x, x, np.ones((1, 2, 4))).states.shape
            (4, 1, 2, 4)
        """
        states = [np.zeros_like(last) if start is None else start]
        slopes = list[tuple[Reals, ...]]()
        with np.errstate(over="ignore", invalid="ignore"):
            for moment, gate in zip(x, v, strict=True):
                state, slope = self._step(states[-1], moment, gate)
                states.append(state)
                slopes.append(slope)
            deltas = [last]
            for slope in reversed(slopes):
                deltas.append(self._back(deltas[-1], slope))
        return Carried(states=np.stack(states), deltas=np.stack(deltas[::-1]))

    def _step(self, state: Reals, x: Reals, v: Reals) -> tuple[Reals, tuple[Reals, ...]]:
        """Return the next state, and what the way back needs of this step."""
        z = state @ self.weight + x
        if self.cell == "linear":
            return z, (np.ones_like(z),)
        if self.cell == "relu":
            return np.maximum(z, 0.0), ((z > 0).astype(float),)
        new = np.tanh(z)
        if self.cell == "tanh":
            return new, (1 - new**2,)
        kept = 1 / (1 + np.exp(-(state @ self.gate + v)))
        slopes = ((1 - kept) * (1 - new**2), kept * (1 - kept) * (state - new), kept)
        return kept * state + (1 - kept) * new, slopes

    def _back(self, delta: Reals, slope: tuple[Reals, ...]) -> Reals:
        """Return ∂L/∂hₜ₋₁ from ∂L/∂hₜ."""
        before = (delta * slope[0]) @ self.weight.swapaxes(1, 2)
        if self.cell != "gated":
            return before
        return before + (delta * slope[1]) @ self.gate.swapaxes(1, 2) + delta * slope[2]


def recurrent(cell: Cell, *, radius: float, units: int, seeds: list[int]) -> Recurrent:
    """Return recurrent networks at their start: the same seed gives the same draw for every cell.

    Args:
        cell: The kind.
        radius: Spectral radius: the greatest absolute eigenvalue of W, to which each draw is scaled.
        units: Numbers in the state.
        seeds: One for each network.

    Example:
        >>> nets = recurrent("linear", radius=0.5, units=8, seeds=[0])
        >>> float(np.abs(np.linalg.eigvals(nets.weight[0])).max().round(6))
        0.5
    """
    drawn = np.stack(
        [np.random.default_rng(seed).standard_normal((2, units, units)) for seed in seeds]
    )
    weight, gate = drawn[:, 0], drawn[:, 1] / np.sqrt(units)
    greatest = np.abs(np.linalg.eigvals(weight)).max(axis=1)
    return Recurrent(cell=cell, weight=weight * (radius / greatest)[:, None, None], gate=gate)
