"""Stacked linear layers stay one linear layer: the same function, yet not the same training."""

from __future__ import annotations

from collections.abc import Mapping
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
from livegrad.lab.figure import Axis, Chart, Level, Series
from livegrad.lab.measured import averaged
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

_DRAWS = 32  # for the function
_NETS = 16  # for the training
_STEPS = 300
_SAMPLES = 256
_SAME = 1e-6  # of the outputs' spread: one part in a million is the same function
_CLOSE = 0.02  # of accuracy: two points are the same training
_RATES = {"sgd": (0.01, 0.03, 0.1, 0.3, 1.0), "adam": (0.001, 0.003, 0.01, 0.03)}
_FLIPS = ("orthogonal", "pytorch")
_NAMES = {
    "pytorch": Text("PyTorch's default", "PyTorch 기본값"),
    "glorot": same("Glorot"),
    "orthogonal": Text("orthogonal", "직교 행렬"),
}

_HOLDS = Text(
    "In {count} of {n} stacks one layer gives the same outputs (off by {residual}), and {depth} layers learned as well as "
    "one: {one} % against {sgd} % (SGD) and {adam} % (Adam).",
    "신경망 {n}개 가운데 {count}개에서 층 하나가 똑같은 출력을 냈습니다(차이 {residual}). {depth}층은 학습도 한 층만큼 잘 되었습니다. "
    "한 층은 {one} %, {depth}층은 {sgd} %(SGD)와 {adam} %(Adam)입니다.",
)
_HOLDS_IF = Text(
    "The functions are the same in {count} of {n} stacks (off by {residual}), the training is not: one layer learned {one} %, "
    "{depth} layers {sgd} % with SGD and {adam} % with Adam, each at its best rate; at one shared rate {sgd_shared} % and "
    "{adam_shared} %.",
    "신경망 {n}개 가운데 {count}개가 층 하나와 같은 함수였습니다(차이 {residual}). 그러나 학습은 달랐습니다. 한 층은 정확도 {one} %까지 "
    "배웠지만, {depth}층은 저마다 가장 좋은 학습률에서 SGD {sgd} %, Adam {adam} %였습니다. 같은 학습률에서는 {sgd_shared} %와 "
    "{adam_shared} %입니다.",
)
_FAILS = Text(
    "No single layer gives these outputs: the nearest one is off by {residual} of their spread, in {lost} of {n} stacks by "
    "more than a millionth.",
    "층 하나로는 이 출력을 낼 수 없습니다. 가장 가까운 층도 출력 폭의 {residual}만큼 빗나갑니다. 신경망 {n}개 가운데 {lost}개에서 "
    "차이가 100만분의 1을 넘었습니다.",
)
_CONDITION = Text(
    "Only training tells them apart, and the start decides: with orthogonal weights {depth} layers reach {sgd} % (SGD) and "
    "{adam} % (Adam), with PyTorch's {sgd_usual} % and {adam_usual} %. A bending function between the layers ends the collapse.",
    "한 층과 쌓은 층을 가르는 것은 학습뿐이고, 학습은 출발에 달려 있습니다. 직교 가중치라면 {depth}층이 SGD {sgd} %, Adam {adam} %에 "
    "이르고, PyTorch 기본 가중치라면 {sgd_usual} %와 {adam_usual} %입니다. 층 사이에 굽히는 함수를 넣으면 더는 한 층으로 줄어들지 "
    "않습니다.",
)


def collapsed(stack: nets.Nets) -> tuple[Any, Any]:
    """Return W and b of the one layer that a stack of linear layers equals: W = W₁W₂…, b = (b₁W₂ + b₂)W₃ ….

    Args:
        stack: Networks whose activation is the identity.

    Returns:
        Shapes (networks, inputs, outputs) and (networks, outputs).

    Example:
        >>> split = nets.toy("moons", count=60)
        >>> stack = nets.draw(Recipe(activation="identity", hidden=(3, 2)), split, [0])
        >>> collapsed(stack)[0].shape
        (1, 2, 1)
    """
    weight, bias = stack.array("weight", 0), stack.array("bias", 0)[:, None]
    for layer in range(1, stack.architecture.layers):
        by = stack.array("weight", layer)
        weight, bias = weight @ by, bias @ by + stack.array("bias", layer)[:, None]
    return weight, bias[:, 0]


