"""One claim in the terminal: what is said, what was measured, the verdict, and how to repeat it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Styled

from livegrad import quantity
from livegrad.lab.claims_run import Outcome
from livegrad.lab.claims_words import COLOURS, VERDICTS, percent, say_unexpected, setting, written
from livegrad.lab.experiment import Experiment, Number
from livegrad.lab.proving import Proved
from livegrad.report.lines import Page
from livegrad.text import Language, Text

__all__ = ["print_head", "print_list", "print_one"]

_VERDICT = Text("verdict", "판정")
_SAID_IN = Text("said in {sources}", "출처 {sources}")
_MEASURED = Text("Measured", "잰 것")
_IN_STARTS = Text(
    "The claim held in {count} of {of} paired starts; 95 % interval: {low}–{high} %.",
    "짝지은 출발 {of}개 가운데 {count}개에서 맞았습니다. 95 % 구간은 {low}–{high} %입니다.",
)
_CONDITION = Text("Where it flips", "어디서 뒤집히나")
_ABOUT = Text("How it was measured", "어떻게 쟀나")
_WITH = Text("{settings} · seed {seed} · {time}", "{settings} · 시드 {seed} · {time}")
_REPEAT = Text("To repeat it", "다시 해 보려면")
_READ_NEXT = Text("Read next: {names}", "이어 볼 주장: {names}")


def print_head(experiment: Experiment, *, console: Console, language: Language) -> None:
    """Print what a claim says, and who says so.

    Example:
        >>> from livegrad.lab.experiment import EXPERIMENTS
        >>> one = EXPERIMENTS["sigmoid-vanishing"]
        >>> print_head(one, console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        sigmoid-vanishing · said in A (course digest), D (slides)
        The slope of the sigmoid ...
    """
    page = Page(console, language)
    sources = page.spoken(_SAID_IN.fill(sources=experiment.said_in))
    page.styled(Styled.assemble((experiment.id, "bold"), (f" · {sources}", "dim")))
    page.say(experiment.claim)


def print_one(outcome: Outcome, *, console: Console, language: Language) -> None:
    """Print the whole of one claim: numbers with what they say, verdict, where it flips, how to repeat it.

    Example:
        >>> from livegrad.lab.claims_run import plan_of, run_claims
        >>> [found] = run_claims(plan_of(["sigmoid-vanishing"]))
        >>> print_one(found, console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        sigmoid-vanishing · said in A (course digest), D (slides)
        ...
    """
    page, experiment, run = Page(console, language), outcome.experiment, outcome.runs[0]
    print_head(experiment, console=console, language=language)
    page.heading(_MEASURED)
    for number in run.facts.numbers:
        _number(page, number)
    page.gap()
    code = run.verdict.code
    page.styled(
        Styled.assemble(
            (page.spoken(_VERDICT).capitalize(), "bold"), ": ",
            (page.spoken(VERDICTS[code]), f"bold {COLOURS[code]}"),
        )
    )  # fmt: skip
    page.say(run.verdict.text)
    share = run.facts.share
    low, high = percent(share.low), percent(share.high)
    page.say(_IN_STARTS.fill(count=share.count, of=share.of, low=low, high=high))
    page.heading(_CONDITION)
    page.say(run.verdict.condition)
    page.heading(_ABOUT)
    page.say(experiment.about)
    page.say(_with(experiment, run), style="dim")
    page.heading(_REPEAT)
    page.code(_command(outcome, run))
    if experiment.after:
        page.gap()
        page.say(_READ_NEXT.fill(names=", ".join(experiment.after)), style="dim")
    say_unexpected(page, [outcome])


def print_list(experiments: Sequence[Experiment], *, console: Console, language: Language) -> None:
    """Print id and claim of experiments, a paragraph each.

    Example:
        >>> from livegrad.lab.experiment import EXPERIMENTS
        >>> one = EXPERIMENTS["sigmoid-vanishing"]
        >>> print_list([one], console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        sigmoid-vanishing  The slope of the sigmoid is at most ¼, ...
    """
    page = Page(console, language)
    width = max((cell_len(one.id) for one in experiments), default=0) + 2
    for one in experiments:
        line = Styled.assemble((one.id.ljust(width), "bold"), page.spoken(one.claim))
        page.styled(line, hanging=width if page.width > 2 * width else 2)


def _number(page: Page, number: Number) -> None:
    line = Styled.assemble(
        page.spoken(number.name), "  ", (written(number), "bold"), (f"  n = {number.n}", "dim")
    )
    page.styled(line, indent=2, hanging=4)
    page.say(number.explanation, indent=4, style="dim")


def _with(experiment: Experiment, run: Proved) -> Text:
    names = {control.id: control.name for control in experiment.controls}
    told = [(names[name], setting(value)) for name, value in run.facts.settings.items()]
    settings = Text(
        " · ".join(f"{name.en} {value}" for name, value in told) or "–",
        " · ".join(f"{name.ko} {value}" for name, value in told) or "–",
    )
    return _WITH.fill(settings=settings, seed=run.facts.seed, time=quantity.duration(run.seconds))


def _command(outcome: Outcome, run: Proved) -> str:
    usual = outcome.experiment.settings()
    changed = [
        f"--set {shlex.quote(f'{name}={setting(value)}')}"
        for name, value in run.facts.settings.items()
        if value != usual[name]
    ]
    parts = ["livegrad claims", outcome.experiment.id, *changed]
    return " ".join([*parts, *([f"--seed {run.facts.seed}"] if run.facts.seed else [])])
