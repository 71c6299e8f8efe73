"""Paired starts of all lanes, ranked: the race's own networks are among them, and a page that goes stops it."""

import numpy as np

from livegrad.lab.race.verdict import judged


def test_its_first_networks_are_those_of_the_race(track_of):
    track = track_of(25, training={"lr": 0.1})
    found = judged(track.setup, track.data, seeds=6, epochs=25)
    for lane, scores, home in zip(track.lanes, found.scores, found.home, strict=True):
        assert np.array_equal(scores[:4].astype(np.float32), lane.history.curve[-1, :, 2])
        assert (home[0] if np.isfinite(home[0]) else None) == lane.home


def test_a_clear_difference_is_told(track_of):
    lanes = [{"activation": "tanh"}, {"activation": "sigmoid"}]
    track = track_of(lanes=lanes, network={"depth": 8}, training={"lr": 0.1})
    found = judged(track.setup, track.data, seeds=12, epochs=60)
    assert found.ranking.winner == "tanh"
    assert "tanh" in found.sentence.en
    assert "tanh" in found.sentence.ko
    (difference,) = found.differences
    assert difference.low > 0
    assert difference.p_value < 0.05


def test_equal_lanes_are_tied(track_of):
    track = track_of(lanes=[{"activation": "tanh"}, {"activation": "tanh"}])
    found = judged(track.setup, track.data, seeds=8, epochs=10)
    assert found.names == ("tanh", "tanh #2")
    assert found.ranking.winner is None
    assert np.array_equal(*found.scores)


def test_diverged_networks_count_as_failures(track_of):
    track = track_of(
        training={"lr": 1e4}, lanes=[{"activation": "x*x"}, {"activation": "tanh", "lr": 0.05}]
    )
    found = judged(track.setup, track.data, seeds=8, epochs=10)
    assert np.isnan(found.scores[0]).all()
    assert found.ranking.winner == "tanh · lr 0.05"


def test_it_is_shown_and_can_be_stopped(page, small):
    page.ask("open", setup=small)
    assert page.ask("verdict", seeds=8, epochs=20) == {"nets": 16}
    found = page.wait("verdict", lambda frame: frame["finished"])
    assert {p["lane"] for p in found["ranking"]} == {0, 1}
    assert len(found["differences"]) == 1
    assert found["sentence"].en
    assert found["scores"][0].shape == (8,)
    page.ask("verdict", seeds=256, epochs=10000)
    page.ask("stop-verdict")
    stopped = page.wait("verdict", lambda frame: frame["stopped"])
    assert not stopped["finished"]
    assert page.places.taken == 0
