"""The learning-rate range test: how the rate rises, what is read off, what the race makes of it."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import ExponentialLR
from treatment.plain_training import held, network, sgd, train

import livegrad
from livegrad.diagnosis.engine import RULES
from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.evidence import Evidence, Layer, Loss, Optimizer, Score
from livegrad.text import same
from livegrad.treatment import rate_choice, rate_range, surgery_rates, trial, verdict
from livegrad.treatment.budget import Budget
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.proof import Prescription, Runner
from livegrad.treatment.race import Race
from livegrad.treatment.surgery import Patient

STEPS, PEAK = 400, 10.0
BEFORE = Evidence(model="Net", steps=STEPS, optimizer=Optimizer(name="SGD", rate=PEAK))


def guess(
    remedy: str, factor: float, rate: float = PEAK, code: str = "learning-rate-too-high"
) -> Prescription:
    settings: dict[str, object] = {"factor": factor, "rate": rate, "new": factor * rate}
    return Prescription(
        remedy=remedy, title=same(remedy), reason=same(""), code=code, place="", settings=settings
    )


def fell(turn: float, rate: float, fall: float = 0.5) -> rate_range.Found:
    return rate_range.Found(turn=turn, rate=rate, fall=fall)


def other(remedy: str = "clip-gradients") -> Prescription:
    return Prescription(remedy=remedy, title=same(remedy), reason=same(""), code="", place="")


def lower_test(evidence: Evidence = BEFORE) -> Prescription:
    planned = rate_range.planned([guess("lower-rate", 0.1)], evidence)
    assert planned is not None
    return planned


def ran(test: Prescription, loss_at, *, noise: float = 0.01) -> Runner:
    """A test whose loss is a function of the rate, with noise."""
    low, high, steps = rate_range.sweep_of(test).values()
    rates = low * (high / low) ** (np.arange(int(steps)) / (steps - 1))
    chance = np.random.default_rng(0)
    values = [float(loss_at(rate) + noise * chance.standard_normal()) for rate in rates]
    loss = Loss(steps=tuple(range(len(values))), values=tuple(values))
    seen = Evidence(model="Net", steps=len(values), loss=loss)
    return Runner(prescription=test, outcome="untreated", evidence=seen)


def valley(turn: float):
    """A loss that stands, falls towards ``turn``, and is no number a decade above."""

    def loss(rate: float) -> float:
        if rate > 10 * turn:
            return math.nan
        return (
            1 - 0.5 * min(1.0, max(0.0, math.log10(100 * rate / turn) / 2)) + max(0.0, rate - turn)
        )

    return loss


# How the rate rises ---------------------------------------------------------------------------------


def test_the_rate_rises_by_equal_factors_whatever_is_scheduled_and_the_schedule_has_it_back():
    model = network()
    optimizer = sgd(model, 0.1)
    schedule = ExponentialLR(optimizer, 0.5)
    patient = Patient((("", model),), optimizer)
    surgery_rates.sweep(patient, 1e-4, 1e-1, steps=4)
    seen = []
    optimizer.register_step_post_hook(lambda o, *_: seen.append(o.param_groups[0]["lr"]))
    train(model, optimizer, after=schedule.step, steps=5)
    assert seen == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1e-1])
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1 * 0.5**5)
    patient.close()
    train(model, optimizer, steps=1)
    assert seen[-1] == pytest.approx(0.1 * 0.5**5)


def test_groups_keep_their_ratio_and_a_rate_that_is_a_tensor_stays_one():
    one, two = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1))
    rate = torch.tensor(0.5)
    optimizer = torch.optim.Adam(
        [{"params": [one], "lr": rate}, {"params": [two], "lr": 0.05}], foreach=False
    )
    patient = Patient((("", torch.nn.Linear(1, 1)),), optimizer)
    surgery_rates.sweep(patient, 1.0, 100.0, steps=2)
    seen = []
    optimizer.register_step_post_hook(
        lambda o, *_: seen.append([float(g["lr"]) for g in o.param_groups])
    )
    for _ in range(2):
        optimizer.step()
    assert seen == [pytest.approx([1.0, 0.1]), pytest.approx([100.0, 10.0])]
    assert optimizer.param_groups[0]["lr"] is rate
    assert float(rate) == pytest.approx(0.5)


def test_a_test_runs_like_a_treated_training_changes_no_line_and_is_not_judged():
    build = RULES["learning-rate-too-high"].patient
    evidence = trial.untreated(build, 0, share=0.5).runner
    test = lower_test(Evidence(model="Net", steps=400, optimizer=evidence.evidence.optimizer))
    runner = rate_range.unjudged(trial.treated(build, 0, test, evidence, share=0.25).runner)
    assert (runner.outcome, runner.score, runner.changes) == ("untreated", None, ())
    assert runner.evidence.steps == rate_range.sweep_of(test)["steps"]
    found = rate_range.found(test, runner)
    rate = evidence.evidence.optimizer.rate
    assert found.rate < rate / 10  # the patient's rate is 250 times that of its healthy twin


# What is read off -----------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0.003, 0.1, 1.0])
def test_the_rate_is_a_tenth_of_that_at_which_the_loss_was_lowest(turn):
    test = lower_test()
    found = rate_range.found(test, ran(test, valley(turn)))
    assert found.turn == pytest.approx(turn, rel=0.6)
    assert found.rate == pytest.approx(found.turn / 10, rel=0.1)


@pytest.mark.parametrize("edge", [0.03, 1.0])
def test_where_the_loss_does_not_fall_the_rate_lies_well_below_that_at_which_it_rises(edge):
    test = lower_test()
    found = rate_range.found(test, ran(test, lambda rate: 1.0 + (5.0 if rate > edge else 0.0)))
    assert not found.fell
    assert found.turn == pytest.approx(edge, rel=0.6)
    assert found.rate == pytest.approx(found.turn / 30, rel=0.3)


def test_where_the_loss_is_soon_no_number_that_is_its_edge():
    test = lower_test()
    found = rate_range.found(test, ran(test, lambda rate: math.nan if rate > 0.1 else 1.0))
    assert (found.fell, found.turn) == (False, pytest.approx(0.1, rel=0.5))


@pytest.mark.parametrize("chance", range(20))
def test_noise_alone_is_neither_a_fall_nor_a_rise(chance):
    test = lower_test()
    values = tuple(1 + 0.2 * float(v) for v in np.random.default_rng(chance).standard_normal(100))
    loss = Loss(steps=tuple(range(100)), values=values)
    seen = Evidence(model="Net", steps=100, loss=loss)
    found = rate_range.found(test, Runner(prescription=test, outcome="untreated", evidence=seen))
    assert found is None


def test_a_loss_that_is_no_number_from_the_start_says_nothing():
    test = lower_test()
    assert rate_range.found(test, ran(test, lambda _: math.nan)) is None


def test_a_run_that_failed_before_it_began_says_nothing():
    test = lower_test()
    assert rate_range.found(test, Runner(prescription=test, outcome="failed")) is None


def test_the_test_looks_where_the_remedies_point():
    below = rate_range.sweep_of(lower_test())
    assert (below["lowest"], below["highest"], below["steps"]) == (1e-4, 10.0, 100)
    above = rate_range.planned([guess("raise-rate", 10.0)], BEFORE)
    assert rate_range.sweep_of(above)["lowest"] == 10.0
    assert rate_range.sweep_of(above)["highest"] == 1e6
    both = rate_range.planned([guess("raise-rate", 10.0), guess("lower-rate", 0.1)], BEFORE)
    sweep = rate_range.sweep_of(both)
    assert sweep["lowest"] < PEAK < sweep["highest"]


def test_after_a_warm_up_the_greatest_rate_counts():
    seen = held((0.01, 0.1, 1.0))
    assert rate_range.sweep_of(lower_test(seen))["highest"] == 1.0


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(model="Net", steps=50, optimizer=Optimizer(name="SGD", rate=0.1)),
        Evidence(model="Net", steps=400, optimizer=Optimizer(name="Prodigy")),
        Evidence(model="Net", steps=400),
    ],
    ids=["short", "no rate", "no optimizer"],
)
def test_a_training_that_is_short_or_tells_no_rate_is_not_tested(evidence):
    assert rate_range.planned([guess("lower-rate", 0.1)], evidence) is None


# What is tried then ---------------------------------------------------------------------------------


def factors(field: tuple[Prescription, ...], remedy: str) -> list[float]:
    return [p.settings["factor"] for p in field if p.remedy == remedy]


def test_the_rate_that_was_found_comes_first_then_its_neighbours_then_the_guess():
    field = [other("a"), guess("lower-rate", 0.1), guess("lower-rate", 0.01), other("b")]
    found = fell(0.1, 0.01)
    decided = rate_choice.decided(field, lower_test(), found)
    assert [p.remedy for p in decided] == ["a", *["lower-rate"] * 4, "b"]
    assert factors(decided, "lower-rate") == pytest.approx([0.001, 0.0003, 0.003, 0.1], rel=0.1)
    assert decided[1].title.en == "learning rate 0.01"
    assert "0.1" in decided[1].reason.en


def test_each_kind_of_finding_has_its_own_sentence():
    test = lower_test()
    low, rose = fell(0.3, 0.03), fell(0.3, 0.01, fall=0.0)
    told = {
        rate_choice.said(test, found, used=used).en
        for found, used in ((low, True), (rose, True), (low, False), (None, False))
    }
    assert len(told) == 4
    assert all("over 100 steps" in sentence for sentence in told)
    reasons = {
        rate_choice.decided([guess("lower-rate", 0.1)], test, f)[0].reason.en for f in (low, rose)
    }
    assert len(reasons) == 2


def test_a_rate_on_the_other_side_leaves_the_guesses_at_the_end():
    field = [guess("raise-rate", 10.0), guess("lower-rate", 0.1), other("a")]
    test = rate_range.planned(field, BEFORE)
    decided = rate_choice.decided(field, test, fell(10.0, 1.0))
    assert [p.remedy for p in decided] == ["lower-rate"] * 3 + ["a", "raise-rate"]
    assert all(factor < 1 for factor in factors(decided, "lower-rate"))


def test_where_the_loss_heeds_no_rate_one_guess_stays_in_its_place():
    field = (guess("lower-rate", 0.1), guess("lower-rate", 0.01), other("a"))
    assert rate_choice.decided(field, lower_test(), None) == (field[0], field[2])


@pytest.mark.parametrize(("fall", "place"), [(0.5, 0), (0.03, 2)])
def test_where_no_rule_names_the_rate_it_comes_first_only_if_the_loss_fell_clearly(fall, place):
    field = [guess("lower-rate", 0.1, code=""), other("a"), other("b")]
    decided = rate_choice.decided(field, lower_test(), fell(0.1, 0.01, fall))
    assert [p.remedy for p in decided].index("lower-rate") == place
    assert decided[place].title.en == "learning rate 0.01"
    named = [guess("lower-rate", 0.1), other("a"), other("b")]
    assert rate_choice.decided(named, lower_test(), fell(0.1, 0.01, fall))[0].remedy == "lower-rate"


def test_a_deep_network_without_a_cause_gets_its_functions_shaped_before_anything_else():
    def order(depth: int) -> list[str]:
        kinds = {"kind": "Linear", "fan_in": 16, "units": 16}
        layers = tuple(
            Layer(
                name=str(2 * i),
                is_output=i == depth - 1,
                activation=None if i == depth - 1 else "relu",
                **kinds,
            )
            for i in range(depth)
        )
        seen = dataclasses.replace(BEFORE, layers=layers)
        unknown = Diagnosis(findings=(), learning=False, state=same(""), evidence=seen)
        return list(dict.fromkeys(p.remedy for p in prescribe(unknown)))

    assert order(30)[0] == "shape-activations"
    assert order(4)[0] == "raise-rate"


def test_under_a_warm_up_the_rate_that_is_changed_is_the_greatest():
    """The first step's is none that a script names."""
    seen = held((1.0, 5.0, 10.0))
    field = [guess("lower-rate", 0.1, rate=1.0)]
    test = rate_range.planned(field, seen)
    decided = rate_choice.decided(field, test, fell(1.0, 0.1))
    assert decided[0].settings == {"factor": 0.01, "rate": 10.0, "new": 0.1}


