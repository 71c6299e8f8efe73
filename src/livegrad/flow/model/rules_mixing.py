"""Rules of what mixes positions: pooling and attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from livegrad.flow.model.signal import Floats, Gradient, Signal
from livegrad.flow.model.step import Rule, Step
from livegrad.functions.properties.sampling import in_float64

__all__ = ["MIXING"]


def _pool(step: Step) -> tuple[Signal, ...]:
    (x,), (positions,) = step.inputs, step.positions
    window, factor = step.setting("window"), step.setting("factor")
    same = (x.same + (window - 1) * x.other) / window
    other = x.other if positions > 1 else same
    return (Signal(same * factor**2, other * factor**2, x.mean * factor, positions),)


def _pool_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,), (after,) = gradients, step.positions
    if gradient is None:
        return [None]
    before, window, factor = (
        step.inputs[0].positions,
        step.setting("window"),
        step.setting("factor"),
    )
    # Each output's gradient is spread evenly over its window; overlapping windows add up.
    overlap = window * after / before
    same = gradient.same * overlap / window
    if overlap > 1:
        same = same + gradient.other * (overlap - 1) * overlap / window
    pairs = gradient.same + (after - 1) * gradient.other - same
    other = pairs / max(1, before - 1)
    return [replace(gradient, same=same, other=other).times(factor**2)]


# ------------------------------------------------------------ the greatest of a window

_DRAWS = 2048


def _max_pool(step: Step) -> tuple[Signal, ...]:
    """Draw windows of Gaussian signals: no formula gives the greatest of correlated numbers.

    What follows an increasing activation is drawn before it, where it is Gaussian.
    """
    (x,), (positions,) = step.inputs, step.positions
    maker = step.maker
    activation = maker.setting("activation") if maker is not None else None
    source = maker.inputs[0] if maker is not None and activation is not None else x
    draws = _windows(source, step.setting("window"))
    values = in_float64(activation)(draws.ravel()).reshape(draws.shape) if activation else draws
    chosen = values.argmax(axis=2)
    highest = np.take_along_axis(values, chosen[:, :, None], axis=2)[:, :, 0]  # (2, draws, B)
    same = np.einsum("wds,wdt->st", highest, highest) / (2 * _DRAWS)
    other = highest[0].T @ highest[1] / _DRAWS
    alike = (chosen[..., :, None] == chosen[..., None, :]).mean(axis=(0, 1))
    step.kept["alike"] = alike
    step.kept["steeper"] = _steeper(maker, activation, draws, chosen) / np.clip(alike, 1e-9, None)
    mean = highest.mean(axis=(0, 1))
    return (Signal(same, (other + other.T) / 2 if positions > 1 else same, mean, positions),)


def _steeper(maker: Step | None, activation: Any, draws: Floats, chosen: Any) -> Floats:
    """How often both samples choose alike, times how much steeper it is there than anywhere.

    Where a ReLU is greatest it is nearly always open.
    """
    alike = chosen[..., :, None] == chosen[..., None, :]
    if maker is None or activation is None:
        return np.asarray(alike.mean(axis=(0, 1)), float)
    place = np.take_along_axis(draws, chosen[:, :, None], axis=2)[:, :, 0]
    slope = in_float64(activation, "x")(place.ravel()).reshape(place.shape)
    both = np.einsum("wds,wdt,wdst->st", slope, slope, alike) / (2 * _DRAWS)
    return both / np.clip(maker.kept["passage"].slopes, 1e-300, None)


def _windows(x: Signal, window: int) -> Floats:
    """Draw pairs of windows, (2, draws, window, B), with the moments of a signal."""
    generator = np.random.default_rng(0)
    crossed = np.outer(x.mean, x.mean)
    apart = (x.other if x.positions > 1 else x.same) - crossed
    common, own = _root(apart), _root(x.same - crossed - apart)
    shared = generator.standard_normal((1, _DRAWS, 1, len(common))) @ common
    alone = generator.standard_normal((2, _DRAWS, window, len(own))) @ own
    return x.mean + shared + alone


def _root(covariance: Floats) -> Floats:
    """Return a matrix whose square is a covariance, negative parts left out."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def _max_pool_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,), (after,) = gradients, step.positions
    if gradient is None:
        return [None]
    before = step.inputs[0].positions
    same = gradient.same * step.kept["alike"]
    pairs = gradient.same + (after - 1) * gradient.other - same
    other = pairs / max(1, before - 1)
    same = same * step.kept["steeper"]
    return [replace(gradient, same=same, other=other).settled()]


# ------------------------------------------------------------ attention at random weights


def _attention(step: Step) -> tuple[Signal, ...]:
    query, key, value = step.inputs
    own, shared = _overlaps(step, query, key)
    step.kept["overlaps"] = own, shared
    apart = value.other if value.positions > 1 else value.same
    same = own * value.same + (1 - own) * apart
    other = shared * value.same + (1 - shared) * apart
    noise = step.setting("dropout", 0.0)
    if noise:
        same = same + np.diag(np.diagonal(own * value.same)) * noise / (1 - noise)
    return (Signal(same, other, value.mean, step.positions[0]),)


