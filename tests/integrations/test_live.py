"""Telling while it runs: within its share of the time, and never at the training's cost."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence

import pytest
import torch
from integrations.specimens import diagnosis, finding, network, train

import livegrad
from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput
from livegrad.integrations import live as module
from livegrad.integrations.companion import Companion, Wishes, worst
from livegrad.integrations.host import Guest, required
from livegrad.integrations.live import Live
from livegrad.integrations.series import Number
from livegrad.integrations.tracker import Tracker


class Notes(Tracker):
    """A tracker that remembers."""

    library = "none"

    def __init__(self, fails_at: int = -1) -> None:
        super().__init__()
        self.calls: list[tuple[bool, list[Number]]] = []
        self.ended: list[Diagnosis] = []
        self.fails_at = fails_at

    def write_numbers(self, found: Sequence[Number], *, live: bool) -> None:
        if len(self.calls) == self.fails_at:
            message = "disk full"
            raise OSError(message)
        self.calls.append((live, list(found)))

    def write_findings(self, diagnosis: Diagnosis) -> None:
        self.ended.append(diagnosis)


class Clock:
    """Time that passes only when told."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


def test_telling_takes_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, told = Clock(), []
    monkeypatch.setattr(module, "time", clock)

    def tell(_case) -> None:
        clock.now += 1.0  # slow to tell
        told.append(clock.now)

    live = Live(tell, share=0.02)
    for _ in range(1000):
        clock.now += 1.0
        live.measured(None)
    assert len(told) / clock.now == pytest.approx(0.02, rel=0.1)


def test_each_number_is_told_once_and_nothing_is_lost() -> None:
    model = network()
    with livegrad.watch(model) as watch, Notes().follow(watch, share=1) as notes:
        train(model, 40)
    kinds = [live for live, _ in notes.calls]
    assert kinds.count(True) > 2
    assert notes.calls[0][1][0].step == 0
    gradients = [
        n.step for _, found in notes.calls for n in found if n.name == "livegrad/gradient/0"
    ]
    seen = watch.evidence()
    known = zip(seen.sampled, seen.layers[0].gradient, strict=True)
    assert gradients == [step for step, value in known if value is not None]
    assert [d.evidence.steps for d in notes.ended] == [40]


def test_a_tracker_that_fails_leaves_the_training_and_the_watch_alone() -> None:
    bare, model = network(), network()
    train(bare, 40)
    notes = Notes(fails_at=2)
    with livegrad.watch(model) as watch, pytest.warns(RuntimeWarning, match="disk full") as said:  # noqa: SIM117
        with notes.follow(watch, share=1):
            train(model, 40)
    assert len(said) == 1
    assert len(notes.calls) == 2
    assert watch.diagnose().evidence.steps == 40
    assert all(
        torch.equal(a, b) for a, b in zip(bare.parameters(), model.parameters(), strict=True)
    )


def train_and_break(model) -> None:
    train(model, 25)
    raise ZeroDivisionError


def test_following_leaves_no_callback_behind_and_writes_after_an_error() -> None:
    model, notes = network(), Notes()
    watch = livegrad.watch(model)
    with pytest.raises(ZeroDivisionError), notes.follow(watch):
        train_and_break(model)
    watch.detach()
    assert [d.evidence.steps for d in notes.ended] == [25]
    assert watch._recorder._measured is None


def test_without_a_step_there_is_nothing_to_write() -> None:
    model, notes = network(), Notes()
    with livegrad.watch(model) as watch, notes.follow(watch):
        pass
    assert (notes.calls, notes.ended) == ([], [])


def test_two_trackers_follow_one_watch() -> None:
    model, first, second = network(), Notes(), Notes()
    with (
        livegrad.watch(model) as watch,
        first.follow(watch, share=1),
        second.follow(watch, share=1),
    ):
        train(model, 25)
    told = [[n for _, found in notes.calls for n in found] for notes in (first, second)]
    assert len(told[0]) > 50
    assert sorted(map(repr, told[0])) == sorted(map(repr, told[1]))


# ---- the companion of trainers ---------------------------------------------------------------------


def looks(companion: Companion, *steps: int, **changes) -> None:
    for step in steps:
        companion._judge(diagnosis(finding(**changes), learning=False, steps=step))


def test_a_certain_finding_stops_at_once_and_a_likely_one_only_if_it_stays() -> None:
    certain = Companion(Wishes(stop_on="error"), clock=lambda: 0)
    looks(certain, 20, confidence="certain")
    assert certain.stops_for is not None
    likely = Companion(Wishes(stop_on="error"), clock=lambda: 0)
    looks(likely, 20, 39)
    assert likely.stops_for is None
    looks(likely, 40)
    assert likely.stops_for is not None


def test_a_finding_that_went_away_begins_anew() -> None:
    companion = Companion(Wishes(stop_on="error"), clock=lambda: 0)
    looks(companion, 20)
    looks(companion, 30, severity="warning")  # below what stops
    looks(companion, 40)
    assert companion.stops_for is None


def test_a_network_that_learns_is_never_stopped() -> None:
    companion = Companion(Wishes(stop_on="warning"), clock=lambda: 0)
    companion._judge(diagnosis(finding(confidence="certain"), learning=True, steps=100))
    assert companion.stops_for is None


def test_a_wrong_wish_is_refused() -> None:
    with pytest.raises(BadInput, match="fatal"):
        Wishes(stop_on="fatal")


def test_the_worst_diagnosis_is_spoken_of_first() -> None:
    sick, note = diagnosis(finding()), diagnosis(finding(severity="note"))
    assert worst((diagnosis(), note, sick)) is sick
    assert worst(()) is None


# ---- libraries that are missing --------------------------------------------------------------------


def test_a_missing_library_is_told_with_the_command_that_installs_it() -> None:
    with pytest.raises(BadInput, match=r"pip install 'livegrad\[lightning\]'"):
        required("lightning", "no_such_library.callbacks")


def test_an_error_inside_a_library_is_not_taken_for_its_absence(tmp_path, monkeypatch) -> None:
    (tmp_path / "half_there.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency"):
        required("any", "half_there")


class Reader(Guest):
    """A guest of the standard library."""

    extra, modules, host = "none", ("string",), "Formatter"

    def __init__(self, *, words: str = "") -> None:
        self.words = words


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])  # noqa: S301
def test_a_guest_can_be_copied_and_sent_to_another_process(copied) -> None:
    again = copied(Reader(words="kept"))
    assert isinstance(again, Reader)
    assert again.words == "kept"
