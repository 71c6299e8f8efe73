"""The words that all faces of a comparison share: heads, keys, and sentences around the numbers."""

from __future__ import annotations

from typing import Literal

from livegrad.text import Text, same

# ------------------------------------------------------------ titles

TITLE = Text("{data}: {count} candidates compared", "{data}: 후보 {count}개 비교")
SKIP = Text("To the comparison", "비교 결과로")
SCORES = Text("Who can be told apart", "누가 누구와 구별되나")
DIFFERENCES = Text("Each one against the best", "가장 좋은 후보와의 차이")
CURVES = Text("How they learned", "학습이 나아간 모습")
REMARKS = Text("What was done", "데이터와 실험에 한 일")
REPEAT = Text("To repeat it", "다시 해 보려면")
TABLE = Text("The numbers as a table", "숫자를 표로 보기")

# ------------------------------------------------------------ columns

MEASURE: dict[Literal["accuracy", "R²"], Text] = {
    "accuracy": Text("accuracy", "정확도"),
    "R²": same("R²"),
}
RANK = Text("rank", "순위")
NAME = Text("candidate", "후보")
INTERVAL = Text("{level} % interval", "{level} % 구간")
SUCCESS = Text("success", "성공")
TIME = Text("steps to target", "목표까지 스텝")
RATE = Text("rate", "학습률")
DIVERGED = Text("diverged", "발산")
BEHIND = Text("behind the best", "1위와의 차이")
CHANCE = Text("p, corrected", "보정한 p")
NEVER = Text("never", "못 미침")
LEFT = Text("left early", "먼저 빠짐")

# ------------------------------------------------------------ sentences

SETTING = Text(
    "{features} features. {seeds} seeds each, {steps} steps of {batch} samples, {optimizer}, hidden "
    "layers {hidden}.",
    "입력 {features}개. 후보마다 시드 {seeds}개, 표본 {batch}개씩 {steps}스텝, {optimizer}, 은닉층 {hidden}.",
)
SETTING_SPLITS = Text(
    "{features} features. {seeds} seeds each on {splits} splits of the data, {steps} steps of {batch} samples, {optimizer}, "
    "hidden layers {hidden}.",
    "입력 {features}개. 데이터를 {splits}가지로 나누고, 후보마다 시드 {seeds}개, 표본 {batch}개씩 {steps}스텝, {optimizer}, 은닉층 {hidden}.",
)
COST = Text(
    "{networks} networks in {time}: {rate} network-steps a second.",
    "신경망 {networks}개에 {time} 걸렸습니다. 신경망 스텝은 1초에 {rate} 번입니다.",
)
STORED = Text(
    "{networks} networks, all of them from the store.",
    "신경망 {networks}개 모두 저장소(store)에서 가져왔습니다.",
)
KEY_TIES = Text(
    "Those joined by a line cannot be told apart.", "선으로 이어진 후보끼리는 구별되지 않습니다."
)
KEY_RANK = Text(
    "Rank: the best and the worst place that a candidate may have.",
    "순위는 그 후보가 차지할 수 있는 가장 높은 자리와 가장 낮은 자리입니다.",
)
KEY_DOTS = Text(
    "{best} may be the best, {other} is told apart from a better one.",
    "{best:은/는} 가장 좋을 수 있는 후보, {other:은/는} 더 나은 후보와 구별되는 후보입니다.",
)
KEY_TARGET = Text(
    "Success: runs that end at {target} or more, nine tenths of the way from a guess, {guess}, to the best candidate. Steps to "
    "target: the median run, among all.",
    "성공은 {target} 이상으로 끝난 실행입니다. 찍었을 때의 점수 {guess}에서 가장 좋은 후보의 점수까지를 열로 나누면 아홉째에 해당합니다. 목표까지 스텝은 모든 실행의 "
    "중앙값입니다.",
)
KEY_CLIPPED = Text(
    "{mark}: goes on outside of the axis.", "{mark:은/는} 축 바깥까지 이어진다는 표시입니다."
)
CANNOT_BE_TOLD = Text("Cannot be told apart: {names}.", "구별되지 않는 후보: {names}.")
ALL_APART = Text("All can be told apart.", "모두 서로 구별됩니다.")
MORE_GROUPS = Text("More such groups: {count}.", "이런 묶음이 {count}개 더 있습니다.")
RANGES = Text(
    "Mean {measure} over {seeds} seeds, with {level} % intervals.",
    "시드 {seeds}개의 평균 {measure:과/와} {level} % 구간.",
)
CURVE_KEY = Text(
    "Line: the median over the seeds. Shade: the middle half of them. Dashed: the median of {best}. "
    "Dotted: the target, {target}.",
    "실선은 시드들의 중앙값, 음영은 가운데 절반입니다. 파선은 {best}의 중앙값, 점선은 목표 {target}입니다.",
)
CURVE_SIDE = Text(
    "{name} ends at {median} ({low} to {high}).",
    "{name:은/는} {median}에서 끝납니다({low}–{high}).",
)
CURVE_GONE = Text(
    "{name}: half of the runs or more diverged.", "{name:은/는} 절반 이상의 실행이 발산했습니다."
)
ONLY_FIRST = Text(
    "The first {shown} of {all} are drawn; the table above holds the others.",
    "{all}개 가운데 앞의 {shown}개만 그렸습니다. 나머지는 위의 표에 있습니다.",
)
DIFFERENCES_KEY = Text(
    "Behind the best: the mean of the best minus this one's, seed by seed, with its interval. p is corrected "
    "for all pairs; up to {limit} they are told apart.",
    "1위와의 차이는 시드마다 짝지어 뺀 값의 평균과 그 구간입니다. p는 모든 쌍에 대해 보정했고, {limit} "
    "이하이면 구별됩니다.",
)
