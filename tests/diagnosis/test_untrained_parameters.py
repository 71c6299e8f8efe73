"""Who trains what: parameters that nobody steps are named, parts left out on purpose are not accused."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import RULES, diagnose
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Evidence, Layer, Optimizer
from livegrad.observation.recorder import Recorder
from livegrad.text import Text

CODE = "untrained-parameters"
X, Y = patients.rings(0, samples=256)


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def sgd(parameters, lr=0.05):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


def cross_entropy(output, target):
    return functional.cross_entropy(output, target)


def steps(model, optimizers, *, count=60, loss=cross_entropy):
    for step in range(count):
        part = slice(64 * (step % 4), 64 * (step % 4) + 64)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss(model(X[part]), Y[part]).backward()
        for optimizer in optimizers:
            optimizer.step()


def found(recorder):
    diagnoses = [diagnose(evidence) for evidence in recorder.evidence()]
    return [f for d in diagnoses for f in d.findings if f.code == CODE]


def watched(model, make, **more):
    recorder = Recorder(models=(("", model),)).attach()
    try:
        steps(model, make(), **more)
    finally:
        recorder.detach()
    return found(recorder)


def test_an_output_layer_that_was_replaced_after_the_optimizer_was_made():
    model = patients.mlp((8, 32, 4), nn.Tanh)
    optimizer = sgd(model.parameters())
    model[2] = nn.Linear(32, 2)
    (finding,) = watched(model, lambda: [optimizer])
    assert finding.place == "optimizer"
    assert "2" in finding.places
    assert "output layer" in finding.explanation.en
    assert finding.evidence["left_out"] == 2


def test_layers_in_a_plain_list_are_named_by_their_place_in_it():
    class Listed(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = [nn.Linear(8, 32), nn.Linear(32, 32)]
            self.out = nn.Linear(32, 2)

        def forward(self, x):
            for layer in self.inner:
                x = torch.tanh(layer(x))
            return self.out(x)

    model = Listed()
    (finding,) = watched(model, lambda: [sgd(model.parameters())])
    assert "inner[0]" in finding.places
    assert "ModuleList" in finding.advice.en
    assert finding.confidence == "certain"


@pytest.mark.parametrize("given", [True, False])
def test_an_optimizer_that_holds_another_model(given):
    model = patients.mlp((8, 32, 2), nn.Tanh)
    recorder = Recorder(models=(("", model),) if given else ()).attach()
    old = copy.deepcopy(model)
    optimizer = sgd(old.parameters())
    steps(model, [optimizer])
    recorder.detach()
    (finding,) = found(recorder)
    assert finding.evidence["share"] == 1.0
    assert "Nothing is trained" in finding.explanation.en


def test_a_pretrained_part_that_is_left_out_is_noted_at_most():
    model = patients.mlp((8, 64, 64, 2), nn.Tanh)
    whole = sgd(model.parameters())
    steps(model, [whole], count=200)
    model[4] = nn.Linear(64, 2)
    findings = watched(model, lambda: [sgd(model[4].parameters())])
    assert [f.severity for f in findings] == ["note"]


def test_frozen_parameters_are_nobodys_fault():
    model = patients.mlp((8, 64, 2), nn.Tanh)
    model[0].requires_grad_(requires_grad=False)
    assert watched(model, lambda: [sgd(model[2].parameters())]) == []


def test_what_is_updated_by_hand_is_trained():
    model = patients.mlp((8, 32, 2), nn.Tanh)

    class ByHand:
        def zero_grad(self):
            model[0].zero_grad()

        @torch.no_grad()
        def step(self):
            for parameter in model[0].parameters():
                parameter.add_(parameter.grad, alpha=-0.05)

    assert watched(model, lambda: [sgd(model[2].parameters()), ByHand()]) == []


@pytest.mark.parametrize("given", [True, False])
def test_two_optimizers_share_a_model(given):
    model = patients.mlp((8, 32, 2), nn.Tanh)
    recorder = Recorder(models=(("", model),) if given else ()).attach()
    steps(model, [sgd(model[0].parameters()), sgd(model[2].parameters())])
    recorder.detach()
    assert found(recorder) == []


class Pair(nn.Module):
    """A generator and a discriminator in one class."""

    def __init__(self):
        super().__init__()
        self.made = patients.mlp((4, 16, 8), nn.Tanh)
        self.judge = patients.mlp((8, 16, 1), nn.Tanh)


@pytest.mark.parametrize("given", ["both", "made", "none"])
def test_adversaries_hold_their_own(given):
    pair = Pair()
    models = {"both": (("", pair),), "made": (("", pair.made),), "none": ()}[given]
    recorder = Recorder(models=models).attach()
    judge, made = sgd(pair.judge.parameters(), 0.01), sgd(pair.made.parameters(), 0.01)
    logits = functional.binary_cross_entropy_with_logits
    for _ in range(40):
        fake = pair.made(torch.randn(64, 4))
        judge.zero_grad()
        real, false = pair.judge(X[:64]), pair.judge(fake.detach())
        (logits(real, torch.ones(64, 1)) + logits(false, torch.zeros(64, 1))).backward()
        judge.step()
        made.zero_grad()
        logits(pair.judge(fake), torch.ones(64, 1)).backward()
        made.step()
    recorder.detach()
    assert found(recorder) == []


def test_a_perceptual_network_behind_the_output_is_not_the_models():
    model = patients.mlp((8, 32, 8), nn.Tanh)
    eye = nn.Sequential(nn.Linear(8, 16), nn.Tanh())
    findings = watched(
        model,
        lambda: [sgd(model.parameters())],
        loss=lambda output, _: (eye(output) - 0.5).square().mean(),
    )
    assert findings == []


def test_an_unused_head_of_a_network_that_learns():
    class TwoHeads(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.a, self.b = nn.Linear(8, 64), nn.Linear(64, 2), nn.Linear(64, 2)

        def forward(self, x):
            return self.a(torch.relu(self.body(x)))

    model = TwoHeads()
    assert watched(model, lambda: [sgd(model.parameters())], count=200) == []


def test_a_detach_in_the_middle_of_a_network_that_does_not_learn():
    class Cut(nn.Module):
        def __init__(self):
            super().__init__()
            self.front, self.back = nn.Linear(8, 1), nn.Linear(1, 2)

        def forward(self, x):
            return self.back(torch.tanh(self.front(x)).detach())

    model = Cut()
    (finding,) = watched(model, lambda: [sgd(model.parameters())], count=200)
    assert (finding.place, finding.severity) == ("front", "warning")
    assert ".detach()" in finding.advice.en


LAYERS = tuple(Layer(name=n, kind="Linear", gradient=(0.0,), is_output=n == "c") for n in "abc")


def judged(left, share, *, skill):
    optimizer = Optimizer(name="Adam", rate=0.001, left_out=left, left_out_share=share)
    evidence = Evidence(model="Net", steps=100, layers=LAYERS, optimizer=optimizer)
    learned = Learning(skill >= 0.1, Text("", ""), skill=skill)
    return [f.severity for f in RULES[CODE].look(evidence, learned)]


@pytest.mark.parametrize(
    ("left", "share", "skill", "severity"),
    [
        (("a.weight", "a.bias"), 0.8, 0.0, "error"),
        (("a.weight", "a.bias"), 0.8, 0.4, "note"),
        (("b.weight", "b.bias"), 0.4, 0.4, "warning"),
        (("c.weight",), 0.01, 0.0, "warning"),
        (("c.weight",), 0.01, 0.95, "note"),
    ],
)
def test_it_is_as_grave_as_what_it_does(left, share, skill, severity):
    assert judged(left, share, skill=skill) == [severity]
