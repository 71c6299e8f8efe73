"""Recurrent layers whose gradient fades or explodes through time: a gated cell, tanh inside."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="recurrent-long",
    where=("recurrent",),
    fits=lambda situation: situation.has("vanishing-gradient", "exploding-gradient"),
    answers="symptom",
    when=Text(
        "the gradient fades or grows through time",
        "기울기가 시간을 거치며 사라지거나 커질 때",
    ),
    activations=("tanh",),
    against=(
        "relu",
        "sigmoid",
    ),
    avoids=(
        "relu",
        "leaky_relu",
    ),
    says=Text(
        "Take tanh, inside an LSTM or GRU.",
        "LSTM이나 GRU 안에서 tanh를 쓰세요.",
    ),
    why=Text(
        "The same matrix works at every time step, so the gradient changes by its size times the slopes, again and again; no function holds that at 1. A gate hands the state on by adding, as a skip does. ReLU would let the state itself grow.",
        "시간 단계마다 같은 행렬이 곱해지므로 기울기에는 그 크기와 함수의 기울기가 거듭 곱해집니다. 어떤 함수도 이를 1로 붙잡지 못합니다. 게이트는 잔차 연결처럼 더해서 상태를 넘깁니다. ReLU를 쓰면 상태까지 커집니다.",
    ),
    evidence=(
        "rnn-tanh",
        "tanh-still-saturates",
    ),
    sources=(
        "Hochreiter and Schmidhuber 1997, Long Short-Term Memory",
        "Pascanu, Mikolov and Bengio 2013, On the Difficulty of Training Recurrent Neural Networks",
    ),
    wrong_when=Text(
        "For a few steps a plain cell is enough. With weights that start as the identity, ReLU learns long sequences, too (Le et al. 2015), but its state may explode at any time. Thousands of steps ask for attention or a state-space layer.",
        "단계가 몇 개뿐이면 보통 셀로 충분합니다. 가중치를 단위 행렬로 시작하면 ReLU도 긴 시퀀스를 배우지만(Le et al. 2015) 상태가 언제든 폭주할 수 있습니다. 수천 단계라면 어텐션이나 상태 공간(state-space) 층이 필요합니다.",
    ),
    pytorch=(
        "nn.LSTM(64, 64, batch_first=True)",
        "nn.init.orthogonal_(lstm.weight_hh_l0)",
        "nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
    ),
    in_pytorch=Text(
        "Set the forget gate's bias to 1: the second quarter of bias_ih_l0. Clipping stops an explosion, it revives nothing.",
        "망각 게이트의 편향을 1로 두세요. bias_ih_l0의 두 번째 4분의 1입니다. 자르기(clip)는 폭주를 막을 뿐 사라진 기울기를 되살리지 못합니다.",
    ),
    instead_of=("hidden-recurrent",),
)
