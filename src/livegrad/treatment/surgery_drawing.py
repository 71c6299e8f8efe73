"""Drawing weights anew, layer by layer, and measuring them on the first batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from livegrad.treatment.surgery import Patient, bias_of, weight_of
from livegrad.treatment.surgery_listing import LONG, listed

Group = tuple[list[str], float, float]
"""Names of layers, the gain of their weights, the standard deviation of their biases."""


@torch.no_grad()
def draw_groups(patient: Patient, groups: Iterable[Group]) -> tuple[str, ...]:
    """Draw orthogonal weights and normal biases for groups of layers; return the same as Python lines.

    A matrix with more rows than columns is made larger by ``sqrt(rows / columns)``, so that weights have variance
    gain²/fan_in. A layer without bias stays without.
    """
    lines: list[str] = []
    for names, gain, deviation in groups:
        if not names:
            continue
        for name in names:
            layer = patient.part(name)
            weight = weight_of(layer)
            stretch = max(1.0, weight.shape[0] / weight[0].numel()) ** 0.5
            nn.init.orthogonal_(weight, gain=gain * stretch)
            if getattr(layer, "bias", None) is not None:
                nn.init.normal_(bias_of(layer), std=deviation)
        lines += [
            f"+ for layer in {code_of(patient, names)}:",
            "+     rows, columns = layer.weight.flatten(1).shape",
            f"+     nn.init.orthogonal_(layer.weight, gain={gain:g} * max(1, rows / columns) ** 0.5)",
            f"+     if layer.bias is not None: nn.init.normal_(layer.bias, std={deviation:g})",
        ]
    return tuple(lines)


def code_of(patient: Patient, names: list[str]) -> str:
    """Return the layers as Python code: one by one, or, where they are many in a row, as a part of all."""
    every = [name for name, _ in patient.weighted()]
    begin = every.index(names[0]) if names[0] in every else -1
    end = begin + len(names)
    if len(names) <= LONG or begin < 0 or every[begin:end] != names or len(patient.models) > 1:
        return listed(patient, names)
    kinds = "nn.Linear" if _all_linear(patient) else "(nn.Linear, nn.Conv2d)"
    part = f"[{begin or ''}:{end if end < len(every) else ''}]".replace("[:]", "")
    return f"[m for m in model.modules() if isinstance(m, {kinds})]{part}"


def _all_linear(patient: Patient) -> bool:
    return all(isinstance(layer, nn.Linear) for _, layer in patient.weighted())


class Divided:
    """A forward hook that divides what a layer gives out (picklable)."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def __call__(self, module: Any, args: Any, output: Tensor) -> Tensor:
        """The same shape."""
        del module, args
        return output / self.factor


class UnitVariance:
    """A forward hook that acts once: the layer's weights are scaled so that its output has variance 1 (picklable)."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, module: Any, args: Any, output: Tensor) -> Any:
        """Scale the weights, and return the layer's output anew; a constant output is left alone."""
        if self.done:
            return None
        self.done = True
        size = output.detach().std()
        if not (torch.isfinite(size) and size > 0):
            return None
        with torch.no_grad():
            weight_of(module).div_(size)
        return module.forward(*args)
