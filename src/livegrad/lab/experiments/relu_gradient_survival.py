"""The slope of ReLU is exactly 1 on the positive side, so the signal survives depth: it depends on the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.flow import predict, predict_depths
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
from livegrad.lab.figure import Axis, Bars, Chart, Ladder, Level, Series
from livegrad.lab.intervals import mean_of
from livegrad.text import Text, join, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 20
_ALIKE = 20  # so many points are compared with each other
_STARVES = -2.0  # log10: the first layer gets less than one part in a hundred
_EXPLODES = 2.0
_INITS = {"pytorch": "PyTorch", "glorot": "Glorot", "he": "He"}
_LANES = {
    "relu": same("ReLU"),
    "leaky_relu": same("Leaky ReLU"),
    "tanh": same("tanh"),
    "sigmoid": Text("sigmoid", "시그모이드"),
    "elu": same("ELU"),
}

_TEXT = Text(
    "Through {depth} layers the gradient of {name} survives {where}: a layer keeps ×{pytorch} with PyTorch's default weights, "
    "×{glorot} with Glorot's, ×{he} with He's. With PyTorch's, tanh keeps ×{tanh}. With He's, two inputs look {alike} alike "
    "in the end.",
    "층 {depth}개를 지날 때 {name}의 기울기는 {where}. 층당 배율은 PyTorch 기본 가중치에서 {pytorch}배, Glorot에서 {glorot}배, He에서 "
    "{he}배입니다. PyTorch 기본 가중치에서 tanh는 {tanh}배입니다. He에서는 두 입력의 닮음이 마지막 층에서 {alike}입니다.",
)
_WHERE = Text("with {names} only", "{names}에서만 살아남습니다")
_EVERYWHERE = Text("with all three initialisations", "세 초기화 모두에서 살아남습니다")
_NONE = Text("with none of three initialisations", "세 초기화 어디서도 살아남지 못합니다")
_CONDITION = Text(
    "Averaged over a layer, slope² is ½ for ReLU, so a layer keeps σ_w/√2: level only at σ_w² = 2, He's. The first layer starves (under a "
    "hundredth) {flips}.",
    "ReLU의 기울기를 제곱해 층에서 평균하면 ½이므로 층당 배율은 σ_w/√2입니다. 이 배율이 1인 것은 σ_w² = 2, 곧 He뿐입니다. 첫 층의 "
    "기울기가 100분의 1에 못 미치기 시작하는 깊이는 {flips}입니다.",
)
_FROM = Text("from depth {depth} on with {init}", "{init} {depth}층")
_NOWHERE = Text("up to depth {most} never with {init}", "{init} 없음({most}층까지 잼)")


@dataclass(frozen=True, kw_only=True)
class _Start:
    """Networks of one function and initialisation at their start."""

    ladder: Reals
    """log₁₀ of the gradient over the last hidden layer's; shape (networks, layers)."""
    alike: Reals
    """Mean cosine between the last pre-activations of two inputs; shape (networks,)."""
    path: Reals
    """Share of units with slope 1 on a sample, over layers; shape (networks,)."""

    @property
    def factor(self) -> Reals:
        """By what a layer multiplies the gradient; shape (networks,)."""
        return 10 ** (self.ladder[:, 0] / (self.ladder.shape[1] - 1))

    @property
    def survives(self) -> NDArray[np.bool_]:
        """Whether the first layer gets a gradient within a factor of 100 of the last's."""
        first = self.ladder[:, 0]
        return (first > _STARVES) & (first < _EXPLODES)


def _start(run: Run, name: str, init: str) -> _Start:
    depth = run.whole("depth")
    split = nets.toy("moons", count=80, seed=run.seed)
    recipe = Recipe(activation=name, hidden=(run.whole("width"),) * depth, init=init)
    seen = nets.draw(recipe, split, run.seeds(_NETS)).look(split.train_inputs, split.train_targets)
    with np.errstate(invalid="ignore"):
        ladder = seen.log10_gradient[:, :depth] - seen.log10_gradient[:, depth - 1 : depth]
    last = seen.z[-1][:, :_ALIKE].astype(float)
    size = np.linalg.norm(last, axis=2, keepdims=True)
    unit = last / np.maximum(size, np.finfo(float).tiny)
    pairs = np.einsum("nsu,ntu->nst", unit, unit).sum(axis=(1, 2)) - _ALIKE
    return _Start(
        ladder=np.maximum(ladder, -300.0),
        alike=pairs / (_ALIKE * (_ALIKE - 1)),
        path=np.mean([(slope == 1).mean(axis=(1, 2)) for slope in seen.slopes], axis=0),
    )


