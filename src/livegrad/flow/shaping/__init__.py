"""Shaping an activation so that a deep net without skips and normalisation can learn: DKS and TAT.

    shaped = shape("tanh", 50)
    shaped.module()                 in place of nn.Tanh()
    shaped.learning_rate_factors    once it is absorbed into the weights (`livegrad.flow.absorb`)

Martens et al. 2021, "Rapid training of deep neural networks without skip connections or normalization layers
using Deep Kernel Shaping"; Zhang et al. 2022, "Deep Learning without Shortcuts: Shaping the Kernel with
Tailored Rectifiers".
"""

from __future__ import annotations

import contextlib
import dataclasses
import math

from livegrad.errors import BadInput
from livegrad.flow.shaping.check import Candidate, achieved
from livegrad.flow.shaping.conditions import Conditions, Method
from livegrad.flow.shaping.record import Achieved, LearningRateFactors, Shaped
from livegrad.flow.shaping.rectifier import correlation_after, is_rectifier, own_slope, slope_for
from livegrad.flow.shaping.refusal import check_possible, check_settings, unsolved
from livegrad.flow.shaping.solver import solutions
from livegrad.functions import Activation, elementwise
from livegrad.text import Text, same

__all__ = ["Achieved", "LearningRateFactors", "Shaped", "shape"]

_EXACT = (
    1e-7  # how far a condition may be missed, in units of what is asked, when it is looked at again
)
_STILL = 0.5  # drift over the whole depth below which solutions count as equally still
_ABOUT = Text(
    "{activation} shaped by {method} for {depth} layers in a row. It needs orthogonal weights, "
    "biases of 0, and inputs whose mean square is 1 in each sample.",
    "{activation:을/를} {method} 방식으로 조형(shaping)해, {depth}층이 이어지는 신경망에 "
    "맞추었습니다. 가중치는 직교 행렬, 편향은 0, 입력은 표본마다 제곱 평균이 1이어야 합니다.",
)
_TRELU = Text(
    "TAT (a rectifier with slope {slope:.3g} below 0)", "TAT(음수 쪽 기울기가 {slope:.3g}인 ReLU)"
)


def shape(
    activation: Activation | str,
    depth: int,
    *,
    method: Method | None = None,
    zeta: float = 1.5,
    tau: float = 0.3,
    eta: float = 0.9,
) -> Shaped:
    """Scale and shift an activation so that a plain net of this depth can learn.

    Of several solutions the one is taken that keeps variances still (`Achieved.drift`) and whose αγ, by which
    it amplifies what its weights do, is least.

    Args:
        activation: A catalogue name, or any `Activation`, also of a formula of your own.
        depth: How many activations follow each other, at least 1.
        method: "dks" (unrelated inputs stay unrelated, the squared gradient grows by ζ over the depth) or
            "tat" (the gradient is kept, inputs become a little more alike). None takes TAT for ReLU and its
            kin, where it chooses the negative slope, DKS where the slope or the bend jumps (ELU, SELU), and DKS
            for smooth functions, with TAT where DKS has no solution.
        zeta: DKS's ζ: the squared gradient's factor over the whole depth, above 1.
        tau: TAT's τ, for smooth functions: C″(1) over the whole depth, above 0.
        eta: TAT's η, for ReLU and its kin: the correlation that unrelated inputs have at the end, between 0
            and 1.

    Returns:
        The shaped activation; what it achieves was computed anew.

    Raises:
        BadInput: The depth or a constant is out of range, or no scale and shift meet the conditions.
        UnknownName: No activation is called so.

    Example:
        >>> shaped = shape("sigmoid", 50)
        >>> shaped.method, round(shaped.achieved.correlation_slope**50, 6)
        ('dks', 1.5)
        >>> round(shape("relu", 100).slope, 2)
        0.57

    References:
        Martens et al. 2021, section 11; Zhang et al. 2022, sections 3 and 4.
    """
    f = elementwise(activation) if isinstance(activation, str) else activation
    check_settings(depth, method, zeta=zeta, tau=tau, eta=eta)
    rectifier = is_rectifier(f)
    if rectifier and method != "dks":
        return _trelu(f, depth, eta)
    targets: dict[Method, float] = {"dks": zeta ** (1 / depth) - 1, "tat": tau / depth}
    check_possible(f, method, rectifier=rectifier)
    if method is not None:
        return _solved(f, depth, method, targets[method])
    try:
        return _solved(f, depth, "dks", targets["dks"])
    except BadInput:
        if f.kinks:
            raise
        with contextlib.suppress(BadInput):
            return _solved(f, depth, "tat", targets["tat"])
        raise


