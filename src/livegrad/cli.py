"""The command line: ``livegrad run``, ``check``, ``show``, ``flow``, ``compare``, ``guide``, ``lab``, ``claims``, ``env``.

Exit codes: 0 healthy, or cure proven with ``--treat`` · 1 findings at or above ``--fail-on``, or a training that does not
learn · 2 bad input · 3 could not observe. A script that fails of itself passes its own code on.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from livegrad.advice.command import guide_command
from livegrad.diagnosis.gate import FAIL_ON, FailOn, require_fail_on
from livegrad.errors import BadInput, LivegradError
from livegrad.lab.command import claims_command, lab_command
from livegrad.report.places import check_place
from livegrad.text import Language, Text, preferred_language

if TYPE_CHECKING:
    from livegrad.diagnosis.finding import Diagnosis
    from livegrad.observation.evidence import Recording
    from livegrad.running import Progress
    from livegrad.treatment.proof import Prescription, Proof

_LANGUAGE: Language = preferred_language()
REPORT = "livegrad-report.html"
_MINUS = re.compile(r"-(?!-|p$|p\w+\s*=)")  # a formula that begins with a minus
_VALUED = (
    "--report",
    "--record",
    "--lang",
    "--fail-on",
    "--budget",
    "--seed",
    "--seeds",
    "--json",
    "--sarif",
)
_ALONE = {"--json": (".json",), "--sarif": (".sarif", ".json")}
"""Options that may stand alone (standard output), and what ends the path that they may have."""

_MISREAD = Text(
    "The command could not be read: {problem}. livegrad --help shows how it is written.",
    "명령을 읽지 못했습니다: {problem}. 쓰는 법은 livegrad --help에 있습니다.",
)
_BUDGET = Text(
    "'{given}' is no time. Give seconds or minutes, as in --budget 60s or --budget 2m.",
    "'{given:은/는}' 시간이 아닙니다. --budget 60s나 --budget 2m처럼 초나 분으로 주세요.",
)
_MISPLACED = Text(
    "'{option}' stands after the script, so it would go to the script. Put it before: livegrad run {option} {script}",
    "'{option}'이 스크립트 뒤에 있어 스크립트로 넘어갑니다. 앞에 놓아 주세요: livegrad run {option} {script}",
)
_NO_BUILD = Text(
    "'{given}' names no build function. Give file and function, as in: livegrad check train.py:build",
    "'{given}'에는 build 함수가 없습니다. 파일과 함수를 함께 주세요. 예: livegrad check train.py:build",
)
_BOTH_OUT = Text(
    "--json and --sarif both go to standard output. Give one of them a path, as in --sarif found.sarif",
    "--json과 --sarif를 둘 다 표준 출력으로 보냈습니다. 하나에는 --sarif found.sarif처럼 경로를 주세요.",
)
_RACES = Text(
    "now cures are tried: the script runs again and again, for {time} at most (--budget sets it)",
    "이제 처방을 시험합니다. 스크립트를 여러 번 다시 실행하며, 길어도 {time} 안에 끝납니다(--budget으로 바꿀 수 있습니다)",
)
_RACE = Text("trying {number} of {count}: {title} …", "{count}개 중 {number}번째 처방: {title} …")
_PROOF = Text("proving it from seed {seed}: {title} …", "시드 {seed}에서 증명: {title} …")
_WRITTEN = Text("Report: {path}", "보고서: {path}")
_HELP_RUN = Text(
    "Run SCRIPT as it is, watch it, and say what ails it and why. What follows SCRIPT goes to the script.",
    "SCRIPT를 있는 그대로 실행하고 지켜본 뒤, 무엇이 왜 문제인지 알려 줍니다. SCRIPT 뒤에 쓴 것은 스크립트로 넘어갑니다.",
)
_HELP_CHECK = Text(
    "Train what FILE.py:build gives, and say what ails it. build(seed) returns a livegrad.Training.",
    "FILE.py:build가 주는 것을 학습해 보고 무엇이 문제인지 알려 줍니다. build(seed)는 livegrad.Training을 돌려줍니다.",
)
_HELP_SHOW = Text(
    "Show an activation function: NAME from the catalogue, or a FORMULA of x in quotes, with its parameters as in "
    "--alpha 0.5. Without a name: the whole catalogue.",
    "활성화 함수(activation)를 보여 줍니다. 목록의 NAME이나 따옴표로 묶은 x의 FORMULA를 주고, 매개변수는 --alpha 0.5처럼 "
    "덧붙입니다. 이름이 없으면 목록 전체를 보여 줍니다.",
)
_HELP_FLOW = Text(
    "Predict how signal and gradient travel through a network before it is trained: NAME or FORMULA of the "
    "activation, several side by side.",
    "학습하기 전에 신호와 기울기가 신경망을 어떻게 지나갈지 예측합니다. 활성화 함수(activation)의 NAME이나 "
    "FORMULA를 주고, 여럿이면 나란히 봅니다.",
)
_HELP_COMPARE = Text(
    "Train many small networks of each activation on DATA, and say which may be called best. DATA is a file with "
    "--target, or a bundled task (--list).",
    "활성화 함수(activation)마다 작은 신경망을 여럿 학습해 어느 것이 가장 좋다고 할 수 있는지 알려 줍니다. DATA는 "
    "--target과 함께 주는 파일이거나 준비된 과제(--list)입니다.",
)
_HELP_ENV = Text(
    "Say which versions are at work, for a bug report.", "버그 보고에 쓸 판 번호를 알려 줍니다."
)
_HELP_MAIN = Text("livegrad: keep your gradients alive.", "livegrad: 기울기가 살아 있게.")
_HELP = {
    "treat": Text(
        "Look for a cure and prove it by retraining.", "처방을 찾아 다시 학습해 증명합니다."
    ),
    "module": Text(
        "SCRIPT is a module, as in python -m.", "SCRIPT가 python -m처럼 모듈 이름입니다."
    ),
    "budget": Text(
        "Time for all treated runs, e.g. 60s or 2m.", "치료 실행에 쓸 시간. 예: 60s, 2m."
    ),
    "seed": Text("Seed for torch, NumPy and random.", "torch, NumPy, random의 시드."),
    "proof_seeds": Text(
        "From how many seeds a cure is proven, as far as the budget goes.",
        "처방을 증명할 시드의 수. 예산이 닿는 데까지.",
    ),
    "report": Text("Where to write the HTML report.", "HTML 보고서를 쓸 곳."),
    "no_report": Text("Write no HTML report.", "HTML 보고서를 쓰지 않습니다."),
    "json": Text(
        "Print JSON instead of words, or write it to a PATH ending in .json.",
        "글 대신 JSON을 출력하거나, .json으로 끝나는 PATH에 씁니다.",
    ),
    "sarif": Text(
        "Print SARIF for code review instead of words, or write it to a PATH ending in .sarif.",
        "글 대신 코드 리뷰용 SARIF를 출력하거나, .sarif로 끝나는 PATH에 씁니다.",
    ),
    "html": Text("Write a page to this file.", "이 파일에 페이지를 씁니다."),
    "parameter": Text("A parameter, as in -p alpha=0.5.", "매개변수. 예: -p alpha=0.5."),
    "compare": Text(
        "Names or formulas between commas, side by side.",
        "쉼표로 나눈 이름이나 수식을 나란히 봅니다.",
    ),
    "all": Text("The whole catalogue.", "목록 전체."),
    "accuracy": Text("Measure the accuracy at many places.", "정확도를 여러 곳에서 잽니다."),
    "torch": Text(
        "Ask PyTorch where its own gradients die.", "PyTorch의 기울기가 어디서 0이 되는지도 봅니다."
    ),
    "prove": Text(
        "Prove range and slopes by interval arithmetic.",
        "치역과 기울기를 구간 연산으로 증명합니다.",
    ),
    "depth": Text("Layers. Without it: 10.", "층의 수. 없으면 10."),
    "width": Text("Units of each layer. Without it: 64.", "층마다 유닛의 수. 없으면 64."),
    "init": Text(
        "Initialisation, several between commas: pytorch, glorot, he, lecun, orthogonal, critical.",
        "초기화(initialisation), 여럿이면 쉼표로: pytorch, glorot, he, lecun, orthogonal, critical.",
    ),
    "weight": Text(
        "Weight scale σ_w: weights have variance σ_w²/fan_in.",
        "가중치 크기 σ_w: 가중치의 분산이 σ_w²/fan_in.",
    ),
    "weight_variance": Text("The same as σ_w².", "같은 것을 σ_w²로."),
    "bias": Text("Bias scale σ_b.", "편향 크기 σ_b."),
    "bias_variance": Text("The same as σ_b².", "같은 것을 σ_b²로."),
    "norm": Text("Normalisation: none, batch, layer, rms.", "정규화: none, batch, layer, rms."),
    "post_norm": Text(
        "Normalise after the residual sum, not before the branch.",
        "갈래 앞이 아니라 잔차를 더한 뒤에 정규화합니다.",
    ),
    "skip": Text(
        "Residual connections; the branch is scaled by this.", "잔차 연결. 갈래에 이 수를 곱합니다."
    ),
    "dropout": Text("Share of units dropped.", "끄는 유닛의 비율."),
    "kernel": Text("Convolutions of this size.", "이 크기의 합성곱."),
    "recurrent": Text(
        "A recurrent network: layers are time steps.", "순환 신경망. 층이 시간 단계입니다."
    ),
    "inputs": Text("How many random inputs, without data.", "데이터 대신 쓰는 무작위 입력의 수."),
    "sweep": Text(
        "Map one or two settings: depth=10..200, init=he,glorot, weight_variance=1..4.",
        "설정 하나나 둘을 훑어 지도로: depth=10..200, init=he,glorot, weight_variance=1..4.",
    ),
    "target": Text("Column to be told from the others.", "나머지 열로 맞힐 열."),
    "kind": Text(
        "What is to be told: regression, binary, classes. Without it: decided by the target.",
        "맞힐 것: regression, binary, classes. 없으면 목표를 보고 정합니다.",
    ),
    "activations": Text(
        "Names or formulas between commas. Without it: twelve usual ones.",
        "쉼표로 나눈 이름이나 수식. 없으면 흔히 쓰는 12가지.",
    ),
    "hidden": Text(
        "Units of the hidden layers, several networks between ;. Without it: 64,64.",
        "은닉층의 유닛 수, 신경망이 여럿이면 ;로. 없으면 64,64.",
    ),
    "inits": Text(
        "Initialisations between commas. Without it: he.",
        "쉼표로 나눈 초기화(initialisation). 없으면 he.",
    ),
    "seeds": Text("Seeds for each. Without it: 32.", "후보마다 시드의 수. 없으면 32."),
    "steps": Text("Training steps. Without it: 2000.", "학습 스텝. 없으면 2000."),
    "batch_size": Text("Samples in a step. Without it: 64.", "한 스텝의 표본 수. 없으면 64."),
    "optimizer": Text(
        "sgd, momentum, adam, adamw. Without it: adam.",
        "sgd, momentum, adam, adamw. 없으면 adam.",
    ),
    "weight_decay": Text("Weight decay. Without it: 0.", "가중치 감쇠. 없으면 0."),
    "lr": Text(
        "Learning rate, or search. Without it: searched for each candidate.",
        "학습률 또는 search. 없으면 후보마다 찾습니다.",
    ),
    "batch_norm": Text("Normalisation: none, batch.", "정규화: none, batch."),
    "skips": Text(
        "Connections past a layer: none, residual, rezero.",
        "층을 건너뛰는 연결: none, residual, rezero.",
    ),
    "splits": Text(
        "On how many splits of the data the seeds are spread. Without it: 16 parts (or as many as seeds), each of which judges once. 1: one "
        "split, a quarter of which judges.",
        "시드를 데이터를 나눈 몇 가지에 나누어 쓸지. 없으면 16부분(시드가 더 적으면 시드 수만큼)으로 나누어 부분마다 한 번씩 평가합니다. 1이면 한 번만 나누어 4분의 1로 "
        "평가합니다.",
    ),
    "validation": Text(
        "Share of the samples to judge by, drawn anew for each split. Without it: each part judges once.",
        "검증(validation)에 쓰는 표본의 비율. 나눌 때마다 새로 뽑습니다. 없으면 부분마다 한 번씩 평가합니다.",
    ),
    "halving": Text(
        "Hopeless candidates leave early.", "가망 없는 후보는 먼저 빠집니다(successive halving)."
    ),
    "list": Text("Name the bundled tasks.", "준비된 과제를 봅니다."),
    "store": Text(
        "Keep every trial in this file, and go on from it.",
        "모든 실험을 이 파일에 남기고, 있으면 이어서 합니다.",
    ),
    "ray": Text(
        "Train on a Ray cluster: its address, or local to start one here.",
        "Ray 클러스터에서 학습합니다. 주소를 주거나, 여기서 시작하려면 local.",
    ),
    "train_workers": Text(
        "Trainings at once, each in a process of its own.",
        "한 번에 돌리는 학습의 수. 저마다 다른 프로세스에서 돕니다.",
    ),
    "workers": Text("Threads. Without it: all processors.", "스레드 수. 없으면 프로세서 전부."),
    "export": Text(
        "Write all that is in the store to a .csv or .parquet file.",
        "저장소에 있는 것을 모두 .csv나 .parquet 파일에 씁니다.",
    ),
    "record": Text("Keep the evidence (JSON) for later.", "관찰 기록(JSON)을 남깁니다."),
    "lang": Text("Language of the report.", "보고서의 언어."),
    "fail_on": Text(
        "Severity from which on the exit code is 1; never: findings leave it 0.",
        "종료 코드가 1이 되는 심각도. never면 무엇을 찾아도 0입니다.",
    ),
}


@dataclass(frozen=True)
class Output:
    """Where the result goes."""

    language: Language
    report: Path | None
    json: str | None
    sarif: str | None
    record: Path | None
    fail_on: FailOn

    @property
    def words(self) -> bool:
        """Whether standard output is free for words."""
        return "-" not in (self.json, self.sarif)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the ``livegrad`` command."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = commands.main(_with_json_value(given), prog_name="livegrad", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = 2
    except click.ClickException as error:
        words = _MISREAD.fill(problem=error.format_message().rstrip("."))
        click.echo(f"livegrad: {words.say(_language_in(given))}", err=True)
        code = 2
    except click.Abort as abort:
        for note in getattr(
            abort.__cause__, "__notes__", ()
        ):  # what was kept of the interrupted race
            click.echo(f"livegrad: {note}", err=True)
        code = 130
    except LivegradError as error:
        click.echo(f"livegrad: {error.text.say(_language_in(given))}", err=True)
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


@click.group(help=_HELP_MAIN.say(_LANGUAGE))
@click.version_option(package_name="livegrad")
def commands() -> None:
    """Gather the commands."""


commands.add_command(guide_command)
commands.add_command(lab_command)
commands.add_command(claims_command)


def _output_options(command: Callable[..., int]) -> Callable[..., int]:
    options = [
        click.option("--report", type=click.Path(path_type=Path), default=REPORT, show_default=True, help=_say("report")),
        click.option("--no-report", is_flag=True, help=_say("no_report")),
        click.option("--json", "as_json", default=None, metavar="[PATH]", help=_say("json")),
        click.option("--sarif", default=None, metavar="[PATH]", help=_say("sarif")),
        click.option("--record", type=click.Path(path_type=Path), default=None, help=_say("record")),
        click.option("--lang", type=click.Choice(["en", "ko"]), default=_LANGUAGE, help=_say("lang")),
        click.option("--fail-on", type=click.Choice(FAIL_ON), default="warning", show_default=True, help=_say("fail_on")),
        click.option("--budget", default=None, help=_say("budget")),
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help=_say("seed")),
        click.option("--seeds", type=click.IntRange(1, 100), default=3, show_default=True, help=_say("proof_seeds")),
        click.option("--treat", is_flag=True, help=_say("treat")),
    ]  # fmt: skip
    for option in options:
        command = option(command)
    return command


def _say(name: str) -> str:
    return _HELP[name].say(_LANGUAGE)


@commands.command(
    "run",
    help=_HELP_RUN.say(_LANGUAGE),
    context_settings={"allow_interspersed_args": False, "ignore_unknown_options": False},
)
@_output_options
@click.option("-m", "is_module", is_flag=True, help=_say("module"))
@click.argument("script")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run_command(
    script: str, arguments: tuple[str, ...], *, is_module: bool, **options: object
) -> int:
    """Watch a script; with ``--treat`` cure it."""
    from livegrad import running

    output = _output(options)
    if "--treat" in arguments and "--" not in arguments:
        raise BadInput(_MISPLACED.fill(option="--treat", script=script))
    passed = arguments[1:] if arguments[:1] == ("--",) else arguments
    request = running.Request(
        script=script,
        arguments=passed,
        is_module=is_module,
        treat=bool(options["treat"]),
        budget=_seconds(options["budget"]),
        seed=int(str(options["seed"])),
        seeds=int(str(options["seeds"])),
        language=output.language,
        record=None if output.record is None else str(output.record.absolute()),
    )
    result = running.run(request, _progress(output.language))
    return _conclude(result.recording, result.diagnoses, result.proof, output)


@commands.command("check", help=_HELP_CHECK.say(_LANGUAGE))
@_output_options
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    metavar="N",
    help=_say("train_workers"),
)
@click.argument("build", metavar="FILE.py:build")
def check_command(build: str, **options: object) -> int:
    """Train what a build function gives; with ``--treat`` cure it."""
    from livegrad import loading
    from livegrad.treatment.checkup import check

    output = _output(options)
    path, _, name = build.rpartition(":")
    if not path or not name:
        raise BadInput(_NO_BUILD.fill(given=build))
    function = loading.function_in(path, name)
    seed = int(str(options["seed"]))
    checkup = check(
        function,
        treat=bool(options["treat"]),
        seed=seed,
        seeds=int(str(options["seeds"])),
        budget=_seconds(options["budget"]),
        workers=int(str(options["workers"])),
        told=_progress(output.language).race_ended,
    )
    recording = loading.recording_of(build, checkup, seed)
    return _conclude(recording, (checkup.diagnosis,), checkup.proof, output)


@commands.command(
    "show",
    help=_HELP_SHOW.say(_LANGUAGE),
    context_settings={"ignore_unknown_options": True},
)
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help=_say("parameter"))
@click.option("--compare", default="", metavar="A,B,…", help=_say("compare"))
@click.option("--all", "everything", is_flag=True, help=_say("all"))
@click.option("--accuracy", is_flag=True, help=_say("accuracy"))
@click.option("--torch", is_flag=True, help=_say("torch"))
@click.option("--prove", is_flag=True, help=_say("prove"))
@click.option("--json", "as_json", default=None, metavar="[PATH]", help=_say("json"))
@click.option("--html", default=None, type=click.Path(), help=_say("html"))
@click.option("--lang", type=click.Choice(["en", "ko"]), default=_LANGUAGE, help=_say("lang"))
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[NAME|FORMULA]")
def show_command(words: tuple[str, ...], **options: Any) -> int:
    """Show one activation function, several, or all."""
    from livegrad.report.function_checks import Extras
    from livegrad.report.showing import Asked, show

    for place in (options["as_json"], options["html"]):
        check_place(place)
    show(
        Asked(
            words=() if options["everything"] else words,
            given=options["given"],
            compare=options["compare"],
            json=options["as_json"],
            html=options["html"],
            language=options["lang"],
            extras=Extras(options["accuracy"], options["torch"], options["prove"]),
        )
    )
    return 0


def _flow_options(command: Callable[..., int]) -> Callable[..., int]:
    texts = ("inputs", "kernel", "dropout", "skip", "norm", "bias_variance", "bias", "weight_variance",
             "weight", "init", "width", "depth")  # fmt: skip
    flags = ("recurrent", "post_norm")
    for name in (*flags, *texts):
        written = f"--{name.replace('_', '-')}"
        option = click.option(written, name, is_flag=name in flags, default=None, help=_say(name))
        command = option(command)
    return command


@commands.command(
    "flow",
    help=_HELP_FLOW.say(_LANGUAGE),
    context_settings={"ignore_unknown_options": True},
)
@_flow_options
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help=_say("parameter"))
@click.option("--compare", default="", metavar="A,B,…", help=_say("compare"))
@click.option("--sweep", multiple=True, metavar="NAME=VALUES", help=_say("sweep"))
@click.option("--json", "as_json", default=None, metavar="[PATH]", help=_say("json"))
@click.option("--html", default=None, type=click.Path(), help=_say("html"))
@click.option("--lang", type=click.Choice(["en", "ko"]), default=_LANGUAGE, help=_say("lang"))
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[NAME|FORMULA]…")
def flow_command(words: tuple[str, ...], **options: Any) -> int:
    """Predict a flow, several, or a map of them."""
    from livegrad.report.flow_showing import Asked, show_flow

    known = ("given", "compare", "sweep", "as_json", "html", "lang")
    given, compare, sweep, as_json, html, language = (options.pop(name) for name in known)
    for place in (as_json, html):
        check_place(place)
    show_flow(
        Asked(
            words=words,
            given=given,
            compare=compare,
            options=options,
            sweep=sweep,
            json=as_json,
            html=html,
            language=language,
            command="livegrad " + " ".join(_shown(sys.argv[1:])),
        )
    )
    return 0


def _compare_options(command: Callable[..., int]) -> Callable[..., int]:
    texts = {"target": "NAME", "kind": "KIND", "activations": "A,B,…", "hidden": "N,N,…", "init": "A,B,…", "seeds": "N",
             "steps": "N", "batch_size": "N", "optimizer": "NAME", "weight_decay": "X", "lr": "X", "norm": "NAME",
             "skip": "NAME", "splits": "N", "validation": "X"}  # fmt: skip
    helps = {"init": "inits", "norm": "batch_norm", "skip": "skips"}
    for name, metavar in reversed(texts.items()):
        written = f"--{name.replace('_', '-')}"
        said = _say(helps.get(name, name))
        command = click.option(written, name, default=None, metavar=metavar, help=said)(command)
    return command


@commands.command("compare", help=_HELP_COMPARE.say(_LANGUAGE))
@_compare_options
@click.option("--halving", is_flag=True, help=_say("halving"))
@click.option("--list", "tasks", is_flag=True, help=_say("list"))
@click.option("--store", default=None, type=click.Path(), help=_say("store"))
@click.option("--workers", default=None, metavar="N", help=_say("workers"))
@click.option("--ray", default=None, metavar="ADDRESS", help=_say("ray"))
@click.option("--export", default=None, type=click.Path(), help=_say("export"))
@click.option("--json", "as_json", default=None, metavar="[PATH]", help=_say("json"))
@click.option("--html", default=None, type=click.Path(), help=_say("html"))
@click.option("--lang", type=click.Choice(["en", "ko"]), default=_LANGUAGE, help=_say("lang"))
@click.argument("data", default="", metavar="DATA")
def compare_command(data: str, **options: Any) -> int:
    """Compare activations on data."""
    from livegrad.report.compare_showing import Asked, show_compare

    known = ("halving", "tasks", "store", "workers", "ray", "export", "as_json", "html", "lang")
    halving, tasks, store, workers, ray, export, as_json, html, language = (
        options.pop(name) for name in known
    )
    for place in (as_json, html, export, store):
        check_place(place)
    show_compare(
        Asked(
            data=data,
            options=options,
            halving=halving,
            tasks=tasks,
            store=store,
            workers=workers,
            ray=ray,
            json=as_json,
            html=html,
            export=export,
            language=language,
        )
    )
    return 0


@commands.command("env", help=_HELP_ENV.say(_LANGUAGE))
def env_command() -> int:
    """Print versions, for a bug report."""
    import importlib.metadata
    import platform

    from livegrad import __version__

    click.echo(f"livegrad {__version__}")
    click.echo(f"python {platform.python_version()} ({platform.system()} {platform.machine()})")
    for package in ("torch", "numpy", "rich", "click"):
        try:
            click.echo(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            click.echo(f"{package} –")
    click.echo(f"engine {_engine()}")
    return 0


def _engine() -> str:
    """Return which engine trains small networks, and from which file."""
    from livegrad.trials.engine import native

    file = native.library_file()
    return f"native ({file})" if file else "reference (NumPy: no native engine was built)"


def _conclude(
    recording: Recording, diagnoses: tuple[Diagnosis, ...], proof: Proof | None, output: Output
) -> int:
    """Print, write, and say the exit code."""
    from rich.console import Console

    from livegrad import exit_code
    from livegrad.records import to_jsonable
    from livegrad.report import as_json, html, sarif, terminal
    from livegrad.report.facts import Report

    report = Report(
        command="livegrad " + " ".join(_shown(sys.argv[1:])),
        recording=recording,
        diagnoses=diagnoses,
        proof=proof,
        created=dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        fail_on=output.fail_on,
    )
    if output.record is not None:
        output.record.write_text(json.dumps(to_jsonable(recording)), encoding="utf-8")
    if output.json is not None:
        _write_json(as_json.to_json(report), output.json)
    if output.sarif is not None:
        _write_json(sarif.to_sarif(report, output.language), output.sarif)
    if output.words:
        terminal.print_report(report, console=Console(), language=output.language)
    if output.report is not None and report.diagnoses:
        html.write_html(report, output.report, output.language)
        click.echo(_WRITTEN.fill(path=output.report).say(output.language), err=True)
    return exit_code.of(report)


def _write_json(told: dict[str, Any], place: str) -> None:
    """Write JSON to a file, or to standard output for ``-``."""
    written = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
    if place == "-":
        click.echo(written)
    else:
        Path(place).write_text(written, encoding="utf-8")


def _progress(language: Language) -> Progress:
    from rich.console import Console

    from livegrad import quantity, running
    from livegrad.report import terminal
    from livegrad.report.race import UNTREATED

    console = Console(stderr=True)

    def opens(seconds: float) -> None:
        told = _RACES.fill(time=quantity.duration(seconds)).say(language)
        console.print(f"livegrad · {told}", highlight=False)

    def begins(prescription: Prescription, number: int, count: int) -> None:
        title = prescription.title
        console.print(
            "livegrad · " + _RACE.fill(number=number, count=count, title=title).say(language),
            highlight=False,
        )

    def proves(prescription: Prescription | None, seed: int) -> None:
        title = prescription.title if prescription is not None else UNTREATED
        console.print(
            "livegrad · " + _PROOF.fill(seed=seed, title=title).say(language), highlight=False
        )

    return running.Progress(
        race_opens=opens,
        race_begins=begins,
        proof_begins=proves,
        race_ended=lambda runner: terminal.print_race_line(
            runner, console=console, language=language
        ),
    )


def _output(options: dict[str, object]) -> Output:
    from livegrad.report.frame import require_replaceable

    report = None if options["no_report"] else Path(str(options["report"]))
    if report is not None:
        require_replaceable(report)
    record = options["record"]
    for place in (record, options["as_json"], options["sarif"]):
        check_place(place)
    if options["as_json"] == options["sarif"] == "-":
        raise BadInput(_BOTH_OUT)
    return Output(
        language="ko" if options["lang"] == "ko" else "en",
        report=report,
        json=None if options["as_json"] is None else str(options["as_json"]),
        sarif=None if options["sarif"] is None else str(options["sarif"]),
        record=record if isinstance(record, Path) else None,
        fail_on=require_fail_on(str(options["fail_on"])),
    )


def _seconds(given: object) -> float | None:
    """``"60s"``, ``"2m"`` or ``"90"`` as seconds."""
    if given is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m)?", str(given))
    if found is None or float(found[1]) <= 0:
        raise BadInput(_BUDGET.fill(given=given))
    return float(found[1]) * (60 if found[2] == "m" else 1)


def _with_json_value(arguments: list[str]) -> list[str]:
    """``--json`` and ``--sarif`` may stand alone: then they get the value ``-`` (standard output), unless a path follows.

    Only livegrad's own options are looked at, up to the script's name.
    """
    found, position = arguments[:1], 1
    own_only = found in (
        ["show"],
        ["flow"],
        ["compare"],
        ["guide"],
        ["claims"],
    )  # nothing is handed on to a script there
    while (
        position < len(arguments)
        and (own_only or arguments[position].startswith("-"))
        and arguments[position] != "--"
    ):
        word = arguments[position]
        following = arguments[position + 1] if position + 1 < len(arguments) else ""
        if word in _ALONE and not following.endswith(_ALONE[word]):
            found.append(f"{word}=-")
        elif own_only and _MINUS.match(word):
            found.append(" " + word)  # or click would read -x as an option
        else:
            found.append(word)
            if word in _VALUED:
                found.append(following)
                position += 1
        position += 1
    return found + arguments[position:]


def _language_in(arguments: list[str]) -> Language:
    """The language asked for, known even when parsing failed."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word in ("--lang=ko", "--lang=en"):
            return "ko" if word.endswith("ko") else "en"
        if word == "--lang":
            return "ko" if following == "ko" else "en"
    return _LANGUAGE


def _shown(arguments: list[str]) -> list[str]:
    import shlex

    return [shlex.quote(word) for word in arguments]
