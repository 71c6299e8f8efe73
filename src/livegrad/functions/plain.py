"""The contract of a function that comes without a record: an elementwise callable or a torch module.

What can be checked without a declaration is: numbers in, numbers out, dtype and shape kept, gradients
that are the numeric ones, NaN that stays, no alarms, and a copy by pickle that computes the same.
"""

from __future__ import annotations

import importlib
import importlib.util
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["CALLABLE_CLAUSES", "Elementwise", "adapted"]

Floats: TypeAlias = NDArray[np.floating]
Breaches: TypeAlias = Iterator[Text]

_DTYPES = (np.float32, np.float64)
_STEP = 2.0**-20  # of the central difference, as for records
_NOT_ELEMENTWISE = Text(
    "{function} takes neither a NumPy array nor a tensor of one axis: {problem}. "
    "check_activation wants an elementwise function of one argument; set the others with "
    "functools.partial.",
    "{function:은/는} 축이 하나인 NumPy 배열도 텐서(tensor)도 받지 않습니다: {problem}. "
    "check_activation에는 인자 하나를 받는 원소별(elementwise) 함수를 주세요. 나머지 인자는 "
    "functools.partial로 정해 두면 됩니다.",
)
_NOT_FINITE = Text(
    "f({x}) is {y} in {dtype}: finite numbers must give finite ones.",
    "{dtype}에서 f({x})의 값이 {y}입니다. 유한한 수를 넣으면 유한한 수가 나와야 합니다.",
)
_FORM = Text(
    "f turns {given} into {got}: dtype and shape must stay.",
    "f가 {given:을/를} {got:으로/로} 바꿉니다. 자료형(dtype)과 모양(shape)은 그대로여야 합니다.",
)
_RAISES = Text(
    "f cannot compute {given}: {problem}. Any shape must do, the empty one too.",
    "f가 {given:을/를} 계산하지 못합니다: {problem}. 빈 배열을 비롯해 어떤 모양(shape)이든 받아야 "
    "합니다.",
)
_NEIGHBOURS = Text(
    "f({x}) is {got} among other numbers and {alone} by itself: it is not elementwise.",
    "f({x})의 값이 다른 수들과 함께일 때는 {got}인데 혼자일 때는 {alone}입니다. 원소별(elementwise) "
    "함수가 아닙니다.",
)
_GRADIENT = Text(
    "The gradient is {got} at x = {x}, and a finite difference gives {expected}.",
    "x = {x}에서 기울기(gradient)는 {got}인데, 유한 차분(finite difference)으로는 {expected}입니다.",
)
_NAN_LOST = Text(
    "f(NaN) is {got}: NaN must stay NaN, or mistakes upstream are hidden.",
    "f(NaN)의 값이 {got}입니다. NaN은 NaN으로 남아야 합니다. 그러지 않으면 앞선 잘못이 가려집니다.",
)
_ALARM = Text(
    "f raises '{alarm}' in {dtype} for |x| up to {end:g}: no input may raise a floating-point alarm.",
    "{dtype}에서 |x|가 {end:g} 이하일 때 f가 '{alarm}' 경고를 냅니다. 어떤 입력에서도 "
    "부동소수점(floating-point) 경고가 없어야 합니다.",
)
_NO_COPY = Text(
    "f cannot be copied by pickle ({problem}), so no other process can use it. Define it with "
    "def at the top of a module instead of lambda.",
    "f는 pickle로 복사할 수 없어서({problem}) 다른 프로세스에서 쓸 수 없습니다. lambda 대신 모듈 "
    "맨 위에 def로 정의하세요.",
)
_OTHER_COPY = Text(
    "A copy of f by pickle computes other values than f itself, {got} instead of {expected} at "
    "x = {x}.",
    "pickle로 만든 f의 사본이 f와 다른 값을 냅니다. x = {x}에서 {expected} 대신 {got}입니다.",
)


