"""Units without any slope: dead whatever their function, but for those that saturate."""

from __future__ import annotations

import pytest
from torch import nn

from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import diagnose
from livegrad.observation.recorder import Recorder
from livegrad.observation.training import built


def found(activation: type[nn.Module], bias: float) -> list[str]:
    def build(seed: int):
        model = patients.mlp((8, 32, 32, 2), activation)
        nn.init.constant_(model[2].bias, bias)
        return patients.classify(model, seed, rate=0.02)

    training = built(build, 0)
    recorder = Recorder(models=(("", training.model),)).attach()
    training.run()
    recorder.detach()
    return [f.code for f in diagnose(recorder.evidence()[0]).findings if f.severity != "note"]


@pytest.mark.parametrize("activation", [nn.ReLU, nn.GELU])
def test_units_far_out_on_the_flat_side_are_dead(activation):
    assert found(activation, -60.0) == ["dead-units"]


def test_units_of_a_bounded_function_saturate_instead():
    assert found(nn.Tanh, -60.0) == ["saturation"]


@pytest.mark.parametrize("activation", [nn.ReLU, nn.GELU, nn.Tanh])
def test_the_same_networks_with_small_biases_are_silent(activation):
    assert found(activation, 0.0) == []
