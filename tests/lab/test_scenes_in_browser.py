"""The scenes as their visitors take hold of them: the worked values, keys, real errors, ways on."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from lab.visitor import WAIT, Visitor, addressed, forgotten, hash_of
from playwright.sync_api import expect

from livegrad.lab.experiment import EXPERIMENTS
from livegrad.lab.scenes.pipe import pipe
from livegrad.lab.words.scenes import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

WORKED = {
    "neuron": ("1.5·1 + 1·(−1) + (−1) = −0.5", "0.3775"),
    "threshold-bias-gate": ("2 > 1.5", "b = −θ = −1.5", "00 → 0, 01 → 0, 10 → 0, 11 → 1"),
    "step-vs-sigmoid": ("step = 1, σ(kx) = 0.6225", "step′ = 0, σ′ = 0.235", "0 × 51, 1 × 49"),
    "two-layer-linear": ("W′ = (0.25, −2)", "b′ = 2.5", "−1.25", "= −2.5"),
    "two-layer-sigmoid": ("1.014", "0.3979"),
    "worked-forward": ("Wx + b = (−1, 2)", "ReLU → (0, 2)", "1·0 + 3·2 + 0 = 6", "σ(6) = 0.9975"),
    "weight-gradient": ("1·1.5 + 0.5 = 2", "0.09248 · 1.5 = 0.13872"),
    "from-scratch": (np.__version__, "no attribute 'int'", "y = [0 0 1]"),
    "steam-pipe": ("16 × 120",),
}
"""What each scene says before anything is touched, worked out by hand or by the lab itself."""


def opened(visitor: Visitor, scene: str, more: str = "", language: str = "en") -> Page:
    """Open a scene and wait until its numbers stand."""
    page = visitor.open(f"#/scenes?id={scene}{more}", language=language)
    page.wait_for_selector(".scene-numbers strong", state="attached", timeout=WAIT)
    return page


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[data-control="scenes.{name}"]')


def told(page: Page, name: str) -> str:
    """The number that a scene's list has under a name."""
    row = page.locator(".scene-numbers > div", has=page.locator("dt", has_text=name)).first
    return row.locator("strong").inner_text()


def changed(page: Page, name: str, wanted: str) -> None:
    """Wait until the number under a name is another one."""
    page.wait_for_function(
        """([name, wanted]) => [...document.querySelectorAll(".scene-numbers > div")].some((one) =>
          one.firstChild.textContent.startsWith(name) && one.textContent.includes(wanted))""",
        arg=[name, wanted],
        timeout=WAIT,
    )


def test_all_nine_are_walked_through_by_keyboard_and_show_their_worked_values(
    visitor: Visitor,
) -> None:
    page = opened(visitor, "neuron")
    for scene, values in WORKED.items():
        title = WORDS.texts[f"{scene}-name"].en
        page.wait_for_function("title => document.querySelector('.scene h2').textContent === title", arg=title)  # fmt: skip
        page.wait_for_function("wanted => document.querySelector('.scene').innerText.includes(wanted)", arg=values[0], timeout=WAIT)  # fmt: skip
        said = page.locator(".scene").inner_text()
        for value in values:
            assert value in said, f"{scene}: {value}"
        assert WORDS.texts[f"{scene}-see"].en in said
        assert not re.search(r"\bNaN\b|undefined|\[object", said)
        expect(page.locator(".scene canvas")).to_have_count(int(scene != "from-scratch"))
        page.locator("h1").click()
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.scene h2').textContent === 'One neuron'")
    page.keyboard.press("ArrowLeft")  # round to the last again
    page.wait_for_function("location.hash.includes('id=steam-pipe')")


@pytest.mark.parametrize("scene", ["neuron", "worked-forward", "from-scratch", "steam-pipe"])
def test_a_scene_shuts_nobody_out(visitor: Visitor, scene: str) -> None:
    page = opened(visitor, scene, language="ko")
    assert visitor.violations() == []
    said = page.locator(".scene").inner_text()
    assert WORDS.texts[f"{scene}-see"].ko in said
    assert WORDS.texts[f"{scene}-see"].en not in said


