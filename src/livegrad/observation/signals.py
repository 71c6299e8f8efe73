"""Where livegrad listens: PyTorch's public hooks, and thin wrappers where PyTorch offers none.

One hub for the whole process. The first listener installs everything, the last one to leave takes
everything back, so that nothing stays behind. A listener that raises is told so once and dropped: the user's
training must never fail because it is watched.

Public hooks: ``register_optimizer_step_pre_hook`` and ``..._post_hook``. Wrapped, because there is no hook:
the losses of ``torch.nn.functional``, ``torch.autograd.backward`` (which ``Tensor.backward`` calls),
``GradScaler.scale`` and ``Optimizer.__init__``. Module hooks are installed by the recorder, only around the
steps that it measures, so that all other steps run at full speed.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional
from torch.optim import optimizer as optimizer_module

PAIRED_LOSSES = (
    "cross_entropy",
    "nll_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "poisson_nll_loss",
    "soft_margin_loss",
    "multi_margin_loss",
    "multilabel_soft_margin_loss",
)
"""Losses of ``torch.nn.functional`` whose first two arguments are (output, target)."""


@dataclass(slots=True)
class LossCall:
    """One call of a loss function, or a loss written by hand that was recognised as one.

    Attributes:
        name: Of the function in ``torch.nn.functional``, or of the one that the loss written by hand is like.
        output, target: Its two arguments.
        settings: Its further arguments by name.
        value: What it returned.
        again: The same call on another output.
        perfect: Of a loss written by hand: the output that costs least, of the output's shape.
        rest: Of a loss written by hand, 0-d: what was added to it that does not come from the output; NaN where the
            output or the target is not surely known.
    """

    name: str
    output: torch.Tensor
    target: torch.Tensor
    settings: dict[str, Any]
    value: torch.Tensor
    again: Callable[[torch.Tensor], torch.Tensor]
    perfect: torch.Tensor | None = None
    rest: torch.Tensor | None = None


class Listener:
    """What may be listened to; override what you need. Every method gets what the user's own call got.

    Attributes:
        failure: The error of our own that ended the watch, if one did.
        only_targets: Whether, of losses that may be sent back, nothing but `target` is wanted for now.
        target: What the last of those was called with.
    """

    failure: str | None = None
    only_targets = False
    target: torch.Tensor | None = None

    def optimizer_made(self, optimizer: torch.optim.Optimizer) -> None:
        """After ``Optimizer.__init__``: the groups exist, the subclass has not finished yet."""

    def loss_called(self, call: LossCall) -> None:
        """After a loss of `PAIRED_LOSSES` returned."""

    def backward_begins(self, roots: tuple[torch.Tensor, ...]) -> None:
        """Before gradients are computed; the graph behind ``roots`` is still whole."""

    def backward_ended(self, root: torch.Tensor) -> None:
        """After gradients were accumulated."""

    def step_begins(self, optimizer: torch.optim.Optimizer) -> None:
        """Before the optimizer reads the gradients."""

    def step_ended(self, optimizer: torch.optim.Optimizer) -> None:
        """After the parameters changed."""

    def step_skipped(self, optimizer: torch.optim.Optimizer) -> None:
        """After a ``GradScaler`` was asked for a step and made none."""

    def left(self) -> None:
        """After it was removed, by itself or because it failed."""

    def compiled(self, target: Any, made: Any) -> None:
        """After ``torch.compile(target)`` returned ``made``; nothing has been compiled yet."""


EVENTS = (
    "optimizer_made",
    "loss_called",
    "backward_begins",
    "backward_ended",
    "step_begins",
    "step_ended",
    "step_skipped",
    "compiled",
)

_MARK = "_livegrad_unscaled"
_steps = threading.local()
"""How many optimizer steps ended in each thread (``ended``): tells whether a ``GradScaler`` made one."""
_listeners: list[Listener] = []
_bound: dict[str, tuple[tuple[Listener, Callable[..., None]], ...]] = {}
_undo: list[Callable[[], None]] = []


def listen(listener: Listener) -> None:
    """Add a listener; twice is the same as once."""
    if listener in _listeners:
        return
    if not _listeners:
        _install()
    _listeners.append(listener)
    _bind()


def leave(listener: Listener) -> None:
    """Remove a listener; when it was the last, take every wrapper and hook back."""
    if listener in _listeners:
        _listeners.remove(listener)
        _bind()
        listener.left()
    if not _listeners:
        while _undo:
            _undo.pop()()


@contextlib.contextmanager
def alone(listener: Listener) -> Iterator[None]:
    """Let nobody but ``listener`` hear what is done inside: it is no part of the training that the others watch."""
    others = [other for other in _listeners if other is not listener]
    listen(listener)
    _listeners[:] = [listener]
    _bind()
    try:
        yield
    finally:
        if others and not _undo:
            _install()  # the listener failed, and took everything back
        _listeners[:] = [*others, listener]
        leave(listener)


def is_listening(listener: Listener) -> bool:
    """Whether the listener was added, and has not left."""
    return listener in _listeners


def is_scaled(loss: torch.Tensor) -> bool:
    """Whether a ``GradScaler`` multiplied the loss."""
    return hasattr(loss, _MARK)


def unscaled(loss: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | float]:
    """Return (the loss, detached, before a ``GradScaler`` multiplied it; the scale, 1 where there is none)."""
    marked = getattr(loss, _MARK, None)
    return marked if marked is not None else (loss.detach(), 1.0)


def _bind() -> None:
    """Look up once who hears what: this runs in the middle of every step of a training."""
    for event in EVENTS:
        deaf = getattr(Listener, event)
        _bound[event] = tuple(
            (heard, getattr(heard, event))
            for heard in _listeners
            if getattr(type(heard), event) is not deaf
        )


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, whose own errors end the watch instead of the training; then it returns ``None``."""
    owner = getattr(function, "__self__", None)

    def safe(*args: Any, **kwargs: Any) -> Any:
        if not _listeners or (isinstance(owner, Listener) and owner not in _listeners):
            return None
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 (whatever it is, the training goes on)
            _give_up(getattr(function, "__name__", "a hook"), error, tuple(_listeners))
            return None

    return safe


