"""Formulas in Unicode and MathML: readable, well-formed, and the same mathematics."""

from xml.dom import minidom

import pytest

from livegrad.functions import ACTIVATIONS, own
from livegrad.report.formula_text import formula_lines, formula_text
from livegrad.report.mathml import formula_markup, mathml
from livegrad.text import LANGUAGES


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gelu", "x·Φ(x)"),
        ("swish", "x·σ(β·x)"),
        ("sigmoid", "1/(1 + e⁻ˣ)"),
        ("softplus", "ln(1 + e^(β·x))/β"),
        ("gaussian", "e^(−x²)"),
        ("isru", "x/√(1 + α·x²)"),
        ("bent_identity", "(√(x² + 1) − 1)/2 + x"),
        ("log_softmax", "xᵢ − ln Σⱼ e^xⱼ"),
        ("maxout", "max_(j = 1 … k) x_(i, j)"),
        ("sparsemax", "[argmin_(p ∈ Δ) ‖p − x‖²]ᵢ"),
    ],
)
def test_a_formula_reads_as_a_textbook_has_it(name: str, text: str) -> None:
    assert formula_text(ACTIVATIONS[name].latex) == text


def test_pieces_stand_below_each_other() -> None:
    assert formula_lines(ACTIVATIONS["relu6"].latex) == (
        "⎧ 0   x ≤ 0",
        "⎨ x   0 < x ≤ 6",
        "⎩ 6   x > 6",
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_formula_is_read_without_a_rest(name: str) -> None:
    latex = ACTIVATIONS[name].latex
    for language in LANGUAGES:
        lines = formula_lines(latex, language)
        assert not any(sign in line for line in lines for sign in "\\{}&")
        assert all(line.count("(") == line.count(")") for line in lines)
    markup = formula_markup(ACTIVATIONS[name])
    minidom.parseString(markup)  # noqa: S318 - our own; raises unless it is well-formed
    assert "\\" not in markup


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("x**3 / (1 + abs(x))", "x³/(1 + |x|)"),
        ("-x / 2", "−x/2"),
        ("where(x > 1, x, x * x)", "x·x"),
        ("max(x, 0.1 * x)", "max(x, 0.1·x)"),
        ("sqrt(1 + x**2) - 1", "√(1 + x²) − 1"),
    ],
)
def test_a_formula_of_ones_own_is_readable_too(formula: str, text: str) -> None:
    assert text in " ".join(formula_lines(own(formula).latex))


def test_what_holds_elsewhere_is_said_in_both_languages() -> None:
    latex = r"\begin{cases} 1 & x = 0 \\ x & \text{else} \end{cases}"
    assert [formula_lines(latex, one)[1] for one in LANGUAGES] == [
        "⎱ x   otherwise",
        "⎱ x   그 밖의 x",
    ]
    assert "그 밖의 x" in mathml(latex)
    assert "otherwise" in mathml(latex)
