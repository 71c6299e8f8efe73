"""Losses written by hand: which of them set every output against every target, and which mean to."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.diagnosis.engine import RULES, diagnose
from livegrad.diagnosis.learning import Learning
from livegrad.observation import broadcast
from livegrad.observation import graph as graphs
from livegrad.observation.evidence import Evidence, Output
from livegrad.observation.recorder import Recorder
from livegrad.text import Text

N = 16
CHANCE = torch.Generator().manual_seed(0)
X, Y = torch.randn(N, 3, generator=CHANCE), torch.randn(N, generator=CHANCE)
FULL, WEIGHTS = torch.randn(N, N, generator=CHANCE), torch.rand(N, N, generator=CHANCE)
LABEL = (Y > 0).float()
SIGN = 2 * LABEL - 1
COLUMN = ("(16, 1)", "(16,)")
ROW = ("(16,)", "(16, 1)")


def model_of(units: int) -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, units))


def shapes(loss, model=None, x=X):
    output = (model or model_of(1))(x)
    graph = graphs.read(loss(output))
    assert graph is not None
    return broadcast.find(graph, lambda node: node.node is output.grad_fn)


def cross_entropy(o):
    p = torch.sigmoid(o)
    return -(LABEL * p.log() + (1 - LABEL) * (1 - p).log()).mean()


SICK = {
    "squares": lambda o: ((o - Y) ** 2).mean(),
    "the other way round": lambda o: ((Y - o) ** 2).sum() / N,
    "absolute": lambda o: (o - Y).abs().mean(),
    "a product with itself": lambda o: ((o - Y) * (o - Y)).mean(),
    "root mean square": lambda o: ((o - Y) ** 2).mean().sqrt(),
    "norm": lambda o: torch.linalg.vector_norm(o - Y),
    "log cosh": lambda o: torch.log(torch.cosh(o - Y)).mean(),
    "pinball": lambda o: torch.maximum(0.9 * (Y - o), -0.1 * (Y - o)).mean(),
    "hinge": lambda o: torch.relu(1 - o * SIGN).mean(),
    "logistic": lambda o: functional.softplus(-o * SIGN).mean(),
    "cross-entropy": cross_entropy,
    "16 bits": lambda o: ((o.bfloat16() - Y.bfloat16()) ** 2).mean(),
    "with a penalty": lambda o: ((o - Y) ** 2).mean() + 0.1 * o.square().mean(),
}
HEALTHY = {
    "the right shape": lambda o: ((o - Y[:, None]) ** 2).mean(),
    "one number": lambda o: ((o - torch.tensor([1.0])) ** 2).mean(),
    "a weight of one entry": lambda o: (torch.ones(1) * (o - Y[:, None]) ** 2).mean(),
    "pairs of outputs": lambda o: (o - o.T).abs().mean(),
    "a ranking": lambda o: torch.relu(1 - (o - o.T) * torch.sign(Y[:, None] - Y)).mean(),
    "weighed pairs": lambda o: (WEIGHTS * (o - Y) ** 2).mean(),
    "a target for each pair": lambda o: ((o - FULL) ** 2).mean(),
    "a factor for each pair": lambda o: (o * FULL).mean(),
    "a kernel": lambda o: torch.exp(-((o - Y) ** 2)).mean(),
    "the nearest target": lambda o: ((o - Y) ** 2).min(1).values.mean(),
    "optimal transport": lambda o: -torch.logsumexp(-((o - Y) ** 2), 1).mean(),
    "energy distance": lambda o: 2 * (o - Y).abs().mean() - (o - o.T).abs().mean(),
    "quantiles": lambda o: ((o - Y[:, None]).abs() * torch.tensor([0.1, 0.5, 0.9])).mean(),
    "contrast": lambda o: -(torch.log_softmax(o @ o.T, 1) * (LABEL[:, None] == LABEL)).mean(),
}


@pytest.mark.parametrize("name", SICK)
def test_every_output_against_every_target(name):
    assert shapes(SICK[name]) == COLUMN


@pytest.mark.parametrize("name", HEALTHY)
def test_losses_that_mean_what_they_compare(name):
    assert shapes(HEALTHY[name]) is None


def test_a_flat_output_and_a_column_of_targets():
    assert shapes(lambda o: ((o.squeeze(1) - Y[:, None]) ** 2).mean()) == ROW
    weighed = shapes(lambda o: -(functional.logsigmoid(o.squeeze(1)) * Y[:, None]).mean())
    assert weighed == ROW


def test_as_many_units_as_samples_are_no_broadcast():
    assert shapes(lambda o: ((o - Y) ** 2).mean(), model_of(N)) is None


def test_images():
    conv = nn.Conv2d(1, 1, 3, padding=1)
    x, y = torch.randn(N, 1, 5, 5), torch.randn(N, 5, 5)
    mask = torch.rand(N, 1, 1, 1)
    found = shapes(lambda o: ((o - y) ** 2).mean(), conv, x)
    assert found == ("(16, 1, 5, 5)", "(16, 5, 5)")
    assert shapes(lambda o: (mask * (o - y[:, None]) ** 2).mean(), conv, x) is None


def judged(output, target, **learned):
    seen = Output(loss="mse_loss", shapes_differ=(str(output), str(target)))
    evidence = Evidence(model="Net", steps=50, output=seen)
    learning = Learning(learned.get("learning"), Text("", ""), skill=learned.get("skill"))
    return [f.severity for f in RULES["broadcast-target"].look(evidence, learning)]


@pytest.mark.parametrize(
    ("output", "target", "severity"),
    [
        ((64, 1), (64,), ["error"]),
        ((64,), (64, 1), ["error"]),
        ((64, 1), (64, 3), ["warning"]),
        ((64, 1), (1,), []),
        ((64, 1), (), []),
        ((64, 3), (3,), []),
        ((64, 3), (64, 1), []),
        ((1, 3), (64, 3), []),
        ((1, 1), (1,), []),
    ],
)
def test_shapes_that_only_broadcast_the_target_are_meant(output, target, severity):
    assert judged(output, target) == severity


def test_the_warning_of_pytorch_is_taken_further():
    model = model_of(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def step():
        optimizer.zero_grad()
        functional.mse_loss(model(X), Y).backward()
        optimizer.step()

    recorder = Recorder(models=(("", model),)).attach()
    with pytest.warns(UserWarning, match="target size"):
        step()
    recorder.detach()
    (finding,) = diagnose(recorder.evidence()[0]).findings
    assert (finding.code, finding.place) == ("broadcast-target", "loss")
    assert "16 targets" in finding.seen.en
    assert "target.unsqueeze(1)" in finding.advice.ko
