r"""A formula in plain Unicode, for a terminal: ``x·σ(βx)`` as ``x·σ(β·x)``, cases below each other."""

from __future__ import annotations

import functools

from livegrad.report.typeset import Box, Cases, Fence, Fraction, Root, Row, Script, Sign, boxes
from livegrad.text import Language, Text

__all__ = ["OTHERWISE", "formula_lines", "formula_text"]

OTHERWISE = Text("otherwise", "그 밖의 x")
_RAISED: dict[str, str] = dict(zip("0123456789+−xni()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ˣⁿⁱ⁽⁾", strict=True))
_LOWERED: dict[str, str] = dict(zip("0123456789+−ijnx()", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₙₓ₍₎", strict=True))
_SPACED = "+−"


def formula_text(latex: str, language: Language = "en") -> str:
    r"""Return a formula in LaTeX as one line of Unicode.

    Example:
        >>> formula_text(r"x \, \sigma\left(\beta \, x\right)")
        'x·σ(β·x)'
        >>> formula_text(r"\frac{x + 1}{2 \, y}"), formula_text(r"e^{-x^{2}}")
        ('(x + 1)/(2·y)', 'e^(−x²)')
    """
    return _said(_text(boxes(latex)), language)


def formula_lines(latex: str, language: Language = "en") -> tuple[str, ...]:
    r"""Return a formula as lines: several for one that is chosen by conditions, else one.

    Example:
        >>> print(*formula_lines(r"\begin{cases} 0 & x \le 0 \\ x & x > 0 \end{cases}"), sep="\n")
        ⎰ 0   x ≤ 0
        ⎱ x   x > 0
    """
    row = boxes(latex)
    match row.parts:
        case (Cases(rows=rows),):
            return _braced([(_text(body), _text(where)) for body, where in rows], language)
    return (_said(_text(row), language),)


def _braced(rows: list[tuple[str, str]], language: Language) -> tuple[str, ...]:
    width = max(len(body) for body, _ in rows)
    middle = len(rows) // 2
    signs = ["⎰", "⎱"] if len(rows) == 2 else ["⎧", *["⎪"] * (len(rows) - 2), "⎩"]
    if len(rows) > 2:
        signs[middle] = "⎨"
    return tuple(
        f"{sign} {body:<{width}}   {_said(where, language)}"
        for sign, (body, where) in zip(signs, rows, strict=True)
    )


def _said(line: str, language: Language) -> str:
    return line.replace("else", OTHERWISE.say(language)) if line.endswith("else") else line


@functools.singledispatch
def _text(box: Box) -> str:
    raise TypeError(box)


@_text.register
def _(box: Sign) -> str:
    return box.text


@_text.register
def _(box: Row) -> str:
    written = ""
    before: Box | None = None
    for part in box.parts:
        written += _spaced(part, before, _text(part))
        before = part
    return written.strip()


def _spaced(part: Box, before: Box | None, text: str) -> str:
    if isinstance(part, Sign):
        unary = before is None or (
            isinstance(before, Sign) and before.kind in ("operator", "relation", "open")
        )
        if part.text in _SPACED:
            return text if unary else f" {text} "
        if part.text == ",":
            return ", "
        if part.kind == "relation":
            return f" {text} "
    large = (part.base if isinstance(part, Script) else part) == Sign("Σ", "operator")
    stands_off = _stands_off(before) and not isinstance(part, Fence)
    return f" {text} " if large else f" {text}" if stands_off else text


def _stands_off(before: Box | None) -> bool:
    """Tell whether a name came before, which needs a space after it unless a bracket follows."""
    if isinstance(before, Script):
        base = before.base
        return isinstance(base, Sign) and base.kind == "name" and before.lower is not None
    return isinstance(before, Sign) and before.kind == "name" and before.text in ("ln", "max")


@_text.register
def _(box: Fraction) -> str:
    top, bottom = _text(box.top), _text(box.bottom)
    top = f"({top})" if any(f" {sign} " in _outside(top) for sign in _SPACED) else top
    whole = not any(sign in _outside(bottom) for sign in " ·/−")
    return f"{top}/{bottom if whole else f'({bottom})'}"


@_text.register
def _(box: Root) -> str:
    body = _text(box.body)
    return f"√{body}" if len(body) == 1 else f"√({body})"


@_text.register
def _(box: Fence) -> str:
    return f"{box.left}{_text(box.body)}{box.right}"


@_text.register
def _(box: Script) -> str:
    base = _text(box.base)
    if box.lower is not None:
        base += _script(_text(box.lower), _LOWERED, "_")
    if box.upper is not None:
        base += _script(_text(box.upper), _RAISED, "^")
    return base


def _script(text: str, glyphs: dict[str, str], sign: str) -> str:
    if all(letter in glyphs for letter in text) and len(text) <= 3:
        return "".join(glyphs[letter] for letter in text)
    simple = not any(letter in " +−·/,^(" for letter in text)
    return f"{sign}{text}" if simple else f"{sign}({text})"


@_text.register
def _(box: Cases) -> str:
    return "{" + "; ".join(f"{_text(body)} if {_text(where)}" for body, where in box.rows) + "}"


def _outside(text: str) -> str:
    """Return what stands outside all brackets."""
    depth, found = 0, list[str]()
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if not depth and letter not in ")]":
            found.append(letter)
    return "".join(found)
