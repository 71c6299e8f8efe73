"""Learning succeeds where the gradient flows: mostly necessary, not sufficient, and less so with Adam."""

from __future__ import annotations

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
from livegrad.lab.figure import Axis, Chart, Figure, Heat, Level, Series
from livegrad.lab.measured import averaged
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Optimizer, Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _WIDTH, _STEPS = 16, 8, 240
_ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu")
_INITS = {"pytorch": "PyTorch", "glorot": "Glorot", "he": "He"}
_SHALLOW = (2, 6, 16)
_RATES = {"sgd": (0.1, 1.0), "adam": (0.003, 0.02)}
_FLOOR = -40.0  # log10 drawn for a gradient that is exactly 0
_ALMOST_ALL, _HALF = 0.9, 0.5
_TARGETS = {"circles": 0.8, "moons": 0.9}  # more than a straight line gets, which is 0.5 and 0.86
_TASKS = {"circles": Text("circles", "동심원"), "moons": Text("moons", "초승달")}
_OPTIMIZERS: tuple[Optimizer, ...] = ("sgd", "adam")
_CALLED = {"sgd": same("SGD"), "adam": same("Adam")}

_TEXT = Text(
    "Where the first layer gets less than 10^−{decades} of the last one's gradient, {starved_sgd} learn with SGD and {starved_adam} with "
    "Adam. Where it gets more, {level_sgd} and {level_adam} learn. {so}",
    "첫 층의 기울기가 마지막 층의 10^−{decades}배에 못 미치는 신경망은 SGD로 {starved_sgd}, Adam으로 {starved_adam}가 학습에 "
    "성공합니다. 그보다 큰 신경망은 SGD로 {level_sgd}, Adam으로 {level_adam}가 성공합니다. {so}",
)
_HOLDS = Text("Flow decides.", "기울기의 흐름이 학습을 가릅니다.")
_HOLDS_IF = Text(
    "Flow helps decide, but it does not decide alone.",
    "기울기의 흐름이 중요하지만, 그것만으로 성패가 갈리지는 않습니다.",
)
_FAILS = Text("Flow is not even needed here.", "여기서는 기울기가 흐르지 않아도 됩니다.")
_CONDITION = Text(
    "The ratio that best parts learning from not learning is 10^{cut_sgd} for SGD and 10^{cut_adam} for Adam, which rescales small "
    "gradients. Networks that fail although the gradient flows see inputs more alike: in the last layer their mean correlation "
    "is {alike_failed}, in those that learn {alike_learned} (SGD).",
    "학습 여부를 가장 잘 가르는 기울기 비율은 SGD에서 10^{cut_sgd}, 작은 기울기를 키워 쓰는 Adam에서 10^{cut_adam}입니다. 기울기가 "
    "흐르는데도 실패한 신경망은 입력들을 서로 더 비슷하게 봅니다. 마지막 층에서 두 입력의 상관은 평균해서 실패한 쪽이 {alike_failed}, "
    "성공한 쪽이 {alike_learned}입니다(SGD).",
)


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """One row for each activation, initialisation and depth.

    Attributes:
        names: Activation, initialisation, depth.
        ratio: log₁₀ of the first layer's gradient over the last one's, at the start; shape (cells, networks).
        alike: Mean correlation of two inputs in the last hidden layer, at the start; the same shape.
        accuracy: After training at the better rate, by optimizer; the same shape.
    """

    names: list[tuple[str, str, int]]
    ratio: Reals
    alike: Reals
    accuracy: dict[Optimizer, Reals]


def _depths(run: Run) -> tuple[int, ...]:
    return (*_SHALLOW, run.whole("deepest"))


def _alike(outputs: Reals) -> Reals:
    """Return the mean cosine between what two samples look like to a layer; shape (networks,)."""
    h = outputs.astype(float)
    length = np.sqrt((h**2).sum(axis=2, keepdims=True))
    unit = np.divide(h, length, out=np.zeros_like(h), where=length > 0)
    count = h.shape[1]
    total = (unit.sum(axis=1) ** 2).sum(axis=1)
    return (total - count) / (count * (count - 1))


