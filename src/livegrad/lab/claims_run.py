"""Claims run in the terminal: which, with what, and what came of each."""

from __future__ import annotations

import math
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from livegrad.errors import BadInput
from livegrad.lab.experiment import EXPERIMENTS, Code, Experiment, Setting
from livegrad.lab.figure import Figure
from livegrad.lab.proving import Proved, prove
from livegrad.text import Text

__all__ = ["Outcome", "Plan", "plan_of", "run_claims"]

_NOT_ONE = Text(
    "--set changes a control of one claim, and {count} were asked for. Name one: livegrad claims sigmoid-vanishing --set "
    "depth=20",
    "--set은 한 주장의 조절값을 바꾸는데, 고른 주장이 {count}개입니다. 하나만 고르세요: livegrad claims sigmoid-vanishing --set depth=20",
)
_NO_VALUE = Text(
    "'{given}' is no setting. Give name and value, as in --set depth=20.",
    "'{given}' 값은 설정이 아닙니다. --set depth=20처럼 이름과 값을 주세요.",
)
_NO_CONTROL = Text(
    "'{claim}' has no control called '{name}'; it has: {names}.",
    "'{claim}'에는 '{name}'이라는 조절값이 없습니다. 있는 것은 {names}입니다.",
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which claims run, and with what.

    Attributes:
        experiments: In the order in which they run.
        settings: For the controls of the only one; empty for the usual ones.
        seeds: Base seeds; each claim runs once from each.
        workers: Threads for the engine.
    """

    experiments: tuple[Experiment, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)
    workers: int = 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one claim.

    Attributes:
        experiment: The claim.
        runs: One for each base seed.
        usual: Whether it ran at its usual settings.
        problem: Why it could not run; None if it did.
    """

    experiment: Experiment
    runs: tuple[Proved, ...] = ()
    usual: bool = True
    problem: Text | None = None

    @property
    def codes(self) -> list[tuple[Code, int]]:
        """Return the verdicts with how many runs gave each, the most frequent first."""
        return Counter[Code](run.verdict.code for run in self.runs).most_common()

    @property
    def stable(self) -> bool:
        """Return whether all base seeds gave the same verdict."""
        return len(self.codes) == 1

    @property
    def unexpected(self) -> bool:
        """Return whether a verdict at the usual settings is not the one that is expected."""
        expected = self.experiment.expected
        return self.usual and any(run.verdict.code != expected for run in self.runs)

    @property
    def seconds(self) -> float:
        """Return how long all runs took together."""
        return sum(run.seconds for run in self.runs)


def plan_of(
    identifiers: Sequence[str],
    *,
    settings: Sequence[str] = (),
    seed: int = 0,
    seeds: int = 1,
    workers: int = 1,
) -> Plan:
    """Return what was asked for.

    Args:
        identifiers: Of claims; all of them if empty.
        settings: As written, ``name=value``.
        seed: The first base seed.
        seeds: How many base seeds.
        workers: Threads for the engine.

    Raises:
        BadInput: A claim, a control or a value is not known.

    Example:
        >>> plan_of(["sigmoid-vanishing"], settings=["depth=20"], seeds=2).settings["depth"]
        20
    """
    wanted = tuple(dict.fromkeys(identifiers)) or tuple(EXPERIMENTS)
    experiments = tuple(EXPERIMENTS.find(one) for one in wanted)
    if settings and len(experiments) != 1:
        raise BadInput(_NOT_ONE.fill(count=len(experiments)))
    given = dict(_setting(one) for one in settings)
    if given:
        names = [control.id for control in experiments[0].controls]
        for name in given:
            if name not in names:
                told = ", ".join(names) or "–"
                raise BadInput(_NO_CONTROL.fill(claim=wanted[0], name=name, names=told))
        given = {name: experiments[0].settings(given)[name] for name in given}
    return Plan(
        experiments=experiments,
        settings=given,
        seeds=tuple(range(seed, seed + seeds)),
        workers=workers,
    )


def run_claims(
    plan: Plan, told: Callable[[Experiment, float], None] | None = None
) -> Iterator[Outcome]:
    """Run claims one after the other, and yield what came of each.

    Args:
        plan: Which, and with what.
        told: Called with the claim that runs and the share of it that is done.

    Raises:
        BadInput: The only claim cannot run. Of several, the others run, and the outcome says why it could not.

    Example:
        >>> [found] = run_claims(plan_of(["sigmoid-vanishing"]))
        >>> found.codes, found.unexpected
        ([('holds-if', 1)], False)
    """
    for experiment in plan.experiments:
        try:
            outcome = _outcome(experiment, plan, told)
        except BadInput as problem:
            if len(plan.experiments) == 1:
                raise
            outcome = Outcome(experiment=experiment, problem=problem.text)
        yield outcome


def _outcome(
    experiment: Experiment, plan: Plan, told: Callable[[Experiment, float], None] | None
) -> Outcome:
    runs = list[Proved]()
    last = -math.inf

    def tell(share: float, figures: Sequence[Figure]) -> None:
        del figures
        nonlocal last
        now = time.perf_counter()
        if told is not None and now - last > 0.05:  # a bar is not looked at more often
            last = now
            told(experiment, (len(runs) + min(1.0, share)) / len(plan.seeds))

    with warnings.catch_warnings():
        # What overflows is measured as such; a warning within a table helps nobody.
        warnings.simplefilter("ignore", RuntimeWarning)
        for seed in plan.seeds:
            tell(0.0, ())
            proved = prove(experiment.id, plan.settings, seed=seed, told=tell, workers=plan.workers)
            runs.append(proved)
    usual = experiment.settings(plan.settings) == experiment.settings()
    return Outcome(experiment=experiment, runs=tuple(runs), usual=usual)


def _setting(written: str) -> tuple[str, Setting]:
    name, found, value = written.partition("=")
    if not (name.strip() and found and value.strip()):
        raise BadInput(_NO_VALUE.fill(given=written))
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), value.strip()
