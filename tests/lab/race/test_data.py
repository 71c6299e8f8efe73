"""Points made, painted and pasted; shifted and scaled after standardising; too many, too few, none."""

import tempfile

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.lab.desk import Given
from livegrad.lab.race.data import PLANE_TASKS, race_data
from livegrad.lab.race.reading import lane_in, setup_in
from livegrad.lab.race.setup import DataPlan, LanePlan

TABLE = "".join(f"{i % 7},{i * 3 % 11},{'cat' if i % 2 else 'dog'}\n" for i in range(60))
WIDE = "".join(f"{i % 5},{line}\n" for i, line in enumerate(TABLE.split()))


@pytest.mark.parametrize("task", PLANE_TASKS)
def test_tasks_of_the_menu_are_planes(task):
    data = race_data(DataPlan(task=task, count=200))
    assert data.points.shape == (200, 2)
    assert data.labels.shape == data.held.shape == (200,)
    assert data.held.sum() == 50
    left, right, bottom, top = data.extent
    assert left < data.points[:, 0].min() < data.points[:, 0].max() < right
    assert bottom < data.points[:, 1].min() < data.points[:, 1].max() < top


def test_shift_and_scale_come_after_standardising():
    plain = race_data(DataPlan(count=100))
    moved = race_data(DataPlan(count=100, shift=(5.0, -1.0), scale=(2.0, 1.0)))
    np.testing.assert_allclose(moved.points, plain.points * [2, 1] + [5, -1], rtol=1e-5)
    assert np.array_equal(moved.split("standard").train_inputs, plain.given.train_inputs)
    # a picture of the standard lane is of the same places of the plane
    grid, standard = moved.grid(4, "given"), moved.grid(4, "standard")
    np.testing.assert_allclose(standard * [2, 1] + [5, -1], grid, rtol=1e-4, atol=1e-5)
    assert grid[0, 1] > grid[-1, 1]  # row 0 on top


def test_noise_is_added_and_repeats():
    plain = race_data(DataPlan(count=400))
    noisy, again = (race_data(DataPlan(count=400, noise=0.5)) for _ in range(2))
    assert np.array_equal(noisy.points, again.points)
    assert abs((noisy.points - plain.points).std() - 0.5) < 0.05


def test_pasted_tables_keep_the_names_of_their_classes():
    for text in (TABLE, TABLE.replace(",", ";"), "a,b,label\n" + TABLE):
        data = race_data(DataPlan(csv=text))
        assert data.classes == ("cat", "dog")
        assert len(data.points) == 60


def test_painted_labels_are_classes_even_as_numbers():
    points = tuple((i % 7 + 0.1, i * 3 % 11 + 0.2, str(i % 3)) for i in range(60))
    data = race_data(DataPlan(points=points))
    assert (data.given.kind, data.classes) == ("classes", ("0", "1", "2"))


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (DataPlan(task="moonz"), "nearest is 'moons'"),
        (DataPlan(csv=TABLE * 40), "2400 lines"),
        (DataPlan(csv="1,2\n3,4\n"), "at least 20"),
        (DataPlan(csv="a,b,c,label\n" + WIDE), "3 inputs"),
        (DataPlan(csv=TABLE + "1,2\n"), "2 fields in line"),
        (DataPlan(task="", points=()), "no points yet"),
        (DataPlan(points=((0.0, 1.0, "a"), (1.0, 1.0, "b"))), "at least 20"),
    ],
)
def test_what_cannot_be_learned_is_said(plan, says):
    with pytest.raises(BadInput, match=says) as found:
        race_data(plan)
    assert tempfile.gettempdir() not in found.value.text.en + found.value.text.ko


@pytest.mark.parametrize(
    "given",
    [
        {"network": {"depth": 101}},
        {"network": {"width": 33}},
        {"training": {"lr": float("nan")}},
        {"training": {"optimizer": "lion"}},
        {"data": {"count": 2001}},
        {"data": {"points": [[0, 1, "a"]] * 2001}},
        {"data": {"points": [[0, float("nan"), "a"]] * 30}},
        {"data": {"shift": [0, float("inf")]}},
        {"data": {"shift": 3}},
        {"init": "hee"},
        {"init": {"weight": -1}},
        {"lanes": [{"activation": "tanh"}] * 9},
        {"lanes": [{"activation": "x" * 201}]},
        {"lanes": [{"activation": "softmax"}]},
        {"lanes": [{"activation": "import os"}]},
        {"lanes": [{"activation": "tanh", "colour": "red"}]},
        {"lanes": [{"activation": 7}]},
        {"lanes": [{"activation": "tanh", "depth": 0}]},
        {"lanes": [{"activation": "threshold", "init": "critical"}]},
        {"seed": -1},
    ],
)
def test_every_limit_has_a_sentence(given):
    with pytest.raises(BadInput) as found:
        setup_in(Given(given))
    assert found.value.text.en != found.value.text.ko


def test_a_setup_survives_the_way_to_the_page_and_back():
    given = {
        "data": {"task": "xor", "count": 80, "noise": 0.1, "shift": [1, 2], "scale": [1, 3]},
        "network": {"depth": 4, "width": 7, "norm": "batch", "skip": "residual"},
        "training": {"optimizer": "adam", "lr": 0.01, "batch": 20},
        "init": {"weight": 1.5, "bias": 0.1},
        "seed": 5,
        "target": 0.9,
        "lanes": [{"activation": "tanh", "init": "he", "depth": 9}, {"activation": "x*tanh(x)"}],
    }
    setup = setup_in(Given(given))
    assert setup_in(Given(setup.written())) == setup
    assert setup.lanes[0].depth == 9
    assert setup.lanes[1].init == setup.common.init


def test_what_is_common_is_not_a_lanes_own():
    assert lane_in(Given({"activation": "relu", "lr": 0.03, "depth": 2}), LanePlan()) == {
        "activation": "relu",
        "depth": 2,
    }
