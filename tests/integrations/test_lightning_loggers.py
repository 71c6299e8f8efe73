"""The findings through Lightning's own loggers, read back by each library's own reader."""

from __future__ import annotations

import pytest
from integrations.lightning_specimens import QUIET, Net, fit
from integrations.specimens import needed

loggers = needed("lightning.pytorch.loggers")
pytestmark = pytest.mark.filterwarnings(*QUIET)


def test_findings_go_to_tensorboard_through_the_trainers_logger(tmp_path) -> None:
    events = needed("tensorboard.backend.event_processing.event_accumulator")
    logger = loggers.TensorBoardLogger(tmp_path)
    fit(Net(), tmp_path, logger=logger, max_steps=24)
    found = events.EventAccumulator(logger.log_dir).Reload()
    assert "livegrad/findings/text_summary" in found.Tags()["tensors"]
    assert found.Scalars("livegrad/gradient/net.0")[0].step == 0


def test_findings_go_to_mlflow_through_the_trainers_logger(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    mlflow = needed("mlflow")
    logger = loggers.MLFlowLogger("rings", tracking_uri=(tmp_path / "store").as_uri())
    callback, _ = fit(Net(), tmp_path, logger=logger, max_steps=24)
    client = mlflow.MlflowClient((tmp_path / "store").as_uri())
    healthy = str(callback.diagnosis.healthy).lower()
    assert client.get_run(logger.run_id).data.tags["livegrad.healthy"] == healthy
    told = client.get_metric_history(logger.run_id, "livegrad/gradient/net.0")
    assert min(metric.step for metric in told) == 0


def test_findings_go_to_wandb_through_the_trainers_logger(tmp_path) -> None:
    logger = loggers.WandbLogger(save_dir=str(tmp_path), offline=True)
    callback, _ = fit(Net(), tmp_path, logger=logger, max_steps=24)
    run = logger.experiment
    assert run.summary["livegrad/healthy"] is callback.diagnosis.healthy
    assert run.summary["livegrad/codes"] == "none"
    assert run.step > 2  # rows that Lightning wrote
    run.finish()
