"""The more layers, the worse the sigmoid learns: accuracy against depth, under two optimizers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

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
from livegrad.lab.rates import raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

_NETS = 16
_CLEAR = 0.05  # of accuracy: one in twenty more or fewer told right
_DEPTHS = (1, 2, 3, 4, 6, 8, 12, 20)
_RATES = {"sgd": (0.1, 0.3, 1.0, 3.0), "adam": (0.003, 0.01, 0.03)}
_FUNCTIONS = {
    "sigmoid": Text("sigmoid", "시그모이드"),
    "tanh": same("tanh"),
    "relu": same("ReLU"),
}
_STEPS = {"digits": 400, "moons": 1000, "spiral": 1500}
_WIDTH = {"digits": 16, "moons": 8, "spiral": 8}
_KEYS = tuple((o, m) for o in ("sgd", "adam") for m in ("own", "shared"))

_HOLDS = Text(
    "With every layer added {name} gets worse: from one layer to {depth} the accuracy falls from {sgd_one} % to {sgd} % with SGD and from "
    "{adam_one} % to {adam} % with Adam, each at its best rate (to {sgd_shared} % and {adam_shared} % at the rate of one layer), in "
    "{count} of {n} networks under both.",
    "{name:은/는} 층을 더할수록 나빠졌습니다. 은닉층이 하나에서 {depth}개로 늘자 정확도가 SGD로는 {sgd_one} %에서 {sgd} %로, Adam으로는 "
    "{adam_one} %에서 {adam} %로 떨어졌습니다(저마다 가장 좋은 학습률). 한 층에 가장 좋은 학습률을 그대로 쓰면 {sgd_shared} %와 "
    "{adam_shared} %입니다. 둘 다 떨어진 신경망은 {n}개 가운데 {count}개입니다.",
)
_HOLDS_IF = Text(
    "It depends on the depth: from one layer to {depth} {name} goes from {sgd_one} % to {sgd} % with SGD and from {adam_one} % to "
    "{adam} % with Adam, but the best depth is {sgd_best} with SGD and {adam_best} with Adam. At the rate of one layer: {sgd_shared} % "
    "and {adam_shared} %.",
    "깊이에 따라 다릅니다. 은닉층이 하나에서 {depth}개로 늘자 {name}의 정확도는 SGD로 {sgd_one} %에서 {sgd} %로, Adam으로 {adam_one} "
    "%에서 {adam} %로 바뀌었습니다. 그러나 가장 좋은 깊이는 SGD {sgd_best}층, Adam {adam_best}층입니다. 한 층에 가장 좋은 학습률을 "
    "그대로 쓰면 {sgd_shared} %와 {adam_shared} %입니다.",
)
_FAILS = Text(
    "Depth does not harm {name}: from one layer to {depth} the accuracy goes from {sgd_one} % to {sgd} % with SGD and from {adam_one} % to "
    "{adam} % with Adam; both fall in {count} of {n} networks.",
    "깊어져도 {name:은/는} 나빠지지 않았습니다. 은닉층이 하나에서 {depth}개로 늘자 정확도가 SGD로는 {sgd_one} %에서 {sgd} %로, "
    "Adam으로는 {adam_one} %에서 {adam} %로 바뀌었습니다. 둘 다 떨어진 신경망은 {n}개 가운데 {count}개입니다.",
)
_CONDITION = Text(
    "At {depth} layers the same networks reach {norm_sgd} % (SGD) and {norm_adam} % (Adam) with batch normalisation, and with tanh in place "
    "of the sigmoid {tanh_sgd} % and {tanh_adam} %.",
    "{depth}층에서도 배치 정규화(batch normalisation)를 넣으면 같은 신경망의 정확도가 SGD {norm_sgd} %, Adam {norm_adam} %까지 "
    "오릅니다. 시그모이드 대신 tanh를 쓰면 {tanh_sgd} %와 {tanh_adam} %입니다.",
)


def _lanes(run: Run, split: Split, depths: list[int]) -> list[nets.Nets]:
    """Return one lane for each depth, then at the deepest the sigmoid with batch norm, and tanh."""
    data = run.choice("data")
    chosen = Recipe(
        activation=run.choice("activation"),
        init=run.choice("init"),
        batch_size=32,
        steps=_STEPS[data],
    )
    width = _WIDTH[data]
    recipes = [replace(chosen, hidden=(width,) * depth) for depth in depths]
    deepest = replace(recipes[-1], activation="sigmoid")
    recipes += [replace(deepest, norm="batch"), replace(deepest, activation="tanh")]
    return [nets.draw(recipe, split, run.seeds(_NETS)) for recipe in recipes]


def _run(run: Run) -> Facts:
    data = run.choice("data")
    split = nets.toy(data, count=None if data == "digits" else 300, seed=run.seed)
    depths = [d for d in _DEPTHS if d < run.whole("depth")] + [run.whole("depth")]
    lanes = _lanes(run, split, depths)
    ladder = _ladder(lanes[len(depths) - 1], split)
    run.tell(0.05, ladder)
    races = raced(
        lanes,
        split,
        steps=_STEPS[data],
        seeds=2,
        rates=_RATES,
        told=lambda share: run.tell(0.05 + 0.95 * share),
        workers=run.workers,
    )
    ends = {
        (race.optimizer, mode): np.array([g.score[:, -1] for g in getattr(race, mode)])
        for race in races
        for mode in ("own", "shared")
    }
    last = len(depths) - 1
    fell = [ends[o, "own"][last] <= ends[o, "own"][0] - _CLEAR for o in ("sgd", "adam")]
    return Facts(
        held=np.all(fell, axis=0),
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(ends, depths),
        figures=(_chart(ends, depths, split, _STEPS[data]), ladder),
    )


def _numbers(ends: dict[Any, Any], depths: list[int]) -> tuple[Number, ...]:
    last = len(depths) - 1
    rows = [(f"{o}-one", _ONE, o, ends[o, "own"][0]) for o in ("sgd", "adam")]
    rows += [
        (
            f"{o}-{m}",
            _DEEPEST if m == "own" else _DEEPEST_SHARED,
            o,
            ends[o, m][last],
        )
        for o, m in _KEYS
    ]
    rows += [
        (f"{what}-{o}", name, o, ends[o, "own"][last + k])
        for k, (what, name) in enumerate((("norm", _NORM), ("tanh", _TANH)), 1)
        for o in ("sgd", "adam")
    ]
    found = [
        averaged(
            key,
            name.fill(name=_OPTIMIZERS[o], depth=depths[-1]),
            values,
            _SAYS,
            form="share",
        )
        for key, name, o, values in rows
    ]
    found += [
        Number(
            id=f"{o}-best",
            name=_BEST.fill(name=_OPTIMIZERS[o]),
            value=float(depths[int(ends[o, "own"][: last + 1].mean(axis=1).argmax())]),
            n=_NETS,
            form="count",
            explanation=_BEST_SAYS,
        )
        for o in ("sgd", "adam")
    ]
    return tuple(found)


_ONE = Text("one layer, {name}", "한 층, {name}")
_DEEPEST = Text("{depth} layers, {name}, best rate", "{depth}층, {name}, 가장 좋은 학습률")
_DEEPEST_SHARED = Text(
    "{depth} layers, {name}, rate of one layer", "{depth}층, {name}, 한 층의 학습률"
)
_NORM = Text("{depth} layers, batch norm, {name}", "{depth}층, 배치 정규화, {name}")
_TANH = Text("{depth} layers, tanh, {name}", "{depth}층, tanh, {name}")
_SAYS = Text(
    "The share of held-back samples told right after training.",
    "학습한 뒤 따로 떼어 둔 표본을 맞힌 비율입니다.",
)
_BEST = Text("Best depth, {name}", "가장 좋은 깊이, {name}")
_BEST_SAYS = Text(
    "The number of hidden layers with the highest mean accuracy.",
    "평균 정확도가 가장 높은 은닉층의 수입니다.",
)


def _chart(ends: dict[Any, Any], depths: list[int], split: Split, steps: int) -> Chart:
    counts = np.bincount(split.validation_targets.astype(int).ravel())
    series = [
        mean_line(
            Text("{name}, best rate", "{name}, 가장 좋은 학습률").fill(name=_OPTIMIZERS[o])
            if m == "own"
            else Text("{name}, rate of one layer", "{name}, 한 층의 학습률").fill(
                name=_OPTIMIZERS[o]
            ),
            depths,
            ends[o, m][: len(depths)],
            style="measured" if m == "own" else "other",
        )
        for o, m in _KEYS
    ]
    return Chart(
        id="depth",
        title=Text("Accuracy against depth", "깊이에 따른 정확도"),
        note=Text(
            "Held-back samples after {steps} steps of batch 32; mean of {n} networks.",
            "배치 32로 {steps}스텝 배운 뒤 따로 떼어 둔 표본에서 잰 값. 신경망 {n}개의 평균.",
        ).fill(steps=steps, n=_NETS),
        x=Axis(name=Text("hidden layers", "은닉층의 수")),
        y=Axis(name=Text("accuracy", "정확도"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(
            Level(
                name=Text("guessing", "찍기"), at=float(counts.max() / counts.sum()), style="other"
            ),
        ),
    )


_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}


def _ladder(lane: nets.Nets, split: Split) -> Ladder:
    seen = lane.look(split.train_inputs[:256], split.train_targets[:256])
    depth = lane.architecture.layers - 1
    gradient = seen.log10_gradient[:, :depth] - seen.log10_gradient[:, depth - 1 : depth]
    middle, low, high = np.quantile(gradient, (0.5, 0.05, 0.95), axis=0)
    return Ladder(
        id="ladder",
        title=Text(
            "The gradient at the deepest network's start", "가장 깊은 신경망이 출발할 때의 기울기"
        ),
        note=Text(
            "Norm of ∂L/∂z before training, last hidden layer = 1; median and 90 % of {n} networks.",
            "학습하기 전 ∂L/∂z의 크기, 마지막 은닉층 = 1. 신경망 {n}개의 중앙값과 90 % 범위.",
        ).fill(n=_NETS),
        lanes=(Bars(name=same(lane.recipe.activation), measured=middle, low=low, high=high),),
    )


def _verdict(facts: Facts) -> Verdict:
    share = facts.share
    percent = {number.id: f"{100 * number.value:.0f}" for number in facts.numbers}
    best = {o: round(facts[f"{o}-best"]) for o in ("sgd", "adam")}
    said = {
        "n": len(facts.held),
        "count": share.count,
        "name": _FUNCTIONS[str(facts.settings["activation"])],
        "depth": facts.settings["depth"],
        "sgd": percent["sgd-own"],
        "adam": percent["adam-own"],
        "sgd_one": percent["sgd-one"],
        "adam_one": percent["adam-one"],
        "sgd_shared": percent["sgd-shared"],
        "adam_shared": percent["adam-shared"],
        "sgd_best": best["sgd"],
        "adam_best": best["adam"],
    }
    condition = _CONDITION.fill(
        depth=said["depth"],
        norm_sgd=percent["norm-sgd"],
        norm_adam=percent["norm-adam"],
        tanh_sgd=percent["tanh-sgd"],
        tanh_adam=percent["tanh-adam"],
    )
    falls = [facts[f"{o}-own"] <= facts[f"{o}-one"] - _CLEAR for o in ("sgd", "adam")]
    if not any(falls):
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if share.low > 0.5 and max(best.values()) == 1:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    falls = {o: facts[f"{o}-own"] <= facts[f"{o}-one"] - _CLEAR for o in ("sgd", "adam")}
    if all(falls.values()):
        return "both"
    return "sgd" if falls["sgd"] else "none"


EXPERIMENT = Experiment(
    id="deep-sigmoid-fails",
    claim=Text(
        "The more layers a network has, the worse it learns with the sigmoid.",
        "시그모이드를 쓰면 층이 많을수록 학습이 더 안 된다.",
    ),
    sources="A D",
    question=Question(
        text=Text(
            "Eight layers of sigmoids get too little gradient. Adam scales every step up. Who fails to learn?",
            "시그모이드가 여덟 층이면 기울기가 너무 작아집니다. Adam은 작은 스텝을 키워 줍니다. 어느 쪽이 학습에 실패할까요?",
        ),
        answers=(
            Answer(id="none", name=Text("neither of them", "둘 다 성공한다")),
            Answer(
                id="sgd",
                name=Text("SGD only: Adam makes up for it", "SGD만 실패한다. Adam은 이겨 낸다"),
            ),
            Answer(id="both", name=Text("both", "둘 다 실패한다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="depth",
            name=Text("up to … hidden layers", "은닉층 수(최대)"),
            usual=8,
            low=2,
            high=20,
            whole=True,
        ),
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="sigmoid",
            choices=(
                Choice(id="sigmoid", name=same("sigmoid")),
                Choice(id="tanh", name=same("tanh")),
                Choice(id="relu", name=same("ReLU")),
            ),
        ),
        Control(
            id="data",
            name=Text("data", "데이터"),
            usual="digits",
            choices=(
                Choice(id="digits", name=Text("digits", "손글씨 숫자")),
                Choice(id="moons", name=Text("moons", "초승달")),
                Choice(id="spiral", name=Text("spiral", "나선")),
            ),
        ),
        Control(
            id="init",
            name=Text("weights at the start", "가중치 초기화"),
            usual="glorot",
            choices=(
                Choice(id="pytorch", name=Text("PyTorch's default", "PyTorch 기본값")),
                Choice(id="glorot", name=same("Glorot")),
                Choice(id="he", name=same("He")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds",
    about=Text(
        "16 networks from paired starts for each depth learn the same data, with SGD and Adam, each at its own best rate and at the best rate "
        "of one layer. Adam delays the failure by a few layers and does not prevent it. What fails is the sigmoid without help: batch "
        "normalisation, or tanh in its place, learns at the same depth.",
        "깊이마다 신경망 16개가 짝지은 출발에서 같은 데이터를 배웁니다. SGD와 Adam을 모두 쓰고, 학습률은 저마다 가장 좋은 것과 한 층에 "
        "가장 좋은 것을 함께 씁니다. Adam은 실패를 몇 층 늦출 뿐 막지 못합니다. 다만 실패하는 것은 아무 도움 없는 시그모이드입니다. "
        "배치 정규화를 넣거나 tanh로 바꾸면 같은 깊이에서도 배웁니다.",
    ),
    after=("sigmoid-vanishing", "frozen-early-layers", "gradient-flow-decides"),
    seconds=4.0,
)
