"""The race: short runs first, a learning rate for each remedy, nothing as a runner; one majority in the end."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
import torch
from torch import nn

import livegrad
from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import RULES
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.observation.evidence import Evidence, Layer, Loss, Optimizer, Score
from livegrad.records import from_jsonable, to_jsonable
from livegrad.text import Text, same
from livegrad.treatment import prescription, rates, repeats, trial, verdict
from livegrad.treatment.budget import Budget
from livegrad.treatment.memory import Memory, source_of
from livegrad.treatment.proof import Prescription, Proof, Runner
from livegrad.treatment.race import Race, key_of
from livegrad.treatment.surgeon import operate
from livegrad.treatment.surgery import Patient


def remedy(name: str, **settings: object) -> Prescription:
    return Prescription(
        remedy=name, title=same(name), reason=same(""), code="", place="", settings=settings
    )


def score(value: float) -> Score:
    return Score(kind="accuracy", value=value, spread=0.02, source="training", samples=100)


EVIDENCE = Evidence(model="Net", steps=400, optimizer=Optimizer(name="SGD", rate=0.1))
NOTHING = Runner(prescription=None, outcome="untreated", score=score(0.1), evidence=EVIDENCE)


def diagnosed(*, learning: bool) -> Diagnosis:
    return Diagnosis(findings=(), learning=learning, state=same(""), evidence=EVIDENCE)


class Track:
    """Stands for the trainings: says what each scores, and remembers who ran how far."""

    def __init__(self, scores: dict[str, float], *, healthy: tuple[str, ...] = ()) -> None:
        self._scores, self._healthy = scores, healthy
        self.ran: list[tuple[str, float]] = []

    def __call__(self, prescription: Prescription | None, share: float) -> Runner:
        name = prescription.title.en if prescription else "nothing"
        self.ran.append((name, share))
        if prescription is None:
            return NOTHING
        value = self._scores.get(name, 0.1)
        learns = diagnosed(learning=True)
        ill = diagnosed(learning=False)
        return Runner(
            prescription=prescription,
            outcome=verdict.outcome(NOTHING.score, score(value)),
            score=score(value),
            diagnosis=learns if name in self._healthy else ill,
            share=share,
        )


def raced(track: Track, *names: str, seconds: float = 1e9, kept: int = 0, resort: str = "") -> Race:
    race = Race(
        before=NOTHING,
        run_one=track,
        budget=Budget(seconds, one=1.0),
        kept=kept,
        resort=tuple(map(remedy, resort)),
    )
    race.run(tuple(remedy(name) for name in names))
    return race


def test_the_first_that_cures_ends_the_race_at_once():
    track = Track({"a": 0.9}, healthy=("a",))
    raced(track, "a", "b", "c", "d")
    assert track.ran == [("a", 1.0)]


def test_the_others_run_short_first_and_the_better_half_goes_on():
    track = Track({"d": 0.9, "e": 0.8}, healthy=("d",))
    race = raced(track, "a", "b", "c", "d", "e")
    short = [name for name, share in track.ran if share == 0.25]
    assert short == ["nothing", "b", "c", "d", "e"]
    assert [n for n, share in track.ran if share == 1] == ["a", "d"]
    assert [r.prescription.remedy for r in race.left] == ["b", "c"]
    assert all("25 %" in r.remark.en for r in race.left)
    assert verdict.best(race.finished).prescription.remedy == "d"


def test_where_nothing_cures_that_the_findings_call_for_the_usual_cures_are_tried():
    track = Track({"a": 0.3, "y": 0.9}, healthy=("y",))
    race = raced(track, "a", "b", resort="bxyz")
    assert [n for n, share in track.ran if share == 1] == ["a", "b", "x", "y"], "b is not run again"
    assert verdict.best(race.finished).prescription.remedy == "y"


def test_where_something_cures_the_usual_cures_are_not_tried():
    track = Track({"b": 0.9, "x": 0.95}, healthy=("b", "x"))
    raced(track, "a", "b", resort="x")
    assert [n for n, _ in track.ran] == ["a", "b"]


def test_the_usual_cures_are_a_last_resort_only_where_little_is_learned():
    finding = Finding(
        code="vanishing-gradient", severity="error", place="0",
        seen=same(""), harm=same(""), advice=same(""),
    )  # fmt: skip
    layer = Layer(name="0", kind="Linear", units=4, fan_in=4)

    def ill(end: float, *findings: Finding) -> Diagnosis:
        falls = tuple(2.3 + (end - 2.3) * k / 399 for k in range(400))
        loss = Loss(steps=tuple(range(400)), values=falls, baseline=2.3)
        seen = dataclasses.replace(EVIDENCE, layers=(layer,), loss=loss)
        return dataclasses.replace(diagnosed(learning=False), findings=findings, evidence=seen)

    told = {p.remedy for p in prescription.last_resort(ill(2.29, finding))}
    assert told >= {"lower-rate", "raise-rate", "reinitialise"}
    assert prescription.last_resort(ill(0.1, finding)) == (), "it learned nearly all"
    assert prescription.last_resort(ill(2.29)) == (), "they are tried first then"
    assert {p.remedy for p in prescription.prescribe(ill(2.29))} >= told


def test_a_short_run_never_wins():
    short = Runner(prescription=remedy("a"), outcome="helped", score=score(0.9), share=0.25)
    assert verdict.best([short]) is None


def test_among_equals_the_order_of_the_prescriptions_holds():
    track = Track(dict.fromkeys("bcdef", 0.5), healthy=("b",))
    raced(track, "a", *"bcdef")
    assert [n for n, share in track.ran if share == 1] == ["a", "b"]


def test_the_same_cure_for_two_findings_is_run_once():
    track = Track({})
    race = raced(track, "a", "b", "a", "b")
    assert [n for n, share in track.ran if share == 1] == ["a", "b"]
    assert len(race.finished) == 2


def test_who_does_not_cure_is_tried_at_other_learning_rates():
    track = Track({"a, learning rate 0.01": 0.95}, healthy=("a, learning rate 0.01",))
    race = raced(track, "a")
    tried = [n.partition("rate ")[2] for n, share in track.ran if share == 0.25]
    assert tried == ["", "0.0333", "0.3", "0.01", "1"]
    winner = verdict.best(race.finished)
    assert winner.prescription.title.en == "a, learning rate 0.01"
    assert winner.prescription.settings[rates.FACTOR] == pytest.approx(0.1)
    assert track.ran[-1] == ("a, learning rate 0.01", 1.0)


def test_a_rate_that_is_not_clearly_better_is_not_taken():
    track = Track({"a": 0.50, "a, learning rate 0.01": 0.515})
    race = raced(track, "a")
    assert [r.prescription.title.en for r in race.finished] == ["a"]


def test_a_remedy_that_is_itself_a_rate_gets_no_second_one():
    lowered = Runner(prescription=remedy("lower-rate"), outcome="no-gain", changes=("+ lr=0.1",))
    assert not rates.is_searched(lowered)


def test_what_the_budget_does_not_allow_is_said():
    race = raced(Track({}), "a", "b", "c", seconds=0.5)
    assert [r.prescription.remedy for r in race.finished] == ["a"]
    assert "2 more cure(s)" in race.remarks[0].en


def test_the_proof_on_other_seeds_has_its_trainings_kept():
    race = raced(Track({}), "a", "b", seconds=5, kept=5)
    assert len(race.finished) == 1


def test_a_training_of_ten_times_is_the_whole_budget():
    assert Budget(None, one=60.0).seconds == 600.0
    assert Budget(None, one=0.1).seconds == 30.0


# The learning rate of a prescription ------------------------------------------------------------


def test_the_chosen_rate_is_among_the_changes_and_in_the_settings():
    model = patients.mlp((4, 4, 2), nn.Sigmoid)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    plain = remedy("sigmoid-to-tanh", layers=["0"])
    lines = operate(rates.variants(plain, 0.1)[2], Patient((("", model),), optimizer))
    assert lines[-2:] == ("- lr=0.1", "+ lr=0.01")
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.01)


def test_groups_of_different_rates_keep_their_ratio_and_the_line_says_how():
    model = patients.mlp((4, 4, 2), nn.Sigmoid)
    groups = [{"params": model[0].parameters(), "lr": 1.0}, {"params": model[2].parameters()}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    copy = torch.optim.SGD([{"params": [torch.zeros(1)], "lr": lr} for lr in (1.0, 0.1)], lr=0.1)
    plain = remedy("sigmoid-to-tanh", layers=["0"])
    lines = operate(rates.variants(plain, 1.0)[0], Patient((("", model),), optimizer))
    exec("\n".join(line[2:] for line in lines[-2:]), {"optimizer": copy})  # noqa: S102
    for ours, theirs in zip(optimizer.param_groups, copy.param_groups, strict=True):
        assert ours["lr"] == pytest.approx(theirs["lr"])


def test_a_scheduler_that_was_made_before_follows_the_new_rate():
    rates_seen = []

    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        training = patients.classify(patients.mlp((8, 8, 2), nn.Sigmoid), seed, steps=6)
        training.scheduler = torch.optim.lr_scheduler.LambdaLR(training.optimizer, lambda _: 1.0)
        training.optimizer.register_step_pre_hook(
            lambda o, *_: rates_seen.append(o.param_groups[0]["lr"])
        )
        return training

    lower = remedy("lower-rate", factor=0.1, rate=0.05, new=0.005)
    trial.treated(build, 0, lower, NOTHING)
    assert rates_seen == pytest.approx([0.005] * 6)


# One training -----------------------------------------------------------------------------------


def test_a_short_run_takes_its_share_of_the_steps_on_the_same_batches():
    build = RULES["dead-units"].healthy_twin
    whole, quarter = (trial.untreated(build, 0, share=s).runner for s in (1.0, 0.25))
    assert quarter.evidence.steps == round(0.25 * whole.evidence.steps)
    assert quarter.evidence.loss.values == whole.evidence.loss.values[: quarter.evidence.steps]


def test_a_training_that_the_cure_breaks_is_a_failed_runner():
    def build(seed: int) -> livegrad.Training:
        training = RULES["dead-units"].patient(seed)
        training.steps = 3
        training.optimizer.register_step_pre_hook(_refuses_small_rates)
        return training

    def _refuses_small_rates(optimizer: torch.optim.Optimizer, *_: object) -> None:
        if optimizer.param_groups[0]["lr"] < 1e-3:
            message = "too small"
            raise ValueError(message)

    runner = trial.treated(
        build, 0, remedy("lower-rate", factor=1e-4, rate=0.1, new=1e-5), NOTHING
    ).runner
    assert runner.outcome == "failed"
    assert runner.remark.en == "the training ended with ValueError: too small"


def test_without_its_bends_a_network_that_needs_them_fails():
    """Two rings: no straight line tells them apart."""

    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        return patients.classify(patients.mlp((8, 32, 2), nn.ReLU), seed, steps=200)

    runner = trial.treated(
        build, 0, remedy("lower-rate", factor=1.0, rate=1, new=1), NOTHING
    ).runner
    assert runner.whole.value > 0.9
    assert runner.linear.value < 0.7
    assert verdict.outcome(runner.linear, runner.whole) == "helped"


def test_without_its_bends_a_network_that_is_nearly_a_line_stays_as_it_is():
    """Targets that are a line of the inputs, behind a tanh that stays in its straight middle."""

    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        x = torch.randn(256, 4)
        model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Tanh(), nn.Linear(4, 1))
        with torch.no_grad():
            model[0].weight.copy_(0.01 * torch.eye(4))
            model[2].weight.fill_(100.0)
            model[2].bias.zero_()
        data = x, x.sum(1, keepdim=True)
        return patients.train(model, data, nn.MSELoss(), rate=1e-9, steps=5)

    runner = trial.treated(
        build, 0, remedy("lower-rate", factor=1.0, rate=1, new=1), NOTHING
    ).runner
    assert runner.whole.value > 0.99
    assert verdict.outcome(runner.linear, runner.whole) != "helped"
    assert runner.linear.value == pytest.approx(runner.whole.value, abs=0.01)


def test_a_network_without_hidden_activations_has_nothing_to_take_out():
    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(8, 1), nn.Sigmoid(), nn.Flatten(0))
        x, y = patients.rings(seed)
        return patients.train(model, (x, y.float()), nn.BCELoss(), steps=5)

    runner = trial.treated(
        build, 0, remedy("lower-rate", factor=1.0, rate=1, new=1), NOTHING
    ).runner
    assert (runner.whole, runner.linear) == (None, None)


# Several starts ---------------------------------------------------------------------------------


def start(seed: int, before: float, after: float, *, healthy: bool = False):
    ill = diagnosed(learning=healthy)
    untreated = Runner(prescription=None, outcome="untreated", score=score(before), diagnosis=ill)
    treated = Runner(
        prescription=remedy("a"),
        outcome=verdict.outcome(score(before), score(after)),
        score=score(after),
    )
    return repeats.start(seed, untreated, treated)


def test_the_interval_goes_from_the_worst_to_the_best_start():
    found = repeats.joined([start(0, 0.1, 0.9), start(1, 0.2, 0.8), start(2, 0.1, 0.95)], "build")
    assert (found.improved, found.needed, found.harmed) == (3, 3, 0)
    assert (found.after.median, found.after.low, found.after.high) == (0.9, 0.8, 0.95)
    assert found.gain.low == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("starts", "holds"),
    [
        ([start(0, 0.1, 0.9)], True),
        ([start(0, 0.1, 0.9), start(1, 0.1, 0.1)], False),
        ([start(0, 0.1, 0.9), start(1, 0.1, 0.1), start(2, 0.1, 0.9)], True),
        ([start(0, 0.1, 0.9), start(1, 0.1, 0.1), start(2, 0.1, 0.1)], False),
        ([start(0, 0.1, 0.9), start(1, 0.9, 0.1, healthy=True)], False),
        ([start(0, 0.1, 0.9), start(1, 0.9, 0.9, healthy=True)], True),
    ],
    ids=["alone", "half", "most", "third", "harms-a-healthy", "healthy-needs-none"],
)
def test_what_does_not_win_on_most_starts_does_not_hold(starts, holds):
    assert repeats.holds(repeats.joined(starts, "build")) is holds


def test_a_start_whose_untreated_run_was_lost_is_no_contest_and_is_told():
    lost = Runner(prescription=None, outcome="failed", seed=2, remark=Text("killed", "종료"))
    found = repeats.joined([start(0, 0.1, 0.9), start(1, 0.1, 0.8)], "script", [lost])
    assert (len(found.starts), found.improved, found.needed) == (2, 2, 2)
    assert [text.en for text in found.lost] == [
        "Seed 2 is not counted: the run without the cure was lost (killed), so there is nothing to compare."
    ]


def test_scores_that_are_no_numbers_leave_no_interval():
    found = repeats.joined([start(0, math.nan, math.nan)], "build")
    assert (found.before, found.after, found.gain) == (None, None, None)


def test_the_old_best_is_reached_where_the_smoothed_curve_reaches_it():
    def ran(values: list[float]) -> Runner:
        loss = Loss(steps=tuple(range(len(values))), values=tuple(values))
        seen = Evidence(model="Net", steps=len(values), loss=loss)
        return Runner(
            prescription=None, outcome="untreated", score=verdict.score_of(seen), evidence=seen
        )

    before = ran([2.0] * 100)
    assert (
        repeats.old_best(before, ran([3.0] * 40 + [1.0] * 60)) == 43
    )  # the mean of five falls below 2
    assert repeats.old_best(before, ran([3.0] * 100)) is None


def test_the_winner_is_proven_beside_nothing_from_three_seeds():
    told = []
    checkup = livegrad.check(
        RULES["vanishing-gradient"].patient, treat=True, budget=600, told=told.append
    )
    proof = checkup.proof
    assert [s.seed for s in proof.repeats.starts] == [0, 1, 2]
    assert proof.repeats.improved >= 2
    assert proof.repeats.gain.low <= proof.repeats.gain.median <= proof.repeats.gain.high
    assert proof.runs == len(told)
    assert 0 < proof.old_best_step < proof.after.evidence.steps
    assert verdict.outcome(proof.after.linear, proof.after.whole) == "helped"
    assert checkup.treated.score == proof.after.score


def test_what_helps_at_one_seed_only_is_rolled_back_and_said_so():
    """A score that is given, and that the cure raises at seed 0 alone."""

    def build(seed: int) -> livegrad.Training:
        training = RULES["learning-rate-too-high"].patient(seed)
        training.steps = 30
        rate = training.optimizer.param_groups[0]["lr"]
        training.score = lambda _model: float(
            seed == 0 and training.optimizer.param_groups[0]["lr"] < rate
        )
        return training

    checkup = livegrad.check(build, treat=True, budget=600)
    assert checkup.prescriptions
    assert any(r.outcome == "helped" for r in checkup.proof.races)
    assert checkup.proof.after is None
    assert checkup.treated is None
    assert any("Rolled back" in r.en for r in checkup.proof.remarks)


def test_one_seed_is_one_start():
    checkup = livegrad.check(RULES["dead-units"].patient, treat=True, seeds=1)
    assert len(checkup.proof.repeats.starts) == 1
    assert any("One start (seed 0)" in r.en for r in checkup.proof.remarks)


# An interruption --------------------------------------------------------------------------------


def _slow_learner(seed: int) -> livegrad.Training:
    training = RULES["wrong-output-activation"].patient(seed)
    training.steps = 60
    return training


def test_after_an_interruption_the_race_goes_on_from_its_finished_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    heard = []

    def interrupts(runner: Runner) -> None:
        heard.append(runner)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        livegrad.check(_slow_learner, treat=True, budget=600, told=interrupts)
    assert "interrupted-race.json" in caught.value.__notes__[0]
    trained = []
    honest = trial.untreated, trial.treated
    monkeypatch.setattr(trial, "untreated", lambda *a, **k: trained.append(a) or honest[0](*a, **k))
    monkeypatch.setattr(trial, "treated", lambda *a, **k: trained.append(a) or honest[1](*a, **k))
    again = livegrad.check(_slow_learner, treat=True, budget=600)
    finished = {key_of(runner.prescription) for runner in heard}
    winner_anew = key_of(again.proof.after.prescription) in finished  # for its network
    assert len(trained) == 1 + again.proof.runs - len(heard) + winner_anew
    assert list(tmp_path.iterdir()) == []
    trained.clear()
    fresh = livegrad.check(_slow_learner, treat=True, budget=600)
    assert [r.score for r in fresh.proof.races] == [r.score for r in again.proof.races]
    assert fresh.proof.repeats == again.proof.repeats
    assert len(trained) == 1 + fresh.proof.runs


def test_another_training_does_not_take_up_the_runs(tmp_path, monkeypatch):
    """The source is the same; a number in a closure is not."""
    monkeypatch.chdir(tmp_path)

    def made(steps: int):
        def build(seed: int) -> livegrad.Training:
            training = _slow_learner(seed)
            training.steps = steps
            return training

        return build

    first = trial.untreated(made(4), 0).runner
    kept = Memory(source_of(made(4)), first)
    kept.keep(first)
    kept.save()
    assert Memory(source_of(made(4)), first).recall(None, 0, 1.0) == first
    other = trial.untreated(made(5), 0).runner
    assert Memory(source_of(made(5)), other).recall(None, 0, 1.0) is None


# Recordings from before ---------------------------------------------------------------------------


def test_a_proof_written_before_races_had_seeds_still_opens():
    new = {
        Proof: ("repeats", "old_best_step", "old_best_seconds", "runs"),
        Runner: ("share", "seed", "against", "whole", "linear"),
    }
    winner = Runner(prescription=remedy("a"), outcome="helped", score=score(0.9), seconds=2.0)
    proof = Proof(before=NOTHING, races=(winner,), after=winner, seconds=3.0)
    old = to_jsonable(proof)
    for name in new[Proof]:
        del old[name]
    for runner in (old["before"], old["after"], *old["races"]):
        for name in new[Runner]:
            del runner[name]
    assert from_jsonable(Proof, old) == proof


def test_a_proof_with_everything_goes_to_a_file_and_back():
    found = repeats.joined([start(0, 0.1, 0.9), start(1, -math.inf, 0.8)], "script")
    proof = Proof(before=NOTHING, repeats=found, old_best_step=3, old_best_seconds=0.5, runs=7)
    assert from_jsonable(Proof, json.loads(json.dumps(to_jsonable(proof)))) == proof
