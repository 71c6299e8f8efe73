"""Each remedy cures, changes only what it says, and disturbs no batch."""

from __future__ import annotations

import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional

import livegrad
from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import RULES
from livegrad.errors import BadBuild, BadInput
from livegrad.observation.seeding import undisturbed
from livegrad.treatment import surgery_output, trial
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.proof import Prescription
from livegrad.treatment.surgeon import operate
from livegrad.treatment.surgery import Patient


def prescription(remedy: str, settings: dict[str, object]) -> Prescription:
    found = REMEDIES.find(remedy)
    return Prescription(
        remedy=remedy,
        title=found.title.fill(**settings) if settings else found.title,
        reason=found.effect,
        code=found.codes[0],
        place="0",
        settings=settings,
    )


def applied(model: nn.Module, remedy: str, settings: dict[str, object]) -> tuple[str, ...]:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return operate(prescription(remedy, settings), Patient((("", model),), optimizer))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("code", [c for c in RULES if any(c in r.codes for r in REMEDIES.values())])
def test_the_patient_of_every_rule_is_cured(code, seed):
    checkup = livegrad.check(RULES[code].patient, treat=True, seed=seed, seeds=1, budget=600)
    assert checkup.proof is not None
    assert checkup.proof.kept, [
        (r.prescription.remedy, r.outcome, r.score) for r in checkup.proof.races
    ]
    # Not "greater": the score of a training that blew up is no number.
    assert not checkup.treated.score.value <= checkup.proof.before.score.value
    assert checkup.treated.changes
    assert not any(f.code == code for f in checkup.proof.after.diagnosis.findings)


@pytest.mark.parametrize("code", ["vanishing-gradient", "dead-units", "linear-collapse"])
def test_a_healthy_training_gets_no_prescription(code):
    checkup = livegrad.check(RULES[code].healthy_twin, treat=True)
    assert checkup.diagnosis.healthy
    assert checkup.prescriptions == ()
    assert checkup.proof is None
    assert checkup.treated is None


