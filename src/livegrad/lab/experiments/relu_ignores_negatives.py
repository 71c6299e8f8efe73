"""Negative values are all ignored: by one unit yes; whether a layer forgets them depends on its width."""

from __future__ import annotations

from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab import nets
from livegrad.lab.experiment import (
    Answer,
    Control,
    Experiment,
    Facts,
    Number,
    Question,
    Run,
    Verdict,
)
from livegrad.lab.figure import Axis, Chart, Level, Mesh, Panel, Series
from livegrad.lab.intervals import mean_of
from livegrad.quantity import percent
from livegrad.text import Text

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_DRAWS = 32
_INPUTS = 50  # for each draw
_WIDTHS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
_EXACT = 1e-6  # relative: the input is got back, but for rounding
_NEARLY_ALL = 0.95

_TEXT = Text(
    "From the outputs of {units} units, {recovered} of the inputs with {inputs} numbers are got back exactly; where they are, so is every "
    "negative value. With as many units as inputs it is {one}, with four times as many {four}.",
    "유닛 {units}개의 출력만 보고, 수 {inputs}개로 된 입력의 {recovered}를 정확히 되살렸습니다. 입력이 되살아나면 음수 값도 모두 "
    "되살아납니다. 유닛이 입력과 같은 수이면 {one}, 네 배이면 {four}입니다.",
)
_CONDITION = Text(
    "An input comes back when as many units are on as it has numbers: {flip}. One unit alone always forgets.",
    "켜진 유닛이 입력의 수만큼 있으면 입력이 되살아납니다. {flip}. 유닛 하나만으로는 언제나 잊습니다.",
)
_FLIPS = Text(
    "half of the inputs do from about {flip} units per input on",
    "입력 하나당 유닛이 {flip}개쯤 있으면 절반이 되살아납니다",
)
_NO_FLIP = Text(
    "at up to four units per input fewer than half do",
    "입력 하나당 유닛이 네 개까지는 절반도 되살아나지 않습니다",
)


def _weights(random: np.random.Generator, units: int, inputs: int) -> Reals:
    return random.normal(size=(units, inputs)) / np.sqrt(inputs)


def _rebuilt(weights: Reals, bias: float, x: Reals) -> tuple[Reals, Reals]:
    """Return the inputs as they follow from the layer's outputs, and which units are on.

    What a unit that is on gives is one linear equation; the least solution of all of them is the input
    if there are enough of them.
    """
    z = x @ weights.T + bias
    on = z > 0
    known = np.where(on, z - bias, 0.0)
    rows = weights[None] * on[..., None]
    return np.einsum("xiu,xu->xi", np.linalg.pinv(rows, rcond=1e-12), known), on


def _measure(run: Run, ratio: float) -> tuple[Reals, ...]:
    """Return for each draw: share of inputs got back, of negative values, of units on; whether its first input was."""
    inputs, bias = run.whole("inputs"), run.number("bias")
    units = max(1, round(ratio * inputs))
    found = list[tuple[float, float, float, float]]()
    for seed in run.seeds(_DRAWS):
        random = np.random.default_rng([17, seed])
        weights = _weights(random, units, inputs)
        x = random.normal(size=(_INPUTS, inputs))
        again, on = _rebuilt(weights, bias, x)
        exact = np.linalg.norm(again - x, axis=1) < _EXACT * np.linalg.norm(x, axis=1)
        z, guess = x @ weights.T + bias, again @ weights.T + bias
        negative = ~on
        same = np.abs(guess - z) < _EXACT * (1 + np.abs(z))
        share = (same & negative).sum() / max(int(negative.sum()), 1)
        found.append((float(exact.mean()), float(share), float(on.mean()), float(exact[0])))
    recovered, negatives, fired, first = np.array(found).T
    return recovered, negatives, fired, first


def _theory(inputs: int, units: int) -> float:
    """Return the chance that at least ``inputs`` of ``units`` fair coins fall heads: with bias 0."""
    return sum(comb(units, k) for k in range(inputs, units + 1)) / 2**units


