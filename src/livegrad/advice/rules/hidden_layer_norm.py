"""Layer norm or RMS norm: ReLU or GELU; never sigmoid, which a layer norm kills."""

from livegrad.advice.asking import carried
from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-layer-norm",
    where=("hidden",),
    fits=lambda situation: situation.norm in ("layer", "rms") and not situation.skip,
    answers="norm",
    when=Text(
        "a layer norm or RMS norm, and no skip",
        "층 정규화(layer norm)나 RMS 정규화가 있고 잔차 연결이 없을 때",
    ),
    activations=(
        "gelu",
        "relu",
        "swish",
    ),
    against=(
        "sigmoid",
        "softplus",
    ),
    avoids=(
        "sigmoid",
        "softplus",
    ),
    says=Text(
        "Take GELU or ReLU; not sigmoid.",
        "GELU나 ReLU를 쓰고 시그모이드는 피하세요.",
    ),
    why=Text(
        "The norm sets each sample's size, so the square of the gradient changes by E[f′²]/E[f²] a layer: near 1 for GELU and ReLU, 0.15 for sigmoid, whose large mean the norm takes for signal.",
        "정규화가 표본마다 크기를 맞추므로 기울기의 제곱은 한 층에 E[f′²]/E[f²]배가 됩니다. GELU와 ReLU는 1에 가깝고 시그모이드는 0.15입니다. 정규화가 시그모이드의 큰 평균을 신호로 여기기 때문입니다.",
    ),
    evidence=(
        "gradient-flow-decides",
        "derivative-comparison",
    ),
    sources=(
        "docs/measured/flow.md",
        "Ba, Kiros and Hinton 2016, Layer Normalization (arXiv:1607.06450)",
    ),
    wrong_when=Text(
        "The gradient is level, yet without skips inputs still grow alike: beyond some thirty layers ReLU collapses. Add residual connections there.",
        "기울기는 고르지만 잔차 연결이 없으면 입력들이 갈수록 닮습니다. ReLU는 서른 층쯤부터 무너지니 잔차 연결을 더하세요.",
    ),
    pytorch=("nn.Sequential(nn.Linear(64, 64), nn.LayerNorm(64), nn.GELU())",),
    in_pytorch=Text(
        "nn.RMSNorm is there since PyTorch 2.4.",
        "nn.RMSNorm은 PyTorch 2.4부터 있습니다.",
    ),
    instead_of=("hidden-default",),
    numbers=lambda situation: carried(
        [(name, "he") for name in ("relu", "gelu", "sigmoid")], situation
    ),
)
