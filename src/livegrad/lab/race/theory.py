"""What theory expects of a lane before its first step: gradient by layer, and between which bounds single networks lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import LivegradError
from livegrad.flow import predict
from livegrad.lab.race.lanes import Lane
from livegrad.text import Text

__all__ = ["Theory", "theory_of"]

Reals: TypeAlias = NDArray[Any]
_ALPHA = {None: None, "residual": 1.0, "rezero": 0.0}
_FAR = 1e3  # decades: numbers of moments that overflowed
MOST_INPUTS = 64
"""Points that the prediction starts from: more change nothing that can be seen, and cost time."""


@dataclass(frozen=True, kw_only=True)
class Theory:
    """A prediction.

    Attributes:
        gradient: log₁₀ ‖∂L/∂z‖ over the last hidden layer's, the median over networks; shape (layers,).
        low: Lower end of the band of 90 % of networks.
        high: Its upper end.
        verdict: In words.
        part: The first layer's gradient as a share of the last's.
    """

    gradient: Reals
    low: Reals
    high: Reals
    verdict: Text
    part: float


def theory_of(lane: Lane) -> Theory | None:
    """Return what theory expects of a lane; None where it has nothing to say.

    The prediction starts from the lane's own points, their size and how alike they are.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "sigmoid"},)))
        >>> round(float(theory_of(track.lanes[0]).gradient[0]), 1)
        -3.3
    """
    plan = lane.plan
    inputs = lane.split.train_inputs
    rows = np.linspace(0, len(inputs) - 1, min(len(inputs), MOST_INPUTS)).astype(np.intp)
    try:
        with np.errstate(all="ignore"):
            profile = predict(
                lane.nets.activation,
                inputs[rows],
                depth=plan.depth,
                width=plan.width,
                init=plan.init,
                norm=plan.norm,
                skip=_ALPHA[plan.skip],
            )
    except (LivegradError, ArithmeticError, ValueError):
        return None  # no moments, or none that are finite: then nothing is drawn
    gradient = np.array([layer.log10_gradient for layer in profile.layers])
    if np.isnan(gradient).any() or (np.abs(gradient[np.isfinite(gradient)]) > _FAR).any():
        return None
    bands = [layer.band or (np.nan, np.nan) for layer in profile.layers]
    low, high = np.array(bands).T
    return Theory(
        gradient=gradient,
        low=low,
        high=high,
        verdict=profile.verdict.text,
        part=float(10.0 ** min(gradient[0], 300.0)),
    )
