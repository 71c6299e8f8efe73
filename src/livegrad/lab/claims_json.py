"""Claims as JSON, with names that stay.

::

    schema_version      1
    claims              a list; in each: id, claim, sources, expected, stable (one verdict from all base seeds), unexpected (a
                        verdict at the usual settings that is not the expected one), problem (null, or why it could not
                        run) and runs
    runs                one for each base seed: seed, settings, seconds, verdict {code, text, condition}, right (which answer
                        the measurement gave to the question), held (share, low, high, count, of), starts (for each paired
                        start whether the claim held), numbers, figures (each with its kind)

Sentences are {"en", "ko"}; arrays are lists; infinities and NaN are "inf", "-inf", "nan".
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from livegrad.lab.claims_run import Outcome
from livegrad.lab.experiment import Experiment
from livegrad.lab.proving import Proved
from livegrad.records import to_jsonable
from livegrad.text import Text

__all__ = ["SCHEMA", "listed", "to_json"]

SCHEMA = 1
"""Raised when a name changes its meaning or goes; new names may come without."""


def to_json(outcomes: Iterable[Outcome]) -> str:
    """Return what came of claims as JSON.

    Example:
        >>> from livegrad.lab.claims_run import plan_of, run_claims
        >>> told = json.loads(to_json(run_claims(plan_of(["sigmoid-vanishing"]))))
        >>> told["claims"][0]["runs"][0]["verdict"]["code"]
        'holds-if'
    """
    return _written([_claim(one) for one in outcomes])


def listed(experiments: Iterable[Experiment]) -> str:
    """Return claims that have not run as JSON: id, claim, sources, controls, seconds.

    Example:
        >>> from livegrad.lab.experiment import EXPERIMENTS
        >>> told = json.loads(listed(EXPERIMENTS.values()))
        >>> "sigmoid-vanishing" in [one["id"] for one in told["claims"]]
        True
    """
    return _written(
        [
            {
                "id": one.id,
                "claim": one.claim,
                "sources": one.sources,
                "expected": one.expected,
                "seconds": one.seconds,
                "controls": one.controls,
            }
            for one in experiments
        ]
    )


def _written(claims: list[dict[str, Any]]) -> str:
    told = to_jsonable(_plain({"schema_version": SCHEMA, "claims": claims}))
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)


def _claim(one: Outcome) -> dict[str, Any]:
    return {
        "id": one.experiment.id,
        "claim": one.experiment.claim,
        "sources": one.experiment.sources,
        "expected": one.experiment.expected,
        "stable": one.stable,
        "unexpected": one.unexpected,
        "problem": one.problem,
        "runs": [_run(run) for run in one.runs],
    }


def _run(run: Proved) -> dict[str, Any]:
    facts = run.facts
    return {
        "seed": facts.seed,
        "settings": facts.settings,
        "seconds": run.seconds,
        "verdict": run.verdict,
        "right": run.right,
        "held": facts.share,
        "starts": facts.held,
        "numbers": facts.numbers,
        "figures": [{"kind": type(one).__name__, **_fields(one)} for one in facts.figures],
    }


def _plain(value: Any) -> Any:
    """Return a value without NumPy."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Text):
        return value.to_dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(item) for name, item in _fields(value).items()}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _fields(record: Any) -> dict[str, Any]:
    return {one.name: getattr(record, one.name) for one in dataclasses.fields(record)}
