"""One prediction for each of many settings: the map on which a trainable network can be looked up.

Schoenholz et al. 2017 drew depth against the variance of the weights: trainable networks fill a triangle that
closes towards the edge of chaos.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from livegrad.errors import BadInput
from livegrad.flow.initialisation import Initialisation
from livegrad.flow.network import Network
from livegrad.flow.prediction import predict_depths
from livegrad.flow.profile import FlowProfile
from livegrad.flow.sweep_record import Sweep, SweepAxis, SweepCell
from livegrad.functions import Activation, elementwise
from livegrad.text import Text

__all__ = [
    "AXES",
    "MOST_CELLS",
    "Value",
    "predicted",
    "sweep",
]

Value: TypeAlias = int | float | str | Activation | None
Told: TypeAlias = Callable[[int, int], None]

AXES: Mapping[str, Text] = {
    "depth": Text("depth", "깊이"),
    "width": Text("width", "너비"),
    "init": Text("initialisation", "초기화"),
    "weight": Text("weight scale σ_w", "가중치 크기 σ_w"),
    "weight_variance": Text("weight variance σ_w²", "가중치 분산 σ_w²"),
    "bias": Text("bias scale σ_b", "편향 크기 σ_b"),
    "bias_variance": Text("bias variance σ_b²", "편향 분산 σ_b²"),
    "norm": Text("normalisation", "정규화"),
    "skip": Text("residual scale α", "잔차 크기 α"),
    "dropout": Text("dropout", "드롭아웃"),
    "kernel": Text("kernel", "커널"),
    "activation": Text("activation", "활성화 함수"),
}
"""What can be swept over, and what it is called."""

MOST_CELLS = 2500
"""More predictions than this take too long and are too fine to be read."""

_SCALES = ("weight", "weight_variance", "bias", "bias_variance")
_UNKNOWN = Text(
    "There is no axis '{name}' to sweep over. Take one or two of: {names}.",
    "'{name}'에 해당하는 축은 없습니다. {names} 가운데 하나나 둘을 고르세요.",
)
_HOW_MANY = Text(
    "{count} axes were given to sweep over; one or two can be drawn. Leave some out.",
    "축을 {count}개 주었는데, 그릴 수 있는 것은 하나 아니면 둘입니다. 나머지는 빼 주세요.",
)
_EMPTY = Text(
    "The axis '{name}' has no values. Write, for example, --sweep depth=10..200.",
    "축 '{name}'에 값이 없습니다. 예를 들어 --sweep depth=10..200처럼 쓰세요.",
)
_TOO_MANY = Text(
    "{count} cells are too many; at most {most} are computed. Take a wider step, as in depth=10..200:20.",
    "칸이 {count}개라 너무 많습니다. {most}개까지만 계산합니다. depth=10..200:20처럼 간격을 넓혀 "
    "주세요.",
)
_TWICE = Text(
    "'{one}' and '{other}' both set the same scale. Give one of them.",
    "'{one}', '{other}' 둘 다 같은 크기를 정합니다. 하나만 주세요.",
)
_NEGATIVE = Text(
    "The variance '{name}' was given as {value}, and it must be 0 or more. Write {name}=1.",
    "분산 '{name}'에 {value:을/를} 주었는데 0 이상이어야 합니다. {name}=1처럼 쓰세요.",
)


def sweep(
    activation: str | Activation,
    axes: Mapping[str, Sequence[Value]],
    *,
    told: Told | None = None,
    **fixed: Any,
) -> Sweep:
    """Return the prediction for every combination of the values of one or two axes.

    Args:
        activation: A catalogue name, a formula, or a record; not used where it is an axis.
        axes: One or two of `AXES` by name, with the values to try. ``weight`` and ``bias`` are σ_w and
            σ_b, the others of the same meaning their squares.
        told: Called with how many cells are done, and of how many.
        fixed: Everything else that `livegrad.flow.predict` takes, and ``weight``, ``weight_variance``,
            ``bias``, ``bias_variance``.

    Returns:
        The map; a combination that cannot be predicted has a cell that says why.

    Raises:
        BadInput: An axis is unknown or empty, there are none, more than two, or too many cells.

    Example:
        >>> found = sweep("relu", {"depth": (4, 8), "init": ("he", "pytorch")}, width=64)
        >>> [[cell.verdict for cell in row] for row in found.cells][1][1]
        'vanishes'
    """
    _check(axes)
    started, seen = time.perf_counter(), _Seen(told)
    values = {name: tuple(map(_item, given)) for name, given in axes.items()}
    # Networks that differ in depth alone share their signal, so depth is the innermost loop.
    inner = "depth" if "depth" in values else list(values)[-1]
    (outer, others), *_ = [*((n, v) for n, v in values.items() if n != inner), ("", (None,))]
    seen.count = len(others) * len(values[inner])
    rows = [
        _along(
            activation, {**fixed, outer: other} if outer else fixed, (inner, values[inner]), seen
        )
        for other in others
    ]
    if len(seen.failed) == seen.count:
        raise seen.failed[0]
    if next(iter(values)) == inner:
        rows = list(zip(*rows, strict=True))
    return Sweep(
        activation="" if "activation" in axes else _named(activation),
        axes=tuple(SweepAxis(name=n, values=tuple(map(_plain, v))) for n, v in values.items()),
        cells=tuple(map(tuple, rows)),
        fixed=tuple((name, str(_plain(value))) for name, value in fixed.items()),
        optimizer=", ".join(sorted(seen.optimizers)),
        seconds=time.perf_counter() - started,
    )


def predicted(activation: str | Activation, **settings: Any) -> FlowProfile:
    """Return the prediction of `livegrad.flow.predict`, which may also be asked by σ_w and σ_b.

    Args:
        activation: A catalogue name, a formula, or a record.
        settings: What `livegrad.flow.predict` takes, and ``weight``, ``weight_variance``, ``bias``,
            ``bias_variance`` to change the scales of ``init``. Without ``init`` the weights are
            PyTorch's unless given, and then the biases 0 unless given.

    Raises:
        BadInput: A setting does not suit.

    Example:
        >>> predicted("relu", depth=4, weight_variance=2.0, bias=0.0).depth
        4
    """
    return _predicted(activation, (settings.pop("depth", 10),), settings)[0]


def _predicted(
    activation: str | Activation, depths: Sequence[Any], settings: Mapping[str, Any]
) -> tuple[FlowProfile, ...]:
    given = {name: value for name, value in settings.items() if name not in _SCALES}
    scales = _scales(settings)
    if scales:
        given["init"] = _initialisation(activation, given, scales)
    return predict_depths(activation, depths, **given)


# ------------------------------------------------------------ parts


def _check(axes: Mapping[str, Sequence[Value]]) -> None:
    if not 1 <= len(axes) <= 2:
        raise BadInput(_HOW_MANY.fill(count=len(axes)))
    for name, values in axes.items():
        if name not in AXES:
            raise BadInput(_UNKNOWN.fill(name=name, names=", ".join(AXES)))
        if not len(values):
            raise BadInput(_EMPTY.fill(name=name))
    count = math.prod(len(values) for values in axes.values())
    if count > MOST_CELLS:
        raise BadInput(_TOO_MANY.fill(count=f"{count:,}", most=f"{MOST_CELLS:,}"))


@dataclass
class _Seen:
    """What was met on the way: how many cells are done, whom lights speak of, what could not be predicted."""

    told: Told | None
    count: int = 0
    done: int = 0
    optimizers: set[str] = field(default_factory=set)
    failed: list[BadInput] = field(default_factory=list)

    def one_more(self) -> None:
        self.done += 1
        if self.told is not None:
            self.told(self.done, self.count)


def _along(
    activation: str | Activation,
    settings: Mapping[str, Any],
    axis: tuple[str, tuple[Value, ...]],
    seen: _Seen,
) -> list[SweepCell]:
    """Return the cells along one axis, everything else being fixed."""
    name, values = axis
    each = [{**settings, name: value} for value in values]
    profiles: list[FlowProfile | BadInput] = []
    if name == "depth":
        with contextlib.suppress(BadInput):  # one of them does not suit: which, is asked below
            profiles += _predicted(
                settings.get("activation", activation), values, _without_name(settings)
            )
    cells = []
    for place, given in enumerate(each):
        found = profiles[place] if profiles else _tried(activation, given)
        cells.append(_cell(found, seen))
        seen.one_more()
    return cells


def _without_name(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != "activation"}


def _tried(activation: str | Activation, settings: dict[str, Any]) -> FlowProfile | BadInput:
    try:
        return predicted(settings.get("activation", activation), **_without_name(settings))
    except BadInput as error:
        return error


def _cell(found: FlowProfile | BadInput, seen: _Seen) -> SweepCell:
    if isinstance(found, BadInput):
        seen.failed.append(found)
        return SweepCell(
            log10_gradient=math.nan,
            correlation=None,
            verdict="cannot-say",
            colour=None,
            trainable_depth=None,
            problem=found.text,
        )
    if found.light is not None:
        seen.optimizers.add(found.light.optimizer)
    return SweepCell(
        log10_gradient=found.layers[0].log10_gradient,
        correlation=found.layers[-1].correlation,
        verdict=found.verdict.code,
        colour=found.light.colour if found.light is not None else None,
        trainable_depth=_reach(found),
    )


def _reach(profile: FlowProfile) -> float | None:
    if profile.scales is None:
        return None
    depth = profile.scales.trainable_depth
    return math.inf if depth is None else depth


def _scales(settings: Mapping[str, Any]) -> dict[str, float]:
    """Return σ_w and σ_b as far as they were given, by "weight" and "bias"."""
    scales = {}
    for name in ("weight", "bias"):
        scale, variance = settings.get(name), settings.get(f"{name}_variance")
        if scale is not None and variance is not None:
            raise BadInput(_TWICE.fill(one=name, other=f"{name}_variance"))
        if variance is not None:
            if not variance >= 0:
                raise BadInput(_NEGATIVE.fill(name=f"{name}_variance", value=variance))
            scale = float(variance) ** 0.5
        if scale is not None:
            scales[name] = float(scale)
    return scales


def _initialisation(
    activation: str | Activation, settings: Mapping[str, Any], scales: Mapping[str, float]
) -> Initialisation:
    """Return an initialisation of which one scale or both are changed; without one, σ_b is 0 unless given."""
    record = elementwise(activation) if isinstance(activation, str) else activation
    named = {name: settings[name] for name in ("init", "width", "kernel") if name in settings}
    base = Network(activation=record, **named).scales()
    if "init" not in settings or "bias" in scales:
        base = replace(base, bias=0.0, uniform=False)
    return replace(
        base,
        weight=scales.get("weight", base.weight),
        bias=scales.get("bias", base.bias),
        name="",
    )


def _item(value: Any) -> Any:
    """Return a number of NumPy as one of Python, anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def _plain(value: Any) -> Any:
    """Return a value as a record can hold it: an activation by its name."""
    return _named(value) if isinstance(value, Activation) else value


def _named(activation: str | Activation) -> str:
    found = elementwise(activation) if isinstance(activation, str) else activation
    settings = ", ".join(f"{name}={value:g}" for name, value in found.chosen)
    return f"{found.id}({settings})" if settings else found.id
