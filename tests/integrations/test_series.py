"""Evidence as named numbers, and the findings as Markdown: made-up records in, exact values out."""

from __future__ import annotations

import math

import pytest
from integrations.specimens import diagnosis, evidence, finding, network, watched

from livegrad.diagnosis.ladder import FLOOR
from livegrad.integrations.markdown import findings_markdown
from livegrad.integrations.series import Number, numbers
from livegrad.observation.evidence import Clipping, Layer, Loss
from livegrad.text import same


def line(name: str, found: list[Number]) -> list[tuple[int, float]]:
    return [(number.step, number.value) for number in found if number.name == name]


def test_a_layers_numbers_stand_at_the_measured_steps_and_gaps_are_left_out() -> None:
    found = list(numbers(evidence()))
    assert line("livegrad/update/first", found) == [(0, 0.1), (4, 0.01)]
    assert line("livegrad/asleep/last", found) == [(0, 0.0), (4, 0.25), (9, 0.5)]
    assert not line("livegrad/saturated/last", found)


def test_a_gradient_of_zero_lies_at_the_bottom_and_one_that_overflowed_is_no_number() -> None:
    found = list(numbers(evidence()))
    assert line("livegrad/gradient/first", found) == [(0, -2.0), (4, -3.0), (9, FLOOR)]
    (_, first), (_, overflow), (_, nan) = line("livegrad/gradient/last", found)
    assert first == -1.0
    assert math.isnan(overflow)
    assert math.isnan(nan)


def test_the_loss_is_the_mean_since_the_measured_step_before() -> None:
    found = list(numbers(evidence()))
    assert line("livegrad/loss", found) == [(0, 10.0), (4, 7.5), (9, 3.0)]


def test_only_what_is_new_is_told_again() -> None:
    whole, news = list(numbers(evidence())), list(numbers(evidence(), after=4))
    assert {number.step for number in news} == {9}
    assert line("livegrad/loss", news) == [(9, 3.0)]
    assert len(whole) > len(news)


def test_a_compiled_model_shows_its_loss_alone_in_few_points() -> None:
    steps = tuple(range(1001))
    seen = evidence(sampled=(), layers=(), loss=Loss(steps=steps, values=(0.5,) * 1001))
    found = list(numbers(seen))
    assert {number.name for number in found} == {"livegrad/loss"}
    assert 100 < len(found) <= 200
    assert found[-1] == ("livegrad/loss", 1000, 0.5)


def test_what_clipping_did_has_two_lines() -> None:
    clipping = Clipping(before=(1.0, 2.0, 3.0), after=(0.0, 0.0, 0.0))
    found = list(numbers(evidence(clipping=clipping), prefix="mine"))
    assert line("mine/all_gradients/before_clipping", found) == [(0, 1.0), (4, 2.0), (9, 3.0)]
    assert line("mine/all_gradients/after_clipping", found) == [(0, 0.0), (4, 0.0), (9, 0.0)]


def test_a_layer_without_a_name_goes_by_its_number() -> None:
    seen = evidence(layers=(Layer(name="", kind="Linear", gradient=(1.0, 1.0, 1.0)),))
    assert line("livegrad/gradient/#1", list(numbers(seen)))


def test_a_real_training_gives_every_kind_of_number() -> None:
    found = list(numbers(watched(network(), 40).evidence()))
    names = {number.name for number in found}
    assert {"livegrad/loss", "livegrad/score", "livegrad/learning_rate"} <= names
    for kind in ("gradient", "weight_gradient", "update", "asleep", "saturated"):
        assert f"livegrad/{kind}/0" in names
    assert line("livegrad/learning_rate", found)[0] == (0, 0.05)
    assert all(not math.isinf(number.value) for number in found)


# ---- findings as text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("error", "dead-units", "41 of 64 units gave 0.", "Lower the rate.")),
        ("ko", ("오류", "죽은 유닛", "41개가 0을 냈습니다.", "학습률을 낮추세요.")),
    ],
)
def test_a_finding_stands_under_its_heading_in_both_languages(language, words) -> None:
    told = findings_markdown(diagnosis(finding()), language)
    heading = next(row for row in told.splitlines() if row.startswith("### "))
    assert heading.startswith(f"### {words[0]} · {words[1]}")
    assert all(word in told for word in words)


def test_a_consequence_stands_below_its_cause() -> None:
    deepest = finding("saturation", place="last")
    cause = finding("bad-initialization", consequences=(finding(consequences=(deepest,)),))
    rows = findings_markdown(diagnosis(cause), "en").splitlines()
    first = next(i for i, row in enumerate(rows) if row.startswith("- **explains:** dead-units"))
    assert rows[first + 1].startswith("    - **explains:** saturation · last")
    assert sum(row.startswith("### ") for row in rows) == 1


def test_names_are_shown_as_they_are() -> None:
    told = findings_markdown(
        diagnosis(finding(place="__main__", seen=same("a*b <b> `x_1 * y` x|y"))), "en"
    )
    assert r"\_\_main\_\_" in told
    assert r"a\*b \<b\> `x_1 * y` x\|y" in told


def test_a_healthy_training_is_one_line() -> None:
    assert findings_markdown(diagnosis(learning=True), "en").startswith("**It learns;")


def test_what_was_not_seen_is_never_called_healthy() -> None:
    told = findings_markdown(diagnosis(learning=None, steps=0), "en")
    assert "Nothing could be observed" in told
    assert "The loss went" not in told
