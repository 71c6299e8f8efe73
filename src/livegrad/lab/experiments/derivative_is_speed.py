"""Is the derivative the speed of learning? Identity has f′ = 1 everywhere and learns nothing that is bent."""

from __future__ import annotations

from dataclasses import replace
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
from livegrad.lab.figure import Axis, Chart, Figure, Series
from livegrad.lab.intervals import median_of
from livegrad.lab.measured import averaged, rank_correlation
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _STEPS = 16, 500
_NAMES = ("identity", "relu", "leaky_relu", "elu", "swish", "gelu", "softplus", "tanh", "arctan",
          "softsign", "sigmoid", "hardsigmoid", "sine", "gaussian")  # fmt: skip
_POINTS = tuple(range(5, _STEPS + 1, 5))
_SCALES = (0.25, 0.5, 1.0, 2.0)
_CALM = 0.3  # one rate of SGD for all of them: too small to break the steepest
_WIDE = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # a flat copy needs a far higher rate
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0, 3.0), "adam": (0.001, 0.003, 0.01, 0.03, 0.1)}
_TARGETS = {"circles": 0.9, "moons": 0.92, "blobs": 0.95}
_STRONG, _WEAK = 0.7, 0.5  # rank correlations
_TASKS = {
    "circles": Text("circles", "동심원"),
    "moons": Text("moons", "초승달"),
    "blobs": Text("blobs (straight lines suffice)", "덩어리(직선으로 나뉨)"),
}
_OPTIMIZERS = {"sgd": same("SGD"), "adam": same("Adam")}

_TEXT = Text(
    "Identity, whose slope is 1 everywhere, reaches {target} in {identity} of {n} networks. Over {count} functions the rank correlation "
    "of the mean slope at the start with the speed, at each one's best rate, is {sgd} (SGD) and {adam} (Adam); 1 would be the same "
    "order. {so}",
    "기울기가 어디서나 1인 항등 함수로 정확도 {target}에 닿은 신경망은 {n}개 가운데 {identity}개입니다. 함수 {count}개에서 출발할 때의 "
    "평균 기울기와 학습 속도의 순위 상관은 SGD {sgd}, Adam {adam}입니다(저마다 가장 좋은 학습률, 1이면 순서가 똑같음). {so}",
)
_HOLDS = Text(
    "Here a larger slope does mean faster learning.",
    "여기서는 정말로 기울기가 클수록 빨리 배웁니다.",
)
_HOLDS_IF = Text(
    "It is true of one function made flatter, at one shared rate: there the slope just multiplies the step. Between functions of "
    "different shapes the slope tells less.",
    "한 함수를 납작하게 만들어 같은 학습률로 배울 때는 이 말이 맞습니다. 그때 기울기는 스텝의 크기에 곱해질 뿐입니다. 모양이 다른 "
    "함수끼리는 기울기가 그만큼 알려 주지 못합니다.",
)
_FAILS = Text("A slope is not a speed.", "기울기는 속도가 아닙니다.")
_CONDITION = Text(
    "Take one function, tanh, and make it flatter: the rank correlation of slope and speed with SGD is {family_shared} at one shared "
    "rate and {family_own} at each one's best rate. Between functions of different shapes it is {shared} even at one shared rate: the "
    "shape matters more.",
    "tanh 하나를 점점 납작하게 만들면 기울기와 속도의 순위 상관은 SGD의 학습률이 같을 때 {family_shared}, 저마다 가장 좋은 학습률일 때 "
    "{family_own}입니다. 모양이 다른 함수끼리는 학습률이 같아도 {shared}입니다. 기울기보다 모양이 더 중요합니다.",
)


def _scaled(scale: float) -> str:
    return f"{scale:g} * tanh(x)"


def _start(names: tuple[str, ...], split: Split, run: Run) -> list[nets.Nets]:
    width = run.whole("width")
    return [
        nets.draw(
            Recipe(activation=name, hidden=(width, width), batch_size=25, init="glorot"),
            split,
            run.seeds(_NETS),
        )
        for name in names
    ]


