"""A user's own formula as an activation: read, looked over, and as good as one of the catalogue."""

from __future__ import annotations

import difflib
import functools
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from livegrad.errors import BadInput
from livegrad.functions.formula import derivative, evaluate
from livegrad.functions.formula.nodes import Expression
from livegrad.functions.language.constants import LARGEST, check_constants
from livegrad.functions.language.parsing import normalised, parse
from livegrad.functions.language.size import check_derivatives
from livegrad.functions.language.vocabulary import CONSTANTS, WORDS, depends_on
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.own.crossings import Crossing, joints
from livegrad.functions.own.ends import tails
from livegrad.functions.own.gaps import check_defined
from livegrad.functions.own.grid import on
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Joint, Kernels
from livegrad.functions.rewriting import Rewrite, rewrites, stabilised, with_choices
from livegrad.text import Text

MOST_PARAMETERS = 16
_NO_TEXT = Text(
    "A formula was given as {kind}, and it must be text, such as 'x * sigmoid(x)'. Put it in quotes.",
    "수식을 {kind} 형으로 주었습니다. 'x * sigmoid(x)' 같은 글이어야 하니 따옴표로 묶어 주세요.",
)
_TOO_MANY = Text(
    "The formula was given {count} parameters, and it may have {most}. Write the others as numbers.",
    "수식에 매개변수(parameter)를 {count}개 주었는데, {most}개까지 쓸 수 있습니다. 나머지는 수로 적어 "
    "주세요.",
)
_TAKEN = Text(
    "A parameter cannot be called '{name}': x, the constants and the functions have their names "
    "already, and a name is made of letters, digits and _. Call it beta, for example.",
    "매개변수(parameter) 이름으로 '{name:은/는}' 쓸 수 없습니다. x와 상수와 함수의 이름은 이미 "
    "쓰이고, 이름은 글자와 숫자와 _로 짓습니다. 예를 들어 beta로 지어 주세요.",
)
_UNUSED = Text(
    "The parameter '{name}' was given, and it does not stand in the formula “{formula}”. Leave it "
    "out, or write it into the formula.",
    "매개변수(parameter) '{name:을/를}' 주었는데 수식 “{formula}”에 없습니다. 빼거나 수식에 넣어 "
    "주세요.",
)
_NO_VALUE = Text(
    "The parameter {name} = {value} of a formula must be a finite number of at most {most:g} in "
    "size. Try {name}=1.0.",
    "수식의 매개변수(parameter) {name} = {value:은/는} 유한하고 크기가 {most:g} 이하인 수여야 합니다. "
    "{name}=1.0부터 시도해 보세요.",
)
_NO_X = Text(
    "The formula “{formula}” does not depend on x, and an activation is a function of x. Write x "
    "into it.",
    "수식 “{formula:은/는}” x와 상관이 없습니다. 활성화 함수(activation)는 x의 함수이니 x를 넣어 주세요.",
)
_NO_SUCH = Text(
    "The formula “{formula}” has no parameter '{name}'{rest}. Write the name as it stands there.",
    "수식 “{formula}”에는 매개변수(parameter) '{name:이/가}' 없습니다{rest}. 거기 적힌 이름을 쓰세요.",
)
_NEAREST = Text("; the nearest is '{nearest}'", "(가장 가까운 이름은 '{nearest}'입니다)")
_ABOUT = Text(
    "A formula of your own, computed as it is written: {formula}.",
    "직접 쓴 수식이며, 적힌 그대로 계산합니다: {formula}.",
)
_SHAPES = Text("a parameter of the formula", "수식의 매개변수(parameter)")


@dataclass(frozen=True, eq=False)
class OwnActivation(Activation):
    """An activation whose declaration is a line of text; everything else about it was found out.

    Its joints and limits depend on its parameters, so choosing others looks it over again.

    Attributes:
        text: The formula as its user wrote it.
    """

    text: str = ""

    as_written: ClassVar[bool] = True

    def with_parameters(self, **values: float) -> OwnActivation:
        """Return the same formula with other parameters; those left out stay as they are.

        Raises:
            BadInput: The formula has no parameter of that name, the value is no finite number, or
                the formula is not defined everywhere with it.
        """
        for name in values:
            if name not in self.settings:
                raise BadInput(_no_such(self.text, name, self.settings))
        other = own(self.text, **{**self.settings, **values})
        return other.rewritten() if self.stable.value is not None else other

    @property
    def changes(self) -> tuple[Rewrite, ...]:
        """What `rewritten` changes, and why; empty if the formula loses no digits that we know of."""
        return rewrites(self.formula)[1]

    def rewritten(self) -> OwnActivation:
        """Return the same function, computed by a formula that loses no digits.

        Example:
            >>> f = own("1 + erf(x)")
            >>> x = np.array([-9.0])
            >>> f(x, tier="fast"), f.rewritten()(x, tier="fast")
            (array([0.]), array([4.13703175e-37]))
        """
        return replace(self, stable=Kernels(value=stabilised(self.formula)))

    def __eq__(self, other: object) -> bool:
        # All else follows from these; and a limit that does not exist, NaN, equals nothing.
        return isinstance(other, OwnActivation) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.formula, self.parameters, self.chosen, self.stable