def _measured(run: Run, split: Split) -> _Cells:
    names = [
        (activation, init, depth)
        for depth in _depths(run)
        for activation in _ACTIVATIONS
        for init in _INITS
    ]
    ratio, alike, starts = list[Reals](), list[Reals](), list[nets.Nets]()
    for activation, init, depth in names:
        recipe = Recipe(activation=activation, hidden=(_WIDTH,) * depth, init=init, batch_size=25)
        drawn = nets.draw(recipe, split, run.seeds(_NETS))
        look = drawn.look(split.train_inputs, split.train_targets)
        ratio.append(np.nan_to_num(look.log10_gradient[:, 0], nan=_FLOOR, neginf=_FLOOR))
        alike.append(_alike(look.inputs[-1]))
        starts.append(drawn)
    accuracy = {
        optimizer: _accuracy(run, split, starts, optimizer, part)
        for part, optimizer in enumerate(_OPTIMIZERS)
    }
    return _Cells(names=names, ratio=np.array(ratio), alike=np.array(alike), accuracy=accuracy)


def _accuracy(
    run: Run, split: Split, starts: list[nets.Nets], optimizer: Optimizer, part: int
) -> Reals:
    """Return the accuracy at the better of two rates; shape (cells, networks)."""
    lanes = [
        replace(start, recipe=replace(start.recipe, optimizer=optimizer, lr=rate))
        for start in starts
        for rate in _RATES[optimizer]
    ]
    grown = nets.train(
        lanes,
        split,
        steps=_STEPS,
        points=(_STEPS,),
        told=lambda share: run.tell(0.1 + 0.45 * (part + share)),
        workers=run.workers,
    )
    ended = np.array([np.nan_to_num(result.score[:, -1]) for result in grown])
    by_rate = ended.reshape(len(starts), -1, _NETS)
    best = by_rate.mean(axis=2).argmax(axis=1)  # one rate for a cell, not one for each network
    return by_rate[np.arange(len(starts)), best]


def _run(run: Run) -> Facts:
    task = run.choice("task")
    split = nets.toy(task, count=200, seed=run.seed)
    cells = _measured(run, split)
    flows = np.abs(cells.ratio) <= run.number("decades")
    learned = {name: cells.accuracy[name] >= _TARGETS[task] for name in _OPTIMIZERS}
    return Facts(
        held=_parted(cells, flows, learned),
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(cells, flows, learned),
        figures=(_scatter(cells, run), _table(cells, run), _likeness(cells, flows, run)),
    )


def _within(values: Reals, where: Reals) -> Reals:
    """Return for each network the mean over some cells; NaN where there are none; shape (networks,)."""
    count = where.sum(axis=0)
    total = np.where(where, values, 0).sum(axis=0)
    return np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)


def _parted(cells: _Cells, flows: Reals, learned: dict[Optimizer, Reals]) -> Reals:
    """Return for each start whether most networks learn where the gradient flows and most fail where it starves."""
    starves = (cells.ratio < 0) & ~flows
    level = [np.nan_to_num(_within(done, flows), nan=1.0) for done in learned.values()]
    starved = [np.nan_to_num(_within(done, starves)) for done in learned.values()]
    return (np.min(level, axis=0) > _HALF) & (np.max(starved, axis=0) < _HALF)


def _cut(ratio: Reals, learned: Reals) -> float:
    """Return the log ratio above which most networks learn: the cut with the fewest mistakes."""
    values, order = np.sort(ratio, axis=None), ratio.ravel().argsort()
    right = learned.ravel()[order]
    mistakes = np.concatenate([[0], np.cumsum(right)]) + (
        (~right).sum() - np.concatenate([[0], np.cumsum(~right)])
    )
    return float(values[min(int(mistakes.argmin()), len(values) - 1)])


def _numbers(cells: _Cells, flows: Reals, learned: dict[Optimizer, Reals]) -> tuple[Number, ...]:
    starves = cells.ratio < 0
    starves &= ~flows
    starved = Text(
        "Share that learns among the networks whose first layer gets next to no gradient at the start.",
        "출발할 때 첫 층에 기울기가 거의 오지 않는 신경망 가운데 학습에 성공한 비율입니다.",
    )
    level = Text(
        "Share that learns among the networks whose gradient is level at the start.",
        "출발할 때 기울기가 고르게 흐르는 신경망 가운데 학습에 성공한 비율입니다.",
    )
    cut = Text(
        "The ratio above which networks learn and below which they do not, with the fewest exceptions.",
        "이 비율보다 크면 배우고 작으면 못 배운다고 볼 때 예외가 가장 적은 경계입니다.",
    )
    alike = Text(
        "Mean correlation of two inputs in the last hidden layer at the start, among networks whose gradient flows, SGD.",
        "출발할 때 마지막 은닉층에서 두 입력이 얼마나 비슷한지 상관을 평균한 값입니다. 기울기가 흐르는 신경망에서 SGD로 나누어 봅니다.",
    )
    sgd = learned["sgd"]
    return (
        *(averaged(f"starved-{name}", Text("Starved but learns, {o}", "기울기가 거의 없어도 배움, {o}").fill(o=_CALLED[name]),
                   _within(learned[name], starves), starved, form="share") for name in _OPTIMIZERS),
        *(averaged(f"level-{name}", Text("Flows and learns, {o}", "기울기가 흐르고 배움, {o}").fill(o=_CALLED[name]),
                   _within(learned[name], flows), level, form="share") for name in _OPTIMIZERS),
        *(Number(id=f"cut-{name}", name=Text("Best cut, {o}", "가장 좋은 경계, {o}").fill(o=_CALLED[name]),
                 value=10 ** _cut(cells.ratio, learned[name]), n=cells.ratio.size, form="power", explanation=cut)
          for name in _OPTIMIZERS),
        averaged("alike-failed", Text("Inputs alike, failed", "두 입력의 닮음, 실패한 쪽"), _within(cells.alike, flows & ~sgd), alike),
        averaged("alike-learned", Text("Inputs alike, learned", "두 입력의 닮음, 성공한 쪽"), _within(cells.alike, flows & sgd), alike),
    )  # fmt: skip


