"""The functions as their visitors look at them: the catalogue, a formula of one's own, where the units sit."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from lab.visitor import WAIT, Visitor, addressed, hash_of
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

TITLED = """name => document.querySelector(".about h2")?.textContent === name
  && !document.querySelector(".functions .list-place > p")"""


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[data-control="functions.{name}"]')


def opened(visitor: Visitor, state: str, name: str, language: str = "en") -> Page:
    """Open the functions and wait until one of them is told of."""
    page = visitor.open(f"#/functions{state}", language=language)
    page.wait_for_function(TITLED, arg=f"About {name}" if language == "en" else name, timeout=WAIT)
    return page


def reading(page: Page, wanted: str) -> str:
    """Wait until what is read at x matches, and return it."""
    page.wait_for_function(
        "wanted => new RegExp(wanted).test(document.querySelector('.reading')?.textContent)",
        arg=wanted,
        timeout=WAIT,
    )
    return page.locator(".reading").inner_text()


def told(page: Page, pattern: str, *, other_than: str = "") -> str:
    """Wait until the picture's name says it, and return that name."""
    page.wait_for_function(
        """([wanted, before]) => {
          const said = document.querySelector('.main-curve canvas').getAttribute('aria-label');
          return said !== before && new RegExp(wanted).test(said);
        }""",
        arg=[pattern, other_than],
        timeout=WAIT,
    )
    return str(page.locator(".main-curve canvas").get_attribute("aria-label"))


def test_the_catalogue_is_found_by_typing_and_walked_with_arrows(visitor: Visitor) -> None:
    page = opened(visitor, "", "relu")
    count = int(re.findall(r"\d+", page.locator(".list .tiny").inner_text())[0])
    assert count == page.locator("button.entry").count() > 60
    search = control(page, "search")
    search.fill("SiLU")  # PyTorch's name of swish
    page.keyboard.press("Enter")
    page.wait_for_function(TITLED, arg="About swish", timeout=WAIT)
    shown = [one for one in page.locator("button.entry").all() if one.is_visible()]
    assert len(shown) < count / 4
    search.fill("")
    page.locator('button.entry[data-name="swish"]').focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function(TITLED, arg="About selu", timeout=WAIT)
    expect(page.locator("button.entry[aria-current]")).to_have_text(["selu"])
    search.fill("no such function")
    expect(page.locator(".list .tiny")).to_contain_text("0 found")
    assert visitor.violations() == []


def test_values_and_slopes_are_read_and_shown_as_a_table(visitor: Visitor) -> None:
    page = opened(visitor, "?name=sigmoid&x=0", "sigmoid")
    assert reading(page, r"f\(0\) = ") == "f(0) = 0.5, f′(0) = 0.25"
    control(page, "x").focus()
    page.keyboard.press("ArrowRight")
    value = 1 / (1 + math.exp(-0.05))
    found = re.findall(r"= ([\d.]+)", reading(page, r"f\(0\.05\) = "))
    assert [float(one) for one in found] == pytest.approx([value, value * (1 - value)], abs=1e-4)
    control(page, "second").check()
    reading(page, "f″")
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("t")
    table = page.locator(".main-curve table")
    cells = table.locator("tbody tr").nth(10).locator("th, td").all_inner_texts()  # x = 0
    assert [float(cell) for cell in cells[:4]] == [0, 0.5, 0.25, 0]
    assert table.locator("tbody tr").count() == 21
    assert visitor.violations() == []


def test_a_formula_of_ones_own_gets_a_slider_and_its_slope_is_checked(visitor: Visitor) -> None:
    page = opened(visitor, "", "relu")
    control(page, "formula").fill("x * sigmoid(beta*x)")
    page.keyboard.press("Enter")
    page.wait_for_function(TITLED, arg="About Your own function", timeout=WAIT)
    about = page.locator(".about")
    assert about.locator(".badge.ok").inner_text() == "✓ checked"
    assert re.search(r"off by [\d.]+·10⁻[⁰¹²³⁴-⁹]+ at most", about.inner_text())
    expect(about).to_contain_text("it is swish")
    reading(page, r"f\(1\) = 0\.7311")
    slider = control(page, "parameters.beta")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    beta = float(slider.input_value())
    assert beta > 1
    s = 1 / (1 + math.exp(-beta))
    page.wait_for_function(
        "wanted => Math.abs(Number(document.querySelector('.reading').textContent.split(' = ')[1].split(',')[0]) - wanted) < 1e-4",
        arg=s,
        timeout=WAIT,
    )
    slope = float(page.locator(".reading").inner_text().rsplit("= ", 1)[1])
    assert slope == pytest.approx(s + beta * s * (1 - s), abs=2e-4)
    addressed(page, f"parameters.beta={beta:g}")
    assert visitor.violations() == []


