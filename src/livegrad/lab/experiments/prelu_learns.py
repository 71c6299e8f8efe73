"""PReLU learns its slope: it moves, and not to one value; whether that helps depends on the optimizer and the task."""

from __future__ import annotations

from dataclasses import replace
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
from livegrad.lab.figure import Axis, Chart, Figure, Level, Series
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged
from livegrad.lab.rates import Raced, raced
from livegrad.lab.stages import stages
from livegrad.text import Text, join, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _STEPS, _COUNT, _LAYERS = 24, 1000, 300, 2
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0), "adam": (0.003, 0.01, 0.03)}
_STARTS = (0.01, 0.25, 1.0)
_MOVED = 0.05  # a slope that moves by less might as well be fixed
_CLOSE = 0.5  # ends at most half as far apart as the starts have come closer
_LOOKS = tuple(range(0, _STEPS + 1, 100))
_TASKS = {
    "spiral": Text("spiral", "나선"),
    "moons": Text("moons", "초승달"),
    "circles": Text("circles", "동심원"),
}
_OPTIMIZERS = {"adam": same("Adam"), "sgd": same("SGD")}

_MOVES = Text(
    "The slope moves by {moved} from its start {start}. Against the same slope kept fixed, accuracy changes by {adam} points "
    "with Adam ({adam_interval}) and {sgd} with SGD ({sgd_interval}), each at its best rate: {so}",
    "기울기는 출발값 {start}에서 {moved}만큼 움직였습니다. 같은 기울기를 고정해 둘 때와 비교하면 정확도가 Adam에서 {adam} "
    "%p({adam_interval}), SGD에서 {sgd} %p({sgd_interval}) 달라졌습니다. 저마다 가장 좋은 학습률에서 잰 값입니다. {so}",
)
_STAYS = Text(
    "The slope moves by {moved} only from its start {start}: hardly anything was learned about it.",
    "기울기는 출발값 {start}에서 {moved}만큼밖에 움직이지 않았습니다. 학습으로 얻은 것이 거의 없습니다.",
)
_BOTH = Text("learning it pays with both.", "두 옵티마이저 모두에서 배우는 것이 이득입니다.")
_ONE = Text(
    "it can be learned; that it pays depends.",
    "배울 수는 있지만, 이득이 되는지는 경우에 따라 다릅니다.",
)
_NEITHER = Text(
    "it can be learned, but it does not pay here.", "배울 수는 있지만 여기서는 이득이 없습니다."
)
_CONDITION = Text(
    "Gain with Adam by data set, in points: {gains}. After training the slope of the last hidden layer is {end} here; from "
    "starts of {starts} the paths {meet}.",
    "Adam에서 얻은 이득은 데이터마다 다릅니다(%p): {gains}. 학습을 마친 뒤 마지막 은닉층의 기울기는 여기서 {end}입니다. {starts}에서 "
    "출발한 기울기들은 {meet}.",
)
_MEET = Text("come close to each other", "서로 가까워집니다")
_APART = Text("stay apart", "끝까지 서로 떨어져 있습니다")
_GAIN = Text("{task} {gain}", "{task} {gain}")


def _lanes(split: Split, run: Run, start: float) -> list[nets.Nets]:
    """Return Leaky ReLU and PReLU from the same weights and the same slope."""
    hidden = (run.whole("width"),) * _LAYERS
    return [
        nets.draw(
            Recipe(activation=f"{name}(alpha={start:g})", hidden=hidden, batch_size=25),
            split,
            run.seeds(_NETS),
        )
        for name in ("leaky_relu", "prelu")
    ]


def _gain(leaky: nets.Grown, prelu: nets.Grown) -> Reals:
    """Return by how many points of accuracy PReLU ends above Leaky ReLU; a diverged network scores 0."""
    after, before = (np.nan_to_num(grown.score[:, -1]) for grown in (prelu, leaky))
    return 100 * (after - before)


