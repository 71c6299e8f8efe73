"""A formula as MathML, which browsers draw by themselves and screen readers read aloud."""

from __future__ import annotations

import functools

from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report.formula_text import OTHERWISE
from livegrad.report.markup import both, escape, tag
from livegrad.report.typeset import Box, Cases, Fence, Fraction, Root, Row, Script, Sign, boxes

__all__ = ["formula_markup", "mathml"]

_PLAIN_TAG = {"letter": "mi", "number": "mn", "text": "mtext"}
_INVISIBLE_TIMES = "&#8290;"
_PREFIX = '<mo form="prefix" lspace="0" rspace="0">−</mo>'
_JOINING = ("operator", "relation", "open")
_APPLIED = "&#8289;"


def mathml(latex: str) -> str:
    r"""Return a formula in LaTeX as a ``<math>`` element.

    Example:
        >>> mathml(r"\frac{x}{2}")
        '<math displaystyle="true"><mfrac><mi>x</mi><mn>2</mn></mfrac></math>'
    """
    return tag("math", _markup(boxes(latex)), displaystyle="true")


def formula_markup(activation: Activation | VectorActivation) -> str:
    """Return ``f(x) = …`` as a ``<math>`` element; for a vector function its entry i.

    Example:
        >>> from livegrad.functions import activation
        >>> formula_markup(activation("identity"))[-34:]
        '<mo>=</mo><mi>x</mi></mrow></math>'
    """
    argument = "<mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow>"
    if isinstance(activation, VectorActivation):
        argument = f"<msub>{argument}<mi>i</mi></msub>"
    right = _markup(boxes(activation.latex))
    return tag("math", f"<mrow><mi>f</mi>{argument}<mo>=</mo>{right}</mrow>", displaystyle="true")


@functools.singledispatch
def _markup(box: Box) -> str:
    raise TypeError(box)


@_markup.register
def _(box: Row) -> str:
    written = []
    before: Box | None = None
    for part, after in zip(box.parts, (*box.parts[1:], None), strict=True):
        sign = isinstance(part, Sign) and part.text == "−" and not _is_term(before)
        written.append(_PREFIX if sign else _markup(part))
        before = part
        if isinstance(after, Fence) and _is_function(part):
            written.append(f"<mo>{_APPLIED}</mo>")
    return written[0] if len(written) == 1 else tag("mrow", "".join(written))


def _is_term(before: Box | None) -> bool:
    """Tell whether a minus after this takes away, and is no sign."""
    return before is not None and not (isinstance(before, Sign) and before.kind in _JOINING)


def _is_function(box: Box) -> bool:
    base = box.base if isinstance(box, Script) else box
    return isinstance(base, Sign) and (base.kind == "name" or base.text in "σΦφ")


@_markup.register
def _(box: Sign) -> str:
    if box.text == "·" and box.kind == "operator":
        return f"<mo>{_INVISIBLE_TIMES}</mo><mspace width='.16em'></mspace>"
    if box.kind == "name":
        return tag("mi", escape(box.text), mathvariant="normal")
    if box.text == "else":
        return tag("mtext", both(OTHERWISE))
    return tag(_PLAIN_TAG.get(box.kind, "mo"), escape(box.text))


@_markup.register
def _(box: Fraction) -> str:
    return tag("mfrac", _markup(box.top) + _markup(box.bottom))


@_markup.register
def _(box: Root) -> str:
    return tag("msqrt", _markup(box.body))


@_markup.register
def _(box: Fence) -> str:
    left, right = (tag("mo", escape(side), fence="true") for side in (box.left, box.right))
    return tag("mrow", left + _markup(box.body) + right)


@_markup.register
def _(box: Script) -> str:
    base = _markup(box.base)
    if box.lower is None or box.upper is None:
        one = box.upper if box.lower is None else box.lower
        return tag("msup" if box.lower is None else "msub", base + _markup(one or Row()))
    return tag("msubsup", base + _markup(box.lower) + _markup(box.upper))


@_markup.register
def _(box: Cases) -> str:
    rows = "".join(
        tag("mtr", tag("mtd", _markup(body)) + tag("mtd", _markup(where)))
        for body, where in box.rows
    )
    # The brace is drawn by the style sheet: without a mathematical font none would grow.
    return tag("mtable", rows, class_="cases", displaystyle="true")
