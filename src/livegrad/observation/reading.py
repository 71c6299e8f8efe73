"""Numbers on their way from the device: one transfer for a measured step, read when it has arrived.

On a CPU they are read at once. Anywhere else a copy is started that nobody waits for; it is looked at when the next step is
measured, or when somebody asks for the evidence, so that the device is never made to stand still.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

__all__ = ["Reading", "is_near"]


def is_near(tensor: torch.Tensor) -> bool:
    """Whether a number of this tensor can be read without making a device wait."""
    return tensor.is_cpu


class Reading:
    """Some tensors of one step, and what is done with their numbers.

    Args:
        tensors: Of any shapes, none of them held after this call.
        use: Called once with the list of their numbers (a flat list for each), when they are there.
    """

    def __init__(
        self, tensors: Sequence[torch.Tensor], use: Callable[[list[list[float]]], None]
    ) -> None:
        self._use = use
        self._sizes = [t.numel() for t in tensors]
        self._packed: list[tuple[list[int], torch.Tensor, Any]] = []
        by_device: dict[torch.device, list[int]] = {}
        for position, tensor in enumerate(tensors):
            by_device.setdefault(tensor.device, []).append(position)
        for positions in by_device.values():
            self._packed.append((positions, *_sent([tensors[i] for i in positions])))

    def has_arrived(self) -> bool:
        """Whether reading would not wait."""
        return all(event is None or event.query() for _, _, event in self._packed)

    def read(self) -> None:
        """Hand the numbers over, waiting for them if need be."""
        found: list[list[float]] = [[] for _ in self._sizes]
        for positions, packed, event in self._packed:
            if event is not None:
                event.synchronize()
            flat, start = packed.tolist(), 0
            for i in positions:
                found[i] = flat[start : start + self._sizes[i]]
                start += self._sizes[i]
        self._use(found)


@torch.no_grad()
def _sent(tensors: list[torch.Tensor]) -> tuple[torch.Tensor, Any]:
    """(all numbers in one vector on the host, what tells that they are there)."""
    exact = any(t.dtype == torch.float64 for t in tensors)
    kind = torch.float64 if exact else torch.float32
    packed = torch.cat([t.detach().reshape(-1).to(kind) for t in tensors])
    if is_near(packed):
        return packed, None
    there = packed.to("cpu", non_blocking=True)
    event = torch.Event(packed.device)
    event.record()
    return there, event
