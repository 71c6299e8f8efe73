"""What ``livegrad guide`` was asked for, and how it is answered: by options, by questions, or by measuring on data."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from livegrad.advice.advice import Advice
from livegrad.advice.by_rule import advise
from livegrad.advice.dialogue import command_of, converse
from livegrad.advice.in_terminal import print_advice, print_agreement
from livegrad.advice.situation import situation_of
from livegrad.errors import BadInput
from livegrad.report.lines import Page
from livegrad.text import Language, Text

__all__ = ["Asked", "show_guide"]

_COUNTS = ("depth", "width", "features", "samples")
_FROM_DATA = ("task", "layer", "architecture", "loss", "norm", "precision", *_COUNTS)
"""Facts that DATA and the network trained on it decide."""

_DECIDED = Text(
    "--{name} has no use beside DATA '{data}': data and network decide it. Leave it out; --hidden 64,64,64 says how many "
    "layers, --optimizer and --steps how they train.",
    "DATA '{data:을/를}' 주면 --{name:을/를} 쓸 수 없습니다. 데이터와 신경망이 정하는 것입니다. 빼 주세요. 층의 수는 --hidden 64,64,64로, 학습 방법은 "
    "--optimizer와 --steps로 정합니다.",
)
_NEEDS_DATA = Text(
    "--{name} says how to measure, and there is nothing to measure on. Name a file, as in livegrad guide DATA.csv --target "
    "price, or a bundled task, as in livegrad guide moons.",
    "--{name:은/는} 어떻게 잴지 정하는 옵션인데 잴 데이터가 없습니다. livegrad guide DATA.csv --target price처럼 파일을 주거나 livegrad guide "
    "moons처럼 준비된 과제를 고르세요.",
)
_AGAIN = Text("The same without questions: {command}", "질문 없이 다시: {command}")
_SEVERAL = Text(
    "--hidden '{given}' names several networks; the guide measures one. Give one, as in --hidden 64,64.",
    "--hidden '{given}'에 신경망이 여럿 있습니다. 길잡이는 하나만 잽니다. --hidden 64,64처럼 하나를 주세요.",
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call of ``livegrad guide``.

    Attributes:
        data: A path, or the id of a bundled task; empty if none was given.
        facts: What is known, as it was written, by the names of `guide`'s arguments; None where it was not given.
        options: How to measure, by the names of ``livegrad compare``'s options; None where it was not given.
        json: A path, ``-`` for standard output, or None.
        language: Of the words.
        ask: Shows a prompt and returns what was typed; None where nobody sits there.
    """

    data: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str | None] = field(default_factory=dict)
    json: str | None = None
    language: Language = "en"
    ask: Callable[[str], str] | None = None


def show_guide(asked: Asked) -> None:
    """Answer a call of ``livegrad guide``.

    Raises:
        BadInput: A word is none that there is, an option has no use here, or the data cannot be used.

    Example:
        >>> show_guide(Asked(facts={"device": "mobile"}))  # doctest: +ELLIPSIS
        In this order:
          1  relu ...
    """
    facts = {name: value for name, value in asked.facts.items() if value not in (None, (), False)}
    if asked.data.strip():
        _measure(asked, facts)
        return
    useless = next((name for name, value in asked.options.items() if value is not None), None)
    if useless is not None:
        raise BadInput(_NEEDS_DATA.fill(name=useless.replace("_", "-")))
    console = Console()
    asks = not facts and asked.ask is not None and asked.json is None
    if asks and asked.ask is not None:
        facts = converse(asked.ask, Page(console, asked.language))
        console.print()
    advice = advise(situation_of(_read(facts)))
    if asked.json != "-":
        print_advice(advice, console=console, language=asked.language)
    if asks:
        page = Page(console, asked.language)
        page.say(_AGAIN.fill(command=command_of(facts)), style="dim")
    _write(advice.to_dict(), asked.json)


def _read(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with counts as numbers; what is no number is left for `situation_of` to refuse."""
    found = dict(facts)
    for name in _COUNTS:
        written = str(found.get(name, ""))
        if written.isdecimal():
            found[name] = int(written)
    return found


def _measure(asked: Asked, facts: dict[str, Any]) -> None:
    from livegrad.advice.by_measurement import agreement
    from livegrad.report.compare_json import to_json
    from livegrad.report.compare_progress import watching
    from livegrad.report.compare_terminal import print_comparison
    from livegrad.trials.comparing import study

    decided = next((name for name in _FROM_DATA if name in facts), None)
    if decided is not None:
        raise BadInput(_DECIDED.fill(name=decided, data=asked.data))
    advice, plan, data, parts, command = _planned(asked, facts)
    console = Console()
    with warnings.catch_warnings(), watching(asked.language) as told:
        warnings.simplefilter("ignore", RuntimeWarning)  # as `livegrad compare` does
        comparison = study(plan, data, **parts, told=told, command=command)
    found = agreement(advice, comparison)
    if asked.json != "-":
        print_advice(advice, console=console, language=asked.language)
        console.print()
        print_comparison(comparison, console=console, language=asked.language)
        console.print()
        print_agreement(found, console=console, language=asked.language)
    _write(
        advice.to_dict() | {"agreement": found.to_dict(), "comparison": to_json(comparison)},
        asked.json,
    )


def _planned(
    asked: Asked, facts: Mapping[str, Any]
) -> tuple[Advice, Any, Any, dict[str, Any], str]:
    """Return advice, plan, data, how the data are parted, and the command that repeats the study."""
    from dataclasses import replace

    from livegrad.advice.by_measurement import candidates, situation_of_data
    from livegrad.report.compare_data import data_in
    from livegrad.report.compare_options import command_of as compare_command
    from livegrad.report.compare_options import plan_in, share_in, splits_in

    options = dict(asked.options)
    skip = bool(facts.get("skip"))
    if skip:
        options["skip"] = "residual"
    own = options.get("activations")
    # The plan is read with the usual functions beside one's own, so that one of one's own is enough.
    plan = plan_in(options | {"activations": None if own is None else f"{own},relu,tanh"})
    if len(plan.hidden) > 1:
        raise BadInput(_SEVERAL.fill(given=options.get("hidden")))
    data = data_in(asked.data, options)
    known = situation_of({"symptoms": facts.get("symptoms", ()), "device": facts.get("device")})
    advice = advise(
        replace(
            situation_of_data(data, plan.hidden[0]),
            symptoms=known.symptoms,
            device=known.device,
            skip=skip,
        )
    )
    named = candidates(advice)
    if own is not None:
        named = (*dict.fromkeys((advice.choices[0].name, *plan.activations[:-2])),)
        named = named if len(named) > 1 else (*named, "relu" if named[0] != "relu" else "tanh")
    plan = replace(plan, activations=named)
    command = compare_command(asked.data, options | {"activations": ",".join(named)})
    parts = {
        "validation": share_in(options.get("validation")),
        "splits": splits_in(options.get("splits")),
    }
    return advice, plan, data, parts, command


def _write(told: dict[str, Any], place: str | None) -> None:
    if place is None:
        return
    written = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
    if place == "-":
        click.echo(written)
    else:
        Path(place).write_text(written, encoding="utf-8")
