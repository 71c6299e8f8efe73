"""Rules against measurement: does what the guide names first belong to the best that a study on the data finds?

measured(X, y)                     the rules' advice, a study, and how far they agree
agreement(advice, comparison)      the same for a study that was made already
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from livegrad.advice.advice import Advice
from livegrad.advice.by_rule import advise
from livegrad.advice.situation import Situation
from livegrad.errors import BadInput
from livegrad.functions import ACTIVATIONS, Activation
from livegrad.records import to_jsonable
from livegrad.text import Text
from livegrad.trials.comparing import compare
from livegrad.trials.comparison import Comparison
from livegrad.trials.dataset import Dataset
from livegrad.trials.plan import USUAL
from livegrad.trials.reading import from_arrays
from livegrad.trials.splitting import Kind

__all__ = ["Agreement", "agreement", "candidates", "measured", "situation_of_data"]

_TASKS: dict[Kind, str] = {
    "regression": "regression",
    "binary": "binary",
    "classes": "multiclass",
}
_AGREE = Text(
    "Rule and measurement agree: the rules name {first} first, and it is among the {count} of {of} that {seeds} seeds cannot "
    "tell from the best.",
    "규칙과 측정이 일치합니다. 규칙이 먼저 꼽은 {first:은/는} 시드 {seeds}개로 1등과 구별되지 않는 후보 {count}개(전체 {of}개) 안에 듭니다.",
)
_WINNER = Text(
    "Rule and measurement agree: {first} is better than every other candidate ({of}), and the rules name it first.",
    "규칙과 측정이 일치합니다. {first:이/가} 다른 후보({of}개) 모두보다 확실히 낫고, 규칙도 그것을 먼저 꼽았습니다.",
)
_ALL_TIED = Text(
    "The measurement does not tell: with {seeds} seeds none of the {of} candidates can be told from the best, so {first}, which "
    "the rules name first, is as good as any.",
    "측정으로는 가릴 수 없습니다. 시드 {seeds}개로는 후보 {of}개를 하나도 1등과 구별할 수 없으니, 규칙이 먼저 꼽은 {first:이/가} 다른 것보다 못할 것은 없습니다.",
)
_DISAGREE = Text(
    "Rule and measurement disagree: the rules name {first} first, but it is behind {best} by {behind} in {measure} (between {low} "
    "and {high}), more than chance. On these data, take {best}.",
    "규칙과 측정이 어긋납니다. 규칙은 {first:을/를} 먼저 꼽았지만 {measure} 기준으로 {best}보다 {behind}({low}–{high})만큼 뒤지며, 이는 우연이 아닙니다. 이 데이터에서는 {best:을/를} 쓰세요.",
)
_MEASURE = {"accuracy": Text("accuracy", "정확도"), "R²": Text("R²", "R²")}
_NOT_MEASURED = Text(
    "{first}, which the rules name first, is not in the study. Compare it as well: livegrad compare --activations {names}.",
    "규칙이 먼저 꼽은 {first:이/가} 연구에 없습니다. 함께 비교하세요: livegrad compare --activations {names}.",
)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far the rules and a study on the data agree.

    Attributes:
        advice: What the rules say of data and network.
        comparison: What the study found.
        first: The rules' first choice.
        agrees: Whether it belongs to the best, that is, whether no candidate is told apart as better.
        share: Share of the candidates that belong to the best: how often a blind choice would agree.
        text: The result in words.
    """

    advice: Advice
    comparison: Comparison
    first: str
    agrees: bool
    share: float
    text: Text

    @property
    def best(self) -> tuple[str, ...]:
        """Names that the study cannot tell from the best, the best mean first."""
        return self.comparison.ranking.best

    def say(self, language: Any = None) -> str:
        """Return `text` in ``language``, by default the reader's own."""
        return self.text.say(language)

    def to_dict(self) -> dict[str, Any]:
        """Return it as what ``json`` can write: the advice, who is best, and the words."""
        return {
            "first": self.first,
            "agrees": self.agrees,
            "best": list(self.best),
            "candidates": [place.name for place in self.comparison.ranking.places],
            "share": self.share,
            "text": to_jsonable(self.text),
        }


