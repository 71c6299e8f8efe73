"""Shaping moved into weights: the same function to rounding, and what stands in its way."""

from __future__ import annotations

import copy
import itertools

import pytest
import torch
from torch import Tensor, nn

from livegrad.errors import BadInput
from livegrad.flow.shaping import shape
from livegrad.flow.shaping.absorbing_torch import absorb
from livegrad.flow.shaping.module_torch import ShapedModule, orthogonalise

MODULES = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
    "swish": nn.SiLU,
    "softplus": nn.Softplus,
    "elu": nn.ELU,
    "selu": nn.SELU,
}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def chain(make: object, depth: int, width: int = 32) -> nn.Sequential:
    sizes = [5, *[width] * depth]
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), make()]  # type: ignore[operator]
    model = nn.Sequential(*layers, nn.Linear(width, 3)).double()
    orthogonalise(model, generator=generator())
    return model


def inputs(rows: int = 4, features: int = 5) -> Tensor:
    x = torch.randn(rows, features, dtype=torch.float64, generator=generator(1))
    return x / x.square().mean(1, keepdim=True).sqrt()


@pytest.mark.parametrize("name", MODULES)
def test_fifty_layers_compute_the_same_as_with_shaped_modules(name: str) -> None:
    shaped = shape(name, 50)
    model, reference = chain(MODULES[name], 50), chain(lambda: shaped.module(tier="native"), 50)
    before = model(inputs())
    absorbed = absorb(shaped, model)
    after = model(inputs())
    assert (after - reference(inputs())).abs().max() <= 1e-12
    assert (after - before).abs().max() > 0.01
    assert len(absorbed.layers) == 51
    assert all(isinstance(model[place], MODULES[name]) for place in range(1, 100, 2))


