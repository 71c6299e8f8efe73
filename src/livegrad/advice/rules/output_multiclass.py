"""The output for one of several classes: softmax, which PyTorch's loss holds already."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-multiclass",
    where=("output",),
    fits=lambda situation: situation.task == "multiclass",
    answers="layer",
    when=Text(
        "the output picks one of several classes", "출력이 여러 클래스 가운데 하나를 고를 때"
    ),
    activations=("softmax",),
    against=("sigmoid", "identity"),
    says=Text(
        "Take softmax, one unit for each class.",
        "클래스마다 유닛 하나를 두고 소프트맥스를 쓰세요.",
    ),
    why=Text(
        "All its outputs are positive and sum to 1, so they read as the probabilities of classes that exclude each other: the digits "
        "0 to 9, kinds of clothes.",
        "출력이 모두 양수이고 합이 1이어서, 서로 겹치지 않는 클래스의 확률로 읽을 수 있습니다. 숫자 0–9, 옷의 종류처럼.",
    ),
    evidence=("softmax-as-probability", "output-reshaping"),
    sources=(
        "PyTorch 2 documentation, torch.nn.CrossEntropyLoss",
        "Guo et al. 2017, On Calibration of Modern Neural Networks (arXiv:1706.04599)",
    ),
    wrong_when=Text(
        "If several answers may be right at once, take a sigmoid for each. The probabilities grow overconfident when training goes on "
        "for long.",
        "정답이 동시에 여럿일 수 있으면 클래스마다 시그모이드를 쓰세요. 오래 학습하면 확률이 지나치게 확신에 찹니다.",
    ),
    pytorch=(
        "model = nn.Sequential(..., nn.Linear(64, 10))  # no softmax here",
        "loss_fn = nn.CrossEntropyLoss()  # holds the softmax",
        "probabilities = model(x).softmax(dim=1)  # when you read them",
    ),
    in_pytorch=Text(
        "CrossEntropyLoss takes the numbers before the softmax (logits). With a softmax in the model as well it is applied twice: the "
        "loss cannot reach 0 and the gradient shrinks.",
        "CrossEntropyLoss는 소프트맥스를 거치기 전의 수(로짓, logit)를 받습니다. 모델에도 소프트맥스를 넣으면 두 번 적용되어 손실이 0까지 내려가지 못하고 기울기도 작아집니다.",
    ),
)
