"""Tests of nginx's subrequest that authenticates a sender before nginx takes a file.

The shipped nginx configuration runs in front of a real gunicorn; the tests read nginx's spool in its open files.
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
from webapi.edge.cookies import PASS
from webapi.edge.headers import NO_PAGE
from webapi.edge.logs import NUMBER, NUMBERED
from webapi.problems import BY_STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.given.webapi.town import World

pytestmark = pytest.mark.skipif(not installed(), reason=WHY_NOT)
PORTION = "application/offset+octet-stream"
WHOLE = 20 * MEBIBYTE
BEGINNING = bytes(MEBIBYTE)
"""More of a body than nginx keeps in memory."""
SPOOLED = 140_000
"""A length slightly above nginx's memory buffer."""


class Way(NamedTuple):
    """A route that accepts files: a method and a path."""

    method: str
    path: str


def ways(town: World) -> list[Way]:
    """Return every route whose view is marked as taking whole files."""
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
    """Yield a connection that has announced its body and sent none of it."""
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
    """Return the bytes on nginx's spool, whose files have no name and are found by their open descriptors."""
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
"""The head of an HTTP/2 request without content-length, up to the length of its path."""


def framed(kind: int, flags: int, stream: int, content: bytes = b"") -> bytes:
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


def head_of_unsaid(nginx: Nginx, path: str, size: int) -> bytes:
    """Return the beginning of the HTTP/2 answer to a GET with an unannounced body of this size."""
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
            if (kind, stream) == (8, 1):  # the window allows more of the body
                for _ in range(size // 16_000):
                    opened.sendall(framed(0, 0, 1, bytes(16_000)))
                opened.sendall(framed(0, 1, 1))
            elif (kind, stream) == (1, 1):
                return content[:8]


def soon(nginx: Nginx, at_least: int) -> bool:
    """Whether nginx's spool reaches this size within the time limit."""
    return comes_about(lambda: held(nginx) >= at_least, looks=500)


def signed_in(world: World) -> str:
    """Return a session of Marie's, who has an account."""
    world.acquis.accounts.add(world.marie.id, f"{world.marie.id}@example.org", "un mot de passe d'essai", drawn=True)
    begun = world.acquis.sessions.begin(world.marie.actor)
    assert begun
    return begun


def cookie(world: World, session: str) -> str:
    """Return the cookie of a browser with this session."""
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


def test_unauthenticated_sender_gets_401_before_sending_any_of_a_file(town, nginx):
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
def test_nginx_s_401_has_the_application_s_body_and_headers(town, nginx, language):
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


def test_slow_body_of_an_unauthenticated_sender_is_not_spooled(nginx):
    way = Way("POST", f"/api/v1/candidacies/{SOMEWHERE}/evidence")
    with sending(nginx, way) as connection:
        assert heard(connection).status == 401
        for _ in range(10):
            connection.sendall(BEGINNING)  # nginx reads it for a while and discards it
            assert held(nginx) == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/candidacies", 401), ("/api/v1/nothing", 401), ("/account/password", 401), ("/sign-out", 401),
        ("/sign-in", 413), ("/verifier-un-recu", 413), (f"/candidacies/{SOMEWHERE}/uploads/{SOMEWHERE}/piece", 413),
        ("/files/x", 413),
    ],
)  # fmt: skip
def test_body_of_an_unauthenticated_sender_on_other_routes_is_not_spooled(nginx, path, status):
    name = FILES if path == "/files/x" else NAME
    with sending(nginx, Way("POST", path), SPOOLED, name=name) as connection:
        assert heard(connection).status == status
    assert held(nginx) == 0


def test_large_json_body_of_an_authenticated_sender_reaches_the_application(world, nginx):
    long = json.dumps({"nobody_reads_this": "x" * SPOOLED})
    kind = {"Content_Type": "application/json"}
    assert ask(nginx, "POST", "/api/v1/candidacies", long, **kind, **world.marie.bearer).status == 422
    unknown = ask(nginx, "POST", "/api/v1/candidacies", long, **kind)
    assert (unknown.status, unknown.json["type"]) == (401, "/problems/unauthenticated")


@pytest.mark.parametrize("way", [0, 1])
def test_41_ended_session_and_revoked_or_expired_token_get_401_before_sending_a_file(world, nginx, way):
    passed, told = signed_in(world), world.token(world.marie.id, world.marie.role)
    world.acquis.sessions.end(passed)
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


