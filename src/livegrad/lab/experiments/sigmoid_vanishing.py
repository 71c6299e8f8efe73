"""σ′ is at most ¼, so each layer cuts the signal to a quarter or less: what bounds σ′ does not bound the layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.flow import Initialisation, predict
from livegrad.lab import nets
from livegrad.lab.experiment import (
    Answer,
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
from livegrad.lab.measured import averaged
from livegrad.text import Text, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

_QUARTER = 0.25
_STARVES = -2.0  # log10: the first layer gets less than one part in a hundred
_NETS = 32
_POINTS = 160
_DEEP = 30  # layers of the theory's sweep
_SWEEP = np.geomspace(0.03, 300, 25)
_USUAL = {"pytorch": 1 / 3, "glorot": 1.0, "he": 2.0}  # σ_w² of the three usual starts
_NAMES = {"pytorch": same("PyTorch"), "glorot": same("Glorot"), "he": same("He")}

_HOLDS_IF = Text(
    "The first layers starved (under a hundredth of the last layer's gradient) under all three usual initialisations in {starved} of "
    "{n} networks, but a layer handed on ×{pytorch} (PyTorch), ×{glorot} (Glorot) and ×{he} (He), a quarter or less under all three in "
    "{quarter} of {n}: ¼ bounds the slope σ′, not the layer.",
    "흔히 쓰는 세 가지 초기화 모두에서 앞쪽 층이 굶은(기울기가 마지막 층의 100분의 1도 안 되는) 신경망은 {n}개 가운데 "
    "{starved}개입니다. 그러나 층당 배율은 {pytorch}배(PyTorch), {glorot}배(Glorot), {he}배(He)였고, 셋 다 4분의 1 이하인 신경망은 "
    "{n}개 가운데 {quarter}개입니다. ¼은 기울기 σ′의 한계이지 층당 배율의 한계가 아닙니다.",
)
_HOLDS = Text(
    "Under all three initialisations each layer handed on a quarter or less in {quarter} of {n} networks (×{pytorch}, ×{glorot}, "
    "×{he}), and the first layers starved in {starved}.",
    "신경망 {n}개 가운데 {quarter}개가 세 가지 초기화 모두에서 층마다 4분의 1 이하({pytorch}배, {glorot}배, {he}배)만 넘겼고, "
    "{starved}개에서 앞쪽 층이 굶었습니다.",
)
_FAILS = Text(
    "A layer handed on ×{pytorch}, ×{glorot} and ×{he}; the first layers starved under all three initialisations in {starved} of {n} "
    "networks only.",
    "층당 배율은 {pytorch}배, {glorot}배, {he}배였습니다. 세 가지 초기화 모두에서 앞쪽 층이 굶은 신경망은 {n}개 가운데 "
    "{starved}개뿐입니다.",
)
_CONDITION = Text(
    "A layer's factor is σ_w·√E[σ′²]. It passes ¼ near σ_w² = {quarter}, and vanishing turns into level flow near σ_w² = {level}.",
    "층당 배율은 σ_w·√E[σ′²]입니다. σ_w² = {quarter} 부근에서 ¼을 넘고, σ_w² = {level} 부근에서는 기울기 소실이 사라집니다.",
)
_FACTOR = Text("Factor per layer, {name}", "층당 배율, {name}")
_FACTOR_SAYS = Text(
    "By what the norm of ∂L/∂z is multiplied from one layer to the layer before, on average over depth.",
    "∂L/∂z의 크기가 한 층 앞으로 갈 때마다 몇 배가 되는지를 깊이 전체에서 평균한 값입니다.",
)


def _theory(variance: float, depth: int, width: int) -> tuple[Any, Any]:
    """Return the ladder and its band for σ_w² = ``variance``."""
    profile = predict(
        "sigmoid", depth=depth, width=width, init=Initialisation(weight=variance**0.5)
    )
    ladder = np.array([layer.log10_gradient for layer in profile.layers])
    return ladder, np.array([layer.band or (np.nan, np.nan) for layer in profile.layers])


def _factor(variance: float) -> float:
    """Return theory's factor per layer for σ_w² = ``variance``."""
    profile = predict(
        "sigmoid",
        depth=_DEEP,
        init=Initialisation(weight=variance**0.5),
        correlation=False,
        band=False,
    )
    return float(10 ** (profile.layers[0].log10_gradient / (_DEEP - 1)))


