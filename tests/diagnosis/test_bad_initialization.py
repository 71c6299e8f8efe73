"""Which starts are called bad: by real trainings, and by made-up evidence at the border."""

from __future__ import annotations

import dataclasses

import pytest
from torch import nn

from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import RULES, diagnose
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Evidence, Layer, Loss
from livegrad.observation.recorder import Recorder
from livegrad.observation.training import Training, built
from livegrad.text import Text

STARTS = {
    "zero": nn.init.zeros_,
    "constant": lambda w: nn.init.constant_(w, 0.1),
    "large": lambda w: nn.init.normal_(w, std=4.0),
    "small": lambda w: nn.init.normal_(w, std=0.001),
    "positive": nn.init.uniform_,
}


def trained(start: str, activation: type[nn.Module]):
    def build(seed: int) -> Training:
        model = patients.mlp((8, 32, 32, 32, 2), activation)
        for layer in model:
            if isinstance(layer, nn.Linear):
                STARTS[start](layer.weight)
                nn.init.zeros_(layer.bias)
        return patients.classify(model, seed, rate=0.01, steps=120)

    training = built(build, 0)
    recorder = Recorder(models=(("", training.model),)).attach()
    training.run()
    recorder.detach()
    return diagnose(recorder.evidence()[0])


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh])
@pytest.mark.parametrize("start", STARTS)
def test_a_bad_start_is_the_only_root_of_what_follows_from_it(start, activation):
    diagnosis = trained(start, activation)
    assert [f.code for f in diagnosis.findings] == ["bad-initialization"]
    assert diagnosis.findings[0].place == "0"
    assert diagnosis.findings[0].remedies == (
        "reinitialise",
        "lsuv",
        "critical-weights",
        "shape-activations",
        "insert-normalisation",
    )


def layer(name: str = "0", **more: object) -> Layer:
    given = {"name": name, "kind": "Linear", "fan_in": 64, "units": 64, "activation": "relu"}
    return Layer(**given | {"initial_gain": 1.4, "initial_mean": 0.0} | more)


OUTPUT = layer("4", activation=None, is_output=True, units=2)
STUCK = Learning(False, Text("", ""), skill=0.0, start=0.7, end=0.7)


def found(*layers: Layer, learned: Learning = STUCK) -> str | None:
    loss = Loss(steps=(0,), values=(0.7,), baseline=0.7)
    evidence = Evidence(model="Net", steps=200, layers=(*layers, OUTPUT), loss=loss)
    findings = RULES["bad-initialization"].look(evidence, learned)
    return findings[0].severity if findings else None


@pytest.mark.parametrize(
    ("severity", "changes"),
    [
        (None, {}),
        (None, {"initial_gain": 0.577}),
        (None, {"initial_gain": 3.5}),
        ("error", {"initial_gain": 5.0}),
        ("error", {"initial_gain": 0.1}),
        (None, {"initial_gain": 0.1, "normalised": True}),
        (None, {"initial_gain": 0.0, "constant": True, "skip": True}),
        (None, {"initial_gain": 30.0, "kind": "Embedding"}),
        ("error", {"initial_mean": 16.0}),
        (None, {"initial_mean": 2.0}),
        ("error", {"initial_gain": 0.0, "constant": True}),
    ],
)
def test_the_scale_decides_and_what_makes_up_for_it_is_forgiven(severity, changes):
    layers = [layer(str(i), **changes) for i in (0, 2)]
    assert found(*layers) == severity


def test_what_learns_well_is_left_alone_and_what_learns_badly_is_warned():
    large = [layer(str(i), initial_gain=8.0) for i in (0, 2)]
    well = dataclasses.replace(STUCK, learning=True, skill=0.95, start=9.0)
    badly = dataclasses.replace(STUCK, learning=True, skill=0.3)
    assert found(*large, learned=well) is None
    assert found(*large, learned=badly) == "warning"


def test_one_layer_among_many_counts_only_if_it_is_grossly_off():
    sound = [layer(str(i)) for i in (0, 2)]
    assert found(*sound, layer("3", initial_gain=6.0)) is None
    assert found(*sound, layer("3", initial_gain=20.0)) == "error"


def test_equal_units_are_known_before_training():
    before = Learning(None, Text("", ""), start=0.7, end=0.7, before_training=True)
    equal = [layer(str(i), initial_gain=0.0, constant=True) for i in (0, 2)]
    random_above = (equal[0], layer("2"))
    assert found(*equal, dataclasses.replace(OUTPUT, constant=True), learned=before) == "warning"
    assert found(*random_above, learned=before) is None
