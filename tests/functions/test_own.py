"""A user's formula is as good as an entry: its joints, slopes, limits, gaps and twins are found."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrad.errors import BadInput, UnknownName
from livegrad.functions import Activation, OwnActivation, activation, names, own, twin
from livegrad.functions.formula import derivative
from livegrad.functions.language.writing import text_of
from livegrad.functions.own.gaps import gap
from livegrad.testing import check_activation

PLACES = np.linspace(-4, 4, 81)


def writable() -> list[str]:
    """Names of the catalogue's entries whose formula has a form as text."""
    found = []
    for name in names():
        entry = activation(name)
        # A formula of one's own draws nothing at random; PDELU's joint lies between two floats.
        if isinstance(entry, Activation) and entry.id not in {"step", "rrelu", "pdelu"}:
            try:
                text_of(entry.formula)
            except BadInput:
                continue
            found.append(name)
    return found


def as_text(entry: Activation) -> OwnActivation:
    return own(text_of(entry.formula), **entry.settings)


# ------------------------------------------------------------ found = declared


@pytest.mark.parametrize("name", writable())
def test_what_is_found_is_what_the_catalogue_declares(name: str) -> None:
    entry = activation(name)
    assert isinstance(entry, Activation)
    f = as_text(entry)
    assert f.limits == pytest.approx(entry.limits, nan_ok=True)
    assert [kink.at for kink in f.kinks] == pytest.approx([kink.at for kink in entry.kinks])
    np.testing.assert_allclose(f(PLACES), entry(PLACES), rtol=1e-12, atol=1e-14)
    smooth = PLACES[~np.isin(PLACES, entry.joint_places)]
    np.testing.assert_allclose(
        f.derivative(smooth), entry.derivative(smooth), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("name", writable())
def test_a_formula_of_the_catalogue_is_recognised(name: str) -> None:
    entry = activation(name)
    assert isinstance(entry, Activation)
    found = twin(as_text(entry))
    assert found is not None
    same = activation(found.id, **dict(found.values))
    np.testing.assert_allclose(same(PLACES), entry(PLACES), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(
    ("text", "parameters", "name", "values"),
    [
        ("x * sigmoid(x)", {}, "swish", ()),
        ("x / (1 + exp(-b * x))", {"b": 1.0}, "swish", ()),
        ("x * sigmoid(beta * x)", {"beta": 3.0}, "swish", (("beta", 3.0),)),
        ("x / 2 * (1 + erf(x / sqrt(2)))", {}, "gelu", ()),
        ("min(max(x, 0), 6)", {}, "relu6", ()),
        ("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", {}, "tanh", ()),
        ("x / (1 + |x|)", {}, "softsign", ()),
    ],
)
def test_twins(
    text: str, parameters: dict[str, float], name: str, values: tuple[tuple[str, float], ...]
) -> None:
    found = twin(own(text, **parameters))
    assert found is not None
    assert (found.id, found.values) == (name, values)


@pytest.mark.parametrize("text", ["x * sigmoid(1.1 * x)", "tanh(x) + 1e-6", "exp(-x**4)"])
def test_what_is_like_no_entry_has_no_twin(text: str) -> None:
    assert twin(own(text)) is None


# ------------------------------------------------------------ joints and slopes there


@pytest.mark.parametrize(
    ("text", "joints"),
    [
        ("relu(x)", {0.0: 0.0}),
        ("max(0, x)", {0.0: 0.0}),
        ("abs(x)", {0.0: 0.0}),
        ("clip(x, -1, 1)", {-1.0: 0.0, 1.0: 0.0}),
        ("where(x > 0, x, 0.01 * x)", {0.0: 0.01}),
        ("where(x >= 0, x, 0.01 * x)", {0.0: 1.0}),
        ("max(x, 0.1 * x)", {0.0: 0.1}),
        ("x * min(max(x + 3, 0), 6) / 6", {-3.0: 0.0, 3.0: 1.0}),
        ("where(x > 1, where(x > 2, 2 * x - 3, x - 1), 0)", {1.0: 0.0, 2.0: 1.0}),
        ("abs(x**2 - 2)", {-math.sqrt(2): 0.0, math.sqrt(2): 0.0}),
        ("max(x, tanh(x) + 0.25)", {None: None}),
        ("abs(x) * sign(x)", {0.0: 1.0}),
        ("relu(x)**1.5", {0.0: 0.0}),
        ("relu(x - 0.1)", {0.1: 0.0}),
        ("relu(1e-7 - x)", {1e-7: 0.0}),
        ("relu(x - 12345.678)", {12345.678: 0.0}),
        ("relu(exp(x) - 3)", {math.log(3): 0.0}),
        ("where(exp(x) > 3, x, 2 * x)", {math.log(3): 2.0}),
        ("where(min(x, -1e299)**3 > 0, x, tanh(x))", {}),
        ("max(3, x)**(3 - 1.5)", {3.0: 0.0}),
        ("tanh(x)", {}),
    ],
)
def test_joints_are_found_and_have_the_slope_of_the_branch_taken(
    text: str, joints: dict[float, float]
) -> None:
    f = own(text)
    if None in joints:
        (joint,) = f.joint_places
        assert joint == pytest.approx(math.tanh(joint) + 0.25, abs=1e-14)
        return
    assert list(f.joint_places) == pytest.approx(list(joints), rel=1e-14)
    places = np.array(f.joint_places)
    np.testing.assert_allclose(f.derivative(places), list(joints.values()), atol=1e-14)


@given(
    first=st.floats(-100, 100).filter(lambda place: abs(place) > 1e-9),
    second=st.floats(-100, 100).filter(lambda place: abs(place) > 1e-9),
)
def test_a_joint_is_found_wherever_it_is(first: float, second: float) -> None:
    low, high = sorted((first, second))
    f = own("min(max(x, low), high)", low=low, high=high) if low < high else own("relu(x)")
    expected = (low, high) if low < high else (0.0,)
    assert f.joint_places == pytest.approx(expected, rel=1e-14)


# ------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("x * sigmoid(x)", (0.0, math.inf)),
        ("x / (1 + exp(-x))", (0.0, math.inf)),
        ("-x**3", (math.inf, -math.inf)),
        ("tanh(x) / 3", (-1 / 3, 1 / 3)),
        ("x / sqrt(1 + x**2)", (-1.0, 1.0)),
        ("x**3 / sqrt(1 + x**6)", (-1.0, 1.0)),
        ("arctan(x)", (-math.pi / 2, math.pi / 2)),
        ("log(1 + exp(x))", (0.0, math.inf)),
        ("log(1 + x**2)", (math.inf, math.inf)),
        ("exp(-x**2)", (0.0, 0.0)),
        ("1 / (1 + |x|)", (0.0, 0.0)),
        ("1 / sqrt(1 + |x|)", (0.0, 0.0)),
        ("exp(x)", (0.0, math.inf)),
        ("1 / exp(-x**2)", (math.inf, math.inf)),
        ("sqrt(1 + x**2) - x", (math.inf, 0.0)),
        ("sin(x)", (math.nan, math.nan)),
        ("x * sin(x)", (math.nan, math.nan)),
        ("x + sin(x)**2", (-math.inf, math.inf)),
        ("where(x > 0, 1, sin(x))", (math.nan, 1.0)),
    ],
)
def test_limits_are_found(text: str, limits: tuple[float, float]) -> None:
    assert own(text).limits == pytest.approx(limits, rel=1e-12, abs=1e-30, nan_ok=True)


