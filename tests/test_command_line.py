"""The commands, called in this process: what they print, what they write, how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from livegrad import cli
from livegrad.observation.evidence import Recording
from livegrad.records import from_jsonable

BUILD = """
from livegrad.diagnosis.engine import RULES
def sick(seed): return RULES["vanishing-gradient"].patient(seed)
def sound(seed): return RULES["dead-units"].healthy_twin(seed)
"""


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    out, err = capsys.readouterr()
    return ended.value.code, out, err


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "build.py").write_text(BUILD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_finds_and_writes_what_it_was_told_to(capsys, folder: Path):
    code, out, err = call(
        capsys,
        "check",
        "--record",
        "seen.json",
        "--report",
        "page.html",
        "--lang",
        "ko",
        "build.py:sick",
    )
    assert code == 1
    assert "기울기 소실" in out
    assert "page.html" in err
    assert "livegrad" in (folder / "page.html").read_text(encoding="utf-8")
    recording = from_jsonable(Recording, json.loads((folder / "seen.json").read_text()))
    assert recording.trainings[0].steps == 300


def test_check_treats_and_is_satisfied(capsys):
    code, out, err = call(
        capsys, "check", "--treat", "--no-report", "--budget", "1m", "build.py:sick"
    )
    assert code == 0
    assert "What cured it" in out
    assert "helped" in err


def test_json_alone_goes_to_standard_output(capsys):
    code, out, _ = call(capsys, "check", "--json", "--no-report", "build.py:sound")
    assert code == 0
    told = json.loads(out)
    assert told["schema_version"] == 1
    assert told["findings"] == []


def test_json_to_a_file_leaves_the_words(capsys, folder: Path):
    code, out, _ = call(capsys, "check", "--json", "told.json", "--no-report", "build.py:sound")
    assert code == 0
    assert out
    assert json.loads((folder / "told.json").read_text())["findings"] == []


def test_env_names_what_is_at_work(capsys):
    code, out, _ = call(capsys, "env")
    assert code == 0
    assert out.splitlines()[0].startswith("livegrad ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--lang", "ko", "build.py"),
        ("check", "--lang=ko", "build.py:nothing"),
        ("check", "--lang", "ko", "--budget", "soon", "build.py:sick"),
        ("check", "--lang", "ko", "--record", "no/where.json", "build.py:sick"),
        ("run", "--lang", "ko", "missing.py"),
        ("run", "--lang", "ko", "build.py", "--treat"),
        ("run", "--lang", "ko", "--no-such-option", "build.py"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_sentence_in_the_readers_language(capsys, arguments):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert err.startswith("livegrad: ")
    assert any("가" <= letter <= "힣" for letter in err)
