"""Weights & Biases offline: one run, read back from the file that it would send."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from integrations.specimens import diagnosis, finding, needed, network, train

import livegrad
from livegrad.errors import BadInput
from livegrad.integrations.wandb import WandbTracker

wandb = needed("wandb")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def pieces(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each piece: LevelDB's log, 7 bytes of W&B's own, then blocks of 32 KiB."""
    place = 7
    while place + 7 <= len(data):
        left = 32768 - place % 32768
        if left < 7:
            place += left
            continue
        _, length, kind = struct.unpack_from("<IHB", data, place)
        yield kind, data[place + 7 : place + 7 + length]
        place += 7 + length


def records(folder: Path) -> list:
    """What a finished run has written: another process writes it, and may be a moment behind."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = written_yet(folder)
        if found and found[-1].WhichOneof("record_type") == "exit":
            return found
        time.sleep(0.05)
    pytest.fail("the run never ended")


def written_yet(folder: Path) -> list:
    """The records in the file; a long one stands in several pieces."""
    protocol = needed("wandb.proto.wandb_internal_pb2")
    (file,) = folder.glob("run-*.wandb")
    found, open_piece = [], b""
    for kind, content in pieces(file.read_bytes()):
        open_piece += content
        if kind in (1, 4):  # whole, or the last piece
            record = protocol.Record()
            record.ParseFromString(open_piece)
            found.append(record)
            open_piece = b""
    return found


def items(some) -> dict:
    return {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in some}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, list[dict]]:
    """Two runs: one in which the training logs for itself at each epoch, one in which nobody else does."""
    found = {}
    for name in ("busy", "quiet"):
        folder = tmp_path_factory.mktemp(name)
        run = wandb.init(dir=folder, mode="offline", settings=wandb.Settings(console="off"))
        model = network()
        with (
            livegrad.watch(model) as watch,
            WandbTracker(run, language="en").follow(watch, share=1),
        ):
            for epoch in range(4):
                train(model, 10)
                if name == "busy":
                    run.log({"mine": epoch}, step=epoch)
        if name == "busy":
            WandbTracker(run, language="en").write_findings(diagnosis(finding()))
            run.log({"mine": 4}, step=4)
        place = Path(run.dir).parent
        run.finish()
        found[name] = records(place)
        found[f"{name} evidence"] = watch.evidence()
    return found


def rows(some: list) -> list[dict]:
    return [items(r.history.item) for r in some if r.WhichOneof("record_type") == "history"]


def summary(some: list) -> dict:
    updates = [r.summary.update for r in some if r.WhichOneof("record_type") == "summary"]
    return {key: value for update in updates for key, value in items(update).items()}


def test_the_training_s_own_rows_are_all_kept(written) -> None:
    own = [row["mine"] for row in rows(written["busy"]) if "mine" in row]
    assert own == [0, 1, 2, 3, 4]


def test_live_numbers_join_the_rows_of_the_training(written) -> None:
    joined = [row for row in rows(written["busy"]) if "livegrad/gradient/0" in row]
    assert joined
    assert all("mine" in row and "livegrad/step" in row for row in joined)


def test_where_nobody_else_logs_every_measured_step_is_a_row(written) -> None:
    layer = written["quiet evidence"].layers[0]
    expected = {
        step: value
        for step, value in zip(written["quiet evidence"].sampled, layer.gradient, strict=True)
        if value is not None
    }
    told = {
        row["livegrad/step"]: row["livegrad/gradient/0"]
        for row in rows(written["quiet"])
        if "livegrad/gradient/0" in row
    }
    assert told == pytest.approx(expected)


def test_the_axis_is_the_optimizer_step(written) -> None:
    metrics = [r.metric for r in written["quiet"] if r.WhichOneof("record_type") == "metric"]
    assert any(m.glob_name == "livegrad/*" and m.step_metric == "livegrad/step" for m in metrics)


def test_the_findings_are_a_table_and_the_outcome_stands_in_the_summary(written) -> None:
    name = "livegrad/findings/nrows"
    assert [row[name] for row in rows(written["busy"]) if name in row] == [1]
    end = summary(written["busy"])
    assert end["livegrad/healthy"] is False
    assert end["livegrad/codes"] == "dead-units"


def test_the_complete_ladder_is_one_chart_for_each_kind_of_number(written) -> None:
    keys = {key for row in rows(written["quiet"]) for key in row}
    assert any(key.startswith("livegrad/charts/gradient") for key in keys)


def test_without_a_run_the_next_step_is_named() -> None:
    with pytest.raises(BadInput, match=r"wandb\.init"):
        WandbTracker()
