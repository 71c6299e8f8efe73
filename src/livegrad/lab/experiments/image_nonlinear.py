"""Images are nonlinear, so linear models cannot read them: weak on digits, strong on spirals that turn either way."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.lab import nets
from livegrad.lab.curves import mean_line
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
from livegrad.lab.figure import Axis, Chart, Level, Plane, Tile
from livegrad.lab.measured import averaged
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT", "spirals"]

_NETS = 16
_SWEPT = 8
_COUNT = 800
_STEPS = 400
_SIDE = 12  # pixels
_DOT = 0.12  # deviation of the pen, where the picture is 2 wide
_SPREADS = (0.0, 90.0, 180.0, 225.0, 270.0, 300.0, 330.0, 360.0)
_SWEEP_RATE = 0.01
_RATES = {"sgd": (0.01, 0.03, 0.1, 0.3), "adam": (0.001, 0.003, 0.01)}
_KEYS = tuple((o, m) for o in ("sgd", "adam") for m in ("own", "shared"))
_DATA = ("digits", "spirals")
_NAMES = {
    "digits": Text("digits", "손글씨 숫자"),
    "spirals": Text("spirals", "나선 그림"),
}
_HOLDS = Text(
    "The linear model failed on both kinds of image, in {count} of {n} networks: {digits} % of the digits right (with hidden layers {digits_mlp} %) and "
    "{spirals} % of the spirals ({spirals_mlp} %).",
    "선형 모델은 두 그림에서 모두 실패했습니다(신경망 {n}개 가운데 {count}개). 정확도는 손글씨 숫자에서 {digits} %(은닉층이 있으면 "
    "{digits_mlp} %), 나선 그림에서 {spirals} %({spirals_mlp} %)입니다.",
)
_HOLDS_IF = Text(
    "It depends on the images. Digits: linear {digits} %, with hidden layers {digits_mlp} %. Spirals: linear {spirals} %, with hidden layers "
    "{spirals_mlp} % ({spirals_shared} % at a shared rate). Better of SGD and Adam; the linear model failed on the spirals in {count} of {n} "
    "networks.",
    "그림에 따라 다릅니다. 손글씨 숫자는 선형 모델이 {digits} %, 은닉층이 있으면 {digits_mlp} %입니다. 나선 그림은 선형 모델이 "
    "{spirals} %, 은닉층이 있으면 {spirals_mlp} %입니다(같은 학습률에서는 {spirals_shared} %). 모두 SGD와 Adam 가운데 나은 쪽입니다. "
    "나선 그림에서 선형 모델이 실패한 것은 신경망 {n}개 가운데 {count}개입니다.",
)
_FAILS = Text(
    "The linear model reads both kinds of image: {digits} % of the digits (with hidden layers {digits_mlp} %) and {spirals} % of the spirals "
    "({spirals_mlp} %). It failed in {count} of {n} networks.",
    "선형 모델도 두 그림을 읽습니다. 손글씨 숫자 {digits} %(은닉층이 있으면 {digits_mlp} %), 나선 그림 {spirals} %({spirals_mlp} %)를 "
    "맞혔습니다. 실패한 신경망은 {n}개 가운데 {count}개입니다.",
)
_CONDITION = Text(
    "What counts is not that it is an image but whether each class has a mean picture of its own. Spirals that may lie within {works}° are read "
    "by the linear model ({works_share} %), those that may lie any way round are not ({full_share} %).",
    "그림인지 아닌지가 아니라, 클래스마다 평균 그림이 다른지가 중요합니다. 나선이 {works}° 안에서만 돌아가 있으면 선형 모델도 "
    "{works_share} %를 맞힙니다. 어느 쪽으로든 돌아가 있으면 {full_share} %입니다.",
)


def spirals(seed: int, count: int, *, spread: float, noise: float = 0.05) -> Dataset:
    """Draw spirals as small pictures; they turn left or right, and that is to be told.

    Args:
        seed: What the pictures are drawn from.
        count: How many.
        spread: Each picture is rotated by up to half of this either way, in degrees; 360 for any way round.
        noise: Deviation of what is added to each pixel; the line has about 1.

    Returns:
        A binary data set with 12 × 12 pixels, row by row.

    Example:
        >>> spirals(0, 20, spread=360.0).inputs.shape
        (20, 144)
    """
    generator = np.random.default_rng(seed)
    hand = np.where(np.arange(count) % 2 == 0, 1, -1)
    rotation = np.radians(spread) * generator.uniform(-0.5, 0.5, count)
    along = np.linspace(0.1, 1.0, 24)
    angle = hand[:, None] * 2 * np.pi * along + rotation[:, None]
    x, y = 0.85 * along * np.cos(angle), 0.85 * along * np.sin(angle)
    middles = 2 * (np.arange(_SIDE) + 0.5) / _SIDE - 1
    across, down = (np.exp(-((middles - at[:, :, None]) ** 2) / (2 * _DOT**2)) for at in (x, -y))
    pictures = np.minimum(np.einsum("npx,npy->nyx", across, down), 1.0)
    pictures += generator.normal(0, noise, pictures.shape)
    labels = np.where(hand > 0, "left", "right")
    return from_arrays(pictures.reshape(count, -1), labels, kind="binary", name="spirals")


def _raced(run: Run, split: Split, begun: float) -> list[Raced]:
    units = run.whole("width")
    lanes = [
        nets.draw(
            Recipe(activation=activation, hidden=hidden, init="he", batch_size=32),
            split,
            run.seeds(_NETS),
        )
        for activation, hidden in (
            ("identity", ()),
            (run.choice("activation"), (units, units)),
        )
    ]
    return raced(
        lanes,
        split,
        steps=_STEPS,
        seeds=2,
        rates=_RATES,
        told=lambda share: run.tell(begun + 0.4 * share),
        workers=run.workers,
    )


def _sweep(run: Run) -> Any:
    """Return the linear model's accuracy at each spread of the rotation; shape (spreads, networks)."""
    recipe = Recipe(activation="identity", hidden=(), batch_size=32, lr=_SWEEP_RATE)
    found = []
    for k, spread in enumerate(_SPREADS):
        data = spirals(run.seed, _COUNT, spread=spread, noise=run.number("noise"))
        split = data.split(seed=run.seed)
        lane = nets.draw(recipe, split, run.seeds(_SWEPT))
        found.append(nets.train([lane], split, steps=_STEPS, points=(_STEPS,))[0].score[:, -1])
        run.tell(0.8 + 0.2 * (k + 1) / len(_SPREADS))
    return np.array(found)


