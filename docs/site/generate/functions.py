"""One page for each activation function of the catalogue, and the list of them all."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from generate.markdown import contents, plain, raw, table
from generate.site import Site
from livegrad.functions import ACTIVATIONS
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report import function_words as words
from livegrad.report.function_curve import picture
from livegrad.report.function_facts import GROUPS, Fact, Group, facts, names_elsewhere
from livegrad.report.function_failures import failures
from livegrad.report.function_list import grouped
from livegrad.report.function_svg import description, svg_of
from livegrad.report.function_terminal import legend
from livegrad.report.markup import escape
from livegrad.report.mathml import formula_markup
from livegrad.text import Text

_TITLE = Text("Activation functions", "활성화 함수")
_LEAD = Text(
    "{count} functions, each declared by its formula; curve, slope, properties and weak points on these pages are computed from that formula when the "
    "site is built. `livegrad show NAME` prints the same, for a formula of your own as well.",
    "함수 {count}개가 저마다 수식 하나로 선언되어 있습니다. 이 페이지들의 곡선, 기울기, 성질, 약한 곳은 사이트를 만들 때 그 수식에서 계산합니다. "
    "`livegrad show 이름`이 같은 것을 보여 줍니다. 직접 쓴 수식도 됩니다.",
)
_VECTOR = Text(
    "It takes a whole vector: there is no single slope, so the catalogue draws how one entry answers.",
    "벡터(vector) 전체를 받는 함수라 기울기가 하나가 아닙니다. 그래서 원소 하나가 어떻게 바뀌는지 그립니다.",
)
_IN_PYTHON = Text("In Python", "파이썬에서")

_Entry = Activation | VectorActivation


def write(site: Site) -> None:
    """Write all pages."""
    entries = list(ACTIVATIONS.values())
    parts = [f"# {site.say(_TITLE)}", site.say(_LEAD.fill(count=len(entries)))]
    for key, group in grouped(entries).items():
        rows = [
            (f"[`{one.id}`](/functions/{one.id}.md)", plain(site.say(one.about))) for one in group
        ]
        parts += [f"## {plain(site.say(GROUPS[key]))}", table(("f", ""), rows)]
    site.write("functions/index", *parts, contents(entry.id for entry in entries))
    for entry in entries:
        site.write(f"functions/{entry.id}", *_page(entry, site))


def _page(entry: _Entry, site: Site) -> Sequence[str]:
    shown = picture(entry)
    drawn = svg_of([entry], [shown], site.language, alone=False)
    said = escape(site.say(description([entry], [shown])))
    figure = (
        f'<figure class="lg-figure" role="img" aria-label="{said}">{drawn}'
        f"<figcaption>{escape(site.say(legend(shown)))}</figcaption></figure>"
    )
    settings = ", ".join(f"{name} = {value:g}" for name, value in entry.settings.items())
    formula = f'<div class="lg-formula">{formula_markup(entry)}</div>'
    parts = [f"# {plain(entry.id)}", plain(site.say(entry.about)), raw(formula)]
    parts += [f"`{settings}`"] if settings else []
    parts += [raw(figure)]
    if isinstance(entry, VectorActivation):
        parts.append(site.say(_VECTOR))
    else:
        groups, weak = _computed(entry)
        parts.append(f"## {plain(site.say(words.FAILS))}")
        parts.append("\n".join(f"- {plain(site.say(one))}" for one in weak))
        for group in groups:
            parts += [f"## {plain(site.say(group.title))}", _listed(group.facts, site)]
    named = names_elsewhere(entry)
    if named:
        parts += [f"## {plain(site.say(words.NAMES))}", _listed(named, site)]
    code = f'```python\nimport livegrad\n\nf = livegrad.activation("{entry.id}")\n```'
    parts += [f"## {site.say(_IN_PYTHON)}", code]
    if entry.source:
        parts.append(f"{plain(site.say(words.SOURCE))}: {plain(entry.source)}")
    return parts


@functools.cache
def _computed(entry: Activation) -> tuple[tuple[Group, ...], tuple[Text, ...]]:
    """What takes a third of a second each, once for both languages."""
    return tuple(facts(entry)), failures(entry)


def _listed(found: Sequence[Fact], site: Site) -> str:
    rows = [(plain(site.say(one.label)), plain(site.say(one.words))) for one in found]
    return table(("", ""), rows)
