"""The functions view's side of the server."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.functions import ACTIVATIONS, activation, elementwise
from livegrad.functions.written import activation_in
from livegrad.lab.desk import DESKS, Given, Job
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.lab.frame import encoded
from livegrad.lab.functions.chosen import names_in, sliders, written
from livegrad.lab.functions.histogram import Source, histogram
from livegrad.lab.functions.said import SAID, said_of
from livegrad.lab.words.functions import WORDS
from livegrad.text import Text

TWELVE = [
    "step",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "softmax",
    "swish",
    "selu",
    "maxout",
    "identity",
]
ELEMENTWISE = [name for name, entry in ACTIVATIONS.items() if entry.kind == "elementwise"]


class Visit:
    """A page that runs its jobs at once and remembers what it is shown."""

    def __init__(self) -> None:
        self.desk = dict[str, Any]()
        self.shown = list[tuple[str, Any]]()

    def show(self, channel: str, value: object) -> None:
        self.shown.append((channel, value))

    def begin(self, name: str, run: Callable[[Job], None]) -> Job:
        job = Job(name=name, visit=self, cancelled=threading.Event())
        run(job)
        return job

    def end(self, name: str) -> None:
        pass


def ask(action: str, visit: Visit | None = None, **given: object) -> Any:
    return DESKS["functions"].actions[action](visit or Visit(), Given(given))


# ------------------------------------------------------------ the list


def test_the_list_has_every_function_with_a_curve_and_the_twelve_of_the_sources_first():
    found = ask("list")
    ids = [one["id"] for one in found["functions"]]
    assert sorted(ids) == sorted(ACTIVATIONS)
    assert set(ids[:12]) == set(TWELVE)
    assert found["curves"].shape[0] == len(ids)
    assert np.isfinite(found["curves"]).all()


def test_a_function_is_found_by_the_names_that_libraries_give_it():
    names = {one["id"]: one["names"].split() for one in ask("list")["functions"]}
    assert "silu" in names["swish"]
    assert "leakyrelu" in names["leaky_relu"]


# ------------------------------------------------------------ the card


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_every_card_travels_and_every_slope_agrees_with_finite_differences(name: str):
    card = ask("show", name=name)
    assert len(encoded(card)) > 200
    assert card["written"] == name
    assert card["formula"].startswith("<math")
    if name in ELEMENTWISE:
        assert card["check"]["agrees"], card["check"]
        assert card["check"]["points"] + card["check"]["left_out"] == 4001
        assert card["x"][0] == -5
        assert card["x"][-1] == 5


def test_a_wrong_slope_would_be_caught(monkeypatch: pytest.MonkeyPatch):
    function = elementwise("tanh")
    monkeypatch.setattr(type(function), "derivative", lambda _self, x, **_given: 0 * x + 0.5)
    assert not ask("show", name="tanh")["check"]["agrees"]


def test_the_curve_has_a_gap_where_f_jumps_and_where_only_the_slope_jumps():
    step, relu = ask("show", name="step"), ask("show", name="relu")
    assert np.isnan(step["f"]).sum() == 1
    assert not np.isnan(relu["f"]).any()
    assert np.isnan(relu["df"][relu["x"] == 0]).all()
    beside = relu["df"][np.flatnonzero(np.isnan(relu["df"]))[0] + np.array([-1, 1])]
    np.testing.assert_array_equal(beside, [0, 1])


def test_parameters_are_taken_and_come_back_as_sliders():
    card = ask("show", name="elu", parameters={"alpha": 0.5})
    assert card["written"] == "elu(alpha=0.5)"
    np.testing.assert_allclose(card["f"][0], 0.5 * math.expm1(-5))
    (slider,) = card["parameters"]
    assert slider.value == 0.5
    assert slider.low <= 0.5 <= slider.high


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_both_ends_of_every_slider_can_be_chosen(name: str):
    function = ACTIVATIONS[name]
    for slider in sliders(function):
        assert slider.low <= slider.value <= slider.high
        for end in (slider.low, slider.high):
            assert function.with_parameters(**{slider.name: end}).settings[slider.name] == end


def test_a_value_that_does_not_suit_is_refused_with_the_rule():
    with pytest.raises(BadInput, match="must be a number"):
        ask("show", name="elu", parameters={"alpha": -3})


def test_a_long_slope_is_left_out_rather_than_printed():
    assert ask("show", name="pau")["slope"] is None
    assert "<math" in ask("show", name="sigmoid")["slope"]


def test_a_factor_below_0_stands_in_brackets_and_does_not_read_as_a_difference():
    assert re.search(
        "<mo[^>]*>\\(</mo><mrow><mo[^>]*>−</mo><mn>1</mn>", ask("show", name="sigmoid")["slope"]
    )


# ------------------------------------------------------------ a formula of one's own


def test_other_names_in_a_formula_become_parameters():
    assert names_in("x * sigmoid(beta*x) + pi*gamma_2 - 1e3") == ("beta", "gamma_2")
    card = ask("show", formula="x * sigmoid(beta*x)", parameters={"beta": 2})
    (slider,) = card["parameters"]
    assert (slider.name, slider.value, slider.default) == ("beta", 2, 1)
    assert card["own"]
    assert card["check"]["agrees"]
    assert "swish" in card["remarks"][0].en


def test_a_formula_is_written_for_recipes_with_its_numbers():
    own = activation("a * x + tanh(ab * x)", a=-0.5, ab=3.0)
    same = activation_in(written(own))
    x = np.linspace(-3, 3, 50)
    np.testing.assert_array_equal(own(x), same(x))


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("x +* 2", "▸"),
        ("sigmoid(x", "▸"),
        ("__import__('os').system('ls')", "▸"),
        ("foo(x)", "foo"),
        ("1/x", "x = 0"),
        ("3", "does not depend on x"),
        ("x" * 201, "at most 200"),
    ],
)
def test_a_formula_that_cannot_be_is_refused_with_the_place_or_the_reason(formula: str, why: str):
    with pytest.raises(BadInput) as refused:
        ask("show", formula=formula)
    assert why in refused.value.text.en
    assert refused.value.text.ko != refused.value.text.en


def test_a_formula_can_be_trained_with():
    found = ask(
        "histogram",
        formula="x * sigmoid(beta*x)",
        parameters={"beta": 1.5},
        histogram="trained",
        depth=2,
        layer=1,
        steps=50,
    )
    assert found["accuracy"] > 0.6


# ------------------------------------------------------------ the histogram


def test_over_a_normal_distribution_the_numbers_are_the_integrals():
    for name, square, zero in (("relu", 0.5, 0.5), ("identity", 1.0, 0.0), ("step", 0.0, 1.0)):
        found = ask("histogram", name=name)
        assert found["square"] == pytest.approx(square, abs=1e-9)
        assert found["zero"] == pytest.approx(zero, abs=1e-3)
    tanh = ask("histogram", name="tanh")
    assert tanh["square"] == pytest.approx(0.4644, abs=1e-3)
    assert tanh["faint"] == pytest.approx(0.07, abs=0.005)  # as the claim says


def test_bars_and_what_lies_outside_make_one():
    found = ask("histogram", name="tanh", deviation=4, reach=3)
    assert found["shares"].sum() + found["outside"] == pytest.approx(1)
    assert found["outside"] == pytest.approx(math.erfc(0.75 / math.sqrt(2)), abs=1e-3)
    assert found["deviation"] == pytest.approx(4, rel=1e-3)


def test_a_bar_has_the_slope_of_its_place():
    found = ask("histogram", name="sigmoid")
    middle = (found["edges"][1:] + found["edges"][:-1]) / 2
    fine = np.isfinite(found["slopes"])
    np.testing.assert_allclose(
        found["slopes"][fine], elementwise("sigmoid").derivative(middle[fine]), atol=2e-3
    )


def test_the_factor_is_sigma_w_times_the_root_of_the_mean_square():
    found = {
        one["init"]: one for one in ask("histogram", name="relu", histogram="normal")["factors"]
    }
    assert found["he"]["factor"] == pytest.approx(1)
    assert found["glorot"]["factor"] == pytest.approx(math.sqrt(0.5))
    assert found["pytorch"]["factor"] == pytest.approx(math.sqrt(1 / 6))


def test_the_critical_weight_makes_the_factor_1_where_there_is_one():
    weight = ask("facts", name="tanh")["critical"]
    assert weight * math.sqrt(ask("histogram", name="tanh")["square"]) == pytest.approx(1)
    assert ask("facts", name="step")["critical"] is None
    assert ask("facts", name="softmax")["critical"] is None


def test_the_start_is_of_the_layer_asked_for_and_follows_from_the_seed():
    relu = elementwise("relu")
    deep = [
        histogram(relu, Source(kind="start", depth=12, layer=layer, init="pytorch"), 5.0)
        for layer in (1, 12)
    ]
    assert deep[1]["deviation"] < 0.7 * deep[0]["deviation"]
    one, same, other = (
        histogram(relu, Source(kind="start", seed=seed), 5.0)["deviation"] for seed in (0, 0, 1)
    )
    assert one == same != other


def test_training_moves_the_inputs_and_says_how_well_it_went():
    start, trained = (
        ask("histogram", name="tanh", histogram=kind, depth=3) for kind in ("start", "trained")
    )
    assert start["accuracy"] is None
    assert trained["accuracy"] > 0.9
    assert trained["deviation"] > 1.2 * start["deviation"]
    assert "300" in trained["note"].en
    assert "300" in trained["note"].ko


def test_a_layer_beyond_the_last_is_the_last():
    beyond, last = (
        ask("histogram", name="tanh", histogram="start", depth=3, layer=n) for n in (9, 3)
    )
    np.testing.assert_array_equal(beyond["shares"], last["shares"])


@pytest.mark.parametrize(
    "given", [{"depth": 101}, {"width": 65}, {"init": "mine"}, {"histogram": "x"}, {"steps": 2001}]
)
def test_more_than_the_limits_is_refused(given: dict[str, object]):
    with pytest.raises(BadInput):
        ask("histogram", name="relu", **given)


def test_a_vector_function_has_no_histogram():
    with pytest.raises(BadInput, match="whole vector"):
        ask("histogram", name="softmax")


# ------------------------------------------------------------ comparison, facts, accuracy


def test_comparison_gives_each_slope_over_the_same_window():
    lines = ask("compare", names=["sigmoid", "tanh", "elu(alpha=0.5)", "x*tanh((2.0)*x)"], reach=4)[
        "lines"
    ]
    assert [line["name"] for line in lines][2] == "elu(alpha=0.5)"
    assert all(line["x"][0] == -4 for line in lines)
    assert lines[1]["square"] > 8 * lines[0]["square"]
    with pytest.raises(BadInput, match="at most 8"):
        ask("compare", names=["relu"] * 9)


def test_facts_stand_in_groups_and_weak_places_in_sentences():
    told = ask("facts", name="relu")
    assert [group.title.en for group in told["groups"]][:2] == ["Shape", "Slope"]
    assert "dead unit" in told["failures"][0].en
    assert ask("facts", name="softmax")["failures"] == ()


def test_accuracy_is_measured_in_a_job_and_carries_its_number():
    visit = Visit()
    assert ask("accuracy", visit, name="relu", asked=7) == {"asked": 7}
    ((channel, found),) = visit.shown
    assert channel == "functions.accuracy"
    assert found["asked"] == 7
    assert len(found["rows"]) == 4
    assert all(row["worst"] <= 4 for row in found["rows"])


# ------------------------------------------------------------ vectors


def test_softmax_of_0_1_2_is_the_worked_value_and_sums_to_1():
    found = ask("vector", name="softmax", inputs=[0, 1, 2])
    np.testing.assert_allclose(found["outputs"], [0.090, 0.245, 0.665], atol=5e-4)
    assert found["sum"] == pytest.approx(1)


def test_the_jacobian_is_that_of_the_inputs_over_the_temperature():
    inputs, temperature, step = np.array([0.3, -1.0, 2.0]), 0.5, 1e-6
    found = ask("vector", name="softmax", inputs=inputs.tolist(), temperature=temperature)
    softmax = activation("softmax")
    for j in range(3):
        moved = np.zeros(3)
        moved[j] = step
        numeric = (
            softmax((inputs + moved) / temperature) - softmax((inputs - moved) / temperature)
        ) / (2 * step)
        np.testing.assert_allclose(found["jacobian"][:, j], numeric, atol=1e-8)
    np.testing.assert_allclose(found["jacobian"].sum(axis=0), 0, atol=1e-12)


def test_heat_makes_shares_alike_and_cold_lets_the_largest_win():
    hot, cold = (
        ask("vector", name="softmax", inputs=[0, 1, 2], temperature=t)["outputs"] for t in (10, 0.1)
    )
    assert np.ptp(hot) < 0.1
    assert cold[2] > 0.999


def test_the_sweep_moves_one_input_and_keeps_the_others():
    found = ask("vector", name="softmax", inputs=[0, 1, 2], moved=1)
    at = int(np.flatnonzero(found["x"] == 1)[0])
    np.testing.assert_allclose(found["sweep"][:, at], found["outputs"], atol=1e-12)


def test_maxout_is_the_largest_of_its_pieces():
    found = ask("pieces", slopes=[-1, 0.3, 1.5], offsets=[-0.5, 0.5, -1])
    np.testing.assert_array_equal(found["largest"], found["lines"].max(axis=0))
    assert set(found["piece"]) == {0, 1, 2}
    with pytest.raises(BadInput, match="numbers"):
        ask("pieces", slopes=[1, 2, 3], offsets=[1, 2])


def test_elementwise_functions_and_uneven_lengths_are_refused_with_a_way_out():
    with pytest.raises(BadInput, match="softmax or maxout"):
        ask("vector", name="relu", inputs=[1, 2])
    with pytest.raises(BadInput):
        ask("vector", name="glu", inputs=[1, 2, 3])
    with pytest.raises(BadInput, match="between"):
        ask("vector", name="softmax", inputs=[1, 1e9])


# ------------------------------------------------------------ what is said


def test_all_twelve_are_spoken_of_in_both_languages_with_every_placeholder_filled():
    assert sorted(SAID) == sorted(TWELVE)
    for name in TWELVE:
        for one in said_of(name):
            assert one.text.en != one.text.ko
            assert "{" not in one.text.en + one.text.ko
            assert re.search("[가-힣]", one.text.ko)


def test_what_is_said_holds_the_measured_numbers():
    assert "51 zeros and 49 ones" in said_of("step")[0].text.en
    x = np.float32(re.search(r"x ≈ ([\d.]+)", said_of("sigmoid")[0].text.en)[1])
    sigmoid = elementwise("sigmoid")
    assert sigmoid(np.float32(x + 0.1)) == 1
    assert sigmoid(np.float32(x - 0.5)) < 1
    assert "0.25" in said_of("sigmoid")[2].text.en
    assert "(1 against 0.25)" in said_of("tanh")[1].text.en
    assert "0.01" in said_of("leaky_relu")[0].text.en
    assert "1.0507" in said_of("selu")[0].text.en
    assert "1.6733" in said_of("selu")[0].text.en
    assert "(0.090, 0.245, 0.665)" in said_of("softmax")[0].text.en


def test_relu_meets_slope_0_for_half_of_a_normal_distribution_as_is_said():
    assert "half" in said_of("relu")[1].text.en
    assert ask("histogram", name="relu")["zero"] == pytest.approx(0.5, abs=1e-3)


def test_claims_that_are_named_and_there_already_are_spelt_right():
    named = {claim for name in TWELVE for one in said_of(name) for claim in one.claims}
    assert "sigmoid-vanishing" in named & set(EXPERIMENTS)
    assert all(re.fullmatch("[a-z-]+", claim) for claim in named)


@pytest.mark.parametrize("key", list(WORDS.texts))
def test_words_have_the_same_placeholders_in_both_languages(key: str):
    text: Text = WORDS.texts[key]
    english, korean = text.placeholders()
    assert english == korean
    assert text.en.strip()
    assert text.ko.strip()
