"""The papers of a release: they say the same version, name the same project, and ask for the same command."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import livegrad

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GITHUB = sorted((ROOT / ".github").rglob("*.yml"))


def test_every_paper_says_the_same_version_and_licence() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["version"] == PROJECT["project"]["version"] == livegrad.__version__
    assert cited["license"] == PROJECT["project"]["license"] == "Apache-2.0"
    assert {"cff-version", "message", "title", "authors"} <= set(cited)


@pytest.mark.parametrize("file", GITHUB, ids=lambda file: file.name)
def test_what_github_reads_is_yaml(file: Path) -> None:
    assert yaml.safe_load(file.read_text("utf-8"))


@pytest.mark.parametrize("name", ["bug", "diagnosis"])
def test_who_reports_is_asked_for_livegrad_env(name: str) -> None:
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text("utf-8"))
    asked = {part["id"]: part for part in form["body"]}
    assert "livegrad env" in asked["env"]["attributes"]["label"]
    assert asked["env"]["validations"]["required"]


def test_wheels_are_built_once_for_each_of_the_three_systems() -> None:
    wheels = yaml.safe_load((ROOT / ".github" / "workflows" / "wheels.yml").read_text("utf-8"))
    machines = wheels["jobs"]["wheel"]["strategy"]["matrix"]["machine"]
    assert {name.split("-")[0] for name in machines} == {"ubuntu", "macos", "windows"}
    assert PROJECT["tool"]["cibuildwheel"]["build"] == "cp311-*"
    assert PROJECT["project"]["requires-python"] == ">=3.11"


def test_whoever_finds_a_hole_is_told_where_to_say_so() -> None:
    told = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "Report a vulnerability" in told
    assert re.search("[가-힣]", told)
