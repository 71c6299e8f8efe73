"""Healthy trainings whose loop is special: optimizers, schedules, batches, several losses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from diagnosis.healthy_trainings import Healthy, batches, column, digits, plain
from torch import nn
from torch.nn import functional

from livegrad.diagnosis import patients

CROSS_ENTROPY = nn.CrossEntropyLoss()


def small() -> nn.Sequential:
    return patients.mlp((64, 48, 10), nn.ReLU)


def plain_sgd() -> Healthy:
    model = small()
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    return plain(model, digits(), CROSS_ENTROPY, sgd)


def low_gradients_under_adam() -> Healthy:
    """A loss in small units: its gradients are tiny and level, and Adam does not mind."""

    def tiny(scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return 1e-5 * functional.cross_entropy(scores, y)

    model = small()
    return plain(model, digits(), tiny, torch.optim.Adam(model.parameters(), lr=3e-3, eps=1e-12))


def small_steps_of_adam_that_learn() -> Healthy:
    model = patients.mlp((64, 256, 10), nn.ReLU)
    return plain(
        model, digits(), CROSS_ENTROPY, torch.optim.Adam(model.parameters(), lr=2e-4), steps=300
    )


def warm_up() -> Healthy:
    model = small()
    adam = torch.optim.Adam(model.parameters(), lr=5e-3)
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: min(1.0, (step + 1) / 100))
    return plain(model, digits(), CROSS_ENTROPY, adam, scheduler=schedule)


def still_warming_up() -> Healthy:
    """The script was stopped while its rate still rose."""
    model = small()
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: (step + 1) / 5000)
    return plain(model, digits(), CROSS_ENTROPY, adam, scheduler=schedule, steps=100)


def cosine_decay_to_zero() -> Healthy:
    model = small()
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, 200)
    return plain(model, digits(), CROSS_ENTROPY, sgd, scheduler=schedule)


def clipping_that_seldom_acts() -> Healthy:
    model = small()
    sgd = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return plain(model, digits(), CROSS_ENTROPY, sgd, clip=1.0)


def weight_decay() -> Healthy:
    model = small()
    adam = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    return plain(model, digits(), CROSS_ENTROPY, adam)


def rms_prop() -> Healthy:
    model = small()
    return plain(model, digits(), CROSS_ENTROPY, torch.optim.RMSprop(model.parameters(), lr=1e-3))


class Signs(torch.optim.Optimizer):
    """Steps of one size in the direction of the gradient's sign, as Lion takes them."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float) -> None:
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        del closure
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.sub_(p.grad.sign(), alpha=group["lr"])


def signs_of_gradients() -> Healthy:
    model = small()
    return plain(model, digits(), CROSS_ENTROPY, Signs(model.parameters(), lr=1e-3))


def tiny_batches() -> Healthy:
    model = patients.mlp((8, 32, 2), nn.ReLU)
    sgd = torch.optim.SGD(model.parameters(), lr=0.05)
    return plain(model, patients.rings(0), CROSS_ENTROPY, sgd, size=4, steps=800)


def batches_of_one() -> Healthy:
    model = patients.mlp((2, 16, 1), nn.Tanh)
    sgd = torch.optim.SGD(model.parameters(), lr=0.05)
    return plain(model, patients.waves(0, samples=128), nn.MSELoss(), sgd, size=1, steps=800)


def only_thirty_steps() -> Healthy:
    model = small()
    return plain(
        model, digits(), CROSS_ENTROPY, torch.optim.Adam(model.parameters(), lr=1e-3), steps=30
    )


def accumulation() -> Healthy:
    model = small()
    adam = torch.optim.Adam(model.parameters(), lr=3e-3)
    feed = batches(digits(), 16)

    def step(_: int) -> None:
        adam.zero_grad()
        for _ in range(4):
            x, y = next(feed)
            (functional.cross_entropy(model(x), y) / 4).backward()
        adam.step()

    return Healthy(model, step, 120)


def frozen_layers() -> Healthy:
    model = patients.mlp((64, 64, 64, 10), nn.ReLU)
    for layer in (model[0], model[2]):
        layer.requires_grad_(requires_grad=False)
    adam = torch.optim.Adam(model[4].parameters(), lr=1e-2)
    return plain(model, digits(), CROSS_ENTROPY, adam)


def evaluation_in_between() -> Healthy:
    model = patients.mlp((8, 32, 1), nn.ReLU)
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    x, y = column(patients.rings(0))
    held, feed = (x[400:], y[400:]), batches((x[:400], y[:400]))

    def step(number: int) -> None:
        inputs, targets = next(feed)
        adam.zero_grad()
        functional.binary_cross_entropy_with_logits(model(inputs), targets).backward()
        adam.step()
        if number % 25 == 0:
            model.eval()
            with torch.no_grad():
                functional.binary_cross_entropy_with_logits(model(held[0]), held[1])
            model.train()

    return Healthy(model, step)


def two_losses() -> Healthy:
    class TwoHeads(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.trunk = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
            self.kind, self.size = nn.Linear(48, 10), nn.Linear(48, 1)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            h = self.trunk(x)
            return self.kind(h), self.size(h)

    model = TwoHeads()
    adam = torch.optim.Adam(model.parameters(), lr=3e-3)
    feed = batches(digits())

    def step(_: int) -> None:
        x, y = next(feed)
        kind, size = model(x)
        adam.zero_grad()
        loss = functional.cross_entropy(kind, y) + functional.mse_loss(
            size, x.mean(1, keepdim=True)
        )
        loss.backward()
        adam.step()

    return Healthy(model, step)