def _steepness(lanes: list[nets.Nets], split: Split) -> Reals:
    """Return the mean of |f′| at the pre-activations of the start; shape (lanes, networks)."""
    seen = [lane.look(split.train_inputs, split.train_targets).slopes for lane in lanes]
    return np.array(
        [np.mean([np.abs(s).mean(axis=(1, 2)) for s in slopes], axis=0) for slopes in seen]
    )


def _agreement(steep: Reals, steps: Reals) -> Reals:
    """Return for each start the rank correlation of slope and speed; equal if none gets there: 0."""
    found = [rank_correlation(a, -b) for a, b in zip(steep.T, steps.T, strict=True)]
    return np.nan_to_num(np.array(found))


def _steps(grown: tuple[nets.Grown, ...], target: float) -> Reals:
    return np.array([result.steps_to(target) for result in grown])


def _run(run: Run) -> Facts:
    task = run.choice("task")
    split, target = nets.toy(task, count=200, seed=run.seed), _TARGETS[task]
    lanes = _start(_NAMES, split, run)
    steep = _steepness(lanes, split)
    found = {
        race.optimizer: race
        for race in raced(
            lanes,
            split,
            steps=_STEPS,
            reference=_NAMES.index("relu"),
            rates=_RATES,
            points=_POINTS,
            told=lambda share: run.tell(0.7 * share),
            workers=run.workers,
        )
    }
    run.tell(0.7, _scatter(found, steep, target, run))
    family = _start(tuple(_scaled(scale) for scale in _SCALES), split, run)
    tanh = _scaled_race(run, family, split)
    flat = _steepness(family, split)
    sgd, adam = (_agreement(steep, _steps(found[name].own, target)) for name in ("sgd", "adam"))
    one = _agreement(flat, _steps(tanh.shared, target))
    return Facts(
        held=np.maximum(np.minimum(sgd, adam), one) >= _STRONG,
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *_numbers({"sgd": sgd, "adam": adam}, found, steep, target),
            *_family(tanh, flat, target),
        ),
        figures=(_scatter(found, steep, target, run), _flatter(tanh, target, run)),
    )  # fmt: skip


def _scaled_race(run: Run, family: list[nets.Nets], split: Split) -> Raced:
    """Return the copies of one function after SGD, at their own best rates and at one calm rate."""
    plain = [
        replace(lane, recipe=replace(lane.recipe, optimizer="sgd", lr=_CALM)) for lane in family
    ]
    own = nets.best_rates(
        plain,
        split,
        steps=_STEPS,
        rates=_WIDE,
        told=lambda share: run.tell(0.7 + 0.2 * share),
        workers=run.workers,
    )
    grown = nets.train([*own, *plain], split, steps=_STEPS, points=_POINTS, workers=run.workers)
    count = len(family)
    return Raced(optimizer="sgd", own=tuple(grown[:count]), shared=tuple(grown[count:]), rate=_CALM)


def _numbers(
    own: dict[str, Reals], found: dict[Any, Raced], steep: Reals, target: float
) -> tuple[Number, ...]:
    agrees = Text(
        "Rank correlation of the mean slope at the start and the speed to the target over all functions; mean of the paired starts.",
        "모든 함수에서 출발할 때의 평균 기울기와 목표까지의 속도 사이의 순위 상관입니다. 짝지은 출발들을 평균했습니다.",
    )
    identity = np.isfinite(_steps(found["adam"].own, target)[_NAMES.index("identity")])
    return (
        averaged("sgd", Text("Slope and speed, SGD", "기울기와 속도, SGD"), own["sgd"], agrees),
        averaged("adam", Text("Slope and speed, Adam", "기울기와 속도, Adam"), own["adam"], agrees),
        averaged("shared", Text("The same, one shared rate, SGD", "같은 학습률, SGD"),
                 _agreement(steep, _steps(found["sgd"].shared, target)), agrees),
        averaged("identity", Text("Identity gets there", "항등 함수가 목표에 닿은 비율"), identity.astype(float),
                 Text("Share of the identity's networks that reach the target with Adam.",
                      "Adam으로 목표 정확도에 닿은 항등 함수 신경망의 비율입니다."), form="share"),
    )  # fmt: skip


