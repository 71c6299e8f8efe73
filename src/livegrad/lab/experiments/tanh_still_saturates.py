"""tanh is centred, yet its slope vanishes for large inputs: where, and what of it reaches the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from livegrad.flow import Initialisation
from livegrad.functions import elementwise
from livegrad.lab import nets
from livegrad.lab.curves import mean_line
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
from livegrad.lab.figure import Axis, Bars, Chart, Ladder, Level
from livegrad.lab.measured import averaged
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

_NETS = 32
_POINTS = 120
_WIDTH = 32
_NORMAL = 2000  # numbers drawn from N(0, 1) for each start
_SATURATED = 0.1  # of the greatest slope: below it a unit counts as saturated
_STARVES = -2.0  # log10: a hundredth of the last layer's gradient
_SCALES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_VARIANCES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_LARGE = 10.0  # a variance at which tanh is saturated in every layer

_HOLDS = Text(
    "{centre} and at this input size the mean slope in the first layer is {slope} in {count} of {n} networks; the first layer gets 10^{ratio} of "
    "the last layer's gradient. At N(0, 1) {normal} % of inputs meet a slope under a tenth.",
    "{centre} 이 입력 크기에서 첫 층의 f′은 평균 {slope}입니다(신경망 {n}개 가운데 {count}개가 10분의 1 아래). 첫 층은 마지막 층 "
    "기울기의 10^{ratio}배만 받습니다. N(0, 1)에서는 입력의 {normal} %가 10분의 1보다 작은 f′을 만납니다.",
)
_HOLDS_IF = Text(
    "{centre} The slopes vanish: {slope} on average in the first layer, under a tenth in {count} of {n} networks. The gradient does not "
    "follow them: the first layer still gets 10^{ratio} of the last layer's. At N(0, 1) only {normal} % of inputs meet a slope under a tenth.",
    "{centre} f′은 사라집니다. 첫 층 평균이 {slope}이고, 신경망 {n}개 가운데 {count}개에서 10분의 1 아래입니다. 그러나 역전파된 "
    "기울기는 그만큼 줄지 않습니다. 첫 층도 마지막 층의 10^{ratio}배를 받습니다. N(0, 1)에서 10분의 1보다 작은 f′을 만나는 입력은 "
    "{normal} %뿐입니다.",
)
_FAILS = Text(
    "{centre} At this input size the slopes do not vanish: {slope} on average in the first layer, under a tenth in {count} of {n} networks. At "
    "N(0, 1) {normal} % of inputs meet a slope under a tenth.",
    "{centre} 이 입력 크기에서는 f′이 사라지지 않습니다. 첫 층 평균이 {slope}이고, 10분의 1 아래인 신경망은 {n}개 가운데 "
    "{count}개입니다. N(0, 1)에서는 입력의 {normal} %가 10분의 1보다 작은 f′을 만납니다.",
)
_UNCENTRED = Text(
    "{centre} So the sentence fails at its first half. The slope in the first layer is {slope} on average, under a tenth in {count} of {n} "
    "networks.",
    "{centre} 그래서 주장의 앞부분부터 맞지 않습니다. 첫 층의 f′은 평균 {slope}이고, 10분의 1 아래인 신경망은 {n}개 가운데 {count}개입니다.",
)
_CENTRED = Text(
    "The outputs are centred (mean {mean}, sigmoid {sigmoid}).",
    "출력은 0을 중심으로 퍼집니다(평균 {mean}, 시그모이드는 {sigmoid}).",
)
_NOT_CENTRED = Text(
    "The outputs are not centred (mean {mean}, sigmoid {sigmoid}).",
    "출력의 중심이 0에서 벗어나 있습니다(평균 {mean}, 시그모이드는 {sigmoid}).",
)
_FROM = Text(
    "The first layer's slopes fall under a tenth from inputs of {scale} times the usual size on.",
    "입력이 평소의 {scale}배를 넘으면 첫 층의 평균 f′이 10분의 1 아래로 떨어집니다.",
)
_NEVER = Text(
    "Even at 100 times the usual input size the first layer's slopes stay above a tenth.",
    "입력을 평소의 100배로 키워도 첫 층의 평균 f′은 10분의 1 위에 머뭅니다.",
)
_CONDITION = Text(
    "{flip} Large weights saturate every layer, and yet nothing vanishes: at σ_w² = {large} {large_share} % of the slopes are under a tenth, and "
    "each layer hands on ×{large_factor}.",
    "{flip} 가중치를 키우면 모든 층이 포화되지만 기울기는 사라지지 않습니다. σ_w² = {large}에서는 f′의 {large_share} %가 10분의 1 "
    "아래인데도, 층마다 기울기를 {large_factor}배로 넘깁니다.",
)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What 32 networks look like before training."""

    gradient: Any  # log10 over the last hidden layer's, (networks, depth)
    slope: Any  # mean |f′| of each layer, (networks, depth)
    saturated: Any  # share under a tenth of the greatest slope, (networks, depth)
    mean: Any  # mean output of the first layer, (networks,)


