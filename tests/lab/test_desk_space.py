"""The hidden-space view's side of the server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.lab.cancelled import Cancelled
from livegrad.lab.desk import DESKS, Given, Job
from livegrad.lab.frame import encoded
from livegrad.lab.nets import draw
from livegrad.lab.space.learning import data_of, rows
from livegrad.lab.space.passing import SHOWN, halves, passage
from livegrad.lab.space.setup import DEEPEST, TASKS_OF_PLANE, Setup, setup_in
from livegrad.lab.words.space import WORDS
from livegrad.trials.trial import Recipe

QUICK = {"depth": 2, "steps": 60, "starts": 2}


class Visit:
    """A page that runs its jobs at once and remembers what it is shown."""

    def __init__(self) -> None:
        self.desk = dict[str, Any]()
        self.shown = list[Any]()

    def show(self, channel: str, value: object) -> None:
        assert channel == "space"
        self.shown.append(value)

    def begin(self, name: str, run: Callable[[Job], None]) -> Job:
        job = Job(name=name, visit=self)
        run(job)
        return job

    def end(self, name: str) -> None:
        self.desk["ended"] = name


def _open(**setup: object) -> dict[str, Any]:
    visit = Visit()
    given = Given({"turn": 7, "setup": {**QUICK, **setup}})
    assert DESKS["space"].actions["open"](visit, given) == {"turn": 7}
    assert all(value["turn"] == 7 for value in visit.shown)
    assert any("share" in value for value in visit.shown[:-1])
    return visit.shown[-1]


def test_identity_is_always_the_first_row() -> None:
    found = _open(functions=["relu", "x*sigmoid(x)"])
    assert [row.name for row in found["rows"]] == ["identity", "relu", "x*sigmoid(x)"]
    assert encoded(found)


def test_a_linear_network_turns_nothing_and_its_cut_stays() -> None:
    for depth, width in ((1, 2), (DEEPEST, 2), (3, 3)):
        setup = Setup(depth=depth, width=width, steps=30, starts=2, task="circles")
        identity = rows(setup, data_of(setup))[0]
        for found in (identity.before, identity.after):
            assert found.turned.max() < 0.1
            assert np.ptp(found.shares) < 0.011


def test_a_bend_is_counted_and_only_the_function_bends() -> None:
    setup = Setup(functions=("tanh",), depth=3, steps=200, starts=2)
    found = rows(setup, data_of(setup))[1].after
    assert found.grid.shape[0] == 7
    assert found.turned[0] < 1e-6
    assert found.turned[1] < 1e-6  # W·x + b keeps straight lines straight
    assert found.turned[2] > 10


def test_training_bends_until_one_straight_line_tells_the_classes() -> None:
    setup = Setup(task="moons", functions=("tanh",), depth=3, steps=1500, starts=8)
    identity, tanh = rows(setup, data_of(setup))
    assert identity.after.shares[-1] < 0.93
    assert tanh.after.shares[-1] > 0.97
    assert tanh.after.shares[-1] >= tanh.before.shares[-1]
    assert tanh.accuracy > 0.97


def test_the_best_start_is_the_one_with_the_least_loss() -> None:
    setup = Setup(functions=("relu",), steps=300, starts=8)
    split = data_of(setup)
    row = rows(setup, split)[1]
    few = rows(Setup(functions=("relu",), steps=300, starts=1), split)[1]
    assert row.loss <= few.loss
    assert (row.starts, row.rates) == (8, 4)
    assert 0 <= row.start < 8


def test_the_same_seed_gives_the_same_pictures() -> None:
    setup = Setup(functions=("tanh",), depth=2, steps=40, starts=2, seed=3)
    one, other = (rows(setup, data_of(setup))[1] for _ in range(2))
    assert np.array_equal(one.after.grid, other.after.grid)
    changed = Setup(functions=("tanh",), depth=2, steps=40, starts=2, seed=4)
    assert not np.array_equal(one.after.grid, rows(changed, data_of(changed))[1].after.grid)


def test_halves_are_the_weights_and_then_the_function() -> None:
    setup = Setup(depth=2)
    split = data_of(setup)
    nets = draw(Recipe(activation="tanh", hidden=(2, 2)), split, [0, 1], dtype=np.float64)
    x = split.train_inputs[:5].astype(np.float64)
    stages = halves(nets, x)
    moved = x @ nets.array("weight", 0)[0] + nets.array("bias", 0)[0]
    assert np.allclose(stages[1][0], moved)
    assert np.allclose(stages[2][0], np.tanh(moved))
    assert np.allclose(stages[4][0], np.tanh(stages[3][0]))


def test_three_units_begin_in_a_plane_of_space() -> None:
    setup = Setup(width=3, depth=1, steps=10, starts=1)
    split = data_of(setup)
    nets = draw(Recipe(activation="relu", hidden=(3,)), split, [0])
    found = passage(nets, split)
    assert found.grid.shape[3] == 3
    assert found.points.shape == (3, SHOWN, 3)
    assert not found.grid[0, :, :, 2].any()
    assert found.cuts.shape == (3, 4)


def test_numbers_that_overflow_leave_gaps_instead_of_alarms() -> None:
    found = _open(functions=["exp(exp(x*x*9))"], depth=3)
    row = found["rows"][1]
    assert np.isnan(row.before.shares).any() or np.isfinite(row.before.shares).all()
    assert encoded(found)


@pytest.mark.parametrize(
    "setup",
    [
        {"depth": DEEPEST + 1},
        {"depth": 0},
        {"width": 4},
        {"task": "digits"},
        {"functions": ["no_such_function"]},
        {"functions": ["softmax"]},
        {"functions": ["relu", "tanh", "elu"]},
        {"starts": 65},
        {"steps": 9},
        {"angle": 91},
        {"optimizer": "newton"},
        {"init": "mine"},
        {"seed": -1},
    ],
)
def test_what_cannot_be_shown_is_refused(setup: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        setup_in(Given(setup))


def test_a_job_that_nobody_waits_for_stops() -> None:
    visit = Visit()
    cancelled = threading.Event()
    cancelled.set()

    def begin(name: str, run: Callable[[Job], None]) -> Job:
        job = Job(name=name, visit=visit, cancelled=cancelled)
        with pytest.raises(Cancelled):
            run(job)
        return job

    visit.begin = begin  # type: ignore[method-assign]
    DESKS["space"].actions["open"](visit, Given({"setup": QUICK}))
    assert visit.shown == []


def test_leaving_ends_the_job() -> None:
    visit = Visit()
    DESKS["space"].actions["close"](visit, Given())
    assert visit.desk["ended"] == "space"


def test_the_page_starts_from_names_and_what_is_usual() -> None:
    start = DESKS["space"].start
    assert start is not None
    told: Any = start()
    assert told["tasks"] == TASKS_OF_PLANE
    assert "softmax" not in told["functions"]
    assert {"tanh", "relu", "identity"} <= set(told["functions"])
    assert len(encoded(told)) < 4000
    assert all(task in WORDS.texts for task in TASKS_OF_PLANE)
