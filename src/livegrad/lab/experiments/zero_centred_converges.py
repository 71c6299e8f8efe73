"""tanh is centred at 0 and so converges faster than σ: centring and slope, taken apart."""

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
from livegrad.lab.intervals import mean_of, median_of
from livegrad.lab.pace import CHOOSERS, RATE_CONTROL, Tried, ratios, shared, smoothed, try_rates
from livegrad.quantity import percent
from livegrad.text import Text, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 24
_STEPS = 800
_TRIED = {"sgd": (1.0, 3.0, 10.0, 30.0), "adam": (0.03, 0.1, 0.3, 1.0)}
_HALF = 0.5  # of the lead, in logarithms: less, and the claim does not name the main reason
_DEPTHS = (1, 2, 3)
_OPTIMIZERS = ("sgd", "adam")
_SPOKEN = {"sgd": "SGD", "adam": "Adam"}
_LANES = {
    "σ": "sigmoid",
    "σ − ½": "sigmoid(x) - 0.5",
    "4(σ − ½)": "4*(sigmoid(x) - 0.5)",
    "tanh": "tanh",
    "tanh + 1": "tanh(x) + 1",
}

_TEXT = Text(
    "{rate}, σ took ×{total_sgd} (SGD) and ×{total_adam} (Adam) the steps of tanh. Moving to the centre alone is worth "
    "×{centring_sgd} and ×{centring_adam}; the steeper, narrower shape ×{shape_sgd} and ×{shape_adam} (each measured by itself, so the two "
    "need not multiply up to the whole). {ending}",
    "{rate} σ가 쓴 스텝은 SGD로 tanh의 {total_sgd}배, Adam으로 {total_adam}배입니다. 0 중심으로 옮긴 몫이 각각 {centring_sgd}배와 "
    "{centring_adam}배이고, 더 가파르고 좁은 모양의 몫이 {shape_sgd}배와 {shape_adam}배입니다(따로 잰 값이라 곱해도 전체와 같지는 않습니다). {ending}",
)
_RATES = {
    "own": Text("Each at its own best rate", "저마다 가장 좋은 학습률에서"),
    "shared": Text("All at one shared rate", "모두 같은 학습률에서"),
}
_CENTRING = Text(
    "Centring explains at least half of the lead.",
    "앞선 몫의 절반 이상이 0 중심 덕분입니다.",
)
_MIXED = Text(
    "tanh is faster, but with at least one optimizer centring explains less than half of its lead.",
    "tanh가 더 빠르지만, 0 중심의 몫이 절반에 못 미치는 옵티마이저가 있습니다.",
)
_NOT_FASTER = Text(
    "tanh was not faster with both optimizers.",
    "두 옵티마이저 모두에서 tanh가 더 빠르지는 않았습니다.",
)
_CONDITION = Text(
    "The claim names the right reason where centring is at least half of the lead (as logarithms of the factors). With SGD it is {p1} "
    "of it with one hidden layer, {p2} with two, {p3} with three; with Adam {pa} here.",
    "앞선 몫의 절반 이상이 0 중심 덕분이면 주장이 이유를 바르게 댄 것입니다(배율의 로그로 셈). SGD에서 0 중심의 몫은 은닉층이 하나면 "
    "{p1}, 둘이면 {p2}, 셋이면 {p3}입니다. Adam에서는 지금 설정으로 {pa}입니다.",
)


def _tried(run: Run, depth: int, optimizer: str, told: tuple[float, float]) -> list[Tried]:
    split = nets.toy(run.choice("data"), count=400, seed=run.seed)
    lanes = [
        nets.draw(
            Recipe(
                activation=written,
                hidden=(8,) * depth,
                optimizer="sgd" if optimizer == "sgd" else "adam",
                batch_size=25,
                init="glorot",
            ),
            split,
            run.seeds(_NETS + CHOOSERS),
        )
        for written in _LANES.values()
    ]
    begin, end = told
    return try_rates(
        lanes,
        split,
        steps=_STEPS,
        rates=_TRIED[optimizer],
        told=lambda share: run.tell(begin + (end - begin) * share),
    )


