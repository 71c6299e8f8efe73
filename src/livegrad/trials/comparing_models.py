"""``compare_models``: which activation for a PyTorch model of one's own, over paired seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, Literal

import numpy as np

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.comparison import Comparison
from livegrad.trials.concluding import Made, concluded
from livegrad.trials.dataset import Dataset
from livegrad.trials.plan import Plan, at_rate
from livegrad.trials.pool import sendable, train_models
from livegrad.trials.reading import from_arrays
from livegrad.trials.running import Progress, check_numbers, workers_here
from livegrad.trials.shaped import split_of
from livegrad.trials.splits import ON_ONE
from livegrad.trials.splitting import LEAST_TO_PART, Split
from livegrad.trials.trial import Outcome, Recipe

__all__ = ["compare_models"]

_NO_TORCH = Text(
    "compare_models trains PyTorch models, and PyTorch is not installed. Install it: pip install 'livegrad[torch]'",
    "compare_models는 PyTorch 모델을 학습하는데 PyTorch가 설치되어 있지 않습니다. 설치하세요: "
    "pip install 'livegrad[torch]'",
)
_FEW = Text(
    "There is nothing to compare: {count} different activations were given. Name at least two, as in "
    'activations=["relu", "gelu", nn.Mish].',
    "비교할 것이 없습니다. 서로 다른 활성화 함수(activation)가 {count}개 주어졌습니다. "
    'activations=["relu", "gelu", nn.Mish]처럼 둘 이상 적어 주세요.',
)
_SAME_NAME = Text(
    "Two of the activations are called '{name}', so a table could not tell them apart. Leave one out, or give one "
    "of the classes another name.",
    "활성화 함수(activation) 둘의 이름이 모두 '{name}'이라 표에서 구별할 수 없습니다. 하나를 빼거나 클래스 이름을 "
    "바꿔 주세요.",
)
_NO_BUILD = Text(
    "build is {given}; it must be a function build(activation, seed) that returns a torch.nn.Module, where "
    "activation() makes a new module of the candidate.",
    "build로 {given:을/를} 받았습니다. torch.nn.Module을 돌려주는 함수 build(activation, seed)여야 하고, "
    "activation()을 부를 때마다 후보의 새 모듈이 만들어집니다.",
)
_SEEDS = Text(
    "seeds = {seeds} is not possible: it must be a whole number of at least 2. Try seeds=8.",
    "seeds = {seeds:은/는} 쓸 수 없습니다. 2 이상의 정수여야 합니다. seeds=8로 해 보세요.",
)
_NO_RATE = Text(
    "lr has no learning rate for the activation '{name}'. Give one for each: lr={{'{name}': 0.001, ...}}, or one number.",
    "lr에 활성화 함수(activation) '{name}'의 학습률이 없습니다. lr={{'{name}': 0.001, ...}}처럼 모두 주거나 수 하나를 "
    "주세요.",
)
_STOPPED = Text(
    "The comparison was stopped after {done} of {total} models; nothing is concluded from a part.",
    "모델 {total}개 가운데 {done}개를 학습하고 비교를 멈췄습니다. 일부만으로는 결론을 내리지 않습니다.",
)
_ONE_PROCESS = Text(
    "All models were trained in this process, one after another: other processes cannot import build. Put it into a "
    "file of its own to use all processors.",
    "다른 프로세스가 build를 import할 수 없어 이 프로세스에서 하나씩 학습했습니다. 프로세서를 모두 쓰려면 build를 "
    "별도의 파일에 두세요.",
)
_ONE_RATE = Text(
    "All candidates had the learning rate {lr}. Another may suit another activation: give one for each, as in "
    "lr={{'relu': 0.001, ...}}.",
    "모든 후보에 학습률 {lr:을/를} 썼습니다. 활성화 함수마다 알맞은 학습률이 다를 수 있으니 "
    "lr={{'relu': 0.001, ...}}처럼 따로 줄 수도 있습니다.",
)


def compare_models(  # noqa: PLR0913 - as livegrad.compare
    build: Callable[..., Any],
    X: Any,
    y: Any = None,
    *,
    activations: Sequence[Any],
    seeds: int = 8,
    steps: int = 500,
    batch_size: int = 64,
    optimizer: Literal["sgd", "momentum", "adam", "adamw"] = "adam",
    lr: float | Mapping[str, float] = 1e-3,
    **others: Any,
) -> Comparison:
    """Train a PyTorch model of your own with each activation from several seeds, and say which may be called best.

    Every model is trained in a process of its own, one for each processor. PyTorch is seeded before ``build``
    is called, so that two activations with one seed start from the same draws where their models draw
    alike; the order of the minibatches is the same for all.

    Args:
        build: ``build(activation, seed)`` returns a ``torch.nn.Module``. ``activation()`` makes a new module of the
            candidate; ``activation(axis=1, channels=32)`` says along which axis a vector activation
            works, and how many copies a learned parameter has, and each ignores what it does not need.
        X: A table as for `livegrad.compare`; numbers of shape (samples, ...), as pictures; a `Dataset` or `Split`.
        y: Targets: classes or numbers; not for a `Dataset` or `Split`.
        activations: Names, perhaps with parameters, formulas, records (``maxout`` and its like, too), or
            classes of modules such as ``torch.nn.Mish``.
        seeds: Paired seeds.
        steps: Training steps of each model.
        batch_size: Samples in a minibatch.
        optimizer: ``"sgd"``, ``"momentum"`` (0.9), ``"adam"`` or ``"adamw"``.
        lr: Learning rate: a number for all, or one for each activation by its name.
        others: ``weight_decay``, ``validation`` (share, 0.25), ``kind``, ``workers`` (processes), ``told`` (called
            with the progress; False stops), ``name`` (of the data).

    Returns:
        Ranking with ties and intervals, curves, every trial, and a conclusion in words, as `livegrad.compare`.

    Raises:
        BadInput: ``build`` or a model fails, data cannot be learned from, a number is impossible, or ``told``
            stopped it.

    Example:
        >>> from torch import nn
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 100)
        >>> def build(activation, seed):
        ...     return nn.Sequential(nn.Linear(2, 8), activation(), nn.Linear(8, 1))
        >>> found = compare_models(
        ...     build, moons, activations=["relu", nn.Mish], seeds=2, steps=20, workers=1
        ... )
        >>> sorted(candidate.name for candidate in found.candidates)
        ['Mish', 'relu']
    """
    weight_decay = float(others.pop("weight_decay", 0.0))
    candidates = _candidates(build, activations)
    if not isinstance(seeds, int) or seeds < 2:
        raise BadInput(_SEEDS.fill(seeds=seeds))
    plan = Plan(
        activations=tuple(candidates),
        hidden=((),),
        inits=("own",),
        rates=(1.0,),
        seeds=seeds,
        optimizer=optimizer,
        weight_decay=weight_decay,
        batch_size=batch_size,
        steps=steps,
    )
    recipes = tuple(at_rate(recipe, _rate(lr, recipe.activation)) for recipe in plan.recipes())
    for recipe in recipes:
        check_numbers(recipe)
    data = {name: others.pop(name) for name in ("validation", "kind", "name") if name in others}
    split, name = _parts(X, y, **data)
    return _compared(build, candidates, plan, recipes, split, name, lr, **others)


def _candidates(build: object, activations: Sequence[Any]) -> dict[str, Any]:
    """What stands behind each name, all of it looked up now."""
    if not callable(build):
        raise BadInput(_NO_BUILD.fill(given=repr(build)))
    try:
        from livegrad.trials.factory_torch import name_of
    except ImportError as error:
        raise BadInput(_NO_TORCH) from error
    found = dict[str, Any]()
    for given in activations:
        name = name_of(given)
        if name in found and found[name] is not given and found[name] != given:
            raise BadInput(_SAME_NAME.fill(name=name))
        found[name] = given
    if len(found) < 2:
        raise BadInput(_FEW.fill(count=len(found)))
    return found


def _rate(lr: float | Mapping[str, float], name: str) -> float:
    if not isinstance(lr, Mapping):
        return lr
    if name not in lr:
        raise BadInput(_NO_RATE.fill(name=name))
    return lr[name]


def _parts(
    X: Any, y: Any, *, validation: float = 0.25, kind: Any = None, name: str = "data"
) -> tuple[Split, str]:
    """Return the data in two parts, and their name."""
    if isinstance(X, Split):
        return X, name
    if isinstance(X, Dataset):
        return X.split(validation), X.name
    if np.ndim(X) > 2:
        return split_of(X, y, validation=validation, kind=kind), name
    return from_arrays(X, y, kind=kind, name=name).split(validation), name


def _compared(  # noqa: PLR0913 - the parts of one call
    build: Callable[..., Any],
    candidates: dict[str, Any],
    plan: Plan,
    recipes: tuple[Recipe, ...],
    split: Split,
    name: str,
    lr: float | Mapping[str, float],
    *,
    workers: int | None = None,
    told: Callable[[Progress], bool | None] | None = None,
) -> Comparison:
    from livegrad.trials.factory_torch import Job

    began = time.perf_counter()
    job = Job(build, split, candidates)
    told_apart = f"{split.fingerprint} {_place_of(build)}"
    trials = tuple(plan.trials(recipes, told_apart))
    found = dict[str, Outcome]()
    for part in train_models(trials, job, workers=workers, told=told):
        found |= {outcome.key: outcome for _, outcome in part}
    if len(found) < len(trials):
        raise BadInput(_STOPPED.fill(done=len(found), total=len(trials)))
    remarks = list(split.remarks)
    if len(split.train_inputs) >= LEAST_TO_PART:
        remarks.append(ON_ONE.fill(validation=len(split.validation_inputs)))
    if not isinstance(lr, Mapping):
        remarks.append(_ONE_RATE.fill(lr=f"{lr:g}"))
    if workers is None and workers_here() > 1 and not sendable(job):
        remarks.append(_ONE_PROCESS)
    made = Made(
        data=name,
        engine="pytorch",
        network_steps=sum(trial.recipe.steps for trial in trials),
        seconds=time.perf_counter() - began,
        remarks=tuple(remarks),
    )
    return concluded(plan, split, {trial: found[trial.key] for trial in trials}, made)


def _place_of(build: Any) -> str:
    named = build if isinstance(build, FunctionType | type) else type(build)
    return f"{named.__module__}.{named.__qualname__}"
