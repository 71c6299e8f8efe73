"""Hand-made flows: what the faces draw, without what computes it."""

from __future__ import annotations

import math
from dataclasses import replace

from livegrad.flow.profile import FlowProfile, LayerFlow, Light, Scales, Verdict
from livegrad.flow.sweep_record import Sweep, SweepAxis, SweepCell
from livegrad.text import Text

REASON = Text("Judged from the gradient and the correlation.", "기울기와 상관으로 판단했습니다.")


def ladder(depth: int, per_layer: float, *, correlation: float = 0.9) -> tuple[LayerFlow, ...]:
    """Return layers whose gradient changes by ``per_layer`` decades from each to the one before."""
    return tuple(
        LayerFlow(
            name=str(place),
            activation="relu" if place < depth else None,
            width=64,
            fan_in=64,
            signal_variance=0.33 * 10 ** (-0.1 * place),
            correlation=1 - (1 - correlation) / place,
            log10_gradient=per_layer * (depth - place),
            log10_weight_gradient=per_layer * (depth - place) / 2,
            band=(
                per_layer * (depth - place) - 0.05 * (depth - place),
                per_layer * (depth - place) + 0.04 * (depth - place),
            ),
            chi=10 ** (2 * per_layer),
            dead=0.125 if place == 2 else 0.0,
            saturated=None,
        )
        for place in range(1, depth + 1)
    )


def vanishing(depth: int = 50) -> FlowProfile:
    """Return relu under PyTorch's own weights."""
    return FlowProfile(
        title=Text(
            f"relu · {depth} layers of 64 units · PyTorch's weights",
            f"relu · 64유닛 {depth}층 · PyTorch 기본 가중치",
        ),
        source="predicted",
        layers=ladder(depth, -0.38),
        verdict=Verdict(
            code="vanishes",
            text=Text(
                "The gradient of layer 1 is 1 part in 10^18 of the last layer's.",
                "1층의 기울기는 마지막 층의 10^18분의 1입니다.",
            ),
        ),
        light=Light(colour="red", optimizer="SGD with momentum", text=REASON),
        scales=Scales(signal=1.4, correlation=2.5, gradient=1.1, trainable_depth=6),
        underflow_depth=(("bfloat16", 99), ("float16", 19), ("float32", 99)),
        batch=128,
        seconds=0.012,
    )


def level(depth: int = 12) -> FlowProfile:
    """Return tanh on the edge of chaos."""
    return replace(
        vanishing(depth),
        title=Text(
            f"tanh · {depth} layers of 64 units · critical", f"tanh · 64유닛 {depth}층 · 임계"
        ),
        layers=ladder(depth, -0.01, correlation=0.2),
        verdict=Verdict(code="healthy", text=Text("The gradient is level.", "기울기가 고릅니다.")),
        light=Light(colour="green", optimizer="SGD with momentum", text=REASON),
        scales=Scales(signal=3.0, correlation=math.inf, gradient=math.inf),
        underflow_depth=(),
    )


def exploding(depth: int = 30) -> FlowProfile:
    """Return relu behind BatchNorm, which theory covers with a doubt."""
    return replace(
        vanishing(depth),
        title=Text(f"relu · {depth} layers · BatchNorm", f"relu · {depth}층 · BatchNorm"),
        layers=ladder(depth, 0.083),
        verdict=Verdict(
            code="explodes",
            text=Text(
                "The gradient of layer 1 is 250 times the last layer's.",
                "1층의 기울기는 마지막 층의 250배입니다.",
            ),
        ),
        light=Light(colour="amber", optimizer="SGD with momentum", text=REASON),
        scales=Scales(gradient=5.2, trainable_depth=24),
        underflow_depth=(),
        born_dead=(0.00021, 0.031),
    )


def doubtful() -> FlowProfile:
    """Return a network of which theory says nothing."""
    return replace(
        vanishing(4),
        title=Text("softplus · 4 layers of 4 units", "softplus · 4유닛 4층"),
        verdict=Verdict(
            code="cannot-say",
            text=Text("Theory does not hold here.", "이론이 여기서는 맞지 않습니다."),
            doubts=(
                Text("4 units are too few.", "4유닛은 너무 적습니다."),
                Text("The mean of the outputs is large.", "출력의 평균이 큽니다."),
            ),
        ),
        light=None,
        scales=None,
        underflow_depth=(),
    )


