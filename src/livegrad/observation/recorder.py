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

from livegrad.observation import broadcast, callers, owners, signals
from livegrad.observation import graph as graphs
from livegrad.observation.case import Arrival, Case, Window
from livegrad.observation.evidence import Evidence
from livegrad.observation.signals import LossCall, unscaled
from livegrad.observation.sites import Watching

SHARE_OF_TIME = 0.02
"""Measured steps beyond the certain ones may take this share of the training's time."""
MOST_CALLS = 64
"""Losses that are called but never stepped on (a validation without ``no_grad``) are forgotten beyond this number."""
EVERY = 50
"""Between the certain steps, at most one step in so many is measured."""


class Recorder(signals.Listener):
    """Watches whatever is trained in this process, or only the models given.

    Args:
        models: (name, model) pairs to watch; empty: every model that an optimizer is made for.
        namespace: Where variables of the script are looked up, to name several models of one optimizer.
        measured: Called with the case after each measured step (for findings while the training runs).
        stepped: Called after every step, measured or not.
    """

    def __init__(
        self,
        models: tuple[tuple[str, nn.Module], ...] = (),
        *,
        namespace: dict[str, object] | None = None,
        measured: Callable[[Case], None] | None = None,
        stepped: Callable[[], None] | None = None,
    ) -> None:
        self.cases: list[Case] = []
        self.optimizers_made = 0
        self._namespace = namespace if namespace is not None else {}
        self._measured = measured
        self._stepped = stepped
        self._by_optimizer: dict[int, Case] = {}
        self._given = bool(models)
        self._calls: list[LossCall] = []
        self._steps_of_all = 0
        self._value: torch.Tensor | float | None = None
        self._scale: torch.Tensor | float = 1.0
        self._loss_at: tuple[callers.Line, ...] = ()
        self._probes: list[tuple[Case, tuple[tuple[int, int], ...]]] = []
        self._last: Case | None = None
        self._outermost: list[tuple[nn.Module, Watching | None]] = []
        self._depth = 0
        self._outputs: set[Any] = set()
        self._thread = threading.get_ident()
        self._handles: list[Any] = []
        if models:
            case = Case(models)
            case.alone = True
            case.origins.watched(callers.trail())
            self._begin(case)

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
        self._recover()
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
        case = self._take(optimizer)
        if case is not None and case.origins.lacks("optimizer"):
            case.origins.optimizer_made(callers.trail())

    def _take(self, optimizer: torch.optim.Optimizer) -> Case | None:
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        case = self._case_for(parameters)
        if case is not None:
            case.holds(optimizer, self.optimizers_made)
            self._by_optimizer[id(optimizer)] = case
        self.optimizers_made += 1
        return case

    def loss_called(self, call: LossCall) -> None:
        """Keep a training pair until its loss arrives; score an evaluation pair at once."""
        if torch.is_grad_enabled() and call.output.requires_grad:
            measured = [case for case in self.cases if case.window]
            if not measured:
                call.output = (
                    call.output.detach()
                )  # the graph behind it is only needed on measured steps
            elif any(case.origins.lacks("loss") for case in measured):
                self._loss_at = callers.trail()
            self._calls = [*self._calls[-MOST_CALLS:], call]
            return
        known = [case for case in self.cases if case.steps and case.pairs.knows(call)]
        case = self._last if self._last in known else known[-1] if known else None
        if case is not None:
            case.pairs.add(call, step=case.steps, training=False)

    def backward_begins(self, roots: tuple[torch.Tensor, ...]) -> None:
        """Read the loss; on a measured step, read the graph behind it while it is whole."""
        root = roots[0]
        measuring = [c for c in self.cases if c.window is not None]
        graph = None
        if measuring:
            began = time.perf_counter()
            graph = graphs.read(root, is_weight=self._is_weight)
            if graph is not None:
                self._measure(graph, measuring)
            measuring[0].spent(time.perf_counter() - began)
        self._value = None
        if root.numel() == 1:
            loss = unscaled(root).detach()
            self._value = loss.item() if loss.device.type == "cpu" else loss
            if isinstance(self._value, float) and not math.isfinite(self._value):
                self._look_for_bad_data(root, graph)
            self._probes = [(case, case.probe()) for case in self.cases]
            self._scale = root.detach() / loss if loss is not root else 1.0
            for case, found in self._probes:
                case.resumes(found)
        if graph is not None:
            graph.release()

    def backward_ended(self, root: torch.Tensor) -> None:
        """Hand the loss to the models whose gradients it changed."""
        del root
        if self._value is None:
            return
        now = [(case, before, case.probe()) for case, before in self._probes]
        reached = tuple(case for case, before, after in now if after != before)
        for case, before, after in now:
            if after != before:
                case.reached(after, self._scale)
        arrived = Arrival(self._value, tuple(self._calls), self._steps_of_all, reached)
        for case in reached:
            case.take(arrived)
        self._value = None
        self._calls.clear()

    def _measure(self, graph: graphs.Graph, cases: list[Case]) -> None:
        """Let each case that is measured take its own layers of the graph."""
        in_model = not self._calls or self._calls[-1].output.grad_fn in self._outputs
        for case in cases:
            if any(n.weight is not None and case.parts.owns(n.weight) for n in graph.layers):
                case.backward_begins(graph, self._calls, in_model=in_model)
                if case.origins.lacks("loss"):
                    case.origins.called("loss", self._loss_at or callers.trail())
                if not self._calls:
                    case.loss_by_hand(broadcast.find(graph, lambda n: n.node in self._outputs))

    def _is_weight(self, tensor: torch.Tensor) -> bool:
        return isinstance(tensor, nn.Parameter) or any(
            case.parts.owns(tensor) for case in self.cases
        )

    def step_begins(self, optimizer: torch.optim.Optimizer) -> None:
        """Let the model's case read what the step is about to change."""
        self._recover()
        case = self._by_optimizer.get(id(optimizer)) or self._late(optimizer)
        if case is not None:
            began = time.perf_counter()
            scale = getattr(optimizer, "grad_scale", None)
            case.step_begins(began, 1.0 if scale is None else scale)
            if case.window is not None:
                case.spent(time.perf_counter() - began)

    def step_ended(self, optimizer: torch.optim.Optimizer) -> None:
        """Count the step, close the window if it was measured, and decide on the next one."""
        self._steps_of_all += 1
        case = self._by_optimizer.get(id(optimizer))
        if case is None or (case.steps and case.has_losses() and not case.pending):
            return  # an optimizer of somebody else's, or a second one that steps on the same loss
        measured = case.window is not None
        began = time.perf_counter()
        case.step_ended(optimizer, began)
        if measured:
            case.spent(time.perf_counter() - began)
        self._last = case
        if case.window is None and self._is_due(case):
            case.window = Window()
        if measured or case.window is not None:
            self._outputs.clear()
            self._sync_hooks()
        if measured and self._measured is not None:
            self._measured(case)
        if self._stepped is not None:
            self._stepped()

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
        case = self._take(optimizer)
        if case is not None:
            case.origins.step_taken(callers.trail())
        return case

    # ---- what is measured when ----------------------------------------------------------------------

    def _is_due(self, case: Case) -> bool:
        if case.compiled:
            return False
        if _is_certain(case.steps):
            return True
        affordable = case.spare_seconds <= SHARE_OF_TIME * case.elapsed()
        return affordable and _is_wanted(case.steps)

    def _look_for_bad_data(self, root: torch.Tensor, graph: graphs.Graph | None) -> None:
        """The loss is not finite for the first time: the batch is still at hand."""
        fresh = [case for case in self.cases if case.first_non_finite is None]
        whole = graph or (graphs.read(root, is_weight=self._is_weight) if fresh else None)
        for case in fresh:
            if whole is not None and any(
                n.weight is not None and case.parts.owns(n.weight) for n in whole.layers
            ):
                case.non_finite(whole, self._calls)

    # ---- the forward pass of a measured step --------------------------------------------------------

    def _sync_hooks(self) -> None:
        wanted = any(case.window is not None and not case.compiled for case in self.cases)
        if wanted and not self._handles:
            self._depth = 0
            self._handles = [
                module_hooks.register_module_forward_pre_hook(
                    signals.guarded(self._forward_begins)
                ),
                module_hooks.register_module_forward_hook(
                    signals.guarded(self._forward_ended), always_call=True
                ),
            ]
        elif not wanted and self._handles and not self._outermost:
            for handle in self._handles:
                handle.remove()
            self._handles.clear()

    def _recover(self) -> None:
        """Leave modes that an interrupted forward pass left behind (PyTorch ends hooks for `Exception` only)."""
        self._depth = 0
        while self._outermost:
            _, mode = self._outermost.pop()
            if mode is not None:
                mode.__exit__(None, None, None)

    def _forward_begins(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        if torch.compiler.is_compiling() or threading.get_ident() != self._thread:
            return
        if self._outermost and self._outermost[0][0] is module:
            self._recover()  # its last pass never ended
        self._depth += 1
        if (
            self._depth > 1
            or not torch.is_grad_enabled()
            or torch.jit.is_tracing()
            or _is_transformed()
        ):
            return
        case = next(
            (c for c in self.cases if c.window is not None and c.parts.contains(module)), None
        )
        if case is None or case.window is None:
            return
        began = time.perf_counter()
        if case.origins.lacks("data"):
            case.origins.called("data", callers.trail())
        first = _first_tensor(args)
        if first is not None:
            case.input_seen(first)
        case.spent(time.perf_counter() - began)
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
            case.spent(seconds)


def _first_tensor(given: Any) -> torch.Tensor | None:
    """The first floating-point tensor among arguments, looking into lists, tuples and mappings."""
    if isinstance(given, torch.Tensor):
        return given if given.is_floating_point() else None
    inner = (
        given.values()
        if isinstance(given, dict)
        else given
        if isinstance(given, (list, tuple))
        else ()
    )
    return next((found for found in map(_first_tensor, inner) if found is not None), None)


def _is_transformed() -> bool:
    """Whether a function transform (vmap, grad) runs: its tensors stand for many, and have no numbers to read."""
    return torch._C._functorch.peek_interpreter_stack() is not None  # noqa: SLF001 (no public name)


def _is_certain(step: int) -> bool:
    """Steps 0, 1, 2, 4, 8, 16 …: measured whatever they cost, so that the start and the last half are always seen."""
    return step & (step - 1) == 0


def _is_wanted(step: int) -> bool:
    """Steps that are measured too, where time allows."""
    return step in (3, 6, 12, 24) or step % EVERY == 0
