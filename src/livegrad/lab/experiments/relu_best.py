"""ReLU is used most and performs very well: a ranking with its ties, over data sets and optimizers."""

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
from livegrad.lab.figure import Axis, Chart, Heat, Level, Series
from livegrad.lab.intervals import mean_of
from livegrad.lab.pace import CHOOSERS, RATE_CONTROL, Tried, try_rates
from livegrad.text import Text, same
from livegrad.trials.statistics import Ranking, rank
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_NETS = 24
_VERY_WELL = (
    0.02  # of accuracy: a start holds if ReLU is no further behind its best in most contests
)
_LANES = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "swish": "SiLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
}
_TASKS = {
    "moons": Text("moons", "초승달"),
    "circles": Text("circles", "동심원"),
    "xor": same("XOR"),
    "spiral": Text("spiral", "나선"),
}
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
_TRIED = {"sgd": (0.1, 0.3, 1.0, 3.0), "adam": (0.01, 0.03, 0.1)}
_MODES = {
    "own": Text("Each at its own best rate", "저마다 가장 좋은 학습률에서"),
    "shared": Text("All at one shared rate", "모두 같은 학습률에서"),
}

_TEXT = Text(
    "{rate}, ReLU shares first place in {best} of {contests} contests: in {sgd} of {half} with SGD, in {adam} of {half} with "
    "Adam. It wins alone in {alone}; on average it is {behind} points behind the best, which is {first}.",
    "{rate} 겨룬 시합은 {contests}번입니다. ReLU가 공동 1위에 든 것은 {best}번이고(SGD {half}번 중 {sgd}번, Adam {half}번 중 {adam}번), "
    "단독 1위는 {alone}번입니다. 평균 정확도는 가장 높은 {first}보다 {behind} %p 낮습니다.",
)
_CONDITION = Text(
    "It flips with data, optimizer and the number of starts: with {n} starts differences under about {least} points stay "
    "ties. Worst contest for ReLU: {worst}, {gap} points behind.",
    "데이터와 옵티마이저, 출발의 수에 따라 뒤집힙니다. 출발이 {n}개면 차이가 {least} %p쯤에 못 미칠 때 비긴 것으로 봅니다. ReLU가 가장 "
    "밀린 시합은 {worst}이고, {gap} %p 뒤졌습니다.",
)


