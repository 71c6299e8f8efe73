"""Sound trainings that careless rules call sick. Each learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn
from torch.nn import functional

from trainings.data import Data
from trainings.recipe import Recipe


def frozen(*names: str) -> Callable[[nn.Module, Data], nn.Module]:
    """Layers that are not to be trained, on purpose."""

    def spoil(model: nn.Module, _: Data) -> nn.Module:
        for name in names:
            model.get_submodule(name).requires_grad_(requires_grad=False)
        return model

    return spoil


def positive_target(data: Data) -> Data:
    """Targets above 0."""
    return replace(data, y=data.y - data.y.min() + 0.1)


def bounded_target(data: Data) -> Data:
    """Targets within -0.9 … 0.9."""
    return replace(data, y=data.y / data.y.abs().max() * 0.9)


def counts(data: Data) -> Data:
    """Texts as counts of words, most of which are 0."""
    x = functional.one_hot(data.x, data.tokens).sum(1).float()
    return replace(data, x=x, tokens=0)


def unit_pixels(data: Data) -> Data:
    """Pixels within 0 … 1, as ToTensor gives them."""
    return replace(data, x=(data.raw if data.raw is not None else data.x) / 255)


Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def small_loss(loss: Loss, _: nn.Module) -> Loss:
    """The loss times 1e-4: Adam does not care."""

    def small(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return 1e-4 * loss(output, target)

    return small


def penalised(loss: Loss, model: nn.Module) -> Loss:
    """A penalty on all weights, by hand."""

    def more(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        squares = torch.stack([p.square().sum() for p in model.parameters()])
        return loss(output, target) + 1e-4 * squares.sum()

    return more


def one_hot(loss: Loss, _: nn.Module) -> Loss:
    """Cross-entropy on distributions instead of indices."""

    def spread(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return loss(output, functional.one_hot(target, output.shape[1]).to(output.dtype))

    return spread


def squeezed(loss: Loss, _: nn.Module) -> Loss:
    """Output and target both become (batch,)."""

    def flat(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return loss(output.squeeze(1), target.squeeze(1))

    return flat


def rare(data: Data) -> Data:
    """Only one in ten samples is a yes."""
    yes = (data.y.flatten() > 0).nonzero().flatten()
    no = (data.y.flatten() == 0).nonzero().flatten()
    rows = torch.cat([yes[: len(no) // 9], no])
    raw = None if data.raw is None else data.raw[rows]
    return replace(data, x=data.x[rows], y=data.y[rows], raw=raw)


def sparse(model: nn.Module, _: Data) -> nn.Module:
    """Biases of -0.7 behind the first layer: most units are silent on most samples, none on all."""
    first = next(m for m in model.modules() if isinstance(m, nn.Linear))
    nn.init.constant_(first.bias, -0.7)
    return model


def doubled(model: nn.Module, _: Data) -> nn.Module:
    """In float64."""
    return model.double()


def double(data: Data) -> Data:
    """Inputs in float64."""
    return replace(data, x=data.x.double())


def some(*, name: str, data: str, loss: str, rate: float, **more: object) -> Recipe:
    """A recipe whose network is one of `trainings.odd_models`, or a small relu net."""
    settings: dict[str, object] = {"network": "mlp", "steps": 300, **more}
    if "model" in settings:
        settings["network"] = getattr(settings["model"], "__name__", "model").lower()
    return Recipe(name=name, data=data, loss=loss, rate=rate, **settings)  # pyrefly: ignore[bad-argument-type]
