"""The words that the terminal and the page share: titles, labels, names of short codes."""

from __future__ import annotations

from livegrad.codes import Severity
from livegrad.diagnosis.finding import Confidence
from livegrad.text import Text, same
from livegrad.treatment.proof import Outcome

SEVERITY: dict[Severity, Text] = {
    "error": Text("error", "오류"),
    "warning": Text("warning", "경고"),
    "note": Text("note", "참고"),
}
CONFIDENCE: dict[Confidence, Text] = {
    "certain": Text("certain", "확실함"),
    "likely": Text("likely", "가능성 높음"),
    "possible": Text("possible", "가능성 있음"),
}
OUTCOME: dict[Outcome, Text] = {
    "untreated": Text("as it is", "그대로"),
    "helped": Text("helped", "도움이 됨"),
    "no-gain": Text("no gain", "나아지지 않음"),
    "harmed": Text("harmed", "나빠짐"),
    "failed": Text("failed", "실패"),
    "not-applicable": Text("not applicable", "해당 없음"),
    "not-run": Text("not run", "미실행"),
}
SCORE_KIND = {
    "accuracy": Text("accuracy", "정확도"),
    "r2": same("R²"),
    "minus-loss": Text("minus the loss", "−손실"),
    "given": Text("your score", "직접 정한 점수"),
}
SCORE_SOURCE = {
    "evaluation": Text("where the script evaluates", "스크립트의 평가에서"),
    "training": Text(
        "on the training batches of the last tenth", "학습 배치에서, 마지막 10분의 1 동안"
    ),
}

FINDINGS = Text("What was wrong", "무엇이 문제였나")
FINDINGS_NOW = Text("What is wrong", "무엇이 문제인가")
NOTES = Text("What was noticed", "눈에 띈 것")
SEEN = Text("seen", "관찰")
WHY = Text("because", "원인")
HARM = Text("harm", "왜 해로운가")
SURE = Text("how sure", "확실한 정도")
DO = Text("what to do", "할 일")
WRONG_IF = Text("{confidence}. {doubt}", "{confidence}. {doubt}")
EXPLAINS = Text("explains", "여기서 비롯된 것")
LADDER = Text("The gradient, layer by layer", "층별 기울기")
NORM = Text(
    "norm of all gradients, before and after clipping", "전체 기울기의 크기(norm), 자르기 전과 후"
)
LEARNING = Text("Learning, before and after", "학습 곡선, 전과 후")
LEARNING_ONE = Text("Learning", "학습 곡선")
SHARES = Text("Dead and saturated units over time", "시간에 따른 죽은 유닛과 포화")
THROUGH_TIME = Text("The gradient through time", "시간을 거스르는 기울기")
RACES = Text("The races behind it", "근거가 된 경주")
CURED = Text("What cured it", "무엇이 고쳤나")
REPEAT = Text("To repeat it", "다시 해 보려면")
UNSEEN = Text("not seen", "보지 못한 것")
BEFORE = Text("before", "전")
AFTER = Text("after", "후")
LAYER = Text("layer", "층")
SCORE = Text("score", "점수")
GAIN = Text("gain", "차이")
TIME = Text("time", "시간")
CURE = Text("cure", "처방")
RESULT = Text("result", "결과")
OVERFLOWED = Text("not a finite number", "유한한 수가 아님")
MOVES = Text("moves its layer", "층을 움직임")
STILL = Text("does not move its layer", "층을 움직이지 못함")
WEIGHT = Text("∂loss/∂W, what the optimizer gets", "∂loss/∂W, 옵티마이저가 받는 것")
ERROR_SIGNAL = Text("∂loss/∂z, the error signal", "∂loss/∂z, 오차 신호")
SCALE = Text("last layer = 1 · median of the first samples", "마지막 층 = 1 · 첫 표본들의 중앙값")
SCALE_UNTIL = Text(
    "last layer = 1 · median of the samples up to step {step}",
    "마지막 층 = 1 · {step}스텝까지 표본의 중앙값",
)
SHOWN = Text("{shown} of {all} layers are shown.", "{all}층 가운데 {shown}층을 보입니다.")
NOT_SEEN_LADDER = Text(
    "No gradient was seen at any layer.", "어느 층에서도 기울기를 보지 못했습니다."
)
LOSS = Text("loss", "손실")
STEP = Text("step", "스텝")
BASELINE = Text("best constant prediction", "가장 나은 상수 예측")
ASLEEP = Text("units that get no gradient from the batch", "배치에서 기울기를 전혀 받지 못한 유닛")
SATURATED = Text("saturated: outputs on a flat end", "포화: 평평한 끝에 밀린 출력")
SHARE_KIND = {"asleep": ASLEEP, "saturated": SATURATED}
TRAINING = Text("Training {number} of {count}: {name}", "학습 {number} / {count}: {name}")
OPTIMIZER = Text("optimizer", "옵티마이저")
SAME_START = Text(
    "Nothing else changed: same seed, same data, same batches, {steps} steps.",
    "다른 것은 그대로입니다. 시드도, 데이터도, 배치도 같고 {steps}스텝을 돌았습니다.",
)
NO_CURE = Text(
    "No cure beat the untreated run by more than chance, so none is recommended.",
    "어떤 처방도 그대로 둔 것보다 우연 이상으로 낫지 않았습니다. 그래서 아무것도 권하지 않습니다.",
)
RACED = Text(
    "Each cure was trained on your data, from the same seed, against doing nothing.",
    "처방마다 같은 시드, 여러분의 데이터로 처음부터 학습해 그대로 둔 것과 겨뤘습니다.",
)
