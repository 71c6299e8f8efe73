"""All-positive outputs lock the signs of a unit's weight gradients, so its path zigzags: how far, and for which batch."""

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
from livegrad.lab.intervals import mean_of, median_of
from livegrad.lab.pace import CHOOSERS, ratio_of
from livegrad.lab.walk import Walk, opposed, walk
from livegrad.quantity import percent
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 32
_STEPS = 400
_BATCHES = (1, 2, 4, 8, 30, 300)
_NEARLY_ALL = 0.9  # of the units: the sentence is about every unit
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0, 3.0, 10.0), "adam": (0.01, 0.03, 0.1, 0.3)}
_LANES = {
    "sigmoid": Text("sigmoid", "시그모이드"),
    "relu": same("ReLU"),
    "tanh": same("tanh"),
    "elu": same("ELU"),
}
_MODES = {
    "own": Text("each at its best rate", "저마다 가장 좋은 학습률에서"),
    "shared": Text("both at one rate", "같은 학습률에서"),
}

_TEXT = Text(
    "With {name}, {one} of the units have weight gradients of one sign for a single sample, {locked} for a batch of {batch}. "
    "Two weights take a path ×{stretch} the straight distance (×{centred} with centred outputs). Against centred outputs, "
    "{rate}, it takes ×{sgd} the steps with SGD and ×{adam} with Adam.",
    "{name:을/를} 쓰면 가중치 기울기의 부호가 모두 같은 유닛이 표본 하나일 때 {one}, 배치 {batch}일 때 {locked}입니다. 가중치 두 개가 "
    "간 길은 직선거리의 {stretch}배이고, 출력을 0 중심으로 옮기면 {centred}배입니다. {rate} 드는 스텝은 0 중심일 때의 {sgd}배(SGD), "
    "{adam}배(Adam)입니다.",
)
_CONDITION = Text(
    "The lock is exact for one sample where all outputs are positive. {flip} Centred outputs have no lock at all (tanh: {tanh} for "
    "one sample).",
    "출력이 모두 양수이면 표본 하나에서는 반드시 잠깁니다. {flip} 출력이 0 중심이면 아예 잠기지 않습니다(tanh는 표본 하나에서 {tanh}).",
)
_SOFTENS = Text(
    "From a batch of {batch} on, fewer than {share} of the units are locked.",
    "배치가 {batch} 이상이면 잠긴 유닛이 {share}에 못 미칩니다.",
)
_NO_FLIP = Text(
    "No batch size softens it below {share} here.",
    "여기서는 배치를 키워도 {share} 밑으로 내려가지 않습니다.",
)
_NEVER = Text(
    "Here not even one sample locks {share} of the units.",
    "여기서는 표본 하나로도 잠긴 유닛이 {share}에 못 미칩니다.",
)


