"""Whom does nginx ask about before it takes a file? Whoever is unknown is refused before it holds any of it.

The file of deploy/nginx, before real gunicorn: what nginx holds lies on its spool, and is seen in its open files.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil
import pytest

from tests.given.servers.behind_nginx import SOMEWHERE, Answer, ask
from tests.given.servers.gunicorn import END, MEBIBYTE, START
from tests.given.servers.nginx import FILES, NAME, SHIPPED, WHY_NOT, Nginx, behind_nginx, installed
from tests.given.waiting import comes_about
from tests.given.webapi.tus import begun
from tests.given.webapi.uploading_browser import Browser
from tests.given.webapi.whole_path import apply
from webapi.edge.headers import NO_PAGE
from webapi.edge.logs import NUMBER, NUMBERED
from webapi.pages.visitor import PASS
from webapi.problems import BY_STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.given.webapi.town import World

pytestmark = pytest.mark.skipif(not installed(), reason=WHY_NOT)
PORTION = "application/offset+octet-stream"
WHOLE = 20 * MEBIBYTE
BEGINNING = bytes(MEBIBYTE)
"""More of a body than nginx holds without its spool."""
SPOOLED = 140_000
"""A little more than that."""


class Way(NamedTuple):
    """One way in for files: a method and an address."""

    method: str
    path: str


def ways(town: World) -> list[Way]:
    """Each way in whose view is marked: it takes whole files."""
    found = [
        Way(method, re.sub(r"<[^>]+>", SOMEWHERE, rule.rule))
        for rule in town.app.url_map.iter_rules()
        if getattr(town.app.view_functions[rule.endpoint], "uploads", False)
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    ]
    assert len(found) >= 5
    return found


@contextmanager
def sending(
    nginx: Nginx, way: Way, length: int = WHOLE, source: str = "127.0.0.1", name: str = NAME, **headers: str
) -> Iterator[Any]:
    """Somebody who has said how large their body is, and sends none of it yet."""
    named = {"Host": f"{name}:{nginx.tls}", "Content-Length": str(length), "Content-Type": PORTION}
    named |= {header.replace("_", "-"): value for header, value in headers.items()}
    lines = [f"{way.method} {way.path} HTTP/1.1", *(f"{header}: {value}" for header, value in named.items()), "", ""]
    with closing(nginx.connect(source=source, name=name)) as connection:
        connection.sendall("\r\n".join(lines).encode())
        yield connection


def heard(connection: ssl.SSLSocket) -> Answer:
    raw = http.client.HTTPResponse(connection)
    raw.begin()
    return Answer(raw)


def held(nginx: Nginx) -> int:
    """Bytes on its spool, where files have no name from their first byte on: they are seen while they are open."""
    master = psutil.Process(int((nginx.folder / "nginx.pid").read_text()))
    found = 0
    for process in (master, *master.children()):
        for each in Path(f"/proc/{process.pid}/fd").iterdir():
            try:
                if each.readlink().is_relative_to(nginx.folder / "spool"):
                    found += each.stat().st_size
            except FileNotFoundError:  # closed meanwhile
                pass
    return found


UNSAID = b"\x00\x07:method\x03GET\x00\x07:scheme\x05https\x00\x0a:authority\x0eacquis.example\x00\x05:path"
"""The head of an HTTP/2 request that announces no body, up to the length of its address."""


def framed(kind: int, flags: int, stream: int, content: bytes = b"") -> bytes:
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


def head_of_unsaid(nginx: Nginx, path: str, size: int) -> bytes:
    """How the answer begins, in HTTP/2, to a GET with a body of this size that it has not announced."""
    trusted = ssl.create_default_context(cafile=str(nginx.folder / "fullchain.pem"))
    trusted.set_alpn_protocols(["h2"])
    with trusted.wrap_socket(socket.create_connection(("127.0.0.1", nginx.tls), 5), server_hostname=NAME) as opened:
        head = framed(1, 4, 1, UNSAID + bytes([len(path)]) + path.encode())
        opened.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + framed(4, 0, 0) + head)
        read = opened.makefile("rb")
        while True:
            start = read.read(9)
            length, kind, stream = int.from_bytes(start[:3]), start[3], int.from_bytes(start[5:])
            content = read.read(length)
            if (kind, stream) == (8, 1):  # there is room for more of it
                for _ in range(size // 16_000):
                    opened.sendall(framed(0, 0, 1, bytes(16_000)))
                opened.sendall(framed(0, 1, 1))
            elif (kind, stream) == (1, 1):
                return content[:8]


def soon(nginx: Nginx, at_least: int) -> bool:
    """Whether it comes to hold so much."""
    return comes_about(lambda: held(nginx) >= at_least, looks=500)


def signed_in(world: World) -> str:
    """A session of Marie's, who has an account."""
    world.acquis.accounts.add(world.marie.id, f"{world.marie.id}@example.org", "un mot de passe d'essai", drawn=True)
    begun = world.acquis.passes.begin(world.marie.actor)
    assert begun
    return begun