def _family(tanh: Raced, flat: Reals, target: float) -> tuple[Number, ...]:
    of_one = Text(
        "The same rank correlation over flatter and steeper copies of tanh, c·tanh(x), with SGD.",
        "tanh를 납작하게 또는 가파르게 바꾼 c·tanh(x)들에서 같은 방법으로 잰 순위 상관입니다(SGD).",
    )
    return (
        averaged("family-shared", Text("One function scaled, shared rate", "크기만 바꾼 한 함수, 같은 학습률"),
                 _agreement(flat, _steps(tanh.shared, target)), of_one),
        averaged("family-own", Text("One function scaled, own rates", "크기만 바꾼 한 함수, 저마다의 학습률"),
                 _agreement(flat, _steps(tanh.own, target)), of_one),
    )  # fmt: skip


def _medians(grown: tuple[nets.Grown, ...], target: float) -> Reals:
    """Return median steps with interval for each lane; those that never get there at the top."""
    rows = np.array([median_of(steps) for steps in _steps(grown, target)])
    return np.minimum(rows, 1.5 * _STEPS)


def _scatter(found: dict[Any, Raced], steep: Reals, target: float, run: Run) -> Figure:
    series = list[Series]()
    order = steep.mean(axis=1).argsort()
    for name, race in found.items():
        rows = _medians(race.own, target)[order]
        series.append(
            Series(
                name=_OPTIMIZERS[name],
                x=np.arange(len(order), dtype=float),
                y=rows[:, 0],
                low=rows[:, 1],
                high=rows[:, 2],
                style="measured" if name == "sgd" else "other",
                mark="points",
            )
        )
    labels = tuple(same(f"{_NAMES[k]} {steep[k].mean():.2f}") for k in order)
    return Chart(
        id="speed",
        title=Text(
            "Functions from flat to steep, and their speed",
            "납작한 함수부터 가파른 함수까지, 그리고 속도",
        ),
        note=Text(
            "Median steps to {target} on {task} with 95 %, {n} paired starts, own best rates; {top} stands for never.",
            "{task}에서 정확도 {target}까지 걸린 스텝의 중앙값과 95 % 구간. 짝지은 출발 {n}개, 저마다 가장 좋은 학습률. {top:은/는} "
            "끝내 닿지 못했다는 뜻.",
        ).fill(target=target, task=_TASKS[run.choice("task")], n=_NETS, top=round(1.5 * _STEPS)),
        x=Axis(
            name=Text("function, mean |f′| at the start", "함수, 출발할 때의 평균 |f′|"),
            labels=labels,
        ),
        y=Axis(name=Text("steps", "스텝"), log=True),
        series=tuple(series),
    )


def _flatter(tanh: Raced, target: float, run: Run) -> Figure:
    series = list[Series]()
    modes = (
        (
            Text("one shared rate, {rate}", "같은 학습률, {rate}").fill(rate=_CALM),
            tanh.shared,
            "measured",
        ),
        (Text("own best rates", "저마다 가장 좋은 학습률"), tanh.own, "other"),
    )
    for name, grown, style in modes:
        rows = _medians(grown, target)
        series.append(
            Series(
                name=name,
                x=np.array(_SCALES),
                y=rows[:, 0],
                low=rows[:, 1],
                high=rows[:, 2],
                style="measured" if style == "measured" else "other",
                mark="both",
            )
        )
    return Chart(
        id="scaled",
        title=Text(
            "Where it flips: one function, flatter and steeper",
            "어디서 뒤집히나: 한 함수를 납작하게, 가파르게",
        ),
        note=Text(
            "c·tanh(x), SGD; median steps to {target} on {task}; {n} paired starts; {top} stands for never.",
            "c·tanh(x), SGD. {task}에서 정확도 {target}까지 걸린 스텝의 중앙값. 짝지은 출발 {n}개. {top:은/는} 끝내 닿지 못했다는 뜻.",
        ).fill(target=target, task=_TASKS[run.choice("task")], n=_NETS, top=round(1.5 * _STEPS)),
        x=Axis(name=Text("c, the slope at 0", "c, 0에서의 기울기"), log=True),
        y=Axis(name=Text("steps", "스텝"), log=True),
        series=tuple(series),
    )


