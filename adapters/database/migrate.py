"""Migrations of a database: numbered SQL files, each applied once.

Files are `NNNN-name.sql`; each runs in one transaction together with its line in `public.acquis_migration`. An
applied file never changes: its SHA-256 is kept and compared. `applied.sha256` in their folder freezes every file, and
names the other forms in which earlier versions applied some. One advisory lock makes processes that start together
apply each file once.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.errors import DuplicateDatabase, LockNotAvailable, UniqueViolation
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, make_dsn, parse_dsn, quote_ident

from adapters.trouble import Trouble

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, lower-case in psycopg2)
    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (likewise)

FOLDER = Path(__file__).with_name("migrations")
FORMS = "applied.sha256"
"""The digests of a folder's files, `sha256  name` a line; further lines of a name are forms of earlier versions."""
LOCK = 4710  # advisory lock key; the log's own keys follow it
OTHERS_MAY_TAKE = "10min"  # how long to wait for another process that migrates

TABLE = """
create table if not exists public.acquis_migration (
  number     integer primary key,
  name       text not null,
  sha256     text not null,
  applied_at timestamptz not null default clock_timestamp()
)
"""


class MigrationRefused(Trouble):
    """The database and the migration files do not agree, or a file failed. Nothing of that file was applied."""


@dataclass(frozen=True, order=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str
    sha256: str
    forms: frozenset[str] = frozenset()
    """The digests of the forms in which earlier versions applied it."""

    def is_applied_as(self, name: str, sha256: str) -> bool:
        """Return whether a database that noted this name and digest has applied this file, in any known form."""
        return self.name == name and sha256 in self.forms | {self.sha256}


def migrate(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Migrate a database, after creating it if the server has no database of that name.

    Returns the names of the files applied now, in order. Raises `MigrationRefused`.
    """
    files = migrations(folder)
    make_database(dsn)
    with closing(_connect(dsn)) as connection, connection.cursor() as cursor:
        _check_encoding(cursor)
        _take_the_lock(cursor)
        cursor.execute(TABLE)
        waiting = _waiting(files, _applied(cursor))
        for file in waiting:
            _apply(cursor, file)
    return [file.name for file in waiting]


def waiting(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Return the names of the files not applied yet, for `acquis doctor`; changes nothing."""
    with closing(_connect(dsn)) as connection, connection.cursor() as cursor:
        return unapplied(cursor, folder)


def unapplied(cursor: Cursor, folder: Path) -> list[str]:
    """Return the names of the files not applied yet to a cursor's database; raises MigrationRefused."""
    cursor.execute("select to_regclass('public.acquis_migration') is not null")
    known = _applied(cursor) if cursor.fetchone() == (True,) else []
    return [file.name for file in _waiting(migrations(folder), known)]


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the numbered files of a folder, in order."""
    forms = read_forms(folder)
    found = sorted(_read(path, forms.get(path.name, [])) for path in folder.glob("*.sql"))
    for one, next_one in pairwise(found):
        if one.number == next_one.number:
            raise MigrationRefused(
                f"{one.name} and {next_one.name} bear the same number.",
                f"{one.name} et {next_one.name} portent le même numéro.",
            )
    return found


def read_forms(folder: Path) -> dict[str, list[str]]:
    """Return the digests of each file that `applied.sha256` names, its own first."""
    found: dict[str, list[str]] = {}
    if (folder / FORMS).is_file():
        for line in (folder / FORMS).read_text("utf-8").splitlines():
            sha256, name = line.partition("#")[0].split()
            found.setdefault(name, []).append(sha256)
    return found


def make_database(dsn: str) -> bool:
    """Create the database that `dsn` names, in UTF-8, unless it exists. Return whether it was created."""
    name = parse_dsn(dsn).get("dbname")
    if name is None or _answers(dsn):
        return False
    with closing(_connect(dsn, dbname="postgres")) as connection, connection.cursor() as cursor:
        _take_the_lock(cursor)
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        if cursor.fetchone():
            return False
        try:
            cursor.execute(
                f"create database {quote_ident(name, connection)} template template0 encoding 'UTF8' locale 'C.UTF-8'"
            )
        except (DuplicateDatabase, UniqueViolation):
            return False
    return True


def is_begun(dsn: str) -> bool:
    """Return whether the database that `dsn` names exists and has a log; raises OperationalError if unreachable."""
    name = parse_dsn(dsn).get("dbname")
    try:
        with closing(_connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute("select to_regclass('log.event') is not null")
            return bool(cursor.fetchall()[0][0])
    except psycopg2.OperationalError:  # no such database, or no server
        with closing(_connect(dsn, dbname="postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("select exists (select from pg_database where datname = %s)", [name])
            return bool(cursor.fetchall()[0][0])


def _answers(dsn: str) -> bool:
    try:
        _connect(dsn).close()
    except psycopg2.OperationalError:
        return False  # no such database, or no server: the next connection raises the error
    return True


def _read(path: Path, forms: list[str]) -> Migration:
    named = re.fullmatch(r"(\d{4})-[a-z0-9-]+\.sql", path.name)
    if named is None:
        raise MigrationRefused(
            f"{path.name} is not named NNNN-name.sql.", f"{path.name} ne s'appelle pas NNNN-nom.sql."
        )
    raw = path.read_bytes()
    return Migration(int(named[1]), path.name, raw.decode(), hashlib.sha256(raw).hexdigest(), frozenset(forms))


def _connect(dsn: str, dbname: str | None = None) -> Connection:
    address = make_dsn(dsn, dbname=dbname) if dbname else dsn
    connection = psycopg2.connect(address, connect_timeout=10, fallback_application_name="acquis migrate")
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    connection.set_client_encoding("UTF8")
    return connection


def _check_encoding(cursor: Cursor) -> None:
    cursor.execute("select current_setting('server_encoding')")
    if cursor.fetchone() != ("UTF8",):
        raise MigrationRefused(
            "The database is not in UTF-8: make it with `create database … encoding 'UTF8'`.",
            "La base n'est pas en UTF-8 : créez-la avec `create database … encoding 'UTF8'`.",
        )


def _take_the_lock(cursor: Cursor) -> None:
    """Take the session's advisory lock; closing the connection, or dying, releases it."""
    cursor.execute("select set_config('lock_timeout', %s, false)", [OTHERS_MAY_TAKE])
    try:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
    except LockNotAvailable as error:
        raise MigrationRefused(
            f"Another process has been migrating for {OTHERS_MAY_TAKE}.",
            f"Un autre processus migre la base depuis {OTHERS_MAY_TAKE}.",
        ) from error


def _applied(cursor: Cursor) -> list[tuple[int, str, str]]:
    cursor.execute("select number, name, sha256 from public.acquis_migration order by number")
    return cursor.fetchall()


def _waiting(files: list[Migration], applied: list[tuple[int, str, str]]) -> list[Migration]:
    """Return the files to apply; raise MigrationRefused for a changed, unknown or out-of-order applied file."""
    by_number = {file.number: file for file in files}
    for number, name, sha256 in applied:
        file = by_number.pop(number, None)
        if file is None:
            raise MigrationRefused(
                f"The database is newer than this version of Acquis: it has {name}.",
                f"La base est plus récente que cette version d'Acquis : elle a {name}.",
            )
        if not file.is_applied_as(name, sha256):
            raise MigrationRefused(
                f"The database applied {name} in a form that this version of Acquis does not know ({sha256[:12]}): "
                "a version before 0.2.0, or one that was changed, made it. Nothing was changed: go on with that one.",
                f"La base a appliqué {name} sous une forme que cette version d'Acquis ne connaît pas "
                f"({sha256[:12]}) : une version antérieure à 0.2.0, ou modifiée, l'a faite. Rien n'a changé : "
                "gardez-la.",
            )
    last = applied[-1][0] if applied else -1
    for number, file in by_number.items():
        if number < last:
            raise MigrationRefused(
                f"{file.name} comes before {applied[-1][1]}, which is applied: renumber it.",
                f"{file.name} vient avant {applied[-1][1]}, qui est appliqué : changez son numéro.",
            )
    return sorted(by_number.values())


def _apply(cursor: Cursor, file: Migration) -> None:
    try:
        cursor.execute("begin")
        cursor.execute(file.sql)
        cursor.execute(
            "insert into public.acquis_migration (number, name, sha256) values (%s, %s, %s)",
            [file.number, file.name, file.sha256],
        )
        cursor.execute("commit")
    except psycopg2.Error as error:
        raise MigrationRefused(
            f"{file.name} failed and was not applied: {error}".strip(),
            f"{file.name} a échoué et n'est pas appliqué : {error}".strip(),
        ) from error