def test_what_does_not_help_is_not_recommended():
    """Labels that are drawn anew at each step, behind a double softmax: no cure can help."""

    def loss_of_new_labels(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(output, torch.randint(0, 2, target.shape))

    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        data = torch.randn(512, 8), torch.randint(0, 2, (512,))
        model = patients.mlp((8, 4, 2), nn.ReLU, last=lambda: nn.Softmax(dim=1))
        return patients.train(model, data, loss_of_new_labels, rate=0.01, steps=60)

    # One run among eleven may look better by chance; what is recommended may not.
    for seed in (0, 5, 10):
        checkup = livegrad.check(build, treat=True, seed=seed)
        assert len(checkup.proof.races) > 5
        assert checkup.proof.after is None
        assert checkup.treated is None


def test_sigmoid_to_tanh_is_exact():
    torch.manual_seed(0)
    for _ in range(20):
        model = patients.mlp((5, 9, 7, 3), nn.Sigmoid).double()
        x = torch.randn(64, 5, dtype=torch.float64)
        before = model(x).detach()
        changes = applied(model, "sigmoid-to-tanh", {"layers": ["0", "2", "4"]})
        assert not any(isinstance(m, nn.Sigmoid) for m in model)
        assert float((model(x) - before).detach().abs().max()) <= 1e-12
        assert changes[:2] == ("- nn.Sigmoid()", "+ nn.Tanh()")


def test_the_lines_to_copy_do_what_was_done():
    """The printed change, run as Python, gives the same network as the remedy did."""
    torch.manual_seed(0)
    treated, copied = (patients.mlp((6, 9, 6, 3), nn.Tanh) for _ in range(2))
    layers = [{"name": n, "activation": a} for n, a in (("0", "tanh"), ("2", "tanh"), ("4", None))]
    lines = applied(treated, "reinitialise", {"layers": layers})
    exec("\n".join(line[2:] for line in lines), {"model": copied, "nn": nn})  # noqa: S102
    for one, other in zip(treated, copied, strict=True):
        if isinstance(one, nn.Linear):
            assert torch.allclose(one.weight.norm(), other.weight.norm(), rtol=1e-5)
            assert torch.equal(one.bias, other.bias)
            sizes = torch.linalg.svdvals(one.weight), torch.linalg.svdvals(other.weight)
            assert torch.allclose(*sizes, atol=1e-5)
            assert one.weight.detach().var(correction=0) > 0


def test_a_residual_block_starts_as_the_identity_and_its_strength_is_trained():
    model = patients.mlp((4, 4, 4, 2), nn.Sigmoid)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    operate(prescription("rezero", {"layers": ["0", "2"]}), Patient((("", model),), optimizer))
    x = torch.randn(8, 4)
    assert torch.equal(model[:4](x), x)
    functional.cross_entropy(model(x), torch.zeros(8, dtype=torch.long)).backward()
    optimizer.step()
    assert all(model[i].strength.item() != 0 for i in (0, 2))


def test_residual_paths_keep_the_size_of_the_signal_at_any_depth():
    torch.manual_seed(0)
    sizes = (32,) * 61
    plain, treated, copied = (patients.mlp((*sizes, 2), nn.Tanh) for _ in range(3))
    x = torch.randn(64, 32)
    names = [str(i) for i in range(0, 120, 2)]
    strength = float(f"{60**-0.5:.3g}")
    lines = applied(treated, "residual", {"layers": names, "strength": strength})
    assert plain[:120](x).std(0).mean() < 1e-6, "inputs cannot be told apart any more"
    assert 0.5 < treated[:120](x).std(0).mean() < 2
    names_of = {"nn": nn}
    exec("\n".join(line[2:] for line in lines[:6]), names_of)  # noqa: S102
    block = names_of["Residual"](copied[0], copied[1])
    assert torch.allclose(block(x), x + strength * torch.tanh(copied[0](x)))


class Functional(nn.Module):
    """Its activation is a call."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return two layers and a sigmoid between."""
        return self.two(torch.sigmoid(self.one(x)))


def test_functional_calls_are_exchanged_too():
    model = Functional()
    patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
    layers = [{"name": "one", "activation": "tanh"}]
    operate(
        prescription("swap-activation", {"old": "sigmoid", "new": "tanh", "layers": layers}),
        patient,
    )
    x = torch.randn(5, 4)
    assert torch.allclose(model(x), model.two(torch.tanh(model.one(x))))
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 (made here)
    assert torch.equal(again(x), model(x))
    patient.close()
    assert torch.allclose(model(x), model.two(torch.sigmoid(model.one(x))))
    assert torch.allclose(again(x), model.two(torch.tanh(model.one(x)))), "a copy keeps the cure"


@pytest.mark.parametrize(
    "squash",
    [
        lambda z: functional.softmax(z, dim=1),
        lambda z: torch.softmax(z, 1),
        lambda z: z.softmax(1),
        nn.Softmax(dim=1),
    ],
    ids=["F.softmax", "torch.softmax", "method", "module"],
)
def test_the_loss_gets_the_raw_scores_however_softmax_was_called(squash):
    z, y = torch.randn(6, 3, requires_grad=True), torch.randint(0, 3, (6,))
    expected = functional.cross_entropy(z, y).item()
    model = nn.Linear(1, 1)
    patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
    surgery_output.raw_into_loss(patient, "cross_entropy", "softmax")
    output = squash(z)
    assert nn.CrossEntropyLoss()(output, y).item() == pytest.approx(expected)
    assert torch.allclose(output.sum(1), torch.ones(6))
    patient.close()
    assert nn.CrossEntropyLoss()(squash(z), y).item() != pytest.approx(expected)


def test_recentring_moves_the_dead_and_leaves_the_living():
    torch.manual_seed(0)
    model = patients.mlp((4, 6, 2), nn.ReLU)
    with torch.no_grad():
        model[0].bias[:3] = -50.0
    living = model[0].bias[3:].clone()
    applied(model, "recentre-biases", {"layers": ["0"]})
    x = torch.randn(100, 4)
    model(x)
    z = model[0](x)
    assert z[:, :3].mean(0).abs().max() < 1e-4
    assert torch.equal(model[0].bias[3:], living)


@pytest.mark.parametrize("shape", [(16, 4), (16, 5, 4), (16, 4, 3, 3)])
def test_the_lines_that_recentre_do_what_was_done(shape):
    def made() -> nn.Module:
        torch.manual_seed(0)
        first = nn.Conv2d(4, 6, 3) if len(shape) == 4 else nn.Linear(4, 6)
        with torch.no_grad():
            first.bias[:3] = -50.0
        return nn.Sequential(first, nn.ReLU())

    treated, copied = made(), made()
    lines = applied(treated, "recentre-biases", {"layers": ["0"]})
    exec("\n".join(line[2:] for line in lines), {"model": copied, "nn": nn, "torch": torch})  # noqa: S102
    x = torch.randn(shape)
    assert torch.equal(treated(x), copied(x))
    assert torch.equal(treated[0].bias, copied[0].bias)
    assert not torch.equal(made()[0].bias, copied[0].bias)
    assert not copied[0]._forward_hooks


def test_standardised_inputs_are_standard():
    model = nn.Sequential(nn.Identity(), nn.Linear(2, 1))
    seen = []
    model[0].register_forward_hook(lambda _module, args, _out: seen.append(args[0]))
    settings = {"mean": [10.0, -3.0], "spread": [2.0, 0.0], "axis": -1, "features": 2, "samples": 9}
    applied(model, "standardise-inputs", settings)
    model(torch.tensor([[12.0, -3.0]]))
    assert seen[0].tolist() == [[1.0, 0.0]]


def test_an_operation_leaves_the_sequence_of_chance_as_it_was():
    torch.manual_seed(3)
    expected = torch.randn(4)
    torch.manual_seed(3)
    with undisturbed():
        torch.randn(100)
    assert torch.equal(torch.randn(4), expected)


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_remedy_speaks_both_languages(remedy):
    found = REMEDIES[remedy]
    for text in (found.title, found.effect, found.price, found.when_not):
        assert text.en
        assert text.ko
        assert text.placeholders()[0] == text.placeholders()[1]


def test_a_build_function_that_gives_something_else_is_refused():
    with pytest.raises(BadBuild, match="must return"):
        livegrad.check(lambda _seed: None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "net"},
        {"model": nn.ReLU()},
        {"steps": 0},
        {"batches": iter([])},
        {"batches": 3},
    ],
)
def test_a_training_that_cannot_be_trained_is_refused_in_one_sentence(wrong):
    model = nn.Linear(2, 1)
    given = {
        "model": model,
        "loss_fn": nn.MSELoss(),
        "optimizer": torch.optim.SGD(model.parameters(), lr=0.1),
        "batches": [(torch.ones(2, 2), torch.ones(2, 1))],
        "steps": 3,
    }
    with pytest.raises(BadInput) as caught:
        livegrad.Training(**(given | wrong))
    assert caught.value.text.ko


