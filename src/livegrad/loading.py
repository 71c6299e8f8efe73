"""A build function from a user's file, for ``livegrad check FILE.py:build``."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from livegrad.errors import BadInput
from livegrad.observation.evidence import Recording
from livegrad.observation.script import check_script, loaded
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.treatment.checkup import Checkup

_NO_FUNCTION = Text(
    "'{path}' has no function called '{name}'. It has: {names}.",
    "'{path}'에 이름이 '{name}'인 함수가 없습니다. 있는 것: {names}.",
)
_BROKEN = Text(
    "'{path}' ended with {error} while it was loaded. Run it by itself first: python {path}",
    "'{path:을/를}' 읽는 중에 {error} 오류가 났습니다. 먼저 혼자 실행해 보세요: python {path}",
)


def function_in(path: str, name: str) -> Callable[..., Any]:
    """Return the function ``name`` of the Python file ``path``; the file is run once, as a module.

    Raises:
        BadInput: No such file, not valid Python, an exception while loading, or no such function.
    """
    check_script(path)
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    try:
        module = loaded(path)
    except Exception as error:
        raise BadInput(_BROKEN.fill(path=path, error=f"{type(error).__name__}: {error}")) from error
    if module is None:
        raise BadInput(_NO_FUNCTION.fill(path=path, name=name, names="–"))
    found = getattr(module, name, None)
    if not callable(found):
        names = [
            n for n, value in vars(module).items() if callable(value) and not n.startswith("_")
        ]
        raise BadInput(_NO_FUNCTION.fill(path=path, name=name, names=", ".join(names) or "–"))
    return found


def recording_of(build: str, checkup: Checkup, seed: int) -> Recording:
    """Return the record that a report draws, for a checkup made in this process."""
    import importlib.metadata

    evidence = checkup.diagnosis.evidence
    return Recording(
        script=build,
        trainings=(evidence,),
        seed=seed,
        seconds=evidence.seconds,
        optimizers=1,
        versions={
            "livegrad": importlib.metadata.version("livegrad"),
            "torch": importlib.metadata.version("torch"),
            "python": platform.python_version(),
        },
    )
