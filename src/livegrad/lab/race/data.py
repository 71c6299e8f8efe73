"""The points of a race: made by a task, painted, or pasted; standardised, then shifted and scaled as asked."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.lab.race.setup import MOST_POINTS, DataPlan
from livegrad.text import Text, same
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays, read
from livegrad.trials.splitting import Split
from livegrad.trials.task import TASKS

__all__ = ["PLANE_TASKS", "RaceData", "race_data"]

Reals: TypeAlias = NDArray[Any]

PLANE_TASKS = ("moons", "xor", "spiral", "circles", "blobs", "two-sample-regression")
"""What the menu offers: tasks of two inputs. Any other one of two inputs can be asked for by its id."""
HELD = 0.25
_MARGIN = 0.08  # of the picture, on each side of the outermost points

_PLANE = Text(
    "'{name}' has {count} inputs; the race draws a plane, so it takes two. Try moons, or paste two columns and a label.",
    "'{name}'의 입력은 {count}개입니다. 경주는 평면을 그리므로 입력이 둘이어야 합니다. moons를 고르거나, 두 열과 이름표를 붙여 넣으세요.",
)
_MANY = Text(
    "The pasted text has {count} lines; a race takes at most {most} points. Paste fewer.",
    "붙여 넣은 글이 {count}줄입니다. 경주에는 점을 {most}개까지 쓸 수 있습니다. 줄여서 붙여 넣으세요.",
)
_NONE = Text(
    "There are no points yet. Paint some, paste a table, or choose a task.",
    "아직 점이 없습니다. 점을 찍거나, 표를 붙여 넣거나, 과제를 고르세요.",
)
_PAINTED = Text("painted points", "찍은 점")
_PASTED = Text("pasted table", "붙여 넣은 표")


@dataclass(frozen=True, kw_only=True, eq=False)
class RaceData:
    """What all lanes learn from.

    Attributes:
        given: Inputs scaled and shifted as asked.
        standard: The same points without shift and scale.
        shift: Added to each input; float32 of shape (2,).
        scale: Multiplied before; shape (2,).
        classes: Names; empty for regression.
        title: What it is called.
        order_key: A number that follows from the points: what the minibatches are drawn from.
    """

    given: Split
    standard: Split
    shift: Reals
    scale: Reals
    classes: tuple[str, ...]
    title: Text
    order_key: int

    def split(self, scaling: str) -> Split:
        """Return the parts as a lane of that scaling gets them."""
        return self.standard if scaling == "standard" else self.given

    @property
    def points(self) -> Reals:
        """All points, the learned ones first; float32 of shape (n, 2)."""
        return np.concatenate([self.given.train_inputs, self.given.validation_inputs])

    @property
    def labels(self) -> Reals:
        """Class numbers, or standardised values; shape (n,)."""
        both = [self.given.train_targets, self.given.validation_targets]
        return np.concatenate([part.reshape(len(part), -1)[:, 0] for part in both])

    @property
    def held(self) -> NDArray[np.uint8]:
        """1 where a point is only judged by; shape (n,)."""
        sizes = len(self.given.train_inputs), len(self.given.validation_inputs)
        return np.repeat(np.array([0, 1], np.uint8), sizes)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of the pictures."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        margin = np.maximum(_MARGIN * (high - low), 1e-3)
        (left, bottom), (right, top) = low - margin, high + margin
        return float(left), float(right), float(bottom), float(top)

    def grid(self, cells: int, scaling: str) -> Reals:
        """Return the middles of cells × cells squares over the picture, row 0 on top.

        Returns:
            float32 of shape (cells², 2), as a lane of that scaling gets its inputs.
        """
        left, right, bottom, top = self.extent
        middles = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(left + middles * (right - left), top - middles * (top - bottom))
        found = np.stack([x.ravel(), y.ravel()], axis=1)
        if scaling == "standard":
            found = (found - self.shift) / np.where(self.scale == 0, 1, self.scale)
        return np.ascontiguousarray(found, np.float32)

    def order(self, seed: int, batch: int, epoch: int) -> NDArray[np.int32]:
        """Return the minibatches of one epoch: all rows once, in an order of its own.

        It follows from the points, the seed, the size of the batch and the number of the epoch alone. Where rows do
        not fill the last minibatch, the epoch's first ones fill it.

        Returns:
            Rows; shape (minibatches, batch).
        """
        rows = len(self.given.train_inputs)
        batch = min(batch, rows)
        drawn = np.random.default_rng([self.order_key, seed, batch, epoch]).permutation(rows)
        return np.resize(drawn, (-(-rows // batch), batch)).astype(np.int32)


def race_data(plan: DataPlan) -> RaceData:
    """Return the points of a plan.

    Raises:
        BadInput: No such task, no plane, too many points, a table that cannot be read.

    Example:
        >>> race_data(DataPlan(count=100)).points.shape
        (100, 2)
    """
    dataset, title = _dataset(plan)
    if dataset.inputs.shape[1] != 2:
        raise BadInput(_PLANE.fill(name=title, count=dataset.inputs.shape[1]))
    standard = dataset.split(HELD, plan.seed)
    if standard.train_inputs.shape[1] != 2:
        raise BadInput(_PLANE.fill(name=title, count=standard.train_inputs.shape[1]))
    if plan.noise:
        standard = _noisy(standard, plan)
    shift, scale = np.array(plan.shift, np.float32), np.array(plan.scale, np.float32)
    given = replace(
        standard,
        train_inputs=standard.train_inputs * scale + shift,
        validation_inputs=standard.validation_inputs * scale + shift,
    )
    return RaceData(
        given=given,
        standard=standard,
        shift=shift,
        scale=scale,
        classes=dataset.classes,
        title=title,
        order_key=int(standard.fingerprint[:8], 16),
    )


def _dataset(plan: DataPlan) -> tuple[Dataset, Text]:
    if plan.points:
        at = np.array([point[:2] for point in plan.points])
        kind = "classes" if len({p[2] for p in plan.points}) > 2 else None
        labels = [f"{point[2]}" for point in plan.points]
        # A number as label is a class here, so it must not be read as a value to be hit.
        found = from_arrays(
            at, np.array(labels, dtype=object), features=("x1", "x2"), kind=kind, name="painted"
        )
        return found, _PAINTED
    if plan.csv:
        return _pasted(plan.csv), _PASTED
    if not plan.task:
        raise BadInput(_NONE)
    return TASKS.find(plan.task).make(plan.seed, plan.count), same(plan.task)


def _pasted(text: str) -> Dataset:
    """The table that a text holds: the last column is the label."""
    lines = sum(1 for line in text.splitlines() if line.strip())
    if lines > MOST_POINTS + 1:
        raise BadInput(_MANY.fill(count=lines, most=MOST_POINTS))
    # The reader of files explains what is wrong with a table line by line, so it gets a file.
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pasted.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(_headed(text.strip()) + "\n")
        try:
            return read(path, -1)
        except BadInput as error:
            raise BadInput(_without(error.text, path)) from None


def _headed(text: str) -> str:
    """The table with a row of names: where the first row holds points already, one is put before it."""
    first = text.partition("\n")[0]
    found = re.search(r"[;\t|,]", first)
    fields = first.split(found.group()) if found else []
    if len(fields) != 3 or not all(_is_number(field) for field in fields[:2]):
        return text
    return f"{found.group().join(('x1', 'x2', 'label'))}\n{text}" if found else text


def _is_number(field: str) -> bool:
    return re.fullmatch(r"\s*[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?\s*", field) is not None


def _without(text: Text, path: str) -> Text:
    """A sentence that names the table, not where it lay for a moment."""
    return Text(text.en.replace(path, "pasted.csv"), text.ko.replace(path, "pasted.csv"))


def _noisy(split: Split, plan: DataPlan) -> Split:
    random = np.random.default_rng([plan.seed, 1])
    moved = [
        (part + plan.noise * random.standard_normal(part.shape)).astype(np.float32)
        for part in (split.train_inputs, split.validation_inputs)
    ]
    return replace(split, train_inputs=moved[0], validation_inputs=moved[1])
