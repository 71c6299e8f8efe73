"""Remedies for what 16-bit numbers round away: what is computed wider, that nothing else is, and the lines that say so."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional
from treatment.plain_training import X, Y, equal, evidence, finding, network, proposed, sgd, treated

from livegrad.observation.evidence import Layer

FAR = torch.tensor([[6.0, -6.0]], dtype=torch.bfloat16)
"""Where the result of tanh rounds to ±1 in bfloat16, and its slope, 1 - tanh², to 0."""


class Called(nn.Module):
    """An activation, called in whatever way; with a weight, so that an optimizer can hold it."""

    def __init__(self, call) -> None:
        super().__init__()
        self.call, self.weight = call, nn.Parameter(torch.ones(1, dtype=torch.bfloat16))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.call(x * self.weight)


def in_place(z: torch.Tensor) -> torch.Tensor:
    z.tanh_()
    return z


def slopes(model: nn.Module) -> torch.Tensor:
    x = FAR.clone().requires_grad_()
    output = model(x)
    assert output.dtype == FAR.dtype
    output.sum().backward()
    return x.grad


@pytest.mark.parametrize(
    "call",
    [torch.tanh, functional.tanh, torch.Tensor.tanh, nn.Tanh(), in_place],
    ids=["torch", "functional", "method", "module", "in place"],
)
def test_an_activation_of_16_bit_numbers_has_its_float32_slope_however_it_is_called(call):
    model = Called(call)
    assert not slopes(model).any()
    patient, lines = treated(model, sgd(model), "wider-numbers", activations=["tanh"])
    true = 1 - torch.tanh(FAR.float()) ** 2
    assert torch.equal(slopes(model), true.to(FAR.dtype))
    assert torch.equal(model(FAR), torch.tanh(FAR))
    patient.close()
    assert not slopes(model).any()
    assert lines


def test_the_printed_lines_do_the_same():
    by_module, by_call = Called(nn.Tanh()), Called(torch.tanh)
    _, lines = treated(by_call, sgd(by_call), "wider-numbers", activations=["tanh"])
    assert lines == ("- torch.tanh(z)", "+ torch.tanh(z.float()).to(z.dtype)")
    patient, lines = treated(by_module, sgd(by_module), "wider-numbers", activations=["tanh"])
    names = {"nn": nn}
    exec("\n".join(line[2:] for line in lines[:6]), names)  # noqa: S102
    assert lines[6:] == ("- nn.Tanh(),", "+ Wide(nn.Tanh()),")
    expected = slopes(by_module)
    patient.close()
    assert torch.equal(slopes(Called(names["Wide"](nn.Tanh()))), expected)


def test_wider_numbers_touch_neither_float32_nor_other_functions():
    model = Called(torch.sigmoid)
    expected = slopes(model)
    _, _ = treated(model, sgd(model), "wider-numbers", activations=["tanh"])
    assert torch.equal(slopes(model), expected)
    plain, wide = network(), network()
    _, _ = treated(wide, sgd(wide), "wider-numbers", activations=["tanh"])
    for one in (plain, wide):
        functional.mse_loss(one(X), Y).backward()
    assert all(
        torch.equal(a.grad, b.grad)
        for a, b in zip(plain.parameters(), wide.parameters(), strict=True)
    )


def test_a_model_with_wider_numbers_is_copied_and_saved_as_ever():
    model = network().bfloat16()
    patient, _ = treated(model, sgd(model), "wider-numbers", activations=["tanh"])
    x = X.bfloat16()
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):  # noqa: S301
        assert torch.equal(other(x), model(x))
    patient.close()


def test_an_error_inside_the_model_leaves_no_mode_behind():
    def fails(z: torch.Tensor) -> torch.Tensor:
        raise ValueError(z.shape)

    model = Called(fails)
    patient, _ = treated(model, sgd(model), "wider-numbers", activations=["tanh"])
    with pytest.raises(ValueError, match="Size"):
        model(FAR)
    patient.close()
    assert not torch.overrides._get_current_function_mode_stack()


def test_the_whole_network_is_computed_in_float32():
    model, plain = network().bfloat16(), network().bfloat16().float()
    patient, lines = treated(model, sgd(model), "full-precision", dtype="bfloat16")
    assert torch.equal(model(X.bfloat16()), plain(X.bfloat16().float()))
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert lines == (
        "- model.to(torch.bfloat16)",
        "+ model.float()",
        "- x.to(torch.bfloat16)",
        "+ x.float()",
    )
    patient.close()


def test_no_autocast_begins_until_the_end():
    model = network()
    patient, lines = treated(model, sgd(model), "full-precision", dtype="bfloat16")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert model(X).dtype == torch.float32
    assert lines[1] == "+ with torch.autocast('cpu', enabled=False):"
    patient.close()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert model(X).dtype == torch.bfloat16


def small_loss(model: nn.Module) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.float16):
        return 1e-7 * functional.mse_loss(model(X).float(), Y)


def test_a_scaled_loss_makes_the_steps_of_the_printed_scaler():
    one, other = network(), network()
    optimizer, as_printed = sgd(one, 1e6), sgd(other, 1e6)
    small_loss(one).backward()
    assert not one[0].weight.grad.any()
    patient, lines = treated(one, optimizer, "scale-loss", scale=65536)
    assert [line[0] for line in lines] == list("+-+-++")
    scaler = torch.amp.GradScaler("cpu")
    for _ in range(4):
        optimizer.zero_grad()
        small_loss(one).backward()
        optimizer.step()
        as_printed.zero_grad()
        scaler.scale(small_loss(other)).backward()
        scaler.step(as_printed)
        scaler.update()
    assert equal(one, other)
    assert not torch.equal(one[0].weight, network()[0].weight)
    patient.close()


def test_each_kind_of_rounding_gets_its_own_remedies():
    layer = Layer(name="0", kind="Linear", activation="tanh", dtype="bfloat16", lost=(0.9,))
    rounded, given = finding("arithmetic-death", "0", share=0.9), evidence(layers=(layer,))
    (settings,) = proposed("wider-numbers", rounded, given)
    assert settings["activations"] == ["tanh"]
    assert proposed("full-precision", rounded, given) == [{"dtype": "bfloat16"}]
    assert proposed("scale-loss", rounded, given) == []
    small = finding("arithmetic-death", "0", entry=-9.0)
    assert proposed("scale-loss", small, given)
    wide = Layer(name="0", kind="Linear", activation="tanh", dtype="float32", lost=(0.9,))
    assert proposed("wider-numbers", rounded, evidence(layers=(wide,))) == []
