"""ReLU learns six times faster: the six was one net against tanh; here is this run's own ratio."""

from __future__ import annotations

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
from livegrad.lab.intervals import median_of
from livegrad.lab.pace import (
    CHOOSERS,
    RATE_CONTROL,
    Tried,
    ratio_of,
    ratios,
    shared,
    smoothed,
    try_rates,
)
from livegrad.text import Text, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_ABOUT_SIX = 5.0  # "about six or more": a ratio under five is not about six
_NETS = 24
_STEPS = 800
_DEPTHS = (1, 2, 3, 4)
_LANES = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
_SPOKEN = {"tanh": same("tanh"), "sigmoid": Text("sigmoid", "시그모이드")}
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
_TRIED = {"sgd": (0.1, 0.3, 1.0, 3.0, 10.0), "adam": (0.01, 0.03, 0.1, 0.3)}
_MODES = {
    "own": Text("Each at its own best rate", "저마다 가장 좋은 학습률에서"),
    "shared": Text("All at one shared rate", "모두 같은 학습률에서"),
}

_TEXT = Text(
    "{rate}, {rival} took ×{sgd} the steps of ReLU with SGD and ×{adam} with Adam. {ending}",
    "{rate} 목표까지 {rival:이/가} 쓴 스텝은 SGD로 ReLU의 {sgd}배, Adam으로 {adam}배입니다. {ending}",
)
_HOLDS = Text(
    "So ReLU is about six times faster or more, with both.",
    "두 옵티마이저 모두에서 ReLU가 여섯 배쯤, 또는 그보다 더 빠릅니다.",
)
_ONE = Text(
    "So ReLU is about six times faster with one optimizer only.",
    "ReLU가 여섯 배쯤 빠른 것은 한 옵티마이저에서뿐입니다.",
)
_FASTER = Text("ReLU is faster, but not by six.", "ReLU가 빠르기는 하지만 여섯 배는 아닙니다.")
_FAILS = Text(
    "ReLU is not faster in a way that both optimizers confirm.",
    "ReLU가 더 빠르다고 두 옵티마이저 모두에서 말할 수는 없습니다.",
)
_CONDITION = Text(
    "It depends on the rival and on depth. With SGD and {deepest} hidden layers sigmoid takes ×{sigmoid} and tanh ×{tanh}; "
    "{flip}.",
    "상대 함수와 깊이에 달려 있습니다. SGD로 은닉층 {deepest}개를 학습시키면 시그모이드는 ReLU의 {sigmoid}배, tanh는 {tanh}배의 스텝을 "
    "씁니다. {flip}.",
)
_FLIPS = Text(
    "the factor first reaches {six:.0f} with sigmoid at {depth} layers",
    "시그모이드는 은닉층 {depth}개에서 처음으로 {six:.0f}배에 이릅니다",
)
_NEVER = Text(
    "the factor reaches {six:.0f} at none of the depths tried",
    "살펴본 깊이 어디서도 {six:.0f}배에 이르지 않습니다",
)


def _tried(run: Run, depth: int, optimizer: str, told: tuple[float, float]) -> dict[str, Tried]:
    split = nets.toy(run.choice("data"), count=400, seed=run.seed)
    lanes = [
        nets.draw(
            Recipe(
                activation=name,
                hidden=(8,) * depth,
                optimizer="sgd" if optimizer == "sgd" else "adam",
                batch_size=25,
                init=run.choice("init"),
            ),
            split,
            run.seeds(_NETS + CHOOSERS),
        )
        for name in _LANES
    ]
    begin, end = told
    found = try_rates(
        lanes,
        split,
        steps=_STEPS,
        rates=_TRIED[optimizer],
        told=lambda share: run.tell(begin + (end - begin) * share),
    )
    return dict(zip(_LANES, found, strict=True))


def _chosen(tried: dict[str, Tried], target: float, mode: str) -> dict[str, int]:
    together = shared(list(tried.values()), target)
    return {n: lane.own(target) if mode == "own" else together for n, lane in tried.items()}


