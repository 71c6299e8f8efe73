"""``livegrad lab`` and ``livegrad claims``: words, JSON, exit codes, and what they answer to nonsense."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources

import httpx
import numpy as np
import pytest
from lab.labs import TOKEN
from rich.console import Console

from livegrad import cli
from livegrad.errors import BadInput
from livegrad.lab import claims_json, claims_run, claims_showing, server
from livegrad.lab.claims_run import Outcome, plan_of, run_claims
from livegrad.lab.claims_table import print_seeds, print_table
from livegrad.lab.claims_words import figure
from livegrad.lab.experiment import EXPERIMENTS, Control, Experiment, Facts, Number, Run, Verdict
from livegrad.lab.gate import Gate
from livegrad.lab.server import bound
from livegrad.registry import Registry
from livegrad.text import Text, same

ONE = EXPERIMENTS["sigmoid-vanishing"]
NOT_HERE = Text("A library is missing.", "라이브러리가 없습니다.")


def _run(run: Run) -> Facts:
    run.tell(0.5)
    if run.choice("mode") == "broken":
        raise BadInput(NOT_HERE)
    if run.choice("mode") == "stopped":
        raise KeyboardInterrupt
    with np.errstate(all="warn"):
        np.exp(np.float64(1000))  # overflows, and warns
    held = np.arange(8) < run.number("held") + run.seed
    number = Number(
        id="n", name=Text("Steps", "스텝"), value=float(held.sum()), form="count", explanation=same("steps")
    )  # fmt: skip
    odd = Number(id="o", name=same("odd"), value=float("nan"), low=-np.inf, high=np.inf, explanation=same("odd"))  # fmt: skip
    return Facts(held=held, numbers=(number, odd), figures=(), settings=run.settings, seed=run.seed)


def _verdict(facts: Facts) -> Verdict:
    code = "holds" if facts["n"] > 6 else "does-not-hold"
    return Verdict(code=code, text=Text("{n} steps.", "{n} 스텝.").fill(n=facts["n"]), condition=same("never"))  # fmt: skip


def made(identifier: str, *, expected: str = "holds", mode: str = "fine", held: float = 8) -> Experiment:  # fmt: skip
    controls = (
        Control(id="held", name=Text("held", "맞음"), usual=held, low=0, high=8),
        dataclasses.replace(ONE.controls[0], id="mode", usual=mode, low=None, high=None, log=False),
    )
    return dataclasses.replace(
        ONE, id=identifier, controls=controls, run=_run, verdict=_verdict, expected=expected, after=(), seconds=0.01,
        question=dataclasses.replace(ONE.question, right=lambda facts: "half"),  # noqa: ARG005
    )  # fmt: skip


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> dict[str, Experiment]:
    """A few claims of the tests in the place of all others."""
    entries = [
        made("a-holds"),
        made("b-differs", held=3),
        made("c-broken", mode="broken"),
        made("d-wavers", held=6, expected="does-not-hold"),
        made("e-stopped", mode="stopped"),
    ]
    found = {one.id: one for one in entries}
    monkeypatch.setattr(
        Registry, "_entries", property(lambda self: found if self is EXPERIMENTS else self.__dict__["kept"])
    )  # fmt: skip
    return found


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


# ------------------------------------------------------------ claims


def test_one_claim_is_told_whole(capsys) -> None:
    code, out, err = call(capsys, "claims", "sigmoid-vanishing", "--lang", "en", "--set", "depth=8", "--seed", "3")  # fmt: skip
    assert code == 0
    assert out.startswith("sigmoid-vanishing · said in A (course digest), D (slides)\n")
    for part in ("Measured", "Verdict: ", "Where it flips", "How it was measured", "n = 32", "95 % interval"):  # fmt: skip
        assert part in out
    assert "  livegrad claims sigmoid-vanishing --set depth=8 --seed 3\n" in out
    assert err == ""


def test_the_command_that_it_shows_gives_the_same(capsys, claims) -> None:
    given = ("claims", "d-wavers", "--set", "held=5", "--seed", "1")
    assert f"\n  livegrad {' '.join(given)}\n" in call(capsys, *given)[1]
    first, again = (json.loads(call(capsys, *given, "--json=-")[1]) for _ in range(2))
    for one in (first, again):
        one["claims"][0]["runs"][0]["seconds"] = 0
    assert first == again
    assert first["claims"][0]["runs"][0]["settings"] == {"held": 5, "mode": "fine"}
    assert claims


def test_korean_words(capsys, claims) -> None:
    code, out, _ = call(capsys, "claims", "a-holds", "--lang", "ko")
    assert code == 0
    assert "판정: 맞음" in out
    assert "짝지은 출발 8개 가운데 8개에서 맞았습니다." in out
    assert claims


def test_json_has_all_that_was_measured(capsys, tmp_path) -> None:
    path = tmp_path / "found.json"
    code, out, _ = call(capsys, "claims", "sigmoid-vanishing", "--json", str(path), "--lang", "en")
    assert code == 0
    assert "Verdict: " in out  # words go on where JSON has a place of its own
    told = json.loads(path.read_text("utf-8"))
    [claim] = told["claims"]
    [run] = claim["runs"]
    assert told["schema_version"] == claims_json.SCHEMA
    assert (claim["id"], claim["unexpected"], claim["stable"]) == (ONE.id, False, True)
    assert run["verdict"]["code"] == claim["expected"] == ONE.expected
    assert len(run["starts"]) == run["held"]["of"] == 32
    assert sum(run["starts"]) == run["held"]["count"]
    assert {one["kind"] for one in run["figures"]} <= {"Chart", "Ladder", "Plane", "Mesh", "Heat"}
    assert isinstance(run["figures"][0]["title"]["ko"], str)
    assert run["numbers"][0]["low"] < run["numbers"][0]["value"] < run["numbers"][0]["high"]


def test_json_of_a_number_that_is_none(claims) -> None:
    told = json.loads(claims_json.to_json(run_claims(plan_of(["a-holds"]))))
    odd = told["claims"][0]["runs"][0]["numbers"][1]
    assert (odd["value"], odd["low"], odd["high"]) == ("nan", "-inf", "inf")
    assert claims


def test_a_table_of_all_says_what_differs_and_what_could_not_run(capsys, claims) -> None:
    del claims["e-stopped"]
    code, out, err = call(capsys, "claims", "--lang", "en")
    assert code == 1
    lines = out.splitlines()
    assert lines[0].split()[:3] == ["claim", "verdict", "held"]
    assert re.match(r"a-holds +holds +8 of 8 · \d+–100 % +Steps 8 +[\d.]+ s", lines[1])
    assert re.match(r"b-differs +does not hold +3 of 8 · \d+–\d+ % +Steps 3 ", lines[2])
    assert re.match(r"c-broken +not run", lines[3])
    assert "'c-broken' could not run. A library is missing." in out
    assert (
        "'b-differs' was expected to come out as 'holds', but came out as 'does not hold'."
        in " ".join(out.split())
    )
    assert out.rstrip().endswith("Hold: 1; hold under a condition: 0; do not hold here: 2.")
    assert [line.partition(":")[0] for line in err.splitlines()] == list(claims)


def test_several_base_seeds_say_whether_verdicts_are_stable(capsys, claims) -> None:
    code, out, _ = call(capsys, "claims", "a-holds", "d-wavers", "--seeds", "3", "--lang", "en")
    assert code == 1  # expected not to hold, it does so from two of the three
    assert re.search(r"a-holds +holds ×3 +100 % +Steps 8 ", out)
    assert re.search(r"d-wavers +holds ×2, does not hold ×1 +75–100 % +Steps 6 … 8 ", out)
    assert "1 of 2 claims got the same verdict from all 3 base seeds." in out
    code, out, _ = call(capsys, "claims", "d-wavers", "--seeds", "3", "--seed", "1", "--lang", "ko")
    assert code == 1
    assert [line.split()[0] for line in out.splitlines() if re.match(r"\d ", line)] == ["1", "2", "3"]  # fmt: skip
    assert "바탕 시드 3개에서 모두 같은 판정이 나왔습니다." in out
    _, out, _ = call(capsys, "claims", "d-wavers", "--seeds", "2", "--lang", "en")
    assert "The verdict depends on the base seed: " in out
    assert claims


def test_other_settings_owe_no_verdict(capsys, claims) -> None:
    assert call(capsys, "claims", "b-differs")[0] == 1
    assert call(capsys, "claims", "b-differs", "--set", "held=3")[0] == 1  # the usual, said aloud
    assert call(capsys, "claims", "b-differs", "--set", "held=4")[0] == 0
    assert claims


def test_what_only_warns_prints_no_warning(capfd, claims) -> None:
    assert call(capfd, "claims", "a-holds")[0] == 0
    list(run_claims(plan_of(["a-holds"])))
    assert "Warning" not in capfd.readouterr().err
    assert claims


def test_progress_tells_the_share_of_all_seeds(claims, monkeypatch) -> None:
    monkeypatch.setattr(claims_run.time, "perf_counter", iter(range(100)).__next__)
    told = list[float]()
    list(run_claims(plan_of(["a-holds"], seeds=2), lambda _, share: told.append(share)))
    assert told == [0.0, 0.25, 0.5, 0.75]
    assert claims


def test_a_bar_where_somebody_looks(monkeypatch, claims, capsys) -> None:
    monkeypatch.setattr(
        claims_showing, "Console", lambda **_: Console(force_terminal=True, width=60, stderr=True)
    )
    assert claims_showing.show_claims(claims_showing.Asked(ids=("a-holds", "b-differs"), json="-"))
    assert "b-differs" in capsys.readouterr().err
    assert claims


def test_the_only_claim_that_cannot_run_is_an_error(capsys, claims) -> None:
    code, _, err = call(capsys, "claims", "c-broken", "--lang", "en")
    assert (code, err) == (2, "livegrad: A library is missing.\n")
    claims.pop("e-stopped")
    for name in ("a-holds", "b-differs", "d-wavers"):
        claims.pop(name)
    claims["f-broken"] = made("f-broken", mode="broken")
    assert call(capsys, "claims")[0] == 2


def test_ctrl_c_prints_what_was_done(capsys, claims) -> None:
    code, out, err = call(capsys, "claims", "a-holds", "e-stopped", "--lang", "en")
    assert code == 130
    assert re.search(r"^a-holds +holds", out, re.MULTILINE)
    assert err.endswith("livegrad: Stopped after 1 of 2 claims.\n")
    assert claims


def test_the_list(capsys) -> None:
    code, out, _ = call(capsys, "claims", "--list", "--lang", "ko")
    assert code == 0
    assert "sigmoid-vanishing" in out
    assert "시그모이드" in out
    told = json.loads(call(capsys, "claims", "--list", "--json=-")[1])
    assert [one["id"] for one in told["claims"]] == list(EXPERIMENTS)
    control = next(one for one in told["claims"] if one["id"] == ONE.id)["controls"][0]
    assert control["usual"] == ONE.controls[0].usual


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sigmoid-vanish",), "No claim is called 'sigmoid-vanish'. The nearest is 'sigmoid-vanishing'"),
        (("--set", "depth=3"), "--set changes a control of one claim, and"),
        (("sigmoid-vanishing", "--set", "depth"), "'depth' is no setting."),
        (("sigmoid-vanishing", "--set", "=3"), "'=3' is no setting."),
        (("sigmoid-vanishing", "--set", "deep=3"), "'sigmoid-vanishing' has no control called 'deep'; it has: "),
        (("sigmoid-vanishing", "--set", "depth=1e9"), "was set to"),
        (("sigmoid-vanishing", "--set", "depth=much"), "was set to"),
        (("sigmoid-vanishing", "--seeds", "0"), "The command could not be read"),
        (("sigmoid-vanishing", "--seed", "-1"), "The command could not be read"),
        (("sigmoid-vanishing", "--json", "/no/such/folder/a.json"), "There is no folder '/no/such/folder'"),
        (("sigmoid-vanishing", "--json=/"), "'/' is a folder"),
    ],
)  # fmt: skip
def test_nonsense_is_answered_in_a_sentence(capsys, arguments, said) -> None:
    code, out, err = call(capsys, "claims", *arguments, "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith("livegrad: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [(0.23, "factor", "×0.230"), (0.5, "share", "50 %"), (1234, "count", "1,234"), (12.5, "count", "12.5"),
     (3e-16, "power", "3e-16"), (0, "power", "0"), (2.5, "seconds", "2.50 s"), (float("inf"), "count", "∞"),
     (float("nan"), "share", "NaN"), (float("nan"), "power", "NaN"), (-1e-5, "plain", "-1e-5")],
)  # fmt: skip
def test_numbers_are_written_in_their_form(value, form, written) -> None:
    assert figure(value, form) == written


@pytest.mark.parametrize("width", [24, 40, 54, 70, 80, 100, 200])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_tables_fit_into_the_terminal(width, language, claims, capsys) -> None:
    outcomes = list(run_claims(plan_of(["a-holds", "d-wavers", "c-broken"], seeds=2)))
    print_table(outcomes, console=Console(width=width), language=language, seeds=2)
    print_seeds(outcomes[1], console=Console(width=width), language=language)
    from rich.cells import cell_len

    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= min(width, 100)
    shows = "Steps 8" in "".join(lines) or "스텝 8" in "".join(lines)
    assert shows or width < 80
    assert not shows or width > 54
    assert claims


def test_an_outcome_that_did_not_run_is_not_unexpected() -> None:
    outcome = Outcome(experiment=ONE, problem=NOT_HERE)
    assert not outcome.unexpected
    assert outcome.seconds == 0


# ------------------------------------------------------------ lab


def _hears_ctrl_c() -> None:
    """Where the tests themselves run in the background they ignore Ctrl-C, and a child would inherit it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def started() -> Iterator[subprocess.Popen[str]]:
    """``livegrad lab`` in a process of its own, on a free port."""
    given = [
        "-m",
        "livegrad",
        "lab",
        "--no-browser",
        "--port",
        "0",
        "--lang",
        "en",
        "--token",
        TOKEN,
    ]
    process = subprocess.Popen(
        [sys.executable, *given], text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": "1"},
        preexec_fn=_hears_ctrl_c,  # noqa: PLW1509 - one thread here
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def test_it_says_its_address_serves_and_ends_with_ctrl_c(started) -> None:
    assert started.stdout is not None
    said = started.stdout.readline()
    found = re.fullmatch(rf"The lab is open at (http://127\.0\.0\.1:\d+)/\?token={TOKEN}\n", said)
    assert found is not None
    assert started.stdout.readline() == "Ctrl-C ends it.\n"
    with httpx.Client(base_url=found[1], follow_redirects=True, timeout=60) as client:
        answer = client.get(f"/?token={TOKEN}")
    assert answer.status_code == 200
    assert '"words":{' in answer.text
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out, err) == (0, "The lab is closed.\n", "")


