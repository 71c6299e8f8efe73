"""What is measured is what autograd says, and the model is left as it was."""

import copy
import math
import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.errors import BadInput
from livegrad.flow.model.measuring_torch import measure


def plain(depth=6, width=16, act=nn.Tanh, inputs=8, outputs=3):
    torch.manual_seed(0)
    layers = [nn.Linear(inputs, width), act()]
    for _ in range(depth - 2):
        layers += [nn.Linear(width, width), act()]
    return nn.Sequential(*layers, nn.Linear(width, outputs)).double()


def batch(samples=12, inputs=8, classes=3):
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(samples, inputs, generator=generator, dtype=torch.float64)
    return x, torch.randint(0, classes, (samples,), generator=generator)


def by_hand(net, x, y):
    """Gradient norms of the pre-activations and weights of a Sequential, by autograd alone."""
    found, h = [], x
    for module in net:
        h = module(h)
        if isinstance(module, nn.Linear):
            h.retain_grad()
            found.append((h, module.weight))
    functional.cross_entropy(h, y).backward()
    norms = [
        (float(z.grad.norm()), float(w.grad.norm()), float(z.detach().square().mean()))
        for z, w in found
    ]
    net.zero_grad(set_to_none=True)
    return norms


def test_gradients_and_variances_are_those_of_autograd():
    net, (x, y) = plain(), batch()
    expected = by_hand(net, x, y)
    profile = measure(net, (x, y))
    for layer, (gradient, weight, q) in zip(profile.layers, expected, strict=True):
        assert layer.log10_gradient == pytest.approx(
            math.log10(gradient / expected[-1][0]), abs=1e-10
        )
        assert layer.log10_weight_gradient == pytest.approx(
            math.log10(weight / expected[-1][1]), abs=1e-10
        )
        assert layer.signal_variance == pytest.approx(q, rel=1e-10)
    assert profile.source == "measured"
    assert {layer.source for layer in profile.layers} == {"measured"}
    assert [layer.activation for layer in profile.layers] == ["tanh"] * 5 + [None]


def test_chi_joins_neighbouring_rungs():
    profile = measure(plain(), batch())
    for layer, after in zip(profile.layers, profile.layers[1:], strict=False):
        assert 0.5 * math.log10(layer.chi) == pytest.approx(
            layer.log10_gradient - after.log10_gradient
        )


def test_correlation_is_the_mean_cosine_of_two_samples():
    net, (x, _) = plain(depth=2), batch(5)
    z = functional.normalize(net[0](x), dim=1).detach()
    cosines = (z @ z.T).numpy()
    expected = (cosines.sum() - 5) / 20
    assert measure(net, x).layers[0].correlation == pytest.approx(expected)
    assert measure(net, x[:1]).layers[0].correlation is None


def test_nothing_is_left_behind():
    net = nn.Sequential(
        nn.Linear(8, 6), nn.BatchNorm1d(6), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(6, 3)
    )
    net[0].weight.grad = torch.ones_like(net[0].weight)
    net[1].eval()
    heard = []
    net[0].register_forward_hook(lambda *_: heard.append(1))
    before, hooks = copy.deepcopy(net.state_dict()), [dict(m._forward_hooks) for m in net.modules()]
    modes = [m.training for m in net.modules()]
    torch.manual_seed(3), random.seed(3), np.random.seed(3)  # noqa: NPY002
    expected = torch.rand(3), random.random(), np.random.rand()  # noqa: NPY002, S311
    torch.manual_seed(3), random.seed(3), np.random.seed(3)  # noqa: NPY002
    x = torch.randn(16, 8, generator=torch.Generator().manual_seed(0))
    kept = x.clone()
    measure(net, x)
    assert torch.equal(torch.rand(3), expected[0])
    assert (random.random(), np.random.rand()) == expected[1:]  # noqa: NPY002, S311
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert torch.equal(net[0].weight.grad, torch.ones_like(net[0].weight))
    assert net[4].weight.grad is None
    assert [m.training for m in net.modules()] == modes
    assert [dict(m._forward_hooks) for m in net.modules()] == hooks
    assert not any(m._forward_pre_hooks for m in net.modules())
    assert heard == [1]  # the user's own hook ran, once
    assert torch.equal(x, kept)
    assert x.grad is None


