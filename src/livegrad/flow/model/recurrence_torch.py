"""Recurrent layers, step by step: the same numbers as PyTorch's kernels, with every pre-activation in sight.

PyTorch runs a whole sequence in one opaque call. The gradient through time is what is asked for, so the
recurrence is run here in plain operations, which the tape records like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from livegrad.flow.model.tracing_torch import Tracing

__all__ = ["CALLS", "readable", "unrolled"]

CALLS = {"rnn_tanh": "RNN", "rnn_relu": "RNN", "lstm": "LSTM", "gru": "GRU"}
MOST_STEPS = 400
"""A longer sequence is measured as one operation."""
State = tuple[Tensor, ...]


def readable(args: tuple[Any, ...]) -> bool:
    """Whether a recurrent call is one of a plain sequence, of a length worth unrolling.

    A packed sequence has its batch sizes where a plain one has its first state.
    """
    if len(args) != 9 or not isinstance(args[2], (list, tuple)) or args[0].dim() != 3:
        return False
    return args[0].shape[1 if args[8] else 0] <= MOST_STEPS


def unrolled(tracing: Tracing, name: str, args: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """Return what PyTorch's call returns, computed in the open.

    Args:
        tracing: The run; its mode is active.
        name: Which call, a key of `CALLS`.
        args: Its nine arguments: input, states, weights, biases?, layers, dropout, training,
            bidirectional, batch first.
    """
    x, states, weights, biased, layers, dropout, training, both_ways, batch_first = args
    time = 1 if batch_first else 0
    steps = [x.select(time, step) for step in range(x.shape[time])]
    firsts = states if name == "lstm" else (states,)
    per_layer = len(weights) // (layers * (2 if both_ways else 1))
    ends: list[State] = []
    for layer in range(layers):
        ways = []
        for way in range(2 if both_ways else 1):
            place = layer * (2 if both_ways else 1) + way
            own = weights[place * per_layer : (place + 1) * per_layer]
            first = tuple(one[place] for one in firsts)
            cell = _Cell(tracing, name, own, biased=biased, backwards=way == 1)
            made, end = cell.run(steps, first)
            ways.append(made)
            ends.append(end)
        steps = (
            ways[0] if not both_ways else [torch.cat(pair, -1) for pair in zip(*ways, strict=True)]
        )
        if dropout and training and layer < layers - 1:
            steps = [functional.dropout(step, dropout, training=True) for step in steps]
    output = torch.stack(steps, time)
    return (output, *(torch.stack(one, 0) for one in zip(*ends, strict=True)))


class _Cell:
    """One layer in one direction."""

    def __init__(
        self,
        tracing: Tracing,
        name: str,
        weights: Sequence[Tensor],
        *,
        biased: bool,
        backwards: bool,
    ) -> None:
        self._tracing, self._name, self._backwards = tracing, name, backwards
        self._into, self._back = weights[0], weights[1]
        self._biases = (weights[2], weights[3]) if biased else (None, None)
        self._step: Callable[[Tensor, State, str], State] = {
            "rnn_tanh": self._plain,
            "rnn_relu": self._plain,
            "lstm": self._lstm,
            "gru": self._gru,
        }[name]

    def run(self, steps: list[Tensor], state: State) -> tuple[list[Tensor], State]:
        """Return the output at each time step, and the last state."""
        layer = (self._tracing.constant_name(self._into) or "").replace("weight_ih_", "")
        made: list[Tensor] = []
        order = reversed(range(len(steps))) if self._backwards else range(len(steps))
        for number in order:
            state = self._step(steps[number], state, f"{layer}[{number + 1}]")
            made.append(state[0])
        return (made[::-1] if self._backwards else made), state

    def _parts(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        tracing = self._tracing
        outer, tracing.inside_recurrence = tracing.inside_recurrence, True
        into = functional.linear(x, self._into, self._biases[0])
        back = functional.linear(h, self._back, self._biases[1])
        tracing.inside_recurrence = outer
        return into, back

    def _rung(self, name: str, *tensors: Tensor) -> list[Tensor]:
        fan_in = self._into.shape[1] + self._back.shape[1]
        kind = CALLS[self._name]
        with torch._C.DisableTorchFunction():  # noqa: SLF001 (looking is no step of the recurrence)
            return self._tracing.rung(name, kind, list(tensors), fan_in)

    def _plain(self, x: Tensor, state: State, name: str) -> State:
        into, back = self._parts(x, state[0])
        (z,) = self._rung(name, into + back)
        return (torch.tanh(z) if self._name == "rnn_tanh" else torch.relu(z),)

    def _lstm(self, x: Tensor, state: State, name: str) -> State:
        into, back = self._parts(x, state[0])
        (z,) = self._rung(name, into + back)
        enter, keep, new, show = z.chunk(4, -1)
        cell = torch.sigmoid(keep) * state[1] + torch.sigmoid(enter) * torch.tanh(new)
        return torch.sigmoid(show) * torch.tanh(cell), cell

    def _gru(self, x: Tensor, state: State, name: str) -> State:
        into, back = self._parts(x, state[0])
        sizes = [2 * state[0].shape[-1], state[0].shape[-1]]
        gates_in, new_in = into.split(sizes, -1)
        gates_back, new_back = back.split(sizes, -1)
        gates = gates_in + gates_back
        reset, keep = torch.sigmoid(gates).chunk(2, -1)
        _, new = self._rung(name, gates, new_in + reset * new_back)
        h = (1 - keep) * torch.tanh(new) + keep * state[0]
        return (h,)
