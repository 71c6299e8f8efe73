"""The network as the loss sees it, read off autograd's own graph.

Walking back from the loss finds every layer with weights, whatever code called it: modules, functional
calls, operators, custom loops. From the graph come the structure (which activation follows which layer, runs with
nothing non-linear between, residual branches, what stands between the last layer and the loss) and, by a
pre-hook on each layer's node, ∂loss/∂z of its pre-activation z.

What the graph cannot show: layers that need no gradient, and operations hidden in one opaque node (a compiled
function, an LSTM kernel, reentrant checkpointing); these count as non-linear, so that nothing false is said.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

from livegrad.observation.reading import is_near

RawNode = (
    Any  # torch.autograd.graph.Node: its attributes differ by operation, so no static type helps
)

MOST_NODES = 60_000
"""A graph larger than this (very long unrolled sequences) is not walked: the step would stall."""

_LINEAR = {
    "AddmmBackward0",
    "MmBackward0",
    "BmmBackward0",
    "BaddbmmBackward0",
    "MvBackward0",
    "AddmvBackward0",
    "ConvolutionBackward0",
    "LinearBackward0",
    "MkldnnConvolutionBackward0",
}
_EMBEDDING = {"EmbeddingBackward0", "EmbeddingBagBackward0"}
_ACTIVATIONS = {
    "ReluBackward0": "relu",
    "ThresholdBackward0": "relu",
    "ClampMinBackward0": "relu",
    "SigmoidBackward0": "sigmoid",
    "TanhBackward0": "tanh",
    "EluBackward0": "elu",
    "CeluBackward0": "celu",
    "GeluBackward0": "gelu",
    "SiluBackward0": "swish",
    "MishBackward0": "mish",
    "SoftplusBackward0": "softplus",
    "LeakyReluBackward0": "leaky_relu",
    "PreluKernelBackward0": "prelu",
    "RreluWithNoiseBackward0": "leaky_relu",
    "HardtanhBackward0": "hardtanh",
    "HardswishBackward0": "hardswish",
    "HardsigmoidBackward0": "hardsigmoid",
    "LogSigmoidBackward0": "logsigmoid",
    "SoftmaxBackward0": "softmax",
    "SafeSoftmaxBackward0": "softmax",
    "LogSoftmaxBackward0": "log_softmax",
}
_VECTOR = {"softmax", "log_softmax"}
_NORMALISATIONS = {
    "NativeBatchNormBackward0",
    "CudnnBatchNormBackward0",
    "MiopenBatchNormBackward0",
}
_AFFINE_PREFIXES = (
    "View", "UnsafeView", "ReshapeAlias", "T", "Transpose", "Permute", "Squeeze", "Unsqueeze", "Expand",
    "Repeat", "Cat", "Stack", "Split", "UnsafeSplit", "Unbind", "Select", "Slice", "Clone",
    "Alias", "AsStrided", "ToCopy", "Contiguous", "Neg", "Mean", "Sum", "Add", "Sub", "Rsub", "Mul", "Div",
    "NativeDropout", "FusedDropout", "AvgPool", "AdaptiveAvgPool", "MkldnnAdaptiveAvgPool", "ConstantPadNd",
    "ReflectionPad", "ReplicationPad", "Upsample", "Flip", "Roll", "Copy", "Im2Col", "Unfold", "Diagonal",
    "Chunk", "Narrow", "PixelShuffle", "Movedim", "UnflattenDense", "Identity", "Dropout",
)  # fmt: skip
_VIEWS = (
    "View",
    "UnsafeView",
    "T",
    "Transpose",
    "Permute",
    "Squeeze",
    "Unsqueeze",
    "Expand",
    "Select",
    "Slice",
    "Alias",
)
_PRODUCTS = ("Mul", "Div")
_ARITHMETIC = (
    "Mul",
    "Div",
    "Add",
    "Sub",
    "Rsub",
    "Neg",
    "Mean",
    "Sum",
    "AvgPool",
    "AdaptiveAvgPool",
)
_DEPTH_TO_WEIGHT = 24
ENTRIES_OF_A_MASK = 1024


@dataclass(slots=True, eq=False)
class Node:
    """One operation of the graph, with what was worked out of it.

    Attributes:
        node: Autograd's own object.
        name: Its class, e.g. "AddmmBackward0".
        inputs: The nodes that it reads, in the order of its arguments; ``None`` for what needs no gradient.
        weight: The parameter it multiplies by, for a layer with weights.
        depends: Whether its value depends on the data (else on parameters alone).
        outputs: The nodes that read it.
        run: Layers up to here with nothing non-linear between them.
        affine: Whether the whole way from the data to here is affine.
        feeds_layer: Whether another layer with weights comes after it.
        product: Whether it multiplies a signal by something that may depend on the data.
        hides: Weights that went into it though nobody can see what it does with them: a function written in Python, or
            a compiled part.
    """

    node: RawNode
    name: str
    inputs: list[Node | None] = field(default_factory=list, repr=False)
    weight: torch.Tensor | None = None
    depends: bool = False
    outputs: list[Node] = field(default_factory=list, repr=False)
    run: tuple[Node, ...] = field(default=(), repr=False)
    affine: bool = False
    feeds_layer: bool = False
    product: bool = False
    hides: tuple[torch.Tensor, ...] = field(default=(), repr=False)

    @property
    def is_layer(self) -> bool:
        """Whether it multiplies by a weight (or looks rows of one up)."""
        return self.weight is not None

    @property
    def activation(self) -> str | None:
        """Catalogue id of the function it computes, or ``None``."""
        return _ACTIVATIONS.get(self.name)


@dataclass(frozen=True)
class Graph:
    """What the walk found.

    Attributes:
        layers: Layers with weights in the order in which the forward pass ran them.
        runs: Maximal runs of two or more layers with nothing non-linear between them.
        nodes: All nodes, the first to run first.
    """

    layers: tuple[Node, ...]
    runs: tuple[tuple[Node, ...], ...]
    nodes: tuple[Node, ...]

    def release(self) -> None:
        """Let go of autograd's nodes, and of each other: otherwise all waits for the garbage collector."""
        for node in self.nodes:
            node.node, node.run, node.hides = None, (), ()
            node.inputs.clear()
            node.outputs.clear()


