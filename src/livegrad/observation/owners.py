"""Which modules hold the parameters of an optimizer, and what they are called."""

from __future__ import annotations

import gc
import sys
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


def compiled_callers(parts: Iterable[nn.Module]) -> tuple[nn.Module, ...]:
    """Return the living modules that ``torch.compile`` made earlier of any of these modules."""
    if "torch._dynamo.eval_frame" not in sys.modules:
        return ()  # nothing was ever compiled in this process
    from torch._dynamo.eval_frame import OptimizedModule

    inside = {id(m) for m in parts}
    # What refers to the class: its instances, and a few others. A list of all living objects takes three times as long.
    made = [m for m in gc.get_referrers(OptimizedModule) if type(m) is OptimizedModule]
    return tuple(m for m in made if id(m._orig_mod) in inside)  # noqa: SLF001 (the model it was made of)


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
