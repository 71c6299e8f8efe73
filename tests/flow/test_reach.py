"""How far signal and gradient reach: by definition, by naive iteration, and in real floating-point numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from flow.drawn import ACTIVATIONS, batch_of
from scipy.special import erf

from livegrad.flow import born_dead, predict
from livegrad.flow.initialisation import Initialisation
from livegrad.flow.network import Network, Norm
from livegrad.flow.profile import Scales
from livegrad.flow.theory.course import Start, course_of
from livegrad.flow.theory.reach import born_dead_of, scales_of, underflow_of
from livegrad.flow.verdict import ALIKE, DECADES
from livegrad.functions import elementwise

VAST = 1_000_000


def network(name: str, **settings: object) -> Network:
    return Network(activation=elementwise(name), **settings)  # type: ignore[arg-type]


def scales(name: str, start: Start | None = None, **settings: object) -> Scales:
    given = network(name, **{"width": VAST, **settings})
    return scales_of(given, course_of(given, start or Start(features=VAST)))


NODE, WEIGHT = np.polynomial.hermite_e.hermegauss(60)
WEIGHT = WEIGHT / WEIGHT.sum()
FUNCTIONS = {
    **ACTIVATIONS,
    "erf": (erf, lambda z: 2 / math.sqrt(math.pi) * np.exp(-z * z)),
}


def mean_square(name: str, q: float, order: int = 0) -> float:
    """E[f²], or E[f′²], by Gauss–Hermite quadrature: for smooth functions."""
    return float(WEIGHT @ FUNCTIONS[name][order](math.sqrt(q) * NODE) ** 2)


def next_variance(name: str, q: float, init: Initialisation) -> float:
    return init.weight**2 * mean_square(name, q) + init.bias**2


def next_product(name: str, q: float, c: float, init: Initialisation) -> float:
    """σ_w²·E[f(u)·f(v)] + σ_b², likewise in both directions."""
    f = FUNCTIONS[name][0]
    v = c * NODE[:, None] + math.sqrt(max(1 - c * c, 0)) * NODE
    first, second = f(math.sqrt(q) * NODE), f(math.sqrt(q) * v)
    return init.weight**2 * float((WEIGHT * first) @ second @ WEIGHT) + init.bias**2


def fixed(step: Callable[[float], float], start: float) -> float:
    """Iterate until nothing moves any more."""
    place, before = step(start), start
    for _ in range(3000):
        if abs(place - before) < 1e-12:
            return place
        place, before = step(place), place
    raise AssertionError


SMOOTH = [
    ("tanh", 0.9, 0.1),
    ("tanh", 1.5, 0.3),
    ("tanh", 1.8, 0.2),
    ("erf", 1.1, 0.2),
    ("sigmoid", 3.0, 0.4),
]


@pytest.mark.parametrize(("name", "weight", "bias"), SMOOTH)
def test_distances_shrink_by_e_over_a_depth_scale(name: str, weight: float, bias: float) -> None:
    """Iterated until the fixed point, and once more from a place beside it, both without livegrad's averages."""
    init = Initialisation(weight=weight, bias=bias)
    found = scales(name, Start(features=VAST, correlation=0.3), init=init, depth=40)
    q = fixed(lambda q: next_variance(name, q, init), 1.0)
    ratio = (next_variance(name, q * 1.001, init) - q) / (q * 0.001)
    assert found.signal is not None
    assert math.exp(-1 / found.signal) == pytest.approx(ratio, rel=5e-3)

    c = fixed(lambda c: next_product(name, q, c, init) / q, 0.3)
    ratio = (c - next_product(name, q, c - 1e-3, init) / q) / 1e-3
    assert found.correlation is not None
    assert math.exp(-1 / found.correlation) == pytest.approx(ratio, rel=5e-3)

    chi = weight**2 * mean_square(name, q, 1)
    assert found.gradient is not None
    assert found.gradient == pytest.approx(2 / abs(math.log(chi)), rel=5e-3)


