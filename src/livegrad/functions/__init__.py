"""What an activation function is: a catalogue of records with value, slope, moments and module.

    names()                          ("celu", "elu", "gelu", ...)
    f = activation("elu", alpha=0.5)
    f(x), f.derivative(x)            NumPy in, NumPy out; torch in, torch out

One file of ``catalogue/`` is one activation. Importing this package does not import torch.
"""

from __future__ import annotations

import functools

from livegrad.errors import BrokenEntry
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Kernels, Kink
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
    "Parameter",
    "VectorActivation",
    "activation",
    "names",
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


def names() -> tuple[str, ...]:
    """Return the names of all activations, in alphabetical order.

    Example:
        >>> "relu" in names()
        True
    """
    return tuple(ACTIVATIONS)


def activation(name: str, **parameters: float) -> Activation | VectorActivation:
    """Return an activation by its name.

    Args:
        name: One of `names`, or what PyTorch, Keras or JAX call it; case, ``_`` and ``-`` do not
            matter.
        parameters: Its parameters, by name; those left out keep their defaults.

    Returns:
        The catalogue's record, with the parameters chosen.

    Raises:
        UnknownName: Nothing is called so; the message names the nearest.
        BadInput: A parameter's name or value does not suit.

    Example:
        >>> activation("LeakyReLU", alpha=0.2).settings
        {'alpha': 0.2}
    """
    identifier = _identifiers().get(_bare(name), name)
    found = ACTIVATIONS.find(identifier)
    return found.with_parameters(**parameters) if parameters else found


@functools.cache
def _identifiers() -> dict[str, str]:
    """Return the id for every bare name, checked to be unambiguous."""
    identifiers = {_bare(identifier): identifier for identifier in ACTIVATIONS}
    for identifier, entry in ACTIVATIONS.items():
        for alias in entry.aliases:
            if identifiers.setdefault(_bare(alias), identifier) != identifier:
                first = identifiers[_bare(alias)]
                raise BrokenEntry(_SAME_ALIAS.fill(alias=alias, first=first, second=identifier))
    return identifiers


def _bare(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")
