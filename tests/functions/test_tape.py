"""Tapes do what trees say: on the CPU block by block, whatever the layout, dtype and number of blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livegrad.functions import activation, names
from livegrad.functions.formula import clip, exp, parameter, piecewise, sigmoid, tanh, x
from livegrad.functions.formula.tape import tape_of

torch = pytest.importorskip("torch")

from livegrad.functions import eager_torch  # noqa: E402 - PyTorch is there

ELEMENTWISE = [name for name in names() if activation(name).kind == "elementwise"]
SPECIAL = (0.0, -0.0, 1e-40, -1e-40, 1e-310, 3.0, -3.0, 6.0, 1.0, -1.0, np.inf, -np.inf, np.nan)


def places(dtype: torch.dtype) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    some = torch.randn(500, generator=generator, dtype=torch.float64) * 20
    return torch.cat([torch.tensor(SPECIAL, dtype=torch.float64), some]).to(dtype)


def test_equal_steps_are_done_once_and_registers_used_again() -> None:
    tape = tape_of(tanh(exp(x)) * exp(x) + 1 / exp(x))
    assert [step.operation for step in tape.steps].count("exp") == 1
    assert tape.numbers == 2
    assert tape.constants == (1.0,)


def test_a_double_clip_a_factor_of_one_and_a_division_by_four_cost_nothing_extra() -> None:
    tape = tape_of(clip(clip(x, -3.0, 0.0), -9.0, 5.0) * parameter("a") / 4, {"a": 1.0})
    assert [step.operation for step in tape.steps] == ["clip", "multiply"]
    assert tape.constants[-1] == 0.25 or 0.25 in tape.constants


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_tape_gives_what_the_tree_gives(name: str, dtype: torch.dtype) -> None:
    f, inputs = activation(name), places(dtype)
    for symbols in ((), ("x",), *((symbol,) for symbol in f.learned)):
        if symbols and symbols != ("x",):  # what a parameter does at infinity has no limit
            inputs = inputs[torch.isfinite(inputs)]
        name = str(dtype).removeprefix("torch.")
        program = eager_torch.program(f.tape(*symbols, dtype=name), dtype)
        found = eager_torch.run(program, inputs).numpy()
        expected = f._of_kernel(f.kernel(*symbols), inputs.numpy())
        single = dtype is torch.float32
        np.testing.assert_allclose(
            found, expected, rtol=3e-6 if single else 1e-14, atol=1e-7 if single else 1e-15
        )


@given(
    bounds=st.tuples(st.floats(-3, 3), st.floats(-3, 3)).filter(lambda pair: pair[0] < pair[1]),
    place=st.floats(-5, 5, width=32),
)
@example(bounds=(-1.0, -0.0), place=0.0)
def test_choices_by_bits_are_choices(bounds: tuple[float, float], place: float) -> None:
    tree = piecewise(bounds, (x * 2, 0.0, sigmoid(x)))
    for inputs in (place, *bounds):
        tensor = torch.tensor([inputs], dtype=torch.float64)
        found = eager_torch.run(eager_torch.program(tape_of(tree), torch.float64), tensor).item()
        low, high = bounds
        expected = 2 * inputs if inputs <= low else 0.0 if inputs <= high else torch.sigmoid(tensor)
        assert found == pytest.approx(float(expected), rel=1e-15)


@pytest.mark.parametrize("size", [0, 1, 7, 1000])
def test_any_number_of_blocks_gives_the_same(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    f, inputs = activation("mish"), torch.linspace(-9, 9, size)
    whole = f(inputs)
    monkeypatch.setattr(eager_torch, "BLOCK_BYTES", 256)
    assert torch.equal(f(inputs), whole)


LAYOUTS = {
    "turned": lambda x: x.t(),
    "every second column": lambda x: x[:, ::2],
    "a row": lambda x: x[3],
    "a number": lambda x: x[0, 0],
    "channels last": lambda x: x.reshape(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
    "spread": lambda x: x[:1].expand(4, 20),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_gives_the_same_value_and_gradient(layout: str) -> None:
    f, base = activation("gelu"), torch.randn(6, 20, dtype=torch.float64)
    inputs = LAYOUTS[layout](base).detach().requires_grad_()
    twin = inputs.detach().clone(memory_format=torch.contiguous_format).requires_grad_()
    weights = torch.randn(inputs.shape, dtype=torch.float64)
    (f(inputs) * weights).sum().backward()
    (f(twin) * weights).sum().backward()
    assert torch.equal(f(inputs), f(twin))
    assert torch.equal(inputs.grad, twin.grad)
