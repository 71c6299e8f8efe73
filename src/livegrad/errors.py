"""Everything that livegrad raises on purpose.

LivegradError                   every one carries a `Text`: what was given, what holds, what to do next
├── BadInput                    the caller gave something that cannot work      (exit code 2)
│   ├── UnknownName             no entry of that name in a catalogue
│   ├── NoGain                  no weight scale can save this activation
│   └── BadBuild                a build function that does not give a `Training`
├── CouldNotObserve             the hooks never ran: nothing may be concluded    (exit code 3)
├── NotStored                   outcomes that could not be written down          (exit code 3)
├── Interrupted                 Ctrl-C before there was anything to tell         (exit code 130)
└── BrokenEntry                 a file of a catalogue breaks its contract: a fault of ours or of a plug-in
"""

from __future__ import annotations

from typing import ClassVar

from livegrad.text import Text


class LivegradError(Exception):
    """The root of the family.

    Attributes:
        text: The whole message in both languages; ``str(error)`` is the reader's one.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return self.text.say()


class BadInput(LivegradError):
    """What was given cannot work; the message says what holds and what to do next."""

    exit_code = 2


class UnknownName(BadInput):
    """No entry is called so."""


class NoGain(BadInput):
    """The activation sends every signal to zero, so no scale can save it."""


class BadBuild(BadInput):
    """A build function gave something other than a `Training`."""


class CouldNotObserve(LivegradError):
    """Nothing was seen, so nothing may be concluded, least of all health."""

    exit_code = 3


class NotStored(LivegradError):
    """A sound store could not take, or give, what it was asked to: full disk, lock, lost permission."""

    exit_code = 3


class Interrupted(LivegradError):
    """The user ended it before there was anything to tell."""

    exit_code = 130


class BrokenEntry(LivegradError):
    """A catalogue file lacks its entry, or the entry contradicts its file."""