def test_control_slow_body_of_an_authenticated_sender_is_spooled(world, nginx, candidacy):
    """Control: shows that the tests above could see a spooled body."""
    way = Way("PATCH", f"/candidacies/{candidacy}/uploads/{SOMEWHERE}")
    for known in ({"Cookie": cookie(world, signed_in(world))}, world.marie.bearer):
        with sending(nginx, way, **known) as connection:
            connection.sendall(BEGINNING)
            assert soon(nginx, MEBIBYTE // 2)


def test_portions_and_whole_files_of_an_authenticated_sender_reach_the_application(world, nginx, candidacy):
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


def test_authenticated_sender_without_permission_gets_the_application_s_refusal(world, nginx):
    way = f"/api/v1/jury-sessions/{SOMEWHERE}/transcription"
    assert ask(nginx, "POST", way, BEGINNING, **world.marie.bearer).status == 403
    assert ask(nginx, "PATCH", f"/api/v1/uploads/{SOMEWHERE}", BEGINNING, **world.rose.bearer).status == 412


def test_request_without_a_body_is_passed_to_the_application_without_subrequest(world, nginx, candidacy):
    """An unauthenticated GET gets the application's own page."""
    path = f"/candidacies/{candidacy}/uploads/{SOMEWHERE}"
    assert b'name="password"' in ask(nginx, "GET", path).body
    world.projector.catch_up()
    listed = ask(nginx, "GET", "/api/v1/candidacies?limit=1&after=0", **world.marie.bearer)
    assert (listed.status, listed.headers["Content-Type"]) == (200, "application/json")
    assert ask(nginx, "GET", path, b"x" * 300_000).status == 401


@pytest.mark.parametrize("path", [f"/api/v1/uploads/{SOMEWHERE}", "/api/v1/candidacies"])
def test_unannounced_body_of_a_get_is_limited_to_nginx_s_memory_buffer(nginx, path):
    assert b"413" in head_of_unsaid(nginx, path, SPOOLED)
    assert b"401" in head_of_unsaid(nginx, path, SPOOLED // 2)
    assert held(nginx) == 0


# how many at once


def test_fourth_concurrent_whole_file_from_one_address_gets_429(world, nginx, candidacy):
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
        assert heard(small).status == 412  # by the application, as the tus version is missing
        other = many.enter_context(sending(nginx, way, source="127.0.0.9", **known))
        other.sendall(BEGINNING)
        assert soon(nginx, 4 * MEBIBYTE // 2)


def test_configured_limits_of_one_address_fit_on_the_spool():
    """Three whole files and a hundred requests just too small to count as whole files."""
    text, edge = (SHIPPED / "acquis.conf").read_text(), (SHIPPED / "edge.conf").read_text()
    (whole,), (largest,) = (
        re.findall(r"limit_conn acquis_whole (\d+)", text),
        re.findall(r"max_body_size (20\d)m", text),
    )
    again = re.findall(r"limit_conn acquis_at_once (\d+)", text + edge)
    assert set(again) == {again[0]}  # a location with its own limit inherits none of the server's
    (counted,) = re.findall(r"\[(\d)-9\]\\d\{6\}", text)
    (spool,) = re.findall(r"size=(\d)G", (SHIPPED.parent / "systemd" / "var-spool-acquis.mount").read_text())
    most = int(whole) * int(largest) * MEBIBYTE + (int(again[0]) - int(whole)) * int(counted) * 10**6
    assert most < int(spool) * 1024 * MEBIBYTE


# the asking itself


def test_sender_endpoint_gives_404_from_outside(world, nginx):
    for answer in (ask(nginx, "GET", "/sender"), ask(nginx, "GET", "/sender", **world.marie.bearer)):
        assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


def test_subrequest_forwards_only_the_credentials_and_the_length(overheard):
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


def test_nginx_gives_503_with_retry_after_when_the_application_is_down(tmp_path):
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


def test_sender_endpoint_gives_204_to_a_known_sender_and_401_to_others(world):
    client = world.app.test_client()
    session = signed_in(world)
    before = world.head()
    assert client.get("/sender", headers=world.marie.bearer).status_code == 204
    with client.session_transaction() as kept:
        kept[PASS] = session
    for answer in (client.get("/sender"), client.get("/sender", headers={"Authorization": "Bearer acquis_x"})):
        assert (answer.status_code, answer.data, answer.headers.get("Set-Cookie")) == (204, b"", None)
    world.acquis.sessions.end(session)
    told = client.get("/sender", headers={"Accept": "application/json"})
    assert (told.status_code, json.loads(told.data)["type"]) == (401, "/problems/unauthenticated")
    assert world.head() == before
