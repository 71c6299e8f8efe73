"""Operations on a training: what happens around a step, what the optimizer holds, and what a loss is called by.

Everything here is taken back by `livegrad.treatment.surgery.Patient.close`. Hooks around a step are PyTorch's global ones, told
apart by the optimizer: what is saved with a model or an optimizer holds none of them, and their order beside the recorder's
can be chosen, so that the record of a treated run shows what the treatment did.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.optim import optimizer as optimizers

from livegrad.treatment.surgery import Patient

__all__ = [
    "around_step",
    "parameter",
    "replace_everywhere",
    "set_for_now",
]

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


def set_for_now(patient: Patient, owner: Any, name: str, new: Any) -> None:
    """Set an attribute until the patient is closed; where it stood on the class only, it is taken away again."""
    own = vars(owner).get(name, owner)
    setattr(owner, name, new)
    patient.undo_with(lambda: delattr(owner, name) if own is owner else setattr(owner, name, own))
