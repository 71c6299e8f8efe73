"""Faults of the signal's way through depth and time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from torch import nn

from trainings.fault import Fault, Places, early, late, layers
from trainings.recipe import Recipe


def vanishing(kind: str, why: str, **settings: Any) -> Fault:
    """Another depth, function, gain or way around: the signal of the first layers is gone."""
    return Fault(
        kind=kind,
        places={"vanishing-gradient": early},
        change=lambda recipe: recipe.having(**settings),
        why=why,
    )


def sigmoid_stack(depth: int) -> Fault:
    """Sigmoid in every hidden layer of a deep net with PyTorch's own weights."""
    return vanishing(
        "sigmoid-stack",
        "each sigmoid passes a quarter of the signal at best, and the default weights another half",
        activation="sigmoid",
        depth=depth,
        gain=None,
    )


def small_gain(gain: float, **settings: Any) -> Fault:
    """A little less gain in each of many layers than the function needs."""
    return vanishing(
        "small-gain", f"a gain of {gain} in each of many layers", gain=gain, **settings
    )


def no_skip(**settings: Any) -> Fault:
    """The additions around the blocks are forgotten, and so is the norm."""
    return vanishing(
        "no-skip", "deep and plain with default weights", skip=False, norm=None, **settings
    )


def no_norm(**settings: Any) -> Fault:
    """The normalisation of a deep net with default weights is taken out."""
    return vanishing("no-norm", "deep and plain with default weights", norm=None, **settings)


def long_memory(**settings: Any) -> Fault:
    """A plain recurrent net with PyTorch's own weights has to remember over many steps."""
    return Fault(
        kind="plain-rnn",
        places={"vanishing-gradient": recurrent},
        change=lambda recipe: recipe.having(cell="rnn", radius=None, **settings),
        why="the recurrent weights have a spectral radius near 0.6: 0.6 to the power of 20 is left",
    )


def recurrent(model: nn.Module) -> list[str]:
    """The recurrent layers."""
    return [name for name, module in model.named_modules() if isinstance(module, nn.RNNBase)]


def exploding(kind: str, why: str, places: Places = layers, **settings: Any) -> Fault:
    """Another gain, depth or radius: the signal grows until it overflows the loss."""
    return Fault(
        kind=kind,
        places={"exploding-gradient": places},
        change=lambda recipe: replace(recipe.having(**settings), clip=None),
        why=why,
    )


def high_radius(radius: float, **settings: Any) -> Fault:
    """Recurrent weights whose spectral radius is above 1, and no clipping."""
    return exploding(
        "high-radius-two-layers" if settings.get("layers") == 2 else "high-radius",
        f"{radius} to the power of the length of the sequence",
        recurrent,
        cell="rnn",
        radius=radius,
        **settings,
    )


def collapse(depth: int, *, gain: float = 2**0.5, **settings: Any) -> Fault:
    """Very deep at a gain that keeps lengths but not angles: all samples look alike at the end."""
    more: dict[str, Any] = {"depth": depth, "gain": gain, **settings}

    def change(recipe: Recipe) -> Recipe:
        harmed = recipe.having(**more)
        return harmed.having(norm=None) if "norm" in recipe.settings else harmed

    return Fault(
        kind="deep-plain",
        places={"signal-collapse": late},
        change=change,
        why="the gradient is level, but the correlation of any two samples goes to 1",
    )
