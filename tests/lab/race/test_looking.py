"""Looking into one network gives what `livegrad.lab.nets` gives, at a fraction of the time."""

import numpy as np
import pytest

from livegrad.flow.initialisation import Initialisation
from livegrad.lab import nets
from livegrad.lab.race.evaluating import _Slow, evaluator
from livegrad.lab.race.looking import Looker
from livegrad.trials.trial import Recipe

SPLITS = {
    "moons": nets.toy("moons", count=120),
    "blobs": nets.toy("blobs", count=120),
    "two-sample-regression": nets.toy("two-sample-regression", count=120),
}


@pytest.mark.parametrize("activation", ["tanh", "relu", "x*sigmoid(2*x)", "prelu", "snake"])
@pytest.mark.parametrize(
    ("norm", "skip"), [(None, None), ("batch", None), (None, "rezero"), ("batch", "residual")]
)
def test_look_agrees_with_the_reference(activation, norm, skip):
    split = SPLITS["moons"]
    recipe = Recipe(activation=activation, hidden=(6,) * 5, norm=norm, skip=skip)
    drawn = nets.draw(recipe, split, [3], init=Initialisation(weight=1.3, bias=0.1))
    place = [p for p in drawn.architecture.places if p.name == "branch"]
    place += [p for p in drawn.architecture.places if p.name == "learned"]
    for number, p in enumerate(place):
        drawn.weights[:, p.start] = 0.5 + 0.1 * number
    wanted = drawn.look(split.train_inputs, split.train_targets)
    found = Looker(drawn).look(
        drawn.weights[0], drawn.running[0], split.train_inputs, split.train_targets
    )
    close = {"rtol": 2e-4, "atol": 2e-6}
    np.testing.assert_allclose(found.outputs, wanted.outputs[0], **close)
    np.testing.assert_allclose(found.loss, wanted.loss[0], **close)
    for layer in range(5):
        np.testing.assert_allclose(found.z[layer], wanted.z[layer][0], **close)
        np.testing.assert_allclose(found.slopes[layer], wanted.slopes[layer][0], **close)
        np.testing.assert_allclose(found.deltas[layer], wanted.deltas[layer][0], **close)
    first, inner, readout = found.by_weight
    for mine, theirs in zip([first, *inner, readout], wanted.by_weight, strict=True):
        np.testing.assert_allclose(mine, theirs[0], **close)


@pytest.mark.parametrize("task", ["blobs", "two-sample-regression"])
def test_other_losses_agree_too(task):
    split = SPLITS[task]
    drawn = nets.draw(Recipe(activation="tanh", hidden=(8, 8)), split, [1])
    wanted = drawn.look(split.train_inputs, split.train_targets)
    found = Looker(drawn).look(
        drawn.weights[0], drawn.running[0], split.train_inputs, split.train_targets
    )
    np.testing.assert_allclose(found.loss, wanted.loss[0], rtol=1e-5)
    np.testing.assert_allclose(found.out_delta, wanted.deltas[-1][0], rtol=1e-4, atol=1e-7)


def test_forward_uses_the_running_averages():
    split = SPLITS["moons"]
    drawn = nets.draw(Recipe(activation="tanh", hidden=(8, 8), norm="batch"), split, [1])
    found = Looker(drawn).forward(drawn.weights[0], drawn.running[0], split.train_inputs)
    wanted = drawn.outputs(split.train_inputs)[0]
    np.testing.assert_allclose(found.outputs, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["sigmoid", "gelu", "sin(x)*x", "step"])
def test_the_fast_evaluator_agrees_with_numpy(name):
    f = nets.elementwise_in(name)
    z = np.linspace(-6, 6, 101, dtype=np.float32)
    fast, slow = ([np.empty_like(z), np.empty_like(z)] for _ in range(2))
    evaluator(f)(z, *fast, np.empty(0))
    _Slow(f)(z, *slow, np.empty(0))
    np.testing.assert_allclose(fast, slow, rtol=1e-4, atol=1e-6)


def test_sizes_of_weights_are_norms():
    split = SPLITS["moons"]
    drawn = nets.draw(Recipe(activation="tanh", hidden=(5,) * 4), split, [1, 2])
    looker = Looker(drawn)
    one, other = drawn.weights
    for less in (None, other):
        arrays = zip(looker.weights(one), looker.weights(other), strict=True)
        wanted = [np.linalg.norm(a if less is None else a - b) for a, b in arrays]
        np.testing.assert_allclose(looker.sizes(one, less), wanted, rtol=1e-5)


def test_the_first_of_one_layer_is_the_only_one():
    drawn = nets.draw(Recipe(activation="tanh", hidden=(5,)), SPLITS["moons"], [1])
    assert Looker(drawn).sizes(drawn.weights[0]).shape == (2,)


@pytest.mark.parametrize("name", ["prelu", "snake", "pau", "srelu", "acon_c"])
def test_learned_parameters_are_taken_as_they_are_given(name):
    f = nets.elementwise_in(name)
    z = np.linspace(-3, 3, 61, dtype=np.float32)
    numbers = np.float32([1.1 * f.settings[n] + 0.05 for n in f.learned])
    fast, slow = ([np.empty_like(z), np.empty_like(z)] for _ in range(2))
    evaluator(f)(z, *fast, numbers)
    _Slow(f)(z, *slow, numbers)
    np.testing.assert_allclose(fast, slow, rtol=1e-3, atol=1e-5)
