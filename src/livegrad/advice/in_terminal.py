"""Advice in the terminal: the choices, then each rule with its reason, its numbers, its evidence, and where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text as Styled

from livegrad.advice.advice import Advice, Choice
from livegrad.advice.rule import RULES, Rule
from livegrad.report.lines import Page
from livegrad.text import Language, Text, join, preferred_language, same

if TYPE_CHECKING:
    from livegrad.advice.by_measurement import Agreement

__all__ = ["print_advice", "print_agreement"]

_RANKED = Text("In this order:", "고르는 순서:")
_AVOID = Text("avoid {names}: {when}", "피할 것 {names}: {when}")
_WHY = Text("why", "이유")
_NUMBERS = Text("computed", "계산")
_EVIDENCE = Text("evidence", "근거")
_WRONG = Text("where wrong", "틀리는 경우")
_PYTORCH = same("PyTorch")
_LOSS = Text("loss", "손실")
_CLAIMS = Text("measured by livegrad claims: {ids}", "livegrad claims로 재는 것: {ids}")
_MEASURE = Text(
    "Measure it on your data: livegrad guide DATA.csv --target Y",
    "내 데이터로 재기: livegrad guide DATA.csv --target Y",
)


def print_advice(advice: Advice, *, console: Console, language: Language | None = None) -> None:
    """Print what the guide says.

    Args:
        advice: What it says.
        console: Where to.
        language: The reader's language by default.

    Example:
        >>> from livegrad.advice.by_rule import guide
        >>> print_advice(guide(), console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        In this order:
          1  relu  a hidden layer, and nothing is wrong yet
        ...
    """
    page = Page(console, language or preferred_language())
    _choices(page, advice)
    for rule in advice.rules:
        page.gap()
        _rule(page, rule, advice.numbers_of(rule.id))
    if advice.pair is not None:
        page.gap()
        page.labelled(_LOSS, advice.pair)
    if advice.not_answered is not None:
        page.gap()
        page.say(advice.not_answered)
    if advice.situation.layer == "hidden":
        page.gap()
        page.say(_MEASURE, style="dim")


def print_agreement(
    found: Agreement, *, console: Console, language: Language | None = None
) -> None:
    """Print whether rules and measurement agree, one paragraph.

    Example:
        >>> from livegrad.advice.by_measurement import measured
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 80)
        >>> quick = {"activations": ["relu"], "hidden": (4,), "seeds": 2, "steps": 5, "lr": 0.01}
        >>> found = measured(moons, **quick)
        >>> print_agreement(found, console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        The measurement does not tell: ...
    """
    Page(console, language or preferred_language()).say(found.text, style="bold")


def _choices(page: Page, advice: Advice) -> None:
    page.say(_RANKED, style="bold")
    width = max(len(choice.name) for choice in advice.choices)
    before: tuple[str, ...] = ()
    for choice in advice.choices:
        _choice(page, choice, width, told=choice.rules == before)
        before = choice.rules
    by_rule = dict[str, list[str]]()
    for one in advice.avoided:
        by_rule.setdefault(one.rule, []).append(one.name)
    for rule, names in by_rule.items():
        said = _AVOID.fill(names=", ".join(names), when=RULES[rule].when)
        page.styled(Styled(page.spoken(said), style="dim"), indent=2, hanging=5)


def _choice(page: Page, choice: Choice, width: int, *, told: bool) -> None:
    """Print a choice, with the situation that speaks for it unless the line above told it."""
    when = join([RULES[name].when for name in choice.rules], between="; ")
    line = Styled.assemble(
        (f"{choice.rank}  ", "dim"),
        (choice.name.ljust(width), "bold green" if choice.rank == 1 else "bold"),
        "  ",
        "" if told else page.spoken(when),
    )
    page.styled(line, indent=2, hanging=7 + width)


def _rule(page: Page, rule: Rule, numbers: tuple[Text, ...]) -> None:
    page.say(rule.says, style="bold")
    page.labelled(_WHY, rule.why, indent=2)
    for number in numbers:
        page.labelled(_NUMBERS if number is numbers[0] else same(""), number, indent=2)
    evidence = [_CLAIMS.fill(ids=", ".join(rule.evidence)), *map(same, rule.sources)]
    page.labelled(_EVIDENCE, join(evidence, between="; "), indent=2)
    page.labelled(_WRONG, rule.wrong_when, indent=2)
    page.labelled(_PYTORCH, rule.in_pytorch, indent=2)
    for line in rule.pytorch:
        page.code(line, indent=4)
