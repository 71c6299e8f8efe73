"""The lab over HTTP: what is served, to whom, under which policy."""

from __future__ import annotations

import gc
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab.labs import TOKEN, Running, running, small_page

from livegrad.errors import BadInput
from livegrad.lab import assets, server
from livegrad.lab.gate import Gate, checked_origin
from livegrad.lab.server import bound
from livegrad.lab.site import Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    page = small_page(tmp_path_factory.mktemp("lab") / "page")
    with running(page, recording="run.json", gate={"embed": ("http://localhost:8888",)}) as served:
        yield served


def start_in(html: str) -> dict:
    found = re.search(r'<script type="application/json" id="start">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


# ------------------------------------------------------------ the page


def test_the_page_carries_all_that_it_starts_from(lab: Running) -> None:
    answer = lab.home()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    start = start_in(answer.text)
    assert start["words"]["shell"]["run"] == {"en": "Run </script>", "ko": "실행"}
    assert start["desks"] == {}
    assert start["limits"]["message"] == 1 << 20
    assert start["recording"] == "run.json"
    assert start["version"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("en-US,ko;q=0.5", "en"), ("fr,ko;q=0.1", "ko"), ("ko;q=x,en", "en")],
)  # fmt: skip
def test_the_language_is_the_browsers(lab, monkeypatch, accepted, language) -> None:
    monkeypatch.delenv("LIVEGRAD_LANG", raising=False)
    answer = lab.home(headers={"accept-language": accepted})
    assert start_in(answer.text)["language"] == language
    assert f'<html lang="{language}">' in answer.text


def test_the_variable_goes_before_the_browser(lab, monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "ko")
    assert start_in(lab.home(headers={"accept-language": "en"}).text)["language"] == "ko"


def test_a_language_that_was_asked_for_goes_before_all(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "en")
    with running(small_page(tmp_path / "page"), language="ko") as lab:
        assert start_in(lab.home().text)["language"] == "ko"


def test_a_page_that_is_missing_is_said(tmp_path) -> None:
    with running(tmp_path) as lab:
        answer = lab.home()
    assert answer.status_code == 500
    assert "Install livegrad again" in answer.text
    assert "다시 설치해" in answer.text


# ------------------------------------------------------------ files


@pytest.mark.parametrize(
    ("path", "kind"),
    [("main.js", "text/javascript; charset=utf-8"), ("lab.css", "text/css; charset=utf-8"),
     ("icon.svg", "image/svg+xml"), ("views/race.js", "text/javascript; charset=utf-8")],
)  # fmt: skip
def test_files_come_with_their_kind_and_are_asked_for_once(lab, path, kind) -> None:
    first = lab.get(f"/page/{path}")
    assert (first.status_code, first.headers["content-type"]) == (200, kind)
    assert first.headers["cache-control"] == "no-cache"
    again = lab.get(f"/page/{path}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = lab.get(f"/page/{path}", headers={"if-none-match": '"other"'})
    assert other.content == first.content


def asked_raw(lab: Running, path: str) -> tuple[int, bytes]:
    """Ask for a path as it is written, which no client would do."""
    with socket.create_connection(("127.0.0.1", lab.lab.gate.port)) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    return int(answer.split()[1]), answer


@pytest.mark.parametrize(
    "path",
    ["/page/../outside.js", "/page/%2e%2e/outside.js", "/page/..%2foutside.js", "/page/views/../../outside.js",
     "/page/..%5coutside.js", "/page/%2e%2e%5c%2e%2e/outside.js", "/page/.hidden.js", "/page/notes.txt", "/page/none.js",
     "/page/", "/page/views", "/page//main.js", "/page/main.js%00.js", "/page/views.js/", "/elsewhere"],
)  # fmt: skip
def test_nothing_else_is_a_file_of_the_page(lab, path) -> None:
    code, answer = asked_raw(lab, path)
    assert code == 404
    assert b"outside" not in answer.partition(b"\r\n\r\n")[2]
    assert "그런 파일이 없습니다" in answer.decode()


def test_a_file_that_is_asked_for_raw_is_found(lab) -> None:
    code, answer = asked_raw(lab, "/page/views/race.js")
    assert code == 200
    assert b"export const race" in answer


# ------------------------------------------------------------ policy


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/page/none.js", "/?token=wrong"])
def test_every_answer_has_the_policy(lab, path) -> None:
    headers = lab.get(path).headers
    policy = dict(
        part.partition(" ")[::2] for part in headers["content-security-policy"].split("; ")
    )
    host = lab.origin.removeprefix("http://")
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "connect-src": f"'self' ws://{host}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self' http://localhost:8888",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers
    assert not [name for name in headers if name.startswith("access-control")]


# ------------------------------------------------------------ the gate


def test_the_address_of_the_terminal_gives_a_cookie_and_keeps_the_rest(lab) -> None:
    answer = lab.get(f"/?view=race&token={TOKEN}&seed=3")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?view=race&seed=3"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"livegrad-{lab.lab.gate.port}={TOKEN}; ")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert lab.get(f"/?token={TOKEN}").headers["location"] == "/"


def test_a_link_on_another_site_leads_here_by_a_page_of_our_own(lab) -> None:
    answer = lab.get(f"/?a=1&b=2&token={TOKEN}", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert "set-cookie" in answer.headers
    assert 'content="0;url=/?a=1&amp;b=2"' in answer.text
    assert TOKEN not in answer.text


def test_in_a_frame_the_page_comes_at_once(lab) -> None:
    answer = lab.get(f"/?embed=1&token={TOKEN}")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert start_in(answer.text)["version"]


@pytest.mark.parametrize(
    ("path", "cookie"),
    [("/", None), ("/?token=wrong", None), ("/?token=", None), ("/?embed=1", None), ("/?token=%C3%A9", None), ("/", "wrong")],
)  # fmt: skip
def test_without_token_or_cookie_one_sentence_in_both_languages(lab, path, cookie) -> None:
    headers = {} if cookie is None else {"cookie": f"{lab.lab.gate.cookie}={cookie}"}
    answer = lab.get(path, headers=headers)
    assert answer.status_code == 403
    assert "the address that the terminal printed" in answer.text
    assert "터미널에 나온 주소" in answer.text
    assert 'id="start"' not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "a b", "localhost@evil", "192.168.1.9"])  # fmt: skip
