"""``livegrad compare``, called in this process: words, JSON, pages, stores, and what it answers to nonsense."""

from __future__ import annotations

import io
import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TextColumn

import livegrad
from livegrad import cli
from livegrad.report import compare_progress, compare_showing
from livegrad.report.compare_data import data_in
from livegrad.report.compare_options import command_of, plan_in
from livegrad.report.compare_progress import watching
from livegrad.trials.plan import USUAL
from livegrad.trials.running import Progress
from livegrad.trials.store import Store
from livegrad.trials.task import TASKS

QUICK = ("--hidden", "4", "--seeds", "6", "--steps", "12", "--lr", "0.1")
TWO = ("moons", "--activations", "relu,tanh", *QUICK)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(("compare", *arguments))
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    code, out, _ = call(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_a_bundled_task_is_compared_in_words(capsys) -> None:
    code, out, err = call(capsys, *TWO, "--lang", "en")
    assert code == 0
    assert "moons: 2 candidates compared" in out
    assert out.rstrip().endswith(f"livegrad compare {shlex.join(TWO)}")
    # A training that ends within a moment may tell nothing of itself.
    assert all(line.startswith("Networks trained: ") for line in err.splitlines())


def test_seeds_are_spread_over_as_many_splits_as_are_asked_for(capsys) -> None:
    found = told(capsys, *TWO, "--splits", "3")
    assert found["ranking"]["splits"] == 3
    assert found["trials"]["split"] == [0, 1, 2, 0, 1, 2] * 2
    assert "--splits 3" in found["command"]
    shared = told(capsys, *TWO, "--splits", "1", "--validation", "0.5")
    assert shared["samples"] == {"train": 250, "validation": 250}
    assert shared["ranking"]["splits"] == 1
    assert any("same 250 samples" in remark["en"] for remark in shared["remarks"])
    code, _, err = call(capsys, *TWO, "--splits", "none", "--lang", "en")
    assert code == 2
    assert "--splits 'none' is not possible" in err


def test_the_command_that_it_shows_gives_the_same(capsys) -> None:
    first = told(capsys, *TWO, "--batch-size", "32", "--norm", "batch", "--halving")
    again = told(capsys, *shlex.split(first["command"])[2:])
    for one in (first, again):
        del one["seconds"], one["network_steps_per_second"]
    assert first == again
    assert first["candidates"][0]["recipe"]["norm"] == "batch"


def test_formulas_with_commas_brackets_and_a_minus(capsys) -> None:
    written = "-x*sigmoid(-x), max(x, 0.1*x), elu(alpha=0.5)"
    found = told(capsys, "moons", "--activations", written, *QUICK)
    names = {one["name"] for one in found["candidates"]}
    assert names == {"-x*sigmoid(-x)", "max(x, 0.1*x)", "elu(alpha=0.5)"}


def test_several_shapes_initialisations_and_rates_are_candidates(capsys) -> None:
    given = ("--hidden", "4;3,3", "--init", "he,xavier", "--lr", "0.1,0.01", "--seeds", "6")
    found = told(capsys, "moons", "--activations", "relu", *given, "--steps", "6")
    assert len(found["candidates"]) == 8
    assert "relu · 3-3 · glorot · 0.01" in {one["name"] for one in found["candidates"]}


def table(folder: Path) -> Path:
    file = folder / "my data.csv"
    rows = [f"{n},{(n * 7) % 11},{'yes' if (n * 7) % 11 > 5 else 'no'}" for n in range(60)]
    file.write_text("a,b,large?\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_a_file_of_ones_own(capsys, tmp_path: Path) -> None:
    given = (str(table(tmp_path)), "--target", "large?", "--activations", "relu,tanh", *QUICK)
    found = told(capsys, *given)
    assert (found["kind"], found["features"]) == ("binary", 2)
    assert found["samples"] == {"train": 50, "validation": 10}  # six seeds, a split for each
    assert shlex.split(found["command"])[2:5] == [given[0], "--target", "large?"]


def test_the_kind_may_be_said(capsys, tmp_path: Path) -> None:
    given = (str(table(tmp_path)), "--target", "b", "--activations", "relu,tanh", *QUICK)
    assert told(capsys, *given, "--kind", "regression")["measure"] == "R²"
    assert told(capsys, *given, "--kind", "classes")["measure"] == "accuracy"


def test_json_and_a_page_go_to_files_beside_the_words(capsys, tmp_path: Path) -> None:
    file, page = tmp_path / "found.json", tmp_path / "found.html"
    code, out, err = call(capsys, *TWO, "--json", str(file), "--html", str(page), "--lang", "en")
    assert code == 0
    assert "candidates compared" in out
    assert f"Page: {page}" in err
    assert json.loads(file.read_text(encoding="utf-8"))["data"] == "moons"
    assert "livegrad compare moons" in page.read_text(encoding="utf-8")


def test_a_store_is_gone_on_from_and_exported(capsys, tmp_path: Path) -> None:
    store, file = str(tmp_path / "trials.db"), tmp_path / "trials.csv"
    first = told(capsys, *TWO, "--store", store)
    code, out, err = call(capsys, *TWO, "--store", store, "--export", str(file), "--lang", "en")
    assert code == 0
    assert "Taken from the store: 12 of 12 trials." in out
    assert "(12 rows)" in err
    keys = {line.split(",")[0] for line in file.read_text(encoding="utf-8").splitlines()[1:]}
    assert keys == set(first["trials"]["key"])


def test_the_tasks_are_listed(capsys) -> None:
    code, out, _ = call(capsys, "--list", "--lang", "ko")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if line[0] != " "] == list(TASKS)
    listed = told(capsys, "--list")
    assert [one["id"] for one in listed["tasks"]] == list(TASKS)


def test_nothing_given_means_as_usual() -> None:
    plan = plan_in(dict.fromkeys(("activations", "hidden", "lr", "seeds")))
    assert (plan.activations, plan.hidden, plan.rates, plan.seeds) == (USUAL, ((64, 64),), (), 32)
    assert plan_in({"lr": "search", "skip": "none", "norm": "none"}) == plan


def test_the_public_call_and_the_command_agree(capsys) -> None:
    data = data_in("moons", {})
    quick = {"hidden": (4,), "seeds": 6, "steps": 12, "lr": 0.1}
    found = livegrad.compare(data, activations=["relu", "tanh"], **quick)
    keys = [outcome.key for _, outcome in found.trials]
    assert keys == told(capsys, *TWO)["trials"]["key"]
    assert livegrad.trials.__name__ == "livegrad.trials"


# ------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "No data was given"),
        (("mons",), "The nearest task is 'moons'"),
        (("nofile.csv", "--target", "y"), "nofile.csv"),
        (("moons", "--target", "y"), "--target has no use"),
        (("moons", "--kind", "binary"), "--kind has no use"),
        (("moons", "--activations", "relu,gelo"), "The nearest is 'gelu'"),
        (("moons", "--activations", "relu,x +"), "breaks off"),
        (("moons", "--activations", " , "), "names nothing"),
        (("moons", "--activations", "relu,softmax"), "whole vectors"),
        (("moons", "--activations", "relu"), "nothing to compare with relu"),
        (("moons", "--hidden", "0"), "--hidden '0' is not possible"),
        (("moons", "--hidden", "64,,3"), "--hidden '64,,3' cannot be read"),
        (("moons", "--hidden", ";"), "--hidden ';' cannot be read"),
        (("moons", "--hidden", ",".join(["8"] * 300)), "300 layers"),
        (("moons", "--hidden", "100000,100000"), "does not fit"),
        (("moons", "--init", "hee"), "The nearest is 'he'"),
        (("moons", "--seeds", "1"), "--seeds '1' is not possible"),
        (("moons", "--steps", "2.5"), "--steps '2.5' is not possible"),
        (("moons", "--batch-size", "-1"), "--batch-size '-1' is not possible"),
        (("moons", "--lr", "nan"), "--lr 'nan' is not possible"),
        (("moons", "--lr", "0.1,0"), "--lr '0' is not possible"),
        (("moons", "--weight-decay", "-1"), "--weight-decay '-1' is not possible"),
        (("moons", "--validation", "1"), "--validation '1' is not possible"),
        (("moons", "--optimizer", "adma"), "The nearest is 'adam'"),
        (("moons", "--norm", "layer"), "there are: none, batch"),
        (("moons", "--skip", "resid"), "The nearest is 'residual'"),
        (("moons", "--workers", "0"), "--workers '0' is not possible"),
        (("moons", "--export", "x.csv"), "Add --store"),
        (("moons", "--export", "x.doc", "--store", "x.db"), ".csv or .parquet"),
        (("moons", "--json", "/no/such/x.json"), "There is no folder"),
        (("moons", "--nonsense"), "could not be read"),
    ],
)
def test_nonsense_gets_one_sentence(capsys, tmp_path: Path, monkeypatch, arguments, says) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, *arguments, "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith("livegrad: ")
    assert err.count("\n") == 1
    assert says in err
    assert list(tmp_path.iterdir()) == []


