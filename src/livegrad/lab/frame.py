"""Values as bytes and back: what travels from the lab to the page.

A frame is one little-endian uint32 with the length of a JSON text, the text, and after it the arrays, each
beginning at a multiple of eight bytes::

    4 bytes        length of the JSON text, in bytes, padded with spaces so that what follows begins at 8·k
    JSON           {"value": …, "arrays": [{"dtype": "f4", "shape": [8, 100], "at": 0}, …]}
    arrays         at those distances from the end of the text; C order; f4, u1 or i4

In ``value`` an array stands as ``{"$": 0}``, its number; a sentence as ``{"en": …, "ko": …}``; infinities and
NaN, which JSON has not, as ``{"#": "inf"}``, ``{"#": "-inf"}`` and ``{"#": "nan"}``. A record (dataclass) is an
object with its fields and ``"kind"``, its class's name. float64 travels as float32, integers as int32, truth
values as uint8.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeAlias

import numpy as np

from livegrad.text import Text

__all__ = ["encoded"]

_Array: TypeAlias = np.ndarray[Any, Any]
_ALIGNED = 8
_NUMBERS = {"f4": np.float32, "i4": np.int32, "u1": np.uint8}


def encoded(value: object) -> bytes:
    """Return a value as one frame.

    Example:
        >>> frame = encoded({"loss": np.array([0.5], np.float32)})
        >>> frame[4 : 4 + frame[0]].decode().strip()
        '{"value":{"loss":{"$":0}},"arrays":[{"dtype":"f4","shape":[1],"at":0}]}'
    """
    arrays = list[_Array]()
    plain = _plain(value, arrays)
    listed, at = list[dict[str, object]](), 0
    for array in arrays:
        listed.append({"dtype": _code(array), "shape": list(array.shape), "at": at})
        at = _padded(at + array.nbytes)
    text = json.dumps(
        {"value": plain, "arrays": listed}, ensure_ascii=False, separators=(",", ":")
    ).encode()
    text = text.ljust(_padded(4 + len(text)) - 4)
    parts = [len(text).to_bytes(4, "little"), text]
    for array in arrays:
        parts.append(array.tobytes())
        parts.append(bytes(_padded(array.nbytes) - array.nbytes))
    return b"".join(parts)


def _plain(value: Any, arrays: list[_Array]) -> Any:  # noqa: PLR0911 - one line for each kind
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Text):
        return value.to_dict()
    if isinstance(value, np.ndarray):
        arrays.append(_travelling(value))
        return {"$": len(arrays) - 1}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _number(float(value))
    if dataclasses.is_dataclass(value):
        fields = (f.name for f in dataclasses.fields(value))
        found = {name: getattr(value, name) for name in fields}
        shown = {n: _plain(v, arrays) for n, v in found.items() if not callable(v)}
        return {"kind": type(value).__name__, **shown}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, arrays) for key, item in value.items()}
    if isinstance(value, np.bool_):
        return bool(value)
    return [_plain(item, arrays) for item in iter(value)]


def _number(value: float) -> object:
    if math.isfinite(value):
        return value
    return {"#": "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"}


def _travelling(array: _Array) -> _Array:
    kind = array.dtype.kind
    wanted = np.float32 if kind == "f" else np.uint8 if kind == "b" else np.int32
    if array.dtype == np.uint8:
        wanted = np.uint8
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, wanted)


def _code(array: _Array) -> str:
    return next(code for code, kind in _NUMBERS.items() if array.dtype == kind)


def _padded(count: int) -> int:
    return -(-count // _ALIGNED) * _ALIGNED