# ------------------------------------------------------------ gaps


@pytest.mark.parametrize(
    ("text", "parameters", "words"),
    [
        ("1 / x", {}, "is not defined at x = 0, because of a division by 0"),
        ("log(x)", {}, "is not defined at x = 0, because of log"),
        ("sqrt(x)", {}, "is not defined at x = -1, because of sqrt"),
        ("log1p(x)", {}, "is not defined at x = -1, because of log1p"),
        ("x / (1 - x)", {}, "is not defined at x = 1,"),
        ("x / (x - 0.123456)", {}, "is not defined at x = 0.123456,"),
        ("1 / (x - 0.123456)**2", {}, "is not defined at x = 0.123456,"),
        ("log((x - 0.123456)**2)", {}, "is not defined at x = 0.123456,"),
        ("tan(x)", {}, "is not defined at x = 1.5708,"),
        ("x**2 / x", {}, "is not defined at x = 0,"),
        ("x**1.5", {}, "because of a power of a negative base"),
        ("x**n", {"n": 2.0}, "because of a power of a negative base"),
        ("|x|**-0.5", {}, "is not defined at x = 0"),
        ("x / relu(x)", {}, "is not defined at x = 0"),
        ("1 / (1 + a * x**2)", {"a": -1.0}, "is not defined at x = -1"),
        ("where(x > -1, log(x), x)", {}, "is not defined at x = 0"),
        ("sqrt(abs(x))", {}, "The slope of the formula “sqrt(abs(x))” is not defined at x = 0"),
        ("sqrt(x**2)", {}, "The slope of the formula"),
        ("where(sin(x) > 0, x, 0)", {}, "at more than 64 places"),
        ("x / 0", {}, "divides by '0', and that is 0"),
        ("x / (a - 2)", {"a": 2.0}, "divides by 'a - 2', and that is 0, or the parameters a=2"),
        ("((|x| - 0.5) / 1e94)**1.5", {}, "is not defined at x = 0, because of a power of a n"),
        ("where(erfcx(-9 - x) > 1e300, 1, -1)**0.5", {}, "because of sqrt"),
        ("|x|**a", {"a": 65.0}, "to the power 65, and exponents go from −64 to 64"),
        ("x + 1 / a", {"a": 0.0}, "the part '1 / a', in which x does not stand, comes to nan"),
        ("x + exp(710)", {}, "the part 'exp(710)', in which x does not stand, comes to inf"),
        ("x + log(-1)", {}, "comes to nan"),
        ("x + 1e200 * 1e200", {}, "at most 1e+300"),
        ("x + (1e300**64)**64", {}, "comes to inf"),
        ("3 + pi", {}, "does not depend on x"),
        ("0 * x", {}, "does not depend on x"),
        ("x * a", {"a": math.inf}, "a = inf of a formula must be a finite number"),
        ("x * a", {"a": "high"}, "must be a finite number"),
        ("x * a", {"a": 10**400}, "must be a finite number"),
        ("x * a", {"a": -(10**5000)}, "must be a finite number"),
        ("x * a", {"a": True}, "must be a finite number"),
        ("x + 1", {"a": 1.0}, "'a' was given, and it does not stand in the formula"),
        ("x * e", {"e": 1.0}, "cannot be called 'e'"),
        ("x * a", {"a": 1.0, "not a name": 2.0}, "cannot be called 'not a name'"),
        ("x + 1", {f"a{n}": 1.0 for n in range(17)}, "was given 17 parameters"),
        ("tanh(" * 49 + "x" + ")" * 49, {}, "derivative of the formula takes more than"),
    ],
)
def test_what_is_no_function_of_all_real_numbers_is_refused(
    text: str, parameters: dict[str, float], words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        own(text, **parameters)
    assert words in caught.value.text.en
    assert any("가" <= letter <= "힣" for letter in caught.value.text.ko)


def test_a_formula_must_be_text() -> None:
    with pytest.raises(BadInput, match="must be text"):
        own(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "where(x > 1, log(x), x - 1)",
        "where(x > 0, x * log(x), 0)",
        "where(x**2 > 1, log(x**2), 0)",
        "where(|x| < 1, 1 - sqrt(2 - x**2), |x| - 1)",
        "exp(-x**2)",
        "1 / exp(-x**2)",
        "1 / (1 + exp(-x))",
        "x / (1 + exp(-exp(-x)))",
        "sin(x) / (2 + cos(x))",
        "x * exp(-x**2) / (exp(-x**2) + 1e-3)",
        "log(exp(-x**2) + 1)",
    ],
)
def test_what_is_never_taken_and_what_only_underflows_is_no_gap(text: str) -> None:
    f = own(text)
    assert gap(derivative(f.formula), {}, f.joint_places) is None
    assert np.isfinite(f(PLACES)).all()


