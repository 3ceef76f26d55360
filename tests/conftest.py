"""One server for all tests, and a fresh database, copied from a migrated template, for each that asks.

The server is an embedded one that pytest-xdist's workers share; the last to leave stops it. With
ACQUIS_TEST_DATABASE_URL it is that server instead (a superuser's address: tests make roles and databases).
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.errors import InvalidCatalogName
from psycopg2.extensions import make_dsn

from adapters.database.embedded import EmbeddedPostgres
from adapters.database.migrate import fingerprint, migrate
from adapters.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPLATES = "acquis_test_template_"


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, as superuser, of the server's maintenance database."""
    if given := os.environ.get("ACQUIS_TEST_DATABASE_URL"):
        yield given
        return
    base = tmp_path_factory.getbasetemp()
    data = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "pg"
    server = EmbeddedPostgres.start(data, durable=False)
    yield server.dsn("postgres")
    if server.stop():
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """The name of a database with every migration applied, made once for all workers."""
    return _template(server_url)


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """The address, as superuser, of a migrated database of this test's own."""
    name = f"acquis_test_{uuid4().hex[:16]}"
    try:
        _administer(server_url, f"create database {name} template {template}")
    except InvalidCatalogName:  # a run with other migrations, on the same server, has just made its own
        _administer(server_url, f"create database {name} template {_template(server_url)}")
    yield make_dsn(server_url, dbname=name)
    _administer(server_url, f"drop database {name} with (force)")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with a data folder and a database of this test's own."""
    return Settings(data=tmp_path / "data", database_url=database_url, secret_key="tests only " * 4)


def _template(server_url: str) -> str:
    """Make the template of these migrations unless it stands; those of other migrations go."""
    wanted = TEMPLATES + fingerprint()[:12]
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [TEMPLATES])  # one worker makes, the others wait
        cursor.execute("select datname, datistemplate from pg_database where starts_with(datname, %s)", [TEMPLATES])
        found = dict(cursor.fetchall())
        if found.get(wanted):
            return wanted
        for name in found:  # another's, or one half made
            cursor.execute(f"alter database {name} is_template false")
            cursor.execute(f"drop database {name} with (force)")
        migrate(make_dsn(server_url, dbname=wanted))
        cursor.execute(f"alter database {wanted} is_template true")
    return wanted


def _administer(server_url: str, statement: str) -> None:
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
