"""Another learning rate for a whole training, whatever schedules it: made before the operation or after."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.optim.lr_scheduler import CyclicLR, LRScheduler, OneCycleLR

from livegrad.treatment.surgery import Patient
from livegrad.treatment.surgery_training import around_step

__all__ = ["scale", "set_rate", "sweep"]

_IN_GROUPS = ("lr", "initial_lr", "max_lr", "min_lr")
"""What an optimizer's group holds of rates: its own, and those that `OneCycleLR` puts there."""
_BY_ITSELF = {OneCycleLR: ("max_lr",), CyclicLR: ("base_lr", "max_lr")}
"""Schedulers that are told their rates, and do not ask the optimizer; with the names of those arguments, in their order."""


def scale(patient: Patient, factor: float) -> float:
    """Multiply every learning rate as ``lr=`` (or the scheduler's own arguments) would have; return the first group's new one.

    A scheduler that was made before has kept the old rate, and would go back to it after one step: it is told, too. One that is
    made later with rates of its own gets those multiplied, until the patient is closed.

    Args:
        patient: Whose optimizer.
        factor: By what.

    Example:
        >>> model = torch.nn.Linear(1, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5)
        >>> patient = Patient((("", model),), optimizer)
        >>> round(scale(patient, 10), 6), schedule.base_lrs
        (0.5, [1.0])
    """
    optimizer = patient.optimizer
    groups = optimizer.param_groups
    for scheduler in _made(optimizer):
        for name in ("base_lrs", "max_lrs"):
            if name in vars(scheduler):
                setattr(scheduler, name, [rate * factor for rate in getattr(scheduler, name)])
    for group in groups:
        group.update({name: group[name] * factor for name in _IN_GROUPS if name in group})
    optimizer.defaults["lr"] = optimizer.defaults.get("lr", 0.0) * factor
    for kind, names in _BY_ITSELF.items():
        _later(patient, kind, names, factor)
    return float(groups[0]["lr"])


def sweep(patient: Patient, lowest: float, highest: float, steps: float) -> None:
    """Let the rate rise geometrically, step by step, whatever the training schedules; groups keep their ratios.

    Args:
        patient: Whose optimizer.
        lowest: The first group's rate at the first step.
        highest: Its rate at the last step, and after it.
        steps: Over how many steps.

    Example:
        >>> model = torch.nn.Linear(1, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> patient = Patient((("", model),), optimizer)
        >>> sweep(patient, 0.001, 0.1, steps=3)
        >>> seen = []
        >>> _ = optimizer.register_step_post_hook(
        ...     lambda o, *_: seen.append(o.param_groups[0]["lr"])
        ... )
        >>> for _ in range(3):
        ...     optimizer.step()
        >>> [round(rate, 6) for rate in seen], optimizer.param_groups[0]["lr"]
        ([0.001, 0.01, 0.1], 0.1)
    """
    bases = [float(g.get("initial_lr", g["lr"])) for g in patient.optimizer.param_groups]
    first = next((base for base in bases if base > 0), 1.0)
    taken, scheduled = 0, list[float]()

    def rise() -> None:
        nonlocal taken
        groups = patient.optimizer.param_groups
        scheduled[:] = [float(group["lr"]) for group in groups]
        rate = lowest * (highest / lowest) ** min(1.0, taken / max(1, steps - 1))
        taken += 1
        for number, group in enumerate(groups):
            base = bases[number] if number < len(bases) else first
            set_rate(group, rate * base / first)

    def give_back() -> None:
        for group, rate in zip(patient.optimizer.param_groups, scheduled, strict=False):
            set_rate(group, rate)

    around_step(patient, before=rise, after=give_back)


def set_rate(group: dict[str, Any], rate: float) -> None:
    """Give an optimizer's group a rate; one that is a tensor is held by others, too, so it is changed in place.

    Example:
        >>> group = {"lr": torch.tensor(0.5)}
        >>> set_rate(group, 0.25)
        >>> group["lr"]
        tensor(0.2500)
    """
    if hasattr(group["lr"], "fill_"):
        group["lr"].fill_(rate)
    else:
        group["lr"] = rate


def _later(
    patient: Patient, kind: type[LRScheduler], names: tuple[str, ...], factor: float
) -> None:
    """Multiply the rates that a scheduler of this kind is made with from now on, for the patient's optimizer."""
    original: Callable[..., None] = kind.__init__

    @functools.wraps(original)
    def made(self: Any, optimizer: Any, *args: Any, **kwargs: Any) -> None:
        if optimizer is patient.optimizer:
            given = [_times(a, factor) if i < len(names) else a for i, a in enumerate(args)]
            args = tuple(given)
            kwargs = {k: _times(v, factor) if k in names else v for k, v in kwargs.items()}
        original(self, optimizer, *args, **kwargs)

    def undo() -> None:
        kind.__init__ = original  # pyrefly: ignore

    kind.__init__ = made  # pyrefly: ignore
    patient.undo_with(undo)


def _times(rate: Any, factor: float) -> Any:
    """A rate, or one for each group."""
    return [r * factor for r in rate] if isinstance(rate, Sequence) else rate * factor


def _made(optimizer: torch.optim.Optimizer) -> list[LRScheduler]:
    """The optimizer's schedulers; it knows none of them itself."""
    if not any("initial_lr" in group for group in optimizer.param_groups):
        return []
    # By type(x): to ask some objects for their class makes them warn.
    made = [x for x in gc.get_objects() if issubclass(type(x), LRScheduler)]
    return [x for x in made if x.optimizer is optimizer and "base_lrs" in vars(x)]
