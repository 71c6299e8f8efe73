"""Compiles the training engine while livegrad is installed; without a compiler livegrad installs all the same.

One C++ source tree gives one shared library for each level of x86-64 (the processor decides which is loaded), or a single
one elsewhere. Compilers are tried in this order: ``$CXX``, c++, g++, clang++, and the one that pip can install
(ziglang), which is asked for only where the machine has none. Microsoft's has no vector extension, so Windows uses zig.
If nothing compiles, livegrad uses its NumPy reference and says so (``livegrad env``).
``LIVEGRAD_NO_ENGINE=1`` leaves the engine out.
"""

from __future__ import annotations

import concurrent.futures
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("src/livegrad/trials/engine/source")
LIBRARIES = Path("src/livegrad/trials/engine/lib")
SUFFIX = {"win32": "dll", "darwin": "dylib"}.get(sys.platform, "so")
FLAGS = (
    "-std=c++17", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast",
    "-fvisibility=hidden", "-fvisibility-inlines-hidden",
)  # fmt: skip
ZIG = "ziglang>=0.13"


class EngineHook(BuildHookInterface):
    """Builds the libraries before the wheel is packed."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for pip's compiler where there is no other."""
        return [] if os.environ.get("LIVEGRAD_NO_ENGINE") or _system_compilers() else [ZIG]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say which platform the wheel is for."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        folder = root / LIBRARIES
        if folder.exists():
            shutil.rmtree(folder)
        if os.environ.get("LIVEGRAD_NO_ENGINE") or not _built(root, folder):
            self.app.display_warning("livegrad: no engine was compiled; trials will use NumPy.")
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{_platform()}"
        if version != "editable":
            for path in folder.iterdir():
                relative = path.relative_to(root)
                build_data["force_include"][str(path)] = str(relative.relative_to("src"))


def _system_compilers() -> list[list[str]]:
    if sys.platform == "win32":
        return []
    named = [os.environ["CXX"].split()] if os.environ.get("CXX") else []
    return [*named, *([one] for one in ("c++", "g++", "clang++") if shutil.which(one))]


def _compilers() -> Iterator[list[str]]:
    yield from _system_compilers()
    if importlib.util.find_spec("ziglang") is not None:
        yield [sys.executable, "-m", "ziglang", "c++"]


def _levels() -> dict[str, str | None]:
    """Return names of libraries and the level of instructions of each."""
    if platform.machine().lower() in ("x86_64", "amd64"):
        return {"engine_v2": "v2", "engine_v3": "v3", "engine_v4": "v4"}
    return {"engine": None}


def _built(root: Path, folder: Path) -> bool:
    for compiler in _compilers():
        with tempfile.TemporaryDirectory() as scratch:
            try:
                made = _compiled(compiler, root / SOURCE, Path(scratch))
            except (OSError, subprocess.SubprocessError) as error:
                output = getattr(error, "stderr", None) or error
                print(
                    f"livegrad: {' '.join(compiler)} did not compile the engine: {output}",
                    file=sys.stderr,
                )
                continue
            folder.mkdir(parents=True)
            for path in made:
                shutil.copy(path, folder / path.name)
            return True
    return False


def _compiled(compiler: list[str], source: Path, scratch: Path) -> list[Path]:
    zig = "ziglang" in compiler
    jobs = {}
    for name, level in _levels().items():
        for what, options in (
            ("float", ["-DREAL=float"]),
            ("double", ["-DREAL=double", "-O2"]),
            ("engine", []),
        ):
            file = source / ("engine.cpp" if what == "engine" else "kernels.cpp")
            to = scratch / f"{name}_{what}.o"
            jobs[to] = [
                *compiler,
                *FLAGS,
                *_target(level, zig=zig),
                *options,
                "-c",
                str(file),
                "-o",
                str(to),
            ]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(_run, jobs.values()))
    made = []
    for name in _levels():
        to = scratch / f"{name}.{SUFFIX}"
        parts = [str(part) for part in jobs if part.name.startswith(f"{name}_")]
        _run(
            [
                *compiler,
                "-shared",
                *_target(level, zig=zig),
                *_linking(zig=zig),
                "-o",
                str(to),
                *parts,
            ]
        )
        made.append(to)
    return made


def _target(level: str | None, *, zig: bool) -> list[str]:
    shared = [] if sys.platform == "win32" else ["-fPIC"]
    if zig and sys.platform == "linux":
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine()
        )
        musl = "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
        shared += ["-target", f"{machine}-linux-musl" if musl else f"{machine}-linux-gnu.2.17"]
    if level is None:
        return shared
    shared.append(f"-march=x86_64_{level}" if zig else f"-march=x86-64-{level}")
    # without it clang cuts vectors of 512 bits in two, and is four times as slow
    return [*shared, "-mprefer-vector-width=512"] if level == "v4" else shared


def _linking(*, zig: bool) -> list[str]:
    if sys.platform == "darwin":
        return []
    if zig:
        return ["-s"]  # without what only a debugger reads
    return ["-static-libstdc++", "-static-libgcc", "-lpthread"]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)


def _platform() -> str:
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")