def _gradients(run: Run, init: str) -> Any:
    """Return log₁₀ of the gradient by layer over the last hidden layer's; shape (networks, depth)."""
    depth = run.whole("depth")
    split = nets.toy("moons", count=_POINTS, seed=run.seed)
    recipe = Recipe(activation="sigmoid", hidden=(run.whole("width"),) * depth, init=init)
    drawn = nets.draw(recipe, split, run.seeds(_NETS))
    for layer in range(depth):
        drawn.array("weight", layer)[...] *= run.number("scale") ** 0.5
    seen = drawn.look(split.train_inputs, split.train_targets)
    return seen.log10_gradient[:, :depth] - seen.log10_gradient[:, depth - 1 : depth]


def _run(run: Run) -> Facts:
    depth, width, scale = run.whole("depth"), run.whole("width"), run.number("scale")
    lanes, factors, starved = list[Bars](), dict[str, Any](), list[Any]()
    for k, (init, variance) in enumerate(_USUAL.items()):
        gradient = _gradients(run, init)
        factors[init] = 10 ** (gradient[:, 0] / (depth - 1))
        starved.append(gradient[:, 0] < _STARVES)
        ladder, band = _theory(scale * variance, depth, width)
        lanes.append(_bars(init, gradient, ladder, band))
        run.tell((k + 1) / 4, _ladder(lanes))
    sweep = np.array([_factor(v) for v in _SWEEP])
    quarter, level = (
        float(np.exp(np.interp(np.log(at), np.log(sweep), np.log(_SWEEP)))) for at in (_QUARTER, 1)
    )
    return Facts(
        held=np.all(starved, axis=0),
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *(
                averaged(init, _FACTOR.fill(name=_NAMES[init]), values, _FACTOR_SAYS, form="factor")
                for init, values in factors.items()
            ),
            Number(
                id="starved",
                name=Text("First layer starves (under 1 %)", "첫 층이 굶은 비율(1 % 미만)"),
                value=float(np.all(starved, axis=0).mean()),
                n=_NETS,
                form="share",
                explanation=Text(
                    "The share of networks whose first layer gets less than a hundredth of the last layer's gradient, under all three "
                    "initialisations.",
                    "세 가지 초기화 모두에서 첫 층의 기울기가 마지막 층의 100분의 1도 안 되는 신경망의 비율입니다.",
                ),
            ),
            averaged(
                "quarter",
                Text("A quarter or less per layer", "층마다 4분의 1 이하"),
                np.all([factors[init] <= _QUARTER for init in _USUAL], axis=0).astype(float),
                Text(
                    "The share of networks whose layers hand on a quarter or less under all three initialisations.",
                    "세 가지 초기화 모두에서 층마다 기울기를 4분의 1 이하만 넘기는 신경망의 비율입니다.",
                ),
                form="share",
            ),
            Number(
                id="quarter-at",
                name=Text("Passes ¼ at σ_w²", "층당 배율이 ¼을 넘는 σ_w²"),
                value=quarter,
                explanation=Text(
                    "The variance of the weights, times fan-in, at which theory's factor is a quarter.",
                    "이론의 층당 배율이 4분의 1이 되는 가중치의 분산입니다. 분산에는 층에 들어오는 입력의 수(fan-in)를 곱했습니다.",
                ),
            ),
            Number(
                id="level-at",
                name=Text("Flows level at σ_w²", "기울기가 줄지 않는 σ_w²"),
                value=level,
                explanation=Text(
                    "The same at which the factor is 1: nothing vanishes any more.",
                    "층당 배율이 1이 되어 기울기가 더는 소실되지 않는 값입니다.",
                ),
            ),
        ),
        figures=(_ladder(lanes), _flip(sweep, factors, scale)),
    )


def _bars(init: str, gradient: Any, ladder: Any, band: Any) -> Bars:
    middle, low, high = np.quantile(gradient, (0.5, 0.05, 0.95), axis=0)
    return Bars(
        name=_NAMES[init],
        measured=middle,
        low=low,
        high=high,
        theory=ladder,
        theory_low=band[:, 0],
        theory_high=band[:, 1],
    )


