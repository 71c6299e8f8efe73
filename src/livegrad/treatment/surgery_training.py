"""Operations on a training: what happens around a step, in front of a loss, and inside an activation.

Everything here is taken back by `livegrad.treatment.surgery.Patient.close`. Hooks around a step are PyTorch's global ones, told
apart by the optimizer: what is saved with a model or an optimizer holds none of them, and their order beside the recorder's
can be chosen, so that the record of a treated run shows what the treatment did.
"""

from __future__ import annotations

import ast
import gc
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from torch.optim import optimizer as optimizers
from torch.optim.lr_scheduler import LRScheduler
from torch.overrides import TorchFunctionMode

from livegrad.observation import sites
from livegrad.treatment.surgery import Patient

__all__ = [
    "Casting",
    "Opening",
    "Widening",
    "around_step",
    "parameter",
    "replace_everywhere",
    "scale_loss",
    "scale_rate",
    "set_for_now",
    "wide_activations",
]

NARROW = (torch.bfloat16, torch.float16)
_PIECE = re.compile(r"([^.\[\]]+)|\[([^\]]+)\]")


def around_step(
    patient: Patient,
    *,
    before: Callable[[], None] | None = None,
    after: Callable[[], None] | None = None,
    first: bool = False,
) -> None:
    """Call ``before`` and ``after`` around every step of the patient's optimizer, until the patient is closed.

    Args:
        patient: Whose optimizer.
        before: Called when the gradients are whole and no weight has moved yet.
        after: Called when the step is done, and the recorder has seen it.
        first: Whether ``before`` comes before the recorder reads the gradients (for what changes them).

    Example:
        >>> model = nn.Linear(1, 1)
        >>> patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
        >>> around_step(patient, after=lambda: print("stepped"))
        >>> patient.optimizer.step()
        stepped
        >>> patient.close()
        >>> patient.optimizer.step()
    """
    hooks = (
        (before, optimizers.register_optimizer_step_pre_hook),
        (after, optimizers.register_optimizer_step_post_hook),
    )
    for action, register in hooks:
        if action is not None:
            handle = register(_only_of(patient.optimizer, action))
            patient.undo_with(handle.remove)
            if first and action is before:
                optimizers._global_optimizer_pre_hooks.move_to_end(handle.id, last=False)  # noqa: SLF001 (no public way)


def _only_of(
    optimizer: torch.optim.Optimizer, action: Callable[[], None]
) -> Callable[[Any, Any, Any], None]:
    def hook(stepping: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        del args, kwargs
        if stepping is optimizer:
            action()

    return hook


def scale_rate(patient: Patient, factor: float) -> float:
    """Multiply every group's learning rate as ``lr=`` would have; return the first group's new one.

    A scheduler that was made before has kept the old rate, and would go back to it after one step: it is told, too.

    Example:
        >>> model = nn.Linear(1, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5)
        >>> round(scale_rate(Patient((("", model),), optimizer), 10), 6)
        0.5
        >>> schedule.base_lrs
        [1.0]
    """
    new = patient.scale_rate(factor)
    scheduled = [g for g in patient.optimizer.param_groups if "initial_lr" in g]
    for group in scheduled:
        group["initial_lr"] = group["initial_lr"] * factor
    for scheduler in _schedulers(patient.optimizer) if scheduled else ():
        scheduler.base_lrs = [rate * factor for rate in scheduler.base_lrs]
    return new


def _schedulers(optimizer: torch.optim.Optimizer) -> list[LRScheduler]:
    """The optimizer's schedulers; it knows none of them itself."""
    # By type(x): to ask some objects for their class makes them warn.
    made = [x for x in gc.get_objects() if issubclass(type(x), LRScheduler)]
    return [x for x in made if x.optimizer is optimizer and "base_lrs" in vars(x)]


def parameter(patient: Patient, name: str) -> nn.Parameter | None:
    """Return the parameter of that name as evidence writes it, ``None`` where there is none (yet).

    Args:
        patient: Whose models are searched.
        name: ``"encoder.fc1.weight"``, or ``"layers[0].bias"`` for a layer in a plain list.

    Example:
        >>> model = nn.Sequential(nn.Linear(1, 1))
        >>> patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
        >>> parameter(patient, "0.bias") is model[0].bias, parameter(patient, "1.bias")
        (True, None)
    """
    for prefix, model in patient.models:
        if not name.startswith(prefix):
            continue
        found: Any = model
        try:
            for attribute, key in _PIECE.findall(name[len(prefix) :]):
                found = getattr(found, attribute) if attribute else found[ast.literal_eval(key)]
        except (AttributeError, LookupError, TypeError, ValueError):
            continue
        if isinstance(found, nn.Parameter):
            return found
    return None


def replace_everywhere(patient: Patient, old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Let every module that knows the function ``old`` by some name know ``new`` by it, until the patient is closed.

    A script may have written ``from torch.nn.functional import mse_loss``: to exchange it in its home alone would miss that.
    The unwrapped original stays at hand as ``__wrapped__``, as `livegrad.observation.training.heard` asks for it.
    """
    vars(new)["__wrapped__"] = inspect.unwrap(old)
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", None)
        known = list(names.items()) if isinstance(names, dict) else []
        for name in [key for key, value in known if value is old]:
            set_for_now(patient, module, name, new)


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
    """Let every backward pass begin from the scaled loss, and the scaler make the optimizer's steps."""
    optimizer = patient.optimizer
    backward, step = torch.Tensor.backward, optimizer.step
    inside = False

    def scaled_backward(self: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        return backward(scaler.scale(self), *args, **kwargs)

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


def set_for_now(patient: Patient, owner: Any, name: str, new: Any) -> None:
    """Set an attribute until the patient is closed; where it stood on the class only, it is taken away again."""
    own = vars(owner).get(name, owner)
    setattr(owner, name, new)
    patient.undo_with(lambda: delattr(owner, name) if own is owner else setattr(owner, name, own))


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
        is_in_place = getattr(func, "__name__", "").endswith("_") or kwargs.get("inplace")
        return narrow.copy_(wide) if is_in_place else wide


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