@dataclass(frozen=True)
class Elementwise:
    """A callable with the library that it computes in.

    Attributes:
        function: What was given.
        torch: The module torch if it takes tensors, None if it takes NumPy arrays.
    """

    function: Callable[[Any], Any]
    torch: Any = None

    def __call__(self, x: Floats) -> Floats:
        """Compute on a NumPy array, as the library does it: dtype and shape are the library's."""
        if self.torch is None:
            return np.asarray(self.function(x))
        with self.torch.no_grad():
            return self.function(self._tensor(x)).detach().cpu().numpy()

    def gradient(self, x: Floats) -> Floats | None:
        """Return what autograd, or a method ``derivative``, says is the slope; None if neither can."""
        if self.torch is None:
            derivative = getattr(self.function, "derivative", None)
            return None if derivative is None else np.asarray(derivative(x))
        tensor = self._tensor(x).requires_grad_()
        value = self.function(tensor)
        if not value.requires_grad:
            return np.zeros_like(x)
        return self.torch.autograd.grad(value.sum(), tensor)[0].cpu().numpy()

    def _tensor(self, x: Floats) -> Any:
        tensor = self.torch.tensor(x)
        parameters = list(getattr(self.function, "parameters", list)())
        return tensor.to(parameters[0].device) if parameters else tensor


def adapted(function: Callable[[Any], Any]) -> Elementwise:
    """Return a callable with the library that it computes in, found by trying.

    Args:
        function: Elementwise, of one argument: a torch module or function, or one on NumPy arrays.

    Returns:
        The callable, adapted.

    Raises:
        BadInput: It takes neither a NumPy array nor a tensor.

    Example:
        >>> adapted(np.tanh)(np.zeros(2))
        array([0., 0.])
    """
    problems = []
    for torch in _libraries(function):
        candidate = Elementwise(function, torch)
        try:
            candidate.gradient(np.linspace(-1.0, 1.0, 3, dtype=np.float32))
            _quietly(candidate, np.linspace(-1.0, 1.0, 3, dtype=np.float32))
        except Exception as problem:  # noqa: BLE001 - any refusal means that it is the other library
            problems.append(f"{type(problem).__name__}: {problem}")
        else:
            return candidate
    raise BadInput(_NOT_ELEMENTWISE.fill(function=repr(function), problem=problems[0]))


def _libraries(function: Callable[[Any], Any]) -> list[Any]:
    """Return what to try, in order: torch itself, and None for NumPy."""
    torch = sys.modules.get("torch")
    if torch is None:
        found = importlib.util.find_spec("torch") is not None
        return [None, importlib.import_module("torch")] if found else [None]
    # What takes both is asked for its gradient, unless it brings a slope of its own.
    return [None, torch] if hasattr(function, "derivative") else [torch, None]


# ------------------------------------------------------------ clauses


def _finite(f: Elementwise) -> Breaches:
    """Finite in, finite out, up to where the function itself may rightly overflow."""
    for dtype in _DTYPES:
        x = _wide(dtype)
        y = _quietly(f, x)
        # What grows past the root of the largest number may overflow at the next one; NaN never may.
        grown = np.absolute(y[np.isfinite(y)]).max(initial=0.0) > np.sqrt(np.finfo(dtype).max)
        wrong = np.isnan(y) | (np.isinf(y) & ~np.bool_(grown))
        for place in np.flatnonzero(wrong)[:1]:
            yield _NOT_FINITE.fill(x=x[place], y=y[place], dtype=np.dtype(dtype).name)


def _form_kept(f: Elementwise) -> Breaches:
    """float32 and float64 stay, shapes stay."""
    for x in [np.ones((2, 3), dtype) for dtype in _DTYPES] + [np.ones(0), np.ones((2, 1, 2))]:
        try:
            y = _quietly(f, x)
        except Exception as problem:  # noqa: BLE001 - whatever the function raises is a breach
            yield _RAISES.fill(
                given=f"{x.dtype}{x.shape}", problem=f"{type(problem).__name__}: {problem}"
            )
            continue
        if (y.dtype, y.shape) != (x.dtype, x.shape):
            yield _FORM.fill(given=f"{x.dtype}{x.shape}", got=f"{y.dtype}{y.shape}")


