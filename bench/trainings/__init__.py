"""The practice set: small real trainings with known faults, and sound ones. `trainings.case` tells their form."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from trainings.case import Case, Made, Part
from trainings.fault import Fault, healthy, sick
from trainings.recipe import Recipe

__all__ = ["Case", "Made", "Part", "cases"]


def cases(part: Part | None = None, *, only: str = "") -> tuple[Case, ...]:
    """The cases of a part, sick ones first.

    Args:
        part: "tune", "report", or ``None`` for both.
        only: Leaves those whose id holds these letters.
    """
    return tuple(c for c in _all() if part in {None, c.part} and only in c.id)


@functools.cache
def _all() -> tuple[Case, ...]:
    from trainings import (
        crossing_report,
        crossing_report_rest,
        crossing_tune,
        healthy_report,
        healthy_report_shapes,
        healthy_tune,
        traps_report,
        traps_tune,
    )

    return (
        *_part("tune", crossing_tune.SICK, healthy_tune.ORIGINS, traps_tune.TRAPS),
        *_part(
            "report",
            (*crossing_report.SICK, *crossing_report_rest.SICK),
            (*healthy_report.ORIGINS, *healthy_report_shapes.ORIGINS),
            traps_report.TRAPS,
        ),
    )


def _part(
    part: Part,
    crossed: Iterable[tuple[str, Fault]],
    origins: Iterable[Recipe],
    traps: Iterable[Recipe],
) -> Iterator[Case]:
    named = {recipe.name: recipe for recipe in origins}
    yield from (sick(named[name], fault, part) for name, fault in crossed)
    yield from (healthy(recipe, part) for recipe in named.values())
    yield from (healthy(recipe, part, kind="trap") for recipe in traps)
