"""Give output and target one shape before they meet."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.shapes import matching_line, shape_of
from livegrad.errors import BadInput
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "An output of shape {output} and a target of shape {target} hold as many numbers; in one shape, each meets its own.",
    "모양이 {output}인 출력과 {target}인 목표값은 수의 개수가 같습니다. 모양을 맞추면 출력마다 제 목표값과 만납니다.",
)
_BY_HAND = Text(
    "The loss is written by hand{where}, and {count} models are trained together, so livegrad cannot tell whose output it gets. Edit "
    "that line: {line}",
    "손실을 직접 썼고{where} 모델 {count}개를 함께 학습하므로, 어느 모델의 출력이 들어가는지 알 수 없습니다. 그 줄을 고쳐 주세요: "
    "{line}",
)
_WHERE = Text(" ({where})", "({where})")


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The missing or superfluous dimension, where output and target hold as many numbers."""
    output = evidence.output
    if output is None or output.shapes_differ is None:
        return ()
    given, target = (shape_of(text) for text in output.shapes_differ)
    if math.prod(given) != math.prod(target) or abs(len(given) - len(target)) > 1:
        return ()
    line = next((f"{s.file}:{s.line}" for s in evidence.sources if s.place == finding.place), "")
    return (
        {
            "loss": output.loss,
            "output": str(given),
            "target": str(target),
            "grows": len(target) < len(given),
            "where": line,
        },
    )


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """A loss of PyTorch's sees the target in the output's shape; before one by hand the output gets the target's."""
    loss, grows = str(settings["loss"]), bool(settings["grows"])
    comment = f"  # before {settings['where']}" if settings["where"] else ""
    call = matching_line(loss, grows=grows)
    if loss != "custom":
        _in_loss(patient, loss)
        return (f"+ target = {call}{comment}",)
    if len(patient.models) > 1:
        place = _WHERE.fill(where=settings["where"]) if settings["where"] else Text("", "")
        raise BadInput(
            _BY_HAND.fill(where=place, count=len(patient.models), line=f"output = {call}")
        )
    hook = Shaping(squeeze=grows)
    patient.undo_with(patient.models[0][1].register_forward_hook(hook).remove)
    return (f"+ output = {call}{comment}",)


def _in_loss(patient: Patient, loss: str) -> None:
    from torch.nn import functional

    from livegrad.treatment import surgery_training

    original = getattr(functional, loss)

    @functools.wraps(original)
    def matched(input: Any, target: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A002 (the wrapped function's own name)
        if input.shape != target.shape and input.numel() == target.numel():
            target = target.reshape(input.shape)
        return original(input, target, *args, **kwargs)

    surgery_training.replace_everywhere(patient, original, matched)


class Shaping:
    """A forward hook that takes away or adds the output's second dimension while gradients are asked for (picklable).

    Args:
        squeeze: Whether to take it away.
    """

    def __init__(self, *, squeeze: bool) -> None:
        self.squeeze = squeeze

    def __call__(self, module: Any, args: Any, output: Any) -> Any:
        """Return the output, (batch, 1, ...) as (batch, ...) or the other way round."""
        del module, args
        if not getattr(output, "requires_grad", False):
            return None  # an evaluation keeps the shape that its own code expects
        if not self.squeeze:
            return output.unsqueeze(1)
        return output.squeeze(1) if output.dim() > 1 else None


def reason(settings: Settings) -> Text:
    """The two shapes."""
    return _REASON.fill(output=settings["output"], target=settings["target"])


REMEDY = Remedy(
    id="match-shapes",
    title=Text("output and target in one shape", "출력과 목표값의 모양 맞추기"),
    codes=("broadcast-target",),
    effect=Text(
        "Each output is compared with its own target alone, so the network can learn more than the mean.",
        "출력마다 제 목표값하고만 견주므로, 신경망이 평균보다 나은 것을 배울 수 있습니다.",
    ),
    price=Text("None.", "없음."),
    when_not=Text(
        "Where all are compared with all on purpose: kernels, distances between distributions.",
        "커널이나 분포 사이의 거리처럼 일부러 모두를 모두와 견줄 때는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
