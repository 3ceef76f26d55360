"""A fresh database, and one for its keys, for each test that needs them: copies of migrated templates."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

import psycopg2
from psycopg2.errors import InvalidCatalogName
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database import KEYS, beside
from adapters.database.migrate import FOLDER, migrate, migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPLATES = "acquis_test_template_"
ON_DISK = "pg_default"


@contextmanager
def a_database(server_url: str, template: str) -> Iterator[str]:
    """Yield the superuser's address of a migrated database; it is dropped at the end with its keys."""
    name = f"acquis_test_{uuid4().hex[:16]}"
    try:
        copied(server_url, name, template)
    except InvalidCatalogName:  # another run on the same server, with other migrations, has just made its own
        copied(server_url, name, migrated_template(server_url))
    try:
        yield make_dsn(server_url, dbname=name)
    finally:
        dropped(server_url, name)


def fingerprint(folder: Path) -> str:
    """Return a digest of all migrations; databases with the same digest have the same tables."""
    return sha256("".join(file.name + file.sha256 for file in migrations(folder)).encode()).hexdigest()


def migrated_template(server_url: str) -> str:
    """Make the templates of these migrations if they are missing; drop those of other migrations."""
    wanted = TEMPLATES + fingerprint(FOLDER)[:8] + fingerprint(KEYS)[:8]
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [TEMPLATES])  # one worker makes it, the others wait
        cursor.execute("select datname, datistemplate from pg_database where starts_with(datname, %s)", [TEMPLATES])
        found = dict(cursor.fetchall())
        if found.get(wanted):
            return wanted
        for name in found:  # another run's, or an unfinished one
            cursor.execute(f"alter database {name} is_template false")
            cursor.execute(f"drop database {name} with (force)")
        dsn = make_dsn(server_url, dbname=wanted)
        migrate(beside(dsn), KEYS)
        migrate(dsn)
        cursor.execute(f"alter database {wanted} is_template true")
    return wanted


def copied(server_url: str, name: str, template: str) -> None:
    """Copy a database with its keys' database under another name."""
    where = os.environ.get("ACQUIS_TEST_TABLESPACE", ON_DISK)
    flushed = "ACQUIS_TEST_DATABASE_URL" in os.environ and where == ON_DISK
    how = f"strategy {'wal_log' if flushed else 'file_copy'} tablespace {where}"
    _administer(server_url, *(f"create database {name}{of} template {template}{of} {how}" for of in ("", "_keys")))


def dropped(server_url: str, name: str) -> None:
    """Drop a database and its keys' database, even while in use."""
    _administer(server_url, *(f"drop database if exists {each} with (force)" for each in (name, f"{name}_keys")))


def _administer(server_url: str, *statements: str) -> None:
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def as_url(dsn: str) -> str:
    """Return the same address as a URL, for the environment."""
    parts = parse_dsn(dsn)
    user, database = parts.pop("user"), parts.pop("dbname")
    return f"postgresql://{user}@/{database}?{urlencode(parts)}"
