"""The map of a sweep: records only, drawn by the terminal, the page and JSON."""

from __future__ import annotations

from dataclasses import dataclass

from livegrad.flow.profile import Colour, VerdictCode
from livegrad.text import Text

__all__ = ["Sweep", "SweepAxis", "SweepCell"]


@dataclass(frozen=True, kw_only=True)
class SweepAxis:
    """One side of the map.

    Attributes:
        name: One of `livegrad.flow.sweeping.AXES`.
        values: In the order given; activations by their names.
    """

    name: str
    values: tuple[int | float | str | None, ...]

    @property
    def ordered(self) -> bool:
        """Whether the values are numbers, so that they have an order and lie somewhere between others."""
        return all(isinstance(value, int | float) for value in self.values)


@dataclass(frozen=True, kw_only=True)
class SweepCell:
    """What theory says of one setting.

    Attributes:
        log10_gradient: log₁₀ of ‖∂loss/∂z‖ at the first layer over the last layer's; NaN if there is a
            problem.
        correlation: c at the last layer, −1 … 1; None if unknown.
        verdict: As in `Verdict`.
        colour: The traffic light; None if it is not lit.
        trainable_depth: As in `Scales`, in layers; inf beyond the 1,000 that are looked at, None if unknown.
        problem: Why nothing could be predicted; None where it could.
    """

    log10_gradient: float
    correlation: float | None
    verdict: VerdictCode
    colour: Colour | None
    trainable_depth: float | None
    problem: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A map of predictions.

    Attributes:
        activation: Name or formula; empty if it is swept over.
        axes: One or two.
        cells: ``cells[i][j]`` belongs to ``axes[0].values[i]`` and ``axes[1].values[j]``; with one axis
            each row has one cell.
        fixed: What was the same everywhere, as pairs of name and value in words.
        optimizer: Whom the lights speak of; empty if none is lit.
        seconds: What it took.
    """

    activation: str
    axes: tuple[SweepAxis, ...]
    cells: tuple[tuple[SweepCell, ...], ...]
    fixed: tuple[tuple[str, str], ...] = ()
    optimizer: str = ""
    seconds: float = 0.0