def test_a_checkup_leaves_pytorch_as_it_was():
    before = functional.cross_entropy, torch.softmax, torch.autograd.backward
    livegrad.check(RULES["wrong-output-activation"].patient, treat=True, seeds=2)
    assert (functional.cross_entropy, torch.softmax, torch.autograd.backward) == before


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_recurrent_weights_become_orthogonal_block_by_block(kind):
    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = kind(3, 8, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.rnn(x)[0]

    model = Reader()
    lines = applied(model, "orthogonal-recurrence", {"layers": ["rnn"]})
    for block in model.rnn.weight_hh_l0.detach().split(8):
        assert torch.allclose(block @ block.T, torch.eye(8), atol=1e-5)
    assert torch.equal(model.rnn.bias_hh_l0, torch.zeros_like(model.rnn.bias_hh_l0))
    exec("\n".join(line[2:] for line in lines), {"model": Reader(), "nn": nn})  # noqa: S102


def test_an_activation_is_put_behind_named_layers_and_said_as_a_line():
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(4, 4), nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.two(self.one(x))

    model = Net()
    x = torch.randn(5, 4)
    expected = model.two(functional.relu(model.one(x)))
    lines = applied(model, "insert-activation", {"layers": ["one"], "new": "relu"})
    assert torch.equal(model(x), expected)
    assert lines == ("- x = self.one(x)", "+ x = F.relu(self.one(x))")


@pytest.mark.parametrize("name", ["nowhere", "0.nothing"])
def test_a_part_that_is_not_there_is_said_so(name):
    model = patients.mlp((4, 4, 2), nn.ReLU)
    with pytest.raises(BadInput, match="no part called"):
        Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1)).part(name)


def test_a_cure_that_cannot_be_applied_is_not_run_as_one():
    """Layers without bias: sigmoid and tanh differ by a constant, so the exact swap has nowhere to put it."""

    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Linear(8, 8, bias=False), nn.Sigmoid(), nn.Linear(8, 2, bias=False)
        )
        return patients.classify(model, seed, steps=40)

    before = trial.untreated(build, 0).runner
    remedy = prescription("sigmoid-to-tanh", {"layers": ["0", "2"]})
    runner = trial.treated(build, 0, remedy, before).runner
    assert runner.outcome == "not-applicable"
    assert "has no bias" in runner.remark.en
    assert runner.score is None


def test_the_score_that_the_user_gives_decides():
    def build(seed: int) -> livegrad.Training:
        training = RULES["dead-units"].patient(seed)
        training.score = lambda model: float(not any(p.isnan().any() for p in model.parameters()))
        return training

    checkup = livegrad.check(build, treat=True, budget=0.001)
    assert checkup.proof.before.score.kind == "given"
    assert len(checkup.proof.races) == 1
    assert any("budget" in remark.en for remark in checkup.proof.remarks)
