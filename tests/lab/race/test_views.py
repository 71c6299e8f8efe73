"""What is drawn is what the network answers; what is counted is what its slopes say; theory stands beside what it predicts."""

import dataclasses
import gc
import weakref

import numpy as np
import pytest

from livegrad.lab.race.counting import (
    ALIVE,
    ASLEEP,
    DEAD,
    SATURATED,
    counts_of,
    dead_units,
)
from livegrad.lab.race.frames import frame_of
from livegrad.lab.race.naming import difference_of, names_of
from livegrad.lab.race.pictures import field_of, inspected
from livegrad.lab.race.theory import theory_of
from livegrad.lab.race.views import Views


def cell(track, points, cells):
    left, right, bottom, top = track.data.extent
    column = ((points[:, 0] - left) / (right - left) * cells).astype(int)
    row = ((top - points[:, 1]) / (top - bottom) * cells).astype(int)
    return row, column


@pytest.mark.parametrize("scaling", ["given", "standard"])
def test_the_field_is_the_answer_at_its_place(track_of, scaling):
    data = {"task": "moons", "count": 120, "shift": [1, -2], "scale": [1, 2]}
    lanes = [{"activation": "tanh", "scaling": scaling}]
    track = track_of(60, data=data, lanes=lanes, training={"lr": 0.1})
    lane = track.lanes[0]
    picture = field_of(lane, track.data)
    at = picture[cell(track, track.data.given.train_inputs, 48)]
    right = (at > 0) == (lane.split.train_targets.ravel() > 0.5)
    assert right.mean() > 0.85
    assert (np.abs(picture) <= 1).all()


def test_with_several_classes_it_is_their_number(track_of):
    track = track_of(60, data={"task": "blobs", "count": 90}, training={"lr": 0.1})
    picture = field_of(track.lanes[0], track.data)
    at = picture[cell(track, track.data.given.train_inputs, 48)]
    assert (at == track.data.given.train_targets.ravel()).mean() > 0.9
    assert set(np.unique(picture)) <= {0, 1, 2}


def test_tiles_and_histogram_are_of_the_layer_looked_at(track_of):
    track = track_of(5, network={"depth": 10, "width": 4})
    lane = track.lanes[1]
    seen = lane.look()
    found = inspected(1, lane, track.data, seen, 7)
    assert found.layers.tolist() == [7]
    assert found.tiles.shape == (1, 4, 24, 24)
    assert np.abs(found.tiles).max() <= 1
    histogram = found.histogram
    z = seen.z[6]
    assert histogram.counts.sum() == z.size
    assert histogram.edges[0] <= z.min()
    assert z.max() <= histogram.edges[-1]
    filled = histogram.counts > 0
    slopes = (histogram.slopes[filled] * histogram.counts[filled]).sum() / z.size
    assert slopes == pytest.approx(float(np.abs(seen.slopes[6]).mean()), rel=1e-4)
    assert found.unit_names[3].ko == "7층 유닛 4"


