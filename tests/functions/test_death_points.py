"""Arithmetic death: the places are where a gradient, computed by itself, turns to zero."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from livegrad.functions import Activation, Native, activation, elementwise, names
from livegrad.functions.properties.deaths import FORMATS, Death, deaths_of

ELEMENTWISE = [name for name in names() if activation(name).kind == "elementwise"]


def places(deaths: tuple[Death, ...], dtype: str) -> dict[str, float]:
    return {death.side: death.at for death in deaths if death.dtype == dtype}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_our_gradients_only_die_where_the_dtype_ends(name: str) -> None:
    for death in elementwise(name).properties.deaths:
        assert death.underflow, death


@pytest.mark.parametrize("name", ["relu", "hardtanh", "hardsigmoid", "relu6", "step", "identity"])
def test_a_slope_that_is_truly_zero_is_no_death(name: str) -> None:
    assert elementwise(name).properties.deaths == ()


@pytest.mark.parametrize(("dtype", "last"), [("float16", 17.3287), ("float32", 103.972)])
def test_a_slope_too_small_for_its_dtype_dies_of_underflow(dtype: str, last: float) -> None:
    at = places(elementwise("elu").properties.deaths, dtype)["left"]
    assert at == pytest.approx(-last, rel=2e-2)  # ln of half the smallest number of the dtype


def test_a_gradient_rebuilt_from_the_output_dies_where_the_output_rounds() -> None:
    def rebuilt(x: np.ndarray, dtype: str) -> np.ndarray:
        form = next(form for form in FORMATS if form.name == dtype)
        y = form.rounded(np.tanh(x))
        return form.rounded(1 - form.rounded(y * y))

    found = deaths_of(elementwise("tanh"), rebuilt, "1 − y²")
    # tanh x rounds to 1 where 1 − tanh x ≈ 2·e^(−2x) is below half a unit below 1.
    for form in FORMATS:
        edge = math.log(2.0 ** (form.digits + 2)) / 2
        assert places(found, form.name)["right"] == pytest.approx(edge, rel=2e-2), form.name
        assert places(found, form.name)["left"] == -places(found, form.name)["right"]
    assert not any(death.underflow for death in found)
    assert all(death.slope > 0 for death in found)


@pytest.mark.parametrize(
    ("form", "dtype"), [(FORMATS[0], np.float16), (FORMATS[2], np.float32)], ids=["half", "single"]
)
def test_formats_round_as_numpy_does(form: object, dtype: type[np.floating]) -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=4000) * 10.0 ** generator.uniform(-9, 4, 4000)
    with np.errstate(under="ignore"):
        assert np.array_equal(form.rounded(x), x.astype(dtype).astype(float))  # type: ignore[attr-defined]


# ------------------------------------------------------------ PyTorch's own


def with_native(name: str, path: str, **keywords: float) -> Activation:
    return replace(elementwise(name), natives=(Native(path, tuple(keywords.items())),))


# Where PyTorch's own gradient becomes 0, found by running it on every number of the dtype (16 bits)
# or by halving (32 and 64 bits).
@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        (
            "sigmoid",
            "torch.sigmoid",
            {"bfloat16": 6.25, "float16": 8.32, "float32": 16.64, "float64": 36.74},
        ),
        (
            "tanh",
            "torch.tanh",
            {"bfloat16": 3.47, "float16": 4.51, "float32": 9.01, "float64": 19.06},
        ),
    ],
)
def test_the_death_points_of_pytorch(name: str, path: str, expected: dict[str, float]) -> None:
    pytest.importorskip("torch")
    deaths = with_native(name, path).properties.native_deaths()
    for dtype, place in expected.items():
        assert places(deaths, dtype)["right"] == pytest.approx(place, abs=6e-3)
    early = [death for death in deaths if death.side == "right"]
    assert not any(death.underflow for death in early)
    assert {death.whose for death in deaths} == {path}


def test_gelus_left_tail_dies_in_pytorch() -> None:
    pytest.importorskip("torch")
    deaths = with_native("gelu", "torch.nn.functional.gelu").properties.native_deaths()
    for dtype, place in {"float32": -6.15, "bfloat16": -6.15}.items():
        # The library's kernels differ between processors by a little.
        assert places(deaths, dtype)["left"] == pytest.approx(place, abs=0.15)
        assert abs(places(elementwise("gelu").properties.deaths, dtype)["left"]) > 12


def test_a_natives_keywords_are_filled_from_the_settings() -> None:
    pytest.importorskip("torch")
    celu = replace(
        elementwise("celu", alpha=2.0),
        natives=(Native("torch.nn.functional.celu", (("alpha", "alpha"),)), Native("jax.nn.celu")),
    )
    deaths = celu.properties.native_deaths()
    assert places(deaths, "float32")["left"] == pytest.approx(-208, abs=4)
    assert {death.whose for death in deaths} == {"torch.nn.functional.celu"}