def test_a_branch_that_is_not_taken_leaks_neither_nan_nor_warning() -> None:
    places = np.array([-800.0, -1.0, -0.5, 0.0, 0.5, 1.0, 800.0])
    for text in ("where(x > 0, x * log(x), 0)", "where(x**2 > 1, log(x**2), 0)"):
        f = own(text)
        for values in (f(places), f.derivative(places), f.second_derivative(places)):
            assert np.isfinite(values).all()
    elu = own("where(x > 0, x, exp(x) - 1)")
    assert elu.derivative(places).tolist() == [0, math.exp(-1), math.exp(-0.5), 1, 1, 1, 1]


# ------------------------------------------------------------ as a record


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("where(x > 0, x, a * (exp(x) - 1))", {"a": 0.5}),
        ("max(0, x)", {}),
        ("clip(x, -1, 2)", {}),
        ("max(x, tanh(x) + 0.25)", {}),
        ("where(x**2 > 2, x, 0)", {}),
        ("tanh(x) + softplus(x)", {}),
    ],
)
def test_the_contract_of_the_catalogue_holds_for_a_formula_without_overflow(
    text: str, parameters: dict[str, float]
) -> None:
    f = own(text, **parameters)
    check_activation(f)


def test_a_number_too_large_for_a_float_is_refused_and_no_exception() -> None:
    with pytest.raises(BadInput, match="comes to inf"):
        own("tanh(x) / (1 + where(a > 0, 1e200, a)**2)", a=1.0)


def test_a_choice_between_numbers_may_be_an_exponent() -> None:
    f = own("where(a > 1, 1, 2) * relu(x)**where(a > 1, 2.5, 1.5)", a=3.0)
    for tier in ("exact", "fast"):
        assert f(np.array([-1.0, 4.0]), tier=tier) == pytest.approx([0.0, 32.0])


