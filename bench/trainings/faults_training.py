"""Faults of the loop and the optimizer: the rate, what is held, what is never zeroed, what is not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

import torch
from torch import nn

from trainings.data import Data
from trainings.fault import Fault, at
from trainings.odd_models import PlainList
from trainings.recipe import Recipe, spoiled


def rate_times(factor: float) -> Fault:
    """The learning rate far too high (factor above 1) or far too low."""
    high = factor > 1
    return Fault(
        kind="rate-too-high" if high else "rate-too-low",
        places={f"learning-rate-too-{'high' if high else 'low'}": at("optimizer")},
        change=lambda recipe: replace(recipe, rate=recipe.rate * factor),
        why=f"the rate that works, times {factor:g}",
    )


def rate_fades() -> Fault:
    """A schedule stepped each batch that was meant for each epoch: the rate is gone after a few steps."""

    def change(recipe: Recipe) -> Recipe:
        return replace(recipe, schedule="fading")

    return Fault(
        kind="rate-fades",
        places={"learning-rate-too-low": at("optimizer")},
        change=change,
        why="half the rate after each step instead of after each epoch",
    )


def forgotten(*names: str) -> Fault:
    """The optimizer was given some of the modules only."""

    def held(model: nn.Module) -> Iterable[nn.Parameter]:
        return [
            p for n, p in model.named_parameters() if not any(n.startswith(f"{m}.") for m in names)
        ]

    return Fault(
        kind="module-not-in-optimizer",
        places={"untrained-parameters": lambda m: ["optimizer", *_inside(m, names)]},
        change=lambda recipe: replace(recipe, held=held),
        hurts=False,
        why=f"the optimizer does not hold {', '.join(names)}",
    )


def _inside(model: nn.Module, names: tuple[str, ...]) -> list[str]:
    return [
        n
        for n, _ in model.named_modules()
        if any(n == name or n.startswith(f"{name}.") for name in names)
    ]


def replaced(name: str) -> Fault:
    """A layer was replaced after the optimizer had been made."""

    def spoil(model: nn.Module, _: Data) -> nn.Module:
        old = model.get_submodule(name)
        parent, _dot, leaf = name.rpartition(".")
        new = nn.Linear(old.in_features, old.out_features)  # pyrefly: ignore[bad-argument-type]
        setattr(model.get_submodule(parent), leaf, new)
        return model

    return Fault(
        kind="layer-replaced-after-optimizer",
        places={"untrained-parameters": lambda _: ["optimizer", name]},
        change=lambda recipe: replace(spoiled(recipe, spoil), early=True),
        hurts=False,
        why=f"the optimizer holds the old {name}",
    )


def plain_list(depth: int = 2) -> Fault:
    """Hidden layers in a Python list: neither the model nor the optimizer knows of them."""
    return Fault(
        kind="layers-in-a-list",
        places={"untrained-parameters": at("optimizer", "")},
        change=lambda recipe: replace(
            recipe, model=lambda data: PlainList(data, depth), network="plainlist"
        ),
        hurts=False,
        why="model.parameters() does not hold what stands in a list",
    )


def stale(zero: Literal["never", "epoch"] = "never") -> Fault:
    """Gradients are never set to zero, or once an epoch."""
    return Fault(
        kind="no-zero-grad" if zero == "never" else "zero-grad-once-an-epoch",
        places={"stale-gradients": at("optimizer")},
        change=lambda recipe: replace(recipe, zero=zero),
        why="each step goes along the sum of all gradients so far",
    )


def compiled() -> Fault:
    """The model was compiled, and ran, before anybody watched."""

    def change(recipe: Recipe) -> Recipe:
        def spoil(model: nn.Module, data: Data) -> Any:
            torch._dynamo.reset()  # noqa: SLF001 (its only name)
            quick: Callable[..., Any] = torch.compile(model, backend="eager")
            quick(data.x[: recipe.batch])
            return quick

        return spoiled(recipe, spoil)

    return Fault(
        kind="compiled-before",
        places={"not-observed": at()},
        change=change,
        hurts=False,
        why="hooks set after the first compiled call never run",
    )
