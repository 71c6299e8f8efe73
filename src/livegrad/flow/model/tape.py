"""What one run of a model did, operation by operation: records without torch, read by the theory.

Values are the tensors that passed, numbered in the order of their making; a value that an in-place operation
overwrote is two values. What does not depend on the input (parameters, masks, position tables) is no value:
its numbers stand in the operation that used it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from livegrad.flow.model.axes import Axes, count
from livegrad.flow.model.signal import Signal
from livegrad.functions import Activation

__all__ = ["Operation", "Parameter", "Rung", "Tape", "Value", "followed_by"]

_THROUGH = frozenset(
    ("view", "part", "affine", "scaled", "sum", "batch_norm", "sample_norm", "dropout", "pool", "max_pool",
     "joined", "repeated", "multiplied")
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One tensor that depends on the input.

    Attributes:
        shape: Its sizes.
        axes: What its dimensions stand for.
    """

    shape: tuple[int, ...]
    axes: Axes

    @property
    def positions(self) -> int:
        """Time steps, tokens or pixels of one sample."""
        return count(self.axes, "position")

    @property
    def features(self) -> int:
        """Entries of one position of one sample."""
        return count(self.axes, "feature")


@dataclass(frozen=True)
class Parameter:
    """What theory needs of a weight matrix or kernel, and of the bias beside it.

    Attributes:
        name: The layer's qualified name.
        fan_in: Entries that meet in one unit.
        units: Output units or channels.
        mean: Of the entries.
        variance: Of the entries about that mean.
        bias_mean: Of the biases, 0 without.
        bias_square: Their mean square.
        largest: Greatest singular value over that of a matrix of independent entries of the same
            variance, √variance·(√fan_in + √units).
        powers: For the square weights of a recurrence, how many times longer the k-th power leaves a
            random squared vector than k independent matrices would; from k = 0.
    """

    name: str
    fan_in: int
    units: int
    mean: float
    variance: float
    bias_mean: float = 0.0
    bias_square: float = 0.0
    largest: float = 1.0
    powers: tuple[float, ...] = ()

    @property
    def keeps_lengths(self) -> bool:
        """Whether the weights are orthogonal: a singular value this far inside is no accident."""
        return self.largest < 0.75

    @property
    def gain(self) -> float:
        """Fan-in times mean square: by how much the mean square of a signal grows."""
        return self.fan_in * (self.variance + self.mean**2)


@dataclass(frozen=True)
class Operation:
    """One call.

    Attributes:
        name: Which rule it follows, such as "linear", "activation" or "opaque".
        inputs: Numbers of the values that it read.
        outputs: Numbers of those that it made.
        module: Qualified name of the module that made the call.
        settings: What else the rule needs to know.
    """

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    module: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rung:
    """A layer's pre-activation.

    Attributes:
        name: The layer's qualified name; of a recurrent one with the time step.
        kind: "Linear", "Conv2d", "LSTM", …
        values: Numbers of the values that it consists of; more than one only where gates are apart.
        width: Units or channels.
        fan_in: Inputs per unit.
        operation: Number of the operation whose weight gradient is the layer's; None if it has none
            of its own.
    """

    name: str
    kind: str
    values: tuple[int, ...]
    width: int
    fan_in: int | None
    operation: int | None = None


@dataclass(frozen=True)
class Tape:
    """One run.

    Attributes:
        values: All values by number.
        operations: In the order of their calls.
        rungs: In the order of the forward pass.
        inputs: Numbers of the model's inputs.
        outputs: Numbers of the values that the model returned.
        measured: By number of the value, what was seen of it: the inputs, the first pre-activations,
            and what no rule covers.
        samples: Size of the minibatch.
    """

    values: tuple[Value, ...]
    operations: tuple[Operation, ...]
    rungs: tuple[Rung, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    measured: Mapping[int, Signal]
    samples: int


def followed_by(tape: Tape, rung: Rung) -> tuple[int, Activation] | None:
    """Return the activation that a layer's output meets first, and the number of that one's input.

    Normalisation, sums and changes of shape are passed; a softmax, another layer or anything unknown
    is the end.
    """
    reached = set(rung.values)
    first = min(reached)
    for operation in tape.operations:
        if (
            not operation.outputs
            or operation.outputs[0] < first
            or reached.isdisjoint(operation.inputs)
        ):
            continue
        if operation.name == "activation":
            (number,) = operation.inputs
            return number, operation.settings["activation"]
        if operation.name in _THROUGH:
            reached.update(operation.outputs)
    return None
