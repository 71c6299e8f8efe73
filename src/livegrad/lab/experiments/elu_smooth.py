"""ELU is said to be smooth: f′ is continuous for α = 1 only, and f″ jumps even then."""

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
from livegrad.lab.figure import Axis, Chart, Figure, Level, Series
from livegrad.text import Text, same
from livegrad.trials.trial import Recipe

__all__ = ["EXPERIMENT"]

Reals: TypeAlias = NDArray[Any]
_DRAWS = 32
_TINY = 1e-3  # a jump below this is none: steps go down to 1e-6, where true jumps stay as they are
_SWEEP = np.linspace(0.25, 2.0, 36)
_X = np.linspace(-3, 2, 201)

_HOLDS = Text(
    "At 0 the slope jumps by {first} and the curvature by {second}: both go on without a break.",
    "0에서 기울기는 {first}, 곡률(f″)은 {second}만큼 뜁니다. 둘 다 끊기지 않고 이어집니다.",
)
_HOLDS_IF = Text(
    "At 0 the slope jumps by {first}: there is a derivative at every point. But the curvature (f″) jumps by {second}: f′ has a kink, so "
    "ELU is smooth once, not without end.",
    "0에서 기울기가 뛰는 폭은 {first}이므로 어느 점에서나 미분할 수 있습니다. 그러나 곡률(f″)이 뛰는 폭은 {second}입니다. f′이 0에서 "
    "꺾이므로 ELU는 한 번까지만 매끄럽고, 끝없이 매끄럽지는 않습니다.",
)
_FAILS = Text(
    "At 0 the slope jumps from {left} to {right}: there is no derivative, and {function} has a corner like ReLU.",
    "0에서 기울기가 {left}에서 {right:으로/로} 뜁니다. 그 점에서는 미분할 수 없고, {function:은/는} ReLU처럼 꺾입니다.",
)
_CONDITION = Text(
    "ELU's slope just below 0 is α, above it 1: only α = {flip} joins them. CELU divides x by α inside the exponential and is "
    "joined for every α. It hardly matters in training: of {met} pre-activations {hit} fell exactly on 0.",
    "ELU의 기울기는 0 바로 왼쪽에서 α, 오른쪽에서 1입니다. 둘이 이어지는 것은 α = {flip}일 때뿐입니다. CELU는 지수 안에서 x를 α로 "
    "나누므로 α가 얼마든 이어집니다. 학습에서는 거의 상관없습니다. 활성화 전 값 {met}개 가운데 정확히 0에 놓인 것은 {hit}개입니다.",
)


@dataclass(frozen=True, kw_only=True)
class _Jumps:
    """Difference quotients from both sides of 0, for each step width; shape (draws,)."""

    left: Reals
    right: Reals
    steps: Reals


def _written(family: str, alpha: float) -> str:
    return f"{family}(alpha={alpha:g})"


def _quotients(family: str, alpha: float, steps: Reals) -> _Jumps:
    """Return (f(0) − f(−h))/h and (f(h) − f(0))/h."""
    f = nets.elementwise_in(_written(family, alpha))
    zero = np.zeros_like(steps)
    at, below, above = (np.asarray(f(x), float) for x in (zero, -steps, steps))
    return _Jumps(left=(at - below) / steps, right=(above - at) / steps, steps=steps)


def _bends(family: str, alpha: float, steps: Reals) -> _Jumps:
    """Return the same of f′, from points h and 2h on each side so that its value at 0 plays no part."""
    f = nets.elementwise_in(_written(family, alpha))
    near = [np.asarray(f.derivative(x), float) for x in (-steps, steps)]
    far = [np.asarray(f.derivative(x), float) for x in (-2 * steps, 2 * steps)]
    return _Jumps(left=(near[0] - far[0]) / steps, right=(far[1] - near[1]) / steps, steps=steps)


def _jump(jumps: _Jumps) -> float:
    """Return what is left of the gap as the step goes to 0: the intercept of a straight fit."""
    gap, least = jumps.right - jumps.left, jumps.steps < 1e-3
    slope = np.polyfit(jumps.steps[least], gap[least], 1)
    return abs(float(slope[1]))


def _steps(run: Run) -> Reals:
    """Return random step widths, from coarse to fine."""
    drawn = 10 ** np.random.default_rng(run.seed).uniform(-6, -1, _DRAWS)
    return np.concatenate([drawn, np.array([1e-6, 1e-5, 1e-4])])


def _hits(run: Run) -> tuple[int, int]:
    """Return how many pre-activations of networks in training were met, and how many were exactly 0."""
    split = nets.toy("moons", count=200, seed=run.seed)
    recipe = Recipe(
        activation=_written(run.choice("family"), run.number("alpha")),
        hidden=(16, 16),
        lr=0.01,
        batch_size=25,
    )
    drawn = nets.draw(recipe, split, run.seeds(16))
    grown = nets.train([drawn], split, steps=200, points=(200,), workers=run.workers)[0].nets
    seen = [n.look(split.train_inputs, split.train_targets).z for n in (drawn, grown)]
    every = np.concatenate([z.ravel() for layers in seen for z in layers])
    return len(every), int((every == 0).sum())


