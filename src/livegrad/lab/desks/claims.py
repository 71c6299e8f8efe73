"""The claims on the page: the list, one claim with its question, and runs of which only the newest counts.

What is shown, and on which channel:

``claim``         one run: ``{turn, id, share}`` while it runs, at its end ``{turn, id, proved, held, usual, expected}``
``claim.figures`` what can be drawn already: ``{turn, id, figures}``
``claims``        a run of many: ``{turn, of, done: [outcome…], now: id | None, share}``
``claims.repeat`` one claim from several base seeds: ``{turn, id, of, done: [outcome…], share}``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from livegrad.errors import BadInput
from livegrad.lab.claims_bench import Bench, Task, Wanted, many, work
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.lab.experiment import EXPERIMENTS, Experiment, Setting
from livegrad.text import Text

__all__ = ["DESK", "TOPICS"]

_MOST_SEED = 2000
_MOST_TURN = 2**31
_MOST_SEEDS = 20
_NO_SETTING = Text(
    "'{claim}' has no control called '{name}'; it has: {names}.",
    "'{claim}'에는 '{name}'이라는 조절값이 없습니다. 있는 것은 {names}입니다.",
)

TOPICS: Mapping[str, tuple[str, ...]] = {
    "linear": (
        "linear-collapse",
        "straight-stays-straight",
        "linear-boundary-fails",
        "bending-space",
        "expressivity",
        "image-nonlinear",
        "step-cannot-learn",
    ),
    "vanishing": (
        "sigmoid-vanishing",
        "deep-sigmoid-fails",
        "frozen-early-layers",
        "tanh-still-saturates",
        "relu-gradient-survival",
        "gradient-flow-decides",
    ),
    "centring": ("zigzag", "input-centring", "zero-centred-converges"),
    "relu": (
        "relu-no-saturation",
        "relu-ignores-negatives",
        "relu-nearly-linear",
        "relu-sparsity",
        "relu-cheap",
        "relu-faster-convergence",
        "relu-best",
    ),
    "dying": ("dying-relu", "dying-causes", "dying-cures", "prelu-learns"),
    "smooth": ("elu-noise", "elu-smooth", "derivative-comparison", "derivative-is-speed"),
    "outputs": (
        "output-reshaping",
        "sigmoid-as-probability",
        "softmax-as-probability",
        "rnn-tanh",
    ),
}
"""What the claims are about, in the order in which they are best read; claims of plug-ins come last, as ``more``."""


def _start(visit: Visit, given: Given) -> object:
    """Return all claims in few words, in the order in which they are best read."""
    del visit, given
    places = [name for names in TOPICS.values() for name in names]
    known = [name for name in places if name in EXPERIMENTS]
    more = [name for name in EXPERIMENTS if name not in places]
    return [_brief(EXPERIMENTS[name]) for name in (*known, *more)]


def _brief(experiment: Experiment) -> dict[str, object]:
    topic = next((topic for topic, names in TOPICS.items() if experiment.id in names), "more")
    return {
        "id": experiment.id,
        "claim": experiment.claim,
        "sources": experiment.sources,
        "said_in": experiment.said_in,
        "topic": topic,
        "seconds": experiment.seconds,
    }


def _open(visit: Visit, given: Given) -> object:
    """Return one claim with its question and its controls; what to expect stays here until it has run."""
    del visit
    experiment = EXPERIMENTS.find(given.text("id", most=80))
    return {
        **_brief(experiment),
        "question": experiment.question.text,
        "answers": experiment.question.answers,
        "controls": experiment.controls,
        "about": experiment.about,
        "after": [name for name in experiment.after if name in EXPERIMENTS],
    }


def _settings(experiment: Experiment, given: Given) -> dict[str, Setting]:
    sent = given.record("settings").values
    names = [control.id for control in experiment.controls]
    for name in sent:
        if name not in names:
            raise BadInput(
                _NO_SETTING.fill(
                    claim=experiment.id, name=str(name)[:40], names=", ".join(names) or "–"
                )
            )
    return experiment.settings(sent)


def _run(visit: Visit, given: Given) -> object:
    """Begin one run; an older one of this page stops as soon as it says how far it is."""
    experiment = EXPERIMENTS.find(given.text("id", most=80))
    wanted = Wanted(
        turn=given.whole("turn", low=0, high=_MOST_TURN),
        id=experiment.id,
        settings=_settings(experiment, given),
        seed=given.whole("seed", low=0, high=_MOST_SEED, usual=0),
    )
    bench = _bench(visit)
    if bench.wish(wanted):
        try:
            visit.begin("claim", partial(work, bench))
        except BaseException:
            bench.leave()
            raise
    return {"turn": wanted.turn, "settings": wanted.settings}


def _bench(visit: Visit) -> Bench:
    return visit.desk.setdefault("claims.bench", Bench())


def _leave(visit: Visit, given: Given) -> object:
    """Stop what runs for one claim."""
    del given
    _bench(visit).forget()
    return None


def _all(visit: Visit, given: Given) -> object:
    """Run claims one after the other at their usual settings."""
    wanted = [EXPERIMENTS.find(str(name)[:80]) for name in given.items("ids", most=200)]
    tasks = [
        (experiment.id, experiment.settings(), given.whole("seed", low=0, high=_MOST_SEED, usual=0))
        for experiment in wanted
    ]
    return _begin_many(visit, given, "claims", tasks)


def _repeat(visit: Visit, given: Given) -> object:
    """Run one claim from several base seeds, at the settings it stands at."""
    experiment = EXPERIMENTS.find(given.text("id", most=80))
    settings = _settings(experiment, given)
    first = given.whole("seed", low=0, high=_MOST_SEED - _MOST_SEEDS, usual=0)
    count = given.whole("count", low=1, high=_MOST_SEEDS, usual=5)
    tasks = [(experiment.id, settings, first + k) for k in range(count)]
    return _begin_many(visit, given, "claims.repeat", tasks)


def _begin_many(visit: Visit, given: Given, channel: str, tasks: Sequence[Task]) -> object:
    turn = given.whole("turn", low=0, high=_MOST_TURN)
    visit.desk[channel] = visit.begin(channel, partial(many, channel, turn, tasks))
    return {"turn": turn, "of": len(tasks)}


def _stop(visit: Visit, given: Given) -> object:
    """Let a run of many end; nobody waits until it has."""
    name = given.choice("what", ("claims", "claims.repeat"), usual="claims")
    if name in visit.desk:
        visit.desk.pop(name).cancelled.set()
    return None


DESK = Desk(
    id="claims",
    actions={
        "start": _start,
        "open": _open,
        "run": _run,
        "leave": _leave,
        "all": _all,
        "repeat": _repeat,
        "stop": _stop,
    },
)