def _overlaps(step: Step, query: Signal, key: Signal) -> tuple[Floats, Floats]:
    """Σ_j A_ij·A_i'j for equal and different rows i, of any two samples, (B, B).

    The scores are Gaussian, with the covariance that the products of queries and keys give; a softmax
    of many such numbers has shares whose squares add up to e^variance over their number.
    """
    sharp = step.setting("sharpness")
    own, shared = step.setting("own"), step.setting("shared")
    differing = _own_part(key)
    with np.errstate(over="ignore"):
        found = own * np.exp(np.clip(sharp * query.same * differing, -50, 50))
        apart = shared * np.exp(np.clip(sharp * query.other * differing, -50, 50))
    return np.clip(found, 0, 1), np.clip(apart, 0, 1)


def _own_part(x: Signal) -> Floats:
    """What two samples have in common at one position beyond what they have in common anywhere."""
    return x.same - x.other if x.positions > 1 else np.zeros_like(x.same)


def _attention_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None, None, None]
    query, key, value = step.inputs
    own, shared = step.kept["overlaps"]
    queries = step.positions[0]
    return [
        *_to_scores(step, gradient, (query, key, value), (own, shared)),
        _to_values(gradient, own, shared, queries, value.positions),
    ]


def _to_values(
    gradient: Gradient, own: Floats, shared: Floats, queries: int, keys: int
) -> Gradient:
    same = own * gradient.same + (queries - 1) * shared * gradient.other
    pairs = (1 - own) * gradient.same + (queries - 1) * (1 - shared) * gradient.other
    return replace(gradient, same=same, other=pairs / max(1, keys - 1)).settled()


def _to_scores(
    step: Step,
    gradient: Gradient,
    signals: tuple[Signal, Signal, Signal],
    overlaps: tuple[Floats, Floats],
) -> list[Gradient]:
    """Queries and keys get what the differences between values and between keys tell them."""
    query, key, value = signals
    own, shared = overlaps
    queries = step.positions[0]
    sharp = step.setting("sharpness")
    apart, keys_apart = _own_part(value), _own_part(key)
    to_query = replace(
        gradient,
        same=own * gradient.same * apart * keys_apart * sharp,
        other=shared * gradient.other * apart * keys_apart * sharp,
    )
    at_keys = own * gradient.same * query.same
    at_keys = at_keys + (queries - 1) * shared * gradient.other * query.other
    at_keys = at_keys * apart * sharp
    to_key = replace(gradient, same=at_keys, other=-at_keys / max(1, key.positions - 1))
    return [
        to_query.independent(query).settled().blurred(0.0),
        to_key.independent(key).settled().blurred(0.0),
    ]


def _product(step: Step) -> tuple[Signal, ...]:
    left, right = step.inputs
    inner = step.setting("inner")
    mean = inner * left.mean * right.mean
    (positions,) = step.positions
    same = inner * left.same * right.same
    return (Signal(same, inner * left.other * right.other, mean, positions),)


def _product_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    """Scores hand on what the weighted mean has worked out for them; other products are plain sums."""
    sent = step.kept.get("sent")
    if sent is not None:
        return list(sent)
    (gradient,) = gradients
    if gradient is None:
        return [None, None]
    left, right = step.inputs
    return [
        gradient.times(right.same, right.other).independent(left).blurred(0.0),
        gradient.times(left.same, left.other).independent(right).blurred(0.0),
    ]


def _weighted(step: Step) -> tuple[Signal, ...]:
    scores = _scores(step)
    inputs = (*scores.inputs, step.inputs[1])
    whole = replace(step, inputs=inputs)
    step.kept["whole"], step.kept["scores"] = whole, scores
    return _attention(whole)


def _scores(step: Step) -> Step:
    """The step that made the scores from which this mean's weights came."""
    found = step.maker
    while found is not None and found.operation.name != "product":
        found = found.maker
    if found is None:
        raise AssertionError(step.operation)
    return found


def _weighted_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    to_query, to_key, to_value = _attention_back(step.kept["whole"], gradients)
    step.kept["scores"].kept["sent"] = (to_query, to_key)
    return [to_query, to_value]  # the first only calls the scores' own step


def _unchanged(step: Step) -> tuple[Signal, ...]:
    return (step.inputs[0],)


def _unchanged_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    del step
    return [gradients[0]]


MIXING: dict[str, Rule] = {
    "pool": Rule(_pool, _pool_back),
    "max_pool": Rule(_max_pool, _max_pool_back),
    "product": Rule(_product, _product_back),
    "masked": Rule(_unchanged, _unchanged_back),
    "softmax": Rule(_unchanged, _unchanged_back),
    "weighted": Rule(_weighted, _weighted_back),
    "attention": Rule(_attention, _attention_back),
}
"""By the operation's name."""