# In the race ----------------------------------------------------------------------------------------


def score(value: float) -> Score:
    return Score(kind="accuracy", value=value, spread=0.02, source="training", samples=100)


NOTHING = Runner(prescription=None, outcome="untreated", score=score(0.1), evidence=BEFORE)


class Track:
    """Stands for the trainings: each rate has a score and a loss, of which a constant answer reaches 1."""

    def __init__(self, scores: dict[str, float], turn: float = 0.1) -> None:
        self._scores, self._turn = scores, turn
        self.ran: list[tuple[str, float]] = []

    def __call__(self, prescription: Prescription | None, share: float) -> Runner:
        if rate_range.is_test(prescription):
            self.ran.append(("test", share))
            return ran(prescription, valley(self._turn))
        name = prescription.title.en if prescription else "nothing"
        self.ran.append((name, share))
        if prescription is None:
            return NOTHING
        value = self._scores.get(name, 0.1)
        loss = Loss(steps=tuple(range(100)), values=(1.0,) * 50 + (1 - value,) * 50, baseline=1.0)
        seen = Evidence(model="Net", steps=100, loss=loss)
        ill = Diagnosis(findings=(), learning=value > 0.15, state=same(""), evidence=seen)
        return Runner(
            prescription=prescription,
            outcome=verdict.outcome(NOTHING.score, score(value)),
            score=score(value),
            diagnosis=ill,
            evidence=seen,
            share=share,
        )


