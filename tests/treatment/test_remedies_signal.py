"""Remedies for the signal through depth: they do what they say, exactly, and nothing else."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import pickle
import subprocess
import sys

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.diagnosis.finding import Finding
from livegrad.errors import BadInput
from livegrad.observation.evidence import Data, Evidence, Layer, Optimizer, Output
from livegrad.text import same
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.proof import Prescription
from livegrad.treatment.surgeon import operate
from livegrad.treatment.surgery import MODULES, Patient
from livegrad.treatment.surgery_listing import listed

TWELVE = [
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "swish",
    "softplus",
    "mish",
    "hardswish",
    "softsign",
]
FINDING = Finding(
    code="vanishing-gradient",
    severity="error",
    place="0",
    seen=same("x"),
    harm=same("x"),
    advice=same("x"),
)


def chain(make, depth: int, width: int = 16, inputs: int = 5, outputs: int = 3) -> nn.Sequential:
    torch.manual_seed(0)
    sizes = [inputs, *[width] * depth]
    layers = [m for a, b in itertools.pairwise(sizes) for m in (nn.Linear(a, b), make())]
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def evidence_of(activation: str, depth: int, *, width: int = 16, **more) -> Evidence:
    """What a watched `chain` says of itself, as far as remedies ask."""
    names = [str(2 * k) for k in range(depth + 1)]
    layers = [
        Layer(
            name=name,
            kind="Linear",
            fan_in=5 if k == 0 else width,
            units=3 if k == depth else width,
            activation=None if k == depth else activation,
            is_output=k == depth,
        )
        for k, name in enumerate(names)
    ]
    given = {"optimizer": Optimizer(name="SGD", rate=0.05, momentum=0.9), "layers": tuple(layers)}
    return Evidence(model="Sequential", steps=100, **(given | more))


def proposed(remedy: str, evidence: Evidence) -> tuple[dict[str, object], ...]:
    return REMEDIES.find(remedy).propose(FINDING, evidence)


def applied(model: nn.Module, remedy: str, settings: dict[str, object], optimizer=None):
    """Operate from a fixed chance; return (lines, patient)."""
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    patient = Patient((("", model),), optimizer)
    found = REMEDIES.find(remedy)
    prescription = Prescription(
        remedy=remedy,
        title=found.title.fill(**settings),
        reason=found.reason(settings),
        code="vanishing-gradient",
        place="0",
        settings=settings,
    )
    torch.manual_seed(7)
    return operate(prescription, patient), patient


def run_lines(lines, **names) -> None:
    torch.manual_seed(7)
    code = "\n".join(line[2:] for line in lines if line.startswith("+"))
    exec(code, {"nn": nn, "torch": torch, **names})  # noqa: S102


def ladder_of(model: nn.Module, x: torch.Tensor) -> list[float]:
    """Norm of ∂loss/∂z at each layer, the first layer first."""
    seen: list[torch.Tensor] = []
    hooks = [
        m.register_forward_hook(lambda _m, _a, z: (z.retain_grad(), seen.append(z))[0])
        for m in model.modules()
        if isinstance(m, nn.Linear)
    ]
    y = torch.arange(len(x)) % 3
    functional.cross_entropy(model(x), y).backward()
    for hook in hooks:
        hook.remove()
    return [float(z.grad.norm()) for z in seen]


# --- shape-activations -----------------------------------------------------------------


@pytest.mark.parametrize("depth", [50, 100])
@pytest.mark.parametrize("name", TWELVE)
def test_each_of_twelve_activations_can_be_shaped_and_is_kept(name, depth):
    first, *others = proposed("shape-activations", evidence_of(name, depth))
    assert first["new"] <= 3e-3
    assert len(others) == 1
    assert others[0]["new"] != first["new"]
    model = chain(MODULES[name], depth).double()
    before = [type(m) for m in model]
    applied(model, "shape-activations", first)
    kept = [nn.LeakyReLU if kind is nn.ReLU else kind for kind in before]
    assert [type(m) for m in model] == kept
    x = torch.randn(64, 5, dtype=torch.float64)
    ladder = ladder_of(model, x)
    assert 0.1 < ladder[0] / ladder[-2] < 10


@pytest.mark.parametrize("name", [n for n in TWELVE if "relu" not in n])
def test_the_absorbed_net_computes_what_the_shaped_modules_would(name):
    settings = proposed("shape-activations", evidence_of(name, 30))[0]
    absorbed, around = (chain(MODULES[name], 30).double() for _ in range(2))
    applied(absorbed, "shape-activations", settings)
    applied(around, "shape-activations", {**settings, "absorbed": False})
    assert not any(isinstance(m, MODULES[name]) for m in around)
    x = torch.randn(64, 5, dtype=torch.float64)
    assert float((absorbed(x) - around(x)).detach().abs().max()) <= 1e-12


@pytest.mark.parametrize("name", ["tanh", "relu", "leaky_relu", "prelu"])
def test_the_lines_to_copy_give_the_same_network(name):
    settings = proposed("shape-activations", evidence_of(name, 40))[0]
    treated = chain(MODULES[name], 40)
    lines, _ = applied(treated, "shape-activations", settings)
    assert lines[-2:] == ("- lr=0.05", "+ lr=0.001")
    made = next(
        (line[2:] for line in lines if line.startswith("+ nn.")), f"nn.{MODULES[name].__name__}()"
    )
    copied = chain(lambda: eval(made, {"nn": nn}), 40)  # noqa: S307
    optimizer = torch.optim.SGD(copied.parameters(), lr=0.001)
    body = [line for line in lines[:-2] if not line.startswith("+ nn.")]
    run_lines(body, model=copied, optimizer=optimizer)
    x = torch.randn(16, 5)
    assert torch.allclose(treated(x), copied(x), rtol=1e-4, atol=1e-4)


def test_functional_calls_are_shaped_as_modules_are():
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(4))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for layer in self.layers[:-1]:
                x = torch.tanh(layer(x))
            return self.layers[-1](x)

    settings = proposed("shape-activations", evidence_of("tanh", 3))[0]
    settings |= {"layers": [f"layers.{k}" for k in range(4)], "new": None, "rate": None}
    absorbed, around = Net().double(), Net().double()
    applied(absorbed, "shape-activations", settings)
    lines, patient = applied(around, "shape-activations", {**settings, "absorbed": False})
    x = torch.randn(16, 8, dtype=torch.float64)
    assert torch.allclose(absorbed(x), around(x), atol=1e-12)
    names: dict[str, object] = {"torch": torch}
    exec("\n".join(line[2:] for line in lines[:2]), names)  # noqa: S102
    h = x
    for layer in around.layers[:-1]:
        h = names["shaped"](layer(h))
    assert torch.allclose(around.layers[-1](h), around(x), atol=1e-12)
    patient.close()
    assert not torch.allclose(absorbed(x), around(x), atol=1e-3)


def test_with_adam_the_function_is_wrapped_and_no_gradient_is_changed():
    adam = Optimizer(name="AdamW", rate=0.01)
    settings = proposed("shape-activations", evidence_of("sigmoid", 20, optimizer=adam))[0]
    model = chain(nn.Sigmoid, 20)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    lines, _patient = applied(model, "shape-activations", settings, optimizer)
    assert not optimizer._optimizer_step_pre_hooks
    assert "+ Shaped()" in lines
    assert optimizer.param_groups[0]["lr"] == pytest.approx(3e-4)
    assert {id(p) for p in model.parameters()} == {
        id(p) for p in optimizer.param_groups[0]["params"]
    }


def test_an_activation_at_the_output_stays():
    output = Output(loss="binary_cross_entropy", operations=("sigmoid",))
    settings = proposed("shape-activations", evidence_of("sigmoid", 4, output=output))[0]
    model = nn.Sequential(*chain(nn.Sigmoid, 4), nn.Sigmoid())
    applied(model, "shape-activations", settings)
    assert type(model[-1]) is nn.Sigmoid
    assert not any(type(m) is nn.Sigmoid for m in model[:-1])
    with pytest.raises(BadInput, match="at its output too"):
        applied(nn.Sequential(nn.Linear(2, 2)), "shape-activations", settings)


def test_inputs_far_off_are_centred_with_one_scale():
    near = Data(samples=64, mean=(0.1, -0.1), spread=(1.0, 0.9))
    far = Data(samples=64, mean=(10.0, -4.0), spread=(3.0, 4.0))
    assert proposed("shape-activations", evidence_of("tanh", 20, data=near))[0]["scale"] is None
    settings = proposed("shape-activations", evidence_of("tanh", 20, data=far))[0]
    assert settings["scale"] == pytest.approx(12.5**0.5)
    model = chain(nn.Tanh, 20, inputs=2)
    seen = []
    model[0].register_forward_hook(lambda _m, args, _z: seen.append(args[0]))
    applied(model, "shape-activations", settings)
    model(torch.tensor([[10.0, -4.0 + 12.5**0.5]]))
    assert seen[0][0].tolist() == pytest.approx([0.0, 1.0], abs=1e-6)


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_a_rectifier_that_needs_no_other_slope_is_left_to_other_remedies(name):
    assert proposed("shape-activations", evidence_of(name, 8)) == ()
    assert proposed("shape-activations", evidence_of(name, 20))


def test_softsign_whose_operations_the_graph_does_not_name_is_known_by_its_module():
    plain = evidence_of("softsign", 20)
    layers = tuple(Layer(**{**vars(x), "activation": None}) for x in plain.layers)
    parts = tuple((str(k), kind) for k in range(40) for kind in ("Linear", "Softsign"))
    found = proposed("shape-activations", evidence_of("", 20, layers=layers, parts=parts))
    assert [s["activation"] for s in found] == ["softsign"] * 2
    mixed = (*parts, ("40", "Dropout"))
    assert not proposed("shape-activations", evidence_of("", 20, layers=layers, parts=mixed))


@pytest.mark.parametrize(
    "other",
    [
        {"normalised": True},
        {"skip": True},
        {"activation": "relu"},
        {"kind": "LSTM"},
        {"name": "2#2"},
    ],
)
def test_what_is_no_plain_chain_is_not_shaped(other):
    evidence = evidence_of("tanh", 20)
    layers = list(evidence.layers)
    layers[1] = Layer(**{**vars(layers[1]), **other})
    assert proposed("shape-activations", evidence_of("tanh", 20, layers=tuple(layers))) == ()


def test_a_module_with_another_formula_is_refused_and_left_alone():
    class Twice(nn.Tanh):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * torch.tanh(x)

    settings = proposed("shape-activations", evidence_of("tanh", 4))[0]
    model = chain(Twice, 4)
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(BadInput, match="does not compute"):
        applied(model, "shape-activations", settings)
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())


def test_a_tanh_gelu_and_a_slope_of_ones_own_are_shaped_as_what_they_are():
    for make, name in (
        (lambda: nn.GELU("tanh"), "gelu"),
        (lambda: nn.LeakyReLU(0.7), "leaky_relu"),
    ):
        model = chain(make, 50).double()
        applied(model, "shape-activations", proposed("shape-activations", evidence_of(name, 50))[0])
        ladder = ladder_of(model, torch.randn(64, 5, dtype=torch.float64))
        assert 0.1 < ladder[0] / ladder[-2] < 10
        assert getattr(model[1], "negative_slope", 0.7) == pytest.approx(0.7)


def test_remedies_propose_without_torch():
    code = (
        "import sys\n"
        "from livegrad.treatment.prescription import REMEDIES\n"
        "assert len(REMEDIES) > 9 and [r.id for r in REMEDIES.values()]\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- weights: critical-weights, lsuv --------------------------------------------------


@pytest.mark.parametrize("name", ["tanh", "selu"])
def test_critical_weights_keep_the_gradient_level_over_fifty_layers(name):
    settings = proposed("critical-weights", evidence_of(name, 50, width=64))[0]
    model = chain(MODULES[name], 50, width=64).double()
    applied(model, "critical-weights", settings)
    biases = torch.cat([model[2 * k].bias.detach() for k in range(50)])
    assert float(biases.std()) == pytest.approx(settings["bias"], rel=0.1)
    assert not model[-1].bias.any()
    ladder = ladder_of(model, torch.randn(64, 5, dtype=torch.float64))
    assert 0.1 < ladder[0] / ladder[-2] < 10


@pytest.mark.parametrize(
    ("name", "depth"),
    [("sigmoid", 50), ("relu", 50), ("gelu", 10), ("swish", 10), ("softplus", 10)],
)
def test_critical_weights_are_not_proposed_where_theory_expects_no_help(name, depth):
    assert proposed("critical-weights", evidence_of(name, depth, width=64)) == ()


def test_the_first_layer_is_drawn_for_the_size_of_its_inputs():
    data = Data(samples=64, mean=(3.0,) * 5, spread=(4.0,) * 5)
    settings = proposed("critical-weights", evidence_of("tanh", 20, data=data))[0]
    at_size_one = Data(samples=64, mean=(0.0,) * 5, spread=(1.0,) * 5)
    other = proposed("critical-weights", evidence_of("tanh", 20, data=at_size_one))[0]
    assert settings["first"] == pytest.approx(other["first"] / 5, rel=1e-3)
    assert settings["weight"] == other["weight"]


@pytest.mark.parametrize("remedy", ["critical-weights", "lsuv"])
def test_the_lines_of_drawn_weights_give_the_same_network(remedy):
    settings = proposed(remedy, evidence_of("tanh", 6))[0]
    treated, copied = chain(nn.Tanh, 6), chain(nn.Tanh, 6)
    lines, _ = applied(treated, remedy, settings)
    run_lines(lines, model=copied)
    x = torch.randn(64, 5)
    assert torch.allclose(treated(x), copied(x), atol=1e-5)
    assert torch.allclose(treated(2 * x), copied(2 * x), atol=1e-5)


def test_lsuv_gives_every_hidden_layer_variance_one_on_the_first_batch_and_acts_once():
    settings = proposed("lsuv", evidence_of("sigmoid", 8, width=32))[0]
    model = chain(nn.Sigmoid, 8, width=32)
    applied(model, "lsuv", settings)
    seen: list[torch.Tensor] = []
    for k in range(8):
        model[2 * k].register_forward_hook(lambda _m, _a, z: seen.append(z.detach()))
    x = 40 * torch.randn(256, 5)
    model(x).sum().backward()  # the first batch can be learned from
    assert [float(z.std()) for z in seen] == pytest.approx([1.0] * 8, rel=1e-4)
    weights = [model[2 * k].weight.clone() for k in range(8)]
    model(torch.randn(256, 5))
    assert all(torch.equal(w, model[2 * k].weight) for k, w in enumerate(weights))


# --- insert-normalisation -------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "depth", "norms"),
    [
        ("sigmoid", 4, {"batch"}),
        ("sigmoid", 50, {"batch"}),
        ("softplus", 20, {"batch"}),
        ("relu", 4, {"batch", "layer"}),
        ("relu", 50, {"layer"}),
        ("gelu", 50, {"layer"}),
    ],
)
def test_only_norms_that_theory_allows_are_inserted(name, depth, norms):
    found = proposed("insert-normalisation", evidence_of(name, depth, width=64))
    assert {s["norm"] for s in found} == norms
    for settings in found:
        said = REMEDIES["insert-normalisation"].reason(settings)
        assert settings["decades"] in said.en
        assert ("too much" in said.en) == (len(norms) == 1)


def test_a_norm_stands_between_layer_and_activation_and_is_trained():
    model = chain(nn.Sigmoid, 3)
    weights = [p.clone() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    settings = proposed("insert-normalisation", evidence_of("sigmoid", 3))[0]
    lines, _ = applied(model, "insert-normalisation", settings, optimizer)
    assert all(
        torch.equal(a, b)
        for a, b in zip(weights, optimizer.param_groups[0]["params"], strict=False)
    )
    assert len(optimizer.param_groups[0]["params"]) == len(weights) + 6
    assert lines[1] == "+ nn.Linear(in_features=5, out_features=16, bias=True), nn.BatchNorm1d(16),"
    z = model[2](model[1](model[0](torch.randn(64, 5))))
    assert float(z.mean(0).detach().abs().max()) < 1e-5
    assert float((z.var(0, correction=0).detach() - 1).abs().max()) < 0.1


# --- exact swaps ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_a_prelu_that_begins_at_zero_changes_no_output(seed):
    torch.manual_seed(seed)
    widths = torch.randint(1, 40, (5,)).tolist()
    layers = [m for a, b in itertools.pairwise(widths) for m in (nn.Linear(a, b), nn.ReLU())]
    model = nn.Sequential(*layers).double()
    x = torch.randn(64, widths[0], dtype=torch.float64)
    before = model(x).detach()
    lines, patient = applied(model, "relu-to-prelu", {})
    assert float((model(x) - before).detach().abs().max()) <= 1e-12
    assert lines[2].startswith("+ # max |Δ output| = 0.0e+00")
    slopes = [m.weight for m in model.modules() if isinstance(m, nn.PReLU)]
    assert len(slopes) == 4
    held = {id(p) for p in patient.optimizer.param_groups[0]["params"]}
    assert all(id(p) in held for p in slopes)


@pytest.mark.parametrize("make", [nn.ReLU, nn.Sigmoid, nn.GELU])
@pytest.mark.parametrize("seed", range(3))
def test_a_norm_that_begins_as_the_identity_changes_no_output(seed, make):
    model = chain(make, 3).double()
    copied = copy.deepcopy(model)
    torch.manual_seed(seed)
    x = 5 * torch.randn(64, 5, dtype=torch.float64) + 2
    before = model(x).detach()
    settings = {"layers": ["0", "2", "4"]}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    lines, _ = applied(model, "normalise-as-identity", settings, optimizer)
    assert float((model(x) - before).detach().abs().max()) <= 1e-12
    assert float(lines[-1].split("= ")[1].split(" ")[0]) <= 1e-12
    assert len(optimizer.param_groups[0]["params"]) == 8 + 6
    once = model[0][1].weight.clone()
    model(3 * x)
    assert torch.equal(once, model[0][1].weight)
    for k in (0, 2, 4):
        copied[k] = nn.Sequential(copied[k], nn.BatchNorm1d(16).double())
    run_lines(lines[3:], model=copied)
    assert torch.allclose(copied(x), before, atol=1e-12)


def test_the_slope_of_a_layer_that_sleeps_gets_a_gradient():
    model = chain(nn.ReLU, 1)
    with torch.no_grad():
        model[0].bias -= 50
    applied(model, "relu-to-prelu", {})
    model(torch.randn(8, 5)).sum().backward()
    assert model[1].weight.grad.abs() > 0
    assert not model[0].weight.grad.any()


def test_a_functional_relu_has_nowhere_to_keep_a_slope():
    with pytest.raises(BadInput, match="as a function"):
        applied(nn.Sequential(nn.Linear(2, 2)), "relu-to-prelu", {})


@pytest.mark.parametrize("seed", range(10))
def test_sigmoid_to_tanh_says_how_far_the_output_moved(seed):
    torch.manual_seed(seed)
    widths = torch.randint(2, 40, (4,)).tolist()
    layers = [m for a, b in itertools.pairwise(widths) for m in (nn.Linear(a, b), nn.Sigmoid())]
    model = nn.Sequential(*layers[:-1]).double()
    lines, _ = applied(model, "sigmoid-to-tanh", {"layers": ["0", "2", "4"]})
    assert 0 <= float(lines[-1].split("= ")[1].split(" ")[0]) <= 1e-12


# --- reset-dead-units -----------------------------------------------------------------


def half_dead() -> nn.Sequential:
    model = chain(nn.ReLU, 2)
    with torch.no_grad():
        model[0].bias[:6] = -50.0
    return model


def test_dead_units_are_reset_without_changing_the_output_or_the_living():
    model, x = half_dead(), torch.randn(256, 5)
    before, living = model(x).detach(), model[0].weight[6:].clone()
    applied(model, "reset-dead-units", {"layers": [{"name": "0", "next": "2"}]})
    chance = torch.get_rng_state()
    after = model(x)
    assert torch.equal(torch.get_rng_state(), chance)
    assert torch.allclose(after, before, atol=1e-6)
    assert torch.equal(model[0].weight[6:], living)
    awake = (model[0](x) > 0).any(0)
    assert awake[:6].all()
    after.square().sum().backward()
    assert model[2].weight.grad[:, :6].abs().max() > 0
    weights = model[0].weight.clone()
    model(-x)  # acts once
    assert torch.equal(model[0].weight, weights)


def test_the_lines_that_reset_units_give_the_same_network():
    treated, copied, x = half_dead(), half_dead(), torch.randn(256, 5)
    lines, _ = applied(treated, "reset-dead-units", {"layers": [{"name": "0", "next": "2"}]})
    torch.manual_seed(3)
    treated(x)
    body = "\n".join(line[2:] for line in lines)
    exec(body, {"nn": nn, "torch": torch, "model": copied})  # noqa: S102
    torch.manual_seed(3)
    copied(x)
    assert torch.equal(treated[0].bias, copied[0].bias)
    assert torch.equal(treated[2].weight, copied[2].weight)
    assert torch.equal(treated[0].weight[6:], copied[0].weight[6:])
    assert float(copied[0].weight[:6].detach().std()) == pytest.approx(
        float(treated[0].weight[:6].detach().std()), rel=0.4
    )


def test_only_units_that_were_born_dead_are_reset():
    layers = list(evidence_of("relu", 3).layers)
    layers[0] = Layer(**{**vars(layers[0]), "dead": 5, "dead_since": 0})
    layers[1] = Layer(**{**vars(layers[1]), "dead": 5, "dead_since": 40})
    finding = Finding(**{**vars(FINDING), "code": "dead-units", "places": ("0", "2")})
    found = REMEDIES["reset-dead-units"].propose(
        finding, evidence_of("relu", 3, layers=tuple(layers))
    )
    assert found == ({"layers": [{"name": "0", "next": "2"}]},)


def test_many_layers_of_one_container_are_written_as_a_slice():
    deep = nn.Module()
    deep.first = nn.Linear(4, 4)
    deep.hidden = nn.Sequential(*[m for _ in range(6) for m in (nn.Linear(4, 4), nn.Tanh())])
    deep.few = nn.ModuleList(nn.Linear(4, 4) for _ in range(2))
    patient = Patient((("", deep),), torch.optim.SGD(deep.parameters()))
    names = [name for name, _ in patient.weighted()]
    code = listed(patient, names)
    assert code == "[model.first, *model.hidden[0:11:2], model.few[0], model.few[1]]"
    assert eval(code, {"model": deep}) == [patient.part(name) for name in names]  # noqa: S307 - our own line


class Steep(nn.Module):
    """tanh of so many times its input."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.factor * x)


