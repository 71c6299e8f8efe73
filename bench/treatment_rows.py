"""One training of the practice set under treatment: what was tried, and what it was worth in the set's own skill."""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

import livegrad
from livegrad.observation.seeding import seed_everything

if TYPE_CHECKING:
    from trainings.case import Case, Made

__all__ = ["Row", "Tried", "read", "treated", "write"]

HURT = 0.05
"""Sick trainings that miss the healthy twin's skill by less than this have nothing to win."""
REACHED = 0.03
"""A cure reaches its twin when it comes so near: the skill of equal trainings from other seeds differs by as much."""
HARM = 0.05


@dataclass(frozen=True)
class Tried:
    """One remedy of the race.

    Attributes:
        remedy: Its id.
        outcome: As `livegrad.treatment.proof.Runner` has it.
        skill: What it reached; ``None`` where the run failed or left early.
    """

    remedy: str
    outcome: str
    skill: float | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One training.

    Attributes:
        case, part: As `trainings.case.Case` has them.
        labels: The true codes; empty for a healthy training.
        told: The codes that were found, notes left out.
        before: Skill of the untreated training.
        twin: Skill of the training that was harmed to make this one; ``None`` for a healthy one.
        tried: The race, in order.
        after: Skill of what is recommended; ``None``: nothing is.
        won: Its remedy.
        bare: Processor seconds of one training without livegrad.
        seconds: Those of the whole check.
        error: What went wrong, if anything did.
        changes: What is recommended, as Python lines.
    """

    case: str
    part: str
    labels: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    before: float | None = None
    twin: float | None = None
    tried: tuple[Tried, ...] = ()
    after: float | None = None
    won: str = ""
    bare: float = 0.0
    seconds: float = 0.0
    error: str = ""
    changes: tuple[str, ...] = ()

    @property
    def hurt(self) -> bool:
        """Whether there is something to win."""
        return self.twin is not None and self.twin - (self.before or 0.0) > HURT

    def is_repaired(self, skill: float | None) -> bool:
        """Whether a skill reaches the twin's, or closes half of the gap."""
        if skill is None or self.twin is None:
            return False
        before = self.before or 0.0
        return skill >= min(self.twin - REACHED, before + (self.twin - before) / 2)

    @property
    def first(self) -> float | None:
        """Skill of the first prescription's run."""
        return self.tried[0].skill if self.tried else None

    @property
    def harmed(self) -> bool:
        """Whether what is recommended is clearly worse than nothing."""
        return self.after is not None and self.after < (self.before or 0.0) - HARM


class Looped(livegrad.Training):
    """A training of the set with the set's own loop, which `livegrad.Training` alone cannot express (accumulation, …)."""

    def follow(self, made: Made) -> Looped:
        """Run as ``made`` does."""
        self._made = made
        return self

    def run(self) -> None:
        """Train once."""
        self._made.run()


def treated(case: Case, seed: int) -> Row:
    """Check one training, treat it, and measure before, after and its healthy twin."""

    def build(seed: int) -> livegrad.Training:
        made = case.make(seed)
        plain = made.training()
        return plain if plain is not None else _looped(made)

    row = Row(case=case.id, part=case.part, labels=tuple(sorted(case.labels)))
    began = time.process_time()
    before = _skill(case.make(seed))
    bare = time.process_time() - began
    twin = None
    if case.origin is not None:
        seed_everything(seed)
        twin = _skill(case.origin(seed))
    began = time.process_time()
    try:
        checkup = livegrad.check(build, treat=True, seed=seed)
    except Exception as error:  # noqa: BLE001 (a failure is a result)
        return dataclasses.replace(
            row, before=before, twin=twin, error=f"{type(error).__name__}: {error}"
        )
    seconds = time.process_time() - began
    proof = checkup.proof
    races = proof.races if proof is not None else ()
    after = proof.after if proof is not None else None
    return dataclasses.replace(
        row,
        told=tuple(f.code for f in checkup.diagnosis.findings if f.severity != "note"),
        before=before,
        twin=twin,
        tried=tuple(
            Tried(
                r.prescription.remedy if r.prescription else "",
                r.outcome,
                r.score.value if r.score is not None and r.share == 1.0 else None,
            )
            for r in races
        ),
        after=after.score.value if after is not None and after.score is not None else None,
        won=after.prescription.remedy if after is not None and after.prescription else "",
        changes=after.changes if after is not None else (),
        bare=bare,
        seconds=seconds,
    )


def _looped(made: Made) -> Looped:
    training = Looped(
        made.model, made.loss_fn, made.optimizer, made.batches, made.steps, score=made.skill
    )
    return training.follow(made)


def _skill(made: Made) -> float:
    made.run()
    made.model.eval()
    with torch.no_grad():
        return float(made.skill(made.model))


def write(path: Path, rows: list[Row]) -> None:
    """Keep the rows in a file."""
    path.write_text(json.dumps([dataclasses.asdict(row) for row in rows]), encoding="utf-8")


def read(path: Path) -> list[Row]:
    """Return the rows of a file."""
    found = []
    for row in json.loads(path.read_text(encoding="utf-8")):
        tried = tuple(Tried(**t) for t in row.pop("tried"))
        lists = {k: tuple(v) for k, v in row.items() if isinstance(v, list)}
        found.append(Row(**(row | lists), tried=tried))
    return found
