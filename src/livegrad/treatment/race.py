"""The race: who cures, found out in short runs first, each remedy at a learning rate of its own.

Where a prescription is a learning rate, a range test says which (`livegrad.treatment.rate_range`). The first prescription
goes the whole way at once; where it cures, and little is left to learn, that is the end. Otherwise the others run a quarter
of the steps, the better half of them a half, and those that are left the whole, until one does not get beyond the best cure.
Nothing runs beside them: a short run is judged against the untreated training after the same steps. Where nobody cures well
at the given learning rate, each remedy is tried at others, the best of the race first. Among equals the prescriptions' own
order holds. All of it from one seed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from livegrad import quantity
from livegrad.records import to_jsonable
from livegrad.text import Text
from livegrad.treatment import rate_choice, rate_range, rates, verdict
from livegrad.treatment.budget import Budget
from livegrad.treatment.proof import Prescription, Runner
from livegrad.treatment.remarks import LEFT_EARLY, NO_RATES, OUT_OF_BUDGET

SHARES = (0.25, 0.5)
"""Parts of the steps after which the worse half leaves."""
FEWEST = 3
"""So few need no short runs."""
WHOLE = 2
"""Short runs leave time for so many whole ones: alone they prove nothing."""

Soon: TypeAlias = Callable[[Sequence[Prescription], float], None]
"""Is told which prescriptions will be run next for a share of the steps, all of them."""
Run: TypeAlias = Callable[[Prescription | None, float], Runner]
"""Trains with a prescription, or without, for a share of the steps, from the race's own seed."""


class Stopped(Exception):
    """The user interrupted a run; what it came to is kept."""

    def __init__(self, runner: Runner) -> None:
        super().__init__("interrupted")
        self.runner = runner


