"""Fixtures of the tests of gunicorn and nginx."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.given.servers.gunicorn import serving, socket_of
from tests.given.servers.nginx import Nginx, behind_nginx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.given.webapi.town import World


@pytest.fixture(scope="module")
def served(town: World) -> Iterator[tuple[int, psutil.Process]]:
    """Yield the port of a gunicorn that serves the town with one worker, and its master process."""
    with serving(town, workers=1) as found:
        yield found


@pytest.fixture(scope="module")
def nginx(town: World, served: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """Yield the shipped nginx in front of the gunicorn that serves the town."""
    del served
    with behind_nginx(tmp_path_factory.mktemp("nginx") / "run", f"unix:{socket_of(town)}") as running:
        yield running


@pytest.fixture
def overheard(tmp_path: Path) -> Iterator[tuple[Nginx, list[bytes]]]:
    """Yield nginx in front of a socket that records what it is sent."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "note.sock"))
        listening.listen()

        def note() -> None:
            while True:
                with listening.accept()[0] as taken:
                    if not (told := taken.recv(65536)):  # the connection is closed
                        return
                    heard.append(told)
                    taken.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        noting = threading.Thread(target=note)
        with behind_nginx(tmp_path / "run", f"unix:{tmp_path}/note.sock") as nginx:
            noting.start()
            yield nginx, heard
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(str(tmp_path / "note.sock"))
        noting.join(5)
