"""Gradients that nobody zeroes: every step repeats all the steps before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis import patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

FEWEST_STEPS = 8
MOST = 0.5
"""Carried at more than half of the steps it is a habit; gradients kept now and then may be meant."""
NEVER = 0.98

_SEEN = Text(
    "{carried} of {steps} steps began with the gradients of the step before still in place{when}.",
    "{steps}스텝 가운데 {carried}스텝이 앞 스텝의 기울기를 그대로 둔 채 시작했습니다{when}.",
)
_NEVER = Text(": nobody ever zeroed them", ". 한 번도 0으로 지우지 않았습니다")
_SELDOM = Text(
    ": they were zeroed once in {every} steps", ". {every}스텝에 한 번꼴로만 0으로 지웠습니다"
)
_HARM = Text(
    "backward() adds to what is there, so each step goes along the sum of all gradients since they were last zeroed: the steps "
    "grow longer and longer and go where the network was, not where it is.",
    "backward()는 있던 값에 더하므로, 걸음마다 마지막으로 지운 뒤의 기울기를 모두 더한 쪽으로 갑니다. 걸음은 점점 길어지고, 지금이 아니라 "
    "지난 자리의 기울기를 따릅니다.",
)
_DOUBT = Text(
    "To add up several batches before one step is fine, as long as the gradients are zeroed after that step.",
    "여러 배치의 기울기를 모아 한 번에 걷는 것은 괜찮습니다. 다만 그 스텝 뒤에는 0으로 지워야 합니다.",
)
_ADVICE = Text(
    "Zero them at every step, before backward(): optimizer.zero_grad()",
    "스텝마다 backward() 앞에서 0으로 지우세요: optimizer.zero_grad()",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Steps that began with the gradients of the step before, as a habit."""
    optimizer, steps = evidence.optimizer, evidence.steps
    if optimizer is None or steps < FEWEST_STEPS:
        return ()
    share = optimizer.carried / (steps - 1)  # the first step has none before it
    if share <= MOST:
        return ()
    every = round(steps / max(1, steps - optimizer.carried))
    return (
        Finding(
            code="stale-gradients",
            severity="error" if learned.learning is False else "warning",
            place="optimizer",
            places=("optimizer",),
            seen=_SEEN.fill(
                carried=optimizer.carried,
                steps=steps,
                when=_NEVER if share >= NEVER else _SELDOM.fill(every=every),
            ),
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE,
            confidence="certain",
            evidence={"carried": optimizer.carried, "steps": steps},
            remedies=("zero-gradients",),
        ),
    )


def _training(seed: int, *, zeroed: bool) -> Training:
    """A regression whose loop zeroes the gradients, or only seems to: the optimizer's ``zero_grad`` does nothing."""
    import torch
    from torch import nn

    class Keeping(torch.optim.SGD):
        def zero_grad(self, set_to_none: bool = True) -> None:  # noqa: FBT001, FBT002 (torch's signature)
            pass

    training = patients.train(
        patients.mlp((2, 32, 32, 1), nn.Tanh), patients.waves(seed), nn.MSELoss(), rate=0.02
    )
    if not zeroed:
        training.optimizer = Keeping(training.model.parameters(), lr=0.02, momentum=0.9)
    return training


def _patient(seed: int) -> Training:
    return _training(seed, zeroed=False)


def _healthy_twin(seed: int) -> Training:
    return _training(seed, zeroed=True)


RULE = Rule(
    code="stale-gradients",
    look=look,
    explains=(
        "learning-rate-too-high",
        "exploding-gradient",
        "dead-units",
        "saturation",
        "vanishing-gradient",
        "sign-locked-gradients",
    ),
    about=Text(
        "Looks, before each backward pass, whether anybody touched the gradients since the last step.",
        "역전파를 할 때마다, 지난 스텝 뒤로 누가 기울기에 손을 댔는지 봅니다.",
    ),
    false_alarms=Text(
        "Gradient accumulation (several backward passes, then one step and a zeroing), zeroing before or after the step, to zero "
        "or to None, closures: silent, because only a step that begins with the last step's gradients counts.",
        "기울기 누적(여러 번 역전파한 뒤 한 번 걷고 지우기), 스텝 앞이나 뒤에서 지우기, 0이나 None으로 지우기, 클로저(closure): 앞 스텝의 "
        "기울기를 그대로 안고 시작한 스텝만 세므로 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="PyTorch documentation of torch.optim.Optimizer.zero_grad.",
)
