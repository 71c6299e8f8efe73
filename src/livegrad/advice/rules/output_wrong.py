"""An output that does not fit its loss: take the last activation out, for PyTorch's losses hold it."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-wrong",
    where=("output",),
    fits=lambda situation: situation.has("wrong-output-activation"),
    answers="symptom",
    when=Text(
        "output, loss and target do not fit",
        "출력과 손실, 목표값이 서로 맞지 않을 때",
    ),
    activations=("identity",),
    against=(
        "softmax",
        "sigmoid",
        "log_softmax",
    ),
    says=Text(
        "Take none: let the model end with nn.Linear, and choose the loss by the task.",
        "출력층에는 활성화 함수를 두지 마세요. 모델은 nn.Linear로 끝내고 손실은 과제에 맞춰 고르세요.",
    ),
    why=Text(
        "CrossEntropyLoss and BCEWithLogitsLoss hold softmax and sigmoid already. Put in twice, the answers cannot become sure, the loss stays above 0, and the gradient shrinks.",
        "CrossEntropyLoss와 BCEWithLogitsLoss에는 소프트맥스와 시그모이드가 이미 들어 있습니다. 두 번 넣으면 답이 확실해지지 못해 손실이 0까지 내려가지 않고 기울기도 작아집니다.",
    ),
    evidence=(
        "softmax-as-probability",
        "sigmoid-as-probability",
        "output-reshaping",
    ),
    sources=("PyTorch 2 documentation, loss functions of torch.nn",),
    wrong_when=Text(
        "NLLLoss and BCELoss want the activation in the model. Softmax inside attention, and where you only read the answers, is right.",
        "NLLLoss와 BCELoss는 활성화 함수가 모델에 있어야 합니다. 어텐션 안의 소프트맥스와 답을 읽을 때만 쓰는 소프트맥스는 맞습니다.",
    ),
    pytorch=(
        "model = nn.Sequential(..., nn.Linear(64, 10))",
        "loss_fn = nn.CrossEntropyLoss()",
    ),
    in_pytorch=Text(
        "livegrad.examine(model, loss_fn, (x, y)) looks at one batch and says what does not fit.",
        "livegrad.examine(model, loss_fn, (x, y))가 배치 하나를 보고 무엇이 맞지 않는지 알려 줍니다.",
    ),
)
