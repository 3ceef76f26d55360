"""52: no request hides in another. Each payload, through real gunicorn and raw sockets, is refused and hung up on."""

from __future__ import annotations

import http.client
import json
import socket
from typing import TYPE_CHECKING

import pytest

from tests.webapi.smuggling import CHUNKED, CHUNKS, HEADS, LINES, answers, first, hidden
from tests.webapi.test_gunicorn import served

if TYPE_CHECKING:
    from collections.abc import Callable

    import psutil  # type: ignore[import-untyped]  # (its stubs are not installed)

    from tests.webapi.conftest import World

__all__ = ["served"]
REFUSED = ([400], [414], [431])


@pytest.fixture
def refuses(world: World, served: tuple[int, psutil.Process]) -> Callable[[bytes], None]:
    """Send it, and see it refused once, the connection closed, nothing executed, the worker alive."""

    def refuses(sent: bytes) -> None:
        before, (worker,) = world.head()[:2], served[1].children()
        assert answers(("127.0.0.1", served[0]), sent) in REFUSED
        assert world.head()[:2] == before
        assert worker.is_running()

    return refuses


def test_the_hidden_request_would_be_executed_if_it_were_read(world, served):
    before = world.head()[1]
    assert answers(("127.0.0.1", served[0]), hidden(world.rose.token)) == [201]
    assert world.head()[1] == before + 2
    both = first(world.rose.token, b"Content-Length: 4") + b"null" + hidden(world.rose.token)
    assert answers(("127.0.0.1", served[0]), both) == [422, 201]


@pytest.mark.parametrize("lines", HEADS.values(), ids=HEADS.keys())
def test_52_a_head_that_two_servers_could_read_two_ways_is_refused(world, refuses, lines):
    token = world.rose.token
    for body in (b"0\r\n\r\n" + hidden(token), b"4\r\nnull\r\n0\r\n\r\n" + hidden(token)):
        refuses(first(token, *lines) + body)


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=CHUNKS.keys())
def test_52_what_is_no_chunk_ends_the_connection(world, refuses, chunks):
    token = world.rose.token
    refuses(first(token, CHUNKED) + chunks.replace(b"{hidden}", hidden(token)))


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_52_a_first_line_that_is_none_is_refused(world, refuses, line):
    token = world.rose.token
    refuses(first(token, CHUNKED, **line) + b"4\r\nnull\r\n0\r\n\r\n" + hidden(token))


def test_52_a_chunk_beyond_64_bits_is_as_long_as_it_says(world, served):
    before = world.head()[:2]
    sent = first(world.rose.token, CHUNKED) + b"10000000000000004\r\nnull\r\n0\r\n\r\n" + hidden(world.rose.token)
    assert answers(("127.0.0.1", served[0]), sent, stop=True) == [400]
    assert world.head()[:2] == before


def test_52_what_cannot_be_read_is_a_problem_that_repeats_nothing_of_it(world, served):
    with socket.create_connection(("127.0.0.1", served[0]), 5) as connection:
        connection.sendall(first(world.rose.token, b"X secret: <b>secret</b>"))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        said = json.loads(answer.read())
    assert (answer.status, said["type"]) == (400, "/problems/bad-framing")
    assert (answer.headers["Content-Type"], answer.headers["Connection"]) == ("application/problem+json", "close")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "secret" not in str(said)


def test_3_a_body_cut_short_is_not_acted_upon(world, served):
    before = world.head()[:2]
    for sent in (hidden(world.rose.token)[:-2], first(world.rose.token, CHUNKED) + b"40\r\n{"):
        assert answers(("127.0.0.1", served[0]), sent, stop=True) == [400]
    assert world.head()[:2] == before
