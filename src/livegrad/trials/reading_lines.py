"""The lines of a text file, whatever wrote it: perhaps compressed, perhaps from a spreadsheet."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import numpy as np

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.reading_inputs import LARGEST_BYTES

__all__ = ["is_clean", "lines_in"]

_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 24  # so that a compressed line of zeros does not fill the memory
_MARKS = (  # the longer first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_ENCODING = Text(
    "'{path}' is not UTF-8 text: byte {byte} near line {line} cannot be read. Save it as UTF-8; in Excel: "
    "Save As, CSV UTF-8.",
    "'{path}' 파일은 UTF-8 글이 아닙니다. {line}번째 줄 근처의 바이트 {byte:을/를} 읽을 수 없습니다. UTF-8로 저장해 "
    "주세요. Excel이라면 다른 이름으로 저장에서 CSV UTF-8을 고르세요.",
)
_BINARY = Text(
    "'{path}' is no text file: it holds null bytes near line {line}. Give a table saved as CSV.",
    "'{path}' 파일은 글이 아닙니다. {line}번째 줄 근처에 널(null) 바이트가 있습니다. CSV로 저장한 표를 주세요.",
)
_LONG_LINE = Text(
    "'{path}' has a line of more than 16 million letters near line {line}. Give a table with one line for each "
    "row.",
    "'{path}' 파일의 {line}번째 줄 근처에 1600만 글자가 넘는 줄이 있습니다. 행마다 한 줄인 표를 주세요.",
)
_TOO_LONG = Text(
    "'{path}' unpacks to more than {largest} million letters, and at most that many are read. Give fewer rows.",
    "'{path}' 파일은 풀면 {largest}백만 글자가 넘습니다. 그만큼까지만 읽습니다. 행을 줄여 주세요.",
)


@contextmanager
def lines_in(path: str) -> Iterator[Iterator[str]]:
    r"""Hold a text file open and give its lines, without their ends; UTF-8, or what its first bytes say.

    A context and not a bare iterator: a reader that stops early leaves an iterator, and with it the file,
    to whenever Python tidies up.

    Args:
        path: Perhaps ends in .gz.

    Raises:
        BadInput: Not text, in another encoding, or too long once unpacked.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "data.csv")
        ...     with open(path, "wb") as file:
        ...         _ = file.write(b"\xef\xbb\xbfa,b\r\n1,2")
        ...     with lines_in(path) as lines:
        ...         list(lines)
        ['a,b', '1,2']
    """
    with _opened(path) as file:
        yield _lines(file, path)


def _lines(file: IO[str], path: str) -> Iterator[str]:
    line = length = 0
    try:
        while chunk := file.read(_CHUNK):
            chunk += file.readline(_LONGEST_LINE)
            if len(chunk) >= _CHUNK + _LONGEST_LINE:
                raise BadInput(_LONG_LINE.fill(path=path, line=line + 1))
            length += len(chunk)
            if "\0" in chunk:
                raise BadInput(_BINARY.fill(path=path, line=line + 1))
            if length > LARGEST_BYTES:
                raise BadInput(_TOO_LONG.fill(path=path, largest=LARGEST_BYTES // 1_000_000))
            # Not splitlines: in a quoted field it would break at letters that end no line.
            lines = chunk.removesuffix("\n").split("\n")
            line += len(lines)
            yield from lines
    except UnicodeError as error:
        wrong = error.object[error.start] if isinstance(error, UnicodeDecodeError) else 0
        raise BadInput(_ENCODING.fill(path=path, byte=f"0x{wrong:02x}", line=line + 1)) from error


def _opened(path: str) -> IO[str]:
    """The file as text; its ends of line become those of Unix."""
    opening = gzip.open if path.lower().endswith(".gz") else open
    with opening(path, "rb") as file:
        start = file.read(4)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    return opening(path, "rt", encoding=encoding)


def is_clean(path: str, delimiter: str) -> bool:
    r"""Tell whether NumPy may read a file by itself: UTF-8, names in its first line, no empty field.

    Its reader takes a file by large blocks, and lines from an iterator one by one, a third slower.

    Args:
        path: A text file whose first row that is not blank holds names.
        delimiter: One letter.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "data.csv")
        ...     with open(path, "w") as file:
        ...         _ = file.write("a,b\n1,2\n3,\n")
        ...     is_clean(path, ",")
        False
    """
    if path.lower().endswith(".gz"):
        return False
    mark = delimiter.encode()
    with open(path, "rb") as file:
        first = file.readline(_CHUNK)
        names = first.rstrip(b"\r\n")
        # A quoted name may run over several lines; a lone \r ends a line too; \0 comes with UTF-16.
        clean = not any(letter in names for letter in (b'"', b"\r", b"\0"))
        clean = clean and bool(names.strip(mark + b" \t")) and first.endswith(b"\n")
        before = b"\n"
        while clean and (chunk := file.read(_CHUNK)):
            clean = b"\0" not in chunk and not _has_gap(before + chunk, mark)
            before = chunk[-1:]
    return clean and before != mark


def _has_gap(chunk: bytes, mark: bytes) -> bool:
    """Whether a field is empty: a delimiter next to another, or to an end of line."""
    letters = np.frombuffer(chunk, dtype=np.uint8)  # thrice as fast as looking for pairs of bytes
    marks = letters == mark[0]
    stops = marks | (letters == ord("\n")) | (letters == ord("\r"))
    return bool(((marks[:-1] & stops[1:]) | (stops[:-1] & marks[1:])).any())