def _slopes(networks: nets.Nets) -> Reals:
    """Return the learned slopes; shape (networks, layers)."""
    return np.stack(
        [networks.array("learned", layer)[:, 0] for layer in range(_LAYERS)], axis=1
    ).astype(float)


def _run(run: Run) -> Facts:
    start, task = run.number("start"), run.choice("task")
    splits = {name: nets.toy(name, count=_COUNT, seed=run.seed) for name in _TASKS}
    split = splits[task]
    found = {
        race.optimizer: race
        for race in raced(
            _lanes(split, run, start),
            split,
            steps=_STEPS,
            optimizers=("adam", "sgd"),
            seeds=6,
            rates=_RATES,
            told=lambda share: run.tell(0.5 * share),
            workers=run.workers,
        )
    }
    gains = {name: _gain(*race.own) for name, race in found.items()}
    run.tell(0.5, _accuracy(found, run))
    by_task = {task: gains["adam"], **_elsewhere(run, splits, start)}
    run.tell(0.75)
    rate = found["adam"].own[1].nets.recipe.lr
    paths = {at: _path(run, split, at, rate) for at in sorted({*_STARTS, start})}
    moved = np.abs(_slopes(found["adam"].own[1].nets) - start).mean(axis=1)
    return Facts(
        held=(moved > _MOVED) & (gains["adam"] > 0),
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(moved, gains, by_task, paths, run),
        figures=(_over_time(paths, run), _accuracy(found, run)),
    )


def _elsewhere(run: Run, splits: dict[str, Split], start: float) -> dict[str, Reals]:
    """Return the gain with Adam on the other data sets."""
    gains = dict[str, Reals]()
    for name, split in splits.items():
        if name != run.choice("task"):
            race = raced(
                _lanes(split, run, start),
                split,
                steps=_STEPS // 2,
                optimizers=("adam",),
                rates=_RATES,
                workers=run.workers,
            )[0]
            gains[name] = _gain(*race.own)
    return gains


def _path(run: Run, split: Split, start: float, rate: float) -> Reals:
    """Return the slopes over time with Adam; shape (looks, networks, layers)."""
    prelu = _lanes(split, run, start)[1]
    prelu = replace(prelu, recipe=replace(prelu.recipe, lr=rate))
    return np.stack([_slopes(now) for _, now in stages(prelu, split, _LOOKS, workers=run.workers)])


def _numbers(
    moved: Reals, gains: dict[Any, Reals], by_task: dict[str, Reals], paths: dict[float, Reals],
    run: Run
) -> tuple[Number, ...]:  # fmt: skip
    gain = Text(
        "Accuracy of PReLU minus that of Leaky ReLU from the same weights and slope, in points of a hundred, paired.",
        "같은 가중치와 같은 기울기에서 출발한 PReLU의 정확도에서 Leaky ReLU의 정확도를 뺀 값입니다. 단위는 %p이고, 짝지은 출발끼리 "
        "뺐습니다.",
    )
    name = Text("Gain, {what}", "이득, {what}")
    start = run.number("start")
    others = [other for other in by_task if other != run.choice("task")]
    return (
        averaged("moved", Text("How far the slope moves", "기울기가 움직인 거리"), moved,
                 Text("Mean distance of the learned slopes from where they began, Adam.",
                      "배운 기울기가 출발값에서 멀어진 거리의 평균입니다(Adam).")),
        averaged("gain-adam", name.fill(what="Adam"), gains["adam"], gain),
        averaged("gain-sgd", name.fill(what="SGD"), gains["sgd"], gain),
        *(averaged(f"gain-{other}", name.fill(what=_TASKS[other]), by_task[other], gain)
          for other in others),
        averaged("end", Text("Slope after training", "학습한 뒤의 기울기"), paths[start][-1, :, -1],
                 Text("Slope of the last hidden layer after training, Adam.",
                      "학습을 마친 뒤 마지막 은닉층의 기울기입니다(Adam).")),
        Number(id="spread", name=Text("Spread of the ends", "끝난 자리의 폭"), n=_NETS,
               value=float(np.ptp([np.nanmean(paths[at][-1, :, -1]) for at in _STARTS])),
               explanation=Text("How far apart the mean slopes of the last layer end when they begin at 0.01, 0.25 and 1.",
                                "마지막 층의 평균 기울기를 0.01, 0.25, 1에서 출발시켰을 때, 학습을 마친 값들이 서로 얼마나 떨어져 "
                                "있는지입니다.")),
    )  # fmt: skip


