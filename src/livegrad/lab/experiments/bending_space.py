"""Activations bend the plane until the classes separate: what each layer's output can be cut apart by a straight line."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.lab import nets
from livegrad.lab.cuts import fitted_cuts, shares
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
from livegrad.lab.figure import Axis, Chart, Level, Mesh, Panel, Series, Style
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged
from livegrad.lab.meshes import mesh_of, through
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

_NETS = 32
_COUNT = 300
_STEPS = 2000
_SEPARATED = 0.9  # of the held-back points; the data overlap a little
_GAIN = 0.05  # of accuracy: a clear difference
_WIDTHS = (2, 3, 8)
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0), "adam": (0.003, 0.01, 0.03)}
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}

_HOLDS = Text(
    "After training, a straight cut through the last layer separates the classes in {count} of {n} networks under SGD and Adam alike; "
    "it tells {after} % of the points right. Before any layer it is {input} %, without an activation {identity} %.",
    "학습을 마친 신경망 {n}개 가운데 {count}개는 SGD로 배우든 Adam으로 배우든 마지막 층의 출력이 직선 하나로 나뉩니다. 이 직선은 점의 "
    "{after} %를 맞힙니다. 층을 지나지 않은 점에서는 {input} %, 활성화 함수가 없으면 {identity} %입니다.",
)
_HOLDS_IF = Text(
    "It depends on the start: under both SGD and Adam the classes separate in {count} of {n} networks. A straight cut tells {after} % "
    "right after the last layer, {input} % before any layer, and {identity} % without an activation.",
    "출발에 따라 다릅니다. SGD와 Adam 모두에서 클래스가 나뉜 신경망은 {n}개 가운데 {count}개입니다. 직선이 맞힌 점은 마지막 층에서 "
    "{after} %, 층을 지나지 않은 점에서 {input} %, 활성화 함수가 없으면 {identity} %입니다.",
)
_FAILS = Text(
    "The classes separate in {count} of {n} networks only. A straight cut tells {after} % right after the last layer and {input} % "
    "before any layer.",
    "클래스가 나뉜 신경망은 {n}개 가운데 {count}개뿐입니다. 직선이 맞힌 점은 마지막 층에서 {after} %, 층을 지나지 않은 점에서 {input} "
    "%입니다.",
)
_CONDITION = Text(
    "Bending alone is not enough: before training the cut tells {before} % right. And the plane needs room: with Adam, {two} % of the "
    "networks of 2 units per layer separate the classes, {three} % of those with 3 and {eight} % of those with 8.",
    "굽히는 것만으로는 모자랍니다. 학습하기 전에는 직선이 {before} %를 맞힙니다. 자리도 넉넉해야 합니다. Adam으로 배운 신경망 가운데 "
    "클래스를 나눈 것은 층마다 유닛이 2개일 때 {two} %, 3개일 때 {three} %, 8개일 때 {eight} %입니다.",
)


def _lane(run: Run, split: Split, activation: str, width: int) -> nets.Nets:
    recipe = Recipe(
        activation=activation,
        hidden=(width,) * run.whole("depth"),
        init="glorot",
        batch_size=25,
    )
    return nets.draw(recipe, split, run.seeds(_NETS))


def _cuts(drawn: nets.Nets, split: Split) -> Any:
    """Return the share of held-back points that a straight cut tells right after each layer; (layers + 1, networks)."""
    learned, held = (through(drawn, x) for x in (split.train_inputs, split.validation_inputs))
    found = []
    for features, others in zip(learned, held, strict=True):
        cut = fitted_cuts(features, split.train_targets)
        found.append(shares(others, split.validation_targets, *cut))
    return np.array(found)


def _run(run: Run) -> Facts:
    split = nets.toy(run.choice("data"), count=_COUNT, seed=run.seed)
    width, activation = run.whole("width"), run.choice("activation")
    widths = [width, *(w for w in _WIDTHS if w != width)]
    lanes = [_lane(run, split, activation, w) for w in widths]
    lanes.append(_lane(run, split, "identity", width))
    before = _cuts(lanes[0], split)
    run.tell(0.05)
    races = raced(
        lanes,
        split,
        steps=_STEPS,
        rates=_RATES,
        told=lambda share: run.tell(0.05 + 0.85 * share),
        workers=run.workers,
    )
    after = {race.optimizer: _cuts(race.own[0].nets, split) for race in races}
    straight = np.max([_cuts(race.own[-1].nets, split)[-1] for race in races], axis=0)
    with_adam = {
        w: _cuts(races[-1].own[widths.index(w)].nets, split)[-1] >= _SEPARATED for w in _WIDTHS
    }
    separated = np.all(
        [(f[-1] >= _SEPARATED) & (f[-1] >= straight + _GAIN) for f in after.values()], axis=0
    )
    return Facts(
        held=separated,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(before, after, straight, with_adam),
        figures=(_mesh(run, lanes[0], races, split, separated), _chart(before, after, straight)),
    )


def _numbers(before: Any, after: Any, straight: Any, with_adam: Any) -> tuple[Number, ...]:
    best = max(after.values(), key=lambda found: float(found[-1].mean()))
    rows = (
        ("after", _AFTER, best[-1], _AFTER_SAYS),
        ("input", _INPUT, before[0], _INPUT_SAYS),
        ("before", _BEFORE, before[-1], _BEFORE_SAYS),
        ("identity", _IDENTITY, straight, _IDENTITY_SAYS),
        *(
            (f"width-{w}", _WIDTH.fill(w=w), found.astype(float), _WIDTH_SAYS)
            for w, found in with_adam.items()
        ),
    )
    return tuple(averaged(i, name, values, says, form="share") for i, name, values, says in rows)


_AFTER = Text("Straight cut through the last layer", "직선으로 맞힘, 마지막 층")
_AFTER_SAYS = Text(
    "The share of held-back points told right by a straight cut that is fitted to the last layer's output after training.",
    "학습을 마친 마지막 층의 출력을 직선 하나로 나눌 때, 따로 떼어 둔 점을 맞힌 비율입니다.",
)
_INPUT = Text("Straight cut before any layer", "직선으로 맞힘, 층을 지나기 전")
_INPUT_SAYS = Text(
    "The same before the first layer.", "층을 지나지 않은 점에서 똑같이 잰 값입니다."
)
_BEFORE = Text("Last layer before training", "직선으로 맞힘, 학습 전 마지막 층")
_BEFORE_SAYS = Text(
    "The same for the last layer of the same networks before training.",
    "같은 신경망이 학습하기 전에 마지막 층에서 잰 값입니다.",
)
_IDENTITY = Text("Without an activation", "직선으로 맞힘, 활성화 함수 없이")
_IDENTITY_SAYS = Text(
    "The same after training networks of the same shape without an activation.",
    "모양이 같고 활성화 함수만 없는 신경망을 학습시켜 잰 값입니다.",
)
_WIDTH = Text("Separated with {w} units per layer", "나뉜 비율, 층마다 유닛 {w}개")
_WIDTH_SAYS = Text(
    "The share of networks of this width whose cut tells at least 90 % right (Adam, best rate).",
    "이 너비의 신경망 가운데 직선이 점을 90 % 이상 맞힌 것의 비율입니다(Adam, 가장 좋은 학습률).",
)


def _mesh(run: Run, start: nets.Nets, races: list[Raced], split: Split, separated: Any) -> Mesh:
    which = int(separated.argmax())  # one that separates them, if there is any
    grown = races[-1].own
    rows = (
        (Text("before training", "학습하기 전"), start),
        (Text("after training", "학습한 뒤"), grown[0].nets),
        (Text("trained without an activation", "활성화 함수 없이 학습"), grown[-1].nets),
    )
    return Mesh(
        id="space",
        title=Text("The plane, layer by layer", "층마다 달라지는 평면"),
        note=Text(
            "Network {which} of {n}, {width} units per layer, Adam at its best rate, {steps} steps of batch 25.",
            "신경망 {n}개 가운데 {which}번, 층마다 유닛 {width}개, 가장 좋은 학습률의 Adam, 배치 25로 {steps}스텝.",
        ).fill(which=which + 1, n=_NETS, width=run.whole("width"), steps=_STEPS),
        rows=tuple(
            (name, _some(mesh_of(drawn, split, which=which, lines=8, points=13, shown=45)))
            for name, drawn in rows
        ),
    )


def _some(panels: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """Return four panels at most: first, last and two between."""
    keep = sorted({round(k * (len(panels) - 1) / 3) for k in range(4)})
    return tuple(panels[k] for k in keep)


def _chart(before: Any, after: Any, straight: Any) -> Chart:
    lines: list[tuple[Text, Any, Style]] = [
        (Text("before training", "학습하기 전"), before, "other")
    ]
    lines.extend(
        (
            Text("after training, {name}", "학습한 뒤, {name}").fill(name=_OPTIMIZERS[optimizer]),
            found,
            "measured",
        )
        for optimizer, found in after.items()
    )
    series = []
    for name, found, style in lines:
        means = np.array([mean_of(values) for values in found])
        series.append(
            Series(
                name=name,
                x=np.arange(len(found), dtype=float),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style=style,
                mark="both",
            )
        )
    return Chart(
        id="cuts",
        title=Text(
            "How well a straight cut does after each layer", "층을 지날 때마다 직선이 맞히는 비율"
        ),
        note=Text(
            "Held-back points told right, mean of {n} networks at their best rate.",
            "따로 떼어 둔 점을 맞힌 비율, 가장 좋은 학습률로 배운 신경망 {n}개의 평균.",
        ).fill(n=_NETS),
        x=Axis(name=Text("layers passed", "지나온 층")),
        y=Axis(name=Text("share told right", "맞힌 비율"), low=_floor(series, straight), high=1.0),
        series=tuple(series),
        levels=(
            Level(name=Text("separated", "나뉨"), at=_SEPARATED),
            Level(
                name=Text("without an activation", "활성화 함수 없이"),
                at=float(straight.mean()),
                style="other",
            ),
        ),
    )


def _floor(series: list[Series], straight: Any) -> float:
    """Return the tenth below everything that is drawn: the layers differ by little."""
    least = min(float(np.nanmin(line.low if line.low is not None else line.y)) for line in series)
    return float(np.floor(10 * min(least, float(straight.mean()))) / 10)


def _verdict(facts: Facts) -> Verdict:
    share = facts.share
    percent = {number.id: f"{100 * number.value:.0f}" for number in facts.numbers}
    said = {
        "n": len(facts.held),
        "count": share.count,
        "after": percent["after"],
        "input": percent["input"],
        "identity": percent["identity"],
    }
    condition = _CONDITION.fill(
        before=percent["before"],
        two=percent["width-2"],
        three=percent["width-3"],
        eight=percent["width-8"],
    )
    if share.high < 0.5:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if share.low > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    gain = facts["before"] - facts["input"]
    return "better" if gain > _GAIN else "worse" if gain < -_GAIN else "same"


EXPERIMENT = Experiment(
    id="bending-space",
    claim=Text(
        "Activation functions bend the plane, layer by layer, until a straight cut separates the classes.",
        "활성화 함수는 층마다 평면을 굽혀서, 마침내 두 클래스를 직선 하나로 나눌 수 있게 한다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "Before any training the activations bend the plane already. How well does a straight cut separate the classes then?",
            "활성화 함수는 학습하기 전에도 평면을 굽힙니다. 그때 직선은 두 클래스를 얼마나 잘 나눌까요?",
        ),
        answers=(
            Answer(
                id="better",
                name=Text("clearly better than without bending", "굽히지 않을 때보다 확실히 잘"),
            ),
            Answer(
                id="same",
                name=Text("about as well as without bending", "굽히지 않을 때와 비슷하게"),
            ),
            Answer(id="worse", name=Text("clearly worse", "굽히지 않을 때보다 확실히 못하게")),
        ),
        right=_right,
    ),
    controls=(
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
        Control(
            id="width",
            name=Text("units per layer", "층마다 유닛 수"),
            usual=4,
            low=2,
            high=16,
            whole=True,
        ),
        Control(id="depth", name=Text("layers", "층 수"), usual=3, low=1, high=8, whole=True),
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="tanh",
            choices=tuple(
                Choice(id=name, name=same(said))
                for name, said in (
                    ("tanh", "tanh"),
                    ("sigmoid", "sigmoid"),
                    ("relu", "ReLU"),
                    ("identity", "identity"),
                )
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds",
    about=Text(
        "A straight cut is fitted to what each layer of 32 networks gives on, before and after training, and judged on points that "
        "were held back. Bending by itself separates nothing: training chooses how to bend. Circles with 2 units per layer show a "
        "limit: a plane that is bent without tearing keeps the inner class inside, so a third unit is needed.",
        "신경망 32개에서 층마다 출력을 직선으로 나누어 보고, 학습하기 전과 뒤를 따로 떼어 둔 점으로 비교합니다. 굽히기만 해서는 "
        "아무것도 나뉘지 않습니다. 어떻게 굽힐지는 학습이 정합니다. 동심원 데이터에서 층마다 유닛을 2개로 줄이면 한계가 드러납니다. "
        "평면을 찢지 않고 굽히기만 하면 안쪽 클래스는 여전히 안쪽에 남습니다. 그래서 유닛이 하나 더 필요합니다.",
    ),
    after=("straight-stays-straight", "expressivity", "linear-boundary-fails"),
    seconds=1.5,
)
