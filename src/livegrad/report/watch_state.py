"""What a watch saw until now, in a few lines: the state while the training still runs."""

from __future__ import annotations

from livegrad import quantity
from livegrad.diagnosis.finding import Diagnosis
from livegrad.report.location import place_of
from livegrad.report.outcome import name_of
from livegrad.text import Text, join, same

__all__ = ["watch_lines"]

_WATCHING = Text("livegrad is watching {model}.", "livegrad가 {model:을/를} 지켜보고 있습니다.")
_WATCHED = Text("livegrad watched {model}.", "livegrad가 {model:을/를} 지켜보았습니다.")
_STEPS = Text("{steps} steps · loss {first} → {last}", "{steps}스텝 · 손실 {first} → {last}")
_STEPS_ONLY = Text("{steps} steps", "{steps}스텝")
_WAITING = Text("No optimizer step yet.", "아직 옵티마이저의 스텝이 없습니다.")
_SO_FAR = Text(
    "Findings so far: {list}. The whole: .diagnose()",
    "지금까지 찾은 것: {list}. 전체는 .diagnose()로 봅니다.",
)
_NONE_SO_FAR = Text("Nothing found so far.", "지금까지 찾은 문제는 없습니다.")
_NAMED = same("{name} · {place}")


def watch_lines(model: str, diagnosis: Diagnosis | None, *, attached: bool) -> tuple[Text, ...]:
    """Return the state of a watch: what is watched, how far it is, what was found until now.

    Args:
        model: Class name of the watched model.
        diagnosis: Of what was seen until now; ``None`` before the first step.
        attached: Whether it still watches.

    Example:
        >>> [line.en for line in watch_lines("Net", None, attached=True)]
        ['livegrad is watching Net.', 'No optimizer step yet.']
    """
    head = (_WATCHING if attached else _WATCHED).fill(model=model)
    if diagnosis is None:
        return head, _WAITING
    found = [
        _NAMED.fill(name=name_of(f.code), place=place_of(f, diagnosis.evidence))
        for f in diagnosis.findings
    ]
    listed = _SO_FAR.fill(list=join(found, between="; ")) if found else _NONE_SO_FAR
    return head, _progress(diagnosis), listed


def _progress(diagnosis: Diagnosis) -> Text:
    evidence = diagnosis.evidence
    steps, loss = f"{evidence.steps:,}", evidence.loss
    if loss is None or not loss.values:
        return _STEPS_ONLY.fill(steps=steps)
    first, last = (quantity.number(loss.values[i]) for i in (0, -1))
    return _STEPS.fill(steps=steps, first=first, last=last)