def _is_parameter(tensor: torch.Tensor) -> bool:
    return isinstance(tensor, torch.nn.Parameter)


def read(
    output: torch.Tensor, *, is_weight: Callable[[torch.Tensor], bool] = _is_parameter
) -> Graph | None:
    """Return the graph behind ``output`` (of any shape), or ``None`` where there is none or it is too large.

    Args:
        output: Usually the loss.
        is_weight: Tells weights from data among the leaves that ask for a gradient (inputs may ask for one, too).
    """
    if output.grad_fn is None:
        return None
    nodes = _collect(output.grad_fn)
    if nodes is None:
        return None
    for node in nodes:
        _work_out(node, is_weight)
    for node in reversed(nodes):
        node.feeds_layer = any(
            after.is_layer or after.hides or after.feeds_layer for after in node.outputs
        )
    layers = tuple(sorted((n for n in nodes if n.is_layer), key=forward_order))
    return Graph(layers=layers, runs=_maximal_runs(layers), nodes=tuple(nodes))


def operations_before(root: Node) -> tuple[str, ...]:
    """Return the functions that ``root``'s output went through last, in forward order, back to a layer or arithmetic."""
    found: list[str] = []
    node: Node | None = root
    while node is not None and not node.is_layer:
        if node.name.startswith(_ARITHMETIC):
            break  # shifted or scaled: what came before no longer tells the output's range
        if node.activation:
            found.append(node.activation)
        elif not _is_affine(node.name):
            found.append("other")
        live = [n for n in node.inputs if n is not None and n.depends]
        node = live[0] if len(live) == 1 else None
    return tuple(reversed(found))


def activation_after(layer: Node) -> tuple[str | None, bool, RawNode]:
    """Return (catalogue id, normalised, node) of the first non-linear function that the layer's output meets.

    Affine steps and batch normalisation are passed; a function whose result multiplies another signal is a
    gate, not an activation, and gives ``None``; so does anything unknown.
    """
    normalised, seen, frontier = False, {id(layer)}, deque(layer.outputs)
    while frontier:
        node = frontier.popleft()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.activation and node.activation not in _VECTOR:
            return (
                (None, normalised, None)
                if _is_gate(node)
                else (node.activation, normalised, node.node)
            )
        if _is_normalisation(node.name):
            normalised = True
        elif _is_end(node):
            continue
        frontier += node.outputs
    return None, normalised, None


