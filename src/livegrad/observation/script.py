"""Runs a user's script as Python itself would, inside a process that watches it.

The script sees its own ``sys.argv``, ``sys.path[0]``, ``__file__``, ``__main__`` and exit code; its exceptions end in
its own traceback, without a line of ours.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import traceback
import types
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, TracebackType

from livegrad.errors import BadInput
from livegrad.text import Text

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended."""

_NO_MODULE = Text(
    "No module is called '{name}'; `livegrad run -m` takes what `python -m` takes. Check the name and the working folder.",
    "이름이 '{name}'인 모듈을 찾지 못했습니다. `livegrad run -m`에는 `python -m`과 같은 이름을 줍니다. 이름과 작업 폴더를 확인해 "
    "주세요.",
)
_MISSING = Text(
    "There is no file '{path}'. Give the path of a Python script, as in: livegrad run train.py",
    "'{path}' 파일이 없습니다. 파이썬 스크립트의 경로를 주세요. 예: livegrad run train.py",
)
_SYNTAX = Text(
    "'{path}' is not valid Python: line {line}: {problem}. Correct that line and run it again.",
    "{path:은/는} 올바른 파이썬이 아닙니다. {line}번째 줄: {problem}. 그 줄을 고쳐 다시 실행해 주세요.",
)


@dataclass(frozen=True)
class Ending:
    """How a script ended."""

    exit_code: int
    error: str | None = None
    interrupted: bool = False


def check_script(path: str) -> None:
    """Raise `BadInput` if ``path`` is no file or not valid Python; nothing is run."""
    if not os.path.isfile(path):
        raise BadInput(_MISSING.fill(path=path))
    _compiled(path)


def run(
    script: str,
    arguments: tuple[str, ...],
    *,
    is_module: bool,
    ready: Callable[[dict[str, object]], None],
) -> Ending:
    """Run the script to its end and say how it ended; never raises what the script raised.

    Args:
        script: Path, or the name of a module.
        arguments: What the script finds in ``sys.argv[1:]``.
        is_module: Whether ``script`` is what follows ``python -m``.
        ready: Called with the script's namespace just before its first line.
    """
    main, code = _prepared_module(script) if is_module else _prepared_file(script)
    sys.argv = [str(main.__file__) if is_module else script, *arguments]
    sys.modules["__main__"] = main
    ready(vars(main))
    try:
        exec(code, vars(main))  # noqa: S102 (running the user's script is what this is for)
    except SystemExit as end:
        return Ending(_exit_code(end))
    except KeyboardInterrupt:
        return Ending(INTERRUPTED, interrupted=True)
    except BaseException as error:  # noqa: BLE001 (whatever the script raises is shown as Python would show it)
        _show(error)
        return Ending(1, f"{type(error).__name__}: {error}")
    return Ending(0)


def _prepared_file(path: str) -> tuple[types.ModuleType, CodeType]:
    code = _compiled(path)
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    main = types.ModuleType("__main__")
    main.__file__ = os.path.abspath(path)
    main.__spec__ = None
    return main, code


def _prepared_module(name: str) -> tuple[types.ModuleType, CodeType]:
    sys.path[0] = os.getcwd()
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except ImportError:
        spec = None
    code = spec.loader.get_code(spec.name) if spec is not None and spec.loader is not None else None  # pyrefly: ignore
    if spec is None or code is None:
        raise BadInput(_NO_MODULE.fill(name=name))
    main = types.ModuleType("__main__")
    main.__file__, main.__spec__, main.__package__ = spec.origin, spec, spec.parent
    main.__loader__ = spec.loader
    return main, code


def _compiled(path: str) -> CodeType:
    with open(path, "rb") as file:
        source = file.read()
    try:
        return compile(source, os.path.abspath(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or "?"
        problem = getattr(error, "msg", None) or str(error)
        raise BadInput(_SYNTAX.fill(path=path, line=line, problem=problem)) from None


def _exit_code(end: SystemExit) -> int:
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    print(end.code, file=sys.stderr)  # noqa: T201 (what Python does with sys.exit("message"))
    return 1


def _show(error: BaseException) -> None:
    """Hand the exception to ``sys.excepthook`` as if no frame of ours stood above the script's."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    error = error.with_traceback(trace)
    try:
        sys.excepthook(type(error), error, trace)
    except Exception:  # noqa: BLE001 (a broken hook of the script's must not lose the report)
        traceback.print_exception(error)
