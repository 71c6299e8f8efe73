"""Recurrent layers, and layers whose outputs should lie around 0: tanh."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-recurrent",
    where=("hidden", "recurrent"),
    fits=lambda situation: situation.layer == "recurrent" or situation.has("sign-locked-gradients"),
    answers="architecture",
    when=Text("a recurrent layer, or centring matters", "순환층이거나 출력의 중심이 중요할 때"),
    activations=("tanh",),
    against=("relu", "sigmoid"),
    says=Text("Take tanh.", "tanh를 쓰세요."),
    why=Text(
        "Its outputs stay between −1 and 1, however many time steps follow, and they lie around 0, so the weights of a unit need "
        "not all move the same way.",
        "시간 단계가 아무리 이어져도 출력이 −1과 1 사이에 머뭅니다. 출력이 0을 중심으로 퍼져 있어 한 유닛의 가중치가 모두 같은 쪽으로만 움직이지 않아도 됩니다.",
    ),
    evidence=(
        "rnn-tanh",
        "zero-centred-converges",
        "zigzag",
        "input-centring",
        "tanh-still-saturates",
    ),
    sources=(
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp",
        "Pascanu, Mikolov and Bengio 2013, On the Difficulty of Training Recurrent Neural Networks",
    ),
    wrong_when=Text(
        "tanh bounds the state, not the gradient: over long sequences the gradient still vanishes, and gated cells (LSTM, GRU) are "
        "the cure. In deep nets without recurrence ReLU is the better start; to centre, normalise the inputs first.",
        "tanh는 상태의 크기를 묶을 뿐 기울기는 묶지 못합니다. 시퀀스가 길면 기울기가 여전히 사라지므로 게이트가 있는 셀(LSTM, GRU)을 쓰세요. 순환이 없는 깊은 신경망은 "
        "ReLU로 시작하고, 중심이 문제라면 입력부터 정규화하세요.",
    ),
    pytorch=(
        'nn.RNN(64, 64, nonlinearity="tanh", batch_first=True)',
        "nn.LSTM(64, 64, batch_first=True)  # for long sequences",
        "nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
    ),
    in_pytorch=Text(
        "nn.RNN, nn.LSTM and nn.GRU use tanh already. Clip the gradient between backward() and step().",
        "nn.RNN, nn.LSTM, nn.GRU는 이미 tanh를 씁니다. backward()와 step() 사이에서 기울기를 잘라 주세요(clip).",
    ),
    instead_of=("hidden-default", "hidden-dying"),
)