def _ladder(lanes: list[Bars]) -> Ladder:
    return Ladder(
        id="ladder",
        title=Text(
            "The gradient climbs from the last layer to the first",
            "마지막 층에서 첫 층으로 올라가는 기울기",
        ),
        note=Text(
            "Norm of ∂L/∂z, last hidden layer = 1; median and 90 % of {n} networks, {points} points of the moons. Dotted: 0.25 for each "
            "layer.",
            "∂L/∂z의 크기, 마지막 은닉층 = 1. 신경망 {n}개의 중앙값과 90 % 범위, 초승달의 점 {points}개. 점선: 층마다 0.25배.",
        ).fill(n=_NETS, points=_POINTS * 3 // 4),
        lanes=tuple(lanes),
        factor=_QUARTER,
        still=-5.0,
    )


def _flip(sweep: Any, factors: dict[str, Any], scale: float) -> Chart:
    means = np.array([mean_of(factors[init]) for init in _USUAL])
    return Chart(
        id="flip",
        title=Text("Where it flips: the variance of the weights", "어디서 뒤집히나: 가중치의 분산"),
        note=Text(
            "Factor per layer against the variance of the weights; points: PyTorch, Glorot, He; line: theory, depth {depth}.",
            "가중치의 분산에 따른 층당 배율. 점: PyTorch, Glorot, He. 선: 이론, 깊이 {depth}.",
        ).fill(depth=_DEEP),
        x=Axis(name=Text("variance of the weights σ_w²", "가중치의 분산 σ_w²"), log=True),
        y=Axis(name=Text("factor per layer", "층당 배율"), low=0.0),
        series=(
            Series(name=Text("theory", "이론"), x=_SWEEP, y=sweep, style="theory"),
            Series(
                name=Text("measured", "측정값"),
                x=scale * np.array(list(_USUAL.values())),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                mark="points",
            ),
        ),
        levels=(
            Level(name=Text("the sentence: ¼", "주장: ¼"), at=_QUARTER),
            Level(name=Text("level", "그대로(1배)"), at=1.0, style="other"),
        ),
    )


def _verdict(facts: Facts) -> Verdict:
    quarter, starved, n = facts["quarter"], facts["starved"], len(facts.held)
    said = {
        "n": n,
        "quarter": round(quarter * n),
        "starved": round(starved * n),
        **{init: f"{facts[init]:.2f}" for init in _USUAL},
    }
    condition = _CONDITION.fill(
        quarter=f"{facts['quarter-at']:.2g}", level=f"{facts['level-at']:.3g}"
    )
    if starved < 0.5:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if quarter > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    factor = facts["glorot"]
    return min(
        ("quarter", 0.25), ("half", 0.5), ("level", 1.0), key=lambda a: abs(np.log(factor / a[1]))
    )[0]


EXPERIMENT = Experiment(
    id="sigmoid-vanishing",
    claim=Text(
        "The slope of the sigmoid is at most ¼, so each layer cuts the signal to a quarter or less and the first layers stop learning.",
        "시그모이드의 기울기는 최대 ¼이라서 층을 지날 때마다 신호가 4분의 1 이하로 줄고, 앞쪽 층은 학습을 멈춘다.",
    ),
    sources="A D",
    question=Question(
        text=Text(
            "With Glorot's weights, what does a layer hand on of the gradient it gets?",
            "Glorot 가중치로 출발하면, 한 층은 받은 기울기의 얼마를 앞 층으로 넘길까요?",
        ),
        answers=(
            Answer(id="quarter", name=Text("about a quarter", "4분의 1쯤"), factor=0.25),
            Answer(id="half", name=Text("about a half", "절반쯤"), factor=0.5),
            Answer(id="level", name=Text("it does not shrink", "줄지 않는다"), factor=1.0),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="scale",
            name=Text("variance of the weights, × the usual", "가중치의 분산(평소의 몇 배)"),
            usual=1.0,
            low=0.1,
            high=300.0,
            log=True,
        ),
        Control(id="depth", name=Text("layers", "층 수"), usual=10, low=3, high=60, whole=True),
        Control(
            id="width",
            name=Text("units per layer", "층마다 유닛 수"),
            usual=64,
            low=8,
            high=128,
            whole=True,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "32 networks from paired starts for each of the three usual ways to draw weights (σ_w² = ⅓, 1 and 2), one look at the gradient "
        "before training. ¼ is the greatest value of σ′; what a layer does to the gradient also depends on its weights. Make them larger, "
        "and vanishing goes away."
        " A start counts as held if its first layers starve; the quarter is counted by itself.",
        "가중치를 뽑는 흔한 방법 세 가지(σ_w² = ⅓, 1, 2)마다 짝지은 출발의 신경망 32개를 만들고, 학습하기 전에 기울기를 한 번 봅니다. "
        "¼은 σ′의 최댓값입니다. 층이 기울기를 얼마나 줄이는지는 가중치에도 달려 있습니다. 가중치를 키우면 기울기 소실이 사라집니다."
        " 앞쪽 층이 굶으면 맞은 출발로 세고, 4분의 1은 따로 셉니다.",
    ),
    after=("deep-sigmoid-fails", "frozen-early-layers", "relu-gradient-survival"),
    seconds=1.0,
)
