"""Predict how signal and gradient travel through a network that is not trained yet."""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from livegrad.errors import BadInput
from livegrad.flow.initialisation import Initialisation
from livegrad.flow.light import light_of
from livegrad.flow.naming import title_of
from livegrad.flow.network import Network, Norm
from livegrad.flow.profile import FlowProfile, LayerFlow, Light, Scales, Verdict
from livegrad.flow.theory.course import Course, Start, course_of
from livegrad.flow.theory.quadrature import Floats
from livegrad.flow.theory.reach import born_dead_of, scales_of, underflow_of
from livegrad.flow.theory.residual import residual_course
from livegrad.flow.theory.shares import asleep_share, saturated_share
from livegrad.flow.theory.start import start_of
from livegrad.flow.theory.straying import Straying, decades, stray
from livegrad.flow.theory.walking import walk
from livegrad.flow.verdict import class_of, judged
from livegrad.functions import Activation, elementwise
from livegrad.text import Text

__all__ = ["predict", "predict_depths"]

_OF_90_PERCENT = 1.645  # standard deviations on either side
_MAGNIFIED = 2.0
"""From here on, by which factor a difference in variance grows through the layers, averages do not suffice."""
_UNSTEADY = 0.7
"""The same of the units of ln |gradient|² by which second-order terms move the median: 0.15 decades."""
_MOST_AGREE = 0.8
_NARROW, _LONG = 4, 6.0
_ROUGH = 10  # layers of batch norm
_WIDE_BAND = 3.0  # decades

_TYPE = Text(
    "predict was given {given}; it takes the name of an activation, a formula of x, or a torch.nn.Module. Write "
    'livegrad.flow.predict("relu", depth=50).',
    "predict에 {given:을/를} 주었습니다. 활성화 함수의 이름, x의 수식, torch.nn.Module 가운데 "
    '하나를 받습니다. livegrad.flow.predict("relu", depth=50)처럼 적어 주세요.',
)
_NEEDS_BATCH = Text(
    "A model needs a minibatch, too: livegrad.flow.predict(model, x), or (x, y) with the targets.",
    "모델에는 미니배치도 필요합니다. livegrad.flow.predict(model, x)라고 적거나, 목표값이 있으면 "
    "(x, y)를 주세요.",
)
_ONE_INPUT = Text(
    'A batch norm needs at least 2 inputs in a batch, and there is 1. Give more, or take norm="layer".',
    '배치 정규화(batch norm)에는 배치에 입력이 2개 이상 있어야 하는데 1개입니다. 입력을 더 주거나 norm="layer"를 쓰세요.',
)
_MAGNIFIES = Text(
    "Small differences between single networks become {factor} times as large on the way through "
    "the layers, because the variance moves away from an unstable fixed point. {share} of the "
    "networks share this verdict.",
    "불안정한 고정점에서 분산(variance)이 멀어지므로, 신경망 사이의 작은 차이가 층을 지나며 "
    "{factor}배로 벌어집니다. 같은 판정이 나오는 신경망은 {share}입니다.",
)
_NARROW_WORDS = Text(
    "With only {width} units in each layer, the averages of theory mean little: single networks "
    "differ widely.",
    "층마다 유닛이 {width}개뿐이면 이론이 말하는 평균은 별 뜻이 없습니다. 신경망마다 크게 "
    "다릅니다.",
)
_LONG_WORDS = Text(
    "There are {ratio} times as many layers as units in a layer, so that corrections for the "
    "finite width are no longer small.",
    "층의 수가 한 층에 있는 유닛 수의 {ratio}배입니다. 너비가 유한해서 생기는 오차를 더는 무시할 "
    "수 없습니다.",
)
_BATCH_NORM = Text(
    "How a batch norm's statistics stray is followed only roughly: at 50 layers such predictions were off by up to one decade.",
    "배치 정규화(batch norm)의 통계가 흔들리는 것은 대강만 계산합니다. 50층에서는 예측이 최대 열 배까지 어긋났습니다.",
)
_COMMON_MEAN = Text(
    "All units share a large mean ({share} of the squared signal), and the backward pass meets "
    "the weights that made it once more: theory takes the forward and the backward pass to be "
    "independent, and here they are not.",
    "모든 유닛의 값에 공통된 평균이 큽니다(신호 제곱의 {share}). 그 평균을 만든 가중치를 "
    "역전파가 다시 지납니다. 이론은 순전파와 역전파를 서로 독립으로 보지만 여기서는 그렇지 "
    "않습니다.",
)
_NOTHING_PASSES = Text(
    "The slope of {activation} is 0 wherever it has one: no gradient passes at all.",
    "{activation}의 기울기(slope)는 정의된 곳 어디서나 0입니다. 학습 신호가 전혀 지나가지 "
    "못합니다.",
)