def _give_up(where: str, error: Exception, listeners: tuple[Listener, ...]) -> None:
    """Drop listeners after an error of our own, and say so once."""
    if os.environ.get("LIVEGRAD_STRICT"):
        raise error
    for listener in listeners:
        listener.failure = f"{type(error).__name__} in {where}: {error}"
        leave(listener)
    warnings.warn(
        f"livegrad stopped watching after an error of its own in {where}: {error!r}. The training goes on "
        "untouched; please report it with the output of `livegrad env`.",
        RuntimeWarning,
        stacklevel=4,
    )


def _tell(event: str, *arguments: Any) -> None:
    for listener, method in _bound[event]:
        try:
            method(*arguments)
        except Exception as error:  # noqa: BLE001 (whatever it is, the training goes on)
            _give_up(event, error, (listener,))


def _install() -> None:
    for name in PAIRED_LOSSES:
        _replace(functional, name, _listening_loss(name, getattr(functional, name)))
    _replace(torch.jit, "script", _with_plain_losses(torch.jit.script))
    _replace(torch.autograd, "backward", _listening_backward(torch.autograd.backward))
    _replace(torch.amp.GradScaler, "scale", _remembering_scale(torch.amp.GradScaler.scale))
    _replace(torch.amp.GradScaler, "step", _noticing_step(torch.amp.GradScaler.step))
    _replace(torch, "compile", _telling_compile(torch.compile))
    _replace(torch.optim.Optimizer, "__init__", _telling_init(torch.optim.Optimizer.__init__))
    for register, hook in (
        (optimizer_module.register_optimizer_step_pre_hook, _step_begins),
        (optimizer_module.register_optimizer_step_post_hook, _step_ended),
    ):
        _undo.append(register(hook).remove)


