"""The words of a lesson: what its pupil sees, and where its teacher makes it."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text

__all__ = ["WORDS"]

_PUPIL = {
    "lesson": Text("Lesson", "수업"),
    "place": Text("Lesson · step {step} of {count}", "수업 · {count}단계 가운데 {step}단계"),
    "back": Text("Back", "이전"),
    "next": Text("Next", "다음"),
    "anew": Text("As it was", "처음 상태로"),
    "end": Text("End the lesson", "수업 끝내기"),
    "ended": Text(
        "The lesson has ended. All controls are back.",
        "수업이 끝났습니다. 조절 장치를 모두 쓸 수 있습니다.",
    ),
    "kept-both": Text(
        "In this lesson {locked} controls are locked and {away} are put away.",
        "이 수업에서는 조절 장치 {locked}개를 잠그고 {away}개를 치워 두었습니다.",
    ),
    "kept-locked": Text(
        "Controls locked in this lesson: {locked}.", "이 수업에서 잠근 조절 장치: {locked}개."
    ),
    "kept-away": Text(
        "Controls put away in this lesson: {away}.", "이 수업에서 치워 둔 조절 장치: {away}개."
    ),
    "locked": Text("locked", "잠김"),
    "key-locked": Text(
        "This key rests in the lesson: its control is locked or put away.",
        "이 수업에서는 이 키를 쓰지 않습니다. 같은 일을 하는 조절 장치를 잠그거나 치워 두었습니다.",
    ),
}
_TEACHER = {
    "make": Text("Make a lesson", "수업 만들기"),
    "make-about": Text(
        "Set up the page as a step should find it, then take that state. The page stays as free as before; pupils get the link "
        "at the end.",
        "단계마다 보여 줄 모습으로 페이지를 맞춘 뒤 그 상태를 담으세요. 페이지는 평소처럼 쓸 수 있고, 학생에게는 맨 아래 링크를 주면 됩니다.",
    ),
    "steps": Text("Steps", "단계"),
    "steps-about": Text(
        "Each step says a sentence and opens a state. Write in your own language; it is shown as it is.",
        "단계마다 문장 하나를 보여 주고 상태 하나를 엽니다. 쓴 문장은 번역하지 않고 그대로 보여 줍니다.",
    ),
    "add": Text("Add a step with the state shown now", "지금 상태로 단계 추가"),
    "step": Text("Step {step}", "{step}단계"),
    "up-step": Text("Step {step} up", "{step}단계를 위로"),
    "down-step": Text("Step {step} down", "{step}단계를 아래로"),
    "remove-step": Text("Remove step {step}", "{step}단계 빼기"),
    "moved": Text("Now step {step}", "이제 {step}단계입니다"),
    "take": Text("Take the present state", "지금 상태 담기"),
    "take-step": Text("Take the present state into step {step}", "지금 상태 담기: {step}단계에"),
    "state-taken": Text(
        "Step {step} has the present state.", "{step}단계에 지금 상태를 담았습니다."
    ),
    "go": Text("Go there", "가 보기"),
    "go-step": Text("Go there: the state of step {step}", "가 보기: {step}단계의 상태"),
    "usual-state": Text("{view}, everything as usual", "{view}, 모두 처음 값"),
    "state": Text("{view}: {settings}", "{view}: {settings}"),
    "no-state": Text("No state: the page stays as it is.", "상태 없음: 페이지를 그대로 둡니다."),
    "most": Text("A lesson has at most {most} steps.", "수업은 {most}단계까지입니다."),
    "controls": Text("Controls", "조절 장치"),
    "controls-about": Text(
        "Locked ones are seen but cannot be used; hidden ones are gone, and their keys rest. Language and light stay free. What "
        "stands in a box that opens joins the list once it was open.",
        "잠근 것은 보이지만 쓸 수 없습니다. 숨긴 것은 사라지고 그 키도 쉽니다. 언어와 밝기는 늘 바꿀 수 있습니다. 열리는 상자 안의 것은 한 번 "
        "열면 목록에 들어옵니다.",
    ),
    "free": Text("free", "자유"),
    "lock": Text("locked", "잠금"),
    "hide": Text("hidden", "숨김"),
    "all-lock": Text("Lock all", "모두 잠그기"),
    "all-free": Text("Free all", "모두 풀기"),
    "result-title": Text("For your pupils", "학생에게"),
    "fixed": Text("Pupils cannot end it", "학생이 끝낼 수 없게"),
    "result": Text("Address of the lesson", "수업 주소"),
    "result-about": Text(
        "All of the lesson is in the address; no server keeps it. Whoever changes the address changes the lesson.",
        "수업 전체가 주소 안에 있고, 어떤 서버에도 저장하지 않습니다. 주소를 고치면 수업도 바뀝니다.",
    ),
    "try": Text("Try it in a new tab", "새 탭에서 해 보기"),
    "save": Text("Save as a file", "파일로 저장"),
    "clear": Text("Start afresh", "새로 시작"),
    "open-file": Text(
        "Go on with a lesson that was saved as a file", "파일로 저장한 수업 이어서 만들기"
    ),
    "opened": Text("The lesson was opened.", "수업을 열었습니다."),
    "no-lesson": Text(
        "There is no lesson in this file. Choose one that “Save as a file” made here.",
        "이 파일에는 수업이 없습니다. 여기서 ‘파일로 저장’으로 만든 것을 골라 주세요.",
    ),
}

WORDS = Words(id="lesson", texts={**_PUPIL, **_TEACHER})
