"""Tests of request framing and body limits through a real gunicorn on loopback."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psutil
import pytest
import requests
from gunicorn.http.unreader import SocketUnreader  # type: ignore[import-untyped]  # (it ships no types)

from domain.ports import EvidenceId, PersonId
from tests.given.naming import naming
from tests.given.servers.gunicorn import END, LIMIT, MEBIBYTE, NOTES, START
from tests.given.webapi.smuggled_requests import BODIES, CHUNKED, CHUNKS, HEADS, HIDING, LINES, answers, first, hidden
from tests.given.webapi.whole_path import apply
from webapi.evidence import tus
from webapi.evidence import upload_stream as uploads
from webapi.gunicorn_settings import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.given.webapi.town import World

UNREADABLE = ([400], [414], [431])


def exchange(port: int, head: str, *body: bytes, stop: bool = False) -> tuple[int, dict[str, Any]]:
    """Send a raw request and return the answer; `stop` closes the sending side."""
    with socket.create_connection(("127.0.0.1", port), 15) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode())
        try:
            for piece in body:
                connection.sendall(piece)
            if stop:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server has answered and closed
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, json.loads(answer.read() or b"{}")


def post(world: World, candidacy: UUID, *headers: str) -> str:
    lines = [
        f"POST /api/v1/candidacies/{candidacy}/evidence HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {world.marie.token}",
        "Content-Type: multipart/form-data; boundary=frontier",
        *headers,
    ]
    return "\n".join(lines) + "\n\n"


def chunks(size: int, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield f"{size:x}\r\n".encode() + b" " * size + b"\r\n"


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def refused(world: World, answer: tuple[int, dict[str, Any]], status: int, slug: str, before: Any) -> None:
    assert (answer[0], answer[1].get("type")) == (status, f"/problems/{slug}"), answer
    assert (world.head()[:2], world.files()) == before


def test_upload_is_accepted_with_a_valid_token_and_refused_without(world, candidacy, served):
    body = START + END
    status, answer = exchange(served[0], post(world, candidacy, f"Content-Length: {len(body)}"), body)
    assert (status, answer["version"]) == (201, 2)
    nobody = replace(world.marie, token="acquis_nobody")  # noqa: S106  (nobody's)
    head = post(world, candidacy, f"Content-Length: {len(body)}").replace(world.marie.token, nobody.token)
    before = world.head()[:2], world.files()
    refused(world, exchange(served[0], head, body), 401, "unauthenticated", before)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux says what a process shares")
def test_worker_shares_the_application_s_memory_with_the_master(served):
    """The garbage collector must not write to shared pages, and the application is made before the fork."""
    for _ in range(20):
        assert exchange(served[0], "GET /api/v1/candidacies HTTP/1.1\nHost: localhost\n\n")[0] == 401
    (worker,) = served[1].children()
    told = Path(f"/proc/{worker.pid}/smaps_rollup").read_text()
    own = sum(int(size) for size in re.findall(r"Private_(?:Clean|Dirty): +(\d+) kB", told))
    assert own < 45 * 1024


def test_1_declared_length_over_the_limit_is_refused_without_waiting_for_the_body(world, candidacy, served):
    before = world.head()[:2], world.files()
    answer = exchange(served[0], post(world, candidacy, f"Content-Length: {10**12}"), START)  # no body is sent
    refused(world, answer, 413, "too-large", before)


def test_2_chunked_stream_over_the_limit_is_refused_and_leaves_no_file_and_little_memory(world, candidacy, served):
    before = world.head()[:2], world.files()
    (worker,) = served[1].children()
    memory = worker.memory_info().rss
    head = post(world, candidacy, "Transfer-Encoding: chunked")
    answer = exchange(served[0], head, chunk(START), *chunks(MEBIBYTE, LIMIT // MEBIBYTE + 4))
    refused(world, answer, 413, "too-large", before)
    assert worker.is_running()
    assert worker.memory_info().rss - memory < 64 * MEBIBYTE


def test_large_chunked_upload_is_streamed_to_the_disk(world, candidacy, served):
    (worker,) = served[1].children()
    memory = worker.memory_info().rss
    whole = (chunk(START), *chunks(MEBIBYTE, 30), chunk(END), b"0\r\n\r\n")
    status, answer = exchange(served[0], post(world, candidacy, "Transfer-Encoding: chunked"), *whole)
    assert (status, answer["version"]) == (201, 2)
    assert worker.memory_info().rss - memory < 16 * MEBIBYTE
    with world.acquis.files.open(EvidenceId(UUID(answer["id"])), PersonId(world.marie.id)) as kept:
        assert sum(map(len, iter(lambda: kept.read(MEBIBYTE), b""))) == len(NOTES) + 30 * MEBIBYTE


@pytest.mark.parametrize(("declared", "stop"), [(100, True), (-40, False)])
def test_3_wrong_content_length_is_refused_as_bad_framing(world, candidacy, served, declared, stop):
    before = world.head()[:2], world.files()
    body = START + END
    head = post(world, candidacy, f"Content-Length: {len(body) + declared}", "Connection: close")
    refused(world, exchange(served[0], head, body, stop=stop), 400, "bad-framing", before)


def test_52_content_length_with_transfer_encoding_is_refused(world, candidacy, served):
    before = world.head()[:2], world.files()
    head = post(world, candidacy, "Content-Length: 5", "Transfer-Encoding: chunked")
    with socket.create_connection(("127.0.0.1", served[0]), 15) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"0\r\n\r\nG")
        assert connection.recv(100).split(b" ")[1] == b"400"
    assert (world.head()[:2], world.files()) == before


# requests that hide another (tests/given/webapi/smuggled_requests.py)


@pytest.fixture
def refuses(town: World, served: tuple[int, psutil.Process]) -> Callable[[bytes], None]:
    """Check that it is refused once, closes the connection, executes nothing and leaves the worker alive."""

    def refuses(sent: bytes) -> None:
        before, (worker,) = town.head()[:2], served[1].children()
        assert answers(connection(served), sent) in UNREADABLE
        assert town.head()[:2] == before
        assert worker.is_running()

    return refuses


def connection(served: tuple[int, psutil.Process]) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served[0]), 5)


def test_control_smuggled_request_is_executed_when_it_is_read(town, served):
    before = town.head()[1]
    assert answers(connection(served), hidden(town.rose.token)) == [201]
    assert town.head()[1] == before + 2
    both = first(town.rose.token, b"Content-Length: 4") + b"null" + hidden(town.rose.token)
    assert answers(connection(served), both) == [422, 201]


def test_52_ambiguous_request_head_is_refused(town, refuses):
    for lines, body in HIDING:
        with naming(lines, body):
            token = town.rose.token
            refuses(first(token, *HEADS[lines]) + BODIES[body] + hidden(token))


def test_52_malformed_chunk_closes_the_connection(town, refuses):
    for chunks in CHUNKS:
        with naming(chunks):
            token = town.rose.token
            refuses(first(token, CHUNKED) + CHUNKS[chunks].replace(b"{hidden}", hidden(token)))


def test_52_malformed_request_line_is_refused(town, refuses):
    for line in LINES:
        with naming(line):
            token = town.rose.token
            refuses(first(token, CHUNKED, **LINES[line]) + BODIES["chunks"] + hidden(token))


def test_52_chunk_size_beyond_64_bits_does_not_wrap_around(town, served):
    before = town.head()[:2]
    sent = first(town.rose.token, CHUNKED) + b"10000000000000004\r\nnull\r\n0\r\n\r\n" + hidden(town.rose.token)
    assert answers(connection(served), sent, stop=True) == [400]
    assert town.head()[:2] == before


def test_52_unreadable_request_gets_a_problem_that_echoes_nothing(town, served):
    with connection(served) as opened:
        opened.sendall(first(town.rose.token, b"X secret: <b>secret</b>"))
        answer = http.client.HTTPResponse(opened)
        answer.begin()
        said = json.loads(answer.read())
    assert (answer.status, said["type"]) == (400, "/problems/bad-framing")
    assert (answer.headers["Content-Type"], answer.headers["Connection"]) == ("application/problem+json", "close")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "secret" not in str(said)


def test_3_truncated_body_is_refused_and_records_nothing(town, served):
    before = town.head()[:2]
    for sent in (hidden(town.rose.token)[:-2], first(town.rose.token, CHUNKED) + b"40\r\n{"):
        assert answers(connection(served), sent, stop=True) == [400]
    assert town.head()[:2] == before


def test_socket_is_read_ahead_by_less_than_one_chunk():
    sender, taker = socket.socketpair()
    with sender, taker:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MEBIBYTE)
        sender.sendall(bytes(3 * CHUNK))
        body = SocketUnreader(taker)
        assert len(body.read(CHUNK, read_ahead=3 * CHUNK)) == CHUNK
        assert len(body.take_buffered()) < CHUNK
    assert uploads.CHUNK == tus.CHUNK == CHUNK


def test_concurrent_sign_ins_leave_threads_for_other_requests_and_excess_gets_503_at_once(served):
    """Eight concurrent sign-ins once held all threads of a process for two seconds each."""
    port, _ = served
    page = f"http://127.0.0.1:{port}/sign-in"
    told: list[int] = []

    def sign_in() -> None:
        with requests.Session() as browser:
            form = re.search('name="csrf_token" value="([^"]+)"', browser.get(page, timeout=10).text)
            assert form
            ready.wait()
            for _ in range(2):
                sent = {"csrf_token": form[1], "login": f"{uuid4()}@example.org", "password": "peu importe"}
                answer = browser.post(page, sent, timeout=10)
                told.append(answer.status_code)
                assert (answer.status_code == 503) == ("Retry-After" in answer.headers)

    ready = threading.Barrier(13)
    many = [threading.Thread(target=sign_in) for _ in range(12)]
    for each in many:
        each.start()
    ready.wait()
    others = 0
    while any(each.is_alive() for each in many):
        assert requests.get(page, timeout=10).status_code == 200
        others += 1
    assert (set(told), len(told)) == ({422, 503}, 24)
    assert told[0] == 503, "who found no place was told so before the first password was checked"
    assert others > len(told), "a thread is left for all else"
