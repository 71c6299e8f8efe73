"""Hugging Face transformers: one callback for ``Trainer`` (and for trainers built on it, such as TRL's).

trainer = Trainer(model, args, train_dataset=data, callbacks=[LivegradCallback()])
trainer.train()                         # prints what ails it; numbers in trainer.state.log_history
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from livegrad.diagnosis.finding import Diagnosis
from livegrad.diagnosis.gate import FailOn
from livegrad.integrations.companion import Companion, Wishes, worst
from livegrad.integrations.host import Guest
from livegrad.integrations.mlflow import MLflowTracker
from livegrad.integrations.printing import print_diagnoses, print_stop
from livegrad.integrations.tracker import Tracker
from livegrad.integrations.wandb import WandbTracker
from livegrad.text import Language

__all__ = ["LivegradCallback"]


class LivegradCallback(Guest):
    """Watches ``Trainer.train``, keeps the numbers in its log history, and says at the end what was found.

    It hears accumulated and clipped gradients, mixed precision and resumed checkpoints. An instance is a
    ``TrainerCallback``.

    Args:
        report: Print the diagnosis when training ends.
        log: Append numbers to ``trainer.state.log_history``, and write the findings to the runs of W&B and MLflow
            that the trainer reports to.
        stop_on: End the training for a finding of this severity ("error", "warning"), once it is certain or has stayed
            for twice as many steps while the network does not learn.
        trackers: More places to write to, such as ``TensorBoardTracker("runs")``.
        language: Of the words; the reader's by default.

    Attributes:
        diagnoses: The diagnosis, when training has ended; empty where no step was seen.

    Raises:
        BadInput: transformers is not installed, or ``stop_on`` is no severity.

    Example:
        >>> import torch, transformers
        >>> callback = LivegradCallback(report=False)
        >>> isinstance(callback, transformers.TrainerCallback), callback.diagnosis
        (True, None)
    """

    extra = "huggingface"
    modules = ("transformers",)
    host = "TrainerCallback"

    def __init__(
        self,
        *,
        report: bool = True,
        log: bool = True,
        stop_on: FailOn = "never",
        trackers: Sequence[Tracker] = (),
        language: Language | None = None,
    ) -> None:
        self.diagnoses: tuple[Diagnosis, ...] = ()
        self._wishes = Wishes(report=report, log=log, stop_on=stop_on, language=language)
        self._trackers = tuple(trackers)
        self._companion: Companion | None = None

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The diagnosis; ``None`` before training has ended, or where no step was seen."""
        return worst(self.diagnoses)

    def state(self) -> dict[str, Any]:
        """Return what a copy has: it watches nothing."""
        return {**vars(self), "_companion": None, "_trackers": ()}

    # ---- what the trainer calls ----------------------------------------------------------------------

    def on_train_begin(
        self, args: Any, state: Any, control: Any, *, model: Any = None, **more: Any
    ) -> None:
        """Begin to watch."""
        del control, more
        self._leave()
        self.diagnoses = ()
        self._companion = Companion(
            self._wishes,
            clock=lambda: state.global_step + 1,  # as the trainer counts what it logs
            accumulated=args.gradient_accumulation_steps,
        )
        self._companion.begin((("", model),))

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> Any:
        """Keep what is new, and end the training where that was wished for."""
        del args, more
        if self._companion is None:
            return control
        self._log(state)
        finding = self._companion.stops_for
        if finding is not None and not control.should_training_stop:
            control.should_training_stop = True
            if state.is_world_process_zero:
                print_stop(finding, state.global_step, self._wishes.language)
        return control

    def on_train_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Diagnose, log and print."""
        del control, more
        if self._companion is None:
            return
        self.diagnoses = self._companion.end()
        self._log(state)
        self._companion = None
        if not state.is_world_process_zero:
            return
        for diagnosis in self.diagnoses:
            for tracker in (*self._trackers, *self._reported_to(args)):
                tracker.log(diagnosis)
        if self._wishes.report:
            print_diagnoses(self.diagnoses, self._wishes.language)

    # ---- the same in small ---------------------------------------------------------------------------

    def _leave(self) -> None:
        """An exception in the training before left the watch attached: nobody told us."""
        if self._companion is not None:
            self._companion.end()

    def _log(self, state: Any) -> None:
        rows = self._companion.take() if self._companion is not None else {}
        for step, row in rows.items():
            state.log_history.append({**row, "epoch": state.epoch, "step": step})

    def _reported_to(self, args: Any) -> list[Tracker]:
        """The runs that the trainer itself writes to."""
        names = set(args.report_to or ()) if self._wishes.log else set()
        found: list[Tracker] = []
        if "wandb" in names and getattr(sys.modules.get("wandb"), "run", None) is not None:
            found.append(WandbTracker(language=self._wishes.language))
        if "mlflow" in names and sys.modules["mlflow"].active_run() is not None:
            found.append(MLflowTracker(language=self._wishes.language))
        return found
