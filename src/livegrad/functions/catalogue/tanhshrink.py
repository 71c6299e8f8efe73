"""Tanhshrink: what tanh takes away from its input."""

from livegrad.functions.formula import Expression, expression, piecewise, tanh, written, x
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text


def _shrunk(levels: int) -> Expression:
    # Lambert's continued fraction tanh x = x / (1 + w), w = x² / (3 + x² / (5 + ...)), gives
    # x − tanh x = x·w / (1 + w): only positive numbers meet, so nothing cancels near 0.
    bottom = expression(2 * levels + 1)
    for odd in range(2 * levels - 1, 1, -2):
        bottom = odd + x * x / bottom
    w = x * x / bottom
    return x * w / (1 + w)


ACTIVATION = Activation(
    id="tanhshrink",
    formula=written(x - tanh(x), piecewise((-0.5, 0.5), (x - tanh(x), _shrunk(16), x - tanh(x)))),
    stable=Kernels(
        value=piecewise((-1.25, 1.25), (x - tanh(x), _shrunk(9), x - tanh(x))),
        derivative=tanh(x) ** 2,
    ),
    single=True,
    tails=(-float("inf"), float("inf")),
    aliases=Aliases(torch=("Tanhshrink", "tanhshrink"), keras=("tanh_shrink",)),
    natives=(Native("torch.nn.functional.tanhshrink"),),
    about=Text(
        "The input minus its tanh: nearly 0 around 0, where it grows like x³/3, and a straight "
        "line shifted by 1 far out. A smooth relative of softshrink; small signals lose almost "
        "all of their gradient.",
        "입력에서 그 입력의 tanh를 뺀 값입니다. 0 근처에서는 x³/3처럼 아주 작고, 멀리서는 1만큼 "
        "옮긴 직선이 됩니다. softshrink를 매끄럽게 한 꼴이며, 작은 신호에서는 기울기가 거의 "
        "사라집니다.",
    ),
    source="",
)
