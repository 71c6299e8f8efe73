"""Step: the first artificial neuron's all-or-nothing switch."""

from livegrad.functions.formula import piecewise
from livegrad.functions.record import Activation, Aliases, Joint
from livegrad.text import Text

ACTIVATION = Activation(
    id="step",
    formula=piecewise((0,), (0, 1)),
    single=True,
    joints=(Joint(at=0, slope=0),),
    tails=(0, 1),
    aliases=Aliases(
        torch=("heaviside",),
        other=("binary", "binary_step", "threshold_unit"),
        differs=Text(
            "torch.heaviside asks for the value at 0; here it is 0.",
            "torch.heaviside는 0에서의 값을 따로 받습니다. 여기서는 0입니다.",
        ),
    ),
    about=Text(
        "Fires, 1, when the input is above 0, else stays silent, 0. Its slope is 0 wherever it "
        "has one, so gradient descent gets no hint in which direction to move the weights.",
        "입력이 0보다 크면 1을 내고(발화) 아니면 0을 냅니다. 기울기가 있는 곳이면 어디서나 그 "
        "값이 0이라, 경사 하강법(gradient descent)은 가중치를 어느 쪽으로 옮겨야 할지 알 수 "
        "없습니다.",
    ),
    source="McCulloch and Pitts 1943, A Logical Calculus of the Ideas Immanent in Nervous Activity",
)