def _run(run: Run) -> Facts:
    pictures = spirals(run.seed, _COUNT, spread=run.number("spread"), noise=run.number("noise"))
    splits = {
        "digits": nets.toy("digits", seed=run.seed),
        "spirals": pictures.split(seed=run.seed),
    }
    shown = _pictures(pictures)
    run.tell(0.02, shown)
    races = {data: _raced(run, splits[data], 0.4 * k) for k, data in enumerate(_DATA)}
    sweep = _sweep(run)
    failed = {
        data: _failed(_best(races[data], 0, "own"), _guessing(splits[data]))
        & ~_failed(_best(races[data], 1, "own"), _guessing(splits[data]))
        for data in _DATA
    }
    numbers = [
        averaged(
            f"{data}-{what}-{m}",
            _NAME.fill(data=_NAMES[data], what=_LANES[what], rate=_RATE_NAMES[m]),
            _best(races[data], lane, m),
            _SAYS,
            form="share",
        )
        for data in _DATA
        for lane, what in enumerate(("linear", "mlp"))
        for m in (("own",) if what == "linear" else ("own", "shared"))
    ]
    return Facts(
        held=failed["digits"] | failed["spirals"],
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *numbers,
            *(
                averaged(f"{data}-failed", _FAILED.fill(data=_NAMES[data]), values.astype(float),
                         _FAILED_SAYS, form="share")
                for data, values in failed.items()
            ),
            *_flips(sweep),
        ),
        figures=(_chart(sweep), shown),
    )  # fmt: skip


def _best(races: list[Raced], lane: int, mode: str) -> Any:
    """Return each start's accuracy under the optimizer that is better on the mean; shape (networks,)."""
    ends = [getattr(race, mode)[lane].score[:, -1] for race in races]
    return max(ends, key=lambda scores: float(scores.mean()))


def _guessing(split: Split) -> float:
    counts = np.bincount(split.validation_targets.astype(int).ravel())
    return float(counts.max() / counts.sum())


def _failed(accuracy: Any, guessing: float) -> Any:
    """Return whether less than half of guessing's errors are gone."""
    return accuracy < guessing + (1 - guessing) / 2