def _steps(tried: dict[str, Tried], target: float, mode: str) -> dict[str, Reals]:
    rates = _chosen(tried, target, mode)
    return {name: lane.steps(rates[name], target) for name, lane in tried.items()}


def _run(run: Run) -> Facts:
    target, mode = run.number("target"), run.choice("rate")
    rival, depth = run.choice("rival"), run.whole("depth")
    adam = _tried(run, depth, "adam", (0.0, 0.3))
    sgd = _tried(run, depth, "sgd", (0.3, 0.55))
    run.tell(0.55, _curves_figure(sgd, target, mode))
    others = [layers for layers in _DEPTHS if layers != depth]
    by_depth = {depth: _steps(sgd, target, mode)}
    for k, layers in enumerate(others):
        at = 0.55 + 0.43 * k / len(others), 0.55 + 0.43 * (k + 1) / len(others)
        by_depth[layers] = _steps(_tried(run, layers, "sgd", at), target, mode)
    found = {"sgd": by_depth[depth], "adam": _steps(adam, target, mode)}
    held = np.ones(_NETS, bool)
    for steps in found.values():
        held &= ratios(steps[rival], steps["relu"], _STEPS) >= _ABOUT_SIX
    return Facts(
        held=held,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(found, rival),
        figures=(
            _ratio_figure({n: by_depth[n] for n in sorted(by_depth)}),
            _curves_figure(sgd, target, mode),
            _steps_figure({"sgd": sgd, "adam": adam}, target),
        ),
    )


def _numbers(found: dict[str, dict[str, Reals]], rival: str) -> tuple[Number, ...]:
    numbers = list[Number]()
    for other in (rival, *(name for name in _LANES if name not in {rival, "relu"})):
        for optimizer, spoken in _OPTIMIZERS.items():
            middle, low, high = ratio_of(found[optimizer][other], found[optimizer]["relu"], _STEPS)
            numbers.append(
                Number(
                    id=f"{other}-{optimizer}",
                    name=Text("{other} over ReLU, {optimizer}", "{other} ÷ ReLU, {optimizer}").fill(
                        other=_LANES[other], optimizer=spoken
                    ),
                    value=middle,
                    low=low,
                    high=high,
                    n=_NETS,
                    form="factor",
                    explanation=Text(
                        "How many times the steps of ReLU it took to the target; a run that never arrives counts as "
                        "{limit} steps.",
                        "ReLU가 목표까지 쓴 스텝의 몇 배를 썼는지입니다. 끝내 이르지 못하면 {limit}스텝으로 셉니다.",
                    ).fill(limit=_STEPS),
                )
            )
    return tuple(numbers)


def _ratio_figure(by_depth: dict[int, dict[str, Reals]]) -> Chart:
    depths = np.array(list(by_depth), float)
    series = list[Series]()
    for name in ("tanh", "sigmoid"):
        found = np.array([ratio_of(s[name], s["relu"], _STEPS) for s in by_depth.values()])
        series.append(
            Series(
                name=Text("{name} over ReLU", "{name} ÷ ReLU").fill(name=_LANES[name]),
                x=depths,
                y=found[:, 0],
                low=found[:, 1],
                high=found[:, 2],
                style="measured" if name == "tanh" else "other",
                mark="both",
            )
        )
    return Chart(
        id="ratio",
        title=Text(
            "How many times the steps of ReLU, by depth", "깊이에 따라 스텝이 ReLU의 몇 배 드는가"
        ),
        note=Text(
            "SGD, batch 25, geometric mean of {n} paired starts and its 95 % interval.",
            "SGD, 배치 25. 짝지은 출발 {n}개의 기하평균과 95 % 구간.",
        ).fill(n=_NETS),
        x=Axis(name=Text("hidden layers", "은닉층 수")),
        y=Axis(name=Text("steps over ReLU's", "ReLU의 스텝으로 나눈 값(배)"), log=True),
        series=tuple(series),
        levels=(
            Level(name=Text("the sentence: 6", "주장: 6배"), at=6.0),
            Level(name=Text("as fast as ReLU", "ReLU와 같음"), at=1.0, style="other"),
        ),
    )


