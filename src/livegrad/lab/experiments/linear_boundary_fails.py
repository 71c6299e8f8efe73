"""One straight line cannot separate XOR, moons and spirals: what a line reaches, and what a bent boundary does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from livegrad.lab import nets
from livegrad.lab.boundaries import extent_of, plane_of
from livegrad.lab.cuts import best_cut
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
from livegrad.lab.figure import Axis, Chart, Level, Plane, Series
from livegrad.lab.measured import averaged
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

_DRAWS = 24
_SWEPT = 4  # draws of the sweep over the distance
_NETS = 16
_COUNT = 250
_STEPS = 1500
_SEPARATED = 0.99  # one point in a hundred may lie on the wrong side
_APART = np.linspace(0.0, 4.0, 17)  # deviations
_DATA = ("moons", "xor", "spiral")
_NAMES = {
    "moons": Text("moons", "초승달"),
    "xor": same("XOR"),
    "spiral": Text("spiral", "나선"),
}
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0), "adam": (0.003, 0.01, 0.03, 0.1)}

_HOLDS = Text(
    "No straight line separated any of the three in {count} of {n} draws: the best tells {moons} % of the moons right, {xor} % "
    "of XOR, {spiral} % of the spiral. A bent boundary tells {sgd_own} % right with SGD and {adam_own} % with Adam, averaged over the "
    "three ({sgd_shared} % and {adam_shared} % where both share a rate).",
    "데이터를 {n}번 뽑았더니 {count}번은 셋 가운데 어느 것도 직선 하나로 나뉘지 않았습니다. 가장 좋은 직선은 초승달 {moons} %, XOR "
    "{xor} %, 나선 {spiral} %를 맞혔습니다. 굽은 경계는 셋의 평균으로 SGD {sgd_own} %, Adam {adam_own} %를 맞혔습니다(같은 학습률에서는 "
    "{sgd_shared} %와 {adam_shared} %).",
)
_HOLDS_IF = Text(
    "At this distance a straight line separates some of the three: its best is {moons} % on the moons, {xor} % on XOR and "
    "{spiral} % on the spiral. In {count} of {n} draws none of the three was separated.",
    "이 거리에서는 셋 가운데 일부가 직선 하나로 나뉩니다. 가장 좋은 직선이 초승달 {moons} %, XOR {xor} %, 나선 {spiral} %를 맞혔습니다. "
    "셋 다 나뉘지 않은 것은 {n}번 가운데 {count}번입니다.",
)
_FAILS = Text(
    "At this distance one straight line separates all three: {moons} % of the moons, {xor} % of XOR and {spiral} % of the "
    "spiral are told right.",
    "이 거리에서는 직선 하나로 셋 모두 나뉩니다. 초승달 {moons} %, XOR {xor} %, 나선 {spiral} %를 맞혔습니다.",
)
_CONDITION = Text(
    "It flips when the classes are pulled apart: from {moons} standard deviations on for the moons, {xor} for XOR and "
    "{spiral} for the spiral.",
    "두 클래스를 떼어 놓으면 뒤집힙니다. 직선 하나로 나뉘기 시작하는 거리는 표준편차 단위로 초승달 {moons}, XOR {xor}, 나선 "
    "{spiral}입니다.",
)
_SHARED = Text("shared rates", "같은 학습률")
_STRAIGHT = Text("{data}: straight", "{data}: 직선")
_BENT = Text("{data}: bent", "{data}: 굽은 경계")
_ACCURACY = Text("accuracy {share} %", "정확도 {share} %")
_NEVER = Text("more than {most}", "{most} 초과")


def _pulled(points: Any, labels: Any, apart: float) -> Any:
    """Return the points with class 1 pulled away from class 0, upwards."""
    shift = np.where(np.asarray(labels) > 0.5, 0.5, -0.5) * apart
    return points + np.stack([np.zeros(len(points)), shift], axis=1).astype(points.dtype)


def _lines(run: Run, data: str) -> tuple[Any, Any]:
    """Return the best line's share in each draw, and its mean at each distance."""
    shares, sweep = list[float](), list[list[float]]()
    for k in range(_DRAWS):
        split = nets.toy(data, count=_COUNT, seed=run.seeds(_DRAWS)[k])
        x, y = split.train_inputs, split.train_targets
        shares.append(best_cut(_pulled(x, y, run.number("apart")), y)[1])
        if k < _SWEPT:
            sweep.append([best_cut(_pulled(x, y, a), y, angles=90)[1] for a in _APART])
    return np.array(shares), np.array(sweep).mean(axis=0)


