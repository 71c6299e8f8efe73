"""The data of ``livegrad compare``: a bundled task by its name, or a file by its path."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from livegrad.errors import BadInput, UnknownName
from livegrad.report.compare_options import choice_in
from livegrad.report.flow_options import nearest_to
from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.listing import listed
from livegrad.trials.reading import columns_in, read
from livegrad.trials.splitting import Kind
from livegrad.trials.task import TASKS

__all__ = ["data_in"]

_FILES = (".csv", ".tsv", ".txt", ".gz", ".npz", ".npy", ".parquet")

_NO_DATA = Text(
    "No data was given. Name a file, as in livegrad compare DATA.csv --target price, or a bundled task, as "
    "in livegrad compare moons; livegrad compare --list names them.",
    "데이터를 주지 않았습니다. livegrad compare DATA.csv --target price처럼 파일을 주거나 livegrad "
    "compare moons처럼 준비된 과제(task)를 고르세요. 과제 목록은 livegrad compare --list에 있습니다.",
)
_NEITHER = Text(
    "'{given}' is neither a file nor a bundled task. The nearest task is '{nearest}'; there are: {names}. "
    "For a file: livegrad compare DATA.csv --target price.",
    "'{given}' 파일도, 그런 이름의 과제(task)도 없습니다. 가장 가까운 과제는 '{nearest}'입니다. 준비된 것: "
    "{names}. 파일이라면 livegrad compare DATA.csv --target price처럼 쓰세요.",
)
_NO_TARGET = Text(
    "Which column of '{path}' is to be predicted? Name it, as in --target {last}; there are {count}: {names}.",
    "'{path}'에서 무엇을 맞힐지 정하지 않았습니다. --target {last}처럼 열의 이름을 주세요. 열은 {count}개입니다: {names}.",
)
_OWN_TARGET = Text(
    "'{task}' is a bundled task with its own target, so --{option} has no use. Leave it out; for a file of "
    "that name write ./{task}.",
    "'{task}' 과제(task)는 맞힐 것이 정해져 있어 --{option:을/를} 쓸 수 없습니다. 빼 주세요. 같은 이름의 "
    "파일이라면 ./{task}라고 쓰세요.",
)


def data_in(given: str, options: Mapping[str, str | None]) -> Dataset:
    """Return the data of a bundled task or of a file.

    Args:
        given: Its id, or a path.
        options: ``target`` and ``kind``, for a file only.

    Raises:
        BadInput: There is neither, or it cannot be learned from.

    Example:
        >>> data_in("iris", {}).inputs.shape
        (150, 4)
    """
    given = given.strip()
    if not given:
        raise BadInput(_NO_DATA)
    if given in TASKS:
        for option in ("target", "kind"):
            if options.get(option) is not None:
                raise BadInput(_OWN_TARGET.fill(task=given, option=option))
        return TASKS.find(given).make(0, None)
    if not _may_be_file(given):
        nearest = nearest_to(given.lower(), TASKS)
        raise UnknownName(_NEITHER.fill(given=given, nearest=nearest, names=", ".join(TASKS)))
    kind, target = options.get("kind"), options.get("target")
    known = cast("Kind", choice_in("kind", kind)) if kind is not None else None
    if target is None:
        names = columns_in(given)
        raise BadInput(
            _NO_TARGET.fill(
                path=given,
                last=shlex.quote(names[-1]),
                count=len(names),
                names=listed(names, at_most=20),
            )
        )
    return read(given, target, kind=known)


def _may_be_file(given: str) -> bool:
    path = Path(given)
    separated = "/" in given or "\\" in given
    return separated or path.suffix.lower() in _FILES or path.exists()
