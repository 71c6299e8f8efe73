"""Frozen records to plain JSON values and back: one codec for files, pipes between processes, and ``--json``.

JSON has no infinities and no NaN, and both happen to gradients; they travel as the strings ``"inf"``,
``"-inf"`` and ``"nan"``. Unknown fields are ignored on reading, so that a newer file still opens.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

R = TypeVar("R")

_SPECIAL = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def to_jsonable(value: Any) -> Any:
    """Return ``value`` (records, tuples, mappings, numbers, text) as what ``json`` can write.

    Example:
        >>> from livegrad.text import Text
        >>> to_jsonable((1, float("-inf"), Text("layer", "층")))
        [1, '-inf', {'en': 'layer', 'ko': '층'}]
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: to_jsonable(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {str(key): to_jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_jsonable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def from_jsonable(kind: type[R], value: Any) -> R:
    """Return the record of class ``kind`` that `to_jsonable` wrote.

    Example:
        >>> from livegrad.text import Text
        >>> from_jsonable(Text, {"en": "layer", "ko": "층"})
        Text(en='layer', ko='층')
    """
    return _read(kind, value)


def _read(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if value is None or kind is Any or kind is object:
        return value
    if origin in (typing.Union, types.UnionType):
        options = [a for a in arguments if a is not type(None)]
        return _read(options[0], value) if len(options) == 1 else _special(value)
    if origin is tuple:
        inner = arguments if arguments[-1] is not ... else (arguments[0],) * len(value)
        return tuple(_read(a, item) for a, item in zip(inner, value, strict=True))
    if origin is dict:
        return {key: _read(arguments[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast("type", kind))
        return kind(
            **{name: _read(hints[name], item) for name, item in value.items() if name in hints}
        )
    return _special(value) if kind in (float, int) else value


def _special(value: Any) -> Any:
    return _SPECIAL.get(value, value) if isinstance(value, str) else value


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: hint for name, hint in typing.get_type_hints(kind).items() if name in names}
