"""A data set as networks can learn it: numbers, and a target that is numbers or classes."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.splitting import Kind, Split, parts_of

__all__ = ["Dataset"]

_SHAPES = Text(
    "The data set '{name}' has inputs of shape {inputs} and targets of shape {targets}. Inputs must be "
    "(samples, features), with one target for each sample.",
    "데이터 '{name}'의 입력은 모양이 {inputs}이고 목표값은 {targets}입니다. 입력은 (표본 수, 특징 수) "
    "모양이어야 하고, 표본마다 목표값이 하나씩 있어야 합니다.",
)
_TYPES = Text(
    "The data set '{name}' has inputs of type {inputs} and targets of type {targets}. A {kind} data set "
    "takes float32 inputs and {wanted} targets; livegrad.trials.reading.from_arrays makes them.",
    "데이터 '{name}'의 입력은 자료형이 {inputs}이고 목표값은 {targets}입니다. {kind} 데이터의 입력은 float32, "
    "목표값은 {wanted} 자료형이어야 합니다. livegrad.trials.reading.from_arrays가 그렇게 만들어 줍니다.",
)
_CLASSES = Text(
    "The data set '{name}' has class numbers from {low} to {high}, but names for {count} classes. "
    "Number the classes 0, 1, 2 … and name each one; a binary data set has two.",
    "데이터 '{name}'의 클래스 번호는 {low}에서 {high}까지인데 이름은 {count}개입니다. 클래스에 0, 1, 2 … "
    "번호를 붙이고 이름을 하나씩 주세요. binary 데이터의 클래스는 둘입니다.",
)
_FEATURES = Text(
    "The data set '{name}' has {columns} columns, but {count} names for them. Give one name for each column.",
    "데이터 '{name}'의 열은 {columns}개인데 이름은 {count}개입니다. 열마다 이름을 하나씩 주세요.",
)
_INFINITE = Text(
    "The data set '{name}' holds infinite values. Leave those samples out, or put NaN where an input is "
    "not known.",
    "데이터 '{name}'에 무한대가 있습니다. 그 표본을 빼거나, 모르는 입력 자리에 NaN을 넣어 주세요.",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Inputs and what is to be told from them.

    Attributes:
        name: What it is called in a report.
        inputs: float32 of shape (samples, features); NaN where a value is missing.
        targets: float32 of shape (samples, outputs) for regression, in the target's own unit; otherwise
            int64 class numbers of shape (samples,).
        kind: ``"regression"``, ``"binary"`` or ``"classes"``.
        features: A name for each column of the inputs.
        classes: A name for each class; empty for regression.
        remarks: What was done to the data before they stood here, each with its count.

    Raises:
        BadInput: Shapes, types or names that contradict each other, infinite values.

    Example:
        >>> inputs = np.arange(40, dtype=np.float32).reshape(20, 2)
        >>> data = Dataset(
        ...     name="rising",
        ...     inputs=inputs,
        ...     targets=inputs[:, :1] ** 2,
        ...     kind="regression",
        ...     features=("a", "b"),
        ... )
        >>> data.split().train_inputs.shape
        (15, 2)
    """

    name: str
    inputs: NDArray[np.float32]
    targets: NDArray[np.float32] | NDArray[np.int64]
    kind: Kind
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        regression = self.kind == "regression"
        inputs, targets = self.inputs, self.targets
        shapes = {"inputs": inputs.shape, "targets": targets.shape}
        if inputs.ndim != 2 or targets.ndim != 1 + regression or 0 in (*inputs.shape, targets.size):
            raise BadInput(_SHAPES.fill(name=self.name, **shapes))
        if len(inputs) != len(targets):
            raise BadInput(_SHAPES.fill(name=self.name, **shapes))
        wanted = "float32" if regression else "int64"
        if inputs.dtype != np.float32 or targets.dtype != wanted:
            types = {"inputs": inputs.dtype, "targets": targets.dtype}
            raise BadInput(_TYPES.fill(name=self.name, kind=self.kind, wanted=wanted, **types))
        if inputs.shape[1] != len(self.features):
            count = {"columns": inputs.shape[1], "count": len(self.features)}
            raise BadInput(_FEATURES.fill(name=self.name, **count))
        if np.isinf(inputs).any() or not np.isfinite(targets).all():
            raise BadInput(_INFINITE.fill(name=self.name))
        if not regression:
            self._check_classes()

    def _check_classes(self) -> None:
        low, high, count = int(self.targets.min()), int(self.targets.max()), len(self.classes)
        if low < 0 or high >= count or (self.kind == "binary" and count != 2) or count < 2:
            raise BadInput(_CLASSES.fill(name=self.name, low=low, high=high, count=count))

    @functools.cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of all that a training depends on: names and remarks are left out."""
        digest = hashlib.sha256(f"{self.kind} {len(self.classes)} {self.inputs.shape}".encode())
        known = np.where(np.isnan(self.inputs), np.float32(np.nan), self.inputs)  # NaN in one form
        digest.update(np.ascontiguousarray(known, dtype="<f4").tobytes())
        targets = self.targets.astype("<f4" if self.kind == "regression" else "<i8")
        digest.update(f"{targets.shape}".encode())
        digest.update(np.ascontiguousarray(targets).tobytes())
        return digest.hexdigest()

    def split(self, validation: float = 0.25, seed: int = 0) -> Split:
        """Return a part to learn from and a part to judge by, standardised with what the first part shows.

        Args:
            validation: Share of the samples to judge by, above 0 and below 1.
            seed: What the parts are drawn from.

        Returns:
            The parts; see `livegrad.trials.splitting.Split`.

        Raises:
            BadInput: A share that is impossible, or data that leave nothing to learn.

        Example:
            >>> from livegrad.trials.task import TASKS
            >>> split = TASKS.find("moons").make(0, 100).split(seed=3)
            >>> split.train_inputs.shape, split.validation_inputs.shape, split.loss
            ((75, 2), (25, 2), 'bce')
        """
        return parts_of(self, validation=validation, seed=seed)
