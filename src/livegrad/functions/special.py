"""The complementary error function, which NumPy lacks (SciPy would be heavy for one function).

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
_FAR = 1e18  # beyond it (x − 3)/(x + 3) is 1 in float64, and inf/inf is avoided
_NEAR_MINUS_INFINITY = -27.0  # exp(x²) overflows float64 from −26.7


def erfcx(x: NDArray[np.floating]) -> NDArray[np.floating]:
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
