"""ReLU is almost linear and keeps the good linear properties: exactly, inside each piece; how many pieces, and how bent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from livegrad.quantity import percent
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 24
_EXACT = 1e-4  # relative, float32: what rounding leaves
_ALMOST = (
    0.05  # "almost linear": an affine map explains all but a twentieth of the outputs' variance
)
_REACH = 0.02  # of the small steps by which a piece is tested, in deviations of the inputs
_DEPTHS = (1, 2, 3, 4)
_LANES = {
    "relu": same("ReLU"),
    "leaky_relu(alpha=0.8)": same("Leaky ReLU (α = 0.8)"),
    "leaky_relu": same("Leaky ReLU (α = 0.01)"),
    "elu": same("ELU"),
    "tanh": same("tanh"),
}

_TEXT = Text(
    "Error of f(3x) = 3·f(x) without biases: {scaling}; error of being affine inside one piece: {inside}. The data meet {pieces} "
    "pieces, and no affine map explains {bent} of the trained outputs ({before} before training). {ending}",
    "편향이 없을 때 f(3x) = 3·f(x)의 오차: {scaling}. 한 조각 안에서 아핀(affine)이라고 본 오차: {inside}. 데이터가 만나는 조각은 "
    "{pieces}개이고, 학습한 출력의 {bent}(학습 전 {before})는 어떤 아핀 변환으로도 설명되지 않습니다. {ending}",
)
_HOLDS = Text("So the whole is almost linear, too.", "그래서 전체로 보아도 거의 선형입니다.")
_PIECES = Text(
    "So each piece is linear, and the whole is not.",
    "조각은 하나하나 선형이지만 전체는 그렇지 않습니다.",
)
_FAILS = Text("So not even the pieces are linear.", "조각조차 선형이 아닙니다.")
_CONDITION = Text(
    "How bent it is depends on depth and training: {d1} of the outputs with one hidden layer, {d4} with four. It counts as almost linear under "
    "{almost}; {flip}.",
    "얼마나 굽었는지는 깊이와 학습에 달려 있습니다. 굽은 몫은 은닉층이 하나면 출력의 {d1}, 넷이면 {d4}입니다. {almost} 미만이면 거의 "
    "선형으로 봅니다. {flip}.",
)
_FLIPS = Text(
    "a leaky slope above about {slope} gets there",
    "음수 쪽 기울기가 {slope} 부근보다 크면 그렇게 됩니다",
)
_NO_FLIP = Text(
    "no leaky slope up to 0.9 gets there", "음수 쪽 기울기를 0.9까지 키워도 그렇게 되지 않습니다"
)


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """How linear networks are; shape (networks,) each."""

    scaling: Reals
    inside: Reals
    pieces: Reals
    bent: Reals


def _scaling(start: nets.Nets, x: Reals) -> Reals:
    """Return the relative error of f(3x) = 3·f(x); the networks' biases are still 0."""
    once, thrice = start.outputs(x), start.outputs(3 * x)
    size = np.sqrt((once**2).mean(axis=(1, 2)))
    return np.sqrt(((thrice - 3 * once) ** 2).mean(axis=(1, 2))) / np.maximum(3 * size, 1e-30)


def _pattern(drawn: nets.Nets, split: Split, x: Reals) -> NDArray[np.bool_]:
    """Return which units are on; shape (networks, samples, units)."""
    seen = drawn.look(x, np.resize(split.train_targets, len(x)))
    return np.concatenate(seen.z, axis=2) > 0


def _inside(drawn: nets.Nets, split: Split) -> Reals:
    """Return how far the middle of two points of one piece is from the mean of their outputs, relatively."""
    x = split.train_inputs.astype(np.float64)
    random = np.random.default_rng(0)
    step = random.normal(size=x.shape)
    step *= _REACH / np.linalg.norm(step, axis=1, keepdims=True)
    ends = [_pattern(drawn, split, x + sign * step) for sign in (1, -1)]
    one_piece = (ends[0] == ends[1]).all(axis=2)
    ahead, behind, middle = (drawn.outputs(x + sign * step)[..., 0] for sign in (1, -1, 0))
    bend = np.abs(ahead + behind - 2 * middle) * one_piece
    change = np.abs(ahead - behind) * one_piece
    return bend.sum(axis=1) / np.maximum(change.sum(axis=1), 1e-30)


def _bent(drawn: nets.Nets, x: Reals) -> Reals:
    """Return the share of the outputs' variance that the best affine map of the inputs leaves."""
    outputs = drawn.outputs(x)[..., 0].T.astype(float)
    columns = np.column_stack([x, np.ones(len(x))])
    left = outputs - columns @ np.linalg.lstsq(columns, outputs, rcond=None)[0]
    return (left**2).sum(axis=0) / np.maximum(
        ((outputs - outputs.mean(axis=0)) ** 2).sum(axis=0), 1e-30
    )


