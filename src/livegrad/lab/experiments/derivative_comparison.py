"""The wider the region where f′ is near 1, the better signals travel: what counts is f′ where the units are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.flow import Initialisation
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
from livegrad.lab.figure import Axis, Chart, Figure, Level, Series
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged, rank_correlation
from livegrad.text import Text, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _FEW, _WIDTH, _DEPTH = 16, 6, 24, 10
_X = np.linspace(-4, 4, 161)
_STRONG, _CLOSE = 0.7, 0.9  # rank correlations: one order nearly gives the other; the orders agree
_SWEEP = np.array([0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0])
_SQUASHING = ("sigmoid", "hardsigmoid", "tanh", "arctan", "softsign", "erf", "hardtanh")
_OPEN = (
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "softplus",
    "swish",
    "gelu",
    "mish",
    "identity",
    "sine",
    "symlog",
)
_SHOWN = ("sigmoid", "tanh", "softsign", "relu", "elu", "gelu", "identity")
_DEPTHS = (2, 5, 10, 20)
_RATES = {"sgd": (0.1, 1.0), "adam": (0.003, 0.01)}
_TRAINED = 0.8  # accuracy on circles, where a straight line gets a half
_GROUPS = {
    "all": Text("all {n} functions", "함수 {n}개 모두").fill(n=len(_SQUASHING + _OPEN)),
    "squashing": Text("only functions that squash", "출력을 좁은 범위로 누르는 함수만"),
}

_HOLDS = Text(
    "Over {n} functions, the wider the region, the more of the gradient a layer hands on: rank correlation {width}.",
    "함수 {n}개를 보면 구간이 넓을수록 층이 기울기를 더 많이 넘깁니다. 순위 상관은 {width}입니다.",
)
_HOLDS_IF = Text(
    "Over {n} functions the width of the region tells little (rank correlation {width}); the slopes at the pre-activations that "
    "really occur, as E[f′²], tell nearly all ({square}).",
    "함수 {n}개에서 구간의 너비는 층당 배율을 별로 알려 주지 못합니다(순위 상관 {width}). 유닛이 실제로 받는 활성화 전 값에서 잰 "
    "E[f′²]은 거의 다 알려 줍니다({square}).",
)
_FAILS = Text(
    "Over {n} functions neither the width of the region ({width}) nor E[f′²] at the real pre-activations ({square}) goes with the "
    "gradient's factor per layer.",
    "함수 {n}개에서 구간의 너비({width})도, 실제 활성화 전 값에서 잰 E[f′²]({square})도 층당 배율과 순서가 맞지 않습니다.",
)
_CONDITION = Text(
    "Among functions that squash alone the width's correlation with the factor is {squashing}; over all it passes {strong} {where}. "
    "“Better” means a factor near 1, not a large one: closeness to 1 goes with the depth that still trains at {sgd} (SGD) and {adam} "
    "(Adam).",
    "출력을 누르는 함수끼리만 비교하면 너비와 배율의 상관은 {squashing}입니다. 모든 함수에서 상관이 {strong:을/를} 넘는 곳은 {where}. "
    "‘잘 전달된다’는 말은 배율이 크다는 뜻이 아니라 1에 가깝다는 뜻입니다. 배율이 1에 가까운 정도와 학습되는 깊이의 상관은 SGD {sgd}, "
    "Adam {adam}입니다.",
)
_AT = Text("from σ_w² = {at} on", "σ_w² = {at} 부근부터입니다")
_NOWHERE = Text("for no σ_w² up to {at}", "σ_w² = {at}까지 없습니다")


@dataclass(frozen=True, kw_only=True)
class _Met:
    """What was measured of some functions; all but `width` of shape (functions, networks)."""

    width: Reals
    square: Reals
    log_factor: Reals
    z: dict[str, Reals]

    def agreement(self, tells: Reals) -> Reals:
        """Return for each network the rank correlation of something with the factor; shape (networks,)."""
        wide = np.broadcast_to(tells if tells.ndim == 2 else tells[:, None], self.log_factor.shape)
        pairs = zip(wide.T, self.log_factor.T, strict=True)
        return np.array([rank_correlation(one, other) for one, other in pairs])


@cache
def _width(name: str, near: float) -> float:
    """Return for how much of −4 … 4 the slope lies within ``near`` of 1, in units of x."""
    slope = np.asarray(nets.elementwise_in(name).derivative(_X), float)
    return float((np.abs(slope - 1) <= near).mean() * (_X[-1] - _X[0]))


def _met(run: Run, names: tuple[str, ...], variance: float, count: int) -> _Met:
    split = nets.toy("moons", count=120, seed=run.seed)
    squares, factors, seen = list[Reals](), list[Reals](), dict[str, Reals]()
    for name in names:
        drawn = nets.draw(
            Recipe(activation=name, hidden=(_WIDTH,) * _DEPTH),
            split,
            run.seeds(count),
            init=Initialisation(weight=variance**0.5),
        )
        look = drawn.look(split.train_inputs, split.train_targets)
        log10 = look.log10_gradient
        factors.append((log10[:, 0] - log10[:, _DEPTH - 1]) / (_DEPTH - 1))
        squares.append(
            np.mean([(s.astype(float) ** 2).mean(axis=(1, 2)) for s in look.slopes[:-1]], axis=0)
        )
        seen[name] = np.concatenate([z[:4].ravel() for z in look.z])
    return _Met(
        width=np.array([_width(name, run.number("near")) for name in names]),
        square=np.array(squares),
        log_factor=np.array(factors),
        z=seen,
    )


def _trained(run: Run) -> dict[str, Reals]:
    """Return the greatest depth that trains, of each shown function, by optimizer; 0 if none does."""
    split = nets.toy("circles", count=160, seed=run.seed)
    init = Initialisation(weight=run.number("variance") ** 0.5)
    found = dict[str, list[int]]()
    for part, optimizer in enumerate(("sgd", "adam")):
        best = np.zeros((len(_SHOWN), len(_DEPTHS)))
        for column, depth in enumerate(_DEPTHS):
            lanes = [
                nets.draw(
                    Recipe(
                        activation=name,
                        hidden=(8,) * depth,
                        lr=rate,
                        optimizer="sgd" if optimizer == "sgd" else "adam",
                        batch_size=24,
                    ),
                    split,
                    run.seeds(8),
                    init=init,
                )
                for name in _SHOWN
                for rate in _RATES[optimizer]
            ]
            grown = nets.train(lanes, split, steps=400, points=(400,), workers=run.workers)
            ended = [float(np.median(np.nan_to_num(g.score[:, -1]))) for g in grown]
            best[:, column] = np.reshape(ended, (len(_SHOWN), -1)).max(axis=1)
            run.tell(0.4 + 0.3 * part + 0.07 * column)
        found[optimizer] = [
            max((depth for depth, a in zip(_DEPTHS, row, strict=True) if a >= _TRAINED), default=0)
            for row in best
        ]
    return {name: np.array(depths, float) for name, depths in found.items()}


def _run(run: Run) -> Facts:
    variance = run.number("variance")
    every = _SQUASHING + _OPEN
    names = every if run.choice("group") == "all" else _SQUASHING
    met = _met(run, every, variance, _NETS)
    rows = [every.index(name) for name in names]
    mine = _Met(
        width=met.width[rows], square=met.square[rows], log_factor=met.log_factor[rows], z=met.z
    )
    run.tell(0.25, _factors(names, mine))
    sweep = np.array([_swept(run, every, float(v)) for v in _SWEEP])
    run.tell(0.4)
    trained = _trained(run)
    width, squashing = mine.agreement(mine.width), _squashers(met)
    told_by_width = np.maximum(width, squashing.agreement(squashing.width))
    return Facts(
        held=told_by_width >= _STRONG,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(mine, met, sweep, trained, len(names)),
        figures=(_slopes(met, variance), _factors(names, mine), _flip(sweep, variance, width)),
    )  # fmt: skip


def _squashers(met: _Met) -> _Met:
    """Return what was met of the functions that squash, which come first."""
    few = len(_SQUASHING)
    return _Met(
        width=met.width[:few], square=met.square[:few], log_factor=met.log_factor[:few], z={}
    )


def _swept(run: Run, names: tuple[str, ...], variance: float) -> float:
    met = _met(run, names, variance, _FEW)
    return float(met.agreement(met.width).mean())


def _numbers(
    mine: _Met, met: _Met, sweep: Reals, trained: dict[str, Reals], count: int
) -> tuple[Number, ...]:
    few, squashing = len(_SQUASHING), _squashers(met)
    agreement = Text(
        "How well one order gives the other, 1 = exactly, over {n} functions; mean of the networks.",
        "한쪽 순서가 다른 쪽 순서를 얼마나 맞히는지 잽니다. 1이면 순서가 똑같습니다. 함수 {n}개에서 재고 신경망들을 평균했습니다.",
    )
    rows = [(_SQUASHING + _OPEN).index(name) for name in _SHOWN if name != "identity"]
    closeness = -np.abs(met.log_factor[rows].mean(axis=1))
    bending = [k for k, name in enumerate(_SHOWN) if name != "identity"]
    return (
        averaged("width", Text("Width against factor", "너비와 층당 배율"), mine.agreement(mine.width),
                 agreement.fill(n=count)),
        averaged("square", Text("E[f′²] against factor", "E[f′²]과 층당 배율"), mine.agreement(mine.square),
                 agreement.fill(n=count)),
        averaged("squashing", Text("Width, functions that squash", "너비, 출력을 누르는 함수"),
                 squashing.agreement(squashing.width), agreement.fill(n=few)),
        Number(id="flip", name=Text("Width tells from σ_w²", "너비가 통하기 시작하는 σ_w²"), value=_crossing(sweep), n=_FEW,
               explanation=Text("The variance of the weights from which the correlation over all functions passes 0.7.",
                                "모든 함수에서 상관이 0.7을 넘기 시작하는 가중치의 분산입니다.")),
        *(Number(id=f"depth-{name}", name=Text("Closeness to 1 against trained depth, {o}", "배율이 1에 가까운 정도와 학습된 깊이, {o}").fill(o=called),
                 value=rank_correlation(closeness, trained[name][bending]), n=len(bending),
                 explanation=Text("Rank correlation between how near the factor is to 1 and the greatest depth that trains, over the functions that bend.",
                                  "층당 배율이 1에 가까운 정도와, 학습에 성공한 가장 큰 깊이 사이의 순위 상관입니다. 굽은 함수만 놓고 "
                                  "잽니다."))
          for name, called in (("sgd", "SGD"), ("adam", "Adam"))),
    )  # fmt: skip


def _crossing(sweep: Reals) -> float:
    """Return from which σ_w² on the correlation passes `_STRONG`; NaN if it never does."""
    above = np.flatnonzero(sweep >= _STRONG)
    if not len(above):
        return float("nan")
    k = int(above[0])
    if k == 0:
        return float(_SWEEP[0])
    pair = slice(k - 1, k + 1)
    return float(np.exp(np.interp(_STRONG, sweep[pair], np.log(_SWEEP[pair]))))


def _slopes(met: _Met, variance: float) -> Figure:
    counts, edges = np.histogram(met.z["tanh"], bins=40, range=(-4, 4), density=True)
    middles = (edges[1:] + edges[:-1]) / 2
    bars = Series(
        name=Text(
            "where the units sit (tanh network), density", "유닛이 놓인 자리의 밀도(tanh 신경망)"
        ),
        x=middles,
        y=counts,
        mark="bars",
    )
    lines = tuple(
        Series(
            name=same(name),
            x=_X,
            y=np.asarray(nets.elementwise_in(name).derivative(_X), float),
            style="other",
        )
        for name in _SHOWN
    )
    return Chart(
        id="slopes",
        title=Text("Slopes, over the places where units sit", "기울기, 그리고 유닛이 놓인 자리"),
        note=Text(
            "f′ of {n} functions; bars: pre-activations of 4 tanh networks, {depth} layers, σ_w² = {variance}, 90 points of two "
            "moons.",
            "함수 {n}개의 f′. 막대는 초승달 점 90개가 tanh 신경망 4개({depth}층, σ_w² = {variance})에서 만든 활성화 전 값.",
        ).fill(n=len(_SHOWN), depth=_DEPTH, variance=f"{variance:g}"),
        x=Axis(name=Text("pre-activation x", "활성화 전 값 x")),
        y=Axis(name=same("f′(x)")),
        series=(bars, *lines),
        levels=(Level(name=Text("the sentence: near 1", "주장: 1 부근"), at=1.0),),
    )  # fmt: skip


def _factors(names: tuple[str, ...], met: _Met) -> Figure:
    order = met.square.mean(axis=1).argsort()
    factors = 10 ** met.log_factor[order]
    means = np.array([mean_of(row) for row in factors])
    x = np.arange(len(names), dtype=float)
    return Chart(
        id="factors",
        title=Text("Functions in the order of E[f′²]", "E[f′²] 순서로 놓은 함수들"),
        note=Text(
            "Gradient's factor per layer, {n} networks, {depth} layers of {units}; beside it the width of the region over 8.",
            "유닛 {units}개씩 {depth}층인 신경망 {n}개의 층당 배율. 옆은 구간의 너비를 8로 나눈 값.",
        ).fill(n=factors.shape[1], depth=_DEPTH, units=_WIDTH),
        x=Axis(
            name=Text("function", "함수"),
            labels=tuple(same(names[k]) for k in order),
        ),
        y=Axis(
            name=Text("factor per layer, share of the region", "층당 배율, 구간의 비율"), low=0.0
        ),
        series=(
            Series(
                name=Text("factor per layer", "층당 배율"),
                x=x,
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                mark="points",
            ),
            Series(
                name=Text("width of the region / 8", "구간의 너비 ÷ 8"),
                x=x,
                y=met.width[order] / 8,
                style="other",
                mark="bars",
            ),
        ),
        levels=(Level(name=Text("level", "그대로(1배)"), at=1.0, style="other"),),
    )


def _flip(sweep: Reals, variance: float, width: Reals) -> Figure:
    mean, low, high = mean_of(width)
    return Chart(
        id="flip",
        title=Text("Where it flips: the variance of the weights", "어디서 뒤집히나: 가중치의 분산"),
        note=Text(
            "Rank correlation of width and factor over all functions; {n} networks each.",
            "모든 함수에서 너비와 층당 배율의 순위 상관. 신경망 {n}개씩.",
        ).fill(n=_FEW),
        x=Axis(name=Text("variance of the weights σ_w²", "가중치의 분산 σ_w²"), log=True),
        y=Axis(name=Text("rank correlation", "순위 상관"), low=-1.0, high=1.0),
        series=(
            Series(name=Text("width", "너비"), x=_SWEEP, y=sweep, mark="both"),
            Series(
                name=Text("these settings", "지금 설정"),
                x=np.array([variance]),
                y=np.array([mean]),
                low=np.array([low]),
                high=np.array([high]),
                style="other",
                mark="points",
            ),
        ),
        levels=(Level(name=Text("strong", "강함"), at=_STRONG),),
    )


def _verdict(facts: Facts) -> Verdict:
    flip, n = facts["flip"], len(_SQUASHING)
    if facts.settings["group"] == "all":
        n += len(_OPEN)
    where = _AT.fill(at=f"{flip:.2g}") if np.isfinite(flip) else _NOWHERE.fill(at=f"{_SWEEP[-1]:g}")
    condition = _CONDITION.fill(
        squashing=f"{facts['squashing']:.2f}",
        strong=_STRONG,
        where=where,
        sgd=f"{facts['depth-sgd']:.2f}",
        adam=f"{facts['depth-adam']:.2f}",
    )
    said = {"n": n, "width": f"{facts['width']:.2f}", "square": f"{facts['square']:.2f}"}
    if facts["width"] >= _STRONG:
        text = _HOLDS.fill(n=n, width=said["width"])
        return Verdict(code="holds", text=text, condition=condition)
    if max(facts["squashing"] - _STRONG, facts["square"] - _CLOSE) >= 0:
        return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)
    return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    best = max(facts["width"], facts["square"])
    if best < _STRONG:
        return "neither"
    return "square" if facts["square"] > facts["width"] else "width"


EXPERIMENT = Experiment(
    id="derivative-comparison",
    claim=Text(
        "The wider the region where the derivative is near 1, the better learning signals travel.",
        "도함수가 1에 가까운 구간이 넓을수록 학습 신호가 잘 전달된다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "Many activation functions, one network. What tells best how much of the gradient a layer hands on?",
            "같은 신경망에 활성화 함수를 바꿔 가며 넣습니다. 층이 기울기를 얼마나 넘길지 가장 잘 알려 주는 것은 무엇일까요?",
        ),
        answers=(
            Answer(id="width", name=Text("how wide the region with f′ near 1 is", "f′이 1에 가까운 구간의 너비")),
            Answer(id="square", name=Text("f′ at the places where the units really sit", "유닛이 실제로 놓인 자리의 f′")),
            Answer(id="neither", name=Text("neither", "둘 다 아니다")),
        ),
        right=_right,
    ),
    controls=(
        Control(id="variance", name=Text("variance of the weights σ_w²", "가중치의 분산 σ_w²"), usual=1.0, low=0.25,
                high=8.0, log=True),
        Control(id="near", name=Text("“near 1” means within", "‘1에 가깝다’의 기준"), usual=0.1, low=0.02, high=0.5),
        Control(id="group", name=Text("functions", "함수"), usual="all",
                choices=tuple(Choice(id=group, name=name) for group, name in _GROUPS.items())),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Networks with each function begin from the same draw; their gradient's factor per layer is set beside the width of the "
        "region where f′ is near 1, and beside E[f′²] at the pre-activations that the layers really meet. A wide region helps only "
        "if units sit in it, and slopes above and below 1 count by their squares. A factor near 1 is what training in depth needs."
        " A start counts as held if the order of the widths is that of the factors, at least among functions that squash.",
        "함수마다 같은 출발에서 신경망을 만들어 층당 배율을 잽니다. 그것을 f′이 1에 가까운 구간의 너비와 비교하고, 층이 실제로 받는 "
        "값에서 잰 E[f′²]과도 비교합니다. 구간이 넓어도 유닛이 그 안에 놓여야 쓸모가 있습니다. 기울기는 1보다 크든 작든 제곱으로 셈에 "
        "들어갑니다. 깊은 신경망이 배우려면 배율이 1에 가까워야 합니다."
        " 너비의 순서가 배율의 순서와 맞으면 맞은 출발로 셉니다. 출력을 누르는 함수끼리만 맞아도 됩니다.",
    ),
    after=("derivative-is-speed", "gradient-flow-decides", "sigmoid-vanishing"),
    seconds=4.5,
)  # fmt: skip
