"""Symlog: a logarithm that takes both signs."""

from livegrad.functions.formula import absolute, log1p, sign, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

_inverse = 1 / (1 + absolute(x))

ACTIVATION = Activation(
    id="symlog",
    formula=sign(x) * log1p(absolute(x)),
    stable=Kernels(derivative=_inverse, second_derivative=-sign(x) * (_inverse * _inverse)),
    joints=(Joint(at=0, slope=1),),
    tails=(-float("inf"), float("inf")),
    single=True,
    aliases=Aliases(other=("symmetric_log", "bi_symmetric_log")),
    about=Text(
        "Nearly the identity around 0 and a logarithm far out, on both sides: numbers of very "
        "different sizes come closer together. The slope falls only like 1/|x|.",
        "0 근처에서는 항등 함수에 가깝고 멀리서는 양쪽 모두 로그입니다. 크기가 아주 다른 수들이 "
        "서로 가까워집니다. 기울기는 1/|x|로만 줄어듭니다.",
    ),
    source="Webber 2012, A Bi-Symmetric Log Transformation for Wide-Range Data; as symlog: "
    "Hafner, Pasukonis, Ba and Lillicrap 2023, Mastering Diverse Domains through World Models",
)
