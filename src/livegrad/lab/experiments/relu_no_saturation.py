"""ReLU removes saturation completely: on the positive side; half of normal inputs meet slope 0 on the other."""

from __future__ import annotations

from collections.abc import Mapping
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
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 32
_LAYERS = 3
_COMPLETELY = 0.01  # "completely": fewer than one input in a hundred meets a flat place
_SCALES = np.geomspace(0.1, 10.0, 17)
_STEPS = 400
_LANES = {
    "relu": same("ReLU"),
    "leaky_relu": same("Leaky ReLU (α = 0.01)"),
    "leaky_relu(alpha=0.2)": same("Leaky ReLU (α = 0.2)"),
    "elu": same("ELU"),
    "gelu": same("GELU"),
    "tanh": same("tanh"),
    "sigmoid": Text("sigmoid", "시그모이드"),
}

_TEXT = Text(
    "After training, {name} is flat at {positive} of the positive pre-activations and at {negative} of the negative ones, {all} in "
    "all. Of normal inputs with deviation {scale}, {normal} meet a flat place; with tanh {tanh}.",
    "학습한 뒤 {name:은/는} 양수인 활성화 전 값의 {positive}, 음수인 값의 {negative}에서 평평합니다. 모두 합치면 {all}입니다. 표준편차 "
    "{scale}인 정규분포 입력은 {normal}가 평평한 곳을 만나고, tanh라면 {tanh}입니다.",
)
_CONDITION = Text(
    "{cross} It counts as flat where the slope is under {flat} of its greatest; a negative side steeper than that would make the sentence "
    "hold.",
    "{cross} 기울기가 최댓값의 {flat} 미만이면 평평하다고 봅니다. 음수 쪽 기울기가 그보다 크면 주장이 맞게 됩니다.",
)
_CROSSES = Text(
    "tanh is flat more often than ReLU only for inputs of deviation above {at}.",
    "tanh가 ReLU보다 더 자주 평평해지는 것은 입력의 표준편차가 {at}보다 클 때뿐입니다.",
)
_NO_CROSS = Text(
    "tanh is not flat more often than ReLU at any scale up to {most}.",
    "표준편차 {most}까지는 tanh가 ReLU보다 더 자주 평평해지지 않습니다.",
)


def _steepest(name: str) -> float:
    """Return the greatest |f′|, looked for from −10 to 10."""
    at = np.linspace(-10, 10, 4001, dtype=np.float32)
    return float(np.abs(nets.elementwise_in(name).derivative(at)).max())


def _flat(slopes: Reals, steepest: float, share: float) -> NDArray[np.bool_]:
    return np.abs(slopes) < share * steepest


def _normal(name: str, share: float, run: Run, scales: Reals) -> Reals:
    """Return the share of normal inputs at flat places; shape (starts, scales)."""
    activation, steepest = nets.elementwise_in(name), _steepest(name)
    drawn = np.stack([np.random.default_rng(s).normal(size=1000) for s in run.seeds(_NETS)])
    return np.stack(
        [
            _flat(activation.derivative((drawn * scale).astype(np.float32)), steepest, share).mean(
                axis=1
            )
            for scale in scales
        ],
        axis=1,
    )


def _trained(run: Run, name: str) -> tuple[nets.Seen, nets.Seen]:
    """Return what networks see at their start and after training."""
    split = nets.toy(run.choice("data"), count=320, seed=run.seed)
    recipe = Recipe(
        activation=name,
        hidden=(16,) * _LAYERS,
        init="glorot",
        optimizer="adam",
        lr=0.01,
        batch_size=25,
    )
    drawn = nets.draw(recipe, split, run.seeds(_NETS))
    grown = nets.train([drawn], split, steps=_STEPS, points=(_STEPS,))[0].nets
    return (
        drawn.look(split.train_inputs, split.train_targets),
        grown.look(split.train_inputs, split.train_targets),
    )


def _by_layer(seen: nets.Seen, steepest: float, share: float) -> Reals:
    """Return shares at flat places; shape (networks, layers)."""
    return np.stack([_flat(s, steepest, share).mean(axis=(1, 2)) for s in seen.slopes], axis=1)


def _by_side(seen: nets.Seen, steepest: float, share: float) -> dict[str, Reals]:
    """Return shares at flat places among positive, negative and all pre-activations; shape (networks,) each."""
    z = np.concatenate(seen.z, axis=2)
    flat = _flat(np.concatenate(seen.slopes, axis=2), steepest, share)
    sides = {"positive": z > 0, "negative": z < 0, "all": np.ones_like(flat)}
    return {
        side: (flat & mask).sum(axis=(1, 2)) / np.maximum(mask.sum(axis=(1, 2)), 1)
        for side, mask in sides.items()
    }


