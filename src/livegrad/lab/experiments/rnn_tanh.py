"""tanh keeps a recurrent state bounded; whether the gradient through time stays bounded is another matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

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
from livegrad.lab.figure import Axis, Chart, Figure, Level, Series
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged
from livegrad.lab.recurrence import Carried, recurrent
from livegrad.text import Text, same

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
Cell: TypeAlias = Literal["linear", "relu", "tanh", "gated"]
_NETS, _UNITS, _SAMPLES = 32, 24, 4
_CELLS: tuple[Cell, ...] = ("tanh", "relu", "linear", "gated")
_CALLED = {
    "linear": Text("no activation", "활성화 함수 없음"),
    "relu": same("ReLU"),
    "tanh": same("tanh"),
    "gated": Text("gated cell", "게이트 셀"),
}
_SWEEP = np.array([0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0])
_GROWS = 1.0  # a factor per step above this explodes if time is only long enough

_HOLDS = Text(
    "tanh keeps the state within {state} and the gradient at ×{tanh} a step, and no spectral radius up to {most} makes it grow; "
    "without activation it is ×{linear}, with ReLU ×{relu}.",
    "tanh를 쓰면 상태의 크기가 {state:을/를} 넘지 않고, 기울기는 한 스텝에 {tanh}배가 됩니다. 스펙트럼 반지름을 {most}까지 키워도 "
    "기울기가 커지지 않습니다. 활성화 함수가 없으면 {linear}배, ReLU를 쓰면 {relu}배입니다.",
)
_HOLDS_IF = Text(
    "tanh keeps the state within {state}. The gradient is ×{tanh} a step here (no activation ×{linear}, ReLU ×{relu}), but that is no "
    "promise: it grows once the weights are larger.",
    "tanh를 쓰면 상태의 크기가 {state:을/를} 넘지 않습니다. 기울기는 여기서 한 스텝에 {tanh}배입니다(활성화 함수가 없으면 {linear}배, "
    "ReLU는 {relu}배). 그러나 늘 그런 것은 아닙니다. 가중치가 더 크면 기울기도 커집니다.",
)
_FAILS = Text(
    "tanh keeps the state within {state}, and still the gradient grows by ×{tanh} a step in {grown} of {n} networks: a bounded "
    "output does not bound the gradient.",
    "tanh를 쓰면 상태의 크기가 {state:을/를} 넘지 않습니다. 그런데도 신경망 {n}개 가운데 {grown}개에서 기울기가 한 스텝에 {tanh}배씩 "
    "커집니다. 출력이 묶여 있다고 기울기까지 묶이는 것은 아닙니다.",
)
_CONDITION = Text(
    "The gradient's factor is the spectral radius times the slopes, which large inputs make small. With these inputs it passes 1 at a "
    "radius of {flip}, with almost no input at {quiet}.",
    "되돌아가는 기울기의 배율은 스펙트럼 반지름에 f′을 곱한 값이고, 입력이 크면 f′이 작아집니다. 지금 입력에서는 반지름 {flip}에서 1을 "
    "넘고, 입력이 거의 없으면 {quiet}에서 넘습니다.",
)
_BEYOND = Text("more than {most}", "{most}보다 큰 곳")


@dataclass(frozen=True, kw_only=True)
class _Through:
    """What came of one kind of cell; shape (networks,), over time (times + 1, networks)."""

    factor: Reals
    state: Reals
    gradient: Reals


def _through(run: Run, cell: Cell, radius: float, size: float, times: int) -> _Through:
    seeds = run.seeds(_NETS)
    networks = recurrent(cell, radius=radius, units=_UNITS, seeds=seeds)
    generators = [np.random.default_rng([seed, 1]) for seed in seeds]
    drawn = np.stack(
        [g.standard_normal((2 * times + 1, _SAMPLES, _UNITS)) for g in generators], axis=1
    )
    return _measured(
        networks.carry(size * drawn[:times], drawn[times : 2 * times], drawn[-1]), times
    )


def _measured(carried: Carried, times: int) -> _Through:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        norms = np.sqrt((carried.deltas**2).sum(axis=(2, 3)))
        gradient = np.log10(norms) - np.log10(norms[-1])
        state = np.abs(carried.states).max(axis=(2, 3))
    return _Through(factor=10 ** (gradient[0] / times), state=state, gradient=gradient)


def _run(run: Run) -> Facts:
    radius, size, times = run.number("radius"), run.number("size"), run.whole("times")
    here = {cell: _through(run, cell, radius, size, times) for cell in _CELLS}
    run.tell(0.2, _gradients(here, run))
    swept = dict[Cell, list[Reals]]()
    for k, cell in enumerate(_CELLS):
        swept[cell] = [_through(run, cell, float(r), size, times).factor for r in _SWEEP]
        run.tell(0.2 + 0.15 * (k + 1), _gradients(here, run))
    quiet = [np.median(_through(run, "tanh", float(r), 0.01, times).factor) for r in _SWEEP]
    tanh = here["tanh"]
    return Facts(
        held=(tanh.factor <= _GROWS) & (tanh.state.max(axis=0) <= 1),
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(here, swept, np.array(quiet)),
        figures=(_gradients(here, run), _flip(swept, run), _states(here, run)),
    )


def _crossing(factors: Reals) -> float:
    """Return the radius at which the median factor passes 1; ∞ if it never does."""
    above = np.flatnonzero(factors > _GROWS)
    if not len(above):
        return float("inf")
    k = int(above[0])
    if k == 0:
        return float(_SWEEP[0])
    pair = slice(k - 1, k + 1)
    return float(np.interp(_GROWS, factors[pair], _SWEEP[pair]))


def _numbers(
    here: dict[Cell, _Through], swept: dict[Cell, list[Reals]], quiet: Reals
) -> tuple[Number, ...]:
    factor = Text(
        "By what the gradient is multiplied from one moment to the moment before, on average over time.",
        "기울기가 한 시점 앞으로 갈 때마다 몇 배가 되는지를 시간 전체에서 평균한 값입니다.",
    )
    radius = Text(
        "The spectral radius from which the gradient of half of the tanh networks grows.",
        "tanh 신경망 절반의 기울기가 커지기 시작하는 스펙트럼 반지름입니다.",
    )
    most = Text(
        "The greatest absolute number in the state at any time; median of the networks.",
        "모든 시점에서 상태에 든 수의 절댓값 가운데 가장 큰 것입니다. 신경망들의 중앙값입니다.",
    )
    medians = np.array([np.median(factors) for factors in swept["tanh"]])
    return (
        *(
            averaged(
                cell,
                Text("Factor per step, {cell}", "스텝당 배율, {cell}").fill(cell=_CALLED[cell]),
                here[cell].factor,
                factor,
                form="factor",
            )
            for cell in _CELLS[:3]
        ),
        Number(
            id="state",
            name=Text("Greatest state, tanh", "가장 큰 상태, tanh"),
            value=float(np.median(here["tanh"].state.max(axis=0))),
            n=_NETS,
            explanation=most,
        ),
        *(
            Number(id=identifier, name=name, value=_crossing(values), n=_NETS, explanation=radius)
            for identifier, name, values in (
                ("flip", Text("Grows from radius", "커지기 시작하는 반지름"), medians),
                (
                    "quiet",
                    Text(
                        "The same with almost no input",
                        "입력이 거의 없을 때 커지기 시작하는 반지름",
                    ),
                    quiet,
                ),
            )
        ),
    )


def _note(run: Run) -> Text:
    return Text(
        "{n} networks of {units} units, {times} steps, {samples} sequences of normal inputs of size {size}; before training.",
        "유닛 {units}개인 신경망 {n}개, {times}스텝, 크기 {size}인 정규분포 입력열 {samples}개. 학습하기 전.",
    ).fill(
        n=_NETS,
        units=_UNITS,
        times=run.whole("times"),
        samples=_SAMPLES,
        size=f"{run.number('size'):g}",
    )


def _gradients(here: dict[Cell, _Through], run: Run) -> Figure:
    times = run.whole("times")
    series = list[Series]()
    for cell, through in here.items():
        middle, low, high = np.quantile(through.gradient, (0.5, 0.05, 0.95), axis=1)
        series.append(
            Series(
                name=_CALLED[cell],
                x=times - np.arange(times + 1, dtype=float),
                y=middle,
                low=low,
                high=high,
                style="measured" if cell == "tanh" else "other",
            )
        )
    return Chart(
        id="gradient",
        title=Text("The gradient on its way back through time", "시간을 거슬러 가는 기울기"),
        note=_noted(run, Text("Median and 90 %.", "중앙값과 90 % 범위.")),
        x=Axis(name=Text("steps back in time", "거슬러 간 스텝")),
        y=Axis(
            name=Text("log₁₀ of the gradient, last moment = 0", "기울기의 log₁₀, 마지막 시점 = 0")
        ),
        series=tuple(series),
        levels=(Level(name=Text("level", "그대로"), at=0.0, style="other"),),
    )


def _noted(run: Run, more: Text) -> Text:
    """Return the note of all figures with one more sentence."""
    note = _note(run)
    return Text(f"{note.en} {more.en}", f"{note.ko} {more.ko}")


def _flip(swept: dict[Cell, list[Reals]], run: Run) -> Figure:
    series = list[Series]()
    for cell, factors in swept.items():
        means = np.array([mean_of(row) for row in factors])
        series.append(
            Series(
                name=_CALLED[cell],
                x=_SWEEP,
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="measured" if cell == "tanh" else "other",
                mark="both",
            )
        )
    return Chart(
        id="flip",
        title=Text("Where it flips: the spectral radius", "어디서 뒤집히나: 스펙트럼 반지름"),
        note=_noted(run, Text("Mean and 95 %.", "평균과 95 % 구간.")),
        x=Axis(name=Text("spectral radius of the weights", "가중치의 스펙트럼 반지름")),
        y=Axis(name=Text("gradient's factor per step", "스텝당 기울기 배율"), low=0.0),
        series=tuple(series),
        levels=(
            Level(name=Text("explodes above", "이 위는 폭발"), at=_GROWS),
            Level(
                name=Text("these settings", "지금 설정"),
                at=run.number("radius"),
                along="y",
                style="other",
            ),
        ),
    )


def _states(here: dict[Cell, _Through], run: Run) -> Figure:
    times = run.whole("times")
    return Chart(
        id="state",
        title=Text("The state over time", "시간에 따른 상태"),
        note=_noted(run, Text("Greatest absolute number; median.", "가장 큰 절댓값, 중앙값.")),
        x=Axis(name=Text("time", "시간")),
        y=Axis(name=Text("size of the state", "상태의 크기"), log=True),
        series=tuple(
            Series(
                name=_CALLED[cell],
                x=np.arange(1, times + 1, dtype=float),
                y=np.clip(np.median(through.state[1:], axis=1), 1e-12, 1e30),
                style="measured" if cell == "tanh" else "other",
            )
            for cell, through in here.items()
        ),
        levels=(Level(name=Text("tanh's bound: 1", "tanh의 한계: 1"), at=1.0),),
    )


def _verdict(facts: Facts) -> Verdict:
    flip, quiet = facts["flip"], facts["quiet"]
    n = len(facts.held)
    grown = n - facts.share.count
    beyond = _BEYOND.fill(most=f"{_SWEEP[-1]:g}")
    condition = _CONDITION.fill(
        flip=f"{flip:.1f}" if np.isfinite(flip) else beyond,
        quiet=f"{quiet:.1f}" if np.isfinite(quiet) else beyond,
    )
    said = {
        "state": f"{facts['state']:.2g}",
        "tanh": f"{facts['tanh']:.2f}",
        "linear": f"{facts['linear']:.2f}",
        "relu": f"{facts['relu']:.2f}",
    }
    if facts.share.high < 0.5:
        text = _FAILS.fill(state=said["state"], tanh=said["tanh"], grown=grown, n=n)
        return Verdict(code="does-not-hold", text=text, condition=condition)
    if not np.isfinite(flip) and facts.share.low > 0.5:
        return Verdict(
            code="holds", text=_HOLDS.fill(most=f"{_SWEEP[-1]:g}", **said), condition=condition
        )
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    factor = facts["tanh"]
    return "level" if 0.95 <= factor <= 1.05 else "grows" if factor > 1 else "shrinks"


EXPERIMENT = Experiment(
    id="rnn-tanh",
    claim=Text(
        "tanh suits recurrent networks: its output stays between −1 and 1, which keeps them from exploding.",
        "순환 신경망(RNN)에는 tanh가 알맞다. 출력이 −1과 1 사이로 묶여 있어 폭발을 막아 준다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "The recurrent weights would make everything grow by half at every step. What does the gradient do with tanh?",
            "순환 가중치만 보면 스텝마다 모든 값이 1.5배로 커져야 합니다. tanh를 쓰면 기울기는 어떻게 될까요?",
        ),
        answers=(
            Answer(id="grows", name=Text("it grows all the same", "그래도 커진다")),
            Answer(id="level", name=Text("it stays level", "그대로 유지된다")),
            Answer(id="shrinks", name=Text("it shrinks", "줄어든다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="radius",
            name=Text("spectral radius of the weights", "가중치의 스펙트럼 반지름"),
            usual=1.5,
            low=0.5,
            high=4.0,
        ),
        Control(
            id="size",
            name=Text("size of the inputs", "입력의 크기"),
            usual=1.0,
            low=0.01,
            high=20.0,
            log=True,
        ),
        Control(id="times", name=Text("steps in time", "시간 스텝 수"), usual=40, low=10, high=150, whole=True),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Recurrent networks with no activation, ReLU, tanh and a gated cell run from the same weights over the same inputs; the "
        "gradient is carried back through every step. tanh always keeps the state between −1 and 1. The gradient passes weights and "
        "slopes at each step: with small inputs tanh is nearly straight and lets it grow, with large ones it is saturated and lets it "
        "vanish.",
        "활성화 함수가 없는 순환 신경망과 ReLU, tanh, 게이트 셀을 쓴 순환 신경망을 같은 가중치와 같은 입력으로 돌리고, 기울기를 모든 "
        "스텝에 걸쳐 거슬러 보냅니다. tanh는 언제나 상태를 −1과 1 사이에 묶어 둡니다. 그러나 기울기는 스텝마다 가중치와 f′을 지납니다. "
        "입력이 작으면 tanh가 직선에 가까워 기울기가 커지고, 입력이 크면 포화되어 기울기가 사라집니다.",
    ),
    after=("tanh-still-saturates", "gradient-flow-decides"),
    seconds=1.5,
)  # fmt: skip
