"""The step size, the zigzag and the collapse: made-up evidence at the borders of three rules."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from livegrad.diagnosis.engine import RULES
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Clipping, Evidence, Layer, Loss, Optimizer
from livegrad.text import Text

STEPS = 400
SAMPLED = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 399)
STUCK = Learning(False, Text("", ""), skill=0.02, start=1.0, end=0.98)


def layer(name: str = "0", **more: object) -> Layer:
    given = {"name": name, "kind": "Linear", "fan_in": 32, "units": 32, "rows": 64}
    series = {"gradient": -1.0, "update": 1e-5, "moved": 4e-3, "input_offset": 0.7, "one_signed": 0}
    values = {key: more.pop(key, value) for key, value in series.items()}
    full = {key: v if isinstance(v, tuple) else (v,) * len(SAMPLED) for key, v in values.items()}
    return Layer(**given | full | more)


def findings(code: str, layers: list[Layer], learned: Learning = STUCK, **more: object):
    values = tuple(float(v) for v in np.linspace(1.0, 0.98, STEPS))
    optimizer = Optimizer(name="SGD", rate=1e-4, momentum=0.9, parameters=6)
    evidence = Evidence(
        model="Net",
        steps=STEPS,
        sampled=SAMPLED,
        layers=tuple(layers),
        loss=Loss(steps=tuple(range(STEPS)), values=values, baseline=1.0),
        optimizer=optimizer,
    )
    return RULES[code].look(dataclasses.replace(evidence, **more), learned)


def rate(**more: object) -> list[str]:
    changed = {k: more.pop(k) for k in list(more) if k in ("update", "moved", "gradient")}
    found = findings("learning-rate-too-low", [layer(str(i), **changed) for i in (0, 2)], **more)
    return [f.severity for f in found]


def test_a_short_straight_path_is_the_rates_fault():
    assert rate() == ["error"]
    assert rate(learned=dataclasses.replace(STUCK, learning=True)) == ["warning"]


def test_an_embedding_whose_rows_are_rarely_met_does_not_speak_for_the_layers():
    wandering = layer("table", update=1e-2, moved=0.3)
    table = dataclasses.replace(wandering, kind="Embedding")
    assert [f.code for f in findings("learning-rate-too-low", [table, layer("0")])] == [
        "learning-rate-too-low"
    ]
    assert findings("learning-rate-too-low", [wandering, wandering, layer("0")]) == ()


@pytest.mark.parametrize(
    ("first", "codes"), [(0.0, []), (0.5, ["saturation"]), (0.9, ["saturation"])]
)
def test_saturation_is_no_cause_of_a_gradient_that_was_gone_before(first, codes):
    share = (first, *(0.9,) * (len(SAMPLED) - 1))
    layers = [
        layer("0", gradient=-6.0, activation="tanh", saturated=share),
        layer("2", gradient=-3.0, activation="tanh", saturated=share),
        layer("4", gradient=0.0, is_output=True),
    ]
    assert [f.code for f in findings("saturation", layers)] == codes


def test_saturation_that_comes_later_is_told_where_the_gradient_was_level_at_first():
    share = (0.0, *(0.9,) * (len(SAMPLED) - 1))
    layers = [
        layer("0", activation="tanh", saturated=share),
        layer("2", activation="tanh", saturated=share),
        layer("4", is_output=True),
    ]
    assert [f.code for f in findings("saturation", layers)] == ["saturation"]


@pytest.mark.parametrize(
    "more",
    [
        {"update": 1e-4},
        {"moved": 0.5, "update": 1e-3},
        {"learned": dataclasses.replace(STUCK, learning=True, skill=0.9)},
        {"learned": dataclasses.replace(STUCK, diverged=True)},
        {"learned": dataclasses.replace(STUCK, end=1.5)},
        {"steps": 30},
        {"adversarial": True},
        {"optimizer": None},
        {"optimizer": Optimizer(name="Adam", rate=1e-6, rates=(1e-6, 5e-5, 1e-4))},
    ],
    ids=["wanders", "far", "learned", "diverged", "rose", "short", "gan", "unseen", "warming-up"],
)
def test_what_wanders_arrives_or_has_only_begun_is_not(more):
    assert rate(**more) == []


def test_a_gradient_that_vanishes_is_not_the_rates_fault():
    layers = [layer("0", gradient=-5.0), layer("2", gradient=-1.0)]
    assert findings("learning-rate-too-low", layers) == ()


def test_a_rate_that_a_schedule_took_away_and_a_clip_are_named():
    fading = Optimizer(name="SGD", rate=0.1, last_rate=1e-9, rates=(0.1,) * 5 + (1e-3,) * 6)
    clipping = Clipping(before=(1.0,) * 11, after=(-2.0,) * 11)
    layers = [layer("0"), layer("2")]
    found = findings("learning-rate-too-low", layers, optimizer=fading, clipping=clipping)
    assert len(found[0].causes) == 2
    assert "schedule" in found[0].advice.en
    assert "{" not in found[0].explanation.en + found[0].explanation.ko


def over(rates: tuple[float, ...], **more: object) -> list[str]:
    """Layers that came far, under a schedule."""
    schedule = Optimizer(name="SGD", rate=0.1, rates=rates)
    halfway = dataclasses.replace(STUCK, skill=0.5, learning=True, end=0.5)
    layers = [layer("0", moved=0.3, update=1e-2), layer("2", moved=0.3, update=1e-2)]
    given = {"learned": halfway, "optimizer": schedule} | more
    found = findings("learning-rate-too-low", layers, **given)
    assert all("{" not in f.explanation.en + f.explanation.ko for f in found)
    assert all(f.remedies == ("hold-rate", "raise-rate") for f in found)
    return [f.severity for f in found]


FADES = tuple(0.1 * 0.8**step for step in SAMPLED)


def test_a_schedule_that_is_over_when_the_training_has_hardly_begun_is_found_though_much_was_learned():
    assert over(FADES) == ["warning"]
    stands = dataclasses.replace(STUCK, learning=False, skill=0.05)
    assert over(FADES, learned=stands) == ["error"]


@pytest.mark.parametrize(
    "rates",
    [
        tuple(0.1 * 0.97**step for step in SAMPLED),
        tuple(0.1 * (0.5 + 0.5 * np.cos(np.pi * step / STEPS)) for step in SAMPLED),
        (1e-6, *(0.1,) * 10),
        (0.1, *(1e-5,) * 9, 0.1),
        (0.1,) * 11,
    ],
    ids=["later", "cosine", "warm-up", "comes-back", "constant"],
)
def test_a_schedule_that_leaves_the_training_its_time_is_not(rates):
    assert over(rates) == []


@pytest.mark.parametrize(
    "learned",
    [
        dataclasses.replace(STUCK, learning=True, skill=0.95, end=0.05),
        dataclasses.replace(STUCK, diverged=True, skill=-5.0),
        dataclasses.replace(STUCK, learning=True, skill=None, end=0.5),
    ],
    ids=["well", "diverged", "unknown"],
)
def test_a_rate_that_is_gone_harms_nobody_who_has_learned_or_whose_trouble_is_another(learned):
    assert over(FADES, learned=learned) == []


def locked(learned: Learning = STUCK, optimizer: str = "SGD", **more: object) -> list[str]:
    below = {k: more.pop(k) for k in list(more) if k in ("normalised", "activation")}
    hidden = layer("0", **{"activation": "sigmoid"} | below)
    above = layer("2", **{"input_offset": 4.0, "moved": 0.5, "one_signed": 0.5} | more)
    made = Optimizer(name=optimizer, rate=0.1)
    found = findings("sign-locked-gradients", [hidden, above], learned, optimizer=made)
    assert all(f.place == "2" for f in found)
    return [f.severity for f in found]


def test_inputs_off_centre_are_a_warning_and_never_an_error():
    assert locked() == ["warning"]


@pytest.mark.parametrize(
    "more",
    [
        {"input_offset": 0.7},
        {"rows": 2},
        {"fan_in": 2},
        {"optimizer": "AdamW"},
        {"normalised": True},
        {"activation": "relu"},
        {"moved": 1e-3},
        {"learned": dataclasses.replace(STUCK, learning=True, skill=0.8)},
        {"input_offset": 2.5, "one_signed": 0.0},
    ],
)
def test_noise_the_usual_and_what_learns_are_left_alone(more):
    assert locked(**more) == []


def test_off_centre_data_is_named_as_such():
    layers = [layer("0", input_offset=8.0, moved=0.5), layer("2")]
    (found,) = findings("sign-locked-gradients", layers)
    assert found.place == "0"
    assert "data" in found.explanation.en
    assert found.remedies == ("standardise-inputs",)


def collapse(correlations: list[float], learned: Learning = STUCK, **more: object) -> list[str]:
    layers = [
        layer(str(i), activation="relu", correlation=(c,) * 11, **more)
        for i, c in enumerate(correlations)
    ]
    found = findings("signal-collapse", [*layers, layer("out", is_output=True)], learned)
    return [f.place for f in found]


def test_inputs_that_grow_alike_with_depth_are_a_collapse_at_the_layer_where_they_are():
    assert collapse([0.1, 0.6, 0.9, 0.985, 0.995]) == ["3"]


@pytest.mark.parametrize(
    ("correlations", "more"),
    [
        ([0.1, 0.6, 0.9, 0.95, 0.97], {}),
        ([0.985, 0.99, 0.99, 0.99, 0.99], {}),
        ([0.1, 0.99, 0.995], {}),
        ([0.1, 0.6, 0.9, 0.985, 0.995], {"asleep": (1.0,) * 11}),
        (
            [0.1, 0.6, 0.9, 0.985, 0.995],
            {"learned": dataclasses.replace(STUCK, learning=True, skill=0.9)},
        ),
    ],
    ids=["apart", "alike from the first", "shallow", "dead", "learned"],
)
def test_apart_alike_by_nature_or_dead_is_none(correlations, more):
    assert collapse(correlations, **more) == []


def test_a_gradient_that_vanishes_with_the_signal_is_no_collapse():
    layers = [
        layer(str(i), activation="tanh", correlation=(c,) * 11, gradient=-4.0 + i)
        for i, c in enumerate([0.1, 0.6, 0.9, 0.985, 0.995])
    ]
    assert findings("signal-collapse", layers) == ()
