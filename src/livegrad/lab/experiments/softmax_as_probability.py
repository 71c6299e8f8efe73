"""Do softmax's components read as probabilities? They sum to 1 always; whether they are true is another matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab import nets
from livegrad.lab.calibration import Clouds, calibration_error, clouds, reliability
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
from livegrad.lab.stages import stages
from livegrad.text import Text
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Optimizer, Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _HELD, _HIDDEN, _LOOKS = 16, 2000, (16, 16), 10
_GOOD = 0.05  # of 100 answers given with 70 %, 65 to 75 are right
_RATES: dict[Optimizer, float] = {"adam": 0.01, "sgd": 0.2}
_LOSSES = {
    "right": Text("cross-entropy (the right one)", "교차 엔트로피(맞는 손실)"),
    "wrong": Text("squared error on the logits (a wrong one)", "로짓에 제곱 오차(틀린 손실)"),
}

_TEXT = Text(
    "The components sum to 1 within {sum}. After {steps} steps confidence differs from correctness by {excess} points on average with Adam. "
    "The calibration error is {error} ({low} … {high}), with SGD {sgd}, with squared error on the logits {wrong}. {so}",
    "성분의 합은 오차 {sum} 안에서 1입니다. {steps}스텝 배운 뒤 Adam에서 확신은 정답률과 평균 {excess} %p 다릅니다. 보정 오차는 Adam "
    "{error}({low} … {high}), SGD {sgd}이고, 로짓에 제곱 오차를 쓰면 {wrong}입니다. {so}",
)
_HOLDS = Text("They may be read as probabilities here.", "여기서는 확률로 읽어도 됩니다.")
_HOLDS_IF = Text(
    "They were probabilities earlier in training, and grew too sure.",
    "학습 초반에는 확률로 읽을 만했지만, 갈수록 지나치게 확신하게 되었습니다.",
)
_FAILS = Text(
    "Summing to 1 does not make them probabilities.", "합이 1이라고 해서 확률이 되지는 않습니다."
)
_CONDITION = Text(
    "With cross-entropy and Adam the error is within {good} {when}; at its best it is {best}. Dividing the logits by a temperature "
    "that fits half of the held-back points brings the error on the other half to {cooled}.",
    "교차 엔트로피와 Adam으로 배울 때 오차가 {good} 안에 드는 것은 {when}. 가장 작을 때는 {best}입니다. 따로 떼어 둔 점의 절반에 맞춘 "
    "온도(temperature)로 로짓을 나누면, 나머지 절반에서 오차가 {cooled}까지 줄어듭니다.",
)
_UNTIL = Text("until step {step}", "{step}스텝까지입니다")
_ALWAYS = Text("up to the last step", "마지막 스텝까지입니다")
_NEVER = Text("at no step looked at", "살펴본 스텝 가운데 없습니다")


@dataclass(frozen=True, kw_only=True)
class _Said:
    """Confidence in the answer given, and whether it was right; shape (networks, points)."""

    confidence: Reals
    right: Reals
    total: float

    @property
    def error(self) -> Reals:
        """The calibration error of each network."""
        pairs = zip(self.confidence, self.right, strict=True)
        return np.array([calibration_error(stated, right) for stated, right in pairs])

    @property
    def excess(self) -> Reals:
        """By how much each network is surer than it is right."""
        return self.confidence.mean(axis=1) - self.right.mean(axis=1)


def _softmax(z: Reals) -> Reals:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _wrong(split: Split, classes: int) -> Split:
    """Return the same data as a regression of 0 and 1 for each class."""
    hot = np.eye(classes, dtype=np.float32)
    return replace(
        split,
        kind="regression",
        loss="mse",
        train_targets=hot[split.train_targets],
        validation_targets=hot[split.validation_targets],
        fingerprint=f"{split.fingerprint} squared",
    )


def _drawn(run: Run, split: Split, optimizer: Optimizer, rate: float = 1.0) -> nets.Nets:
    recipe = Recipe(
        activation="tanh",
        hidden=_HIDDEN,
        optimizer=optimizer,
        lr=_RATES[optimizer] * rate,
        batch_size=25,
        init="glorot",
    )
    return nets.draw(recipe, split, run.seeds(_NETS))


def _said(logits: Reals, labels: Reals) -> _Said:
    stated = _softmax(logits.astype(np.float32))
    return _Said(
        confidence=stated.max(axis=2).astype(float),
        right=(stated.argmax(axis=2) == labels).astype(float),
        total=float(np.abs(stated.sum(axis=2) - 1).max()),
    )


def _logits(run: Run, data: Clouds, optimizer: Optimizer, loss: str) -> Reals:
    wrong = loss == "wrong"
    split = _wrong(data.split, run.whole("classes")) if wrong else data.split
    steps = run.whole("steps")
    drawn = _drawn(run, split, optimizer, 0.1 if wrong else 1.0)
    grown = nets.train([drawn], split, steps=steps, points=(steps,), workers=run.workers)
    return grown[0].nets.outputs(data.split.validation_inputs)


def _cooled(logits: Reals, labels: Reals) -> Reals:
    """Return each network's error on half of the points, divided by the temperature that fits the other half."""
    tried, half = np.geomspace(0.25, 16, 49), len(labels) // 2
    error = list[float]()
    for z in logits.astype(float):
        losses = [
            -np.log(_softmax(z[:half] / t)[np.arange(half), labels[:half]] + 1e-12).mean()
            for t in tried
        ]
        stated = _said(z[None, half:] / tried[int(np.argmin(losses))], labels[half:])
        error.append(float(stated.error[0]))
    return np.array(error)


