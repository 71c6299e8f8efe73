"""Claims in a table: a line for each, or for each base seed of one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from livegrad import quantity
from livegrad.lab.claims_run import Outcome
from livegrad.lab.claims_words import COLOURS, VERDICTS, figure, percent, say_unexpected, written
from livegrad.lab.experiment import Code
from livegrad.lab.proving import Proved
from livegrad.report.lines import Page, fitted
from livegrad.text import Language, Text, join, same

__all__ = ["print_seeds", "print_table", "verdict_line"]

_CLAIM = Text("claim", "주장")
_VERDICT = Text("verdict", "판정")
_HELD = Text("held (95 %)", "맞은 출발(95 %)")
_LEADING = Text("leading number", "대표 숫자")
_TIME = Text("time", "시간")
_SEED = Text("seed", "시드")
_NOT_RUN = Text("not run", "미실행")
_SHARE = Text("{count} of {of} · {low}–{high} %", "{of} 중 {count} · {low}–{high} %")
_TIMES = Text("{verdict} ×{count}", "{verdict} ×{count}")
_SUM = Text(
    "{count} claims in {time}. Hold: {holds}; hold under a condition: {depends}; do not hold here: {fails}.",
    "주장 {count}개, {time}. 맞음 {holds}개, 조건부 {depends}개, 틀림 {fails}개.",
)
_STABLE = Text(
    "{stable} of {count} claims got the same verdict from all {seeds} base seeds.",
    "주장 {count}개 가운데 {stable}개가 바탕 시드 {seeds}개에서 모두 같은 판정을 받았습니다.",
)
_COULD_NOT = Text(
    "'{claim}' could not run. {problem}", "'{claim}' 주장을 실행하지 못했습니다. {problem}"
)
_ALL_ALIKE = Text(
    "All {seeds} base seeds gave the same verdict.",
    "바탕 시드 {seeds}개에서 모두 같은 판정이 나왔습니다.",
)
_NOT_ALIKE = Text(
    "The verdict depends on the base seed: {verdicts}.",
    "바탕 시드에 따라 판정이 다릅니다: {verdicts}.",
)
_WIDEST_ID, _LEAST_NAME, _LEAST_NUMBER = 26, 6, 14


@dataclass(frozen=True)
class _Row:
    """One line of a table; ``code`` gives its colour."""

    name: str
    verdict: Text | str
    code: Code | None = None
    held: Text | str = ""
    leading: tuple[Text | str, str, str] = ("", "", "")  # name, value with its interval, without
    time: Text | str = ""


def print_table(
    outcomes: Sequence[Outcome], *, console: Console, language: Language, seeds: int = 1
) -> None:
    """Print a line for each claim, then what was not as expected, and a summary.

    Args:
        outcomes: What came of each.
        console: Where to.
        language: The reader's.
        seeds: From how many base seeds each ran; with several the table says whether verdicts are stable.

    Example:
        >>> from livegrad.lab.claims_run import plan_of, run_claims
        >>> found = list(run_claims(plan_of(["sigmoid-vanishing"])))
        >>> print_table(found, console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        claim              verdict     held (95 %) ...
    """
    page = Page(console, language)
    _table(page, [_row(one) for one in outcomes], _CLAIM)
    page.gap()
    for one in outcomes:
        if one.problem is not None:
            page.say(_COULD_NOT.fill(claim=one.experiment.id, problem=one.problem))
    say_unexpected(page, outcomes)
    ran = [one for one in outcomes if one.runs]
    if seeds > 1:
        stable = sum(one.stable for one in ran)
        page.say(_STABLE.fill(stable=stable, count=len(ran), seeds=seeds))
    page.say(_sum_of(ran))


def print_seeds(outcome: Outcome, *, console: Console, language: Language) -> None:
    """Print a line for each base seed of one claim.

    Example:
        >>> from livegrad.lab.claims_run import plan_of, run_claims
        >>> [found] = run_claims(plan_of(["sigmoid-vanishing"], seeds=2))
        >>> print_seeds(found, console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        seed  verdict     held (95 %) ...
    """
    page = Page(console, language)
    _table(page, [_run_row(str(run.facts.seed), run) for run in outcome.runs], _SEED)
    page.gap()
    if outcome.stable:
        page.say(_ALL_ALIKE.fill(seeds=len(outcome.runs)))
    else:
        page.say(_NOT_ALIKE.fill(verdicts=_verdicts(outcome)))
    say_unexpected(page, [outcome])


def verdict_line(outcome: Outcome) -> Text:
    """Return what came of one claim in a line, for a log.

    Example:
        >>> from livegrad.lab.claims_run import plan_of, run_claims
        >>> [found] = run_claims(plan_of(["sigmoid-vanishing"]))
        >>> verdict_line(found).ko.startswith("sigmoid-vanishing: 조건부")
        True
    """
    row = _row(outcome)
    verdict = row.verdict if isinstance(row.verdict, Text) else same(row.verdict)
    time = row.time if isinstance(row.time, Text) else same(row.time)
    line = f"{row.name}: {{verdict}}" + (" ({time})" if outcome.runs else "")
    return same(line).fill(verdict=verdict, time=time)


# ------------------------------------------------------------ tables


def _row(one: Outcome) -> _Row:
    name = one.experiment.id
    if not one.runs:
        return _Row(name, _NOT_RUN)
    if len(one.runs) == 1:
        return _run_row(name, one.runs[0])
    shares = [percent(run.facts.share.share) for run in one.runs]
    return _Row(
        name,
        _verdicts(one),
        one.codes[0][0] if one.stable else None,
        same(f"{'–'.join(dict.fromkeys((min(shares, key=int), max(shares, key=int))))} %"),
        _leading_over(one.runs),
        quantity.duration(one.seconds),
    )


def _run_row(name: str, run: Proved) -> _Row:
    share = run.facts.share
    low, high = percent(share.low), percent(share.high)
    held = _SHARE.fill(count=share.count, of=share.of, low=low, high=high)
    code = run.verdict.code
    time = quantity.duration(run.seconds)
    return _Row(name, VERDICTS[code], code, held, _leading(run), time)


def _verdicts(one: Outcome) -> Text:
    """Return the verdicts of several runs with how many runs gave each."""
    parts = [_TIMES.fill(verdict=VERDICTS[code], count=count) for code, count in one.codes]
    return join(parts, between=", ")


def _table(page: Page, rows: Sequence[_Row], first: Text) -> None:
    """Print rows in columns; the leading number takes what room is left, or goes."""
    head = _Row(page.spoken(first), _VERDICT, None, _HELD, (_LEADING, "", ""), _TIME)
    cells = [
        [page.spoken(cell) for cell in (row.name, row.verdict, row.held, row.time)]
        for row in (head, *rows)
    ]
    widths = [max(cell_len(line[k]) for line in cells) for k in range(4)]
    widths[0] = min(widths[0], _WIDEST_ID)
    numbers = _numbers(page, [head, *rows], page.width - sum(widths) - 8)
    columns = [k for k in range(3) if k < 2 or sum(widths) + 6 <= page.width]
    for row, line, number in zip((None, *rows), cells, numbers, strict=True):
        style = "dim" if row is None else ""
        colour = COLOURS.get(row.code, "") if row is not None and row.code else ""
        styles = (style or "bold", style or colour, style)
        parts = [(fitted(line[k], widths[k]) + "  ", styles[k]) for k in columns]
        time = " " * (widths[3] - cell_len(line[3])) + line[3]
        page.styled(Styled.assemble(*parts, (number, style), (time, "dim")), hanging=2)


def _numbers(page: Page, rows: Sequence[_Row], room: int) -> list[str]:
    """Return the column of leading numbers: with intervals where they have room, else without, else nothing."""
    told = [(page.spoken(row.leading[0]), *row.leading[1:]) for row in rows]
    for which in (1, 2):
        widest = max(cell_len(f"{one[0]} {one[which]}") for one in told)
        values = max(cell_len(one[which]) for one in told)
        if widest <= room or (which == 2 and values <= room >= _LEAST_NUMBER):
            width = min(widest, room)
            return [_number_cell(one[0], one[which], width) + "  " for one in told]
    return [""] * len(told)


def _number_cell(name: str, value: str, width: int) -> str:
    """Return name and value; of a name too long the end is left out."""
    left = width - cell_len(value) - 1 if value else width
    if left < _LEAST_NAME:
        return set_cell_size(value, width)
    shown = name if cell_len(name) <= left else set_cell_size(name, left - 1).rstrip() + "…"
    return set_cell_size(f"{shown} {value}".rstrip(), width)


def _leading(run: Proved) -> tuple[Text, str, str]:
    """Return the most telling number: its name, its value with the interval, and without."""
    number = run.facts.numbers[0]
    return number.name, written(number), figure(number.value, number.form)


def _leading_over(runs: Sequence[Proved]) -> tuple[Text, str, str]:
    """Return the least and the greatest value of the most telling number."""
    numbers = [run.facts.numbers[0] for run in runs]
    values = [one.value for one in numbers if not math.isnan(one.value)] or [math.nan]
    told = [figure(value, numbers[0].form) for value in (min(values), max(values))]
    found = " … ".join(dict.fromkeys(told))
    return numbers[0].name, found, found


def _sum_of(outcomes: Sequence[Outcome]) -> Text:
    count = Counter(one.codes[0][0] for one in outcomes)
    return _SUM.fill(
        count=len(outcomes),
        time=quantity.duration(sum(one.seconds for one in outcomes)),
        holds=count["holds"],
        depends=count["holds-if"],
        fails=count["does-not-hold"],
    )