def _run(run: Run) -> Facts:
    name, share, scale = run.choice("activation"), run.number("flat"), run.number("scale")
    lanes = dict.fromkeys((name, "relu", "tanh", "sigmoid"))
    sweep, layers = dict[str, Reals](), dict[str, tuple[Reals, Reals]]()
    sides = dict[str, Reals]()
    for k, lane in enumerate(lanes):
        steepest = _steepest(lane)
        sweep[lane] = _normal(lane, share, run, _SCALES).mean(axis=0)
        before, after = _trained(run, lane)
        layers[lane] = _by_layer(before, steepest, share), _by_layer(after, steepest, share)
        if lane == name:
            sides = _by_side(after, steepest, share)
        run.tell((k + 1) / (len(lanes) + 1), _scale_figure(sweep, share))
    here = {lane: _normal(lane, share, run, np.array([scale]))[:, 0] for lane in (name, "tanh")}
    return Facts(
        held=sides["positive"] < _COMPLETELY,
        settings=run.settings,
        seed=run.seed,
        numbers=(*_side_numbers(sides), *_normal_numbers(here, name, sweep)),
        figures=(_scale_figure(sweep, share), _layer_figure(layers)),
    )


def _side_numbers(sides: Mapping[str, Reals]) -> tuple[Number, ...]:
    words = {
        "positive": Text("Flat, positive side", "평평한 비율, 양수 쪽"),
        "negative": Text("Flat, negative side", "평평한 비율, 음수 쪽"),
        "all": Text("Flat, in all", "평평한 비율, 모두 합쳐"),
    }
    said = Text(
        "The share of these pre-activations, in trained networks, that meet a slope next to nothing.",
        "학습한 신경망에서, 이 활성화 전 값 가운데 기울기가 거의 없는 곳에 놓인 것의 비율입니다.",
    )
    numbers = list[Number]()
    for side, shares in sides.items():
        middle, low, high = mean_of(shares)
        numbers.append(
            Number(
                id=side,
                name=words[side],
                value=middle,
                low=low,
                high=high,
                n=_NETS,
                form="share",
                explanation=said,
            )
        )
    return tuple(numbers)


def _normal_numbers(
    here: Mapping[str, Reals], name: str, sweep: Mapping[str, Reals]
) -> tuple[Number, ...]:
    numbers = list[Number]()
    for identifier, lane in (("normal", name), ("tanh", "tanh")):
        middle, low, high = mean_of(here[lane])
        numbers.append(
            Number(
                id=identifier,
                name=Text(
                    "Flat on normal inputs, {name}", "정규분포 입력에서 평평한 비율, {name}"
                ).fill(name=_LANES[lane]),
                value=middle,
                low=low,
                high=high,
                n=_NETS,
                form="share",
                explanation=Text(
                    "The share of normal random inputs that meet a slope next to nothing; 1,000 in each of the draws.",
                    "정규분포에서 뽑은 입력 가운데 기울기가 거의 없는 곳에 놓인 것의 비율입니다. 한 번에 1,000개씩 뽑습니다.",
                ),
            )
        )
    more = np.flatnonzero(sweep["tanh"] > sweep["relu"])
    at = float("nan")
    if len(more):
        k = int(more[0])
        gap = (sweep["tanh"] - sweep["relu"])[max(k - 1, 0) : k + 1]
        at = float(np.interp(0.0, gap, _SCALES[max(k - 1, 0) : k + 1]))
    return (
        *numbers,
        Number(
            id="cross",
            name=Text("tanh passes ReLU at a deviation of", "tanh가 ReLU를 넘는 표준편차"),
            value=at,
            n=_NETS,
            explanation=Text(
                "From this deviation of the inputs on, tanh is flat more often than ReLU.",
                "입력의 표준편차가 이보다 크면 tanh가 ReLU보다 더 자주 평평합니다.",
            ),
        ),
    )


def _scale_figure(sweep: Mapping[str, Reals], share: float) -> Chart:
    return Chart(
        id="scale",
        title=Text("How many inputs meet a flat place", "평평한 곳을 만나는 입력의 비율"),
        note=Text(
            "Normal inputs, {n} draws of 1,000; flat: slope under {flat} of its greatest.",
            "정규분포 입력, 1,000개씩 {n}번. 기울기가 최댓값의 {flat} 미만이면 평평.",
        ).fill(n=_NETS, flat=percent(share)),
        x=Axis(name=Text("deviation of the inputs", "입력의 표준편차"), log=True),
        y=Axis(name=Text("share at flat places", "평평한 곳의 비율"), low=0.0, high=1.0),
        series=tuple(
            Series(
                name=_LANES[lane],
                x=_SCALES,
                y=shares,
                style="other" if k else "measured",
                mark="both",
            )
            for k, (lane, shares) in enumerate(sweep.items())
        ),
        levels=(Level(name=Text("the sentence: none", "주장: 없음"), at=0.0),),
    )


