"""PyTorch Lightning: one callback, for ``lightning`` and ``pytorch_lightning`` alike.

trainer = Trainer(callbacks=[LivegradCallback()])
trainer.fit(model)                      # prints what ails it, logs the gradient of every layer
"""

from __future__ import annotations

from typing import Any

from livegrad.diagnosis.finding import Diagnosis
from livegrad.diagnosis.gate import FailOn
from livegrad.integrations.companion import Companion, Wishes, worst
from livegrad.integrations.host import Guest
from livegrad.integrations.loggers import log_findings
from livegrad.integrations.printing import print_diagnoses, print_stop
from livegrad.text import Language

__all__ = ["LivegradCallback"]


class LivegradCallback(Guest):
    """Watches ``Trainer.fit``, logs through the trainer's loggers, and says at the end what was found.

    It hears manual and automatic optimization, several optimizers, accumulated and clipped gradients, mixed precision,
    and goes on with the trainer's step count when a checkpoint is resumed. An instance is a Lightning ``Callback``.

    Args:
        report: Print the diagnosis when training ends.
        log: Log numbers and findings through the trainer's loggers.
        stop_on: End the training for a finding of this severity ("error", "warning"), once it is certain or has stayed
            for twice as many steps while the network does not learn.
        language: Of the words; the reader's by default.

    Attributes:
        diagnoses: One for each model that was trained, when training has ended.

    Raises:
        BadInput: Lightning is not installed, or ``stop_on`` is no severity.

    Example:
        >>> from lightning.pytorch import Callback
        >>> callback = LivegradCallback(stop_on="error")
        >>> isinstance(callback, Callback), callback.diagnosis
        (True, None)
    """

    extra = "lightning"
    modules = ("lightning.pytorch", "pytorch_lightning")
    host = "Callback"

    def __init__(
        self,
        *,
        report: bool = True,
        log: bool = True,
        stop_on: FailOn = "never",
        language: Language | None = None,
    ) -> None:
        self.diagnoses: tuple[Diagnosis, ...] = ()
        self._wishes = Wishes(report=report, log=log, stop_on=stop_on, language=language)
        self._companion: Companion | None = None

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The diagnosis with the gravest finding; ``None`` before training has ended, or where no step was seen."""
        return worst(self.diagnoses)

    def state(self) -> dict[str, Any]:
        """Return what a copy has: it watches nothing."""
        return {**vars(self), "_companion": None}

    # ---- what Lightning calls ------------------------------------------------------------------------

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin to watch; the sanity check that follows trains nothing, so nothing is seen of it."""
        self.diagnoses = ()
        optimizers = trainer.optimizers
        models = (("", pl_module),) if len(optimizers) < 2 else ()
        divided = trainer.accumulate_grad_batches if pl_module.automatic_optimization else 1
        self._companion = Companion(
            self._wishes, clock=lambda: trainer.global_step, accumulated=divided
        )
        self._companion.begin(models)

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Log what is new, and end the training where that was wished for."""
        del pl_module, outputs, batch, batch_idx
        if self._companion is None:
            return
        self._log_numbers(trainer)
        if self._wishes.stop_on != "never":
            self._stop(trainer, self._companion)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Diagnose, log and print."""
        del pl_module
        self._end(trainer, interrupted=False)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Say what was seen until the training was cut short."""
        del pl_module, exception
        self._end(trainer, interrupted=True)

    # ---- the same in small ---------------------------------------------------------------------------

    def _end(self, trainer: Any, *, interrupted: bool) -> None:
        if self._companion is None:
            return
        self.diagnoses = self._companion.end(interrupted=interrupted)
        if self._wishes.log:
            self._log_numbers(trainer)
            for diagnosis in self.diagnoses if trainer.is_global_zero else ():
                for logger in trainer.loggers:
                    log_findings(logger, diagnosis, trainer.global_step, self._wishes.language)
        self._companion = None
        unseen = interrupted and not self.diagnoses  # the exception says enough
        if self._wishes.report and trainer.is_global_zero and not unseen:
            print_diagnoses(self.diagnoses, self._wishes.language)

    def _log_numbers(self, trainer: Any) -> None:
        rows = self._companion.take() if self._companion is not None else {}
        if not trainer.is_global_zero:
            return
        for step, row in rows.items():
            for logger in trainer.loggers:
                logger.log_metrics(row, step=step)

    def _stop(self, trainer: Any, companion: Companion) -> None:
        """All processes stop together; they meet at steps 1, 2, 4, 8 …, so that asking costs nothing to speak of."""
        stops = companion.stops_for is not None
        if trainer.world_size > 1:
            step = trainer.global_step
            if step & (step - 1):
                return
            stops = trainer.strategy.reduce_boolean_decision(stops, all=False)
        if stops and not trainer.should_stop:
            trainer.should_stop = True
            if trainer.is_global_zero:
                print_stop(companion.stops_for, trainer.global_step, self._wishes.language)
