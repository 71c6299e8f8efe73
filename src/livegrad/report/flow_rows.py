"""The figures of a flow as rows of a table: of one network all, of several those they are compared by."""

from __future__ import annotations

import math
from collections.abc import Iterator

from livegrad import quantity
from livegrad.flow.profile import FlowProfile
from livegrad.report import flow_words as words
from livegrad.report.flow_facts import correlation
from livegrad.report.function_facts import Fact
from livegrad.text import Text, join, same

__all__ = ["ROW_HEADS", "figures", "row"]

ROW_HEADS = (
    words.VERDICT_HEAD,
    words.LIGHT,
    words.FIRST_HEAD,
    words.CORRELATION_HEAD,
    words.TRAINABLE,
    words.WEIGHT_HEAD,
    words.FLOAT_HEAD,
)
"""What stands over the columns of `row`."""


def row(profile: FlowProfile) -> tuple[Text, ...]:
    """Return the figures by which networks are compared, in the order of `ROW_HEADS`."""
    first, last = profile.layers[0], profile.layers[-1]
    depth = profile.scales.trainable_depth if profile.scales else 0
    reach = words.MORE_THAN if depth is None else same(f"{depth:,}" if depth else quantity.UNSEEN)
    underflow = dict(profile.underflow_depth).get("float32")
    return (
        words.SHORT_VERDICT[profile.verdict.code],
        words.COLOUR[profile.light.colour] if profile.light else same(quantity.UNSEEN),
        same(quantity.power(first.log10_gradient)),
        same(correlation(last)),
        reach,
        same(quantity.power(first.log10_weight_gradient)),
        same(quantity.UNSEEN if underflow is None else f"{underflow:,}"),
    )


def figures(profile: FlowProfile) -> tuple[Fact, ...]:
    """Return the table of a profile: labels and values, in the order of reading."""
    return tuple(
        Fact(label, value, lines)
        for label, value, lines in (*_ends(profile), *_depths(profile), *_how(profile))
    )


# ------------------------------------------------------------ parts


_Row = tuple[Text, Text, tuple[Text, ...]]


def _ends(profile: FlowProfile) -> Iterator[_Row]:
    first, last = profile.layers[0], profile.layers[-1]
    value = quantity.power(first.log10_gradient)
    if first.band is None:
        yield words.FIRST, same(value), ()
    else:
        low, high = (quantity.power(end) for end in first.band)
        yield words.FIRST, words.FIRST_BAND.fill(value=value, low=low, high=high), ()
    if first.log10_weight_gradient is not None:
        yield words.FIRST_WEIGHT, same(quantity.power(first.log10_weight_gradient)), ()
    if last.correlation is not None:
        yield words.LAST_CORRELATION, same(correlation(last)), ()


def _depths(profile: FlowProfile) -> Iterator[_Row]:
    scales = profile.scales
    if scales is not None:
        yield words.SIGNAL_SCALE, _over(scales.signal, words.NO_FIXED_POINT), ()
        yield words.CORRELATION_SCALE, _over(scales.correlation, same(quantity.UNSEEN)), ()
        yield words.GRADIENT_SCALE, _over(scales.gradient, same(quantity.UNSEEN)), ()
        depth = scales.trainable_depth
        reach = words.NO_DEPTH if depth == 0 else words.UP_TO.fill(count=f"{depth or 0:,}")
        yield words.TRAINABLE, words.BEYOND if depth is None else reach, ()
    if profile.underflow_depth:
        lines = tuple(
            words.UNDERFLOW_AT.fill(dtype=dtype, count=f"{count:,}")
            for dtype, count in profile.underflow_depth
        )
        yield words.UNDERFLOW, join(lines, between=", "), lines
    if profile.born_dead is not None:
        low, high = map(quantity.percent, profile.born_dead)
        yield words.BORN_DEAD, words.BORN_DEAD_IS.fill(low=low, high=high), ()


def _how(profile: FlowProfile) -> Iterator[_Row]:
    if profile.not_traced:
        lines = tuple(map(same, profile.not_traced))
        yield words.NOT_TRACED, join(lines, between=", "), lines
    if profile.batch > 1:
        yield words.OVER_INPUTS, words.INPUTS.fill(count=f"{profile.batch:,}"), ()
    if profile.seconds:
        yield words.COMPUTED, quantity.duration(profile.seconds), ()


def _over(count: float | None, otherwise: Text) -> Text:
    if count is None:
        return otherwise
    if math.isinf(count):
        return words.NEVER
    return words.OVER.fill(count=quantity.number(count))
