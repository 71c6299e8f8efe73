"""Parameters of activations: defaults, what they may be, and complaints about the rest."""

from __future__ import annotations

import difflib
import math
import numbers
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrad.errors import BadInput
from livegrad.text import Text, same

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_SUCH = Text(
    "'{activation}' has no parameter '{name}'. The nearest is '{nearest}'; it takes: {names}. "
    'Write livegrad.activation("{activation}", {example}).',
    "'{activation}'의 매개변수(parameter) 가운데 이름이 '{name}'인 것은 없습니다. 가장 가까운 "
    "이름은 '{nearest}'이고, 쓸 수 있는 것은 {names}입니다. "
    'livegrad.activation("{activation}", {example})처럼 적어 주세요.',
)
_NONE_AT_ALL = Text(
    "'{activation}' takes no parameters, and '{name}' was given. Write "
    'livegrad.activation("{activation}").',
    "'{activation}'에는 매개변수(parameter)가 없는데 '{name}' 값을 주었습니다. "
    'livegrad.activation("{activation}")라고만 적어 주세요.',
)
_OUTSIDE = Text(
    "{name} = {value} does not suit '{activation}': it must be {rule}. "
    'Try livegrad.activation("{activation}", {example}).',
    "{name} = {value:은/는} '{activation}'에 맞지 않습니다. 조건은 다음과 같습니다: {rule}. "
    'livegrad.activation("{activation}", {example})부터 시도해 보세요.',
)


@dataclass(frozen=True)
class Domain:
    """The numbers that a parameter may be.

    Attributes:
        low: Lower end; the name of another parameter makes that one the bound.
        high: Upper end, likewise.
        ends: Whether the ends themselves belong to it. Infinity never does.
        whole: Whether only whole numbers are meant.

    Example:
        >>> Domain(low=0.0, ends=False).rule({}).en
        'a number above 0'
    """

    low: float | str = -math.inf
    high: float | str = math.inf
    ends: bool = True
    whole: bool = False

    def holds(self, value: object, settings: Mapping[str, float]) -> bool:
        """Tell whether ``value`` may be chosen beside the other settings."""
        if not isinstance(value, numbers.Real) or isinstance(value, bool):
            return False
        try:
            number = float(value)
        except OverflowError:  # a whole number may be too long for a float
            return False
        if not math.isfinite(number):
            return False
        low, high = self._bounds(settings)
        inside = low <= number <= high if self.ends else low < number < high
        return inside and (not self.whole or number.is_integer())

    def rule(self, settings: Mapping[str, float]) -> Text:
        """Return the condition in words."""
        low, high = self._bounds(settings)
        noun = Text("a whole number", "정수") if self.whole else Text("a number", "수")
        at_least, at_most = (
            (Text("of at least {}", "{} 이상인"), Text("of at most {}", "{} 이하인"))
            if self.ends
            else (Text("above {}", "{}보다 큰"), Text("below {}", "{}보다 작은"))
        )
        bounds = [
            _with(words, bound)
            for words, bound in ((at_least, low), (at_most, high))
            if math.isfinite(bound)
        ]
        bounds = bounds or [Text("that is finite", "유한한")]
        return Text(
            f"{noun.en} {' and '.join(bound.en for bound in bounds)}",
            f"{', '.join(bound.ko for bound in bounds)} {noun.ko}",
        )

    def _bounds(self, settings: Mapping[str, float]) -> tuple[float, float]:
        low, high = (
            settings[end] if isinstance(end, str) else end for end in (self.low, self.high)
        )
        return low, high


@dataclass(frozen=True)
class Parameter:
    """One number that shapes an activation.

    Attributes:
        name: As in formulas and keyword arguments.
        default: Its value unless another is chosen.
        domain: The numbers that it may be.
        learned: True if training changes it (then `Activation.module` makes it an
            ``nn.Parameter``).
        about: What it does, in one clause.
        drawn: The names of two other parameters, between which a module in training draws it anew
            for each number; everywhere else it is their mean, and the default says the same.
    """

    name: str
    default: float
    about: Text
    domain: Domain = Domain()
    learned: bool = False
    drawn: tuple[str, str] | None = None


def settings_of(parameters: tuple[Parameter, ...], chosen: Mapping[str, float]) -> dict[str, float]:
    """Return every parameter's value: the chosen one, else the default.

    Example:
        >>> settings_of((Parameter("alpha", 1.0, same("scale")),), {"alpha": 0.5})
        {'alpha': 0.5}
    """
    settings = {
        parameter.name: chosen.get(parameter.name, parameter.default) for parameter in parameters
    }
    for parameter in parameters:
        if parameter.drawn is not None and parameter.name not in chosen:
            low, high = (settings[end] for end in parameter.drawn)
            settings[parameter.name] = (low + high) / 2
    return settings


def checked(
    activation: str, parameters: tuple[Parameter, ...], chosen: Mapping[str, float]
) -> dict[str, float]:
    """Return the chosen values as floats, or raise `BadInput` about the first that does not suit.

    Args:
        activation: The activation's id, for the message.
        parameters: What the activation takes.
        chosen: Values by parameter name.

    Returns:
        The same values, each a Python float.

    Raises:
        BadInput: No parameter is called so, or the value is outside the parameter's domain.
    """
    for name in chosen:
        _check_name(activation, parameters, name)
    settings = settings_of(parameters, chosen)
    for parameter in parameters:
        if not parameter.domain.holds(
            settings[parameter.name], settings_or_default(parameters, settings)
        ):
            raise BadInput(_outside(activation, parameter, settings, parameters))
    return {name: float(value) for name, value in chosen.items()}


def settings_or_default(
    parameters: tuple[Parameter, ...], settings: Mapping[str, float]
) -> dict[str, float]:
    """Return the settings, with the default in place of anything that is not a number at all."""
    return {
        parameter.name: settings[parameter.name]
        if isinstance(settings[parameter.name], numbers.Real)
        else parameter.default
        for parameter in parameters
    }


def _check_name(activation: str, parameters: tuple[Parameter, ...], name: str) -> None:
    names = [parameter.name for parameter in parameters]
    if name in names:
        return
    if not names:
        raise BadInput(_NONE_AT_ALL.fill(activation=activation, name=name))
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
    example = next(f"{p.name}={p.default:g}" for p in parameters if p.name == nearest)
    raise BadInput(
        _NO_SUCH.fill(
            activation=activation,
            name=name,
            nearest=nearest,
            names=", ".join(names),
            example=example,
        )
    )


def _outside(
    activation: str,
    parameter: Parameter,
    settings: Mapping[str, float],
    parameters: tuple[Parameter, ...],
) -> Text:
    return _OUTSIDE.fill(
        activation=activation,
        name=parameter.name,
        value=repr(settings[parameter.name]),
        rule=parameter.domain.rule(settings_or_default(parameters, settings)),
        example=f"{parameter.name}={parameter.default:g}",
    )


def _with(words: Text, bound: float) -> Text:
    number = same(f"{bound:g}")
    return Text(words.en.format(number.en), words.ko.format(number.ko))
