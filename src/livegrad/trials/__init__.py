"""Many small networks at once, and what may honestly be concluded from them.

    compare(X, y)                       small networks of each activation on your data
    compare_models(build, X, y)         the same for a PyTorch model of your own
    Store("trials.db")                  where outcomes outlive the process

Names are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livegrad.trials.comparing import compare
    from livegrad.trials.comparing_models import compare_models
    from livegrad.trials.store import Store

__all__ = ["Store", "compare", "compare_models"]

_HOMES = {"Store": "store", "compare": "comparing", "compare_models": "comparing_models"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = (
            f"module 'livegrad.trials' has no attribute '{name}'; it has {', '.join(__all__)}."
        )
        raise AttributeError(message)
    return getattr(importlib.import_module(f"livegrad.trials.{_HOMES[name]}"), name)
