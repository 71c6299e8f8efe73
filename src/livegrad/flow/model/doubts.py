"""Why a prediction for a real model may be wrong, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from livegrad.flow.model.tape import Operation, Parameter, Tape
from livegrad.text import Text

__all__ = ["doubts_about"]

_OUTLIER = 1.15
"""A greatest singular value this far beyond the edge of a random matrix does not come by chance."""
_COMMON_MEAN = 6.0  # standard errors
_NARROW = 8

_TRAINED = Text(
    "The weights of {layers} are not those of a fresh network: their greatest singular value lies "
    "{factor:.1f} times beyond that of independent weights. Theory takes weights as independent; "
    "measure instead.",
    "{layers}의 가중치는 갓 초기화한 신경망의 것이 아닙니다. 가장 큰 특잇값(singular value)이 독립인 가중치의 "
    "{factor:.1f}배입니다. 이론은 가중치가 독립이라고 보므로 직접 재어 보세요.",
)
_MEAN = Text(
    "The weights of {layers} have a common mean of {factor:.1f} standard errors, where theory takes "
    "them as independent.",
    "{layers}의 가중치에는 표준 오차의 {factor:.1f}배인 공통 평균이 있습니다. 이론은 가중치가 독립이라고 봅니다.",
)
_NARROW_LAYER = Text(
    "'{layer}' has only {width} inputs: in so narrow a network single nets differ widely.",
    "'{layer}'의 입력은 {width}개뿐입니다. 이렇게 좁은 신경망은 초기화마다 크게 다릅니다.",
)
_COPIES = Text(
    "'{layer}' starts as a copy of '{original}' ({count} layers are copies): what equal weights make adds up, "
    "where theory takes weights as independent. Initialise each layer anew.",
    "'{layer:은/는}' '{original}'의 복사본으로 시작합니다(복사본은 모두 {count}개 층). 같은 가중치가 만든 신호는 서로 더해지는데, "
    "이론은 가중치가 독립이라고 봅니다. 층마다 새로 초기화하세요.",
)
_OPAQUE = Text(
    "No theory covers {calls}; what they do was measured on this minibatch.",
    "{calls}에 맞는 이론이 없어 이 미니배치에서 직접 쟀습니다.",
)


def doubts_about(tape: Tape, opaque: Sequence[Operation]) -> tuple[tuple[Text, ...], bool]:
    """Return what speaks against trusting the theory.

    Args:
        tape: The run.
        opaque: Operations that were only measured.

    Returns:
        The doubts, and whether a verdict can be given in spite of them.
    """
    against = [*_about_weights(_parameters(tape))]
    found = [*against, *_about_copies(_parameters(tape))]
    inner = [one for one in _parameters(tape)[1:] if one.fan_in < _NARROW]
    if inner:
        narrowest = min(inner, key=lambda one: one.fan_in)
        found.append(_NARROW_LAYER.fill(layer=narrowest.name, width=narrowest.fan_in))
    if opaque:
        calls = ", ".join(dict.fromkeys(str(one.settings.get("called", "")) for one in opaque))
        found.append(_OPAQUE.fill(calls=calls))
    return tuple(found), not against


def _parameters(tape: Tape) -> list[Parameter]:
    every = (op.settings["parameter"] for op in tape.operations if "parameter" in op.settings)
    return list({one.name: one for one in every}.values())


def _about_copies(parameters: Sequence[Parameter]) -> Iterator[Text]:
    """PyTorch's TransformerEncoder copies one layer; all of its blocks start with the same weights."""
    first: dict[tuple[float, float], str] = {}
    copies = {}
    for one in parameters:
        original = first.setdefault((one.mean, one.variance), one.name)
        if original != one.name and one.variance > 0:
            copies[one.name] = original
    if copies:
        name, original = next(iter(copies.items()))
        yield _COPIES.fill(layer=name, original=original, count=len(copies))


def _about_weights(parameters: Sequence[Parameter]) -> Iterator[Text]:
    outlying = {one.name: one.largest for one in parameters if one.largest > _allowed(one)}
    if outlying:
        yield _TRAINED.fill(layers=_some(outlying), factor=max(outlying.values()))
    shifted = {one.name: _errors(one) for one in parameters if _errors(one) > _COMMON_MEAN}
    if shifted:
        yield _MEAN.fill(layers=_some(shifted), factor=max(shifted.values()))


def _allowed(parameter: Parameter) -> float:
    # The edge is a limit of large matrices; it strays by N^(−2/3) (Johnstone 2001).
    smaller = min(parameter.fan_in, parameter.units)
    return _OUTLIER + 2 * smaller ** (-2 / 3)


def _errors(parameter: Parameter) -> float:
    deviation = math.sqrt(parameter.variance)
    if parameter.mean == 0:
        return 0.0
    if deviation == 0:
        return math.inf
    return abs(parameter.mean) / deviation * math.sqrt(parameter.fan_in * parameter.units)


def _some(names: dict[str, float]) -> str:
    shown = [f"'{name}'" for name in sorted(names, key=lambda name: -names[name])]
    return ", ".join(shown[:3]) + (", …" if len(shown) > 3 else "")
