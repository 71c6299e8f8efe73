"""A PyTorch model that a factory builds is trained as one would by hand, and fails in one sentence."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from trials import models
from trials.stored import facts

from livegrad.errors import BadInput, UnknownName
from livegrad.functions import activation
from livegrad.trials.reading import from_arrays
from livegrad.trials.shaped import split_of
from livegrad.trials.splitting import Split
from livegrad.trials.starting import minibatches
from livegrad.trials.task import TASKS
from livegrad.trials.trial import Outcome, Recipe, Trial

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - after the check

from livegrad.trials.factory_torch import Job, modules_of, name_of  # noqa: E402

MOONS = TASKS.find("moons").make(0, 100).split()


def digits(samples: int = 300) -> Split:
    data = TASKS.find("digits").make(0, samples)
    pixels = np.zeros((len(data.inputs), 64), np.float32)
    pixels[:, [int(n.split("_")[1]) * 8 + int(n.split("_")[2]) for n in data.features]] = (
        data.inputs
    )
    return split_of(pixels.reshape(-1, 1, 8, 8), data.targets, kind="classes")


def squares() -> Split:
    x = np.linspace(-1, 1, 60)[:, None]
    return from_arrays(x, np.column_stack([x**2, np.cos(x)])).split()


def outcome(build: Any, split: Split, name: Any = "tanh", seed: int = 0, **recipe: Any) -> Outcome:
    key = name if isinstance(name, str) else "given"
    recipe = {"steps": 20, "batch_size": 16, "lr": 0.01, **recipe}
    trial = Trial(recipe=Recipe(activation=key, **recipe), seed=seed, data=split.fingerprint)
    found = Job(build, split, {key: name}).trained(trial, lambda _: None)
    assert found is not None
    return found


def by_hand(
    split: Split, optimizer: Callable[..., Any], loss_of: Callable[..., Any]
) -> list[float]:
    """Losses of the minibatches of a network trained as PyTorch's tutorials do."""
    torch.manual_seed(3)
    model = models.network(nn.Tanh, 3)
    inputs = torch.tensor(split.train_inputs)
    targets = torch.tensor(split.train_targets)
    model(inputs[:2])
    steps, losses = optimizer(model.parameters()), []
    order = minibatches(split.fingerprint, rows=len(inputs), batch_size=16, steps=20)
    for members in order:
        steps.zero_grad()
        loss = loss_of(model(inputs[members]), targets[members])
        loss.backward()
        steps.step()
        losses.append(loss.item())
    return losses


OPTIMIZERS = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, weight_decay=0.1),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01, weight_decay=0.1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_step_is_that_of_a_loop_by_hand(name: Any) -> None:
    def loss(outputs: Any, targets: Any) -> Any:
        return nn.BCEWithLogitsLoss()(outputs[:, 0], targets.float())

    found = outcome(models.network, MOONS, nn.Tanh, seed=3, optimizer=name, weight_decay=0.1)
    np.testing.assert_array_equal(
        found.curve.train_loss, np.float32(by_hand(MOONS, OPTIMIZERS[name], loss))
    )


def test_numbers_are_hit_and_scored_by_r_squared() -> None:
    split = squares()

    def build(activation: Any, seed: int) -> nn.Module:
        del seed
        return nn.Sequential(nn.Linear(1, 16), activation(), nn.Linear(16, 2))

    found = outcome(build, split, steps=400, lr=0.02)
    spread = float(np.var(split.validation_targets, axis=0).mean())
    assert found.score == pytest.approx(1 - found.loss / spread)
    assert found.score > 0.9


def test_pictures_are_learned_and_judged_in_eval_mode() -> None:
    found = outcome(models.convolutional, digits(), "relu", steps=120)
    assert found.score > 0.8
    assert found.curve.loss[-1] < found.curve.loss[0]
    assert len(found.curve.steps) == 50
    assert found.curve.steps[-1] == 120


@pytest.mark.parametrize("name", ["maxout", "prelu", "x * tanh(x)", nn.Mish, activation("glu")])
def test_vectors_formulas_and_modules_fit_one_build(name: Any) -> None:
    found = outcome(models.convolutional, digits(), name, steps=3)
    assert found.diverged_at is None


def test_a_name_says_what_a_candidate_is() -> None:
    assert [name_of(x) for x in ("tanh", nn.Mish, activation("maxout"))] == [
        "tanh",
        "Mish",
        "maxout",
    ]
    with pytest.raises(UnknownName, match="tanhh"):
        name_of("tanhh")
    with pytest.raises(BadInput, match=r"Tanh\(\) is no activation"):
        name_of(nn.Tanh())  # type: ignore[arg-type]


def test_modules_are_new_each_time() -> None:
    make = modules_of("prelu")
    assert make() is not make()
    assert make(channels=4, axis=1).alpha.shape == (4,)  # type: ignore[union-attr]
    assert isinstance(modules_of(nn.Mish)(axis=1), nn.Mish)
    assert modules_of("maxout")(axis=1, channels=4)(torch.ones(2, 4, 3)).shape == (2, 2, 3)


