"""The guide: an activation function for a layer, at once, from rules that say why and where they are wrong.

guide(task="binary", layer="output").sentence
guide(layer="hidden", symptoms=["dead-units"]).activations
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from livegrad.advice.advice import Advice, Avoided, Choice
from livegrad.advice.pairs import fit_of
from livegrad.advice.rule import ANSWERS, RULES, Rule
from livegrad.advice.situation import Situation, situation_of

__all__ = ["Advice", "advise", "guide"]


def guide(  # noqa: PLR0913 - each is a fact that the reader may know
    *,
    task: str | None = None,
    layer: str = "hidden",
    architecture: str | None = None,
    symptoms: Sequence[str] = (),
    loss: str | None = None,
    depth: int | None = None,
    width: int | None = None,
    norm: str | None = None,
    skip: bool = False,
    precision: str | None = None,
    device: str | None = None,
    features: int | None = None,
    samples: int | None = None,
) -> Advice:
    """Return which activation function to take, ranked, with reasons, evidence, and where they are wrong.

    Args:
        task: What the network answers: ``"binary"``, ``"multilabel"``, ``"multiclass"``, ``"ordinal"``, ``"regression"``,
            ``"positive"`` (numbers above 0) or ``"fraction"`` (between 0 and 1); needed for the output layer only.
        layer: Where the function stands: ``"hidden"``, ``"recurrent"``, ``"block"`` (the feed-forward part of a
            transformer) or ``"output"``.
        architecture: ``"mlp"``, ``"cnn"``, ``"rnn"`` or ``"transformer"``; the hidden layers of an ``"rnn"`` are
            recurrent, those of a ``"transformer"`` stand in blocks.
        symptoms: What ails the training: codes of findings, such as ``"dead-units"``.
        loss: The name of PyTorch's loss, such as ``"BCEWithLogitsLoss"``.
        depth: How many hidden layers follow each other.
        width: Units in each; 64 where a number is computed and none is given.
        norm: ``"none"``, ``"batch"``, ``"layer"`` or ``"rms"``: what normalises the pre-activations.
        skip: Whether residual connections bridge the layers.
        precision: ``"float32"``, ``"bfloat16"`` or ``"float16"``: in what the activation is computed.
        device: ``"gpu"``, ``"cpu"`` or ``"mobile"``: where the trained network will run.
        features: Numbers that the network gets for one sample.
        samples: How many samples there are to learn from.

    Raises:
        BadInput: A word is none of these, a number is no count, or the output layer was asked for without a task.

    Example:
        >>> guide(task="regression", layer="output").activations
        ('identity',)
        >>> guide(architecture="rnn", symptoms=["dead-units"]).rules[0].id
        'hidden-recurrent'
        >>> guide(precision="bfloat16").choices[0].name
        'relu'
    """
    return advise(
        situation_of(
            {
                "task": task,
                "layer": layer,
                "architecture": architecture,
                "symptoms": symptoms,
                "loss": loss,
                "depth": depth,
                "width": width,
                "norm": norm,
                "skip": skip,
                "precision": precision,
                "device": device,
                "features": features,
                "samples": samples,
            }
        )
    )


def advise(situation: Situation) -> Advice:
    """Return what the rules say of a situation.

    Example:
        >>> [choice.name for choice in advise(Situation(symptoms=("dead-units",))).choices]
        ['leaky_relu', 'elu']
    """
    rules = _speaking(situation)
    avoided = _avoided(rules)
    return Advice(
        situation=situation,
        rules=rules,
        choices=_ranked(rules, {one.name for one in avoided}),
        avoided=avoided,
        numbers=tuple(
            (rule.id, rule.numbers(situation)) for rule in rules if rule.numbers is not None
        ),
        pair=None if situation.loss is None else fit_of(situation.loss, situation.task),
        unanswered=tuple(code for code in situation.symptoms if not _answered(code, situation)),
    )


def _speaking(situation: Situation) -> tuple[Rule, ...]:
    """Return the rules that speak, the most telling first."""
    speaking = [rule for rule in RULES.values() if rule.speaks(situation)]
    silent = {identifier for rule in speaking for identifier in rule.instead_of}
    heard = [rule for rule in speaking if rule.id not in silent]
    return tuple(sorted(heard, key=lambda rule: ANSWERS.index(rule.answers)))


def _avoided(rules: Sequence[Rule]) -> tuple[Avoided, ...]:
    """Return what is advised against, each by the first rule that does; never all that is advised for."""
    found = dict[str, Rule]()
    for rule in rules:
        for name in rule.avoids:
            found.setdefault(name, rule)
    named = {name for rule in rules for name in rule.activations}
    if named <= set(
        found
    ):  # then the first rule's own choice stands, with that rule's word beside it
        for name in rules[0].activations:
            found.pop(name, None)
    return tuple(Avoided(name=name, rule=rule.id, why=rule.why) for name, rule in found.items())


def _ranked(rules: Sequence[Rule], avoided: set[str]) -> tuple[Choice, ...]:
    named = dict[str, list[Rule]]()
    for rule in rules:
        for name in rule.activations:
            if name not in avoided:
                named.setdefault(name, []).append(rule)
    return tuple(
        Choice(
            rank=rank,
            name=name,
            rules=tuple(rule.id for rule in own),
            reasons=tuple(rule.why for rule in own),
        )
        for rank, (name, own) in enumerate(named.items(), 1)
    )


def _answered(code: str, situation: Situation) -> bool:
    """Whether a symptom changes what the rules say."""
    alone = replace(situation, symptoms=(code,))
    plain = replace(situation, symptoms=())
    return any(rule.speaks(alone) and not rule.speaks(plain) for rule in RULES.values())
