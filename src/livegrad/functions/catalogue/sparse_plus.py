"""Sparse-plus: ReLU whose corner is a parabola."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels, Native
from livegrad.text import Text

ACTIVATION = Activation(
    id="sparse_plus",
    formula=piecewise((-1, 1), (0, (x + 1) ** 2 / 4, x)),
    stable=Kernels(derivative=piecewise((-1, 1), (0, (x + 1) / 2, 1))),
    joints=(Joint(at=-1, slope=0), Joint(at=1, slope=1)),
    tails=(0, float("inf")),
    single=True,
    aliases=Aliases(keras=("sparse_plus",), jax=("sparse_plus",)),
    natives=(Native("jax.nn.sparse_plus"),),
    about=Text(
        "ReLU with its corner replaced by a parabola between −1 and 1, so the slope has no jump. "
        "Left of −1 it is exactly 0. It is to sparsemax what softplus is to softmax.",
        "−1과 1 사이의 모서리를 포물선으로 바꾼 ReLU라서 기울기가 끊기지 않습니다. −1 왼쪽은 "
        "정확히 0입니다. softmax에 softplus가 있듯이 sparsemax에는 이 함수가 있습니다.",
    ),
    source="Martins and Astudillo 2016, From Softmax to Sparsemax: A Sparse Model of Attention",
)
