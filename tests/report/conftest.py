"""A browser for the pages: found once, and started in one way, without a network."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def browser() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        said = "NO CHROMIUM FOUND: the pages were NOT looked at in a browser. Install chromium."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    return str(found)
