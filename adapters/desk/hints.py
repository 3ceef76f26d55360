"""How does whoever works off the desk hear that something was put there? By a hint, which may be lost.

Letters and work on files are looked for now and then in any case: a hint only saves waiting.
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
"""Seconds after which whoever waits sees that it is to stop."""


def put_with_hint(database: Database, statement: str, given: Mapping[str, Any]) -> None:
    """Run a statement that puts something on the desk, and wake whoever works it off once it is there."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement, given)
        try:
            cursor.execute(HINT, (CHANNEL,))
        except psycopg2.Error:
            return  # it is there, and is found in time


def put_lightly(database: Database, statement: str, given: Mapping[str, Any]) -> None:
    """The same of what is looked for in any case: in one transaction with its hint, that waits for no flush.

    What a crash of the server takes along is what its worker looks for.
    """
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(f"{statement}; {LIGHTLY}", given)


class DeskHints:
    """Waits for what is put on the desk, on a session of its own beside those of a program's pool."""

    def __init__(self, hints: Hints) -> None:
        """Wait for these."""
        self._hints = hints

    def wait(self, seconds: float, stop: Event) -> bool:
        """Return at a hint, after so many seconds, or soon after `stop` is set; whether it was a hint."""
        left = seconds
        while left > 0 and not stop.is_set():
            if self._hints.wait(min(left, SLICE)):
                return True
            left -= SLICE
        return False


@contextmanager
def desk_hints(dsn: str, role: str) -> Iterator[DeskHints]:
    """Listen for as long as the block lasts."""
    database = Database(dsn, role, size=1)
    hints = Hints(database, CHANNEL)
    try:
        yield DeskHints(hints)
    finally:
        hints.close()
        database.close()
