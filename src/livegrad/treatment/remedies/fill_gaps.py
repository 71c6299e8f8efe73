"""Put the feature's mean where an input is NaN or infinite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    import torch

    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "{count} entries are no numbers; each is taken as its feature's mean over {samples} samples, which says nothing either way.",
    "값 {count}개가 수가 아닙니다. 표본 {samples}개에서 잰 그 특징의 평균으로 채우면 어느 쪽으로도 치우치지 않습니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The mean of each feature over the rows that are numbers throughout; targets that are none cannot be made up."""
    del finding
    data = evidence.data
    if data is None or not data.non_finite or not data.mean:
        return ()
    return (
        {
            "mean": list(data.mean),
            "axis": data.axis,
            "count": data.non_finite,
            "samples": data.samples,
        },
    )


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Fill the gaps of what enters the model, in training and evaluation alike."""
    hook = Filling(cast("list[float]", settings["mean"]), cast("int", settings["axis"]))
    patient.undo_with(patient.models[0][1].register_forward_pre_hook(hook).remove)
    return (
        "+ mean = X_train[torch.isfinite(X_train).all(1)].mean(0)",
        "+ X_train = torch.where(torch.isfinite(X_train), X_train, mean)",
        "+ X_test = torch.where(torch.isfinite(X_test), X_test, mean)",
    )


class Filling:
    """A forward pre-hook that puts a feature's mean where the first input is NaN or infinite (picklable).

    Args:
        mean: Of each feature.
        axis: The dimension of the features.
    """

    def __init__(self, mean: list[float], axis: int) -> None:
        self.mean, self.axis = mean, axis

    def __call__(self, module: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments with the first one filled."""
        import torch

        del module
        x: torch.Tensor = args[0]
        shape = [1] * x.dim()
        shape[self.axis] = -1
        mean = torch.tensor(self.mean).to(x).reshape(shape)
        return (torch.where(torch.isfinite(x), x, mean), *args[1:])


def reason(settings: Settings) -> Text:
    """How many gaps, and from how many samples the means are."""
    return _REASON.fill(count=settings["count"], samples=settings["samples"])


REMEDY = Remedy(
    id="fill-gaps",
    title=Text("means where inputs are no numbers", "수가 아닌 입력은 평균으로"),
    codes=("unscaled-input",),
    effect=Text(
        "No NaN enters the network, so none can spread from one sample to every weight.",
        "NaN이 신경망에 들어가지 않으니, 표본 하나에서 모든 가중치로 번지지도 않습니다.",
    ),
    price=Text(
        "What was missing is made up; the means have to be kept with the model.",
        "없던 값을 지어내는 셈이고, 평균을 모델과 함께 보관해야 합니다.",
    ),
    when_not=Text(
        "Where NaN comes of a mistake upstream (a division, a logarithm): mend that. Where a gap itself says something, add a "
        "column that marks it.",
        "앞 단계의 실수(0으로 나누기, 로그)로 생긴 NaN이면 그 실수를 고쳐야 합니다. 비어 있다는 사실에 뜻이 있다면 그것을 표시하는 열을 "
        "더하세요.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
