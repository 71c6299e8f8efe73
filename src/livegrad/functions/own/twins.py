"""Whether a function is one of the catalogue under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from livegrad.errors import BadInput
from livegrad.functions.own.grid import Floats, on
from livegrad.functions.record import Activation
from livegrad.functions.rewriting import stabilised


@dataclass(frozen=True)
class Twin:
    """An activation of the catalogue that is the same function.

    Attributes:
        id: Its name there.
        values: The parameters with which it is, as pairs; empty for its defaults.
        preset: The name of these parameters, if they have one.
    """

    id: str
    values: tuple[tuple[str, float], ...] = ()
    preset: str = ""


def twin(f: Activation) -> Twin | None:
    """Return the entry of the catalogue that is the same function as an activation, if one is.

    Compared are values at 800 places, for every entry with its defaults, with its presets, and with
    the parameters of ``f`` where they have the same names.

    Args:
        f: An activation, of your own or not.

    Returns:
        The first that agrees to 1e-9 everywhere, in alphabetical order; None if none does.

    Example:
        >>> from livegrad.functions import own
        >>> twin(own("x / (1 + exp(-1.702 * x))"))
        >>> twin(own("x / (1 + exp(-x))"))
        Twin(id='swish', values=(), preset='')
    """
    values = _fingerprint(f)
    return next((each for each, other in _candidates(f) if _alike(values, other)), None)


def _candidates(f: Activation) -> Iterator[tuple[Twin, Floats]]:
    from livegrad.functions import ACTIVATIONS

    for entry in ACTIVATIONS.values():
        if isinstance(entry, Activation):
            yield Twin(entry.id), _fingerprint(entry)
            for preset in entry.aliases.presets:
                chosen = entry.with_parameters(**dict(preset.values))
                yield Twin(entry.id, preset.values, preset.name), _fingerprint(chosen)
            if f.settings and f.settings.keys() <= entry.settings.keys():
                yield from _with_settings(entry, f.settings)


def _with_settings(
    entry: Activation, settings: Mapping[str, float]
) -> Iterator[tuple[Twin, Floats]]:
    try:
        chosen = entry.with_parameters(**settings)
    except BadInput:  # outside the entry's domain: then it is no twin
        return
    yield Twin(entry.id, tuple(sorted(settings.items()))), _fingerprint(chosen)


_PLACES = np.concatenate(
    [np.linspace(-20, 20, 601), *(s * np.geomspace(1e-4, 50, 100) for s in (-1, 1))]
)


def _fingerprint(f: Activation) -> Floats:
    tree = f.stable.value or stabilised(f.formula)
    return on(tree, f.settings)(_PLACES)


def _alike(values: Floats, others: Floats) -> bool:
    return bool(np.all(np.absolute(values - others) <= 1e-9 * np.absolute(others) + 1e-14))
