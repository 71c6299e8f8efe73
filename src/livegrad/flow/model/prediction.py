"""Theory along a tape: signals forwards, gradients backwards, and what reaches every layer."""

from __future__ import annotations

import collections
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from livegrad.flow.model.band import activation_spread, layer_spread
from livegrad.flow.model.rules_arithmetic import ARITHMETIC
from livegrad.flow.model.rules_layers import LAYERS
from livegrad.flow.model.rules_mixing import MIXING
from livegrad.flow.model.rules_norm import NORMS
from livegrad.flow.model.rules_shapes import SHAPES
from livegrad.flow.model.signal import Gradient, Signal, Weights, collected, common_share
from livegrad.flow.model.step import Rule, Step
from livegrad.flow.model.tape import Operation, Parameter, Rung, Tape, followed_by
from livegrad.flow.profile import LayerFlow
from livegrad.flow.theory.shares import asleep_share, saturated_share
from livegrad.functions import Activation

__all__ = ["Flow", "followed", "ladder", "uncovered"]

_EVERY: Mapping[str, Rule] = {**LAYERS, **ARITHMETIC, **SHAPES, **NORMS, **MIXING}
_NINETY_PERCENT = 1.6448536269514722  # standard normal deviations within which 90 % lie
_DECADES = 1 / math.log(10)


@dataclass(frozen=True)
class Flow:
    """What theory says of one run.

    Attributes:
        signals: By number of the value.
        gradients: By number of the value; absent where none arrives.
        weights: By number of the operation, the natural logarithm of the squared norm of the weight's
            gradient.
    """

    signals: Mapping[int, Signal]
    gradients: Mapping[int, Gradient]
    weights: Mapping[int, float]


def followed(tape: Tape, starts: Mapping[int, Gradient]) -> Flow:
    """Follow a tape forwards and backwards.

    Args:
        tape: One run of a model.
        starts: By number of the value, ∂loss/∂value as it really is, where the loss begins.
    """
    signals: dict[int, Signal] = {number: tape.measured[number] for number in tape.inputs}
    makers: dict[int, Step] = {}
    tied = tied_weights(tape)
    steps: list[Step] = []
    with np.errstate(all="ignore"):
        for operation in tape.operations:
            step = _step(tape, operation, signals, makers, tied)
            made = _EVERY[operation.name].forward(step)
            for number, signal in zip(operation.outputs, made, strict=True):
                signals[number] = tape.measured.get(number, signal)
                known = step.maker if operation.name == "view" else step
                if known is not None:
                    makers[number] = known
            steps.append(step)
        gradients, weights = _sent_back(tape, steps, signals, starts)
    return Flow(signals, gradients, weights)


def _step(
    tape: Tape,
    operation: Operation,
    signals: Mapping[int, Signal],
    makers: Mapping[int, Step],
    tied: Collection[Weights],
) -> Step:
    weights = _weights(operation)
    return Step(
        operation,
        tuple(signals[number] for number in operation.inputs),
        tuple(tape.values[number].positions for number in operation.outputs),
        tape.samples,
        makers.get(operation.inputs[0]) if operation.inputs else None,
        tuple(_entries(tape, number) for number in operation.inputs),
        _entries(tape, operation.outputs[0]) if operation.outputs else 1,
        weights,
        weights in tied,
    )


def _weights(operation: Operation) -> Weights:
    """Return what tells a layer's weights from others."""
    parameter: Parameter | None = operation.settings.get("parameter")
    if parameter is None:
        return ("none", str(operation.outputs))
    # One module may hold several: those of a recurrence have one name.
    return (parameter.name, repr(parameter.mean), repr(parameter.variance))


def tied_weights(tape: Tape) -> set[Weights]:
    """Return which weights are used more than once."""
    counts = collections.Counter(_weights(operation) for operation in tape.operations)
    return {weights for weights, uses in counts.items() if uses > 1}


def _entries(tape: Tape, number: int) -> int:
    return tape.values[number].positions * tape.values[number].features


def _sent_back(
    tape: Tape, steps: list[Step], signals: Mapping[int, Signal], starts: Mapping[int, Gradient]
) -> tuple[dict[int, Gradient], dict[int, float]]:
    arriving: dict[int, list[Gradient]] = {number: [one] for number, one in starts.items()}
    gradients: dict[int, Gradient] = {}
    cut, whole = _readers(tape)

    def settled(number: int) -> Gradient | None:
        if number in arriving:
            gradients[number] = collected(
                arriving.pop(number),
                signals[number],
                _entries(tape, number),
                apart=number in cut and number not in whole,
            )
        return gradients.get(number)

    weights: dict[int, float] = {}
    for place in reversed(range(len(steps))):
        step = steps[place]
        outputs = [settled(number) for number in step.operation.outputs]
        if all(gradient is None for gradient in outputs):
            continue
        if "parameter" in step.operation.settings and outputs[0] is not None:
            weights[place] = _weight_gradient(step, outputs[0])
        sent = _EVERY[step.operation.name].backward(step, outputs)
        for number, gradient in zip(
            step.operation.inputs, _spread(tape, step, outputs, sent), strict=True
        ):
            # A start is the whole gradient of its value already.
            if gradient is not None and number not in starts:
                arriving.setdefault(number, []).append(gradient)
    for number in tape.inputs:
        settled(number)
    return gradients, weights


