"""What every layer of one network sees, forwards and backwards: NumPy in the large, native code for the activation.

All hidden layers of a lane are equally wide, so that their numbers lie in one array (layers, samples, units) and every
measure of all layers is one call. `livegrad.lab.nets` computes the same for any shape, several times as slowly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.nets import Nets, columns
from livegrad.lab.race.evaluating import Evaluator, evaluator

__all__ = ["Look", "Looker"]

Reals: TypeAlias = NDArray[Any]
_NOTHING: Reals = np.empty(0, np.float32)
_NORM_EPSILON = np.float32(1e-5)  # as the engine's


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one network showed on some samples.

    Attributes:
        z: What each hidden activation meets; shape (layers, samples, units).
        values: What each hidden layer hands on, skips included; the same shape.
        slopes: f′ at z; the same shape.
        outputs: Logits or numbers; shape (samples, outputs).
        deltas: ∂L/∂z of the hidden layers; shape (layers, samples, units). None if only forwards.
        out_delta: The same of the outputs.
        by_weight: ∂L/∂W: of the first layer (inputs, units), of the other hidden layers (layers − 1, units, units), of the
            readout (units, outputs). Empty if only forwards.
        loss: Mean over the samples; NaN if only forwards.
    """

    z: Reals
    values: Reals
    slopes: Reals
    outputs: Reals
    deltas: Reals | None = None
    out_delta: Reals | None = None
    by_weight: tuple[Reals, ...] = ()
    loss: float = float("nan")


