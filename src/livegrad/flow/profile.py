"""What is known of how signal and gradient travel through a network: records, predicted or measured.

Two gradients, two stories: ``log10_gradient`` is the norm of ∂loss/∂z, z a layer's pre-activation, the error
signal that climbs from the loss; ``log10_weight_gradient`` is the norm of ∂loss/∂W, what the optimizer gets.
Both are given as powers of ten over the last layer's, over the whole minibatch.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.report.flow_plot import FlowPlot

__all__ = ["FlowProfile", "LayerFlow", "Light", "Scales", "Verdict"]

VerdictCode: TypeAlias = Literal["vanishes", "healthy", "explodes", "collapses", "cannot-say"]
Colour: TypeAlias = Literal["green", "amber", "red"]
Source: TypeAlias = Literal["predicted", "measured"]


@dataclass(frozen=True, kw_only=True)
class LayerFlow:
    """One rung of the ladder: what reaches one layer with weights, forwards and backwards.

    Attributes:
        name: The module's qualified name, or the layer's number from "1".
        kind: "Linear", "Conv2d", "RNN", "LSTM", "GRU", "MultiheadAttention", …
        activation: Catalogue id of the function that the layer's output meets; None if none.
        width: Output units (or channels).
        fan_in: Inputs per unit; None if unknown.
        signal_variance: q, the mean square of the pre-activation over units and inputs.
        correlation: c, the mean correlation between the pre-activations of two different inputs, −1 … 1;
            None with a batch of one.
        log10_gradient: log₁₀ of the norm of ∂loss/∂z over the batch, over the last layer's; −inf if it is
            exactly zero. Predicted: the median over random networks.
        log10_weight_gradient: The same of ∂loss/∂W; None where the layer's inputs are unknown.
        band: Between which two values of log10_gradient 90 % of single networks lie; None where measured.
        chi: χ, by which factor the *squared* norm of the gradient changes from the next layer's
            pre-activation down to this one's; for the last layer, by which it would. None if unknown.
        dead: Share of units whose slope is exactly 0 for every input of the batch, 0 … 1.
        saturated: Share of the entries of z at which |f′| is under 5 % of its greatest value; None for
            functions without bounds.
        source: "measured" in a prediction: what theory does not cover was measured instead.
    """

    name: str
    kind: str = "Linear"
    activation: str | None = None
    width: int = 1
    fan_in: int | None = None
    signal_variance: float
    correlation: float | None = None
    log10_gradient: float
    log10_weight_gradient: float | None = None
    band: tuple[float, float] | None = None
    chi: float | None = None
    dead: float | None = None
    saturated: float | None = None
    source: Source = "predicted"


@dataclass(frozen=True, kw_only=True)
class Scales:
    """Over how many layers things change, at the depth's fixed point.

    Attributes:
        signal: ξ_q, layers over which the distance to the fixed variance shrinks by e; None if there is no
            fixed point that draws.
        correlation: ξ_c, the same of the correlation; inf where it is drawn by a power of depth only.
        gradient: Layers over which the gradient's norm changes by e; inf on the edge of chaos.
        trainable_depth: The greatest depth at which the gradient keeps within the verdict's bounds and
            inputs can still be told apart; None beyond what was looked at (1,000 layers). With norms and
            skips, layers beyond the network's own go on as its last one does.
    """

    signal: float | None = None
    correlation: float | None = None
    gradient: float | None = None
    trainable_depth: int | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is to be expected, in words.

    Attributes:
        code: "vanishes" and "explodes" speak of ∂loss/∂z, "collapses" of inputs that grow alike.
        text: One or two sentences with the numbers.
        doubts: Why theory is not to be trusted here; not empty where the code is "cannot-say".
    """

    code: VerdictCode
    text: Text
    doubts: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Light:
    """Whether the network can be expected to train, judged before training.

    Attributes:
        colour: Green: trains. Red: does not. Amber: cannot be told.
        optimizer: Whom the light speaks of, "SGD with momentum".
        text: The reason, and how often such a light was right.
    """

    colour: Colour
    optimizer: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class FlowProfile:
    """How signal and gradient travel through one network.

    Attributes:
        title: What network, in words.
        source: "predicted" by theory or "measured" on one minibatch.
        layers: The ladder, the first layer first; every gradient is over that of the last entry.
        verdict: In words.
        light: Traffic light; None where nothing can be said.
        scales: Depth scales; None for a real model, whose layers differ.
        underflow_depth: By dtype ("float32", "bfloat16", "float16"): from which depth on the first layer's
            gradient is exactly zero in it; absent where it never is within 1,000 layers.
        born_dead: Least and greatest probability that the whole network is constant from the start
            (Lu et al. 2019); None where it is beneath 1e-6 or not known.
        nonlinearity: How far what the readout sees is from a linear function of the input, 0 … 1: by how
            much the cosine of two inputs halfway between unlike and the same lies under the middle. None
            where not known.
        batch: Over how many inputs the norms are taken.
        not_traced: Names of modules that theory does not cover, measured instead.
        seconds: What the computation took.
    """

    title: Text
    source: Source
    layers: tuple[LayerFlow, ...]
    verdict: Verdict
    light: Light | None = None
    scales: Scales | None = None
    underflow_depth: tuple[tuple[str, int], ...] = ()
    born_dead: tuple[float, float] | None = None
    nonlinearity: float | None = None
    batch: int = 1
    not_traced: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.layers)

    def plot(self, *others: FlowProfile) -> FlowPlot:
        """Draw the ladder; others, a measurement for example, are drawn onto the same axis.

        Returns:
            A drawing with ``svg()`` and ``save("flow.svg")``; a notebook shows it by itself.
        """
        # Drawing lies above this package: a seam in that direction, looked up when asked for.
        return importlib.import_module("livegrad.report.flow_plot").plot(self, *others)

    def _repr_html_(self) -> str:
        return self.plot()._repr_html_()
