"""The finding codes: a closed list, with the words for each.

A code is the name of a *cause or symptom*, never of a threshold. What each must not be confused with stands
in the rule that finds it (`livegrad.diagnosis.rules`).
"""

from __future__ import annotations

from typing import Literal

from livegrad.text import Text

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

CODES: dict[str, Text] = {
    "vanishing-gradient": Text(
        "the learning signal shrinks through depth or time so far that early layers do not move",
        "기울기 소실(vanishing gradient): 학습 신호가 층이나 시간을 거치며 줄어들어 앞쪽 층이 움직이지 않는다",
    ),
    "exploding-gradient": Text(
        "the learning signal grows through depth or time until updates or numbers overflow",
        "기울기 폭주(exploding gradient): 학습 신호가 층이나 시간을 거치며 커져 갱신이나 수가 넘친다",
    ),
    "dead-units": Text(
        "units get no gradient from any input of the data, and stay so",
        "죽은 유닛(dead units): 어떤 입력에서도 기울기를 받지 못하고 계속 그대로다",
    ),
    "saturation": Text(
        "units of a bounded activation are driven to where its slope is nearly zero",
        "포화(saturation): 범위가 제한된 활성화 함수가 기울기 0에 가까운 끝까지 밀려났다",
    ),
    "arithmetic-death": Text(
        "the true slope is not zero, but the floating-point gradient is",
        "산술적 죽음(arithmetic death): 참 기울기는 0이 아닌데 부동소수점 계산에서는 0이 된다",
    ),
    "sign-locked-gradients": Text(
        "a layer's inputs are off centre, so each unit's weights can only move together (zigzag)",
        "부호가 잠긴 기울기(sign-locked gradients): 층의 입력이 한쪽으로 치우쳐 유닛의 가중치들이 함께만 움직인다(지그재그)",
    ),
    "signal-collapse": Text(
        "all inputs look alike deep down, though the gradient is level",
        "신호 붕괴(signal collapse): 기울기는 고른데 깊은 층에서는 모든 입력이 똑같아 보인다",
    ),
    "wrong-output-activation": Text(
        "the output, the loss and the target do not fit each other",
        "잘못된 출력 활성화(wrong output activation): 출력, 손실, 목표값이 서로 맞지 않는다",
    ),
    "linear-collapse": Text(
        "layers stand in a row with nothing non-linear between them",
        "선형 붕괴(linear collapse): 층과 층 사이에 비선형 함수가 없다",
    ),
    "bad-initialization": Text(
        "constant, zero, far too large or far too small weights are the cause",
        "잘못된 초기화(bad initialization): 가중치가 상수이거나 0이거나, 지나치게 크거나 작다",
    ),
    "unscaled-input": Text(
        "features off by orders of magnitude, far off centre or not numbers at all are the cause",
        "정리되지 않은 입력(unscaled input): 특징의 크기가 자릿수로 다르거나, 중심에서 멀거나, 수가 아니다",
    ),
    "learning-rate-too-high": Text(
        "the step size is too large for this network and data",
        "너무 높은 학습률(learning rate too high): 이 신경망과 데이터에 걸음이 너무 크다",
    ),
    "learning-rate-too-low": Text(
        "the step size is so small that training hardly moves",
        "너무 낮은 학습률(learning rate too low): 걸음이 너무 작아 학습이 거의 나아가지 않는다",
    ),
    "untrained-parameters": Text(
        "the optimizer does not hold some of the parameters",
        "학습되지 않는 매개변수(untrained parameters): 옵티마이저가 일부 매개변수를 갖고 있지 않다",
    ),
    "stale-gradients": Text(
        "gradients are never zeroed, so every step repeats all the earlier ones",
        "묵은 기울기(stale gradients): 기울기를 0으로 지우지 않아 걸음마다 지난 기울기가 되풀이된다",
    ),
    "broadcast-target": Text(
        "the target's shape broadcasts against the output's",
        "퍼진 목표값(broadcast target): 목표값의 모양이 출력과 달라 브로드캐스트된다",
    ),
    "not-observed": Text(
        "the inside of the network was not seen, so nothing is said of its health",
        "관찰하지 못함(not observed): 신경망의 속을 보지 못했으므로 건강하다고 말하지 않는다",
    ),
}
