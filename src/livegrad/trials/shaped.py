"""Samples that are no rows of a table: pictures, signals, sequences, parted and put on a scale."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.reading import from_arrays
from livegrad.trials.splitting import Kind, Split, rows_of

__all__ = ["split_of"]

_VERSION = 1  # raised when the same data would give other parts
_NO_NUMBERS = Text(
    "X of shape {shape} holds values of type {dtype}, or values that are not finite. Give an array of finite "
    "numbers, the samples along its first axis.",
    "X(모양 {shape})의 값이 {dtype} 자료형이거나, 유한하지 않은 값이 있습니다. 첫 축이 표본인 유한한 수의 배열을 "
    "주세요.",
)
_CONSTANT = Text(
    "All numbers of X are {value} in the part to learn from, so there is nothing to learn. Check how X was loaded.",
    "학습용 부분에서 X의 값이 모두 같아({value}) 배울 것이 없습니다. X를 어떻게 읽었는지 확인하세요.",
)
_LENGTHS = Text(
    "X has {samples} samples and y has {targets} targets. Give one target for each sample.",
    "X의 표본은 {samples}개인데 y의 목표값은 {targets}개입니다. 표본마다 목표값을 하나씩 주세요.",
)
_SCALED = Text(
    "All inputs were put on one scale: {mean} subtracted, divided by {deviation}.",
    "모든 입력을 한 척도로 맞췄습니다. {mean:을/를} 빼고 {deviation:으로/로} 나눴습니다.",
)


def split_of(X: Any, y: Any, *, validation: float = 0.25, kind: Kind | None = None) -> Split:
    """Return samples of any shape in two parts, one to learn from and one to judge by.

    Args:
        X: Finite numbers of shape (samples, ...), as (samples, channels, height, width).
        y: Targets as for `livegrad.trials.reading.from_arrays`: classes or numbers.
        validation: Share of the samples to judge by.
        kind: ``"regression"``, ``"binary"`` or ``"classes"``; None to have it decided.

    Returns:
        The parts; inputs keep their shape. One mean and one deviation, of the part to learn from, scale them
        all, so that a picture stays a picture. Samples whose target is missing are left out.

    Raises:
        BadInput: No finite numbers, nothing that varies, or targets that do not suit.

    Example:
        >>> pictures = np.random.default_rng(0).random((40, 1, 8, 8))
        >>> split_of(pictures, ["a", "b"] * 20).train_inputs.shape
        (30, 1, 8, 8)
    """
    values = np.asarray(X)
    if values.ndim < 2 or values.dtype.kind not in "biuf" or not np.isfinite(values).all():
        raise BadInput(_NO_NUMBERS.fill(shape=values.shape, dtype=values.dtype))
    if len(values) != len(y):
        raise BadInput(_LENGTHS.fill(samples=len(values), targets=len(y)))
    # targets are read and parted as those of a table, beside a column that says whose they are
    places = np.arange(len(values)) + 0.5
    table = from_arrays(places[:, None], y, kind=kind, features=["place"])
    split = table.split(validation, seed=0)
    train, judged, _ = rows_of(table, validation, 0)
    inputs = values.astype(np.float32)[table.inputs[:, 0].astype(np.intp)]
    first, second, scaled = _scaled(inputs[train], inputs[judged])
    return replace(
        split,
        train_inputs=first,
        validation_inputs=second,
        features=(),
        remarks=(*split.remarks, scaled),
        fingerprint=_fingerprint(inputs, split.fingerprint),
    )


def _scaled(
    train: NDArray[np.float32], judged: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], Text]:
    mean, deviation = train.mean(dtype=np.float64), train.std(dtype=np.float64)
    if not deviation:
        raise BadInput(_CONSTANT.fill(value=f"{mean:g}"))
    said = _SCALED.fill(mean=f"{mean:.4g}", deviation=f"{deviation:.4g}")
    first, second = ((part - mean) / deviation for part in (train, judged))
    return first.astype(np.float32), second.astype(np.float32), said


def _fingerprint(inputs: NDArray[np.float32], targets: str) -> str:
    digest = hashlib.sha256(f"{_VERSION} {inputs.shape} {targets}".encode())
    digest.update(np.ascontiguousarray(inputs, dtype="<f4").tobytes())
    return digest.hexdigest()