def on_branch(graph: Graph) -> set[int]:
    """Return the ids of the layers that some path from input to output avoids (residual branches).

    A layer is on every path exactly when (paths from the inputs to it) x (paths from it to the output) is the number
    of all paths; counted modulo a large prime, since there may be exponentially many.
    """
    prime = (1 << 61) - 1
    live = [n for n in graph.nodes if n.depends]
    down: dict[int, int] = {}
    for n in live:
        below = [i for i in n.inputs if i is not None and i.depends]
        down[id(n)] = sum(down[id(i)] for i in below) % prime if below else 1
    up: dict[int, int] = {id(n): 0 for n in live}
    up[id(live[-1])] = 1
    for n in reversed(live):
        for i in n.inputs:
            if i is not None and i.depends:
                up[id(i)] = (up[id(i)] + up[id(n)]) % prime
    every = down[id(live[-1])]
    return {id(n) for n in graph.layers if down[id(n)] * up[id(n)] % prime != every}


def normalised_at_entry(graph: Graph) -> bool:
    """Whether the first thing that a network does to its input is to normalise it."""
    entries = [
        n
        for n in graph.nodes
        if _is_normalisation(n.name) and not any(i is not None and i.depends for i in n.inputs)
    ]
    return bool(entries)


def _is_normalisation(name: str) -> bool:
    return name in _NORMALISATIONS or "LayerNorm" in name or "GroupNorm" in name


def saved_input(layer: Node) -> torch.Tensor | None:
    """Return the tensor that entered a layer, where autograd still keeps it for the backward pass."""
    for name in ("mat1", "input", "self", "batch1"):
        found = saved(layer.node, name)
        if found is not None:
            return found
    return None


def saved(raw: RawNode, name: str) -> torch.Tensor | None:
    """Return what autograd keeps under ``name``; ``None`` where it keeps nothing, or would have to make it anew.

    Under a hook on saved tensors (checkpointing, offloading) reading one would run that part of the network again.
    """
    if _is_made_anew(raw, name):
        return None
    try:
        found = getattr(raw, f"_saved_{name}", None)
    except RuntimeError:  # already freed, or changed in place since
        return None
    return found if isinstance(found, torch.Tensor) else None


def _is_made_anew(raw: RawNode, name: str) -> bool:
    kept = getattr(raw, f"_raw_saved_{name}", None)
    return getattr(kept, "unpack_hook", None) is not None


def is_compiled(node: Node) -> bool:
    """Whether the node is a whole compiled part of a network."""
    return node.name.startswith("CompiledFunction")


def forward_order(node: Node) -> int:
    """Return autograd's own count of operations: smaller ran earlier."""
    return node.node._sequence_nr()  # noqa: SLF001 (documented for profilers)


def _collect(start: RawNode) -> list[Node] | None:
    """All nodes behind ``start``, inputs before outputs (an iterative depth-first post-order)."""
    known: dict[RawNode, Node] = {}
    done: list[Node] = []
    stack: list[tuple[RawNode, bool]] = [(start, False)]
    while stack:
        raw, ready = stack.pop()
        if ready:
            node = known[raw]
            node.inputs = [known[f] if f is not None else None for f, _ in raw.next_functions]
            done.append(node)
        elif raw not in known:
            if len(known) >= MOST_NODES:
                return None
            known[raw] = Node(raw, raw.name())
            stack.append((raw, True))
            stack += [(f, False) for f, _ in raw.next_functions if f is not None and f not in known]
    for node in done:
        for source in node.inputs:
            if source is not None:
                source.outputs.append(node)
    return done


def _work_out(node: Node, is_weight: Callable[[torch.Tensor], bool]) -> None:
    """Fill in whether the node depends on the data, its weight, and the affine run that ends in it."""
    if hasattr(node.node, "variable"):
        node.depends = node.affine = not is_weight(node.node.variable)
        return
    live = [n for n in node.inputs if n is not None and n.depends]
    if isinstance(node.node, torch.autograd.function.BackwardCFunction):
        node.hides = tuple(_matrices_into(node))
    if node.name in _LINEAR or _is_rnn(node.name):
        node.weight = _weight_of(node, len(live))
    elif node.name in _EMBEDDING:
        node.weight = _parameter_behind(node.inputs[0])
    node.depends = node.is_layer or bool(live) or bool(node.hides)
    if not node.depends:
        return
    node.product = _is_product(node, len(live))
    if node.is_layer and node.name in _LINEAR:
        node.run = (*(live[0].run if live else ()), node)
        node.affine = not live or live[0].affine
    elif node.is_layer:
        node.affine = node.name in _EMBEDDING
    elif (_is_affine(node.name) or node.name in _NORMALISATIONS) and not node.product:
        node.affine = all(n.affine for n in live)
        # A sum of different ways is a chain of matrices only if all of them are affine from the data on.
        node.run = max((n.run for n in live), key=len) if node.affine or len(live) == 1 else ()


