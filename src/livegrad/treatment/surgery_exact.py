"""Exchanges that change no output: how far the output moved all the same, measured and said."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from livegrad.treatment.surgery import Patient

SAMPLES = 256


def copied(patient: Patient) -> nn.Module:
    """Return a copy of the patient's first model, to compare with afterwards."""
    return copy.deepcopy(patient.models[0][1])


def moved(patient: Patient, before: nn.Module, *, training: bool = False) -> tuple[str, ...]:
    """Return a comment line with max |Δ output| over random inputs in float64; nothing where none can be made.

    Args:
        patient: After the operation.
        before: Its first model before, from `copied`.
        training: Whether to compare as in training, with the statistics of the batch.
    """
    found = greatest_difference(before, patient.models[0][1], training=training)
    return () if found is None else (f"+ # max |Δ output| = {found:.1e} on {SAMPLES} inputs",)


@torch.no_grad()
def greatest_difference(
    one: nn.Module, other: nn.Module, *, training: bool = False
) -> float | None:
    """Return the greatest difference of two models' outputs, in float64; ``None`` where no input is known to fit.

    Inputs are drawn from N(0, 1), of the shape (`SAMPLES`, features) that the first layer wants; copies are
    run, so that neither model, nor anybody who watches it, notices.

    Example:
        >>> layer = nn.Linear(2, 1)
        >>> greatest_difference(layer, layer)
        0.0
    """
    models = [copy.deepcopy(model).double().train(training) for model in (one, other)]
    layers = [m for m in models[0].modules() if hasattr(m, "weight")]
    if not layers or not isinstance(layers[0], nn.Linear):
        return None
    device = layers[0].weight.device
    x = torch.randn(SAMPLES, layers[0].in_features, dtype=torch.float64, device=device)
    try:
        outputs = [model(x) for model in models]
        return float((outputs[0] - outputs[1]).abs().max())
    except Exception:  # noqa: BLE001 (a model that wants another input cannot be measured this way)
        return None


class StartingAsIdentity:
    """A forward pre-hook of a batch normalisation that acts once: scale and shift undo what it takes away (picklable)."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, module: Any, args: tuple[Any, ...]) -> None:
        """Set scale and shift to the spread and mean of the first batch, features or channels on axis 1."""
        if self.done:
            return
        self.done = True
        x = args[0].detach()
        others = [d for d in range(x.dim()) if d != 1]
        with torch.no_grad():
            module.weight.copy_((x.var(others, correction=0) + module.eps).sqrt())
            module.bias.copy_(x.mean(others))