def situation_of_data(data: Dataset, hidden: Sequence[int] = (64, 64)) -> Situation:
    """Return what the rules may know of hidden layers from the data and the network alone.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> found = situation_of_data(TASKS.find("moons").make(0, 120))
        >>> found.task, found.features, found.samples, found.depth
        ('binary', 2, 120, 2)
    """
    return Situation(
        task=_TASKS[data.kind],
        architecture="mlp",
        depth=len(hidden),
        width=max(hidden),
        features=int(data.inputs.shape[1]),
        samples=len(data.inputs),
    )


def candidates(advice: Advice) -> tuple[str, ...]:
    """Return what to measure: all that the rules name, and the usual functions.

    Example:
        >>> candidates(advise(Situation(features=2)))[:3]
        ('gelu', 'elu', 'relu')
    """
    named = [name for name in advice.activations if isinstance(ACTIVATIONS[name], Activation)]
    return tuple(dict.fromkeys((*named, *USUAL)))


def agreement(advice: Advice, comparison: Comparison) -> Agreement:
    """Return whether the rules' first choice belongs to the best of a study.

    Args:
        advice: What the rules say.
        comparison: A study in which the first choice took part, one candidate for each activation.

    Raises:
        BadInput: It did not take part.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = agreement(
        ...     advise(Situation()), compare(moons, activations=["relu", "tanh"], **quick)
        ... )
        >>> found.first, found.agrees
        ('relu', True)
    """
    first, places = advice.choices[0].name, comparison.ranking.places
    place = comparison.place(first)
    if place is None:
        names = ",".join(dict.fromkeys([first, *(one.name for one in places)]))
        raise BadInput(_NOT_MEASURED.fill(first=first, names=names))
    best = comparison.ranking.best
    behind = place.behind_best
    words = (
        _DISAGREE
        if not place.tied_with_best
        else _ALL_TIED
        if len(best) == len(places)
        else _WINNER
        if len(best) == 1
        else _AGREE
    )
    return Agreement(
        advice=advice,
        comparison=comparison,
        first=first,
        agrees=place.tied_with_best,
        share=len(best) / len(places),
        text=words.fill(
            first=first,
            best=places[0].name,
            count=len(best),
            of=len(places) - (words is _WINNER),
            seeds=comparison.ranking.seeds,
            measure=_MEASURE[comparison.measure],
            behind=f"{behind.mean:.3f}",
            low=f"{behind.low:.3f}",
            high=f"{behind.high:.3f}",
        ),
    )


def measured(
    X: Any, y: Any = None, *, hidden: Sequence[int] = (64, 64), **others: Any
) -> Agreement:
    """Ask the rules about data, train small networks on it, and say how far both agree.

    Args:
        X: Samples × features, or a `Dataset`; as for `livegrad.compare`.
        y: Targets; not for a `Dataset`.
        hidden: Units of the hidden layers.
        others: As for `livegrad.compare`: ``seeds``, ``steps``, ``batch_size``, ``optimizer``, ``lr``, ``activations``, …

    Returns:
        The advice, the study, and whether the first choice belongs to the best.

    Raises:
        BadInput: As `livegrad.compare`.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> found = measured(
        ...     moons, activations=["relu", "sigmoid"], hidden=(8,), seeds=8, steps=100, lr=0.01
        ... )
        >>> found.first, len(found.comparison.candidates)
        ('gelu', 3)
    """
    reading = {name: others.pop(name) for name in ("kind", "features", "name") if name in others}
    data = X if isinstance(X, Dataset) else from_arrays(X, y, **reading)
    advice = advise(situation_of_data(data, hidden))
    named = others.pop("activations", None)
    chosen = candidates(advice) if named is None else (advice.activations[0], *named)
    return agreement(
        advice,
        compare(data, activations=tuple(dict.fromkeys(chosen)), hidden=tuple(hidden), **others),
    )
