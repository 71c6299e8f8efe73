"""What waits to be shown on one page: on each channel only the newest value, and one frame on its way."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Channels"]


class Channels:
    """The newest value of each channel, until it may travel.

    A page acknowledges each frame. Until then nothing more is sent on that channel, so a page that draws slowly gets
    fewer frames, never older ones.

    Args:
        woken: Called from any thread when something may be sent.

    Example:
        >>> channels = Channels(lambda: None)
        >>> channels.offer("loss", 0.9)
        >>> channels.offer("loss", 0.7)
        >>> channels.next()
        ('loss', 1, 0.7)
        >>> channels.offer("loss", 0.6)
        >>> channels.next()  # the frame before has not been acknowledged
        >>> channels.acknowledged(1)
        >>> channels.next()
        ('loss', 2, 0.6)
    """

    def __init__(self, woken: Callable[[], None]) -> None:
        self._woken = woken
        self._lock = threading.Lock()
        self._waiting = dict[str, object]()  # in the order in which they began to wait
        self._travelling = dict[int, str]()
        self._count = 0
        self._closed = False

    def offer(self, channel: str, value: object) -> None:
        """Let a value wait on a channel in the place of an older one. Any thread."""
        with self._lock:
            if self._closed:
                return
            known = channel in self._waiting
            self._waiting[channel] = value
        if not known:  # else somebody was woken for it already
            self._woken()

    def next(self) -> tuple[str, int, object] | None:
        """Take the channel that may be sent and has waited longest: its name, the frame's number, the value."""
        with self._lock:
            busy = set(self._travelling.values())
            channel = next((one for one in self._waiting if one not in busy), None)
            if channel is None:
                return None
            self._count += 1
            self._travelling[self._count] = channel
            return channel, self._count, self._waiting.pop(channel)

    def acknowledged(self, number: int) -> None:
        """Note that a frame has arrived, so that its channel is free; unknown numbers are passed over."""
        with self._lock:
            self._travelling.pop(number, None)
            wanted = bool(self._waiting)
        if wanted:
            self._woken()

    def close(self) -> None:
        """Forget all that waits; nothing is taken any more."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._travelling.clear()
