"""The words of the functions view."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text

__all__ = ["WORDS"]

WORDS = Words(
    id="functions",
    texts={
        "title": Text(
            "A slope matters only where the units sit",
            "기울기는 유닛이 놓인 자리에서만 중요합니다",
        ),
        "lead": Text(
            "f and f′ over the inputs that the function really gets. Each bar has the colour and the pattern of the slope it meets.",
            "함수가 실제로 받는 입력 위에 f와 f′을 그렸습니다. 막대의 색과 무늬는 그 자리의 기울기를 나타냅니다.",
        ),
        "loading": Text("Reading the catalogue …", "목록을 읽는 중입니다 …"),
        "list": Text("The functions", "함수 목록"),
        "search": Text("Search, also by PyTorch's or Keras's name", "찾기 (PyTorch, Keras 이름도)"),
        "count": Text("{count} functions", "함수 {count}개"),
        "found": Text("{count} found", "{count}개 찾음"),
        "in-sources": Text("Of the lessons", "수업에 나오는 함수"),
        "chosen": Text("The chosen function", "고른 함수"),
        "formula": Text("Formula", "수식"),
        "slope-formula": Text("Formula of the slope", "기울기의 수식"),
        "slope-long": Text(
            "The formula of f′ is too long to help.", "f′의 수식은 너무 길어 적지 않습니다."
        ),
        "source": Text("Source: {source}", "출처: {source}"),
        "race": Text("Race it", "경주에 내보내기"),
        "key-table": Text("The drawing as a table, and back", "그림을 표로, 다시 그림으로"),
        "key-shallower": Text("One layer less", "층 하나 줄이기"),
        "key-deeper": Text("One layer more", "층 하나 늘리기"),
        # the curve
        "curve": Text("f and f′ over the inputs", "입력 위에 그린 f와 f′"),
        "curve-of": Text("{name}: f and f′ over the inputs", "{name}: 입력 위에 그린 f와 f′"),
        "about": Text("About {name}", "{name:은/는} 어떤 함수인가"),
        "vector-of": Text("{name}: a function of a whole vector", "{name}: 벡터 전체를 받는 함수"),
        "second": Text("show f″", "f″도 보기"),
        "says": Text(
            "{name}: f and f′ over a histogram of inputs. The mean of f′² is {square}; {faint} of the inputs meet a slope below 0.1.",
            "{name}: 입력의 히스토그램 위에 그린 f와 f′. f′²의 평균은 {square}이고, 입력의 {faint}는 0.1보다 작은 기울기를 받습니다.",
        ),
        "table": Text(
            "Values, and what each place of the histogram gets",
            "값과, 히스토그램의 자리마다 받는 기울기",
        ),
        "share": Text("share of inputs", "입력의 비율"),
        "slope": Text("mean |f′| there", "그 자리의 |f′| 평균"),
        "kept": Text(
            "The formula cannot be used yet; the last good one is still drawn.",
            "아직 쓸 수 없는 수식입니다. 그림은 마지막으로 읽은 수식을 그대로 보여 줍니다.",
        ),
        "legend-f": Text("f", "f"),
        "legend-df": Text("f′, the slope", "f′, 기울기"),
        "legend-alive": Text(
            "gets a slope: the darker, the steeper", "기울기를 받는 자리 (진할수록 가파름)"
        ),
        "legend-faint": Text("slope below 0.1: saturated", "기울기 0.1 미만: 포화"),
        "legend-zero": Text("slope exactly 0", "기울기가 정확히 0"),
        "x": Text("read at x", "읽을 자리 x"),
        "reach": Text("plot reaches ±", "그림의 범위 ±"),
        "reading": Text("f({x}) = {f}, f′({x}) = {df}", "f({x}) = {f}, f′({x}) = {df}"),
        "reading-second": Text(
            "f({x}) = {f}, f′({x}) = {df}, f″({x}) = {ddf}",
            "f({x}) = {f}, f′({x}) = {df}, f″({x}) = {ddf}",
        ),
        "note": Text(
            "Inputs: {note}; mean {mean}, standard deviation {deviation}.",
            "입력: {note}. 평균 {mean}, 표준편차 {deviation}.",
        ),
        "note-outside": Text(
            "Inputs: {note}; mean {mean}, standard deviation {deviation}. {outside} lie outside the plot and count in the numbers.",
            "입력: {note}. 평균 {mean}, 표준편차 {deviation}. {outside}는 그림 밖에 있지만 이 수들에는 들어갑니다.",
        ),
        "square": Text("Mean of f′², E[f′²]", "f′²의 평균, E[f′²]"),
        "square-note": Text(
            "How much of a gradient's square the function lets through, on average over these inputs.",
            "기울기의 제곱 가운데 이 함수가 통과시키는 몫입니다. 지금 입력에서 평균했습니다.",
        ),
        "faint": Text("|f′| below 0.1", "|f′|이 0.1 미만"),
        "faint-note": Text(
            "The share of {n} inputs whose gradient nearly stops here.",
            "입력 {n}개 가운데 여기서 기울기가 거의 멈추는 비율입니다.",
        ),
        "faint-zero": Text(
            "The share of {n} inputs whose gradient nearly stops here; for {zero} it is exactly 0.",
            "입력 {n}개 가운데 여기서 기울기가 거의 멈추는 비율입니다. {zero}는 정확히 0입니다.",
        ),
        "factor": Text("Factor per layer", "층당 배율"),
        "factor-note": Text(
            "By what one layer multiplies the size of the gradient, σ_w·√E[f′²], if weights were drawn so and the inputs stayed as they are.",
            "층 하나가 기울기의 크기를 몇 배로 만드는지입니다(σ_w·√E[f′²]). 가중치를 그렇게 뽑고 입력은 지금 그대로라고 볼 때입니다.",
        ),
        "factor-he": Text("factor, He", "배율, He"),
        "no-critical": Text("does not exist for this function", "이 함수에는 없습니다"),
        "trained-accuracy": Text("Accuracy", "정확도"),
        "trained-accuracy-note": Text(
            "Of the trained networks on points that were held back, their mean.",
            "학습한 신경망들이 따로 떼어 둔 점을 맞힌 비율의 평균입니다.",
        ),
        # where the histogram comes from
        "where": Text("Inputs from", "입력은"),
        "histogram": Text("Inputs", "입력"),
        "normal": Text("normal", "정규분포"),
        "start": Text("at the start", "출발한 신경망"),
        "trained": Text("after training", "학습한 신경망"),
        "deviation": Text("standard deviation", "표준편차"),
        "layer": Text("layer", "층"),
        "depth": Text("depth", "깊이"),
        "width": Text("width", "너비"),
        "steps": Text("training steps", "학습 스텝"),
        "init": Text("weights drawn by", "가중치 초기화"),
        "other-seed": Text("Other networks", "다른 신경망"),
        # a formula of one's own
        "own": Text("Your own function", "내 함수"),
        "own-label": Text("Formula of x", "x의 수식"),
        "own-note": Text(
            "Other names become parameters, with a slider each. Functions: exp, log, sqrt, sigmoid, tanh, relu, max, abs, where … The formula is read, never run as code.",
            "x가 아닌 이름은 매개변수가 되고, 저마다 슬라이더가 생깁니다. 쓸 수 있는 함수: exp, log, sqrt, sigmoid, tanh, relu, max, "
            "abs, where 등. 수식은 읽기만 하고 코드로 실행하지 않습니다.",
        ),
        "example": Text("Try x * sigmoid(beta*x)", "x * sigmoid(beta*x) 넣어 보기"),
        "checked": Text("✓ checked", "✓ 확인됨"),
        "not-checked": Text("✗ differs", "✗ 어긋남"),
        "check-note": Text(
            "f′ follows from the formula by rules, and was compared with finite differences at {points} points: off by {worst} at most, at x = {at}.",
            "f′은 수식을 규칙대로 미분해 구했고, {points}곳에서 유한차분과 비교했습니다. 가장 큰 차이는 x = {at}에서 {worst}입니다.",
        ),
        "check-corners": Text(
            "f′ follows from the formula by rules, and was compared with finite differences at {points} points: off by {worst} at most, at x = {at}. Left out at corners: {left}.",
            "f′은 수식을 규칙대로 미분해 구했고, {points}곳에서 유한차분과 비교했습니다. 가장 큰 차이는 x = {at}에서 {worst}입니다. "
            "꺾이는 {left}곳은 뺐습니다.",
        ),
        "check-note-none": Text(
            "f′ follows from the formula by rules, and was compared with finite differences at {points} points: no difference at all.",
            "f′은 수식을 규칙대로 미분해 구했고, {points}곳에서 유한차분과 비교했습니다. 차이가 전혀 없습니다.",
        ),
        "check-corners-none": Text(
            "f′ follows from the formula by rules, and was compared with finite differences at {points} points: no difference at all. Left out at corners: {left}.",
            "f′은 수식을 규칙대로 미분해 구했고, {points}곳에서 유한차분과 비교했습니다. 차이가 전혀 없습니다. 꺾이는 {left}곳은 "
            "뺐습니다.",
        ),
        "parameters": Text("Parameters", "매개변수"),
        "learned": Text("Training changes this one.", "이 값은 학습으로 바뀝니다."),
        "said": Text("What the lessons say", "수업에서 하는 말"),
        "see": Text("See:", "함께 보기:"),
        "properties": Text("Properties", "성질"),
        "weak": Text("Where it fails", "약점"),
        "accuracy": Text("Accuracy of computing", "계산의 정확도"),
        "accuracy-note": Text(
            "How far value and slope are off, in units in the last place (ULP), against 40 digits. Correct rounding has 0.5.",
            "함숫값과 기울기가 얼마나 어긋나는지, 40자리 계산과 비교해 마지막 자리 단위(ULP)로 잽니다. 올바른 반올림은 0.5입니다.",
        ),
        "accuracy-zero": Text(
            "Where a value or slope passes 0, digits cancel; the error is then large only beside that tiny number.",
            "값이나 기울기가 0을 지나는 곳에서는 자릿수가 서로 지워집니다. 그 작은 수에 비하면 오차가 클 뿐입니다.",
        ),
        "measure": Text("Measure", "재어 보기"),
        "measuring": Text("Measuring at some thousand places …", "수천 곳에서 재는 중입니다 …"),
        "samples": Text(
            "The worst of {samples} places in each line.",
            "줄마다 {samples}곳 가운데 가장 나쁜 값입니다.",
        ),
        # comparison
        "compare": Text("Slopes side by side", "기울기 견주기"),
        "compare-note": Text(
            "The wider the region where f′ is near 1, the better a gradient travels, is said. What counts is f′ where the bars stand.",
            "f′이 1에 가까운 구간이 넓을수록 기울기가 잘 전해진다고들 합니다. 그러나 중요한 것은 막대가 서 있는 자리의 f′입니다.",
        ),
        "compare-add": Text("add", "추가"),
        "compare-choose": Text("choose …", "고르기 …"),
        "compare-none": Text("Take all out", "모두 빼기"),
        "compare-drop": Text("Take {name} out", "{name} 빼기"),
        "compare-says": Text(
            "Slopes of {names} over the histogram of the first one's inputs.",
            "{names}의 기울기를, 첫 함수가 받는 입력의 히스토그램 위에 그린 그림.",
        ),
        "compare-best": Text(
            "Over its own inputs {best} lets the most through (E[f′²] = {square}) and {least} the least ({least_square}). The bars are the first one's inputs.",
            "저마다 받는 입력에서 기울기를 가장 많이 통과시키는 함수는 {best}(E[f′²] = {square}), 가장 적게 통과시키는 함수는 "
            "{least}({least_square})입니다. 막대는 첫 함수의 입력입니다.",
        ),
        "function": Text("function", "함수"),
        # vectors
        "vector": Text("A function of a whole vector", "벡터 전체를 받는 함수"),
        "vector-note": Text(
            "Each output depends on all the inputs, so there is no single slope but a Jacobian: how each output moves with each input.",
            "출력 하나하나가 모든 입력에 따라 달라집니다. 그래서 기울기가 하나로 정해지지 않습니다. 어느 입력이 움직일 때 어느 출력이 "
            "얼마나 움직이는지를 모두 적은 야코비 행렬(Jacobian)이 있습니다.",
        ),
        "vector-says": Text(
            "Curves {names} while one input moves.", "입력 하나가 움직일 때의 곡선 {names}."
        ),
        "vector-sweep": Text("Outputs while one input moves", "입력 하나가 움직일 때의 출력"),
        "vector-table": Text("Show as a table", "표로 보기"),
        "temperature": Text("temperature", "온도"),
        "temperature-note": Text(
            "Inputs are divided by it first: hot makes outputs alike, cold lets the largest win.",
            "먼저 입력을 이 값으로 나눕니다. 온도가 높으면 출력이 비슷해지고, 낮으면 가장 큰 것이 다 차지합니다.",
        ),
        "moved": Text("moving input", "움직이는 입력"),
        "jacobian": Text("Jacobian", "야코비 행렬"),
        "jacobian-note": Text("∂output/∂input at these inputs", "이 입력에서의 ∂출력/∂입력"),
        "sum": Text("Sum of the outputs: {sum}", "출력의 합: {sum}"),
        "sum-one": Text(
            "Sum of the outputs: {sum}. They are shares, so it is always 1.",
            "출력의 합: {sum}. 몫이라서 늘 1입니다.",
        ),
        "pieces-note": Text(
            "Each line is one affine piece a·x + b; the thick one is their largest. More pieces make any convex shape.",
            "선 하나가 아핀(affine) 조각 a·x + b이고, 굵은 선은 그 가운데 가장 큰 값입니다. 조각이 많으면 어떤 볼록한 모양도 만듭니다.",
        ),
        "one-more": Text("One more", "하나 더"),
        "one-less": Text("One less", "하나 빼기"),
        # to take away
        "take-curve": Text("f, f′ and f″ (CSV)", "f, f′, f″ (CSV)"),
        "take-bars": Text("Histogram (CSV)", "히스토그램 (CSV)"),
        "take-picture": Text("The drawing (SVG)", "그림 (SVG)"),
    },
)
