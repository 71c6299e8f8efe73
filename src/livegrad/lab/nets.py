"""Networks for experiments: drawn from paired seeds, trained in the engine, looked into with NumPy.

split = toy("moons", count=250)
nets = draw(Recipe(activation="tanh", hidden=(8, 8)), split, seeds=range(32))
seen = nets.look(split.train_inputs, split.train_targets)     what every layer sees, forwards and back
grown = train([nets, others], split, steps=500)               in the native engine, same minibatches for all
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.flow.initialisation import Initialisation
from livegrad.functions import Activation
from livegrad.functions.written import activation_in
from livegrad.text import Text
from livegrad.trials import engine
from livegrad.trials.engine import Architecture, Population, Samples, Settings, Work
from livegrad.trials.engine.reference import Group
from livegrad.trials.running import architecture_of
from livegrad.trials.splitting import Split
from livegrad.trials.starting import initial_weights, minibatches
from livegrad.trials.task import TASKS
from livegrad.trials.trial import Recipe

__all__ = [
    "Grown",
    "Nets",
    "Seen",
    "best_rates",
    "columns",
    "draw",
    "elementwise_in",
    "toy",
    "train",
]

Reals: TypeAlias = NDArray[Any]
_VECTOR = Text(
    "'{name}' works on whole vectors; the networks here take elementwise functions. Take another.",
    "'{name:은/는}' 벡터 전체를 받는 함수인데, 여기의 신경망은 원소별 함수를 씁니다. 다른 것을 고르세요.",
)
SMALL_RATES = {
    "sgd": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "momentum": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3),
    "adam": (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
    "adamw": (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
}
"""The rates that `best_rates` tries, half a decade apart."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What every layer sees of some samples, forwards and backwards.

    Attributes:
        outputs: Shape (networks, samples, outputs): logits or numbers.
        inputs: What comes into each layer; shape (networks, samples, inputs) each.
        z: What each hidden layer's activation meets: the pre-activation; shape (networks, samples, units) each.
        slopes: f′ there; the same shapes.
        deltas: ∂L/∂z of each layer, the last one included.
        by_weight: ∂L/∂W of each layer; shape (networks, inputs, outputs).
        loss: Of each network; shape (networks,).
    """

    outputs: Reals
    inputs: tuple[Reals, ...]
    z: tuple[Reals, ...]
    slopes: tuple[Reals, ...]
    deltas: tuple[Reals, ...]
    by_weight: tuple[Reals, ...]
    loss: Reals

    @property
    def log10_gradient(self) -> Reals:
        """log₁₀ ‖∂L/∂z‖ of each layer over the last layer's; −inf for exactly 0; shape (networks, layers)."""
        return _over_last(self.deltas)

    @property
    def log10_weight_gradient(self) -> Reals:
        """The same of ∂L/∂W."""
        return _over_last(self.by_weight)

    @property
    def dead(self) -> tuple[NDArray[np.bool_], ...]:
        """For each hidden layer which units have slope 0 on every sample; shape (networks, units)."""
        return tuple((slope == 0).all(axis=1) for slope in self.slopes)

    @property
    def sign_locked(self) -> tuple[NDArray[np.bool_], ...]:
        """For each layer whether all the incoming weights of a unit have gradients of one sign."""
        return tuple(
            ((g > 0).any(axis=1) != (g < 0).any(axis=1)) & (np.count_nonzero(g, axis=1) > 1)
            for g in self.by_weight
        )


