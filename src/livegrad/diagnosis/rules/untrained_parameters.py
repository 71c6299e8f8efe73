"""Parameters that the optimizer does not hold, or that no gradient ever reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.codes import Severity
from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer, Optimizer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

ALL = 0.999
_FRESH = Text(
    "Their weights are still as PyTorch draws them for a new layer.",
    "가중치가 PyTorch가 새 층에 뽑아 준 그대로입니다.",
)
LARGE_SHARE = 0.1
FRESH = 0.03
"""Weights whose deviation is within this of PyTorch's own draw have not been trained before."""
"""Fewer left out than this share of all entries can hardly be why a training learns nothing."""
MOST_NAMES = 4

_SEEN = Text(
    "{names}: they get gradients, but the optimizer ({optimizer}) does not hold them. That is {share} of what could be trained.",
    "{names}: 기울기는 받지만 옵티마이저({optimizer})가 갖고 있지 않은 매개변수입니다. 학습할 수 있는 것의 {share}입니다.",
)
_SEEN_ALL = Text(
    "The optimizer ({optimizer}) holds none of the parameters that the loss reaches ({names}).",
    "옵티마이저({optimizer})가 손실이 닿는 매개변수({names})를 하나도 갖고 있지 않습니다.",
)
_SEEN_UNTOUCHED = Text(
    "{names}: the optimizer holds them, but no gradient reached them at any measured step.",
    "{names}: 옵티마이저가 갖고 있지만, 잰 스텝 어디에서도 기울기가 닿지 않았습니다.",
)
_OUTPUT = Text(
    "The output layer is among them: it was probably put in after the optimizer was made.",
    "출력층도 들어 있습니다. 옵티마이저를 만든 뒤에 갈아 끼웠을 가능성이 큽니다.",
)
_BOTTOM = Text(
    "They are the first layers, all before those that are trained: right only if they came trained already.",
    "학습하는 층보다 앞에 있는 첫 층들입니다. 이미 학습된 층을 가져온 것일 때만 맞습니다.",
)
_PLAIN_LIST = Text(
    "{name} stands in a plain Python list, where PyTorch does not look for parameters.",
    "{name:은/는} 파이썬 리스트에 들어 있는데, PyTorch는 거기서 매개변수를 찾지 않습니다.",
)
_HARM = Text(
    "They keep their random start, however long the training lasts.",
    "아무리 오래 학습해도 무작위 초깃값 그대로입니다.",
)
_HARM_ALL = Text("Nothing is trained at all.", "아무것도 학습되지 않습니다.")
_DOUBT = Text(
    "If they were left out on purpose (a pretrained part), say so with requires_grad_(False): that also saves time.",
    "일부러 뺀 것(미리 학습된 부분)이라면 requires_grad_(False)로 밝혀 두세요. 시간도 아낍니다.",
)
_DOUBT_UNTOUCHED = Text(
    "A part that is used only now and then (a rare expert, a second head) may have been missed.",
    "가끔만 쓰이는 부분(드물게 고르는 전문가, 두 번째 헤드)이라면 못 본 것일 수 있습니다.",
)
_ADVICE = Text(
    "Make the optimizer after the model is finished, from all of it: torch.optim.{optimizer}(model.parameters(), lr={rate})",
    "모델을 다 만든 뒤에, 모델 전체로 옵티마이저를 만드세요: torch.optim.{optimizer}(model.parameters(), lr={rate})",
)
_ADVICE_LIST = Text(
    "Put the layers into nn.ModuleList([...]) instead of a list, before the optimizer is made.",
    "옵티마이저를 만들기 전에, 층들을 리스트 대신 nn.ModuleList([...])에 넣으세요.",
)
_ADVICE_UNTOUCHED = Text(
    "Look for .detach(), .data, torch.no_grad() or .item() between these layers and the loss, and for layers that forward "
    "never calls.",
    "이 층들과 손실 사이에 .detach(), .data, torch.no_grad(), .item()이 있는지, forward가 부르지 않는 층인지 찾아보세요.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Parameters with gradients that nobody steps; else, in a training that fails, those that no gradient reaches."""
    optimizer = evidence.optimizer
    if optimizer is None or evidence.adversarial:
        return ()
    seen = any(g is not None for layer in evidence.layers for g in layer.gradient)
    left = _standing_still(evidence, optimizer.left_out)
    if left and seen:
        return _left_out(evidence, learned, optimizer, left)
    if optimizer.untouched and seen and learned.fails:
        return (_untouched(optimizer),)
    return ()


def _standing_still(evidence: Evidence, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names whose layer did not move: what another hand moves (an update of the user's own) is trained."""
    moving = {layer.name for layer in evidence.layers if (ladder.last(layer.moved) or 0.0) > 0}
    return tuple(name for name in names if _module(name) not in moving)


def _left_out(
    evidence: Evidence, learned: Learning, optimizer: Optimizer, left: tuple[str, ...]
) -> tuple[Finding, ...]:
    everything = optimizer.left_out_share >= ALL
    layers = [x for x in evidence.layers if x.name in {_module(name) for name in left}]
    bottom, fresh = _is_bottom(evidence, layers), _looks_fresh(layers)
    listed = next((name for name in left if "[" in name), None)
    causes = [
        *([_PLAIN_LIST.fill(name=_module(listed))] if listed else []),
        *([_OUTPUT] if any(x.is_output for x in layers) and not everything else []),
        *([_FRESH] if fresh else [_BOTTOM] if bottom else []),
    ]
    said = {"optimizer": optimizer.name, "names": _listed(left)}
    return (
        Finding(
            code="untrained-parameters",
            severity=_severity(learned, optimizer, layers, on_purpose=bottom and not listed),
            place="optimizer",
            places=("optimizer", *dict.fromkeys(_module(name) for name in left)),
            seen=(_SEEN_ALL if everything else _SEEN).fill(
                share=ladder.share(optimizer.left_out_share), **said
            ),
            causes=tuple(causes),
            harm=_HARM_ALL if everything else _HARM,
            doubt=None if everything else _DOUBT,
            advice=_ADVICE_LIST
            if listed
            else _ADVICE.fill(
                optimizer=optimizer.name,
                rate="…" if optimizer.rate is None else f"{optimizer.rate:g}",
            ),
            confidence="certain" if everything or listed else "likely",
            evidence={"left_out": len(left), "share": optimizer.left_out_share},
            remedies=("hold-all-parameters",),
        ),
    )


def _severity(
    learned: Learning, optimizer: Optimizer, layers: list[Layer], *, on_purpose: bool
) -> Severity:
    """A note where it is probably meant or does no harm; an error where it can be why nothing is learned."""
    fresh = _looks_fresh(layers)
    if learned.well and not (fresh and any(x.is_output for x in layers)):
        return "note"
    if on_purpose and not fresh and learned.learning is not False:
        return "note"
    if learned.learning is False and optimizer.left_out_share >= LARGE_SHARE:
        return "error"
    return "warning"


def _is_bottom(evidence: Evidence, left: list[Layer]) -> bool:
    """Whether exactly the first layers are left out, and the output is trained: how a pretrained part is used."""
    names = {layer.name for layer in left}
    first = evidence.layers[: len(left)]
    return 0 < len(left) < len(evidence.layers) and {x.name for x in first} == names


def _looks_fresh(layers: list[Layer]) -> bool:
    """Whether all the layers hold what PyTorch draws for a new one: nobody has trained them yet.

    Linear and convolutional layers are drawn from ±1/√fan_in, a gain of 0.577; embeddings with a deviation of 1. What
    was trained before has drifted from these.
    """
    known = [x for x in layers if x.initial_gain is not None and x.fan_in and x.units]
    return bool(known) and all(_is_as_drawn(x) for x in known)


def _is_as_drawn(layer: Layer) -> bool:
    fan_in, units, gain = layer.fan_in or 1, layer.units or 1, layer.initial_gain or 0.0
    drawn = fan_in**0.5 if layer.kind == "Embedding" else 3**-0.5
    error = 2 / (2 * fan_in * units) ** 0.5  # twice the standard error of a deviation, at most
    return abs(gain / drawn - 1) < max(error, FRESH)


def _untouched(optimizer: Optimizer) -> Finding:
    names = optimizer.untouched
    return Finding(
        code="untrained-parameters",
        severity="warning",
        place=_module(names[0]) or "optimizer",
        places=tuple(dict.fromkeys(_module(name) for name in names if _module(name))),
        seen=_SEEN_UNTOUCHED.fill(names=_listed(names)),
        harm=_HARM,
        doubt=_DOUBT_UNTOUCHED,
        advice=_ADVICE_UNTOUCHED,
        confidence="possible",
        evidence={"untouched": len(names)},
    )


def _module(name: str) -> str:
    """The module that a parameter belongs to."""
    return name.rpartition(".")[0]


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} … ({len(names)})"


def _replaced(seed: int, *, late: bool) -> Training:
    """The layers in front, narrow ones, are put in before or after the optimizer is made."""
    from torch import nn

    model = nn.Sequential(nn.Identity(), nn.Linear(8, 2))
    front = patients.mlp((8, 32, 1, 8), nn.Tanh, last=nn.Tanh)
    if not late:
        model[0] = front
    training = patients.classify(model, seed, rate=0.05, steps=400)
    model[0] = front
    return training


def _patient(seed: int) -> Training:
    return _replaced(seed, late=True)


def _healthy_twin(seed: int) -> Training:
    return _replaced(seed, late=False)


RULE = Rule(
    code="untrained-parameters",
    look=look,
    explains=(
        "learning-rate-too-low",
        "vanishing-gradient",
        "signal-collapse",
        "sign-locked-gradients",
        "stale-gradients",
    ),
    about=Text(
        "Compares the parameters that got gradients with those that the optimizers hold; and those that they hold with those that "
        "gradients reached.",
        "기울기를 받은 매개변수와 옵티마이저들이 가진 매개변수를 견주고, 가진 것에 기울기가 닿았는지도 봅니다.",
    ),
    false_alarms=Text(
        "Frozen parameters, a second optimizer, weights that are updated by hand, adversaries, an unused head of a network that "
        "learns: silent; a pretrained part that is left out and learns well: a note.",
        "얼린 매개변수, 두 번째 옵티마이저, 직접 갱신하는 가중치, 맞서 학습하는 신경망, 잘 배우는 신경망의 쓰지 않는 헤드: 조용합니다. 미리 학습된 "
        "부분을 빼고도 잘 배우면 참고로만 적습니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="PyTorch documentation of torch.optim (constructing it) and of nn.ModuleList.",
)