def test_a_formula_is_found_where_names_are() -> None:
    f = activation("x*sigmoid( beta*x )", beta=2.0)
    assert isinstance(f, OwnActivation)
    assert (f.id, f.settings) == ("x * sigmoid(beta * x)", {"beta": 2.0})
    assert f.latex == r"x \, \sigma\left(\beta \, x\right)"
    assert activation("Leaky-ReLU").id == "leaky_relu"


@pytest.mark.parametrize("name", ["leakyrelux", "x", "hard swishy", "leaky-relux"])
def test_a_name_that_nobody_knows_is_no_formula(name: str) -> None:
    with pytest.raises(UnknownName):
        activation(name)


def test_other_parameters_move_joints_and_limits() -> None:
    f = own("clip(a * x, -1, 1)", a=1.0)
    steep = f.with_parameters(a=-4.0)
    assert steep.joint_places == (-0.25, 0.25)
    assert (f.limits, steep.limits) == ((-1.0, 1.0), (1.0, -1.0))
    assert steep == own("clip(a * x, -1, 1)", a=-4.0) != f
    assert steep.with_parameters() == steep
    with pytest.raises(BadInput, match="divides by 'a'"):
        own("x / a", a=1.0).with_parameters(a=0.0)
    with pytest.raises(BadInput, match="has no parameter 'alpha'; the nearest is 'a'"):
        f.with_parameters(alpha=1.0)
    with pytest.raises(BadInput, match="has no parameter 'alpha'"):
        own("tanh(x)").with_parameters(alpha=1.0)


@pytest.mark.parametrize("text", ["x * sigmoid(beta * x)", "sin(beta * x)", "max(x, beta)"])
def test_a_formula_survives_pickle_and_copies(text: str) -> None:
    f = own(text, beta=0.5)
    f.second_derivative(PLACES)
    pickled = pickle.loads(pickle.dumps(f))  # noqa: S301 - made here
    for other in (pickled, copy.deepcopy(f), copy.copy(f)):
        assert other == f
        assert hash(other) == hash(f)
        assert other(PLACES).tolist() == f(PLACES).tolist()
    assert f != own(text, beta=0.25)
    assert f != "formula"


def test_the_deepest_formula_that_is_taken_can_be_computed_copied_and_pickled() -> None:
    text = "sin(x + " * 20 + "x" + ")" * 20
    f = own(text)
    assert np.isfinite(f.second_derivative(PLACES)).all()
    assert pickle.loads(pickle.dumps(copy.deepcopy(f))) == f  # noqa: S301 - made here


def test_rewriting_is_offered_and_never_done_unasked() -> None:
    f = own("1 + erf(a * x)", a=1.0)
    assert f(-9.0, tier="fast") == 0.0
    assert [change.identity.name for change in f.changes] == ["1 + erf(u) = erfc(-u)"]
    kept = f.rewritten()
    assert f(-9.0) == kept(-9.0)  # the exact tier computes the rewritten formula anyway
    assert kept(-9.0, tier="fast") == pytest.approx(4.1370317465138e-37, rel=1e-13)
    assert kept.formula == f.formula
    assert kept != f
    assert kept.with_parameters(a=1.5)(-6.0) == kept(-9.0)
    assert own("x * sigmoid(x)").changes == ()


def test_pytorch_computes_a_formula_and_its_stated_slopes() -> None:
    torch = pytest.importorskip("torch")
    f = own("where(x**2 > 1, log(x**2), a * max(x, 0))", a=0.5)
    x = torch.tensor(
        [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0], dtype=torch.float64, requires_grad=True
    )
    y = f.module()(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    places = x.detach().numpy()
    np.testing.assert_allclose(y.detach().numpy(), f(places), rtol=1e-12)
    np.testing.assert_allclose(slope.numpy(), f.derivative(places), rtol=1e-12)


def test_activations_of_the_catalogue_are_functions_in_a_formula() -> None:
    f = own("x * hardsigmoid(x)")
    assert twin(f) == twin(own("hardswish(x)"))
    assert f.joint_places == (-3.0, 3.0)
    outer = own("elu(2 * x - 1) + leaky_relu(-x)")
    expected = activation("elu")(2 * PLACES - 1) + activation("leaky_relu")(-PLACES)  # type: ignore[operator]
    np.testing.assert_allclose(outer(PLACES), expected, rtol=1e-12)
    assert outer.joint_places == (0.0, 0.5)
    with pytest.raises(BadInput, match="nobody has defined"):
        own("softmax(x)")
    assert own("elu * x", elu=2.0)(1.0) == 2.0  # a parameter may have any name that is no word