def _run(run: Run) -> Facts:
    family, alpha, steps = run.choice("family"), run.number("alpha"), _steps(run)
    slopes, curves = _quotients(family, alpha, steps), _bends(family, alpha, steps)
    gap = np.abs(slopes.right - slopes.left)
    curved = max(alpha, 1 / alpha)  # the greatest curvature below 0, of ELU and of CELU
    run.tell(0.3)
    met, hit = _hits(run)
    swept = np.array([_jump(_quotients(family, float(a), steps)) for a in _SWEEP])
    return Facts(
        held=(gap <= curved * steps + 1e-9)[:_DRAWS],
        settings=run.settings,
        seed=run.seed,
        numbers=_numbers(slopes, curves, (met, hit), swept),
        figures=(_derivatives(run), _gaps(run, slopes), _sweep(family, swept)),
    )


def _numbers(
    slopes: _Jumps, curves: _Jumps, hits: tuple[int, int], swept: Reals
) -> tuple[Number, ...]:
    finest = int(slopes.steps.argmin())
    return (
        Number(
            id="first",
            name=Text("Jump of the slope", "기울기가 뛰는 폭"),
            value=_jump(slopes),
            n=_DRAWS,
            explanation=Text(
                "What is left of the difference between the slopes on both sides of 0 as the step shrinks.",
                "간격을 줄여 갈 때 0의 양쪽 기울기 사이에 끝까지 남는 차이입니다.",
            ),
        ),
        Number(
            id="second",
            name=Text("Jump of the curvature", "곡률이 뛰는 폭"),
            value=_jump(curves),
            n=_DRAWS,
            explanation=Text(
                "The same for the slope of the slope.",
                "기울기의 기울기에서 같은 방법으로 잰 차이입니다.",
            ),
        ),
        Number(
            id="left",
            name=Text("Slope just below 0", "0 바로 왼쪽의 기울기"),
            value=float(slopes.left[finest]),
            explanation=Text(
                "Difference quotient over a step of about a millionth below 0.",
                "0과, 0에서 왼쪽으로 100만분의 1쯤 떨어진 점 사이의 평균변화율입니다.",
            ),
        ),
        Number(
            id="flip",
            name=Text("No jump at α", "기울기가 뛰지 않는 α"),
            value=float(_SWEEP[swept.argmin()]),
            n=len(_SWEEP),
            explanation=Text(
                "The α between 0.25 and 2 at which the jump of the slope is least.",
                "0.25와 2 사이에서 기울기가 가장 적게 뛰는 α입니다.",
            ),
        ),
        *(
            Number(
                id=identifier,
                name=name,
                value=float(count),
                n=16,
                form="count",
                explanation=Text(
                    "Pre-activations of 16 networks on two moons, before and after training.",
                    "초승달을 배우는 신경망 16개에서 학습 전과 후에 본 활성화 전 값의 수입니다.",
                ),
            )
            for identifier, name, count in (
                ("met", Text("Pre-activations", "활성화 전 값"), hits[0]),
                ("hit", Text("Exactly at 0", "정확히 0인 값"), hits[1]),
            )
        ),
    )


def _derivatives(run: Run) -> Figure:
    alpha = run.number("alpha")
    curves = [(same(f"ELU, α = {a:g}"), "elu", a) for a in sorted({0.5, 1.0, 2.0, round(alpha, 3)})]
    curves.append((same(f"CELU, α = {alpha:g}"), "celu", alpha))
    return Chart(
        id="derivatives",
        title=Text("The slope f′ near 0", "0 둘레의 기울기 f′"),
        note=Text(
            "Exact derivatives at 201 places; a gap marks a jump.",
            "201곳에서 구한 정확한 도함수. 끊긴 곳은 값이 뛰는 곳.",
        ),
        x=Axis(name=same("x")),
        y=Axis(name=same("f′(x)"), low=0.0),
        series=tuple(
            Series(
                name=name,
                x=_X,
                y=_broken(family, a),
                style="measured" if (family, a) == (run.choice("family"), alpha) else "other",
            )
            for name, family, a in curves
        ),
    )


def _broken(family: str, alpha: float) -> Reals:
    """Return f′ with a gap at 0 if it jumps there."""
    values = np.asarray(
        nets.elementwise_in(_written(family, alpha)).derivative(_X), np.float64
    ).copy()
    if family == "elu" and abs(alpha - 1) > _TINY:
        values[np.abs(_X).argmin()] = np.nan
    return values


