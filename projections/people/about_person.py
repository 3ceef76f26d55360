"""Queries for the facts about a person or recorded by them: rare, over the whole log, without a table."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.database.pool import Database
from projections.reading import DossierFact

NAMED: Final = """
select position, stream, version, type, body, append_id, n, recorded_at from log.fact
 where position <= (select sealed from log.head) and (stream = %(person)s or strpos(body, %(person)s::text) > 0)
 order by position
"""

NEWEST: Final = "select coalesce(max(position), 0) from log.fact"


def newest(database: Database) -> int:
    """Return the position of the last fact recorded, sealed or not."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(NEWEST)
        found: int = cursor.fetchall()[0][0]
        return found


def naming(database: Database, person: UUID) -> list[DossierFact]:
    """Return the sealed facts of a person's own stream, and all that contain the person's id, by position."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(NAMED, {"person": person})
        return [DossierFact.of(row) for row in cursor.fetchall()]