def own(formula: str, **parameters: float) -> OwnActivation:
    """Return a formula as an activation.

    Args:
        formula: Such as ``"x * sigmoid(beta * x)"``; see `parsing` for what it may hold.
        parameters: The value of every other name in it.

    Returns:
        A record whose joints, slopes there and limits were searched and found. The slope at a
        joint is that of the branch which is taken there: 0 for relu, abs, max, min and clip.

    Raises:
        BadInput: It cannot be read, is too large, or is not defined for every real number.

    Example:
        >>> f = own("max(x, alpha * x)", alpha=0.1)
        >>> f(np.array([-2.0, 3.0])), f.kinks[0].at, f.limits
        (array([-0.2,  3. ]), 0.0, (-inf, inf))
    """
    if not isinstance(formula, str):
        raise BadInput(_NO_TEXT.fill(kind=type(formula).__name__))
    named = {unicodedata.normalize("NFKC", name): value for name, value in parameters.items()}
    if len(named) > MOST_PARAMETERS:
        raise BadInput(_TOO_MANY.fill(count=len(named), most=MOST_PARAMETERS))
    for name, value in named.items():
        _check_parameter(name, value)
    return _made(formula, tuple((name, float(value)) for name, value in named.items()))


@functools.lru_cache(maxsize=256)
def _made(formula: str, values: tuple[tuple[str, float], ...]) -> OwnActivation:
    settings = dict(values)
    tree, text = parse(formula, settings), normalised(formula)
    for name in settings:
        if not depends_on(tree, name):
            raise BadInput(_UNUSED.fill(name=name, formula=text))
    if not depends_on(tree):
        raise BadInput(_NO_X.fill(formula=text))
    check_constants(tree, settings, text)
    check_derivatives(tree)
    places = tuple(crossing.place for crossing in joints(tree, settings, text))
    check_defined(tree, settings, places, text)
    tree = _without_alarms(tree, settings, places)
    return OwnActivation(
        id=text,
        formula=tree,
        about=_ABOUT.fill(formula=text),
        source="",
        tails=tails(stabilised(tree), settings),
        parameters=tuple(Parameter(name, value, _SHAPES) for name, value in values),
        joints=_stated(tree, settings, text),
        single=True,
        text=formula,
    )


def _without_alarms(
    tree: Expression, settings: Mapping[str, float], places: tuple[float, ...]
) -> Expression:
    """Return a formula that is silent about what its pieces are at the ends of their intervals.

    ``x * log(x)`` for x > 0 is only ever taken above 0, but pieces are computed at their ends too.
    """
    tower = [tree, derivative(tree), derivative(derivative(tree))]
    try:
        with np.errstate(invalid="raise", divide="raise", over="ignore", under="ignore"):
            for each in tower:
                evaluate(each, NUMPY, {**settings, "x": np.array(places)})
    except FloatingPointError:
        return with_choices(tree)
    return tree


def _stated(tree: Expression, settings: Mapping[str, float], text: str) -> tuple[Joint, ...]:
    slope = derivative(tree)
    crossings = joints(tree, settings, text)
    return tuple(Joint(each.place, _slope_at(each, slope, settings)) for each in crossings)


def _slope_at(crossing: Crossing, slope: Expression, settings: Mapping[str, float]) -> float:
    """Return the slope of the branch taken at a joint, held between the slopes on both sides."""
    sides = [math.nextafter(crossing.place, end) for end in (-math.inf, math.inf)]
    beside, stated = on(slope, settings)(np.array(sides)), crossing.slope(slope, settings)
    held = float(np.clip(stated, min(beside), max(beside)))
    return (stated if math.isclose(held, stated, rel_tol=1e-9, abs_tol=1e-9) else held) + 0.0


def _check_parameter(name: str, value: object) -> None:
    if not name.isidentifier() or name in ("x", "where", *CONSTANTS, *WORDS):
        raise BadInput(_TAKEN.fill(name=name))
    # Compared as it is: a whole number may be too large for a float, and for its own digits.
    too_large = isinstance(value, int) and abs(value) > LARGEST
    if too_large or not Domain(-LARGEST, LARGEST).holds(value, {}):
        shown = f"2**{value.bit_length()}" if too_large else repr(value)[:40]
        raise BadInput(_NO_VALUE.fill(name=name, value=shown, most=LARGEST))


def _no_such(formula: str, name: str, settings: Mapping[str, float]) -> Text:
    nearest = difflib.get_close_matches(name, settings, n=1, cutoff=0)
    rest = _NEAREST.fill(nearest=nearest[0]) if nearest else ""
    return _NO_SUCH.fill(formula=normalised(formula), name=name, rest=rest)
