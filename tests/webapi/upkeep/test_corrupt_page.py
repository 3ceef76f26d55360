"""What if a page of the database no longer matches its checksum? 503 and an alarm, nothing false; never a guess."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.embedded import EmbeddedPostgres
from adapters.settings import Settings
from domain.ports import Role
from tests.given.servers.server_log import overheard
from tests.given.webapi.town import FEBRUARY, LIMIT, built
from tests.given.webapi.whole_path import apply
from webapi.app import create_app
from webapi.wiring import assemble

PAGE = 8192


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="acquis-"))
    yield made / "var"
    shutil.rmtree(made, ignore_errors=True)


def fetched(dsn, statement):
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()[0][0]


def test_90_a_corrupt_page_is_503_with_an_alarm(folder):
    with EmbeddedPostgres.start(folder, durable=False) as server:
        assert fetched(server.dsn("postgres"), "show data_checksums") == "on"
        DatabaseServer(server.dsn()).migrate()
        settings = Settings(
            data=folder, database_url=server.dsn(), secret_key="tests only " * 4, max_upload_bytes=LIMIT
        )
        with built(assemble(settings, DatabaseServer(server.dsn()), FixedClock(FEBRUARY)), server.dsn()) as world:
            marie = world.join("marie", Role.CANDIDATE)
            history = f"/api/v1/candidacies/{apply(world, marie)}/history"
            assert marie.get(history).status_code == 200
            table = folder / "database" / fetched(server.dsn(), "select pg_relation_filepath('log.event')")
    with table.open("r+b") as pages:  # the server is stopped; one bit of each page is turned over
        for page in range(0, table.stat().st_size, PAGE):
            pages.seek(page + PAGE - 100)
            byte = pages.read(1)
            pages.seek(page + PAGE - 100)
            pages.write(bytes([byte[0] ^ 1]))
    with (
        EmbeddedPostgres.start(folder, durable=False) as server,
        closing(assemble(settings, DatabaseServer(server.dsn()), FixedClock(FEBRUARY))) as acquis,
    ):
        client = create_app(acquis).test_client()
        with overheard() as said:
            answer = client.get(history, headers=marie.bearer)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert answer.get_json()["type"] == "/problems/unavailable"
        logged = [json.loads(line) for line in said.getvalue().splitlines()]
        assert [each["level"] for each in logged if each["event"] == "database damaged"] == ["critical"]
        assert client.get("/healthz").status_code == 200
