"""The traffic light: whether a network can be expected to train, from theory alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

from livegrad.flow.profile import Colour, LayerFlow, Light, Verdict
from livegrad.text import Text

__all__ = ["light_of"]

OPTIMIZER = "SGD with momentum"
_RED_DECADES, _GREEN_DECADES = 2.5, 0.75
_RED_ALIKE, _GREEN_ALIKE = 0.98, 0.96

_RED = Text("Not expected to train.", "학습되지 않을 것으로 보입니다.")
_AMBER = Text("May or may not train.", "학습될지 알 수 없습니다.")
_GREEN = Text("Expected to train.", "학습될 것으로 보입니다.")


def light_of(layers: Sequence[LayerFlow], verdict: Verdict) -> Light:
    """Return the light of a predicted network."""
    power, c = layers[0].log10_gradient, layers[-1].correlation
    alike = -1.0 if c is None else c
    colour: Colour = "amber"
    if abs(power) > _RED_DECADES or not math.isfinite(power) or alike >= _RED_ALIKE:
        colour = "red"
    elif verdict.code == "healthy" and abs(power) <= _GREEN_DECADES and alike <= _GREEN_ALIKE:
        colour = "green"
    text = {"red": _RED, "amber": _AMBER, "green": _GREEN}[colour]
    return Light(colour=colour, optimizer=OPTIMIZER, text=text)
