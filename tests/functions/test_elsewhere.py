"""Modules where models go: compiled, exported, under autocast, saved, copied, and on other terms."""

from __future__ import annotations

import io
import warnings

import pytest

from livegrad.functions import activation, names

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

# One of each kind: an exponential alone, one in a ratio, a series, compensated products, a learned
# parameter, pieces, an expm1 that the compiler would turn into exp − 1.
COMPILED = (
    "sigmoid",
    "swish",
    "gelu",
    "gelu_tanh",
    "prelu",
    "hardtanh",
    "elu",
    "selu",
    "mish",
    "tanh",
)


class Together(torch.nn.Module):
    """Several activations side by side, so that one compilation serves them all."""

    def __init__(self, tier: str) -> None:
        super().__init__()
        self.parts = torch.nn.ModuleList([activation(name).module(tier=tier) for name in COMPILED])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([part(x) for part in self.parts])


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["fast", "exact"])
def test_compiled_by_inductor_in_one_graph_they_lose_no_digits(tier: str) -> None:
    torch.compiler.reset()
    tails = torch.linspace(-100, 100, 2001)
    x = torch.cat([tails, torch.tensor([-1e-7, -1e-20, 1e-30, -1e-40, 17.0, -5.6])])
    module, ours, theirs = Together(tier), x.clone().requires_grad_(), x.clone().requires_grad_()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, while compiling
        compiled = torch.compile(module, fullgraph=True)
        values = compiled(ours)
        values.sum().backward()
    eager = module(theirs)
    eager.sum().backward()
    # Eager is right to 4 units (test_tiers): so compiled is to 10 at the worst.
    torch.testing.assert_close(values, eager, rtol=10 * 1.2e-7, atol=1e-44)
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=30 * 1.2e-7, atol=1e-44)


def test_exact_float64_is_one_node_of_a_compiled_graph() -> None:
    torch.compiler.reset()
    module = activation("gelu").module(tier="exact")
    x = torch.linspace(-38, 5, 50, dtype=torch.float64, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = torch.compile(module, fullgraph=True, backend="aot_eager")(x)
        (slope,) = torch.autograd.grad(y.sum(), x)
    expected = module(x)
    assert torch.equal(y, expected)
    assert torch.equal(slope, torch.autograd.grad(expected.sum(), x)[0])


@pytest.mark.parametrize("name", ["gelu", "mish", "prelu", "telu"])
def test_a_model_is_exported_to_onnx_with_pytorchs_own_operation_where_there_is_one(
    name: str,
) -> None:
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), activation(name).module()).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(model, (torch.randn(2, 3),), dynamo=True, verbose=False)
    kinds = [node.op_type for node in program.model.graph]
    onnx.checker.check_model(program.model_proto)
    assert {"gelu": "Gelu", "mish": "Mish", "prelu": "PRelu", "telu": "Tanh"}[name] in kinds


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("tier", ["fast", "exact"])
def test_state_and_dtypes_go_with_the_model(name: str, tier: str) -> None:
    module, buffer = activation(name).module(tier=tier).eval(), io.BytesIO()
    torch.save(module, buffer)
    buffer.seek(0)
    twin = torch.load(buffer, weights_only=False)
    twin.load_state_dict(module.state_dict())
    x = torch.randn(3, 4)
    assert torch.equal(twin(x), module(x))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = torch.nn.Linear(4, 4)(x)
        assert module(hidden).dtype == torch.bfloat16
    assert module.double()(x.double()).dtype == torch.float64
    assert module(x.to("meta") if not list(module.parameters()) else x.double()).shape[0] == 3


def test_a_random_slope_is_drawn_in_training_and_is_the_mean_in_evaluation() -> None:
    module, x = activation("rrelu", lower=0.1, upper=0.3).module(), torch.full((1000,), -1.0)
    x.requires_grad_()
    drawn = module(x)
    assert drawn.min() >= -0.3
    assert drawn.max() <= -0.1
    assert drawn.std() > 0.04
    drawn.sum().backward()
    torch.testing.assert_close(x.grad, -drawn.detach())  # the slope that was drawn, at every place
    torch.testing.assert_close(module.eval()(x), torch.full((1000,), -0.2))
