"""A study that is meant to be killed: small populations, so that the store grows while it runs."""

from __future__ import annotations

import sys

from livegrad.trials import running
from livegrad.trials.comparing import study
from livegrad.trials.plan import Plan
from livegrad.trials.task import TASKS

PLAN = Plan(activations=("relu", "tanh"), hidden=((8,),), rates=(0.01,), seeds=600, steps=400)

if __name__ == "__main__":
    running._SECONDS_AT_ONCE = 0.001
    study(PLAN, TASKS.find("moons").make(0, 120), store=sys.argv[1], workers=1)