def _run(run: Run) -> Facts:
    name, shown = run.choice("activation"), run.choice("init")
    lanes = dict.fromkeys((name, "tanh", "sigmoid", "relu"))
    starts = dict[tuple[str, str], _Start]()
    for init in _INITS:
        for lane in lanes if init == shown else dict.fromkeys((name, "tanh")):
            starts[lane, init] = _start(run, lane, init)
        run.tell(0.3 * len({i for _, i in starts}))
    depths = np.array([3, 5, 8, 12, 20, 30, 50, 80])
    sweep = {init: _theory(name, init, depths, run.whole("width")) for init in _INITS}
    held = np.any([starts[name, init].survives for init in _INITS], axis=0)
    return Facts(
        held=held,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(starts, name),
        figures=(
            _ladder_figure(run, {lane: starts[lane, shown] for lane in lanes}, shown),
            _depth_figure(sweep, depths, starts, name),
            _factor_figure(starts, name),
        ),
    )


def _theory(name: str, init: str, depths: Reals, width: int) -> Reals:
    """Return log₁₀ of the first layer's gradient over the last's, for each depth."""
    found = predict_depths(name, [int(d) for d in depths], width=width, init=init, band=False)
    return np.array([profile.layers[0].log10_gradient for profile in found])


def _numbers(starts: Mapping[tuple[str, str], _Start], name: str) -> tuple[Number, ...]:
    numbers = list[Number]()
    compared = [(f"factor-{init}", name, init) for init in _INITS]
    for identifier, lane, init in (*compared, ("factor-tanh", "tanh", "pytorch")):
        middle, low, high = mean_of(starts[lane, init].factor)
        numbers.append(
            Number(
                id=identifier,
                name=Text("{lane}, {init}", "{lane}, {init}").fill(
                    lane=_LANES[lane], init=_INITS[init]
                ),
                value=middle,
                low=low,
                high=high,
                n=_NETS,
                form="factor",
                explanation=Text(
                    "By what one layer multiplies the norm of ∂L/∂z on its way back, on average over depth.",
                    "∂L/∂z의 크기가 한 층 앞으로 갈 때마다 몇 배가 되는지를 깊이 전체에서 평균한 값입니다.",
                ),
            )
        )
    alike, low, high = mean_of(starts[name, "he"].alike)
    path, path_low, path_high = mean_of(starts[name, "he"].path)
    return (
        *numbers,
        Number(
            id="alike",
            name=Text("Likeness of two inputs, He", "두 입력의 닮음, He"),
            value=alike,
            low=low,
            high=high,
            n=_NETS,
            explanation=Text(
                "The mean cosine between two inputs' pre-activations at the last layer: at 1 the network cannot tell them apart.",
                "마지막 층에서 두 입력의 활성화 전 값 사이 코사인의 평균입니다. 1이면 신경망이 둘을 구별하지 못합니다.",
            ),
        ),
        Number(
            id="ones",
            name=Text("Units with slope exactly 1", "기울기가 정확히 1인 유닛의 비율"),
            value=path,
            low=path_low,
            high=path_high,
            n=_NETS,
            form="share",
            explanation=Text(
                "The share of units on which one sample meets slope 1: only along them the gradient passes whole.",
                "표본 하나가 기울기 1을 만나는 유닛의 비율입니다. 기울기는 이 유닛들로만 온전히 지나갑니다.",
            ),
        ),
    )


