"""The words of the guide."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text

__all__ = ["WORDS"]

WORDS = Words(
    id="guide",
    texts={
        "title": Text("Which activation function?", "어떤 활성화 함수를 쓸까요?"),
        "lead": Text(
            "One or two questions, then an answer: its reason, the claims it rests on, and where it is wrong.",
            "질문 한두 개에 답하면 함수를 골라 드립니다. 이유와 근거가 되는 주장, 틀리는 경우까지 함께 보여 드립니다.",
        ),
        "dialogue": Text("Questions and answers", "질문과 대답"),
        "ask-layer": Text("Where does the layer stand?", "층이 어디에 있나요?"),
        "hidden": Text("Hidden", "은닉층"),
        "hidden-about": Text("between the input and the output", "입력과 출력 사이의 층"),
        "recurrent": Text("Recurrent", "순환층"),
        "recurrent-about": Text(
            "its output comes back as input at the next time step",
            "출력이 다음 시간 단계의 입력으로 되돌아오는 층",
        ),
        "block": Text("Transformer block", "트랜스포머 블록"),
        "block-about": Text(
            "the feed-forward part behind the attention", "어텐션 뒤에 오는 순방향 부분"
        ),
        "output": Text("Output", "출력층"),
        "output-about": Text("the last layer, which gives the answer", "답을 내는 마지막 층"),
        "ask-task": Text("What does the network answer?", "신경망이 무엇에 답하나요?"),
        "binary": Text("Yes or no", "예 또는 아니요"),
        "binary-about": Text("spam or not, pass or fail", "스팸인지, 합격인지"),
        "multilabel": Text("Several times yes or no", "예/아니요 여러 개"),
        "multilabel-about": Text(
            "which of these tags fit a picture", "사진에 맞는 꼬리표를 모두 고르기"
        ),
        "multiclass": Text("One of several classes", "여러 클래스 가운데 하나"),
        "multiclass-about": Text("the digits 0 to 9, kinds of clothes", "숫자 0–9, 옷의 종류"),
        "regression": Text("A number", "수"),
        "regression-about": Text("a price, a temperature", "집값, 기온"),
        "ordinal": Text("One of several steps in order", "순서가 있는 단계"),
        "ordinal-about": Text("stars, grades, stages", "별점, 등급, 병의 단계"),
        "positive": Text("A number above 0", "0보다 큰 수"),
        "positive-about": Text("a count, a duration", "개수, 시간"),
        "fraction": Text("A number between 0 and 1", "0과 1 사이의 수"),
        "fraction-about": Text("a share, a grey value", "비율, 밝기"),
        "ask-symptom": Text("What do you see in training?", "학습에서 무엇이 보이나요?"),
        "none": Text("Nothing yet", "아직 아무것도"),
        "none-about": Text("I am just starting", "이제 시작하는 참"),
        "dead-units": Text("Units die", "유닛이 죽음"),
        "dead-units-about": Text(
            "units that give 0 for every input", "어떤 입력에도 0만 내는 유닛이 있음"
        ),
        "vanishing-gradient": Text("Learning stalls", "학습이 멈춤"),
        "vanishing-gradient-about": Text(
            "the loss stays, early layers do not move", "손실이 그대로이고 앞쪽 층이 움직이지 않음"
        ),
        "sign-locked-gradients": Text("Learning zigzags", "학습이 지그재그로 감"),
        "sign-locked-gradients-about": Text(
            "outputs are all positive, the weights of a unit move together",
            "출력이 모두 양수라 유닛의 가중치가 함께만 움직임",
        ),
        "saturation": Text("Units saturate", "유닛이 포화됨"),
        "saturation-about": Text(
            "sigmoid or tanh units stand at their ends", "시그모이드나 tanh 유닛이 양끝에 가 있음"
        ),
        "exploding-gradient": Text("The gradient explodes", "기울기가 폭주함"),
        "exploding-gradient-about": Text("the loss jumps or becomes nan", "손실이 튀거나 nan이 됨"),
        "signal-collapse": Text("Inputs look alike", "입력이 모두 닮음"),
        "signal-collapse-about": Text(
            "deep down the net gives nearly the same for every input",
            "깊은 층에서 어떤 입력에도 거의 같은 값을 냄",
        ),
        "linear-collapse": Text("Nothing bends", "굽히는 것이 없음"),
        "linear-collapse-about": Text(
            "linear layers in a row, no better than one", "선형층만 이어져 한 층과 다를 바 없음"
        ),
        "arithmetic-death": Text("Rounding kills gradients", "반올림이 기울기를 죽임"),
        "arithmetic-death-about": Text(
            "gradients are exactly 0 in 16 bits, not in 32",
            "32비트에서는 살아 있는 기울기가 16비트에서 정확히 0임",
        ),
        "bad-initialization": Text("The start is wrong", "초기화가 잘못됨"),
        "bad-initialization-about": Text(
            "weights are far too small or too large", "가중치가 지나치게 작거나 큼"
        ),
        "ask-context": Text("What is special about the network?", "신경망에 특별한 점이 있나요?"),
        "context-none": Text("Nothing", "없음"),
        "context-none-about": Text("a few layers, 32 bits", "층 몇 개, 32비트"),
        "several-layers": Text("Four to twelve layers", "층이 4–12개"),
        "several-layers-about": Text("no norm, no skip", "정규화도 잔차 연결도 없음"),
        "many-layers": Text("More layers", "층이 더 많음"),
        "many-layers-about": Text(
            "no norm, no skip; the numbers are for 50",
            "정규화도 잔차 연결도 없음. 수는 50층 기준",
        ),
        "batch-norm": Text("Deep, with batch norm", "깊고 배치 정규화가 있음"),
        "batch-norm-about": Text(
            "no skip; the numbers are for 20 layers", "잔차 연결 없음. 수는 20층 기준"
        ),
        "layer-norm": Text("Layer norm", "층 정규화가 있음"),
        "layer-norm-about": Text(
            "no skip; the numbers are for 10 layers", "잔차 연결 없음. 수는 10층 기준"
        ),
        "residual": Text("Residual connections", "잔차 연결이 있음"),
        "residual-about": Text(
            "the numbers are for 50 layers with layer norm", "수는 층 정규화가 있는 50층 기준"
        ),
        "low-precision": Text("16-bit numbers", "16비트 수"),
        "low-precision-about": Text("bfloat16 or float16", "bfloat16이나 float16"),
        "mobile": Text("A small chip", "작은 칩"),
        "mobile-about": Text(
            "a phone, a processor, 8-bit numbers", "휴대전화, 일반 프로세서, 8비트 수"
        ),
        "few-inputs": Text("Two or three inputs", "입력이 두세 개"),
        "few-inputs-about": Text("a point in the plane or in space", "평면이나 공간의 점"),
        "few-samples": Text("Few samples", "표본이 적음"),
        "few-samples-about": Text("a table of fewer than 1,000", "1,000개가 안 되는 표"),
        "numbers": Text("Computed for this", "이 경우를 계산하면"),
        "sources": Text("Papers and measured tables", "논문과 측정한 표"),
        "unsure": Text(
            "Not sure what you see? The clinic finds it in a recording of your training.",
            "무엇이 보이는지 모르겠다면 진료실이 학습 기록에서 찾아 줍니다.",
        ),
        "to-clinic": Text("Go to the clinic", "진료실로 가기"),
        "change": Text("Change the answer: {question}", "대답 바꾸기: {question}"),
        "back": Text("Back", "뒤로"),
        "restart": Text("Start again", "처음부터"),
        "thinking": Text("One moment …", "잠시만요 …"),
        "told": Text("The advice: {says}", "고른 함수: {says}"),
        "reason": Text("Why", "이유"),
        "evidence": Text("On what it rests", "근거"),
        "evidence-note": Text(
            "Each is a claim that the lab measures. Open one to run it yourself.",
            "하나하나가 실험실에서 재는 주장입니다. 열어서 직접 돌려 보세요.",
        ),
        "measured": Text(
            "measured here: {verdict}, in {count} of {of} starts",
            "여기서 잼: {verdict}, 출발 {of}번 가운데 {count}번",
        ),
        "expected": Text("at the usual settings: {verdict}", "기본 설정에서: {verdict}"),
        "holds": Text("holds", "맞음"),
        "holds-if": Text("depends", "조건부"),
        "does-not-hold": Text("fails", "틀림"),
        "wrong": Text("Where it is wrong", "틀리는 경우"),
        "pytorch": Text("In PyTorch", "PyTorch에서는"),
        "race": Text("Race it", "경주시키기"),
        "race-note": Text(
            "{names}: from the same start, on the same batches.",
            "{names}: 같은 출발, 같은 배치로 달립니다.",
        ),
        "functions": Text("See the function", "함수 보기"),
        "measure": Text("Measure it on your data", "내 데이터로 재기"),
        "measure-note": Text(
            "A rule is a start. This trains each function from many starts on your file and says which differ for sure.",
            "규칙은 출발점일 뿐입니다. 아래 줄은 내 파일에서 함수마다 여러 출발로 학습해 무엇이 확실히 다른지 알려 줍니다.",
        ),
        "key-answer": Text("Choose an answer", "대답 고르기"),
        "key-back": Text("One question back", "질문 하나 뒤로"),
        "key-restart": Text("Start again", "처음부터"),
        "take": Text("The advice (text)", "고른 함수와 이유 (글)"),
    },
)
