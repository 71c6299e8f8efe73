"""The words that all faces of a flow share: titles, labels, and what each column means."""

from __future__ import annotations

from livegrad.flow.profile import Colour, Source, VerdictCode
from livegrad.text import Text, same

# ------------------------------------------------------------ verdict and light

VERDICT: dict[VerdictCode, Text] = {
    "vanishes": Text("the gradient vanishes", "기울기가 소실됨"),
    "healthy": Text("healthy", "건강함"),
    "explodes": Text("the gradient explodes", "기울기가 폭주함"),
    "collapses": Text("the inputs grow alike", "입력이 서로 닮아 감"),
    "cannot-say": Text("theory cannot say", "이론으로는 알 수 없음"),
}
SHORT_VERDICT: dict[VerdictCode, Text] = {
    "vanishes": Text("vanishes", "소실"),
    "healthy": Text("healthy", "건강"),
    "explodes": Text("explodes", "폭주"),
    "collapses": Text("collapses", "붕괴"),
    "cannot-say": Text("cannot say", "모름"),
}
COLOUR: dict[Colour, Text] = {
    "green": Text("green", "초록"),
    "amber": Text("amber", "노랑"),
    "red": Text("red", "빨강"),
}
LIGHT = Text("light", "신호등")
LIGHT_LINE = Text("{colour}, for {optimizer}. {reason}", "{colour}, {optimizer} 기준. {reason}")
NO_LIGHT = Text("not lit: nothing can be said.", "꺼짐. 판단할 근거가 없습니다.")
DOUBT = Text("doubt", "의문")
SOURCE: dict[Source, Text] = {
    "predicted": Text("predicted", "예측"),
    "measured": Text("measured", "측정"),
}

# ------------------------------------------------------------ titles

LADDER = Text("The gradient, layer by layer", "층별 기울기")
FIGURES = Text("What follows", "여기서 알 수 있는 것")
SIDE_BY_SIDE = Text("Side by side", "나란히 보기")
REPEAT = Text("To repeat it", "다시 해 보려면")
SKIP = Text("To the flow", "흐름으로")
FLOW = Text("How signal and gradient travel", "신호와 기울기의 흐름")

# ------------------------------------------------------------ columns

LAYER = Text("layer", "층")
ERROR = same("∂loss/∂z")
WEIGHT = same("∂loss/∂W")
VARIANCE = same("q")
CORRELATION = same("c")
FACTOR = same("χ")
DEAD = Text("dead", "죽음")
SATURATED = Text("flat", "포화")
MEASURED = Text("measured", "측정")
MEANING = {
    "error": Text("∂loss/∂z: the error signal", "∂loss/∂z: 오차 신호"),
    "weight": Text("∂loss/∂W: what the optimizer gets", "∂loss/∂W: 옵티마이저가 받는 것"),
    "variance": Text("q: mean square of the pre-activations", "q: 활성화 전 값의 제곱 평균"),
    "correlation": Text(
        "c: how alike two inputs are, 1 = the same", "c: 두 입력이 닮은 정도, 1이면 같음"
    ),
    "factor": Text(
        "χ: factor of the squared gradient, per layer", "χ: 한 층을 지날 때 기울기 제곱의 배율"
    ),
    "dead": Text(
        "dead: units with slope 0 for every input", "죽음: 모든 입력에서 기울기가 0인 유닛"
    ),
    "saturated": Text("flat: outputs on a flat end (saturated)", "포화: 평평한 끝에 밀린 출력"),
}
BARS = Text(
    "bars from {low} to {high}, last layer = 1", "막대는 {low}부터 {high}까지, 마지막 층 = 1"
)
BAND = Text(
    "{inner} up to the median of random networks, {outer} up to the upper end of the 90 % band",
    "{inner:은/는} 무작위 신경망의 중앙값까지, {outer:은/는} 90 % 구간의 위 끝까지",
)
SURE = Text("{mark} up to the lower end of the 90 % band", "{mark:은/는} 90 % 구간의 아래 끝까지")
THEORY = Text("theory, median of random networks", "이론, 무작위 신경망의 중앙값")
BAND_KEY = Text("90 % of single networks", "신경망의 90 %가 드는 구간")
RELATIVE = Text("last layer = 1", "마지막 층 = 1")
TABLE = Text("The numbers as a table", "숫자를 표로 보기")
KIND = Text("kind", "종류")
UNITS = Text("units", "유닛")
MEASURED_ERROR = Text("∂loss/∂z measured", "측정한 ∂loss/∂z")
SHOWN = Text("{shown} of {all} layers are shown.", "{all}층 가운데 {shown}층을 보입니다.")
NO_ROOM = Text(
    "No room for: {names}. Use a wider terminal, --html or --json.",
    "자리가 모자라 뺀 열: {names}. 더 넓은 터미널이나 --html, --json에서 볼 수 있습니다.",
)

# ------------------------------------------------------------ figures

