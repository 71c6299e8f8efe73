"""Where the units of a layer sit, and what slope they get there: pre-activations as a histogram."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.flow.initialisation import INITIALISATIONS, initialisation
from livegrad.functions import Activation
from livegrad.lab import nets
from livegrad.lab.functions.chosen import written
from livegrad.text import Text
from livegrad.trials.trial import Recipe

__all__ = ["FAINT", "Source", "critical_weight", "factors", "histogram", "pre_activations"]

Reals: TypeAlias = NDArray[Any]
Kind: TypeAlias = Literal["normal", "start", "trained"]
FAINT = 0.1
"""A slope below this counts as saturated here."""
_BINS = 60
_NETS = 4
_QUANTILES = 8001
_POINTS = 250
_NORMAL = Text(
    "N(0, {variance}), {n} evenly spaced quantiles",
    "N(0, {variance}), 고르게 잡은 분위수 {n}개",
)
_START = Text(
    "layer {layer} of {depth} at the start: {n} pre-activations of {nets} networks on moons, {init}, width {width}",
    "{depth}층 가운데 {layer}층, 출발할 때: 초승달 데이터, 신경망 {nets}개의 활성화 전 값 {n}개, {init}, 너비 {width}",
)
_TRAINED = Text(
    "layer {layer} of {depth} after {steps} steps of Adam: {n} pre-activations of {nets} networks on moons, {init}, width {width}",
    "{depth}층 가운데 {layer}층, Adam으로 {steps}스텝 배운 뒤: 초승달 데이터, 신경망 {nets}개의 활성화 전 값 {n}개, {init}, 너비 {width}",
)
_FACTORS = ("pytorch", "glorot", "he")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where pre-activations come from.

    Attributes:
        kind: ``"normal"``: N(0, deviation²); ``"start"``: networks as they are drawn; ``"trained"``: after ``steps``.
        deviation: Of the normal ones.
        depth: Hidden layers.
        width: Units of each.
        init: One of `livegrad.flow.INITIALISATIONS`.
        layer: From 1; at most ``depth``.
        steps: Of Adam at rate 0.01, batch 32.
        seed: Base seed of the networks.
    """

    kind: Kind = "normal"
    deviation: float = 1.0
    depth: int = 6
    width: int = 8
    init: str = "he"
    layer: int = 3
    steps: int = 300
    seed: int = 0


def histogram(function: Activation, source: Source, reach: float) -> dict[str, Any]:
    """Return the bars, what slope each gets, and three numbers that follow.

    Args:
        function: Any elementwise one.
        source: Where its inputs come from.
        reach: Bars run from −reach to reach; what lies outside is told, and counts in the numbers.

    Returns:
        ``edges`` (bins + 1), ``shares`` (bins), ``slopes``: mean abs(f′) in each bin, NaN in an empty one;
        ``square``: E[f′²]; ``faint``: share with abs(f′) < 0.1; ``zero``: share with f′ = 0; ``mean``, ``deviation``,
        ``n``, ``outside``, ``accuracy`` (None unless trained), ``factors``, ``note``.

    Raises:
        BadInput: The initialisation does not exist for this function.

    Example:
        >>> from livegrad.functions import elementwise
        >>> found = histogram(elementwise("relu"), Source(), 5.0)
        >>> round(found["square"], 2), round(found["zero"], 2)
        (0.5, 0.5)
    """
    z, score = pre_activations(function, source)
    with np.errstate(all="ignore"):
        size = np.abs(np.asarray(function.derivative(z, tier="fast"), float))
    fine = np.isfinite(size) & np.isfinite(z)
    z, size = z[fine], size[fine]
    square = float((size**2).mean()) if len(size) else float("nan")
    if source.kind == "normal":
        square = function.mean_square_slope(source.deviation**2)
    return {
        **_bars(z, size, reach),
        "square": square,
        "faint": float((size < FAINT).mean()),
        "zero": float((size == 0).mean()),
        "mean": round(float(z.mean()), 9),
        "deviation": float(z.std()),
        "n": len(z),
        "accuracy": score,
        "factors": factors(function, square, source.width),
        "note": _note(source, len(z)),
    }


