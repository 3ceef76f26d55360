"""Which PostgreSQL does this installation use? The one it is told of, else one of its own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.database.embedded import EmbeddedPostgres
from adapters.database.pool import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.settings import Settings


@dataclass(frozen=True)
class DatabaseServer:
    """A server that answers, and the address of the database on it."""

    dsn: str
    embedded: EmbeddedPostgres | None = None

    def open(self, role: str | None = None, size: int = 5) -> Database:
        """A pool of this process's connections, all under `role`."""
        return Database(self.dsn, role, size)

    def supervise(self) -> None:
        """Keep an embedded server running until it is left; somebody else looks after any other."""
        if self.embedded is not None:
            self.embedded.supervise()


@contextmanager
def connect(settings: Settings) -> Iterator[DatabaseServer]:
    """The server that the settings name; else the data folder's own, started or joined, and left at the end."""
    if settings.database_url:
        yield DatabaseServer(settings.database_url)
        return
    with EmbeddedPostgres.start(settings.data) as embedded:
        yield DatabaseServer(embedded.dsn(), embedded)
