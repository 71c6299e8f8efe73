"""From a ladder to a verdict: its bounds, its words, and when none is given."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrad.flow.profile import LayerFlow
from livegrad.flow.verdict import ALIKE, DECADES, class_of, judged
from livegrad.text import Text


def ladder(first: float, correlation: float | None = 0.1, layers: int = 4) -> list[LayerFlow]:
    """Layers "a", "b", …, whose gradient changes evenly, all with one correlation."""
    return [
        LayerFlow(
            name="abcdefgh"[place],
            signal_variance=1.0,
            correlation=correlation,
            log10_gradient=first * (1 - place / max(layers - 1, 1)) if place + 1 < layers else 0.0,
        )
        for place in range(layers)
    ]


@pytest.mark.parametrize(
    ("power", "correlation", "code"),
    [
        (0.0, 0.1, "healthy"),
        (0.0, None, "healthy"),
        (-DECADES, 0.1, "healthy"),
        (DECADES, 0.1, "healthy"),
        (-DECADES - 1e-9, 0.1, "vanishes"),
        (DECADES + 1e-9, 0.1, "explodes"),
        (0.0, ALIKE, "collapses"),
        (0.0, ALIKE - 1e-9, "healthy"),
        (-DECADES - 1e-9, 1.0, "vanishes"),
        (DECADES + 1e-9, 1.0, "explodes"),
        (-math.inf, 0.1, "vanishes"),
        (math.inf, 0.1, "explodes"),
    ],
)
def test_classes_and_their_bounds(power: float, correlation: float | None, code: str) -> None:
    assert class_of(power, correlation) == code
    assert judged(ladder(power, correlation)).code == code


@given(st.floats(-400, 400), st.floats(-1, 1))
def test_the_verdict_is_the_class_of_both_ends(power: float, correlation: float) -> None:
    verdict = judged(ladder(power, correlation))
    assert verdict.code == class_of(power, correlation)
    assert verdict.text.en
    assert verdict.text.ko
    assert "{" not in verdict.text.en + verdict.text.ko
    assert verdict.doubts == ()


@pytest.mark.parametrize(
    ("power", "correlation", "words"),
    [
        (-7.0, 0.1, ("a", "10 million", "1,000만")),
        (7.0, 0.1, ("a", "10 million", "1,000만")),
        (0.0, 0.99, ("d", "0.990", "0.990")),
        (0.3, 0.1, ("a", "2", "2")),
        (-math.inf, 0.1, ("a", "0", "0")),
    ],
)
def test_the_words_name_the_layer_and_the_number(
    power: float, correlation: float, words: tuple[str, str, str]
) -> None:
    text = judged(ladder(power, correlation)).text
    place, english, korean = words
    assert english in text.en
    assert korean in text.ko
    assert f"layer {place}" in text.en
    assert place in text.ko


def test_an_exact_zero_is_told_from_a_small_number() -> None:
    zero, small = judged(ladder(-math.inf)), judged(ladder(-300.0))
    assert zero.code == small.code == "vanishes"
    assert zero.text != small.text
    assert "exactly 0" in zero.text.en


def test_what_is_no_number_cannot_be_judged() -> None:
    layers = [*ladder(-5.0)[:-1], LayerFlow(name="x", signal_variance=1.0, log10_gradient=math.nan)]
    verdict = judged(layers)
    assert verdict.code == "cannot-say"
    assert verdict.doubts
    own = Text("because", "왜냐하면")
    assert judged(layers, (own,)).doubts == (own,)


def test_where_networks_differ_the_middle_one_is_named_and_no_verdict_given() -> None:
    doubt = Text("they differ", "서로 다릅니다")
    sure, unsure = judged(ladder(-7.0)), judged(ladder(-7.0), (doubt,), certain=False)
    assert unsure.code == "cannot-say"
    assert unsure.doubts == (doubt,)
    assert sure.text.en in unsure.text.en
    assert sure.text.ko in unsure.text.ko


def test_likeness_is_read_where_it_is_last_known() -> None:
    """A readout may have no correlation: then the layer in front of it shows whether inputs are told apart."""
    layers = ladder(0.0, 0.999)
    last = LayerFlow(name="readout", signal_variance=1.0, correlation=None, log10_gradient=0.0)
    verdict = judged([*layers, last])
    assert verdict.code == "collapses"
    assert "layer d" in verdict.text.en


def test_with_a_skip_inputs_may_grow_alike() -> None:
    assert judged(ladder(0.0, 0.999), skip=True).code == "healthy"
    assert judged(ladder(-9.0, 0.999), skip=True).code == "vanishes"


def test_one_layer_is_healthy() -> None:
    assert judged(ladder(0.0, layers=1)).code == "healthy"
