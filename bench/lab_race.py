"""How fast a race of the lab trains while it is looked at, how often a frame comes, and how soon a verdict stands.

Eight lanes of eight activations, each with its band of three more networks; minibatches of 10. A visit that takes every
frame at once and turns it into bytes, as the server does.

    python bench/lab_race.py [--seconds 4]
"""

from __future__ import annotations

import argparse
import threading
import time
from typing import Any

from livegrad.lab.desk import Given
from livegrad.lab.frame import encoded
from livegrad.lab.limits import Limits
from livegrad.lab.race.reading import setup_in
from livegrad.lab.race.running import SLICE, Race
from livegrad.lab.race.track import Track
from livegrad.lab.race.verdict import judged
from livegrad.lab.visit import OpenPage, Places
from livegrad.trials import engine

LANES = ("sigmoid", "tanh", "relu", "elu", "gelu", "swish", "leaky_relu", "softplus")


class Page:
    """Takes the newest frame of each channel as soon as it may travel, and counts."""

    def __init__(self) -> None:
        self.times, self.sizes, self.newest = list[float](), list[int](), dict[str, Any]()
        self._wake = threading.Event()
        self.visit = OpenPage(Places(8), Limits(), woken=self._wake.set)
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while not self.visit.closed:
            self._wake.wait(0.1)
            self._wake.clear()
            while (found := self.visit.channels.next()) is not None:
                channel, number, value = found
                self.sizes.append(len(encoded(value)))
                self.times.append(time.perf_counter())
                self.newest[channel] = value
                self.visit.channels.acknowledged(number)


def measured(setup: dict[str, Any], seconds: float, warm: int) -> str:
    """Open a race, run it as fast as it can after some first epochs, which are looked at often, and say how that went."""
    page = Page()
    began = time.perf_counter()
    race = Race(page.visit, setup_in(Given(setup)))
    race.show()
    opened = time.perf_counter() - began
    alone = engine_alone(setup, warm)
    race.track.advance(warm)
    race.run(0, 0)
    time.sleep(0.3)  # the first epochs are looked at one by one
    first, start, looks = race.track.epoch, time.perf_counter(), race.views.looks
    own = processor_time()
    page.times.clear()
    time.sleep(seconds)
    passed = time.perf_counter() - start
    epochs, frames = race.track.epoch - first, len(page.times)
    own = processor_time() - own
    renewed = race.views.looks - looks
    gaps = [b - a for a, b in zip(page.times, page.times[1:], strict=False)]
    began = time.perf_counter()
    race.pause()
    paused = time.perf_counter() - began
    page.visit.close()
    # epochs longer than a tenth of a second are made in a thread of the engine's, whose time is not in this
    per_second = f"{epochs / own:.0f}" if epochs / passed > 10 else "–"
    return (
        f"{epochs / passed:8.1f} epochs/s each ({per_second} per second of processor time; not looked at: "
        f"{alone:.1f}), {frames / passed:5.1f} frames/s (longest gap {max(gaps) * 1e3:.0f} ms, "
        f"{max(page.sizes) / 1e3:.0f} kB), {renewed / passed:4.1f} looks/s, "
        f"round {race.views.round_seconds * 1e3:.0f} ms; opened in {opened:.2f} s, paused in {paused * 1e3:.0f} ms"
    )


def processor_time() -> float:
    """Return the seconds that the thread which trains has had a processor: what a busy machine does not change."""
    thread = next(t for t in threading.enumerate() if t.name == "lab race")
    return time.clock_gettime(time.pthread_getcpuclockid(thread.ident or 0))


def engine_alone(setup: dict[str, Any], warm: int) -> float:
    """Return how many epochs a second the same lanes make while nobody looks."""
    track = Track(setup_in(Given(setup)))
    track.advance(warm)
    first, start = track.epoch, time.perf_counter()
    while time.perf_counter() - start < 1.0:
        track.slice(SLICE, 1 << 30)
    return (track.epoch - first) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    seconds = 2.0 if options.quick else options.seconds
    lanes = [{"activation": name} for name in LANES]
    points = {"count": 333}  # of which 250 are learned
    print(f"engine: {engine.name()}; 8 lanes × 4 networks, 250 learned points, batch 10")
    for depth in (3, 6, 100):
        setup = {"data": points, "network": {"depth": depth}, "lanes": lanes}
        shape = "2-" + ("8-" * depth if depth < 10 else f"(8×{depth})-") + "1"
        print(f"{shape:14}", measured(setup, seconds, 256 if depth < 10 else 8))
    setup = setup_in(Given({"data": points, "network": {"depth": 3}, "lanes": lanes[:4]}))
    race_data = Race(Page().visit, setup).track.data
    times = [judged(setup, race_data, seeds=32, epochs=100).seconds for _ in range(3)]
    print(
        f"verdict of 4 × 32 networks, 2-8-8-8-1, 100 epochs: {min(times):.2f} s (of {len(times)})"
    )


if __name__ == "__main__":
    main()
