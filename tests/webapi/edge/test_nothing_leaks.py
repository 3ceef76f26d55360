"""Tests that nothing sent appears in a log or a refusal, with canaries in every field of every route.

They read all logs of a real gunicorn, of its own embedded PostgreSQL, and of the application.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg2
import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.embedded import EmbeddedPostgres
from adapters.settings import Settings
from domain.ports import Role
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.slow import keep_one_in
from tests.given.waiting import listens, until
from tests.given.webapi.town import FEBRUARY, LIMIT, World, built
from tests.given.webapi.whole_path import apply
from webapi.api.openapi import openapi
from webapi.wiring import assemble

ROOT = Path(__file__).parents[3]
CANARY = "canari7f3a91"
UNREADABLE = (
    b'{"name": "' + CANARY.encode(),
    CANARY.encode(),
    b'["' + CANARY.encode() + b'"]',
    b"\xff" + CANARY.encode(),
)
SPOILT = (
    CANARY,
    CANARY * 2_000,
    f"{CANARY}\x00",
    f"{CANARY}\ud800",
    {CANARY: CANARY},
    [CANARY],
)
HEADERS = {
    "Content_Type": f"text/{CANARY}",
    "Idempotency_Key": f"{CANARY}\xe9",
    "If_Match": CANARY,
    "Accept_Language": CANARY,
    "Cookie": f"session={CANARY}",
}
FORMATS = {"date": "2021-01-04", "date-time": "2021-01-04T10:00:00Z", "email": f"{CANARY}@example.org"}


@dataclass
class Served:
    """The town served by gunicorn, with its answers and its logs."""

    world: World
    port: int
    logs: tuple[Path, Path]
    answers: dict[int, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    """Refusals that contain a canary, by request."""
    _connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
        """Send one request and record a problem that repeats what was sent; a page may repeat it to its sender."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for _ in range(2):  # the server may have closed the connection after the last answer
            self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                self._connection.request(method, path, body, named)
                answer = self._connection.getresponse()
                text = answer.read().decode(errors="replace")
                break
            except (http.client.HTTPException, OSError):
                self._connection.close()
                self._connection = None
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        said = text + str(answer.getheaders())
        if answer.getheader("Content-Type") == "application/problem+json" and CANARY in said.lower():
            self.told.append(f"{method} {path} {answer.status} {text[:200]}")
        return answer.status

    def close(self) -> None:
        if self._connection:
            self._connection.close()

    def raw(self, request: bytes) -> None:
        """Send raw bytes that no client would send."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    def written(self) -> list[str]:
        """Return the lines of both logs that contain a canary."""
        lines = (line for log in self.logs for line in log.read_text(errors="replace").splitlines())
        return [line[:300] for line in lines if CANARY in line.lower()]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    folder = Path(tempfile.mkdtemp(prefix="acquis-"))
    server = EmbeddedPostgres.start(folder / "var", durable=False)
    try:
        DatabaseServer(server.dsn()).migrate()
        settings = Settings(
            data=folder / "var", database_url=server.dsn(), secret_key="tests only " * 4, max_upload_bytes=LIMIT
        )
        with built(assemble(settings, DatabaseServer(server.dsn()), FixedClock(FEBRUARY)), server.dsn()) as world:
            for name in ("marie", "nadia"):
                world.join(name, Role.CANDIDATE)
            with gunicorn(world, folder / "gunicorn.log") as port:
                made = Served(world, port, (folder / "gunicorn.log", folder / "var" / "database.log"))
                yield made
                made.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def gunicorn(world: World, log: Path) -> Iterator[int]:
    port = free_port()
    environment = os.environ | {
        "ACQUIS_DATABASE_URL": as_url(world.url),
        "ACQUIS_DATA": str(world.acquis.settings.data),
        "ACQUIS_SECRET_KEY": world.acquis.settings.secret_key,
        "ACQUIS_CLOCK": FEBRUARY.isoformat(),
        "ACQUIS_BIND": f"127.0.0.1:{port}",
        "ACQUIS_WORKERS": "1",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"],
            cwd=ROOT, env=environment, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        until(lambda: listens(port), log.read_text)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each path, method and operation of the OpenAPI document."""
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield path, method.upper(), {"parameters": item.get("parameters", [])} | operation


def value(schema: dict[str, Any], described: dict[str, Any], known: dict[str, str], name: str = "") -> Any:
    """Return a plausible value of this schema, with a canary in each text."""
    if "$ref" in schema:
        return value(described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], described, known, name)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return value(schema[several][0], described, known, name)
    kind = schema.get("type")
    kind = next(each for each in kind if each != "null") if isinstance(kind, list) else kind
    if schema.get("enum"):
        return schema["enum"][0]
    if kind == "object":
        return {key: value(of, described, known, key) for key, of in schema.get("properties", {}).items()}
    if kind == "array":
        return [value(schema.get("items", {}), described, known, name)]
    if kind in {"integer", "number"}:
        return 1
    if kind == "boolean":
        return True
    if schema.get("format") == "uuid":
        return known.get(name, str(uuid4()))
    return FORMATS.get(schema.get("format", ""), f"{CANARY} {name}")


def bodies(
    schema: dict[str, Any], described: dict[str, Any], known: dict[str, str], *, spoilt_in_each_way: bool
) -> Iterator[bytes]:
    """Yield a plausible body, bodies with a spoilt or an extra field, and text that is not JSON."""
    whole = value(schema, described, known)
    ways = itertools.product(whole, SPOILT) if spoilt_in_each_way else zip(whole, itertools.cycle(SPOILT))
    yield json.dumps(whole).encode()
    yield json.dumps(whole | {CANARY: CANARY}).encode()
    for name, spoilt in ways:
        yield json.dumps(whole | {name: spoilt}).encode()
    yield from UNREADABLE