def _ladder_figure(run: Run, starts: Mapping[str, _Start], init: str) -> Ladder:
    lanes = list[Bars]()
    for lane, start in starts.items():
        middle, low, high = np.quantile(start.ladder, (0.5, 0.05, 0.95), axis=0)
        profile = predict(lane, depth=run.whole("depth"), width=run.whole("width"), init=init)
        bands = np.array([layer.band or (np.nan, np.nan) for layer in profile.layers])
        lanes.append(
            Bars(
                name=_LANES[lane],
                measured=middle,
                low=low,
                high=high,
                theory=np.array([layer.log10_gradient for layer in profile.layers]),
                theory_low=bands[:, 0],
                theory_high=bands[:, 1],
            )
        )
    return Ladder(
        id="ladder",
        title=Text("The gradient on its way to the first layer", "첫 층으로 올라가는 기울기"),
        note=Text(
            "{init} weights; norm of ∂L/∂z, last hidden layer = 1; median and 90 % of {n} networks, 60 points.",
            "{init} 가중치. ∂L/∂z의 크기, 마지막 은닉층 = 1. 신경망 {n}개의 중앙값과 90 % 범위, 점 60개.",
        ).fill(init=_INITS[init], n=_NETS),
        lanes=tuple(lanes),
        factor=1.0,
        still=-5.0,
    )


def _depth_figure(
    sweep: Mapping[str, Reals],
    depths: Reals,
    starts: Mapping[tuple[str, str], _Start],
    name: str,
) -> Chart:
    series = [
        Series(
            name=Text("{init}, theory", "{init}, 이론").fill(init=_INITS[init]),
            x=depths.astype(float),
            y=first,
            style="theory",
        )
        for init, first in sweep.items()
    ]
    firsts = [starts[name, init].ladder[:, 0] for init in _INITS]
    low, middle, high = np.quantile(firsts, (0.05, 0.5, 0.95), axis=1)
    series.append(
        Series(
            name=Text("measured", "측정값"),
            x=np.array([float(starts[name, init].ladder.shape[1]) for init in _INITS]),
            y=middle,
            low=low,
            high=high,
            mark="points",
        )
    )
    return Chart(
        id="depth",
        title=Text("What is left at the first layer, by depth", "깊이마다 첫 층에 남는 기울기"),
        note=Text(
            "{name}; lines are theory, points the median and 90 % of {n} networks.",
            "{name}. 선은 이론값, 점은 신경망 {n}개의 중앙값과 90 % 범위.",
        ).fill(name=_LANES[name], n=_NETS),
        x=Axis(name=Text("layers", "층 수")),
        y=Axis(name=Text("log₁₀ of first over last", "log₁₀(첫 층 ÷ 마지막 층)")),
        series=tuple(series),
        levels=(
            Level(name=Text("the sentence: survives whole", "주장: 그대로 살아남음"), at=0.0),
            Level(name=Text("one part in a hundred", "100분의 1"), at=_STARVES, style="other"),
        ),
    )


def _factor_figure(starts: Mapping[tuple[str, str], _Start], name: str) -> Chart:
    series = list[Series]()
    for lane in dict.fromkeys((name, "tanh")):
        found = np.array([mean_of(starts[lane, init].factor) for init in _INITS])
        series.append(
            Series(
                name=_LANES[lane],
                x=np.arange(len(_INITS), dtype=float),
                y=found[:, 0],
                low=found[:, 1],
                high=found[:, 2],
                style="measured" if lane == name else "other",
                mark="points",
            )
        )
    return Chart(
        id="factors",
        title=Text("Factor per layer under three initialisations", "초기화에 따른 층당 배율"),
        note=Text("Mean of {n} networks, 95 % interval.", "신경망 {n}개의 평균과 95 % 구간.").fill(
            n=_NETS
        ),
        x=Axis(
            name=Text("initialisation", "초기화"),
            labels=tuple(same(said) for said in _INITS.values()),
        ),
        y=Axis(name=Text("factor per layer", "층당 배율"), low=0.0),
        series=tuple(series),
        levels=(Level(name=Text("the sentence: 1", "주장: 1"), at=1.0),),
    )


def _flips(chart: Chart) -> Text:
    parts = list[Text]()
    for spoken, line in zip(_INITS.values(), chart.series, strict=False):
        starved = line.x[line.y < _STARVES]
        parts.append(
            _FROM.fill(depth=f"{starved[0]:.0f}", init=spoken)
            if len(starved)
            else _NOWHERE.fill(most=f"{line.x[-1]:.0f}", init=spoken)
        )
    return join(parts, between=", ")