class Looker:
    """Looks into the networks of one lane.

    Args:
        nets: The lane's networks: their architecture and activation count; weights are given with each look.
    """

    def __init__(self, nets: Nets) -> None:
        self._architecture = nets.architecture
        self._evaluate: Evaluator = evaluator(nets.activation)
        self._places = {(p.name, p.layer): p for p in nets.architecture.places}
        self.depth = nets.architecture.layers - 1
        self.width = nets.architecture.sizes[1]

    def array(self, row: Reals, name: str, layer: int) -> Reals:
        """Return one array of parameters of a network's row, as a view."""
        place = self._places[name, layer]
        return row[place.start : place.stop].reshape(place.shape)

    def weights(self, row: Reals) -> list[Reals]:
        """Return the weights of every layer, the readout last."""
        return [self.array(row, "weight", layer) for layer in range(self.depth + 1)]

    def curve(self, row: Reals, x: Reals) -> tuple[Reals, Reals]:
        """Return f and f′ of the first hidden layer's activation over some x; float32 of the shape of x."""
        at = np.ascontiguousarray(x, np.float32)
        value, slope = np.empty_like(at), np.empty_like(at)
        self._evaluate(at, value, slope, self._learned(row, 0))
        return value, slope

    def sizes(self, row: Reals, less: Reals | None = None) -> Reals:
        """Return ‖W‖ of every layer, the readout last, or ‖W − W′‖ with another network's parameters ``less``.

        Returns:
            Shape (layers + 1,). The hidden layers after the first are equally large and stand side by side.
        """
        row = row.astype(np.float64) if less is None else row.astype(np.float64) - less
        first = self._places["weight", 0]
        readout = self._places["weight", self.depth]
        block = self.width * (self.width + 1)
        inner = row[self._places["bias", 0].stop :][: (self.depth - 1) * block]
        inner = inner.reshape(self.depth - 1, block)[:, : self.width**2]
        squares = [
            (row[first.start : first.stop] ** 2).sum(),
            *(inner**2).sum(axis=1),
            (row[readout.start : readout.stop] ** 2).sum(),
        ]
        return np.sqrt(squares)

    def forward(self, row: Reals, running: Reals, x: Reals, *, training: bool = False) -> Look:
        """Return what samples meet on their way up.

        Args:
            row: The network's parameters, float32.
            running: Batch norm's averages, used unless ``training``.
            x: float32 of shape (samples, features).
            training: Whether batch norm takes the samples' own mean and variance.
        """
        return self._up(row, running, x, training=training)[0]

    def look(self, row: Reals, running: Reals, x: Reals, y: Reals) -> Look:
        """Return what samples meet on their way up, and the gradient on its way down, as in training.

        Args:
            row: The network's parameters.
            running: Batch norm's averages; not changed.
            x: Shape (samples, features).
            y: Targets; shape (samples,) or (samples, columns).
        """
        seen, norms = self._up(row, running, x, training=True)
        with np.errstate(all="ignore"):
            loss, delta = self._loss(seen.outputs, columns(y))
            deltas, by_weight = self._down(row, x, seen, norms, delta)
        return replace(seen, deltas=deltas, out_delta=delta, by_weight=by_weight, loss=loss)

    # ------------------------------------------------------------ forwards

    def _up(
        self, row: Reals, running: Reals, x: Reals, *, training: bool
    ) -> tuple[Look, list[tuple[Reals, Reals]]]:
        shape = (self.depth, len(x), self.width)
        z, values, slopes = (np.empty(shape, np.float32) for _ in range(3))
        norms = list[tuple[Reals, Reals]]()
        h: Reals = np.ascontiguousarray(x, np.float32)
        with np.errstate(all="ignore"):
            for layer in range(self.depth):
                met = z[layer]
                np.matmul(h, self.array(row, "weight", layer), out=met)
                met += self.array(row, "bias", layer)
                if self._architecture.norm:
                    norms.append(self._normalise(met, row, running, layer, training=training))
                self._evaluate(met, values[layer], slopes[layer], self._learned(row, layer))
                if self._architecture.skips(layer):
                    values[layer] *= self._branch(row, layer)
                    values[layer] += h
                h = values[layer]
            outputs = h @ self.array(row, "weight", self.depth)
            outputs += self.array(row, "bias", self.depth)
        return Look(z=z, values=values, slopes=slopes, outputs=outputs), norms

    def _learned(self, row: Reals, layer: int) -> Reals:
        known = ("learned", layer) in self._places
        return self.array(row, "learned", layer) if known else _NOTHING

    def _branch(self, row: Reals, layer: int) -> Any:
        own = ("branch", layer) in self._places
        return self.array(row, "branch", layer) if own else np.float32(1)

    def _normalise(
        self, z: Reals, row: Reals, running: Reals, layer: int, *, training: bool
    ) -> tuple[Reals, Reals]:
        """Normalise in place; return the normalised values and 1/√(σ² + ε) for the way back."""
        start = 2 * self.width * layer
        if training:
            mean, variance = z.mean(axis=0), z.var(axis=0)
        else:
            mean = running[start : start + self.width]
            variance = running[start + self.width : start + 2 * self.width]
        root = 1 / np.sqrt(variance + _NORM_EPSILON)
        normal = (z - mean) * root
        z[...] = self.array(row, "scale", layer) * normal + self.array(row, "shift", layer)
        return normal, root

    # ------------------------------------------------------------ backwards

    def _loss(self, z: Reals, y: Reals) -> tuple[float, Reals]:
        samples, outputs = z.shape
        if self._architecture.loss == "cross-entropy":
            right, rows = y[:, 0].astype(np.intp), np.arange(samples)
            shifted = z - z.max(axis=1, keepdims=True)
            total = np.exp(shifted).sum(axis=1, keepdims=True)
            delta = np.exp(shifted) / total
            loss = np.log(total)[:, 0] - shifted[rows, right]
            delta[rows, right] -= 1
            return float(loss.mean()), delta / np.float32(samples)
        if self._architecture.loss == "bce":
            decay = np.exp(-np.abs(z))
            loss = np.maximum(z, 0) - z * y + np.log1p(decay)
            share = np.where(z < 0, decay, 1) / (1 + decay)
            return float(loss.mean()), (share - y) / np.float32(samples * outputs)
        off = z - y
        return float((off**2).mean()), 2 * off / np.float32(samples * outputs)

    def _down(
        self, row: Reals, x: Reals, seen: Look, norms: list[tuple[Reals, Reals]], delta: Reals
    ) -> tuple[Reals, tuple[Reals, ...]]:
        deltas = np.empty_like(seen.z)
        readout = seen.values[-1].T @ delta
        carried = delta @ self.array(row, "weight", self.depth).T
        for layer in reversed(range(self.depth)):
            below = deltas[layer]
            np.multiply(carried, seen.slopes[layer], out=below)
            skips = self._architecture.skips(layer)
            if skips:
                below *= self._branch(row, layer)
            if self._architecture.norm:
                self._through_norm(below, row, norms[layer], layer)
            if layer:
                through = below @ self.array(row, "weight", layer).T
                carried = through + carried if skips else through
        first = np.ascontiguousarray(x, np.float32).T @ deltas[0]
        rest = np.matmul(seen.values[:-1].transpose(0, 2, 1), deltas[1:])
        return deltas, (first, rest, readout)

    def _through_norm(
        self, delta: Reals, row: Reals, kept: tuple[Reals, Reals], layer: int
    ) -> None:
        normal, root = kept
        shift, along = delta.mean(axis=0), (delta * normal).mean(axis=0)
        delta -= shift + normal * along
        delta *= self.array(row, "scale", layer) * root