def _alone(f: Elementwise) -> Breaches:
    """Each output depends on its own input alone."""
    x = np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
    together = _quietly(f, x)
    by_itself = np.array([_quietly(f, x[i : i + 1])[0] for i in range(len(x))])
    close = np.isclose(together, by_itself, rtol=1e-6, equal_nan=True)
    for place in np.flatnonzero(~close)[:1]:
        yield _NEIGHBOURS.fill(x=x[place], got=together[place], alone=by_itself[place])


def _gradient_right(f: Elementwise) -> Breaches:
    """The gradient is the numeric derivative, away from corners; and it is finite."""
    x = np.linspace(-12, 12, 1201) + 1e-3
    gradient = f.gradient(x)
    if gradient is None:
        return
    below, here, above = (_quietly(f, x + step) for step in (-_STEP, 0.0, _STEP))
    numeric, scale = (above - below) / (2 * _STEP), max(1.0, float(np.absolute(here).max()))
    turn = np.absolute(above - 2 * here + below) / _STEP
    smooth = turn <= 1e-3 * np.maximum(1.0, np.absolute(numeric))
    wrong = smooth & ~(np.absolute(gradient - numeric) <= 1e-5 * scale)
    wrong |= ~np.isfinite(gradient) & np.isfinite(numeric)
    for place in np.flatnonzero(wrong)[:1]:
        yield _GRADIENT.fill(x=f"{x[place]:g}", got=gradient[place], expected=numeric[place])


def _nan_stays(f: Elementwise) -> Breaches:
    """NaN in, NaN out, and beside it nothing changes."""
    y = _quietly(f, np.array([np.nan, 1.0]))
    if not np.isnan(y[0]) or np.isnan(y[1]):
        yield _NAN_LOST.fill(got=y[0])


def _no_alarm(f: Elementwise) -> Breaches:
    """No invalid operation, no division by zero, no overflow on the way."""
    for dtype in _DTYPES:
        end = 1e4
        x = np.concatenate([[0.0], np.linspace(-end, end, 4001)]).astype(dtype)
        try:
            with np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore"):
                finite = bool(np.isfinite(f(x)).all())
            # e^x may overflow where the result is infinite, but not on the way to a finite one.
            with np.errstate(all="ignore", over="raise" if finite else "ignore"):
                f(x)
        except FloatingPointError as alarm:
            yield _ALARM.fill(alarm=alarm, dtype=np.dtype(dtype).name, end=end)


def _pickles(f: Elementwise) -> Breaches:
    """A copy by pickle exists and computes the same."""
    x = np.linspace(-3, 3, 13)
    try:
        copied = Elementwise(pickle.loads(pickle.dumps(f.function)), f.torch)  # noqa: S301 - our own
    except Exception as problem:  # noqa: BLE001 - pickle raises whatever the object's parts raise
        yield _NO_COPY.fill(problem=f"{type(problem).__name__}: {problem}")
        return
    got, expected = _quietly(copied, x), _quietly(f, x)
    for place in np.flatnonzero(~np.isclose(got, expected, rtol=1e-12, equal_nan=True))[:1]:
        yield _OTHER_COPY.fill(got=got[place], expected=expected[place], x=x[place])


CALLABLE_CLAUSES: Mapping[str, Callable[[Elementwise], Breaches]] = {
    "finite in, finite out": _finite,
    "dtype and shape kept": _form_kept,
    "each number by itself": _alone,
    "gradient is the numeric one": _gradient_right,
    "NaN stays": _nan_stays,
    "no alarm": _no_alarm,
    "pickles": _pickles,
}
"""What any elementwise function must keep, by name; each yields a `Text` for every breach."""


def _wide(dtype: type[np.floating]) -> Floats:
    limits = np.finfo(dtype)
    tiny = [0.0, float(limits.smallest_subnormal), float(limits.tiny), float(limits.eps)]
    sizes = np.concatenate([tiny, np.geomspace(1e-7, 1e6, 300), np.linspace(0, 40, 401)])
    with np.errstate(under="ignore"):
        return np.concatenate([-sizes[::-1], sizes]).astype(dtype)


def _quietly(f: Elementwise, x: Floats) -> Floats:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return f(x)