def predict(  # noqa: PLR0913 (a network's settings, each a word of its own)
    network: str | Activation | Any,
    batch: Any = None,
    *,
    depth: int = 10,
    width: int = 64,
    init: str | Initialisation = "pytorch",
    norm: Norm | None = None,
    skip: float | None = None,
    norm_first: bool = True,
    dropout: float = 0.0,
    kernel: int = 1,
    recurrent: bool = False,
    inputs: int = 32,
    correlation: bool = True,
    band: bool = True,
    loss_fn: Any = None,
) -> FlowProfile:
    """Predict signal and gradient of a network before it is trained.

    Args:
        network: An activation's name, a formula of x or a record: a stack of equal layers of it. Or a
            ``torch.nn.Module``: then `batch` is needed, and of the rest only ``loss_fn`` is looked at.
        batch: A minibatch x, (batch, features), or (x, y) with class indices or targets: the prediction
            starts at its own mean square and correlation. By default ``inputs`` independent inputs of mean
            square 1, with as many features as there are units, and ten classes.
        depth: Layers with this activation; a readout that follows is not counted.
        width: Units in each (channels, if ``kernel`` is above 1).
        init: "pytorch", "glorot", "he", "lecun", "orthogonal", "critical", or an `Initialisation`.
        norm: None, "batch", "layer" or "rms", on every pre-activation; with a skip see ``norm_first``.
        skip: None: none. Else α of x + α·f(W·x + b).
        norm_first: With norm and skip: normalise what enters the branch (True), or the sum.
        dropout: Probability of dropping an activation.
        kernel: Width of square kernels of a convolutional network; borders are not looked at.
        recurrent: The layers are time steps: one weight matrix, an input at every step.
        inputs: Size of the minibatch, where no batch is given.
        correlation: Whether correlations are followed; without them a band is not given either.
        band: Whether the spread over single networks is worked out, and the median moved to where it lies at
            this width. Without it, the course in the limit of great width.
        loss_fn: For a module: the loss, called as ``loss_fn(output, y)``.

    Returns:
        The profile; ``profile.layers[i].log10_gradient`` is that of ∂loss/∂z at layer i, over the last layer's.

    Raises:
        BadInput: A number is out of range, or a name is unknown.

    Example:
        >>> profile = predict("sigmoid", depth=50)
        >>> profile.verdict.code, round(profile.layers[0].log10_gradient)
        ('vanishes', -42)
    """
    if not isinstance(network, str | Activation):
        return _of_module(network, batch, loss_fn)
    (profile,) = predict_depths(
        network,
        (depth,),
        batch,
        width=width,
        init=init,
        norm=norm,
        skip=skip,
        norm_first=norm_first,
        dropout=dropout,
        kernel=kernel,
        recurrent=recurrent,
        inputs=inputs,
        correlation=correlation,
        band=band,
    )
    return profile


def predict_depths(
    network: str | Activation,
    depths: Sequence[int],
    batch: Any = None,
    *,
    inputs: int = 32,
    correlation: bool = True,
    band: bool = True,
    **settings: Any,
) -> tuple[FlowProfile, ...]:
    """Predict networks that differ in their depth alone: they share the way up.

    Args:
        network: An activation's name, a formula of x, or a record.
        depths: In any order.
        batch: As for `predict`; so the next three.
        inputs: Size of the minibatch, where no batch is given.
        correlation: Whether correlations are followed.
        band: Whether the spread over single networks is worked out.
        settings: The others of `predict`.

    Returns:
        A profile for each depth, in the order of ``depths``.

    Example:
        >>> [profile.verdict.code for profile in predict_depths("sigmoid", (2, 50))]
        ['healthy', 'vanishes']
    """
    began = time.perf_counter()
    activation = elementwise(network) if isinstance(network, str) else network
    stacks = [Network(activation=activation, depth=depth, **settings) for depth in depths]
    if not stacks:
        return ()
    deepest = max(stacks, key=lambda stack: stack.depth)
    start = start_of(batch, features=deepest.width, inputs=inputs)
    if deepest.norm == "batch" and start.batch < 2:
        raise BadInput(_ONE_INPUT)
    if deepest.skip is not None:
        # The part of a gradient along the stream is followed from the last layer down: nothing is shared.
        courses = [residual_course(stack, start) for stack in stacks]
        course = max(courses, key=lambda one: len(one.variance))
    else:
        course = course_of(deepest, start, correlation=correlation)
        courses = [course.until(stack.depth) for stack in stacks]
    told = (correlation, band and correlation)
    scales = scales_of(deepest, course) if correlation else None
    found = []
    for stack, own in zip(stacks, courses, strict=True):
        one = _Found(stack, start, own, told, scales)
        found.append(one.profile(began))
        began = time.perf_counter()
    return tuple(found)


