"""Shaping a real network's activations: in its weights where algebra allows, around the function where not.

Three forms, tried in this order, each the same function at the start:

* a rectifier becomes ``nn.LeakyReLU(slope)`` (or its PReLU starts there), and its scale goes into the weights behind it;
* a smooth function stays as it is, scales and shifts go into weights and biases (`livegrad.flow.absorb`). Only for
  SGD, whose steps can be made those of the shaped net; Adam looks at each gradient's size alone, and the common part
  that a shift gives to absorbed weights would lead it;
* anything else: γ·(φ(αx + β) + δ) in place of φ, as a module or around the call.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from livegrad.errors import BadInput
from livegrad.flow import Shaped, orthogonalise, shape
from livegrad.flow.shaping.absorbing_torch import absorb
from livegrad.flow.shaping.chain_torch import computes
from livegrad.functions import Activation, elementwise
from livegrad.observation import sites
from livegrad.text import Text
from livegrad.treatment.surgery import MODULES, Patient
from livegrad.treatment.surgery_listing import listed

_OTHER = Text(
    "The model's {kind} does not compute '{activation}' as the catalogue knows it, so the numbers of the shaping would be "
    'wrong. Shape the function that it computes: livegrad.flow.shape("formula", depth={depth}).',
    "모델의 {kind:은/는} 목록에 있는 '{activation:과/와}' 다르게 계산하므로 조형(shaping)한 수가 맞지 않습니다. 모델이 쓰는 "
    '식을 직접 조형하세요: livegrad.flow.shape("식", depth={depth}).',
)
_OUTPUT_TOO = Text(
    "The model calls '{activation}' at its output too, and a call there cannot be told from the others. Put "
    'livegrad.flow.shape("{activation}", depth={depth}).module() in place of the hidden ones.',
    "모델은 출력에서도 '{activation:을/를}' 부르는데, 호출만으로는 은닉층의 것과 가릴 수 없습니다. 은닉층의 자리에 "
    'livegrad.flow.shape("{activation}", depth={depth}).module()을 넣으세요.',
)
# What a module's own settings are called in PyTorch and in the catalogue.
_SETTINGS = {
    "leaky_relu": ("negative_slope", "alpha"),
    "elu": ("alpha", "alpha"),
    "celu": ("alpha", "alpha"),
    "softplus": ("beta", "beta"),
}


class Shaping(TorchFunctionMode):
    """Calls of one functional activation become calls of its shaped form."""

    def __init__(self, name: str, shaped: Shaped) -> None:
        super().__init__()
        self._name = name
        self._module = shaped.module(tier="native")

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        kwargs = kwargs or {}
        if sites.identify(func) != self._name:
            return func(*args, **kwargs)
        result = self._module(args[0])
        return args[0].copy_(result) if sites.is_in_place(func, kwargs) else result


def record_of(name: str, modules: Iterable[nn.Module], depth: int) -> Activation:
    """Return the catalogue's record of what the modules compute, with their own slope or sharpness.

    Args:
        name: Catalogue id that they were seen as.
        modules: Activation modules of that kind; none means functional calls with PyTorch's settings.
        depth: For the message.

    Raises:
        BadInput: They compute something else, or not all the same.
    """
    members = list(modules)
    first = members[0] if members else None
    theirs, ours = _SETTINGS.get(name, ("", ""))
    settings = {ours: float(getattr(first, theirs))} if first is not None and ours else {}
    if isinstance(first, nn.PReLU):
        return elementwise("prelu", alpha=float(first.weight.detach().mean()))
    approximate = getattr(first, "approximate", "none") == "tanh"
    found = elementwise("gelu_tanh" if approximate else name, **settings)
    for member in members:
        if not computes(member, found):
            raise BadInput(_OTHER.fill(kind=type(member).__name__, activation=name, depth=depth))
    return found


def shape_activations(
    patient: Patient, name: str, layers: list[str], *, absorbed: bool, output_too: bool
) -> tuple[str, ...]:
    """Shape every hidden activation, draw orthogonal weights; return the same as Python lines.

    Args:
        patient: Its first model is the one.
        name: Catalogue id of the activation.
        layers: Names of the layers with weights, in the order of the forward pass; the output layer last.
        absorbed: Whether scales and shifts of a smooth function may go into the weights.
        output_too: Whether the same function also stands at the output, where it stays as it is.

    Raises:
        BadInput: What cannot be shaped, and what to do.
    """
    depth = len(layers) - 1
    modules = patient.activations((name,))
    modules = modules[:-1] if output_too else modules
    if output_too and not modules:
        raise BadInput(_OUTPUT_TOO.fill(activation=name, depth=depth))
    shaped = shape(record_of(name, (m for _, m in modules), depth), depth)
    if shaped.slope is not None and modules:
        return _leaking(patient, shaped, modules, layers)
    if absorbed and shaped.slope is None and not output_too:
        lines = _absorbed(patient, name, shaped)
        if lines is not None:
            return lines
    return _around(patient, shaped, modules, layers, name)


def _absorbed(patient: Patient, name: str, shaped: Shaped) -> tuple[str, ...] | None:
    """Move the shaping into the weights; ``None`` where the model is no chain that could take it."""
    model = patient.models[0][1]
    known = {id(p) for p in model.parameters()}
    orthogonalise(model)
    try:
        absorption = absorb(shaped, model)
    except BadInput:
        return None
    patient.add_parameters(p for p in model.parameters() if id(p) not in known)
    patient.undo_with(absorption.step_as_shaped(patient.optimizer).remove)
    settings = "".join(f", {k}={v!r}" for k, v in shaped.activation.settings.items())
    made = (
        f'"{name}"' if not settings else f'livegrad.activation("{shaped.activation.id}"{settings})'
    )
    return (
        "+ import livegrad",
        "+ livegrad.flow.orthogonalise(model)",
        f"+ shaped = livegrad.flow.absorb(livegrad.flow.shape({made}, {shaped.depth}), model)",
        "+ shaped.step_as_shaped(optimizer)",
    )


def _leaking(
    patient: Patient, shaped: Shaped, modules: list[tuple[str, nn.Module]], layers: list[str]
) -> tuple[str, ...]:
    """Rectifiers get the slope; their scale goes into the weights that come after, or stays beside them."""
    slope = float(f"{shaped.slope:.4g}")
    old = type(modules[0][1]).__name__
    learned = isinstance(modules[0][1], nn.PReLU)
    for place, module in modules:
        if isinstance(module, nn.PReLU):
            nn.init.constant_(module.weight, slope)
        else:
            patient.exchange(place, nn.LeakyReLU(slope))
    lines = [
        f"- nn.{old}()",
        f"+ nn.PReLU(init={slope:g})" if learned else f"+ nn.LeakyReLU({slope:g})",
    ]
    scale = float(f"{shaped.output_scale:.6g}")
    return (*lines, *draw_orthogonal(patient, layers, scale))


def _around(
    patient: Patient,
    shaped: Shaped,
    modules: list[tuple[str, nn.Module]],
    layers: list[str],
    name: str,
) -> tuple[str, ...]:
    """Put the shaped function in the place of the plain one."""
    for place, _ in modules:
        patient.exchange(place, shaped.module(tier="native"))
    formula = shaped.changes[0].partition("return ")[2]
    if modules:
        old = f"nn.{type(modules[0][1]).__name__}()"
        lines = ("+ class Shaped(nn.Module):", "+     def forward(self, x):")
        lines += (f"+         return {formula}", f"- {old}", "+ Shaped()")
    else:
        patient.around_forward(functools.partial(Shaping, name, shaped))
        call = name if hasattr(nn.functional, name) else MODULES[name].__name__.lower()
        lines = ("+ def shaped(x):", f"+     return {formula}", f"- F.{call}(x)", "+ shaped(x)")
    return (*lines, *draw_orthogonal(patient, layers, 1.0))


@torch.no_grad()
def draw_orthogonal(patient: Patient, layers: list[str], scale: float) -> tuple[str, ...]:
    """Draw orthogonal weights, those behind an activation times ``scale``, biases 0; return it as Python lines.

    Args:
        patient: All of its linear and convolutional layers are drawn.
        layers: Names in the order of the forward pass; the first has no activation before it.
        scale: What the weights after an activation are multiplied by.
    """
    drawn = patient.weighted()
    first = patient.part(layers[0])
    if not all(isinstance(layer, nn.Linear) for _, layer in drawn):
        orthogonalise(patient.models[0][1])
        for name in layers[1:]:
            patient.part(name).get_parameter("weight").mul_(scale)
        later = listed(patient, layers[1:])
        more = (f"+ for layer in {later}: layer.weight.data *= {scale:g}",)
        lines = ("+ import livegrad", "+ livegrad.flow.orthogonalise(model)")
        return lines if scale == 1 else (*lines, *more)
    for _, layer in drawn:
        rows, columns = layer.get_parameter("weight").shape
        gain = max(1, rows / columns) ** 0.5 * (1 if layer is first else scale)
        nn.init.orthogonal_(layer.get_parameter("weight"), gain=gain)
        if isinstance(layer.bias, nn.Parameter):
            nn.init.zeros_(layer.bias)
    times = f" * (1 if layer is {patient.variable(layers[0])} else {scale:g})"
    return (
        "+ for layer in [m for m in model.modules() if isinstance(m, nn.Linear)]:",
        "+     rows, columns = layer.weight.shape",
        f"+     nn.init.orthogonal_(layer.weight, gain=max(1, rows / columns) ** 0.5{times if scale != 1 else ''})",
        "+     if layer.bias is not None: nn.init.zeros_(layer.bias)",
    )
