"""Runs a user's script as Python itself would, inside a process that watches it.

The script sees its own ``sys.argv``, ``sys.path[0]``, ``__file__``, ``__main__`` and exit code; its exceptions end in
its own traceback, without a line of ours.
"""

from __future__ import annotations

import builtins
import importlib.machinery
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

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
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


def loaded(path: str) -> types.ModuleType | None:
    """Run a user's file once, as a module; ``None`` where Python loads no file of that name. What it raises is raised."""
    spec = importlib.util.spec_from_file_location("livegrad_user_file", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run(
    script: str,
    arguments: tuple[str, ...],
    *,
    is_module: bool,
    ready: Callable[[dict[str, object]], None],
    cut_short: tuple[type[BaseException], ...] = (),
) -> Ending:
    """Run the script to its end and say how it ended; never raises what the script raised.

    Args:
        script: Path, or the name of a module.
        arguments: What the script finds in ``sys.argv[1:]``.
        is_module: Whether ``script`` is what follows ``python -m``.
        ready: Called with the script's namespace just before its first line.
        cut_short: What is raised, by us, in the middle of a run that shall end there.
    """
    try:
        main, code = _prepared_module(script) if is_module else _prepared_file(script)
    except BadInput:
        raise
    except BaseException as error:  # noqa: BLE001 (a package that fails while it is imported)
        _show(error)
        return Ending(1, f"{type(error).__name__}: {error}")
    sys.argv = [str(main.__file__) if is_module else script, *arguments]
    sys.modules["__main__"] = main
    ready(vars(main))
    try:
        exec(code, vars(main))  # noqa: S102 (running the user's script is what this is for)
    except SystemExit as end:
        return Ending(_exit_code(end))
    except KeyboardInterrupt:
        return Ending(INTERRUPTED, interrupted=True)
    except cut_short:
        return Ending(0)
    except BaseException as error:  # noqa: BLE001 (whatever the script raises is shown as Python would show it)
        _show(error)
        return Ending(1, f"{type(error).__name__}: {error}")
    return Ending(0)


def _prepared_file(path: str) -> tuple[types.ModuleType, CodeType]:
    code = _compiled(path)
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    main = _main_module(os.path.join(os.getcwd(), path))
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", path)
    return main, code


def _main_module(file: str | None) -> types.ModuleType:
    """A module as Python makes it for a script: with the builtins themselves, not their dictionary."""
    main = types.ModuleType("__main__")
    main.__file__, main.__spec__ = file, None
    vars(main).update(__builtins__=builtins, __annotations__={}, __cached__=None)
    return main


def _prepared_module(name: str) -> tuple[types.ModuleType, CodeType]:
    sys.path.insert(0, os.getcwd())
    try:
        spec = importlib.util.find_spec(name) if name else None
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        spec = None
    code = spec.loader.get_code(spec.name) if spec is not None and spec.loader is not None else None  # pyrefly: ignore
    if spec is None or code is None:
        raise BadInput(_NO_MODULE.fill(name=name))
    main = _main_module(spec.origin)
    main.__spec__, main.__package__ = spec, spec.parent
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
    """Hand the exception to ``sys.excepthook`` without any frame of ours, in it or in what it came from."""
    _strip(error, set())
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except Exception:  # noqa: BLE001 (a broken hook of the script's must not lose the report)
        traceback.print_exception(error)


def _strip(error: BaseException, seen: set[int]) -> None:
    if id(error) in seen:
        return
    seen.add(id(error))
    error.__traceback__ = _without_ours(error.__traceback__)
    inner = getattr(error, "exceptions", ())
    for other in (error.__cause__, error.__context__, *(inner if isinstance(inner, tuple) else ())):
        if isinstance(other, BaseException):
            _strip(other, seen)


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    if trace is None:
        return None
    trace.tb_next = _without_ours(trace.tb_next)
    return trace.tb_next if trace.tb_frame.f_code.co_filename.startswith(_HERE) else trace
