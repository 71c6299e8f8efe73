"""The cure of a script is proven from other starts: its own seeds are shifted, and its files stay as they were."""

import json
import subprocess
import sys
from pathlib import Path

from running.starting import STUCK, watched, write

DRAWS = """
import random, sys
import numpy as np
import torch
from livegrad.observation.seed_watch import SeedWatch
watch = SeedWatch(int(sys.argv[1]))
watch.begin()
heard = watch.heard
from torch import manual_seed
manual_seed(3); np.random.seed(3); random.seed(3)
drawn = [torch.rand(1).item(), np.random.rand(), random.random(), np.random.default_rng(3).random()]
np.random.seed([1, 2]); np.random.default_rng(); random.seed(); np.random.seed(2**32 - 1)
print([heard, watch.heard, drawn])
"""


def drawn(offset: int, *, seed: int = 3) -> list[object]:
    """What a fresh process draws with the offset, after seeding everything with ``seed``."""
    script = DRAWS.replace("(3)", f"({seed})")
    told = subprocess.run(
        [sys.executable, "-c", script, str(offset)], capture_output=True, text=True, check=True
    )
    return json.loads(told.stdout.lower())


def test_an_offset_is_another_seed_for_torch_numpy_and_random() -> None:
    plain, moved = drawn(0), drawn(2)
    assert plain[:2] == [False, True]
    assert all(a != b for a, b in zip(plain[2], moved[2], strict=True))
    assert moved == drawn(0, seed=5)


TRAINS = """
for _ in range(120):
    optimizer.zero_grad()
    cross_entropy(model(x), y).backward()
    optimizer.step()
open("drawn.txt", "w").write(str(x[0, 0].item()))
"""


def test_the_cure_is_run_beside_nothing_from_another_start(tmp_path: Path) -> None:
    write(tmp_path, "script.py", STUCK, TRAINS)
    ended = watched(
        tmp_path, "--treat", "--seeds", "2", "--budget", "10m", "--json", "out.json", "script.py"
    )
    assert ended.code == 0, ended.err
    proof = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["proof"]
    found = proof["repeats"]
    assert [start["seed"] for start in found["starts"]] == [0, 1]
    assert (found["improved"], found["harmed"], found["seeding"]) == (2, 0, "script")
    assert found["gain"]["low"] > 0.2
    assert proof["runs"] == 3
    kept = sorted((tmp_path / "livegrad-files").iterdir())
    texts = [(folder / "drawn.txt").read_text() for folder in kept]
    mine = (tmp_path / "drawn.txt").read_text()
    assert [name.name.partition("-")[0] for name in kept] == ["1", "2", "3"]
    assert texts[0] == mine
    assert texts[1] == texts[2] != mine
    assert "proving it from seed 1" in ended.err
