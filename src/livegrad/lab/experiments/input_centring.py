"""Inputs off centre: gradients of one sign and a long way; the lock needs one sign, the slow-down only a mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab import nets
from livegrad.lab.curvature import greatest_curvature
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
from livegrad.lab.intervals import mean_of
from livegrad.lab.pace import CHOOSERS, RATE_CONTROL, Tried, ratio_of, ratios, shared, try_rates
from livegrad.quantity import percent
from livegrad.text import Text, same
from livegrad.trials.reading import from_arrays
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 24
_STEPS = 800
_FEATURES = 8
_BATCH = 25
_SHIFTS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
_MOST = 0.5  # "the gradients of a unit have one sign" is said of most units
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
_TRIED = {"sgd": (0.03, 0.1, 0.3, 1.0, 3.0), "adam": (0.01, 0.03, 0.1, 0.3)}
_MODES = {
    "own": Text("Each at its own best rate", "저마다 가장 좋은 학습률에서"),
    "shared": Text("All at one shared rate", "모두 같은 학습률에서"),
}

_TEXT = Text(
    "Shifted by {shift}, {locked} of the units have all weight gradients of one sign, and the greatest curvature is "
    "×{curvature}. {rate}, the way to the target takes ×{sgd} (SGD) and ×{adam} (Adam) the steps. {ending}",
    "입력을 {shift}만큼 옮기면 유닛의 {locked}에서 가중치 기울기의 부호가 모두 같고, 가장 큰 곡률은 {curvature}배가 됩니다. {rate} "
    "목표까지 드는 스텝은 SGD로 {sgd}배, Adam으로 {adam}배입니다. {ending}",
)
_BOTH = Text("Both halves of the sentence are seen.", "주장의 두 가지가 모두 나타났습니다.")
_SLOW = Text(
    "The slow-down is there, the lock of most units is not: a mean is enough to slow down.",
    "느려지기는 했지만, 부호가 잠긴 유닛은 절반이 안 됩니다. 평균이 0에서 벗어나기만 해도 느려집니다.",
)
_LOCK = Text(
    "The lock of most units is there, but both optimizers together show no slow-down.",
    "절반이 넘는 유닛에서 부호가 잠겼지만, 두 옵티마이저 모두에서 느려지지는 않았습니다.",
)
_NEITHER = Text(
    "Neither lock nor slow-down is seen.", "부호도 잠기지 않았고 느려지지도 않았습니다."
)
_CONDITION = Text(
    "Half of the units lock at a shift of {lock}, where nearly all inputs have one sign; steps double (SGD) at {slow}. Subtracting the "
    "mean undoes both.",
    "유닛의 절반이 잠기는 이동량은 {lock}입니다. 입력의 부호가 거의 모두 같아지는 곳입니다. SGD의 스텝이 두 배가 되는 이동량은 "
    "{slow}입니다. 입력에서 평균을 빼면 둘 다 사라집니다.",
)


@dataclass(frozen=True, kw_only=True)
class _Shifted:
    """What one shift does: shares of locked units and curvature at the start, and the trainings."""

    locked: Reals
    alone: Reals
    curvature: Reals
    tried: Mapping[str, Tried]


def _teacher(seed: int) -> Split:
    """Return 300 + 100 points of eight independent normal features, told apart by a random small network."""
    random = np.random.default_rng([7, seed])
    x = random.normal(size=(400, _FEATURES))
    value = np.tanh(x @ random.normal(size=(_FEATURES, 4))) @ random.normal(size=4)
    labels = np.where(value > np.median(value), "high", "low")
    return from_arrays(x, labels, kind="binary", name="teacher").split(0.25, seed)


def _moved(split: Split, shift: float) -> Split:
    return replace(
        split,
        train_inputs=split.train_inputs + np.float32(shift),
        validation_inputs=split.validation_inputs + np.float32(shift),
    )


def _locked(drawn: nets.Nets, split: Split, batch: int) -> Reals:
    """Return the share of first-layer units whose weight gradients have one sign, over eight minibatches."""
    found = list[Reals]()
    for k in range(8):
        part = slice(k * batch, (k + 1) * batch)
        seen = drawn.look(split.train_inputs[part], split.train_targets[part])
        moving = (seen.by_weight[0] != 0).any(axis=1).sum(axis=1)
        found.append(seen.sign_locked[0].sum(axis=1) / np.maximum(moving, 1))
    return np.mean(found, axis=0)


def _shifted(run: Run, split: Split, at: tuple[float, float]) -> _Shifted:
    begin, end = at
    drawn = {
        optimizer: nets.draw(
            Recipe(
                activation=run.choice("activation"),
                hidden=(8,),
                optimizer="sgd" if optimizer == "sgd" else "adam",
                batch_size=_BATCH,
                init="glorot",
            ),
            split,
            run.seeds(_NETS + CHOOSERS),
        )
        for optimizer in _OPTIMIZERS
    }
    counted = replace(
        drawn["sgd"],
        weights=drawn["sgd"].weights[:_NETS],
        running=drawn["sgd"].running[:_NETS],
    )
    tried = dict[str, Tried]()
    for k, (optimizer, lane) in enumerate(drawn.items()):
        tried[optimizer] = try_rates([lane], split, steps=_STEPS, rates=_TRIED[optimizer], every=5)[
            0
        ]
        run.tell(begin + (end - begin) * (k + 1) / 3)
    return _Shifted(
        locked=_locked(counted, split, _BATCH),
        alone=_locked(counted, split, 1),
        curvature=greatest_curvature(counted, split.train_inputs, split.train_targets, rounds=8),
        tried=tried,
    )


def _steps(
    found: Mapping[float, _Shifted], optimizer: str, target: float, mode: str
) -> dict[float, Reals]:
    lanes = {shift: one.tried[optimizer] for shift, one in found.items()}
    together = shared(list(lanes.values()), target)
    return {
        shift: lane.steps(lane.own(target) if mode == "own" else together, target)
        for shift, lane in lanes.items()
    }


def _run(run: Run) -> Facts:
    shift, target, mode = run.number("shift"), run.number("target"), run.choice("rate")
    shifts = sorted({*_SHIFTS, shift})
    split, found = _teacher(run.seed), dict[float, _Shifted]()
    for k, by in enumerate(shifts):
        found[by] = _shifted(run, _moved(split, by), (k / len(shifts), (k + 1) / len(shifts)))
        run.tell((k + 1) / len(shifts), _lock_figure(found))
    steps = {o: _steps(found, o, target, mode) for o in _OPTIMIZERS}
    held = np.ones(_NETS, bool)
    for by in steps.values():
        held &= ratios(by[shift], by[0.0], _STEPS) > 1
    both_modes = {m: {o: _steps(found, o, target, m) for o in _OPTIMIZERS} for m in _MODES}
    return Facts(
        held=held,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(found, steps, shift),
        figures=(_slow_figure(both_modes), _lock_figure(found), _curvature_figure(found)),
    )


def _crossing(x: Reals, y: Reals, level: float) -> float:
    """Return where a line through points first passes a level; NaN if it never does."""
    above = np.flatnonzero(y >= level)
    if not len(above):
        return float("nan")
    k = int(above[0])
    return float(x[0]) if k == 0 else float(np.interp(level, y[k - 1 : k + 1], x[k - 1 : k + 1]))


def _numbers(
    found: Mapping[float, _Shifted], steps: Mapping[str, Mapping[float, Reals]], shift: float
) -> tuple[Number, ...]:
    shifts = np.array(sorted(found))
    means = np.array([found[by].locked.mean() for by in shifts])
    slow = np.array([ratio_of(steps["sgd"][by], steps["sgd"][0.0], _STEPS)[0] for by in shifts])
    one = found[shift]
    curvature = np.exp(mean_of(np.log(np.abs(one.curvature / found[0.0].curvature))))
    locked = mean_of(one.locked)
    numbers = [
        Number(
            id="locked",
            name=Text("Units with one sign", "부호가 잠긴 유닛"),
            value=locked[0],
            low=locked[1],
            high=locked[2],
            n=_NETS,
            form="share",
            explanation=Text(
                "The share of first-layer units whose {features} weight gradients all have one sign, in a batch of {batch}, at "
                "the start.",
                "출발할 때 {batch}개짜리 배치에서, 가중치 {features}개의 기울기 부호가 모두 같은 첫 층 유닛의 비율입니다.",
            ).fill(features=_FEATURES, batch=_BATCH),
        ),
        Number(
            id="curvature",
            name=Text("Greatest curvature", "가장 큰 곡률"),
            value=float(curvature[0]),
            low=float(curvature[1]),
            high=float(curvature[2]),
            n=_NETS,
            form="factor",
            explanation=Text(
                "The greatest eigenvalue λ_max of the loss's Hessian over the one with centred inputs: the steeper, the smaller the "
                "steps that stay stable.",
                "손실의 헤세 행렬에서 가장 큰 고윳값 λ_max가 0 중심 입력일 때의 몇 배인지입니다. 가파를수록 안정된 스텝이 작아집니다.",
            ),
        ),
    ]
    for optimizer, spoken in _OPTIMIZERS.items():
        middle, low, high = ratio_of(steps[optimizer][shift], steps[optimizer][0.0], _STEPS)
        numbers.append(
            Number(
                id=f"slow-{optimizer}",
                name=Text("Steps to target, {optimizer}", "목표까지 든 스텝, {optimizer}").fill(
                    optimizer=spoken
                ),
                value=middle,
                low=low,
                high=high,
                n=_NETS,
                form="factor",
                explanation=Text(
                    "How many times the steps that the same start takes with centred inputs.",
                    "출발이 같을 때 0 중심 입력에서 쓴 스텝의 몇 배인지입니다.",
                ),
            )
        )
    return (
        *numbers,
        Number(
            id="lock-at",
            name=Text("Most units lock at a shift of", "절반이 잠기는 이동량"),
            value=_crossing(shifts, means, _MOST),
            n=_NETS,
            explanation=Text(
                "The shift, in deviations of the inputs, at which half of the units are locked.",
                "유닛의 절반에서 부호가 잠기는 이동량입니다. 단위는 입력의 표준편차입니다.",
            ),
        ),
        Number(
            id="slow-at",
            name=Text("Steps double at a shift of", "스텝이 두 배가 되는 이동량"),
            value=_crossing(shifts, slow, 2.0),
            n=_NETS,
            explanation=Text(
                "The shift at which SGD takes twice the steps.",
                "SGD가 쓰는 스텝이 두 배가 되는 이동량입니다.",
            ),
        ),
    )


_SHIFT = Axis(name=Text("shift of the inputs, in deviations", "입력의 이동(표준편차 단위)"))


def _slow_figure(steps: Mapping[str, Mapping[str, Mapping[float, Reals]]]) -> Chart:
    series = list[Series]()
    for mode, name in (("own", Text("own rates", "저마다의 학습률")), ("shared", Text("one rate", "같은 학습률"))):  # fmt: skip
        for optimizer, spoken in _OPTIMIZERS.items():
            by = steps[mode][optimizer]
            found = np.array([ratio_of(by[shift], by[0.0], _STEPS) for shift in sorted(by)])
            series.append(
                Series(
                    name=Text("{optimizer}, {mode}", "{optimizer}, {mode}").fill(
                        optimizer=spoken, mode=name
                    ),
                    x=np.array(sorted(by)),
                    y=found[:, 0],
                    low=found[:, 1],
                    high=found[:, 2],
                    style="measured" if mode == "own" else "other",
                    mark="both",
                )
            )
    return Chart(
        id="slow",
        title=Text("The further off centre, the longer the way", "0에서 멀어질수록 길어지는 길"),
        note=Text(
            "Steps over those with centred inputs; geometric mean of {n} paired starts, 95 % interval, batch {batch}, {features} features.",
            "스텝을 0 중심 입력일 때로 나눈 값. 짝지은 출발 {n}개의 기하평균과 95 % 구간, 배치 {batch}, 입력 {features}개.",
        ).fill(n=_NETS, batch=_BATCH, features=_FEATURES),
        x=_SHIFT,
        y=Axis(name=Text("steps to target, as a factor", "목표까지 든 스텝(배)"), log=True),
        series=tuple(series),
        levels=(Level(name=Text("centred", "0 중심"), at=1.0, style="other"),),
    )


def _lock_figure(found: Mapping[float, _Shifted]) -> Chart:
    shifts = np.array(sorted(found))
    series = list[Series]()
    for name, values in (
        (Text("batch of {batch}", "배치 {batch}").fill(batch=_BATCH), [found[s].locked for s in shifts]),
        (Text("one sample", "표본 하나"), [found[s].alone for s in shifts]),
    ):  # fmt: skip
        means = np.array([mean_of(value) for value in values])
        series.append(
            Series(
                name=name,
                x=shifts,
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="other" if series else "measured",
                mark="both",
            )
        )
    return Chart(
        id="lock",
        title=Text("Units whose weight gradients have one sign", "기울기 부호가 잠긴 유닛"),
        note=Text(
            "First layer at the start, {n} networks, eight batches each.",
            "출발할 때의 첫 층, 신경망 {n}개, 배치 여덟 개씩.",
        ).fill(n=_NETS),
        x=_SHIFT,
        y=Axis(name=Text("share of units", "유닛의 비율"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(Level(name=Text("most", "절반"), at=_MOST, style="other"),),
    )


def _curvature_figure(found: Mapping[float, _Shifted]) -> Chart:
    shifts = np.array(sorted(found))
    rows = [np.abs(found[shift].curvature / found[0.0].curvature) for shift in shifts]
    means = np.exp([mean_of(np.log(row)) for row in rows])
    return Chart(
        id="curvature",
        title=Text("The valley becomes steeper in one direction", "한 방향으로 가팔라지는 골짜기"),
        note=Text(
            "λ_max of the Hessian at the start over that of centred inputs, {n} networks, 300 points.",
            "출발할 때 헤세 행렬의 λ_max를 0 중심 입력일 때로 나눈 값. 신경망 {n}개, 점 300개.",
        ).fill(n=_NETS),
        x=_SHIFT,
        y=Axis(name=Text("greatest curvature, as a factor", "가장 큰 곡률(배)"), log=True),
        series=(
            Series(
                name=same("λ_max"),
                x=shifts,
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                mark="both",
            ),
        ),
    )


def _verdict(facts: Facts) -> Verdict:
    low = {number.id: number.low for number in facts.numbers}
    slow = all((low[f"slow-{optimizer}"] or 0.0) > 1 for optimizer in _OPTIMIZERS)
    locked = facts["locked"] >= _MOST
    both = {True: _BOTH, False: _SLOW} if slow else {True: _LOCK, False: _NEITHER}
    text = _TEXT.fill(
        shift=f"{float(facts.settings['shift']):.2g}",
        locked=percent(facts["locked"]),
        curvature=f"{facts['curvature']:.2g}",
        rate=_MODES[str(facts.settings["rate"])],
        sgd=f"{facts['slow-sgd']:.2g}",
        adam=f"{facts['slow-adam']:.2g}",
        ending=both[locked],
    )
    condition = _CONDITION.fill(lock=_said(facts["lock-at"]), slow=_said(facts["slow-at"]))
    if locked and slow:
        return Verdict(code="holds", text=text, condition=condition)
    code = "holds-if" if locked or slow else "does-not-hold"
    return Verdict(code=code, text=text, condition=condition)


def _said(shift: float) -> str:
    return f"{shift:.1f}" if np.isfinite(shift) else f"> {_SHIFTS[-1]:.0f}"


def _right(facts: Facts) -> str:
    low = {number.id: number.low for number in facts.numbers}
    slow = all((low[f"slow-{optimizer}"] or 0.0) > 1 for optimizer in _OPTIMIZERS)
    locked = facts["locked"] >= _MOST
    return "both" if locked and slow else "slow" if slow else "lock" if locked else "neither"


EXPERIMENT = Experiment(
    id="input-centring",
    claim=Text(
        "If inputs are not centred at 0, all gradients of a unit get one sign and the way to the optimum is long.",
        "입력이 0을 중심으로 퍼져 있지 않으면 한 유닛의 기울기 부호가 모두 같아져서 최적점까지 먼 길을 돌아간다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "All inputs are moved off centre. What happens?",
            "모든 입력을 0에서 벗어나게 옮깁니다. 어떤 일이 일어날까요?",
        ),
        answers=(
            Answer(id="both", name=Text("signs lock, and it slows down", "부호가 잠기고 느려진다")),
            Answer(id="slow", name=Text("it only slows down", "느려지기만 한다")),
            Answer(id="lock", name=Text("signs only lock", "부호만 잠긴다")),
            Answer(id="neither", name=Text("neither", "둘 다 아니다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="shift",
            name=Text("shift of the inputs, in deviations", "입력의 이동(표준편차 단위)"),
            usual=1.25,
            low=0.0,
            high=8.0,
        ),
        RATE_CONTROL,
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="tanh",
            choices=(
                Choice(id="tanh", name=same("tanh")),
                Choice(id="relu", name=same("ReLU")),
                Choice(id="sigmoid", name=Text("sigmoid", "시그모이드")),
            ),
        ),
        Control(
            id="target", name=Text("target accuracy", "목표 정확도"), usual=0.85, low=0.6, high=0.95
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Eight independent normal inputs with one number added to each; a small network learns what a random one decides. "
        "The weight gradient of a unit is its ∂L/∂z times its inputs, so one sample with inputs of one sign locks it exactly. In a "
        "batch the mean of the inputs does it, more or less. The mean also makes one direction of the loss steep, and "
        "that alone costs steps."
        " A start counts as held if the way is longer with both optimizers; the lock is counted by itself.",
        "서로 독립인 정규분포 입력 여덟 개에 같은 수를 더하고, 무작위 신경망이 내린 판단을 작은 신경망이 배웁니다. 유닛의 가중치 "
        "기울기는 ∂L/∂z에 입력을 곱한 것이라, 입력의 부호가 모두 같은 표본 하나에서는 정확히 잠깁니다. 배치에서는 입력의 평균이 클수록 "
        "더 잠깁니다. 평균은 손실을 한 방향으로 가파르게도 만드는데, 그것만으로도 스텝이 더 듭니다."
        " 두 옵티마이저에서 모두 길이 멀어지면 맞은 출발로 세고, 부호는 따로 셉니다.",
    ),
    after=("zigzag", "zero-centred-converges", "dying-causes"),
    seconds=2.0,
)