def _locked(drawn: nets.Nets, split: Split, batch: int) -> Reals:
    """Return the share of second-layer units locked, over up to four batches; shape (networks,)."""
    found = list[Reals]()
    for k in range(min(4, len(split.train_inputs) // batch)):
        part = slice(k * batch, (k + 1) * batch)
        seen = drawn.look(split.train_inputs[part], split.train_targets[part])
        moving = (np.count_nonzero(seen.by_weight[1], axis=1) > 1).sum(axis=1)
        found.append(seen.sign_locked[1].sum(axis=1) / np.maximum(moving, 1))
    return np.mean(found, axis=0)


def _drawn(run: Run, name: str, split: Split) -> nets.Nets:
    recipe = Recipe(
        activation=name,
        hidden=(16, 16),
        init="glorot",
        optimizer="sgd",
        lr=0.3,
        batch_size=25,
    )
    return nets.draw(recipe, split, run.seeds(_NETS))


def _walks(run: Run, name: str, batch: int) -> dict[str, dict[str, Walk]]:
    """Return the walks of the outputs as they are and of the same outputs less their mean."""
    activation = nets.elementwise_in(name)
    normal = np.random.default_rng(0).normal(size=100_000).astype(np.float32)
    middle = float(np.mean(activation(normal)))

    def centred(z: Reals) -> Reals:
        return np.asarray(activation(z)) - middle

    shapes = {"given": activation, "centred": centred}
    return {
        optimizer: {
            which: walk(
                shape,
                run.seeds(_NETS + CHOOSERS),
                rates=_RATES[optimizer],
                batch=batch,
                steps=_STEPS,
                optimizer="sgd" if optimizer == "sgd" else "adam",
            )
            for which, shape in shapes.items()
        }
        for optimizer in _RATES
    }


def _chosen(walks: Mapping[str, Walk], mode: str) -> dict[str, int]:
    """Return each lane's rate, chosen by the last starts: its own best, or one for both."""
    cost = {
        which: np.minimum(found.steps[:, _NETS:], 2.0 * _STEPS).mean(axis=1)
        for which, found in walks.items()
    }
    together = int(np.sum([np.log(c) for c in cost.values()], axis=0).argmin())
    return {which: int(c.argmin()) if mode == "own" else together for which, c in cost.items()}


def _gentlest(walks: Mapping[str, Walk]) -> dict[str, int]:
    """Return the least rate at which nearly all of the choosing starts arrive on both walks."""
    arrive = [np.isfinite(found.steps[:, _NETS:]).mean(axis=1) for found in walks.values()]
    fine = np.flatnonzero(np.min(arrive, axis=0) >= _NEARLY_ALL)
    if not len(fine):
        return _chosen(walks, "shared")
    return dict.fromkeys(walks, int(fine[0]))


def _run(run: Run) -> Facts:
    name, batch, mode = run.choice("activation"), run.whole("batch"), run.choice("rate")
    split = nets.toy("moons", count=400, seed=run.seed)
    locks = dict[str, dict[int, Reals]]()
    batches = sorted({*_BATCHES, batch})
    for k, lane in enumerate(dict.fromkeys((name, "sigmoid", "relu", "tanh"))):
        drawn = _drawn(run, lane, split)
        locks[lane] = {size: _locked(drawn, split, size) for size in batches}
        run.tell(0.12 * (k + 1), _lock_figure(locks, None))
    grown = nets.train([_drawn(run, name, split)], split, steps=400, points=(400,))[0].nets
    after = {size: _locked(grown, split, size) for size in batches}
    run.tell(0.6, _lock_figure(locks, after))
    walks = _walks(run, name, batch)
    rates = {optimizer: _chosen(found, mode) for optimizer, found in walks.items()}
    run.tell(0.95)
    taken = walks["sgd"], _gentlest(walks["sgd"])  # great steps overshoot, centred or not
    longer = _stretch(*taken, "given") > _stretch(*taken, "centred")
    return Facts(
        held=(locks[name][1] >= _NEARLY_ALL) & longer,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(locks[name], batch, walks, rates, taken[1]),
        figures=(
            _trail_figure(*taken, run.seeds(1)),
            _lock_figure(locks, after),
            _rate_figure(walks),
        ),
    )


def _stretch(walks: Mapping[str, Walk], rates: Mapping[str, int], which: str) -> Reals:
    return walks[which].stretch[rates[which], :_NETS]


def _numbers(
    locked: Mapping[int, Reals],
    batch: int,
    walks: Mapping[str, Mapping[str, Walk]],
    rates: Mapping[str, Mapping[str, int]],
    together: Mapping[str, int],
) -> tuple[Number, ...]:
    numbers = list[Number]()

    def add(
        identifier: str,
        form: str,
        value: tuple[float, float, float],
        name: Text,
        explanation: Text,
    ) -> None:
        numbers.append(
            Number(
                id=identifier,
                name=name,
                value=value[0],
                low=value[1],
                high=value[2],
                n=_NETS,
                form="share" if form == "share" else "factor",
                explanation=explanation,
            )
        )

    add(
        "locked",
        "share",
        mean_of(locked[batch]),
        Text("Locked units, batch of {batch}", "잠긴 유닛, 배치 {batch}").fill(batch=batch),
        Text(
            "The share of second-layer units whose weight gradients all have one sign, at the start.",
            "출발할 때 가중치 기울기의 부호가 모두 같은 둘째 층 유닛의 비율입니다.",
        ),
    )
    add(
        "locked-one",
        "share",
        mean_of(locked[1]),
        Text("Locked units, one sample", "잠긴 유닛, 표본 하나"),
        Text(
            "The same for the gradient of a single sample.",
            "표본 하나의 기울기에서 잰 같은 비율입니다.",
        ),
    )
    for which, name in (
        ("given", Text("Path over straight line", "간 길 ÷ 직선거리")),
        ("centred", Text("The same, outputs centred", "간 길 ÷ 직선거리, 0 중심")),
    ):
        add(
            f"stretch-{which}",
            "factor",
            median_of(_stretch(walks["sgd"], together, which)),
            name,
            Text(
                "How many times the straight distance two weights walked to their target, with SGD at the least rate that arrives; median.",
                "목표에 이르는 가장 작은 학습률의 SGD로 가중치 두 개가 간 길이 직선거리의 몇 배인지입니다(중앙값).",
            ),
        )
    for optimizer, spoken in (("sgd", "SGD"), ("adam", "Adam")):
        steps = {
            which: found.steps[rates[optimizer][which], :_NETS]
            for which, found in walks[optimizer].items()
        }
        add(
            f"slow-{optimizer}",
            "factor",
            ratio_of(steps["given"], steps["centred"], _STEPS),
            Text("Steps over centred, {optimizer}", "0 중심일 때로 나눈 스텝, {optimizer}").fill(
                optimizer=spoken
            ),
            Text(
                "How many times the steps of the same walk with centred outputs.",
                "출력을 0 중심으로 옮기고 같은 길을 갈 때의 몇 배나 되는 스텝이 들었는지입니다.",
            ),
        )
    return tuple(numbers)


def _trail_figure(walks: Mapping[str, Walk], rates: Mapping[str, int], seeds: list[int]) -> Chart:
    target = opposed(seeds)[0]
    series = [
        Series(
            name=Text("straight line", "직선"),
            x=np.array([0.0, target[0]]),
            y=np.array([0.0, target[1]]),
            style="theory",
            mark="both",
        )
    ]
    for which, name in (("given", Text("outputs as they are", "출력 그대로")), ("centred", Text("outputs centred", "0 중심으로 옮김"))):  # fmt: skip
        steps = walks[which].steps[rates[which], 0]
        trail = walks[which].trail[rates[which]][: int(min(steps, 200)) + 1]
        series.append(
            Series(
                name=name,
                x=trail[:, 0],
                y=trail[:, 1],
                style="measured" if which == "given" else "other",
                mark="both",
            )
        )
    return Chart(
        id="trail",
        title=Text("The path of two weights", "가중치 두 개가 간 길"),
        note=Text(
            "The first start, SGD at the least rate that arrives, until within a tenth of the way.",
            "첫 출발. SGD, 목표에 이르는 가장 작은 학습률. 남은 거리가 10분의 1이 될 때까지.",
        ),
        x=Axis(name=Text("first weight", "첫째 가중치")),
        y=Axis(name=Text("second weight", "둘째 가중치")),
        series=tuple(series),
    )


def _lock_figure(
    locks: Mapping[str, Mapping[int, Reals]], after: Mapping[int, Reals] | None
) -> Chart:
    lanes = [(_LANES[lane], found) for lane, found in locks.items()]
    if after is not None:
        trained = Text("{name}, after 400 steps", "{name}, 400스텝 뒤").fill(name=lanes[0][0])
        lanes.insert(1, (trained, after))
    series = list[Series]()
    for name, found in lanes:
        means = np.array([mean_of(values) for values in found.values()])
        series.append(
            Series(
                name=name,
                x=np.array(list(found), float),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="other" if series else "measured",
                mark="both",
            )
        )
    return Chart(
        id="lock",
        title=Text("Units with weight gradients of one sign", "기울기 부호가 잠긴 유닛"),
        note=Text(
            "Second hidden layer of 16 units, {n} networks, moons, 300 points.",
            "유닛 16개인 둘째 은닉층, 신경망 {n}개, 초승달, 점 300개.",
        ).fill(n=_NETS),
        x=Axis(name=Text("batch", "배치"), log=True),
        y=Axis(name=Text("share of units", "유닛의 비율"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(Level(name=Text("nearly all", "거의 모두"), at=_NEARLY_ALL),),
    )


def _rate_figure(walks: Mapping[str, Mapping[str, Walk]]) -> Chart:
    series = list[Series]()
    for optimizer, spoken in (("sgd", "SGD"), ("adam", "Adam")):
        for which, name in (("given", Text("as they are", "그대로")), ("centred", Text("centred", "0 중심"))):  # fmt: skip
            steps = walks[optimizer][which].steps[:, :_NETS]
            found = np.array([np.minimum(median_of(row), _STEPS) for row in steps])
            series.append(
                Series(
                    name=Text("{optimizer}, {name}", "{optimizer}, {name}").fill(
                        optimizer=spoken, name=name
                    ),
                    x=np.array(_RATES[optimizer]),
                    y=found[:, 0],
                    low=found[:, 1],
                    high=found[:, 2],
                    style="measured" if which == "given" else "other",
                    mark="both",
                )
            )
    return Chart(
        id="rates",
        title=Text("Steps to the target at every rate", "학습률마다 목표까지 든 스텝"),
        note=Text(
            "Two weights, median of {n} starts; those that never arrive stand at {limit}.",
            "가중치 두 개, 출발 {n}개의 중앙값. 끝내 이르지 못하면 {limit}에 그립니다.",
        ).fill(n=_NETS, limit=_STEPS),
        x=Axis(name=Text("learning rate", "학습률"), log=True),
        y=Axis(name=Text("steps", "스텝"), log=True),
        series=tuple(series),
    )


def _flip(facts: Facts) -> tuple[Text, str]:
    chart = next(f for f in facts.figures if isinstance(f, Chart) and f.id == "lock")
    lane = chart.series[0]
    tanh = next(line for line in chart.series if line.name.en == "tanh")
    soft = lane.x[lane.y < _NEARLY_ALL]
    share = percent(_NEARLY_ALL)
    if facts["locked-one"] < _NEARLY_ALL:
        flip = _NEVER.fill(share=share)
    elif len(soft):
        flip = _SOFTENS.fill(batch=f"{soft[0]:.0f}", share=share)
    else:
        flip = _NO_FLIP.fill(share=share)
    return flip, percent(tanh.y[0])


def _verdict(facts: Facts) -> Verdict:
    flip, tanh = _flip(facts)
    text = _TEXT.fill(
        name=_LANES[str(facts.settings["activation"])],
        one=percent(facts["locked-one"]),
        locked=percent(facts["locked"]),
        batch=round(float(facts.settings["batch"])),
        stretch=f"{facts['stretch-given']:.3g}",
        centred=f"{facts['stretch-centred']:.3g}",
        rate=_MODES[str(facts.settings["rate"])],
        sgd=f"{facts['slow-sgd']:.2g}",
        adam=f"{facts['slow-adam']:.2g}",
    )
    condition = _CONDITION.fill(flip=flip, tanh=tanh)
    longer = facts["stretch-given"] > facts["stretch-centred"]
    if not longer or facts["locked-one"] < _NEARLY_ALL:
        return Verdict(code="does-not-hold", text=text, condition=condition)
    low = {number.id: number.low or 0.0 for number in facts.numbers}
    slower = min(low["slow-sgd"], low["slow-adam"]) > 1
    code = "holds" if facts["locked"] >= _NEARLY_ALL and slower else "holds-if"
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    places = (("all", 1.0), ("half", 0.5), ("none", 0.0))
    return min(places, key=lambda place: abs(facts["locked"] - place[1]))[0]


EXPERIMENT = Experiment(
    id="zigzag",
    claim=Text(
        "All-positive outputs give all the weight gradients of a unit one sign, so its path zigzags and learning is slow.",
        "출력이 모두 양수이면 한 유닛의 가중치 기울기는 부호가 모두 같아진다. 그래서 최적점까지 지그재그로 돌아가고 학습이 느려진다.",
    ),
    sources="A D",
    question=Question(
        text=Text(
            "In a minibatch, how many units have weight gradients that all have one sign?",
            "미니배치 하나에서 가중치 기울기의 부호가 모두 같은 유닛은 얼마나 될까요?",
        ),
        answers=(
            Answer(id="all", name=Text("nearly all", "거의 모두")),
            Answer(id="half", name=Text("about half", "절반쯤")),
            Answer(id="none", name=Text("hardly any", "거의 없다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="sigmoid",
            choices=tuple(Choice(id=lane, name=name) for lane, name in _LANES.items()),
        ),
        Control(
            id="batch",
            name=Text("batch", "배치"),
            usual=25,
            low=1,
            high=300,
            whole=True,
            log=True,
        ),
        Control(
            id="rate",
            name=Text("learning rate", "학습률"),
            usual="own",
            choices=(
                Choice(id="own", name=Text("each one's best", "저마다 가장 좋은 것")),
                Choice(id="shared", name=Text("one for both", "둘 다 같은 것")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Two measurements: the signs of real weight gradients in a network of two hidden layers, and the path of a unit with two "
        "weights to a target where one must grow and the other shrink, with the outputs as they are and less their "
        "mean. One sample locks the signs by arithmetic; in a batch the samples vote, and the lock softens. "
        "ReLU's outputs are never negative, so it has the lock too."
        " A start counts as held if one sample locks the signs and the path is longer than with centred outputs.",
        "두 가지를 잽니다. 하나는 은닉층이 둘인 신경망에서 본 가중치 기울기의 부호입니다. 다른 하나는 가중치가 두 개인 유닛이 목표까지 "
        "간 길입니다. 목표에 닿으려면 가중치 하나는 커지고 하나는 작아져야 합니다. 출력을 그대로 둘 때와 평균을 뺄 때를 비교합니다. "
        "표본 하나에서는 계산상 반드시 부호가 잠기고, 배치에서는 표본마다 부호가 달라 느슨해집니다. ReLU의 출력도 음수가 아니므로 "
        "똑같이 잠깁니다."
        " 표본 하나에서 부호가 잠기고 길이 0 중심일 때보다 길면 맞은 출발로 셉니다.",
    ),
    after=("input-centring", "zero-centred-converges", "relu-faster-convergence"),
    seconds=1.0,
)
