"""Applies a prescription the moment an optimizer is made, inside a script that knows nothing of it."""

from __future__ import annotations

import re

import torch

from livegrad.observation.awaiting import Awaiting
from livegrad.observation.recorder import Recorder
from livegrad.observation.seeding import undisturbed
from livegrad.treatment import rate_range, surgery_rates
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.proof import Prescription
from livegrad.treatment.rates import FACTOR
from livegrad.treatment.surgery import Patient

_MODEL = re.compile(r"(?<![\w.\"'])model(?=[.\[),\s]|$)")


class Surgeon(Awaiting):
    """Waits for the optimizer that the finding was about, and treats its model before the first step.

    Args:
        prescription: What to apply.
        order: The optimizer's place among all that the script makes.
        recorder: Knows which model an optimizer holds; must listen before the surgeon does.

    Attributes:
        changes: The Python lines of what was done; ``None`` while nothing was.
        error: Why it could not be done.
    """

    def __init__(self, prescription: Prescription, order: int, recorder: Recorder) -> None:
        super().__init__(order)
        self._prescription, self._recorder = prescription, recorder
        self.changes: tuple[str, ...] | None = None
        self.error: str | None = None

    def came(self, optimizer: torch.optim.Optimizer) -> None:
        """Operate."""
        models = self._recorder.models_of(optimizer)
        try:
            lines = operate(self._prescription, Patient(models, optimizer))
            self.changes = self._named(lines, models)
        except Exception as error:  # noqa: BLE001 (a failed operation is a result of the race, not of the script)
            self.error = f"{type(error).__name__}: {error}"

    def _named(
        self, lines: tuple[str, ...], models: tuple[tuple[str, torch.nn.Module], ...]
    ) -> tuple[str, ...]:
        """The lines with the script's own variable in the place of ``model``."""
        name = self._recorder.variable_of(models[0][1]) if len(models) == 1 else None
        return tuple(_MODEL.sub(name, line) for line in lines) if name else lines


def operate(prescription: Prescription, patient: Patient) -> tuple[str, ...]:
    """Apply the prescription, then its own learning rate, with chance set aside; return the change as Python lines.

    A test of the rate is no remedy: nothing of it is to be copied.
    """
    if rate_range.is_test(prescription):
        surgery_rates.sweep(patient, **rate_range.sweep_of(prescription))
        return ()
    with undisturbed():
        lines = REMEDIES.find(prescription.remedy).apply(patient, prescription.settings)
    factor = prescription.settings.get(FACTOR)
    return lines if factor is None else (*lines, *_rated(patient, float(str(factor))))


def _rated(patient: Patient, factor: float) -> tuple[str, ...]:
    """Scale every group's rate."""
    groups = patient.optimizer.param_groups
    rates = {group.get("initial_lr", group["lr"]) for group in groups}
    surgery_rates.scale(patient, factor)
    if len(rates) > 1:
        return ("+ for group in optimizer.param_groups:", f'+     group["lr"] *= {factor:.4g}')
    (rate,) = rates
    return (f"- lr={rate:g}", f"+ lr={rate * factor:.3g}")
