"""The three sources of chance in a PyTorch script, seeded together, and set aside while we work."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import torch


def seed_everything(seed: int) -> None:
    """Seed torch, NumPy's global generator and ``random`` with ``seed`` (taken modulo 2³² for NumPy)."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 (scripts use the global generator)
    torch.manual_seed(seed)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Whatever chance is used inside, the script's own sequence goes on as if nothing had happened."""
    python, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng():
        yield
    random.setstate(python)
    np.random.set_state(numpy_state)  # noqa: NPY002
