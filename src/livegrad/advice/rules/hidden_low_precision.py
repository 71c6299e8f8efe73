"""16-bit numbers: functions whose slope PyTorch takes from the input, so that rounding cannot make it 0."""

from livegrad.advice.asking import roundings
from livegrad.advice.rule import Rule
from livegrad.advice.situation import Situation
from livegrad.text import Text

__all__ = ["RULE"]


def _numbers(situation: Situation) -> tuple[Text, ...]:
    dtype = situation.precision if situation.precision in ("bfloat16", "float16") else "bfloat16"
    return roundings(("tanh", "sigmoid"), dtype)


RULE = Rule(
    id="hidden-low-precision",
    where=(
        "hidden",
        "block",
    ),
    fits=lambda situation: (
        situation.precision in ("bfloat16", "float16") or situation.has("arithmetic-death")
    ),
    answers="precision",
    when=Text(
        "16-bit numbers, or gradients that rounding makes 0",
        "16비트 수를 쓰거나 반올림 때문에 기울기가 0이 될 때",
    ),
    activations=(
        "relu",
        "leaky_relu",
        "swish",
    ),
    against=(
        "tanh",
        "sigmoid",
    ),
    avoids=(
        "tanh",
        "sigmoid",
    ),
    says=Text(
        "Take ReLU, Leaky ReLU or SiLU; not tanh or sigmoid.",
        "ReLU, Leaky ReLU, SiLU 가운데 하나를 쓰고 tanh와 시그모이드는 피하세요.",
    ),
    why=Text(
        "PyTorch rebuilds the slope of tanh and sigmoid from their rounded output. In bfloat16 tanh rounds to 1 at 3.47, and 1 − y² is exactly 0 where the true slope is still 0.004. The others take the slope from the input, where nothing is lost.",
        "PyTorch는 tanh와 시그모이드의 기울기를 반올림한 출력에서 다시 계산합니다. bfloat16에서 tanh는 3.47에서 1로 반올림되어, 참 기울기가 아직 0.004인데도 1 − y²은 정확히 0입니다. 나머지 함수는 입력에서 기울기를 구하므로 잃는 것이 없습니다.",
    ),
    evidence=(
        "tanh-still-saturates",
        "relu-no-saturation",
    ),
    sources=("docs/measured/functions.md",),
    wrong_when=Text(
        "Under autocast with float32 pre-activations, or behind a norm that keeps them within ±3, tanh is safe. What dies in float16 is more often the whole gradient, under 6e-8: scale the loss.",
        "autocast가 float32로 계산하거나 정규화가 입력을 ±3 안에 묶어 두면 tanh도 안전합니다. float16에서 더 흔한 것은 기울기 전체가 6e-8 아래로 사라지는 일입니다. 그때는 손실을 키우세요(loss scaling).",
    ),
    pytorch=(
        "scaler = torch.amp.GradScaler()  # for float16; bfloat16 needs none",
        "y = torch.tanh(x.float()).to(x.dtype)  # where tanh must stay",
    ),
    in_pytorch=Text(
        "autocast leaves tanh and sigmoid in the 16 bits they come in.",
        "autocast는 tanh와 시그모이드를 들어온 16비트 그대로 계산합니다.",
    ),
    instead_of=("hidden-default",),
    numbers=_numbers,
)
