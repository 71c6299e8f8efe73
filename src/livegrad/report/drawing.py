"""What every ``.plot()`` gives: something that a notebook shows by itself, and that can be saved."""

from __future__ import annotations

import abc
import importlib
import importlib.util
from pathlib import Path
from typing import Any, ClassVar

from livegrad.errors import BadInput
from livegrad.report.frame import write
from livegrad.text import Text

__all__ = ["Drawing"]

_NO_PNG = Text(
    "'{path}' asks for a picture in pixels, which takes matplotlib, and that is not installed. "
    "Save '{usual}' instead, or run: pip install matplotlib",
    "'{path}' 같은 그림 파일을 쓰려면 matplotlib이 필요한데 설치되어 있지 않습니다. '{usual}'로 "
    "저장하거나 다음을 실행하세요: pip install matplotlib",
)
_NO_FORMAT = Text(
    "'{path}' names no format that a plot can be saved in: .svg, .html, or with matplotlib .png "
    "and .pdf. Save '{usual}'.",
    "'{path}'에는 저장할 수 있는 형식이 없습니다. .svg와 .html, matplotlib이 있으면 .png와 .pdf로 "
    "저장할 수 있습니다. '{usual}'로 저장해 보세요.",
)
_PIXELS = (".png", ".pdf", ".jpg", ".jpeg")


class Drawing(abc.ABC):
    """A drawing. What it shows, its subclasses say; how it is kept is the same for all.

    Attributes:
        usual: What a file of it may be called, for messages.
        size: Of a picture in pixels, in inches.
    """

    usual: ClassVar[str] = "plot.svg"
    size: ClassVar[tuple[float, float]] = (6.4, 4.2)

    @abc.abstractmethod
    def svg(self) -> str:
        """Return the drawing as SVG that needs nothing else."""

    @abc.abstractmethod
    def page(self) -> str:
        """Return it as a whole page."""

    @abc.abstractmethod
    def draw(self, axes: Any) -> None:
        """Draw it with matplotlib.

        Args:
            axes: ``matplotlib.axes.Axes``, empty.
        """

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file.

        Args:
            path: Ends in ``.svg`` or ``.html``; with matplotlib installed also ``.png`` or ``.pdf``.

        Returns:
            The path.

        Raises:
            BadInput: The ending is another one, matplotlib is needed and not installed, or a page would
                replace a file of someone else.
        """
        file = Path(path)
        if file.suffix == ".svg":
            file.write_text(self.svg(), encoding="utf-8")
        elif file.suffix in (".html", ".htm"):
            write(self.page(), file)
        elif file.suffix in _PIXELS:
            self._save_pixels(file)
        else:
            raise BadInput(_NO_FORMAT.fill(path=path, usual=self.usual))
        return file

    def _save_pixels(self, file: Path) -> None:
        if importlib.util.find_spec("matplotlib") is None:
            raise BadInput(_NO_PNG.fill(path=file, usual=self.usual))
        figure: Any = importlib.import_module("matplotlib.figure").Figure(figsize=self.size)
        self.draw(figure.add_subplot())
        figure.savefig(file, bbox_inches="tight")

    def _repr_svg_(self) -> str:
        return self.svg()
