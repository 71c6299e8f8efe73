"""The command ``livegrad guide``; light to import, since every command line imports it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from livegrad.report.places import check_place
from livegrad.text import Language, Text, preferred_language

__all__ = ["guide_command"]

_LANGUAGE: Language = preferred_language()
_FACTS = ("task", "layer", "architecture", "loss", "norm", "precision", "device", "depth", "width", "features", "samples")  # fmt: skip
_OPTIONS = ("target", "kind", "activations", "hidden", "seeds", "steps", "batch_size", "optimizer", "lr", "splits", "validation")  # fmt: skip

_HELP_GUIDE = Text(
    "Say which activation function to take where, why, on what evidence, and when that is wrong. With DATA (a file with "
    "--target, or a bundled task) also measure it, and say whether rules and measurement agree. Without options, on a "
    "terminal: a few questions.",
    "어디에 어떤 활성화 함수(activation)를 쓸지, 이유와 근거, 틀리는 경우를 알려 줍니다. DATA(--target과 함께 주는 파일이나 준비된 과제)를 주면 "
    "재 보고 규칙과 측정이 일치하는지도 알려 줍니다. 터미널에서 옵션 없이 부르면 몇 가지를 묻습니다.",
)
_HELP = {
    "task": Text(
        "binary, multilabel, multiclass, ordinal, regression, positive, fraction. Needed for the output layer.",
        "binary, multilabel, multiclass, ordinal, regression, positive, fraction. 출력층에는 꼭 필요합니다.",
    ),
    "layer": Text(
        "hidden, recurrent, block (of a transformer), output. Without it: hidden.",
        "hidden, recurrent, block(트랜스포머), output. 없으면 hidden.",
    ),
    "architecture": Text("mlp, cnn, rnn, transformer.", "mlp, cnn, rnn, transformer."),
    "loss": Text(
        "PyTorch's loss, as in CrossEntropyLoss.", "PyTorch의 손실. 예: CrossEntropyLoss."
    ),
    "norm": Text("none, batch, layer, rms.", "none, batch, layer, rms."),
    "precision": Text("float32, bfloat16, float16.", "float32, bfloat16, float16."),
    "device": Text("gpu, cpu, mobile: where it will run.", "gpu, cpu, mobile: 돌릴 곳."),
    "depth": Text("Hidden layers in a row.", "이어지는 은닉층의 수."),
    "width": Text("Units in each.", "층마다 유닛의 수."),
    "features": Text("Inputs of one sample.", "표본 하나의 입력 수."),
    "samples": Text("Samples to learn from.", "학습할 표본 수."),
    "skip": Text("Residual connections.", "잔차 연결이 있습니다."),
    "symptom": Text(
        "Code of a finding, as in dead-units; may be given several times.",
        "찾은 문제의 코드. 예: dead-units. 여러 번 줄 수 있습니다.",
    ),
    "json": Text(
        "Print JSON instead of words, or write it to a PATH ending in .json.",
        "글 대신 JSON을 출력하거나, .json으로 끝나는 PATH에 씁니다.",
    ),
    "lang": Text("Language.", "언어."),
    "target": Text("With DATA: column to be told.", "DATA와 함께: 맞힐 열."),
    "kind": Text(
        "With DATA: regression, binary, classes.", "DATA와 함께: regression, binary, classes."
    ),
    "activations": Text(
        "With DATA: what to measure beside the first choice. Without it: the choices and twelve usual ones.",
        "DATA와 함께: 첫째 선택과 나란히 잴 것. 없으면 고른 것들과 흔히 쓰는 12가지.",
    ),
    "hidden": Text(
        "With DATA: units of the hidden layers. Without it: 64,64.",
        "DATA와 함께: 은닉층의 유닛 수. 없으면 64,64.",
    ),
    "seeds": Text(
        "With DATA: seeds for each. Without it: 32.", "DATA와 함께: 시드의 수. 없으면 32."
    ),
    "steps": Text(
        "With DATA: training steps. Without it: 2000.", "DATA와 함께: 학습 스텝. 없으면 2000."
    ),
    "batch_size": Text(
        "With DATA: samples in a step. Without it: 64.",
        "DATA와 함께: 한 스텝의 표본 수. 없으면 64.",
    ),
    "optimizer": Text(
        "With DATA: sgd, momentum, adam, adamw.", "DATA와 함께: sgd, momentum, adam, adamw."
    ),
    "lr": Text(
        "With DATA: learning rate, or search. Without it: searched.",
        "DATA와 함께: 학습률 또는 search. 없으면 찾습니다.",
    ),
    "splits": Text(
        "With DATA: on how many splits of it the seeds are spread. Without it: 16 parts (or as many as seeds), each of which judges once.",
        "DATA와 함께: 시드를 데이터를 나눈 몇 가지에 나누어 쓸지. 없으면 16부분(시드가 더 적으면 시드 수만큼)으로 나누어 부분마다 한 번씩 평가합니다.",
    ),
    "validation": Text(
        "With DATA: share of the samples to judge by, drawn anew for each split. Without it: each part judges once.",
        "DATA와 함께: 검증(validation)에 쓰는 표본의 비율. 나눌 때마다 새로 뽑습니다. 없으면 부분마다 한 번씩 평가합니다.",
    ),
}


def _say(name: str) -> str:
    return _HELP[name].say(_LANGUAGE)


def _options(command: Callable[..., int]) -> Callable[..., int]:
    for name in reversed((*_FACTS, *_OPTIONS)):
        written = f"--{name.replace('_', '-')}"
        command = click.option(written, name, default=None, help=_say(name))(command)
    return command


@click.command("guide", help=_HELP_GUIDE.say(_LANGUAGE))
@_options
@click.option("--symptom", "symptoms", multiple=True, metavar="CODE", help=_say("symptom"))
@click.option("--skip", is_flag=True, help=_say("skip"))
@click.option("--json", "as_json", default=None, metavar="[PATH]", help=_say("json"))
@click.option("--lang", type=click.Choice(["en", "ko"]), default=_LANGUAGE, help=_say("lang"))
@click.argument("data", default="", metavar="[DATA]")
def guide_command(data: str, **given: Any) -> int:
    """Advise, by options, by questions, or beside a measurement."""
    from livegrad.advice.showing import Asked, show_guide

    check_place(given["as_json"])
    show_guide(
        Asked(
            data=data,
            facts={name: given[name] for name in (*_FACTS, "symptoms", "skip")},
            options={name: given[name] for name in _OPTIONS},
            json=given["as_json"],
            language=given["lang"],
            ask=_ask if sys.stdin.isatty() and sys.stdout.isatty() else None,
        )
    )
    return 0


def _ask(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        raise click.Abort from None
