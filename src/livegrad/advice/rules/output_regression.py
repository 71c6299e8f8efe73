"""The output for numbers: none, that is identity."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-regression",
    where=("output",),
    fits=lambda situation: situation.task == "regression",
    answers="layer",
    when=Text("the output is a number without bounds", "출력이 범위가 정해지지 않은 수일 때"),
    activations=("identity",),
    against=("tanh", "relu"),
    says=Text(
        "Take none: the output layer is linear (identity).",
        "출력층에는 활성화 함수를 두지 마세요. 선형(항등 함수) 그대로 씁니다.",
    ),
    why=Text(
        "A price or a temperature may be any number. A bounded function could never reach some of them, and its slope fades towards "
        "its bounds.",
        "집값이나 기온은 어떤 수든 될 수 있습니다. 범위가 묶인 함수는 닿지 못하는 값이 있고, 끝으로 갈수록 기울기도 작아집니다.",
    ),
    evidence=("output-reshaping", "relu-ignores-negatives", "tanh-still-saturates"),
    sources=("PyTorch 2 documentation, torch.nn.MSELoss",),
    wrong_when=Text(
        "If the target has bounds by nature, a function with the same bounds helps: softplus above 0, sigmoid within 0 and 1.",
        "목표값의 범위가 원래 정해져 있으면 같은 범위의 함수가 도움이 됩니다. 0보다 크면 소프트플러스, 0과 1 사이면 시그모이드입니다.",
    ),
    pytorch=(
        "model = nn.Sequential(..., nn.Linear(64, 1))  # nothing after it",
        "loss_fn = nn.MSELoss()",
    ),
    in_pytorch=Text(
        "Output and target need the same shape: (batch, 1) against (batch,) broadcasts to a square and learns nothing. Standardise the "
        "targets.",
        "출력과 목표값의 모양이 같아야 합니다. (batch, 1)과 (batch,)는 정사각형으로 퍼져(broadcast) 아무것도 배우지 못합니다. 목표값은 표준화하세요.",
    ),
)
