"""An activation as the engine takes it: the number of a hand-written one, or its formula's tape."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from livegrad.functions.formula.tape import Format, Operation, tape_of_several

if TYPE_CHECKING:
    from livegrad.functions import Activation

__all__ = ["Program", "program_of"]

_OPERATIONS = {name: number for number, name in enumerate(get_args(Operation))}
_BUILTINS = (
    "identity",
    "relu",
    "leaky_relu",
    "elu",
    "tanh",
    "sigmoid",
    "swish",
    "gelu",
    "softplus",
    "mish",
    "softsign",
)
_SELU = (1.6732632423543772, 1.0507009873554805)  # α and scale: Klambauer et al. 2017
_SATURATED = 0.05  # of the steepest slope


@dataclass(frozen=True)
class Program:
    """What the engine runs for one activation.

    Attributes:
        builtin: Number of the hand-written one in ``source/activations.h``; −1: the tape.
        parameters: Of the hand-written one, four.
        steps: Operation, result and three arguments of each step; shape (steps, 5), unused −1.
        constants: Of the tape.
        registers: How many.
        results: Registers of f, f′ and the derivatives by each learned parameter.
        learned: How many learned parameters.
        starts: Their first values.
        saturated_below: |f′| under which a unit counts as saturated: a twentieth of the steepest.
    """

    builtin: int
    parameters: tuple[float, float, float, float]
    steps: NDArray[np.int32]
    constants: NDArray[np.float64]
    registers: int
    results: NDArray[np.int32]
    learned: int
    starts: tuple[float, ...]
    saturated_below: float


@functools.lru_cache(maxsize=256)
def program_of(
    activation: Activation,
    *,
    dtype: Format = "float32",
    taped: bool = False,
    fixed: bool = False,
) -> Program:
    """Return what the engine runs.

    Args:
        activation: Any elementwise one.
        dtype: What the engine computes in.
        taped: Whether even a hand-written activation goes by its tape, for comparison.
        fixed: Whether learned parameters are taken as they are, as constants.

    Example:
        >>> from livegrad.functions import elementwise
        >>> program_of(elementwise("leaky_relu")).parameters[0]
        0.01
    """
    learned = () if fixed else activation.learned
    steepest = activation.sup_slope
    builtin, parameters = (-1, ()) if taped or learned else _builtin(activation)
    kernels = [(activation.kernel(), True), (activation.kernel("x"), True)]
    kernels += [(activation.kernel(name), False) for name in learned]
    tape = tape_of_several(
        ((tree, stays and activation.forgets_nan(tree)) for tree, stays in kernels),
        {name: value for name, value in activation.settings.items() if name not in learned},
        dtype=dtype,
        open_parameters=learned,
        whole=("sigmoid", "softplus", "normal_cdf"),
    )
    steps = np.full((len(tape.steps), 5), -1, np.int32)
    for row, step in zip(steps, tape.steps, strict=True):
        row[: 2 + len(step.arguments)] = (_OPERATIONS[step.operation], step.result, *step.arguments)
    return Program(
        builtin=builtin,
        parameters=(*parameters, *(0.0,) * (4 - len(parameters))),  # type: ignore[arg-type]
        steps=steps,
        constants=np.array(tape.constants, np.float64),
        registers=tape.first_condition + tape.conditions,
        results=np.array(tape.results, np.int32),
        learned=len(learned),
        starts=tuple(activation.settings[name] for name in learned),
        saturated_below=_SATURATED * (steepest if np.isfinite(steepest) else 1.0),
    )


def _builtin(activation: Activation) -> tuple[int, tuple[float, ...]]:
    """Return the number of the hand-written activation and its parameters; −1 where there is none."""
    name, settings = activation.id, activation.settings
    if name == "selu":
        return _BUILTINS.index("elu"), _SELU
    if name not in _BUILTINS or (name == "softplus" and settings["beta"] != 1.0):
        return -1, ()
    number = _BUILTINS.index(name)
    if name == "elu":
        return number, (settings["alpha"], 1.0)
    return number, tuple(settings.values())
