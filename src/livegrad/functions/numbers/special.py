"""The error function and its relatives, which NumPy lacks (SciPy would be heavy for one function).

``erfcx(x) = exp(x²)·erfc(x)`` decays like 1/x instead of exp(−x²), so it can be computed to full
precision everywhere; ``erfc`` follows from it. The method is that of Shepherd & Laframboise 1981
("Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞", Mathematics of Computation 36):
(x + 9/16)·erfcx(x) is nearly constant, and a smooth function of t = (x − 3)/(x + 3) on [−1, 1].
bench/fit_series.py computes the coefficients, with 60 digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# By descending powers of t.
_SERIES = (
    -2.0197705133693178e-11,
    4.1329986011541605e-10,
    6.273108839554048e-10,
    -4.030535432091435e-09,
    -7.0545407484676075e-09,
    1.999416077160694e-08,
    5.147699199273578e-08,
    -6.733086728285754e-08,
    -3.070015438571823e-07,
    1.6323452544829797e-07,
    1.718133518382759e-06,
    -2.8714388449422797e-07,
    -9.917916102377495e-06,
    1.9759688694003906e-06,
    6.174593522653788e-05,
    -4.857632590423425e-05,
    -0.0003870876878249224,
    0.0009070288008276817,
    0.0013089300614294989,
    -0.011618436437792172,
    0.032629482464507135,
    -0.05515771688281917,
    0.05544033332008375,
    -0.008430909569703925,
    -0.08820015056498043,
    0.6376916010837017,
)
# erf(x)/x for |x| ≤ 1, a polynomial of x² by descending powers: Chebyshev fit with 60 digits, error 3e-23.
_ERF = (
    2.8067128195611264e-13,
    -6.1967364287877e-12,
    9.323723518153027e-11,
    -1.2277734486795524e-09,
    1.4806027146128752e-08,
    -1.636576864883207e-07,
    1.6462110782018636e-06,
    -1.4925650236967501e-05,
    0.00012055332978879483,
    -0.0008548327023403001,
    0.005223977625441674,
    -0.026866170645131218,
    0.11283791670955126,
    -0.37612638903183754,
    1.1283791670955126,
)
_FAR = 1e18  # beyond it (x − 3)/(x + 3) is 1 in float64, and inf/inf is avoided
_NEAR_MINUS_INFINITY = -27.0  # exp(x²) overflows float64 from −26.7


def erfcx(x: NDArray[np.floating] | np.floating) -> NDArray[np.floating]:
    """Scaled complementary error function, exp(x²)·erfc(x).

    Args:
        x: Any shape, any float dtype; computed in float64.

    Returns:
        The same shape and dtype; 2·exp(x²) − erfcx(−x) for x < 0, so inf below −26.7.

    Example:
        >>> round(float(erfcx(np.float64(0.0))), 12)
        1.0
    """
    wide = np.asarray(x, np.float64)
    right = _erfcx_right(np.absolute(wide))
    low = np.clip(wide, _NEAR_MINUS_INFINITY, 0)
    return np.where(wide >= 0, right, 2 * np.exp(low * low) - right).astype(np.asarray(x).dtype)


def erfc(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Complementary error function, 1 − erf(x), right to the last digits far out in the tail.

    Args:
        x: Any shape, any float dtype; computed in float64.

    Returns:
        The same shape and dtype, between 0 and 2.

    Example:
        >>> float(erfc(np.float64(0.0)))
        1.0
    """
    wide = np.asarray(x, np.float64)
    size = np.absolute(wide)
    tail = _erfcx_right(size) * _gauss(np.minimum(size, 40.0))
    return np.where(wide >= 0, tail, 2 - tail).astype(np.asarray(x).dtype)


def erf(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Error function, odd, from −1 to 1, right to the last digits near 0 too.

    Args:
        x: Any shape, any float dtype; computed in float64.

    Returns:
        The same shape and dtype.

    Example:
        >>> float(erf(np.float64(1e-300))) / 1e-300 == 1.1283791670955126
        True
    """
    wide = np.asarray(x, np.float64)
    near = np.clip(wide, -1, 1)
    square, series = near * near, np.full_like(near, _ERF[0])
    for coefficient in _ERF[1:]:
        series = series * square + coefficient
    far = np.sign(wide) * (1 - erfc(np.absolute(wide)))
    return np.where(np.absolute(wide) <= 1, near * series, far).astype(np.asarray(x).dtype)


def _gauss(x: NDArray[np.float64]) -> NDArray[np.float64]:
    # exp(−x²) without the rounding of x², which far out is worth hundreds of units: with x split as
    # s + (x − s), s a multiple of 1/64, s² is exact, and so the rounding is known.
    coarse, square = np.floor(x * 64) / 64, x * x
    rounding = (coarse * coarse - square) + (x - coarse) * (x + coarse)
    bell = np.exp(-square)
    return bell - bell * rounding


def _erfcx_right(x: NDArray[np.float64]) -> NDArray[np.float64]:
    near = np.minimum(x, _FAR)
    t = (near - 3) / (near + 3)
    total = _SERIES[0] * t + _SERIES[1]
    for coefficient in _SERIES[2:]:
        total = total * t + coefficient
    return total / (x + 0.5625)