def _drawn(run: Run, name: str, depth: int, split: Split) -> nets.Nets:
    recipe = Recipe(
        activation=name,
        hidden=(run.whole("width"),) * depth,
        init="he",
        optimizer="adam",
        lr=0.02,
        batch_size=25,
    )
    return nets.draw(recipe, split, run.seeds(_NETS))


def _trained(run: Run, start: nets.Nets, split: Split) -> nets.Nets:
    steps = run.whole("steps")
    if steps == 0:
        return start
    return nets.train([start], split, steps=steps, points=(steps,))[0].nets


def _double(drawn: nets.Nets) -> nets.Nets:
    return replace(drawn, weights=drawn.weights.astype(np.float64))


def _shape(start: nets.Nets, grown: nets.Nets, split: Split) -> _Shape:
    x = split.train_inputs
    on = _pattern(grown, split, x)
    return _Shape(
        scaling=_scaling(start, x),
        inside=_inside(_double(grown), split),
        pieces=np.array([len(np.unique(rows, axis=0)) for rows in on], float),
        bent=_bent(grown, x),
    )


def _run(run: Run) -> Facts:
    name, depth = run.choice("activation"), run.whole("depth")
    split = nets.toy(run.choice("data"), count=320, seed=run.seed)
    start = _drawn(run, name, depth, split)
    grown = _trained(run, start, split)
    shape = _shape(start, grown, split)
    run.tell(0.3)
    depths, bends = sorted({*_DEPTHS, depth}), dict[int, dict[str, Reals]]()
    for k, layers in enumerate(depths):
        first = start if layers == depth else _drawn(run, name, layers, split)
        last = grown if layers == depth else _trained(run, first, split)
        bends[layers] = {
            "start": _bent(first, split.train_inputs),
            "trained": _bent(last, split.train_inputs),
        }
        run.tell(0.3 + 0.4 * (k + 1) / len(depths), _depth_figure(bends))
    leaks = np.array([0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9])
    by_leak = [_leak(run, float(leak), depth, split) for leak in leaks]
    return Facts(
        held=(shape.scaling < _EXACT) & (shape.inside < _EXACT),
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(shape, _bent(start, split.train_inputs), _flip(leaks, by_leak)),
        figures=(
            _line_figure(run, grown, name, split),
            _depth_figure(bends),
            _leak_figure(leaks, by_leak),
        ),
    )


def _leak(run: Run, leak: float, depth: int, split: Split) -> Reals:
    name = f"leaky_relu(alpha={leak})" if leak else "relu"
    return _bent(_trained(run, _drawn(run, name, depth, split), split), split.train_inputs)


def _flip(leaks: Reals, by_leak: list[Reals]) -> float:
    """Return the leaky slope at which the mean bend falls under the threshold; NaN if it never does."""
    bends = np.array([float(each.mean()) for each in by_leak])
    under = np.flatnonzero(bends < _ALMOST)
    if not len(under):
        return float("nan")
    k = max(int(under[0]), 1)
    return float(np.interp(-_ALMOST, -bends[k - 1 : k + 1], leaks[k - 1 : k + 1]))


def _numbers(shape: _Shape, before: Reals, flip: float) -> tuple[Number, ...]:
    wanted = (
        (
            "bent",
            Text("Not affine, trained", "아핀이 아닌 몫, 학습한 뒤"),
            shape.bent,
            "share",
            Text(
                "The share of the variance of the trained outputs that no affine map of the inputs explains.",
                "학습한 출력의 분산 가운데 입력의 어떤 아핀 변환으로도 설명되지 않는 비율입니다.",
            ),
        ),
        (
            "before",
            Text("Not affine, at the start", "아핀이 아닌 몫, 출발할 때"),
            before,
            "share",
            Text("The same before training.", "학습하기 전에 잰 같은 비율입니다."),
        ),
        (
            "pieces",
            Text("Pieces met by the data", "데이터가 만나는 조각"),
            shape.pieces,
            "plain",
            Text(
                "How many different patterns of units on and off the training points meet.",
                "학습 점들이 만나는, 유닛이 켜지고 꺼진 모양이 모두 몇 가지인지입니다.",
            ),
        ),
        (
            "scaling",
            Text("Error of f(3x) = 3·f(x)", "f(3x) = 3·f(x)의 오차"),
            shape.scaling,
            "plain",
            Text(
                "The relative error when the inputs of a network without biases are tripled.",
                "편향이 없는 신경망에 입력을 세 배로 넣었을 때의 상대 오차입니다.",
            ),
        ),
        (
            "inside",
            Text("Error of being affine inside a piece", "한 조각 안에서 아핀이라고 본 오차"),
            shape.inside,
            "plain",
            Text(
                "How far the output in the middle of a short step inside one piece is from the mean of its ends, over its change.",
                "한 조각 안을 조금 지나가며, 가운데 출력이 양 끝의 평균에서 벗어난 정도를 출력이 변한 양으로 나눈 값입니다.",
            ),
        ),
    )
    numbers = list[Number]()
    for identifier, name, values, form, explanation in wanted:
        middle, low, high = mean_of(values)
        numbers.append(
            Number(
                id=identifier,
                name=name,
                value=middle,
                low=low,
                high=high,
                n=_NETS,
                form="share" if form == "share" else "plain",
                explanation=explanation,
            )
        )
    return (
        *numbers,
        Number(
            id="flip",
            name=Text("Almost linear from slope", "거의 선형이 되기 시작하는 기울기"),
            value=flip,
            n=_NETS,
            explanation=Text(
                "The slope of the negative side from which on the trained network is almost affine.",
                "음수 쪽 기울기가 이 값보다 크면 학습한 신경망이 거의 아핀이 됩니다.",
            ),
        ),
    )


