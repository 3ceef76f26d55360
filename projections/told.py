"""What do the sealed facts of some streams say, whoever they are about?"""

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


OF_A_TYPE = """
select position, stream, version, type, body, append_id, n, recorded_at from log.fact
 where type = %s and position > %s and position <= (select sealed from log.head) order by position limit %s
"""


def told(database: Database, streams: Iterable[UUID], types: Iterable[str] | None = None) -> list[DossierFact]:
    """The sealed facts of some streams, in order of position; those of some types if named."""
    wanted = None if types is None else list(types)
    return _asked(database, SEALED, (list(streams), wanted, wanted))


def told_after(database: Database, type_name: str, after: int, limit: int) -> list[DossierFact]:
    """The first sealed facts of one type after a position. Not for types of which there are many."""
    return _asked(database, OF_A_TYPE, (type_name, after, limit))


def _asked(database: Database, question: str, given: tuple[object, ...]) -> list[DossierFact]:
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(question, given)
        return [DossierFact.of(row) for row in cursor.fetchall()]
