"""Watching changes no number: the weights, the losses and the dice are bit for bit those of the bare script."""

import json
from pathlib import Path

import pytest
from running.starting import SMALL, Ended, recorded, side_by_side, write

from livegrad.observation.evidence import Recording
from livegrad.records import from_jsonable

SCRIPT = """
import hashlib, random, torch, numpy as np
from torch import nn
from torch.nn import functional as F

def digest(model):
    whole = b"".join(t.detach().numpy().tobytes() for t in model.state_dict().values())
    return hashlib.sha256(whole).hexdigest()

def go(name, model, x, y, make=torch.optim.Adam):
    optimizer = make(model.parameters(), lr=2e-3); schedule = torch.optim.lr_scheduler.StepLR(optimizer, 20, 0.5)
    for step in range(70):
        chosen = torch.randint(0, len(x), (32,)); loss = F.cross_entropy(model(x[chosen]), y[chosen])
        optimizer.zero_grad(); loss.backward(); optimizer.step(); schedule.step()
        if step % 10 == 0:
            model.eval()
            with torch.no_grad(): F.cross_entropy(model(x), y)
            model.train()
    print("BITS", name, digest(model), loss.item().hex(), torch.rand(1).item(), np.random.rand(), random.random())

class Last(nn.Module):
    def __init__(self, kind): super().__init__(); self.r = kind(6, 12, 2, batch_first=True, dropout=0.2); self.out = nn.Linear(12, 4)
    def forward(self, x): return self.out(self.r(x)[0][:, -1])

class Packed(Last):
    def forward(self, x):
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.arange(len(x)) % 5 + 3, batch_first=True, enforce_sorted=False)
        return self.out(self.r(packed)[1][0][-1])

class Attending(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2, 32, 0.1, batch_first=True)
        self.embed, self.inner, self.out = nn.Linear(6, 16), nn.TransformerEncoder(layer, 2), nn.Linear(16, 4)
    def forward(self, x): return self.out(self.inner(self.embed(x)).mean(1))

torch.manual_seed(1); np.random.seed(2); random.seed(3)
y = torch.randint(0, 4, (200,)); flat, images, series = torch.randn(200, 12), torch.randn(200, 3, 8, 8), torch.randn(200, 9, 6)
go("mlp", nn.Sequential(nn.Linear(12, 32), nn.GELU(), nn.Dropout(0.3), nn.Linear(32, 32), nn.ReLU(inplace=True), nn.Dropout(0.1), nn.Linear(32, 4)), flat, y)
go("cnn", nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.Conv2d(8, 8, 3), nn.LeakyReLU(0.1, inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4)), images, y)
go("lstm", Last(nn.LSTM), series, y); go("gru", Last(nn.GRU), series, y); go("packed", Packed(nn.LSTM), series, y)
go("transformer", Attending(), series, y, torch.optim.AdamW)
go("noise", nn.Sequential(nn.Conv1d(9, 8, 3), nn.RReLU(), nn.AlphaDropout(0.1), nn.PReLU(8), nn.Flatten(), nn.Linear(32, 4)), series, y, torch.optim.RMSprop)
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Ended]:
    folder = tmp_path_factory.mktemp("bits")
    write(folder, "bits.py", SCRIPT)
    return side_by_side(folder, "bits.py")


@pytest.mark.parametrize("name", ["mlp", "cnn", "lstm", "gru", "packed", "transformer", "noise"])
def test_bit_for_bit(both: tuple[Ended, Ended], name: str) -> None:
    bare, seen = ([line for line in e.out.splitlines() if f"BITS {name} " in line] for e in both)
    assert len(bare) == 1
    assert seen == bare


def test_the_record_can_be_read_back(both: tuple[Ended, Ended]) -> None:
    recording = from_jsonable(Recording, both[1].recording)
    assert [t.steps for t in recording.trainings] == [70] * 7
    assert all(t.sampled for t in recording.trainings)
    assert recording.seeds_itself


def test_the_json_is_strict_though_the_loss_is_not_a_number(tmp_path: Path) -> None:
    write(tmp_path, "script.py", SMALL, "model = net(); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)",
          "x[0] = torch.nan; train(model, optimizer, 30)")  # fmt: skip
    ended = recorded(tmp_path, "--json", "out.json", "script.py")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for name in ("out.json", "record.json"):
        json.loads((tmp_path / name).read_text(encoding="utf-8"), parse_constant=refuse)
    assert ended.code == 1
    assert from_jsonable(Recording, ended.recording).trainings[0].steps == 30
