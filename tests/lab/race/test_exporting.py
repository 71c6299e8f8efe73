"""What is taken along gives the page's numbers: the table, the script run by Python with PyTorch, the notebook's cells."""

import csv
import json
import subprocess
import sys
import types

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.lab.race.exporting import exported

LANES = [
    {"activation": "tanh"},
    {
        "activation": "x*sigmoid(2*x)",
        "init": {"weight": 1.2, "bias": 0.1, "orthogonal": True},
        "norm": "batch",
        "skip": "rezero",
        "optimizer": "momentum",  # Adam makes steps of rounding noise: a bias in front of batch norm has no gradient but that
    },
    {
        "activation": "prelu",
        "init": "pytorch",
        "skip": "residual",
        "optimizer": "adam",
        "lr": 0.01,
    },
]


OTHERS = {"blobs": "he", "two-sample-regression": {"weight": 1.0}}


def test_the_script_prints_the_pages_number(track_of, tmp_path):
    """All scripts in one process: importing PyTorch takes longer than they do."""
    pytest.importorskip("torch")
    tracks = [track_of(12, lanes=LANES)]
    for task, init in OTHERS.items():
        tracks.append(track_of(6, data={"task": task, "count": 90, "shift": [1, 0]}, init=init))
    paths, wanted = [], []
    for track in tracks:
        for number, lane in enumerate(track.lanes):
            text = exported(track, "script", number)["text"]
            assert "livegrad" not in "".join(t for t in text.splitlines() if not t.startswith("#"))
            paths.append(tmp_path / f"script_{len(paths)}.py")
            paths[-1].write_text(text, encoding="utf-8")
            wanted.append(lane.history.curve[-1, 0])
    code = "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)"
    command = [sys.executable, "-c", code, *map(str, paths)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for line, (_, loss, score) in zip(said, wanted, strict=True):
        _, shown_score, _, shown_loss = line.split()
        assert float(shown_score) == pytest.approx(score, abs=1e-3)
        assert float(shown_loss) == pytest.approx(loss, abs=1e-3)


def test_what_no_line_of_torch_says_is_refused(track_of):
    track = track_of(lanes=[{"activation": "sinc"}])
    with pytest.raises(BadInput, match="sinc"):
        exported(track, "script", 0)


def test_the_table_holds_every_curve_and_ladder(track_of):
    track = track_of(10)
    found = exported(track, "csv", 0)
    lines = found["text"].splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert json.loads(comments[1][2:]) == track.setup.written()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    loss = [float(r["value"]) for r in rows if r["lane"] == "2" and r["quantity"] == "loss"]
    np.testing.assert_allclose(loss, track.lanes[1].history.curve[:, 0, 0], rtol=1e-6)
    ladder = [r for r in rows if r["lane"] == "1" and r["quantity"] == "log10_gradient"]
    assert [r["at"] for r in ladder] == ["1", "2", "3"]
    assert float(ladder[-1]["value"]) == 0
    assert {r["quantity"] for r in rows} >= {"accuracy", "held_loss", "theory", "log10_moved"}


def test_the_notebook_runs_and_gives_the_same_numbers(track_of):
    track = track_of(8)
    notebook = json.loads(exported(track, "notebook", 0)["text"])
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code"]
    assert len({cell["id"] for cell in notebook["cells"]}) == 3
    names = {}
    exec(notebook["cells"][1]["source"], names)  # noqa: S102 - a cell is there to be run
    for mine, theirs in zip(names["track"].lanes, track.lanes, strict=True):
        assert np.array_equal(mine.history.curve, theirs.history.curve)


def test_the_notebook_draws_a_line_and_a_band_for_each_lane(track_of, monkeypatch):
    drawn = []

    class Plot(types.ModuleType):
        def __getattr__(self, name):
            return lambda *values, **_: drawn.append((name, values)) or [self]

        def get_color(self):
            return "C0"

    plot = Plot("matplotlib.pyplot")
    package = types.ModuleType("matplotlib")
    package.pyplot = plot
    monkeypatch.setitem(sys.modules, "matplotlib", package)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", plot)
    track, names = track_of(8), {}
    for cell in json.loads(exported(track, "notebook", 0)["text"])["cells"][1:]:
        exec(cell["source"], names)  # noqa: S102 - a cell is there to be run
    lines = [values for name, values in drawn if name == "plot"]
    bands = [values for name, values in drawn if name == "fill_between"]
    assert len(lines) == len(bands) == 2
    for (_, loss), (_, low, high) in zip(lines, bands, strict=True):
        assert (low <= loss).all()
        assert (loss <= high).all()
