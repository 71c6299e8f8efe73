"""The scenes view's side of the server: what must really be run, code from scratch and networks."""

from __future__ import annotations

import math

import numpy as np

from livegrad.errors import BadInput
from livegrad.flow.initialisation import INITIALISATIONS
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.lab.scenes.naive import LESSONS, run
from livegrad.lab.scenes.pipe import pipe
from livegrad.text import Text

__all__ = ["DESK"]

_MOST = 12
_NUMBERS = Text(
    "The inputs '{given}' cannot be read. Write up to {most} numbers with commas between, such as -1, 0, 2.",
    "입력 '{given:을/를}' 읽을 수 없습니다. -1, 0, 2처럼 수를 {most}개까지 쉼표로 나누어 적어 주세요.",
)
_TWO = Text(
    "The forward pass takes two numbers, and {count} came. Write 2, 0.",
    "순전파는 수 두 개를 받는데 {count}개를 주었습니다. 2, 0처럼 적어 주세요.",
)


def _scratch(visit: Visit, given: Given) -> object:  # noqa: ARG001 - every action has this form
    lesson = LESSONS[given.choice("lesson", tuple(LESSONS), "step")]
    written = given.text("x", most=200, usual="").strip()
    x = _numbers(written) if written else list(lesson.x)
    if lesson.id == "forward" and len(x) != 2:
        raise BadInput(_TWO.fill(count=len(x)))
    return {
        "id": lesson.id,
        "name": lesson.name,
        "x": ", ".join(f"{number:g}" for number in x),
        "naive": run(lesson.naive, x),
        "repaired": run(lesson.repaired, x),
        "problem": lesson.problem,
        "cure": lesson.cure,
        "numpy": np.__version__,
        "lessons": [{"id": each.id, "name": each.name} for each in LESSONS.values()],
    }


def _numbers(written: str) -> list[float]:
    parts = [part.strip().replace("−", "-") for part in written.split(",")]
    try:
        found = [float(part) for part in parts if part]
    except ValueError:
        found = list[float]()
    if not 0 < len(found) <= _MOST or any(math.isnan(number) for number in found):
        raise BadInput(_NUMBERS.fill(given=written, most=_MOST))
    return found


def _pipe(visit: Visit, given: Given) -> object:  # noqa: ARG001
    return pipe(
        given.text("activation", most=200, usual="sigmoid"),
        depth=given.whole("depth", low=2, high=100, usual=8),
        width=given.whole("width", low=2, high=64, usual=8),
        init=given.choice("init", INITIALISATIONS, "glorot"),
        seed=given.whole("seed", low=0, high=1000, usual=0),
    )


DESK = Desk(id="scenes", actions={"scratch": _scratch, "pipe": _pipe})
