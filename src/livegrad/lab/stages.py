"""One training in stages: the networks as they are after each of some steps, the optimizer's state kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from livegrad.lab.nets import Nets, columns
from livegrad.trials import engine
from livegrad.trials.engine import Samples, Work
from livegrad.trials.splitting import Split
from livegrad.trials.starting import minibatches

__all__ = ["same_weights", "stages"]


def stages(
    nets: Nets,
    split: Split,
    points: Sequence[int],
    *,
    told: Callable[[float], None] | None = None,
    workers: int = 1,
) -> Iterator[tuple[int, Nets]]:
    """Train without a break, and give the networks after each of some steps.

    `livegrad.lab.nets.train` called again would begin Adam's averages anew; here they go on.

    Args:
        nets: How they start; they are left as they are.
        split: The data.
        points: After how many steps, rising; 0 gives the start itself.
        told: Called with the share that is done before each point; may raise to stop.
        workers: Threads.

    Yields:
        The number of steps, and the networks then.

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=80)
        >>> nets = draw(Recipe(activation="tanh", hidden=(4,)), split, [0, 1])
        >>> [step for step, _ in stages(nets, split, (0, 10, 20))]
        [0, 10, 20]
    """
    recipe, dtype = nets.recipe, nets.weights.dtype
    arrays = (
        split.train_inputs,
        columns(split.train_targets),
        split.validation_inputs,
        columns(split.validation_targets),
    )
    samples = Samples(
        **dict(
            zip(
                ("inputs", "targets", "held_inputs", "held_targets"),
                (np.ascontiguousarray(array, dtype) for array in arrays),
                strict=True,
            )
        )
    )
    order = minibatches(
        split.fingerprint,
        rows=len(split.train_inputs),
        batch_size=recipe.batch_size,
        steps=max(points[-1], 1),
    )
    population, done = nets.population(), 0
    for point in points:
        if told is not None:
            told(done / max(points[-1], 1))
        if point > done:
            part = np.ascontiguousarray(order[done:point])
            engine.train(population, samples, Work(order=part, workers=workers))
            done = point
        yield (
            point,
            replace(nets, weights=population.weights.copy(), running=population.running.copy()),
        )


def same_weights(given: Nets, into: Nets) -> Nets:
    """Return networks of another activation or norm with the weights and biases of the first.

    Args:
        given: Whose weights and biases are taken.
        into: Networks with layers of the same sizes; what else they learn stays as it is.

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=80)
        >>> relu, prelu = (
        ...     draw(Recipe(activation=name, hidden=(4,), init=init), split, [0])
        ...     for name, init in (("relu", "he"), ("prelu", "glorot"))
        ... )
        >>> bool((same_weights(relu, prelu).array("weight", 0) == relu.array("weight", 0)).all())
        True
    """
    result = into.copy()
    for layer in range(given.architecture.layers):
        for name in ("weight", "bias"):
            result.array(name, layer)[...] = given.array(name, layer)
    return result
