"""The words for activation functions that the terminal and the page share, and how numbers stand in them."""

from __future__ import annotations

import math

from livegrad.functions.properties.search import Bound, Span
from livegrad.text import Text, same

__all__ = ["amount", "interval", "place", "span_words"]

# ------------------------------------------------------------ titles

CATALOGUE = Text("The activation functions", "활성화 함수(activation) 목록")
SHAPE = Text("Shape", "모양")
SLOPE = Text("Slope", "기울기(slope)")
SIGNAL = Text("Signal, for inputs z ~ N(0, 1)", "신호, 입력이 z ~ N(0, 1)일 때")
FAILS = Text("Where it fails", "약한 곳")
NAMES = Text("Names elsewhere", "다른 곳의 이름")
SOURCE = Text("Source", "출처")
ACCURACY = Text("Accuracy", "정확도")
PARAMETERS = Text("Parameters", "매개변수(parameter)")
FORMULA = Text("Your formula", "직접 쓴 수식")
PROOF = Text("Proved", "증명한 것")
SLOPE_HEAD = Text("slope", "기울기")
FUNCTION = Text("Function", "함수")
VALUE = Text("value", "함숫값")
LEARNED = Text("learned in training", "학습으로 바뀜")

# ------------------------------------------------------------ labels of facts

RANGE = Text("range", "치역")
SYMMETRY = Text("symmetry", "대칭")
MONOTONE = Text("course", "증감")
SMOOTHNESS = Text("smoothness", "매끄러움")
CORNERS = Text("corners", "꺾이는 곳")
JUMP_PLACES = Text("jumps", "끊기는 곳")
FIXED = same("f(x) = x")
STEEPEST = Text("steepest", "가장 가파름")
LOWEST_SLOPE = Text("lowest", "가장 작음")
STEEPEST_SLOPE = Text("steepest slope", "최대 기울기")
SLOPE_BELOW = Text("slope below 1 %", "기울기 1% 미만")
SLOPE_ZERO = Text("slope 0", "기울기 0")
FLAT = Text("exactly 0", "정확히 0")
SATURATES = Text("below 1 %", "1% 미만")
VANISHES = Text("computed 0", "계산값 0")
MEAN = Text("mean of f", "f의 평균")
SQUARE = Text("mean of f²", "f²의 평균")
SLOPE_SQUARE = Text("mean of f′²", "f′²의 평균")
GAIN_FORWARD = Text("gain forwards", "순방향 이득")
GAIN_BACKWARD = Text("gain backwards", "역방향 이득")
CRITICAL = Text("edge of chaos", "혼돈의 가장자리")

# ------------------------------------------------------------ values

ALL_REAL = Text("all real numbers", "모든 실수")
NONE = Text("none", "없음")
NOWHERE = Text("nowhere", "없음")
ODD = Text("odd: f(−x) = −f(x)", "홀함수: f(−x) = −f(x)")
EVEN = Text("even: f(−x) = f(x)", "짝함수: f(−x) = f(x)")
COURSE: dict[str | None, Text] = {
    "strictly increasing": Text("always rises", "늘 오름"),
    "increasing": Text("never falls, level in places", "내리지 않으며 평평한 곳이 있음"),
    "constant": Text("constant", "상수"),
    "decreasing": Text("never rises, level in places", "오르지 않으며 평평한 곳이 있음"),
    "strictly decreasing": Text("always falls", "늘 내림"),
    None: Text("rises and falls", "오르내림"),
}
SMOOTH: dict[float, Text] = {
    -1: Text("jumps", "끊김"),
    0: Text("has a corner", "꺾임"),
    1: Text("slope has no jump, bend has", "기울기는 이어지고 굽은 정도가 끊김"),
    2: Text("twice smooth", "두 번 매끄러움"),
    3: Text("three times smooth", "세 번 매끄러움"),
    math.inf: Text("no corner, no jump", "꺾임도 끊김도 없음"),
}
AT = Text("{value} at x = {place}", "{value} (x = {place})")
TOWARDS = Text("{value} as x → {place}", "{value} (x → {place})")
UNBOUNDED = Text("no bound", "한계 없음")
RANGE_AT = same("{range} (x = {place})")
CORNER = Text(
    "x = {place}: slope {left} → {right}, counted as {slope}",
    "x = {place}: 기울기 {left} → {right}, 이 점에서는 {slope}",
)
JUMP = Text("x = {place}: f jumps by {jump}", "x = {place}: 함숫값이 {jump}만큼 뜀")
MORE = Text("and {count} more", "그 밖에 {count}곳")
FIXED_MANY = Text("many places, nearest to 0: {places}", "여러 곳, 0에 가까운 것은 {places}")
PER_DTYPE = Text("{dtype}: {places}", "{dtype}: {places}")

# ------------------------------------------------------------ where it fails

