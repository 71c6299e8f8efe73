"""TensorBoard: lines under "Scalars", the whole ladder in one chart under "Custom Scalars", findings under "Text"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from livegrad.diagnosis.finding import Diagnosis
from livegrad.integrations.host import required
from livegrad.integrations.markdown import findings_markdown
from livegrad.integrations.series import LADDER, PREFIX, Number
from livegrad.integrations.tracker import Tracker
from livegrad.text import Language

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

__all__ = ["TensorBoardTracker"]


class TensorBoardTracker(Tracker):
    """Writes numbers and findings where TensorBoard reads them.

    Args:
        writer: A folder, such as "runs/first", or a ``SummaryWriter`` of your own, which stays open.
        prefix: First part of every name.
        language: Of the findings; the reader's by default.

    Raises:
        BadInput: tensorboard is not installed.

    Example:
        >>> import tempfile, livegrad, torch
        >>> model = torch.nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> with tempfile.TemporaryDirectory() as folder, livegrad.watch(model) as watch:
        ...     with TensorBoardTracker(folder).follow(watch) as tracker:
        ...         model(torch.ones(4, 2)).square().mean().backward()
        ...         optimizer.step()
        ...     tracker.close()
    """

    library = "tensorboard"

    def __init__(
        self,
        writer: str | SummaryWriter,
        *,
        prefix: str = PREFIX,
        language: Language | None = None,
    ) -> None:
        super().__init__(prefix=prefix, language=language)
        self._own = isinstance(writer, str)
        self._writer: Any = _opened(writer) if isinstance(writer, str) else writer
        self._laid_out = False

    def write_numbers(self, found: Sequence[Number], *, live: bool) -> None:
        """Write one scalar for each number."""
        del live
        if not self._laid_out:
            self._writer.add_custom_scalars({self.prefix: _charts(self.prefix)})
            self._laid_out = True
        for name, step, value in found:
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def write_findings(self, diagnosis: Diagnosis) -> None:
        """Write the findings as text, at the last step."""
        words = findings_markdown(diagnosis, self.language)
        self._writer.add_text(f"{self.prefix}/findings", words, diagnosis.evidence.steps)
        self._writer.flush()

    def close(self) -> None:
        """Close the writer, if it was opened here."""
        if self._own:
            self._writer.close()


def _opened(folder: str) -> SummaryWriter:
    required("tensorboard", "tensorboard")
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(folder)


def _charts(prefix: str) -> dict[str, list[Any]]:
    """One chart for each kind of number, with a line for each layer."""
    return {kind: ["Multiline", [f"{re.escape(prefix)}/{kind}/.*"]] for kind in LADDER}
