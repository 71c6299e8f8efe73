"""PyTorch in, PyTorch out: gradients of every order, learned parameters, modules, dtypes."""

from __future__ import annotations

import copy
import pickle
import warnings

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.functions import activation, names

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

ALL = list(names())
ELEMENTWISE = [name for name in ALL if activation(name).kind == "elementwise"]
LEARNING = [name for name in ELEMENTWISE if activation(name).learned]
CLEAR_OF_JOINTS = (-3.3, -1.2, -0.4, 0.3, 1.1, 4.2)


@pytest.mark.parametrize("name", ALL)
def test_first_and_second_gradients_are_right(name: str) -> None:
    x = torch.tensor(CLEAR_OF_JOINTS, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(activation(name), x)
    assert torch.autograd.gradgradcheck(activation(name), x)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_gradient_at_a_joint_is_the_stated_slope(name: str) -> None:
    f = activation(name)
    x = torch.tensor(f.joint_places, dtype=torch.float64, requires_grad=True)
    f(x).sum().backward()
    expected = f.derivative(np.array(f.joint_places))
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("relu", torch.nn.ReLU()),
        ("relu6", torch.nn.ReLU6()),
        ("leaky_relu", torch.nn.LeakyReLU()),
        ("elu", torch.nn.ELU()),
        ("celu", torch.nn.CELU()),
        ("selu", torch.nn.SELU()),
        ("hardtanh", torch.nn.Hardtanh()),
        ("hardsigmoid", torch.nn.Hardsigmoid()),
        ("hardswish", torch.nn.Hardswish()),
        ("sigmoid", torch.nn.Sigmoid()),
        ("tanh", torch.nn.Tanh()),
        ("swish", torch.nn.SiLU()),
        ("gelu", torch.nn.GELU()),
        ("gelu_tanh", torch.nn.GELU(approximate="tanh")),
        ("softplus", torch.nn.Softplus()),
        ("softsign", torch.nn.Softsign()),
        ("mish", torch.nn.Mish()),
        ("logsigmoid", torch.nn.LogSigmoid()),
        ("prelu", torch.nn.PReLU(dtype=torch.float64)),
        ("softmax", torch.nn.Softmax(dim=-1)),
        ("log_softmax", torch.nn.LogSoftmax(dim=-1)),
        ("softmin", torch.nn.Softmin(dim=-1)),
    ],
)
def test_pytorchs_own_module_agrees_kinks_included(name: str, module: torch.nn.Module) -> None:
    x = torch.linspace(-8, 8, 65, dtype=torch.float64, requires_grad=True)  # holds 0, ±1, ±3, 6
    weights = torch.cos(torch.arange(65.0, dtype=torch.float64))
    ours, theirs = activation(name)(x), module(x)
    torch.testing.assert_close(ours, theirs, rtol=1e-8, atol=1e-11)
    (our_slope,), (their_slope,) = (
        torch.autograd.grad((y * weights).sum(), x) for y in (ours, theirs)
    )
    torch.testing.assert_close(our_slope, their_slope, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_dtypes_are_kept_and_the_ends_are_no_numbers_lost(name: str, dtype: torch.dtype) -> None:
    ends = [-1e4, 1e4, 0.0]
    ends += [] if activation(name).oscillates else [-torch.inf, torch.inf]
    ends = torch.tensor(ends, dtype=dtype)
    x = ends.detach().clone().requires_grad_()
    y = activation(name)(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == dtype
    assert not y.isnan().any()
    assert not x.grad.isnan().any()
    assert activation(name)(torch.tensor(torch.nan, dtype=dtype)).isnan()


def test_whole_numbers_become_float64_and_complex_ones_are_refused() -> None:
    assert activation("relu")(torch.tensor([-1, 2])).tolist() == [0.0, 2.0]
    assert activation("relu")(torch.tensor([-1, 2])).dtype == torch.float64
    with pytest.raises(BadInput, match="real numbers"):
        activation("relu")(torch.tensor([1j]))


@pytest.mark.parametrize("name", ALL)
def test_modules_compute_pickle_and_copy(name: str) -> None:
    module, x = activation(name).module().eval(), torch.randn(4, 6, dtype=torch.float64)
    expected = module(x)
    for twin in (pickle.loads(pickle.dumps(module)), copy.deepcopy(module)):  # noqa: S301
        torch.testing.assert_close(twin(x), expected, rtol=0, atol=0)
    assert name in repr(module)


@pytest.mark.parametrize("name", ALL)
def test_what_is_declared_as_learned_and_nothing_else_is_a_parameter(name: str) -> None:
    f = activation(name)
    declared = {one.name: one.default for one in f.parameters if one.learned}
    held = {key: value.tolist() for key, value in f.module().named_parameters()}
    assert held == {key: pytest.approx([default]) for key, default in declared.items()}


def test_prelu_and_others_learn() -> None:
    assert {"prelu", "acon_c", "pau", "pdelu", "smu", "srs"} <= set(LEARNING)


@pytest.mark.parametrize("name", LEARNING)
def test_each_channel_has_its_own_parameters_and_their_gradients_are_right(name: str) -> None:
    module = activation(name).module(channels=3).double()
    with torch.no_grad():
        for value in module.parameters():
            value.add_(torch.tensor([0.01, 0.1, 0.2], dtype=torch.float64))
    torch.manual_seed(0)
    x = 3 * torch.randn(2, 3, 4, 5, dtype=torch.float64)
    x.requires_grad_()

    def called(inputs: torch.Tensor, *values: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(
            module, dict(zip(activation(name).learned, values, strict=True)), (inputs,)
        )

    assert torch.autograd.gradcheck(called, (x, *module.parameters()))


@pytest.mark.parametrize("name", LEARNING)
def test_gradients_of_the_parameters_stay_finite_far_out(name: str) -> None:
    module = activation(name).module().double()
    x = torch.tensor([-1e30, -1e4, -745.0, 0.0, 745.0, 1e4, 1e30], dtype=torch.float64)
    module(x).sum().backward()
    assert all(value.grad.isfinite().all() for value in module.parameters())


def test_prelu_is_pytorchs_with_a_slope_for_each_channel() -> None:
    module = activation("prelu", alpha=0.1).module(channels=3).double()
    assert module.alpha.tolist() == pytest.approx([0.1, 0.1, 0.1])
    x = torch.randn(2, 3, 4, 5, dtype=torch.float64)
    reference = torch.nn.PReLU(3, init=0.1, dtype=torch.float64)
    torch.testing.assert_close(module(x), reference(x))


def test_prelu_trains_towards_the_slope_of_its_data() -> None:
    module = activation("prelu").module()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.5)
    x = torch.linspace(-2, 2, 64)
    for _ in range(100):
        optimizer.zero_grad()
        torch.mean((module(x) - torch.where(x > 0, x, 0.7 * x)) ** 2).backward()
        optimizer.step()
    assert module.alpha.item() == pytest.approx(0.7, abs=1e-3)


@pytest.mark.parametrize("name", ALL)
def test_vmap_of_a_gradient_works(name: str) -> None:
    f, x = activation(name), torch.randn(3, 6, dtype=torch.float64)
    each = torch.func.vmap(torch.func.grad(lambda row: (f(row) ** 2).sum()))(x)
    one_by_one = torch.stack([torch.func.grad(lambda row: (f(row) ** 2).sum())(row) for row in x])
    torch.testing.assert_close(each, one_by_one)


@pytest.mark.parametrize("name", ["elu", "gelu", "prelu", "softmax"])
def test_a_module_is_captured_whole_by_torch_compile(name: str) -> None:
    torch.compiler.reset()
    module, x = activation(name).module(), torch.randn(4, 6, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, while compiling
        compiled = torch.compile(module, fullgraph=True, backend="eager")
        torch.testing.assert_close(compiled(x), module(x))
        compiled(x).sum().backward()
    assert x.grad is not None
