"""What watching costs: each example bare and under ``livegrad run``, interleaved, one thread.

    python bench/overhead.py [rounds] [script ...]

Both sides are timed alike: from the script's first line to its last, with torch imported before. The bare side is
Python itself (`exec` of the same file in a fresh process). The ratio is the median over rounds of watched / bare of
the *same* round, so that a machine that slows down slows both.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = ("digits_transformer", "digits_rows_rnn", "digits_cnn_dying")
BAR = 1.05
BARE = """
import sys, time, types
import torch, numpy, random
script = sys.argv[1]
main = types.ModuleType("__main__"); main.__file__ = script
sys.modules["__main__"] = main; sys.argv = [script]
torch.manual_seed(0); numpy.random.seed(0); random.seed(0)
code = compile(open(script, "rb").read(), script, "exec")
began = time.perf_counter()
exec(code, vars(main))
print("SECONDS", time.perf_counter() - began, file=sys.stderr)
"""


def main() -> None:
    """Print one row for each script, and what else is to be known."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    names = sys.argv[2:] or sorted(p.stem for p in (ROOT / "examples").glob("*.py"))
    print(
        f"{'script':24} {'bare s':>8} {'watched s':>10} {'ratio':>7}  spread of the ratio  measured"
    )
    worst = []
    for name in names:
        rows = [one_round(name) for _ in range(rounds)]
        ratios = sorted(watched / bare for bare, watched, _ in rows)
        middle = statistics.median(ratios)
        if name in LARGEST:
            worst.append(middle)
        print(
            f"{name:24} {statistics.median(r[0] for r in rows):8.2f} {statistics.median(r[1] for r in rows):10.2f} "
            f"{middle:7.3f}  {ratios[0]:.3f} … {ratios[-1]:.3f}      {rows[-1][2]} steps",
            flush=True,
        )
    print(
        f"\n{rounds} interleaved rounds, one thread, {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    )
    if worst:
        print(f"the {len(worst)} largest: {max(worst):.3f} at most; the bar is {BAR}")


def one_round(name: str) -> tuple[float, float, int]:
    """Return (bare seconds, watched seconds, measured steps) of one script, bare first."""
    script = ROOT / "examples" / f"{name}.py"
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    bare = subprocess.run(
        [sys.executable, "-c", BARE, str(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = next(
        float(line.split()[1]) for line in bare.stderr.splitlines() if line.startswith("SECONDS")
    )
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "livegrad",
                "run",
                "--no-report",
                "--record",
                str(record),
                str(script),
            ],
            env=environment,
            capture_output=True,
            check=False,
        )
        seen = json.loads(record.read_text(encoding="utf-8"))
    return seconds, seen["seconds"], sum(len(t["sampled"]) for t in seen["trainings"])


if __name__ == "__main__":
    main()
