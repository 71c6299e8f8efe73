"""Log-sigmoid: the logarithm of a probability, computed in one go."""

from livegrad.functions.formula import absolute, clip, exp, log1p, x
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

_growth = exp(clip(-x, -float("inf"), 80.0))  # at 80 the slope is 1 in every dtype
_decay = exp(-absolute(x))

ACTIVATION = Activation(
    id="logsigmoid",
    formula=-log1p(exp(-x)),
    stable=Kernels(
        value=clip(x, -float("inf"), 0.0) - log1p(_decay),
        derivative=_growth / (1 + _growth),
        second_derivative=-(_decay / (1 + _decay * (2 + _decay))),
    ),
    single=True,
    tails=(-float("inf"), 0),
    aliases=Aliases(
        torch=("LogSigmoid", "logsigmoid"), keras=("log_sigmoid",), jax=("log_sigmoid",)
    ),
    natives=(
        Native(
            "torch.nn.functional.logsigmoid",
            right=("float32", "float64", "bfloat16", "float16"),
            lean=False,
        ),
        Native("jax.nn.log_sigmoid"),
    ),
    about=Text(
        "The logarithm of the sigmoid, finite where log(sigmoid(x)) has long become −∞. Part of "
        "losses rather than of layers.",
        "시그모이드(sigmoid)의 로그입니다. log(sigmoid(x))가 벌써 −∞가 되는 곳에서도 유한한 값을 "
        "줍니다. 층보다는 손실 함수(loss)에 씁니다.",
    ),
    source="",
)