def measured(of: FlowProfile, *, off: float = 0.3) -> FlowProfile:
    """Return a measurement that lies so many decades above a prediction, but at the last layer."""
    layers = tuple(
        replace(
            layer,
            name=f"body.{place}",
            log10_gradient=layer.log10_gradient + (off if place + 1 < of.depth else 0),
            band=None,
            chi=None,
            source="measured",
        )
        for place, layer in enumerate(of.layers)
    )
    return replace(
        of,
        title=Text("Sequential, measured", "Sequential, 측정"),
        source="measured",
        layers=layers,
        scales=None,
        underflow_depth=(),
    )


def gone() -> FlowProfile:
    """Return a ladder with a zero, an overflow, and a layer that was measured instead."""
    whole = vanishing(6)
    first, second, third, *rest = whole.layers
    strange = (
        replace(first, log10_gradient=-math.inf, band=None, log10_weight_gradient=-math.inf),
        replace(second, log10_gradient=math.nan, band=None, correlation=None, chi=None),
        replace(third, name="\x1b[31m<b>lstm</b>", kind="LSTM", source="measured", band=None),
    )
    return replace(
        whole, layers=(*strange, *rest), not_traced=("<b>lstm</b>",), light=None, scales=None
    )


ALL = {
    "vanishing": vanishing,
    "level": level,
    "exploding": exploding,
    "doubtful": doubtful,
    "gone": gone,
    "measured": lambda: measured(level()),
}


def cell(depth: float, variance: float) -> SweepCell:
    """Return a cell of a map in which the gradient changes with both sides."""
    decade = (variance - 1.76) * depth * 0.05
    far = abs(decade)
    verdict = "healthy" if far < 1 else "vanishes" if decade < 0 else "explodes"
    colour = "green" if far < 0.5 else "amber" if far < 2 else "red"
    off = abs(variance - 1.76)
    return SweepCell(
        log10_gradient=decade,
        correlation=0.9,
        verdict=verdict,
        colour=colour,
        trainable_depth=round(40 / off) if off > 0.05 else math.inf,
    )


def triangle(depths: int = 5, variances: int = 9) -> Sweep:
    """Return tanh: depth against the variance of the weights, as Schoenholz et al. drew it."""
    rows = tuple(20 * (place + 1) for place in range(depths))
    columns = tuple(1 + 0.25 * place for place in range(variances))
    return Sweep(
        activation="tanh",
        axes=(
            SweepAxis(name="depth", values=rows),
            SweepAxis(name="weight_variance", values=columns),
        ),
        cells=tuple(tuple(cell(depth, variance) for variance in columns) for depth in rows),
        fixed=(("bias_variance", "0.05"),),
        optimizer="SGD with momentum",
        seconds=0.5,
    )


def by_name() -> Sweep:
    """Return relu: initialisation against depth, one of which could not be predicted."""
    names, depths = ("he", "pytorch", "critical"), (10, 20, 40)
    failed = SweepCell(
        log10_gradient=math.nan,
        correlation=None,
        verdict="cannot-say",
        colour=None,
        trainable_depth=None,
        problem=Text("There is no critical point.", "임계점이 없습니다."),
    )
    rows = tuple(tuple(cell(depth, variance) for depth in depths) for variance in (1.76, 1.0))
    return Sweep(
        activation="relu",
        axes=(SweepAxis(name="init", values=names), SweepAxis(name="depth", values=depths)),
        cells=(*rows, (failed,) * 3),
        optimizer="SGD with momentum",
    )


def one_axis() -> Sweep:
    """Return relu over normalisations, at one depth."""
    failed = by_name().cells[2][0]
    return Sweep(
        activation="relu",
        axes=(SweepAxis(name="norm", values=(None, "batch", "rms")),),
        cells=((cell(20, 1.76),), (cell(50, 3.0),), (failed,)),
        fixed=(("depth", "50"),),
        optimizer="SGD with momentum",
    )


SWEEPS = {"triangle": triangle, "by_name": by_name, "one_axis": one_axis}