def test_a_wrong_formula_is_explained_and_the_last_good_one_stays(visitor: Visitor) -> None:
    page = opened(visitor, "?name=tanh", "tanh")
    before = reading(page, r"f\(1\) = 0\.7616")
    field = control(page, "formula")
    field.fill("x * sigmod(x)")
    wrong = page.locator("#formula-why")
    wrong.wait_for(timeout=WAIT)
    assert "'sigmod'" in wrong.inner_text()
    assert "'sigmoid'" in wrong.inner_text()  # the nearest name that there is
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".main-curve .wrong")).to_be_visible()
    assert page.locator(".reading").inner_text() == before
    page.locator("h1").click()
    page.keyboard.press("l")
    page.wait_for_function("/[가-힣]/.test(document.querySelector('#formula-why').textContent)")
    page.keyboard.press("l")
    assert visitor.violations() == []
    field.fill("x * sigmoid(x)")
    wrong.wait_for(state="hidden", timeout=WAIT)
    reading(page, r"f\(1\) = 0\.7311")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_the_histogram_comes_from_where_it_is_said(visitor: Visitor) -> None:
    page = opened(visitor, "?name=tanh&depth=4&layer=4", "tanh")
    normal = told(page, r"mean of f′² is 0\.\d")
    assert "N(0, 1)" in page.locator(".main-curve").inner_text()
    kinds = page.get_by_role("radiogroup", name="Inputs")
    kinds.get_by_role("radio", name="normal").focus()
    page.keyboard.press("ArrowRight")  # at the start
    page.get_by_text(re.compile("Inputs: layer 4 of 4")).wait_for(timeout=WAIT)
    told(page, r"mean of f′² is 0\.\d", other_than=normal)  # drawn with the next frame
    control(page, "steps").wait_for(state="hidden")
    page.keyboard.press("ArrowRight")  # after training
    page.get_by_text(re.compile("Inputs: layer 4 of 4 after 300 steps")).wait_for(timeout=WAIT)
    accuracy = page.locator(".numbers-row .told", has_text="Accuracy").locator("strong")
    assert re.fullmatch(r"\d+(\.\d+)? %", accuracy.inner_text())
    addressed(page, "histogram=trained")
    control(page, "seed").click()
    page.wait_for_function("location.hash.includes('seed=1')")
    assert visitor.violations() == []


def test_the_factor_per_layer_is_that_of_the_numbers_shown(visitor: Visitor) -> None:
    page = opened(visitor, "?name=relu", "relu")
    page.wait_for_function("document.querySelector('.factors')?.textContent.includes('critical')", timeout=WAIT)  # fmt: skip
    page.wait_for_function("!document.querySelector('.factors').textContent.includes('…')", timeout=WAIT)  # fmt: skip
    square = float(page.locator(".numbers-row strong").first.inner_text())
    assert square == pytest.approx(0.5, abs=0.01)  # half of the inputs meet a slope of 1
    factors = dict[str, list[float]]()
    for row in page.locator(".factors li").all_inner_texts():
        name = re.findall(r"[a-z]+", row.replace("σ_w", ""))[0]
        factors[name] = [float(one) for one in re.findall(r"\d+\.?\d*", row)]
    assert set(factors) >= {"pytorch", "glorot", "he", "critical"}
    for factor, weight in factors.values():
        assert factor == pytest.approx(weight * math.sqrt(square), abs=0.02)
    assert factors["he"][0] == pytest.approx(1, abs=0.02)


def test_formulas_are_set_as_mathematics_with_nothing_left_over(visitor: Visitor) -> None:
    page = opened(visitor, "?name=gelu", "gelu")
    for name in ("gelu", "erf", "phish"):
        page.locator(f'button.entry[data-name="{name}"]').click()
        page.wait_for_function(TITLED, arg=f"About {name}", timeout=WAIT)
        page.wait_for_function("document.querySelectorAll('.about math').length > 1", timeout=WAIT)
        said = "".join(page.locator(".about math").all_text_contents())
        assert not re.search(r"frac|sqrt|[a-z]{5,}|[\\{}]", said), said


def test_slopes_are_compared_and_the_comparison_changes_by_keyboard(visitor: Visitor) -> None:
    page = opened(visitor, "?name=elu", "elu")
    card = page.locator(".compare")
    canvas = card.locator("canvas")
    page.wait_for_function("document.querySelector('.compare canvas').getAttribute('aria-label').includes('elu, sigmoid, tanh, relu')", timeout=WAIT)  # fmt: skip
    control(page, "compare").select_option("gelu")
    page.wait_for_function("document.querySelector('.compare canvas').getAttribute('aria-label').includes('gelu')", timeout=WAIT)  # fmt: skip
    card.get_by_role("button", name="Take sigmoid out").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("!document.querySelector('.compare canvas').getAttribute('aria-label').includes('sigmoid')", timeout=WAIT)  # fmt: skip
    control(page, "compare-table").click()
    expect(card.locator("tbody tr")).to_have_count(4)
    rows = [row.split("\t")[0].strip() for row in card.locator("tbody tr").all_inner_texts()]
    assert rows == ["elu", "tanh", "relu", "gelu"]
    assert re.search(r"lets the most through \(E\[f′²\] = 0\.\d+\)", card.inner_text())
    assert canvas.is_hidden()
    assert visitor.violations() == []


