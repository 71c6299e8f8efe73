"""Where a finding stands, in the network and in the user's files: one line for terminal, page and code review."""

from __future__ import annotations

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence, Source
from livegrad.text import Text, join, same

__all__ = ["line_of", "place_of", "source_of"]

_PLACES = Text("{first} … {last} ({count} places)", "{first} … {last} ({count}곳)")
_OTHERS = Text("{place} and {count} more", "{place} 외 {count}곳")
_NOT_MODULES = ("optimizer", "loss", "data")


def source_of(finding: Finding, evidence: Evidence | None) -> Source | None:
    """Return the line of the user's code at which a finding's place is made, as near as it is known.

    A part whose own line is unknown stands at that of the part around it, and in the end at the model's.

    Args:
        finding: Whose place is looked for.
        evidence: What it was drawn from.

    Example:
        >>> from livegrad.text import same
        >>> made = Source(place="body", file="train.py", line=12)
        >>> seen = Evidence(model="Net", steps=9, sources=(made,))
        >>> found = Finding(
        ...     code="saturation",
        ...     severity="note",
        ...     place="body.0.fc",
        ...     seen=same(""),
        ...     harm=same(""),
        ...     advice=same(""),
        ... )
        >>> source_of(found, seen).line
        12
    """
    known = {source.place: source for source in evidence.sources} if evidence is not None else {}
    if finding.place in _NOT_MODULES:
        return known.get(finding.place)
    name = finding.place.partition("#")[0]
    while name:
        if name in known:
            return known[name]
        name = name.rpartition(".")[0]
    return known.get("")


def line_of(finding: Finding, evidence: Evidence | None) -> str:
    """Return ``"train.py:12"``; empty where the line is not known."""
    source = source_of(finding, evidence)
    return f"{source.file}:{source.line}" if source is not None else ""


def place_of(finding: Finding, evidence: Evidence | None = None) -> Text:
    """Return where a finding is: its place, as far as which module it reaches, and the line of code.

    Example:
        >>> from livegrad.text import same
        >>> found = Finding(
        ...     code="saturation",
        ...     severity="note",
        ...     place="0",
        ...     places=("0", "2", "4"),
        ...     seen=same(""),
        ...     harm=same(""),
        ...     advice=same(""),
        ... )
        >>> place_of(found).en
        '0 … 4 (3 places)'
    """
    others = [name for name in finding.places if name != finding.place]
    reach = same(finding.place)
    count = len(set(others))
    if others and finding.places[0] == finding.place:
        reach = _PLACES.fill(first=finding.place, last=others[-1], count=count + 1)
    elif others:  # the worst one is not the first, or the optimizer is blamed for its layers
        reach = _OTHERS.fill(place=finding.place, count=count)
    line = line_of(finding, evidence)
    parts = [part for part in (reach, same(line)) if part.en]
    return join(parts, between=" · ")
