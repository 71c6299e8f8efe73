"""What a network's output goes through on its way to a loss that was written by hand."""

from __future__ import annotations

from collections.abc import Callable

from livegrad.observation import graph as graphs
from livegrad.observation.graph import Graph, Node

__all__ = ["operations"]

_WITHIN_LOSSES = {
    "SoftmaxBackward0": "softmax",
    "LogSoftmaxBackward0": "log_softmax",
    "LogsumexpBackward0": "log_softmax",
    "SigmoidBackward0": "sigmoid",
    "LogSigmoidBackward0": "logsigmoid",
}


def operations(graph: Graph, is_output: Callable[[Node], bool]) -> tuple[str, ...]:
    """Return the functions before a model's output, and the first one behind it, in forward order.

    Args:
        graph: The graph behind the loss.
        is_output: Tells the node that made the model's output.

    Returns:
        Catalogue ids, e.g. ``("softmax", "log_softmax")``; empty where the output is not found, or nothing known follows.
    """
    root = next((n for n in graph.nodes if is_output(n)), None)
    if root is None:
        return ()
    behind = _first_behind(root)
    return (*graphs.operations_before(root), behind) if behind else ()


def _first_behind(root: Node) -> str | None:
    """The first function of a loss that the output meets: nothing but views may stand between."""
    node = root
    while len(node.outputs) == 1 and not node.outputs[0].product:
        node = node.outputs[0]
        if node.name in _WITHIN_LOSSES:
            return _WITHIN_LOSSES[node.name]
        if not graphs.is_view(node.name):
            return None
    return next((_WITHIN_LOSSES[n.name] for n in node.outputs if n.name in _WITHIN_LOSSES), None)
