"""Loops as people write them: several models and optimizers, closures, threads, and loops that break off."""

from __future__ import annotations

import math
import threading

import pytest
import torch
from observation.real_training import ladder, mlp, plain_step, regression, watched
from torch import nn
from torch.nn import functional
from torch.nn.modules import module as module_hooks

import livegrad
from livegrad.observation.recorder import Recorder


def sgd(model: nn.Module, rate: float = 0.05) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=rate)


# ---- several models and optimizers ------------------------------------------------------------------


def seen_all(step, models: tuple[nn.Module, ...], steps: int = 6):
    """Everything that a recorder for the whole process saw, by the first layer's size."""
    del models
    recorder = Recorder().attach()
    for _ in range(steps):
        step()
    recorder.detach()
    assert recorder.failure is None
    return recorder.evidence()


def test_a_generator_and_a_critic_are_two_trainings():
    torch.manual_seed(0)
    generator, critic = mlp(2, 8, 4), mlp(4, 6, 1)
    of_generator, of_critic = sgd(generator), sgd(critic)
    real = torch.randn(16, 4)
    ones, zeros = torch.ones(16, 1), torch.zeros(16, 1)
    loss = functional.binary_cross_entropy_with_logits

    def step() -> None:
        fake = generator(torch.randn(16, 2))
        of_critic.zero_grad()
        (loss(critic(real), ones) + loss(critic(fake.detach()), zeros)).backward()
        of_critic.step()
        of_generator.zero_grad()
        loss(critic(fake), ones).backward()
        of_generator.step()

    seen = seen_all(step, (generator, critic))
    assert sorted(e.layers[0].fan_in for e in seen) == [2, 4]
    assert [e.steps for e in seen] == [6, 6]
    by_width = {e.layers[0].fan_in: e for e in seen}
    assert by_width[2].adversarial
    assert len(by_width[4].layers) == 2
    for evidence in seen:
        assert all(any(layer.update) for layer in evidence.layers)
        assert evidence.optimizer.carried == 0


def test_a_student_is_trained_and_its_teacher_is_not():
    teacher, student = mlp(4, 16, 1), mlp(4, 8, 1)
    teacher.requires_grad_(requires_grad=False)
    x, _ = regression()
    optimizer = sgd(student)

    def step() -> None:
        optimizer.zero_grad()
        functional.mse_loss(student(x), teacher(x)).backward()
        optimizer.step()

    (evidence,) = seen_all(step, (teacher, student))
    assert [layer.units for layer in evidence.layers] == [8, 1]
    assert not evidence.adversarial


def test_an_actor_and_a_critic_with_an_optimizer_each():
    torch.manual_seed(0)
    actor, critic = mlp(4, 8, 2), mlp(4, 6, 1)
    optimizers = sgd(actor), sgd(critic)
    states, rewards = torch.randn(16, 4), torch.randn(16)

    def step() -> None:
        chances = torch.distributions.Categorical(logits=actor(states))
        taken = chances.sample()
        value = critic(states).squeeze(1)
        gain = -(chances.log_prob(taken) * (rewards - value.detach())).mean()
        for optimizer in optimizers:
            optimizer.zero_grad()
        (gain + functional.mse_loss(value, rewards)).backward()
        for optimizer in optimizers:
            optimizer.step()

    seen = seen_all(step, (actor, critic))
    assert sorted(layer.units for e in seen for layer in e.layers) == [1, 2, 6, 8]
    assert {e.steps for e in seen} == {6}
    assert not any(e.adversarial for e in seen)


def test_two_losses_and_two_backward_passes_are_one_step():
    model = mlp(4, 8, 2)
    x, y = regression()
    optimizer = sgd(model)

    def step() -> None:
        optimizer.zero_grad()
        output = model(x)
        functional.mse_loss(output[:, :1], y).backward(retain_graph=True)
        functional.l1_loss(output[:, 1:], y).backward()
        optimizer.step()

    evidence = watched(model, step, 5)
    assert evidence.steps == len(evidence.loss.values) == 5
    assert evidence.optimizer.backwards == pytest.approx(2)
    assert [layer.name for layer in evidence.layers] == ["0", "2"]


def test_two_optimizers_for_two_parts_of_one_model():
    model = mlp(4, 8, 8, 1)
    x, y = regression()
    parts = sgd(model[:2]), torch.optim.Adam(model[2:].parameters(), lr=1e-3)

    def step() -> None:
        for optimizer in parts:
            optimizer.zero_grad()
        functional.mse_loss(model(x), y).backward()
        for optimizer in parts:
            optimizer.step()

    evidence = watched(model, step, 5)
    assert evidence.steps == 5
    assert evidence.optimizer.not_held == ()
    assert all(layer.update[-1] or layer.update[0] for layer in evidence.layers)
    assert len(evidence.loss.values) == 5


def test_a_loss_that_passes_the_first_and_the_last_weights_by_is_seen():
    """An unused first part and an unused head: what was trained lies between."""

    class Unused(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.spare, self.body, self.head = nn.Linear(3, 3), mlp(4, 8, 1), nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.body(x)

    model = Unused()
    evidence = watched(model, plain_step(model, sgd(model), *regression()), 6)
    assert [layer.name for layer in evidence.layers] == ["body.0", "body.2"]
    assert len(evidence.loss.values) >= 5
    assert set(evidence.optimizer.untouched) == {
        "spare.weight", "spare.bias", "head.weight", "head.bias"
    }  # fmt: skip


# ---- closures ---------------------------------------------------------------------------------------


def test_a_closure_runs_inside_its_step():
    model = mlp(4, 8, 1)
    x, y = regression()
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=4)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = functional.mse_loss(model(x), y)
        loss.backward()
        return loss

    evidence = watched(model, lambda: optimizer.step(closure), 5)
    assert evidence.steps == len(evidence.loss.values) == 5
    assert evidence.optimizer.carried == 0
    for layer in evidence.layers:
        assert layer.gradient[0] is not None
        assert layer.weight_gradient[0] is not None
        assert layer.update[0] > 0
    assert evidence.clipping is None
    assert evidence.loss.values[-1] < evidence.loss.values[0]


