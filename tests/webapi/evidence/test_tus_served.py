"""Tests of tus uploads through a real gunicorn with two workers, concurrent and when it is killed.

The workers share the state of an upload only through the operational tables.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psutil
import psycopg2
import pytest

from domain.ports import EvidenceId
from tests.given.servers.gunicorn import serving
from tests.given.waiting import until
from tests.given.webapi.whole_path import apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World

MEBIBYTE = 1024 * 1024
KIND = "application/offset+octet-stream"


@pytest.fixture(scope="module")
def served(town: World) -> Iterator[tuple[int, psutil.Process]]:
    """Yield the port of a gunicorn that serves the town with two workers, and its master process."""
    with serving(town, workers=2) as found:
        yield found


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


class Client:
    """A client that sends files to a served town, with one connection per request."""

    def __init__(self, world: World, port: int, candidacy: UUID) -> None:
        self.bearer, self.port = world.marie.bearer, port
        self.dossier = f"/api/v1/candidacies/{candidacy}"

    def ask(self, method: str, path: str, body: bytes = b"", **headers: Any) -> tuple[int, dict[str, str], Any]:
        given = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body or None, self.bearer | {"Tus-Resumable": "1.0.0"} | given)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, dict(answer.getheaders()), json.loads(text) if text else None

    def begin(self, length: int, name: str) -> str:
        named = f"filename {base64.b64encode(name.encode()).decode()}"
        status, headers, said = self.ask(
            "POST", f"{self.dossier}/uploads", Upload_Length=length, Upload_Metadata=named
        )
        assert status == 201, said
        return headers["Location"]

    def patch(self, path: str, offset: int, data: bytes) -> int:
        return self.ask("PATCH", path, data, Content_Type=KIND, Upload_Offset=offset)[0]

    def offset(self, path: str) -> int:
        return int(self.ask("HEAD", path)[1]["Upload-Offset"])

    def put_in(self, path: str) -> Any:
        body = {"upload": path.rsplit("/", 1)[-1], "competences": [1]}
        status, _, said = self.ask(
            "POST", f"{self.dossier}/evidence", json.dumps(body).encode(), Content_Type="application/json"
        )
        assert status == 201, said
        return said


def text(n: int, size: int) -> bytes:
    line = f"Ligne du fichier {n}.\n".encode()
    return (line * (size // len(line) + 1))[:size]


def kept(world: World, evidence: str) -> str:
    digest = hashlib.sha256()
    with world.acquis.files.open(EvidenceId(UUID(evidence)), world.marie.id) as content:
        while chunk := content.read(MEBIBYTE):
            digest.update(chunk)
    return digest.hexdigest()


def test_sixteen_concurrent_uploads_arrive_unchanged(world, candidacy, served):
    client = Client(world, served[0], candidacy)

    def send(n: int) -> tuple[str, str]:
        data = text(n, 200_000 + 1000 * n)
        path = client.begin(len(data), f"{n}.txt")
        for start in range(0, len(data), 90_000):
            assert client.patch(path, start, data[start : start + 90_000]) == 204
        return client.put_in(path)["id"], hashlib.sha256(data).hexdigest()

    with ThreadPoolExecutor(16) as many:
        arrived = dict(many.map(send, range(16)))
    assert len(arrived) == 16
    for evidence, digest in arrived.items():
        assert kept(world, evidence) == digest
    listed = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert {piece["id"]: piece["digest"] for piece in listed} == arrived


def test_83_upload_continues_from_its_durable_offset_after_the_server_is_killed(world, candidacy, served):
    client, data = Client(world, served[0], candidacy), text(83, 20 * MEBIBYTE)
    path = client.begin(len(data), "memoire.txt")
    head = (
        f"PATCH {path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {world.marie.token}\nTus-Resumable: 1.0.0\n"
    )
    head += f"Content-Type: {KIND}\nUpload-Offset: 0\nContent-Length: {len(data)}\n\n"
    with socket.create_connection(("127.0.0.1", served[0]), 30) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + data[: len(data) * 99 // 100])
        until(lambda: client.offset(path) >= 16 * MEBIBYTE)
        for worker in served[1].children():
            os.kill(worker.pid, signal.SIGKILL)
    durable = again(lambda: client.offset(path))
    assert 16 * MEBIBYTE <= durable < len(data)
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("update desk.upload set held_until = now() where holder is not null")  # five seconds later
        connection.commit()
    assert again(lambda: client.patch(path, durable, data[durable:])) == 204
    assert kept(world, client.put_in(path)["id"]) == hashlib.sha256(data).hexdigest()


def again(ask: Any) -> Any:
    """Retry until the killed workers are replaced."""
    for _ in range(100):
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise AssertionError("no worker answers")
