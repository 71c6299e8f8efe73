"""One forward pass of a model on one minibatch, looked at from all sides, with nothing left behind."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from livegrad.errors import BadInput
from livegrad.flow.model.reading_torch import tensors_in
from livegrad.flow.model.tape import Tape
from livegrad.flow.model.tracing_torch import Observer, Tracing
from livegrad.text import Text, same

__all__ = ["Batch", "Loss", "Run", "bare", "batch_of", "loss_of", "run", "titled", "undisturbed"]

_NO_TENSOR = Text(
    "The batch holds no tensor; the model needs one minibatch of its inputs. Call it with "
    "batch=(x, y) or batch=x.",
    "배치(batch)에 텐서가 없습니다. 모델에는 입력 미니배치 하나가 필요합니다. batch=(x, y)나 "
    "batch=x로 불러 주세요.",
)
_NO_OUTPUT = Text(
    "The model returned no tensor of floats that depends on its input, so no gradient can be "
    "followed. Give a model whose forward returns its scores.",
    "모델이 입력에 따라 달라지는 실수 텐서를 돌려주지 않아 기울기를 따라갈 수 없습니다. "
    "forward가 출력값을 돌려주는 모델을 주세요.",
)
_LOSS_WITHOUT_TARGET = Text(
    "A loss function was given, but the batch holds no targets. Call it with batch=(x, y).",
    "손실 함수(loss function)는 있는데 배치에 정답이 없습니다. batch=(x, y)로 불러 주세요.",
)
_NO_LAYER = Text(
    "The model used no layer with weights on this batch, so there is no ladder of gradients. Give a "
    "model with Linear, Conv or recurrent layers.",
    "모델이 이 배치에서 가중치가 있는 층을 하나도 쓰지 않아 기울기를 층별로 보일 수 없습니다. Linear, Conv, "
    "순환 층이 있는 모델을 주세요.",
)
CROSS_ENTROPY = Text("cross-entropy with the targets given", "주어진 정답에 대한 교차 엔트로피")
LINEAR = Text(
    "a fixed random linear function of the output, since no loss was given",
    "손실 함수가 없어서 고른, 출력의 고정된 무작위 선형 함수",
)
_TITLE = Text("{model}: {loss}", "{model}: {loss}")
GIVEN = Text("the loss function given", "주어진 손실 함수")


@dataclass(frozen=True)
class Batch:
    """One minibatch.

    Attributes:
        inputs: What the model is called with.
        target: y, or None.
        samples: How many inputs there are.
        sample_axis: Which dimension of the inputs runs over them.
    """

    inputs: tuple[Any, ...]
    target: Any
    samples: int
    sample_axis: int


@dataclass(frozen=True)
class Loss:
    """How the output becomes one number.

    Attributes:
        compute: From the model's output to a tensor of one number.
        what: The same in words.
    """

    compute: Callable[[Any], Tensor]
    what: Text


@dataclass(frozen=True)
class Run:
    """What one forward pass gave.

    Attributes:
        tape: What was done.
        output: What the model returned; autograd's graph hangs on it.
        tensors: By number of the value, the tensors of the layers' pre-activations.
        asking: All leaves that a gradient can be asked of, so that the loss is sent back everywhere.
        versions: By number of the value, PyTorch's count of in-place changes when a layer made it.
        numbers: By id of the tensor, the number of its value.
    """

    tape: Tape
    output: Any
    tensors: dict[int, Tensor]
    asking: tuple[Tensor, ...]
    versions: dict[int, int]
    numbers: dict[int, int]


def titled(model: nn.Module, loss: Loss) -> Text:
    """Return what was looked at, in words."""
    return _TITLE.fill(model=same(type(model).__name__), loss=loss.what)


def bare(model: nn.Module) -> nn.Module:
    """Return the model inside the wrappers of torch.compile and data parallelism."""
    while True:
        inner = getattr(model, "_orig_mod", None) or (
            model.module
            if isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel))
            else None
        )
        if inner is None:
            return model
        model = inner


def batch_of(model: nn.Module, batch: Any) -> Batch:
    """Return a minibatch taken apart.

    Args:
        model: The network; recurrent and attention layers tell which dimension is the batch.
        batch: x, (x, y), or ((x1, x2), y) for a model of several inputs. A dictionary is given as
            keyword arguments' values in order.

    Raises:
        BadInput: There is no tensor in it.
    """
    target = None
    inputs = batch
    if isinstance(batch, (tuple, list)) and len(batch) == 2:
        inputs, target = batch
    every = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    first = next(tensors_in(every), None)
    if first is None:
        raise BadInput(_NO_TENSOR)
    axis = _sample_axis(model, first, target)
    return Batch(every, target, first.shape[axis] if first.dim() else 1, axis)


def _sample_axis(model: nn.Module, x: Tensor, target: Any) -> int:
    """Sequences come as (time, batch, features) to layers made without batch_first."""
    ordered = [module.batch_first for module in model.modules() if hasattr(module, "batch_first")]
    if x.dim() < 2 or x.dim() > 3 or not ordered or any(ordered):
        return 0
    if isinstance(target, Tensor) and target.dim() and x.shape[0] != x.shape[1]:
        return 0 if target.shape[0] == x.shape[0] else 1
    return 1


def loss_of(batch: Batch, loss_fn: Callable[..., Tensor] | None) -> Loss:
    """Return the loss to send back: the given one, cross-entropy, or a fixed random linear function.

    Raises:
        BadInput: There is a loss function but no target.
    """
    target = batch.target
    if loss_fn is not None:
        if target is None:
            raise BadInput(_LOSS_WITHOUT_TARGET)
        return Loss(lambda output: loss_fn(output, target), GIVEN)
    if isinstance(target, Tensor) and not target.is_floating_point() and target.dim() <= 2:
        return Loss(lambda output: _cross_entropy(output, target), CROSS_ENTROPY)
    return Loss(_random_linear, LINEAR)


def _cross_entropy(output: Any, target: Tensor) -> Tensor:
    scores = next(tensors_in(output))
    if scores.dim() == target.dim() + 1 and scores.dim() > 2 and scores.shape[:-1] == target.shape:
        scores = scores.movedim(-1, 1)
    return functional.cross_entropy(scores, target)


def _random_linear(output: Any) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    total = None
    for one in tensors_in(output):
        if one.is_floating_point() and one.requires_grad:
            weights = torch.randn(one.shape, generator=generator, dtype=torch.float64)
            part = (one * weights.to(one)).sum()
            total = part if total is None else total + part
    if total is None:
        raise BadInput(_NO_OUTPUT)
    return total


def run(model: nn.Module, batch: Batch, observer: Observer | None = None) -> Run:
    """Run a model once and write down what it does.

    Args:
        model: Bare, see `bare`.
        batch: See `batch_of`.
        observer: Who looks at layers and activations as they run.

    Returns:
        Tape and output, gradients enabled.
    """
    tracing = Tracing(model, batch.samples, batch.sample_axis, observer)
    inputs = tuple(_fresh(one) for one in batch.inputs)
    with torch._C.DisableTorchFunction():  # noqa: SLF001 (a mode of the caller's must not see this)
        for tensor in tensors_in(inputs):
            tracing.add_input(tensor)
    with _heard(model, tracing), torch.enable_grad(), tracing:
        output = model(*inputs)
    tape = tracing.tape(output)
    if not tape.rungs:
        raise BadInput(_NO_LAYER)
    if not tape.outputs:
        raise BadInput(_NO_OUTPUT)
    asking = (*(one for one in model.parameters() if one.requires_grad), *tracing.leaves)
    return Run(tape, output, tracing.rung_tensors, asking, tracing.versions, tracing.numbers)


def _fresh(thing: Any) -> Any:
    return thing.detach().clone() if isinstance(thing, Tensor) else thing


@contextlib.contextmanager
def _heard(model: nn.Module, tracing: Tracing) -> Iterator[None]:
    """Let the run hear of every module's forward, while it lasts."""

    def entered(module: nn.Module, args: Any) -> None:
        with torch._C.DisableTorchFunction():  # noqa: SLF001
            tracing.entered(module, args)

    def left(_module: nn.Module, _args: Any, output: Any) -> None:
        with torch._C.DisableTorchFunction():  # noqa: SLF001
            tracing.left(output)

    handles: list[Any] = []
    try:
        for module in model.modules():
            handles += [
                module.register_forward_pre_hook(entered),
                module.register_forward_hook(left, always_call=True),
            ]
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextlib.contextmanager
def undisturbed(model: nn.Module) -> Iterator[None]:
    """Run something with a model, and put back its buffers and all random states afterwards."""
    buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    places = [
        (module, name, buffer)
        for module in model.modules()
        for name, buffer in module._buffers.items()  # noqa: SLF001 (replaced buffers are only seen there)
    ]
    devices = {t.device for t in (*model.parameters(), *model.buffers()) if t.is_cuda}
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 (the legacy state is what models use)
    try:
        with torch.random.fork_rng(sorted(device.index or 0 for device in devices)):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        for module, name, buffer in places:
            module._buffers[name] = buffer  # noqa: SLF001
        with torch.no_grad():
            for buffer, before in buffers:
                if not torch.equal(buffer, before):
                    buffer.copy_(before)
