"""An activation function in the terminal: its formula, its curve, and what is known of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from livegrad.functions.accuracy import Accuracy, Order, Tier, measure
from livegrad.functions.own import OwnActivation
from livegrad.functions.proof import Enclosure
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.quantity import percent
from livegrad.report import braille, own_words
from livegrad.report import function_words as words
from livegrad.report.formula_text import formula_lines
from livegrad.report.function_curve import Picture, picture
from livegrad.report.function_facts import Fact, Group, facts, failures, names_elsewhere, title
from livegrad.report.function_words import amount, place, span_words
from livegrad.report.lines import Page, fitted
from livegrad.report.native import Measured, native_path, natively
from livegrad.text import Language, Text, join, preferred_language, same

__all__ = ["Extras", "legend", "print_function"]

_TWO_COLUMNS, _GAP = 76, 2
_ROWS, _WIDEST_PICTURE = 11, 72
_CELL = 19
_FEW = 150  # places per measurement unless more are asked for
_WIDEST_LABEL = 15
_KEY_FLAT = {
    "faint": Text("slope below 1 % of its steepest", "기울기가 최대의 1% 미만"),
    "dead": Text("slope exactly 0", "기울기가 정확히 0"),
}
_VALUE_IS = Text("{sign} solid", "{sign} 실선")
_SLOPE_IS = Text("{sign} dotted", "{sign} 점선")
_WORST = Text(
    "Worst error among about {samples} places, in units in the last place (ULP); a correctly rounded "
    "result has at most 0.5.",
    "{samples}곳쯤에서 잰 가장 큰 오차. 단위는 마지막 자리(ULP)이고, 올바로 반올림한 결과는 0.5를 넘지 "
    "않습니다.",
)
_NATIVE_RIGHT = Text(
    "{path} itself is right to 4 ULP in: {dtypes}.", "{path:은/는} {dtypes}에서 4 ULP까지 맞습니다."
)
_NATIVE_WRONG = Text(
    "{path} itself is right to 4 ULP in no dtype over the whole range.",
    "{path:은/는} 어느 dtype에서도 전 구간에서 4 ULP까지 맞지는 않습니다.",
)
_NO_NATIVE = Text(
    "PyTorch has no function of its own for {name}.",
    "PyTorch에는 {name:을/를} 계산하는 함수가 없습니다.",
)
_NO_DEATH = Text(
    "Its own gradients die nowhere before ours.",
    "PyTorch의 기울기는 어디서도 먼저 0이 되지 않습니다.",
)
_FORMAT = same("{dtype}, {tier}")
_MANY = Text("above 4 ULP", "4 ULP 초과")
_NATIVE = same("PyTorch, {dtype}")
_AS_WRITTEN = Text("as written, {dtype}", "적힌 대로, {dtype}")
_REWRITTEN = Text("rewritten, {dtype}", "고쳐 쓰면, {dtype}")
_WRONG = Text("wrong (x={place})", "틀림 (x={place})")
_PARAMETER = Text("{value} ({rule}): {about}", "{value} ({rule}): {about}")
_PROVED = same("{low} … {high}")
_PROVED_ON = Text("{bounds}, for {where}", "{bounds} ({where})")
_PROOF_DIGITS = 9
_BOUNDED = Text("outputs", "출력")
_BETWEEN = Text("between two bounds", "두 한계 사이")
_FREE = Text("unbounded", "한계 없음")


@dataclass(frozen=True)
class Extras:
    """What is added to a card on request.

    Attributes:
        accuracy: Measure at many places, the exact tier too.
        torch: Ask PyTorch where its own gradients die; imports it.
        prove: Enclose range and slopes by interval arithmetic.
    """

    accuracy: bool = False
    torch: bool = False
    prove: bool = False


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
        _section(page, words.SHAPE, [Fact(_BOUNDED, _BETWEEN if activation.bounded else _FREE)])
        _names(page, activation)
        return
    shape, slope, signal = facts(activation)
    _beside(page, [shape, signal], [slope])
    page.heading(words.FAILS)
    for sentence in failures(activation):
        page.styled(Styled(f"– {page.spoken(sentence)}"), hanging=2)
    _accuracy(page, activation, extras or Extras())
    _asked_for(page, activation, extras or Extras())
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
            _section(page, group.title, group.facts)
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


def fact_lines(page: Page, found: Iterable[Fact], width: int) -> list[Styled]:
    """Return facts as lines of at most so many columns, values below each other."""
    found = list(found)
    longest = max((cell_len(page.spoken(fact.label)) for fact in found), default=0)
    label = min(longest, _WIDEST_LABEL) + 2
    lines = []
    for fact in found:
        head = set_cell_size(page.spoken(fact.label), label)
        for value in _values(page, fact, width - label):
            lines.append(Styled.assemble((head, "dim"), value))
            head = " " * label
    return lines


def _values(page: Page, fact: Fact, width: int) -> list[Styled]:
    """Return a value in lines of at most so many columns."""
    parts = [Styled(page.spoken(part)) for part in fact.lines or (fact.words,)]
    lines = [line for part in parts for line in part.wrap(page.console, width, overflow="fold")]
    for line in lines:
        line.rstrip()
    return lines


def _section(page: Page, name: Text, found: Iterable[Fact]) -> None:
    page.heading(name)
    for line in fact_lines(page, found, page.width):
        page.styled(line)


def _names(page: Page, activation: Activation | VectorActivation) -> None:
    named = names_elsewhere(activation)
    if named:
        _section(page, words.NAMES, named)
    if activation.source:
        page.heading(words.SOURCE)
        page.say(activation.source)


# ------------------------------------------------------------ accuracy, and what is asked for


def _accuracy(page: Page, activation: Activation, extras: Extras) -> None:
    samples = 2000 if extras.accuracy else _FEW
    found = list(_measured(activation, samples=samples, exact=extras.accuracy))
    if extras.torch and native_path(activation):
        told = list(natively(activation, samples=samples))
        found += [(_NATIVE.fill(dtype=one.dtype), (one, two)) for one, two in (told[:2], told[2:])]
    page.heading(words.ACCURACY)
    page.say(_WORST.fill(samples=samples))
    heads = [words.VALUE, words.SLOPE_HEAD, _MANY]
    rows = [(name, [*map(_worst, pair), _share(pair)]) for name, pair in found]
    label = 2 + max(cell_len(page.spoken(name)) for name, _ in rows)
    for name, cells in [(same(""), heads), *rows]:
        shown = [fitted(page.spoken(cell), _CELL - 1) + " " for cell in cells]
        told = "".join(shown[: (page.width - label) // _CELL or 1]).rstrip()
        head = set_cell_size(page.spoken(name), label)
        page.styled(Styled.assemble((head, "dim"), (told, "dim" if cells is heads else "")))
    for native in activation.natives:
        if not native.path.startswith("torch."):
            continue
        form = _NATIVE_RIGHT if native.right else _NATIVE_WRONG
        filled = {"dtypes": ", ".join(native.right)} if native.right else {}
        page.say(form.fill(path=native.path, **filled))


def _measured(
    activation: Activation, *, samples: int, exact: bool
) -> Iterator[tuple[Text, tuple[Accuracy | Measured, ...]]]:
    """Yield measurements of value and slope, each pair with its name."""
    tiers: tuple[Tier, ...] = ("fast", "exact") if exact else ("fast",)
    orders: tuple[Order, ...] = (0, 1)
    written = [(_FORMAT, activation)]
    if isinstance(activation, OwnActivation) and activation.changes:
        written = [(_AS_WRITTEN, activation), (_REWRITTEN, activation.rewritten())]
    for form, each in written:
        for tier in tiers:
            for dtype in ("float32", "float64"):
                pair = (
                    measure(each, dtype=dtype, tier=tier, order=order, samples=samples)
                    for order in orders
                )
                yield form.fill(dtype=dtype, tier=tier), tuple(pair)


def _worst(found: Accuracy | Measured) -> Text:
    at = amount(found.at, digits=3, least=0.0)
    if math.isinf(found.worst_ulp):
        return _WRONG.fill(place=at)
    return same(f"{amount(found.worst_ulp, digits=2)} (x={at})" if found.worst_ulp else "0")


def _share(pair: tuple[Accuracy | Measured, ...]) -> Text:
    return same(percent(max(one.share_above_4 for one in pair)))


def _asked_for(page: Page, activation: Activation, extras: Extras) -> None:
    if extras.torch and native_path(activation) is None:
        page.heading(same("PyTorch"))
        page.say(_NO_NATIVE.fill(name=activation.id))
    elif extras.torch:
        deaths = activation.properties.native_deaths()
        page.heading(same("PyTorch"))
        told = [
            words.ROUNDED_BY.fill(
                whose=death.whose,
                dtype=death.dtype,
                where=same(f"x {'≤' if death.side == 'left' else '≥'} {place(death.at)}"),
                slope=amount(death.slope),
            )
            for death in deaths
        ]
        for sentence in told or [_NO_DEATH]:
            page.say(sentence)
    if extras.prove:
        proof = activation.prove()
        enclosed = [
            (Text("lowest f", "f의 하한"), proof.lowest),
            (Text("highest f", "f의 상한"), proof.highest),
            (Text("lowest slope", "기울기의 하한"), proof.lowest_slope),
            (Text("highest slope", "기울기의 상한"), proof.highest_slope),
            (Text("sharpest bend", "가장 큰 |f″|"), proof.sharpest_bend),
        ]
        bounds = [Fact(name, _enclosed(each)) for name, each in enclosed]
        _section(page, words.PROOF, bounds)


def _enclosed(found: Enclosure) -> Text:
    """Return an enclosure with its ends rounded outwards, and where it holds."""
    low, high = (
        amount(end) if math.isinf(end) or end == 0 else _rounded(end, how)
        for end, how in ((found.low, ROUND_FLOOR), (found.high, ROUND_CEILING))
    )
    told = same(low) if low == high else _PROVED.fill(low=low, high=high)
    whole = math.isinf(found.on.low) and math.isinf(found.on.high)
    return told if whole else _PROVED_ON.fill(bounds=told, where=span_words(found.on, closed=True))


def _rounded(end: float, how: str) -> str:
    digits = Context(prec=_PROOF_DIGITS, rounding=how).create_decimal(end)
    return f"{digits.normalize():g}".replace("-", "−", end < 0)
