"""Every activation keeps the contract, and the contract notices who does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import FLOATS, float_arrays

from livegrad.errors import BrokenEntry
from livegrad.functions import Activation, Aliases, Joint, Kernels, activation, names
from livegrad.functions.formula import exp, piecewise, x
from livegrad.testing import ACTIVATION_CLAUSES, VECTOR_CLAUSES, check_activation
from livegrad.text import Text

ELEMENTWISE = [name for name in names() if activation(name).kind == "elementwise"]
VECTORS = [name for name in names() if activation(name).kind == "vector"]
WORDS = Text("A test.", "시험용입니다.")


@pytest.mark.parametrize("clause", ACTIVATION_CLAUSES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_elementwise_activation_keeps_every_clause(name: str, clause: str) -> None:
    assert list(ACTIVATION_CLAUSES[clause](activation(name))) == []


@pytest.mark.parametrize("clause", VECTOR_CLAUSES)
@pytest.mark.parametrize("name", VECTORS)
def test_every_vector_activation_keeps_every_clause(name: str, clause: str) -> None:
    assert list(VECTOR_CLAUSES[clause](activation(name))) == []


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("elu", {"alpha": 0.5}),
        ("celu", {"alpha": 0.2}),
        ("leaky_relu", {"alpha": 3.0}),
        ("hardtanh", {"low": 0.0, "high": 2.0}),
        ("softplus", {"beta": 20.0}),
        ("swish", {"beta": 0.01}),
        ("swish", {"beta": 300.0}),
        ("maxout", {"pieces": 3}),
    ],
)
def test_the_contract_holds_for_other_parameters_too(
    name: str, parameters: dict[str, float]
) -> None:
    check_activation(activation(name, **parameters))


def candidate(**changes: object) -> Activation:
    """Return ReLU with something wrong."""
    right = Activation(
        id="candidate",
        formula=piecewise((0,), (0, x)),
        joints=(Joint(at=0, slope=0),),
        tails=(0, np.inf),
        about=WORDS,
        source="",
    )
    return replace(right, **changes)  # type: ignore[arg-type]


def test_a_sound_candidate_passes() -> None:
    check_activation(candidate())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tails": (1, np.inf)}, "the declaration gives 1.0"),
        ({"tails": (0, 5)}, "the declaration gives 5.0"),
        ({"joints": ()}, "no joint is declared"),
        ({"joints": (Joint(at=0, slope=2),)}, "f′ is 2.0 at x = 0.0"),
        ({"stable": Kernels(derivative=piecewise((0,), (0, 1.001)))}, "f′ is 1.001"),
        ({"stable": Kernels(second_derivative=x)}, "f″ is"),
        ({"formula": piecewise((0,), (0, x)) + x / x}, "finite numbers must give finite ones"),
        (
            {"stable": Kernels(value=exp(x), derivative=piecewise((0,), (0, 1)))},
            "finite numbers must give finite ones",
        ),
        ({"about": Text("Only English.", "Only English.")}, "both languages"),
        ({"about": Text("A {thing}.", "어떤 것.")}, "both languages"),
        ({"aliases": Aliases(differs=Text("", ""))}, "'differs'"),
    ],
)
def test_the_contract_notices(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BrokenEntry) as caught:
        check_activation(candidate(**changes))
    assert words in caught.value.text.en
    assert "활성화 함수" in caught.value.text.ko


def test_the_contract_notices_a_wrong_jacobian() -> None:
    softmax = activation("softmax")
    with pytest.raises(BrokenEntry, match="finite difference"):
        check_activation(
            replace(softmax, pullback=lambda _backend, x, cotangent, _settings: cotangent + 0 * x)
        )


@given(data=st.data(), name=st.sampled_from(ELEMENTWISE), dtype=st.sampled_from(FLOATS))
def test_any_array_of_numbers_keeps_its_shape_and_dtype_and_never_turns_into_nan(
    data: st.DataObject, name: str, dtype: type[np.floating]
) -> None:
    f = activation(name)
    inputs = data.draw(float_arrays(dtype, infinite=not f.oscillates))
    with np.errstate(all="raise"):
        for outputs in (f(inputs), f.derivative(inputs), f.second_derivative(inputs)):
            assert np.shape(outputs) == inputs.shape
            assert outputs.dtype == dtype
            assert not np.isnan(outputs).any()


@given(inputs=float_arrays(np.float64), name=st.sampled_from(ELEMENTWISE))
def test_no_slope_is_steeper_than_the_steepest(inputs: np.ndarray, name: str) -> None:
    f = activation(name)
    assert np.all(np.absolute(f.derivative(inputs)) <= f.sup_slope * (1 + 1e-9))
