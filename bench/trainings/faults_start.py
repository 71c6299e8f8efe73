"""Faults before the first step: the weights, the data, what is missing between the layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from trainings.data import Data
from trainings.fault import Fault, Places, at, layers
from trainings.recipe import Recipe, spoiled


def no_activations() -> Fault:
    """The activation functions are forgotten."""

    def change(recipe: Recipe) -> Recipe:
        none = "identity" if recipe.network in {"functional", "functional-cnn", "bag"} else "none"
        return recipe.having(activation=none)

    return Fault(
        kind="no-activations",
        places={"linear-collapse": layers},
        change=change,
        why="layers in a row without a function between them are one layer",
    )


def no_dense_activation() -> Fault:
    """Only the last hidden layer has lost its activation."""
    return Fault(
        kind="no-dense-activation",
        places={"linear-collapse": lambda m: layers(m)[-2:]},
        change=lambda recipe: recipe.having(dense="identity"),
        hurts=False,
        why="the dense layer before the head adds nothing",
    )


def weights(
    kind: str, draw: Callable[[torch.Tensor], Any], *, only: str | None = None, biases: bool = False
) -> Fault:
    """All weights (or one layer's) are drawn anew.

    Args:
        kind: Its name.
        draw: Fills a weight in place.
        only: The layer; all of them by default.
        biases: Whether biases are drawn in the same way.
    """

    def spoil(model: nn.Module, _: Data) -> nn.Module:
        for name, value in model.named_parameters():
            mine = only is None or name.rpartition(".")[0] == only
            if mine and (value.dim() > 1 or biases):
                draw(value)
        return model

    places: Places = at(only) if only else layers
    return Fault(
        kind=f"{kind}-{only}" if only else kind,
        places={"bad-initialization": places},
        change=lambda recipe: spoiled(recipe, spoil),
        why=f"{kind}",
    )


def zeros(only: str | None = None) -> Fault:
    """Everything starts at 0."""
    return weights("zero-weights", nn.init.zeros_, only=only, biases=True)


def constant(value: float, only: str | None = None) -> Fault:
    """All weights are equal, so all units of a layer stay equal."""
    return weights("constant-weights", lambda w: nn.init.constant_(w, value), only=only)


def uniform(only: str | None = None) -> Fault:
    """``torch.rand``: all weights are positive, and large."""
    return weights("uniform-0-1-weights", nn.init.uniform_, only=only)


def normal(deviation: float, only: str | None = None) -> Fault:
    """``deviation * torch.randn``, whatever the width."""
    kind = f"normal-{deviation:g}-weights"
    return weights(kind, lambda w: nn.init.normal_(w, 0.0, deviation), only=only)


def prepared(
    kind: str, why: str, prepare: Callable[[Data], Data], code: str = "unscaled-input"
) -> Fault:
    """The inputs are not what a careful user would pass."""
    return Fault(
        kind=kind,
        places={code: at("data")},
        change=lambda recipe: replace(recipe, prepare=lambda d: prepare(recipe.prepare(d))),
        why=why,
    )


def raw(times: float = 1.0) -> Fault:
    """The inputs in their own units."""

    def prepare(data: Data) -> Data:
        if data.raw is None:
            message = "this data set has no raw inputs"
            raise ValueError(message)
        return replace(data, x=data.raw * times)

    return prepared("raw-inputs", "columns in their own units", prepare)


def one_unit(factor: float, column: int = 0) -> Fault:
    """One column in another unit (grams among kilograms)."""

    def prepare(data: Data) -> Data:
        x = data.x.clone()
        x[..., column] *= factor
        return replace(data, x=x)

    return prepared("one-column-in-other-units", f"column {column} times {factor:g}", prepare)


def off_centre(offset: float) -> Fault:
    """Every column far off 0, as with years or kelvins."""
    return prepared(
        "off-centre",
        f"inputs around {offset:g} with deviation 1",
        lambda d: replace(d, x=d.x + offset),
    )


def all_times(factor: float) -> Fault:
    """Every input times a number (grey values multiplied instead of divided)."""
    return prepared(
        "inputs-times", f"inputs times {factor:g}", lambda d: replace(d, x=d.x * factor)
    )


def missing_values(value: float = float("nan"), rows: int = 3) -> Fault:
    """A few entries are not numbers."""

    def prepare(data: Data) -> Data:
        x = data.x.clone()
        x[:rows].flatten(1)[:, 0] = value
        return replace(data, x=x)

    return prepared("not-a-number", f"{rows} samples hold {value}", prepare)


def outliers(factor: float, rows: int = 12) -> Fault:
    """A few samples are in other units: a second source of data was appended unchanged."""

    def prepare(data: Data) -> Data:
        x = data.x.clone()
        x[:rows] *= factor
        return replace(data, x=x)

    return prepared("rows-in-other-units", f"{rows} samples times {factor:g}", prepare)


def shifted_pixels() -> Fault:
    """Grey values 0 … 255 to which nobody did anything."""
    return prepared("bytes", "0 to 255 instead of about -1 to 1", lambda d: replace(d, x=_raw(d)))


def _raw(data: Data) -> torch.Tensor:
    return data.x if data.raw is None else data.raw
