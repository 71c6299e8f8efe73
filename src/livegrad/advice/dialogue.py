"""The guide as a conversation: a few questions, each with its possible answers, until rules can speak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from livegrad.advice.pairs import LOSSES
from livegrad.advice.rule import SYMPTOMS
from livegrad.codes import CODES
from livegrad.report.lines import Page
from livegrad.text import Text, same

__all__ = ["QUESTIONS", "command_of", "converse"]

UNKNOWN = "-"
"""The answer that says nothing."""

_NOT_KNOWN = Text("nothing of that, or not known", "해당 없음, 또는 모름")
_AGAIN = Text(
    "'{given}' is none of these. Give a number from 1 to {count}; Enter alone takes 1.",
    "'{given:은/는}' 보기에 없습니다. 1부터 {count}까지의 번호를 주세요. 그냥 Enter를 누르면 1입니다.",
)
_LAYERS = {
    "hidden": Text("hidden: between input and output", "은닉층: 입력과 출력 사이"),
    "recurrent": Text("recurrent: its output comes back", "순환층: 출력이 되돌아옴"),
    "block": Text("the feed-forward part of a transformer", "트랜스포머의 순방향 부분"),
    "output": Text("output: it gives the answer", "출력층: 답을 내는 층"),
}
_TASKS = {
    "binary": Text("yes or no", "예 또는 아니요"),
    "multilabel": Text("several times yes or no", "예/아니요 여러 개"),
    "multiclass": Text("one of several classes", "여러 클래스 가운데 하나"),
    "ordinal": Text("one of several steps in order", "순서가 있는 단계 가운데 하나"),
    "regression": Text("any number", "아무 수"),
    "positive": Text("a number above 0", "0보다 큰 수"),
    "fraction": Text("a number between 0 and 1", "0과 1 사이의 수"),
}
_DEPTHS = {
    UNKNOWN: Text("up to three", "셋까지"),
    "8": Text("four to twelve", "넷에서 열둘"),
    "20": Text("about twenty", "스물쯤"),
    "50": Text("fifty or more", "쉰 이상"),
}
_BETWEEN = {
    UNKNOWN: Text("nothing else", "다른 것 없음"),
    "batch": Text("a batch norm", "배치 정규화"),
    "layer": Text("a layer norm or RMS norm", "층 정규화나 RMS 정규화"),
    "skip": Text("residual connections", "잔차 연결"),
}
_PRECISIONS = {
    UNKNOWN: Text("32 bits", "32비트"),
    "bfloat16": same("bfloat16"),
    "float16": same("float16"),
}

QUESTIONS: dict[str, tuple[Text, Mapping[str, Text]]] = {
    "layer": (Text("Where does the layer stand?", "층이 어디에 있나요?"), _LAYERS),
    "task": (Text("What does the network answer?", "신경망이 무엇에 답하나요?"), _TASKS),
    "loss": (
        Text("Which loss do you use?", "어떤 손실을 쓰나요?"),
        {UNKNOWN: _NOT_KNOWN, **{name: same(name) for name in LOSSES}},
    ),
    "symptom": (
        Text("What do you see in training?", "학습에서 무엇이 보이나요?"),
        {UNKNOWN: _NOT_KNOWN, **{code: CODES[code] for code in SYMPTOMS}},
    ),
    "depth": (
        Text("How many hidden layers follow each other?", "은닉층이 몇 개 이어지나요?"),
        _DEPTHS,
    ),
    "between": (
        Text("What stands between them beside the activation?", "활성화 함수 말고 층 사이에 무엇이 있나요?"),
        _BETWEEN,
    ),
    "precision": (Text("In which numbers does it compute?", "어떤 수로 계산하나요?"), _PRECISIONS),
}  # fmt: skip
"""Each question with its answers, the usual one first."""

_ORDER = {
    "output": ("task", "loss"),
    "hidden": ("symptom", "depth", "between", "precision"),
    "recurrent": ("symptom", "precision"),
    "block": ("symptom", "precision"),
}


def converse(ask: Callable[[str], str], page: Page) -> dict[str, Any]:
    """Ask what is needed, and return it as `guide` takes it.

    Args:
        ask: Shows a prompt and returns what was typed.
        page: Where questions are printed.

    Example:
        >>> from rich.console import Console
        >>> page = Page(Console(quiet=True), "en")
        >>> typed = iter(["4", "1", ""])
        >>> converse(lambda prompt: next(typed), page)
        {'layer': 'output', 'task': 'binary'}
    """
    answers = {"layer": _answer("layer", ask, page)}
    for question in _ORDER[answers["layer"]]:
        if question == "loss":
            said = _answer(question, ask, page, only=_losses(answers["task"]))
        else:
            said = _answer(question, ask, page)
        if said != UNKNOWN:
            answers[question] = said
    return _facts(answers)


def command_of(facts: Mapping[str, Any]) -> str:
    """Return the command that gives the same advice without questions.

    Example:
        >>> command_of({"layer": "hidden", "symptoms": ("dead-units",), "skip": True})
        'livegrad guide --layer hidden --symptom dead-units --skip'
    """
    words = ["livegrad", "guide"]
    for name, value in facts.items():
        if name == "symptoms":
            words += [word for code in value for word in ("--symptom", code)]
        else:
            words += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    return " ".join(words)


def _losses(task: str) -> tuple[str, ...]:
    return (UNKNOWN, *(name for name, loss in LOSSES.items() if task in loss.tasks))


def _answer(
    question: str, ask: Callable[[str], str], page: Page, only: tuple[str, ...] = ()
) -> str:
    asked, answers = QUESTIONS[question]
    choices = only or tuple(answers)
    page.heading(asked)
    for number, choice in enumerate(choices, 1):
        page.say(f"{number}  {page.spoken(answers[choice])}", indent=2)
    while True:
        given = ask("> ").strip()
        if given in choices:
            return given
        if not given:
            return choices[0]
        if given.isdecimal() and 1 <= int(given) <= len(choices):
            return choices[int(given) - 1]
        page.say(_AGAIN.fill(given=given, count=len(choices)))


def _facts(answers: Mapping[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        name: answers[name] for name in ("layer", "task", "loss", "precision") if name in answers
    }
    if "symptom" in answers:
        facts["symptoms"] = (answers["symptom"],)
    if "depth" in answers:
        facts["depth"] = int(answers["depth"])
    if "between" in answers:
        facts |= {"skip": True} if answers["between"] == "skip" else {"norm": answers["between"]}
    return facts
