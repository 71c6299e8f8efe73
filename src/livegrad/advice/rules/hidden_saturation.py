"""Hidden layers that saturate: a function without an upper bound."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-saturation",
    where=(
        "hidden",
        "block",
    ),
    fits=lambda situation: situation.has("saturation"),
    answers="symptom",
    when=Text(
        "units are driven to the flat ends of a bounded function",
        "범위가 제한된 함수의 평평한 끝까지 유닛이 밀려났을 때",
    ),
    activations=(
        "relu",
        "elu",
        "gelu",
    ),
    against=(
        "tanh",
        "sigmoid",
    ),
    avoids=(
        "sigmoid",
        "tanh",
        "hardtanh",
    ),
    says=Text(
        "Take ReLU or ELU, and look at what drives the inputs so far.",
        "ReLU나 ELU를 쓰고, 입력이 왜 그렇게 커졌는지 살펴보세요.",
    ),
    why=Text(
        "A bounded function has two flat ends, and a unit out there gets next to no gradient from any sample. Without an upper bound the slope stays 1, however large the input.",
        "범위가 제한된 함수는 양쪽 끝이 평평해서, 거기까지 간 유닛은 어느 표본에서도 기울기를 거의 받지 못합니다. 위가 열린 함수는 입력이 아무리 커도 기울기가 1입니다.",
    ),
    evidence=(
        "tanh-still-saturates",
        "relu-no-saturation",
        "derivative-comparison",
    ),
    sources=(
        "Glorot and Bengio 2010, Understanding the Difficulty of Training Deep Feedforward Neural Networks",
    ),
    wrong_when=Text(
        "The function shows it; inputs off scale, weights too large or too high a learning rate cause it, and behind ReLU they make numbers grow instead. A norm before tanh cures as well. The gates of LSTMs are meant to saturate.",
        "함수는 증상을 보여 줄 뿐, 원인은 크기가 안 맞는 입력, 너무 큰 가중치, 너무 높은 학습률입니다. ReLU로 바꾸면 대신 수가 커집니다. tanh 앞에 정규화를 두는 것도 방법입니다. LSTM의 게이트는 원래 포화되라고 있는 것입니다.",
    ),
    pytorch=(
        "nn.ELU()",
        "nn.Sequential(nn.Linear(64, 64), nn.LayerNorm(64), nn.Tanh())  # where the bounds are wanted",
    ),
    in_pytorch=Text(
        "Standardise the inputs first: (x - x.mean(0)) / x.std(0), with the numbers of the training set.",
        "먼저 입력을 표준화하세요. (x - x.mean(0)) / x.std(0)을 쓰되 학습 자료의 평균과 표준편차를 씁니다.",
    ),
    instead_of=("hidden-default",),
)
