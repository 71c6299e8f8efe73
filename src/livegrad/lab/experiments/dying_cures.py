"""Leaky ReLU, ELU, PReLU and batch norm against death: they prevent it; whether they cure depends on the optimizer."""

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
from livegrad.lab.figure import Axis, Chart, Figure, Heat, Series
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged
from livegrad.lab.stages import same_weights
from livegrad.text import Text, join, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Optimizer, Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _STEPS, _HIDDEN = 16, 1000, (16, 16)
_TARGET = 0.95  # accuracy on two moons; a straight line gets 0.86
_WORKS = 0.5  # a cure that works brings most networks to the target
_SHARED = {"sgd": 0.3, "adam": 0.01}
_HOT = {"sgd": 2.0, "adam": 0.1}  # rates at which ReLU units die in numbers
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0, 3.0), "adam": (0.003, 0.01, 0.03, 0.1)}
_OPTIMIZERS: tuple[Optimizer, ...] = ("sgd", "adam")
_MARGINS = np.array([0.0, 0.1, 0.3, 1.0, 3.0, 10.0])
_NAMED = ("leaky", "elu", "prelu", "norm")
_CURES = {
    "none": Text("nothing (ReLU)", "그대로(ReLU)"),
    "leaky": same("Leaky ReLU"),
    "elu": same("ELU"),
    "prelu": same("PReLU"),
    "norm": Text("batch norm", "배치 정규화"),
    "centre": Text("biases re-centred", "편향 중심 맞추기"),
    "reset": Text("units drawn anew", "유닛 다시 뽑기"),
}

_SAID = Text(
    "Prevention: where training kills {relu} of the ReLU units, of Leaky ReLU's {leaky} die. Cure: of the four, {adam} bring "
    "most wholly dead networks to an accuracy of {target} with Adam, {sgd} with SGD; Leaky ReLU heals {leaky_adam} and "
    "{leaky_sgd} of them.",
    "예방: ReLU 유닛의 {relu}가 죽는 학습에서 Leaky ReLU 유닛은 {leaky}가 죽습니다. 치료: 네 처방 가운데 모두 죽은 신경망의 절반 이상을 "
    "정확도 {target}까지 되살린 것은 Adam에서 {adam}개, SGD에서 {sgd}개입니다. Leaky ReLU가 되살린 비율은 Adam {leaky_adam}, SGD "
    "{leaky_sgd}입니다.",
)
_HOLDS = Text("All four cures work with both.", "네 처방이 두 옵티마이저에서 모두 듣습니다.")
_SOME = Text(
    "So a cure needs more than a slope: it must be large enough for the optimizer.",
    "기울기가 있다고 다 낫지는 않습니다. 옵티마이저가 쓸 만큼 커야 합니다.",
)
_FAILS = Text(
    "None of the four cures anything here.", "여기서는 네 처방 가운데 듣는 것이 없습니다."
)
_CONDITION = Text(
    "It depends on how deep under 0 the units lie. With SGD at its best rate Leaky ReLU stops healing {at_leaky}, ELU {at_elu}. "
    "Batch norm and re-centred biases put the units back around 0 and heal from any depth.",
    "유닛이 0 아래로 얼마나 깊이 내려갔는지에 달려 있습니다. SGD의 가장 좋은 학습률에서 처방이 듣지 않는 깊이는 Leaky ReLU {at_leaky}, "
    "ELU {at_elu}입니다. 배치 정규화와 편향 중심 맞추기는 유닛을 다시 0 둘레로 옮기므로 어느 깊이에서나 듣습니다.",
)
_FROM = Text("from {depth} on", "{depth}부터")
_BEYOND = Text("nowhere down to {depth}", "없음({depth}까지 잼)")


@dataclass(frozen=True, kw_only=True)
class _Healed:
    """Accuracy of every cure after training; shape (cures, networks), at the best and at the shared rate."""

    best: Reals
    shared: Reals


def _killed(drawn: nets.Nets, split: Split, depth: float) -> nets.Nets:
    """Return the networks with every hidden unit at least ``depth`` below 0 on every point."""
    dead = drawn.copy()
    for layer in range(len(drawn.recipe.hidden)):
        z = dead.look(split.train_inputs, split.train_targets).z[layer]
        dead.array("bias", layer)[...] -= z.max(axis=1) + np.float32(depth)
    return dead


