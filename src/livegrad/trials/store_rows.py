"""One trial with its outcome as a row of a table, and back; nothing is lost on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.trial import Curve, Outcome, Recipe, Trial

__all__ = ["COLUMNS", "StoredTrial", "pack", "row_of", "stored_trial", "unpack"]

_RECIPE = tuple(field.name for field in dataclasses.fields(Recipe))

COLUMNS = (
    *("key", "task", "data", "seed", *_RECIPE, "score", "loss", "diverged_at"),
    *("engine", "version", "created", "curve"),
)
"""The columns of a row, in the order of `row_of`."""

_UNEVEN = Text(
    "The curve of trial {key} has columns of {lengths} points; all four must be equally long.",
    "시행 {key}의 학습 곡선(learning curve)은 열마다 점의 수가 다릅니다: {lengths}. 네 열의 길이가 모두 같아야 합니다.",
)
_MIXED = Text(
    "The outcome of trial {outcome} was handed over with trial {trial}. Pair each trial with its own outcome.",
    "시행 {trial}에 다른 시행 {outcome}의 결과가 짝지어졌습니다. 시행마다 자기 결과를 짝지어 주세요.",
)
_SEED = Text(
    "The seed {seed} cannot be stored: it must fit into 64 bits, from -2**63 to 2**63 - 1.",
    "시드(seed) {seed:은/는} 저장할 수 없습니다. 64비트, 곧 -2**63부터 2**63 - 1까지여야 합니다.",
)


@dataclass(frozen=True, kw_only=True)
class StoredTrial:
    """All that a store knows of one trial.

    Attributes:
        trial: What was run.
        outcome: What became of it.
        task: Name of the task or data set.
        engine: Which engine trained it; None if the caller did not say.
        version: Of the livegrad that stored it.
        created: When it was stored: UTC, ISO 8601, to the second.
    """

    trial: Trial
    outcome: Outcome
    task: str
    engine: str | None
    version: str
    created: str


def pack(curve: Curve) -> bytes:
    """Return a curve as 16 bytes a point: four columns, one after the other, little-endian.

    First all ``steps`` as int32, then all ``train_loss``, all ``loss`` and all ``score`` as float32. There is no
    header: the number of points is the length over 16.

    Example:
        >>> ones = np.ones(50, np.float32)
        >>> len(pack(Curve(np.arange(50, dtype=np.int32), ones, ones, ones)))
        800
    """
    columns = (
        np.asarray(curve.steps, "<i4"),
        np.asarray(curve.train_loss, "<f4"),
        np.asarray(curve.loss, "<f4"),
        np.asarray(curve.score, "<f4"),
    )
    return b"".join(column.tobytes() for column in columns)


def unpack(packed: bytes) -> Curve:
    """Return the curve that `pack` wrote; its arrays, of shape (points,), are views that cannot be written.

    Example:
        >>> unpack(bytes.fromhex("0a0000000000803f000000400000003f")).score
        array([0.5], dtype=float32)
    """
    points = len(packed) // 16
    steps = np.frombuffer(packed, "<i4", points)
    train_loss, loss, score = np.frombuffer(packed, "<f4", offset=4 * points).reshape(3, points)
    return Curve(
        steps.astype(np.int32, copy=False),
        *(column.astype(np.float32, copy=False) for column in (train_loss, loss, score)),
    )


def row_of(
    trial: Trial, outcome: Outcome, *, task: str, engine: str | None, version: str, created: str
) -> tuple[Any, ...]:
    """Return what `COLUMNS` hold for a trial; a NaN becomes NULL, for SQLite has none.

    Raises:
        BadInput: The outcome is another trial's, its curve is uneven, or the seed needs more than 64 bits.
    """
    if outcome.key != trial.key:
        raise BadInput(_MIXED.fill(trial=trial.key, outcome=outcome.key))
    lengths = [len(column) for column in vars(outcome.curve).values()]
    if len(set(lengths)) > 1:
        raise BadInput(_UNEVEN.fill(key=outcome.key, lengths=", ".join(map(str, lengths))))
    if not -(2**63) <= trial.seed < 2**63:
        raise BadInput(_SEED.fill(seed=trial.seed))
    recipe = vars(trial.recipe) | {"hidden": "-".join(map(str, trial.recipe.hidden))}
    diverged_at = None if outcome.diverged_at is None else int(outcome.diverged_at)
    return (
        *(outcome.key, task, trial.data, trial.seed, *(recipe[name] for name in _RECIPE)),
        *(float(outcome.score), float(outcome.loss), diverged_at),
        *(engine, version, created, pack(outcome.curve)),
    )


def stored_trial(row: Sequence[Any]) -> StoredTrial:
    """Return what `row_of` wrote."""
    cells = dict(zip(COLUMNS, row, strict=True))
    recipe = {name: cells[name] for name in _RECIPE}
    recipe["hidden"] = tuple(int(units) for units in cells["hidden"].split("-") if units)
    return StoredTrial(
        trial=Trial(recipe=Recipe(**recipe), seed=cells["seed"], data=cells["data"]),
        outcome=_outcome(cells),
        task=cells["task"],
        engine=cells["engine"],
        version=cells["version"],
        created=cells["created"],
    )


def _outcome(cells: Mapping[str, Any]) -> Outcome:
    return Outcome(
        key=cells["key"],
        score=np.nan if cells["score"] is None else cells["score"],
        loss=np.nan if cells["loss"] is None else cells["loss"],
        diverged_at=cells["diverged_at"],
        curve=unpack(cells["curve"]),
    )
