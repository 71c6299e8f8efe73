"""The sigmoid has a slope, the step has none: its hidden weights never move, and still the network may learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.lab import nets
from livegrad.lab.boundaries import extent_of, plane_of
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
from livegrad.lab.figure import Axis, Chart, Level, Plane, Series, Style
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT", "moved"]

_NETS = 24
_SWEPT = 8
_COUNT = 300
_STEPS = 1000
_NEAR = 0.05  # of accuracy: as good as the sigmoid
_WIDTHS = (1, 2, 4, 8, 16, 32, 64)
_SWEEP_RATE = 0.1
_LEARNED = 0.75  # half of what guessing gets wrong: below it nothing was learned to compare with
_STYLES: tuple[Style, ...] = ("measured", "other")
_RATES = {"sgd": (0.3, 1.0, 3.0, 10.0), "adam": (0.03, 0.1, 0.3)}
_FORMULAS = {
    "step": "step",
    "ramp": "0.5*hardtanh(20*x)+0.5",
    "jump": "step(x)+tanh(x)",
    "sigmoid": "sigmoid",
}
_NAMES = {
    "step": Text("step", "계단 함수"),
    "ramp": Text("a step with a narrow ramp", "좁은 비탈이 있는 계단"),
    "jump": Text("a jump with slope: step + tanh", "기울기 있는 계단: 계단 + tanh"),
    "sigmoid": same("sigmoid"),
}
_HOLDS = Text(
    "No hidden weight moved in {still} of {n} networks, neither with SGD nor with Adam, and the readout could not make up for it: {sgd} "
    "% (SGD) and {adam} % (Adam) right, sigmoid {sgd_sigmoid} % and {adam_sigmoid} % (at a shared rate {sgd_shared} % and {adam_shared} "
    "%).",
    "신경망 {n}개 가운데 {still}개에서 SGD로도 Adam으로도 은닉층 가중치가 하나도 움직이지 않았고, 출력층만으로는 그 몫을 메우지 "
    "못했습니다. 정확도는 {sgd} %(SGD)와 {adam} %(Adam), 시그모이드는 {sgd_sigmoid} %와 {adam_sigmoid} %입니다(같은 학습률이면 "
    "{sgd_shared} %와 {adam_shared} %).",
)
_HOLDS_IF = Text(
    "No hidden weight moved in {still} of {n} networks, and yet the network learned: its readout over {width} frozen random units "
    "per layer reached {sgd} % with SGD and {adam} % with Adam, sigmoid {sgd_sigmoid} % and {adam_sigmoid} % (at a shared rate "
    "{sgd_shared} % and {adam_shared} %).",
    "신경망 {n}개 가운데 {still}개에서 은닉층 가중치는 하나도 움직이지 않았습니다. 그런데도 학습은 되었습니다. 층마다 {width}개인 "
    "무작위 유닛은 얼어붙어 있고, 출력층만 배워서 SGD {sgd} %, Adam {adam} %에 이르렀습니다. 시그모이드는 {sgd_sigmoid} %와 "
    "{adam_sigmoid} %입니다(같은 학습률이면 {sgd_shared} %와 {adam_shared} %).",
)
_FAILS = Text(
    "The hidden weights moved in {moved} of {n} networks: {sgd} % right with SGD and {adam} % with Adam, sigmoid {sgd_sigmoid} % and "
    "{adam_sigmoid} %.",
    "신경망 {n}개 가운데 {moved}개에서 은닉층 가중치가 움직였습니다. 정확도는 SGD {sgd} %, Adam {adam} %, 시그모이드는 {sgd_sigmoid} %와 "
    "{adam_sigmoid} %입니다.",
)
_CONDITION = Text(
    "With steps the readout makes up for it from {units} units on. Any slope moves the weights: with a ramp so narrow that {flat} % of inputs "
    "still meet slope 0, {ramp} % are told right; with a jump that keeps a slope beside it, {jump} %.",
    "계단 함수라도 유닛이 많으면 출력층이 부족함을 메웁니다. 그렇게 되는 층당 유닛 수는 {units}부터입니다. 기울기가 조금이라도 있으면 "
    "가중치는 움직입니다. 입력의 {flat} %가 여전히 기울기 0을 만날 만큼 좁은 비탈만 있어도 {ramp} %를 맞힙니다. 계단은 그대로 두고 "
    "기울기만 더하면 {jump} %를 맞힙니다.",
)
_NONE = Text("more than 64", "64보다 큰 수")


def moved(before: nets.Nets, after: nets.Nets) -> Any:
    """Return for each network whether any weight or bias of a hidden layer has changed, be it by one bit.

    Args:
        before: Networks at their start.
        after: The same networks, trained.

    Returns:
        Shape (networks,).

    Example:
        >>> split = nets.toy("moons", count=60)
        >>> start = nets.draw(Recipe(activation="step", hidden=(4,)), split, [0, 1])
        >>> moved(start, nets.train([start], split, steps=20)[0].nets)
        array([False, False])
    """
    changed = np.zeros(len(before), bool)
    for layer in range(before.architecture.layers - 1):
        for name in ("weight", "bias"):
            one, other = before.array(name, layer), after.array(name, layer)
            changed |= (one != other).reshape(len(before), -1).any(axis=1)
    return changed


def _lane(run: Run, split: Split, function: str, width: int, count: int) -> nets.Nets:
    recipe = Recipe(
        activation=_FORMULAS[function],
        hidden=(width,) * run.whole("depth"),
        init="pytorch",
        batch_size=25,
        lr=_SWEEP_RATE,
    )
    return nets.draw(recipe, split, run.seeds(count))


def _sweep(run: Run, split: Split) -> Any:
    """Return accuracy over the width for the step and for the sigmoid; shape (2, widths, networks)."""
    rows = []
    for k, width in enumerate(_WIDTHS):
        lanes = [_lane(run, split, f, width, _SWEPT) for f in ("step", "sigmoid")]
        grown = nets.train(lanes, split, steps=_STEPS, points=(_STEPS,), workers=run.workers)
        rows.append([g.score[:, -1] for g in grown])
        run.tell(0.7 + 0.3 * (k + 1) / len(_WIDTHS))
    return np.array(rows).swapaxes(0, 1)


def _run(run: Run) -> Facts:
    split = nets.toy(run.choice("data"), count=_COUNT, seed=run.seed)
    chosen, width = run.choice("function"), run.whole("width")
    functions = ("sigmoid", chosen, "ramp", "jump")  # the sigmoid's rate is the shared one
    lanes = [_lane(run, split, f, width, _NETS) for f in functions]
    races = raced(
        lanes,
        split,
        steps=_STEPS,
        rates=_RATES,
        told=lambda share: run.tell(0.7 * share),
        workers=run.workers,
    )
    plane = _plane(split, races, chosen)
    run.tell(0.7, plane)
    changed = [moved(lanes[1], g.nets) for r in races for g in (r.own[1], r.shared[1])]
    sweep = _sweep(run, split)
    still = ~np.any(changed, axis=0)
    return Facts(
        held=still,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(lanes, races, split, still, sweep),
        figures=(plane, _chart(sweep)),
    )


def _best(races: list[Raced], lane: int) -> Any:
    """Return each start's accuracy under the better optimizer; shape (networks,)."""
    return np.max([race.own[lane].score[:, -1] for race in races], axis=0)


