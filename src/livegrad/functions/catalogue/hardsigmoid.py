"""Hardsigmoid: the sigmoid drawn with a ruler."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native, Preset
from livegrad.text import Text

corner = parameter("corner")

ACTIVATION = Activation(
    id="hardsigmoid",
    formula=piecewise((-corner, corner), (0, (x + corner) / (2 * corner), 1)),
    parameters=(
        # The corner and not the slope 1 / (2·corner): 3 is a float, and one sixth is none.
        Parameter(
            "corner",
            3.0,
            about=Text(
                "the line runs from −corner to corner, with slope 1 / (2·corner)",
                "직선은 −corner에서 corner까지이고, 기울기는 1 / (2·corner)입니다",
            ),
            domain=Domain(low=0.0, ends=False),
        ),
    ),
    joints=(Joint(at=-corner, slope=0), Joint(at=corner, slope=0)),
    single=True,
    tails=(0, 1),
    aliases=Aliases(
        torch=("Hardsigmoid", "hardsigmoid"),
        keras=("hard_sigmoid",),
        jax=("hard_sigmoid",),
        presets=(
            Preset("keras2_hard_sigmoid", (("corner", 2.5),), "Keras before version 3, Theano"),
            Preset("sparse_sigmoid", (("corner", 1.0),), "jax.nn, keras.activations"),
        ),
        differs=Text(
            "Keras before version 3 used 0.2·x + 0.5, with corners at ±2.5.",
            "케라스(Keras) 3 이전에는 0.2·x + 0.5였고 모서리가 ±2.5였습니다.",
        ),
    ),
    # Both know corner = 3 only.
    natives=(
        Native("torch.nn.functional.hardsigmoid", right=("float32", "bfloat16", "float16")),
        Native("jax.nn.hard_sigmoid"),
    ),
    about=Text(
        "Three straight pieces in the shape of the sigmoid, cheap on small devices. Beyond the "
        "corners no gradient passes.",
        "시그모이드(sigmoid) 모양을 직선 셋으로 그린 함수로, 작은 기기에서 계산이 쌉니다. 두 "
        "모서리 바깥에서는 기울기가 지나가지 못합니다.",
    ),
    source="Courbariaux, Bengio and David 2015, BinaryConnect; this scale: Howard et al. 2019",
)
