"""Linear maps turn, stretch and move the plane, and a straight line stays straight; what bends it is the function."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

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
from livegrad.lab.figure import Axis, Chart, Mesh, Panel, Series
from livegrad.lab.measured import averaged
from livegrad.lab.meshes import grid_over, mesh_of, through, turning
from livegrad.text import Text, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

_DRAWS = 64
_STRAIGHT = 0.01  # degrees; what rounding alone gives is a millionth of it
_FUNCTIONS = ("identity", "leaky_relu", "relu", "tanh", "sigmoid")
_NAMES = {
    "identity": "identity",
    "leaky_relu": "Leaky ReLU",
    "relu": "ReLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
}
_OBLIQUE = 30.0  # degrees against the axes
_EXTENT = (-2.0, 2.0, -2.0, 2.0)

_HOLDS = Text(
    "In {count} of {n} networks every line stayed straight through {depth} linear layers (it turned by {turn}°). {mirrored} "
    "of {n} also turned the plane over like a mirror, and right angles became {angle}° on average: stretching may go along any "
    "direction.",
    "신경망 {n}개 가운데 {count}개에서 선형 층 {depth}개를 지난 뒤에도 모든 직선이 곧았습니다(꺾인 각도 {turn}°). 신경망 {n}개 가운데 "
    "{mirrored}개는 평면을 거울처럼 뒤집기도 했고, 직각은 평균 {angle}°가 되었습니다. 어느 방향으로든 늘어날 수 있습니다.",
)
_HOLDS_IF = Text(
    "The lines stayed straight in {count} of {n} networks although {name} bends: they ran along the axes, and a function of "
    "one number moves points along such a line, never off it.",
    "{name:이/가} 굽히는데도 신경망 {n}개 가운데 {count}개에서 직선이 곧게 남았습니다. 축과 나란한 직선이라서 그렇습니다. 수 하나에 "
    "작용하는 함수는 점을 그런 직선 위에서만 옮기고, 밖으로 내보내지 않습니다.",
)
_FAILS = Text(
    "The lines stayed straight in {count} of {n} networks only: with {name} a line turns by {turn}° on its way through "
    "{depth} layers.",
    "직선이 곧게 남은 신경망은 {n}개 가운데 {count}개뿐입니다. {name:을/를} 쓰면 {depth}층을 지나는 동안 직선 하나가 {turn}° 꺾입니다.",
)
_CONDITION = Text(
    "It ends with the first function that is not linear: in the same networks a slanted line turns by {leaky}° with Leaky ReLU, "
    "{relu}° with ReLU, {tanh}° with tanh and {sigmoid}° with sigmoid.",
    "선형이 아닌 함수를 하나만 넣어도 뒤집힙니다. 같은 신경망에서 비스듬한 직선 하나가 Leaky ReLU로는 {leaky}°, ReLU로는 {relu}°, "
    "tanh로는 {tanh}°, 시그모이드로는 {sigmoid}° 꺾입니다.",
)


def _drawn(run: Run, activation: str, split: Any) -> nets.Nets:
    """Return networks of two units per layer; where weights are left out they are 1 and the function acts alone."""
    recipe = Recipe(activation=activation, hidden=(2,) * run.whole("depth"), init="glorot")
    drawn = nets.draw(recipe, split, run.seeds(_DRAWS), dtype=np.float64)
    if run.choice("weights") == "none":
        for layer in range(run.whole("depth")):
            drawn.array("weight", layer)[...] = np.eye(2)
            drawn.array("bias", layer)[...] = 0.0
    return drawn


def _bent(drawn: nets.Nets, grid: Any) -> Any:
    """Return by how much a line has turned after each layer; shape (networks, layers + 1), in degrees."""
    passed = through(drawn, grid.reshape(-1, 2))
    lines = [x.reshape(len(x), *grid.shape) for x in passed]
    return np.stack([turning(x).mean(axis=-1) for x in lines], axis=1)


def _linear_part(drawn: nets.Nets) -> tuple[Any, Any]:
    """Return whether the weights together mirror the plane, and the angle that a right angle becomes, in degrees."""
    product = drawn.array("weight", 0)
    for layer in range(1, drawn.architecture.layers - 1):
        product = product @ drawn.array("weight", layer)
    one, other = product[:, 0], product[:, 1]
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosine = np.abs((one * other).sum(axis=1)) / np.where(lengths > 0, lengths, 1.0)
    return np.linalg.det(product) < 0, np.degrees(np.arccos(np.clip(cosine, 0, 1)))


def _run(run: Run) -> Facts:
    split = nets.toy("moons", count=160, seed=run.seed)
    angle = _OBLIQUE if run.choice("grid") == "oblique" else 0.0
    slanted, grid = (grid_over(_EXTENT, lines=12, points=81, angle=a) for a in (_OBLIQUE, angle))
    chosen = run.choice("activation")
    bent = dict[str, Any]()
    for k, name in enumerate(_FUNCTIONS):
        bent[name] = _bent(_drawn(run, name, split), slanted)
        run.tell((k + 1) / (len(_FUNCTIONS) + 1))
    mirrored, angles = _linear_part(_drawn(run, chosen, split))
    ends = _bent(_drawn(run, chosen, split), grid)[:, -1]
    shown = [chosen, "tanh" if chosen != "tanh" else "identity"]
    numbers = [
        averaged(
            "turn",
            Text("A line turns by (°)", "직선 하나가 꺾인 각도(°)"),
            ends,
            Text(
                "All bends of a line added up, whichever way they go; the mean over the lines of the grid.",
                "직선 하나가 이쪽저쪽으로 꺾인 각도를 모두 더해, 격자의 직선들에서 평균한 값입니다.",
            ),
        ),
        Number(
            id="mirrored",
            name=Text("Turned over like a mirror", "거울처럼 뒤집힘"),
            value=float(mirrored.mean()),
            n=_DRAWS,
            form="share",
            explanation=Text(
                "The share of networks whose weights, multiplied together, have a negative determinant.",
                "가중치를 모두 곱한 행렬식이 음수인 신경망의 비율입니다.",
            ),
        ),
        averaged(
            "angle",
            Text("A right angle becomes (°)", "직각이 바뀐 각도(°)"),
            angles,
            Text(
                "The angle between the two axes after all the weights; 90° only if the plane is turned and scaled evenly.",
                "모든 가중치를 지난 뒤 두 축 사이의 각도입니다. 고르게 돌리고 늘였을 때만 90°가 됩니다.",
            ),
        ),
    ]
    numbers += [
        averaged(
            name,
            Text("With {name} (°)", "{name:을/를} 쓰면(°)").fill(name=_NAMES[name]),
            bent[name][:, -1],
            Text(
                "By how much a slanted line turns in the same networks with this function.",
                "같은 신경망에 이 함수를 넣었을 때 비스듬한 직선 하나가 꺾인 각도입니다.",
            ),
        )
        for name in _FUNCTIONS[1:]
    ]
    return Facts(
        held=ends < _STRAIGHT,
        settings=run.settings,
        seed=run.seed,
        numbers=tuple(numbers),
        figures=(_mesh(run, split, shown, angle, bent), _curves(bent)),
    )


def _mesh(run: Run, split: Any, shown: list[str], angle: float, bent: dict[str, Any]) -> Mesh:
    rows = []
    for name in shown:
        panels = mesh_of(
            _drawn(run, name, split), split, angle=angle, lines=10, points=17, shown=50
        )
        keep = sorted({0, 1, len(panels) // 2, len(panels) - 1})
        label = Text("{name}: a line turns by {turn}°", "{name}: 직선 하나가 {turn}° 꺾임").fill(
            name=_NAMES[name], turn=f"{bent[name][0, -1]:.0f}"
        )
        rows.append((label, tuple(_without_cut(panels[k]) for k in keep)))
    return Mesh(
        id="grid",
        title=Text("The same grid through the same weights", "같은 가중치를 지나는 같은 격자"),
        note=Text(
            "Before training; two units per layer, first of {n} networks.",
            "학습하기 전. 층마다 유닛 2개, 신경망 {n}개 가운데 첫째.",
        ).fill(n=_DRAWS),
        rows=tuple(rows),
    )


def _without_cut(panel: Panel) -> Panel:
    """Return a panel that shows how much its lines have turned, and no cut."""
    turn = float(turning(panel.lines).mean())
    caption = _TURNED.fill(turn=f"{turn:.0f}")
    return replace(panel, cut=None, caption=caption)


_TURNED = Text("a line has turned by {turn}°", "직선이 {turn}° 꺾임")


def _curves(bent: dict[str, Any]) -> Chart:
    series = []
    for name, values in bent.items():
        low, middle, high = np.quantile(values, (0.25, 0.5, 0.75), axis=0)
        series.append(
            Series(
                name=same(_NAMES[name]),
                x=np.arange(values.shape[1], dtype=float),
                y=middle,
                low=low,
                high=high,
                style="measured" if name == "identity" else "other",
                mark="both",
            )
        )
    return Chart(
        id="turning",
        title=Text("How much a slanted line has turned", "비스듬한 직선이 얼마나 꺾였나"),
        note=Text(
            "Degrees, mean over 12 lines; median and middle half of {n} networks.",
            "단위는 도(°), 직선 12개의 평균. 신경망 {n}개의 중앙값과 가운데 절반.",
        ).fill(n=_DRAWS),
        x=Axis(name=Text("after layer", "지나온 층")),
        y=Axis(name=Text("turning (°)", "꺾인 각도(°)"), low=0.0),
        series=tuple(series),
    )


def _verdict(facts: Facts) -> Verdict:
    share, name = facts.share, str(facts.settings["activation"])
    said = {
        "n": len(facts.held),
        "count": share.count,
        "depth": facts.settings["depth"],
        "turn": f"{facts['turn']:.2g}",
        "mirrored": round(facts["mirrored"] * len(facts.held)),
        "angle": f"{facts['angle']:.0f}",
        "name": _NAMES[name],
    }
    condition = _CONDITION.fill(
        leaky=f"{facts['leaky_relu']:.0f}",
        relu=f"{facts['relu']:.0f}",
        tanh=f"{facts['tanh']:.0f}",
        sigmoid=f"{facts['sigmoid']:.0f}",
    )
    if share.high < 0.5:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if name != "identity" or share.low <= 0.5:
        return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)
    return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    if facts["turn"] < _STRAIGHT:
        return "straight"
    return "little" if facts["turn"] < 45 else "much"


EXPERIMENT = Experiment(
    id="straight-stays-straight",
    claim=Text(
        "A linear layer only turns, stretches and moves the plane: a straight line stays straight.",
        "선형 층은 평면을 돌리고, 늘이거나 줄이고, 옮길 뿐이다. 직선은 직선으로 남는다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "A slanted line goes through these layers one after the other. What comes out?",
            "비스듬한 직선이 이 층들을 차례로 지납니다. 무엇이 되어 나올까요?",
        ),
        answers=(
            Answer(id="straight", name=Text("a straight line", "직선")),
            Answer(id="little", name=Text("a slightly bent line", "조금 휜 선")),
            Answer(id="much", name=Text("a curve with sharp bends", "크게 꺾인 선")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="activation",
            name=Text("between the layers", "층 사이에"),
            usual="identity",
            choices=(
                Choice(id="identity", name=Text("nothing (identity)", "아무것도 없음(identity)")),
                Choice(id="leaky_relu", name=same("Leaky ReLU")),
                Choice(id="relu", name=same("ReLU")),
                Choice(id="tanh", name=same("tanh")),
                Choice(id="sigmoid", name=same("sigmoid")),
            ),
        ),
        Control(id="depth", name=Text("layers", "층 수"), usual=4, low=1, high=12, whole=True),
        Control(
            id="grid",
            name=Text("grid", "격자"),
            usual="oblique",
            choices=(
                Choice(id="oblique", name=Text("slanted", "비스듬한 격자")),
                Choice(id="axes", name=Text("along the axes", "축과 나란한 격자")),
            ),
        ),
        Control(
            id="weights",
            name=Text("weights", "가중치"),
            usual="drawn",
            choices=(
                Choice(id="drawn", name=Text("random", "무작위")),
                Choice(id="none", name=Text("none: the function alone", "없음: 함수만")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds",
    about=Text(
        "A grid of straight lines goes through 64 random networks of two units per layer, and all its bends are added up. The "
        "grid is slanted on purpose: a function that works on each number by itself leaves lines along the axes straight, so "
        "only a slanted line shows that it bends. A linear map may also mirror the plane or stretch it unevenly.",
        "층마다 유닛이 둘인 무작위 신경망 64개에 직선 격자를 통과시키고 꺾인 각도를 모두 더합니다. 격자는 일부러 비스듬하게 놓았습니다. "
        "수 하나하나에 작용하는 함수는 축과 나란한 직선을 곧게 두므로, 비스듬한 직선이라야 굽힘이 드러납니다. 선형 변환은 평면을 "
        "거울처럼 뒤집거나 한쪽으로만 늘이기도 합니다.",
    ),
    after=("bending-space", "linear-collapse", "expressivity"),
    seconds=0.7,
)
