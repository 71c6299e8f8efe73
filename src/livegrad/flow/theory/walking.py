"""Networks simulated by their averages alone, where a straight line does not describe how they stray.

At an unstable fixed point of the variance (GELU, SiLU, mish under He's initialisation) small differences
between networks, and between the inputs of one network, decide which way the signal goes, and the gradient
differs by decades. There no median follows from a mean and a variance. So many networks are walked through
their layers at once, each with all inputs of the batch: not their weights, only ln q and the squared gradient
of every input, pushed by chances of the variances that `livegrad.flow.theory.course` knows.
"""

from __future__ import annotations

import math

import numpy as np

from livegrad.flow.network import Network
from livegrad.flow.theory.averages import averages_of
from livegrad.flow.theory.course import Course, Start
from livegrad.flow.theory.quadrature import Floats
from livegrad.flow.theory.straying import Straying

__all__ = ["walk"]

_NETWORKS, _INPUTS = 160, 32


def walk(course: Course, start: Start, network: Network, strayed: Straying) -> Floats:
    """Return ln F over that of the last layer in simulated networks.

    Args:
        course: The mean-field course.
        start: What enters.
        network: Without norm and skip.
        strayed: Whose ties and likeness of gradients are used.

    Returns:
        Shape (networks, layers), the same at every call.
    """
    inputs, width = min(start.batch, _INPUTS), network.width * network.kernel
    random = np.random.default_rng(0)
    logs = np.log(np.full((_NETWORKS, inputs), course.variance[0])) + _sizes(start, inputs)
    steps = np.zeros((len(course.variance), _NETWORKS, inputs))
    averages, scales = averages_of(network.activation), network.scales()
    weight, bias = math.log(scales.weight**2 / (1 - network.dropout)), scales.bias**2
    for layer in range(len(steps)):
        signal, slope = averages.log_signal_and_slope(logs)
        pushed, halves = _chances(course, strayed, layer, random, inputs)
        root = 1 / math.sqrt(width)
        tie = float(strayed.tie[layer])
        steps[layer] = slope + (weight + tie - halves[1] / width) + root * pushed[1]
        logs = signal + (weight - halves[0] / width) + root * pushed[0]
        if bias:
            logs = np.logaddexp(logs, math.log(bias))
    steps[-1] = 0.0
    down = np.cumsum(steps[::-1], axis=0)[::-1]
    top = down.max(axis=2)
    return (top + np.log(np.exp(down - top[:, :, None]).mean(axis=2))).T


def _sizes(start: Start, inputs: int) -> Floats:
    if not start.sizes:
        return np.zeros(inputs)
    places = (np.arange(inputs) + 0.5) / inputs * len(start.sizes)
    return np.log(np.array(start.sizes))[places.astype(int)]


def _chances(
    course: Course, strayed: Straying, layer: int, random: np.random.Generator, inputs: int
) -> tuple[Floats, Floats]:
    """Return chances of Σ f² and of the gradient, (2, networks, inputs), and half their variances.

    Part of them is shared by all inputs of a network, part is each input's own.
    """
    chances, alike = course.chances, strayed.alike[layer]
    shared = np.array(
        [
            [chances.signal_pair[layer], chances.crossed_pair[layer]],
            [
                chances.crossed_pair[layer],
                chances.slope_pair[layer] + chances.slope_alike[layer] * alike,
            ],
        ]
    )
    whole = np.array(
        [
            [chances.signal_self[layer], chances.crossed_self[layer]],
            [chances.crossed_self[layer], chances.slope_self[layer]],
        ]
    )
    half = _NETWORKS // 2
    common = _root(shared if inputs > 1 else whole) @ random.standard_normal((2, half))
    pushed = np.repeat(common[:, :, None], inputs, axis=2)
    if inputs > 1:
        own = _root(whole - shared) @ random.standard_normal((2, half * inputs))
        pushed += own.reshape(2, half, inputs)
    # Every network has a mirror image: what is linear in the chances cancels in the median.
    return np.concatenate([pushed, -pushed], axis=1), np.diag(whole) / 2


def _root(covariance: Floats) -> Floats:
    """Return a matrix whose square is a covariance, what is negative in it left out."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))
