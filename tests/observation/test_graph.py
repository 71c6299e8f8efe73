"""The structure read off autograd's graph: what follows what, what is a gate, what collapses."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.observation import graph as graphs


def read(model: nn.Module, x: torch.Tensor) -> tuple[graphs.Graph, dict[int, str]]:
    names = {id(p): n.removesuffix(".weight") for n, p in model.named_parameters()}
    graph = graphs.read(model(x).sum())
    assert graph is not None
    return graph, names


def runs(model: nn.Module, x: torch.Tensor) -> list[list[str]]:
    graph, names = read(model, x)
    return [[names[id(n.weight)] for n in run] for run in graph.runs]


def activations(model: nn.Module, x: torch.Tensor) -> dict[str, str | None]:
    graph, names = read(model, x)
    return {names[id(n.weight)]: graphs.activation_after(n)[0] for n in graph.layers}


def chain(*between: nn.Module) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Linear(6, 6)]
    for module in between:
        layers += [module, nn.Linear(6, 6)]
    return nn.Sequential(*layers)


X = torch.randn(8, 6)


def test_layers_come_in_the_order_of_the_forward_pass():
    model = chain(nn.ReLU(), nn.Tanh())
    graph, names = read(model, X)
    assert [names[id(n.weight)] for n in graph.layers] == ["0", "2", "4"]


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ((nn.Identity(), nn.Identity()), [["0", "2", "4"]]),
        ((nn.Dropout(0.5), nn.BatchNorm1d(6)), [["0", "2", "4"]]),
        ((nn.ReLU(), nn.Identity()), [["2", "4"]]),
        ((nn.ReLU(), nn.Sigmoid()), []),
        ((nn.LayerNorm(6), nn.LayerNorm(6)), []),
        ((nn.Softmax(dim=1), nn.GELU()), []),
    ],
)
def test_runs_with_nothing_non_linear_between(between, expected):
    assert runs(chain(*between), X) == expected


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.relu(self.a(x))
        return self.c(x + self.b(x))


def test_a_residual_sum_after_a_bend_is_no_collapse_and_its_branch_is_known():
    graph, names = read(Residual(), X)
    assert graph.runs == ()
    assert {names[id(n.weight)] for n in graph.layers if id(n) in graphs.on_branch(graph)} == {"b"}


class Gated(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gate, self.value, self.swish, self.last = (nn.Linear(6, 6) for _ in range(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.sigmoid(self.gate(x)) * self.value(x)
        z = self.swish(h)
        return self.last(z * torch.sigmoid(z))


def test_a_function_that_multiplies_another_signal_is_a_gate_not_an_activation():
    assert activations(Gated(), X) == {"gate": None, "value": None, "swish": None, "last": None}


def test_attention_is_not_a_collapse():
    model = nn.Sequential(
        nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, norm_first=True), nn.Linear(8, 8)
    )
    graph, _ = read(model, torch.randn(4, 5, 8))
    assert graph.runs == ()


@pytest.mark.parametrize(
    ("apply", "expected"),
    [
        (lambda z: z, ()),
        (lambda z: functional.softmax(z, dim=1), ("softmax",)),
        (lambda z: functional.softmax(functional.relu(z), dim=1), ("relu", "softmax")),
        (lambda z: torch.sigmoid(z).view(-1), ("sigmoid",)),
        (lambda z: torch.log(functional.softmax(z, dim=1)), ("softmax", "other")),
    ],
)
def test_what_stands_between_the_last_layer_and_the_loss(apply, expected):
    graph = graphs.read(apply(chain(nn.ReLU())(X)))
    assert graphs.operations_before(graph.nodes[-1]) == expected


def test_weights_behind_a_parametrisation_are_found():
    model = chain(nn.ReLU())
    nn.utils.parametrizations.weight_norm(model[2])
    graph = graphs.read(model(X).sum())
    assert len(graph.layers) == 2


def test_no_graph_without_gradient():
    assert graphs.read(torch.ones(3)) is None


@pytest.mark.parametrize(
    "bend",
    [
        lambda z: z * (z > 0),
        lambda z: z * (z > 0).float(),
        lambda z: z.masked_fill(z < 0, 0),
        lambda z: z / z.detach().norm(dim=1, keepdim=True),
        lambda z: z * torch.sigmoid(z.detach()),
        lambda z: z.gather(1, z.argsort(1)),
    ],
    ids=["mask", "float mask", "fill", "norm", "detached gate", "gather"],
)
def test_a_factor_that_may_come_from_the_data_bends(bend):
    one, two = nn.Linear(6, 6), nn.Linear(6, 6)
    graph = graphs.read(two(bend(one(X))).sum())
    assert graph.runs == ()


@pytest.mark.parametrize(
    "straight",
    [lambda z: 2 * z, lambda z: z / 3 + 1, nn.Dropout(0.3), lambda z: -z.view(8, 6)],
    ids=["times", "shift", "dropout", "sign"],
)
def test_a_number_or_a_dropout_mask_does_not(straight):
    one, two = nn.Linear(6, 6), nn.Linear(6, 6)
    graph = graphs.read(two(straight(one(X))).sum())
    assert [len(run) for run in graph.runs] == [2]
