"""Where a file may be written: asked before a long run, so that its result is not lost for want of a place."""

from __future__ import annotations

from pathlib import Path

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["check_place"]

_NO_FOLDER = Text(
    "There is no folder '{folder}' to write '{path}' into. Make the folder, or name another place.",
    "{path:을/를} 쓸 '{folder}' 폴더가 없습니다. 폴더를 만들거나 다른 곳을 정해 주세요.",
)
_IS_FOLDER = Text(
    "'{path}' is a folder; a file is to be written there. Give the name of a file.",
    "'{path}' 자리는 폴더입니다. 파일 이름을 주세요.",
)


def check_place(place: object) -> None:
    """Refuse a place where no file can be written.

    Args:
        place: A path, as a string or a `Path`; None or ``-`` for standard output.

    Raises:
        BadInput: It is a folder, or its folder does not exist.

    Example:
        >>> check_place("-")
        >>> check_place("run.json")
    """
    if place in (None, "-"):
        return
    path = Path(str(place))
    if path.is_dir():
        raise BadInput(_IS_FOLDER.fill(path=place))
    if not path.parent.is_dir():
        raise BadInput(_NO_FOLDER.fill(path=place, folder=path.parent))