def widened(factor: float, spread: float = 0.57) -> Evidence:
    """Three tanh layers whose weights make a spread of 0.57, seen at their activations as ``factor`` times that."""
    seen = evidence_of("tanh", 3)
    return dataclasses.replace(
        seen,
        layers=tuple(
            dataclasses.replace(
                layer,
                initial_gain=0.577,
                spread=() if layer.is_output else (factor * spread, factor * spread),
            )
            for layer in seen.layers
        ),
    )


@pytest.mark.parametrize("factor", [5.0, 20.0, 400.0])
def test_a_factor_in_front_of_the_activations_is_taken_out(factor: float) -> None:
    remedy = REMEDIES.find("take-out-factor")
    (settings,) = remedy.propose(FINDING, widened(factor))
    assert settings["factor"] == pytest.approx(factor, rel=0.05)
    steep, plain = chain(lambda: Steep(factor), 3), chain(nn.Tanh, 3)
    x = torch.randn(7, 5)
    patient = Patient((("", steep),), torch.optim.SGD(steep.parameters(), lr=0.1))
    lines = remedy.apply(patient, settings | {"factor": factor})
    assert torch.allclose(steep(x), plain(x), atol=1e-6)
    pickle.loads(pickle.dumps(steep))  # noqa: S301 (made here)
    patient.close()
    assert not torch.allclose(steep(x), plain(x), atol=1e-2)
    run_lines(lines, model=steep)
    assert torch.allclose(steep(x), plain(x), atol=1e-6)


def test_no_factor_is_taken_out_where_the_weights_alone_make_the_spread() -> None:
    remedy = REMEDIES.find("take-out-factor")
    assert remedy.propose(FINDING, widened(1.0)) == ()
    assert remedy.propose(FINDING, widened(2.5)) == ()  # inputs that go together
    wide = widened(1.0)  # large weights are not something between weights and activation
    layers = tuple(
        dataclasses.replace(x, initial_gain=20.0, spread=tuple(35 * s for s in x.spread if s))
        for x in wide.layers
    )
    assert remedy.propose(FINDING, dataclasses.replace(wide, layers=layers)) == ()
