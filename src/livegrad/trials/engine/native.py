"""The native engine: its library found for this processor, and its C structures filled.

The structures mirror ``source/job.h`` field by field.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
import threading
from collections.abc import Callable
from ctypes import POINTER, Structure, c_double, c_int, c_int32, c_int64, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from livegrad.trials.engine.population import MEASURES, Population, Samples, Trace
from livegrad.trials.engine.programs import Program, program_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrad.functions import Activation

__all__ = ["Work", "evaluate", "library", "library_file", "train"]

_LOSSES = ("mse", "bce", "cross-entropy")
_OPTIMIZERS = ("sgd", "momentum", "adam", "adamw")
_SKIPS = (None, "residual", "rezero")
_KERNELS = ("auto", "lanes", "single")
_FOLDER = Path(__file__).parent / "lib"
_SUFFIX = {"win32": "dll", "darwin": "dylib"}.get(sys.platform, "so")
_VERSION = 1  # of the interface
_POLL = 0.02  # seconds between two reports of progress


class _Activation(Structure):
    _fields_ = (
        ("builtin", c_int32),
        ("parameters", c_double * 4),
        ("steps", c_int32),
        ("constants", c_int32),
        ("registers", c_int32),
        ("learned", c_int32),
        ("step", c_void_p),
        ("constant", c_void_p),
        ("result", c_void_p),
        ("saturated_below", c_double),
    )


class _Job(Structure):
    _fields_ = (
        ("wide_numbers", c_int32),
        ("layers", c_int32),
        ("sizes", c_void_p),
        *((name, c_int32) for name in ("loss", "optimizer", "batch_norm", "skip")),
        *((name, c_double) for name in ("momentum", "beta1", "beta2", "epsilon", "weight_decay")),
        ("networks", c_int64),
        ("activations", c_int32),
        ("activation", POINTER(_Activation)),
        *((name, c_void_p) for name in ("activation_of", "rate", "weights", "first", "second")),
        *((name, c_void_p) for name in ("running", "inputs", "targets")),
        *((name, c_int32) for name in ("rows", "batch", "steps", "steps_before")),
        *((name, c_void_p) for name in ("order", "held_inputs", "held_targets")),
        ("held_rows", c_int32),
        ("points", c_int32),
        ("point", c_void_p),
        ("loss_window", c_int32),
        ("curve", c_void_p),
        ("diverged", c_void_p),
        ("snapshots", c_int32),
        ("snapshot", c_void_p),
        ("flow", c_void_p),
        ("done", POINTER(c_int64)),
        ("cancel", POINTER(c_int32)),
        *((name, c_int32) for name in ("workers", "kernel")),
    )


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is to be done with a population.

    Attributes:
        order: Row numbers of each minibatch; shape (steps, batch).
        points: After how many of these steps a point of the curve is taken, rising.
        snapshots: Before which of these steps the flow is looked at, rising from 0.
        loss_window: Over how many minibatches before a point its training loss is a mean.
        workers: Threads.
        kernel: ``"lanes"`` or ``"single"`` for comparison; the engine chooses the faster by itself.
        told: Called some fifty times a second with the network-steps made so far; returning False
            stops the training.
    """

    order: NDArray[np.int32]
    points: tuple[int, ...] = ()
    snapshots: tuple[int, ...] = ()
    loss_window: int = 8
    workers: int = 1
    kernel: str = "auto"
    told: Callable[[int], bool | None] | None = None


@functools.cache
def library() -> ctypes.CDLL | None:
    """Return the library for this processor, or None where none was built.

    ``LIVEGRAD_ENGINE_LEVEL`` (2, 3 or 4) asks for a lower level of x86-64 than the processor has.
    """
    base = _opened(_FOLDER / f"engine.{_SUFFIX}") or _opened(_FOLDER / f"engine_v2.{_SUFFIX}")
    if base is None:
        return None
    level = min(base.livegrad_level(), int(os.environ.get("LIVEGRAD_ENGINE_LEVEL", "4")))
    for wanted in range(level, 2, -1):
        found = _opened(_FOLDER / f"engine_v{wanted}.{_SUFFIX}")
        if found is not None:
            return found
    return base


def library_file() -> str:
    """Return the name of the library's file; empty where there is none.

    Example:
        >>> library_file() == "" or library_file().startswith("engine")
        True
    """
    found = library()
    return "" if found is None else Path(found._name).name  # noqa: SLF001 - ctypes tells it nowhere else


def _opened(path: Path) -> ctypes.CDLL | None:
    try:
        found = ctypes.CDLL(str(path))
        return found if found.livegrad_version() == _VERSION else None
    except (OSError, AttributeError):
        return None


def train(population: Population, samples: Samples, work: Work) -> Trace:
    """Train in native code; the interpreter is free meanwhile.

    Raises:
        MemoryError: A worker's own buffers do not fit.
        ValueError: There are more than 511 layers.
    """
    native = library()
    assert native is not None, "asked for an engine that is not there"  # noqa: S101
    call = _Call(population, samples, work)
    if work.told is None:
        code = native.livegrad_train(ctypes.byref(call.job))
    else:
        code = _reported(native, call, work.told)
    if code == 2:
        raise MemoryError
    if code == 3:
        message = f"the engine trains up to 511 layers, and {population.architecture.layers} were asked for"
        raise ValueError(message)
    population.steps += len(work.order)
    return Trace(call.curve, call.flow, finished=code == 0)


