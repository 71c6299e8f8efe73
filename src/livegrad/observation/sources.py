"""Where in the user's files a place of the network is made: "the third layer" becomes "train.py, line 12".

Nothing is run for it and nothing is imported: the files are parsed. What cannot be told from the text alone (layers
appended in a loop, models out of a factory) gets the nearest line that can be told, or none.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from livegrad.observation import source_text as text
from livegrad.observation.callers import Line, is_users
from livegrad.observation.evidence import Source
from livegrad.observation.source_text import Made

_TAKE_ALL = {"Training": (2, 3), "assert_healthy": (99, 2)}
"""Calls that take a model first and its loss second; where they take optimizer and batches (99: by name only)."""


class Origins:
    """The lines at which one training's parts are made.

    Args:
        folder: File names below it are given relative to it.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder if folder is not None else _working_folder()
        self._lines: dict[str, Line] = {}
        self._model: Made | None = None
        self._classes: dict[type, Class | None] = {}

    def optimizer_made(self, trail: Sequence[Line]) -> None:
        """Take the user's lines while an optimizer is made: its own line, and whose parameters it gets."""
        if not trail or "optimizer" in self._lines:
            return
        for up in range(len(trail)):  # an optimizer of the user's own is made inside its own class
            made = text.holder(text.statements(trail[up]), trail[up:])
            if made is not None:
                self._lines["optimizer"], self._model = trail[up], self._model or made
                return
        self._lines["optimizer"] = trail[0]

    def watched(self, trail: Sequence[Line]) -> None:
        """Take the user's lines while ``livegrad.watch(model, optimizer=...)`` is called."""
        for call in text.calls(text.statements(trail[0])) if trail else ():
            if text.name_of(call.func) == "watch":
                self._model = self._model or text.resolved(text.argument(call, 0, "model"), trail)
                given = next((k.value for k in call.keywords if k.arg == "optimizer"), None)
                self._optimizer_is(text.resolved(given, trail), trail)

    def step_taken(self, trail: Sequence[Line]) -> None:
        """Take the user's lines while a step is taken, where the optimizer was made before anybody listened."""
        if "optimizer" in self._lines or not trail:
            return
        for call in text.calls(text.statements(trail[0])):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "step":
                self._optimizer_is(text.resolved(call.func.value, trail), trail)

    def training_made(self, trail: Sequence[Line]) -> None:
        """Take the user's lines while a ``Training(model, loss_fn, optimizer)`` is made, or a model is asserted."""
        for call in text.calls(text.statements(trail[0])) if trail else ():
            if text.name_of(call.func) not in _TAKE_ALL:
                continue
            place, fourth = _TAKE_ALL[text.name_of(call.func)]
            self._model = self._model or text.resolved(text.argument(call, 0, "model"), trail)
            self._optimizer_is(text.resolved(text.argument(call, place, "optimizer"), trail), trail)
            for name, given in (
                ("loss", text.argument(call, 1, "loss_fn")),
                ("data", text.argument(call, fourth, "batches")),
            ):
                made = text.resolved(given, trail)
                self._lines.setdefault(name, (made.file, made.line) if made else trail[0])

    def lacks(self, place: str) -> bool:
        """Return whether the line of a place is still unknown."""
        return place not in self._lines

    def called(self, place: str, trail: Sequence[Line]) -> None:
        """Take the user's lines while "loss" or "data" is handed over; the first time counts."""
        if trail:
            self._lines.setdefault(place, trail[0])

    def sent_back(self, trail: Sequence[Line]) -> None:
        """Take the user's lines while a loss that no function of PyTorch computed is sent back: the line that made it."""
        for call in text.calls(text.statements(trail[0])) if trail else ():
            if isinstance(call.func, ast.Attribute) and call.func.attr == "backward":
                sent = call.args[0] if call.args else call.func.value  # fabric.backward(loss)
                made = text.resolved(sent, trail)
                if made is not None:
                    self._lines.setdefault("loss", (made.file, made.line))
        self.called("loss", trail)

    def records(self, kinds: Mapping[str, type], names: Iterable[str]) -> tuple[Source, ...]:
        """Return what is known: of optimizer, loss and data, of the model ("") and of its layers by name.

        Args:
            kinds: The class of each module by its qualified name, "" for the model; the modules need not live any more.
            names: Of the layers.
        """
        lines = dict(self._lines)
        for name in ("", *names):
            found = self.line_of(kinds, name.partition("#")[0])
            if found is not None:
                lines[name] = found
        return tuple(
            Source(place=place, file=self._shown(file), line=line)
            for place, (file, line) in lines.items()
        )

    def line_of(self, kinds: Mapping[str, type], name: str) -> Line | None:
        """Return where the part ``name`` of the network is made, as near as the text tells."""
        value, found = (self._model.value, self._line) if self._model else (None, None)
        kind, path = kinds.get(""), ""
        known = self._class(kind)
        found = known.line if known is not None else found
        for part in filter(None, name.split(".")):
            if known is not None:
                file, value = known.file, known.attribute(part)
            else:
                file = found[0] if found else ""
                value = _child(value, part, kind.__name__ if kind else "")
            found = (file, value.lineno) if value is not None else found
            path = f"{path}.{part}" if path else part
            kind = kinds.get(path)
            known = self._class(kind)
        return found

    @property
    def _line(self) -> Line | None:
        return (self._model.file, self._model.line) if self._model else None

    def _class(self, kind: type | None) -> Class | None:
        if kind is None:
            return None
        if kind not in self._classes:
            self._classes[kind] = _class_of(kind)
        return self._classes[kind]

    def _optimizer_is(self, made: Made | None, trail: Sequence[Line]) -> None:
        if made is not None:
            self._lines.setdefault("optimizer", (made.file, made.line))
            here = ((made.file, made.line), *trail[1:])
            self._model = self._model or text.holder((made.value,), here)

    def _shown(self, file: str) -> str:
        path = os.path.abspath(file)
        inside = bool(self._folder) and path.startswith(os.path.join(self._folder, ""))
        return os.path.relpath(path, self._folder).replace(os.sep, "/") if inside else file