def _look(
    run: Run, split: Split, activation: str, scale: float, variance: float, depth: int
) -> _Look:
    recipe = Recipe(activation=activation, hidden=(_WIDTH,) * depth)
    init = Initialisation(weight=variance**0.5)
    drawn = nets.draw(recipe, split, run.seeds(_NETS), init=init)
    seen = drawn.look(scale * split.train_inputs, split.train_targets)
    most = elementwise(activation).sup_slope
    slopes = [np.abs(s) / most for s in seen.slopes]
    gradient = seen.log10_gradient[:, :depth]
    return _Look(
        gradient=gradient - gradient[:, -1:],
        slope=np.stack([s.mean(axis=(1, 2)) for s in slopes], axis=1),
        saturated=np.stack([(s < _SATURATED).mean(axis=(1, 2)) for s in slopes], axis=1),
        mean=seen.inputs[1].mean(axis=(1, 2)),
    )


def _normal(run: Run, activation: str) -> Any:
    """Return the share of inputs from N(0, 1) at which |f′| is under a tenth of its greatest, for each start."""
    f = elementwise(activation)
    x = np.stack([np.random.default_rng(s).normal(size=_NORMAL) for s in run.seeds(_NETS)])
    return (np.abs(f.derivative(x)) < _SATURATED * f.sup_slope).mean(axis=1)


def _run(run: Run) -> Facts:
    split = nets.toy("moons", count=_POINTS, seed=run.seed)
    activation, scale, variance = (
        run.choice("activation"),
        run.number("scale"),
        run.number("variance"),
    )
    depth = run.whole("depth")
    here = _look(run, split, activation, scale, variance, depth)
    usual = _look(run, split, activation, 1.0, variance, depth)
    large = _look(run, split, activation, scale, _LARGE, depth)
    sigmoid = _look(run, split, "sigmoid", scale, variance, 1)
    ladder = _ladder(run, (usual, here, large))
    run.tell(0.3, ladder)
    scales = [_look(run, split, activation, s, variance, 1) for s in _SCALES]
    run.tell(0.65, ladder)
    variances = [_look(run, split, activation, scale, v, depth) for v in _VARIANCES]
    slopes = np.array([look.slope[:, 0].mean() for look in scales])
    under = np.flatnonzero(slopes < _SATURATED)
    return Facts(
        held=(here.slope[:, 0] < _SATURATED) & (np.abs(here.mean) < _SATURATED),
        settings=run.settings,
        seed=run.seed,
        numbers=(
            averaged("slope", _SLOPE, here.slope[:, 0], _SLOPE_SAYS),
            averaged("flat", _FLAT, (here.slope[:, 0] < _SATURATED).astype(float), _FLAT_SAYS, form="share"),
            averaged("ratio", _RATIO, here.gradient[:, 0], _RATIO_SAYS),
            averaged("normal", _NORMAL_NAME, _normal(run, activation), _NORMAL_SAYS, form="share"),
            averaged("mean", _MEAN.fill(name=activation), here.mean, _MEAN_SAYS),
            averaged("sigmoid", _MEAN.fill(name="sigmoid"), sigmoid.mean, _MEAN_SAYS),
            averaged("large-share", _LARGE_SHARE, large.saturated.mean(axis=1), _LARGE_SAYS, form="share"),
            averaged("large-factor", _LARGE_FACTOR, _factor(large), _FACTOR_SAYS, form="factor"),
            Number(
                id="flip",
                name=_FLIP,
                value=_crossing(slopes, under),
                n=_NETS,
                explanation=_FLIP_SAYS,
            ),
        ),
        figures=(ladder, _slopes(scales, scale), _flow(variances, variance)),
    )  # fmt: skip


