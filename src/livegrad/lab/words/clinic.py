"""The words of the clinic."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text, same

__all__ = ["WORDS"]

WORDS = Words(
    id="clinic",
    texts={
        "empty-title": Text("What ails a training?", "이 학습은 어디가 아플까요?"),
        "empty-lead": Text(
            "Open a recording of a real PyTorch training: what was found, cause first, and how it came to that.",
            "실제 PyTorch 학습의 기록을 열면, 무엇이 문제인지 원인부터 보여 주고 어떻게 여기까지 왔는지 되짚습니다.",
        ),
        "make-one": Text(
            "Record your own training; your script stays as it is:",
            "내 학습을 기록하세요. 스크립트는 고치지 않아도 됩니다:",
        ),
        "make-line": same("livegrad run --record=run.json train.py"),
        "open": Text("Open a recording", "기록 열기"),
        "example": Text("Open an example", "예시 열기"),
        "example-note": Text(
            "The example: ten sigmoid layers on handwritten digits.",
            "예시: 손글씨 숫자를 배우는 시그모이드 10층 신경망.",
        ),
        "file": Text("A recording, as a file", "기록 파일"),
        "private": Text(
            "The file goes to the lab on this machine only.",
            "파일은 이 컴퓨터의 실험실로만 보냅니다.",
        ),
        "reading": Text("Reading the recording … {share} %", "기록을 읽는 중 … {share} %"),
        "too-large": Text(
            "The file has {given} MB; up to {most} MB are opened here. Choose a smaller recording.",
            "파일이 {given}MB인데 여기서는 {most}MB까지 엽니다. 더 작은 기록을 고르세요.",
        ),
        "unpacked": Text(
            "The file cannot be unpacked: it is no gzip file, or it was cut off. Choose it again.",
            "파일의 압축을 풀 수 없습니다. gzip 파일이 아니거나 끊긴 파일입니다. 다시 고르세요.",
        ),
        "gone": Text(
            "This address belongs to a recording that was chosen on this page. A page may not open files by itself: choose it again.",
            "이 주소는 페이지에서 고른 기록의 것입니다. 페이지가 스스로 파일을 열 수는 없으니 다시 골라 주세요.",
        ),
        # a recording that is open
        "title": Text("{title}: {place}", "{title}: {place}"),
        "healthy": Text("Nothing ails this training", "이 학습에는 아픈 곳이 없습니다"),
        "unknown": Text(
            "It does not learn, and no rule says why",
            "배우지 못하는데, 이유를 말하는 규칙이 없습니다",
        ),
        "unseen": Text(
            "Nothing was observed, so nothing is said", "관찰한 것이 없어 판단하지 않습니다"
        ),
        "lead": Text(
            "{script} · {name} · {steps} steps · {layers} layers · watching took {cost} of the time",
            "{script} · {name} · {steps}스텝 · {layers}층 · 관찰에 쓴 시간 {cost}",
        ),
        "made": Text(
            "livegrad {livegrad}, PyTorch {torch}, Python {python}, seed {seed}",
            "livegrad {livegrad}, PyTorch {torch}, Python {python}, 시드 {seed}",
        ),
        "ended": Text("The script ended with: {error}", "스크립트가 이렇게 끝났습니다: {error}"),
        "cut-short": Text(
            "The script was interrupted; what was seen until then is shown.",
            "스크립트가 중단되었습니다. 그때까지 본 것을 보여 줍니다.",
        ),
        "training": Text("Training", "학습"),
        "training-name": Text("{number}: {model}, {steps} steps", "{number}: {model}, {steps}스텝"),
        "follow": Text("Follow the file", "파일 지켜보기"),
        "followed": Text(
            "The file is looked at every half second; a newer recording is shown at once.",
            "0.5초마다 파일을 확인해, 기록이 바뀌면 바로 보여 줍니다.",
        ),
        "read-at": Text("Read again at {at}", "{at}에 다시 읽음"),
        "waiting": Text(
            "{at}: the file cannot be read just now; the last good recording stays. {why}",
            "{at}: 지금은 파일을 읽을 수 없어 마지막으로 읽은 기록을 그대로 둡니다. {why}",
        ),
        "findings": Text("Findings, cause first", "소견, 원인부터"),
        "no-findings": Text("No finding.", "소견이 없습니다."),
        "consequence": Text("its consequence", "그 결과"),
        "error": Text("error", "오류"),
        "warning": Text("warning", "경고"),
        "note": Text("note", "참고"),
        "place-data": Text("data", "데이터"),
        "place-loss": Text("loss", "손실"),
        "place-optimizer": Text("optimizer", "옵티마이저"),
        "place-layer": Text("layer {name}", "{name} 층"),
        "place-layers": Text("layers {first} to {last}", "{first}–{last} 층"),
        "ladder": Text("The gradient at step {step}", "{step}스텝의 기울기"),
        "ladder-note": Text(
            "last layer = 1 · a hollow bar: the layer's weights changed by less than {share} from start to end",
            "마지막 층 = 1 · 빈 막대: 처음부터 끝까지 가중치가 {share}도 바뀌지 않은 층",
        ),
        "ladder-says": Text(
            "Gradient of {count} layers at step {step}, the last layer = 1: {first} at the first layer. {still} layers do not move.",
            "{step}스텝에서 {count}개 층의 기울기(마지막 층 = 1): 첫 층은 {first}입니다. 움직이지 않는 층은 {still}개입니다.",
        ),
        "quantity": Text("Which gradient", "어떤 기울기"),
        "gradient": Text("∂L/∂z, the error signal", "∂L/∂z, 오차 신호"),
        "weight-gradient": Text("∂L/∂W, what the optimizer gets", "∂L/∂W, 옵티마이저가 받는 값"),
        "squares": Text(
            "Squares: shares of each layer's units at this step",
            "네모: 이 스텝에서 층의 유닛 비율",
        ),
        "alive": Text("alive", "살아 있음"),
        "saturated": Text("saturated", "포화"),
        "dead": Text("dead to the end", "끝까지 죽음"),
        "asleep": Text("asleep in this batch", "이 배치에서 잠듦"),
        "history": Text("How it came to this", "어떻게 여기까지 왔나"),
        "history-note": Text(
            "coloured: the gradient arrives · pale: it has vanished",
            "색이 있으면 기울기가 도착 · 흐리면 소실",
        ),
        "history-says": Text(
            "The loss and the gradient of {count} layers over {steps} steps; step {step} is chosen. {state}",
            "{steps}스텝 동안의 손실과 {count}개 층의 기울기. 지금은 {step}스텝입니다. {state}",
        ),
        "loss": Text("loss", "손실"),
        "baseline": Text(
            "dotted: the best constant prediction, {value}",
            "점선: 가장 좋은 상수 예측, {value}",
        ),
        "heat-legend": Text("gradient over the last layer's:", "마지막 층에 견준 기울기:"),
        "heat-zero": Text("exactly 0", "정확히 0"),
        "step": Text("Step", "스텝"),
        "step-of": Text("step {step} of {steps}", "{steps}스텝 가운데 {step}스텝"),
        "sampled": Text(
            "{count} of {steps} steps were measured; the slider stands on these only.",
            "{steps}스텝 가운데 {count}스텝을 쟀습니다. 슬라이더는 잰 스텝에만 섭니다.",
        ),
        "at-layer": Text(
            "Layer {name} ({kind}, {activation}) at step {step}",
            "{step}스텝의 {name} 층 ({kind}, {activation})",
        ),
        "no-activation": Text("no activation seen", "활성화 함수 없음"),
        "number-gradient": Text("∂L/∂z over the last layer's", "마지막 층에 견준 ∂L/∂z"),
        "number-weight": Text("∂L/∂W over the last layer's", "마지막 층에 견준 ∂L/∂W"),
        "number-update": Text("change of its weights in this step", "이 스텝의 가중치 변화"),
        "number-moved": Text("change since the start", "처음부터의 가중치 변화"),
        "number-slope": Text("root mean square of f′", "f′의 제곱평균제곱근"),
        "number-saturated": Text("entries that are saturated", "포화된 값의 비율"),
        "number-asleep": Text("units asleep", "잠든 유닛의 비율"),
        "layer-note": Text(
            "Changes are shares of the norm of the weights. ↑ ↓ choose the layer, ← → the step.",
            "변화는 가중치 노름에 대한 비율입니다. ↑ ↓로 층을, ← →로 스텝을 고릅니다.",
        ),
        "seen": Text("What was seen", "관찰"),
        "causes": Text("Why it is so", "왜 그런가"),
        "harm": Text("Why it hurts", "왜 해로운가"),
        "sure": Text("How sure", "얼마나 확실한가"),
        "advice": Text("What to do", "할 일"),
        "certain": Text("Certain.", "확실합니다."),
        "likely": Text("Likely.", "그럴 가능성이 큽니다."),
        "possible": Text("Possible.", "그럴 수도 있습니다."),
        "treat-note": Text(
            "Runs the script again with the cure beside the old one, and keeps only what helps.",
            "처방을 넣어 나란히 다시 실행하고, 도움이 된 것만 남깁니다.",
        ),
        "state": Text("The loss", "손실"),
        "nothing-found": Text(
            "No rule found anything to complain of.", "어떤 규칙도 문제를 찾지 못했습니다."
        ),
        "layer": Text("layer", "층"),
        "table-ladder": Text("Every layer at step {step}", "{step}스텝의 모든 층"),
        "table-history": Text(
            "∂L/∂z over the last layer's, by step", "스텝별, 마지막 층에 견준 ∂L/∂z"
        ),
        "key-back": Text("The measured step before", "앞서 잰 스텝"),
        "key-on": Text("The next measured step", "다음에 잰 스텝"),
        "key-up": Text("Layer cursor up", "층 커서 위로"),
        "key-down": Text("Layer cursor down", "층 커서 아래로"),
        "key-table": Text("The drawings as tables, and back", "그림을 표로, 다시 그림으로"),
        "take-csv": Text("Gradients by layer and step (CSV)", "층과 스텝별 기울기 (CSV)"),
        "take-ladder": Text("The ladder at this step (SVG)", "이 스텝의 사다리 (SVG)"),
        "take-history": Text("The history (SVG)", "지나온 길 (SVG)"),
    },
)
