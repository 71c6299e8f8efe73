"""A page of the lab under watch, in a browser that reaches nothing but this machine."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(sys.prefix) / "page" / "node_modules" / "axe-core" / "axe.min.js"
WAIT = 150_000  # ms for anything to happen; a moment on a free machine, minutes on a busy one
STILL = """() => new Promise((done) => {
  let last = performance.now();
  const began = last, watch = new MutationObserver(() => { last = performance.now(); });
  watch.observe(document.body, {childList: true, subtree: true, characterData: true});
  const look = () => {
    const now = performance.now();
    const fades = document.getAnimations().some((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime !== Infinity);
    const busy = fades || document.querySelector("main .loading, main [aria-busy=true]");
    if ((now - last > 250 && !busy) || now - began > 20000) { watch.disconnect(); done(); }
    else setTimeout(look, 50);
  };
  look();
})"""
VIOLATIONS = """async (rules) => {
  const found = await axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: rules}});
  return found.violations.map((one) => `${one.id} (${one.help}): ${one.nodes.slice(0, 4).map((node) => node.target).join("; ")}`);
}"""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class Visitor:
    """A page of the lab under watch: every complaint of the browser and every request is kept."""

    def __init__(self, chromium: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.context = profile(chromium, **options)
        self.kept = False
        self._look()

    @classmethod
    def again(cls, context: BrowserContext, address: str) -> Visitor:
        """A new page in a browser that has the lab's files already, and remembers nothing else."""
        found = cls.__new__(cls)
        found.address, found.context, found.kept = address, context, True
        found._look()
        return found

    def _look(self) -> None:
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

    def still(self) -> None:
        """Wait until nothing on the page has changed for a quarter of a second, and no colour is on its way to another."""
        self.page.evaluate(STILL)

    def violations(self) -> list[str]:
        """What axe-core finds: the rule, and where."""
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(path=str(AXE))
        return self.page.evaluate(VIOLATIONS, list(RULES))

    def remote(self) -> list[str]:
        """Requests that left the machine."""
        own = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:")
        return [url for url in self.requests if not own.match(url)]

    def close(self) -> None:
        if self.kept:
            self.page.evaluate(
                "() => { try { localStorage.clear(); } catch { /* nothing here */ } }"
            )
            self.page.close()
            self.context.clear_cookies()
            self.context.clear_permissions()
        else:
            self.context.close()
        assert not self.complaints, self.complaints
        assert not self.remote()


def profile(chromium: Browser, **options: Any) -> BrowserContext:
    """A browser that knows nothing yet."""
    context = chromium.new_context(bypass_csp=True, **options)
    context.set_default_timeout(WAIT)
    return context


def address(page: Page) -> str:
    """Where the page stands by its own account: Playwright's ``page.url`` hears of it later."""
    return str(page.evaluate("location.href"))


def hash_of(page: Page) -> str:
    """What the address holds, to be opened by somebody else."""
    return "#" + address(page).partition("#")[2]


def addressed(page: Page, *parts: str) -> None:
    """Wait until the address has all of these parts."""
    page.wait_for_function(
        "parts => parts.every((one) => location.href.includes(one))", arg=list(parts)
    )


def forgotten(page: Page, part: str) -> None:
    """Wait until the address has no such part."""
    page.wait_for_function("part => !location.href.includes(part)", arg=part)