def _weight_of(node: Node, live: int) -> torch.Tensor | None:
    """The parameter that a linear node multiplies by; ``None`` if both factors depend on the data."""
    if live > 1:
        return None
    candidates = [_parameter_behind(n) for n in node.inputs if n is not None and not n.depends]
    matrices = [p for p in candidates if p is not None and p.dim() > 1]
    return matrices[0] if matrices else None


def _matrices_into(node: Node) -> list[torch.Tensor]:
    """The weights of more than one dimension among what a function got that does not depend on the data."""
    found = [_parameter_behind(n) for n in node.inputs if n is not None and not n.depends]
    return [p for p in found if p is not None and p.dim() > 1]


def _parameter_behind(node: Node | None) -> torch.Tensor | None:
    """The parameter at the end of a chain of weight transformations (transposes, weight norm)."""
    frontier, depth = [node], 0
    while frontier and depth < _DEPTH_TO_WEIGHT:
        found = [n.node.variable for n in frontier if n is not None and hasattr(n.node, "variable")]
        matrices = [p for p in found if p.dim() > 1]
        if matrices or found:
            return (matrices or found)[0]
        frontier = [i for n in frontier if n is not None for i in n.inputs]
        depth += 1
    return None


def _maximal_runs(layers: Iterable[Node]) -> tuple[tuple[Node, ...], ...]:
    runs = {tuple(id(n) for n in layer.run): layer.run for layer in layers if len(layer.run) > 1}
    extended = {key[:end] for key in runs for end in range(2, len(key))}
    return tuple(run for key, run in runs.items() if key not in extended)


@functools.cache
def _is_affine(name: str) -> bool:
    stem = name.removesuffix("Backward0").removesuffix("Backward1").removesuffix("Backward2")
    return any(stem == p or (len(p) > 3 and stem.startswith(p)) for p in _AFFINE_PREFIXES)


def is_view(name: str) -> bool:
    """Whether an operation only arranges its input anew."""
    return name.startswith(_VIEWS)


def _is_end(node: Node) -> bool:
    """Whether a search for the next activation stops here: another layer, a product, an unknown function."""
    passes = _is_affine(node.name) or "MaxPool" in node.name
    return not passes or node.is_layer or node.product


def _is_product(node: Node, live: int) -> bool:
    """Whether the node multiplies a signal by another one, or by something that may have been made from it.

    A factor without gradient (a mask, a detached norm) is not in the graph; a number, a parameter and a dropout mask
    are harmless, everything else may depend on the data.
    """
    if not node.name.startswith(_PRODUCTS):
        return False
    return live > 1 or (None in node.inputs and _may_depend_on_data(node.node))


def _may_depend_on_data(raw: RawNode) -> bool:
    if any(_is_made_anew(raw, name) for name in ("self", "other")):
        return True
    try:
        factors = [getattr(raw, name, None) for name in ("_saved_self", "_saved_other")]
    except RuntimeError:  # freed, or changed in place since
        return True
    tensors = [f for f in factors if isinstance(f, torch.Tensor)]
    return any(t.numel() > 1 and not _is_dropout(t) for t in tensors)


def _is_dropout(mask: torch.Tensor) -> bool:
    """Whether a factor holds 0 and one number above 1: a mask made from the data holds 0 and 1.

    Only asked on a CPU: elsewhere dropout is an operation of its own, and reading a number would make the device wait.
    """
    if not is_near(mask) or not mask.is_floating_point():
        return False
    some = mask.flatten()[:ENTRIES_OF_A_MASK]
    kept = some[some != 0]
    if kept.numel() in (0, some.numel()):
        return False
    low, high = torch.aminmax(kept)
    return bool(low == high) and bool(low > 1)


def _is_gate(node: Node) -> bool:
    """Whether the function's result, after affine steps, multiplies another signal."""
    frontier, steps = list(node.outputs), 0
    while frontier and steps < _DEPTH_TO_WEIGHT:
        following = frontier.pop(0)
        steps += 1
        if following.product or (following.name in _LINEAR and not following.is_layer):
            return True
        if _is_affine(following.name) and not following.is_layer:
            frontier += following.outputs
    return False


def _is_rnn(name: str) -> bool:
    return "Rnn" in name or "Lstm" in name or "Gru" in name