def _verdict(facts: Facts) -> Verdict:
    task = str(facts.settings["task"])
    agreement = min(facts["sgd"], facts["adam"])
    if agreement >= _STRONG:
        code, so = "holds", _HOLDS
    elif max(agreement, facts["family-shared"]) >= _WEAK:
        code, so = "holds-if", _HOLDS_IF
    else:
        code, so = "does-not-hold", _FAILS
    text = _TEXT.fill(
        target=_TARGETS[task],
        identity=round(facts["identity"] * _NETS),
        n=_NETS,
        count=len(_NAMES),
        sgd=_signed(facts["sgd"]),
        adam=_signed(facts["adam"]),
        so=so,
    )
    condition = _CONDITION.fill(
        family_shared=_signed(facts["family-shared"]),
        family_own=_signed(facts["family-own"]),
        shared=_signed(facts["shared"]),
    )
    return Verdict(code=code, text=text, condition=condition)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _right(facts: Facts) -> str:
    if facts["identity"] < 0.5:
        return "never"
    return "first" if min(facts["sgd"], facts["adam"]) >= _STRONG else "middle"


EXPERIMENT = Experiment(
    id="derivative-is-speed",
    claim=Text(
        "The value of the derivative is the speed of learning: the larger, the faster.",
        "도함수의 값이 곧 학습 속도다. 클수록 빨리 배운다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "Identity has slope 1 everywhere, more than nearly all the others. When does it reach the target?",
            "항등 함수는 기울기가 어디서나 1입니다. 거의 모든 함수보다 큰 값입니다. 항등 함수는 목표 정확도에 언제 닿을까요?",
        ),
        answers=(
            Answer(id="first", name=Text("among the first", "일찍 닿는 편이다")),
            Answer(id="middle", name=Text("somewhere in the middle", "중간쯤에 닿는다")),
            Answer(id="never", name=Text("never", "끝내 닿지 못한다")),
        ),
        right=_right,
    ),
    controls=(
        Control(id="task", name=Text("data", "데이터"), usual="circles",
                choices=tuple(Choice(id=task, name=name) for task, name in _TASKS.items())),
        Control(id="width", name=Text("units per layer", "층마다 유닛 수"), usual=12, low=4, high=24, whole=True),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Fourteen functions learn from paired starts, with SGD and Adam, each at its own best rate and all at ReLU's. Slope and "
        "learning rate are multiplied in every step, so a flatter copy of one function only needs a higher rate. What no rate can "
        "replace is the bend: identity hands every gradient on in full and can still only draw straight lines."
        " A start counts as held if the steeper function is the faster one, at least among copies of one function.",
        "함수 열네 개가 짝지은 출발에서 SGD와 Adam으로 배웁니다. 학습률은 저마다 가장 좋은 것과, ReLU에 가장 좋은 것 하나를 함께 "
        "씁니다. 스텝마다 기울기와 학습률이 곱해지므로, 같은 함수를 납작하게 만들었다면 학습률만 높이면 됩니다. 학습률로 대신할 수 없는 "
        "것은 굽은 모양입니다. 항등 함수는 기울기를 고스란히 넘기지만 직선밖에 긋지 못합니다."
        " 기울기가 클수록 빨리 배우면 맞은 출발로 셉니다. 한 함수의 크기만 바꾼 것끼리만 그래도 됩니다.",
    ),
    after=("derivative-comparison", "zero-centred-converges", "linear-boundary-fails"),
    seconds=3.0,
)  # fmt: skip
