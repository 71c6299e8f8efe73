"""Softsign: an S with slow tails."""

from livegrad.functions.formula import absolute, clip, sign, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels, Native
from livegrad.text import Text

_held = clip(x, -1e18, 1e18)  # from there x/(1 + |x|) is ±1 in every dtype, and inf/inf is avoided
_inverse = 1 / (1 + absolute(x))

ACTIVATION = Activation(
    id="softsign",
    formula=x / (1 + absolute(x)),
    stable=Kernels(
        value=_held / (1 + absolute(_held)),
        derivative=_inverse * _inverse,
        second_derivative=-2 * sign(x) * (_inverse * _inverse * _inverse),
        exact=True,
    ),
    single=True,
    joints=(Joint(at=0, slope=1),),
    tails=(-1, 1),
    aliases=Aliases(torch=("Softsign", "softsign"), keras=("softsign",), jax=("soft_sign",)),
    natives=(Native("torch.nn.functional.softsign"), Native("jax.nn.soft_sign")),
    about=Text(
        "An S from −1 to 1 like tanh, without an exponential. It saturates slowly: the slope "
        "falls like 1/x² and not exponentially.",
        "tanh처럼 −1에서 1까지 오르는 S자 곡선이지만 지수 계산이 없습니다. "
        "기울기가 지수가 아니라 1/x²로 줄어서 포화(saturation)가 천천히 옵니다.",
    ),
    source="Turian, Bergstra and Bengio 2009, "
    "Quadratic Features and Deep Architectures for Chunking",
)