def _tried(run: Run, task: str, optimizer: str, told: tuple[float, float]) -> list[Tried]:
    split = nets.toy(task, count=400, seed=run.seed)
    steps = run.whole("steps")
    lanes = [
        nets.draw(
            Recipe(
                activation=name,
                hidden=(8,) * run.whole("depth"),
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
    return try_rates(
        lanes,
        split,
        steps=steps,
        rates=_TRIED[optimizer],
        every=steps,
        told=lambda share: run.tell(begin + (end - begin) * share),
    )


def _scores(tried: list[Tried], mode: str) -> dict[str, Reals]:
    """Return each lane's accuracy at the end; the rate follows from the choosing starts' training loss."""
    losses = np.array(
        [[np.minimum(np.nan_to_num(g.train_loss[-CHOOSERS:, -1], nan=9.0), 9.0).mean() for g in lane.grown]
         for lane in tried]
    )  # fmt: skip
    rates = losses.argmin(axis=1)
    if mode == "shared":
        rates = np.full(len(tried), np.log(losses).sum(axis=0).argmin())
    return {
        name: np.where(
            lane.grown[rate].diverged[:-CHOOSERS] > 0, np.nan, lane.curve(rate)[:, -1]
        ).astype(float)
        for name, lane, rate in zip(_LANES, tried, rates, strict=True)
    }


def _run(run: Run) -> Facts:
    scores, rankings = dict[tuple[str, str], dict[str, Reals]](), dict[tuple[str, str], Ranking]()
    contests = [(task, optimizer) for task in _TASKS for optimizer in _OPTIMIZERS]
    for k, contest in enumerate(contests):
        at = k / len(contests), (k + 1) / len(contests)
        found = _scores(_tried(run, *contest, at), run.choice("rate"))
        scores[contest] = found
        rankings[contest] = rank(found, worst=0.5, resamples=2000)
        run.tell(at[1], _heat(scores))
    table = _table(scores)
    scored = np.nan_to_num(table, nan=0.5)
    mean, lead = scored.mean(axis=1), scored.max(axis=0) - scored
    return Facts(
        held=(lead[0] <= _VERY_WELL).mean(axis=0) > 0.5,
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(rankings, mean),
        figures=(_heat(scores), _behind(table)),
    )


def _table(scores: dict[tuple[str, str], dict[str, Reals]]) -> Reals:
    return np.array([[found[name] for found in scores.values()] for name in _LANES])


def _numbers(rankings: dict[tuple[str, str], Ranking], mean: Reals) -> tuple[Number, ...]:
    best = {contest: "relu" in found.best for contest, found in rankings.items()}
    alone = sum(found.winner == "relu" for found in rankings.values())
    behind, low, high = mean_of(100 * (mean.mean(axis=1).max() - mean[0]))
    numbers = [
        Number(
            id="best",
            name=Text("ReLU among the best", "공동 1위에 든 시합"),
            value=float(sum(best.values())),
            form="count",
            n=len(best),
            explanation=Text(
                "The number of contests, data set by optimizer, in which nothing is better than ReLU by more than chance.",
                "데이터와 옵티마이저를 짝지은 시합 가운데, ReLU보다 확실히(우연을 넘어) 나은 함수가 없는 시합의 수입니다.",
            ),
        ),
        Number(
            id="alone",
            name=Text("ReLU wins alone", "단독 1위"),
            value=float(alone),
            form="count",
            n=len(best),
            explanation=Text(
                "The number of contests in which ReLU is better than every other by more than chance.",
                "ReLU가 다른 모든 함수보다 확실히(우연을 넘어) 나은 시합의 수입니다.",
            ),
        ),
        Number(
            id="behind",
            name=Text("Points behind the best", "1위와의 차이(%p)"),
            value=behind,
            low=low,
            high=high,
            n=mean.shape[1],
            explanation=Text(
                "By how many points of accuracy ReLU's mean over all contests is behind the function with the best mean.",
                "모든 시합을 평균했을 때 ReLU의 정확도가 가장 나은 함수보다 몇 %p 낮은지입니다.",
            ),
        ),
    ]
    for optimizer, spoken in _OPTIMIZERS.items():
        count = sum(won for (_, other), won in best.items() if other == optimizer)
        numbers.append(
            Number(
                id=f"best-{optimizer}",
                name=Text("Among the best with {optimizer}", "{optimizer}에서 공동 1위").fill(
                    optimizer=spoken
                ),
                value=float(count),
                form="count",
                n=len(_TASKS),
                explanation=Text(
                    "The same, with this optimizer only.", "이 옵티마이저의 시합만 센 것입니다."
                ),
            )
        )
    return tuple(numbers)


def _heat(scores: dict[tuple[str, str], dict[str, Reals]]) -> Heat:
    table = np.nan_to_num(_table(scores), nan=0.5).mean(axis=2)
    order = np.argsort(-table.mean(axis=1), kind="stable")
    names = list(_LANES.values())
    return Heat(
        id="contests",
        title=Text("Accuracy in every contest, best on top", "시합마다의 정확도, 위가 1위"),
        note=Text(
            "Mean of {n} paired starts on 100 held-back points, batch 25; a diverged run counts as ½.",
            "짝지은 출발 {n}개의 평균. 따로 떼어 둔 점 100개, 배치 25. 발산하면 ½로 셉니다.",
        ).fill(n=_NETS),
        x=Axis(
            name=Text("data and optimizer", "데이터와 옵티마이저"),
            labels=tuple(
                Text("{task}, {optimizer}", "{task}, {optimizer}").fill(
                    task=_TASKS[task], optimizer=_OPTIMIZERS[optimizer]
                )
                for task, optimizer in scores
            ),
        ),
        y=Axis(
            name=Text("activation function", "활성화 함수"),
            labels=tuple(same(names[k]) for k in order),
        ),
        values=table[order],
        name=Text("accuracy", "정확도"),
        low=0.5,
        high=1.0,
    )


def _behind(table: Reals) -> Chart:
    mean = 100 * np.nan_to_num(table, nan=0.5).mean(axis=1)
    order = np.argsort(-mean.mean(axis=1), kind="stable")
    found = np.array([mean_of(mean[k] - mean[0]) for k in order])
    names = list(_LANES.values())
    return Chart(
        id="against-relu",
        title=Text("Points above or below ReLU", "ReLU보다 몇 %p 높거나 낮은가"),
        note=Text(
            "Mean over all contests, paired by start, 95 % interval of {n} starts.",
            "모든 시합의 평균. 짝지은 출발끼리 비교하고, 출발 {n}개로 95 % 구간을 구함.",
        ).fill(n=_NETS),
        x=Axis(
            name=Text("activation function", "활성화 함수"),
            labels=tuple(same(names[k]) for k in order),
        ),
        y=Axis(name=Text("points of accuracy above ReLU", "ReLU와의 정확도 차이(%p)")),
        series=(
            Series(
                name=Text("difference", "차이"),
                x=np.arange(len(order), dtype=float),
                y=found[:, 0],
                low=found[:, 1],
                high=found[:, 2],
                mark="points",
            ),
        ),
        levels=(Level(name=same("ReLU"), at=0.0, style="other"),),
    )


def _verdict(facts: Facts) -> Verdict:
    heat = next(f for f in facts.figures if isinstance(f, Heat))
    chart = next(f for f in facts.figures if isinstance(f, Chart))
    contests = len(heat.x.labels)
    relu = next(k for k, label in enumerate(heat.y.labels) if label.en == "ReLU")
    gaps = 100 * (heat.values.max(axis=0) - heat.values[relu])
    drawn = chart.series[0]
    widths = (
        np.asarray(drawn.high) - np.asarray(drawn.low)
        if drawn.high is not None and drawn.low is not None
        else np.zeros(1)
    )
    best = round(facts["best"])
    text = _TEXT.fill(
        rate=_MODES[str(facts.settings["rate"])],
        best=best,
        contests=contests,
        sgd=round(facts["best-sgd"]),
        adam=round(facts["best-adam"]),
        half=contests // 2,
        alone=round(facts["alone"]),
        behind=f"{facts['behind']:.1f}",
        first=heat.y.labels[0],
    )
    condition = _CONDITION.fill(
        n=len(facts.held),
        least=f"{float(np.max(widths)) / 2:.1f}",
        worst=heat.x.labels[int(gaps.argmax())],
        gap=f"{float(gaps.max()):.1f}",
    )
    well = facts.share
    if best == contests and well.low > 0.5:
        return Verdict(code="holds", text=text, condition=condition)
    code = "does-not-hold" if best == 0 and well.high < 0.5 else "holds-if"
    return Verdict(code=code, text=text, condition=condition)


def _right(facts: Facts) -> str:
    heat = next(f for f in facts.figures if isinstance(f, Heat))
    if facts["alone"] > len(heat.x.labels) / 2:
        return "winner"
    return "tied" if facts["best"] > len(heat.x.labels) / 2 else "behind"


EXPERIMENT = Experiment(
    id="relu-best",
    claim=Text(
        "ReLU is the most used activation function and performs very well.",
        "ReLU는 가장 널리 쓰이는 활성화 함수이고 성능도 매우 좋다.",
    ),
    sources="A C",
    question=Question(
        text=Text(
            "Seven functions meet on four data sets with two optimizers. Where does ReLU finish?",
            "일곱 함수가 네 가지 데이터에서 두 옵티마이저로 겨룹니다. ReLU는 몇 위쯤일까요?",
        ),
        answers=(
            Answer(
                id="winner",
                name=Text("wins alone in most contests", "대부분의 시합에서 단독 1위"),
            ),
            Answer(
                id="tied",
                name=Text("among the best in most, tied", "대부분의 시합에서 공동 1위"),
            ),
            Answer(id="behind", name=Text("behind in half or more", "절반 이상의 시합에서 뒤진다")),
        ),
        right=_right,
    ),
    controls=(
        RATE_CONTROL,
        Control(
            id="depth", name=Text("hidden layers", "은닉층 수"), usual=2, low=1, high=5, whole=True
        ),
        Control(
            id="init",
            name=Text("initialisation", "초기화"),
            usual="he",
            choices=(
                Choice(id="he", name=same("He")),
                Choice(id="glorot", name=same("Glorot")),
                Choice(id="pytorch", name=same("PyTorch")),
            ),
        ),
        Control(
            id="steps",
            name=Text("training steps", "학습 스텝"),
            usual=400,
            low=50,
            high=1500,
            whole=True,
            log=True,
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "How much a function is used cannot be measured here; how well it does can. A contest is one data set and one "
        "optimizer; rates are chosen on other starts, by training loss. Two functions are told apart only where swapping their "
        "scores start by start says that chance does not explain it. Small networks on four toy problems are no proof about large ones.",
        "얼마나 널리 쓰이는지는 여기서 잴 수 없고, 얼마나 잘하는지만 잴 수 있습니다. 데이터 하나와 옵티마이저 하나가 한 시합입니다. "
        "학습률은 다른 출발에서 학습 손실을 보고 고릅니다. 짝지은 출발끼리 점수를 맞바꿔 보아 우연으로 설명되지 않을 때만 두 함수를 "
        "가릅니다. 장난감 문제 넷에서 작은 신경망으로 얻은 결과가 큰 신경망에서도 맞는다는 보장은 없습니다.",
    ),
    after=("relu-faster-convergence", "relu-sparsity", "gradient-flow-decides"),
    seconds=2.0,
)