def test_the_seed_decides_and_chance_outside_goes_on_as_before() -> None:
    torch.manual_seed(1)
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    first = facts(outcome(models.convolutional, digits(), seed=5))
    assert torch.equal(states[0], torch.get_rng_state())
    assert states[1:] == (random.getstate(), np.random.get_state()[1].tolist())  # type: ignore[index]  # noqa: NPY002
    torch.rand(1)
    assert facts(outcome(models.convolutional, digits(), seed=5)) == first
    assert facts(outcome(models.convolutional, digits(), seed=6)) != first


def test_divergence_is_an_outcome() -> None:
    found = outcome(models.network, squares_of_one(), "relu", lr=1e20, optimizer="sgd")
    assert found.diverged_at is not None
    assert np.isnan(found.score)
    assert np.isnan(found.curve.loss[-1])


def squares_of_one() -> Split:
    x = np.linspace(-1, 1, 60)[:, None]
    return from_arrays(x, x**2).split()


def test_a_training_can_be_stopped() -> None:
    steps = list[int]()

    def told(step: int) -> bool:
        steps.append(step)
        return step < 3

    trial = Trial(recipe=Recipe(activation="tanh"), seed=0, data=MOONS.fingerprint)
    assert Job(models.network, MOONS, {"tanh": "tanh"}).trained(trial, told) is None
    assert steps == [0, 1, 2, 3]


def test_outputs_without_an_axis_are_taken_for_one_column() -> None:
    assert facts(outcome(models.flat, MOONS)) == facts(outcome(models.network, MOONS))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (models.raising, r"^build ended with RuntimeError: no layer for seed 0 for the activation 'tanh' and seed 0"),
        (models.stranger, r"^build gave str for the activation 'tanh'; it must return a torch\.nn\.Module"),
        (lambda activation, _: activation(), r"^build gave ActivationModule"),
        (models.stumbling, r"'tanh' ended with ValueError: cannot go on in its training.*\(75, 2\)"),
        (models.three_outputs, r"\(16, 2\) into \(16, 3\); these data need \(16, 1\)\. Set the outputs of its last layer to 1"),
    ],
)  # fmt: skip
def test_what_fails_is_told_in_one_sentence(build: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words) as told:
        outcome(build, MOONS)
    assert "\n" not in str(told.value)


# ------------------------------------------------------------ samples of any shape


def test_pictures_stay_pictures_on_one_scale() -> None:
    pictures = np.random.default_rng(0).normal(5, 3, (200, 1, 4, 4))
    split = split_of(pictures, np.arange(200) % 3, kind="classes")
    assert split.train_inputs.shape == (150, 1, 4, 4)
    assert split.validation_inputs.dtype == np.float32
    assert abs(split.train_inputs.mean()) < 1e-5
    assert split.train_inputs.std() == pytest.approx(1, abs=1e-5)
    every = np.concatenate([split.train_inputs, split.validation_inputs])
    mean, deviation = (
        float(w.rstrip(".,")) for w in np.array(split.remarks[-1].en.split())[[7, -1]]
    )
    back = every * deviation + mean
    np.testing.assert_allclose(np.sort(back.ravel()), np.sort(pictures.ravel()), atol=0.02)


def test_each_picture_keeps_its_target() -> None:
    targets = np.arange(90) % 3
    pictures = np.zeros((90, 2, 2))
    pictures[...] = targets[:, None, None]
    given = [
        None if number % 10 == 9 else f"class {target}" for number, target in enumerate(targets)
    ]
    split = split_of(pictures, given)
    assert len(split.train_inputs) + len(split.validation_inputs) == 81
    for inputs, numbers in (
        (split.train_inputs, split.train_targets),
        (split.validation_inputs, split.validation_targets),
    ):
        assert np.array_equal(
            np.unique(inputs, return_inverse=True)[1].reshape(inputs.shape)[:, 0, 0], numbers
        )


def test_the_fingerprint_is_of_the_content() -> None:
    pictures = np.random.default_rng(0).random((20, 2, 2))
    first = split_of(pictures, [0, 1] * 10).fingerprint
    assert split_of(pictures.copy(), [0, 1] * 10).fingerprint == first
    assert split_of(pictures, [1, 0] * 10).fingerprint != first
    assert split_of(pictures * 2, [0, 1] * 10).fingerprint != first
    assert split_of(pictures, [0, 1] * 10, validation=0.5).fingerprint != first


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        (np.full((20, 2, 2), np.nan), [0, 1] * 10, "not finite"),
        (np.array([["a", "b"]] * 20), [0, 1] * 10, "<U1"),
        (np.arange(20.0), [0, 1] * 10, r"\(20,\)"),
        (np.ones((20, 2, 2)), [0, 1] * 10, "All numbers of X are 1"),
        (np.ones((19, 2, 2)), [0, 1] * 10, "19 samples and y has 20 targets"),
    ],
)
def test_what_is_no_picture_is_told(X: Any, y: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        split_of(X, y)
