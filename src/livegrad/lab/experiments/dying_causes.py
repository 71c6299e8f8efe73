"""Why ReLU units die: high rates do it; for data off centre, how far counts, and the sign hardly."""

from __future__ import annotations

from dataclasses import replace
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
from livegrad.lab.figure import Axis, Chart, Figure, Level, Series
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged
from livegrad.text import Text, join, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _STEPS, _HIDDEN = 32, 400, (16, 16, 16)
_DRAWN = 128  # networks that are only drawn and looked at
_RATES = 6  # tried, from a thousandth of the highest up to it
_MATTERS = 0.1  # one unit in ten more is dead: what a reader would call a cause
_USELESS = 0.85  # accuracy on two moons: what a straight line gets
_LEANS = np.linspace(0.0, 1.0, 6)
_CALM = {"sgd": 0.03, "adam": 0.003}

_BOTH = Text(
    "A high rate kills: from {calm} of the units to {hot} with SGD, to {adam} with Adam. Negative data kill more than "
    "positive: {negative} of the first layer at −{shift}, {positive} at +{shift}.",
    "학습률이 높으면 죽은 유닛이 {calm}에서 SGD로 {hot}, Adam으로 {adam}까지 늘어납니다. 음수 데이터는 양수 데이터보다 유닛을 더 많이 "
    "죽입니다. 데이터를 −{shift}만큼 옮기면 첫 층의 {negative}, +{shift}만큼 옮기면 {positive}가 죽습니다.",
)
_HALF = Text(
    "A high rate kills: from {calm} of the units to {hot} with SGD, to {adam} with Adam. With data off centre the distance "
    "counts, not the sign: at −{shift} {negative} of the first layer are dead, at +{shift} {positive}.",
    "학습률이 높으면 죽은 유닛이 {calm}에서 SGD로 {hot}, Adam으로 {adam}까지 늘어납니다. 데이터가 0에서 벗어났을 때 중요한 것은 부호가 "
    "아니라 거리입니다. 데이터를 −{shift}만큼 옮기면 첫 층의 {negative}, +{shift}만큼 옮기면 {positive}가 죽습니다.",
)
_NEITHER = Text(
    "Neither killed here: at the worst rate {hot} of the units are dead with SGD and {adam} with Adam, against {calm} at the "
    "lowest; of the first layer {negative} with data at −{shift}, {positive} at +{shift}.",
    "여기서는 둘 다 유닛을 죽이지 않았습니다. 죽은 유닛은 가장 나쁜 학습률에서 SGD {hot}, Adam {adam}이고 가장 낮은 학습률에서는 "
    "{calm}입니다. 데이터를 −{shift}만큼 옮기면 첫 층의 {negative}, +{shift}만큼 옮기면 {positive}가 죽습니다.",
)
_LEANING = Text(
    "The sign matters once the first layer's weights lean to one side: from a mean of {lean} of their deviation on, negative "
    "data kill a tenth of the units more.",
    "부호가 중요해지는 것은 첫 층의 가중치가 한쪽으로 치우쳤을 때입니다. 가중치의 평균이 표준편차의 {lean}배를 넘으면, 음수 데이터에서 "
    "유닛의 10분의 1이 더 죽습니다.",
)
_UPRIGHT = Text(
    "The sign does not matter at this distance, even when the first layer's weights lean by their whole deviation.",
    "이 거리에서는 첫 층의 가중치가 표준편차만큼 치우쳐도 부호는 상관없습니다.",
)
_DISEASE = Text(
    "Where SGD kills most (rate {rate}), Leaky ReLU, which cannot die, ends at an accuracy of {leaky}: there the disease is "
    "{disease}.",
    "SGD에서 유닛이 가장 많이 죽는 학습률은 {rate}입니다. 죽지 않는 Leaky ReLU는 그 학습률에서 정확도가 {leaky}입니다. 그러니 진짜 병은 "
    "{disease}입니다.",
)
_DIVERGENCE = Text("the divergence itself, and death its symptom", "발산이고, 죽음은 그 증상")
_DEATH = Text("death itself", "유닛의 죽음")