def test_ctrl_c_before_it_serves_ends_it_too(started) -> None:
    assert started.stdout is not None
    started.stdout.readline()
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 0, err
    assert out.endswith("The lab is closed.\n")
    assert "Traceback" not in err


def lab(capsys, monkeypatch, *arguments: str) -> tuple[int, str, str, dict]:
    """Call ``livegrad lab`` with a server that ends at once."""
    served = dict[str, object]()

    def serve(**given: object) -> None:
        served.update(given)
        host = str(given["host"])
        given["told"](Gate(port=80, host=host, token=TOKEN))  # pyrefly: ignore

    monkeypatch.setattr(server, "serve", serve)
    return *call(capsys, "lab", *arguments), served


def test_what_was_asked_for_reaches_the_server(capsys, monkeypatch, tmp_path) -> None:
    bundled = resources.files("livegrad.lab") / "recordings" / "digits_sigmoid.json.gz"
    recording = tmp_path / "run.json.gz"
    recording.write_bytes(bundled.read_bytes())
    code, out, err, served = lab(
        capsys, monkeypatch, str(recording), "--lang", "ko", "--port", "9000", "--embed", "http://a", "--embed", "http://b",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out == (
        f"실험실 주소: http://127.0.0.1:80/?token={TOKEN}\n끝내려면 Ctrl-C를 누르세요.\n실험실을 닫았습니다.\n"
    )
    served.pop("told")
    assert served == {
        "host": "127.0.0.1", "port": 9000, "open_browser": True, "recording": str(recording), "token": None,
        "embed": ("http://a", "http://b"), "language": "ko",
    }  # fmt: skip
    assert lab(capsys, monkeypatch, "--no-browser")[3]["open_browser"] is False


def test_letting_others_in_is_warned_of(capsys, monkeypatch) -> None:
    for language, said in (("en", "lets other machines in"), ("ko", "다른 컴퓨터도 들어올 수 있습니다")):  # fmt: skip
        code, out, err, _ = lab(capsys, monkeypatch, "--host", "0.0.0.0", "--lang", language)  # noqa: S104
        assert code == 0
        assert said in err
        assert "http://127.0.0.1:80/" in out
    assert lab(capsys, monkeypatch, "--host", "localhost")[2] == ""


def test_a_recording_that_is_missing_is_said(capsys) -> None:
    code, _, err = call(capsys, "lab", "none.json", "--lang", "en")
    assert code == 2
    assert "There is no recording 'none.json'. livegrad run --record none.json script.py" in err


def test_a_file_that_is_no_recording_is_said_before_the_page_opens(capsys, tmp_path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n")
    code, out, err = call(capsys, "lab", str(path), "--no-browser", "--lang", "en")
    assert code == 2
    assert "it is no JSON" in err
    assert out == ""


def test_a_port_that_is_taken_is_said(capsys) -> None:
    with bound(port=0) as first:
        port = first.getsockname()[1]
        code, out, err = call(capsys, "lab", "--port", str(port), "--no-browser", "--lang", "en")
    assert (code, out) == (2, "")
    assert f"Port {port} is taken by another program. The next free one is" in err


def test_an_origin_that_is_none_is_said(capsys) -> None:
    code, _, err = call(capsys, "lab", "--embed", "everywhere", "--no-browser", "--lang", "ko")
    assert code == 2
    assert "'everywhere' 값은 페이지의 출처(origin)가 아닙니다" in err


def test_packages_that_are_missing_are_named(capsys, monkeypatch) -> None:
    monkeypatch.setattr(
        server.importlib.util, "find_spec", lambda name: None if name != "uvicorn" else name
    )
    code, _, err = call(capsys, "lab", "--no-browser", "--lang", "en")
    assert code == 2
    assert "not installed (starlette, websockets). Run: pip install 'livegrad[lab]'." in err


WITHOUT = """
import sys
for name in ("starlette", "uvicorn", "websockets", "anyio", "torch"):
    sys.modules[name] = None
from livegrad import cli
assert "numpy" not in sys.modules, "the commands must be light"
cli.main()
"""


def test_claims_run_without_the_packages_of_the_lab() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "claims", "sigmoid-vanishing", "--json=-"],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["claims"][0]["runs"][0]["verdict"]["code"] == ONE.expected


def test_the_browser_is_opened_at_the_address(monkeypatch) -> None:
    import webbrowser

    opened = list[str]()
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(server, "_aside", lambda call, *given: given and call(*given))

    def ends(_app: object, _limits: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "server_for", ends)
    server.serve(port=0, token=TOKEN)
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+/\?token={TOKEN}", opened[0])
    server.serve(port=0, token=TOKEN, open_browser=False)
    assert len(opened) == 1
