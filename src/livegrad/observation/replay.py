"""The way from a network's output to a loss that was written by hand, as a function that can be called on another output.

Autograd keeps what each operation needs for the backward pass: settings, factors, and often the very values that went in.
What it does not keep (the ``y`` of ``output - y``) follows from the values on both sides. So the loss of a *constant* output
can be had exactly, whatever was written. Whatever is not surely known makes the whole answer ``None``.

What is added at the end and does not come from the output (a penalty on the weights) is no part of the function: it is the
rest between the function and the loss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from livegrad.observation.graph import Graph, Node, saved
from livegrad.observation.replay_steps import CONSTANTS, RESHAPING, Compute, compute

__all__ = ["Replay", "Step", "follow"]

MOST_OPERATIONS = 64
"""A loss of more operations than this is not followed."""
_SUMS = ("AddBackward0", "SubBackward0", "RsubBackward0", "RsubBackward1")
_LINEAR = frozenset((
    *_SUMS, *RESHAPING, "NegBackward0", "MeanBackward0", "MeanBackward1", "SumBackward0", "SumBackward1",
))  # fmt: skip
_SCALED = ("MulBackward0", "DivBackward0")
_PICKING = ("GatherBackward0", "IndexBackward0", "NllLossBackward0", "NllLoss2DBackward0")
_KEEP_RESULT: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "ExpBackward0": torch.log,
    "SqrtBackward0": torch.square,
}
"""Operations that keep what they gave, and how what they got follows from it."""
_MOST_BACK = 6


@dataclass(frozen=True, eq=False)
class Step:
    """One operation on the way.

    Attributes:
        node: In the graph; only while that is whole.
        compute: What it computes of its operands.
        operands: In order: the node that gave one, or the constant itself.
        value: What it gave in the training.
    """

    node: Node
    compute: Compute
    operands: tuple[Node | torch.Tensor, ...]
    value: torch.Tensor

    @property
    def name(self) -> str:
        """Of the operation."""
        return self.node.name

    def constant(self) -> torch.Tensor | None:
        """Return the one operand that does not depend on the output, if there is one."""
        return next((x for x in self.operands if isinstance(x, torch.Tensor)), None)


@dataclass(eq=False)
class Replay:
    """The operations between an output and the loss, in order.

    Attributes:
        start: The node that made the output.
        steps: One for each operation behind it.
        added: Whether something was added to the loss that is no part of these operations.
    """

    start: Node
    steps: list[Step] = field(default_factory=list)
    added: bool = False

    def function(self, start: Node | None = None) -> Compute:
        """Return the loss as a function of the output (or of what the node ``start`` gave): it holds nothing of the graph."""
        places: dict[int, int] = {id(start or self.start): 0}
        program: list[tuple[Compute, tuple[int | torch.Tensor, ...]]] = []
        for step in self.steps:
            if id(step.node) in places:
                continue
            operands = tuple(
                x if isinstance(x, torch.Tensor) else places.get(id(x), -1) for x in step.operands
            )
            if any(isinstance(x, int) and x < 0 for x in operands):
                continue  # before the start
            places[id(step.node)] = len(program) + 1
            program.append((step.compute, operands))

        @torch.no_grad()
        def again(output: torch.Tensor) -> torch.Tensor:
            values = [output]
            for made, operands in program:
                values.append(made(*(values[x] if isinstance(x, int) else x for x in operands)))
            return values[-1]

        return again


@torch.no_grad()
def follow(graph: Graph, start: Node, output: torch.Tensor) -> Replay | None:
    """Return the way from ``start``, which gave ``output``, to the loss; ``None`` where any of it is not surely known.

    Args:
        graph: The graph behind the loss, whole.
        start: The node that made the output.
        output: Its value, of any shape.
    """
    tail = _behind(start, graph)
    if tail is None:
        return None
    additive = _additive(tail)
    found, values = Replay(start), {id(start): output.detach()}
    for node in tail:
        step = _step(node, values, additive, found)
        if step is None:
            return None
        found.steps.append(step)
        values[id(node)] = step.value
    return found


def _behind(start: Node, graph: Graph) -> list[Node] | None:
    """All operations between ``start`` and the loss, in order, if they are not too many."""
    known = {id(start)}
    tail: list[Node] = []
    for node in graph.nodes:
        if any(n is not None and id(n) in known for n in node.inputs):
            known.add(id(node))
            tail.append(node)
            if len(tail) > MOST_OPERATIONS:
                return None
    return tail if tail and tail[-1] is graph.nodes[-1] else None


def _additive(tail: list[Node]) -> set[int]:
    """Ids of the nodes whose result goes into the loss as one more summand."""
    inside = {id(n) for n in tail}
    found = {id(tail[-1])}
    for node in reversed(tail[:-1]):
        after = [n for n in node.outputs if id(n) in inside]
        if after and all(id(n) in found and _is_linear(n) for n in after):
            found.add(id(node))
    return found


def _is_linear(node: Node) -> bool:
    return node.name in _LINEAR or (node.name in _SCALED and node.inputs[-1] is None)


def _step(
    node: Node, values: dict[int, torch.Tensor], additive: set[int], found: Replay
) -> Step | None:
    """The operation with all its operands, or ``None`` where one is not surely known."""
    made = compute(node.node)
    if made is None or not _sole_results(node):
        return None
    inputs = [*node.inputs, None] if node.name == "RsubBackward1" else node.inputs
    operands: list[Node | torch.Tensor] = []
    for place, source in enumerate(inputs):
        if source is not None and id(source) in values:
            operands.append(source)
            continue
        constant = _constant(node, place, values, additive, found)
        if constant is None:
            return None
        operands.append(constant)
    value = made(*(x if isinstance(x, torch.Tensor) else values[id(x)] for x in operands))
    return Step(node, made, tuple(operands), value)


def _sole_results(node: Node) -> bool:
    """Whether all that the node reads are the first results of what made them: of others nothing is known."""
    return all(place == 0 for source, place in node.node.next_functions if source is not None)


def _constant(
    node: Node, place: int, values: dict[int, torch.Tensor], additive: set[int], found: Replay
) -> torch.Tensor | None:
    """What stands at a place that does not depend on the output."""
    source = node.inputs[place] if place < len(node.inputs) else None
    if node.name in CONSTANTS:
        # A parameter there would be another one after the step.
        return saved(node.node, CONSTANTS[node.name][place]) if source is None else None
    if node.name not in _SUMS or len(node.inputs) > 2:
        return None
    if source is None:
        constant = _other_summand(node, place, values)
        if constant is not None:
            return constant
    if id(node) not in additive or (source is not None and not _is_penalty(source)):
        return None
    found.added = True
    live = values[id(node.inputs[1 - place])]
    return torch.zeros((), dtype=live.dtype, device=live.device)


def _is_penalty(summand: Node) -> bool:
    """Whether nothing but the network goes into it: neither targets nor weights for each sample, as in a second loss."""
    frontier, seen = [summand], {id(summand)}
    while frontier:
        node = frontier.pop()
        if node.is_layer or node.hides:
            continue
        if node.name in _PICKING or len(seen) > MOST_OPERATIONS * 4:
            return False
        if node.name in CONSTANTS and None in node.inputs:
            place = node.inputs.index(None)
            constant = saved(node.node, CONSTANTS[node.name][place])
            if constant is None or constant.numel() > 1:
                return False
        fresh = [n for n in node.inputs if n is not None and id(n) not in seen]
        seen |= {id(n) for n in fresh}
        frontier += fresh
    return True


def _other_summand(node: Node, place: int, values: dict[int, torch.Tensor]) -> torch.Tensor | None:
    """The summand without gradient, from the sum and the other one."""
    live = values[id(node.inputs[0 if node.name == "RsubBackward1" else 1 - place])]
    alpha = node.node._saved_alpha  # noqa: SLF001
    whole = _value(node, _MOST_BACK)
    if whole is None and _is_added_to(node):
        return torch.zeros((), dtype=live.dtype, device=live.device)
    if whole is None:
        return _of_a_cut(node, live * (-alpha if node.name == "RsubBackward1" else 1))
    if whole.device.type != "mps":  # it has no such numbers
        whole, live = whole.double(), live.double()  # 1e-7 beside 1 would be rounded away
    if node.name.startswith("Add"):
        return whole - live * alpha if place == 0 else (whole - live) / alpha
    if node.name == "SubBackward0":
        return whole + live * alpha if place == 0 else (live - whole) / alpha
    return whole + live * alpha if place == 1 else None


def _is_added_to(node: Node) -> bool:
    """Whether only another sum reads it, with a summand as unknown: what is not found here is found there, both in one."""
    after = node.outputs[0] if len(node.outputs) == 1 else None
    return (
        after is not None
        and after.name in _SUMS
        and (None in after.inputs or after.name == "RsubBackward1")
        and _value(after, _MOST_BACK) is not None
    )


def _of_a_cut(node: Node, live: torch.Tensor) -> torch.Tensor | None:
    """The number of ``relu(number - x)``: autograd keeps the result, which tells it wherever that is above 0."""
    after = node.outputs[0] if len(node.outputs) == 1 else None
    if after is None or after.name != "ReluBackward0" or node.name != "RsubBackward1":
        return None
    result = saved(after.node, "result")
    if result is None or result.shape != live.shape:
        return None
    return torch.where(result > 0, result - live, -torch.inf).amax()


def _value(node: Node, left: int) -> torch.Tensor | None:
    """What a node gave, from what the operations behind it keep."""
    for after in node.outputs:
        place = next(i for i, n in enumerate(after.inputs) if n is node)
        kept = saved(after.node, ("self", "other")[place] if place < 2 else "")
        if kept is not None:
            return kept
        if after.name in _KEEP_RESULT:
            result = saved(after.node, "result")
            if result is not None:
                return _KEEP_RESULT[after.name](result)
    for after in node.outputs if left else ():
        found = _taken_back(node, after, left)
        if found is not None:
            return found
    return None


def _taken_back(node: Node, after: Node, left: int) -> torch.Tensor | None:
    """The same through an operation that can be undone."""
    undone = after.name in ("NegBackward0", *RESHAPING) or (
        after.name in _SCALED and after.inputs == [node, None]
    )
    result = _value(after, left - 1) if undone else None
    if result is None:
        return None
    if after.name == "NegBackward0":
        return -result
    if after.name in _SCALED:
        factor = saved(after.node, "other")
        if factor is None or factor.numel() != 1:
            return None  # where it is 0, nothing can be undone
        return result / factor if after.name == "MulBackward0" else result * factor
    kind = node.node._input_metadata[0]  # noqa: SLF001
    return result.reshape(tuple(kind.shape)).to(kind.dtype)
