"""A race to take along: a table of its curves, a script without livegrad, a notebook with it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from livegrad.lab.race.counting import DEAD, counts_of, dead_units
from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.naming import names_of
from livegrad.lab.race.notebook import notebook_of
from livegrad.lab.race.script import script_of
from livegrad.lab.race.theory import theory_of
from livegrad.lab.race.track import Track

__all__ = ["exported", "table_of"]


def exported(track: Track, what: str, lane: int) -> dict[str, str]:
    """Return a file of a race.

    Args:
        track: The race, as it stands.
        what: ``"csv"``, ``"script"`` or ``"notebook"``.
        lane: Whose number the script reproduces.

    Returns:
        ``{"name", "text", "type"}``: the file's name, its content, its media type.

    Raises:
        BadInput: PyTorch has no way to write the lane's activation.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> exported(track, "csv", 0)["name"]
        'livegrad-race-21.csv'
    """
    name = f"livegrad-race-{track.setup.seed}"
    if what == "csv":
        return {"name": f"{name}.csv", "text": table_of(track), "type": "text/csv"}
    if what == "script":
        file = f"{name}-lane-{lane + 1}.py".replace("-", "_")
        return {"name": file, "text": script_of(track, lane), "type": "text/x-python"}
    return {"name": f"{name}.ipynb", "text": notebook_of(track), "type": "application/x-ipynb+json"}


def table_of(track: Track) -> str:
    """Return all curves and ladders as one long table, a number in each row; the set-up stands above in comments.

    Columns: lane (from 1), name, quantity, at (epoch of a curve, layer of a ladder), value.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> table_of(track).splitlines()[3]
        'lane,name,quantity,at,value'
    """
    out = io.StringIO()
    out.write("# livegrad race: read it with pandas.read_csv(file, comment='#')\n")
    out.write(f"# {json.dumps(track.setup.written(), ensure_ascii=False)}\n")
    out.write(
        f"# after epoch {track.epoch}; loss of the shown network on what is learned, band of four\n"
    )
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("lane", "name", "quantity", "at", "value"))
    for number, (name, lane) in enumerate(zip(names_of(track.setup), track.lanes, strict=True), 1):
        head = (number, name.replace("#", "no. "))  # a '#' in a name would begin a comment
        for quantity, at, values in (*_curves(lane), *_ladders(lane)):
            pairs = zip(at, values, strict=True)
            rows.writerows((*head, quantity, place, f"{value:.7g}") for place, value in pairs)
    return out.getvalue()


def _curves(lane: Lane) -> Iterator[tuple[str, Any, Any]]:
    curve, at = lane.history.curve, lane.history.at
    yield "loss", at, curve[:, 0, 0]
    yield "loss_low", at, np.fmin.reduce(curve[..., 0], axis=1)
    yield "loss_high", at, np.fmax.reduce(curve[..., 0], axis=1)
    yield "held_loss", at, curve[:, 0, 1]
    yield "r2" if lane.split.kind == "regression" else "accuracy", at, curve[:, 0, 2]


def _ladders(lane: Lane) -> Iterator[tuple[str, Any, Any]]:
    layers = range(1, lane.plan.depth + 1)
    seen = lane.look()
    counts, theory = counts_of(lane, seen, dead_units(seen)), theory_of(lane)
    yield "log10_gradient", layers, counts.gradient
    yield "log10_weight_gradient", layers, counts.weight_gradient
    yield "log10_moved", layers, counts.moved
    yield "sign_locked", layers, counts.locked
    yield "dead", layers, (counts.units == DEAD).sum(axis=1)
    if theory is not None:
        yield "theory", layers, theory.gradient
        yield "theory_low", layers, theory.low
        yield "theory_high", layers, theory.high
