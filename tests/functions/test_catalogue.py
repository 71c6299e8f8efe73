"""Finding activations: names, aliases, parameters, messages, plug-in files, and what importing costs."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from livegrad.errors import BadInput, BrokenEntry, UnknownName
from livegrad.functions import Activation, activation, elementwise, names
from livegrad.registry import Registry
from livegrad.text import Text

CLAIMED = (
    *("step", "identity", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu"),
    *("softmax", "swish", "selu", "maxout"),
)


def test_all_that_the_sources_name_is_there() -> None:
    assert set(CLAIMED) <= set(names())
    assert list(names()) == sorted(names())


@pytest.mark.parametrize("name", names())
def test_an_entry_is_found_by_its_id_and_by_every_alias(name: str) -> None:
    entry = activation(name)
    assert entry.id == name
    assert all(activation(alias) is entry for alias in entry.aliases)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("silu", "swish"),
        ("LeakyReLU", "leaky_relu"),
        ("hard_silu", "hardswish"),
        ("Log-Softmax", "log_softmax"),
    ],
)
def test_case_and_hyphens_do_not_matter(alias: str, name: str) -> None:
    assert activation(alias).id == name


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        activation("leakyrelux")
    assert "'leaky_relu'" in caught.value.text.en
    assert "'leaky_relu'" in caught.value.text.ko


@pytest.mark.parametrize(
    ("name", "parameters", "english", "korean"),
    [
        ("elu", {"alfa": 1.0}, "nearest is 'alpha'", "가장 가까운 이름은 'alpha'"),
        ("relu", {"alpha": 1.0}, "takes no parameters", "매개변수(parameter)가 없는데"),
        ("elu", {"alpha": -1.0}, "a number above 0", "0보다 큰 수"),
        ("elu", {"alpha": "high"}, "a number above 0", "0보다 큰 수"),
        ("elu", {"alpha": float("nan")}, "alpha = nan", "alpha = nan"),
        ("hardtanh", {"low": 2.0}, "a number below 1", "1보다 작은 수"),
        ("maxout", {"pieces": 1.5}, "a whole number of at least 1", "1 이상인 정수"),
        (
            "swish",
            {"beta": 0.0},
            "of at least 0.000976562 and of at most 1024",
            "0.000976562 이상인, 1024 이하인 수",
        ),
    ],
)
def test_a_wrong_parameter_is_answered_with_the_rule_and_a_call_to_copy(
    name: str, parameters: dict[str, float], english: str, korean: str
) -> None:
    with pytest.raises(BadInput) as caught:
        activation(name, **parameters)
    text = caught.value.text
    assert english in text.en
    assert korean in text.ko
    assert all(f'livegrad.activation("{name}"' in words for words in (text.en, text.ko))


@pytest.mark.parametrize("name", names())
def test_elementwise_gives_every_entry_that_takes_each_number_by_itself(name: str) -> None:
    if activation(name).kind == "elementwise":
        assert elementwise(name) is activation(name)
        return
    with pytest.raises(BadInput) as caught:
        elementwise(name)
    for words in (caught.value.text.en, caught.value.text.ko):
        assert f"'{name}" in words
        assert "relu, relu6, " in words
        assert f'livegrad.activation("{name}")' in words
        assert "softmax, " not in words


def test_elementwise_takes_aliases_and_parameters_and_names_the_nearest() -> None:
    assert elementwise("LeakyReLU", alpha=0.2).settings == {"alpha": 0.2}
    with pytest.raises(UnknownName, match="'sigmoid'"):
        elementwise("sigmoit")
    with pytest.raises(BadInput, match="above 0"):
        elementwise("elu", alpha=-1.0)


def test_choosing_parameters_leaves_the_catalogue_as_it_is() -> None:
    steep = activation("elu", alpha=0.5)
    assert steep.settings == {"alpha": 0.5}
    assert steep.with_parameters().settings == {"alpha": 0.5}
    assert activation("elu").settings == {"alpha": 1.0}
    assert steep(np.float64(-np.inf)) == -0.5


@pytest.mark.parametrize("wrong", [1j, "text", [object()]])
def test_what_is_no_number_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput, match="real numbers"):
        activation("relu")(wrong)


def test_numbers_lists_and_whole_numbers_are_taken() -> None:
    f = activation("relu")
    assert isinstance(f(2), np.float64)
    assert f([-1, 2]).tolist() == [0.0, 2.0]
    assert f(np.array([True, False])).dtype == np.float64


NEW_FILE = """
from livegrad.functions import Activation
from livegrad.functions.formula import tanh, x
from livegrad.text import Text

ACTIVATION = Activation(
    id="{identifier}",
    formula=2 * tanh(x),
    tails=(-2, 2),
    about=Text("Twice tanh.", "tanh의 두 배입니다."),
    source="",
)
"""
FOLDERS = itertools.count()


def registry_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Registry[Activation]:
    package = folder / f"more_activations_{next(FOLDERS)}"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(folder))
    return Registry(package.name, "ACTIVATION", Text("activation", "활성화 함수(activation)"))


def test_a_new_file_in_a_folder_is_an_entry_with_no_other_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = registry_of(tmp_path, monkeypatch)
    (next(tmp_path.iterdir()) / "double_tanh.py").write_text(
        NEW_FILE.format(identifier="double_tanh"), "utf-8"
    )
    assert list(registry) == ["double_tanh"]
    assert registry["double_tanh"].derivative(0.0) == 2.0


def test_a_file_whose_entry_has_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = registry_of(tmp_path, monkeypatch)
    (next(tmp_path.iterdir()) / "double_tanh.py").write_text(
        NEW_FILE.format(identifier="other"), "utf-8"
    )
    with pytest.raises(BrokenEntry):
        list(registry)


def test_nothing_loads_torch_until_a_tensor_or_a_module_is_asked_for() -> None:
    script = """
import sys
import numpy as np
import livegrad.functions, livegrad.testing
for name in livegrad.functions.names():
    f = livegrad.functions.activation(name)
    f(np.ones(6))
    if f.kind == "elementwise":
        f.derivative(np.ones(6)), f.sup_slope, f.mean_square(1.0), f.latex
assert "torch" not in sys.modules and "scipy" not in sys.modules
"""
    source = str(Path(__file__).resolve().parents[2] / "src")
    path = [source, *sys.path]
    subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{script}"], check=True
    )


def test_no_entry_is_another_under_a_new_name() -> None:
    places = np.concatenate([np.linspace(-9, 9, 61), [-300.0, 300.0]])
    seen: dict[bytes, list[str]] = {}
    for name in names():
        f = activation(name)
        if isinstance(f, Activation):
            with np.errstate(over="ignore"):
                key = np.float16(f(places, tier="fast") + 0.0).tobytes()
            seen.setdefault(key, []).append(name)
    # With alpha = 1 these two meet; with any other they part.
    assert [group for group in seen.values() if len(group) > 1] == [["celu", "elu"]]
    parted = [activation(name, alpha=2.0)(-1.0) for name in ("celu", "elu")]
    assert parted[0] != pytest.approx(parted[1])
