"""Tests of two hosts behind the shipped nginx when one of them dies."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest

from tests.given.servers.behind_nginx import ask
from tests.given.servers.gunicorn import serving
from tests.given.servers.nginx import WHY_NOT, Nginx, behind_nginx, installed
from tests.given.servers.ports import free_port
from tests.given.waiting import until
from tests.given.webapi.town import World

pytestmark = pytest.mark.skipif(not installed(), reason=WHY_NOT)
WRITERS = 3
DIES = b""
"""The answer of a host that dies during a request."""
REGISTERED = "select count(*) from log.event where type = 'Registered'"


@pytest.mark.parametrize(
    ("method", "first", "asked"),
    [("GET", DIES, 2), ("POST", DIES, 1), ("POST", None, 1), ("PATCH", DIES, 1)],
    ids=["a question is asked again", "what was sent is not", "what nobody heard is", "nor a part of a file"],
)
def test_nginx_retries_on_the_other_host_only_when_a_repeat_is_safe(
    tmp_path: Path, method: str, first: bytes | None, asked: int
) -> None:
    """`first` is the first host's answer, or None when nothing listens at its address."""
    heard: list[str] = []
    with (
        host(heard, first) as one,
        host(heard, b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") as other,
        behind_nginx(tmp_path / "run", one, other) as nginx,
    ):
        statuses = {ask(nginx, method, "/persons", b"{}" if method != "GET" else None).status}
    assert len(heard) == asked
    assert statuses == ({503} if first == DIES and method != "GET" else {204})


@pytest.mark.slow
def test_host_killed_under_load_loses_only_its_open_requests_and_records_nothing_twice(
    town: World, tmp_path: Path
) -> None:
    """The clients send no idempotency key and do not retry, so a duplicate record would show."""
    with (
        serving(town, workers=1) as (one, master),
        serving(town, workers=1) as (other, _),
        behind_nginx(tmp_path / "run", f"127.0.0.1:{one}", f"127.0.0.1:{other}") as nginx,
    ):
        before = registered(town)
        with clients(nginx, town) as (written, read):
            until(lambda: written.count(201) > 10 and read.count(200) > 3)
            killed = [*psutil.Process(master.pid).children(recursive=True), master]
            for process in killed:
                process.kill()
            after = len(written), len(read)
            until(lambda: len(written) > after[0] + 20 and len(read) > after[1] + 5)
        refused = [status for status in written if status != 201]
        assert {*refused} <= {503}
        assert len(refused) <= WRITERS
        assert {*read} == {200}
        assert written.count(201) <= registered(town) - before <= len(written)


@contextmanager
def clients(nginx: Nginx, town: World) -> Iterator[tuple[list[int], list[int]]]:
    """Run clients that register people and one that reads; yield the statuses they got."""
    over = threading.Event()
    written: list[int] = []
    read: list[int] = []

    def writes() -> int:
        body = b'{"name": "Personne fictive", "roles": ["candidate"]}'
        named = {"Content_Type": "application/json"} | town.rose.bearer
        return ask(nginx, "POST", "/api/v1/persons", body, **named).status

    def reads() -> int:
        return ask(nginx, "GET", "/api/v1/candidacies", **town.rose.bearer).status

    def go(once: Callable[[], int], told: list[int]) -> None:
        while not over.is_set():
            told.append(once())
            time.sleep(0.01)

    threads = [threading.Thread(target=go, args=(writes, written)) for _ in range(WRITERS)]
    threads.append(threading.Thread(target=go, args=(reads, read)))
    for thread in threads:
        thread.start()
    try:
        yield written, read
    finally:
        over.set()
        for thread in threads:
            thread.join(30)


def registered(town: World) -> int:
    with psycopg2.connect(town.url) as connection, connection.cursor() as cursor:
        cursor.execute(REGISTERED)
        ((found,),) = cursor.fetchall()
    connection.close()
    return int(found)


@contextmanager
def host(heard: list[str], says: bytes | None) -> Iterator[str]:
    """Yield the address of a host that answers one request so and closes; for None, nothing listens there."""
    if says is None:
        yield f"127.0.0.1:{free_port()}"
        return
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"

        def go() -> None:
            while True:
                with listening.accept()[0] as taken:
                    if not (told := taken.recv(65536)):  # the connection is closed
                        return
                    heard.append(told.split(b" ", 1)[0].decode())
                    taken.sendall(says)

        thread = threading.Thread(target=go)
        thread.start()
        try:
            yield address
        finally:
            socket.create_connection(listening.getsockname()).close()
            thread.join(5)
