"""A study from data to conclusion: paired, honest about ties, resumable, and sound on bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import livegrad
from livegrad.errors import BadInput
from livegrad.flow import Initialisation
from livegrad.functions import elementwise
from livegrad.trials.comparing import compare, study
from livegrad.trials.engine import Architecture
from livegrad.trials.plan import Plan
from livegrad.trials.running import Progress, activation_of, architecture_of, run
from livegrad.trials.searching import RATES, rates_for
from livegrad.trials.splits import Splits
from livegrad.trials.starting import initial_weights, minibatches
from livegrad.trials.store import Store
from livegrad.trials.task import TASKS
from livegrad.trials.trial import Recipe, Trial

SMALL: dict[str, Any] = {"hidden": (8,), "seeds": 8, "steps": 150, "lr": 0.02, "batch_size": 16}


def moons(samples: int = 160) -> Any:
    return TASKS.find("moons").make(0, samples)


# ------------------------------------------------------------ from data to conclusion


def test_a_circle_needs_more_than_a_straight_line() -> None:
    found = livegrad.compare(
        TASKS.find("circles").make(0, 200),
        activations=["identity", "tanh"],
        **SMALL | {"steps": 600},
    )
    assert found.ranking.winner == "tanh"
    assert found.place("identity").mean < 0.75  # type: ignore[union-attr]
    assert "tanh is best" in found.conclusion.en
    assert found.conclusion.ko.startswith("tanh가 가장 좋습니다")


def test_equal_candidates_are_tied() -> None:
    found = compare(
        moons(), activations=["tanh", "2/(1+exp(-2*x)) - 1"], **SMALL
    )  # the same function
    assert len(found.ranking.best) == 2
    assert found.ranking.winner is None


def test_arrays_of_numbers_give_r_squared() -> None:
    random = np.random.default_rng(0)
    x = random.standard_normal((200, 3))
    found = compare(
        x, x[:, 0] ** 2 + x[:, 1], activations=["relu", "sigmoid"], **SMALL | {"steps": 800}
    )
    assert found.measure == "R²"
    assert found.ranking.places[0].mean > 0.6


def test_everything_of_a_study_is_told() -> None:
    stages: list[tuple[str, float]] = []

    def told(stage: str, progress: Progress) -> None:
        stages.append((stage, progress.done / progress.total))

    found = compare(moons(), activations=["relu", "tanh"], **SMALL | {"lr": None}, told=told)
    assert [share for stage, share in stages if stage == "rates"][-1] == 1
    assert stages[-1] == ("trials", 1)
    assert found.searched
    assert any("Learning rates were searched" in remark.en for remark in found.remarks)
    assert found.network_steps == 2 * ((2 * len(RATES["adam"]) + 2 * 3) * 150 + 8 * 150)
    assert len(found.trials) == 16


def test_shapes_and_initialisations_are_compared_too() -> None:
    given = SMALL | {"hidden": [(4,), (4, 4)], "seeds": 2, "steps": 10}
    found = compare(moons(), activations=["relu"], init=("he", "orthogonal"), **given)
    names = {"relu · 4 · he", "relu · 4 · orthogonal", "relu · 4-4 · he", "relu · 4-4 · orthogonal"}
    assert {candidate.name for candidate in found.candidates} == names


def test_the_hopeless_leave_early() -> None:
    activations = [
        "relu",
        "tanh",
        "gelu",
        "elu",
        "swish",
        "identity",
        "sigmoid",
        "softplus",
        "mish",
    ]
    found = compare(
        TASKS.find("circles").make(0, 200),
        activations=activations,
        halving=True,
        **SMALL | {"seeds": 32, "steps": 300},
    )
    early = [candidate.name for candidate in found.candidates if candidate.left_early]
    assert "identity" in early
    assert found.place("identity") is None
    assert len(found.trials) < 32 * len(activations)
    assert any("Left early" in remark.en for remark in found.remarks)


def test_a_network_that_diverges_is_counted() -> None:
    random = np.random.default_rng(0)
    x = random.standard_normal((100, 2))
    given = SMALL | {"lr": 1e4, "optimizer": "sgd"}
    found = compare(x, x[:, 0], activations=["relu", "tanh"], **given)
    assert found.place("relu").diverged == 8  # type: ignore[union-attr]
    assert "Runs that diverged: " in found.conclusion.en
    assert all(
        outcome.diverged_at for trial, outcome in found.trials if trial.recipe.activation == "relu"
    )


# ------------------------------------------------------------ paired, and the same in any company


def outcomes(
    activations: tuple[str, ...], seeds: int, *, hidden: tuple[int, ...] = (8, 8)
) -> dict[tuple[str, int], Any]:
    split = moons().split()
    plan = Plan(activations=activations, hidden=(hidden,), rates=(0.01,), seeds=seeds, steps=40)
    trials = list(plan.trials(plan.recipes(), split.fingerprint))
    return {
        (trial.recipe.activation, trial.seed): outcome
        for part in run(trials, split, workers=2)
        for trial, outcome in part
    }


@pytest.mark.parametrize("hidden", [(8, 8), (16, 16), (64,)])
def test_a_trial_is_the_same_alone_and_among_others(hidden: tuple[int, ...]) -> None:
    alone, among = (
        outcomes(("tanh",), 1, hidden=hidden),
        outcomes(("tanh", "relu", "gelu"), 21, hidden=hidden),
    )
    one, other = alone["tanh", 0], among["tanh", 0]
    assert one.key == other.key
    assert one.loss == other.loss
    assert (one.curve.loss == other.curve.loss).all()


def test_seeds_are_paired() -> None:
    network = Architecture(sizes=(2, 8, 8, 1), loss="bce")
    relu, tanh = (
        initial_weights(network, elementwise(name), "he", [3, 4]) for name in ("relu", "tanh")
    )
    assert (relu == tanh).all()  # He's scale asks nothing of the activation
    critical = initial_weights(network, elementwise("tanh"), "critical", [3])
    weight = network.places[0]
    ratio = critical[0, : weight.stop] / tanh[0, : weight.stop]
    assert np.ptp(ratio) < 1e-5  # the same draw, stretched


@pytest.mark.parametrize("init", ["pytorch", "glorot", "he", "lecun", "orthogonal"])
def test_weights_are_drawn_as_they_should(init: str) -> None:
    network = Architecture(sizes=(40, 60, 10), loss="cross-entropy")
    rows = initial_weights(network, elementwise("relu"), init, list(range(40)))
    weight = network.places[0]
    drawn = rows[:, weight.start : weight.stop].reshape(-1, 40, 60)
    expected = {
        "pytorch": 1 / 120,
        "glorot": 2 / 100,
        "he": 2 / 40,
        "lecun": 1 / 40,
        "orthogonal": 1 / 60,
    }[init]
    assert drawn.var() == pytest.approx(expected, rel=0.03)
    if init == "orthogonal":
        np.testing.assert_allclose(drawn[0] @ drawn[0].T, np.eye(40), atol=1e-5)
    if init == "pytorch":
        assert np.abs(drawn).max() <= 1 / np.sqrt(40) + 1e-6


def test_scales_of_ones_own_are_taken() -> None:
    network = Architecture(sizes=(50, 50, 1), loss="mse", learned=1)
    own = Initialisation(weight=0.5, bias=0.2)
    rows = initial_weights(network, elementwise("prelu"), own, list(range(50)))
    assert rows[:, :2500].std() == pytest.approx(0.5 / np.sqrt(50), rel=0.05)
    assert rows[:, 2500:2550].std() == pytest.approx(0.2, rel=0.1)
    assert (rows[:, -1] == 0.25).all()


def test_every_row_comes_equally_often() -> None:
    order = minibatches("data", rows=30, batch_size=12, steps=25)
    counts = np.bincount(order.reshape(-1), minlength=30)
    assert (counts == 10).all()
    assert not (order == minibatches("other data", rows=30, batch_size=12, steps=25)).all()
    assert minibatches("data", rows=3, batch_size=64, steps=2).shape == (2, 3)


# ------------------------------------------------------------ resumed


def test_what_is_stored_is_not_run_again(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    given = {"activations": ["relu", "tanh"], "store": path, "splits": 8, **SMALL}
    first = compare(moons(), **given)
    again = compare(moons(), **given)
    more = compare(moons(), **given | {"seeds": 12})
    assert again.network_steps == 0
    assert more.network_steps == 2 * 4 * 150
    assert [place.mean for place in again.ranking.places] == [
        place.mean for place in first.ranking.places
    ]
    assert any("Taken from the store: 16 of 24" in remark.en for remark in more.remarks)
    with Store(path) as store:
        assert len(store) == 24


def test_trials_on_other_splits_are_not_mixed_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    names = ["relu", "tanh"]
    old = compare(moons(), activations=names, store=path, splits=1, **SMALL)
    new = compare(moons(), activations=names, store=path, **SMALL)
    assert new.network_steps == old.network_steps
    assert any("16 trials of these data with splits=1" in remark.en for remark in new.remarks)
    fewer = compare(moons(), activations=names, store=path, **SMALL | {"seeds": 12})
    assert any("16 trials of these data with splits=" in remark.en for remark in fewer.remarks)
    again = compare(moons(), activations=names, store=path, splits=1, **SMALL)
    assert again.network_steps == 0
    assert not any("with splits=" in remark.en for remark in again.remarks)


def test_a_study_that_is_stopped_goes_on_from_its_store(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"

    def told(_: str, progress: Progress) -> bool:
        return progress.done < 100

    with pytest.raises(BadInput, match="goes on from there"):
        compare(
            moons(),
            activations=["relu", "tanh"],
            store=path,
            told=told,
            **SMALL | {"steps": 60_000},
        )
    with pytest.raises(BadInput, match="Nothing was stored"):
        compare(moons(), activations=["relu", "tanh"], told=told, **SMALL | {"steps": 60_000})


# ------------------------------------------------------------ learning rates


@pytest.mark.parametrize("count", [1, 8])
def test_rates_are_chosen_four_times_on_what_a_split_does_not_judge_by(count: int) -> None:
    splits = Splits(data=TASKS.find("moons").make(0, 200), asked=count)
    recipes = Plan(activations=("relu", "sigmoid"), hidden=((8,),), steps=300).recipes()
    judging = list[set[bytes]]()

    def running(trials: Any, split_of: Any, told: Any) -> Any:
        for name in dict.fromkeys(trial.data for trial in trials):
            inner, own = split_of(name), [trial for trial in trials if trial.data == name]
            split = splits.split(2 * len(judging) if count > 1 else 0)
            judged = {row.tobytes() for row in split.validation_inputs}
            for part in (inner.train_inputs, inner.validation_inputs):
                assert not judged & {row.tobytes() for row in part}
            judging.append({row.tobytes() for row in inner.validation_inputs})
            assert len(own) == 2 * (9 if len(judging) <= 2 else 3)  # the best three go on
            assert {trial.seed for trial in own} == {1_000_000 + len(judging) - 1}
            yield from run(own, inner, told=told)

    rates = rates_for(recipes, splits, running)
    assert rates is not None
    assert all(rate in RATES["adam"] for rate in rates)
    assert rates[1] >= rates[0]  # a sigmoid's gradients are smaller, its best rate is not
    assert min(rates) > 1e-4
    assert len(judging) == 4
    if count == 1:  # four quarters of one part, which are all of it
        learned = {row.tobytes() for row in splits.split(0).train_inputs}
        assert set.union(*judging) == learned
        assert sum(map(len, judging)) == len(learned)


# ------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"activations": ["relu"]}, "nothing to compare"),
        ({"activations": ["relu", "relu"]}, "nothing to compare"),
        ({"activations": ["relu", "reluu"]}, "reluu"),
        ({"activations": ["relu", "softmax"]}, "whole vectors"),
        ({"activations": ["relu", "step"]}, "slope 0 everywhere"),
        ({"activations": ["relu", "x*("]}, "formula"),
        ({"seeds": 1}, "at least 2"),
        ({"steps": 0}, "steps = 0"),
        ({"batch_size": 0}, "batch_size = 0"),
        ({"lr": -1.0}, "lr = -1"),
        ({"lr": float("nan")}, "lr = nan"),
        ({"hidden": (0,)}, "hidden = 0"),
        ({"hidden": (100_000, 100_000)}, "does not fit into the memory"),
        ({"hidden": (4,) * 501}, "at most 500"),
        ({"init": "hee"}, "hee"),
        ({"init": "critical", "activations": ["relu", "softplus"]}, "critical"),
        ({"validation": 2.0}, "validation"),
        ({"weight_decay": -1.0}, "weight_decay"),
        ({"splits": 0}, "splits = 0"),
        ({"splits": 2.5}, "splits = 2.5"),
    ],
)
def test_what_cannot_be_is_said_before_any_training(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        compare(moons(), **{"activations": ["relu", "tanh"], **SMALL, **changed})


def test_names_with_parameters_are_read() -> None:
    assert activation_of("leaky_relu(alpha=0.3)").settings == {"alpha": 0.3}
    recipe = Recipe(activation="prelu", hidden=(4, 4), skip="rezero")
    assert architecture_of(recipe, moons().split()).learned == 1


def test_equal_trials_have_equal_keys() -> None:
    one = Trial(recipe=Recipe(activation="relu", lr=1, hidden=[8]), seed=0, data="d")  # type: ignore[arg-type]
    other = Trial(recipe=Recipe(activation="relu", lr=1.0, hidden=(8,)), seed=0, data="d")
    assert one.key == other.key
    assert (
        one.key
        != Trial(recipe=Recipe(activation="relu", lr=2.0, hidden=(8,)), seed=0, data="d").key
    )


def test_a_study_needs_data_to_judge_by() -> None:
    found = study(
        Plan(activations=("relu", "tanh"), hidden=((2,),), rates=(0.1,), seeds=6, steps=50),
        TASKS.find("two-sample-regression").make(0, None),
    )
    assert any("only 2 samples" in remark.en for remark in found.remarks)
