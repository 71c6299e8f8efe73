"""MLflow with a store of its own in a folder, read back by MLflow's client."""

from __future__ import annotations

import json

import pytest
from integrations.specimens import diagnosis, finding, needed, network, train, watched

import livegrad
from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput
from livegrad.integrations.mlflow import MLflowTracker
from livegrad.integrations.series import numbers
from livegrad.observation.evidence import Layer
from livegrad.records import from_jsonable

mlflow = needed("mlflow")
pytestmark = pytest.mark.filterwarnings(
    "ignore::FutureWarning:mlflow", "ignore::DeprecationWarning"
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    mlflow.set_tracking_uri((tmp_path / "store").as_uri())
    mlflow.set_experiment("gradients")
    with mlflow.start_run() as active:
        yield active
    mlflow.set_tracking_uri(None)


def history(run, name: str) -> dict[int, float]:
    found = mlflow.MlflowClient().get_metric_history(run.info.run_id, name)
    return {metric.step: metric.value for metric in found}


def artifact(run, name: str) -> str:
    return mlflow.artifacts.load_text(f"{run.info.artifact_uri}/{name}")


def test_all_numbers_the_findings_and_the_tags_are_there_afterwards(run) -> None:
    seen = watched(network(), 40).diagnose()
    MLflowTracker(language="en").log(seen)
    for name in ("livegrad/loss", "livegrad/gradient/0", "livegrad/update/2"):
        expected = {n.step: n.value for n in numbers(seen.evidence) if n.name == name}
        assert history(run, name) == pytest.approx(expected)
        assert len(expected) > 2
    assert artifact(run, "livegrad/findings.md").startswith("**")
    again = from_jsonable(Diagnosis, json.loads(artifact(run, "livegrad/diagnosis.json")))
    assert again.evidence.steps == 40


def test_the_outcome_can_be_searched_for(run) -> None:
    MLflowTracker(language="en").log(diagnosis(finding(), finding("saturation", place="last")))
    found = mlflow.search_runs(
        [run.info.experiment_id],
        "tags.`livegrad.healthy` = 'false' and tags.`livegrad.findings` LIKE '%saturation%'",
        output_format="list",
    )
    assert [each.info.run_id for each in found] == [run.info.run_id]
    assert found[0].data.tags["livegrad.findings"] == "dead-units, saturation"


def test_numbers_arrive_while_the_training_runs(run) -> None:
    model = network()
    with livegrad.watch(model) as watch, MLflowTracker().follow(watch, share=1):
        train(model, 20)
        early = history(run, "livegrad/gradient/0")
    assert min(early) == 0
    assert len(early) > 2


def test_more_than_a_thousand_numbers_and_names_that_mlflow_refuses(run) -> None:
    steps = tuple(range(600))
    layers = tuple(
        Layer(name=name, kind="Linear", gradient=(0.5,) * 600) for name in ("cell", "cell#2")
    )
    seen = diagnosis(steps=600, sampled=steps, layers=layers, loss=None)
    MLflowTracker(run.info.run_id).log(seen)
    assert len(history(run, "livegrad/gradient/cell_2")) == 600


def test_without_a_run_the_next_step_is_named() -> None:
    with pytest.raises(BadInput, match=r"mlflow\.start_run"):
        MLflowTracker()
