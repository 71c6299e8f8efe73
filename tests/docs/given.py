"""What the pages take for granted: a reader's own model, data and script. Each text runs before the page's own blocks."""

from __future__ import annotations

_TORCH = """
import torch
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(64, 4), torch.randint(2, (64,))


class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))


def train(model, epochs=2):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(15 * epochs):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
"""

_LIGHTNING = """
import logging
import warnings

import lightning.pytorch
import torch
from torch import nn

warnings.filterwarnings("ignore")
logging.getLogger("lightning").setLevel(logging.ERROR)


class Module(lightning.pytorch.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))

    def training_step(self, batch):
        x, y = batch
        return nn.functional.cross_entropy(self.net(x), y)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


model = Module()
data = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(torch.randn(64, 4), torch.randint(2, (64,))), batch_size=16
)
"""

_HUGGING_FACE = """
import torch
from torch import nn
import transformers


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))

    def forward(self, x, labels):
        logits = self.net(x)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


model = Model()
data = [{"x": torch.randn(4), "labels": k % 2} for k in range(64)]
arguments = transformers.TrainingArguments(
    "out", max_steps=20, report_to=[], disable_tqdm=True, use_cpu=True, save_strategy="no"
)
"""

_LOOP = f"""
{_TORCH}
model = Net()
whole = train


def train():
    whole(model)
"""

_DIAGNOSIS = f"""
{_TORCH}
import livegrad

model = Net()
with livegrad.watch(model) as watch:
    train(model)
diagnosis = watch.diagnose()
"""

GIVEN = {
    "lightning.pytorch": _LIGHTNING,
    "transformers": _HUGGING_FACE,
    "TensorBoardTracker": _LOOP,
    "assert_healthy": _TORCH,
    "diagnosis.to_json": _DIAGNOSIS,
}
"""By what a block speaks of: what stands before it in the reader's own file."""

SCRIPT = """
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=2)
epochs = parser.parse_args().epochs
torch.manual_seed(0)
x = torch.randn(256, 4)
y = (x.sum(dim=1) > 0).long()
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(epochs):
    for k in range(0, 256, 16):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[k : k + 16]), y[k : k + 16]).backward()
        optimizer.step()
"""
"""A ``train.py`` as readers have one; it learns."""
