"""Trainings as people write them for Lightning, and one way to fit them all."""

from __future__ import annotations

import csv

import torch
from integrations.specimens import needed, network
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from livegrad.diagnosis.patients import rings
from livegrad.integrations.lightning import LivegradCallback

pl = needed("lightning.pytorch")
QUIET = (
    "ignore::UserWarning:lightning",
    "ignore::FutureWarning:lightning",
    "ignore::FutureWarning:mlflow",
    "ignore::DeprecationWarning",
    "ignore:.*LeafSpec:FutureWarning",
)
"""What Lightning and MLflow themselves warn of."""


class Net(pl.LightningModule):
    """A classifier of the rings."""

    def __init__(self, activation: type[nn.Module] = nn.Tanh, depth: int = 2) -> None:
        super().__init__()
        self.net = network(activation, depth)
        self.loss = nn.CrossEntropyLoss()

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, _index):
        return self.loss(self(batch[0]), batch[1])

    def validation_step(self, batch, _index):
        self.log("accuracy", (self(batch[0]).argmax(1) == batch[1]).float().mean())

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.05, momentum=0.9)


class ByHand(Net):
    """The same with manual optimization."""

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, _index):
        optimizer = self.optimizers()
        optimizer.zero_grad()
        self.manual_backward(self.loss(self(batch[0]), batch[1]))
        optimizer.step()


class Rivals(pl.LightningModule):
    """Two networks against each other, each with its optimizer."""

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        torch.manual_seed(0)
        self.generator = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 8))
        self.judge = nn.Sequential(nn.Linear(8, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))

    def training_step(self, batch, _index):
        first, second = self.optimizers()
        real = batch[0]
        made = self.generator(torch.randn(len(real), 4))
        loss = nn.functional.binary_cross_entropy_with_logits
        yes, no = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        second.zero_grad()
        judged = loss(self.judge(real), yes) + loss(self.judge(made.detach()), no)
        self.manual_backward(judged)
        second.step()
        first.zero_grad()
        self.manual_backward(loss(self.judge(made), yes))
        first.step()

    def configure_optimizers(self):
        return [torch.optim.Adam(p.parameters(), lr=1e-3) for p in (self.generator, self.judge)]


def loader(batch_size: int = 32) -> DataLoader:
    return DataLoader(TensorDataset(*rings(0)), batch_size=batch_size)


def fit(
    model: pl.LightningModule, folder, *, callback=None, trainer=pl.Trainer, path=None, **settings
) -> tuple[LivegradCallback, pl.Trainer]:
    callback = callback or LivegradCallback(report=False, language="en")
    quiet = {"accelerator": "cpu", "enable_progress_bar": False, "enable_model_summary": False}
    defaults = {"max_steps": 48, "logger": False, "enable_checkpointing": False}
    made = trainer(
        callbacks=[callback], default_root_dir=str(folder), **quiet, **{**defaults, **settings}
    )
    validated = loader(512) if hasattr(type(model), "configure_optimizers") else None
    made.fit(model, loader(), validated, ckpt_path=path)
    return callback, made


def rows(folder) -> list[dict[str, str]]:
    (file,) = folder.rglob("metrics.csv")
    return list(csv.DictReader(file.read_text().splitlines()))


def column(found: list[dict[str, str]], name: str) -> dict[int, float]:
    return {int(row["step"]): float(row[name]) for row in found if row.get(name)}
