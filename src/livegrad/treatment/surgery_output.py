"""Operations on the end of a network: what stands before its last function goes where it is wanted.

The function leaves its input as a mark on its result. Either the loss takes the mark, so that the network's own output, and
whatever the script prints of it, stays as it was; or the network gives the mark out.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.treatment.surgery import Patient
from livegrad.treatment.surgery_training import replace_everywhere, set_for_now

__all__ = ["LOSSES", "raw_into_loss", "raw_out_of_model"]

_MARK = "_livegrad_raw"
_NOT_LAST = Text(
    "{function} does not have the last word in the model (a method of its own class, or another step, follows), so livegrad cannot "
    "take it out. Edit the end of forward{where}.",
    "모델에서 {function} 뒤에 다른 계산이 있어 livegrad가 뺄 수 없습니다. forward의 끝부분{where}을 고쳐 주세요.",
)


def _binary(raw: torch.Tensor, target: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
    del args
    target = target.reshape(raw.shape).to(raw.dtype)
    reduction = kwargs.get("reduction", "mean")
    return functional.binary_cross_entropy_with_logits(raw, target, reduction=reduction)


LOSSES: dict[str, Callable[..., torch.Tensor]] = {
    "binary_cross_entropy_with_logits": _binary,
}
"""Losses that may stand in for another one: (raw scores, target in any shape of as many numbers) → loss."""


def raw_into_loss(
    patient: Patient,
    loss: str,
    function: str,
    *,
    then: str | None = None,
    instead: str | None = None,
) -> None:
    """Give a loss what stands before ``function``.

    Args:
        patient: Until this is closed.
        loss: A loss of ``torch.nn.functional``.
        function: The last one before it; where the output never went through it, the output is taken as it is.
        then: A function of ``torch.nn.functional`` over dimension 1 that the raw scores go through first.
        instead: One of `LOSSES` to be called in its place.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Softmax(dim=1))
        >>> patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
        >>> x, y = torch.randn(4, 2), torch.tensor([0, 1, 2, 0])
        >>> plain = functional.cross_entropy(model[0](x), y)
        >>> raw_into_loss(patient, "cross_entropy", "softmax")
        >>> torch.equal(functional.cross_entropy(model(x), y), plain)
        True
        >>> patient.close()
    """
    _mark(patient, function)
    original = getattr(functional, loss)

    @functools.wraps(original)
    def taking(input: torch.Tensor, target: Any, *args: Any, **kwargs: Any) -> torch.Tensor:  # noqa: A002 (the wrapped function's own name)
        raw = getattr(input, _MARK, input)
        if then is not None:
            raw = getattr(functional, then)(raw, dim=1)
        return (LOSSES[instead] if instead else original)(raw, target, *args, **kwargs)

    replace_everywhere(patient, original, taking)


def raw_out_of_model(
    patient: Patient,
    function: str | None,
    *,
    then: str | None = None,
    where: str = "",
    while_training: bool = False,
) -> None:
    """Let the network give out what stands before its last function.

    Args:
        patient: Until this is closed.
        function: The network's last one; ``None``: it gives out raw scores already.
        then: A function of ``torch`` that the raw scores go through instead (``log_softmax``: over dimension 1).
        where: ``file:line`` to edit, should it turn out at the first call that the function is not the last one.
        while_training: Only while the model is in training mode: what it is asked for besides stays as it was.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
        >>> patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
        >>> x = torch.randn(4, 2)
        >>> raw_out_of_model(patient, "sigmoid")
        >>> torch.equal(model(x), model[0](x))
        True
        >>> patient.close()
        >>> torch.equal(model(x), model[0](x))
        False
    """
    if function is not None:
        patient.around_forward(functools.partial(Marking, function))
    for _, model in patient.models:
        set_for_now(
            patient,
            model,
            "forward",
            RawForward(model, function, then, where, while_training=while_training),
        )


class RawForward:
    """A model's forward that gives out the mark on its output, so that whoever hooks the model sees that (picklable)."""

    def __init__(
        self,
        model: nn.Module,
        function: str | None,
        then: str | None,
        where: str,
        *,
        while_training: bool = False,
    ) -> None:
        self.model, self.function, self.then, self.where = model, function, then, where
        self.while_training = while_training

    def __call__(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        """Return what stood before the last function, or what another one makes of it."""
        output = type(self.model).forward(self.model, *args, **kwargs)
        if self.while_training and not self.model.training:
            return output
        raw = getattr(output, _MARK, None) if self.function is not None else output
        if raw is None:
            where = f" ({self.where})" if self.where else ""
            raise BadInput(_NOT_LAST.fill(function=self.function, where=where))
        if self.then == "log_softmax":
            return functional.log_softmax(raw, dim=1)
        return raw if self.then is None else getattr(torch, self.then)(raw)


def _mark(patient: Patient, function: str) -> None:
    """Let a function leave its input on its result: inside the model whatever it is called by, outside by every name."""
    patient.around_forward(functools.partial(Marking, function))
    for owner in (torch, functional):
        if hasattr(owner, function):
            original = getattr(owner, function)
            replace_everywhere(patient, original, _marking(original))
    if hasattr(torch.Tensor, function):
        set_for_now(patient, torch.Tensor, function, _marking(getattr(torch.Tensor, function)))


class Marking(TorchFunctionMode):
    """Sees calls that no name leads to: ``self.last = torch.sigmoid``, a function in a dictionary."""

    def __init__(self, function: str) -> None:
        super().__init__()
        self._function = function

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        if getattr(func, "__name__", "") != self._function:
            return func(*args, **(kwargs or {}))
        return _marking(func)(*args, **(kwargs or {}))


def _marking(original: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    @functools.wraps(original)
    def function(x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        result = original(x, *args, **kwargs)
        if isinstance(result, torch.Tensor):
            vars(result)[_MARK] = getattr(x, _MARK, x)
        return result

    return function
