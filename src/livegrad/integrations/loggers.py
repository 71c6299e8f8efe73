"""The findings through the logger that a trainer has already: Lightning's, by the name of its class."""

from __future__ import annotations

from typing import Any

from livegrad.diagnosis.finding import Diagnosis
from livegrad.integrations.mlflow import MLflowTracker
from livegrad.integrations.series import PREFIX
from livegrad.integrations.tensorboard import TensorBoardTracker
from livegrad.integrations.tracker import Tracker
from livegrad.integrations.wandb import WandbTracker
from livegrad.text import Language

__all__ = ["log_findings"]


def log_findings(
    logger: Any, diagnosis: Diagnosis, step: int, language: Language | None = None
) -> None:
    """Write the findings through a Lightning logger: as text where it takes text, else as counts.

    Args:
        logger: A Lightning logger, whatever it writes to.
        diagnosis: Of one training.
        step: The trainer's last step.
        language: Of the words.
    """
    tracker = _tracker(logger, language)
    if tracker is not None:
        tracker.write_findings(diagnosis)
    counts = {
        f"{PREFIX}/{severity}s": float(sum(f.severity == severity for f in diagnosis.findings))
        for severity in ("error", "warning")
    }
    logger.log_metrics(counts, step=step)


def _tracker(logger: Any, language: Language | None) -> Tracker | None:
    kinds = {kind.__name__ for kind in type(logger).__mro__}
    if "TensorBoardLogger" in kinds:
        return TensorBoardTracker(logger.experiment, language=language)
    if "WandbLogger" in kinds:
        return WandbTracker(logger.experiment, language=language)
    if "MLFlowLogger" in kinds:
        return MLflowTracker(logger.run_id, client=logger.experiment, language=language)
    return None