@dataclass(frozen=True)
class Class:
    """The text of a class of the user's."""

    file: str
    node: ast.ClassDef

    @property
    def line(self) -> Line:
        """Where it begins."""
        return self.file, self.node.lineno

    def attribute(self, name: str) -> ast.expr | None:
        """Return what ``self.name`` is set to first."""
        found = text.assigned(self.node, f"self.{name}")
        return found[0] if found else None


def _class_of(kind: type) -> Class | None:
    """The user's class that a module is made of: itself, or the nearest one that it inherits from."""
    for each in kind.__mro__:
        for method in ("__init__", "forward"):
            code = getattr(vars(each).get(method), "__code__", None)
            if code is None or not is_users(code.co_filename):
                continue
            whole = ast.walk(text.tree(code.co_filename))
            named = [n for n in whole if isinstance(n, ast.ClassDef) and n.name == each.__name__]
            held = [n for n in named if text.holds(n, code.co_firstlineno)]
            return Class(code.co_filename, held[-1]) if held else None
    return None


def _child(value: ast.expr | None, part: str, kind: str) -> ast.expr | None:
    """The argument of ``nn.Sequential(...)`` or ``nn.ModuleList([...])`` that a number names."""
    call = text.unwrapped(value)
    if not isinstance(call, ast.Call) or text.name_of(call.func) != kind or not part.isdecimal():
        return None
    given: Sequence[ast.expr] = call.args
    if len(given) == 1 and isinstance(given[0], (ast.List, ast.Tuple)):
        given = given[0].elts
    place = int(part)
    whole = place < len(given) and not any(isinstance(g, ast.Starred) for g in given[: place + 1])
    return given[place] if whole else None


def _working_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # it was removed under our feet: names stay as they are
        return ""
