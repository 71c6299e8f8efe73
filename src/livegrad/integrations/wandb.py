"""Weights & Biases: lines, one chart for each kind of number with all layers, a table of the findings.

A run of W&B has one counter of steps that only goes up, and a row with a lower step than the last is thrown away.
So livegrad never moves that counter while others may: during the training its newest numbers join the row that the
training itself writes next. The complete series are in the charts at the end; where nobody else wrote a row, they are
written as rows too. Their axis is ``livegrad/step``, the optimizer step.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.errors import BadInput
from livegrad.integrations.host import required
from livegrad.integrations.series import LADDER, PREFIX, Number, numbers
from livegrad.integrations.tracker import Tracker, codes_of
from livegrad.report.location import place_of
from livegrad.text import Language, Text

__all__ = ["WandbTracker"]

_NO_RUN = Text(
    "There is no run of W&B to write to. Call wandb.init(project=...) first, or pass run=.",
    "기록할 W&B 실행(run)이 없습니다. 먼저 wandb.init(project=...)을 부르거나 run=으로 넘겨 주세요.",
)
_COLUMNS = ("severity", "code", "place", "seen", "harm", "what to do", "explained by")


class WandbTracker(Tracker):
    """Writes numbers and findings to a run of W&B.

    Args:
        run: What ``wandb.init`` returned; the active run by default.
        prefix: First part of every name.
        language: Of the findings; the reader's by default.

    Raises:
        BadInput: wandb is not installed, or no run is active.

    Example:
        >>> import torch, wandb
        >>> WandbTracker(wandb.run)
        Traceback (most recent call last):
        ...
        livegrad.errors.BadInput: There is no run of W&B to write to. Call wandb.init(project=...) first, or pass run=.
    """

    library = "wandb"

    def __init__(
        self, run: Any = None, *, prefix: str = PREFIX, language: Language | None = None
    ) -> None:
        super().__init__(prefix=prefix, language=language)
        self._wandb: Any = required("wandb", "wandb")
        self._run = run if run is not None else self._wandb.run
        if self._run is None:
            raise BadInput(_NO_RUN)
        self._axis = f"{prefix}/step"
        self._run.define_metric(self._axis, hidden=True)
        self._run.define_metric(f"{prefix}/*", step_metric=self._axis)
        self._pending: list[Number] = []

    def write_numbers(self, found: Sequence[Number], *, live: bool) -> None:
        """Let the newest numbers join the row that is written next; keep all for the end."""
        self._pending += found
        if live:
            *_, newest = _rows(found, self._axis)
            self._run.log(newest, commit=False)

    def write_findings(self, diagnosis: Diagnosis) -> None:
        """Write charts of the ladder, a table of the findings, and the summary."""
        if self._run.step == 0:  # nobody else writes rows, so these disturb nobody
            for row in _rows(self._pending, self._axis):
                self._run.log(row)
        self._pending.clear()
        table = self._wandb.Table(columns=list(_COLUMNS), data=self._findings(diagnosis))
        found = list(numbers(diagnosis.evidence, prefix=self.prefix))
        self._run.log(
            {f"{self.prefix}/findings": table, **self._charts(found)},
            commit=False,
        )
        self._run.summary.update(
            {
                f"{self.prefix}/healthy": diagnosis.healthy,
                f"{self.prefix}/learning": diagnosis.learning,
                f"{self.prefix}/codes": codes_of(diagnosis),
            }
        )

    def _charts(self, found: Sequence[Number]) -> dict[str, Any]:
        return {
            f"{self.prefix}/charts/{kind}": self._wandb.plot.line_series(
                xs=[[step for step, _ in line] for line in lines.values()],
                ys=[[value for _, value in line] for line in lines.values()],
                keys=list(lines),
                title=kind,
                xname="step",
            )
            for kind in LADDER
            if (lines := _layers(found, f"{self.prefix}/{kind}/"))
        }

    def _findings(self, diagnosis: Diagnosis) -> list[list[str]]:
        rows: list[list[str]] = []

        def put(findings: Iterable[Finding], cause: str) -> None:
            for one in findings:
                place = place_of(one, diagnosis.evidence)
                told = [t.say(self.language) for t in (place, one.seen, one.harm, one.advice)]
                rows.append([one.severity, one.code, *told, cause])
                put(one.consequences, one.code)

        put(diagnosis.findings, "")
        return rows


def _rows(found: Iterable[Number], axis: str) -> list[dict[str, float | int]]:
    """The numbers of each step together, in order of the steps."""
    rows: defaultdict[int, dict[str, float | int]] = defaultdict(dict)
    for name, step, value in found:
        rows[step][name] = value
    return [{**row, axis: step} for step, row in sorted(rows.items())]


def _layers(found: Iterable[Number], start: str) -> dict[str, list[tuple[int, float]]]:
    """The points of each layer's line, of one kind of number."""
    ours = (number for number in found if number.name.startswith(start))
    return {
        name.removeprefix(start): [(number.step, number.value) for number in group]
        for name, group in itertools.groupby(ours, key=lambda number: number.name)
    }
