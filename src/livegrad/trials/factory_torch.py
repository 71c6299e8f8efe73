"""One PyTorch model of the user's, built and trained from a seed, and told as an outcome.

The loop is the usual one: minibatches in the order that all trials share, forward, backward, a step of the optimizer.
"""

from __future__ import annotations

import contextlib
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from livegrad.errors import BadInput, LivegradError
from livegrad.functions import Activation, VectorActivation
from livegrad.functions.written import activation_in
from livegrad.text import Text
from livegrad.trials.running import points_of
from livegrad.trials.starting import minibatches
from livegrad.trials.trial import Curve, Outcome, Recipe, Trial

if TYPE_CHECKING:
    from livegrad.trials.splitting import Split

__all__ = ["Job", "modules_of", "name_of"]

Given: TypeAlias = "str | Activation | VectorActivation | type[nn.Module]"
"""A candidate: a name or formula, a record, or a class of modules."""
Build: TypeAlias = Callable[[Callable[..., nn.Module], int], nn.Module]
"""Makes a model from a candidate's modules and a seed."""

_AT_ONCE = 1024  # samples in one forward pass while a model is judged
_NO_CANDIDATE = Text(
    "{given} is no activation: give a name or formula, a record of livegrad.activation, or a class of modules such "
    "as torch.nn.Mish.",
    "{given:은/는} 활성화 함수(activation)가 아닙니다. 이름이나 수식, livegrad.activation의 결과, 또는 torch.nn.Mish "
    "같은 모듈 클래스를 주세요.",
)
_BROKEN_BUILD = Text(
    "build ended with {error} for the activation '{name}' and seed {seed}. Call it by itself first: "
    "build(torch.nn.ReLU, 0).",
    "활성화 함수(activation) '{name}', 시드(seed) {seed}에서 build가 {error} 오류로 끝났습니다. 먼저 혼자 불러 "
    "보세요: build(torch.nn.ReLU, 0).",
)
_NO_MODEL = Text(
    "build gave {given} for the activation '{name}'; it must return a torch.nn.Module with parameters to learn.",
    "활성화 함수(activation) '{name}'에서 build가 {given:을/를} 돌려주었습니다. 배울 매개변수(parameter)가 있는 "
    "torch.nn.Module을 돌려주어야 합니다.",
)
_BROKEN_MODEL = Text(
    "The model that build made for the activation '{name}' ended with {error} in its training. It gets inputs "
    "of shape {inputs}.",
    "활성화 함수(activation) '{name}'으로 build가 만든 모델이 학습 도중 {error} 오류로 끝났습니다. 모델이 받는 입력은 "
    "모양이 {inputs}입니다.",
)
_OUTPUTS = Text(
    "The model that build made for the activation '{name}' turns inputs of shape {inputs} into {given}; these "
    "data need {wanted}. Set the outputs of its last layer to {outputs}, without an activation after it.",
    "활성화 함수(activation) '{name}'으로 build가 만든 모델이 모양이 {inputs}인 입력을 {given:으로/로} 바꿉니다. 이 데이터에는 "
    "{wanted:이/가} 필요합니다. 마지막 층의 출력을 {outputs}개로 하고 그 뒤에는 활성화 함수를 두지 마세요.",
)


