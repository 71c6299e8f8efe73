"""The scenes view's side of the server: code that is really run, networks that are really measured."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.functions import elementwise
from livegrad.lab.desk import DESKS, Given
from livegrad.lab.frame import encoded
from livegrad.lab.scenes.naive import LESSONS, run
from livegrad.lab.scenes.pipe import pipe
from livegrad.lab.words.scenes import WORDS
from livegrad.text import Text

SCENES = (
    "neuron",
    "threshold-bias-gate",
    "step-vs-sigmoid",
    "two-layer-linear",
    "two-layer-sigmoid",
    "worked-forward",
    "weight-gradient",
    "from-scratch",
    "steam-pipe",
)


def ask(action: str, **given: object) -> Any:
    return DESKS["scenes"].actions[action](None, Given(given))  # pyrefly: ignore


# ------------------------------------------------------------ from scratch


def test_the_naive_step_stops_because_np_int_is_gone():
    found = ask("scratch", lesson="step")
    assert found["naive"].error.startswith("AttributeError: module 'numpy' has no attribute 'int'")
    assert found["naive"].code.splitlines()[found["naive"].line - 1].endswith("(np.int)")
    assert found["naive"].output == ""
    assert found["repaired"].output == "[0 0 1]"
    assert found["numpy"] == np.__version__


def test_the_naive_sigmoid_overflows_with_numpys_own_warning_and_the_repaired_is_silent():
    found = ask("scratch", lesson="sigmoid")
    assert found["naive"].warnings == ("RuntimeWarning: overflow encountered in exp",)
    assert found["repaired"].warnings == ()
    mild = ask("scratch", lesson="sigmoid", x="-3, 0, 3")
    assert mild["naive"].warnings == ()
    assert mild["naive"].output == mild["repaired"].output


def test_the_repaired_sigmoid_is_right_where_the_naive_one_is_not():
    x = np.linspace(-800, 800, 4001)
    with np.errstate(all="raise", under="ignore"):
        space = {"np": np, "x": x}
        exec(LESSONS["sigmoid"].repaired, space)  # noqa: S102 - our own text
    np.testing.assert_allclose(space["y"], elementwise("sigmoid")(x), rtol=1e-14)


def test_the_naive_relu_makes_nan_of_minus_infinity_and_minus_zero_of_negatives():
    found = ask("scratch", lesson="relu")
    assert "nan" in found["naive"].output
    assert "-0." in found["naive"].output
    assert found["repaired"].output == "[0. 0. 0. 3.]"


def test_the_forward_pass_breaks_and_its_repair_gives_the_worked_values():
    found = ask("scratch", lesson="forward")
    assert "AttributeError" in found["naive"].error
    assert found["repaired"].output == "[0. 2.], 0.997527, 1"


@pytest.mark.parametrize("lesson", list(LESSONS))
def test_every_naive_text_breaks_or_warns_and_every_repair_does_neither(lesson: str):
    given = LESSONS[lesson]
    naive, repaired = run(given.naive, given.x), run(given.repaired, given.x)
    assert naive.error or naive.warnings
    assert not repaired.error
    assert not repaired.warnings
    assert len(encoded({"naive": naive, "repaired": repaired})) > 100


def test_only_numbers_are_taken_and_never_code():
    for bad in ("__import__('os')", "1, two", ",", "1,2,3,4,5,6,7,8,9,10,11,12,13", "nan"):
        with pytest.raises(BadInput, match="Write up to 12 numbers"):
            ask("scratch", lesson="relu", x=bad)
    with pytest.raises(BadInput, match="takes two numbers, and 3 came"):
        ask("scratch", lesson="forward", x="1,2,3")
    with pytest.raises(BadInput, match="it can be"):
        ask("scratch", lesson="eval")


@pytest.mark.parametrize("lesson", ["sigmoid", "relu"])
def test_the_warning_that_is_told_is_the_one_that_numpy_gives(lesson: str):
    given = LESSONS[lesson]
    with pytest.warns(RuntimeWarning) as caught:
        exec(given.naive, {"np": np, "x": np.array(given.x)})  # noqa: S102 - our own text
    assert run(given.naive, given.x).warnings == (f"RuntimeWarning: {caught[0].message}",)


# ------------------------------------------------------------ the steam pipe


def test_the_levels_are_the_products_of_the_factors():
    found = pipe("tanh", depth=7, width=8, init="glorot")
    np.testing.assert_allclose(
        np.cumsum(np.log10(found["factors"])[::-1])[::-1], found["gradient"][:-1], atol=1e-6
    )
    assert found["gradient"][-1] == 0
    assert found["first"] == pytest.approx(10 ** found["gradient"][0])
    assert (found["low"] <= found["gradient"]).all()
    assert (found["gradient"] <= found["high"]).all()


def test_sigmoid_leaks_a_quarter_or_so_and_identity_with_orthogonal_weights_nothing():
    sigmoid = ask("pipe", activation="sigmoid", init="glorot", depth=8)
    assert 0.15 < sigmoid["first"] ** (1 / 7) < 0.3
    tight = ask("pipe", activation="identity", init="orthogonal", depth=8)
    np.testing.assert_allclose(tight["factors"], 1, rtol=1e-4)


def test_the_step_hands_on_nothing():
    found = ask("pipe", activation="step", depth=5)
    assert found["first"] == 0
    assert (found["gradient"] == -np.inf).all()
    assert (found["factors"] == 0).all()
    assert len(encoded(found)) > 50


def test_the_seed_decides_and_the_limits_hold():
    one, same, other = (ask("pipe", seed=seed)["first"] for seed in (0, 0, 1))
    assert one == same != other
    for bad in ({"depth": 101}, {"width": 1}, {"init": "mine"}, {"activation": "softmax"}):
        with pytest.raises(BadInput):
            ask("pipe", **bad)


# ------------------------------------------------------------ words


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_has_its_sentences(scene: str):
    for part in ("name", "brief", "see"):
        assert f"{scene}-{part}" in WORDS.texts
    if scene != "from-scratch":
        assert "{numbers}" in WORDS.texts[f"{scene}-says"].en


@pytest.mark.parametrize("key", list(WORDS.texts))
def test_words_have_the_same_placeholders_in_both_languages(key: str):
    text: Text = WORDS.texts[key]
    english, korean = text.placeholders()
    assert english == korean
    if re.search("[a-z]{4} [a-z]{2}", text.en):
        assert re.search("[가-힣]", text.ko), text.ko
