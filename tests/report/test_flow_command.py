"""``livegrad flow``, called in this process: words, JSON, pages, maps, and what it answers to nonsense."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import livegrad
from livegrad import cli
from livegrad.flow.profile import FlowProfile
from livegrad.flow.sweep_record import Sweep
from livegrad.flow.sweeping import AXES
from livegrad.records import from_jsonable
from livegrad.report.flow_axes import EXAMPLES, axes_in
from livegrad.report.flow_options import settings_in


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(("flow", *arguments))
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def told(capsys, *arguments: str) -> dict:
    code, out, _ = call(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_one_network_is_told_in_words(capsys) -> None:
    code, out, err = call(capsys, "relu", "--depth", "20", "--lang", "en")
    assert (code, err) == (0, "")
    assert "VANISHES" in out
    assert "for SGD" in out
    assert "The gradient, layer by layer" in out


def test_the_options_reach_the_prediction(capsys) -> None:
    profile = from_jsonable(
        FlowProfile, told(capsys, "tanh", "--depth", "7", "--width", "33", "--inputs", "5")
    )
    assert profile.depth == 7
    assert {layer.width for layer in profile.layers} == {33}
    assert profile.batch == 5


def test_weight_and_bias_are_scales_and_their_squares_the_same(capsys) -> None:
    def gradients(*options: str) -> list[float]:
        layers = told(capsys, "tanh", "--depth", "9", *options)["layers"]
        return [layer["log10_gradient"] for layer in layers]

    scales = gradients("--weight", "1.5", "--bias", "0.2")
    assert scales == pytest.approx(
        gradients("--weight-variance", "2.25", "--bias-variance", "0.04"), abs=1e-9
    )
    assert scales != pytest.approx(gradients("--weight", "1.2", "--bias", "0.2"), abs=1e-3)


def test_parameters_come_as_options_or_as_pairs(capsys) -> None:
    given = (("--alpha", "0.2"), ("--alpha=0.2",), ("-p", "alpha=0.2"))
    found = [told(capsys, "leaky_relu", "--depth", "5", *one)["layers"] for one in given]
    assert found[0] == found[1] == found[2]
    assert found[0] != told(capsys, "leaky_relu", "--depth", "5")["layers"]


def test_a_formula_may_be_given_and_may_begin_with_a_minus(capsys) -> None:
    code, out, _ = call(capsys, "-x * sigmoid(x)", "--depth", "4")
    assert code == 0
    assert out


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("relu", "tanh"), 2),
        (("relu", "--init", "he,glorot,pytorch"), 3),
        (("relu", "tanh", "--init", "he,lecun"), 4),
        (("--compare", "relu, elu(alpha=0.5), max(x, 0.1*x)"), 3),
    ],
)
def test_several_stand_side_by_side(capsys, arguments, count: int) -> None:
    assert len(told(capsys, *arguments, "--depth", "4")["profiles"]) == count
    code, out, _ = call(capsys, *arguments, "--depth", "4", "--lang", "ko")
    assert code == 0
    assert "나란히 보기" in out
    assert out.count("기준. ") == count


def test_json_goes_to_a_file_beside_the_words(capsys, tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    _, out, _ = call(capsys, "--json", str(file), "relu", "--depth", "3")
    assert "relu" in out
    assert len(json.loads(file.read_text(encoding="utf-8"))["layers"]) == 3


def test_a_page_is_written_and_says_how_to_repeat_it(capsys, tmp_path: Path) -> None:
    file = tmp_path / "flow.html"
    code, _, err = call(capsys, "relu", "--depth", "5", "--html", str(file))
    assert code == 0
    assert str(file) in err
    assert "livegrad " in file.read_text(encoding="utf-8").rpartition("<pre>")[2]


# ------------------------------------------------------------ maps


def test_a_map_is_drawn_and_told_as_json_and_as_a_page(capsys, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    given = ("tanh", "--sweep", "depth=4,8", "--sweep", "init=he,glorot,pytorch")
    code, out, _ = call(capsys, *given, "--lang", "en", "--html", str(file))
    assert code == 0
    assert "tanh: depth against initialisation" in out or "initialisation against depth" in out
    assert file.read_text(encoding="utf-8").count("<g><title>") == 6
    swept = from_jsonable(Sweep, told(capsys, *given)["sweep"])
    assert [axis.name for axis in swept.axes] == ["depth", "init"]
    single = told(capsys, "tanh", "--depth", "8", "--init", "pytorch")
    assert swept.cells[1][2].log10_gradient == single["layers"][0]["log10_gradient"]


def test_activations_can_be_swept_over_without_naming_one(capsys) -> None:
    swept = told(capsys, "--sweep", "activation=relu, max(x, 0.1*x)", "--depth", "5")["sweep"]
    assert swept["axes"][0]["values"][0] == "relu"
    assert swept["activation"] == ""


def test_a_range_becomes_round_numbers() -> None:
    assert axes_in(["depth=10..200"])["depth"] == tuple(range(10, 201, 10))
    assert axes_in(["depth=1..5"])["depth"] == (1, 2, 3, 4, 5)
    assert axes_in(["depth=10..100:30"])["depth"] == (10, 40, 70, 100)
    variances = axes_in(["weight-variance=1..4"])["weight_variance"]
    assert variances[0] == 1
    assert variances[-1] == pytest.approx(4)
    assert len(variances) == 21
    for name, written in EXAMPLES.items():
        assert 2 <= len(axes_in([f"{name}={written}"])[name]) <= 30
    assert set(EXAMPLES) == set(AXES)


def test_what_was_not_given_is_left_out() -> None:
    assert settings_in(dict.fromkeys(("depth", "norm", "recurrent", "post_norm"))) == {}
    assert settings_in({"recurrent": True, "norm": "none", "skip": "0.5"}) == {
        "recurrent": True,
        "norm": None,
        "skip": 0.5,
    }


# ------------------------------------------------------------ nonsense


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "No activation was given"),
        (("gelux",), "nearest is 'gelu'"),
        (("softmax",), "function of a whole vector"),
        (("relu", "--depth", "0"), "whole number from 1"),
        (("relu", "--depth", "2.5"), "whole number from 1"),
        (("relu", "--depth", "many"), "'many'"),
        (("relu", "--width", "abc"), "'abc', and it must be a whole number"),
        (("relu", "--width", "inf"), "'inf', and it must be a whole number"),
        (("relu", "--kernel", "-1"), "--kernel was given as '-1'"),
        (("relu", "--dropout", "1"), "a number from 0 to 0.99"),
        (("relu", "--skip", "much"), "--skip was given as 'much'"),
        (("relu", "--weight", "-1"), "--weight was given as '-1'"),
        (("relu", "--bias-variance", "x"), "--bias-variance was given as 'x'"),
        (("relu", "--weight", "1", "--weight-variance", "1"), "both set the same scale"),
        (("relu", "--init", "hee"), "The nearest is 'he'"),
        (("relu", "--init", "xavierr"), "The nearest is 'glorot'"),
        (("relu", "--norm", "bach"), "The nearest is 'batch'"),
        (("relu", "--dpeth", "50"), "no option --dpeth. The nearest is --depth"),
        (("elu", "--alpha", "-1"), "does not suit 'elu'"),
        (("elu", "relu", "--alpha", "1"), "not clear to which they belong"),
        (("relu", "--init", ",".join(["he"] * 9)), "9 networks were asked for"),
        (("relu", "--sweep", "depht=1..5"), "The nearest is 'depth'"),
        (("relu", "--sweep", "depth"), "does not say what to try"),
        (("relu", "--sweep", "depth="), "does not say what to try"),
        (("relu", "--sweep", "depth=50..10"), "from the smaller number to the larger"),
        (("relu", "--sweep", "depth=1..9:0"), "in steps above 0"),
        (("relu", "--sweep", "depth=1..9:0.5"), "'1..9:0.5' is no range"),
        (("relu", "--sweep", "depth=1..two"), "'1..two' is no range"),
        (("relu", "--sweep", "depth=1..9000:1"), "has 9,000 values"),
        (("relu", "--sweep", "depth=1..200:1", "--sweep", "width=1..99:1"), "cells are too many"),
        (("relu", "--sweep", "init=1..4"), "the values of init are names"),
        (("relu", "--sweep", "init=he,nonsense"), "'nonsense'"),
        (("relu", "--sweep", "depth=2..4", "--sweep", "depth=5..6"), "twice"),
        (("relu", "--sweep", "depth=2..4", "--depth", "3"), "as --depth and to --sweep"),
        (("relu", "tanh", "--sweep", "depth=2..4"), "2 were asked for"),
        (("relu", *(f"--sweep={name}=1..2" for name in ("depth", "width", "bias"))), "3 axes"),
        (("relu", "--html", "no/such/folder/a.html"), "no folder"),
    ],
)
def test_nonsense_is_answered_in_one_sentence(capsys, arguments, words: str) -> None:
    code, out, err = call(capsys, *arguments, "--lang", "en")
    assert code == 2, err
    assert out == ""
    assert words in err
    assert len(err.splitlines()) == 1


def test_predicting_loads_no_torch() -> None:
    script = """
import sys
from livegrad import cli
for words in (["flow", "gelu"], ["flow", "relu", "--sweep", "depth=2..4"]):
    try:
        cli.main(words)
    except SystemExit as ended:
        assert not ended.code
assert "torch" not in sys.modules
"""
    source = str(Path(livegrad.__file__).parent.parent)
    environment = {k: v for k, v in os.environ.items() if "COVERAGE" not in k}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "PYTHONPATH": source},
    )
    assert "gelu" in ran.stdout
