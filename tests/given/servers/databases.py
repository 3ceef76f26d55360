"""A fresh database, and that of its keys beside it, for each test that asks: copies of migrated templates."""

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
    """The address, as superuser, of a migrated database; both go at the end."""
    name = f"acquis_test_{uuid4().hex[:16]}"
    try:
        copied(server_url, name, template)
    except InvalidCatalogName:  # a run with other migrations, on the same server, has just made its own
        copied(server_url, name, migrated_template(server_url))
    try:
        yield make_dsn(server_url, dbname=name)
    finally:
        dropped(server_url, name)


def fingerprint(folder: Path) -> str:
    """A digest of all migrations: two databases made with the same one have the same tables."""
    return sha256("".join(file.name + file.sha256 for file in migrations(folder)).encode()).hexdigest()


def migrated_template(server_url: str) -> str:
    """Make the templates of these migrations unless they stand; those of other migrations go."""
    wanted = TEMPLATES + fingerprint(FOLDER)[:8] + fingerprint(KEYS)[:8]
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
        dsn = make_dsn(server_url, dbname=wanted)
        migrate(beside(dsn), KEYS)
        migrate(dsn)
        cursor.execute(f"alter database {wanted} is_template true")
    return wanted


def copied(server_url: str, name: str, template: str) -> None:
    """Copy a database under another name, and that of its keys."""
    where = os.environ.get("ACQUIS_TEST_TABLESPACE", ON_DISK)
    flushed = "ACQUIS_TEST_DATABASE_URL" in os.environ and where == ON_DISK
    how = f"strategy {'wal_log' if flushed else 'file_copy'} tablespace {where}"
    _administer(server_url, *(f"create database {name}{of} template {template}{of} {how}" for of in ("", "_keys")))


def dropped(server_url: str, name: str) -> None:
    """Drop a database, and that of its keys, whoever uses them."""
    _administer(server_url, *(f"drop database if exists {each} with (force)" for each in (name, f"{name}_keys")))


def _administer(server_url: str, *statements: str) -> None:
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def as_url(dsn: str) -> str:
    """The same address as a URL, as people write it in the environment."""
    parts = parse_dsn(dsn)
    user, database = parts.pop("user"), parts.pop("dbname")
    return f"postgresql://{user}@/{database}?{urlencode(parts)}"