def _run(run: Run) -> Facts:
    ratio = run.number("width")
    ratios = sorted({*_WIDTHS, ratio})
    found = dict[float, tuple[Reals, ...]]()
    for k, each in enumerate(ratios):
        found[each] = _measure(run, each)
        run.tell(0.9 * (k + 1) / len(ratios), _width_figure(run, found))
    curve = np.array([found[each][0].mean() for each in ratios])
    half = np.flatnonzero(curve >= 0.5)
    flip = float("nan")
    if len(half):
        k = max(int(half[0]), 1)
        flip = float(np.interp(0.5, curve[k - 1 : k + 1], ratios[k - 1 : k + 1]))
    return Facts(
        held=~found[ratio][3].astype(bool),  # a draw's first input stands for all of its inputs
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *_shares(found, ratio),
            Number(
                id="flip",
                name=Text(
                    "Half come back at units per input", "절반이 되살아나는 너비(입력 하나당 유닛)"
                ),
                value=flip,
                n=_DRAWS,
                form="factor",
                explanation=Text(
                    "How many units per input it takes until half of the inputs can be got back.",
                    "입력의 절반이 되살아나려면 입력 하나당 유닛이 몇 개 필요한지입니다.",
                ),
            ),
        ),
        figures=(_width_figure(run, found), _mesh_figure(run)),
    )


def _shares(found: dict[float, tuple[Reals, ...]], ratio: float) -> tuple[Number, ...]:
    recovered = Text(
        "The share of random inputs that follow exactly from the layer's outputs.",
        "층의 출력만으로 정확히 되살아나는 무작위 입력의 비율입니다.",
    )
    wanted = (
        ("recovered", Text("Inputs got back", "되살아난 입력"), found[ratio][0], recovered),
        (
            "negatives",
            Text("Negative values got back", "되살아난 음수 값"),
            found[ratio][1],
            Text(
                "The share of values below 0, which the layer gave on as 0, that follow from the units that are on.",
                "층이 0으로 내보낸 음수 가운데, 켜진 유닛들로부터 알아낼 수 있는 것의 비율입니다.",
            ),
        ),
        (
            "on",
            Text("Units on", "켜진 유닛"),
            found[ratio][2],
            Text("The share of units whose value is above 0.", "값이 0보다 큰 유닛의 비율입니다."),
        ),
        (
            "one",
            Text("Got back, as many units", "되살아난 비율, 유닛이 같은 수일 때"),
            found[1.0][0],
            recovered,
        ),
        (
            "four",
            Text("Got back, four times as many", "되살아난 비율, 유닛이 네 배일 때"),
            found[4.0][0],
            recovered,
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
                n=_DRAWS,
                form="share",
                explanation=explanation,
            )
        )
    return tuple(numbers)


