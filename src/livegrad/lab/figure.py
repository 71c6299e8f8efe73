"""What an experiment draws, as numbers: the page, the terminal and a table each draw the same record.

Every figure can be shown as a table, so it says nothing that only eyes can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.text import Text

__all__ = [
    "Axis",
    "Bars",
    "Chart",
    "Figure",
    "Heat",
    "Ladder",
    "Level",
    "Mesh",
    "Panel",
    "Plane",
    "Series",
    "Tile",
]

Numbers: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
Style: TypeAlias = Literal["measured", "theory", "claim", "guess", "other"]
"""Measured is drawn solid and filled, theory as a line with dots, what the sentence says dotted, the reader's
guess dashed; ``other`` is a second measured thing, told apart by its mark and its name."""
Mark: TypeAlias = Literal["line", "points", "both", "bars", "steps"]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis.

    Attributes:
        name: What is counted, with its unit.
        log: Whether equal steps are equal factors; values must be above 0.
        low: Where it begins; None for the least value.
        high: Where it ends; None for the greatest.
        labels: Names of the places 0, 1, 2 … where they are no numbers.
    """

    name: Text
    log: bool = False
    low: float | None = None
    high: float | None = None
    labels: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line, or one set of points or bars.

    Attributes:
        name: What it is.
        x: Shape (points,).
        y: Shape (points,); NaN leaves a gap.
        low: Lower end of a band or error bar; shape (points,) or None.
        high: Upper end.
        style: What kind of number it is.
        mark: How it is drawn.
    """

    name: Text
    x: Numbers
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    style: Style = "measured"
    mark: Mark = "line"


@dataclass(frozen=True, kw_only=True)
class Level:
    """A straight line across a chart: a bound, a flip, what the sentence says.

    Attributes:
        name: What it is.
        at: Where on its axis.
        along: ``"x"`` runs along x at height ``at``, ``"y"`` stands at ``at`` on the x axis.
        style: What kind of number it is.
    """

    name: Text
    at: float
    along: Literal["x", "y"] = "x"
    style: Style = "claim"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Lines, points and bars over two axes.

    Attributes:
        id: Unique within the experiment.
        title: What is to be seen, as a short sentence.
        note: On what it was measured: n, batch, data.
        x: Across.
        y: Upwards.
        series: In the order they are drawn.
        levels: Straight lines across.
    """

    id: str
    title: Text
    note: Text
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bars:
    """One lane of a ladder.

    Attributes:
        name: Whose gradients they are.
        measured: log₁₀ of the norm over the last layer's, first layer first; −inf for exactly 0; shape (layers,).
        low: Lower end over the networks measured; shape (layers,) or None.
        high: Upper end.
        theory: The prediction for the start, in the same unit; shape (layers,) or None.
        theory_low: Lower end of its band.
        theory_high: Upper end.
    """

    name: Text
    measured: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    theory: Numbers | None = None
    theory_low: Numbers | None = None
    theory_high: Numbers | None = None


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Gradient by layer, the first layer on top; lanes share one axis.

    Attributes:
        id: Unique within the experiment.
        title: What is to be seen.
        note: On what it was measured.
        lanes: Side by side.
        quantity: ``"gradient"`` for ∂L/∂z, ``"weight_gradient"`` for ∂L/∂W.
        factor: What the sentence claims per layer, as a factor, drawn as a dotted line; None for nothing.
        still: log₁₀ below which a layer does not move; None where that is not known.
    """

    id: str
    title: Text
    note: Text
    lanes: tuple[Bars, ...]
    quantity: Literal["gradient", "weight_gradient"] = "gradient"
    factor: float | None = None
    still: float | None = None


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A picture over the plane of two inputs.

    Attributes:
        name: Whose answer it is.
        field: The answer over a grid, −1 (class 0, or low) … 1 (class 1, or high), row 0 at the top; for several
            classes the class number; shape (rows, columns).
        points: The data drawn over it; shape (n, 2).
        labels: Their classes, or values −1 … 1; shape (n,).
        caption: One line under it, such as its accuracy.
    """

    name: Text
    field: Numbers
    points: Numbers
    labels: Numbers
    caption: Text


@dataclass(frozen=True, kw_only=True)
class Plane:
    """Pictures over one plane, side by side.

    Attributes:
        id: Unique within the experiment.
        title: What is to be seen.
        note: On what it was measured.
        extent: Left, right, bottom, top of all the tiles.
        tiles: Side by side.
        classes: How many classes the field tells apart; 0 where it is a number −1 … 1.
    """

    id: str
    title: Text
    note: Text
    extent: tuple[float, float, float, float]
    tiles: tuple[Tile, ...]
    classes: int = 0


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The grid and the data as one layer gives them on.

    Attributes:
        name: Which layer.
        lines: The grid's lines; shape (lines, points, 2).
        points: The data; shape (n, 2).
        labels: Their classes; shape (n,).
        cut: The best straight cut (a, b, c): a·x + b·y = c; None where there is none.
        caption: One line under it.
    """

    name: Text
    lines: Numbers
    points: Numbers
    labels: Numbers
    cut: tuple[float, float, float] | None = None
    caption: Text


@dataclass(frozen=True, kw_only=True)
class Mesh:
    """A grid bending layer by layer.

    Attributes:
        id: Unique within the experiment.
        title: What is to be seen.
        note: On what it was measured.
        rows: One row of panels for each network, with its name.
    """

    id: str
    title: Text
    note: Text
    rows: tuple[tuple[Text, tuple[Panel, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Heat:
    """A number over two settings.

    Attributes:
        id: Unique within the experiment.
        title: What is to be seen.
        note: On what it was measured.
        x: Across; its labels name the columns.
        y: Downwards; its labels name the rows.
        values: Shape (rows, columns); NaN where it was not measured.
        name: What the number is.
        low: What is drawn palest.
        high: What is drawn strongest.
    """

    id: str
    title: Text
    note: Text
    x: Axis
    y: Axis
    values: Numbers
    name: Text
    low: float
    high: float


Figure: TypeAlias = Chart | Ladder | Plane | Mesh | Heat