def _line_figure(run: Run, grown: nets.Nets, name: str, split: Split) -> Chart:
    """Return the first network's output along a straight line through the data, beside tanh's."""
    along = np.linspace(-2, 2, 201)
    x = np.column_stack([along, 0.5 * along])
    lanes = {name: grown}
    if name != "tanh":
        lanes["tanh"] = _trained(run, _drawn(run, "tanh", run.whole("depth"), split), split)
    return Chart(
        id="line",
        title=Text("The output along a straight line", "직선을 따라가며 본 출력"),
        note=Text(
            "The first start after training: straight between kinks, or bent all along.",
            "첫 출발, 학습한 뒤. 꺾인 점 사이가 곧은가, 내내 굽었는가.",
        ),
        x=Axis(name=Text("first input (second = half of it)", "첫째 입력(둘째는 그 절반)")),
        y=Axis(name=Text("logit", "로짓")),
        series=tuple(
            Series(
                name=_LANES[lane],
                x=along,
                y=drawn.outputs(x)[0, :, 0].astype(float),
                style="measured" if lane == name else "other",
            )
            for lane, drawn in lanes.items()
        ),
    )


def _lines(
    x: Reals, rows: Mapping[str, list[Reals]], names: Mapping[str, Text]
) -> tuple[Series, ...]:
    series = list[Series]()
    for key, values in rows.items():
        means = np.array([mean_of(each) for each in values])
        series.append(
            Series(
                name=names[key],
                x=x,
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="other" if series else "measured",
                mark="both",
            )
        )
    return tuple(series)


def _depth_figure(bends: Mapping[int, Mapping[str, Reals]]) -> Chart:
    rows = {key: [found[key] for found in bends.values()] for key in ("trained", "start")}
    names = {"trained": Text("trained", "학습 뒤"), "start": Text("at the start", "출발")}
    return Chart(
        id="depth",
        title=Text("What no affine map explains", "아핀 변환이 설명하지 못하는 몫"),
        note=Text(
            "Share of the outputs' variance on 240 points, mean of {n} networks, 95 % interval.",
            "점 240개에서 출력 분산의 비율. 신경망 {n}개의 평균과 95 % 구간.",
        ).fill(n=_NETS),
        x=Axis(name=Text("hidden layers", "은닉층 수")),
        y=Axis(name=Text("share not affine", "아핀이 아닌 몫"), low=0.0, high=1.0),
        series=_lines(np.array(list(bends), float), rows, names),
        levels=(Level(name=Text("almost linear", "거의 선형"), at=_ALMOST),),
    )


def _leak_figure(leaks: Reals, by_leak: list[Reals]) -> Chart:
    return Chart(
        id="leak",
        title=Text("Where it becomes almost linear", "어디서 거의 선형이 되나"),
        note=Text(
            "Trained networks, mean of {n}; slope 0 is ReLU, slope 1 the identity.",
            "학습한 신경망 {n}개의 평균. 기울기 0은 ReLU, 1은 항등 함수.",
        ).fill(n=_NETS),
        x=Axis(name=Text("slope of the negative side", "음수 쪽 기울기")),
        y=Axis(name=Text("share not affine", "아핀이 아닌 몫"), low=0.0, high=1.0),
        series=_lines(leaks, {"bent": by_leak}, {"bent": Text("trained", "학습 뒤")}),
        levels=(Level(name=Text("almost linear", "거의 선형"), at=_ALMOST),),
    )