def _recipe(optimizer: Optimizer, name: str = "relu", *, norm: bool = False) -> Recipe:
    return Recipe(
        activation=name,
        hidden=_HIDDEN,
        optimizer=optimizer,
        lr=_SHARED[optimizer],
        batch_size=25,
        norm="batch" if norm else None,
    )


def _treated(run: Run, split: Split, optimizer: Optimizer) -> dict[str, nets.Nets]:
    """Return the dead networks as each cure leaves them before training."""
    seeds = run.seeds(_NETS)
    relu = nets.draw(_recipe(optimizer), split, seeds)
    dead = _killed(relu, split, run.number("depth"))
    swapped = {
        "leaky": nets.draw(_recipe(optimizer, _leaky(run)), split, seeds),
        "elu": nets.draw(_recipe(optimizer, "elu"), split, seeds),
        "prelu": nets.draw(_recipe(optimizer, "prelu"), split, seeds),
        "norm": nets.draw(_recipe(optimizer, norm=True), split, seeds),
    }
    centred = dead.copy()
    for layer in range(len(_HIDDEN)):
        z = centred.look(split.train_inputs, split.train_targets).z[layer]
        centred.array("bias", layer)[...] -= z.mean(axis=1)
    anew = nets.draw(_recipe(optimizer), split, [seed + 500_000 for seed in seeds])
    return {
        "none": dead,
        **{name: same_weights(dead, into) for name, into in swapped.items()},
        "centre": centred,
        "reset": anew,
    }


def _leaky(run: Run) -> str:
    return f"leaky_relu(alpha={run.number('slope'):g})"


def _ended(lanes: list[nets.Nets], split: Split, run: Run) -> Reals:
    grown = nets.train(lanes, split, steps=_STEPS, points=(_STEPS,), workers=run.workers)
    return np.array([np.nan_to_num(result.score[:, -1]) for result in grown])


def _healed(run: Run, split: Split, optimizer: Optimizer, part: float) -> _Healed:
    lanes = list(_treated(run, split, optimizer).values())
    shared = _ended(lanes, split, run)
    run.tell(part + 0.15)
    best = nets.best_rates(
        lanes,
        split,
        steps=_STEPS // 2,
        rates=_RATES[optimizer],
        told=lambda share: run.tell(part + 0.15 + 0.2 * share),
        workers=run.workers,
    )
    return _Healed(best=_ended(best, split, run), shared=shared)


def _by_depth(run: Run, split: Split) -> dict[str, Reals]:
    """Return which networks SGD heals at its best rate, by how deep they lie; shape (margins, networks)."""
    seeds = run.seeds(_NETS)
    relu = nets.draw(_recipe("sgd"), split, seeds)
    dead = [_killed(relu, split, float(margin)) for margin in _MARGINS]
    lanes = [
        same_weights(killed, nets.draw(_recipe("sgd", name), split, seeds))
        for name in (_leaky(run), "elu")
        for killed in dead
    ]
    best = nets.best_rates(
        lanes, split, steps=_STEPS // 2, rates=_RATES["sgd"], workers=run.workers
    )
    healed = (_ended(best, split, run) >= _TARGET).astype(float)
    return {"leaky": healed[: len(dead)], "elu": healed[len(dead) :]}


def _flip(healed: Reals) -> float:
    """Return the least depth from which on most networks are not healed; NaN if there is none."""
    fails = healed.mean(axis=1) < _WORKS
    last = np.flatnonzero(~fails)
    first = last[-1] + 1 if len(last) else 0
    return float(_MARGINS[first]) if first < len(_MARGINS) else float("nan")


def _prevented(run: Run, split: Split) -> dict[str, Reals]:
    """Return the dead share after training from living starts at a hot rate; shape (optimizers, networks)."""
    dead = dict[str, list[Reals]]()
    for optimizer in _OPTIMIZERS:
        kinds = (
            ("none", "relu", False),
            ("leaky", _leaky(run), False),
            ("elu", "elu", False),
            ("prelu", "prelu", False),
            ("norm", "relu", True),
        )
        for cure, name, norm in kinds:
            recipe = replace(_recipe(optimizer, name, norm=norm), lr=_HOT[optimizer])
            drawn = nets.draw(recipe, split, run.seeds(_NETS))
            grown = nets.train(
                [drawn], split, steps=_STEPS // 2, points=(_STEPS // 2,), workers=run.workers
            )[0].nets
            seen = grown.look(split.train_inputs, split.train_targets).dead
            sound = np.isfinite(grown.weights).all(axis=1)
            share = np.mean([layer.mean(axis=1) for layer in seen], axis=0)
            dead.setdefault(cure, []).append(np.where(sound, share, np.nan))
    return {cure: np.array(shares) for cure, shares in dead.items()}


