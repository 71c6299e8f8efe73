"""ELU's flat negative side is said to resist noise: measured against ReLU, which is flatter still."""

from __future__ import annotations

import time
from collections.abc import Callable
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
from livegrad.lab.figure import Axis, Chart, Figure, Level, Series
from livegrad.lab.intervals import mean_of
from livegrad.lab.measured import averaged
from livegrad.lab.rates import Raced, raced
from livegrad.text import Text, same
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS, _STEPS, _DRAWS = 24, 500, 1
_POINTS = 1200  # a quarter to learn from, the rest to judge by: a point of accuracy is little
_RATES = {"sgd": (0.03, 0.1, 0.3, 1.0), "adam": (0.003, 0.01, 0.03)}
_POINT = 1.0  # of accuracy, in a hundred: less is no robustness that anyone would choose ELU for
_LEVELS = np.array([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0])
_PLACES = np.linspace(-6, 2, 33)
_TASKS = {
    "moons": Text("moons", "초승달"),
    "circles": Text("circles", "동심원"),
    "digits": Text("digits (needs scikit-learn)", "손글씨 숫자(scikit-learn 필요)"),
}
_OPTIMIZERS = {"adam": same("Adam"), "sgd": same("SGD")}

_TEXT = Text(
    "With noise of {noise} at the inputs ELU scores {adam} points against ReLU with Adam ({adam_interval}) and {sgd} with SGD "
    "({sgd_interval}), each at its best rate. {so}",
    "입력에 크기 {noise}의 잡음을 섞으면 ELU와 ReLU의 정확도 차이(ELU − ReLU)는 Adam에서 {adam} %p({adam_interval}), SGD에서 {sgd} "
    "%p({sgd_interval})입니다. 저마다 가장 좋은 학습률에서 잰 값입니다. {so}",
)
_HOLDS = Text("ELU resists noise better.", "ELU가 잡음에 더 강합니다.")
_SOME = Text(
    "Whether it is better by a point or more cannot be told with both optimizers.",
    "ELU가 1 %p 넘게 낫다고 두 옵티마이저 모두에서 말할 수는 없습니다.",
)
_FAILS = Text(
    "That is less than a point of benefit, at {cost} times the cost.",
    "이득은 1 %p도 안 되는데 계산은 {cost}배 듭니다.",
)
_CONDITION = Text(
    "Of all noise levels up to 3 the greatest gain is {best} points, at {where} with Adam. In one unit ELU is the quieter one "
    "only against Leaky ReLU ({leaky}), from {cross} on downwards; ReLU passes no noise at all there.",
    "잡음을 3까지 키워 보면 Adam에서 얻는 이득은 잡음이 {where}일 때 가장 커서 {best} %p입니다. 유닛 하나만 보면 ELU가 잡음을 덜 넘기는 "
    "것은 Leaky ReLU({leaky})와 비교할 때뿐이고, 그것도 {cross} 아래에서만 그렇습니다. ReLU는 거기서 잡음을 전혀 넘기지 않습니다.",
)


def _noisy(grown: nets.Grown, split: Split, level: float, seed: int) -> Reals:
    """Return the accuracy under normal noise, mean over draws that all networks share; shape (networks,)."""
    generator = np.random.default_rng([seed, round(1000 * level)])
    found = list[Reals]()
    for _ in range(_DRAWS if level else 1):
        noise = level * generator.standard_normal(split.validation_inputs.shape)
        x = (split.validation_inputs + noise).astype(np.float32)
        found.append(grown.nets.accuracy(x, split.validation_targets))
    return 100 * np.mean(found, axis=0)


def _passed(name: str) -> Reals:
    """Return which share of a little noise one unit passes on, by where it sits; shape (places,)."""
    noise = 0.5 * np.random.default_rng(0).standard_normal(4000)
    activation = nets.elementwise_in(name)
    spread = [
        float(np.std(np.asarray(activation(place + noise, tier="fast")))) for place in _PLACES
    ]
    return np.array(spread) / noise.std()


