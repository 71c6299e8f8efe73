"""One forward and one backward pass on one batch, before any training, and nothing left behind.

What a training would see at its first step is seen here without a step: weights, gradients, buffers, modes, random states
and whatever else the modules hold are afterwards, bit for bit, what they were.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from livegrad.errors import BadInput, CouldNotObserve
from livegrad.flow.model.run_torch import bare, undisturbed
from livegrad.observation import signals
from livegrad.observation.evidence import Evidence
from livegrad.observation.recorder import Recorder
from livegrad.observation.training import require_parameters
from livegrad.text import Text

__all__ = ["observe_once"]

_NOT_A_MODEL = Text(
    "examine got {given} as its model; it takes a torch.nn.Module. Pass the network itself: "
    "livegrad.examine(model, loss_fn, (x, y)).",
    "examine이 모델로 {given:을/를} 받았습니다. torch.nn.Module이어야 합니다. 신경망 자체를 넘겨 주세요: "
    "livegrad.examine(model, loss_fn, (x, y)).",
)
_NOT_A_LOSS = Text(
    "examine got {given} as its loss; it must be callable as loss_fn(output, target). Pass nn.CrossEntropyLoss(), for example.",
    "examine이 손실로 {given:을/를} 받았습니다. loss_fn(출력, 목표값)으로 부를 수 있어야 합니다. 예를 들어 nn.CrossEntropyLoss()를 넘겨 주세요.",
)
_NOT_A_PAIR = Text(
    "examine got a {given} as its batch; it must be a pair (x, y). For a model of two inputs write ((x1, x2), y).",
    "examine이 배치로 {given:을/를} 받았습니다. (x, y) 한 쌍이어야 합니다. 입력이 둘인 모델이면 ((x1, x2), y)로 적어 주세요.",
)
_NOT_TAKEN = Text(
    "The model did not take this batch ({error}). Call it once by hand, model(x), and pass the x that works.",
    "모델이 이 배치를 받지 못했습니다({error}). model(x)를 직접 한 번 불러 보고, 되는 x를 넘겨 주세요.",
)
_NO_LOSS = Text(
    "The loss did not take the model's output and y ({error}). Call it once by hand: loss_fn(model(x), y).",
    "손실이 모델의 출력과 y를 받지 못했습니다({error}). loss_fn(model(x), y)를 직접 한 번 불러 보세요.",
)
_NOT_A_SCALAR = Text(
    "The loss gave {given}; a training needs one number to send back. Take its mean: loss_fn(output, y).mean().",
    "손실이 {given:을/를} 돌려주었습니다. 되돌려 보낼 수 하나가 필요합니다. 평균을 내 주세요: loss_fn(output, y).mean().",
)
_NO_GRADIENT = Text(
    "No gradient leads from the loss to the model: torch.no_grad, .detach() or .item() stands between. Take it out of the "
    "model's forward or of the loss.",
    "손실에서 모델까지 기울기가 이어지지 않습니다. 사이에 torch.no_grad, .detach(), .item() 가운데 하나가 있습니다. 모델의 forward나 "
    "손실에서 빼 주세요.",
)
_NOT_SENT = Text(
    "The backward pass failed ({error}). Call it once by hand: loss_fn(model(x), y).backward().",
    "역전파가 실패했습니다({error}). loss_fn(model(x), y).backward()를 직접 한 번 불러 보세요.",
)
_FAILED = Text(
    "livegrad could not look at this model ({error}). Please report it with the output of `livegrad env`.",
    "livegrad가 이 모델을 살펴보지 못했습니다({error}). `livegrad env`의 출력과 함께 알려 주세요.",
)


def observe_once(model: nn.Module, loss_fn: Callable[..., torch.Tensor], batch: Any) -> Evidence:
    """Return what one forward and backward pass shows, and leave everything as it was.

    Args:
        model: The network, on any device, as it is before training.
        loss_fn: Called as ``loss_fn(output, y)``; gives one number.
        batch: ``(x, y)``; x a tensor, a tuple of the model's arguments, or a dictionary of them by name.

    Returns:
        The evidence, with `Evidence.before_training` set and no steps.

    Raises:
        BadInput: No module, no pair, a batch that does not fit, or a loss that is not one number with a gradient.
        CouldNotObserve: An error of livegrad's own.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
        >>> evidence = observe_once(model, nn.MSELoss(), (torch.ones(4, 2), torch.ones(4, 1)))
        >>> evidence.before_training, len(evidence.layers)
        (True, 2)
    """
    if not isinstance(model, nn.Module):
        raise BadInput(_NOT_A_MODEL.fill(given=repr(model)))
    if not callable(loss_fn):
        raise BadInput(_NOT_A_LOSS.fill(given=repr(loss_fn)))
    if not isinstance(batch, (tuple, list)) or len(batch) != 2:
        raise BadInput(_NOT_A_PAIR.fill(given=type(batch).__name__))
    require_parameters(model)
    network = _own(bare(model))
    every = nn.ModuleList([network, *([loss_fn] if isinstance(loss_fn, nn.Module) else [])])
    with torch.inference_mode(mode=False), undisturbed(every), _restored(every):
        x, y = _own_tensors(batch[0]), _own_tensors(batch[1])
        _prepare(network)
        recorder = Recorder(models=(("", network),))
        try:
            with signals.alone(recorder), torch.enable_grad():
                recorder.attach()
                _pass(network, loss_fn, x, y)
                recorder.cases[0].close_before_training()
        finally:
            recorder.detach()
        if recorder.failure is not None:
            raise CouldNotObserve(_FAILED.fill(error=recorder.failure))
        return dataclasses.replace(recorder.cases[0].evidence(), before_training=True)


def _pass(network: nn.Module, loss_fn: Callable[..., Any], x: Any, y: Any) -> None:
    """Forwards and backwards; an error of the user's own code is told in one sentence."""
    with _told(_NOT_TAKEN):
        output = _called(network, x)
    with _told(_NO_LOSS):
        loss = loss_fn(output, y)
    if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
        given = (
            f"a tensor of shape {tuple(loss.shape)}"
            if isinstance(loss, torch.Tensor)
            else repr(loss)
        )
        raise BadInput(_NOT_A_SCALAR.fill(given=given))
    if not loss.requires_grad:
        raise BadInput(_NO_GRADIENT)
    with _told(_NOT_SENT):
        loss.backward()