def test_batchnorm_buffers_come_back_in_training_mode():
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2)
    )
    measure(net.train(), torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(0)))
    assert int(net[1].num_batches_tracked) == 0
    assert torch.equal(net[1].running_mean, torch.zeros(4))


def test_a_failing_forward_leaves_no_hooks():
    net = plain()
    with pytest.raises(RuntimeError):
        measure(net, torch.randn(4, 5, dtype=torch.float64))
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in net.modules())


def test_an_activation_in_place_changes_nothing():
    x, y = batch()
    apart = measure(plain(act=nn.ReLU), (x, y))
    within = measure(plain(act=lambda: nn.ReLU(inplace=True)), (x, y))
    assert [layer.log10_gradient for layer in within.layers] == [
        layer.log10_gradient for layer in apart.layers
    ]
    assert [layer.dead for layer in within.layers] == [layer.dead for layer in apart.layers]


def test_a_shared_module_has_one_rung_for_each_use():
    torch.manual_seed(0)
    shared = nn.Linear(8, 8)
    net = nn.Sequential(shared, nn.Tanh(), shared, nn.Tanh(), nn.Linear(8, 2))
    layers = measure(net, torch.randn(6, 8)).layers
    assert [layer.name for layer in layers] == ["0", "0#2", "4"]
    assert layers[0].log10_weight_gradient == layers[1].log10_weight_gradient


def test_float32_reports_a_gradient_of_zero():
    x, y = batch()
    deep = plain(depth=120, act=nn.Sigmoid)
    exact, short = measure(deep, (x, y)), measure(deep.float(), (x.float(), y))
    assert math.isfinite(exact.layers[0].log10_gradient)
    assert short.layers[0].log10_gradient == -math.inf
    assert short.verdict.code == "vanishes"


def test_dead_and_saturated_units_are_counted_at_the_activation():
    net, x = plain(depth=2, act=nn.ReLU), batch()[0]
    with torch.no_grad():
        net[0].bias[:4] = -100.0
    assert measure(net, x).layers[0].dead == pytest.approx(4 / 16)
    net = plain(depth=2, act=nn.Tanh)
    with torch.no_grad():
        net[0].bias[:8] = 100.0
    assert measure(net, x).layers[0].saturated >= 0.5
    assert measure(plain(depth=2, act=nn.Tanh), x).layers[0].saturated < 0.1


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.into = nn.Parameter(torch.randn(6, 8) / 3)
        self.kernel = nn.Parameter(torch.randn(2, 1, 3) / 2)
        self.out = nn.Parameter(torch.randn(12, 3) / 4)

    def forward(self, x):
        h = torch.tanh(functional.linear(x, self.into))
        h = functional.conv1d(h[:, None], self.kernel, padding=1).relu_()
        return h.flatten(1) @ self.out


def test_functional_layers_are_rungs_named_after_their_parameters():
    torch.manual_seed(0)
    layers = measure(Functional(), torch.randn(5, 8)).layers
    assert [(layer.name, layer.kind, layer.activation) for layer in layers] == [
        ("into", "Linear", "tanh"),
        ("kernel", "Conv1d", "relu"),
        ("out", "Linear", None),
    ]


def test_a_frozen_model_is_measured_all_the_same():
    net, (x, y) = plain(), batch()
    expected = [layer.log10_gradient for layer in measure(net, (x, y)).layers]
    for parameter in net.parameters():
        parameter.requires_grad_(requires_grad=False)
    found = measure(net, (x, y)).layers
    assert [layer.log10_gradient for layer in found] == pytest.approx(expected)
    assert found[0].log10_weight_gradient is None


