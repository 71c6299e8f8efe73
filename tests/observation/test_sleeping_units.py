"""Which units are called dead: those that slept in three looks in a row, or a whole layer in two that lie far apart."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch

from livegrad.observation.rung import Rung

WIDTH = 20


@dataclass(frozen=True)
class Look:
    """One measured batch: which units slept."""

    step: int
    asleep: int
    samples: int = 32


def dead(*looks: Look) -> int:
    """Let the first ``asleep`` units of a layer sleep at each look; return how many are dead in the end."""
    rung = Rung("0", "Linear", torch.zeros(WIDTH, 3))
    rung.describe(units=WIDTH, numel=3 * WIDTH)
    for look in looks:
        flags = [1.0] * look.asleep + [0.0] * (WIDTH - look.asleep)
        rung.slept(flags, look.step, look.samples)
    found = rung.layer(len(looks)).dead
    assert len(rung.dead_units()) == (found or 0)
    return found or 0


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ((Look(0, 3), Look(1, 3), Look(4, 3)), 3),
        ((Look(0, 3), Look(1, 0), Look(4, 3)), 0),
        ((Look(32, WIDTH), Look(256, WIDTH)), WIDTH),
        ((Look(32, WIDTH - 1), Look(256, WIDTH - 1)), WIDTH - 1),
        ((Look(32, WIDTH // 2), Look(256, WIDTH // 2)), 0),
        ((Look(200, WIDTH), Look(256, WIDTH)), 0),
        ((Look(32, WIDTH, 8), Look(256, WIDTH, 8)), 0),
        ((Look(256, WIDTH),), 0),
        ((Look(32, WIDTH), Look(256, WIDTH), Look(512, 0)), 0),
    ],
    ids=[
        "three in a row",
        "awake in between",
        "a whole layer, far apart",
        "nearly a whole layer",
        "half a layer may be rare inputs",
        "too close together",
        "too few samples",
        "one look",
        "awake again",
    ],
)
def test_which_units_are_dead(looks: tuple[Look, ...], expected: int) -> None:
    assert dead(*looks) == expected
