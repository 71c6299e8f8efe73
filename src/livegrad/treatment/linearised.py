"""A control that a linear model cannot pass: the trained network with its bends taken out.

A revived deep network may be using nothing but its linear path (the shortcut of a residual network, activations that
stay in their straight middle). So every hidden activation is replaced by the straight line that is closest to it on the
training's own batches, unit by unit (least squares), and the network is scored again. Where that costs nothing, depth
and activations do no work.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from livegrad.observation import signals, sites
from livegrad.observation.evidence import Score
from livegrad.observation.pairs import Pairs
from livegrad.observation.training import heard

MOST_BATCHES = 32
_WEIGHTED = {
    nn.functional.linear,
    nn.functional.bilinear,
    torch.matmul,
    torch.bmm,
    torch.addmm,
    torch.Tensor.matmul,
    torch.Tensor.__matmul__,
    torch.conv1d,
    torch.conv2d,
    torch.conv3d,
    nn.functional.conv1d,
    nn.functional.conv2d,
    nn.functional.conv3d,
}


class Passes(Protocol):
    """What of a training is sent through its network again (`livegrad.Training` is one)."""

    @property
    def model(self) -> nn.Module:
        """Takes the first of each pair of `batches`."""
        ...

    @property
    def batches(self) -> Iterable[Any]:
        """Pairs of what the network and what the loss takes."""
        ...

    @property
    def loss_fn(self) -> Callable[..., Any]:
        """Takes the output and the second of each pair."""
        ...

    @property
    def score(self) -> Callable[[nn.Module], float] | None:
        """The user's own, if there is one."""
        ...

    @property
    def steps(self) -> int:
        """Of the training."""
        ...


def scores(training: Passes) -> tuple[Score | None, Score | None]:
    """Return the score of the trained network, and that of the same network with straight hidden activations.

    Both are taken in evaluation mode over the same batches, by the user's own score where there is one. Both are
    ``None`` where the network has no hidden activation that can be seen: there is nothing to take out.
    """
    fitting = _Fitting()
    with _evaluating(training.model), signals.alone(signals.Listener()):
        _pass(training, fitting)
        lines = fitting.lines()
        if not lines:
            return None, None
        return _scored(training, None), _scored(training, _Straight(lines))


class _Fitting(TorchFunctionMode):
    """Sums over each hidden activation call, from which its closest line follows; calls are told apart by their order."""

    def __init__(self) -> None:
        super().__init__()
        self.sums: dict[int, torch.Tensor] = {}
        self.place = 0
        self._last_hidden = 0

    def begins(self) -> None:
        """A forward pass begins."""
        self.place = 0

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        kwargs = kwargs or {}
        if func in _WEIGHTED:
            self._last_hidden = max(self._last_hidden, self.place)
        if sites.identify(func) is None:
            return func(*args, **kwargs)
        z = args[0].detach().clone()
        y = func(*args, **kwargs)
        self._add(z.double(), y.detach().double())
        return y

    def _add(self, z: torch.Tensor, y: torch.Tensor) -> None:
        others = _others(z)
        one = torch.ones_like(z)
        sums = torch.stack([t.sum(others) for t in (one, z, y, z * z, z * y)])
        known = self.sums.get(self.place)
        same = known is not None and known.shape == sums.shape
        self.sums[self.place] = known + sums if known is not None and same else sums
        self.place += 1

    def lines(self) -> dict[int, tuple[torch.Tensor, torch.Tensor]]:
        """Return (slope, height at 0) of each hidden call, for each unit; what comes after the last weights is output."""
        found = {}
        for place, (n, z, y, zz, zy) in self.sums.items():
            if place < self._last_hidden:
                spread = zz - z * z / n
                slope = torch.where(spread > 1e-12 * n, (zy - z * y / n) / spread, 0.0)
                found[place] = (slope, (y - slope * z) / n)
        return found


class _Straight(TorchFunctionMode):
    """Hidden activation calls become their lines."""

    def __init__(self, lines: dict[int, tuple[torch.Tensor, torch.Tensor]]) -> None:
        super().__init__()
        self._lines = lines
        self.place = 0

    def begins(self) -> None:
        """A forward pass begins."""
        self.place = 0

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        if sites.identify(func) is None:
            return func(*args, **(kwargs or {}))
        line = self._lines.get(self.place)
        self.place += 1
        if line is None:
            return func(*args, **(kwargs or {}))
        z = args[0]
        shape = [1] * z.dim()
        shape[sites.unit_axis(z)] = -1
        slope, height = (t.to(z).reshape(shape) for t in line)
        return slope * z + height


def _others(z: torch.Tensor) -> list[int]:
    return [d for d in range(z.dim()) if d != sites.unit_axis(z)]


@contextlib.contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, was in before:
            module.training = was


def _pass(training: Passes, mode: _Fitting | _Straight | None) -> None:
    """Send the first batches through network and loss."""
    for x, y in itertools.islice(training.batches, MOST_BATCHES):
        heard(training.loss_fn)(_through(training.model, x, mode), y)


def _through(model: nn.Module, x: Any, mode: _Fitting | _Straight | None) -> Any:
    if mode is None:
        return model(x)
    mode.begins()
    with mode:
        return model(x)


def _scored(training: Passes, mode: _Straight | None) -> Score | None:
    if training.score is None:
        return _pairs_score(training, mode)
    handle = training.model.register_forward_pre_hook(lambda *_: mode.begins() if mode else None)
    try:
        with mode or contextlib.nullcontext():
            value = float(training.score(training.model))
    finally:
        handle.remove()
    return Score(kind="given", value=value, spread=0.0, source="evaluation", samples=0)


def _pairs_score(training: Passes, mode: _Straight | None) -> Score | None:
    pairs = Pairs()

    class Hearing(signals.Listener):
        """Puts the loss calls of these passes aside."""

        def loss_called(self, call: signals.LossCall) -> None:
            pairs.add(call, step=training.steps, training=False)

    with signals.alone(Hearing()):
        _pass(training, mode)
    return pairs.score(training.steps)
