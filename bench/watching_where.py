"""Where the time of a measured step goes: what each of PyTorch's signals costs, with everything measured on every step."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import watching_models
from watching_models import Trained

from livegrad.diagnosis.watching import watch
from livegrad.observation import signals

__all__ = ["table"]

STEPS = 60
TURNS = 4
PARTS = {
    "loss": "loss_called",
    "graph, before backward": "backward_begins",
    "after backward": "backward_ended",
    "before the step": "step_begins",
    "after the step": "step_ended",
}
"""Columns, and the signal in each; what is left over are the hooks inside the passes."""
HOOKS = "hooks in the passes"


def table(models: list[str]) -> str:
    """Markdown: one row for each network."""
    heads = ["network", HOOKS, *PARTS, "together"]
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for model in models:
        spent, bare = _spent(watching_models.make(model))
        cells = [spent[part] / bare for part in (HOOKS, *PARTS)]
        lines.append(f"| {model} | {' | '.join(f'{c:.2f}' for c in (*cells, sum(cells)))} |")
    return "\n".join(lines)


def _spent(trained: Trained) -> tuple[dict[str, float], float]:
    """(median seconds of each part of a measured step, those of a bare step)."""
    for _ in range(3):
        trained.step()
    bare: list[float] = []
    whole: list[float] = []
    by_event: dict[str, list[float]] = {}
    for _ in range(TURNS):
        bare += list(_steps(trained))
        with watch(trained.model, optimizer=trained.optimizer, every=1):
            trained.step()
            tell = signals._tell  # noqa: SLF001 (the one place through which all signals go)
            signals._tell = _timed(tell, by_event)  # noqa: SLF001
            try:
                whole += list(_steps(trained))
            finally:
                signals._tell = tell  # noqa: SLF001
    one = statistics.median(bare)
    middles = {event: statistics.median(seen) for event, seen in by_event.items()}
    spent = {part: middles.get(event, 0.0) for part, event in PARTS.items()}
    spent[HOOKS] = max(0.0, statistics.median(whole) - one - sum(spent.values()))
    return spent, one


def _steps(trained: Trained) -> Iterator[float]:
    for _ in range(STEPS // TURNS):
        began = time.perf_counter()
        trained.step()
        yield time.perf_counter() - began


def _timed(tell: Callable[..., None], by_event: dict[str, list[float]]) -> Callable[..., None]:
    def timed(event: str, *arguments: object) -> None:
        began = time.perf_counter()
        tell(event, *arguments)
        by_event.setdefault(event, []).append(time.perf_counter() - began)

    return timed


if __name__ == "__main__":
    print(table(list(watching_models.MODELS)))
