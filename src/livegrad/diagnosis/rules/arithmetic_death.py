"""The true slope is not zero, but the number format makes it so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

LARGE_SHARE = 0.5
"""With the slope lost at most of a layer's outputs, what still passes is the exception."""
SMALLEST_FLOAT16 = math.log10(2.0**-24)
"""log10 of the smallest number that float16 can hold; what is smaller becomes 0."""
DECADES = -4.0
"""A network that loses more than this from its last layer to its first loses it to depth, in every format."""
WHOLE = 0.95

_SEEN = Text(
    "At {share} of the outputs of {place} ({activation}, {dtype}) the gradient is exactly 0 by rounding alone: float32 would "
    "still have a slope there.",
    "{place}({activation}, {dtype})의 출력 가운데 {share}에서 반올림만으로 기울기가 정확히 0이 됩니다. float32라면 아직 기울기가 남아 있는 "
    "곳입니다.",
)
_ROUNDED = Text(
    "Its pre-activations lie around ±{size}, where the result of {activation} rounds to its end value in {dtype}, and the slope "
    "is computed from that result.",
    "활성화 전 값이 ±{size} 부근에 있습니다. 거기서는 {dtype:으로/로} 구한 {activation}의 값이 끝값으로 반올림되고, 기울기는 그 값으로 계산합니다.",
)
_HARM = Text(
    "A unit whose gradient is exactly 0 does not move at all, whatever the optimizer and its rate.",
    "기울기가 정확히 0인 유닛은 어떤 옵티마이저와 학습률로도 전혀 움직이지 않습니다.",
)
_DOUBT = Text(
    "If the same network in float32 learns no better, the pre-activations themselves are too large.",
    "같은 신경망이 float32에서도 나을 것이 없다면 활성화 전 값 자체가 너무 큰 것입니다.",
)
_ADVICE = Text(
    "Compute this activation in float32: {activation}(z.float()).to(z.dtype). Or bring the pre-activations back to about ±1.",
    "이 활성화 함수만 float32로 계산하세요: {activation}(z.float()).to(z.dtype). 또는 활성화 전 값을 ±1 안팎으로 되돌리세요.",
)
_UNDERFLOW = Text(
    "The gradient ∂loss/∂z of {place} is {size} for each entry, under {smallest}, the smallest number that float16 holds: it is "
    "rounded to 0. At the last layer ({last}) it is {top}.",
    "{place}의 기울기 ∂loss/∂z가 원소마다 {size}입니다. float16이 담을 수 있는 가장 작은 수 {smallest}보다 작아 0으로 반올림됩니다. 마지막 "
    "층({last})에서는 {top}입니다.",
)
_NOTHING = Text("exactly 0", "정확히 0")
_HARM_UNDERFLOW = Text(
    "These layers get no gradient at all, and keep their random start.",
    "이 층들은 기울기를 전혀 받지 못해 무작위 초깃값에 머뭅니다.",
)
_DOUBT_UNDERFLOW = Text(
    "With plain SGD a gradient this small may be too small in float32, too; Adam would divide it by its size.",
    "단순한 SGD라면 이만큼 작은 기울기는 float32에서도 모자랄 수 있습니다. Adam은 기울기를 제 크기로 나눕니다.",
)
_ADVICE_UNDERFLOW = Text(
    "Scale the loss: scaler = torch.amp.GradScaler(); scaler.scale(loss).backward(); scaler.step(optimizer); scaler.update(). "
    "Or take torch.bfloat16, whose range is that of float32.",
    "손실을 키워서 되돌려 보내세요: scaler = torch.amp.GradScaler(); scaler.scale(loss).backward(); scaler.step(optimizer); "
    "scaler.update(). 또는 범위가 float32와 같은 torch.bfloat16을 쓰세요.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Layers whose slopes, or whose gradients, the number format rounds to 0, in a training that learns badly."""
    if not (learned.fails or learned.before_training):
        return ()
    lost = [x for x in ladder.hidden(evidence) if (ladder.late(x.lost) or 0.0) > LARGE_SHARE]
    if lost:
        return (_rounded_away(lost, learned),)
    small = _underflown(evidence)
    return (_underflow(small, evidence.layers[-1], learned),) if small else ()


def _rounded_away(lost: list[Layer], learned: Learning) -> Finding:
    first, share = lost[0], ladder.late(lost[0].lost) or 0.0
    mean, spread = ladder.late(first.mean), ladder.late(first.spread)
    said = {"place": first.name, "activation": first.activation, "dtype": first.dtype}
    size = "?" if mean is None or spread is None else ladder.times(math.hypot(mean, spread))
    return Finding(
        code="arithmetic-death",
        severity="error" if learned.learning is False else "warning",
        place=first.name,
        places=tuple(layer.name for layer in lost),
        seen=_SEEN.fill(share=ladder.share(share), **said),
        causes=(_ROUNDED.fill(size=size, **said),),
        harm=_HARM,
        doubt=_DOUBT,
        advice=_ADVICE.fill(**said),
        confidence="likely",
        evidence={"share": share, "layers": len(lost), "dtype": first.dtype or ""},
        remedies=("wider-numbers", "full-precision"),
    )


def _underflown(evidence: Evidence) -> list[Layer]:
    """float16 layers whose gradient is under the smallest number, though it comes from a larger one through living units."""
    layers = evidence.layers
    top = _entry(layers[-1]) if layers else None
    if top is None or top < ladder.NOTHING:
        return []  # the loss sends nothing, or is at its end
    if any((ladder.late(x.asleep) or 0.0) > WHOLE for x in layers):
        return []  # dead units give no gradient in any format
    factor = ladder.factor(evidence, at_start=False) or 1.0
    if (len(layers) - 1) * math.log10(factor) < DECADES:
        return []
    return [
        x
        for x in layers[:-1]
        if x.dtype == "float16" and (entry := _entry(x)) is not None and entry < SMALLEST_FLOAT16
    ]


def _entry(layer: Layer) -> float | None:
    """log10 of the root mean square of ∂loss/∂z over its entries."""
    norm = ladder.late(layer.gradient)
    if norm is None or not layer.units or not layer.rows:
        return None
    return norm - 0.5 * math.log10(layer.units * layer.rows)


def _underflow(small: list[Layer], last: Layer, learned: Learning) -> Finding:
    worst = min(small, key=lambda layer: _entry(layer) or 0.0)
    entry, top = _entry(worst) or 0.0, _entry(last) or 0.0
    size = _NOTHING if entry < ladder.NOTHING else ladder.times(10**entry)
    return Finding(
        code="arithmetic-death",
        severity="error" if learned.learning is False else "warning",
        place=worst.name,
        places=tuple(layer.name for layer in small),
        seen=_UNDERFLOW.fill(
            place=ladder.called(worst.name),
            size=size,
            smallest=ladder.times(10**SMALLEST_FLOAT16),
            last=last.name,
            top=ladder.times(10**top),
        ),
        harm=_HARM_UNDERFLOW,
        doubt=_DOUBT_UNDERFLOW,
        advice=_ADVICE_UNDERFLOW,
        confidence="likely",
        evidence={"layers": len(small), "entry": round(entry, 2), "dtype": "float16"},
        remedies=("scale-loss", "full-precision"),
    )


def _offset(seed: int, *, short: bool) -> Training:
    """Biases of ±6 before a tanh: Adam gets over that as long as a slope is left, and bfloat16 leaves none."""
    import torch
    from torch import nn

    class Short(nn.Module):
        def __init__(self, inner: nn.Module) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=short):
                return self.inner(x).float()

    model = patients.mlp((8, 32, 2), nn.Tanh)
    first = next(layer for layer in model if isinstance(layer, nn.Linear))
    nn.init.constant_(first.bias, 6.0)
    first.bias.data[::2] *= -1
    return patients.classify(Short(model), seed, rate=0.01, steps=500, optimizer="Adam")


