"""Bounds of the probability that a ReLU net is constant from the start, against drawn nets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.flow.birth import born_dead

NETS = 4000


def share_dead(widths: tuple[int, ...], inputs: np.ndarray, seed: int = 0) -> float:
    """Draw nets with He's weights and zero biases; return the share that sends every input to 0."""
    draw = np.random.default_rng(seed)
    x = np.broadcast_to(inputs.T, (NETS, *inputs.T.shape))
    for width in widths:
        weights = draw.standard_normal((NETS, width, x.shape[1]))
        x = np.maximum(weights @ x, 0)
        # Only signs matter, and a hundred layers must not underflow.
        x = x / np.maximum(x.max(axis=(1, 2), keepdims=True), 1e-300)
    return float((x.max(axis=(1, 2)) == 0).mean())


def margin(probability: float) -> float:
    return 4 * math.sqrt(max(probability * (1 - probability), 1 / NETS) / NETS)


@pytest.mark.parametrize("depth", [2, 5, 10, 50])
@pytest.mark.parametrize("width", [2, 3, 4, 6])
def test_drawn_nets_lie_between_the_bounds_for_inputs_on_a_line(width: int, depth: int) -> None:
    chance = born_dead(width, depth, input_width=1)
    found = share_dead((width,) * depth, np.array([[-1.0], [1.0]]))
    assert chance.lower - margin(chance.lower) <= found <= chance.upper + margin(chance.upper)


@pytest.mark.parametrize("widths", [(2, 5, 3), (6, 2, 6), (3, 3, 1, 4)])
def test_widths_may_differ(widths: tuple[int, ...]) -> None:
    chance = born_dead(widths, input_width=1)
    found = share_dead(widths, np.array([[-1.0], [1.0]]))
    assert chance.lower - margin(chance.lower) <= found <= chance.upper + margin(chance.upper)


@pytest.mark.parametrize("features", [1, 2, 8])
def test_the_bounds_without_input_width_hold_for_any_data(features: int) -> None:
    x = np.random.default_rng(1).standard_normal((60, features))
    chance = born_dead(3, 6)
    found = share_dead((3,) * 6, x)
    assert chance.lower - margin(chance.lower) <= found <= chance.upper + margin(chance.upper)


def test_more_directions_of_data_make_death_less_likely_than_the_bound_for_a_line() -> None:
    x = np.random.default_rng(1).standard_normal((60, 8))
    assert share_dead((6,) * 10, x) < born_dead(6, 10, input_width=1).lower


def test_two_layers_on_a_line_are_known_exactly() -> None:
    one_ray, two_rays = 0.5 * 0.25, 0.5 * 0.25**2
    assert born_dead(2, 2, input_width=1).lower == pytest.approx(one_ray + two_rays, rel=1e-14)


def test_inputs_on_one_side_of_zero_are_one_ray_and_known_exactly() -> None:
    chance = born_dead(3, 4, input_width=1, centred=False)
    assert chance.lower == chance.upper == pytest.approx(1 - (1 - 1 / 8) ** 4, rel=1e-14)
    assert share_dead((3,) * 4, np.array([[1.0], [2.0]])) == pytest.approx(chance.upper, abs=0.03)


def test_a_wide_net_is_safe_and_tiny_chances_keep_their_digits() -> None:
    chance = born_dead(64, 50)
    assert chance.upper == pytest.approx(49 * 2.0**-64, rel=1e-12)
    assert "RAI" not in chance.text.en
    assert "RAI" in born_dead(4, 50).text.en


def test_one_hidden_layer_of_centred_inputs_cannot_be_dead() -> None:
    assert born_dead(1, 1).upper == 0 == born_dead(1, 1, input_width=1).lower


@pytest.mark.parametrize(
    ("widths", "depth"),
    [(0, 3), ([], None), ([4, 0], None), (4, None), (4, 0), ([4, 4], 3), (2.5, 3)],
)
def test_what_is_no_width_or_depth_is_refused(widths: object, depth: object) -> None:
    with pytest.raises(BadInput, match="born_dead"):
        born_dead(widths, depth)  # type: ignore[arg-type]
