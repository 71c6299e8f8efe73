"""PAU: a quotient of two polynomials, whose coefficients are learned."""

from collections.abc import Sequence

from livegrad.functions.formula import Expression, absolute, parameter, piecewise, sign, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

# The authors' fit to leaky ReLU on [−3, 3], degrees 5 and 4, from their published code.
_TOP = (0.0335583603, 0.505000375, 1.65343934, 2.01001052, 0.931901999, 0.152424124)
_BOTTOM = (3.30847488e-06, 3.98021568, 5.12471206e-07, 0.301830109)

_a = [parameter(f"a{power}") for power in range(6)]
_b = [parameter(f"b{power}") for power in range(1, 5)]
_sizes = [absolute(coefficient) for coefficient in _b]


def _polynomial(coefficients: Sequence[Expression | float], variable: Expression) -> Expression:
    """Return Σ cₖ·variableᵏ by Horner's rule."""
    result, *rest = reversed(coefficients)
    for coefficient in rest:
        result = coefficient + variable * result
    return result + 0 * variable


def _slope(coefficients: Sequence[Expression | float], variable: Expression) -> Expression:
    """Return its derivative by the variable."""
    return _polynomial([k * c for k, c in enumerate(coefficients)][1:], variable)


_size, _inverse = absolute(x), 1 / x
_top, _bottom = _polynomial(_a, x), 1 + _size * _polynomial(_sizes, _size)
_bottom_slope = sign(x) * _slope([1.0, *_sizes], _size)
# From |x| = 1 on both polynomials are divided by x⁴, so that no power overflows: t = 1/x.
_descending, _far_sizes = _a[4::-1], [*_sizes[::-1], 1.0]
_small = absolute(_inverse)
_far_top, _far_bottom = _polynomial(_descending, _inverse), _polynomial(_far_sizes, _small)
_far_share = (_a[5] + _inverse * _far_top) / _far_bottom  # f(x)/x
_far_slope = (
    _a[5]
    - _inverse * _inverse * _slope(_descending, _inverse)
    + _far_share * (_small * _slope(_far_sizes, _small))
) / _far_bottom
_value_far = (_a[5] * x + _far_top) / _far_bottom

ACTIVATION = Activation(
    id="pau",
    formula=(_a[0] + _a[1] * x + _a[2] * x**2 + _a[3] * x**3 + _a[4] * x**4 + _a[5] * x**5)
    / (
        1
        + absolute(_b[0] * x)
        + absolute(_b[1] * x**2)
        + absolute(_b[2] * x**3)
        + absolute(_b[3] * x**4)
    ),
    stable=Kernels(
        value=piecewise((-1, 1), (_value_far, _top / _bottom, _value_far)),
        derivative=piecewise(
            (-1, 1),
            (
                _far_slope,
                (_slope(_a, x) - (_top / _bottom) * _bottom_slope) / _bottom,
                _far_slope,
            ),
        ),
    ),
    parameters=(
        *(
            Parameter(
                f"a{power}",
                start,
                about=Text(
                    f"coefficient of the power {power} above the bar, before training",
                    f"분자의 {power}차 계수의 처음 값",
                ),
                domain=Domain(low=0.0, ends=False) if power == 5 else Domain(),
                learned=True,
            )
            for power, start in enumerate(_TOP)
        ),
        *(
            Parameter(
                f"b{power}",
                start,
                about=Text(
                    f"coefficient of the power {power} below the bar, before training",
                    f"분모의 {power}차 계수의 처음 값",
                ),
                domain=Domain(low=0.0, ends=False) if power == 4 else Domain(),
                learned=True,
            )
            for power, start in enumerate(_BOTTOM, start=1)
        ),
    ),
    joints=(Joint(at=0, slope=_a[1]),),
    tails=(-float("inf"), float("inf")),
    aliases=Aliases(
        other=("pade_activation_unit", "rational", "safe_pau"),
        differs=Text(
            "The paper puts one absolute value around the whole sum below the bar; the authors' "
            "code, which the coefficients belong to, one around each term, as here.",
            "논문은 분모의 합 전체에 절댓값을 하나 씌웁니다. 이 계수들이 나온 저자들의 코드는 "
            "여기처럼 항마다 씌웁니다.",
        ),
    ),
    about=Text(
        "Learns its own shape: ten coefficients, which begin as a fit of leaky ReLU on [−3, 3]. "
        "The absolute values keep the denominator at 1 or more, so there is no pole.",
        "모양까지 배우는 함수입니다. 계수 열 개가 [−3, 3]에서 리키 렐루(Leaky ReLU)를 흉내 내는 "
        "값에서 출발합니다. 분모에 절댓값을 씌워 1보다 작아지지 않으므로 극점(pole)이 없습니다.",
    ),
    source="Molina, Schramowski and Kersting 2020, Padé Activation Units: "
    "End-to-end Learning of Flexible Activation Functions in Deep Networks",
)