def _run(run: Run) -> Facts:
    split = nets.toy("moons", count=400, seed=run.seed)
    prevented = _prevented(run, split)
    run.tell(0.15)
    healed = {
        name: _healed(run, split, name, part)
        for name, part in zip(_OPTIMIZERS, (0.15, 0.5), strict=True)
    }
    run.tell(0.85, _table(healed))
    deep = _by_depth(run, split)
    mode = run.choice("mode")
    named = [list(_CURES).index(cure) for cure in _NAMED]
    reached = [_scores(healed[name], mode)[named] >= _TARGET for name in _OPTIMIZERS]
    return Facts(
        held=np.all(reached, axis=1).any(axis=0),  # all four with one of the optimizers
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(healed, prevented, deep, mode),
        figures=(_table(healed), _prevention(prevented, run), _depths(deep)),
    )


def _scores(healed: _Healed, mode: str) -> Reals:
    return healed.best if mode == "best" else healed.shared


def _numbers(
    healed: dict[Optimizer, _Healed], prevented: dict[str, Reals], deep: dict[str, Reals], mode: str
) -> tuple[Number, ...]:
    count = Text(
        "How many of the four named cures bring at least half of the dead networks to the target.",
        "네 처방 가운데 죽은 신경망의 절반 이상을 목표 정확도로 되살린 처방의 수입니다.",
    )
    named = [list(_CURES).index(cure) for cure in _NAMED]
    reached = {
        name: (_scores(healed[name], mode)[named] >= _TARGET).astype(float) for name in _OPTIMIZERS
    }
    return (
        *(
            Number(
                id=f"working-{name}",
                name=Text("Cures that work, {name}", "듣는 처방, {name}").fill(
                    name=_OPTIMIZER[name]
                ),
                value=float((shares.mean(axis=1) >= _WORKS).sum()),
                n=_NETS,
                form="count",
                explanation=count,
            )
            for name, shares in reached.items()
        ),
        *(
            averaged(
                f"leaky-{name}",
                Text("Healed by Leaky ReLU, {name}", "Leaky ReLU가 되살린 비율, {name}").fill(
                    name=_OPTIMIZER[name]
                ),
                shares[0],
                Text(
                    "Share of the dead networks that reach the target after ReLU is exchanged for Leaky ReLU.",
                    "ReLU를 Leaky ReLU로 바꾼 뒤 목표 정확도에 닿은 죽은 신경망의 비율입니다.",
                ),
                form="share",
            )
            for name, shares in reached.items()
        ),
        *(
            averaged(
                f"dead-{cure}",
                Text("Die at a hot rate, {cure}", "높은 학습률에서 죽은 비율, {cure}").fill(
                    cure=_CURES[cure]
                ),
                prevented[cure].mean(axis=0),
                Text(
                    "Share of units dead after training from a living start at a rate that kills ReLU units; SGD and Adam.",
                    "살아 있는 출발에서 ReLU 유닛이 죽을 만큼 높은 학습률로 배운 뒤 죽어 있는 유닛의 비율입니다(SGD와 Adam의 평균).",
                ),
                form="share",
            )
            for cure in ("none", "leaky")
        ),
        *(
            Number(
                id=f"flip-{cure}",
                name=Text("{cure} stops healing at", "{cure:이/가} 듣지 않는 깊이").fill(
                    cure=_CURES[cure]
                ),
                value=_flip(deep[cure]),
                n=_NETS,
                explanation=Text(
                    "How far below 0 the units must lie so that with SGD fewer than half of the networks are healed.",
                    "유닛이 0 아래로 이만큼 내려가면 SGD로는 신경망의 절반도 되살리지 못합니다.",
                ),
            )
            for cure in deep
        ),
    )


_OPTIMIZER = {"sgd": same("SGD"), "adam": same("Adam")}


