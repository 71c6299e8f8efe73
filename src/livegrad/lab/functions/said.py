"""What the sources say of their twelve functions, in our own words, with the numbers computed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from livegrad.functions import activation, elementwise
from livegrad.report.function_words import amount
from livegrad.text import Text

__all__ = ["SAID", "Said", "said_of"]


@dataclass(frozen=True, kw_only=True)
class Said:
    """One sentence on a function.

    Attributes:
        text: The sentence.
        claims: Ids of the claims that measure it.
        scenes: Ids of the scenes that show it.
    """

    text: Text
    claims: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()


def said_of(name: str) -> tuple[Said, ...]:
    """Return what is said of a function; empty if the sources do not name it.

    Example:
        >>> said_of("step")[0].text.en
        'The simplest of all: 1 above 0, else 0. Of the whole numbers −50 … 49 it makes 51 zeros and 49 ones.'
        >>> said_of("gelu")
        ()
    """
    return SAID[name]() if name in SAID else ()


def _step() -> tuple[Said, ...]:
    made = np.asarray(elementwise("step")(np.arange(-50, 50)))
    return (
        Said(
            text=Text(
                "The simplest of all: 1 above 0, else 0. Of the whole numbers −50 … 49 it makes {zeros} zeros and {ones} ones.",
                "가장 단순한 함수로, 0보다 크면 1이고 아니면 0입니다. 정수 −50 … 49를 넣으면 0이 {zeros}개, 1이 {ones}개 나옵니다.",
            ).fill(zeros=int((made == 0).sum()), ones=int((made == 1).sum())),
            scenes=("step-vs-sigmoid",),
        ),
        Said(
            text=Text(
                "Its slope is 0 wherever it has one, so no gradient passes it.",
                "기울기가 있는 곳에서는 모두 0이라서 기울기를 전혀 전하지 않습니다.",
            ),
            claims=("step-cannot-learn",),
        ),
    )


def _identity() -> tuple[Said, ...]:
    return (
        Said(
            text=Text(
                "The case a = 1, b = 0 of the linear ax + b. Its range is all real numbers, so it is the output layer of regression.",
                "선형식 ax + b에서 a = 1, b = 0인 경우입니다. 치역이 실수 전체라서 회귀의 출력층에 씁니다.",
            )
        ),
        Said(
            text=Text(
                "It bends nothing: layers of it collapse into one.",
                "아무것도 굽히지 않습니다. 여러 층을 쌓아도 한 층과 같습니다.",
            ),
            claims=("linear-collapse", "derivative-is-speed"),
            scenes=("two-layer-linear",),
        ),
    )


def _sigmoid() -> tuple[Said, ...]:
    sigmoid = elementwise("sigmoid")
    places = np.linspace(10, 30, 2001, dtype=np.float32)
    full = float(places[np.argmax(np.asarray(sigmoid(places)) == 1)])
    return (
        Said(
            text=Text(
                "S-shaped and smooth. Between 0 and 1 in mathematics; in float32 it is exactly 1 from x ≈ {full} on.",
                "매끄러운 S자 모양입니다. 수학에서는 0과 1 사이에 있지만, float32에서는 x ≈ {full}부터 정확히 1이 됩니다.",
            ).fill(full=f"{full:.1f}"),
        ),
        Said(
            text=Text(
                "It reads as a probability: up to ½ is class 0, above is class 1.",
                "출력을 확률로 읽습니다. ½ 이하는 클래스 0, 그보다 크면 클래스 1입니다.",
            ),
            claims=("sigmoid-as-probability",),
            scenes=("threshold-bias-gate",),
        ),
        Said(
            text=Text(
                "σ′ = σ(1 − σ) is at most {most}, at x = 0, and fades on both sides: σ saturates.",
                "σ′ = σ(1 − σ)은 x = 0에서 {most:으로/로} 가장 크고, 양쪽으로 갈수록 사라집니다. 이것이 포화입니다.",
            ).fill(most=amount(sigmoid.sup_slope)),
            claims=("sigmoid-vanishing", "deep-sigmoid-fails"),
        ),
        Said(
            text=Text(
                "Its outputs are all positive: not centred at 0.",
                "출력이 모두 양수라서 0을 중심으로 퍼지지 않습니다.",
            ),
            claims=("zigzag", "zero-centred-converges"),
        ),
    )


def _tanh() -> tuple[Said, ...]:
    steep = [amount(elementwise(name).sup_slope) for name in ("tanh", "sigmoid")]
    return (
        Said(
            text=Text(
                "tanh(x) = 2σ(2x) − 1: between −1 and 1, centred at 0.",
                "tanh(x) = 2σ(2x) − 1입니다. −1과 1 사이에 있고 0을 중심으로 퍼집니다.",
            ),
            claims=("zero-centred-converges", "rnn-tanh"),
        ),
        Said(
            text=Text(
                "Steeper at 0 than σ ({tanh} against {sigmoid}), and it still saturates for large |x|.",
                "0에서는 σ보다 가파르지만({tanh} 대 {sigmoid}), |x|가 크면 여전히 포화됩니다.",
            ).fill(tanh=steep[0], sigmoid=steep[1]),
            claims=("tanh-still-saturates",),
        ),
    )


def _relu() -> tuple[Said, ...]:
    return (
        Said(
            text=Text(
                "Cheap: one comparison, no exponential.",
                "비교 한 번이면 되고 지수를 쓰지 않아 계산이 쌉니다.",
            ),
            claims=("relu-cheap",),
        ),
        Said(
            text=Text(
                "Slope 1 above 0 and slope 0 below: half of N(0, 1) gets no gradient.",
                "0 위에서는 기울기가 1, 아래에서는 0입니다. N(0, 1)의 절반은 기울기를 받지 못합니다.",
            ),
            claims=("relu-gradient-survival", "relu-no-saturation", "dying-relu"),
        ),
        Said(
            text=Text(
                "Negative inputs give 0, so only some units fire: its output is sparse.",
                "음수 입력은 0이 되므로 일부 유닛만 켜집니다. 출력이 희소(sparse)합니다.",
            ),
            claims=("relu-sparsity", "relu-ignores-negatives"),
        ),
    )


def _leaky_relu() -> tuple[Said, ...]:
    alpha = elementwise("leaky_relu").settings["alpha"]
    return (
        Said(
            text=Text(
                "x above 0, αx below, α = {alpha} unless said: a small slope stays on the negative side. max(αx, x) is the same only for α ≤ 1.",
                "0 위에서는 x, 아래에서는 αx이고 따로 정하지 않으면 α = {alpha}입니다. 음수 쪽에도 작은 기울기가 남습니다. max(αx, x)와 같은 것은 α ≤ 1일 때뿐입니다.",
            ).fill(alpha=amount(alpha)),
            claims=("dying-cures",),
        ),
    )


def _prelu() -> tuple[Said, ...]:
    return (
        Said(
            text=Text(
                "Leaky ReLU whose α is learned: a parameter that training changes.",
                "α를 학습하는 Leaky ReLU입니다. α는 학습으로 바뀌는 매개변수입니다.",
            ),
            claims=("prelu-learns",),
        ),
    )


def _elu() -> tuple[Said, ...]:
    return (
        Said(
            text=Text(
                "x above 0, α(e^x − 1) below, α = 1 unless said. With α = 1 the slope has no jump; with another α it jumps at 0.",
                "0 위에서는 x, 아래에서는 α(e^x − 1)이고 보통 α = 1입니다. α = 1이면 기울기가 끊기지 않고, 다른 α에서는 0에서 끊깁니다.",
            ),
            claims=("elu-smooth",),
        ),
        Said(
            text=Text(
                "The negative side saturates, which is said to resist noise. It costs an exponential.",
                "음수 쪽이 포화되어 잡음에 강하다고 합니다. 그 대신 지수를 계산해야 합니다.",
            ),
            claims=("elu-noise", "dying-cures"),
        ),
    )


def _softmax() -> tuple[Said, ...]:
    worked = np.asarray(activation("softmax")(np.array([0.0, 1.0, 2.0])))
    return (
        Said(
            text=Text(
                "Scores become shares that sum to 1: softmax(0, 1, 2) = ({shares}). It takes a whole vector and has a Jacobian, not a slope.",
                "점수를 합이 1인 몫으로 바꿉니다: softmax(0, 1, 2) = ({shares}). 벡터 전체를 받으며, 기울기 하나가 아니라 야코비 행렬(Jacobian)이 있습니다.",
            ).fill(shares=", ".join(f"{share:.3f}" for share in worked)),
            claims=("softmax-as-probability",),
        ),
        Said(
            text=Text(
                "It is computed from x − max x, so that no exponential overflows.",
                "지수가 넘치지 않도록 x − max x로 계산합니다.",
            ),
            scenes=("from-scratch",),
        ),
    )


def _swish() -> tuple[Said, ...]:
    return (
        Said(
            text=Text(
                "A variant: x·σ(βx). With β = 1 it is called SiLU.",
                "변형 함수입니다: x·σ(βx). β = 1이면 SiLU라고 부릅니다.",
            ),
            claims=("derivative-comparison",),
        ),
    )


def _selu() -> tuple[Said, ...]:
    selu = elementwise("selu")
    scale = float(selu(1.0))
    return (
        Said(
            text=Text(
                "A variant: λ·elu(x, α) with λ = {scale} and α = {alpha}, chosen so that mean 0 and variance 1 keep themselves.",
                "변형 함수입니다: λ·elu(x, α). λ = {scale}, α = {alpha:으로/로} 정하면 평균 0과 분산 1이 저절로 지켜집니다.",
            ).fill(scale=amount(scale, digits=5), alpha=amount(-selu.limits[0] / scale, digits=5)),
        ),
    )


def _maxout() -> tuple[Said, ...]:
    return (
        Said(
            text=Text(
                "A variant: the largest of k affine pieces. It takes a vector, so its shape itself is learned.",
                "변형 함수입니다: 아핀 조각 k개 가운데 가장 큰 값. 벡터를 받으며 함수의 모양까지 배웁니다.",
            ),
        ),
    )


SAID: Mapping[str, Callable[[], tuple[Said, ...]]] = {
    "identity": _identity,
    "step": _step,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "prelu": _prelu,
    "elu": _elu,
    "selu": _selu,
    "swish": _swish,
    "softmax": _softmax,
    "maxout": _maxout,
}
"""By the function's name, in the order in which they are listed."""