@contextlib.contextmanager
def _told(sentence: Text) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        first_line = (str(error).strip().splitlines() or [""])[0]
        raise BadInput(sentence.fill(error=f"{type(error).__name__}: {first_line}")) from error


def _called(network: nn.Module, x: Any) -> Any:
    """``network(x)``, or with the parts of x as its arguments where its forward takes them so."""
    signature = inspect.signature(network.forward)
    if isinstance(x, dict) and _binds(lambda: signature.bind(**x)):
        return network(**x)
    if isinstance(x, (tuple, list)) and _binds(lambda: signature.bind(*x)):
        return network(*x)
    return network(x)


def _binds(bind: Callable[[], object]) -> bool:
    try:
        bind()
    except TypeError:
        return False
    return True


def _own(network: nn.Module) -> nn.Module:
    """The network itself, or a copy where a pass would change it beyond what can be put back.

    Lazy layers get their weights at their first call; hooks after a gradient may step an optimizer.
    """
    acts = any(
        is_lazy(p) or getattr(p, "_post_accumulate_grad_hooks", None) for p in network.parameters()
    )
    return copy.deepcopy(network) if acts else network


def _own_tensors(given: Any) -> Any:
    """The same structure with copies of its tensors: a model may write into its input."""
    if isinstance(given, torch.Tensor):
        return given.detach().clone().requires_grad_(given.requires_grad)
    if isinstance(given, dict):
        return {key: _own_tensors(value) for key, value in given.items()}
    if type(given) in (tuple, list):
        return type(given)(_own_tensors(value) for value in given)
    return given


def _prepare(network: nn.Module) -> None:
    """As a training would find it: in training mode, and not compiled, so that its inside is seen."""
    if not network.training:
        network.train()
    for module in network.modules():
        vars(module).pop("_compiled_call_impl", None)


@contextlib.contextmanager
def _restored(every: nn.Module) -> Iterator[None]:
    """Put back gradients, modes, and whatever a module wrote into itself."""
    gradients = [(p, p.grad) for p in every.parameters()]
    tables: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (table, dict(table))
        for module in every.modules()
        for table in (vars(module), module._parameters, module._buffers, module._modules)  # noqa: SLF001 (torch's own tables)
    ]
    for parameter, _ in gradients:
        parameter.grad = None
    try:
        yield
    finally:
        for table, before in tables:
            table.clear()
            table.update(before)
        for parameter, gradient in gradients:
            parameter.grad = gradient