@dataclass
class Race:
    """One race; `run` it once.

    Attributes:
        before: The untreated training, the whole way.
        run_one: Trains; every training of the race goes through it.
        budget: For everything.
        soon: Is told of what will be run together (several workers).
        resort: What is tried where nothing that the findings call for cures.
        kept: Trainings that must be left over for the proof with other seeds.
        shares: Parts of the steps that are long enough to tell trainings apart; empty: no short runs.
        finished: Those that went the whole way, in the order they were run.
        left: Those that left early, with the last run they made.
        remarks: What the budget did not allow.
        stopped: Whether the user interrupted it.
    """

    before: Runner
    run_one: Run
    budget: Budget
    soon: Soon = field(default=lambda *_: None)
    resort: tuple[Prescription, ...] = ()
    kept: int = 0
    shares: tuple[float, ...] = SHARES
    finished: list[Runner] = field(default_factory=list)
    left: list[Runner] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)
    stopped: bool = False
    _known: dict[str, Runner] = field(default_factory=dict)
    _tested: bool = False

    def run(self, prescriptions: tuple[Prescription, ...]) -> None:
        """Race until one cures, the budget is spent, nobody is left, or a run is interrupted (`Stopped`)."""
        try:
            self._race(prescriptions)
        except Stopped as stopped:
            self.finished.append(stopped.runner)
            self.stopped = True

    def _race(self, prescriptions: tuple[Prescription, ...]) -> None:
        once: dict[str, Prescription] = {}
        for prescription in prescriptions:  # two findings may call for the same cure
            once.setdefault(key_of(prescription), prescription)
        first, *others = self._measured(tuple(once.values()), leading=True)
        if self._goes_whole(first):
            return
        if not self._all_tried(tuple(others)):
            return
        self._search_rates()
        if self._best_cure() is None:
            self._all_tried(tuple(p for p in self.resort if key_of(p) not in once))

    def _all_tried(self, field: tuple[Prescription, ...]) -> bool:
        """Race a field until one ends the race or the budget is spent; return whether neither happened."""
        untried = 0
        for prescription in self._shortened(self._measured(field)):
            if untried or not self._allows(1):
                untried += 1
            elif self._goes_whole(prescription):
                return False
        if untried:
            self.remarks.append(OUT_OF_BUDGET.fill(count=untried, seconds=self.budget.seconds))
        return not untried

    def _allows(self, trainings: float) -> bool:
        return self.budget.allows(trainings + self.kept)

    def _measured(
        self, field: tuple[Prescription, ...], *, leading: bool = False
    ) -> tuple[Prescription, ...]:
        """Let a range test say which learning rates are tried, where rates are among the field (``leading``: are its first)."""
        if self._tested or not any(rate_range.is_rate(p) for p in field[: 1 if leading else None]):
            return field
        self._tested = True
        evidence = self.before.evidence
        share = rate_range.share_of(evidence.steps) if evidence is not None else None
        test = rate_range.planned(field, evidence) if evidence is not None else None
        if share is None or test is None:
            self.remarks.append(rate_choice.NOT_TESTED)
            return field
        if not self._allows(share + 1):
            return field
        found = rate_range.found(test, self._ran(test, share))
        decided = rate_choice.decided(field, test, found)
        used = any(p not in field for p in decided)
        self.remarks.append(rate_choice.said(test, found, used=used))
        return decided

    def _goes_whole(self, prescription: Prescription) -> bool:
        """Run the whole way; return whether that ends the race."""
        runner = self._ran(prescription, 1.0)
        if not any(runner is other for other in self.finished):
            self.finished.append(runner)
        best = self._best_cure()
        if best is None or runner.outcome == "not-applicable":
            return False
        return best is not runner or verdict.learned_well(best)

    def _best_cure(self) -> Runner | None:
        return verdict.best([r for r in self.finished if verdict.cured(r)])

    def _ran(self, prescription: Prescription | None, share: float) -> Runner:
        """Run, unless it was run before."""
        key = f"{share} {key_of(prescription)}"
        if key not in self._known:
            self._known[key] = self.run_one(prescription, share)
        return self._known[key]

    def _shortened(self, field: tuple[Prescription, ...]) -> tuple[Prescription, ...]:
        """Return those that are left after the short runs, best first."""
        for share in self.shares:
            if len(field) <= FEWEST or not self._allows(share * (len(field) + 1) + WHOLE):
                break
            self.soon(field, share)
            self._ran(None, share)
            ranked = verdict.ranked([self._ran(p, share) for p in field])
            staying = self._standing(ranked[: (len(field) + 1) // 2], share)
            told = LEFT_EARLY.fill(share=quantity.percent(share))
            self.left += [
                replace(r, remark=r.remark or told)
                for r in ranked
                if not any(r is other for other in staying)
            ]
            field = tuple(r.prescription for r in staying if r.prescription is not None)
        return field

    def _standing(self, runners: list[Runner], share: float) -> list[Runner]:
        """Leave out those that a cure which is known already clearly beats after the same steps."""
        best = self._best_cure()
        if best is None:
            return runners
        cure = self._ran(best.prescription, share)
        return [r for r in runners if verdict.outcome(r.score, cure.score) != "helped"]

    def _search_rates(self) -> None:
        """Try the remedies at other learning rates, the best of the race first, until one cures; a cure alone, if there is one."""
        cure = self._best_cure()
        runners = (*verdict.ranked(self.finished), *verdict.ranked(self.left))
        for runner in runners if cure is None else (cure,):
            if runner.prescription is None or not rates.is_searched(runner):
                continue
            others = rates.variants(runner.prescription, self._rate())
            share = self.shares[0] if self.shares else 1.0
            if not self._allows(share * (len(others) + 1) + 1):
                self.remarks.append(NO_RATES.fill(seconds=self.budget.seconds))
                return
            best = self._best_rate(runner.prescription, others, share)
            if best is not None and self._goes_whole(best):
                return

    def _best_rate(
        self, plain: Prescription, others: tuple[Prescription, ...], share: float
    ) -> Prescription | None:
        """Return the prescription at a rate that is clearly better than the given one, if there is one."""
        self.soon((plain, *others), share)
        as_is = self._ran(plain, share)
        runs = [as_is, *(self._ran(p, share) for p in others)]
        best = verdict.ranked(runs)[0]
        beats = verdict.outcome(as_is.score, best.score) == "helped" and best.outcome == "helped"
        return best.prescription if beats else None

    def _rate(self) -> float | None:
        evidence = self.before.evidence
        optimizer = evidence.optimizer if evidence is not None else None
        return optimizer.rate if optimizer is not None else None


def key_of(prescription: Prescription | None) -> str:
    """Return what tells one prescription from another: remedy and settings, but not the user's line, which is only said."""
    if prescription is None:
        return "nothing"
    decided = {name: value for name, value in prescription.settings.items() if name != "where"}
    settings = json.dumps(to_jsonable(decided), sort_keys=True)
    return f"{prescription.remedy} {settings}"
