"""What ``livegrad compare`` was asked for, and how it is answered: words, JSON, a page, a table of trials."""

from __future__ import annotations

import importlib.util
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Styled

from livegrad.errors import BadInput, Interrupted, LivegradError
from livegrad.report.compare_data import data_in
from livegrad.report.compare_json import SCHEMA, written
from livegrad.report.compare_options import (
    command_of,
    plan_in,
    share_in,
    splits_in,
    workers_in,
)
from livegrad.report.compare_progress import watching
from livegrad.report.compare_terminal import print_comparison
from livegrad.report.frame import require_replaceable
from livegrad.report.lines import Page
from livegrad.text import Language, Text, join
from livegrad.trials.comparing import study
from livegrad.trials.comparison import Comparison
from livegrad.trials.task import TASKS

__all__ = ["Asked", "show_compare"]

_PAGE = Text("Page: {path}", "페이지: {path}")
_EXPORTED = Text("Trials: {path} ({count} rows)", "실험: {path} ({count}행)")
_STOPPED = Text("Stopped before it was done.", "끝나기 전에 멈췄습니다.")
_KEPT = Text(
    "{path} holds {count} trials: the same command goes on from there.",
    "{path}에 실험 {count}개가 있습니다. 같은 명령으로 이어서 할 수 있습니다.",
)
_NOTHING_KEPT = Text(
    "Nothing was stored; with --store trials.db it could go on later.",
    "저장한 것이 없습니다. --store trials.db를 주면 나중에 이어서 할 수 있습니다.",
)
_NEEDS_STORE = Text(
    "--export writes what is in a store, and none was given. Add --store trials.db.",
    "--export는 저장소(store)에 있는 것을 씁니다. --store trials.db를 함께 주세요.",
)
_ENDING = Text(
    "--export '{path}' does not say what to write. Let its name end in .csv or .parquet.",
    "--export '{path}'만으로는 어떤 형식인지 알 수 없습니다. 이름이 .csv나 .parquet로 끝나야 합니다.",
)
_NO_ARROW = Text(
    "--export '{path}' needs the package pyarrow, which is not installed. Run: pip install pyarrow. Or give "
    "a name that ends in .csv.",
    "--export '{path}' 파일을 쓰려면 pyarrow 패키지가 필요한데 설치되어 있지 않습니다. 실행하세요: pip "
    "install pyarrow. 아니면 .csv로 끝나는 이름을 주세요.",
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call of ``livegrad compare``.

    Attributes:
        data: A path, or the id of a bundled task; empty if none was given.
        options: As they were written, by name with underscores; see `compare_options.NAMES`.
        halving: Whether hopeless candidates leave early.
        tasks: Whether the bundled tasks are to be listed instead.
        store: Where trials are kept, or None.
        workers: How many threads, as it was written, or None.
        ray: Address of a Ray cluster, ``local`` to start one here, or None.
        json: A path, ``-`` for standard output, or None.
        html: A path for a page, or None.
        export: A path for all that is stored, or None.
        language: Of the words.
    """

    data: str = ""
    options: Mapping[str, str | None] = field(default_factory=dict)
    halving: bool = False
    tasks: bool = False
    store: str | None = None
    workers: str | None = None
    ray: str | None = None
    json: str | None = None
    html: str | None = None
    export: str | None = None
    language: Language = "en"


def show_compare(asked: Asked) -> None:
    """Answer a call of ``livegrad compare``.

    Raises:
        BadInput: The data, a name or an option cannot be used; said before anything is trained.
        Interrupted: Ctrl-C; it says what is stored.

    Example:
        >>> show_compare(Asked(tasks=True))  # doctest: +ELLIPSIS
        blobs ...
    """
    if asked.tasks:
        _list(asked)
        return
    _check_places(asked)
    try:
        found = _found(asked)
    except KeyboardInterrupt:
        raise Interrupted(join([_STOPPED, _kept(asked.store)])) from None
    if asked.json is not None:
        _write_json(written(found), asked.json)
    if asked.html is not None:
        _write_page(found, asked.html, asked.language)
    if asked.export is not None and asked.store is not None:
        _export(asked.store, asked.export, asked.language)
    if asked.json != "-":
        print_comparison(found, console=Console(), language=asked.language)


# ------------------------------------------------------------ asking


def _check_places(asked: Asked) -> None:
    """Raise `BadInput` for what could not be written in the end, before anything is trained."""
    if asked.html is not None:
        require_replaceable(asked.html)
    if asked.export is None:
        return
    if asked.store is None:
        raise BadInput(_NEEDS_STORE)
    ending = Path(asked.export).suffix.lower()
    if ending not in (".csv", ".parquet"):
        raise BadInput(_ENDING.fill(path=asked.export))
    if ending == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise BadInput(_NO_ARROW.fill(path=asked.export))


def _found(asked: Asked) -> Comparison:
    plan, share = plan_in(asked.options), share_in(asked.options.get("validation"))
    workers, splits = workers_in(asked.workers), splits_in(asked.options.get("splits"))
    data = data_in(asked.data, asked.options)
    with warnings.catch_warnings(), watching(asked.language) as told:
        # A formula computed as it is written may overflow; the run counts as diverged.
        warnings.simplefilter("ignore", RuntimeWarning)
        return study(
            plan,
            data,
            validation=share,
            splits=splits,
            store=asked.store,
            workers=workers,
            halving=asked.halving,
            told=told,
            ray=asked.ray,
            command=command_of(asked.data, asked.options, halving=asked.halving),
        )


def _kept(path: str | None) -> Text:
    if path is None or not Path(path).is_file():
        return _NOTHING_KEPT
    from livegrad.trials.store import Store

    try:
        with Store(path) as store:
            return _KEPT.fill(count=len(store), path=path)
    except LivegradError as problem:
        return problem.text


# ------------------------------------------------------------ answering


def _write_json(told: str, place: str) -> None:
    if place == "-":
        click.echo(told)
    else:
        Path(place).write_text(told, encoding="utf-8")


def _write_page(found: Comparison, path: str, language: Language) -> None:
    from livegrad.report.compare_page import to_page
    from livegrad.report.frame import write

    write(to_page(found, language), path)
    click.echo(_PAGE.fill(path=path).say(language), err=True)


def _export(store: str, path: str, language: Language) -> None:
    from livegrad.trials.exporting import export
    from livegrad.trials.store import Store

    with Store(store) as opened:
        count = export(opened, path)
    click.echo(_EXPORTED.fill(path=path, count=f"{count:,}").say(language), err=True)


def _list(asked: Asked) -> None:
    """Tell the bundled tasks, a line each."""
    if asked.json is not None:
        tasks = [
            {"id": one.id, "kind": one.kind, "about": one.about.to_dict()} for one in TASKS.values()
        ]
        told = {"schema_version": SCHEMA, "tasks": tasks}
        _write_json(json.dumps(told, ensure_ascii=False, indent=1), asked.json)
    if asked.json == "-":
        return
    page = Page(Console(), asked.language)
    width = max(cell_len(name) for name in TASKS) + 2
    for one in TASKS.values():
        line = Styled.assemble((one.id.ljust(width), "bold"), page.spoken(one.about))
        page.styled(line, hanging=width)
