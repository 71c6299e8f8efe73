"""NLLLoss wants logarithms of probabilities: log-softmax in the model."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-log-probabilities",
    where=("output",),
    fits=lambda situation: situation.loss == "NLLLoss" and situation.task == "multiclass",
    answers="loss",
    when=Text(
        "the loss is NLLLoss",
        "손실이 NLLLoss일 때",
    ),
    activations=("log_softmax",),
    against=(
        "softmax",
        "identity",
    ),
    avoids=("softmax",),
    says=Text(
        "Take log-softmax in the model, or CrossEntropyLoss without it.",
        "모델에 로그 소프트맥스를 넣거나, 넣지 말고 CrossEntropyLoss를 쓰세요.",
    ),
    why=Text(
        "NLLLoss only picks the right class's number and turns its sign. Raw scores make it fall without end, and softmax gives it no logarithm: neither is a likelihood.",
        "NLLLoss는 정답 클래스의 수를 골라 부호만 바꿉니다. 원점수를 주면 손실이 끝없이 내려가고, 소프트맥스를 주면 로그가 빠집니다. 둘 다 가능도(likelihood)가 아닙니다.",
    ),
    evidence=(
        "softmax-as-probability",
        "output-reshaping",
    ),
    sources=("PyTorch 2 documentation, torch.nn.NLLLoss",),
    wrong_when=Text(
        "CrossEntropyLoss is the same in one piece: choose NLLLoss only where the logarithms are needed, as in beam search.",
        "CrossEntropyLoss가 둘을 합친 것과 같습니다. 빔 탐색처럼 로그 확률이 따로 필요할 때만 NLLLoss를 쓰세요.",
    ),
    pytorch=(
        "model = nn.Sequential(..., nn.Linear(64, 10), nn.LogSoftmax(dim=1))",
        "loss_fn = nn.NLLLoss()",
    ),
    in_pytorch=Text(
        "Never torch.log(softmax(x)): it gives −inf where log_softmax is exact.",
        "torch.log(softmax(x))는 쓰지 마세요. log_softmax가 정확한 곳에서 −inf가 됩니다.",
    ),
    instead_of=("output-multiclass",),
)
