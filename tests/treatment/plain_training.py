"""A training in its plainest form, and evidence made up for it: shared by the tests of remedies."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from livegrad.diagnosis import patients
from livegrad.diagnosis.finding import Finding
from livegrad.observation import evidence as seen
from livegrad.text import same
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.surgery import Patient

STEPS = 6
X, Y = patients.waves(0, samples=64)


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return patients.mlp((2, 8, 1), nn.Tanh)


def sgd(model: nn.Module, rate: float = 0.1) -> torch.optim.SGD:
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)


def treated(model, optimizer, remedy, **settings) -> tuple[Patient, tuple[str, ...]]:
    patient = Patient((("", model),), optimizer)
    return patient, REMEDIES[remedy].apply(patient, settings)


def train(model, optimizer, *, zero=True, before=None, after=None, steps=STEPS) -> list[float]:
    """Train in the plainest way; return the rate that each step was made with."""
    rates = []
    optimizer.register_step_pre_hook(lambda o, *_: rates.append(o.param_groups[0]["lr"]))
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        functional.mse_loss(model(X), Y).backward()
        if before:
            before()
        optimizer.step()
        if after:
            after()
    return rates


def equal(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def finding(code: str, *places: str, **numbers: float) -> Finding:
    words = {"seen": same(""), "harm": same(""), "advice": same("")}
    return Finding(
        code=code,
        severity="error",
        place=places[0] if places else "optimizer",
        places=places or ("optimizer",),
        evidence=numbers,
        **words,
    )


def evidence(**more) -> seen.Evidence:
    return seen.Evidence(model="Net", steps=300, **more)


def held(rates: tuple[float, ...]) -> seen.Evidence:
    given = seen.Optimizer(name="SGD", rate=rates[0], rates=rates, last_rate=rates[-1])
    return evidence(optimizer=given, sampled=tuple(range(len(rates))))


def proposed(remedy: str, found: Finding, given: seen.Evidence) -> list[dict[str, object]]:
    return [dict(p.settings) for p in REMEDIES[remedy].prescribe(found, given)]
