"""What enters a network: a minibatch in five numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.errors import BadInput
from livegrad.flow.theory.course import Start
from livegrad.flow.theory.quadrature import Floats
from livegrad.text import Text

__all__ = ["start_of"]

_GROUPS = 8  # of inputs by their size
_UNLIKE = 0.02  # sizes that differ by less are taken as equal
_CLASSES = 10
_MOST = 1024  # inputs that are looked at, evenly spread over the batch

_BAD_BATCH = Text(
    "The batch has shape {shape}; it must hold finite numbers in the shape (batch, features), "
    "and at least one input. Try x.reshape(len(x), -1).",
    "배치의 모양(shape)이 {shape}입니다. 모양은 (batch, features)이고, 입력이 하나 이상 있으며, "
    "값은 모두 유한한 수여야 합니다. x.reshape(len(x), -1)로 바꿔 보세요.",
)
_BAD_TARGETS = Text(
    "The targets have shape {shape}; they must hold finite numbers or class indices, one entry or "
    "row for each of the {count} inputs. Give (x, y) with len(y) == len(x).",
    "목표값의 모양(shape)이 {shape}입니다. 입력 {count}개에 하나씩(한 행씩) 대응하는 유한한 수나 "
    "클래스 번호여야 합니다. len(y) == len(x)인 (x, y)를 주세요.",
)
_BAD_INPUTS = Text(
    "inputs = {value} is not possible: it is how many inputs a minibatch has, a whole number of "
    "at least 1. Try inputs=32.",
    "inputs = {value:은/는} 쓸 수 없습니다. 미니배치에 든 입력의 수이므로 1 이상의 정수여야 "
    "합니다. inputs=32로 해 보세요.",
)
_ALL_ZERO = Text(
    "Every entry of the batch is 0, so no signal enters. Give inputs that differ from 0.",
    "배치의 모든 값이 0이라 신호가 들어오지 않습니다. 0이 아닌 입력을 주세요.",
)


def start_of(batch: Any, *, features: int, inputs: int = 32) -> Start:
    """Return what a minibatch is to the network.

    Args:
        batch: x, (batch, features), more axes are flattened; or (x, y) with class indices or targets; or
            None for independent standardised inputs of ten classes.
        features: How many entries an input has, where there is no batch.
        inputs: How many there are, likewise.

    Raises:
        BadInput: The batch is no finite array with at least one input.

    Example:
        >>> start_of(np.array([[2.0, 0.0], [0.0, 1.0]]), features=2).correlation
        0.0
    """
    if batch is None:
        if not isinstance(inputs, int) or isinstance(inputs, bool) or inputs < 1:
            raise BadInput(_BAD_INPUTS.fill(value=repr(inputs)))
        # Cosines of independent inputs stray by 1/features; classes share 1 of `_CLASSES` directions.
        return Start(
            features=features,
            batch=inputs,
            spread=1 / features,
            likeness_squared=1 / (_CLASSES - 1),
        )
    x, y = batch if isinstance(batch, tuple) and len(batch) == 2 else (batch, None)
    return _of_arrays(_inputs(x), y)


def _inputs(x: Any) -> Floats:
    found = _array(x)
    if found.ndim < 1 or found.size == 0 or found.dtype.kind not in "fiub":
        raise BadInput(_BAD_BATCH.fill(shape=found.shape))
    flat = found.reshape(len(found), -1).astype(float)
    if not np.isfinite(flat).all():
        raise BadInput(_BAD_BATCH.fill(shape=found.shape))
    return flat


def _array(given: Any) -> np.ndarray:
    """Return what was given as an array; one of objects where it is none."""
    if hasattr(given, "detach"):
        tensor = given.detach().cpu()
        # NumPy knows no bfloat16.
        return np.asarray(tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor)
    try:
        return np.asarray(given)
    except ValueError:  # rows of unlike length
        return np.empty(len(given), object)


def _of_arrays(x: Floats, y: Any) -> Start:
    chosen = np.linspace(0, len(x) - 1, min(len(x), _MOST)).round().astype(int)
    some = x[chosen]
    squares = (some**2).mean(axis=1)
    if not squares.any():
        raise BadInput(_ALL_ZERO)
    apart = ~np.eye(len(some), dtype=bool)
    cosines = _cosines(some)[apart]
    alike = _target_cosines(y, len(x), chosen)[apart]
    return Start(
        mean_square=float(squares.mean()),
        correlation=float(cosines.mean()) if len(cosines) else 0.0,
        spread=float(cosines.var()) if len(cosines) else 0.0,
        features=x.shape[1],
        batch=len(x),
        sizes=_sizes(squares),
        likeness=float(alike.mean()) if len(alike) else 0.0,
        likeness_squared=float((alike**2).mean()) if len(alike) else 0.0,
    )


def _cosines(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(norms > 0, norms, 1.0)
    return np.clip(unit @ unit.T, -1.0, 1.0)


def _sizes(squares: Floats) -> tuple[float, ...]:
    relative = np.sort(squares / squares.mean())
    if relative.std() < _UNLIKE:
        return ()
    groups = np.array_split(relative, min(_GROUPS, len(relative)))
    return tuple(float(max(group.mean(), 1e-12)) for group in groups)


def _target_cosines(y: Any, inputs: int, chosen: np.ndarray) -> Floats:
    """Return the cosines of the loss's gradients at the output, as they are before training.

    Under cross-entropy every gradient is the same distribution less the one-hot target; without targets ten
    balanced classes stand for them.
    """
    count = len(chosen)
    if y is None:
        apart = np.full((count, count), 1 / np.sqrt(_CLASSES - 1))
        signs = np.sign(np.random.default_rng(0).standard_normal((count, count)))
        return apart * np.triu(signs, 1) + apart * np.triu(signs, 1).T
    target = _array(y)
    numbers = target.ndim > 0 and target.dtype.kind in "fiub" and len(target) == inputs
    if not numbers or not np.isfinite(target.astype(float)).all():
        raise BadInput(_BAD_TARGETS.fill(shape=target.shape, count=inputs))
    target = target[chosen]
    if target.dtype.kind in "iub" and target.ndim == 1:
        classes = np.unique(target)
        return _cosines((target[:, None] == classes).astype(float) - 1 / max(len(classes), 1))
    return _cosines(target.reshape(count, -1).astype(float) - target.mean())
