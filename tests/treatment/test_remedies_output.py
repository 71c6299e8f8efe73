"""The end of a network: what the loss asks for, however the last function is called, and the lines to copy."""

from __future__ import annotations

import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional

import livegrad
from livegrad.diagnosis import patients
from livegrad.errors import BadInput
from livegrad.treatment import surgery_output
from livegrad.treatment.surgery import Patient


class Net(nn.Module):
    """Two layers and an end of any kind."""

    def __init__(self, units: int, end) -> None:
        super().__init__()
        self.one, self.two, self.end = nn.Linear(4, 32), nn.Linear(32, units), end

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.end(self.two(functional.relu(self.one(x))))


def check(model, loss_fn, data, **more):
    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                layer.reset_parameters()
        return patients.train(model, data(), loss_fn, rate=0.05, steps=200, **more)

    return livegrad.check(build, treat=True, seeds=1, budget=600)


def real() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(256, 4)
    return x, 2 * x[:, :1] - x[:, 1:2]


def labels() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(256, 4)
    return x, (x[:, :3] > 0).float()


def yes_or_no() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(256, 4)
    return x, (x[:, :1] > 0).float()


@pytest.mark.parametrize(
    "end",
    [nn.Sigmoid(), torch.sigmoid, functional.sigmoid, lambda z: z.sigmoid()],
    ids=["module", "attribute", "functional", "method"],
)
def test_a_regression_gives_out_what_stood_before_the_bounded_end(end):
    checkup = check(Net(1, end), nn.MSELoss(), real)
    assert [f.code for f in checkup.diagnosis.findings] == ["wrong-output-activation"]
    (race,) = checkup.proof.races
    assert race.outcome == "helped"
    assert race.score.value > 0.95
    assert race.changes == ("- return torch.sigmoid(x)", "+ return x")


def test_labels_of_their_own_get_a_sigmoid_each():
    checkup = check(Net(3, nn.Softmax(dim=1)), nn.BCELoss(), labels)
    assert checkup.proof.kept
    lines = checkup.treated.changes[:2]  # another learning rate may come on top
    assert lines == ("- return F.softmax(x, dim=1)", "+ return torch.sigmoid(x)")
    x, y = labels()
    assert ((checkup.treated.model(x) > 0.5) == y.bool()).float().mean() > 0.9


def test_a_softmax_over_one_unit_becomes_a_sigmoid():
    checkup = check(Net(1, nn.Softmax(dim=1)), nn.BCELoss(), yes_or_no)
    assert checkup.proof.kept
    assert checkup.treated.changes[-1] == "+ return torch.sigmoid(x)"


def test_one_unit_under_cross_entropy_gets_the_binary_loss():
    checkup = check(Net(1, nn.Identity()), nn.CrossEntropyLoss(), yes_or_no)
    assert checkup.proof.kept
    assert checkup.treated.changes == (
        "- loss = F.cross_entropy(output, target)",
        "+ loss = F.binary_cross_entropy_with_logits(output.squeeze(1), target.float())",
    )


def squares(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((output - target) ** 2).mean()


def likelihood(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    p = output.clamp(1e-7, 1 - 1e-7)
    return -(target * torch.log(p) + (1 - target) * torch.log(1 - p)).mean()


@pytest.mark.parametrize(
    ("end", "loss", "data", "changes"),
    [
        (nn.Sigmoid(), squares, real, ("- return torch.sigmoid(x)", "+ return x")),
        (nn.Softplus(), squares, real, ("- return F.softplus(x)", "+ return x")),
        (
            nn.Identity(),
            likelihood,
            labels,
            ("+ output = torch.sigmoid(output)  # before the loss",),
        ),
    ],
    ids=["bounded", "positive", "missing"],
)
def test_before_a_loss_written_by_hand_the_networks_own_output_is_changed(end, loss, data, changes):
    checkup = check(Net(data()[1].shape[1], end), loss, data)
    assert [f.code for f in checkup.diagnosis.findings] == ["wrong-output-activation"]
    # Another learning rate may come on top.
    assert checkup.treated.changes[: len(changes)] == changes
    assert checkup.treated.score.value > 0.9
    x = data()[0]
    again = pickle.loads(pickle.dumps(checkup.treated.model))  # noqa: S301 (made here)
    assert torch.equal(again(x), checkup.treated.model(x))


@pytest.mark.parametrize("border", [0.0, 0.5], ids=["scores", "probabilities"])
def test_whoever_reads_the_output_gets_it_as_they_read_it(border: float):
    x, y = labels()

    def right(model: nn.Module) -> float:
        return float(((model(x) > border).float() == y).float().mean())

    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        made = patients.train(Net(3, nn.Identity()), (x, y), likelihood, rate=0.05, steps=200)
        return livegrad.Training(
            made.model, likelihood, made.optimizer, made.batches, made.steps, score=right
        )

    checkup = livegrad.check(build, treat=True, seeds=1, budget=600)
    assert checkup.proof.kept
    assert checkup.treated.score.value > 0.9


def test_where_the_function_is_not_the_last_thing_the_line_to_edit_is_named():
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid(), nn.Flatten(0))
    patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
    surgery_output.raw_out_of_model(patient, "sigmoid", where="train.py:12")
    with pytest.raises(BadInput, match=r"train\.py:12") as caught:
        model(torch.randn(3, 2))
    assert "train.py:12" in caught.value.text.ko


def test_what_was_replaced_is_put_back():
    before = torch.sigmoid, torch.Tensor.sigmoid, functional.binary_cross_entropy
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
    patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
    surgery_output.raw_into_loss(patient, "binary_cross_entropy", "sigmoid")
    assert torch.sigmoid is not before[0]
    patient.close()
    assert (torch.sigmoid, torch.Tensor.sigmoid, functional.binary_cross_entropy) == before
    assert "sigmoid" not in vars(torch.Tensor) or torch.Tensor.sigmoid is before[1]


def gappy() -> tuple[torch.Tensor, torch.Tensor]:
    x, y = real()
    x = x + 1
    x[7, 2], x[90, 0] = torch.nan, torch.inf
    return x, y


def test_gaps_are_filled_with_the_features_mean():
    checkup = check(Net(1, nn.Identity()), nn.MSELoss(), gappy)
    assert [f.code for f in checkup.diagnosis.findings] == ["unscaled-input"]
    race = checkup.proof.races[0]
    assert (race.prescription.remedy, race.outcome) == ("fill-gaps", "helped")
    assert race.score.value > 0.9
    x = gappy()[0]
    assert torch.isfinite(checkup.treated.model(x)).all(), "the network keeps its cure"
    scope = {"torch": torch, "X_train": x.clone(), "X_test": x.clone()}
    exec("\n".join(line[2:] for line in race.changes), scope)  # noqa: S102
    filled = scope["X_train"]
    assert torch.isfinite(filled).all()
    assert filled[7, 2].item() == pytest.approx(1, abs=0.3)
    assert torch.equal(filled[torch.isfinite(x)], x[torch.isfinite(x)])
