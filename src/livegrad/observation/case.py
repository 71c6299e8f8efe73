"""One training under observation: its model, its optimizers, and everything that was seen of it."""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from livegrad.observation import graph as graphs
from livegrad.observation import pairs
from livegrad.observation.by_hand import ByHand
from livegrad.observation.evidence import Clipping, Data, Evidence, Layer, Optimizer, Output
from livegrad.observation.features import Batch, Features
from livegrad.observation.losses import Losses
from livegrad.observation.parts import Parts, is_compiled
from livegrad.observation.rungs import Rungs
from livegrad.observation.signals import LossCall
from livegrad.observation.sources import Origins
from livegrad.observation.window import Window, gradient_norms, total

SCORED_FIRST = 128
SCORED_EVERY = 16
"""Beyond the first steps only every so many steps' pairs go into the training score."""
LOOKED_AT_FIRST = 32
"""So many steps, and then one in `SCORED_EVERY`, are looked at for gradients that nobody zeroed, and losses of others."""
COMPARED_EVERY = 64
"""At measured steps, and every so many, the loss is compared with that of a constant prediction…"""
COMPARED_EARLY = 8
"""…and every so many while only few samples were: small batches differ much from each other."""
CLIPPED_DECADES = 0.01
"""The norm of the gradients counts as changed between backward and step from about 2 % on."""


@dataclass(slots=True)
class Arrival:
    """A loss that reached a model.

    Attributes:
        value: The scalar.
        calls: The loss functions called on the way to it.
        after: How many optimizer steps, of whatever optimizer, had been made before.
        reached: All models that it reached.
    """

    value: torch.Tensor | float
    calls: tuple[LossCall, ...]
    after: int
    reached: tuple[Case, ...]


