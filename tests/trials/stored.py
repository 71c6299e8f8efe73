"""What several tests of the store ask about outcomes and files."""

from __future__ import annotations

import sqlite3

from trials.writer import plan, run

from livegrad.trials.store import Store
from livegrad.trials.trial import Curve, Outcome

PAIRS = [(trial, run(trial)) for trial in plan(range(10))]
"""Twenty trials, each with its pretended outcome; some of them diverged."""


def columns_of(curve: Curve) -> list[tuple[str, bytes]]:
    return [(column.dtype.str, column.tobytes()) for column in vars(curve).values()]


def facts(outcome: Outcome) -> object:
    """Return an outcome as something that `==` compares, NaN included."""
    numbers = repr(outcome.score), repr(outcome.loss), outcome.diverged_at
    return outcome.key, *numbers, columns_of(outcome.curve)


def keys_in(path: str) -> set[str]:
    with Store(path) as store:
        return {row.outcome.key for row in store.rows()}


def asked(path: str, question: str) -> list[tuple[object, ...]]:
    """Return what another program reads from the file, whether or not livegrad has it open."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()
