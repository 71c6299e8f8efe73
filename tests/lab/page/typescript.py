"""Check the types of the page's modules, which stand in their JSDoc comments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from node import command

HERE = Path(__file__).parent
COMPILER = Path(sys.prefix) / "page" / "node_modules" / "typescript" / "bin" / "tsc"


def main() -> int:
    return subprocess.run(
        [*command("node"), str(COMPILER), "-p", str(HERE / "tsconfig.json")], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