def test_where_nothing_draws_there_is_no_scale() -> None:
    relu = scales("relu", init="he", depth=10)
    assert relu.signal is None  # every variance stays what it is
    assert relu.gradient == math.inf  # χ = 1 at every one
    assert relu.correlation == math.inf  # c creeps to 1 by a power of depth
    exploding = scales("relu", init=Initialisation(weight=2.0), depth=10)
    assert exploding.signal is None
    assert exploding.correlation == math.inf  # its map is the same at every variance
    assert exploding.gradient == pytest.approx(2 / math.log(2), rel=1e-6)


def test_functions_that_swallow_every_signal_have_scales_without_an_error() -> None:
    for name in ("hardshrink", "lisht", "phish", "tanhshrink", "exponential", "relu_squared"):
        for init in ("glorot", "he"):
            found = scales(name, init=init, depth=5, width=64)
            assert found.trainable_depth is not None
            assert not any(
                value is not None and math.isnan(value) for value in vars(found).values()
            )


# ------------------------------------------------------------ trainable depth


@pytest.mark.parametrize(
    ("name", "weight", "bias", "correlation"),
    [
        ("tanh", 0.8, 0.0, 0.1),
        ("tanh", 1.3, 0.0, 0.1),
        ("tanh", 1.2, 0.4, 0.1),
        ("tanh", 1.2, 0.4, 0.99),
        ("sigmoid", 2.0, 0.1, 0.0),
        ("erf", 1.5, 0.1, 0.0),
    ],
)
def test_the_trainable_depth_is_that_of_a_naive_walk(
    name: str, weight: float, bias: float, correlation: float
) -> None:
    """Layer by layer, the last depth at which |log₁₀| of the gradient ≤ 2 and c < 0.98."""
    init = Initialisation(weight=weight, bias=bias)
    start = Start(features=VAST, correlation=correlation)
    found = scales(name, start, init=init, depth=10).trainable_depth
    q = weight**2 + bias**2
    c = (weight**2 * correlation + bias**2) / q
    power, depth = 0.0, 0
    while c < ALIKE and abs(power) <= DECADES and depth < 1000:
        depth += 1
        power += math.log10(weight**2 * mean_square(name, q, 1)) / 2
        product, q = next_product(name, q, c, init), next_variance(name, q, init)
        c = product / q
    assert found == (depth if depth < 1000 else None)


TRAINABLE: tuple[tuple[str, dict[str, object]], ...] = (
    ("tanh", {"init": "he"}),
    ("relu", {"init": "he"}),
    ("sigmoid", {"init": "glorot"}),
    ("elu", {"init": "lecun"}),
    ("gelu", {"init": "glorot", "dropout": 0.1}),
    ("relu", {"norm": "batch", "init": "he"}),
    ("sigmoid", {"norm": "layer", "init": "he"}),
)


@pytest.mark.parametrize(("name", "settings"), TRAINABLE)
def test_at_the_trainable_depth_the_verdict_is_healthy_and_one_deeper_it_is_not(
    name: str, settings: dict[str, object]
) -> None:
    """Of networks so wide that their median is the mean-field course."""
    whole = {"width": VAST, "inputs": 1000, **settings}
    depth = predict(name, depth=60, **whole).scales.trainable_depth  # type: ignore[arg-type, union-attr]
    assert depth is not None
    assert depth >= 1
    codes = [predict(name, depth=one, **whole).verdict.code for one in (depth, depth + 1)]  # type: ignore[arg-type]
    assert codes[0] == "healthy"
    assert codes[1] in ("vanishes", "explodes", "collapses")


@pytest.mark.parametrize("settings", [{"skip": 1.0}, {"skip": 1.0, "norm": "layer"}])
def test_beyond_the_network_its_last_layer_goes_on(settings: dict[str, object]) -> None:
    """A residual network of 5 layers is not on the edge of chaos: what it grows by goes on, and ends somewhere."""
    found = predict("relu", depth=5, **settings).scales  # type: ignore[arg-type]
    assert found is not None
    assert found.trainable_depth is not None
    assert found.gradient is not None
    assert math.isfinite(found.gradient)


# ------------------------------------------------------------ underflow