def _over_time(paths: dict[float, Reals], run: Run) -> Figure:
    series = list[Series]()
    for at, path in paths.items():
        for layer in range(_LAYERS):
            means = np.array([mean_of(look) for look in path[:, :, layer]])
            series.append(
                Series(
                    name=Text("from {at}, layer {n}", "출발 {at}, {n}층").fill(
                        at=f"{at:g}", n=layer + 1
                    ),
                    x=np.array(_LOOKS, float),
                    y=means[:, 0],
                    low=means[:, 1],
                    high=means[:, 2],
                    style="measured" if layer == 0 else "other",
                )
            )
    return Chart(
        id="slopes",
        title=Text(
            "Where the slopes go",
            "기울기가 가는 길",
        ),
        note=Text(
            "Slope on the negative side, one for each layer; {task}, Adam, {n} networks; mean and 95 %.",
            "음수 쪽의 기울기, 층마다 하나. {task}, Adam, 신경망 {n}개의 평균과 95 % 구간.",
        ).fill(task=_TASKS[run.choice("task")], n=_NETS),
        x=Axis(name=Text("steps", "스텝")),
        y=Axis(name=Text("learned slope α", "배운 기울기 α")),
        series=tuple(series),
        levels=(Level(name=Text("ReLU: 0", "ReLU: 0"), at=0.0, style="other"),),
    )


