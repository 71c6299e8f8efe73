"""The Trainer of transformers, on tiny models made from a configuration: nothing is downloaded."""

from __future__ import annotations

import json

import pytest
import torch
from integrations.specimens import needed

from livegrad.integrations.huggingface import LivegradCallback
from livegrad.integrations.tensorboard import TensorBoardTracker

transformers = needed("transformers")
needed("accelerate")
pytestmark = pytest.mark.filterwarnings(
    "ignore::UserWarning:torch", "ignore::FutureWarning", "ignore::DeprecationWarning"
)


def language_model(**changes):
    """Two blocks of GPT-2, for words of a vocabulary of 16."""
    torch.manual_seed(0)
    size = {"vocab_size": 16, "n_positions": 16, "n_embd": 32, "n_layer": 2, "n_head": 2}
    config = transformers.GPT2Config(**{**size, "bos_token_id": 0, "eos_token_id": 0, **changes})
    return transformers.GPT2LMHeadModel(config)


def counting(samples: int = 128) -> list[dict[str, torch.Tensor]]:
    """Sequences in which every word is the one before plus one."""
    starts = torch.randint(16, (samples, 1), generator=torch.Generator().manual_seed(0))
    words = (starts + torch.arange(12)) % 16
    return [{"input_ids": row, "labels": row} for row in words]


def train(model, folder, *, callback=None, resume=None, **settings):
    callback = callback or LivegradCallback(report=False, language="en")
    defaults = {
        "output_dir": str(folder),
        "max_steps": 40,
        "per_device_train_batch_size": 8,
        "learning_rate": 3e-3,
        "logging_steps": 10,
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": True,
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
    }
    arguments = transformers.TrainingArguments(**{**defaults, **settings})
    trainer = transformers.Trainer(model, arguments, train_dataset=counting(), callbacks=[callback])
    trainer.train(resume_from_checkpoint=resume)
    return callback, trainer


def column(trainer, name: str) -> dict[int, float]:
    return {row["step"]: row[name] for row in trainer.state.log_history if name in row}


def test_a_healthy_training_is_called_so_and_its_numbers_stand_in_the_log_history(tmp_path) -> None:
    callback, trainer = train(language_model(), tmp_path)
    evidence = callback.diagnosis.evidence
    assert callback.diagnosis.learning
    assert callback.diagnosis.healthy
    assert evidence.steps == trainer.state.global_step == 40
    name = next(key for row in trainer.state.log_history for key in row if "gradient/" in key)
    assert "transformer.h" in name or "transformer.w" in name
    known = zip(evidence.sampled, evidence.layers[0].gradient, strict=True)
    assert sorted(column(trainer, name)) == [
        step + 1  # the trainer counts from 1
        for step, value in known
        if value is not None
    ]
    assert column(trainer, "loss")[10] < column(trainer, "livegrad/loss")[1]
    json.dumps(trainer.state.log_history)  # as it is written into a checkpoint


def test_weights_are_the_same_with_and_without(tmp_path) -> None:
    bare, watched = language_model(), language_model()
    quiet = transformers.TrainerCallback()
    train(bare, tmp_path, callback=quiet, max_steps=12)
    train(watched, tmp_path, max_steps=12)
    pairs = zip(bare.parameters(), watched.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_gathered_and_clipped_gradients_and_mixed_precision(tmp_path) -> None:
    callback, trainer = train(
        language_model(),
        tmp_path,
        max_steps=24,
        gradient_accumulation_steps=2,
        max_grad_norm=1e-3,
        bf16=True,
        logging_steps=1,
    )
    evidence = callback.diagnosis.evidence
    assert evidence.optimizer.backwards == 2
    assert evidence.clipping.after[0] == pytest.approx(-3, abs=0.05)
    assert evidence.clipping.before[0] > -2
    assert evidence.loss.values[0] == pytest.approx(column(trainer, "loss")[1], rel=0.05)


def test_a_sick_training_is_printed_and_written_to_a_tracker(tmp_path, capsys) -> None:
    events = needed("tensorboard.backend.event_processing.event_accumulator")
    tracker = TensorBoardTracker(str(tmp_path / "events"), language="en")
    callback = LivegradCallback(language="en", trackers=[tracker])
    train(language_model(), tmp_path, callback=callback, learning_rate=30.0, max_grad_norm=0.0)
    tracker.close()
    codes = [f.code for f in callback.diagnosis.findings]
    assert not callback.diagnosis.healthy
    assert codes
    assert codes[0] in capsys.readouterr().out
    found = events.EventAccumulator(str(tmp_path / "events")).Reload()
    text = found.Tensors("livegrad/findings/text_summary")[0].tensor_proto.string_val[0].decode()
    assert codes[0] in text


def test_findings_go_to_the_run_that_the_trainer_reports_to(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    mlflow = needed("mlflow")
    mlflow.set_tracking_uri((tmp_path / "store").as_uri())
    mlflow.set_experiment("counting")
    with mlflow.start_run() as run:
        train(language_model(), tmp_path / "out", max_steps=24, report_to=["mlflow"])
    client = mlflow.MlflowClient()
    assert client.get_run(run.info.run_id).data.tags["livegrad.findings"] == "none"
    assert client.get_metric_history(run.info.run_id, "livegrad/loss")
    mlflow.set_tracking_uri(None)


def test_an_error_stops_the_training_that_asked_for_it(tmp_path, capsys) -> None:
    callback = LivegradCallback(report=False, stop_on="error", language="en")
    callback._wishes = type(callback._wishes)(stop_on="error", report=False, language="en", share=1)
    _, trainer = train(
        language_model(),
        tmp_path,
        callback=callback,
        learning_rate=30.0,
        max_grad_norm=0.0,
        max_steps=400,
    )
    assert trainer.state.global_step < 300
    assert "livegrad ends the training" in capsys.readouterr().out


def test_a_resumed_training_goes_on_where_the_trainer_does(tmp_path) -> None:
    train(language_model(), tmp_path, max_steps=10, save_strategy="steps", save_steps=10)
    callback, trainer = train(language_model(), tmp_path, max_steps=32, resume=True)
    assert callback.diagnosis.evidence.steps == 22
    new = [row["step"] for row in trainer.state.log_history if "livegrad/loss" in row]
    assert new[0] == 1  # of the first part, from the checkpoint
    assert {11, 32} <= set(new)


def test_the_callback_can_be_given_as_a_class(tmp_path) -> None:
    arguments = transformers.TrainingArguments(output_dir=str(tmp_path), report_to="none")
    trainer = transformers.Trainer(language_model(), arguments, callbacks=[LivegradCallback])
    (ours,) = (c for c in trainer.callback_handler.callbacks if isinstance(c, LivegradCallback))
    assert isinstance(ours, transformers.TrainerCallback)
