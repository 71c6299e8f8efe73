"""Run by test_real_training_ranks in two processes: ``python real_training_ranks.py KIND RANK FOLDER``.

Trains a small network on this rank's half of a batch, watched or not, and writes what came of it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from unittest import mock

os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")

import torch
from torch import distributed, nn
from torch.distributed.fsdp import fully_shard
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

import livegrad
from livegrad.observation.recorder import Recorder
from livegrad.records import to_jsonable

STEPS = 3


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(4, 16), nn.Linear(16, 8), nn.Linear(8, 1)
        with torch.no_grad():
            self.first.bias[:3] = -100.0  # dead on every rank
            self.first.bias[3] = -3.5  # asleep on the left half of the data only

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.tanh(self.second(torch.relu(self.first(x)))))


def batches() -> tuple[torch.Tensor, torch.Tensor]:
    """The whole batch (16, 4), sorted so that the second half alone wakes unit 3 of a network from seed 0."""
    x = torch.randn(16, 4, generator=torch.Generator().manual_seed(1))
    x[8:] *= 8
    return x, torch.sin(x.sum(1, keepdim=True))


def train(kind: str, rank: int, *, watch: bool) -> tuple[list[torch.Tensor], Any]:
    """Return (the parameters at the end, the watch)."""
    torch.manual_seed(0)
    model = Net()
    net: Any = model
    if kind == "fsdp":
        for part in (model.first, model.second, model.last):
            fully_shard(part)
        fully_shard(model)
    elif kind.startswith("ddp"):
        net = DistributedDataParallel(model)
    watching = livegrad.watch(model) if watch else None
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    x, y = batches()
    x, y = (x.chunk(2)[rank], y.chunk(2)[rank]) if kind != "alone" else (x, y)
    with mock.patch.object(Recorder, "_is_due", return_value=True):
        for _ in range(STEPS):
            optimizer.zero_grad()
            functional.mse_loss(net(x), y).backward()
            optimizer.step()
    if watching is not None:
        watching.detach()
    ends = [p.full_tensor() if kind == "fsdp" else p.detach() for p in model.parameters()]
    return ends, watching


def main(kind: str, rank: int, folder: Path) -> None:
    """Train twice, without and with a watch; write the evidence and whether the weights are the same bits."""
    torch.set_num_threads(1)
    store = distributed.FileStore(str(folder / "store"), 2)
    distributed.init_process_group("gloo", store=store, rank=rank, world_size=2)
    bare, _ = train(kind, rank, watch=False)
    ends, watching = train(kind, rank, watch=True)
    told: dict[str, Any] = {"same": all(map(torch.equal, bare, ends))}
    if kind != "ddp-first-only" or rank == 0:
        told["evidence"] = to_jsonable(watching.evidence())
        told["codes"] = [f.code for f in watching.diagnose().findings]
    (folder / f"{kind}-{rank}.json").write_text(json.dumps(told))
    distributed.barrier()
    distributed.destroy_process_group()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
