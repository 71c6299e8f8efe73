"""The source itself: two languages everywhere, a docstring on all that is public, a light import."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import doctest
import functools
import importlib
import importlib.util
import inspect
import os
import string
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import livegrad
from livegrad import errors, text
from livegrad.errors import LivegradError
from livegrad.text import Text

FOLDER = Path(livegrad.__file__).parent
FILES = {
    ".".join(("livegrad", *path.relative_to(FOLDER).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(FOLDER.rglob("*.py"))
}
MODULES = [name for name in FILES if not name.endswith("__main__")]  # importing that one runs it
PARTICLES = ("이/가", "을/를", "은/는", "과/와", "으로/로")
TORCH = importlib.util.find_spec("torch") is not None
CPU_SECONDS = 0.2  # for `import livegrad`, on a slow core

every_module = pytest.mark.parametrize("name", MODULES)


@contextlib.contextmanager
def perhaps_with_torch() -> Iterator[None]:
    """Leave the test out if what is done inside takes PyTorch, and there is none."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        pytest.skip("this module needs PyTorch")


def loaded(name: str) -> ModuleType:
    with perhaps_with_torch():
        return importlib.import_module(name)


@functools.cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text("utf-8"))


def test_all_files_are_looked_at() -> None:
    assert {"livegrad", "livegrad.functions.catalogue.relu", "livegrad.cli"} <= set(FILES)
    assert len(FILES) > 100


# ------------------------------------------------------------ two languages


def fields_in(template: str) -> list[tuple[str, str]]:
    """Return name and format of every placeholder; ``{}`` has the name ''."""
    parts = string.Formatter().parse(template)
    return [(name, form or "") for _, name, form, _ in parts if name is not None]


def complaints(en: str, ko: str) -> Iterator[str]:
    """Yield what is wrong with a sentence in two languages."""
    english, korean = fields_in(en), fields_in(ko)
    if {name for name, _ in english} != {name for name, _ in korean}:
        yield f"placeholders differ: {en!r} and {ko!r}"
    if any("/" in form for _, form in english):
        yield f"particle in English: {en!r}"
    if any("/" in form and form not in PARTICLES for _, form in korean):
        yield f"no such particle: {ko!r}"
    if bool(en.strip()) != bool(ko.strip()):
        yield f"one language is empty: {en!r} and {ko!r}"


