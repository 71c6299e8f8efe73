"""Faults at the end of the net: output, loss and target do not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from trainings.data import Data
from trainings.fault import Fault, at, end
from trainings.recipe import Recipe


def wrong_output(
    kind: str,
    why: str,
    output: str | None,
    *,
    loss: str | None = None,
    hurts: bool = True,
    decided_at: float | None = None,
) -> Fault:
    """Another function behind the last layer, or another loss."""

    def change(recipe: Recipe) -> Recipe:
        return replace(
            recipe.having(output=output),
            loss=loss or recipe.loss,
            decided_at=recipe.decided_at if decided_at is None else decided_at,
        )

    return Fault(
        kind=kind,
        places={"wrong-output-activation": end},
        change=change,
        hurts=hurts,
        why=why,
    )


def softmax_twice(*, few: bool = False) -> Fault:
    """Probabilities into a loss that takes scores.

    Args:
        few: Whether there are few classes: then the accuracy only comes late, but no probability ever gets beyond
            e / (e + classes - 1), and the loss keeps its floor.
    """
    return wrong_output(
        "softmax-before-cross-entropy",
        "cross-entropy takes the softmax itself",
        "softmax",
        hurts=not few,
    )


def sigmoid_before_cross_entropy() -> Fault:
    """Sigmoid scores into cross-entropy."""
    return wrong_output("sigmoid-before-cross-entropy", "scores are squeezed into 0 … 1", "sigmoid")


def relu_before_cross_entropy() -> Fault:
    """A ReLU behind the last layer, left by a loop over the layers."""
    return wrong_output("relu-before-cross-entropy", "no score may be negative", "relu")


def sigmoid_twice() -> Fault:
    """Probabilities into BCEWithLogitsLoss."""
    return wrong_output(
        "sigmoid-twice", "the loss takes the sigmoid itself", "sigmoid", decided_at=0.5
    )


def bounded(output: str) -> Fault:
    """A bounded output for a target without bounds."""
    return wrong_output(f"{output}-for-real-target", "the target goes beyond its range", output)


def raw_scores_into_nll() -> Fault:
    """NLLLoss without log_softmax: the loss falls without end."""
    return wrong_output("raw-scores-into-nll", "log_softmax is missing", None, loss="nll")


def softmax_into_nll() -> Fault:
    """NLLLoss on probabilities instead of log-probabilities."""
    return wrong_output("softmax-into-nll", "the logarithm is missing", "softmax", loss="nll")


def scores_into_clamped_bce() -> Fault:
    """Raw scores into a binary cross-entropy by hand, whose clamp hides that they are no probabilities."""
    return wrong_output(
        "scores-into-bce", "the sigmoid is missing, the clamp hides it", None, loss="hand_bce"
    )


def softmax_over_one() -> Fault:
    """Softmax over a single unit is always 1."""
    return wrong_output("softmax-over-one-unit", "always 1", "softmax", loss="bce", decided_at=0.5)


def softmax_for_labels() -> Fault:
    """Softmax where several labels may be true."""
    return wrong_output(
        "softmax-for-several-labels",
        "the labels must share one",
        "softmax",
        loss="bce",
        decided_at=0.5,
    )


def flat_target(*, loss: str | None = None) -> Fault:
    """The target is (batch,) and the output (batch, 1): each output is compared with every target."""

    def flattened(data: Data) -> Data:
        return replace(data, y=data.y.reshape(len(data.y)))

    def change(recipe: Recipe) -> Recipe:
        def wrap(inner: Callable[..., torch.Tensor], model: Any) -> Callable[..., torch.Tensor]:
            return recipe.wrap_loss(inner, model)

        return replace(recipe, prepare=flattened, loss=loss or recipe.loss, wrap_loss=wrap)

    return Fault(
        kind=f"flat-target-{loss}" if loss else "flat-target",
        places={"broadcast-target": at("loss")},
        change=change,
        why="(batch, 1) against (batch,) becomes (batch, batch): the best answer is the mean",
    )


def flat_output() -> Fault:
    """The output is squeezed in the loop, the target is (batch, 1)."""

    def change(recipe: Recipe) -> Recipe:
        def wrap(inner: Callable[..., torch.Tensor], model: Any) -> Callable[..., torch.Tensor]:
            del model

            def squeezed(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
                return inner(output.squeeze(-1), target)

            return squeezed

        return replace(recipe, wrap_loss=wrap)

    return Fault(
        kind="flat-output",
        places={"broadcast-target": at("loss")},
        change=change,
        why="(batch,) against (batch, 1) becomes (batch, batch): the best answer is the mean",
    )