@dataclass(frozen=True, kw_only=True)
class Nets:
    """Networks of one recipe, one for each seed.

    Attributes:
        recipe: How they are made and trained.
        architecture: Their shape.
        activation: Of the hidden layers.
        weights: All parameters, a row for each network; shape (networks, parameters), float32 or float64.
        running: Batch norm's averages; shape (networks, numbers).
    """

    recipe: Recipe
    architecture: Architecture
    activation: Activation
    weights: Reals
    running: Reals

    def __len__(self) -> int:
        return len(self.weights)

    def array(self, name: str, layer: int) -> Reals:
        """Return one array of parameters of all networks, as a view: ``"weight"`` (networks, inputs, outputs)."""
        place = next(p for p in self.architecture.places if (p.name, p.layer) == (name, layer))
        return self.weights[:, place.start : place.stop].reshape(len(self), *place.shape)

    def copy(self) -> Nets:
        """Return the same networks, which may be changed without changing these."""
        return replace(self, weights=self.weights.copy(), running=self.running.copy())

    def part(self, which: slice) -> Nets:
        """Return some of the networks, as views: what changes in them changes here."""
        return replace(self, weights=self.weights[which], running=self.running[which])

    def outputs(self, x: Reals) -> Reals:
        """Return logits, or numbers, for samples; shape (networks, samples, outputs)."""
        with np.errstate(all="ignore"):
            return self._group().forward(x.astype(self.weights.dtype), training=False)[0]

    def look(self, x: Reals, y: Reals, *, training: bool = True) -> Seen:
        """Return what every layer sees of these samples.

        Args:
            x: Shape (samples, features).
            y: Targets as in `livegrad.trials.splitting.Split`.
            training: Whether batch norm takes the samples' own mean and variance.
        """
        group = self._group()
        dtype = self.weights.dtype
        with np.errstate(all="ignore"):
            outputs, passed = group.forward(x.astype(dtype), training=training)
            loss, delta = group.loss(outputs, columns(y).astype(dtype))
            gradient, deltas = group.views(np.zeros_like(self.weights)), list[Any]()
            group.backward(delta, passed, gradient, deltas)
        return Seen(
            outputs=outputs,
            inputs=tuple(kept.before for kept in passed),
            z=tuple(kept.z for kept in passed[:-1]),
            slopes=tuple(kept.slope for kept in passed[:-1]),
            deltas=tuple(deltas),
            by_weight=tuple(gradient["weight", n] for n in range(self.architecture.layers)),
            loss=loss,
        )

    def accuracy(self, x: Reals, y: Reals) -> Reals:
        """Return the share told right (or minus the mean square for numbers); shape (networks,)."""
        z, y = self.outputs(x), columns(y)
        if self.architecture.loss == "cross-entropy":
            return (z.argmax(axis=-1) == y[:, 0]).mean(axis=1)
        if self.architecture.loss == "bce":
            return (((z > 0) == (y > 0.5)) & ~np.isnan(z)).mean(axis=(1, 2))
        return -((z - y) ** 2).mean(axis=(1, 2))

    def population(self, rate: float | None = None) -> Population:
        """Return them as the engine takes them; its arrays are copies."""
        found = _population([self], [self.recipe.lr if rate is None else rate])
        found.running[...] = self.running
        return found

    def _group(self) -> Group:
        return Group(self.population(), np.arange(len(self)), 0)


@dataclass(frozen=True, kw_only=True)
class Grown:
    """Networks after training, and how it went.

    Attributes:
        nets: As they ended.
        points: After how many steps the curves were taken; shape (points,).
        train_loss: Mean loss of the minibatches before each point; shape (networks, points).
        loss: Loss on what was held back.
        score: Accuracy there; mean square for regression.
        flow: Snapshots as `livegrad.trials.engine.population.MEASURES`; (networks, snapshots, layers, 5).
        diverged: Step at which a loss was first no finite number; 0 for never; shape (networks,).
    """

    nets: Nets
    points: NDArray[np.int32]
    train_loss: Reals
    loss: Reals
    score: Reals
    flow: Reals
    diverged: NDArray[np.int32]

    def steps_to(self, target: float) -> Reals:
        """Return after how many steps each network's score first reached a target; ∞ if never."""
        there = self.score >= target
        first = self.points[there.argmax(axis=1)].astype(float)
        return np.where(there.any(axis=1), first, np.inf)


def toy(task: str, *, count: int | None = None, seed: int = 0, validation: float = 0.25) -> Split:
    """Return a bundled data set in its two parts, standardised.

    Example:
        >>> toy("moons", count=200).train_inputs.shape
        (150, 2)
    """
    return TASKS.find(task).make(seed, count).split(validation, seed)


