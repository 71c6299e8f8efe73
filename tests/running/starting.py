"""Starts the real command line and plain Python side by side, as a user would."""

import concurrent.futures
import dataclasses
import functools
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

LIVEGRAD = Path(sys.executable).with_name("livegrad")

SMALL = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
x = torch.randn(128, 8); y = (x[:, 0] > 0).long()

def net():
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))

def train(model, optimizer, steps=40, loss_fn=F.cross_entropy):
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()
"""
"""A beginning that many scripts share: data, a small healthy network, a loop."""

STUCK = """
import torch
from torch import nn
from torch.nn.functional import cross_entropy
torch.manual_seed(0)
x = torch.randn(300, 8); y = (x[:, 0] > 0).long() + 2 * (x[:, 2] > 0).long()
layers = [nn.Linear(8, 24), nn.Sigmoid()]
for _ in range(7): layers += [nn.Linear(24, 24), nn.Sigmoid()]
model = nn.Sequential(*layers, nn.Linear(24, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
"""
"""A beginning of scripts that do not learn, and that the first cure saves."""


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a process ended, and what it said."""

    code: int
    out: str
    err: str
    folder: Path

    def said(self, word: str) -> object:
        """Return the JSON that the script printed behind ``word``."""
        found = [line for line in self.out.splitlines() if line.startswith(word + " ")]
        assert found, self.out[-2000:] + self.err[-3000:]
        return json.loads(found[0].removeprefix(word + " "))

    @functools.cached_property
    def recording(self) -> dict[str, object]:
        """Return what ``--record record.json`` kept."""
        return json.loads((self.folder / "record.json").read_text(encoding="utf-8"))


def environment(folder: Path, *, measured: bool = True, **more: str) -> dict[str, str]:
    """One thread, English, and temporary files that are not where the script's own files are.

    A process without livegrad is not measured: counting lines makes the import of PyTorch a third slower.
    """
    scratch = folder / ".scratch"
    scratch.mkdir(exist_ok=True)
    given = {"OMP_NUM_THREADS": "1", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TMPDIR": str(scratch)}
    kept = {
        k: v
        for k, v in os.environ.items()
        if k not in ("LIVEGRAD_STRICT", "LIVEGRAD_LANG", "LANGUAGE")
        and (measured or not k.startswith("COVERAGE"))
    }
    return kept | given | more


def write(folder: Path, name: str, *parts: str) -> Path:
    """Write a script of several parts."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(textwrap.dedent(part) for part in parts), encoding="utf-8")
    return path


def start(command: list[str], folder: Path, *, measured: bool = True, **variables: str) -> Ended:
    """Run a command in ``folder`` to its end."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder, measured=measured, **variables),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ended(done.returncode, done.stdout, done.stderr, folder)


def plain(folder: Path, *arguments: str, **variables: str) -> Ended:
    """``python ARGUMENTS`` without livegrad."""
    return start([sys.executable, *arguments], folder, measured=False, **variables)


def watched(folder: Path, *arguments: str, **variables: str) -> Ended:
    """``livegrad run ARGUMENTS``."""
    return start([str(LIVEGRAD), "run", "--no-report", *arguments], folder, **variables)


def recorded(folder: Path, *arguments: str, **variables: str) -> Ended:
    """``livegrad run --record record.json ARGUMENTS``."""
    return watched(folder, "--record", "record.json", *arguments, **variables)


def side_by_side(folder: Path, *arguments: str) -> tuple[Ended, Ended]:
    """``python ARGUMENTS`` and ``livegrad run --record record.json ARGUMENTS``, both at once."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        bare, seen = (
            pool.submit(plain, folder, *arguments),
            pool.submit(recorded, folder, *arguments),
        )
        return bare.result(), seen.result()
