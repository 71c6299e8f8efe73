"""The race as the page asks for it: every answer and frame can travel, and pausing shows exact numbers."""

import threading
import time

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.lab.desk import DESKS
from livegrad.lab.experiment import Cancelled

LANE = {
    "at", "loss", "loss_low", "loss_high", "held_loss", "accuracy", "score_name", "home", "home_ms",
    "state",
    "stopped", "gradient", "weight_gradient", "moved", "still", "units", "locked", "dead",
    "saturated", "locked_layers", "words", "field",
}  # fmt: skip


def exact(frame):
    return frame["exact"] and not frame["running"]


def test_start_tells_limits_and_menus():
    start = DESKS["race"].start()
    assert start["limits"]["depth"] == 100
    assert [task["id"] for task in start["tasks"]][:2] == ["moons", "xor"]
    assert {"tanh", "prelu", "relu"} <= set(start["activations"])
    assert "softmax" not in start["activations"]
    assert start["setup"]["network"] == {"depth": 6, "width": 8, "norm": None, "skip": None}


def test_opening_answers_and_shows_epoch_zero(page, small):
    answer = page.ask("open", setup=small)
    assert answer["setup"]["training"] == {"optimizer": "sgd", "lr": 0.03, "batch": 10}
    first, second = answer["lanes"]
    assert (first["name"].en, first["layers"], first["units"]) == ("tanh", 3, [6, 6, 6])
    assert first["differs"] is None
    assert second["differs"].en == "activation function: relu, not tanh"
    assert first["theory"]["gradient"].shape == (3,)
    np.testing.assert_allclose(first["curve"]["f"], np.tanh(first["curve"]["x"]), atol=1e-6)
    assert first["curve"]["slope"].max() == pytest.approx(1)
    assert (first["theory"]["low"] <= first["theory"]["high"]).all()
    data = answer["data"]
    assert data["points"].shape == (120, 2)
    assert data["classes"] == ["lower", "upper"]
    frame = page.wait("race", exact)
    assert frame["epoch"] == 0
    assert set(frame["lanes"][0]) == LANE
    assert frame["lanes"][0]["field"].shape == (48, 48)
    assert frame["lanes"][0]["units"].shape == (3, 6)
    assert frame["probe"] == frame["points"] == 90
    looked = frame["looked"]
    assert looked["tiles"].shape == (3, 6, 24, 24)
    assert looked["histogram"]["counts"].sum() == 90 * 6


def test_running_pausing_stepping(page, small):
    page.ask("open", setup=small)
    assert page.ask("run", speed=0) == {"running": True}
    frame = page.wait("race", lambda f: f["running"] and f["epoch"] > 20 and f["rate"] > 0)
    assert frame["probe"] == 64
    paused = page.ask("pause")
    frame = page.wait("race", lambda f: exact(f) and f["epoch"] == paused["epoch"])
    assert frame["probe"] == 90
    stepped = page.ask("step")
    assert stepped["epoch"] == paused["epoch"] + 1
    page.wait("race", lambda f: exact(f) and f["epoch"] == stepped["epoch"])
    assert page.places.taken == 0


def test_speed_and_until(page, small):
    page.ask("open", setup=small)
    page.ask("run", speed=1, until=12)
    began = time.perf_counter()
    frame = page.wait("race", lambda f: exact(f) and f["epoch"] == 12)
    assert time.perf_counter() - began > 9 / 30
    assert frame["lanes"][0]["at"].tolist() == list(range(13))


def test_same_is_the_same_and_fresh_is_not(page, small):
    page.ask("open", setup=small)
    for _ in range(2):
        page.ask("run", speed=0, until=30)
        page.wait("race", lambda f: exact(f) and f["epoch"] == 30)
        answer = page.ask("same")
        assert answer["epoch"] == 0
    ends = [f for f in page.frames["race"] if exact(f) and f["epoch"] == 30]
    first, last = ends[0], ends[-1]
    for one, other in zip(first["lanes"], last["lanes"], strict=True):
        for name in ("loss", "loss_low", "gradient", "field", "units"):
            assert np.array_equal(one[name], other[name])
    assert page.ask("fresh")["setup"]["seed"] == 22


def test_a_cure_opens_a_lane_from_the_same_start(page, small):
    sick = {"network": {"depth": 12, "width": 8}, "lanes": [{"activation": "sigmoid"}]}
    page.ask("open", setup=small | sick)
    page.ask("run", speed=0, until=60)
    frame = page.wait("race", lambda f: exact(f) and f["epoch"] == 60 and f["findings"])
    assert frame["lanes"][0]["state"] == "stuck"
    finding = frame["findings"][0]
    assert (finding["lane"], finding["code"], finding["layer"]) == (0, "vanishing-gradient", 1)
    answer = page.ask("lane", **{"from": 0, "with": finding["cures"][0]["with"]})
    assert len(answer["lanes"]) == 2
    frame = page.wait("race", lambda f: exact(f) and len(f["lanes"]) == 2)
    assert frame["epoch"] == 60
    assert frame["lanes"][1]["at"][-1] == 60
    assert frame["lanes"][1]["loss"][-1] < frame["lanes"][0]["loss"][-1]
    assert len(page.ask("drop", lane=0)["lanes"]) == 1


