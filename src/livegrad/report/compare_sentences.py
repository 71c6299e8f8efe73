"""What is said of a comparison beside its numbers: how it was trained, what it took, who is tied."""

from __future__ import annotations

import math

from livegrad import quantity
from livegrad.report import compare_words as words
from livegrad.text import Text
from livegrad.trials.comparison import Comparison

__all__ = ["cost", "level", "setting", "ties_in_words", "title"]

_MOST_GROUPS = 4  # told in words


def level(comparison: Comparison) -> str:
    """Return the confidence in percent, without its sign.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> level(found)
        '95'
    """
    return f"{100 * comparison.ranking.level:g}"


def title(comparison: Comparison) -> Text:
    """Return what is compared on what.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> title(found).en
        'moons: 2 candidates compared'
    """
    return words.TITLE.fill(data=comparison.data, count=len(comparison.candidates))


def setting(comparison: Comparison) -> Text:
    """Return in a sentence how all were trained.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> setting(found).en
        '2 features. 2 seeds each on 2 splits of the data, 20 steps of 64 samples, adam, hidden layers 8.'
    """
    recipes = [one.recipe for one in comparison.candidates]
    shapes = dict.fromkeys("-".join(map(str, recipe.hidden)) for recipe in recipes)
    first = recipes[0]
    ranking = comparison.ranking
    parted = {"splits": ranking.splits} if ranking.splits > 1 else {}
    return (words.SETTING_SPLITS if parted else words.SETTING).fill(
        **parted,
        features=comparison.features,
        seeds=ranking.seeds,
        steps=f"{first.steps:,}",
        batch=first.batch_size,
        optimizer=first.optimizer,
        hidden=", ".join(shapes),
    )


def cost(comparison: Comparison) -> Text:
    """Return in a sentence how long it took.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> cost(found).en.partition(" in ")[0]
        '4 networks'
    """
    networks = f"{len(comparison.outcomes):,}"
    if not comparison.network_steps:
        return words.STORED.fill(networks=networks)
    return words.COST.fill(
        networks=networks,
        time=quantity.duration(comparison.seconds),
        rate=quantity.counted(math.log10(max(1.0, comparison.network_steps_per_second))),
    )


def ties_in_words(comparison: Comparison) -> tuple[Text, ...]:
    """Return which cannot be told apart, in sentences.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> len(ties_in_words(found))
        1
    """
    groups = [group for group in comparison.ranking.groups if len(group) > 1]
    told = [words.CANNOT_BE_TOLD.fill(names=", ".join(group)) for group in groups[:_MOST_GROUPS]]
    if not told:
        return (words.ALL_APART,)
    if len(groups) > _MOST_GROUPS:
        told.append(words.MORE_GROUPS.fill(count=len(groups) - _MOST_GROUPS))
    return tuple(told)
