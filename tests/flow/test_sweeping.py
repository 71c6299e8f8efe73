"""A sweep: every cell is the prediction of its settings, and the map is the one of Schoenholz et al."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.flow.sweeping import predicted, sweep
from livegrad.functions import elementwise


def test_every_cell_is_the_prediction_of_its_settings() -> None:
    depths, inits = (3, 10, 30), ("he", "pytorch")
    found = sweep("gelu", {"init": inits, "depth": depths}, width=128)
    for init, row in zip(inits, found.cells, strict=True):
        for depth, cell in zip(depths, row, strict=True):
            alone = predicted("gelu", depth=depth, init=init, width=128)
            assert cell.log10_gradient == pytest.approx(alone.layers[0].log10_gradient, abs=1e-9)
            assert cell.correlation == pytest.approx(alone.layers[-1].correlation, abs=1e-9)
            assert cell.verdict == alone.verdict.code
            assert alone.light is None or cell.colour == alone.light.colour
            if alone.scales is not None:
                depth_reached = alone.scales.trainable_depth
                expected = math.inf if depth_reached is None else depth_reached
                assert cell.trainable_depth == expected


def test_the_triangle_of_schoenholz_closes_near_its_critical_point() -> None:
    variances = [1.0 + 0.1 * place for place in range(21)]
    found = sweep("tanh", {"weight_variance": variances}, depth=60, width=300, bias_variance=0.05)
    cells = [row[0] for row in found.cells]
    gradients = [cell.log10_gradient for cell in cells]
    assert all(a < b for a, b in itertools.pairwise(gradients))
    level = min(range(21), key=lambda place: abs(gradients[place]))
    assert variances[level] == pytest.approx(1.76, abs=0.1)
    reach = [cell.trainable_depth or 0 for cell in cells]
    farthest = max(range(21), key=reach.__getitem__)
    assert variances[farthest] == pytest.approx(1.76, abs=0.2)
    assert all(a <= b for a, b in itertools.pairwise(reach[:farthest]))
    assert reach[-1] < reach[farthest]
    assert reach[0] < reach[farthest]


def test_a_variance_is_the_square_of_a_scale() -> None:
    one = sweep("tanh", {"weight": (0.5, 1.5)}, depth=8, bias=0.3)
    other = sweep("tanh", {"weight_variance": (0.25, 2.25)}, depth=8, bias_variance=0.09)
    for row, same_row in zip(one.cells, other.cells, strict=True):
        assert row[0].log10_gradient == pytest.approx(same_row[0].log10_gradient, abs=1e-9)


def test_a_scale_changes_only_itself() -> None:
    """With a bias alone the weights stay as the initialisation draws them."""
    he = predicted("tanh", depth=6, init="he")
    same = predicted("tanh", depth=6, init="he", weight_variance=2.0)
    other = predicted("tanh", depth=6, init="he", bias=0.5)
    assert he.layers[0].log10_gradient == pytest.approx(same.layers[0].log10_gradient, abs=1e-6)
    assert he.layers[0].log10_gradient != pytest.approx(other.layers[0].log10_gradient, abs=1e-3)


def test_activations_are_an_axis_and_keep_their_names() -> None:
    chosen = ["relu", elementwise("elu", alpha=0.5), elementwise("tanh")]
    found = sweep("relu", {"activation": chosen}, depth=5)
    assert found.axes[0].values == ("relu", "elu(alpha=0.5)", "tanh")
    assert found.activation == ""
    alone = predicted("tanh", depth=5)
    assert found.cells[2][0].log10_gradient == pytest.approx(alone.layers[0].log10_gradient)


def test_values_of_numpy_become_plain_numbers() -> None:
    found = sweep("relu", {"depth": np.arange(2, 5), "weight": np.linspace(1, 2, 3)})
    assert [type(value) for axis in found.axes for value in axis.values] == [int] * 3 + [float] * 3


def test_progress_is_told_for_every_cell() -> None:
    seen: list[tuple[int, int]] = []
    sweep("relu", {"depth": (2, 3), "width": (8, 16, 32)}, told=lambda *both: seen.append(both))
    assert seen == [(place, 6) for place in range(1, 7)]


@pytest.mark.parametrize("axis", [("depth", (2, 0)), ("width", (8, 0))])
def test_what_cannot_be_predicted_says_why_and_the_rest_is_predicted(axis) -> None:
    name, values = axis
    found = sweep("relu", {name: values})
    (good,), (bad,) = found.cells
    assert good.problem is None
    assert bad.problem is not None
    assert f"{name} = 0" in bad.problem.en
    assert math.isnan(bad.log10_gradient)
    with pytest.raises(BadInput, match=name):
        sweep("relu", {name: (0,)})


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({}, "0 axes"),
        ({"depth": (1,), "width": (1,), "init": ("he",)}, "3 axes"),
        ({"length": (1, 2)}, "no axis 'length'"),
        ({"depth": ()}, "has no values"),
        ({"depth": range(1, 100), "width": range(1, 100)}, "9,801 cells are too many"),
        ({"weight_variance": (-1.0,)}, "must be 0 or more"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(axes, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        sweep("relu", axes)
    assert words in refused.value.text.en