def _looks(run: Run) -> tuple[int, ...]:
    return tuple(np.unique(np.geomspace(20, max(run.whole("steps"), 40), _LOOKS).astype(int)))


def _run(run: Run) -> Facts:
    data = clouds(
        run.whole("classes"), count=run.whole("count"), held=_HELD, distance=1.5, seed=run.seed
    )
    labels, loss = data.split.validation_targets, run.choice("loss")
    logits = {
        (optimizer, kind): _logits(run, data, optimizer, kind)
        for optimizer in _RATES
        for kind in _LOSSES
    }
    said = {key: _said(z, labels) for key, z in logits.items()}
    run.tell(0.4, _curve(said, run))
    over_time = list[tuple[int, _Said]]()
    for step, now in stages(
        _drawn(run, data.split, "adam"),
        data.split,
        _looks(run),
        told=lambda share: run.tell(0.4 + 0.5 * share),
        workers=run.workers,
    ):
        over_time.append((step, _said(now.outputs(data.split.validation_inputs), labels)))
    cooled = _cooled(logits["adam", "right"], labels)
    fine = np.max([said[optimizer, loss].error for optimizer in _RATES], axis=0) <= _GOOD
    if loss == "right":  # the other half of the sentence: at some time of the training
        fine |= np.min([now.error for _, now in over_time], axis=0) <= _GOOD
    return Facts(
        held=fine,
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *_numbers(said, over_time, loss),
            averaged("cooled", Text("Error at that temperature", "온도로 나눈 뒤의 오차"), cooled,
                     Text("Calibration error on the other half after dividing.", "그 온도로 로짓을 나누고 나머지 절반에서 잰 보정 오차입니다.")),
        ),
        figures=(_times(over_time, run), _curve(said, run)),
    )  # fmt: skip


