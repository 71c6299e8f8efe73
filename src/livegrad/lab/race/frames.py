"""A race as values that travel: what opening it answers, and the frames of its channel (README.md is the list)."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.naming import difference_of, names_of
from livegrad.lab.race.theory import Theory
from livegrad.lab.race.track import Track
from livegrad.lab.race.views import PROBE, View, Views
from livegrad.text import same

__all__ = ["frame_of", "opened", "state_of"]

_REACH = 4.0  # on either side of 0
_ROUND = 0.3
"""Drawing is slower than training where it takes longer than this, in seconds, until a lane is looked into again."""


def opened(track: Track, views: Views, *, running: bool) -> dict[str, object]:
    """Return what opening a race answers.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> views = Views(track=track)
        >>> views.follow(track)
        >>> opened(track, views, running=False)["lanes"][0]["units"]
        [8, 8, 8, 8, 8, 8]
    """
    setup, data = track.setup, track.data
    names, plans = names_of(setup), setup.lanes
    return {
        "setup": setup.written(),
        "epoch": track.epoch,
        "running": running,
        "lanes": [
            {
                "name": same(name),
                "differs": difference_of(view.lane.plan, plans[0]),
                "activation": view.lane.plan.activation,
                "layers": view.lane.plan.depth,
                "units": [view.lane.plan.width] * view.lane.plan.depth,
                "parameters": view.lane.nets.architecture.parameter_count,
                "curve": _curve(view.lane),
                "theory": _theory(view.theory),
            }
            for name, view in zip(names, views.all, strict=True)
        ],
        "data": {
            "points": data.points,
            "labels": data.labels,
            "held": data.held,
            "extent": list(data.extent),
            "classes": list(data.classes),
            "kind": data.given.kind,
            "title": data.title,
            "remarks": list(data.given.remarks),
        },
    }


def frame_of(
    track: Track, views: Views, *, running: bool, exact: bool, rate: float = 0.0
) -> dict[str, object]:
    """Return one whole frame of the channel.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> views = Views(track=track)
        >>> views.follow(track)
        >>> frame_of(track, views, running=False, exact=True)["points"]
        188
    """
    points = len(track.data.given.train_inputs)
    return {
        "epoch": track.epoch,
        "running": running,
        "rate": rate,
        "behind": running and views.round_seconds > _ROUND,
        "exact": exact,
        "probe": points if exact else min(PROBE, points),
        "points": points,
        "looks": views.looks,
        "lanes": [_lane(track, view) for view in views.all],
        "looked": views.looked and vars(views.looked) | {"histogram": vars(views.looked.histogram)},
        "findings": [
            ailment.written(number)
            for number, view in enumerate(views.all)
            for ailment in (view.examined.ailments if view.examined else ())
        ],
    }


def state_of(view: View) -> str:
    """Return how a lane stands in one word.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> views = Views(track=track)
        >>> views.follow(track)
        >>> state_of(views.all[0])
        'racing'
    """
    if view.lane.diverged:
        return "diverged"
    if view.lane.home is not None:
        return "home"
    stuck = view.examined is not None and view.examined.learning is False
    return "stuck" if stuck else "racing"


def _curve(lane: Lane) -> dict[str, object]:
    """The activation and its slope over what units mostly meet, as the lane starts."""
    x = np.linspace(-_REACH, _REACH, 81, dtype=np.float32)
    f, slope = lane.looker.curve(lane.nets.weights[0], x)
    return {"x": x, "f": f, "slope": slope}


def _theory(theory: Theory | None) -> dict[str, Any] | None:
    return None if theory is None else dict(vars(theory))


def _lane(track: Track, view: View) -> dict[str, object]:
    lane, counts = view.lane, view.counts
    return {
        **_curves(lane),
        "score_name": "r2" if lane.split.kind == "regression" else "accuracy",
        "home": lane.home,
        "home_ms": _home_ms(track, view),
        "state": state_of(view),
        "stopped": _stopped(view),
        "gradient": counts.gradient,
        "weight_gradient": counts.weight_gradient,
        "moved": counts.moved,
        "still": counts.still,
        "units": counts.units,
        "locked": counts.locked,
        "dead": list(counts.dead),
        "saturated": counts.saturated,
        "locked_layers": list(counts.locked_layers),
        "words": counts.words,
        "field": view.picture,
    }


def _home_ms(track: Track, view: View) -> float | None:
    """What the epochs to the target took in training time, all lanes at once, from the mean when it was first seen."""
    home = view.lane.home
    if home is None:
        view.home_ms = None
    elif view.home_ms is None:
        view.home_ms = 1000 * home * track.training_seconds / max(track.epoch, 1)
    return view.home_ms


def _curves(lane: Lane) -> dict[str, object]:
    at, curve = lane.curves()
    losses = curve[..., 0]
    return {
        "at": at,
        "loss": losses[:, 0],
        # networks whose loss is no number any more leave the band to the others
        "loss_low": np.fmin.reduce(losses, axis=1),
        "loss_high": np.fmax.reduce(losses, axis=1),
        "held_loss": float(curve[-1, 0, 1]),
        "accuracy": float(curve[-1, 0, 2]),
    }


def _stopped(view: View) -> dict[str, object] | None:
    if view.stopped is None:
        return None
    found = view.stopped
    ailments = view.examined.ailments if view.examined else ()
    first = next((a.cures[0] for a in ailments if a.cures), found.cure)
    if first.remedy == found.cure.remedy:  # of smaller rates take the one that was tried
        first = found.cure
    return {
        "epoch": found.epoch,
        "layer": found.layer,
        "cause": found.cause,
        "cure": first.written(),
    }
