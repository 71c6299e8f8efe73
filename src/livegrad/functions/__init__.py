"""What an activation function is: a catalogue of records with value, slope, moments and module.

    names()                          ("celu", "elu", "gelu", ...)
    f = activation("elu", alpha=0.5)
    f(x), f.derivative(x)            NumPy in, NumPy out; torch in, torch out
    elementwise("elu").sup_slope     for what only functions of one number have

One file of ``catalogue/`` is one activation. Importing this package does not import torch.
"""

from __future__ import annotations

import functools
import re

from livegrad.errors import BadInput, BrokenEntry
from livegrad.functions.own import OwnActivation, own
from livegrad.functions.own.twins import Twin, twin
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import (
    Activation,
    Aliases,
    Joint,
    Kernels,
    Kink,
    Native,
    Preset,
)
from livegrad.functions.vector import VectorActivation
from livegrad.registry import Registry
from livegrad.text import Text

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Aliases",
    "Domain",
    "Joint",
    "Kernels",
    "Kink",
    "Native",
    "OwnActivation",
    "Parameter",
    "Preset",
    "Twin",
    "VectorActivation",
    "activation",
    "elementwise",
    "names",
    "own",
    "twin",
]

ACTIVATIONS: Registry[Activation | VectorActivation] = Registry(
    "livegrad.functions.catalogue", "ACTIVATION", Text("activation", "활성화 함수(activation)")
)
_SAME_ALIAS = Text(
    "Two activations answer to the name '{alias}': '{first}' and '{second}'. Take the alias out "
    "of one of them.",
    "활성화 함수(activation) 둘('{first}', '{second}')이 이름 하나('{alias}')를 함께 씁니다. "
    "둘 중 하나에서 빼 주세요.",
)
_OF_A_VECTOR = Text(
    "'{name}' is a function of a whole vector, and an elementwise one is wanted here: only those "
    "have one slope for each input. Take one of: {names}; or call "
    'livegrad.activation("{name}") for the vector function itself.',
    "'{name:은/는}' 벡터(vector) 전체를 받는 함수인데, 여기에는 원소별(elementwise) 함수가 "
    "필요합니다. 입력 하나에 기울기 하나가 있는 것은 원소별 함수뿐입니다. {names} 가운데 하나를 "
    '쓰세요. 벡터 함수가 필요하면 livegrad.activation("{name}")로 부르세요.',
)
# Words, perhaps with spaces and hyphens, are a name misspelt rather than a formula without x.
_ONLY_A_NAME = re.compile(r"[^\W\d]\w*|(?!.*\bx\b)[^\W\d][\w -]*")


def names() -> tuple[str, ...]:
    """Return the names of all activations, in alphabetical order.

    Example:
        >>> "relu" in names()
        True
    """
    return tuple(ACTIVATIONS)


def activation(name: str, **parameters: float) -> Activation | VectorActivation:
    """Return an activation by its name, or one of your own by its formula.

    Args:
        name: One of `names`, or what PyTorch, Keras or JAX call it; case, ``_`` and ``-`` do not
            matter. Or a formula of x, such as ``"x * sigmoid(beta * x)"`` (see `own`).
        parameters: Its parameters, by name; those left out keep their defaults. A formula's have
            none.

    Returns:
        The catalogue's record, with the parameters chosen; or one made from the formula.

    Raises:
        UnknownName: Nothing is called so; the message names the nearest.
        BadInput: A parameter's name or value does not suit, or the formula cannot be read, is too
            large, or is not defined for every real number.

    Example:
        >>> activation("LeakyReLU", alpha=0.2).settings
        {'alpha': 0.2}
        >>> activation("x * sigmoid(beta * x)", beta=2.0)(0.0)
        np.float64(0.0)
    """
    known = _identifiers().get(_bare(name))
    if known is None and not _ONLY_A_NAME.fullmatch(name):
        return own(name, **parameters)
    identifier, preset = known or (name, {})
    found = ACTIVATIONS.find(identifier)
    chosen = {**preset, **parameters}
    return found.with_parameters(**chosen) if chosen else found


def elementwise(name: str, **parameters: float) -> Activation:
    """Return an activation by its name, one of those that take each number by itself.

    Args:
        name: As for `activation`.
        parameters: Likewise.

    Returns:
        The catalogue's record, with the parameters chosen.

    Raises:
        UnknownName: Nothing is called so; the message names the nearest.
        BadInput: It is a function of a whole vector, or a parameter's name or value does not suit.

    Example:
        >>> elementwise("sigmoid").sup_slope
        0.25
    """
    found = activation(name, **parameters)
    if isinstance(found, VectorActivation):
        others = (key for key, entry in ACTIVATIONS.items() if isinstance(entry, Activation))
        raise BadInput(_OF_A_VECTOR.fill(name=found.id, names=", ".join(others)))
    return found


@functools.cache
def _identifiers() -> dict[str, tuple[str, dict[str, float]]]:
    """Return id and preset parameters for every bare name, checked to be unambiguous."""
    identifiers = {_bare(identifier): (identifier, {}) for identifier in ACTIVATIONS}
    for identifier, entry in ACTIVATIONS.items():
        named = [(alias, {}) for alias in entry.aliases]
        named += [(preset.name, dict(preset.values)) for preset in entry.aliases.presets]
        for alias, values in named:
            meant = identifiers.setdefault(_bare(alias), (identifier, values))
            if meant != (identifier, values):
                raise BrokenEntry(_SAME_ALIAS.fill(alias=alias, first=meant[0], second=identifier))
    return identifiers


def _bare(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")
