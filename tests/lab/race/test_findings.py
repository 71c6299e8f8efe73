"""The rules of the diagnosis on a lane's past: they find what ails it, and the lane that its button opens does better."""

import subprocess
import sys

import numpy as np
import pytest

from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Finding
from livegrad.lab.race.cures import _LANES, MOST, cures_of
from livegrad.lab.race.evidence import evidence_of
from livegrad.lab.race.findings import examined
from livegrad.lab.race.setup import LanePlan
from livegrad.lab.race.stopping import stopped_of
from livegrad.text import same
from livegrad.treatment.prescription import REMEDIES

SICK = {
    "vanishing-gradient": {"network": {"depth": 12}, "lanes": [{"activation": "sigmoid"}]},
    "learning-rate-too-high": {"training": {"lr": 30.0}, "lanes": [{"activation": "tanh"}]},
    "dead-units": {
        "init": {"weight": 1.4},
        "network": {"depth": 20, "width": 4},
        "lanes": [{"activation": "relu"}],
    },
    "linear-collapse": {"lanes": [{"activation": "identity"}]},
    "unscaled-input": {
        "data": {"task": "moons", "count": 120, "shift": [0, 900], "scale": [300, 1]},
        "lanes": [{"activation": "tanh"}],
    },
    "exploding-gradient": {
        "init": {"weight": 4.0},
        "network": {"depth": 8},
        "training": {"lr": 0.01},
        "lanes": [{"activation": "relu"}],
    },
    "bad-initialization": {
        "init": {"weight": 12.0},
        "network": {"depth": 8},
        "training": {"lr": 0.1},
        "lanes": [{"activation": "relu"}],
    },
}


@pytest.mark.parametrize("code", SICK)
def test_each_illness_is_found(track_of, code):
    track = track_of(60, **SICK[code])
    found = examined(track.lanes[0])
    assert [a.code for a in found.ailments][:1] == [code]
    ailment = found.ailments[0]
    assert ailment.cures
    for text in (ailment.name, ailment.seen, ailment.why, ailment.sure, ailment.cures[0].label):
        assert text.en
        assert text.ko
    assert "{" not in ailment.seen.en + ailment.why.ko


def test_a_lane_that_learns_has_no_grave_finding(track_of):
    track = track_of(
        80, training={"lr": 0.1}, lanes=[{"activation": "tanh"}, {"activation": "elu"}]
    )
    for lane in track.lanes:
        found = examined(lane)
        assert found.learning
        assert not [a for a in found.ailments if a.severity != "note"]


@pytest.mark.parametrize("code", [c for c in SICK if c != "dead-units"])
def test_one_of_the_cures_learns(track_of, code):
    track = track_of(60, **SICK[code])
    sick = track.lanes[0].history.curve[-1, 0, 0]
    cures = examined(track.lanes[0]).ailments[0].cures
    cured = []
    for cure in cures:
        track.add(_read(cure.own, track))
        cured.append(track.lanes[-1].history.curve[-1, 0, 0])
    best = np.nanmin(np.array(cured))
    assert best < 0.55
    assert not best > 0.9 * sick


def _read(own, track):
    from livegrad.lab.desk import Given
    from livegrad.lab.race.reading import lane_in

    copied = dict(track.setup.written()["lanes"][0])
    return lane_in(Given(copied | dict(own)), track.setup.common)


def test_the_evidence_is_judged_by_the_rules_themselves(track_of):
    lane = track_of(30, **SICK["vanishing-gradient"]).lanes[0]
    assert examined(lane).diagnosis == diagnose(evidence_of(lane))


def test_the_evidence_says_what_was_measured(track_of):
    lane = track_of(12, lanes=[{"activation": "relu"}]).lanes[0]
    evidence = evidence_of(lane)
    assert [layer.name for layer in evidence.layers] == ["1", "2", "3", "4"]
    assert evidence.sampled == tuple(9 * e for e in (0, 1, 2, 3, 4, 6, 8, 12))
    assert evidence.layers[-1].is_output
    assert evidence.steps == 12 * 9
    first = evidence.layers[0]
    assert len(first.gradient) == len(first.moved) == len(first.asleep) == 8
    assert first.moved[0] == 0
    assert first.moved[-1] > 0
    assert first.update[0] == pytest.approx(first.moved[1], rel=20)
    assert evidence.loss.baseline == pytest.approx(np.log(2), abs=0.01)
    assert evidence.score.value == lane.history.curve[-1, 0, 2]
    assert evidence.output.loss == "binary_cross_entropy_with_logits"


def test_remedies_that_no_lane_can_have_are_named():
    left = set(REMEDIES) - set(_LANES)
    assert left == {
        "clip-gradients",
        "correct-output",
        "fill-gaps",
        "full-precision",
        "hold-all-parameters",
        "hold-rate",
        "lsuv",
        "match-shapes",
        "normalise-as-identity",
        "orthogonal-recurrence",
        "recentre-biases",
        "relu-to-prelu",
        "reset-dead-units",
        "scale-loss",
        "sigmoid-to-tanh",
        "take-out-factor",
        "warm-up",
        "wider-numbers",
        "zero-gradients",
    }


def test_cures_change_something_and_are_few(track_of):
    lane = track_of(30, **SICK["vanishing-gradient"]).lanes[0]
    finding = Finding(
        code="vanishing-gradient",
        severity="error",
        place="1",
        seen=same("x"),
        harm=same("x"),
        advice=same("x"),
        remedies=tuple(REMEDIES),
    )
    found = cures_of(finding, evidence_of(lane), lane.plan)
    assert 1 < len(found) <= MOST
    assert len({cure.remedy for cure in found}) == len(found)
    has_it = LanePlan(skip="rezero", activation="sigmoid")
    assert "rezero" not in {c.remedy for c in cures_of(finding, evidence_of(lane), has_it)}


def test_a_lane_that_diverged_says_where_and_why(track_of):
    track = track_of(3, training={"lr": 1e3}, lanes=[{"activation": "x*x"}, {"activation": "tanh"}])
    lost, fine = track.lanes
    found = stopped_of(track, lost)
    assert stopped_of(track, fine) is None
    assert lost.diverged
    assert found.epoch == -(-int(lost.state.diverged[0]) // track.per_epoch)
    assert 1 <= found.layer <= 4
    assert found.numbers["step"] == pytest.approx(1e3 * found.numbers["gradient"])
    assert found.numbers["ratio"] > 1
    assert found.cure.own["lr"] < 1e3
    track.add({"activation": "x*x", **found.cure.own})
    assert not track.lanes[-1].diverged
    assert str(found.epoch) in found.cause.ko


def test_no_torch_comes_in():
    code = (
        "import sys\n"
        "from livegrad.lab.desk import Given\n"
        "from livegrad.lab.race.reading import setup_in\n"
        "from livegrad.lab.race.track import Track\n"
        "from livegrad.lab.race.findings import examined\n"
        "from livegrad.lab.race.exporting import exported\n"
        "import livegrad.lab.desks.race\n"
        "track = Track(setup_in(Given({'network': {'depth': 12}})))\n"
        "track.advance(30)\n"
        "assert examined(track.lanes[0]).ailments\n"
        "[exported(track, what, 0) for what in ('csv', 'script', 'notebook')]\n"
        "assert 'torch' not in sys.modules and 'sklearn' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