def _trelu(f: Activation, depth: int, eta: float) -> Shaped:
    # A slope that the user chose and that keeps inputs apart well enough is left as it is.
    slope = max(slope_for(depth, eta), own_slope(f))
    if slope == own_slope(f):
        leaking = f
    elif f.id == "prelu":
        leaking = f.with_parameters(alpha=slope)
    else:
        leaking = elementwise("leaky_relu", alpha=slope)
    candidate = Candidate(leaking, 1.0, 0.0, math.sqrt(2 / (1 + slope**2)), 0.0)
    found = achieved(candidate, depth)
    if not (abs(found.variance - 1) < _EXACT and abs(found.length_slope - 1) < _EXACT):
        raise AssertionError(candidate, found)
    found = dataclasses.replace(found, deep_correlation=correlation_after(slope, depth))
    said = _ABOUT.fill(activation=f.id, method=_TRELU.fill(slope=slope), depth=depth)
    return dataclasses.replace(_shaped(candidate, depth, "tat", found, said=said), slope=slope)


def _solved(f: Activation, depth: int, method: Method, target: float) -> Shaped:
    conditions = Conditions(f, method, target)
    points = solutions(conditions)
    met = []
    for numbers in zip(points.scale, points.shift, *conditions.output(points), strict=True):
        candidate = Candidate(f, *(float(number) for number in numbers))
        found = achieved(candidate, 0)
        if _misses(found, method, target) < _EXACT:
            met.append((candidate, found))
    if not met:
        raise BadInput(unsolved(f, depth, method, target))
    candidate, _ = min(met, key=lambda pair: _preference(*pair, depth))
    found = achieved(candidate, depth)
    return _shaped(
        candidate,
        depth,
        method,
        found,
        said=_ABOUT.fill(activation=f.id, method=same(method.upper()), depth=depth),
    )


def _misses(found: Achieved, method: Method, target: float) -> float:
    """Return by how much the worst condition is missed, in units of the target where that is small."""
    lengths = max(abs(found.variance - 1), abs(found.length_slope - 1)) / min(target, 1)
    if method == "dks":
        wanted = abs(found.correlation_slope - 1 - target) / target
        return max(lengths, wanted, found.correlation_from_zero / target)
    bends = abs(found.correlation_bend / target - 1)
    return max(lengths, bends, abs(found.correlation_slope - 1) / target)


def _preference(candidate: Candidate, found: Achieved, depth: int) -> tuple[float, float, float]:
    steepness = candidate.input_scale * candidate.output_scale
    # Mirrored solutions of odd functions, and those of other periods, are as good: the nearest, on the right.
    near = round(abs(candidate.input_shift), 6) - 1e-9 * math.copysign(1, candidate.input_shift)
    return max(found.drift * depth, _STILL), round(steepness, 6), near


def _shaped(
    candidate: Candidate, depth: int, method: Method, found: Achieved, *, said: Text
) -> Shaped:
    return Shaped(
        activation=candidate.activation,
        depth=depth,
        method=method,
        input_scale=candidate.input_scale,
        input_shift=candidate.input_shift,
        output_scale=candidate.output_scale,
        output_shift=candidate.output_shift,
        achieved=found,
        about=said,
    )
