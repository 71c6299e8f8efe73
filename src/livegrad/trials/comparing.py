"""``livegrad.compare``: which activation for my data, with as many seeds as an answer takes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from livegrad.errors import BadInput, NotStored
from livegrad.text import Text
from livegrad.trials import engine
from livegrad.trials.comparison import Comparison
from livegrad.trials.concluding import WORST, Made, concluded
from livegrad.trials.dataset import Dataset
from livegrad.trials.plan import USUAL, Plan, at_rate
from livegrad.trials.reading import from_arrays
from livegrad.trials.running import Progress, check_recipe, run, workers_here
from livegrad.trials.searching import RATES, rates_for, search_steps
from livegrad.trials.splits import SPLITS, Splits
from livegrad.trials.splitting import Split
from livegrad.trials.stages import Stages
from livegrad.trials.statistics import halving as cut_of
from livegrad.trials.statistics import rungs
from livegrad.trials.store import Store
from livegrad.trials.store_splits import other_splits
from livegrad.trials.trial import Outcome, Recipe, Trial

__all__ = ["compare", "study"]

Stage = Literal["rates", "trials"]
"""What a study is at: the search for learning rates, or the trials themselves."""

_FEW = Text(
    "There is nothing to compare: {count} different activations were given. Name at least two, as in "
    'activations=["relu", "gelu"].',
    "비교할 것이 없습니다. 서로 다른 활성화 함수(activation)가 {count}개 주어졌습니다. "
    'activations=["relu", "gelu"]처럼 둘 이상 적어 주세요.',
)
_NO_SEEDS = Text(
    "seeds = {seeds} is not possible: it must be a whole number of at least 2. Try seeds=32.",
    "seeds = {seeds:은/는} 쓸 수 없습니다. 2 이상의 정수여야 합니다. seeds=32로 해 보세요.",
)
_STOPPED = Text(
    "The study was stopped before it was done. {kept}",
    "연구가 끝나기 전에 멈췄습니다. {kept}",
)
_KEPT = Text(
    "What is done is in {path}: the same command goes on from there.",
    "끝난 실험은 {path}에 있습니다. 같은 명령으로 이어서 할 수 있습니다.",
)
_NOT_KEPT = Text(
    "Nothing was stored; give a store to be able to go on later.",
    "저장한 것이 없습니다. 저장소(store)를 정해 두면 나중에 이어서 할 수 있습니다.",
)
_RATES = Text(
    "Learning rates were searched for each candidate among {count} from {low} to {high}: four times, each time on another "
    "quarter of samples to learn from.",
    "학습률은 후보마다 {low}부터 {high}까지 {count}개 가운데서 골랐습니다. 학습용 표본의 4분의 1씩, 매번 다른 부분으로 네 번 재어 정했습니다.",
)
_AT_EDGE = Text(
    "The best rate lies at the end of what was tried for: {names}. Perhaps a rate beyond is better.",
    "가장 좋은 학습률이 시험한 범위의 끝에 있는 후보: {names}. 범위 밖의 학습률이 더 나을 수도 있습니다.",
)
_FROM_STORE = Text(
    "Taken from the store: {count} of {total} trials.",
    "저장소(store)에서 가져온 실험: 전체 {total}개 중 {count}개.",
)
_SLOW = Text(
    "No native engine was built here, so the slow NumPy reference trained.",
    "이 컴퓨터에는 빠른 엔진이 없어 느린 NumPy 기준 구현으로 학습했습니다.",
)
_LEFT = Text(
    "Left early, by successive halving: {names}.",
    "연속 절반 탈락(successive halving)으로 먼저 빠진 후보: {names}.",
)


@dataclass(frozen=True)
class _Study:
    """What the parts of a study share."""

    plan: Plan
    splits: Splits
    store: Store | None
    workers: int
    told: Callable[[Stage, Progress], bool | None] | None
    ray: str | None = None

    @property
    def data(self) -> str:
        return self.splits.data.name

    def run(
        self,
        trials: Sequence[Trial],
        split_of: Callable[[str], Split],
        told: Callable[[Progress], bool | None] | None,
    ) -> Iterator[list[tuple[Trial, Outcome]]]:
        """Run trials of any splits: here one split after another, or all at once on a cluster."""
        by_data = dict[str, list[Trial]]()
        for trial in trials:
            by_data.setdefault(trial.data, []).append(trial)
        if self.ray is not None:
            from livegrad.trials.on_ray import run_on_ray

            splits = {name: split_of(name) for name in by_data}
            yield from run_on_ray(trials, splits, address=self.ray, told=told)
            return
        stages, done = Stages(told, sum(trial.recipe.steps for trial in trials)), 0
        for name, own in by_data.items():
            if stages.stopped:
                return
            yield from run(own, split_of(name), workers=self.workers, told=stages.after(done))
            done += sum(trial.recipe.steps for trial in own)

    def tells(self, stage: Stage) -> Callable[[Progress], bool | None] | None:
        told = self.told
        return None if told is None else lambda progress: told(stage, progress)


def compare(  # noqa: PLR0913 - each is a name of the public interface
    X: Any,
    y: Any = None,
    *,
    activations: Sequence[str] = USUAL,
    hidden: Sequence[int] | Sequence[Sequence[int]] = (64, 64),
    seeds: int = 32,
    steps: int = 2000,
    batch_size: int = 64,
    optimizer: Literal["sgd", "momentum", "adam", "adamw"] = "adam",
    lr: float | None = None,
    **others: Any,
) -> Comparison:
    """Train many small networks of each activation on your data, and say which may be called best.

    Args:
        X: Samples × features: numbers, words, missing values, a data frame; or a `Dataset`.
        y: Targets: classes or numbers; not for a `Dataset`.
        activations: Names, perhaps with parameters as in ``"elu(alpha=0.5)"``, or formulas.
        hidden: Units of the hidden layers; several shapes are compared with each other.
        seeds: Paired seeds: every activation starts from the same draws and sees the same minibatches.
        steps: Training steps of each network.
        batch_size: Samples in a minibatch.
        optimizer: ``"sgd"``, ``"momentum"`` (0.9), ``"adam"`` or ``"adamw"``.
        lr: Learning rate; None: searched for each activation, on data that no score is taken from.
        others: ``splits`` (16: the samples are dealt into 16 parts, each judges once, and the seeds are spread over them, at least
            one for each; 1: one split for all), ``validation`` (share to judge by, drawn anew for each split; without it each part judges once, and
            a single split sets a quarter aside), ``init`` (one or several), ``norm`` ("batch"), ``skip`` ("residual",
            "rezero"), ``weight_decay``, ``kind``, ``store`` (a path), ``workers``, ``halving`` (hopeless candidates leave
            early), ``ray`` (address of a cluster, or "local"), ``told`` (called with stage and progress).

    Returns:
        Ranking with ties and intervals, curves, every trial, and a conclusion in words.

    Raises:
        BadInput: The data cannot be learned from, an activation is unknown, a number is impossible.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> found = compare(
        ...     moons, activations=["relu", "tanh"], hidden=(8,), seeds=8, steps=100, lr=0.01
        ... )
        >>> len(found.trials), found.measure
        (16, 'accuracy')
    """
    reading = {name: others.pop(name) for name in ("kind", "features", "name") if name in others}
    data = X if isinstance(X, Dataset) else from_arrays(X, y, **reading)
    shapes = tuple(hidden)
    several = bool(shapes) and not isinstance(shapes[0], int | np.integer)
    inits = others.pop("init", "he")
    plan = Plan(
        activations=tuple(dict.fromkeys(activations)),
        hidden=tuple(tuple(one) for one in shapes) if several else (shapes,),  # type: ignore[arg-type]
        inits=(inits,) if isinstance(inits, str) else tuple(inits),
        rates=() if lr is None else (lr,),
        seeds=seeds,
        optimizer=optimizer,
        weight_decay=others.pop("weight_decay", 0.0),
        batch_size=batch_size,
        steps=steps,
        norm=others.pop("norm", None),
        skip=others.pop("skip", None),
    )
    return study(plan, data, **others)


def study(  # noqa: PLR0913 - as compare
    plan: Plan,
    data: Dataset,
    *,
    validation: float | None = None,
    splits: int = SPLITS,
    store: str | Path | None = None,
    workers: int | None = None,
    halving: bool = False,
    told: Callable[[Stage, Progress], bool | None] | None = None,
    command: str = "",
    ray: str | None = None,
) -> Comparison:
    """Run a plan on data; see `compare` for the arguments.

    Raises:
        BadInput: As `compare`, and where ``told`` stopped it: what is done is in the store.
    """
    recipes = plan.recipes()
    if len(recipes) < 2:
        raise BadInput(_FEW.fill(count=len(recipes)))
    if not isinstance(plan.seeds, int) or plan.seeds < 2:
        raise BadInput(_NO_SEEDS.fill(seeds=plan.seeds))
    for recipe in recipes:  # before a store is made
        check_recipe(recipe)
    began = time.perf_counter()
    parts = Splits(data=data, asked=splits, validation=validation)
    if len(parts) > plan.seeds:  # each needs a seed
        parts = replace(parts, asked=plan.seeds)
    parts.split(0)  # what cannot be parted is said before a store is made
    with _opened(store) as opened, _connected(ray):
        this = _Study(plan, parts, opened, workers or workers_here(), told, ray)
        return _concluded(this, recipes, began, command, halving=halving)


def _opened(store: str | Path | None) -> contextlib.AbstractContextManager[Store | None]:
    return contextlib.nullcontext() if store is None else Store(store)


def _connected(ray: str | None) -> contextlib.AbstractContextManager[object]:
    if ray is None:
        return contextlib.nullcontext()
    from livegrad.trials.on_ray import connected

    return connected(ray)


def _concluded(
    this: _Study, recipes: tuple[Recipe, ...], began: float, command: str, *, halving: bool
) -> Comparison:
    first = this.splits.split(0)
    remarks = [*first.remarks, *this.splits.remarks]
    made = 0
    if not this.plan.rates:
        recipes, said, made = _with_rates(this, recipes)
        remarks += said
    outcomes, left, said, steps = _tried(this, recipes, halving=halving)
    remarks += said
    if engine.name() == "reference":
        remarks.append(_SLOW)
    how = Made(
        data=this.data,
        engine=engine.name(),
        network_steps=made + steps,
        seconds=time.perf_counter() - began,
        remarks=tuple(remarks),
        searched=not this.plan.rates,
        command=command,
    )
    return concluded(
        this.plan, first, outcomes, how, left=left, correlation=this.splits.correlation
    )


def _with_rates(
    this: _Study, recipes: tuple[Recipe, ...]
) -> tuple[tuple[Recipe, ...], list[Text], int]:
    rates = rates_for(recipes, this.splits, this.run, told=this.tells("rates"))
    if rates is None:
        raise BadInput(_stopped(this))
    tried = RATES[this.plan.optimizer]
    said = [_RATES.fill(count=len(tried), low=f"{tried[0]:g}", high=f"{tried[-1]:g}")]
    edge = [
        this.plan.label(r)
        for r, rate in zip(recipes, rates, strict=True)
        if rate in (tried[0], tried[-1])
    ]
    if edge:
        said.append(_AT_EDGE.fill(names=", ".join(edge)))
    chosen = tuple(at_rate(recipe, rate) for recipe, rate in zip(recipes, rates, strict=True))
    return chosen, said, search_steps(recipes)


def _tried(
    this: _Study, recipes: tuple[Recipe, ...], *, halving: bool
) -> tuple[dict[Trial, Outcome], set[Recipe], list[Text], int]:
    """Run all trials, or with halving those that are worth it."""
    if not halving:
        outcomes, said, steps = _run(this, recipes, range(this.plan.seeds))
        return outcomes, set(), said, steps
    return _halved(this, recipes)


def _halved(
    this: _Study, recipes: tuple[Recipe, ...]
) -> tuple[dict[Trial, Outcome], set[Recipe], list[Text], int]:
    outcomes, said, steps = dict[Trial, Outcome](), list[Text](), 0
    staying, done = recipes, 0
    rounds = rungs(len(recipes), this.plan.steps, this.plan.seeds)
    for number, rung in enumerate(rounds):
        new, words, made = _run(this, staying, range(done, rung.seeds))
        outcomes |= new
        said, steps, done = words or said, steps + made, rung.seeds
        if number + 1 == len(rounds):
            break
        table = _table(this, staying, outcomes, done)
        parts = [seed % len(this.splits) for seed in range(done)]
        how: dict[str, Any] = {"splits": parts, "correlation": this.splits.correlation}
        cut = cut_of(table, rounds[number + 1].candidates, worst=WORST, **how).stay
        staying = tuple(r for r in staying if this.plan.label(r) in cut)
    left = {recipe for recipe in recipes if recipe not in staying}
    if left:
        said.append(_LEFT.fill(names=", ".join(this.plan.label(r) for r in recipes if r in left)))
    return outcomes, left, said, steps


def _table(
    this: _Study, recipes: tuple[Recipe, ...], outcomes: dict[Trial, Outcome], seeds: int
) -> dict[str, list[float]]:
    """Return the scores so far, a row for each candidate."""
    trials = this.plan.trials(recipes, this.splits.fingerprints, range(seeds))
    rows = dict[str, list[float]]()
    for trial in trials:
        rows.setdefault(this.plan.label(trial.recipe), []).append(outcomes[trial].score)
    return rows


def _run(
    this: _Study, recipes: tuple[Recipe, ...], seeds: range
) -> tuple[dict[Trial, Outcome], list[Text], int]:
    trials = tuple(this.plan.trials(recipes, this.splits.fingerprints, seeds))
    said, found = list[Text](), dict[str, Outcome]()
    if this.store is not None:
        found = this.store.outcomes(trials)
        if found:
            said.append(_FROM_STORE.fill(count=len(found), total=len(trials)))
        if len(found) < len(trials):
            said += other_splits(this.store, this.splits)
    missing = [trial for trial in trials if trial.key not in found]
    for part in this.run(missing, this.splits.named, this.tells("trials")):
        found |= {outcome.key: outcome for _, outcome in part}
        if this.store is not None:
            try:
                this.store.add(part, task=this.data, engine=engine.name())
            except NotStored as problem:
                said.append(problem.text)
    if len(found) < len(trials):
        raise BadInput(_stopped(this))
    return (
        {trial: found[trial.key] for trial in trials},
        said,
        sum(trial.recipe.steps for trial in missing),
    )


def _stopped(this: _Study) -> Text:
    kept = _NOT_KEPT if this.store is None else _KEPT.fill(path=this.store.path)
    return _STOPPED.fill(kept=kept)
