"""Trials made real: sorted into populations of one shape, trained by the engine, and told as outcomes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrad.errors import BadInput
from livegrad.flow.initialisation import initialisation
from livegrad.functions import Activation
from livegrad.functions.written import activation_in
from livegrad.text import Text
from livegrad.trials import engine
from livegrad.trials.engine import Architecture, Population, Samples, Settings, Work
from livegrad.trials.starting import initial_weights, minibatches
from livegrad.trials.trial import Curve, Outcome, Recipe, Trial

if TYPE_CHECKING:
    from livegrad.trials.splitting import Split

__all__ = [
    "Progress",
    "activation_of",
    "architecture_of",
    "check_numbers",
    "check_recipe",
    "points_of",
    "populations_of",
    "run",
    "workers_here",
]

POINTS = 50
"""How many points a curve has, unless there are fewer steps."""

_ELEMENTS_AT_ONCE = (
    40_000_000  # parameters of a population in memory: with the optimizer's averages 480 MB
)
_DEEPEST = 500  # hidden layers: what the engine keeps places for
_TOO_DEEP = Text(
    "A network of {layers} hidden layers was asked for; at most {most} are trained here. Give fewer.",
    "은닉층이 {layers}개인 신경망을 요청했습니다. 여기서는 {most}개까지 학습합니다. 층을 줄여 주세요.",
)
_NO_MEMORY = Text(
    "The memory does not suffice to train {count} networks of {parameters} parameters at once. Choose "
    "narrower layers, a smaller batch, or fewer workers.",
    "매개변수 {parameters}개짜리 신경망 {count}개를 한꺼번에 학습할 메모리가 모자랍니다. 층을 좁히거나 배치를 줄이거나 "
    "워커(worker)를 줄여 주세요.",
)
_SECONDS_AT_ONCE = 5.0  # of training in one population: what an interrupt can lose
_OPERATIONS_A_SECOND = 2e10  # of one worker, about
_SECONDS_A_STEP = 5e-7  # of one network, however small
_NOT_ELEMENTWISE = Text(
    "'{name}' takes whole vectors, and these networks are made of elementwise activations. Leave it "
    "out, or compare it in a PyTorch model of your own (livegrad.trials.compare_models).",
    "'{name:은/는} 벡터 전체를 받는 함수이고, 여기서 비교하는 신경망은 원소별 활성화 함수(activation)로 "
    "만듭니다. 빼거나, PyTorch 모델을 직접 만들어 비교하세요(livegrad.trials.compare_models).",
)
_NO_SLOPE = Text(
    "'{name}' has slope 0 everywhere, so nothing below it can learn. Leave it out.",
    "'{name:은/는} 기울기가 어디서나 0이라 그 아래층이 배울 수 없습니다. 빼 주세요.",
)
_BAD_NUMBER = Text(
    "{name} = {value} is not possible: it must be {holds}. Try {name}={instead}.",
    "{name} = {value:은/는} 쓸 수 없습니다. {holds}여야 합니다. {name}={instead:으로/로} 해 보세요.",
)
_POSITIVE = Text("a positive number", "0보다 큰 수")
_WHOLE = Text("a whole number of at least 1", "1 이상의 정수")
_NOT_NEGATIVE = Text("a number of at least 0", "0 이상의 수")
_TOO_LARGE = Text(
    "One network of {parameters} parameters does not fit into the memory set aside for training "
    "({limit}). Choose narrower layers.",
    "매개변수 {parameters}개짜리 신경망 하나가 학습에 쓰는 메모리({limit}개)에 들어가지 않습니다. 층을 더 "
    "좁게 하세요.",
)


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        done: Network-steps made, those of stored trials not counted.
        total: Network-steps that there are to make.
        seconds: Since the run began.
    """

    done: int
    total: int
    seconds: float

    @property
    def seconds_left(self) -> float:
        """About how much longer it takes."""
        return self.seconds * (self.total - self.done) / max(self.done, 1)


def workers_here() -> int:
    """Return how many threads train at once: as many as there are processors for this process."""
    affinity = getattr(os, "sched_getaffinity", None)
    return max(1, len(affinity(0)) if affinity else os.cpu_count() or 1)


def activation_of(name: str) -> Activation:
    """Return the activation of a recipe: a catalogue name, perhaps with parameters, or a formula.

    Raises:
        BadInput: There is none, it takes whole vectors, or it has no slope to learn by.

    Example:
        >>> activation_of("elu(alpha=0.5)").settings
        {'alpha': 0.5}
    """
    found = activation_in(name)
    if not isinstance(found, Activation):
        raise BadInput(_NOT_ELEMENTWISE.fill(name=name))
    if found.sup_slope == 0:
        raise BadInput(_NO_SLOPE.fill(name=name))
    return found


