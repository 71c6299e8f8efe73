"""What ``livegrad claims`` was asked for, and how it is answered: words or JSON."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from livegrad.errors import Interrupted
from livegrad.lab import claims_json
from livegrad.lab.claims_page import print_head, print_list, print_one
from livegrad.lab.claims_run import Outcome, Plan, plan_of, run_claims
from livegrad.lab.claims_table import print_seeds, print_table, verdict_line
from livegrad.lab.experiment import EXPERIMENTS, Experiment
from livegrad.text import Language, Text

__all__ = ["Asked", "show_claims"]

_STOPPED = Text(
    "Stopped after {done} of {count} claims.", "주장 {count}개 가운데 {done}개를 마치고 멈췄습니다."
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call of ``livegrad claims``.

    Attributes:
        ids: Of claims; all of them if empty.
        settings: As written, ``name=value``.
        seed: The first base seed.
        seeds: How many base seeds.
        workers: Threads for the engine; None for all processors.
        listed: Whether claims are to be listed instead.
        json: A path, ``-`` for standard output, or None.
        language: Of the words.
    """

    ids: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    seed: int = 0
    seeds: int = 1
    workers: int | None = None
    listed: bool = False
    json: str | None = None
    language: Language = "en"


def show_claims(asked: Asked) -> int:
    """Answer a call of ``livegrad claims``.

    Returns:
        The exit code: 0, 1 if a verdict at the usual settings is not the expected one, 2 if no claim could run.

    Raises:
        BadInput: A claim, a control or a value is not known, or the only claim cannot run.
        Interrupted: Ctrl-C; what was done is printed before.

    Example:
        >>> show_claims(Asked(ids=("sigmoid-vanishing",), listed=True))  # doctest: +ELLIPSIS
        sigmoid-vanishing  The slope of the sigmoid ...
        0
    """
    if asked.listed:
        return _list(asked)
    plan = plan_of(
        asked.ids,
        settings=asked.settings,
        seed=asked.seed,
        seeds=asked.seeds,
        workers=asked.workers or os.cpu_count() or 1,
    )
    found = list[Outcome]()
    try:
        with _watching(plan, asked.language) as (told, ended):
            for outcome in run_claims(plan, told):
                found.append(outcome)
                ended(outcome)
    except KeyboardInterrupt:
        if asked.json is None and found:
            print_table(found, console=Console(), language=asked.language, seeds=asked.seeds)
        count = len(plan.experiments)
        raise Interrupted(_STOPPED.fill(done=len(found), count=count)) from None
    if asked.json is not None:
        _write(claims_json.to_json(found), asked.json)
    if asked.json != "-":
        _print(found, plan, asked.language)
    if not any(one.runs for one in found):
        return 2
    return int(any(one.unexpected for one in found))


def _print(found: list[Outcome], plan: Plan, language: Language) -> None:
    console = Console()
    if len(found) > 1:
        print_table(found, console=console, language=language, seeds=len(plan.seeds))
    elif len(plan.seeds) > 1:
        print_head(found[0].experiment, console=console, language=language)
        console.print()
        print_seeds(found[0], console=console, language=language)
    else:
        print_one(found[0], console=console, language=language)


def _list(asked: Asked) -> int:
    wanted = [EXPERIMENTS.find(one) for one in dict.fromkeys(asked.ids or EXPERIMENTS)]
    if asked.json is not None:
        _write(claims_json.listed(wanted), asked.json)
    if asked.json != "-":
        print_list(wanted, console=Console(), language=asked.language)
    return 0


def _write(told: str, place: str) -> None:
    if place == "-":
        click.echo(told)
    else:
        Path(place).write_text(told, encoding="utf-8")


@contextmanager
def _watching(
    plan: Plan, language: Language
) -> Iterator[tuple[Callable[[Experiment, float], None], Callable[[Outcome], None]]]:
    """Show on standard error how far it is: a bar where somebody looks, a line for each claim elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    # By what they are known to take; else the quick ones would fill the bar and the slow ones stand still.
    weights = {one.id: max(0.05, one.seconds) for one in plan.experiments}
    done = list[str]()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("", total=sum(weights.values()))

        def told(experiment: Experiment, share: float) -> None:
            before = sum(weights[one] for one in done)
            at = before + share * weights[experiment.id]
            bar.update(task, description=experiment.id, completed=at)

        def ended(outcome: Outcome) -> None:
            done.append(outcome.experiment.id)
            if bar.disable and len(plan.experiments) > 1:
                console.print(verdict_line(outcome).say(language), highlight=False, soft_wrap=True)

        yield told, ended
