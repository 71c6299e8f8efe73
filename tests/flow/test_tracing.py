"""What a run writes down: every call, what it means, and what its tensors' dimensions stand for."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.flow.model.axes import Factor, axes_of, count, layered, permuted, reshaped, resized
from livegrad.flow.model.run_torch import batch_of, run


class Code(nn.Module):
    """A module whose forward is given."""

    def __init__(self, forward, **layers):
        super().__init__()
        self.code, self.layers = forward, nn.ModuleDict(layers)

    def forward(self, *inputs):
        return self.code(self.layers, *inputs)


def tape_of(forward, x, **layers):
    torch.manual_seed(0)
    net = Code(forward, **layers)
    return run(net, batch_of(net, x)).tape


def names(tape):
    return [operation.name for operation in tape.operations if operation.name != "view"]


def x_of(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_operators_methods_functions_and_modules_look_alike():
    def forward(layers, x):
        h = layers["a"](x)
        h = 2 * torch.relu(h) + x - functional.gelu(x).sigmoid() * h.tanh() / 3
        h += 1
        return layers["b"](1 - h)

    tape = tape_of(forward, x_of(4, 6), a=nn.Linear(6, 6), b=nn.Linear(6, 2))
    assert names(tape) == [
        "linear", "activation", "affine", "sum", "activation", "activation", "activation",
        "multiplied", "affine", "sum", "affine", "affine", "linear",
    ]  # fmt: skip
    found = [op.settings["activation"].id for op in tape.operations if op.name == "activation"]
    assert found == ["relu", "gelu", "sigmoid", "tanh"]


def test_settings_of_activations_are_kept():
    def forward(layers, x):
        x = functional.leaky_relu(layers["a"](x), 0.3)
        x = functional.hardtanh(x, -2.0, 2.0).clamp(min=0)
        return layers["b"](nn.functional.elu(x, alpha=0.5))

    tape = tape_of(forward, x_of(4, 6), a=nn.Linear(6, 6), b=nn.Linear(6, 2))
    found = [op.settings["activation"] for op in tape.operations if op.name == "activation"]
    assert [(f.id, f.settings) for f in found] == [
        ("leaky_relu", {"alpha": 0.3}),
        ("hardtanh", {"low": -2.0, "high": 2.0}),
        ("relu", {}),
        ("elu", {"alpha": 0.5}),
    ]


def test_a_module_of_livegrad_is_recognised_though_its_call_is_hidden():
    from livegrad.functions import activation

    def forward(layers, x):
        return layers["b"](layers["f"](layers["a"](x)))

    f = activation("x * sigmoid(2 * x)")
    tape = tape_of(forward, x_of(4, 6), a=nn.Linear(6, 6), f=f.module(), b=nn.Linear(6, 2))
    assert names(tape) == ["linear", "activation", "linear"]


def test_an_in_place_result_is_a_value_of_its_own():
    def forward(layers, x):
        h = layers["a"](x)
        functional.relu_(h)
        return layers["b"](h)

    tape = tape_of(forward, x_of(4, 6), a=nn.Linear(6, 6), b=nn.Linear(6, 2))
    assert names(tape) == ["linear", "activation", "linear"]
    assert tape.operations[1].outputs == tape.operations[2].inputs


class Hidden(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 3 * x

    @staticmethod
    def backward(ctx, gradient):  # noqa: ARG004
        return 3 * gradient


class Tripled(nn.Module):
    def forward(self, x):
        return Hidden.apply(x)


def test_a_call_that_cannot_be_seen_is_joined_to_its_module_and_measured():
    def forward(layers, x):
        return layers["b"](layers["t"](layers["a"](x)))

    tape = tape_of(forward, x_of(4, 6), a=nn.Linear(6, 6), t=Tripled(), b=nn.Linear(6, 2))
    assert names(tape) == ["linear", "opaque", "linear"]
    hidden = tape.operations[1]
    assert hidden.module == "layers.t"
    assert hidden.settings["shares"] == pytest.approx((9.0,), rel=1e-5)
    assert tape.measured[hidden.outputs[0]].square > 0


def test_a_function_without_a_rule_is_measured_as_it_is():
    def forward(layers, x):
        return layers["b"](torch.cumsum(layers["a"](x), 1))

    tape = tape_of(forward, x_of(4, 6), a=nn.Linear(6, 6), b=nn.Linear(6, 2))
    (hidden,) = (op for op in tape.operations if op.name == "opaque")
    assert hidden.settings["called"] == "cumsum"
    # A random gradient over n running sums: entry i is met by n − i of them.
    assert hidden.settings["shares"][0] == pytest.approx(3.5, rel=0.5)


def test_heads_inside_the_batch_keep_their_roles():
    net = nn.MultiheadAttention(8, 2, batch_first=True)
    x = x_of(3, 5, 8)
    torch.manual_seed(0)
    wrapped = Code(lambda layers, x: layers["m"](x, x, x, need_weights=False)[0], m=net)
    tape = run(wrapped, batch_of(wrapped, x)).tape
    (attention,) = (op for op in tape.operations if op.name == "attention")
    query = tape.values[attention.inputs[0]]
    assert (query.positions, query.features) == (5, 8)
    assert count(query.axes, "sample") == 3
    assert attention.settings["own"] == pytest.approx(1 / 5)
    out = tape.values[tape.rungs[-1].values[0]]
    assert (out.positions, out.features) == (5, 8)


def test_attention_written_by_hand_is_recognised_with_its_mask():
    mask = torch.triu(torch.full((5, 5), -torch.inf), 1)

    def forward(layers, x):
        q, k, v = (layers[name](x) for name in "qkv")
        scores = q @ k.transpose(-2, -1) / 8**0.5 + mask
        return layers["o"](scores.softmax(-1) @ v)

    layers = {name: nn.Linear(8, 8) for name in "qkvo"}
    tape = tape_of(forward, x_of(3, 5, 8), **layers)
    (weighted,) = (op for op in tape.operations if op.name == "weighted")
    assert weighted.settings["sharpness"] == pytest.approx(1.0)
    rows = [1 / n for n in range(1, 6)]
    assert weighted.settings["own"] == pytest.approx(sum(rows) / 5)


def test_a_softmax_that_is_no_attention_is_measured():
    def forward(layers, x):
        return layers["b"](layers["a"](x).softmax(-1))

    tape = tape_of(forward, x_of(4, 6), a=nn.Linear(6, 6), b=nn.Linear(6, 2))
    assert "opaque" in names(tape)


def test_a_step_taken_out_of_a_sequence_is_that_step():
    def forward(layers, x):
        return layers["b"](layers["r"](x)[0][:, -1])

    tape = tape_of(forward, x_of(4, 5, 6), r=nn.RNN(6, 7, batch_first=True), b=nn.Linear(7, 2))
    last = next(op for op in reversed(tape.operations) if op.name == "activation")
    assert tape.operations[-1].inputs == last.outputs


def test_sequences_with_time_first_have_their_samples_in_the_second_dimension():
    net = Code(lambda layers, x: layers["r"](x)[0], r=nn.RNN(6, 7))
    assert batch_of(net, x_of(9, 4, 6)).samples == 4
    net = Code(lambda layers, x: layers["r"](x)[0], r=nn.RNN(6, 7, batch_first=True))
    assert batch_of(net, x_of(9, 4, 6)).samples == 9


def test_zero_padding_leaves_taps_outside():
    def forward(layers, x):
        return layers["b"](layers["a"](x).flatten(1))

    tape = tape_of(forward, x_of(2, 1, 4, 4), a=nn.Conv2d(1, 2, 3, padding=1), b=nn.Linear(32, 2))
    # Of 3 taps along 4 places, the outer ones lie inside for 3 of 4.
    assert tape.operations[0].settings["valid"] == pytest.approx(((3 + 4 + 3) / 12) ** 2)


# ------------------------------------------------------------ axes


def test_a_change_of_shape_merges_and_splits_factors():
    axes = axes_of((4, 6, 10), 1, 2)
    merged = reshaped(axes, (24, 10))
    assert merged is not None
    assert [factor.role for factor in merged[0]] == ["position", "sample"]
    assert reshaped(merged, (4, 6, 2, 5)) == (
        (Factor("position", 4),), (Factor("sample", 6),), (Factor("feature", 2),), (Factor("feature", 5),),
    )  # fmt: skip
    assert (
        reshaped(axes_of((4, 6), 0, 1), (3, 8)) is None
    )  # would cut samples and features together


def test_cut_factors_of_one_role_may_be_cut_anew():
    axes = reshaped(axes_of((2, 12), 0, 1), (2, 3, 4))
    assert axes is not None
    assert reshaped(axes, (2, 4, 3)) is not None


def test_layers_choose_their_features():
    axes = axes_of((4, 3, 5), 0, 1)
    mixed = layered(axes, {2})
    assert mixed is not None
    assert (count(mixed, "feature"), count(mixed, "position")) == (5, 3)
    assert layered(axes, {0}) is None
    assert permuted(axes, (2, 0, 1))[1] == (Factor("sample", 4),)
    assert resized(axes, 2, 1) == (*axes[:2], ())