def _width_figure(run: Run, found: dict[float, tuple[Reals, ...]]) -> Chart:
    inputs = run.whole("inputs")
    ratios = np.array(sorted(found))
    means = np.array([mean_of(found[float(each)][0]) for each in ratios])
    series = [
        Series(
            name=Text("measured", "측정값"),
            x=ratios,
            y=means[:, 0],
            low=means[:, 1],
            high=means[:, 2],
            mark="both",
        )
    ]
    if run.number("bias") == 0:
        units = np.arange(max(1, inputs // 2), 4 * inputs + 1)
        series.append(
            Series(
                name=Text("theory: coins", "이론: 동전 던지기"),
                x=units / inputs,
                y=np.array([_theory(inputs, int(count)) for count in units]),
                style="theory",
            )
        )
    return Chart(
        id="width",
        title=Text("The wider the layer, the less it forgets", "층이 넓을수록 덜 잊는다"),
        note=Text(
            "{inputs} inputs, {n} random layers, {count} inputs each; theory: each unit is on like a fair coin.",
            "입력 {inputs}개, 무작위 층 {n}개, 층마다 입력 {count}개. 이론: 유닛마다 동전을 던지듯 켜짐.",
        ).fill(inputs=inputs, n=_DRAWS, count=_INPUTS),
        x=Axis(name=Text("units per input", "입력 하나당 유닛")),
        y=Axis(name=Text("share of inputs got back", "되살아난 입력의 비율"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(Level(name=Text("the sentence: none", "주장: 없음"), at=0.0),),
    )


def _mesh_figure(run: Run) -> Mesh:
    """Return a plane sent through layers of 2, 4 and 8 units and rebuilt from what comes out."""
    split = nets.toy("moons", count=120, seed=run.seed)
    across = np.linspace(-2, 2, 25)
    lines = np.array(
        [[(at, u) for u in across] for at in np.linspace(-2, 2, 7)]
        + [[(u, at) for u in across] for at in np.linspace(-2, 2, 7)]
    )
    points = split.train_inputs.astype(float)
    panels = [
        Panel(
            name=Text("what goes in", "들어간 것"),
            lines=lines,
            points=points,
            labels=split.train_targets.astype(float),
            caption=Text("a plane of two inputs", "입력 두 개의 평면"),
        )
    ]
    for units in (2, 4, 8):
        weights = _weights(np.random.default_rng([18, run.seeds(1)[0]]), units, 2)
        bias = run.number("bias")
        back, _ = _rebuilt(weights, bias, points)
        grid, _ = _rebuilt(weights, bias, lines.reshape(-1, 2))
        share = (
            np.linalg.norm(back - points, axis=1) < _EXACT * np.linalg.norm(points, axis=1)
        ).mean()
        panels.append(
            Panel(
                name=Text("{units} units", "유닛 {units}개").fill(units=units),
                lines=grid.reshape(lines.shape),
                points=back,
                labels=split.train_targets.astype(float),
                caption=Text("{share} of the points are back", "점의 {share}가 되살아남").fill(
                    share=percent(share)
                ),
            )
        )
    return Mesh(
        id="rebuilt",
        title=Text("A plane, rebuilt from a layer's outputs", "층의 출력으로 되살린 평면"),
        note=Text(
            "One random layer of each width; moons, 90 points. What cannot be known falls onto lines or 0.",
            "너비마다 무작위 층 하나. 초승달, 점 90개. 알 수 없는 값은 직선이나 0으로 모임.",
        ),
        rows=((Text("rebuilt from the outputs", "출력으로 되살린 것"), tuple(panels)),),
    )


def _verdict(facts: Facts) -> Verdict:
    inputs = round(float(facts.settings["inputs"]))
    text = _TEXT.fill(
        units=max(1, round(float(facts.settings["width"]) * inputs)),
        inputs=inputs,
        **{key: percent(facts[key]) for key in ("recovered", "one", "four")},
    )
    known = np.isfinite(facts["flip"])
    condition = _CONDITION.fill(
        flip=_FLIPS.fill(flip=f"{facts['flip']:.1f}") if known else _NO_FLIP
    )
    if facts["recovered"] <= 1 - _NEARLY_ALL:
        return Verdict(code="holds", text=text, condition=condition)
    code = "does-not-hold" if facts["recovered"] >= _NEARLY_ALL else "holds-if"
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    places = (("none", 0.0), ("half", 0.5), ("all", 1.0))
    return min(places, key=lambda place: abs(facts["recovered"] - place[1]))[0]


EXPERIMENT = Experiment(
    id="relu-ignores-negatives",
    claim=Text("ReLU ignores all negative values.", "ReLU는 음수 값을 모두 무시한다."),
    sources="A B",
    question=Question(
        text=Text(
            "A layer has twice as many units as inputs. For how many inputs can you tell from its outputs what went in?",
            "유닛 수가 입력 수의 두 배인 층이 있습니다. 출력만 보고 무엇이 들어갔는지 알아낼 수 있는 입력은 얼마나 될까요?",
        ),
        answers=(
            Answer(id="none", name=Text("hardly any", "거의 없다")),
            Answer(id="half", name=Text("about half", "절반쯤")),
            Answer(id="all", name=Text("nearly all", "거의 모두")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="width",
            name=Text("units per input", "입력 하나당 유닛"),
            usual=2.0,
            low=0.5,
            high=8.0,
        ),
        Control(id="inputs", name=Text("inputs", "입력의 수"), usual=8, low=2, high=16, whole=True),
        Control(
            id="bias",
            name=Text("bias of every unit", "모든 유닛의 편향"),
            usual=0.0,
            low=-1.0,
            high=1.0,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "One ReLU unit gives 0 for everything negative, so it cannot tell −1 from −5. A layer has other units that look from other "
        "sides: what is negative for one is positive for another. Each unit that is on is one equation about the input, and enough equations "
        "give it back exactly, negative values and all. The layers here are random and untrained."
        " A draw counts as held if its first input does not come back.",
        "ReLU 유닛 하나는 음수에 모두 0을 내므로 −1과 −5를 구별하지 못합니다. 그러나 층에는 다른 쪽에서 보는 유닛도 있습니다. 한 유닛에 "
        "음수인 것이 다른 유닛에는 양수입니다. 켜진 유닛마다 입력에 관한 방정식이 하나씩 나옵니다. 방정식이 충분하면 음수였던 값까지 "
        "정확히 되살아납니다. 여기의 층은 학습하지 않은 무작위 층입니다."
        " 첫 입력이 되살아나지 않으면 맞은 출발로 셉니다.",
    ),
    after=("relu-nearly-linear", "relu-sparsity", "dying-relu"),
    seconds=0.5,
)
