"""Operations on number formats: an activation in float32 among 16-bit numbers, and a loss that is scaled on its way back.

Everything here is taken back by `livegrad.treatment.surgery.Patient.close`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from livegrad.observation import sites
from livegrad.treatment.surgery import Patient
from livegrad.treatment.surgery_training import set_for_now

__all__ = ["Casting", "Closing", "Opening", "Widening", "scale_loss", "wide_activations"]

NARROW = (torch.bfloat16, torch.float16)


def wide_activations(patient: Patient, activations: Iterable[str]) -> None:
    """Compute these activations in float32 wherever the patient's models call them on 16-bit numbers."""
    opening = Opening(tuple(activations))
    for _, model in patient.models:
        patient.undo_with(model.register_forward_pre_hook(opening).remove)
        patient.undo_with(model.register_forward_hook(Closing(), always_call=True).remove)


class Casting:
    """A forward pre-hook that gives 16-bit inputs another number format (picklable)."""

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype

    def __call__(self, module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments, the 16-bit ones among them in the new format."""
        del module
        narrow = [isinstance(x, torch.Tensor) and x.dtype in NARROW for x in args]
        return tuple(x.to(self.dtype) if n else x for x, n in zip(args, narrow, strict=True))


def scale_loss(patient: Patient, scaler: torch.amp.GradScaler) -> None:
    """Let every backward pass to the patient's models begin from the scaled loss, and the scaler make the optimizer's steps."""
    optimizer = patient.optimizer
    backward, step = torch.Tensor.backward, optimizer.step
    inside = False

    def scaled_backward(self: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        loss = scaler.scale(self) if _reaches(self, patient) else self
        return backward(loss, *args, **kwargs)

    def scaled_step(*args: Any, **kwargs: Any) -> Any:
        nonlocal inside
        if inside:
            return step(*args, **kwargs)
        inside = True
        try:
            made = scaler.step(optimizer, *args, **kwargs)
            scaler.update()
        finally:
            inside = False
        return made

    set_for_now(patient, torch.Tensor, "backward", scaled_backward)
    set_for_now(patient, optimizer, "step", scaled_step)


def _reaches(loss: torch.Tensor, patient: Patient) -> bool:
    """Whether a parameter of the patient's models is behind the loss."""
    own = {id(p) for _, model in patient.models for p in model.parameters()}
    seen, frontier = set[Any](), [loss.grad_fn]
    while frontier:
        node = frontier.pop()
        if node is None or node in seen:
            continue
        if id(getattr(node, "variable", None)) in own:
            return True
        seen.add(node)
        frontier += [before for before, _ in node.next_functions]
    return False


class Widening(TorchFunctionMode):
    """Activations of 16-bit numbers are computed in float32; their results are 16-bit again."""

    def __init__(self, activations: tuple[str, ...]) -> None:
        super().__init__()
        self._activations = activations

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        kwargs = kwargs or {}
        narrow = args[0] if args and isinstance(args[0], torch.Tensor) else None
        if (
            narrow is None
            or narrow.dtype not in NARROW
            or sites.identify(func) not in self._activations
        ):
            return func(*args, **kwargs)
        more = [x.float() if isinstance(x, torch.Tensor) else x for x in args[1:]]
        wide = func(narrow.float(), *more, **kwargs).to(narrow.dtype)
        return narrow.copy_(wide) if sites.is_in_place(func, kwargs) else wide


_open: list[Widening] = []


class Opening:
    """A forward pre-hook that opens the mode (picklable); as a module's own hook it comes after the recorder's.

    So the recorder's mode lies outside, and sees the activation as it is really computed.
    """

    def __init__(self, activations: tuple[str, ...]) -> None:
        self.activations = activations

    def __call__(self, module: nn.Module, args: Any) -> None:
        """Enter the mode."""
        del module, args
        mode = Widening(self.activations)
        mode.__enter__()
        _open.append(mode)


class Closing:
    """A forward hook that leaves the mode that `Opening` entered (picklable)."""

    def __call__(self, module: nn.Module, args: Any, output: Any) -> None:
        """Leave the mode."""
        del module, args, output
        if _open:
            _open.pop().__exit__(None, None, None)