def _shifted(split: Split, by: float) -> Split:
    shift = np.float32(by)
    return replace(
        split,
        train_inputs=split.train_inputs + shift,
        validation_inputs=split.validation_inputs + shift,
        fingerprint=f"{split.fingerprint} {by}",
    )


def _dead(networks: nets.Nets, split: Split, layers: slice = slice(None)) -> Reals:
    """Return the share of dead units of each network; NaN where it diverged."""
    dead = networks.look(split.train_inputs, split.train_targets).dead[layers]
    sound = np.isfinite(networks.weights).all(axis=1)
    return np.where(sound, np.mean([layer.mean(axis=1) for layer in dead], axis=0), np.nan)


def _raced(run: Run, split: Split, optimizer: str, part: float) -> dict[str, list[nets.Grown]]:
    """Return ReLU and Leaky ReLU after training at each rate."""
    rates = _rates(run, optimizer)
    recipe = Recipe(
        activation="relu",
        hidden=_HIDDEN,
        optimizer="adam" if optimizer == "adam" else "sgd",
        batch_size=25,
    )
    lanes = [
        nets.draw(replace(recipe, activation=name, lr=rate), split, run.seeds(_NETS))
        for name in ("relu", "leaky_relu")
        for rate in rates
    ]
    grown = nets.train(
        lanes,
        split,
        steps=_STEPS,
        points=(_STEPS,),
        told=lambda share: run.tell(part + 0.35 * share),
        workers=run.workers,
    )
    return {"relu": grown[: len(rates)], "leaky_relu": grown[len(rates) :]}


def _rates(run: Run, optimizer: str) -> Reals:
    highest = run.number("rate") * (0.1 if optimizer == "adam" else 1.0)
    return np.geomspace(highest / 1000, highest, _RATES)


def _at_start(run: Run, split: Split, by: float, lean: float = 0.0) -> Reals:
    """Return the share of the first layer that is dead before training, data shifted, weights leaning."""
    shifted = _shifted(split, by)
    drawn = nets.draw(Recipe(activation="relu", hidden=_HIDDEN), shifted, run.seeds(_DRAWN))
    weight = drawn.array("weight", 0)
    weight += lean * weight.std(axis=(1, 2), keepdims=True)
    return _dead(drawn, shifted, slice(0, 1))


def _after(run: Run, split: Split, by: float, optimizer: str) -> Reals:
    """Return the same after training at a calm rate."""
    shifted = _shifted(split, by)
    recipe = Recipe(
        activation="relu",
        hidden=_HIDDEN,
        lr=_CALM[optimizer],
        optimizer="adam" if optimizer == "adam" else "sgd",
        batch_size=25,
    )
    drawn = nets.draw(recipe, shifted, run.seeds(_NETS))
    grown = nets.train([drawn], shifted, steps=_STEPS, points=(_STEPS,), workers=run.workers)
    return _dead(grown[0].nets, shifted, slice(0, 1))


