"""Negative inputs give zeros, so only some units fire, like the brain: how many fire, and whether it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from livegrad.lab.intervals import mean_of
from livegrad.lab.pace import CHOOSERS, RATE_CONTROL, Tried, try_rates
from livegrad.quantity import percent
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 24
_STEPS = 300
_LIKE_A_BRAIN = 0.1  # of the units fire at once; estimates for cortex are a few in a hundred
_SOME = 0.9  # "only some fire": at least one in ten is silent
_SLOPES = (0.0, 0.01, 0.1, 0.25, 0.5)
_BIASES = (-2.0, -1.5, -1.0, 0.0, 0.5)
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
_TRIED = {"sgd": (0.3, 1.0, 3.0), "adam": (0.01, 0.03, 0.1)}
_MODES = {
    "own": Text("Each slope at its own best rate", "저마다 가장 좋은 학습률에서"),
    "shared": Text("All slopes at one shared rate", "모두 같은 학습률에서"),
}

_TEXT = Text(
    "On average {start} of the units fire for one sample at the start and {firing} after training; {never} never fire. "
    "{rate}, slope {slope} is {sgd} (SGD) and {adam} (Adam) points of accuracy from the best of the other slopes. {ending}",
    "표본 하나를 넣었을 때 발화하는(출력이 0이 아닌) 유닛은 출발할 때 평균 {start}, 학습한 뒤 {firing}입니다. 한 번도 발화하지 않는 "
    "유닛은 {never}입니다. {rate} 기울기 {slope}의 정확도는 다른 기울기 가운데 가장 나은 것과 SGD에서 {sgd} %p, Adam에서 {adam} %p 차이 "
    "납니다. {ending}",
)
_BRAIN = Text("That is as sparse as a brain.", "뇌만큼 희소(sparse)합니다.")
_SOME_FIRE = Text(
    "Some are silent, but far more fire than in a brain.",
    "쉬는 유닛이 있지만, 뇌보다 훨씬 많이 발화합니다.",
)
_ALL_FIRE = Text("Nearly all fire.", "거의 모두 발화합니다.")
_CONDITION = Text(
    "It takes a bias: {flip}. Any slope above 0 on the negative side ends exact zeros.",
    "편향에 달려 있습니다. {flip}. 음수 쪽 기울기가 0보다 크면 정확한 0은 사라집니다.",
)
_FLIPS = Text(
    "with starting biases below about {bias} a tenth or fewer fire after training",
    "출발할 때의 편향이 {bias} 부근보다 작으면 학습한 뒤 10분의 1 이하만 발화합니다",
)
_NO_FLIP = Text(
    "even with starting biases of {bias}, {firing} fire after training",
    "출발할 때의 편향을 {bias}까지 낮춰도 학습한 뒤 {firing}가 발화합니다",
)


@dataclass(frozen=True, kw_only=True)
class _Fires:
    """Which units fire: outputs that are not 0; shapes (networks, layers), (networks, layers) and (networks,)."""

    start: Reals
    after: Reals
    never: Reals


def _name(slope: float) -> str:
    return f"leaky_relu(alpha={slope:g})" if slope else "relu"


def _drawn(run: Run, slope: float, optimizer: str, split: Split) -> nets.Nets:
    recipe = Recipe(
        activation=_name(slope),
        hidden=(16,) * run.whole("depth"),
        init="he",
        optimizer="sgd" if optimizer == "sgd" else "adam",
        lr=0.01,
        batch_size=25,
    )
    return nets.draw(recipe, split, run.seeds(_NETS + CHOOSERS))


def _biased(drawn: nets.Nets, bias: float) -> nets.Nets:
    """Return the networks with this bias on every hidden unit."""
    copied = drawn.copy()
    for layer in range(copied.architecture.layers - 1):
        copied.array("bias", layer)[...] = bias
    return copied


def _fires(start: nets.Nets, split: Split) -> _Fires:
    """Return what fires before and after training with Adam."""
    grown = nets.train([start], split, steps=_STEPS, points=(_STEPS,))[0].nets
    shares, never = list[Reals](), np.zeros(len(start))
    for which in (start, grown):
        seen = which.look(split.train_inputs, split.train_targets)
        on = [layer != 0 for layer in seen.inputs[1:]]  # the inputs of the next layer: outputs
        shares.append(np.stack([layer.mean(axis=(1, 2)) for layer in on], axis=1))
        never = np.concatenate([~layer.any(axis=1) for layer in on], axis=1).mean(axis=1)
    return _Fires(start=shares[0], after=shares[1], never=never)


def _scores(tried: Mapping[float, Tried], mode: str) -> dict[float, Reals]:
    """Return the accuracy at the end for each slope; the rate follows from the choosing starts' loss."""
    losses = np.array(
        [
            [np.minimum(np.nan_to_num(g.train_loss[-CHOOSERS:, -1], nan=9.0), 9.0).mean() for g in lane.grown]
            for lane in tried.values()
        ]
    )  # fmt: skip
    rates = losses.argmin(axis=1)
    if mode == "shared":
        rates = np.full(len(tried), np.log(losses).sum(axis=0).argmin())
    return {
        slope: np.nan_to_num(lane.curve(int(rate))[:, -1].astype(float), nan=0.5)
        for (slope, lane), rate in zip(tried.items(), rates, strict=True)
    }


