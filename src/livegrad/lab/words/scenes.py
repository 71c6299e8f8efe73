"""The words of the scenes view."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text, same

__all__ = ["WORDS"]

_VIEW = {
    "title": Text("Small pictures to take hold of", "손으로 잡아 보는 작은 장면"),
    "lead": Text(
        "Drag, use the arrow keys, or type numbers. Every number changes as you go.",
        "끌거나 화살표 키를 쓰거나 수를 적어 보세요. 그때마다 모든 수가 바뀝니다.",
    ),
    "list": Text("Scenes", "장면 목록"),
    "chosen": Text("The chosen scene", "고른 장면"),
    "claims": Text("Claims it belongs to:", "이어지는 주장:"),
    "key-before": Text("The scene before", "앞 장면"),
    "key-after": Text("The next scene", "다음 장면"),
    "key-table": Text("The drawing as a table, and back", "그림을 표로, 다시 그림으로"),
    "again": Text("As it was at first", "처음 값으로"),
    "what": Text("what", "무엇"),
    "number": Text("number", "수"),
    "take-numbers": Text("The numbers (CSV)", "수 (CSV)"),
    "take-picture": Text("The drawing (SVG)", "그림 (SVG)"),
    "f": Text("activation function", "활성화 함수"),
    "w1": same("w1"),
    "w2": same("w2"),
    "b": Text("bias b", "편향 b"),
    "x1": same("x1"),
    "x2": same("x2"),
    "w": Text("weight w", "가중치 w"),
    "x": Text("input x", "입력 x"),
    "t": Text("target t", "목표 t"),
    "h": Text("step h of the difference", "차분 간격 h"),
    "k": Text("steepness k", "가파름 k"),
    "s": Text("first layer's weights ×", "첫 층 가중치 ×"),
    "theta": Text("threshold θ", "문턱값 θ"),
    "depth": Text("depth", "깊이"),
    "width": Text("width", "너비"),
    "seed": Text("seed", "시드"),
    "init": Text("weights drawn by", "가중치 초기화"),
    "activation": Text("activation function", "활성화 함수"),
}
_NEURON = {
    "neuron-name": Text("One neuron", "뉴런 하나"),
    "neuron-brief": Text("a = f(Wx + b)", "a = f(Wx + b)"),
    "neuron-see": Text(
        "The weights say how much each input counts and turn the border; the bias shifts it: how easily the neuron fires.",
        "가중치는 입력마다 얼마나 중요한지를 정하고 경계를 돌립니다. 편향은 경계를 옮기고, 뉴런이 얼마나 쉽게 켜지는지를 정합니다.",
    ),
    "neuron-says": Text(
        "The plane of two inputs in the colour of the neuron's output, with weights w, border and input x. {numbers}",
        "뉴런의 출력을 색으로 칠한 두 입력의 평면과 가중치 w, 경계, 입력 x. {numbers}",
    ),
    "neuron-sum": Text("pre-activation z = w·x + b", "활성화 전 값(pre-activation) z = w·x + b"),
    "neuron-sum-note": Text(
        "Each input times its weight, and the bias on top. On the dashed line it is 0.",
        "입력마다 가중치를 곱해 더하고 편향을 보탭니다. 점선 위에서는 0입니다.",
    ),
    "neuron-output": Text("output a = f(z)", "출력 a = f(z)"),
    "neuron-output-note": Text("What the neuron hands on.", "뉴런이 다음으로 넘기는 값입니다."),
    "neuron-easy": Text("bias", "편향"),
    "neuron-easy-yes": Text(
        "It fires easily: already with no input z is above 0.",
        "쉽게 켜집니다. 입력이 없어도 z가 0보다 큽니다.",
    ),
    "neuron-easy-no": Text(
        "It fires with difficulty: the inputs must first outweigh the bias.",
        "잘 켜지지 않습니다. 입력이 먼저 편향을 이겨 내야 합니다.",
    ),
    "neuron-easy-even": Text("The border runs through the origin.", "경계가 원점을 지납니다."),
}
_GATE = {
    "threshold-bias-gate-name": Text("Threshold, bias, gate", "문턱값과 편향, 논리 게이트"),
    "threshold-bias-gate-brief": Text(
        "w·x > θ is step(w·x + b) with b = −θ", "w·x > θ는 b = −θ인 step(w·x + b)"
    ),
    "threshold-bias-gate-see": Text(
        "A threshold is a bias with its sign turned. The step answers whether; the sigmoid answers how strongly too.",
        "문턱값은 부호를 뒤집은 편향입니다. 계단 함수는 켜지는지만 답하고, 시그모이드는 얼마나 강한지도 답합니다.",
    ),
    "threshold-bias-gate-says": Text(
        "Step and sigmoid over the weighted sum, the threshold, and the four pairs of 0 and 1 as marks. {numbers}",
        "가중합에 대한 계단 함수와 시그모이드, 문턱값, 0과 1의 네 쌍을 나타낸 표시. {numbers}",
    ),
    "gate-and": same("AND"),
    "gate-or": same("OR"),
    "gate-nand": same("NAND"),
    "gate-sum": Text("is w·x > θ?", "w·x > θ인가"),
    "gate-sum-note": Text(
        "The weighted sum of the inputs beside the threshold.", "입력의 가중합을 문턱값과 견줍니다."
    ),
    "gate-bias": Text("the same as a bias", "편향으로 쓰면"),
    "gate-bias-note": Text(
        "w·x > θ says the same as w·x + b > 0.", "w·x > θ는 w·x + b > 0과 같은 말입니다."
    ),
    "gate-step": same("step(w·x + b)"),
    "gate-step-note": Text(
        "Whether it fires: 0 or 1, nothing between.",
        "켜지는지: 0 아니면 1이고, 그 사이는 없습니다.",
    ),
    "gate-sigmoid": same("σ(w·x + b)"),
    "gate-sigmoid-note": Text(
        "How strongly: near the border about ½, far from it nearly 0 or 1.",
        "얼마나 강한지: 경계 근처에서는 ½쯤, 멀어지면 0이나 1에 가깝습니다.",
    ),
    "gate-table": Text("step over 00, 01, 10, 11", "00, 01, 10, 11의 계단 함수"),
    "gate-table-note": Text(
        "AND, OR and NAND are one neuron each. No weights give 0, 1, 1, 0: XOR needs two layers.",
        "AND, OR, NAND는 뉴런 하나로 만들 수 있습니다. 0, 1, 1, 0을 내는 가중치는 없습니다. 그래서 XOR에는 두 층이 필요합니다.",
    ),
    "gate-strong": Text("σ over the same", "같은 입력의 σ"),
    "gate-strong-note": Text(
        "▲ in the drawing: step 0; ●: step 1.", "그림의 ▲는 step이 0, ●는 1인 입력입니다."
    ),
}
_OVERLAY = {
    "step-vs-sigmoid-name": Text("Step and sigmoid", "계단 함수와 시그모이드"),
    "step-vs-sigmoid-brief": Text(
        "σ(kx) becomes the step as k grows", "k가 커지면 σ(kx)는 계단이 됩니다"
    ),
    "step-vs-sigmoid-see": Text(
        "The steeper the sigmoid, the more it is the step, and the fewer places have a slope left. The step has none.",
        "시그모이드는 가파를수록 계단에 가까워지고, 기울기가 남은 자리는 줄어듭니다. 계단 함수에는 그런 자리가 없습니다.",
    ),
    "step-vs-sigmoid-says": Text(
        "Step and σ(kx) above, their slopes below. {numbers}",
        "위는 계단 함수와 σ(kx), 아래는 그 기울기. {numbers}",
    ),
    "overlay-values": Text("values at x", "x에서의 값"),
    "overlay-slopes": Text("slopes at x", "x에서의 기울기"),
    "overlay-slopes-note": Text(
        "A gradient is multiplied by this slope. Times 0, nothing is left to learn from.",
        "되돌아오는 기울기에는 이 값이 곱해집니다. 0을 곱하면 배울 것이 남지 않습니다.",
    ),
    "overlay-apart": Text("furthest apart, for |x| ≥ 0.1", "|x| ≥ 0.1에서 가장 큰 차이"),
    "overlay-apart-note": Text(
        "How far σ(kx) is from the step, away from the jump: it goes to 0 as k grows.",
        "뛰는 자리에서 떨어진 곳에서 잰 σ(kx)와 계단 함수의 차이입니다. k가 커지면 0으로 갑니다.",
    ),
    "overlay-steepest": Text("steepest slope of σ(kx), k/4", "σ(kx)의 최대 기울기, k/4"),
    "overlay-steepest-note": Text(
        "At x = 0; for k = 1 it is ¼.", "x = 0에서의 값이고, k = 1이면 ¼입니다."
    ),
    "overlay-counts": Text("step over −50, −49, … 49", "−50, −49, … 49의 계단 함수"),
    "overlay-counts-note": Text(
        "0 itself gives 0, so there are more zeros than ones.",
        "0을 넣어도 0이 나오므로 0이 더 많습니다.",
    ),
}
_LINEAR = {
    "two-layer-linear-name": Text("Linear layers are one layer", "선형 층은 쌓아도 한 층"),
    "two-layer-linear-brief": Text("W′ = W2W1, b′ = W2b1 + b2", "W′ = W2W1, b′ = W2b1 + b2"),
    "two-layer-linear-see": Text(
        "However many linear layers, the lines of equal output stay straight and evenly spaced: one affine map does the same.",
        "선형 층을 아무리 쌓아도 출력이 같은 선은 곧고 간격도 고릅니다. 아핀(affine) 변환 하나로 똑같이 만들 수 있습니다.",
    ),
    "two-layer-linear-says": Text(
        "Output over the plane with its straight lines of equal output. {numbers}",
        "평면 위의 출력과, 출력이 같은 곧은 선들. {numbers}",
    ),
    "linear-weight": Text("one layer's weights", "한 층으로 만든 가중치"),
    "linear-weight-note": Text(
        "W′ = W2W1: the product of the two weight matrices.",
        "W′ = W2W1: 두 가중치 행렬의 곱입니다.",
    ),
    "linear-weight-deep": Text(
        "W′ = Wn … W2W1: the product of all the weight matrices.",
        "W′ = Wn … W2W1: 모든 가중치 행렬의 곱입니다.",
    ),
    "linear-bias": Text("one layer's bias", "한 층으로 만든 편향"),
    "linear-bias-note": Text(
        "b′ = W2b1 + b2, and so on for every further layer.",
        "b′ = W2b1 + b2이고, 층이 더 있으면 같은 일을 되풀이합니다.",
    ),
    "linear-through": Text("x through all layers", "모든 층을 지난 x"),
    "linear-through-note": Text("Layer by layer.", "한 층씩 계산한 값입니다."),
    "linear-once": Text("x through the one", "한 층을 지난 x"),
    "linear-once-note": Text("W′x + b′.", "W′x + b′입니다."),
    "linear-off": Text("difference", "차이"),
    "linear-off-note": Text("Rounding at most.", "있어도 반올림 오차뿐입니다."),
    "linear-add": same("ŷ(x + y) − ŷ(x) − ŷ(y)"),
    "linear-add-note": Text(
        "It is −b′ for every x and y: additive up to the bias. Linear without it, affine with it.",
        "x와 y가 무엇이든 −b′입니다. 편향만 빼면 덧셈을 지킵니다. 편향이 없으면 선형(linear), 있으면 아핀(affine)입니다.",
    ),
    "linear-layers": Text("the layers", "층"),
}
_CURVED = {
    "two-layer-sigmoid-name": Text("The same with σ between", "사이에 σ를 넣으면"),
    "two-layer-sigmoid-brief": Text("no affine map does it", "아핀 변환으로는 안 됩니다"),
    "two-layer-sigmoid-see": Text(
        "The same 2-2-1 network with a sigmoid between bends. The best straight surface misses it by the hatched distance.",
        "같은 2-2-1 신경망인데 사이에 시그모이드를 넣으면 굽습니다. 가장 가까운 평면도 세로줄만큼 어긋납니다.",
    ),
    "two-layer-sigmoid-says": Text(
        "The network's output along x1 and the best affine map beside it. {numbers}",
        "x1을 따라 본 신경망의 출력과, 가장 가까운 아핀 변환. {numbers}",
    ),
    "curved-largest": Text(
        "largest distance to the best affine map", "가장 가까운 아핀 변환과의 최대 거리"
    ),
    "curved-largest-note": Text(
        "Above 0: no single layer without an activation function gives this output.",
        "0보다 큽니다. 활성화 함수 없는 한 층으로는 이 출력을 낼 수 없습니다.",
    ),
    "curved-none-note": Text(
        "0: with these weights σ sees nothing of the inputs, and the output is flat.",
        "0입니다. 이 가중치로는 σ에 입력이 닿지 않아 출력이 평평합니다.",
    ),
    "curved-root": Text("root of the mean square", "제곱평균제곱근 거리"),
    "curved-root-note": Text(
        "Over 441 points of −3 … 3 each way; the best map makes it as small as it can be.",
        "두 방향 모두 −3 … 3에서 고른 441점에서 쟀습니다. 가장 가까운 아핀 변환은 이 값을 가장 작게 만듭니다.",
    ),
    "curved-best": Text("best affine map", "가장 가까운 아핀 변환"),
    "curved-best-note": Text("By least squares.", "최소제곱으로 구했습니다."),
}
_WORKED = {
    "worked-forward-name": Text("A forward pass by hand", "손으로 하는 순전파"),
    "worked-forward-brief": Text("x = (2, 0) → (0, 2) → σ(6)", "x = (2, 0) → (0, 2) → σ(6)"),
    "worked-forward-see": Text(
        "Follow the numbers from left to right: weighted sums, ReLU, one more sum, σ. A unit whose sum is negative hands on 0.",
        "왼쪽에서 오른쪽으로 수를 따라가 보세요. 가중합, ReLU, 다시 가중합, σ 순서입니다. 합이 음수인 유닛은 0을 넘깁니다.",
    ),
    "worked-forward-says": Text(
        "A network of two inputs, two hidden units and one output with its numbers. {numbers}",
        "입력 둘, 은닉 유닛 둘, 출력 하나인 신경망과 그 수들. {numbers}",
    ),
    "worked-z": Text("hidden sums", "은닉층의 합"),
    "worked-z-note": Text(
        "Row i of W times x, and b on top.", "W의 i번째 행과 x를 짝지어 곱해 더하고, b를 보탭니다."
    ),
    "worked-h": Text("after ReLU", "ReLU를 지나면"),
    "worked-h-note": Text("Negative sums become 0.", "음수인 합은 0이 됩니다."),
    "worked-s": Text("output sum", "출력층의 합"),
    "worked-s-note": Text(
        "The second layer's weights v and bias c.", "둘째 층의 가중치 v와 편향 c를 씁니다."
    ),
    "worked-p": Text("output", "출력"),
    "worked-p-one": Text("Above ½: class 1.", "½보다 크므로 클래스 1입니다."),
    "worked-p-zero": Text("At most ½: class 0.", "½ 이하이므로 클래스 0입니다."),
}
_GRADIENT = {
    "weight-gradient-name": Text("The gradient of one weight", "가중치 하나의 기울기"),
    "weight-gradient-brief": Text("∂L/∂w = ∂L/∂z · x", "∂L/∂w = ∂L/∂z · x"),
    "weight-gradient-see": Text(
        "A weight's gradient is what comes back to z times what came in. Make h small and the finite difference agrees.",
        "가중치의 기울기는 z로 되돌아온 값과 들어왔던 값의 곱입니다. h를 줄이면 유한차분과 같아집니다.",
    ),
    "weight-gradient-says": Text(
        "Loss against the weight, its tangent and the line through two points h away. {numbers}",
        "가중치에 대한 손실과 그 접선, h만큼 떨어진 두 점을 지나는 선. {numbers}",
    ),
    "gradient-z": same("z = wx + b"),
    "gradient-a": Text("output and loss", "출력과 손실"),
    "gradient-a-note": Text("a = f(z), and L = ½(a − t)².", "a = f(z)이고 L = ½(a − t)²입니다."),
    "gradient-by-z": same("∂L/∂z = ∂L/∂a · f′(z)"),
    "gradient-by-z-note": Text(
        "Between a and z stands f′: some write a for z and lose it. Where f′ is 0, all that follows is 0.",
        "a와 z 사이에는 f′이 있습니다. z를 a라고 적으면 f′이 빠집니다. f′이 0이면 그 뒤는 모두 0입니다.",
    ),
    "gradient-by-w": same("∂L/∂w = ∂L/∂z · x"),
    "gradient-by-w-note": Text(
        "The sign is that of x if ∂L/∂z is positive: one-signed inputs give one-signed gradients.",
        "∂L/∂z가 양수이면 x와 부호가 같습니다. 입력의 부호가 모두 같으면 기울기의 부호도 모두 같습니다.",
    ),
    "gradient-finite": Text("finite difference", "유한차분"),
    "gradient-finite-note": Text(
        "(L(w + h) − L(w − h)) / 2h: the slope of the dotted line.",
        "(L(w + h) − L(w − h)) / 2h: 점선의 기울기입니다.",
    ),
    "gradient-off": Text("difference of the two", "둘의 차이"),
    "gradient-off-far": Text(
        "They differ because h is large, or because f has a corner or a jump between the two points.",
        "h가 크거나, 두 점 사이에 f가 꺾이거나 끊긴 곳이 있어서 다릅니다.",
    ),
    "gradient-off-near": Text(
        "They agree. Below h = 10⁻⁴ rounding may grow again.",
        "서로 맞습니다. h가 10⁻⁴보다 작으면 반올림 오차가 다시 커질 수 있습니다.",
    ),
}
_SCRATCH = {
    "from-scratch-name": Text("From scratch in NumPy", "NumPy로 밑바닥부터"),
    "from-scratch-brief": Text("what breaks today, and repaired", "지금은 깨지는 코드와 고친 코드"),
    "from-scratch-see": Text(
        "Code as it is often taught, really run on this machine with the NumPy it has, and a repair beside it.",
        "흔히 가르치는 코드를 이 컴퓨터의 NumPy로 직접 실행한 결과입니다. 옆에는 고친 코드가 있습니다.",
    ),
    "scratch-lesson": Text("What is built", "만들 것"),
    "scratch-step": Text("step", "계단 함수"),
    "scratch-sigmoid": Text("sigmoid", "시그모이드"),
    "scratch-relu": same("ReLU"),
    "scratch-forward": Text("forward pass", "순전파"),
    "scratch-x": same("x ="),
    "scratch-run": Text("Run both", "둘 다 실행"),
    "scratch-naive": Text("As it is often taught", "흔히 가르치는 코드"),
    "scratch-repaired": Text("Repaired", "고친 코드"),
    "scratch-runs": Text("✓ runs", "✓ 됩니다"),
    "scratch-warns": Text("! runs with a warning", "! 경고가 나옵니다"),
    "scratch-fails": Text("✗ stops", "✗ 멈춥니다"),
    "scratch-at-line": Text("It stops at line {line}.", "{line}번째 줄에서 멈춥니다."),
    "scratch-problem": Text("What breaks", "무엇이 깨지나"),
    "scratch-cure": Text("What repairs it", "어떻게 고치나"),
    "scratch-version": Text("NumPy", "NumPy"),
    "scratch-version-note": Text(
        "The version that ran this code just now.", "방금 이 코드를 실행한 버전입니다."
    ),
}
_PIPE = {
    "steam-pipe-name": Text("The leaking steam pipe", "새는 증기관"),
    "steam-pipe-brief": Text("the gradient on its way back", "되돌아가는 기울기"),
    "steam-pipe-see": Text(
        "The gradient starts at the loss L on the right, and at every joint a part is lost. Layer 1 gets what is left.",
        "기울기는 오른쪽의 손실 L에서 출발하고 이음매마다 일부가 샙니다. 1층은 남은 것만 받습니다.",
    ),
    "steam-pipe-says": Text(
        "A pipe of layers, filled by the gradient that each one gets. {numbers}",
        "층마다 받는 기울기만큼 채운 관. {numbers}",
    ),
    "pipe-factor": Text("factor per layer", "층당 배율"),
    "pipe-factor-note": Text(
        "By what the size of ∂L/∂z is multiplied from one layer to the one before, on average.",
        "∂L/∂z의 크기가 한 층 앞으로 갈 때 평균 몇 배가 되는지입니다.",
    ),
    "pipe-first": Text("what layer 1 gets", "1층이 받는 몫"),
    "pipe-first-none": Text(
        "Nothing at all: the slope is 0 everywhere.", "전혀 없습니다. 기울기가 어디서나 0입니다."
    ),
    "pipe-first-little": Text(
        "Less than a hundredth of the last hidden layer's: it hardly learns.",
        "마지막 은닉층의 100분의 1도 안 됩니다. 거의 배우지 못합니다.",
    ),
    "pipe-first-some": Text(
        "Of the last hidden layer's gradient.",
        "마지막 은닉층의 기울기 가운데 1층까지 오는 몫입니다.",
    ),
    "pipe-joints": Text("joint by joint, from layer 1", "1층부터 이음매마다"),
    "pipe-joints-note": Text(
        "Below ×1 the joint leaks, above ×1 the pressure grows. A full pipe is 1; each eighth less is ten times less.",
        "×1보다 작으면 새고, 크면 압력이 오릅니다. 가득 찬 관이 1이고, 높이가 8분의 1씩 줄 때마다 10분의 1이 됩니다.",
    ),
    "pipe-measured": Text("networks × points", "신경망 × 점"),
    "pipe-measured-note": Text(
        "Measured at their start on moons; each level is the median of the networks.",
        "초승달 데이터로, 출발할 때 쟀습니다. 관의 높이는 신경망들의 중앙값입니다.",
    ),
}

WORDS = Words(
    id="scenes",
    texts={
        **_VIEW,
        **_NEURON,
        **_GATE,
        **_OVERLAY,
        **_LINEAR,
        **_CURVED,
        **_WORKED,
        **_GRADIENT,
        **_SCRATCH,
        **_PIPE,
    },
)
