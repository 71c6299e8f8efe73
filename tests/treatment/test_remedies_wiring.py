"""Remedies for what the optimizer holds and what the loss compares; and that no remedy for a loop leaves anything behind."""

from __future__ import annotations

import copy
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.optim import optimizer as optimizers
from treatment.plain_training import (
    X,
    Y,
    equal,
    evidence,
    finding,
    network,
    proposed,
    sgd,
    train,
    treated,
)

from livegrad.diagnosis import patients
from livegrad.errors import BadInput
from livegrad.observation import evidence as seen
from livegrad.observation.recorder import Recorder
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.surgery import Patient

# ---- the parameters -----------------------------------------------------------------------------------


def test_parameters_that_are_made_later_are_held_from_the_first_step_on():
    one, other = network(), network()
    optimizer, as_printed = sgd(one), sgd(other)
    for layer in (one[0], other[0]):
        layer.weight.requires_grad_(requires_grad=False)
    names = ["2.weight", "2.bias"]
    _, lines = treated(one, optimizer, "hold-all-parameters", names=names, count=2)
    torch.manual_seed(1)
    one[2], frozen = nn.Linear(8, 1), one[0].weight.clone()
    other[2] = copy.deepcopy(one[2])
    exec(lines[-1][2:], {"model": other, "optimizer": as_printed})  # noqa: S102
    start = one[2].weight.clone()
    train(one, optimizer)
    train(other, as_printed)
    assert equal(one, other)
    assert not torch.equal(one[2].weight, start)
    assert torch.equal(one[0].weight, frozen)
    everything = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert len(everything) == len(set(everything))


class Listed(nn.Module):
    """Layers in a list, where PyTorch does not look."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(2, 8), nn.Linear(8, 1)]
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scale * self.layers[1](torch.tanh(self.layers[0](x)))


def test_layers_in_a_plain_list_are_held_and_the_line_makes_it_a_module_list():
    model = Listed()
    optimizer = sgd(model)
    names = [f"layers[{i}].{kind}" for i in (0, 1) for kind in ("weight", "bias")]
    _, lines = treated(model, optimizer, "hold-all-parameters", names=names, count=4)
    assert len(optimizer.param_groups[0]["params"]) == 5
    fresh = Listed()
    exec(lines[-1][2:], {"self": fresh, "nn": nn})  # noqa: S102
    assert len(list(fresh.parameters())) == 5


def test_many_parameters_are_named_by_their_modules():
    model = nn.Sequential(patients.mlp((2, 4, 4, 4, 4), nn.Tanh), nn.Linear(4, 1))
    optimizer = sgd(model[1])
    names = [name for name, _ in model.named_parameters() if name.startswith("0")]
    _, lines = treated(copy.deepcopy(model), sgd(model[1]), "hold-all-parameters", names=names)
    code = [line.removeprefix("+ ") for line in lines if not line.startswith("#")]
    exec("\n".join(code), {"model": model, "optimizer": optimizer})  # noqa: S102
    assert {id(p) for p in optimizer.param_groups[0]["params"]} == {
        id(p) for p in model.parameters()
    }


def test_a_group_that_is_added_while_it_trains_counts_as_held():
    model = network()
    optimizer = sgd(model[2])
    recorder = Recorder(models=(("", model),)).attach()
    train(model, optimizer, steps=2)
    optimizer.add_param_group({"params": model[0].parameters()})
    train(model, optimizer)
    recorder.detach()
    assert recorder.evidence()[0].optimizer.left_out == ()


# ---- the loss -----------------------------------------------------------------------------------------


def shapes(loss: str, output: str, target: str) -> seen.Evidence:
    return evidence(output=seen.Output(loss=loss, shapes_differ=(output, target)))


def test_shapes_are_matched_where_both_hold_as_many_numbers():
    found = finding("broadcast-target", "loss")
    (settings,) = proposed("match-shapes", found, shapes("mse_loss", "(8, 1)", "(8,)"))
    assert settings["grows"]
    (settings,) = proposed("match-shapes", found, shapes("custom", "(8,)", "(8, 1)"))
    assert not settings["grows"]
    assert proposed("match-shapes", found, shapes("mse_loss", "(8, 1)", "(8, 3)")) == []


def test_every_name_of_the_loss_gets_the_target_in_the_outputs_shape():
    model = network()
    before = functional.mse_loss
    globals()["renamed"] = before
    settings = {"loss": "mse_loss", "output": "", "target": "", "where": "train.py:3"}
    patient, lines = treated(model, sgd(model), "match-shapes", grows=True, **settings)
    output, target = model(X), Y[:, 0]
    expected = before(output, target.unsqueeze(1))
    assert torch.equal(nn.MSELoss()(output, target), expected)
    assert torch.equal(globals()["renamed"](output, target), expected)
    assert torch.equal(functional.mse_loss(output, Y), before(output, Y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one_for_all = torch.zeros(1)
        assert torch.equal(functional.mse_loss(output, one_for_all), before(output, one_for_all))
    assert lines == ("+ target = target.unsqueeze(1)  # before train.py:3",)
    patient.close()
    assert functional.mse_loss is before
    assert globals().pop("renamed") is before


def test_a_loss_by_hand_gets_the_output_in_the_targets_shape_and_an_evaluation_does_not():
    model = network()
    settings = {"loss": "custom", "output": "", "target": "", "where": ""}
    patient, lines = treated(model, sgd(model), "match-shapes", grows=True, **settings)
    assert lines == ("+ output = output.squeeze(1)",)
    assert model(X).shape == (64,)
    with torch.no_grad():
        assert model(X).shape == (64, 1)
    patient.close()
    assert model(X).shape == (64, 1)


def test_where_the_output_cannot_be_told_the_line_to_edit_is_named():
    models = (("a", network()), ("b", network()))
    patient = Patient(models, sgd(models[0][1]))
    settings = {"loss": "custom", "grows": True, "where": "train.py:12"}
    with pytest.raises(BadInput, match=r"train\.py:12.*output\.squeeze\(1\)") as caught:
        REMEDIES["match-shapes"].apply(patient, settings)
    assert "train.py:12" in caught.value.text.ko


# ---- all of them --------------------------------------------------------------------------------------

SETTINGS = {
    "clip-gradients": {"limit": 1.0},
    "hold-all-parameters": {"names": ["0.weight"], "count": 1},
    "hold-rate": {"held": 0.1, "last": 0.01, "rises": False},
    "match-shapes": {"loss": "mse_loss", "grows": True, "where": ""},
    "warm-up": {"count": 5, "rate": 0.1},
    "zero-gradients": {"carried": 5, "steps": 6},
    "wider-numbers": {"activations": ["tanh"]},
    "full-precision": {"dtype": "bfloat16"},
    "scale-loss": {"scale": 1024},
}


def reach() -> tuple[object, ...]:
    hooks = optimizers._global_optimizer_pre_hooks, optimizers._global_optimizer_post_hooks
    functions = functional.mse_loss, torch.Tensor.backward, torch.autocast.__enter__
    return (*(tuple(h) for h in hooks), *functions)


@pytest.mark.parametrize("remedy", SETTINGS)
def test_nothing_is_left_behind(remedy):
    model = network()
    optimizer = sgd(model)
    before, own = reach(), set(vars(optimizer))
    patient, lines = treated(model, optimizer, remedy, **SETTINGS[remedy])
    assert lines
    train(model, optimizer, steps=2)
    patient.close()
    assert reach() == before
    assert set(vars(optimizer)) == own
    assert not model._forward_hooks
    assert not model._forward_pre_hooks
