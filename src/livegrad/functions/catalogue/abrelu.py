"""ABReLU: ReLU whose corner sits at the average of the inputs."""

import math

from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Aliases
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:
    """Compute max(0, x − α·mean x) along the last axis; (..., n) to (..., n)."""
    return backend.clip(_above(backend, x, settings), 0.0, math.inf)


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:
    """Multiply a cotangent g (..., n) with the Jacobian: with s = 1 where open, s·g − α·mean s·g."""
    open_here = backend.select(_above(backend, x, settings) > 0, 1.0, 0.0, x)
    passed = open_here * cotangent
    return passed - settings["alpha"] * _mean(backend, passed)


def _above(backend: Backend, x: Array, settings: Settings) -> Array:
    return x - settings["alpha"] * _mean(backend, x)


def _mean(backend: Backend, x: Array) -> Array:
    # Divided first: the sum of large numbers would overflow where their mean does not.
    return backend.total(x / x.shape[-1])


ACTIVATION = VectorActivation(
    id="abrelu",
    latex=r"\max\left(0, x_i - \frac{\alpha}{n} \sum_j x_j\right)",
    value=value,
    pullback=pullback,
    bounded=False,
    parameters=(
        Parameter(
            "alpha",
            1.0,
            about=Text("how much of the average is subtracted", "평균을 얼마나 뺄지"),
            domain=Domain(),
        ),
    ),
    aliases=Aliases(
        other=("average_biased_relu",),
        differs=Text(
            "The paper averages over a whole feature volume of one image; here over one axis. "
            "Flatten the others into it for the same.",
            "논문은 이미지 하나의 특징 전체에서 평균을 냅니다. 여기서는 축 하나에서 냅니다. 같게 "
            "하려면 나머지 축을 펼쳐서 넣으세요.",
        ),
    ),
    about=Text(
        "About half of the inputs lie above their average, so about half always pass, whatever "
        "bias the layer has. Each output depends on all inputs.",
        "입력의 절반쯤은 늘 평균보다 커서, 층의 편향(bias)이 어떻든 절반쯤은 지나갑니다. 출력 "
        "하나하나가 입력 전체에 달려 있습니다.",
    ),
    source="Dubey and Chakraborty 2021, "
    "Average Biased ReLU Based CNN Descriptor for Improved Face Retrieval",
)