def written_texts(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield line, English and Korean of every ``Text(...)`` of two constant strings."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "Text":
            continue
        given = dict(zip(("en", "ko"), node.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        words = [getattr(given.get(language), "value", None) for language in ("en", "ko")]
        if isinstance(words[0], str) and isinstance(words[1], str):
            yield node.lineno, words[0], words[1]


def texts_within(value: object, seen: dict[int, object]) -> Iterator[Text]:
    """Yield every text in a value: in records, catalogues, mappings, sequences."""
    if id(value) in seen:
        return
    seen[id(value)] = value
    if isinstance(value, Text):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = (getattr(value, field.name) for field in dataclasses.fields(value))
        yield from texts_among(parts, seen)
    elif isinstance(value, Mapping):
        yield from texts_among(value.values(), seen)
    elif isinstance(value, tuple | list | set | frozenset):
        yield from texts_among(value, seen)


def texts_among(values: Iterable[object], seen: dict[int, object]) -> Iterator[Text]:
    for value in values:
        yield from texts_within(value, seen)


@pytest.mark.parametrize("name", FILES)
def test_every_sentence_written_has_the_same_placeholders_in_both_languages(name: str) -> None:
    wrong = [
        f"line {line}: {complaint}"
        for line, en, ko in written_texts(tree_of(name))
        for complaint in complaints(en, ko)
    ]
    assert wrong == []


@every_module
def test_every_constant_and_entry_has_the_same_placeholders_in_both_languages(name: str) -> None:
    constants = list(vars(loaded(name)).values())  # a list: looking at a catalogue loads modules
    found = list(texts_among(constants, {}))
    assert [complaint for one in found for complaint in complaints(one.en, one.ko)] == []


@pytest.mark.parametrize(
    ("en", "ko"),
    [
        ("{a}", "가"),
        ("{a} {}", "{a}"),
        ("{a}", "{b}"),
        ("{a:이/가}", "{a}"),
        ("{a}", "{a:이/은}"),
        ("", "가"),
    ],
)
def test_a_sentence_that_differs_is_noticed(en: str, ko: str) -> None:
    assert list(complaints(en, ko))


# ------------------------------------------------------------ docstrings


@pytest.mark.parametrize("name", FILES)
def test_every_public_function_and_class_has_a_docstring(name: str) -> None:
    tree = tree_of(name)
    defined = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
    ]
    assert ast.get_docstring(tree), "the file says nothing about itself"
    assert [node.name for node in defined if not ast.get_docstring(node)] == []


@every_module
def test_every_name_that_a_module_offers_exists_and_has_a_docstring(name: str) -> None:
    module = loaded(name)
    with perhaps_with_torch():
        offered = {each: getattr(module, each) for each in getattr(module, "__all__", ())}
    silent = [
        each for each, value in offered.items() if callable(value) and not inspect.getdoc(value)
    ]
    assert silent == []


@every_module
def test_the_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "en")
    module, said = loaded(name), list[str]()
    runner = doctest.DocTestRunner(verbose=False)
    for docstring in doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs={"np": np}):
        if TORCH or not any("torch" in example.source for example in docstring.examples):
            runner.run(docstring, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


# ------------------------------------------------------------ errors


class Errors(ast.NodeVisitor):
    """Finds the errors of livegrad that are made without a `Text`, or raised without being made."""

    def __init__(self, module: ModuleType) -> None:
        self.names = {**vars(errors), **vars(text), **vars(module)}
        self.functions: list[ast.FunctionDef] = []
        self.tree = ast.parse(inspect.getsource(module))
        self.wrong: list[str] = []
        self.visit(self.tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Raise(self, node: ast.Raise) -> None:
        if self.is_error(node.exc):
            self.complain(node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if self.is_error(node.func):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if len(given) != 1 or not self.is_text(given[0]):
                self.complain(node)
        self.generic_visit(node)

    def complain(self, node: ast.stmt | ast.expr) -> None:
        self.wrong.append(f"line {node.lineno}: {ast.unparse(node)}")

    def named(self, node: ast.AST | None) -> Any:
        """Return what a name, dotted or not, stands for in the module; None if nothing."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute):
            return getattr(self.named(node.value), node.attr, None)
        return None

    def is_error(self, node: ast.AST | None) -> bool:
        found = self.named(node)
        return isinstance(found, type) and issubclass(found, LivegradError)

    def is_text(self, node: ast.expr) -> bool:
        """Tell whether an expression surely is a `Text`."""
        if isinstance(self.named(node), Text):
            return True
        if isinstance(node, ast.IfExp):
            return self.is_text(node.body) and self.is_text(node.orelse)
        if isinstance(node, ast.Call):
            filled = isinstance(node.func, ast.Attribute) and node.func.attr == "fill"
            return self.gives_text(node.func) or (filled and self.is_text(node.func.value))
        if isinstance(node, ast.Attribute) and node.attr == "text":
            return True  # of another error of ours
        return isinstance(node, ast.Name) and self.is_local_text(node.id)

    def gives_text(self, node: ast.expr) -> bool:
        found = self.named(node)
        if found is Text:
            return True
        if isinstance(node, ast.Attribute) and found is None:  # a method: found by its name
            written = [n for n in ast.walk(self.tree) if getattr(n, "name", "") == node.attr]
            returned = [getattr(n, "returns", None) for n in written]
            return bool(returned) and all(r and ast.unparse(r) == "Text" for r in returned)
        return getattr(found, "__annotations__", {}).get("return") in ("Text", Text)

    def is_local_text(self, name: str) -> bool:
        """Tell whether a name is a parameter annotated as `Text`, or only ever bound to texts."""
        arguments = [a for f in self.functions for a in (*f.args.args, *f.args.kwonlyargs)]
        if any(
            a.arg == name and a.annotation and ast.unparse(a.annotation) == "Text"
            for a in arguments
        ):
            return True
        bound = [
            node.value
            for function in self.functions
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        ]
        return bool(bound) and all(self.is_text(value) for value in bound)


@every_module
def test_every_error_carries_its_words_in_both_languages(name: str) -> None:
    assert Errors(loaded(name)).wrong == []


def test_an_error_without_words_is_noticed() -> None:
    example = ModuleType("example")
    source = """
def wrong(name):
    if name:
        raise BadInput(f"No {name}.")
    raise BadInput

def right(name):
    words = same("No {name}.") if name else Text("a", "b")
    raise BadInput(words.fill(name=name))
"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspect, "getsource", lambda _module: source)
        assert Errors(example).wrong == [
            "line 4: BadInput(f'No {name}.')",
            "line 5: raise BadInput",
        ]


# ------------------------------------------------------------ what importing costs


def in_a_fresh_process(script: str) -> str:
    """Return what a script prints, unmeasured by coverage, with this very livegrad."""
    environment = {key: value for key, value in os.environ.items() if "COVERAGE" not in key}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(FOLDER.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.alone
def test_importing_livegrad_costs_next_to_nothing() -> None:
    script = """
import sys, time
start = time.process_time()
import livegrad
print(time.process_time() - start, *({"torch", "numpy"} & set(sys.modules)))
"""
    runs = [in_a_fresh_process(script).split() for _ in range(5)]
    assert {tuple(heavy) for _, *heavy in runs} == {()}
    assert min(float(seconds) for seconds, *_ in runs) <= CPU_SECONDS


LIGHT = {
    **{name: f"import {name}" for name in ("livegrad.cli", "livegrad.running", "livegrad.loading")},
    "the report": "\n".join(
        f"import {name}" for name in MODULES if name.startswith("livegrad.report")
    ),
    "all rules": "from livegrad.diagnosis.engine import RULES; assert tuple(RULES.values())",
    "all remedies": "from livegrad.treatment.prescription import REMEDIES\n"
    "assert tuple(REMEDIES.values())",
    "a study": "from livegrad.trials.task import TASKS\n"
    "from livegrad.trials import compare\n"
    "assert tuple(TASKS.values())\n"
    "moons = TASKS.find('moons').make(0, 60)\n"
    "compare(moons, activations=('relu', 'tanh'), hidden=(4,), seeds=2, steps=5, lr=0.01)",
    "all activations": "from livegrad.functions import ACTIVATIONS\n"
    "assert tuple(ACTIVATIONS.values())",
}


@pytest.mark.parametrize("what", LIGHT)
def test_what_draws_and_what_decides_loads_no_torch(what: str) -> None:
    # The spy notes which files of ours ask for torch, innermost first, for the message.
    script = f"""
import sys, traceback
askers = []
class Spy:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            frames = reversed(traceback.extract_stack())
            askers.extend(f"{{f.filename}}:{{f.lineno}}" for f in frames if "livegrad" in f.filename)
sys.meta_path.insert(0, Spy())
{LIGHT[what]}
if "torch" in sys.modules:
    print("torch is loaded by", *askers)
"""
    assert in_a_fresh_process(script) == ""
