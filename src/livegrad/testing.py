"""The contracts of livegrad's entries, for everyone: the checks that ours pass, for your own.

    from livegrad.testing import check_activation
    check_activation(my_activation)          # silent, or BrokenEntry with every clause that fails
    check_activation(torch.nn.SiLU())        # any elementwise function, with or without a record

PyTorch is used if it is installed, and python-flint too; without them the clauses about them are
left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BrokenEntry
from livegrad.functions.formula import derivative
from livegrad.functions.numbers.backends import Array
from livegrad.functions.parameters import settings_of
from livegrad.functions.plain import CALLABLE_CLAUSES, adapted
from livegrad.functions.properties.sampling import grid, in_float64
from livegrad.functions.vector import VectorActivation
from livegrad.text import Text, join, same

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = [
    "ACTIVATION_CLAUSES",
    "CALLABLE_CLAUSES",
    "FORMULA_CLAUSES",
    "VECTOR_CLAUSES",
    "check_activation",
]

Floats: TypeAlias = NDArray[np.floating]
Compute: TypeAlias = Callable[[Array], Floats]
Breaches: TypeAlias = Iterator[Text]

_DTYPES = (np.float16, np.float32, np.float64)
_STEP = 2.0**-20  # of the central difference: truncation and rounding errors are both near 1e-10
_BROKEN = Text(
    "'{activation}' breaks the contract of an activation. {breaches} Correct the file, then call "
    "check_activation again.",
    "활성화 함수(activation) '{activation}'에서 지켜지지 않은 약속이 있습니다. {breaches} "
    "파일을 고친 뒤 check_activation을 다시 불러 주세요.",
)
_NOT_FINITE = Text(
    "{what}({x}) is {y} in {dtype}: finite numbers must give finite ones.",
    "{dtype}에서 {what}({x})의 값이 {y}입니다. 유한한 수를 넣으면 유한한 수가 나와야 합니다.",
)
_ALARM = Text(
    "{what} raises '{alarm}' in {dtype}: no input may raise a floating-point alarm.",
    "{dtype}에서 {what:이/가} '{alarm}' 경고를 냅니다. 어떤 입력에서도 부동소수점(floating-point) "
    "경고가 없어야 합니다.",
)
_FORM = Text(
    "{what} turns {given} into {got}: dtype and shape must stay.",
    "{what:이/가} {given:을/를} {got:으로/로} 바꿉니다. 자료형(dtype)과 모양(shape)은 그대로여야 "
    "합니다.",
)
_DIFFERS = Text(
    "{what} is {got} at x = {x}, and {reference} gives {expected}.",
    "x = {x}에서 {what:은/는} {got}인데, {reference:으로/로}는 {expected}입니다.",
)
_STRAY_KINK = Text(
    "{what} jumps at x = {x}, and no joint is declared there.",
    "x = {x}에서 {what:이/가} 끊기는데, 그곳에 이음매(joint)가 선언되어 있지 않습니다.",
)
_WORDS = Text(
    "The text '{which}' must be written in both languages, with the same placeholders.",
    "'{which}' 글은 두 언어로 쓰고, 빈칸(placeholder)도 같아야 합니다.",
)
_DEFAULT = Text(
    "The default {name} = {value} is outside its own domain.",
    "기본값 {name} = {value:이/가} 자기 범위를 벗어납니다.",
)
_VALUE, _SLOPE, _CURVATURE = same("f"), same("f′"), same("f″")
_DECLARED = Text("the declaration", "선언")
_FORMULA = Text("the formula with more digits", "자릿수를 늘려 계산한 식(formula)")
_COPY = Text("f itself", "원래의 f")
_UNBOUNDED = Text(
    "The outputs range from {low} to {high}, which the declared limits {left} and {right} "
    "contradict.",
    "출력은 {low}에서 {high}까지인데, 선언한 극한(limit) {left}, {right:과/와} 맞지 않습니다.",
)
_STEEP = Text(
    "|f′| is {got} at x = {x}, and nearer to 0 never more than {most}: rounding, as it seems.",
    "x = {x}에서 |f′|가 {got}입니다. 0에 가까운 곳에서는 {most:을/를} 넘지 않으니 반올림 오차로 "
    "보입니다.",
)
_LOST, _ROUNDINGS = 1e-12, 2.0**-49  # relative error of a kernel; 8 roundings of x


@dataclass(frozen=True)
class _Reference:
    """What a result is compared with: its name, and how far apart the two may be."""

    name: Text
    tolerance: float = 1e-5

    def scaled(self, y: Floats) -> _Reference:
        """Allow so much for each unit of the largest of ``y``, where that is above 1."""
        return replace(self, tolerance=self.tolerance * _scale(y))


_DIFFERENCE = _Reference(Text("a finite difference", "유한 차분(finite difference)"))
_NUMPY = _Reference(same("NumPy"), 1e-12)


def check_activation(
    activation: Activation | VectorActivation | str | Callable[[Any], Any],
) -> None:
    """Check that an activation keeps every promise that can be asked of it.

    Args:
        activation: One of four things.
            A record, of the catalogue or your own, with any parameters: every clause is checked,
            above all that what it declares (limits, joints, slopes, kernels) is what is computed.
            A name of the catalogue: the same.
            A formula such as ``"x * sigmoid(x)"``: the clauses that ask for a declaration (limits,
            joints, words) are left out.
            Any other elementwise function of one argument, on NumPy arrays or on tensors, such as a
            torch module: only what needs no formula is checked, `CALLABLE_CLAUSES`.

    Raises:
        BrokenEntry: At least one clause does not hold; the message lists the first breach of each.
        BadInput: The text is neither a name nor a formula, or the function takes no array.

    Example:
        >>> from livegrad.functions import activation
        >>> check_activation(activation("elu", alpha=0.5))
        >>> check_activation(np.tanh)
    """
    name, subject, clauses = _subject(activation)
    # A broken entry is to be reported and not to warn; the clause about alarms listens by itself.
    with np.errstate(all="ignore"):
        firsts = [next(clause(subject), None) for clause in clauses.values()]
    breaches = [breach for breach in firsts if breach is not None]
    if breaches:
        raise BrokenEntry(_BROKEN.fill(activation=name, breaches=join(breaches)))


def _subject(
    activation: Activation | VectorActivation | str | Callable[[Any], Any],
) -> tuple[str, Any, Mapping[str, Callable[[Any], Breaches]]]:
    """Return what it is called, what the clauses take, and which they are."""
    from livegrad.functions import ACTIVATIONS
    from livegrad.functions import activation as called
    from livegrad.functions.record import Activation

    record = called(activation) if isinstance(activation, str) else activation
    if isinstance(record, VectorActivation):
        return record.id, record, VECTOR_CLAUSES
    if isinstance(record, Activation):
        own = isinstance(activation, str) and record.id not in ACTIVATIONS
        return record.id, record, FORMULA_CLAUSES if own else ACTIVATION_CLAUSES
    name = getattr(record, "__name__", type(record).__name__)
    return name, adapted(record), CALLABLE_CLAUSES


# ------------------------------------------------------------ clauses, elementwise


def _finite(f: Activation) -> Breaches:
    """Finite in, finite out, without an alarm, in every dtype, out to the ends of its range."""
    for dtype in _DTYPES:
        x = _wide(dtype, f.sup_slope)
        for what, compute in _orders(f):
            yield from _alarms(
                what, compute, np.concatenate([x, np.array([-np.inf, np.inf, np.nan], dtype)])
            )
            y = _quietly(compute, x)
            for place in np.flatnonzero(~np.isfinite(y))[:1]:
                yield _NOT_FINITE.fill(
                    what=what, x=x[place], y=y[place], dtype=np.dtype(dtype).name
                )


def _form_kept(f: Activation) -> Breaches:
    """float16, float32 and float64 stay, whole numbers become float64, shapes stay."""
    inputs = [np.ones((2, 3), dtype) for dtype in _DTYPES] + [np.ones((2, 3), np.int64), np.ones(0)]
    for what, compute in _orders(f):
        for x in inputs:
            y = compute(x)
            kept = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
            if (y.dtype, y.shape) != (kept, x.shape):
                yield _FORM.fill(what=what, given=f"{x.dtype}{x.shape}", got=f"{y.dtype}{y.shape}")


def _slopes_right(f: Activation) -> Breaches:
    """f′ is the numeric derivative of f, and f″ that of f′, away from the joints."""
    x = np.linspace(-12, 12, 1201)
    clear = [np.absolute(x - joint) > 4 * _STEP for joint in f.joint_places]
    x = x[np.logical_and.reduce(clear)] if clear else x
    for what, compute, lower in (
        (_SLOPE, f.derivative, f),
        (_CURVATURE, f.second_derivative, f.derivative),
    ):
        numeric = (lower(x + _STEP) - lower(x - _STEP)) / (2 * _STEP)
        yield from _compared(what, x, compute(x), numeric, _DIFFERENCE.scaled(numeric))


def _kinks_right(f: Activation) -> Breaches:
    """Wherever f or f′ jumps a joint is declared, with a slope between its neighbours."""
    for what, compute in ((_VALUE, in_float64(f)), (_SLOPE, in_float64(f, "x"))):
        for place in _jumps(compute):
            if not np.isclose(place, f.joint_places, rtol=1e-9, atol=1e-9).any():
                yield _STRAY_KINK.fill(what=what, x=f"{place:g}")
    for kink in f.kinks:
        low, high, slack = *sorted((kink.left, kink.right)), _DIFFERENCE.tolerance
        computed = float(f.derivative(np.float64(kink.at)))
        if computed != kink.slope or not low - slack <= kink.slope <= high + slack:
            expected = f"{kink.left:g} … {kink.right:g}"
            yield _DIFFERS.fill(
                what=_SLOPE, got=computed, x=kink.at, reference=_DECLARED, expected=expected
            )


def _limits_right(f: Activation) -> Breaches:
    """Limits declared are those at ±∞ and those tended to on the way; NaN stays NaN."""
    for end, limit in zip((-1.0, 1.0), f.limits, strict=True):
        earlier, later, at_end = f(np.array([end * 2.0**30, end * 2.0**60, end * np.inf]))
        if not (np.isclose(at_end, limit, equal_nan=True) and _tends(earlier, later, limit)):
            yield _DIFFERS.fill(
                what=_VALUE, got=at_end, x=end * np.inf, reference=_DECLARED, expected=limit
            )
    for what, compute in _orders(f):
        if not np.isnan(compute(np.float64(np.nan))):
            yield _DIFFERS.fill(
                what=what,
                got=compute(np.float64(np.nan)),
                x="NaN",
                reference=_DECLARED,
                expected="NaN",
            )


def _torch_alike(f: Activation) -> Breaches:
    """PyTorch gives NumPy's values, and its gradients are the derivatives, at joints too."""
    torch = _torch()
    if torch is None:
        return
    x = np.concatenate([np.linspace(-40, 40, 801), f.joint_places])
    tensor = torch.tensor(x, requires_grad=True)
    value = f(tensor)
    (slope,) = torch.autograd.grad(value.sum(), tensor, create_graph=True)
    (curvature,) = torch.autograd.grad(
        slope.sum(), tensor, allow_unused=True, materialize_grads=True
    )
    for (what, compute), ours in zip(_orders(f), (value, slope, curvature), strict=True):
        expected = compute(x)
        yield from _compared(what, x, ours.detach().numpy(), expected, _NUMPY.scaled(expected))


