"""A race as a notebook: the same lanes through livegrad, and their curves drawn."""

from __future__ import annotations

import json
import pprint

from livegrad.lab.race.track import Track
from livegrad.text import Text

__all__ = ["notebook_of"]

_TITLE = Text("A race of the lab, again", "실험실의 경주, 다시")
_ABOUT = Text(
    "The set-up holds everything: points, draw of weights, order of minibatches. Running it gives the page's numbers, digit for digit.",
    "설정에 모든 것이 들어 있습니다. 점, 가중치를 뽑는 시드, 미니배치의 순서까지 같아서 실행하면 페이지와 끝자리까지 같은 수가 나옵니다.",
)
_RUN = """\
from livegrad.lab.desk import Given
from livegrad.lab.race.naming import names_of
from livegrad.lab.race.reading import setup_in
from livegrad.lab.race.track import Track

setup = {setup}
track = Track(setup_in(Given(setup)))
track.advance({epochs})
for name, lane in zip(names_of(track.setup), track.lanes):
    epoch, values = lane.history.last
    print(f"{{name}}: score {{values[0, 2]:.4f}}, loss {{values[0, 1]:.5f}} after epoch {{epoch}}")"""
_DRAW = """\
import matplotlib.pyplot as plt

for name, lane in zip(names_of(track.setup), track.lanes):
    losses = lane.history.curve[..., 0]
    (line,) = plt.plot(lane.history.at, losses[:, 0], label=name)
    plt.fill_between(lane.history.at, losses.min(axis=1), losses.max(axis=1), color=line.get_color(), alpha=0.2)
plt.xlabel("epoch")
plt.ylabel("loss")
plt.legend()"""


def notebook_of(track: Track) -> str:
    """Return a notebook (format 4.5, JSON) that runs a race again for as many epochs and draws its losses.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> json.loads(notebook_of(track))["nbformat"]
        4
    """
    setup = pprint.pformat(track.setup.written(), width=100, sort_dicts=False)
    title = f"# {_TITLE.en} · {_TITLE.ko}\n\n{_ABOUT.en}\n\n{_ABOUT.ko}"
    cells = [
        {"cell_type": "markdown", "id": "about", "metadata": {}, "source": title},
        _code("run", _RUN.format(setup=setup, epochs=track.epoch)),
        _code("draw", _DRAW),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    found = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def _code(name: str, source: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source,
    }
