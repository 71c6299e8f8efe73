"""Whether a narrow, deep ReLU net is dead before training begins (Lu et al. 2019, arXiv 1903.06733)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["BornDead", "born_dead"]

_BAD_WIDTHS = Text(
    "widths = {widths} was given; widths are whole numbers of at least 1, one for each hidden layer. Write, for "
    "example, born_dead(4, 50) or born_dead([8, 4, 8]).",
    "widths = {widths:을/를} 주었습니다. 너비는 은닉층마다 하나씩 주며 1 이상의 정수여야 합니다. "
    "born_dead(4, 50)이나 born_dead([8, 4, 8])처럼 적어 주세요.",
)
_BAD_DEPTH = Text(
    "depth = {depth} was given with widths = {widths}; depth is the number of hidden layers, and "
    "a list of widths already gives it. Write, for example, born_dead(4, 50) or born_dead([8, 4, "
    "8]).",
    "widths = {widths:과/와} 함께 depth = {depth:을/를} 주었습니다. depth는 은닉층의 수인데, "
    "너비를 목록으로 주면 그 길이로 이미 정해집니다. born_dead(4, 50)이나 born_dead([8, 4, "
    "8])처럼 적어 주세요.",
)
_SAID = Text(
    "With zero biases this ReLU net is constant from the start with a probability between {lower:.2g} and {upper:.2g}.",
    "편향이 0이면 이 ReLU 신경망이 처음부터 상수 함수일 확률은 {lower:.2g} 이상 {upper:.2g} "
    "이하입니다.",
)
_HARMLESS = Text("{said} That is rare enough.", "{said} 드문 일이니 괜찮습니다.")
_REMEDY = Text(
    "{said} Widen its narrowest layers, take a function with a slope on both sides (leaky ReLU, ELU), or draw one "
    "weight or bias of each unit from Beta(2, 1), which is positive (RAI, randomized asymmetric initialization).",
    "{said} 가장 좁은 층을 넓히거나, 양쪽에 기울기가 있는 함수(leaky ReLU, ELU)를 쓰세요. "
    "유닛마다 가중치나 편향 하나를 언제나 양수인 Beta(2, 1) 분포에서 뽑아도 됩니다(RAI, "
    "randomized asymmetric initialization).",
)
_RARE = 1e-3  # up to this greatest probability nothing is advised: one in a thousand starts


@dataclass(frozen=True)
class BornDead:
    """How likely a ReLU net is constant, and its gradient zero, before the first step.

    Attributes:
        widths: Units of each hidden layer, from the first.
        lower: Least probability.
        upper: Greatest probability.
        text: Both in words, with what helps unless it is rare.
    """

    widths: tuple[int, ...]
    lower: float
    upper: float
    text: Text


def born_dead(
    widths: int | Sequence[int],
    depth: int | None = None,
    *,
    input_width: int | None = None,
    centred: bool = True,
) -> BornDead:
    """Bound the probability that a ReLU net is constant from the start.

    Weights are drawn symmetrically around 0 (He, Glorot, PyTorch's own, at any scale), biases are 0. One input
    that is alive dies in a layer of N units with probability 2⁻ᴺ, whatever it is; that some input of the data
    survives is at least as likely.

    Args:
        widths: Units of each hidden layer, or one number for all.
        depth: How many hidden layers, if one number was given.
        input_width: 1 for inputs along a line, for which Lu et al.'s lower bound holds. None or more: a lower
            bound for any data whatever, which is far lower.
        centred: Whether inputs lie on both sides of 0, so that the first layer kills no whole net.

    Returns:
        Both bounds. The truth is near the upper one for deep nets.

    Raises:
        BadInput: A width or the depth is no whole number of at least 1.

    Example:
        >>> chance = born_dead(4, 10, input_width=1)
        >>> round(chance.lower, 3), round(chance.upper, 3)
        (0.238, 0.441)

    References:
        Lu, Shin, Su and Karniadakis 2019, "Dying ReLU and Initialization", theorem 3.3 for equal widths.
    """
    layers = _layers(widths, depth)
    upper = _one_input(layers[1:] if centred else layers)
    on_a_line = _both_sides(layers) if centred else upper
    lower = on_a_line if input_width == 1 else _any_data(layers)
    said = _SAID.fill(lower=lower, upper=upper)
    return BornDead(
        layers, lower, upper, (_HARMLESS if upper <= _RARE else _REMEDY).fill(said=said)
    )


def _layers(widths: int | Sequence[int], depth: int | None) -> tuple[int, ...]:
    single = isinstance(widths, int)
    given = tuple(widths) if isinstance(widths, Sequence) else (widths,)
    if not given or not all(isinstance(width, int) and width >= 1 for width in given):
        raise BadInput(_BAD_WIDTHS.fill(widths=widths))
    count = len(given) if depth is None and not single else depth
    if not isinstance(count, int) or count < 1 or not (single or count == len(given)):
        raise BadInput(_BAD_DEPTH.fill(depth=depth, widths=widths))
    return given * count if single else given


def _one_input(layers: Sequence[int]) -> float:
    """Return with which probability one living input dies in some layer."""
    return _at_least_one(2.0**-width for width in layers)


def _both_sides(layers: Sequence[int]) -> float:
    """Return Lu et al.'s lower bound, from their Markov chain, for layers of any widths.

    Inputs on a line are two rays, x > 0 and x < 0. Its states: both live and point apart; one lives, or both
    are carried by one and the same unit; none lives. Rays die independently at least as seldom as they do.
    """
    two = 1 - 2.0 ** (1 - layers[0])
    one = 2.0 ** (1 - layers[0])
    for width in layers[1:]:
        death = 2.0**-width
        alone = 2 * death - 2 * death**2 + width * death**2
        two, one = two * (1 - alone - death**2), one * (1 - death) + two * alone
    return max(0.0, 1 - two - one)


def _any_data(layers: Sequence[int]) -> float:
    """Return a lower bound that holds whatever the data are: all weights of a layer are negative."""
    return _at_least_one(2.0 ** -(before * after) for before, after in itertools.pairwise(layers))


def _at_least_one(chances: Iterable[float]) -> float:
    """Return the probability that one of several independent things happens; tiny ones keep their digits."""
    return abs(math.expm1(sum(math.log1p(-chance) for chance in chances)))
