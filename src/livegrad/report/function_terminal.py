"""An activation function in the terminal: its formula, its curve, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Styled

from livegrad.functions.own import OwnActivation
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report import braille, own_words
from livegrad.report import function_words as words
from livegrad.report.formula_text import formula_lines
from livegrad.report.function_checks import Extras, print_accuracy, print_extras
from livegrad.report.function_columns import fact_lines, section
from livegrad.report.function_curve import Picture, picture
from livegrad.report.function_facts import Fact, Group, facts, names_elsewhere, title
from livegrad.report.function_failures import failures
from livegrad.report.lines import Page
from livegrad.text import Language, Text, join, preferred_language, same

__all__ = ["legend", "print_function"]

_TWO_COLUMNS, _GAP = 76, 2
_ROWS, _WIDEST_PICTURE = 11, 72
_KEY_FLAT = {
    "faint": Text("slope below 1 % of its steepest", "기울기가 최대의 1% 미만"),
    "dead": Text("slope exactly 0", "기울기가 정확히 0"),
}
_VALUE_IS = Text("{sign} solid", "{sign} 실선")
_SLOPE_IS = Text("{sign} dotted", "{sign} 점선")
_PARAMETER = Text("{value} ({rule}): {about}", "{value} ({rule}): {about}")
_BOUNDED = Text("outputs", "출력")
_BETWEEN = Text("between two bounds", "두 한계 사이")
_FREE = Text("unbounded", "한계 없음")


def print_function(
    activation: Activation | VectorActivation,
    *,
    console: Console,
    language: Language | None = None,
    extras: Extras | None = None,
) -> None:
    """Print the card of an activation.

    Args:
        activation: Of the catalogue, or made from a formula.
        console: Where to.
        language: The reader's language by default.
        extras: What to add.

    Raises:
        NotProved: A proof was asked for, and python-flint is not installed.
    """
    page = Page(console, language or preferred_language())
    _head(page, activation)
    _picture(page, activation)
    if isinstance(activation, VectorActivation):
        section(page, words.SHAPE, [Fact(_BOUNDED, _BETWEEN if activation.bounded else _FREE)])
        _names(page, activation)
        return
    shape, slope, signal = facts(activation)
    _beside(page, [shape, signal], [slope])
    page.heading(words.FAILS)
    for sentence in failures(activation):
        page.styled(Styled(f"– {page.spoken(sentence)}"), hanging=2)
    print_accuracy(page, activation, extras or Extras())
    print_extras(page, activation, extras or Extras())
    _names(page, activation)


def legend(shown: Picture, *, unicode: bool = True) -> Text:
    """Return the key to a picture: which line is which, and what the bars under the axis mean.

    Example:
        >>> from livegrad.functions import elementwise
        >>> str(legend(picture(elementwise("relu"))))
        'f solid · f′ dotted · ▓ slope exactly 0'
    """
    signs = [curve.sign for curve in shown.curves]
    told = [form.fill(sign=s) for form, s in zip((_VALUE_IS, _SLOPE_IS), signs, strict=False)]
    marks = {"faint": "░" if unicode else "~", "dead": "▓" if unicode else "="}
    told += [
        join([same(mark), _KEY_FLAT[kind]]) for kind, mark in marks.items() if getattr(shown, kind)
    ]
    return join(told, between=" · ")


# ------------------------------------------------------------ head and picture


def _head(page: Page, activation: Activation | VectorActivation) -> None:
    page.say(title(activation), style="bold")
    if not isinstance(activation, OwnActivation):
        page.say(activation.about)
    page.gap()
    sign = "f(x) = " if isinstance(activation, Activation) else "f(x)ᵢ = "
    lines = formula_lines(activation.latex, page.language)
    middle = (len(lines) - 1) // 2
    for row, line in enumerate(lines):
        head = sign if row == middle else " " * len(sign)
        page.styled(Styled.assemble("  " + head, (line, "bold")), hanging=4 + len(sign))
    for parameter in activation.parameters:
        page.styled(_parameter(page, activation, parameter.name), indent=2, hanging=4)
    if isinstance(activation, OwnActivation):
        own_words.print_remarks(page, activation)


def _parameter(page: Page, activation: Activation | VectorActivation, name: str) -> Styled:
    parameter = next(p for p in activation.parameters if p.name == name)
    told = [
        _PARAMETER.fill(
            value=f"{activation.settings[name]:g}",
            rule=parameter.domain.rule(activation.settings),
            about=parameter.about,
        )
    ]
    told += [words.LEARNED] if parameter.learned else []
    if isinstance(activation, OwnActivation):
        return Styled.assemble((f"{name} = ", "dim"), f"{activation.settings[name]:g}")
    return Styled.assemble((f"{name} = ", "dim"), page.spoken(join(told, between="; ")))


def _picture(page: Page, activation: Activation | VectorActivation) -> None:
    page.gap()
    unicode = _unicode(page)
    shown = picture(activation)
    width = min(page.width, _WIDEST_PICTURE)
    if shown.argument != "f(x)":
        page.say(same(shown.argument), style="dim")
    for line in braille.drawn(shown, width=width, height=_ROWS, unicode=unicode):
        page.styled(line)
    page.say(legend(shown, unicode=unicode), style="dim", indent=2)


def _unicode(page: Page) -> bool:
    return "utf" in page.console.encoding.lower()


# ------------------------------------------------------------ facts


def _beside(page: Page, left: list[Group], right: list[Group]) -> None:
    """Print groups in two columns, or below each other where the page is narrow."""
    if page.width < _TWO_COLUMNS:
        for group in (*left[:1], *right, *left[1:]):
            section(page, group.title, group.facts)
        return
    width = (page.width - _GAP) // 2
    columns = [_lines(page, groups, width) for groups in (left, right)]
    page.gap()
    for row in range(max(map(len, columns))):
        one, other = (column[row] if row < len(column) else Styled() for column in columns)
        pad = " " * (width + _GAP - cell_len(one.plain))
        page.styled(Styled.assemble(one, pad, other))


def _lines(page: Page, groups: Iterable[Group], width: int) -> list[Styled]:
    lines: list[Styled] = []
    for group in groups:
        lines += [Styled()] if lines else []
        lines.append(Styled(page.spoken(group.title), style="bold"))
        lines += fact_lines(page, group.facts, width)
    return lines


def _names(page: Page, activation: Activation | VectorActivation) -> None:
    named = names_elsewhere(activation)
    if named:
        section(page, words.NAMES, named)
    if activation.source:
        page.heading(words.SOURCE)
        page.say(activation.source)
