"""The commands ``livegrad lab`` and ``livegrad claims``; light to import, since every command line imports it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from livegrad.errors import BadInput
from livegrad.report.places import check_place
from livegrad.text import Language, Text, preferred_language

__all__ = ["claims_command", "lab_command"]

_LANGUAGE: Language = preferred_language()
_MOST_SEEDS = 100

_NO_RECORDING = Text(
    "There is no recording '{path}'. livegrad run --record {path} script.py makes one.",
    "'{path}' 기록이 없습니다. livegrad run --record {path} script.py로 만들 수 있습니다.",
)
_OPEN = Text("The lab is open at {address}", "실험실 주소: {address}")
_STOP = Text("Ctrl-C ends it.", "끝내려면 Ctrl-C를 누르세요.")
_ENDED = Text("The lab is closed.", "실험실을 닫았습니다.")
_OTHERS = Text(
    "Warning: --host {host} lets other machines in. Whoever has this address, with its token, can use this machine's "
    "processors; nothing is encrypted. Leave --host out unless you trust the network.",
    "경고: --host {host} 때문에 다른 컴퓨터도 들어올 수 있습니다. 토큰이 든 이 주소를 아는 사람은 누구나 이 컴퓨터의 프로세서를 쓸 수 있고, "
    "암호화도 되지 않습니다. 믿을 수 있는 네트워크가 아니면 --host를 빼세요.",
)
_HELP_LAB = Text(
    "Open the lab: every claim about activation functions, live, in the browser. With RECORDING, what livegrad run --record "
    "wrote is opened in the clinic.",
    "실험실을 엽니다. 활성화 함수(activation function)를 두고 하는 모든 주장을 브라우저에서 직접 확인합니다. RECORDING을 주면 livegrad "
    "run --record로 남긴 기록을 진료실에서 엽니다.",
)
_HELP_CLAIMS = Text(
    "Run the claims without a browser and print what was measured: all of them, or the whole of one ID. The exit code is 1 if "
    "a verdict is not the expected one.",
    "브라우저 없이 주장을 실행해 잰 것을 출력합니다. 모든 주장을 요약하거나, ID 하나를 주면 자세히 보여 줍니다. 판정이 예상과 다르면 "
    "종료 코드가 1입니다.",
)
_HELP = {
    "host": Text(
        "Address to listen on. Anything but this machine's own lets others in.",
        "연결을 받을 주소. 이 컴퓨터의 주소가 아니면 다른 컴퓨터도 들어올 수 있습니다.",
    ),
    "port": Text("Port. Without it: 8765, or the next free one.", "포트(port). 없으면 8765나 다음 빈 포트."),
    "no_browser": Text("Open no browser.", "브라우저를 열지 않습니다."),
    "lang": Text("Language.", "언어."),
    "embed": Text(
        "Origin of a page that may show the lab in a frame; may be given several times.",
        "실험실을 프레임에 넣을 수 있는 페이지의 출처(origin). 여러 번 줄 수 있습니다.",
    ),
    "json": Text(
        "Print JSON instead of words, or write it to a PATH ending in .json.",
        "글 대신 JSON을 출력하거나, .json으로 끝나는 PATH에 씁니다.",
    ),
    "seed": Text("Base seed.", "바탕 시드."),
    "seeds": Text(
        "Run from this many base seeds, and say whether verdicts are stable.",
        "바탕 시드를 이만큼 바꿔 가며 실행하고, 판정이 흔들리지 않는지 알려 줍니다.",
    ),
    "set": Text("A control of one claim, as in --set depth=20.", "한 주장의 조절값. 예: --set depth=20."),
    "list": Text("Name the claims.", "주장의 이름을 늘어놓습니다."),
    "workers": Text("Threads. Without it: all processors.", "스레드 수. 없으면 프로세서 전부."),
}  # fmt: skip


def _say(name: str) -> str:
    return _HELP[name].say(_LANGUAGE)


@click.command("lab", help=_HELP_LAB.say(_LANGUAGE))
@click.option("--host", default="127.0.0.1", show_default=True, help=_say("host"))
@click.option("--port", type=click.IntRange(0, 65535), default=None, help=_say("port"))
@click.option("--no-browser", is_flag=True, help=_say("no_browser"))
@click.option("--lang", type=click.Choice(["en", "ko"]), default=None, help=_say("lang"))
@click.option("--embed", multiple=True, metavar="ORIGIN", help=_say("embed"))
@click.option("--token", default=None, hidden=True)
@click.argument("recording", default=None, required=False, metavar="[RECORDING]")
def lab_command(recording: str | None, **options: Any) -> int:
    """Serve the lab until Ctrl-C."""
    from livegrad.lab.clinic.reading import read_file, recording_in
    from livegrad.lab.server import serve

    language: Language = options["lang"] or preferred_language()
    if recording is not None and not Path(recording).is_file():
        raise BadInput(_NO_RECORDING.fill(path=recording))
    if recording is not None:
        # What is no recording is told here, not only in the page.
        recording_in(read_file(recording))

    def told(gate: Any) -> None:
        if gate.open_to_others:
            click.echo(_OTHERS.fill(host=gate.host).say(language), err=True)
        click.echo(_OPEN.fill(address=gate.address).say(language))
        click.echo(_STOP.say(language))

    serve(
        host=options["host"],
        port=options["port"],
        open_browser=not options["no_browser"],
        recording=None if recording is None else str(Path(recording).absolute()),
        embed=options["embed"],
        token=options["token"] or None,
        language=options["lang"],
        told=told,
    )
    click.echo(_ENDED.say(language))
    return 0


@click.command("claims", help=_HELP_CLAIMS.say(_LANGUAGE))
@click.option("--list", "listed", is_flag=True, help=_say("list"))
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help=_say("set"))
@click.option(
    "--seed", type=click.IntRange(0, 2000), default=0, show_default=True, help=_say("seed")
)
@click.option(
    "--seeds", type=click.IntRange(1, _MOST_SEEDS), default=1, show_default=True, help=_say("seeds")
)
@click.option("--workers", type=click.IntRange(1, 1024), default=None, help=_say("workers"))
@click.option("--json", "as_json", default=None, metavar="[PATH]", help=_say("json"))
@click.option("--lang", type=click.Choice(["en", "ko"]), default=_LANGUAGE, help=_say("lang"))
@click.argument("ids", nargs=-1, metavar="[ID]…")  # fmt: skip
def claims_command(ids: tuple[str, ...], **options: Any) -> int:
    """Run claims and print what was measured."""
    from livegrad.lab.claims_showing import Asked, show_claims

    check_place(options["as_json"])
    return show_claims(
        Asked(
            ids=ids,
            settings=options["settings"],
            seed=options["seed"],
            seeds=options["seeds"],
            workers=options["workers"],
            listed=options["listed"],
            json=options["as_json"],
            language=options["lang"],
        )
    )
