"""The examples in the docstrings are run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import livegrad.functions

MODULES = [
    "livegrad.testing",
    "livegrad.functions",
    *(
        f"livegrad.functions.{found.name}"
        for found in pkgutil.iter_modules(livegrad.functions.__path__)
    ),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of(name: str) -> None:
    if name.endswith("_torch"):
        pytest.importorskip("torch")
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(verbose=False)
    for example in finder.find(module, extraglobs={"np": __import__("numpy")}):
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0
