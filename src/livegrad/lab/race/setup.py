"""The set-up of a race: what all lanes share, and what each has of its own; and how much of it there may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from livegrad.errors import BadInput
from livegrad.flow.initialisation import Initialisation
from livegrad.text import Text
from livegrad.trials.trial import Optimizer, Recipe, Skip

__all__ = [
    "BAND",
    "DEEPEST",
    "LARGEST_SEED",
    "LONGEST_FORMULA",
    "MOST_LANES",
    "MOST_POINTS",
    "MOST_SEEDS",
    "OPTIMIZERS",
    "WIDEST",
    "DataPlan",
    "LanePlan",
    "Setup",
    "check_lanes",
    "init_written",
]

Norm: TypeAlias = Literal["batch"]

DEEPEST, WIDEST, MOST_LANES, MOST_POINTS, MOST_SEEDS = 100, 32, 8, 2000, 256
LONGEST_FORMULA = 200
BAND = 3
"""How many more seeds make a lane's band."""
SEED_STEP = 10_000
"""From one network of a lane to the next, so that neighbouring seeds share no network."""
LARGEST_SEED = 1_000_000_000
OPTIMIZERS: tuple[Optimizer, ...] = ("sgd", "momentum", "adam", "adamw")

_LANES = Text(
    "{count} lanes were asked for; a race has 1 to {most}. Drop a lane first.",
    "레인을 {count}개 요청했습니다. 경주에는 1개부터 {most}개까지 있을 수 있습니다. 먼저 레인을 하나 빼 주세요.",
)


@dataclass(frozen=True, kw_only=True)
class DataPlan:
    """Where the points come from.

    Attributes:
        task: Of `livegrad.trials.task.TASKS`; empty for points of one's own.
        count: How many points the task makes.
        noise: Deviation added to the standardised inputs; 0 for none.
        seed: What the task, the noise and the parts are drawn from.
        shift: Added to each input after scaling.
        scale: By which each standardised input is multiplied.
        points: Painted: (x, y, label) each; empty otherwise.
        csv: Pasted text; empty otherwise.
    """

    task: str = "moons"
    count: int = 250
    noise: float = 0.0
    seed: int = 0
    shift: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    points: tuple[tuple[float, float, str], ...] = ()
    csv: str = ""

    def written(self) -> dict[str, object]:
        """Return it as the page sends it."""
        common = {"seed": self.seed, "shift": list(self.shift), "scale": list(self.scale)}
        if self.points:
            return {"points": [list(point) for point in self.points], **common}
        if self.csv:
            return {"csv": self.csv, **common}
        return {"task": self.task, "count": self.count, "noise": self.noise or None, **common}


@dataclass(frozen=True, kw_only=True)
class LanePlan:
    """All that decides how one lane's networks are made and trained, but data and seed.

    Attributes:
        activation: Name, name with settings, or formula.
        init: Name of an initialisation, or scales.
        lr: Learning rate.
        optimizer: How steps are made.
        depth: Hidden layers.
        width: Units in each.
        norm: Batch normalisation of every pre-activation, or none.
        skip: Which skips, or none.
        scaling: ``"standard"`` to leave out the data's shift and scale.
    """

    activation: str = "tanh"
    init: str | Initialisation = "glorot"
    lr: float = 0.03
    optimizer: Optimizer = "sgd"
    depth: int = 6
    width: int = 8
    norm: Norm | None = None
    skip: Skip | None = None
    scaling: Literal["given", "standard"] = "given"

    def recipe(self, batch: int) -> Recipe:
        """Return what the engine trains by; its initialisation is drawn from `init` apart."""
        return Recipe(
            activation=self.activation,
            hidden=(self.width,) * self.depth,
            init=self.init if isinstance(self.init, str) else "glorot",
            lr=self.lr,
            optimizer=self.optimizer,
            batch_size=batch,
            norm=self.norm,
            skip=self.skip,
        )


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A whole race.

    Attributes:
        data: Where the points come from.
        common: What lanes share unless they say otherwise; its activation is nobody's.
        own: For each lane what it has of its own.
        batch: Points in a minibatch.
        seed: What the shown networks and the minibatches are drawn from.
        target: Accuracy (or R²) of the finish line.

    Example:
        >>> setup = Setup(own=({"activation": "relu", "lr": 0.1},))
        >>> setup.lanes[0].lr, setup.lanes[0].depth
        (0.1, 6)
    """

    data: DataPlan = field(default_factory=DataPlan)
    common: LanePlan = field(default_factory=LanePlan)
    own: tuple[Mapping[str, Any], ...] = ()
    batch: int = 10
    seed: int = 21
    target: float = 0.95

    @property
    def lanes(self) -> tuple[LanePlan, ...]:
        """Each lane's plan, complete."""
        return tuple(replace(self.common, **own) for own in self.own)

    @property
    def seeds(self) -> list[int]:
        """The seeds of each lane's networks, the shown one first."""
        return self.paired_seeds(1 + BAND)

    def paired_seeds(self, count: int) -> list[int]:
        """Return seeds for paired starts, the shown network's first."""
        return [self.seed + SEED_STEP * k for k in range(count)]

    def with_lane(self, own: Mapping[str, Any]) -> Setup:
        """Return it with one more lane.

        Raises:
            BadInput: There are too many already.
        """
        check_lanes(len(self.own) + 1)
        return replace(self, own=(*self.own, own))

    def without_lane(self, lane: int) -> Setup:
        """Return it without a lane.

        Raises:
            BadInput: It is the only one.
        """
        check_lanes(len(self.own) - 1)
        return replace(self, own=tuple(o for k, o in enumerate(self.own) if k != lane))

    def written(self) -> dict[str, object]:
        """Return it as the page sends it, complete."""
        common = self.common
        return {
            "data": self.data.written(),
            "network": {
                "depth": common.depth,
                "width": common.width,
                "norm": common.norm,
                "skip": common.skip,
            },
            "training": {"optimizer": common.optimizer, "lr": common.lr, "batch": self.batch},
            "init": init_written(common.init),
            "seed": self.seed,
            "target": self.target,
            "lanes": [{n: init_written(v) for n, v in own.items()} for own in self.own],
        }


def init_written(init: Any) -> Any:
    """Return an initialisation as the page sends it; anything else as it is.

    Example:
        >>> init_written(Initialisation(weight=1.5))
        {'weight': 1.5, 'bias': 0.0, 'orthogonal': False}
    """
    if isinstance(init, Initialisation):
        return {"weight": init.weight, "bias": init.bias, "orthogonal": init.orthogonal}
    return init


def check_lanes(count: int) -> None:
    """Raise `BadInput` if a race cannot have so many lanes.

    Example:
        >>> check_lanes(8)
    """
    if not 1 <= count <= MOST_LANES:
        raise BadInput(_LANES.fill(count=count, most=MOST_LANES))
