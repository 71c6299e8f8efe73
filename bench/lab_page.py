"""The page in a browser: first paint, frames a second, how busy its thread is, epochs a second as a reader sees them.

    python bench/lab_page.py [--seconds 6] [--rounds 3] [--quick]

A lab and a headless browser on the same machine, without a graphics card: what is drawn is drawn by the processor that also
trains. Frames are counted by ``requestAnimationFrame`` while a race runs as fast as it can.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

EIGHT = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "swish")
COUNT = """seconds => new Promise(done => {
  const frames = [];
  const step = t => {
    frames.push(t);
    if (t - frames[0] < 1000 * seconds) requestAnimationFrame(step);
    else done(frames);
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.rounds = 3.0, 1
    with lab() as address, browser() as opened:
        paints(opened, address, options.rounds)
        for depth, lanes in ((3, 8), (6, 3), (100, 8)):
            race(opened, address, depth, lanes, options)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end, {os.cpu_count()} cores")


@contextmanager
def lab() -> Iterator[str]:
    """A lab as its user starts it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "livegrad", "lab", "--no-browser", "--port", "0", "--lang", "en"],
        stdout=subprocess.PIPE,
        text=True,
    )
    found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", (process.stdout or [""]).readline())  # pyrefly: ignore
    try:
        yield found[0] if found else ""
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((p for name in names if (p := shutil.which(name))), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def paints(opened: Browser, address: str, rounds: int) -> None:
    """First contentful paint, and when the view stands with the lab's numbers in it."""
    first, stands = list[float](), list[float]()
    for _ in range(max(3, rounds)):
        context = opened.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("document.documentElement.dataset.ready")
        page.wait_for_selector(".lane canvas")
        stands.append(page.evaluate("performance.now()"))
        first.append(
            page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        )
        context.close()
    print(f"first paint {spread(first)} ms; race stands with its numbers {spread(stands)} ms")


def race(opened: Browser, address: str, depth: int, lanes: int, options: Any) -> None:
    """Frames, busy share and epochs a second while a race runs."""
    rows = [once(opened, address, depth, lanes, options.seconds) for _ in range(options.rounds)]
    frames, worst, busy, epochs = zip(*rows, strict=True)
    print(
        f"{lanes} lanes, depth {depth:3}: {spread(frames)} frames/s, longest gap {spread(worst)} ms, "
        f"page busy {spread(busy)} %, {spread(epochs)} epochs/s in each lane",
        flush=True,
    )


def once(
    opened: Browser, address: str, depth: int, lanes: int, seconds: float
) -> tuple[float, float, float, float]:
    named = "&".join(f"lanes.{k}.activation={name}" for k, name in enumerate(EIGHT[:lanes]))
    context = opened.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    page = context.new_page()
    setup = f"network.depth={depth}&network.width=8&training.batch=10&init=he&speed=0&{named}"
    page.goto(f"{address}#/race?{setup}")
    page.wait_for_function("document.documentElement.dataset.ready")
    page.wait_for_function(f"document.querySelectorAll('.lane').length === {lanes}")
    page.keyboard.press("Space")
    page.wait_for_timeout(1000)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    began, before = epoch_of(page), used(session)
    times = page.evaluate(COUNT, seconds)
    gaps = [b - a for a, b in itertools.pairwise(times)]
    passed = (times[-1] - times[0]) / 1000
    busy = 100 * (used(session) - before) / passed
    made = (epoch_of(page) - began) / passed
    context.close()
    return len(gaps) / passed, max(gaps), busy, made


def epoch_of(page: Page) -> float:
    """The epoch that the page shows."""
    words = page.locator("p.epoch strong").inner_text()
    return float(words.replace(",", ""))


def used(session: Any) -> float:
    """Processor seconds of the page's main thread."""
    found = session.send("Performance.getMetrics")["metrics"]
    return next(m["value"] for m in found if m["name"] == "TaskDuration")


def spread(values: Any) -> str:
    ordered = sorted(values)
    middle = statistics.median(ordered)
    return f"{middle:.0f} ({ordered[0]:.0f} … {ordered[-1]:.0f})"


if __name__ == "__main__":
    main()
