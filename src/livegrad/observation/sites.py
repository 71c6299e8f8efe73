"""Activation calls, seen while they run: a function mode, pushed only on the steps that are measured.

A module's own forward and a functional call (``F.relu(x)``, ``x.sigmoid()``) look alike here, which module
hooks could not achieve. For each call the pre-activation and the slope there are reduced to a few numbers at once
(an in-place activation overwrites its input), kept on the device, and read together after the step.
"""

from __future__ import annotations

import functools
import importlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from livegrad.functions.record import Activation
from livegrad.observation import signals
from livegrad.observation.rung import wide
from livegrad.observation.stacked import Block, few_rows, reduced, together

MOST_ENTRIES = 1 << 18
"""Of a larger activation only the first samples are measured; of one whose slope takes longer to find, a quarter."""
LOST_SHARE = 1e-6
"""A slope of exactly 0 is lost to the arithmetic if the true one is at least this share of the greatest: float32 keeps
all of these, so only the 16-bit formats are asked."""
SATURATED_SHARE = 0.05
"""A bounded function counts as saturated where its slope is under this share of its greatest slope."""

_METHODS = {
    "relu": ("relu", "relu_"),
    "sigmoid": ("sigmoid", "sigmoid_"),
    "tanh": ("tanh", "tanh_"),
}
_FUNCTIONALS = {
    "relu": ("relu", "relu_"),
    "relu6": ("relu6",),
    "leaky_relu": ("leaky_relu", "leaky_relu_"),
    "prelu": ("prelu",),
    "elu": ("elu", "elu_"),
    "selu": ("selu", "selu_"),
    "celu": ("celu", "celu_"),
    "gelu": ("gelu",),
    "swish": ("silu",),
    "mish": ("mish",),
    "softplus": ("softplus",),
    "softsign": ("softsign",),
    "hardtanh": ("hardtanh", "hardtanh_"),
    "hardsigmoid": ("hardsigmoid",),
    "hardswish": ("hardswish",),
    "logsigmoid": ("logsigmoid",),
    "sigmoid": ("sigmoid",),
    "tanh": ("tanh",),
}
_SEQUENCES = ("lstm", "gru", "rnn_tanh", "rnn_relu")


@dataclass
class Site:
    """One activation call, as a small sample of it.

    Attributes:
        activation: Catalogue id.
        samples: How many samples `asleep` was seen on.
        asleep: One truth value for each unit: whether its slope was 0 for all of them.
        few: Some of its pre-activations, (samples, features).
        slope: |f′| there; ``None`` for ReLU, where it follows from `few`.
        lost: 0-d: share of the slopes that a 16-bit format made 0; ``None`` for wider formats.
    """

    activation: str
    samples: int
    asleep: torch.Tensor
    few: torch.Tensor
    slope: torch.Tensor | None
    lost: torch.Tensor | None


