"""Which steps are measured: a thin certain row, a denser one where it costs little, and what the user asks for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livegrad.observation.schedule import (
    LIKELY_STEPS,
    SHARE_OF_TIME,
    UNCLOCKED,
    UNNOTICED_SECONDS,
    is_due,
)


def run(steps: int, step_seconds: float, measuring_seconds: float) -> list[int]:
    """The measured steps of a training; each costs ``measuring_seconds``, of which the hooks' part is seen by no clock."""
    sampled: list[int] = []
    elapsed = 0.0
    for step in range(steps):
        spent = measuring_seconds / UNCLOCKED * len(sampled)
        if is_due(step, spent=spent, measured=len(sampled), elapsed=elapsed, every=None):
            sampled.append(step)
            elapsed += measuring_seconds
        elapsed += step_seconds
    return sampled


@given(
    st.integers(1, 3_000),
    st.floats(1e-4, 1.0),
    st.floats(0.05, 20.0),
)
def test_beyond_the_certain_steps_measuring_keeps_to_its_share(
    steps: int, step_seconds: float, ratio: float
) -> None:
    sampled = run(steps, step_seconds, ratio * step_seconds)
    certain = {s for s in range(steps) if s in {0, 1, 4, 32, 256, 2048}}
    assert certain <= set(sampled)
    chosen = set(sampled) - certain
    if chosen:
        spent = ratio * step_seconds * sum(s <= max(chosen) for s in sampled)
        trained = step_seconds * max(LIKELY_STEPS, *chosen)
        assert spent <= 1.001 * max(SHARE_OF_TIME * trained, UNNOTICED_SECONDS)


def test_a_large_slow_net_is_measured_often_even_in_a_short_run() -> None:
    sampled = run(60, 1.0, 0.3)
    assert {0, 1, 2, 4, 8, 16, 32, 50} <= set(sampled)


def test_a_small_quick_net_is_measured_often_too() -> None:
    assert len(run(300, 3e-4, 1e-3)) >= 12


def test_a_step_in_so_many_is_measured_where_the_user_asks_for_it() -> None:
    asked = [s for s in range(20) if is_due(s, spent=9.0, measured=1, elapsed=0.0, every=5)]
    assert asked == [0, 5, 10, 15]
