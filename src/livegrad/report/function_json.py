"""An activation as JSON: the same facts as on its card, as numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livegrad.errors import NoGain
from livegrad.functions.accuracy import Accuracy
from livegrad.functions.own import OwnActivation
from livegrad.functions.own.twins import twin
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.records import to_jsonable
from livegrad.report.formula_text import formula_text
from livegrad.report.function_curve import picture
from livegrad.report.function_facts import group_of
from livegrad.report.function_failures import failures
from livegrad.report.own_words import rewritten_text

__all__ = ["SCHEMA", "to_json"]

SCHEMA = 1


def to_json(
    activation: Activation | VectorActivation, *, accuracy: tuple[Accuracy, ...] = ()
) -> dict[str, Any]:
    """Return what is known of an activation as plain JSON values.

    Args:
        activation: Of the catalogue, or made from a formula.
        accuracy: Measurements to hand on.

    Returns:
        ``id``, ``kind``, ``group``, ``formula``, ``latex``, ``about``, ``source``, ``parameters``,
        ``aliases``, ``curves`` as lists of points and, for elementwise ones, ``properties``,
        ``failures`` and ``natives``. Infinities and NaN are strings.

    Example:
        >>> from livegrad.functions import elementwise
        >>> told = to_json(elementwise("relu"))
        >>> told["formula"], told["properties"]["dead"]
        ('{0 if x ≤ 0; x if x > 0}', [{'low': '-inf', 'high': 0.0}])
    """
    told = {
        "schema_version": SCHEMA,
        "id": activation.id,
        "kind": activation.kind,
        "group": group_of(activation),
        "formula": formula_text(activation.latex),
        "latex": activation.latex,
        "about": activation.about,
        "source": activation.source,
        "settings": activation.settings,
        "parameters": [
            {"name": p.name, "default": p.default, "learned": p.learned, "about": p.about}
            for p in activation.parameters
        ],
        "aliases": activation.aliases,
        "curves": {curve.sign: curve.pieces for curve in picture(activation).curves},
    }
    if isinstance(activation, Activation):
        told |= {
            "properties": _properties(activation),
            "failures": failures(activation),
            "natives": activation.natives,
            "accuracy": accuracy,
        }
    if isinstance(activation, OwnActivation):
        told |= {"twin": twin(activation), "rewritten": rewritten_text(activation)}
    return to_jsonable(told)


def _properties(activation: Activation) -> dict[str, Any]:
    properties = activation.properties
    left, right = properties.saturation()
    return {
        "limits": properties.limits,
        "range": properties.range,
        "parity": properties.parity,
        "monotone": properties.monotone,
        "smoothness": properties.smoothness,
        "kinks": activation.kinks,
        "fixed_points": properties.fixed_points,
        "highest_slope": properties.highest_slope,
        "lowest_slope": properties.lowest_slope,
        "steepest_slope": properties.steepest_slope,
        "dead": properties.dead,
        "saturation": {"left": left, "right": right},
        "deaths": properties.deaths,
        "mean": properties.mean(1.0),
        "mean_square": properties.mean_square(1.0),
        "mean_square_slope": properties.mean_square_slope(1.0),
        "forward_gain": _or_none(properties.forward_gain),
        "backward_gain": _or_none(properties.backward_gain),
        "critical": properties.critical(1.0),
    }


def _or_none(gain: Callable[[float], float]) -> float | None:
    try:
        return gain(1.0)
    except NoGain:
        return None