def _alive(facts: Facts) -> list[str]:
    """Return under which initialisations the first layer's gradient is within a factor of 100 of the last's."""
    below = round(float(facts.settings["depth"])) - 1
    lengths = {init: below * np.log10(facts[f"factor-{init}"]) for init in _INITS}
    return [init for init, length in lengths.items() if _STARVES < length < _EXPLODES]


def _verdict(facts: Facts) -> Verdict:
    chart = next(f for f in facts.figures if isinstance(f, Chart) and f.id == "depth")
    alive = _alive(facts)
    where = _WHERE.fill(names=", ".join(_INITS[init] for init in alive)) if alive else _NONE
    text = _TEXT.fill(
        depth=round(float(facts.settings["depth"])),
        name=_LANES[str(facts.settings["activation"])],
        where=_EVERYWHERE if len(alive) == len(_INITS) else where,
        alike=f"{facts['alike']:.2f}",
        tanh=f"{facts['factor-tanh']:.2f}",
        **{init: f"{facts[f'factor-{init}']:.2f}" for init in _INITS},
    )
    condition = _CONDITION.fill(flips=_flips(chart))
    code = "holds" if len(alive) == len(_INITS) else "holds-if" if alive else "does-not-hold"
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    relu, tanh = facts["factor-pytorch"], facts["factor-tanh"]
    if relu > 0.9:
        return "level"
    return "slower" if relu > tanh else "faster"


EXPERIMENT = Experiment(
    id="relu-gradient-survival",
    claim=Text(
        "ReLU has slope exactly 1 on the positive side, so the gradient survives depth.",
        "ReLU는 양수 쪽 기울기가 정확히 1이라서, 층이 깊어도 기울기가 살아남는다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "With PyTorch's default weights: what becomes of ReLU's gradient on its way through many layers?",
            "PyTorch 기본 가중치를 씁니다. ReLU의 기울기는 많은 층을 지나며 어떻게 될까요?",
        ),
        answers=(
            Answer(id="level", name=Text("it stays as it is", "그대로다"), factor=1.0),
            Answer(
                id="slower",
                name=Text("it shrinks, slower than tanh's", "줄지만 tanh보다 천천히 준다"),
            ),
            Answer(
                id="faster", name=Text("it shrinks, faster than tanh's", "tanh보다도 빨리 준다")
            ),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="init",
            name=Text("initialisation on the ladder", "사다리에 그릴 초기화"),
            usual="pytorch",
            choices=tuple(Choice(id=init, name=same(said)) for init, said in _INITS.items()),
        ),
        Control(id="depth", name=Text("layers", "층 수"), usual=20, low=3, high=60, whole=True),
        Control(
            id="width",
            name=Text("units per layer", "층마다 유닛 수"),
            usual=64,
            low=8,
            high=128,
            whole=True,
        ),
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="relu",
            choices=tuple(Choice(id=lane, name=name) for lane, name in _LANES.items()),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "One look at the gradient before training, under three usual initialisations. Slope 1 is true of single paths: "
        "about half of the units are on, and along them the gradient passes whole. A layer mixes units on and off, so on average "
        "slope² is ½, and the weights must make up for it. He's do; then another thing remains: all inputs "
        "come to look alike."
        " A start counts as held if the gradient survives with at least one of the three.",
        "널리 쓰는 세 초기화에서 학습하기 전의 기울기를 한 번 봅니다. 기울기 1은 경로 하나하나만 보면 맞는 말입니다. 유닛의 절반쯤이 "
        "켜져 있고, 그 길로는 기울기가 온전히 지나갑니다. 그러나 층에는 켜진 유닛과 꺼진 유닛이 섞여 있어 기울기 제곱의 평균이 ½입니다. "
        "줄어든 만큼은 가중치가 메워야 합니다. He 초기화가 바로 그렇게 합니다. 그래도 모든 입력이 서로 닮아 가는 문제는 남습니다."
        " 세 초기화 가운데 하나에서라도 기울기가 살아남으면 맞은 출발로 셉니다.",
    ),
    after=("relu-no-saturation", "sigmoid-vanishing", "gradient-flow-decides"),
    seconds=1.5,
)
