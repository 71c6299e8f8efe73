"""Against 400 digits: how many units in the last place value and slope are off, at most.

The bounds are what was measured over samples five times as large and more, rounded up. Where a derivative
crosses zero (GELU, Swish, Mish, Hardswish) no relative bound can hold; there the absolute error is bounded.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from functions.oracle import places, truth, ulps
from mpmath import mp, mpf

from livegrad.functions import Activation, activation, names

ELEMENTWISE = [name for name in names() if activation(name).kind == "elementwise"]
DEFAULT_BOUND = 6.0
# Of value and slope, in float32 and float64; measured with 600 places per region: gelu_tanh 24.0 (at −19.7 in
# float64; 11.8 in float32), gelu 6.5, mish 6.0, swish 5.5, sigmoid 4.4, all others 3.6 or less. Four have an
# exponent or a polynomial that float32 itself cannot hold: aria2 54, srs 21, pdelu's slope 36 (29 in float64), pau
# 41 on these places (far more where it crosses 0, near −0.57).
BOUNDS = {"gelu_tanh": 30.0, "gelu": 8.0, "mish": 8.0, "swish": 7.0}
BOUNDS |= {"aria2": 60.0, "srs": 25.0, "pdelu": 40.0, "pau": 50.0}
HALF_BOUND = 0.51  # float16 is computed in float32 and rounded once
ZERO_WIDTH = 0.35


def measured(f: Activation, dtype: type[np.floating], count: int) -> np.ndarray:
    """Return places clear of the joints and of where f itself overflows."""
    x = places(dtype, count)
    end = float(np.finfo(dtype).max) / 2.5
    return x[(np.absolute(x.astype(np.float64)) < end) & ~np.isin(x, f.joint_places)]


def zeros_of_slope(f: Activation) -> np.ndarray:
    grid = np.linspace(-12, 12, 4001)
    slope = f.derivative(grid)
    return grid[:-1][slope[:-1] * slope[1:] < 0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_value_and_slope_are_right_to_a_few_units_in_the_last_place(
    name: str, dtype: type[np.floating]
) -> None:
    f = activation(name)
    x = measured(f, dtype, 25)
    bound = HALF_BOUND if dtype is np.float16 else BOUNDS.get(name, DEFAULT_BOUND)
    for place, value in zip(x, f(x), strict=True):
        assert ulps(value, truth(f, place)) <= bound, (place, value)
    zeros = zeros_of_slope(f)
    for place, slope in zip(x, f.derivative(x), strict=True):
        exact = truth(f, place, order=1)
        if np.any(np.absolute(float(place) - zeros) < ZERO_WIDTH):
            assert mp.fabs(mpf(float(slope)) - exact) <= 2 * np.finfo(dtype).eps, place
        else:
            assert ulps(slope, exact) <= bound, (place, slope)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_pytorch_is_as_right_as_numpy(name: str) -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    f = activation(name)
    x = measured(f, np.float32, 25)
    tensor = torch.tensor(x, requires_grad=True)
    value = f(tensor)
    (slope,) = torch.autograd.grad(value.sum(), tensor)
    zeros, bound = zeros_of_slope(f), BOUNDS.get(name, DEFAULT_BOUND)
    for place, one_value, one_slope in zip(x, value.detach().numpy(), slope.numpy(), strict=True):
        assert ulps(one_value, truth(f, place)) <= bound, place
        if not np.any(np.absolute(float(place) - zeros) < ZERO_WIDTH):
            assert ulps(one_slope, truth(f, place, order=1)) <= bound, place


@pytest.mark.parametrize(
    ("name", "closed_form"),
    [
        ("sigmoid", lambda z: 1 / (1 + mp.exp(-z))),
        ("tanh", mp.tanh),
        ("softplus", lambda z: mp.log(1 + mp.exp(z))),
        ("elu", lambda z: z if z > 0 else mp.exp(z) - 1),
        ("gelu", lambda z: z / 2 * (1 + mp.erf(z / mp.sqrt(2)))),
        ("mish", lambda z: z * mp.tanh(mp.log(1 + mp.exp(z)))),
        ("swish", lambda z: z / (1 + mp.exp(-z))),
        ("softsign", lambda z: z / (1 + abs(z))),
    ],
)
def test_the_formulas_themselves_are_the_textbooks(name: str, closed_form: object) -> None:
    for place in (-9.5, -1.0, -0.1, 0.0, 0.3, 2.0, 11.0):
        with mp.workdps(60):
            assert mp.almosteq(truth(activation(name), place), closed_form(mpf(place)), 1e-50)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("sigmoid", 30.0, 9.3576229688e-14),
        ("tanh", 12.0, 1.5100538e-10),
        ("tanh", -12.0, 1.5100538e-10),
    ],
)
def test_slopes_stay_above_zero_where_pytorchs_own_are_exactly_zero(
    name: str, x: float, slope: float
) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = (torch.tensor(x, dtype=torch.float32, requires_grad=True) for _ in range(2))
    activation(name)(ours).backward()
    getattr(torch, name)(theirs).backward()
    assert theirs.grad.item() == 0.0
    assert math.isclose(ours.grad.item(), slope, rel_tol=1e-6)


def test_the_left_tail_of_gelu_is_kept() -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(-8.0, dtype=torch.float32)
    assert torch.nn.functional.gelu(x).item() == 0.0
    assert math.isclose(activation("gelu")(x).item(), -4.976768e-15, rel_tol=1e-5)
