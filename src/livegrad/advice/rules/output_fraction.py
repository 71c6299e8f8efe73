"""The output for a number between 0 and 1: sigmoid, which BCEWithLogitsLoss holds already."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-fraction",
    where=("output",),
    fits=lambda situation: situation.task == "fraction",
    answers="layer",
    when=Text(
        "the output is a number between 0 and 1: a share, a grey value",
        "출력이 0과 1 사이의 수일 때: 비율, 밝기",
    ),
    activations=("sigmoid",),
    against=(
        "identity",
        "hardsigmoid",
    ),
    says=Text(
        "Take sigmoid, through BCEWithLogitsLoss.",
        "BCEWithLogitsLoss를 통해 시그모이드를 쓰세요.",
    ),
    why=Text(
        "It cannot leave the bounds, and cross-entropy takes shares as targets as well as 0 and 1: its gradient is answer minus target, however flat the sigmoid is there.",
        "범위를 벗어날 수 없습니다. 교차 엔트로피는 0과 1뿐 아니라 비율도 목표값으로 받고, 시그모이드가 아무리 평평한 곳에서도 기울기가 답에서 목표값을 뺀 값입니다.",
    ),
    evidence=(
        "sigmoid-as-probability",
        "output-reshaping",
    ),
    sources=("PyTorch 2 documentation, torch.nn.BCEWithLogitsLoss",),
    wrong_when=Text(
        "With MSELoss behind a sigmoid the gradient fades towards 0 and 1. Shares that sum to 1 need softmax. Where many targets are exactly 0 or 1, predict that first, yes or no.",
        "시그모이드 뒤에 MSELoss를 쓰면 0과 1 근처에서 기울기가 사라집니다. 합이 1인 비율들에는 소프트맥스가 필요합니다. 목표값이 정확히 0이나 1인 것이 많으면 그것부터 예/아니요로 맞히세요.",
    ),
    pytorch=(
        "loss_fn = nn.BCEWithLogitsLoss()  # targets between 0 and 1 are fine",
        "share = torch.sigmoid(model(x))  # when you read it",
    ),
    in_pytorch=Text(
        "No sigmoid in the model: the loss holds it. Targets are floats of the output's shape.",
        "모델에는 시그모이드를 넣지 않습니다. 손실에 들어 있습니다. 목표값은 출력과 모양이 같은 실수입니다.",
    ),
)