def test_softmax_shows_its_shares_and_its_jacobian(visitor: Visitor) -> None:
    page = opened(visitor, "?name=softmax", "softmax")
    page.wait_for_function("document.querySelectorAll('.outputs strong').length === 3", timeout=WAIT)  # fmt: skip
    assert page.locator(".outputs strong").all_inner_texts() == ["0.090", "0.245", "0.665"]
    card = page.locator(".vectors")
    assert "always 1" in card.inner_text()
    jacobian = card.locator("table.numbers").first
    first = [float(cell.replace("−", "-")) for cell in jacobian.locator("tbody tr").first.locator("td").all_inner_texts()]  # fmt: skip
    p, q, r = 0.09003, 0.24473, 0.66524
    assert first == pytest.approx([p * (1 - p), -p * q, -p * r], abs=2e-4)
    control(page, "inputs.2-number").fill("0")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.outputs strong').textContent === '0.212'", timeout=WAIT)  # fmt: skip
    assert page.locator(".outputs strong").all_inner_texts() == ["0.212", "0.576", "0.212"]
    control(page, "more").click()
    page.wait_for_function("document.querySelectorAll('.outputs strong').length === 4", timeout=WAIT)  # fmt: skip
    assert page.locator(".main-curve").is_hidden()
    assert visitor.violations() == []


def test_accuracy_is_measured_on_request(visitor: Visitor) -> None:
    page = opened(visitor, "?name=sigmoid", "sigmoid")
    button = control(page, "accuracy")
    assert page.get_by_text("The worst of").count() == 0
    button.click()
    page.get_by_text(re.compile(r"The worst of [\d,]+ places")).wait_for(timeout=WAIT)
    card = page.locator("section", has=button).last
    rows = [float(one) for one in re.findall(r"([\d.]+) ULP at x", card.inner_text())]
    assert len(rows) == 4  # value and slope, in float32 and float64
    assert 0 < max(rows) < 4
    expect(button).to_be_enabled()


def test_the_address_holds_all_of_it(visitor: Visitor, chromium: Browser) -> None:
    state = f"?formula={quote('tanh(a*x)+0.1*x')}&parameters.a=2.5&reach=8&x=-1.5&second=true&histogram=start&depth=5&layer=2&init=glorot&compare=elu,gelu&seed=3"
    page = opened(visitor, state, "Your own function")
    first = told(page, r"mean of f′² is \d")
    other = Visitor(chromium, visitor.address, viewport={"width": 1440, "height": 900})
    control(page, "reach-number").fill("9")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('reach=9')")
    again = other.open(hash_of(page))
    again.wait_for_function(TITLED, arg="About Your own function", timeout=WAIT)
    assert told(again, r"mean of f′² is \d") == first
    said = reading(again, "f″")
    reading(page, re.escape(said))  # the first page has the wider plot by now too
    assert control(again, "parameters.a-number").input_value() == "2.5"
    assert control(again, "reach-number").input_value() == "9"
    assert control(again, "init").input_value() == "glorot"
    assert again.locator(".chips button").all_inner_texts() == ["elu ×", "gelu ×"]
    other.close()


def test_a_function_leads_to_its_race_its_claims_and_its_scenes(visitor: Visitor) -> None:
    page = opened(visitor, "?name=gelu", "gelu")
    control(page, "race").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'race'", timeout=WAIT)
    page.wait_for_selector(".lane", timeout=WAIT)
    assert page.locator(".lane .name").all_inner_texts() == ["gelu", "relu"]
    page = opened(visitor, "?name=sigmoid", "sigmoid")
    link = page.locator('.said a[href^="#/claims?id="]').first
    claim = link.get_attribute("href")
    link.click()
    page.wait_for_function("document.documentElement.dataset.ready === 'claims'", timeout=WAIT)
    assert hash_of(page).endswith(str(claim).partition("?")[2])


def test_it_fits_a_phone(phone: Visitor) -> None:
    page = phone.open("#/functions?name=prelu", language="ko")
    page.wait_for_selector(".reading:not(:empty)", timeout=WAIT)
    page.wait_for_selector(".compare canvas", timeout=WAIT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    control(page, "table").tap()
    page.wait_for_selector(".main-curve table")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.violations() == []
