"""All figures of the lab in one run: the server, the race, the page in a browser, the claims from five base seeds.

    python bench/lab.py [--quick] [--only server,race,page,claims] [--markdown PATH]

Each part is a bench of its own with its own options (``bench/lab_server.py`` and so on). The whole takes about half an hour
on two cores.
"""

from __future__ import annotations

from parts import run_parts

PARTS: dict[str, tuple[str, list[str]]] = {
    "server": ("The server", []),
    "race": ("The race", []),
    "page": ("The page in a browser", []),
    "claims": ("The claims from five base seeds", []),
}

if __name__ == "__main__":
    run_parts("lab", PARTS, "All figures of the lab.")
