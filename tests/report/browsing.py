"""Pages opened in a browser that reaches no network; its complaints are a test's failures."""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path


def opened(browser: str, address: str, folder: Path) -> str:
    """Return the document after its scripts ran; fails if one complained."""
    ran = subprocess.run(
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync",
            "--disable-background-networking", "--no-first-run", "--enable-logging=stderr",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
            f"--user-data-dir={folder / 'profile'}", "--dump-dom", address,
        ],
        capture_output=True, text=True, encoding="utf-8", timeout=170, check=True,
    )  # fmt: skip
    assert "CONSOLE" not in ran.stderr, ran.stderr
    return ran.stdout


def widths_on_a_phone(browser: str, pages: Iterable[str], folder: Path) -> list[str]:
    """Return how wide each page is in a frame of 390 pixels; only those that speak English."""
    framed = "".join(
        f'<iframe srcdoc="{html.escape(text)}" width="390" height="900"></iframe>' for text in pages
    )
    asked = """<script>onload = () => {
      const all = [...document.querySelectorAll("iframe")].map((f) => f.contentDocument.documentElement);
      document.title = all.map((e) => `${e.scrollWidth}:${e.lang}`).join(" ");
    }</script>"""
    file = folder / "frames.html"
    file.write_text(f'<meta charset="utf-8">{asked}{framed}', encoding="utf-8")
    told = opened(browser, file.as_uri(), folder)
    return re.findall(r"(\d+):en", re.findall("<title>(.*?)</title>", told)[0])