def _apart(split: Split, apart: float) -> Split:
    return replace(
        split,
        train_inputs=_pulled(split.train_inputs, split.train_targets, apart),
        validation_inputs=_pulled(split.validation_inputs, split.validation_targets, apart),
    )


def _raced(run: Run, split: Split, begun: float) -> list[Raced]:
    recipes = [
        Recipe(activation="identity", hidden=(), batch_size=25),
        Recipe(activation=run.choice("activation"), hidden=(16, 16), batch_size=25),
    ]
    lanes = [nets.draw(recipe, split, run.seeds(_NETS)) for recipe in recipes]
    return raced(
        lanes,
        split,
        steps=_STEPS,
        seeds=2,
        rates=_RATES,
        told=lambda share: run.tell(begun + share * 0.25),
        workers=run.workers,
    )


def _run(run: Run) -> Facts:
    lines, sweeps = dict[str, Any](), dict[str, Any]()
    for k, data in enumerate(_DATA):
        lines[data], sweeps[data] = _lines(run, data)
        run.tell((k + 1) * 0.08)
    sweep = _sweep_figure(sweeps, run.number("apart"))
    run.tell(0.25, sweep)
    splits = [
        _apart(nets.toy(data, count=_COUNT, seed=run.seed), run.number("apart")) for data in _DATA
    ]
    races = [_raced(run, split, 0.25 * (k + 1)) for k, split in enumerate(splits)]
    bent = {
        (race.optimizer, mode): np.mean(
            [getattr(r[j], mode)[1].score[:, -1] for r in races], axis=0
        )
        for j, race in enumerate(races[0])
        for mode in ("own", "shared")
    }
    return Facts(
        held=np.all([lines[data] < _SEPARATED for data in _DATA], axis=0),
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *(_line_number(data, lines[data]) for data in _DATA),
            *(_bent_number(*key, values) for key, values in bent.items()),
            *(_flip_number(data, sweeps[data]) for data in _DATA),
        ),
        figures=(_plane(splits, races), sweep),
    )


def _line_number(data: str, found: Any) -> Number:
    return averaged(
        data,
        Text("{data}: best straight line", "{data}: 가장 좋은 직선").fill(data=_NAMES[data]),
        found,
        Text(
            "Every direction and every place is tried; the share of points that the best straight line tells right.",
            "방향과 위치를 모두 바꿔 보았을 때, 가장 좋은 직선이 맞힌 점의 비율입니다.",
        ),
        form="share",
    )


def _bent_number(optimizer: str, mode: str, found: Any) -> Number:
    rate = Text("best rates", "가장 좋은 학습률") if mode == "own" else _SHARED
    return averaged(
        f"{optimizer}-{mode}",
        Text("Bent, {optimizer}, {rate}", "굽은 경계, {optimizer}, {rate}").fill(
            optimizer="SGD" if optimizer == "sgd" else "Adam", rate=rate
        ),
        found,
        Text(
            "Accuracy of the network on held-back points, averaged over the three data sets.",
            "따로 떼어 둔 점에서 잰 신경망의 정확도를 세 데이터에서 평균했습니다.",
        ),
        form="share",
    )


def _flip_number(data: str, sweep: Any) -> Number:
    there = sweep >= _SEPARATED
    return Number(
        id=f"{data}-flips",
        name=Text("{data}: separated from a distance of", "{data}: 나뉘기 시작하는 거리").fill(
            data=_NAMES[data]
        ),
        value=float(_APART[there.argmax()]) if there.any() else float("inf"),
        n=_SWEPT,
        explanation=Text(
            "How many standard deviations the classes must be pulled apart until one straight line separates them.",
            "직선 하나로 나누려면 두 클래스를 얼마나 떼어 놓아야 하는지입니다. 단위는 표준편차입니다.",
        ),
    )


def _plane(splits: list[Split], races: list[list[Raced]]) -> Plane:
    extent = extent_of(*splits)
    tiles = []
    for data, split, race in zip(_DATA, splits, races, strict=True):
        best = max(race, key=lambda r: float(r.own[1].score[:, -1].mean()))
        for lane, name in enumerate((_STRAIGHT, _BENT)):
            accuracy = best.own[lane].score[0, -1]
            tiles.append(
                plane_of(
                    best.own[lane].nets,
                    split,
                    name.fill(data=_NAMES[data]),
                    caption=_ACCURACY.fill(share=f"{100 * accuracy:.0f}"),
                    extent=extent,
                    resolution=24,
                    shown=100,
                )
            )
    return Plane(
        id="boundaries",
        title=Text("A straight boundary and a bent one", "곧은 경계와 굽은 경계"),
        note=Text(
            "First of {n} networks after {steps} steps of batch 25, at its own best rate; {count} points, a quarter of them held back.",
            "신경망 {n}개 가운데 첫째, 배치 25로 {steps}스텝 배운 뒤, 가장 좋은 학습률. 점 {count}개 가운데 4분의 1은 따로 떼어 둠.",
        ).fill(n=_NETS, steps=_STEPS, count=_COUNT),
        extent=extent,
        tiles=tuple(tiles),
    )