def run(
    trials: Iterable[Trial],
    split: Split,
    *,
    workers: int | None = None,
    told: Callable[[Progress], bool | None] | None = None,
) -> Iterator[list[tuple[Trial, Outcome]]]:
    """Train trials, many at once, and yield outcomes as populations are done.

    Args:
        trials: All on the data of `split`.
        split: Data to learn from and to be judged by.
        workers: Threads; by default as many as there are processors.
        told: Called with the progress; returning False stops the run.

    Yields:
        Trials with their outcomes, a population at a time. A population that was stopped is not yielded.

    Raises:
        BadInput: An activation or initialisation that cannot be had, or an impossible number.
    """
    workers = workers or workers_here()
    groups = populations_of(list(trials), split, workers)
    total = sum(len(group) * group[0].recipe.steps for group in groups)
    done, began = 0, time.perf_counter()
    for group in groups:

        def report(steps: int, done: int = done) -> bool | None:
            progress = Progress(done + steps, total, time.perf_counter() - began)
            return told(progress) if told else None

        try:
            outcomes = _trained(group, split, workers, report if told else None)
        except MemoryError:
            parameters = architecture_of(group[0].recipe, split).parameter_count
            words = _NO_MEMORY.fill(count=len(group), parameters=f"{parameters:,}")
            raise BadInput(words) from None
        if outcomes is None:
            return
        done += len(group) * group[0].recipe.steps
        if (
            told
            and told(Progress(done, total, time.perf_counter() - began)) is False
            and done < total
        ):
            return
        yield list(zip(group, outcomes, strict=True))


def _at_once(recipe: Recipe, split: Split, workers: int) -> int:
    """Return how many networks train in about five seconds, a few lanes' worth at least."""
    operations = architecture_of(recipe, split).operations(recipe.batch_size)
    seconds = recipe.steps * (operations / _OPERATIONS_A_SECOND + _SECONDS_A_STEP)
    return max(64 * workers, round(_SECONDS_AT_ONCE * workers / seconds))


