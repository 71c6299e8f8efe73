"""One training under observation: its model, its optimizers, and everything that was seen of it."""

from __future__ import annotations

import dataclasses
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from livegrad.observation import graph as graphs
from livegrad.observation import layer_input, pairs, signals
from livegrad.observation.constant import Constants
from livegrad.observation.evidence import Clipping, Data, Evidence, Loss, Optimizer, Output, Segment
from livegrad.observation.features import Features
from livegrad.observation.parts import Parts, is_compiled, runs_over_time
from livegrad.observation.rung import Rung, entries, log10, numbers, wide
from livegrad.observation.signals import LossCall
from livegrad.observation.sites import Site
from livegrad.observation.sources import Origins

MOST_LOSSES = 20_000
SCORED_FIRST = 128
SCORED_EVERY = 16
"""Beyond the first steps only every so many steps' pairs go into the training score."""
STABLE_RATIO = 0.02
CLIPPED_DECADES = 0.01
"""The norm of the gradients counts as changed between backward and step from about 2 % on."""


@dataclass
class Window:
    """What one measured step gathers, until its numbers are read together."""

    sites: dict[Any, Site] = field(default_factory=dict)
    through_time: list[tuple[torch.Tensor, torch.Tensor]] = field(default_factory=list)
    gradients: dict[int, list[torch.Tensor]] = field(default_factory=dict)
    rows: dict[int, dict[str, torch.Tensor]] = field(default_factory=dict)
    asleep: dict[int, tuple[torch.Tensor, int]] = field(default_factory=dict)
    backwards: int = 0
    weight_gradients_read: bool = False
    norm_before: torch.Tensor | None = None
    norm_after: torch.Tensor | None = None
    weights: list[tuple[int, torch.Tensor]] = field(default_factory=list)
    before: list[torch.Tensor] = field(default_factory=list)


