"""`--record` is written while the script still runs, so that the lab can follow it; whole or not at all."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest
from running.starting import LIVEGRAD, SMALL

from livegrad.observation.evidence import Recording
from livegrad.records import from_jsonable

LONG = """
import time
from pathlib import Path
model = net(); optimizer = torch.optim.SGD(model.parameters(), 0.1)
while not Path("enough").exists():
    train(model, optimizer, steps=1); time.sleep(0.01)
"""


@pytest.mark.slow
def test_a_training_can_be_followed(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SMALL + LONG)
    command = [LIVEGRAD, "run", "--no-report", "--record", "run.json", "--lang", "en", "train.py"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        seen, until = list[int](), time.monotonic() + 120
        while len(seen) < 2 and time.monotonic() < until:
            time.sleep(0.2)
            if (tmp_path / "run.json").exists():
                text = (tmp_path / "run.json").read_text(encoding="utf-8")
                recording = from_jsonable(Recording, json.loads(text))
                steps = recording.trainings[0].steps
                seen += [steps] if not seen or steps > seen[-1] else []
        (tmp_path / "enough").touch()
        said = process.communicate(timeout=120)[0]
    assert len(seen) == 2, said
    ended = from_jsonable(Recording, json.loads((tmp_path / "run.json").read_text()))
    assert ended.trainings[0].steps >= seen[1]
    assert ended.versions["torch"]  # the last word is the whole recording
    assert ended.files == ()  # ours is none of the script's
    assert not (tmp_path / "run.json.part").exists()
