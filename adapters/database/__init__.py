"""The installation's PostgreSQL server: the one named in the settings, or else an embedded one."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg2
from eventsourcing.persistence import PersistenceError
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database import migrate
from adapters.database.embedded import EmbeddedPostgres
from adapters.database.login import may_act_as, refuse_more_than
from adapters.database.pool import Database
from adapters.settings import SettingError
from adapters.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.settings import Settings


KEYS = Path(__file__).with_name("keys")
"""The migrations of the keys' database."""
WEB: Final = "acquis_web"
WORKER: Final = "acquis_worker"
"""The role of the worker, the mail and the timers."""
KEYHOLDERS = frozenset({WEB, WORKER, "acquis_backup"})
"""Roles that use the keys' database."""


@dataclass(frozen=True)
class DatabaseServer:
    """A running server: the address of the log's database on it, and that of the keys of personal data."""

    dsn: str
    embedded: EmbeddedPostgres | None = None
    keys_url: str | None = None
    apart: bool = False
    """True if the keys must have a database of their own, named in the settings, as in production."""
    role: str = WEB
    """The role of the process's sessions, unless a caller names another one."""

    @property
    def keys_dsn(self) -> str:
        """The address of the keys' database: the configured one, or one on the same server; raises SettingError."""
        if self.apart and not self.keys_url:
            raise SettingError(
                "ACQUIS_KEYS_DATABASE_URL must be set in production: the keys of personal data are kept, and backed "
                "up, apart from what they seal.",
                "ACQUIS_KEYS_DATABASE_URL doit être défini en production : les clés des données personnelles sont "
                "gardées, et sauvegardées, à part de ce qu'elles scellent.",
            )
        return self.keys_url or beside(self.dsn)

    def admit(self, role: str) -> None:
        """Refuse, in production, a login that can do more than `role`; called before the login is used.

        Raises LoginMayDoMore, and psycopg2.OperationalError while no server answers. Only `acquis migrate` may run as
        a superuser or an owner.
        """
        if self.apart:
            refuse_more_than(role, self.dsn)
            if role in KEYHOLDERS:
                refuse_more_than(role, self.keys_dsn)

    def acting_as(self, role: str) -> DatabaseServer:
        """Return the server for a process that acts as `role` where its login may, and as the web otherwise.

        The worker, the mail and the timers use the web's login where they have none of their own: `acquis serve` in
        production starts them so. Raises psycopg2.OperationalError while no server answers.
        """
        if role == self.role or not may_act_as(role, self.dsn):
            return self
        return replace(self, role=role)

    def migrate(self) -> list[str]:
        """Migrate both databases; return the names of the files applied now.

        Raises MigrationRefused, and FactsUnreadable before anything is changed.
        """
        if not migrate.make_database(self.dsn) and migrate.waiting(self.dsn):
            from adapters.log.readable import refuse_unreadable  # noqa: PLC0415  (adapters.log imports this package)

            refuse_unreadable(self.dsn)
        return migrate.migrate(self.dsn) + migrate.migrate(self.keys_dsn, KEYS)

    def waiting(self) -> list[str]:
        """Return the names of the files not applied yet to either database."""
        return migrate.waiting(self.dsn) + migrate.waiting(self.keys_dsn, KEYS)

    def open(self, role: str | None = None, size: int = 5) -> Database:
        """Return a pool of this process's connections, all with `role`."""
        return Database(self.dsn, role, size)

    def supervise(self) -> None:
        """Keep an embedded server running until this process leaves it; do nothing for any other server."""
        if self.embedded is not None:
            self.embedded.supervise()


class DatabaseNotMade(Trouble):
    """The server runs, but holds no log yet."""

    def __init__(self) -> None:
        super().__init__(
            "There is no log here yet: run `acquis migrate` first.",
            "Il n'y a pas encore de journal ici : lancez d'abord `acquis migrate`.",
        )


@contextmanager
def connect(settings: Settings) -> Iterator[DatabaseServer]:
    """Yield the server named in the settings, or else the embedded server of the data folder.

    An embedded server is started or joined, and left at the end of the block.

    Raises DatabaseNotMade instead of the driver's error if the database does not exist yet.
    """
    if settings.database_url:
        server = DatabaseServer(settings.database_url, None, settings.keys_database_url, settings.production)
        with _made(server):
            yield server
        return
    if settings.production:
        raise SettingError(
            "ACQUIS_DATABASE_URL must be set in production: the embedded database knows one superuser.",
            "ACQUIS_DATABASE_URL doit être défini en production : la base embarquée n'a qu'un superutilisateur.",
        )
    with EmbeddedPostgres.start(settings.data) as embedded:
        server = DatabaseServer(embedded.dsn(), embedded, settings.keys_database_url)
        with _made(server):
            yield server


@contextmanager
def _made(server: DatabaseServer) -> Iterator[None]:
    try:
        yield
    except (psycopg2.OperationalError, psycopg2.ProgrammingError, PersistenceError) as error:
        begun = True
        with suppress(psycopg2.Error):  # no server answers: the original error says so
            begun = migrate.is_begun(server.dsn)
        if begun:
            raise
        raise DatabaseNotMade from error


def beside(dsn: str) -> str:
    """Return the default address of the keys' database: on the same server as another database."""
    parts = parse_dsn(dsn)
    name = parts.get("dbname") or parts.get("user")
    if not name:
        raise SettingError(
            "ACQUIS_DATABASE_URL must name its database, or ACQUIS_KEYS_DATABASE_URL must be set.",
            "ACQUIS_DATABASE_URL doit nommer sa base, sinon ACQUIS_KEYS_DATABASE_URL doit être défini.",
        )
    return str(make_dsn(dsn, dbname=f"{name}_keys"))