def _cost(run: Run) -> float:
    """Return how many times longer ELU takes than ReLU for one number, value and slope, in bare NumPy."""
    x = np.random.default_rng(run.seed).standard_normal(50_000).astype(np.float32)

    def relu() -> None:
        np.maximum(x, 0.0)
        np.greater(x, 0.0)

    def elu() -> None:
        below = np.expm1(np.minimum(x, 0.0))
        np.where(x > 0, x, below)
        np.where(x > 0, 1.0, below + 1.0)

    return _least(elu) / _least(relu)


def _least(work: Callable[[], None]) -> float:
    times = list[float]()
    for _ in range(15):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def _run(run: Run) -> Facts:
    split = nets.toy(run.choice("task"), count=_POINTS, seed=run.seed, validation=0.75)
    lanes = [
        nets.draw(Recipe(activation=name, hidden=(16, 16), batch_size=25), split, run.seeds(_NETS))
        for name in _lanes(run)
    ]
    races = raced(
        lanes,
        split,
        steps=_STEPS,
        optimizers=("adam", "sgd"),
        rates=_RATES,
        told=lambda share: run.tell(0.6 * share),
        workers=run.workers,
    )
    found = {race.optimizer: race for race in races}
    levels = np.unique(np.append(_LEVELS, run.number("noise")))
    scores = dict[str, Reals]()
    for k, (name, race) in enumerate(found.items()):
        scores[name] = np.array(
            [[_noisy(lane, split, float(at), run.seed) for at in levels] for lane in race.own]
        )
        run.tell(0.7 + 0.2 * k)
    gains = {name: accuracy[2] - accuracy[0] for name, accuracy in scores.items()}
    here = int(np.searchsorted(levels, run.number("noise")))
    shared = _shared(found["adam"], split, run)
    return Facts(
        held=np.min([gain[here] for gain in gains.values()], axis=0) > _POINT / 100,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(gains, levels, here, shared, run),
        figures=(_by_noise(scores, levels, run), _by_place(run)),
    )


def _lanes(run: Run) -> tuple[str, str, str]:
    return (
        "relu",
        f"leaky_relu(alpha={run.number('slope'):g})",
        f"elu(alpha={run.number('alpha'):g})",
    )


def _shared(race: Raced, split: Split, run: Run) -> Reals:
    relu, _, elu = (_noisy(lane, split, run.number("noise"), run.seed) for lane in race.shared)
    return elu - relu


def _numbers(
    gains: dict[Any, Reals], levels: Reals, here: int, shared: Reals, run: Run
) -> tuple[Number, ...]:
    gain = Text(
        "Accuracy of ELU minus that of ReLU under this noise, in points of a hundred, over paired starts.",
        "이 잡음에서 ELU의 정확도에서 ReLU의 정확도를 뺀 값입니다. 단위는 %p이고, 짝지은 출발끼리 뺐습니다.",
    )
    name = Text("Gain, {what}", "이득, {what}")
    means = gains["adam"].mean(axis=1)
    best = int(means.argmax())
    return (
        averaged("gain-adam", name.fill(what="Adam"), gains["adam"][here], gain),
        averaged("gain-sgd", name.fill(what="SGD"), gains["sgd"][here], gain),
        averaged("gain-shared", name.fill(what=Text("Adam, ReLU's rate", "Adam, ReLU의 학습률")), shared, gain),
        averaged("best", Text("Greatest gain", "가장 큰 이득"), gains["adam"][best],
                 Text("The greatest mean gain with Adam over all noise levels that were tried.",
                      "시험한 모든 잡음 가운데 Adam에서 가장 큰 평균 이득입니다.")),
        Number(id="where", name=Text("Greatest at noise", "이득이 가장 큰 잡음"), value=float(levels[best]), n=_NETS,
               explanation=Text("The noise level with the greatest gain.", "이득이 가장 큰 잡음의 크기입니다.")),
        Number(id="cross", name=Text("Quieter than Leaky below", "Leaky보다 잡음을 덜 넘기는 곳"), value=_crossing(run),
               explanation=Text("Where ELU's slope α·e^x falls below that of Leaky ReLU.",
                                "ELU의 기울기 α·e^x가 Leaky ReLU의 기울기보다 작아지는 자리입니다.")),
        Number(id="cost", name=Text("Cost of ELU over ReLU", "ELU의 비용 ÷ ReLU의 비용"), value=_cost(run), form="factor",
               explanation=Text("Time for value and slope of one number in NumPy, ELU over ReLU, in this run.",
                                "이번 실행에서 NumPy로 값과 기울기를 계산하는 데 든 시간의 비(ELU ÷ ReLU)입니다.")),
    )  # fmt: skip


