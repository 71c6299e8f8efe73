"""The practice set: its parts, its labels, its places, and that its faults are faults."""

from __future__ import annotations

import collections
import importlib
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import torch

from livegrad import codes

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture(scope="module")
def practice() -> Any:
    sys.path.insert(0, str(BENCH))
    try:
        yield importlib.import_module("trainings")
    finally:
        sys.path.remove(str(BENCH))


@pytest.fixture(scope="module")
def listing(practice: Any) -> Any:
    assert practice
    return importlib.import_module("trainings_list")


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def case_of(practice: Any, name: str) -> Any:
    return next(case for case in practice.cases() if case.id == name)


def test_every_case_has_a_name_of_its_own(practice: Any) -> None:
    names = [case.id for case in practice.cases()]
    assert len(set(names)) == len(names)


def test_the_parts_are_large_enough_and_know_every_code(practice: Any) -> None:
    report, tune = practice.cases("report"), practice.cases("tune")
    assert sum(not case.healthy for case in report) >= 120
    assert sum(case.healthy for case in report) >= 40
    assert sum(not case.healthy for case in tune) >= 60
    assert sum(case.healthy for case in tune) >= 30
    counts = collections.Counter(code for case in report for code in case.labels)
    assert set(counts) == set(codes.CODES)
    assert min(counts.values()) >= 4
    assert {code for case in tune for code in case.labels} == set(codes.CODES)


def test_the_parts_share_no_data(practice: Any) -> None:
    tune, report = ({case.data for case in practice.cases(part)} for part in ("tune", "report"))
    assert not tune & report


def test_no_fault_comes_back_in_the_same_surroundings(practice: Any) -> None:
    for part in ("tune", "report"):
        seen = collections.Counter(
            (case.kind, case.id.partition("--")[0]) for case in practice.cases(part)
        )
        assert max(seen.values()) == 1


def test_every_label_has_a_place_that_exists(practice: Any) -> None:
    words = {"data", "loss", "optimizer"}
    for case in practice.cases():
        if case.healthy or case.labels == {"not-observed"}:
            continue
        model = case.make(0).model
        names = {name for name, _ in model.named_modules()}
        found = case.find_places(model)
        assert set(found) == set(case.labels), case.id
        for code, places in found.items():
            assert places, (case.id, code)
            assert places <= names | words, (case.id, code)


@pytest.mark.parametrize(
    "name", ["rings-relu", "first-token-transformer", "images-resnet", "phrases-tied"]
)
def test_a_seed_gives_the_same_training_again(practice: Any, name: str) -> None:
    def trained(seed: int) -> list[torch.Tensor]:
        made = case_of(practice, name).make(seed)
        made.steps = 3
        made.run()
        return [p.detach().clone() for p in made.model.parameters()]

    first, again, other = trained(0), trained(0), trained(1)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize(
    "name",
    [
        "rings-relu--low-bias-0",
        "wine-relu--raw-inputs",
        "cancer-probability--softmax-over-one-unit",
        "diabetes-mish--flat-output",
    ],
)
def test_a_fault_hurts(practice: Any, listing: Any, name: str) -> None:
    with pytest.warns(UserWarning, match="broadcasting") if "flat" in name else nullcontext():
        good, numbers = listing.verify(case_of(practice, name), range(1))
    assert good, numbers


@pytest.mark.parametrize("name", ["wine-batches-of-four", "iris-one-hot"])
def test_a_sound_training_learns(practice: Any, listing: Any, name: str) -> None:
    good, numbers = listing.verify(case_of(practice, name), range(1))
    assert good, numbers


def test_a_step_takes_all_its_batches(practice: Any) -> None:
    made = case_of(practice, "waves-accumulated").make(0)
    made.steps, read = 2, []
    made.loss_fn = lambda output, target: read.append(len(target)) or output.mean()
    told: list[int] = []
    made.run(lambda step, _: told.append(step))
    assert told == [0, 1]
    assert read == [16] * 8
    assert made.training() is None


def test_stale_gradients_are_left_alone(practice: Any) -> None:
    made = case_of(practice, "rings-momentum--no-zero-grad").make(0)
    zeroed: list[bool] = []
    made.optimizer.zero_grad = lambda *_, **__: zeroed.append(True)
    made.steps = 3
    made.run()
    assert zeroed == []


def test_the_library_can_train_a_plain_case(practice: Any) -> None:
    case = case_of(practice, "rings-relu")
    one, two = case.make(0), case.make(0)
    training = two.training()
    one.run()
    training.run()
    for a, b in zip(one.model.parameters(), two.model.parameters(), strict=True):
        assert torch.equal(a, b)
    assert training.score(two.model) == pytest.approx(one.skill(one.model))