DEAD = Text(
    "For {where} the slope is exactly 0: a unit whose inputs all lie there gets no gradient and "
    "cannot come back (dead unit).",
    "{where}에서 기울기가 정확히 0입니다. 입력이 모두 거기 놓인 유닛은 기울기를 받지 못해 되살아나지 "
    "못합니다(죽은 유닛, dead unit).",
)
SATURATED = Text(
    "For {where} the slope stays below 1 % of its steepest: hardly any gradient passes "
    "(saturation).",
    "{where}에서는 기울기가 가장 가파른 곳의 1%에도 못 미쳐, 기울기가 거의 전해지지 않습니다"
    "(포화, saturation).",
)
SHRINKS = Text(
    "The slope is never above {slope}: ten layers of it pass on at most {share} of a gradient, "
    "unless the weights make up for it.",
    "기울기가 {slope:을/를} 넘지 못합니다. 가중치가 메우지 않으면 열 층을 지난 기울기는 많아야 {share}만 "
    "남습니다.",
)
GROWS = Text(
    "The slope has no upper bound: large inputs make large gradients, which can explode.",
    "기울기에 한계가 없습니다. 입력이 크면 기울기도 커져 폭주할 수 있습니다.",
)
JUMPS = Text(
    "f jumps at x = {place}, and no slope tells training of it.",
    "x = {place}에서 함숫값이 뛰는데, 기울기에는 그것이 드러나지 않습니다.",
)
UNDERFLOWS = Text(
    "In {dtype} the gradient is exactly 0 for {where}, because smaller numbers do not exist there.",
    "{dtype}에서는 {where}일 때 기울기가 정확히 0이 됩니다. 그보다 작은 수가 없기 때문입니다.",
)
ROUNDED_AWAY = Text(
    "In {dtype} rounding makes the gradient exactly 0 for {where}, where its true size is {slope}.",
    "{dtype}에서는 {where}일 때 반올림 때문에 기울기가 정확히 0이 됩니다. 참값은 {slope}입니다.",
)
ROUNDED_BY = Text(
    "{whose} in {dtype}: the gradient is exactly 0 for {where}; true size {slope}.",
    "{whose}, {dtype}: {where}에서 기울기가 정확히 0입니다. 참값은 {slope}입니다.",
)
NO_SLOPE_AT_ALL = Text(
    "The slope is 0 everywhere: no gradient ever passes, so nothing before it can learn.",
    "기울기가 어디서나 0입니다. 기울기를 전혀 전하지 않아 앞선 층이 배우지 못합니다.",
)
NO_FAILURE = Text(
    "Nothing of the usual: no dead side, no saturation, a bounded slope.",
    "흔한 문제는 없습니다. 죽는 쪽도 포화도 없고, 기울기가 끝없이 커지지도 않습니다.",
)


def amount(value: float, *, digits: int = 4, least: float = 1e-13) -> str:
    """Return a number with a few digits, and 0 for what is smaller than the least.

    Example:
        >>> amount(-0.16997), amount(6.25e-08), amount(float("inf")), amount(1e-17)
        ('−0.17', '6.25e-8', '∞', '0')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) < least or value == 0:
        return "0"
    written = f"{value:.{digits}g}"
    mantissa, _, exponent = written.partition("e")
    mantissa = mantissa.replace("-", "−")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def place(value: float) -> str:
    """Return a place on the x axis; what is as good as a whole number is written as one.

    Example:
        >>> place(1.4142135), place(-3.0000000004), place(-1e-300)
        ('1.414', '−3', '0')
    """
    return amount(round(value, 6)) if abs(value) < 1e6 else amount(value)


def interval(low: Bound, high: Bound, *, placed: bool = True) -> Text:
    """Return a range as an inequality of f, which says whether its ends are reached.

    Args:
        low: Its lower end.
        high: Its upper end.
        placed: Whether to say at which x a single end is reached.

    Example:
        >>> from livegrad.functions import elementwise
        >>> str(interval(*elementwise("sigmoid").properties.range))
        '0 < f < 1'
    """
    below, above = math.isfinite(low.value), math.isfinite(high.value)
    if below and above:
        signs = [" ≤ " if end.attained else " < " for end in (low, high)]
        return same(f"{amount(low.value)}{signs[0]}f{signs[1]}{amount(high.value)}")
    if below:
        words = same(f"f {'≥' if low.attained else '>'} {amount(low.value)}")
        return _with_place(words, low) if placed else words
    if above:
        words = same(f"f {'≤' if high.attained else '<'} {amount(high.value)}")
        return _with_place(words, high) if placed else words
    return ALL_REAL if placed else same("−∞ < f < ∞")


def _with_place(words: Text, end: Bound) -> Text:
    return RANGE_AT.fill(range=words, place=place(end.at)) if _is_a_point(end) else words


def _is_a_point(end: Bound) -> bool:
    return end.attained and end.span is None and math.isfinite(end.at)


def span_words(span: Span, *, closed: bool = False) -> Text:
    """Return an interval as a condition on x.

    Example:
        >>> str(span_words(Span(-math.inf, 0.0))), str(span_words(Span(1.0, 2.0), closed=True))
        ('x < 0', '1 ≤ x ≤ 2')
    """
    sign = "≤" if closed else "<"
    match math.isfinite(span.low), math.isfinite(span.high):
        case True, True:
            return same(f"{place(span.low)} {sign} x {sign} {place(span.high)}")
        case True, False:
            return same(f"x {'≥' if closed else '>'} {place(span.low)}")
        case False, True:
            return same(f"x {sign} {place(span.high)}")
    return Text("every x", "모든 x")
