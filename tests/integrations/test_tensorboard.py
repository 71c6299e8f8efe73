"""TensorBoard, read back by TensorBoard's own reader."""

from __future__ import annotations

import pytest
from integrations.specimens import diagnosis, finding, needed, network, train, watched

import livegrad
from livegrad.integrations.series import numbers
from livegrad.integrations.tensorboard import TensorBoardTracker

events = needed("tensorboard.backend.event_processing.event_accumulator")


def read(folder) -> events.EventAccumulator:
    found = events.EventAccumulator(str(folder), size_guidance={"scalars": 0})
    return found.Reload()


def text(found: events.EventAccumulator) -> str:
    (event,) = found.Tensors("livegrad/findings/text_summary")
    return event.tensor_proto.string_val[0].decode()


def test_all_numbers_and_the_findings_are_there_afterwards(tmp_path) -> None:
    seen = watched(network(), 40).diagnose()
    TensorBoardTracker(str(tmp_path), language="ko").log(seen).close()
    found = read(tmp_path)
    told = {
        (tag, event.step): event.value
        for tag in found.Tags()["scalars"]
        for event in found.Scalars(tag)
    }
    expected = {(n.name, n.step): n.value for n in numbers(seen.evidence)}
    assert told == pytest.approx(expected, rel=1e-6, nan_ok=True)
    assert len(told) > 50
    assert "손실이" in text(found)


def test_numbers_arrive_while_the_training_runs_and_the_whole_ladder_is_one_chart(tmp_path) -> None:
    writer = needed("torch.utils.tensorboard").SummaryWriter(str(tmp_path))
    model = network()
    with livegrad.watch(model) as watch, TensorBoardTracker(writer).follow(watch, share=1):
        train(model, 20)
        early = read(tmp_path).Scalars("livegrad/gradient/0")
        train(model, 20)
    assert early[0].step == 0
    assert 2 < len(early) <= 20
    found = read(tmp_path)
    seen = watch.evidence()
    known = zip(seen.sampled, seen.layers[0].gradient, strict=True)
    told = [event.step for event in found.Scalars("livegrad/gradient/0")]
    assert told == [step for step, value in known if value is not None]
    (layout,) = found.Tensors("custom_scalars__config__")
    assert b"livegrad/gradient/.*" in layout.tensor_proto.string_val[0]
    writer.add_scalar("mine", 1.0)  # a writer of one's own stays open
    writer.close()


def test_what_ails_it_stands_under_text(tmp_path) -> None:
    TensorBoardTracker(str(tmp_path), language="en").log(diagnosis(finding())).close()
    assert "dead-units" in text(read(tmp_path))