def _note(run: Run) -> Text:
    return Text(
        "{cells} kinds of network, {n} of each; {task}, better of two rates.",
        "신경망 {cells}종류에 {n}개씩. {task}, 두 학습률 가운데 나은 쪽.",
    ).fill(
        cells=len(_ACTIVATIONS) * len(_INITS) * len(_depths(run)),
        n=_NETS,
        task=_TASKS[run.choice("task")],
    )


def _scatter(cells: _Cells, run: Run) -> Figure:
    ratio = np.median(cells.ratio, axis=1)
    return Chart(
        id="scatter",
        title=Text("Gradient at the start against accuracy at the end", "출발할 때의 기울기와 학습 뒤의 정확도"),
        note=_note(run),
        x=Axis(name=Text("log₁₀ of first layer's gradient over the last's", "첫 층 기울기 ÷ 마지막 층 기울기의 log₁₀")),
        y=Axis(name=Text("accuracy", "정확도"), high=1.0),
        series=tuple(
            Series(
                name=_CALLED[name],
                x=ratio,
                y=cells.accuracy[name].mean(axis=1),
                style="measured" if name == "sgd" else "other",
                mark="points",
            )
            for name in _OPTIMIZERS
        ),
        levels=(
            Level(name=Text("flows from here", "여기부터 흐름"), at=-run.number("decades"), along="y"),
            Level(
                name=Text("learned from here", "여기부터 성공"),
                at=_TARGETS[run.choice("task")],
                style="other",
            ),
        ),
    )  # fmt: skip


def _table(cells: _Cells, run: Run) -> Figure:
    depths = _depths(run)
    rows = [(activation, init) for activation in _ACTIVATIONS for init in _INITS]
    columns = [(name, depth) for name in _OPTIMIZERS for depth in depths]
    values = np.array(
        [
            [
                cells.accuracy[name][cells.names.index((activation, init, depth))].mean()
                for name, depth in columns
            ]
            for activation, init in rows
        ]
    )
    label = Text("{o}, {depth} layers", "{o}, {depth}층")
    return Heat(
        id="table",
        title=Text("Who learns", "누가 배우나"),
        note=_note(run),
        x=Axis(
            name=Text("optimizer and depth", "옵티마이저와 깊이"),
            labels=tuple(label.fill(o=_CALLED[name], depth=depth) for name, depth in columns),
        ),
        y=Axis(
            name=Text("activation and initialisation", "활성화 함수와 초기화"),
            labels=tuple(same(f"{activation}, {_INITS[init]}") for activation, init in rows),
        ),
        values=values,
        name=Text("accuracy", "정확도"),
        low=0.5,
        high=1.0,
    )


def _likeness(cells: _Cells, flows: Reals, run: Run) -> Figure:
    level = flows.mean(axis=1) > _HALF
    return Chart(
        id="alike",
        title=Text("Where the gradient flows: likeness of inputs and accuracy", "기울기가 흐르는 곳: 입력의 닮음과 정확도"),
        note=_note(run),
        x=Axis(name=Text("correlation of two inputs in the last layer", "마지막 층에서 두 입력의 상관")),
        y=Axis(name=Text("accuracy", "정확도"), high=1.0),
        series=tuple(
            Series(
                name=_CALLED[name],
                x=cells.alike.mean(axis=1)[level],
                y=cells.accuracy[name].mean(axis=1)[level],
                style="measured" if name == "sgd" else "other",
                mark="points",
            )
            for name in _OPTIMIZERS
        ),
    )  # fmt: skip


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.0f} %"


