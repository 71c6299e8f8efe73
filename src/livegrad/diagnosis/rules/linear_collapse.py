"""Layers in a row with nothing non-linear between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis import patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Segment
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

LONG_RUN = 3
"""A run of so many layers within a network that bends elsewhere is a warning; two are a note."""

_SEEN_WHOLE = Text(
    "No function bends anything between the {count} layers ({names}): together they are one matrix, so the network is a linear "
    "model.",
    "{count}개 층({names}) 사이에 비선형 함수가 하나도 없습니다. 곱하면 행렬 하나이므로 신경망 전체가 선형 모델입니다.",
)
_SEEN_PART = Text(
    "{count} layers ({names}) follow one another with no activation between: together they are one matrix.",
    "{count}개 층({names})이 활성화 함수 없이 이어집니다. 곱하면 행렬 하나입니다.",
)
_HARM_WHOLE = Text(
    "Depth buys nothing: what one straight cut cannot separate stays out of reach.",
    "층을 쌓아도 얻는 것이 없습니다. 직선 하나로 나눌 수 없는 것은 끝내 나누지 못합니다.",
)
_HARM_PART = Text(
    "These layers could be one; the extra weights only make training slower.",
    "이 층들은 하나로 합칠 수 있습니다. 남는 가중치는 학습을 느리게 할 뿐입니다.",
)
_DOUBT = Text(
    "Deliberate factorisations (a narrow layer in the middle) are left out.",
    "일부러 나눈 것(가운데가 좁은 층)은 빼고 보았습니다.",
)
_ADVICE = Text(
    "Put an activation between them, for example nn.ReLU() after each layer but the last.",
    "층 사이에 활성화 함수를 넣으세요. 예를 들어 마지막을 뺀 층마다 nn.ReLU().",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Runs of layers that are one affine map, unless a narrow middle says that it is meant."""
    del learned
    kinds = {layer.name: layer.kind for layer in evidence.layers}
    runs = [
        run
        for run in evidence.linear_runs
        if not _narrow(run) and (run.whole or all(kinds.get(n) == "Linear" for n in run.layers))
    ]
    return tuple(_finding(run) for run in runs)


def _finding(run: Segment) -> Finding:
    grave = "error" if run.whole else "warning" if len(run.layers) >= LONG_RUN else "note"
    return Finding(
        code="linear-collapse",
        severity=grave,
        place=run.layers[0],
        places=run.layers,
        seen=(_SEEN_WHOLE if run.whole else _SEEN_PART).fill(
            count=len(run.layers), names=_names(run.layers)
        ),
        harm=_HARM_WHOLE if run.whole else _HARM_PART,
        doubt=_DOUBT,
        advice=_ADVICE,
        confidence="certain" if run.whole else "likely",
        evidence={"layers": len(run.layers), "widths": " → ".join(str(w) for w in run.widths)},
        remedies=("insert-activation",),
    )


def _narrow(run: Segment) -> bool:
    """Whether a layer inside is much narrower than both ends: then the product has a rank of its own, on purpose."""
    return 2 * min(run.widths[1:-1], default=0) <= min(run.widths[0], run.widths[-1])


def _names(layers: tuple[str, ...]) -> str:
    return ", ".join(layers) if len(layers) <= 5 else f"{layers[0]}, {layers[1]} … {layers[-1]}"


def _patient(seed: int) -> Training:
    from torch import nn

    return patients.classify(patients.mlp((8, 32, 32, 32, 2), nn.Identity), seed, steps=150)


def _healthy_twin(seed: int) -> Training:
    from torch import nn

    return patients.classify(patients.mlp((8, 32, 32, 32, 2), nn.ReLU), seed, steps=300)


RULE = Rule(
    code="linear-collapse",
    look=look,
    explains=(),
    about=Text(
        "Walks autograd's graph: between two layers with weights only affine steps (reshape, dropout, batch normalisation, "
        "addition) were met.",
        "autograd 그래프를 따라가며, 가중치가 있는 두 층 사이에 아핀 연산(모양 바꾸기, 드롭아웃, 배치 정규화, 덧셈)만 있었는지 봅니다.",
    ),
    false_alarms=Text(
        "Logistic and linear regression (one layer), low-rank factorisations, attention (its product depends on the input), "
        "separable convolutions: silent.",
        "로지스틱 회귀와 선형 회귀(층 하나), 저랭크 분해, 어텐션(곱이 입력에 따라 변함), 분리 합성곱: 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Algebra: W2(W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2).",
)