def _run(run: Run) -> Facts:
    slope, bias = run.number("slope"), run.number("bias")
    split = nets.toy(run.choice("data"), count=400, seed=run.seed)
    plain = _drawn(run, slope, "adam", split).part(slice(_NETS))
    fires = _fires(_biased(plain, bias), split)
    run.tell(0.1, _layer_figure(fires))
    by_bias = {each: _fires(_biased(plain, each), split) for each in sorted({*_BIASES, bias})}
    run.tell(0.3, _layer_figure(fires))
    slopes, scores = sorted({*_SLOPES, slope}), dict[str, dict[float, Reals]]()
    for k, optimizer in enumerate(_OPTIMIZERS):
        lanes = [_biased(_drawn(run, each, optimizer, split), bias) for each in slopes]
        begin = 0.3 + 0.35 * k
        tried = try_rates(
            lanes,
            split,
            steps=_STEPS,
            rates=_TRIED[optimizer],
            every=_STEPS,
            told=lambda share, begin=begin: run.tell(begin + 0.35 * share),
        )
        scores[optimizer] = _scores(dict(zip(slopes, tried, strict=True)), run.choice("rate"))
    return Facts(
        held=fires.after.mean(axis=1) <= _SOME,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(fires, scores, slope, by_bias),
        figures=(_layer_figure(fires), _slope_figure(scores), _bias_figure(by_bias)),
    )


def _lead(scores: Mapping[float, Reals], slope: float) -> tuple[float, float, float]:
    """Return points of accuracy over the other slope with the best mean, paired by start."""
    others = {each: found for each, found in scores.items() if each != slope}
    best = max(others, key=lambda each: float(others[each].mean()))
    return mean_of(100 * (scores[slope] - others[best]))


def _numbers(
    fires: _Fires,
    scores: Mapping[str, Mapping[float, Reals]],
    slope: float,
    by_bias: Mapping[float, _Fires],
) -> tuple[Number, ...]:
    wanted = (
        (
            "firing",
            Text("Units that fire, trained", "발화하는 유닛, 학습한 뒤"),
            fires.after.mean(axis=1),
            Text(
                "The share of unit outputs that are not 0, over all hidden units and training points.",
                "모든 은닉 유닛과 학습 점에서 0이 아닌 출력의 비율입니다.",
            ),
        ),
        (
            "start",
            Text("Units that fire, at the start", "발화하는 유닛, 출발할 때"),
            fires.start.mean(axis=1),
            Text("The same before training.", "학습하기 전에 잰 같은 비율입니다."),
        ),
        (
            "never",
            Text("Units that never fire", "한 번도 발화하지 않는 유닛"),
            fires.never,
            Text(
                "The share of trained units that give 0 for all training points: these are dead, not sparse.",
                "학습한 뒤 모든 학습 점에 0을 내는 유닛의 비율입니다. 이것은 희소한 것이 아니라 죽은 것입니다.",
            ),
        ),
    )
    numbers = list[Number]()
    for identifier, name, values, explanation in wanted:
        middle, low, high = mean_of(values)
        numbers.append(
            Number(
                id=identifier,
                name=name,
                value=middle,
                low=low,
                high=high,
                n=_NETS,
                form="share",
                explanation=explanation,
            )
        )
    for optimizer, spoken in _OPTIMIZERS.items():
        middle, low, high = _lead(scores[optimizer], slope)
        numbers.append(
            Number(
                id=f"lead-{optimizer}",
                name=Text(
                    "Points over the best other slope, {optimizer}",
                    "가장 나은 다른 기울기와의 차이(%p), {optimizer}",
                ).fill(optimizer=spoken),
                value=middle,
                low=low,
                high=high,
                n=_NETS,
                explanation=Text(
                    "Accuracy of this slope minus that of the other slope with the best mean, in points, paired by start.",
                    "이 기울기의 정확도에서, 평균이 가장 높은 다른 기울기의 정확도를 뺀 값입니다. 단위는 %p이고, 짝지은 출발끼리 "
                    "뺐습니다.",
                ),
            )
        )
    firing = np.array([found.after.mean() for found in by_bias.values()])
    biases = np.array(list(by_bias))
    sparse = np.flatnonzero(firing <= _LIKE_A_BRAIN)
    flip = float("nan")
    if len(sparse):
        k = int(sparse[-1])
        pair = slice(k, k + 2)
        flip = float(np.interp(_LIKE_A_BRAIN, firing[pair], biases[pair]))
    return (
        *numbers,
        Number(
            id="flip",
            name=Text("As sparse as a brain from bias", "뇌만큼 희소해지기 시작하는 편향"),
            value=flip,
            n=_NETS,
            explanation=Text(
                "The bias at the start below which a tenth of the units or fewer fire after training.",
                "출발할 때의 편향이 이보다 작으면, 학습한 뒤 유닛의 10분의 1 이하만 발화합니다.",
            ),
        ),
    )


