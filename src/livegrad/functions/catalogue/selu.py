"""SELU: ELU scaled so that mean 0 and variance 1 reproduce themselves."""

from livegrad.functions.formula import constant, exp, expm1, piecewise, tanh, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels, Native
from livegrad.text import Text

# The fixed point of mean and variance under N(0, 1), equation 14 of the paper; E[f] = 0 and E[f²] =
# 1 test it.
_ALPHA, _SCALE = 1.6732632423543772, 1.0507009873554805
alpha = constant(_ALPHA, r"\alpha", low=1.0657222547717526e-16)
scale = constant(_SCALE, r"\lambda", low=3.987484766715415e-17)
both = constant(
    1.7580993408473768, r"\lambda\alpha", low=1.41535193800845e-17
)  # the product, rounded once
_t = tanh(0.5 * x)  # 2t/(1 − t) is e^x − 1, as in elu

ACTIVATION = Activation(
    id="selu",
    formula=piecewise((0,), (scale * alpha * expm1(x), scale * x)),
    stable=Kernels(
        value=piecewise((0,), (2 * both * (_t / (1 - _t)), _SCALE * x)),
        derivative=piecewise((0,), (both * exp(x), _SCALE)),
    ),
    single=True,
    joints=(Joint(at=0, slope=both),),
    tails=(-both, float("inf")),
    aliases=Aliases(torch=("SELU", "selu"), keras=("selu",), jax=("selu",), timm=("selu",)),
    natives=(
        Native("torch.nn.functional.selu", right=("float32", "float64", "bfloat16", "float16")),
        Native("jax.nn.selu"),
    ),
    about=Text(
        "ELU with the two constants (λ = 1.0507…, α = 1.6733…) that pull mean 0 and variance 1 "
        "back into place from layer to layer, if the weights are drawn with variance 1 / fan-in.",
        "두 상수(λ = 1.0507…, α = 1.6733…)를 맞춘 ELU입니다. 가중치를 분산 1/fan-in으로 뽑으면 "
        "층을 지날 때마다 평균이 0으로, 분산이 1로 되돌아옵니다(자기 정규화, self-normalizing).",
    ),
    source="Klambauer, Unterthiner, Mayr and Hochreiter 2017, Self-Normalizing Neural Networks",
)