@pytest.mark.parametrize("spoilt_in_each_way", keep_one_in(2, [(False,), (True,)]))
def test_canaries_sent_to_every_route_appear_in_no_log_or_refusal(
    served: Served, *, spoilt_in_each_way: bool
) -> None:
    world, described = served.world, openapi(served.world.app)
    candidacy = str(apply(world, world.marie))
    people = {"person": str(world.nadia.id), "candidate": str(world.nadia.id), "assessor": str(world.hugo.id)}
    known = people | {
        "candidacy": candidacy, "framework": str(world.framework), "rulebook": str(world.rulebook),
        "juror": str(world.jules.id),
    }  # fmt: skip
    callers = (world.rose, world.ulysse, world.marie)
    routes = 0
    for path, method, operation in operations(described):
        routes += 1
        there = re.sub(r"{(\w+)}", lambda found: known.get(found[1], str(uuid4())), path)
        astray = re.sub(r"{(\w+)}", CANARY, path)
        queries = [each["name"] for each in operation["parameters"] if each.get("in") == "query"]
        asked = urlencode(dict.fromkeys([*queries, CANARY], CANARY))
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        heard = schema is None
        for caller in callers:
            served.send(method, f"{there}?{asked}", None, **caller.bearer)
            for body in () if heard else bodies(schema, described, known, spoilt_in_each_way=spoilt_in_each_way):
                sent = served.send(method, there, body, Content_Type="application/json", **caller.bearer)
                if sent == HTTPStatus.FORBIDDEN:  # the caller is refused for every body
                    break
                heard = True
        served.send(method, astray, None, **world.rose.bearer)
        served.send(method, there, Authorization=f"Bearer {CANARY}")
        served.send(method, there, b"{}", **HEADERS, **world.rose.bearer)
    assert routes > 30
    assert {400, 401, 403, 404, 409, 415, 422} <= set(served.answers), served.answers
    assert 500 not in served.answers
    assert served.told == []
    assert served.written() == []
    assert '"event": "answered"' in served.logs[0].read_text()


def test_canaries_in_uploads_pages_and_broken_requests_appear_in_no_log(served: Served) -> None:
    world = served.world
    olga = world.join("olga", Role.CANDIDATE)
    candidacy = apply(world, olga, "FC")
    upload = (
        f'--{CANARY}\r\nContent-Disposition: form-data; name="competences"\r\n\r\n{CANARY}\r\n'
        f'--{CANARY}\r\nContent-Disposition: form-data; name="file"; filename="{CANARY}.pdf"\r\n'
        f"Content-Type: text/{CANARY}\r\n\r\nMZ{CANARY}\r\n--{CANARY}--\r\n"
    ).encode()
    for body in (upload, upload.replace(f"\r\n\r\n{CANARY}".encode(), b"\r\n\r\n1", 1), upload[:-30], upload[30:]):
        served.send("POST", f"/api/v1/candidacies/{candidacy}/evidence", body,
                    Content_Type=f"multipart/form-data; boundary={CANARY}", **olga.bearer)  # fmt: skip
    form = urlencode(
        {"login": f"{CANARY}@example.org", "password": CANARY, "csrf_token": CANARY, "name": CANARY}
    ).encode()
    for rule in {str(each.rule) for each in world.app.url_map.iter_rules() if not str(each.rule).startswith("/api/")}:
        page = re.sub(r"<(?:\w+:)?\w+>", CANARY, rule)
        served.send("GET", f"{page}?name={CANARY}", Cookie=f"session={CANARY}")
        served.send("POST", page, form, Content_Type="application/x-www-form-urlencoded")
    for line in (
        f"GET /{CANARY} {CANARY}\r\n\r\n",
        f"{CANARY}\r\n\r\n",
        f"GET /?{CANARY} HTTP/1.1\r\nHost: a\r\n{CANARY} {CANARY}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: a\r\n{CANARY}({CANARY}: {CANARY}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {CANARY}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {CANARY}\r\n\r\n",
        f"POST /api/v1/persons HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n{CANARY}\r\n",
        f"GET /{CANARY * 500} HTTP/1.1\r\nHost: a\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: a\r\n{CANARY}: {CANARY * 1000}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {CANARY}/{quote(CANARY)}\r\nExpect: {CANARY}\r\n\r\n",
    ):
        served.raw(line.encode())
    assert served.told == []
    assert served.written() == []
    assert "[WARNING] Invalid request\n" in served.logs[0].read_text()


def test_database_error_that_quotes_values_is_logged_without_them(
    served: Served,
) -> None:
    """The driver puts values into the statement, which an error message quotes; a control finds them."""
    world = served.world
    path = f"/api/v1/persons/{world.ulysse.id}/tokens"
    body = {"role": "admin", "label": CANARY, "days": 1, "scopes": ["read"]}

    def make_token() -> int:
        sent = json.dumps(body).encode()
        return served.send("POST", path, sent, Content_Type="application/json", **world.ulysse.bearer)

    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        assert make_token() == 201
        cursor.execute("alter table desk.token rename column label to renamed")
        assert make_token() == 500
        cursor.execute("alter table desk.token rename column renamed to label")
        cursor.execute("alter table desk.token add constraint nobody check (label not like 'canari%') not valid")
        assert make_token() == 500
        noted = served.logs[0].read_text()
        assert '"kind": "UndefinedColumn"' in noted
        assert '"kind": "CheckViolation"' in noted
        assert served.told == []
        assert served.written() == []
        cursor.execute("alter database acquis set log_min_error_statement = error")
        cursor.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        assert make_token() == 500
    assert served.written() != [], "the searches above could not find anything"
