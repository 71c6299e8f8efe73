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
        self._stand_ins: dict[int, tuple[weakref.ref[torch.Tensor], weakref.ref[torch.Tensor]]] = {}
        self._by_slot: dict[tuple[int, str], weakref.ref[torch.Tensor]] = {}
        self._compiled: list[weakref.ref[nn.Module]] = []
        self._witnesses: list[weakref.ref[torch.Tensor]] = []
        self.kinds: tuple[tuple[str, str], ...] = ()
        self.types: dict[str, type] = {}
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
                self.types[name] = type(module)
                for parameter_name, parameter in module.named_parameters(recurse=False):
                    self._know(parameter, name, parameter_name)
                    self._owners[id(parameter)] = weakref.ref(module)
                    self._by_slot[id(module), parameter_name] = weakref.ref(parameter)
        self.kinds = tuple(kinds)

    def adopt(self, tensors: Iterable[torch.Tensor]) -> None:
        """Take tensors that no module holds, and call them by number."""
        for number, tensor in enumerate(tensors):
            self._know(tensor, f"parameter {number}", "")

    def owns(self, tensor: torch.Tensor) -> bool:
        """Whether the tensor is a parameter of these models, or stands in for one."""
        known = self._references.get(id(tensor))
        return (known is not None and known() is tensor) or self._own(tensor) is not tensor

    def meet(self, module: nn.Module) -> None:
        """While a module's forward pass ends: learn what stands in for its parameters (FSDP's gathered ones)."""
        for name, tensor in module._parameters.items():  # noqa: SLF001 (named_parameters is slow in the middle of a step)
            if tensor is None or self.owns(tensor):
                continue
            own = self._by_slot.get((id(module), name))
            parameter = own() if own is not None else None
            if parameter is not None and parameter.shape == tensor.shape:
                self._stand_ins[id(tensor)] = weakref.ref(tensor), weakref.ref(parameter)

    def _own(self, tensor: torch.Tensor) -> torch.Tensor:
        """The parameter that the tensor stands in for, or the tensor itself."""
        known = self._stand_ins.get(id(tensor)) if self._stand_ins else None
        if known is None or known[0]() is not tensor:
            return tensor
        own = known[1]()
        return own if own is not None else tensor

    def was_compiled(self, module: nn.Module) -> None:
        """Take a module that calls a compiled one of these models from outside."""
        self._compiled.append(weakref.ref(module))

    def callable_from_outside(self) -> list[nn.Module]:
        """Return the modules whose call is Python's, though what it runs is compiled."""
        wrappers = [m for m in (ref() for ref in self._compiled) if m is not None]
        roots = [m for _, m in self.living() if getattr(m, "_compiled_call_impl", None) is None]
        return list(dict.fromkeys([*wrappers, *roots]))

    def is_sharded(self) -> bool:
        """Whether each process holds only a part of some parameter."""
        placements = (getattr(p, "placements", ()) for p in self.parameters())
        return any(place.is_shard() for each in placements for place in each)

    def contains(self, module: nn.Module) -> bool:
        """Whether the module is one of these models or inside one."""
        known = self._inside.get(id(module))
        return known is not None and known() is module

    def is_within(self, module: nn.Module) -> bool:
        """Whether one of these models is inside the module."""
        inside = {id(m) for m in module.modules()}
        return any(id(model) in inside for _, model in self.living())

    def owner(self, weight: torch.Tensor) -> nn.Module | None:
        """Return the module that holds the weight itself."""
        known = self._owners.get(id(self._own(weight)))
        return known() if known is not None else None

    def trainable(self) -> list[tuple[str, torch.Tensor]]:
        """Return (qualified name, parameter) of everything that asks for a gradient."""
        return [
            (".".join(filter(None, self._names[i])), p)
            for i, p in ((i, ref()) for i, ref in self._references.items())
            if p is not None and p.requires_grad
        ]

    def unregistered(self) -> list[tuple[str, torch.Tensor]]:
        """Return (``layers[0].weight``, parameter) of layers in plain lists and dictionaries, where no module looks."""
        found = [
            (f"{_clean('.'.join(filter(None, (prefix, inner, place))))}.{name}", parameter)
            for prefix, model in self.living()
            for inner, module in model.named_modules()
            for place, layer in _in_plain_containers(module)
            for name, parameter in layer.named_parameters()
        ]
        return [(name, p) for name, p in found if p.requires_grad and not self.owns(p)]

    def parameters(self) -> list[torch.Tensor]:
        """Return all parameters that exist."""
        return [p for p in (ref() for ref in self._references.values()) if p is not None]

    def call_witnesses(self, reached: list[torch.Tensor]) -> None:
        """From now on ask these parameters whom a loss reached: the first and the last that had a gradient."""
        if reached:
            self._witnesses = [weakref.ref(p) for p in (reached[:1] + reached[-1:])]

    def witnesses(self) -> list[torch.Tensor]:
        """Return two trainable parameters, the first and the last: their gradients tell whom a loss reached."""
        found: list[torch.Tensor] = []
        for ref in self._witnesses:
            p = ref()
            if p is None:
                break
            found.append(p)
        if found and len(found) == len(self._witnesses):
            return found
        trainable = [p for _, p in self.trainable()]
        found = trainable[:1] + trainable[-1:]
        self._witnesses = [weakref.ref(p) for p in found]
        return found

    def key(self, weight: torch.Tensor) -> int:
        """Return what tells layers apart: the weight, or the whole module where it runs over time."""
        owner = self.owner(weight)
        return id(owner) if runs_over_time(owner) else id(self._own(weight))

    def canonical(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the weight that stands for its layer: of a recurrent one, what carries the state on."""
        owner = self.owner(weight)
        state = getattr(owner, "weight_hh_l0", None) if runs_over_time(owner) else None
        return self._own(state if isinstance(state, torch.Tensor) else weight)

    def place(self, weight: torch.Tensor) -> int:
        """Return the weight's place among all parameters, in the order in which the model names them."""
        known = {name: position for position, name in enumerate(self._names)}
        return known.get(id(self._own(weight)), len(known))

    def units(self, weight: torch.Tensor) -> int:
        """Return how many units the weight leads to, by the kind of layer that holds it."""
        owner, own = self.owner(weight), self.canonical(weight)
        if isinstance(owner, (nn.Embedding, nn.EmbeddingBag)):
            return int(own.shape[-1])
        if getattr(owner, "transposed", False):
            return int(own.shape[1]) * int(getattr(owner, "groups", 1))
        return int(own.shape[0])

    def title(self, weight: torch.Tensor) -> tuple[str, str]:
        """Return (name, kind) of the weight's layer; the name is the module's where it holds one matrix only."""
        module_name, parameter = self._names[id(self._own(weight))]
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


def _in_plain_containers(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """(``layers[0]``, module) of the modules in the lists, tuples and dictionaries that a module keeps as attributes."""
    containers = [(n, v) for n, v in vars(module).items() if not n.startswith("_")]
    return [
        (f"{name}[{key!r}]", item)
        for name, value in containers
        if isinstance(value, (list, tuple, dict))
        for key, item in (value.items() if isinstance(value, dict) else enumerate(value))
        if isinstance(item, nn.Module)
    ]


def runs_over_time(module: nn.Module | None) -> bool:
    """Whether a module runs over time inside one call."""
    return isinstance(module, nn.RNNBase)


_LAYERS = (
    nn.Linear,
    nn.Bilinear,
    nn.modules.conv._ConvNd,  # noqa: SLF001 (the one class that all convolutions are)
    nn.Embedding,
    nn.EmbeddingBag,
    nn.RNNBase,
    nn.RNNCellBase,
    nn.MultiheadAttention,
)


def is_layer_kind(module: nn.Module | None) -> bool:
    """Whether a module is one of PyTorch's own layers with weights."""
    return isinstance(module, _LAYERS)


def is_compiled(module: nn.Module) -> bool:
    """Whether a module was compiled: then hooks inside it may never run."""
    names = {kind.__name__ for kind in type(module).__mro__}
    return "OptimizedModule" in names or getattr(module, "_compiled_call_impl", None) is not None


def _clean(name: str) -> str:
    """The name without what ``torch.compile`` puts in between."""
    return ".".join(part for part in name.split(".") if part != "_orig_mod")
