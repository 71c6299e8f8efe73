"""Libraries that livegrad is a guest of: imported when used, and missed in one clear sentence."""

from __future__ import annotations

import functools
import importlib
import sys
from types import ModuleType
from typing import Any, ClassVar, Self

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["Guest", "joined", "required"]

_MISSING = Text(
    "{module} is not installed, and this part of livegrad works inside it. Install it: pip install 'livegrad[{extra}]'",
    "이 기능은 {module} 안에서 동작하는데 설치되어 있지 않습니다. 이렇게 설치하세요: pip install 'livegrad[{extra}]'",
)


def required(extra: str, *modules: str) -> ModuleType:
    """Return the first of some modules that can be imported; one that is loaded already goes first.

    Args:
        extra: The extra of livegrad that installs them.
        modules: Full names, such as "lightning.pytorch"; at least one.

    Raises:
        BadInput: None of them is installed.

    Example:
        >>> required("none", "json").__name__
        'json'
    """
    for name in sorted(modules, key=lambda name: name not in sys.modules):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or name.partition(".")[0] != error.name.partition(".")[0]:
                raise  # the library is there, but something that it needs is not
    raise BadInput(_MISSING.fill(module=modules[0].partition(".")[0], extra=extra))


@functools.cache
def joined(own: type, host: type) -> type[Any]:
    """Return a class that is both ours and the host library's, so that the host takes its instances for its own.

    Args:
        own: A class that is written without the library, so that it can be read without it.
        host: The class that the library wants, such as its ``Callback``.

    Example:
        >>> class Ours:
        ...     pass
        >>> issubclass(joined(Ours, Exception), Exception), joined(Ours, Exception).__name__
        (True, 'Ours')
    """
    names = {"__module__": own.__module__, "__qualname__": own.__qualname__, "__doc__": own.__doc__}
    return type(own.__name__, (own, host), names)


class Guest:
    """A class whose instances are of a host library's class too, though it is written without that library.

    A copy (by ``copy``, by ``pickle``, in another process) has what the original was asked for.

    Attributes:
        extra: The extra of livegrad that installs the library.
        modules: Where the host's class may be found; the first that is there is taken.
        host: Its name in them.

    Raises:
        BadInput: The library is not installed.

    Example:
        >>> class Reader(Guest):
        ...     extra, modules, host = "none", ("string",), "Formatter"
        >>> import string
        >>> isinstance(Reader(), string.Formatter), isinstance(Reader(), Reader)
        (True, True)
    """

    extra: ClassVar[str]
    modules: ClassVar[tuple[str, ...]]
    host: ClassVar[str]

    def __new__(cls, *_given: Any, **_options: Any) -> Self:
        """Make an instance of this class and of the host's."""
        module = required(cls.extra, *cls.modules)
        made: Self = object.__new__(joined(cls, getattr(module, cls.host)))
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Name the class that stands in a file: the joined one stands nowhere."""
        return _made_again, (type(self).__mro__[1], self.state())

    def state(self) -> dict[str, Any]:
        """Return the attributes that a copy has."""
        return dict(vars(self))


def _made_again(own: type[Guest], state: dict[str, Any]) -> Guest:
    again = own.__new__(own)
    vars(again).update(state)
    return again
