"""Moving a shaping into the weights: the model keeps its nn.Sigmoid, and computes what the shaped one would.

Before each activation W ← αW and b ← αb + β; after it W ← γW and b ← b + γδ·W·1. A layer between two
activations gets both. All of it is exact algebra, so that only rounding is left between the two models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from livegrad.errors import BadInput
from livegrad.flow.shaping.chain_torch import (
    LAYERS,
    Weighted,
    chain_of,
    computes,
    no_chain,
    passes,
    reaches_alike,
)
from livegrad.flow.shaping.record import Shaped
from livegrad.text import Text

__all__ = ["AbsorbedLayer", "Absorption", "absorb"]

_TWICE = Text("the layer '{name}' is used twice", "층 {name:이/가} 두 번 쓰입니다")
_BETWEEN = Text(
    "'{name}' stands between the activation and the next layer, where a shift of the activation's output is not "
    "the next layer's to make up for. Take it out, or put shaped.module() in place of the activations.",
    "활성화 함수(activation)와 다음 층 사이에 '{name:이/가}' 있습니다. 그러면 출력을 옮긴 만큼을 다음 층이 메울 수 "
    "없습니다. 빼거나, 활성화 함수 자리에 shaped.module()을 넣으세요.",
)
_BEFORE = Text(
    "Before the activation '{name}' stands no linear or convolutional layer that its input scale and shift could be "
    "absorbed into. Put shaped.module() in place of the activations.",
    "활성화 함수(activation) '{name}' 앞에 입력의 크기와 위치를 흡수할 선형 층이나 합성곱 층이 없습니다. 활성화 함수 "
    "자리에 shaped.module()을 넣으세요.",
)
_PADDED = Text(
    "The convolution '{name}' pads the activation's output with zeros, and a shifted output would need another number "
    'there. Set padding_mode="replicate" or padding=0, or put shaped.module() in place of the activations.',
    "합성곱 층 '{name:은/는}' 활성화 함수(activation)의 출력 둘레를 0으로 채웁니다. 출력을 옮기면 다른 수로 채워야 "
    '합니다. padding_mode="replicate"나 padding=0으로 바꾸거나, 활성화 함수 자리에 shaped.module()을 넣으세요.',
)
_LAST = Text(
    "The model ends with the activation '{name}', so that no layer is left to absorb its output scale and shift. End "
    "with a linear layer, or put shaped.module() in its place.",
    "모델이 활성화 함수(activation) '{name:으로/로}' 끝나 출력의 크기와 위치를 흡수할 층이 없습니다. 선형 층으로 "
    "끝내거나, 그 자리에 shaped.module()을 넣으세요.",
)
_NONE = Text(
    "The model has no '{activation}' that the shaping could be absorbed for. Shape the function that it uses, for "
    'example livegrad.flow.shape("relu", depth={depth}).',
    "모델에 '{activation:이/가}' 없어 흡수할 것이 없습니다. 모델이 쓰는 함수를 조형(shaping)하세요. 예: "
    'livegrad.flow.shape("relu", depth={depth}).',
)
_OTHER_SLOPE = Text(
    "TReLU changes the slope of '{activation}' to {slope:.3g}, which no weights can make up for. Put shaped.module() in "
    "place of the activations.",
    "TReLU는 음수 쪽 기울기를 바꿉니다('{activation}', 기울기 {slope:.3g}). 이것은 가중치로 메울 수 없으니 활성화 함수(activation) "
    "자리에 shaped.module()을 넣으세요.",
)


@dataclass(frozen=True)
class AbsorbedLayer:
    """A layer that has taken in a scale before an activation, one after it, or both.

    Attributes:
        name: Its qualified name.
        inner: What weights and biases were multiplied by for the activation that follows: α, or 1.
        outer: What the weights were multiplied by for the one before: γ, or 1.
        shift: δ of the activation before, whose share the biases make up for; 0 if there is none.
    """

    name: str
    inner: float
    outer: float
    shift: float


@dataclass(frozen=True)
class Absorption:
    """What was absorbed, and how to train it as the shaped model would be.

    Attributes:
        shaped: The shaping.
        layers: The changed layers, in order.
        model: The changed model.
    """

    shaped: Shaped
    layers: tuple[AbsorbedLayer, ...]
    model: nn.Module

    def step_as_shaped(self, optimizer: torch.optim.Optimizer) -> RemovableHandle:
        """Let an optimizer move the weights as it would move those of the model with shaped modules.

        Absorbed weights see φ where the others see γ(φ + δ): they need (αγ)² times the rate, and their common
        part, which δ takes away, would dominate every step. So just before each step gradients are changed to
        what makes the step the same: G_W ← (αγ)²(G_W + δ·G_b·1ᵀ), then G_b ← α²G_b + δ·G_W·1. With SGD, with
        momentum or without, the two models then train alike, to rounding. Clip gradients on the model with
        modules instead; weight decay and Adam differ, because they look at the weights or at the gradients' size.

        Args:
            optimizer: That of the model, with the learning rate that the shaped model would be given.

        Returns:
            A handle; ``remove()`` ends it.

        Example:
            >>> from livegrad.flow.shaping import shape
            >>> model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
            >>> optimizer = torch.optim.SGD(
            ...     absorb(shape("tanh", 1), model).model.parameters(), lr=1e-3
            ... )
        """
        return optimizer.register_step_pre_hook(lambda *_: self._change_gradients())

    @torch.no_grad()
    def _change_gradients(self) -> None:
        for layer in self.layers:
            module = self.model.get_submodule(layer.name)
            weight, bias = module.get_parameter("weight").grad, module.get_parameter("bias").grad
            if weight is None or bias is None:
                continue
            weight += layer.shift * bias.reshape(-1, *[1] * (weight.dim() - 1))
            weight *= (layer.inner * layer.outer) ** 2
            bias *= layer.inner**2
            bias += layer.shift * weight.flatten(1).sum(1)


def absorb(shaped: Shaped, model: nn.Module) -> Absorption:
    """Change a model's weights so that it computes what it would with shaped activations.

    Args:
        shaped: The shaping of the activation that the model uses.
        model: A chain of linear or convolutional layers and that activation, as modules or as calls such as
            ``torch.tanh(x)``. Changed in place: its parameters stay the same objects, a missing bias is added.

    Returns:
        What was changed, and with it a way to train on as the shaped model would.

    Raises:
        BadInput: Something stands in the way; the message names it. The model is then unchanged.

    Example:
        >>> from livegrad.flow.shaping import shape
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
        >>> [layer.name for layer in absorb(shape("tanh", 1), model).layers]
        ['0', '2']
    """
    plan = _plan(shaped, model)
    with torch.no_grad():
        for step in plan:
            step.apply(shaped)
    return Absorption(shaped, tuple(step.absorbed(shaped) for step in plan), model)


@dataclass
class _Step:
    """A layer, and whether it stands after an activation, before one, or between two."""

    name: str
    layer: Weighted
    after: bool
    before: bool = False

    def absorbed(self, shaped: Shaped) -> AbsorbedLayer:
        return AbsorbedLayer(
            self.name,
            inner=shaped.input_scale if self.before else 1.0,
            outer=shaped.output_scale if self.after else 1.0,
            shift=shaped.output_shift if self.after else 0.0,
        )

    def apply(self, shaped: Shaped) -> None:
        weight, scales = self.layer.weight, self.absorbed(shaped)
        if self.layer.bias is None:
            self.layer.bias = nn.Parameter(weight.new_zeros(weight.shape[0]))
        bias = self.layer.bias
        weight *= scales.inner * scales.outer
        bias *= scales.inner
        bias += scales.shift * weight.flatten(1).sum(1)
        if self.before:
            bias += shaped.input_shift


@dataclass
class _Walk:
    """What is known while walking along the chain: nothing is changed yet.

    ``pending``: the name of an activation whose output no layer has taken yet. ``direct``: whether what comes
    straight out of the last layer is at hand.
    """

    shaped: Shaped
    steps: list[_Step]
    pending: str = ""
    direct: bool = False

    def meet(self, name: str, function: Callable[..., Any]) -> None:
        if isinstance(function, LAYERS):
            self._meet_layer(name, function)
        elif computes(function, self.shaped.activation):
            if not self.direct:
                raise BadInput(_BEFORE.fill(name=name))
            self.steps[-1].before, self.pending, self.direct = True, name, False
        elif not passes(function):
            if self.pending:
                raise BadInput(_BETWEEN.fill(name=name))
            self.direct = False

    def _meet_layer(self, name: str, layer: Weighted) -> None:
        if self.pending and not reaches_alike(layer):
            raise BadInput(_PADDED.fill(name=name))
        if any(step.layer is layer for step in self.steps):
            raise no_chain(_TWICE.fill(name=name))
        self.steps.append(_Step(name, layer, after=bool(self.pending)))
        self.pending, self.direct = "", True


def _plan(shaped: Shaped, model: nn.Module) -> list[_Step]:
    walk = _Walk(shaped, [])
    for name, function in chain_of(model):
        walk.meet(name, function)
    if not any(step.before for step in walk.steps):
        raise BadInput(_not_there(shaped))
    if walk.pending:
        raise BadInput(_LAST.fill(name=walk.pending))
    return [step for step in walk.steps if step.before or step.after]


def _not_there(shaped: Shaped) -> Text:
    if shaped.slope is not None:
        return _OTHER_SLOPE.fill(activation=shaped.activation.id, slope=shaped.slope)
    return _NONE.fill(activation=shaped.activation.id, depth=shaped.depth)
