"""Activations reshape the distribution of what passes through them: beyond what stretching and moving could do."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.flow import Initialisation
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
from livegrad.lab.figure import Axis, Chart, Level, Series
from livegrad.lab.measured import averaged
from livegrad.text import Text, same
from livegrad.trials.reading import from_arrays
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT", "shape_change"]

_NETS = 32
_SAMPLES = 128
_WIDTH = 64
_EVERY = 4  # every fourth number is looked at
_CHANGED = 0.05  # deviations: a twentieth of the distribution's own width
_SHOWN = 0.005  # less is written as 0
_NAMES = {
    "relu": "ReLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "leaky_relu": "Leaky ReLU",
    "absolute": "|x|",
    "identity": "identity",
}
_BINS = np.linspace(-3, 3, 41)
_FUNCTIONS = ("identity", "leaky_relu", "tanh", "sigmoid", "relu", "absolute")
_VARIANCES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

_HOLDS = Text(
    "In every layer of {count} of {n} networks {name} changes the shape of the distribution beyond stretching and moving: by {first} deviations in "
    "the first layer, {last} in layer {depth}. The mean goes to {mean}, the deviation to {spread}. The next layer mixes the units, and its "
    "pre-activations are {bell} from a bell again.",
    "신경망 {n}개 가운데 {count}개에서 {name:이/가} 모든 층의 분포 모양을 바꿨습니다. 늘이고 옮겨서는 되돌릴 수 없는 변화이고, 그 "
    "크기는 첫 층에서 표준편차의 {first}배, {depth}층에서 {last}배입니다. 첫 층을 지나면 평균은 {mean}, 표준편차는 {spread:이/가} "
    "됩니다. 다음 층이 유닛을 섞으면 종 모양과의 차이가 다시 {bell:으로/로} 줄어듭니다.",
)
_HOLDS_IF = Text(
    "Only some layers are reshaped: {name} changes the distribution by {first} deviations in the first layer and {last} in layer {depth}; all "
    "layers are reshaped in {count} of {n} networks. Small pre-activations meet a nearly straight piece of the function.",
    "일부 층만 모양이 바뀌었습니다. {name:이/가} 바꾼 정도는 첫 층에서 표준편차의 {first}배, {depth}층에서 {last}배입니다. 모든 층이 "
    "바뀐 신경망은 {n}개 가운데 {count}개입니다. 활성화 전 값이 작으면 함수의 거의 곧은 부분만 만나기 때문입니다.",
)
_FAILS = Text(
    "{name} leaves the shape as it is: it changes by {first} deviations in the first layer and {last} in layer {depth}; all layers are reshaped in "
    "{count} of {n} networks.",
    "{name:은/는} 분포의 모양을 그대로 둡니다. 바뀐 정도는 첫 층에서 표준편차의 {first}배, {depth}층에서 {last}배입니다. 모든 층이 바뀐 "
    "신경망은 {n}개 가운데 {count}개입니다.",
)
_CONDITION = Text(
    "It needs a bend where the units sit. In the same networks identity changes the shape by {identity}, Leaky ReLU by {leaky}, tanh by {tanh}, "
    "sigmoid by {sigmoid}, ReLU by {relu}; tanh drops below {changed} for weights of σ_w² under {flip}.",
    "유닛이 놓인 자리에서 함수가 굽어 있어야 합니다. 같은 신경망에서 모양이 바뀐 정도는 identity {identity}, Leaky ReLU {leaky}, tanh "
    "{tanh}, 시그모이드 {sigmoid}, ReLU {relu}입니다. 가중치의 σ_w²이 {flip}보다 작으면 tanh도 {changed} 아래로 떨어집니다.",
)


def shape_change(before: Any, after: Any) -> Any:
    """Return how far two distributions differ in shape, once mean and deviation are taken out.

    The Wasserstein distance of the two, each standardised: 0 for any map a·x + b with a > 0.

    Args:
        before: Shape (networks, numbers).
        after: The same shape.

    Returns:
        In deviations; shape (networks,); 0 where all numbers after are equal to one another.

    Example:
        >>> x = np.array([[0.0, 1.0, 2.0, 5.0]])
        >>> shape_change(x, 3 * x + 1).round(12).tolist()
        [0.0]
    """
    one, other = (np.sort(_standard(values), axis=1) for values in (before, after))
    return np.where(np.ptp(after, axis=1) > 0, np.abs(one - other).mean(axis=1), 0.0)


def _standard(values: Any) -> Any:
    values = np.asarray(values, float)
    spread = values.std(axis=1, keepdims=True)
    return (values - values.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)


def _split(run: Run) -> Split:
    """Return standard normal inputs of as many columns as a layer has units; what is to be told does not matter here."""
    x = np.random.default_rng(run.seed).normal(size=(_SAMPLES, _WIDTH))
    return from_arrays(x, x[:, 0], kind="regression", name="normal").split(seed=run.seed)


def _passed(
    run: Run, split: Split, activation: str, variance: float, depth: int
) -> tuple[list[Any], list[Any]]:
    """Return z and f(z) of every layer, units and samples of a network in a row; (networks, numbers) each."""
    recipe = Recipe(activation=activation, hidden=(_WIDTH,) * depth)
    drawn = nets.draw(
        recipe, split, run.seeds(_NETS), init=Initialisation(weight=variance**0.5), dtype=np.float64
    )
    seen = drawn.look(split.train_inputs, split.train_targets)
    z = [values.reshape(_NETS, -1)[:, ::_EVERY] for values in seen.z]
    return z, [values.reshape(_NETS, -1)[:, ::_EVERY] for values in seen.inputs[1:]]


def _change(run: Run, split: Split, activation: str, variance: float) -> Any:
    """Return the change of shape in the first layer; shape (networks,)."""
    z, f = _passed(run, split, activation, variance, 1)
    return shape_change(z[0], f[0])


def _run(run: Run) -> Facts:
    split, name, variance = _split(run), run.choice("activation"), run.number("variance")
    z, f = _passed(run, split, name, variance, run.whole("depth"))
    changes = np.stack([shape_change(a, b) for a, b in zip(z, f, strict=True)], axis=1)
    drawn = np.random.default_rng(run.seed).normal(size=z[0].shape)
    bell = [shape_change(drawn, values) for values in (f[0], z[min(1, len(z) - 1)])]
    shapes = _shapes(name, z, f)
    run.tell(0.3, shapes)
    others = dict[str, Any]()
    for k, other in enumerate(_FUNCTIONS):
        others[other] = _change(run, split, other, variance)
        run.tell(0.3 + 0.05 * (k + 1), shapes)
    sweep = []
    for k, v in enumerate(_VARIANCES):
        sweep.append(_change(run, split, "tanh", v))
        run.tell(0.6 + 0.4 * (k + 1) / len(_VARIANCES), shapes)
    return Facts(
        held=np.all(changes > _CHANGED, axis=1),
        settings=run.settings,
        seed=run.seed,
        numbers=(
            averaged("first", _FIRST, changes[:, 0], _CHANGE_SAYS),
            averaged("last", _LAST.fill(depth=len(z)), changes[:, -1], _CHANGE_SAYS),
            averaged("mean", _MEAN, f[0].mean(axis=1), _MEAN_SAYS),
            averaged("spread", _SPREAD, f[0].std(axis=1), _SPREAD_SAYS),
            averaged("from-bell", _FROM_BELL, bell[0], _BELL_SAYS),
            averaged("bell", _BELL, bell[1], _BELL_SAYS),
            *(
                averaged(f"with-{other}", _WITH.fill(name=_NAMES[other]), values, _CHANGE_SAYS)
                for other, values in others.items()
            ),
            Number(
                id="flip",
                name=_FLIP,
                value=_crossing(np.mean(sweep, axis=1)),
                n=_NETS,
                explanation=_FLIP_SAYS,
            ),
        ),
        figures=(shapes, _by_layer(changes, name), _moments(z, f)),
    )


def _crossing(means: Any) -> float:
    """Return the variance at which the change of shape passes the threshold: between two measured ones, on log axes."""
    over = np.flatnonzero(means > _CHANGED)
    if not len(over):
        return float("inf")
    k = int(over[0])
    if k == 0:
        return _VARIANCES[0]
    low, high = np.log(means[k - 1 : k + 1])
    part = (np.log(_CHANGED) - low) / (high - low)
    return float(_VARIANCES[k - 1] * (_VARIANCES[k] / _VARIANCES[k - 1]) ** part)


_FIRST = Text("Change of shape, first layer", "모양의 변화, 첫 층")
_LAST = Text("Change of shape, layer {depth}", "모양의 변화, {depth}층")
_CHANGE_SAYS = Text(
    "How far the two distributions lie apart once mean and deviation are taken out, in deviations; 0 for stretching and moving.",
    "두 분포의 평균과 표준편차를 맞춘 뒤에도 남는 거리입니다. 단위는 표준편차이고, 늘이고 옮기기만 하면 0입니다.",
)
_MEAN = Text("Mean after the first layer", "첫 층을 지난 평균")
_MEAN_SAYS = Text(
    "The mean of what the first layer gives on; before it the mean is 0.",
    "첫 층이 내보내는 값의 평균입니다. 활성화 함수를 지나기 전의 평균은 0입니다.",
)
_SPREAD = Text("Deviation after the first layer", "첫 층을 지난 표준편차")
_SPREAD_SAYS = Text(
    "The standard deviation of what the first layer gives on.",
    "첫 층이 내보내는 값의 표준편차입니다.",
)
_FROM_BELL = Text("Outputs of layer 1 from a bell", "1층 출력과 종 모양의 차이")
_BELL = Text("Pre-activations of layer 2 from a bell", "2층 활성화 전 값과 종 모양의 차이")
_BELL_SAYS = Text(
    "How far the distribution is from a normal one, in deviations.",
    "정규분포와 떨어진 거리입니다. 단위는 표준편차입니다.",
)
_WITH = Text("Change of shape with {name}", "{name}의 모양 변화")
_FLIP = Text("tanh reshapes from σ_w² of", "tanh가 모양을 바꾸는 σ_w²")
_FLIP_SAYS = Text(
    "The variance of the weights from which on tanh changes the first layer's shape by more than a twentieth of a deviation.",
    "tanh가 첫 층의 모양을 표준편차의 20분의 1 넘게 바꾸기 시작하는 가중치의 분산입니다.",
)


def _shapes(name: str, z: list[Any], f: list[Any]) -> Chart:
    middles = (_BINS[1:] + _BINS[:-1]) / 2
    rows = (
        (Text("layer 1: before", "1층: 지나기 전"), z[0], "other"),
        (
            Text("layer 1: after {name}", "1층: {name} 다음").fill(name=_NAMES[name]),
            f[0],
            "measured",
        ),
    )
    series = list[Series]()
    for said, values, style in rows:
        inside = _standard(values).ravel()
        density = np.histogram(inside, bins=_BINS)[0] / (len(inside) * (_BINS[1] - _BINS[0]))
        series.append(
            Series(
                name=said,
                x=middles,
                y=density,
                style="measured" if style == "measured" else "other",
                mark="steps" if style == "other" else "bars",
            )
        )
    return Chart(
        id="shapes",
        title=Text("The same numbers before and after", "같은 값들, 함수를 지나기 전과 뒤"),
        note=Text(
            "Each with mean 0 and deviation 1; {n} networks before training, {samples} normal inputs.",
            "저마다 평균 0, 표준편차 1로 맞춤. 학습하기 전의 신경망 {n}개, 정규분포 입력 {samples}개.",
        ).fill(n=_NETS, samples=_SAMPLES * 3 // 4),
        x=Axis(
            name=Text("value (deviations from the mean)", "평균에서 떨어진 정도(표준편차 단위)")
        ),
        y=Axis(name=Text("density", "밀도"), low=0.0),
        series=tuple(series),
    )


def _by_layer(changes: Any, name: str) -> Chart:
    return Chart(
        id="change",
        title=Text("How much each layer reshapes", "층마다 모양이 바뀐 정도"),
        note=Text("Mean of {n} networks.", "신경망 {n}개의 평균.").fill(n=_NETS),
        x=Axis(name=Text("layer", "층")),
        y=Axis(name=Text("change of shape (deviations)", "모양의 변화(표준편차 단위)"), low=0.0),
        series=(mean_line(same(_NAMES[name]), np.arange(changes.shape[1]) + 1.0, changes.T),),
        levels=(Level(name=Text("reshaped above", "이 위는 바뀜"), at=_CHANGED),),
    )


def _moments(z: list[Any], f: list[Any]) -> Chart:
    layers = np.arange(len(z)) + 1.0
    return Chart(
        id="moments",
        title=Text("Mean and deviation, layer by layer", "층마다 평균과 표준편차"),
        note=Text("Mean of {n} networks.", "신경망 {n}개의 평균.").fill(n=_NETS),
        x=Axis(name=Text("layer", "층")),
        y=Axis(name=Text("outputs", "출력")),
        series=(
            mean_line(Text("mean", "평균"), layers, [v.mean(axis=1) for v in f]),
            mean_line(
                Text("deviation", "표준편차"), layers, [v.std(axis=1) for v in f], style="other"
            ),
        ),
    )


def _verdict(facts: Facts) -> Verdict:
    said = {
        "n": len(facts.held),
        "count": facts.share.count,
        "name": _NAMES[str(facts.settings["activation"])],
        "depth": facts.settings["depth"],
        **{key: _signed(facts[key]) for key in ("first", "last", "mean", "spread", "bell")},
    }
    flip = facts["flip"]
    condition = _CONDITION.fill(
        identity=_signed(facts["with-identity"]),
        leaky=_signed(facts["with-leaky_relu"]),
        tanh=_signed(facts["with-tanh"]),
        sigmoid=_signed(facts["with-sigmoid"]),
        relu=_signed(facts["with-relu"]),
        changed=_CHANGED,
        flip=f"{flip:.2g}",
    )
    if facts.share.low > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    if max(facts["first"], facts["last"]) > _CHANGED:
        return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)
    return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if abs(value) >= _SHOWN else "0"


def _right(facts: Facts) -> str:
    ratio = facts["bell"] / max(facts["from-bell"], 1e-9)
    return "back" if ratio < 0.5 else "same" if ratio < 1.5 else "more"


EXPERIMENT = Experiment(
    id="output-reshaping",
    claim=Text(
        "Activation functions reshape the distribution of what passes through them.",
        "활성화 함수는 지나가는 값들의 분포 모양을 바꾼다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "ReLU cuts off half of a bell curve. The next layer adds up 64 such units with random weights. What do its sums look like?",
            "ReLU는 종 모양 분포의 절반을 잘라 냅니다. 다음 층은 그런 유닛 64개를 무작위 가중치로 더합니다. 더한 값의 분포는 어떤 모양일까요?",
        ),
        answers=(
            Answer(id="back", name=Text("nearly a bell again", "다시 종 모양에 가깝다")),
            Answer(id="same", name=Text("cut off as before", "잘린 모양 그대로다")),
            Answer(id="more", name=Text("further from a bell", "종 모양에서 더 멀어진다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="relu",
            choices=tuple(Choice(id=key, name=same(said)) for key, said in _NAMES.items()),
        ),
        Control(
            id="variance",
            name=Text("variance of the weights σ_w²", "가중치의 분산 σ_w²"),
            usual=2.0,
            low=0.01,
            high=10.0,
            log=True,
        ),
        Control(id="depth", name=Text("layers", "층 수"), usual=5, low=2, high=12, whole=True),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds",
    about=Text(
        "Normal inputs go through 32 random networks of 64 units per layer. In each layer the numbers before and after the function are brought to mean "
        "0 and deviation 1, and the distance that remains is the change of shape. Stretching and moving leave 0. The weights that follow mix many units, "
        "and sums of many are nearly normal, so the bell comes back and is reshaped anew.",
        "정규분포를 따르는 입력이 무작위 신경망 32개를 지나갑니다. 층마다 유닛은 64개입니다. 함수를 지나기 전과 뒤의 값을 층마다 평균 "
        "0, 표준편차 1로 맞추고, 그래도 남는 거리를 모양의 변화로 봅니다. 늘이고 옮기기만 하면 0입니다. 뒤따르는 가중치가 많은 유닛을 "
        "섞으면 합은 다시 정규분포에 가까워지고, 다음 층에서 또 모양이 바뀝니다.",
    ),
    after=("tanh-still-saturates", "relu-sparsity", "derivative-comparison"),
    seconds=0.5,
)
