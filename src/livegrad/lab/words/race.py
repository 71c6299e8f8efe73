"""The words of the race: its sentence of words that are controls, its lanes, its diagnosis, its verdict."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text

__all__ = ["WORDS"]

_HEADINGS = {
    "question": Text(
        "Same points, weights and batches. Which lane is first to {target}?",
        "점도, 가중치도, 배치도 같습니다. 어느 레인이 먼저 {target}에 닿을까요?",
    ),
    "question-one": Text(
        "One lane. When does it reach {target}?", "레인이 하나입니다. 언제 {target}에 닿을까요?"
    ),
    "question-deep": Text(
        "{layers} layers. Whose gradient climbs from the loss to layer 1?",
        "{layers}층입니다. 누구의 기울기(gradient)가 손실에서 1층까지 올라갈까요?",
    ),
    "nobody": Text("Nobody is at {target} yet.", "아직 아무도 {target}에 닿지 못했습니다."),
    "one-home": Text(
        "{first} reached {target} at epoch {epoch}.",
        "{first:이/가} {epoch}에폭에 {target}에 닿았습니다.",
    ),
    "opening": Text(
        "The lanes are being drawn; a deep race takes some seconds.",
        "레인을 준비하고 있습니다. 깊은 경주는 몇 초 걸립니다.",
    ),
    "some-home": Text(
        "{first} is home at epoch {epoch}. Still on the way: {still} of {count} lanes.",
        "{first:이/가} {epoch}에폭에 도착했습니다. 레인 {count}개 가운데 {still}개는 아직 길 위에 있습니다.",
    ),
    "all-home": Text(
        "All {count} lanes are home. {first} was first, at epoch {epoch}.",
        "레인 {count}개가 모두 도착했습니다. {first:이/가} {epoch}에폭으로 가장 빨랐습니다.",
    ),
    "tie": Text(
        "Two lanes or more came first, at epoch {epoch}.",
        "둘 이상이 {epoch}에폭에 나란히 먼저 도착했습니다.",
    ),
}

_SETUP = {
    "sentence": Text(
        "{depth} layers of {width} units learn {data} ({points} points, added noise {noise}, inputs {inputs}) with "
        "{optimizer}, rate {lr}, batch {batch}. Weights: {init}, seed {seed}. {norm}, {skip}. Home is {target}.",
        "{width}유닛짜리 {depth}층이 {data} 점 {points}개(더한 잡음 {noise}, 입력 {inputs})를 배웁니다. {optimizer}, 학습률 "
        "{lr}, 배치 {batch}. 가중치는 {init}, 시드 {seed}. {norm}, {skip}. 결승선은 {target}.",
    ),
    "depth": Text("depth", "깊이"),
    "width": Text("units per layer", "층마다 유닛"),
    "data": Text("data", "데이터"),
    "data-title": Text("Data", "데이터"),
    "points": Text("points", "점"),
    "noise": Text("added noise", "더한 잡음"),
    "noise-about": Text(
        "Deviation added to the standardised inputs, on top of what the task has of its own.",
        "표준화한 입력에 더하는 편차입니다. 문제에 본래 있는 잡음 위에 얹습니다.",
    ),
    "inputs": Text("shift and scale of the inputs", "입력의 이동과 배율"),
    "inputs-about": Text(
        "Input = scale × standardised value + shift. Large or shifted inputs make units die or zigzag.",
        "입력 = 배율 × 표준화한 값 + 이동. 크거나 치우친 입력에서는 유닛이 죽거나 지그재그로 갑니다.",
    ),
    "scale-1": Text("scale of input 1", "입력 1의 배율"),
    "scale-2": Text("scale of input 2", "입력 2의 배율"),
    "shift-1": Text("shift of input 1", "입력 1의 이동"),
    "shift-2": Text("shift of input 2", "입력 2의 이동"),
    "standard": Text("standardised", "표준화"),
    "own-points": Text(
        "These points are your own; open the data to change them.",
        "직접 넣은 점입니다. 바꾸려면 데이터를 여세요.",
    ),
    "optimizer": Text("optimizer", "옵티마이저"),
    "optimizer-sgd": Text("SGD", "SGD"),
    "optimizer-momentum": Text("SGD with momentum", "모멘텀 SGD"),
    "optimizer-adam": Text("Adam", "Adam"),
    "optimizer-adamw": Text("AdamW", "AdamW"),
    "rate": Text("learning rate", "학습률"),
    "lr": Text("learning rate", "학습률"),
    "batch": Text("batch size", "배치 크기"),
    "init": Text("weights at the start", "처음 가중치"),
    "init-pytorch": Text("PyTorch's default", "PyTorch 기본값"),
    "init-glorot": Text("Glorot", "Glorot"),
    "init-he": Text("He", "He"),
    "init-lecun": Text("LeCun", "LeCun"),
    "init-orthogonal": Text("orthogonal", "직교(orthogonal)"),
    "init-critical": Text("edge of chaos", "혼돈의 가장자리(edge of chaos)"),
    "sigma-about": Text(
        "Or scales of your own: weights have variance σw² / inputs, biases σb².",
        "아니면 직접 정합니다. 가중치의 분산은 σw² / 입력 수, 편향(bias)의 분산은 σb²입니다.",
    ),
    "sigma-w": Text("σw, scale of the weights", "σw, 가중치의 크기"),
    "sigma-b": Text("σb, scale of the biases", "σb, 편향의 크기"),
    "norm": Text("normalisation", "정규화"),
    "norm-none": Text("no normalisation", "정규화 없음"),
    "norm-batch": Text("batch normalisation", "배치 정규화"),
    "skip": Text("skip connections", "지름길 연결"),
    "skip-none": Text("no skips", "지름길 없음"),
    "skip-residual": Text("residual skips", "잔차(residual) 지름길"),
    "skip-rezero": Text("ReZero skips", "ReZero 지름길"),
    "seed": Text("seed of the weights", "가중치 시드"),
    "data-seed": Text("seed of the data", "데이터 시드"),
    "seed-about": Text(
        "Equal seeds give equal numbers, on every machine of this kind.",
        "시드가 같으면 숫자도 같습니다. 같은 종류의 컴퓨터라면 어디서나 그렇습니다.",
    ),
    "target": Text("score that counts as home", "도착으로 치는 점수"),
    "task-moons": Text("moons", "초승달"),
    "task-xor": Text("XOR", "XOR"),
    "task-spiral": Text("spiral", "나선"),
    "task-circles": Text("circles", "동심원"),
    "task-blobs": Text("blobs", "구름"),
    "task-two-sample-regression": Text("two samples", "표본 둘"),
}

_DATA = {
    "tasks": Text("A ready-made task", "준비된 문제"),
    "painted": Text("your points", "직접 찍은 점"),
    "pasted": Text("your table", "붙여 넣은 표"),
    "paint": Text("Paint points", "점 찍기"),
    "plane": Text("Plane to put points on, from −3 to 3", "점을 찍는 평면, −3부터 3까지"),
    "paint-about": Text(
        "Click or drag to put points. By keyboard: arrows move the cross, Shift in larger steps; 1, 2 or 3 puts a point "
        "of that class, Backspace takes the last one away. At least 20 points of two classes.",
        "누르거나 끌어서 점을 찍습니다. 키보드로는 화살표로 십자를 옮기고(Shift를 누르면 더 크게) 1, 2, 3으로 그 클래스의 점을 찍고 "
        "Backspace로 마지막 점을 지웁니다. 두 클래스의 점이 모두 20개 이상 있어야 합니다.",
    ),
    "painted-count": Text(
        "{count} points. The cross is at {x}, {y}.", "점 {count}개. 십자는 ({x}, {y})에 있습니다."
    ),
    "class": Text("class", "클래스"),
    "class-0": Text("1 ▲", "1 ▲"),
    "class-1": Text("2 ●", "2 ●"),
    "class-2": Text("3 ■", "3 ■"),
    "use-points": Text("Race on these points", "이 점으로 경주"),
    "clear": Text("Clear", "모두 지우기"),
    "paste": Text("Paste a table", "표 붙여 넣기"),
    "csv": Text("Table with commas", "쉼표로 나눈 표"),
    "csv-about": Text(
        "Two columns of numbers, then the label; the first row may hold names.",
        "숫자 열 두 개 다음에 라벨을 둡니다. 첫 줄에는 이름이 있어도 됩니다.",
    ),
    "csv-file": Text("Or a file", "파일에서 읽기"),
    "use-csv": Text("Race on this table", "이 표로 경주"),
}

_CONTROLS = {
    "controls": Text("The race", "경주 조작"),
    "run": Text("Run", "실행"),
    "pause": Text("Pause", "멈춤"),
    "step": Text("Step", "한 걸음"),
    "same": Text("Same start", "같은 출발"),
    "fresh": Text("New start", "새 출발"),
    "speed": Text("Epochs per frame", "화면 한 장마다 에폭"),
    "max": Text("max", "최대"),
    "until": Text("to", "끝"),
    "until-about": Text(
        "Stop at this epoch; empty: no end", "이 에폭에서 멈춥니다. 비우면 끝이 없습니다."
    ),
    "epoch": Text("epoch", "에폭"),
    "epochs": Text("epochs", "에폭"),
    "ready": Text("ready", "준비됨"),
    "rate-now": Text("{rate} epochs a second", "1초에 {rate}에폭"),
    "behind": Text("drawing is slower than training", "그리기가 학습보다 느립니다"),
    "exact": Text("exact, on all {points} points", "점 {points}개 모두로 잰 정확한 값"),
    "add-lane": Text("Add a lane", "레인 추가"),
    "to-depth": Text("Depth {depth}", "깊이 {depth}"),
}

_LANES = {
    "empty": Text(
        "No race is open: what the address asks for cannot be raced.",
        "열린 경주가 없습니다. 주소가 바라는 대로는 달릴 수 없습니다.",
    ),
    "usual": Text("Open the usual race", "기본 경주 열기"),
    "lanes": Text("Lanes", "레인"),
    "lane": Text("lane", "레인"),
    "comes-first": Text("{lane} comes first", "{lane:이/가} 먼저"),
    "clone-lane": Text(
        "Another lane like {lane}, with one thing changed", "{lane:과/와} 한 가지만 다른 레인 추가"
    ),
    "drop-lane": Text("Remove the lane {lane}", "{lane} 레인 빼기"),
    "clone": Text("Add a lane", "레인 추가"),
    "clone-about": Text(
        "The same start as {lane}, but for one thing:",
        "{lane:과/와} 출발이 같고 한 가지만 다릅니다.",
    ),
    "differs-in": Text("what differs", "다른 것"),
    "activation": Text("activation function", "활성화 함수"),
    "formula": Text("or a formula of x", "또는 x의 수식"),
    "formula-about": Text(
        "Such as x * sigmoid(1.7 * x), max(0, x) or tanh(x) + 0.1 * x.",
        "예: x * sigmoid(1.7 * x), max(0, x), tanh(x) + 0.1 * x.",
    ),
    "add": Text("Add", "추가"),
    "accuracy": Text("accuracy", "정확도"),
    "r2": Text("R²", "R²"),
    "home-at": Text("{target} at epoch", "{target} 도달 에폭"),
    "home": Text("⚑ home", "⚑ 도착"),
    "stuck": Text("stuck", "제자리"),
    "diverged": Text("⚠ diverged", "⚠ 발산"),
    "racing": Text("racing", "달리는 중"),
    "ladder-axis": Text("gradient of z, last hidden layer = 1", "z의 기울기, 마지막 은닉층 = 1"),
    "measured-at": Text("layer {layer}, measured", "{layer}층, 측정값"),
    "theory-first": Text("layer 1, theory", "1층, 이론"),
    "promise-part": Text(
        "Theory: layer 1 will get 1 part in {count}.", "이론: 1층은 {count}분의 1만 받습니다."
    ),
    "promise-times": Text(
        "Theory: layer 1 will get {count} times as much.", "이론: 1층은 {count}배를 받습니다."
    ),
    "promise-zero": Text(
        "Theory: layer 1 will get nothing.", "이론: 1층은 아무것도 받지 못합니다."
    ),
    "promise-unknown": Text(
        "Theory does not say what layer 1 will get.", "1층이 얼마나 받을지 이론은 말하지 않습니다."
    ),
    "promise-none": Text(
        "There is no theory for this lane; it is only measured.",
        "이 레인에는 이론이 없습니다. 재기만 합니다.",
    ),
    "tile-name": Text(
        "What {lane} answers over the plane, and the points; score {score}",
        "{lane:이/가} 평면 위에서 내는 답과 점들, 점수 {score}",
    ),
    "loss-name": Text(
        "Loss of {lane} by epoch, now {loss} at epoch {epoch}",
        "{lane}의 에폭별 손실, {epoch}에폭인 지금 {loss}",
    ),
    "ladder-name": Text(
        "Gradient ladder of {lane}, {layers} layers.", "{lane}의 기울기 사다리, {layers}층."
    ),
    "podium": Text("Who came home", "도착 순서"),
    "at-epoch": Text("epoch {epoch}", "{epoch}에폭"),
    "at-epoch-ms": Text("epoch {epoch} · {ms} ms", "{epoch}에폭 · {ms} ms"),
    "your-guess": Text("your guess", "내 예상"),
    "one-start": Text(
        "This is one start. Press Verdict for many.",
        "출발 한 번의 일입니다. 판정을 누르면 여러 번 달립니다.",
    ),
    "guess-right": Text(
        "You guessed it, on this start. Does it hold on others? Press Verdict.",
        "이 출발에서는 맞히셨습니다. 다른 출발에서도 그럴까요? 판정을 눌러 보세요.",
    ),
    "guess-wrong": Text(
        "Your guess is not first on this start. Is it on others? Press Verdict.",
        "이 출발에서는 예상한 레인이 먼저가 아닙니다. 다른 출발에서는 어떨까요? 판정을 눌러 보세요.",
    ),
    "spoken-epoch": Text("Epoch {epoch}.", "{epoch}에폭."),
    "spoken": Text("{lane} {score}.", "{lane} {score}."),
    "spoken-home": Text("{lane} {score}, home at {home}.", "{lane} {score}, {home}에폭에 도착."),
    "spoken-stopped": Text(
        "{lane} diverged at {epoch}.", "{lane:은/는} {epoch}에폭에 발산했습니다."
    ),
}

_LEGEND = {
    "legend": Text("How to read a lane", "레인 읽는 법"),
    "legend-alive": Text("measured", "측정값"),
    "legend-hollow": Text("too small to move the layer", "너무 작아 층이 못 움직임"),
    "legend-theory": Text("theory for the start, 90 % of nets", "출발 때의 이론, 신경망의 90 %"),
    "legend-unit": Text("unit alive", "살아 있는 유닛"),
    "legend-saturated": Text("saturated", "포화"),
    "legend-dead": Text("dead", "죽음"),
    "legend-asleep": Text("asleep", "잠듦"),
    "legend-ends": Text(
        "float32 ends: below it the gradient is 0", "float32의 끝: 아래는 기울기 0"
    ),
    "legend-cursor": Text("layer cursor, move with ↑ ↓", "층 커서, ↑ ↓로 옮김"),
    "numbers": Text("What each number means", "숫자마다 무슨 뜻인가"),
    "number-accuracy": Text("accuracy", "정확도"),
    "explain-accuracy": Text(
        "Share of the held-back quarter of the points that the lane gets right; it never learned from these.",
        "따로 떼어 둔 점 4분의 1 가운데 맞힌 비율입니다. 이 점들로는 배우지 않았습니다.",
    ),
    "number-home": Text("home", "도착"),
    "explain-home": Text(
        "The first epoch at which the score reached the line; milliseconds count the training of all lanes together.",
        "점수가 결승선에 처음 닿은 에폭입니다. 밀리초는 모든 레인을 함께 학습한 시간입니다.",
    ),
    "number-ladder": Text("ladder", "사다리"),
    "explain-ladder": Text(
        "How long the gradient of each layer's inputs z is, the last hidden layer's being 1; layer 1 is on top. Each step of the "
        "axis is a power of ten.",
        "층마다 입력 z에 대한 기울기의 길이입니다. 마지막 은닉층이 1이고 1층이 맨 위입니다. 눈금 하나가 10의 거듭제곱입니다.",
    ),
    "number-factor": Text("×0.21", "×0.21"),
    "explain-factor": Text(
        "What is left of the gradient after it climbed one layer.",
        "기울기가 한 층 올라가면서 남는 몫입니다.",
    ),
    "number-dead": Text("dead units", "죽은 유닛"),
    "explain-dead": Text(
        "Units whose slope is zero at every training point: they get no gradient at all. Asleep: zero on the points "
        "looked at so far.",
        "모든 학습 점에서 도함수가 0인 유닛입니다. 기울기를 전혀 받지 못합니다. 지금까지 본 점에서만 0이면 잠든 것입니다.",
    ),
    "number-saturated": Text("saturated units", "포화된 유닛"),
    "explain-saturated": Text(
        "Units that sit on the flat ends of their function at most points.",
        "거의 모든 점에서 함수의 평평한 끝에 있는 유닛입니다.",
    ),
    "number-locked": Text("one-signed gradients", "부호가 잠긴 기울기"),
    "explain-locked": Text(
        "Layers most of whose units have incoming weights that must all grow or all shrink together.",
        "들어오는 가중치가 한꺼번에 커지거나 작아질 수밖에 없는 유닛이 대부분인 층입니다.",
    ),
    "number-band": Text("bands", "띠"),
    "explain-band": Text(
        "At the loss: least and greatest of the lane and three more seeds. At the ladder: 90 % of nets, by theory.",
        "손실에서는 이 레인과 다른 시드 셋의 가장 작은 값과 큰 값, 사다리에서는 이론이 말하는 신경망의 90 %입니다.",
    ),
    "number-rate": Text("epochs a second", "1초 동안의 에폭"),
    "explain-rate": Text(
        "How many epochs all lanes run together in a second. Numbers are exact, on all points, when it is paused.",
        "모든 레인이 1초에 함께 달리는 에폭입니다. 멈추면 모든 점으로 잰 정확한 값이 됩니다.",
    ),
}

_INSPECTOR = {
    "inspector": Text("The chosen lane from inside", "고른 레인의 속"),
    "tiles": Text("Units by layer", "층별 유닛"),
    "tiles-about": Text(
        "What each unit answers over the plane: orange low, blue high, pale: the same everywhere. Press one to enlarge it.",
        "유닛마다 평면 위에서 내는 답입니다. 주황은 작고 파랑은 크며, 옅으면 어디서나 같습니다. 누르면 커집니다.",
    ),
    "no-tiles": Text("Its units are being looked at.", "유닛을 들여다보는 중입니다."),
    "tile": Text("layer {layer}, unit {unit}, {state}", "{layer}층 유닛 {unit}, {state}"),
    "unit-of": Text("Layer {layer}, unit {unit}", "{layer}층 유닛 {unit}"),
    "alive": Text("alive", "살아 있음"),
    "saturated": Text("saturated", "포화"),
    "dead": Text("dead", "죽음"),
    "asleep": Text("asleep", "잠듦"),
    "about-alive": Text(
        "It is alive: its slope is not zero, so its weights can move.",
        "살아 있습니다. 도함수가 0이 아니어서 가중치가 움직일 수 있습니다.",
    ),
    "about-saturated": Text(
        "It is saturated: at most points it sits where its function is flat, and learns little.",
        "포화되었습니다. 거의 모든 점에서 함수가 평평한 곳에 있어서 조금밖에 배우지 못합니다.",
    ),
    "about-dead": Text(
        "It is dead: its slope is zero at every training point, so its weights stay as they are.",
        "죽었습니다. 모든 학습 점에서 도함수가 0이어서 가중치가 그대로 멈춰 있습니다.",
    ),
    "about-asleep": Text(
        "It is asleep: its slope is zero at the points looked at; others may wake it.",
        "잠들었습니다. 살펴본 점에서는 도함수가 0이지만 다른 점이 깨울 수 있습니다.",
    ),
    "layer": Text("layer", "층"),
    "histogram": Text("Where layer {layer} sits", "{layer}층이 있는 곳"),
    "histogram-about": Text(
        "Inputs z of its units, with f and its slope f′ over them. Grey bars get almost no slope.",
        "유닛들의 입력 z입니다. 그 위에 f와 도함수 f′을 그렸습니다. 회색 막대에서는 도함수가 거의 0입니다.",
    ),
    "histogram-name": Text(
        "Inputs of layer {layer}, from {low} to {high}; {share} % of them where the slope is below 0.05",
        "{layer}층의 입력, {low}부터 {high}까지. 그 가운데 {share} %는 도함수가 0.05보다 작은 곳에 있음",
    ),
}

_DIAGNOSIS = {
    "diagnosis": Text("Diagnosis", "진단"),
    "diagnosis-none": Text(
        "Nothing measured yet. Run, or press Step once.",
        "아직 잰 것이 없습니다. 실행하거나 한 걸음을 눌러 보세요.",
    ),
    "diagnosis-healthy": Text(
        "{lane}: nothing found at epoch {epoch}, on {probe} points.",
        "{lane}: {epoch}에폭, 점 {probe}개에서 찾은 것이 없습니다.",
    ),
    "diagnosis-stopped": Text(
        "{lane} stopped at epoch {stop}; its card says why. What was found before:",
        "{lane:은/는} {stop}에폭에 멈췄습니다. 까닭은 레인에 적혀 있습니다. 그 전에 찾은 것:",
    ),
    "diagnosis-found": Text(
        "{lane}, on {probe} points, cause first.", "{lane}, 점 {probe}개 기준, 원인부터."
    ),
    "dead-units": Text("dead units", "죽은 유닛"),
    "saturated-units": Text("saturated units", "포화된 유닛"),
    "locked-layers": Text("layers with one-signed gradients", "부호가 잠긴 층"),
    "error": Text("serious:", "심각:"),
    "warning": Text("warning:", "주의:"),
    "note": Text("note:", "참고:"),
    "why": Text("Why it hurts, and how sure this is", "왜 해로운가, 얼마나 확실한가"),
    "cures": Text("Cures: each makes another lane", "처방: 누르면 레인이 하나 더 생김"),
    "elsewhere": Text("Found in other lanes:", "다른 레인에서 찾은 것:"),
    "lane-findings": Text("{lane} ({count})", "{lane} ({count})"),
}

_VERDICT = {
    "verdict": Text("Verdict", "판정"),
    "verdict-about": Text(
        "One run proves nothing. The lanes race again from many starts; each start gives all lanes the same data order "
        "and the same draw of weights.",
        "한 번 달려서는 아무것도 증명되지 않습니다. 여러 출발에서 다시 달립니다. 출발마다 모든 레인이 같은 데이터 순서와 같은 가중치 추첨을 "
        "받습니다.",
    ),
    "starts": Text("paired starts", "짝지은 출발"),
    "verdict-run": Text("Run {seeds} paired starts", "짝지은 출발 {seeds}번 달리기"),
    "verdict-stop": Text("Stop", "그만"),
    "verdict-progress": Text("How far the verdict is", "판정 진행"),
    "verdict-running": Text("{nets} networks are learning.", "신경망 {nets}개가 배우는 중입니다."),
    "verdict-stopped": Text(
        "Stopped before it was sure of anything.", "확실해지기 전에 멈췄습니다."
    ),
    "verdict-reads": Text(
        "{seeds} starts of {epochs} epochs in {seconds} s. Place: a range where lanes cannot be told apart. Interval: where "
        "the mean lies with 95 % confidence.",
        "출발 {seeds}번, {epochs}에폭씩, {seconds}초 걸렸습니다. 순위가 범위이면 서로 가를 수 없다는 뜻입니다. 구간은 평균이 있을 95 % "
        "신뢰 구간입니다.",
    ),
    "ranking": Text("Ranking", "순위"),
    "place": Text("place", "순위"),
    "mean": Text("mean score", "평균 점수"),
    "interval": Text("95 % interval", "95 % 구간"),
    "came-home": Text("came home", "도착"),
    "differences": Text("Differences of paired starts", "짝지은 출발의 차이"),
    "pair": Text("pair", "짝"),
    "difference": Text("difference", "차이"),
    "p-value": Text("p", "p"),
    "forest-name": Text(
        "Mean score of each lane with its 95 % interval. {sentence}",
        "레인마다 평균 점수와 95 % 구간. {sentence}",
    ),
}

_TAKEN = {
    "take-csv": Text("Loss and scores (CSV)", "손실과 점수(CSV)"),
    "take-script": Text("PyTorch script of this lane", "이 레인의 PyTorch 스크립트"),
    "take-notebook": Text("Notebook of this race", "이 경주의 노트북"),
    "take-svg": Text("Ladders (SVG)", "사다리(SVG)"),
    "take-png": Text("Ladders (PNG)", "사다리(PNG)"),
    "ladder-table": Text(
        "Gradient by layer, last hidden layer = 1", "층별 기울기, 마지막 은닉층 = 1"
    ),
    "col-measured": Text("{lane}, measured", "{lane}, 측정값"),
    "col-theory": Text("{lane}, theory", "{lane}, 이론"),
    "loss-table": Text("Loss by epoch", "에폭별 손실"),
    "score-table": Text("Scores", "점수"),
    "home-epoch": Text("home at epoch", "도착 에폭"),
    "state": Text("state", "상태"),
}

_KEYS = {
    "key-run": Text("Run or pause", "실행 또는 멈춤"),
    "key-step": Text("One epoch", "한 에폭"),
    "key-same": Text("Same start", "같은 출발"),
    "key-fresh": Text("New start", "새 출발"),
    "key-lane": Text("Choose a lane", "레인 고르기"),
    "key-clone": Text("Add a lane like the chosen one", "고른 레인과 비슷한 레인 추가"),
    "key-layer": Text("Layer cursor up or down", "층 커서 위아래로"),
    "key-depth": Text("One layer less or more", "층 하나 빼기, 더하기"),
    "key-guess": Text("Predict", "예상하기"),
    "key-verdict": Text("Verdict", "판정"),
    "key-table": Text("Tables of the charts", "그림을 표로 보기"),
}

WORDS = Words(
    id="race",
    texts={
        **_HEADINGS,
        **_SETUP,
        **_DATA,
        **_CONTROLS,
        **_LANES,
        **_LEGEND,
        **_INSPECTOR,
        **_DIAGNOSIS,
        **_VERDICT,
        **_TAKEN,
        **_KEYS,
    },
)
