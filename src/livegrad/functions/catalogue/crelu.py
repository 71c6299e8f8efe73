"""CReLU: the positive part and the negative part, side by side."""

import math

from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute max(0, x) beside max(0, −x) along the last axis; (..., n) to (..., 2n)."""
    return backend.joined(backend.clip(x, 0.0, math.inf), backend.clip(-x, 0.0, math.inf))


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Hand each cotangent (..., 2n) back through the side that is open; at 0 both are shut."""
    length = x.shape[-1]
    above, below = (backend.select(side, 1.0, 0.0, x) for side in (x > 0, x < 0))
    return above * cotangent[..., :length] - below * cotangent[..., length:]


ACTIVATION = VectorActivation(
    id="crelu",
    latex=r"\left[\max(0, x), \max(0, -x)\right]_i",
    value=value,
    pullback=pullback,
    bounded=False,
    aliases=Aliases(
        other=("concatenated_relu",),
        differs=Text(
            "PyTorch has none; tf.nn.crelu joins along the last axis too, and in images "
            "the axis should be that of the channels.",
            "PyTorch에는 없습니다. tf.nn.crelu도 마지막 축에 이어 붙입니다. 이미지에서는 채널 "
            "축을 고르세요.",
        ),
    ),
    about=Text(
        "Keeps both signs, each in an output of its own, so nothing is lost and no unit dies. The "
        "next layer sees twice as many inputs.",
        "양수와 음수를 따로따로 내보냅니다. 잃는 것이 없고 죽는 유닛도 없습니다. 대신 다음 층의 "
        "입력이 두 배가 됩니다.",
    ),
    source="Shang, Sohn, Almeida and Lee 2016, Understanding and Improving "
    "Convolutional Neural Networks via Concatenated Rectified Linear Units",
)
