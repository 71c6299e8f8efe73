"""The pytest plugin as a user's tests meet it: the fixture, the marker, what they say, and what they cost."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch
import torch._dynamo  # an optimizer loads it

from livegrad import functions
from livegrad.diagnosis import examining, watching
from livegrad.diagnosis.engine import RULES
from livegrad.diagnosis.finding import Diagnosis
from livegrad.integrations.assertion import complaint
from livegrad.observation import probe, recorder
from livegrad.observation.evidence import Evidence
from livegrad.report import plain
from livegrad.text import Text

pytest_plugins = ["pytester"]

torch.set_num_threads(1)
# Each run inside this process forgets the modules that it loaded, and torch cannot be loaded twice: all are here before.
LOADED = (functions.names(), tuple(RULES.values()), examining, watching, probe, recorder, plain)
PLUGIN = "livegrad.integrations.pytest_plugin"
NETWORKS = """
import pytest
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
x = torch.randn(256, 8)
y = (x[:, 0] * x[:, 1] > 0).long()

def sound():
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))

def sick():
    torch.manual_seed(1)
    layers = [nn.Linear(8, 16), nn.Sigmoid()]
    for _ in range(8):
        layers += [nn.Linear(16, 16), nn.Sigmoid()]
    return nn.Sequential(*layers, nn.Linear(16, 2))

def train(model, steps=150):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run a file of tests with the plugin alone, whether or not it is installed as an entry point."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("LIVEGRAD_LANG", "en")
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nstrict_markers = true\n")

    def started(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_user=NETWORKS + tests)
        return pytester.runpytest_inprocess("-p", PLUGIN, "-p", "no:cacheprovider", *arguments)

    return started


def test_the_fixture_passes_what_learns_and_leaves_the_model_as_it_was(run) -> None:
    run("""
def test_it(assert_healthy):
    model = sound()
    before = [p.clone() for p in model.parameters()]
    drawn = torch.get_rng_state()
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    found = assert_healthy(model, nn.CrossEntropyLoss(), (x, y), optimizer=adam, steps=120)
    assert found.healthy
    assert found.evidence.steps == 120
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters()))
    assert all(p.grad is None for p in model.parameters())
    assert torch.equal(drawn, torch.get_rng_state())
    assert not adam.state
""").assert_outcomes(passed=1)


def test_the_fixture_fails_what_does_not_learn_with_the_report_in_plain_words(run) -> None:
    result = run("""
import functools
def test_it(assert_healthy):
    sgd = functools.partial(torch.optim.SGD, lr=0.1)
    assert_healthy(sick(), F.cross_entropy, [(x, y)], optimizer=sgd)
""")
    result.assert_outcomes(failed=1)
    said = result.stdout.str()
    result.stdout.fnmatch_lines(
        [
            "*AssertionError: livegrad found what ails Sequential.*",
            "*ERROR  vanishing-gradient · 0*",
        ]
    )
    assert "∂loss/∂z" in said
    assert "assertion.py" not in said  # the test's own line, none of ours
    assert "\x1b" not in said


def test_what_is_allowed_and_how_grave_it_must_be(run) -> None:
    run("""
def test_allowed(assert_healthy):
    # the cause is allowed, and so is what comes of it; that it does not learn is then explained
    sgd = torch.optim.SGD
    model = sick()
    found = assert_healthy(model, F.cross_entropy, (x, y), optimizer=lambda p: sgd(p, lr=0.1),
                           allow=["vanishing-gradient"])
    assert [f.code for f in found.findings] == ["vanishing-gradient"]

def test_never(assert_healthy):
    assert not assert_healthy(sick(), F.cross_entropy, (x, y), fail_on="never", steps=60).healthy

def test_a_training_a_watch_and_a_diagnosis_are_judged_too(assert_healthy):
    import livegrad
    model = sound()
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    training = livegrad.Training(model, F.cross_entropy, sgd, [(x, y)], 150)
    found = assert_healthy(training)
    assert_healthy(found)
    other = sound()
    with livegrad.watch(other) as watching:
        train(other)
    assert_healthy(watching)

def test_before_any_training(assert_healthy):
    found = assert_healthy(sound(), F.cross_entropy, (x, y), steps=0)
    assert found.evidence.before_training
""").assert_outcomes(passed=4)