def _reported(native: ctypes.CDLL, call: _Call, told: Callable[[int], bool | None]) -> int:
    """Run in a thread of its own, tell how far it is, and stop it when asked or interrupted."""
    codes = list[int]()
    run = lambda: codes.append(native.livegrad_train(ctypes.byref(call.job)))  # noqa: E731
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        running = True
        while running:  # told once at least, however soon it is done
            thread.join(_POLL)
            running = thread.is_alive()
            if told(call.done.value) is False:
                call.cancel.value = 1
    except BaseException:
        call.cancel.value = 1
        thread.join()
        raise
    return codes[0]


class _Call:
    """The C structure of one call, and everything that must live as long as it."""

    def __init__(self, population: Population, samples: Samples, work: Work) -> None:
        architecture, settings = population.architecture, population.settings
        dtype = population.weights.dtype
        networks, batch = len(population), work.order.shape[1]
        self.done, self.cancel = c_int64(0), c_int32(0)
        self.curve = np.full((networks, len(work.points), 3), np.nan, np.float32)
        shape = (networks, len(work.snapshots), architecture.layers, len(MEASURES))
        self.flow = np.full(shape, np.nan, np.float32)
        self._kept = list[Any]()
        wide = dtype == np.float64
        programs = [
            program_of(activation, dtype="float64" if wide else "float32")
            for activation in population.activations
        ]
        self.job = _Job(
            wide_numbers=int(wide),
            layers=architecture.layers,
            sizes=self._address(np.array(architecture.sizes, np.int32)),
            loss=_LOSSES.index(architecture.loss),
            optimizer=_OPTIMIZERS.index(settings.optimizer),
            batch_norm=int(architecture.norm == "batch"),
            skip=_SKIPS.index(architecture.skip),
            momentum=settings.momentum,
            beta1=settings.betas[0],
            beta2=settings.betas[1],
            epsilon=settings.epsilon,
            weight_decay=settings.weight_decay,
            networks=networks,
            activations=len(programs),
            activation=self._programs(programs),
            activation_of=self._address(population.activation_of, np.int32),
            rate=self._address(population.rates, np.float64),
            weights=self._address(population.weights, dtype, changed=True),
            first=self._address(population.first, dtype, changed=True),
            second=self._address(population.second, dtype, changed=True),
            running=self._address(population.running, dtype, changed=True),
            inputs=self._address(samples.inputs, dtype),
            targets=self._address(samples.targets, dtype),
            rows=len(samples.inputs),
            batch=batch,
            steps=len(work.order),
            steps_before=population.steps,
            order=self._address(work.order, np.int32),
            held_inputs=self._address(samples.held_inputs, dtype),
            held_targets=self._address(samples.held_targets, dtype),
            held_rows=len(samples.held_inputs),
            points=len(work.points),
            point=self._address(np.array(work.points, np.int32)),
            loss_window=work.loss_window,
            curve=self.curve.ctypes.data,
            diverged=self._address(population.diverged, np.int32, changed=True),
            snapshots=len(work.snapshots),
            snapshot=self._address(np.array(work.snapshots, np.int32)),
            flow=self.flow.ctypes.data,
            done=ctypes.pointer(self.done),
            cancel=ctypes.pointer(self.cancel),
            workers=work.workers,
            kernel=_KERNELS.index(work.kernel),
        )

    def _address(self, array: Any, dtype: Any = None, *, changed: bool = False) -> int:
        held = np.ascontiguousarray(array, dtype)
        if changed and held is not array:
            message = "arrays that training changes must be contiguous and of one dtype"
            raise TypeError(message)
        self._kept.append(held)
        return held.ctypes.data

    def _programs(self, programs: list[Program]) -> Any:
        records = (_Activation * len(programs))(*(self._program(one) for one in programs))
        self._kept.append(records)
        return records

    def _program(self, program: Program) -> _Activation:
        return _Activation(
            program.builtin,
            (c_double * 4)(*program.parameters),
            len(program.steps),
            len(program.constants),
            program.registers,
            program.learned,
            self._address(program.steps, np.int32),
            self._address(program.constants, np.float64),
            self._address(program.results, np.int32),
            program.saturated_below,
        )


def evaluate(activation: Activation, x: Any, *, taped: bool = False) -> tuple[Any, Any]:
    """Return value and slope as the engine computes them, for its tests; x float32 or float64."""
    native = library()
    assert native is not None, "asked for an engine that is not there"  # noqa: S101
    x = np.ascontiguousarray(x)
    wide = x.dtype == np.float64
    program = program_of(
        activation, dtype="float64" if wide else "float32", taped=taped, fixed=True
    )
    kept = _Call.__new__(_Call)
    kept._kept = []  # noqa: SLF001
    record = kept._program(program)  # noqa: SLF001
    value, slope = np.empty_like(x), np.empty_like(x)
    native.livegrad_evaluate(
        ctypes.byref(record),
        c_int(wide),
        c_int64(x.size),
        c_void_p(x.ctypes.data),
        c_void_p(value.ctypes.data),
        c_void_p(slope.ctypes.data),
    )
    return value, slope
