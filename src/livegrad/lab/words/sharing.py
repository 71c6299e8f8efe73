"""The words of sharing: the address, what can be taken away, the lab in another page, links of other pages."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text

__all__ = ["WORDS"]

_LINK = {
    "title": Text("Share", "공유"),
    "link": Text("Link", "링크"),
    "address": Text("Address of what you see", "지금 보이는 것의 주소"),
    "address-about": Text(
        "Seeds and settings are all in it, so everyone sees the same numbers. It opens where this lab runs, in a browser that was "
        "let in with the token. On another machine, paste it under “Open what others shared” there.",
        "시드와 설정이 모두 들어 있어 누가 열어도 같은 숫자가 나옵니다. 이 실험실이 켜져 있고 토큰(token)으로 들어온 적이 있는 브라우저에서 "
        "열립니다. 다른 컴퓨터라면 그곳 실험실의 ‘남이 공유한 것 열기’에 붙여 넣으면 됩니다.",
    ),
    "fix-language": Text("Keep the language", "언어도 그대로"),
    "fix-theme": Text("Keep light or dark", "밝기도 그대로"),
    "with-lesson": Text("With the lesson", "수업도 함께"),
    "long": Text(
        "The address has {count} characters, and some programs cut long ones off. A file is safer.",
        "주소가 {count}자입니다. 긴 주소를 자르는 프로그램도 있으니 파일로 저장하면 안전합니다.",
    ),
    "save-file": Text("Save as a file", "파일로 저장"),
    "copy-failed": Text(
        "The browser does not allow copying here. The text is selected: press Ctrl+C.",
        "브라우저가 복사를 막았습니다. 글을 골라 두었으니 Ctrl+C를 누르세요.",
    ),
}
_TAKE = {
    "take": Text("Take away", "가져가기"),
    "take-about": Text(
        "Each file is made by this page, as things stand now.",
        "파일은 이 페이지가 지금 상태 그대로 만듭니다.",
    ),
    "nothing": Text(
        "There is nothing to take away here yet. Run something first.",
        "아직 가져갈 것이 없습니다. 먼저 실행해 보세요.",
    ),
    "making": Text("Making {file} …", "{file:을/를} 만드는 중입니다 …"),
    "taken": Text("{file} is among your downloads.", "{file:을/를} 내려받았습니다."),
    "not-made": Text(
        "{file} could not be made. Pause what runs, and try again.",
        "{file:을/를} 만들지 못했습니다. 실행을 멈추고 다시 해 보세요.",
    ),
}
_EMBED = {
    "embed": Text("Show it in another page", "다른 페이지에 넣기"),
    "embed-code": Text("HTML for the other page", "다른 페이지에 넣을 HTML"),
    "embed-about": Text(
        "Write the token in the place of TOKEN: it stands in the address that the terminal printed. A lab that starts again has "
        "another one. Whoever reads the page can read the token too.",
        "TOKEN 자리에 토큰을 적으세요. 터미널에 나온 주소에 들어 있습니다. 실험실을 다시 켜면 토큰도 바뀝니다. 그 페이지를 보는 사람은 토큰도 볼 "
        "수 있습니다.",
    ),
    "origin": Text("Where that page is (its origin)", "그 페이지가 있는 곳 (출처, origin)"),
    "embed-command": Text("Command that starts the lab for it", "이렇게 실험실을 켭니다"),
    "command-about": Text(
        "The lab appears only in pages that it was told of when it started.",
        "실험실은 켤 때 알려 준 페이지 안에서만 보입니다.",
    ),
    "whole": Text("Open the whole lab", "실험실 전체 열기"),
}
_OPEN = {
    "lesson": Text("Lesson", "수업"),
    "lesson-about": Text(
        "Hide or lock controls, and lead through steps with sentences of your own. All of it fits into one link.",
        "조절 장치를 숨기거나 잠그고, 직접 쓴 문장으로 한 단계씩 이끕니다. 모두 링크 하나에 담깁니다.",
    ),
    "make-lesson": Text("Make a lesson", "수업 만들기"),
    "open": Text("Open what others shared", "남이 공유한 것 열기"),
    "open-about": Text(
        "An address of any lab, or a link of TensorFlow Playground: it becomes a race.",
        "어느 실험실의 주소든 됩니다. TensorFlow Playground 링크는 경주로 바뀝니다.",
    ),
    "open-address": Text("Address", "주소"),
    "open-now": Text("Open", "열기"),
    "open-file": Text("Or a file saved here before", "또는 여기서 저장한 파일"),
    "no-address": Text(
        "This is no address of a lab: it has no #/race, #/claims or another view in it, nor the settings of a TensorFlow "
        "Playground. Copy all of it.",
        "실험실 주소가 아닙니다. #/race, #/claims 같은 화면 이름도, TensorFlow Playground의 설정도 없습니다. 주소 전체를 복사해 주세요.",
    ),
    "no-file": Text(
        "This file was not saved by the lab. Choose one that “Save as a file” made.",
        "실험실에서 저장한 파일이 아닙니다. ‘파일로 저장’으로 만든 것을 골라 주세요.",
    ),
}
_PLAYGROUND = {
    "playground-title": Text("From TensorFlow Playground", "TensorFlow Playground에서 온 설정"),
    "playground-about": Text(
        "The link was read as a race with one lane. This is different here:",
        "링크를 레인 하나짜리 경주로 읽었습니다. 다음은 이곳과 다릅니다.",
    ),
    "playground-activation": Text(
        "There is no activation function ‘{given}’ here; the lane has tanh.",
        "‘{given}’ 활성화 함수는 여기에 없습니다. 레인에는 tanh를 넣었습니다.",
    ),
    "playground-no-layers": Text(
        "A race has at least one hidden layer; two linear units draw the same straight line as none.",
        "경주에는 은닉층이 적어도 하나 있습니다. 선형 유닛 둘이면 은닉층이 없을 때와 같은 직선을 긋습니다.",
    ),
    "playground-widths": Text(
        "All layers are equally wide here: {widths} became {width} units in each.",
        "여기서는 모든 층의 폭이 같습니다. {widths} 대신 층마다 유닛을 {width}개 두었습니다.",
    ),
    "playground-large": Text(
        "The network was cut to {depth} layers of {width} units, the most there can be.",
        "신경망을 가능한 최대인 {depth}층, 층마다 유닛 {width}개로 줄였습니다.",
    ),
    "playground-data": Text(
        "The data ‘{given}’ cannot be had here; ‘{taken}’ was taken.",
        "‘{given}’ 데이터는 여기에 없습니다. 대신 ‘{taken}’ 데이터를 넣었습니다.",
    ),
    "playground-clouds": Text(
        "The two clouds are {count} points that were drawn anew and stand in the address.",
        "두 구름은 새로 뽑은 점 {count}개이고, 주소 안에 들어 있습니다.",
    ),
    "playground-regression": Text(
        "The heights are {count} points that were drawn anew and stand in the address; they are standardised.",
        "높이 데이터는 새로 뽑은 점 {count}개이고, 주소 안에 들어 있습니다. 값은 표준화합니다.",
    ),
    "playground-noise": Text(
        "Noise {given} became a deviation of {noise}, added to the standardised inputs.",
        "잡음 {given:은/는} 표준편차 {noise:으로/로} 바꾸어 표준화한 입력에 더했습니다.",
    ),
    "playground-features": Text(
        "Inputs made from others ({features}) are left out: the network gets x₁ and x₂ and must bend them itself.",
        "다른 입력으로 만든 입력({features})은 뺐습니다. 신경망은 x₁과 x₂만 받고, 굽히는 일은 스스로 해야 합니다.",
    ),
    "playground-inputs": Text(
        "Both inputs are always on here, also {inputs}.",
        "여기서는 두 입력이 늘 켜져 있습니다. {inputs}도 마찬가지입니다.",
    ),
    "playground-regularisation": Text(
        "There is no regularisation here: {kind} with rate {rate} was left out.",
        "여기에는 규제(regularization)가 없습니다. 비율 {rate}의 {kind} 규제는 뺐습니다.",
    ),
    "playground-part": Text(
        "{part} % of the points are learned from here, not {given} %; the others only judge.",
        "여기서는 점의 {given} %가 아니라 {part} %로 학습하고, 나머지로는 평가만 합니다.",
    ),
    "playground-zero": Text(
        "Weights of exactly 0 cannot be drawn here; they start at about a millionth.",
        "가중치를 정확히 0으로 둘 수는 없습니다. 100만분의 1쯤에서 시작합니다.",
    ),
    "playground-loss": Text(
        "The loss is cross-entropy here and squared error there, so one learning rate takes steps of another size.",
        "손실이 여기서는 교차 엔트로피(cross-entropy), 그곳에서는 제곱 오차입니다. 학습률이 같아도 걸음의 크기는 다릅니다.",
    ),
    "playground-discretize": Text(
        "The picture always shows how sure the network is; a version with two colours only was asked for.",
        "그림은 늘 얼마나 확신하는지를 보여 줍니다. 두 색만 쓰는 그림은 없습니다.",
    ),
    "playground-text": Text(
        "The text of the page cannot be hidden.", "페이지의 글은 숨길 수 없습니다."
    ),
    "playground-hidden": Text(
        "These controls were hidden there and have no counterpart here: {names}.",
        "그곳에서 숨긴 조절 장치 가운데 여기에 짝이 없는 것: {names}.",
    ),
    "playground-start": Text(
        "Weights start as large as there, but they are drawn in another way, and biases start at 0: the start is not the same.",
        "가중치의 처음 크기는 그곳과 같지만 뽑는 방법이 다르고, 편향은 0에서 시작합니다. 출발점이 똑같지는 않습니다.",
    ),
}

WORDS = Words(id="sharing", texts={**_LINK, **_TAKE, **_EMBED, **_OPEN, **_PLAYGROUND})
