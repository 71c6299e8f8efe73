"""BCELoss wants probabilities: a sigmoid in the model, or better the loss that holds it."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-bce",
    where=("output",),
    fits=lambda situation: (
        situation.loss == "BCELoss" and situation.task in ("binary", "multilabel", "fraction")
    ),
    answers="loss",
    when=Text(
        "the loss is BCELoss",
        "손실이 BCELoss일 때",
    ),
    activations=("sigmoid",),
    against=(
        "identity",
        "softmax",
    ),
    says=Text(
        "Take sigmoid in the model; better, take it out and use BCEWithLogitsLoss.",
        "모델에 시그모이드를 넣으세요. 시그모이드를 빼고 BCEWithLogitsLoss를 쓰면 더 좋습니다.",
    ),
    why=Text(
        "BCELoss takes the logarithm of what it gets, and a sigmoid rounds to exactly 1 from 17 on: the logarithm is cut off at −100 and the gradient is 0. Held together, both are exact.",
        "BCELoss는 받은 값의 로그를 구합니다. 시그모이드는 17부터 정확히 1로 반올림되어 로그는 −100에서 잘리고 기울기는 0이 됩니다. 손실 안에서 함께 계산하면 둘 다 정확합니다.",
    ),
    evidence=(
        "sigmoid-as-probability",
        "output-reshaping",
    ),
    sources=(
        "PyTorch 2 documentation, torch.nn.BCELoss",
        "docs/measured/functions.md",
    ),
    wrong_when=Text(
        "Where probabilities come from elsewhere, from a product of several for example, BCELoss is the right one. It is refused under autocast.",
        "확률을 여럿 곱하는 것처럼 다른 데서 얻은 확률이라면 BCELoss가 맞습니다. autocast에서는 쓸 수 없습니다.",
    ),
    pytorch=(
        "model = nn.Sequential(..., nn.Linear(64, 1), nn.Sigmoid())",
        "loss_fn = nn.BCELoss()",
    ),
    in_pytorch=Text(
        "One of the two, never both: sigmoid and BCELoss, or no sigmoid and BCEWithLogitsLoss.",
        "둘 가운데 하나만 쓰세요. 시그모이드와 BCELoss, 또는 시그모이드 없이 BCEWithLogitsLoss.",
    ),
    instead_of=(
        "output-binary",
        "output-fraction",
    ),
)
