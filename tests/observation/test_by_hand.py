"""Losses written by hand: the pair in them, and what a constant would cost, exactly where sure, and nothing elsewhere."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.functional import binary_cross_entropy as taken_before
from torch.nn.functional import cross_entropy, huber_loss, mse_loss

from livegrad.observation.by_hand import ByHand, recognise
from livegrad.observation.constant import Constants
from livegrad.observation.graph import read

torch.manual_seed(0)
ROWS = 16
X, REAL = torch.randn(ROWS, 4), torch.randn(ROWS, 3)
NET = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
ENDS = {
    "scores": NET,
    "softmax": nn.Sequential(NET, nn.Softmax(1)),
    "sigmoid": nn.Sequential(NET, nn.Sigmoid()),
    "log_softmax": nn.Sequential(NET, nn.LogSoftmax(1)),
}
CLASSES = torch.randint(0, 3, (ROWS,))
HOT = functional.one_hot(CLASSES, 3)
YES = (REAL > 0).float()
SIGN = 2 * YES - 1
EACH = torch.arange(ROWS)
BY_CLASS = torch.tensor([1.0, 2.0, 3.0])[CLASSES]
REWARD = torch.rand(ROWS)


def found(loss_fn, end: str = "scores") -> ByHand | None:
    output = ENDS[end](X)
    loss = loss_fn(output)
    graph = read(loss)
    assert graph is not None
    return recognise(graph, {output.grad_fn: output.detach()}, loss)


def on_constants(loss_fn, constants: list[torch.Tensor]) -> float:
    return min(loss_fn(c.expand(ROWS, 3)).item() for c in constants)


def log_cosh(difference: torch.Tensor) -> torch.Tensor:
    return difference + functional.softplus(-2 * difference) - math.log(2)


def huber(difference: torch.Tensor) -> torch.Tensor:
    cut = difference.abs().clamp(max=1)
    return (cut * (difference.abs() - 0.5 * cut)).mean()


def quantile(difference: torch.Tensor) -> torch.Tensor:
    return torch.maximum(0.9 * difference, -0.1 * difference).mean()


def of_probabilities(p: torch.Tensor) -> torch.Tensor:
    return -(YES * torch.log(p + 1e-7) + (1 - YES) * torch.log(1 - p + 1e-7)).mean()


RESIDUALS = {
    "squares": lambda o: ((o - REAL) ** 2).mean(),
    "squares the other way round": lambda o: (REAL - o).pow(2).sum() / ROWS,
    "squares by a product": lambda o: ((o - REAL) * (o - REAL)).mean(),
    "absolute": lambda o: (o - REAL).abs().mean(),
    "root": lambda o: ((o - REAL) ** 2).mean().sqrt(),
    "log-cosh": lambda o: torch.log(torch.cosh(o - REAL)).mean(),
    "log-cosh, stable": lambda o: log_cosh(o - REAL).mean(),
    "Huber": lambda o: huber(o - REAL),
    "quantile": lambda o: quantile(REAL - o),
    "weights": lambda o: (REWARD[:, None] * (o - REAL) ** 2).mean(),
    "mask": lambda o: ((o - REAL) ** 2 * YES).sum() / YES.sum(),
    "norm": lambda o: (o - REAL).norm(dim=1).mean(),
    "a name taken before": lambda o: mse_loss(o, REAL),
    "another name taken before": lambda o: huber_loss(o, REAL),
}
CLASSIFIERS = {
    "picked by two indices": lambda o: -o.log_softmax(1)[EACH, CLASSES].mean(),
    "gathered": lambda o: -o.log_softmax(-1).gather(1, CLASSES[:, None]).mean(),
    "one-hot": lambda o: -(HOT * o.log_softmax(1)).sum(1).mean(),
    "logsumexp": lambda o: (o.logsumexp(1) - o[EACH, CLASSES]).mean(),
    "log of softmax": lambda o: -torch.log(o.softmax(1) + 1e-8)[EACH, CLASSES].mean(),
    "weights by class": lambda o: -(BY_CLASS * o.log_softmax(1)[EACH, CLASSES]).mean(),
    "a name taken before": lambda o: cross_entropy(o, CLASSES),
}
YES_OR_NO = {
    "log of sigmoid": lambda o: of_probabilities(torch.sigmoid(o)),
    "logsigmoid": lambda o: (
        -(YES * functional.logsigmoid(o) + (1 - YES) * functional.logsigmoid(-o)).mean()
    ),
    "softplus": lambda o: (functional.softplus(o) - YES * o).mean(),
    "softplus of the margin": lambda o: functional.softplus(-SIGN * o).mean(),
    "stable": lambda o: (o.clamp(min=0) - o * YES + torch.log(1 + torch.exp(-o.abs()))).mean(),
    "hinge": lambda o: torch.relu(1 - SIGN * o).mean(),
    "hinge by clamp": lambda o: torch.clamp(1 - SIGN * o, min=0).mean(),
}


@pytest.mark.parametrize("name", RESIDUALS)
def test_a_residual_gives_target_and_the_constants_loss(name):
    pair = found(RESIDUALS[name])
    assert pair is not None
    assert pair.call.name == "mse_loss"
    assert torch.allclose(pair.call.target, REAL, atol=1e-5)
    levels = Constants().levels(pair.call)
    assert levels is not None
    constants = [REAL.mean(0, keepdim=True), REAL.median(0, keepdim=True).values]
    rest = pair.call.rest.item()
    assert levels[0].item() + rest == pytest.approx(
        on_constants(RESIDUALS[name], constants), abs=1e-5
    )
    assert levels[1].item() + rest == pytest.approx(RESIDUALS[name](REAL).item(), abs=1e-5)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_log_probability_of_a_class_gives_the_classes(name):
    pair = found(CLASSIFIERS[name])
    assert pair is not None
    assert pair.call.name == "cross_entropy"
    target = pair.call.target
    assert torch.equal(target.argmax(1) if target.dim() > 1 else target, CLASSES)
    levels = Constants().levels(pair.call)
    assert levels is not None
    shares = HOT.float().mean(0, keepdim=True)
    even = torch.zeros(1, 3)
    assert levels[0].item() == pytest.approx(
        on_constants(CLASSIFIERS[name], [shares.log(), even]), abs=1e-4
    )
    assert levels[1].item() == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("name", YES_OR_NO)
def test_a_yes_or_no_for_each_unit_gives_the_labels(name):
    pair = found(YES_OR_NO[name])
    assert pair is not None
    assert pair.call.name == "binary_cross_entropy_with_logits"
    assert torch.equal(pair.call.target, YES)
    levels = Constants().levels(pair.call)
    assert levels is not None
    share = YES.mean(0, keepdim=True)
    assert levels[0].item() == pytest.approx(
        on_constants(YES_OR_NO[name], [share.logit(), torch.zeros(1, 3)]), abs=1e-4
    )


@pytest.mark.parametrize(
    ("end", "name", "loss_fn"),
    [
        ("softmax", "nll_loss", lambda p: -torch.log(p + 1e-9)[EACH, CLASSES].mean()),
        ("softmax", "cross_entropy", lambda p: -p.log_softmax(1)[EACH, CLASSES].mean()),
        ("softmax", "mse_loss", lambda p: ((p - HOT) ** 2).mean()),
        ("log_softmax", "nll_loss", lambda p: -p[EACH, CLASSES].mean()),
        (
            "sigmoid",
            "binary_cross_entropy",
            lambda p: -(YES * torch.log(p) + (1 - YES) * torch.log(1 - p)).mean(),
        ),
        pytest.param("sigmoid", "binary_cross_entropy", lambda p: taken_before(p, YES), id="taken"),
        ("sigmoid", "mse_loss", lambda p: (p - YES).square().mean()),
    ],
)
def test_probabilities_of_the_network_are_told_from_raw_scores(end, name, loss_fn):
    pair = found(loss_fn, end)
    assert pair is not None
    assert (pair.call.name, pair.operations) == (name, (end,))


def test_a_function_of_the_loop_counts_as_one_of_the_output():
    pair = found(lambda o: -o.relu().log_softmax(1)[EACH, CLASSES].mean())
    assert pair is not None
    assert (pair.call.name, pair.operations, pair.in_model) == ("cross_entropy", ("relu",), False)


SEQUENCE = nn.Linear(4, 5)
TOKENS = torch.randint(0, 5, (6, 7))
IMAGE = nn.Conv2d(2, 5, 3, padding=1)
PIXELS = torch.randint(0, 5, (3, 8, 8))


def of_sequence(o: torch.Tensor) -> torch.Tensor:
    shifted = o[:, :-1].reshape(-1, 5).log_softmax(-1)
    return -shifted.gather(1, TOKENS[:, 1:].reshape(-1, 1)).mean()


def of_image(o: torch.Tensor) -> torch.Tensor:
    return -o.permute(0, 2, 3, 1).log_softmax(-1).gather(3, PIXELS[..., None]).mean()


@pytest.mark.parametrize(
    ("model", "x", "target", "loss_fn"),
    [
        (SEQUENCE, torch.randn(6, 7, 4), TOKENS[:, 1:], of_sequence),
        (IMAGE, torch.randn(3, 2, 8, 8), PIXELS, of_image),
        (
            IMAGE,
            torch.randn(3, 2, 8, 8),
            PIXELS,
            lambda o: -o.log_softmax(1).gather(1, PIXELS[:, None]).mean(),
        ),
    ],
    ids=["shifted sequence", "channels moved", "image"],
)
def test_classes_on_other_axes_are_found(model, x, target, loss_fn):
    output = model(x)
    loss = loss_fn(output)
    pair = recognise(read(loss), {output.grad_fn: output.detach()}, loss)
    assert pair is not None
    assert torch.equal(pair.call.target.flatten(), target.flatten())
    levels = Constants().levels(pair.call)
    assert levels is not None
    share = torch.bincount(target.flatten(), minlength=5) / target.numel()
    assert levels[0].item() == pytest.approx(-(share * share.log()).sum().item(), abs=1e-4)


def test_a_penalty_on_the_weights_is_the_rest():
    penalty = sum(1e-2 * p.pow(2).sum() for p in NET.parameters())
    pair = found(lambda o: ((o - REAL) ** 2).mean() + penalty)
    assert pair is not None
    assert pair.call.rest.item() == pytest.approx(penalty.item(), rel=1e-4)


@pytest.mark.parametrize(
    "loss_fn",
    [
        lambda o: -(REWARD * o.log_softmax(1)[EACH, CLASSES]).mean(),
        lambda o: -(torch.randn(ROWS) * o.log_softmax(1).gather(1, CLASSES[:, None])[:, 0]).mean(),
        lambda o: -((REWARD > 0.5) * o.log_softmax(1)[EACH, CLASSES]).mean(),
        lambda o: (o.log_softmax(1)[EACH, CLASSES] + 1.0 - REWARD).exp().mean(),
        lambda o: o.mean(),
        lambda o: (o**2).mean(),
        lambda o: ((o - 1) ** 2).mean(),
        lambda o: -((o @ o.T).log_softmax(1).diag()).mean(),
        lambda o: (o.abs() * YES).mean(),
        lambda o: (o - REAL).mean(),
        lambda o: torch.where(YES > 0, o, -o).exp().mean(),
        lambda o: ((o[:8] - o[8:]) ** 2).mean(),
        lambda o: ((functional.dropout(o, 0.5) + o - REAL) ** 2).mean(),
        lambda o: ((o[:, None] - o[None]) ** 2).mean(),
        lambda o: ((o - REAL) ** 2).mean() + (o**2).mean(),
        lambda o: (
            ((o - REAL) ** 2).mean() - (REWARD * NET[0](X).log_softmax(1)[EACH, CLASSES]).mean()
        ),
    ],
    ids=[
        *("rewards", "advantages", "rewards of 0 and 1", "ratios", "mean", "energy", "one number"),
        *("contrastive", "mask without target", "linear", "where", "pairs", "dropout", "all pairs"),
        *("output penalised", "a critic beside a policy"),
    ],
)
def test_what_is_not_sure_is_not_said(loss_fn):
    assert found(loss_fn) is None


def test_an_output_too_large_for_its_number_format_hides_the_target():
    output = (NET(X) * 1e9).requires_grad_()
    loss = ((output - REAL) ** 2).mean()
    assert recognise(read(loss), {output.grad_fn: output.detach()}, loss) is None