@dataclass(frozen=True)
class Job:
    """What every model of a comparison is trained with.

    Attributes:
        build: Makes a model.
        split: Data to learn from and to be judged by; inputs of shape (samples, ...).
        candidates: What stands behind each name of `Recipe.activation`.
    """

    build: Build
    split: Split
    candidates: dict[str, Given]

    def trained(self, trial: Trial, told: Callable[[int], bool | None]) -> Outcome | None:
        """Build a model from a trial's seed, train it, and judge it.

        PyTorch, NumPy and ``random`` are seeded, one thread computes, and all is as before afterwards, so that
        the outcome is the same in every process of this machine.

        Args:
            trial: Its recipe's activation names the candidate; layers and initialisation are the model's own.
            told: Called before every step with the steps made so far; returning False stops the training.

        Returns:
            The outcome; None if it was stopped. A model whose loss is no finite number is not trained further.

        Raises:
            BadInput: ``build`` or the model fails, or outputs do not suit the data.

        Example:
            >>> from livegrad.trials.task import TASKS
            >>> split = TASKS.find("moons").make(0, 100).split()
            >>> job = Job(lambda activation, seed: nn.Linear(2, 1), split, {"tanh": "tanh"})
            >>> recipe = Recipe(activation="tanh", steps=4)
            >>> trial = Trial(recipe=recipe, seed=0, data=split.fingerprint)
            >>> job.trained(trial, lambda steps: None).curve.steps.tolist()
            [1, 2, 3, 4]
        """
        with _from_seed(trial.seed):
            inputs, targets = _tensors(self.split, "train")
            model = _built(trial, self, inputs)
            try:
                return _Training(trial, self.split, model).outcome(inputs, targets, told)
            except LivegradError:
                raise
            except Exception as error:
                shape = _written(inputs)
                said = {"name": trial.recipe.activation, "error": _named(error), "inputs": shape}
                raise BadInput(_BROKEN_MODEL.fill(**said)) from error


def name_of(given: Given) -> str:
    """Return what a candidate is called in a table.

    Args:
        given: A name, a formula, a record, or a class of modules.

    Raises:
        BadInput: It is none of these, or nothing is called so.

    Example:
        >>> name_of("elu(alpha=0.5)"), name_of(nn.Mish)
        ('elu(alpha=0.5)', 'Mish')
    """
    if isinstance(given, str):
        activation_in(given)
        return given
    if isinstance(given, type) and issubclass(given, nn.Module):
        return given.__name__
    if isinstance(given, Activation | VectorActivation):
        return given.id
    raise BadInput(_NO_CANDIDATE.fill(given=repr(given)))


def modules_of(given: Given) -> Callable[..., nn.Module]:
    """Return what makes fresh modules of a candidate.

    Args:
        given: A name, a formula, a record, or a class of modules.

    Returns:
        A function. It takes ``axis`` (1 for channels; of vector activations such as maxout, -1 if not
        given) and ``channels`` (copies of each learned parameter), and ignores the one that does not
        apply, so that one ``build`` serves all.

    Example:
        >>> modules_of("tanh")(axis=1)(torch.zeros(2)).tolist()
        [0.0, 0.0]
    """
    if isinstance(given, type):
        return lambda *, axis=-1, channels=1: given()  # noqa: ARG005, PLW0108 - it ignores them
    found = activation_in(given) if isinstance(given, str) else given
    if isinstance(found, Activation):
        return lambda *, axis=-1, channels=1: found.module(channels=channels)  # noqa: ARG005
    return lambda *, axis=-1, channels=1: found.module(axis=axis)  # noqa: ARG005


def _built(trial: Trial, job: Job, inputs: Tensor) -> nn.Module:
    name = trial.recipe.activation
    modules = modules_of(job.candidates[name])
    try:
        model = job.build(modules, trial.seed)
        if isinstance(model, nn.Module) and any(map(_waits, model.parameters())):
            with torch.no_grad():
                model(inputs[:2])  # lazy layers are made by what they see first
    except LivegradError:
        raise
    except Exception as error:
        said = {"name": name, "seed": trial.seed, "error": _named(error)}
        raise BadInput(_BROKEN_BUILD.fill(**said)) from error
    if not isinstance(model, nn.Module) or not any(p.requires_grad for p in model.parameters()):
        raise BadInput(_NO_MODEL.fill(name=name, given=type(model).__name__))
    return model


def _waits(parameter: nn.Parameter) -> bool:
    return isinstance(parameter, nn.parameter.UninitializedParameter)