def _bounds_right(f: Activation) -> Breaches:
    """Bounded is what is declared so, and no output lies beyond limits that nothing exceeds."""
    if f.bounded != f.properties.bounded:
        low, high = (end.value for end in f.properties.range)
        yield _UNBOUNDED.fill(low=low, high=high, left=f.limits[0], right=f.limits[1])
    near = grid(())
    far = np.concatenate([side * 2.0 ** np.linspace(30, 500, 95) for side in (-1, 1)])
    slope = in_float64(f, "x")
    most, there = np.absolute(slope(near)).max(), np.absolute(slope(far))
    if np.isfinite(f.sup_slope) and there.max() > 1.1 * most:
        yield _STEEP.fill(x=far[there.argmax()], got=there.max(), most=most)


def _digits_kept(f: Activation) -> Breaches:
    """In float64 the kernels of f and f′ are the formula, to the last digits but a few.

    The error may be what a few roundings of x alone would do; cancellation does far more.
    """
    x = _anywhere(f.joint_places)
    for order, (what, _) in enumerate(_orders(f)[:2]):
        truth, moved = _truth(f, x, order), _truth(f, x, order + 1)
        if truth is None or moved is None:
            return
        got = in_float64(f, *("x",) * order)(x)
        with np.errstate(all="ignore"):
            slack = _LOST * np.absolute(truth) + _ROUNDINGS * np.absolute(x * moved) + 1e-305
            wrong = ~(np.absolute(got - truth) <= slack) & np.isfinite(truth) & np.isfinite(moved)
        for place in np.flatnonzero(wrong)[:1]:
            yield _DIFFERS.fill(
                what=what,
                x=repr(float(x[place])),
                got=got[place],
                expected=truth[place],
                reference=_FORMULA,
            )