def cookie(world: World, session: str) -> str:
    """The cookie of a browser that holds this session."""
    client = world.app.test_client()
    with client.session_transaction() as kept:
        kept[PASS] = session
    found = client.get_cookie("session")
    assert found
    return f"session={found.value}"


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


# strangers


def test_a_stranger_is_refused_wherever_files_come_in_before_any_of_one_is_sent(town, nginx):
    for way in ways(town):
        with sending(nginx, way) as connection:
            answer = heard(connection)
        assert answer.status == 401, way
        assert answer.headers.get_all("WWW-Authenticate") == ["Bearer"]
        if way.path.startswith("/api/"):
            assert answer.json["type"] == "/problems/unauthenticated"
        else:
            assert BY_STATUS[401].fr in answer.body.decode()
    assert held(nginx) == 0


@pytest.mark.parametrize("language", ["fr", "en-GB, en;q=0.9", "de"])
def test_a_stranger_is_told_what_the_application_says_with_every_header(town, nginx, language):
    asked = {"Accept-Language": language}
    for way in ways(town):
        script = asked | ({} if way.path.startswith("/api/") else {"Accept": "application/json"})
        own = town.app.test_client().open(way.path, method=way.method, headers=script)
        with sending(nginx, way, **script) as connection:
            answer = heard(connection)
        assert (answer.status, answer.json) == (own.status_code, own.json)
        theirs = {name for name, _ in own.headers} - {"Vary", "Tus-Resumable", "Content-Length", NUMBERED}
        assert [NUMBER.fullmatch(each) is None for each in answer.headers.get_all(NUMBERED, [])] == [False]
        assert {name: answer.headers.get_all(name) for name in theirs} == {
            name: own.headers.getlist(name) for name in theirs
        }


def test_what_a_stranger_sends_slowly_is_nowhere_held(nginx):
    way = Way("POST", f"/api/v1/candidacies/{SOMEWHERE}/evidence")
    with sending(nginx, way) as connection:
        assert heard(connection).status == 401
        for _ in range(10):
            connection.sendall(BEGINNING)  # it is heard out for a while, and thrown away
            assert held(nginx) == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/candidacies", 401), ("/api/v1/nothing", 401), ("/account/password", 401), ("/sign-out", 401),
        ("/sign-in", 413), ("/verifier-un-recu", 413), (f"/candidacies/{SOMEWHERE}/uploads/{SOMEWHERE}/piece", 413),
        ("/files/x", 413),
    ],
)  # fmt: skip
def test_what_a_stranger_sends_anywhere_else_is_held_in_memory_or_not_at_all(nginx, path, status):
    name = FILES if path == "/files/x" else NAME
    with sending(nginx, Way("POST", path), SPOOLED, name=name) as connection:
        assert heard(connection).status == status
    assert held(nginx) == 0


def test_a_large_request_of_who_has_signed_in_goes_through_where_no_files_come_in(world, nginx):
    long = json.dumps({"nobody_reads_this": "x" * SPOOLED})
    kind = {"Content_Type": "application/json"}
    assert ask(nginx, "POST", "/api/v1/candidacies", long, **kind, **world.marie.bearer).status == 422
    unknown = ask(nginx, "POST", "/api/v1/candidacies", long, **kind)
    assert (unknown.status, unknown.json["type"]) == (401, "/problems/unauthenticated")


@pytest.mark.parametrize("way", [0, 1])
def test_41_who_was_let_in_once_is_a_stranger(world, nginx, way):
    passed, told = signed_in(world), world.token(world.marie.id, world.marie.role)
    world.acquis.passes.end(passed)
    world.acquis.tokens.revoke(told.token)
    now = datetime.now(UTC)
    over = world.acquis.tokens.make(world.marie.actor, "x", now - timedelta(seconds=1), issued_by=None)
    path = (f"/candidacies/{SOMEWHERE}/uploads/{SOMEWHERE}", f"/api/v1/uploads/{SOMEWHERE}")[way]
    for given in (
        told.bearer,
        {"Authorization": f"Bearer {over.secret}"},
        {"Authorization": "Bearer acquis_of_nobody"},
        {"Authorization": "Basic YTpi"},
        {"Cookie": cookie(world, passed)},
        {"Cookie": cookie(world, "nobody-s")},
        {"Cookie": "session=forged"},
    ):
        with sending(nginx, Way("PATCH", path), **given) as connection:
            assert heard(connection).status == 401, given


# who is known