def _curves_figure(tried: dict[str, Tried], target: float, mode: str) -> Chart:
    rates = _chosen(tried, target, mode)
    return Chart(
        id="curves",
        title=Text("How the accuracy rises", "정확도가 오르는 모습"),
        note=Text(
            "SGD, mean accuracy on 100 held-back points, {n} starts; running mean of five looks.",
            "SGD, 따로 떼어 둔 점 100개에서 잰 정확도의 평균, 출발 {n}개. 이웃한 다섯 값을 평균한 곡선.",
        ).fill(n=_NETS),
        x=Axis(name=Text("steps", "스텝"), log=True),
        y=Axis(name=Text("accuracy", "정확도"), high=1.0),
        series=tuple(
            Series(
                name=Text("{name}, rate {rate}", "{name}, 학습률 {rate}").fill(
                    name=_LANES[name], rate=f"{lane.rates[rates[name]]:g}"
                ),
                x=lane.points.astype(float),
                y=smoothed(lane.curve(rates[name]).mean(axis=0)),
                style="measured" if name == "relu" else "other",
            )
            for name, lane in tried.items()
        ),
        levels=(Level(name=Text("target", "목표"), at=target, style="other"),),
    )


def _steps_figure(tried: dict[str, dict[str, Tried]], target: float) -> Chart:
    series = list[Series]()
    for mode, said in (("own", Text("own rates", "저마다의 학습률")), ("shared", Text("one rate", "같은 학습률"))):  # fmt: skip
        for optimizer, spoken in _OPTIMIZERS.items():
            steps = _steps(tried[optimizer], target, mode)
            found = np.array([np.minimum(median_of(s), _STEPS) for s in steps.values()])
            series.append(
                Series(
                    name=Text("{optimizer}, {mode}", "{optimizer}, {mode}").fill(
                        optimizer=spoken, mode=said
                    ),
                    x=np.arange(len(_LANES), dtype=float),
                    y=found[:, 0],
                    low=found[:, 1],
                    high=found[:, 2],
                    style="measured" if mode == "own" else "other",
                    mark="points",
                )
            )
    return Chart(
        id="steps",
        title=Text("Steps to the target, all four ways", "네 가지 방법으로 목표까지 쓴 스텝"),
        note=Text(
            "Median of {n} starts and its 95 % interval; those that never arrive stand at {limit}.",
            "출발 {n}개의 중앙값과 95 % 구간. 끝내 이르지 못하면 {limit}에 그립니다.",
        ).fill(n=_NETS, limit=_STEPS),
        x=Axis(
            name=Text("activation function", "활성화 함수"),
            labels=tuple(same(name) for name in _LANES.values()),
        ),
        y=Axis(name=Text("steps to the target", "목표까지 든 스텝"), log=True),
        series=tuple(series),
    )


def _condition(facts: Facts) -> Text:
    chart = next(f for f in facts.figures if isinstance(f, Chart) and f.id == "ratio")
    tanh, sigmoid = chart.series
    reached = sigmoid.x[sigmoid.y >= _ABOUT_SIX]
    flip = _FLIPS.fill(six=_ABOUT_SIX, depth=f"{reached[0]:.0f}") if len(reached) else _NEVER
    return _CONDITION.fill(
        deepest=f"{tanh.x[-1]:.0f}",
        sigmoid=f"{sigmoid.y[-1]:.2g}",
        tanh=f"{tanh.y[-1]:.2g}",
        flip=flip.fill(six=_ABOUT_SIX),
    )


