"""Hypothesis strategies that the tests share."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from hypothesis.strategies import SearchStrategy

FLOATS = (np.float16, np.float32, np.float64)


def float_arrays(dtype: type[np.floating], *, infinite: bool = False) -> SearchStrategy[np.ndarray]:
    """Arrays of up to three axes, of any finite numbers (subnormal ones and −0 too), perhaps infinities."""
    numbers = st.floats(width=np.finfo(dtype).bits, allow_nan=False, allow_infinity=infinite)
    return arrays.arrays(
        dtype, arrays.array_shapes(min_dims=0, max_dims=3, max_side=6), elements=numbers
    )


def scores(*, low: float = -50.0, high: float = 50.0) -> SearchStrategy[np.ndarray]:
    """Matrices (rows, classes) of moderate scores."""
    shapes = arrays.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=8)
    return arrays.arrays(np.float64, shapes, elements=st.floats(low, high))


def variances() -> SearchStrategy[float]:
    """Variances of pre-activations, over eight decades."""
    return st.floats(-4, 4).map(lambda power: 10.0**power)
