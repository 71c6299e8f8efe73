"""The science behind the claims of dying ReLU, its relatives, derivatives, probabilities and recurrence."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from livegrad.lab import nets
from livegrad.lab.calibration import calibration_error, clouds, reliability
from livegrad.lab.experiment import Cancelled, Experiment, Facts, Number, Run
from livegrad.lab.experiments import (
    derivative_comparison,
    derivative_is_speed,
    dying_causes,
    dying_cures,
    dying_relu,
    elu_noise,
    elu_smooth,
    gradient_flow_decides,
    prelu_learns,
    rnn_tanh,
    sigmoid_as_probability,
    softmax_as_probability,
)
from livegrad.lab.measured import averaged, rank_correlation
from livegrad.lab.recurrence import recurrent
from livegrad.lab.stages import same_weights, stages
from livegrad.text import same
from livegrad.trials.trial import Recipe

MODULES = (
    derivative_comparison,
    derivative_is_speed,
    dying_causes,
    dying_cures,
    dying_relu,
    elu_noise,
    elu_smooth,
    gradient_flow_decides,
    prelu_learns,
    rnn_tanh,
    sigmoid_as_probability,
    softmax_as_probability,
)


def measured(module: ModuleType, **settings: float | str) -> Facts:
    experiment: Experiment = module.EXPERIMENT
    return experiment.run(Run(settings=experiment.settings(settings), seed=1))


def code(module: ModuleType, *, held: int = 16, **values: float) -> str:
    """Return the verdict on numbers set by hand, at the usual settings; intervals shut on the numbers."""
    numbers = tuple(
        Number(
            id=name.replace("_", "-"),
            name=same(name),
            value=value,
            low=value,
            high=value,
            explanation=same(name),
        )
        for name, value in values.items()
    )
    experiment: Experiment = module.EXPERIMENT
    facts = Facts(
        held=np.arange(16) < held,
        numbers=numbers,
        figures=(),
        settings=experiment.settings(),
    )
    return experiment.verdict(facts).code


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_ends_when_nobody_waits(module):
    def gone(*_: object) -> None:
        raise Cancelled

    experiment = module.EXPERIMENT
    with pytest.raises(Cancelled):
        experiment.run(Run(settings=experiment.settings(), told=gone))


# ------------------------------------------------------------------ what they share


def test_stages_are_one_training_with_the_optimizers_memory():
    split = nets.toy("moons", count=80)
    start = nets.draw(Recipe(activation="tanh", hidden=(8,), batch_size=20), split, [0, 1, 2])
    *_, (steps, ended) = stages(start, split, (0, 7, 30, 60))
    at_once = nets.train([start], split, steps=60)[0].nets
    assert steps == 60
    np.testing.assert_array_equal(ended.weights, at_once.weights)


def test_a_graft_computes_the_same_where_the_activations_agree():
    split = nets.toy("moons", count=80)
    relu = nets.draw(Recipe(activation="relu", hidden=(8, 8), init="he"), split, [0, 1])
    other = nets.draw(Recipe(activation="prelu", hidden=(8, 8), init="glorot"), split, [5, 6])
    grafted = same_weights(relu, other)
    for layer in range(2):
        grafted.array("learned", layer)[...] = 0
    np.testing.assert_allclose(
        grafted.outputs(split.train_inputs), relu.outputs(split.train_inputs), atol=1e-6
    )
    assert not np.array_equal(other.array("weight", 0), grafted.array("weight", 0))


def test_rank_correlation_shares_ranks_and_knows_infinity():
    assert rank_correlation(np.array([1, 2, 3]), np.array([np.inf, 5, 1])) == pytest.approx(-1)
    tied = rank_correlation(np.array([1.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert tied == pytest.approx(np.corrcoef([1.5, 1.5, 3, 4], [1, 2, 3, 4])[0, 1])
    assert np.isnan(rank_correlation(np.ones(3), np.arange(3)))


def test_shares_keep_within_0_and_1():
    number = averaged("a", same("a"), np.array([1.0, 1.0, 0.9]), same("a"), form="share")
    assert number.high is not None
    assert number.high <= 1
    two = averaged("a", same("a"), np.array([np.nan, 0.2, 0.4]), same("a"))
    assert (two.n, two.low) == (2, None)


# ------------------------------------------------------------------ dying


def test_dead_units_of_the_first_layer_do_not_move_under_sgd():
    split = nets.toy("moons", count=100)
    recipe = Recipe(activation="relu", hidden=(8, 8), lr=0.5, optimizer="sgd", batch_size=25)
    start = nets.draw(recipe, split, [0, 1, 2, 3])
    start.array("bias", 0)[:, :3] = -50
    grown = nets.train([start], split, steps=200)[0].nets
    np.testing.assert_array_equal(
        grown.array("weight", 0)[:, :, :3], start.array("weight", 0)[:, :, :3]
    )
    assert not np.array_equal(grown.array("weight", 0), start.array("weight", 0))


def test_revived_means_dead_first_and_alive_later():
    dead = np.array([[0, 0, 1, 1, 0], [1, 0, 0, 1, 1], [0, 0, 0, 1, 1]], bool)
    life = dying_relu._Life(dead=dead[:, None, None, :])
    assert life.died.ravel().tolist() == [True, False, True, True, True]
    assert life.revived.ravel().tolist() == [True, False, True, False, False]


def test_with_one_hidden_layer_and_sgd_dead_is_for_ever():
    facts = measured(dying_relu, depth=1, rate=3.0)
    assert facts["first-died"] > 0
    assert facts["first-revived"] == 0
    assert dying_relu.EXPERIMENT.verdict(facts).code == "holds"


def test_dead_units_that_come_back_in_the_first_layer_refute_for_ever():
    shares = {"first_sgd": 0.0, "first_momentum": 0.2, "first_adam": 0.1}
    back = {"first_died": 20, "first_revived": 5, "deeper_died": 90, "deeper_revived": 60, **shares}
    assert code(dying_relu, held=2, **back) == "does-not-hold"
    assert code(dying_relu, held=9, **back) == "holds-if"
    assert code(dying_relu, **{**back, "first_revived": 0}) == "holds-if"
    assert code(dying_relu, **{**back, "first_revived": 0, "deeper_revived": 1}) == "holds"
    nobody = dict.fromkeys(("first_died", "first_revived", "deeper_died", "deeper_revived"), 0)
    assert code(dying_relu, **nobody, **shares) == "does-not-hold"


def test_sign_of_the_data_matters_when_the_weights_lean():
    run = Run(settings=dying_causes.EXPERIMENT.settings(), seed=1)
    split = nets.toy("moons", count=100, seed=1)
    dead = {
        (by, lean): dying_causes._at_start(run, split, by, lean).mean()
        for by in (-5.0, 5.0)
        for lean in (0.0, 1.0)
    }
    assert dead[-5.0, 0.0] == pytest.approx(dead[5.0, 0.0], abs=0.08)
    assert dead[-5.0, 1.0] > dead[5.0, 1.0] + 0.5


def test_causes_reach_every_code():
    facts = {"calm": 0.05, "hot": 0.7, "hot_adam": 0.6, "leaky": 0.6, "rate": 3.0, "lean": np.nan}
    assert code(dying_causes, **facts, negative=0.8, positive=0.1) == "holds"
    assert code(dying_causes, **facts, negative=0.4, positive=0.4) == "holds-if"
    calm = {**facts, "hot": 0.06}
    assert code(dying_causes, **calm, negative=0.0, positive=0.0) == "does-not-hold"


def test_a_killed_network_has_no_gradient_anywhere():
    split = nets.toy("moons", count=80)
    drawn = nets.draw(Recipe(activation="relu", hidden=(8, 8)), split, [0, 1, 2])
    killed = dying_cures._killed(drawn, split, 0.5)
    seen = killed.look(split.train_inputs, split.train_targets)
    assert all(layer.all() for layer in seen.dead)
    assert all(np.abs(gradient).max() == 0 for gradient in seen.by_weight[:2])


def test_batch_norm_does_not_care_how_deep_the_units_lie():
    split = nets.toy("moons", count=80)
    relu = nets.draw(Recipe(activation="relu", hidden=(8, 8)), split, [0, 1, 2])
    norm = nets.draw(Recipe(activation="relu", hidden=(8, 8), norm="batch"), split, [0, 1, 2])
    seen = [
        same_weights(dying_cures._killed(relu, split, depth), norm)
        .look(split.train_inputs, split.train_targets)
        .outputs
        for depth in (0.5, 10.0)
    ]
    np.testing.assert_allclose(*seen, atol=1e-3)
    assert np.ptp(seen[0]) > 0.1


@pytest.mark.parametrize(
    ("sgd", "adam", "expected"), [(4, 4, "holds"), (3, 4, "holds-if"), (0, 0, "does-not-hold")]
)
def test_cures_reach_every_code(sgd, adam, expected):
    others = dict.fromkeys(("leaky_sgd", "leaky_adam", "dead_none", "dead_leaky"), 0.5)
    flips = {"flip_leaky": 0.1, "flip_elu": np.nan}
    found = code(dying_cures, working_sgd=sgd, working_adam=adam, **others, **flips)
    assert found == expected


def test_depths_stand_side_by_side_under_their_names():
    chart = dying_cures._depths({"leaky": np.full((len(dying_cures._MARGINS), 3), 0.5)})
    assert chart.series[0].x.tolist() == list(range(len(dying_cures._MARGINS)))
    assert [float(label.en) for label in chart.x.labels] == dying_cures._MARGINS.tolist()


def test_depth_of_the_flip_is_where_healing_ends_for_good():
    healed = np.array([[1.0], [0.0], [1.0], [0.0], [0.0], [0.0]])
    assert dying_cures._flip(healed) == dying_cures._MARGINS[3]
    assert np.isnan(dying_cures._flip(np.ones((6, 1))))


# ------------------------------------------------------------------ relatives


@pytest.mark.parametrize(
    ("moved", "adam", "sgd", "expected"),
    [
        (0.01, 2.0, 2.0, "does-not-hold"),
        (0.5, 2.0, 2.0, "holds"),
        (0.5, 2.0, -2.0, "holds-if"),
        (0.5, -1.0, -2.0, "does-not-hold"),
    ],
)
def test_a_slope_must_move_and_pay(moved, adam, sgd, expected):
    others = {"gain_moons": 0.0, "gain_circles": 0.0, "end": -0.5, "spread": 0.1}
    assert code(prelu_learns, moved=moved, gain_adam=adam, gain_sgd=sgd, **others) == expected


def test_prelu_and_leaky_relu_start_as_one():
    split = nets.toy("moons", count=80)
    run = Run(settings=prelu_learns.EXPERIMENT.settings(), seed=1)
    leaky, prelu = prelu_learns._lanes(split, run, 0.25)
    x = split.train_inputs
    np.testing.assert_allclose(leaky.outputs(x), prelu.outputs(x), rtol=1e-6, atol=1e-6)
    ended = nets.train([prelu], split, steps=50)[0].nets
    assert np.abs(prelu_learns._slopes(ended) - 0.25).min() > 0


def test_in_one_unit_elu_is_quieter_than_leaky_relu_and_louder_than_relu():
    relu, leaky, elu = (
        elu_noise._passed(name)[0] for name in ("relu", "leaky_relu(alpha=0.1)", "elu")
    )
    assert relu == 0
    assert 0 < elu < leaky


@pytest.mark.parametrize(
    ("adam", "sgd", "held", "expected"),
    [
        (3.0, 3.0, 16, "holds"),
        (3.0, 3.0, 8, "holds-if"),
        (0.0, 0.0, 1, "does-not-hold"),
        (3.0, 0.0, 2, "holds-if"),
    ],
)
def test_a_gain_of_points_would_be_robustness(adam, sgd, held, expected):
    others = {"gain_shared": 0.0, "best": 0.3, "where": 0.5, "cross": -2.3, "cost": 16.0}
    assert code(elu_noise, held=held, gain_adam=adam, gain_sgd=sgd, **others) == expected


@pytest.mark.parametrize(
    ("family", "alpha", "expected"),
    [("elu", 1.0, "holds-if"), ("elu", 0.5, "does-not-hold"), ("celu", 0.5, "holds-if")],
)
def test_elu_has_a_derivative_at_0_for_one_alpha_only(family, alpha, expected):
    facts = measured(elu_smooth, family=family, alpha=alpha)
    assert elu_smooth.EXPERIMENT.verdict(facts).code == expected
    assert facts["first"] == pytest.approx(abs(1 - alpha) if family == "elu" else 0, abs=1e-6)
    assert facts["second"] == pytest.approx(alpha if family == "elu" else 1 / alpha, abs=1e-3)
    assert facts.held.all() == (expected != "does-not-hold")


def test_without_any_jump_it_would_be_smooth():
    assert code(elu_smooth, first=0.0, second=0.0, left=1.0, flip=1.0, met=9, hit=0) == "holds"


# ------------------------------------------------------------------ derivatives


def test_factor_per_layer_is_the_root_of_variance_times_mean_square_slope():
    run = Run(settings=derivative_comparison.EXPERIMENT.settings(), seed=1)
    met = derivative_comparison._met(run, ("tanh", "relu", "sigmoid"), 1.0, 8)
    theory = 0.5 * np.log10(met.square.mean(axis=1))
    np.testing.assert_allclose(met.log_factor.mean(axis=1), theory, atol=0.05)


def test_width_tells_among_functions_that_squash():
    run = Run(settings=derivative_comparison.EXPERIMENT.settings(), seed=1)
    met = derivative_comparison._met(run, derivative_comparison._SQUASHING, 1.0, 6)
    assert met.agreement(met.width).mean() > 0.7
    assert met.agreement(met.square).mean() > 0.9


@pytest.mark.parametrize(
    ("width", "square", "expected"),
    [(0.9, 0.95, "holds"), (0.2, 0.95, "holds-if"), (0.2, 0.3, "does-not-hold")],
)
def test_comparison_reaches_every_code(width, square, expected):
    others = {"squashing": 0.3, "flip": np.nan, "depth_sgd": 0.9, "depth_adam": 0.2}
    assert code(derivative_comparison, width=width, square=square, **others) == expected


def test_identity_has_slope_1_and_cannot_bend():
    split = nets.toy("circles", count=100)
    recipe = Recipe(activation="identity", hidden=(8, 8), lr=0.03, batch_size=25)
    drawn = nets.draw(recipe, split, range(8))
    assert derivative_is_speed._steepness([drawn], split) == pytest.approx(1.0)
    grown = nets.train([drawn], split, steps=400)[0]
    assert np.isinf(grown.steps_to(0.9)).all()


@pytest.mark.parametrize(
    ("own", "scaled", "expected"),
    [(0.9, 1.0, "holds"), (0.1, 1.0, "holds-if"), (0.1, 0.2, "does-not-hold")],
)
def test_speed_reaches_every_code(own, scaled, expected):
    others = {"shared": 0.0, "identity": 0.0, "family_own": 0.5}
    found = code(derivative_is_speed, sgd=own, adam=own, family_shared=scaled, **others)
    assert found == expected


def test_likeness_is_the_mean_cosine_of_pairs():
    h = np.array([[[1.0, 0.0], [0.0, 2.0], [3.0, 0.0]]])
    assert gradient_flow_decides._alike(h) == pytest.approx([1 / 3])


def test_cut_has_the_fewest_mistakes():
    ratio = np.array([[-9.0, -5.0, -3.0, -1.0, 0.0]])
    learned = np.array([[False, False, True, True, True]])
    assert gradient_flow_decides._cut(ratio, learned) == -3.0


@pytest.mark.parametrize(
    ("starved", "level", "expected"),
    [(0.0, 1.0, "holds"), (0.05, 0.7, "holds-if"), (0.9, 1.0, "does-not-hold")],
)
def test_flow_verdict_reaches_every_code(starved, level, expected):
    others = {"cut_sgd": 1e-2, "cut_adam": 1e-6, "alike_failed": 0.5, "alike_learned": 0.4}
    shares = {
        "starved_sgd": starved,
        "starved_adam": starved,
        "level_sgd": level,
        "level_adam": level,
    }
    assert code(gradient_flow_decides, **shares, **others) == expected


# ------------------------------------------------------------------ probabilities


def test_true_probabilities_of_clouds_are_calibrated():
    data = clouds(4, count=20, held=20_000, distance=1.2, seed=3)
    np.testing.assert_allclose(data.truth.sum(axis=1), 1, atol=1e-12)
    confidence = data.truth.max(axis=1)
    right = data.truth.argmax(axis=1) == data.split.validation_targets
    assert calibration_error(confidence, right.astype(float)) < 0.02
    assert calibration_error(np.ones(20_000), right.astype(float)) > 0.2


def test_reliability_counts_every_point_once():
    stated = np.array([0.0, 0.05, 0.95, 1.0])
    means, shares, counts = reliability(stated, np.array([0, 1, 1, 1]))
    assert counts.sum() == 4
    assert means[0] == pytest.approx(0.025)
    assert shares[-1] == 1


def test_sigmoid_reads_as_probability_with_enough_points_and_the_right_loss():
    facts = measured(sigmoid_as_probability, count=2000, steps=400)
    assert sigmoid_as_probability.EXPERIMENT.verdict(facts).code == "holds"
    assert facts["error"] < 0.05 < facts["wrong"]
    wrong = measured(sigmoid_as_probability, count=2000, steps=400, loss="wrong")
    assert sigmoid_as_probability.EXPERIMENT.verdict(wrong).code == "does-not-hold"


def test_softmax_sums_to_1_and_needs_the_right_loss():
    facts = measured(softmax_as_probability, count=2000, steps=400)
    assert facts["sum"] < 1e-6
    assert softmax_as_probability.EXPERIMENT.verdict(facts).code == "holds"
    others = {"wrong": 0.3, "excess": 0.2, "sum": 2e-7, "until": 0, "cooled": 0.1}
    found = code(softmax_as_probability, error=0.3, error_sgd=0.3, best=0.3, **others)
    assert found == "does-not-hold"


# ------------------------------------------------------------------ recurrence


@pytest.mark.parametrize("cell", ["linear", "relu", "tanh", "gated"])
def test_gradient_through_time_is_the_finite_difference(cell):
    generator = np.random.default_rng(4)
    networks = recurrent(cell, radius=1.3, units=5, seeds=[0, 1])
    x, v = generator.standard_normal((2, 6, 2, 3, 5))
    last, start = generator.standard_normal((2, 2, 3, 5))
    found = networks.carry(x, v, last, start).deltas[0]
    step = 1e-6
    for place in np.ndindex(2, 3, 5):
        moved = np.zeros_like(start)
        moved[place] = step
        ends = [networks.carry(x, v, last, start + s * moved).states[-1] for s in (1, -1)]
        expected = ((ends[0] - ends[1]) * last).sum() / (2 * step)
        assert found[place] == pytest.approx(expected, abs=1e-6)


def test_starts_of_all_cells_are_paired_and_have_the_radius():
    tanh, gated = (recurrent(cell, radius=1.7, units=6, seeds=[3, 4]) for cell in ("tanh", "gated"))
    np.testing.assert_array_equal(tanh.weight, gated.weight)
    radius = np.abs(np.linalg.eigvals(tanh.weight)).max(axis=1)
    np.testing.assert_allclose(radius, 1.7)


def test_large_weights_make_tanhs_gradient_grow_and_large_inputs_stop_it():
    grown = measured(rnn_tanh, radius=3.0)
    assert grown["state"] <= 1
    assert rnn_tanh.EXPERIMENT.verdict(grown).code == "does-not-hold"
    stopped = measured(rnn_tanh, size=20.0)
    assert rnn_tanh.EXPERIMENT.verdict(stopped).code == "holds"
