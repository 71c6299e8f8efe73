"""Where every microsecond counts: ReLU, then hard swish; both are cheap and survive 8 bits."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-deployment",
    where=("hidden",),
    fits=lambda situation: situation.device in ("cpu", "mobile"),
    answers="device",
    when=Text(
        "the trained network will run on a processor or a small chip",
        "학습한 신경망을 일반 프로세서나 작은 칩에서 돌릴 때",
    ),
    activations=(
        "relu",
        "hardswish",
        "relu6",
    ),
    against=(
        "gelu",
        "swish",
        "mish",
    ),
    avoids=("mish",),
    says=Text(
        "Take ReLU; hard swish where a smooth function was better.",
        "ReLU를 쓰고, 매끄러운 함수가 더 좋았다면 하드 스위시(hard swish)를 쓰세요.",
    ),
    why=Text(
        "Forward and backward on a million numbers, PyTorch's own kernels, one thread: ReLU 0.8 ns each, hard swish 1.1, SiLU 1.1, GELU 1.4, Mish 9.2. In 8 bits ReLU is a clamp that the layer before it does for nothing, and hard swish needs no exponential.",
        "PyTorch 커널로 숫자 백만 개를 스레드 하나로 순방향과 역방향 계산하면, 하나에 ReLU 0.8 ns, 하드 스위시 1.1, SiLU 1.1, GELU 1.4, Mish 9.2입니다. 8비트에서 ReLU는 앞 층이 공짜로 해 주는 자르기이고, 하드 스위시에는 지수 함수가 없습니다.",
    ),
    evidence=("relu-cheap",),
    sources=(
        "docs/measured/functions.md",
        "Howard et al. 2019, Searching for MobileNetV3 (arXiv:1905.02244)",
    ),
    wrong_when=Text(
        "On a GPU, and beside any matrix product, the function's cost drowns: a layer of 1024 with GELU took 1.12 times as long as with ReLU. Then take what learns best.",
        "GPU에서나 행렬 곱 옆에서는 함수의 비용이 묻힙니다. 너비 1024인 층에서 GELU는 ReLU의 1.12배 걸렸습니다. 그럴 때는 가장 잘 배우는 것을 쓰세요.",
    ),
    pytorch=(
        "nn.ReLU(inplace=True)",
        "nn.Hardswish()",
    ),
    in_pytorch=Text(
        "torch.ao.quantization fuses Linear and Conv with ReLU on every backend, with other functions on few.",
        "torch.ao.quantization은 Linear와 Conv를 ReLU와는 어디서나 합치고(fuse), 다른 함수와는 일부에서만 합칩니다.",
    ),
    instead_of=("hidden-default",),
)
