"""What the tests of the integrations share: libraries that must be there, small trainings, small records."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest
import torch
from torch import nn

import livegrad
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.diagnosis.patients import mlp, rings
from livegrad.diagnosis.watching import Watch
from livegrad.observation.evidence import Evidence, Layer, Loss
from livegrad.text import Text


def needed(name: str) -> Any:
    """Return a library, which the extra `integrations` installs: where it is missing, CI fails."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        said = f"{name} IS NOT INSTALLED: its integration was NOT tested. pip install -e '.[dev]'"
        if os.environ.get("CI"):
            raise RuntimeError(said) from error
        pytest.skip(said, allow_module_level=True)


def network(activation: type[nn.Module] = nn.Tanh, depth: int = 2, *, seed: int = 0) -> nn.Module:
    """A perceptron for `rings`: 8 inputs, 2 classes."""
    torch.manual_seed(seed)
    return mlp((8, *[16] * depth, 2), activation)


def batches(count: int, *, size: int = 32) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Minibatches of the rings, begun anew when they run out."""
    x, y = rings(0)
    pieces = list(zip(x.split(size), y.split(size), strict=True))
    return [pieces[i % len(pieces)] for i in range(count)]


def train(model: nn.Module, steps: int, *, rate: float = 0.05) -> None:
    """A plain loop of one's own."""
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    for x, y in batches(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()


def watched(model: nn.Module, steps: int, *, rate: float = 0.05) -> Watch:
    """The watch of a training that has ended."""
    with livegrad.watch(model) as watch:
        train(model, steps, rate=rate)
    return watch


def evidence(**changes: Any) -> Evidence:
    """Two layers, three measured steps of ten; the first layer gets nothing at the end."""
    inf, nan = float("inf"), float("nan")
    layers = (
        Layer(name="first", kind="Linear", gradient=(-2.0, -3.0, -inf), update=(0.1, 0.01, None)),
        Layer(name="last", kind="Linear", gradient=(-1.0, inf, nan), asleep=(0.0, 0.25, 0.5)),
    )
    loss = Loss(steps=tuple(range(10)), values=tuple(float(10 - i) for i in range(10)))
    facts = {"model": "Net", "steps": 10, "sampled": (0, 4, 9), "layers": layers, "loss": loss}
    return Evidence(**{**facts, **changes})


def finding(code: str = "dead-units", **changes: Any) -> Finding:
    """A finding whose words are easy to find again."""
    facts: dict[str, Any] = {
        "code": code,
        "severity": "error",
        "place": "first",
        "seen": Text("41 of 64 units gave 0.", "64개 유닛 가운데 41개가 0을 냈습니다."),
        "harm": Text("They cannot come back.", "되살아나지 못합니다."),
        "advice": Text("Lower the rate.", "학습률을 낮추세요."),
    }
    return Finding(**{**facts, **changes})


def diagnosis(*findings: Finding, learning: bool | None = False, **changes: Any) -> Diagnosis:
    """A diagnosis of the made-up evidence."""
    state = Text("The loss went from 10 to 1.", "손실이 10에서 1로 갔습니다.")
    seen = evidence(**changes)
    return Diagnosis(findings=findings, learning=learning, state=state, evidence=seen)