def elementwise_in(written: str) -> Activation:
    """Return an elementwise function by name, with settings, or by formula; the step is allowed.

    Raises:
        BadInput: There is none, or it works on whole vectors.

    Example:
        >>> elementwise_in("elu(alpha=0.5)").settings
        {'alpha': 0.5}
    """
    found = activation_in(written)
    if not isinstance(found, Activation):
        raise BadInput(_VECTOR.fill(name=written))
    return found


def draw(
    recipe: Recipe,
    split: Split,
    seeds: Sequence[int],
    *,
    init: Initialisation | None = None,
    dtype: type[np.floating] = np.float32,
) -> Nets:
    """Return networks at their start: the same seed gives the same draw for every activation.

    Args:
        recipe: How they are made.
        split: What they are to learn: inputs, outputs and loss follow from it.
        seeds: One for each network.
        init: Scales of one's own instead of the recipe's initialisation.
        dtype: Of the weights.

    Example:
        >>> nets = draw(Recipe(activation="tanh", hidden=(8, 8)), toy("moons"), [0, 1])
        >>> nets.array("weight", 0).shape
        (2, 2, 8)
    """
    activation = elementwise_in(recipe.activation)
    architecture = replace(
        architecture_of(replace(recipe, activation="identity"), split),
        learned=len(activation.learned),
    )
    weights = initial_weights(architecture, activation, init or recipe.init, list(seeds))
    nets = Nets(
        recipe=recipe,
        architecture=architecture,
        activation=activation,
        weights=weights.astype(dtype),
        running=np.zeros((0, 0)),
    )
    return replace(nets, running=_population([nets], [recipe.lr]).running)


def train(  # noqa: PLR0913 - all but two by keyword
    lanes: Sequence[Nets],
    split: Split,
    *,
    steps: int | None = None,
    points: Sequence[int] = (),
    snapshots: Sequence[int] = (),
    told: Callable[[float], None] | None = None,
    workers: int = 1,
    order: NDArray[np.int32] | None = None,
) -> list[Grown]:
    """Train lanes of networks in the native engine; the networks given are left as they are.

    All lanes of one batch size and number of steps see the same minibatches in the same order.

    Args:
        lanes: Each with its recipe's rate, optimizer, batch size and steps.
        split: The data.
        steps: Instead of the recipes' own.
        points: After how many steps the curves are taken; by default 50, evenly spread.
        snapshots: Before which steps the flow is looked at.
        told: Called with the share that is done; may raise to stop.
        workers: Threads.
        order: The minibatches, instead of those that follow from the data; shape (steps, batch).

    Example:
        >>> split = toy("moons", count=100)
        >>> nets = draw(Recipe(activation="tanh", hidden=(8,), lr=0.03), split, [0, 1])
        >>> train([nets], split, steps=300)[0].score[:, -1] > 0.7
        array([ True,  True])
    """
    samples = Samples(
        inputs=split.train_inputs,
        targets=columns(split.train_targets),
        held_inputs=split.validation_inputs,
        held_targets=columns(split.validation_targets),
    )
    groups = dict[Any, list[int]]()
    for k, nets in enumerate(lanes):
        recipe = nets.recipe
        steps_of = steps or recipe.steps
        settings = (recipe.optimizer, recipe.weight_decay, recipe.batch_size, steps_of)
        groups.setdefault((nets.architecture, settings, nets.weights.dtype), []).append(k)
    found = dict[int, Grown]()
    for done, members in enumerate(groups.values()):
        group = [lanes[k] for k in members]
        for k, grown in zip(
            members,
            _trained(
                group,
                samples,
                split,
                steps or group[0].recipe.steps,
                points,
                snapshots,
                _part(told, done, len(groups)),
                workers,
                order,
            ),
            strict=True,
        ):
            found[k] = grown
    return [found[k] for k in range(len(lanes))]