def populations_of(trials: Sequence[Trial], split: Split, workers: int) -> list[list[Trial]]:
    """Sort trials into groups that one population can hold: of one shape, and not too many.

    Args:
        trials: On the data of `split`.
        split: The data.
        workers: Threads that one population will have.

    Raises:
        BadInput: As `run`.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> split = TASKS.find("moons").make(0, 100).split()
        >>> populations_of([], split, workers=1)
        []
    """
    shapes = dict[Recipe, object]()  # seeds share recipes: each is looked at once
    sorted_out = dict[object, list[Trial]]()
    for trial in trials:
        r = trial.recipe
        if r not in shapes:
            check_recipe(r)
            learned = len(activation_of(r.activation).learned)
            made = (r.optimizer, r.weight_decay, r.batch_size, r.steps)
            shapes[r] = (r.hidden, r.norm, r.skip, learned, made)
        sorted_out.setdefault(shapes[r], []).append(trial)
    groups = list[list[Trial]]()
    for group in sorted_out.values():
        parameters = architecture_of(group[0].recipe, split).parameter_count
        if parameters > _ELEMENTS_AT_ONCE:
            raise BadInput(
                _TOO_LARGE.fill(parameters=f"{parameters:,}", limit=f"{_ELEMENTS_AT_ONCE:,}")
            )
        size = min(_ELEMENTS_AT_ONCE // parameters, _at_once(group[0].recipe, split, workers))
        groups += [group[start : start + size] for start in range(0, len(group), size)]
    return groups


def check_recipe(recipe: Recipe) -> None:
    """Raise `BadInput` if a number of a recipe is impossible, or its activation has no such initialisation.

    Example:
        >>> check_recipe(Recipe(activation="relu"))
    """
    check_numbers(recipe)
    initialisation(recipe.init, activation_of(recipe.activation), fan_in=1, fan_out=1)


def check_numbers(recipe: Recipe) -> None:
    """Raise `BadInput` if a number of a recipe is impossible; its activation may be anything.

    Example:
        >>> check_numbers(Recipe(activation="one of my own"))
    """
    numbers = (
        *(("hidden", units, _WHOLE, units >= 1, 64) for units in recipe.hidden),
        ("lr", recipe.lr, _POSITIVE, 0 < recipe.lr < float("inf"), 0.001),
        ("batch_size", recipe.batch_size, _WHOLE, recipe.batch_size >= 1, 64),
        ("steps", recipe.steps, _WHOLE, recipe.steps >= 1, 2000),
        ("weight_decay", recipe.weight_decay, _NOT_NEGATIVE, recipe.weight_decay >= 0, 0.01),
    )
    for name, value, holds, good, instead in numbers:
        if not good:
            raise BadInput(_BAD_NUMBER.fill(name=name, value=value, holds=holds, instead=instead))
    if len(recipe.hidden) > _DEEPEST:
        raise BadInput(_TOO_DEEP.fill(layers=len(recipe.hidden), most=_DEEPEST))


def architecture_of(recipe: Recipe, split: Split) -> Architecture:
    """Return the network of a recipe for given data.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> split = TASKS.find("moons").make(0, 100).split()
        >>> architecture_of(Recipe(activation="relu", hidden=(8,)), split).sizes
        (2, 8, 1)
    """
    return Architecture(
        sizes=(split.train_inputs.shape[1], *recipe.hidden, split.outputs),
        loss=split.loss,
        norm=recipe.norm,
        skip=recipe.skip,
        learned=len(activation_of(recipe.activation).learned),
    )


def points_of(steps: int) -> tuple[int, ...]:
    """Return after how many steps the points of a curve are taken, evenly spread.

    Example:
        >>> points_of(100)[:3], len(points_of(10_000))
        ((2, 4, 6), 50)
    """
    count = min(POINTS, steps)
    return tuple(sorted({round(steps * (n + 1) / count) for n in range(count)}))


def _trained(
    group: Sequence[Trial], split: Split, workers: int, told: Callable[[int], bool | None] | None
) -> list[Outcome] | None:
    recipe = group[0].recipe
    architecture = architecture_of(recipe, split)
    population = _population(group, architecture)
    samples = Samples(
        inputs=split.train_inputs,
        targets=_columns(split.train_targets),
        held_inputs=split.validation_inputs,
        held_targets=_columns(split.validation_targets),
    )
    rows = len(split.train_inputs)
    order = minibatches(
        split.fingerprint, rows=rows, batch_size=recipe.batch_size, steps=recipe.steps
    )
    points = points_of(recipe.steps)
    trace = engine.train(
        population, samples, Work(order=order, points=points, workers=workers, told=told)
    )
    if not trace.finished:
        return None
    measured = trace.curve[..., 2]  # accuracy, or mean square
    scores = split.r_squared(measured) if split.kind == "regression" else measured
    steps = np.array(points, np.int32)
    return [
        _outcome(trial, steps, trace.curve[k], scores[k], int(population.diverged[k]))
        for k, trial in enumerate(group)
    ]


def _population(group: Sequence[Trial], architecture: Architecture) -> Population:
    recipe = group[0].recipe
    names = list(dict.fromkeys(trial.recipe.activation for trial in group))
    activations = [activation_of(name) for name in names]
    weights = np.zeros((len(group), architecture.parameter_count), np.float32)
    alike = dict[tuple[str, str], list[int]]()
    for k, trial in enumerate(group):
        alike.setdefault((trial.recipe.activation, trial.recipe.init), []).append(k)
    for (name, init), members in alike.items():
        seeds = [group[k].seed for k in members]
        activation = activations[names.index(name)]
        weights[members] = initial_weights(architecture, activation, init, seeds)
    return Population(
        architecture=architecture,
        activations=activations,
        activation_of=np.array([names.index(t.recipe.activation) for t in group], np.int32),
        rates=np.array([trial.recipe.lr for trial in group]),
        weights=weights,
        settings=Settings(optimizer=recipe.optimizer, weight_decay=recipe.weight_decay),
    )


def _columns(targets: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(targets.reshape(len(targets), -1), np.float32)


def _outcome(
    trial: Trial, steps: np.ndarray, curve: np.ndarray, scores: np.ndarray, diverged: int
) -> Outcome:
    return Outcome(
        key=trial.key,
        score=float("nan") if diverged else float(scores[-1]),
        loss=float("nan") if diverged else float(curve[-1, 1]),
        diverged_at=diverged or None,
        curve=Curve(
            steps=steps,
            train_loss=np.ascontiguousarray(curve[:, 0]),
            loss=np.ascontiguousarray(curve[:, 1]),
            score=np.ascontiguousarray(scores, np.float32),
        ),
    )
