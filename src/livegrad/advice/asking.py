"""Numbers that rules ask of other packages for a situation: what arrives through depth, which gain, where gradients round to 0.

The packages are imported when a rule asks, so that advice which needs no number costs none.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.advice.situation import Situation

__all__ = ["carried", "gains", "roundings", "shaped"]

_WIDTH = 64
_MOST_DEPTH = 1000  # beyond it the numbers say nothing new, and take seconds
_CARRIED = Text(
    "{name}, {init}: after {depth} layers the first one gets 10^{decades} of the last one's gradient, and two inputs are "
    "alike by {alike}. {verdict}",
    "{name}, {init}: {depth}층을 지나면 첫 층의 기울기는 마지막 층의 10^{decades}배이고, 두 입력은 {alike}만큼 닮습니다. {verdict}",
)
_LIGHT = {
    "green": Text("Expected to train.", "학습될 것으로 보입니다."),
    "amber": Text("Cannot be told.", "어느 쪽인지 알 수 없습니다."),
    "red": Text("Not expected to train.", "학습되지 않을 것으로 보입니다."),
}
_UNSURE = Text("Theory cannot say.", "이론으로는 말할 수 없습니다.")
_GAIN = Text(
    "{name}: weights with standard deviation {gain}/√fan_in keep the signal's size.",
    "{name}: 표준편차가 {gain}/√fan_in인 가중치에서 신호의 크기가 유지됩니다.",
)
_EDGE = Text(
    "{name}: σ_w = {weights}, σ_b = {biases} is its edge of chaos.",
    "{name}: σ_w = {weights}, σ_b = {biases}가 혼돈의 가장자리(edge of chaos)입니다.",
)
_DIES = Text(
    "{name} in {dtype}: the gradient is exactly 0 from x = {at} on, where the true slope is {slope} (slope rebuilt from the "
    "rounded output, as PyTorch does).",
    "{name}, {dtype}: x = {at}부터 기울기가 정확히 0입니다. 참 기울기는 {slope}입니다(PyTorch처럼 반올림한 출력에서 기울기를 다시 만들 때).",
)
_SHAPED = Text(
    'livegrad.flow.shape("relu", depth={depth}) gives the slope {slope} below 0 for {depth} layers, with orthogonal weights.',
    'livegrad.flow.shape("relu", depth={depth})는 {depth}층에 맞는 음수 쪽 기울기로 {slope:을/를} 줍니다. 가중치는 직교 행렬로 둡니다.',
)


def carried(names: Sequence[tuple[str, str]], situation: Situation) -> tuple[Text, ...]:
    """Return how much of the gradient arrives for each activation and initialisation, as `livegrad.flow.predict` has it.

    Args:
        names: Pairs of an activation and an initialisation.
        situation: Gives depth, width, norm and skip; the usual ones (10, 64, none) where they are not known.

    Example:
        >>> from livegrad.advice.situation import Situation
        >>> carried([("relu", "he")], Situation(depth=10))[0].en.endswith("Expected to train.")
        True
    """
    norm = None if situation.norm in (None, "none") else situation.norm
    depth = min(situation.depth or 10, _MOST_DEPTH)
    skip = 1.0 if situation.skip else None
    width = situation.width or _WIDTH
    return tuple(_carried(name, init, depth, width, norm, skip) for name, init in names)


@functools.lru_cache(maxsize=256)
def _carried(
    name: str, init: str, depth: int, width: int, norm: str | None, skip: float | None
) -> Text:
    from livegrad.flow import predict

    found = predict(name, depth=depth, width=width, init=init, norm=norm, skip=skip)  # type: ignore[arg-type]
    last = found.layers[-1].correlation
    light = found.light
    return _CARRIED.fill(
        name=name,
        init=init,
        depth=depth,
        decades=f"{round(found.layers[0].log10_gradient, 1) + 0.0:.1f}",
        alike="?" if last is None else f"{abs(last):.2f}",
        verdict=_UNSURE if light is None else _LIGHT[light.colour],
    )


def gains(names: Sequence[str]) -> tuple[Text, ...]:
    """Return the weight scale of each activation, and its edge of chaos where there is a safe one.

    Example:
        >>> gains(["relu"])[0].en
        "relu: weights with standard deviation 1.41/√fan_in keep the signal's size."
    """
    from livegrad.flow import edge_of_chaos, gain

    found = list[Text]()
    for name in names:
        found.append(_GAIN.fill(name=name, gain=f"{gain(name):.2f}"))
        edge = edge_of_chaos(name, bias=0.05**0.5)
        if edge.safe:
            weights, biases = f"{edge.weight_deviation:.2f}", f"{edge.bias_deviation:.2f}"
            found.append(_EDGE.fill(name=name, weights=weights, biases=biases))
    return tuple(found)


def shaped(depth: int) -> Text:
    """Return by which slope below 0 a rectifier keeps inputs apart at this depth (TAT).

    Example:
        >>> "0.43" in shaped(50).en
        True
    """
    from livegrad.flow import shape

    depth = min(depth, _MOST_DEPTH)
    return _SHAPED.fill(depth=depth, slope=f"{shape('relu', depth=depth).slope:.2f}")


def roundings(names: Sequence[str], dtype: str) -> tuple[Text, ...]:
    """Return from where on a gradient that is rebuilt from the rounded output is exactly 0.

    PyTorch does so for sigmoid, y·(1 − y), and tanh, 1 − y²; most others take the slope from the input, and lose nothing
    that would move a weight.

    Args:
        names: "sigmoid" and "tanh".
        dtype: "bfloat16", "float16" or "float32".

    Example:
        >>> [text.en.split(",")[0] for text in roundings(["tanh"], "bfloat16")]
        ['tanh in bfloat16: the gradient is exactly 0 from x = 3.47 on']
    """
    return tuple(_rounding(name, dtype) for name in names)


@functools.lru_cache(maxsize=8)
def _rounding(name: str, dtype: str) -> Text:
    import numpy as np

    from livegrad.functions import elementwise
    from livegrad.functions.properties.deaths import FORMATS

    form = next(one for one in FORMATS if one.name == dtype)
    f = elementwise(name)
    places = np.unique(form.rounded(np.linspace(0.0, 20.0, 20 * 256 + 1)))
    y = form.rounded(f(places))
    slope = form.rounded(1 - form.rounded(y * y) if name == "tanh" else form.rounded(1 - y) * y)
    at = float(places[np.flatnonzero(slope)[-1] + 1])
    true = float(f.derivative(np.array([at]))[0])
    return _DIES.fill(name=name, dtype=dtype, at=f"{at:.2f}", slope=f"{true:.1e}")