def _of_module(module: object, batch: Any, loss_fn: Any) -> FlowProfile:
    if not callable(getattr(module, "named_modules", None)):
        raise BadInput(_TYPE.fill(given=repr(module)[:60]))
    if batch is None:
        raise BadInput(_NEEDS_BATCH)
    of_model = importlib.import_module("livegrad.flow.model.predicting_torch")
    return of_model.predict_model(module, batch, loss_fn=loss_fn)


@dataclass
class _Found:
    """What was found out of one network, on its way to a profile."""

    network: Network
    start: Start
    course: Course
    told: tuple[bool, bool]
    scales: Scales | None = None
    magnified: float = 1.0
    agreeing: float = 1.0

    def profile(self, began: float) -> FlowProfile:
        layers, strayed = self._layers()
        doubts, certain = self._doubts(layers, strayed)
        skip, unlit = self.network.skip is not None, self.network.recurrent or not self.told[0]
        verdict = judged(layers, doubts, certain=certain, skip=skip)
        return FlowProfile(
            title=title_of(self.network),
            source="predicted",
            layers=layers,
            verdict=verdict,
            # What it takes to train through time was not measured.
            light=None if unlit else self._light(layers, verdict),
            scales=self.scales,
            underflow_depth=underflow_of(layers, self.start),
            born_dead=born_dead_of(self.network),
            nonlinearity=float(self.course.nonlinearity[-1]) if self.told[0] else None,
            batch=self.start.batch,
            seconds=time.perf_counter() - began,
        )

    def _light(self, layers: Sequence[LayerFlow], verdict: Verdict) -> Light:
        bent, skip = float(self.course.nonlinearity[-1]), self.network.skip is not None
        return light_of(layers, verdict, nonlinearity=bent, skip=skip)

    # ------------------------------------------------------------ gradient

    def _layers(self) -> tuple[tuple[LayerFlow, ...], Straying | None]:
        course = self.course
        gradients, low, high, strayed = self._gradients()
        weights = self._weight_gradients(gradients, strayed)
        outputs = (
            course.output
            if strayed is None
            else course.output * np.exp(np.clip(strayed.drift, -60, 60))
        )
        dead, saturated = self._shares()
        banded = self.told[1]
        rows = zip(outputs, course.output_correlation, gradients, low, high, weights, strict=True)
        layers = tuple(
            LayerFlow(
                name=str(place + 1),
                kind=self._kind(),
                activation=self.network.activation.id,
                width=self.network.width,
                fan_in=(self.start.features if place == 0 else self.network.width)
                * self.network.kernel**2,
                signal_variance=float(q),
                correlation=float(c) if self.told[0] and self.start.batch > 1 else None,
                log10_gradient=float(g),
                log10_weight_gradient=float(w) if self.told[0] else None,
                band=(float(lowest), float(highest)) if banded else None,
                chi=math.exp(course.log_gain[place]) if course.log_gain[place] < 700 else math.inf,
                dead=dead[place],
                saturated=saturated[place],
            )
            for place, (q, c, g, lowest, highest, w) in enumerate(rows)
        )
        return layers, strayed

    def _kind(self) -> str:
        if self.network.recurrent:
            return "RNN"
        return "Conv2d" if self.network.kernel > 1 else "Linear"

    def _gradients(self) -> tuple[Floats, Floats, Floats, Straying | None]:
        """Return median and 90 % band of log₁₀ |∂loss/∂z| at every layer, over the last one's."""
        course = self.course
        if not self.told[1]:
            gain = np.append(course.log_gain[:-1], 0.0)
            middle = self._exactly_zero(decades(np.cumsum(gain[::-1])[::-1]))
            return middle, middle, middle, None
        scales = self.network.scales()
        strayed = stray(
            course,
            self.start,
            width=self.network.width * self.network.kernel,
            orthogonal=scales.orthogonal,
        )
        self.magnified = _magnified(course)
        plain = self.network.norm is None and self.network.skip is None
        if plain and (self.magnified > _MAGNIFIED or strayed.unsteady > _UNSTEADY):
            walked = decades(walk(course, self.start, self.network, strayed))
            low, middle, high = np.percentile(walked, [5, 50, 95], axis=0)
            self.agreeing = self._agreeing(walked[:, 0], middle[0])
        else:
            middle = decades(strayed.median)
            off = _OF_90_PERCENT * decades(np.sqrt(strayed.variance))
            low, high = middle - off, middle + off
        low, middle, high = (self._exactly_zero(one) for one in (low, middle, high))
        return middle, low, high, strayed

    def _exactly_zero(self, powers: Floats) -> Floats:
        """Return −∞ for all layers below one whose slope is 0 everywhere."""
        blocked = np.append(np.asarray(self.course.means.slope)[:-1] == 0, False)
        return np.where(np.cumsum(blocked[::-1])[::-1] > 0, -math.inf, powers)

    def _agreeing(self, firsts: Floats, middle: float) -> float:
        c = float(self.course.correlation[-1])
        classes = [class_of(float(one), c) for one in firsts]
        return classes.count(class_of(float(middle), c)) / len(classes)

    def _weight_gradients(self, gradients: Floats, strayed: Straying | None) -> Floats:
        """Return log₁₀ |∂loss/∂W| over the last layer's: |Σ_s δ_s·x_sᵀ|², with the likeness of both."""
        course, batch = self.course, self.start.batch
        likeness = np.zeros(len(gradients)) if strayed is None else strayed.likeness
        together = np.maximum(1 + (batch - 1) * likeness * course.fed_correlation, 1 / batch)
        entries = np.full(len(gradients), float(self.network.width))
        entries[0] = self.start.features
        with np.errstate(divide="ignore"):
            own = 0.5 * np.log10(np.maximum(course.fed, 1e-300) * entries * together)
        if strayed is not None:  # the median of what enters drifts as that of q does
            own = own + decades(strayed.drift)
        return gradients + own - own[-1]

    def _shares(self) -> tuple[Sequence[float | None], Sequence[float | None]]:
        """Return the shares of dead and of saturated units at every layer."""
        course, unknown = self.course, [None] * len(self.course.variance)
        if not self.told[0]:
            return unknown, unknown
        activation, variance = self.network.activation, np.minimum(course.variance, 1e200)
        asleep = asleep_share(activation, variance, course.correlation, self.start.batch)
        saturated = saturated_share(activation, variance)
        return asleep.tolist(), unknown if saturated is None else saturated.tolist()

    # ------------------------------------------------------------ doubts

    def _doubts(
        self, layers: Sequence[LayerFlow], strayed: Straying | None
    ) -> tuple[tuple[Text, ...], bool]:
        """Return why theory may be wrong here, and whether a verdict can be given all the same."""
        network, course = self.network, self.course
        doubts, certain = list[Text](), True
        if layers[0].log10_gradient == -math.inf and not np.any(course.means.slope):
            return (_NOTHING_PASSES.fill(activation=network.activation.id),), True
        if self.magnified > _MAGNIFIED:
            doubts.append(
                _MAGNIFIES.fill(factor=f"{self.magnified:.0f}", share=f"{self.agreeing:.0%}")
            )
            certain = self.agreeing >= _MOST_AGREE
        if network.width <= _NARROW:
            doubts.append(_NARROW_WORDS.fill(width=network.width))
            certain = False
        if network.norm == "batch" and network.skip is None and network.depth > _ROUGH:
            doubts.append(_BATCH_NORM)
        if network.depth > _LONG * network.width:
            doubts.append(_LONG_WORDS.fill(ratio=f"{network.depth / network.width:.0f}"))
        mean = np.max(course.means.mean**2 / np.maximum(course.means.signal, 1e-300))
        tie = 0.0 if strayed is None else float(np.abs(strayed.tie).sum())
        if mean > 0.8 and tie > 1.0:
            doubts.append(_COMMON_MEAN.fill(share=f"{mean:.0%}"))
            certain = False
        band = layers[0].band
        if band is not None and math.isfinite(band[0]) and band[1] - band[0] > 2 * _WIDE_BAND:
            certain = certain and self._band_agrees(band)
        return tuple(doubts), certain

    def _band_agrees(self, band: tuple[float, float]) -> bool:
        c = float(self.course.correlation[-1])
        return class_of(band[0], c) == class_of(band[1], c)


def _magnified(course: Course) -> float:
    """Return by how much a difference in variance grows at most on its way up, where slopes depend on it."""
    if not np.any(np.abs(course.gain_slope) > 1e-6):
        return 1.0
    grown = np.cumsum(np.log(np.maximum(course.pull[:-1], 1e-12)))
    return float(np.exp(max(grown.max(), 0.0))) if len(grown) else 1.0