FIRST = Text("gradient at layer 1", "1층의 기울기")
FIRST_BAND = Text(
    "{value}; 90 % of networks between {low} and {high}",
    "{value}. 신경망의 90 %가 {low}에서 {high} 사이",
)
FIRST_WEIGHT = Text("weight gradient there", "1층의 가중치 기울기")
LAST_CORRELATION = Text("correlation at the last layer", "마지막 층의 상관")
SIGNAL_SCALE = Text("signal settles, ξ_q", "신호가 자리 잡는 깊이, ξ_q")
CORRELATION_SCALE = Text("correlation settles, ξ_c", "상관이 자리 잡는 깊이, ξ_c")
GRADIENT_SCALE = Text("gradient changes by factor e", "기울기가 e배 변하는 깊이")
OVER = Text("over {count} layers", "{count}층")
NEVER = Text("never: on the edge of chaos", "끝이 없음: 혼돈의 가장자리(edge of chaos)")
NO_FIXED_POINT = Text("no fixed point that attracts", "끌어당기는 고정점이 없음")
TRAINABLE = Text("trainable depth", "학습 가능한 깊이")
UP_TO = Text("up to {count} layers", "{count}층까지")
NO_DEPTH = Text("no depth", "어떤 깊이도 안 됨")
BEYOND = Text("beyond 1,000 layers", "1,000층 넘게")
UNDERFLOW = Text("gradient exactly 0", "기울기가 정확히 0")
UNDERFLOW_AT = Text("{dtype} from {count} layers on", "{dtype:은/는} {count}층부터")
BORN_DEAD = Text("born dead", "처음부터 죽어 있음")
BORN_DEAD_IS = Text("{low} to {high} of such networks", "이런 신경망의 {low}에서 {high}")
NOT_TRACED = Text("measured instead", "이론 대신 측정한 곳")
OVER_INPUTS = Text("norms taken over", "노름을 잰 범위")
INPUTS = Text("{count} inputs", "입력 {count}개")
COMPUTED = Text("computed in", "계산에 걸린 시간")

VERDICT_HEAD = Text("verdict", "판정")
FIRST_HEAD = Text("∂loss/∂z at 1", "1층 ∂loss/∂z")
WEIGHT_HEAD = Text("∂loss/∂W at 1", "1층 ∂loss/∂W")
CORRELATION_HEAD = Text("c at the end", "마지막 c")
FLOAT_HEAD = Text("0 in float32 from", "float32에서 0인 깊이")
NO_PREDICTION = Text("no prediction", "예측 없음")
MORE_THAN = Text("over 1,000", "1,000 넘음")

# ------------------------------------------------------------ the ladder in words

LEVEL = Text(
    "∂loss/∂z is level: layer 1 gets {share} times the last layer's.",
    "∂loss/∂z의 크기가 고릅니다. 1층이 받는 것은 마지막 층의 {share}배입니다.",
)
SHRINKS = Text(
    "On its way from the last layer to layer 1, ∂loss/∂z shrinks to {share}, by a factor of {factor} "
    "per layer.",
    "∂loss/∂z는 마지막 층에서 1층까지 오는 동안 {share:으로/로} 줄어듭니다. 층마다 "
    "{factor}배씩입니다.",
)
GROWS = Text(
    "On its way from the last layer to layer 1, ∂loss/∂z grows {share}, by a factor of {factor} "
    "per layer.",
    "∂loss/∂z는 마지막 층에서 1층까지 오는 동안 {share:으로/로} 커집니다. 층마다 "
    "{factor}배씩입니다.",
)
GONE = Text(
    "∂loss/∂z is exactly 0 at {count} of {all} layers.",
    "{all}층 가운데 {count}층에서 ∂loss/∂z가 정확히 0입니다.",
)
BROKEN = Text(
    "∂loss/∂z is not a finite number at {count} of {all} layers.",
    "{all}층 가운데 {count}층에서 ∂loss/∂z가 유한한 수가 아닙니다.",
)
ALIKE = Text(
    "At the last layer two different inputs have a correlation of {value}.",
    "마지막 층에서 서로 다른 두 입력의 상관은 {value}입니다.",
)
GAP = Text(
    "Measured and predicted ∂loss/∂z differ by {median} decades in the median, at most by {most} "
    "(layer {name}).",
    "측정한 ∂loss/∂z와 예측한 ∂loss/∂z의 차이는 중앙값이 {median}자릿수이고, 가장 큰 {name} "
    "층에서 {most}자릿수입니다.",
)
INSIDE = Text(
    "At {count} of {all} layers the measurement lies within the 90 % band.",
    "{all}층 가운데 {count}층에서 측정값이 90 % 구간 안에 있습니다.",
)
OUTSIDE = Text(
    "So far outside the band, the weights are no longer random, or the model is not what theory "
    "takes it for.",
    "이만큼 벗어났다면 가중치가 이미 무작위가 아니거나, 모델이 이론의 가정과 다릅니다.",
)
