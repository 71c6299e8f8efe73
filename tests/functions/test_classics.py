"""The classical activations against textbooks, PyTorch, JAX and 60 digits, and with other parameters."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from functions.oracle import truth, ulps
from mpmath import mp, mpf

from livegrad.functions import Activation, activation
from livegrad.testing import check_activation


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("threshold", {"threshold": -2.0, "value": -5.0}),
        ("threshold", {"threshold": 0.0, "value": 0.0}),
        ("hardshrink", {"threshold": 0.1}),
        ("hardshrink", {"threshold": 3.0}),
        ("softshrink", {"threshold": 0.1}),
        ("softshrink", {"threshold": 3.0}),
        ("squareplus", {"b": 0.01}),
        ("squareplus", {"b": 1000.0}),
        ("snake", {"alpha": 0.2}),
        ("snake", {"alpha": 5.0}),
        ("star_relu", {"scale": 1.0, "bias": 0.0}),
        ("star_relu", {"scale": 0.3, "bias": 2.0}),
        ("sine", {"omega": 0.1}),
        ("sine", {"omega": 30.0}),
        ("isru", {"alpha": 0.01}),
        ("isru", {"alpha": 3.0}),
        ("isrlu", {"alpha": 0.01}),
        ("isrlu", {"alpha": 3.0}),
        ("srelu", {"low": -1.0, "high": 2.0, "alpha": 0.5, "beta": 0.1}),
        ("srelu", {"low": -3.0, "high": -1.0, "alpha": 2.0, "beta": 3.0}),
        ("rrelu", {"lower": 0.0, "upper": 1.0}),
        ("rrelu", {"alpha": 0.01}),
        ("hardsigmoid", {"corner": 1.0}),
        ("hardsigmoid", {"corner": 2.5}),
    ],
)
def test_the_contract_holds_for_other_parameters(name: str, parameters: dict[str, float]) -> None:
    check_activation(activation(name, **parameters))


def between(z: mpf, low: float, high: float) -> mpf:
    return min(max(z, mpf(low)), mpf(high))


TEXTBOOK: dict[str, Callable[[mpf], mpf]] = {
    "threshold": lambda z: z if z > 1 else mpf(0),
    "hardshrink": lambda z: z if abs(z) > 0.5 else mpf(0),
    "softshrink": lambda z: mp.sign(z) * max(abs(z) - mpf(0.5), 0),
    "tanhshrink": lambda z: z - mp.tanh(z),
    "hard_mish": lambda z: z / 2 * between(z + 2, 0, 2),
    "squareplus": lambda z: (z + mp.hypot(z, 2)) / 2,
    "sparse_plus": lambda z: mpf(0) if z < -1 else z if z > 1 else ((z + 1) / 2) ** 2,
    "exponential": mp.exp,
    "lisht": lambda z: z * mp.tanh(z),
    "snake": lambda z: z + (1 - mp.cos(2 * z)) / 2,
    "relu_squared": lambda z: max(z, 0) ** 2,
    "star_relu": lambda z: mpf(0.8944) * max(z, 0) ** 2 - mpf(0.4472),
    "sine": mp.sin,
    "arctan": mp.atan,
    "gaussian": lambda z: mp.exp(-(z**2)),
    "sinc": mp.sinc,
    "isru": lambda z: z / mp.hypot(1, z),
    "isrlu": lambda z: z / mp.hypot(1, z) if z < 0 else z,
    "bent_identity": lambda z: (mp.hypot(1, z) - 1) / 2 + z,
    "elliott": lambda z: (1 + z / (1 + abs(z))) / 2,
    "erf": mp.erf,
    "srelu": lambda z: mpf(0.2) * z if z < 0 else z,
    "rrelu": lambda z: mpf(11 / 48) * z if z < 0 else z,
    "absolute": abs,
    "symlog": lambda z: mp.sign(z) * mp.log(1 + abs(z)),
    "cloglog": lambda z: 1 - mp.exp(-mp.exp(z)),
    "hardsigmoid": lambda z: between(z / 6 + mpf(0.5), 0, 1),
}
PLACES = (-40.0, -9.5, -1.5, -0.875, -0.3, -1e-3, -1e-9, 0.0, 1e-5, 0.125, 0.625, 1.0, 2.5, 11.0)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_formula_and_kernels_are_the_textbooks(name: str) -> None:
    f, textbook = activation(name), TEXTBOOK[name]
    for place in PLACES:
        exact = textbook(mpf(place))
        assert abs(truth(f, place) - exact) <= mpf(10) ** -30 * abs(exact), place
        assert ulps(f(np.float64(place)), exact) <= 4, place


@pytest.mark.parametrize("name", ["tanhshrink", "squareplus", "elliott", "cloglog", "sinc"])
def test_what_is_printed_is_the_textbooks_formula(name: str) -> None:
    assert {
        "tanhshrink": r"x - \tanh\left(x\right)",
        "squareplus": r"\frac{x + \sqrt{x^{2} + b}}{2}",
        "elliott": r"\frac{0.5 \, x}{1 + \left|x\right|} + 0.5",
        "cloglog": r"1 - e^{-e^{x}}",
        "sinc": r"\frac{\sin\left(x\right)}{x}",
    }[name] == activation(name).latex


# ------------------------------------------------------------ other libraries


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("threshold", {}),
        ("threshold", {"threshold": -0.5, "value": 2.0}),
        ("hardshrink", {}),
        ("hardshrink", {"threshold": 1.0}),
        ("softshrink", {}),
        ("softshrink", {"threshold": 1.0}),
        ("tanhshrink", {}),
        ("rrelu", {}),
        ("rrelu", {"lower": 0.25, "upper": 0.5}),
        ("exponential", {}),
        ("sine", {}),
        ("arctan", {}),
        ("absolute", {}),
        ("erf", {}),
        ("hardsigmoid", {}),
    ],
)
def test_pytorchs_own_function_agrees_kinks_included(
    name: str, parameters: dict[str, float]
) -> None:
    torch = pytest.importorskip("torch")
    f = activation(name, **parameters)
    (native,) = (native for native in f.natives if native.path.startswith("torch."))
    function = torch.nn.functional if ".functional." in native.path else torch
    keywords = {
        keyword: f.settings[value] if isinstance(value, str) else value
        for keyword, value in native.keywords
    }
    x = torch.linspace(-8, 8, 129, dtype=torch.float64, requires_grad=True)  # holds every joint
    theirs = getattr(function, native.path.rsplit(".", 1)[1])(x, **keywords)
    torch.testing.assert_close(f(x), theirs, rtol=1e-12, atol=1e-14)
    slopes = [torch.autograd.grad(y.sum(), x)[0] for y in (f(x), theirs)]
    # PyTorch's hardsigmoid multiplies float64 gradients by the float32 nearest to 1/6.
    torch.testing.assert_close(*slopes, rtol=3e-8 if name == "hardsigmoid" else 1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("squareplus", "squareplus"),
        ("sparse_plus", "sparse_plus"),
        ("sparse_sigmoid", "sparse_sigmoid"),
        ("hardsigmoid", "hard_sigmoid"),
    ],
)
def test_jax_agrees(name: str, theirs: str) -> None:
    jax = pytest.importorskip("jax")
    x = np.linspace(-6, 6, 101, dtype=np.float32)
    function = getattr(jax.nn, theirs)
    np.testing.assert_allclose(activation(name)(x), function(x), rtol=1e-5, atol=1e-6)
    clear = x[~np.isin(x, activation(name).joint_places)]
    slopes = np.array(jax.vmap(jax.grad(function))(clear))
    np.testing.assert_allclose(activation(name).derivative(clear), slopes, rtol=1e-5, atol=1e-6)


# ------------------------------------------------------------ what is particular to one


def test_presets_are_the_parameters_that_the_world_uses() -> None:
    assert activation("siren").settings == {"omega": 30.0}
    assert activation("sparse_sigmoid").settings == {"corner": 1.0}
    keras2 = activation("keras2_hard_sigmoid")
    x = np.linspace(-4, 4, 41)
    np.testing.assert_allclose(keras2(x), np.clip(0.2 * x + 0.5, 0, 1), atol=1e-15)


def test_hardsigmoid_is_what_it_was_before_its_corner_could_be_chosen() -> None:
    x = np.concatenate([np.linspace(-4, 4, 1001), np.nextafter(3.0, [0.0, 9.0])])
    before = np.where(x > 3, 1.0, np.where(x > -3, (np.clip(x, -3, 3) + 3) / 6, 0.0))
    np.testing.assert_array_max_ulp(activation("hardsigmoid")(x), before, maxulp=1)


@pytest.mark.parametrize("name", ["sine", "snake"])
def test_a_wave_has_no_limit_and_raises_no_alarm(name: str) -> None:
    f, ends = activation(name), np.array([-np.inf, np.inf])
    with np.errstate(all="raise"):
        assert np.isnan(f.derivative(ends)).all()
        assert np.isnan(f.second_derivative(ends)).all()
        assert np.isnan(f(ends)).all() == (name == "sine")
    assert f.oscillates
    assert f.bounded == (name == "sine")


def test_the_slope_of_snake_keeps_its_digits_at_its_zeros() -> None:
    f = activation("snake")
    for turn in (-40, -3, 0, 1, 2, 1000):
        zero = float(mp.pi * (turn - mpf(0.25)))
        for place in zero + np.array([-1e-3, -1e-7, 0.0, 1e-7, 1e-3]):
            assert ulps(f.derivative(np.float64(place)), truth(f, place, order=1)) <= 4, place


def test_the_slope_of_sinc_is_right_down_to_the_smallest_numbers() -> None:
    f = activation("sinc")
    for place in (5e-324, 1e-200, 1e-20, 1e-8, 0.1, 1.0, 1.99, 2.01, 3.0):
        exact = mp.diff(mp.sinc, mpf(place)) if place > 1e-3 else -mpf(place) / 3
        tolerance = mpf("1e-14") if 1e-9 < place < 1e-3 else mpf("1e-15")
        got = f.derivative(np.float64(place))
        assert abs(mpf(float(got)) - exact) <= tolerance * abs(exact) + mpf("5e-324"), place
    assert f.second_derivative(0.0) == pytest.approx(-1 / 3, rel=1e-15)


def test_star_relu_starts_with_mean_0_and_variance_1() -> None:
    f = activation("star_relu")
    assert f.mean(1.0) == pytest.approx(0, abs=1e-4)
    assert f.mean_square(1.0) == pytest.approx(1, abs=1e-4)


def test_rrelu_is_the_mean_of_its_slopes() -> None:
    assert activation("rrelu").settings["alpha"] == pytest.approx((1 / 8 + 1 / 3) / 2, rel=1e-15)
    assert activation("rrelu", lower=0.5, upper=0.7)(-1.0) == pytest.approx(-0.6)


def test_the_means_of_waves_and_bumps_have_closed_forms() -> None:
    # E[sin² z] = (1 − e^(−2q))/2 and E[e^(−2z²)] = 1/√(1 + 4q) for z ~ N(0, q).
    for variance in (0.1, 1.0, 9.0):
        waves = (1 - math.exp(-2 * variance)) / 2
        assert activation("sine").mean_square(variance) == pytest.approx(waves, rel=1e-12)
        bumps = 1 / math.sqrt(1 + 4 * variance)
        assert activation("gaussian").mean_square(variance) == pytest.approx(bumps, rel=1e-12)


@pytest.mark.parametrize("name", ["srelu", "star_relu", "snake"])
def test_every_learned_parameter_gets_its_gradient(name: str) -> None:
    torch = pytest.importorskip("torch")
    module = activation(name).module(channels=2).double()
    x = torch.tensor([[-1.3, 0.4], [0.7, 2.2], [3.1, -0.2]], dtype=torch.float64)
    learned = dict(module.named_parameters())

    def called(*values: torch.Tensor) -> torch.Tensor:
        chosen = dict(zip(learned, values, strict=True))
        return torch.func.functional_call(module, chosen, (x,))

    assert torch.autograd.gradcheck(called, tuple(learned.values()))


def with_subnormals(f: Activation, places: list[float]) -> None:
    for place in places:
        assert ulps(f(np.float64(place)), truth(f, place)) <= 4, place
        assert ulps(f.derivative(np.float64(place)), truth(f, place, order=1)) <= 4, place


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("gaussian", [26.6, 27.0, -27.2]),
        ("erf", [26.6, -27.2]),
        ("isru", [1e103, -3e106, 1e107]),
        ("arctan", [1.5e154, -1e160]),
        ("squareplus", [-1e307, -(2.0**40), 1e300]),
        ("elliott", [-1e307, -1e150]),
    ],
)
def test_tails_are_right_into_the_subnormal_numbers(name: str, places: list[float]) -> None:
    with_subnormals(activation(name), places)
