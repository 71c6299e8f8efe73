"""The course: chapters with an introduction by hand, and every claim of theirs with what was measured for this site."""

from __future__ import annotations

from collections.abc import Iterator

from generate.markdown import contents, plain, raw, table
from generate.site import Site
from livegrad import quantity
from livegrad.lab.claims_words import VERDICTS, percent, setting, written
from livegrad.lab.desks.claims import TOPICS
from livegrad.lab.experiment import EXPERIMENTS, Experiment
from livegrad.lab.proving import Proved
from livegrad.lab.vocabulary import WORDS
from livegrad.report.markup import escape
from livegrad.text import Text

_GUESS = Text("Before you read on", "읽기 전에")
_ANSWER = Text("Measured", "측정한 답")
_VERDICT = Text("Verdict: {verdict}", "판정: {verdict}")
_STARTS = Text(
    "Seen in {count} of {of} paired starts; 95 % interval {low}–{high} %.",
    "짝지은 출발 {of}개 가운데 {count}개에서 확인했습니다. 95 % 구간은 {low}–{high} %입니다.",
)
_FLIPS = Text("Where it flips", "어디서 뒤집히나")
_NUMBERS = Text("The numbers, and how they were measured", "숫자와 재는 방법")
_MORE = Text("More figures", "그림 더 보기")
_HEAD = (Text("what", "항목"), Text("measured", "측정값"), Text("what it says", "뜻"))
_WITH = Text(
    "Measured when this page was built, in {time}, with {settings}. To repeat it:",
    "이 페이지를 만들 때 쟀습니다. {time} 걸렸고, 설정은 {settings}입니다. 다시 해 보려면:",
)
_USUAL = Text("the usual settings", "기본 설정")
_NEXT = Text("Read next: {names}", "이어서 읽기: {names}")
_NOT_RUN = Text(
    "This copy of the site was built without running this claim. To run it:",
    "이 사본을 만들 때는 이 주장을 돌리지 않았습니다. 직접 돌려 보려면:",
)


def chapters() -> dict[str, tuple[str, ...]]:
    """Return the claims of each chapter; those that no topic names come last, as ``more``."""
    known = {topic: tuple(n for n in names if n in EXPERIMENTS) for topic, names in TOPICS.items()}
    more = tuple(n for n in EXPERIMENTS if not any(n in names for names in known.values()))
    return known | ({"more": more} if more else {})


def claim_link(name: str) -> str:
    """Return a link to a claim, or its name where there is no such claim."""
    return f"[`{name}`](#{name})" if name in EXPERIMENTS else f"`{name}`"


def write(site: Site) -> None:
    """Write all chapters, each behind what stands there by hand already."""
    topics = WORDS["claims"].texts
    found = chapters()
    for topic, names in found.items():
        by_hand = site.hand_written(f"course/{topic}")
        head = by_hand or f"# {plain(site.say(topics[f'topic-{topic}']))}"
        claims = [part for name in names for part in _claim(EXPERIMENTS[name], site)]
        site.write(f"course/{topic}", head, *claims)
    site.write("course/index", site.hand_written("course/index"), contents(found, hidden=False))


def _claim(experiment: Experiment, site: Site) -> Iterator[str]:
    yield f"({experiment.id})="
    yield f"## {plain(site.say(experiment.claim).removesuffix('.'))}"
    run = site.proved.get(experiment.id)
    yield _question(experiment, run, site)
    if run is None:
        yield plain(site.say(experiment.about))
        yield site.say(_NOT_RUN)
    else:
        yield from _measured(experiment, run, site)
    yield f"```sh\nlivegrad claims {experiment.id}\n```"
    if experiment.after:
        names = ", ".join(claim_link(name) for name in experiment.after)
        yield site.say(_NEXT.fill(names=names))


def _question(experiment: Experiment, run: Proved | None, site: Site) -> str:
    """A question to answer for oneself; the measured answer is folded away."""
    asked, right = experiment.question, run.right if run else None
    answers = "".join(f"<li>{escape(site.say(one.name))}</li>" for one in asked.answers)
    told = next((site.say(one.name) for one in asked.answers if one.id == right), "")
    folded = f"<summary>{site.say(_ANSWER)}</summary><p>{escape(told)}</p>"
    answer = f"<details>{folded}</details>" if told else ""
    return raw(
        f'<aside class="lg-question"><p><b>{site.say(_GUESS)}</b> {escape(site.say(asked.text))}</p>'
        f"<ul>{answers}</ul>{answer}</aside>"
    )


def _measured(experiment: Experiment, run: Proved, site: Site) -> Iterator[str]:
    drawn = [site.drawings[f"{experiment.id}/{figure.id}"] for figure in run.facts.figures]
    if drawn:
        yield raw(drawn[0])
    verdict = plain(site.say(_VERDICT.fill(verdict=VERDICTS[run.verdict.code])))
    share = run.facts.share
    low, high = percent(share.low), percent(share.high)
    starts = _STARTS.fill(count=share.count, of=share.of, low=low, high=high)
    yield f":::{{admonition}} {verdict}\n:class: lg-{run.verdict.code}\n\n{plain(site.say(run.verdict.text))}\n\n{site.say(starts)}\n:::"
    yield f"**{site.say(_FLIPS)}.** {plain(site.say(run.verdict.condition))}"
    numbers = [
        (plain(site.say(one.name)), f"{plain(written(one))} (n = {one.n})", plain(site.say(one.explanation)))
        for one in run.facts.numbers
    ]  # fmt: skip
    about = plain(site.say(experiment.about))
    yield f"<details><summary>{site.say(_NUMBERS)}</summary>"
    yield about
    yield table([site.say(one) for one in _HEAD], numbers)
    yield "</details>"
    if drawn[1:]:
        inner = "".join(drawn[1:])
        yield raw(f"<details><summary>{site.say(_MORE)}</summary>{inner}</details>")
    names = {control.id: site.say(control.name) for control in experiment.controls}
    told = ", ".join(f"{names[key]} {setting(value)}" for key, value in run.facts.settings.items())
    yield plain(site.say(_WITH.fill(settings=told or _USUAL, time=quantity.duration(run.seconds))))
