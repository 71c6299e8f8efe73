"""The forward passes of a measured step: what enters the model, and the activations that run inside.

Module hooks and a function mode, installed only while some step is measured. A pass begins with the outermost module that
belongs to a watched model, whatever wraps it (a script's own class, ``DataParallel``, a trainer), and each thread has its
own passes. A compiled model is left alone: a hook or a mode inside would make it compile anew.
"""

from __future__ import annotations

import functools
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn, overrides
from torch.nn.modules import module as module_hooks

from livegrad.observation import callers, features, signals
from livegrad.observation.case import Case
from livegrad.observation.features import Batch
from livegrad.observation.sites import Watching

__all__ = ["Forwards", "in_backward"]


@dataclass
class Pass:
    """One call of a watched model that is under way.

    Attributes:
        module: The outermost module that belongs to the model.
        case: Whose model it is.
        mode: Sees the activations.
        batch: What entered, reduced to numbers; ``None`` where it is no data.
        again: How often the module is being called inside itself.
    """

    module: nn.Module
    case: Case
    mode: Watching
    batch: Batch | None
    again: int = 0


class _Under(threading.local):
    """What is under way in each thread."""

    def __init__(self) -> None:
        self.way: Pass | None = None


class Forwards:
    """Watches the forward passes of ``cases`` (a list that grows) on their measured steps.

    Attributes:
        outputs: What the passes since the last step returned, and how often it had been written into, by autograd's node.
    """

    def __init__(self, cases: list[Case]) -> None:
        self.outputs: dict[Any, tuple[torch.Tensor, int]] = {}
        self._cases = cases
        self._under = _Under()
        self._handles: list[Any] = []
        self._callers: list[Any] = []

    def sync(self) -> None:
        """Install the hooks if some step is measured, and take them away if none is."""
        wanted = any(case.window is not None and not case.compiled for case in self._cases)
        if wanted and not self._handles:
            self._handles = [
                module_hooks.register_module_forward_pre_hook(signals.guarded(self._begins)),
                module_hooks.register_module_forward_hook(
                    signals.guarded(self._ended), always_call=True, with_kwargs=True
                ),
            ]
        elif not wanted and self._handles and self._under.way is None:
            self._remove(self._handles)
        self._remove(self._callers)
        for case in self._cases:
            if case.window is not None and case.compiled:
                self._callers += [
                    module.register_forward_pre_hook(_Entering(case, module), with_kwargs=True)
                    for module in case.parts.callable_from_outside()
                ]

    def recover(self) -> None:
        """Leave a mode that an interrupted pass left behind (PyTorch ends hooks for `Exception` only).

        Only where it lies on top: inside a call that the mode itself hands on, PyTorch has taken it off for a moment.
        """
        way = self._under.way
        if way is not None and overrides._get_current_function_mode() is way.mode:  # noqa: SLF001 (no public name)
            self._under.way = None
            way.mode.__exit__(None, None, None)

    def close(self) -> None:
        """Take everything away, whatever is under way."""
        self.recover()
        self.outputs.clear()
        self._remove(self._handles)
        self._remove(self._callers)

    @staticmethod
    def _remove(handles: list[Any]) -> None:
        for handle in handles:
            handle.remove()
            # PyTorch 2.13 forgets this one, and then takes the hook for one that is still there.
            module_hooks._global_forward_hooks_with_kwargs.pop(handle.id, None)  # noqa: SLF001
        handles.clear()

    def _begins(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        if torch.compiler.is_compiling():
            return
        way = self._under.way
        if way is not None:
            way.again += way.module is module
            return
        if not torch.is_grad_enabled() or torch.jit.is_tracing() or _is_transformed():
            return
        case = next((c for c in self._cases if c.window and c.parts.contains(module)), None)
        if case is None or case.window is None or case.compiled:
            return
        began = time.perf_counter()
        case.thread = threading.get_ident()
        if case.origins.lacks("data"):
            case.origins.called("data", callers.trail())
        batch = None if in_backward() else _entered(args)
        case.spent(time.perf_counter() - began)
        window = case.window
        mode = Watching(
            window.sites, lambda weight, norms: window.through_time.append((weight, norms))
        )
        mode.__enter__()
        self._under.way = Pass(module, case, mode, batch)

    def _ended(self, module: nn.Module, args: tuple[Any, ...], *kwargs_and_output: Any) -> None:
        """PyTorch forgets the keywords after an error, and where another thread takes the hook away meanwhile."""
        del args
        if torch.compiler.is_compiling():
            return
        way = self._under.way
        if way is None:
            return
        way.case.parts.meet(module)
        if way.module is not module:
            return
        if way.again:
            way.again -= 1
            return
        self._under.way = None
        way.mode.__exit__(None, None, None)
        way.case.spent(way.mode.seconds)
        *keywords, output = kwargs_and_output
        if way.batch is None and keywords and keywords[0] and not in_backward():
            way.batch = _entered(keywords[0])  # nothing came in by position
        made = features.first_tensor(output)
        node = made.grad_fn if made is not None else None
        if isinstance(output, torch.Tensor) and node is not None:
            self.outputs[node] = output.detach(), output._version  # noqa: SLF001 (the only witness of a change in place)
        if way.batch is not None and node is not None:
            way.case.entered(way.batch, node)


class _Entering:
    """A hook on a compiled model's own call: only what enters is seen. Copies of the model get a deaf one."""

    def __init__(self, case: Case | None, module: nn.Module | None) -> None:
        self._case = weakref.ref(case) if case is not None else None
        self._module = weakref.ref(module) if module is not None else None

    def __call__(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        case = self._case() if self._case is not None else None
        if case is None or self._module is None or self._module() is not module:
            return
        if not torch.compiler.is_compiling() and torch.is_grad_enabled() and not in_backward():
            signals.guarded(functools.partial(_enter, case))((args, kwargs))

    def __deepcopy__(self, memo: dict[int, Any]) -> _Entering:
        return _Entering(None, None)

    def __reduce__(self) -> tuple[type[_Entering], tuple[None, None]]:
        return _Entering, (None, None)


def _enter(case: Case, given: Any) -> None:
    batch = _entered(given)
    if batch is not None:
        case.entered(batch, None)


def in_backward() -> bool:
    """Whether autograd is running a backward pass right now, in this thread."""
    return torch._C._current_graph_task_id() != -1  # noqa: SLF001 (torch.utils.checkpoint asks the same way)


def _entered(given: Any) -> Batch | None:
    """The first floating-point tensor of a call, reduced, unless the network itself made it."""
    first = features.first_tensor(given)
    return None if first is None or first.grad_fn is not None else features.reduced(first)


def _is_transformed() -> bool:
    """Whether a function transform (vmap, grad) runs: its tensors stand for many, and have no numbers to read."""
    return torch._C._functorch.peek_interpreter_stack() is not None  # noqa: SLF001 (no public name)
