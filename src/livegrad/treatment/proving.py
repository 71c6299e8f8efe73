"""From prescriptions to a proof: the race from one seed, then the winner beside nothing from several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from livegrad.treatment import repeats, trial
from livegrad.treatment.budget import Budget
from livegrad.treatment.elsewhere import Elsewhere, Order, light
from livegrad.treatment.memory import FILE, Memory, name_of, source_of
from livegrad.treatment.prescription import last_resort
from livegrad.treatment.proof import Prescription, Proof, Repeats, Runner, Seeding
from livegrad.treatment.race import SHARES, Race
from livegrad.treatment.rate_range import is_test, unjudged
from livegrad.treatment.remarks import KEPT_RUNS
from livegrad.treatment.settling import settled

if TYPE_CHECKING:
    from torch import nn

    from livegrad.observation.training import Training


@dataclass
class Treatment:
    """Everything that is trained after the first, untreated run.

    Attributes:
        build: Makes the training.
        first: The untreated run.
        seeds: From how many seeds the winner is proven.
        budget: For everything.
        told: Called with each run as it ends.
        workers: How many trainings at once, each in a process of its own; 1: here.
        runs: How many there were.
    """

    build: Callable[..., Training]
    first: Runner
    seeds: int
    budget: Budget
    told: Callable[[Runner], None]
    workers: int = 1
    runs: int = 0
    _memory: Memory = field(init=False)
    _untreated: dict[tuple[int, float], Runner] = field(default_factory=dict)
    _models: list[tuple[Runner, nn.Module]] = field(default_factory=list)
    _elsewhere: Elsewhere | None = None
    _coming: dict[str, Future[Runner]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._memory = Memory(source_of(self.build), self.first)
        if self.workers > 1:
            self._elsewhere = Elsewhere(self.build, self.workers)

    def proven(self, prescriptions: tuple[Prescription, ...]) -> Proof:
        """Race, prove the winner on other seeds, and roll back what most seeds do not confirm.

        Interrupted, it keeps the finished runs for the next time (`livegrad.treatment.memory`).
        """
        try:
            proof = self._proven(prescriptions)
        except KeyboardInterrupt as interrupt:
            self._memory.save()
            interrupt.add_note(KEPT_RUNS.fill(file=FILE).say())
            raise
        finally:
            if self._elsewhere is not None:
                self._elsewhere.close()
        self._memory.forget()
        return proof

    def _proven(self, prescriptions: tuple[Prescription, ...]) -> Proof:
        seed = self.first.seed or 0
        self._untreated[seed, 1.0] = self.first
        steps = self.first.evidence.steps if self.first.evidence is not None else 0
        race = Race(
            before=self.first,
            run_one=lambda prescription, share: self._run(prescription, seed, share),
            resort=last_resort(self.first.diagnosis) if self.first.diagnosis is not None else (),
            soon=lambda prescriptions, share: self._soon([(p, seed) for p in prescriptions], share),
            budget=self.budget,
            kept=2 * (self.seeds - 1),
            shares=tuple(s for s in SHARES if trial.can_be_short(steps, s)),
        )
        race.run(prescriptions)
        proof = Proof(
            before=self.first,
            races=(*race.finished, *race.left),
            remarks=tuple(race.remarks),
        )
        proof = settled(
            proof,
            race.finished,
            repeated=self._repeated,
            seeds=self.seeds,
            budget=self.budget,
        )
        return replace(proof, runs=self.runs)

    def model_of(self, runner: Runner) -> nn.Module:
        """Return the network that a run left; one that was recalled is trained again."""
        for known, model in self._models:
            if known is runner:
                return model
        if runner.prescription is None:
            return trial.untreated(self.build, runner.seed or 0).model
        found = trial.treated(
            self.build, runner.seed or 0, runner.prescription, self.first, kept=True
        )
        return found.model

    def _run(self, prescription: Prescription | None, seed: int, share: float) -> Runner:
        if prescription is None:
            return self._nothing(seed, share)
        before = self.first if is_test(prescription) else self._nothing(seed, share)
        recalled = self._memory.recall(prescription, seed, share)
        if recalled is not None:
            return self._count(recalled)
        coming = self._coming.pop(name_of(prescription, seed, share), None)
        if coming is not None:
            return self._count(coming.result())
        kept = share == 1 and seed == self.first.seed
        found = trial.treated(self.build, seed, prescription, before, share=share, kept=kept)
        if kept:
            self._models.append((found.runner, found.model))
        return self._count(unjudged(found.runner))

    def _nothing(self, seed: int, share: float) -> Runner:
        if (seed, share) not in self._untreated:
            recalled = self._memory.recall(None, seed, share)
            coming = self._coming.pop(name_of(None, seed, share), None)
            if recalled is None and coming is not None:
                came = coming.result()
                recalled = came if came.score is not None else None  # what judges must be there
            found = recalled or trial.untreated(self.build, seed, share=share).runner
            self._untreated[seed, share] = self._count(found)
        return self._untreated[seed, share]

    def _soon(self, wanted: Sequence[tuple[Prescription | None, int]], share: float) -> None:
        """These will be asked for: with several workers, begin them all; the untreated ones, which judge, come first."""
        if self._elsewhere is None:
            return
        for seed in dict.fromkeys(seed for _, seed in wanted):
            if (seed, share) not in self._untreated:
                self._begin(Order(None, seed, share, None))
        for prescription, seed in wanted:
            if prescription is not None:
                self._begin(Order(prescription, seed, share, light(self._nothing(seed, share))))

    def _begin(self, order: Order) -> None:
        key = name_of(order.prescription, order.seed, order.share)
        known = self._memory.recall(order.prescription, order.seed, order.share)
        if known is None and key not in self._coming and self._elsewhere is not None:
            self._coming[key] = self._elsewhere.submit(order)

    def _count(self, runner: Runner) -> Runner:
        self.runs += 1
        self._memory.keep(runner)
        self.told(runner)
        return runner

    def _repeated(self, winner: Runner) -> Repeats:
        """The winner beside nothing, from as many seeds as the budget allows."""
        first = self.first.seed or 0
        starts, lost = [repeats.start(first, self.first, winner)], list[Runner]()
        later = range(first + 1, first + self.seeds)
        if self.budget.allows(2 * len(later) / self.workers):
            self._soon([(winner.prescription, seed) for seed in later], 1.0)
        for seed in later:
            if not self.budget.allows(1 if (seed, 1.0) in self._untreated else 2):
                break
            before = self._nothing(seed, 1.0)
            if before.outcome == "failed":
                lost.append(before)
                continue
            starts.append(repeats.start(seed, before, self._run(winner.prescription, seed, 1.0)))
        return repeats.joined(starts, self._seeding(), lost)

    def _seeding(self) -> Seeding:
        from livegrad.observation.training import takes_seed

        return "build" if takes_seed(self.build) else "ours"
