"""Bad input: one clear sentence, exit code 2, no traceback, nothing run and nothing overwritten."""

from pathlib import Path

import pytest
from running.starting import LIVEGRAD, SMALL, Ended, start, write

from livegrad import cli

BUILDS = """
import torch
from torch import nn
from livegrad import Training
pair = (torch.ones(4, 1), torch.ones(4, 1))
def given(model, loss_fn=nn.MSELoss(), batches=None, optimizer=None, steps=5):
    optimizer = optimizer or torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    return Training(model, loss_fn, optimizer, batches or [pair], steps)
def nothing(seed): return None
def raises(seed): raise ValueError("oh no")
def two(seed, other): return None
def no_parameters(seed): return given(nn.ReLU())
def frozen(seed): return given(nn.Linear(1, 1).requires_grad_(False))
def no_steps(seed): return given(nn.Linear(1, 1), steps=0)
def no_pairs(seed): return given(nn.Linear(1, 1), batches=[torch.ones(1)])
def word_as_loss(seed): return given(nn.Linear(1, 1), loss_fn="mse")
def no_optimizer(seed): return Training(nn.Linear(1, 1), nn.MSELoss(), None, [pair], 5)
"""


def unsound(*arguments: str) -> object:
    return pytest.param(arguments, id=" ".join(arguments) or "none")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path,
        "ok.py",
        SMALL,
        'print("STARTED")',
        "model = net(); train(model, torch.optim.SGD(model.parameters(), lr=0.1))",
    )
    write(tmp_path, "broken.py", "x = = 1")
    write(tmp_path, "builds.py", BUILDS)
    (tmp_path / "latin.py").write_bytes(b'x = "\xff\xfe"\n')
    (tmp_path / "null.py").write_bytes(b"x = 1\x00\n")
    return tmp_path


def one_sentence(ended: Ended) -> None:
    lines = [line for line in ended.err.splitlines() if line.strip()]
    assert "Traceback" not in ended.err
    assert "STARTED" not in ended.out
    assert ended.code == 2
    assert len(lines) == 1
    assert lines[0].startswith("livegrad: ")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "arguments",
    [
        unsound("missing.py"),
        unsound("."),
        unsound("broken.py"),
        unsound("latin.py"),
        unsound("null.py"),
        unsound("--budget", "soon", "ok.py"),
        unsound("--budget", "0", "ok.py"),
        unsound("--report", ".", "ok.py"),
        unsound("ok.py", "--treat"),
    ],
)
def test_run(folder: Path, language: str, arguments: tuple[str, ...]) -> None:
    ended = start([str(LIVEGRAD), "run", "--lang", language, *arguments], folder)
    one_sentence(ended)
    assert any("가" <= letter <= "힣" for letter in ended.err) == (language == "ko")


@pytest.mark.parametrize(
    "arguments",
    [
        unsound("-m", "no_such_module"),
        unsound("--seed", "9" * 30, "ok.py"),
        unsound("--lang", "xx", "ok.py"),
        unsound("--no-such-option", "ok.py"),
        unsound("--record", "nowhere/r.json", "ok.py"),
        unsound("--record", ".", "ok.py"),
        unsound("--json", "nowhere/r.json", "ok.py"),
        unsound("--report", "nowhere/r.html", "ok.py"),
    ],
)
def test_run_before_anything_runs(folder: Path, arguments: tuple[str, ...]) -> None:
    one_sentence(start([str(LIVEGRAD), "run", *arguments], folder))


def test_a_foreign_report_is_not_overwritten_and_that_is_said_first(folder: Path) -> None:
    report = folder / "livegrad-report.html"
    report.write_text("<html>mine</html>")
    ended = start([str(LIVEGRAD), "run", "ok.py"], folder)
    one_sentence(ended)
    assert report.read_text() == "<html>mine</html>"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "arguments",
    [
        unsound("builds.py"),
        unsound("builds.py:"),
        unsound(":nothing"),
        unsound("missing.py:build"),
        unsound("broken.py:build"),
        unsound("builds.py:no_such"),
        unsound("builds.py:pair"),
        unsound("builds.py:nothing"),
        unsound("builds.py:no_parameters"),
        unsound("builds.py:frozen"),
        unsound("builds.py:no_steps"),
        unsound("builds.py:raises"),
        unsound("builds.py:two"),
        unsound("builds.py:no_pairs"),
        unsound("builds.py:word_as_loss"),
        unsound("builds.py:no_optimizer"),
    ],
)
def test_check(
    folder: Path,
    language: str,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as left:
        cli.main(["check", "--no-report", "--lang", language, *arguments])
    said = capsys.readouterr()
    one_sentence(Ended(left.value.code, said.out, said.err, folder))
    assert any("가" <= letter <= "힣" for letter in said.err) == (language == "ko")