def _sweep_figure(sweeps: dict[str, Any], now: float) -> Chart:
    return Chart(
        id="apart",
        title=Text("Pulled apart, a straight line is enough", "떼어 놓으면 직선으로도 나뉜다"),
        note=Text(
            "Best straight line, mean of {n} draws of {count} points.",
            "가장 좋은 직선, 점 {count}개를 {n}번 뽑아 평균.",
        ).fill(n=_SWEPT, count=_COUNT * 3 // 4),
        x=Axis(name=Text("pulled apart by (standard deviations)", "떼어 놓은 거리(표준편차)")),
        y=Axis(name=Text("share told right", "맞힌 비율"), low=0.5, high=1.0),
        series=tuple(
            Series(
                name=_NAMES[data],
                x=_APART,
                y=sweeps[data],
                mark="both",
                style="measured" if data == "moons" else "other",
            )
            for data in _DATA
        ),
        levels=(
            Level(name=Text("separated", "나뉨"), at=_SEPARATED),
            Level(name=Text("here", "지금"), at=now, along="y", style="other"),
        ),
    )


def _verdict(facts: Facts) -> Verdict:
    share = facts.share
    percent = {number.id: f"{100 * number.value:.0f}" for number in facts.numbers}
    said = {
        "n": len(facts.held),
        "count": share.count,
        **{data: percent[data] for data in _DATA},
        **{f"{o}_{m}": percent[f"{o}-{m}"] for o in ("sgd", "adam") for m in ("own", "shared")},
    }
    condition = _CONDITION.fill(**{data: _distance(facts[f"{data}-flips"]) for data in _DATA})
    separated = sum(facts[data] >= _SEPARATED for data in _DATA)
    if separated == len(_DATA):
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if separated or share.low <= 0.5:
        return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)
    return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)


def _distance(found: float) -> Text:
    if np.isfinite(found):
        return same(f"{found:.3g}")
    return _NEVER.fill(most=f"{_APART[-1]:g}")


def _right(facts: Facts) -> str:
    return "most" if facts["moons"] >= 0.8 else "half" if facts["moons"] < 0.6 else "some"


EXPERIMENT = Experiment(
    id="linear-boundary-fails",
    claim=Text(
        "One straight line cannot separate XOR, moons or spirals.",
        "XOR, 초승달, 나선은 직선 하나로 나눌 수 없다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "No straight line separates the moons without a fault. How many points does the best one tell right?",
            "초승달 둘을 직선 하나로 완전히 나눌 수는 없습니다. 가장 좋은 직선은 점을 얼마나 맞힐까요?",
        ),
        answers=(
            Answer(id="half", name=Text("about half, as by guessing", "찍는 것과 같은 절반쯤")),
            Answer(id="some", name=Text("two thirds", "3분의 2쯤")),
            Answer(id="most", name=Text("more than 80 %", "80 % 넘게")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="apart",
            name=Text(
                "classes pulled apart (standard deviations)", "두 클래스를 떼어 놓은 거리(표준편차)"
            ),
            usual=0.0,
            low=0.0,
            high=5.0,
        ),
        Control(
            id="activation",
            name=Text("activation of the bent boundary", "굽은 경계의 활성화 함수"),
            usual="tanh",
            choices=(
                Choice(id="tanh", name=same("tanh")),
                Choice(id="relu", name=same("ReLU")),
                Choice(id="sigmoid", name=same("sigmoid")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds",
    about=Text(
        "In 24 draws of each data set every straight line is tried, so no training can be blamed. Beside it 16 networks with two "
        "hidden layers of 16 units learn the same points with SGD and Adam. Failing is not failing alike: the best line gets most "
        "of the moons right, but on XOR and the spiral it is not much better than guessing.",
        "데이터마다 24번 뽑아 가능한 직선을 모두 대어 봅니다. 그래서 학습을 탓할 수 없습니다. 그 옆에서 유닛 16개짜리 은닉층이 둘인 "
        "신경망 16개가 SGD와 Adam으로 같은 점을 배웁니다. 실패에도 정도가 있습니다. 가장 좋은 직선은 초승달을 대부분 맞히지만, XOR과 "
        "나선에서는 찍는 것보다 조금 나을 뿐입니다.",
    ),
    after=("bending-space", "expressivity", "image-nonlinear"),
    seconds=2.0,
)