def _crossing(run: Run) -> float:
    """Return where ELU begins to pass less noise than Leaky ReLU: α·e^x = slope."""
    return float(np.log(run.number("slope") / run.number("alpha")))


def _by_noise(scores: dict[Any, Reals], levels: Reals, run: Run) -> Figure:
    series = list[Series]()
    for name, accuracy in scores.items():
        for lane, called in enumerate(("ReLU", "Leaky ReLU", "ELU")):
            means = np.array([mean_of(at) for at in accuracy[lane]])
            series.append(
                Series(
                    name=Text("{lane}, {optimizer}", "{lane}, {optimizer}").fill(
                        lane=called, optimizer=_OPTIMIZERS[name]
                    ),
                    x=levels,
                    y=means[:, 0],
                    low=means[:, 1],
                    high=means[:, 2],
                    style="measured" if lane == 2 else "other",
                    mark="both",
                )
            )
    return Chart(
        id="noise",
        title=Text("Accuracy against noise at the inputs", "입력 잡음에 따른 정확도"),
        note=Text(
            "Trained without noise on {few} points ({task}), judged on {many} others with noise of their own; {n} paired "
            "starts, each lane at its best rate.",
            "점 {few}개로 잡음 없이 학습({task})하고, 잡음을 저마다 따로 섞은 다른 점 {many}개로 판정. 짝지은 출발 {n}개, 저마다 가장 "
            "좋은 학습률.",
        ).fill(
            few=_POINTS // 4,
            many=3 * _POINTS // 4,
            task=_TASKS[run.choice("task")],
            n=_NETS,
        ),
        x=Axis(name=Text("noise, in deviations of the inputs", "잡음(입력의 표준편차 단위)")),
        y=Axis(name=Text("accuracy, in a hundred", "정확도(%)")),
        series=tuple(series),
        levels=(
            Level(
                name=Text("the verdict's noise", "판정에 쓴 잡음"),
                at=run.number("noise"),
                along="y",
                style="other",
            ),
        ),
    )


def _by_place(run: Run) -> Figure:
    return Chart(
        id="unit",
        title=Text("How much noise one unit lets through", "유닛 하나가 넘기는 잡음"),
        note=Text(
            "Deviation of f(x + noise) over that of the noise, which is 0.5; 4000 draws a place.",
            "f(x + 잡음)의 표준편차를 잡음의 표준편차(0.5)로 나눈 값. 자리마다 4000번 뽑음.",
        ),
        x=Axis(name=Text("pre-activation x", "활성화 전 값 x")),
        y=Axis(name=Text("share of the noise", "넘긴 잡음의 비율"), low=0.0),
        series=tuple(
            Series(
                name=same(name),
                x=_PLACES,
                y=_passed(name),
                style="measured" if k == 2 else "other",
            )
            for k, name in enumerate(_lanes(run))
        ),
    )