def _layer_figure(fires: _Fires) -> Chart:
    series = list[Series]()
    for name, shares in (
        (Text("trained", "학습 뒤"), fires.after),
        (Text("at the start", "출발"), fires.start),
    ):
        means = np.array([mean_of(column) for column in shares.T])
        series.append(
            Series(
                name=name,
                x=np.arange(1.0, shares.shape[1] + 1),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="other" if series else "measured",
                mark="both",
            )
        )
    return Chart(
        id="layers",
        title=Text("How many units fire, layer by layer", "층마다 발화하는 유닛"),
        note=Text(
            "Mean of {n} networks, 95 % interval; 16 units a layer, 300 points; Adam, {steps} steps of batch 25.",
            "신경망 {n}개의 평균과 95 % 구간. 층마다 유닛 16개, 점 300개. Adam, 배치 25로 {steps}스텝.",
        ).fill(n=_NETS, steps=_STEPS),
        x=Axis(name=Text("layer", "층")),
        y=Axis(name=Text("share of units that fire", "발화하는 유닛의 비율"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(Level(name=Text("like a brain, at most", "뇌와 비슷한 한계"), at=_LIKE_A_BRAIN),),
    )


def _slope_figure(scores: Mapping[str, Mapping[float, Reals]]) -> Chart:
    series = list[Series]()
    for optimizer, spoken in _OPTIMIZERS.items():
        found = scores[optimizer]
        means = np.array([mean_of(each) for each in found.values()])
        series.append(
            Series(
                name=same(spoken),
                x=np.array(list(found)),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="other" if series else "measured",
                mark="both",
            )
        )
    return Chart(
        id="slopes",
        title=Text("Does it pay to be sparse?", "희소하면 이로운가?"),
        note=Text(
            "Accuracy on 100 held-back points after {steps} steps, mean of {n} starts; slope 0 is ReLU.",
            "{steps}스텝 뒤 따로 떼어 둔 점 100개의 정확도, 출발 {n}개의 평균. 기울기 0이 ReLU.",
        ).fill(steps=_STEPS, n=_NETS),
        x=Axis(name=Text("slope of the negative side", "음수 쪽 기울기")),
        y=Axis(name=Text("accuracy", "정확도")),
        series=tuple(series),
    )


def _bias_figure(by_bias: Mapping[float, _Fires]) -> Chart:
    rows = (
        (Text("fire, trained", "발화, 학습 뒤"), [found.after.mean(axis=1) for found in by_bias.values()]),
        (Text("fire, at the start", "발화, 출발"), [found.start.mean(axis=1) for found in by_bias.values()]),
        (Text("never fire", "한 번도 발화하지 않음"), [found.never for found in by_bias.values()]),
    )  # fmt: skip
    series = list[Series]()
    for name, values in rows:
        means = np.array([mean_of(each) for each in values])
        series.append(
            Series(
                name=name,
                x=np.array(list(by_bias)),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="other" if series else "measured",
                mark="both",
            )
        )
    return Chart(
        id="biases",
        title=Text("A bias decides how many fire", "몇 개가 발화할지는 편향이 정한다"),
        note=Text(
            "All hidden biases start here; mean of {n} networks.",
            "모든 은닉 유닛의 편향이 여기서 출발. 신경망 {n}개의 평균.",
        ).fill(n=_NETS),
        x=Axis(name=Text("bias at the start", "출발할 때의 편향")),
        y=Axis(name=Text("share of units", "유닛의 비율"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(Level(name=Text("like a brain, at most", "뇌와 비슷한 한계"), at=_LIKE_A_BRAIN),),
    )


def _points(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _verdict(facts: Facts) -> Verdict:
    chart = next(f for f in facts.figures if isinstance(f, Chart) and f.id == "biases")
    fired = chart.series[0]
    if np.isfinite(facts["flip"]):
        flip = _FLIPS.fill(bias=f"{facts['flip']:.1f}".replace("-", "−"))
    else:
        flip = _NO_FLIP.fill(bias=f"{fired.x[0]:.1f}".replace("-", "−"), firing=percent(fired.y[0]))
    firing = facts["firing"]
    ending = _BRAIN if firing <= _LIKE_A_BRAIN else _SOME_FIRE if firing <= _SOME else _ALL_FIRE
    text = _TEXT.fill(
        start=percent(facts["start"]),
        firing=percent(firing),
        never=percent(facts["never"]),
        rate=_MODES[str(facts.settings["rate"])],
        slope=f"{float(facts.settings['slope']):g}",
        sgd=_points(facts["lead-sgd"]),
        adam=_points(facts["lead-adam"]),
        ending=ending,
    )
    condition = _CONDITION.fill(flip=flip)
    if firing <= _LIKE_A_BRAIN:
        return Verdict(code="holds", text=text, condition=condition)
    code = "holds-if" if firing <= _SOME else "does-not-hold"
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    places = (("few", 0.05), ("half", 0.5), ("all", 1.0))
    return min(places, key=lambda place: abs(facts["firing"] - place[1]))[0]


EXPERIMENT = Experiment(
    id="relu-sparsity",
    claim=Text(
        "ReLU gives 0 for negative inputs, so only some units fire, like in the brain.",
        "ReLU는 음수 입력에 0을 낸다. 그래서 뇌에서처럼 일부 유닛만 발화한다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "A ReLU network has learned. How many of its units fire for one sample?",
            "ReLU 신경망이 학습을 마쳤습니다. 표본 하나를 넣으면 유닛이 얼마나 발화할까요?",
        ),
        answers=(
            Answer(id="few", name=Text("a few in a hundred, as in a brain", "뇌처럼 백에 몇 개")),
            Answer(id="half", name=Text("about half", "절반쯤")),
            Answer(id="all", name=Text("nearly all", "거의 모두")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="slope",
            name=Text("slope of the negative side", "음수 쪽 기울기"),
            usual=0.0,
            low=0.0,
            high=0.5,
        ),
        Control(
            id="bias",
            name=Text("bias of hidden units at the start", "출발할 때 은닉 유닛의 편향"),
            usual=0.0,
            low=-4.0,
            high=1.0,
        ),
        Control(
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=2, low=1, high=5, whole=True
        ),
        RATE_CONTROL,
        Control(
            id="data",
            name=Text("data", "데이터"),
            usual="spiral",
            choices=(
                Choice(id="spiral", name=Text("spiral", "나선")),
                Choice(id="moons", name=Text("moons", "초승달")),
                Choice(id="circles", name=Text("circles", "동심원")),
                Choice(id="xor", name=same("XOR")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "A unit fires for a sample if its output is not 0. Estimates for the cortex are a few cells in a hundred at one moment, so up to a tenth "
        "counts as like a brain here. Whether sparsity pays is disputed: slopes from 0 to ½ are trained from the same starts; "
        "but a smaller slope also bends more, so a better accuracy is no proof that the zeros did it."
        " A start counts as held if at least a tenth of the units are silent; how like a brain that is, is told beside it.",
        "표본을 넣었을 때 출력이 0이 아니면 유닛이 발화한 것으로 봅니다. 대뇌 피질에서는 한순간에 세포 백 개 가운데 몇 개만 발화한다고 "
        "추정하므로, 여기서는 10분의 1까지를 뇌와 비슷하다고 봅니다. 희소하면 이로운지는 논란이 있습니다. 같은 출발에서 기울기를 0부터 "
        "½까지 바꾸어 학습시킵니다. 다만 기울기가 작을수록 더 꺾이기도 하므로, 정확도가 높아도 0이 많은 덕분이라고 할 수는 없습니다."
        " 유닛의 10분의 1 이상이 쉬면 맞은 출발로 세고, 뇌와 얼마나 비슷한지는 따로 봅니다.",
    ),
    after=("dying-relu", "relu-ignores-negatives", "relu-best"),
    seconds=0.7,
)
