"""``assert_healthy``: a test that fails when a network does not learn, and says why.

It needs no test framework: it raises `AssertionError` with the findings in plain words. For pytest there is a fixture of
the same name, and a marker (`livegrad.integrations.pytest_plugin`).
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from livegrad.diagnosis.finding import Diagnosis
from livegrad.diagnosis.gate import FailOn, require_codes, require_fail_on, stops, stops_at
from livegrad.errors import BadInput
from livegrad.text import Text, join

if TYPE_CHECKING:
    import torch
    from torch import nn

    from livegrad.diagnosis.watching import Watch
    from livegrad.observation.training import Training

    Judged: TypeAlias = nn.Module | Training | Diagnosis | Watch
    Stepped: TypeAlias = torch.optim.Optimizer | Callable[..., torch.optim.Optimizer]

__all__ = ["assert_healthy", "assert_sound", "complaint"]

STEPS = 200
"""Enough for the loss to leave its start: with fewer than 20 nothing is said of learning."""
OURS = ("learning-rate-too-high", "learning-rate-too-low")
"""Findings on the step size are not the model's where livegrad chose the optimizer."""
SEED = 0

_NOTHING_TO_TRAIN_WITH = Text(
    "assert_healthy got a model alone. Give its loss and data as well: assert_healthy(model, loss_fn, (x, y)).",
    "assert_healthy가 모델만 받았습니다. 손실과 데이터도 함께 주세요: assert_healthy(model, loss_fn, (x, y)).",
)
_TOO_MUCH = Text(
    "assert_healthy got {given} and a loss or data beside it. It has its own; leave them out.",
    "assert_healthy가 {given:과/와} 함께 손실이나 데이터를 받았습니다. 그 안에 이미 있으니 빼 주세요.",
)
_NO_MODEL = Text(
    "assert_healthy got {given} as the network; it must be a torch.nn.Module.",
    "assert_healthy가 신경망 자리에 {given:을/를} 받았습니다. torch.nn.Module이어야 합니다.",
)
_NO_OPTIMIZER = Text(
    "assert_healthy got optimizer={given}; give an optimizer that holds the model's parameters, or what makes one, "
    "such as functools.partial(torch.optim.SGD, lr=0.1).",
    "assert_healthy가 optimizer={given:을/를} 받았습니다. 모델의 매개변수를 가진 옵티마이저나, "
    "functools.partial(torch.optim.SGD, lr=0.1)처럼 옵티마이저를 만드는 것을 주세요.",
)
_NOT_SEEN = Text(
    "Nothing was seen of this training, so it cannot be called healthy: {why}",
    "이 학습에서 본 것이 없어 건강하다고 할 수 없습니다. {why}",
)
_NO_STEP = Text("no optimizer step was taken.", "옵티마이저의 스텝이 하나도 없습니다.")
_NOT_LEARNING = Text(
    "The training does not learn, and no rule says why. {state}",
    "학습이 되지 않는데, 들어맞는 규칙이 없습니다. {state}",
)
_FOUND = Text(
    "livegrad found what ails {model}. {state}", "livegrad가 {model}의 문제를 찾았습니다. {state}"
)


def assert_healthy(
    judged: Judged,
    loss_fn: Callable[..., Any] | None = None,
    batches: Any = None,
    *,
    optimizer: Stepped | None = None,
    steps: int = STEPS,
    allow: Collection[str] = (),
    fail_on: FailOn = "warning",
) -> Diagnosis:
    """Fail if a training is not healthy; return its diagnosis if it is.

    A model is trained on a copy, from a fixed seed, so it leaves the test as it came. A `livegrad.Training` is run as it
    is. A diagnosis, or a watch, is only judged.

    Args:
        judged: A network; or a `livegrad.Training`, a `livegrad.Diagnosis` or a watch, which need nothing else.
        loss_fn: Called as ``loss_fn(model(x), y)``.
        batches: One pair ``(x, y)``, or an iterable of pairs that can be read more than once.
        optimizer: One that holds the model's parameters, or what makes one of parameters, such as
            ``functools.partial(torch.optim.SGD, lr=0.1)``. Without it: Adam at its defaults, and findings on the
            learning rate are left out.
        steps: Optimizer steps to take; 0: one batch before any training (`livegrad.examine`), in a moment.
        allow: Codes that may be found, such as "dead-units".
        fail_on: The severity from which on a finding fails the test.

    Raises:
        AssertionError: The training is ill, does not learn, or was not observed; the message is the report's findings.
        BadInput: The arguments do not fit together.

    Example:
        >>> import torch
        >>> x = torch.linspace(-1, 1, 64)[:, None]
        >>> model = torch.nn.Sequential(
        ...     torch.nn.Linear(1, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)
        ... )
        >>> assert_healthy(model, torch.nn.functional.mse_loss, (x, x.sin())).healthy
        True
    """
    __tracebackhide__ = True  # pytest shows the test's own line
    codes, limit = require_codes(allow), require_fail_on(fail_on)
    diagnosis = _diagnosed(judged, loss_fn, batches, optimizer, steps)
    if optimizer is None and loss_fn is not None:
        codes = (*codes, *OURS)
    assert_sound((diagnosis,), allow=codes, fail_on=limit)
    return diagnosis