def test_a_neuron_answers_to_keys_as_its_formula_says(visitor: Visitor) -> None:
    page = opened(visitor, "neuron")
    control(page, "neuron.b").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    changed(page, "pre-activation", "+ (−0.5) = 0")
    assert told(page, "output") == "0.5"
    page.get_by_role("radio", name="sigmoid").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelectorAll('.scene-numbers strong')[1].textContent === '0'")  # fmt: skip
    control(page, "neuron.x1-number").fill("2")
    page.keyboard.press("Enter")
    changed(page, "pre-activation", "= 1.5")
    assert told(page, "output") == f"{math.tanh(1.5):.4f}"
    said = str(page.locator(".scene canvas").get_attribute("aria-label"))
    assert f"{math.tanh(1.5):.4f}" in said
    control(page, "neuron.again").click()
    changed(page, "output", "0.3775")
    forgotten(page, "x1")


def test_gates_are_one_neuron_each_and_xor_is_none(visitor: Visitor) -> None:
    page = opened(visitor, "threshold-bias-gate")
    for gate, table in {"or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "and": (0, 0, 0, 1)}.items():
        control(page, f"threshold-bias-gate.gate-{gate}").focus()
        page.keyboard.press("Enter")
        pairs = zip(("00", "01", "10", "11"), table, strict=True)
        changed(page, "step over", ", ".join(f"{pair} → {answer}" for pair, answer in pairs))
    assert "XOR needs two layers" in page.locator(".scene").inner_text()


def test_a_steep_sigmoid_is_nearly_the_step(visitor: Visitor) -> None:
    page = opened(visitor, "step-vs-sigmoid")
    control(page, "step-vs-sigmoid.k-number").fill("100")
    page.keyboard.press("Enter")
    changed(page, "steepest slope", "25")
    apart = 1 / (1 + math.exp(10))
    shown = re.sub("·10⁻⁵", "e-5", told(page, "furthest apart"))
    assert float(shown) == pytest.approx(apart, rel=0.01)


def test_linear_layers_stay_one_layer_however_deep(visitor: Visitor) -> None:
    page = opened(visitor, "two-layer-linear", "&depth=10&seed=3")
    through, once = (
        float(told(page, name).replace("−", "-").replace(",", ""))
        for name in ("x through all layers", "x through the one")
    )
    assert through == pytest.approx(once, rel=1e-4)
    bias = float(told(page, "one layer's bias").split("=")[1].replace("−", "-").replace(",", ""))
    total = float(told(page, "ŷ(x + y)").rsplit("=", 1)[1].replace("−", "-").replace(",", ""))
    assert total == pytest.approx(-bias, rel=1e-3)  # additive but for the bias
    assert "W10 =" in page.locator(".scene").inner_text()


def test_a_sigmoid_between_is_no_affine_map_unless_it_sees_nothing(visitor: Visitor) -> None:
    page = opened(visitor, "two-layer-sigmoid")
    control(page, "two-layer-sigmoid.s").focus()
    page.keyboard.press("Home")
    changed(page, "largest distance", "σ sees nothing")
    page.keyboard.press("End")
    changed(page, "largest distance", "no single layer")
    assert float(told(page, "largest distance")) > 1


def test_the_gradient_agrees_with_the_finite_difference_where_h_is_small(visitor: Visitor) -> None:
    page = opened(visitor, "weight-gradient")
    exact = told(page, "∂L/∂w").rsplit("= ", 1)[1]
    assert told(page, "finite difference") != exact
    control(page, "weight-gradient.h-number").fill("0.0001")
    page.keyboard.press("Enter")
    changed(page, "difference of", "They agree")
    assert told(page, "finite difference") == exact
    page.locator("h1").click()
    page.keyboard.press("t")
    table = page.locator(".scene table")
    expect(table).to_contain_text(exact)
    assert visitor.violations() == []
    page.keyboard.press("t")
    expect(page.locator(".scene canvas")).to_be_visible()


def test_from_scratch_runs_for_real_and_says_what_breaks(visitor: Visitor) -> None:
    page = opened(visitor, "from-scratch")
    scene = page.locator(".scene")
    page.wait_for_function("document.querySelector('.out.wrong')?.textContent.startsWith('AttributeError')", timeout=WAIT)  # fmt: skip
    assert "✗ stops" in scene.inner_text()
    assert page.locator(".line.here").inner_text().strip().endswith("astype(np.int)")
    page.get_by_role("radio", name="step").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("RuntimeWarning: overflow encountered in exp").wait_for(timeout=WAIT)
    assert "! runs with a warning" in scene.inner_text()
    field = page.get_by_label("x =")
    field.fill("-2, 0, 2")
    control(page, "from-scratch.run").click()
    page.wait_for_function("document.querySelector('.program .badge').className.includes('ok')", timeout=WAIT)  # fmt: skip
    outs = page.locator(".out").all_inner_texts()
    assert outs[0] == outs[1]
    field.fill("two")
    page.keyboard.press("Enter")
    page.locator(".complaint").wait_for(timeout=WAIT)
    assert "'two'" in page.locator(".complaint").inner_text()
    assert visitor.violations() == []


def test_the_pipe_leaks_what_was_measured(visitor: Visitor) -> None:
    page = opened(visitor, "steam-pipe", "&activation=tanh&init=he&depth=12")
    found = pipe("tanh", depth=12, width=8, init="he", seed=0)
    factors = [float(one) for one in np.asarray(found["factors"] if isinstance(found, dict) else found.factors)]  # fmt: skip
    shown = [float(one) for one in re.findall(r"×([\d.]+)", told(page, "joint by joint"))]
    assert shown == pytest.approx(factors, rel=0.05)
    before = told(page, "what layer 1 gets")
    control(page, "steam-pipe.activation").select_option("step")
    changed(page, "what layer 1 gets", "Nothing at all")
    assert before != told(page, "what layer 1 gets") == "0"


def test_a_scene_leads_to_its_claims(visitor: Visitor) -> None:
    page = opened(visitor, "step-vs-sigmoid")
    link = page.get_by_role("link", name=EXPERIMENTS["step-cannot-learn"].claim.en)
    link.wait_for(timeout=WAIT)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.documentElement.dataset.ready === 'claims'", timeout=WAIT)
    page.wait_for_selector("h1", timeout=WAIT)
    addressed(page, "id=step-cannot-learn")
    assert EXPERIMENTS["step-cannot-learn"].claim.en in page.locator("main").inner_text()
    page.go_back()
    page.wait_for_function("document.documentElement.dataset.ready === 'scenes'", timeout=WAIT)
    expect(page.locator(".scene h2")).to_have_text("Step and sigmoid")


def test_the_address_holds_a_scene_and_its_numbers(visitor: Visitor, chromium: Browser) -> None:
    page = opened(visitor, "neuron", "&w1=2.5&b=0.25&f=tanh")
    control(page, "neuron.x2-number").fill("0.5")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('x2=0.5')")
    other = Visitor(chromium, visitor.address, viewport={"width": 1440, "height": 900})
    again = other.open(hash_of(page))
    again.wait_for_selector(".scene-numbers strong", timeout=WAIT)
    numbers = page.locator(".scene-numbers").inner_text()
    expect(again.locator(".scene-numbers")).to_have_text(page.locator(".scene-numbers").text_content() or "-")  # fmt: skip
    assert again.locator(".scene-numbers").inner_text() == numbers
    assert "2.5·1 + 1·0.5 + 0.25 = 3.25" in numbers
    other.close()


def test_scenes_fit_a_phone(phone: Visitor) -> None:
    page = opened(phone, "worked-forward", language="ko")
    for scene in WORKED:
        page.evaluate("id => { location.hash = `#/scenes?id=${id}`; }", scene)
        title = WORDS.texts[f"{scene}-name"].ko
        page.wait_for_function("title => document.querySelector('.scene h2').textContent === title", arg=title)  # fmt: skip
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{scene}: {wide} px"
    assert phone.violations() == []