def _gaps(run: Run, slopes: _Jumps) -> Figure:
    order = slopes.steps.argsort()
    return Chart(
        id="gaps",
        title=Text("Do the slopes from both sides meet?", "양쪽에서 잰 기울기는 서로 만나는가?"),
        note=Text(
            "Difference quotients from {n} random steps on each side of 0; {function}.",
            "0의 양쪽에서 무작위 간격 {n}개로 잰 평균변화율. {function}.",
        ).fill(n=_DRAWS, function=_written(run.choice("family"), run.number("alpha"))),
        x=Axis(name=Text("step h", "간격 h"), log=True),
        y=Axis(name=Text("difference quotient", "평균변화율")),
        series=(
            Series(
                name=Text("from above (right)", "오른쪽에서"),
                x=slopes.steps[order],
                y=slopes.right[order],
                style="other",
                mark="points",
            ),
            Series(
                name=Text("from below (left)", "왼쪽에서"),
                x=slopes.steps[order],
                y=slopes.left[order],
                mark="points",
            ),
        ),
    )


def _sweep(family: str, swept: Reals) -> Figure:
    return Chart(
        id="flip",
        title=Text("Where it flips: the setting α", "어디서 뒤집히나: 설정 α"),
        note=Text(
            "Jump of the slope at 0 against α; {family}.",
            "α에 따라 0에서 기울기가 뛰는 폭. {family}.",
        ).fill(family=family.upper()),
        x=Axis(name=same("α")),
        y=Axis(name=Text("jump of f′", "f′이 뛰는 폭"), low=0.0),
        series=(Series(name=Text("measured", "측정값"), x=_SWEEP, y=swept, mark="both"),),
        levels=(Level(name=Text("smooth: 0", "매끄러움: 0"), at=0.0),),
    )


def _verdict(facts: Facts) -> Verdict:
    first, second = facts["first"], facts["second"]
    family, alpha = str(facts.settings["family"]), float(facts.settings["alpha"])
    condition = _CONDITION.fill(
        flip=f"{facts['flip'] if family == 'elu' else 1.0:.2g}",
        met=round(facts["met"]),
        hit=round(facts["hit"]),
    )
    said = {"first": f"{abs(first):.3f}", "second": f"{second:.3f}"}
    if first > _TINY:
        text = _FAILS.fill(
            left=f"{facts['left']:.2f}", right="1", function=f"{family.upper()}(α = {alpha:g})"
        )
        return Verdict(code="does-not-hold", text=text, condition=condition)
    if second > _TINY:
        return Verdict(code="holds-if", text=_HOLDS_IF.fill(**said), condition=condition)
    return Verdict(code="holds", text=_HOLDS.fill(**said), condition=condition)


def _right(facts: Facts) -> str:
    if facts["first"] > _TINY:
        return "none"
    return "once" if facts["second"] > _TINY else "ever"


EXPERIMENT = Experiment(
    id="elu-smooth",
    claim=Text(
        "ELU is smooth: there is no point where it has no derivative.",
        "ELU는 매끄럽다. 미분할 수 없는 점이 없다.",
    ),
    sources="C D",
    question=Question(
        text=Text(
            "You look at ELU under a microscope at x = 0. What breaks off there?",
            "x = 0에서 ELU를 현미경으로 들여다봅니다. 무엇이 끊겨 있을까요?",
        ),
        answers=(
            Answer(id="ever", name=Text("nothing, it is smooth without end", "끊긴 것이 없다. 끝없이 매끄럽다")),
            Answer(
                id="once",
                name=Text("the curvature; the slope goes on", "곡률이 끊긴다. 기울기는 이어진다"),
            ),
            Answer(id="none", name=Text("the slope itself", "기울기부터 끊긴다")),
        ),
        right=_right,
    ),
    controls=(
        Control(id="alpha", name=same("α"), usual=1.0, low=0.25, high=2.0),
        Control(
            id="family",
            name=Text("function", "함수"),
            usual="elu",
            choices=(Choice(id="elu", name=same("ELU")), Choice(id="celu", name=same("CELU"))),
        ),
    ),
    run=_run,
    verdict=_verdict,
    expected="holds-if",
    about=Text(
        "The slope is measured from both sides of 0 with ever smaller steps; if the two do not meet, there is no derivative. For "
        "ELU they meet at α = 1, the usual value, and nowhere else. Whether a corner hurts training is another question: almost "
        "no pre-activation ever sits exactly on it.",
        "0의 양쪽에서 간격을 줄여 가며 기울기를 잽니다. 둘이 만나지 않으면 그 점에서는 미분할 수 없습니다. ELU에서는 흔히 쓰는 α = 1일 "
        "때만 만납니다. 꺾인 점이 학습에 해로운지는 다른 문제입니다. 활성화 전 값이 정확히 그 점에 놓이는 일은 거의 없기 때문입니다.",
    ),
    after=("elu-noise", "step-cannot-learn", "derivative-comparison"),
    seconds=0.3,
)  # fmt: skip
