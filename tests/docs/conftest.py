"""The documentation, built once for all tests that look at it: few claims, everything else as `make docs` does it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUICK = "sigmoid-vanishing,output-reshaping,bending-space"  # a ladder, a chart and a mesh


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site; a warning of Sphinx fails all tests that ask for it.

    ``LIVEGRAD_SITE=build/docs`` takes one that is built already, while you work on these tests.
    """
    if os.environ.get("LIVEGRAD_SITE"):
        return Path(os.environ["LIVEGRAD_SITE"]).resolve()
    pytest.importorskip(
        "sphinx", reason="the documentation is built with Sphinx: pip install -e '.[docs]'"
    )
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, str(ROOT / "docs" / "site" / "build.py"), "--out", str(folder)]
    told = subprocess.run(
        [*command, "--claims", QUICK], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "WARNING" not in told.stderr, told.stderr
    return folder
