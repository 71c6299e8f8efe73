"""Which function the reader chose: a name with parameters, or a formula whose other names are parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from livegrad.errors import BadInput
from livegrad.functions import Activation, OwnActivation, VectorActivation, activation
from livegrad.functions.language.parsing import normalised
from livegrad.functions.language.vocabulary import CONSTANTS, WORDS
from livegrad.functions.parameters import Parameter
from livegrad.functions.written import activation_in
from livegrad.lab.desk import Given
from livegrad.text import Text

__all__ = ["Slider", "chosen", "elementwise_chosen", "names_in", "sliders", "written"]

LONGEST = 200
"""Characters of a formula."""
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?!\w)(?!\s*\()")
_LARGEST = 1e6
_OF_A_VECTOR = Text(
    "'{name}' takes a whole vector, so no single slope belongs to an input. Choose an elementwise function such as relu.",
    "{name:은/는} 벡터 전체를 받는 함수여서 입력 하나에 기울기 하나가 정해지지 않습니다. relu 같은 원소별 함수를 고르세요.",
)


@dataclass(frozen=True, kw_only=True)
class Slider:
    """One parameter that the reader may move.

    Attributes:
        name: As in the formula.
        value: Where it stands.
        default: Where it stands at first.
        low: Left end of the slider; the field beside it takes whatever the function takes.
        high: Right end.
        whole: Whether only whole numbers are meant.
        learned: Whether training changes it.
        about: What it does.
    """

    name: str
    value: float
    default: float
    low: float
    high: float
    whole: bool
    learned: bool
    about: Text


def names_in(formula: str) -> tuple[str, ...]:
    """Return the names of a formula that are neither x, nor constants, nor functions: its parameters.

    Example:
        >>> names_in("x * sigmoid(beta*x) + pi")
        ('beta',)
    """
    known = {"x", "where", *CONSTANTS, *WORDS}
    return tuple(dict.fromkeys(n for n in _NAME.findall(normalised(formula)) if n not in known))


def chosen(given: Given) -> Activation | VectorActivation:
    """Return the function that the page asks for.

    Args:
        given: ``name`` with ``parameters``, or ``formula`` with ``parameters``; a formula's parameters stand at 1
            unless they are given.

    Raises:
        BadInput: Nothing is called so, or the formula cannot be read; the message marks the place.

    Example:
        >>> chosen(Given({"name": "elu", "parameters": {"alpha": 0.5}})).settings
        {'alpha': 0.5}
    """
    asked = given.record("parameters")
    formula = given.text("formula", most=LONGEST, usual="")
    if not formula:
        names = tuple(asked.values)
        values = {n: asked.number(n, low=-_LARGEST, high=_LARGEST) for n in names}
        named = activation_in(given.text("name", most=LONGEST, usual="relu"))
        return named.with_parameters(**values) if values else named
    found = names_in(formula)
    values = {n: asked.number(n, low=-_LARGEST, high=_LARGEST, usual=1.0) for n in found}
    return activation(formula, **values)


def elementwise_chosen(given: Given) -> Activation:
    """Return the function that the page asks for, if it takes each number by itself.

    Raises:
        BadInput: It takes a whole vector, or as `chosen`.

    Example:
        >>> elementwise_chosen(Given({"name": "tanh"})).id
        'tanh'
    """
    found = chosen(given)
    if not isinstance(found, Activation):
        raise BadInput(_OF_A_VECTOR.fill(name=found.id))
    return found


def written(function: Activation | VectorActivation) -> str:
    """Return a function as recipes and races write it: a name, with settings, or a formula with numbers in it.

    Example:
        >>> (
        ...     written(activation("elu", alpha=0.5)),
        ...     written(activation("x * sigmoid(beta*x)", beta=2.0)),
        ... )
        ('elu(alpha=0.5)', 'x * sigmoid(2 * x)')
    """
    settings = function.settings
    if isinstance(function, OwnActivation):
        return _NAME.sub(
            lambda found: _number(settings[found[0]]) if found[0] in settings else found[0],
            normalised(function.text),
        )
    pairs = ", ".join(f"{name}={value:.12g}" for name, value in function.chosen)
    return f"{function.id}({pairs})" if pairs else function.id


def _number(value: float) -> str:
    return f"({value:.12g})" if value < 0 else f"{value:.12g}"


def sliders(function: Activation | VectorActivation) -> tuple[Slider, ...]:
    """Return the parameters of a function with sensible ends for a slider each.

    Example:
        >>> [(s.name, s.low, s.high) for s in sliders(activation("elu"))]
        [('alpha', 0.001, 3.0)]
    """
    settings = function.settings
    shown = [each for each in function.parameters if each.drawn is None]
    if isinstance(
        function, OwnActivation
    ):  # whose default is what was given: the slider must not run away
        shown = [replace(each, default=1.0) for each in shown]
    return tuple(_slider(each, settings) for each in shown)


def _slider(parameter: Parameter, settings: dict[str, float]) -> Slider:
    domain, default = parameter.domain, parameter.default
    bounds = [settings[end] if isinstance(end, str) else end for end in (domain.low, domain.high)]
    reach = max(2.0, 2 * abs(default))
    inset = 0.0 if domain.ends else 0.001
    low, high = max(bounds[0] + inset, default - reach), min(bounds[1] - inset, default + reach)
    value = settings[parameter.name]
    return Slider(
        name=parameter.name,
        value=value,
        default=default,
        low=min(low, value),
        high=max(high, value),
        whole=domain.whole,
        learned=parameter.learned,
        about=parameter.about,
    )
