"""The claims about straight and bent, and about what the sigmoid, tanh and the step hand on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lab.proofs import proved

from livegrad.errors import BadInput
from livegrad.lab import nets
from livegrad.lab.boundaries import extent_of, places_over, plane_of
from livegrad.lab.cuts import best_cut, fitted_cuts, shares
from livegrad.lab.experiment import EXPERIMENTS, Facts, Number
from livegrad.lab.experiments import image_nonlinear, linear_collapse
from livegrad.lab.experiments.expressivity import folded, regions
from livegrad.lab.experiments.frozen_early_layers import travelled
from livegrad.lab.experiments.image_nonlinear import spirals
from livegrad.lab.experiments.linear_collapse import collapsed
from livegrad.lab.experiments.output_reshaping import shape_change
from livegrad.lab.experiments.step_cannot_learn import moved
from livegrad.lab.meshes import grid_over, mesh_of, through, turning
from livegrad.lab.rates import raced
from livegrad.text import same
from livegrad.trials.trial import Recipe

MOONS = nets.toy("moons", count=120)


def drawn(activation: str, hidden: tuple[int, ...], count: int = 8, **settings: Any) -> nets.Nets:
    recipe = Recipe(activation=activation, hidden=hidden, batch_size=25, **settings)
    return nets.draw(recipe, MOONS, range(count), dtype=np.float64)


# ------------------------------------------------------------------- cuts, boundaries, meshes


def test_best_cut_finds_the_line_between_two_clouds() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(80) % 2
    points = random.normal(size=(80, 2)) + 20 * labels[:, None]
    (a, b, c), share = best_cut(points, labels)
    assert share == 1.0
    assert ((points @ [a, b] > c) == labels).all() or ((points @ [a, b] < c) == labels).all()


def test_best_cut_of_xor_corners_is_three_of_four() -> None:
    corners = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], float)
    assert best_cut(corners, np.array([0, 0, 1, 1]))[1] == 0.75


def test_best_cut_runs_between_points_only() -> None:
    points = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    assert best_cut(points, np.array([0, 1, 0, 1]))[1] == 0.5


def test_a_fitted_cut_is_not_better_than_the_best_one() -> None:
    found = fitted_cuts(MOONS.train_inputs[None], MOONS.train_targets)
    fitted = shares(MOONS.train_inputs[None], MOONS.train_targets, *found)[0]
    assert 0.8 < fitted <= best_cut(MOONS.train_inputs, MOONS.train_targets)[1]


def test_turning_counts_every_bend_and_no_rounding() -> None:
    square = np.array([[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]], float)
    assert turning(square)[0] == pytest.approx(270)
    assert turning(grid_over((-1, 1, -1, 1)) @ np.array([[3.0, 1.0], [0.2, -1.0]])).max() < 1e-5


def test_a_function_alone_leaves_lines_along_the_axes_straight() -> None:
    for angle, straight in ((0.0, True), (30.0, False)):
        grid = np.tanh(grid_over((-2, 2, -2, 2), angle=angle))
        assert (turning(grid).max() < 1e-4) == straight


def test_panels_of_wide_layers_show_the_cut_upright() -> None:
    panels = mesh_of(drawn("tanh", (5, 3)), MOONS)
    assert [p.lines.shape[2] for p in panels] == [2, 2, 2]
    assert panels[1].cut is not None
    assert panels[1].cut[:2] == (1.0, 0.0)


def test_the_flat_view_of_a_wide_layer_keeps_the_cuts_answers() -> None:
    lanes = drawn("tanh", (5,), 1)
    data = through(lanes, MOONS.train_inputs)[1]
    weights, threshold = fitted_cuts(data, MOONS.train_targets)
    panel = mesh_of(lanes, MOONS, shown=len(MOONS.train_inputs))[1]
    assert panel.cut is not None
    seen = panel.points[:, 0] > panel.cut[2]
    assert (seen == (data[0] @ weights[0] > threshold[0])).all()


def test_the_boundary_is_what_the_network_answers() -> None:
    lanes = drawn("tanh", (4,), 2)
    tile = plane_of(lanes, MOONS, same("tanh"), caption=same("-"), which=1, resolution=9)
    z = lanes.outputs(places_over(extent_of(MOONS), 9))[1, :, 0]
    assert tile.field.ravel() == pytest.approx(np.tanh(z / 2), abs=1e-6)


def test_a_boundary_needs_two_columns() -> None:
    with pytest.raises(BadInput, match="2"):
        extent_of(spirals(0, 40, spread=0.0).split())


def test_own_and_shared_rates_agree_for_the_lane_that_shares_its_rate() -> None:
    lanes = [drawn("tanh", (4,)), drawn("identity", (4,))]
    for race in raced(lanes, MOONS, steps=30, rates={"sgd": (0.01, 1.0), "adam": (0.001, 0.1)}):
        assert (race.own[0].score == race.shared[0].score).all()
        assert {g.nets.recipe.lr for g in race.shared} == {race.rate}


# ------------------------------------------------------------------------------ the science


def test_a_stack_of_linear_layers_is_the_product_of_its_weights() -> None:
    stack = drawn("identity", (7, 3, 5))
    weight, bias = collapsed(stack)
    one = MOONS.train_inputs @ weight + bias[:, None]
    assert np.abs(one - stack.outputs(MOONS.train_inputs)).max() < 1e-6
    assert (np.linalg.matrix_rank(weight) <= 1).all()


def test_a_stack_with_tanh_is_no_single_layer() -> None:
    stack = drawn("tanh", (7, 3, 5))
    weight, bias = collapsed(stack)
    one = MOONS.train_inputs @ weight + bias[:, None]
    assert np.abs(one - stack.outputs(MOONS.train_inputs)).max() > 1e-3


def test_folding_doubles_the_pieces_layer_by_layer() -> None:
    assert [folded(depth) for depth in (1, 2, 5)] == [2, 4, 32]


def test_one_layer_of_relus_cuts_the_plane_as_lines_do() -> None:
    lanes = drawn("relu", (3,), init="pytorch")
    counted = regions(lanes, places_over((-30, 30, -30, 30), 120))
    assert counted.min() >= 2
    assert counted.max() <= 7  # three lines cut a plane into seven pieces at most
    assert (regions(drawn("identity", (3, 3)), MOONS.train_inputs) == 1).all()


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_hidden_weights_of_steps_stay_bit_for_bit(optimizer: str) -> None:
    lanes = drawn("step", (8, 8), optimizer=optimizer, lr=0.1)
    grown = nets.train([lanes], MOONS, steps=200)[0]
    assert not moved(lanes, grown.nets).any()
    assert (lanes.array("weight", 2) != grown.nets.array("weight", 2)).any()
    assert (travelled(lanes, grown.nets)[:, :2] == 0).all()


def test_the_sigmoid_moves_where_the_step_does_not() -> None:
    lanes = drawn("sigmoid", (8,), optimizer="sgd", lr=0.1)
    assert moved(lanes, nets.train([lanes], MOONS, steps=50)[0].nets).all()


def test_shape_change_sees_bends_and_not_stretching() -> None:
    x = np.random.default_rng(0).normal(size=(3, 400))
    assert shape_change(x, 5 * x - 2).max() < 1e-12
    assert shape_change(x, np.maximum(x, 0)).min() > 0.3
    assert (shape_change(x, 0 * x) == 0).all()


def test_spirals_turned_any_way_round_share_their_mean_picture() -> None:
    differences = []
    for spread in (0.0, 360.0):
        data = spirals(3, 800, spread=spread, noise=0.0)
        left, right = (data.inputs[data.targets == k].mean(axis=0) for k in (0, 1))
        differences.append(np.abs(left - right).max())
    assert differences[0] > 0.5
    assert differences[1] < 0.1


@pytest.mark.parametrize(("spread", "usable"), [(0.0, True), (360.0, False)])
def test_a_white_picture_says_why_it_is_white(spread: float, *, usable: bool) -> None:
    plane = image_nonlinear._pictures(spirals(3, 800, spread=spread, noise=0.05))
    assert ("white" in plane.tiles[2].caption.en) != usable


def test_runs_that_all_diverged_leave_a_gap() -> None:
    ends = {("sgd", "shared"): np.array([[0.9, 0.8], [np.nan, np.nan], [np.nan, 0.5]])}
    chart = linear_collapse._depth_figure([1, 5, 10], ends, 3)
    assert np.isnan(chart.series[0].y).tolist() == [False, True, False]
    assert chart.series[0].y[2] == 0.5
    assert "3 runs" in chart.note.en


# ------------------------------------------------------------- other settings, other verdicts

OTHERS = [
    ("straight-stays-straight", {"activation": "tanh"}, "does-not-hold"),
    (
        "straight-stays-straight",
        {"activation": "tanh", "grid": "axes", "weights": "none"},
        "holds-if",
    ),
    ("sigmoid-vanishing", {"scale": 0.3}, "holds"),
    ("sigmoid-vanishing", {"scale": 250}, "does-not-hold"),
    ("bending-space", {"data": "circles", "width": 2}, "does-not-hold"),
    ("step-cannot-learn", {"width": 4}, "holds"),
    ("frozen-early-layers", {"activation": "step", "data": "moons", "depth": 2}, "holds"),
    ("frozen-early-layers", {"activation": "tanh", "data": "moons", "depth": 2}, "does-not-hold"),
    ("deep-sigmoid-fails", {"activation": "tanh", "data": "moons", "depth": 2}, "does-not-hold"),
    ("expressivity", {"activation": "identity"}, "does-not-hold"),
    ("tanh-still-saturates", {"scale": 1.0, "depth": 2}, "does-not-hold"),
    ("tanh-still-saturates", {"activation": "sigmoid", "depth": 2}, "does-not-hold"),
    ("tanh-still-saturates", {"scale": 50, "variance": 0.3, "depth": 12}, "holds"),
    ("output-reshaping", {"activation": "identity", "depth": 2}, "does-not-hold"),
    ("output-reshaping", {"activation": "tanh", "variance": 0.5}, "holds-if"),
]


@pytest.mark.parametrize(("claim", "settings", "code"), OTHERS)
def test_another_setting_gives_another_verdict(
    claim: str, settings: dict[str, float | str], code: str
) -> None:
    assert code != EXPERIMENTS.find(claim).expected
    found = proved(claim, *settings.items())
    assert found.verdict.code == code
    share = found.facts.share
    assert share.low > 0.5 or code != "holds"
    assert share.high < 0.5 or code != "does-not-hold"


def facts_of(claim: str, *, held: bool, **values: float) -> Facts:
    """Return made-up facts with every number that the verdict may ask for."""
    numbers = tuple(
        Number(id=name.replace("_", "-"), name=same(name), value=value, explanation=same(name))
        for name, value in values.items()
    )
    settings = EXPERIMENTS.find(claim).settings()
    return Facts(held=np.full(24, held), numbers=numbers, figures=(), settings=settings)


COLLAPSE = {
    "residual": 1e-13,
    "one": 0.96,
    **{
        f"{o}_{m}": 0.95
        for o in ("sgd", "adam")
        for m in ("own", "shared", "orthogonal", "pytorch")
    },
}
LINES = {
    "moons": 0.9,
    "xor": 0.7,
    "spiral": 0.6,
    **{f"{o}_{m}": 0.95 for o in ("sgd", "adam") for m in ("own", "shared")},
    **{f"{data}_flips": 1.0 for data in ("moons", "xor", "spiral")},
}
IMAGES = {
    **{f"digits_{what}_own": 0.4 for what in ("linear", "mlp")},
    **{f"spirals_{what}_own": 0.5 for what in ("linear", "mlp")},
    "spirals_mlp_shared": 1.0,
    "digits_failed": 1.0,
    "spirals_failed": 1.0,
    "works": 270.0,
    "works_share": 0.95,
    "full_share": 0.5,
}


@pytest.mark.parametrize(
    ("claim", "held", "values", "code"),
    [
        ("linear-collapse", True, COLLAPSE, "holds"),
        ("linear-collapse", True, COLLAPSE | {"adam_own": 0.5}, "holds-if"),
        ("linear-collapse", False, COLLAPSE | {"residual": 0.1}, "does-not-hold"),
        ("linear-boundary-fails", True, LINES, "holds"),
        ("linear-boundary-fails", False, LINES | {"moons": 1.0}, "holds-if"),
        (
            "linear-boundary-fails",
            False,
            LINES | {"moons": 1, "xor": 1, "spiral": 1},
            "does-not-hold",
        ),
        ("image-nonlinear", True, IMAGES, "holds"),
        ("image-nonlinear", False, IMAGES | {"digits_failed": 0.0}, "holds-if"),
        (
            "image-nonlinear",
            False,
            IMAGES | {"digits_failed": 0.0, "spirals_failed": 0.0},
            "does-not-hold",
        ),
    ],
)
def test_the_verdict_follows_the_numbers(
    claim: str, *, held: bool, values: dict[str, float], code: str
) -> None:
    assert EXPERIMENTS.find(claim).verdict(facts_of(claim, held=held, **values)).code == code
