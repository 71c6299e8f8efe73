"""What is said of a user's own formula: what it is called elsewhere, and how to write it better."""

from __future__ import annotations

import shlex

from livegrad.errors import BadInput
from livegrad.functions.language.writing import text_of
from livegrad.functions.own import OwnActivation
from livegrad.functions.own.twins import Twin, twin
from livegrad.functions.rewriting import rewrites
from livegrad.report.lines import Page
from livegrad.text import Text

__all__ = ["print_remarks", "remarks", "rewritten_text", "twin_command", "twin_words"]

_TWIN = Text(
    "The catalogue has this function: it is {name}{values}.",
    "목록에 이미 있는 함수입니다: {name}{values}.",
)
_WITH = Text(" with {values}", "({values})")
_LOSES = Text("As it is written, digits are lost:", "적힌 그대로 계산하면 자릿수를 잃습니다.")
_TYPE = Text("Type this instead; it is the same function:", "같은 함수를 이렇게 적으면 됩니다.")


def twin_words(found: Twin) -> Text:
    """Return what a formula is called in the catalogue.

    Example:
        >>> str(twin_words(Twin("swish", (("beta", 1.702),), "quick_gelu")))
        'The catalogue has this function: it is swish (quick_gelu) with beta = 1.702.'
    """
    values = ", ".join(f"{name} = {value:g}" for name, value in found.values)
    return _TWIN.fill(
        name=f"{found.id} ({found.preset})" if found.preset else found.id,
        values=_WITH.fill(values=values) if values else Text("", ""),
    )


def twin_command(found: Twin) -> str:
    """Return the command that shows it.

    Example:
        >>> twin_command(Twin("swish", (("beta", 2.0),)))
        'livegrad show swish --beta 2'
    """
    options = "".join(f" --{name} {value:g}" for name, value in found.values)
    return f"livegrad show {found.preset or found.id + options}"


def rewritten_text(activation: OwnActivation) -> str | None:
    """Return the formula to type instead, which loses no digits; ``None`` if nothing changes.

    Example:
        >>> from livegrad.functions import own
        >>> rewritten_text(own("log(1 + exp(x))"))
        'softplus(x)'
    """
    if not activation.changes:
        return None
    try:
        return text_of(rewrites(activation.formula)[0])
    except BadInput:  # it has no form as text; what changes is still said
        return None


def remarks(activation: OwnActivation) -> tuple[Text, ...]:
    """Return the remarks on a formula: its twin, what loses digits, in sentences.

    Example:
        >>> from livegrad.functions import own
        >>> str(remarks(own("x / 2 * (1 + erf(x / sqrt(2)))"))[0])
        'The catalogue has this function: it is gelu.'
    """
    found = twin(activation)
    told = [twin_words(found)] if found else []
    return (*told, *(change.said() for change in activation.changes))


def print_remarks(page: Page, activation: OwnActivation) -> None:
    """Print what a formula is called elsewhere, and how to write it so that it loses no digits."""
    found = twin(activation)
    if found:
        page.gap()
        page.say(twin_words(found))
        page.code(twin_command(found))
    if activation.changes:
        page.gap()
        page.say(_LOSES, style="bold")
        for change in activation.changes:
            page.say(change.said(), indent=2)
    better = rewritten_text(activation)
    if better:
        page.say(_TYPE)
        options = "".join(f" --{name} {value:g}" for name, value in activation.settings.items())
        page.code(f"livegrad show {shlex.quote(better)}{options}")
