"""Recurrent layers in 16 bits: tanh stays, computed in 32 bits."""

from livegrad.advice.asking import roundings
from livegrad.advice.rule import Rule
from livegrad.advice.situation import Situation
from livegrad.text import Text

__all__ = ["RULE"]


def _numbers(situation: Situation) -> tuple[Text, ...]:
    dtype = situation.precision if situation.precision in ("bfloat16", "float16") else "bfloat16"
    return roundings(("tanh", "sigmoid"), dtype)


RULE = Rule(
    id="recurrent-low-precision",
    where=("recurrent",),
    fits=lambda situation: (
        situation.precision in ("bfloat16", "float16") or situation.has("arithmetic-death")
    ),
    answers="precision",
    when=Text(
        "a recurrent layer in 16-bit numbers",
        "순환층을 16비트 수로 계산할 때",
    ),
    activations=("tanh",),
    against=("relu",),
    says=Text(
        "Take tanh, but let the recurrent layer compute in float32.",
        "tanh를 쓰되 순환층은 float32로 계산하게 하세요.",
    ),
    why=Text(
        "The state has to stay bounded, so tanh is needed; but its slope is rebuilt from the rounded output, and in bfloat16 it is exactly 0 from 3.47 on. Through time such a 0 cuts all the steps before.",
        "상태의 크기를 묶으려면 tanh가 있어야 합니다. 그런데 기울기를 반올림한 출력에서 다시 계산하므로 bfloat16에서는 3.47부터 정확히 0입니다. 시간을 거슬러 가다 0을 한 번 만나면 그 앞 단계는 모두 끊깁니다.",
    ),
    evidence=(
        "rnn-tanh",
        "tanh-still-saturates",
    ),
    sources=("docs/measured/functions.md",),
    wrong_when=Text(
        "Where states stay small, within ±2, nothing is lost. The fused kernels of nn.LSTM on a GPU keep more digits inside than their dtype says.",
        "상태가 ±2 안에 머무르면 잃는 것이 없습니다. GPU에서 nn.LSTM의 합쳐진 커널은 겉의 자료형보다 정밀하게 계산합니다.",
    ),
    pytorch=("with torch.autocast('cuda', enabled=False): y, state = rnn(x.float())",),
    in_pytorch=Text(
        "autocast runs nn.LSTM and nn.GRU in 16 bits on a GPU unless it is switched off around them.",
        "GPU에서 autocast는 꺼 두지 않으면 nn.LSTM과 nn.GRU를 16비트로 계산합니다.",
    ),
    instead_of=("hidden-recurrent",),
    numbers=_numbers,
)
