"""The printed change, put into the source by hand: does the script then score as the treated run did?

    python bench/treatment_by_hand.py [--keep FOLDER] [digits_sigmoid …]

Each script of ``examples/`` that does not learn is treated from its own start; the lines that the report prints are put into a
copy of it as a reader would (below: what is replaced by what), and the copy is run as it is. Every printed line must be found
in the copy. Where the lines draw numbers, the copy draws its batches in another order from then on.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PAGE = EXAMPLES.parent / "docs" / "measured" / "treatment_by_hand.md"
TITLE = "# The printed change, put in by hand"
ABOUT = (
    "Each script of `examples/` that does not learn is treated; the lines that the report prints are put into a copy as a reader "
    "would put them in, and the copy is run as it is (`python bench/treatment_by_hand.py`). Scores as the report has them; the "
    "last column is the greatest difference between any loss of the treated run and of the copy's. Lines that draw numbers change "
    "what the script draws after them (its batches come in another order); standardising by hand uses all of the training data, "
    "the treated run what was seen of it."
)
DRAWS = ("nn.init.orthogonal_", "nn.init.kaiming", "torch.randn", "torch.rand(")


@dataclass(frozen=True)
class ByHand:
    """One script.

    Attributes:
        edits: (what stands there, what a reader writes in its place); ``{lines}``: the printed lines that only add, in front of it.
        names: What the printed lines call by a general name, and what it is called in this script.
    """

    edits: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...] = ()


OPTIMIZER = ("optimizer = ", "{lines}")
BY_HAND = {
    "digits_sigmoid": ByHand((("nn.Sigmoid()", "nn.Tanh()"), OPTIMIZER)),
    "digits_big_weights": ByHand((OPTIMIZER,)),
    "digits_cnn_dying": ByHand((("optimizer = ", "{lines}"),)),
    "digits_softmax_twice": ByHand((("return F.softmax(x, dim=1)", "return x"),)),
    "digits_parity_linear": ByHand(
        (
            ("import torch.nn as nn\n", "import torch.nn as nn\nimport torch.nn.functional as F\n"),
            *(
                (f"x = self.{name}(x)\n", f"x = F.relu(self.{name}(x))\n")
                for name in ("input", "hidden1", "hidden2", "hidden3")
            ),
        )
    ),
    "wine_regression": ByHand(
        (("model = Regressor", "{lines}"),),
        (("X_train", "x_train"), ("X_test", "x_test")),
    ),
    "digits_rows_rnn": ByHand((OPTIMIZER,)),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scripts", nargs="*", default=list(BY_HAND), metavar="SCRIPT")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="of the treated runs' JSON")
    options = parser.parse_args()
    lines = [
        "| script | printed lines | untreated | treated | by hand | greatest difference of a loss |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for name in options.scripts:
            lines.append(row(name, Path(folder), options.keep))
            print(lines[-1], flush=True)
    if options.scripts == list(BY_HAND):
        head = f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}."
        PAGE.write_text("\n".join((TITLE, "", head, "", ABOUT, "", *lines, "")), encoding="utf-8")


def row(name: str, folder: Path, keep: Path | None) -> str:
    """Treat, edit, run, and compare one script."""
    told = (keep or folder) / f"{name}.json"
    if not told.exists():
        livegrad(folder, told, "--treat", "--seeds", "1", str(EXAMPLES / f"{name}.py"))
    proof = json.loads(told.read_text(encoding="utf-8"))["proof"]
    if proof is None or proof["after"] is None:
        return f"| `{name}` | no cure | | | | |"
    printed = proof["after"]["changes"]
    copy = folder / f"{name}_by_hand.py"
    copy.write_text(edited(name, printed), encoding="utf-8")
    livegrad(folder, folder / "by_hand.json", str(copy))
    hand = json.loads((folder / "by_hand.json").read_text(encoding="utf-8"))["recording"]
    evidence = hand["trainings"][proof["training"]]
    ours, theirs = proof["after"]["evidence"]["loss"]["values"], evidence["loss"]["values"]
    gap = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
    draws = any(word in line for line in printed for word in DRAWS)
    return (
        f"| `{name}` | {len(printed)} | {value(proof['before'])} | {value(proof['after'])} | {value(evidence)} "
        f"| {gap:.1e}{' (the lines draw numbers)' if draws else ''} |"
    )


def value(run: dict[str, Any]) -> str:
    score = run["score"]
    return f"{score['value']:.3f} ± {score['spread']:.3f}"


def edited(name: str, printed: list[str]) -> str:
    """Return the source with the printed lines in it; a printed line that is not found there ends the bench."""
    recipe, source = BY_HAND[name], (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    lines = [line.removeprefix("+ ") for line in printed if line.startswith("+ ")]
    for general, own in recipe.names:
        lines = [line.replace(general, own) for line in lines]
    alone = [
        line
        for line, given in zip(lines, (x for x in printed if x.startswith("+ ")), strict=True)
        if not printed[printed.index(given) - 1].startswith("- ")
    ]
    for old, new in recipe.edits:
        if old not in source:
            sys.exit(f"{name}: '{old}' stands nowhere in it")
        source = source.replace(old, new) if "{lines}" not in new else added(source, old, alone)
    flat = "".join(source.split())
    for line in lines:
        if not line.startswith("#") and "".join(line.partition("  #")[0].split()) not in flat:
            sys.exit(f"{name}: the printed line '{line}' is not in the copy")
    return source


def added(source: str, before: str, lines: list[str]) -> str:
    """Return the source with lines in front of that which begins so, indented like it."""
    place = source.index(before)
    start = source.rindex("\n", 0, place) + 1
    indent = source[start:place]
    return source[:start] + "".join(f"{indent}{line}\n" for line in lines) + source[start:]


def livegrad(folder: Path, told: Path, *arguments: str) -> None:
    command = [
        sys.executable,
        "-m",
        "livegrad",
        "run",
        "--no-report",
        "--json",
        str(told),
        *arguments,
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        check=False,
    )
    if not told.exists():
        sys.exit(done.stderr.decode()[-2000:])


if __name__ == "__main__":
    main()
