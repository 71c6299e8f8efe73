"""Lightning's own Trainer, with the callback and as people set it up."""

from __future__ import annotations

import copy
import math
import pickle

import pytest
import torch
from integrations.lightning_specimens import QUIET, ByHand, Net, Rivals, column, fit, loader, rows
from integrations.specimens import needed
from torch import nn

from livegrad.errors import BadInput
from livegrad.integrations.lightning import LivegradCallback

pl = needed("lightning.pytorch")
loggers = needed("lightning.pytorch.loggers")
pytestmark = pytest.mark.filterwarnings(*QUIET)


def test_a_healthy_training_is_called_so_and_is_not_changed(tmp_path) -> None:
    bare, model = Net(), Net()
    pl.Trainer(
        max_steps=96,
        logger=False,
        enable_checkpointing=False,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
    ).fit(bare, loader(), loader(512))
    callback, trainer = fit(model, tmp_path, max_steps=96)
    assert callback.diagnosis.healthy
    assert callback.diagnosis.learning
    assert callback.diagnosis.evidence.steps == trainer.global_step == 96
    assert [layer.name for layer in callback.diagnosis.evidence.layers] == [
        "net.0",
        "net.2",
        "net.4",
    ]
    pairs = zip(bare.parameters(), model.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_a_sick_training_is_named_printed_and_logged(tmp_path, capsys) -> None:
    folder = loggers.CSVLogger(tmp_path)
    callback = LivegradCallback(language="en")
    callback, _ = fit(Net(nn.Sigmoid, 10), tmp_path, callback=callback, logger=folder)
    assert [f.code for f in callback.diagnosis.findings] == ["vanishing-gradient"]
    assert callback.diagnosis.findings[0].place == "net.0"
    printed = capsys.readouterr().out
    assert "vanishing-gradient" in printed
    assert "net.0" in printed
    found = rows(tmp_path)
    first, last = (column(found, f"livegrad/gradient/net.{i}") for i in (0, 20))
    assert sorted(first) == [
        step
        for step, value in zip(
            callback.diagnosis.evidence.sampled,
            callback.diagnosis.evidence.layers[0].gradient,
            strict=True,
        )
        if value is not None
    ]
    assert first[0] < last[0] - 5
    assert column(found, "livegrad/errors") == {48: 1.0}


def test_gathered_and_clipped_gradients_are_seen_as_the_optimizer_gets_them(tmp_path) -> None:
    callback, trainer = fit(
        Net(), tmp_path, max_steps=12, accumulate_grad_batches=4, gradient_clip_val=1e-3
    )
    evidence = callback.diagnosis.evidence
    assert evidence.steps == trainer.global_step == 12
    assert evidence.optimizer.backwards == 4
    assert evidence.optimizer.carried == 0
    assert evidence.loss.values[0] == pytest.approx(math.log(2), abs=0.15)  # not a quarter of it
    assert evidence.clipping.after[0] == pytest.approx(-3, abs=0.01)
    assert evidence.clipping.before[0] > -2
    assert all(layer.weight_gradient[0] is not None for layer in evidence.layers)


def test_gathered_gradients_that_nobody_clips_are_not_called_clipped(tmp_path) -> None:
    callback, _ = fit(Net(), tmp_path, max_steps=12, accumulate_grad_batches=2)
    assert callback.diagnosis.evidence.clipping is None


def test_mixed_precision_and_manual_optimization_are_heard(tmp_path) -> None:
    callback, _ = fit(ByHand(), tmp_path, precision="bf16-mixed")
    evidence = callback.diagnosis.evidence
    assert evidence.steps == 48
    assert evidence.loss.values[0] == pytest.approx(math.log(2), abs=0.15)
    assert evidence.layers[0].dtype == "bfloat16"
    assert all(layer.weight_gradient[0] is not None for layer in evidence.layers)


def test_two_optimizers_are_two_trainings(tmp_path) -> None:
    folder = loggers.CSVLogger(tmp_path)
    callback, trainer = fit(Rivals(), tmp_path, max_steps=60, logger=folder)
    assert [d.evidence.steps for d in callback.diagnoses] == [30, 30]
    assert trainer.global_step == 60
    assert not any(f.severity == "error" for d in callback.diagnoses for f in d.findings)
    names = set(rows(tmp_path)[-1])
    assert {"livegrad/1/loss", "livegrad/2/loss"} <= names


def test_a_resumed_training_goes_on_where_the_trainer_does(tmp_path) -> None:
    _, trainer = fit(Net(), tmp_path, max_steps=16)
    trainer.save_checkpoint(tmp_path / "half.ckpt")
    folder = loggers.CSVLogger(tmp_path)
    callback, _ = fit(
        Net(), tmp_path, max_steps=48, logger=folder, path=str(tmp_path / "half.ckpt")
    )
    assert callback.diagnosis.evidence.steps == 32
    steps = sorted(column(rows(tmp_path), "livegrad/loss"))
    assert (steps[0], steps[-1]) == (16, 47)


def test_an_error_stops_the_training_that_asked_for_it(tmp_path, capsys) -> None:
    callback = LivegradCallback(stop_on="error", language="en")
    callback._wishes = type(callback._wishes)(stop_on="error", report=False, language="en", share=1)
    callback, trainer = fit(Net(nn.Sigmoid, 10), tmp_path, callback=callback, max_steps=400)
    assert 40 <= trainer.global_step < 400
    assert "livegrad ends the training" in capsys.readouterr().out
    assert callback.diagnosis.findings[0].code == "vanishing-gradient"


class Breaks(Net):
    """Fails after 25 steps."""

    def training_step(self, batch, index):
        if self.global_step == 25:
            message = "the user's own"
            raise ZeroDivisionError(message)
        return super().training_step(batch, index)


def test_an_exception_passes_and_what_was_seen_stays(tmp_path) -> None:
    callback = LivegradCallback(report=False)
    with pytest.raises(ZeroDivisionError, match="the user's own"):
        fit(Breaks(), tmp_path, callback=callback)
    assert callback.diagnosis.evidence.steps == 25
    assert callback.diagnosis.evidence.interrupted


def test_the_callback_is_lightnings_own_and_can_be_copied() -> None:
    callback = LivegradCallback(language="ko")
    assert isinstance(callback, pl.Callback)
    for again in (copy.deepcopy(callback), pickle.loads(pickle.dumps(callback))):  # noqa: S301
        assert isinstance(again, LivegradCallback)
        assert again._wishes == callback._wishes


def test_a_wrong_severity_is_refused() -> None:
    with pytest.raises(BadInput, match="loud"):
        LivegradCallback(stop_on="loud")
