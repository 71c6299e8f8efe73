"""What ``f.plot()`` gives: a drawing that a notebook shows by itself, and that can be saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report.drawing import Drawing
from livegrad.report.frame import GENERATOR
from livegrad.report.function_curve import HIGH, LOW, Picture, pictures
from livegrad.report.function_facts import title
from livegrad.report.function_svg import description, svg_of
from livegrad.report.markup import escape, tag
from livegrad.text import Language, preferred_language

__all__ = ["Plot", "plot"]


@dataclass(frozen=True)
class Plot(Drawing):
    """A drawing of one or several activations, which a notebook shows by itself.

    Attributes:
        activations: What is drawn.
        pictures: The curves of each, on one y axis.
        language: Of the words in it.

    Example:
        >>> from livegrad.functions import activation
        >>> plot(activation("gelu")).svg()[:4]
        '<svg'
    """

    activations: tuple[Activation | VectorActivation, ...]
    pictures: tuple[Picture, ...] = field(repr=False)
    language: Language = "en"

    def svg(self) -> str:
        """Return the drawing as SVG that needs nothing else."""
        return svg_of(self.activations, self.pictures, self.language, alone=True)

    def _repr_html_(self) -> str:
        said = description(self.activations, self.pictures).say(self.language)
        return tag("figure", self.svg(), style="margin:0", aria_label=escape(said))

    def page(self) -> str:
        """Return it as a whole page."""
        name = escape(", ".join(map(title, self.activations)))
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f'{GENERATOR}"><meta name="color-scheme" content="light dark"><title>{name}</title></head>'
            f"<body>{self._repr_html_()}</body></html>\n"
        )

    def draw(self, axes: Any) -> None:
        """Draw the curves with matplotlib."""
        for activation, picture in zip(self.activations, self.pictures, strict=True):
            for curve, style in zip(picture.curves, ("-", "--", ":"), strict=False):
                x = [x for piece in curve.pieces for x, _ in (*piece, (float("nan"), 0.0))]
                y = [y for piece in curve.pieces for _, y in (*piece, (0.0, float("nan")))]
                name = title(activation) if len(self.pictures) > 1 else curve.sign
                axes.plot(x, y, style, label=name)
        axes.set_ylim(self.pictures[0].y.low, self.pictures[0].y.high)
        axes.grid(visible=True, alpha=0.3)
        axes.legend()


def plot(
    *activations: Activation | VectorActivation,
    derivative: bool = True,
    second: bool = False,
    low: float = LOW,
    high: float = HIGH,
    language: Language | None = None,
) -> Plot:
    """Return a drawing of one activation, or of several above each other.

    Args:
        activations: One to eight.
        derivative: Whether f′ is drawn too.
        second: Whether f″ is.
        low: Left end of the x axis.
        high: Right end.
        language: The reader's language by default.

    Raises:
        BadInput: The ends are not finite, or in the wrong order.

    Example:
        >>> from livegrad.functions import activation
        >>> len(plot(activation("relu"), activation("gelu"), derivative=False).pictures)
        2
    """
    drawn = pictures(activations, derivative=derivative, second=second, low=low, high=high)
    return Plot(tuple(activations), drawn, language or preferred_language())
