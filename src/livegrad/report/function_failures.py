"""Where an activation fails, a sentence for each way: dead, saturated, too flat, too steep, rounded away."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from livegrad.functions.properties.deaths import Death
from livegrad.functions.properties.search import Span
from livegrad.functions.record import Activation
from livegrad.report import function_words as words
from livegrad.report.function_words import amount, place, span_words
from livegrad.text import Text, same

__all__ = ["failures", "side_of", "tails"]


def failures(activation: Activation, *, deaths: bool = True) -> tuple[Text, ...]:
    """Return where an activation fails, a sentence each; one that says so if nowhere.

    Example:
        >>> from livegrad.functions import elementwise
        >>> str(failures(elementwise("relu"))[0])
        'For x < 0 the slope is exactly 0: a unit whose inputs all lie there gets no gradient and cannot come back (dead unit).'
    """
    return tuple(_failures(activation, deaths=deaths)) or (words.NO_FAILURE,)


def tails(activation: Activation) -> list[Span]:
    """Return where f saturates: it nears a limit, with a slope below 1 % of its steepest.

    Where the slope is exactly 0, f is dead and not saturated; a small slope that leads to no limit,
    such as leaky ReLU's, is no saturation either.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [str(span_words(span)) for span in tails(elementwise("sigmoid"))]
        ['x < −5.986', 'x > 5.986']
    """
    left, right = activation.properties.saturation()
    dead, limits = activation.properties.dead, activation.limits
    found = []
    if left is not None and math.isfinite(limits[0]):
        found += [Span(-math.inf, left)]
    if right is not None and math.isfinite(limits[1]):
        found += [Span(right, math.inf)]
    return [span for span in found if not any(_covers(each, span) for each in dead)]


def _covers(wide: Span, narrow: Span) -> bool:
    return wide.low <= narrow.low + 1e-6 and wide.high >= narrow.high - 1e-6


def side_of(death: Death) -> Text:
    """Return where a gradient is dead, as a condition on x."""
    return same(f"x {'≤' if death.side == 'left' else '≥'} {place(death.at)}")


def _failures(activation: Activation, *, deaths: bool) -> Iterator[Text]:
    properties = activation.properties
    if properties.steepest_slope.value == 0:
        yield words.NO_SLOPE_AT_ALL
    elif properties.dead:
        yield words.DEAD.fill(where=_either(map(span_words, properties.dead)))
    faint = tails(activation)
    if faint:
        yield words.SATURATED.fill(where=_either(map(span_words, faint)))
    yield from _too_steep_or_flat(activation)
    for kink in activation.kinks:
        if kink.jump:
            yield words.JUMPS.fill(place=place(kink.at))
    if deaths:
        yield from _died_early(properties.deaths)


def _too_steep_or_flat(activation: Activation) -> Iterator[Text]:
    steepest = activation.properties.steepest_slope.value
    if math.isinf(steepest):
        yield words.GROWS
    elif 0 < steepest < 1 - 1e-9:
        yield words.SHRINKS.fill(slope=amount(steepest), share=amount(steepest**10))


def _died_early(deaths: tuple[Death, ...]) -> Iterator[Text]:
    """Say the first format in which gradients die, and every death by rounding alone."""
    formats = dict.fromkeys(death.dtype for death in deaths if death.underflow)
    for dtype in list(formats)[:1]:
        sides = [side_of(d) for d in deaths if d.dtype == dtype and d.underflow]
        yield words.UNDERFLOWS.fill(dtype=dtype, where=_either(sides))
    for death in deaths:
        if not death.underflow:
            yield words.ROUNDED_AWAY.fill(
                dtype=death.dtype, where=side_of(death), slope=amount(death.slope)
            )


def _either(places: Iterable[Text]) -> Text:
    found = list(places)
    return Text(" or ".join(p.en for p in found), " 또는 ".join(p.ko for p in found))
