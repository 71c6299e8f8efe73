"""ReLU is cheap, a comparison against an exponential: element by element, in a layer, and in a training step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab import nets
from livegrad.lab.experiment import (
    Answer,
    Choice,
    Control,
    Experiment,
    Facts,
    Number,
    Question,
    Run,
    Verdict,
)
from livegrad.lab.figure import Axis, Chart, Level, Series
from livegrad.lab.intervals import median_of
from livegrad.lab.stopwatch import seconds
from livegrad.quantity import percent
from livegrad.text import Text, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_Filling: TypeAlias = Callable[[Reals, Reals, Reals], object]
_CHEAPER = 1.5  # times: less is no more than a detail of how it is written
_NOTICED = 1.25  # a layer that takes a quarter longer is noticed
_KEPT = 0.5  # of the function's lead must be left in the layer; a share depends less on the machine than a time
_ROUNDS = 21
_ELEMENTS = 16_384  # 64 KiB in float32: they stay near the processor
_WIDTHS = (8, 16, 32, 64, 128, 256, 512)
_LANES = {
    "relu": same("ReLU"),
    "sigmoid": Text("sigmoid", "시그모이드"),
    "tanh": same("tanh"),
    "elu": same("ELU"),
}

_TEXT = Text(
    "{name} takes ×{value} the time of ReLU for an element, its derivative ×{slope}; a whole layer {width} units wide ×{layer}, a "
    "training step of this lab's engine ×{step}. {ending}",
    "원소 하나를 계산하는 시간은 {name:이/가} ReLU의 {value}배, 도함수는 {slope}배입니다. 너비 {width}인 층 전체로는 {layer}배, 이 "
    "실험실 엔진의 학습 스텝으로는 {step}배입니다. {ending}",
)
_BOTH = Text(
    "ReLU is cheaper, and the layer shows it.", "ReLU가 더 싸고, 층 전체에서도 차이가 드러납니다."
)
_HIDDEN = Text(
    "ReLU is cheaper, but in the layer the matrix product hides most of it.",
    "ReLU가 더 싸지만, 층 전체에서는 대부분 행렬곱에 묻힙니다.",
)
_NOT = Text(
    "ReLU is not clearly cheaper on this machine.", "이 컴퓨터에서는 ReLU가 뚜렷이 싸지 않습니다."
)
_CONDITION = Text(
    "The wider the layer, the less it matters: {flip}. The sentence would hold if the layer kept half of the function's lead; here it keeps {kept}.",
    "층이 넓을수록 차이가 묻힙니다. {flip}. 함수에서 아낀 몫의 절반이 층에도 남으면 주장이 맞는데, 여기서 남은 몫은 {kept}입니다.",
)
_FLIPS = Text(
    "above a width of about {width} the layer takes less than a quarter longer",
    "너비가 {width}쯤을 넘으면 층 전체의 시간 차이가 4분의 1에 못 미칩니다",
)
_NEVER = Text(
    "the layer takes less than a quarter longer at every width tried",
    "살펴본 모든 너비에서 층 전체의 시간 차이가 4분의 1에 못 미칩니다",
)
_ALWAYS = Text(
    "up to a width of {width} the layer still takes a quarter longer",
    "너비 {width}까지는 층 전체의 시간 차이가 4분의 1을 넘습니다",
)


def _relu(x: Reals, out: Reals, zeros: Reals) -> object:
    return np.maximum(
        x, zeros, out=out
    )  # an array of zeros: NumPy is four times slower with a scalar


def _relu_slope(x: Reals, out: Reals, zeros: Reals) -> object:
    return np.greater(x, zeros, out=out, casting="unsafe")


def _sigmoid(x: Reals, out: Reals, _zeros: Reals) -> object:
    np.negative(x, out=out)
    np.exp(out, out=out)
    np.add(out, np.float32(1), out=out)
    return np.reciprocal(out, out=out)


def _sigmoid_slope(x: Reals, out: Reals, zeros: Reals) -> object:
    _sigmoid(x, out, zeros)
    return np.subtract(out, out * out, out=out)


def _tanh(x: Reals, out: Reals, _zeros: Reals) -> object:
    return np.tanh(x, out=out)


def _tanh_slope(x: Reals, out: Reals, _zeros: Reals) -> object:
    np.tanh(x, out=out)
    np.multiply(out, out, out=out)
    return np.subtract(np.float32(1), out, out=out)


def _elu(x: Reals, out: Reals, zeros: Reals) -> object:
    np.minimum(x, zeros, out=out)
    np.exp(out, out=out)
    np.subtract(out, np.float32(1), out=out)
    return np.maximum(x, out, out=out)  # x where x > 0, for e^x − 1 is never below x elsewhere


def _elu_slope(x: Reals, out: Reals, zeros: Reals) -> object:
    np.minimum(x, zeros, out=out)
    return np.exp(out, out=out)


_VALUES: Mapping[str, _Filling] = {"relu": _relu, "sigmoid": _sigmoid, "tanh": _tanh, "elu": _elu}
_SLOPES: Mapping[str, _Filling] = {
    "relu": _relu_slope,
    "sigmoid": _sigmoid_slope,
    "tanh": _tanh_slope,
    "elu": _elu_slope,
}
"""Each as one would write it with NumPy, into memory that is there already: computing is timed, not allocating."""


def _elements(functions: Mapping[str, _Filling], seed: int) -> dict[str, Reals]:
    x = np.random.default_rng(seed).normal(size=_ELEMENTS).astype(np.float32)
    out, zeros = np.empty_like(x), np.zeros_like(x)

    def bound(fill: _Filling) -> Callable[[], object]:
        return lambda: [fill(x, out, zeros) for _ in range(4)]

    return seconds({name: bound(fill) for name, fill in functions.items()}, rounds=_ROUNDS)


def _layer(width: int, batch: int, seed: int, names: tuple[str, ...]) -> dict[str, Reals]:
    """Return the time of x·W and the function after it, and of its part backwards: δ times the slope, times Wᵀ."""
    random = np.random.default_rng(seed)
    x, delta = random.normal(size=(2, batch, width)).astype(np.float32)
    weights = random.normal(size=(width, width)).astype(np.float32) / np.float32(width**0.5)
    z, out, back, zeros = (np.zeros_like(x) for _ in range(4))

    def bound(value: _Filling, slope: _Filling) -> Callable[[], object]:
        def do() -> None:
            np.matmul(x, weights, out=z)
            value(z, out, zeros)
            slope(z, out, zeros)
            np.multiply(delta, out, out=out)
            np.matmul(out, weights.T, out=back)
            _ = x.T @ out

        return do

    return seconds(
        {name: bound(_VALUES[name], _SLOPES[name]) for name in names}, rounds=_ROUNDS, tries=5
    )


def _training(width: int, seed: int, names: tuple[str, ...]) -> dict[str, Reals]:
    """Return the time of training in the native engine: 16 networks of two hidden layers."""
    split = nets.toy("moons", count=100, seed=seed)
    steps = max(10, 20_000 // width**2)

    def bound(name: str) -> Callable[[], object]:
        recipe = Recipe(activation=name, hidden=(width, width), batch_size=25, lr=0.001)
        drawn = nets.draw(recipe, split, range(16))
        return lambda: nets.train([drawn], split, steps=steps, points=(steps,))

    return seconds({name: bound(name) for name in names}, rounds=9, tries=3)


def _ratio(found: Mapping[str, Reals], name: str) -> Reals:
    """Return a rival's time over ReLU's, round by round."""
    return found[name] / found["relu"]


def _run(run: Run) -> Facts:
    rival, width, batch = run.choice("rival"), run.whole("width"), run.whole("batch")
    names = ("relu", rival)
    values, slopes = _elements(_VALUES, run.seed), _elements(_SLOPES, run.seed)
    run.tell(0.3, _element_figure(values, slopes))
    widths = sorted({*_WIDTHS, width})
    layers = dict[int, dict[str, Reals]]()
    for k, each in enumerate(widths):
        layers[each] = _layer(each, batch, run.seed, names)
        run.tell(0.3 + 0.5 * (k + 1) / len(widths), _width_figure(layers, rival))
    step = _training(min(width, 64), run.seed, names)
    found = {
        "value": _ratio(values, rival),
        "slope": _ratio(slopes, rival),
        "layer": _ratio(layers[width], rival),
        "step": _ratio(step, rival),
    }
    return Facts(
        held=found["value"] >= _CHEAPER,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(found, _flip(layers, rival), min(width, 64)),
        figures=(_element_figure(values, slopes), _width_figure(layers, rival)),
    )


def _flip(layers: Mapping[int, Mapping[str, Reals]], rival: str) -> float:
    """Return the width from which on a layer takes less than a quarter longer; 0 if always, ∞ if never."""
    widths = np.array(list(layers), float)
    medians = np.array([float(np.median(_ratio(found, rival))) for found in layers.values()])
    noticed = np.flatnonzero(medians >= _NOTICED)
    if not len(noticed):
        return 0.0
    return float(widths[noticed[-1]]) if noticed[-1] + 1 < len(widths) else float("inf")


def _numbers(found: Mapping[str, Reals], flip: float, engine_width: int) -> tuple[Number, ...]:
    wanted = (
        (
            "value",
            Text("Function, per element", "함수, 원소마다"),
            Text(
                "The rival's time over ReLU's for {count} numbers at once.",
                "수 {count}개를 한꺼번에 계산할 때 상대 함수의 시간이 ReLU의 몇 배인지입니다.",
            ).fill(count=_ELEMENTS),
        ),
        (
            "slope",
            Text("Derivative, per element", "도함수, 원소마다"),
            Text("The same for the derivative.", "도함수를 계산할 때의 같은 배율입니다."),
        ),
        (
            "layer",
            Text("Whole layer, there and back", "층 전체, 순전파와 역전파"),
            Text(
                "The same for a layer with its three matrix products: forwards, and the gradients of inputs and weights.",
                "행렬곱 세 번(순전파, 입력의 기울기, 가중치의 기울기)을 더한 층 하나에서 잰 배율입니다.",
            ),
        ),
        (
            "step",
            Text("Training step in the engine", "엔진의 학습 스텝"),
            Text(
                "The same for a training step of two hidden layers of {width} units in this lab's native engine.",
                "유닛 {width}개짜리 은닉층 둘을 이 실험실의 엔진으로 한 스텝 학습할 때의 배율입니다.",
            ).fill(width=engine_width),
        ),
    )
    numbers = list[Number]()
    for identifier, name, explanation in wanted:
        middle, low, high = median_of(found[identifier])
        numbers.append(
            Number(
                id=identifier,
                name=name,
                value=middle,
                low=low,
                high=high,
                n=len(found[identifier]),
                form="factor",
                explanation=explanation,
            )
        )
    return (
        *numbers,
        Number(
            id="flip",
            name=Text("Noticed up to a width of", "차이가 드러나는 너비"),
            value=flip,
            n=_ROUNDS,
            explanation=Text(
                "The greatest width tried at which the layer takes at least a quarter longer; 0 if none.",
                "층 전체의 시간이 4분의 1 이상 더 걸리는 너비 가운데 가장 큰 것입니다. 없으면 0입니다.",
            ),
        ),
    )


def _element_figure(values: Mapping[str, Reals], slopes: Mapping[str, Reals]) -> Chart:
    series = list[Series]()
    for name, found in ((Text("function", "함수"), values), (Text("derivative", "도함수"), slopes)):
        medians = np.array([median_of(_ratio(found, lane)) for lane in _LANES])
        series.append(
            Series(
                name=name,
                x=np.arange(len(_LANES), dtype=float),
                y=medians[:, 0],
                low=medians[:, 1],
                high=medians[:, 2],
                style="other" if series else "measured",
                mark="bars",
            )
        )
    return Chart(
        id="elements",
        title=Text("Time for one element, ReLU = 1", "원소 하나의 시간, ReLU = 1"),
        note=Text(
            "{count} float32 numbers with NumPy, median of {n} rounds, 95 % interval.",
            "float32 수 {count}개, NumPy. {n}번 잰 중앙값과 95 % 구간.",
        ).fill(count=_ELEMENTS, n=_ROUNDS),
        x=Axis(name=Text("activation function", "활성화 함수"), labels=tuple(_LANES.values())),
        y=Axis(name=Text("time over ReLU's", "ReLU의 시간으로 나눈 값(배)"), low=0.0),
        series=tuple(series),
        levels=(Level(name=same("ReLU"), at=1.0, style="other"),),
    )


def _width_figure(layers: Mapping[int, Mapping[str, Reals]], rival: str) -> Chart:
    medians = np.array([median_of(_ratio(found, rival)) for found in layers.values()])
    return Chart(
        id="widths",
        title=Text("In a wide layer the matrix product hides it", "넓은 층에서는 행렬곱에 묻힌다"),
        note=Text(
            "A layer there and back with NumPy, median of {n} rounds, 95 % interval.",
            "NumPy로 층 하나의 순전파와 역전파를 {n}번 잰 중앙값과 95 % 구간.",
        ).fill(n=_ROUNDS),
        x=Axis(name=Text("units in the layer", "층의 유닛 수"), log=True),
        y=Axis(name=Text("time over ReLU's", "ReLU의 시간으로 나눈 값(배)"), low=0.0),
        series=(
            Series(
                name=_LANES[rival],
                x=np.array(list(layers), float),
                y=medians[:, 0],
                low=medians[:, 1],
                high=medians[:, 2],
                mark="both",
            ),
        ),
        levels=(
            Level(name=Text("noticed", "차이가 드러남"), at=_NOTICED),
            Level(name=same("ReLU"), at=1.0, style="other"),
        ),
    )


def _verdict(facts: Facts) -> Verdict:
    cheaper = facts["value"] >= _CHEAPER
    kept = max(facts["layer"] - 1, 0.0) / max(facts["value"] - 1, 1e-9)
    noticed = kept >= _KEPT
    text = _TEXT.fill(
        name=_LANES[str(facts.settings["rival"])],
        width=round(float(facts.settings["width"])),
        ending=_NOT if not cheaper else _BOTH if noticed else _HIDDEN,
        **{key: f"{facts[key]:.2g}" for key in ("value", "slope", "layer", "step")},
    )
    if facts["flip"] == 0:
        flip = _NEVER
    elif np.isinf(facts["flip"]):
        flip = _ALWAYS.fill(width=_WIDTHS[-1])
    else:
        flip = _FLIPS.fill(width=f"{facts['flip']:.0f}")
    condition = _CONDITION.fill(flip=flip, kept=percent(min(kept, 1.0)))
    if not cheaper:
        return Verdict(code="does-not-hold", text=text, condition=condition)
    return Verdict(code="holds" if noticed else "holds-if", text=text, condition=condition)


def _right(facts: Facts) -> str:
    places = (("same", 1.0), ("some", 2.0), ("many", 6.0))
    return min(places, key=lambda place: abs(np.log(facts["layer"] / place[1])))[0]


EXPERIMENT = Experiment(
    id="relu-cheap",
    claim=Text(
        "ReLU is cheap: a comparison in place of an exponential.",
        "ReLU는 계산이 싸다. 지수 함수 대신 비교 한 번이면 된다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "A wide layer computes with the rival in place of ReLU. How much longer does the whole layer take?",
            "넓은 층이 ReLU 대신 상대 함수로 계산합니다. 층 전체의 시간은 얼마나 늘까요?",
        ),
        answers=(
            Answer(id="same", name=Text("hardly at all", "거의 늘지 않는다")),
            Answer(id="some", name=Text("it doubles", "두 배쯤 된다")),
            Answer(id="many", name=Text("several times", "몇 배가 된다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="rival",
            name=Text("rival", "상대 함수"),
            usual="sigmoid",
            choices=tuple(
                Choice(id=lane, name=name) for lane, name in _LANES.items() if lane != "relu"
            ),
        ),
        Control(
            id="width",
            name=Text("units in the layer", "층의 유닛 수"),
            usual=512,
            low=8,
            high=1024,
            whole=True,
            log=True,
        ),
        Control(
            id="batch",
            name=Text("batch", "배치"),
            usual=64,
            low=1,
            high=256,
            whole=True,
            log=True,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Function, derivative, a whole layer and a training step are timed in turn with ReLU's, so that only ratios within one run count; all of it "
        "on one thread of this machine. A layer of width w needs w multiplications for every number that the "
        "function then takes, so the wider it is, the less the function's price is seen. Seconds belong to this machine and to NumPy, so "
        "the verdict rests on shares: what of the function's lead is left in the layer."
        " A round counts as held if the rival's function takes at least one and a half times as long.",
        "함수, 도함수, 층 전체, 학습 스텝의 시간을 ReLU와 번갈아 재고, 한 번의 실행 안에서 나온 배율만 봅니다. 모두 이 컴퓨터의 스레드 "
        "하나로 잽니다. 너비가 w인 층은 함수에 넣을 수 하나마다 곱셈을 w번 하므로, 넓을수록 함수 계산은 눈에 띄지 않습니다. 시간은 "
        "컴퓨터와 NumPy에 따라 다르므로, 함수에서 아낀 몫이 층에 얼마나 남는지로 판정합니다."
        " 함수만 잰 시간이 ReLU의 1.5배 이상이면 그 차례를 맞은 것으로 셉니다.",
    ),
    after=("relu-faster-convergence", "elu-noise", "relu-best"),
    seconds=1.0,
)
