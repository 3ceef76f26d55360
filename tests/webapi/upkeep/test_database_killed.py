"""What if PostgreSQL is killed in the middle of a request? 503, nothing half stored, and then on as before."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.embedded import EmbeddedPostgres
from adapters.settings import Settings
from domain.fact import stream_of
from domain.ports import Role
from tests.given.webapi.town import FEBRUARY, LIMIT, World, built
from tests.given.webapi.whole_path import apply, done
from webapi.wiring import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def own() -> Iterator[tuple[World, EmbeddedPostgres]]:
    """A house on an embedded server of this test's own."""
    folder = Path(tempfile.mkdtemp(prefix="acquis-"))
    server = EmbeddedPostgres.start(folder / "var", durable=False)
    try:
        DatabaseServer(server.dsn()).migrate()
        settings = Settings(
            data=folder / "var", database_url=server.dsn(), secret_key="tests only " * 4, max_upload_bytes=LIMIT
        )
        with built(assemble(settings, DatabaseServer(server.dsn()), FixedClock(FEBRUARY)), server.dsn()) as made:
            made.join("marie", Role.CANDIDATE)
            yield made, server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_80_a_killed_database_is_503_with_nothing_half_stored_and_recovers(own):
    world, server = own
    candidacy = apply(world, world.marie)
    charge = {"assessor": str(world.hugo.id), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", charge))
    path = f"/api/v1/candidacies/{candidacy}/assessments"
    mark = {"competence": 1, "mark": "acquired"}
    before = world.head()[:2], world.files()
    stream = stream_of("assessment", candidacy, world.hugo.id)
    answers = []

    def write() -> None:
        answers.append(world.hugo.post(path, mark, Idempotency_Key="mid"))

    with closing(psycopg2.connect(world.url)) as holder, holder.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(4711, hashtext(%s))", (str(stream),))  # keeps the append waiting
        writing = threading.Thread(target=write)
        writing.start()
        time.sleep(0.5)
        os.kill(server.pid, signal.SIGKILL)
        writing.join(60)
    (answer,) = answers
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable"), answer.text
    assert answer.headers["Retry-After"]
    client = world.app.test_client()
    assert client.get("/healthz").status_code == 200
    for down in ("/readyz", "/api/v1/candidacies"):
        refused = client.get(down, headers=world.rose.bearer)
        assert (refused.status_code, refused.json["type"]) == (503, "/problems/unavailable")
    server.ensure_running()
    assert (world.head()[:2], world.files()) == before
    assert done(world.hugo.post(path, mark, Idempotency_Key="mid"))["version"] == 1
    assert world.rose.get("/api/v1/candidacies").status_code == 200


def test_80_a_connection_that_breaks_within_an_answer_is_503_and_what_a_server_says_is_not(world):
    with world.app.test_request_context("/api/v1/candidacies"):
        broke, said = (
            world.app.make_response(world.app.handle_user_exception(error))
            for error in (
                psycopg2.DatabaseError("error with status PGRES_TUPLES_OK and no message from the libpq"),
                psycopg2.errors.DivisionByZero("division by zero"),
            )
        )
    assert (broke.status_code, broke.headers["Retry-After"]) == (503, "2")
    assert said.status_code == 500
