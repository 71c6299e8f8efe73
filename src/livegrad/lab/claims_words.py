"""How verdicts and numbers of claims are written in the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from livegrad import quantity
from livegrad.lab.claims_run import Outcome
from livegrad.lab.experiment import Code, Number
from livegrad.report.lines import Page
from livegrad.text import Text

__all__ = ["COLOURS", "VERDICTS", "figure", "percent", "say_unexpected", "setting", "written"]

VERDICTS: dict[Code, Text] = {
    "holds": Text("holds", "맞음"),
    "holds-if": Text("holds if …", "조건부"),
    "does-not-hold": Text("does not hold", "틀림"),
}
COLOURS: dict[Code, str] = {"holds": "green", "holds-if": "yellow", "does-not-hold": "red"}
_DIFFERS = Text(
    "'{claim}' was expected to come out as '{expected}', but came out as '{found}'.",
    "'{claim}' 주장에서 예상한 판정은 '{expected}', 나온 판정은 '{found}'입니다.",
)


def say_unexpected(page: Page, outcomes: Sequence[Outcome]) -> None:
    """Print a sentence for each claim whose verdict at usual settings is not the expected one.

    Args:
        page: Where to.
        outcomes: What came of claims.

    Example:
        >>> from rich.console import Console
        >>> say_unexpected(Page(Console(), "en"), [])
    """
    for one in outcomes:
        if not one.unexpected:
            continue
        expected = one.experiment.expected
        found = next(code for code, _ in one.codes if code != expected)
        told = _DIFFERS.fill(
            claim=one.experiment.id, expected=VERDICTS[expected], found=VERDICTS[found]
        )
        page.say(told, style="bold red")


def written(number: Number) -> str:
    """Return a number with its interval.

    Example:
        >>> same = Text("x", "x")
        >>> written(
        ...     Number(
        ...         id="x", name=same, value=0.5, low=0.4, high=0.6, form="share", explanation=same
        ...     )
        ... )
        '50 % (40 % … 60 %)'
    """
    told = figure(number.value, number.form)
    if number.low is None or number.high is None:
        return told
    return f"{told} ({figure(number.low, number.form)} … {figure(number.high, number.form)})"


def figure(value: float, form: str) -> str:
    """Return a value as its form has it.

    Example:
        >>> [figure(v, form) for v, form in ((0.2314, "factor"), (3e-16, "power"), (1200, "count"))]
        ['×0.231', '3e-16', '1,200']
    """
    if form == "share":
        return quantity.percent(value)
    if form == "power" and value >= 0:
        return quantity.power(math.log10(value) if value > 0 else -math.inf)
    if form == "seconds":
        return f"{quantity.number(value)} s"
    if form == "count" and math.isfinite(value):
        return f"{value:,.0f}" if value == round(value) else quantity.number(value)
    return f"×{quantity.number(value)}" if form == "factor" else quantity.number(value)


def percent(share: float) -> str:
    """Return a share in whole percent, without the sign.

    Example:
        >>> percent(0.893)
        '89'
    """
    return f"{100 * share:.0f}"


def setting(value: object) -> str:
    """Return a setting as ``--set`` takes it.

    Example:
        >>> setting(20.0), setting("he")
        ('20', 'he')
    """
    return f"{value:g}" if isinstance(value, int | float) else str(value)
