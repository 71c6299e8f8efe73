"""The wheel, as users get it: built, put into an empty environment, and there it does the main job and serves the page."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.given import SCRIPT

pytestmark = [pytest.mark.alone, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of this folder by the tools that are installed: the network is not asked, the engine here stays."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(
        ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "lib")
    )
    build = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    told = ran([sys.executable, "-c", build], source)
    assert told.returncode == 0, told.stdout + told.stderr
    [found] = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it, and with livegrad's dependencies lent by this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    with zipfile.ZipFile(wheel) as packed:  # what pip does with a wheel that has no data of its own
        packed.extractall(paths["purelib"])
    lent = dict.fromkeys(
        str(Path(importlib.util.find_spec(name).origin or "").parents[1])
        for name in ("numpy", "torch", "starlette")
    )
    Path(paths["purelib"], "lent.pth").write_text("\n".join(lent), encoding="utf-8")
    return Path(paths["scripts"], "python.exe" if os.name == "nt" else "python")


def ran(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=folder, env=env | {"LIVEGRAD_LANG": "en"}, capture_output=True, text=True,
        encoding="utf-8", timeout=900, check=False,
    )  # fmt: skip


def test_one_wheel_serves_every_python_of_a_platform(wheel: Path) -> None:
    assert re.fullmatch(r"livegrad-[0-9.]+-py3-none-(?!any)\w+\.whl", wheel.name)


def test_the_wheel_holds_the_engine_the_page_and_the_licence_and_no_source_of_the_engine_is_missing(
    wheel: Path,
) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    here = ROOT / "src"
    files = {
        path.relative_to(here).as_posix()
        for path in (here / "livegrad").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "lib" not in path.parts
    }
    assert files <= held
    assert any(
        re.match(r"livegrad/trials/engine/lib/engine\w*\.(so|dylib|dll)", one) for one in held
    )
    assert any(one.endswith("licenses/LICENSE") for one in held)


def test_it_is_the_wheel_that_is_imported_with_its_engine(python: Path, tmp_path: Path) -> None:
    told = ran([str(python), "-m", "livegrad", "env"], tmp_path)
    assert "engine native" in told.stdout, told.stdout + told.stderr
    where = ran([str(python), "-c", "import livegrad; print(livegrad.__file__)"], tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(python.parents[1]), where.stdout


def test_the_main_job_runs_there(python: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT, encoding="utf-8")
    told = ran([str(python), "-m", "livegrad", "run", "train.py", "--epochs", "3"], tmp_path)
    assert told.returncode in (0, 1), told.stdout + told.stderr
    assert "<html" in (tmp_path / "livegrad-report.html").read_text("utf-8")


@pytest.fixture
def lab(python: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a lab that is served from the wheel."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(python), "-m", "livegrad", "lab", "--no-browser", "--port", "0", "--lang", "en"]
    serving = subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert serving.stdout is not None
    said = list[str]()
    for line in serving.stdout:
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line)
        if found:
            break
    else:
        pytest.fail("".join(said))
    yield found[0]
    serving.terminate()
    serving.wait(20)
    serving.stdout.close()


def test_the_page_is_served_from_there(lab: str) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(lab, timeout=60) as page:
        told = page.read().decode()
    assert page.status == 200
    [script] = re.findall(r'<script type="module" src="([^"]+)"', told)
    with opener.open(lab.split("/?", maxsplit=1)[0] + script, timeout=60) as module:
        assert b"import" in module.read()
