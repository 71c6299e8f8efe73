"""The sections of the page, each from the facts of one training."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from livegrad import quantity
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.report import curves, figures, sentences, shares, words
from livegrad.report.cases import Case
from livegrad.report.clipping import clipping_chart, clipping_in_words
from livegrad.report.facts import Report
from livegrad.report.ladder import climb, side_by_side
from livegrad.report.location import place_of
from livegrad.report.markup import both, escape, tag
from livegrad.report.outcome import Outcome, case_outcome, meaning_of, name_of
from livegrad.report.proof_sentences import proof_sentences, start_lines
from livegrad.report.race import race
from livegrad.text import Text, join, same
from livegrad.treatment.proof import Proof

_COPY = Text("Copy", "복사")
_COPY_NEW = Text("Copy the new lines", "새 줄만 복사")
_COPIED = Text("Copied", "복사됨")
_DEEPEST = 6


def lead(report: Report, said: Outcome) -> str:
    """Return the command, the outcome in one sentence, why, and the score."""
    parts = (
        [tag("p", tag("code", escape(report.command)), class_="small")] if report.command else []
    )
    parts.append(tag("h1", both(said.headline)))
    if said.why is not None:
        parts.append(tag("p", both(said.why), class_="why"))
    parts += [
        tag("p", both(text), class_="trouble") for text in sentences.troubles(report.recording)
    ]
    return tag("header", tag("div", "".join(parts)) + _score(said), class_="lead")


def training(case: Case, *, among: int, ids: Iterator[int] | None = None) -> str:
    """Return everything about one training; one line where it is healthy and one of several."""
    ids = count(1) if ids is None else ids
    level = 2 if among == 1 else 3
    heading = _case_heading(case, among) if among > 1 else ""
    if among > 1 and case.brief:
        return tag("section", heading, class_="case brief")
    parts = [_ladder(case, level, ids), _wrong_and_cured(case, level), _races(case, level)]
    parts += [_learning(case, level, ids), _shares(case, level, ids), _not_seen(case)]
    return tag("section", heading + "".join(parts), class_="case")


def repeat(report: Report) -> str:
    """Return what is needed to run it again, what it cost, and what became of files."""
    rows = "".join(
        f"<div><dt>{both(label)}</dt><dd>{both(value)}</dd></div>"
        for label, value in sentences.repeat_rows(report.recording, report.proof)
    )
    command = _code([report.command], copied=report.command, label=_COPY) if report.command else ""
    return _section(2, words.REPEAT, f'{command}<dl class="rows">{rows}</dl>')


def _score(said: Outcome) -> str:
    shown = said.after or said.before
    if shown is None:
        return ""
    detail = sentences.score_detail(shown)
    kind = join([sentences.score_kind(shown), *([detail] if detail.en else [])], between=", ")
    if said.after is None or said.before is None:
        return tag("p", _big(shown.value, kind), class_="score")
    after = join([words.AFTER, kind], between=", ")
    arrow = '<span class="arrow">→</span>'
    pair = _big(said.before.value, words.BEFORE, kind="old") + arrow + _big(said.after.value, after)
    return tag("p", pair, class_="score")


def _big(value: float, below: Text, *, kind: str = "") -> str:
    return tag("span", quantity.score(value) + tag("small", both(below)), class_=kind)


def _case_heading(case: Case, among: int) -> str:
    name = words.TRAINING.fill(number=case.number, count=among, name=case.name or quantity.UNSEEN)
    said = case_outcome(case)
    score = said.after or said.before
    told = [said.headline]
    if score is not None:
        told.append(
            same("{kind} {value}.").fill(
                kind=sentences.capital(sentences.score_kind(score)),
                value=quantity.score(score.value),
            )
        )
    return tag("h2", both(name)) + tag("p", both(join(told)), class_="small")


def _section(
    level: int, title: Text, inner: str, *, kind: str = "part", aside: Text | None = None
) -> str:
    side = tag("span", both(aside), class_="tiny") if aside is not None else ""
    return tag(
        "section",
        f'<div class="heading">{tag(f"h{level}", both(title))}{side}</div>{inner}',
        class_=kind,
    )


def _ladder(case: Case, level: int, ids: Iterator[int]) -> str:
    pair = side_by_side(climb(case.before), climb(case.after) if case.after else None)
    if not pair.rows:
        return ""
    until = pair.before.until
    scale = words.SCALE if until is None else words.SCALE_UNTIL.fill(step=until)
    inner = figures.ladder(pair, next(ids))
    for name in curves.recurrent(pair.before, pair.after):
        drawn = curves.time_chart(pair.before, pair.after, name)
        if drawn is not None:
            title = Text("{what}: {name}", "{what}: {name}").fill(
                what=words.THROUGH_TIME, name=name
            )
            inner += tag(f"h{level + 1}", both(title)) + figures.through_time(drawn, next(ids))
    return _section(level, words.LADDER, inner, kind="part card", aside=scale)


def _wrong_and_cured(case: Case, level: int) -> str:
    wrong, cured = _wrong(case, level), _cured(case, level)
    return tag("div", wrong + cured, class_="two remedy") if wrong and cured else wrong + cured


def _wrong(case: Case, level: int) -> str:
    found = case.diagnosis.findings
    if not found:
        return ""
    grave = any(f.severity != "note" for f in found)
    cured = case.proof is not None and case.proof.kept
    title = words.NOTES if not grave else words.FINDINGS if cured else words.FINDINGS_NOW
    inner = "".join(_finding(f, case.diagnosis.evidence, level + 1) for f in found)
    return _section(level, title, tag("ul", inner, class_="tree"))


def _finding(finding: Finding, evidence: Evidence, level: int) -> str:
    meaning = meaning_of(finding.code)
    pairs = [
        (words.SEEN, [finding.seen]),
        (words.WHY, list(finding.causes)),
        (words.HARM, [finding.harm]),
        (words.SURE, [sentences.sureness(finding)]),
        (words.DO, [finding.advice]),
    ]
    rows = "".join(
        tag("dt", both(label))
        + "".join(tag("dd", _line(text)) for text in texts if text.en or text.ko)
        for label, texts in pairs
        if any(text.en or text.ko for text in texts)
    )
    sense = tag("p", both(meaning), class_="tiny") if meaning else ""
    head, below = _finding_head(finding, evidence, level), _consequences(finding, evidence, level)
    inner = f"{head}{sense}<dl>{rows}</dl>{below}"
    return tag("li", inner, class_=f"finding {finding.severity}")


def _line(text: Text) -> str:
    """Return a sentence, or a line of code: what reads alike in both languages."""
    return tag("code", escape(text.en)) if text.en == text.ko else both(text)


def _consequences(finding: Finding, evidence: Evidence, level: int, *, depth: int = 0) -> str:
    if not finding.consequences or depth > _DEEPEST:
        return ""
    items = "".join(
        tag(
            "li",
            _finding_head(each, evidence, level + 1)
            + tag("p", both(each.seen))
            + _consequences(each, evidence, level + 1, depth=depth + 1),
            class_=f"finding {each.severity}",
        )
        for each in finding.consequences
    )
    return f'<p class="tiny explains">{both(words.EXPLAINS)}</p><ul class="tree">{items}</ul>'


def _finding_head(finding: Finding, evidence: Evidence, level: int) -> str:
    place = place_of(finding, evidence)
    where = f' <span class="place">{both(place)}</span>' if place.en else ""
    severity = tag("span", both(words.SEVERITY[finding.severity]), class_="severity")
    mark = f'<i class="shape {finding.severity}"></i>{severity}'
    return tag(f"h{min(6, level)}", f"{mark} <span>{both(name_of(finding.code))}</span>{where}")


def _cured(case: Case, level: int) -> str:
    proof = case.proof
    if proof is None or proof.after is None or not proof.after.changes:
        return ""
    changes = proof.after.changes
    new = [line.removeprefix("+ ") for line in changes if not line.startswith("-")]
    title = proof.after.prescription.title if proof.after.prescription else None
    inner = tag("p", both(sentences.capital(title)), class_="small") if title else ""
    inner += _code(list(changes), copied="\n".join(new), label=_COPY_NEW)
    inner += tag("p", both(words.SAME_START.fill(steps=f"{case.before.steps:,}")), class_="small")
    told = [
        proof.after.remark,
        proof.after.prescription.reason if proof.after.prescription else None,
    ]
    inner += "".join(tag("p", both(text), class_="small") for text in told if text is not None)
    return _section(level, words.CURED, inner)


def _races(case: Case, level: int) -> str:
    if case.proof is None or not case.proof.races:
        return _remarks(case.proof)
    verdict = words.RACED if case.proof.kept else words.NO_CURE
    inner = (
        tag("p", both(verdict), class_="small")
        + figures.race(race(case.proof))
        + "".join(tag("p", both(text), class_="small") for text in proof_sentences(case.proof))
        + _starts(case.proof)
        + _remarks(case.proof)
    )
    return _section(level, words.RACES, inner)


def _starts(proof: Proof) -> str:
    """The cure beside nothing, one line for each seed."""
    lines = "".join(tag("li", both(text)) for text in start_lines(proof))
    return tag("ul", lines, class_="small") if lines else ""


def _remarks(proof: Proof | None) -> str:
    return "".join(tag("p", both(text), class_="small") for text in proof.remarks) if proof else ""


def _learning(case: Case, level: int, ids: Iterator[int]) -> str:
    drawn = []
    loss, score = (
        curves.loss_chart(case.before, case.after),
        curves.score_chart(case.before, case.after),
    )
    if loss is not None:
        drawn.append(figures.chart(loss, next(ids), what=words.LOSS))
    if score is not None:
        seen = case.before.score or (case.after.score if case.after else None)
        what = sentences.score_kind(seen) if seen else words.SCORE
        drawn.append(figures.chart(score, next(ids), what=what, write=quantity.score))
    drawn += _clipping(case, ids)
    title = words.LEARNING if case.after else words.LEARNING_ONE
    return _section(level, title, tag("div", "".join(drawn), class_="two")) if drawn else ""


def _clipping(case: Case, ids: Iterator[int]) -> list[str]:
    """The norm of all gradients before and after clipping, and what clipping did in words."""
    told, drawn = clipping_in_words(case.before), clipping_chart(case.before)
    if told is None:
        return []
    chart = "" if drawn is None else figures.chart(drawn, next(ids), what=words.NORM)
    return [tag("div", chart + tag("p", both(told), class_="small"))]


def _shares(case: Case, level: int, ids: Iterator[int]) -> str:
    inner = ""
    for kind in shares.KINDS:
        sides = [(words.BEFORE, case.before), *([(words.AFTER, case.after)] if case.after else [])]
        strips = [(side, s) for side, e in sides if (s := shares.strip(e, kind)) is not None]
        if any(s.peak > 0 for _, s in strips):
            head = f"h{level + 1}"
            inner += "".join(
                tag(
                    "div",
                    (tag(head, both(sentences.capital(side))) if case.after else "")
                    + figures.strip(s, next(ids)),
                )
                for side, s in strips
            )
    return _section(level, words.SHARES, tag("div", inner, class_="two")) if inner else ""


def _not_seen(case: Case) -> str:
    missing = sentences.not_seen(case)
    if not missing:
        return ""
    told = Text("{label}: {what}", "{label}: {what}")
    return tag(
        "p",
        both(
            told.fill(label=sentences.capital(words.UNSEEN), what=join(list(missing), between=", "))
        ),
        class_="small",
    )


def _code(lines: list[str], *, copied: str, label: Text) -> str:
    kinds = {"+": "add", "-": "del"}
    inner = "\n".join(
        tag("span", escape(line), class_=kinds[line[0]]) if line[:1] in kinds else escape(line)
        for line in lines
    )
    button = (
        f'<button type="button" class="needs-script" hidden data-copy="{escape(copied)}">'
        f'<span class="ask">{both(label)}</span>'
        f'<span class="done" role="status">{both(_COPIED)}</span></button>'
    )
    return f'<div class="copy"><pre tabindex="0"><code>{inner}</code></pre>{button}</div>'
