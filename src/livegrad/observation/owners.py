"""Which modules hold the parameters of an optimizer, and what they are called."""

from __future__ import annotations

import gc
from collections.abc import Iterable

import torch
from torch import nn


def roots_of(parameters: Iterable[torch.Tensor]) -> tuple[nn.Module, ...]:
    """Return the outermost living modules that hold any of ``parameters``, in the order of the parameters.

    The modules are found among the living objects, so it does not matter how they were built, copied or loaded.
    A module that another one contains is not outermost. A module that is contained in a wrapper of the
    user's (DataParallel, a compiled model) therefore appears under the wrapper's name.
    """
    wanted = {id(p): position for position, p in enumerate(parameters)}
    living = [m for m in gc.get_objects() if issubclass(type(m), nn.Module) and _is_whole(m)]
    holders = [m for m in living if any(id(p) in wanted for p in m.parameters())]
    inner = {id(child) for m in holders for child in m.modules() if child is not m}
    outermost = [m for m in holders if id(m) not in inner]
    return tuple(
        sorted(outermost, key=lambda m: min(wanted.get(id(p), len(wanted)) for p in m.parameters()))
    )


def common_owner(root: nn.Module, parameters: Iterable[torch.Tensor]) -> tuple[str, nn.Module]:
    """Return (name, module): the smallest part of ``root`` that holds all those of ``parameters`` it holds."""
    wanted = {id(p) for p in parameters} & {id(p) for p in root.parameters()}
    best = ("", root)
    for name, module in root.named_modules():
        if wanted <= {id(p) for p in module.parameters()}:
            best = (name, module)
    return best


def name_in(namespace: dict[str, object], module: nn.Module) -> str | None:
    """Return the variable that holds ``module`` in ``namespace``, or ``None``."""
    return next(
        (n for n, value in namespace.items() if value is module and not n.startswith("_")), None
    )


def _is_whole(module: nn.Module) -> bool:
    """Whether ``Module.__init__`` ran: a half-built module has no table of parameters."""
    return "_parameters" in vars(module) and "_modules" in vars(module)
