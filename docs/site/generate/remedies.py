"""One page for each remedy: for what, what it changes, at what price, and when not."""

from __future__ import annotations

from generate.findings import link, remedy_title
from generate.markdown import contents, plain, table
from generate.site import Site
from livegrad.text import Text
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.remedy import Remedy

_TITLE = Text("What it can prove", "무엇을 증명하는가")
_LEAD = Text(
    "{count} remedies. None is believed: each is applied to your training as it starts, trained, and compared with doing nothing on the same seeds. It "
    "helped if the score rose by more than the spread of both. These pages are written from the remedies themselves.",
    "처방은 {count}개입니다. 어느 것도 그냥 믿지 않습니다. 처방을 넣고 처음부터 다시 학습시켜, 같은 시드에서 아무것도 하지 않은 학습과 견줍니다. "
    "점수가 두 학습의 흔들림보다 더 올라야 도움이 된 것입니다. 이 페이지들은 처방에서 그대로 만들었습니다.",
)
_HEAD = (Text("remedy", "처방"), Text("for", "대상"), Text("price", "비용"))
_FOR = Text("For", "대상")
_EFFECT = Text("What it changes", "무엇을 바꾸는가")
_PRICE = Text("Price", "비용")
_NOT = Text("When not", "쓰지 않을 때")
_FILE = Text("The whole of it: `{file}`.", "전체 코드: `{file}`.")


def write(site: Site) -> None:
    """Write all pages."""
    rows = [
        (
            f"[{plain(remedy_title(one, site))}](/remedies/{one.id}.md)",
            ", ".join(link(code) for code in one.codes),
            plain(site.say(one.price)),
        )
        for one in REMEDIES.values()
    ]
    site.write(
        "remedies/index",
        f"# {site.say(_TITLE)}",
        site.say(_LEAD.fill(count=len(REMEDIES))),
        table([site.say(one) for one in _HEAD], rows),
        contents(REMEDIES),
    )
    for one in REMEDIES.values():
        site.write(f"remedies/{one.id}", *_page(one, site))


def _page(remedy: Remedy, site: Site) -> list[str]:
    parts = [f"# {plain(remedy_title(remedy, site))}", f"`{remedy.id}`"]
    parts += [f"## {site.say(_FOR)}", "\n".join(f"- {link(code)}" for code in remedy.codes)]
    for head, words in ((_EFFECT, remedy.effect), (_PRICE, remedy.price), (_NOT, remedy.when_not)):
        parts += [f"## {site.say(head)}", plain(site.say(words))]
    file = f"src/livegrad/treatment/remedies/{remedy.id.replace('-', '_')}.py"
    return [*parts, site.say(_FILE.fill(file=file))]
