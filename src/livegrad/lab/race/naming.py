"""What a lane is called: a name that reads alike in both languages, and what it differs in, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livegrad.flow.initialisation import Initialisation
from livegrad.lab.race.setup import LanePlan, Setup
from livegrad.text import Text, join

__all__ = ["difference_of", "names_of"]

_WORDS = {
    "activation": Text("activation function", "활성화 함수"),
    "init": Text("initialisation", "초기화"),
    "lr": Text("learning rate", "학습률"),
    "optimizer": Text("optimizer", "옵티마이저"),
    "depth": Text("depth", "깊이"),
    "width": Text("width", "너비"),
    "norm": Text("normalisation", "정규화"),
    "skip": Text("skip connection", "스킵 연결(skip connection)"),
    "scaling": Text("inputs", "입력"),
}
_NOT_FIRST = Text("{what}: {mine}, not {first}", "{what}: {first} 대신 {mine}")
_NONE = Text("none", "없음")
_SCALINGS = {
    "given": Text("shifted and scaled", "옮기고 늘인 그대로"),
    "standard": Text("standardised", "표준화"),
}


def names_of(setup: Setup) -> list[str]:
    """Return a name for each lane, no two alike: its activation, and what it has of its own.

    Example:
        >>> from livegrad.lab.desk import Given
        >>> from livegrad.lab.race.reading import setup_in
        >>> lanes = [{"activation": "tanh"}, {"activation": "tanh", "lr": 0.3}]
        >>> names_of(setup_in(Given({"lanes": lanes})))
        ['tanh', 'tanh · lr 0.3']
    """
    names = list[str]()
    for own in setup.own:
        parts = [str(own.get("activation", setup.common.activation))]
        parts += [_part(name, value) for name, value in own.items() if name != "activation"]
        name = " · ".join(parts)
        again = sum(n == name or n.startswith(f"{name} #") for n in names)
        names.append(f"{name} #{again + 1}" if again else name)
    return names


def difference_of(lane: LanePlan, first: LanePlan) -> Text | None:
    """Return in what a lane differs from the first one; None if in nothing.

    Example:
        >>> difference_of(LanePlan(lr=0.3), LanePlan(lr=0.03)).en
        'learning rate: 0.3, not 0.03'
    """
    mine, theirs = vars(lane), vars(first)
    found = [
        _NOT_FIRST.fill(what=what, mine=_written(name, mine), first=_written(name, theirs))
        for name, what in _WORDS.items()
        if mine[name] != theirs[name]
    ]
    return join(found, between="; ") if found else None


def _part(name: str, value: Any) -> str:
    match name:
        case "init" if isinstance(value, Initialisation):
            return f"σ_w {value.weight:.3g}" + (f" σ_b {value.bias:.3g}" if value.bias else "")
        case "lr":
            return f"lr {value:g}"
        case "depth" | "width":
            return f"{name[0].upper()}{value}"
        case "norm":
            return "BN" if value else "no BN"
        case "skip":
            return str(value or "no skip")
        case "scaling":
            return "x̂"
    return str(value)


def _written(name: str, values: Mapping[str, Any]) -> Text:
    value = values[name]
    if value is None:
        return _NONE
    if name == "scaling":
        return _SCALINGS[value]
    if isinstance(value, Initialisation):
        shown = f"σ_w = {value.weight:.3g}"
        return Text(shown, shown)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return Text(shown, shown)
