"""How signal and gradient travel through a network, predicted before training and measured beside it.

    predict("relu", depth=50, init="he")     what to expect of 50 layers, in milliseconds
    predict(model, x)                        the same of a torch.nn.Module and its minibatch
    measure(model, (x, y), loss_fn)          what really is, to draw on the same axis
    shape("tanh", depth=50)                  an activation reshaped so that 50 plain layers train
    sweep("tanh", {"depth": ..., ...})       a map of many predictions

Importing this package does not import torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from livegrad.flow.birth import BornDead, born_dead
from livegrad.flow.chaos import EdgeOfChaos, edge_of_chaos, gain
from livegrad.flow.initialisation import Initialisation
from livegrad.flow.prediction import predict, predict_depths
from livegrad.flow.profile import FlowProfile, LayerFlow, Light, Scales, Verdict
from livegrad.flow.shaping import Shaped, shape
from livegrad.flow.shaping.inputs import normalised
from livegrad.flow.sweep_record import Sweep, SweepAxis, SweepCell
from livegrad.flow.sweeping import sweep

if TYPE_CHECKING:
    from livegrad.flow.model.measuring_torch import measure
    from livegrad.flow.shaping.absorbing_torch import absorb
    from livegrad.flow.shaping.module_torch import orthogonalise

__all__ = [
    "BornDead",
    "EdgeOfChaos",
    "FlowProfile",
    "Initialisation",
    "LayerFlow",
    "Light",
    "Scales",
    "Shaped",
    "Sweep",
    "SweepAxis",
    "SweepCell",
    "Verdict",
    "absorb",
    "born_dead",
    "edge_of_chaos",
    "gain",
    "measure",
    "normalised",
    "orthogonalise",
    "predict",
    "predict_depths",
    "shape",
    "sweep",
]

# What works on PyTorch's modules imports torch, and only when it is asked for.
_OF_TORCH = {
    "absorb": "shaping.absorbing_torch",
    "measure": "model.measuring_torch",
    "orthogonalise": "shaping.module_torch",
}


def __getattr__(name: str) -> object:
    if name not in _OF_TORCH:
        message = f"module 'livegrad.flow' has no attribute '{name}'; it has {', '.join(__all__)}."
        raise AttributeError(message)
    value = getattr(importlib.import_module(f"livegrad.flow.{_OF_TORCH[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
