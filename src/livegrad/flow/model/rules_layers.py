"""Rules of layers with weights, and of activations.

Forwards: Poole et al. 2016. Backwards: Schoenholz et al. 2017, who take a gradient as independent of the
signal that it meets; here it is, but for the part along that signal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from livegrad.flow.model.activation import Passage, passage
from livegrad.flow.model.signal import Floats, Gradient, Signal, Weights
from livegrad.flow.model.step import Rule, Step, regrouped, split, ungrouped
from livegrad.flow.model.tape import Parameter

__all__ = ["LAYERS"]


def _layer(step: Step) -> tuple[Signal, ...]:
    parameter: Parameter = step.setting("parameter")
    x = regrouped(step.inputs[0], step.setting("positions"))
    step.kept["seen"] = x
    valid, pairs = step.setting("valid", 1.0), _pair_share(step)
    fan_in, crossed = parameter.fan_in, np.outer(x.mean, x.mean)
    # Weights of a common mean add the squared sum of the inputs, beside what independent ones give.
    common = parameter.mean**2 * fan_in * (fan_in - 1) * crossed
    same = valid * (parameter.gain * x.same + common) + parameter.bias_square
    other = pairs * (parameter.gain * x.other + common) + parameter.bias_square
    mean = valid * fan_in * parameter.mean * x.mean + parameter.bias_mean
    (positions,) = step.positions
    # The squared length of N Gaussian numbers strays by 2/N; orthogonal weights keep lengths.
    loose = x.loose + (0.0 if parameter.keeps_lengths else 2 / parameter.units)
    made = Signal(same, other if positions > 1 else same, mean, positions, loose)
    step.kept["made"] = made
    return (made,)


def _pair_share(step: Step) -> float:
    """For zero padding: how often a tap lies inside for both of two positions."""
    return float(step.setting("valid_pairs", 1.0))


def _layer_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None]
    parameter: Parameter = step.setting("parameter")
    positions = step.setting("positions")
    (after,) = step.positions
    handed = parameter.gain * step.setting("valid", 1.0)
    # The same tap joins a pair of outputs to a pair of inputs; a stride leaves most pairs out.
    apart = parameter.gain * _pair_share(step) * (after - 1) / max(1, positions["after"] - 1)
    gradient = _without_bias(step, gradient)
    entries, x = step.entries[0], step.inputs[0]
    # Given what it made of x, a layer is random only across x: along x it sends back x·δ = z·δ.
    own = gradient.parallel(x, entries)
    found = replace(
        gradient,
        same=handed * (1 - 1 / entries) * gradient.same + own,
        other=apart * gradient.other,
    )
    sent = ungrouped(found.settled(), positions)
    sent = _again(parameter, step.weights, sent) if step.tied and parameter.powers else sent
    return [sent.through(step.weights, tied=step.tied)]


def _again(parameter: Parameter, weights: Weights, gradient: Gradient) -> Gradient:
    """Return a gradient that goes through the same square weights once more.

    Powers of one matrix follow its eigenvalues, which products of independent ones do not have.
    """
    sizes = {
        path: part * _growth(parameter, path.count(weights))
        for path, part in gradient.paths.items()
    }
    gain = 1 + sum(sizes.values()) - sum(gradient.paths.values())
    paths = {path: part / gain for path, part in sizes.items()}
    return replace(gradient.times(gain), paths=paths)


def _growth(parameter: Parameter, times: int) -> float:
    place = min(times, len(parameter.powers) - 2)
    return parameter.powers[place + 1] / max(parameter.powers[place], 1e-300)


def _without_bias(step: Step, gradient: Gradient) -> Gradient:
    """Return the gradient with the inner product of what the weights alone made."""
    parameter: Parameter = step.setting("parameter")
    made: Signal = step.kept["made"]
    square, mean = parameter.bias_square, parameter.bias_mean
    own = replace(
        made,
        same=made.same - square,
        other=made.other - square,
        mean=made.mean - mean,
    )
    return split(gradient, own, made, step.entries_made) if square else gradient


def _activation(step: Step) -> tuple[Signal, ...]:
    found = passage(step.setting("activation"), step.inputs[0])
    step.kept["passage"] = found
    return (replace(found.signal, loose=found.uneven / step.width),)


def _activation_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None]
    found: Passage = step.kept["passage"]
    own = gradient.parallel(found.signal, step.entries_made)
    along = gradient.parallel(found.signal, step.entries_made, found.crossed)
    rest, turned = gradient.same - own, np.outer(found.turned, found.turned)
    strays = found.slopes * step.inputs[0].same - turned * found.signal.same
    made = replace(
        gradient,
        same=rest * found.slopes * _across(step, found) + along,
        other=gradient.other * found.slopes_apart,
        along=gradient.along * found.turned,
        stray=gradient.stray * turned + rest * strays,
    )
    return [made.settled().blurred(found.steady)]


def _across(step: Step, found: Passage) -> Floats:
    """What is not along f lies across it, and so passes a little less than its average slope."""
    slope, crossed = np.diagonal(found.slopes), np.diagonal(found.crossed)
    along = crossed * found.signal.inverse / np.clip(slope, 1e-300, None)
    root = np.sqrt(np.clip(1 - (along - 1) / max(1, step.entries_made - 1), 0.0, None))
    return np.outer(root, root)


LAYERS: dict[str, Rule] = {
    "linear": Rule(_layer, _layer_back),
    "convolution": Rule(_layer, _layer_back),
    "activation": Rule(_activation, _activation_back),
}
"""By the operation's name."""
