"""What each of PyTorch's losses takes from the output layer, and which questions it answers.

A loss that holds the activation already takes the number before it (the logit); put in twice, it slows or stops learning.
Source: the loss pages of PyTorch 2's documentation, "Input" of each ``torch.nn`` class.
"""

from __future__ import annotations

from dataclasses import dataclass

from livegrad.text import Text

__all__ = ["LOSSES", "Loss", "fit_of"]

_LOGITS = Text(
    "numbers of any size, before the {held} (logits)",
    "{held:을/를} 거치기 전의 수(로짓, logit)",
)
_CLASSES = _LOGITS.fill(held=Text("softmax", "소프트맥스"))
_YES_NO = _LOGITS.fill(held=Text("sigmoid", "시그모이드"))
_NUMBERS = Text("numbers of any size", "아무 크기의 수")
_FITS = Text(
    "{loss} takes {takes}. So the model ends with {ending}.",
    "{loss:은/는} {takes:을/를} 받습니다. 모델의 맨 끝: {ending}.",
)
_ENDS = {
    "identity": Text("its last nn.Linear, and no activation", "활성화 함수 없이 nn.Linear"),
    "sigmoid": Text("nn.Sigmoid()", "nn.Sigmoid()"),
    "softplus": Text("nn.Softplus()", "nn.Softplus()"),
    "log_softmax": Text("nn.LogSoftmax(dim=1)", "nn.LogSoftmax(dim=1)"),
}
_BOUNDS = {"fraction": "sigmoid", "positive": "softplus"}
"""What keeps the bounds of a target where the loss knows of none."""
_FITS_NOT = Text(
    "{loss} does not fit the task '{task}': it answers {tasks}. Take {others}.",
    "{loss:은/는} '{task}' 과제에 맞지 않습니다. 이 손실이 답하는 것은 {tasks}입니다. {others:을/를} 쓰세요.",
)
_SQUARED = Text(
    "Behind a sigmoid or a softmax a squared error fades exactly where the network is surely wrong.",
    "시그모이드나 소프트맥스 뒤의 제곱 오차는 신경망이 자신 있게 틀린 곳에서 오히려 기울기가 사라집니다.",
)
_SURE = ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss")
_CLASS_TASKS = ("binary", "multilabel", "multiclass", "ordinal")


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One of PyTorch's losses.

    Attributes:
        takes: What it takes from the model.
        tasks: Ids of the tasks that it answers, the usual one first.
        ends: What the model ends with: "identity" (no module), "sigmoid" or "log_softmax".
    """

    takes: Text
    tasks: tuple[str, ...]
    ends: str = "identity"


LOSSES = {
    "CrossEntropyLoss": Loss(takes=_CLASSES, tasks=("multiclass",)),
    "NLLLoss": Loss(
        takes=Text("logarithms of probabilities", "확률의 로그"),
        tasks=("multiclass",),
        ends="log_softmax",
    ),
    "BCEWithLogitsLoss": Loss(takes=_YES_NO, tasks=("binary", "multilabel", "ordinal", "fraction")),
    "BCELoss": Loss(
        takes=Text("probabilities between 0 and 1", "0과 1 사이의 확률"),
        tasks=("binary", "multilabel", "fraction"),
        ends="sigmoid",
    ),
    "MultiLabelSoftMarginLoss": Loss(takes=_YES_NO, tasks=("multilabel",)),
    "MSELoss": Loss(takes=_NUMBERS, tasks=("regression", "positive", "fraction")),
    "L1Loss": Loss(takes=_NUMBERS, tasks=("regression", "positive", "fraction")),
    "SmoothL1Loss": Loss(takes=_NUMBERS, tasks=("regression", "positive")),
    "HuberLoss": Loss(takes=_NUMBERS, tasks=("regression", "positive")),
    "PoissonNLLLoss": Loss(
        takes=Text(
            "the logarithm of the rate (log_input=True, as it is by default)",
            "비율의 로그(log_input=True, 기본값)",
        ),
        tasks=("positive",),
    ),
}
"""By the name of the class in ``torch.nn``."""


def fit_of(loss: str, task: str | None) -> Text:
    """Return whether a loss fits a task, and how the model must end for it.

    Args:
        loss: A name of `LOSSES`.
        task: A task, or None where it is not known.

    Example:
        >>> fit_of("CrossEntropyLoss", "multiclass").en.endswith(
        ...     "its last nn.Linear, and no activation."
        ... )
        True
        >>> fit_of("MSELoss", "multiclass").en.startswith(
        ...     "MSELoss does not fit the task 'multiclass'"
        ... )
        True
    """
    known = LOSSES[loss]
    if task is None or task in known.tasks:
        return _fitting(loss, task)
    others = [name for name, one in LOSSES.items() if task in one.tasks]
    said = _FITS_NOT.fill(
        loss=loss, task=task, tasks=", ".join(known.tasks), others=" / ".join(others)
    )
    if loss in _SURE and task in _CLASS_TASKS:
        return Text(f"{said.en} {_SQUARED.en}", f"{said.ko} {_SQUARED.ko}")
    return said


def _fitting(loss: str, task: str | None) -> Text:
    known = LOSSES[loss]
    bounds = _BOUNDS.get(task or "") if loss in _SURE else None
    ending = _ENDS[bounds or known.ends]
    return _FITS.fill(loss=loss, takes=known.takes, ending=ending)
