"""Hints that wake the workers when a letter or a job was inserted; a hint may be lost.

Workers also search for letters and jobs periodically: a hint only shortens their wait.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg2

from adapters.database.pool import Database
from adapters.log.recorder import HINT, Hints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from threading import Event

CHANNEL: Final = "acquis_desk"
LIGHTLY: Final = HINT % f"'{CHANNEL}'"
SLICE: Final = 0.5
"""Seconds after which a waiting worker checks whether it must stop."""


def put_with_hint(database: Database, statement: str, given: Mapping[str, Any]) -> None:
    """Run a statement that inserts work, and wake the workers after its commit."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement, given)
        try:
            cursor.execute(HINT, (CHANNEL,))
        except psycopg2.Error:
            return  # the row is stored, and a periodic search finds it


def put_lightly(database: Database, statement: str, given: Mapping[str, Any]) -> None:
    """Run a statement and its hint in one transaction with an asynchronous commit.

    Only for rows whose loss in a crash of the server is harmless: the worker also searches for missing work.
    """
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(f"{statement}; {LIGHTLY}", given)


class DeskHints:
    """Waiter for inserted work, on a session separate from those of the program's pool."""

    def __init__(self, hints: Hints) -> None:
        """Wait for these hints."""
        self._hints = hints

    def wait(self, seconds: float, stop: Event) -> bool:
        """Wait for a hint, for `seconds` at most, or until `stop` is set; return whether a hint came."""
        left = seconds
        while left > 0 and not stop.is_set():
            if self._hints.wait(min(left, SLICE)):
                return True
            left -= SLICE
        return False


@contextmanager
def desk_hints(dsn: str, role: str) -> Iterator[DeskHints]:
    """Listen for hints while the block lasts."""
    database = Database(dsn, role, size=1)
    hints = Hints(database, CHANNEL)
    try:
        yield DeskHints(hints)
    finally:
        hints.close()
        database.close()