def test_what_does_not_fit_is_said_in_one_sentence(run) -> None:
    run("""
from livegrad.errors import BadInput
def test_it(assert_healthy):
    for wrong in (
        lambda: assert_healthy(sound()),
        lambda: assert_healthy(sound(), F.cross_entropy, (x, y), allow=["dead-unit"]),
        lambda: assert_healthy(sound(), F.cross_entropy, (x, y), fail_on="fatal"),
        lambda: assert_healthy(sound(), F.cross_entropy, (x, y), optimizer="adam"),
        lambda: assert_healthy("network", F.cross_entropy, (x, y)),
    ):
        with pytest.raises(BadInput):
            wrong()
""").assert_outcomes(passed=1)


def test_the_marker_watches_whatever_trains_inside(run) -> None:
    result = run("""
from livegrad.observation import signals
BEFORE = list(signals._listeners)

@pytest.mark.livegrad
def test_sound():
    train(sound())

@pytest.mark.livegrad
def test_sick():
    train(sound())
    train(sick())

@pytest.mark.livegrad(allow=["vanishing-gradient"])
def test_sick_but_allowed():
    train(sick())

@pytest.mark.livegrad(fail_on="never")
def test_sick_but_never():
    train(sick())

@pytest.mark.livegrad
def test_nothing_trains():
    pass

@pytest.mark.livegrad
def test_its_own_failure_comes_first():
    train(sick())
    assert 1 == 2

def test_without_a_marker():
    train(sick())

@pytest.fixture
def model():
    model = sick()
    return model, torch.optim.SGD(model.parameters(), lr=0.1)

@pytest.mark.livegrad
def test_the_optimizer_of_a_fixture(model):
    network, optimizer = model
    for _ in range(150):
        optimizer.zero_grad()
        F.cross_entropy(network(x), y).backward()
        optimizer.step()

def test_nothing_is_left_behind():
    assert signals._listeners == BEFORE
""")
    result.assert_outcomes(passed=5, failed=4)
    failed = [line for line in result.outlines if line.startswith("FAILED")]
    assert [line.split("::")[1].split(" ")[0] for line in failed] == [
        "test_sick",
        "test_nothing_trains",
        "test_its_own_failure_comes_first",
        "test_the_optimizer_of_a_fixture",
    ]
    result.stdout.fnmatch_lines(
        [
            "livegrad found what ails Sequential.*",
            "ERROR  vanishing-gradient · 0 * test_user.py:*",
            "Nothing was seen of this training, so it cannot be called healthy: *",
        ]
    )
    assert "assert 1 == 2" in result.stdout.str()


def test_a_marker_that_cannot_be_read_fails_with_one_sentence(run) -> None:
    result = run("""
@pytest.mark.livegrad("error")
def test_positional():
    train(sound())

@pytest.mark.livegrad(allow="dead-unit")
def test_misspelt():
    train(sound())
""")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*The marker livegrad takes fail_on and allow*'error'*"])
    result.stdout.fnmatch_lines(["*No finding has the code 'dead-unit'.*"])


def test_the_words_are_in_the_readers_language(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "ko")
    result = run("""
@pytest.mark.livegrad
def test_sick():
    train(sick())
""")
    result.stdout.fnmatch_lines(
        ["livegrad가 Sequential의 문제를 찾았습니다.*", "오류  기울기 소실*"]
    )


def test_the_marker_and_its_options_are_listed(run) -> None:
    run("", "--markers").stdout.fnmatch_lines(["@pytest.mark.livegrad(fail_on=*"])


def test_loading_it_loads_neither_numpy_nor_torch() -> None:
    script = (
        f"import sys, {PLUGIN}; print(*sorted({{'numpy', 'torch', 'rich'}} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_pytest_finds_it_by_itself() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["entry-points"]
    assert declared["pytest11"] == {"livegrad": PLUGIN}


def test_a_training_that_was_not_observed_is_never_called_healthy() -> None:
    state = Text("The loss stood still.", "손실이 그대로입니다.")
    unseen = Diagnosis(
        findings=(), learning=None, state=state, evidence=Evidence(model="Net", steps=0)
    )
    stuck = Diagnosis(
        findings=(), learning=False, state=state, evidence=Evidence(model="Net", steps=9)
    )
    assert complaint(unseen)
    assert complaint(unseen, allow=["not-observed"]) == ""
    assert str(state) in complaint(stuck)
    assert complaint(stuck, fail_on="never") == ""
