"""The inside of the network was not seen, so nothing is said of its health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis import patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

_COMPILED = Text(
    "{model} was compiled, so its layers ran where no hook could see them ({steps} steps).",
    "{model:이/가} 컴파일되어 있어 층이 훅이 닿지 않는 곳에서 돌았습니다({steps}스텝).",
)
_OUTSIDE = Text(
    "{model} was compiled: its loss, its data and the weights of {layers} layers were seen ({steps} steps), but not the "
    "signals and gradients between them.",
    "{model:이/가} 컴파일되어 있어 손실, 데이터, {layers}개 층의 가중치는 보았지만({steps}스텝) 그 사이의 신호와 기울기는 보지 "
    "못했습니다.",
)
_BLIND = Text(
    "{steps} steps of {model} were taken, but no layer's gradient was seen.",
    "{model:이/가} {steps}스텝을 밟았지만 어느 층의 기울기도 보이지 않았습니다.",
)
_BLIND_BEFORE = Text(
    "A gradient was sent back through {model}, but it met no layer with weights.",
    "{model:으로/로} 기울기를 되돌려 보냈지만 가중치가 있는 층을 하나도 만나지 못했습니다.",
)
_HARM = Text(
    "What was not seen may be sick: this is not a clean bill of health.",
    "보지 못한 곳이 아플 수 있습니다. 건강하다는 뜻이 아닙니다.",
)
_ADVICE = Text(
    "Run once without torch.compile (TORCH_COMPILE_DISABLE=1 livegrad run …), then compile again.",
    "torch.compile 없이 한 번 실행해 보고(TORCH_COMPILE_DISABLE=1 livegrad run …) 다시 컴파일하세요.",
)
_ADVICE_BLIND = Text(
    "Call the model itself (model(x)) in the process that livegrad started, and backward() on a loss made from its output.",
    "livegrad가 시작한 프로세스 안에서 모델을 직접 부르고(model(x)), 그 출력으로 만든 손실에 backward()를 부르세요.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Steps were taken, but no layer showed a gradient.

    Of a compiled model the outside is seen, and the rules of rate, loss, data and initialisation speak. If they are silent,
    what is left to say is that the inside was not seen: no clean bill of health. (`livegrad.diagnosis.engine` leaves it
    out where anything grave was found.)
    """
    del learned
    seen = any(g is not None for layer in evidence.layers for g in layer.gradient)
    if (seen and not evidence.compiled) or (evidence.steps == 0 and not evidence.before_training):
        return ()
    blind = _BLIND_BEFORE if evidence.before_training else _BLIND
    outside = evidence.compiled and any(
        u is not None for layer in evidence.layers for u in layer.update
    )
    said = _OUTSIDE if outside else _COMPILED if evidence.compiled else blind
    return (
        Finding(
            code="not-observed",
            severity="warning",
            place=evidence.model,
            places=(evidence.model,),
            seen=said.fill(model=evidence.model, steps=evidence.steps, layers=len(evidence.layers)),
            harm=_HARM,
            advice=_ADVICE if evidence.compiled else _ADVICE_BLIND,
            confidence="certain",
            evidence={"steps": evidence.steps},
        ),
    )


def _patient(seed: int) -> Training:
    """A model whose forward hands out detached numbers: the loss reaches no layer of the model."""
    import torch
    from torch import nn

    class Detached(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(8, 2)
            self.bias = nn.Parameter(torch.zeros(2))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.inner(x).detach() + self.bias

    return patients.classify(Detached(), seed, steps=60)


def _healthy_twin(seed: int) -> Training:
    from torch import nn

    return patients.classify(patients.mlp((8, 32, 2), nn.ReLU), seed)


RULE = Rule(
    code="not-observed",
    look=look,
    explains=(),
    about=Text(
        "The heartbeat of the watch: optimizer steps without a single gradient of a layer.",
        "관찰의 맥박: 스텝은 있는데 층의 기울기가 하나도 없는 경우입니다.",
    ),
    false_alarms=Text(
        "A network whose layers were seen on some steps only: silent.",
        "몇 스텝에서만 보인 신경망: 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="pytorch/pytorch#117758: hooks registered after the first compiled call never run.",
)
