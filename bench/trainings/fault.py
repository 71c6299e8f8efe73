"""What a fault is, and where in a model it may be pointed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from trainings.case import Case, Part
from trainings.recipe import Recipe

Places = Callable[[nn.Module], Iterable[str]]

WEIGHTED = (
    nn.Linear,
    nn.Conv2d,
    nn.RNN,
    nn.LSTM,
    nn.GRU,
    nn.Embedding,
    nn.MultiheadAttention,
)
PASSIVE = (nn.Identity, nn.Flatten, nn.Dropout, nn.AvgPool2d, nn.MaxPool2d, nn.ModuleList)


def layers(model: nn.Module) -> list[str]:
    """Names of the layers that hold weights, in the order they were made (here: of the forward pass)."""
    return [name for name, module in model.named_modules() if isinstance(module, WEIGHTED)]


def hidden(model: nn.Module) -> list[str]:
    """All layers but the last."""
    return layers(model)[:-1]


def bias_of(model: nn.Module, name: str) -> torch.Tensor:
    """The bias of a layer."""
    bias = model.get_submodule(name).bias
    if not isinstance(bias, torch.Tensor):
        raise TypeError(name)
    return bias


def early(model: nn.Module) -> list[str]:
    """The first half of the layers."""
    found = layers(model)
    return found[: (len(found) + 1) // 2]


def late(model: nn.Module) -> list[str]:
    """All but the first quarter of the layers."""
    found = layers(model)
    return found[len(found) // 4 :]


def end(model: nn.Module) -> list[str]:
    """The last layer, what the model does behind it, and the loss: output, loss and target do not fit."""
    names = [n for n, m in model.named_modules() if n and not isinstance(m, PASSIVE)]
    return [*names[names.index(layers(model)[-1]) :], "loss"]


def around(name: str) -> Places:
    """A layer, and the modules between it and the next layer (its norm, its activation)."""

    def find(model: nn.Module) -> list[str]:
        names = [n for n, _ in model.named_modules() if n]
        own = set(layers(model))
        start = names.index(name)
        after = [i for i in range(start + 1, len(names)) if names[i] in own]
        return names[start : after[0] if after else None]

    return find


def at(*names: str) -> Places:
    """Always the same places."""
    return lambda _: names


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way to harm a sound recipe.

    Attributes:
        kind: Its name, unique among the faults of one recipe.
        places: For each code that is true of the harmed training, where it may be pointed at.
        change: Makes the harmed recipe of a sound one.
        before: Changes the sound recipe first, without harm: what the fault then turns into harm.
        hurts: Whether the score of the sound recipe must be missed clearly.
        why: What a colleague would say.
    """

    kind: str
    places: Mapping[str, Places]
    change: Callable[[Recipe], Recipe]
    before: Callable[[Recipe], Recipe] = lambda recipe: recipe
    hurts: bool = True
    why: str = ""


def sick(recipe: Recipe, fault: Fault, part: Part) -> Case:
    """The case of a harmed recipe."""
    sound = fault.before(recipe)
    harmed = fault.change(sound)

    def find(model: nn.Module) -> dict[str, frozenset[str]]:
        found = {code: frozenset(places(model)) for code, places in fault.places.items()}
        return {code: names for code, names in found.items() if names}

    return Case(
        id=f"{recipe.name}--{fault.kind}",
        part=part,
        kind=fault.kind,
        data=recipe.data,
        network=harmed.network,
        labels=frozenset(fault.places),
        build=harmed.make,
        origin=sound.make,
        find_places=find,
        hurts=fault.hurts,
        why=fault.why,
    )


def healthy(recipe: Recipe, part: Part, *, kind: str = "healthy") -> Case:
    """The case of a recipe as it is."""
    return Case(
        id=recipe.name,
        part=part,
        kind=kind,
        data=recipe.data,
        network=recipe.network,
        labels=frozenset(),
        build=recipe.make,
    )
