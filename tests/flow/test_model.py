"""Theory along a traced model, against what is measured; and what it says where it does not reach."""

import math
import statistics

import pytest
import torch
from torch import nn

from livegrad.errors import BadInput
from livegrad.flow.model.measuring_torch import measure
from livegrad.flow.model.predicting_torch import predict_model


class Block(nn.Module):
    def __init__(self, width, norm):
        super().__init__()
        self.linear, self.norm = nn.Linear(width, width), norm(width)

    def forward(self, x):
        return x + torch.relu(self.linear(self.norm(x)))


class Pooled(nn.Module):
    """An encoder, initialised block by block, its mean over tokens and a readout."""

    def __init__(self, blocks=3, width=32, *, first=True):
        super().__init__()
        made = [
            nn.TransformerEncoderLayer(width, 4, 64, 0.0, batch_first=True, norm_first=first)
            for _ in range(blocks)
        ]
        self.blocks, self.out = nn.Sequential(*made), nn.Linear(width, 5)

    def forward(self, x):
        return self.out(self.blocks(x).mean(dim=1))


class Last(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.layer, self.out = kind(8, 48, batch_first=True), nn.Linear(48, 5)

    def forward(self, x):
        return self.out(self.layer(x)[0][:, -1])


def plain(depth, activation, width=64, gain=None, norm=None):
    layers = []
    for place in range(depth - 1):
        linear = nn.Linear(24 if place == 0 else width, width)
        if gain is not None:
            nn.init.normal_(linear.weight, std=gain / linear.in_features**0.5)
            nn.init.zeros_(linear.bias)
        layers += [linear, *([norm(width)] if norm else []), activation()]
    return nn.Sequential(*layers, nn.Linear(width, 5))


def cnn(pool):
    return nn.Sequential(
        nn.Conv2d(2, 16, 3, padding=1), nn.ReLU(), pool(2),
        nn.Conv2d(16, 32, 3, padding=1, stride=2), nn.BatchNorm2d(32), nn.ReLU(inplace=True),
        nn.Flatten(), nn.Linear(128, 32), nn.Tanh(), nn.Linear(32, 5),
    )  # fmt: skip


MODELS = {
    "tanh": (lambda: plain(12, nn.Tanh), (24,)),
    "relu": (lambda: plain(12, nn.ReLU), (24,)),
    "relu, He": (lambda: plain(12, nn.ReLU, gain=2**0.5), (24,)),
    "sigmoid": (lambda: plain(12, nn.Sigmoid), (24,)),
    "gelu, large": (lambda: plain(12, nn.GELU, gain=1.5), (24,)),
    "batch norm": (lambda: plain(12, nn.ReLU, norm=nn.BatchNorm1d), (24,)),
    "layer norm": (lambda: plain(12, nn.SiLU, norm=nn.LayerNorm), (24,)),
    "residual": (lambda: nn.Sequential(nn.Linear(24, 64), *[Block(64, nn.Identity) for _ in range(12)], nn.Linear(64, 5)), (24,)),
    "residual, layer norm": (lambda: nn.Sequential(nn.Linear(24, 64), *[Block(64, nn.LayerNorm) for _ in range(12)], nn.Linear(64, 5)), (24,)),
    "cnn, average": (lambda: cnn(nn.AvgPool2d), (2, 8, 8)),
    "cnn, highest": (lambda: cnn(nn.MaxPool2d), (2, 8, 8)),
    "transformer, pre": (lambda: Pooled(first=True), (6, 32)),
    "transformer, post": (lambda: Pooled(first=False), (6, 32)),
    "rnn": (lambda: Last(nn.RNN), (6, 8)),
    "lstm": (lambda: Last(nn.LSTM), (6, 8)),
    "gru": (lambda: Last(nn.GRU), (6, 8)),
}  # fmt: skip


def batch(shape, samples=16):
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(samples, *shape, generator=generator, dtype=torch.float64)
    return x, torch.randint(0, 5, (samples,), generator=generator)


def pairs(build, data, seeds=5):
    for seed in range(seeds):
        torch.manual_seed(seed)
        net = build().double()
        yield predict_model(net, data), measure(net, data)


@pytest.mark.parametrize("name", MODELS)
def test_the_median_network_is_predicted(name):
    build, shape = MODELS[name]
    found = list(pairs(build, batch(shape)))
    depth = found[0][0].depth
    errors = [
        statistics.median(one.layers[place].log10_gradient for one, _ in found)
        - statistics.median(two.layers[place].log10_gradient for _, two in found)
        for place in range(depth)
    ]
    # The median of five networks of this width strays by about 0.05 itself.
    assert max(map(abs, errors)) < 0.2
    assert statistics.median(map(abs, errors)) < 0.1
    assert all(not one.not_traced for one, _ in found)
    for (one, two), place in ((pair, place) for pair in found for place in range(depth)):
        theory, real = one.layers[place], two.layers[place]
        assert (theory.name, theory.kind, theory.width, theory.fan_in) == (
            real.name, real.kind, real.width, real.fan_in,
        )  # fmt: skip
        assert theory.activation == real.activation


@pytest.mark.parametrize(
    "name", ["tanh", "relu, He", "residual, layer norm", "cnn, average", "transformer, pre"]
)
def test_weight_gradients_signals_and_correlations_are_predicted(name):
    build, shape = MODELS[name]
    found = list(pairs(build, batch(shape), seeds=12))
    for place in range(found[0][0].depth):
        for quantity, allowed in (
            (lambda layer: layer.log10_weight_gradient, 0.25),
            (lambda layer: math.log10(layer.signal_variance), 0.3),
            (lambda layer: layer.correlation, 0.2),
        ):
            theory, real = (
                statistics.median(quantity(pair[side].layers[place]) for pair in found)
                for side in (0, 1)
            )
            assert abs(theory - real) < allowed


def test_bands_hold_most_single_networks():
    inside = []
    for one, two in pairs(lambda: plain(12, nn.Tanh), batch((24,)), seeds=12):
        inside += [
            theory.band[0] <= real.log10_gradient <= theory.band[1]
            for theory, real in zip(one.layers[:-1], two.layers[:-1], strict=True)
        ]
    assert sum(inside) / len(inside) > 0.7


def test_the_first_pre_activation_is_the_real_one():
    data = batch((24,))
    one, two = next(pairs(lambda: plain(4, nn.Tanh), data))
    assert one.layers[0].signal_variance == pytest.approx(two.layers[0].signal_variance, rel=1e-9)
    assert one.layers[0].correlation == pytest.approx(two.layers[0].correlation)


def test_a_hundred_layers_pass_the_range_of_float64():
    torch.manual_seed(0)
    net = plain(110, nn.Sigmoid, width=16, gain=0.1).double()
    profile = predict_model(net, batch((24,)))
    # Per layer 0.1·E[φ′²]^½, and φ′ is ¼ near 0: its square, 352 decades, is no float64.
    expected = 109 * math.log10(0.1 / 4)
    assert profile.layers[0].log10_gradient == pytest.approx(expected, abs=2.0)
    assert profile.verdict.code == "vanishes"


def test_dead_and_saturated_units_are_expected():
    def build():
        net = plain(3, nn.ReLU)
        with torch.no_grad():
            net[0].bias -= 1.0
        return net

    found = list(pairs(build, batch((24,))))
    theory = statistics.fmean(one.layers[0].dead for one, _ in found)
    real = statistics.fmean(two.layers[0].dead for _, two in found)
    assert real > 0.1
    assert theory == pytest.approx(real, abs=0.1)
    found = list(pairs(lambda: plain(3, nn.Tanh, gain=3.0), batch((24,))))
    theory, real = (
        statistics.fmean(pair[side].layers[0].saturated for pair in found) for side in (0, 1)
    )
    assert real > 0.2
    assert theory == pytest.approx(real, abs=0.05)


class Sorted(nn.Module):
    def forward(self, x):
        return torch.sort(x, dim=-1).values


def test_what_theory_does_not_cover_is_named_and_measured():
    def build():
        return nn.Sequential(
            nn.Linear(24, 64), Sorted(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 5)
        )

    found = list(pairs(build, batch((24,))))
    assert {one.not_traced for one, _ in found} == {("1",)}
    assert all("sort" in one.verdict.doubts[0].en for one, _ in found)
    theory = statistics.median(one.layers[0].log10_gradient for one, _ in found)
    real = statistics.median(two.layers[0].log10_gradient for _, two in found)
    assert theory == pytest.approx(real, abs=0.1)


def test_what_comes_after_the_last_layer_needs_no_theory():
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Linear(24, 32), nn.Tanh(), nn.Linear(32, 5), nn.LogSoftmax(dim=1)
    ).double()
    x, y = batch((24,))
    theory, real = (
        ask(net, (x, y), loss_fn=nn.functional.nll_loss) for ask in (predict_model, measure)
    )
    assert theory.not_traced == ()
    assert theory.layers[0].log10_gradient == pytest.approx(real.layers[0].log10_gradient, abs=0.15)


