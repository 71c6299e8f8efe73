"""One training of a recording as the page draws it: the ladder at every sampled step, the loss, events, findings."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.codes import CODES
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Finding
from livegrad.lab.clinic.reading import broken
from livegrad.observation.evidence import Evidence, Recording, Series
from livegrad.report.ladder import STILL_BELOW
from livegrad.text import Text, same

__all__ = ["case", "summary", "title_of"]

Reals: TypeAlias = NDArray[Any]
_MOST_LOSSES = 1000  # points of the curve that travel
_DEAD = Text(
    "from step {step} on, units of {layer} stay dead",
    "{step}스텝부터 {layer}의 유닛이 죽은 채로 있음",
)
_NO_NUMBER = Text(
    "step {step}: the loss is no finite number", "{step}스텝: 손실이 유한한 수가 아님"
)
_BAD_DATA = Text("step {step}: data that are no numbers", "{step}스텝: 수가 아닌 데이터")
_RATE = Text(
    "learning rate {first} at the start, {last} at the end",
    "학습률이 처음 {first}, 마지막 {last}",
)


def title_of(code: str) -> Text:
    """Return the name of a finding's code.

    Example:
        >>> title_of("dead-units").ko
        '죽은 유닛'
    """
    english = code.replace("-", " ")
    return Text(english[:1].upper() + english[1:], CODES[code].ko.partition("(")[0])


def summary(recording: Recording, name: str) -> dict[str, Any]:
    """Return what a page says of a recording as a whole.

    Args:
        recording: As it was read.
        name: Of the file.

    Example:
        >>> from livegrad.lab.clinic.reading import bundled
        >>> summary(bundled(), "digits.json")["trainings"][0]["layers"]
        11
    """
    kept = ("script", "arguments", "seed", "seconds", "exit_code", "error", "interrupted")
    told = {key: getattr(recording, key) for key in kept}
    return told | {
        "name": name,
        "failure": recording.failure,
        "versions": recording.versions,
        "trainings": [
            {
                "model": evidence.model,
                "steps": evidence.steps,
                "layers": len(evidence.layers),
                "optimizer": evidence.optimizer.name if evidence.optimizer else None,
            }
            for evidence in recording.trainings
        ],
    }


def case(evidence: Evidence) -> dict[str, Any]:
    """Return one training, diagnosed: arrays of shape (layers, sampled steps), NaN where nothing was seen.

    Args:
        evidence: What was seen of it.

    Raises:
        BadInput: The recording does not hold what its form promises.

    Example:
        >>> from livegrad.lab.clinic.reading import bundled
        >>> case(bundled().trainings[0])["findings"][0]["code"]
        'vanishing-gradient'
    """
    try:
        return _case(evidence)
    except (
        TypeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        ArithmeticError,
    ) as problem:
        raise broken(problem) from problem


def _case(evidence: Evidence) -> dict[str, Any]:
    diagnosis = diagnose(evidence)
    count = len(evidence.sampled)

    def grid(name: str) -> Reals:
        return np.array(
            [_numbers(getattr(layer, name), count) for layer in evidence.layers]
        ).reshape(len(evidence.layers), count)

    gradient, by_weight = grid("gradient"), grid("weight_gradient")
    return {
        "model": evidence.model,
        "steps": evidence.steps,
        "sampled": np.array(evidence.sampled, np.int32),
        "layers": [_layer(layer) for layer in evidence.layers],
        "relative": _over_last(gradient),
        "relative_weight": _over_last(by_weight),
        "gradient": gradient,
        "weight_gradient": by_weight,
        **{name: grid(name) for name in ("update", "moved", "slope", "saturated", "asleep")},
        "still": [_still(layer.moved) for layer in evidence.layers],
        "still_below": STILL_BELOW,
        "loss": _loss(evidence),
        "events": _events(evidence),
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "learning": diagnosis.learning,
        "healthy": diagnosis.healthy,
        "observed": diagnosis.observed,
        "cause_unknown": diagnosis.cause_unknown,
        "state": diagnosis.state,
        "seconds": evidence.seconds,
        "watching": evidence.watching_seconds,
        "optimizer": _optimizer(evidence),
        "score": None
        if evidence.score is None
        else {"kind": evidence.score.kind, "value": evidence.score.value},
    }


def _numbers(series: Series, count: int) -> list[float]:
    found = [math.nan if value is None else float(value) for value in series[:count]]
    return found + [math.nan] * (count - len(found))


def _over_last(logarithms: Reals) -> Reals:
    """Return log₁₀ of the norms over the last layer's; NaN where that one is exactly 0 or was not seen."""
    if not logarithms.size:
        return logarithms
    last = logarithms[-1]
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(last), logarithms - last, np.nan)


def _still(moved: Series) -> bool | None:
    """Return whether a layer stood still from the start to the end; None where that was not seen."""
    known = [value for value in moved if value is not None]
    return known[-1] < STILL_BELOW if known else None


def _layer(layer: Any) -> dict[str, Any]:
    kept = ("name", "kind", "units", "activation", "is_output", "normalised", "skip")
    kept += ("initial_gain", "dead", "dead_since", "dead_samples")
    return {key: getattr(layer, key) for key in kept}


def _loss(evidence: Evidence) -> dict[str, Any] | None:
    loss = evidence.loss
    if loss is None or not loss.steps:
        return None
    every = -(-len(loss.steps) // _MOST_LOSSES)
    places = range(0, len(loss.steps), every)
    return {
        "steps": np.array([loss.steps[k] for k in places], np.int32),
        "values": np.array([loss.values[k] for k in places]),
        "every": every,
        "baseline": loss.baseline,
    }


def _events(evidence: Evidence) -> list[dict[str, Any]]:
    found = [
        {"step": layer.dead_since, "text": _DEAD.fill(step=layer.dead_since, layer=layer.name)}
        for layer in evidence.layers
        if layer.dead and layer.dead_since is not None
    ]
    for record, text in ((evidence.loss, _NO_NUMBER), (evidence.data, _BAD_DATA)):
        step = None if record is None else record.first_non_finite
        if step is not None:
            found.append({"step": step, "text": text.fill(step=step)})
    return sorted(found, key=lambda event: event["step"])


def _optimizer(evidence: Evidence) -> Text | None:
    optimizer = evidence.optimizer
    if optimizer is None:
        return None
    rate, last = optimizer.rate, optimizer.last_rate
    if rate is None:
        return same(optimizer.name)
    if last is None or last == rate:
        return Text("{name}, learning rate {rate}", "{name}, 학습률 {rate}").fill(
            name=optimizer.name, rate=f"{rate:g}"
        )
    told = _RATE.fill(first=f"{rate:g}", last=f"{last:g}")
    return Text("{name}, {told}", "{name}, {told}").fill(name=optimizer.name, told=told)


def _finding(finding: Finding) -> dict[str, Any]:
    kept = ("code", "severity", "place", "seen", "causes", "harm", "confidence", "doubt", "advice")
    told = {key: getattr(finding, key) for key in kept}
    return told | {
        "title": title_of(finding.code),
        "about": CODES[finding.code],
        "places": finding.places or (finding.place,),
        "numbers": finding.evidence,
        "consequences": [_finding(one) for one in finding.consequences],
    }
