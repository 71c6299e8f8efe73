"""The parts of the theory for real models, against random draws."""

import numpy as np
import pytest

from livegrad.flow.model.activation import passage
from livegrad.flow.model.signal import Gradient, Signal, collected, paired
from livegrad.functions import elementwise
from livegrad.functions.properties.sampling import in_float64

RANDOM = np.random.default_rng(0)
SAMPLES = 200_000


def gaussian(covariance, mean):
    root = np.linalg.cholesky(covariance)
    return RANDOM.standard_normal((SAMPLES, len(mean))) @ root.T + mean


def two_samples(mean):
    covariance = np.array([[1.0, 0.6], [0.6, 2.0]])
    same = covariance + np.outer(mean, mean)
    return covariance, Signal(same, same, np.asarray(mean, float))


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "hardtanh", "sigmoid"])
@pytest.mark.parametrize("mean", [(0.0, 0.0), (0.7, 0.9899)])
def test_products_of_two_samples_of_different_size(name, mean):
    f = elementwise(name)
    covariance, signal = two_samples(mean)
    u = gaussian(covariance, mean)
    found = passage(f, signal)
    value, slope = in_float64(f)(u), in_float64(f, "x")(u)
    assert found.signal.same == pytest.approx(value.T @ value / SAMPLES, rel=0.02, abs=3e-3)
    assert found.signal.mean == pytest.approx(value.mean(axis=0), rel=0.02, abs=3e-3)
    assert found.slopes == pytest.approx(slope.T @ slope / SAMPLES, rel=0.02, abs=3e-3)
    assert found.squares == pytest.approx((slope**2).T @ slope**2 / SAMPLES, rel=0.02, abs=3e-3)
    turned = (u * value * slope).mean(axis=0) / (value**2).mean(axis=0)
    assert found.turned == pytest.approx(turned, rel=0.02)
    both = value * slope
    assert found.crossed == pytest.approx(both.T @ both / SAMPLES, rel=0.02, abs=3e-3)


def test_products_close_to_each_other_keep_the_corner_of_relu():
    c = 1 - 1e-4
    same = np.array([[1.0, c], [c, 1.0]])
    found = passage(elementwise("relu"), Signal(same, same, np.zeros(2)))
    # Cho & Saul 2009, the arc-cosine kernel of degree 1.
    angle = np.arccos(c)
    exact = (np.sin(angle) + (np.pi - angle) * c) / (2 * np.pi)
    assert found.signal.same[0, 1] == pytest.approx(exact, rel=1e-5)
    assert found.slopes[0, 1] == pytest.approx((np.pi - angle) / (2 * np.pi), rel=2e-3)


def test_moments_of_rows_are_means_over_pairs():
    rows = RANDOM.standard_normal((3, 4, 5))
    found = paired(rows)
    assert found.same[0, 2] == pytest.approx((rows[0] * rows[2]).mean())
    pairs = [(rows[0, p] * rows[2, o]).mean() for p in range(4) for o in range(4) if p != o]
    assert found.other[0, 2] == pytest.approx(np.mean(pairs))


def gradient(size, logarithm=0.0, along=0.0, **more):
    same = np.array([[size]])
    zero = np.zeros((1, 1))
    return Gradient(same, zero, np.array([along]), zero, logarithm, **more)


def test_gradients_of_far_different_scales_are_added():
    found = collected([gradient(1.0, -2000.0), gradient(2.0, 3.0)])
    assert found.log_square == pytest.approx(np.log(2.0) + 3.0)
    assert collected([gradient(3.0), gradient(2.0)]).log_square == pytest.approx(np.log(5.0))


def test_parts_along_the_signal_add_with_their_signs():
    x = Signal(np.array([[1.0]]), np.array([[1.0]]), np.zeros(1))
    # Two gradients of norm² 1 in 4 dimensions, both along a signal of norm 2: inner products ±2.
    assert collected([gradient(1.0, along=2.0), gradient(1.0, along=2.0)], x, 4).log_square == (
        pytest.approx(np.log(4.0))
    )
    against = collected([gradient(1.0, along=2.0), gradient(1.0, along=-2.0)], x, 4)
    assert float(against.same[0, 0]) == pytest.approx(0.0, abs=1e-12)


def test_ways_through_the_same_weights_add_up():
    path = {(("w",),): 1.0}
    same = collected([gradient(1.0, paths=path), gradient(1.0, paths=path)])
    assert same.log_square == pytest.approx(np.log(4.0))
    other = collected([gradient(1.0, paths=path), gradient(1.0, paths={(("v",),): 1.0})])
    assert other.log_square == pytest.approx(np.log(2.0))
    apart = collected([gradient(1.0, paths=path), gradient(1.0, paths=path)], apart=True)
    assert apart.log_square == pytest.approx(np.log(2.0))
