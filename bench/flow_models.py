"""How well theory predicts the gradients of real models, before any training.

    python bench/flow_models.py [--quick] [--seeds 32] [--only transformer] [--json PATH]

Each model is initialised anew with every seed; one minibatch of 32, float64. Predicted: theory along the
traced model, one forward pass. Measured: one backward pass. Errors are in decades of ‖∂loss/∂z‖ over the
last layer's: the median over the networks predicted against the median measured, layer by layer. The band is
what is printed for each layer: 90 % of single networks are meant to lie in it. Models that PyTorch starts
with copies of one layer (nn.TransformerEncoder as it stands) are listed apart: theory doubts them, and says so.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import flow_zoo
import numpy as np
import torch
from torch import nn

from livegrad import flow
from livegrad.flow.model.predicting_torch import predict_model
from livegrad.flow.profile import FlowProfile

Batch = tuple[torch.Tensor, torch.Tensor]
HEAD = (
    "| model | layers | first layer, predicted / measured | error at first | median error | weights: median error | in band, first "
    "| in band, all | verdict agrees | seconds: forward, theory | said |"
)


@dataclass(frozen=True)
class Row:
    """What was found of one model."""

    model: str
    layers: int
    predicted: float
    measured: float
    first_error: float
    median_error: float
    weight_error: float
    in_band_first: float
    in_band: float
    agreeing: float
    forward_seconds: float
    theory_seconds: float
    said: str

    def cells(self) -> str:
        """Return the row of the table."""
        return (
            f"| {self.model} | {self.layers} | {self.predicted:+.2f} / {self.measured:+.2f} | {self.first_error:.3f} "
            f"| {self.median_error:.3f} | {self.weight_error:.3f} | {self.in_band_first:.0%} | {self.in_band:.0%} "
            f"| {self.agreeing:.0%} | {self.forward_seconds:.2f}, {self.theory_seconds:.2f} | {self.said} |"
        )


def main() -> None:
    """Measure, print, write."""
    options = _options()
    torch.set_num_threads(1)
    print(HEAD)
    print("|" + "---|" * (HEAD.count("|") - 1))
    rows = []
    for name, build, batch in flow_zoo.models(quick=options.quick):
        if options.only and options.only not in name:
            continue
        row = measured(name, build, batch, options.seeds)
        rows.append(row)
        print(row.cells(), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Predicted against measured, for real models.")
    parser.add_argument("--quick", action="store_true", help="a few small models, 8 seeds")
    parser.add_argument("--seeds", type=int, default=0, help="networks per model")
    parser.add_argument("--only", default="", metavar="PART", help="models whose name holds this")
    parser.add_argument("--json", metavar="PATH", help="write every figure there")
    options = parser.parse_args()
    options.seeds = options.seeds or (8 if options.quick else 32)
    return options


def measured(name: str, build: Callable[[], nn.Module], batch: Batch, seeds: int) -> Row:
    """Return the row of one model."""
    pairs = list(_pairs(build, batch, seeds))
    first = _column([one for one, _, _ in pairs], 0), _column([two for _, two, _ in pairs], 0)
    count = len(pairs[0][0].layers)
    errors = [
        abs(
            statistics.median(_column([one for one, _, _ in pairs], place))
            - statistics.median(_column([two for _, two, _ in pairs], place))
        )
        for place in range(count - 1)
    ]
    inside = np.array([_inside(one, two) for one, two, _ in pairs])
    predicted, found = (statistics.median(one) for one in first)
    seconds = statistics.median([forward for _, _, forward in pairs])
    return Row(
        model=name,
        layers=count,
        predicted=predicted,
        measured=found,
        first_error=abs(predicted - found),
        median_error=statistics.median(errors),
        weight_error=_weight_error(pairs),
        in_band_first=float(inside[:, 0].mean()),
        in_band=float(inside.mean()),
        agreeing=statistics.fmean(_same_class(one, two) for one, two, _ in pairs),
        forward_seconds=seconds,
        theory_seconds=statistics.median([one.seconds for one, _, _ in pairs]) - seconds,
        said=", ".join(sorted({one.verdict.code for one, _, _ in pairs})),
    )


def _pairs(
    build: Callable[[], nn.Module], batch: Batch, seeds: int
) -> Iterator[tuple[FlowProfile, FlowProfile, float]]:
    for seed in range(seeds):
        torch.manual_seed(seed)
        model = build().double()
        began = time.perf_counter()
        model(batch[0])
        forward = time.perf_counter() - began
        yield predict_model(model, batch), flow.measure(model, batch), forward


def _column(profiles: list[FlowProfile], place: int) -> list[float]:
    return [profile.layers[place].log10_gradient for profile in profiles]


def _inside(predicted: FlowProfile, found: FlowProfile) -> list[bool]:
    pairs = zip(predicted.layers[:-1], found.layers[:-1], strict=True)
    return [
        one.band is not None and one.band[0] <= two.log10_gradient <= one.band[1]
        for one, two in pairs
    ]


def _weight_error(pairs: list[tuple[FlowProfile, FlowProfile, float]]) -> float:
    errors: list[float] = []
    for place in range(len(pairs[0][0].layers) - 1):
        both = [
            (one.layers[place].log10_weight_gradient, two.layers[place].log10_weight_gradient)
            for one, two, _ in pairs
        ]
        known = [(a, b) for a, b in both if a is not None and b is not None]
        if known:
            one, two = (statistics.median(column) for column in zip(*known, strict=True))
            errors.append(abs(one - two))
    return statistics.median(errors) if errors else math.nan


def _same_class(predicted: FlowProfile, found: FlowProfile) -> bool:
    return predicted.verdict.code == found.verdict.code


if __name__ == "__main__":
    main()