def _steps(tried: list[Tried], target: float, mode: str) -> dict[str, Reals]:
    together = shared(tried, target)
    return {
        name: lane.steps(lane.own(target) if mode == "own" else together, target)
        for name, lane in zip(_LANES, tried, strict=True)
    }


def _effects(steps: dict[str, Reals]) -> dict[str, Reals]:
    """Return logarithms of the factors, start by start: the whole, the two ways of centring, the slope, the whole shape."""

    def factor(slow: str, fast: str) -> Reals:
        return np.log(ratios(steps[slow], steps[fast], _STEPS))

    return {
        "total": factor("σ", "tanh"),
        "centring": (factor("σ", "σ − ½") + factor("tanh + 1", "tanh")) / 2,
        "slope": factor("σ − ½", "4(σ − ½)"),
        "shape": factor("σ − ½", "tanh"),
    }


def _run(run: Run) -> Facts:
    target, mode, depth = run.number("target"), run.choice("rate"), run.whole("depth")
    depths = sorted({*_DEPTHS, depth})
    by_depth = {}
    for k, layers in enumerate(depths):
        at = 0.6 * k / len(depths), 0.6 * (k + 1) / len(depths)
        by_depth[layers] = _tried(run, layers, "sgd", at)
    tried = {"sgd": by_depth[depth], "adam": _tried(run, depth, "adam", (0.6, 0.95))}
    effects = {name: _effects(_steps(lanes, target, mode)) for name, lanes in tried.items()}
    held = np.ones(_NETS, bool)
    for found in effects.values():
        held &= found["total"] > 0
    run.tell(0.97)
    return Facts(
        held=held,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(effects),
        figures=(
            _steps_figure(tried, target),
            _depth_figure(
                {n: _effects(_steps(found, target, mode)) for n, found in by_depth.items()}
            ),
            _curves_figure(tried["sgd"], target, mode),
        ),
    )


def _numbers(effects: dict[str, dict[str, Reals]]) -> tuple[Number, ...]:
    words = {
        "total": (
            Text("σ over tanh, {optimizer}", "σ ÷ tanh, {optimizer}"),
            Text(
                "How many times the steps of tanh σ took to the target accuracy.",
                "σ가 목표 정확도까지 쓴 스텝이 tanh의 몇 배인지입니다.",
            ),
        ),
        "centring": (
            Text("Centring alone, {optimizer}", "0 중심만, {optimizer}"),
            Text(
                "Mean of two comparisons that differ in a shift only: σ against σ − ½, and tanh + 1 against tanh.",
                "높이만 다른 두 비교(σ 대 σ − ½, tanh + 1 대 tanh)의 평균입니다.",
            ),
        ),
        "shape": (
            Text("Shape alone, {optimizer}", "모양만, {optimizer}"),
            Text(
                "σ − ½ against tanh: both centred; tanh is four times as steep at 0 and bends at half the input.",
                "σ − ½ 대 tanh: 둘 다 0 중심입니다. tanh는 0에서 네 배 가파르고, 절반 크기의 입력에서 벌써 휩니다.",
            ),
        ),
    }
    numbers = list[Number]()
    for effect, (name, explanation) in words.items():
        for optimizer in _OPTIMIZERS:
            middle, low, high = np.exp(mean_of(effects[optimizer][effect]))
            numbers.append(
                Number(
                    id=f"{effect}-{optimizer}",
                    name=name.fill(optimizer=_SPOKEN[optimizer]),
                    value=float(middle),
                    low=float(low),
                    high=float(high),
                    n=_NETS,
                    form="factor",
                    explanation=explanation,
                )
            )
    return tuple(numbers)