def _table(healed: dict[Optimizer, _Healed]) -> Figure:
    columns = [
        (optimizer, mode) for optimizer in _OPTIMIZERS if optimizer in healed for mode in _MODES
    ]
    values = np.stack(
        [_scores(healed[optimizer], mode).mean(axis=1) for optimizer, mode in columns], axis=1
    )
    return Heat(
        id="cures",
        title=Text("A dead network after each cure", "죽은 신경망은 처방마다 얼마나 낫나"),
        note=Text(
            "Mean accuracy on 100 held-back points of two moons; {n} networks whose units were all dead; {steps} steps of batch 25.",
            "따로 떼어 둔 초승달 점 100개에서 잰 평균 정확도. 유닛이 모두 죽은 신경망 {n}개, 배치 25로 {steps}스텝.",
        ).fill(n=_NETS, steps=_STEPS),
        x=Axis(
            name=Text("optimizer and rate", "옵티마이저와 학습률"),
            labels=tuple(
                join((_OPTIMIZER[optimizer], _MODES[mode]), between=", ")
                for optimizer, mode in columns
            ),
        ),
        y=Axis(name=Text("cure", "처방"), labels=tuple(_CURES.values())),
        values=values,
        name=Text("accuracy", "정확도"),
        low=0.5,
        high=1.0,
    )


_MODES = {
    "best": Text("own best rate", "저마다 가장 좋은 학습률"),
    "shared": Text("shared rate", "같은 학습률"),
}