def _numbers(
    said: dict[tuple[Any, str], _Said], over_time: list[tuple[int, _Said]], loss: str
) -> tuple[Number, ...]:
    error = Text(
        "By how much the confidence of an answer differs from how often such answers are right.",
        "답에 붙인 확신이 그런 답이 실제로 맞은 비율과 얼마나 다른지입니다.",
    )
    means = np.array([at.error.mean() for _, at in over_time])
    best = int(means.argmin())
    fine = [step for (step, _), mean in zip(over_time, means, strict=True) if mean <= _GOOD]
    adam = said["adam", loss]
    return (
        averaged("error", Text("Calibration error, Adam", "보정 오차, Adam"), adam.error, error),
        averaged("error-sgd", Text("Calibration error, SGD", "보정 오차, SGD"), said["sgd", loss].error, error),
        averaged("wrong", Text("Calibration error, wrong loss", "보정 오차, 틀린 손실"), said["adam", "wrong"].error, error),
        averaged("excess", Text("Too sure by", "지나치게 확신한 정도"), adam.excess,
                 Text("The greatest component minus how often the answer is right, on average; Adam.",
                      "가장 큰 성분에서 답이 맞은 비율을 뺀 값의 평균입니다(Adam).")),
        Number(id="sum", name=Text("Sum off by", "합의 오차"), value=max(s.total for s in said.values()), n=_NETS * _HELD, form="power",
               explanation=Text("How far the sum of the components is from 1 at most, in float32.",
                                "성분의 합이 1에서 가장 많이 벗어난 정도입니다(float32).")),
        Number(id="until", name=Text("Good until step", "쓸 만한 마지막 스텝"), value=float(fine[-1]) if fine else 0.0, form="count", n=_NETS,
               explanation=Text("The last step looked at with an error of at most 0.05; 0 if there is none.",
                                "살펴본 스텝 가운데 오차가 0.05 이하였던 마지막 스텝입니다. 없으면 0입니다.")),
        Number(id="best", name=Text("Least error", "가장 작은 오차"), value=float(means[best]), n=_NETS,
               explanation=Text("The least mean error over training.", "학습하는 동안 가장 작았던 평균 오차입니다.")),
    )  # fmt: skip


def _note(run: Run) -> Text:
    return Text(
        "{classes} overlapping clouds, {count} points learned, {held} held back; {n} networks; mean and 95 %.",
        "겹친 구름 {classes}개, 배운 점 {count}개, 따로 떼어 둔 점 {held}개. 신경망 {n}개의 평균과 95 % 구간.",
    ).fill(classes=run.whole("classes"), count=run.whole("count"), held=_HELD, n=_NETS)


def _times(over_time: list[tuple[int, _Said]], run: Run) -> Figure:
    x = np.array([step for step, _ in over_time], float)
    kinds = (
        (Text("confidence", "확신"), [at.confidence.mean(axis=1) for _, at in over_time]),
        (Text("share that is right", "맞은 비율"), [at.right.mean(axis=1) for _, at in over_time]),
    )
    series = list[Series]()
    for k, (name, rows) in enumerate(kinds):
        means = np.array([mean_of(row) for row in rows])
        series.append(
            Series(
                name=name,
                x=x,
                y=means[:, 0],
                low=means[:, 1],
                high=means[:, 2],
                style="other" if k else "measured",
                mark="both",
            )
        )
    return Chart(
        id="times",
        title=Text("Confidence and correctness while it learns", "배우는 동안의 확신과 정답률"),
        note=_note(run),
        x=Axis(name=Text("steps", "스텝"), log=True),
        y=Axis(name=Text("share", "비율"), low=0.0, high=1.0),
        series=tuple(series),
        levels=(
            Level(
                name=Text("guessing", "찍기"), at=1 / run.whole("classes"), style="other"
            ),
        ),
    )  # fmt: skip


def _curve(said: dict[tuple[Any, str], _Said], run: Run) -> Figure:
    series = [
        Series(
            name=Text("perfect", "완벽한 보정"),
            x=np.array([0.0, 1.0]),
            y=np.array([0.0, 1.0]),
            style="claim",
        )
    ]
    for kind, name in _LOSSES.items():
        at = said["adam", kind]
        means, shares, _ = reliability(at.confidence.ravel(), at.right.ravel())
        series.append(
            Series(
                name=name,
                x=means,
                y=shares,
                style="measured" if kind == "right" else "other",
                mark="both",
            )
        )
    return Chart(
        id="calibration",
        title=Text(
            "Confidence, and how often the answer is right", "확신한 정도와 실제로 맞은 비율"
        ),
        note=_note(run),
        x=Axis(name=Text("greatest component", "가장 큰 성분"), low=0.0, high=1.0),
        y=Axis(name=Text("share that is right", "맞은 비율"), low=0.0, high=1.0),
        series=tuple(series),
    )


