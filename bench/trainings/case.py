"""What a case of the practice set is: a small real training, with the truth about it.

How a tool meets a case::

    from trainings import cases  # with bench/ on sys.path

    for case in cases(part="tune"):  # "tune", "report"; None for both
        made = case.make(seed=0)  # seeds torch, NumPy and random
        with livegrad.watch(made.model, loss_fn=made.loss_fn, optimizer=made.optimizer) as watch:
            made.run()  # or made.run(after_step=lambda step, loss: ...)
        told = {f.code for f in watch.diagnose().findings}
        case.labels  # frozenset of codes; empty: a healthy training
        case.places[code]  # the places that are right for it; no key: the place is not scored

``labels`` are causes, never symptoms: what a cause brings about (dead units behind a rate a thousand times too
high) is not a label. Two labels stand only where a fault truly has two names. A place is a module's name,
``"data"``, ``"loss"`` or ``"optimizer"``. Where a whole stack is at fault every layer of it is a right place.

The part "tune" is for choosing rules and thresholds. The part "report" shares no data set with it and is opened
only to report.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn

import livegrad

Part = Literal["tune", "report"]
Batch = tuple[torch.Tensor, torch.Tensor]


class Shuffled:
    """Batches of (x, y) in a new random order each time they are read; an incomplete last batch is left out.

    Args:
        x: (samples, ...).
        y: (samples, ...).
        size: Samples of one batch.
        seed: Of the orders; the same seed gives the same orders.
    """

    def __init__(self, x: torch.Tensor, y: torch.Tensor, *, size: int, seed: int) -> None:
        self.x, self.y, self.size = x, y, min(size, len(x))
        self._chance = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return len(self.x) // self.size

    def __iter__(self) -> Iterator[Batch]:
        order = torch.randperm(len(self.x), generator=self._chance)
        for rows in order[: len(self) * self.size].split(self.size):
            yield self.x[rows], self.y[rows]


@dataclass(kw_only=True)
class Made:
    """One training that is ready to run, once.

    Attributes:
        model: The network; called as ``model(x)``.
        loss_fn: ``loss_fn(output, target)``, a scalar.
        optimizer: As the case made it.
        batches: Re-iterable of (x, y).
        steps: Optimizer steps to take.
        skill: ``skill(model) -> float``: 1 for perfect, 0 for the best constant answer, on all training data; never below
            0, and 0 for an output that is not a number.
        scheduler: Stepped after each optimizer step, if given.
        clip: Greatest gradient norm, if given.
        accumulate: Backward passes for one optimizer step.
        autocast: Number format of the forward pass and the loss under ``torch.autocast``; ``None`` for none.
        scaler: Loss scaler, if given.
        zero: When gradients are set to zero: before each "step", once an "epoch", or "never".
    """

    model: nn.Module
    loss_fn: Callable[[Any, Any], torch.Tensor]
    optimizer: torch.optim.Optimizer
    batches: Iterable[Batch]
    steps: int
    skill: Callable[[nn.Module], float]
    scheduler: Any | None = None
    clip: float | None = None
    accumulate: int = 1
    autocast: torch.dtype | None = None
    scaler: torch.amp.GradScaler | None = None
    zero: Literal["step", "epoch", "never"] = "step"

    def run(self, after_step: Callable[[int, float], None] | None = None) -> None:
        """Train; ``after_step(step, loss)`` is called after each optimizer step (steps from 0).

        Args:
            after_step: What a tool without hooks of its own needs to be told.
        """
        self.model.train()
        for step, batches in enumerate(self._grouped()):
            loss = self._backward(batches)
            self._step()
            if after_step is not None:
                after_step(step, loss)

    def training(self) -> livegrad.Training | None:
        """The same as a ``livegrad.Training``, or ``None`` where that cannot express it."""
        plain = self.accumulate == 1 and self.autocast is None and self.scaler is None
        if not plain or self.zero != "step":
            return None
        return livegrad.Training(
            self.model,
            self.loss_fn,
            self.optimizer,
            self.batches,
            self.steps,
            score=self.skill,
            scheduler=self.scheduler,
            clip=self.clip,
        )

    def _grouped(self) -> Iterator[list[Batch]]:
        """The batches of each optimizer step; gradients are set to zero here, where the loop has to."""
        step, group = 0, list[Batch]()
        while True:
            if self.zero == "epoch":
                self.optimizer.zero_grad()
            for batch in self.batches:
                group.append(batch)
                if len(group) < self.accumulate:
                    continue
                if self.zero == "step":
                    self.optimizer.zero_grad()
                yield group
                step, group = step + 1, list[Batch]()
                if step == self.steps:
                    return

    def _backward(self, batches: list[Batch]) -> float:
        total = 0.0
        for x, y in batches:
            kind = self.autocast or torch.bfloat16
            with torch.autocast("cpu", dtype=kind, enabled=self.autocast is not None):
                loss = self.loss_fn(self.model(x), y) / self.accumulate
            (loss if self.scaler is None else self.scaler.scale(loss)).backward()
            total += float(loss.detach())
        return total

    def _step(self) -> None:
        if self.clip is not None:
            if self.scaler is not None:
                self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        if self.scaler is None:
            self.optimizer.step()
        else:
            self.scaler.step(self.optimizer)
            self.scaler.update()
        if self.scheduler is not None:
            self.scheduler.step()


@dataclass(frozen=True, kw_only=True)
class Case:
    """One training and the truth about it.

    Attributes:
        id: Unique, e.g. "digits-deep-tanh--sigmoid-stack".
        part: "tune" or "report".
        kind: The fault, e.g. "softmax-before-cross-entropy"; "healthy" or "trap" for the unharmed.
        data: Name of the data set.
        network: Name of the architecture.
        labels: Codes that are true of it; empty for a healthy training.
        build: ``build(seed)`` gives the training.
        origin: ``origin(seed)`` gives the healthy training that was harmed; ``None`` for a healthy one.
        find_places: From the model, the right places for each code.
        hurts: Whether the score of `origin` must be missed clearly; some faults hurt only later, or only the sight.
        why: What a colleague would say.
    """

    id: str
    part: Part
    kind: str
    data: str
    network: str
    labels: frozenset[str]
    build: Callable[[int], Made]
    origin: Callable[[int], Made] | None = None
    find_places: Callable[[nn.Module], Mapping[str, frozenset[str]]] = lambda _: {}
    hurts: bool = True
    why: str = ""

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.labels

    def make(self, seed: int = 0) -> Made:
        """A fresh training; the same seed gives the same weights, data and batches."""
        return self.build(seed)

    @functools.cached_property
    def places(self) -> Mapping[str, frozenset[str]]:
        """The right places for each code that has a place."""
        return self.find_places(self.make(0).model)