def _bars(z: Reals, size: Reals, reach: float) -> dict[str, Any]:
    edges = np.linspace(-reach, reach, _BINS + 1)
    counts = np.histogram(z, edges)[0]
    with np.errstate(all="ignore"):
        slopes = np.histogram(z, edges, weights=size)[0] / counts
    return {
        "edges": edges,
        "shares": counts / max(1, len(z)),
        "slopes": slopes,
        "outside": float((np.abs(z) > reach).mean()),
    }


def factors(function: Activation, square: float, width: int) -> list[dict[str, Any]]:
    """Return by what a layer multiplies the gradient's size under each initialisation: σ_w·√E[f′²].

    Args:
        function: Any elementwise one.
        square: E[f′²] at the pre-activations.
        width: Units on both sides.

    Returns:
        ``init``, ``weight`` (σ_w) and ``factor``.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [round(each["factor"], 2) for each in factors(elementwise("relu"), 0.5, 8)]
        [0.41, 0.71, 1.0]
    """
    weights = {
        name: initialisation(name, function, fan_in=width, fan_out=width).weight
        for name in _FACTORS
    }
    return [
        {"init": name, "weight": weight, "factor": weight * square**0.5}
        for name, weight in weights.items()
    ]


def critical_weight(function: Activation) -> float | None:
    """Return σ_w on the edge of chaos; None where there is none. Takes a tenth of a second for some.

    Example:
        >>> from livegrad.functions import elementwise
        >>> round(critical_weight(elementwise("relu")), 3), critical_weight(elementwise("step"))
        (1.414, None)
    """
    try:
        return initialisation("critical", function, fan_in=1, fan_out=1).weight
    except BadInput:
        return None


@functools.cache
def _quantiles() -> Reals:
    normal = NormalDist()
    return np.array([normal.inv_cdf((k + 0.5) / _QUANTILES) for k in range(_QUANTILES)])


def pre_activations(function: Activation, source: Source) -> tuple[Reals, float | None]:
    """Return the pre-activations of one layer, and the mean accuracy if there was training.

    Raises:
        BadInput: The initialisation does not exist for this function.

    Example:
        >>> from livegrad.functions import elementwise
        >>> pre_activations(elementwise("tanh"), Source(kind="start", depth=2, layer=2))[0].shape
        (6016,)
    """
    if source.kind == "normal":
        return source.deviation * _quantiles(), None
    split = nets.toy("moons", count=_POINTS, seed=source.seed)
    recipe = Recipe(
        activation=written(function),
        hidden=(source.width,) * source.depth,
        init=source.init,
        lr=0.01,
        optimizer="adam",
        batch_size=32,
    )
    seeds = [1_000_000 * source.seed + k for k in range(_NETS)]
    drawn, score = nets.draw(recipe, split, seeds), None
    if source.kind == "trained":
        grown = nets.train([drawn], split, steps=source.steps, points=(source.steps,))[0]
        drawn, score = grown.nets, float(np.nanmean(grown.score[:, -1]))
    seen = drawn.look(split.train_inputs, split.train_targets)
    return seen.z[min(source.layer, source.depth) - 1].ravel().astype(float), score


def _note(source: Source, n: int) -> Text:
    if source.kind == "normal":
        return _NORMAL.fill(variance=f"{source.deviation**2:.4g}", n=f"{n:,}")
    form = _START if source.kind == "start" else _TRAINED
    return form.fill(
        layer=min(source.layer, source.depth),
        depth=source.depth,
        n=f"{n:,}",
        nets=_NETS,
        init=source.init if source.init in INITIALISATIONS else "",
        width=source.width,
        steps=source.steps,
    )
