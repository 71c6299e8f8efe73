"""What is written on the command line of ``livegrad flow``, as numbers and names that can be predicted from."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from livegrad.errors import BadInput, UnknownName
from livegrad.flow.initialisation import INITIALISATIONS
from livegrad.report.showing import activation_in
from livegrad.text import Text

__all__ = [
    "NAMES",
    "NORMS",
    "WHOLE",
    "init_in",
    "nearest_to",
    "number_in",
    "settings_in",
    "value_of",
]

NORMS = ("none", "batch", "layer", "rms")
"""The normalisations, and none."""

_INIT_ALIASES = {
    "default": "pytorch",
    "torch": "pytorch",
    "xavier": "glorot",
    "kaiming": "he",
    "edge-of-chaos": "critical",
}
_NORM_ALIASES = {
    "batchnorm": "batch",
    "bn": "batch",
    "layernorm": "layer",
    "ln": "layer",
    "rmsnorm": "rms",
    "no": "none",
}
WHOLE = {"depth": (1, 10_000), "width": (1, 1_000_000), "kernel": (1, 99), "inputs": (2, 4096)}
"""Options that are whole numbers, with the least and the greatest."""

_REAL = {
    "weight": (0.0, 1e6),
    "bias": (0.0, 1e6),
    "weight_variance": (0.0, 1e12),
    "bias_variance": (0.0, 1e12),
    "skip": (-1e3, 1e3),
    "dropout": (0.0, 0.99),
}
NAMES = (*WHOLE, *_REAL, "init", "norm", "post_norm", "recurrent", "sweep", "compare")
"""The options of the command, for a word that is misspelt."""

_NOT_WHOLE = Text(
    "--{name} was given as '{given}', and it must be a whole number from {low} to {high}. Write "
    "--{name} {example}.",
    "--{name}에 '{given:을/를}' 주었는데, {low}부터 {high}까지의 정수여야 합니다. --{name} "
    "{example}처럼 쓰세요.",
)
_NOT_REAL = Text(
    "--{name} was given as '{given}', and it must be a number from {low} to {high}. Write --{name} "
    "{example}.",
    "--{name}에 '{given:을/를}' 주었는데, {low}부터 {high}까지의 수여야 합니다. --{name} "
    "{example}처럼 쓰세요.",
)
_UNKNOWN = Text(
    "--{name} was given as '{given}', and there is none of that name. The nearest is '{nearest}'; "
    "there are: {names}.",
    "--{name}에 준 '{given:은/는}' 없는 이름입니다. 가장 가까운 것은 '{nearest}'입니다. 쓸 수 있는 것: "
    "{names}.",
)
_EXAMPLES = {
    "depth": "50",
    "width": "64",
    "kernel": "3",
    "inputs": "32",
    "weight": "1.3",
    "bias": "0.05",
    "weight_variance": "1.76",
    "bias_variance": "0.05",
    "skip": "1.0",
    "dropout": "0.1",
}


def settings_in(options: Mapping[str, str | bool | None]) -> dict[str, Any]:
    """Return the keywords of a prediction from the options of the command; what was not given is left out.

    Args:
        options: By name with underscores; numbers as they were written. ``init`` is not looked at: it
            may name several, see `init_in`.

    Raises:
        BadInput: A value is no number, out of range, or no name that there is.

    Example:
        >>> settings_in({"depth": "50", "norm": "batchnorm", "post_norm": True, "skip": None})
        {'depth': 50, 'norm': 'batch', 'norm_first': False}
    """
    settings: dict[str, Any] = {}
    for name, given in options.items():
        if given is None or given is False or name == "init":
            continue
        if name == "post_norm":
            settings["norm_first"] = False
        elif name == "recurrent":
            settings["recurrent"] = True
        else:
            settings[name] = value_of(name, str(given))
    return settings


def init_in(written: str) -> tuple[str, ...]:
    """Return the initialisations named between commas.

    Raises:
        UnknownName: There is no initialisation of that name; the message names the nearest.

    Example:
        >>> init_in("he, xavier")
        ('he', 'glorot')
    """
    return tuple(value_of("init", part) for part in written.split(","))


# ------------------------------------------------------------ parts


def value_of(name: str, given: str) -> Any:
    """Return what an option or one value of an axis stands for: a number, a name, an activation, or None.

    Raises:
        BadInput: It is no number, out of range, or no name that there is.

    Example:
        >>> value_of("width", "64"), value_of("norm", "none")
        (64, None)
    """
    given = given.strip()
    if name == "init":
        return _named(name, given, INITIALISATIONS, _INIT_ALIASES)
    if name == "norm":
        found = _named(name, given, NORMS, _NORM_ALIASES)
        return None if found == "none" else found
    if name == "activation":
        return activation_in(given)
    if name == "skip" and given.lower() == "none":
        return None
    return _whole(name, given) if name in WHOLE else _real(name, given)


def _named(name: str, given: str, known: tuple[str, ...], aliases: Mapping[str, str]) -> str:
    bare = given.lower().replace("_", "-")
    if bare in known:
        return bare
    if bare in aliases:
        return aliases[bare]
    nearest = nearest_to(bare, (*known, *aliases))
    facts = {"nearest": aliases.get(nearest, nearest), "names": ", ".join(known)}
    raise UnknownName(_UNKNOWN.fill(name=name, given=given, **facts))


def nearest_to(given: str, names: Iterable[str]) -> str:
    """Return the name that is most like the one given."""
    return difflib.get_close_matches(given, list(names), n=1, cutoff=0)[0]


def _whole(name: str, given: str) -> int:
    low, high = WHOLE[name]
    value = number_in(given)
    if value is None or value % 1 or not low <= value <= high:
        facts = {"low": low, "high": f"{high:,}", "example": _EXAMPLES[name]}
        raise BadInput(_NOT_WHOLE.fill(name=name, given=given, **facts))
    return int(value)


def _real(name: str, given: str) -> float:
    low, high = _REAL[name]
    value = number_in(given)
    if value is None or not low <= value <= high:
        facts = {"low": f"{low:g}", "high": f"{high:g}", "example": _EXAMPLES[name]}
        raise BadInput(_NOT_REAL.fill(name=name.replace("_", "-"), given=given, **facts))
    return value


def number_in(given: str) -> float | None:
    """Return a finite number, or None where there is none."""
    try:
        value = float(given)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
