"""The tools side by side: each attached to its own fresh copy of a training, as its documentation says.

``bare`` trains without any tool, for the time. torchmortem runs with its default sampling; torch-audit in its zero-touch
mode, at every 10th step instead of every 1000th, for these trainings have only some hundred.
"""

from __future__ import annotations

import importlib
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from diagnosis_metrics import Answer
from diagnosis_peers import TORCH_AUDIT, TORCHMORTEM, Said, read

from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.diagnosis.watching import watch
from livegrad.observation.evidence import Evidence
from livegrad.observation.seeding import seed_everything

if TYPE_CHECKING:
    from torch import nn

__all__ = ["TOOLS", "Run", "Trainable", "answer_of", "ask"]

GRAVE = ("error", "warning")
AUDIT_EVERY = 10


class Trainable(Protocol):
    """A training that is ready to run, with any tool attached to it (`trainings.case.Made`)."""

    model: Any
    optimizer: Any

    def run(self, after_step: Callable[[int, float], None] | None = None) -> None:
        """Train; ``after_step(step, loss)`` is called after each step of the optimizer."""


@dataclass(frozen=True)
class Run:
    """One tool on one training.

    Attributes:
        answer: What it said.
        evidence: What livegrad saw, to be diagnosed again; ``None`` for the other tools.
    """

    answer: Answer
    evidence: Evidence | None = None


def ask(
    tool: str, make: Callable[[int], Trainable], *, case: str, truth: frozenset[str], seed: int
) -> Run:
    """Train once with ``tool`` attached; what goes wrong is told in the answer, not raised."""
    began = time.process_time()
    evidence: Evidence | None = None
    told: dict[str, tuple[str, ...]] = {}
    alarmed, error = False, None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _fresh(seed)
        made = make(seed)
        began = time.process_time()
        try:
            if tool == "livegrad":
                evidence = _livegrad(made)
                told, alarmed = _ours(diagnose(evidence))
            else:
                said, table = TOOLS[tool](made)
                told, alarmed = read(said, table, truth)
        except Exception as failure:  # noqa: BLE001 (a tool that fails has said nothing)
            error = f"{type(failure).__name__}: {failure}"
    seconds = time.process_time() - began
    return Run(Answer(case, tool, told, alarmed=alarmed, seconds=seconds, error=error), evidence)


def answer_of(diagnosis: Diagnosis, before: Answer) -> Answer:
    """``before`` with what ``diagnosis`` says instead."""
    told, alarmed = _ours(diagnosis)
    return Answer(before.case, before.tool, told, alarmed=alarmed, seconds=before.seconds)


def _fresh(seed: int) -> None:
    """The same start for every tool: seeds, and no graph that was compiled for the one before."""
    seed_everything(seed)
    dynamo = sys.modules.get("torch._dynamo")
    if dynamo is not None:
        dynamo.reset()


def _ours(diagnosis: Diagnosis) -> tuple[dict[str, tuple[str, ...]], bool]:
    """Root causes of at least a warning, each with the one place that is named first."""
    told: dict[str, tuple[str, ...]] = {}
    for finding in diagnosis.findings:
        if finding.severity in GRAVE:
            told[finding.code] = (*told.get(finding.code, ()), finding.place)
    return told, bool(told)


def _bare(made: Trainable) -> tuple[list[Said], dict[str, Any]]:
    made.run()
    return [], {}


def _livegrad(made: Trainable) -> Evidence:
    with watch(made.model, optimizer=made.optimizer) as watching:
        made.run()
    return watching.evidence()


def _torchmortem(made: Trainable) -> tuple[list[Said], dict[str, Any]]:
    peer: Any = importlib.import_module("torchmortem")  # an extra: peers
    autopsy = peer.Autopsy(made.model, optimizer=made.optimizer)
    try:
        with autopsy:
            made.run(lambda _, loss: autopsy.step(loss=loss))
    finally:
        autopsy.detach(is_complete=False)
    report = autopsy.get_report()
    after = _activations_to_layers(made.model)
    return [
        Said(f.title, tuple(place for name in f.affected_layers for place in after(name)))
        for f in (report.findings if report is not None else ())
        if f.severity >= peer.Severity.WARNING
    ], TORCHMORTEM


def _torch_audit(made: Trainable) -> tuple[list[Said], dict[str, Any]]:
    peer: Any = importlib.import_module("torch_audit")  # an extra: peers
    severity: Any = importlib.import_module("torch_audit.core").Severity
    auditor = peer.autopatch(made.model, optimizer=made.optimizer, every_n_steps=AUDIT_EVERY)
    try:
        made.run()
        result = auditor.finish()
    finally:
        auditor.unpatch()
    after = _activations_to_layers(made.model)
    return [
        Said(f.rule_id, after(f.module_path) if f.module_path else ())
        for f in result.findings
        if f.severity >= severity.WARN
    ], TORCH_AUDIT


TOOLS: dict[str, Callable[[Trainable], tuple[list[Said], dict[str, Any]]]] = {
    "bare": _bare,
    "torchmortem": _torchmortem,
    "torch-audit": _torch_audit,
}
"""All tools but livegrad, whose answer comes from saved evidence as well."""


def _activations_to_layers(model: nn.Module) -> Callable[[str], tuple[str, ...]]:
    """Names that count for a module's: its own, and of an activation the layer with weights before it."""
    layer, before = "", dict[str, tuple[str, str]]()
    for name, module in model.named_modules():
        if any(True for _ in module.parameters(recurse=False)):
            layer = name
        before[name] = (name, layer)
    return lambda name: before.get(name, (name,))