def _readers(tape: Tape) -> tuple[set[int], set[int]]:
    """Return the numbers of the values that are cut into parts, and of those read whole."""
    cut = {one for op in tape.operations if op.name == "part" for one in op.inputs}
    whole = {one for op in tape.operations if op.name != "part" for one in op.inputs}
    return cut, whole


def _spread(
    tape: Tape, step: Step, outputs: list[Gradient | None], sent: list[Gradient | None]
) -> list[Gradient | None]:
    """Add what one random network strays by at this operation."""
    from dataclasses import replace

    (gradient, *_), name = outputs, step.operation.name
    if gradient is None or len(sent) != 1 or sent[0] is None:
        return sent
    added = 0.0
    if name in ("linear", "convolution"):
        added = layer_spread(step, gradient)
    elif name == "activation":
        width = tape.values[step.operation.outputs[0]].features
        added = activation_spread(step, gradient, width)
    return [replace(sent[0], spread=sent[0].spread + added)]


def _weight_gradient(step: Step, gradient: Gradient) -> float:
    """Return ln ‖∂loss/∂W‖²: Σ over pairs of samples and positions of (δ·δ′)(x·x′)."""
    parameter: Parameter = step.operation.settings["parameter"]
    x: Signal = step.kept["seen"]
    (after,) = step.positions
    seen = len(x.same)
    # Pairs of different samples stand for those of the whole batch.
    times = np.full((seen, seen), (step.samples - 1) / max(1, seen - 1))
    np.fill_diagonal(times, 1.0)
    total = float((times * gradient.same * x.same).sum()) * step.setting("valid", 1.0)
    if after > 1:
        pairs = float((times * gradient.other * x.other).sum()) * (after - 1)
        total += pairs * step.setting("valid_pairs", 1.0)
    size = total * parameter.fan_in
    return math.log(size) + gradient.logarithm if size > 0 else -math.inf


# ------------------------------------------------------------ the ladder


def ladder(tape: Tape, flow: Flow) -> tuple[LayerFlow, ...]:
    """Return a rung for every layer.

    Args:
        tape: The run.
        flow: What theory says of it.
    """
    logs = [_log_gradient(flow, rung) for rung in tape.rungs]
    weights = [_log_weight(flow, rung) for rung in tape.rungs]
    return tuple(
        _rung(tape, flow, rung, place, logs, weights) for place, rung in enumerate(tape.rungs)
    )


def _log_gradient(flow: Flow, rung: Rung) -> tuple[float, float]:
    """Return ln of the median squared norm, and its variance over networks."""
    found = [flow.gradients[number] for number in rung.values if number in flow.gradients]
    if not found:
        return -math.inf, 0.0
    whole = collected(found)
    # The mean of a log-normal number lies above its median by half the variance of its logarithm.
    return whole.log_square - whole.spread / 2, whole.spread


def _log_weight(flow: Flow, rung: Rung) -> float | None:
    if rung.operation is None:
        return None
    return flow.weights.get(rung.operation, -math.inf)


def _rung(
    tape: Tape,
    flow: Flow,
    rung: Rung,
    place: int,
    logs: list[tuple[float, float]],
    weights: list[float | None],
) -> LayerFlow:
    signal = flow.signals[rung.values[0]]
    met = followed_by(tape, rung)
    level = _over(logs[place][0], logs[-1][0])
    width = 0.5 * _NINETY_PERCENT * math.sqrt(logs[place][1]) * _DECADES
    own, last = weights[place], weights[-1]
    spread_of = logs[place][1]
    weight = None if own is None or last is None else _over(own - spread_of / 2, last)
    chi = math.exp(logs[place][0] - logs[place + 1][0]) if _known(logs, place) else None
    dead, saturated = (None, None) if met is None else _shares(tape, flow, *met)
    return LayerFlow(
        name=rung.name,
        kind=rung.kind,
        activation=None if met is None else met[1].id,
        width=rung.width,
        fan_in=rung.fan_in,
        signal_variance=signal.square,
        correlation=signal.correlation,
        log10_gradient=level,
        log10_weight_gradient=weight,
        band=(level - width, level + width) if math.isfinite(level) else None,
        chi=chi,
        dead=dead,
        saturated=saturated,
    )


def _shares(
    tape: Tape, flow: Flow, number: int, activation: Activation
) -> tuple[float | None, float | None]:
    """Return the expected shares of dead and of saturated units."""
    signal = flow.signals[number]
    mean = float(signal.mean.mean())
    variance = max(signal.square - mean**2, 0.0)
    if not math.isfinite(variance):
        return None, None
    inputs = tape.samples * signal.positions
    common = common_share(signal, tape.samples)
    saturated = saturated_share(activation, variance, mean)
    return (
        float(asleep_share(activation, variance, common, inputs, mean)),
        None if saturated is None else float(saturated),
    )


def _over(own: float, last: float) -> float:
    if own == -math.inf:
        return -math.inf
    return 0.5 * (own - last) * _DECADES


def _known(logs: list[tuple[float, float]], place: int) -> bool:
    near = [one for one, _ in logs[place : place + 2]]
    return len(near) == 2 and all(math.isfinite(one) for one in near) and near[0] - near[1] < 700


def uncovered(tape: Tape, flow: Flow) -> tuple[Operation, ...]:
    """Return the operations that theory does not cover, of those that a gradient passes."""
    return tuple(
        operation
        for operation in tape.operations
        if operation.name == "opaque"
        and any(number in flow.gradients for number in operation.outputs)
    )
