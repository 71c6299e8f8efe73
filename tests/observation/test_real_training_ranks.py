"""Two processes that train together (DDP, FSDP2) are watched in both, and have one diagnosis."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from observation import real_training_ranks
from observation.real_training import known

from livegrad.observation.evidence import Data, Evidence, Layer, Loss
from livegrad.observation.handover import Handover
from livegrad.observation.ranks import Share, joined
from livegrad.records import from_jsonable

SCRIPT = Path(__file__).with_name("real_training_ranks.py")


def run(kind: str, folder: Path) -> list[dict]:
    """What both processes wrote."""
    started = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), kind, str(rank), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in (0, 1)
    ]
    for process in started:
        said, _ = process.communicate(timeout=180)
        assert process.returncode == 0, said
        assert "RuntimeWarning" not in said, said
    return [json.loads((folder / f"{kind}-{rank}.json").read_text()) for rank in (0, 1)]


@pytest.fixture(scope="module")
def alone() -> Evidence:
    """The same training in one process, on the whole batch: what the two must say together."""
    _, watching = real_training_ranks.train("alone", 0, watch=True)
    return watching.evidence()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ddp", "fsdp", "ddp-first-only"])
def test_two_processes_say_together_what_one_would_say(kind, alone, tmp_path):
    first, second = run(kind, tmp_path)
    assert first["same"]
    assert second["same"]
    together = from_jsonable(Evidence, first["evidence"])
    assert together.ranks == 2
    assert together.steps == alone.steps
    assert together.loss.values == pytest.approx(alone.loss.values, rel=1e-4)
    assert together.data.samples == alone.data.samples
    assert together.data.mean == pytest.approx(alone.data.mean, abs=1e-5)
    assert together.data.spread == pytest.approx(alone.data.spread, rel=1e-4)
    assert [x.name for x in together.layers] == ["first", "second", "last"]
    for seen, expected in zip(together.layers, alone.layers, strict=True):
        assert (seen.units, seen.fan_in) == (expected.units, expected.fan_in)
        assert seen.activation == expected.activation
        for series in ("gradient", "weight_gradient"):
            values = known(getattr(expected, series))[:3]
            assert known(getattr(seen, series))[:3] == pytest.approx(values, abs=2e-3), series
        rough = 0.35 if kind == "fsdp" else 1e-3  # of halves of the weights only ratios are known
        assert known(seen.update)[:3] == pytest.approx(known(expected.update)[:3], rel=rough)
        if expected.spread[0] is not None:
            assert seen.spread[0] == pytest.approx(expected.spread[0], rel=1e-3)
    assert together.layers[0].dead == alone.layers[0].dead
    if kind != "ddp-first-only":
        assert second["evidence"] == first["evidence"] | {
            name: second["evidence"][name] for name in ("sources",)
        }
        assert second["codes"] == first["codes"]


# ---- the joining itself -----------------------------------------------------------------------------


def share(*, dead: tuple[int, ...] = (), sharded: bool = False, **layer) -> Share:
    seen = Layer(name="a", kind="Linear", units=4, dead=len(dead), dead_samples=10, **layer)
    evidence = Evidence(model="Net", steps=3, sampled=(0, 2), layers=(seen,))
    return Share(evidence=evidence, sharded=sharded, dead={"a": dead})


def test_a_unit_is_dead_only_if_it_is_dead_everywhere():
    layer = joined([share(dead=(0, 1)), share(dead=(1, 2, 3))]).layers[0]
    assert (layer.dead, layer.dead_samples) == (1, 20)
    assert joined([share(dead=(0,)), share(dead=(1,))]).layers[0].dead == 0


def test_norms_are_joined_in_quadrature():
    gradients = torch.randn(2, 5)
    whole = float((gradients / 2).norm().log10())  # the loss is the mean of the two
    parts = [share(gradient=(float(g.norm().log10()), None)) for g in gradients]
    assert joined(parts).layers[0].gradient[0] == pytest.approx(whole, abs=1e-6)
    local = [share(weight_gradient=(float(g.norm().log10()),), sharded=True) for g in gradients]
    assert joined(local).layers[0].weight_gradient[0] == pytest.approx(
        float(gradients.norm().log10()), abs=1e-6
    )


def test_the_spread_of_two_halves_is_that_of_the_whole():
    z = torch.cat([torch.randn(50), 3 + 2 * torch.randn(50)])
    parts = [
        share(mean=(float(h.mean()),), spread=(float(h.std(correction=0)),)) for h in z.chunk(2)
    ]
    layer = joined(parts).layers[0]
    assert layer.spread[0] == pytest.approx(float(z.std(correction=0)), rel=1e-5)
    x = torch.stack([z, -z], 1)
    halves = [
        Evidence(
            model="Net",
            steps=1,
            data=Data(
                samples=50,
                mean=tuple(h.mean(0).tolist()),
                spread=tuple(h.std(0, correction=0).tolist()),
                low=tuple(h.amin(0).tolist()),
                high=tuple(h.amax(0).tolist()),
            ),
        )
        for h in x.chunk(2)
    ]
    data = joined([Share(evidence=e) for e in halves]).data
    assert data.spread == pytest.approx(x.std(0, correction=0).tolist(), rel=1e-5)
    assert data.low == pytest.approx(x.amin(0).tolist())


def test_a_process_that_never_hands_in_is_told_and_not_waited_for(monkeypatch, tmp_path):
    monkeypatch.setattr("livegrad.observation.handover.PATIENCE", 0.2)
    handover = Handover()
    handover._store = torch.distributed.FileStore(str(tmp_path / "store"), 2)
    handover._ranks = 2
    own = [Share(evidence=Evidence(model="Net", steps=1, loss=Loss(steps=(0,), values=(1.0,))))]
    handover.give(own)
    with pytest.warns(RuntimeWarning, match="Only 1 of 2 processes"):
        assert handover.take(own) == [own]