def _crossing(slopes: Any, under: Any) -> float:
    """Return the input size at which the mean slope falls under a tenth: between two measured sizes, on log axes."""
    if not len(under) or under[0] == 0:
        return float("inf") if not len(under) else _SCALES[0]
    k = int(under[0])
    logs = np.log(slopes[k - 1 : k + 1])
    part = (logs[0] - np.log(_SATURATED)) / (logs[0] - logs[1])
    return float(_SCALES[k - 1] * (_SCALES[k] / _SCALES[k - 1]) ** part)


def _factor(look: _Look) -> Any:
    return 10 ** (look.gradient[:, 0] / max(look.gradient.shape[1] - 1, 1))


_SLOPE = Text("Mean slope in the first layer", "첫 층의 평균 f′")
_SLOPE_SAYS = Text(
    "The mean of |f′| where the first layer's units sit, as a share of the greatest slope.",
    "첫 층 유닛이 놓인 자리에서 잰 |f′|의 평균을 f′의 최댓값으로 나눈 값입니다.",
)
_FLAT = Text("First layer saturated", "첫 층이 포화됨")
_FLAT_SAYS = Text(
    "The share of networks whose mean slope in the first layer is under a tenth of the greatest.",
    "첫 층의 평균 f′이 최댓값의 10분의 1보다 작은 신경망의 비율입니다.",
)
_RATIO = Text("log₁₀ of the first layer's gradient", "첫 층 기울기의 log₁₀")
_RATIO_SAYS = Text(
    "The norm of ∂L/∂z at the first layer over that at the last hidden layer, before training.",
    "학습하기 전 첫 층 ∂L/∂z의 크기를 마지막 은닉층의 크기로 나눈 값입니다.",
)
_NORMAL_NAME = Text("Slope under a tenth at N(0, 1)", "N(0, 1)에서 f′이 10분의 1 아래")
_NORMAL_SAYS = Text(
    "The share of standard normal inputs at which the slope is under a tenth of its greatest.",
    "표준정규분포에서 뽑은 입력 가운데 f′이 최댓값의 10분의 1보다 작은 곳에 놓인 것의 비율입니다.",
)
_MEAN = Text("Mean output, {name}", "출력의 평균, {name}")
_MEAN_SAYS = Text(
    "The mean of the first layer's outputs over all units and points.",
    "첫 층의 출력을 모든 유닛과 점에서 평균한 값입니다.",
)
_LARGE_SHARE = Text("Saturated at σ_w² = 10", "σ_w² = 10에서 포화")
_LARGE_SAYS = Text(
    "The share of slopes in all layers that are under a tenth when the weights are large.",
    "가중치가 클 때 모든 층의 f′ 가운데 10분의 1보다 작은 것의 비율입니다.",
)
_LARGE_FACTOR = Text("Factor per layer at σ_w² = 10", "σ_w² = 10에서 층당 배율")
_FACTOR_SAYS = Text(
    "By what the gradient is multiplied from one layer to the layer before, on average over depth.",
    "기울기가 한 층 앞으로 갈 때마다 몇 배가 되는지를 깊이 전체에서 평균한 값입니다.",
)
_FLIP = Text("Slopes vanish from an input size of", "f′이 사라지는 입력 크기")
_FLIP_SAYS = Text(
    "By what factor the inputs must be enlarged until the first layer's mean slope is under a tenth.",
    "첫 층의 평균 f′이 10분의 1 아래로 떨어지려면 입력을 몇 배로 키워야 하는지입니다.",
)


