"""What a card says about an activation: facts as words in both languages, in the order of reading."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from livegrad.errors import NoGain
from livegrad.functions.properties.deaths import Death
from livegrad.functions.properties.search import Bound
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report import function_words as words
from livegrad.report.function_failures import side_of, tails
from livegrad.report.function_words import amount, interval, place, span_words
from livegrad.text import Text, join, same

__all__ = [
    "GROUPS",
    "Fact",
    "Group",
    "deaths_in",
    "facts",
    "group_of",
    "names_elsewhere",
    "title",
]

_NOTED = 3  # corners that are written out


@dataclass(frozen=True)
class Fact:
    """One line of a card.

    Attributes:
        label: What it is.
        words: Its value, in words.
        lines: The same in parts that may stand below each other; empty if it has but one.
    """

    label: Text
    words: Text
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Group:
    """Facts under one title."""

    title: Text
    facts: tuple[Fact, ...]


GROUPS = {
    "corner": Text(
        "Open on one side, with a corner, like relu", "한쪽이 열렸고 꺾임이 있음 (relu 등)"
    ),
    "smooth": Text(
        "Open on one side, without a corner, like gelu", "한쪽이 열렸고 꺾임이 없음 (gelu 등)"
    ),
    "open": Text("Open on both sides, like leaky_relu", "양쪽이 열림 (leaky_relu 등)"),
    "bounded": Text(
        "Between two bounds, never falling, like sigmoid", "두 한계 사이에서 오름 (sigmoid 등)"
    ),
    "waves": Text(
        "Between two bounds, up and down, like sine", "두 한계 사이에서 오르내림 (sine 등)"
    ),
    "vector": Text("Of a whole vector, like softmax", "벡터 전체를 받음 (softmax 등)"),
}
"""The groups of the catalogue. An activation finds its own: nothing is sorted by hand."""


def group_of(activation: Activation | VectorActivation) -> str:
    """Return the key of the group that an activation belongs to, by its range, course and corners.

    Example:
        >>> from livegrad.functions import ACTIVATIONS
        >>> [group_of(ACTIVATIONS[name]) for name in ("relu", "gelu", "tanh", "softmax")]
        ['corner', 'smooth', 'bounded', 'vector']
    """
    if isinstance(activation, VectorActivation):
        return "vector"
    properties = activation.properties
    closed = sum(math.isfinite(end.value) for end in properties.range)
    if closed == 2:
        return "bounded" if properties.monotone else "waves"
    if closed == 0:
        return "open"
    return "corner" if activation.kinks else "smooth"


def title(activation: Activation | VectorActivation) -> str:
    """Return the name with the parameters that were chosen.

    Example:
        >>> from livegrad.functions import activation
        >>> title(activation("elu", alpha=0.5))
        'elu (alpha = 0.5)'
    """
    chosen = ", ".join(f"{name} = {value:g}" for name, value in activation.chosen)
    return f"{activation.id} ({chosen})" if chosen else activation.id


def facts(activation: Activation, *, deaths: bool = True) -> tuple[Group, ...]:
    """Return shape, slope and signal of an activation in words.

    Args:
        activation: Any elementwise one.
        deaths: Whether to search where computed gradients become 0, which takes most of the time.

    Example:
        >>> from livegrad.functions import elementwise
        >>> shape, slope, signal = facts(elementwise("sigmoid"))
        >>> str(slope.facts[0].words)
        '0.25 at x = 0'
    """
    return (
        Group(words.SHAPE, tuple(_shape(activation))),
        Group(words.SLOPE, tuple(_slope(activation, deaths=deaths))),
        Group(words.SIGNAL, tuple(_signal(activation))),
    )


def names_elsewhere(activation: Activation | VectorActivation) -> tuple[Fact, ...]:
    """Return what other libraries call it, one fact per library, and where they differ.

    Example:
        >>> from livegrad.functions import ACTIVATIONS
        >>> [str(fact.words) for fact in names_elsewhere(ACTIVATIONS["tanh"])][:1]
        ['Tanh, tanh']
    """
    aliases = activation.aliases
    named = (
        (same("PyTorch"), aliases.torch),
        (same("Keras"), aliases.keras),
        (same("JAX"), aliases.jax),
        (same("timm"), aliases.timm),
        (Text("other", "그 밖"), aliases.other),
    )
    found = [Fact(label, same(", ".join(names))) for label, names in named if names]
    presets = [
        f"{preset.name} ({preset.where}: {_settings(dict(preset.values))})"
        for preset in aliases.presets
    ]
    if presets:
        found.append(Fact(Text("preset", "설정한 꼴"), same(", ".join(presets))))
    if aliases.differs is not None:
        found.append(Fact(Text("differs", "다른 점"), aliases.differs))
    return tuple(found)


def deaths_in(found: Iterable[Death]) -> tuple[Fact, ...]:
    """Return, for each format, from where on computed gradients are exactly 0."""
    by_dtype: dict[str, list[Death]] = {}
    for death in found:
        by_dtype.setdefault(death.dtype, []).append(death)
    return tuple(
        Fact(same(dtype), join([same(str(side_of(d))) for d in deaths], between=", "))
        for dtype, deaths in by_dtype.items()
    )


# ------------------------------------------------------------ the three groups


def _shape(activation: Activation) -> Iterator[Fact]:
    properties = activation.properties
    yield Fact(words.RANGE, interval(*properties.range))
    parity = {"odd": words.ODD, "even": words.EVEN}.get(properties.parity or "", words.NONE)
    yield Fact(words.SYMMETRY, parity)
    yield Fact(words.MONOTONE, words.COURSE[properties.monotone])
    yield Fact(words.SMOOTHNESS, words.SMOOTH[properties.smoothness])
    if activation.kinks:
        jumps = all(kink.jump for kink in activation.kinks)
        yield _lined(words.JUMP_PLACES if jumps else words.CORNERS, _corners(activation))
    yield Fact(words.FIXED, _fixed(activation))


def _slope(activation: Activation, *, deaths: bool) -> Iterator[Fact]:
    properties = activation.properties
    yield Fact(words.STEEPEST, _extreme(properties.steepest_slope))
    if properties.lowest_slope.value < 0:
        yield Fact(words.LOWEST_SLOPE, _extreme(properties.lowest_slope))
    dead = [span_words(span) for span in properties.dead]
    yield Fact(words.FLAT, join(dead, between=", ") if dead else words.NOWHERE)
    faint = [span_words(span) for span in tails(activation)]
    if faint:
        yield Fact(words.SATURATES, join(faint, between=", "))
    if deaths and properties.deaths:
        gone = [words.PER_DTYPE.fill(dtype=f.label, places=f.words) for f in _gone(activation)]
        yield _lined(words.VANISHES, gone)


def _signal(activation: Activation) -> Iterator[Fact]:
    properties = activation.properties
    yield Fact(words.MEAN, same(amount(properties.mean(1.0))))
    yield Fact(words.SQUARE, same(amount(properties.mean_square(1.0))))
    yield Fact(words.SLOPE_SQUARE, same(amount(properties.mean_square_slope(1.0))))
    yield Fact(words.GAIN_FORWARD, _gain(properties.forward_gain))
    yield Fact(words.GAIN_BACKWARD, _gain(properties.backward_gain))
    point = _critical(activation)
    if point is not None:
        signs = zip(("σ_w", "σ_b"), point, strict=True)
        told = [same(f"{sign} = {amount(each)}") for sign, each in signs]
        yield _lined(words.CRITICAL, told, between=", ")


def _critical(activation: Activation) -> tuple[float, float] | None:
    """Return σ_w and σ_b on the edge of chaos at variance 1: χ = 1 and q* = 1."""
    properties = activation.properties
    passed, signal = properties.mean_square_slope(1.0), properties.mean_square(1.0)
    if not (passed > 0 and math.isfinite(passed) and math.isfinite(signal)):
        return None
    bias = 1 - signal / passed
    return (
        None if bias < -1e-12 else (1 / math.sqrt(passed), math.sqrt(bias if bias > 1e-12 else 0.0))
    )


def _gain(compute: Callable[[float], float]) -> Text:
    try:
        return same(amount(compute(1.0)))
    except NoGain:
        return words.NONE


def _extreme(bound: Bound) -> Text:
    if math.isinf(bound.value):
        return words.UNBOUNDED
    if bound.value == 0:
        return same("0")
    if bound.span is not None:
        return Text("{value} for {where}", "{value} ({where})").fill(
            value=amount(bound.value), where=span_words(bound.span)
        )
    form = words.AT if bound.attained and math.isfinite(bound.at) else words.TOWARDS
    return form.fill(value=amount(bound.value), place=place(bound.at))


def _lined(label: Text, lines: list[Text], *, between: str = "; ") -> Fact:
    return Fact(label, join(lines, between=between), tuple(lines))


def _corners(activation: Activation) -> list[Text]:
    told = [
        words.JUMP.fill(place=place(kink.at), jump=amount(kink.jump))
        if kink.jump
        else words.CORNER.fill(
            place=place(kink.at),
            left=amount(kink.left),
            right=amount(kink.right),
            slope=amount(kink.slope),
        )
        for kink in activation.kinks
    ]
    rest = [words.MORE.fill(count=len(told) - _NOTED)] if len(told) > _NOTED else []
    return [*told[:_NOTED], *rest]


def _fixed(activation: Activation) -> Text:
    found = activation.properties.fixed_points
    spans = [span_words(span, closed=True) for span in found.spans]
    if len(found.points) > _NOTED + 1:
        near = sorted(sorted(found.points, key=abs)[:_NOTED])
        return words.FIXED_MANY.fill(places=", ".join(map(place, near)))
    points = [same(f"x = {place(point)}") for point in found.points]
    return join([*points, *spans], between=", ") if points or spans else words.NOWHERE


def _gone(activation: Activation) -> tuple[Fact, ...]:
    return deaths_in(activation.properties.deaths)


def _settings(values: dict[str, float]) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in values.items())
