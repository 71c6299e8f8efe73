"""Does the sigmoid's output read as a probability? With the right loss and enough data; not by its range alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab import nets
from livegrad.lab.calibration import Clouds, calibration_error, clouds, reliability
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
from livegrad.lab.measured import averaged
from livegrad.lab.stages import stages
from livegrad.text import Text
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Optimizer, Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _HELD, _HIDDEN = 16, 2000, (16, 16)
_GOOD = 0.05  # of 100 events said to be at 70 %, 65 to 75 happen
_COUNTS = (50, 100, 200, 400, 800, 1600)
_RATES: dict[Optimizer, float] = {"adam": 0.01, "sgd": 0.3}
_LOOKS = 6
_LOSSES = {
    "right": Text("cross-entropy (the right one)", "교차 엔트로피(맞는 손실)"),
    "wrong": Text("squared error on the logit (a wrong one)", "로짓에 제곱 오차(틀린 손실)"),
}

_TEXT = Text(
    "What the sigmoid says is off by {error} on average with Adam ({low} … {high}) and {sgd} with SGD; trained with squared error on the "
    "logit it is off by {wrong}. {so}",
    "시그모이드가 말하는 확률은 실제 비율과 평균 {error} 어긋납니다(Adam, {low} … {high}). SGD로 배우면 {sgd}이고, 로짓에 제곱 오차를 "
    "써서 배우면 {wrong}입니다. {so}",
)
_HOLDS = Text("It may be read as a probability here.", "여기서는 확률로 읽어도 됩니다.")
_HOLDS_IF = Text(
    "With more data or shorter training it could be read as a probability; here it is too sure of itself.",
    "데이터가 더 많거나 학습이 더 짧으면 확률로 읽을 수 있지만, 여기서는 지나치게 확신합니다.",
)
_FAILS = Text(
    "A number between 0 and 1 is not yet a probability.",
    "0과 1 사이의 수라고 해서 확률은 아닙니다.",
)
_CONDITION = Text(
    "With cross-entropy the error stays within {good} {where}; after {steps} steps on {count} points it was {now}. The loss must be the "
    "right one.",
    "교차 엔트로피로 배울 때 오차가 {good} 안에 들려면 {where}. 점 {count}개로 {steps}스텝 배웠을 때는 {now}였습니다. 손실도 맞는 것을 "
    "써야 합니다.",
)
_FROM = Text("from {count} points on", "점이 {count}개 이상 있어야 합니다")
_NEVER = Text("for none of the sizes up to {count}", "점 {count}개로도 모자랍니다")


@dataclass(frozen=True, kw_only=True)
class _Said:
    """Stated probabilities; shape (networks, points), and how far they are off; shape (networks,)."""

    stated: Reals
    error: Reals
    distance: Reals
    excess: Reals


def _logistic(z: Reals) -> Reals:
    return 1 / (1 + np.exp(-np.clip(z.astype(float), -60, 60)))


def _wrong(split: Split) -> Split:
    """Return the same data as a regression of 0 and 1: squared error on what should be a logit."""
    return replace(
        split,
        kind="regression",
        loss="mse",
        train_targets=split.train_targets[:, None].astype(np.float32),
        validation_targets=split.validation_targets[:, None].astype(np.float32),
        fingerprint=f"{split.fingerprint} squared",
    )


def _drawn(run: Run, split: Split, optimizer: Optimizer) -> nets.Nets:
    recipe = Recipe(
        activation="tanh",
        hidden=_HIDDEN,
        optimizer=optimizer,
        lr=_RATES[optimizer],
        batch_size=25,
        init="glorot",
    )
    return nets.draw(recipe, split, run.seeds(_NETS))


def _read(networks: nets.Nets, data: Clouds) -> _Said:
    stated = _logistic(networks.outputs(data.split.validation_inputs)[:, :, 0])
    happened = data.split.validation_targets.ravel()
    return _Said(
        stated=stated,
        error=np.array([calibration_error(row, happened) for row in stated]),
        distance=np.abs(stated - data.truth[:, 1]).mean(axis=1),
        excess=np.maximum(stated, 1 - stated).mean(axis=1)
        - ((stated > 0.5) == (happened > 0)).mean(axis=1),
    )


def _learned(run: Run, data: Clouds, optimizer: Optimizer, loss: str = "right") -> _Said:
    split = data.split if loss == "right" else _wrong(data.split)
    steps, drawn = run.whole("steps"), _drawn(run, split, optimizer)
    if loss == "wrong":  # squared errors are steeper: at the same rate SGD would diverge
        drawn = replace(drawn, recipe=replace(drawn.recipe, lr=_RATES[optimizer] / 10))
    grown = nets.train([drawn], split, steps=steps, points=(steps,), workers=run.workers)
    return _read(grown[0].nets, data)


def _data(run: Run, count: int) -> Clouds:
    return clouds(2, count=count, held=_HELD, distance=run.number("distance"), seed=run.seed)


def _run(run: Run) -> Facts:
    data, loss = _data(run, run.whole("count")), run.choice("loss")
    said = {
        (optimizer, kind): _learned(run, data, optimizer, kind)
        for optimizer in _RATES
        for kind in _LOSSES
    }
    run.tell(0.3, _curve(said, data, run))
    over_time = [
        (step, _read(now, data).error)
        for step, now in stages(
            _drawn(run, data.split, "adam"),
            data.split,
            tuple(np.geomspace(25, max(run.whole("steps"), 50), _LOOKS).astype(int)),
            workers=run.workers,
        )
    ]
    run.tell(0.5)
    by_count = np.array([_learned(run, _data(run, count), "adam").error for count in _COUNTS])
    fine = np.max([said[optimizer, loss].error for optimizer in _RATES], axis=0) <= _GOOD
    if loss == "right":  # the other half of the sentence: with enough points
        fine |= by_count.min(axis=0) <= _GOOD
    return Facts(
        held=fine,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(said, by_count, loss),
        figures=(_curve(said, data, run), _sizes(by_count, run), _times(over_time, run)),
    )


def _numbers(said: dict[tuple[Any, str], _Said], by_count: Reals, loss: str) -> tuple[Number, ...]:
    error = Text(
        "By how much what is said differs from how often it happens, on average over the held-back points.",
        "말한 확률과 실제로 일어난 비율이 얼마나 다른지, 따로 떼어 둔 점에서 평균한 값입니다.",
    )
    means = by_count.mean(axis=1)
    good = [c for c, mean in zip(_COUNTS, means, strict=True) if mean <= _GOOD]
    return (
        averaged("error", Text("Calibration error, Adam", "보정 오차, Adam"), said["adam", loss].error, error),
        averaged("error-sgd", Text("Calibration error, SGD", "보정 오차, SGD"), said["sgd", loss].error, error),
        averaged("wrong", Text("Calibration error, wrong loss", "보정 오차, 틀린 손실"), said["adam", "wrong"].error, error),
        averaged("distance", Text("Distance from the truth", "참값과의 거리"), said["adam", loss].distance,
                 Text("Mean difference from the true probability, which is known for this data; Adam.",
                      "참 확률과 얼마나 다른지 평균한 값입니다. 이 데이터에서는 참 확률을 압니다(Adam).")),
        averaged("excess", Text("Too sure by", "지나치게 확신한 정도"), said["adam", loss].excess,
                 Text("Mean probability of the class that is named, minus how often it is right; Adam.",
                      "고른 클래스에 붙인 확률의 평균에서 실제로 맞은 비율을 뺀 값입니다(Adam).")),
        Number(id="enough", name=Text("Points that suffice", "넉넉한 점의 수"), value=float(good[0]) if good else float("inf"),
               form="count", n=_NETS,
               explanation=Text("The fewest points tried with which the error stays within 0.05, cross-entropy and Adam.",
                                "교차 엔트로피와 Adam으로 배울 때 오차가 0.05 안에 드는 가장 적은 점의 수입니다.")),
    )  # fmt: skip


def _curve(said: dict[tuple[Any, str], _Said], data: Clouds, run: Run) -> Figure:
    happened = np.tile(data.split.validation_targets.ravel(), _NETS)
    series = [
        Series(
            name=Text("perfect", "완벽한 보정"),
            x=np.array([0.0, 1.0]),
            y=np.array([0.0, 1.0]),
            style="claim",
        )
    ]
    for kind, name in _LOSSES.items():
        stated = said["adam", kind].stated.ravel()
        means, shares, _ = reliability(stated, happened)
        series.append(
            Series(
                name=name,
                x=means,
                y=shares,
                style="measured" if kind == "right" else "other",
                mark="both",
            )
        )
    return Chart(
        id="calibration",
        title=Text("What is said, and what happens", "말한 확률과 실제로 일어난 비율"),
        note=Text(
            "{held} held-back points of two overlapping clouds, ten bins, {n} networks together; {count} points learned, {steps} steps, Adam.",
            "겹친 두 구름에서 따로 떼어 둔 점 {held}개를 열 칸으로 나눔. 신경망 {n}개를 합친 값. 배운 점 {count}개, {steps}스텝, Adam.",
        ).fill(held=_HELD, n=_NETS, count=run.whole("count"), steps=run.whole("steps")),
        x=Axis(name=Text("probability that is said", "말한 확률"), low=0.0, high=1.0),
        y=Axis(name=Text("share that happens", "일어난 비율"), low=0.0, high=1.0),
        series=tuple(series),
    )


def _line(x: Reals, rows: Reals) -> Series:
    means = np.array([mean_of(row) for row in rows])
    return Series(
        name=Text("cross-entropy, Adam", "교차 엔트로피, Adam"),
        x=x,
        y=means[:, 0],
        low=np.maximum(means[:, 1], 0),
        high=means[:, 2],
        mark="both",
    )


def _limit() -> Level:
    return Level(name=Text("good enough", "쓸 만함"), at=_GOOD, style="other")


def _sizes(by_count: Reals, run: Run) -> Figure:
    return Chart(
        id="sizes",
        title=Text("Where it flips: the number of points learned", "어디서 뒤집히나: 배운 점의 수"),
        note=Text(
            "Calibration error after {steps} steps; {n} networks a point; mean and 95 %.",
            "{steps}스텝 배운 뒤의 보정 오차. 표시마다 신경망 {n}개의 평균과 95 % 구간.",
        ).fill(steps=run.whole("steps"), n=_NETS),
        x=Axis(name=Text("points learned", "배운 점의 수"), log=True),
        y=Axis(name=Text("calibration error", "보정 오차"), low=0.0),
        series=(_line(np.array(_COUNTS, float), by_count),),
        levels=(_limit(),),
    )


def _times(over_time: list[tuple[int, Reals]], run: Run) -> Figure:
    return Chart(
        id="times",
        title=Text("Calibration error while it learns", "배우는 동안의 보정 오차"),
        note=Text(
            "Calibration error while learning {count} points; {n} networks; mean and 95 %.",
            "점 {count}개를 배우는 동안의 보정 오차. 신경망 {n}개의 평균과 95 % 구간.",
        ).fill(count=run.whole("count"), n=_NETS),
        x=Axis(name=Text("steps", "스텝"), log=True),
        y=Axis(name=Text("calibration error", "보정 오차"), low=0.0),
        series=(
            _line(
                np.array([step for step, _ in over_time], float),
                np.array([error for _, error in over_time]),
            ),
        ),
        levels=(_limit(),),
    )


def _verdict(facts: Facts) -> Verdict:
    number = next(n for n in facts.numbers if n.id == "error")
    worst = max(facts["error"], facts["error-sgd"])
    if worst <= _GOOD:
        code, so = "holds", _HOLDS
    elif facts.settings["loss"] == "right" and np.isfinite(facts["enough"]):
        code, so = "holds-if", _HOLDS_IF
    else:
        code, so = "does-not-hold", _FAILS
    text = _TEXT.fill(
        error=f"{facts['error']:.3f}",
        low=f"{number.low or 0.0:.3f}",
        high=f"{number.high or 0.0:.3f}",
        sgd=f"{facts['error-sgd']:.3f}",
        wrong=f"{facts['wrong']:.3f}",
        so=so,
    )
    enough = facts["enough"]
    condition = _CONDITION.fill(
        good=_GOOD,
        where=_FROM.fill(count=round(enough))
        if np.isfinite(enough)
        else _NEVER.fill(count=_COUNTS[-1]),
        steps=round(float(facts.settings["steps"])),
        count=round(float(facts.settings["count"])),
        now=f"{facts['error']:.3f}",
    )
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    excess = facts["excess"]
    return "true" if abs(excess) <= _GOOD else "sure" if excess > 0 else "shy"


EXPERIMENT = Experiment(
    id="sigmoid-as-probability",
    claim=Text(
        "The output of a sigmoid lies between 0 and 1, so it can be read as a probability.",
        "시그모이드의 출력은 0과 1 사이이므로 확률로 읽을 수 있다.",
    ),
    sources="C D",
    question=Question(
        text=Text(
            "A network learns sixty points of two overlapping clouds, for long. How sure is it, compared with how often it is right?",
            "겹친 두 구름에서 뽑은 점 60개로 신경망을 오래 학습시킵니다. 신경망은 제 답을 얼마나 확신할까요? 실제로 맞는 비율과 비교해 "
            "보세요.",
        ),
        answers=(
            Answer(id="true", name=Text("as sure as it is right", "맞는 만큼 확신한다")),
            Answer(id="sure", name=Text("surer than it is right", "맞는 것보다 더 확신한다")),
            Answer(id="shy", name=Text("less sure than it is right", "맞는 것보다 덜 확신한다")),
        ),
        right=_right,
    ),
    controls=(
        Control(id="count", name=Text("points learned", "배우는 점의 수"), usual=60, low=30, high=3000, whole=True, log=True),
        Control(id="steps", name=Text("steps", "스텝"), usual=1500, low=50, high=4000, whole=True, log=True),
        Control(id="distance", name=Text("how far the clouds lie from the middle", "구름이 가운데에서 떨어진 거리"), usual=1.0,
                low=0.3, high=2.5),
        Control(id="loss", name=Text("loss", "손실"), usual="right",
                choices=tuple(Choice(id=loss, name=name) for loss, name in _LOSSES.items())),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Two round clouds overlap, so the true probability at every point is known. A calibrated network that says 70 % is right 70 times of "
        "a hundred. Cross-entropy is least for true probabilities, but a net that learns few points by heart says 0 and 1. With squared error on "
        "the logit the outputs still lie between 0 and 1 and mean nothing."
        " A start counts as held if the error is small at the end, or would be with enough points.",
        "둥근 두 구름이 겹쳐 있어 모든 점에서 참 확률을 압니다. 잘 보정된 신경망이 70 %라고 하면 100번에 70번은 맞습니다. 교차 "
        "엔트로피는 참 확률을 말할 때 가장 작습니다. 그러나 적은 점을 외워 버린 신경망은 0과 1만 말합니다. 로짓에 제곱 오차를 쓰면 "
        "출력이 여전히 0과 1 사이에 있어도 확률이라는 뜻은 없습니다."
        " 마지막에 오차가 작거나, 점이 넉넉할 때라도 작으면 맞은 출발로 셉니다.",
    ),
    after=("softmax-as-probability", "image-nonlinear"),
    seconds=1.5,
)  # fmt: skip
