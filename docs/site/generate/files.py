"""Files of the project that are pages as they stand: what was measured, how to contribute, what changed."""

from __future__ import annotations

import re
from pathlib import Path

from generate.markdown import ROOT, contents, inside, table
from generate.site import Site
from livegrad.text import Text

_MEASURED = Text("How sure are we", "얼마나 확실한가")
_MEASURED_LEAD = Text(
    "Every number that the project claims was measured, and here is all of it, with date, machine, the peers it ran beside and the command that measures it "
    "again: also where a peer is better, and where a bar was missed.",
    "이 프로젝트가 내세우는 숫자는 모두 잰 것입니다. 날짜, 컴퓨터, 나란히 돌린 다른 도구, 다시 재는 명령과 함께 여기에 다 있습니다. 다른 도구가 더 나은 "
    "곳, 목표에 못 미친 곳도 있습니다. 표는 영어로 적혀 있습니다.",
)
_HEAD = (Text("what", "항목"), Text("measured", "잰 날"), Text("to measure it again", "다시 재기"))
_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_IN_ENGLISH = Text(
    "", "이 페이지의 원문은 영어입니다. 프로젝트의 파일 `{file}`을 그대로 옮겼습니다."
)


def pages() -> dict[Path, str]:
    """Return which page each file becomes."""
    measured = sorted((ROOT / "docs" / "measured").glob("*.md"))
    return {file: f"/measured/{file.stem}" for file in measured} | {
        ROOT / "CONTRIBUTING.md": "/contributing",
        ROOT / "CHANGELOG.md": "/changes",
        ROOT / "docs" / "handbook.md": "/handbook",
        ROOT / "docs" / "handbook.ko.md": "/handbook",
        ROOT / "docs" / "integrations.md": "/integrations",
        ROOT / "docs" / "integrations.ko.md": "/integrations",
        ROOT / "docs" / "diagnosis-output.md": "/diagnosis-output",
        ROOT / "docs" / "diagnosis-output.ko.md": "/diagnosis-output",
    }


def write(site: Site) -> None:
    """Write all pages; a file with a Korean twin (``.ko.md``) gives each language its own."""
    found = pages()
    for file, page in found.items():
        korean = file.with_suffix(".ko.md")
        if file.name.endswith(".ko.md"):
            continue
        own = korean if site.language == "ko" and korean.exists() else file
        text = _one_title(_without_switch(own.read_text("utf-8")))
        if own is file:
            note = site.say(_IN_ENGLISH.fill(file=file.relative_to(ROOT).as_posix()))
            text = _below_title(text, note)
        site.write(page.lstrip("/"), inside(text, own, found))
    measured = {file: page for file, page in found.items() if page.startswith("/measured/")}
    site.write(
        "measured/index",
        f"# {site.say(_MEASURED)}",
        site.say(_MEASURED_LEAD),
        table([site.say(one) for one in _HEAD], [_row(*each) for each in measured.items()]),
        contents(page.rpartition("/")[2] for page in measured.values()),
    )


def _row(file: Path, page: str) -> tuple[str, str, str]:
    """What a page measures, when it was measured last, and how to do it again."""
    text = file.read_text("utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    command = re.search(r"make bench-[a-z]+|python bench/[a-z_]+\.py", text)
    when = f'<span class="lg-nowrap">{max(_DATE.findall(text))}</span>'
    return f"[{title}]({page}.md)", when, f"`{command[0]}`" if command else ""


def _one_title(text: str) -> str:
    """Let a file with several titles be one page with one: all after the first go down by a level."""
    parts = re.split(
        r"^(?=# )",
        _FENCE.sub(lambda found: found[0].replace("\n# ", "\n\0# "), text),
        flags=re.MULTILINE,
    )
    lower = [re.sub(r"^#", "##", part, flags=re.MULTILINE) for part in parts[2:]]
    return "".join([*parts[:2], *lower]).replace("\0", "")


def _without_switch(text: str) -> str:
    """Take out the line that leads to the other language: the site has a switch on every page."""
    return re.sub(r"^\*?\[(한국어|English)\]\([^)]*\)\*?\n", "", text, flags=re.MULTILINE)


def _below_title(text: str, note: str) -> str:
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{note}\n{rest}" if note else text