class Watching(TorchFunctionMode):
    """The mode: `sites` maps autograd's node of an activation to what was seen there.

    Args:
        sites: Filled as activations run; keyed by the node, so that the graph walk finds it again.
        through_time: Called with (first weight of a recurrent call, log10-able norms by time step) when the gradient
            of its input sequence is known.
    """

    def __init__(
        self, sites: dict[Any, Site], through_time: Callable[[torch.Tensor, torch.Tensor], None]
    ) -> None:
        super().__init__()
        self._sites, self._through_time = sites, through_time
        self.seconds = 0.0

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        kwargs = kwargs or {}
        identifier = _ACTIVATION_OF.get(func)
        if identifier is not None and args and torch.is_grad_enabled():
            return self._activation(identifier, func, args, kwargs)
        if func in _RECURRENT and torch.is_grad_enabled():
            args = self._with_watched_input(args)
        return func(*args, **kwargs)

    def _activation(
        self, identifier: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        x = args[0]
        site = None
        if (
            isinstance(x, torch.Tensor)
            and x.is_floating_point()
            and x.requires_grad
            and x.dim()
            and x.numel()
        ):
            began = time.perf_counter()
            site = _safely_measured(identifier, x, args[1:], kwargs)
            self.seconds += time.perf_counter() - began
        result = func(*args, **kwargs)
        if site is not None and result.grad_fn is not None:
            self._sites[result.grad_fn] = site
        return result

    def _with_watched_input(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The same call on an alias of the input sequence that tells its gradient, step by step in time.

        The gradient that reaches the input of time step t is the error signal of that step, sent back through the
        input weights, whatever kernel runs the recurrence.
        """
        if len(args) != 9 or not isinstance(args[2], (list, tuple)):
            return args
        x, weights, batch_first = args[0], args[2], bool(args[8])
        alias = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
        time_axis = 1 if batch_first and x.dim() > 2 else 0

        def told(gradient: torch.Tensor) -> None:
            other = [d for d in range(gradient.dim()) if d != time_axis]
            self._through_time(
                weights[0], torch.linalg.vector_norm(gradient.detach().float(), dim=other)
            )

        alias.register_hook(signals.guarded(told))
        return (alias, *args[1:])


def measure(
    identifier: str,
    x: torch.Tensor,
    more: tuple[Any, ...] = (),
    settings: dict[str, Any] | None = None,
) -> Site:
    """See one activation call on ``x`` of shape (batch, ..., units) or (batch, channels, ...)."""
    settings = settings or {}
    x = _first(x.detach(), MOST_ENTRIES if identifier == "relu" else MOST_ENTRIES // 4)
    others = [d for d in range(x.dim()) if d != unit_axis(x)]
    if identifier == "relu":
        slope, asleep = None, ~((x.amax(dim=others) if others else x) > 0)
    else:
        slope = _slope(identifier, x, more, settings).abs_()
        asleep = (slope.amax(dim=others) if others else slope) == 0
    narrow = slope is not None and x.element_size() < 4
    return Site(
        activation=identifier,
        samples=x.shape[0],
        asleep=asleep,
        few=few_rows(x),
        slope=None if slope is None else few_rows(slope),
        lost=_lost(identifier, x, slope, (more, settings))
        if narrow and slope is not None
        else None,
    )


_safely_measured = signals.guarded(measure)


def _first(x: torch.Tensor, most: int) -> torch.Tensor:
    """The first samples of ``x``, as many as have ``most`` entries together."""
    rows = max(1, most // max(1, x[0].numel())) if x.dim() > 1 else most
    return x[:rows] if x.shape[0] > rows else x


def reduce(sites: dict[int, Site]) -> list[Block]:
    """Turn activation calls, by layer, into the quantities of `livegrad.observation.evidence.Layer`."""
    kinds = {key: (site.activation, site.slope is None) for key, site in sites.items()}
    found: list[Block] = []
    for kind in dict.fromkeys(kinds.values()):
        own = {key: site for key, site in sites.items() if kinds[key] == kind}
        found += together({key: site.few for key, site in own.items()}, _signal)
        slopes = {
            key: site.few.clamp_min(0).sign_().nan_to_num_() if site.slope is None else site.slope
            for key, site in own.items()
        }
        found += together(slopes, functools.partial(_steepness, kind[0]))
    found += together(
        {key: site.asleep for key, site in sites.items()},
        lambda stack: {"asleep": stack.flatten(1).float().mean(1)},
    )
    lost = {key: site.lost for key, site in sites.items() if site.lost is not None}
    return found + reduced(list(lost), "lost", list(lost.values()))


def _signal(stack: torch.Tensor) -> dict[str, torch.Tensor]:
    """Mean, spread and correlation of pre-activations, (layers, samples, features).

    The spread takes two passes: PyTorch's one pass over mean and variance takes ten times as long. The mean cosine between
    different rows: the sum over all pairs is the squared length of the sum of the unit rows, and the rows with themselves
    give ``count``.
    """
    z = wide(stack)
    z = z if z.dim() == 3 else z.flatten(2)
    mean, count = z.mean((1, 2)), z.shape[1]
    size = math.sqrt(max(1, z.shape[1] * z.shape[2]))
    unit = z / torch.linalg.vector_norm(z, dim=2, keepdim=True).clamp_min_(1e-12)
    return {
        "mean": mean,
        "spread": torch.linalg.vector_norm(z - mean[:, None, None], dim=(1, 2)) / size,
        "correlation": (unit.sum(1).square().sum(1) - count) / max(1, count * (count - 1)),
    }


def _steepness(identifier: str, stack: torch.Tensor) -> dict[str, torch.Tensor]:
    """Size of the slopes, and the share of a bounded function's that is saturated; (layers, samples, features)."""
    slope = wide(stack).flatten(1)
    found = {"slope": torch.linalg.vector_norm(slope, dim=1) / math.sqrt(max(1, slope.shape[1]))}
    limit = _saturation_slope(identifier)
    if limit:  # the share without truth values, which are slow to make and to count
        found["saturated"] = (limit - slope).sign_().clamp_min_(0).nan_to_num_().mean(1)
    return found


def _slope(
    identifier: str, x: torch.Tensor, more: tuple[Any, ...], settings: dict[str, Any]
) -> torch.Tensor:
    """f′(x) as PyTorch's own backward computes it, in the call's own precision: what the training really uses.

    For the three commonest functions that is one line (sigmoid and tanh from their rounded results, as PyTorch does);
    for all others autograd is asked.
    """
    if identifier == "relu":
        return x.clamp_min(0).sign_().nan_to_num_()
    if identifier == "sigmoid":
        y = wide(torch.sigmoid(x))
        return y * (1 - y)
    if identifier == "tanh":
        y = wide(torch.tanh(x))
        return 1 - y * y
    settings = {k: v for k, v in settings.items() if k != "inplace"}
    more = tuple(
        m.detach() if isinstance(m, torch.Tensor) else m for m in more if not isinstance(m, bool)
    )
    # Hooks of the script's own on saved tensors (checkpointing, offloading) must not count ours among theirs.
    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(_itself, _itself):
        leaf = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(_PLAIN[identifier](leaf, *more, **settings).sum(), leaf)
    return gradient


def _itself(tensor: torch.Tensor) -> torch.Tensor:
    return tensor


def _lost(
    identifier: str,
    x: torch.Tensor,
    slope: torch.Tensor,
    call: tuple[tuple[Any, ...], dict[str, Any]],
) -> torch.Tensor:
    """Share of the entries whose slope a 16-bit result made 0, though float32 would not have."""
    more, settings = call
    more = tuple(wide(m) if isinstance(m, torch.Tensor) else m for m in more)
    true = _slope(identifier, x.float(), more, settings).abs()
    limit = LOST_SHARE * _entry(identifier).sup_slope
    return ((slope == 0) & (true >= limit)).float().mean()


def _entry(identifier: str) -> Activation:
    """The catalogue's entry, read alone: all of them would take longer than some hundred steps of a small net."""
    return importlib.import_module(f"livegrad.functions.catalogue.{identifier}").ACTIVATION


@functools.cache
def _saturation_slope(identifier: str) -> float | None:
    f = _entry(identifier)
    return SATURATED_SHARE * f.sup_slope if f.bounded else None


def _tables() -> tuple[dict[Any, str], dict[str, Callable[..., torch.Tensor]]]:
    """All callables by which an activation may be called, and the plain (out-of-place) one of each."""
    known: dict[Any, str] = {}
    plain: dict[str, Callable[..., torch.Tensor]] = {}
    for identifier, names in _FUNCTIONALS.items():
        plain[identifier] = getattr(functional, names[0])
        for name in names:
            for owner in (functional, torch):
                if hasattr(owner, name):
                    known[getattr(owner, name)] = identifier
    for identifier, names in _METHODS.items():
        plain[identifier] = getattr(torch, names[0])
        known |= {getattr(torch.Tensor, name): identifier for name in names}
        known |= {getattr(torch, name): identifier for name in names}
    return known, plain


_ACTIVATION_OF, _PLAIN = _tables()
_RECURRENT = {getattr(torch, name) for name in _SEQUENCES}


def unit_axis(x: torch.Tensor) -> int:
    """Return the dimension that units lie on: channels of images, else the last one.

    Example:
        >>> unit_axis(torch.zeros(8, 3, 5, 5)), unit_axis(torch.zeros(8, 7, 3))
        (1, 2)
    """
    return 1 if x.dim() in (2, 4, 5) else x.dim() - 1


def is_in_place(func: Any, kwargs: dict[str, Any]) -> bool:
    """Return whether a call of an activation overwrites its input: ``relu_(x)``, ``relu(x, inplace=True)``."""
    return getattr(func, "__name__", "").endswith("_") or bool(kwargs.get("inplace"))


def identify(func: Any) -> str | None:
    """Return the catalogue id of the activation that a torch callable computes, or ``None``."""
    return _ACTIVATION_OF.get(func)
