"""Code in the README and on the pages: it runs, and both languages show the same."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from docs.blocks import PAGES, SITE, blocks, commands, shape, twin
from docs.given import GIVEN, SCRIPT

SCRIPTS = [(page, place) for page in PAGES for place in range(len(blocks(page, "python")))]
COMMANDS = sorted({command for page in (*PAGES, *SITE) for command in commands(page)})
FEW = {  # what makes a comparison of minutes one of seconds, behind the command as it stands
    "livegrad compare": ["--seeds", "2", "--steps", "20"],
}
NOT_RUN = {
    "livegrad lab": "serves pages until it is stopped; tests/lab starts it",
    "livegrad lab run.json": "the same",
    "livegrad claims": "runs all 35 claims, for minutes; tests/lab does",
    "livegrad show --all --html catalogue.html": "half a minute; the site is built from the same",
    "livegrad check --treat build.py:build": "minutes of races; tests/treatment holds them",
}
HEALTHY_OR_NOT = (0, 1)


@pytest.mark.parametrize("page", [*PAGES, *SITE])
def test_both_languages_show_the_same_code(page: str) -> None:
    english, korean = blocks(page, "python"), blocks(twin(page), "python")
    assert [shape(block) for block in english] == [shape(block) for block in korean]
    assert list(commands(page)) == list(commands(twin(page)))


def test_what_is_not_run_is_still_written_somewhere() -> None:
    assert set(NOT_RUN) <= set(COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "place"), SCRIPTS)
def test_a_block_of_python_runs(page: str, place: int, tmp_path: Path) -> None:
    block = blocks(page, "python")[place]
    if place and "import livegrad" not in block and "import" not in block.split("\n", 1)[0]:
        block = blocks(page, "python")[place - 1] + block  # goes on with the one before
    given = next((text for word, text in GIVEN.items() if word in block), "")
    for library in ("lightning", "transformers", "tensorboard"):
        if library in block:
            pytest.importorskip(library)
    code = block.replace('if __name__ == "__main__":', "if False:")  # a race of minutes
    if code != block:
        code += "\nassert not livegrad.check(build).diagnosis.healthy\n"
    (tmp_path / "page.py").write_text(given + code, encoding="utf-8")
    told = started([sys.executable, "page.py"], tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in NOT_RUN])
def test_a_command_of_livegrad_does_what_its_page_says(command: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(textwrap.dedent(SCRIPT), encoding="utf-8")
    rows = "".join(f"{k % 7},{k % 5},{('a', 'b')[k % 2]},{k % 11}\n" for k in range(60))
    (tmp_path / "data.csv").write_text(f"width,height,species,price\n{rows}", encoding="utf-8")
    more = next((options for name, options in FEW.items() if command.startswith(name)), [])
    words = shlex.split(command)[1:] + more
    told = started([sys.executable, "-m", "livegrad", *words], tmp_path)
    assert told.returncode in HEALTHY_OR_NOT, told.stdout + told.stderr
    assert told.stdout.strip()
    for option in ("--html", "--json", "--report", "--store"):
        if option in words:
            assert (tmp_path / words[words.index(option) + 1]).stat().st_size > 0


def started(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"LIVEGRAD_LANG": "en", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
