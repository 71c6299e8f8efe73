"""With a gradient near 0 the first layers are not updated: how far each layer moves under SGD and under Adam."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from livegrad.lab import nets
from livegrad.lab.curves import median_line
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
from livegrad.lab.figure import Axis, Bars, Chart, Ladder, Level
from livegrad.lab.measured import averaged, middle
from livegrad.lab.rates import raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT", "travelled"]

_NETS = 16
_FROZEN = 0.01  # of its own size: a layer that has moved by less is where it began
_TINY = 1e-4
_DEPTHS = (1, 2, 3, 4, 6)
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0, 3.0), "adam": (0.001, 0.003, 0.01, 0.03)}
_STEPS = {"digits": 400, "moons": 1000}
_WIDTH = {"digits": 16, "moons": 8}
_KEYS = tuple((o, m) for o in ("sgd", "adam") for m in ("own", "shared"))
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}

_HOLDS = Text(
    "The first layer stayed where it was under both optimizers in {count} of {n} networks: it moved by {sgd} of its size with SGD and {adam} "
    "with Adam (at the rate that suits tanh {sgd_shared} and {adam_shared}).",
    "신경망 {n}개 가운데 {count}개에서 두 옵티마이저 모두 첫 층이 제자리였습니다. 움직인 거리는 가중치 크기의 {sgd}(SGD)와 "
    "{adam}(Adam)입니다(tanh에 맞는 학습률로는 {sgd_shared}와 {adam_shared}).",
)
_HOLDS_IF = Text(
    "It holds for SGD: the first layer moved by {sgd} of its size (at the rate that suits tanh {sgd_shared}). Adam moved it by {adam} "
    "({adam_shared}), although its gradient is 10^{gradient} of the last layer's. Accuracy: {sgd_score} % with SGD, {adam_score} % with "
    "Adam.",
    "SGD에서는 맞습니다. 첫 층이 움직인 거리는 가중치 크기의 {sgd}입니다(tanh에 맞는 학습률로는 {sgd_shared}). Adam에서는 첫 층의 "
    "기울기가 마지막 층의 10^{gradient}배인데도 그 거리가 {adam}입니다({adam_shared}). 정확도는 SGD {sgd_score} %, Adam {adam_score} "
    "%입니다.",
)
_FAILS = Text(
    "The first layer moves: by {sgd} of its size with SGD and {adam} with Adam. It stayed under both in {count} of {n} networks only.",
    "첫 층이 움직입니다. 움직인 거리는 가중치 크기의 {sgd}(SGD)와 {adam}(Adam)입니다. 두 방법 모두에서 제자리였던 신경망은 {n}개 가운데 "
    "{count}개뿐입니다.",
)
_CONDITION = Text(
    "With SGD the first layer freezes from {from_depth} layers on; with tanh in the same place it moves by {tanh}. Moving is not learning: "
    "Adam divides a tiny gradient by its own size, so noise walks as fast as signal.",
    "SGD에서는 {from_depth}부터 첫 층이 얼어붙습니다. 같은 자리에 tanh를 쓰면 움직인 거리가 {tanh}입니다. 움직인다고 배우는 것은 "
    "아닙니다. Adam은 작은 기울기를 그 크기로 나누어 쓰므로, 잡음도 신호만큼 빨리 움직입니다.",
)
_LESS = Text("less than 0.01 %", "0.01 % 미만")
_LAYERS = Text("{depth}", "{depth}층")
_NEVER = Text("more than {depth}", "{depth}층보다 깊은 곳")


def travelled(before: nets.Nets, after: nets.Nets) -> Any:
    """Return how far each layer's weights have moved, as a share of their size at the start: ‖W − W₀‖ / ‖W₀‖.

    Args:
        before: Networks at their start.
        after: The same networks, trained.

    Returns:
        Shape (networks, layers); 0 for a layer that has not moved.

    Example:
        >>> split = nets.toy("moons", count=60)
        >>> start = nets.draw(Recipe(activation="step", hidden=(4,)), split, [0])
        >>> float(travelled(start, nets.train([start], split, steps=20)[0].nets)[0, 0])
        0.0
    """
    found = []
    for layer in range(before.architecture.layers):
        one, other = (
            n.array("weight", layer).reshape(len(n), -1).astype(float) for n in (before, after)
        )
        found.append(np.linalg.norm(other - one, axis=1) / np.linalg.norm(one, axis=1))
    return np.stack(found, axis=1)


def _lanes(run: Run, split: Split) -> list[nets.Nets]:
    """Return tanh, the chosen function, and the chosen function in fewer layers."""
    data, depth = run.choice("data"), run.whole("depth")
    chosen = run.choice("activation")
    shapes = [("tanh", depth), (chosen, depth), *((chosen, d) for d in _DEPTHS if d < depth)]
    return [
        nets.draw(
            Recipe(
                activation=activation,
                hidden=(_WIDTH[data],) * layers,
                init=run.choice("init"),
                batch_size=32,
            ),
            split,
            run.seeds(_NETS),
        )
        for activation, layers in shapes
    ]


def _run(run: Run) -> Facts:
    data = run.choice("data")
    split = nets.toy(data, count=None if data == "digits" else 300, seed=run.seed)
    lanes = _lanes(run, split)
    seen = lanes[1].look(split.train_inputs[:256], split.train_targets[:256])
    ladder = _ladder(lanes[1], seen.log10_weight_gradient)
    run.tell(0.05, ladder)
    races = raced(
        lanes,
        split,
        steps=_STEPS[data],
        seeds=2,
        rates=_RATES,
        told=lambda share: run.tell(0.05 + 0.95 * share),
        workers=run.workers,
    )
    grown: dict[Any, Any] = {
        (r.optimizer, m): getattr(r, m) for r in races for m in ("own", "shared")
    }
    far: dict[Any, Any] = {key: travelled(lanes[1], lane[1].nets) for key, lane in grown.items()}
    tanh = travelled(lanes[0], grown["sgd", "own"][0].nets)
    # at the rate of a network that learns: where nothing is learned no rate is best
    by_depth = {
        lane.architecture.layers - 1: travelled(lane, g.nets)[:, 0]
        for lane, g in zip(lanes[1:], grown["sgd", "shared"][1:], strict=True)
    }
    still = {
        o: np.all([far[o, m][:, 0] < _FROZEN for m in ("own", "shared")], axis=0)
        for o in _OPTIMIZERS
    }
    frozen = [d for d in sorted(by_depth) if np.median(by_depth[d]) < _FROZEN]
    return Facts(
        held=still["sgd"],
        settings=run.settings,
        seed=run.seed,
        numbers=(
            *(
                middle(
                    f"{o}-{m}",
                    _FAR.fill(name=_OPTIMIZERS[o], rate=_RATE_NAMES[m]),
                    far[o, m][:, 0],
                    _FAR_SAYS,
                    form="share",
                )
                for o, m in _KEYS
            ),
            averaged(
                "both",
                Text("First layer frozen, SGD and Adam", "첫 층이 얼어붙은 비율, SGD와 Adam"),
                (still["sgd"] & still["adam"]).astype(float),
                Text(
                    "The share of networks whose first layer moves by less than 1 % under both optimizers at both rates.",
                    "두 옵티마이저와 두 학습률 모두에서 첫 층이 1 %도 움직이지 않은 신경망의 비율입니다.",
                ),
                form="share",
            ),
            middle(
                "gradient",
                Text("log₁₀ of the first layer's gradient", "첫 층 기울기의 log₁₀"),
                seen.log10_weight_gradient[:, 0],
                Text(
                    "The norm of ∂L/∂W at the first layer over that at the last, before training (median).",
                    "학습하기 전 첫 층 ∂L/∂W의 크기를 마지막 층의 크기로 나눈 값의 중앙값입니다.",
                ),
            ),
            *(
                averaged(
                    f"{o}-score",
                    Text("Accuracy, {name}", "정확도, {name}").fill(name=_OPTIMIZERS[o]),
                    grown[o, "own"][1].score[:, -1],
                    Text(
                        "The share of held-back samples told right, each at the best rate.",
                        "가장 좋은 학습률로 배운 뒤 따로 떼어 둔 표본을 맞힌 비율입니다.",
                    ),
                    form="share",
                )
                for o in ("sgd", "adam")
            ),
            middle(
                "tanh",
                Text("First layer moved, tanh, SGD", "첫 층이 움직인 거리, tanh, SGD"),
                tanh[:, 0],
                _FAR_SAYS,
                form="share",
            ),
            Number(
                id="from-depth",
                name=Text("Freezes from … layers on", "얼어붙기 시작하는 층 수"),
                value=float(frozen[0]) if frozen else float("inf"),
                n=_NETS,
                form="count",
                explanation=Text(
                    "The least depth at which the first layer moves by less than 1 % with SGD, at the rate that suits tanh.",
                    "tanh에 맞는 학습률의 SGD로 첫 층이 1 %도 움직이지 않는 가장 얕은 깊이입니다.",
                ),
            ),
        ),
        figures=(_chart(far, tanh), ladder),
    )


_FAR = Text("First layer moved, {name}, {rate}", "첫 층이 움직인 거리, {name}, {rate}")
_RATE_NAMES = {
    "own": Text("best rate", "가장 좋은 학습률"),
    "shared": Text("rate of tanh", "tanh의 학습률"),
}
_FAR_SAYS = Text(
    "How far the weights of the first layer are from their start, as a share of their size (median).",
    "첫 층 가중치가 출발점에서 떨어진 거리를 가중치 크기로 나눈 값의 중앙값입니다.",
)


def _chart(far: Mapping[Any, Any], tanh: Any) -> Chart:
    layers = np.arange(tanh.shape[1]) + 1.0
    least = 1e-8  # float32 cannot hold a smaller change
    lines = [
        median_line(
            Text("{name}, {rate}", "{name}, {rate}").fill(name=_OPTIMIZERS[o], rate=_RATE_NAMES[m]),
            layers,
            np.maximum(far[o, m].T, least),
            style="measured" if m == "own" else "other",
        )
        for o, m in _KEYS
    ]
    lines.append(median_line(same("tanh, SGD"), layers, np.maximum(tanh.T, least), style="other"))
    return Chart(
        id="travelled",
        title=Text("How far each layer moved", "층마다 움직인 거리"),
        note=Text(
            "How far the weights are from their start, over their size; median of {n} networks. Layer {last} is the readout. The lowest points did not move.",
            "가중치가 출발점에서 움직인 거리를 가중치 크기로 나눈 값. 신경망 {n}개의 중앙값. {last}층은 출력층. 맨 아래 점은 움직이지 않은 층.",
        ).fill(n=_NETS, last=tanh.shape[1]),
        x=Axis(name=Text("layer", "층")),
        y=Axis(name=Text("distance over size", "거리 ÷ 크기"), log=True),
        series=tuple(lines),
        levels=(Level(name=Text("frozen below", "이 아래는 얼어붙음"), at=_FROZEN),),
    )


def _ladder(lane: nets.Nets, gradient: Any) -> Ladder:
    ordered = np.sort(gradient, axis=0)  # picked, not interpolated: a gradient of 0 is −∞ here
    low, center, high = (ordered[round(q * (_NETS - 1))] for q in (0.05, 0.5, 0.95))
    return Ladder(
        id="ladder",
        title=Text("The gradient of the weights at the start", "출발할 때 가중치의 기울기"),
        note=Text(
            "Norm of ∂L/∂W, last layer = 1; median and 90 % of {n} networks, 256 samples.",
            "∂L/∂W의 크기, 마지막 층 = 1. 신경망 {n}개의 중앙값과 90 % 범위, 표본 256개.",
        ).fill(n=_NETS),
        lanes=(Bars(name=same(lane.recipe.activation), measured=center, low=low, high=high),),
        quantity="weight_gradient",
    )


def _percent(value: float) -> Text:
    if 0 < value < _TINY:
        return _LESS
    return same(f"{100 * value:.2g} %" if value < _FROZEN else f"{100 * value:.0f} %")


def _verdict(facts: Facts) -> Verdict:
    both = facts["both"]
    said = {
        "n": len(facts.held),
        "count": round(both * len(facts.held)),
        "gradient": f"{facts['gradient']:.0f}".replace("-", "−"),
        **{f"{o}" if m == "own" else f"{o}_{m}": _percent(facts[f"{o}-{m}"]) for o, m in _KEYS},
        **{f"{o}_score": f"{100 * facts[f'{o}-score']:.0f}" for o in ("sgd", "adam")},
    }
    depth = facts["from-depth"]
    condition = _CONDITION.fill(
        from_depth=_LAYERS.fill(depth=f"{depth:.0f}")
        if np.isfinite(depth)
        else _NEVER.fill(depth=facts.settings["depth"]),
        tanh=_percent(facts["tanh"]),
    )
    if both > 0.5:
        return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)
    if max(facts["sgd-own"], facts["sgd-shared"]) < _FROZEN:
        return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)
    return Verdict(code="does-not-hold", text=_FAILS.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    still = {o: facts[f"{o}-own"] < _FROZEN for o in ("sgd", "adam")}
    if all(still.values()):
        return "both"
    return "sgd" if still["sgd"] else "none"


EXPERIMENT = Experiment(
    id="frozen-early-layers",
    claim=Text(
        "Where the gradient is nearly 0 the first layers are not updated and stay as they were drawn.",
        "기울기가 0에 가까우면 앞쪽 층은 갱신되지 않고 처음 뽑은 그대로 남는다.",
    ),
    sources="A D",
    question=Question(
        text=Text(
            "The first layer gets about a millionth of the last layer's gradient. With which optimizer does it stay where it was?",
            "첫 층의 기울기는 마지막 층의 100만분의 1쯤입니다. 어느 옵티마이저에서 첫 층이 제자리에 머물까요?",
        ),
        answers=(
            Answer(id="both", name=Text("with SGD and with Adam", "SGD와 Adam 모두")),
            Answer(id="sgd", name=Text("with SGD only", "SGD에서만")),
            Answer(id="none", name=Text("with neither", "어느 쪽도 아니다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=8, low=1, high=16, whole=True
        ),
        Control(
            id="activation",
            name=Text("activation function", "활성화 함수"),
            usual="sigmoid",
            choices=(
                Choice(id="sigmoid", name=same("sigmoid")),
                Choice(id="step", name=Text("step", "계단 함수")),
                Choice(id="tanh", name=same("tanh")),
                Choice(id="relu", name=same("ReLU")),
            ),
        ),
        Control(
            id="data",
            name=Text("data", "데이터"),
            usual="digits",
            choices=(
                Choice(id="digits", name=Text("digits", "손글씨 숫자")),
                Choice(id="moons", name=Text("moons", "초승달")),
            ),
        ),
        Control(
            id="init",
            name=Text("weights at the start", "가중치 초기화"),
            usual="pytorch",
            choices=(
                Choice(id="pytorch", name=Text("PyTorch's default", "PyTorch 기본값")),
                Choice(id="glorot", name=same("Glorot")),
                Choice(id="he", name=same("He")),
            ),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "16 networks from paired starts learn with SGD and Adam, at their own best rate and at the one that suits tanh in the same place; then "
        "each layer's weights are compared with their start. Plain gradient descent leaves the first layers untouched. Adam steps by the sign "
        "of the gradient rather than its size, so the layer moves far, and still little is learned."
        " A start counts as held if the first layer stays with SGD.",
        "짝지은 출발의 신경망 16개가 SGD와 Adam으로 배웁니다. 학습률은 저마다 가장 좋은 것과, 같은 자리의 tanh에 맞는 것을 함께 씁니다. "
        "그런 다음 층마다 가중치를 출발점과 비교합니다. 단순한 경사 하강법은 앞쪽 층을 거의 움직이지 못합니다. Adam은 기울기의 크기보다 "
        "부호를 따라 움직이므로 층이 멀리까지 갑니다. 그래도 배우는 것은 별로 없습니다."
        " SGD에서 첫 층이 제자리이면 맞은 출발로 셉니다.",
    ),
    after=("deep-sigmoid-fails", "sigmoid-vanishing", "gradient-flow-decides"),
    seconds=2.5,
)