def _bounds(facts: Facts, name: str) -> tuple[float, float]:
    number = next(n for n in facts.numbers if n.id == f"gain-{name}")
    nan = float("nan")
    return (nan if number.low is None else number.low, nan if number.high is None else number.high)


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _verdict(facts: Facts) -> Verdict:
    bounds = {name: _bounds(facts, name) for name in _OPTIMIZERS}
    gains = [facts[f"gain-{name}"] for name in bounds]
    if all(low > _POINT for low, _ in bounds.values()) and facts.share.low > 0.5:
        code, so = "holds", _HOLDS
    elif max(gains) < _POINT and facts.share.high < 0.5:
        code, so = "does-not-hold", _FAILS.fill(cost=f"{facts['cost']:.0f}")
    else:
        code, so = "holds-if", _SOME
    text = _TEXT.fill(
        noise=f"{float(facts.settings['noise']):g}",
        so=so,
        **{name: _signed(facts[f"gain-{name}"]) for name in bounds},
        **{
            f"{name}_interval": f"{_signed(low)} … {_signed(high)}"
            for name, (low, high) in bounds.items()
        },
    )
    condition = _CONDITION.fill(
        best=_signed(facts["best"]),
        where=f"{facts['where']:g}",
        leaky=f"{float(facts.settings['slope']):g}",
        cross=f"x = {facts['cross']:.1f}".replace("-", "−"),
    )
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    gain = (facts["gain-adam"] + facts["gain-sgd"]) / 2
    return "alike" if abs(gain) < _POINT else "elu" if gain > 0 else "relu"


EXPERIMENT = Experiment(
    id="elu-noise",
    claim=Text(
        "ELU saturates on the negative side, which makes it robust to noise, at the price of an exponential.",
        "ELU는 음수 쪽에서 포화되어 잡음에 강하다. 그 대신 지수 함수를 계산해야 한다.",
    ),
    sources="D",
    question=Question(
        text=Text(
            "Trained networks get noisy inputs. Which keeps more accuracy?",
            "학습을 마친 신경망에 잡음 섞인 입력을 줍니다. 어느 쪽이 정확도를 더 지킬까요?",
        ),
        answers=(
            Answer(id="elu", name=Text("ELU, by a point or more", "ELU가 1 %p 이상 더 지킨다")),
            Answer(id="relu", name=Text("ReLU, by a point or more", "ReLU가 1 %p 이상 더 지킨다")),
            Answer(id="alike", name=Text("less than a point apart", "차이가 1 %p도 안 된다")),
        ),
        right=_right,
    ),
    controls=(
        Control(
            id="task",
            name=Text("data", "데이터"),
            usual="moons",
            choices=tuple(Choice(id=task, name=name) for task, name in _TASKS.items()),
        ),
        Control(id="noise", name=Text("noise, in deviations", "잡음(입력의 표준편차 단위)"), usual=1.0, low=0.0, high=3.0),
        Control(id="alpha", name=Text("ELU's α", "ELU의 α"), usual=1.0, low=0.1, high=3.0),
        Control(
            id="slope",
            name=Text("slope of Leaky ReLU", "Leaky ReLU의 기울기"),
            usual=0.1,
            low=0.01,
            high=0.5,
            log=True,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="does-not-hold",
    about=Text(
        "ReLU, Leaky ReLU and ELU learn from the same starts without noise; then noise is added to inputs they have not seen. A "
        "unit deep in ELU's flat part does pass less noise than one of Leaky ReLU, but ReLU's negative side is flatter still. "
        "And a quieter unit need not make a more robust network: what counts is the accuracy that is left."
        " A start counts as held if ELU gains more than a point with both optimizers.",
        "ReLU, Leaky ReLU, ELU가 같은 출발에서 잡음 없이 배운 뒤, 처음 보는 입력에 잡음을 섞어 봅니다. ELU의 평평한 곳 깊숙이 놓인 "
        "유닛은 Leaky ReLU의 유닛보다 잡음을 덜 넘깁니다. 그러나 ReLU의 음수 쪽은 그보다 더 평평합니다. 게다가 유닛이 조용하다고 "
        "신경망이 튼튼해지는 것은 아닙니다. 중요한 것은 잡음 속에서 남는 정확도입니다."
        " 두 옵티마이저에서 모두 ELU가 1 %p 넘게 나으면 맞은 출발로 셉니다.",
    ),
    after=("elu-smooth", "relu-cheap", "dying-cures"),
    seconds=2.5,
)  # fmt: skip
