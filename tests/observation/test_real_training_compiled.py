"""Compiled models: what lies outside the graph is seen, what lies inside is not called healthy, nothing compiles anew."""

from __future__ import annotations

import pytest
import torch
from observation.real_training import known, ladder, regression, watched
from torch import nn
from torch._dynamo.utils import counters
from torch.nn import functional

from livegrad.diagnosis.engine import diagnose
from livegrad.observation.evidence import Evidence
from livegrad.observation.recorder import Recorder


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.last = nn.Linear(4, 16), nn.Linear(16, 8), nn.Linear(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.second(torch.tanh(self.first(x)))))


@pytest.fixture(autouse=True)
def _fresh():
    torch._dynamo.reset()
    counters.clear()
    yield
    torch._dynamo.reset()


def loop(model, parameters, steps: int, rate: float = 0.05):
    """The training as one call."""
    x, y = regression()
    optimizer = torch.optim.SGD(parameters, lr=rate)

    def run() -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            functional.mse_loss(model(x), y).backward()
            optimizer.step()

    return run


def compiled_before() -> Evidence:
    model = torch.compile(Net(), backend="aot_eager")
    return watched(model, loop(model, model.parameters(), 40))


def compiled_after() -> Evidence:
    model = Net()
    recorder = Recorder(models=(("", model),)).attach()
    compiled = torch.compile(model, backend="aot_eager")
    loop(compiled, model.parameters(), 40)()
    recorder.detach()
    assert recorder.failure is None
    return recorder.evidence()[0]


def compiled_and_run_before() -> Evidence:
    model = Net()
    compiled = torch.compile(model, backend="aot_eager")
    loop(compiled, model.parameters(), 2)()
    return watched(model, loop(compiled, model.parameters(), 40))


def compiled_in_place() -> Evidence:
    model = Net()
    model.compile(backend="aot_eager")
    return watched(model, loop(model, model.parameters(), 40))


def compiled_in_place_after() -> Evidence:
    model = Net()
    recorder = Recorder(models=(("", model),)).attach()
    model.compile(backend="aot_eager")
    loop(model, model.parameters(), 40)()
    recorder.detach()
    return recorder.evidence()[0]


def second_of_its_class() -> Evidence:
    """Dynamo may take the graph that it made for another model of the same class, without our hooks."""
    other = torch.compile(Net(), backend="aot_eager")
    loop(other, other.parameters(), 2)()
    return compiled_after()


def compiled_with_its_loss() -> Evidence:
    model = Net()
    x, y = regression()

    @torch.compile(backend="aot_eager")
    def whole(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.mse_loss(model(x), y)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def step() -> None:
        optimizer.zero_grad()
        whole(x, y).backward()
        optimizer.step()

    return watched(model, step, 40)


WAYS = [
    compiled_before,
    compiled_after,
    compiled_and_run_before,
    compiled_in_place,
    compiled_in_place_after,
    second_of_its_class,
    compiled_with_its_loss,
]


@pytest.mark.parametrize("train", WAYS)
def test_the_outside_of_a_compiled_model_is_seen(train):
    evidence = train()
    assert evidence.compiled
    assert evidence.steps == len(evidence.loss.values) == 40
    assert [layer.name for layer in evidence.layers] == ["first", "second", "last"]
    assert [layer.is_output for layer in evidence.layers] == [False, False, True]
    assert [layer.fan_in for layer in evidence.layers] == [4, 16, 8]
    for layer in evidence.layers:
        assert not known(layer.gradient)
        assert known(layer.weight_gradient)
        assert known(layer.update)[0] > 0
        assert known(layer.moved)[-1] > known(layer.moved)[0]
        assert layer.initial_gain == pytest.approx(0.577, abs=0.2)
    diagnosis = diagnose(evidence)
    assert diagnosis.learning is True
    assert not diagnosis.healthy
    assert [(f.code, f.severity) for f in diagnosis.findings] == [("not-observed", "warning")]


@pytest.mark.parametrize("train", [compiled_before, compiled_after, compiled_and_run_before])
def test_what_enters_a_compiled_model_is_seen(train):
    evidence = train()
    x, y = regression()
    assert evidence.data.mean == pytest.approx(x.mean(0).tolist(), abs=1e-5)
    assert evidence.output.loss == "mse_loss"
    assert evidence.output.target_high == pytest.approx(float(y.max()))


@pytest.mark.parametrize("train", [compiled_before, compiled_after, compiled_in_place_after])
def test_the_watch_makes_nothing_compile_again(train):
    evidence = train()
    assert len(evidence.sampled) > 4
    assert counters["stats"]["unique_graphs"] == 1
    assert not counters["graph_break"]


def test_a_rate_that_is_far_too_high_is_found_though_the_model_is_compiled():
    model = torch.compile(Net(), backend="aot_eager")
    diagnosis = diagnose(watched(model, loop(model, model.parameters(), 60, rate=50.0)))
    assert "learning-rate-too-high" in [f.code for f in diagnosis.findings]
    assert "not-observed" not in [f.code for f in diagnosis.findings]
    assert not diagnosis.healthy


@pytest.mark.filterwarnings("ignore:The .grad attribute")  # Dynamo looks, watched or not
def test_a_compiled_part_hides_its_own_layers_only():
    model = Net()
    model.second = torch.compile(model.second, backend="aot_eager")
    evidence = watched(model, loop(model, model.parameters(), 40))
    seen = ladder(evidence)
    assert list(seen) == ["first", "second", "last"]
    assert known(seen["first"].gradient)
    assert known(seen["last"].gradient)
    assert not known(seen["second"].gradient)
    assert known(seen["second"].update)
    assert [x.is_output for x in evidence.layers] == [False, False, True]
    assert not evidence.linear_runs
    assert evidence.data.samples > 0


def test_a_backend_that_leaves_autograd_its_graph_hides_only_the_slopes():
    model = torch.compile(Net(), backend="eager")
    evidence = watched(model, loop(model, model.parameters(), 20))
    assert evidence.compiled
    assert all(known(layer.gradient) for layer in evidence.layers)
    assert evidence.layers[0].activation == "tanh"
    assert not any(known(layer.slope) for layer in evidence.layers)  # dead units would go unseen
    assert not diagnose(evidence).observed


def test_hooks_that_never_ran_are_told():
    """A model that is called through a copy of its forward: steps, but no gradient of a layer."""
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def step() -> None:
        for p in model.parameters():
            p.grad = torch.ones_like(p)
        optimizer.step()

    diagnosis = diagnose(watched(model, step, 30))
    assert "not-observed" in [f.code for f in diagnosis.findings]
    assert not diagnosis.observed
    assert not diagnosis.healthy
