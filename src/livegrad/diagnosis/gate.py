"""When a diagnosis stops a pipeline: the one place where findings become yes or no."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from livegrad.codes import CODES, SEVERITIES
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.errors import BadInput
from livegrad.text import Text

FailOn: TypeAlias = Literal["error", "warning", "note", "never"]
FAIL_ON: tuple[FailOn, ...] = (*SEVERITIES, "never")

__all__ = ["FAIL_ON", "require_codes", "require_fail_on", "stops", "stops_at"]

_NO_CODE = Text(
    "No finding has the code '{given}'. The codes are: {codes}.",
    "'{given}'이라는 진단 코드는 없습니다. 있는 코드: {codes}.",
)
_NO_SEVERITY = Text(
    "fail_on is '{given}'; it must be one of {known}.",
    "fail_on으로 '{given:을/를}' 받았습니다. {known} 가운데 하나여야 합니다.",
)


def stops(
    diagnosis: Diagnosis, fail_on: FailOn = "warning", *, allow: Collection[str] = ()
) -> bool:
    """Return whether a training is too ill to go on with: what an exit code or a test says.

    A training that does not learn stops too when no rule says why: silence is no clean bill of health. A training
    that was not observed does not stop here; whoever asks must look at `Diagnosis.observed` first.

    Args:
        diagnosis: Of one training.
        fail_on: The severity from which on a finding stops; "never": nothing does.
        allow: Codes that do not stop, with all that they explain.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> seen = Evidence(model="Net", steps=100)
        >>> stops(Diagnosis(findings=(), learning=False, state=Text("", ""), evidence=seen))
        True
    """
    if fail_on == "never":
        return False
    return bool(stops_at(diagnosis, fail_on, allow=allow)) or diagnosis.cause_unknown


def stops_at(
    diagnosis: Diagnosis, fail_on: FailOn = "warning", *, allow: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Return the root findings that stop a training.

    Args:
        diagnosis: Of one training.
        fail_on: The severity from which on a finding counts.
        allow: Codes that do not count.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> seen = Evidence(model="Net", steps=100)
        >>> stops_at(Diagnosis(findings=(), learning=True, state=Text("", ""), evidence=seen))
        ()
    """
    if fail_on == "never":
        return ()
    limit = SEVERITIES.index(fail_on)
    return tuple(
        f
        for f in diagnosis.findings
        if SEVERITIES.index(f.severity) <= limit
        and f.code != "not-observed"
        and f.code not in allow
    )


def require_codes(codes: Collection[str]) -> tuple[str, ...]:
    """Return the codes if all of them exist: a misspelt one would allow nothing.

    Raises:
        BadInput: One of them does not.

    Example:
        >>> require_codes(["dead-units"])
        ('dead-units',)
    """
    for code in codes:
        if code not in CODES:
            raise BadInput(_NO_CODE.fill(given=code, codes=", ".join(CODES)))
    return tuple(codes)


def require_fail_on(given: str) -> FailOn:
    """Return the severity from which on a finding stops.

    Raises:
        BadInput: It is none of "error", "warning", "note", "never".

    Example:
        >>> require_fail_on("error")
        'error'
    """
    known = {name: name for name in FAIL_ON}
    if given not in known:
        raise BadInput(_NO_SEVERITY.fill(given=given, known=", ".join(FAIL_ON)))
    return known[given]