def raced(track: Track, *field: Prescription, seconds: float = 1e9) -> Race:
    race = Race(before=NOTHING, run_one=track, budget=Budget(seconds, one=1.0))
    race.run(field)
    return race


def test_where_a_rate_leads_the_test_comes_first_and_its_rate_is_the_first_prescription():
    track = Track({"learning rate 0.01": 0.95})
    race = raced(track, guess("lower-rate", 0.1), other())
    assert track.ran == [("test", 0.25), ("learning rate 0.01", 1.0)]
    assert "range test" in race.remarks[0].en


def test_where_something_else_leads_the_test_waits_until_it_is_needed():
    track = Track({"a": 0.95})
    raced(track, other("a"), guess("lower-rate", 0.1))
    assert track.ran == [("a", 1.0)]
    track = Track({"learning rate 0.01": 0.95})
    raced(track, other("a"), guess("lower-rate", 0.1), other("b"))
    assert track.ran[:2] == [("a", 1.0), ("test", 0.25)]


def test_a_cure_that_leaves_much_to_learn_meets_contenders_and_the_better_one_wins():
    track = Track({"learning rate 0.01": 0.3, "learning rate 0.03": 0.95})
    race = raced(track, guess("lower-rate", 0.1), other())
    assert verdict.best(race.finished).prescription.title.en == "learning rate 0.03"


