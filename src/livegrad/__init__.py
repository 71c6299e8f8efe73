"""livegrad: keep your gradients alive.

Public names, each loaded when it is first used, so that ``import livegrad`` costs next to nothing and loads neither
torch nor NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from livegrad import flow, functions, trials
    from livegrad.advice.by_rule import guide
    from livegrad.diagnosis.examining import examine
    from livegrad.diagnosis.finding import Diagnosis, Finding
    from livegrad.diagnosis.watching import watch
    from livegrad.functions import activation
    from livegrad.observation.evidence import Evidence
    from livegrad.observation.training import Training
    from livegrad.treatment.checkup import check
    from livegrad.trials.comparing import compare

__all__ = [
    "Diagnosis",
    "Evidence",
    "Finding",
    "Training",
    "__version__",
    "activation",
    "check",
    "compare",
    "examine",
    "flow",
    "functions",
    "guide",
    "trials",
    "watch",
]

_HOMES = {
    "Diagnosis": "livegrad.diagnosis.finding",
    "Evidence": "livegrad.observation.evidence",
    "Finding": "livegrad.diagnosis.finding",
    "Training": "livegrad.observation.training",
    "activation": "livegrad.functions",
    "check": "livegrad.treatment.checkup",
    "compare": "livegrad.trials.comparing",
    "examine": "livegrad.diagnosis.examining",
    "flow": "livegrad",
    "functions": "livegrad",
    "guide": "livegrad.advice.by_rule",
    "trials": "livegrad",
    "watch": "livegrad.diagnosis.watching",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'livegrad' has no attribute '{name}'; it has {', '.join(__all__)}."
        raise AttributeError(message)
    home = _HOMES[name]
    value = (
        importlib.import_module(f"{home}.{name}")
        if home == "livegrad"
        else getattr(importlib.import_module(home), name)
    )
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
