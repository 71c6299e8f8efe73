"""A ReLU unit that only sees negative input is dead for ever: so in the first layer; deeper ones come back."""

from __future__ import annotations

from dataclasses import dataclass
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
from livegrad.lab.stages import stages
from livegrad.text import Text, same
from livegrad.trials.trial import Optimizer, Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _WIDTH, _STEPS = 32, 16, 600
_LOOKS = tuple(range(0, _STEPS + 1, 20))
_OPTIMIZERS: tuple[Optimizer, ...] = ("sgd", "momentum", "adam")
_FEW = 0.05  # fewer than one dead unit in twenty comes back: "for ever" is a fair word
_CALLED = {"sgd": same("SGD"), "momentum": Text("momentum", "모멘텀"), "adam": same("Adam")}

_HOLDS = Text(
    "With {optimizer}, of {died} units that were dead at some time {revived} came back to life: dead is dead for ever.",
    "{optimizer:으로/로} 학습하는 동안 한 번이라도 죽은 유닛 {died}개 가운데 되살아난 것은 {revived}개입니다. 한 번 죽으면 끝입니다.",
)
_HOLDS_IF = Text(
    "With {optimizer}, {first_revived} of {first_died} dead units of the first layer came back, but {deeper_revived} of "
    "{deeper_died} in the layers behind it: what they see changes when the layers before them move.",
    "{optimizer:으로/로} 학습했더니 되살아난 유닛은 첫 층에서 죽은 {first_died}개 가운데 {first_revived}개, 그 뒤 층에서 죽은 "
    "{deeper_died}개 가운데 {deeper_revived}개입니다. 앞 층이 움직이면 뒤 층이 받는 입력도 달라지기 때문입니다.",
)
_FAILS = Text(
    "With {optimizer}, {first_revived} of {first_died} dead units came back even in the first layer, and {deeper_revived} of "
    "{deeper_died} behind it: with what it remembers the optimizer goes on moving them although their gradient is 0.",
    "{optimizer:으로/로} 학습했더니 첫 층에서도 죽은 {first_died}개 가운데 {first_revived}개가, 그 뒤 층에서는 {deeper_died}개 가운데 "
    "{deeper_revived}개가 되살아났습니다. 기울기가 0이어도 옵티마이저가 기억해 둔 기울기로 유닛을 움직이기 때문입니다.",
)
_NONE = Text(
    "With {optimizer}, no unit died at this rate, so there is nothing to judge.",
    "{optimizer:으로/로} 이 학습률에서 배우는 동안 죽은 유닛이 하나도 없어서 판정할 것이 없습니다.",
)
_CONDITION = Text(
    "“For ever” needs an input that stays the same and an optimizer without memory. Of the first layer's dead units {sgd} came back "
    "with SGD, {momentum} with momentum, {adam} with Adam; behind the first layer, with the optimizer chosen, {deeper}. With one hidden "
    "layer and SGD the sentence holds.",
    "‘영영’이라는 말은 입력이 그대로이고 옵티마이저에 기억이 없을 때만 맞습니다. 첫 층의 죽은 유닛 가운데 되살아난 것은 SGD에서 {sgd}, "
    "모멘텀에서 {momentum}, Adam에서 {adam}입니다. 그 뒤 층에서는 고른 옵티마이저로 {deeper}입니다. 은닉층이 하나뿐이고 SGD를 쓰면 이 "
    "말이 맞습니다.",
)
_SHARE = Text("{count} of {of}", "{of}개 중 {count}개")


@dataclass(frozen=True, kw_only=True)
class _Life:
    """When which unit was dead, at every look; shape (looks, networks, layers, units); sound networks only."""

    dead: Reals

    @property
    def died(self) -> Reals:
        """Which units were dead at some look; shape (networks, layers, units)."""
        return np.asarray(self.dead.any(axis=0))

    @property
    def revived(self) -> Reals:
        """Which of them were alive at a later look."""
        later = np.arange(len(self.dead))[:, None, None, None] > self.dead.argmax(axis=0)
        return (later & ~self.dead).any(axis=0) & self.died


def _life(run: Run, optimizer: Optimizer, part: int) -> _Life:
    split = nets.toy("moons", count=200, seed=run.seed)
    rate = run.number("rate") * (1.0 if optimizer == "sgd" else 0.1)
    recipe = Recipe(
        activation="relu",
        hidden=(_WIDTH,) * run.whole("depth"),
        lr=rate,
        optimizer=optimizer,
        batch_size=25,
    )
    start = nets.draw(recipe, split, run.seeds(_NETS))
    seen, sound = list[Reals](), np.ones(_NETS, bool)
    for _, now in stages(
        start,
        split,
        _LOOKS,
        told=lambda share: run.tell((part + share) / 3),
        workers=run.workers,
    ):
        look = now.look(split.train_inputs, split.train_targets)
        seen.append(np.stack(look.dead, axis=1))
        sound = np.isfinite(now.weights).all(axis=1)  # a diverged network is not dead but lost
    return _Life(dead=np.stack(seen)[:, sound])