def _flips(sweep: Any) -> tuple[Number, ...]:
    means = sweep.mean(axis=1)
    works = [k for k in range(len(_SPREADS)) if (means[: k + 1] >= _READS).all()]
    last = works[-1] if works else 0
    rows = (
        ("works", _WORKS, _SPREADS[last], "plain", _WORKS_SAY),
        ("works-share", _WORKS_SHARE, means[last], "share", _SWEEP_SAYS),
        ("full-share", _FULL_SHARE, means[-1], "share", _SWEEP_SAYS),
    )
    return tuple(
        Number(id=i, name=name, value=float(value), n=_SWEPT, form=form, explanation=says)
        for i, name, value, form, says in rows
    )


_FAINT = 0.25  # of a full stroke: paler than this it looks white
_READS = 0.9
_LANES = {
    "linear": Text("linear", "선형"),
    "mlp": Text("hidden layers", "은닉층 있음"),
}
_RATE_NAMES = {
    "own": Text("best rate", "가장 좋은 학습률"),
    "shared": Text("shared rate", "같은 학습률"),
}
_NAME = Text("{data}, {what}, {rate}", "{data}, {what}, {rate}")
_SAYS = Text(
    "The share of held-back images told right, under the better of SGD and Adam.",
    "SGD와 Adam 가운데 나은 쪽으로 배워, 따로 떼어 둔 그림을 맞힌 비율입니다.",
)
_FAILED = Text("Linear fails on {data}", "{data}: 선형 모델의 실패")
_FAILED_SAYS = Text(
    "The share of starts in which the linear model leaves more than half of guessing's errors, and hidden layers do not.",
    "선형 모델은 찍을 때의 오답을 절반도 줄이지 못했는데 은닉층이 있는 쪽은 줄인 출발의 비율입니다.",
)
_WORKS = Text("Linear reads spirals rotated within (°)", "선형 모델이 읽는 나선의 회전 범위(°)")
_WORKS_SAY = Text(
    "The widest range of rotations at which the linear model tells at least 90 % right.",
    "선형 모델이 90 % 이상 맞히는 가장 넓은 회전 범위입니다.",
)
_WORKS_SHARE = Text("Linear within that range", "그 범위에서 선형 모델")
_FULL_SHARE = Text("Linear, any way round", "아무렇게나 돌렸을 때 선형 모델")
_SWEEP_SAYS = Text(
    "The share of held-back spirals told right by the linear model (Adam, rate 0.01).",
    "선형 모델이 따로 떼어 둔 나선을 맞힌 비율입니다(Adam, 학습률 0.01).",
)


def _chart(sweep: Any) -> Chart:
    return Chart(
        id="rotation",
        title=Text(
            "Turned any way round, the mean picture is gone",
            "아무렇게나 돌리면 평균 그림이 사라진다",
        ),
        note=Text(
            "Linear model on spirals, {count} pictures, a quarter held back; mean of {n} networks.",
            "나선 그림을 배운 선형 모델. 그림 {count}장 가운데 4분의 1은 따로 떼어 둠. 신경망 {n}개의 평균.",
        ).fill(count=_COUNT, n=_SWEPT),
        x=Axis(name=Text("range of rotations (°)", "회전 범위(°)")),
        y=Axis(name=Text("accuracy", "정확도"), low=0.4, high=1.0),
        series=(mean_line(Text("linear model", "선형 모델"), _SPREADS, sweep),),
        levels=(Level(name=Text("guessing", "찍기"), at=0.5, style="other"),),
    )


_BLANK = Text(
    "nearly white: both kinds have one mean picture, so a linear model finds nothing here",
    "거의 하얀 까닭: 두 종류의 평균 그림이 같아서, 선형 모델이 쓸 것이 없다",
)
_USABLE = Text("all that a linear model can use", "선형 모델이 쓸 수 있는 전부")


