"""Units that get no gradient from any input, and stay so."""

from __future__ import annotations

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
"""Fewer dead units than this leave room to learn: pruned networks live with less."""
FEWEST_SAMPLES = 64
WHOLE = 0.95
FEWEST_UNITS = 8
"""Of a layer narrower than this all units may sleep through one batch by chance."""
DECADES = 2.5

_SEEN = Text(
    "{dead} of {units} units of {place} ({activation}) had slope 0 for all {samples} samples measured since step {since}.",
    "{place}({activation})의 유닛 {units}개 가운데 {dead}개가 {since}스텝부터 잰 표본 {samples}개 모두에서 기울기가 0이었습니다.",
)
_BELOW = Text(
    "Their pre-activations lie around {mean} with a spread of {spread}: below 0, where {activation} is flat.",
    "활성화 전 값이 {mean} 부근(퍼짐 {spread})에 있어 {activation:이/가} 평평한 0 아래쪽에 놓입니다.",
)
_SEEN_BEFORE = Text(
    "Before the first step, {share} of the {units} units of {place} ({activation}) have slope 0 for the whole batch: they are "
    "born dead.",
    "첫 스텝을 밟기 전인데도 {place}({activation})의 유닛 {units}개 가운데 {share}가 배치 전체에서 기울기가 0입니다. 태어날 때부터 죽어 "
    "있습니다.",
)
_BORN = Text("It was so from the first step.", "첫 스텝부터 그랬습니다.")
_HARM = Text(
    "A unit without gradient cannot come back by itself; a layer of them also cuts off every layer before it.",
    "기울기를 받지 못하는 유닛은 스스로 돌아오지 못하고, 한 층이 모두 그러면 앞의 층까지 끊깁니다.",
)
_DOUBT = Text(
    "Units that fire on rare inputs only can look dead in a small sample; a dead unit among living ones may revive as "
    "earlier layers move.",
    "드문 입력에만 켜지는 유닛은 작은 표본에서 죽은 듯 보일 수 있고, 살아 있는 유닛 사이의 죽은 유닛은 앞 층이 움직이며 되살아나기도 "
    "합니다.",
)
_ADVICE = Text(
    "Set the biases of the dead units so that half of the samples fire again, and look at what drove them there.",
    "죽은 유닛의 편향을 표본 절반이 다시 켜지도록 고치고, 그렇게 된 까닭을 살피세요.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Layers most of whose units slept through every batch measured lately."""
    if learned.before_training:
        return _born_dead(evidence)
    dying = [layer for layer in ladder.hidden(evidence) if _dead_share(layer) >= LARGE_SHARE]
    if _vanishes_elsewhere(evidence, dying):
        return ()
    cut = ladder.is_cut(evidence) and not learned.well
    if not dying or (learned.learning is None and not (learned.diverged or learned.stuck or cut)):
        return ()
    worst = max(dying, key=_dead_share)
    well = bool(learned.learning) and not (learned.poor or cut)
    return (
        Finding(
            code="dead-units",
            severity="note" if well else "warning" if learned.learning else "error",
            place=worst.name,
            places=tuple(layer.name for layer in dying),
            seen=_SEEN.fill(
                dead=worst.dead,
                units=worst.units,
                place=ladder.called(worst.name),
                activation=worst.activation,
                samples=worst.dead_samples,
                since=worst.dead_since,
            ),
            causes=_causes(worst),
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE,
            evidence={
                "dead": worst.dead or 0,
                "units": worst.units or 0,
                "since": worst.dead_since or 0,
                "samples": worst.dead_samples or 0,
            },
            remedies=(
                "recentre-biases",
                "reset-dead-units",
                "reinitialise",
                "swap-activation",
                "insert-normalisation",
                "rezero",
                "lower-rate",
                "relu-to-prelu",
            ),
        ),
    )


def _born_dead(evidence: Evidence) -> tuple[Finding, ...]:
    """Whole layers that sleep through the first batch; a part of a layer may wake for the next one."""
    flat = [x for x in ladder.hidden(evidence) if x.activation and ladder.is_flat(x.activation)]
    dead = [
        x
        for x in flat
        if (ladder.start(x.asleep) or 0.0) > WHOLE and (x.units or 0) >= FEWEST_UNITS
    ]
    if not dead:
        return ()
    first, share = dead[0], ladder.start(dead[0].asleep) or 0.0
    return (
        Finding(
            code="dead-units",
            severity="warning",
            place=first.name,
            places=tuple(layer.name for layer in dead),
            seen=_SEEN_BEFORE.fill(
                share=ladder.share(share),
                units=first.units,
                place=ladder.called(first.name),
                activation=first.activation,
            ),
            causes=_causes(first)[-1:],
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE,
            evidence={"share": share, "units": first.units or 0},
            remedies=(
                "recentre-biases",
                "reset-dead-units",
                "reinitialise",
                "swap-activation",
                "insert-normalisation",
                "rezero",
                "relu-to-prelu",
            ),
        ),
    )


def _vanishes_elsewhere(evidence: Evidence, dying: list[Layer]) -> bool:
    """Whether the gradient was lost from the first step in a net whose dead layers were not cut off entirely.

    Half of a layer asleep costs the gradient a factor of about 0.7; a ladder that falls by decades without one layer
    dead altogether has another cause, and units that no gradient reaches stay where chance put them.
    """
    span = ladder.span(evidence, at_start=True)
    whole = any(_dead_share(layer) > WHOLE for layer in dying)
    return span is not None and span < -DECADES and not whole


def _dead_share(layer: Layer) -> float:
    """Share of dead units; 0 where it cannot be said, or where the function saturates instead."""
    if not layer.dead or not layer.units or (layer.dead_samples or 0) < FEWEST_SAMPLES:
        return 0.0
    if layer.activation is None:
        return 0.0
    # Far out on the left GELU and the like have a slope of exactly 0, too, as numbers go; sigmoid and tanh saturate.
    bounded = any(share is not None for share in layer.saturated)
    if bounded and not ladder.is_flat(layer.activation):
        return 0.0
    return layer.dead / layer.units


def _causes(layer: Layer) -> tuple[Text, ...]:
    mean, spread = ladder.late(layer.mean), ladder.late(layer.spread)
    found = [_BORN] if layer.dead_since == 0 else []
    if mean is not None and spread is not None and mean < 0:
        found.append(
            _BELOW.fill(
                mean=ladder.times(mean), spread=ladder.times(spread), activation=layer.activation
            )
        )
    return tuple(found)


def _with_bias(seed: int, bias: float) -> Training:
    from torch import nn

    model = patients.mlp((8, 32, 32, 32, 2), nn.ReLU)
    for layer in list(model)[:-1]:
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, bias)
    return patients.classify(model, seed)


def _patient(seed: int) -> Training:
    return _with_bias(seed, -3.0)


def _healthy_twin(seed: int) -> Training:
    return _with_bias(seed, 0.0)


RULE = Rule(
    code="dead-units",
    look=look,
    explains=("vanishing-gradient", "learning-rate-too-low", "sign-locked-gradients"),
    about=Text(
        "A unit is dead when its slope was exactly 0 for every sample of several measured batches in a row, up to the end.",
        "여러 번 이어서 잰 배치의 모든 표본에서 기울기가 정확히 0이고 끝까지 그대로이면 죽은 유닛입니다.",
    ),
    false_alarms=Text(
        "Sparse but living ReLU layers, dropout and embeddings: silent, because a unit counts only if it never woke, and a layer "
        "only if half of it is dead while the network learns badly.",
        "성기지만 살아 있는 ReLU, 드롭아웃, 임베딩: 한 번도 깨지 않은 유닛만 세고, 층의 절반이 죽고 학습도 나쁠 때만 말하므로 "
        "조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Maas et al. 2013; Lu et al. 2019 (arXiv:1903.06733); Sokar et al. 2023 (arXiv:2302.12902).",
)
