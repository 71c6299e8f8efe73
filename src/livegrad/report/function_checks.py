"""How right an activation is computed, PyTorch's own beside it, and what is proved of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

from rich.cells import cell_len, set_cell_size
from rich.text import Text as Styled

from livegrad.functions.accuracy import Accuracy, Order, Tier, measure
from livegrad.functions.own import OwnActivation
from livegrad.functions.proof import Enclosure
from livegrad.functions.record import Activation
from livegrad.quantity import percent
from livegrad.report import function_words as words
from livegrad.report.function_columns import section
from livegrad.report.function_facts import Fact
from livegrad.report.function_words import amount, place, span_words
from livegrad.report.lines import Page, fitted
from livegrad.report.native import Measured, native_path, natively
from livegrad.text import Text, same

__all__ = ["Extras", "print_accuracy", "print_extras"]

_CELL = 19
_FEW = 150  # places per measurement unless more are asked for
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
    "Its own gradients die nowhere of rounding.",
    "PyTorch의 기울기는 반올림 때문에 0이 되는 곳이 없습니다.",
)
_FORMAT = same("{dtype}, {tier}")
_MANY = Text("above 4 ULP", "4 ULP 초과")
_NATIVE = same("PyTorch, {dtype}")
_AS_WRITTEN = Text("as written, {dtype}", "적힌 대로, {dtype}")
_REWRITTEN = Text("rewritten, {dtype}", "고쳐 쓰면, {dtype}")
_WRONG = Text("wrong (x={place})", "틀림 (x={place})")
_PROVED = same("{low} … {high}")
_PROVED_ON = Text("{bounds}, for {where}", "{bounds} ({where})")
_PROOF_DIGITS = 9


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


def print_accuracy(page: Page, activation: Activation, extras: Extras) -> None:
    """Print the worst errors found; of a formula as it is written and as it could be."""
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


def print_extras(page: Page, activation: Activation, extras: Extras) -> None:
    """Print what was asked for: PyTorch's own deaths, and proofs."""
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
        section(page, words.PROOF, bounds)


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
