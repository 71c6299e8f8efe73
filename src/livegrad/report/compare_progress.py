"""How far a comparison is, on standard error: a bar where somebody looks, a line at each stage's end elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

from livegrad import quantity
from livegrad.text import Language, Text
from livegrad.trials.comparing import Stage
from livegrad.trials.running import Progress

__all__ = ["watching"]

_STAGE: dict[Stage, Text] = {
    "rates": Text("searching learning rates", "학습률 찾는 중"),
    "trials": Text("training", "학습 중"),
}
_DONE: dict[Stage, Text] = {
    "rates": Text("Learning rates found", "학습률을 찾았습니다"),
    "trials": Text("Networks trained", "학습을 마쳤습니다"),
}
_LINE = Text(
    "{stage}: {time}, {rate} network-steps a second.",
    "{stage}. {time}, 신경망 스텝은 1초에 {rate} 번.",
)
_LEFT = Text("{time} left · {rate} network-steps/s", "{time} 남음 · 초당 {rate} 스텝")
_ENOUGH = 0.3  # seconds after which a guess of what is left is worth something


class _Watch:
    """What has been told of the stage that runs."""

    def __init__(self, language: Language, shown: Bar) -> None:
        self.language, self.shown = language, shown
        self.task: Any = shown.add_task("", total=None, left="")
        self.stage: Stage | None = None
        self.began, self.steps = 0.0, 0
        self.last = Progress(0, 0, 0.0)

    def __call__(self, stage: Stage, progress: Progress) -> None:
        if stage != self.stage:
            self.end()
            self.stage, self.began, self.steps = stage, time.perf_counter(), 0
            self.last = Progress(0, 0, 0.0)
        self.steps += progress.done - (self.last.done if progress.done >= self.last.done else 0)
        self.last = progress
        self.shown.update(
            self.task,
            description=_STAGE[stage].say(self.language),
            completed=progress.done,
            total=max(1, progress.total),
            left=self._left(progress),
        )

    def end(self) -> None:
        """Print a line on the stage that ends here, where no bar was to be seen."""
        if self.stage is None or not self.shown.disable:
            return
        seconds = time.perf_counter() - self.began
        told = _LINE.fill(
            stage=_DONE[self.stage],
            time=quantity.duration(seconds),
            rate=_rate(self.steps, seconds),
        )
        self.shown.console.print(told.say(self.language), highlight=False, soft_wrap=True)

    def _left(self, progress: Progress) -> str:
        if progress.seconds < _ENOUGH or not progress.done:
            return ""
        told = _LEFT.fill(
            time=quantity.duration(progress.seconds_left),
            rate=_rate(progress.done, progress.seconds),
        )
        return told.say(self.language)


@contextmanager
def watching(language: Language) -> Iterator[Callable[[Stage, Progress], None]]:
    """Give what is to be called with stage and progress while networks are trained.

    Args:
        language: Of the words.

    Yields:
        A function for ``told`` of `livegrad.compare`. Nothing is printed until it is called.

    Example:
        >>> with watching("en") as told:
        ...     told("trials", Progress(done=5, total=10, seconds=1.0))
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        watch = _Watch(language, shown)
        yield watch
        watch.end()


def _rate(steps: int, seconds: float) -> Text:
    return quantity.counted(math.log10(max(1.0, steps / max(seconds, 1e-9))))
