"""Figures are tested by their facts."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report import specimens

from livegrad import quantity
from livegrad.observation.evidence import Evidence, Layer, Loss
from livegrad.report import (
    axis,
    curves,
    html,
    ladder,
    outcome,
    proof_sentences,
    race,
    sections,
    sentences,
    shares,
    terminal,
    words,
)
from livegrad.text import Text
from livegrad.treatment import rates, remarks

LOGS = st.one_of(st.none(), st.floats(-400, 400), st.sampled_from([math.inf, -math.inf, math.nan]))


def test_rungs_are_relative_to_the_last_layer() -> None:
    rungs = ladder.climb(specimens.STUCK).rungs
    assert rungs[-1].height == rungs[-1].weight == 0.0
    assert rungs[0].height == pytest.approx(-6.93)
    assert [r.moves for r in rungs] == [False] * 6 + [True] * 4


def test_a_rung_is_the_median_of_the_first_samples() -> None:
    layer = Layer(
        name="a", kind="Linear", gradient=(None, 1.0, -math.inf, math.nan, 3.0, 2.0, 99.0, 99.0)
    )
    assert ladder.first_median(layer.gradient) == 1.0
    assert ladder.first_median((None, None)) is None
    assert math.isnan(ladder.first_median((math.nan, None)) or 0.0)


def test_a_layer_of_which_only_updates_were_seen_moves_by_at_most_their_sum() -> None:
    layer = Layer(name="a", kind="Linear", update=(1e-8, 2e-8, None))
    rung = ladder.climb(Evidence(model="Net", steps=1000, layers=(layer,))).rungs[0]
    assert (rung.moved, rung.moves) == (pytest.approx(2e-5), False)


def test_layers_of_one_name_share_a_row() -> None:
    before = ladder.climb(specimens.STUCK)
    extra = Layer(name="norm", kind="LayerNorm")
    layers = (*specimens.ALIVE.layers[:3], extra, *specimens.ALIVE.layers[3:])
    after = ladder.climb(Evidence(model="Net", steps=9, layers=layers))
    rows = ladder.side_by_side(before, after).rows
    assert [(r.before.name if r.before else None, r.after.name if r.after else None) for r in rows][
        2:5
    ] == [
        ("4", "4"),
        (None, "norm"),
        ("6", "6"),
    ]


def test_a_hundred_layers_are_thinned_with_first_and_last() -> None:
    shown = ladder.thinned(100, 20)
    assert len(shown) == 20
    assert (shown[0], shown[-1]) == (0, 99)
    assert ladder.thinned(3, 20) == (0, 1, 2)


@given(st.lists(LOGS, max_size=30))
def test_an_axis_holds_what_is_finite_and_its_labels_are_few(values: list[float | None]) -> None:
    made = axis.decades([v for v in values if v is not None])
    assert made.low < made.high
    assert 1 <= len(made.ticks) <= 7
    assert 0 in made.ticks
    assert all(made.low <= tick <= made.high for tick in made.ticks)
    assert all(0 <= made.share(v) <= 1 for v in values if v is not None)


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_a_linear_axis_has_round_ticks_within(low: float, high: float) -> None:
    made = axis.round_numbers(low, high)
    assert made.low < made.high
    assert len(made.ticks) <= 12


def test_the_loss_of_a_diverged_run_is_clipped_and_says_so() -> None:
    chart = curves.loss_chart(specimens.diverged().diagnoses[0].evidence)
    assert chart is not None
    assert chart.y.log
    assert chart.clipped
    assert chart.lines[0].broke_at == 37
    assert 10**chart.y.high < 10**2.5
    assert chart.baseline == 2.3023


def test_a_stuck_loss_looks_flat() -> None:
    chart = curves.loss_chart(specimens.STUCK)
    assert chart is not None
    assert chart.y.low == 0.0


def test_a_line_breaks_where_numbers_end_and_long_ones_are_thinned() -> None:
    values = tuple(math.nan if s == 500 else 1.0 + s for s in range(1000))
    chart = curves.loss_chart(
        Evidence(model="Net", steps=1000, loss=Loss(steps=tuple(range(1000)), values=values))
    )
    assert chart is not None
    assert [len(piece) for piece in chart.lines[0].pieces] == [curves.MOST_POINTS] * 2
    assert chart.lines[0].pieces[0][0][0] == 0
    assert chart.lines[0].pieces[-1][-1][0] == 999


def test_minus_loss_is_not_drawn_twice() -> None:
    evidence = replace(specimens.ALIVE, score=specimens.scored(-0.1, start=-2.0, kind="minus-loss"))
    assert curves.score_chart(evidence) is None
    assert curves.score_chart(specimens.ALIVE, specimens.STUCK) is not None


def test_only_shares_above_zero_become_strips() -> None:
    assert [s.kind for s in shares.strips(specimens.STUCK)] == ["saturated"]
    assert shares.strips(specimens.ALIVE) == ()
    (asleep,) = shares.strips(specimens.diverged().diagnoses[0].evidence)
    assert (asleep.kind, asleep.peak, len(asleep.steps)) == ("asleep", 1.0, 28)


def test_the_race_starts_with_the_untreated_run_and_marks_the_kept_one() -> None:
    proof = specimens.cured().proof
    assert proof is not None
    told = race.race(proof)
    assert [row.kept for row in told.rows] == [False, True, False, False, False]
    assert told.rows[0].gain is None
    assert told.rows[1].gain == pytest.approx(0.8578)
    assert told.rows[4].score is None


def test_a_short_run_is_counted_from_nothing_after_the_same_steps() -> None:
    proof = specimens.proven().proof
    assert proof is not None
    told = race.race(proof)
    assert told.rows[2].gain == pytest.approx(0.34 - 0.1)
    assert [row.kept for row in told.rows] == [False, True, False]


def test_numbers_are_written_for_people() -> None:
    exponents = (None, math.nan, math.inf, -math.inf, 4.09, 2.0, -400.0)
    assert [quantity.power(x) for x in exponents] == [
        "–", "NaN", "∞", "0", "1e4", "100", "1e-400",
    ]  # fmt: skip
    assert [quantity.counted(x).ko for x in (0.5, 3.4, 4.0, 6.9, 9.3, 38.0)] == [
        "3", "2,500", "1만", "800만", "20억", "10^38",
    ]  # fmt: skip
    assert [quantity.counted(x).en for x in (6.23, 9.3, 12.7)] == [
        "1.7 million",
        "2 billion",
        "5 trillion",
    ]
    assert quantity.duration(3725).en == "1 h 2 min"
    assert quantity.percent(0.0134) == "1.3 %"


@given(LOGS)
def test_every_number_can_be_written(value: float | None) -> None:
    for write in (quantity.number, quantity.score, quantity.gain, quantity.percent, quantity.power):
        assert write(value)
    if value is not None:
        assert quantity.counted(value).en
        assert quantity.duration(value).ko


def test_both_languages_of_every_sentence_have_the_same_placeholders() -> None:
    modules = words, sentences, sections, outcome, html, terminal, quantity, race
    for module in (*modules, proof_sentences, remarks, rates):
        for value in vars(module).values():
            for text in value.values() if isinstance(value, dict) else (value,):
                if isinstance(text, Text):
                    assert text.placeholders()[0] == text.placeholders()[1], text