def _stayed(died: Reals, revived: Reals) -> Reals:
    """Return for each start with dead units whether none of its first layer came back; no deaths at all: false."""
    judged = died.any(axis=(1, 2))
    stayed = np.logical_not(revived[:, 0].any(axis=1))
    return stayed[judged] if judged.any() else np.zeros(len(died), bool)


def _run(run: Run) -> Facts:
    lives = dict[str, _Life]()
    for part, name in enumerate(_OPTIMIZERS):
        lives[name] = _life(run, name, part)
    life = lives[run.choice("optimizer")]
    died, revived = life.died, life.revived
    return Facts(
        held=_stayed(died, revived),
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *_counts(died, revived),
            *(_first(name, lives[name]) for name in _OPTIMIZERS),
        ),
        figures=(_over_time(life, run), _by_optimizer(lives, run)),
    )


def _counts(died: Reals, revived: Reals) -> tuple[Number, ...]:
    died_text = Text(
        "Units without slope on every training point at one look or more, over all networks.",
        "한 번이라도 모든 학습 점에서 기울기가 0이었던 유닛의 수입니다. 신경망을 모두 합쳤습니다.",
    )
    revived_text = Text(
        "Those of them that had a slope on some point at a later look.",
        "그 가운데 나중에 어느 점에서든 다시 기울기가 생긴 유닛의 수입니다.",
    )
    parts = (
        ("first", Text("first layer", "첫 층"), slice(0, 1)),
        ("deeper", Text("behind it", "그 뒤 층"), slice(1, None)),
    )
    return tuple(
        Number(
            id=f"{identifier}-{what}",
            name=name.fill(where=where),
            value=float(values[:, part].sum()),
            n=len(values),
            form="count",
            explanation=explanation,
        )
        for identifier, where, part in parts
        for what, name, values, explanation in (
            ("died", Text("Died, {where}", "죽은 유닛, {where}"), died, died_text),
            ("revived", Text("Revived, {where}", "되살아난 유닛, {where}"), revived, revived_text),
        )
    )


def _shares(life: _Life, part: slice) -> Reals:
    """Return for each network which share of its dead units came back; NaN where none died."""
    died, back = (a[:, part].sum(axis=(1, 2)).astype(float) for a in (life.died, life.revived))
    return np.divide(back, died, out=np.full(len(died), np.nan), where=died > 0)


def _first(name: str, life: _Life) -> Number:
    return averaged(
        f"first-{name}",
        Text("Back in layer 1, {optimizer}", "첫 층에서 되살아난 비율, {optimizer}").fill(
            optimizer=_CALLED[name]
        ),
        _shares(life, slice(0, 1)),
        Text(
            "Which share of a network's dead units of the first layer came back, mean over networks where one died.",
            "신경망의 첫 층에서 죽은 유닛 가운데 되살아난 비율입니다. 죽은 유닛이 있는 신경망만 평균했습니다.",
        ),
        form="share",
    )


def _over_time(life: _Life, run: Run) -> Figure:
    share = life.dead.mean(axis=3)  # (looks, networks, layers)
    series = list[Series]()
    for layer in range(share.shape[2]):
        means = np.array([mean_of(at) for at in share[:, :, layer]])
        series.append(
            Series(
                name=Text("layer {n}", "{n}층").fill(n=layer + 1),
                x=np.array(_LOOKS, float),
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="measured" if layer == 0 else "other",
            )
        )
    return Chart(
        id="time",
        title=Text(
            "Dead units over time, layer by layer",
            "시간이 지나면서 달라지는 층별 죽은 유닛",
        ),
        note=Text(
            "{optimizer}; {n} networks with {width} units per layer, all 150 training points of two moons; mean and 95 %.",
            "{optimizer}. 층마다 유닛 {width}개인 신경망 {n}개, 초승달 학습 점 150개 전부. 평균과 95 % 구간.",
        ).fill(optimizer=_CALLED[run.choice("optimizer")], n=share.shape[1], width=_WIDTH),
        x=Axis(name=Text("steps", "스텝")),
        y=Axis(name=Text("share of units that are dead", "죽은 유닛의 비율"), low=0.0),
        series=tuple(series),
    )