def _accuracy(found: dict[Any, Raced], run: Run) -> Figure:
    columns = [
        (name, mode, lanes)
        for name in _OPTIMIZERS
        for mode, lanes in (("own", found[name].own), ("shared", found[name].shared))
    ]
    modes = {
        "own": Text("own best rate", "저마다 가장 좋은 학습률"),
        "shared": Text("shared rate", "같은 학습률"),
    }
    series = list[Series]()
    for lane, called in enumerate(("Leaky ReLU", "PReLU")):
        means = np.array(
            [mean_of(np.nan_to_num(lanes[lane].score[:, -1])) for *_, lanes in columns]
        )
        series.append(
            Series(
                name=same(called),
                x=np.arange(len(columns), dtype=float),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="measured" if lane else "other",
                mark="points",
            )
        )
    return Chart(
        id="accuracy",
        title=Text("What learning the slope brings", "기울기를 배워서 얻는 것"),
        note=Text(
            "Accuracy on {held} held-back points of {task}; {n} paired starts; mean and 95 %; diverged ones score 0.",
            "따로 떼어 둔 {task} 점 {held}개에서 잰 정확도. 짝지은 출발 {n}개의 평균과 95 % 구간. 발산하면 0점.",
        ).fill(task=_TASKS[run.choice("task")], n=_NETS, held=_COUNT // 4),
        x=Axis(
            name=Text("optimizer and rate", "옵티마이저와 학습률"),
            labels=tuple(
                Text("{optimizer}, {mode}", "{optimizer}, {mode}").fill(
                    optimizer=_OPTIMIZERS[name], mode=modes[mode]
                )
                for name, mode, _ in columns
            ),
        ),
        y=Axis(name=Text("accuracy", "정확도"), high=1.0),
        series=tuple(series),
    )  # fmt: skip


def _pays(facts: Facts, name: str) -> bool:
    """Return whether the whole interval of a gain lies above 0."""
    number = next(n for n in facts.numbers if n.id == f"gain-{name}")
    return number.low is not None and number.low > 0


def _interval(facts: Facts, name: str) -> str:
    number = next(n for n in facts.numbers if n.id == f"gain-{name}")
    return f"{_signed(number.low or 0.0, 1)} … {_signed(number.high or 0.0, 1)}"


def _signed(value: float, digits: int = 2) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")


def _verdict(facts: Facts) -> Verdict:
    task, start = str(facts.settings["task"]), float(facts.settings["start"])
    listed = {task: "adam"} | {other: other for other in _TASKS if other != task}
    gains = [
        _GAIN.fill(task=_TASKS[name], gain=_signed(facts[f"gain-{number}"], 1))
        for name, number in listed.items()
    ]
    condition = _CONDITION.fill(
        gains=join(gains, between=", "),
        end=_signed(facts["end"]),
        starts=", ".join(f"{at:g}" for at in _STARTS),
        meet=_MEET if facts["spread"] < _CLOSE * (max(_STARTS) - min(_STARTS)) else _APART,
    )
    moved = f"{facts['moved']:.2f}"
    if facts["moved"] < _MOVED:
        text = _STAYS.fill(moved=moved, start=f"{start:g}")
        return Verdict(code="does-not-hold", text=text, condition=condition)
    pays = [_pays(facts, name) for name in _OPTIMIZERS]
    text = _MOVES.fill(
        moved=moved,
        start=f"{start:g}",
        adam=_signed(facts["gain-adam"], 1),
        adam_interval=_interval(facts, "adam"),
        sgd=_signed(facts["gain-sgd"], 1),
        sgd_interval=_interval(facts, "sgd"),
        so=_BOTH if all(pays) else _ONE if any(pays) else _NEITHER,
    )
    code = "holds" if all(pays) else "holds-if" if any(pays) else "does-not-hold"
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    start, end = float(facts.settings["start"]), facts["end"]
    if facts["moved"] < _MOVED:
        return "stays"
    if end < -_MOVED:
        return "below"
    return "zero" if end < start else "straight"


EXPERIMENT = Experiment(
    id="prelu-learns",
    claim=Text(
        "The slope of Leaky ReLU on the negative side need not be chosen: PReLU learns it.",
        "Leaky ReLU의 음수 쪽 기울기는 사람이 정할 필요가 없다. PReLU는 그 기울기를 학습한다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "PReLU begins with a small positive slope on the negative side. Where does training take it?",
            "PReLU의 음수 쪽 기울기를 작은 양수에서 출발시킵니다. 학습하면 이 기울기는 어디로 갈까요?",
        ),
        answers=(
            Answer(id="zero", name=Text("towards 0, like ReLU", "ReLU처럼 0 쪽으로")),
            Answer(id="below", name=Text("below 0", "0 아래로")),
            Answer(id="straight", name=Text("up, towards a straight line", "위로, 직선에 가깝게")),
            Answer(id="stays", name=Text("it hardly moves", "거의 움직이지 않는다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="task",
            name=Text("data", "데이터"),
            usual="spiral",
            choices=tuple(Choice(id=task, name=name) for task, name in _TASKS.items()),
        ),
        Control(id="start", name=Text("slope at the start", "기울기의 출발값"), usual=0.25, low=0.01, high=0.9),
        Control(id="width", name=Text("units per layer", "층마다 유닛 수"), usual=8, low=2, high=32, whole=True),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "PReLU and Leaky ReLU begin with the same weights and the same slope; the only difference is that PReLU's slope, one "
        "number for each layer, is trained with the rest. It moves freely and may turn negative, which bends the function more. "
        "All units of a layer pull at this one number, so with SGD its steps are large and training may get less stable.",
        "PReLU와 Leaky ReLU는 같은 가중치와 같은 기울기에서 출발합니다. 한 가지만 다릅니다. PReLU에서는 층마다 하나씩 있는 기울기도 "
        "함께 학습됩니다. 기울기는 자유롭게 움직이고 음수가 되기도 하는데, 그러면 함수가 더 크게 꺾입니다. 한 층의 모든 유닛이 이 수 "
        "하나를 당기기 때문에 SGD에서는 스텝이 커져 학습이 불안정해지기도 합니다.",
    ),
    after=("dying-cures", "elu-noise", "relu-sparsity"),
    seconds=1.0,
)  # fmt: skip