def test_nonsense_in_a_file_gets_one_sentence(capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = str(table(tmp_path))
    for arguments, says in (
        ((file,), "there are 3: a, b, large?"),
        ((file, "--target", "large"), "The nearest is 'large?'"),
        ((file, "--target", "b", "--kind", "class"), "The nearest is 'classes'"),
        (("moons", "--html", file), "not a livegrad report"),
        (("moons", "--store", file, *QUICK), "is no store"),
    ):
        code, out, err = call(capsys, *arguments, "--lang", "en")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert says in err


def test_korean_refuses_in_korean(capsys) -> None:
    _, _, err = call(capsys, "moons", "--seeds", "x", "--lang", "ko")
    assert err == (
        "livegrad: --seeds의 값이 'x'입니다. 2부터 10,000까지의 정수여야 합니다. --seeds 32로 해 보세요.\n"
    )


def test_parquet_is_refused_before_the_training(capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(compare_showing.importlib.util, "find_spec", lambda _: None)
    given = ("--store", str(tmp_path / "t.db"), "--export", str(tmp_path / "t.parquet"))
    code, _, err = call(capsys, *TWO, *given, "--lang", "en")
    assert code == 2
    assert "pip install pyarrow" in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_named_as_a_task_is_reached_by_its_path(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path).rename(tmp_path / "moons")
    assert data_in("moons", {}).inputs.shape == (500, 2)
    assert data_in("./moons", {"target": "large?"}).inputs.shape == (60, 2)


# ------------------------------------------------------------ progress and Ctrl-C


def test_each_stage_ends_with_a_line(capsys) -> None:
    with watching("ko") as tell:
        tell("rates", Progress(5, 10, 0.5))
        tell("rates", Progress(10, 10, 1.0))
        tell("trials", Progress(10, 10, 1.0))
    assert [line.partition(".")[0] for line in capsys.readouterr().err.splitlines()] == [
        "학습률을 찾았습니다",
        "학습을 마쳤습니다",
    ]


def test_a_terminal_gets_a_bar_with_the_time_left() -> None:
    bar = Bar(TextColumn("{task.fields[left]}"), console=Console(file=io.StringIO(), width=80))
    bar.disable = False
    watch = compare_progress._Watch("en", bar)
    watch("trials", Progress(done=300_000, total=900_000, seconds=2.0))
    (task,) = bar.tasks
    assert (task.description, task.completed, task.total) == ("training", 300_000, 900_000)
    assert task.fields["left"] == "4.0 s left · 150,000 network-steps/s"


def test_steps_of_all_rounds_of_a_stage_are_counted(capsys, monkeypatch) -> None:
    now = iter(range(100))
    monkeypatch.setattr(compare_progress.time, "perf_counter", lambda: float(next(now)))
    with watching("en") as tell:
        for done, total in ((40, 100), (100, 100), (0, 50), (50, 50)):
            tell("trials", Progress(done, total, 0.5))
    assert capsys.readouterr().err == "Networks trained: 1.0 s, 150 network-steps a second.\n"


_SPEAKING = """
import sys
from livegrad import cli
from livegrad.report import compare_progress

watched = compare_progress._Watch.__call__
def spoken(*given):
    print("training", flush=True)
    return watched(*given)
compare_progress._Watch.__call__ = spoken
cli.main()
"""


def test_ctrl_c_says_what_is_stored(tmp_path: Path) -> None:
    store = tmp_path / "trials.db"
    with pytest.raises(SystemExit):
        cli.main(("compare", *TWO, "--store", str(store), "--json", str(tmp_path / "x.json")))
    long = ("--hidden", "200", "--steps", "200000", "--lr", "0.01", "--seeds", "6")
    command = ("-c", _SPEAKING, "compare", "digits", *long, "--store", str(store), "--lang", "en")
    with subprocess.Popen(
        (sys.executable, *command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "training\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=170)
    said = f"{store} holds 12 trials: the same command goes on from there."
    assert process.returncode == 130
    assert err == f"livegrad: Stopped before it was done. {said}\n"
    with Store(store) as opened:
        assert len(opened) == 12


def test_ctrl_c_without_a_store_says_how_to_have_one(capsys, monkeypatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compare_showing, "study", stopped)
    code, out, err = call(capsys, *TWO, "--lang", "ko")
    assert (code, out) == (130, "")
    assert err == (
        "livegrad: 끝나기 전에 멈췄습니다. 저장한 것이 없습니다. --store trials.db를 주면 나중에 이어서 할 수 "
        "있습니다.\n"
    )


def test_a_command_is_quoted_for_a_shell() -> None:
    options = {"target": "a b", "seeds": None, "lr": " -1 ", "activations": "x*sin(x),relu"}
    line = command_of(" d'ata.csv", options, halving=True)
    assert shlex.split(line) == [
        "livegrad", "compare", "d'ata.csv", "--target", "a b", "--activations", "x*sin(x),relu",
        "--lr", "-1", "--halving",
    ]  # fmt: skip
