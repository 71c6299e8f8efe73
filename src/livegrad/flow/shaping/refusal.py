"""What cannot be shaped, and why: every sentence with which `livegrad.flow.shape` says no."""

from __future__ import annotations

import math

from livegrad.errors import BadInput
from livegrad.flow.shaping.check import Candidate, achieved
from livegrad.flow.shaping.conditions import Conditions, Method
from livegrad.flow.shaping.solver import nearest
from livegrad.functions import Activation
from livegrad.text import Text, same

__all__ = ["check_possible", "check_settings", "unsolved"]

_NO_DEPTH = Text(
    "depth = {depth} was given; it is how many activations follow each other, a whole number of at least "
    "1. Count them in your model and write, for example, depth=50.",
    "depth = {depth:을/를} 주었습니다. 활성화 함수가 몇 개 이어지는지를 뜻하므로 1 이상의 "
    "정수여야 합니다. 모델에서 세어 depth=50처럼 적어 주세요.",
)
_NO_METHOD = Text(
    "There is no method '{method}': it is 'dks' or 'tat'. Leave it out, and the better suited is taken.",
    "'{method}' 방식은 없습니다. 'dks'와 'tat' 가운데 하나입니다. 적지 않으면 더 알맞은 쪽을 "
    "고릅니다.",
)
_NO_CONSTANT = Text(
    "{name} = {value} was given; {holds} must hold. The papers' value is {name}={usual:g}.",
    "{name} = {value:은/는} 쓸 수 없습니다. {holds} 범위에 있어야 합니다. 논문의 값은 "
    "{name}={usual:g}입니다.",
)
_JUMPS = Text(
    "'{activation}' jumps, and no scaling can give it a useful gradient. Take a continuous "
    "function, such as 'tanh'.",
    "'{activation:은/는}' 값이 끊기는 함수여서 배율을 어떻게 바꿔도 기울기를 살릴 수 없습니다. "
    "'tanh'처럼 이어진 함수를 쓰세요.",
)
_STRAIGHT = Text(
    "'{activation}' is a straight line, and shaping chooses how far from straight a function "
    "acts. Take a function that bends, such as 'tanh'.",
    "'{activation:은/는}' 직선입니다. 조형(shaping)은 함수를 얼마나 휘게 쓸지 고르는 일입니다. "
    "'tanh'처럼 휘는 함수를 쓰세요.",
)
_RELU_DKS = Text(
    "DKS asks four things of '{activation}', which has only three numbers to set, because to "
    'scale its input is to scale its output. Take method="tat", which chooses its negative slope '
    "instead.",
    "DKS의 조건은 넷인데 '{activation}'에서 조절할 수 있는 수는 셋뿐입니다. 입력의 배율을 바꾸는 "
    "것이 곧 출력의 배율을 바꾸는 것이기 때문입니다. 대신 음수 쪽 기울기를 고르는 방식을 쓰세요: "
    'method="tat".',
)
_KINKED_TAT = Text(
    "TAT asks for a small C″(1), and the slope of '{activation}' jumps at {place:g}, which makes C″(1) infinite. "
    'Take method="dks", or a smooth function.',
    "TAT의 조건은 작은 C″(1)인데, '{activation:은/는}' {place:g}에서 기울기가 끊겨 C″(1)이 "
    '무한대입니다. method="dks"로 하거나 매끄러운 함수를 쓰세요.',
)
_NO_SOLUTION = Text(
    "No scale and shift of '{activation}' was found with which {conditions} at depth {depth}; the nearest has "
    "{reached}. Take another function, such as 'tanh', or a remedy that leaves the function alone, such as "
    "ReZero.",
    "깊이 {depth}에서 {conditions} 조건을 만족하는 '{activation}'의 배율(scale)과 이동(shift)을 "
    "찾지 못했습니다. 가장 가까운 것은 {reached}입니다. 'tanh' 같은 다른 함수를 쓰거나, "
    "ReZero처럼 함수를 그대로 두는 처방을 쓰세요.",
)
_KEPT = "Q(1) = Q′(1) = 1"


def check_settings(depth: int, method: str | None, **constants: float) -> None:
    """Refuse a depth, a method or a constant that means nothing.

    Args:
        depth: How many activations follow each other.
        method: "dks", "tat" or None.
        constants: zeta, tau and eta.

    Raises:
        BadInput: The message names what holds.

    Example:
        >>> check_settings(50, "dks", zeta=1.5)
    """
    if not (isinstance(depth, int) and depth >= 1):
        raise BadInput(_NO_DEPTH.fill(depth=depth))
    if method not in (None, "dks", "tat"):
        raise BadInput(_NO_METHOD.fill(method=method))
    ranges = {"zeta": (1, math.inf, 1.5), "tau": (0, math.inf, 0.3), "eta": (0, 1, 0.9)}
    for name, value in constants.items():
        low, high, usual = ranges[name]
        if not low < value < high:
            holds = f"{low} < {name} < {high}".replace("inf", "∞")
            raise BadInput(_NO_CONSTANT.fill(name=name, value=value, holds=holds, usual=usual))


def check_possible(f: Activation, method: Method | None, *, rectifier: bool) -> None:
    """Refuse what mathematics rules out before anything is solved.

    Args:
        f: The activation.
        method: "dks", "tat" or None for either.
        rectifier: Whether it is ReLU or of its kin.

    Raises:
        BadInput: It jumps, is straight, or its kinks do not suit the method.

    Example:
        >>> from livegrad.functions import elementwise
        >>> check_possible(elementwise("tanh"), "tat", rectifier=False)
    """
    if any(kink.jump for kink in f.kinks):
        raise BadInput(_JUMPS.fill(activation=f.id))
    if f.properties.sharpest_bend.value == 0:
        raise BadInput(_STRAIGHT.fill(activation=f.id))
    if rectifier:
        raise BadInput(_RELU_DKS.fill(activation=f.id))
    if method == "tat" and f.kinks:
        raise BadInput(_KINKED_TAT.fill(activation=f.id, place=f.kinks[0].at))


def unsolved(f: Activation, depth: int, method: Method, target: float) -> Text:
    """Return why nothing was found: what was asked, and what the nearest candidate has.

    Args:
        f: The activation.
        depth: How many follow each other.
        method: Whose conditions.
        target: ζ^(1/depth) − 1, or τ/depth.
    """
    asked = (
        f"{_KEPT}, C(0) = 0, C′(1) = {1 + target:.4g}"
        if method == "dks"
        else f"{_KEPT}, C′(1) = 1, C″(1) = {target:.3g}"
    )
    conditions = Conditions(f, method, target)
    point = nearest(conditions)
    scale, shift = conditions.output(point)
    numbers = (point.scale[0], point.shift[0], scale[0], shift[0])
    found = achieved(Candidate(f, *(float(number) for number in numbers)), depth)
    reached = f"Q′(1) = {found.length_slope:.4g}, C′(1) = {found.correlation_slope:.4g}"
    reached += f", C″(1) = {found.correlation_bend:.3g}" if method == "tat" else ""
    return _NO_SOLUTION.fill(
        activation=f.id, depth=depth, conditions=same(asked), reached=same(reached)
    )
