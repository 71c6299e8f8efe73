"""The parts of the watched models: which weight belongs where, and what it is called.

Everything is held weakly: a script that builds a model for every fold must be able to let the old ones go, and an
``id`` that Python gives out again must not be taken for the weight that had it before.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable

import torch
from torch import nn


class Parts:
    """Names and owners of the parameters of some models.

    Args:
        models: (prefix, model) pairs; the prefix is empty where there is one model.
    """

    def __init__(self, models: tuple[tuple[str, nn.Module], ...]) -> None:
        self._models = tuple((prefix, weakref.ref(model)) for prefix, model in models)
        self._names: dict[int, tuple[str, str]] = {}
        self._references: dict[int, weakref.ref[torch.Tensor]] = {}
        self._owners: dict[int, weakref.ref[nn.Module]] = {}
        self._inside: dict[int, weakref.ref[nn.Module]] = {}
        self._witnesses: list[weakref.ref[torch.Tensor]] = []
        self.kinds: tuple[tuple[str, str], ...] = ()
        self.read_again()

    def living(self) -> tuple[tuple[str, nn.Module], ...]:
        """Return (prefix, module) of the models that still exist."""
        found = ((prefix, ref()) for prefix, ref in self._models)
        return tuple((prefix, model) for prefix, model in found if model is not None)

    def read_again(self) -> None:
        """Read the names anew: lazy modules have weights only after their first call, treated ones have others."""
        kinds = []
        self._witnesses = []
        for prefix, model in self.living():
            for inner, module in model.named_modules():
                name = _clean(".".join(filter(None, (prefix, inner))))
                self._inside[id(module)] = weakref.ref(module)
                kinds.append((name, type(module).__name__))
                for parameter_name, parameter in module.named_parameters(recurse=False):
                    self._know(parameter, name, parameter_name)
                    self._owners[id(parameter)] = weakref.ref(module)
        self.kinds = tuple(kinds)

    def adopt(self, tensors: Iterable[torch.Tensor]) -> None:
        """Take tensors that no module holds, and call them by number."""
        for number, tensor in enumerate(tensors):
            self._know(tensor, f"parameter {number}", "")

    def owns(self, tensor: torch.Tensor) -> bool:
        """Whether the tensor is a parameter of these models."""
        known = self._references.get(id(tensor))
        return known is not None and known() is tensor

    def contains(self, module: nn.Module) -> bool:
        """Whether the module is one of these models or inside one."""
        known = self._inside.get(id(module))
        return known is not None and known() is module

    def owner(self, weight: torch.Tensor) -> nn.Module | None:
        """Return the module that holds the weight itself."""
        known = self._owners.get(id(weight))
        return known() if known is not None else None

    def trainable(self) -> list[tuple[str, torch.Tensor]]:
        """Return (qualified name, parameter) of everything that asks for a gradient."""
        return [
            (".".join(filter(None, self._names[i])), p)
            for i, p in ((i, ref()) for i, ref in self._references.items())
            if p is not None and p.requires_grad
        ]

    def parameters(self) -> list[torch.Tensor]:
        """Return all parameters that exist."""
        return [p for p in (ref() for ref in self._references.values()) if p is not None]

    def witnesses(self) -> list[torch.Tensor]:
        """Return two trainable parameters, the first and the last: their gradients tell whom a loss reached."""
        if not self._witnesses or any(ref() is None for ref in self._witnesses):
            trainable = [p for _, p in self.trainable()]
            self._witnesses = [weakref.ref(p) for p in (trainable[:1] + trainable[-1:])]
        return [p for p in (ref() for ref in self._witnesses) if p is not None]

    def key(self, weight: torch.Tensor) -> int:
        """Return what tells layers apart: the weight, or the whole module where it runs over time."""
        owner = self.owner(weight)
        return id(owner) if runs_over_time(owner) else id(weight)

    def canonical(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the weight that stands for its layer: of a recurrent one, what carries the state on."""
        owner = self.owner(weight)
        state = getattr(owner, "weight_hh_l0", None) if runs_over_time(owner) else None
        return state if isinstance(state, torch.Tensor) else weight

    def title(self, weight: torch.Tensor) -> tuple[str, str]:
        """Return (name, kind) of the weight's layer; the name is the module's where it holds one matrix only."""
        module_name, parameter = self._names[id(weight)]
        owner = self.owner(weight)
        if owner is None:
            return module_name, "Linear"
        matrices = [p for _, p in owner.named_parameters(recurse=False) if p.dim() > 1]
        alone = len(matrices) < 2 or runs_over_time(owner)
        name = (
            module_name
            if alone and module_name
            else ".".join(filter(None, (module_name, parameter)))
        )
        kind = type(owner)
        return name, kind.__name__ if kind.__module__.startswith("torch.") else "Linear"

    def _know(self, tensor: torch.Tensor, name: str, parameter: str) -> None:
        self._names[id(tensor)] = (name, parameter)
        self._references[id(tensor)] = weakref.ref(tensor)


def runs_over_time(module: nn.Module | None) -> bool:
    """Whether a module runs over time inside one call."""
    return isinstance(module, nn.RNNBase)


def is_compiled(module: nn.Module) -> bool:
    """Whether a module was compiled: then hooks inside it may never run."""
    names = {kind.__name__ for kind in type(module).__mro__}
    return "OptimizedModule" in names or getattr(module, "_compiled_call_impl", None) is not None


def _clean(name: str) -> str:
    return name.replace("_orig_mod.", "").removeprefix("_orig_mod")