class Case:
    """One model and what trains it; grows with every step."""

    def __init__(self, models: tuple[tuple[str, nn.Module], ...]) -> None:
        self.parts = Parts(models)
        self.origins = Origins()
        self.title = models[0][1].__class__.__name__ if models else "parameters"
        self.steps = 0
        self.window: Window | None = None
        self.thread: int | None = None
        self.compiled = any(is_compiled(m) for _, model in models for m in model.modules())
        self.adversarial = self.interrupted = False
        self.alone = False
        self.watching_seconds = 0.0
        self.optimizers: list[Optimizer] = []
        self.pairs = pairs.Pairs()
        self._rungs = Rungs(self.parts)
        self._losses = Losses()
        self._order: dict[int, int] = {}
        self._last_rates: dict[int, Any] = {}
        self._rates: list[Any] = []
        self._norms: list[list[float | None]] = []
        self._stepping = False
        self._graded: set[int] = set()
        self._left: list[int] = []
        self._touched, self._reached = True, False
        self._carried = self._backwards = 0
        self._held: set[int] = set()
        self.held_by_any: set[int] = set()
        self.pending: list[Arrival] = []
        self.quietly: list[torch.Tensor | float] = []
        self._output: Output | pairs.Sketch | None = None
        self._first_output: pairs.Sketch | None = None
        self._staged: list[tuple[Batch, Any]] = []
        self._features: Features | None = None
        self._normalised = False
        self._bad_data: tuple[int, int, int] | None = None
        self._began = self._ended = time.perf_counter()

    # ---- what belongs to it -------------------------------------------------------------------------

    def shares_held(self, parameters: list[torch.Tensor]) -> bool:
        """Whether its optimizers hold any of ``parameters`` already."""
        return any(id(p) in self._held for p in parameters)

    def has_losses(self) -> bool:
        """Whether any loss of this model was ever seen (a loop built on ``autograd.grad`` shows none)."""
        return len(self._losses) > 0

    @property
    def sampled(self) -> list[int]:
        """Steps that were measured, ascending."""
        return self._rungs.sampled

    def follow(self, models: tuple[tuple[str, nn.Module], ...]) -> None:
        """From now on watch these models: it turned out that the loss reaches them, and not those that were known."""
        self.parts = Parts(models)
        self._rungs.parts = self.parts

    def open_window(self) -> None:
        """Measure the step that begins now."""
        self.window = Window()
        self._staged.clear()

    def spent(self, seconds: float) -> None:
        """Charge time to the watch."""
        self.watching_seconds += seconds

    def is_scored(self) -> bool:
        """Whether the pairs of the step that is being made go into the training score."""
        return self.steps < SCORED_FIRST or self.steps % SCORED_EVERY == 0

    def may_be_quiet(self) -> bool:
        """Whether of the step that begins now only the loss is wanted, and perhaps its pair."""
        looked_at = self.window is not None or self.is_looked_at(self.steps)
        return not (looked_at or self._carried or self.has_arrived())

    @staticmethod
    def is_looked_at(step: int) -> bool:
        """Whether at this step it is seen whom a loss reached, and what became of the gradients before."""
        return step < LOOKED_AT_FIRST or step % SCORED_EVERY == 0

    def elapsed(self) -> float:
        """Seconds from the first step to the last."""
        return self._ended - self._began

    def holds(self, optimizer: torch.optim.Optimizer, order: int) -> None:
        """Take an optimizer that steps this model."""
        held = [p for group in optimizer.param_groups for p in group["params"]]
        self._held |= {id(p) for p in held}
        if not self.parts.living():
            self.parts.adopt(held)
        self._order[id(optimizer)] = len(self.optimizers)
        group = optimizer.param_groups[0] if optimizer.param_groups else {}
        self.optimizers.append(
            Optimizer(
                name=type(optimizer).__name__,
                rate=_number(group.get("lr")),
                momentum=_number(group.get("momentum", (group.get("betas") or [None])[0])),
                parameters=len(held),
                order=order,
            )
        )

    # ---- one step -----------------------------------------------------------------------------------

    def backward_begins(
        self, graph: graphs.Graph, scale: torch.Tensor | float, *, nested: bool = False
    ) -> None:
        """Lay pre-hooks on this model's layers in the graph, and read the structure off it.

        Args:
            graph: The graph behind the loss.
            scale: What a ``GradScaler`` multiplied the loss by.
            nested: Whether the graph is that of a checkpointed part, sent back inside another backward pass.
        """
        if self.window is None:
            return
        if not nested:
            self.window.backwards += 1
            self.window.anew()
            self.window.scale = scale
            self._commit({n.node for n in graph.nodes})
        if any(graphs.is_compiled(n) and self.is_in(n.hides) for n in graph.nodes):
            self.compiled = True
        others = self._rungs.meet(graph, self.window, nested=nested)
        if self.alone and others and not nested:
            self.adversarial = (
                True  # the loss goes through another trained network: its fall is not ours to judge
            )
        if self._stepping and not self.window.weights:
            self._rungs.before_step(self.window)  # a closure: only now the layers are known
        if not nested:
            self._normalised = graphs.normalised_at_entry(graph)

    def is_in(self, weights: tuple[torch.Tensor | None, ...]) -> bool:
        """Whether any of the weights is this model's."""
        return any(w is not None and self.parts.owns(w) for w in weights)

    def output_seen(self, graph: graphs.Graph, call: LossCall, *, in_model: bool) -> None:
        """Take the (output, loss, target) triple of a loss function's call."""
        raw = call.output.grad_fn
        root = next((n for n in graph.nodes if n.node is raw), None)
        operations = graphs.operations_before(root) if root is not None else ()
        self._output = pairs.sketch(call, operations=operations, in_model=in_model)
        self._first_output = self._first_output or self._output

    def pair_by_hand(self, found: ByHand, operations: tuple[str, ...]) -> None:
        """Take the (output, loss, target) triple of a loss that was written by hand, and recognised.

        Args:
            found: The pair, and what its output went through.
            operations: The same with the loss's own first function, where that is known.
        """
        self._output = pairs.sketch(
            found.call, operations=found.operations, in_model=found.in_model, by_hand=operations
        )
        self._first_output = self._first_output or self._output

    def loss_by_hand(
        self, shapes: tuple[str, str] | None, operations: tuple[str, ...] = ()
    ) -> None:
        """Take what shows of a loss that no function of PyTorch computed.

        Args:
            shapes: Those of an output and a target that broadcast in it, if any do.
            operations: What the output went through, the loss's own first function included.
        """
        if shapes is not None or operations:
            self._output = Output(loss="custom", shapes_differ=shapes, operations=operations)

    def _output_record(self) -> Output | None:
        """The last one that was seen; where its numbers are no numbers any more, the first."""
        last = self._output
        if not isinstance(last, pairs.Sketch):
            return last
        found = last.record()
        broken = found.low is None or found.high is None
        return self._first_output.record() if broken and self._first_output else found

    def probe(self) -> list[int]:
        """What changes when a backward pass reaches this model: identity and version of two of its gradients.

        The version is -1 where there is no gradient. Written for speed: this runs thrice a step.
        """
        found: list[int] = []
        for p in self.parts.witnesses():
            g = p.grad
            found += (id(g), -1 if g is None else g._version)  # noqa: SLF001 (the only cheap witness)
        return found

    def resumes(self) -> list[int]:
        """Before a backward pass: see whether anybody touched the gradients since they were last seen; return `probe`."""
        found = self.probe()
        if found != self._left:
            self._touched = True
        return found

    def reached(self, left: list[int], scale: torch.Tensor | float) -> None:
        """After a backward pass that changed this model's gradients; ``scale`` is the loss's, of a ``GradScaler``."""
        self._left, self._reached = left, True
        self._backwards += 1
        if self.window is not None:
            with torch.no_grad():  # entered here only: it costs as much as all else in other steps
                norm = total(gradient_norms(self.parts.parameters()).values())
                self.window.norm_before = None if norm is None else norm / scale

    def reached_quietly(self, arrived: Arrival) -> None:
        """Take a loss that reaches this model as all others did, with the pairs that it was made of."""
        self._backwards += 1
        self.pending.append(arrived)

    def has_arrived(self) -> bool:
        """Whether any loss arrived since the last step."""
        return bool(self.quietly or self.pending)

    def forget_arrived(self) -> None:
        """Take those that arrived for somebody else's."""
        self.pending.clear()
        self.quietly.clear()

    def take(self, arrived: Arrival) -> None:
        """Take a loss that reached this model.

        One left over from before somebody else's step was not meant for it: the two train against each other.
        """
        if self.pending and self.pending[-1].after != arrived.after:
            for case in self.pending[-1].reached:
                case.adversarial = True
            self.pending.clear()
        self.pending.append(arrived)

    def _settle(self) -> None:
        """Turn the losses that arrived since the last step into this step's."""
        values, self.quietly = self.quietly, list[torch.Tensor | float]()
        if not self.pending:  # nearly always
            self._losses.add(self.steps, values)
            return
        values += [arrived.value for arrived in self.pending]
        calls = tuple(call for arrived in self.pending for call in arrived.calls)
        self.pending.clear()
        self._losses.add(self.steps, values)
        if not calls:
            return
        if self.window is not None or self.is_scored():
            for call in calls:
                self.pairs.add_later(call, step=self.steps)
        often = COMPARED_EVERY if self._losses.compared_enough else COMPARED_EARLY
        if self.window is not None or self.steps % often == 0:
            self._losses.compare(values, calls)

    @property
    def first_non_finite(self) -> int | None:
        """The first step at which the loss was no number, as far as that was seen at once."""
        return self._losses.first_non_finite

    def non_finite(self, graph: graphs.Graph | None, targets: list[torch.Tensor]) -> None:
        """The loss is NaN or infinite for the first time: look at once whether the data is."""
        self._losses.first_non_finite = self.steps
        inputs = [graphs.saved_input(n) for n in (graph.layers if graph else ()) if not _live(n)]
        seen = [t for t in inputs if t is not None and t.is_floating_point()]
        bad = sum(int((~torch.isfinite(t)).sum()) for t in seen)
        real = [t for t in targets if t.is_floating_point()]
        bad_targets = sum(int((~torch.isfinite(t)).sum()) for t in real)
        if bad or bad_targets:
            self._bad_data = (bad, bad_targets, self.steps)

    def entered(self, batch: Batch, output: Any) -> None:
        """Keep what entered the model until a loss made of it goes backward (``output``: autograd's node, if known)."""
        self._staged.append((batch, output))

    def _commit(self, nodes: set[Any]) -> None:
        """Take the inputs from which this loss was made into the statistics of the data."""
        told = [b for b, output in self._staged if output in nodes]
        for batch in told or [b for b, output in self._staged if output is None]:
            if self._features is None:
                self._features = Features(batch)
            self._features.add(batch, self.steps)
        self._staged.clear()

    def step_begins(self, now: float, scale: torch.Tensor | float = 1.0) -> None:
        """Read what only stands before the step: the gradients (``scale`` times too large), and the weights."""
        if self.steps == 0:
            self._began = now
        self._stepping = True
        if self.window is None:
            return
        self.window.scale_of_step = scale
        self._rungs.before_step(self.window)
        if self.window.backwards:
            each = gradient_norms(self.parts.parameters())
            norm = total(each.values())
            self.window.norm_after = None if norm is None else norm / scale
            self._rungs.read_weight_gradients(self.window, each)

    def _see_who_learns(self) -> None:
        """Which parameters have a gradient: those that have none at any measured step were never reached."""
        reached = [p for p in self.parts.parameters() if p.grad is not None]
        self._graded |= {id(p) for p in reached}
        self.parts.call_witnesses([p for p in reached if p.requires_grad])

    def close_before_training(self) -> None:
        """Read the window without a step: what one forward and backward pass shows."""
        self.step_begins(time.perf_counter())
        self._see_who_learns()
        self._settle()
        self._harvest()

    def step_ended(self, optimizer: torch.optim.Optimizer, now: float) -> None:
        """Close the window, if one is open, and count the step."""
        self._note_rate(optimizer)
        self._rungs.forget_last()
        window = self.window
        if window is not None:
            # Groups may grow after the optimizer was made (a part that is thawed, a treatment).
            self._held |= {id(p) for group in optimizer.param_groups for p in group["params"]}
            self._see_who_learns()
            self._rungs.after_step(window)
        self._settle()
        if window is not None:
            self._harvest()
        self.steps += 1
        self._ended = now
        self._carried += self._reached and not self._touched

    def step_ended_quietly(self, optimizer: torch.optim.Optimizer, now: float) -> None:
        """Count a step that began as `may_be_quiet` says."""
        self._note_rate(optimizer)
        self._backwards += len(self.quietly)
        self._settle()
        self.steps += 1
        self._ended = now

    def _note_rate(self, optimizer: torch.optim.Optimizer) -> None:
        place = self._order.get(id(optimizer))
        if place is not None and optimizer.param_groups:
            self._last_rates[place] = optimizer.param_groups[0].get("lr")

    def begin_anew(self) -> None:
        """A step is over: remember how it left the gradients."""
        self._stepping = self._reached = False
        self._left = self.probe()
        self._touched = max(self._left[1::2], default=-1) < 0

    def stepped_too(self, optimizer: torch.optim.Optimizer) -> None:
        """Another of its optimizers made its part of the step that was counted last."""
        self._stepping = False
        self._rungs.moved_again(p for group in optimizer.param_groups for p in group["params"])

    def step_skipped(self, optimizer: torch.optim.Optimizer, now: float) -> None:
        """A ``GradScaler`` left a step out: its search for a scale, or a loss that is no number and stays none.

        The first is no step. The second is told as one, or a training that never steps would leave no trace.
        """
        values = [*self.quietly, *(a.value for a in self.pending)]
        if any(not math.isfinite(v) for v in values):
            self.step_ended(optimizer, now)
        else:
            self.forget_arrived()
            if self.window is not None:
                self.open_window()
        self.begin_anew()

    def finish(self) -> None:
        """At the end, see once more how far the weights are from their start; the model must still exist."""
        self.window = None
        self._staged.clear()
        self._rungs.forget_last()
        self.forget_arrived()
        if self.steps and self._rungs.finish(self.steps - 1):
            self._append_to_series()
        self._rungs.read_all()

    # ---- the record ---------------------------------------------------------------------------------

    def evidence(self) -> Evidence:
        """Return everything seen up to now."""
        layers = self._rungs.layers()
        unseen = [x for x in layers if all(g is None for g in x.gradient)]
        return Evidence(
            model=self.title,
            steps=self.steps,
            sampled=tuple(self.sampled),
            layers=layers,
            linear_runs=self._rungs.runs,
            loss=self._losses.record(),
            score=self.pairs.score(self.steps),
            output=self._output_record(),
            data=self._data_record(),
            optimizer=self._optimizer(),
            clipping=self._clipping(),
            compiled=self.compiled and (not layers or bool(unseen) or not _slopes_seen(layers)),
            adversarial=self.adversarial,
            interrupted=self.interrupted,
            seconds=self._ended - self._began,
            watching_seconds=self.watching_seconds,
            parts=self.parts.kinds,
            sources=self.origins.records(self.parts.types, self._rungs.names()),
        )

    def dead_units(self) -> dict[str, tuple[int, ...]]:
        """Return which units of each layer are dead, by the layer's name."""
        return self._rungs.dead_units()

    def _optimizer(self) -> Optimizer | None:
        if not self.optimizers:
            return None
        trainable, astray = self.parts.trainable(), self.parts.unregistered()
        graded = [(n, p) for n, p in trainable if id(p) in self._graded]
        graded += [(n, p) for n, p in astray if p.grad is not None]
        held = self._held | self.held_by_any
        left_out = [(n, p) for n, p in graded if id(p) not in held]
        return dataclasses.replace(
            self.optimizers[0],
            last_rate=_number(self._last_rates.get(0)),
            not_held=tuple(name for name, p in trainable if id(p) not in self._held),
            rates=tuple(map(_number, self._rates)),
            left_out=tuple(name for name, _ in left_out),
            left_out_share=sum(p.numel() for _, p in left_out)
            / max(1, sum(p.numel() for _, p in trainable + astray)),
            untouched=tuple(
                name
                for name, p in trainable
                if self._graded and id(p) in self._held and id(p) not in self._graded
            ),
            carried=self._carried,
            backwards=self._backwards / self.steps if self.steps else None,
        )

    def _clipping(self) -> Clipping | None:
        """The two norms, where they differ by more than rounding at any measured step."""
        pairs_of_norms = [(b, a) for b, a in self._norms if b is not None and a is not None]
        if not any(abs(b - a) > CLIPPED_DECADES for b, a in pairs_of_norms if math.isfinite(b - a)):
            return None
        before, after = zip(*self._norms, strict=True)
        return Clipping(before=before, after=after)

    def _harvest(self) -> None:
        """Send the window's numbers off, and close it."""
        window, self.window = self.window, None
        if window is None:
            return
        norms = self._append_to_series()
        self._rungs.harvest(window, self.steps, lambda seen: norms.__setitem__(slice(None), seen))
        kept = self._rungs.thinned()
        if kept is not None:
            self._norms, self._rates = (
                [column[i] for i in kept] for column in (self._norms, self._rates)
            )

    def _append_to_series(self) -> list[float | None]:
        """Add one measured step to the series that belong to the whole model; return the place of its two norms."""
        norms: list[float | None] = [None, None]
        self._norms.append(norms)
        rate = self._last_rates.get(0)
        self._rates.append(rate.detach().clone() if isinstance(rate, torch.Tensor) else rate)
        return norms

    def _data_record(self) -> Data | None:
        if self._features is not None:
            return dataclasses.replace(
                self._features.record(self._bad_data), normalised=self._normalised
            )
        if self._bad_data is None:
            return None
        bad, bad_targets, step = self._bad_data
        return Data(samples=0, non_finite=bad, target_non_finite=bad_targets, first_non_finite=step)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float | torch.Tensor) else None


def _live(node: graphs.Node) -> list[graphs.Node]:
    return [n for n in node.inputs if n is not None and n.depends]


def _slopes_seen(layers: tuple[Layer, ...]) -> bool:
    """Whether any activation was seen at work: a backend that leaves the graph whole still drops the modes inside."""
    bent = [x for x in layers if x.activation]
    return not bent or any(s is not None for x in bent for s in x.slope)
