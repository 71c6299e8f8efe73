"""What ``f.plot()`` gives: a drawing that a notebook shows by itself, and that can be saved."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livegrad.errors import BadInput
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report.function_curve import HIGH, LOW, Picture, pictures
from livegrad.report.function_facts import title
from livegrad.report.function_svg import description, svg_of
from livegrad.report.markup import escape, tag
from livegrad.text import Language, Text, preferred_language

__all__ = ["Plot", "plot"]

_NO_PNG = Text(
    "'{path}' asks for a picture in pixels, which takes matplotlib, and that is not installed. "
    "Save 'plot.svg' instead, or run: pip install matplotlib",
    "'{path}' 같은 그림 파일을 쓰려면 matplotlib이 필요한데 설치되어 있지 않습니다. 'plot.svg'로 "
    "저장하거나 다음을 실행하세요: pip install matplotlib",
)
_NO_FORMAT = Text(
    "'{path}' names no format that a plot can be saved in: .svg, .html, or with matplotlib .png "
    "and .pdf. Save 'plot.svg'.",
    "'{path}'에는 저장할 수 있는 형식이 없습니다. .svg와 .html, matplotlib이 있으면 .png와 .pdf로 "
    "저장할 수 있습니다. 'plot.svg'로 저장해 보세요.",
)
_PIXELS = (".png", ".pdf", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Plot:
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

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file.

        Args:
            path: Ends in ``.svg`` or ``.html``; with matplotlib installed also ``.png`` or ``.pdf``.

        Returns:
            The path.

        Raises:
            BadInput: The ending is another one, or matplotlib is needed and not installed.
        """
        file = Path(path)
        if file.suffix == ".svg":
            file.write_text(self.svg(), encoding="utf-8")
        elif file.suffix in (".html", ".htm"):
            file.write_text(self._page(), encoding="utf-8")
        elif file.suffix in _PIXELS:
            _save_pixels(self, file)
        else:
            raise BadInput(_NO_FORMAT.fill(path=path))
        return file

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_html_(self) -> str:
        said = description(self.activations, self.pictures).say(self.language)
        return tag("figure", self.svg(), style="margin:0", aria_label=escape(said))

    def _page(self) -> str:
        name = escape(", ".join(map(title, self.activations)))
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta name="color-scheme" content="light dark"><title>{name}</title></head>'
            f"<body>{self._repr_html_()}</body></html>\n"
        )


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


def _save_pixels(drawn: Plot, file: Path) -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise BadInput(_NO_PNG.fill(path=file))
    figure: Any = importlib.import_module("matplotlib.figure").Figure(figsize=(6.4, 4.2))
    axes = figure.add_subplot()
    for activation, picture in zip(drawn.activations, drawn.pictures, strict=True):
        for curve, style in zip(picture.curves, ("-", "--", ":"), strict=False):
            x = [x for piece in curve.pieces for x, _ in (*piece, (float("nan"), 0.0))]
            y = [y for piece in curve.pieces for _, y in (*piece, (0.0, float("nan")))]
            name = title(activation) if len(drawn.pictures) > 1 else curve.sign
            axes.plot(x, y, style, label=name)
    axes.set_ylim(drawn.pictures[0].y.low, drawn.pictures[0].y.high)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(file)
