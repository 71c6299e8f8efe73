"""Hidden layers whose units die or that stall: a small slope on the negative side."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-dying",
    where=("hidden",),
    fits=lambda situation: situation.has("dead-units", "vanishing-gradient"),
    answers="symptom",
    when=Text("units die, or learning stalls", "유닛이 죽거나 학습이 멈췄을 때"),
    activations=("leaky_relu", "elu"),
    against=("relu", "prelu"),
    says=Text(
        "Take Leaky ReLU or ELU, and lower the learning rate.",
        "Leaky ReLU나 ELU를 쓰고 학습률을 낮추세요.",
    ),
    why=Text(
        "Both keep a slope on the negative side, so a unit that sees only negative input still gets a gradient and can move.",
        "둘 다 음수 쪽에도 기울기가 남아 있습니다. 음수만 받는 유닛에도 기울기가 닿아 다시 움직일 수 있습니다.",
    ),
    evidence=("dying-relu", "dying-causes", "dying-cures", "prelu-learns", "elu-noise"),
    sources=(
        "Maas, Hannun and Ng 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models",
        "Clevert, Unterthiner and Hochreiter 2016, Fast and Accurate Deep Network Learning by ELUs (arXiv:1511.07289)",
    ),
    wrong_when=Text(
        "They prevent death better than they cure it: with SGD a net that is dead already often stays so. If the training "
        "diverges, the learning rate is the cause and these fail at the same rate. If sigmoid layers stall, take ReLU with "
        "He's initialisation first.",
        "죽음을 막는 데는 좋지만 되살리는 데는 약합니다. SGD에서는 이미 죽은 신경망이 그대로인 때가 많습니다. 학습이 발산한다면 원인은 학습률이고, 그 학습률에서는 이 함수들도 "
        "실패합니다. 시그모이드 층이 멈췄다면 먼저 He 초기화와 ReLU를 쓰세요.",
    ),
    pytorch=("nn.LeakyReLU(0.01)", "nn.ELU(alpha=1.0)", "nn.PReLU()  # its slope is learned"),
    in_pytorch=Text(
        "Replace nn.ReLU by one of these; nothing else changes. In the training loop F.relu becomes F.leaky_relu or F.elu.",
        "nn.ReLU 자리에 아래 하나를 넣으면 됩니다. 함수로 불렀다면 F.relu를 F.leaky_relu나 F.elu로 바꾸세요.",
    ),
    instead_of=("hidden-default",),
)
