"""What the text of a user's file says of its names: parsed, never run.

From a variable back to the expression that makes its value: in its function, at that function's caller, in its class, in
its file.
"""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from livegrad.observation.callers import Line

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_CHAINED = ("to", "cuda", "cpu", "float", "double", "half", "bfloat16", "train", "eval", "compile")
"""Methods that give the model itself back: ``nn.Sequential(...).to(device)`` is made by ``nn.Sequential``."""


@dataclass(frozen=True)
class Made:
    """The expression that makes a thing: file, line, and what stands on the right."""

    file: str
    line: int
    value: ast.expr


def holder(within: Iterable[ast.AST], trail: Sequence[Line]) -> Made | None:
    """Return the expression that makes the model whose ``.parameters()`` stands somewhere within."""
    within = tuple(within)
    for call in calls(within):
        if isinstance(call.func, ast.Attribute) and call.func.attr in (
            "parameters",
            "named_parameters",
        ):
            return resolved(call.func.value, trail)
    names = [a for call in calls(within) for a in call.args[:1] if isinstance(a, ast.Name)]
    for name in names:
        made = resolved(name, trail)
        if made is not None and not isinstance(made.value, ast.Name):
            held = [n for n in ast.walk(made.value) if isinstance(n, ast.Call)]
            if any(name_of(n.func) in ("parameters", "named_parameters") for n in held):
                return holder((made.value,), ((made.file, made.line), *trail[1:]))
    return None


def resolved(wanted: ast.expr | None, trail: Sequence[Line]) -> Made | None:
    """Follow a variable to where it was given its value: in its function, its callers, its class, its file."""
    if wanted is None or not trail:
        return None
    file, line = trail[0]
    if isinstance(wanted, ast.Call):
        return Made(file, wanted.lineno, wanted)
    key, scopes = ast.unparse(wanted), _scopes(file, line)
    for scope in scopes:
        found = [
            v for v in assigned(scope, key) if isinstance(scope, ast.ClassDef) or v.lineno <= line
        ]
        if found:
            return Made(file, found[-1].lineno, found[-1])
        if isinstance(scope, _FUNCTIONS) and key in _parameters(scope):
            return resolved(_handed_over(scope, key, trail), trail[1:])
    return None


def _handed_over(function: Function, name: str, trail: Sequence[Line]) -> ast.expr | None:
    """What the caller gave for a parameter."""
    place = [p for p in _parameters(function) if p != "self"].index(name) if name != "self" else 0
    for call in calls(statements(trail[1])) if len(trail) > 1 else ():
        if name_of(call.func) == function.name:
            return argument(call, place, name)
    return None


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """Return what a call gives for a parameter: by name, or by its place from 0."""
    named = next((k.value for k in call.keywords if k.arg == name), None)
    if named is not None or place >= len(call.args):
        return named
    return None if any(isinstance(a, ast.Starred) for a in call.args) else call.args[place]


def assigned(scope: ast.AST, key: str) -> list[ast.expr]:
    """Return every value that ``key`` is given inside a scope, in the order of the lines."""
    return _values(scope).get(key, [])


@functools.lru_cache(maxsize=256)
def _values(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Every assignment inside a scope, by what it is assigned to."""
    found: dict[str, list[ast.expr]] = {}
    kinds = (ast.Assign, ast.AnnAssign, ast.NamedExpr)
    for node in sorted((n for n in ast.walk(scope) if isinstance(n, kinds)), key=_line):
        for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
            if node.value is not None:
                for one, value in _pairs(target, node.value):
                    found.setdefault(ast.unparse(one), []).append(value)
    return found


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=False)
    else:
        yield target, value


def _line(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> int:
    return node.lineno


@functools.lru_cache(maxsize=256)
def _scopes(file: str, line: int) -> tuple[ast.AST, ...]:
    """What a name may mean at a line, innermost first: functions, then the class, then the file."""
    whole = tree(file)
    kinds = (*_FUNCTIONS, ast.ClassDef)
    around = [n for n in ast.walk(whole) if isinstance(n, kinds) and holds(n, line)]
    return (*sorted(around, key=lambda n: -n.lineno), whole)


@functools.lru_cache(maxsize=256)
def statements(at: Line) -> tuple[ast.AST, ...]:
    """Return what stands at a line: the innermost statement; of one that holds others, its head."""
    file, line = at
    held = [n for n in ast.walk(tree(file)) if isinstance(n, ast.stmt) and holds(n, line)]
    if not held:
        return ()
    if isinstance(getattr(held[-1], "body", None), list):
        return tuple(n for n in ast.iter_child_nodes(held[-1]) if not isinstance(n, ast.stmt))
    return (held[-1],)


def calls(within: Iterable[ast.AST]) -> list[ast.Call]:
    """Return every call within, the outer ones first."""
    return [n for root in within for n in ast.walk(root) if isinstance(n, ast.Call)]


def _parameters(function: Function) -> list[str]:
    given = function.args
    return [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def name_of(node: ast.expr) -> str:
    """Return the last word of a dotted name."""
    return getattr(node, "attr", getattr(node, "id", ""))


def unwrapped(value: ast.expr | None) -> ast.expr | None:
    """Return the call that makes a model, without ``.to(device)`` and the like behind it."""
    while (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _CHAINED
        and isinstance(value.func.value, ast.Call)
    ):
        value = value.func.value
    return value


def holds(node: ast.AST, line: int) -> bool:
    """Return whether a line, decorators included, belongs to a node."""
    first = min(
        [getattr(node, "lineno", 0), *(d.lineno for d in getattr(node, "decorator_list", []))]
    )
    return first <= line <= (getattr(node, "end_lineno", None) or 0)


@functools.lru_cache(maxsize=64)
def tree(file: str) -> ast.Module:
    """Return the parsed file or notebook cell; empty where there is no text to read."""
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])
