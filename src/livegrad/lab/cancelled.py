"""What ends work that nobody waits for any more."""

from __future__ import annotations

__all__ = ["Cancelled"]


class Cancelled(Exception):
    """The page has gone, or asked for something newer."""
