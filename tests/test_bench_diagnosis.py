"""The diagnosis bench's own arithmetic, on made-up labels, and its tables of what other tools mean."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from livegrad.codes import CODES

pytest.importorskip("torch")

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module


@pytest.fixture
def truths(bench: Any) -> list[Any]:
    """Two sick trainings of one label, one of two labels, two healthy ones."""
    truth = bench("diagnosis_metrics").Truth
    return [
        truth("a", frozenset({"dead-units"}), {"dead-units": frozenset({"0", "2"})}),
        truth("b", frozenset({"dead-units"}), {"dead-units": frozenset({"4"})}),
        truth("c", frozenset({"unscaled-input", "bad-initialization"})),
        truth("d", frozenset()),
        truth("e", frozenset()),
    ]


@pytest.fixture
def answers(bench: Any) -> list[Any]:
    answer = bench("diagnosis_metrics").Answer
    return [
        answer("a", "x", {"dead-units": ("2",)}, alarmed=True, seconds=1.0),
        answer("b", "x", {"dead-units": ("0",), "saturation": ("1",)}, alarmed=True, seconds=2.0),
        answer("c", "x", {"unscaled-input": ("data",)}, alarmed=True, seconds=3.0),
        answer("d", "x", {"saturation": ("1",)}, alarmed=True, seconds=4.0),
        answer("e", "x", seconds=5.0, error="ValueError: broken"),
    ]


def test_labels_sets_places_and_alarms_are_counted(bench: Any, truths: Any, answers: Any) -> None:
    s = bench("diagnosis_metrics").score(truths, answers)
    assert (s.counts.hits, s.counts.false_alarms, s.counts.misses) == (3, 2, 1)
    assert s.counts.precision == pytest.approx(3 / 5)
    assert s.counts.recall == pytest.approx(3 / 4)
    assert (s.sick, s.healthy, s.exact_sick, s.exact) == (3, 2, 1, 2)
    assert s.placed == 2  # b points at 0, where nothing died; any place is right for c
    assert (s.alarms, s.crashed) == (1, 1)
    assert s.seconds == pytest.approx(3.0)


def test_a_training_without_an_answer_counts_as_silence(bench: Any, truths: Any) -> None:
    s = bench("diagnosis_metrics").score(truths, [])
    assert (s.counts.hits, s.counts.false_alarms, s.counts.misses) == (0, 0, 4)
    assert (s.exact_sick, s.exact, s.alarms) == (0, 2, 0)
    assert s.counts.precision is None
    assert s.counts.recall == 0


def test_each_label_is_counted_and_what_was_told_instead(
    bench: Any, truths: Any, answers: Any
) -> None:
    metrics = bench("diagnosis_metrics")
    by_label = metrics.per_label(truths, answers)
    assert by_label["dead-units"] == metrics.Counts(hits=2)
    assert by_label["saturation"] == metrics.Counts(false_alarms=2)
    assert by_label["bad-initialization"] == metrics.Counts(misses=1)
    assert metrics.confusion(truths, answers) == {"bad-initialization": {metrics.NOTHING: 1}}
    wrong = [metrics.Answer("b", "x", {"saturation": ()})]
    assert metrics.confusion(truths, wrong)["dead-units"] == {metrics.NOTHING: 1, "saturation": 1}


@pytest.mark.parametrize("tool", ["TORCHMORTEM", "TORCH_AUDIT"])
def test_the_tables_of_other_tools_name_real_codes(bench: Any, tool: str) -> None:
    peers = bench("diagnosis_peers")
    table = getattr(peers, tool)
    told = {code for meaning in table.values() for code in meaning.codes}
    assert told <= set(CODES)
    assert set(peers.PLACES) <= set(CODES)
    assert len(told) > 3


def test_a_label_of_another_tool_counts_as_the_true_one_of_its_meanings(bench: Any) -> None:
    peers = bench("diagnosis_peers")
    said = [peers.Said("Gradient stalling in 3", ("3",)), peers.Said("Loss plateau detected")]
    assert peers.read(said, peers.TORCHMORTEM, frozenset({"dead-units"})) == (
        {"dead-units": ("3",)},
        True,
    )
    told, alarmed = peers.read(said, peers.TORCHMORTEM, frozenset({"learning-rate-too-low"}))
    assert told == {"vanishing-gradient": ("3",), "learning-rate-too-low": ("optimizer",)}
    assert alarmed
    assert peers.read(said[1:], peers.TORCHMORTEM, frozenset()) == ({}, True)
    assert peers.read([peers.Said("TA402")], peers.TORCH_AUDIT, frozenset()) == ({}, False)
    with pytest.raises(KeyError):
        peers.read([peers.Said("a new label")], peers.TORCHMORTEM, frozenset())


def test_the_tables_know_every_label_of_the_tools(bench: Any) -> None:
    registry = pytest.importorskip("torch_audit.registry")
    loader = pytest.importorskip("torch_audit.loader")
    loader.load_runtime_validators()
    every = {rule.id for rule in registry.RuleRegistry.all_rules()}
    assert every <= set(bench("diagnosis_peers").TORCH_AUDIT)


def test_rows_come_back_from_a_file_and_are_diagnosed_again(bench: Any, tmp_path: Path) -> None:
    rows, metrics = bench("diagnosis_rows"), bench("diagnosis_metrics")
    evidence = importlib.import_module("livegrad.observation.evidence")
    falling = tuple(1.0 / (step + 1) for step in range(60))
    seen = evidence.Evidence(
        model="Sequential",
        steps=60,
        loss=evidence.Loss(steps=tuple(range(60)), values=falling, baseline=1.0),
    )
    stale = metrics.Answer("a", "livegrad", {"saturation": ("1",)}, alarmed=True, seconds=2.0)
    peer = metrics.Answer("a", "torchmortem", {"dead-units": ("0",)}, alarmed=True)
    row = rows.Row(
        case="a",
        part="tune",
        kind="healthy",
        data="rings",
        network="mlp",
        places={"dead-units": ("0",)},
        answers=(stale, peer),
        evidence=seen,
    )
    rows.write(tmp_path / "rows.json", [row])
    (back,) = rows.read(tmp_path / "rows.json")
    assert back == row
    again = rows.rediagnosed(back)
    now = importlib.import_module("livegrad.diagnosis.engine").diagnose(seen)
    told = {f.code for f in now.findings if f.severity != "note"}
    assert set(again.answer("livegrad").told) == told
    assert "saturation" not in told
    assert again.answer("livegrad").seconds == 2.0
    assert again.answer("torchmortem") == peer


def test_only_what_was_not_exactly_right_is_listed_with_its_reason(
    bench: Any, truths: Any, answers: Any
) -> None:
    rows, page = bench("diagnosis_rows"), bench("diagnosis_page")
    made = [
        rows.Row(
            case=truth.case,
            part="tune",
            kind="k",
            data="d",
            network="n",
            labels=tuple(sorted(truth.labels)),
            places={code: tuple(names) for code, names in truth.places.items()},
            answers=(bench("diagnosis_metrics").Answer(a.case, "livegrad", a.told),),
        )
        for truth, a in zip(truths, answers, strict=True)
    ]
    listed = page.errors(made, {"d": "a one-off"}).splitlines()[2:]
    assert [line.split("`")[1] for line in listed] == ["b", "c", "d"]
    assert "dead-units (at 0)" in listed[0]
    assert listed[2].endswith("| healthy | saturation | a one-off |")


def test_every_reason_is_a_sentence(bench: Any) -> None:
    reasons = bench("diagnosis_page").reasons()
    assert all(isinstance(reason, str) and len(reason) > 10 for reason in reasons.values())
