"""What shaping gives: the new activation, what it achieves, and how to train with it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from livegrad.flow.shaping.conditions import Method
from livegrad.functions import Activation
from livegrad.text import Text

if TYPE_CHECKING:
    from torch import nn

__all__ = ["Achieved", "LearningRateFactors", "Shaped"]


@dataclass(frozen=True, kw_only=True)
class Achieved:
    """What a shaped activation does, computed anew by another quadrature than the one that solved for it.

    Attributes:
        variance: Q(1): the mean square of its output for z ~ N(0, 1); 1 is asked for.
        length_slope: Q′(1), dimensionless: how strongly variances beside 1 are kept; 1 is asked for.
        correlation_from_zero: C(0): the correlation that one layer gives to unrelated inputs.
        correlation_slope: C′(1), by which factor one layer multiplies the squared gradient.
        correlation_bend: C″(1); infinite where the slope jumps.
        deep_correlation: C of the whole depth, from 0: how alike unrelated inputs are at the end.
        deep_slope: C′(1) to the power of the depth: the squared gradient's factor over the whole depth.
        drift: The larger of |Q(½) − ½| and |Q(2) − 2|: how far one layer moves a variance that is off.
    """

    variance: float
    length_slope: float
    correlation_from_zero: float
    correlation_slope: float
    correlation_bend: float
    deep_correlation: float
    deep_slope: float
    drift: float


@dataclass(frozen=True)
class LearningRateFactors:
    """What to multiply a learning rate by once the shaping has been absorbed into the weights.

    A weight that was multiplied by s takes steps 1/s as large, seen from before, and its gradient is 1/s as
    large too: SGD, with momentum or without, needs s² times the rate; Adam, whose steps do not depend on the
    gradient's size, needs s times. Where δ ≠ 0 that is not all: inputs of the absorbed layers have a common
    part that dominates their gradient, and such rates alone can make training fail. `Absorption.step_as_shaped`
    takes both into account.

    Attributes:
        weights: Of the weights between two activations, (αγ)².
        first_weights: Of the weights before the first activation, α².
        last_weights: Of the weights after the last activation, γ².
        biases: Of the biases before an activation, α²; those of the last layer keep their rate.

    Example:
        >>> LearningRateFactors.of(0.5, 4.0)
        LearningRateFactors(weights=4.0, first_weights=0.25, last_weights=16.0, biases=0.25)
        >>> LearningRateFactors.of(0.5, 4.0).for_adam().weights
        2.0
    """

    weights: float
    first_weights: float
    last_weights: float
    biases: float

    @classmethod
    def of(cls, input_scale: float, output_scale: float) -> LearningRateFactors:
        """Return the factors for α and γ, for SGD."""
        return cls(
            (input_scale * output_scale) ** 2, input_scale**2, output_scale**2, input_scale**2
        )

    def for_adam(self) -> LearningRateFactors:
        """Return the square roots: what Adam and its kin need instead."""
        return LearningRateFactors(
            self.weights**0.5, self.first_weights**0.5, self.last_weights**0.5, self.biases**0.5
        )


@dataclass(frozen=True, kw_only=True)
class Shaped:
    """An activation whose scales and shifts are chosen so that a plain net of a certain depth can learn.

    It computes γ·(φ(αx + β) + δ), and wants three things of the network: orthogonal weights
    (`livegrad.flow.orthogonalise`), biases of zero, and inputs whose mean square is 1 in each sample
    (`livegrad.flow.normalised`).

    Attributes:
        activation: φ. TReLU: leaky ReLU (or PReLU) with the slope that belongs to the depth.
        depth: For how many activations in a row.
        method: "dks" or "tat".
        input_scale: α, above 0.
        input_shift: β, in units of φ's input.
        output_scale: γ, above 0.
        output_shift: δ, in units of φ's output.
        slope: TReLU's slope on the negative side; None for the others.
        achieved: What it does, re-checked.
        about: What was done, in words.

    Example:
        >>> from livegrad.flow.shaping import shape
        >>> shaped = shape("tanh", 50)
        >>> round(shaped.achieved.correlation_from_zero, 6), round(shaped.achieved.deep_slope, 6)
        (0.0, 1.5)
    """

    activation: Activation
    depth: int
    method: Method
    input_scale: float
    input_shift: float
    output_scale: float
    output_shift: float
    slope: float | None = None
    achieved: Achieved
    about: Text

    def __call__(self, x: Any) -> Any:
        """Compute γ·(φ(αx + β) + δ) of a NumPy array or a tensor; shape and dtype are kept."""
        inner = self.activation(self.input_scale * x + self.input_shift, tier="fast")
        return self.output_scale * (inner + self.output_shift)

    def derivative(self, x: Any) -> Any:
        """Compute αγ·φ′(αx + β); shape and dtype are kept, and at kinks the stated slope is used."""
        slope = self.activation.derivative(self.input_scale * x + self.input_shift, tier="fast")
        return self.input_scale * self.output_scale * slope

    def module(self, *, tier: Literal["exact", "fast", "native"] = "fast") -> nn.Module:
        """Return a PyTorch module that computes it, in place of the old one; imports torch.

        Args:
            tier: How φ itself is computed, as for `Activation.module`.

        Returns:
            A module without parameters, unless φ learns one (PReLU).
        """
        made = importlib.import_module("livegrad.flow.shaping.module_torch")
        return made.ShapedModule(self, tier=tier)

    @property
    def learning_rate_factors(self) -> LearningRateFactors:
        """What learning rates need once α, β, γ, δ are absorbed into the weights, for SGD."""
        return LearningRateFactors.of(self.input_scale, self.output_scale)

    @property
    def changes(self) -> tuple[str, ...]:
        """Python lines to copy, in the order in which they are needed; they need PyTorch alone.

        Example:
            >>> from livegrad.flow.shaping import shape
            >>> shape("relu", 50).changes[0].startswith("def shaped(x): return 1.29")
            True
        """
        return (
            f"def shaped(x): return {self._formula}",
            "for weight in hidden_weights:  # the matrices of the layers, the first and the last too",
            "    gain = max(1.0, (weight.shape[0] / weight.shape[1]) ** 0.5)",
            "    torch.nn.init.orthogonal_(weight, gain=gain)",
            "for bias in biases: torch.nn.init.zeros_(bias)",
            "x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)  # keeps each sample's size",
            "x = x / x.square().mean(dim=1, keepdim=True).sqrt()",
        )

    @property
    def _formula(self) -> str:
        inner = "x" if self.input_scale == 1 else f"{self.input_scale!r} * x"
        inner += f" + {self.input_shift!r}" if self.input_shift else ""
        outer = f" + {self.output_shift!r})" if self.output_shift else ")"
        return f"{self.output_scale!r} * ({self._called(inner)}{outer}"

    def _called(self, inner: str) -> str:
        native = self.activation.native()
        if native is None or self.activation.learned:
            settings = "".join(f", {k}={v!r}" for k, v in self.activation.settings.items())
            return f'livegrad.activation("{self.activation.id}"{settings})({inner})'
        keywords = native.arguments(self.activation.settings)
        extra = "".join(f", {name}={value!r}" for name, value in keywords.items())
        return f"{native.path}({inner}{extra})"
