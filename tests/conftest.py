"""One server for all tests, and a fresh database, copied from a migrated template, for each that asks.

The server is an embedded one that pytest-xdist's workers share; the last to leave stops it. With
ACQUIS_TEST_DATABASE_URL it is that server instead (a superuser's address: tests make roles and databases).
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from adapters.database.embedded import EmbeddedPostgres
from adapters.settings import Settings
from tests.databases import a_database, migrated_template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
    return migrated_template(server_url)


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """The address, as superuser, of a migrated database of this test's own."""
    with a_database(server_url, template) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with a data folder and a database of this test's own."""
    return Settings(data=tmp_path / "data", database_url=database_url, secret_key="tests only " * 4)