def test_lanes_may_change_while_it_runs(page, small):
    page.ask("open", setup=small)
    page.ask("run", speed=10)
    answer = page.ask("lane", **{"from": 1, "with": {"init": "he", "depth": 5}})
    assert answer["running"]
    assert answer["lanes"][2]["layers"] == 5
    frame = page.wait("race", lambda f: f["running"] and len(f["lanes"]) == 3)
    assert frame["lanes"][2]["gradient"].shape == (5,)
    page.ask("drop", lane=2)
    page.ask("pause")


def test_home_is_told_in_epochs_and_milliseconds(page, small):
    page.ask("open", setup=small | {"target": 0.7, "training": {"lr": 0.1}})
    page.ask("run", speed=0, until=60)
    frame = page.wait("race", lambda f: exact(f) and f["epoch"] == 60)
    first = frame["lanes"][0]
    assert first["state"] == "home"
    assert 0 < first["home"] <= 60
    assert first["home_ms"] > 0
    page.ask("step")
    later = page.wait("race", lambda f: exact(f) and f["epoch"] == 61)
    assert later["lanes"][0]["home_ms"] == first["home_ms"]


def test_the_inspector_follows(page, small):
    deep = {"network": {"depth": 40, "width": 4}}
    page.ask("open", setup=small | deep)
    assert page.ask("look", lane=1, layer=17) == {"lane": 1, "layer": 17}
    frame = page.wait("race", lambda f: f["looked"]["layer"] == 17)
    assert frame["looked"]["tiles"].shape == (1, 4, 24, 24)
    assert frame["looked"]["layers"].tolist() == [17]
    assert frame["lanes"][0]["field"].shape == (24, 24)
    assert page.ask("look", lane=0, layer=None) == {"lane": 0, "layer": 1}
    with pytest.raises(BadInput, match="1 to 40"):
        page.ask("look", lane=0, layer=41)


def test_a_diverged_lane_stops_alone(page, small):
    lanes = {"lanes": [{"activation": "x*x", "lr": 1000}, {"activation": "tanh"}]}
    page.ask("open", setup=small | lanes)
    page.ask("run", speed=0, until=40)
    frame = page.wait("race", lambda f: exact(f) and f["epoch"] == 40)
    lost, fine = frame["lanes"]
    assert lost["state"] == "diverged"
    assert lost["stopped"]["epoch"] == 1
    assert lost["stopped"]["cure"]["with"]
    assert fine["state"] in ("racing", "home")
    assert fine["stopped"] is None


def test_a_race_in_which_nothing_goes_on_ends(page, small):
    page.ask("open", setup=small | {"lanes": [{"activation": "x*x", "lr": 1000}]})
    page.ask("run", speed=0)
    frame = page.wait("race", lambda f: exact(f) and f["epoch"] > 0)
    assert frame["lanes"][0]["state"] == "diverged"
    page.wait("race", lambda f: not f["running"])
    assert page.ask("step")["epoch"] == frame["epoch"]


@pytest.mark.parametrize(
    "setup",
    [
        {"data": {"task": "blobs", "count": 90}},
        {"data": {"task": "two-sample-regression", "count": 90}},
        {"lanes": [{"activation": "prelu"}, {"activation": "step"}]},
        {"network": {"depth": 1, "width": 1}},
        {"network": {"depth": 5, "width": 6, "norm": "batch", "skip": "rezero"}},
    ],
)
def test_other_races_run_too(page, small, setup):
    page.ask("open", setup=small | setup)
    page.ask("run", speed=0, until=10)
    frame = page.wait("race", lambda f: exact(f) and f["epoch"] == 10)
    assert np.isfinite(frame["lanes"][0]["field"]).all()


def test_a_new_race_ends_the_old_one_and_a_bad_one_does_not(page, small):
    page.ask("open", setup=small)
    page.ask("run", speed=1)
    with pytest.raises(BadInput):
        page.ask("open", setup={"network": {"depth": 0}})
    assert page.places.taken == 1
    page.ask("open", setup=small)
    assert page.places.taken == 0


def test_a_closed_page_frees_all(page, small):
    page.ask("open", setup=small)
    page.ask("run", speed=0)
    page.wait("race", lambda f: f["running"])
    page.visit.close()
    deadline = time.monotonic() + 30
    while page.places.taken and time.monotonic() < deadline:
        time.sleep(0.01)
    assert page.places.taken == 0
    assert not page.visit.desk


def test_without_a_race_a_sentence(page):
    with pytest.raises(BadInput, match="Open one first"):
        page.ask("run", speed=0)


def test_a_lane_being_caught_up_holds_nobody_up(page, small, monkeypatch):
    """Opening another race ends it; the old race is as it was."""
    page.ask("open", setup=small)
    race = page.visit.desk["race"]
    begun, errors = threading.Event(), []

    def endless(own, stop):
        del own
        begun.set()
        while not stop():
            time.sleep(0.005)
        raise Cancelled

    monkeypatch.setattr(race.track, "add", endless)

    def add():
        try:
            page.ask("lane", **{"from": 0, "with": {"lr": 0.5}})
        except Cancelled as error:
            errors.append(error)

    asking = threading.Thread(target=add)
    asking.start()
    assert begun.wait(5)
    page.ask("open", setup=small)
    asking.join(5)
    assert not asking.is_alive()
    assert len(errors) == 1
    assert len(race.track.lanes) == 2
    assert page.visit.desk["race"] is not race