def _prevention(prevented: dict[str, Reals], run: Run) -> Figure:
    x = np.arange(len(prevented), dtype=float)
    series = list[Series]()
    for row, optimizer in enumerate(_OPTIMIZERS):
        means = np.array([mean_of(shares[row]) for shares in prevented.values()])
        series.append(
            Series(
                name=_OPTIMIZER[optimizer],
                x=x,
                y=means[:, 0],
                low=np.clip(means[:, 1], 0, 1),
                high=np.clip(means[:, 2], 0, 1),
                style="measured" if row == 0 else "other",
                mark="bars",
            )
        )
    return Chart(
        id="prevention",
        title=Text("Prevention: who dies at a hot rate", "예방: 높은 학습률에서 누가 죽나"),
        note=Text(
            "Share of units dead on all 300 training points after {steps} steps from living starts; {n} networks; SGD at {sgd}, "
            "Adam at {adam}; Leaky slope {slope}.",
            "살아 있는 출발에서 {steps}스텝 배운 뒤 학습 점 300개 모두에서 죽은 유닛의 비율. 신경망 {n}개, SGD {sgd}, Adam {adam}, "
            "Leaky의 기울기 {slope}.",
        ).fill(steps=_STEPS // 2, n=_NETS, slope=f"{run.number('slope'):g}", **_HOT),
        x=Axis(
            name=Text("hidden layers with", "은닉층에 넣은 것"),
            labels=tuple(_CURES[cure] for cure in prevented),
        ),
        y=Axis(name=Text("dead share", "죽은 유닛의 비율"), low=0.0, high=1.0),
        series=tuple(series),
    )


def _depths(deep: dict[str, Reals]) -> Figure:
    series = list[Series]()
    for cure, healed in deep.items():
        means = np.array([mean_of(row) for row in healed])
        series.append(
            Series(
                name=_CURES[cure],
                x=np.arange(len(_MARGINS), dtype=float),
                y=means[:, 0],
                low=np.clip(means[:, 1], 0, 1),
                high=np.clip(means[:, 2], 0, 1),
                style="measured" if cure == "leaky" else "other",
                mark="both",
            )
        )
    return Chart(
        id="depth",
        title=Text(
            "Where it flips: how deep the units lie", "어디서 뒤집히나: 유닛이 얼마나 깊이 내려갔나"
        ),
        note=Text(
            "SGD, each at its best rate, {n} networks a point; share that reaches {target}.",
            "SGD, 저마다 가장 좋은 학습률, 표시마다 신경망 {n}개. 정확도 {target}에 닿은 비율.",
        ).fill(n=_NETS, target=_TARGET),
        x=Axis(
            name=Text("how far below 0", "0에서 얼마나 아래인지"),
            labels=tuple(same(f"{margin:g}") for margin in _MARGINS),
        ),
        y=Axis(name=Text("share cured", "나은 비율"), low=0.0, high=1.0),
        series=tuple(series),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _depth(value: float) -> Text:
    if np.isfinite(value):
        return _FROM.fill(depth=f"{value:g}")
    return _BEYOND.fill(depth=f"{_MARGINS[-1]:g}")


def _verdict(facts: Facts) -> Verdict:
    working = [facts[f"working-{name}"] for name in _OPTIMIZERS]
    said = _SAID.fill(
        relu=_percent(facts["dead-none"]),
        leaky=_percent(facts["dead-leaky"]),
        target=_TARGET,
        sgd=round(working[0]),
        adam=round(working[1]),
        leaky_adam=_percent(facts["leaky-adam"]),
        leaky_sgd=_percent(facts["leaky-sgd"]),
    )
    condition = _CONDITION.fill(
        at_leaky=_depth(facts["flip-leaky"]), at_elu=_depth(facts["flip-elu"])
    )
    if min(working) == len(_NAMED):
        return Verdict(code="holds", text=join((said, _HOLDS)), condition=condition)
    if max(working) == 0:
        return Verdict(code="does-not-hold", text=join((said, _FAILS)), condition=condition)
    return Verdict(code="holds-if", text=join((said, _SOME)), condition=condition)


def _right(facts: Facts) -> str:
    leaky = [facts[f"leaky-{name}"] >= _WORKS for name in _OPTIMIZERS]
    return {(True, True): "both", (False, True): "adam", (True, False): "sgd"}.get(
        (leaky[0], leaky[1]), "none"
    )


EXPERIMENT = Experiment(
    id="dying-cures",
    claim=Text(
        "Leaky ReLU, ELU, PReLU and batch normalisation cure dying ReLU.",
        "죽어 가는 ReLU는 Leaky ReLU, ELU, PReLU, 배치 정규화(batch normalisation)로 살릴 수 있다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "All units of a network are dead. You replace ReLU with Leaky ReLU and go on training. Does it learn?",
            "유닛이 모두 죽은 신경망에서 ReLU를 Leaky ReLU로 바꾸고 학습을 이어 갑니다. 이제 학습이 될까요?",
        ),
        answers=(
            Answer(id="both", name=Text("yes, with SGD and with Adam", "SGD로도 Adam으로도 된다")),
            Answer(id="adam", name=Text("only with Adam", "Adam으로만 된다")),
            Answer(id="sgd", name=Text("only with SGD", "SGD로만 된다")),
            Answer(id="none", name=Text("with neither", "둘 다 안 된다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="depth",
            name=Text("how far below 0 the dead units lie", "죽은 유닛이 0에서 내려간 거리"),
            usual=1.0,
            low=0.0,
            high=10.0,
        ),
        Control(
            id="slope",
            name=Text("slope of Leaky ReLU", "Leaky ReLU의 기울기"),
            usual=0.01,
            low=0.001,
            high=0.5,
            log=True,
        ),
        Control(
            id="mode",
            name=Text("learning rate", "학습률"),
            usual="best",
            choices=tuple(Choice(id=mode, name=name) for mode, name in _MODES.items()),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "To prevent death and to cure it are two things, and SGD and Adam are two more. For the cure every unit is first put "
        "below 0 on every point; then the activation is exchanged, batch norm put in, the biases re-centred or the units drawn "
        "anew, and training goes on with the same weights. A leak of 0.01 lets a hundredth of the gradient through each layer: "
        "Adam scales it up, SGD does not."
        " A start counts as held if all four cures heal with at least one optimizer.",
        "죽음을 막는 일과 죽은 유닛을 살리는 일은 다릅니다. SGD와 Adam도 다릅니다. 치료를 보려고 먼저 모든 유닛을 모든 점에서 0 아래로 "
        "내립니다. 그런 다음 활성화 함수를 바꾸거나, 배치 정규화를 넣거나, 편향의 중심을 맞추거나, 유닛을 다시 뽑고 같은 가중치로 "
        "학습을 이어 갑니다. 0.01만큼 새는 함수는 층마다 기울기의 100분의 1만 넘깁니다. Adam은 그것을 키워 쓰지만 SGD는 그러지 않습니다."
        " 한 옵티마이저에서라도 네 처방이 모두 들으면 맞은 출발로 셉니다.",
    ),
    after=("dying-relu", "prelu-learns", "dying-causes"),
    seconds=3.0,
)