def _by_optimizer(lives: dict[str, _Life], run: Run) -> Figure:
    depth = run.whole("depth")
    values = np.full((depth, len(lives)), np.nan)
    for column, life in enumerate(lives.values()):
        died, back = (a.sum(axis=(0, 2)) for a in (life.died, life.revived))
        np.divide(back, died, out=values[:, column], where=died > 0)
    return Heat(
        id="revived",
        title=Text("Who comes back", "누가 되살아나나"),
        note=Text(
            "Share of the dead units that came back within {steps} steps; up to {n} networks each; empty: none died.",
            "죽은 유닛 가운데 {steps}스텝 안에 되살아난 비율. 신경망은 많아야 {n}개씩. 빈칸은 죽은 유닛이 없다는 뜻.",
        ).fill(steps=_STEPS, n=_NETS),
        x=Axis(name=Text("optimizer", "옵티마이저"), labels=tuple(_CALLED[name] for name in lives)),
        y=Axis(
            name=Text("layer", "층"),
            labels=tuple(same(str(layer + 1)) for layer in range(depth)),
        ),
        values=values,
        name=Text("share that came back", "되살아난 비율"),
        low=0.0,
        high=1.0,
    )


def _part(count: float, of: float) -> Text:
    return _SHARE.fill(count=round(count), of=round(of))


def _verdict(facts: Facts) -> Verdict:
    died = (facts["first-died"], facts["deeper-died"])
    revived = (facts["first-revived"], facts["deeper-revived"])
    condition = _CONDITION.fill(
        **{name: _percent(facts[f"first-{name}"]) for name in _OPTIMIZERS},
        deeper=_part(revived[1], died[1]),
    )
    said = {
        "optimizer": _CALLED[str(facts.settings["optimizer"])],
        "first_died": round(died[0]),
        "first_revived": round(revived[0]),
        "deeper_died": round(died[1]),
        "deeper_revived": round(revived[1]),
    }
    if sum(died) == 0:
        return Verdict(
            code="does-not-hold", text=_NONE.fill(optimizer=said["optimizer"]), condition=condition
        )
    if sum(revived) < _FEW * sum(died):
        text = _HOLDS.fill(
            optimizer=said["optimizer"], died=round(sum(died)), revived=round(sum(revived))
        )
        return Verdict(code="holds", text=text, condition=condition)
    if died[0] and revived[0] >= _FEW * died[0] and facts.share.high < 0.5:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _percent(share: float) -> Text:
    if np.isnan(share):
        return Text("none (none died)", "없음(죽은 유닛 없음)")
    return same(f"{100 * share:.0f} %")


def _right(facts: Facts) -> str:
    first = facts["first-revived"] >= _FEW * max(facts["first-died"], 1)
    deeper = facts["deeper-revived"] >= _FEW * max(facts["deeper-died"], 1)
    return "all" if first and deeper else "deeper" if deeper else "first" if first else "none"


EXPERIMENT = Experiment(
    id="dying-relu",
    claim=Text(
        "A ReLU unit that only sees negative input gives 0 and gets gradient 0, and so it stays dead for ever.",
        "음수 입력만 받는 ReLU 유닛은 출력도 기울기도 0이라서 영영 죽은 채로 남는다.",
    ),
    sources="A D",
    question=Question(
        text=Text(
            "Which dead units come back to life while the network goes on learning?",
            "신경망이 학습을 이어 가면 죽은 유닛 가운데 어느 것이 되살아날까요?",
        ),
        answers=(
            Answer(id="none", name=Text("none, in no layer", "어느 층에서도 살아나지 않는다")),
            Answer(id="deeper", name=Text("only those behind the first layer", "첫 층 뒤의 것만")),
            Answer(id="first", name=Text("only those of the first layer", "첫 층의 것만")),
            Answer(id="all", name=Text("some in every layer", "모든 층에서 일부가")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="optimizer",
            name=Text("optimizer", "옵티마이저"),
            usual="sgd",
            choices=tuple(Choice(id=name, name=_CALLED[name]) for name in _OPTIMIZERS),
        ),
        Control(
            id="rate",
            name=Text(
                "learning rate of SGD (the others take a tenth)",
                "SGD의 학습률(나머지는 그 10분의 1)",
            ),
            usual=1.0,
            low=0.01,
            high=3.0,
            log=True,
        ),
        Control(
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=4, low=1, high=10, whole=True
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "A unit is dead here when its slope is 0 on every training point, not only on one batch. Each network is looked at "
        "every 20 steps, in one training whose optimizer keeps its memory. A dead unit of the first layer gets no gradient "
        "and its input never changes, so plain SGD cannot move it; networks that diverged are left out."
        " Of the starts in which units died, one counts as held if none of its first layer came back.",
        "한 배치가 아니라 모든 학습 점에서 기울기가 0일 때만 죽은 유닛으로 셉니다. 학습을 끊지 않고 옵티마이저의 기억도 지우지 "
        "않으면서, 20스텝마다 신경망을 들여다봅니다. 첫 층의 죽은 유닛은 기울기도 받지 못하고 입력도 변하지 않으니 SGD만으로는 움직일 "
        "수 없습니다. 발산한 신경망은 빼고 셉니다."
        " 죽은 유닛이 있는 출발만 세고, 첫 층에서 하나도 되살아나지 않으면 맞은 것으로 봅니다.",
    ),
    after=("dying-causes", "dying-cures", "relu-sparsity"),
    seconds=2.0,
)
