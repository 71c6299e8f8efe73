"""Losses, from the library and written by hand, and how good a network is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from trainings.data import Data


def hand_mse(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean squared error, written by hand."""
    return ((output - target) ** 2).mean()


def hand_cross_entropy(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of scores and class indices, written by hand."""
    return -torch.log_softmax(output, dim=1).gather(1, target[:, None]).mean()


def hand_log_cosh(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """A smooth absolute error."""
    error = output - target
    return (error + functional.softplus(-2 * error) - 0.6931).mean()


def hand_focal(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross-entropy that looks away from what is already right."""
    log_p = torch.log_softmax(output, dim=1).gather(1, target[:, None])
    return (-((1 - log_p.exp()) ** 2) * log_p).mean()


def hand_bce(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy of probabilities, kept away from log 0 by a clamp."""
    p = output.clamp(1e-6, 1 - 1e-6)
    return -(target * p.log() + (1 - target) * (1 - p).log()).mean()


LOSSES: dict[str, Callable[[], Callable[[Any, Any], torch.Tensor]]] = {
    "cross_entropy": nn.CrossEntropyLoss,
    "smoothed": lambda: nn.CrossEntropyLoss(label_smoothing=0.1),
    "nll": nn.NLLLoss,
    "bce": nn.BCELoss,
    "bce_logits": nn.BCEWithLogitsLoss,
    "mse": nn.MSELoss,
    "l1": nn.L1Loss,
    "huber": nn.SmoothL1Loss,
    "functional": lambda: functional.cross_entropy,
    "hand_mse": lambda: hand_mse,
    "hand_cross_entropy": lambda: hand_cross_entropy,
    "hand_log_cosh": lambda: hand_log_cosh,
    "hand_bce": lambda: hand_bce,
    "hand_focal": lambda: hand_focal,
}
"""Name → a function that makes the loss."""


def skill_of(data: Data, *, decided_at: float) -> Callable[[nn.Module], float]:
    """How good a model is on all of the data: 1 perfect, 0 as good as the best constant answer.

    Args:
        data: Inputs as the network gets them, and targets.
        decided_at: Above which output a binary answer is yes: 0 for scores, 0.5 for probabilities.

    Returns:
        ``skill(model)``: accuracy above chance, or R², at least 0; 0 where an output is not finite.
    """

    def skill(model: nn.Module) -> float:
        was_training = model.training
        model.eval()
        with torch.no_grad():
            output = model(data.x).float()
        model.train(was_training)
        if not bool(torch.isfinite(output).all()):
            return 0.0
        return max(0.0, _skill(data, output, decided_at))

    return skill


def _skill(data: Data, output: torch.Tensor, decided_at: float) -> float:
    if data.task in {"regression", "reconstruction"}:
        y = data.y.reshape(output.shape).float()
        return float(1 - ((output - y) ** 2).sum() / ((y - y.mean(0)) ** 2).sum())
    if data.task == "classes":
        right = (output.argmax(1) == data.y).float().mean()
        chance = data.y.bincount().max() / len(data.y)
    else:
        y = data.y.reshape(output.shape)
        right = ((output > decided_at).float() == y).float().mean()
        chance = torch.maximum(y.mean(0), 1 - y.mean(0)).mean()
    return float((right - chance) / (1 - chance))
