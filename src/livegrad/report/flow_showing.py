"""What ``livegrad flow`` was asked for, and how it is answered: words, JSON or a page."""

from __future__ import annotations

import contextlib
import difflib
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from livegrad.errors import BadInput
from livegrad.flow.profile import FlowProfile
from livegrad.flow.sweep_record import Sweep
from livegrad.flow.sweeping import predicted, sweep
from livegrad.functions import Activation, VectorActivation, activation, elementwise
from livegrad.functions.written import activation_in
from livegrad.report.flow_axes import axes_in
from livegrad.report.flow_heat import title
from livegrad.report.flow_heat_terminal import print_sweep
from livegrad.report.flow_json import to_json
from livegrad.report.flow_options import NAMES, init_in, settings_in
from livegrad.report.flow_terminal import print_flow
from livegrad.report.showing import compared, parameters_in
from livegrad.text import Language, Text

__all__ = ["Asked", "show_flow"]

_MOST = 8
_NOTHING = Text(
    "No activation was given. Write, for example, livegrad flow relu --depth 50 --init he",
    "활성화 함수(activation)를 주지 않았습니다. 예를 들어 livegrad flow relu --depth 50 --init he처럼 쓰세요.",
)
_TOO_MANY = Text(
    "{count} networks were asked for; at most {most} are shown side by side. Give fewer names or "
    "initialisations.",
    "신경망 {count}개를 요청했는데, 나란히 볼 수 있는 것은 {most}개까지입니다. 이름이나 초기화를 "
    "줄여 주세요.",
)
_WHOSE = Text(
    "Parameters were given with several activations, so it is not clear to which they belong. "
    "Write them behind the name, as in 'elu(alpha=0.5)'.",
    "활성화 함수가 여럿인데 매개변수(parameter)를 따로 주어 어느 함수의 것인지 알 수 없습니다. "
    "'elu(alpha=0.5)'처럼 이름 뒤에 붙여 쓰세요.",
)
_MISSPELT = Text(
    "There is no option --{given}. The nearest is --{nearest}; livegrad flow --help lists all.",
    "--{given} 옵션은 없습니다. 가장 가까운 것은 --{nearest}입니다. livegrad flow --help에 모두 있습니다.",
)
_ONE_SWEEP = Text(
    "A sweep is drawn for one activation and one initialisation, and {count} were asked for. Sweep over "
    "them: --sweep activation=relu,tanh or --sweep init=he,glorot.",
    "훑어 그리려면(sweep) 활성화 함수도 초기화도 하나여야 하는데, {count}가지를 요청했습니다. "
    "--sweep activation=relu,tanh나 --sweep init=he,glorot처럼 축으로 주세요.",
)
_SWEPT_AND_GIVEN = Text(
    "'{name}' was given twice: as --{option} and to --sweep. Give it once.",
    "'{name:을/를}' 두 번 주었습니다. --{option}에도 있고 --sweep에도 있습니다. 한 번만 주세요.",
)
_PROGRESS = Text("{done} of {count} predictions …", "예측 {count}개 가운데 {done}개 …")
_WRITTEN = Text("Page: {path}", "페이지: {path}")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call of ``livegrad flow``.

    Attributes:
        words: Names and formulas, and parameters such as ``--alpha 0.5``.
        given: Parameters as ``alpha=0.5``.
        compare: Names and formulas between commas.
        options: What the network is like, as it was written: ``depth``, ``init``, …
        sweep: Axes such as ``depth=10..200``.
        json: A path, ``-`` for standard output, or ``None``.
        html: A path for a page, or ``None``.
        language: Of the words.
        command: How it was called, for the page.
    """

    words: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    compare: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    sweep: tuple[str, ...] = ()
    json: str | None = None
    html: str | None = None
    language: Language = "en"
    command: str = ""


def show_flow(asked: Asked) -> None:
    """Answer a call of ``livegrad flow``.

    Raises:
        BadInput: A name is unknown, or an option does not suit.
    """
    with warnings.catch_warnings():
        # A formula computed as it is written may overflow; the ladder shows it.
        warnings.simplefilter("ignore", RuntimeWarning)
        profiles, swept = _answers(asked)
    if asked.json is not None:
        _write_json(profiles, swept, asked.json)
    if asked.html is not None:
        _write_page(profiles, swept, asked, asked.html)
    if asked.json != "-":
        _print(profiles, swept, asked.language)


# ------------------------------------------------------------ asking


def _answers(asked: Asked) -> tuple[tuple[FlowProfile, ...], Sweep | None]:
    settings = settings_in(asked.options)
    written = asked.options.get("init")
    inits = init_in(written) if written else (None,)
    axes = axes_in(asked.sweep)
    chosen = _activations(asked, needed="activation" not in axes)
    networks = list(_networks(chosen, inits))
    if axes:
        if len(networks) > 1:
            raise BadInput(_ONE_SWEEP.fill(count=len(networks)))
        given = {**settings, **({"init": inits[0]} if inits[0] else {})}
        _once(axes, given)
        with _counting(asked.language) as told:
            return (), sweep(networks[0][0], axes, told=told, **given)
    if len(networks) > _MOST:
        raise BadInput(_TOO_MANY.fill(count=len(networks), most=_MOST))
    return tuple(predicted(f, **settings, **init) for f, init in networks), None


def _networks(
    chosen: tuple[Activation, ...], inits: tuple[str | None, ...]
) -> Iterator[tuple[Activation, dict[str, str]]]:
    for one in chosen:
        for init in inits:
            yield one, {} if init is None else {"init": init}


def _activations(asked: Asked, *, needed: bool) -> tuple[Activation, ...]:
    names, parameters = parameters_in(asked.words, asked.given)
    several = compared(asked.compare) if asked.compare else ()
    if not names and not several:
        if needed:
            raise BadInput(_NOTHING)
        return (elementwise("relu"),)  # stands for those of the axis
    if parameters and (len(names) != 1 or several):
        raise BadInput(_WHOSE)
    if parameters:
        return (_with_parameters(names[0], parameters),)
    return tuple(_elementwise(f) for f in (*map(activation_in, names), *several))


def _with_parameters(name: str, parameters: dict[str, float]) -> Activation:
    try:
        return _elementwise(activation(name, **parameters))
    except BadInput:
        _misspelt(activation(name), parameters)
        raise


def _misspelt(found: Activation | VectorActivation, parameters: dict[str, float]) -> None:
    """Raise `BadInput` where what was taken for a parameter is an option with an error in it."""
    own = {parameter.name for parameter in found.parameters}
    for name in parameters:
        near = difflib.get_close_matches(name, NAMES, n=1)
        if name not in own and near:
            raise BadInput(_MISSPELT.fill(given=name, nearest=near[0]))


def _elementwise(found: Activation | VectorActivation) -> Activation:
    return elementwise(found.id) if isinstance(found, VectorActivation) else found


def _once(axes: Mapping[str, object], settings: Mapping[str, object]) -> None:
    for name in axes:
        if name in settings:
            raise BadInput(_SWEPT_AND_GIVEN.fill(name=name, option=name.replace("_", "-")))


# ------------------------------------------------------------ answering


@contextlib.contextmanager
def _counting(language: Language) -> Iterator[Callable[[int, int], None]]:
    """Say how many predictions are done, where somebody looks at a terminal."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as shown:
        task = shown.add_task("", total=None)

        def told(done: int, count: int) -> None:
            words = _PROGRESS.fill(done=done, count=count).say(language)
            shown.update(task, description=words, completed=done, total=count)

        yield told


def _print(profiles: Sequence[FlowProfile], swept: Sweep | None, language: Language) -> None:
    console = Console()
    if swept is not None:
        print_sweep(swept, console=console, language=language)
    else:
        print_flow(profiles, console=console, language=language)


def _write_json(profiles: Sequence[FlowProfile], swept: Sweep | None, place: str) -> None:
    told = to_json(profiles, swept)
    written = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
    if place == "-":
        click.echo(written)
    else:
        Path(place).write_text(written, encoding="utf-8")


def _write_page(
    profiles: Sequence[FlowProfile], swept: Sweep | None, asked: Asked, path: str
) -> None:
    from livegrad.report.flow_heat_svg import section
    from livegrad.report.flow_page import to_page
    from livegrad.report.frame import write

    sections = () if swept is None else (section(swept, 1),)
    page = to_page(
        profiles,
        asked.language,
        command=asked.command,
        sections=sections,
        title=None if swept is None else title(swept),
    )
    write(page, path)
    click.echo(_WRITTEN.fill(path=path).say(asked.language), err=True)
