"""From PyTorch's signals to `Evidence`: decides what is measured when, and by whom a number is owned.

Most steps cost one number (the loss). On *measured* steps, thick at the start and thinner later, everything is
seen: module hooks and a function mode are installed when the step before ends and taken away when the measured
one is done. Should measuring take more than its share of the time, steps are left out.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from livegrad.observation import broadcast, callers, owners, ranks, signals, tail
from livegrad.observation import by_hand as by_hand_pairs
from livegrad.observation import graph as graphs
from livegrad.observation.case import Arrival, Case
from livegrad.observation.evidence import Evidence
from livegrad.observation.forward import Forwards, in_backward
from livegrad.observation.handover import Handover
from livegrad.observation.reading import is_near
from livegrad.observation.schedule import is_due, may_be_due
from livegrad.observation.signals import LossCall, is_scaled, unscaled

MOST_CALLS = 64
"""Losses that are called but never stepped on (a validation without ``no_grad``) are forgotten beyond this number."""


class _Under(threading.local):
    """What is under way in each thread: two may train at once.

    Attributes:
        calls: Losses called since the last one arrived.
        value: The scalar that is being sent back; ``None`` where it is none.
        scale: What a ``GradScaler`` multiplied it by.
        probes: How the gradients of each case looked before.
        loss_at: Where the script called the loss.
        quiet: Whose quiet step is being made, while its loss is sent back.
    """

    def __init__(self) -> None:
        self.calls: list[LossCall] = []
        self.value: torch.Tensor | float | None = None
        self.scale: torch.Tensor | float = 1.0
        self.probes: list[tuple[Case, list[int]]] = []
        self.loss_at: tuple[callers.Line, ...] = ()
        self.quiet: Case | None = None

    def settled(self) -> None:
        """The value was handed on."""
        self.value = self.quiet = None
        self.calls.clear()


class Recorder(signals.Listener):
    """Watches whatever is trained in this process, or only the models given.

    Args:
        models: (name, model) pairs to watch; empty: every model that an optimizer is made for.
        namespace: Where variables of the script are looked up, to name several models of one optimizer.
        measured: Called with the case after each measured step (for findings while the training runs).
        stepped: Called after every step, measured or not.
        every: Measure one step in so many; ``None``: many at the start and fewer later, within a small share of the time.
    """

    def __init__(
        self,
        models: tuple[tuple[str, nn.Module], ...] = (),
        *,
        namespace: dict[str, object] | None = None,
        measured: Callable[[Case], None] | None = None,
        stepped: Callable[[], None] | None = None,
        every: int | None = None,
    ) -> None:
        self.cases: list[Case] = []
        self.optimizers_made = 0
        self._namespace = namespace if namespace is not None else {}
        self._measured = measured
        self._stepped = stepped
        self.every = every
        self._by_optimizer: dict[int, Case] = {}
        self._held_by_any: set[int] = set()
        self._strangers: list[torch.Tensor] = []
        self._given = bool(models)
        self._under = _Under()
        self._steps_of_all = 0
        self._last: Case | None = None
        self._quiet: Case | None = None
        self._quiet_until = 0
        self._others_train = False
        self._forwards = Forwards(self.cases)
        self._handover = Handover()
        self._joined: tuple[Evidence, ...] | None = None
        if models:
            case = Case(models)
            case.alone = True
            case.origins.watched(callers.trail())
            self._begin(case)

    def attach(self) -> Recorder:
        """Begin to listen."""
        signals.listen(self)
        self._joined = None
        self._be_loud()
        for case in self.cases:
            if case.window is None and self._is_due(case):
                case.open_window()
        self._forwards.sync()
        return self

    def look_up_names_in(self, namespace: dict[str, object]) -> None:
        """Name several models of one optimizer after their variables in ``namespace``."""
        self._namespace = namespace

    def models_of(self, optimizer: torch.optim.Optimizer) -> tuple[tuple[str, nn.Module], ...]:
        """Return the (prefix, module) pairs that ``optimizer`` trains."""
        case = self._by_optimizer.get(id(optimizer))
        return case.parts.living() if case is not None else ()

    def variable_of(self, model: nn.Module) -> str | None:
        """Return the script's own name for a model, where a variable of its top level holds it."""
        return owners.name_in(self._namespace, model)

    def detach(self) -> None:
        """Stop listening and take every hook away; what was seen stays."""
        if not signals.is_listening(self):
            return
        signals.leave(self)
        for case in self.cases:
            case.finish()
        if self._handover.is_needed:
            self._handover.give(self._shares())

    def left(self) -> None:
        """Nothing is heard any more: take the hooks away, and let go of what was under way."""
        self._forwards.close()
        self._under = _Under()

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what was seen: one record for each model that was stepped, told apart by variable where there are several.

        After `detach`, in a training of several processes, it is what all of them saw (see `livegrad.observation.handover`).
        """
        if signals.is_listening(self):
            return tuple(share.evidence for share in self._shares())
        if self._joined is None:
            self._joined = tuple(
                ranks.joined(found) for found in self._handover.take(self._shares())
            )
        return self._joined

    def _shares(self) -> list[ranks.Share]:
        """What this process saw."""
        stepped = [case for case in self.cases if case.steps]
        if len(stepped) > 1:
            for case in stepped:
                case.title = self._title(case)
        return [
            ranks.Share(
                evidence=case.evidence(),
                sharded=case.parts.is_sharded(),
                dead=case.dead_units(),
            )
            for case in stepped
        ]

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
        self._held_by_any.update(id(p) for p in parameters)
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
                self._under.loss_at = callers.trail()
            calls = self._under.calls
            calls.append(call)
            if len(calls) > MOST_CALLS:
                del calls[0]
            return
        known = [case for case in self._here() if case.steps and case.pairs.knows(call)]
        case = self._last if self._last in known else known[-1] if known else None
        if case is not None:
            case.pairs.add(call, step=case.steps, training=False)

    def _here(self) -> list[Case]:
        """The cases that are not known to be trained in another thread."""
        return [case for case in self.cases if _is_here(case)]

    def backward_begins(self, roots: tuple[torch.Tensor, ...]) -> None:
        """Read the loss; on a measured step, read the graph behind it while it is whole."""
        if self._quiet is not None and self._is_all_of(self._quiet, roots[0]):
            return
        if in_backward():
            self._part_begins(roots)
            return
        self._forwards.recover()
        root, under = roots[0], self._under
        under.value = under.quiet = None
        if root.numel() != 1 or root.is_meta:
            return
        loss, scale = unscaled(root)
        under.value, under.scale = (loss.item() if is_near(loss) else loss), scale
        here = self._here()
        measuring = [c for c in here if c.window is not None]
        began = time.perf_counter() if measuring else 0.0
        graph = graphs.read(root, is_weight=self._is_weight) if measuring else None
        if graph is not None:
            self._measure(graph, root, measuring)
            measuring[0].spent(time.perf_counter() - began)
        if isinstance(under.value, float) and not math.isfinite(under.value):
            self._look_for_bad_data(root, graph)
        under.probes = [(case, case.resumes()) for case in here]
        if graph is not None:
            graph.release()

    def _is_all_of(self, case: Case, root: torch.Tensor) -> bool:
        """On a quiet step, take the loss; tell whether that is all there is to do."""
        under = self._under
        if in_backward():
            return True
        under.quiet = None
        if root.numel() != 1 or root.is_meta or case.thread != threading.get_ident():
            return False
        value = root.item() if is_near(root) and not is_scaled(root) else unscaled(root)[0]
        if isinstance(value, float) and not math.isfinite(value):
            return False
        under.value, under.quiet = value, case
        return True

    def _part_begins(self, roots: tuple[torch.Tensor, ...]) -> None:
        """A checkpointed part of the network is sent back inside another backward pass: it has a graph of its own."""
        measuring = [c for c in self.cases if c.window is not None]
        graph = graphs.read(roots[0], is_weight=self._is_weight) if measuring else None
        if graph is None:
            return
        for case in measuring:
            if case.is_in(tuple(n.weight for n in graph.layers)):
                case.backward_begins(graph, self._under.scale, nested=True)
        graph.release()

    def backward_ended(self, root: torch.Tensor) -> None:
        """Hand the loss to the models whose gradients it changed."""
        del root
        under = self._under
        if under.value is None or in_backward():
            return
        quiet = under.quiet
        if quiet is not None:
            if under.calls:
                calls = tuple(under.calls)
                quiet.reached_quietly(Arrival(under.value, calls, self._steps_of_all, (quiet,)))
            else:
                quiet.quietly.append(under.value)
            under.settled()
            return
        reached: list[Case] = []
        for case, before in under.probes:
            after = case.probe()
            if after != before and _is_here(case):
                case.reached(after, under.scale)
                reached.append(case)
        arrived = Arrival(under.value, tuple(under.calls), self._steps_of_all, tuple(reached))
        for case in reached:
            case.take(arrived)
        self._others_train = self._others_train or not reached
        under.settled()

    def _measure(self, graph: graphs.Graph, root: torch.Tensor, cases: list[Case]) -> None:
        """Let each case that is measured take its own layers of the graph."""
        calls, outputs = self._under.calls, self._forwards.outputs
        by_hand = None if calls else by_hand_pairs.recognise(graph, self._untouched(), root)
        weights = [n.weight for n in graph.layers if n.weight is not None]
        every = (*weights, *(w for n in graph.nodes for w in n.hides))
        known = any(case.is_in(every) for case in self.cases)
        self._strangers = [] if known else weights
        for case in cases:
            if not case.is_in(every):
                continue
            # Before its gradients change: no other thread takes them for its own.
            case.thread = threading.get_ident()
            case.backward_begins(graph, self._under.scale)
            if calls:
                in_model = calls[-1].output.grad_fn in outputs or case.compiled
                case.output_seen(graph, calls[-1], in_model=in_model)
            elif by_hand is not None:
                case.pair_by_hand(by_hand, tail.operations(graph, lambda n: n.node in outputs))
            else:
                case.loss_by_hand(
                    broadcast.find(graph, lambda n: n.node in outputs),
                    tail.operations(graph, lambda n: n.node in outputs),
                )
            if case.origins.lacks("loss") and calls:
                case.origins.called("loss", self._under.loss_at or callers.trail())
            elif case.origins.lacks("loss"):
                case.origins.sent_back(callers.trail())
        if by_hand is not None:
            calls.append(by_hand.call)

    def _untouched(self) -> dict[graphs.RawNode, torch.Tensor]:
        """What the models returned, where nobody wrote into it since."""
        return {
            node: output
            for node, (output, version) in self._forwards.outputs.items()
            if output._version == version  # noqa: SLF001 (see `Forwards`)
        }

    def _is_weight(self, tensor: torch.Tensor) -> bool:
        return isinstance(tensor, nn.Parameter) or any(
            case.parts.owns(tensor) for case in self.cases
        )

    def step_begins(self, optimizer: torch.optim.Optimizer) -> None:
        """Let the model's case read what the step is about to change."""
        case = self._by_optimizer.get(id(optimizer))
        if case is not None and case is self._quiet:
            return
        self._forwards.recover()
        case = case or self._late(optimizer)
        if case is None:
            self._others_step()
        if case is not None:
            case.thread = threading.get_ident()
            if not case.steps:
                self._handover.meet()
            began = time.perf_counter()
            scale = getattr(optimizer, "grad_scale", None)
            case.step_begins(began, 1.0 if scale is None else scale)
            if case.window is not None:
                case.spent(time.perf_counter() - began)

    def step_ended(self, optimizer: torch.optim.Optimizer) -> None:
        """Count the step, close the window if it was measured, and decide on the next one."""
        self._steps_of_all += 1
        if self._quiet is not None and self._ends_quietly(self._quiet, optimizer):
            return
        case = self._by_optimizer.get(id(optimizer)) or self._gone_astray(optimizer)
        if case is not None and self._strangers:
            self._follow(case, optimizer)
        if case is None:
            return
        if case.steps and case.has_losses() and not case.has_arrived():
            case.stepped_too(optimizer)  # a second one that steps on the same loss
            return
        if _was_left_out(optimizer):
            self.step_skipped(optimizer)
            return
        measured = case.window is not None
        began = time.perf_counter()
        case.step_ended(optimizer, began)
        if measured:
            case.spent(time.perf_counter() - began)
        self._last = case
        self._prepare_next(case, measured=measured)
        if measured and self._measured is not None:
            self._measured(case)
        if self._stepped is not None:
            self._stepped()

    # ---- quiet steps --------------------------------------------------------------------------------
    #
    # Of nearly all steps only the loss is wanted. What a step costs is then not what is done but how many functions of
    # Python are entered for it, and their objects touched: the training itself has driven all of them out of the caches.
    # So where one model is trained, by losses that all reach it, and zeroed gradients, most steps do without the rest.

    def _prepare_next(self, case: Case, *, measured: bool) -> None:
        """Decide how much of the next step is wanted; ``measured``: whether the one that ended was."""
        if case.window is None and self._is_due(case):
            case.open_window()
        if measured or case.window is not None:
            self._forwards.outputs.clear()
            self._forwards.sync()
        case.begin_anew()
        self._be_loud()
        if len(self.cases) == 1 and not self._others_train and case.may_be_quiet():
            self._quiet = case
            self.only_targets = not case.is_scored()
            self._quiet_until = next(
                n
                for n in itertools.count(case.steps + 1)
                if case.is_looked_at(n) or may_be_due(n, self.every)
            )

    def _ends_quietly(self, case: Case, optimizer: torch.optim.Optimizer) -> bool:
        """Count a quiet step, if it is one; tell whether it was."""
        if (
            not case.has_arrived()
            or self._by_optimizer.get(id(optimizer)) is not case
            or _was_left_out(optimizer)
        ):
            return False
        case.step_ended_quietly(optimizer, time.perf_counter())
        if case.steps >= self._quiet_until:
            self._prepare_next(case, measured=False)
        if self._stepped is not None:
            self._stepped()
        return True

    def _others_step(self) -> None:
        """An optimizer of something else steps: not every loss is the watched model's, and the last one was not."""
        self._others_train = True
        if self._quiet is not None:
            self._quiet.forget_arrived()
            self._be_loud()

    def _be_loud(self) -> None:
        """From now on everything is wanted."""
        self._quiet = self.target = None
        self.only_targets = False

    def step_skipped(self, optimizer: torch.optim.Optimizer) -> None:
        """A ``GradScaler`` found the gradients too large, and made no step."""
        case = self._by_optimizer.get(id(optimizer)) or self._late(optimizer)
        if case is not None:
            case.step_skipped(optimizer, time.perf_counter())
            self._forwards.outputs.clear()
            self._forwards.sync()

    def compiled(self, target: Any, made: Any) -> None:
        """Something was compiled: if it is a model that is watched, its inside is left alone from now on."""
        inside = target if isinstance(target, nn.Module) else getattr(target, "__self__", None)
        if not isinstance(inside, nn.Module):
            return
        for case in self.cases:
            if case.parts.contains(inside) or case.parts.is_within(inside):
                case.compiled = True
                if isinstance(made, nn.Module):
                    case.parts.was_compiled(made)
        self._forwards.sync()

    def _targets(self) -> list[torch.Tensor]:
        """What the losses were called with since the last one arrived."""
        known = [call.target for call in self._under.calls]
        return [*known, self.target] if self.only_targets and self.target is not None else known

    # ---- which case ---------------------------------------------------------------------------------

    def _case_for(self, parameters: list[torch.Tensor]) -> Case | None:
        for case in self.cases:
            if any(case.parts.owns(p) for p in parameters) and not self._splits(case, parameters):
                return case
        if self._given:
            return None
        return self._begin(Case(self._named(parameters)))

    def _begin(self, case: Case) -> Case:
        case.held_by_any = self._held_by_any
        self.cases.append(case)
        modules = [m for _, model in case.parts.living() for m in model.modules()]
        for caller in owners.compiled_callers(modules):
            case.compiled = True
            case.parts.was_compiled(caller)
        case.open_window()
        self._be_loud()
        if signals.is_listening(self):
            self._forwards.sync()
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

    def _gone_astray(self, optimizer: torch.optim.Optimizer) -> Case | None:
        """The watched model that waits for a step, where this optimizer holds nothing of it and had nothing to step on."""
        waiting = [case for case in self.cases if case.has_arrived() and not case.optimizers]
        if not self._given or len(waiting) != 1 or _has_gradients(optimizer):
            return None
        waiting[0].holds(optimizer, self.optimizers_made)
        self._by_optimizer[id(optimizer)] = waiting[0]
        return waiting[0]

    def _follow(self, case: Case, optimizer: torch.optim.Optimizer) -> None:
        """Look at the model that the loss reaches, where the optimizer holds another one that it does not reach."""
        if not self._given and not _has_gradients(optimizer):
            roots = owners.roots_of(self._strangers)
            case.follow(tuple(("", root) for root in roots[:1]))
        self._strangers = []

    # ---- what is measured when ----------------------------------------------------------------------

    def _is_due(self, case: Case) -> bool:
        return may_be_due(case.steps, self.every) and is_due(
            case.steps,
            spent=case.watching_seconds,
            measured=len(case.sampled),
            elapsed=case.elapsed(),
            every=self.every,
        )

    def _look_for_bad_data(self, root: torch.Tensor, graph: graphs.Graph | None) -> None:
        """The loss is not finite for the first time: the batch is still at hand."""
        fresh = [case for case in self.cases if case.first_non_finite is None]
        whole = graph or (graphs.read(root, is_weight=self._is_weight) if fresh else None)
        for case in fresh:
            if whole is not None and any(
                n.weight is not None and case.parts.owns(n.weight) for n in whole.layers
            ):
                case.non_finite(whole, self._targets())


def _is_here(case: Case) -> bool:
    """Whether a case is not known to be trained in another thread."""
    return case.thread in (None, threading.get_ident())


def _has_gradients(optimizer: torch.optim.Optimizer) -> bool:
    return any(p.grad is not None for group in optimizer.param_groups for p in group["params"])


def _was_left_out(optimizer: torch.optim.Optimizer) -> bool:
    """Whether a fused optimizer left the step out inside, as a ``GradScaler`` told it to.

    Only asked where the answer is at hand: on a GPU such a step counts as one that moved nothing.
    """
    found = getattr(optimizer, "found_inf", None)
    return isinstance(found, torch.Tensor) and is_near(found) and bool(found)
