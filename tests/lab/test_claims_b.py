"""The science behind the claims of signs, centring and ReLU, and the verdicts that other settings give."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lab.proofs import proved

from livegrad.lab import nets
from livegrad.lab.curvature import gradient, greatest_curvature
from livegrad.lab.experiment import EXPERIMENTS, Cancelled, Facts, Verdict
from livegrad.lab.experiments import relu_cheap
from livegrad.lab.pace import CHOOSERS, ratio_of, ratios, shared, smoothed, try_rates
from livegrad.lab.proving import prove
from livegrad.lab.stopwatch import seconds
from livegrad.lab.walk import opposed, walk
from livegrad.trials.trial import Recipe

IDS = (
    "zigzag",
    "input-centring",
    "zero-centred-converges",
    "relu-gradient-survival",
    "relu-no-saturation",
    "relu-ignores-negatives",
    "relu-nearly-linear",
    "relu-sparsity",
    "relu-cheap",
    "relu-faster-convergence",
    "relu-best",
)


def judged(identifier: str, facts: Facts, **values: float) -> Verdict:
    """Return the verdict on the same facts with some numbers set by hand."""
    numbers = tuple(
        dataclasses.replace(number, value=values[key], low=values[key], high=values[key])
        if (key := number.id.replace("-", "_")) in values
        else number
        for number in facts.numbers
    )
    return EXPERIMENTS.find(identifier).verdict(dataclasses.replace(facts, numbers=numbers))


@pytest.mark.parametrize("identifier", IDS)
def test_can_be_stopped_before_it_is_done(identifier):
    def gone(_share, _figures):
        raise Cancelled

    with pytest.raises(Cancelled):
        prove(identifier, told=gone)


# signs and paths --------------------------------------------------------------------------------


def test_one_sample_locks_every_unit_behind_positive_outputs():
    facts = proved("zigzag").facts
    assert facts["locked-one"] == 1
    assert facts["locked"] < 0.9


def test_the_path_of_positive_inputs_is_longer_and_centring_straightens_it():
    facts = proved("zigzag", ("batch", 1)).facts
    assert facts["stretch-given"] > 2
    assert facts["stretch-centred"] < 1.5


@pytest.mark.parametrize(
    ("settings", "code"),
    [((("batch", 1),), "holds"), ((("activation", "tanh"),), "does-not-hold")],
)
def test_zigzag_flips(settings, code):
    assert proved("zigzag", *settings).verdict.code == code


def test_a_walk_is_never_shorter_than_the_straight_line():
    found = walk(np.tanh, range(12), rates=(0.1, 0.3), batch=3)
    assert (found.stretch >= 1).all()
    assert (opposed(range(12)).prod(axis=1) < 0).all()
    np.testing.assert_allclose(np.linalg.norm(opposed(range(12)), axis=1), 1)


def test_a_walk_that_diverges_never_arrives():
    found = walk(np.tanh, range(4), rates=(50.0,))
    assert np.isinf(found.steps).all()
    assert np.isinf(found.stretch).all()


def test_a_walk_follows_the_gradient_of_the_mean_square():
    sample = np.random.default_rng([12, 5]).normal(size=(400, 2, 2))[0].astype(np.float32)
    target, rate = opposed([5])[0], 0.1
    expected = rate * ((sample @ target)[:, None] * sample).mean(axis=0)
    np.testing.assert_allclose(
        walk(lambda z: z, [5], rates=(rate,), batch=2).trail[0, 1], expected, rtol=1e-5
    )


# centring ---------------------------------------------------------------------------------------


def small() -> tuple[nets.Nets, nets.Split]:
    split = nets.toy("moons", count=60)
    recipe = Recipe(activation="tanh", hidden=(3,))
    return nets.draw(recipe, split, range(2), dtype=np.float64), split


def test_gradient_is_the_slope_of_the_loss_in_every_parameter():
    drawn, split = small()
    x, y = split.train_inputs, split.train_targets
    found = gradient(drawn, x, y)
    for k in range(found.shape[1]):
        step = np.zeros_like(drawn.weights)
        step[:, k] = 1e-5
        ahead, behind = (
            dataclasses.replace(drawn, weights=drawn.weights + sign * step).look(x, y).loss
            for sign in (1, -1)
        )
        np.testing.assert_allclose((ahead - behind) / 2e-5, found[:, k], atol=1e-8)


def test_curvature_is_the_greatest_eigenvalue_of_the_hessian():
    drawn, split = small()
    x, y = split.train_inputs, split.train_targets
    count = drawn.weights.shape[1]
    columns = [
        (
            gradient(dataclasses.replace(drawn, weights=drawn.weights + 1e-5 * unit), x, y)
            - gradient(dataclasses.replace(drawn, weights=drawn.weights - 1e-5 * unit), x, y)
        )
        / 2e-5
        for unit in np.eye(count)
    ]
    hessians = np.stack(columns, axis=2)
    values = np.linalg.eigvalsh((hessians + hessians.transpose(0, 2, 1)) / 2)
    largest = np.take_along_axis(values, np.abs(values).argmax(axis=1)[:, None], axis=1)[:, 0]
    np.testing.assert_allclose(greatest_curvature(drawn, x, y, rounds=200), largest, rtol=1e-3)


def test_a_mean_slows_before_the_signs_lock():
    facts = proved("input-centring").facts
    assert facts["slow-at"] < facts["lock-at"]
    assert facts["curvature"] > 2


def test_far_off_centre_both_halves_hold():
    assert proved("input-centring", ("shift", 3.0)).verdict.code == "holds"


def test_input_centring_has_nothing_to_say_without_lock_and_slow_down():
    facts = proved("input-centring").facts
    verdict = judged("input-centring", facts, locked=0.0, slow_sgd=1.0, slow_adam=1.0)
    assert verdict.code == "does-not-hold"


def test_the_functions_between_sigmoid_and_tanh_differ_in_one_thing():
    x = np.linspace(-3, 3, 61)
    lanes = ("sigmoid", "sigmoid(x) - 0.5", "4*(sigmoid(x) - 0.5)", "tanh", "tanh(x) + 1")
    sigmoid, centred, steep, tanh, shifted = (nets.elementwise_in(name) for name in lanes)
    np.testing.assert_allclose(centred.derivative(x), sigmoid.derivative(x), atol=1e-12)
    np.testing.assert_allclose(steep.derivative(x), 4 * sigmoid.derivative(x), atol=1e-12)
    np.testing.assert_allclose(steep(x), 2 * tanh(x / 2), atol=1e-12)
    np.testing.assert_allclose(shifted.derivative(x), tanh.derivative(x), atol=1e-12)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"total_sgd": 4.0, "centring_sgd": 3.0, "total_adam": 2.0, "centring_adam": 1.8}, "holds"),
        ({"total_sgd": 4.0, "centring_sgd": 1.2, "total_adam": 2.0, "centring_adam": 1.8}, "holds-if"),
        ({"total_sgd": 0.9, "centring_sgd": 1.2}, "does-not-hold"),
    ],
)  # fmt: skip
def test_centring_must_explain_half_of_the_lead(values, code):
    facts = proved("zero-centred-converges").facts
    assert judged("zero-centred-converges", facts, **values).code == code


# ReLU -------------------------------------------------------------------------------------------


def test_a_layer_of_relu_keeps_what_theory_says():
    facts = proved("relu-gradient-survival").facts
    assert facts["factor-pytorch"] == pytest.approx(np.sqrt(1 / 6), abs=0.02)
    assert facts["factor-glorot"] == pytest.approx(np.sqrt(1 / 2), abs=0.02)
    assert facts["factor-he"] == pytest.approx(1, abs=0.03)
    assert facts["factor-pytorch"] < facts["factor-tanh"]
    assert facts["ones"] == pytest.approx(0.5, abs=0.02)
    assert facts["alike"] > 0.9


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ((("depth", 3),), "holds"),
        ((("activation", "sigmoid"), ("width", 16)), "does-not-hold"),
    ],
)
def test_survival_flips(settings, code):
    assert proved("relu-gradient-survival", *settings).verdict.code == code


def test_relu_is_flat_on_one_side_only():
    facts = proved("relu-no-saturation").facts
    assert facts["positive"] == 0
    assert facts["negative"] == 1
    assert facts["normal"] == pytest.approx(0.5, abs=0.02)
    assert facts["tanh"] == pytest.approx(0.07, abs=0.01)


@pytest.mark.parametrize(
    ("activation", "code"),
    [("leaky_relu(alpha=0.2)", "holds"), ("tanh", "does-not-hold")],
)
def test_no_saturation_flips(activation, code):
    assert proved("relu-no-saturation", ("activation", activation)).verdict.code == code


def test_inputs_come_back_as_often_as_coins_fall():
    facts = proved("relu-ignores-negatives").facts
    coins = sum(np.random.default_rng(0).binomial(16, 0.5, 100_000) >= 8) / 100_000
    assert facts["recovered"] == pytest.approx(coins, abs=0.05)
    assert facts["one"] < 0.05
    assert facts["four"] > 0.95


@pytest.mark.parametrize(("width", "code"), [(1.0, "holds"), (4.0, "does-not-hold")])
def test_the_width_decides_what_is_forgotten(width, code):
    assert proved("relu-ignores-negatives", ("width", width)).verdict.code == code


def test_pieces_are_affine_and_scale():
    facts = proved("relu-nearly-linear").facts
    assert facts["inside"] < 1e-10
    assert facts["scaling"] < 1e-6
    assert facts["pieces"] > 5
    assert facts["bent"] > 0.1


@pytest.mark.parametrize(
    ("activation", "code"), [("leaky_relu(alpha=0.8)", "holds"), ("tanh", "does-not-hold")]
)
def test_nearly_linear_flips(activation, code):
    assert proved("relu-nearly-linear", ("activation", activation)).verdict.code == code


def test_half_of_the_units_fire_at_the_start():
    facts = proved("relu-sparsity").facts
    assert facts["start"] == pytest.approx(0.5, abs=0.05)
    assert 0.2 < facts["firing"] < 0.6


@pytest.mark.parametrize(
    ("settings", "code"), [(("slope", 0.1), "does-not-hold"), (("bias", -3.0), "holds")]
)
def test_sparsity_flips(settings, code):
    assert proved("relu-sparsity", settings, ("depth", 1)).verdict.code == code


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "elu"])
def test_what_is_timed_is_the_function(name):
    x = np.linspace(-5, 5, 1001, dtype=np.float32)
    out, zeros = np.empty_like(x), np.zeros_like(x)
    catalogued = nets.elementwise_in(name)
    relu_cheap._VALUES[name](x, out, zeros)
    np.testing.assert_allclose(out, catalogued(x), atol=1e-6)
    relu_cheap._SLOPES[name](x, out, zeros)
    np.testing.assert_allclose(out, catalogued.derivative(x), atol=1e-6)


@pytest.mark.parametrize(
    ("value", "layer", "code"),
    [
        (5.0, 1.05, "holds-if"),
        (20.0, 3.0, "holds-if"),
        (5.0, 4.0, "holds"),
        (1.1, 1.05, "does-not-hold"),
    ],
)
def test_cheap_means_noticed_in_a_layer(value, layer, code):
    assert judged("relu-cheap", proved("relu-cheap").facts, value=value, layer=layer).code == code


@pytest.mark.alone
def test_longer_work_takes_longer():
    found = seconds({"short": lambda: sum(range(50)), "long": lambda: sum(range(50_000))}, rounds=5)
    assert np.median(found["long"]) > 10 * np.median(found["short"])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"tanh_sgd": 6.5, "tanh_adam": 6.0}, "holds"),
        ({"tanh_sgd": 6.5, "tanh_adam": 2.0}, "holds-if"),
        ({"tanh_sgd": 1.5, "tanh_adam": 0.9}, "does-not-hold"),
    ],
)
def test_six_times_means_six_times(values, code):
    facts = proved("relu-faster-convergence").facts
    assert judged("relu-faster-convergence", facts, **values).code == code


def test_sigmoid_is_the_slow_one():
    facts = proved("relu-faster-convergence").facts
    assert facts["sigmoid-sgd"] > 2 * facts["tanh-sgd"]


def test_smoothing_keeps_level_and_slope_and_takes_the_jags():
    level, slope = np.full(30, 0.7), np.linspace(0, 1, 30)
    np.testing.assert_allclose(smoothed(level), level)
    np.testing.assert_allclose(smoothed(slope)[2:-2], slope[2:-2])
    jagged = slope + 0.1 * (-1.0) ** np.arange(30)
    assert np.abs(smoothed(jagged) - slope)[2:-2].max() < 0.03


@pytest.mark.parametrize(
    ("best", "well", "code"),
    [(8, True, "holds"), (3, True, "holds-if"), (0, True, "holds-if"), (0, False, "does-not-hold")],
)
def test_best_means_first_place_everywhere(best, well, code):
    facts = dataclasses.replace(proved("relu-best").facts, held=np.full(24, well))
    assert judged("relu-best", facts, best=best).code == code


# paces ------------------------------------------------------------------------------------------


def test_rates_are_chosen_by_other_starts_than_those_counted():
    split = nets.toy("moons", count=100)
    drawn = nets.draw(
        Recipe(activation="tanh", hidden=(8,), optimizer="sgd"), split, range(CHOOSERS + 4)
    )
    tried = try_rates([drawn, drawn], split, steps=200, rates=(0.001, 0.3))
    assert tried[0].own(0.7) == 1
    assert shared(tried, 0.7) == 1
    assert len(tried[0].steps(1, 0.7)) == 4
    assert tried[0].curve(1).shape == (4, 20)
    assert np.isinf(tried[0].steps(0, 2.0)).all()


def test_runs_that_never_arrive_count_as_the_limit():
    np.testing.assert_array_equal(ratios(np.array([np.inf, 50.0]), np.array([10.0, np.inf]), 100), [10.0, 0.5])  # fmt: skip
    middle, low, high = ratio_of(np.full(5, np.inf), np.full(5, 25.0), 100)
    assert low <= middle <= high
    assert middle == pytest.approx(4)
