"""Networks simulated by their averages: repeatable, in line with the straight theory, and right where that is not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flow.drawn import Stack, batch_of, draw

from livegrad.flow import predict
from livegrad.flow.network import Network
from livegrad.flow.theory.course import Start, course_of
from livegrad.flow.theory.straying import Straying, stray
from livegrad.flow.theory.walking import walk
from livegrad.functions import elementwise


def walked(name: str, start: Start, **settings: object) -> tuple[np.ndarray, Straying, np.ndarray]:
    """Return ln F of the walk, what the straight theory says, and ln χ of the course."""
    given = Network(activation=elementwise(name), **settings)  # type: ignore[arg-type]
    course = course_of(given, start)
    width = given.width * given.kernel
    strayed = stray(course, start, width=width, orthogonal=given.scales().orthogonal)
    return walk(course, start, given, strayed), strayed, course.log_gain


def test_it_says_the_same_at_every_call() -> None:
    first, second = (
        walked("gelu", Start(features=64), depth=12, width=64, init="he")[0] for _ in range(2)
    )
    assert np.array_equal(first, second)
    assert (first[:, -1] == 0).all()
    assert first.shape[1] == 12


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid", "elu"])
@pytest.mark.parametrize("batch", [1, 24])
def test_where_things_are_straight_it_agrees_with_the_straight_theory(
    name: str, batch: int
) -> None:
    start = Start(features=64, batch=batch, likeness_squared=0.1)
    found, strayed, _ = walked(name, start, depth=20, width=64, init="lecun")
    networks = len(found)
    deviation = math.sqrt(float(strayed.variance[0]))
    # Its networks come in mirrored pairs, which makes a median no worse than that of half as many.
    error = math.sqrt(math.pi / 2) * deviation / math.sqrt(networks / 2)
    # Both go to first order in depth/width; the next is its square, of a unit of ln F.
    assert (
        abs(float(np.median(found[:, 0])) - float(strayed.median[0])) <= 4 * error + (20 / 64) ** 2
    )
    # A deviation of n values strays by 1/√(2n).
    assert found[:, 0].std() == pytest.approx(
        deviation, rel=4 / math.sqrt(2 * networks / 2) + 20 / 64
    )


def test_vast_networks_do_not_stray() -> None:
    start = Start(features=10**6, batch=8)
    found, _, gains = walked("tanh", start, depth=15, width=10**6, init="he")
    assert found[:, 0] == pytest.approx(np.full(len(found), gains[:-1].sum()), abs=0.05)


def test_kernels_make_a_network_as_wide_as_its_sums() -> None:
    start = Start(features=64, batch=1)
    narrow, _, _ = walked("relu", start, depth=20, width=16, init="he")
    kernels, _, _ = walked("relu", start, depth=20, width=16, init="he", kernel=9)
    # Nine times as many terms: a third of the spread, to within what 160 networks show.
    assert narrow[:, 0].std() / kernels[:, 0].std() == pytest.approx(
        3, rel=4 / math.sqrt(160) + 0.1
    )


@pytest.mark.parametrize("batch", [1, 16])
def test_gelu_under_he_is_flagged_and_its_spread_is_of_the_right_size(batch: int) -> None:
    """Its variance runs away from an unstable fixed point: single networks differ by decades."""
    stack = Stack(name="gelu", depth=30, width=48, init="he")
    given = batch_of(batch, 48)
    profile = predict("gelu", given, **stack.settings)  # type: ignore[arg-type]
    assert profile.verdict.code == "cannot-say"
    assert profile.verdict.doubts
    assert profile.layers[0].band is not None
    low, high = profile.layers[0].band
    measured = draw(stack, given, networks=160, seed=11).log10_gradient[:, 0]
    ends = np.percentile(measured, [5, 95])
    assert ends[1] - ends[0] > 1
    assert 0.5 <= (high - low) / (ends[1] - ends[0]) <= 2
    # The middle of such a spread is known to a part of it.
    assert abs(profile.layers[0].log10_gradient - float(np.median(measured))) <= (high - low) / 4


def test_a_straight_network_is_not_walked() -> None:
    """A band from two numbers is symmetric; one of walked networks is not."""
    for name, straight in (("tanh", True), ("gelu", False)):
        first = predict(name, depth=30, init="he").layers[0]
        assert first.band is not None
        above, below = first.band[1] - first.log10_gradient, first.log10_gradient - first.band[0]
        assert (abs(above - below) < 1e-9) is straight