def _numbers(
    lanes: list[nets.Nets], races: list[Raced], split: Split, still: Any, sweep: Any
) -> tuple[Number, ...]:
    means = sweep.mean(axis=2)
    near = means[0] >= means[1] - _NEAR
    from_here = [w for k, w in enumerate(_WIDTHS) if near[k:].all() and means[1, k] >= _LEARNED]
    flat = lanes[2].look(split.train_inputs, split.train_targets).slopes[0] == 0
    found = [
        averaged("still", _STILL, still.astype(float), _STILL_SAYS, form="share"),
        *(
            averaged(
                f"{race.optimizer}-{mode}-{lane}",
                _REACHED.fill(
                    function=_NAMES["sigmoid"] if lane == "sigmoid" else _CHOSEN,
                    name="SGD" if race.optimizer == "sgd" else "Adam",
                    rate=_RATE_NAMES[mode],
                ),
                getattr(race, mode)[k].score[:, -1],
                _REACHED_SAYS,
                form="share",
            )
            for lane, k, modes in (("chosen", 1, ("own", "shared")), ("sigmoid", 0, ("own",)))
            for race in races
            for mode in modes
        ),
        averaged(
            "behind",
            _BEHIND,
            (still & (_best(races, 1) < _best(races, 0) - _NEAR)).astype(float),
            _BEHIND_SAYS,
            form="share",
        ),
        averaged("ramp", _NAMES["ramp"], _best(races, 2), _OTHER_SAYS, form="share"),
        averaged("jump", _NAMES["jump"], _best(races, 3), _OTHER_SAYS, form="share"),
        averaged("flat", _FLAT, flat.mean(axis=(1, 2)), _FLAT_SAYS, form="share"),
        Number(
            id="units",
            name=_UNITS,
            value=float(from_here[0]) if from_here else float("inf"),
            n=_SWEPT,
            form="count",
            explanation=_UNITS_SAY,
        ),
    ]
    return tuple(found)


