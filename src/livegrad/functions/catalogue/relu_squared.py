"""Squared ReLU: ReLU, then squared."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint
from livegrad.text import Text

ACTIVATION = Activation(
    id="relu_squared",
    formula=piecewise((0,), (0, x**2)),
    joints=(Joint(at=0, slope=0),),
    tails=(0, float("inf")),
    single=True,
    aliases=Aliases(other=("relu2", "squared_relu", "sqrrelu")),
    about=Text(
        "The square of what ReLU passes: no corner at 0, and large signals become much larger. "
        "Good in the feed-forward part of transformers; with large weights outputs and gradients "
        "grow quickly.",
        "ReLU를 지난 값을 제곱합니다. 0에 모서리가 없고 큰 신호는 훨씬 더 커집니다. "
        "트랜스포머(transformer)의 순방향 층에서 잘 듣지만, 가중치가 크면 출력과 기울기가 빠르게 "
        "불어납니다.",
    ),
    source="So et al. 2021, Primer: Searching for Efficient Transformers for Language Modeling",
)