def _steps_figure(tried: dict[str, list[Tried]], target: float) -> Chart:
    series = list[Series]()
    for mode, mode_name in (("own", Text("own rate", "저마다의 학습률")), ("shared", Text("one rate", "같은 학습률"))):  # fmt: skip
        for optimizer in _OPTIMIZERS:
            found = _steps(tried[optimizer], target, mode)
            middles = np.array([np.minimum(median_of(steps), _STEPS) for steps in found.values()])
            series.append(
                Series(
                    name=Text("{optimizer}, {mode}", "{optimizer}, {mode}").fill(
                        optimizer=_SPOKEN[optimizer], mode=mode_name
                    ),
                    x=np.arange(len(_LANES), dtype=float),
                    y=middles[:, 0],
                    low=middles[:, 1],
                    high=middles[:, 2],
                    style="measured" if mode == "own" else "other",
                    mark="points",
                )
            )
    return Chart(
        id="steps",
        title=Text("Steps to the target, five functions", "다섯 함수가 목표까지 쓴 스텝"),
        note=Text(
            "Median of {n} starts and its 95 % interval, batch 25; those that never arrive stand at {limit}.",
            "출발 {n}개의 중앙값과 95 % 구간, 배치 25. 끝내 이르지 못하면 {limit}에 그립니다.",
        ).fill(n=_NETS, limit=_STEPS),
        x=Axis(
            name=Text("activation function", "활성화 함수"),
            labels=tuple(same(name) for name in _LANES),
        ),
        y=Axis(name=Text("steps to the target", "목표까지 든 스텝"), log=True),
        series=tuple(series),
    )


_EFFECTS = {
    "total": Text("σ over tanh", "σ ÷ tanh"),
    "centring": Text("centring alone", "0 중심만"),
    "slope": Text("slope alone", "함수 기울기만"),
    "shape": Text("slope and bend", "함수 기울기와 휘는 곳"),
}


def _depth_figure(effects: dict[int, dict[str, Reals]]) -> Chart:
    depths = np.array(list(effects), float)
    series = list[Series]()
    for effect, name in _EFFECTS.items():
        found = np.exp([mean_of(by[effect]) for by in effects.values()])
        series.append(
            Series(
                name=name,
                x=depths,
                y=found[:, 0],
                low=found[:, 1],
                high=found[:, 2],
                style="measured" if effect == "centring" else "other",
                mark="both",
            )
        )
    return Chart(
        id="depth",
        title=Text("What saves how many steps", "무엇이 스텝을 얼마나 줄이나"),
        note=Text(
            "SGD, {n} paired starts, 95 % interval of the mean factor.",
            "SGD, 짝지은 출발 {n}개, 평균 배율의 95 % 구간.",
        ).fill(n=_NETS),
        x=Axis(name=Text("hidden layers", "은닉층 수")),
        y=Axis(name=Text("steps saved, as a factor", "줄어든 스텝(배)"), log=True),
        series=tuple(series),
        levels=(Level(name=Text("no effect", "효과 없음"), at=1.0, style="other"),),
    )


def _curves_figure(tried: list[Tried], target: float, mode: str) -> Chart:
    together = shared(tried, target)
    return Chart(
        id="curves",
        title=Text("How the accuracy rises", "정확도가 오르는 모습"),
        note=Text(
            "SGD, mean accuracy on held-back points, {n} starts; running mean of five looks.",
            "SGD, 따로 떼어 둔 점에서 잰 정확도의 평균, 출발 {n}개. 이웃한 다섯 값을 평균한 곡선.",
        ).fill(n=_NETS),
        x=Axis(name=Text("steps", "스텝"), log=True),
        y=Axis(name=Text("accuracy", "정확도"), high=1.0),
        series=tuple(
            Series(
                name=same(name),
                x=lane.points.astype(float),
                y=smoothed(
                    lane.curve(lane.own(target) if mode == "own" else together).mean(axis=0)
                ),
                style="measured" if name in {"σ", "tanh"} else "other",
            )
            for name, lane in zip(_LANES, tried, strict=True)
        ),
        levels=(Level(name=Text("target", "목표"), at=target, style="other"),),
    )


