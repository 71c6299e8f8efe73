"""By how much one random network of finite width strays from the mean that theory predicts.

The logarithm of a squared gradient is a sum of many independent small steps, one per layer, so it is nearly
Gaussian and its variances add up (Hanin 2018; Hanin & Nica 2019). A layer of N inputs sends back
Σ_i (w_i·δ)²: for Gaussian weights each term has variance 2, and an activation's slopes vary beside it.
"""

from __future__ import annotations

import numpy as np

from livegrad.flow.model.activation import Passage
from livegrad.flow.model.signal import Floats, Gradient
from livegrad.flow.model.step import Step
from livegrad.flow.model.tape import Parameter

__all__ = ["activation_spread", "layer_spread"]


def layer_spread(step: Step, gradient: Gradient) -> float:
    """Return the variance that a layer's weights add to ln |∂loss/∂x|².

    Args:
        step: A linear map or a convolution.
        gradient: Of its output.
    """
    parameter: Parameter = step.setting("parameter")
    if parameter.keeps_lengths or (step.tied and parameter.powers):  # known, not random
        return 0.0
    positions = step.positions[0]
    return max(0.0, _pairs(gradient, positions) - 1) / _numbers(step)


def activation_spread(step: Step, gradient: Gradient, width: int) -> float:
    """Return the variance that the slopes of one layer's units add to ln |∂loss/∂z|².

    Args:
        step: An activation.
        gradient: Of its output.
        width: Units of the layer.
    """
    found: Passage = step.kept["passage"]
    positions = step.positions[0]
    passed = float((np.diagonal(found.slopes) * np.diagonal(gradient.same)).sum())
    if not passed > 0:
        return 0.0
    share = float(np.trace(gradient.same)) / passed
    slopes = _pairs(gradient, positions, found.squares, found.squares_apart) * share**2
    return max(0.0, slopes - _pairs(gradient, positions)) / max(1, width)


def _pairs(
    gradient: Gradient, positions: int, same: Floats | float = 1.0, apart: Floats | float = 1.0
) -> float:
    """Return Σ w·(D_ss·D_tt + 2·D_st²)/(Σ D_ss)² over samples and positions: 3 for a single input."""
    sizes = np.diagonal(gradient.same)
    total = float(sizes.sum())
    if not total > 0:
        return 1.0
    outer = np.outer(sizes, sizes)
    # Products are no larger than the lengths allow; an approximation may say otherwise.
    near = float((same * (outer + 2 * np.minimum(gradient.same**2, outer))).sum())
    far = near
    if positions > 1:
        far = float((apart * (outer + 2 * np.minimum(gradient.other**2, outer))).sum())
    return (near / positions + (1 - 1 / positions) * far) / total**2


def _numbers(step: Step) -> int:
    """How many independent terms the sum has: the layer's input channels, or features."""
    parameter: Parameter = step.setting("parameter")
    return max(1, step.setting("channels", parameter.fan_in))
