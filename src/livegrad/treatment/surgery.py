"""Operations on a real network: find a part, exchange it, change its weights in place, add parameters.

Existing parameters are edited in place, so that the optimizer and everything else that holds them keep working; new
ones join the optimizer's first group, so that schedulers reach them. Chance is set aside during an operation
(`livegrad.observation.seeding.undisturbed`), so that the batches that follow are those of the untreated run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from livegrad import functions
from livegrad.errors import BadInput
from livegrad.observation import sites
from livegrad.text import Text
from livegrad.treatment.surgery_listing import LONG, listed

_NO_PART = Text(
    "The model has no part called '{name}' any more; it was there in the first run. Does the script build another model "
    "each time?",
    "모델에 이름이 '{name}'인 부분이 없습니다. 첫 실행에는 있었습니다. 스크립트가 매번 다른 모델을 만드나요?",
)

_NO_BIAS = Text(
    "A {kind} here has no bias, which this remedy needs: sigmoid and tanh differ by a constant. Try another remedy.",
    "여기 {kind}에는 편향이 없습니다. sigmoid와 tanh는 상수만큼 다르므로 편향이 필요합니다. 다른 처방을 써 보세요.",
)
_NO_WEIGHT = Text(
    "A {kind} has no weight matrix to draw anew; only layers with one can be re-initialised.",
    "{kind}에는 다시 뽑을 가중치 행렬이 없습니다. 행렬이 있는 층만 다시 초기화할 수 있습니다.",
)

MODULES: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "selu": nn.SELU,
    "swish": nn.SiLU,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "mish": nn.Mish,
    "prelu": nn.PReLU,
    "hardswish": nn.Hardswish,
    "hardsigmoid": nn.Hardsigmoid,
    "hardtanh": nn.Hardtanh,
    "relu6": nn.ReLU6,
    "celu": nn.CELU,
    "logsigmoid": nn.LogSigmoid,
}


class Patient:
    """The network under treatment, with its optimizer.

    Args:
        models: (prefix, module) pairs as the recorder names them; the prefix is empty where there is one.
        optimizer: Its optimizer.
    """

    def __init__(
        self, models: Iterable[tuple[str, nn.Module]], optimizer: torch.optim.Optimizer
    ) -> None:
        self.models = tuple(models)
        self.optimizer = optimizer
        self._undo: list[Callable[[], None]] = []

    def part(self, name: str) -> nn.Module:
        """Return the module of that qualified name."""
        for prefix, model in self.models:
            inner = name[len(prefix) :].removeprefix(".") if name.startswith(prefix) else None
            found = dict(model.named_modules()) if inner is not None else {}
            if inner in found:
                return found[inner]
        raise BadInput(_NO_PART.fill(name=name))

    def variable(self, name: str) -> str:
        """Return ``name`` as Python code a reader may write: ``model[3]``, ``model.encoder.fc1``."""
        code = "model" if self.models[0][0] == "" else ""
        for part in name.split("."):
            code += f"[{part}]" if part.isdigit() else f".{part}"
        return code.removeprefix(".")

    def exchange(self, name: str, new: nn.Module) -> None:
        """Put ``new`` in the place of the module called ``name``."""
        parent, _, child = name.rpartition(".")
        owner = self.part(parent) if parent else self.models[0][1]
        owner._modules[child] = new  # noqa: SLF001 (works for Sequential, ModuleList and plain attributes alike)

    def activations(self, kinds: Iterable[str]) -> list[tuple[str, nn.Module]]:
        """Return (name, module) of the activation modules of those catalogue ids."""
        wanted = tuple(MODULES[kind] for kind in kinds if kind in MODULES)
        unwanted = (nn.ReLU6,) if nn.ReLU6 not in wanted else ()  # PyTorch's is a kind of Hardtanh
        return [
            (".".join(filter(None, (prefix, name))), module)
            for prefix, model in self.models
            for name, module in model.named_modules(
                remove_duplicate=False
            )  # each place of one shared
            if isinstance(module, wanted) and not isinstance(module, unwanted)
        ]

    def weighted(self) -> list[tuple[str, nn.Module]]:
        """Return (name, module) of the linear and convolutional layers."""
        return [
            (".".join(filter(None, (prefix, name))), module)
            for prefix, model in self.models
            for name, module in model.named_modules()
            if isinstance(module, nn.Linear | nn.Conv2d)
        ]

    def add_parameters(self, parameters: Iterable[nn.Parameter]) -> None:
        """Let the optimizer train new parameters, in its first group."""
        self.optimizer.param_groups[0]["params"].extend(parameters)

    def around_forward(self, mode: Callable[[], TorchFunctionMode]) -> None:
        """Run every forward pass of the model inside a function mode (for functional calls).

        Args:
            mode: Makes one mode for each pass; a class, or a partial of one, can be copied and saved with the model.
        """
        for _, model in self.models:
            around = Around(mode)
            handles = (
                model.register_forward_pre_hook(around.begins, prepend=True),
                model.register_forward_hook(around.ended, always_call=True, prepend=True),
            )
            self._undo += [handle.remove for handle in handles]

    def undo_with(self, action: Callable[[], None]) -> None:
        """Remember how to take back what reaches beyond the model itself."""
        self._undo.append(action)

    def close(self) -> None:
        """Take back wrapped functions and hooks; a copy of the model that was made before keeps the model's own hooks."""
        while self._undo:
            self._undo.pop()()