def _layer_figure(layers: Mapping[str, tuple[Reals, Reals]]) -> Chart:
    series = list[Series]()
    for lane, found in layers.items():
        for when, shares in zip((Text("start", "출발"), Text("trained", "학습 뒤")), found, strict=True):  # fmt: skip
            means = np.array([mean_of(column) for column in shares.T])
            series.append(
                Series(
                    name=Text("{lane}, {when}", "{lane}, {when}").fill(
                        lane=_LANES[lane], when=when
                    ),
                    x=np.arange(1.0, _LAYERS + 1),
                    y=means[:, 0],
                    low=means[:, 1],
                    high=means[:, 2],
                    style="measured" if len(series) < 2 else "other",
                    mark="both",
                )
            )
    return Chart(
        id="layers",
        title=Text("Flat places layer by layer", "층마다 평평한 곳"),
        note=Text(
            "Networks of three layers of 16, {n} starts, Adam, {steps} steps of batch 25; all training points.",
            "유닛 16개씩 세 층, 출발 {n}개, Adam, 배치 25로 {steps}스텝. 학습 점 전체.",
        ).fill(n=_NETS, steps=_STEPS),
        x=Axis(name=Text("layer", "층")),
        y=Axis(name=Text("share at flat places", "평평한 곳의 비율"), low=0.0, high=1.0),
        series=tuple(series),
    )


def _verdict(facts: Facts) -> Verdict:
    text = _TEXT.fill(
        name=_LANES[str(facts.settings["activation"])],
        scale=f"{float(facts.settings['scale']):.2g}",
        **{key: percent(facts[key]) for key in ("positive", "negative", "all", "normal", "tanh")},
    )
    crosses = np.isfinite(facts["cross"])
    cross = _CROSSES.fill(at=f"{facts['cross']:.1f}") if crosses else _NO_CROSS.fill(most=10)
    condition = _CONDITION.fill(cross=cross, flat=f"{float(facts.settings['flat']):.3g}")
    if facts["all"] < _COMPLETELY:
        return Verdict(code="holds", text=text, condition=condition)
    code = "holds-if" if facts["positive"] < _COMPLETELY else "does-not-hold"
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    places = (("none", 0.0), ("few", 0.07), ("half", 0.5))
    return min(places, key=lambda place: abs(facts["normal"] - place[1]))[0]


EXPERIMENT = Experiment(
    id="relu-no-saturation",
    claim=Text("ReLU removes saturation completely.", "ReLU는 포화를 완전히 없앤다."),
    sources="D",
    question=Question(
        text=Text(
            "Of normal inputs with deviation 1, how many meet a place where ReLU is flat?",
            "표준편차 1인 정규분포 입력 가운데 ReLU의 평평한 곳을 만나는 것은 얼마나 될까요?",
        ),
        answers=(
            Answer(id="none", name=Text("none", "없다")),
            Answer(id="few", name=Text("a few in a hundred, as with tanh", "tanh처럼 백에 몇 개")),
            Answer(id="half", name=Text("about half", "절반쯤")),
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
            id="flat",
            name=Text(
                "flat below this share of the greatest slope", "평평함의 기준(최대 기울기 대비)"
            ),
            usual=0.1,
            low=0.0005,
            high=0.5,
            log=True,
        ),
        Control(
            id="scale",
            name=Text("deviation of the inputs", "입력의 표준편차"),
            usual=1.0,
            low=0.1,
            high=10.0,
            log=True,
        ),
        Control(
            id="data",
            name=Text("data", "데이터"),
            usual="moons",
            choices=(
                Choice(id="moons", name=Text("moons", "초승달")),
                Choice(id="circles", name=Text("circles", "동심원")),
                Choice(id="spiral", name=Text("spiral", "나선")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Saturated means: so flat that hardly any gradient passes. It is counted on normal inputs of any size, and at the real "
        "pre-activations of trained networks, on each side of 0. On the positive side ReLU is never flat. On the negative it always is; "
        "strictly, the word saturation is for bounded functions, but a gradient of 0 is a gradient of 0."
        " A start counts as held if the positive side is never flat.",
        "포화란 기울기가 거의 지나가지 못할 만큼 평평하다는 뜻입니다. 여러 크기의 정규분포 입력에서, 그리고 학습한 신경망의 실제 활성화 전 값에서, 0의 양쪽을 나누어 "
        "셉니다. ReLU는 양수 쪽에서는 결코 평평하지 않고 음수 쪽에서는 언제나 평평합니다. 엄밀히 말해 포화는 유계 함수에 쓰는 말이지만, 어떻게 부르든 "
        "기울기 0은 0입니다."
        " 양수 쪽이 평평하지 않으면 맞은 출발로 셉니다.",
    ),
    after=("dying-relu", "tanh-still-saturates", "relu-gradient-survival"),
    seconds=0.5,
)
