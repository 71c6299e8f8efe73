"""The catalogue as the page lists it: names, groups, what to search for, and a small curve of each."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livegrad.functions import ACTIVATIONS, Activation, VectorActivation
from livegrad.lab.functions.said import SAID
from livegrad.report.function_facts import GROUPS, group_of

__all__ = ["catalogue"]

_POINTS = np.linspace(-4.0, 4.0, 41)


@functools.cache
def catalogue() -> dict[str, Any]:
    """Return the list: groups in the order of the catalogue page, the functions of the sources marked.

    Example:
        >>> found = catalogue()
        >>> found["functions"][0]["id"], found["curves"].shape[1]
        ('identity', 41)
    """
    keys = list(GROUPS)
    entries = sorted(ACTIVATIONS.values(), key=_order)
    grouped = [group_of(entry) for entry in entries]
    return {
        "groups": [{"id": key, "name": GROUPS[key]} for key in keys],
        "functions": [
            {
                "id": entry.id,
                "group": group,
                "names": _searched(entry),
                "sources": entry.id in SAID,
            }
            for entry, group in zip(entries, grouped, strict=True)
        ],
        "curves": np.array([_curve(entry) for entry in entries], np.float32),
    }


def _order(entry: Activation | VectorActivation) -> tuple[int, str]:
    known = list(SAID)
    return (known.index(entry.id), "") if entry.id in SAID else (len(known), entry.id)


def _searched(entry: Activation | VectorActivation) -> str:
    names = [entry.id, *entry.aliases, *(preset.name for preset in entry.aliases.presets)]
    bare = [name.lower().replace("_", "").replace("-", "") for name in names]
    return " ".join(dict.fromkeys([*(name.lower() for name in names), *bare]))


def _curve(entry: Activation | VectorActivation) -> NDArray[np.float64]:
    """Values over −4 … 4; of a vector function its first output while the first input moves."""
    if isinstance(entry, Activation):
        return np.asarray(entry(_POINTS, tier="fast"))
    inputs = np.tile(
        [0.0, 0.5], (len(_POINTS), max(1, round(entry.settings.get("pieces", 2)) // 2))
    )
    inputs[:, 0] = _POINTS
    return np.asarray(entry(inputs))[:, 0]
