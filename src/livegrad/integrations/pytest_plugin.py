"""The pytest plugin: a test that fails when a network does not learn, and says why.

Two ways, both there as soon as livegrad is installed::

    def test_it_learns(assert_healthy):  # trains a copy of the model
        assert_healthy(Net(), nn.CrossEntropyLoss(), (x, y))


    @pytest.mark.livegrad(fail_on="error", allow=["dead-units"])
    def test_the_loop():  # watches whatever trains inside
        train(Net(), epochs=3)

Loading it costs next to nothing: neither NumPy nor torch is imported before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from livegrad.errors import BadInput, LivegradError
from livegrad.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrad.diagnosis.finding import Diagnosis
    from livegrad.diagnosis.gate import FailOn

__all__ = ["assert_healthy", "pytest_configure", "pytest_runtest_call"]

MARKER = "livegrad"
_HELP = (
    "livegrad(fail_on='warning', allow=()): watch whatever trains in the test, and fail it with livegrad's findings; "
    "fail_on is error, warning, note or never, allow lists codes that may be found."
)
_NOT_KNOWN = Text(
    "The marker livegrad takes fail_on and allow, as in @pytest.mark.livegrad(fail_on='error', allow=['dead-units']); "
    "it got {given}.",
    "livegrad 마커는 @pytest.mark.livegrad(fail_on='error', allow=['dead-units'])처럼 fail_on과 allow만 받습니다. "
    "받은 것: {given}.",
)


@dataclass(frozen=True)
class Asked:
    """What a marker asks for."""

    fail_on: FailOn
    allow: tuple[str, ...]


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _HELP)


@pytest.fixture(scope="session")
def assert_healthy() -> Callable[..., Diagnosis]:
    """`livegrad.integrations.assertion.assert_healthy`: fail if a training is not healthy."""
    from livegrad.integrations.assertion import assert_healthy as asserted

    return asserted


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Watch a marked test, and fail it where what it trained is not healthy; its own failure comes first."""
    __tracebackhide__ = True
    marker = item.get_closest_marker(MARKER)
    if marker is None:
        return (yield)
    try:
        asked = _asked(marker)
    except LivegradError as error:
        pytest.fail(str(error), pytrace=False)
    from livegrad import functions
    from livegrad.observation.recorder import Recorder

    functions.names()  # the catalogue is read now, not in the middle of the first step
    recorder = Recorder().attach()
    try:
        result = yield
    finally:
        recorder.detach()
    _judge(recorder, asked)
    return result


def _judge(recorder: Any, asked: Asked) -> None:
    """Fail the test with the findings of every training in it."""
    from livegrad.diagnosis.engine import diagnose
    from livegrad.integrations.assertion import assert_sound

    trainings = [diagnose(evidence) for evidence in recorder.evidence()]
    try:
        assert_sound(trainings, allow=asked.allow, fail_on=asked.fail_on)
    except AssertionError as error:
        pytest.fail(str(error), pytrace=False)


def _asked(marker: pytest.Mark) -> Asked:
    from livegrad.diagnosis.gate import require_codes, require_fail_on

    given: dict[str, Any] = dict(marker.kwargs)
    fail_on, allow = given.pop("fail_on", "warning"), given.pop("allow", ())
    if marker.args or given:
        unknown = [*map(repr, marker.args), *(f"{name}={value!r}" for name, value in given.items())]
        raise BadInput(_NOT_KNOWN.fill(given=", ".join(unknown)))
    return Asked(require_fail_on(fail_on), require_codes(_listed(allow)))


def _listed(allow: str | Collection[str]) -> Collection[str]:
    return (allow,) if isinstance(allow, str) else allow