def _ladder(run: Run, looks: tuple[_Look, _Look, _Look]) -> Ladder:
    said = (
        Text("inputs of usual size", "평소 크기의 입력"),
        Text("inputs × {scale}", "입력 × {scale}").fill(scale=f"{run.number('scale'):g}"),
        Text("and σ_w² = {large}", "그리고 σ_w² = {large}").fill(large=f"{_LARGE:g}"),
    )
    lanes = []
    for name, look in zip(said, looks, strict=True):
        middle, low, high = np.quantile(look.gradient, (0.5, 0.05, 0.95), axis=0)
        lanes.append(Bars(name=name, measured=middle, low=low, high=high))
    return Ladder(
        id="ladder",
        title=Text("Large inputs starve one layer, not all", "큰 입력은 한 층만 굶긴다"),
        note=Text(
            "Before training, last hidden layer = 1; median and 90 % of {n} networks.",
            "학습하기 전, 마지막 은닉층 = 1. 신경망 {n}개의 중앙값과 90 % 범위.",
        ).fill(n=_NETS),
        lanes=tuple(lanes),
    )


def _slopes(scales: list[_Look], now: float) -> Chart:
    return Chart(
        id="scale",
        title=Text("Slopes against the size of the inputs", "입력 크기에 따른 f′"),
        note=Text("First layer, mean of {n} networks.", "첫 층, 신경망 {n}개의 평균.").fill(
            n=_NETS
        ),
        x=Axis(name=Text("size of the inputs, × the usual", "입력의 크기(평소의 몇 배)"), log=True),
        y=Axis(
            name=Text(
                "share of the greatest slope, or of units", "f′의 최댓값이나 유닛에 대한 비율"
            ),
            low=0.0,
            high=1.0,
        ),
        series=(
            mean_line(
                Text("mean slope", "평균 f′"), _SCALES, [look.slope[:, 0] for look in scales]
            ),
            mean_line(
                Text("saturated (slope under a tenth)", "포화(f′이 10분의 1 아래)"),
                _SCALES,
                [look.saturated[:, 0] for look in scales],
                style="other",
            ),
        ),
        levels=(
            Level(name=Text("a tenth", "10분의 1"), at=_SATURATED),
            Level(name=Text("here", "지금"), at=now, along="y", style="other"),
        ),
    )


def _flow(variances: list[_Look], now: float) -> Chart:
    return Chart(
        id="weights",
        title=Text("More saturated, and yet more gradient", "더 포화되는데도 기울기는 더 흐른다"),
        note=Text("All layers, mean of {n} networks.", "모든 층, 신경망 {n}개의 평균.").fill(
            n=_NETS
        ),
        x=Axis(name=Text("variance of the weights σ_w²", "가중치의 분산 σ_w²"), log=True),
        y=Axis(name=Text("factor per layer; share of units", "층당 배율, 유닛의 비율"), low=0.0),
        series=(
            mean_line(
                Text("factor per layer", "층당 배율"), _VARIANCES, [_factor(v) for v in variances]
            ),
            mean_line(
                Text("saturated (slope under a tenth)", "포화(f′이 10분의 1 아래)"),
                _VARIANCES,
                [look.saturated.mean(axis=1) for look in variances],
                style="other",
            ),
        ),
        levels=(
            Level(name=Text("level", "그대로(1배)"), at=1.0, style="other"),
            Level(name=Text("here", "지금"), at=now, along="y", style="other"),
        ),
    )


