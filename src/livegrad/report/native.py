"""How right PyTorch's own function is where ours stands beside it: measured, by the same ruler."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from livegrad.functions.accuracy import places, units
from livegrad.functions.record import Activation
from livegrad.functions.reference import Truth

__all__ = ["Measured", "native_path", "natively"]

_DIGITS = 22
_LADDER = (28, 32, 130, 140, 420, 430, 900, 910)  # digits tried, one after the other


@dataclass(frozen=True)
class Measured:
    """The worst error of PyTorch's own function among the places tried.

    Attributes:
        dtype: In which it was computed.
        order: 0 for the value, 1 for the gradient.
        worst_ulp: In units in the last place.
        at: x of the worst.
        share_above_4: The share of places whose error is above 4 units, from 0 to 1.
    """

    dtype: str
    order: int
    worst_ulp: float
    at: float
    share_above_4: float


def native_path(activation: Activation) -> str | None:
    """Return the dotted name of PyTorch's own function; ``None`` if it has none.

    Example:
        >>> from livegrad.functions import elementwise
        >>> native_path(elementwise("absolute")), native_path(elementwise("snake"))
        ('torch.abs', None)
    """
    paths = [native.path for native in activation.natives if native.path.startswith("torch.")]
    return paths[0] if paths else None


def natively(activation: Activation, *, samples: int) -> Iterator[Measured]:
    """Yield value and gradient of PyTorch's own function in float32 and float64; imports torch.

    Args:
        activation: One with a `native_path`.
        samples: About how many places to try.

    Yields:
        Four measurements.
    """
    torch: Any = importlib.import_module("torch")
    module = activation.module(tier="native")
    for dtype in ("float32", "float64"):
        x = places(activation, dtype, samples=samples).tolist()
        tensor = torch.tensor(x, dtype=getattr(torch, dtype), requires_grad=True)
        value = module(tensor)
        (gradient,) = torch.autograd.grad(value.sum(), tensor)
        for order, got in enumerate((value.detach().tolist(), gradient.tolist())):
            yield _compared(activation, dtype, order, x, got)


def _compared(
    activation: Activation, dtype: str, order: int, x: list[float], got: list[float]
) -> Measured:
    truth = Truth(activation, order, digits=_DIGITS, ladder=_LADDER)
    errors = [
        (units(computed, exact, dtype), place)
        for place, computed in zip(x, got, strict=True)
        if not (exact := truth(place)).is_nan()
    ]
    worst, at = max(errors)
    above = sum(error > 4 for error, _ in errors) / len(errors)
    return Measured(dtype, order, worst, at, above)