def _verdict(facts: Facts) -> Verdict:
    rival = str(facts.settings["rival"])
    said = [number for number in facts.numbers if number.id.startswith(rival)]
    six = [number.value >= _ABOUT_SIX for number in said]
    if all(six):
        code, ending = "holds", _HOLDS
    elif any(six):
        code, ending = "holds-if", _ONE
    else:
        faster = all((number.low or 0.0) > 1 for number in said)
        code, ending = "does-not-hold", _FASTER if faster else _FAILS
    text = _TEXT.fill(
        rate=_MODES[str(facts.settings["rate"])],
        rival=_SPOKEN[rival],
        sgd=f"{facts[f'{rival}-sgd']:.2g}",
        adam=f"{facts[f'{rival}-adam']:.2g}",
        ending=ending,
    )
    return Verdict(code=code, text=text, condition=_condition(facts))


def _right(facts: Facts) -> str:
    rival = str(facts.settings["rival"])
    factor = float(np.sqrt(facts[f"{rival}-sgd"] * facts[f"{rival}-adam"]))
    places = (("same", 1.0), ("twice", 2.0), ("six", 6.0))
    return min(places, key=lambda place: abs(np.log(factor / place[1])))[0]


EXPERIMENT = Experiment(
    id="relu-faster-convergence",
    claim=Text(
        "With ReLU a network converges about six times faster than with sigmoid or tanh, or more.",
        "ReLU를 쓰면 시그모이드나 tanh를 쓸 때보다 여섯 배쯤, 또는 그 이상 빨리 수렴한다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "How many times the steps of ReLU does the rival take to the target?",
            "상대 함수는 목표에 닿을 때까지 스텝을 ReLU의 몇 배나 쓸까요?",
        ),
        answers=(
            Answer(id="same", name=Text("about as many", "비슷하다")),
            Answer(id="twice", name=Text("about twice", "두 배쯤")),
            Answer(id="six", name=Text("six times or more", "여섯 배 이상")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="rival",
            name=Text("rival", "상대 함수"),
            usual="tanh",
            choices=(
                Choice(id="tanh", name=same("tanh")),
                Choice(id="sigmoid", name=Text("sigmoid", "시그모이드")),
            ),
        ),
        Control(
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=2, low=1, high=6, whole=True
        ),
        RATE_CONTROL,
        Control(
            id="data",
            name=Text("data", "데이터"),
            usual="moons",
            choices=(
                Choice(id="moons", name=Text("moons", "초승달")),
                Choice(id="circles", name=Text("circles", "동심원")),
                Choice(id="xor", name=same("XOR")),
            ),
        ),
        Control(
            id="init",
            name=Text("initialisation", "초기화"),
            usual="glorot",
            choices=(
                Choice(id="glorot", name=same("Glorot")),
                Choice(id="he", name=same("He")),
                Choice(id="pytorch", name=same("PyTorch")),
            ),
        ),
        Control(
            id="target", name=Text("target accuracy", "목표 정확도"), usual=0.95, low=0.7, high=0.98
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="does-not-hold",
    about=Text(
        "The six goes back to one convolutional network of 2012, against tanh, counted in epochs to 25 % training error. Here "
        "small networks from paired starts run on the same batches to the same accuracy, with SGD and Adam, each "
        "at its best rate or all at one. A ratio belongs to its network: it says nothing about others.",
        "여섯 배라는 수는 2012년의 합성곱 신경망 하나에서 나왔습니다. 상대는 tanh였고, 학습 오류가 25 %로 줄 때까지의 에폭을 셌습니다. "
        "여기서는 작은 신경망을 짝지은 출발에서, 같은 배치로, 같은 정확도까지 학습시킵니다. SGD와 Adam을 모두 쓰고, 학습률은 저마다 "
        "가장 좋은 것을 쓰거나 하나로 맞춥니다. 배율은 그 신경망의 것일 뿐, 다른 신경망이 어떨지는 말해 주지 않습니다.",
    ),
    after=("zero-centred-converges", "relu-cheap", "relu-best"),
    seconds=1.5,
)
