"""Korean words in the search: what a page is found by, and what a question asks for."""

from __future__ import annotations

import importlib.util

import pytest
from docs.blocks import ROOT

pytest.importorskip("sphinx", reason="the splitter is one of Sphinx's")


@pytest.fixture(scope="module")
def splitter() -> object:
    place = importlib.util.spec_from_file_location("korean", ROOT / "docs" / "site" / "korean.py")
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module.SearchKorean({})


def test_a_word_is_found_by_its_pairs_and_its_first_syllable(splitter) -> None:
    assert splitter.split("기울기를 2번") == ["기", "기울", "울기", "기를", "2", "번"]


@pytest.mark.parametrize("carried", ["기울기", "기울기가", "기울기를", "기울기는", "기울기에서만"])
def test_whatever_particle_follows_the_pairs_of_the_word_are_there(splitter, carried: str) -> None:
    assert {"기울", "울기"} <= set(splitter.split(carried))


def test_latin_words_stay_whole(splitter) -> None:
    assert splitter.split("ReLU와 leaky_relu") == ["ReLU", "와", "leaky_relu"]


def test_numbers_and_single_letters_are_not_worth_finding(splitter) -> None:
    assert [word for word in ("12", "x", "층", "tanh") if splitter.word_filter(word)] == [
        "층",
        "tanh",
    ]
