"""Memory of a watched training after 2,000 and after 10,000 steps, at default settings, in this process.

    python bench/watch_memory.py [STEPS]

Prints resident memory, memory that Python holds, and how many objects and tensors live.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

import livegrad


def resident() -> float:
    """Resident memory of this process in MiB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def main(steps: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    x, y = torch.randn(32, 8), torch.randint(0, 2, (32,))
    tracemalloc.start()
    print(f"{'steps':>8} {'resident MiB':>13} {'Python KiB':>11} {'objects':>9} {'tensors':>8}")
    with livegrad.watch(model):
        for step in range(1, steps + 1):
            optimizer.zero_grad()
            functional.cross_entropy(model(x), y).backward()
            optimizer.step()
            if step in (2_000, steps // 2, steps):
                gc.collect()
                held = tracemalloc.get_traced_memory()[0] / 1024
                living = gc.get_objects()
                tensors = sum(issubclass(type(o), torch.Tensor) for o in living)
                print(f"{step:8d} {resident():13.1f} {held:11.0f} {len(living):9d} {tensors:8d}")
                del living


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