def _patient(seed: int) -> Training:
    return _offset(seed, short=True)


def _healthy_twin(seed: int) -> Training:
    return _offset(seed, short=False)


RULE = Rule(
    code="arithmetic-death",
    look=look,
    explains=(
        "saturation",
        "vanishing-gradient",
        "dead-units",
        "signal-collapse",
        "learning-rate-too-low",
        "sign-locked-gradients",
    ),
    about=Text(
        "Compares, in 16-bit layers, the slope that the training really computes with the one that float32 would give; and looks "
        "for gradients under the smallest number of float16.",
        "16비트로 계산하는 층에서, 학습이 실제로 쓰는 기울기와 float32로 구한 기울기를 견줍니다. float16의 가장 작은 수보다 작은 기울기도 "
        "찾습니다.",
    ),
    false_alarms=Text(
        "Saturation in float32, the truly flat side of ReLU, a few lost outputs, a loss scaled by GradScaler: silent, because "
        "float32 must still have a slope where the short format has none, at most of a layer, in a training that learns badly.",
        "float32에서의 포화, ReLU의 정말로 평평한 쪽, 몇 안 되는 출력, GradScaler로 키운 손실: 짧은 형식에서만 기울기가 사라진 곳이 층의 "
        "대부분이고 학습도 나쁠 때만 말하므로 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Micikevicius et al. 2018 (arXiv:1710.03740); the backward formulas of sigmoid and tanh in PyTorch.",
)
