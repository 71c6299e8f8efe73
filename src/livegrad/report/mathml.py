"""A formula as MathML, which browsers draw by themselves and screen readers read aloud."""

from __future__ import annotations

import functools

from livegrad.report.formula_text import OTHERWISE
from livegrad.report.markup import both, escape, tag
from livegrad.report.typeset import Box, Cases, Fence, Fraction, Root, Row, Script, Sign, boxes

__all__ = ["mathml"]

_PLAIN_TAG = {"letter": "mi", "number": "mn", "text": "mtext"}
_INVISIBLE_TIMES = "&#8290;"
_APPLIED = "&#8289;"


def mathml(latex: str, *, display: bool = False) -> str:
    r"""Return a formula in LaTeX as a ``<math>`` element.

    Example:
        >>> mathml(r"\frac{x}{2}")
        '<math><mfrac><mi>x</mi><mn>2</mn></mfrac></math>'
    """
    kind = {"display": "block"} if display else {}
    return tag("math", _markup(boxes(latex)), **kind)


@functools.singledispatch
def _markup(box: Box) -> str:
    raise TypeError(box)


@_markup.register
def _(box: Row) -> str:
    written = []
    for part, after in zip(box.parts, (*box.parts[1:], None), strict=True):
        written.append(_markup(part))
        if isinstance(after, Fence) and _is_function(part):
            written.append(f"<mo>{_APPLIED}</mo>")
    return written[0] if len(written) == 1 else tag("mrow", "".join(written))


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
    brace = tag("mo", "{", fence="true", stretchy="true")
    return tag("mrow", brace + tag("mtable", rows, class_="cases"))
