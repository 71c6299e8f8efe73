"""An activation function raises what a network can represent: counted as linear regions, and used in training."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from livegrad.lab import nets
from livegrad.lab.boundaries import extent_of, places_over, plane_of
from livegrad.lab.experiment import (
    Answer,
    Choice,
    Control,
    Experiment,
    Facts,
    Number,
    Question,
    Run,
    Setting,
    Verdict,
)
from livegrad.lab.figure import Axis, Heat, Plane
from livegrad.lab.measured import averaged, middle
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT", "folded", "regions"]

_NETS = 24
_COUNTED = 4  # networks for each cell of the table
_COUNT = 300
_STEPS = 2000
_COARSE = 64  # places along each side at which the pieces are counted
_FOLDS = 10
_CLEAR = 1.2  # one fifth more is clearly more
_GAIN = 0.05  # of accuracy
_DEPTHS = (1, 2, 3, 4)
_WIDTHS = (4, 8, 16, 32)
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0), "adam": (0.003, 0.01, 0.03)}
_NAMES = {
    "relu": same("ReLU"),
    "leaky_relu": same("Leaky ReLU"),
    "hardtanh": same("hard tanh"),
    "absolute": same("|x|"),
    "identity": Text("nothing (identity)", "아무것도 없음(identity)"),
}
_HOLDS = Text(
    "With {name} the plane falls into {regions} flat pieces (without an activation: 1), and {count} of {n} networks use them: "
    "{sgd} % right with SGD and {adam} % with Adam against {identity} % without. At one shared rate: {sgd_shared} % and "
    "{adam_shared} %.",
    "{name:을/를} 쓰면 평면이 {regions}조각으로 나뉩니다(활성화 함수가 없으면 1조각). 신경망 {n}개 가운데 {count}개가 이 조각을 살려 "
    "썼습니다. 정확도는 SGD {sgd} %, Adam {adam} %, 활성화 함수가 없으면 {identity} %입니다. 같은 학습률에서는 {sgd_shared} %와 "
    "{adam_shared} %입니다.",
)
_HOLDS_IF = Text(
    "With {name} the plane falls into {regions} flat pieces, yet only {count} of {n} networks gain by it under both optimizers: "
    "{sgd} % right with SGD, {adam} % with Adam, {identity} % without an activation. Being able to is not yet doing.",
    "{name:을/를} 쓰면 평면이 {regions}조각으로 나뉩니다. 그러나 두 옵티마이저 모두에서 덕을 본 신경망은 {n}개 가운데 "
    "{count}개뿐입니다. 정확도는 SGD {sgd} %, Adam {adam} %, 활성화 함수가 없으면 {identity} %입니다. 표현할 수 있다고 해서 꼭 배우는 "
    "것은 아닙니다.",
)
_FAILS = Text(
    "With {name} the plane stays one flat piece ({regions}), and accuracy is that of a straight line: {sgd} % with SGD and {adam} % with "
    "Adam.",
    "{name:을/를} 쓰면 평면은 한 조각 그대로이고({regions}조각), 정확도도 직선 하나와 같습니다. SGD {sgd} %, Adam {adam} %입니다.",
)
_CONDITION = Text(
    "At random weights the units count, not the depth: 32 units give {wide} pieces in one layer and {deep} in 4 layers of 8. Weights "
    "set by hand can fold the line: {folds} layers of one unit give {folded} pieces. On clouds that straight lines part, the pieces gain "
    "{clouds} points.",
    "무작위 가중치에서는 깊이가 아니라 유닛의 수가 조각 수를 정합니다. 유닛 32개가 한 층이면 {wide}조각, 8개씩 4층이면 {deep}조각입니다. 가중치를 "
    "손으로 정하면 직선을 접을 수 있어서, 유닛 하나짜리 {folds}층이 {folded}조각을 냅니다. 직선으로 나뉘는 구름 데이터에서는 조각 덕에 오른 "
    "정확도가 {clouds} %p입니다.",
)


def regions(drawn: nets.Nets, x: Any) -> Any:
    """Count the flat pieces that places of the plane lie in: patterns of which piece of its function each unit uses.

    Args:
        drawn: Networks with a piecewise linear activation.
        x: Where the plane is looked at; shape (places, 2).

    Returns:
        How many different patterns were met, at least 1; pieces between the places are missed. Shape (networks,).

    Example:
        >>> split = nets.toy("moons", count=60)
        >>> drawn = nets.draw(Recipe(activation="identity", hidden=(8, 8)), split, [0, 1])
        >>> regions(drawn, split.train_inputs)
        array([1, 1])
    """
    joints = np.array(drawn.activation.joint_places)
    if not len(joints):
        return np.ones(len(drawn), int)
    seen = drawn.look(x, np.zeros((len(x), 1)), training=False)
    pieces = np.concatenate([np.searchsorted(joints, z) for z in seen.z], axis=2)
    # a pattern is told from another by a random sum of its pieces: two of them agree with a chance of 1e-16
    keys = np.random.default_rng(0).normal(size=pieces.shape[2])
    return np.array([len(np.unique((p @ keys).round(9))) for p in pieces])


def folded(depth: int) -> int:
    """Count the pieces of a line that layers of one unit fold again and again: x → 2|x| − 1.

    Args:
        depth: How many layers, up to 12.

    Example:
        >>> folded(3)
        8
    """
    recipe = Recipe(activation="absolute", hidden=(1,) * depth)
    drawn = nets.draw(recipe, nets.toy("moons", count=60), [0], dtype=np.float64)
    for layer in range(depth):
        weight = drawn.array("weight", layer)
        weight[...] = np.array([[1.0], [0.0]]) if layer == 0 else 2.0
        drawn.array("bias", layer)[...] = 0.0 if layer == 0 else -1.0
    along = np.linspace(-0.99973, 0.99931, 40_001)  # ends that meet no fold exactly
    return int(regions(drawn, np.stack([along, 0 * along], axis=1))[0])


def _lanes(run: Run, split: Split) -> list[nets.Nets]:
    return [
        nets.draw(
            Recipe(
                activation=activation,
                hidden=(run.whole("width"),) * run.whole("depth"),
                init="pytorch",
                batch_size=25,
            ),
            split,
            run.seeds(_NETS),
        )
        for activation in (run.choice("activation"), "identity")
    ]


def _table(run: Run, split: Split) -> Any:
    """Return the mean number of pieces at random weights, of ReLU where nothing bends; (depths, widths)."""
    x = places_over(extent_of(split), _COARSE)
    found = np.empty((len(_DEPTHS), len(_WIDTHS)))
    chosen = run.choice("activation")
    for (i, depth), (j, width) in itertools.product(enumerate(_DEPTHS), enumerate(_WIDTHS)):
        recipe = Recipe(
            activation="relu" if chosen == "identity" else chosen,
            hidden=(width,) * depth,
            init="pytorch",
        )
        found[i, j] = regions(nets.draw(recipe, split, run.seeds(_COUNTED)), x).mean()
        run.tell(0.4 * (i * len(_WIDTHS) + j + 1) / found.size)
    return found


def _run(run: Run) -> Facts:
    split = nets.toy(run.choice("data"), count=_COUNT, seed=run.seed)
    table = _table(run, split)
    run.tell(0.4, _heat(table))
    lanes = _lanes(run, split)
    races = raced(
        lanes,
        split,
        steps=_STEPS,
        rates=_RATES,
        told=lambda share: run.tell(0.4 + 0.4 * share),
        workers=run.workers,
    )
    clouds = nets.toy("blobs", count=_COUNT, seed=run.seed)
    easy = raced(
        _lanes(run, clouds),
        clouds,
        steps=_STEPS // 4,
        optimizers=("adam",),
        rates=_RATES,
        told=lambda share: run.tell(0.8 + 0.15 * share),
        workers=run.workers,
    )[0].own
    x = places_over(extent_of(split), _COARSE)
    pieces = regions(races[-1].own[0].nets, x)
    ends = {
        (r.optimizer, mode): getattr(r, mode)[0].score[:, -1]
        for r in races
        for mode in ("own", "shared")
    }
    straight = np.max([r.own[1].score[:, -1] for r in races], axis=0)
    gains = [ends[o, "own"] - straight for o in ("sgd", "adam")]
    return Facts(
        held=(pieces > 1) & (np.min(gains, axis=0) >= _GAIN),
        settings=run.settings,
        seed=run.seed,
        numbers=(
            middle("regions", _PIECES, pieces.astype(float), _PIECES_SAY, form="count"),
            *(
                averaged(
                    f"{o}-{m}",
                    _REACHED.fill(name="SGD" if o == "sgd" else "Adam", rate=_RATE_NAMES[m]),
                    values,
                    _REACHED_SAYS,
                    form="share",
                )
                for (o, m), values in ends.items()
            ),
            averaged("identity", _STRAIGHT, straight, _STRAIGHT_SAYS, form="share"),
            _one("wide", _WIDE, table[0, _WIDTHS.index(32)], _TABLE_SAYS, _COUNTED),
            _one("deep", _DEEP, table[3, _WIDTHS.index(8)], _TABLE_SAYS, _COUNTED),
            _one("folded", _FOLDED, folded(_FOLDS), _FOLDED_SAYS, 1),
            averaged(
                "clouds",
                _CLOUDS,
                easy[0].score[:, -1] - easy[1].score[:, -1],
                _CLOUDS_SAY,
                form="share",
            ),
        ),
        figures=(_plane(split, races, pieces), _heat(table)),
    )


def _one(identifier: str, name: Text, value: float, says: Text, n: int) -> Number:
    return Number(id=identifier, name=name, value=float(value), n=n, form="count", explanation=says)


_PIECES = Text("Flat pieces after training", "학습한 뒤의 조각 수")
_PIECES_SAY = Text(
    "Into so many pieces the plane falls on each of which the network is a flat map (median; counted at 64 × 64 places).",
    "학습한 신경망은 조각마다 평평합니다. 그런 조각을 64 × 64곳에서 세어 중앙값을 구했습니다.",
)
_RATE_NAMES = {
    "own": Text("best rate", "가장 좋은 학습률"),
    "shared": Text("shared rate", "같은 학습률"),
}
_REACHED = Text("Accuracy, {name}, {rate}", "정확도, {name}, {rate}")
_REACHED_SAYS = Text(
    "The share of held-back points told right after training.",
    "학습한 뒤 따로 떼어 둔 점을 맞힌 비율입니다.",
)
_STRAIGHT = Text("Accuracy without an activation", "활성화 함수 없는 정확도")
_STRAIGHT_SAYS = Text(
    "The same for networks of the same shape without an activation, under the better optimizer.",
    "모양은 같고 활성화 함수만 없는 신경망을 더 나은 옵티마이저로 배우게 해서 잰 값입니다.",
)
_WIDE = Text("Pieces, one layer of 32", "조각 수, 32개 한 층")
_DEEP = Text("Pieces, 4 layers of 8", "조각 수, 8개씩 4층")
_TABLE_SAYS = Text(
    "The number of flat pieces before training, as a mean over random networks.",
    "학습하기 전 무작위 신경망에서 센 조각 수의 평균입니다.",
)
_FOLDED = Text("Pieces set by hand", "손으로 만든 조각 수")
_FOLDED_SAYS = Text(
    "A line folded by 2|x| − 1 in every layer doubles its pieces each time.",
    "층마다 2|x| − 1로 직선을 접으면 그때마다 조각 수가 두 배가 됩니다.",
)
_CLOUDS = Text("Gain on three clouds", "구름 세 개에서 오른 정확도")
_CLOUDS_SAY = Text(
    "Accuracy with the activation minus accuracy without it, where straight lines are enough.",
    "직선으로 충분한 데이터에서, 활성화 함수가 있을 때의 정확도에서 없을 때의 정확도를 뺀 값입니다.",
)


def _heat(table: Any) -> Heat:
    return Heat(
        id="regions",
        title=Text(
            "Flat pieces of the plane at random weights", "무작위 가중치가 평면을 나눈 조각 수"
        ),
        note=Text(
            "log₁₀ of the number of pieces, mean of {n} networks, counted at {fine} × {fine} places.",
            "조각 수의 log₁₀, 신경망 {n}개의 평균, {fine} × {fine}곳에서 셈.",
        ).fill(n=_COUNTED, fine=_COARSE),
        x=Axis(
            name=Text("units per layer", "층마다 유닛 수"),
            labels=tuple(same(str(w)) for w in _WIDTHS),
        ),
        y=Axis(name=Text("layers", "층 수"), labels=tuple(same(str(d)) for d in _DEPTHS)),
        values=np.log10(table),
        name=Text("log₁₀ of the pieces", "조각 수의 log₁₀"),
        low=0.0,
        high=4.0,
    )


def _plane(split: Split, races: list[Raced], pieces: Any) -> Plane:
    lanes = races[-1].own
    captions = (int(pieces[0]), 1)
    name = str(lanes[0].nets.recipe.activation)
    return Plane(
        id="boundaries",
        title=Text("What the pieces are used for", "조각은 어디에 쓰이나"),
        note=Text(
            "First of {n} networks, Adam at its best rate, {steps} steps of batch 25.",
            "신경망 {n}개 가운데 첫째, 가장 좋은 학습률의 Adam, 배치 25로 {steps}스텝.",
        ).fill(n=_NETS, steps=_STEPS),
        extent=extent_of(split),
        tiles=tuple(
            plane_of(
                lane.nets,
                split,
                said,
                caption=Text(
                    "{share} % right, pieces: {pieces}", "정확도 {share} %, {pieces}조각"
                ).fill(share=f"{100 * lane.score[0, -1]:.0f}", pieces=count),
            )
            for lane, said, count in zip(
                lanes, (_NAMES[name], _NAMES["identity"]), captions, strict=True
            )
        ),
        classes=3 if split.loss == "cross-entropy" else 0,
    )


def _verdict(facts: Facts) -> Verdict:
    share = facts.share
    said = {
        "n": len(facts.held),
        "count": share.count,
        "name": _said(facts.settings["activation"]),
        "regions": f"{facts['regions']:.0f}",
        "identity": f"{100 * facts['identity']:.0f}",
        **{
            key: f"{100 * facts[number]:.0f}"
            for key, number in (
                ("sgd", "sgd-own"),
                ("adam", "adam-own"),
                ("sgd_shared", "sgd-shared"),
                ("adam_shared", "adam-shared"),
            )
        },
    }
    condition = _CONDITION.fill(
        wide=f"{facts['wide']:.0f}",
        deep=f"{facts['deep']:.0f}",
        folds=_FOLDS,
        folded=f"{facts['folded']:.0f}",
        clouds=f"{100 * facts['clouds']:.0f}",
    )
    if facts["regions"] < 2:
        return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)
    if share.low > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)


def _said(activation: Setting) -> Text:
    return same("identity") if activation == "identity" else _NAMES[str(activation)]


def _right(facts: Facts) -> str:
    ratio = facts["wide"] / facts["deep"]
    return "wide" if ratio > _CLEAR else "deep" if ratio < 1 / _CLEAR else "same"


EXPERIMENT = Experiment(
    id="expressivity",
    claim=Text(
        "An activation function raises what a network can represent.",
        "활성화 함수는 신경망이 표현할 수 있는 함수의 폭을 넓힌다.",
    ),
    sources="A D",
    question=Question(
        text=Text(
            "With random weights, which network cuts the plane into more pieces: 32 units in one layer, or 8 units in each of 4 "
            "layers?",
            "가중치가 무작위인 두 신경망이 있습니다. 하나는 한 층에 유닛 32개, 다른 하나는 네 층에 8개씩입니다. 평면을 더 많은 조각으로 "
            "나누는 쪽은 어느 쪽일까요?",
        ),
        answers=(
            Answer(id="deep", name=Text("the deep one", "깊은 쪽")),
            Answer(id="wide", name=Text("the one with a single layer", "한 층인 쪽")),
            Answer(id="same", name=Text("about the same", "비슷하다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="relu",
            choices=tuple(Choice(id=key, name=name) for key, name in _NAMES.items()),
        ),
        Control(
            id="data",
            name=Text("data", "데이터"),
            usual="spiral",
            choices=(
                Choice(id="spiral", name=Text("spiral", "나선")),
                Choice(id="moons", name=Text("moons", "초승달")),
                Choice(id="xor", name=same("XOR")),
                Choice(id="blobs", name=Text("clouds", "구름")),
            ),
        ),
        Control(
            id="width",
            name=Text("units per layer", "층마다 유닛 수"),
            usual=16,
            low=2,
            high=32,
            whole=True,
        ),
        Control(id="depth", name=Text("layers", "층 수"), usual=2, low=1, high=6, whole=True),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds",
    about=Text(
        "A network of ReLUs is flat in pieces; 24 networks are trained and their pieces counted, and random ones for a table of depths "
        "and widths. Pieces measure what a network could represent. At random weights their number follows the units, hardly the "
        "depth; weights chosen by hand let depth double them layer by layer.",
        "ReLU 신경망은 조각마다 평평합니다. 신경망 24개를 학습시켜 조각을 세고, 무작위 신경망으로 깊이와 너비의 표를 만듭니다. 조각 "
        "수는 신경망이 무엇까지 표현할 수 있는지 보여 줍니다. 무작위 가중치에서는 조각 수가 깊이보다 유닛 수를 따라갑니다. 가중치를 "
        "손으로 고르면 층마다 조각을 두 배로 늘릴 수 있습니다.",
    ),
    after=("bending-space", "linear-collapse", "relu-nearly-linear"),
    seconds=2.5,
)
