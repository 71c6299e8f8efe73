"""Shared by all tests: how many random examples hypothesis tries, whether they are repeatable, and the browser.

Helpers are imported by their place below this folder, which pyproject.toml puts on the path:
``strategies``, ``functions.oracle``, ``report.specimens``.
"""

from __future__ import annotations

import os
import shutil

# Tests run side by side share the cores: a process that starts a thread for each of them slows all.
# Before NumPy and PyTorch are loaded, which look at this once; processes that tests start inherit it.
if "PYTEST_XDIST_WORKER" in os.environ:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

import pytest
from hypothesis import settings

# A deadline would fail on a busy machine for no fault of the code.
settings.register_profile("here", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def browser() -> str:
    """Where the browser is that the pages are looked at with."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        said = "NO CHROMIUM FOUND: the pages were NOT looked at in a browser. Install chromium."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    return str(found)
