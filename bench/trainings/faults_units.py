"""Faults of the units: dead, saturated, dead in low precision, all on one side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from trainings.data import Data
from trainings.fault import Fault, around, bias_of, hidden, layers
from trainings.recipe import Recipe, spoiled


def low_bias(bias: float, name: str) -> Fault:
    """One layer starts with a bias so low that no sample ever passes its ReLUs."""

    def spoil(model: nn.Module, _: Data) -> nn.Module:
        nn.init.constant_(bias_of(model, name), bias)
        return model

    return Fault(
        kind=f"low-bias-{name}",
        places={"dead-units": around(name)},
        change=lambda recipe: spoiled(recipe, spoil),
        why=f"a bias of {bias} lies under everything that the weights can bring",
    )


def narrow_stack(depth: int, width: int) -> Fault:
    """A deep ReLU net so narrow that it is born dead (Lu et al. 2019)."""
    return Fault(
        kind="narrow-stack",
        places={"dead-units": hidden},
        change=lambda recipe: recipe.having(
            depth=depth, width=width, activation="relu", gain=2**0.5
        ),
        why=f"{depth} layers of {width}: one layer with every unit off cuts the whole net",
    )


def sparsity_penalty(weight: float, *names: str) -> Fault:
    """A penalty on the mean activation, far too heavy: the cheapest way is to switch every unit off."""

    def change(recipe: Recipe) -> Recipe:
        def wrap(
            loss: Callable[..., torch.Tensor], model: nn.Module
        ) -> Callable[..., torch.Tensor]:
            seen: list[torch.Tensor] = []

            def keep(_module: nn.Module, _given: Any, output: Any) -> None:
                seen.append(output.relu())

            for name in names:
                model.get_submodule(name).register_forward_hook(keep)

            def penalised(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
                penalty = sum(one.mean() for one in seen)
                seen.clear()
                return loss(output, target) + weight * penalty

            return penalised

        return replace(recipe, wrap_loss=wrap)

    return Fault(
        kind="sparsity-penalty",
        places={"dead-units": lambda m: [p for n in names for p in around(n)(m)]},
        change=change,
        why="the penalty on activations outweighs the task until no unit fires",
    )


class Steep(nn.Module):
    """``tanh(steepness · x)`` or ``sigmoid(steepness · x)``: meant to be crisp."""

    def __init__(self, steepness: float, function: str) -> None:
        super().__init__()
        self.steepness, self.function = steepness, function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same shape."""
        return getattr(torch, self.function)(self.steepness * x)


def steep(steepness: float, function: str = "tanh", **settings: Any) -> Fault:
    """Each activation of a sequential net is made nearly a step."""

    def spoil(model: nn.Module, _: Data) -> nn.Module:
        for name, module in list(model.named_modules()):
            if isinstance(module, (nn.Tanh, nn.Sigmoid)):
                model.set_submodule(name, Steep(steepness, function))
        return model

    return Fault(
        kind="steep-activation",
        places={"saturation": _with_activation},
        before=lambda recipe: recipe.having(**settings),
        change=lambda recipe: spoiled(recipe, spoil),
        why=f"a slope is left only where |z| < {3 / steepness:.2g}",
    )


def _with_activation(model: nn.Module) -> list[str]:
    return [n for n, _ in model.named_modules() if n and n != layers(model)[-1]]


def high_bias(bias: float, *names: str, **settings: Any) -> Fault:
    """Bounded units start far out on one side."""

    def spoil(model: nn.Module, _: Data) -> nn.Module:
        for name in names:
            nn.init.constant_(bias_of(model, name), bias)
        return model

    return Fault(
        kind="high-bias",
        places={"saturation": lambda m: [p for n in names for p in around(n)(m)]},
        before=lambda recipe: recipe.having(**settings),
        change=lambda recipe: spoiled(recipe, spoil),
        why=f"units that begin at {bias} have no slope left",
    )


def low_precision(*, bias: float = 0.0, whole: bool = False, **settings: Any) -> Fault:
    """bfloat16 where the function's slope is small but not zero: 1 - tanh² is exactly 0 there.

    Args:
        bias: The sound training starts with biases of ± this, and recovers in float32.
        whole: Whether model and inputs are bfloat16; autocast otherwise.
        **settings: Of the network, of the sound training too.
    """

    def shifted(model: nn.Module, _: Data) -> nn.Module:
        for name in hidden(model):
            own = bias_of(model, name)
            with torch.no_grad():
                own += bias * torch.where(torch.rand(own.shape) < 0.5, -1.0, 1.0)
        return model

    def change(recipe: Recipe) -> Recipe:
        if not whole:
            return replace(recipe, autocast=torch.bfloat16)
        return replace(
            spoiled(recipe, lambda model, _: model.bfloat16()),
            prepare=lambda data: replace(recipe.prepare(data), x=data.x.bfloat16()),
        )

    return Fault(
        kind="bfloat16" if whole else "autocast-bfloat16",
        places={"arithmetic-death": _with_activation},
        before=lambda recipe: spoiled(recipe.having(**settings), shifted),
        change=change,
        why="in float32 these units have a small slope and recover; in bfloat16 it is 0",
    )


def one_sided(activation: str = "sigmoid", **settings: Any) -> Fault:
    """Hidden units that are all positive, under plain gradient descent: weights move together only.

    Args:
        activation: The function in place of a sound one.
        **settings: Of the network, of the sound training too: few layers, so that nothing vanishes.
    """
    return Fault(
        kind="one-sided-units",
        places={"sign-locked-gradients": lambda m: layers(m)[1:]},
        before=lambda recipe: recipe.having(**settings),
        change=lambda recipe: recipe.having(activation=activation),
        why="behind units with a mean far from 0 the gradients of a unit's weights have one sign",
    )
