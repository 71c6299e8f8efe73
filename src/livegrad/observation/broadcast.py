"""A target whose shape broadcasts against the output, seen in a loss that was written by hand.

``((model(x) - y) ** 2).mean()`` with an output of shape (N, 1) and a target of shape (N,) compares every
output with every target. Autograd does not keep the target, but it keeps the shapes of what it computed and the values
that it needs again: a difference of shape (N, N) whose entries are one number for the row and one for the column.

Comparing all with all is often meant (contrastive losses, kernels, optimal transport). So nothing is said where both sides
carry a gradient, where the pairs are weighed, exponentiated or searched for the nearest one, or where the values
cannot be read. An even average over all pairs teaches one constant: nobody means that.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from livegrad.observation.graph import Graph, Node

_PAIRING = ("Sub", "Rsub", "Add", "Mul", "Div")
_SAVES_THE_OTHER = ("Mul", "Div")
_AVERAGING = frozenset((
    "Pow", "Abs", "Mul", "Div", "Neg", "Mean", "Sum", "Sqrt", "Log", "Log1P", "Cosh", "Clamp", "ClampMin", "ClampMax",
    "Where", "Add", "Sub", "Rsub", "HuberLoss", "SmoothL1Loss", "MseLoss", "ToCopy", "View", "ReshapeAlias", "UnsafeView",
    "Clone", "Softplus", "LogSigmoid", "Maximum", "Relu", "LinalgVectorNorm", "Norm", "Sigmoid", "Tanh", "Alias", "Squeeze",
    "Threshold",
))  # fmt: skip
"""Between the pairs and the scalar loss: operations that treat every pair alike."""
_SAVED_INPUTS = ("_saved_self", "_saved_other")
MOST_OPERATIONS = 64
NEAR = 8
"""The values are looked for in so many operations after the one that made the pairs."""
SOME = 256
"""So many rows and columns of the pairs are looked at."""
ROUNDINGS = 16.0
"""Rounding steps of the number format that a difference of differences may be off by."""

Shape = tuple[int, ...]


def find(graph: Graph, is_output: Callable[[Node], bool]) -> tuple[str, str] | None:
    """Return (output shape, target shape) as text where a target was broadcast against the output, else ``None``.

    Args:
        graph: The graph behind the loss.
        is_output: Tells the nodes that made the model's output; where none does, the search begins at the last layers.

    Returns:
        The two shapes, for example ``("(64, 1)", "(64,)")``.

    Example:
        >>> from livegrad.observation.graph import read
        >>> model, target = torch.nn.Linear(2, 1), torch.arange(4.0)
        >>> loss = ((model(torch.ones(4, 2)) - target) ** 2).mean()
        >>> find(read(loss), lambda node: False)
        ('(4, 1)', '(4,)')
    """
    starts = [n for n in graph.nodes if is_output(n)]
    if not starts:
        starts = [n for n in graph.layers if not n.feeds_layer]
    for node in _reachable(starts):
        shapes = _pairs(node)
        if shapes is not None and _is_averaged(node) and not _compares_outputs(starts, node):
            return str(shapes[0]), str(shapes[1])
    return None


def _shape_of(node: Node) -> Shape | None:
    """Return the shape of what a node computed (its first result), or ``None`` where autograd does not tell."""
    found = getattr(node.node, "_input_metadata", None)
    return tuple(int(size) for size in found[0].shape) if found else None


def _reachable(starts: list[Node]) -> list[Node]:
    """What comes after the output, nearest first; a loss of more operations than `MOST_OPERATIONS` is not followed on."""
    found: dict[int, Node] = {}
    frontier = list(starts)
    while frontier and len(found) < MOST_OPERATIONS:
        for after in frontier.pop(0).outputs:
            if id(after) not in found:
                found[id(after)] = after
                frontier.append(after)
    return list(found.values())


def _pairs(node: Node) -> tuple[Shape, Shape] | None:
    """(shape of the output, shape of the target) if the node sets every output against every target."""
    if not node.name.startswith(_PAIRING) or len(node.inputs) != 2:
        return None
    live = [n for n in node.inputs if n is not None]
    if len(live) != 1 or not live[0].depends:
        return None
    given, made = _shape_of(live[0]), _shape_of(node)
    target = _missing(given, made) if given and made else None
    if given is None or target is None:
        return None
    seen = _other_shape(node) if node.name.startswith(_SAVES_THE_OTHER) else None
    proven = seen == target if seen is not None else _is_difference_of_all(node)
    return (given, target) if proven else None


def _missing(given: Shape, made: Shape) -> Shape | None:
    """The target's shape if ``made`` is what (N, 1, …) gives with (N, …), or (N, …) with (N, 1, …)."""
    count = given[0]
    if count < 2 or len(made) < 2:
        return None
    if len(given) > 1 and given[1] == 1 and made == (count, count, *given[2:]):
        return (count, *given[2:])
    if made == (count, count, *given[1:]):
        return (count, 1, *given[1:])
    return None


def _other_shape(node: Node) -> Shape | None:
    """The shape of the factor that carries no gradient, which autograd keeps for the other one's."""
    place = node.inputs.index(None)
    saved = _saved(node, (("_saved_self", "_saved_other")[place],))
    return tuple(saved.shape) if saved is not None else None


def _is_difference_of_all(node: Node) -> bool:
    """Whether the values are a number for each row plus one for each column, as every output less every target is."""
    shape = _shape_of(node)
    kept = (_saved(after, (name,)) for after in _reachable([node])[:NEAR] for name in _SAVED_INPUTS)
    return any(_is_additive(v) for v in kept if v is not None and tuple(v.shape) == shape)


@torch.no_grad()
def _is_additive(values: torch.Tensor) -> bool:
    if not values.is_floating_point():
        return False
    table = (
        values.detach()[:SOME, :SOME].flatten(2)[..., 0]
        if values.dim() > 2
        else values[:SOME, :SOME]
    )
    table = table.detach().double()
    rest = table - table[:, :1] - table[:1] + table[:1, :1]
    rounding = ROUNDINGS * torch.finfo(values.dtype).eps * table.abs().amax()
    return bool((table - table[:1, :1]).abs().amax() > rounding >= rest.abs().amax())


def _saved(node: Node, names: tuple[str, ...]) -> torch.Tensor | None:
    for name in names:
        try:
            tensor = getattr(node.node, name, None)
        except RuntimeError:  # freed, or changed in place since
            continue
        if isinstance(tensor, torch.Tensor):
            return tensor
    return None


def _is_averaged(node: Node) -> bool:
    """Whether every pair counts alike on the whole way to the loss."""
    whole = _shape_of(node)
    for after in _reachable([node]):
        if after.name.rstrip("0123456789").removesuffix("Backward") not in _AVERAGING:
            return False
        other = _saved(after, _SAVED_INPUTS) if after.name.startswith("Mul") else None
        if other is not None and None in after.inputs and tuple(other.shape) == whole:
            return False  # every pair has a weight of its own
    return True


def _compares_outputs(starts: list[Node], node: Node) -> bool:
    """Whether outputs are compared with one another, too: an energy distance or a rank correlation is meant."""
    whole = _shape_of(node)
    return any(
        after is not node
        and len(after.inputs) == 2
        and _shape_of(after) == whole
        and all(n is not None and n.depends and _shape_of(n) != whole for n in after.inputs)
        for after in _reachable(starts)
    )
