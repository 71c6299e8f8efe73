"""``livegrad.examine``: what one batch can tell of a network before it is trained."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from livegrad import quantity
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.text import Text

if TYPE_CHECKING:
    import torch

    from livegrad.flow.profile import FlowProfile

__all__ = ["examine"]

_THROUGH_DEPTH = ("vanishing-gradient", "exploding-gradient")
AGREES = 1.0
"""Theory and measurement tell the same story if they differ by at most this many decades, or this share of them…"""
AGREES_SHARE = 0.2

_EXPECTED = Text(
    "Theory expects the same of these weights, whatever the batch: 10^{predicted} (measured: 10^{measured}).",
    "이론으로 계산해도 이 가중치라면 어느 배치에서나 마찬가지입니다: 10^{predicted}(잰 값은 10^{measured}).",
)
_UNEXPECTED = Text(
    "Theory expects 10^{predicted} of such weights and 10^{measured} was measured, so this batch or these very weights have a "
    "part in it.",
    "이론이 이런 가중치에서 예상하는 값은 10^{predicted}인데 10^{measured:이/가} 나왔습니다. 이 배치나 바로 이 가중치의 탓도 있습니다.",
)


def examine(
    model: torch.nn.Module, loss_fn: Callable[..., torch.Tensor], batch: tuple[Any, Any]
) -> Diagnosis:
    """Examine a network before it is trained: its graph, its output and loss, theory, and one batch.

    One forward and one backward pass are made, in training mode. Afterwards weights, gradients, buffers (batch
    normalisation's statistics), random states and modes are bit for bit what they were.

    Args:
        model: The network, on any device.
        loss_fn: Called as ``loss_fn(output, y)``; gives one number.
        batch: ``(x, y)``, as training gets them; 32 samples and more tell more. x is a tensor of shape (batch, …), a
            tuple of the model's arguments, or a dictionary of them by name.

    Returns:
        The diagnosis. ``learning`` is None, since nothing was learned yet, and no finding is graver than a
        warning: a doubtful start is no failure.

    Raises:
        BadInput: No module, no pair, a batch that does not fit, or a loss that is not one number with a gradient.
        CouldNotObserve: An error of livegrad's own.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> _ = torch.manual_seed(0)
        >>> x, y = torch.randn(64, 4), torch.randint(3, (64,))
        >>> model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 3), nn.Softmax(dim=1))
        >>> [finding.code for finding in examine(model, nn.CrossEntropyLoss(), (x, y)).findings]
        ['wrong-output-activation']
        >>> examine(model[:3], nn.CrossEntropyLoss(), (x, y)).healthy
        True
    """
    from livegrad.observation.probe import observe_once

    evidence = observe_once(model, loss_fn, batch)
    found = diagnose(evidence)
    findings = tuple(_foretold(finding) for finding in found.findings)
    if any(_is_of_depth(finding) for finding in findings):
        profile = _theory(model, loss_fn, batch)
        if profile is not None:
            findings = tuple(_with_theory(finding, profile) for finding in findings)
    return dataclasses.replace(found, findings=findings)


def _foretold(finding: Finding) -> Finding:
    """The same finding, and its consequences, as a warning at most: nothing has failed yet."""
    return dataclasses.replace(
        finding,
        severity="warning" if finding.severity == "error" else finding.severity,
        consequences=tuple(_foretold(one) for one in finding.consequences),
    )


def _is_of_depth(finding: Finding) -> bool:
    return finding.code in _THROUGH_DEPTH and "time_steps" not in finding.evidence


def _theory(
    model: torch.nn.Module, loss_fn: Callable[..., torch.Tensor], batch: tuple[Any, Any]
) -> FlowProfile | None:
    """What theory expects of the model; None where it cannot follow it."""
    from livegrad import flow

    try:
        profile = flow.predict(model, batch, loss_fn=loss_fn)
    except Exception:  # noqa: BLE001 (the measurement stands without theory, whatever stopped it)
        return None
    known = profile.layers and math.isfinite(profile.layers[0].log10_gradient)
    return profile if known and not profile.not_traced else None


def _with_theory(finding: Finding, profile: FlowProfile) -> Finding:
    """A finding about depth, with what theory says of it; where both agree it is likely, else only possible."""
    measured = finding.evidence.get("decades")
    if not _is_of_depth(finding) or not isinstance(measured, float):
        return finding
    predicted = profile.layers[0].log10_gradient
    agrees = abs(predicted - measured) <= max(AGREES, AGREES_SHARE * abs(measured))
    said = (_EXPECTED if agrees else _UNEXPECTED).fill(
        predicted=quantity.number(round(predicted)), measured=quantity.number(round(measured))
    )
    return dataclasses.replace(
        finding,
        causes=(*finding.causes, said),
        confidence="likely" if agrees else "possible",
    )
