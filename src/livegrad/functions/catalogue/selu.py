"""SELU: ELU scaled so that mean 0 and variance 1 reproduce themselves."""

from livegrad.functions.formula import constant, exp, expm1, piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

# The fixed point of mean and variance under N(0, 1), equation 14 of the paper; E[f] = 0 and E[f²] =
# 1 test it.
_ALPHA, _SCALE = 1.6732632423543772, 1.0507009873554805
alpha, scale = constant(_ALPHA, r"\alpha"), constant(_SCALE, r"\lambda")

ACTIVATION = Activation(
    id="selu",
    formula=piecewise((0,), (scale * alpha * expm1(x), scale * x)),
    stable=Kernels(
        # One constant instead of two: one rounding less.
        value=piecewise((0,), (_SCALE * _ALPHA * expm1(x), _SCALE * x)),
        derivative=piecewise((0,), (_SCALE * _ALPHA * exp(x), _SCALE)),
    ),
    joints=(Joint(at=0, slope=_SCALE * _ALPHA),),
    tails=(-_SCALE * _ALPHA, float("inf")),
    aliases=Aliases(torch=("SELU", "selu"), keras=("selu",), jax=("selu",)),
    about=Text(
        "ELU with the two constants (λ = 1.0507…, α = 1.6733…) that pull mean 0 and variance 1 "
        "back into place from layer to layer, if the weights are drawn with variance 1 / fan-in.",
        "두 상수(λ = 1.0507…, α = 1.6733…)를 맞춘 ELU입니다. 가중치를 분산 1/fan-in으로 뽑으면 "
        "층을 지날 때마다 평균이 0으로, 분산이 1로 되돌아옵니다(자기 정규화, self-normalizing).",
    ),
    source="Klambauer, Unterthiner, Mayr and Hochreiter 2017, Self-Normalizing Neural Networks",
)