def _verdict(facts: Facts) -> Verdict:
    numbers = {number.id: number for number in facts.numbers}
    said = {number.id.replace("-", "_"): f"{number.value:.2g}" for number in facts.numbers}
    parts = {f"p{depth}": percent(part) for depth, part in _parts(facts).items()}
    here = {o: _part(facts[f"total-{o}"], facts[f"centring-{o}"]) for o in _OPTIMIZERS}
    faster = all((numbers[f"total-{o}"].low or 0.0) > 1 for o in _OPTIMIZERS)
    code, ending = (
        ("does-not-hold", _NOT_FASTER)
        if not faster
        else ("holds", _CENTRING)
        if min(here.values()) >= _HALF
        else ("holds-if", _MIXED)
    )
    rate = _RATES[str(facts.settings["rate"])]
    return Verdict(
        code=code,
        text=_TEXT.fill(rate=rate, ending=ending, **said),
        condition=_CONDITION.fill(pa=percent(here["adam"]), **parts),
    )


def _part(total: float, centring: float) -> float:
    """Return how much of the lead centring explains, as a share of logarithms; 0 where there is no lead.

    At most all of it: where centring alone saves more than the whole lead, the shape costs steps.
    """
    return float(np.clip(np.log(centring) / np.log(total), 0.0, 1.0)) if total > 1 else 0.0


def _parts(facts: Facts) -> dict[int, float]:
    chart = next(f for f in facts.figures if isinstance(f, Chart) and f.id == "depth")
    total, centring = chart.series[0], chart.series[1]
    return {
        int(depth): _part(float(whole), float(alone))
        for depth, whole, alone in zip(total.x, total.y, centring.y, strict=True)
    }


def _right(facts: Facts) -> str:
    if min(facts["total-sgd"], facts["total-adam"]) <= 1:
        return "neither"
    whole = {e: facts[f"{e}-sgd"] * facts[f"{e}-adam"] for e in ("centring", "shape")}
    return max(whole, key=lambda effect: whole[effect])


EXPERIMENT = Experiment(
    id="zero-centred-converges",
    claim=Text(
        "The outputs of tanh are centred at 0, so it converges faster than the sigmoid.",
        "tanh의 출력은 0을 중심으로 하므로 시그모이드보다 빨리 수렴한다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "tanh differs from σ in two ways. Which one saves more steps, SGD and Adam taken together?",
            "tanh와 σ는 두 가지가 다릅니다. SGD와 Adam을 합쳐서 보면 어느 쪽이 스텝을 더 줄여 줄까요?",
        ),
        answers=(
            Answer(id="centring", name=Text("centred at 0", "0 중심이라는 점")),
            Answer(id="shape", name=Text("steeper and narrower", "더 가파르고 좁다는 점")),
            Answer(id="neither", name=Text("tanh is not faster", "tanh가 더 빠르지 않다")),
        ),
        right=_right,
    ),
    controls=(
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
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=3, low=1, high=4, whole=True
        ),
        Control(
            id="target", name=Text("target accuracy", "목표 정확도"), usual=0.95, low=0.7, high=0.98
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "Between σ and tanh stand three functions that differ from a neighbour in one thing: a shift, or the slope. All five "
        "train from the same starts on the same batches. Rates are chosen on other starts than those counted. The last pair, "
        "4(σ − ½) and tanh, differs in one thing too: tanh bends at half the input."
        " A start counts as held if tanh is faster with both optimizers; the reason is measured by itself.",
        "σ와 tanh 사이에, 이웃과 한 가지만 다른 함수 셋을 놓았습니다. 높이만 다르거나 함수의 기울기만 다릅니다. 다섯 함수는 같은 "
        "출발에서 같은 배치로 학습하고, 학습률은 결과에 넣지 않는 다른 출발에서 고릅니다. 마지막 짝인 4(σ − ½)와 tanh도 한 가지만 "
        "다릅니다. tanh가 절반 크기의 입력에서 휩니다."
        " 두 옵티마이저에서 모두 tanh가 빠르면 맞은 출발로 세고, 이유는 따로 잽니다.",
    ),
    after=("input-centring", "relu-faster-convergence", "derivative-is-speed"),
    seconds=3.0,
)