def _nearest(x: Any, y: Any) -> Any:
    """Return the outputs of the affine map that comes nearest, by least squares, for each network."""
    wide = np.hstack([x, np.ones((len(x), 1))])
    return np.stack([wide @ np.linalg.lstsq(wide, outputs, rcond=None)[0] for outputs in y])


def _function(run: Run, split: Split) -> tuple[Any, Any]:
    """Return how far each stack is from one layer, as a share of its outputs' spread, and its rank."""
    recipe = Recipe(
        activation=run.choice("activation"),
        hidden=(run.whole("width"),) * (run.whole("depth") - 1),
        init=run.choice("init"),
    )
    stacks = nets.draw(recipe, split, run.seeds(_DRAWS), dtype=np.float64)
    x = np.random.default_rng(run.seed).normal(size=(_SAMPLES, split.train_inputs.shape[1]))
    y = stacks.outputs(x)
    weight, bias = collapsed(stacks)
    linear = recipe.activation == "identity"
    one = x @ weight + bias[:, None] if linear else _nearest(x, y)
    spread = np.ptp(y, axis=1).max(axis=1)
    off = np.abs(y - one).max(axis=(1, 2)) / np.where(spread > 0, spread, 1.0)
    return off, np.linalg.matrix_rank(weight)


def _training(run: Run, split: Split) -> tuple[list[int], list[Raced]]:
    """Return the depths raced and the races: depths first, then the other starts at the chosen depth."""
    depth, width, init = run.whole("depth"), run.whole("width"), run.choice("init")
    depths = sorted({1, max(1, depth // 4), max(1, depth // 2), depth})
    starts = [(d, init) for d in depths]
    starts += [(depth, other) for other in _FLIPS if other != init]
    lanes = [
        nets.draw(
            Recipe(activation=run.choice("activation"), hidden=(width,) * (d - 1), init=i,
                   batch_size=32),
            split,
            run.seeds(_NETS),
        )
        for d, i in starts
    ]  # fmt: skip
    races = raced(
        lanes,
        split,
        steps=_STEPS,
        seeds=2,
        rates=_RATES,
        told=lambda share: run.tell(0.1 + 0.9 * share),
        workers=run.workers,
    )
    return depths, races


def _run(run: Run) -> Facts:
    split = nets.toy("digits", seed=run.seed)
    off, rank = _function(run, split)
    run.tell(0.1, _collapse_figure(off))
    depths, races = _training(run, split)
    ends: dict[Any, Any] = {
        (race.optimizer, mode): np.array([g.score[:, -1] for g in getattr(race, mode)])
        for race in races
        for mode in ("own", "shared")
    }
    diverged = {
        (race.optimizer, mode): np.array([g.diverged > 0 for g in getattr(race, mode)])
        for race in races
        for mode in ("own", "shared")
    }
    drawn = {key: np.where(diverged[key], np.nan, found) for key, found in ends.items()}
    lost = sum(int(found[: len(depths)].sum()) for found in diverged.values())
    outputs = split.outputs
    narrowest = min(run.whole("width"), outputs) if run.whole("depth") > 1 else outputs
    return Facts(
        held=(off < _SAME) & (rank <= narrowest),
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(run, off, ends, len(depths) - 1),
        figures=(_depth_figure(depths, drawn, lost), _collapse_figure(off)),
    )


def _numbers(run: Run, off: Any, ends: Mapping[Any, Any], deepest: int) -> tuple[Number, ...]:
    depth, init = run.whole("depth"), run.choice("init")
    others = [start for start in _FLIPS if start != init]
    lane_of = {init: deepest, **{start: deepest + 1 + k for k, start in enumerate(others)}}
    rows = [("one", _ONE, (ends["sgd", "own"][0] + ends["adam", "own"][0]) / 2, _ONE_SAYS)]
    rows += [
        (
            f"{o}-{m}",
            _STACK.fill(depth=depth, name=_OPTIMIZERS[o], rate=_RATE_NAMES[m]),
            found[deepest],
            _STACK_SAYS,
        )
        for (o, m), found in ends.items()
    ]
    rows += [
        (
            f"{o}-{start}",
            _START.fill(name=_OPTIMIZERS[o], start=_NAMES[start]),
            ends[o, "own"][lane_of[start]],
            _START_SAYS,
        )
        for start in _FLIPS
        for o in ("sgd", "adam")
    ]
    residual = Number(
        id="residual",
        name=Text("Off one layer by", "한 층과의 차이"),
        value=float(np.median(off)),
        n=_DRAWS,
        form="power",
        explanation=_OFF_SAYS,
    )
    return (residual, *(averaged(i, name, v, says, form="share") for i, name, v, says in rows))


_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
_RATE_NAMES = {
    "own": Text("best rate", "가장 좋은 학습률"),
    "shared": Text("rate of one layer", "한 층의 학습률"),
}
_OFF_SAYS = Text(
    "The greatest difference between the stack's outputs and those of the one layer nearest to it, as a share of their spread "
    "(median).",
    "쌓은 층의 출력이 가장 가까운 층 하나의 출력과 가장 크게 다른 정도입니다. 출력 폭으로 나눈 값의 중앙값입니다.",
)
_ONE = Text("One layer", "한 층")
_ONE_SAYS = Text(
    "Accuracy of one layer on digits that were held back: logistic regression.",
    "따로 떼어 둔 숫자 그림을 층 하나(로지스틱 회귀)가 맞힌 비율입니다.",
)
_STACK = Text("{depth} layers, {name}, {rate}", "{depth}층, {name}, {rate}")
_STACK_SAYS = Text(
    "The same for the stack, with this optimizer and this choice of the learning rate; a run that diverged counts as 0.",
    "이 옵티마이저와 이 학습률로 배운 쌓은 층의 정확도입니다. 발산하면 0으로 셉니다.",
)
_START = Text("{name}, start: {start}", "{name}, 초기화: {start}")
_START_SAYS = Text(
    "The same for the stack from this start, at its best rate.",
    "이렇게 초기화하고 가장 좋은 학습률로 배운 쌓은 층의 정확도입니다.",
)


def _depth_figure(depths: list[int], ends: Mapping[Any, Any], lost: int) -> Chart:
    return Chart(
        id="accuracy",
        title=Text("The same function, another training", "함수는 같아도 학습은 다르다"),
        note=Text(
            "Held-back digits after {steps} steps, mean of {n} networks. Left out: {lost} runs that diverged; where all did, there is no point.",
            "{steps}스텝 배운 뒤 따로 떼어 둔 숫자에서 잼, 신경망 {n}개의 평균. 발산한 학습 {lost}번은 뺐고, 모두 발산한 자리는 비웠음.",
        ).fill(steps=_STEPS, n=_NETS, lost=lost),
        x=Axis(name=Text("linear layers", "선형 층의 수")),
        y=Axis(name=Text("accuracy", "정확도"), low=0.0, high=1.0),
        series=tuple(
            mean_line(
                _LINE.fill(name=_OPTIMIZERS[o], rate=_RATE_NAMES[m]),
                depths,
                found[: len(depths)],
                style="measured" if m == "own" else "other",
            )
            for (o, m), found in ends.items()
        ),
        levels=(Level(name=Text("guessing", "찍기"), at=0.1, style="other"),),
    )


_LINE = Text("{name}, {rate}", "{name}, {rate}")


def _collapse_figure(off: Any) -> Chart:
    return Chart(
        id="residual",
        title=Text("How far one layer is from the stack", "쌓은 층은 층 하나와 얼마나 다른가"),
        note=Text(
            "Greatest difference over {samples} random inputs, as a share of the outputs' spread; {n} random stacks.",
            "무작위 입력 {samples}개에서 가장 큰 차이를 출력 폭으로 나눈 값. 층을 쌓은 무작위 신경망 {n}개.",
        ).fill(samples=_SAMPLES, n=_DRAWS),
        x=Axis(name=Text("random stack", "무작위 신경망")),
        y=Axis(name=Text("difference", "차이"), log=True),
        series=(
            Series(
                name=Text("measured", "측정값"),
                x=np.arange(len(off)) + 1.0,
                y=np.maximum(np.sort(off), 1e-18),
                mark="points",
            ),
        ),
        levels=(Level(name=Text("one millionth", "100만분의 1"), at=_SAME, style="other"),),
    )


def _verdict(facts: Facts) -> Verdict:
    share = facts.share
    percent = {number.id: f"{100 * number.value:.0f}" for number in facts.numbers}
    said = {
        "n": len(facts.held),
        "count": share.count,
        "lost": len(facts.held) - share.count,
        "depth": facts.settings["depth"],
        "residual": f"{facts['residual']:.1g}",
        "one": percent["one"],
        "sgd": percent["sgd-own"],
        "adam": percent["adam-own"],
        "sgd_shared": percent["sgd-shared"],
        "adam_shared": percent["adam-shared"],
    }
    condition = _CONDITION.fill(
        depth=said["depth"],
        sgd=percent["sgd-orthogonal"],
        adam=percent["adam-orthogonal"],
        sgd_usual=percent["sgd-pytorch"],
        adam_usual=percent["adam-pytorch"],
    )
    if share.high < 0.5:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    stacks = [facts[f"{o}-{m}"] for o in ("sgd", "adam") for m in ("own", "shared")]
    alike = max(abs(stack - facts["one"]) for stack in stacks) <= _CLOSE
    if alike and share.low > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    best = max(facts["sgd-own"], facts["adam-own"])
    if best > facts["one"] + _CLOSE:
        return "better"
    return "same" if best >= facts["one"] - _CLOSE else "worse"


EXPERIMENT = Experiment(
    id="linear-collapse",
    claim=Text(
        "Linear layers on top of each other are still one linear layer: without an activation function depth buys nothing.",
        "선형 층은 아무리 쌓아도 선형 층 하나와 같다. 활성화 함수가 없으면 깊이는 아무것도 보태지 못한다.",
    ),
    sources="A B C D",
    question=Question(
        text=Text(
            "Twenty linear layers can compute exactly what one can. How well will they learn to read digits?",
            "선형 층 스무 개는 한 층과 똑같은 것만 계산합니다. 그렇다면 숫자 그림은 얼마나 잘 배울까요?",
        ),
        answers=(
            Answer(id="same", name=Text("as well as one layer", "한 층과 비슷하게")),
            Answer(id="worse", name=Text("worse", "한 층보다 못하게")),
            Answer(id="better", name=Text("better", "한 층보다 낫게")),
        ),
        right=_right,
    ),
    controls=(
        Control(id="depth", name=Text("layers", "층 수"), usual=20, low=1, high=30, whole=True),
        Control(
            id="activation",
            name=Text("between the layers", "층 사이에"),
            usual="identity",
            choices=(
                Choice(id="identity", name=Text("nothing (identity)", "아무것도 없음(identity)")),
                Choice(id="tanh", name=same("tanh")),
                Choice(id="relu", name=same("ReLU")),
            ),
        ),
        Control(
            id="init",
            name=Text("weights at the start", "가중치 초기화"),
            usual="pytorch",
            choices=tuple(Choice(id=key, name=name) for key, name in _NAMES.items()),
        ),
        Control(
            id="width",
            name=Text("units per layer", "층마다 유닛 수"),
            usual=16,
            low=2,
            high=32,
            whole=True,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "The weights of 32 random stacks are multiplied into one layer, and both are asked for the same outputs. Then 16 networks "
        "of each depth learn handwritten digits, with SGD and Adam, each at its own best rate and at the rate that suits one "
        "layer. What a stack can compute does not depend on its depth; whether gradient descent finds it does.",
        "무작위 신경망 32개에서 쌓은 층의 가중치를 곱해 층 하나로 만들고 출력을 비교합니다. 그다음 깊이마다 신경망 16개가 손글씨 숫자를 "
        "배웁니다. SGD와 Adam을 모두 쓰고, 학습률은 저마다 가장 좋은 것과 한 층에 맞는 것을 함께 씁니다. 무엇을 계산할 수 있는지는 "
        "깊이와 상관없지만, 경사 하강법이 그것을 찾아내는지는 깊이에 달려 있습니다.",
    ),
    after=("straight-stays-straight", "linear-boundary-fails", "expressivity"),
    seconds=3.0,
)
