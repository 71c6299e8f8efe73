"""Gradients that explode in hidden layers: the weights are too large for the function."""

from livegrad.advice.asking import gains
from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-explosion",
    where=(
        "hidden",
        "block",
    ),
    fits=lambda situation: situation.has("exploding-gradient"),
    answers="symptom",
    when=Text(
        "the gradient grows from layer to layer",
        "기울기가 층을 지날수록 커질 때",
    ),
    activations=(
        "relu",
        "tanh",
    ),
    against=(
        "selu",
        "swish",
    ),
    says=Text(
        "Take ReLU with He's initialisation, and clip the gradient; the function is seldom the cause.",
        "ReLU를 He 초기화와 함께 쓰고 기울기를 자르세요(clip). 함수가 원인인 경우는 드뭅니다.",
    ),
    why=Text(
        "No slope of ReLU or tanh is above 1, so what grows is the weights' share: σ_w·√E[f′²] above 1. With the right scale it is 1.",
        "ReLU와 tanh는 기울기가 1을 넘지 않으므로 커지는 것은 가중치 쪽입니다. σ_w·√E[f′²]가 1을 넘은 것인데, 가중치 크기를 맞추면 1이 됩니다.",
    ),
    evidence=(
        "gradient-flow-decides",
        "relu-gradient-survival",
    ),
    sources=(
        "docs/measured/flow.md",
        "Pascanu, Mikolov and Bengio 2013, On the Difficulty of Training Recurrent Neural Networks",
    ),
    wrong_when=Text(
        "Where batch norm without skips is at work, ReLU is the cause: take ELU. A rate that is too high explodes with every function.",
        "잔차 연결 없이 배치 정규화를 쓴다면 ReLU가 원인입니다. ELU를 쓰세요. 학습률이 너무 높으면 어떤 함수든 폭주합니다.",
    ),
    pytorch=(
        'nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")',
        "nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
    ),
    in_pytorch=Text(
        "Clip between backward() and step().",
        "backward()와 step() 사이에서 자르세요.",
    ),
    instead_of=("hidden-default",),
    numbers=lambda _: gains(("relu", "tanh")),
)