def _shares(facts: Facts) -> tuple[list[float], list[float]]:
    """Return the shares that learn although starved and because the gradient flows; no such network: none, all."""
    starved = [float(np.nan_to_num(facts[f"starved-{name}"])) for name in _OPTIMIZERS]
    level = [float(np.nan_to_num(facts[f"level-{name}"], nan=1.0)) for name in _OPTIMIZERS]
    return starved, level


def _verdict(facts: Facts) -> Verdict:
    starved, level = _shares(facts)
    if max(starved) <= 1 - _ALMOST_ALL and min(level) >= _ALMOST_ALL:
        code, so = "holds", _HOLDS
    elif min(starved) >= _HALF:
        code, so = "does-not-hold", _FAILS
    else:
        code, so = "holds-if", _HOLDS_IF
    names = [f"{kind}-{name}" for kind in ("starved", "level") for name in _OPTIMIZERS]
    text = _TEXT.fill(
        decades=f"{float(facts.settings['decades']):g}",
        so=so,
        **{name.replace("-", "_"): _percent(facts[name]) for name in names},
    )
    condition = _CONDITION.fill(
        **{
            f"cut_{name}": f"{np.log10(facts[f'cut-{name}']):.1f}".replace("-", "−")
            for name in _OPTIMIZERS
        },
        alike_failed=f"{facts['alike-failed']:.2f}",
        alike_learned=f"{facts['alike-learned']:.2f}",
    )
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    starved, level = _shares(facts)
    needed, enough = min(starved) < _HALF, min(level) >= _ALMOST_ALL
    return {(True, True): "both", (True, False): "needed", (False, True): "enough"}.get(
        (needed, enough), "neither"
    )


EXPERIMENT = Experiment(
    id="gradient-flow-decides",
    claim=Text(
        "Learning succeeds where the gradient flows through all layers without a break.",
        "기울기가 모든 층을 끊김 없이 흐르면 학습에 성공한다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "You know only whether the gradient flows at the start. What does that tell about learning?",
            "출발할 때 기울기가 흐르는지만 알고 있습니다. 학습이 될지 안 될지, 무엇을 말할 수 있을까요?",
        ),
        answers=(
            Answer(id="both", name=Text("flow is needed, and it is enough", "흘러야 배우고, 흐르면 배운다")),
            Answer(id="needed", name=Text("it is needed, but not enough", "흘러야 배우지만, 흐른다고 배우지는 않는다")),
            Answer(id="enough", name=Text("it is enough, but not needed", "흐르면 배우지만, 안 흘러도 배운다")),
            Answer(id="neither", name=Text("nothing", "아무것도 알 수 없다")),
        ),
        right=_right,
    ),
    controls=(
        Control(id="task", name=Text("data", "데이터"), usual="circles",
                choices=tuple(Choice(id=task, name=name) for task, name in _TASKS.items())),
        Control(id="deepest", name=Text("deepest networks, layers", "가장 깊은 신경망의 층"), usual=40, low=20, high=80,
                whole=True),
        Control(id="decades", name=Text("still counts as flowing: decades", "흐른다고 보는 범위(10의 거듭제곱)"), usual=2.0,
                low=0.5, high=6.0),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Four activations, three initialisations and four depths, each looked at before training and then trained with SGD and with Adam. "
        "A starved first layer cannot learn by SGD. But a level gradient does not tell what it carries: deep ReLU layers make all inputs "
        "look alike, and then nothing can be told apart however well the gradient flows."
        " A start counts as held if most networks learn where the gradient flows, and most fail where it does not.",
        "활성화 함수 네 가지, 초기화 세 가지, 깊이 네 가지를 모두 짝지어, 학습하기 전에 들여다본 뒤 SGD와 Adam으로 학습시킵니다. "
        "기울기를 받지 못한 첫 층은 SGD로 배울 수 없습니다. 그러나 기울기가 고르게 흐른다고 그 안에 쓸모 있는 것이 실려 있다는 뜻은 "
        "아닙니다. 깊은 ReLU 층은 모든 입력을 비슷하게 만듭니다. 그러면 기울기가 아무리 잘 흘러도 입력을 구별할 수 없습니다."
        " 기울기가 흐르는 쪽은 절반 넘게 배우고 흐르지 않는 쪽은 절반 넘게 실패하면 맞은 출발로 셉니다.",
    ),
    after=("derivative-comparison", "relu-gradient-survival", "frozen-early-layers"),
    seconds=4.5,
)  # fmt: skip
