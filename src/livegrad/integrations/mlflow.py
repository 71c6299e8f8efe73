"""MLflow: numbers as metrics, findings as a Markdown and a JSON artifact, the outcome as tags to search for."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput
from livegrad.integrations.host import required
from livegrad.integrations.markdown import findings_markdown
from livegrad.integrations.series import PREFIX, Number
from livegrad.integrations.tracker import Tracker, codes_of
from livegrad.records import to_jsonable
from livegrad.text import Language, Text

__all__ = ["MLflowTracker"]

_NO_RUN = Text(
    "There is no run of MLflow to write to. Call mlflow.start_run() first, or pass run_id=.",
    "기록할 MLflow 실행(run)이 없습니다. 먼저 mlflow.start_run()을 부르거나 run_id=로 넘겨 주세요.",
)
_REFUSED = re.compile(r"[^\w.\- /]")
"""What MLflow does not take in the name of a metric; livegrad writes "#2" for the second call of a module."""
_AT_ONCE = 1000


class MLflowTracker(Tracker):
    """Writes numbers and findings to a run of MLflow.

    Args:
        run_id: Of the run; the active one by default.
        client: An ``MlflowClient``; by default one for the tracking URI that is set.
        prefix: First part of every name.
        language: Of the findings; the reader's by default.

    Raises:
        BadInput: mlflow is not installed, or no run is active.

    Example:
        >>> import mlflow, torch
        >>> MLflowTracker()
        Traceback (most recent call last):
        ...
        livegrad.errors.BadInput: There is no run of MLflow to write to. Call mlflow.start_run() first, or pass run_id=.
    """

    library = "mlflow"

    def __init__(
        self,
        run_id: str | None = None,
        *,
        client: Any = None,
        prefix: str = PREFIX,
        language: Language | None = None,
    ) -> None:
        super().__init__(prefix=prefix, language=language)
        self._mlflow: Any = required("mlflow", "mlflow")
        active: Any = self._mlflow.active_run() if run_id is None else None
        if run_id is None and active is None:
            raise BadInput(_NO_RUN)
        self._run_id: str = active.info.run_id if run_id is None else run_id
        self._client = client if client is not None else self._mlflow.MlflowClient()

    def write_numbers(self, found: Sequence[Number], *, live: bool) -> None:
        """Write the metrics, as many at once as MLflow takes."""
        del live
        now = int(time.time() * 1000)
        metrics = [
            self._mlflow.entities.Metric(_REFUSED.sub("_", name), value, now, step)
            for name, step, value in found
        ]
        for begin in range(0, len(metrics), _AT_ONCE):
            self._client.log_batch(self._run_id, metrics=metrics[begin : begin + _AT_ONCE])

    def write_findings(self, diagnosis: Diagnosis) -> None:
        """Write ``livegrad/findings.md`` and ``livegrad/diagnosis.json``, and three tags."""
        words = findings_markdown(diagnosis, self.language)
        self._client.log_text(self._run_id, words, f"{self.prefix}/findings.md")
        facts = to_jsonable(diagnosis)
        self._client.log_dict(self._run_id, facts, f"{self.prefix}/diagnosis.json")
        tags = {"healthy": diagnosis.healthy, "learning": diagnosis.learning}
        for name, value in {**tags, "findings": codes_of(diagnosis)}.items():
            self._client.set_tag(self._run_id, f"{self.prefix}.{name}", str(value).lower())
