"""What the hidden-space view is asked for, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from livegrad.flow.initialisation import INITIALISATIONS
from livegrad.lab.desk import Given
from livegrad.lab.nets import elementwise_in
from livegrad.trials.trial import Optimizer

__all__ = ["DEEPEST", "OPTIMIZERS", "TASKS_OF_PLANE", "Setup", "setup_in"]

TASKS_OF_PLANE = ("moons", "circles", "xor", "spiral")
"""Data sets of two columns and two classes."""
OPTIMIZERS = ("sgd", "momentum", "adam", "adamw")
DEEPEST = 12
_MOST_FUNCTIONS = 2
_LONGEST = 200  # characters of a formula


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What is asked for.

    Attributes:
        task: One of `TASKS_OF_PLANE`.
        functions: What is shown below identity: names of the catalogue, or formulas; one or two.
        depth: Hidden layers.
        width: Units of each of them, 2 or 3.
        init: How weights are drawn.
        optimizer: How steps are made.
        steps: How many steps.
        starts: How many starts are trained at each rate.
        seed: Base seed.
        angle: By how many degrees the grid is turned against the axes.

    Example:
        >>> Setup().hidden
        (2, 2, 2, 2)
    """

    task: str = "moons"
    functions: tuple[str, ...] = ("tanh",)
    depth: int = 4
    width: int = 2
    init: str = "glorot"
    optimizer: Optimizer = "adam"
    steps: int = 1500
    starts: int = 16
    seed: int = 0
    angle: float = 30.0

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return (self.width,) * self.depth


def setup_in(given: Given) -> Setup:
    """Read a set-up; what was not sent is as usual.

    Raises:
        BadInput: A number outside its limits, or a name that nothing has.

    Example:
        >>> setup_in(Given({"functions": ["relu"], "depth": 2})).hidden
        (2, 2)
    """
    usual = Setup()
    asked = [str(one)[:_LONGEST] for one in given.items("functions", most=_MOST_FUNCTIONS)]
    functions = tuple(dict.fromkeys(asked)) or usual.functions
    for written in functions:
        elementwise_in(written)
    return Setup(
        task=given.choice("task", TASKS_OF_PLANE, usual.task),
        functions=functions,
        depth=given.whole("depth", low=1, high=DEEPEST, usual=usual.depth),
        width=given.whole("width", low=2, high=3, usual=usual.width),
        init=given.choice("init", INITIALISATIONS, usual.init),
        optimizer=cast("Optimizer", given.choice("optimizer", OPTIMIZERS, usual.optimizer)),
        steps=given.whole("steps", low=10, high=5000, usual=usual.steps),
        starts=given.whole("starts", low=1, high=64, usual=usual.starts),
        seed=given.whole("seed", low=0, high=2000, usual=usual.seed),
        angle=given.number("angle", low=0, high=90, usual=usual.angle),
    )
