"""One file in a folder is one entry: this module finds them all, and those of plug-ins.

An entry is an instance of one frozen dataclass, bound to an agreed constant (``ACTIVATION``, ``RULE``,
``REMEDY``) in a module whose name is the entry's id with hyphens as underscores. Other packages add entries
through an entry point whose group is the folder's dotted name (``livegrad.functions.catalogue``).
"""

from __future__ import annotations

import difflib
import functools
import importlib
import importlib.metadata
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Generic, Protocol, TypeVar

from livegrad.errors import BrokenEntry, UnknownName
from livegrad.text import Text

_NO_ENTRY = Text(
    "The file '{module}' holds no entry of its own name. It must bind {constant} to one whose id is '{identifier}'.",
    "'{module}' 파일에 그 이름의 항목이 없습니다. id가 '{identifier}'인 항목을 {constant}에 담아 주세요.",
)
_UNKNOWN = Text(
    "No {kind} is called '{name}'. The nearest is '{nearest}'; there are {count} in all: {names}.",
    "이름이 '{name}'인 {kind} 항목은 없습니다. 가장 가까운 이름은 '{nearest}'입니다. 모두 {count}개입니다: {names}.",
)


_FEW = 20
"""So many names are told whole; of more…"""
_NAMED = 8
"""…only so many, the nearest first."""


class Entry(Protocol):
    """What every entry has: an id, equal to its file's name (underscores for hyphens)."""

    @property
    def id(self) -> str:
        """The entry's id."""
        ...


E = TypeVar("E", bound="Entry")


@functools.cache
def _entry_points() -> Any:
    """Those of all packages, read once: each reading opens the metadata of every installed package."""
    return importlib.metadata.entry_points()


class Registry(Mapping[str, E], Generic[E]):
    """The entries of one folder by id, loaded when first asked for, in alphabetical order.

    One that is asked for by its id is loaded alone; the others wait until somebody wants them all.

    Args:
        package: Dotted name of the folder; also the entry-point group for other packages.
        constant: The name that each file binds its entry to.
        kind: What one entry is called in an error message.
    """

    def __init__(self, package: str, constant: str, kind: Text) -> None:
        self._package, self._constant, self._kind = package, constant, kind
        self._alone = dict[str, E]()

    def __getitem__(self, identifier: str) -> E:
        if "_entries" in vars(self):
            return self._entries[identifier]
        if identifier not in self._alone:
            module = self._module_of(identifier)
            if module is None:  # perhaps a plug-in's
                return self._entries[identifier]
            self._alone[identifier] = self._entry_of(module)
        return self._alone[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, identifier: str) -> E:
        """Return the entry, or raise `UnknownName` that names the nearest one."""
        if identifier in self:
            return self[identifier]
        nearest = difflib.get_close_matches(identifier, self._entries, n=_NAMED, cutoff=0) or ["–"]
        raise UnknownName(
            _UNKNOWN.fill(
                kind=self._kind,
                name=identifier,
                nearest=nearest[0],
                count=len(self),
                names=", ".join(self._entries) if len(self) <= _FEW else ", ".join((*nearest, "…")),
            )
        )

    @functools.cached_property
    def _entries(self) -> dict[str, E]:
        folder = importlib.import_module(self._package)
        modules = [
            importlib.import_module(f"{self._package}.{found.name}")
            for found in pkgutil.iter_modules(folder.__path__)
            if not found.name.startswith("_")
        ]
        found = [self._entry_of(module) for module in modules]
        found += [point.load() for point in _entry_points().select(group=self._package)]
        return {entry.id: entry for entry in sorted(found, key=lambda entry: entry.id)}

    def _module_of(self, identifier: str) -> ModuleType | None:
        """The file of that id; None if there is none, or a plug-in may say something else of it."""
        name = identifier.replace("-", "_")
        if not name.isidentifier() or name.startswith("_"):
            return None
        folder = importlib.import_module(self._package)
        if not any(found.name == name for found in pkgutil.iter_modules(folder.__path__)):
            return None
        return importlib.import_module(f"{self._package}.{name}")

    def _entry_of(self, module: ModuleType) -> E:
        entry = getattr(module, self._constant, None)
        file = module.__name__.rsplit(".", 1)[-1]
        if entry is None or entry.id.replace("-", "_") != file:
            raise BrokenEntry(
                _NO_ENTRY.fill(
                    module=module.__name__,
                    constant=self._constant,
                    identifier=file.replace("_", "-"),
                )
            )
        return entry
