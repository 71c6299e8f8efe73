"""The step size is too large for a network that is otherwise sound."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

LARGE_STEP = 0.1
"""A single step that changes a layer's weights by this share of their norm is a leap, not a step."""

LEAP = 0.5
"""A step that changes half of a layer can throw every unit over the edge at once."""
DOWN = 0.5
"""A loss that had come down to half of its start went well before it blew up."""
FEW, MOST = 0.25, 0.5
"""Units count as lost to a leap if few slept or were saturated before, and most are after."""

_SEEN = Text(
    "{sentence} A single step changed the weights of {place} by {update} of their size; {name} runs at a rate of {rate}.",
    "{sentence} 한 걸음에 {place}의 가중치가 제 크기의 {update}만큼 바뀌었습니다. {name}의 학습률은 {rate}입니다.",
)
_HARM = Text(
    "Steps that leap over the valley climb its other wall; the loss grows until numbers overflow or units die.",
    "골짜기를 건너뛰는 걸음은 맞은편 벽을 오르게 됩니다. 손실이 커지다 수가 넘치거나 유닛이 죽습니다.",
)
_DOUBT = Text(
    "The same happens at a sane rate when weights or inputs are far too large; no sign of either was seen here.",
    "가중치나 입력이 지나치게 클 때도 같은 일이 생깁니다. 여기서는 그런 기미가 보이지 않았습니다.",
)
_ADVICE = Text(
    "Divide the learning rate by 10, and by 10 again if that does not do: lr={suggested}",
    "학습률을 10분의 1로, 모자라면 다시 10분의 1로 줄이세요: lr={suggested}",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Leaps among the steps, and a loss that blew up, or units that were sound before the leaps and are lost since."""
    optimizer = evidence.optimizer
    if learned.learning is not False or optimizer is None or optimizer.rate is None:
        return ()
    updates = [
        (max((u for u in x.update if u is not None and not math.isnan(u)), default=0.0), x)
        for x in evidence.layers
    ]
    if not updates:
        return ()
    greatest, layer = max(updates, key=lambda pair: pair[0])
    blown = learned.diverged and greatest >= LARGE_STEP
    worse = learned.skill is not None and learned.skill < 0
    if not blown and not (greatest >= LEAP and (worse or _fell_ill(evidence))):
        return ()
    return (
        Finding(
            code="learning-rate-too-high",
            severity="error",
            place="optimizer",
            places=("optimizer",),
            seen=_SEEN.fill(
                sentence=learned.sentence,
                place=ladder.called(layer.name),
                update=ladder.share(min(greatest, 99.0)),
                name=optimizer.name,
                rate=f"{optimizer.rate:g}",
            ),
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE.fill(suggested=f"{optimizer.rate / 10:g}"),
            evidence={"update": greatest, "rate": optimizer.rate},
            remedies=_remedies(evidence),
        ),
    )


def _remedies(evidence: Evidence) -> tuple[str, ...]:
    """Clipping first where a recurrent network went well, and then leaped; a rate that is too high leaps from the start.

    The loss of a recurrent network has cliffs, on which any rate leaps (Pascanu et al. 2013, section 2.3).
    """
    others = ("warm-up", "normalise-as-identity")
    values = evidence.loss.values if evidence.loss is not None else ()
    finite = [v for v in values if math.isfinite(v)]
    went_well = bool(finite) and min(finite) < DOWN * finite[0]
    recurrent = any(x.kind in ("RNN", "LSTM", "GRU") for x in evidence.layers)
    if went_well and recurrent:
        return ("clip-gradients", "lower-rate", *others)
    return ("lower-rate", "clip-gradients", *others)


def _fell_ill(evidence: Evidence) -> bool:
    """Whether units that worked at the first step sleep or are saturated later."""
    shares = [s for x in ladder.hidden(evidence) for s in (x.asleep, x.saturated)]
    pairs = [(ladder.start(s), ladder.late(s)) for s in shares]
    return any(a is not None and b is not None and a < FEW and b > MOST for a, b in pairs)


def _at_rate(seed: int, rate: float) -> Training:
    from torch import nn

    return patients.train(
        patients.mlp((2, 32, 32, 1), nn.ReLU),
        patients.waves(seed),
        nn.MSELoss(),
        rate=rate,
        steps=400,
    )


def _patient(seed: int) -> Training:
    return _at_rate(seed, 5.0)


def _healthy_twin(seed: int) -> Training:
    return _at_rate(seed, 0.02)


RULE = Rule(
    code="learning-rate-too-high",
    look=look,
    explains=("dead-units", "saturation", "vanishing-gradient", "sign-locked-gradients"),
    about=Text(
        "The loss ended far above its start or as no number, single steps changed weights by a tenth and more, and neither the "
        "inputs nor the initial weights explain it.",
        "손실이 처음보다 훨씬 커지거나 수가 아니게 되고, 한 걸음에 가중치가 10 % 넘게 바뀌었으며, 입력과 초깃값으로는 설명되지 않을 "
        "때입니다.",
    ),
    false_alarms=Text(
        "A warm-up's first leaps, one spike that the training recovers from: silent, because the loss must end blown up.",
        "웜업 초기의 큰 걸음, 회복되는 한 번의 튐: 손실이 끝내 커진 채 끝나야 말하므로 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="LeCun et al. 1998; Smith 2017 (arXiv:1506.01186).",
)