def test_trained_weights_are_not_judged():
    torch.manual_seed(0)
    net, (x, y) = plain(4, nn.ReLU).double(), batch((24,), samples=64)
    before = predict_model(net, (x, y))
    assert before.verdict.code != "cannot-say"
    optimizer = torch.optim.SGD(net.parameters(), lr=0.4, momentum=0.9)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
    after = predict_model(net, (x, y))
    assert after.verdict.code == "cannot-say"
    assert "not those of a fresh network" in after.verdict.doubts[0].en


def test_copied_blocks_are_doubted():
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    net = nn.TransformerEncoder(layer, 3, enable_nested_tensor=False).double()
    data = torch.randn(8, 5, 16, dtype=torch.float64)
    assert any("starts as a copy" in doubt.en for doubt in predict_model(net, data).verdict.doubts)
    assert not predict_model(Pooled(width=16).double(), data).verdict.doubts


def test_a_branch_multiplied_by_zero_gets_no_gradient():
    class ReZero(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear, self.alpha = nn.Linear(24, 24), nn.Parameter(torch.zeros(1))

        def forward(self, x):
            return x + self.alpha * torch.relu(self.linear(x))

    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(24, 24), ReZero(), ReZero(), nn.Linear(24, 5)).double()
    theory, real = predict_model(net, batch((24,))), measure(net, batch((24,)))
    for profile in (theory, real):
        assert [math.isfinite(layer.log10_gradient) for layer in profile.layers] == [
            True, False, False, True,
        ]  # fmt: skip