def best_rates(
    lanes: Sequence[Nets],
    split: Split,
    *,
    steps: int,
    seeds: int = 3,
    rates: Sequence[float] | None = None,
    told: Callable[[float], None] | None = None,
    workers: int = 1,
) -> list[Nets]:
    """Return the lanes with each one's own best rate: that of the least mean training loss at the end.

    Args:
        lanes: Their first ``seeds`` networks are tried.
        split: The data; what is held back is not looked at.
        steps: For how long each rate is tried.
        seeds: How many networks of each lane try.
        rates: Tried rates; by default those of `SMALL_RATES` for the optimizer.
        told: Called with the share that is done.
        workers: Threads.
    """
    tried = [
        (k, rate, replace(nets.part(slice(seeds)), recipe=replace(nets.recipe, lr=rate)))
        for k, nets in enumerate(lanes)
        for rate in rates or SMALL_RATES[nets.recipe.optimizer]
    ]
    grown = train(
        [nets for _, _, nets in tried],
        split,
        steps=steps,
        points=(steps,),
        told=told,
        workers=workers,
    )
    best = dict[int, tuple[float, float]]()
    for (k, rate, _), result in zip(tried, grown, strict=True):
        ended = np.where(np.isfinite(result.train_loss[:, -1]), result.train_loss[:, -1], 1e9)
        loss = float(np.minimum(ended, 1e9).mean())
        best[k] = min(best.get(k, (np.inf, rate)), (loss, rate))
    return [
        replace(nets, recipe=replace(nets.recipe, lr=best[k][1])) for k, nets in enumerate(lanes)
    ]


def columns(targets: Reals) -> Reals:
    """Return targets as the engine takes them: float32 of shape (rows, columns).

    Example:
        >>> columns(np.array([0, 1, 1])).shape
        (3, 1)
    """
    return np.ascontiguousarray(np.reshape(targets, (len(targets), -1)), np.float32)


def _population(group: Sequence[Nets], rates: Sequence[float]) -> Population:
    first = group[0]
    recipe = first.recipe
    return Population(
        architecture=first.architecture,
        activations=[nets.activation for nets in group],
        activation_of=np.repeat(np.arange(len(group), dtype=np.int32), [len(n) for n in group]),
        rates=np.repeat(np.asarray(rates, float), [len(n) for n in group]),
        weights=np.concatenate([nets.weights for nets in group]),
        settings=Settings(optimizer=recipe.optimizer, weight_decay=recipe.weight_decay),
    )


def _trained(  # noqa: PLR0913, PLR0917 - one call, made once
    group: Sequence[Nets],
    samples: Samples,
    split: Split,
    steps: int,
    points: Sequence[int],
    snapshots: Sequence[int],
    told: Callable[[float], None] | None,
    workers: int,
    order: NDArray[np.int32] | None,
) -> list[Grown]:
    recipe, dtype = group[0].recipe, group[0].weights.dtype
    population = _population(group, [nets.recipe.lr for nets in group])
    population.running[...] = np.concatenate([nets.running for nets in group])
    if order is None:
        order = minibatches(
            split.fingerprint,
            rows=len(split.train_inputs),
            batch_size=recipe.batch_size,
            steps=steps,
        )
    usual = tuple(sorted({round(steps * (n + 1) / 50) for n in range(50)} - {0}))
    taken = tuple(points) or usual
    total = len(order) * len(population)
    trace = engine.train(
        population,
        Samples(
            **{name: np.ascontiguousarray(value, dtype) for name, value in vars(samples).items()}
        ),
        Work(
            order=order,
            points=taken,
            snapshots=tuple(snapshots),
            workers=workers,
            told=(lambda done: told(done / total)) if told else None,
        ),
    )
    ends = np.cumsum([len(nets) for nets in group])
    at = np.array(taken, np.int32)
    parts = (slice(end - len(nets), end) for end, nets in zip(ends, group, strict=True))
    return [
        Grown(
            nets=replace(nets, weights=population.weights[part], running=population.running[part]),
            points=at,
            train_loss=trace.curve[part, :, 0],
            loss=trace.curve[part, :, 1],
            score=trace.curve[part, :, 2],
            flow=trace.flow[part],
            diverged=population.diverged[part],
        )
        for nets, part in zip(group, parts, strict=True)
    ]


def _part(
    told: Callable[[float], None] | None, done: int, of: int
) -> Callable[[float], None] | None:
    return None if told is None else lambda share: told((done + share) / of)


def _over_last(arrays: Sequence[Reals]) -> Reals:
    norms = np.stack(
        [np.sqrt((a.astype(np.float64) ** 2).sum(axis=(1, 2))) for a in arrays], axis=1
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(norms) - np.log10(norms[:, -1:])
