"""One page for each finding code: what its rule sees, what it must not be confused with, what may cure it."""

from __future__ import annotations

from generate.markdown import contents, plain, table
from generate.site import Site
from livegrad.codes import CODES
from livegrad.diagnosis.engine import RULES
from livegrad.text import Text
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.remedy import Remedy

_TITLE = Text("What it finds", "무엇을 찾는가")
_LEAD = Text(
    "{count} codes, a closed list; each has one rule. A finding says what was seen, with numbers, why it is so, why it hurts and how sure it is. A cause "
    "swallows its consequences: they are shown under it, not beside it. These pages are written from the rules themselves.",
    "코드는 {count}개로 정해져 있고, 코드마다 규칙이 하나씩 있습니다. 찾은 것마다 무엇을 보았는지(숫자와 함께), 왜 그런지, 왜 해로운지, 얼마나 "
    "확실한지를 말합니다. 원인이 있으면 결과는 따로 늘어놓지 않고 그 아래에 묶습니다. 이 페이지들은 규칙에서 그대로 만들었습니다.",
)
_HEAD = (Text("code", "코드"), Text("what it means", "뜻"))
_SEES = Text("What the rule looks at, and why it hurts", "규칙이 보는 것과 해로운 까닭")
_NOT = Text("What it is not", "닮았지만 아닌 것")
_CAUSES = Text("What it causes", "이것이 일으키는 것")
_CAUSED = Text("What may be behind it", "뒤에 숨은 원인일 수 있는 것")
_CURES = Text("Remedies that may be raced against it", "겨루어 볼 처방")
_NO_CURE = Text(
    "No remedy changes this one: it is told, and you decide.",
    "이것을 바꾸는 처방은 없습니다. 알려 드리고, 결정은 직접 하시면 됩니다.",
)
_PROOF = Text("How the rule is tested", "규칙을 어떻게 시험하는가")
_PATIENT = Text(
    "The rule's file builds a training in which this must be found, and its healthy twin, which differs in that one thing and must be healthy to every "
    "rule. The tests train both from three seeds: `{file}`.",
    "규칙 파일은 이것이 반드시 나와야 하는 학습 하나와, 그 한 가지만 다른 건강한 쌍둥이를 만듭니다. 쌍둥이에게는 어느 규칙도 걸리지 않아야 합니다. 시험에서는 둘을 "
    "시드 세 개로 학습시킵니다: `{file}`.",
)
_CRITERION = Text("Criterion: {reference}", "기준의 출처: {reference}")


def link(code: str) -> str:
    """Return a link to the page of a code."""
    return f"[`{code}`](/findings/{code}.md)"


def remedy_title(remedy: Remedy, site: Site) -> str:
    """Return a title as it stands before a training has filled it: an ellipsis for each value."""
    return site.say(remedy.title.fill(**dict.fromkeys(remedy.title.placeholders()[0], "…")))


def write(site: Site) -> None:
    """Write all pages."""
    rows = [(link(code), plain(site.say(about))) for code, about in CODES.items()]
    site.write(
        "findings/index",
        f"# {site.say(_TITLE)}",
        site.say(_LEAD.fill(count=len(CODES))),
        table([site.say(one) for one in _HEAD], rows),
        contents(CODES),
    )
    for code in CODES:
        site.write(f"findings/{code}", *_page(code, site))


def _page(code: str, site: Site) -> list[str]:
    parts = [f"# {code}", f"**{plain(site.say(CODES[code]))}**"]
    rule = RULES.get(code)
    if rule is not None:
        parts += [f"## {site.say(_SEES)}", plain(site.say(rule.about))]
        parts += [f"## {site.say(_NOT)}", plain(site.say(rule.false_alarms))]
        if rule.explains:
            parts += [f"## {site.say(_CAUSES)}", _links(rule.explains)]
    behind = [one.code for one in RULES.values() if code in one.explains]
    if behind:
        parts += [f"## {site.say(_CAUSED)}", _links(behind)]
    cures = [one for one in REMEDIES.values() if code in one.codes]
    listed = [f"- [{plain(remedy_title(one, site))}](/remedies/{one.id}.md)" for one in cures]
    parts += [f"## {site.say(_CURES)}", "\n".join(listed) or site.say(_NO_CURE)]
    if rule is not None:
        file = f"src/livegrad/diagnosis/rules/{code.replace('-', '_')}.py"
        parts += [f"## {site.say(_PROOF)}", site.say(_PATIENT.fill(file=file))]
        parts.append(plain(site.say(_CRITERION.fill(reference=rule.reference))))
    return parts


def _links(codes: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"- {link(code)}" for code in codes)
