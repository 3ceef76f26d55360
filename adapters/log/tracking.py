"""Positions that the readers of the log have reached: one row per reader, which only moves forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2
from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder

from adapters.log.recorder import named

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

    from adapters.database.pool import Database

ADVANCE = """
insert into projection.tracking as kept values (%s, %s)
on conflict (name) do update set position = excluded.position where kept.position < excluded.position
"""
REACHED = "select position from projection.tracking where name = %s"


def track(cursor: Cursor, name: str, position: int) -> None:
    """Store a reader's `position`, in the transaction that writes the reader's rows.

    Raises the library's `IntegrityError` unless it is above the stored one: another runner was faster, or the batch
    is a repetition, so that its rows must not be committed.
    """
    cursor.execute(ADVANCE, (name, position))
    if cursor.rowcount != 1:
        raise IntegrityError(f"{name} has already come to position {position}")


class LogTracking(TrackingRecorder):
    """The library's tracking recorder, on Acquis's database."""

    def __init__(self, database: Database) -> None:
        """Use this database's role: acquis_projector writes, others may read."""
        self._database = database

    def insert_tracking(self, tracking: Tracking) -> None:
        """Store a position in a separate transaction (see `track`). Raises `IntegrityError`."""
        try:
            with self._database.transaction() as cursor:
                track(cursor, tracking.application_name, tracking.notification_id)
        except psycopg2.Error as error:
            raise named(error) from error

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the position that a reader has reached, or None."""
        try:
            with self._database.connection() as connection, connection.cursor() as cursor:
                cursor.execute(REACHED, (application_name,))
                row = cursor.fetchone()
        except psycopg2.Error as error:
            raise named(error) from error
        return row[0] if row else None
