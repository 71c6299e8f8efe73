"""From PyTorch's signals to `Evidence`: decides what is measured when, and by whom a number is owned.

Most steps cost one number (the loss). On *measured* steps, thick at the start and thinner later, everything is
seen: module hooks and a function mode are installed when the step before ends and taken away when the measured
one is done. Should measuring take more than its share of the time, steps are left out.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.modules import module as module_hooks

from livegrad.observation import graph as graphs
from livegrad.observation import owners, signals
from livegrad.observation.case import Case, Window
from livegrad.observation.evidence import Evidence
from livegrad.observation.signals import LossCall, unscaled
from livegrad.observation.sites import Watching

FREE_SAMPLES = 6
"""So many measured steps are taken whatever they cost: without them nothing can be said."""
SHARE_OF_TIME = 0.02
"""After those, measuring may take this share of the training's time."""
EVERY = 64
"""Once the early steps are seen, at most one step in so many is measured."""


class Recorder(signals.Listener):
    """Watches whatever is trained in this process, or only the models given.

    Args:
        models: (name, model) pairs to watch; empty: every model that an optimizer is made for.
        namespace: Where variables of the script are looked up, to name several models of one optimizer.
        measured: Called with the case after each measured step (for findings while the training runs).
    """

    def __init__(
        self,
        models: tuple[tuple[str, nn.Module], ...] = (),
        *,
        namespace: dict[str, object] | None = None,
        measured: Callable[[Case], None] | None = None,
    ) -> None:
        self.cases: list[Case] = []
        self.optimizers_made = 0
        self._namespace = namespace if namespace is not None else {}
        self._measured = measured
        self._by_optimizer: dict[int, Case] = {}
        self._given = models
        self._losses: list[tuple[torch.Tensor | float, set[int]]] = []
        self._calls: list[LossCall] = []
        self._consumed = True
        self._stepped: set[int] = set()
        self._last: Case | None = None
        self._outermost: list[tuple[nn.Module, Watching | None]] = []
        self._depth = 0
        self._outputs: set[Any] = set()
        self._thread = threading.get_ident()
        self._handles: list[Any] = []
        if models:
            self._begin(Case(models))

    def attach(self) -> Recorder:
        """Begin to listen."""
        signals.listen(self)
        self._sync_hooks()
        return self

    def look_up_names_in(self, namespace: dict[str, object]) -> None:
        """Name several models of one optimizer after their variables in ``namespace``."""
        self._namespace = namespace

    def models_of(self, optimizer: torch.optim.Optimizer) -> tuple[tuple[str, nn.Module], ...]:
        """Return the (prefix, module) pairs that ``optimizer`` trains."""
        case = self._by_optimizer.get(id(optimizer))
        return case.parts.living() if case is not None else ()

    def detach(self) -> None:
        """Stop listening and take every hook away; what was seen stays."""
        for case in self.cases:
            case.finish()
        self._sync_hooks()
        signals.leave(self)

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what was seen: one record for each model that was stepped, told apart by variable where there are several."""
        stepped = [case for case in self.cases if case.steps]
        if len(stepped) > 1:
            for case in stepped:
                case.title = self._title(case)
        return tuple(case.evidence() for case in stepped)

    def _title(self, case: Case) -> str:
        """``D (Discriminator)`` where the script has a variable of that name, else the class alone."""
        models = [model for _, model in case.parts.living()]
        variable = owners.name_in(self._namespace, models[0]) if len(models) == 1 else None
        return f"{variable} ({type(models[0]).__name__})" if variable else case.title

    # ---- signals ------------------------------------------------------------------------------------

    def optimizer_made(self, optimizer: torch.optim.Optimizer) -> None:
        """Find the model that the optimizer holds, and watch its first step."""
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        case = self._case_for(parameters)
        if case is not None:
            case.holds(optimizer, self.optimizers_made)
            self._by_optimizer[id(optimizer)] = case
        self.optimizers_made += 1

    def loss_called(self, call: LossCall) -> None:
        """Keep a training pair until its step is made; score an evaluation pair at once."""
        if torch.is_grad_enabled() and call.output.requires_grad:
            self._calls.append(call)
        elif self._last is not None:
            self._last.pairs.add(call, step=self._last.steps, training=False)

    def backward_begins(self, roots: tuple[torch.Tensor, ...]) -> None:
        """Take the loss; on a measured step, read the graph behind it while it is whole."""
        root = roots[0]
        if self._consumed:
            self._mark_adversaries()
            self._losses.clear()
            self._stepped.clear()
            self._consumed = False
        open_cases = [c for c in self.cases if c.window is not None]
        graph = None
        reached: set[int] = set()
        if open_cases:
            began = time.perf_counter()
            graph = graphs.read(root, is_weight=self._is_weight)
            reached = self._measure(graph, open_cases) if graph is not None else reached
            open_cases[0].watching_seconds += time.perf_counter() - began
        if root.numel() == 1:
            loss = unscaled(root).detach()
            value = loss.item() if loss.device.type == "cpu" else loss
            self._losses.append((value, reached))
            if isinstance(value, float) and not math.isfinite(value):
                self._look_for_bad_data(root, graph)
        if graph is not None:
            graph.release()

    def _is_weight(self, tensor: torch.Tensor) -> bool:
        return isinstance(tensor, nn.Parameter) or any(
            case.parts.owns(tensor) for case in self.cases
        )

    def _measure(self, graph: graphs.Graph, cases: list[Case]) -> set[int]:
        """Let each open case take its own layers of the graph; return the ids of those that it reaches."""
        in_model = not self._calls or self._calls[-1].output.grad_fn in self._outputs
        reached = [
            c
            for c in cases
            if any(n.weight is not None and c.parts.owns(n.weight) for n in graph.layers)
        ]
        for case in reached:
            case.backward_begins(graph, self._calls, in_model=in_model)
        return {id(case) for case in reached}

    def step_begins(self, optimizer: torch.optim.Optimizer) -> None:
        """Let the model's case read what the step is about to change."""
        case = self._by_optimizer.get(id(optimizer)) or self._late(optimizer)
        if case is not None:
            began = time.perf_counter()
            case.step_begins(began)
            if case.window is not None:
                case.watching_seconds += time.perf_counter() - began

    def step_ended(self, optimizer: torch.optim.Optimizer) -> None:
        """Count the step, close the window if it was measured, and decide on the next one."""
        case = self._by_optimizer.get(id(optimizer))
        if case is None:
            return
        self._stepped.add(id(case))
        scored = case.window is not None or case.is_scored()
        case.losses_seen([value for value, _ in self._losses], self._calls)
        if scored:
            for call in self._calls:
                case.pairs.add(call, step=case.steps, training=True)
        self._calls.clear()
        measured = case.window is not None
        began = time.perf_counter()
        case.step_ended(optimizer, began)
        if measured:
            case.watching_seconds += time.perf_counter() - began
        self._consumed, self._last = True, case
        if case.window is None and self._is_due(case):
            case.window = Window()
        if measured or case.window is not None:
            self._outputs.clear()
            self._sync_hooks()
        if measured and self._measured is not None:
            self._measured(case)

    # ---- which case ---------------------------------------------------------------------------------

    def _case_for(self, parameters: list[torch.Tensor]) -> Case | None:
        for case in self.cases:
            if any(case.parts.owns(p) for p in parameters) and not self._splits(case, parameters):
                return case
        if self._given:
            return None
        return self._begin(Case(self._named(parameters)))

    def _begin(self, case: Case) -> Case:
        self.cases.append(case)
        case.window = None if case.compiled else Window()
        self._sync_hooks()
        return case

    def _named(self, parameters: list[torch.Tensor]) -> tuple[tuple[str, nn.Module], ...]:
        """(prefix, module) of the models: no prefix where there is one, their variables' names where several."""
        roots = owners.roots_of(parameters)
        taken = [
            r for r in roots if any(c.parts.owns(p) for c in self.cases for p in r.parameters())
        ]
        parts = tuple(owners.common_owner(r, parameters) if r in taken else ("", r) for r in roots)
        if len(parts) == 1:
            return parts
        return tuple(
            (owners.name_in(self._namespace, m) or name or f"{type(m).__name__.lower()}{i}", m)
            for i, (name, m) in enumerate(parts)
        )

    def _splits(self, case: Case, parameters: list[torch.Tensor]) -> bool:
        """Whether these are other parameters of a model that an earlier optimizer holds a part of (a GAN in one class)."""
        return not self._given and case.optimizers != [] and not case.shares_held(parameters)

    def _late(self, optimizer: torch.optim.Optimizer) -> Case | None:
        """An optimizer that was made before we listened."""
        self.optimizer_made(optimizer)
        return self._by_optimizer.get(id(optimizer))

    def _mark_adversaries(self) -> None:
        """A loss that reached a model which did not step on it trains *against* that model."""
        reached = {i for _, ids in self._losses for i in ids}
        if reached - self._stepped:
            for case in self.cases:
                case.adversarial |= id(case) in reached

    # ---- what is measured when ----------------------------------------------------------------------

    def _is_due(self, case: Case) -> bool:
        if case.compiled or not _on_schedule(case.steps):
            return False
        if len(case.sampled) < FREE_SAMPLES:
            case.free_seconds = case.watching_seconds
            return True
        return case.watching_seconds - case.free_seconds <= SHARE_OF_TIME * case.elapsed()

    def _look_for_bad_data(self, root: torch.Tensor, graph: graphs.Graph | None) -> None:
        """The loss is not finite for the first time: the batch is still at hand."""
        for case in self.cases:
            if case.first_non_finite is None and (case is self._last or len(self.cases) == 1):
                case.non_finite(graph or graphs.read(root, is_weight=self._is_weight), self._calls)

    # ---- the forward pass of a measured step --------------------------------------------------------

    def _sync_hooks(self) -> None:
        wanted = any(case.window is not None and not case.compiled for case in self.cases)
        if wanted and not self._handles:
            self._depth = 0
            self._handles = [
                module_hooks.register_module_forward_pre_hook(self._forward_begins),
                module_hooks.register_module_forward_hook(self._forward_ended, always_call=True),
            ]
        elif not wanted and self._handles and not self._outermost:
            for handle in self._handles:
                handle.remove()
            self._handles.clear()

    def _forward_begins(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        if torch.compiler.is_compiling() or threading.get_ident() != self._thread:
            return
        self._depth += 1
        if self._depth > 1 or not torch.is_grad_enabled() or torch.jit.is_tracing():
            return
        case = next(
            (c for c in self.cases if c.window is not None and c.parts.contains(module)), None
        )
        if case is None or case.window is None:
            return
        began = time.perf_counter()
        first = next((a for a in args if isinstance(a, torch.Tensor)), None)
        if first is not None:
            case.input_seen(first)
        case.watching_seconds += time.perf_counter() - began
        window = case.window
        mode = Watching(
            window.sites, lambda weight, norms: window.through_time.append((weight, norms))
        )
        mode.__enter__()
        self._outermost.append((module, mode))

    def _forward_ended(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        del args
        if torch.compiler.is_compiling() or threading.get_ident() != self._thread:
            return
        self._depth = max(0, self._depth - 1)
        if self._depth == 0 and self._outermost and self._outermost[-1][0] is module:
            _, mode = self._outermost.pop()
            if mode is not None:
                mode.__exit__(None, None, None)
                self._charge(module, mode.seconds)
            if isinstance(output, torch.Tensor) and output.grad_fn is not None:
                self._outputs.add(output.grad_fn)

    def _charge(self, module: nn.Module, seconds: float) -> None:
        case = next((c for c in self.cases if c.parts.contains(module)), None)
        if case is not None:
            case.watching_seconds += seconds


def _on_schedule(step: int) -> bool:
    """Steps 0, 1, 2, 3, 4, 6, 8, 11, 16, 22, 32, 45, 64, then every 64th."""
    if step <= 4 or step % EVERY == 0:
        return True
    return step in (6, 8, 11, 16, 22, 32, 45)
