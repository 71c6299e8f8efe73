"""Calls of arithmetic: sums, differences, products and quotients of signals, constants and numbers."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from livegrad.flow.model.attention_torch import HIDDEN
from livegrad.flow.model.axes import Axes, count
from livegrad.flow.model.reading_torch import Call, Read, number_in, reads

__all__: list[str] = []


@reads("add", "sub", "rsub")
def _sum(call: Call, result: Tensor) -> Read | None:
    left, right = call.args[0], call.given(1, "other")
    alpha = number_in(call.given(2, "alpha", 1))
    signs = {"add": (1.0, alpha), "sub": (1.0, -alpha), "rsub": (-alpha, 1.0)}[call.name]
    numbers = (call.number(left), call.number(right))
    if None not in numbers:
        return _of_two(call, "sum", (left, right), result, {"weights": signs})
    live, still = (left, right) if numbers[0] is not None else (right, left)
    mine, its = signs if numbers[0] is not None else signs[::-1]
    number, axes = call.number(live), _axes_like(call, live, result)
    if axes is None or number is None:
        return None
    if isinstance(still, Tensor) and still.numel() > 1 and bool((still <= HIDDEN).any()):
        hidden = {"mask": (still > HIDDEN).expand(result.shape)}
        return Read("masked", (number,), (axes,), hidden)
    settings = {"factor": mine, **_shift(call, still, its, axes, result)}
    return Read("affine", (number,), (axes,), settings)


def _shift(call: Call, still: Any, weight: float, axes: Axes, result: Tensor) -> dict[str, Any]:
    if not isinstance(still, Tensor) or still.numel() == 1:
        number = weight * number_in(still)
        return {"shift_square": number**2, "shift_mean": number}
    return {"shift": call.tracing.constant(still, axes, result.shape), "weight": weight}


@reads("mul", "div")
def _product(call: Call, result: Tensor) -> Read | None:
    left, right = call.args[0], call.given(1, "other")
    numbers = (call.number(left), call.number(right))
    if None not in numbers:
        if call.name == "div":
            return None
        return _of_two(call, "multiplied", (left, right), result, {})
    if call.name == "div" and numbers[0] is None:
        return None
    live, still = (left, right) if numbers[0] is not None else (right, left)
    number, axes = call.number(live), _axes_like(call, live, result)
    if axes is None or number is None:
        return None
    if isinstance(still, Tensor) and still.numel() > 1:
        known = 1 / still.detach() if call.name == "div" else still.detach()
        return Read(
            "scaled", (number,), (axes,), {"by": call.tracing.constant(known, axes, result.shape)}
        )
    factor = 1 / number_in(still) if call.name == "div" else number_in(still)
    return Read("affine", (number,), (axes,), {"factor": factor})


@reads("neg")
def _negative(call: Call, result: Tensor) -> Read | None:
    del result
    number = call.number(call.args[0])
    if number is None:
        return None
    return Read("affine", (number,), (call.tracing.axes(number),), {"factor": -1.0})


def _axes_like(call: Call, live: Tensor, result: Tensor) -> Axes | None:
    """Return the roles of a result that has the live operand's shape, or one with 1s in front."""
    if live.shape == result.shape:
        return call.axes(live)
    return None


def _of_two(
    call: Call, rule: str, operands: tuple[Tensor, Tensor], result: Tensor, settings: dict[str, Any]
) -> Read | None:
    """Return what two signals make, one of them perhaps the same at all positions."""
    full = [one for one in operands if one.shape == result.shape]
    if not full:
        return None
    axes = call.axes(full[0])
    times = []
    for one in operands:
        own = call.axes(one)
        if one.shape == result.shape:
            times.append(1)
        elif count(own, "feature") == count(axes, "feature") and count(own, "sample") == count(
            axes, "sample"
        ):
            times.append(result.numel() // one.numel())
        else:
            return None
    numbers = tuple(call.tracing.known(one) for one in operands)
    return Read(rule, numbers, (axes,), {**settings, "times": tuple(times)})