def _small(value: float) -> str:
    """Return an error as one reads it: a share, or the power of ten it stays under."""
    if value >= 0.001:
        return percent(value)
    return f"< 10^{int(np.ceil(np.log10(max(value, 1e-300)))) if value > 0 else -16}"


def _verdict(facts: Facts) -> Verdict:
    chart = next(f for f in facts.figures if isinstance(f, Chart) and f.id == "depth")
    trained = chart.series[0]
    by_depth = dict(zip(trained.x.tolist(), trained.y.tolist(), strict=True))
    exact = facts["scaling"] < _EXACT and facts["inside"] < _EXACT
    almost = facts["bent"] < _ALMOST
    text = _TEXT.fill(
        scaling=_small(facts["scaling"]),
        inside=_small(facts["inside"]),
        pieces=f"{facts['pieces']:.0f}",
        bent=percent(facts["bent"]),
        before=percent(facts["before"]),
        ending=_FAILS if not exact else _HOLDS if almost else _PIECES,
    )
    flip = _FLIPS.fill(slope=f"{facts['flip']:.1f}") if np.isfinite(facts["flip"]) else _NO_FLIP
    condition = _CONDITION.fill(
        d1=percent(by_depth[1]), d4=percent(by_depth[4]), almost=percent(_ALMOST), flip=flip
    )
    if not exact:
        return Verdict(code="does-not-hold", text=text, condition=condition)
    return Verdict(code="holds" if almost else "holds-if", text=text, condition=condition)


def _right(facts: Facts) -> str:
    bent = facts["bent"]
    return "almost" if bent < _ALMOST else "some" if bent < 0.5 else "most"


EXPERIMENT = Experiment(
    id="relu-nearly-linear",
    claim=Text(
        "ReLU is almost linear and keeps the good properties of linear functions.",
        "ReLU는 거의 선형이어서 선형 함수의 좋은 성질을 지닌다.",
    ),
    sources="C",
    question=Question(
        text=Text(
            "A ReLU network has learned. How much of its outputs is beyond every affine map?",
            "ReLU 신경망이 학습을 마쳤습니다. 출력 가운데 어떤 아핀 변환으로도 설명되지 않는 몫은 얼마일까요?",
        ),
        answers=(
            Answer(id="almost", name=Text("next to nothing (under 5 %)", "거의 없다(5 % 미만)")),
            Answer(id="some", name=Text("some, less than half", "얼마쯤, 절반보다는 적게")),
            Answer(id="most", name=Text("more than half", "절반 넘게")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="relu",
            choices=tuple(Choice(id=lane, name=name) for lane, name in _LANES.items()),
        ),
        Control(
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=2, low=1, high=6, whole=True
        ),
        Control(
            id="width",
            name=Text("units per layer", "층마다 유닛 수"),
            usual=8,
            low=2,
            high=32,
            whole=True,
        ),
        Control(
            id="steps",
            name=Text("training steps", "학습 스텝"),
            usual=400,
            low=0,
            high=2000,
            whole=True,
        ),
        Control(
            id="data",
            name=Text("data", "데이터"),
            usual="moons",
            choices=(
                Choice(id="moons", name=Text("moons", "초승달")),
                Choice(id="circles", name=Text("circles", "동심원")),
                Choice(id="xor", name=same("XOR")),
                Choice(id="spiral", name=Text("spiral", "나선")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Affine is linear plus a constant. Two linear properties are kept exactly: a network without biases answers three times the "
        "input with three times the output (any factor above 0), and between its kinks it is affine. A third is not: adding. How far "
        "the whole is from linear is measured by what the best affine map leaves. That is no fault: a network that is almost linear "
        "could not part the moons."
        " A start counts as held if the two exact properties hold; how far the whole is bent is counted by itself.",
        "아핀은 선형에 상수를 더한 것입니다. 선형 함수의 성질 두 가지는 정확히 지켜집니다. 편향이 없으면 입력이 세 배일 때 출력도 세 "
        "배이고(0보다 큰 배수면 모두), 꺾인 점 사이에서는 아핀입니다. 셋째 성질은 지켜지지 않습니다. 입력을 더한다고 출력이 더해지지는 "
        "않습니다. 전체가 선형에서 얼마나 먼지는 가장 좋은 아핀 변환이 남기는 몫으로 잽니다. 이것은 흠이 아닙니다. 거의 선형인 신경망은 "
        "초승달을 나눌 수 없습니다."
        " 정확히 지켜지는 두 성질이 맞으면 맞은 출발로 세고, 전체가 얼마나 굽었는지는 따로 잽니다.",
    ),
    after=("linear-collapse", "expressivity", "relu-ignores-negatives"),
    seconds=0.5,
)
