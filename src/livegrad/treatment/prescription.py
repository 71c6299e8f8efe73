"""From a diagnosis to prescriptions in the order in which they are worth a race."""

from __future__ import annotations

from dataclasses import replace

from livegrad.diagnosis import learning
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.registry import Registry
from livegrad.text import Text
from livegrad.treatment.proof import Prescription
from livegrad.treatment.remedy import Remedy

REMEDIES: Registry[Remedy] = Registry(
    "livegrad.treatment.remedies", "REMEDY", Text("remedy", "처방(remedy)")
)


WITHOUT_CAUSE = (
    "raise-rate",
    "lower-rate",
    "reinitialise",
    "orthogonal-recurrence",
    "standardise-inputs",
    "shape-activations",
    "insert-normalisation",
)
"""What is tried where a training learns little and no rule says why, the least intrusive first: the cure names the cause."""

DEEP = 12
"""In a plain network of more layers, well-drawn weights alone do not carry the signal through; its functions are shaped first
(deep kernel shaping, Martens et al. 2021, arXiv:2110.01765)."""

_WITHOUT_CAUSE = Text(
    "It learns little or nothing, and no rule says why; this is one of the cures that help most often. {reason}",
    "거의 배우지 못하는데 원인을 말해 주는 규칙이 없습니다. 그럴 때 가장 자주 듣는 처방 가운데 하나입니다. {reason}",
)
_LAST_RESORT = Text(
    "Nothing that the findings call for cures it; this is one of the cures that help most often. {reason}",
    "진단이 가리키는 처방으로는 낫지 않았습니다. 그럴 때 가장 자주 듣는 처방 가운데 하나입니다. {reason}",
)
_NOT_LEARNING = Text("It does not learn.", "배우지 못합니다.")


def prescribe(diagnosis: Diagnosis) -> tuple[Prescription, ...]:
    """Return what to try, best first; nothing for a healthy training.

    A finding names its remedies in the order of its rule: those that answer its cause first. Root causes come before
    everything else, so no remedy is tried against a consequence. A training that learns less than half of what can be
    learned, though no rule speaks, gets the cures that help most often (`WITHOUT_CAUSE`): which of them wins says what the
    cause was.
    """
    if diagnosis.cause_unknown or (not diagnosis.grave and _learns_little(diagnosis)):
        return _usual(diagnosis, _WITHOUT_CAUSE)
    found: list[Prescription] = []
    for finding in diagnosis.findings:
        if finding.severity == "note":
            continue
        rounds = [
            REMEDIES.find(name).prescribe(finding, diagnosis.evidence) for name in finding.remedies
        ]
        found += [p for group in rounds for p in group]
    return tuple(found)


def last_resort(diagnosis: Diagnosis) -> tuple[Prescription, ...]:
    """Return what to try where nothing that the findings call for cures: the diagnosis may be wrong."""
    if not (diagnosis.grave and _learns_little(diagnosis)):
        return ()
    return _usual(diagnosis, _LAST_RESORT)


def _learns_little(diagnosis: Diagnosis) -> bool:
    return diagnosis.observed and learning.judge(diagnosis.evidence).fails


def _usual(diagnosis: Diagnosis, why: Text) -> tuple[Prescription, ...]:
    """The cures that help most often, each with why it is tried."""
    layers = diagnosis.evidence.layers
    nothing = Finding(
        code="",
        severity="error",
        place=layers[0].name if layers else "",
        places=tuple(layer.name for layer in layers),
        seen=_NOT_LEARNING,
        harm=_NOT_LEARNING,
        advice=_NOT_LEARNING,
    )
    names = list(WITHOUT_CAUSE)
    if len(layers) > DEEP:
        names.sort(key=lambda name: name != "shape-activations")
    proposed = (REMEDIES.find(name).prescribe(nothing, diagnosis.evidence) for name in names)
    return tuple(
        replace(one, place="", reason=why.fill(reason=one.reason))
        for group in proposed
        for one in group
    )