def test_of_who_has_signed_in_a_slow_body_is_held_until_it_has_come(world, nginx, candidacy):
    """The control of those above: held it would have been."""
    way = Way("PATCH", f"/candidacies/{candidacy}/uploads/{SOMEWHERE}")
    for known in ({"Cookie": cookie(world, signed_in(world))}, world.marie.bearer):
        with sending(nginx, way, **known) as connection:
            connection.sendall(BEGINNING)
            assert soon(nginx, MEBIBYTE // 2)


def test_portions_and_whole_files_of_who_has_signed_in_go_through(world, nginx, candidacy):
    browser = Browser(world, world.marie, f"{world.marie.id}@example.org", candidacy)
    path, content = browser.begin(length=2 * SPOOLED).headers["Location"], (b"a line\n" * 43_000)[: 2 * SPOOLED]
    page = {"Cookie": cookie_of(browser), "X_CSRFToken": browser.csrf, "Tus_Resumable": "1.0.0"}
    kind = {"Content_Type": PORTION, "Accept": "application/json", "Sec_Fetch_Site": "same-origin"}
    for offset in (0, SPOOLED):
        portion = content[offset : offset + SPOOLED]
        assert ask(nginx, "PATCH", path, portion, Upload_Offset=str(offset), **page, **kind).status == 204
    shown = ask(nginx, "HEAD", path, **page)
    assert (shown.status, shown.headers["Upload-Offset"]) == (200, str(2 * SPOOLED))

    program = {"Tus_Resumable": "1.0.0", **world.marie.bearer}
    sent = begun(world.marie, candidacy, length=SPOOLED)
    answer = ask(nginx, "PATCH", sent, content[:SPOOLED], Upload_Offset="0", Content_Type=PORTION, **program)
    assert answer.status == 204

    form = {"Content_Type": "multipart/form-data; boundary=frontier"}
    body = START + b" " * SPOOLED + END
    answer = ask(nginx, "POST", f"/api/v1/candidacies/{candidacy}/evidence", body, **form, **world.marie.bearer)
    assert answer.status == 201
    token = f'--frontier\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{browser.csrf}\r\n'
    whole = token.encode() + body.replace(b"cv.txt", b"other.txt")
    answer = ask(nginx, "POST", f"/candidacies/{candidacy}/evidence", whole, **form, **page)
    assert (answer.status, "done=candidacy.submit" in answer.headers["Location"]) == (303, True)
    assert held(nginx) == 0


def cookie_of(browser: Browser) -> str:
    found = browser.client.get_cookie("session")
    assert found
    return f"session={found.value}"


def test_who_is_known_and_may_not_is_told_so_by_the_application(world, nginx):
    way = f"/api/v1/jury-sessions/{SOMEWHERE}/transcription"
    assert ask(nginx, "POST", way, BEGINNING, **world.marie.bearer).status == 403
    assert ask(nginx, "PATCH", f"/api/v1/uploads/{SOMEWHERE}", BEGINNING, **world.rose.bearer).status == 412


def test_what_brings_no_body_asks_the_application_itself(world, nginx, candidacy):
    """Nobody is asked about first, and what it answers to a stranger is its own page."""
    path = f"/candidacies/{candidacy}/uploads/{SOMEWHERE}"
    assert b'name="password"' in ask(nginx, "GET", path).body
    world.projector.catch_up()
    listed = ask(nginx, "GET", "/api/v1/candidacies?limit=1&after=0", **world.marie.bearer)
    assert (listed.status, listed.headers["Content-Type"]) == (200, "application/json")
    assert ask(nginx, "GET", path, b"x" * 300_000).status == 401


@pytest.mark.parametrize("path", [f"/api/v1/uploads/{SOMEWHERE}", "/api/v1/candidacies"])
def test_what_asks_brings_nothing_along_unannounced_that_would_have_to_be_held(nginx, path):
    assert b"413" in head_of_unsaid(nginx, path, SPOOLED)
    assert b"401" in head_of_unsaid(nginx, path, SPOOLED // 2)
    assert held(nginx) == 0


# how many at once


def test_one_address_sends_three_whole_files_at_once_and_what_more_is_said_to_be_too_often(world, nginx, candidacy):
    way, known = Way("POST", f"/api/v1/candidacies/{candidacy}/evidence"), world.marie.bearer
    portion = Way("PATCH", f"/api/v1/uploads/{SOMEWHERE}")
    with ExitStack() as many:
        first = [many.enter_context(sending(nginx, way, source="127.0.0.8", **known)) for _ in range(3)]
        for each in first:
            each.sendall(BEGINNING)
        assert soon(nginx, 3 * MEBIBYTE // 2)
        fourth = heard(many.enter_context(sending(nginx, way, source="127.0.0.8", **known)))
        assert (fourth.status, fourth.json["type"]) == (429, "/problems/rate-limited")
        assert fourth.headers["Retry-After"] == "10"
        small = many.enter_context(sending(nginx, portion, 8, "127.0.0.8", **known))
        small.sendall(b"12345678")
        assert heard(small).status == 412  # by the application: it says no tus version
        other = many.enter_context(sending(nginx, way, source="127.0.0.9", **known))
        other.sendall(BEGINNING)
        assert soon(nginx, 4 * MEBIBYTE // 2)


def test_all_that_one_address_can_have_held_leaves_room_on_the_spool():
    """Three whole files, the hundred requests of an address, each just too small to be counted as a whole one."""
    text, edge = (SHIPPED / "acquis.conf").read_text(), (SHIPPED / "edge.conf").read_text()
    (whole,), (largest,) = (
        re.findall(r"limit_conn acquis_whole (\d+)", text),
        re.findall(r"max_body_size (20\d)m", text),
    )
    again = re.findall(r"limit_conn acquis_at_once (\d+)", text + edge)
    assert set(again) == {again[0]}  # a location that names one limit has none of the server's
    (counted,) = re.findall(r"\[(\d)-9\]\\d\{6\}", text)
    (spool,) = re.findall(r"size=(\d)G", (SHIPPED.parent / "systemd" / "var-spool-acquis.mount").read_text())
    most = int(whole) * int(largest) * MEBIBYTE + (int(again[0]) - int(whole)) * int(counted) * 10**6
    assert most < int(spool) * 1024 * MEBIBYTE


# the asking itself


def test_nobody_asks_from_outside(world, nginx):
    for answer in (ask(nginx, "GET", "/sender"), ask(nginx, "GET", "/sender", **world.marie.bearer)):
        assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


def test_the_application_is_asked_who_it_is_and_told_nothing_else(overheard):
    nginx, told = overheard
    way = Way("PATCH", f"/api/v1/uploads/{SOMEWHERE}?secret=1")
    lies = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Host": "evil.example", "X_Else": "evil", "Expect": ""}
    known = {"Authorization": "Bearer x", "Cookie": "session=y", "Accept_Language": "en"}
    with sending(nginx, way, 8, **known, **lies) as connection:
        connection.sendall(b"12345678")
        heard(connection)
    asked, passed = (each.decode().split("\r\n") for each in told)
    assert asked[0] == "GET /sender HTTP/1.1"
    (number,) = (each for each in passed if each.startswith(NUMBERED))
    assert sorted(each for each in asked[1:] if each) == sorted(
        [
            f"Host: {NAME}:{nginx.tls}", "Connection: close", "X-Forwarded-For: 127.0.0.1",
            "X-Forwarded-Proto: https", "Authorization: Bearer x", "Cookie: session=y", "Accept: application/json",
            "Accept-Language: en", number,
        ]
    )  # fmt: skip
    assert passed[0] == f"PATCH {way.path} HTTP/1.1"
    assert "Content-Length: 8" in passed


def test_with_nobody_to_ask_it_is_503_and_to_be_tried_again(tmp_path):
    with behind_nginx(tmp_path / "run", f"unix:{tmp_path}/nobody.sock") as nginx:
        for path, script in (
            ("/api/v1", False),
            (f"/candidacies/{SOMEWHERE}", True),
            (f"/candidacies/{SOMEWHERE}", False),
        ):
            accept = {"Accept": "application/json"} if script else {}
            for method, asked in (("PATCH", WHOLE), ("GET", 0)):
                with sending(nginx, Way(method, f"{path}/uploads/{SOMEWHERE}"), asked, **accept) as connection:
                    answer = heard(connection)
                assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
                assert answer.headers["Content-Security-Policy"] == NO_PAGE
                if path == "/api/v1" or script:
                    assert answer.json["type"] == "/problems/unavailable"
                else:
                    assert b"rien n'est perdu" in answer.body


# the same of the application alone


def test_who_is_known_is_204_with_nothing_said_and_who_is_not_401(world):
    client = world.app.test_client()
    session = signed_in(world)
    before = world.head()
    assert client.get("/sender", headers=world.marie.bearer).status_code == 204
    with client.session_transaction() as kept:
        kept[PASS] = session
    for answer in (client.get("/sender"), client.get("/sender", headers={"Authorization": "Bearer acquis_x"})):
        assert (answer.status_code, answer.data, answer.headers.get("Set-Cookie")) == (204, b"", None)
    world.acquis.passes.end(session)
    told = client.get("/sender", headers={"Accept": "application/json"})
    assert (told.status_code, json.loads(told.data)["type"]) == (401, "/problems/unauthenticated")
    assert world.head() == before
