"""A training as a value: everything needed to train one network once, from a given start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from livegrad.errors import BadBuild, BadInput, LivegradError
from livegrad.observation.callers import Line, trail
from livegrad.text import Text

_NO_MODEL = Text(
    "Training got {given} as its model; it must be a torch.nn.Module. Pass the network itself.",
    "Training의 model로 {given:을/를} 받았습니다. torch.nn.Module이어야 합니다. 신경망 자체를 넘겨 주세요.",
)
_NO_PARAMETERS = Text(
    "The model {given} has no parameter that needs a gradient, so nothing can be trained. Add layers with weights, or "
    "check requires_grad.",
    "모델 {given}에 기울기가 필요한 매개변수가 없어 학습할 것이 없습니다. 가중치가 있는 층을 넣거나 requires_grad를 "
    "확인해 주세요.",
)
_NO_STEPS = Text(
    "Training got steps={given}; at least 1 step is needed. Pass steps=200, for example.",
    "Training이 steps={given:을/를} 받았습니다. 적어도 1스텝이 필요합니다. 예를 들어 steps=200을 넘겨 주세요.",
)
_NO_BATCHES = Text(
    "Training got batches={given}; it must be an iterable of (x, y) that can be read more than once. Pass a list or a "
    "DataLoader.",
    "Training이 batches={given:을/를} 받았습니다. 여러 번 읽을 수 있는 (x, y)의 모음이어야 합니다. 리스트나 DataLoader를 "
    "넘겨 주세요.",
)
_NO_LOSS = Text(
    "Training got loss_fn={given}; it must be callable as loss_fn(output, target). Pass nn.CrossEntropyLoss(), for example.",
    "Training이 loss_fn={given:을/를} 받았습니다. loss_fn(출력, 목표값)으로 부를 수 있어야 합니다. 예를 들어 "
    "nn.CrossEntropyLoss()를 넘겨 주세요.",
)
_NO_OPTIMIZER = Text(
    "Training got optimizer={given}; it must be a torch.optim.Optimizer that holds the model's parameters.",
    "Training이 optimizer={given:을/를} 받았습니다. 모델의 매개변수를 가진 torch.optim.Optimizer여야 합니다.",
)
_NO_PAIR = Text(
    "Training's batches gave a {given}; each batch must be a pair (x, y). Wrap inputs and targets into a tuple.",
    "Training의 batches에서 {given:이/가} 나왔습니다. 배치마다 (x, y) 한 쌍이어야 합니다. 입력과 목표값을 튜플로 묶어 주세요.",
)
_BROKEN_BUILD = Text(
    "The build function ended with {error}. Call it by itself first; it must take a seed or nothing, and return a Training.",
    "build 함수가 {error} 오류로 끝났습니다. 먼저 혼자 불러 보세요. 시드를 받거나 아무것도 받지 않고 Training을 돌려주어야 합니다.",
)
_EMPTY = Text(
    "Training's batches gave no (x, y) pair at all. Pass at least one batch.",
    "Training의 batches에서 (x, y)가 하나도 나오지 않았습니다. 배치를 하나 이상 넘겨 주세요.",
)
_BAD_BUILD = Text(
    "The build function returned {given}; it must return livegrad.Training(model, loss_fn, optimizer, batches, steps).",
    "build 함수가 {given:을/를} 돌려주었습니다. livegrad.Training(model, loss_fn, optimizer, batches, steps)를 돌려주어야 "
    "합니다.",
)


@dataclass
class Training:
    """One network, its data, and how it is trained; `run` trains it.

    Attributes:
        model: The network; called as ``model(x)``.
        loss_fn: Called as ``loss_fn(model(x), y)``; returns a scalar.
        optimizer: Holds the model's parameters.
        batches: Re-iterable of (x, y); begun anew when it runs out.
        steps: Optimizer steps to take.
        score: ``score(model) -> float``, higher is better; ``None``: from the (output, target) pairs.
        scheduler: Stepped once after each optimizer step, if given.
        clip: Greatest gradient norm, if given.
        made_at: The user's lines that made it, for findings that name a line.

    Raises:
        BadInput: A model without trainable parameters, no steps, or batches that can be read only once.

    Example:
        >>> model = nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> batches = [(torch.ones(4, 2), torch.ones(4, 1))]
        >>> Training(model, nn.MSELoss(), optimizer, batches, steps=3).run()
    """

    model: nn.Module
    loss_fn: Callable[[Any, Any], torch.Tensor]
    optimizer: torch.optim.Optimizer
    batches: Iterable[tuple[Any, Any]]
    steps: int
    score: Callable[[nn.Module], float] | None = None
    scheduler: Any | None = None
    clip: float | None = None
    made_at: tuple[Line, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.made_at = trail()
        if not isinstance(self.model, nn.Module):
            raise BadInput(_NO_MODEL.fill(given=repr(self.model)))
        require_parameters(self.model)
        if not callable(self.loss_fn):
            raise BadInput(_NO_LOSS.fill(given=repr(self.loss_fn)))
        if not isinstance(self.optimizer, torch.optim.Optimizer):
            raise BadInput(_NO_OPTIMIZER.fill(given=repr(self.optimizer)))
        if not isinstance(self.steps, int) or self.steps < 1:
            raise BadInput(_NO_STEPS.fill(given=repr(self.steps)))
        if not hasattr(self.batches, "__iter__") or iter(self.batches) is self.batches:
            raise BadInput(_NO_BATCHES.fill(given=type(self.batches).__name__))

    def run(self) -> None:
        """Train for `steps` steps; the model is left as trained."""
        self.model.train()
        taken = 0
        while taken < self.steps:
            before = taken
            for batch in self.batches:
                if not isinstance(batch, (tuple, list)) or len(batch) != 2:
                    raise BadInput(_NO_PAIR.fill(given=type(batch).__name__))
                x, y = batch
                if taken == self.steps:
                    return
                self._step(x, y)
                taken += 1
            if taken == before:
                raise BadInput(_EMPTY)

    def _step(self, x: Any, y: Any) -> None:
        self.optimizer.zero_grad()
        heard(self.loss_fn)(self.model(x), y).backward()
        if self.clip is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        if self.scheduler is not None:
            self.scheduler.step()


def heard(loss_fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return the loss as ``torch.nn.functional`` has it now: who listens wraps it there, and a name taken before is deaf."""
    now = getattr(nn.functional, getattr(loss_fn, "__name__", ""), None)
    return now if now is not None and getattr(now, "__wrapped__", None) is loss_fn else loss_fn


def require_parameters(model: nn.Module) -> None:
    """Raise `BadInput` if nothing of ``model`` can be trained (lazy parameters count as trainable)."""
    if not any(p.requires_grad for p in model.parameters()):
        raise BadInput(_NO_PARAMETERS.fill(given=type(model).__name__))


def takes_seed(build: Callable[..., Any]) -> bool:
    """Return whether a build function has a place for the seed."""
    import inspect

    return any(
        p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)
        for p in inspect.signature(build).parameters.values()
    )


def built(build: Callable[..., Training], seed: int) -> Training:
    """Return ``build(seed)``, or ``build()`` after seeding torch, NumPy and random where it takes no argument."""
    from livegrad.observation.seeding import seed_everything

    seed_everything(seed)
    try:
        training = build(seed) if takes_seed(build) else build()
    except LivegradError:
        raise
    except (Exception, SystemExit) as error:
        raise BadBuild(_BROKEN_BUILD.fill(error=f"{type(error).__name__}: {error}")) from error
    if not isinstance(training, Training):
        raise BadBuild(_BAD_BUILD.fill(given=repr(training)))
    return training
