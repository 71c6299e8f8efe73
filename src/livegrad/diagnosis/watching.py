"""``livegrad.watch``: watch a training of your own loop, and ask for a diagnosis at any time."""

from __future__ import annotations

import importlib
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput, CouldNotObserve
from livegrad.observation.evidence import Evidence
from livegrad.text import Text

if TYPE_CHECKING:
    import torch

    from livegrad.observation.recorder import Recorder

_NO_STEP = Text(
    "No optimizer step was seen, so nothing can be said. Train inside the `with` block, or between watch(model) and "
    "diagnose().",
    "옵티마이저의 스텝을 하나도 보지 못해 말할 것이 없습니다. `with` 블록 안에서, 또는 watch(model)과 diagnose() 사이에서 학습해 주세요.",
)
_NOT_A_MODEL = Text(
    "watch got {given}; it takes a torch.nn.Module. Pass the network itself: livegrad.watch(model).",
    "watch가 {given:을/를} 받았습니다. torch.nn.Module이어야 합니다. 신경망 자체를 넘겨 주세요: livegrad.watch(model).",
)

_NOT_A_COUNT = Text(
    "watch got every={given}; it measures one step in so many, so it takes 1 (each step) or more. Leave it out, and livegrad "
    "chooses the steps.",
    "watch가 every={given:을/를} 받았습니다. 몇 스텝마다 한 번 측정할지 정하는 값이므로 1(모든 스텝) 이상이어야 합니다. 생략하면 livegrad가 스텝을 고릅니다.",
)

_watches: weakref.WeakKeyDictionary[torch.nn.Module, Watch] = weakref.WeakKeyDictionary()


class Watch:
    """One watched model; made by `watch`.

    Use it as a context manager, or call `attach` and `detach`; attaching twice is the same as once, and after
    detaching nothing of livegrad is left on the model or in PyTorch.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._attached = False

    def attach(self) -> Watch:
        """Begin to watch (again)."""
        self._recorder.attach()
        self._attached = True
        return self

    def measure_every(self, steps: int) -> None:
        """From now on measure everything at one step in so many."""
        self._recorder.every = steps

    def detach(self) -> None:
        """Stop watching; what was seen stays, so `diagnose` still works."""
        self._recorder.detach()
        self._attached = False

    def evidence(self) -> Evidence:
        """Return the numbers seen so far.

        Raises:
            CouldNotObserve: No optimizer step was seen.
        """
        seen = self._recorder.evidence()
        if not seen:
            raise CouldNotObserve(_NO_STEP)
        return seen[0]

    def diagnose(self) -> Diagnosis:
        """Return what ails the training, root causes first.

        Raises:
            CouldNotObserve: No optimizer step was seen.
        """
        return diagnose(self.evidence())

    def _repr_html_(self) -> str:
        return self._drawn()["text/html"]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What was seen until now, for a notebook and for a terminal."""
        del include, exclude
        return self._drawn()

    def _drawn(self) -> dict[str, str]:
        seen = self._recorder.evidence()
        lines = importlib.import_module("livegrad.report.watch_state").watch_lines(
            self._recorder.cases[0].title,
            diagnose(seen[0]) if seen else None,
            attached=self._attached and self._recorder.failure is None,
        )
        drawn = importlib.import_module("livegrad.report.diagnosis_card").watch_card(lines)
        return {"text/plain": "\n".join(map(str, lines)), "text/html": drawn}

    def __enter__(self) -> Self:
        self.attach()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.detach()


def watch(
    model: torch.nn.Module,
    *,
    loss_fn: Any = None,
    optimizer: torch.optim.Optimizer | None = None,
    every: int | None = None,
) -> Watch:
    """Watch a training of ``model``, whatever loop trains it; attached at once.

    Args:
        model: The network. Watching it twice gives the same watch.
        loss_fn: Not needed: losses are heard where they are called. Taken so that calls name all they have.
        optimizer: Not needed either, unless it was made before and holds parameters of another model as well.
        every: Measure everything at one step in so many (1: at each). Not given: at many steps of the start and fewer later,
            within a hundredth of the training's time or so.

    Returns:
        The watch: a context manager with `Watch.diagnose`.

    Raises:
        BadInput: ``model`` is no module, or has no parameter to train; ``every`` is below 1.

    Example:
        >>> import torch
        >>> model = torch.nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> with watch(model) as watching:
        ...     for _ in range(30):
        ...         optimizer.zero_grad()
        ...         torch.nn.functional.mse_loss(
        ...             model(torch.ones(4, 2)), torch.ones(4, 1)
        ...         ).backward()
        ...         optimizer.step()
        >>> watching.diagnose().healthy
        True
    """
    from torch import nn

    from livegrad.observation.recorder import Recorder
    from livegrad.observation.training import require_parameters

    del loss_fn
    if not isinstance(model, nn.Module):
        raise BadInput(_NOT_A_MODEL.fill(given=repr(model)))
    if every is not None and every < 1:
        raise BadInput(_NOT_A_COUNT.fill(given=every))
    if model not in _watches:
        require_parameters(model)
        recorder = Recorder(models=(("", model),))
        if optimizer is not None:
            recorder.optimizer_made(optimizer)
        _watches[model] = Watch(recorder)
    if every is not None:
        _watches[model].measure_every(every)
    return _watches[model].attach()
