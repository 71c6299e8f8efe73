"""Made sequences: the arguments of `Data` for tasks over time."""

from __future__ import annotations

import math
from typing import Any

import torch


def first_token(seed: int) -> dict[str, Any]:
    """Which of six tokens came first, of 16: the answer lies at the far end of the memory."""
    x = torch.randint(0, 6, (512, 16), generator=torch.Generator().manual_seed(seed))
    return {"x": x, "y": x[:, 0].clone(), "outputs": 6, "tokens": 6}


def average(seed: int) -> dict[str, Any]:
    """The mean of the first five of 20 numbers, in standard units; inputs (512, 20, 1)."""
    x = torch.randn(512, 20, 1, generator=torch.Generator().manual_seed(seed))
    return {"x": x, "y": x[:, :5].mean(1) * math.sqrt(5), "outputs": 1, "raw": x * 60 + 300}


def topics(seed: int) -> dict[str, Any]:
    """Texts of 16 words out of 60; a third of the words belong to the topic, one of four."""
    chance = torch.Generator().manual_seed(seed)
    label = torch.arange(512) % 4
    own = torch.randint(0, 12, (512, 16), generator=chance) + 12 * label[:, None]
    common = torch.randint(0, 60, (512, 16), generator=chance)
    x = torch.where(torch.rand(512, 16, generator=chance) < 0.4, own, common)
    return {"x": x, "y": label, "outputs": 4, "tokens": 60}


def adding(seed: int) -> dict[str, Any]:
    """The adding problem: the sum of the two marked numbers among 14; inputs (640, 14, 2)."""
    chance = torch.Generator().manual_seed(seed)
    number = torch.rand(640, 14, generator=chance) * 2 - 1
    mark = torch.zeros(640, 14)
    first = torch.randint(0, 7, (640, 1), generator=chance)
    second = torch.randint(7, 14, (640, 1), generator=chance)
    mark.scatter_(1, first, 1.0).scatter_(1, second, 1.0)
    y = (number * mark).sum(1, keepdim=True)
    x = torch.stack([number, mark], 2)
    return {"x": x, "y": y / y.std(), "outputs": 1, "raw": x * 1000}


def forecast(seed: int) -> dict[str, Any]:
    """The next value of two added sines from 16 values; inputs (512, 16, 1)."""
    chance = torch.Generator().manual_seed(seed)
    phase = 2 * torch.pi * torch.rand(2, 512, 1, generator=chance)
    time = torch.arange(17.0)
    value = torch.sin(0.5 * time + phase[0]) + torch.sin(1.3 * time + phase[1])
    value = value + 0.05 * torch.randn(512, 17, generator=chance)
    return {
        "x": value[:, :16, None],
        "y": value[:, 16:],
        "outputs": 1,
        "raw": value[:, :16, None] * 50 + 1013,
    }


def order(seed: int) -> dict[str, Any]:
    """Whether the token 1 comes before the token 2 among 12 tokens of eight."""
    chance = torch.Generator().manual_seed(seed)
    x = torch.randint(3, 8, (640, 12), generator=chance)
    place = torch.rand(640, 12, generator=chance).argsort(1)[:, :2]
    rows = torch.arange(640)
    x[rows, place[:, 0]] = 1
    x[rows, place[:, 1]] = 2
    return {"x": x, "y": (place[:, 0] < place[:, 1]).long(), "outputs": 2, "tokens": 8}


def phrases(seed: int) -> dict[str, Any]:
    """Texts of 20 words out of 90 with words of five subjects; the subject with most words is asked for."""
    chance = torch.Generator().manual_seed(seed)
    label = torch.arange(640) % 5
    own = torch.randint(0, 18, (640, 20), generator=chance) + 18 * label[:, None]
    common = torch.randint(0, 90, (640, 20), generator=chance)
    x = torch.where(torch.rand(640, 20, generator=chance) < 0.35, own, common)
    return {"x": x, "y": label, "outputs": 5, "tokens": 90}
