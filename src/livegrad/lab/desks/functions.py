"""The functions view's side of the server: cards, histograms, comparison, accuracy, vector functions."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from livegrad.errors import BadInput
from livegrad.flow.initialisation import INITIALISATIONS
from livegrad.functions import VectorActivation
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.lab.functions.card import accuracy, card, curve, properties
from livegrad.lab.functions.chosen import chosen, elementwise_chosen
from livegrad.lab.functions.glyphs import catalogue
from livegrad.lab.functions.histogram import Kind, Source, histogram
from livegrad.lab.functions.vectors import pieces, vector
from livegrad.text import Text

__all__ = ["DESK"]

_MOST = 8
_KINDS = ("normal", "start", "trained")
_NO_VECTOR = Text(
    "'{name}' takes each number by itself; here a function of a whole vector is wanted. Take softmax or maxout.",
    "'{name:은/는}' 수를 하나씩 받는 함수입니다. 여기서는 softmax나 maxout처럼 벡터 전체를 받는 함수가 필요합니다.",
)
_NUMBERS = Text(
    "'{name}' must be {least} to {most} numbers between −20 and 20.",
    "'{name}' 값은 −20과 20 사이의 수 {least}개에서 {most}개여야 합니다.",
)


def _list(visit: Visit, given: Given) -> object:  # noqa: ARG001 - every action has this form
    return catalogue()


def _show(visit: Visit, given: Given) -> object:  # noqa: ARG001
    return card(chosen(given), _reach(given))


def _facts(visit: Visit, given: Given) -> object:  # noqa: ARG001
    return properties(chosen(given))


def _histogram(visit: Visit, given: Given) -> object:  # noqa: ARG001
    return histogram(elementwise_chosen(given), _source(given), _reach(given))


def _compare(visit: Visit, given: Given) -> object:  # noqa: ARG001
    """Slopes of several functions over one window, with what each gets from the same kind of source."""
    source, reach = _source(given), _reach(given)
    lines = list[dict[str, Any]]()
    for written in given.items("names", most=_MOST):
        function = elementwise_chosen(Given({"name": str(written)[:200]}))
        found = histogram(function, source, reach)
        lines.append(
            {
                "name": str(written),
                **curve(function, reach),
                **{
                    key: found[key]
                    for key in ("square", "faint", "factors", "note", "shares", "edges", "slopes")
                },
            }
        )
    return {"lines": lines}


def _accuracy(visit: Visit, given: Given) -> object:
    """Measured in a job, as it takes seconds; shown on the channel ``functions.accuracy``."""
    function, asked = elementwise_chosen(given), given.whole("asked", low=0, high=10**9, usual=0)
    visit.begin(
        "functions.accuracy",
        lambda job: job.show("functions.accuracy", {"asked": asked, **accuracy(function)}),
    )
    return {"asked": asked}


def _vector(visit: Visit, given: Given) -> object:  # noqa: ARG001
    function = chosen(given)
    if not isinstance(function, VectorActivation):
        raise BadInput(_NO_VECTOR.fill(name=function.id))
    inputs = _numbers(given, "inputs")
    return vector(
        function,
        inputs,
        temperature=given.number("temperature", low=0.05, high=20, usual=1.0),
        moved=given.whole("moved", low=0, high=_MOST - 1, usual=0),
    )


def _pieces(visit: Visit, given: Given) -> object:  # noqa: ARG001
    slopes = _numbers(given, "slopes")
    return pieces(slopes, _numbers(given, "offsets", exactly=len(slopes)))


def _source(given: Given) -> Source:
    return Source(
        kind=cast("Kind", given.choice("histogram", _KINDS, "normal")),
        deviation=given.number("deviation", low=0.01, high=100, usual=1.0),
        depth=given.whole("depth", low=1, high=100, usual=6),
        width=given.whole("width", low=1, high=64, usual=8),
        init=given.choice("init", INITIALISATIONS, "he"),
        layer=given.whole("layer", low=1, high=100, usual=3),
        steps=given.whole("steps", low=1, high=2000, usual=300),
        seed=given.whole("seed", low=0, high=1000, usual=0),
    )


def _reach(given: Given) -> float:
    return given.number("reach", low=0.1, high=1000, usual=5.0)


def _numbers(given: Given, name: str, *, exactly: int | None = None) -> list[float]:
    least, most = (exactly, exactly) if exactly else (2, _MOST)
    found = given.items(name, most=_MOST)
    fine = [n for n in found if isinstance(n, int | float) and np.isfinite(n) and abs(n) <= 20]
    if len(fine) != len(found) or not least <= len(found) <= most:
        raise BadInput(_NUMBERS.fill(name=name, least=least, most=most))
    return [float(number) for number in fine]


DESK = Desk(
    id="functions",
    actions={
        "list": _list,
        "show": _show,
        "facts": _facts,
        "histogram": _histogram,
        "compare": _compare,
        "accuracy": _accuracy,
        "vector": _vector,
        "pieces": _pieces,
    },
)
