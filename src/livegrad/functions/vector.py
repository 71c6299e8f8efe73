"""The record of a vector activation: its outputs depend on all the inputs along one axis.

Softmax, log-softmax and maxout have no derivative but a Jacobian. They are declared by two
functions of a backend that work along the last axis: the value, and the pullback (cotangent times
Jacobian), which is all that training needs and from which the Jacobian follows.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np

from livegrad.functions.numbers.backends import NUMPY, Array, Backend, is_tensor
from livegrad.functions.parameters import Parameter, checked, settings_of
from livegrad.functions.record import Aliases, Tier, _module_torch, check_tier, on_numpy

if TYPE_CHECKING:
    from torch import nn

    from livegrad.report.plot import Plot
    from livegrad.text import Text

Settings: TypeAlias = Mapping[str, float]
ValueAlongLastAxis: TypeAlias = Callable[[Backend, Array, Settings], Array]
PullbackAlongLastAxis: TypeAlias = Callable[[Backend, Array, Array, Settings], Array]


@dataclass(frozen=True)
class VectorActivation:
    """An activation function of a whole vector, declared once.

    Attributes:
        id: Its name here, equal to its file's.
        latex: The formula of output i in LaTeX, without dollar signs.
        value: From (..., n) to (..., m), on a backend.
        pullback: From x (..., n) and cotangent (..., m) to (..., n), leading axes broadcast.
        about: What it is good for and where it fails, in one to three sentences.
        source: The paper or book that introduced it.
        bounded: Whether every output stays between two numbers.
        parameters: What shapes it.
        aliases: Its names elsewhere.
        chosen: The parameters chosen with `with_parameters`, as pairs; empty in the catalogue.

    Example:
        >>> from livegrad.functions import activation
        >>> activation("softmax")(np.array([0.0, 1.0, 2.0])).round(3)
        array([0.09 , 0.245, 0.665])
    """

    id: str
    latex: str
    value: ValueAlongLastAxis
    pullback: PullbackAlongLastAxis
    about: Text
    source: str
    bounded: bool
    parameters: tuple[Parameter, ...] = ()
    aliases: Aliases = field(default_factory=Aliases)
    chosen: tuple[tuple[str, float], ...] = ()

    kind: ClassVar[Literal["elementwise", "vector"]] = "vector"

    def __call__(self, x: Array, *, axis: int = -1, tier: Tier | None = None) -> Array:
        """Compute the outputs.

        Args:
            x: NumPy array, PyTorch tensor or list with ``n`` entries along ``axis``; dtypes as for
                `Activation`.
            axis: The axis that holds the vectors.
            tier: ``"exact"``: float32 and shorter are computed in float64 and rounded once;
                ``"fast"``, for PyTorch: in float32. float64 is computed in float64 in both.

        Returns:
            The same kind and dtype, with ``m`` entries along ``axis`` (n for softmax, n / pieces
            for maxout). A tensor carries gradients, and they are exactly `pullback`.

        Raises:
            BadInput: ``x`` does not hold real numbers, its length does not suit, or there is no
                such tier.
        """
        check_tier(tier)
        if is_tensor(x):
            return _module_torch().vector_computed(self, x, axis, tier=tier or "fast")
        return on_numpy(self.id, x, functools.partial(self._on_array, axis))

    def jacobian(self, x: Array, *, axis: int = -1) -> Array:
        """Compute ∂output/∂input.

        Args:
            x: NumPy array, PyTorch tensor or list with ``n`` entries along ``axis``.
            axis: The axis that holds the vectors.

        Returns:
            Shape (other axes in order..., m, n): entry [i, j] is ∂output i / ∂input j.
        """
        if is_tensor(x):
            return _module_torch().vector_jacobian(self, x, axis)
        return on_numpy(self.id, x, functools.partial(self._jacobian_of_array, axis))

    @property
    def settings(self) -> dict[str, float]:
        """Every parameter's value by name, chosen or default."""
        return settings_of(self.parameters, dict(self.chosen))

    def with_parameters(self, **values: float) -> VectorActivation:
        """Return the same with other parameters; `Activation.with_parameters` says more."""
        chosen = checked(self.id, self.parameters, {**dict(self.chosen), **values})
        return replace(self, chosen=tuple(sorted(chosen.items())))

    def plot(self, *, derivative: bool = True, low: float = -6.0, high: float = 6.0) -> Plot:
        """Draw the first output as one of two inputs moves; `Activation.plot` says more."""
        drawing = importlib.import_module("livegrad.report.plot")
        return drawing.plot(self, derivative=derivative, low=low, high=high)

    def _repr_html_(self) -> str:
        return importlib.import_module("livegrad.report.notebook").card(self)

    def module(self, *, axis: int = -1, tier: Tier = "fast") -> nn.Module:
        """Return a PyTorch module that computes this activation along ``axis``; imports torch."""
        check_tier(tier)
        return _module_torch().VectorActivationModule(self, axis=axis, tier=tier)

    def _on_array(self, axis: int, x: Array, kept: np.dtype) -> Array:  # noqa: ARG002
        return np.moveaxis(self.value(NUMPY, np.moveaxis(x, axis, -1), self.settings), -1, axis)

    def _jacobian_of_array(self, axis: int, x: Array, kept: np.dtype) -> Array:  # noqa: ARG002
        rows = np.moveaxis(x, axis, -1)
        outputs = self.value(NUMPY, rows, self.settings).shape[-1]
        cotangents = np.eye(outputs, dtype=rows.dtype)
        return self.pullback(NUMPY, rows[..., None, :], cotangents, self.settings)
