"""Build the documentation: ``make docs``, or ``python docs/site/build.py --out build/docs``.

Claims are run and figures drawn once; then each language is written (by hand from ``en/`` and ``ko/``, the rest by
``generate/``) and built by Sphinx, with warnings as errors. The site is read from its folder, without a network.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate import (
    course,
    drawings,
    files,
    findings,
    functions,
    guide,
    notebooks,
    reference,
    remedies,
)
from generate.running import run_pages
from generate.site import Site

from livegrad.lab.experiment import EXPERIMENTS
from livegrad.lab.proving import Proved, prove
from livegrad.report.function_svg import STYLE
from livegrad.text import LANGUAGES

GENERATORS = (course, files, findings, functions, guide, reference, remedies)
ROOT = HERE.parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the site; the exit code says whether all went well."""
    parser = argparse.ArgumentParser(description="Build the documentation in both languages.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs")
    parser.add_argument("--claims", help="ids of the claims to run, by commas; all by default")
    asked = parser.parse_args(arguments)
    wanted = (
        list(EXPERIMENTS) if asked.claims is None else list(filter(None, asked.claims.split(",")))
    )
    began = time.perf_counter()
    proved = {name: _proved(name) for name in wanted}
    _told(f"{len(proved)} claims measured", began)
    for language in LANGUAGES:
        folder = asked.out / "source" / language
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(HERE / language, folder)
        shutil.copytree(ROOT / "docs" / "picture", folder / "docs" / "picture")
        site = Site(
            folder=folder,
            language=language,
            proved=proved,
            drawings=drawings.drawn(proved, language),
        )
        notebooks.write(site)
        run_pages(site)
        for each in GENERATORS:
            each.write(site)
        _told(f"{language}: sources written", began)
        code = _sphinx(language, folder, asked.out / language)
        if code:
            return code
        _told(f"{language}: built", began)
    shutil.copy(HERE / "index.html", asked.out / "index.html")
    return 0


def _proved(name: str) -> Proved:
    return prove(name, workers=os.cpu_count() or 1)


def _sphinx(language: str, source: Path, out: Path) -> int:
    (out / "_static").mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "--fresh-env"),
        *("--conf-dir", str(HERE), "--doctree-dir", str(out.parent / "doctrees" / language)),
        *(str(source), str(out)),
    ]  # fmt: skip
    told = subprocess.run(
        command, env=os.environ | {"LIVEGRAD_DOCS_LANGUAGE": language}, check=False
    )
    style = drawings.style() + _plots()
    (out / "_static" / "figures.css").write_text(style, encoding="utf-8")
    return told.returncode


def _plots() -> str:
    """The colours of curves, dark where the reader chose dark and not only where the machine does."""
    light, _, dark = STYLE.partition("@media (prefers-color-scheme: dark) {")
    dark = dark.rstrip().removesuffix("}")
    return (
        f"{light}\nbody[data-theme=dark] {{ {dark} }}\n"
        f"@media (prefers-color-scheme: dark) {{ body:not([data-theme=light]) {{ {dark} }} }}\n"
    )


def _told(what: str, began: float) -> None:
    print(f"{what} ({time.perf_counter() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