class Functional(nn.Module):
    """A net as people write it: one activation called, layers in a list, no bias in one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(5, 8, bias=False)
        self.rest = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8, bias=False)])
        self.last = nn.Linear(8, 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(self.first(x))
        for layer in self.rest:
            x = torch.tanh(layer(x))
        return self.last(x)


def test_a_class_with_functional_calls_and_missing_biases() -> None:
    shaped, model = shape("tanh", 3), Functional().double()
    orthogonalise(model, generator=generator())
    layers = [copy.deepcopy(layer) for layer in (model.first, *model.rest, model.last)]
    parameters = list(model.parameters())
    absorb(shaped, model)
    x = inputs()
    for layer in layers[:-1]:
        x = shaped(layer(x))
    assert (model(inputs()) - layers[-1](x)).abs().max() <= 1e-13
    assert all(any(one is kept for kept in model.parameters()) for one in parameters)


@pytest.mark.parametrize("mode", ["replicate", "reflect", "circular"])
def test_convolutions_with_pools_and_padding_that_repeats(mode: str) -> None:
    shaped = shape("sigmoid", 2)

    def build(act: object) -> nn.Sequential:
        model = nn.Sequential(
            nn.Conv2d(2, 8, 3, padding=1),
            act(),  # type: ignore[operator]
            nn.MaxPool2d(2),
            nn.Conv2d(8, 8, 3, padding=1, padding_mode=mode, groups=2),
            act(),  # type: ignore[operator]
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(32, 3),
        ).double()
        orthogonalise(model, generator=generator())
        return model

    model, reference = build(nn.Sigmoid), build(shaped.module)
    absorb(shaped, model)
    x = torch.randn(4, 2, 8, 8, dtype=torch.float64, generator=generator(2))
    assert (model(x) - reference(x)).abs().max() <= 1e-12


def test_trelu_needs_its_slope_in_the_model() -> None:
    shaped = shape("leaky_relu", 30)
    model = chain(lambda: nn.LeakyReLU(shaped.slope), 30)
    reference = chain(shaped.module, 30)
    absorb(shaped, model)
    assert (model(inputs()) - reference(inputs())).abs().max() <= 1e-12
    with pytest.raises(BadInput, match="slope"):
        absorb(shaped, chain(nn.ReLU, 3))


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((nn.Linear(5, 5), nn.Tanh(), nn.Dropout(0.1), nn.Linear(5, 2)), "Take it out"),
        ((nn.Linear(5, 5), nn.Tanh(), nn.LayerNorm(5), nn.Linear(5, 2)), "Take it out"),
        ((nn.Linear(5, 5), nn.LayerNorm(5), nn.Tanh(), nn.Linear(5, 2)), "Before the activation"),
        ((nn.Tanh(), nn.Linear(5, 2)), "Before the activation"),
        ((nn.Linear(5, 5), nn.Tanh()), "ends with"),
        ((nn.Linear(5, 5), nn.Sigmoid(), nn.Linear(5, 2)), "no 'tanh'"),
        ((nn.Conv1d(5, 5, 1), nn.Tanh(), nn.Conv1d(5, 5, 3, padding=1)), "replicate"),
        (
            (nn.Conv1d(5, 5, 1), nn.Tanh(), nn.MaxPool1d(2, padding=1), nn.Conv1d(5, 5, 1)),
            "Take it out",
        ),
    ],
)
def test_what_stands_in_the_way_is_named_and_nothing_is_changed(
    layers: tuple[nn.Module, ...], words: str
) -> None:
    model = nn.Sequential(*copy.deepcopy(layers))
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(BadInput, match=words) as caught:
        absorb(shape("tanh", 2), model)
    assert "{" not in caught.value.text.ko
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


def test_what_is_no_chain_is_refused() -> None:
    class Residual(Functional):
        def forward(self, x: Tensor) -> Tensor:
            x = self.first(x)
            return self.last(x + torch.tanh(self.rest[0](x)))

    class Twice(Functional):
        def forward(self, x: Tensor) -> Tensor:
            x = torch.tanh(self.first(x))
            return self.last(torch.tanh(self.rest[0](torch.tanh(self.rest[0](x)))))

    class Untraceable(Functional):
        def forward(self, x: Tensor) -> Tensor:
            return self.last(torch.tanh(self.first(x))) if x.sum() > 0 else x

    for kind, words in ((Residual, "joins or splits"), (Twice, "twice"), (Untraceable, "trace")):
        with pytest.raises(BadInput, match=words):
            absorb(shape("tanh", 2), kind())


def test_softmax_at_the_end_is_left_alone() -> None:
    shaped = shape("tanh", 1)
    model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3), nn.Softmax(-1)).double()
    first, last = copy.deepcopy(model[0]), copy.deepcopy(model[2])
    absorb(shaped, model)
    wanted = last(shaped(first(inputs()))).softmax(-1)
    assert (model(inputs()) - wanted).abs().max() <= 1e-13


def steps(model: nn.Module, optimizer: torch.optim.Optimizer, count: int = 12) -> None:
    draw, target = generator(5), torch.arange(4) % 3
    for _ in range(count):
        x = inputs() + 0.1 * torch.randn(4, 5, dtype=torch.float64, generator=draw)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), target).backward()
        optimizer.step()


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_sgd_trains_the_absorbed_model_as_the_one_with_modules(name: str, momentum: float) -> None:
    shaped = shape(name, 10)
    model, reference = chain(MODULES[name], 10), chain(lambda: shaped.module(tier="native"), 10)
    start = reference(inputs()).detach()
    absorbed = absorb(shaped, model)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=momentum)
    handle = absorbed.step_as_shaped(optimizer)
    steps(model, optimizer)
    steps(reference, torch.optim.SGD(reference.parameters(), lr=1e-3, momentum=momentum))
    assert (model(inputs()) - reference(inputs())).abs().max() <= 1e-10
    assert (reference(inputs()) - start).abs().max() > 1e-3
    handle.remove()
    steps(model, optimizer, 1)
    steps(reference, torch.optim.SGD(reference.parameters(), lr=1e-3), 1)
    assert (model(inputs()) - reference(inputs())).abs().max() > 1e-6


def test_frozen_layers_stay_frozen() -> None:
    shaped, model = shape("tanh", 3), chain(nn.Tanh, 3)
    absorbed = absorb(shaped, model)
    model[2].requires_grad_(False)  # type: ignore[operator]
    frozen = model[2].weight.clone()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    absorbed.step_as_shaped(optimizer)
    steps(model, optimizer, 2)
    assert torch.equal(model[2].weight, frozen)


def test_layers_say_what_they_took_in() -> None:
    shaped, model = shape("tanh", 3), chain(nn.Tanh, 3)
    first, *middle, last = absorb(shaped, model).layers
    alpha, gamma, delta = shaped.input_scale, shaped.output_scale, shaped.output_shift
    assert (first.inner, first.outer, first.shift) == (alpha, 1.0, 0.0)
    assert all((one.inner, one.outer, one.shift) == (alpha, gamma, delta) for one in middle)
    assert (last.inner, last.outer, last.shift) == (1.0, gamma, delta)
    assert shaped.learning_rate_factors.weights == pytest.approx((alpha * gamma) ** 2)


def test_the_module_is_the_record_and_has_its_gradient() -> None:
    shaped = shape("swish", 50)
    module = ShapedModule(shaped)
    x = torch.linspace(-4, 4, 41, dtype=torch.float64, requires_grad=True)
    module(x).sum().backward()
    assert x.grad is not None
    assert x.grad.numpy() == pytest.approx(shaped.derivative(x.detach().numpy()), rel=1e-10)
    assert "swish" in repr(module)
    assert module(x.float()).dtype == torch.float32
    assert shape("prelu", 50).module().inner.alpha.item() == pytest.approx(0.43, abs=0.01)


def test_orthogonal_weights_keep_mean_squares() -> None:
    model = nn.Sequential(
        nn.Linear(6, 24), nn.Linear(24, 24), nn.Conv2d(4, 8, 3, groups=2), nn.Conv1d(3, 3, 4)
    )
    model.requires_grad_(False)
    orthogonalise(model, generator=generator())
    wide, square, grouped, line = model
    assert (wide.weight.T @ wide.weight - 4 * torch.eye(6)).abs().max() < 1e-5
    assert (square.weight.T @ square.weight - torch.eye(24)).abs().max() < 1e-5
    middle = grouped.weight[:4, :, 1, 1]
    assert (middle.T @ middle - 2 * torch.eye(2)).abs().max() < 1e-5
    assert grouped.weight.abs().sum() == pytest.approx(grouped.weight[:, :, 1, 1].abs().sum())
    assert line.weight[:, :, [0, 1, 3]].abs().sum() == 0
    assert all(layer.bias.abs().sum() == 0 for layer in model)
    first = wide.weight.clone()
    orthogonalise(model, generator=generator())
    assert torch.equal(first, wide.weight)
