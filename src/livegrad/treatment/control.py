"""The control without bends for a training inside a script: its last batches are kept, and go through the trained network again.

A script has no batches to ask for: what entered the network on the last steps, and what the loss was called with, is all there
is. `livegrad.treatment.linearised` scores the network on it, as it is and with straight activations.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

from livegrad.observation.awaiting import Awaiting
from livegrad.observation.evidence import Score
from livegrad.observation.recorder import Recorder
from livegrad.observation.signals import LossCall
from livegrad.treatment import linearised

BATCHES = 16
"""So many steps before the last one the batches are kept: nothing is kept, nor hooked, before."""


@dataclass(frozen=True)
class _Given:
    """What one call of the network was given."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    output: torch.Tensor


class Control(Awaiting):
    """Keeps the last batches of the training that an optimizer of the script steps.

    Args:
        order: The optimizer's place among all that the script makes.
        steps: How many steps its training has.
        recorder: Knows which model the optimizer holds; must listen before this does.
    """

    def __init__(self, order: int, steps: int, recorder: Recorder) -> None:
        super().__init__(order)
        self._left, self._recorder = steps - BATCHES, recorder
        self._model: nn.Module | None = None
        self._given: _Given | None = None
        self._kept: list[tuple[_Given, LossCall]] = []
        self._hooks = contextlib.ExitStack()

    def came(self, optimizer: torch.optim.Optimizer) -> None:
        """Remember the model that it trains."""
        models = self._recorder.models_of(optimizer)
        self._model = models[0][1] if len(models) == 1 else None

    def step_ended(self, optimizer: torch.optim.Optimizer) -> None:
        """Keep batches while few steps are left."""
        if self._model is None or not self.is_meant(optimizer):
            return
        self._left -= 1
        if self._left == 0:
            # Of all modules, because a hook on the user's own model would be saved with it.
            hook = register_module_forward_hook(self._called, with_kwargs=True)
            self._hooks.callback(hook.remove)
        elif self._left == -BATCHES:
            self._hooks.close()  # what the script does afterwards, tracing the model say, is none of ours

    def _called(
        self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any
    ) -> None:
        if module is not self._model or not torch.is_grad_enabled() or torch.jit.is_tracing():
            return
        if isinstance(output, torch.Tensor):
            self._given = _Given(args, kwargs, output.detach())

    def loss_called(self, call: LossCall) -> None:
        """Keep the batch, if this is the loss of what the network gave out last."""
        given = self._given
        if given is None or not torch.is_grad_enabled():
            return
        output = call.output
        if output.data_ptr() == given.output.data_ptr() and output.numel() == given.output.numel():
            self._kept = [*self._kept[1 - BATCHES :], (given, call)]
            self._given = None

    def left(self) -> None:
        """Take the hook away."""
        self._hooks.close()

    def scores(self) -> tuple[Score | None, Score | None]:
        """Return the scores of the network as it is, and with straight hidden activations; ``None`` where no batch is known."""
        self._hooks.close()
        if self._model is None or not self._kept:
            return None, None
        return linearised.scores(_Again(self._model, self._kept))


class _Again(nn.Module):
    """The kept batches as a training: the network takes what it was given, and the loss is called as it was."""

    def __init__(self, model: nn.Module, kept: list[tuple[_Given, LossCall]]) -> None:
        super().__init__()
        self.score: Callable[[nn.Module], float] | None = None
        self.inner = model
        self.batches = kept
        self.steps = len(kept)

    @property
    def model(self) -> nn.Module:
        """Itself: called with what was kept of a batch."""
        return self

    def forward(self, given: _Given) -> Any:
        """What the network gives out now."""
        return self.inner(*given.args, **given.kwargs)

    def loss_fn(self, output: torch.Tensor, call: LossCall) -> torch.Tensor:
        """The loss as it was called, of another output."""
        loss = getattr(nn.functional, call.name)
        return loss(output.reshape(call.output.shape), call.target, **call.settings)