def _run(run: Run) -> Facts:
    split = nets.toy("moons", count=200, seed=run.seed)
    shift, lean = run.number("shift"), run.number("lean")
    raced = {name: _raced(run, split, name, part) for name, part in (("sgd", 0.0), ("adam", 0.35))}
    dead = {
        name: np.array([_dead(grown.nets, split) for grown in lanes["relu"]])
        for name, lanes in raced.items()
    }
    run.tell(0.7, _by_rate(run, raced, dead))
    shifts = np.linspace(-1, 1, 9) * shift
    starts = np.array([_at_start(run, split, by, lean) for by in shifts])
    trained = {
        name: np.array([_after(run, split, by, name) for by in (-shift, 0.0, shift)])
        for name in _CALM
    }
    run.tell(0.95)
    leaning = [
        float((_at_start(run, split, -shift, m) - _at_start(run, split, shift, m)).mean())
        for m in _LEANS
    ]
    gain = np.nanmax(np.nan_to_num(dead["sgd"]), axis=0) - np.nan_to_num(dead["sgd"][0])
    return Facts(
        held=(gain > _MATTERS) & ((starts[0] - starts[len(shifts) // 2])[:_NETS] > _MATTERS),
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(run, raced, dead, starts, float(_crossing(leaning))),
        figures=(
            _by_rate(run, raced, dead),
            _by_shift(run, shifts, starts, trained),
        ),
    )


def _crossing(leaning: list[float]) -> float:
    """Return at which lean negative data begin to kill a tenth more; NaN if at none."""
    values = np.maximum.accumulate(leaning)
    return float(np.interp(_MATTERS, values, _LEANS)) if values[-1] >= _MATTERS else float("nan")


def _numbers(
    run: Run, raced: dict[str, dict[str, list[nets.Grown]]], dead: dict[str, Reals], starts: Reals, lean: float
) -> tuple[Number, ...]:  # fmt: skip
    worst = _worst(dead["sgd"])
    leaky = raced["sgd"]["leaky_relu"][worst].score[:, -1]
    of_units = Text(
        "Share of units dead on every training point after training.",
        "학습을 마친 뒤 모든 학습 점에서 기울기를 받지 못하는 죽은 유닛의 비율입니다.",
    )
    return (
        averaged("calm", Text("Dead, lowest rate", "죽은 유닛, 가장 낮은 학습률"), dead["sgd"][0], of_units,
                 form="share"),
        averaged("hot", Text("Dead, worst rate, SGD", "죽은 유닛, 가장 나쁜 학습률, SGD"), dead["sgd"][worst],
                 of_units, form="share"),
        averaged("hot-adam", Text("Dead, worst rate, Adam", "죽은 유닛, 가장 나쁜 학습률, Adam"),
                 dead["adam"][_worst(dead["adam"])], of_units, form="share"),
        averaged("negative", Text("Dead, negative data", "죽은 유닛, 음수 데이터"), starts[0],
                 Text("Share of the first layer dead at the start with the data shifted down.",
                      "데이터를 음수 쪽으로 옮겼을 때 출발부터 죽어 있는 첫 층 유닛의 비율입니다."), form="share"),
        averaged("positive", Text("Dead, positive data", "죽은 유닛, 양수 데이터"), starts[-1],
                 Text("The same with the data shifted up.", "데이터를 양수 쪽으로 옮겼을 때의 비율입니다."),
                 form="share"),
        averaged("leaky", Text("Leaky ReLU's accuracy there", "그 학습률에서 Leaky ReLU의 정확도"), np.nan_to_num(leaky),
                 Text("Accuracy of Leaky ReLU with SGD at the rate where most ReLU units die.",
                      "ReLU가 가장 많이 죽는 학습률의 SGD로 Leaky ReLU를 학습시킨 정확도입니다."), form="share"),
        Number(id="rate", name=Text("Worst rate, SGD", "가장 많이 죽는 학습률, SGD"), value=float(_rates(run, "sgd")[worst]),
               explanation=Text("The rate of SGD at which most ReLU units are dead in the end.",
                                "SGD로 학습을 마쳤을 때 ReLU 유닛이 가장 많이 죽어 있는 학습률입니다.")),
        Number(id="lean", name=Text("Sign matters from a lean of", "부호가 중요해지는 치우침"), value=lean,
               explanation=Text("The mean of the first layer's weights, in their deviations, from which negative data kill a tenth more.",
                                "음수 데이터에서 유닛의 10분의 1이 더 죽기 시작하는 첫 층 가중치의 평균입니다. 단위는 가중치의 "
                                "표준편차입니다.")),
    )  # fmt: skip


def _worst(dead: Reals) -> int:
    """Return the rate with most dead units; a rate at which most networks diverged does not count."""
    sound = np.isfinite(dead).mean(axis=1) > 0.5
    return int(np.where(sound, np.nan_to_num(dead).mean(axis=1), -1.0).argmax())


def _line(
    name: Text, x: Reals, values: Reals, *, other: bool = False, mark: Any = "both"
) -> Series:
    means = np.array([mean_of(row) for row in values])
    return Series(
        name=name,
        x=x,
        y=means[:, 0],
        low=means[:, 1],
        high=means[:, 2],
        style="other" if other else "measured",
        mark=mark,
    )


def _by_rate(
    run: Run, raced: dict[str, dict[str, list[nets.Grown]]], dead: dict[str, Reals]
) -> Figure:
    series = list[Series]()
    for name, called in (("sgd", "SGD"), ("adam", "Adam")):
        rates = _rates(run, name)
        leaky = np.array([np.nan_to_num(g.score[:, -1]) for g in raced[name]["leaky_relu"]])
        title = Text("dead ReLU units, {optimizer}", "죽은 ReLU 유닛, {optimizer}")
        error = Text("error of Leaky ReLU, {optimizer}", "Leaky ReLU의 오답률, {optimizer}")
        series += [
            _line(title.fill(optimizer=called), rates, dead[name]),
            _line(error.fill(optimizer=called), rates, 1 - leaky, other=True),
        ]
    return Chart(
        id="rate",
        title=Text(
            "Dead ReLU units, and how Leaky ReLU fares there",
            "죽은 ReLU 유닛, 같은 학습률의 Leaky ReLU",
        ),
        note=Text(
            "{n} networks a point, three hidden layers of 16, two moons, {steps} steps of batch 25; mean and 95 %; diverged ones are no "
            "dead units but count as errors.",
            "표시마다 신경망 {n}개, 유닛 16개씩 은닉층 3개, 초승달, 배치 25로 {steps}스텝. 평균과 95 % 구간. 발산한 것은 죽은 유닛으로 "
            "세지 않고 오답으로 셉니다.",
        ).fill(n=_NETS, steps=_STEPS),
        x=Axis(name=Text("learning rate", "학습률"), log=True),
        y=Axis(name=Text("share", "비율"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(Level(name=Text("guessing", "찍기"), at=0.5, style="other"),),
    )


def _by_shift(run: Run, shifts: Reals, starts: Reals, trained: dict[str, Reals]) -> Figure:
    edges = np.array([-1.0, 0.0, 1.0]) * run.number("shift")
    after = Text("after training, {optimizer}", "학습 뒤, {optimizer}")
    return Chart(
        id="shift",
        title=Text("Dead units when the data are moved", "데이터를 옮기면 죽는 유닛"),
        note=Text(
            "Share of the first layer dead on all 150 points: {drawn} networks at the start; {n} after training at low rates (SGD "
            "{sgd}, Adam {adam}), from weights that do not lean.",
            "점 150개 모두에서 죽은 첫 층 유닛의 비율. 출발할 때는 신경망 {drawn}개. 학습 뒤는 낮은 학습률(SGD {sgd}, Adam {adam})로 "
            "배운 신경망 {n}개, 치우치지 않은 가중치.",
        ).fill(n=_NETS, drawn=_DRAWN, **_CALM),
        x=Axis(name=Text("shift of both inputs, in deviations", "두 입력을 옮긴 거리(표준편차 단위)")),
        y=Axis(name=Text("dead share of the first layer", "첫 층의 죽은 유닛 비율"), low=0.0, high=1.0),
        series=(
            _line(Text("at the start", "출발할 때"), shifts, starts),
            _line(after.fill(optimizer=same("SGD")), edges, trained["sgd"], other=True, mark="points"),
            _line(after.fill(optimizer=same("Adam")), edges, trained["adam"], other=True, mark="points"),
        ),
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _said(facts: Facts) -> tuple[bool, bool, bool]:
    """Return whether the rate kills, distance kills, and the sign makes the difference."""
    rate = facts["hot"] - facts["calm"] > _MATTERS
    distance = (
        max(facts["negative"], facts["positive"]) > _MATTERS
    )  # of centred data none dies here
    return rate, distance, facts["negative"] - facts["positive"] > _MATTERS


def _verdict(facts: Facts) -> Verdict:
    rate, distance, sign = _said(facts)
    lean = facts["lean"]
    leaning = _LEANING.fill(lean=f"{lean:.2f}") if np.isfinite(lean) else _UPRIGHT
    disease = _DISEASE.fill(
        rate=f"{facts['rate']:.2g}",
        leaky=_percent(facts["leaky"]),
        disease=_DIVERGENCE if facts["leaky"] < _USELESS else _DEATH,
    )
    condition = join((leaning, disease) if rate else (leaning,))
    said = {
        "adam": _percent(facts["hot-adam"]),
        "shift": f"{float(facts.settings['shift']):g}",
        **{name: _percent(facts[name]) for name in ("calm", "hot", "negative", "positive")},
    }
    if rate and sign:
        return Verdict(code="holds", text=_BOTH.fill(**said), condition=condition)
    if rate or distance:
        return Verdict(code="holds-if", text=_HALF.fill(**said), condition=condition)
    return Verdict(code="does-not-hold", text=_NEITHER.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    _, distance, sign = _said(facts)
    if sign:
        return "negative"
    return "either" if distance else "none"


EXPERIMENT = Experiment(
    id="dying-causes",
    claim=Text(
        "ReLU units die when the learning rate is high or when the data are mostly negative.",
        "학습률이 높거나 데이터가 대부분 음수이면 ReLU 유닛이 죽는다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "The data are moved away from 0. When do more units of the first layer die?",
            "데이터를 0에서 멀리 옮깁니다. 첫 층의 유닛은 언제 더 많이 죽을까요?",
        ),
        answers=(
            Answer(id="negative", name=Text("when moved to the negative side", "음수 쪽으로 옮길 때")),
            Answer(id="positive", name=Text("when moved to the positive side", "양수 쪽으로 옮길 때")),
            Answer(id="either", name=Text("on either side, about alike", "어느 쪽이든 비슷하게")),
            Answer(id="none", name=Text("it makes no difference", "옮겨도 달라지지 않는다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="rate",
            name=Text("highest rate tried with SGD (Adam: a tenth)", "SGD의 가장 높은 학습률(Adam은 그 10분의 1)"),
            usual=3.0,
            low=0.1,
            high=10.0,
            log=True,
        ),
        Control(
            id="shift",
            name=Text("shift of the data, in deviations", "데이터를 옮기는 거리(표준편차 단위)"),
            usual=5.0,
            low=0.5,
            high=10.0,
        ),
        Control(
            id="lean",
            name=Text("mean of the first weights, in deviations", "첫 층 가중치의 평균(표준편차 단위)"),
            usual=0.0,
            low=-1.0,
            high=1.0,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "ReLU and Leaky ReLU learn from the same starts at six rates, with SGD and with Adam; beside that, the data are moved "
        "and dead units counted. Weights drawn around 0 do not know positive from negative: a unit that a shift switches off "
        "has a twin that it switches on for every point. Leaky ReLU cannot die, so where it fails too, death is not the cause."
        " A start counts as held if a high rate kills units and negative data do; that positive data kill as well is told beside it.",
        "ReLU와 Leaky ReLU가 같은 출발에서 여섯 가지 학습률로, SGD와 Adam으로 배웁니다. 따로 데이터를 옮겨 가며 죽은 유닛을 셉니다. 0을 "
        "중심으로 뽑은 가중치는 양수와 음수를 가리지 않습니다. 데이터를 옮겨서 모든 점에서 꺼진 유닛이 있으면, 모든 점에서 켜진 짝도 "
        "있습니다. Leaky ReLU는 죽을 수 없으므로, Leaky ReLU도 함께 실패하는 곳에서는 죽음이 원인이 아닙니다."
        " 높은 학습률도 음수 데이터도 유닛을 죽이면 맞은 출발로 셉니다. 양수 데이터도 죽이는지는 따로 봅니다.",
    ),
    after=("dying-relu", "dying-cures", "input-centring"),
    seconds=3.0,
)  # fmt: skip