def _pickled_alike(f: Activation) -> Breaches:
    """A copy by pickle is the same record."""
    x = np.linspace(-3, 3, 13)
    copied = pickle.loads(pickle.dumps(f))  # noqa: S301 - written a moment ago
    yield from _compared(_VALUE, x, copied(x), f(x), _Reference(_COPY, 0.0))


def _parameters_right(f: Activation | VectorActivation) -> Breaches:
    """Every default lies in its own domain."""
    defaults = settings_of(f.parameters, {})
    for parameter in f.parameters:
        if not parameter.domain.holds(parameter.default, defaults):
            yield _DEFAULT.fill(name=parameter.name, value=parameter.default)


def _words_right(f: Activation | VectorActivation) -> Breaches:
    """Everything that a reader sees is there in both languages."""
    texts = {"about": f.about} | {parameter.name: parameter.about for parameter in f.parameters}
    if f.aliases.differs is not None:
        texts["differs"] = f.aliases.differs
    for which, text in texts.items():
        english, korean = text.placeholders()
        hangul = any("가" <= letter <= "힣" for letter in text.ko)
        if not text.en.strip() or not hangul or english != korean:
            yield _WORDS.fill(which=which)


# ------------------------------------------------------------ clauses, vectors


def _vector_finite(f: VectorActivation) -> Breaches:
    """Finite in, finite out, without an alarm, dtype kept."""
    for dtype in _DTYPES:
        x = _rows().astype(dtype)
        yield from _alarms(_VALUE, f, x)
        y = _quietly(f, x)
        if y.dtype != dtype:
            yield _FORM.fill(what=_VALUE, given=np.dtype(dtype), got=y.dtype)
        # A product of two entries may be larger than a narrow dtype can hold: then inf is right.
        wide = _quietly(f, x.astype(np.float64))
        too_large = np.isfinite(wide) & (np.absolute(wide) > np.finfo(dtype).max)
        wrong = np.isnan(y) | (np.isinf(y) & ~too_large)
        if wrong.any():
            yield _NOT_FINITE.fill(what=_VALUE, x="rows", y=y[wrong][0], dtype=np.dtype(dtype).name)


