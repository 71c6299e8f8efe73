"""StarReLU: squared ReLU, scaled and shifted to mean 0 and variance 1."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint
from livegrad.text import Text

scale, bias = parameter("scale"), parameter("bias")

ACTIVATION = Activation(
    id="star_relu",
    formula=piecewise((0,), (bias, scale * x**2 + bias)),
    parameters=(
        Parameter(
            "scale",
            0.8944,
            about=Text(
                "factor of the square, before training; 2/√5 gives variance 1",
                "제곱에 곱하는 수의 처음 값. 2/√5이면 분산이 1입니다",
            ),
            domain=Domain(low=0.0, ends=False),
            learned=True,
        ),
        Parameter(
            "bias",
            -0.4472,
            about=Text(
                "what is added, before training; −1/√5 gives mean 0",
                "더하는 수의 처음 값. −1/√5이면 평균이 0입니다",
            ),
            learned=True,
        ),
    ),
    joints=(Joint(at=0, slope=0),),
    tails=(bias, float("inf")),
    aliases=Aliases(other=("starrelu",)),
    about=Text(
        "Squared ReLU with a trained factor and shift, which start where a standard Gaussian "
        "input gives mean 0 and variance 1. Cheaper than GELU; like every square it lets large "
        "signals grow.",
        "ReLU의 제곱에 학습되는 배율과 이동을 더한 함수입니다. 처음 값은 표준 정규 "
        "분포(Gaussian)의 입력이 평균 0, 분산 1로 나오게 잡았습니다. GELU보다 계산이 싸지만, "
        "제곱이라 큰 신호는 더 커집니다.",
    ),
    source="Yu et al. 2022, MetaFormer Baselines for Vision",
)
