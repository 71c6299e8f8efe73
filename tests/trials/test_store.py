"""The store gives back what it was given, each trial once, and is fast enough."""

from __future__ import annotations

import dataclasses
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from trials.stored import PAIRS, asked, columns_of, facts, keys_in
from trials.writer import plan, run

import livegrad
from livegrad.errors import BadInput, NotStored
from livegrad.trials import store_schema
from livegrad.trials.store import Store, unpack
from livegrad.trials.store_rows import COLUMNS, pack
from livegrad.trials.trial import Curve, Outcome, Recipe, Trial


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "trials.db")


@pytest.fixture
def store(path: str) -> Iterator[Store]:
    with Store(path, timeout=0.2) as opened:
        yield opened


# ------------------------------------------------------------ what comes back

NONE = np.empty(0, np.float32)
ODD = (
    Recipe(activation="x * sigmoid(beta*x)", hidden=(), lr=1e-300, init='he "quoted"; --'),
    Recipe(activation="σ(x)\n", hidden=(1, 2, 30), norm="batch", skip="rezero", optimizer="adamw"),
    Recipe(activation="elu(alpha=0.5)", weight_decay=1 / 3, batch_size=7, steps=1, skip="residual"),
)


@pytest.mark.parametrize(("recipe", "seed"), [(ODD[0], 0), (ODD[1], -(2**63)), (ODD[2], 2**63 - 1)])
@pytest.mark.parametrize(
    ("score", "loss", "diverged_at"),
    [(1.0, 0.1 + 0.2, None), (np.nan, np.nan, 3), (-np.inf, np.inf, 0), (-1e308, 5e-324, None)],
)
def test_a_trial_and_its_outcome_come_back_as_they_were(
    store: Store, recipe: Recipe, seed: int, score: float, loss: float, diverged_at: int | None
) -> None:
    trial = Trial(recipe=recipe, seed=seed, data="moons-1f00")
    column = np.array([np.nan, np.inf, -0.0], np.float32)
    curve = Curve(np.array([1, 2, 2**31 - 1], np.int32), column, column, column)
    given = Outcome(trial.key, score, loss, diverged_at, curve)
    assert store.add([(trial, given)], task="moons", engine="native") == 1
    (row,) = store.rows()
    assert row.trial == trial
    assert row.trial.key == trial.key == row.outcome.key
    assert facts(row.outcome) == facts(given) == facts(store.outcomes([trial])[trial.key])
    assert (row.task, row.engine, row.version) == ("moons", "native", livegrad.__version__)


def test_it_is_noted_when_a_trial_was_stored_in_utc(store: Store) -> None:
    before = int(time.time())
    store.add(PAIRS, task="moons")
    (created,) = {row.created for row in store.rows()}
    assert created.endswith("+00:00")
    assert before <= np.datetime64(created.removesuffix("+00:00")).astype(int) <= time.time()


@pytest.mark.parametrize("points", [0, 1, 50])
def test_a_curve_takes_sixteen_bytes_a_point_little_endian(points: int) -> None:
    steps, values = np.arange(points, dtype=np.int32), np.linspace(-1, 1, 3 * points)
    curve = Curve(steps, *values.astype(np.float32).reshape(3, points))
    packed = pack(curve)
    assert len(packed) == 16 * points
    assert packed == steps.astype("<i4").tobytes() + values.astype("<f4").tobytes()
    assert columns_of(unpack(packed)) == columns_of(curve)


def test_every_field_of_a_recipe_has_its_column_also_in_the_view(store: Store) -> None:
    fields = {field.name for field in dataclasses.fields(Recipe)}
    assert fields <= set(COLUMNS)
    described = store._connection.execute("SELECT * FROM trials").description  # type: ignore[union-attr]
    assert set(COLUMNS) - {"curve"} | {"number", "depth", "width"} == {
        name for name, *_ in described
    }


def test_the_view_tells_depth_and_width_of_every_shape(store: Store, path: str) -> None:
    shapes = [(), (8,), (64, 32), (16,) * 30]
    for hidden in shapes:
        trial = Trial(recipe=Recipe(activation="relu", hidden=hidden), seed=0, data="moons-1f00")
        store.add([(trial, run(trial))], task="moons")
    # as others read it, while livegrad has it open
    seen = asked(path, "SELECT hidden, depth, width FROM trials ORDER BY number")
    assert seen == [("", 0, 0), ("8", 1, 8), ("64-32", 2, 64), ("-".join(["16"] * 30), 30, 16)]


# ------------------------------------------------------------ once, whole, in order


def empty_outcome(trial: Trial) -> Outcome:
    return Outcome(trial.key, 0.0, 0.0, None, Curve(np.empty(0, np.int32), NONE, NONE, NONE))


def test_the_same_key_twice_is_no_error_and_no_second_row(store: Store) -> None:
    assert store.add(PAIRS, task="moons", engine="first") == 20
    assert store.add(PAIRS[5:] + PAIRS[:5], task="again", engine="second") == 0
    (new,) = plan(range(10, 11), activations=("relu",))
    assert store.add([(new, run(new))] * 3 + PAIRS, task="moons") == 1
    assert len(store) == 21
    assert [row.engine for row in store.rows()][:20] == ["first"] * 20


