"""``livegrad show``, called in this process: words, JSON, pages, and what it answers to nonsense."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import livegrad
from livegrad import cli
from livegrad.functions import ACTIVATIONS, activation
from livegrad.functions.properties.search import Bound
from livegrad.records import from_jsonable
from livegrad.report.function_json import to_json


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(("show", *arguments))
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_parameters_come_as_options_or_as_pairs(capsys) -> None:
    said = {
        call(capsys, "elu", *given)[1]
        for given in (("--alpha", "0.5"), ("--alpha=0.5",), ("-p", "alpha=0.5"))
    }
    assert len(said) == 1
    assert "elu (alpha = 0.5)" in said.pop()


def test_a_name_of_a_library_and_a_formula_are_both_shown(capsys) -> None:
    assert call(capsys, "SiLU")[1].startswith("swish\n")
    code, out, _ = call(capsys, "x * sigmoid(beta * x)", "--beta", "1.702", "--lang", "ko")
    assert code == 0
    assert "f(x) = x·σ(β·x)" in out


def test_a_formula_may_begin_with_a_minus(capsys) -> None:
    for given in (("-x * softplus(x)",), ("--lang", "en", "-p * softplus(x)", "-p", "p=2")):
        code, out, _ = call(capsys, *given)
        assert code == 0
        assert "ln(1 + eˣ)" in out


def test_without_a_name_the_catalogue_is_listed(capsys) -> None:
    code, out, _ = call(capsys, "--lang", "ko")
    assert code == 0
    assert all(f"\n{name} " in out for name in ACTIVATIONS)


def test_several_are_compared(capsys) -> None:
    code, out, _ = call(capsys, "--compare", "relu, elu(alpha=0.5), max(x, 0.1*x)")
    assert code == 0
    assert "elu (alpha = 0.5)" in out
    assert "max(x, 0.1 * x)" in out


def test_json_holds_the_facts(capsys) -> None:
    code, out, _ = call(capsys, "hardtanh", "--json")
    told = json.loads(out)
    properties = told["properties"]
    assert code == 0
    assert told["id"] == "hardtanh"
    assert properties["parity"] == "odd"
    assert [from_jsonable(Bound, end).value for end in properties["range"]] == [-1.0, 1.0]
    assert [kink["at"] for kink in properties["kinks"]] == [-1.0, 1.0]
    assert {"en", "ko"} == set(told["about"])


def test_json_goes_to_a_file_beside_the_words(capsys, tmp_path: Path) -> None:
    file = tmp_path / "told.json"
    _, out, _ = call(capsys, "--json", str(file), "--compare", "relu,gelu")
    told = json.loads(file.read_text(encoding="utf-8"))
    assert [each["id"] for each in told["functions"]] == ["relu", "gelu"]
    assert "gelu" in out


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_entry_is_plain_json(name: str) -> None:
    told = to_json(activation(name))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["curves"]


def test_a_page_is_written(capsys, tmp_path: Path) -> None:
    file = tmp_path / "gelu.html"
    code, _, err = call(capsys, "gelu", "--html", str(file))
    assert code == 0
    assert str(file) in err
    assert "<h1>gelu</h1>" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gelux",), "nearest is 'gelu'"),
        (("gelu", "--alpha", "1", "--beta", "2"), "'alpha' was given"),
        (("elu", "--alpha", "much"), "must be a number"),
        (("elu", "--alpha"), "without a number"),
        (("elu", "--alpha", "-1"), "-1.0 does not suit 'elu'"),
        (("elu", "relu"), "2 were given"),
        (("x +",), "breaks off"),
        (("log(x)",), "log"),
        (("--alpha", "1"), "without a name or formula"),
        (("--compare", "relu"), "1 were given to compare"),
        (("--compare", ",".join(["relu"] * 9)), "9 were given to compare"),
        (("--compare", "relu,nonsense"), "nonsense"),
        (("gelu", "--html", "no/such/folder/a.html"), "no folder"),
    ],
)
def test_nonsense_is_answered_in_one_sentence(capsys, arguments, words: str) -> None:
    code, out, err = call(capsys, *arguments, "--lang", "en")
    assert code == 2
    assert out == ""
    assert words in err
    assert len(err.splitlines()) == 1


def fresh(script: str) -> str:
    """Return what a script prints in a process of its own, with this very livegrad."""
    source = str(Path(livegrad.__file__).parent.parent)
    environment = {k: v for k, v in os.environ.items() if "COVERAGE" not in k}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "PYTHONPATH": source},
    )
    return ran.stdout


def test_the_commands_are_light_until_one_runs() -> None:
    heavy = '{"numpy", "torch", "rich"} & set(sys.modules)'
    assert fresh(f"import sys, livegrad.cli; print({heavy})").strip() == "set()"


def test_showing_loads_no_torch() -> None:
    script = """
import sys
from livegrad import cli
for words in (["show", "gelu"], ["show"], ["show", "--compare", "relu,tanh"]):
    try:
        cli.main(words)
    except SystemExit as ended:
        assert not ended.code
assert "torch" not in sys.modules
"""
    assert "gelu" in fresh(script)