def _jacobian_right(f: VectorActivation) -> Breaches:
    """Jacobians are the numeric ones."""
    x = _rows()[:3]
    steps = _STEP * np.eye(x.shape[-1])
    numeric = (f(x[:, None] + steps) - f(x[:, None] - steps)) / (2 * _STEP)
    jacobian = f.jacobian(x)
    expected = np.swapaxes(numeric, -1, -2)
    yield from _compared(
        _SLOPE, np.arange(jacobian.size), jacobian.ravel(), expected.ravel(), _DIFFERENCE
    )


def _vector_torch_alike(f: VectorActivation) -> Breaches:
    """PyTorch gives NumPy's values, and its gradients are the pullback."""
    torch = _torch()
    if torch is None:
        return
    x = _rows()
    tensor = torch.tensor(x, requires_grad=True)
    value, expected = f(tensor), f(x)
    weights = np.cos(np.arange(expected.size)).reshape(expected.shape)
    (gradient,) = torch.autograd.grad((value * torch.tensor(weights)).sum(), tensor)
    pulled = (weights[..., None, :] @ f.jacobian(x))[..., 0, :]
    for what, ours, theirs in ((_VALUE, value.detach(), expected), (_SLOPE, gradient, pulled)):
        flat = theirs.ravel()
        yield from _compared(what, np.arange(flat.size), ours.numpy().ravel(), flat, _NUMPY)


ACTIVATION_CLAUSES: Mapping[str, Callable[[Any], Breaches]] = {
    "finite in, finite out, no alarm": _finite,
    "dtype and shape kept": _form_kept,
    "derivatives are the numeric ones": _slopes_right,
    "kinks stated where they are": _kinks_right,
    "limits and NaN": _limits_right,
    "bounded as declared": _bounds_right,
    "kernels lose no digits": _digits_kept,
    "pickles": _pickled_alike,
    "NumPy = torch": _torch_alike,
    "defaults in their domain": _parameters_right,
    "two languages": _words_right,
}
"""What an elementwise activation must keep, by name; each yields a `Text` for every breach."""

FORMULA_CLAUSES: Mapping[str, Callable[[Any], Breaches]] = {
    name: ACTIVATION_CLAUSES[name]
    for name in (
        "finite in, finite out, no alarm",
        "dtype and shape kept",
        "derivatives are the numeric ones",
        "pickles",
        "NumPy = torch",
        "defaults in their domain",
    )
}
"""What a formula without a declaration must keep, likewise."""

VECTOR_CLAUSES: Mapping[str, Callable[[Any], Breaches]] = {
    "finite in, finite out, no alarm, dtype kept": _vector_finite,
    "Jacobian is the numeric one": _jacobian_right,
    "NumPy = torch": _vector_torch_alike,
    "defaults in their domain": _parameters_right,
    "two languages": _words_right,
}
"""What a vector activation must keep, likewise."""


