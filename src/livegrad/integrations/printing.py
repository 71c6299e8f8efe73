"""What a callback prints: the diagnoses at the end, and why it ended a training early."""

from __future__ import annotations

from collections.abc import Sequence

from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.report.outcome import name_of
from livegrad.report.plain import diagnosis_words
from livegrad.text import Language, Text, join

__all__ = ["print_diagnoses", "print_stop"]

_STOPPED = Text(
    "livegrad ends the training at step {step}: {name} · {place}.",
    "livegrad가 {step}스텝에서 학습을 멈춥니다: {name} · {place}.",
)
_STOPPED_ELSEWHERE = Text(
    "livegrad ends the training at step {step}, for what another process found.",
    "livegrad가 {step}스텝에서 학습을 멈춥니다. 다른 프로세스에서 찾은 문제 때문입니다.",
)
_MODEL = Text("— {model} —", "— {model} —")
_UNSEEN = Text(
    "livegrad saw no optimizer step, so it says nothing of this training's health.",
    "livegrad가 옵티마이저의 스텝을 보지 못해 이 학습이 건강한지 말할 수 없습니다.",
)


def print_diagnoses(diagnoses: Sequence[Diagnosis], language: Language | None = None) -> None:
    """Print each diagnosis as plain words, under its model's name where there are several.

    Example:
        >>> print_diagnoses((), "en")
        <BLANKLINE>
        livegrad saw no optimizer step, so it says nothing of this training's health.
    """
    if not diagnoses:
        _put("\n" + _UNSEEN.say(language))
    for diagnosis in diagnoses:
        if len(diagnoses) > 1:
            _put("\n" + _MODEL.fill(model=diagnosis.evidence.model).say(language))
        _put("\n" + diagnosis_words(diagnosis, language))


def print_stop(finding: Finding | None, step: int, language: Language | None = None) -> None:
    """Print why a training ends early.

    Args:
        finding: What it ends for; ``None`` where another process found it.
        step: The trainer's.
        language: The reader's by default.
    """
    if finding is None:
        _put(_STOPPED_ELSEWHERE.fill(step=step).say(language))
        return
    head = _STOPPED.fill(step=step, name=name_of(finding.code), place=finding.place)
    _put("\n" + join([head, finding.seen]).say(language))


def _put(words: str) -> None:
    print(words, flush=True)  # noqa: T201 (printing is what was asked for)
