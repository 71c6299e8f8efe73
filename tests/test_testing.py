"""The contract takes records, names and any elementwise function, and notices what is wrong."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import numpy as np
import pytest

from livegrad.errors import BadInput, BrokenEntry
from livegrad.functions import Activation, Joint, Kernels, elementwise
from livegrad.functions.formula import clip, exp, piecewise, sigmoid, tanh, x
from livegrad.functions.plain import CALLABLE_CLAUSES, adapted
from livegrad.testing import ACTIVATION_CLAUSES, FORMULA_CLAUSES, check_activation
from livegrad.text import Text

torch = pytest.importorskip("torch")


def shrink(**changes: object) -> Activation:
    """Return tanhshrink without and with kernels."""
    right = Activation(
        id="candidate",
        formula=x - tanh(x),
        about=Text("A test.", "시험용입니다."),
        source="",
        tails=(-math.inf, math.inf),
    )
    return replace(right, **changes)  # type: ignore[arg-type]


def only(clause: str, activation: Activation) -> list[str]:
    with np.errstate(all="ignore"):
        return [breach.en for breach in ACTIVATION_CLAUSES[clause](activation)]


def test_a_kernel_that_cancels_is_noticed() -> None:
    pytest.importorskip("flint")
    (first, *_) = only("kernels lose no digits", shrink())
    assert "the formula with more digits" in first
    series = x**3 * (1 / 3 - x**2 * (2 / 15 - x**2 * (17 / 315 - x**2 * (62 / 2835))))
    better = Kernels(
        value=piecewise((-0.01, 0.01), (x - tanh(x), series, x - tanh(x))),
        derivative=tanh(x) ** 2,
    )
    assert only("kernels lose no digits", shrink(stable=better)) == []


@pytest.mark.parametrize(
    ("formula", "wrong"),
    [
        (sigmoid(x), Kernels(derivative=sigmoid(x) * (1 - sigmoid(x)))),
        (1 / (1 + exp(-x)), Kernels(value=0.5 + 0.5 * tanh(x / 2))),
    ],
)
def test_a_tail_that_cancels_is_noticed(formula: object, wrong: Kernels) -> None:
    pytest.importorskip("flint")
    f = replace(elementwise("sigmoid"), formula=formula, stable=wrong)  # type: ignore[arg-type]
    assert only("kernels lose no digits", f)


def test_declared_limits_that_the_range_contradicts_are_noticed() -> None:
    f = shrink(formula=clip(x, -1, 1), joints=(Joint(-1, 0), Joint(1, 0)))
    assert "range from -1.0 to 1.0" in only("bounded as declared", f)[0]


def test_a_slope_that_rounding_makes_steep_far_out_is_noticed() -> None:
    steep = piecewise((2.0**60,), (1, 3))
    f = shrink(formula=x, stable=Kernels(derivative=steep))
    assert "rounding" in only("bounded as declared", f)[0]


# ------------------------------------------------------------ names, formulas, functions


def test_a_name_is_looked_up_and_checked_whole() -> None:
    check_activation("relu")
    check_activation("softmax")
    assert set(FORMULA_CLAUSES) < set(ACTIVATION_CLAUSES)
    assert "two languages" not in FORMULA_CLAUSES


@pytest.mark.parametrize(
    "function",
    [
        np.arctan,
        np.sin,
        np.exp,
        torch.tanh,
        torch.nn.functional.gelu,
        torch.nn.SiLU(),
        torch.nn.ReLU(),
    ],
)
def test_sound_functions_pass(function: object) -> None:
    check_activation(function)  # type: ignore[arg-type]


def test_a_partial_function_passes() -> None:
    check_activation(functools.partial(torch.nn.functional.leaky_relu, negative_slope=0.2))


def naive_sigmoid(z: np.ndarray) -> np.ndarray:
    return np.exp(z) / (1 + np.exp(z))


def textbook_sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def one_axis(z: np.ndarray) -> np.ndarray:
    return np.array([math.tanh(one) for one in z], z.dtype)


def widening(z: np.ndarray) -> np.ndarray:
    return np.asarray(z, np.float64) * 2


def centred(z: np.ndarray) -> np.ndarray:
    return z - z.mean()


def hides_nan(z: np.ndarray) -> np.ndarray:
    return np.nan_to_num(z)


def divides(z: np.ndarray) -> np.ndarray:
    return np.where(z == 0, 1.0, np.sin(z) / z).astype(z.dtype)


class Cut(torch.autograd.Function):
    """Doubles its input, and says that the slope is 1."""

    @staticmethod
    def forward(ctx: object, z: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        return 2 * z

    @staticmethod
    def backward(ctx: object, gradient: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        return gradient


def cut(z: torch.Tensor) -> torch.Tensor:
    return Cut.apply(z)


def textbook_elu(z: torch.Tensor) -> torch.Tensor:
    return torch.where(z > 0, z, torch.exp(1000 * z) - 1)


class Wrong:
    """A function with a slope of its own, which is not its slope."""

    def __call__(self, z: np.ndarray) -> np.ndarray:
        return z**2

    def derivative(self, z: np.ndarray) -> np.ndarray:
        return 3 * z


@pytest.mark.parametrize(
    ("function", "clause"),
    [
        (naive_sigmoid, "finite in, finite out"),
        (widening, "dtype and shape kept"),
        (centred, "each number by itself"),
        (hides_nan, "NaN stays"),
        (divides, "no alarm"),
        (textbook_sigmoid, "no alarm"),
        (one_axis, "dtype and shape kept"),
        (cut, "gradient is the numeric one"),
        (textbook_elu, "gradient is the numeric one"),
        (Wrong(), "gradient is the numeric one"),
        (lambda z: z, "pickles"),
    ],
)
def test_what_is_wrong_is_noticed_by_its_clause(function: object, clause: str) -> None:
    subject = adapted(function)  # type: ignore[arg-type]
    with np.errstate(all="ignore"):
        found = {name for name, check in CALLABLE_CLAUSES.items() if next(check(subject), None)}
    assert clause in found
    with pytest.raises(BrokenEntry):
        check_activation(function)  # type: ignore[arg-type]


def test_what_takes_no_array_is_refused() -> None:
    with pytest.raises(BadInput, match="elementwise"):
        check_activation(lambda first, second: first + second)  # type: ignore[arg-type]