# ------------------------------------------------------------ instruments


def _orders(f: Activation) -> list[tuple[Text, Compute]]:
    return [(_VALUE, f), (_SLOPE, f.derivative), (_CURVATURE, f.second_derivative)]


def _tends(earlier: float, later: float, limit: float) -> bool:
    """Tell whether values at ±2³⁰ and ±2⁶⁰ are on their way to a limit; NaN: whether both are finite."""
    if np.isnan(limit):
        return bool(np.isfinite([earlier, later]).all())
    if np.isfinite(limit):
        return bool(np.isclose(later, limit, atol=1e-9))
    # A logarithm only doubles between the two; what saturates does not grow at all.
    return bool(later == limit or later * np.sign(limit) > 1.5 * max(1.0, earlier * np.sign(limit)))


def _wide(dtype: type[np.floating], steepness: float) -> Floats:
    """Return zeros, subnormals, the middle and the ends of a dtype, short of where f overflows."""
    limits = np.finfo(dtype)
    # A slope without bound means that f must overflow somewhere, rightly: then only the middle is
    # asked for.
    end = float(limits.max) / (8 * max(1.0, steepness)) if np.isfinite(steepness) else 10.0
    tiny = [0.0, float(limits.smallest_subnormal), float(limits.tiny), float(limits.eps)]
    sizes = np.concatenate(
        [tiny, np.geomspace(1e-7, end, 400), np.linspace(0, min(40.0, end), 401)]
    )
    with np.errstate(under="ignore"):
        return np.concatenate([-sizes[::-1], sizes]).astype(dtype)


def _anywhere(joints: tuple[float, ...]) -> NDArray[np.float64]:
    """Return random numbers of all sizes that matter, none of them at a joint."""
    generator = np.random.default_rng(0)
    sizes = 10.0 ** generator.uniform(-8, 3, 120)
    x = np.concatenate([sizes * generator.choice([-1.0, 1.0], 120), generator.normal(0, 4, 60)])
    return x[~np.isin(x, joints)]


def _truth(f: Activation, x: NDArray[np.float64], order: int) -> NDArray[np.float64] | None:
    """Return a derivative of the formula, right to the last digit; None if nothing here can say."""
    if importlib.util.find_spec("flint") is None:
        return None
    branching = importlib.import_module("livegrad.functions.proof.branching")
    tree = f.formula
    for _ in range(order):
        tree = derivative(tree)
    return branching.at_points(f, tree, x)


def _rows() -> Floats:
    """Return vectors of 12 scores: ordinary, far apart, equal."""
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(6, 12)) * np.array([1, 3, 0.1, 30, 1000, 0])[:, None]
    return rows + np.array([0, 5, -2, 0, 0, 1])[:, None]


def _alarms(what: Text, compute: Compute, x: Floats) -> Breaches:
    try:
        with np.errstate(all="raise"):
            compute(x)
    except FloatingPointError as alarm:
        yield _ALARM.fill(what=what, alarm=alarm, dtype=x.dtype.name)


def _quietly(compute: Compute, x: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return compute(x)


def _jumps(compute: Compute) -> list[float]:
    """Return where a function jumps on [−12, 12]: halve cells that change; a jump stays."""
    edges = np.linspace(-12.01, 12, 4001)
    y = compute(edges)
    cells = np.flatnonzero(np.absolute(np.diff(y)) > 1e-3 * _scale(y))
    low, high = edges[cells], edges[cells + 1]
    for _ in range(40):
        middle = (low + high) / 2
        left = np.absolute(compute(middle) - compute(low)) > np.absolute(
            compute(high) - compute(middle)
        )
        low, high = np.where(left, low, middle), np.where(left, middle, high)
    stays = np.absolute(compute(high) - compute(low)) > 1e-3 * _scale(y)
    return [float(place) for place in high[stays]]


def _compared(
    what: Text, x: NDArray[Any], got: Floats, expected: Floats, reference: _Reference
) -> Breaches:
    wrong = ~(np.absolute(got - expected) <= reference.tolerance)
    for place in np.flatnonzero(wrong)[:1]:
        yield _DIFFERS.fill(
            what=what,
            x=x[place],
            got=got[place],
            expected=expected[place],
            reference=reference.name,
        )


def _scale(y: Floats) -> float:
    return max(1.0, float(np.absolute(y[np.isfinite(y)]).max(initial=0.0)))


def _torch() -> Any:
    return importlib.import_module("torch") if importlib.util.find_spec("torch") else None
