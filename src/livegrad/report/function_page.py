"""The catalogue as one HTML file: a card for each activation, both languages, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from livegrad import __version__
from livegrad.functions.own import OwnActivation
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report import function_words as words
from livegrad.report.frame import Frame, write
from livegrad.report.function_curve import Picture, picture
from livegrad.report.function_facts import GROUPS, Fact, facts, names_elsewhere, title
from livegrad.report.function_failures import failures
from livegrad.report.function_list import grouped
from livegrad.report.function_svg import description, svg_of
from livegrad.report.function_terminal import legend
from livegrad.report.markup import both, escape, tag
from livegrad.report.mathml import formula_markup
from livegrad.report.own_words import remarks
from livegrad.text import Language, Text, preferred_language, same

__all__ = ["to_page", "write_page"]

_Entry = Activation | VectorActivation
_TITLE = Text("Activation functions", "활성화 함수(activation)")
_LEAD = Text(
    "{count} activation functions: the curve, the slope, the formula, what follows from it, and where "
    "it fails. All figures are computed from the formula.",
    "활성화 함수 {count}개의 곡선과 기울기, 수식과 거기서 나오는 성질, 약한 곳을 담았습니다. 모든 수는 "
    "수식에서 계산했습니다.",
)
_SEARCH = Text(
    "Search by name, also PyTorch's, Keras's or JAX's", "이름으로 찾기 (PyTorch, Keras, JAX 이름도)"
)
_SKIP = Text("To the functions", "함수 목록으로")
_MORE = Text("All properties", "모든 성질")
_INDEX = Text("Contents", "차례")


def to_page(entries: Sequence[_Entry], language: Language | None = None) -> str:
    """Return activations as a page that needs nothing but itself.

    Args:
        entries: What to show; one alone gets a page without a list.
        language: Which language it opens in, by default the reader's; the other is in it too.

    Example:
        >>> from livegrad.functions import activation
        >>> to_page([activation("relu")], "en").splitlines()[:2]
        ['<!doctype html>', '<html lang="en">']
    """
    frame = Frame(
        title=_TITLE if len(entries) > 1 else same(title(entries[0])),
        version=__version__,
        skip=_SKIP,
        place="functions",
        kind="catalogue",
        styles=("page.css", "catalogue.css"),
        scripts=("page.js", "catalogue.js"),
    )
    body = _many(entries) if len(entries) > 1 else _alone(entries[0])
    return frame.around(body, language or preferred_language())


def write_page(
    entries: Sequence[_Entry], path: str | Path, language: Language | None = None
) -> None:
    """Write the page; of existing files only livegrad's own are replaced.

    Args:
        entries: What to show.
        path: The file.
        language: Which language it opens in.

    Raises:
        BadInput: The path is a folder or a file of someone else, or cannot be written.
    """
    write(to_page(entries, language), path)


# ------------------------------------------------------------ parts


def _many(entries: Sequence[_Entry]) -> str:
    groups = grouped(entries)
    lead = (
        f"<header><h1>{both(_TITLE)}</h1>"
        f'<p class="lead-words">{both(_LEAD.fill(count=len(entries)))}</p></header>'
    )
    search = (
        '<div class="search needs-script" role="search" hidden>'
        f'<label for="search">{both(_SEARCH)}</label>'
        '<input id="search" type="search" autocomplete="off">'
        '<output id="left" for="search" aria-live="polite"></output></div>'
    )
    index = "".join(
        f"<div><dt>{both(GROUPS[key])}</dt><dd>{_links(group)}</dd></div>"
        for key, group in groups.items()
    )
    nav = (
        f'<nav aria-labelledby="contents"><h2 id="contents" class="unseen">{both(_INDEX)}</h2>'
        f'<dl class="index">{index}</dl></nav>'
    )
    sections = [
        f'<section aria-labelledby="g-{key}"><h2 id="g-{key}">{both(GROUPS[key])}</h2>'
        f'<div class="cards">{"".join(_card(entry) for entry in group)}</div></section>'
        for key, group in groups.items()
    ]
    return "\n".join([lead, search, nav, *sections])


def _links(group: Iterable[_Entry]) -> str:
    return "".join(f'<a href="#{escape(each.id)}">{escape(each.id)}</a>' for each in group)


def _alone(entry: _Entry) -> str:
    return f"<h1>{escape(title(entry))}</h1>{_card(entry, level=1, whole=True)}"


# ------------------------------------------------------------ one card


def _card(entry: _Entry, *, level: int = 3, whole: bool = False) -> str:
    shown = picture(entry)
    name = "" if whole else tag(f"h{level}", escape(entry.id), class_="name")
    parts = [
        name,
        _remarks(entry) if isinstance(entry, OwnActivation) else tag("p", both(entry.about)),
        _formula(entry),
        _figure(entry, shown),
        _failures(entry, level=level + 1),
        _properties(entry, whole=whole, level=level + 1),
        _source(entry),
    ]
    names = escape(" ".join(_searched(entry)))
    inner = "".join(parts)
    return f'<article class="function card" id="{escape(entry.id)}" data-names="{names}">{inner}</article>'


def _searched(entry: _Entry) -> list[str]:
    presets = [preset.name for preset in entry.aliases.presets]
    found = [entry.id, *entry.aliases, *presets]
    bare = [name.lower().replace("_", "").replace("-", "") for name in found]
    return list(dict.fromkeys([*(name.lower() for name in found), *bare]))


def _remarks(entry: OwnActivation) -> str:
    return "".join(tag("p", both(each)) for each in remarks(entry))


def _formula(entry: _Entry) -> str:
    math = formula_markup(entry)
    settings = ", ".join(f"{name} = {value:g}" for name, value in entry.settings.items())
    told = f'<p class="tiny">{escape(settings)}</p>' if settings else ""
    return f'<div class="formula" tabindex="0" role="group" aria-label="f(x)">{math}</div>{told}'


def _figure(entry: _Entry, shown: Picture) -> str:
    svg = svg_of([entry], [shown], "en", alone=False)
    said = f'<span class="unseen">{both(description([entry], [shown]))}</span>'
    named = "" if shown.argument == "f(x)" else f"{escape(shown.argument)} · "
    key = f'<span aria-hidden="true">{named}{both(_key(shown))}</span>'
    return f'<figure>{svg}<figcaption class="tiny">{said}{key}</figcaption></figure>'


def _key(shown: Picture) -> Text:
    told = legend(shown)
    return Text(told.en.replace("dotted", "dashed"), told.ko)


def _failures(entry: _Entry, *, level: int) -> str:
    if isinstance(entry, VectorActivation):
        return ""
    found = "".join(tag("li", both(each)) for each in failures(entry))
    return f'{tag(f"h{level}", both(words.FAILS))}<ul class="fails">{found}</ul>'


def _properties(entry: _Entry, *, whole: bool, level: int) -> str:
    groups = [] if isinstance(entry, VectorActivation) else list(facts(entry))
    inner = "".join(tag(f"h{level}", both(group.title)) + _list(group.facts) for group in groups)
    named = names_elsewhere(entry)
    elsewhere = tag(f"h{level}", both(words.NAMES)) + _list(named) if named else ""
    if not inner or whole:
        return inner + elsewhere
    return f"<details><summary>{both(_MORE)}</summary>{inner}</details>{elsewhere}"


def _list(found: Iterable[Fact]) -> str:
    rows = "".join(f"<dt>{both(f.label)}</dt><dd>{both(f.words)}</dd>" for f in found)
    return f'<dl class="facts">{rows}</dl>'


def _source(entry: _Entry) -> str:
    return (
        f'<p class="tiny">{both(words.SOURCE)}: {escape(entry.source)}</p>' if entry.source else ""
    )
