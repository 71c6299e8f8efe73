"""The report in the terminal; plain text where it is a log, a pipe, or NO_COLOR is set.

Nothing is wider than 100 columns, or than the terminal, but code: a folded line cannot be copied.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Styled

from livegrad import quantity
from livegrad.observation.evidence import Evidence
from livegrad.report import curves, race, sentences, shares, words
from livegrad.report.cases import Case, cases
from livegrad.report.clipping import clipping_in_words
from livegrad.report.facts import Report
from livegrad.report.finding_lines import print_finding, put_findings
from livegrad.report.ladder import Butterfly, Rung, climb, side_by_side, thinned
from livegrad.report.lines import Page, cleaned, fitted
from livegrad.report.outcome import Outcome, case_outcome, outcome
from livegrad.report.proof_sentences import proof_sentences, start_lines, which_run
from livegrad.text import Language, Text, join, preferred_language, same
from livegrad.treatment.proof import Proof, Runner

__all__ = ["print_finding", "print_race_line", "print_report"]

MOST_ROWS = 20
_LEAST_TITLE = 16
_OUTCOME_STYLE = {"helped": "green", "harmed": "red", "failed": "red"}
_COLON = same("{one}: {other}")
_BARS = Text(
    "bars from {low} to {high}, last layer = 1", "막대는 {low}부터 {high}까지, 마지막 층 = 1"
)


def print_report(report: Report, *, console: Console, language: Language | None = None) -> None:
    """Print the whole report, the outcome first.

    Args:
        report: What to print.
        console: Where to; plain text unless it is a terminal with colours.
        language: The reader's language by default.
    """
    page = Page(console, language or preferred_language())
    found = cases(report)
    _lead(page, report, outcome(report))
    for case in found:
        if len(found) > 1:
            page.gap()
            _case_heading(page, case, len(found))
        if len(found) == 1 or not case.brief:
            _case(page, case)
    _repeat(page, report)


def print_race_line(
    runner: Runner,
    *,
    console: Console,
    before: Runner | None = None,
    language: Language | None = None,
) -> None:
    """Print one line when a run of the race ends; ``before`` is the untreated run, for the gain."""
    page = Page(console, language or preferred_language())
    entry = race.row(runner, before=before)
    told = [same(quantity.score(entry.score))] if entry.score is not None else []
    told += [same(f"({quantity.gain(entry.gain)})")] if entry.gain is not None else []
    told += [quantity.duration(entry.seconds)] if entry.seconds else []
    told += [words.OUTCOME[entry.outcome]] if entry.outcome != "untreated" else []
    which = which_run(runner)
    told += [same("({which})").fill(which=join(list(which), between=", "))] if which else []
    line = _COLON.fill(one=entry.title, other=join(told, between="  "))
    page.say(line, style=_OUTCOME_STYLE.get(entry.outcome, ""))
    if entry.remark is not None and entry.outcome in ("failed", "not-applicable"):
        page.say(entry.remark, indent=2)


def _lead(page: Page, report: Report, said: Outcome) -> None:
    page.say(said.headline, style="bold")
    if said.why is not None:
        page.say(said.why)
    _scores(page, said)
    for trouble in sentences.troubles(report.recording):
        page.say(trouble, style="yellow")


def _scores(page: Page, said: Outcome) -> None:
    score = said.after or said.before
    if score is None:
        return
    values = " → ".join(quantity.score(s.value) for s in (said.before, said.after) if s is not None)
    detail = sentences.score_detail(score)
    kind = sentences.capital(sentences.score_kind(score))
    bracket = same(" ({detail})").fill(detail=detail) if detail.en else same("")
    page.say(join([kind, same(f" {values}"), bracket], between=""))


def _case_heading(page: Page, case: Case, count: int) -> None:
    name = words.TRAINING.fill(number=case.number, count=count, name=case.name or "–")
    said = case_outcome(case)
    page.say(_COLON.fill(one=name, other=said.headline), style="bold")
    if not case.brief and said.before is not None and count > 1:
        _scores(page, said)


def _case(page: Page, case: Case) -> None:
    _findings(page, case)
    _ladder(page, case)
    if case.proof is not None:
        _race(page, case.proof)
        _cure(page, case.proof, case.before)
    _curves(page, case)
    missing = sentences.not_seen(case)
    if missing:
        page.gap()
        page.labelled(words.UNSEEN, join(list(missing), between=", "))


def _findings(page: Page, case: Case) -> None:
    found = case.diagnosis.findings
    if not found:
        return
    grave = any(f.severity != "note" for f in found)
    cured = case.proof is not None and case.proof.kept
    page.heading(words.NOTES if not grave else words.FINDINGS if cured else words.FINDINGS_NOW)
    put_findings(page, found, case.diagnosis.evidence)


def _ladder(page: Page, case: Case) -> None:
    pair = side_by_side(climb(case.before), climb(case.after) if case.after else None)
    if not pair.rows:
        return
    page.heading(words.LADDER)
    if pair.after is None:
        page.say(sentences.ladder_in_words(pair.before))
    else:
        page.labelled(words.BEFORE, sentences.ladder_in_words(pair.before))
        page.labelled(words.AFTER, sentences.ladder_in_words(pair.after))
    if pair.before.seen or (pair.after is not None and pair.after.seen):
        _rungs(page, pair)


def _rungs(page: Page, pair: Butterfly) -> None:
    shown = [pair.rows[i] for i in thinned(len(pair.rows), MOST_ROWS)]
    sides = 2 if pair.after is not None else 1
    index = len(str(len(pair.rows)))
    longest = max(cell_len(cleaned(row.name)) for row in shown)
    name = min(longest, max(6, page.width // 5))
    bar = max(4, min(40, (page.width - index - 1 - name - sides * 11) // sides))
    titles = [words.BEFORE, words.AFTER] if sides == 2 else [same("")]
    heads = [f"{_title(page, t, bar)} {fitted('∂loss/∂W', 8)}" for t in titles]
    page.styled(Styled("  ".join([" " * (index + 1 + name), *heads]), style="dim"))
    for row in shown:
        place = row.before or row.after
        line = Styled(f"{place.number if place else '':>{index}} {fitted(cleaned(row.name), name)}")
        for rung in (row.before, row.after)[:sides]:
            line += Styled("  ") + _bar(page, rung, pair, bar)
        page.styled(line)
    _legend(page, pair, len(shown))


def _title(page: Page, side: Text, width: int) -> str:
    long, short = f"{page.spoken(side)} ∂loss/∂z".strip(), page.spoken(side) or "∂loss/∂z"
    return fitted(long if cell_len(long) <= width else short, width)


def _bar(page: Page, rung: Rung | None, pair: Butterfly, width: int) -> Styled:
    if rung is None:
        return Styled(" " * (width + 9))
    full, hollow = page.bars
    still = rung.moves is False
    if rung.state == "measured":
        share = pair.axis.share(rung.height or 0.0)
        drawn = (hollow if still else full) * max(1, round(share * width))
    else:
        drawn = {"zero": "0", "overflow": "NaN/∞", "unseen": "?"}[rung.state]
    number = quantity.power(rung.weight)
    return Styled.assemble((fitted(drawn, width), "dim" if still else "cyan"), f" {number:<8}")


def _legend(page: Page, pair: Butterfly, shown: int) -> None:
    full, hollow = page.bars
    rungs = [r for row in pair.rows for r in (row.before, row.after) if r is not None]
    parts = (
        [join([same(full * 3), words.MOVES])] if any(r.moves is not False for r in rungs) else []
    )
    parts += [join([same(hollow * 3), words.STILL])] if any(r.moves is False for r in rungs) else []
    low, high = (quantity.power(v) for v in (pair.axis.low, pair.axis.high))
    parts.append(_BARS.fill(low=low, high=high))
    page.say(join(parts, between=" · "), style="dim")
    if shown < len(pair.rows):
        page.say(words.SHOWN.fill(shown=shown, all=len(pair.rows)), style="dim")


def _race(page: Page, proof: Proof) -> None:
    if not proof.races:
        return
    page.heading(words.RACES)
    told = race.race(proof)
    kind = words.SCORE_KIND.get(told.kind or "", same(told.kind or page.spoken(words.SCORE)))
    head = [words.CURE, kind, words.GAIN, words.TIME, words.RESULT]
    rows = [_race_cells(page, row) for row in told.rows]
    _table(
        page, [page.spoken(h) for h in head], rows, [("*" if r.kept else " ") for r in told.rows]
    )
    for row in told.rows:
        if row.remark is not None:
            page.say(_COLON.fill(one=row.title, other=row.remark), indent=2, style="dim")
    for text in proof_sentences(proof):
        page.say(text)
    for text in start_lines(proof):
        page.say(text, indent=2, style="dim")


def _race_cells(page: Page, row: race.Row) -> list[str]:
    spread = f" ±{quantity.score(row.spread)}" if row.spread and row.score is not None else ""
    return [
        page.spoken(row.title),
        quantity.score(row.score) + spread,
        quantity.gain(row.gain) if row.gain is not None else "",
        page.spoken(quantity.duration(row.seconds)),
        page.spoken(words.OUTCOME[row.outcome]),
    ]


def _table(page: Page, head: list[str], rows: list[list[str]], marks: list[str]) -> None:
    """Print columns below each other; where the page is narrow, time and gain are left out."""
    for dispensable in (3, 2):
        if page.width < 2 + _LEAST_TITLE + sum(
            _widest(head, rows, i) + 2 for i in range(1, len(head))
        ):
            head, *rows = [[*row[:dispensable], *row[dispensable + 1 :]] for row in (head, *rows)]
    widths = [_widest(head, rows, i) for i in range(len(head))]
    room = page.width - 2 - sum(width + 2 for width in widths[1:])
    widths[0] = max(4, min(widths[0], room))
    for mark, row in zip(("  ", *(f"{m} " for m in marks)), (head, *rows), strict=True):
        cells = [fitted(cell, width) for cell, width in zip(row, widths, strict=True)]
        style = "dim" if row is head else "bold" if mark.strip() else ""
        page.styled(Styled(mark + "  ".join(cells).rstrip(), style=style))


def _widest(head: list[str], rows: list[list[str]], column: int) -> int:
    return max(cell_len(row[column]) for row in (head, *rows))


def _cure(page: Page, proof: Proof, evidence: Evidence) -> None:
    if proof.after is None:
        if proof.races:
            page.say(words.NO_CURE)
    elif proof.after.changes:
        page.heading(words.CURED)
        for line in proof.after.changes:
            page.code(line)
        page.say(words.SAME_START.fill(steps=f"{evidence.steps:,}"))
    for remark in proof.remarks:
        page.say(remark)


def _curves(page: Page, case: Case) -> None:
    told = []
    loss = curves.loss_chart(case.before, case.after)
    if loss is not None:
        told.append(sentences.chart_in_words(loss, what=words.LOSS, drawn=False))
    pair = side_by_side(climb(case.before), climb(case.after) if case.after else None)
    for name in curves.recurrent(pair.before, pair.after):
        through = curves.time_chart(pair.before, pair.after, name)
        told += [
            _COLON.fill(one=name, other=t)
            for t in (sentences.time_in_words(through) if through else ())
        ]
    clipping = clipping_in_words(case.before)
    told += [clipping] if clipping is not None else []
    strips = shares.strips(case.before)
    told += [sentences.strip_in_words(strip) for strip in strips]
    if told:
        page.gap()
    for text in told:
        page.say(sentences.capital(text))


def _repeat(page: Page, report: Report) -> None:
    page.heading(words.REPEAT)
    if report.command:
        page.code(report.command)
    for label, value in sentences.repeat_rows(report.recording, report.proof):
        page.say(_COLON.fill(one=label, other=value), indent=2)
