"""A lab that runs, and a browser that looks at it: nothing but this machine can be reached."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from lab.visitor import WAIT, Visitor, profile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture(scope="session")
def lab() -> Iterator[str]:
    """The address of a lab started as its user starts it, token and all."""
    process = subprocess.Popen(
        [sys.executable, "-m", "livegrad", "lab", "--no-browser", "--port", "0", "--lang", "en"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    said = list[str]()
    address = None
    for line in process.stdout:
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line)
        if found:
            address = found[0]
            break
    assert address, "".join(said)
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    reader.start()
    yield address
    process.terminate()
    process.wait(10)
    reader.join(5)
    process.stdout.close()
    assert "Traceback" not in "".join(said), "".join(said)


@pytest.fixture(scope="session")
def chromium(browser: str) -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=browser,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser at a desk-sized screen; the lab's files are read once for all tests."""
    found = profile(chromium, viewport={"width": 1440, "height": 900})
    yield found
    found.close()


@pytest.fixture(scope="session")
def pocket(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of a phone."""
    found = profile(chromium, viewport={"width": 390, "height": 844}, has_touch=True)
    yield found
    found.close()


@pytest.fixture
def visitor(desk: BrowserContext, lab: str) -> Iterator[Visitor]:
    """A new visitor at a desk-sized screen."""
    found = Visitor.again(desk, lab)
    yield found
    found.close()


@pytest.fixture
def phone(pocket: BrowserContext, lab: str) -> Iterator[Visitor]:
    """A visitor with a phone."""
    found = Visitor.again(pocket, lab)
    yield found
    found.close()
