"""What many paired starts say of the lanes: trained beside the race, ranked as `livegrad.trials.statistics` ranks."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.cancelled import Cancelled
from livegrad.lab.desk import Job, Visit
from livegrad.lab.nets import columns
from livegrad.lab.race.data import RaceData
from livegrad.lab.race.groups import Group, grouped, lane_of
from livegrad.lab.race.naming import names_of
from livegrad.lab.race.setup import Setup
from livegrad.lab.race.track import Track
from livegrad.text import Text, same
from livegrad.trials import engine
from livegrad.trials.engine import Work
from livegrad.trials.statistics import Difference, Ranking, paired_difference, rank, verdict

__all__ = ["VERDICT", "Judged", "begin_verdict", "judged"]

Reals: TypeAlias = NDArray[Any]
VERDICT = "verdict"
_SLICE = 0.05  # seconds of training between two looks at whether it is still wanted
_TOLD_EVERY = 0.1  # seconds


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict.

    Attributes:
        names: Of the lanes.
        scores: Of each lane's networks at the end, NaN where one diverged; shape (lanes, seeds).
        home: The epoch in which each first reached the target; ∞ if never; the same shape.
        ranking: Who is best, with ties.
        differences: For each pair of lanes, the first's score minus the second's, paired by seed; (0, 1), (0, 2) … (1, 2) ….
        sentence: What that says.
        seconds: How long it took.
    """

    names: tuple[str, ...]
    scores: Reals
    home: Reals
    ranking: Ranking
    differences: tuple[Difference, ...]
    sentence: Text
    seconds: float


def begin_verdict(visit: Visit, track: Track, *, seeds: int, epochs: int) -> dict[str, object]:
    """Begin a verdict as a job of a visit; it shows its progress, then itself, on the channel ``verdict``.

    Raises:
        BadInput: Too many jobs run already.
    """
    setup, data = track.setup, track.data

    def run(job: Job) -> None:
        began, last = time.perf_counter(), 0.0

        def told(done: float) -> None:
            nonlocal last
            if job.cancelled.is_set():
                raise Cancelled
            now = time.perf_counter()
            if now - last >= _TOLD_EVERY:
                last = now
                job.show(VERDICT, _progress(setup, seeds, epochs, done, now - began))

        try:
            found = judged(setup, data, seeds=seeds, epochs=epochs, told=told)
        except Cancelled:
            seconds = time.perf_counter() - began
            visit.show(VERDICT, _progress(setup, seeds, epochs, 0.0, seconds) | {"stopped": True})
            raise
        job.show(VERDICT, _written(setup, data, found, epochs))

    visit.begin(VERDICT, run)
    return {"nets": seeds * len(setup.own)}


def judged(
    setup: Setup,
    data: RaceData,
    *,
    seeds: int,
    epochs: int,
    told: Callable[[float], None] | None = None,
    workers: int = 2,
) -> Judged:
    """Train many paired starts of every lane, and say what they say.

    Args:
        setup: The race's.
        data: Its points.
        seeds: How many networks of each lane; the first four are those of the race.
        epochs: For how many epochs.
        told: Called with the share that is done; may raise to stop.
        workers: Threads.

    Example:
        >>> from livegrad.lab.desk import Given
        >>> from livegrad.lab.race.reading import setup_in
        >>> setup = setup_in(Given({"network": {"depth": 2}}))
        >>> judged(setup, Track(setup).data, seeds=8, epochs=20).scores.shape
        (3, 8)
    """
    began = time.perf_counter()
    starts = setup.paired_seeds(seeds)
    lanes = [lane_of(plan, data, starts, setup.batch) for plan in setup.lanes]
    groups = grouped(lanes)
    shape = (len(lanes), seeds)
    scores, home = np.full(shape, np.nan), np.full(shape, np.inf)
    done, total = 0, epochs * len(lanes)
    for group in groups:
        members = [lanes.index(lane) for lane in group.lanes]
        part = _part(told, done / total, len(members) / total)
        found = _trained(group, setup, data, epochs=epochs, workers=workers, told=part)
        scores[members], home[members] = (one.reshape(len(members), seeds) for one in found)
        done += epochs * len(members)
    return _concluded(setup, data, scores, home, began)


