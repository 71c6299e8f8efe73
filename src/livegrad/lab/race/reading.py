"""A set-up as the page sends it, read strictly; what it leaves out is as usual."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from livegrad.errors import BadInput
from livegrad.flow.initialisation import INITIALISATIONS, Initialisation, initialisation
from livegrad.lab.desk import Given
from livegrad.lab.nets import elementwise_in
from livegrad.lab.race.setup import (
    DEEPEST,
    LARGEST_SEED,
    LONGEST_FORMULA,
    MOST_LANES,
    MOST_POINTS,
    OPTIMIZERS,
    WIDEST,
    DataPlan,
    LanePlan,
    Setup,
    check_lanes,
)
from livegrad.text import Text

__all__ = ["lane_in", "setup_in"]

_NORMS, _SKIPS = ("batch",), ("residual", "rezero")
_FIELDS = ("activation", "init", "lr", "optimizer", "depth", "width", "norm", "skip", "scaling")
_LONG = Text(
    "The formula has {count} characters; a lane takes at most {most}. Write it shorter.",
    "수식이 {count}자입니다. 레인에는 {most}자까지 쓸 수 있습니다. 더 짧게 적어 주세요.",
)
_UNKNOWN = Text(
    "A lane cannot have '{name}' of its own; it can have: {names}.",
    "레인이 '{name:을/를}' 따로 가질 수는 없습니다. 따로 정할 수 있는 것은 {names}입니다.",
)
_INIT = Text(
    "The initialisation is '{given}'; it can be: {names}, or σ_w and σ_b as numbers.",
    "초기화가 '{given:으로/로}' 주어졌습니다. {names} 가운데 하나이거나 σ_w와 σ_b의 값이어야 합니다.",
)
_PAIR = Text(
    "'{name}' must be two finite numbers, one for each input, of size up to {most}.",
    "'{name}' 값은 입력마다 하나씩, 크기가 {most} 이하인 수 두 개여야 합니다.",
)


def setup_in(given: Given) -> Setup:
    """Read a set-up; what was not sent is as usual.

    Raises:
        BadInput: A number outside its limits, a name that nothing has, a formula that is none.

    Example:
        >>> setup_in(Given({"network": {"depth": 3}})).lanes[1].activation
        'tanh'
    """
    network, training = given.record("network"), given.record("training")
    common = LanePlan(
        init=_init(given.values.get("init", "glorot")),
        lr=training.number("lr", low=1e-8, high=1e4, usual=0.03),
        optimizer=_choice(training, "optimizer", OPTIMIZERS) or "sgd",
        depth=network.whole("depth", low=1, high=DEEPEST, usual=6),
        width=network.whole("width", low=1, high=WIDEST, usual=8),
        norm=_choice(network, "norm", _NORMS),
        skip=_choice(network, "skip", _SKIPS),
    )
    sent = given.items("lanes", most=MOST_LANES) or [
        {"activation": name} for name in ("sigmoid", "tanh", "relu")
    ]
    own = tuple(lane_in(Given(one if isinstance(one, dict) else {}), common) for one in sent)
    check_lanes(len(own))
    return Setup(
        data=_data(given.record("data")),
        common=common,
        own=own,
        batch=training.whole("batch", low=1, high=MOST_POINTS, usual=10),
        seed=given.whole("seed", low=0, high=LARGEST_SEED, usual=21),
        target=given.number("target", low=0, high=1, usual=0.95),
    )


def lane_in(given: Given, common: LanePlan) -> dict[str, Any]:
    """Read what a lane has of its own; an activation is always named.

    Args:
        given: As the page sent it.
        common: What it shares otherwise.

    Raises:
        BadInput: Something that no lane can have of its own, or outside its limits.

    Example:
        >>> lane_in(Given({"activation": "relu", "lr": 0.03}), LanePlan())
        {'activation': 'relu'}
    """
    unknown = [name for name in given.values if name not in _FIELDS]
    if unknown:
        raise BadInput(_UNKNOWN.fill(name=unknown[0], names=", ".join(_FIELDS)))
    activation = given.values.get("activation", common.activation)
    if isinstance(activation, str) and len(activation) > LONGEST_FORMULA:
        raise BadInput(_LONG.fill(count=len(activation), most=LONGEST_FORMULA))
    read: dict[str, Any] = {
        "activation": given.text("activation", most=LONGEST_FORMULA, usual=common.activation)
    }
    if "init" in given:
        read["init"] = _init(given.values["init"])
    if "lr" in given:
        read["lr"] = given.number("lr", low=1e-8, high=1e4)
    for name, high in (("depth", DEEPEST), ("width", WIDEST)):
        if name in given:
            read[name] = given.whole(name, low=1, high=high)
    choices = {
        "optimizer": OPTIMIZERS,
        "norm": _NORMS,
        "skip": _SKIPS,
        "scaling": ("standard", "given"),
    }
    read |= {n: _choice(given, n, kinds) for n, kinds in choices.items() if n in given}
    same = [name for name in read if name != "activation" and read[name] == getattr(common, name)]
    own = {name: value for name, value in read.items() if name not in same}
    _check_drawable(replace(common, **own))
    return own


def _check_drawable(plan: LanePlan) -> None:
    """Raise if the activation is none, or has no such initialisation."""
    initialisation(
        plan.init, elementwise_in(plan.activation), fan_in=plan.width, fan_out=plan.width
    )


def _choice(given: Given, name: str, choices: tuple[str, ...]) -> Any:
    return None if given.values.get(name) is None else given.choice(name, choices)


def _init(sent: Any) -> str | Initialisation:
    if isinstance(sent, dict):
        scales = Given(sent)
        return Initialisation(
            weight=scales.number("weight", low=1e-6, high=1e6),
            bias=scales.number("bias", low=0, high=1e6, usual=0.0),
            orthogonal=scales.truth("orthogonal"),
        )
    if sent not in INITIALISATIONS:
        raise BadInput(_INIT.fill(given=str(sent)[:80], names=", ".join(INITIALISATIONS)))
    return str(sent)


def _data(given: Given) -> DataPlan:
    seed = given.whole("seed", low=0, high=LARGEST_SEED, usual=0)
    shift, scale = _pair(given, "shift", (0.0, 0.0)), _pair(given, "scale", (1.0, 1.0))
    common = DataPlan(task="", seed=seed, shift=shift, scale=scale)
    if "points" in given:
        sent = given.items("points", most=MOST_POINTS)
        return replace(common, points=tuple(_point(one) for one in sent))
    if "csv" in given:
        return replace(common, csv=given.text("csv", most=400_000))
    return replace(
        common,
        task=given.text("task", most=80, usual="moons"),
        count=given.whole("count", low=2, high=MOST_POINTS, usual=250),
        noise=Given({"noise": given.values.get("noise") or 0.0}).number("noise", low=0, high=10),
    )


def _pair(given: Given, name: str, usual: tuple[float, float]) -> tuple[float, float]:
    sent, most = given.values.get(name, usual), 1e4
    fine = isinstance(sent, (list, tuple)) and len(sent) == 2
    if not fine or not all(_is_number(v) and abs(v) <= most for v in sent):
        raise BadInput(_PAIR.fill(name=name, most=f"{most:g}"))
    return float(sent[0]), float(sent[1])


def _point(sent: Any) -> tuple[float, float, str]:
    fine = isinstance(sent, (list, tuple)) and len(sent) == 3 and all(map(_is_number, sent[:2]))
    if not fine or max(abs(sent[0]), abs(sent[1])) > 1e6:
        raise BadInput(_PAIR.fill(name="points", most="1e6"))
    return float(sent[0]), float(sent[1]), str(sent[2])[:40]


def _is_number(value: Any) -> bool:
    # abs() of NaN compares false with every bound, so it falls through the callers' checks
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124