def _verdict(facts: Facts) -> Verdict:
    number = next(n for n in facts.numbers if n.id == "error")
    until, steps = facts["until"], float(facts.settings["steps"])
    if max(facts["error"], facts["error-sgd"]) <= _GOOD:
        code, so = "holds", _HOLDS
    elif facts.settings["loss"] == "right" and facts["best"] <= _GOOD:
        code, so = "holds-if", _HOLDS_IF
    else:
        code, so = "does-not-hold", _FAILS
    text = _TEXT.fill(
        sum=_power(facts["sum"]),
        steps=round(steps),
        excess=f"{100 * facts['excess']:.0f}".replace("-", "−"),
        error=f"{facts['error']:.3f}",
        low=f"{number.low or 0.0:.3f}",
        high=f"{number.high or 0.0:.3f}",
        sgd=f"{facts['error-sgd']:.3f}",
        wrong=f"{facts['wrong']:.3f}",
        so=so,
    )
    when = _ALWAYS if until >= steps else _UNTIL.fill(step=round(until)) if until else _NEVER
    condition = _CONDITION.fill(
        good=_GOOD,
        when=when,
        best=f"{facts['best']:.3f}",
        cooled=f"{facts['cooled']:.3f}",
    )
    return Verdict(code=code, text=text, condition=condition)


def _power(value: float) -> str:
    return f"10^{np.log10(max(value, 1e-12)):.1f}".replace("-", "−")


def _right(facts: Facts) -> str:
    gap = facts["excess"]
    return "true" if abs(gap) <= _GOOD else "sure" if gap > 0 else "shy"


EXPERIMENT = Experiment(
    id="softmax-as-probability",
    claim=Text(
        "The components of softmax sum to 1, so they can be read as the probabilities of the classes.",
        "소프트맥스(softmax)의 성분은 더하면 1이므로 각 클래스의 확률로 읽을 수 있다.",
    ),
    sources="C D",
    question=Question(
        text=Text(
            "A network has learned for long. How sure is it of its answers, compared with how often they are right?",
            "신경망을 오래 학습시켰습니다. 신경망은 제 답을 얼마나 확신할까요? 실제로 맞는 비율과 비교해 보세요.",
        ),
        answers=(
            Answer(id="true", name=Text("as sure as it is right", "맞는 만큼 확신한다")),
            Answer(id="sure", name=Text("surer than it is right", "맞는 것보다 더 확신한다")),
            Answer(id="shy", name=Text("less sure than it is right", "맞는 것보다 덜 확신한다")),
        ),
        right=_right,
    ),
    controls=(
        Control(id="steps", name=Text("steps", "스텝"), usual=3000, low=20, high=5000, whole=True, log=True),
        Control(id="count", name=Text("points learned", "배우는 점의 수"), usual=200, low=50, high=3000, whole=True, log=True),
        Control(id="classes", name=Text("classes", "클래스"), usual=4, low=3, high=8, whole=True),
        Control(id="loss", name=Text("loss", "손실"), usual="right",
                choices=tuple(Choice(id=loss, name=name) for loss, name in _LOSSES.items())),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "The greatest component is taken as the network's confidence and set beside how often the answer is right. The sum is 1 whatever the "
        "network says, even before it has learned anything. Trained with cross-entropy the components come near the true probabilities first; "
        "then the points are learned by heart and confidence goes on rising while correctness does not."
        " A start counts as held if the error is small at the end, or was at some time of the training.",
        "가장 큰 성분을 신경망의 확신으로 보고, 답이 실제로 맞은 비율과 비교합니다. 신경망이 무엇을 말하든, 아무것도 배우기 전에도 합은 "
        "1입니다. 교차 엔트로피로 배우면 성분은 먼저 참 확률에 가까워집니다. 그러다 점을 외우기 시작하면 정답률은 그대로인데 확신만 "
        "커집니다."
        " 마지막이나 학습하는 도중 한때라도 오차가 작으면 맞은 출발로 셉니다.",
    ),
    after=("sigmoid-as-probability", "image-nonlinear"),
    seconds=2.0,
)  # fmt: skip