_CHOSEN = Text("this function", "이 함수")
_STILL = Text("Hidden weights did not move", "은닉층 가중치가 그대로")
_STILL_SAYS = Text(
    "The share of networks of which no hidden weight or bias changed by a single bit, with SGD and with Adam.",
    "SGD로도 Adam으로도 은닉층의 가중치와 편향이 한 비트도 바뀌지 않은 신경망의 비율입니다.",
)
_BEHIND = Text("The readout does not make up for it", "출력층이 메우지 못함")
_BEHIND_SAYS = Text(
    "The share of networks whose hidden weights did not move and which stay more than 5 points of accuracy behind the sigmoid.",
    "은닉층 가중치가 그대로이고 정확도가 시그모이드보다 5 %p 넘게 낮은 신경망의 비율입니다.",
)
_RATE_NAMES = {
    "own": Text("best rate", "가장 좋은 학습률"),
    "shared": Text("shared rate", "같은 학습률"),
}
_REACHED = Text("{function}, {name}, {rate}", "{function}, {name}, {rate}")
_REACHED_SAYS = Text(
    "The share of held-back points told right after training.",
    "학습한 뒤 따로 떼어 둔 점을 맞힌 비율입니다.",
)
_OTHER_SAYS = Text(
    "The same with this function, under the better optimizer.",
    "이 함수를 쓰고 더 나은 옵티마이저으로 배웠을 때의 값입니다.",
)
_FLAT = Text("Slope 0 on the narrow ramp", "좁은 비탈에서 기울기 0")
_FLAT_SAYS = Text(
    "The share of pre-activations in the first layer at which the narrow ramp has slope 0, before training.",
    "학습하기 전 첫 층의 활성화 전 값 가운데 좁은 비탈의 기울기가 0인 것의 비율입니다.",
)
_UNITS = Text("As good as the sigmoid from", "시그모이드만큼 되는 유닛 수")
_UNITS_SAY = Text(
    "The least number of units per layer from which on the step stays within 5 points of the sigmoid (Adam, rate 0.1).",
    "정확도가 시그모이드와 5 %p 안으로 좁혀진 뒤 다시 벌어지지 않는 가장 적은 유닛 수입니다(Adam, 학습률 0.1).",
)


def _plane(split: Split, races: list[Raced], chosen: str) -> Plane:
    best = max(races, key=lambda race: float(race.own[1].score[:, -1].mean()))
    return Plane(
        id="boundaries",
        title=Text(
            "Frozen units draw the lines, the readout colours",
            "얼어붙은 유닛이 선을 긋고 출력층이 색을 칠한다",
        ),
        note=Text(
            "First of {n} networks, at its best rate, {steps} steps of batch 25.",
            "신경망 {n}개 가운데 첫째, 가장 좋은 학습률, 배치 25로 {steps}스텝.",
        ).fill(n=_NETS, steps=_STEPS),
        extent=extent_of(split),
        tiles=tuple(
            plane_of(
                best.own[lane].nets,
                split,
                _NAMES[name],
                caption=Text("accuracy {share} %", "정확도 {share} %").fill(
                    share=f"{100 * best.own[lane].score[0, -1]:.0f}"
                ),
                resolution=36,
            )
            for lane, name in ((1, chosen), (0, "sigmoid"))
        ),
    )


def _chart(sweep: Any) -> Chart:
    series = []
    for name, found, style in zip((_NAMES["step"], _NAMES["sigmoid"]), sweep, _STYLES, strict=True):
        means = np.array([mean_of(values) for values in found])
        series.append(
            Series(
                name=name,
                x=np.array(_WIDTHS, float),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style=style,
                mark="both",
            )
        )
    return Chart(
        id="width",
        title=Text(
            "More frozen units, more to choose from", "얼어붙은 유닛도 많으면 골라 쓸 것이 많다"
        ),
        note=Text(
            "Held-back points told right; Adam, rate {rate}, {steps} steps; mean of {n} networks.",
            "따로 떼어 둔 점을 맞힌 비율. Adam, 학습률 {rate}, {steps}스텝, 신경망 {n}개의 평균.",
        ).fill(rate=_SWEEP_RATE, steps=_STEPS, n=_SWEPT),
        x=Axis(name=Text("units per layer", "층마다 유닛 수"), log=True),
        y=Axis(name=Text("accuracy", "정확도"), low=0.4, high=1.0),
        series=tuple(series),
        levels=(Level(name=Text("guessing", "찍기"), at=0.5, style="other"),),
    )


