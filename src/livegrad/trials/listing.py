"""How many names, of columns or classes, stand in one sentence."""

from collections.abc import Sequence

__all__ = ["listed"]

_LONGEST = 40  # letters of one name


def listed(names: Sequence[str], *, at_most: int = 5) -> str:
    """Return names as a short list.

    Example:
        >>> listed(["a", "b", "c"], at_most=2)
        'a, b, …'
    """
    shown = [name if len(name) <= _LONGEST else name[:_LONGEST] + "…" for name in names[:at_most]]
    return ", ".join(shown) + (", …" if len(names) > at_most else "")
