"""The engine: the same steps as NumPy's reference, and both the same as PyTorch's."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trials.networks import Twin, order, population, samples

from livegrad.functions import ACTIVATIONS, Activation, elementwise
from livegrad.trials import engine
from livegrad.trials.engine import Architecture, Population, Samples, Settings, Trace, Work, native

built = pytest.mark.skipif(
    native.library() is None and "CI" not in os.environ, reason="no native engine was compiled here"
)
SHAPES: dict[str, Architecture] = {
    "narrow": Architecture(sizes=(2, 8, 8, 1), loss="bce"),
    "odd": Architecture(sizes=(3, 5, 5, 7, 7, 4), loss="cross-entropy"),
    "wide": Architecture(sizes=(10, 33, 33, 3), loss="mse"),
    "wider than any known distance": Architecture(sizes=(3, 140, 140, 2), loss="bce"),
    "one layer": Architecture(sizes=(4, 1), loss="mse"),
    "residual": Architecture(sizes=(3, 8, 8, 8, 2), loss="cross-entropy", skip="residual"),
    "rezero": Architecture(sizes=(3, 17, 17, 17, 2), loss="mse", skip="rezero"),
    "batch norm": Architecture(sizes=(3, 9, 9, 2), loss="bce", norm="batch"),
    "batch norm and rezero": Architecture(sizes=(3, 9, 9, 9, 4), loss="cross-entropy", norm="batch", skip="rezero"),
    "learned": Architecture(sizes=(3, 8, 8, 2), loss="mse", learned=1),
    "learned and residual": Architecture(sizes=(3, 8, 8, 2), loss="bce", learned=1, skip="rezero"),
}  # fmt: skip
each_shape = pytest.mark.parametrize("shape", SHAPES)
each_kernel = pytest.mark.parametrize("kernel", ["lanes", "single"])


def activations_for(architecture: Architecture) -> tuple[str, ...]:
    return ("prelu",) if architecture.learned else ("relu", "tanh", "gelu")


def trained(
    architecture: Architecture,
    how: str,
    *,
    dtype: Any = np.float64,
    kernel: str = "auto",
    **given: Any,
) -> tuple[Population, Trace]:
    one = population(architecture, activations_for(architecture), dtype=dtype, networks=5, **given)
    data = samples(architecture, dtype=dtype)
    work = Work(
        order=order(data, steps=30, batch=11),
        points=(7, 30),
        snapshots=(0, 20),
        kernel=kernel,
        workers=2,
    )
    return one, engine.train(one, data, work, engine="native" if how == "native" else "reference")


# ------------------------------------------------------------ against PyTorch


@pytest.mark.parametrize(
    ("shape", "optimizer", "how"),
    [
        *((shape, "adam", "reference") for shape in SHAPES),
        *((shape, "adam", "native") for shape in SHAPES),
        *(
            ("rezero", optimizer, how)
            for optimizer in ("sgd", "momentum", "adamw")
            for how in ("native", "reference")
        ),
        *(("batch norm", "momentum", how) for how in ("native", "reference")),
    ],
)
def test_a_hundred_steps_are_pytorchs(shape: str, optimizer: Any, how: Any) -> None:
    pytest.importorskip("torch")
    architecture = SHAPES[shape]
    decay = 0.01 if optimizer in ("sgd", "adamw") else 0.0
    given_settings = Settings(optimizer=optimizer, weight_decay=decay)
    names = ("prelu",) if architecture.learned else ("tanh", "softplus")
    one = population(architecture, names, networks=2, settings=given_settings)
    data = samples(architecture)
    rows = order(data, steps=100, batch=9)
    twins = [Twin(one, k) for k in range(2)]
    engine.train(one, data, Work(order=rows), engine=how)
    for k, twin in enumerate(twins):
        off = np.abs(twin.train(data, rows) - one.weights[k])
        if architecture.norm and "adam" in optimizer:
            # A norm takes the bias before it away, so that bias's true gradient is 0; Adam divides the rounding
            # that is left by its own size.
            off = off[moved(architecture)]
        assert off.max() < 1e-9


def moved(architecture: Architecture) -> Any:
    """Return which parameters have a gradient that is not 0 by the algebra of a norm."""
    chosen = np.ones(architecture.parameter_count, bool)
    for place in architecture.places:
        if place.name == "bias" and place.layer in architecture.hidden:
            chosen[place.start : place.stop] = False
    return chosen


@each_kernel
@pytest.mark.parametrize("activation", ["relu", "tanh", "swish", "elu"])
@built
def test_in_float32_it_stays_as_near_as_pytorch_to_itself(activation: str, kernel: str) -> None:
    pytest.importorskip("torch")
    architecture = Architecture(sizes=(4, 16, 16, 3), loss="cross-entropy")
    one = population(architecture, (activation,), networks=1, dtype=np.float32, rate=1e-3)
    data = samples(architecture, dtype=np.float32, rows=120)
    rows = order(data, steps=100, batch=32)
    plain = Twin(one, 0).train(data, rows)
    spread = [
        np.abs(reordered(one, architecture, data, rows, seed) - plain).max() for seed in range(8)
    ]
    engine.train(one, data, Work(order=rows, kernel=kernel), engine="native")
    assert np.abs(one.weights[0] - plain).max() <= 3 * max(spread)


def reordered(
    one: Population, architecture: Architecture, data: Samples, rows: Any, seed: int
) -> Any:
    """Train with the hidden units in another order, and put the result back into the first."""
    random = np.random.default_rng(seed)
    orders = [np.arange(4), *(random.permutation(16) for _ in range(2)), np.arange(3)]
    there, back = np.empty_like(one.weights[0]), np.empty_like(one.weights[0])
    copy = population(
        architecture, (one.activations[0].id,), networks=1, dtype=np.float32, rate=1e-3
    )
    indices = []
    for place in architecture.places:
        numbers = np.arange(place.start, place.stop).reshape(place.shape)
        by_output = numbers[..., orders[place.layer + 1]]
        indices.append(
            (by_output if place.name == "bias" else by_output[orders[place.layer]]).reshape(-1)
        )
    index = np.concatenate(indices)
    there[:] = one.weights[0][index]
    copy.weights[0] = there
    back[index] = Twin(copy, 0).train(data, rows)
    return back


# ------------------------------------------------------------ native against the reference


@built
@each_shape
@pytest.mark.parametrize("optimizer", ["momentum", "adamw"])
@each_kernel
def test_native_and_reference_make_the_same_steps(shape: str, optimizer: Any, kernel: str) -> None:
    architecture = SHAPES[shape]
    given_settings = Settings(optimizer=optimizer, weight_decay=0.01)
    ours, trace = trained(architecture, "native", kernel=kernel, settings=given_settings)
    theirs, expected = trained(architecture, "reference", settings=given_settings)
    loose = architecture.norm is not None and "adam" in optimizer  # see above
    np.testing.assert_allclose(ours.weights, theirs.weights, atol=1e-6 if loose else 1e-10)
    np.testing.assert_allclose(ours.running, theirs.running, atol=1e-6 if loose else 1e-10)
    np.testing.assert_allclose(trace.curve, expected.curve, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(trace.flow[..., :2], expected.flow[..., :2], rtol=1e-4, atol=1e-9)
    if not loose:
        np.testing.assert_allclose(trace.flow[..., 2:], expected.flow[..., 2:], atol=1e-6)
    assert (ours.diverged == theirs.diverged).all()


@built
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_shape_and_any_number_of_networks(data: st.DataObject) -> None:
    sizes = tuple(data.draw(st.lists(st.integers(1, 40), min_size=2, max_size=6)))
    loss = data.draw(
        st.sampled_from(["mse", "bce"] if sizes[-1] < 2 else ["mse", "bce", "cross-entropy"])
    )
    skip = data.draw(st.sampled_from([None, "residual", "rezero"]))
    norm = data.draw(st.sampled_from([None, "batch"]))
    architecture = Architecture(sizes=sizes, loss=loss, skip=skip, norm=norm)
    networks, batch = data.draw(st.integers(1, 37)), data.draw(st.integers(2, 25))
    kernel = data.draw(st.sampled_from(["auto", "lanes", "single"]))
    both = []
    for how in ("native", "reference"):
        one = population(
            architecture,
            ("softsign", "swish"),
            networks=networks,
            settings=Settings(optimizer="momentum"),
        )
        found = samples(architecture, rows=50)
        work = Work(order=order(found, steps=4, batch=batch), points=(4,), kernel=kernel, workers=3)
        both.append((one.weights, engine.train(one, found, work, engine=how).curve))  # type: ignore[arg-type]
    np.testing.assert_allclose(both[0][0], both[1][0], atol=1e-9)
    np.testing.assert_allclose(both[0][1], both[1][1], rtol=1e-5, atol=1e-6)


@built
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_activation_is_computed_right(dtype: Any) -> None:
    places = np.concatenate(
        [np.linspace(-12, 12, 2001), np.linspace(-90, 90, 401), [0.0, -0.0, 1e-20, 1e15]]
    )
    for name, f in ACTIVATIONS.items():
        if not isinstance(f, Activation):
            continue
        for taped in (False, True):
            value, slope = native.evaluate(f, places.astype(dtype), taped=taped)
            tolerance = 2e-6 if dtype == np.float32 else 1e-11
            with np.errstate(all="ignore"):
                x = places.astype(dtype).astype(np.float64)
                for ours, theirs in ((value, f(x)), (slope, f.derivative(x))):
                    # relative to what is subtracted at a root, hence the size of x beside that of f
                    size = np.maximum(np.abs(theirs), np.minimum(1.0, np.abs(x) + 0.1))
                    shown = np.isfinite(theirs) & (np.abs(theirs) < 1e30)
                    assert (np.abs(ours - theirs) <= tolerance * size)[shown].all(), (name, taped)


@built
def test_nan_comes_through_every_activation() -> None:
    nowhere = np.full(3, np.nan, np.float32)
    for f in ACTIVATIONS.values():
        if isinstance(f, Activation):
            assert np.isnan(native.evaluate(f, nowhere)[0]).all(), f.id
            assert np.isnan(native.evaluate(f, nowhere, taped=True)[0]).all(), f.id


@built
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "swish", "elu", "softplus"])
def test_slopes_live_far_into_the_tails(name: str) -> None:
    x = np.array([-40.0, -18.0, -9.6, 9.6, 18.0, 40.0], np.float32)
    f = elementwise(name)
    _, slope = native.evaluate(f, x)
    np.testing.assert_allclose(slope, f.derivative(x.astype(np.float64)), rtol=3e-6)


@built
@pytest.mark.parametrize("level", ["2", "3"])
def test_a_lesser_processor_gets_the_same_to_rounding(level: str) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from trials.test_engine import SHAPES, trained\n"
        "import numpy as np\n"
        "for shape in ('narrow', 'wide'):\n"
        "    for kernel in ('lanes', 'single'):\n"
        "        print(*trained(SHAPES[shape], 'native', kernel=kernel)[0].weights.sum(axis=1))\n"
    )
    here = os.path.dirname(os.path.dirname(__file__))
    found = [
        subprocess.run(
            [sys.executable, "-c", program, here],
            env={**os.environ, "LIVEGRAD_ENGINE_LEVEL": one},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for one in (level, "4")
    ]
    np.testing.assert_allclose(np.array(found[0], float), np.array(found[1], float), atol=1e-9)


# ------------------------------------------------------------ how it behaves


@built
@each_kernel
def test_the_number_of_workers_changes_no_bit(kernel: str) -> None:
    rows = []
    for workers in (1, 2, 5):
        one = population(SHAPES["narrow"], ("tanh", "relu"), networks=70, dtype=np.float32)
        data = samples(SHAPES["narrow"], dtype=np.float32)
        engine.train(
            one,
            data,
            Work(order=order(data, steps=20, batch=8), workers=workers, kernel=kernel),
            engine="native",
        )
        rows.append(one.weights)
    assert (rows[0] == rows[1]).all()
    assert (rows[0] == rows[2]).all()


@pytest.mark.parametrize("how", ["native", "reference"])
def test_training_in_two_parts_is_training_at_once(how: Any) -> None:
    data = samples(SHAPES["narrow"])
    rows = order(data, steps=20, batch=8)
    once, twice = population(SHAPES["narrow"]), population(SHAPES["narrow"])
    engine.train(once, data, Work(order=rows), engine=how)
    for part in (rows[:7], rows[7:]):
        engine.train(twice, data, Work(order=part), engine=how)
    np.testing.assert_allclose(once.weights, twice.weights, atol=1e-14)
    assert twice.steps == 20


@pytest.mark.parametrize("how", ["native", "reference"])
def test_a_network_that_diverges_is_an_outcome(how: Any) -> None:
    architecture = Architecture(sizes=(2, 4, 1), loss="mse")
    one = population(
        architecture, ("relu",), networks=3, rate=1e-3, settings=Settings(optimizer="sgd")
    )
    one.rates[1] = 1e6
    data = samples(architecture)
    trace = engine.train(
        one, data, Work(order=order(data, steps=60, batch=8), points=(60,)), engine=how
    )
    assert one.diverged[0] == one.diverged[2] == 0
    assert 0 < one.diverged[1] < 60
    assert np.isfinite(trace.curve[[0, 2]]).all()
    assert not np.isfinite(trace.curve[1, 0, 1])


@built
@pytest.mark.alone
@pytest.mark.parametrize("networks", [1, 4000])
def test_it_says_how_far_it_is_and_stops_when_told(networks: int) -> None:
    data = samples(SHAPES["narrow"], dtype=np.float32)
    one = population(SHAPES["narrow"], networks=networks, dtype=np.float32)
    seen: list[tuple[float, int]] = []

    def told(done: int) -> bool:
        seen.append((time.perf_counter(), done))
        return done < 1000

    work = Work(order=order(data, steps=2_000_000 // networks + 3000, batch=16), told=told)
    trace = engine.train(one, data, work, engine="native")
    ended, stopped = time.perf_counter(), next(when for when, done in seen if done >= 1000)
    assert not trace.finished
    assert seen[-1][1] < networks * len(work.order)
    assert ended - stopped < 0.05 + 0.95  # 50 ms, and what a loaded machine adds


@built
@pytest.mark.alone
def test_an_interrupt_leaves_at_once() -> None:
    data = samples(SHAPES["narrow"], dtype=np.float32)
    one = population(SHAPES["narrow"], networks=100, dtype=np.float32)

    def told(_: int) -> None:
        raise KeyboardInterrupt

    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        engine.train(
            one,
            data,
            Work(order=order(data, steps=2_000_000, batch=16), told=told),
            engine="native",
        )
    assert time.perf_counter() - began < 20  # all the steps would take minutes


def test_the_reference_can_be_stopped() -> None:
    data = samples(SHAPES["narrow"])
    work = Work(order=order(data, steps=50, batch=8), told=lambda done: done < 9)
    assert not engine.train(population(SHAPES["narrow"]), data, work, engine="reference").finished


def test_places_cover_every_parameter_once() -> None:
    for architecture in SHAPES.values():
        stops = list(itertools.chain([0], (place.stop for place in architecture.places)))
        assert [place.start for place in architecture.places] == stops[:-1]