def assert_sound(
    diagnoses: Iterable[Diagnosis], *, allow: Collection[str] = (), fail_on: FailOn = "warning"
) -> None:
    """Fail if any of several trainings is not healthy.

    Args:
        diagnoses: One for each training; none at all fails too, for nothing was seen.
        allow: Codes that may be found.
        fail_on: The severity from which on a finding fails.

    Raises:
        AssertionError: One of them is ill, or nothing was observed.

    Example:
        >>> assert_sound([])
        Traceback (most recent call last):
        ...
        AssertionError: Nothing was seen of this training, so it cannot be called healthy: no optimizer step was taken.
    """
    __tracebackhide__ = True
    each = tuple(diagnoses)
    told = [complaint(diagnosis, allow=allow, fail_on=fail_on) for diagnosis in each]
    if not each and "not-observed" not in allow and fail_on != "never":
        told = [_NOT_SEEN.fill(why=_NO_STEP).say()]
    if any(told):
        raise AssertionError("\n\n".join(filter(None, told)))


def complaint(
    diagnosis: Diagnosis, *, allow: Collection[str] = (), fail_on: FailOn = "warning"
) -> str:
    """Return why a training is not healthy enough, in plain words; empty where it is.

    Args:
        diagnosis: Of the training.
        allow: Codes that may be found.
        fail_on: The severity from which on a finding counts.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> seen = Evidence(model="Net", steps=100)
        >>> complaint(Diagnosis(findings=(), learning=True, state=Text("", ""), evidence=seen))
        ''
    """
    from livegrad.report.plain import finding_words

    if not diagnosis.observed:
        if "not-observed" in allow or fail_on == "never":
            return ""
        reasons = [f.seen for f in diagnosis.findings if f.code == "not-observed"] or [_NO_STEP]
        return _NOT_SEEN.fill(why=join(reasons)).say()
    found = stops_at(diagnosis, fail_on, allow=allow)
    if found:
        head = _FOUND.fill(model=diagnosis.evidence.model, state=diagnosis.state).say()
        return f"{head}\n\n{finding_words(found, diagnosis)}"
    if stops(diagnosis, fail_on, allow=allow):
        return _NOT_LEARNING.fill(state=diagnosis.state).say()
    return ""


def _diagnosed(
    judged: Judged, loss_fn: Any, batches: Any, optimizer: Stepped | None, steps: int
) -> Diagnosis:
    from livegrad.diagnosis.watching import Watch
    from livegrad.observation.training import Training

    given = loss_fn is not None or batches is not None or optimizer is not None
    if isinstance(judged, (Diagnosis, Watch, Training)):
        if given:
            raise BadInput(_TOO_MUCH.fill(given=type(judged).__name__))
        if isinstance(judged, Training):
            return _trained(judged)
        return judged.diagnose() if isinstance(judged, Watch) else judged
    if loss_fn is None or batches is None:
        raise BadInput(_NOTHING_TO_TRAIN_WITH)
    model, stepped = _copied(judged, optimizer)
    if steps == 0:
        from livegrad.diagnosis.examining import examine

        return examine(model, loss_fn, next(iter(_pairs(batches))))
    with _seeded():
        return _trained(Training(model, loss_fn, stepped, _pairs(batches), steps))


def _trained(training: Training) -> Diagnosis:
    from livegrad.diagnosis.engine import diagnose
    from livegrad.errors import CouldNotObserve
    from livegrad.observation.recorder import Recorder

    recorder = Recorder(models=(("", training.model),))
    recorder.cases[0].origins.training_made(training.made_at)
    recorder.attach()
    try:
        training.run()
    finally:
        recorder.detach()
    seen = recorder.evidence()
    if not seen:
        raise CouldNotObserve(_NOT_SEEN.fill(why=_NO_STEP))
    return diagnose(seen[0])


def _copied(model: nn.Module, optimizer: Stepped | None) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A copy of the model, and an optimizer that holds the copy's parameters."""
    import torch

    if not isinstance(model, torch.nn.Module):
        raise BadInput(_NO_MODEL.fill(given=repr(model)))
    if isinstance(optimizer, torch.optim.Optimizer):
        return copy.deepcopy((model, optimizer))  # together: the copy holds the copied parameters
    if optimizer is not None and not callable(optimizer):
        raise BadInput(_NO_OPTIMIZER.fill(given=repr(optimizer)))
    twin = copy.deepcopy(model)
    trainable = [p for p in twin.parameters() if p.requires_grad]
    return twin, torch.optim.Adam(trainable) if optimizer is None else optimizer(trainable)


def _pairs(batches: Any) -> Any:
    """One pair (x, y) is a list of one; anything else is taken as it is."""
    if not isinstance(batches, (tuple, list)) or len(batches) != 2:
        return batches
    both = all(isinstance(each, (tuple, list)) and len(each) == 2 for each in batches)
    return batches if both else [tuple(batches)]


@contextlib.contextmanager
def _seeded() -> Iterator[None]:
    """The same draws (dropout, sampling) every time; the test's own random numbers go on as if nothing had happened."""
    import torch

    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(SEED)
        yield