class _Training:
    """A model in training, and what is taken down meanwhile."""

    def __init__(self, trial: Trial, split: Split, model: nn.Module) -> None:
        self._trial, self._split, self._model = trial, split, model
        self._held = _tensors(split, "validation")
        recipe = trial.recipe
        self._optimizer = _optimizer(recipe, [p for p in model.parameters() if p.requires_grad])
        self._points = points_of(recipe.steps)
        self._curve = np.full((3, len(self._points)), np.nan, np.float32)

    def outcome(
        self, inputs: Tensor, targets: Tensor, told: Callable[[int], bool | None]
    ) -> Outcome | None:
        recipe, rows = self._trial.recipe, len(inputs)
        order = minibatches(
            self._split.fingerprint, rows=rows, batch_size=recipe.batch_size, steps=recipe.steps
        )
        losses, point = list[float](), 0
        for step, members in enumerate(torch.from_numpy(order).long()):
            if told(step) is False:
                return None
            losses.append(self._step(inputs[members], targets[members]))
            if not math.isfinite(losses[-1]):
                return self._told(step + 1)
            if step + 1 == self._points[point]:
                self._curve[:, point] = (np.mean(losses), *self._judged())
                losses, point = list[float](), point + 1
        return self._told(None)

    def _step(self, inputs: Tensor, targets: Tensor) -> float:
        self._model.train()
        self._optimizer.zero_grad()
        loss = self._loss(self._outputs(inputs), targets)
        loss.backward()
        self._optimizer.step()
        return loss.item()

    def _outputs(self, inputs: Tensor) -> Tensor:
        outputs = self._model(inputs)
        wanted = (len(inputs), self._split.outputs)
        if isinstance(outputs, Tensor) and outputs.shape == wanted:
            return outputs
        if isinstance(outputs, Tensor) and wanted[1] == 1 and outputs.shape == wanted[:1]:
            return outputs[:, None]
        said = {
            "name": self._trial.recipe.activation,
            "inputs": _written(inputs),
            "given": _written(outputs) if isinstance(outputs, Tensor) else type(outputs).__name__,
            "wanted": wanted,
            "outputs": wanted[1],
        }
        raise BadInput(_OUTPUTS.fill(**said))

    def _loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        match self._split.loss:
            case "cross-entropy":
                return nn.functional.cross_entropy(outputs, targets)
            case "bce":
                return nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], targets)
            case "mse":
                return nn.functional.mse_loss(outputs, targets)

    @torch.no_grad()
    def _judged(self) -> tuple[float, float]:
        """Loss and score on the validation part."""
        self._model.eval()
        inputs, targets = self._held
        outputs = torch.cat([self._outputs(some) for some in inputs.split(_AT_ONCE)])
        loss = float(self._loss(outputs, targets))
        match self._split.kind:
            case "classes":
                return loss, float((outputs.argmax(dim=1) == targets).double().mean())
            case "binary":
                return loss, float(((outputs[:, 0] > 0) == (targets > 0.5)).double().mean())
            case "regression":
                return loss, self._split.r_squared(loss)

    def _told(self, diverged_at: int | None) -> Outcome:
        train_loss, loss, score = self._curve
        steps = np.array(self._points, np.int32)
        return Outcome(
            key=self._trial.key,
            score=math.nan if diverged_at else float(score[-1]),
            loss=math.nan if diverged_at else float(loss[-1]),
            diverged_at=diverged_at,
            curve=Curve(steps, train_loss, loss, score),
        )


def _optimizer(recipe: Recipe, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    options = {"lr": recipe.lr, "weight_decay": recipe.weight_decay}
    match recipe.optimizer:
        case "adam":
            return torch.optim.Adam(parameters, **options)
        case "adamw":
            return torch.optim.AdamW(parameters, **options)
        case "momentum":
            return torch.optim.SGD(parameters, momentum=0.9, **options)
        case "sgd":
            return torch.optim.SGD(parameters, **options)


def _tensors(split: Split, part: str) -> tuple[Tensor, Tensor]:
    inputs = torch.tensor(getattr(split, f"{part}_inputs"))
    targets = torch.tensor(getattr(split, f"{part}_targets"))
    return inputs, targets.float() if split.kind == "binary" else targets


@contextlib.contextmanager
def _from_seed(seed: int) -> Iterator[None]:
    """Seed all chance, compute in one thread (more would add in another order), and put both back."""
    threads, python, numpy_state = torch.get_num_threads(), random.getstate(), np.random.get_state()  # noqa: NPY002
    torch.set_num_threads(1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002 - models may use the global generator
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy_state)  # noqa: NPY002
            torch.set_num_threads(threads)


def _written(tensor: Tensor) -> str:
    return str(tuple(tensor.shape))


def _named(error: Exception) -> str:
    """Return an exception as one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
