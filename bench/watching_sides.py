"""The watchers that are compared: each on its own copy of the network."""

from __future__ import annotations

import importlib
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

from watching_models import Trained

from livegrad.diagnosis.watching import watch
from livegrad.observation import signals

__all__ = ["SIDES", "Side"]


class Side:
    """A training without any watcher.

    Args:
        trained: The copy of the network that it trains.
    """

    def __init__(self, trained: Trained) -> None:
        self.trained = trained

    def warm_up(self) -> None:
        """Let caches fill, and a compiler compile, before anything is timed (and before it is watched)."""
        for _ in range(3):
            self.trained.step()

    def chunk(self, steps: int) -> tuple[float, float]:
        """Train for some steps; return their (processor seconds, wall seconds)."""
        began = time.process_time(), time.perf_counter()
        for _ in range(steps):
            self.step()
        return time.process_time() - began[0], time.perf_counter() - began[1]

    def step(self) -> None:
        """One step of the training."""
        self.trained.step()

    def measured(self) -> int:
        """How many steps were measured."""
        return 0

    def close(self) -> None:
        """Take the watcher away."""


class Livegrad(Side):
    """Watched by livegrad, which listens during its own chunks only: it hears the whole process."""

    def __init__(self, trained: Trained, *, every: bool = False) -> None:
        super().__init__(trained)
        self._every = every
        self._paused: float | None = None

    def warm_up(self) -> None:
        super().warm_up()
        every = 1 if self._every else None
        self._watch = watch(self.trained.model, optimizer=self.trained.optimizer, every=every)
        self._recorder = self._watch._recorder  # noqa: SLF001 (to stop the clock between chunks)
        self._pause()

    def chunk(self, steps: int) -> tuple[float, float]:
        case = self._recorder.cases[0]
        if self._paused is not None:
            case._began += time.perf_counter() - self._paused  # noqa: SLF001
        signals.listen(self._recorder)
        self._recorder._forwards.sync()  # noqa: SLF001
        seconds = super().chunk(steps)
        self._pause()
        return seconds

    def _pause(self) -> None:
        signals.leave(self._recorder)
        self._paused = time.perf_counter()

    def measured(self) -> int:
        return len(self._recorder.cases[0].sampled)

    def close(self) -> None:
        self._watch.detach()


class Wandb(Side):
    """``wandb.watch(model, log="all")``, offline."""

    def __init__(self, trained: Trained, *, every: int) -> None:
        super().__init__(trained)
        self._every, self._steps = every, 0

    def warm_up(self) -> None:
        import wandb

        super().warm_up()
        os.environ |= {"WANDB_MODE": "offline", "WANDB_SILENT": "true"}
        self._folder = tempfile.TemporaryDirectory()
        self._run: Any = wandb.init(project="watching", dir=self._folder.name)
        self._run.watch(self.trained.model, log="all", log_freq=self._every)

    def step(self) -> None:
        self._steps += 1
        loss = self.trained.step()
        if (
            self._steps % self._every == 0
        ):  # what it watched goes out with the next log; more of them would be ours
            self._run.log({"loss": loss})

    def measured(self) -> int:
        return self._steps // self._every

    def close(self) -> None:
        self._run.unwatch(self.trained.model)
        self._run.finish()
        self._folder.cleanup()


class Torchmortem(Side):
    """torchmortem with its default sampling."""

    def warm_up(self) -> None:
        super().warm_up()
        peer: Any = importlib.import_module("torchmortem")  # an extra: peers
        self._autopsy = peer.Autopsy(self.trained.model, optimizer=self.trained.optimizer)
        self._autopsy.attach()
        self._steps = 0

    def step(self) -> None:
        self._steps += 1
        self._autopsy.step(loss=self.trained.step())

    def measured(self) -> int:
        return self._steps

    def close(self) -> None:
        for collector in self._autopsy._collectors:  # noqa: SLF001 (its analysis is not part of a step)
            collector.detach()
        self._autopsy._attached = False  # noqa: SLF001


SIDES: dict[str, Callable[[Trained], Side]] = {
    "bare": Side,
    "bare-again": Side,
    "livegrad": Livegrad,
    "livegrad-every": lambda trained: Livegrad(trained, every=True),
    "wandb-1000": lambda trained: Wandb(trained, every=1000),
    "wandb-100": lambda trained: Wandb(trained, every=100),
    "torchmortem": Torchmortem,
}
