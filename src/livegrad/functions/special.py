"""The error function and its relatives, which NumPy lacks (SciPy would be heavy for one function).

``erfcx(x) = exp(x²)·erfc(x)`` decays like 1/x instead of exp(−x²), so it can be computed to full
precision everywhere; ``erfc`` follows from it. The method is Shepherd & Laframboise 1981
("Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞", Mathematics of Computation 36):
(1 + 2x)·erfcx(x) is a smooth function of t = (x − 3)/(x + 3) on [−1, 1]. The coefficients below
were computed anew with 60 digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SERIES = (
    1.17756257419656,
    0.005353904539615676,
    -0.09377550342284209,
    0.05436652555744322,
    -0.018976596707845208,
    0.004453426061462712,
    -0.0006335531710553147,
    1.7661719523171593e-05,
    1.2841532864056671e-05,
    -2.0072285659059913e-06,
    -1.807522790414837e-07,
    7.549828343825093e-08,
    1.885668523838603e-09,
    -2.699519049798364e-09,
    -1.460079119939105e-11,
    1.0361607445969489e-10,
    1.475715976623473e-12,
    -4.277340064396911e-12,
    -2.07922492859799e-13,
    1.8134502003176963e-13,
    1.973425574544739e-14,
    -7.287943737592673e-15,
    -1.5169878690228116e-15,
    2.3514112258781403e-16,
    1.0006111691821667e-16,
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
    # exp(−x²) with x split as s + (x − s), s a multiple of 1/16: s² is exact, so no digit of x² is
    # lost.
    coarse = np.floor(x * 16) / 16
    return np.exp(-coarse * coarse) * np.exp((coarse - x) * (coarse + x))


def _erfcx_right(x: NDArray[np.float64]) -> NDArray[np.float64]:
    near = np.minimum(x, _FAR)
    t = (near - 3) / (near + 3)
    below, below_that = np.zeros_like(t), np.zeros_like(t)
    for coefficient in _SERIES[:0:-1]:  # Clenshaw's recurrence
        below, below_that = coefficient + 2 * t * below - below_that, below
    return (_SERIES[0] + t * below - below_that) / (1 + 2 * x)