def test_units_are_alive_saturated_dead_or_asleep(track_of):
    lane = track_of(lanes=[{"activation": "relu"}]).lanes[0]
    seen = lane.look()
    slopes = np.ones_like(seen.slopes)
    slopes[0, :, 0] = 0  # dead: on all points
    slopes[1, :, 2] = 0  # asleep: on these only
    slopes[2, :-2, 1] = 0.01  # small on nearly all points
    slopes[2, : slopes.shape[1] // 2, 3] = 0.01  # small on half of them
    dead = np.zeros((3, 6), bool)
    dead[0, 0] = True
    counts = counts_of(lane, dataclasses.replace(seen, slopes=slopes), dead)
    wanted = np.full((3, 6), ALIVE)
    wanted[0, 0], wanted[1, 2], wanted[2, 1] = DEAD, ASLEEP, SATURATED
    assert np.array_equal(counts.units, wanted)
    assert counts.dead == (1, 18)
    assert counts.saturated == pytest.approx(1 / 18)


def test_sign_locks_are_those_of_the_gradients(track_of):
    lane = track_of(lanes=[{"activation": "sigmoid"}]).lanes[0]
    one = lane.look(slice(0, 1))  # of one point: all inputs of layers 2 … are above 0
    counts = counts_of(lane, one, dead_units(one))
    assert counts.locked[1:].tolist() == [1, 1]
    assert counts.locked_layers[0] >= 2
    every = lane.look()
    looser = counts_of(lane, every, dead_units(every))
    reference = lane.nets.look(lane.split.train_inputs, lane.split.train_targets)
    for layer, locked in enumerate(reference.sign_locked[:-1]):
        assert looser.locked[layer] == pytest.approx(locked[0].mean())


def test_ladders_agree_with_the_reference(track_of):
    lane = track_of(network={"depth": 6, "width": 8}).lanes[0]
    seen = lane.look()
    counts = counts_of(lane, seen, dead_units(seen))
    wanted = lane.nets.look(lane.split.train_inputs, lane.split.train_targets)
    ladder = wanted.log10_gradient[0, :6] - wanted.log10_gradient[0, 5]
    np.testing.assert_allclose(counts.gradient, ladder, atol=1e-4)
    by_weight = wanted.log10_weight_gradient[0, :6] - wanted.log10_weight_gradient[0, 5]
    np.testing.assert_allclose(counts.weight_gradient, by_weight, atol=1e-4)
    assert np.isneginf(counts.moved).all()
    assert counts.still is None


def test_the_sentence_about_layer_1(track_of):
    def words(**given):
        lane = track_of(given.pop("epochs", 0), **given).lanes[0]
        seen = lane.look()
        return counts_of(lane, seen, dead_units(seen)).words

    deep = words(network={"depth": 12}, lanes=[{"activation": "sigmoid"}])
    assert "1 part in" in deep.en
    assert "분의 1" in deep.ko
    assert "only one layer" in words(network={"depth": 1}).en
    assert "times" in words(network={"depth": 12}, init={"weight": 9}, lanes=RELU).en
    assert "all its units" in words(network={"depth": 5}, lanes=[{"activation": "step"}]).en
    vanished = words(network={"depth": 100}, init="pytorch", lanes=[{"activation": "sigmoid"}])
    assert "exactly 0" in vanished.en


RELU = [{"activation": "relu"}]


def test_layers_that_do_not_move_are_below_the_line(track_of):
    lane = track_of(20, network={"depth": 12, "width": 8}, lanes=[{"activation": "sigmoid"}]).lanes[
        0
    ]
    seen = lane.look()
    counts = counts_of(lane, seen, dead_units(seen))
    assert counts.still is not None
    stands = counts.moved < -3
    assert stands.any()
    assert (counts.gradient[stands] <= counts.still).all()


def test_theory_expects_what_is_measured(track_of):
    """The median of 40 starts lies in the band at every layer."""
    track = track_of(network={"depth": 8, "width": 32})
    lane = track.lanes[0]
    theory = theory_of(lane)
    from livegrad.lab import nets

    drawn = nets.draw(lane.nets.recipe, lane.split, range(40))
    seen = drawn.look(lane.split.train_inputs, lane.split.train_targets)
    ladder = seen.log10_gradient[:, :8] - seen.log10_gradient[:, 7:8]
    median = np.median(ladder, axis=0)
    assert (theory.low - 0.02 <= median).all()
    assert (median <= theory.high + 0.02).all()
    assert theory.part == pytest.approx(10 ** theory.gradient[0])


def test_theory_is_silent_where_it_has_nothing_to_say(track_of):
    assert theory_of(track_of(lanes=[{"activation": "exponential", "depth": 5}]).lanes[0]) is None


def test_lanes_have_names_of_their_own(track_of):
    lanes = [
        {"activation": "tanh"},
        {"activation": "tanh", "init": "he", "depth": 20},
        {"activation": "tanh", "init": {"weight": 1.5, "bias": 0.1}},
        {"activation": "tanh", "norm": "batch", "skip": "rezero", "optimizer": "adam"},
        {"activation": "tanh"},
    ]
    setup = track_of(lanes=lanes).setup
    assert names_of(setup) == [
        "tanh",
        "tanh · he · D20",
        "tanh · σ_w 1.5 σ_b 0.1",
        "tanh · adam · BN · rezero",
        "tanh #2",
    ]
    plans = setup.lanes
    assert difference_of(plans[4], plans[0]) is None
    assert difference_of(plans[1], plans[0]).en == (
        "initialisation: he, not glorot; depth: 20, not 3"
    )
    assert "초기화" in difference_of(plans[1], plans[0]).ko


def test_everything_is_renewed_in_turn(track_of, monkeypatch):
    track = track_of()
    views = Views(track=track)
    views.follow(track)
    now = [views._due[0][0]]
    monkeypatch.setattr("livegrad.lab.race.views.time.perf_counter", lambda: now[0])
    counts = [view.counts for view in views.all]
    views.renew(0.01)
    assert [view.counts for view in views.all] == counts  # nothing is due yet
    now[0] += 0.11
    before = views.looked
    for _ in range(4):
        views._renew = _slowly(views, type(views)._renew, now)
        views.renew(0.01)
    assert all(view.counts is not old for view, old in zip(views.all, counts, strict=True))
    assert views.looked is not before


def _slowly(views, renew, now):
    def renewed(number, *, exact):
        renew(views, number, exact=exact)
        now[0] += 0.02  # longer than a frame leaves

    return renewed


def test_long_races_send_short_frames(track_of):
    track = track_of(1300, network={"depth": 1, "width": 2}, training={"batch": 90})
    views = Views(track=track)
    views.follow(track)
    views.renew_all()
    lane = frame_of(track, views, running=False, exact=True)["lanes"][0]
    assert len(lane["at"]) == len(lane["loss"]) == len(lane["loss_low"]) <= 600
    assert (lane["loss_low"] <= lane["loss"]).all()
    assert (lane["loss"] <= lane["loss_high"]).all()


def test_old_races_are_forgotten(page, small):
    page.ask("open", setup=small)
    page.ask("run", speed=0)
    page.wait("race", lambda f: f["running"])
    old = weakref.ref(page.visit.desk["race"])
    page.ask("open", setup=small)
    page.frames["race"].clear()
    gc.collect()
    assert old() is None