def test_evaluation_between_steps_is_no_training():
    model = mlp(4, 8, 1)
    x, y = regression()
    plain = plain_step(model, sgd(model), x, y)

    def step() -> None:
        plain()
        model.eval()
        with torch.no_grad():
            functional.mse_loss(model(x + 50), y)
        with torch.inference_mode():
            model(x + 50)
        functional.mse_loss(model(x + 50), y)  # forgot no_grad, and never goes backward
        model.train()

    evidence = watched(model, step, 6)
    assert evidence.steps == 6
    assert max(evidence.data.high) < 40
    assert max(evidence.loss.values) < 10
    assert evidence.score.source == "evaluation"
    assert all(abs(v) < 10 for v in ladder(evidence)["0"].mean if v is not None)


# ---- breaking off -----------------------------------------------------------------------------------


BROKEN = "broken"


class Fragile(nn.Module):
    """Breaks off in the forward or the backward pass when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.breaks, self.error = mlp(4, 8, 8, 1), "", RuntimeError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.body[:2](x)
        if self.breaks == "forward":
            raise self.error(BROKEN)
        if self.breaks == "backward" and hidden.requires_grad:
            hidden.register_hook(self._break)
        return self.body[2:](hidden)

    def _break(self, _gradient: torch.Tensor) -> None:
        raise self.error(BROKEN)


class BreakingSGD(torch.optim.SGD):
    breaks = False

    def step(self, closure=None):
        if self.breaks:
            raise RuntimeError(BROKEN)
        return super().step(closure)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["forward", "backward", "step"])
@pytest.mark.parametrize("when", [0, 1, 3, 4])
def test_a_loop_that_breaks_off_and_goes_on_is_seen_to_its_end(where, when, error):
    torch.manual_seed(0)
    model = Fragile()
    model.error = error
    x, y = regression()
    optimizer = BreakingSGD(model.parameters(), lr=0.05)
    plain = plain_step(model, optimizer, x, y)
    counted = iter(range(100))

    def step() -> None:
        breaks = next(counted) == when
        model.breaks = where if breaks else ""
        optimizer.breaks = breaks and where == "step"
        if not breaks:
            plain()
            return
        with pytest.raises((error, RuntimeError), match="broken"):
            plain()
        if error is RuntimeError:  # PyTorch calls no hook after Ctrl-C: the next call tidies up
            assert torch._C._len_torch_function_stack() == 0

    evidence = watched(model, step, 9)
    assert evidence.steps == 8
    assert len(evidence.loss.values) == 8
    assert evidence.loss.first_non_finite is None
    first = ladder(evidence)["body.0"]
    assert (first.activation, first.fan_in, first.units) == ("tanh", 4, 8)
    assert all(v is None or math.isfinite(v) for v in (*first.gradient, *first.update))
    assert sum(v is not None for v in first.gradient) >= len(evidence.sampled) - 2
    assert torch._C._len_torch_function_stack() == 0
    assert not module_hooks._global_forward_hooks
    assert evidence.optimizer.carried == 0


def test_watching_again_in_a_notebook_goes_on_with_the_same_record():
    model = mlp(4, 8, 1)
    step = plain_step(model, sgd(model), *regression())
    watching = livegrad.watch(model)
    step()
    watching.detach()
    step()  # not seen
    assert livegrad.watch(model) is watching
    step()
    watching.detach()
    watching.detach()
    with livegrad.watch(model):
        step()
    assert watching.evidence().steps == 3
    assert not module_hooks._global_forward_hooks


def test_a_new_model_in_the_same_cell_has_its_own_record():
    for _ in range(3):
        model = mlp(4, 8, 1)
        step = plain_step(model, sgd(model), *regression())
        with livegrad.watch(model) as watching:
            for _ in range(4):
                step()
        assert watching.evidence().steps == 4
        assert len(watching.evidence().layers) == 2


# ---- threads ----------------------------------------------------------------------------------------


def test_a_training_in_another_thread_is_seen_as_a_whole():
    model = mlp(4, 8, 8, 1)
    step = plain_step(model, sgd(model), *regression())
    with livegrad.watch(model) as watching:
        thread = threading.Thread(target=lambda: [step() for _ in range(6)])
        thread.start()
        thread.join()
    evidence = watching.evidence()
    assert evidence.steps == len(evidence.loss.values) == 6
    assert [layer.activation for layer in evidence.layers] == ["tanh", "tanh", None]
    assert evidence.layers[0].slope[0] is not None
    assert evidence.data.samples > 0


def test_two_threads_that_train_two_models_do_not_mix():
    models = [mlp(4, 8, 1), mlp(4, 8, 8, 1)]
    watches = [livegrad.watch(model) for model in models]
    x, y = regression()
    barrier = threading.Barrier(2)

    def train(index: int) -> None:
        step = plain_step(models[index], sgd(models[index]), x, y * (1 + 99 * index))
        barrier.wait()
        for _ in range(40):
            step()

    threads = [threading.Thread(target=train, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for watching in watches:
        watching.detach()
    small, large = (watching.evidence() for watching in watches)
    assert (small.steps, large.steps) == (40, 40)
    assert (len(small.layers), len(large.layers)) == (2, 3)
    assert max(small.loss.values) < 100 < min(large.loss.values)
