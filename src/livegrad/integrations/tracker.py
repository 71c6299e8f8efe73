"""What all experiment trackers have in common: which numbers are told when, and the findings at the end."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import CouldNotObserve
from livegrad.integrations.live import SHARE_OF_TIME, Live
from livegrad.integrations.series import PREFIX, Number, numbers
from livegrad.observation.evidence import Evidence
from livegrad.text import Language

if TYPE_CHECKING:
    from livegrad.diagnosis.watching import Watch
    from livegrad.observation.case import Case

__all__ = ["Tracker", "codes_of"]


class Tracker(ABC):
    """A place where numbers become lines and findings become text.

    Use `follow` around a training, or `log` after it. Writing is left to the leaves, one for each library.

    Args:
        prefix: First part of every name.
        language: Of the findings; the reader's by default.
    """

    library: ClassVar[str]

    def __init__(self, *, prefix: str = PREFIX, language: Language | None = None) -> None:
        self.prefix = prefix
        self.language: Language | None = language
        self._told = -1

    @abstractmethod
    def write_numbers(self, found: Sequence[Number], *, live: bool) -> None:
        """Write numbers that were not written before; ``live``: the training goes on."""

    @abstractmethod
    def write_findings(self, diagnosis: Diagnosis) -> None:
        """Write the diagnosis of a training that has ended."""

    def close(self) -> None:
        """Let go of what the tracker opened itself; nothing by default."""
        return

    def log(self, diagnosis: Diagnosis) -> Self:
        """Write all numbers that were not written yet, and the findings.

        Args:
            diagnosis: From `livegrad.watch`, `livegrad.check` or a callback.
        """
        self._numbers(diagnosis.evidence, live=False)
        self.write_findings(diagnosis)
        return self

    @contextlib.contextmanager
    def follow(self, watch: Watch, *, share: float = SHARE_OF_TIME) -> Iterator[Self]:
        """Write numbers while ``watch`` sees a training, and the findings when the block ends.

        Args:
            watch: From `livegrad.watch`.
            share: Of the training's time that writing may take; 1: after every measured step.
        """
        recorder = watch._recorder  # noqa: SLF001 (the watch is ours)
        before = recorder._measured  # noqa: SLF001 (the same)
        live = Live(self._measured, share=share)

        def measured(case: Case) -> None:
            if before is not None:
                before(case)
            live.measured(case)

        recorder._measured = measured  # noqa: SLF001 (the same)
        try:
            yield self
        finally:
            recorder._measured = before  # noqa: SLF001 (the same)
            live.attempt(lambda: self._end(watch))

    def _end(self, watch: Watch) -> None:
        with contextlib.suppress(CouldNotObserve):  # no step, nothing to write
            self.log(watch.diagnose())

    def _measured(self, case: Case) -> None:
        self._numbers(case.evidence(), live=True)

    def _numbers(self, evidence: Evidence, *, live: bool) -> None:
        found = list(numbers(evidence, after=self._told, prefix=self.prefix))
        if found:
            self.write_numbers(found, live=live)
            self._told = max(number.step for number in found)


def codes_of(diagnosis: Diagnosis) -> str:
    """Return the codes of the root findings, the grave ones first; "none" where there is none.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> from livegrad.text import same
        >>> seen = Evidence(model="Net", steps=9)
        >>> codes_of(Diagnosis(findings=(), learning=True, state=same(""), evidence=seen))
        'none'
    """
    return ", ".join(dict.fromkeys(f.code for f in diagnosis.findings)) or "none"