def first_zero_depth(dtype: torch.dtype, depth: int, seed: int) -> int:
    """Run a sigmoid network of 64 units in a format; return from which depth on its first gradient is all 0."""
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(64, 64).to(dtype) for _ in range(depth)]
    x, y = batch_of(32, 64)
    stream, outputs = torch.tensor(x).to(dtype), list[torch.Tensor]()
    for layer in layers:
        outputs.append(layer(stream))
        outputs[-1].retain_grad()
        stream = torch.sigmoid(outputs[-1])
    scores = torch.nn.Linear(64, 10).to(dtype)(stream)
    torch.nn.functional.cross_entropy(scores, torch.tensor(y)).backward()
    alive = [bool((z.grad != 0).any()) for z in outputs]
    return depth - alive.index(True) + 1


def takes_subnormals_for_zero(dtype: torch.dtype) -> bool:
    """Whether a product of this processor, 6e-39 and so below bfloat16's and float32's least normal number, is 0."""
    small = torch.full((64, 64), 1e-20).to(dtype)
    return dtype == torch.bfloat16 and not bool((small @ small).any())


@pytest.mark.parametrize(
    ("name", "dtype", "depth"),
    [
        ("float32", torch.float32, 64),
        ("bfloat16", torch.bfloat16, 58),
        ("float16", torch.float16, 14),
    ],
)
def test_underflow_happens_where_real_numbers_do_it(
    name: str, dtype: torch.dtype, depth: int
) -> None:
    real = [first_zero_depth(dtype, depth, seed) for seed in range(3)]
    profile = predict("sigmoid", batch_of(32, 64), depth=depth)
    said = dict(profile.underflow_depth)[name]
    # A layer takes 0.85 decades: what is not known of the entries at the top, a factor of ten, is two layers. Processors with
    # instructions for bfloat16 (AVX512-BF16, AMX) take subnormal numbers for 0, which ends 2.1 decades, three layers, earlier.
    earlier = 3 if takes_subnormals_for_zero(dtype) else 0
    assert -2 <= said - float(np.median(real)) <= 2 + earlier


def test_a_default_sigmoid_is_dead_in_float32_at_about_fifty_layers() -> None:
    deep, shallow = (dict(predict("sigmoid", depth=depth).underflow_depth) for depth in (60, 10))
    assert 47 <= deep["float32"] <= 54
    # From ten layers the rest is told: they go on as they did.
    assert abs(shallow["float32"] - deep["float32"]) <= 3
    assert deep["float16"] < deep["bfloat16"] < deep["float32"]


def test_a_level_gradient_never_underflows() -> None:
    assert predict("relu", depth=30, init="he", width=10_000).underflow_depth == ()
    assert predict("step", depth=5).underflow_depth == ()
    layers = predict("tanh", depth=1).layers
    assert underflow_of(layers, Start(features=64)) == ()


# ------------------------------------------------------------ born dead


def test_narrow_relu_networks_without_biases_may_be_born_dead() -> None:
    chance = born_dead(3, 20)
    assert born_dead_of(network("relu", width=3, depth=20, init="he")) == (
        chance.lower,
        chance.upper,
    )
    assert predict("relu", width=3, depth=20, init="he").born_dead == (chance.lower, chance.upper)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("relu", {"width": 64}),
        ("relu", {"init": "pytorch"}),
        ("relu", {"init": Initialisation(weight=1.4, bias=0.1)}),
        ("relu", {"norm": "layer"}),
        ("relu", {"skip": 1.0}),
        ("relu", {"recurrent": True}),
        ("leaky_relu", {}),
        ("tanh", {}),
    ],
)
def test_others_are_not(name: str, settings: dict[str, object]) -> None:
    assert (
        born_dead_of(network(name, **{"width": 3, "depth": 20, "init": "he", **settings})) is None
    )


@pytest.mark.parametrize("norm", [None, "batch", "layer"])
def test_the_gradients_scale_is_that_of_the_last_layer(norm: Norm | None) -> None:
    given = network("tanh", norm=norm, depth=40, width=VAST, init="he")
    course = course_of(given, Start(features=VAST, batch=VAST))
    found = scales_of(given, course).gradient
    assert found == pytest.approx(2 / abs(course.log_gain[-1]), rel=1e-3)
