"""Licences of what livegrad needs: nothing comes with it that its users could not take along under Apache-2.0."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from functools import cache

import pytest
from packaging.requirements import Requirement

EXTRAS = ("torch", "examples", "lab", "proof", "tables", "docs")
"""What users install; livegrad ships none of it, and asks pip for all of it."""
ALLOWED = re.compile(
    "(0BSD|BSD(-[23]-Clause)?|3-Clause BSD License|BSD License|MIT(-0|-CMU)?|MIT License|ISC|Zlib|CC0-1.0"
    "|BSL-1.0|PSF-2.0|Python Software Foundation License|Public Domain|Apache( 2.0)?"
    "|Apache-2.0( WITH LLVM-exception)?|Apache (Software )?License|MPL-2.0|Mozilla Public License 2.0)$"
)
"""Permissive ones, and MPL, which asks something only of those who change its files."""
BESIDE = {
    "python-flint": "LGPL: FLINT is a library beside it, which users may exchange; an extra, only to prove bounds",
    "docutils": "public domain and BSD; its GPL part is an editor's mode that is not imported",
}
"""Others that were looked at, and why they may stay."""


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed() -> Iterator[str]:
    """Yield what livegrad needs by itself and with its extras, and what that needs in turn; of torch, torch alone."""
    seen, waiting = set[tuple[str, tuple[str, ...]]](), [("livegrad", EXTRAS)]
    while waiting:
        name, extras = waiting.pop()
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # not installed here, or not for this machine
        yield name
        for line in () if name == "torch" else found.requires or ():
            wanted = Requirement(line)
            asked = ("", *extras)
            if wanted.marker and not any(wanted.marker.evaluate({"extra": one}) for one in asked):
                continue
            step = (folded(wanted.name), tuple(wanted.extras))
            if step not in seen:
                seen.add(step)
                waiting.append(step)


@cache
def licences(name: str) -> tuple[str, ...]:
    """Return what a package says of its licence: an expression, or classifiers, or a word."""
    told = importlib.metadata.metadata(name)
    expression = told.get("License-Expression")
    if expression:
        return tuple(re.split(r" AND | OR ", expression))
    classified = [one for one in told.get_all("Classifier", []) if one.startswith("License :: ")]
    found = [re.sub(r" \([A-Z. 0-9]+\)$", "", one.rpartition(" :: ")[2]) for one in classified]
    return tuple(found) or tuple(
        re.split(r" AND | OR ", (told.get("License") or "").split("\n")[0])
    )


PACKAGES = sorted(set(needed()) - {"livegrad"})


def test_all_that_is_needed_is_looked_at() -> None:
    assert {"numpy", "rich", "click", "markdown-it-py"} <= set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_dependency_may_be_taken_along(name: str) -> None:
    if name in BESIDE:
        return
    assert licences(name)
    assert [one for one in licences(name) if not ALLOWED.match(one)] == []
