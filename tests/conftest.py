"""Shared by all tests: how many random examples hypothesis tries, and whether they are repeatable.

Helpers are imported by their place below this folder, which pyproject.toml puts on the path:
``strategies``, ``functions.oracle``, ``report.specimens``.
"""

from __future__ import annotations

import os

from hypothesis import settings

# A deadline would fail on a busy machine for no fault of the code.
settings.register_profile("here", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
