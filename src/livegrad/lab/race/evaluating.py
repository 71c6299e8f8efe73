"""An activation's value and slope as the engine computes them, at the price of one call into native code.

Looking into a network 100 layers deep evaluates an activation 100 times; NumPy's way takes some hundred microseconds
each time, which is most of a frame. Without native code NumPy's way it is.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int, c_int64, c_void_p
from dataclasses import replace
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.functions import Activation
from livegrad.functions.formula import evaluate
from livegrad.functions.numbers.backends import NUMPY
from livegrad.trials.engine import native
from livegrad.trials.engine.programs import program_of

__all__ = ["Evaluator", "evaluator"]

Reals: TypeAlias = NDArray[Any]


class Evaluator(Protocol):
    """Writes f(z) and f′(z) into arrays given; all are C-contiguous float32 of one shape."""

    def __call__(self, z: Reals, value: Reals, slope: Reals, learned: Reals) -> None:
        """Write value and slope, with learned parameters of some values; shape (learned,), perhaps none."""


def evaluator(activation: Activation) -> Evaluator:
    """Return what evaluates an activation.

    Example:
        >>> from livegrad.functions import elementwise
        >>> z, value, slope = np.float32([-1, 2]), np.empty(2, np.float32), np.empty(2, np.float32)
        >>> evaluator(elementwise("relu"))(z, value, slope, np.empty(0))
        >>> value, slope
        (array([0., 2.], dtype=float32), array([0., 1.], dtype=float32))
    """
    return _Slow(activation) if native.library() is None else _Fast(activation)


class _Slow:
    """The formula itself in NumPy."""

    def __init__(self, activation: Activation) -> None:
        self._activation = activation
        self._trees = activation.kernel(), activation.kernel("x")

    def __call__(self, z: Reals, value: Reals, slope: Reals, learned: Reals) -> None:
        numbers: dict[str, Any] = dict(self._activation.settings)
        numbers |= zip(self._activation.learned, map(float, learned), strict=False)
        with np.errstate(all="ignore"):
            for tree, out in zip(self._trees, (value, slope), strict=True):
                out[...] = NUMPY.full(evaluate(tree, NUMPY, {**numbers, "x": z}), z)


class _Fast:
    """The record that the engine takes, made once: making it takes ten times as long as using it."""

    def __init__(self, activation: Activation) -> None:
        library = native.library()
        assert library is not None  # noqa: S101 - the caller has asked
        self._evaluate = library.livegrad_evaluate
        program = program_of(activation)
        # Registers are x, then learned numbers, then constants; this call knows no learned ones, so they are constants
        # here, written anew for each layer.
        self._learned = program.learned
        self._constants = np.concatenate([np.array(program.starts, np.float64), program.constants])
        call = native._Call.__new__(native._Call)  # noqa: SLF001 - as `native.evaluate` does, but once
        self._kept = call._kept = list[Any]()  # noqa: SLF001
        fixed = replace(program, learned=0, constants=self._constants, results=program.results[:2])
        self._record = call._program(fixed)  # noqa: SLF001
        self._address = ctypes.byref(self._record)

    def __call__(self, z: Reals, value: Reals, slope: Reals, learned: Reals) -> None:
        if self._learned:
            self._constants[: self._learned] = learned
        self._evaluate(
            self._address,
            c_int(0),
            c_int64(z.size),
            c_void_p(z.ctypes.data),
            c_void_p(value.ctypes.data),
            c_void_p(slope.ctypes.data),
        )
