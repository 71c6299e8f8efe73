"""The options of ``livegrad compare``, as they are written: a plan, the data, and the command that repeats it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from livegrad.errors import BadInput, UnknownName
from livegrad.functions.written import activation_in, parts_of
from livegrad.report.flow_options import init_in, nearest_to, number_in
from livegrad.text import Text
from livegrad.trials.plan import Plan
from livegrad.trials.splits import SPLITS
from livegrad.trials.splitting import KINDS

__all__ = ["NAMES", "choice_in", "command_of", "plan_in", "share_in", "splits_in", "workers_in"]

NAMES = (
    "target", "kind", "activations", "hidden", "init", "seeds", "steps", "batch_size", "optimizer",
    "weight_decay", "lr", "norm", "skip", "splits", "validation",
)  # fmt: skip
"""The options that decide the result, in the order of the command that repeats it."""

_CHOICES = {
    "optimizer": ("sgd", "momentum", "adam", "adamw"),
    "norm": ("none", "batch"),
    "skip": ("none", "residual", "rezero"),
    "kind": KINDS,
}
_WHOLE = {
    "seeds": (2, 10_000, 32),
    "steps": (1, 10_000_000, 2000),
    "batch_size": (1, 1_000_000, 64),
    "hidden": (1, 100_000, 64),
    "workers": (1, 1024, 2),
    "splits": (1, 1000, 16),
}  # least, most, example
_MOST_LAYERS = 200

_NOT_WHOLE = Text(
    "--{name} '{given}' is not possible: it must be a whole number from {low} to {high}. Try --{name} "
    "{example}.",
    "--{name}의 값이 '{given}'입니다. {low}부터 {high}까지의 정수여야 합니다. --{name} "
    "{example:으로/로} 해 보세요.",
)
_NO_LAYERS = Text(
    "--hidden '{given}' cannot be read. Write the units of each layer, as in --hidden 64,64, and several "
    "networks as --hidden '64,64;8'.",
    "--hidden의 값 '{given}'에서 층을 읽을 수 없습니다. --hidden 64,64처럼 층마다 유닛 수를 적고, 신경망이 여럿이면 "
    "--hidden '64,64;8'처럼 쓰세요.",
)
_TOO_DEEP = Text(
    "--hidden asks for {count} layers; at most {most} are trained. Choose fewer.",
    "--hidden에 층이 {count}개 있는데 {most}개까지만 학습할 수 있습니다. 층을 줄여 주세요.",
)
_NO_RATE = Text(
    "--lr '{given}' is not possible: it must be a positive number, or the word search. Try --lr 0.001.",
    "--lr의 값이 '{given}'입니다. 0보다 큰 수이거나 search라는 낱말이어야 합니다. --lr 0.001로 해 "
    "보세요.",
)
_NO_DECAY = Text(
    "--weight-decay '{given}' is not possible: it must be a number of at least 0. Try --weight-decay 0.01.",
    "--weight-decay의 값이 '{given}'입니다. 0 이상의 수여야 합니다. --weight-decay 0.01로 해 보세요.",
)
_NO_SHARE = Text(
    "--validation '{given}' is not possible: it must be a number between 0 and 1. Try --validation 0.25.",
    "--validation의 값이 '{given}'입니다. 0과 1 사이의 수여야 합니다. --validation 0.25로 해 보세요.",
)
_UNKNOWN = Text(
    "--{name} '{given}' is not known. The nearest is '{nearest}'; there are: {names}.",
    "--{name}에는 '{given}' 값이 없습니다. 가장 가까운 것은 '{nearest}'입니다. 쓸 수 있는 것: {names}.",
)
_NO_NAMES = Text(
    "--activations '{given}' names nothing. Write names or formulas between commas, as in --activations "
    "'relu,gelu,x*tanh(x)'.",
    "--activations '{given}'에 이름이 없습니다. --activations 'relu,gelu,x*tanh(x)'처럼 이름이나 수식을 쉼표로 "
    "나누어 쓰세요.",
)
_ALONE = Text(
    "There is nothing to compare with {name}. Name at least two, as in --activations relu,gelu.",
    "{name} 하나뿐이라 비교할 것이 없습니다. --activations relu,gelu처럼 둘 이상 적어 주세요.",
)


def plan_in(options: Mapping[str, str | None]) -> Plan:
    """Return the plan that options describe; what is not given is as usual.

    Args:
        options: By name with underscores, as they were written; None where one was not given.

    Raises:
        BadInput: A value is no number, out of range, or no name that there is.

    Example:
        >>> plan = plan_in(
        ...     {"activations": "relu, max(x, 0.1*x)", "hidden": "64,64; 8", "lr": "0.01"}
        ... )
        >>> plan.activations, plan.hidden, plan.rates
        (('relu', 'max(x, 0.1*x)'), ((64, 64), (8,)), (0.01,))
    """
    given = {name: value for name, value in options.items() if value is not None}
    read_by = {
        "activations": _activations,
        "hidden": _shapes,
        "init": init_in,
        "lr": _rates,
        "weight_decay": _decay,
    }
    named = {"init": "inits", "lr": "rates"}
    settings: dict[str, Any] = {
        named.get(name, name): reader(given[name])
        for name, reader in read_by.items()
        if name in given
    }
    for name in ("seeds", "steps", "batch_size"):
        if name in given:
            settings[name] = _whole(name, given[name])
    for name in ("optimizer", "norm", "skip"):
        if name in given:
            found = choice_in(name, given[name])
            settings[name] = None if found == "none" else found
    plan = Plan(**settings)
    if len(plan.recipes()) < 2:
        raise BadInput(_ALONE.fill(name=plan.activations[0]))
    return plan


def share_in(written: str | None) -> float | None:
    """Return the share of the samples to judge by; None for what suits the splits.

    Raises:
        BadInput: It is no number between 0 and 1.

    Example:
        >>> share_in(None), share_in("0.5")
        (None, 0.5)
    """
    if written is None:
        return None
    share = number_in(written)
    if share is None or not 0 < share < 1:
        raise BadInput(_NO_SHARE.fill(given=written.strip()))
    return share


def splits_in(written: str | None) -> int:
    """Return on how many splits of the data the seeds are spread.

    Raises:
        BadInput: It is no whole number of at least 1.

    Example:
        >>> splits_in(None), splits_in("1")
        (16, 1)
    """
    return SPLITS if written is None else _whole("splits", written)


def workers_in(written: str | None) -> int | None:
    """Return how many threads train; None for as many as there are processors.

    Raises:
        BadInput: It is no whole number of at least 1.

    Example:
        >>> workers_in("2")
        2
    """
    return None if written is None else _whole("workers", written)


def choice_in(name: str, given: str) -> str:
    """Return the choice that an option names.

    Args:
        name: ``optimizer``, ``norm``, ``skip`` or ``kind``.
        given: As it was written.

    Raises:
        UnknownName: There is none of that name; the message names the nearest.

    Example:
        >>> choice_in("optimizer", " SGD")
        'sgd'
    """
    known, bare = _CHOICES[name], given.strip().lower()
    if bare not in known:
        nearest = nearest_to(bare, known)
        names = ", ".join(known)
        raise UnknownName(
            _UNKNOWN.fill(name=name, given=given.strip(), nearest=nearest, names=names)
        )
    return bare


def command_of(data: str, options: Mapping[str, str | None], *, halving: bool = False) -> str:
    """Return the command line that repeats a comparison, quoted for a shell.

    Example:
        >>> command_of("moons", {"seeds": "8", "activations": "relu,x*sin(x)"})
        "livegrad compare moons --activations 'relu,x*sin(x)' --seeds 8"
    """
    words = ["livegrad", "compare", data.strip()]
    for name in NAMES:
        value = options.get(name)
        if value is not None:
            words += [f"--{name.replace('_', '-')}", value.strip()]
    words += ["--halving"] if halving else []
    return shlex.join(words)


# ------------------------------------------------------------ parts


def _activations(written: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in parts_of(written) if part.strip()))
    if not names:
        raise BadInput(_NO_NAMES.fill(given=written.strip()))
    for name in names:
        activation_in(name)
    return names


def _shapes(written: str) -> tuple[tuple[int, ...], ...]:
    shapes = [part for part in written.split(";") if part.strip()]
    if not shapes:
        raise BadInput(_NO_LAYERS.fill(given=written.strip()))
    return tuple(dict.fromkeys(tuple(_layers(part, written)) for part in shapes))


def _layers(shape: str, written: str) -> Iterable[int]:
    units = shape.replace("-", ",").split(",")
    if len(units) > _MOST_LAYERS:
        raise BadInput(_TOO_DEEP.fill(count=len(units), most=_MOST_LAYERS))
    if not all(one.strip() for one in units):
        raise BadInput(_NO_LAYERS.fill(given=written.strip()))
    return [_whole("hidden", one) for one in units]


def _rates(written: str) -> tuple[float, ...]:
    if written.strip().lower() == "search":
        return ()
    rates = [(part, number_in(part)) for part in written.split(",")]
    for part, rate in rates:
        if rate is None or rate <= 0:
            raise BadInput(_NO_RATE.fill(given=part.strip()))
    return tuple(dict.fromkeys(rate for _, rate in rates if rate is not None))


def _decay(written: str) -> float:
    decay = number_in(written)
    if decay is None or decay < 0:
        raise BadInput(_NO_DECAY.fill(given=written.strip()))
    return decay


def _whole(name: str, given: str) -> int:
    low, high, example = _WHOLE[name]
    value = number_in(given)
    if value is None or value % 1 or not low <= value <= high:
        facts = {"low": low, "high": f"{high:,}", "example": example}
        raise BadInput(_NOT_WHOLE.fill(name=name.replace("_", "-"), given=given.strip(), **facts))
    return int(value)
