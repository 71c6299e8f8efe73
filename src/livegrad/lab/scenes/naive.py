"""Functions as textbooks write them in NumPy, run as they stand today, and repaired.

The naive texts are programs that the reader is shown; they are run in a namespace of their own, with the reader's
numbers as data and never as code.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from livegrad.text import Text

__all__ = ["LESSONS", "Lesson", "Ran", "run"]

_FILE = "<from scratch>"
_FORWARD = "w1 = np.array([[1.0, 1.0], [-2.0, 5.0]])\nb1 = np.array([-3.0, 0.0])\nw2 = np.array([1.0, 3.0])\n"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One function from scratch.

    Attributes:
        id: Unique here.
        name: What it is.
        naive: As textbooks write it; binds ``y`` from ``x``.
        repaired: The same, holding today and for every input.
        problem: What breaks, and why.
        cure: What the repair does.
        x: Inputs at which it shows.
    """

    id: str
    name: Text
    naive: str
    repaired: str
    problem: Text
    cure: Text
    x: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What came of running a text.

    Attributes:
        code: The text.
        output: What it made, as NumPy prints it; empty if it failed.
        error: Kind and message of the exception, or empty.
        line: At which line of the text it failed; 0 if it did not.
        warnings: Kind and message of the first warning, or none.
    """

    code: str
    output: str
    error: str
    line: int
    warnings: tuple[str, ...]


LESSONS: Mapping[str, Lesson] = {
    lesson.id: lesson
    for lesson in (
        Lesson(
            id="step",
            name=Text("step", "계단 함수"),
            naive="def step(x):\n    return (x > 0).astype(np.int)\n\ny = step(x)\n",
            repaired="def step(x):\n    return (x > 0).astype(int)\n\ny = step(x)\n",
            problem=Text(
                "np.int was only another name for Python's int. NumPy 1.24 took it away, so old code stops here.",
                "np.int는 파이썬 int의 다른 이름일 뿐이었습니다. NumPy 1.24에서 없어져 옛 코드는 여기서 멈춥니다.",
            ),
            cure=Text(
                "int itself does it. np.int64 says the size too.",
                "int를 그대로 쓰면 됩니다. 크기까지 정하려면 np.int64를 씁니다.",
            ),
            x=(-1.0, 0.0, 2.0),
        ),
        Lesson(
            id="sigmoid",
            name=Text("sigmoid", "시그모이드"),
            naive="def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n\ny = sigmoid(x)\n",
            repaired=(
                "def sigmoid(x):\n"
                "    small = np.exp(-np.abs(x))\n"
                "    return np.where(x >= 0, 1, small) / (1 + small)\n\n"
                "y = sigmoid(x)\n"
            ),
            problem=Text(
                "For x below about −709 the exponential is larger than float64 holds, and NumPy warns of an overflow.",
                "x가 약 −709보다 작으면 지수가 float64에 담기지 않을 만큼 커져서 NumPy가 오버플로(overflow)를 경고합니다.",
            ),
            cure=Text(
                "e^−|x| is never above 1, so nothing overflows, and small values keep their digits.",
                "e^−|x|는 1을 넘지 않으므로 넘칠 일이 없고, 작은 값도 자릿수를 잃지 않습니다.",
            ),
            x=(-1000.0, 0.0, 1000.0),
        ),
        Lesson(
            id="relu",
            name=Text("ReLU", "ReLU"),
            naive="def relu(x):\n    return x * (x > 0)\n\ny = relu(x)\n",
            repaired="def relu(x):\n    return np.maximum(0, x)\n\ny = relu(x)\n",
            problem=Text(
                "The product gives −0 for negative x, and for −∞ it is ∞ · 0: no number at all.",
                "곱셈으로 쓰면 음수에서 −0이 나오고, −∞에서는 ∞ · 0이 되어 수가 아닌 값(NaN)이 나옵니다.",
            ),
            cure=Text(
                "np.maximum compares and multiplies nothing.",
                "np.maximum은 곱하지 않고 비교만 합니다.",
            ),
            x=(float("-inf"), -2.0, 0.0, 3.0),
        ),
        Lesson(
            id="forward",
            name=Text("forward pass", "순전파"),
            naive=(
                f"{_FORWARD}\n"
                "def step(z):\n    return (z > 0).astype(np.int)\n\n"
                "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\n"
                "h = np.maximum(0, x @ w1 + b1)\n"
                "p = sigmoid(h @ w2)\n"
                "y = step(p - 0.5)\n"
            ),
            repaired=(
                f"{_FORWARD}\n"
                "def sigmoid(z):\n    small = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, small) / (1 + small)\n\n"
                "h = np.maximum(0, x @ w1 + b1)\n"
                "p = sigmoid(h @ w2)\n"
                "y = h, p, int(p > 0.5)\n"
            ),
            problem=Text(
                "One name that was removed stops the whole network, and only when the last line calls it.",
                "없어진 이름 하나가 신경망 전체를 멈춥니다. 그것도 마지막 줄에서 부를 때에야 드러납니다.",
            ),
            cure=Text(
                "Two lines change. x = (2, 0) gives (0, 2) in the hidden layer and σ(6) after it.",
                "두 줄만 바뀝니다. x = (2, 0)이면 은닉층은 (0, 2), 그다음은 σ(6)입니다.",
            ),
            x=(2.0, 0.0),
        ),
    )
}
"""By id, in the order in which they are shown."""


def run(code: str, x: Sequence[float]) -> Ran:
    """Run one of the texts on numbers, and return what really happens.

    Args:
        code: A text of `LESSONS`; nobody else's is ever run.
        x: The inputs; shape (n,).

    Example:
        >>> run(LESSONS["step"].naive, [1.0]).error.split(":")[0]
        'AttributeError'
        >>> run(LESSONS["step"].repaired, [-1.0, 0.0, 2.0]).output
        '[0 0 1]'
    """
    alarm = ""
    try:
        # An alarm that is raised says the same words as the warning, which would go through a list
        # that all threads of the process share.
        with np.errstate(all="raise", under="ignore"):
            space = _executed(code, x)
    except FloatingPointError as found:
        alarm = f"RuntimeWarning: {found}"
        with np.errstate(all="ignore"):
            space = _executed(code, x)
    error, line = space.get(_FILE, ("", 0))
    return Ran(
        code=code,
        output="" if error else _printed(space["y"]),
        error=error,
        line=line,
        warnings=(alarm,) if alarm else (),
    )


def _executed(code: str, x: Sequence[float]) -> dict[str, Any]:
    """Return the names that a text binds; under `_FILE` the error that stopped it and its line."""
    space: dict[str, Any] = {"np": np, "x": np.array(x, float)}
    try:
        exec(compile(code, _FILE, "exec"), space)  # noqa: S102 - our own text
    except FloatingPointError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever today's NumPy raises is the lesson
        frames = traceback.extract_tb(problem.__traceback__)
        mine = [frame.lineno or 0 for frame in frames if frame.filename == _FILE]
        told = f"{type(problem).__name__}: {problem}".splitlines()[0]
        space[_FILE] = told, mine[-1] if mine else 0
    return space


def _printed(y: object) -> str:
    if isinstance(y, tuple):
        return ", ".join(_printed(part) for part in y)
    return np.array2string(np.asarray(y), precision=6, threshold=50)