def _step_begins(made: torch.optim.Optimizer, args: Any, kwargs: Any) -> Any:
    """Tell that a step begins: with a closure, only when that has computed (and perhaps clipped) the gradients."""
    closure = args[1] if len(args) > 1 else kwargs.get("closure")
    if not callable(closure):
        _tell("step_begins", made)
        return None
    told = _told_after(closure, made)
    return (
        ((args[0], told, *args[2:]), kwargs)
        if len(args) > 1
        else (args, {**kwargs, "closure": told})
    )


def _told_after(closure: Callable[[], Any], made: torch.optim.Optimizer) -> Callable[[], Any]:
    """The closure, telling after its first call that the step begins."""
    waiting = [made]

    @functools.wraps(closure)
    def told() -> Any:
        value = closure()
        if waiting:
            _tell("step_begins", waiting.pop())
        return value

    return told


def _step_ended(made: torch.optim.Optimizer, _args: Any, _kwargs: Any) -> None:
    _tell("step_ended", made)
    _steps.ended = getattr(_steps, "ended", 0) + 1


def _replace(owner: Any, name: str, new: Any) -> None:
    old = getattr(owner, name)
    setattr(owner, name, new)
    _undo.append(lambda: setattr(owner, name, old))


def _with_plain_losses(original: Callable[..., Any]) -> Callable[..., Any]:
    """TorchScript compiles the source of what it meets: it must meet the losses themselves."""

    @functools.wraps(original)
    def script(*args: Any, **kwargs: Any) -> Any:
        listening = {name: getattr(functional, name) for name in PAIRED_LOSSES}
        for name, wrapper in listening.items():
            setattr(functional, name, getattr(wrapper, "__wrapped__", wrapper))
        try:
            return original(*args, **kwargs)
        finally:
            for name, wrapper in listening.items():
                setattr(functional, name, wrapper)

    return script


def _listening_loss(
    name: str, original: Callable[..., torch.Tensor]
) -> Callable[..., torch.Tensor]:
    @functools.wraps(original)
    def loss(input: Any, target: Any, *args: Any, **kwargs: Any) -> torch.Tensor:  # noqa: A002 (the wrapped function's own name)
        value = original(input, target, *args, **kwargs)
        if not torch.compiler.is_compiling() and isinstance(target, torch.Tensor):
            heard = _bound["loss_called"]
            sent = getattr(value, "requires_grad", False)  # whatever a tensor subclass may return
            if sent and len(heard) == 1 and heard[0][0].only_targets:
                heard[0][0].target = target
                return value
            again = functools.partial(_called_again, original, target, args, kwargs)
            _tell("loss_called", LossCall(name, input, target, kwargs, value, again))
        return value

    return loss


def _called_again(
    original: Callable[..., torch.Tensor],
    target: torch.Tensor,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    output: torch.Tensor,
) -> torch.Tensor:
    return original(output, target, *args, **kwargs)


def _listening_backward(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def backward(tensors: Any, *args: Any, **kwargs: Any) -> None:
        roots = (tensors,) if isinstance(tensors, torch.Tensor) else tuple(tensors)
        _tell("backward_begins", roots)
        original(tensors, *args, **kwargs)
        _tell("backward_ended", roots[0])

    return backward


def _remembering_scale(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def scale(self: Any, outputs: Any) -> Any:
        scaled = original(self, outputs)
        if isinstance(outputs, torch.Tensor) and isinstance(scaled, torch.Tensor):
            factor = getattr(self, "_scale", None) if scaled is not outputs else None
            vars(scaled)[_MARK] = (outputs.detach(), 1.0 if factor is None else factor.clone())
        return scaled

    return scale


def _noticing_step(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def step(self: Any, optimizer: torch.optim.Optimizer, *args: Any, **kwargs: Any) -> Any:
        before = getattr(_steps, "ended", 0)
        result = original(self, optimizer, *args, **kwargs)
        if getattr(_steps, "ended", 0) == before:
            _tell("step_skipped", optimizer)
        return result

    return step


def _telling_compile(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def compile(model: Any = None, *args: Any, **kwargs: Any) -> Any:  # noqa: A001 (the wrapped function's own name)
        made = original(model, *args, **kwargs)
        if model is not None:
            _tell("compiled", model, made)
        return made

    return compile


def _telling_init(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        _tell("optimizer_made", self)

    return init
