"""A target whose shape broadcasts against the output: every output is compared with every target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from livegrad.diagnosis import patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.diagnosis.shapes import Shape, matching_line, shape_of
from livegrad.observation.evidence import Evidence
from livegrad.text import Text, same

if TYPE_CHECKING:
    from livegrad.observation.training import Training

_SEEN = Text(
    "{loss} gets an output of shape {output} and a target of shape {target}. They broadcast to {both}, so each output is "
    "compared with {times} targets instead of its own.",
    "{loss}에 모양이 {output}인 출력과 {target}인 목표값이 들어갑니다. 둘은 {both} 모양으로 퍼져(broadcast), 출력 하나가 제 "
    "목표값이 아니라 목표값 {times}개와 견주어집니다.",
)
_BY_HAND = Text("The loss of the training loop", "학습 루프에서 직접 쓴 손실")
_HARM_ALL = Text(
    "Each output is pulled to the mean of the whole batch's targets, so the network learns one constant, whatever its input.",
    "출력이 모두 배치 전체 목표값의 평균으로 끌려가, 입력이 무엇이든 상수 하나만 배우게 됩니다.",
)
_HARM_SOME = Text(
    "Each output is pulled to the mean of several targets, which one number cannot meet.",
    "출력 하나가 여러 목표값의 평균으로 끌려갑니다. 수 하나로는 그 목표값들을 모두 맞힐 수 없습니다.",
)
_DOUBT = Text(
    "If all are compared with all on purpose (a kernel, a distance between distributions), nothing is wrong here.",
    "일부러 모두를 모두와 견주는 것(커널, 분포 사이의 거리)이라면 잘못이 아닙니다.",
)
_ADVICE = Text(
    "Give both one shape before the loss: {call}",
    "손실 앞에서 두 모양을 같게 만드세요: {call}",
)
_ADVICE_SOME = Text(
    "Let the last layer have as many units as a target has numbers, so that both have the shape {target}.",
    "마지막 층의 유닛 수를 목표값의 수와 같게 해서 둘 다 {target} 모양이 되게 하세요.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Shapes that differ and broadcast so that one output meets several targets."""
    output = evidence.output
    if output is None or output.shapes_differ is None:
        return ()
    given, target = (shape_of(text) for text in output.shapes_differ)
    both = _together(given, target)
    if both is None or math.prod(both) <= math.prod(given) or given[:1] in ((), (1,)):
        return ()
    of_all = both[:2] == (given[0], given[0]) and target != both
    if learned.well and not of_all:
        return ()
    call = matching_line(output.loss, grows=len(target) < len(given))
    return (
        Finding(
            code="broadcast-target",
            severity="error" if of_all else "warning",
            place="loss",
            places=("loss",),
            seen=_SEEN.fill(
                loss=_BY_HAND if output.loss == "custom" else same(output.loss),
                output=str(given),
                target=str(target),
                both=str(both),
                times=math.prod(both) // math.prod(given),
            ),
            harm=_HARM_ALL if of_all else _HARM_SOME,
            doubt=_DOUBT,
            advice=_ADVICE.fill(call=call) if of_all else _ADVICE_SOME.fill(target=str(target)),
            confidence="certain" if of_all else "likely",
            evidence={"output": str(given), "target": str(target), "loss": output.loss},
            remedies=("match-shapes",) if of_all else (),
        ),
    )


def _together(a: Shape, b: Shape) -> Shape | None:
    """The shape that both broadcast to; ``None`` if they do not."""
    size = max(len(a), len(b))
    pairs = zip((1,) * (size - len(a)) + a, (1,) * (size - len(b)) + b, strict=True)
    both = [(m, n) for m, n in pairs]
    if any(m != n and 1 not in (m, n) for m, n in both):
        return None
    return tuple(n if m == 1 else m for m, n in both)


def _waves(seed: int, *, flat: bool) -> Training:
    """A regression with a loss written by hand; the patient's targets have no second dimension."""
    import torch
    from torch import nn

    x, y = patients.waves(seed)

    def squared(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return ((output - target) ** 2).mean()

    model = patients.mlp((2, 32, 32, 1), nn.Tanh)
    return patients.train(model, (x, y[:, 0] if flat else y), squared, rate=0.02, steps=300)


def _patient(seed: int) -> Training:
    return _waves(seed, flat=True)


def _healthy_twin(seed: int) -> Training:
    return _waves(seed, flat=False)


RULE = Rule(
    code="broadcast-target",
    look=look,
    explains=(
        "vanishing-gradient",
        "signal-collapse",
        "dead-units",
        "learning-rate-too-low",
        "sign-locked-gradients",
    ),
    about=Text(
        "Compares the shapes of output and target where the loss is called. In a loss written by hand, autograd's graph tells: a "
        "difference of shape (N, N) that is one number for each row less one for each column.",
        "손실을 부르는 곳에서 출력과 목표값의 모양을 견줍니다. 직접 쓴 손실에서는 autograd 그래프를 봅니다. 행마다 수 하나, 열마다 수 "
        "하나의 차로 이루어진 (N, N) 모양의 값이 있으면 목표값이 퍼진 것입니다.",
    ),
    false_alarms=Text(
        "One number as target or as weight, weights for each class, masks, several outputs for one target, pairwise "
        "distances and kernels: silent, because one output must meet several targets, and all pairs must count alike.",
        "목표값이나 가중치가 수 하나인 것, 클래스별 가중치, 마스크, 목표값 하나에 출력이 여럿인 것, 쌍끼리의 거리와 커널: 출력 하나가 여러 "
        "목표값과 만나고 모든 쌍이 똑같이 셈에 들어갈 때만 말하므로 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="PyTorch documentation, Broadcasting semantics; the warning of torch.nn.functional.mse_loss.",
)
