"""The output for yes or no: sigmoid, which PyTorch's loss holds already."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-binary",
    where=("output",),
    fits=lambda situation: situation.task in ("binary", "multilabel"),
    answers="layer",
    when=Text(
        "the output answers yes or no, once or several times",
        "출력이 예/아니요로 답할 때 (한 번이든 여러 번이든)",
    ),
    activations=("sigmoid",),
    against=("tanh", "identity"),
    says=Text(
        "Take sigmoid, one unit for each question.",
        "질문 하나에 유닛 하나를 두고 시그모이드를 쓰세요.",
    ),
    why=Text(
        "It turns any number into one between 0 and 1, which reads as a probability: spam or not, pass or fail.",
        "어떤 수든 0과 1 사이로 바꾸어 확률로 읽을 수 있습니다. 스팸인지 아닌지, 합격인지 아닌지.",
    ),
    evidence=("sigmoid-as-probability", "output-reshaping"),
    sources=("PyTorch 2 documentation, torch.nn.BCEWithLogitsLoss",),
    wrong_when=Text(
        "It is a probability only if it was trained with cross-entropy and the net is not overconfident. If exactly one of several "
        "classes is right, take softmax.",
        "교차 엔트로피로 학습했고 지나치게 확신하지 않을 때만 확률로 읽을 수 있습니다. 여러 클래스 가운데 하나만 맞다면 소프트맥스를 쓰세요.",
    ),
    pytorch=(
        "model = nn.Sequential(..., nn.Linear(64, 1))  # no sigmoid here",
        "loss_fn = nn.BCEWithLogitsLoss()  # holds the sigmoid",
        "probability = torch.sigmoid(model(x))  # when you read it",
    ),
    in_pytorch=Text(
        "BCEWithLogitsLoss takes the number before the sigmoid (the logit). With a sigmoid in the model as well it is applied twice, "
        "and learning slows. Targets are floats of the output's shape.",
        "BCEWithLogitsLoss는 시그모이드를 거치기 전의 수(로짓, logit)를 받습니다. 모델에도 시그모이드를 넣으면 두 번 적용되어 학습이 느려집니다. 목표값은 출력과 모양이 같은 실수입니다.",
    ),
)
