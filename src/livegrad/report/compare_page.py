"""A comparison as one HTML file: conclusion, intervals, differences, learning curves; both languages."""

from __future__ import annotations

from itertools import count

from livegrad import __version__
from livegrad.report import compare_words as words
from livegrad.report.compare_facts import rows, score
from livegrad.report.compare_figures import curves, intervals, table
from livegrad.report.compare_sentences import cost, level, setting, title
from livegrad.report.frame import Frame
from livegrad.report.markup import both, escape, tag
from livegrad.text import Language, join, preferred_language
from livegrad.trials.comparison import Comparison

__all__ = ["fragment", "to_page"]

_STYLE = """<style>
.lg-standings { border-collapse: collapse; }
.lg-standings th, .lg-standings td { padding: 2px 14px 2px 0; text-align: left; font-weight: 400; }
.lg-standings thead th { opacity: .75; }
.lg-standings tr.best td { font-weight: 700; }
</style>"""


def to_page(comparison: Comparison, language: Language | None = None) -> str:
    """Return a comparison as a page that needs nothing but itself.

    Args:
        comparison: What was found.
        language: Which language it opens in, by default the reader's; the other is in it too.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 8, "steps": 60, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> to_page(found, "en").splitlines()[:2]
        ['<!doctype html>', '<html lang="en">']
    """
    frame = Frame(
        title=title(comparison),
        version=__version__,
        skip=words.SKIP,
        kind="comparison",
        styles=("page.css", "compare.css"),
    )
    return frame.around("\n".join(_body(comparison)), language or preferred_language())


def fragment(comparison: Comparison, language: Language | None = None) -> str:
    """Return a comparison for a notebook: conclusion, drawing and table, in one language.

    Args:
        comparison: What was found.
        language: The reader's by default.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 8, "steps": 60, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> fragment(found, "en").startswith('<div lang="en">')
        True
    """
    from livegrad.report.compare_plot import plot

    spoken = language or preferred_language()
    heads = [words.RANK, words.NAME, words.MEASURE[comparison.measure]]
    heads += [words.INTERVAL.fill(level=level(comparison)), words.SUCCESS, words.RATE]
    top = "".join(tag("th", escape(head.say(spoken)), scope="col") for head in heads)
    body = "".join(
        tag(
            "tr",
            "".join(
                tag("td", escape(cell))
                for cell in (row.rank.say(spoken), row.name, row.mean, row.interval, row.success, row.rate)
            ),
            class_="best" if row.best else "",
        )
        for row in rows(comparison)
    )  # fmt: skip
    inner = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    told = tag("strong", escape(title(comparison).say(spoken)))
    told += tag("p", escape(comparison.conclusion.say(spoken)))
    drawn = plot(comparison, language=spoken).svg()
    return tag(
        "div", _STYLE + told + drawn + tag("table", inner, class_="lg-standings"), lang=spoken
    )


def _body(comparison: Comparison) -> list[str]:
    numbers = count(1)
    lead = tag("h1", both(title(comparison))) + tag(
        "p", both(comparison.conclusion), class_="found"
    )
    lead += tag("p", both(setting(comparison)), class_="small")
    limit = f"{1 - comparison.ranking.level:.2g}"
    target = words.KEY_TARGET.fill(target=score(comparison.target), guess=score(comparison.guess))
    keys = [words.DIFFERENCES_KEY.fill(limit=limit), words.KEY_RANK, target]
    key = tag("p", both(join(keys)), class_="small")
    parts = (
        (words.SCORES, intervals(comparison, next(numbers))),
        (words.DIFFERENCES, table(comparison) + key),
        (words.CURVES, curves(comparison, numbers)),
        (words.REMARKS, _remarks(comparison)),
    )
    sections = [
        tag("section", tag("h2", both(head)) + inner, class_="card") for head, inner in parts
    ]
    return [tag("header", lead, class_="verdict"), *sections, _repeat(comparison.command)]


def _remarks(comparison: Comparison) -> str:
    told = (*comparison.remarks, cost(comparison))
    return tag("ul", "".join(tag("li", both(one)) for one in told), class_="told")


def _repeat(command: str) -> str:
    if not command:
        return ""
    return (
        f'<section><h2>{both(words.REPEAT)}</h2><pre tabindex="0">{escape(command)}</pre></section>'
    )