def test_nothing_of_a_batch_is_stored_if_one_does_not_fit(store: Store) -> None:
    (first, outcome), (second, _) = PAIRS[:2]
    with pytest.raises(BadInput, match=f"{outcome.key}.*with trial {second.key}"):
        store.add([(first, outcome), (second, outcome)], task="moons")
    assert len(store) == 0


def test_what_fails_in_the_middle_of_writing_leaves_nothing(store: Store) -> None:
    store.add(PAIRS[:5], task="moons")
    store._connection.execute(
        "CREATE TEMP TRIGGER trouble BEFORE INSERT ON stored_trials WHEN new.seed = 9 "
        "BEGIN SELECT raise(ABORT, 'trouble'); END"
    )
    with pytest.raises(NotStored, match=r"not stored in .*: 20\. SQLite says: trouble"):
        store.add(PAIRS, task="moons")
    assert len(store) == 5
    assert store.add(PAIRS[:10], task="moons") == 5  # and it goes on


def test_an_uneven_curve_and_a_seed_over_64_bits_are_refused(store: Store) -> None:
    trial, outcome = PAIRS[0]
    uneven = dataclasses.replace(outcome.curve, loss=NONE)
    with pytest.raises(BadInput, match="50, 50, 0, 50 points"):
        store.add([(trial, dataclasses.replace(outcome, curve=uneven))], task="moons")
    large = dataclasses.replace(trial, seed=2**63)
    with pytest.raises(BadInput, match="9223372036854775808 cannot be stored"):
        store.add([(large, run(large))], task="moons")


def test_missing_keeps_the_order_and_names_each_once(store: Store) -> None:
    trials = list(plan(range(700)))  # more than one query holds
    random.Random(0).shuffle(trials)  # noqa: S311 - a seeded order
    stored = trials[::3]
    store.add([(trial, empty_outcome(trial)) for trial in stored], task="moons")
    expected = tuple(trial for place, trial in enumerate(trials) if place % 3)
    assert store.missing(trials + trials) == expected
    assert tuple(store.outcomes(trials)) == tuple(trial.key for trial in stored)
    assert store.missing([]) == ()


def test_rows_come_in_the_order_stored_even_what_is_added_meanwhile(store: Store) -> None:
    many = [(trial, empty_outcome(trial)) for trial in plan(range(1100))]
    store.add(many[:2100], task="moons")
    rows = store.rows()
    first = next(rows)
    store.add(many[2100:], task="moons")
    assert [row.trial for row in (first, *rows)] == [trial for trial, _ in many]


# ------------------------------------------------------------ older and newer files


def test_an_older_file_is_brought_up_to_date_and_keeps_its_rows(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_schema, "STEPS", store_schema.STEPS[:1])
    with Store(path) as old:
        old.add(PAIRS, task="moons")
        step = ("ALTER TABLE stored_trials ADD COLUMN machine TEXT NOT NULL DEFAULT 'unknown'",)
        monkeypatch.setattr(store_schema, "STEPS", (*store_schema.STEPS, step))
        monkeypatch.setattr(
            store_schema, "VIEW", store_schema.VIEW.replace("created", "created, machine")
        )
        with Store(path) as new:
            assert new.missing([trial for trial, _ in PAIRS]) == ()
            assert asked(path, "SELECT DISTINCT machine FROM trials") == [("unknown",)]
            assert asked(path, "PRAGMA user_version") == [(2,)]
        later = plan(range(50, 51))[0]
        assert old.add([(later, run(later))], task="moons") == 1  # the older livegrad goes on
    monkeypatch.undo()
    if len(store_schema.STEPS) == 1:
        with pytest.raises(
            BadInput, match=r"layout 2, made by a newer livegrad; this one knows up to 1\."
        ):
            Store(path)


def test_a_step_that_fails_changes_nothing(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path) as store:
        store.add(PAIRS, task="moons")
    step = ("ALTER TABLE stored_trials ADD COLUMN machine TEXT", "ALTER TABLE lacking ADD COLUMN x")
    monkeypatch.setattr(store_schema, "STEPS", (*store_schema.STEPS, step))
    with pytest.raises(NotStored, match=r"cannot be opened or read\. SQLite says: no such table"):
        Store(path)
    monkeypatch.undo()
    assert len(keys_in(path)) == len(PAIRS)


# ------------------------------------------------------------ how fast


@pytest.mark.alone
def test_five_thousand_rows_are_written_in_a_second_of_work(tmp_path: Path) -> None:
    if sys.gettrace() is not None:
        pytest.skip("whoever counts every line makes it slower")
    curve, trials = PAIRS[0][1].curve, plan(range(1000))
    pairs = [(trial, Outcome(trial.key, 0.5, 0.5, None, curve)) for trial in trials]
    seconds = []
    for turn in range(3):
        with Store(tmp_path / f"{turn}.db") as store:
            start = time.process_time()  # what a busy machine does meanwhile does not count
            for place in range(0, len(pairs), 200):
                store.add(pairs[place : place + 200], task="moons")
            seconds.append(time.process_time() - start)
    assert len(pack(curve)) == 800
    assert len(pairs) / min(seconds) > 5000
