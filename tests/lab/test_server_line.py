"""The line to a page: questions, channels, limits, and what is left when a page has gone."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from lab.labs import RELEASED, SEEN, TOKEN, Running, handshake, running, soon
from websockets.exceptions import ConnectionClosed, InvalidStatus

from livegrad.lab import visit
from livegrad.lab.cancelled import Cancelled
from livegrad.lab.channels import Channels
from livegrad.lab.desk import Desk
from livegrad.lab.limits import Limits
from livegrad.lab.visit import OpenPage, Places

LIMITS = Limits(visits=3, jobs_per_visit=2, jobs=3, actions=4, threads=4, message=2000, patience=0.3)  # fmt: skip


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with running() as served:
        yield served


@pytest.fixture(scope="module")
def narrow() -> Iterator[Running]:
    with running(limits=LIMITS) as served:
        yield served


# ------------------------------------------------------------ who may speak


@pytest.mark.parametrize(
    "given",
    [
        {"query": ""},
        {"query": "?token=wrong"},
        {"origin": None},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
    ],
)
def test_a_stranger_gets_no_line(lab, given) -> None:
    with pytest.raises(InvalidStatus) as refused, lab.line(**given):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("host", "origin", "code"),
    [
        ("evil.example", "http://evil.example", b"403"),
        ("localhost:9", "http://localhost:9", b"101"),
        ("localhost\r\nHost: evil.example", "http://localhost", b"400"),
    ],
)
def test_a_foreign_name_gets_no_line_even_with_its_own_origin(lab, host, origin, code) -> None:
    with socket.create_connection(("127.0.0.1", lab.lab.gate.port)) as line:
        assert handshake(line, host, origin).split()[1] == code


def test_cookie_or_token_open_the_line(lab) -> None:
    cookie = {"cookie": f"{lab.lab.gate.cookie}={TOKEN}"}
    with lab.line(query="", additional_headers=cookie) as page:
        assert page.told("try.echo", a=1) == {"a": 1}
    with lab.line() as page:
        assert page.told("try.echo") == {}


# ------------------------------------------------------------ questions


def test_answers_carry_numbers_arrays_and_sentences(lab) -> None:
    with lab.line() as page:
        told = page.told("try.numbers")
    assert np.array_equal(told["x"], np.arange(6, dtype=np.float32).reshape(2, 3))
    assert told["far"] == {"#": "inf"}
    assert told["text"] == {"en": "That cannot be.", "ko": "그럴 수 없습니다."}


def test_answers_come_when_they_are_ready(lab) -> None:
    with lab.line() as page:
        slow, quick = page.ask("try.wait", seconds=1), page.ask("try.echo")
        assert [page.hear()["re"], page.hear()["re"]] == [quick, slow]


def test_what_a_desk_refuses_is_said_in_both_languages(lab) -> None:
    with lab.line() as page:
        answer = page.answer(page.ask("try.refuse"))
        assert answer["error"] == {"en": "That cannot be.", "ko": "그럴 수 없습니다."}
        assert page.told("try.echo") == {}


def test_a_fault_is_told_in_the_terminal_and_the_line_lives(lab, capfd) -> None:
    with lab.line() as page:
        assert "a fault of livegrad" in page.refused("try.fault")
        assert page.told("try.echo") == {}
    assert "ZeroDivisionError" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["try.none", "none.echo", "try", "", ".", "try.echo.more"])
def test_what_is_not_known_is_said_by_name(lab, name) -> None:
    with lab.line() as page:
        assert page.refused(name) == (
            f"The lab knows nothing called '{name}'. Reload the page: it may be older than the lab."
        )


@pytest.mark.parametrize(
    "message",
    ["", "{", "[]", "7", "null", '"do"', "{}", '{"id": 1}', '{"do": "try.echo"}', '{"id": 1, "do": 2}', "[" * 100_000,
     '{"id": 1, "do": "try.echo", "with": []}', '{"id": [1], "do": "try.echo"}', '{"ack": "one"}', b'{"id": 2}',
     '{"id": 1, "do": "\\ud800", "with": {}}', '{"id": 1, "do": "try.echo", "with": {"a": "\\uDfff"}}', "1" * 5000],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_the_line_lives(lab, message) -> None:
    with lab.line() as page:
        page.socket.send(message)
        heard = page.hear()
        assert heard["re"] is None
        assert heard["error"]["en"].startswith("A message could not be read")
        assert page.told("try.echo", face="🙂") == {"face": "🙂"}


def test_each_page_has_a_memory_of_its_own(lab) -> None:
    with lab.line() as one, lab.line() as other:
        assert one.told("try.remember", what=1) is None
        assert other.told("try.remember", what=2) is None
        assert one.told("try.remember", what=3) == 1


# ------------------------------------------------------------ channels


def test_of_what_was_shown_only_the_newest_travels(lab) -> None:
    with lab.line() as page:
        page.told("try.begin")
        first = page.shown("count")
        time.sleep(0.5)  # some hundred values later
        page.acknowledge(first)
        second = page.shown("count")
        assert second["n"] == first["n"] + 1
        assert second["value"]["at"] > first["value"]["at"] + 10


def test_nothing_more_travels_until_the_page_says_that_it_arrived(lab) -> None:
    with lab.line() as page:
        page.told("try.show", times=50)
        first = page.shown("shown")
        page.told("try.show", times=50)
        with pytest.raises(TimeoutError):
            page.hear(0.2)
        page.socket.send('{"ack": 999}')  # of no frame
        with pytest.raises(TimeoutError):
            page.hear(0.1)
        page.acknowledge(first)
        assert page.hear()["value"] == 49


def test_what_is_no_value_is_dropped_and_the_line_lives(lab, capfd) -> None:
    with lab.line() as page:
        page.told("try.odd")
        assert page.shown("even")["value"] == 2
    assert "TypeError" in capfd.readouterr().err


def test_channels_take_turns_and_forget_when_closed() -> None:
    woken = list[int]()
    channels = Channels(lambda: woken.append(1))
    for k in range(100):
        channels.offer("a", k)
        channels.offer("b", -k)
    assert len(woken) == 2
    assert channels.next() == ("a", 1, 99)
    channels.acknowledged(1)
    channels.offer("a", 100)
    assert channels.next() == ("b", 2, -99)
    channels.close()
    channels.offer("c", 1)
    assert channels.next() is None


# ------------------------------------------------------------ limits


def test_a_message_too_large_is_said_with_both_numbers(narrow) -> None:
    with narrow.line() as page:
        page.socket.send("x" * 3000)
        assert page.hear()["error"]["en"].startswith(
            "A message of 3,000 bytes came; the lab takes 2,000"
        )
        page.socket.send(json.dumps({"id": 1, "do": "try.echo", "with": {"a": "가" * 1000}}, ensure_ascii=False))  # fmt: skip
        assert "2,000 at most" in page.hear()["error"]["en"]
        assert page.told("try.echo") == {}


def test_a_message_far_too_large_ends_the_line(narrow) -> None:
    with narrow.line() as page:
        page.socket.send("x" * 9000)
        with pytest.raises(ConnectionClosed) as ended:
            page.hear()
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1009
    soon(lambda: narrow.lab.visits == 0)


def test_too_many_pages_are_said(narrow) -> None:
    with narrow.line() as one, narrow.line() as two, narrow.line() as three:
        for page in (one, two, three):
            page.told("try.echo")
        with narrow.line() as page:
            assert page.hear()["error"]["en"].startswith("3 pages of this lab are open")
            with pytest.raises(ConnectionClosed) as ended:
                page.hear()
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 1013
    soon(lambda: narrow.lab.visits == 0)
    with narrow.line() as page:
        assert page.told("try.echo") == {}


def test_too_many_jobs_of_a_page_and_of_all_are_said(narrow) -> None:
    with narrow.line() as one, narrow.line() as other:
        for name in ("a", "b"):
            one.told("try.begin", name=name)
        assert one.refused("try.begin", name="c").startswith("2 things run for this page already")
        one.told("try.begin", name="b")  # anew: in the place of the older one
        other.told("try.begin", name="a")
        assert other.refused("try.begin", name="b").startswith("3 things run in this lab already")
        one.told("try.end", name="a")
        other.told("try.begin", name="b")
    soon(lambda: narrow.lab.places.taken == 0)


def test_too_many_questions_are_said_and_those_before_are_answered(narrow) -> None:
    with narrow.line() as page:
        asked = [page.ask("try.wait", seconds=0.6) for _ in range(6)]
        heard = [page.hear() for _ in asked]
        refused = {one["re"]: one["error"]["en"] for one in heard if "error" in one}
        assert sorted(refused) == asked[4:]
        assert all(one.startswith("4 requests of this page wait") for one in refused.values())
        assert sorted(one["re"] for one in heard if one.get("value") == "waited") == asked[:4]


def test_a_job_that_does_not_stop_is_said(narrow) -> None:
    with narrow.line() as page:
        RELEASED.clear()
        page.told("try.deaf", seconds=60)
        assert "has not stopped within 0.3 seconds" in page.refused("try.end", name="deaf")
        assert "has not stopped within 0.3 seconds" in page.refused("try.deaf", seconds=0)
        assert narrow.lab.places.taken == 1  # it runs on, and nobody waited for it
        RELEASED.set()
        soon(lambda: narrow.lab.places.taken == 0)
        page.told("try.deaf", seconds=0)


# ------------------------------------------------------------ jobs


@pytest.mark.parametrize(("politely", "said"), [(True, "That cannot be."), (False, visit.FAULT.en)])
def test_a_job_that_fails_is_told_on_its_channel(lab, capfd, politely, said) -> None:
    with lab.line() as page:
        page.told("try.failing", politely=politely)
        heard = page.shown(visit.TROUBLE)["value"]
        assert (heard["job"], heard["error"]["en"]) == ("failing", said)
        page.told("try.failing", politely=politely)  # its place is free again
    assert ("ZeroDivisionError" in capfd.readouterr().err) is not politely


def test_ending_waits_until_a_job_is_gone(lab) -> None:
    with lab.line() as page:
        page.told("try.begin")
        assert [t for t in threading.enumerate() if t.name == "lab count"]
        page.told("try.end")
        assert not [t for t in threading.enumerate() if t.name == "lab count"]
        page.told("try.end")  # nothing to end


def test_a_job_may_begin_itself_anew() -> None:
    page, heard = OpenPage(Places(8), Limits(), lambda: None), list[str]()
    done = threading.Event()

    def second(_job) -> None:
        heard.append("second")
        done.set()

    def first(job) -> None:
        page.begin("self", second)
        heard.append(f"first cancelled: {job.cancelled.is_set()}")

    page.begin("self", first)
    assert done.wait(5)
    page.end("self")
    soon(lambda: len(heard) == 2)
    assert set(heard) == {"second", "first cancelled: True"}
    page.close()
    with pytest.raises(Cancelled):
        page.begin("late", second)


# ------------------------------------------------------------ when a page goes


def test_a_page_that_goes_takes_all_with_it(lab) -> None:
    before = lab.lab.visits
    with lab.line() as page:
        page.told("try.begin", name="a")
        page.told("try.begin", name="b")
        page.shown("a")
        page.ask("try.wait", seconds=0.3)
        gone = weakref.ref(SEEN.pop("visit"))
        assert gone() is not None
        gc.disable()
    try:
        soon(lambda: gone() is None)
    finally:
        gc.enable()
    assert lab.lab.visits == before
    assert lab.lab.places.taken == 0
    assert not [t for t in threading.enumerate() if t.name.startswith("lab ")]


def test_a_line_that_is_cut_is_as_good_as_closed(lab) -> None:
    with lab.line() as page:
        page.told("try.begin")
        gone = weakref.ref(SEEN.pop("visit"))
        page.socket.socket.shutdown(2)  # no word of farewell
        soon(lambda: gone() is None)


@pytest.mark.alone
def test_a_page_that_gives_no_sign_of_life_is_let_go() -> None:
    with running(limits=Limits(ping=0.2)) as lab:
        with lab.line() as page:  # answers pings by itself
            page.told("try.echo")
            time.sleep(0.7)
            assert page.told("try.echo") == {}
        with socket.create_connection(("127.0.0.1", lab.lab.gate.port)) as mute:
            assert b" 101 " in handshake(mute, "localhost", "http://localhost")
            soon(lambda: lab.lab.visits == 1)
            took = soon(lambda: lab.lab.visits == 0)
            assert took > 0.1


def test_a_page_that_does_not_read_holds_up_only_itself(lab) -> None:
    with lab.line(max_queue=1, close_timeout=0.1) as sleeper, lab.line() as page:
        for _ in range(20):
            sleeper.ask("try.echo", text="x" * 500_000)
        for k in range(20):
            assert page.told("try.echo", k=k) == {"k": k}


def test_300_jobs_leave_nothing_behind(lab) -> None:
    def round_of(count: int) -> None:
        for _ in range(count):
            with lab.line() as page:
                for name in ("a", "b", "a"):
                    page.told("try.begin", name=name)

    round_of(5)
    soon(lambda: lab.lab.places.taken == 0)
    threads, objects = threading.active_count(), _objects()
    round_of(95)
    soon(lambda: lab.lab.places.taken == 0 and lab.lab.visits == 0)
    soon(lambda: threading.active_count() <= threads + 2)
    SEEN.clear()
    assert _objects() - objects < 2000  # 20 for each page would be a leak


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def test_what_a_view_stands_on_is_asked_of_its_desk(lab: Running) -> None:
    with lab.line() as page:
        told = page.told("try.preset")
    assert told["title"]["en"] == "That cannot be."
    assert told["grid"].shape == (1, 2)
    assert told["deep"] == {"#": "-inf"}


def test_a_desk_without_a_preset_answers_nothing() -> None:
    desks = {
        "mute": Desk(id="mute", actions={}),
        "broken": Desk(id="broken", actions={}, start=lambda: 1 / 0),
    }
    with running(desks=desks) as lab, lab.line() as page:
        assert page.told("mute.preset") is None
        assert "a fault of livegrad, not yours" in page.refused("broken.preset")
        assert "knows nothing called" in page.refused("gone.preset")