def test_a_foreign_name_is_turned_away(lab, host) -> None:
    for path in ("/", f"/?token={TOKEN}", "/page/main.js"):
        answer = lab.get(path, headers={"host": host})
        assert answer.status_code in (400, 403)
        assert b"export" not in answer.content
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9000", "127.0.0.1", "[::1]:80"])
def test_names_of_this_machine_are_known(lab, host) -> None:
    assert lab.get("/page/main.js", headers={"host": host}).status_code == 200


def test_a_lab_for_others_knows_addresses_but_no_foreign_names() -> None:
    gate = Gate(port=80, host="0.0.0.0")  # noqa: S104 - only looked at
    assert gate.open_to_others
    assert gate.knows("192.168.1.9:80")
    assert gate.knows(f"{socket.gethostname()}:80")
    assert not gate.knows("evil.example:80")
    assert gate.address.startswith("http://127.0.0.1:80/?token=")
    own = Gate(port=80, host="192.168.1.9")
    assert own.open_to_others
    assert own.knows("192.168.1.9:80")
    assert not own.knows("192.168.1.10:80")
    assert not Gate(port=80, host="127.0.0.2").open_to_others
    assert Gate(port=80, host="::1").address.startswith("http://[::1]:80/?token=")


def test_tokens_are_long_random_and_not_shown() -> None:
    first, second = Gate(port=80), Gate(port=80)
    assert first.token != second.token
    assert len(first.token) >= 32
    assert first.token not in repr(first)


@pytest.mark.parametrize("given", ["localhost:8888", "http://a/b", "ftp://a", "*", "http://a b", "https://a;script-src *", "http://a:99999", "", "http://[::1"])  # fmt: skip
def test_an_origin_is_scheme_name_and_port(given) -> None:
    with pytest.raises(BadInput, match="--embed http://localhost:8888"):
        checked_origin(given)


def test_origins_are_written_alike() -> None:
    assert checked_origin(" https://Notes.Example/ ") == "https://notes.example"


# ------------------------------------------------------------ the port


def test_a_port_that_is_taken_is_said_with_the_next_free_one() -> None:
    with bound(port=0) as first:
        port = first.getsockname()[1]
        with pytest.raises(BadInput) as refused:
            bound(port=port)
    found = re.fullmatch(
        rf"Port {port} is taken by another program\. The next free one is (\d+): livegrad lab --port \1",
        refused.value.text.en,
    )
    assert found is not None
    assert int(found[1]) > port


def test_without_a_port_the_next_free_one_is_used(monkeypatch) -> None:
    with bound(port=0) as first:
        monkeypatch.setattr(server, "PORT", first.getsockname()[1])
        with bound() as second:
            assert second.getsockname()[1] > first.getsockname()[1]


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 0), ("127.0.0.1", 70000), ("no.such.name.invalid", 0)])  # fmt: skip
def test_an_address_that_is_not_ours_is_said(host, port) -> None:
    with pytest.raises(BadInput, match="cannot listen on"):
        bound(host, port)


def test_an_asset_needs_a_name() -> None:
    assert assets.asset(Path("/"), "") is None


def test_the_desks_are_loaded_aside_and_the_collector_comes_back() -> None:
    lab = Lab(gate=Gate(port=80))
    lab.asked.set()
    server._preload(lab)
    assert gc.isenabled()
    gc.unfreeze()


def test_the_first_page_needs_no_numpy() -> None:
    asked = "import sys, uvicorn, livegrad.lab.site, livegrad.lab.vocabulary as v; len(v.WORDS); print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
