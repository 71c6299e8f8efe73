"""The clinic's side of the server."""

from __future__ import annotations

import gzip
import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livegrad.codes import CODES
from livegrad.diagnosis.engine import diagnose
from livegrad.errors import BadInput
from livegrad.lab.clinic import reading
from livegrad.lab.clinic.case import case, title_of
from livegrad.lab.clinic.keeping import Pieces
from livegrad.lab.clinic.reading import bundled, recording_in, started_with
from livegrad.lab.desk import DESKS, Given, Job
from livegrad.lab.frame import encoded
from livegrad.observation.evidence import Evidence, Layer, Loss, Recording
from livegrad.records import to_jsonable

ACTIONS = DESKS["clinic"].actions


class Visit:
    """A page whose jobs run in threads, as in the lab."""

    def __init__(self) -> None:
        self.desk = dict[str, Any]()
        self.shown = list[Any]()
        self.jobs = dict[str, tuple[Job, threading.Thread]]()

    def show(self, channel: str, value: object) -> None:
        assert channel == "clinic"
        self.shown.append(value)

    def begin(self, name: str, run: Callable[[Job], None]) -> Job:
        self.end(name)
        job = Job(name=name, visit=self)

        def quiet() -> None:
            try:
                run(job)
            except Exception as problem:  # noqa: BLE001 - what it raised is looked at
                self.desk["raised"] = type(problem).__name__

        thread = threading.Thread(target=quiet)
        thread.start()
        self.jobs[name] = (job, thread)
        return job

    def end(self, name: str) -> None:
        if name in self.jobs:
            job, thread = self.jobs.pop(name)
            job.cancelled.set()
            thread.join(5)
            assert not thread.is_alive()


def _asked(visit: Visit, action: str, **given: object) -> Any:
    return ACTIONS[action](visit, Given(given))


def _written(recording: Recording) -> str:
    return json.dumps(to_jsonable(recording))