def _part(
    told: Callable[[float], None] | None, before: float, each: float
) -> Callable[[int], None]:
    """What a population tells, as a share of the whole."""

    def made(epochs: int) -> None:
        if told is not None:
            told(before + epochs * each)

    return made


def _concluded(setup: Setup, data: RaceData, scores: Reals, home: Reals, began: float) -> Judged:
    names = names_of(setup)
    worst = _chance(data)
    ranking = rank(dict(zip(names, scores, strict=True)), worst=worst)
    return Judged(
        names=tuple(names),
        scores=scores,
        home=home,
        ranking=ranking,
        differences=tuple(
            paired_difference(a, b, worst=worst) for a, b in itertools.combinations(scores, 2)
        ),
        sentence=verdict(ranking),
        seconds=time.perf_counter() - began,
    )


def _trained(
    group: Group,
    setup: Setup,
    data: RaceData,
    *,
    epochs: int,
    workers: int,
    told: Callable[[int], None],
) -> tuple[Reals, Reals]:
    """Train a population; return scores at the end, and epochs in which the target was reached."""
    nets = len(group.population)
    final, arrived = np.full(nets, np.nan), np.full(nets, np.inf)
    made, count = 0, 1
    while made < epochs:
        count = min(count, epochs - made)
        began = time.perf_counter()
        orders = [data.order(setup.seed, setup.batch, made + k) for k in range(count)]
        per_epoch = len(orders[0])
        work = Work(
            order=np.concatenate(orders),
            points=tuple(per_epoch * (k + 1) for k in range(count)),
            workers=workers,
        )
        trace = engine.train(group.population, group.samples, work)
        score = trace.curve[..., 2]
        if data.given.kind == "regression":
            score = data.given.r_squared(score)
        there = score >= setup.target
        new = there.any(axis=1) & np.isinf(arrived)
        arrived[new] = made + 1 + there[new].argmax(axis=1)
        final = np.where(group.population.diverged > 0, np.nan, score[:, -1])
        made += count
        count = max(1, int(count * min(4.0, _SLICE / max(time.perf_counter() - began, 1e-6))))
        told(made)
    return final, arrived


def _chance(data: RaceData) -> float:
    """What can be scored without looking at a point: what a diverged network counts as."""
    if data.given.kind == "regression":
        return 0.0
    held = columns(data.given.validation_targets)[:, 0]
    return float((np.unique(held, return_counts=True)[1] / len(held)).max())


def _progress(
    setup: Setup, seeds: int, epochs: int, done: float, seconds: float
) -> dict[str, object]:
    del setup
    nothing = dict.fromkeys(("ranking", "differences", "scores", "sentence"))
    return {
        "done": done,
        "finished": False,
        "stopped": False,
        "seconds": seconds,
        "seeds": seeds,
        "epochs": epochs,
        "score_name": None,
        **nothing,
    }


def _written(setup: Setup, data: RaceData, found: Judged, epochs: int) -> dict[str, object]:
    lanes = {name: number for number, name in enumerate(found.names)}
    places = [
        {
            "lane": lanes[place.name],
            "name": same(place.name),
            "mean": place.mean,
            "low": place.low,
            "high": place.high,
            "home": [int(np.isfinite(found.home[lanes[place.name]]).sum()), found.scores.shape[1]],
            "rank": [place.rank_low, place.rank_high],
            "diverged": place.diverged,
        }
        for place in found.ranking.places
    ]
    differences = [
        {"lane": a, "other": b, "mean": d.mean, "low": d.low, "high": d.high, "p": d.p_value}
        for (a, b), d in zip(
            itertools.combinations(range(len(found.names)), 2), found.differences, strict=True
        )
    ]
    seeds = found.scores.shape[1]
    return _progress(setup, seeds, epochs, 1.0, found.seconds) | {
        "finished": True,
        "ranking": places,
        "differences": differences,
        "scores": list(found.scores),
        "score_name": "r2" if data.given.kind == "regression" else "accuracy",
        "sentence": found.sentence,
    }
