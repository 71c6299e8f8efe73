"""The ladder of one model while it grows: finds its layers in the graph, and follows their numbers from step to step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import torch

from livegrad.observation import graph as graphs
from livegrad.observation import layer_input, signals, sites
from livegrad.observation.evidence import Layer, Segment
from livegrad.observation.parts import Parts, is_layer_kind, runs_over_time
from livegrad.observation.reading import Reading
from livegrad.observation.rung import Rung, local, log10, wide
from livegrad.observation.sites import Site
from livegrad.observation.stacked import Block, reduced
from livegrad.observation.window import Change, Window, gradient_norms, snapshot

__all__ = ["Rungs"]

MOST_SAMPLED = 1_024
"""Of a longer record every second measured step is forgotten, but for the first ones."""
KEPT_FIRST = 64
_IN_LOG = ("gradient", "weight_gradient")


class Rungs:
    """The layers of one model, in the order of the forward pass.

    Args:
        parts: Tells whose a weight is, and what it is called.

    Attributes:
        sampled: Steps that were measured, ascending.
        runs: Runs of layers with nothing non-linear between.
        opaque: Whether weights were met inside something that autograd sees as one piece.
        parts: Tells whose a weight is.
    """

    def __init__(self, parts: Parts) -> None:
        self.sampled: list[int] = []
        self.runs: tuple[Segment, ...] = ()
        self.opaque = False
        self.parts = parts
        self._by_key: dict[int, Rung] = {}
        self._readings: list[Reading] = []
        self._last: tuple[list[tuple[int, torch.Tensor]], list[torch.Tensor]] | None = None

    # ---- who is there -------------------------------------------------------------------------------

    def meet(self, graph: graphs.Graph, window: Window, *, nested: bool) -> bool:
        """Take this model's layers of a graph, and lay pre-hooks on them; return whether others have layers in it, too.

        Args:
            graph: The graph behind the loss, or behind one checkpointed part of it (``nested``).
            window: Where their numbers go.
            nested: Whether the graph belongs to a backward pass inside another one.
        """
        weighty = [n for n in graph.layers if n.weight is not None]
        if any(not self.parts.owns(n.weight) for n in weighty if n.weight is not None):
            self.parts.read_again()
        own = [(n, n.weight) for n in weighty if n.weight is not None and self.parts.owns(n.weight)]
        branch, known = graphs.on_branch(graph), bool(self._by_key)
        uses = Counter(self.parts.key(weight) for _, weight in own)
        for node, weight in own:
            self._meet_layer(node, weight, window)
            self._rung_of(weight).skip = id(node) in branch and uses[self.parts.key(weight)] == 1
        every = [*own, *self._hidden(graph, set(uses))]
        every.sort(key=lambda pair: graphs.forward_order(pair[0]))
        if nested:
            self._number_below(
                [w for _, w in every], ends=None if known or not every else every[-1][1]
            )
        else:
            self._number(every)
            self.runs = self._segments(graph)
        strange = [
            n.weight for n in weighty if n.weight is not None and not self.parts.owns(n.weight)
        ]
        listed = {id(p) for _, p in self.parts.unregistered()} if strange else set()
        return any(id(weight) not in listed for weight in strange)

    def _hidden(self, graph: graphs.Graph, met: set[int]) -> list[tuple[graphs.Node, torch.Tensor]]:
        """Weights that went into something opaque: a compiled part, or a function of the user's own."""
        found: list[tuple[graphs.Node, torch.Tensor]] = []
        for node in graph.nodes:
            inside = [w for w in node.hides if self.parts.owns(w)]
            if graphs.is_compiled(node):
                inside = [w for w in inside if is_layer_kind(self.parts.owner(w))]
                inside.sort(key=self.parts.place)
            for weight in inside:
                key = self.parts.key(weight)
                if key not in met:
                    met.add(key)
                    found.append((node, weight))
                    numel = self.parts.canonical(weight).numel()
                    self._rung_of(weight).describe(units=self.parts.units(weight), numel=numel)
        self.opaque = self.opaque or bool(found)
        return found

    def _number(self, every: list[tuple[graphs.Node, torch.Tensor]]) -> None:
        """Give every rung its place in the forward pass; of several weights in one opaque piece the last may be the output."""
        for position, (node, weight) in enumerate(every):
            rung = self._rung_of(weight)
            rung.order = position
            inside = not node.is_layer and any(after is node for after, _ in every[position + 1 :])
            rung.is_output = not node.feeds_layer and not inside

    def _number_below(self, weights: list[torch.Tensor], *, ends: torch.Tensor | None) -> None:
        """Checkpointed parts come one by one, the last one first: each stands below all that is known."""
        fresh = [w for w in weights if self._rung_of(w).order is None]
        lowest = min((r.order for r in self._by_key.values() if r.order is not None), default=0)
        for position, weight in enumerate(fresh):
            rung = self._rung_of(weight)
            rung.order, rung.is_output = lowest - len(fresh) + position, weight is ends

    def _meet_layer(self, node: graphs.Node, weight: torch.Tensor, window: Window) -> None:
        """Take one layer of the graph: its rung, its activation's site, and a pre-hook for its gradient."""
        rung, key = self._rung_of(weight), self.parts.key(weight)
        activation, rung.normalised, raw = graphs.activation_after(node)
        rung.activation = None if runs_over_time(self.parts.owner(weight)) else activation
        site = window.sites.get(raw) if raw is not None and rung.activation else None
        if site is not None:
            rung.activation = site.activation
            window.met[key] = site
        entered = layer_input.measure(graphs.saved_input(node))
        if entered is not None:
            rung.rows = entered.rows
            window.entered[key] = entered
        numel, unit_axis = self.parts.canonical(weight).numel(), 1 if "Conv" in node.name else -1
        node.node.register_prehook(
            signals.guarded(_hearing(rung, window.gradients.setdefault(key, []), unit_axis, numel))
        )

    def _rung_of(self, weight: torch.Tensor) -> Rung:
        key = self.parts.key(weight)
        if key not in self._by_key:
            self._by_key[key] = Rung(*self.parts.title(weight), self.parts.canonical(weight))
        return self._by_key[key]

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

    # ---- one step -----------------------------------------------------------------------------------

    def before_step(self, window: Window) -> None:
        """See the weights as they are before the step changes them."""
        window.weights = self._weights()
        window.before = snapshot(window.weights)

    def read_weight_gradients(self, window: Window, each: dict[int, torch.Tensor]) -> None:
        """Norms of the weights' gradients, as the optimizer is about to get them; ``each``: by ``id`` of the weight."""
        window.weight_gradients_read = True
        graded = [(key, w) for key, w in window.weights if w.grad is not None and id(w) in each]
        found = [(key, local(w.grad.detach())) for key, w in graded if w.grad is not None]
        known = [each[id(w)] for _, w in graded]
        blocks = reduced([key for key, _ in graded], "weight_gradient", known)
        window.blocks += [Block(b.keys, b.name, b.values / window.scale_of_step) for b in blocks]
        sharded = self.parts.is_sharded()  # then each process holds some units' weights
        units = {key: g.shape[0] if sharded else self._by_key[key].units for key, g in found}
        window.blocks += layer_input.one_signed(dict(found), units)

    def after_step(self, window: Window) -> None:
        """How far the step moved each layer's weights, and how far they are from their start."""
        if not window.weight_gradients_read:
            self.read_weight_gradients(window, gradient_norms(w for _, w in window.weights))
        window.blocks += self._change(window.weights, window.before)
        self._last = window.weights, window.before

    def moved_again(self, parameters: Iterable[torch.Tensor]) -> None:
        """Another optimizer changed ``parameters`` in the step that was measured last."""
        if self._last is None:
            return
        held = {id(p) for p in parameters}
        chosen = [(w, b) for w, b in zip(*self._last, strict=True) if id(w[1]) in held]
        blocks = self._change([w for w, _ in chosen], [b for _, b in chosen])
        self._send(blocks, len(self.sampled) - 1)

    def forget_last(self) -> None:
        """A new step begins: the last measured one is over."""
        self._last = None

    def _change(
        self, weights: list[tuple[int, torch.Tensor]], befores: list[torch.Tensor]
    ) -> list[Block]:
        starts = [self._by_key[key].start for key, _ in weights]
        change = Change.seen(weights, befores, starts)
        return change.blocks() if change is not None else []

    def harvest(
        self, window: Window, step: int, use_norms: Callable[[list[float | None]], None]
    ) -> None:
        """Send all numbers of the window off with one transfer; they end up in the series of `Layer`."""
        gradients: dict[int, torch.Tensor] = {}
        for weight, norms_in_time in window.through_time:
            key = self.parts.key(weight)
            self._over_time(key, norms_in_time / window.scale)
            window.gradients.pop(key, None)
            gradients[key] = norms_in_time.norm()
        for key, found in window.gradients.items():
            if found:
                gradients[key] = found[0] if len(found) == 1 else torch.stack(found).norm()
            if len(found) > 2:
                self._over_time(key, torch.stack(found).flip(0) / window.scale)
        blocks = reduced(list(gradients), "gradient", list(gradients.values()))
        window.blocks += [Block(b.keys, b.name, b.values / window.scale) for b in blocks]
        window.blocks += [*sites.reduce(window.met), *layer_input.offsets(window.entered)]
        self._slept(window.met, step)
        ends = [n for n in (window.norm_before, window.norm_after) if n is not None]
        both = len(ends) == 2
        self._readings.append(
            Reading(
                ends if both else [], lambda n: use_norms([log10(v[0]) for v in n] or [None] * 2)
            )
        )
        self.sampled.append(step)
        self._send(window.blocks, len(self.sampled) - 1)
        self.read_what_arrived()

    def finish(self, step: int) -> bool:
        """At the end, see once more how far the weights are from their start; tell whether a row was added."""
        if self.sampled and self.sampled[-1] >= step:
            return False
        weights = self._weights()
        blocks = self._change(weights, snapshot(weights))
        if not blocks:
            return False
        self.sampled.append(step)
        self._send([b for b in blocks if b.name in ("way", "first")], len(self.sampled) - 1)
        return True

    # ---- numbers ------------------------------------------------------------------------------------

    def _send(self, blocks: list[Block], position: int) -> None:
        places = [(block.keys, block.name) for block in blocks]

        def use(numbers: list[list[float]]) -> None:
            seen: dict[int, dict[str, float]] = {}
            for (keys, name), values in zip(places, numbers, strict=True):
                logged = name in _IN_LOG
                for key, value in zip(keys, values, strict=True):
                    seen.setdefault(key, {})[name] = log10(value) if logged else value
            for key, row in seen.items():
                if key in self._by_key:
                    self._by_key[key].put(_related(row), position)

        self._readings.append(Reading([block.values for block in blocks], use))

    def _over_time(self, key: int, seen: torch.Tensor) -> None:
        rung = self._by_key.get(key)
        position = len(self.sampled)  # this step's, which is appended at the end
        if rung is not None:
            self._readings.append(Reading([seen], lambda n: rung.take_time(n, position)))

    def _slept(self, met: dict[int, Site], step: int) -> None:
        rungs = [(self._by_key[key], site.samples) for key, site in met.items()]

        def use(flags: list[list[float]]) -> None:
            for (rung, samples), asleep in zip(rungs, flags, strict=True):
                rung.slept(asleep, step, samples)

        self._readings.append(Reading([site.asleep for site in met.values()], use))

    def read_what_arrived(self) -> None:
        """Take the numbers of earlier steps that are there; wait for none."""
        while self._readings and self._readings[0].has_arrived():
            self._readings.pop(0).read()

    def read_all(self) -> None:
        """Take all numbers, waiting for them if need be."""
        while self._readings:
            self._readings.pop(0).read()

    def thinned(self) -> list[int] | None:
        """Where the record has become too long, forget every second step; return the positions that stay."""
        if len(self.sampled) <= MOST_SAMPLED:
            return None
        self.read_all()
        kept = [*range(KEPT_FIRST), *range(KEPT_FIRST, len(self.sampled), 2)]
        for rung in self._by_key.values():
            rung.keep(kept, len(self.sampled))
        self.sampled = [self.sampled[i] for i in kept]
        return kept

    def layers(self) -> tuple[Layer, ...]:
        """Return the finished records."""
        self.read_all()
        described = [r for r in self._by_key.values() if r.units is not None]
        described.sort(key=lambda r: r.order if r.order is not None else 0)
        return tuple(r.layer(len(self.sampled)) for r in described)

    def names(self) -> list[str]:
        """Return the names of all layers met."""
        return [r.name for r in self._by_key.values()]

    def dead_units(self) -> dict[str, tuple[int, ...]]:
        """Return which units of each layer are dead, by the layer's name."""
        self.read_all()
        return {r.name: r.dead_units() for r in self._by_key.values()}

    def _weights(self) -> list[tuple[int, torch.Tensor]]:
        """(key, weight) of every rung met, while its module lives."""
        found: dict[int, torch.Tensor] = {}
        for parameter in self.parts.parameters():
            key = self.parts.key(parameter)
            if key in self._by_key and key not in found:
                found[key] = self.parts.canonical(parameter)
        return list(found.items())


def _hearing(
    rung: Rung, heard: list[torch.Tensor], unit_axis: int, numel: int
) -> Callable[[tuple[torch.Tensor | None, ...]], None]:
    def gradient_known(gradients: tuple[torch.Tensor | None, ...]) -> None:
        g = gradients[0]
        if g is None:
            return
        rung.describe(units=g.shape[unit_axis], numel=numel)
        rung.dtype = str(g.dtype).removeprefix("torch.")
        heard.append(torch.linalg.vector_norm(wide(g.detach())))

    return gradient_known


def _related(row: dict[str, float]) -> dict[str, float | None]:
    """The four norms of a weight's change become the two ratios that are kept."""
    kept: dict[str, float | None] = dict(row)
    step, way, before, first = (kept.pop(name, None) for name in ("step", "way", "before", "first"))
    if step is not None and before:
        kept["update"] = step / before
    if way is not None and first:
        kept["moved"] = way / first
    return kept


def _in_width(weight: torch.Tensor) -> int:
    return int(weight.shape[1]) if weight.dim() > 1 else 1
