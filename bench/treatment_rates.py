"""The rate that a range test finds beside the one that is guessed, at learning rates a thousand times out.

    python bench/treatment_rates.py [--only digits] [--factor 1000]

The sound trainings of the practice set's part tune get a rate a thousand times too high, and too low. What the test says to try,
and what the remedy alone would have guessed, are each trained once, from the same start. Skill: 1 perfect, 0 the best constant
answer; sound is the training's own rate.
"""

from __future__ import annotations

import argparse
import statistics
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import one_thread  # noqa: F401 - before NumPy

# isort: split
import torch
from trainings import healthy_tune
from trainings.recipe import Recipe

import livegrad
from livegrad.text import same
from livegrad.treatment import rate_range, trial
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.proof import Prescription

NEAR = 0.05
"""A rate does as well as the sound one if its skill misses that by less."""
_ANY = Prescription(remedy="", title=same(""), reason=same(""), code="", place="optimizer")
"""Where no finding asks for another rate, the test is run all the same."""


@dataclass(frozen=True)
class Row:
    """One training at one rate that is out; skills, ``None`` where nothing was said."""

    name: str
    way: str
    sound: float
    guessed: float | None
    found: float | None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="trainings whose name holds TEXT"
    )
    parser.add_argument("--factor", type=float, default=1000.0, help="how far the rate is out")
    options = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    rows: list[Row] = []
    print("| training | way | sound | guessed | found |\n| --- | --- | --- | --- | --- |")
    for recipe in healthy_tune.ORIGINS:
        expressed = recipe.make(0).training() is not None  # others need a loop of their own
        for way in (
            ("lower-rate", "raise-rate") if options.only in recipe.name and expressed else ()
        ):
            rows.append(_row(recipe, way, options.factor))
            row = rows[-1]
            told = (_figure(s) for s in (row.sound, row.guessed, row.found))
            print(f"| `{row.name}` | {row.way} | {' | '.join(told)} |", flush=True)
    for way in ("lower-rate", "raise-rate"):
        print(
            f"{way}: guessed {_summary(rows, way, 'guessed')}; found {_summary(rows, way, 'found')}"
        )


def _row(recipe: Recipe, way: str, factor: float) -> Row:
    out = replace(recipe, rate=recipe.rate * (factor if way == "lower-rate" else 1 / factor))
    first = trial.untreated(_build(out), 0).runner
    seen, diagnosis = first.evidence, first.diagnosis
    prescribed = prescribe(diagnosis) if diagnosis is not None else ()
    guesses = [p for p in prescribed if p.remedy == way]
    asked = guesses or [replace(_ANY, remedy=way)]
    test = rate_range.planned(asked, seen) if seen is not None else None
    share = rate_range.share_of(recipe.steps)
    found = None
    if test is not None and share is not None:
        ran = trial.treated(_build(out), 0, test, first, share=share).runner
        found = rate_range.found(test, ran)
    return Row(
        name=recipe.name,
        way=way,
        sound=_skill(recipe),
        guessed=_skill(replace(out, rate=out.rate * float(str(guesses[0].settings["factor"]))))
        if guesses
        else None,
        found=_skill(replace(out, rate=out.rate * found.rate / rate_range.number(test, "peak")))
        if found is not None and test is not None
        else None,
    )


def _build(recipe: Recipe) -> Callable[[int], livegrad.Training]:
    def build(seed: int) -> livegrad.Training:
        training = recipe.make(seed).training()
        assert training is not None  # noqa: S101 (main leaves the others out)
        return training

    return build


def _skill(recipe: Recipe) -> float:
    made = recipe.make(0)
    made.run()
    made.model.eval()
    with torch.no_grad():
        return float(made.skill(made.model))


def _summary(rows: list[Row], way: str, which: str) -> str:
    misses = [max(0.0, row.sound - (getattr(row, which) or 0.0)) for row in rows if row.way == way]
    if not misses:
        return "–"
    near = sum(miss < NEAR for miss in misses)
    return f"{near} of {len(misses)} within {NEAR:g} of sound, {statistics.fmean(misses):.3f} missed on average"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
