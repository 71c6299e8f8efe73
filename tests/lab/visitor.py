"""A page of the lab under watch, in a browser that reaches nothing but this machine."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(sys.prefix) / "page" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class Visitor:
    """A page of the lab under watch: every complaint of the browser and every request is kept."""

    def __init__(self, chromium: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.context = chromium.new_context(bypass_csp=True, **options)
        self.page: Page = self.context.new_page()
        self.complaints = list[str]()
        self.requests = list[str]()
        self.page.on("console", lambda m: m.type in ("error", "warning") and self._heard(m.text))
        self.page.on("pageerror", lambda error: self._heard(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _heard(self, said: str) -> None:
        self.complaints.append(said)

    def open(self, place: str = "", *, language: str = "en", theme: str = "light") -> Page:
        """Open a place of the lab, such as ``#/race?seed=3``, and wait until the view stands."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}&lang={language}&theme={theme}{place}")
        self.page.wait_for_function("document.documentElement.dataset.ready")
        return self.page

    def violations(self) -> list[str]:
        """What axe-core finds: the rule, and where."""
        self.page.add_script_tag(path=str(AXE))
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", list(RULES)
        )
        return [
            f"{v['id']} ({v['help']}): {'; '.join(str(n['target']) for n in v['nodes'][:4])}"
            for v in found["violations"]
        ]

    def remote(self) -> list[str]:
        """Requests that left the machine."""
        own = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:")
        return [url for url in self.requests if not own.match(url)]

    def close(self) -> None:
        self.context.close()
        assert not self.complaints, self.complaints
        assert not self.remote()
