"""Which facts are about a person, or were recorded by them? Asked seldom, of the whole log: it has no table."""

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
    """The position of the last fact recorded, whether or not it is sealed yet."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(NEWEST)
        found: int = cursor.fetchall()[0][0]
        return found


def naming(database: Database, person: UUID) -> list[DossierFact]:
    """The sealed facts of a person's own stream, and all that name them in whatever part, in order of position."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(NAMED, {"person": person})
        return [DossierFact.of(row) for row in cursor.fetchall()]
