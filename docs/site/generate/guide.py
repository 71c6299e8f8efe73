"""The rules of the guide on one page: what to take where, why, on what evidence, and where it is wrong."""

from __future__ import annotations

from generate.course import claim_link
from generate.markdown import plain
from generate.site import Site
from livegrad.advice.rule import RULES, Rule
from livegrad.text import Text

_TITLE = Text("Which activation where: the rules", "어디에 무엇을 쓸까: 규칙")
_LEAD = Text(
    "{count} rules, each with its reason, the claims that carry or bound it, and where it is wrong. A rule is where to begin; `livegrad compare` "
    "measures on your own data. This page is written from the rules that `livegrad guide` answers with.",
    "규칙은 {count}개입니다. 규칙마다 까닭과 그것을 받치거나 제한하는 주장, 틀리는 경우가 있습니다. 규칙은 출발점이고, 직접 가진 데이터에서는 "
    "`livegrad compare`로 재 봅니다. 이 페이지는 `livegrad guide`가 답할 때 쓰는 규칙에서 그대로 만들었습니다.",
)
_TAKE = Text("Take", "쓸 것")
_WHY = Text("Why", "까닭")
_WRONG = Text("Where it is wrong", "틀리는 경우")
_EVIDENCE = Text("Evidence", "근거")
_CODE = Text("In PyTorch", "PyTorch에서")


def write(site: Site) -> None:
    """Write the page."""
    parts = [f"# {site.say(_TITLE)}", site.say(_LEAD.fill(count=len(RULES)))]
    for rule in RULES.values():
        parts += _rule(rule, site)
    site.write("guide", *parts)


def _rule(rule: Rule, site: Site) -> list[str]:
    named = ", ".join(f"[`{name}`](/functions/{name}.md)" for name in rule.activations)
    told = [
        (_TAKE, named),
        (_WHY, plain(site.say(rule.why))),
        (_WRONG, plain(site.say(rule.wrong_when))),
        (_EVIDENCE, ", ".join(claim_link(name) for name in rule.evidence)),
        (_CODE, plain(site.say(rule.in_pytorch))),
    ]
    lines = [f"- **{site.say(head)}**: {words}" for head, words in told if words]
    code = ["```python", *rule.pytorch, "```"] if rule.pytorch else []
    heading = f"## {plain(site.say(rule.when))}"
    return [heading, plain(site.say(rule.says)), "\n".join(lines), "\n".join(code)]
