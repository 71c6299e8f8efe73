"""A flow and a sweep as JSON: everything in the records, every sentence in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livegrad.flow.profile import FlowProfile
from livegrad.flow.sweep_record import Sweep
from livegrad.records import to_jsonable

__all__ = ["SCHEMA", "to_json"]

SCHEMA = 1


def to_json(profiles: Sequence[FlowProfile], swept: Sweep | None = None) -> dict[str, Any]:
    """Return flows as plain JSON values, read back by `livegrad.records`.

    Args:
        profiles: One or several; with one its fields stand on top, with several in a list.
        swept: A sweep, by itself or beside them.

    Returns:
        ``schema_version``, and the fields of `FlowProfile`, or ``profiles``, and ``sweep`` if there is
        one. Infinities and NaN are strings.

    Example:
        >>> from livegrad.flow.profile import LayerFlow, Verdict
        >>> from livegrad.text import same
        >>> one = LayerFlow(name="1", signal_variance=1.0, log10_gradient=float("-inf"))
        >>> verdict = Verdict(code="vanishes", text=same("Gone."))
        >>> net = FlowProfile(title=same("net"), source="measured", layers=(one,), verdict=verdict)
        >>> told = to_json([net])
        >>> told["schema_version"], told["layers"][0]["log10_gradient"]
        (1, '-inf')
    """
    told: dict[str, Any] = {"schema_version": SCHEMA}
    if len(profiles) == 1 and swept is None:
        told |= to_jsonable(profiles[0])
    elif profiles:
        told["profiles"] = to_jsonable(tuple(profiles))
    if swept is not None:
        told["sweep"] = to_jsonable(swept)
    return told
