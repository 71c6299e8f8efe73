"""The words around every view: the bar, keys, the lost line."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text

__all__ = ["WORDS"]

WORDS = Words(
    id="shell",
    texts={
        "nav": Text("Views", "화면"),
        "race": Text("Race", "경주"),
        "claims": Text("Claims", "주장"),
        "functions": Text("Functions", "함수"),
        "scenes": Text("Scenes", "장면"),
        "space": Text("Hidden space", "은닉 공간"),
        "clinic": Text("Clinic", "진료실"),
        "guide": Text("Guide", "길잡이"),
        "share": Text("Share", "공유"),
        "language": Text("Language", "언어"),
        "theme": Text("Light or dark", "밝게 또는 어둡게"),
        "skip": Text("Skip to content", "본문으로 건너뛰기"),
        "close": Text("Close", "닫기"),
        "keys": Text("Keys", "키"),
        "letters": Text("Single letters are keys", "글자 키 하나로 조작하기"),
        "key-help": Text("Show all keys", "모든 키 보기"),
        "key-language": Text("Korean or English", "한국어와 영어 바꾸기"),
        "key-theme": Text("Light or dark", "밝게 또는 어둡게"),
        "retry": Text("Try now", "지금 다시 연결"),
        "lost": Text(
            "The lab has been gone since {at}. What you see is kept; trying again in {seconds} s. If you stopped it, start "
            "livegrad lab again.",
            "{at}부터 실험실과 연결이 끊겼습니다. 화면에 보이는 것은 그대로 둡니다. {seconds}초 뒤에 다시 연결해 봅니다. 직접 껐다면 "
            "livegrad lab을 다시 실행하세요.",
        ),
        "unexpected": Text(
            "Something went wrong that should not have. Reload the page; if it happens again, the terminal of livegrad lab says more.",
            "일어나지 말아야 할 오류가 났습니다. 페이지를 새로 고치세요. 또 나면 livegrad lab을 실행한 터미널에 더 자세한 내용이 "
            "있습니다.",
        ),
        "table": Text("Table", "표"),
        "drawing": Text("Drawing", "그림"),
        "as-table": Text("Show as a table", "표로 보기"),
        "copy": Text("Copy", "복사"),
        "copied": Text("Copied", "복사했습니다"),
        "nothing-yet": Text("Nothing measured yet", "아직 잰 것이 없음"),
    },
)
