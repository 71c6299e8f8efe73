"""The hidden-space view's side of the server: trains, and shows what every half layer makes of a grid.

On the channel ``space``: ``{turn, share}`` while it runs, at the end ``{turn, rows, labels, classes}``.
"""

from __future__ import annotations

from livegrad.flow.initialisation import INITIALISATIONS
from livegrad.functions import ACTIVATIONS
from livegrad.lab.desk import Desk, Given, Job, Visit
from livegrad.lab.space.learning import RATES, data_of, rows
from livegrad.lab.space.passing import SHOWN
from livegrad.lab.space.setup import DEEPEST, OPTIMIZERS, TASKS_OF_PLANE, Setup, setup_in

__all__ = ["DESK"]

_CHANNEL = "space"


def _start() -> object:
    usual = Setup()
    return {
        "tasks": TASKS_OF_PLANE,
        "inits": INITIALISATIONS,
        "optimizers": OPTIMIZERS,
        "rates": RATES,
        "deepest": DEEPEST,
        "functions": [name for name, one in ACTIVATIONS.items() if one.kind == "elementwise"],
        "usual": usual,
    }


def _open(visit: Visit, given: Given) -> object:
    setup = setup_in(given.record("setup"))
    turn = given.whole("turn", low=0, high=2**31, usual=0)
    visit.begin(_CHANNEL, lambda job: _run(job, setup, turn))
    return {"turn": turn}


def _run(job: Job, setup: Setup, turn: int) -> None:
    def told(share: float) -> None:
        job.stop_if_cancelled()
        job.show(_CHANNEL, {"turn": turn, "share": share})

    split = data_of(setup)
    found = rows(setup, split, told)
    job.stop_if_cancelled()
    job.show(
        _CHANNEL,
        {
            "turn": turn,
            "rows": found,
            "labels": split.train_targets[:SHOWN].ravel(),
            "held": len(split.validation_inputs),
            "trained": len(split.train_inputs),
        },
    )


def _close(visit: Visit, given: Given) -> object:  # noqa: ARG001 - every action has this form
    visit.end(_CHANNEL)
    return None


DESK = Desk(id="space", actions={"open": _open, "close": _close}, start=_start)
