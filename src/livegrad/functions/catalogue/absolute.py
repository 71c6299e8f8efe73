"""Absolute value: the size without the sign."""

from livegrad.functions.formula import absolute, x
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

ACTIVATION = Activation(
    id="absolute",
    formula=absolute(x),
    joints=(Joint(at=0, slope=0),),
    tails=(float("inf"), float("inf")),
    single=True,
    aliases=Aliases(
        torch=("abs", "absolute"),
        jax=("abs",),
        other=("modulus", "absolute_value"),
        differs=Text("JAX states the slope 1 at 0.", "JAX는 0에서의 기울기를 1로 둡니다."),
    ),
    natives=(
        Native("torch.abs", right=("float32", "float64", "bfloat16", "float16")),
        Native("jax.numpy.abs"),
    ),
    about=Text(
        "Keeps the size of a signal and drops its sign; the gradient keeps its full size "
        "everywhere but at 0. Useful where a feature and its negative mean the same.",
        "신호의 크기만 남기고 부호를 버립니다. 기울기의 크기는 0만 빼고 어디서나 그대로입니다. "
        "어떤 특징과 그 반대가 같은 뜻일 때 쓸모 있습니다.",
    ),
    source="Jarrett, Kavukcuoglu, Ranzato and LeCun 2009, "
    "What is the Best Multi-Stage Architecture for Object Recognition?",
)
