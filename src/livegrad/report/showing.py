"""What ``livegrad show`` was asked for, and how it is answered: words, JSON or a page."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console

from livegrad.errors import BadInput
from livegrad.functions import ACTIVATIONS, Activation, VectorActivation, activation
from livegrad.functions.accuracy import badge
from livegrad.functions.written import activation_in, number_in, parts_of
from livegrad.report.function_checks import Extras
from livegrad.report.function_compare import print_comparison
from livegrad.report.function_json import SCHEMA, to_json
from livegrad.report.function_list import print_catalogue
from livegrad.report.function_terminal import print_function
from livegrad.text import Language, Text

__all__ = ["Asked", "activation_in", "compared", "parameters_in", "parts_of", "show"]

_FEWEST, _MOST = 2, 8
_NO_NUMBER = Text(
    "The parameter '{name}' was given without a number. Write --{name} 0.5.",
    "매개변수(parameter) '{name}'의 값이 없습니다. --{name} 0.5처럼 적어 주세요.",
)
_TOO_MANY = Text(
    "One name or formula is shown at a time, and {count} were given: {names}. Put a formula in "
    "quotes; to see several: livegrad show --compare relu,gelu",
    "한 번에 이름이나 수식 하나를 봅니다. {count}개를 주었습니다: {names}. 수식은 따옴표로 묶고, 여럿을 "
    "보려면 livegrad show --compare relu,gelu를 쓰세요.",
)
_HOW_MANY = Text(
    "{count} were given to compare; {fewest} to {most} are. Write livegrad show --compare "
    "relu,gelu,elu",
    "{count}개를 주었는데, {fewest}개에서 {most}개까지 견줄 수 있습니다. livegrad show --compare "
    "relu,gelu,elu처럼 적어 주세요.",
)
_PARAMETERS_ALONE = Text(
    "Parameters were given without a name or formula. Write livegrad show elu --alpha 0.5; among "
    "several: --compare 'relu,elu(alpha=0.5)'",
    "이름이나 수식 없이 매개변수(parameter)만 주었습니다. livegrad show elu --alpha 0.5처럼 적고, 여럿을 "
    "견줄 때는 --compare 'relu,elu(alpha=0.5)'라고 쓰세요.",
)
_WRITTEN = Text("Page: {path}", "페이지: {path}")
_OPTION = re.compile(r"--?([^\W\d][\w-]*)(?:=(.*))?")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call of ``livegrad show``.

    Attributes:
        words: A name or a formula, and parameters such as ``--alpha 0.5``.
        given: Parameters as ``alpha=0.5``.
        compare: Names and formulas between commas; empty for one alone.
        json: A path, ``-`` for standard output, or ``None``.
        html: A path for a page, or ``None``.
        language: Of the words.
        extras: What is added to a card.
    """

    words: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    compare: str = ""
    json: str | None = None
    html: str | None = None
    language: Language = "en"
    extras: Extras = field(default_factory=Extras)


def show(asked: Asked) -> None:
    """Answer a call of ``livegrad show``.

    Raises:
        BadInput: A name is unknown, a formula cannot be read, or a parameter does not suit.
    """
    with warnings.catch_warnings():
        # A formula computed as it is written may overflow: that is what its accuracy tells.
        warnings.simplefilter("ignore", RuntimeWarning)
        _answer(asked)


def _answer(asked: Asked) -> None:
    chosen, single = _chosen(asked)
    if asked.json is not None:
        _write_json(chosen, asked, single=single)
    if asked.html is not None:
        _write_page(chosen, asked, asked.html)
    if asked.json == "-" or (asked.html is not None and not asked.words and not asked.compare):
        return
    console = Console()
    if single:
        print_function(chosen[0], console=console, language=asked.language, extras=asked.extras)
    elif asked.compare:
        print_comparison(chosen, console=console, language=asked.language)
    else:
        print_catalogue(chosen, console=console, language=asked.language)


def parameters_in(
    words: Sequence[str], given: Iterable[str] = ()
) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return names and formulas, and parameters by name, from the words of a command.

    Args:
        words: Such as ``("elu", "--alpha", "0.5")`` or ``("elu", "--alpha=0.5")``.
        given: Such as ``("alpha=0.5",)``.

    Raises:
        BadInput: A parameter's value is no number.

    Example:
        >>> parameters_in(("elu", "--alpha", "0.5"), ("beta=2",))
        (('elu',), {'alpha': 0.5, 'beta': 2.0})
    """
    names, parameters, rest = list[str](), dict[str, float](), list(words)
    while rest:
        word = rest.pop(0)
        option = _OPTION.fullmatch(word) if word.startswith("--") else None
        if option is None:
            names.append(word)
            continue
        name, value = option[1].replace("-", "_"), option[2]
        if value is None and not rest:
            raise BadInput(_NO_NUMBER.fill(name=name))
        parameters[name] = number_in(name, rest.pop(0) if value is None else value)
    for pair in given:
        name, _, value = pair.partition("=")
        parameters[name.strip()] = number_in(name.strip(), value)
    return tuple(names), parameters


def compared(written: str) -> tuple[Activation | VectorActivation, ...]:
    """Return activations from names and formulas between commas.

    Args:
        written: Such as ``"relu, elu(alpha=0.5), max(x, 0.1*x)"``: commas in brackets do not count.

    Raises:
        BadInput: Fewer than 2 or more than 8, or one of them is unknown.

    Example:
        >>> [f.id for f in compared("relu, elu(alpha=0.5), max(x, 0.1*x)")]
        ['relu', 'elu', 'max(x, 0.1 * x)']
    """
    parts = [part for part in parts_of(written) if part.strip()]
    if not _FEWEST <= len(parts) <= _MOST:
        raise BadInput(_HOW_MANY.fill(count=len(parts), fewest=_FEWEST, most=_MOST))
    return tuple(map(activation_in, parts))


def _chosen(asked: Asked) -> tuple[tuple[Activation | VectorActivation, ...], bool]:
    """Return what is shown, and whether it is one activation."""
    names, parameters = parameters_in(asked.words, asked.given)
    if len(names) > 1:
        raise BadInput(_TOO_MANY.fill(count=len(names), names=", ".join(names)))
    if parameters and not names:
        raise BadInput(_PARAMETERS_ALONE)
    if asked.compare:
        return compared(asked.compare), False
    if names:
        return (activation(names[0], **parameters),), True
    return tuple(ACTIVATIONS.values()), False


def _write_json(
    chosen: tuple[Activation | VectorActivation, ...], asked: Asked, *, single: bool
) -> None:
    measured = [
        badge(each) if asked.extras.accuracy and isinstance(each, Activation) else ()
        for each in chosen
    ]
    told = [to_json(each, accuracy=found) for each, found in zip(chosen, measured, strict=True)]
    whole = told[0] if single else {"schema_version": SCHEMA, "functions": told}
    written = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False)
    if asked.json == "-":
        click.echo(written)
    else:
        Path(str(asked.json)).write_text(written, encoding="utf-8")


def _write_page(chosen: tuple[Activation | VectorActivation, ...], asked: Asked, path: str) -> None:
    from livegrad.report.function_page import write_page

    write_page(chosen, path, asked.language)
    click.echo(_WRITTEN.fill(path=path).say(asked.language), err=True)
