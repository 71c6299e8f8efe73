"""The output for steps in order: one sigmoid for each step passed."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-ordinal",
    where=("output",),
    fits=lambda situation: situation.task == "ordinal",
    answers="layer",
    when=Text(
        "the output is one of several steps in order: stars, grades",
        "출력이 순서가 있는 여러 단계 가운데 하나일 때: 별점, 등급",
    ),
    activations=("sigmoid",),
    against=(
        "softmax",
        "identity",
    ),
    says=Text(
        "Take sigmoid, one unit for each step but the first: is the answer above it?",
        "단계보다 하나 적은 유닛에 시그모이드를 쓰세요. 유닛마다 '이 단계를 넘는가'를 묻습니다.",
    ),
    why=Text(
        "Softmax counts two steps off as no worse than one, and a single number takes all steps for equally wide. Asked step by step, the order is kept and the widths are learned.",
        "소프트맥스에서는 두 단계 틀린 것이나 한 단계 틀린 것이나 같고, 수 하나로 답하면 모든 단계의 폭이 같다고 보는 셈입니다. 단계마다 물으면 순서는 지켜지고 폭은 학습됩니다.",
    ),
    evidence=(
        "sigmoid-as-probability",
        "output-reshaping",
    ),
    sources=(
        "Cao, Mirjalili and Raschka 2020, Rank Consistent Ordinal Regression (CORAL, arXiv:1901.07884)",
    ),
    wrong_when=Text(
        "With two or three steps, or many samples of each, softmax does as well. If the steps are evenly wide, identity and MSELoss are simpler.",
        "단계가 두셋이거나 단계마다 표본이 많으면 소프트맥스도 그만큼 합니다. 단계의 폭이 고르면 항등 함수와 MSELoss가 더 간단합니다.",
    ),
    pytorch=(
        "passed = (grade[:, None] > torch.arange(4)).float()  # 5 grades: 4 questions",
        "loss_fn = nn.BCEWithLogitsLoss()",
        "grade = (model(x) > 0).sum(dim=1)",
    ),
    in_pytorch=Text(
        "No sigmoid in the model. One weight vector with a bias for each step (CORAL) keeps the answers in order.",
        "모델에는 시그모이드를 넣지 않습니다. 가중치는 함께 쓰고 편향만 단계마다 두면(CORAL) 답의 순서가 어긋나지 않습니다.",
    ),
)
