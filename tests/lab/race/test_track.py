"""The same set-up gives the same numbers, bit for bit, however it is cut into slices and whoever runs beside."""

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.lab.experiment import Cancelled

KINDS = [
    {},
    {"training": {"optimizer": "adam", "lr": 0.01}},
    {"training": {"optimizer": "momentum", "lr": 0.01}},
    {"network": {"depth": 4, "width": 5, "norm": "batch", "skip": "rezero"}},
    {"data": {"task": "blobs", "count": 90}},
]


def same(one, other):
    assert np.array_equal(one.state.weights, other.state.weights)
    assert np.array_equal(one.state.first, other.state.first)
    assert np.array_equal(one.state.second, other.state.second)
    assert np.array_equal(one.state.running, other.state.running)
    assert np.array_equal(one.history.curve, other.history.curve, equal_nan=True)
    assert one.history.at.tolist() == other.history.at.tolist()
    assert one.home == other.home
    assert [k.epoch for k in one.kept] == [k.epoch for k in other.kept]
    for mine, theirs in zip(one.kept, other.kept, strict=True):
        assert np.array_equal(mine.gradient, theirs.gradient, equal_nan=True)
        assert np.array_equal(mine.update, theirs.update, equal_nan=True)


@pytest.mark.parametrize("kind", KINDS)
def test_slices_change_nothing(track_of, kind):
    whole, sliced = track_of(20, **kind), track_of(**kind)
    for epochs in (1, 5, 2, 12):
        sliced.advance(epochs)
    assert sliced.epoch == whole.epoch == 20
    for one, other in zip(whole.lanes, sliced.lanes, strict=True):
        same(one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_a_lane_added_late_equals_one_from_the_start(track_of, kind):
    early = track_of(
        17, **kind, lanes=[{"activation": "tanh"}, {"activation": "tanh", "init": "he"}]
    )
    late = track_of(17, **kind, lanes=[{"activation": "tanh"}])
    late.add({"activation": "tanh", "init": "he"})
    for track in (early, late):
        track.advance(6)
    same(early.lanes[0], late.lanes[0])
    same(early.lanes[1], late.lanes[1])


def test_the_same_start_again(track_of):
    first = track_of(9)
    again = first.again()
    again.advance(9)
    for one, other in zip(first.lanes, again.lanes, strict=True):
        same(one, other)
    fresh = first.again(seed=22)
    assert not np.array_equal(fresh.lanes[0].state.weights, first.lanes[0].nets.weights)
    assert fresh.data is first.data


def test_dropping_a_lane_changes_no_other(track_of):
    track, alone = track_of(5), track_of(lanes=[{"activation": "relu"}])
    track.drop(0)
    track.advance(5)
    alone.advance(10)
    same(track.lanes[0], alone.lanes[0])
    with pytest.raises(BadInput, match="1 to 8"):
        track.drop(0)


def test_same_draw_and_same_minibatches_for_all_lanes(track_of):
    track = track_of(lanes=[{"activation": "tanh"}, {"activation": "sigmoid", "lr": 0.5}])
    one, other = track.lanes
    assert np.array_equal(one.nets.weights, other.nets.weights)
    assert one.nets.weights.shape[0] == 4
    order = track.order(3)
    assert np.array_equal(order, track_of(7).order(3))  # whatever was made before
    assert sorted(set(order.ravel().tolist())) == list(range(90))
    assert not np.array_equal(order, track.order(4))


def test_stopping_goes_back_to_a_whole_epoch(track_of):
    wide = {"network": {"depth": 40, "width": 32}, "training": {"batch": 1}}
    track = track_of(1, **wide, lanes=[{"activation": "tanh"}, {"activation": "relu", "depth": 39}])
    before = [lane.state.weights.copy() for lane in track.lanes]
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        track.advance(50, stop)
    assert track.epoch == 1 or len(asked) > 2
    assert len({lane.state.steps for lane in track.lanes}) == 1
    if track.epoch == 1:
        for lane, weights in zip(track.lanes, before, strict=True):
            assert np.array_equal(lane.state.weights, weights)
            assert lane.history.at.tolist() == [0, 1]


def test_curves_stay_short(track_of):
    track = track_of(1500, network={"depth": 1, "width": 3}, training={"batch": 90, "lr": 0.1})
    history = track.lanes[0].history
    assert len(history.at) <= 600
    assert history.at[0] == 0
    assert history.at[-1] == 1500
    assert (np.diff(history.at) > 0).all()
    assert history.curve.shape == (len(history.at), 4, 3)


def test_home_is_the_first_epoch_at_the_target(track_of):
    track = track_of(60, target=0.8, training={"lr": 0.1})
    lane = track.lanes[0]
    score = lane.history.curve[:, 0, 2]
    first = int(lane.history.at[1:][(score[1:] >= 0.8).argmax()])
    assert lane.home == first


def test_epoch_zero_is_the_start(track_of):
    lane = track_of().lanes[0]
    seen = lane.look()
    np.testing.assert_allclose(lane.history.curve[0, 0, 0], seen.loss, rtol=1e-5)
    assert not lane.state.diverged.any()
    assert np.array_equal(lane.state.weights, lane.nets.weights)
