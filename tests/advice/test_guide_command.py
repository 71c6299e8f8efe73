"""``livegrad guide``, called in this process: by options, by questions, on data, and what it answers to nonsense."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from livegrad import cli
from livegrad.advice import command
from livegrad.advice.by_rule import guide
from livegrad.advice.dialogue import QUESTIONS, command_of, converse
from livegrad.advice.rule import RULES
from livegrad.report.lines import Page

QUICK = ("--hidden", "6", "--seeds", "3", "--steps", "20", "--lr", "0.02")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(("guide", *arguments))
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def flat(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_options_give_advice_in_words(capsys, language) -> None:
    code, out, err = call(
        capsys, "--symptom", "dead-units", "--device", "mobile", "--lang", language
    )
    assert (code, err) == (0, "")
    rule = RULES["hidden-dying"]
    for text in (rule.says, rule.why, rule.wrong_when, rule.in_pytorch):
        assert flat(text.say(language)) in flat(out)
    assert rule.pytorch[0] in out
    assert rule.evidence[0] in out
    first = next(line for line in out.splitlines() if line.strip().startswith("1"))
    assert "leaky_relu" in first
    assert "mish" in out  # what the device's rule avoids


def test_without_options_off_a_terminal_it_says_the_habit(capsys) -> None:
    code, out, _ = call(capsys, "--lang", "en")
    assert code == 0
    assert flat(RULES["hidden-default"].says.en) in flat(out)


def test_json_is_all_of_the_advice(capsys, tmp_path) -> None:
    code, out, _ = call(capsys, "--depth", "20", "--json")
    told = json.loads(out)
    assert code == 0
    assert told == guide(depth=20).to_dict()
    place = tmp_path / "advice.json"
    code, out, _ = call(capsys, "--layer", "output", "--loss", "BCELoss", "--json", str(place), "--lang", "en")  # fmt: skip
    assert code == 0
    assert "1  sigmoid" in out
    assert json.loads(place.read_text("utf-8"))["rules"][0]["id"] == "output-bce"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--layer", "output"), "Say what the network answers"),
        (("--layer", "attic"), "it can be: hidden, recurrent, block, output"),
        (("--depth", "deep"), "depth was given as 'deep'"),
        (("--symptom", "cough"), "A symptom was given as 'cough'"),
        (("--seeds", "4"), "there is nothing to measure on"),
        (("moons", "--task", "binary"), "--task has no use beside DATA 'moons'"),
        (("moons", "--hidden", "4;8"), "names several networks"),
        (("moonz",), "The nearest task is 'moons'"),
        (("moons", "--seeds", "one"), "--seeds 'one' is not possible"),
    ],
)
def test_nonsense_is_answered_by_one_sentence(capsys, arguments, says) -> None:
    code, out, err = call(capsys, *arguments, "--lang", "en")
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err
    assert says not in call(capsys, *arguments, "--lang", "ko")[2]


def test_a_bundled_task_is_measured(capsys) -> None:
    code, out, _ = call(capsys, "moons", "--activations", "relu", *QUICK, "--lang", "en")
    assert code == 0
    assert flat(RULES["hidden-few-inputs"].says.en) in flat(out)
    assert "moons: 2 candidates compared" in out
    assert "rules name" in flat(out)
    assert "livegrad compare moons --activations gelu,relu" in out


def test_a_file_is_read_as_compare_reads_it(capsys, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4))
    place = tmp_path / "data.csv"
    rows = ["a,b,c,d,price", *(",".join(f"{v:.3f}" for v in (*row, row.sum())) for row in x)]
    place.write_text("\n".join(rows), "utf-8")
    asked = (str(place), "--target", "price", *QUICK, "--json")
    code, out, _ = call(capsys, *asked)
    told = json.loads(out)
    assert code == 0
    assert told["rules"][0]["id"] == "hidden-few-samples"
    assert told["agreement"]["first"] == "softplus"
    assert told["agreement"]["first"] in told["agreement"]["candidates"]
    assert len(told["comparison"]["candidates"]) == len(told["agreement"]["candidates"]) >= 12
    assert told["situation"]["samples"] == 60


def typed(*words: str) -> Iterator[str]:
    return iter(words)


@pytest.mark.parametrize(
    ("words", "facts", "first"),
    [
        (("", "", "", "", ""), {"layer": "hidden"}, "relu"),
        (("1", "2", "1", "1", "1"), {"layer": "hidden", "symptoms": ("dead-units",)}, "leaky_relu"),
        (("1", "1", "4", "1", "2"), {"layer": "hidden", "precision": "bfloat16", "depth": 50}, "selu"),
        (("hidden", "", "4", "4", ""), {"layer": "hidden", "depth": 50, "skip": True}, "relu"),
        (("3", "1", "1"), {"layer": "block"}, "gelu"),
        (("4", "3", "2"), {"layer": "output", "task": "multiclass", "loss": "CrossEntropyLoss"}, "softmax"),
    ],
)  # fmt: skip
def test_questions_lead_to_the_same_advice_as_options(capsys, words, facts, first) -> None:
    said = typed(*words)
    found = converse(lambda _: next(said), Page(Console(quiet=True), "en"))
    assert found == facts
    assert guide(**found).activations[0] == first
    code, out, _ = call(capsys, *shlex.split(command_of(found))[2:], "--json")
    assert code == 0
    assert json.loads(out) == guide(**found).to_dict()


def test_an_answer_that_is_none_is_asked_again(capsys) -> None:
    said = typed("9", "kitchen", "3", "", "")
    assert converse(lambda _: next(said), Page(Console(), "en")) == {"layer": "block"}
    assert capsys.readouterr().out.count("is none of these. Give a number from 1 to 4") == 2


def test_on_a_terminal_it_asks(capsys, monkeypatch) -> None:
    said = typed("4", "1", "")
    monkeypatch.setattr(command.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(command.sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: next(said))
    code, out, _ = call(capsys, "--lang", "ko")
    assert code == 0
    for question in ("layer", "task", "loss"):
        assert QUESTIONS[question][0].ko in out
    assert flat(RULES["output-binary"].says.ko) in flat(out)
    assert "livegrad guide --layer output --task binary" in out


def test_every_question_offers_words_in_both_languages() -> None:
    for asked, answers in QUESTIONS.values():
        assert asked.en != asked.ko
        assert len(answers) >= 3
        assert all(text.en and text.ko for text in answers.values())


def test_the_measurement_is_made_on_as_many_splits_as_are_asked_for(capsys) -> None:
    given = ("moons", *QUICK, "--activations", "tanh", "--splits", "2", "--json")
    code, out, _ = call(capsys, *given)
    found = json.loads(out)["comparison"]
    assert code == 0
    assert found["ranking"]["splits"] == 2
    assert "--splits 2" in found["command"]