def test_without_targets_the_loss_is_a_fixed_linear_function():
    net, (x, _) = plain(), batch()
    one, two = measure(net, x), measure(net, x)
    assert [layer.log10_gradient for layer in one.layers] == [
        layer.log10_gradient for layer in two.layers
    ]
    assert "random linear" in one.title.en
    assert "cross-entropy" in measure(net, batch()).title.en


def test_a_loss_function_is_called_with_output_and_target():
    net, (x, y) = plain(), batch()
    profile = measure(net, (x, y), functional.cross_entropy)
    assert [layer.log10_gradient for layer in profile.layers] == pytest.approx(
        [layer.log10_gradient for layer in measure(net, (x, y)).layers]
    )
    with pytest.raises(BadInput, match="no targets"):
        measure(net, x, nn.MSELoss())


def test_what_cannot_be_measured_is_refused_in_words():
    with pytest.raises(BadInput, match="no layer with weights"):
        measure(nn.Sequential(nn.ReLU()), torch.randn(4, 3))
    with pytest.raises(BadInput, match="no tensor"):
        measure(plain(), [])


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize(
    "options", [{"batch_first": True}, {"num_layers": 2, "bidirectional": True}]
)
def test_a_recurrent_layer_unrolled_gives_the_same_output_and_gradient(kind, options):
    torch.manual_seed(0)
    layer = kind(4, 5, **options).double()
    x = torch.randn(3, 7, 4, dtype=torch.float64)
    seen = []

    class Whole(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.out = (
                layer,
                nn.Linear(5 * (2 if "num_layers" in options else 1), 2).double(),
            )

        def forward(self, x):
            made, _ = self.layer(x)
            seen.append(made)
            return self.out(made)

    measure(Whole(), x)
    expected, _ = layer(x)
    assert torch.allclose(seen[0], expected, atol=1e-12)
    (grad,) = torch.autograd.grad(expected.square().sum(), layer.weight_hh_l0)
    assert torch.isfinite(grad).all()


def test_time_steps_of_a_recurrent_layer_are_rungs():
    torch.manual_seed(0)

    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.out = nn.RNN(4, 6, batch_first=True), nn.Linear(6, 2)

        def forward(self, x):
            return self.out(self.rnn(x)[0][:, -1])

    net, x, y = (
        Last().double(),
        torch.randn(5, 4, 4, dtype=torch.float64),
        torch.tensor([0, 1, 0, 1, 1]),
    )
    profile = measure(net, (x, y))
    assert [layer.name for layer in profile.layers] == [f"rnn.l0[{t}]" for t in (1, 2, 3, 4)] + [
        "out"
    ]
    h, found = torch.zeros(5, 6, dtype=torch.float64), []
    for t in range(4):
        z = net.rnn.weight_ih_l0 @ x[:, t].T + net.rnn.weight_hh_l0 @ h.T
        z = z.T + net.rnn.bias_ih_l0 + net.rnn.bias_hh_l0
        z.retain_grad()
        found.append(z)
        h = torch.tanh(z)
    output = net.out(h)
    output.retain_grad()
    functional.cross_entropy(output, y).backward()
    norms = [float(z.grad.norm()) for z in found]
    assert [layer.log10_gradient for layer in profile.layers[:4]] == pytest.approx(
        [math.log10(norm / float(output.grad.norm())) for norm in norms]
    )


def test_a_transformer_layer_shows_its_projections():
    torch.manual_seed(0)
    net = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    profile = measure(net, torch.randn(4, 5, 8))
    assert [(layer.name, layer.kind) for layer in profile.layers] == [
        ("self_attn.in_proj", "MultiheadAttention"),
        ("self_attn.out_proj", "MultiheadAttention"),
        ("linear1", "Linear"),
        ("linear2", "Linear"),
    ]
    assert all(math.isfinite(layer.log10_gradient) for layer in profile.layers)