class Around:
    """A pair of forward hooks: the outermost call in each thread runs inside a function mode (picklable)."""

    def __init__(self, mode: Callable[[], TorchFunctionMode]) -> None:
        self._mode = mode
        self._running: dict[int, list[TorchFunctionMode | None]] = {}

    def begins(self, module: nn.Module, args: Any) -> None:
        """Enter, unless the module is called inside itself."""
        del module, args
        running = self._running.setdefault(threading.get_ident(), [])
        running.append(None if running else self._mode())
        if running[-1] is not None:
            running[-1].__enter__()

    def ended(self, module: nn.Module, args: Any, output: Any) -> None:
        """Leave what the same call entered."""
        del module, args, output
        running = self._running.get(threading.get_ident())
        mode = running.pop() if running else None
        if mode is not None:
            mode.__exit__(None, None, None)

    def __getstate__(self) -> dict[str, Any]:
        return {"_mode": self._mode, "_running": {}}


class Exchanging(TorchFunctionMode):
    """Calls of one functional activation become calls of another."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self._old, self._new = old, new

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        if sites.identify(func) == self._old:
            return MODULES[self._new]()(args[0])
        return func(*args, **(kwargs or {}))


class Applying:
    """A forward hook that lets a layer's output pass through an activation (picklable)."""

    def __init__(self, activation: str) -> None:
        self.activation = activation

    def __call__(self, module: nn.Module, args: Any, output: torch.Tensor) -> torch.Tensor:
        """Return the function of the layer's output."""
        del module, args
        return MODULES[self.activation]()(output)


class Standardising:
    """A forward pre-hook that standardises the first floating-point input (picklable)."""

    def __init__(self, mean: list[float], spread: list[float], axis: int) -> None:
        self.mean, self.axis = torch.tensor(mean), axis
        self.spread = torch.tensor([s if s > 0 else 1.0 for s in spread])

    def __call__(self, module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments with the first one standardised."""
        del module
        x = args[0]
        shape = [1] * x.dim()
        shape[self.axis] = -1
        mean, spread = self.mean.to(x), self.spread.to(x)
        return ((x - mean.reshape(shape)) / spread.reshape(shape), *args[1:])


def drawn_gain(layer: nn.Module, activation: str | None) -> float:
    """Gain to pass to ``nn.init.orthogonal_`` so that the layer's weights have variance gain²/fan_in.

    A matrix with more rows than columns has orthonormal *columns*, which makes its entries smaller by
    ``sqrt(rows / columns)``; that is made up for. Rounded as it is printed, so that the printed line does the same.
    """
    weight = weight_of(layer)
    rows, columns = weight.shape[0], weight[0].numel()
    return round(gain_for(activation) * max(1.0, (rows / columns) ** 0.5), 3)


@torch.no_grad()
def draw(layer: nn.Module, gain: float) -> None:
    """Draw a layer's weights anew: orthogonal (a kernel as one row per output channel), biases 0."""
    nn.init.orthogonal_(weight_of(layer), gain=gain)
    bias = getattr(layer, "bias", None)
    if isinstance(bias, torch.Tensor):
        nn.init.zeros_(bias)


def weight_of(layer: nn.Module) -> torch.Tensor:
    """Return the weight of a layer that has one, of two or more dimensions."""
    weight = getattr(layer, "weight", None)
    if not isinstance(weight, torch.Tensor) or weight.dim() < 2:
        raise BadInput(_NO_WEIGHT.fill(kind=type(layer).__name__))
    return weight


def bias_of(layer: nn.Module) -> torch.Tensor:
    """Return the bias of a layer that has one."""
    bias = getattr(layer, "bias", None)
    if not isinstance(bias, torch.Tensor):
        raise BadInput(_NO_BIAS.fill(kind=type(layer).__name__))
    return bias


def redraw(patient: Patient, layers: Iterable[dict[str, str | None]]) -> tuple[str, ...]:
    """Draw the weights of each ``{"name", "activation"}`` with its gain; return the same as Python lines."""
    by_gain: dict[float, list[str]] = {}
    for layer in layers:
        part = patient.part(str(layer["name"]))
        gain = drawn_gain(part, layer["activation"])
        draw(part, gain)
        by_gain.setdefault(gain, []).append(str(layer["name"]))
    lines: list[str] = ["+ # once, before training:"] if by_gain else []
    every = [name for name, _ in patient.weighted()]
    for gain, names in by_gain.items():
        if len(names) > LONG and names == every[:-1] and len(patient.models) == 1:
            which = "[m for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))][:-1]"
        else:
            which = listed(patient, names)
        lines += [
            f"+ for layer in {which}:",
            f"+     nn.init.orthogonal_(layer.weight, gain={gain:g})",
            "+     nn.init.zeros_(layer.bias)",
        ]
    return tuple(lines)


def gain_for(activation: str | None) -> float:
    """Gain that keeps the error signal's size through this activation: ``1 / sqrt(E[f′(z)²])`` for z ~ N(0, 1)."""
    if activation is None:
        return 1.0
    return float(functions.elementwise(activation).mean_square_slope(1.0)) ** -0.5
