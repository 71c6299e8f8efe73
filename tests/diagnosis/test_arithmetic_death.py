"""Slopes and gradients that only the number format lost."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import RULES, diagnose
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Evidence, Layer
from livegrad.observation.recorder import Recorder
from livegrad.text import Text

LOOK = RULES["arithmetic-death"].look
STUCK, LEARNED = Learning(False, Text("", "")), Learning(True, Text("", ""), skill=0.9)
BEFORE = Learning(None, Text("", ""), before_training=True)


def evidence(*layers: Layer) -> Evidence:
    last = Layer(name="out", kind="Linear", is_output=True, units=2, rows=64, gradient=(-6.0,))
    return Evidence(model="Net", steps=100, sampled=(0,), layers=(*layers, last))


def tanh(**more) -> Layer:
    given = {"name": "0", "kind": "Linear", "activation": "tanh", "units": 32, "rows": 64}
    return Layer(**given | {"dtype": "bfloat16", "gradient": (-4.0,)} | more)


@pytest.mark.parametrize(
    ("layer", "learned", "severity"),
    [
        (tanh(lost=(0.9,)), STUCK, "error"),
        (tanh(lost=(0.9,)), BEFORE, "warning"),
        (tanh(lost=(0.9,)), LEARNED, None),
        (tanh(lost=(0.3,)), STUCK, None),
        (tanh(dtype="float32", saturated=(1.0,)), STUCK, None),
        (tanh(dtype="float16", gradient=(-9.0,)), STUCK, "error"),
        (tanh(dtype="float16", gradient=(-math.inf,)), BEFORE, "warning"),
        (tanh(dtype="float16", gradient=(-math.inf,), asleep=(1.0,)), STUCK, None),
        (tanh(dtype="float16", gradient=(-4.0,)), STUCK, None),
        (tanh(dtype="bfloat16", gradient=(-9.0,)), STUCK, None),
        (tanh(dtype="float16", gradient=(-9.0,)), LEARNED, None),
    ],
)
def test_only_what_another_format_would_have_kept(layer, learned, severity):
    found = LOOK(evidence(layer), learned)
    assert [f.severity for f in found] == ([severity] if severity else [])
    for finding in found:
        assert finding.place == "0"
        assert "{" not in finding.explanation.ko + finding.advice.ko


class Halved(nn.Module):
    """float16 inside, the loss outside, and no scaling of the loss."""

    def __init__(self, inner: nn.Module, *, short: bool) -> None:
        super().__init__()
        self.inner, self.short = inner, short

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.float16, enabled=self.short):
            return self.inner(x).float()


def mean_over_many(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross-entropy as if it were averaged with a hundred thousand other terms (the pixels of an image)."""
    return 1e-5 * nn.functional.cross_entropy(output, target)


def codes_of(*, short: bool, depth: int) -> list[str]:
    torch.manual_seed(0)
    model = Halved(patients.mlp((8, *[32] * depth, 2), nn.GELU), short=short)
    training = patients.classify(
        model, 0, loss=mean_over_many, steps=150, rate=0.003, optimizer="Adam"
    )
    recorder = Recorder(models=(("", model),)).attach()
    training.run()
    recorder.detach()
    return [f.code for f in diagnose(recorder.evidence()[0]).findings]


def test_a_gradient_that_underflows_in_float16_asks_for_a_scaler():
    assert codes_of(short=True, depth=4) == ["arithmetic-death"]
    assert codes_of(short=False, depth=4) == []
