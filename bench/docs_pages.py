"""The built documentation in a browser that reaches no network: how long each page takes, and what it asks for.

    python bench/docs_pages.py [build/docs] [--slowest 5]

A page counts as drawn with its second frame after the load event, by the page's own clock, which starts with the
navigation. Each page is opened in a context of its own, so nothing is kept from the one before. What took longer than the
bar is opened again, and the shortest time counts: another program's turn on the processor is not the page's. The load
of the machine is printed with the table.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lab_page import browser
from playwright.sync_api import Browser

__all__ = ["BAR", "Opened", "browser", "opened", "quickest"]

BAR = 1.0
"""Seconds that a page may take."""
DRAWN = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""


@dataclass(frozen=True)
class Opened:
    """What came of opening one page.

    Attributes:
        page: Its path below the folder of the site.
        seconds: From the navigation to the second frame after the load event.
        processor: Seconds of it that the page's own thread was at work, whatever else ran.
        left: Requests for anything but a file of the site.
        missing: Files of the site that it asked for and that are not there.
        said: Errors in the browser's console.
    """

    page: str
    seconds: float
    processor: float
    left: tuple[str, ...]
    missing: tuple[str, ...]
    said: tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", nargs="?", type=Path, default=Path("build/docs"))
    parser.add_argument("--slowest", type=int, default=5)
    parser.add_argument("--tries", type=int, default=3, help="for a page that took too long")
    options = parser.parse_args()
    with browser() as reader:
        next(opened(reader, options.site), None)  # the browser's own start counts for nobody
        first = {one.page: one for one in opened(reader, options.site)}
        found = list(quickest(reader, options.site, first, tries=options.tries).values())
    if not found:
        print(f"No page lies under {options.site}: build the site first (make docs).")
        return 2
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    again = sum(one.seconds > BAR for one in first.values())
    _print(found, again, options.slowest)
    return int(any(one.seconds > BAR or one.left or one.missing or one.said for one in found))


def opened(reader: Browser, site: Path, *, only: Collection[str] | None = None) -> Iterator[Opened]:
    """Open the pages of both languages, all or those named, one after the other, offline."""
    for file in sorted(site.resolve().glob("[ek][no]/**/*.html")):
        if only is not None and file.relative_to(site.resolve()).as_posix() not in only:
            continue
        context = reader.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        page = context.new_page()
        browser_itself = context.new_cdp_session(page)
        browser_itself.send("Performance.enable", {"timeDomain": "threadTicks"})
        asked, said = list[str](), list[str]()
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on(
            "console",
            lambda told, said=said: said.append(told.text) if told.type == "error" else None,
        )
        page.goto(file.as_uri(), wait_until="load")
        milliseconds = page.evaluate(DRAWN)
        told = browser_itself.send("Performance.getMetrics")["metrics"]
        processor = next(one["value"] for one in told if one["name"] == "TaskDuration")
        context.close()
        yield Opened(
            page=file.relative_to(site.resolve()).as_posix(),
            seconds=milliseconds / 1000,
            processor=processor,
            left=tuple(url for url in asked if not url.startswith(("file:", "data:", "blob:"))),
            missing=tuple(url for url in asked if url.startswith("file:") and not _there(url)),
            said=tuple(said),
        )


def quickest(
    reader: Browser, site: Path, first: Mapping[str, Opened], *, tries: int
) -> dict[str, Opened]:
    """Open again what took longer than the bar, and keep the shortest time of each page."""
    found = dict(first)
    for _ in range(tries - 1):
        late = [one.page for one in found.values() if one.seconds > BAR]
        for one in opened(reader, site, only=late) if late else ():
            found[one.page] = min(one, found[one.page], key=lambda each: each.seconds)
    return found


def _there(url: str) -> bool:
    return Path(unquote(urlsplit(url).path)).exists()


def _print(found: list[Opened], again: int, slowest: int) -> None:
    times = sorted(one.seconds for one in found)
    over = [one for one in found if one.seconds > BAR]
    print("| what | asked | measured |\n|---|---|---|")
    print(f"| pages, both languages | | {len(found)} |")
    print(f"| to the second frame, s: median | | {statistics.median(times):.2f} |")
    print(f"| 9 of 10 within | | {times[round(0.9 * (len(times) - 1))]:.2f} |")
    print(f"| opened again, for the first time was above {BAR:g} s | | {again} |")
    print(f"| slowest | ≤ {BAR:g} | {times[-1]:.2f} |")
    print(
        f"| slowest, processor time of the page's thread | | {max(one.processor for one in found):.2f} |"
    )
    print(f"| pages above {BAR:g} s | 0 | {len(over)} |")
    for name, count in (
        ("requests that leave the machine", sum(len(one.left) for one in found)),
        ("files that are asked for and not there", sum(len(one.missing) for one in found)),
        ("errors in the console", sum(len(one.said) for one in found)),
    ):
        print(f"| {name} | 0 | {count} |")
    print("\n| slowest pages | s | processor s |\n|---|---|---|")
    for one in sorted(found, key=lambda one: -one.seconds)[:slowest]:
        print(f"| `{one.page}` | {one.seconds:.2f} | {one.processor:.2f} |")
    for one in found:
        for what in (*one.left, *one.missing, *one.said):
            print(f"{one.page}: {what}")


if __name__ == "__main__":
    sys.exit(main())
