"""An activation in a notebook: a card with its formula, its curve and the facts asked for most."""

from __future__ import annotations

from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report.function_compare import comparison
from livegrad.report.function_facts import title
from livegrad.report.markup import escape, tag
from livegrad.report.mathml import formula_markup
from livegrad.report.plot import plot
from livegrad.text import Language, preferred_language

__all__ = ["card"]

_STYLE = """<style>
.lg-card { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: center; }
.lg-card table { border-collapse: collapse; }
.lg-card th { text-align: left; font-weight: 400; opacity: .8; padding: 2px 14px 2px 0; }
.lg-card td { text-align: left; padding: 2px 0; }
math .cases { border-left: 1.5px solid; border-radius: 9px; padding-left: .45em; }
math .cases mtd { text-align: left; padding: .18em .5em .18em 0; }
</style>"""


def card(activation: Activation | VectorActivation, language: Language | None = None) -> str:
    """Return the card as HTML in one language.

    Args:
        activation: Of the catalogue, or made from a formula.
        language: The reader's by default.

    Example:
        >>> from livegrad.functions import activation
        >>> "f ≥ 0" in card(activation("relu"), "en")
        True
    """
    spoken = language or preferred_language()
    rows = "".join(
        f"<tr><th scope='row'>{escape(label.say(spoken))}</th><td>{escape(value.say(spoken))}</td></tr>"
        for label, value in comparison(activation)
    )
    facts = "" if isinstance(activation, VectorActivation) else tag("table", rows)
    head = tag("strong", escape(title(activation))) + tag("p", escape(activation.about.say(spoken)))
    drawing = plot(activation, language=spoken).svg()
    below = tag("div", drawing + facts, class_="lg-card")
    return tag("div", _STYLE + head + tag("p", formula_markup(activation)) + below, lang=spoken)