@dataclass(frozen=True)
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
        self.sampled: list[int] = []
        self.compiled = any(is_compiled(m) for _, model in models for m in model.modules())
        self.adversarial = self.interrupted = False
        self.alone = False
        self.watching_seconds = self.spare_seconds = 0.0
        self.optimizers: list[Optimizer] = []
        self.first_non_finite: int | None = None
        self.pairs = pairs.Pairs()
        self._order: dict[int, int] = {}
        self._last_rates: dict[int, Any] = {}
        self._rates: list[float | None] = []
        self._norms: list[tuple[float | None, float | None]] = []
        self._graded: set[int] = set()
        self._left: tuple[tuple[int, int], ...] = ()
        self._touched = True
        self._carried = self._backwards = 0
        self._rungs: dict[int, Rung] = {}
        self._held: set[int] = set()
        self._losses: list[torch.Tensor | float] = []
        self._loss_steps: list[int] = []
        self._constants = Constants()
        self._levels: list[torch.Tensor] = []
        self.pending: list[Arrival] = []
        self._output: Output | None = None
        self._runs: tuple[Segment, ...] = ()
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
        return bool(self._losses)

    def spent(self, seconds: float) -> None:
        """Charge time to the watch; that of steps that are not measured for certain counts against its budget."""
        self.watching_seconds += seconds
        if self.steps & (self.steps - 1):
            self.spare_seconds += seconds

    def is_scored(self) -> bool:
        """Whether the pairs of the step that is being made go into the training score."""
        return self.steps < SCORED_FIRST or self.steps % SCORED_EVERY == 0

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
        self, graph: graphs.Graph, calls: list[LossCall], *, in_model: bool
    ) -> None:
        """Lay pre-hooks on this model's layers in the graph, and read the structure off it."""
        if self.window is None:
            return
        if any(n.weight is not None and not self.parts.owns(n.weight) for n in graph.layers):
            self.parts.read_again()
        branch = graphs.on_branch(graph)
        own = [
            (n, n.weight)
            for n in graph.layers
            if n.weight is not None and self.parts.owns(n.weight)
        ]
        self.window.backwards += 1
        self.window.gradients.clear()
        self.window.rows.clear()
        self.window.asleep.clear()
        uses = Counter(self.parts.key(weight) for _, weight in own)
        for position, (node, weight) in enumerate(own):
            again = uses[self.parts.key(weight)] > 1
            self._meet(node, weight, self.window)
            rung = self._rung_of(weight)
            rung.order, rung.is_output = position, not node.feeds_layer
            rung.skip = id(node) in branch and not again
        if self.alone and len(own) < len(graph.layers):
            self.adversarial = (
                True  # the loss goes through another trained network: its fall is not ours to judge
            )
        if calls:
            self._describe_output(graph, calls[-1], in_model=in_model)
        self._runs = self._segments(graph)
        self._normalised = graphs.normalised_at_entry(graph)

    def loss_by_hand(self, shapes: tuple[str, str] | None) -> None:
        """Take the shapes of an output and a target that broadcast in a loss that no function of PyTorch computed."""
        if shapes is not None:
            self._output = Output(loss="custom", shapes_differ=shapes)

    def probe(self) -> tuple[tuple[int, int], ...]:
        """What changes when a backward pass reaches this model: identity and version of two of its gradients."""
        return tuple(
            (id(p.grad), p.grad._version if p.grad is not None else -1)  # noqa: SLF001 (the only cheap witness)
            for p in self.parts.witnesses()
        )

    def resumes(self, found: tuple[tuple[int, int], ...]) -> None:
        """Before a backward pass: whether anybody touched the gradients since they were last seen."""
        self._touched = self._touched or found != self._left

    @torch.no_grad()
    def reached(self, left: tuple[tuple[int, int], ...], scale: torch.Tensor | float) -> None:
        """After a backward pass that changed this model's gradients; ``scale`` is the loss's, of a ``GradScaler``."""
        self._left = left
        self._backwards += 1
        if self.window is not None:
            norm = _total_norm(self.parts.parameters())
            self.window.norm_before = None if norm is None else norm / scale

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
        values = [arrived.value for arrived in self.pending]
        calls = [call for arrived in self.pending for call in arrived.calls]
        self.pending.clear()
        self._losses += values
        self._loss_steps += [self.steps] * len(values)
        if self.window is not None or self.is_scored():
            for call in calls:
                self.pairs.add(call, step=self.steps, training=True)
        if values and calls and (self.window is not None or self.steps % SCORED_EVERY == 0):
            self._take_levels(values, calls)
        if len(self._losses) > MOST_LOSSES:
            self._losses, self._loss_steps = self._losses[::2], self._loss_steps[::2]

    def _take_levels(self, values: list[torch.Tensor | float], calls: list[LossCall]) -> None:
        """Compare the loss with that of a constant and of a perfect prediction on the same batch."""
        levels = [self._constants.levels(call) for call in calls]
        known = [level for level in levels if level is not None]
        if len(known) < len(calls):
            return
        scalar = torch.stack(
            [torch.as_tensor(v, dtype=torch.float32, device=calls[0].value.device) for v in values]
        )
        called = torch.stack([call.value.detach().mean().float() for call in calls])
        constant, perfect = (
            torch.stack([level[i].float() for level in known]).mean() for i in (0, 1)
        )
        self._levels.append(torch.stack([scalar.mean() / called.mean(), constant, perfect]))

    def non_finite(self, graph: graphs.Graph | None, calls: list[LossCall]) -> None:
        """The loss is NaN or infinite for the first time: look at once whether the data is."""
        self.first_non_finite = self.steps
        inputs = [graphs.saved_input(n) for n in (graph.layers if graph else ()) if not _live(n)]
        seen = [t for t in inputs if t is not None and t.is_floating_point()]
        bad = sum(int((~torch.isfinite(t)).sum()) for t in seen)
        targets = [c.target for c in calls if c.target.is_floating_point()]
        bad_targets = sum(int((~torch.isfinite(t)).sum()) for t in targets)
        if bad or bad_targets:
            self._bad_data = (bad, bad_targets, self.steps)

    def input_seen(self, x: torch.Tensor) -> None:
        """Take the first floating-point input of the model into the statistics of the data."""
        if not x.is_floating_point() or not x.numel() or not x.dim():
            return
        if self._features is None:
            self._features = Features(x)
        self._features.add(x, self.steps)

    def step_begins(self, now: float, scale: torch.Tensor | float = 1.0) -> None:
        """Read what only stands before the step: the gradients (``scale`` times too large), and the weights."""
        if self.steps == 0:
            self._began = now
        if self.window is None:
            return
        norm = _total_norm(self.parts.parameters())
        self.window.norm_after = None if norm is None else norm / scale
        self._graded |= {id(p) for p in self.parts.parameters() if p.grad is not None}
        self.window.weights = self._weights()
        self.window.before = _snapshot(self.window.weights)
        if self.window.backwards:
            self._read_weight_gradients()

    def close_before_training(self) -> None:
        """Read the window without a step: what one forward and backward pass shows."""
        self.step_begins(time.perf_counter())
        self._settle()
        self._harvest()

    def step_ended(self, optimizer: torch.optim.Optimizer, now: float) -> None:
        """Close the window, if one is open, and count the step."""
        group = optimizer.param_groups[0] if optimizer.param_groups else {}
        place = self._order.get(id(optimizer))
        if place is not None:
            self._last_rates[place] = group.get("lr")
        if self.window is not None:
            if not self.window.weight_gradients_read:
                self._read_weight_gradients()
            self._read_changes()
        self._settle()
        if self.window is not None:
            self._harvest()
        self.steps += 1
        self._ended = now
        self._carried += not self._touched
        self._left = self.probe()
        self._touched = all(version < 0 for _, version in self._left)

    def finish(self) -> None:
        """At the end, see once more how far the weights are from their start; the model must still exist."""
        self.window = None
        if not self.steps or (self.sampled and self.sampled[-1] >= self.steps - 1):
            return
        weights = self._weights()
        rows: dict[int, dict[str, float | None]] = {}
        for (key, _), now in zip(weights, _snapshot(weights), strict=True):
            start = self._rungs[key].start
            if start is not None and start.shape == now.shape:
                way, first = numbers([(now - start).norm(), start.norm()])
                rows[key] = {"moved": way / first if first else None}
        if rows:
            for key, rung in self._rungs.items():
                rung.add(rows.get(key, {}), len(self.sampled))
            self._append_to_series((None, None))
            self.sampled.append(self.steps - 1)

    # ---- the record ---------------------------------------------------------------------------------

    def evidence(self) -> Evidence:
        """Return everything seen up to now."""
        rungs = sorted(self._rungs.values(), key=lambda r: r.order)
        return Evidence(
            model=self.title,
            steps=self.steps,
            sampled=tuple(self.sampled),
            layers=tuple(r.layer(len(self.sampled)) for r in rungs if r.units is not None),
            linear_runs=self._runs,
            loss=self._loss(),
            score=self.pairs.score(self.steps),
            output=self._output,
            data=self._data_record(),
            optimizer=self._optimizer(),
            clipping=self._clipping(),
            compiled=self.compiled,
            adversarial=self.adversarial,
            interrupted=self.interrupted,
            seconds=self._ended - self._began,
            watching_seconds=self.watching_seconds,
            parts=self.parts.kinds,
            sources=self.origins.records(self.parts.types, (r.name for r in rungs)),
        )

    def _loss(self) -> Loss | None:
        if not self._losses:
            return None
        held = [v if isinstance(v, torch.Tensor) else torch.tensor(v) for v in self._losses]
        values = numbers(held)
        by_step: dict[int, list[float]] = {}
        for step, value in zip(self._loss_steps, values, strict=True):
            by_step.setdefault(step, []).append(value)
        means = {step: sum(v) / len(v) for step, v in by_step.items()}
        constant, perfect = self._ends()
        bad = next((s for s, v in means.items() if not math.isfinite(v)), None)
        return Loss(
            steps=tuple(means),
            values=tuple(means.values()),
            baseline=constant,
            floor=perfect,
            first_non_finite=bad if bad is not None else self.first_non_finite,
        )

    def _ends(self) -> tuple[float | None, float]:
        """(constant, perfect) losses in the unit of the scalar that backward was called on.

        That scalar may be the sum of several losses, or a part of one (accumulation): the ratio to what the loss
        functions returned tells, as long as it is the same at all steps.
        """
        if not self._levels:
            return None, 0.0
        rows = torch.stack(self._levels).double().cpu().numpy()
        rows = rows[np.isfinite(rows).all(1)]
        if not len(rows):
            return None, 0.0
        low, ratio, high = np.quantile(rows[:, 0], (0.1, 0.5, 0.9))
        if high - low > STABLE_RATIO * abs(ratio):
            return None, 0.0
        return float(np.median(rows[:, 1]) * ratio), float(np.median(rows[:, 2]) * ratio)

    def _optimizer(self) -> Optimizer | None:
        if not self.optimizers:
            return None
        trainable = self.parts.trainable()
        left_out = [
            (n, p) for n, p in trainable if id(p) in self._graded and id(p) not in self._held
        ]
        return dataclasses.replace(
            self.optimizers[0],
            last_rate=_number(self._last_rates.get(0)),
            not_held=tuple(name for name, p in trainable if id(p) not in self._held),
            rates=tuple(self._rates),
            left_out=tuple(name for name, _ in left_out),
            left_out_share=sum(p.numel() for _, p in left_out)
            / max(1, sum(p.numel() for _, p in trainable)),
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

    def _append_to_series(self, norms_now: tuple[float | None, float | None]) -> None:
        """Add one measured step to the series that belong to the whole model."""
        self._norms.append(norms_now)
        self._rates.append(_number(self._last_rates.get(0)))

    def _data_record(self) -> Data | None:
        if self._features is not None:
            return dataclasses.replace(
                self._features.record(self._bad_data), normalised=self._normalised
            )
        if self._bad_data is None:
            return None
        bad, bad_targets, step = self._bad_data
        return Data(samples=0, non_finite=bad, target_non_finite=bad_targets, first_non_finite=step)

    # ---- inside -------------------------------------------------------------------------------------

    def _meet(self, node: graphs.Node, weight: torch.Tensor, window: Window) -> None:
        """Take one layer of the graph: its rung, its activation's site, and a pre-hook for its gradient."""
        rung, key = self._rung_of(weight), self.parts.key(weight)
        activation, rung.normalised, raw = graphs.activation_after(node)
        rung.activation = None if runs_over_time(self.parts.owner(weight)) else activation
        site = window.sites.get(raw) if raw is not None and rung.activation else None
        if site is not None:
            rung.activation = site.activation
            _take_site(window, key, site)
        entered = layer_input.measure(graphs.saved_input(node))
        if entered is not None:
            rung.rows = entered.rows
            window.rows.setdefault(key, {})["input_offset"] = entered.offset
        numel, unit_axis = self.parts.canonical(weight).numel(), 1 if "Conv" in node.name else -1

        def gradient_known(gradients: tuple[torch.Tensor | None, ...]) -> None:
            g = gradients[0]
            if g is None:
                return
            if rung.units is None:
                rung.describe(units=g.shape[unit_axis], numel=numel)
            rung.dtype = str(g.dtype).removeprefix("torch.")
            norm = torch.linalg.vector_norm(wide(g.detach()))
            window.gradients.setdefault(key, []).append(norm)

        node.node.register_prehook(signals.guarded(gradient_known))

    def _rung_of(self, weight: torch.Tensor) -> Rung:
        key = self.parts.key(weight)
        if key not in self._rungs:
            self._rungs[key] = Rung(*self.parts.title(weight), self.parts.canonical(weight))
        return self._rungs[key]

    def _describe_output(self, graph: graphs.Graph, call: LossCall, *, in_model: bool) -> None:
        raw = call.output.grad_fn
        root = next((n for n in graph.nodes if n.node is raw), None)
        operations = graphs.operations_before(root) if root is not None else ()
        self._output = dataclasses.replace(
            pairs.describe(call), operations=operations, in_model=in_model
        )

    def _segments(self, graph: graphs.Graph) -> tuple[Segment, ...]:
        """Runs of layers with nothing non-linear between; those inside a recurrent layer do not count."""
        found = []
        every = {id(n.weight) for n in graph.layers}
        for run in graph.runs:
            own = [n.weight for n in run if n.weight is not None and self.parts.owns(n.weight)]
            names = tuple(dict.fromkeys(self._rung_of(w).name for w in own))
            if len(names) < 2 or any(runs_over_time(self.parts.owner(w)) for w in own):
                continue
            widths = (_in_width(own[0]), *(int(w.shape[0]) for w in own))
            whole = {id(w) for w in own} == every and all(n.affine for n in run)
            found.append(Segment(layers=names, widths=widths, whole=whole))
        return tuple(found)

    def _weights(self) -> list[tuple[int, torch.Tensor]]:
        """(key, weight) of every rung met, while its module lives."""
        found: dict[int, torch.Tensor] = {}
        for parameter in self.parts.parameters():
            key = self.parts.key(parameter)
            if key in self._rungs and key not in found:
                found[key] = self.parts.canonical(parameter)
        return list(found.items())

    def _read_weight_gradients(self) -> None:
        """Norms of the weights' gradients, as the optimizer is about to get them."""
        if self.window is None:
            return
        self.window.weight_gradients_read = True
        found = [(key, w.grad.detach()) for key, w in self.window.weights if w.grad is not None]
        for (key, _), norm in zip(found, _norms([g for _, g in found]), strict=True):
            self.window.rows.setdefault(key, {})["weight_gradient"] = norm
        for key, gradient in found:
            share = layer_input.one_signed(gradient, self._rungs[key].units)
            if share is not None:
                self.window.rows.setdefault(key, {})["one_signed"] = share

    @torch.no_grad()
    def _read_changes(self) -> None:
        """How far the step moved each layer's weights, and how far they are from their start (relative norms)."""
        window = self.window
        if window is None:
            return
        now = _snapshot(window.weights)
        starts = [self._rungs[key].start for key, _ in window.weights]
        same = [
            (key, b, n, s)
            for (key, _), b, n, s in zip(window.weights, window.before, now, starts, strict=True)
            if s is not None and s.shape == n.shape == b.shape
        ]
        if not same:
            return
        keys, befores, nows, firsts = (list(column) for column in zip(*same, strict=True))
        steps, ways = torch._foreach_sub(nows, befores), torch._foreach_sub(nows, firsts)  # noqa: SLF001
        norms = [_norms(list(group)) for group in (steps, ways, befores, firsts)]
        for key, step, way, before, first in zip(keys, *norms, strict=True):
            window.rows.setdefault(key, {}).update(step=step, way=way, before=before, first=first)

    def _harvest(self) -> None:
        """Read all numbers of the window with one transfer, and append them to the series."""
        window, length = self.window, len(self.sampled)
        if window is None:
            return
        for key, norms in window.gradients.items():
            window.rows.setdefault(key, {})["gradient"] = torch.stack(norms).norm()
            if len(norms) > 2:
                self._rungs[key].time_gradient = tuple(log10(v) for v in reversed(numbers(norms)))
        for weight, norms in window.through_time:
            self._through_time(self.parts.key(weight), norms, window)
        flat = [(key, name, t) for key, row in window.rows.items() for name, t in row.items()]
        ends = [window.norm_before, window.norm_after]
        *values, before, after = numbers(
            [*(t for _, _, t in flat), *(t if t is not None else torch.tensor(0.0) for t in ends)]
        )
        known = [
            None if t is None else log10(v) for t, v in zip(ends, (before, after), strict=True)
        ]
        self._append_to_series((known[0], known[1]))
        rows: dict[int, dict[str, float | None]] = {}
        for (key, name, _), value in zip(flat, values, strict=True):
            logged = name in ("gradient", "weight_gradient")
            rows.setdefault(key, {})[name] = log10(value) if logged else value
        for row in rows.values():
            _relate(row)
        for key, rung in self._rungs.items():
            rung.add(rows.get(key, {}), length)
        for key, (asleep, samples) in window.asleep.items():
            self._rungs[key].slept(asleep.cpu().numpy(), self.steps, samples)
        self.sampled.append(self.steps)
        self.window = None

    def _through_time(self, key: int, norms: torch.Tensor, window: Window) -> None:
        rung = self._rungs.get(key)
        if rung is None:
            return
        window.rows.setdefault(key, {})["gradient"] = norms.norm()
        rung.time_gradient = tuple(log10(v) for v in norms.tolist())


def _take_site(window: Window, key: int, site: Site) -> None:
    """Take what was seen where a layer's output meets its activation."""
    window.rows.setdefault(key, {}).update(
        mean=site.mean,
        spread=site.spread,
        slope=site.slope,
        correlation=site.correlation,
        asleep=site.asleep.float().mean(),
        **({} if site.saturated is None else {"saturated": site.saturated}),
        **({} if site.lost is None else {"lost": site.lost}),
    )
    window.asleep[key] = (site.asleep, site.samples)


@torch.no_grad()
def _snapshot(weights: list[tuple[int, torch.Tensor]]) -> list[torch.Tensor]:
    """Copies of a fixed choice of entries of each weight, in float32."""
    return [wide(entries(weight)).clone() for _, weight in weights]


def _relate(row: dict[str, float | None]) -> None:
    """Turn the four norms of a weight's change into the two ratios that are kept."""
    step, way, before, first = (row.pop(name, None) for name in ("step", "way", "before", "first"))
    if step is not None and before:
        row["update"] = step / before
    if way is not None and first:
        row["moved"] = way / first


def _total_norm(parameters: list[torch.Tensor]) -> torch.Tensor | None:
    """Euclidean norm of all their gradients together."""
    norms = _norms([p.grad.detach() for p in parameters if p.grad is not None])
    return torch.linalg.vector_norm(torch.stack([n.float() for n in norms])) if norms else None


def _norms(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    """Euclidean norms, all at once where the tensors are alike."""
    dense = [wide(t.coalesce().values() if t.is_sparse else t) for t in tensors]
    return list(torch._foreach_norm(dense)) if dense else []  # noqa: SLF001 (public optimizers are built on it)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float | torch.Tensor) else None


def _live(node: graphs.Node) -> list[graphs.Node]:
    return [n for n in node.inputs if n is not None and n.depends]


def _in_width(weight: torch.Tensor) -> int:
    return int(weight.shape[1]) if weight.dim() > 1 else 1
