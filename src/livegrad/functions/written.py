"""Activations as they are written on a command line or in a recipe: ``relu``, ``elu(alpha=0.5)``, ``x * tanh(x)``."""

from __future__ import annotations

import re

from livegrad.errors import BadInput
from livegrad.functions import Activation, VectorActivation, activation
from livegrad.text import Text

__all__ = ["activation_in", "number_in", "parts_of"]

_NUMBER = Text(
    "The parameter '{name}' was given as '{given}', and it must be a number. Write --{name} 0.5.",
    "매개변수(parameter) '{name}'의 값으로 '{given:을/를}' 주었는데 수여야 합니다. --{name} 0.5처럼 "
    "적어 주세요.",
)
_WITH_SETTINGS = re.compile(r"\s*(\w+)\((\w+\s*=[^()]*)\)\s*")


def activation_in(part: str) -> Activation | VectorActivation:
    """Return an activation from a name, a formula, or a name with settings in brackets.

    Example:
        >>> activation_in("elu(alpha=0.5)").settings
        {'alpha': 0.5}
    """
    found = _WITH_SETTINGS.fullmatch(part)
    if found is None:
        return activation(part.strip())
    pairs = [pair.partition("=") for pair in found[2].split(",")]
    return activation(found[1], **{n.strip(): number_in(n.strip(), v) for n, _, v in pairs})


def parts_of(written: str) -> list[str]:
    """Return what stands between commas outside of brackets.

    Example:
        >>> parts_of("relu,max(x, 0.1*x)")
        ['relu', 'max(x, 0.1*x)']
    """
    parts, depth = [""], 0
    for letter in written:
        depth += (letter in "([") - (letter in ")]")
        if letter in ",;" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def number_in(name: str, given: str) -> float:
    """Return a parameter's value as a number.

    Example:
        >>> number_in("alpha", "0.5")
        0.5
    """
    try:
        return float(given)
    except ValueError:
        raise BadInput(_NUMBER.fill(name=name, given=given)) from None