def test_attention_by_hand_is_predicted_like_pytorchs_own():
    class ByHand(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.k, self.v, self.o = (nn.Linear(32, 32) for _ in range(4))
            self.out = nn.Linear(32, 5)

        def forward(self, x):
            heads = [
                one(x).view(*x.shape[:2], 4, 8).transpose(1, 2) for one in (self.q, self.k, self.v)
            ]
            scores = heads[0] @ heads[1].transpose(-2, -1) / 8**0.5
            mixed = (scores.softmax(-1) @ heads[2]).transpose(1, 2).reshape(x.shape)
            return self.out((x + self.o(mixed)).mean(1))

    found = list(pairs(ByHand, batch((6, 32))))
    for place in range(4):  # queries, keys, values, output
        theory, real = (
            statistics.median(pair[side].layers[place].log10_gradient for pair in found)
            for side in (0, 1)
        )
        assert theory == pytest.approx(real, abs=0.15)


def test_nothing_is_left_behind():
    net = cnn(nn.MaxPool2d).double()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    torch.manual_seed(5)
    expected = torch.rand(2)
    torch.manual_seed(5)
    predict_model(net, batch((2, 8, 8)))
    assert torch.equal(torch.rand(2), expected)
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in net.modules())


def test_a_batch_of_one_has_no_correlation():
    torch.manual_seed(0)
    profile = predict_model(plain(6, nn.ReLU).double(), batch((24,), samples=1)[0])
    assert all(layer.correlation is None for layer in profile.layers)
    assert all(math.isfinite(layer.log10_gradient) for layer in profile.layers)


def test_a_large_batch_is_followed_by_its_first_samples():
    found = list(pairs(lambda: plain(8, nn.ReLU), batch((24,), samples=200)))
    for quantity in (lambda layer: layer.log10_gradient, lambda layer: layer.log10_weight_gradient):
        theory, real = (
            statistics.median(quantity(pair[side].layers[0]) for pair in found) for side in (0, 1)
        )
        assert theory == pytest.approx(real, abs=0.15)


def test_a_model_without_layers_is_refused():
    with pytest.raises(BadInput, match="no layer with weights"):
        predict_model(nn.Sequential(nn.Tanh()), torch.randn(4, 3))
