"""Several benches one after the other, so that nothing else runs while times are taken, into one page."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run_parts(family: str, parts: Mapping[str, tuple[str, list[str]]], about: str) -> None:
    """Run ``bench/<family>_<part>.py`` for each part that was asked for, and exit 1 if one failed."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(parts))
    parser.add_argument("--markdown", default="", metavar="PATH", help="write the tables there too")
    options = parser.parse_args()
    page = [f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n"]
    failed = 0
    for name in options.only.split(","):
        title, arguments = parts[name]
        began = time.perf_counter()
        quick = ["--quick"] if options.quick else []
        command = [sys.executable, str(HERE / f"{family}_{name}.py"), *arguments, *quick]
        print(f"# {title}\n", flush=True)
        page.append(f"# {title}\n\n")
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                page.append(line)
        failed += process.returncode != 0
        page.append(f"\n({time.perf_counter() - began:.0f} s)\n\n")
    if options.markdown:
        Path(options.markdown).write_text("".join(page), encoding="utf-8")
    sys.exit(failed)
