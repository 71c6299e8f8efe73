"""The outcome of a report in one sentence, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from livegrad.codes import CODES
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.observation.evidence import Score
from livegrad.report.cases import Case, cases
from livegrad.report.facts import Report
from livegrad.text import Text, join, same

Kind: TypeAlias = Literal[
    "cured",
    "improved",
    "better",
    "no-cure",
    "no-cure-but",
    "sick",
    "but",
    "unknown",
    "healthy",
    "unjudged",
    "unseen",
    "not-trained",
    "not-trained-but",
]

HEADLINES: dict[Kind, Text] = {
    "cured": Text("It did not learn. Now it does.", "배우지 못하던 신경망이 이제 배웁니다."),
    "improved": Text(
        "It did not learn. The cure helps, but it does not learn well yet.",
        "배우지 못하던 신경망이 나아졌지만, 아직 잘 배우지는 못합니다.",
    ),
    "better": Text(
        "It learned, but badly. Now it learns better.",
        "서투르게 배우던 신경망이 이제 더 잘 배웁니다.",
    ),
    "no-cure": Text(
        "It did not learn; no cure helped.", "배우지 못했고, 도움이 된 처방도 없었습니다."
    ),
    "no-cure-but": Text(
        "It learns, but something holds it back; no cure helped.",
        "배우기는 하지만 발목을 잡는 것이 있고, 도움이 된 처방은 없었습니다.",
    ),
    "sick": Text("It does not learn, and this is why.", "배우지 못합니다. 까닭은 이렇습니다."),
    "but": Text(
        "It learns, but something holds it back.", "배우기는 하지만, 발목을 잡는 것이 있습니다."
    ),
    "unknown": Text(
        "It does not learn, and the cause was not found.",
        "배우지 못하는데, 까닭은 찾지 못했습니다.",
    ),
    "healthy": Text("It learns; nothing was found.", "잘 배웁니다. 찾아낸 문제가 없습니다."),
    "unjudged": Text(
        "Nothing was found; whether it learns cannot be judged from what was seen.",
        "찾아낸 문제는 없습니다. 다만 본 것만으로는 배우는지 판단할 수 없습니다.",
    ),
    "unseen": Text("Nothing could be observed.", "아무것도 관찰하지 못했습니다."),
    "not-trained": Text(
        "Not trained yet. One batch shows nothing wrong.",
        "아직 학습하지 않았습니다. 배치 하나로 본 바로는 문제가 없습니다.",
    ),
    "not-trained-but": Text(
        "Not trained yet, and something already stands in its way.",
        "아직 학습하지 않았는데, 벌써 학습을 가로막는 것이 있습니다.",
    ),
}

_WORST_FIRST: tuple[Kind, ...] = (
    "sick",
    "unknown",
    "but",
    "not-trained-but",
    "unseen",
    "unjudged",
    "not-trained",
    "healthy",
)
_CURE = Text("The cure: {title}.", "처방: {title}.")
_UNSEEN_WHY = Text(
    "No optimizer step of a PyTorch module was seen, so nothing is said of its health. "
    "Check that the script reaches optimizer.step() with the arguments given.",
    "PyTorch 모듈을 학습시키는 옵티마이저 걸음을 보지 못했으므로, "
    "건강하다고도 아프다고도 말하지 않습니다. "
    "주어진 인자로 스크립트가 optimizer.step()에 이르는지 확인해 주세요.",
)
_UNKNOWN_WHY = Text(
    "No rule explains it. That is not a clean bill of health.",
    "들어맞는 규칙이 없습니다. 건강하다는 뜻은 아닙니다.",
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the report says first.

    Attributes:
        kind: Which of the outcomes.
        headline: The sentence for it.
        why: The reason in a sentence or two; ``None`` where the headline says it all.
        before: The score of the training as it is.
        after: The score with the cure.
    """

    kind: Kind
    headline: Text
    why: Text | None = None
    before: Score | None = None
    after: Score | None = None


def outcome(report: Report) -> Outcome:
    """Return the outcome of a report: of the treated training, else of the worst one."""
    found = cases(report)
    if not found:
        return Outcome(kind="unseen", headline=HEADLINES["unseen"], why=_UNSEEN_WHY)
    case = next((c for c in found if c.proof), None) or min(
        found, key=lambda c: _WORST_FIRST.index(_judged(c.diagnosis))
    )
    return case_outcome(case)


def case_outcome(case: Case) -> Outcome:
    """Return the outcome of one training."""
    kind = _treated(case) if case.proof and case.proof.races else _judged(case.diagnosis)
    after = case.proof.after.score if case.proof and case.proof.after else None
    before = case.proof.before.score if case.proof else None
    return Outcome(
        kind=kind,
        headline=HEADLINES[kind],
        why=_why(kind, case),
        before=before or case.diagnosis.evidence.score,
        after=after,
    )


def name_of(code: str) -> Text:
    """Return what a finding is called: its code; in Korean the term with the code in brackets.

    Example:
        >>> name_of("dead-units")
        Text(en='dead-units', ko='죽은 유닛(dead-units)')
    """
    if code not in CODES:
        return same(code)
    korean = CODES[code].ko.partition(":")[0].partition("(")[0].strip()
    return Text(code, f"{korean}({code})")


def meaning_of(code: str) -> Text | None:
    """Return what a code means, in one clause."""
    if code not in CODES:
        return None
    return Text(CODES[code].en, CODES[code].ko.partition(":")[2].strip())


def _judged(diagnosis: Diagnosis) -> Kind:
    if diagnosis.evidence.before_training:
        return "not-trained-but" if diagnosis.grave else "not-trained"
    if not diagnosis.observed:
        return "unseen"
    if diagnosis.learning is False:
        return "sick" if diagnosis.grave else "unknown"
    if diagnosis.grave:
        return "but"
    return "healthy" if diagnosis.learning else "unjudged"


def _treated(case: Case) -> Kind:
    learned = case.diagnosis.learning is not False
    if case.proof is None or case.proof.after is None:
        return "no-cure-but" if learned else "no-cure"
    if learned:
        return "better"
    now = case.proof.after.diagnosis
    return "improved" if now is not None and now.learning is False else "cured"


def _why(kind: Kind, case: Case) -> Text | None:
    if kind == "unknown":
        return join([case.diagnosis.state, _UNKNOWN_WHY])
    worst = _worst(case.diagnosis.findings)
    said = [worst.seen] if worst else [_UNSEEN_WHY] if kind == "unseen" else [case.diagnosis.state]
    after = case.proof.after if case.proof else None
    if after is not None and after.prescription is not None:
        said.append(_CURE.fill(title=after.prescription.title))
    return (
        join([part for part in said if part.en or part.ko])
        if any(p.en or p.ko for p in said)
        else None
    )


def _worst(findings: tuple[Finding, ...]) -> Finding | None:
    order = ("error", "warning", "note")
    return min(findings, key=lambda f: order.index(f.severity), default=None)
