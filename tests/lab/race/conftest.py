"""A page that takes every frame at once, and set-ups that are small."""

import threading
import time

import pytest

from livegrad.lab.desk import DESKS, Given
from livegrad.lab.frame import encoded
from livegrad.lab.limits import Limits
from livegrad.lab.race.reading import setup_in
from livegrad.lab.race.track import Track
from livegrad.lab.visit import OpenPage, Places


class Page:
    """Asks as the page asks, takes what is shown, and checks that it can travel."""

    def __init__(self):
        self.frames = {"race": [], "verdict": [], "trouble": []}
        self._woken = threading.Event()
        self.places = Places(8)
        self.visit = OpenPage(self.places, Limits(), woken=self._woken.set)
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self):
        while not self.visit.closed:
            self._woken.wait(0.05)
            self._woken.clear()
            while (found := self.visit.channels.next()) is not None:
                channel, number, value = found
                encoded(value)
                self.frames[channel].append(value)
                self.visit.channels.acknowledged(number)

    def ask(self, action, **given):
        answer = DESKS["race"].actions[action](self.visit, Given(given))
        encoded(answer)
        return answer

    def wait(self, channel, holds, seconds=60.0):
        """Return the newest frame of a channel as soon as something holds of it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            newest = self.frames[channel][-1:]
            if newest and holds(newest[0]):
                return newest[0]
            time.sleep(0.005)
        pytest.fail(f"never seen on {channel}; trouble: {self.frames['trouble']}")

    def close(self):
        self.visit.close()
        self._thread.join()


@pytest.fixture
def page():
    found = Page()
    yield found
    found.close()


SMALL = {
    "data": {"task": "moons", "count": 120},
    "network": {"depth": 3, "width": 6},
    "lanes": [{"activation": "tanh"}, {"activation": "relu"}],
}


@pytest.fixture
def small():
    return SMALL


@pytest.fixture
def track_of():
    """A track of a set-up: the small one with what is given instead."""

    def made(epochs=0, **given):
        track = Track(setup_in(Given(SMALL | given)))
        track.advance(epochs)
        return track

    return made
