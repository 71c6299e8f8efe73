"""The axes of a sweep as they are written behind ``--sweep``: ranges and lists as values to try."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from livegrad.errors import BadInput, UnknownName
from livegrad.flow.sweeping import AXES
from livegrad.report.flow_options import WHOLE, nearest_to, number_in, value_of
from livegrad.report.showing import parts_of
from livegrad.text import Text

__all__ = ["EXAMPLES", "axes_in"]

_STEPS_WANTED = 20  # a range without a step becomes at most so many steps
_ROUND = (1, 1.5, 2, 2.5, 5)
_MOST_VALUES = 500
_RANGE = re.compile(
    r"\s*(-?[\d.]+(?:e-?\d+)?)\s*\.\.\s*(-?[\d.]+(?:e-?\d+)?)(?:\s*:\s*([\d.e-]+))?\s*"
)

_NO_SUCH_AXIS = Text(
    "'{given}' is no axis to sweep over. The nearest is '{nearest}'; there are: {names}. Write "
    "--sweep depth=10..200.",
    "'{given:은/는}' 훑을 수 있는 축이 아닙니다. 가장 가까운 것은 '{nearest}'입니다. 쓸 수 있는 "
    "것: {names}. --sweep depth=10..200처럼 쓰세요.",
)
_NO_VALUES = Text(
    "'{given}' does not say what to try. Write a range, as in --sweep depth=10..200, or a list, as in "
    "--sweep init=he,glorot.",
    "'{given}'에는 시도할 값이 없습니다. --sweep depth=10..200처럼 범위를 주거나 --sweep "
    "init=he,glorot처럼 나열해 주세요.",
)
_NO_RANGE = Text(
    "'{given}' is no range: the values of {name} are names. Write a list, as in --sweep "
    "{name}={example}.",
    "'{given:은/는}' 범위로 쓸 수 없습니다. {name}의 값은 이름 가운데서 고릅니다. --sweep "
    "{name}={example}처럼 나열해 주세요.",
)
_BACKWARDS = Text(
    "'{given}' is no range: it must run from the smaller number to the larger, in steps above 0. Write "
    "--sweep {name}={example}.",
    "'{given:은/는}' 범위로 쓸 수 없습니다. 작은 수에서 큰 수로 가야 하고 간격은 0보다 커야 "
    "합니다. --sweep {name}={example}처럼 쓰세요.",
)
_TOO_FINE = Text(
    "'{given}' has {count} values; at most {most} are tried on one axis. Take a wider step: "
    "--sweep {name}={example}.",
    "'{given}'에는 값이 {count}개 있는데, 한 축에는 {most}개까지만 됩니다. 간격을 넓혀 주세요: "
    "--sweep {name}={example}.",
)
_ONCE = Text(
    "'{name}' was given to --sweep twice. Give it once, with all its values.",
    "'{name:을/를}' --sweep에 두 번 주었습니다. 모든 값을 한 번에 주세요.",
)
EXAMPLES = {
    "depth": "10..200",
    "width": "16..256",
    "weight": "0.5..2",
    "weight_variance": "1..4",
    "bias": "0..0.5",
    "bias_variance": "0..0.5",
    "skip": "0..1",
    "dropout": "0..0.5",
    "kernel": "1..7",
    "init": "he,glorot,pytorch",
    "norm": "none,batch,layer",
    "activation": "relu,tanh",
}
"""How each axis can be written."""


def axes_in(given: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """Return the axes of a sweep as written with ``--sweep``.

    Args:
        given: Such as ``"depth=10..200"``, ``"depth=10..200:10"`` or ``"init=he,glorot"``.

    Raises:
        BadInput: An axis is unknown or given twice, or its values cannot be read.

    Example:
        >>> axes_in(["depth=10..50", "init=he,xavier"])
        {'depth': (10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50), 'init': ('he', 'glorot')}
    """
    axes: dict[str, tuple[Any, ...]] = {}
    for one in given:
        name, sign, values = one.partition("=")
        name = _axis(name)
        if name in axes:
            raise BadInput(_ONCE.fill(name=name))
        if not sign or not values.strip(" ,"):
            raise BadInput(_NO_VALUES.fill(given=one))
        axes[name] = _values(name, values)
    return axes


# ------------------------------------------------------------ parts


def _axis(given: str) -> str:
    name = given.strip().lower().replace("-", "_")
    if name not in AXES:
        nearest = nearest_to(name, AXES)
        raise UnknownName(_NO_SUCH_AXIS.fill(given=given, nearest=nearest, names=", ".join(AXES)))
    return name


def _values(name: str, written: str) -> tuple[Any, ...]:
    found = _RANGE.fullmatch(written)
    if found is None and ".." in written:
        raise BadInput(_BACKWARDS.fill(given=written, name=name, example=EXAMPLES[name]))
    if found is None:
        parts = parts_of(written) if name == "activation" else written.split(",")
        return tuple(value_of(name, part) for part in parts if part.strip())
    if name in ("init", "norm", "activation"):
        raise BadInput(_NO_RANGE.fill(given=written, name=name, example=EXAMPLES[name]))
    return _range(name, found, written)


def _range(name: str, found: re.Match[str], written: str) -> tuple[Any, ...]:
    low, high = (value_of(name, end) for end in found.group(1, 2))
    step = number_in(found[3]) if found[3] else _round_step((high - low) / _STEPS_WANTED)
    if name in WHOLE and step is not None:
        step = max(1, round(step)) if not found[3] else step
    if step is None or not step > 0 or not low < high or (name in WHOLE and step % 1):
        raise BadInput(_BACKWARDS.fill(given=written, name=name, example=EXAMPLES[name]))
    count = math.floor((high - low) / step + 1e-9) + 1
    if count > _MOST_VALUES:
        facts = {"count": f"{count:,}", "most": _MOST_VALUES, "example": EXAMPLES[name]}
        raise BadInput(_TOO_FINE.fill(given=written, name=name, **facts))
    values = [low + step * place for place in range(count)]
    return tuple(int(v) if name in WHOLE else round(v, 12) for v in values)


def _round_step(least: float) -> float:
    """Return the least round number that is not below."""
    if not least > 0:
        return 1.0
    leading = 10.0 ** math.floor(math.log10(least))
    return next(leading * r for r in (*_ROUND, 10) if leading * r >= least * (1 - 1e-9))