def _verdict(facts: Facts) -> Verdict:
    centred = abs(facts["mean"]) < _SATURATED
    said = {
        "n": len(facts.held),
        "count": round(facts["flat"] * len(facts.held)),
        "slope": f"{facts['slope']:.2f}",
        "ratio": f"{facts['ratio']:.1f}".replace("-", "−"),
        "normal": f"{100 * facts['normal']:.0f}",
        "centre": (_CENTRED if centred else _NOT_CENTRED).fill(
            mean=f"{round(facts['mean'], 2) + 0.0:.2f}".replace("-", "−"),
            sigmoid=f"{facts['sigmoid']:.2f}",
        ),
    }
    flip = facts["flip"]
    condition = _CONDITION.fill(
        flip=_FROM.fill(scale=f"{flip:.0f}" if flip >= 2 else f"{flip:.1g}")
        if np.isfinite(flip)
        else _NEVER,
        large=f"{_LARGE:g}",
        large_share=f"{100 * facts['large-share']:.0f}",
        large_factor=f"{facts['large-factor']:.2f}",
    )
    if not centred:
        return Verdict(code="does-not-hold", text=_UNCENTRED.fill(**said), condition=condition)
    if facts.share.high < 0.5:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if facts["ratio"] < _STARVES and facts.share.low > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    found = facts["normal"]
    return "few" if found < 0.15 else "third" if found < 0.5 else "most"


EXPERIMENT = Experiment(
    id="tanh-still-saturates",
    claim=Text(
        "tanh gives centred outputs, yet for inputs of large size its gradient vanishes too.",
        "tanh의 출력은 0을 중심으로 하지만, 입력의 절댓값이 크면 tanh도 기울기가 사라진다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "Inputs follow a standard normal distribution. How many of them meet a slope of tanh under a tenth?",
            "입력이 표준정규분포를 따릅니다. tanh의 기울기가 10분의 1보다 작은 곳에 놓이는 입력은 얼마나 될까요?",
        ),
        answers=(
            Answer(id="few", name=Text("fewer than one in seven", "일곱에 하나도 안 된다")),
            Answer(id="third", name=Text("about a third", "3분의 1쯤")),
            Answer(id="most", name=Text("more than half", "절반 넘게")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="scale",
            name=Text("size of the inputs, × the usual", "입력의 크기(평소의 몇 배)"),
            usual=20.0,
            low=0.1,
            high=100.0,
            log=True,
        ),
        Control(
            id="variance",
            name=Text("variance of the weights σ_w²", "가중치의 분산 σ_w²"),
            usual=1.0,
            low=0.1,
            high=100.0,
            log=True,
        ),
        Control(id="depth", name=Text("layers", "층 수"), usual=8, low=2, high=40, whole=True),
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="tanh",
            choices=(
                Choice(id="tanh", name=same("tanh")),
                Choice(id="sigmoid", name=same("sigmoid")),
                Choice(id="softsign", name=same("softsign")),
                Choice(id="relu", name=same("ReLU")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "32 networks from paired starts, one look before training: where the first layer's units sit, what slope they meet there, and what becomes of "
        "the gradient. Only the first layer meets large inputs, since the others get numbers between −1 and 1. The few units near 0 keep their slope "
        "and carry the gradient, and large weights make up for what the slopes lose.",
        "짝지은 출발의 신경망 32개를 학습하기 전에 한 번 봅니다. 첫 층의 유닛이 어디에 놓이고 어떤 f′을 만나며, 역전파된 기울기는 "
        "어떻게 되는지 잽니다. 큰 입력을 받는 것은 첫 층뿐입니다. 나머지 층은 −1과 1 사이의 수를 받습니다. 0 가까이에 놓인 몇몇 유닛은 "
        "f′을 잃지 않고 기울기를 나릅니다. 가중치가 크면 f′이 줄어든 몫을 메웁니다.",
    ),
    after=("sigmoid-vanishing", "zero-centred-converges", "derivative-comparison"),
    seconds=1.5,
)
