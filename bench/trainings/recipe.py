"""A recipe is a training as plain values, so that a fault can change exactly one of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from trainings import networks, networks_images, networks_sequences
from trainings.case import Made, Shuffled
from trainings.data import Data, load
from trainings.losses import LOSSES, skill_of

NETWORKS: dict[str, Callable[..., nn.Module]] = {
    "mlp": networks.mlp,
    "functional": networks.Functional,
    "residual": networks.Residual,
    "autoencoder": networks.Autoencoder,
    "cnn": networks_images.cnn,
    "functional-cnn": networks_images.FunctionalCnn,
    "resnet": networks_images.ResNet,
    "recurrent": networks_sequences.Recurrent,
    "transformer": networks_sequences.Transformer,
    "bag": networks_sequences.Bag,
}
"""Name → ``build(data, **settings)``."""

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "nesterov": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "nadam": torch.optim.NAdam,
    "adagrad": torch.optim.Adagrad,
}

SCHEDULES: dict[str, Callable[[int], Callable[[int], float]]] = {
    "warm-up": lambda steps: lambda step: min(1.0, (step + 1) / (0.2 * steps)),
    "cosine": lambda steps: lambda step: 0.5 + 0.5 * float(np.cos(np.pi * min(1.0, step / steps))),
    "steps": lambda steps: lambda step: 0.3 ** (3 * step // steps),
    "fading": lambda _: lambda step: 0.8**step,
    "warm-up-cosine": lambda steps: (
        lambda step: min(
            (step + 1) / (0.1 * steps), 0.5 + 0.5 * float(np.cos(np.pi * step / steps))
        )
    ),
}
"""Name → ``make(steps)``, which gives the factor on the rate at each step."""

Parameters = Iterable[nn.Parameter]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A training, before it has a seed.

    Attributes:
        name: Unique within the practice set.
        data: A name of `trainings.data.DATA`.
        network: A name of `NETWORKS`, or of the hand-made model that ``model`` builds.
        settings: What the network is built with.
        loss: A name of `trainings.losses.LOSSES`.
        rate: Learning rate.
        optimizer: A name of `OPTIMIZERS`.
        options: More arguments of the optimizer.
        batch: Samples of one backward pass.
        steps: Optimizer steps.
        decided_at: Above which output a binary answer is yes.
        schedule: A name of `SCHEDULES`.
        clip, accumulate, autocast, zero: As in `Made`.
        scaled: Whether a loss scaler is used.
        model: Builds the network in place of ``NETWORKS[network]``.
        prepare: Changes the data (what a user did before training).
        spoil: Changes the fresh model (initialisation, freezing, casts, compiling), and returns the one to train.
        held: The parameters that the optimizer is given; all of the model's by default. Called before ``spoil``
            where ``early`` is true.
        early: Whether the optimizer is made before ``spoil`` runs.
        wrap_loss: Changes the loss function (a target of another shape, a penalty), given the model.
    """

    name: str
    data: str
    network: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    loss: str
    rate: float
    optimizer: str = "adam"
    options: Mapping[str, Any] = field(default_factory=dict)
    batch: int = 32
    steps: int = 300
    decided_at: float = 0.0
    schedule: str | None = None
    clip: float | None = None
    accumulate: int = 1
    autocast: torch.dtype | None = None
    scaled: bool = False
    zero: Literal["step", "epoch", "never"] = "step"
    model: Callable[[Data], nn.Module] | None = None
    prepare: Callable[[Data], Data] = lambda data: data
    spoil: Callable[[nn.Module, Data], nn.Module] = lambda model, _: model
    held: Callable[[nn.Module], Parameters] = lambda model: model.parameters()
    early: bool = False
    wrap_loss: Callable[[Callable[..., torch.Tensor], nn.Module], Callable[..., torch.Tensor]] = (
        lambda loss, _: loss
    )

    def having(self, **settings: Any) -> Recipe:
        """The same with other settings of the network."""
        return replace(self, settings={**self.settings, **settings})

    def make(self, seed: int) -> Made:
        """The training of this seed; seeds torch, NumPy and random."""
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002 (for whoever uses the global one)
        random.seed(seed)
        data = self.prepare(load(self.data, seed))
        model = self.model(data) if self.model else NETWORKS[self.network](data, **self.settings)
        if self.early:
            optimizer = self._optimizer(model)
            model = self.spoil(model, data)
        else:
            model = self.spoil(model, data)
            optimizer = self._optimizer(model)
        return self._made(data, model, optimizer, seed)

    def _optimizer(self, model: nn.Module) -> torch.optim.Optimizer:
        parameters = [p for p in self.held(model) if p.requires_grad]
        return OPTIMIZERS[self.optimizer](parameters, lr=self.rate, **self.options)

    def _made(
        self, data: Data, model: nn.Module, optimizer: torch.optim.Optimizer, seed: int
    ) -> Made:
        factor = SCHEDULES[self.schedule](self.steps) if self.schedule else None
        return Made(
            model=model,
            loss_fn=self.wrap_loss(LOSSES[self.loss](), model),
            optimizer=optimizer,
            batches=Shuffled(data.x, data.y, size=self.batch, seed=seed),
            steps=self.steps,
            skill=skill_of(data, decided_at=self.decided_at),
            scheduler=torch.optim.lr_scheduler.LambdaLR(optimizer, factor) if factor else None,
            clip=self.clip,
            accumulate=self.accumulate,
            autocast=self.autocast,
            scaler=torch.amp.GradScaler("cpu", init_scale=1024.0) if self.scaled else None,
            zero=self.zero,
        )


def spoiled(recipe: Recipe, spoil: Callable[[nn.Module, Data], nn.Module]) -> Recipe:
    """The recipe whose fresh model is changed once more."""
    return replace(recipe, spoil=lambda model, data: spoil(recipe.spoil(model, data), data))
