"""All figures of `livegrad flow` in one run: predictions, real models, the traffic light, shaped activations.

    python bench/flow.py [--quick] [--only prediction,models,light,shape] [--markdown PATH]

Each part is a bench of its own with its own options (``bench/flow_prediction.py`` and so on); here they run one after the
other, so that nothing else is running while times are taken. The whole takes hours on two cores; ``--quick`` takes minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS: dict[str, tuple[str, list[str]]] = {
    "prediction": ("Predicted against measured", []),
    "models": ("Real models", []),
    "light": ("The traffic light against training", ["--set", "held-out"]),
    "shape": ("Activations shaped for depth", []),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="All figures of livegrad flow.")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--markdown", default="", metavar="PATH", help="write the tables there too")
    options = parser.parse_args()
    page = [f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n"]
    failed = 0
    for name in options.only.split(","):
        title, arguments = PARTS[name]
        began = time.perf_counter()
        quick = ["--quick"] if options.quick else []
        command = [sys.executable, str(HERE / f"flow_{name}.py"), *arguments, *quick]
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


if __name__ == "__main__":
    main()
