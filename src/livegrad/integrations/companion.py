"""What the callbacks of all trainers have in common: watch, tell while it runs, stop in time, diagnose at the end."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrad.codes import SEVERITIES
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.diagnosis.gate import FailOn, require_fail_on
from livegrad.integrations.live import SHARE_OF_TIME, Live
from livegrad.integrations.series import PREFIX, Number, numbers
from livegrad.observation.evidence import Evidence
from livegrad.text import Language

if TYPE_CHECKING:
    import torch
    from torch import nn

    from livegrad.observation.case import Case
    from livegrad.observation.recorder import Recorder

__all__ = ["Companion", "Wishes", "unscaled", "worst"]

SURE_AFTER = 2
"""A finding that is not certain stops a training once it was there at a step and still is at twice as many."""
SOONEST = 20
"""…counted from the first step at which anything is said of learning."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the user asked a callback for.

    Attributes:
        report: Whether the diagnosis is printed at the end.
        log: Whether numbers and findings go to where the trainer logs.
        stop_on: The severity from which on a finding ends the training; "never": none does.
        language: Of the words; the reader's by default.
        share: Of the training's time that telling and judging may take while it runs.
    """

    report: bool = True
    log: bool = True
    stop_on: FailOn = "never"
    language: Language | None = None
    share: float = SHARE_OF_TIME

    def __post_init__(self) -> None:
        require_fail_on(self.stop_on)


class Companion:
    """Goes along with one run of a trainer.

    Args:
        wishes: What the user asked for.
        clock: Tells the trainer's own count of steps while the optimizer steps.
        accumulated: By how much the trainer divides each loss before ``backward`` (gradient accumulation).
    """

    def __init__(
        self, wishes: Wishes, *, clock: Callable[[], int], accumulated: int | None = 1
    ) -> None:
        self.wishes = wishes
        self.stops_for: Finding | None = None
        self._clock = clock
        self._accumulated = accumulated or 1
        self._recorder: Recorder | None = None
        self._live = Live(self._look, share=wishes.share)
        self._clocks: dict[int, list[tuple[int, int]]] = {}
        self._told: dict[int, int] = {}
        self._numbers: list[Number] = []
        self._first_seen: dict[tuple[str, str], int] = {}

    def begin(
        self, models: tuple[tuple[str, nn.Module], ...], *optimizers: torch.optim.Optimizer
    ) -> None:
        """Watch models; without any, whatever the optimizers train.

        Args:
            models: (name, model) pairs; the name is empty where there is one.
            optimizers: Those that exist already.
        """
        from livegrad.observation.recorder import Recorder

        self._recorder = Recorder(models=models, measured=self._measured)
        for optimizer in optimizers:
            self._recorder.optimizer_made(optimizer)
        self._recorder.attach()

    def take(self) -> dict[int, dict[str, float]]:
        """Return what is to be logged since the last call: for each of the trainer's steps, its numbers."""
        rows: dict[int, dict[str, float]] = {}
        for name, step, value in self._numbers:
            rows.setdefault(step, {})[name] = value
        self._numbers.clear()
        return dict(sorted(rows.items()))

    def end(self, *, interrupted: bool = False) -> tuple[Diagnosis, ...]:
        """Stop watching and return one diagnosis for each model that was trained."""
        if self._recorder is None:
            return ()
        recorder, self._recorder = self._recorder, None
        recorder.detach()
        for case in recorder.cases:
            case.interrupted = case.interrupted or interrupted
        cases = [case for case in recorder.cases if case.steps]
        seen = [self._as_called(evidence) for evidence in recorder.evidence()]
        for case, evidence in zip(cases, seen, strict=True):
            self._note(case, evidence, recorder)
        return tuple(map(diagnose, seen))

    def _measured(self, case: Case) -> None:
        """Remember what the trainer's step was, and look at the numbers where time allows."""
        self._clocks.setdefault(id(case), []).append((case.steps - 1, self._clock()))
        if self.wishes.log or self.wishes.stop_on != "never":
            self._live.measured(case)

    def _look(self, case: Case) -> None:
        if self._recorder is None:
            return
        evidence = self._as_called(case.evidence())
        if self.wishes.log:
            self._note(case, evidence, self._recorder)
        if self.wishes.stop_on != "never" and case.steps >= SOONEST:
            self._judge(diagnose(evidence))

    def _as_called(self, evidence: Evidence) -> Evidence:
        return unscaled(evidence, self._accumulated)

    def _note(self, case: Case, evidence: Evidence, recorder: Recorder) -> None:
        """Keep the numbers that are new, at the trainer's steps."""
        several = sum(bool(each.steps) for each in recorder.cases) > 1
        prefix = f"{PREFIX}/{recorder.cases.index(case) + 1}" if several else PREFIX
        clocks = self._clocks.get(id(case), [])
        for name, step, value in numbers(
            evidence, after=self._told.get(id(case), -1), prefix=prefix
        ):
            self._numbers.append(Number(name, _on_the_clock(step, clocks), value))
            self._told[id(case)] = max(step, self._told.get(id(case), -1))

    def _judge(self, diagnosis: Diagnosis) -> None:
        """Decide whether a finding is grave and sure enough to end the training."""
        limit = SEVERITIES.index(self.wishes.stop_on) if self.wishes.stop_on != "never" else -1
        grave = [f for f in diagnosis.findings if SEVERITIES.index(f.severity) <= limit]
        steps = diagnosis.evidence.steps
        here = {(f.code, f.place): f for f in grave}
        self._first_seen = {key: self._first_seen.get(key, steps) for key in here}
        sure = [f for f in grave if f.confidence == "certain"] + [
            f for key, f in here.items() if steps >= SURE_AFTER * self._first_seen[key]
        ]
        self.stops_for = sure[0] if sure and diagnosis.learning is not True else None


def unscaled(evidence: Evidence, factor: int) -> Evidence:
    """Return the evidence with the losses as the user's own code computed them.

    Trainers divide each loss by the number of batches whose gradients they gather; what is compared with it
    (baseline and floor) was divided as well.

    Args:
        evidence: With losses divided by ``factor``.
        factor: At least 1.

    Example:
        >>> from livegrad.observation.evidence import Loss
        >>> seen = Evidence(model="Net", steps=1, loss=Loss(steps=(0,), values=(0.25,)))
        >>> unscaled(seen, 4).loss.values
        (1.0,)
    """
    loss = evidence.loss
    if factor == 1 or loss is None:
        return evidence
    whole = dataclasses.replace(
        loss,
        values=tuple(value * factor for value in loss.values),
        baseline=None if loss.baseline is None else loss.baseline * factor,
        floor=loss.floor * factor,
    )
    return dataclasses.replace(evidence, loss=whole)


def _on_the_clock(step: int, clocks: Sequence[tuple[int, int]]) -> int:
    """The trainer's step that a step of the watch was, counted on from the last one that is known."""
    place = max(0, bisect.bisect_right(clocks, step, key=lambda pair: pair[0]) - 1)
    if not clocks:
        return step
    ours, theirs = clocks[place]
    return theirs + step - ours


def worst(diagnoses: Sequence[Diagnosis]) -> Diagnosis | None:
    """Return the diagnosis to speak of first: the one with the gravest finding."""
    return min(diagnoses, key=_rank, default=None)


def _rank(diagnosis: Diagnosis) -> int:
    return min((SEVERITIES.index(f.severity) for f in diagnosis.findings), default=len(SEVERITIES))