def _pictures(data: Dataset) -> Plane:
    pictures = data.inputs.reshape(-1, _SIDE, _SIDE)
    left, right = (pictures[data.targets == k] for k in (0, 1))
    difference = left.mean(axis=0) - right.mean(axis=0)
    shown = (
        (Text("turns left", "왼쪽으로 감긴다"), left[0], Text("one picture", "그림 한 장")),
        (Text("turns right", "오른쪽으로 감긴다"), right[0], Text("one picture", "그림 한 장")),
        (
            Text("mean left − mean right", "왼쪽 평균 − 오른쪽 평균"),
            difference,
            _BLANK if np.abs(difference).max() < _FAINT else _USABLE,
        ),
    )
    return Plane(
        id="pictures",
        title=Text("Which way does it turn?", "어느 쪽으로 감기는가?"),
        note=Text(
            "{side} × {side} pixels; the mean of {count} pictures.",
            "{side} × {side} 픽셀. 평균은 그림 {count}장을 평균한 것.",
        ).fill(side=_SIDE, count=len(pictures)),
        extent=(0.0, float(_SIDE), 0.0, float(_SIDE)),
        tiles=tuple(
            Tile(
                name=name,
                field=np.clip(field, -1, 1).astype(np.float32),
                points=np.empty((0, 2), np.float32),
                labels=np.empty(0, np.float32),
                caption=caption,
            )
            for name, field, caption in shown
        ),
    )


def _verdict(facts: Facts) -> Verdict:
    said = {
        "n": len(facts.held),
        "count": round(facts["spirals-failed"] * len(facts.held)),
        **{data: f"{100 * facts[f'{data}-linear-own']:.0f}" for data in _DATA},
        **{f"{data}_mlp": f"{100 * facts[f'{data}-mlp-own']:.0f}" for data in _DATA},
        "spirals_shared": f"{100 * facts['spirals-mlp-shared']:.0f}",
    }
    condition = _CONDITION.fill(
        works=f"{facts['works']:.0f}",
        works_share=f"{100 * facts['works-share']:.0f}",
        full_share=f"{100 * facts['full-share']:.0f}",
    )
    failed = [facts[f"{data}-failed"] > 0.5 for data in _DATA]
    if all(failed):
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    if any(failed):
        return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)
    return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    found = facts["digits-linear-own"]
    return "well" if found > 0.9 else "half" if found > 0.4 else "guess"


EXPERIMENT = Experiment(
    id="image-nonlinear",
    claim=Text(
        "Images are nonlinear, so a linear model cannot tell them apart.",
        "그림은 비선형이라서 선형 모델로는 구별할 수 없다.",
    ),
    sources="A",
    question=Question(
        text=Text(
            "A linear model looks at handwritten digits. How many does it tell right?",
            "선형 모델에 손글씨 숫자를 보여 줍니다. 얼마나 맞힐까요?",
        ),
        answers=(
            Answer(id="guess", name=Text("about one in ten", "열에 하나쯤")),
            Answer(id="half", name=Text("about half", "절반쯤")),
            Answer(id="well", name=Text("more than nine in ten", "열에 아홉 넘게")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="spread",
            name=Text("spirals rotated within (°)", "나선의 회전 범위(°)"),
            usual=360.0,
            low=0.0,
            high=360.0,
        ),
        Control(
            id="noise",
            name=Text("noise in each pixel", "픽셀마다 섞는 잡음"),
            usual=0.05,
            low=0.0,
            high=0.5,
        ),
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="relu",
            choices=(
                Choice(id="relu", name=same("ReLU")),
                Choice(id="tanh", name=same("tanh")),
                Choice(id="identity", name=same("identity")),
            ),
        ),
        Control(
            id="width",
            name=Text("units in each of two hidden layers", "두 은닉층의 유닛 수(층마다)"),
            usual=32,
            low=4,
            high=64,
            whole=True,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Logistic regression and a network with two hidden layers read the same images, 16 starts each, with SGD and Adam, at their own best rate "
        "and at the linear model's. Digits keep their place and their pose, so a mean picture goes a long way. Spirals turned any way round have "
        "the same mean picture whichever way they wind, and there the claim is strong."
        " A start counts as held if the linear model fails on at least one of the two kinds of image.",
        "로지스틱 회귀와 은닉층이 둘인 신경망이 같은 그림을 배웁니다. 출발은 16개씩이고, SGD와 Adam을 모두 쓰며, 학습률은 저마다 가장 "
        "좋은 것과 선형 모델에 가장 좋은 것을 함께 씁니다. 손글씨 숫자는 자리와 방향이 일정해서 평균 그림만으로도 꽤 맞힙니다. "
        "아무렇게나 돌린 나선은 어느 쪽으로 감기든 평균 그림이 같습니다. 거기서는 주장이 잘 들어맞습니다."
        " 두 그림 가운데 하나에서라도 선형 모델이 실패하면 맞은 출발로 셉니다.",
    ),
    after=("linear-boundary-fails", "bending-space", "relu-best"),
    seconds=2.0,
)