def test_a_partial_cure_that_no_contender_beats_ends_the_race():
    track = Track({"a": 0.3, "b": 0.3, "c": 0.9})
    race = raced(track, other("a"), other("b"), other("c"))
    assert [n for n, share in track.ran if share == 1] == ["a", "b"]
    assert verdict.best(race.finished).prescription.title.en == "a"


def test_contenders_that_a_partial_cure_beats_in_short_runs_leave():
    track = Track({"a": 0.5, "d": 0.3, "f": 0.95})
    race = raced(track, *(other(name) for name in "abcdef"))
    assert [n for n, share in track.ran if share == 1] == ["a", "f"]
    assert [r.prescription.remedy for r in race.left] == ["d", "b", "c", "e"]


def test_what_is_not_tested_is_said():
    short = Evidence(model="Net", steps=50, optimizer=Optimizer(name="SGD", rate=PEAK))
    before = Runner(prescription=None, outcome="untreated", score=score(0.1), evidence=short)
    track = Track({})
    race = Race(before=before, run_one=track, budget=Budget(1e9, one=1.0))
    race.run((guess("lower-rate", 0.1),))
    assert rate_choice.NOT_TESTED in race.remarks
    assert not any(name == "test" for name, _ in track.ran)


def test_a_spent_budget_leaves_the_test_out():
    track = Track({})
    raced(track, guess("lower-rate", 0.1), seconds=0.5)
    assert [name for name, _ in track.ran] == ["lower-rate"]


def test_a_rate_that_is_far_too_high_is_cured_by_the_first_prescription_and_the_test_is_counted():
    told: list[Runner] = []
    checkup = livegrad.check(
        RULES["learning-rate-too-high"].patient, treat=True, seeds=1, budget=600, told=told.append
    )
    first = checkup.proof.races[0]
    assert first.prescription.remedy == "lower-rate"
    assert checkup.proof.after is first
    assert [rate_range.is_test(r.prescription) for r in told].count(True) == 1
    assert checkup.proof.runs == len(told)
    assert any("range test" in remark.en for remark in checkup.proof.remarks)
