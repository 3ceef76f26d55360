"""Queries for facts by stream or type, whichever person they are about."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from adapters.database.pool import Database
from projections.reading import DossierFact

SEALED = """
select position, stream, version, type, body, append_id, n, recorded_at from log.fact
 where stream = any (%s::uuid[]) and position <= (select sealed from log.head)
   and (%s::text[] is null or type = any (%s::text[]))
 order by position
"""


COMMITTED = """
select position, stream, version, type, body, append_id, n, recorded_at from log.fact
 where stream = %s and type = any (%s::text[]) order by version
"""


OF_A_TYPE = """
select position, stream, version, type, body, append_id, n, recorded_at from log.fact
 where type = %s and position > %s and position <= (select sealed from log.head) order by position limit %s
"""

OF_TYPES = """
select f.position, f.stream, f.version, f.type, f.body, f.append_id, f.n, f.recorded_at, h.sealed
  from (select sealed from log.head) h
  left join lateral (
    select * from log.fact
     where type = any (%s::text[]) and position > %s and position <= h.sealed order by position limit %s) f on true
 order by f.position
"""


def sealed_facts(
    database: Database, streams: Iterable[UUID], types: Iterable[str] | None = None
) -> list[DossierFact]:
    """Return the sealed facts of some streams, in order of position; only those of `types` if given."""
    wanted = None if types is None else list(types)
    return _asked(database, SEALED, (list(streams), wanted, wanted))


def committed(database: Database, stream: UUID, types: Iterable[str]) -> list[DossierFact]:
    """Return the facts of one stream, of some types, in order of version, sealed or not."""
    return _asked(database, COMMITTED, (stream, list(types)))


def sealed_facts_after(database: Database, type_name: str, after: int, limit: int) -> list[DossierFact]:
    """Return the first sealed facts of one type after a position. Slow for types with many facts."""
    return _asked(database, OF_A_TYPE, (type_name, after, limit))


def _asked(database: Database, question: str, given: tuple[object, ...]) -> list[DossierFact]:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(question, given)
        return [DossierFact.of(row) for row in cursor.fetchall()]


def sealed_facts_of_types(
    database: Database, types: Iterable[str], after: int, limit: int
) -> tuple[list[DossierFact], int]:
    """Return the first sealed facts of some types after a position, and the position up to which these are all."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(OF_TYPES, (list(types), after, limit))
        rows = cursor.fetchall()
    found = [DossierFact.of(row[:-1]) for row in rows if row[0] is not None]
    if len(found) == limit:
        return found, found[-1].stamp.position
    return found, max(after, rows[0][-1] if rows else after)