def _verdict(facts: Facts) -> Verdict:
    n = len(facts.held)
    still = round(facts["still"] * n)
    said = {
        "n": n,
        "still": still,
        "moved": n - still,
        "width": facts.settings["width"],
        **{
            key: f"{100 * facts[number]:.0f}"
            for key, number in (
                ("sgd", "sgd-own-chosen"),
                ("adam", "adam-own-chosen"),
                ("sgd_shared", "sgd-shared-chosen"),
                ("adam_shared", "adam-shared-chosen"),
                ("sgd_sigmoid", "sgd-own-sigmoid"),
                ("adam_sigmoid", "adam-own-sigmoid"),
            )
        },
    }
    units = facts["units"]
    condition = _CONDITION.fill(
        units=same(f"{units:.0f}") if np.isfinite(units) else _NONE,
        flat=f"{100 * facts['flat']:.0f}",
        ramp=f"{100 * facts['ramp']:.0f}",
        jump=f"{100 * facts['jump']:.0f}",
    )
    if still < n / 2:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if facts["behind"] > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    if facts["still"] < 0.5:
        return "moves"
    best = max(facts["sgd-own-chosen"], facts["adam-own-chosen"])
    sigmoid = max(facts["sgd-own-sigmoid"], facts["adam-own-sigmoid"])
    return "readout" if best >= sigmoid - _NEAR else "nothing"


EXPERIMENT = Experiment(
    id="step-cannot-learn",
    claim=Text(
        "The sigmoid has a derivative and the step has none, so a network of steps cannot learn by gradient descent.",
        "시그모이드는 미분할 수 있지만 계단 함수는 그럴 수 없다. 그래서 계단 함수로 만든 신경망은 경사 하강법으로 배우지 못한다.",
    ),
    sources="B",
    question=Question(
        text=Text(
            "A network of 64 step units is trained by gradient descent. What happens?",
            "계단 함수 유닛 64개짜리 신경망을 경사 하강법으로 학습시킵니다. 무슨 일이 일어날까요?",
        ),
        answers=(
            Answer(
                id="nothing",
                name=Text(
                    "its hidden weights stay, and it learns poorly",
                    "은닉층이 그대로여서 잘 배우지 못한다",
                ),
            ),
            Answer(
                id="readout",
                name=Text(
                    "its hidden weights stay, and it learns well", "은닉층은 그대로지만 잘 배운다"
                ),
            ),
            Answer(
                id="moves",
                name=Text("its hidden weights move a little", "은닉층도 조금은 움직인다"),
            ),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="function",
            name=Text("activation function", "활성화 함수"),
            usual="step",
            choices=tuple(Choice(id=key, name=_NAMES[key]) for key in ("step", "ramp", "jump")),
        ),
        Control(
            id="width",
            name=Text("units per layer", "층마다 유닛 수"),
            usual=64,
            low=1,
            high=64,
            whole=True,
        ),
        Control(
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=1, low=1, high=3, whole=True
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
        "24 networks from paired starts learn with SGD and Adam; every hidden weight is compared with its start, bit by bit. Steps have "
        "slope 0 wherever they have one, so the hidden layer gets no gradient at all. The readout has a gradient of its own, and enough "
        "random units give it what it needs. What stops the hidden layer is the zero slope, not the jump."
        " A start counts as held if no hidden weight moves; what the readout learns is told beside it.",
        "짝지은 출발의 신경망 24개가 SGD와 Adam으로 배우고, 은닉층 가중치를 출발할 때와 한 비트까지 비교합니다. 계단 함수의 기울기는 "
        "있는 곳마다 0이라 은닉층에는 기울기가 전혀 오지 않습니다. 그러나 출력층은 제 기울기로 배우고, 무작위 유닛이 넉넉하면 그것으로 "
        "충분합니다. 은닉층을 멈추는 것은 끊어진 곳이 아니라 0인 기울기입니다."
        " 은닉층 가중치가 그대로이면 맞은 출발로 세고, 출력층이 배운 것은 따로 봅니다.",
    ),
    after=("sigmoid-vanishing", "dying-relu", "frozen-early-layers"),
    seconds=3.0,
)
