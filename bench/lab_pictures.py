"""The pictures of the lab in docs/picture, taken anew: every screen, in one language and one light each, two on a phone.

python bench/lab_pictures.py [NAME …]
"""

from __future__ import annotations

import sys
from pathlib import Path

from lab_page import browser, lab
from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "picture"
EIGHT = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "swish")
DEEP = "&".join(f"lanes.{k}.activation={name}" for k, name in enumerate(EIGHT))


def nothing(page: Page) -> None:
    page.wait_for_timeout(800)


def run_race(page: Page, epochs: str = "60") -> None:
    page.locator('[data-control="race.until"]').fill(epochs)
    page.locator('[data-control="race.until"]').press("Enter")
    page.locator("h1").click()
    page.keyboard.press("Space")
    page.wait_for_function(
        f"document.querySelector('p.epoch strong').textContent === '{epochs}'", timeout=120_000
    )
    page.wait_for_timeout(1500)


def race_deep(page: Page) -> None:
    run_race(page, "3")


def prove(page: Page) -> None:
    page.locator("input[name=claims-guess]").first.check()
    page.locator('[data-control="claims.run"]').click()
    page.wait_for_selector("[data-state=done] .verdict .result", timeout=120_000)
    page.evaluate("scrollTo(0, 0)")
    nothing(page)


def prove_all(page: Page) -> None:
    page.locator('[data-control="claims.run-all"]').click()
    page.wait_for_selector("[data-ran='35']", timeout=600_000)
    nothing(page)


def trained(page: Page) -> None:
    page.wait_for_timeout(12_000)


def example(page: Page) -> None:
    page.locator('[data-control="clinic.example"]:visible').first.click()
    page.wait_for_timeout(3000)


PICTURES = {
    "lab-race-en": ("#/race", "en", "light", (1440, 900), run_race),
    "lab-race-ko": ("#/race", "ko", "dark", (1440, 900), run_race),
    "lab-ladder-100": (f"#/race?network.depth=100&init=he&{DEEP}", "en", "dark", (1440, 1000), race_deep),
    "lab-claims": ("#/claims", "ko", "light", (1440, 1400), prove_all),
    "lab-claim-en": ("#/claims?id=sigmoid-vanishing", "en", "light", (1440, 1000), prove),
    "lab-claim-ko": ("#/claims?id=dying-relu", "ko", "dark", (1440, 1000), prove),
    "lab-functions": ("#/functions?name=gelu", "en", "light", (1440, 1000), nothing),
    "lab-scenes": ("#/scenes?id=neuron", "ko", "light", (1440, 820), nothing),
    "lab-space": ("#/space", "en", "light", (1440, 1000), trained),
    "lab-clinic": ("#/clinic", "ko", "dark", (1440, 1000), example),
    "lab-guide": ("#/guide?layer=hidden&symptom=dead-units", "en", "light", (1440, 900), nothing),
    "lab-phone-race": ("#/race", "ko", "light", (390, 844), run_race),
    "lab-phone-claim": ("#/claims?id=relu-cheap", "en", "dark", (390, 844), prove),
}  # fmt: skip


def main() -> None:
    wanted = sys.argv[1:] or list(PICTURES)
    with lab() as address, browser() as opened:
        for name in wanted:
            take(opened, address, name)
            print(name, flush=True)


def take(opened: Browser, address: str, name: str) -> None:
    place, language, theme, (width, height), act = PICTURES[name]
    context = opened.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}&lang={language}&theme={theme}{place}")
    page.wait_for_function("document.documentElement.dataset.ready")
    page.wait_for_timeout(700)
    act(page)
    page.screenshot(path=str(FOLDER / f"{name}.png"))
    context.close()


if __name__ == "__main__":
    main()