@pytest.fixture
def lab_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recording that the lab was started with."""
    path = tmp_path / "run.json"
    path.write_text(_written(bundled()))
    monkeypatch.setattr(reading, "_allowed", set())
    reading.allow(str(path))
    return path


def test_the_example_is_small_and_its_disease_is_found() -> None:
    found = _asked(Visit(), "example")
    assert found["case"]["findings"][0]["code"] == "vanishing-gradient"
    assert found["versions"]["torch"].startswith("2.")
    assert found["follows"] is False
    assert len(encoded(found)) < 100_000
    file = Path(reading.__file__).parents[1] / "recordings" / "digits_sigmoid.json.gz"
    assert file.stat().st_size < 200_000


def test_the_findings_are_those_of_everywhere() -> None:
    evidence = bundled().trainings[0]
    told = case(evidence)
    found = diagnose(evidence)
    assert [one["code"] for one in told["findings"]] == [one.code for one in found.findings]
    assert told["findings"][0]["seen"] == found.findings[0].seen
    assert told["state"] == found.state
    assert (told["healthy"], told["learning"]) == (found.healthy, found.learning)


def test_gradients_are_told_over_the_last_layers() -> None:
    told = case(bundled().trainings[0])
    relative = told["relative"]
    assert relative.shape == (11, len(told["sampled"]))
    seen = np.isfinite(relative[0])
    assert seen.any()
    assert np.allclose(relative[-1][seen], 0)
    assert (relative[0][seen] < -6).all()
    assert told["still"][0] is True
    assert told["still"][-1] is False


def test_gaps_and_zeros_stay_what_they_are() -> None:
    layers = (
        Layer(name="a", kind="Linear", gradient=(-math.inf, None, -2.0), moved=(0.0, 0.1, 0.2)),
        Layer(name="b", kind="Linear", gradient=(-1.0, -1.0, -math.inf), is_output=True),
    )
    told = case(Evidence(model="Net", steps=3, sampled=(0, 1, 2), layers=layers))
    first = told["relative"][0]
    assert first[0] == -math.inf
    assert np.isnan(first[1:]).all()  # not seen; and over a last layer that is exactly 0
    assert np.isnan(told["slope"]).all()
    assert told["still"] == [False, None]
    assert told["loss"] is None
    assert encoded(told)


def test_events_stand_where_they_happened() -> None:
    layers = (
        Layer(name="fc", kind="Linear", units=8, activation="relu", dead=3, dead_since=20),
        Layer(name="out", kind="Linear", is_output=True),
    )
    loss = Loss(steps=(0, 1), values=(1.0, math.nan), first_non_finite=1)
    told = case(Evidence(model="Net", steps=30, sampled=(0, 20), layers=layers, loss=loss))
    assert [event["step"] for event in told["events"]] == [1, 20]
    assert "fc" in told["events"][1]["text"].ko


def test_a_long_loss_travels_thinned() -> None:
    loss = Loss(steps=tuple(range(5000)), values=(1.0,) * 5000)
    told = case(Evidence(model="Net", steps=5000, loss=loss))["loss"]
    assert len(told["steps"]) == len(told["values"]) == 1000
    assert told["every"] == 5


@pytest.mark.parametrize("code", list(CODES))
def test_every_code_has_a_title(code: str) -> None:
    title = title_of(code)
    assert title.en[0].isupper()
    assert "(" not in title.ko
    assert title.ko


def test_a_recording_without_layers_is_no_health() -> None:
    told = case(Evidence(model="Net", steps=5))
    assert told["relative"].shape == (0, 0)
    assert encoded(told)


# ------------------------------------------------------------ what is no recording


def _changed(**values: object) -> str:
    return json.dumps({**to_jsonable(bundled()), **values})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("   \n", "is empty"),
        ("epoch 1  loss 0.5", "it is no JSON, or it was cut off at line 1"),
        (_changed()[:5000], "cut off at line 1"),
        ("[1, 2]", "no recording of a training"),
        ('"text"', "no recording of a training"),
        ('{"script": "a.py"}', "no recording of a training"),
        (_changed(schema_version="1"), "no recording of a training"),
        (_changed(schema_version=2), "newer livegrad (format 2; this one reads 1)"),
        (_changed(schema_version=0), "older livegrad (format 0"),
        (_changed(trainings=[]), "no optimizer took a step"),
        (_changed(trainings=[{"steps": 3}]), "damaged"),
        (_changed(trainings=7), "damaged"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_what_is_no_recording_is_told_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        recording_in(text)
    assert says in refused.value.text.en
    assert "\n" not in refused.value.text.en
    assert refused.value.text.ko != refused.value.text.en


@pytest.mark.parametrize(
    "layers",
    [
        "abc",
        [{"name": "a", "kind": "Linear", "gradient": ["x", "y"]}],
        [{"name": "a", "kind": "Linear", "gradient": 3}],
        [{"kind": "Linear"}],
    ],
)
def test_a_damaged_training_is_told_too(layers: object) -> None:
    value = to_jsonable(bundled())
    value["trainings"][0]["layers"] = layers
    visit = Visit()
    _asked(visit, "example")
    before = visit.desk["clinic"]
    with pytest.raises(BadInput) as refused:
        _asked(visit, "take", part=0, of=1, text=json.dumps(value), name="x.json")
    assert "damaged" in refused.value.text.en
    assert visit.desk["clinic"] is before  # what was open stays open


def test_a_report_with_a_recording_in_it_is_opened_too() -> None:
    inside = json.dumps({"command": "livegrad run a.py", "recording": to_jsonable(bundled())})
    assert recording_in(inside) == bundled()


def test_a_file_larger_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 1000)
    with pytest.raises(BadInput, match="MB"):
        recording_in(_written(bundled()))


# ------------------------------------------------------------ ways in


def test_a_chosen_file_comes_in_pieces() -> None:
    text, visit = _written(bundled()), Visit()
    cut = [text[k : k + 30_000] for k in range(0, len(text), 30_000)]
    assert len(cut) > 2
    answers = [
        _asked(visit, "take", part=k, of=len(cut), text=piece, name="own.json")
        for k, piece in enumerate(cut)
    ]
    assert answers[:-1] == [None] * (len(cut) - 1)
    assert answers[-1]["name"] == "own.json"
    assert answers[-1]["case"]["steps"] == 1290


def test_pieces_out_of_turn_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = Pieces()
    pieces.take(0, 3, "a")
    with pytest.raises(BadInput, match="Piece 3"):
        pieces.take(2, 3, "c")
    assert pieces.take(0, 1, "b") == "b"  # a new file begins anew
    monkeypatch.setattr("livegrad.lab.clinic.keeping.MOST", 3)
    with pytest.raises(BadInput, match="larger than"):
        pieces.take(0, 2, "abcd")
    with pytest.raises(BadInput):
        _asked(Visit(), "take", part=0, of=1, text="x" * 500_001)


def test_only_the_recording_of_the_command_line_is_opened(lab_with: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(_written(bundled()))
    assert started_with(str(lab_with))
    for path in (str(other), "/etc/passwd", "", "run.json"):
        with pytest.raises(BadInput, match="started with"):
            _asked(Visit(), "open", recording=path)
    found = _asked(Visit(), "open", recording=str(lab_with))
    assert found["follows"] is True
    assert found["name"] == "run.json"


def test_a_packed_recording_opens_and_a_cut_one_does_not(lab_with: Path) -> None:
    packed = gzip.compress(_written(bundled()).encode())
    lab_with.write_bytes(packed)
    assert _asked(Visit(), "open", recording=str(lab_with))["case"]["steps"] == 1290
    lab_with.write_bytes(packed[:500])
    with pytest.raises(BadInput, match="cannot be opened"):
        _asked(Visit(), "open", recording=str(lab_with))
    lab_with.unlink()
    with pytest.raises(BadInput, match="No such file"):
        _asked(Visit(), "open", recording=str(lab_with))


def test_one_of_several_trainings_is_chosen() -> None:
    first = bundled().trainings[0]
    second = Evidence(model="Critic", steps=4, sampled=(0,))
    text = _written(replace(bundled(), trainings=(first, second)))
    visit = Visit()
    with pytest.raises(BadInput, match="No recording is open"):
        _asked(visit, "training", training=0)
    found = _asked(visit, "take", part=0, of=1, text=text, training=1)
    assert found["case"]["model"] == "Critic"
    assert [one["model"] for one in found["trainings"]] == ["Sequential", "Critic"]
    assert _asked(visit, "training", training=0)["case"]["model"] == "Sequential"
    with pytest.raises(BadInput, match="no training 3"):
        _asked(visit, "training", training=2)
    assert _asked(visit, "take", part=0, of=1, text=text, training=99)["training"] == 1


# ------------------------------------------------------------ a file that is followed


def _soon(visit: Visit, fits: Callable[[Any], bool]) -> Any:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for value in list(visit.shown):
            if fits(value):
                return value
        time.sleep(0.02)
    raise AssertionError(visit.shown)


def test_a_file_that_changes_is_shown_again(lab_with: Path) -> None:
    visit = Visit()
    _asked(visit, "open", recording=str(lab_with))
    assert _asked(visit, "follow", on=True) == {"on": True}
    time.sleep(0.1)
    lab_with.write_text(_written(bundled())[:700])  # half written
    waiting = _soon(visit, lambda value: "waiting" in value)
    assert "cut off" in waiting["waiting"].en
    longer = replace(bundled(), trainings=(replace(bundled().trainings[0], steps=2000),))
    lab_with.write_text(_written(longer))
    found = _soon(visit, lambda value: "opened" in value)
    assert found["opened"]["case"]["steps"] == 2000
    _asked(visit, "follow", on=False)
    assert visit.desk["raised"] == "Cancelled"
    assert not visit.jobs


def test_a_file_that_goes_away_and_comes_back_is_waited_for(lab_with: Path) -> None:
    visit = Visit()
    _asked(visit, "open", recording=str(lab_with))
    _asked(visit, "follow", on=True)
    time.sleep(0.1)
    lab_with.unlink()
    assert "No such file" in _soon(visit, lambda value: "waiting" in value)["waiting"].en
    lab_with.write_text(_written(bundled()))
    _soon(visit, lambda value: "opened" in value)
    _asked(visit, "example")  # opening another one ends it
    assert not visit.jobs


def test_only_a_file_of_the_command_line_is_followed() -> None:
    visit = Visit()
    _asked(visit, "example")
    with pytest.raises(BadInput, match="can be followed"):
        _asked(visit, "follow", on=True)


def test_the_clinic_works_without_torch() -> None:
    code = (
        "import sys; from livegrad.lab.clinic.reading import bundled;"
        "from livegrad.lab.clinic.case import case; from livegrad.lab.desk import DESKS;"
        "case(bundled().trainings[0]); DESKS['clinic'], DESKS['space'], DESKS['guide'];"
        "print('torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
