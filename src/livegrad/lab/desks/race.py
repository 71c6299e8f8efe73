"""The race: lanes from one start that differ in one named thing (`livegrad.lab.race`, whose README lists what travels)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livegrad.errors import BadInput
from livegrad.flow.initialisation import INITIALISATIONS
from livegrad.functions import ACTIVATIONS, Activation
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.lab.race import setup as limits
from livegrad.lab.race.data import PLANE_TASKS
from livegrad.lab.race.exporting import exported
from livegrad.lab.race.reading import lane_in, setup_in
from livegrad.lab.race.running import CHANNEL, Race
from livegrad.lab.race.verdict import VERDICT, begin_verdict
from livegrad.text import Text
from livegrad.trials.task import TASKS

__all__ = ["DESK"]

_NO_RACE = Text(
    "No race is open on this page. Open one first.",
    "이 페이지에는 열린 경주가 없습니다. 먼저 경주를 여세요.",
)


def _open(visit: Visit, given: Given) -> object:
    setup = setup_in(given.record("setup"))
    race = Race(
        visit, setup
    )  # first, so that a set-up that cannot be had leaves the old race alone
    old = visit.desk.get("race")
    if isinstance(old, Race):
        visit.end(CHANNEL)  # also a lane that is being caught up, which holds the lock
        with old.lock:
            old.end()
    visit.end(VERDICT)
    visit.desk["race"] = race
    with race.lock:
        race.show()
        return race.answer()


def _of(visit: Visit) -> Race:
    race = visit.desk.get("race")
    if not isinstance(race, Race):
        raise BadInput(_NO_RACE)
    return race


def _on_race(act: Callable[[Race, Given], object]) -> Callable[[Visit, Given], object]:
    def action(visit: Visit, given: Given) -> object:
        race = _of(visit)
        with race.lock:
            return act(race, given)

    return action


def _run(race: Race, given: Given) -> object:
    speed = given.whole("speed", low=0, high=1000, usual=0)
    race.run(speed, given.whole("until", low=0, high=10_000_000, usual=0))
    return {"running": race.running}


def _pause(race: Race, given: Given) -> object:
    del given
    race.pause()
    return {"running": False, "epoch": race.track.epoch}


def _step(race: Race, given: Given) -> object:
    del given
    race.step()
    return {"running": False, "epoch": race.track.epoch}


def _same(race: Race, given: Given) -> object:
    del given
    race.begin_again()
    return race.answer()


def _fresh(race: Race, given: Given) -> object:
    del given
    race.begin_again(race.track.setup.seed + 1)
    return race.answer()


def _look(race: Race, given: Given) -> object:
    lane = _lane(race, given, "lane")
    depth = race.track.lanes[lane].plan.depth
    layer = 1 if given.values.get("layer") is None else given.whole("layer", low=1, high=depth)
    race.look(lane, layer)
    return {"lane": lane, "layer": layer}


def _add(race: Race, given: Given) -> object:
    setup = race.track.setup
    copied = dict(setup.written()["lanes"][_lane(race, given, "from")])  # type: ignore[index]
    own = lane_in(Given(copied | dict(given.record("with").values)), setup.common)
    race.add(own)
    return race.answer()


def _drop(race: Race, given: Given) -> object:
    race.drop(_lane(race, given, "lane"))
    return race.answer()


def _verdict(race: Race, given: Given) -> object:
    seeds = given.whole("seeds", low=2, high=limits.MOST_SEEDS, usual=32)
    epochs = given.whole("epochs", low=1, high=10_000, usual=100)
    return begin_verdict(race.visit, race.track, seeds=seeds, epochs=epochs)


def _stop_verdict(race: Race, given: Given) -> object:
    del given
    race.visit.end(VERDICT)
    return None


def _export(race: Race, given: Given) -> object:
    what = given.choice("what", ("csv", "script", "notebook"))
    lane = _lane(race, given, "lane") if "lane" in given else 0
    running = race.running
    race.end()  # so that the curves and the epoch written beside them are of one moment
    try:
        return exported(race.track, what, lane)
    finally:
        if running:
            race.run(race.speed, race.until)


def _lane(race: Race, given: Given, name: str) -> int:
    return given.whole(name, low=0, high=len(race.track.lanes) - 1)


def _start() -> dict[str, Any]:
    tasks = [TASKS[name] for name in PLANE_TASKS]
    return {
        "limits": {
            "depth": limits.DEEPEST,
            "width": limits.WIDEST,
            "lanes": limits.MOST_LANES,
            "points": limits.MOST_POINTS,
            "formula": limits.LONGEST_FORMULA,
            "seeds": limits.MOST_SEEDS,
        },
        "tasks": [{"id": task.id, "about": task.about, "kind": task.kind} for task in tasks],
        "inits": list(INITIALISATIONS),
        "optimizers": list(limits.OPTIMIZERS),
        "activations": [n for n, entry in ACTIVATIONS.items() if isinstance(entry, Activation)],
        "setup": setup_in(Given({})).written(),
    }


DESK = Desk(
    id="race",
    actions={
        "open": _open,
        "run": _on_race(_run),
        "pause": _on_race(_pause),
        "step": _on_race(_step),
        "same": _on_race(_same),
        "fresh": _on_race(_fresh),
        "look": _on_race(_look),
        "lane": _on_race(_add),
        "drop": _on_race(_drop),
        "verdict": _on_race(_verdict),
        "stop-verdict": _on_race(_stop_verdict),
        "export": _on_race(_export),
    },
    start=_start,
)
